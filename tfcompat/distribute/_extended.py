"""What a replica's code knows of itself, and a strategy's methods for libraries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._core import structure
from tfcompat._core.callables import DistributedValues
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.custom_gradient import custom_gradient
from tfcompat._core.device import device
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.variable import Variable
from tfcompat.distribute import _context
from tfcompat.distribute._reductions import check_has_axis, copied, devices_of, gathered, reduced
from tfcompat.distribute._values import Mirrored, ReduceOp, of_replica, regrouped

LIBRARY = "tensorflow.python.distribute.distribute_lib"


class ReplicaContext:
    """What a replica's code knows of itself (tf.distribute.ReplicaContext): tf.distribute.get_replica_context()."""

    __module__ = LIBRARY
    replica: Any = None  # the thread that runs it, where there are several

    def __init__(self, strategy: Any, replica_id_in_sync_group: Any) -> None:
        self._strategy, self._id = strategy, replica_id_in_sync_group

    @property
    def strategy(self) -> Any:
        """The strategy that runs the replica."""
        return self._strategy

    @property
    def num_replicas_in_sync(self) -> int:
        """How many replicas run."""
        return self._strategy.num_replicas_in_sync

    @property
    def replica_id_in_sync_group(self) -> Any:
        """The replica's number, a scalar int32 tensor; an int where no strategy is in force."""
        return as_tensor(self._strategy._first_replica + self._id)

    @property
    def devices(self) -> list[Any]:
        """The replica's devices."""
        return [[self._strategy.extended.worker_devices[self._id]]]

    def merge_call(self, merge_fn: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
        """`merge_fn(strategy, *args, **kwargs)`, called once, across replicas, when all have come here.

        Where replicas give different arguments it gets a PerReplica of them; each gets its part of what it returns.
        RuntimeError within a tf.function, a branch or a loop that the replica itself calls.
        """
        if self.replica is not None:
            return self.replica.merge(merge_fn, args, kwargs)
        with _context.entered(self._strategy, None):
            return merge_fn(self._strategy, *args, **(kwargs or {}))

    def all_reduce(self, reduce_op: Any, value: Any, options: Any = None) -> Any:
        """The sum or mean of all replicas' values: with one replica, its own. Gradients are put together alike."""
        op = ReduceOp.of(reduce_op)
        value = structure.map_structure(as_tensor, value)
        if self.replica is None:
            return value

        def together(parts: list[Any]) -> list[Any]:
            return self.merge_call(lambda strategy, given: strategy._all_reduced(op, given), (parts,))

        return self._exchanged(value, together, together)

    def all_gather(self, value: Any, axis: int, options: Any = None) -> Any:
        """All replicas' values, one after the other along `axis`: with one replica, its own."""
        value = structure.map_structure(as_tensor, value)
        if self.replica is None:
            return value
        for part in structure.flatten(value):
            check_has_axis("all_gather", part)
        sizes: list[Any] = []

        def together(parts: list[Any]) -> list[Any]:
            def merge(strategy: Any, given: list[Any]) -> list[Any]:
                return [strategy._to_all(gathered(each, axis, strategy._workers)) for each in given]

            sizes[:] = [self.merge_call(_sizes_of_all, (_size(part, axis),)) for part in parts]
            return self.merge_call(merge, (parts,))

        def back(gradients: list[Any]) -> list[Any]:
            summed = self.merge_call(lambda s, given: s._all_reduced(ReduceOp.SUM, given), (gradients,))
            number = self._strategy._first_replica + self._id
            return [_part(each, n, number, axis) for each, n in zip(summed, sizes, strict=True)]

        return self._exchanged(value, together, back)

    def _exchanged(self, value: Any, forward: Callable[..., list[Any]], back: Callable[..., list[Any]]) -> Any:
        """A nest with what `forward` makes of its tensors; `back` makes their gradients of those of the results."""
        flat = structure.flatten(value)
        if any(isinstance(part, IndexedSlices) for part in flat):
            return structure.pack_sequence_as(value, forward(flat))

        @custom_gradient
        def exchange(*tensors: Any) -> Any:
            return forward(list(tensors)), lambda *gradients: back(list(gradients))

        return structure.pack_sequence_as(value, structure.flatten(exchange(*flat)))


class MirroredReplicaContext(ReplicaContext):
    """The context of a replica among several, or of a mirrored strategy."""

    __module__ = "tensorflow.python.distribute.mirrored_run"


MirroredReplicaContext.__name__ = MirroredReplicaContext.__qualname__ = "_MirroredReplicaContext"


def as_tensor(value: Any) -> Any:
    """The tensor that a value stands for; IndexedSlices are left as they are."""
    return value if isinstance(value, IndexedSlices) else convert_to_tensor(value)


def _sizes_of_all(strategy: Any, sizes: Any) -> Any:
    """The replicas' sizes, a list; one where all are the same. Those of other workers are tensors' elements."""
    from tfcompat._arrays.joining import stack

    values = getattr(sizes, "values", None)
    if strategy._workers is None:
        return list(values) if values is not None else sizes
    own = [sizes] * len(strategy._devices) if values is None else list(values)
    everywhere = strategy._workers.rows(stack([convert_to_tensor(size) for size in own]), 0)
    return [everywhere[i] for i in range(strategy.num_replicas_in_sync)]


def _size(x: Any, axis: int) -> Any:
    from tfcompat._arrays.shaping import shape

    known = x.shape[axis] if x.shape.rank else None
    return shape(x)[axis] if known is None else known


def _part(x: Any, sizes: Any, i: int, axis: int) -> Any:
    """The part of `x` that replica number `i` gave, of parts with `sizes` along `axis`; one size is that of all."""
    sizes = [sizes] * (i + 1) if not isinstance(sizes, list) else sizes
    start = sum(sizes[:i])
    where: list[Any] = [slice(None)] * x.shape.rank
    where[axis] = slice(start, start + sizes[i])
    return x[tuple(where)]


class StrategyExtended:
    """A strategy's further methods, for libraries (tf.distribute.StrategyExtended): `strategy.extended`."""

    __module__ = LIBRARY

    def __init__(self, container_strategy: Any) -> None:
        self._strategy = container_strategy

    @property
    def worker_devices(self) -> tuple[str, ...]:
        """The devices that replicas run on."""
        return tuple(self._strategy._devices)

    @property
    def parameter_devices(self) -> tuple[str, ...]:
        """The devices that variables lie on."""
        return tuple(self._strategy._variable_devices)

    @property
    def experimental_require_static_shapes(self) -> bool:
        """Whether shapes must be known: they need not."""
        return False

    def _use_merge_call(self) -> bool:
        return True

    def _in_multi_worker_mode(self) -> bool:
        return self._strategy._workers is not None  # what Keras Tuner asks before it writes a file

    def reduce_to(self, reduce_op: Any, value: Any, destinations: Any, options: Any = None) -> Any:
        """The sum or mean of the replicas' values, on the device that `destinations` is or where it lies.

        A Mirrored where that has a copy for each replica.
        """
        strategy = self._strategy
        if not strategy._has_several and not isinstance(value, DistributedValues):
            return value
        if strategy._workers is not None:
            value = reduced(ReduceOp.of(reduce_op), value, strategy._workers)
            return copied(value, devices_of(destinations))
        return strategy._cross_device_ops.reduce(reduce_op, value, destinations, options)

    def batch_reduce_to(self, reduce_op: Any, value_destination_pairs: Any, options: Any = None) -> list[Any]:
        """`reduce_to` for each (value, destinations)."""
        return [self.reduce_to(reduce_op, value, to, options) for value, to in value_destination_pairs]

    def broadcast_to(self, tensor: Any, destinations: Any) -> Any:
        """The tensor, on the device that `destinations` is or where it lies."""
        return self._strategy._cross_device_ops.broadcast(tensor, destinations)

    def read_var(self, v: Any) -> Any:
        """A variable's value across replicas."""
        return v.read_value()

    def update(self, var: Any, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, group: bool = True) -> Any:
        """`fn(var, *args, **kwargs)`, where the variable lies; a tuple of the results where `group` is False.

        A variable with copies is updated copy by copy, each with the replica's part of the arguments.
        """
        copies = getattr(var, "_copies", None)
        if copies is None:
            with device(self._strategy._scope_device):
                found = fn(var, *args, **(kwargs or {}))
            return found if group else (found,)
        made = []
        for i, each in enumerate(copies):
            with _context.entered(self._strategy, None, i), device(each.device):
                made.append(fn(each, *of_replica(i, tuple(args)), **of_replica(i, dict(kwargs or {}))))
        if not group:
            return tuple(made)
        if len(made) == 1:
            return made[0]
        return regrouped([x.read_value() if isinstance(x, Variable) else x for x in made], Mirrored)

    def colocate_vars_with(self, colocate_with_variable: Any) -> Any:
        """A scope in which variables lie where another one does: they all do."""
        if not isinstance(colocate_with_variable, Variable) and not hasattr(colocate_with_variable, "device"):
            raise ValueError(f"`colocate_with_variable` must be a variable. Received: {colocate_with_variable!r}")
        return device(self._strategy._scope_device)

    def value_container(self, value: Any) -> Any:
        """What holds a variable of a replica: with one replica, the variable itself."""
        return getattr(value, "_copy_of", value)

    def variable_created_in_scope(self, v: Any) -> bool:
        """Whether the variable was made in this strategy's scope."""
        from tfcompat.distribute._strategy import default_strategy

        made_in = getattr(v, "_distribute_strategy", None)
        return made_in is self._strategy or (made_in is None and self._strategy is default_strategy())

    def call_for_each_replica(self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
        """What `fn` returns, called as a replica, in each."""
        return self._strategy._run(fn, args, kwargs)


def to_all(x: Any, devices: Any) -> Any:
    """A tensor's copies on the devices, a Mirrored."""
    return Mirrored([copied(x, [name]) for name in devices])
