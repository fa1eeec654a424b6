"""tf.experimental.numpy's products of vectors, matrices and arrays of them."""

from __future__ import annotations

from typing import Any

from tfcompat import linalg, math
from tfcompat._arrays.joining import unstack
from tfcompat._arrays.padding import pad
from tfcompat._arrays.shaping import broadcast_to, reshape
from tfcompat._core.errors import InvalidArgumentError
from tfcompat.experimental.numpy._arrays import (
    asarray,
    broadcast,
    dims,
    from_start,
    made,
    pair,
    promoted,
    warn_of_old_semantics,
    weak_or_plain,
    with_rank,
)
from tfcompat.experimental.numpy._behavior import behavior
from tfcompat.experimental.numpy._promotion import weak_result_type
from tfcompat.experimental.numpy.shaping import moveaxis


def dot(a: Any, b: Any) -> Any:
    """The sums over the last axis of `a` and the last but one of `b` (of a vector: its only one) (numpy.dot).

    The product where one of them is a scalar.
    """
    a, b = pair(a, b)
    if not dims(a) or not dims(b):
        return math.multiply(a, b)
    return linalg.tensordot(a, b, [[-1], [-1 if len(dims(b)) == 1 else -2]])


def matmul(x1: Any, x2: Any) -> Any:
    """The matrix product over the last two dimensions, batches broadcast; vectors too (numpy.matmul).

    ValueError where the sizes do not fit.
    """
    weak = False
    if behavior.weak:
        try:
            dtype, weak = weak_result_type(x1, x2)
            x1, x2 = made(x1, dtype), made(x2, dtype)
        except NotImplementedError:
            warn_of_old_semantics("matmul", x1, x2)
    x1, x2 = pair(x1, x2)
    try:
        if len(dims(x2)) == 1:
            product = linalg.tensordot(x1, x2, 1)
        elif len(dims(x1)) == 1:
            product = linalg.tensordot(x1, x2, [[0], [-2]])
        else:
            product = linalg.matmul(x1, x2)
    except InvalidArgumentError as e:
        raise ValueError(str(e)) from None
    return weak_or_plain(product, weak)


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """The sums over `axes`: how many, the last of `a` with the first of `b`, or two lists (numpy.tensordot)."""
    return linalg.tensordot(*pair(a, b), axes)


def inner(a: Any, b: Any) -> Any:
    """The sums over the last axis of both (numpy.inner); the product where one of them is a scalar."""
    a, b = pair(a, b)
    if not dims(a) or not dims(b):
        return math.multiply(a, b)
    return linalg.tensordot(a, b, [[-1], [-1]])


def vdot(a: Any, b: Any) -> Any:
    """The sum of the products of all elements, those of `a` conjugated (numpy.vdot): a scalar."""
    a, b = (reshape(x, [-1]) for x in promoted(a, b))
    return dot(math.conj(a) if a.dtype.is_complex else a, b)


def outer(a: Any, b: Any) -> Any:
    """The matrix of the products of every element of `a` with every one of `b` (numpy.outer)."""
    a, b = pair(a, b)
    return math.multiply(reshape(a, [-1, 1]), reshape(b, [-1]))


def kron(a: Any, b: Any) -> Any:
    """`b` repeated for every element of `a` and multiplied by it (numpy.kron)."""
    a, b = promoted(a, b)
    rank = max(len(dims(a)), len(dims(b)))
    sizes_a, sizes_b = dims(with_rank(a, rank)), dims(with_rank(b, rank))
    blocks = [d for size in sizes_a for d in (size, 1)]
    within = [d for size in sizes_b for d in (1, size)]
    product = math.multiply(reshape(a, blocks), reshape(b, within))
    return reshape(product, [p * q for p, q in zip(sizes_a, sizes_b, strict=True)])


def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """The cross products of vectors of 2 or 3 elements along axisa, axisb, set along axisc (numpy.cross).

    axis: stands for all three. Where both have 2 elements the result is only the third of the product.
    """
    a, b = pair(a, b)
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = _last(a, axisa), _last(b, axisb)
    flat = dims(a)[-1] == dims(b)[-1] == 2
    c = linalg.cross(*broadcast(_in_space(a), _in_space(b)))
    return c[..., 2] if flat else moveaxis(c, -1, from_start(axisc, len(dims(c))))


def _last(a: Any, axis: int) -> Any:
    return moveaxis(a, from_start(axis, len(dims(a))), -1)


def _in_space(a: Any) -> Any:
    rank = len(dims(a))
    return pad(a, [[0, 0]] * (rank - 1) + [[0, 1]]) if dims(a)[-1] == 2 else a


def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> Any:
    """The sums of products that `subscripts` spells, as "ij,jk->ik" (numpy.einsum).

    casting: "safe" (the operands take the dtype they meet in) or "no". optimize: False, True, "greedy" or "optimal",
    the order of the products. ValueError for others.
    """
    casting, optimize = kwargs.get("casting", "safe"), kwargs.get("optimize", False)
    if casting not in ("safe", "no"):
        raise ValueError(
            "Invalid value for argument `casting`. "
            f'Expected casting="safe" or casting="no". Received: casting={casting}'
        )
    if optimize and optimize is not True and optimize not in ("greedy", "optimal"):
        raise ValueError(
            "Invalid value for argument `optimize`. "
            f'Expected one of {{True, "greedy", "optimal"}}. Received: optimize={optimize}'
        )
    arrays = promoted(*operands) if casting == "safe" else map(asarray, operands)
    return linalg.einsum(subscripts, *arrays, optimize="optimal" if optimize == "optimal" else "greedy")


def polyval(p: Any, x: Any) -> Any:
    """The polynomial with the coefficients `p`, the highest power first, at `x` (numpy.polyval)."""
    p, x = pair(p, x)
    p = reshape(p, [1]) if not dims(p) else p
    value = math.polyval(unstack(p), x)
    return broadcast_to(value, dims(x)) if dims(p)[0] == 1 else value
