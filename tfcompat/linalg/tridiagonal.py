"""tf.linalg's tridiagonal matrices, given as a matrix, as three vectors or packed in one tensor."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.ops import Alikes, Invalid, Value, op

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


def _bands(parts: Alikes, form: str) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(above, main, below) with one element for each row: above[n - 1] and below[0] are not read."""
    if form == "compact":
        if parts[0].ndim < 2 or parts[0].shape[-2] != 3:
            raise ValueError(f"Expected diagonals to have shape [..., 3, M]. Received: {list(parts[0].shape)}")
        above, main, below = parts[0].unbind(-2)
        return above, main, below
    if form == "matrix":
        full = parts[0]
        if full.ndim < 2 or full.shape[-1] != full.shape[-2]:
            raise ValueError(f"Expected last two dimensions of diagonals to be equal. Received: {list(full.shape)}")
        above, main, below = (torch.diagonal(full, offset=k, dim1=-2, dim2=-1) for k in (1, 0, -1))
    else:
        above, main, below = parts
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
def _matmul(parts: Alikes, rhs: Value, form: str, name: str | None = None) -> torch.Tensor:
    above, main, below = (t.unsqueeze(-1) for t in _bands(parts, form))
    if rhs.ndim < 2 or rhs.shape[-2] != main.shape[-2]:
        raise Invalid(f"Argument `rhs` must have {main.shape[-2]} rows, got shape {list(rhs.shape)}")
    pad = torch.nn.functional.pad
    up, down = pad(rhs[..., 1:, :], (0, 0, 0, 1)), pad(rhs[..., :-1, :], (0, 0, 1, 0))
    return above * up + main * rhs + below * down


def tridiagonal_matmul(diagonals: Any, rhs: Any, diagonals_format: str = "compact", name: str | None = None) -> Any:
    """The product of tridiagonal matrices and `rhs`, [..., n, k] (tf.linalg.tridiagonal_matmul).

    diagonals: "compact" [..., 3, n], the diagonals above, on and below the main one, whose last and first elements are
    not read; "sequence", the three as a list; "matrix", [..., n, n]. ValueError for other formats and shapes.
    """
    return _matmul(_diagonals(diagonals, diagonals_format), rhs, diagonals_format, name)


@op("TridiagonalSolve")
def _solve(
    parts: Alikes, rhs: Value, form: str, transpose: bool, conjugate: bool, perturb: bool, name: str | None = None
) -> torch.Tensor:
    above, main, below = _bands(parts, form)
    if transpose:
        rhs = rhs.mT
    if conjugate:
        rhs = torch.conj_physical(rhs)
    vector = rhs.ndim == main.ndim
    columns = rhs.unsqueeze(-1) if vector else rhs
    if columns.ndim < 2 or columns.shape[-2] != main.shape[-1]:
        raise ValueError(
            f"Expected the left-hand side and the right-hand side to have {main.shape[-1]} rows, got {list(rhs.shape)}"
        )
    matrix = _dense(above, main, below)
    if perturb:
        tiny = torch.finfo(main.dtype).eps * matrix.abs().amax((-2, -1), keepdim=True).clamp_min(1e-30)
        singular = (torch.linalg.det(matrix) == 0)[..., None, None]
        one = torch.eye(main.shape[-1], dtype=main.dtype, device=main.device)
        matrix = matrix + torch.where(singular, tiny, 0.0) * one
    solution, info = torch.linalg.solve_ex(matrix, columns)
    solution = torch.where((info > 0)[..., None, None], float("nan"), solution)
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
    first where asked for. The solution pivots whether or not `partial_pivoting` asks for it, which costs no accuracy;
    perturb_singular, which needs it, moves a singular A off its singularity; else the solution is NaN there.
    """
    if perturb_singular and not partial_pivoting:
        raise ValueError("partial_pivoting must be True if perturb_singular is True.")
    parts = _diagonals(diagonals, diagonals_format)
    return _solve(parts, rhs, diagonals_format, transpose_rhs, conjugate_rhs, perturb_singular, name)
