"""Operators of blocks: their arguments, which may come as a list with a tensor for each block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tfcompat as tf
from tfcompat._core import structure
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.support import broadcast_batches, column_of, joined, oriented, product, total


def is_blockwise(dimensions: Sequence[Any], x: Any, axis: int) -> bool:
    """Whether `x` is a list with an argument for each block, of the sizes `dimensions` along `axis`; else it is one.

    Nested lists of numbers may be both: ValueError where their sizes do not tell.
    """
    if not isinstance(x, (tuple, list)) or len(x) != len(dimensions):
        return False
    if not any(structure.is_nested(part) for part in x):
        return True
    got, need = [tf.convert_to_tensor(part).shape[axis] for part in x], [d.value for d in dimensions]
    if all(size is None for size in need):
        if len(got) == 1:
            return False
        if any(size != got[0] for size in got):
            return True
        raise ValueError("Parsing of the input structure is ambiguous: give a list of tensors, or a single tensor.")
    if all(want in (None, size) for want, size in zip(need, got, strict=True)):
        return True
    if all(size == got[0] for size in got) and got[0] >= sum(size for size in need if size is not None):
        return False
    raise ValueError(f"Input dimension does not match operator dimension: got {got}, the blocks have {need}.")


class BlockOperator(LinearOperator):
    """The base of operators of blocks: `_diagonal_operators` are those on the diagonal.

    A subclass defines `_matmul_blocks` and `_solve_blocks`, from a list of a tensor for each block to such a list.
    """

    _diagonal_operators: Sequence[Any]

    def _matmul_blocks(self, x: list[Any], adjoint: bool) -> list[Any]:
        raise NotImplementedError("_matmul_blocks is not implemented.")

    def _solve_blocks(self, rhs: list[Any], adjoint: bool) -> list[Any]:
        raise NotImplementedError("_solve_blocks is not implemented.")

    def _block_dimensions(self, rows: bool) -> list[Any]:
        return [o.range_dimension if rows else o.domain_dimension for o in self._diagonal_operators]

    def _block_sizes(self, rows: bool) -> Any:
        """The sizes of the blocks: numbers where they are known, else a tensor."""
        sizes = [d.value for d in self._block_dimensions(rows)]
        if None not in sizes:
            return sizes
        return tf.stack(
            [o.range_dimension_tensor() if rows else o.domain_dimension_tensor() for o in self._diagonal_operators]
        )

    def _checked_blocks(self, x: Any, rows: bool, axis: int) -> list[Any] | None:
        """The parts of a blockwise argument, None where `x` is a single tensor."""
        dimensions = self._block_dimensions(rows)
        if not is_blockwise(dimensions, x, axis):
            return None
        return [
            part if isinstance(part, LinearOperator) else self._checked(part, dimension, axis)
            for part, dimension in zip(x, dimensions, strict=True)
        ]

    def _split(self, x: Any, rows: bool) -> list[Any]:
        return tf.split(x, self._block_sizes(rows), axis=-2)

    def matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul") -> Any:
        """The product with `x`: a tensor, an operator, or a list with one of them for each block, which gives a list.

        The other arguments and the errors are those of LinearOperator.matmul.
        """
        axis = -1 if adjoint_arg else -2
        if isinstance(x, LinearOperator) or (parts := self._checked_blocks(x, adjoint, axis)) is None:
            return super().matmul(x, adjoint, adjoint_arg, name)
        with self._name_scope(name):
            return self._matmul_blocks([oriented(part, adjoint_arg) for part in parts], adjoint)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        parts = self._matmul_blocks(self._split(oriented(x, adjoint_arg), rows=adjoint), adjoint)
        return tf.concat(broadcast_batches(parts), -2)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Any:
        """The product with vectors [..., N], or with a list of them for each block, which gives a list."""
        parts = self._checked_blocks(x, adjoint, -1)
        if parts is None:
            return super().matvec(x, adjoint, name)
        with self._name_scope(name):
            return [tf.squeeze(y, -1) for y in self._matmul_blocks([column_of(p) for p in parts], adjoint)]

    def solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve") -> Any:
        """x with A x = rhs, a tensor, an operator, or a list with one of them for each block, which gives a list.

        The other arguments and the errors are those of LinearOperator.solve.
        """
        axis = -1 if adjoint_arg else -2
        if isinstance(rhs, LinearOperator) or (parts := self._checked_blocks(rhs, not adjoint, axis)) is None:
            return super().solve(rhs, adjoint, adjoint_arg, name)
        self._refuse_solve()
        with self._name_scope(name):
            return self._solve_blocks([oriented(part, adjoint_arg) for part in parts], adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        parts = self._solve_blocks(self._split(oriented(rhs, adjoint_arg), rows=not adjoint), adjoint)
        return tf.concat(broadcast_batches(parts), -2)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Any:
        """x with A x = rhs, for vectors [..., M], or a list of them for each block, which gives a list."""
        parts = self._checked_blocks(rhs, not adjoint, -1)
        if parts is None:
            return super().solvevec(rhs, adjoint, name)
        self._refuse_solve()
        with self._name_scope(name):
            return [tf.squeeze(x, -1) for x in self._solve_blocks([column_of(p) for p in parts], adjoint)]

    # ---- what the blocks on the diagonal tell ----

    def _refuse_non_square_blocks(self, what: str) -> None:
        if not all(o.is_square for o in self._diagonal_operators):
            raise NotImplementedError(f"`{what}` not implemented for an operator whose blocks are not square.")

    def _diag_part(self) -> Any:
        self._refuse_non_square_blocks("diag_part")
        return joined([o.diag_part() for o in self._diagonal_operators])

    def _trace(self) -> Any:
        self._refuse_non_square_blocks("trace")
        return total(o.trace() for o in self._diagonal_operators)

    def _eigvals(self) -> Any:
        self._refuse_non_square_blocks("eigvals")
        return joined([o.eigvals() for o in self._diagonal_operators])

    def _determinant(self) -> Any:
        return product(o.determinant() for o in self._diagonal_operators)

    def _log_abs_determinant(self) -> Any:
        return total(o.log_abs_determinant() for o in self._diagonal_operators)

    def _assert_non_singular(self) -> None:
        for operator in self._diagonal_operators:
            operator.assert_non_singular()
