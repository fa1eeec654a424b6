"""How values travel between devices: what a MirroredStrategy can be told. torch's kernels and copies do all of it."""

from __future__ import annotations

import enum
from contextlib import nullcontext
from typing import Any, NamedTuple

from tfcompat._core.callables import DistributedValues
from tfcompat._core.device import device
from tfcompat.distribute._reductions import copied, devices_of, reduced
from tfcompat.distribute._values import ReduceOp


class CommunicationImplementation(enum.Enum):
    """What workers talk by (tf.distribute.experimental.CommunicationImplementation)."""

    AUTO = "AUTO"
    RING = "RING"
    NCCL = "NCCL"


class CommunicationOptions:
    """How values are exchanged (tf.distribute.experimental.CommunicationOptions).

    bytes_per_pack: at most so many bytes at once, 0 for a good choice. ValueError for a negative number, and for an
    implementation that is no CommunicationImplementation.
    """

    def __init__(
        self,
        bytes_per_pack: int = 0,
        timeout_seconds: float | None = None,
        implementation: CommunicationImplementation = CommunicationImplementation.AUTO,
    ) -> None:
        if bytes_per_pack < 0:
            raise ValueError(f"Argument `bytes_per_pack` must be >=0, Received {bytes_per_pack}.")
        if not isinstance(implementation, CommunicationImplementation):
            wanted = "tf.distribute.experimental.CommunicationImplementation"
            raise ValueError(f"Argument `implementation` must be instance of `{wanted}`. Received: {implementation!r}")
        self.bytes_per_pack = bytes_per_pack
        self.timeout_seconds = timeout_seconds
        self.implementation = implementation


class CollectiveHints(NamedTuple):
    """The former CommunicationOptions (tf.distribute.experimental.CollectiveHints)."""

    bytes_per_pack: int = 0
    timeout_seconds: float | None = None


class CrossDeviceOps:
    """Puts values of several devices together (tf.distribute.CrossDeviceOps)."""

    __module__ = "tensorflow.python.distribute.cross_device_ops"

    def reduce(self, reduce_op: Any, per_replica_value: Any, destinations: Any, options: Any = None) -> Any:
        """The sum or the mean of a value's parts."""
        return self.reduce_implementation(ReduceOp.of(reduce_op), per_replica_value, destinations, options)

    def batch_reduce(self, reduce_op: Any, value_destination_pairs: Any, options: Any = None) -> list[Any]:
        """`reduce` for each (value, destinations)."""
        return self.batch_reduce_implementation(ReduceOp.of(reduce_op), value_destination_pairs, options)

    def broadcast(self, tensor: Any, destinations: Any) -> Any:
        """The tensor, for all destinations."""
        return self.broadcast_implementation(tensor, destinations)

    def reduce_implementation(self, reduce_op: Any, per_replica_value: Any, destinations: Any, options: Any) -> Any:
        """What `reduce` does."""
        devices = devices_of(destinations)
        with device(devices[0]) if devices else nullcontext():
            return copied(self._put_together(reduce_op, per_replica_value), devices)

    def _put_together(self, reduce_op: Any, value: Any) -> Any:
        return reduced(reduce_op, value)

    def batch_reduce_implementation(self, reduce_op: Any, value_destination_pairs: Any, options: Any) -> list[Any]:
        """What `batch_reduce` does."""
        return [self.reduce_implementation(reduce_op, value, to, options) for value, to in value_destination_pairs]

    def broadcast_implementation(self, tensor: Any, destinations: Any) -> Any:
        """What `broadcast` does."""
        return copied(tensor, devices_of(destinations))


class ReductionToOneDevice(CrossDeviceOps):
    """Adds up on one device (tf.distribute.ReductionToOneDevice). `accumulation_fn` takes the place of tf.add_n."""

    __module__ = "tensorflow.python.distribute.cross_device_ops"

    def __init__(self, reduce_to_device: Any = None, accumulation_fn: Any = None) -> None:
        self.reduce_to_device, self.accumulation_fn = reduce_to_device, accumulation_fn

    def _put_together(self, reduce_op: Any, value: Any) -> Any:
        if self.accumulation_fn is None or not isinstance(value, DistributedValues):
            return super()._put_together(reduce_op, value)
        parts = value.values  # type: ignore[attr-defined]
        with device(self.reduce_to_device) if self.reduce_to_device is not None else nullcontext():
            total = self.accumulation_fn(list(parts))
        return total if reduce_op is ReduceOp.SUM else total / len(parts)


class _AllReduce(CrossDeviceOps):
    def __init__(self, num_packs: int = 1) -> None:
        if num_packs < 0:
            raise ValueError(f"Argument `num_packs` must be >=0, got {num_packs}")
        self._num_packs = num_packs


class NcclAllReduce(_AllReduce):
    """Adds up by NCCL (tf.distribute.NcclAllReduce)."""

    __module__ = "tensorflow.python.distribute.cross_device_ops"


class HierarchicalCopyAllReduce(_AllReduce):
    """Adds up along a tree of devices (tf.distribute.HierarchicalCopyAllReduce)."""

    __module__ = "tensorflow.python.distribute.cross_device_ops"
