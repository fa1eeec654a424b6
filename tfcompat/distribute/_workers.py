"""The processes of a cluster that train in sync: how they find each other, and how values travel between them.

torch.distributed does the work: gloo between CPUs, NCCL between GPUs. Each process runs the same program on a part of
the input, so all come to the same exchanges in the same order; in a captured function an exchange is a node.
"""

from __future__ import annotations

import atexit
import datetime
import functools
from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core import errors
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.ops import wrap
from tfcompat._core.value_ops import value_op
from tfcompat.distribute._values import ReduceOp

_PATIENCE = 1800.0  # seconds


class Workers:
    """The processes that take part, `count` of them, of which this is number `rank`, counted from 0."""

    def __init__(self, addresses: Sequence[str], rank: int, timeout: float | None = None) -> None:
        self.count, self.rank = len(addresses), rank
        _connect(tuple(addresses), rank, _PATIENCE if timeout is None else timeout)

    def reduced(self, op: ReduceOp, values: Sequence[Any]) -> list[Any]:
        """Each of this worker's values, tensors or IndexedSlices, summed or averaged over the workers."""
        dense = [i for i, value in enumerate(values) if not isinstance(value, IndexedSlices)]
        tensors = [convert_to_tensor(values[i]) for i in dense]
        totals = dict(zip(dense, map(wrap, _total(list(map(to_storage, tensors)))))) if dense else {}
        return [
            self._slices(op, value)
            if isinstance(value, IndexedSlices)
            else (totals[i] if op is ReduceOp.SUM else totals[i] / self.count)
            for i, value in enumerate(values)
        ]

    def _slices(self, op: ReduceOp, value: IndexedSlices) -> IndexedSlices:
        values = self.rows(value.values, 0)
        values = values if op is ReduceOp.SUM else values / self.count
        return IndexedSlices(values, self.rows(value.indices, 0), value.dense_shape)

    def rows(self, value: Any, axis: int) -> Any:
        """The workers' tensors, one after the other along an axis, in which alone they may differ."""
        t = to_storage(convert_to_tensor(value)).movedim(axis, 0)
        here = torch.nn.functional.one_hot(torch.tensor(self.rank), self.count) * t.shape[0]
        counts = _total([here.to(t.device)])[0]
        return wrap(_rows(t, counts, counts.repeat_interleave(counts)).movedim(0, axis))

    def counted(self, value: bool) -> int:
        """For how many of the workers `value` is true."""
        return int(_total([torch.tensor(int(value))])[0])

    def first(self, t: torch.Tensor) -> torch.Tensor:
        """The value that the first worker has."""
        return _first(t)


def same_chance(workers: Workers) -> None:
    """Has datasets that no seed decides be shuffled alike by all workers, so that each row goes to one of them."""
    from tfcompat.data._random import take_chance_from

    take_chance_from(int(workers.first(torch.randint(2**62, ()))))


@functools.cache
def _connect(addresses: tuple[str, ...], rank: int, timeout: float) -> None:
    """Joins the others, which takes until all are there; the first one's address is where they meet."""
    import torch.distributed as dist

    host, _, port = addresses[0].rpartition(":")
    patience = datetime.timedelta(seconds=timeout)
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() and dist.is_nccl_available() else "gloo"
    try:
        store = dist.TCPStore(host, int(port), len(addresses), is_master=rank == 0, timeout=patience)
        dist.init_process_group(backend, store=store, rank=rank, world_size=len(addresses), timeout=patience)
    except (RuntimeError, ValueError) as error:
        raise errors.UnavailableError(
            None, None, f"The workers {', '.join(addresses)} of the cluster can't be connected: {error}"
        ) from error
    atexit.register(dist.destroy_process_group)


def _exchanged(exchange: Any, *args: Any) -> None:
    """Calls a function of torch.distributed; UnavailableError where another worker is gone.

    While a function is captured torch calls kernels from Python, which holds the interpreter's lock. gloo's threads ask
    for that lock while they hold one that the kernel waits for.
    """
    try:
        with torch._C._DisablePythonDispatcher():
            exchange(*args)
    except RuntimeError as error:
        raise errors.UnavailableError(None, None, f"A worker of the cluster can't be reached: {error}") from error


def _like(ts: list[torch.Tensor]) -> list[torch.Tensor]:
    return [torch.empty_like(t) for t in ts]


@value_op("(Tensor[] ts) -> Tensor[]", _like)
def _total(ts: list[torch.Tensor]) -> list[torch.Tensor]:
    """The sums of the workers' tensors; those of one dtype travel together."""
    import torch.distributed as dist

    sums: list[Any] = [None] * len(ts)
    for dtype, device in dict.fromkeys((t.dtype, t.device) for t in ts):
        own = [i for i, t in enumerate(ts) if t.dtype == dtype and t.device == device]
        packed = torch.cat([ts[i].reshape(-1) for i in own])
        wide = packed.to(torch.int32) if dtype is torch.bool else packed
        _exchanged(dist.all_reduce, wide)
        parts = wide.to(dtype).split([ts[i].numel() for i in own])
        for i, part in zip(own, parts):
            sums[i] = part.view(ts[i].shape) if len(own) == 1 else part.reshape(ts[i].shape).clone()
    return sums


@value_op(
    "(Tensor t, Tensor counts, Tensor rows) -> Tensor", lambda t, _, rows: t.new_empty((*rows.shape, *t.shape[1:]))
)
def _rows(t: torch.Tensor, counts: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """The workers' tensors, one after the other along the first axis.

    counts: how many rows each worker has. rows: a tensor with as many elements as there are rows.
    """
    import torch.distributed as dist

    sizes = counts.tolist()
    padded = t.new_zeros((max(sizes), *t.shape[1:]))
    padded[: t.shape[0]] = t
    parts = [torch.empty_like(padded) for _ in sizes]
    _exchanged(dist.all_gather, parts, padded)
    return torch.cat([part[:size] for part, size in zip(parts, sizes)])


@value_op("(Tensor t) -> Tensor", torch.empty_like)
def _first(t: torch.Tensor) -> torch.Tensor:
    """The first worker's tensor."""
    import torch.distributed as dist

    value = t.detach().clone(memory_format=torch.contiguous_format)
    _exchanged(dist.broadcast, value, 0)
    return value
