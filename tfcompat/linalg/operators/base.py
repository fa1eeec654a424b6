"""tf.linalg.LinearOperator: a matrix that is known by what it does, the base class of all of them."""

from __future__ import annotations

import abc
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat._core import logging, structure
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.data_structures import NoDependency
from tfcompat._core.dimension import Dimension
from tfcompat._core.module import Module
from tfcompat._core.names import op_name_scope
from tfcompat._core.shapes import dimension_at_index
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.dispatch import dispatch
from tfcompat.linalg.operators.slicing import batch_slice
from tfcompat.linalg.operators.support import column_of, oriented, shape_tensor, solve


class LinearOperator(Module, CompositeTensor, metaclass=abc.ABCMeta):
    """A batch of matrices [..., M, N] that need not be stored as such (tf.linalg.LinearOperator).

    A subclass defines `_shape`, `_shape_tensor` and `_matmul`, and whatever else it knows a faster way for than through
    `to_dense`. The hints is_non_singular, is_self_adjoint, is_positive_definite (x^H A x has a positive real part for
    all x but 0) and is_square are what the caller promises: True, False or None, and are not checked. Python's @ and
    tf.linalg's adjoint, cholesky, diag_part, det, inv, logdet, matmul, matvec, solve and trace take operators.
    ValueError for hints that contradict each other. `graph_parents` does nothing.
    """

    __module__ = "tensorflow.python.ops.linalg.linear_operator"

    def __init__(
        self,
        dtype: Any,
        graph_parents: Sequence[Any] | None = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> None:
        if is_positive_definite:
            is_non_singular = hints.always(is_non_singular, "A positive definite matrix is always non-singular.")
        if is_non_singular:
            is_square = hints.always(is_square, "A non-singular matrix is always square.")
        if is_self_adjoint:
            is_square = hints.always(is_square, "A self-adjoint matrix is always square.")
        for i, parent in enumerate(graph_parents or ()):
            if not isinstance(parent, (tf.Tensor, tf.Variable)):
                raise ValueError(f"Graph parent item {i} is not a Tensor; {parent}.")
        self._graph_parents = list(graph_parents or ())
        self._square_hint = is_square
        self._dtype = tf.as_dtype(dtype) if dtype else dtype
        self._is_non_singular = is_non_singular
        self._is_self_adjoint = is_self_adjoint
        self._is_positive_definite = is_positive_definite
        self._parameters: Any = NoDependency(parameters)
        self._name = name or type(self).__name__

    def _name_scope(self, name: str | None = None) -> AbstractContextManager[Any]:
        return op_name_scope(self.name if name is None else f"{self.name}/{name}")

    # ---- what it is ----

    @property
    def parameters(self) -> dict[str, Any]:
        """The arguments that it was made with."""
        return dict(self._parameters or {})

    @property
    def dtype(self) -> Any:
        """The dtype of the matrix, and of what it is applied to."""
        return self._dtype

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def graph_parents(self) -> list[Any]:
        """The argument of this name (deprecated)."""
        return self._graph_parents

    @property
    def is_non_singular(self) -> bool | None:
        """Whether it has an inverse; None where that is not known."""
        return self._is_non_singular

    @property
    def is_self_adjoint(self) -> bool | None:
        """Whether it equals its adjoint; None where that is not known."""
        return self._is_self_adjoint

    @property
    def is_positive_definite(self) -> bool | None:
        """Whether x^H A x has a positive real part for all x but 0; None where that is not known."""
        return self._is_positive_definite

    @property
    def is_square(self) -> bool | None:
        """Whether it has as many rows as columns; None where that is not known."""
        found = self.domain_dimension == self.range_dimension
        if self._square_hint is False and found:
            raise ValueError("User set is_square hint to False, but the operator was square.")
        return found if self._square_hint is None else self._square_hint

    # ---- shapes, known beforehand and as tensors ----

    @abc.abstractmethod
    def _shape(self) -> Any:
        raise NotImplementedError("_shape is not implemented.")

    def _shape_tensor(self) -> Any:
        raise NotImplementedError("_shape_tensor is not implemented.")

    @property
    def shape(self) -> Any:
        """[..., M, N] as a tf.TensorShape."""
        return self._shape()

    def shape_tensor(self, name: str = "shape_tensor") -> Any:
        """The shape as an int32 tensor."""
        with self._name_scope(name):
            shape = self.shape
            return shape_tensor(shape.as_list()) if shape.is_fully_defined() else self._shape_tensor()

    @property
    def batch_shape(self) -> Any:
        """The shape without its last two dimensions."""
        return self.shape[:-2]

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Any:
        """The batch shape as an int32 tensor."""
        with self._name_scope(name):
            return self._batch_shape_tensor()

    def _batch_shape_tensor(self, shape: Any = None) -> Any:
        known = self.batch_shape
        if known.is_fully_defined():
            return shape_tensor(known.as_list())
        return (self.shape_tensor() if shape is None else shape)[:-2]

    @property
    def tensor_rank(self) -> int | None:
        """How many dimensions the shape has."""
        return self.shape.rank

    def tensor_rank_tensor(self, name: str = "tensor_rank_tensor") -> Any:
        """The rank as an int32 tensor."""
        with self._name_scope(name):
            return self._tensor_rank_tensor()

    def _tensor_rank_tensor(self, shape: Any = None) -> Any:
        if self.tensor_rank is not None:
            return tf.convert_to_tensor(self.tensor_rank)
        return tf.size(self.shape_tensor() if shape is None else shape)

    @property
    def domain_dimension(self) -> Dimension:
        """The number of columns, a tf.compat.v1.Dimension."""
        return dimension_at_index(self.shape, -1)

    def domain_dimension_tensor(self, name: str = "domain_dimension_tensor") -> Any:
        """The number of columns as an int32 tensor."""
        with self._name_scope(name):
            return self._domain_dimension_tensor()

    def _domain_dimension_tensor(self, shape: Any = None) -> Any:
        return self._dimension_tensor(self.domain_dimension, -1, shape)

    @property
    def range_dimension(self) -> Dimension:
        """The number of rows, a tf.compat.v1.Dimension."""
        return dimension_at_index(self.shape, -2)

    def range_dimension_tensor(self, name: str = "range_dimension_tensor") -> Any:
        """The number of rows as an int32 tensor."""
        with self._name_scope(name):
            return self._range_dimension_tensor()

    def _range_dimension_tensor(self, shape: Any = None) -> Any:
        return self._dimension_tensor(self.range_dimension, -2, shape)

    def _dimension_tensor(self, known: Dimension, index: int, shape: Any) -> Any:
        if known.value is not None:
            return tf.convert_to_tensor(known.value)
        return (self.shape_tensor() if shape is None else shape)[index]

    # ---- assertions ----

    def assert_non_singular(self, name: str = "assert_non_singular") -> None:
        """InvalidArgumentError where the matrix is singular, or so close to it that the dtype can't tell."""
        with self._name_scope(name):
            return self._assert_non_singular()

    def _assert_non_singular(self) -> None:
        self._warn_of_dense("assert_non_singular")
        if self._can_use_cholesky():
            return self.assert_positive_definite()
        values = tf.linalg.svd(self.to_dense(), compute_uv=False)
        condition = tf.reduce_max(values, -1) / tf.reduce_min(values, -1)
        most = self._max_condition_number_to_be_non_singular()
        return tf.debugging.assert_less(condition, most, message="Singular matrix up to precision epsilon.")

    def _max_condition_number_to_be_non_singular(self) -> Any:
        kind = self.dtype.real_dtype
        sizes = [tf.cast(n, kind) for n in (self.range_dimension_tensor(), self.domain_dimension_tensor())]
        return 1 / (tf.reduce_max(tf.stack([tf.cast(100, kind), *sizes])) * np.finfo(kind.as_numpy_dtype).eps)

    def assert_positive_definite(self, name: str = "assert_positive_definite") -> None:
        """InvalidArgumentError where the matrix is not positive definite."""
        with self._name_scope(name):
            return self._assert_positive_definite()

    def _assert_positive_definite(self) -> None:
        self._warn_of_dense("assert_positive_definite")
        if not self.is_self_adjoint:
            raise NotImplementedError("assert_positive_definite is not implemented.")
        diagonal = tf.linalg.diag_part(tf.linalg.cholesky(self.to_dense()))
        return tf.debugging.assert_positive(tf.math.real(diagonal), message="Matrix was not positive definite.")

    def assert_self_adjoint(self, name: str = "assert_self_adjoint") -> None:
        """InvalidArgumentError where the matrix is not its own adjoint, in every bit."""
        with self._name_scope(name):
            return self._assert_self_adjoint()

    def _assert_self_adjoint(self) -> None:
        self._warn_of_dense("assert_self_adjoint")
        dense = self.to_dense()
        adjoint = tf.linalg.adjoint(dense)
        return tf.debugging.assert_equal(dense, adjoint, message="Matrix was not equal to its adjoint.")

    def _warn_of_dense(self, what: str) -> None:
        logging.warning(
            f"{type(self).__name__} has no {what} of its own: it takes the dense matrix, and O(N^3) operations."
        )

    # ---- products ----

    def _check_input_dtype(self, x: Any) -> None:
        if x.dtype != self.dtype:
            raise TypeError(f"Expected argument to have dtype {self.dtype}. Found: {x.dtype} in tensor {x!s}.")

    def _checked(self, x: Any, dimension: Dimension, axis: int) -> Any:
        """`x` as a tensor of the operator's dtype that has `dimension` elements along `axis`."""
        x = tf.convert_to_tensor(x)
        self._check_input_dtype(x)
        dimension.assert_is_compatible_with(x.shape[axis])
        return x

    def _pair(self, other: LinearOperator, adjoint: bool, adjoint_arg: bool) -> tuple[LinearOperator, LinearOperator]:
        """Both operators, or their adjoints; ValueError where the other does not have as many rows as needed."""
        left, right = self.adjoint() if adjoint else self, other.adjoint() if adjoint_arg else other
        need, got = left.domain_dimension, right.range_dimension
        if need != got and None not in (need.value, got.value):
            raise ValueError(f"Operators are incompatible: the other one must have {need} rows, got {got}.")
        return left, right

    @abc.abstractmethod
    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        raise NotImplementedError("_matmul is not implemented.")

    def matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "matmul") -> Any:
        """The product with `x`, a tensor [..., N, R] of the same dtype, or an operator, which gives an operator.

        adjoint, adjoint_arg: take the adjoint of the operator, of x. ValueError for sizes that do not fit, TypeError
        for another dtype.
        """
        if isinstance(x, LinearOperator):
            pair = self._pair(x, adjoint, adjoint_arg)
            with self._name_scope(name):
                return pair[0]._linop_matmul(*pair)
        with self._name_scope(name):
            size = self.range_dimension if adjoint else self.domain_dimension
            return self._matmul(self._checked(x, size, -1 if adjoint_arg else -2), adjoint, adjoint_arg)

    def _linop_matmul(self, left_operator: LinearOperator, right_operator: LinearOperator) -> LinearOperator:
        if _is_identity(right_operator):
            return left_operator
        if hasattr(right_operator, "_zeros_diag"):
            refuse_non_square(left_operator, right_operator)
            return right_operator
        from tfcompat.linalg.operators.composition import LinearOperatorComposition

        pair = (left_operator, right_operator)
        return LinearOperatorComposition(pair, **hints.of_product(*pair))

    def __matmul__(self, other: Any) -> Any:
        return self.matmul(other)

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return tf.squeeze(self.matmul(column_of(x), adjoint=adjoint), -1)

    def matvec(self, x: Any, adjoint: bool = False, name: str = "matvec") -> Any:
        """The product with vectors `x` [..., N]; arguments and errors as `matmul`."""
        with self._name_scope(name):
            size = self.range_dimension if adjoint else self.domain_dimension
            return self._matvec(self._checked(x, size, -1), adjoint)

    # ---- solutions ----

    def _refuse_solve(self) -> None:
        if self.is_non_singular is False:
            raise NotImplementedError("Exact solve not implemented for an operator that is expected to be singular.")
        if self.is_square is False:
            raise NotImplementedError("Exact solve not implemented for an operator that is expected to not be square.")

    def _dense_solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        if self.is_square is False:
            raise NotImplementedError("Solve is not yet implemented for non-square operators.")
        rhs = oriented(rhs, adjoint_arg)
        if self._can_use_cholesky():
            return tf.linalg.cholesky_solve(tf.linalg.cholesky(self.to_dense()), rhs)
        return solve(self.to_dense(), rhs, adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        self._warn_of_dense("solve")
        return self._dense_solve(rhs, adjoint, adjoint_arg)

    def solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False, name: str = "solve") -> Any:
        """x with A x = rhs, for a tensor [..., M, R] of the same dtype, or an operator, which gives an operator.

        adjoint, adjoint_arg: take the adjoint of the operator, of rhs. NotImplementedError where a hint says that there
        is no exact solution; else the errors of `matmul`.
        """
        self._refuse_solve()
        if isinstance(rhs, LinearOperator):
            pair = self._pair(rhs, adjoint, adjoint_arg)
            with self._name_scope(name):
                return pair[0]._linop_solve(*pair)
        with self._name_scope(name):
            size = self.domain_dimension if adjoint else self.range_dimension
            return self._solve(self._checked(rhs, size, -1 if adjoint_arg else -2), adjoint, adjoint_arg)

    def _linop_solve(self, left_operator: LinearOperator, right_operator: LinearOperator) -> LinearOperator:
        if _is_identity(right_operator):
            return left_operator.inverse()
        from tfcompat.linalg.operators.composition import LinearOperatorComposition
        from tfcompat.linalg.operators.inversion import LinearOperatorInversion

        parts = [LinearOperatorInversion(left_operator), right_operator]
        return LinearOperatorComposition(parts, **hints.of_product(left_operator, right_operator))

    def _solvevec(self, rhs: Any, adjoint: bool = False) -> Any:
        return tf.squeeze(self.solve(column_of(rhs), adjoint=adjoint), -1)

    def solvevec(self, rhs: Any, adjoint: bool = False, name: str = "solve") -> Any:
        """x with A x = rhs, for vectors rhs [..., M]; arguments and errors as `solve`."""
        with self._name_scope(name):
            size = self.domain_dimension if adjoint else self.range_dimension
            return self._solvevec(self._checked(rhs, size, -1), adjoint)

    # ---- operators made of it ----

    def adjoint(self, name: str = "adjoint") -> LinearOperator:
        """The operator of the conjugate transpose; itself where it is self-adjoint."""
        if self.is_self_adjoint is True:
            return self
        with self._name_scope(name):
            return self._linop_adjoint()

    H = property(adjoint, None, doc="The adjoint.")

    def _linop_adjoint(self) -> LinearOperator:
        from tfcompat.linalg.operators.adjoint import LinearOperatorAdjoint

        return LinearOperatorAdjoint(self, **{**hints.own(self), "is_square": self.is_square})

    def inverse(self, name: str = "inverse") -> LinearOperator:
        """The operator of the inverse; ValueError where a hint says that there is none."""
        if self.is_square is False:
            raise ValueError("Cannot take the Inverse: This operator represents a non square matrix.")
        if self.is_non_singular is False:
            raise ValueError("Cannot take the Inverse: This operator represents a singular matrix.")
        with self._name_scope(name):
            return self._linop_inverse()

    def _linop_inverse(self) -> LinearOperator:
        from tfcompat.linalg.operators.inversion import LinearOperatorInversion

        return LinearOperatorInversion(self, **{**hints.own(self), "is_square": self.is_square})

    def cholesky(self, name: str = "cholesky") -> LinearOperator:
        """The operator of the lower triangular L with L L^H = A.

        ValueError unless the hints say that the operator is self-adjoint and positive definite.
        """
        if not self._can_use_cholesky():
            raise ValueError(
                "Cannot take the Cholesky decomposition: the operator is not known to be self-adjoint and positive "
                "definite."
            )
        with self._name_scope(name):
            return self._linop_cholesky()

    def _linop_cholesky(self) -> LinearOperator:
        from tfcompat.linalg.operators.lower_triangular import LinearOperatorLowerTriangular

        factor = tf.linalg.cholesky(self.to_dense())
        return LinearOperatorLowerTriangular(factor, is_non_singular=True, is_self_adjoint=False, is_square=True)

    def _can_use_cholesky(self) -> Any:
        return self.is_self_adjoint and self.is_positive_definite

    # ---- numbers ----

    def _refuse_determinant(self) -> None:
        if self.is_square is False:
            raise NotImplementedError("Determinant not implemented for an operator that is expected to not be square.")

    def determinant(self, name: str = "det") -> Any:
        """The determinant [...]; NotImplementedError where the operator is not square."""
        self._refuse_determinant()
        with self._name_scope(name):
            return self._determinant()

    def _determinant(self) -> Any:
        self._warn_of_dense("determinant")
        if self._can_use_cholesky():
            return tf.exp(self.log_abs_determinant())
        return tf.linalg.det(self.to_dense())

    def log_abs_determinant(self, name: str = "log_abs_det") -> Any:
        """The logarithm of the determinant's absolute value [...]; NotImplementedError as `determinant`."""
        self._refuse_determinant()
        with self._name_scope(name):
            return self._log_abs_determinant()

    def _log_abs_determinant(self) -> Any:
        self._warn_of_dense("log_abs_determinant")
        if self._can_use_cholesky():
            diagonal = tf.linalg.diag_part(tf.linalg.cholesky(self.to_dense()))
            return 2 * tf.reduce_sum(tf.math.log(diagonal), -1)
        return tf.linalg.slogdet(self.to_dense())[1]

    def trace(self, name: str = "trace") -> Any:
        """The sum of the main diagonal [...]."""
        with self._name_scope(name):
            return self._trace()

    def _trace(self) -> Any:
        return tf.reduce_sum(self.diag_part(), -1)

    def eigvals(self, name: str = "eigvals") -> Any:
        """The eigenvalues [..., N] of an operator that is known to be self-adjoint, else NotImplementedError."""
        if not self.is_self_adjoint:
            raise NotImplementedError("Only self-adjoint matrices are supported.")
        with self._name_scope(name):
            return self._eigvals()

    def _eigvals(self) -> Any:
        return tf.linalg.eigvalsh(self.to_dense())

    def cond(self, name: str = "cond") -> Any:
        """The condition number [...]: the largest singular value over the smallest."""
        with self._name_scope(name):
            return self._cond()

    def _cond(self) -> Any:
        values = tf.abs(self._eigvals()) if self.is_self_adjoint else tf.linalg.svd(self.to_dense(), compute_uv=False)
        return tf.reduce_max(values, -1) / tf.reduce_min(values, -1)

    # ---- tensors ----

    def to_dense(self, name: str = "to_dense") -> Any:
        """The matrices as a tensor [..., M, N]."""
        with self._name_scope(name):
            return self._to_dense()

    def _to_dense(self) -> Any:
        batch = self.batch_shape if self.batch_shape.is_fully_defined() else self.batch_shape_tensor()
        size = self.domain_dimension.value
        size = self.domain_dimension_tensor() if size is None else size
        return self.matmul(tf.eye(size, batch_shape=batch, dtype=self.dtype))

    def diag_part(self, name: str = "diag_part") -> Any:
        """The main diagonals [..., min(M, N)]."""
        with self._name_scope(name):
            return self._diag_part()

    def _diag_part(self) -> Any:
        return tf.linalg.diag_part(self.to_dense())

    def add_to_tensor(self, x: Any, name: str = "add_to_tensor") -> Any:
        """The tensor A + x, for `x` of the same dtype."""
        with self._name_scope(name):
            x = tf.convert_to_tensor(x)
            self._check_input_dtype(x)
            return self._add_to_tensor(x)

    def _add_to_tensor(self, x: Any) -> Any:
        return self.to_dense() + x

    # ---- as a composite tensor ----

    _is_tensor = False
    _type_spec: Any = None  # each class of operators has a property here, which `spec.composite` makes

    @property
    def _composite_tensor_fields(self) -> Sequence[str]:
        """The arguments of `__init__` that make up the value, all but the hints and the name."""
        return ()

    @property
    def _composite_tensor_prefer_static_fields(self) -> Sequence[str]:
        """Those of them that are no tensors where their value is known."""
        return ()

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> Any:
        """For each argument with a batch shape, how many of its last dimensions make one matrix."""
        return {}

    def _convert_variables_to_tensors(self) -> Any:
        return structure.map_structure(tf.convert_to_tensor, self, expand_composites=True)

    def __getitem__(self, slices: Any) -> Any:
        return batch_slice(self, slices)

    @classmethod
    def _dispatch_op(cls, name: str, function: Callable[..., Any], args: list[Any]) -> Any:
        return dispatch(name, args)

    def _gradient_component(self) -> Any:
        return self._type_spec._to_components(self)

    def _with_gradient_component(self, gradient: Any) -> Any:
        if all(g is None for g in structure.flatten(gradient)):
            return None
        parts = self._type_spec._to_components(self)
        whole = structure.map_structure(lambda g, part: _zeros_like(part) if g is None else g, gradient, parts)
        return self._type_spec._from_components(whole)


def _zeros_like(part: Any) -> Any:
    """The gradient of a tensor or operator that nothing depends on."""
    return structure.map_structure(tf.zeros_like, part, expand_composites=True)


def _is_identity(operator: LinearOperator) -> bool:
    return hasattr(operator, "_ones_diag") and not hasattr(operator, "multiplier")


def refuse_non_square(*operators: LinearOperator) -> None:
    """ValueError where one of the operators is not square."""
    if not all(operator.is_square for operator in operators):
        raise ValueError("A product with tf.linalg.LinearOperatorZeros is supported for square operators only.")
