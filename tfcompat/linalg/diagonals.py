"""tf.linalg's views of matrices: diagonals, bands, transposes and the trace."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._core.arguments import INEXACT, NUMBERS, expect, integer, integers
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Alike, Invalid, Value, op

_BRAIN = frozenset({torch.bfloat16})
_DIAGONAL = (INEXACT | {torch.int32, torch.int64}) - _BRAIN
_ALIGNS = ("RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT")


def _band(k: Any) -> tuple[int, int]:
    """The lowest and the highest diagonal of an argument `k`: a number or a pair."""
    bounds = integers(k, "k")
    if len(bounds) not in (1, 2):
        raise Invalid(f"diag_index must be a scalar or a vector with one or two elements, got {bounds}")
    low, high = bounds[0], bounds[-1]
    if low > high:
        raise Invalid(f"lower_diag_index must not be larger than upper_diag_index: {low} > {high}")
    return low, high


def _align(align: str) -> tuple[str, str]:
    if align not in _ALIGNS:
        raise Invalid(
            f"Value for attr 'align' of \"{align}\" is not in the list of allowed values: {', '.join(_ALIGNS)}"
        )
    above, below = align.split("_")
    return above, below


class _Layout:
    """Where the elements of diagonals low to high of a rows x columns matrix lie, packed as [diagonals, length].

    The highest diagonal comes first; a shorter one is put to the left or the right end of its row by `align`.
    """

    def __init__(self, rows: int, columns: int, low: int, high: int, align: str, device: torch.device) -> None:
        above, below = _align(align)
        self.rows, self.columns, self.low, self.high, self.device = rows, columns, low, high, device
        self.length = max(0, min(rows + min(high, 0), columns - max(low, 0)))
        steps = torch.arange(high, low - 1, -1, device=device)
        lengths = torch.minimum(columns - steps.clamp_min(0), rows + steps.clamp_max(0))
        right = (steps >= 0) & (above == "RIGHT") | (steps < 0) & (below == "RIGHT")
        self.lengths, self.steps = lengths, steps
        self.offsets = torch.where(right, self.length - lengths, 0)

    def in_matrix(self) -> tuple[torch.Tensor, torch.Tensor]:
        """For each element of the matrix: its place in the flattened pack, and whether it has one."""
        r = torch.arange(self.rows, device=self.device).unsqueeze(1)
        c = torch.arange(self.columns, device=self.device).unsqueeze(0)
        step = c - r
        inside = (step >= self.low) & (step <= self.high)
        which = torch.where(inside, self.high - step, 0)
        place = which * self.length + torch.minimum(r, c) + self.offsets[which]
        return torch.where(inside, place, 0), inside

    def in_pack(self) -> tuple[torch.Tensor, torch.Tensor]:
        """For each element of the pack: its place in the flattened matrix, and whether it has one."""
        i = torch.arange(self.length, device=self.device).unsqueeze(0) - self.offsets.unsqueeze(1)
        inside = (i >= 0) & (i < self.lengths.unsqueeze(1))
        r, c = i - self.steps.unsqueeze(1).clamp_max(0), i + self.steps.unsqueeze(1).clamp_min(0)
        return torch.where(inside, r * self.columns + c, 0), inside


def _pick(x: torch.Tensor, dims: int, places: torch.Tensor, inside: torch.Tensor, other: Any) -> torch.Tensor:
    """The elements of the last `dims` dimensions of `x` at `places`, or `other` where there are none."""
    flat = x.flatten(-dims) if dims > 1 else x
    some = flat.shape[-1] or not places.numel()
    picked = flat[..., places.reshape(-1)].unflatten(-1, places.shape) if some else None
    if picked is None:
        picked = torch.zeros((*flat.shape[:-1], *places.shape), dtype=x.dtype, device=x.device)
    return torch.where(inside, picked, other)


def _padding(value: Any, x: torch.Tensor) -> torch.Tensor:
    t = to_storage(value)
    if t.ndim:
        raise Invalid(f"padding_value must be a scalar, got shape {list(t.shape)}")
    return t.to(x.dtype).to(x.device)


@op("MatrixDiagV3", strings=True)
def diag(
    diagonal: Value,
    name: str | None = "diag",
    k: Any = 0,
    num_rows: Any = -1,
    num_cols: Any = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> torch.Tensor:
    """Matrices with the given diagonals (tf.linalg.diag).

    diagonal: [..., n], or [..., diagonals, n] where k is a pair. k: which diagonal (0 is the main one, positive ones
    are above), or the lowest and highest of several. num_rows, num_cols: the size, as small as it can be where -1.
    padding_value: what the other elements are. align: where the pack has a shorter diagonal, above and below the main.
    """
    low, high = _band(k)
    if not diagonal.ndim:
        raise Invalid("diagonal must be at least 1-dim, received shape: []")
    several = low != high
    if several and (diagonal.ndim < 2 or diagonal.shape[-2] != high - low + 1):
        raise Invalid(
            f"The number of diagonals provided in the input does not match the lower_diag_index and upper_diag_index "
            f"range: {list(diagonal.shape)} for k = {(low, high)}"
        )
    length = diagonal.shape[-1]
    least_rows, least_columns = length - min(high, 0), length + max(low, 0)
    rows, columns = integer(num_rows, "num_rows"), integer(num_cols, "num_cols")
    if rows == -1 and columns == -1:
        rows = columns = max(least_rows, least_columns)
    rows, columns = least_rows if rows == -1 else rows, least_columns if columns == -1 else columns
    if rows < least_rows:
        raise Invalid(f"The number of rows is too small, got {rows}, needs {least_rows}")
    if columns < least_columns:
        raise Invalid(f"The number of columns is too small, got {columns}, needs {least_columns}")
    if rows != least_rows and columns != least_columns:
        raise Invalid(
            "The number of rows or columns is not consistent with the specified d_lower, d_upper, and diagonal."
        )
    layout = _Layout(rows, columns, low, high, align, diagonal.device)
    places, inside = layout.in_matrix()
    return _pick(diagonal, 2 if several else 1, places, inside, _padding(padding_value, diagonal))


def _layout_of(x: torch.Tensor, k: Any, align: str) -> _Layout:
    if x.ndim < 2:
        raise Invalid(f"input must be at least 2-dim, received shape: {list(x.shape)}")
    low, high = _band(k)
    rows, columns = x.shape[-2], x.shape[-1]
    for bound in (low, high):
        if not (-rows < bound < columns or bound == 0):
            raise Invalid(f"diag_index must be in ({-rows}, {columns}), got {bound}")
    return _Layout(rows, columns, low, high, align, x.device)


@op("MatrixDiagPartV3", strings=True)
def diag_part(
    input: Value, name: str | None = "diag_part", k: Any = 0, padding_value: Any = 0, align: str = "RIGHT_LEFT"
) -> torch.Tensor:
    """The diagonals of matrices, packed as `diag` takes them (tf.linalg.diag_part).

    Returns [..., n], or [..., diagonals, n] where k is a pair; padding_value fills up the shorter ones.
    """
    layout = _layout_of(input, k, align)
    places, inside = layout.in_pack()
    if layout.low == layout.high:
        places, inside = places[0], inside[0]
    return _pick(input, 2, places, inside, _padding(padding_value, input))


@op("MatrixSetDiagV3", strings=True)
def set_diag(
    input: Alike, diagonal: Alike, name: str | None = "set_diag", k: Any = 0, align: str = "RIGHT_LEFT"
) -> torch.Tensor:
    """Matrices with other diagonals, packed as `diag` takes them (tf.linalg.set_diag)."""
    layout = _layout_of(input, k, align)
    several = layout.low != layout.high
    want = (*input.shape[:-2], *((layout.high - layout.low + 1,) if several else ()), layout.length)
    if tuple(diagonal.shape) != tuple(want):
        raise Invalid(f"diagonal must have shape {list(want)}, received {list(diagonal.shape)}")
    places, inside = layout.in_matrix()
    return _pick(diagonal, 2 if several else 1, places, inside, input)


@op("MatrixBandPart", strings=True)
def band_part(input: Value, num_lower: Any, num_upper: Any, name: str | None = None) -> torch.Tensor:
    """Matrices with what lies outside of a band set to 0 (tf.linalg.band_part).

    num_lower, num_upper: how many diagonals below and above the main one to keep, all where negative.
    """
    if input.ndim < 2:
        raise Invalid(f"input must be at least 2-dim, received shape: {list(input.shape)}")
    lower, upper = integer(num_lower, "num_lower"), integer(num_upper, "num_upper")
    rows, columns = input.shape[-2], input.shape[-1]
    for argument, bound, size in (("num_lower", lower, rows), ("num_upper", upper, columns)):
        if isinstance(bound, int) and isinstance(size, int) and bound > size:
            raise Invalid(
                f"{argument} must be negative or less or equal to number of its dimension ({size}) got: {bound}"
            )
    step = torch.arange(columns, device=input.device) - torch.arange(rows, device=input.device).unsqueeze(1)
    inside = torch.ones_like(step, dtype=torch.bool)
    if lower >= 0:
        inside = inside & (step >= -lower)
    if upper >= 0:
        inside = inside & (step <= upper)
    return torch.where(inside, input, torch.zeros((), dtype=input.dtype, device=input.device))


@op("Trace")
def trace(x: Value, name: str | None = None) -> torch.Tensor:
    """The sum of the main diagonal of each matrix, the last two dimensions (tf.linalg.trace)."""
    if expect(x, NUMBERS).ndim < 2:
        raise Invalid(f"input must be at least 2-dim, received shape: {list(x.shape)}")
    return torch.diagonal(x, dim1=-2, dim2=-1).sum(-1, dtype=x.dtype)


@op("Diag")
def tensor_diag(diagonal: Value, name: str | None = None) -> torch.Tensor:
    """A tensor of twice the rank with `diagonal` where its halves of indices agree, else 0 (tf.linalg.tensor_diag)."""
    expect(diagonal, _DIAGONAL, _BRAIN)
    if not diagonal.ndim:
        raise Invalid("Input must be at least rank 1, got 0")
    return torch.diag_embed(diagonal.reshape(-1)).reshape(*diagonal.shape, *diagonal.shape)


@op("DiagPart")
def tensor_diag_part(input: Value, name: str | None = None) -> torch.Tensor:
    """The elements where the two halves of the indices agree, of a tensor of even rank (tf.linalg.tensor_diag_part)."""
    expect(input, _DIAGONAL, _BRAIN)
    half = input.ndim // 2
    if input.ndim % 2:
        raise Invalid(f"The rank of the tensor should be even, got shape {list(input.shape)}")
    if tuple(input.shape[:half]) != tuple(input.shape[half:]):
        raise Invalid(
            f"Invalid shape {list(input.shape)}: dimensions {list(input.shape[:half])} and the rest do not match."
        )
    size = int(np.prod(input.shape[:half]))
    return torch.diagonal(input.reshape(size, size)).reshape(input.shape[:half])


def _matrices(x: torch.Tensor) -> torch.Tensor:
    if x.ndim < 2:
        raise ValueError(f"Argument `a` should be a (batch) matrix with rank >= 2.  Received shape: {list(x.shape)}")
    return x


@op("MatrixTranspose", strings=True)
def matrix_transpose(a: Value, name: str | None = "matrix_transpose", conjugate: bool = False) -> torch.Tensor:
    """The last two dimensions swapped, and conjugated where asked for (tf.linalg.matrix_transpose)."""
    t = _matrices(a).swapaxes(-2, -1)
    return torch.conj_physical(t) if conjugate and t.is_complex() else t


@op("Adjoint", strings=True)
def adjoint(matrix: Value, name: str | None = None) -> torch.Tensor:
    """The last two dimensions swapped and conjugated (tf.linalg.adjoint)."""
    t = _matrices(matrix).swapaxes(-2, -1)
    return torch.conj_physical(t) if t.is_complex() else t
