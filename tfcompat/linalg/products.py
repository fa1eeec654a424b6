"""tf.linalg's products of matrices and vectors."""

from __future__ import annotations

import math
from typing import Any

import torch

from tfcompat._core import dtypes, errors, ops
from tfcompat._core.arguments import BOOLEAN, FLOATS, INEXACT, INTEGERS, REALS, UNSIGNED, expect, integer, integers
from tfcompat._core.operators import _matmul_problem as matmul_problem
from tfcompat._core.operators import matmul_operator, matrix_product
from tfcompat._core.ops import Alike, Alikes, Invalid, Value, op
from tfcompat._core.tensor import EagerTensor
from tfcompat.dtypes.casting import cast_storage

_MULTIPLIED = INEXACT | {torch.int32, torch.int64}
_MIXED = _MULTIPLIED | {torch.int16}


def oriented(x: torch.Tensor, transpose: bool, adjoint: bool) -> torch.Tensor:
    """The matrices of `x`, transposed or conjugated and transposed where asked for; a view."""
    if x.ndim < 2 or not (transpose or adjoint):
        return x
    return x.mH if adjoint else x.mT


def _product(a: torch.Tensor, b: torch.Tensor, ta: Any, tb: Any, aa: Any, ab: Any) -> torch.Tensor:
    return matrix_product(oriented(a, ta, aa), oriented(b, tb, ab))


def _explain(a: torch.Tensor, b: torch.Tensor, ta: Any, tb: Any, aa: Any, ab: Any, *_: Any) -> str | None:
    return matmul_problem(oriented(a, ta, aa), oriented(b, tb, ab))


@op("MatMul", explain=_explain)
def _matmul(
    a: Alike, b: Alike, transpose_a: Any, transpose_b: Any, adjoint_a: Any, adjoint_b: Any, name: str | None = None
) -> torch.Tensor:
    expect(a, _MULTIPLIED, UNSIGNED)
    return _product(a, b, transpose_a, transpose_b, adjoint_a, adjoint_b)


@op("SparseMatMul", explain=_explain)
def _sparse_matmul(
    a: Alike, b: Alike, transpose_a: Any, transpose_b: Any, adjoint_a: Any, adjoint_b: Any, name: str | None = None
) -> torch.Tensor:
    for argument, x in (("a", a), ("b", b)):
        if x.ndim != 2:
            raise Invalid(f"{argument} is not a matrix")
    expect(a, _MULTIPLIED, UNSIGNED)
    return _product(a, b, transpose_a, transpose_b, adjoint_a, adjoint_b)


@op("BatchMatMulV2", explain=_explain)
def _batch_matmul(
    a: Alike, b: Alike, transpose_a: Any, transpose_b: Any, adjoint_a: Any, adjoint_b: Any, name: str | None = None
) -> torch.Tensor:
    expect(a, _MIXED, UNSIGNED)
    return _product(a, b, transpose_a, transpose_b, adjoint_a, adjoint_b)


@op("BatchMatMulV3", explain=_explain)
def _mixed_matmul(
    a: Value, b: Value, ta: Any, tb: Any, aa: Any, ab: Any, kind: Any, name: str | None = None
) -> torch.Tensor:
    for x in (a, b):
        expect(x, _MIXED | {torch.int8, torch.uint8})
    if kind.torch not in _MIXED:
        raise Invalid(f"Value for attr 'Tout' of {ops.kernel_dtype(kind)} is not in the list of allowed values")
    # Products of int8 numbers are summed in the dtype of the result.
    a, b = cast_storage(a, kind), cast_storage(b, kind)
    return _product(a, b, ta, tb, aa, ab)


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    grad_a: bool = False,
    grad_b: bool = False,
    name: str | None = None,
) -> Any:
    """The matrix product over the last two dimensions, those before them broadcast (tf.linalg.matmul).

    transpose_, adjoint_: take the (conjugate) transpose of that operand first; ValueError for both. output_type: the
    dtype to compute and return, for int8 above all. a_is_sparse and b_is_sparse, with which both must have rank 2, and
    grad_a and grad_b only tell TensorFlow's kernels how to go about it: the product is the same. InvalidArgumentError
    where sizes do not fit.
    """
    optionless = not (transpose_a or transpose_b or adjoint_a or adjoint_b) and output_type is None
    if optionless and _is_plain_matrix(a) and _is_plain_matrix(b):
        return matmul_operator(a, b, name)  # the same product, without the options' way round
    for side, transpose, adjoint in (("a", transpose_a, adjoint_a), ("b", transpose_b, adjoint_b)):
        if transpose and adjoint:
            raise ValueError(
                f"Only one of `transpose_{side}` and `adjoint_{side}` can be True. "
                f"Received `transpose_{side}`={transpose}, `adjoint_{side}`={adjoint}."
            )
    how = (transpose_a, transpose_b, adjoint_a, adjoint_b)
    if a_is_sparse or b_is_sparse:
        return _sparse_matmul(a, b, *how, name)
    if output_type is not None:
        return _mixed_matmul(a, b, *how, dtypes.as_dtype(output_type), name)
    if _rank(a) > 2 or _rank(b) > 2:
        return _batch_matmul(a, b, *how, name)
    return _matmul(a, b, *how, name)


def _is_plain_matrix(x: Any) -> bool:
    t = x._t if type(x) is EagerTensor else x._storage.t if type(x) is ops.VARIABLE else None
    return t is not None and t.ndim == 2 and t.dtype in FLOATS


def _rank(x: Any) -> int:
    if type(x) is EagerTensor:
        return x._t.ndim
    return getattr(getattr(x, "shape", None), "rank", None) or getattr(x, "ndim", 2)


def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The products of matrices a [..., n, m] and vectors b [..., m], batches broadcast (tf.linalg.matvec).

    The options are those of `matmul`. InvalidArgumentError where sizes do not fit.
    """
    if transpose_a and adjoint_a:
        raise ValueError(
            "Only one of `transpose_a` and `adjoint_a` can be True. "
            f"Received `transpose_a`={transpose_a}, `adjoint_a`={adjoint_a}."
        )
    return _matvec(a, b, transpose_a, adjoint_a, name)


@op("MatVec", explain=lambda a, b, t, h, *_: matmul_problem(oriented(a, t, h), b.unsqueeze(-1)))
def _matvec(a: Alike, b: Alike, transpose_a: Any, adjoint_a: Any, name: str | None = None) -> torch.Tensor:
    if not b.ndim:
        raise Invalid("In[1] ndims must be >= 1")
    expect(a, _MULTIPLIED | {torch.int16} if a.ndim > 2 or b.ndim > 1 else _MULTIPLIED, UNSIGNED)
    return matrix_product(oriented(a, transpose_a, adjoint_a), b.unsqueeze(-1)).squeeze(-1)


def _pair_of_axes(axes: Any, a: torch.Tensor, b: torch.Tensor) -> tuple[list[int], list[int]]:
    """The axes of a and b to sum over, from the three ways to write them."""
    if isinstance(axes, int) or getattr(axes, "ndim", None) == 0:
        n = integer(axes, "axes")
        if n < 0:
            raise ValueError(f"`axes` must be at least 0. Received: {n}.")
        if n > a.ndim:
            raise ValueError(f"`axes` must not be larger than the number of dimensions of tensor {list(a.shape)}.")
        return list(range(a.ndim - n, a.ndim)), list(range(n))
    if len(axes) != 2:
        raise ValueError(f"`axes` must be an integer or have length 2. Received {axes}.")
    pair = [integers(side, "axes") for side in axes]
    if len(pair[0]) != len(pair[1]):
        raise ValueError(
            "Different number of contraction axes `a` and `b`. "
            f"Received: len(a_axes)={len(pair[0])}, len(b_axes)={len(pair[1])}."
        )
    return pair[0], pair[1]


@op("Tensordot")
def tensordot(a: Alike, b: Alike, axes: Any, name: str | None = None) -> torch.Tensor:
    """The sum of the products of elements of a and b over some axes of each (tf.tensordot, tf.linalg.tensordot).

    axes: a number n, for the last n axes of a and the first n of b, or two axes, or two lists of them. ValueError for
    axes that do not pair up, InvalidArgumentError where their sizes differ.
    """
    ours, theirs = _pair_of_axes(axes, expect(a, _MULTIPLIED, UNSIGNED), b)
    for side, x, which in (("a", a, ours), ("b", b, theirs)):
        if any(not -x.ndim <= i < x.ndim for i in which):
            raise Invalid(
                f"Argument `axes` names an axis that `{side}`, of shape {list(x.shape)}, does not have: {which}"
            )
    ours, theirs = [i % a.ndim for i in ours], [i % b.ndim for i in theirs]
    if any(a.shape[i] != b.shape[j] for i, j in zip(ours, theirs, strict=True)):
        return _reshaped_product(a, b, ours, theirs)
    return torch.tensordot(a, b, (ours, theirs))  # pyright: ignore[reportArgumentType] - the stub takes a number only


def _reshaped_product(a: torch.Tensor, b: torch.Tensor, ours: list[int], theirs: list[int]) -> torch.Tensor:
    """The product over axes whose sizes do not pair up, though as many elements do, which are taken in their order."""
    sizes = math.prod(a.shape[i] for i in ours), math.prod(b.shape[i] for i in theirs)
    if sizes[0] != sizes[1]:
        axes = f"axes {ours} of {list(a.shape)} and axes {theirs} of {list(b.shape)}"
        raise Invalid(f"Matrix size-incompatible: {axes}")
    left, right = ([i for i in range(t.ndim) if i not in used] for t, used in ((a, ours), (b, theirs)))
    shape = [a.shape[i] for i in left] + [b.shape[i] for i in right]
    first = a.permute(*left, *ours).reshape(-1, sizes[0])
    return (first @ b.permute(*theirs, *right).reshape(sizes[0], -1)).reshape(shape)


def einsum(equation: str, *inputs: Any, **kwargs: Any) -> Any:
    """The sum of products that an equation like "ij,jk->ik" tells (tf.einsum, tf.linalg.einsum).

    Letters name axes, "..." those that broadcast; without "->" the letters that occur once are the result's. Keyword
    arguments: name, and optimize, TensorFlow's strategy for the order of several inputs, which is checked: torch plans
    the order itself. ValueError for an equation that does not fit the inputs.
    """
    unknown = set(kwargs) - {"name", "optimize"}
    if unknown:
        raise TypeError(
            f"Invalid keyword arguments for this function: {', '.join(sorted(unknown))}. Expected: name, optimize"
        )
    optimize = kwargs.get("optimize", "greedy")
    if not isinstance(optimize, (list, tuple)) and optimize not in (*_STRATEGIES, True, False):
        raise ValueError(f"Argument `optimize` takes one of {', '.join(_STRATEGIES)} or a path, got {optimize!r}.")
    return _einsum(_normalized(equation, inputs), list(inputs), kwargs.get("name"))


_STRATEGIES = ("greedy", "optimal", "branch-2", "branch-all", "branch-1", "auto", "auto-hq", "random-greedy")


def _normalized(equation: str, inputs: tuple[Any, ...]) -> str:
    """The equation without spaces; ValueError where it cannot be one for so many inputs."""
    text = equation.replace(" ", "")
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if not inputs or len(terms) != len(inputs):
        raise ValueError(
            f'Got {len(inputs)} inputs for equation "{equation}", expecting {len(terms) if left or inputs else 0}.'
        )
    for term in [*terms, right]:
        letters = term.replace("...", "", 1)
        if not all(c.isalpha() for c in letters):
            raise ValueError(f"Indices have incorrect format. Received: {equation}")
    if arrow:
        for c in right.replace("...", ""):
            if c not in left:
                raise ValueError(f"Output subscripts contain the label {c} not present in the input subscripts.")
        if len(set(right.replace("...", ""))) != len(right.replace("...", "")):
            raise ValueError(f"Output subscripts contain a label more than once: {equation}")
    return text


@op("Einsum")
def _einsum(equation: str, inputs: Alikes, name: str | None = None) -> torch.Tensor:
    for term, x in zip(equation.partition("->")[0].split(","), inputs, strict=True):
        expect(x, _MULTIPLIED, (INTEGERS | BOOLEAN) - _MULTIPLIED)
        letters = term.replace("...", "")
        if len(letters) > x.ndim or ("..." not in term and len(letters) != x.ndim):
            raise Invalid(f'Subscripts {term!r} of equation "{equation}" do not fit the shape {tuple(x.shape)}.')
    return torch.einsum(equation, *inputs).to(inputs[0].dtype)  # torch widens the sum of a diagonal


@op("Cross")
def cross(a: Alike, b: Alike, name: str | None = None) -> torch.Tensor:
    """The cross products of vectors of three elements, the last axis; shapes must be equal (tf.linalg.cross)."""
    if tuple(expect(a, REALS).shape) != tuple(b.shape):
        raise Invalid(f"Both inputs must be of same shape: {list(a.shape)} vs. {list(b.shape)}")
    if not a.ndim:
        raise Invalid("inputs must be at least 1-D")
    if a.shape[-1] != 3:
        text = f"Cross-products are only defined for 3-element vectors, got shape {list(a.shape)}"
        raise Invalid(text, errors.FailedPreconditionError)
    return torch.linalg.cross(a, b, dim=-1)
