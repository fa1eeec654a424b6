"""The integer arithmetic of sparse tensors: their sizes, and the order, position and grouping of their indices."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core.ops import Invalid, is_symbolic
from tfcompat._core.shapes import TensorShape

# ---- sizes ----


def elements(shape: torch.Tensor) -> list[Any]:
    """The sizes in a shape tensor; None for those that a capture does not know."""
    if not is_symbolic(shape):
        return shape.tolist()
    return [_element(n) for n in shape.unbind()]


def _element(n: torch.Tensor) -> Any:
    from tfcompat._function.recorder import NotCapturable  # heavy, and loaded where there is a capture

    try:
        return n.item()
    except NotCapturable:
        return None


def sizes(shape: torch.Tensor) -> list[Any]:
    """The sizes in a shape tensor as ints; what a capture does not know is an int that the graph knows when it runs."""
    found = elements(shape)
    if None not in found:
        return found
    return [_size(n) if size is None else size for n, size in zip(shape.unbind(), found)]


def _size(n: torch.Tensor) -> Any:
    """The value of `n` as the size of a tensor, which is how a capture can pass a value on to an op's sizes."""
    return torch.repeat_interleave(n.reshape(1)).shape[0]


def static_shape(shape: torch.Tensor) -> TensorShape:
    """What is known of a shape tensor; -1 stands for an unknown size."""
    return TensorShape([n if type(n) is int and n != -1 else None for n in _checked(elements(shape))])


def _checked(found: list[Any]) -> list[Any]:
    for n in found:
        if type(n) is int and n < -1:
            raise ValueError(f"Dimension {n} must be >= 0")
    return found


def shape_tensor(numbers: Sequence[Any], like: torch.Tensor) -> torch.Tensor:
    """Sizes as a shape tensor on the device of `like`."""
    if all(type(n) is int for n in numbers):
        return torch.tensor(numbers, dtype=torch.int64, device=like.device)
    return torch.stack([torch.scalar_tensor(n, dtype=torch.int64, device=like.device) for n in numbers])


def product(numbers: Sequence[Any]) -> Any:
    """The product of sizes, 1 for none."""
    result: Any = 1
    for n in numbers:
        result = result * n
    return result


def dims(numbers: Sequence[Any]) -> str:
    """Sizes as TensorFlow's kernels print them: [2,3]."""
    return f"[{','.join(map(str, numbers))}]"


def filled(value: torch.Tensor, numbers: Sequence[Any]) -> torch.Tensor:
    """A tensor of these sizes, every element of which is the scalar `value`."""
    if all(type(n) is int for n in numbers):
        return value.expand(tuple(numbers)).clone()
    # A constant of a capture can't be expanded to sizes that it does not know.
    everywhere = torch.ones(tuple(numbers), dtype=torch.bool, device=value.device)
    return torch.where(everywhere, value, value)


# ---- order and position ----


def linear(indices: torch.Tensor, numbers: Sequence[Any]) -> torch.Tensor:
    """The row-major position of each index, a row of `indices`, in a dense tensor of these sizes."""
    position = torch.zeros(indices.shape[0], dtype=torch.int64, device=indices.device)
    for column, size in zip(indices.unbind(1), numbers):
        position = position * size + column
    return position


def coordinates(positions: torch.Tensor, numbers: Sequence[Any]) -> torch.Tensor:
    """The indices, one a row, of row-major positions in a dense tensor of these sizes."""
    columns = []
    for size in reversed(numbers):
        columns.append(positions % size)
        positions = torch.div(positions, size, rounding_mode="floor")
    return _as_rows(list(reversed(columns)), positions)


def _as_rows(columns: list[torch.Tensor], like: torch.Tensor) -> torch.Tensor:
    return torch.stack(columns, 1) if columns else like.new_zeros((like.shape[0], 0))


def _packed(rows: torch.Tensor) -> tuple[torch.Tensor, list[int], torch.Tensor] | None:
    """A number for each row, in the order of the rows; the sizes and the least row that give the rows back.

    None where a capture does not know the rows, or where the numbers do not fit an int64.
    """
    if is_symbolic(rows) or not rows.numel():
        return None
    least = rows.amin(0)
    spans = (rows.amax(0) - least + 1).tolist()
    if min(spans) < 1 or product(spans) >= 2**63:  # a span of 2**63 or more has wrapped around
        return None
    return linear(rows - least, spans), spans, least


def order(rows: torch.Tensor) -> torch.Tensor:
    """Which of `rows` come one after the other in lexicographic order; equal ones stay as they are."""
    packed = _packed(rows)
    if packed is not None:
        return torch.argsort(packed[0], stable=True)
    found = torch.arange(rows.shape[0], device=rows.device)
    for column in reversed(rows.unbind(1)):
        found = found[torch.argsort(column[found], stable=True)]
    return found


def group_ids(rows: torch.Tensor) -> torch.Tensor:
    """A number for each of `rows`, one more wherever a row differs from the one before it."""
    starts = (rows[1:] != rows[:-1]).any(1)
    return torch.cat([starts.new_zeros(1), starts]).long().cumsum(0)[: rows.shape[0]]


def unique_rows(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The different rows in lexicographic order, and which of them each row is."""
    packed = _packed(rows)
    if packed is not None:
        numbers, spans, least = packed
        found, which = torch.unique(numbers, return_inverse=True)
        return coordinates(found, spans) + least, which.long()  # torch 2.11 captures it as a tensor of floats
    by = order(rows)
    rows = rows[by]
    ids = group_ids(rows)
    starts = torch.diff(ids, prepend=ids.new_full((1,), -1)) != 0
    return rows[torch.nonzero(starts).reshape(-1)], torch.zeros_like(ids).index_copy(0, by, ids)


def offsets(ids: torch.Tensor) -> torch.Tensor:
    """The position of each element within its group, of groups that stand one after the other."""
    places = torch.arange(ids.shape[0], device=ids.device)
    first = torch.full_like(ids, ids.shape[0]).scatter_reduce(0, ids, places, "amin")
    return places - first[ids]


def take(values: Any, rows: torch.Tensor) -> Any:
    """The elements of a tensor, or an array of strings, in these places."""
    return values[rows.cpu().numpy()] if isinstance(values, np.ndarray) else values[rows]


# ---- checks of what is known ----


def check_bounds(indices: torch.Tensor, numbers: Sequence[Any], message: str = "") -> None:
    """Raises InvalidArgumentError for the first index that is outside of a dense tensor of these sizes."""
    if is_symbolic(indices) or not indices.numel() or not all(type(n) is int for n in numbers):
        return
    limits = torch.tensor(numbers, dtype=torch.int64, device=indices.device)
    bad = ((indices < 0) | (indices >= limits)).any(1)
    if bool(bad.any()):
        at = int(bad.long().argmax())
        text = f"indices[{at}] = {dims(indices[at].tolist())} is out of bounds: need 0 <= index < {dims(numbers)}"
        raise Invalid(message or text)


def check_order(indices: torch.Tensor, numbers: Sequence[Any]) -> None:
    """Raises InvalidArgumentError unless the indices are within bounds, in lexicographic order, and all different."""
    check_bounds(indices, numbers)
    if is_symbolic(indices) or indices.shape[0] < 2:
        return
    signs = (indices[1:] - indices[:-1]).sign()
    # The first column that differs decides: it weighs more than all columns after it.
    weights = 2.0 ** torch.arange(indices.shape[1] - 1, -1, -1, dtype=torch.float64, device=indices.device)
    rises = (signs * weights).sum(1)
    bad = rises <= 0
    if bool(bad.any()):
        at = int(bad.long().argmax())
        row = f"indices[{at + 1}] = {dims(indices[at + 1].tolist())}"
        if not rises[at]:
            raise Invalid(f"{row} is repeated")
        raise Invalid(
            f"{row} is out of order. Many sparse ops require sorted indices.\n"
            "    Use `tf.sparse.reorder` to create a correctly ordered copy.\n\n"
        )


def same_sizes(a: Sequence[Any], b: Sequence[Any]) -> bool:
    """Whether two lists of sizes are the same, as far as a capture knows them."""
    pairs = itertools.zip_longest(a, b)
    return len(a) == len(b) and all(p == q for p, q in pairs if type(p) is int and type(q) is int)
