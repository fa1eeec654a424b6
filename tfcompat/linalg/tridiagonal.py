"""tf.linalg's tridiagonal matrices, given as a matrix, as three vectors or packed in one tensor."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.arguments import expect
from tfcompat._core.ops import Alike, Alikes, Invalid, is_symbolic, op
from tfcompat.linalg._gradients import unconjugated
from tfcompat.linalg.decompositions import PRECISE

_SMALL = 64  # rows of matrices that are solved as dense ones faster than in any other way
_FORMATS = ("matrix", "sequence", "compact")


def _diagonals(diagonals: Any, form: str) -> list[Any]:
    """The tensors of an argument `diagonals`: a sequence has three, the other formats one."""
    if form not in _FORMATS:
        raise ValueError(f"Expected diagonals_format to be one of {list(_FORMATS)}. Received: {form}")
    if form != "sequence":
        return [diagonals]
    if not isinstance(diagonals, (tuple, list)) or len(diagonals) != 3:
        raise ValueError("Expected diagonals to be a sequence of length 3.")
    return list(diagonals)


def _bands(parts: Alikes, form: str, padded: bool = True) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(above, main, below) with one element for each row: above[n - 1] and below[0] are not read.

    padded: the tensors of a sequence may lack these elements.
    """
    if form == "compact":
        if parts[0].ndim < 2 or parts[0].shape[-2] != 3:
            kind = ValueError if padded and parts[0].numel() else Invalid
            raise kind(f"Expected diagonals to have shape [..., 3, M]. Received: {list(parts[0].shape)}")
        above, main, below = parts[0].unbind(-2)
        return above, main, below
    if form == "matrix":
        full = parts[0]
        if full.ndim < 2 or full.shape[-1] != full.shape[-2]:
            raise ValueError(f"Expected last two dimensions of diagonals to be equal. Received: {list(full.shape)}")
        above, main, below = (torch.diagonal(full, offset=k, dim1=-2, dim2=-1) for k in (1, 0, -1))
    else:
        above, main, below = parts
        if not padded:
            return above, main, below
        if not above.shape[:-1] == main.shape[:-1] == below.shape[:-1]:
            raise ValueError(
                "The three diagonals must have the same shape except for the last dimension, got "
                f"{', '.join(str(list(t.shape)) for t in parts)}"
            )
    size = main.shape[-1]
    pad = torch.nn.functional.pad
    above = pad(above, (0, 1)) if above.shape[-1] == size - 1 else above
    below = pad(below, (1, 0)) if below.shape[-1] == size - 1 else below
    if above.shape[-1] != size or below.shape[-1] != size:
        raise ValueError("Expected all diagonals to have the same length, or one less for the outer ones.")
    return above, main, below


def _dense(above: torch.Tensor, main: torch.Tensor, below: torch.Tensor) -> torch.Tensor:
    return torch.diag_embed(main) + torch.diag_embed(above[..., :-1], 1) + torch.diag_embed(below[..., 1:], -1)


@op("TridiagonalMatMul")
def _matmul(parts: Alikes, rhs: Alike, form: str, name: str | None = None) -> torch.Tensor:
    above, main, below = _bands(parts, form, padded=False)
    expect(rhs, PRECISE)
    for shape in (above.shape, below.shape, rhs.shape[:-1]):
        if len(shape) != main.ndim:
            raise Invalid("All input tensors must have the same rank.")
        if shape[:-1] != main.shape[:-1]:
            raise Invalid("All input tensors must have the same outer dimensions.")
        if shape[-1] != main.shape[-1]:
            raise Invalid(f"The diagonals and rhs must have {main.shape[-1]} rows, got {shape[-1]}.")
    pad = torch.nn.functional.pad
    up, down = pad(rhs[..., 1:, :], (0, 0, 0, 1)), pad(rhs[..., :-1, :], (0, 0, 1, 0))
    return above.unsqueeze(-1) * up + main.unsqueeze(-1) * rhs + below.unsqueeze(-1) * down


def tridiagonal_matmul(diagonals: Any, rhs: Any, diagonals_format: str = "compact", name: str | None = None) -> Any:
    """The product of tridiagonal matrices and `rhs`, [..., n, k] (tf.linalg.tridiagonal_matmul).

    diagonals: "compact" [..., 3, n], the diagonals above, on and below the main one, whose last and first elements are
    not read; "sequence", the three as a list; "matrix", [..., n, n]. ValueError for other formats and shapes.
    """
    return _matmul(_diagonals(diagonals, diagonals_format), rhs, diagonals_format, name)


def _shifted(x: torch.Tensor, step: int, dim: int, fill: float) -> torch.Tensor:
    """Element i of the result is element i + step of `x`, or `fill` where that is beyond its ends."""
    size = x.shape[dim]
    kept = x.narrow(dim, max(step, 0), size - abs(step))
    missing = torch.full_like(x.narrow(dim, 0, abs(step)), fill)
    return torch.cat([kept, missing] if step > 0 else [missing, kept], dim)


def _reduced(above: torch.Tensor, main: torch.Tensor, below: torch.Tensor, rhs: torch.Tensor) -> torch.Tensor:
    """The solution without pivots: each step doubles the distance of the unknowns that a row has, until it has one."""
    above = torch.cat([above[..., :-1], above.new_zeros((*above.shape[:-1], 1))], -1)
    below = torch.cat([below.new_zeros((*below.shape[:-1], 1)), below[..., 1:]], -1)
    step, size = 1, main.shape[-1]
    while step < size:
        back, on = -below / _shifted(main, -step, -1, 1.0), -above / _shifted(main, step, -1, 1.0)
        main = main + back * _shifted(above, -step, -1, 0.0) + on * _shifted(below, step, -1, 0.0)
        rhs = rhs + back.unsqueeze(-1) * _shifted(rhs, -step, -2, 0.0) + on.unsqueeze(-1) * _shifted(rhs, step, -2, 0.0)
        below, above = back * _shifted(below, -step, -1, 0.0), on * _shifted(above, step, -1, 0.0)
        step *= 2
    return rhs / main.unsqueeze(-1)


def _needs_no_pivots(above: torch.Tensor, main: torch.Tensor, below: torch.Tensor) -> bool:
    """Whether matrices are known to be diagonally dominant, and so large that it is worth a look."""
    if main.shape[-1] <= _SMALL or is_symbolic(main):
        return False
    others = torch.nn.functional.pad(above[..., :-1].abs(), (0, 1)) + torch.nn.functional.pad(
        below[..., 1:].abs(), (1, 0)
    )
    return bool(((main.abs() >= others) & (main != 0)).all())


@op("TridiagonalSolve")
def _solve(
    parts: Alikes,
    rhs: Alike,
    form: str,
    transpose: bool,
    conjugate: bool,
    pivot: bool,
    perturb: bool,
    name: str | None = None,
) -> torch.Tensor:
    above, main, below = _bands(parts, form)
    expect(rhs, PRECISE)
    if not main.ndim <= rhs.ndim <= main.ndim + 1:
        raise ValueError(f"Expected the rank of rhs to be {main.ndim} or {main.ndim + 1}, got {rhs.ndim}")
    batch = main.shape[:-1]
    if rhs.shape[: len(batch)] != batch:
        raise ValueError(f"Batch shapes {tuple(batch)} and {tuple(rhs.shape[: len(batch)])} are incompatible")
    vector = rhs.ndim == main.ndim
    rhs = rhs.mT if transpose and not vector else rhs
    rhs = torch.conj_physical(rhs) if conjugate else rhs
    columns = rhs.unsqueeze(-1) if vector else rhs
    if columns.shape[-2] != main.shape[-1]:
        raise ValueError(
            f"Expected the left-hand side and the right-hand side to have {main.shape[-1]} rows, got {list(rhs.shape)}"
        )
    above, main, below, columns = (unconjugated(t) for t in (above, main, below, columns))
    if type(main.shape[-1]) is int and (not pivot or _needs_no_pivots(above, main, below)):
        solution = unconjugated(_reduced(above, main, below, columns))
        return solution.squeeze(-1) if vector else solution
    matrix = _dense(above, main, below)
    if perturb:
        tiny = torch.finfo(main.dtype).eps * matrix.abs().amax((-2, -1), keepdim=True).clamp_min(1e-30)
        singular = (torch.linalg.det(matrix) == 0)[..., None, None]
        one = torch.eye(main.shape[-1], dtype=main.dtype, device=main.device)
        matrix = matrix + torch.where(singular, tiny, 0.0) * one
    solution, info = torch.linalg.solve_ex(matrix, columns)
    singular = (info > 0)[..., None, None]
    if is_symbolic(main):
        solution = torch.where(singular, float("nan"), solution)
    elif bool(singular.any()):  # of which torch has no gradient: it is NaN, as the solution is
        one = torch.eye(main.shape[-1], dtype=main.dtype, device=main.device)
        regular = matrix * torch.where(singular, 0.0, 1.0) + one * torch.where(singular, 1.0, 0.0)
        solution = torch.linalg.solve(regular, columns) * torch.where(singular, float("nan"), 1.0)
    solution = unconjugated(solution)
    return solution.squeeze(-1) if vector else solution


def tridiagonal_solve(
    diagonals: Any,
    rhs: Any,
    diagonals_format: str = "compact",
    transpose_rhs: bool = False,
    conjugate_rhs: bool = False,
    name: str | None = None,
    partial_pivoting: bool = True,
    perturb_singular: bool = False,
) -> Any:
    """x with A x = rhs for tridiagonal A (tf.linalg.tridiagonal_solve).

    diagonals, diagonals_format: as for `tridiagonal_matmul`. rhs: [..., n] or [..., n, k], transposed or conjugated
    first where asked for. partial_pivoting: False takes O(n log n) operations, as does a large diagonally dominant A,
    which needs no pivots; any other A is solved as a dense matrix. perturb_singular, which needs pivots, moves a
    singular A off its singularity; else the solution is NaN there.
    """
    if perturb_singular and not partial_pivoting:
        raise ValueError("partial_pivoting must be True if perturb_singular is True.")
    parts = _diagonals(diagonals, diagonals_format)
    return _solve(parts, rhs, diagonals_format, transpose_rhs, conjugate_rhs, partial_pivoting, perturb_singular, name)
