"""Sums, means and concatenations of the replicas' values, and copies of tensors on devices."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from tfcompat._core.callables import DistributedValues
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.device import device
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat.distribute._values import Mirrored, ReduceOp


def reduced(op: ReduceOp, value: Any, workers: Any = None) -> Any:
    """The sum or mean of the replicas' values: of a PerReplica or a list; with `workers`, over theirs too.

    What is the same for all is its own mean; ValueError for the sum of it, which nobody can mean.
    """
    from tfcompat.math.arithmetic import add_n

    if workers is not None:
        here = reduced(op, value) if isinstance(value, (DistributedValues, list)) else value
        return workers.reduced(op, [here])[0]
    if not isinstance(value, (DistributedValues, list)):
        if op is ReduceOp.MEAN:
            return value
        raise ValueError(f"A non-DistributedValues value {value!s} cannot be reduced with the given reduce op {op}.")
    parts = value if isinstance(value, list) else list(value.values)  # type: ignore[attr-defined]
    if isinstance(parts[0], IndexedSlices):
        return _slices(op, parts)
    with _where(parts[0]):
        total = add_n([convert_to_tensor(part) for part in parts])
        return total if op is ReduceOp.SUM else total / len(parts)


def _where(part: Any) -> Any:
    """A scope of the device that a replica's value lies on, if any."""
    name = getattr(part, "device", None)
    return device(name) if name else nullcontext()


def _slices(op: ReduceOp, parts: Sequence[Any]) -> IndexedSlices:
    """The slices of all replicas, of which those for one row count together."""
    from tfcompat._arrays.joining import concat

    with _where(parts[0].values):
        values = concat([part.values for part in parts], 0)
        values = values if op is ReduceOp.SUM else values / len(parts)
        return IndexedSlices(values, concat([part.indices for part in parts], 0), parts[0].dense_shape)


def reduced_along(op: ReduceOp, value: Any, axis: Any, workers: Any = None) -> Any:
    """`reduced`, and over an axis of each replica's value; a mean is that of all elements there."""
    from tfcompat._arrays.shaping import shape
    from tfcompat.dtypes.casting import cast
    from tfcompat.math.reductions import reduce_mean, reduce_sum

    if workers is None and not isinstance(value, DistributedValues):
        return (reduce_sum if op is ReduceOp.SUM else reduce_mean)(value, axis=axis)
    values = value.values if isinstance(value, DistributedValues) else [value]  # type: ignore[attr-defined]
    parts = [convert_to_tensor(part) for part in values]
    total = reduced(ReduceOp.SUM, [reduce_sum(part, axis=axis) for part in parts], workers)
    if op is ReduceOp.SUM:
        return total
    counts = [shape(part)[axis] for part in parts]
    return total / cast(reduced(ReduceOp.SUM, counts, workers), total.dtype)


def gathered(value: Any, axis: Any, workers: Any = None) -> Any:
    """The replicas' values, one after the other along an axis; ValueError for scalars."""
    from tfcompat._arrays.joining import concat

    if workers is not None:
        here = gathered(value, axis)
        check_has_axis("gather", here)
        return workers.rows(here, axis)
    if not isinstance(value, DistributedValues):
        return convert_to_tensor(value)
    parts = value.values  # type: ignore[attr-defined]
    if isinstance(parts[0], IndexedSlices):
        raise NotImplementedError("gather does not support IndexedSlices")
    tensors = [convert_to_tensor(part) for part in parts]
    check_has_axis("gather", tensors[0])
    with _where(tensors[0]):
        return concat(tensors, axis)


def check_has_axis(name: str, x: Any) -> None:
    """ValueError where `x`, an argument of the method `name`, is a scalar."""
    if x.shape.rank == 0:
        raise ValueError(f"{name} takes values with one dimension at least. Received: value={x!r}")


def devices_of(destinations: Any) -> list[str]:
    """The devices that `destinations` names: a device, or where a variable, tensor or value of replicas lies."""
    if isinstance(destinations, str):
        return [destinations]
    if isinstance(destinations, DistributedValues):
        return [part.device for part in destinations.values]  # type: ignore[attr-defined]
    where = getattr(destinations, "device", None)
    return [where] if where else []


def copied(x: Any, devices: Sequence[str]) -> Any:
    """A tensor on a device; on several, a Mirrored of its copies."""
    made = []
    for name in devices:
        with device(name):
            made.append(_copy(x))
    return x if not made else made[0] if len(made) == 1 else Mirrored(made)


def _copy(x: Any) -> Any:
    from tfcompat._arrays.creation import identity

    if isinstance(x, IndexedSlices):
        return IndexedSlices(identity(x.values), identity(x.indices), x.dense_shape)
    return identity(x)
