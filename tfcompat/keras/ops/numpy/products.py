"""keras.ops: products of vectors and matrices, and statistics made of them."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

import tfcompat as tf
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._dtypes import result_type, standardize_dtype
from tfcompat.keras._state import settings
from tfcompat.keras.ops._operation import keras_op, operation, promoted, tensor_op


def _computed(x1: Any, x2: Any) -> tuple[Any, Any, str]:
    """The operands in the float dtype that products are found in, and the dtype of the result."""
    kind = result_type(x1.dtype, x2.dtype)
    compute = result_type(x1.dtype, x2.dtype, float)
    return tf.cast(x1, compute), tf.cast(x2, compute), kind


@tensor_op("x1", "x2")
def matmul(x1: Any, x2: Any) -> Any:
    """The matrix product, over leading batch dimensions. Two int8 matrices give int32. Sparse ones become dense."""
    ranks = x1.shape.rank, x2.shape.rank
    if x1.dtype is tf.int8 and x2.dtype is tf.int8 and 1 not in ranks:
        return tf.matmul(tf.cast(x1, tf.int32), tf.cast(x2, tf.int32))
    x1, x2, kind = _computed(x1, x2)
    if ranks[1] == 1:
        product = tf.tensordot(x1, x2, axes=1)
    elif ranks[0] == 1:
        product = tf.tensordot(x1, x2, axes=[[0], [-2]])
    else:
        product = tf.matmul(x1, x2)
    return tf.cast(product, kind)


@tensor_op("x1", "x2")
def dot(x1: Any, x2: Any) -> Any:
    """The sum over the last axis of x1 and the last but one of x2 (its only one); a product where one is a number."""
    x1, x2, kind = _computed(x1, x2)
    if not x1.shape.rank or not x2.shape.rank:
        return tf.cast(x1 * x2, kind)
    return tf.cast(tf.tensordot(x1, x2, axes=[[-1], [-1 if x2.shape.rank == 1 else -2]]), kind)


@tensor_op("x1", "x2")
def vdot(x1: Any, x2: Any) -> Any:
    """The sum of the products of the elements."""
    x1, x2, kind = _computed(x1, x2)
    return tf.cast(tf.tensordot(tf.reshape(x1, [-1]), tf.reshape(x2, [-1]), axes=1), kind)


@tensor_op("x1", "x2")
def inner(x1: Any, x2: Any) -> Any:
    """The sum over the last axes of both; a product where one is a number."""
    x1, x2, kind = _computed(x1, x2)
    if not x1.shape.rank or not x2.shape.rank:
        return tf.cast(x1 * x2, kind)
    return tf.cast(tf.tensordot(x1, x2, axes=[[-1], [-1]]), kind)


@tensor_op("x1", "x2", promote=True, weak=False)
def outer(x1: Any, x2: Any) -> Any:
    """The products of every element of x1 with every one of x2, a matrix."""
    return tf.reshape(x1, [-1, 1]) * tf.reshape(x2, [-1])


@tensor_op("x1", "x2")
def tensordot(x1: Any, x2: Any, axes: Any = 2) -> Any:
    """The sum over the `axes` last axes of x1 and first of x2, or over two lists of axes."""
    x1, x2, kind = _computed(x1, x2)
    return tf.cast(tf.tensordot(x1, x2, axes=axes), kind)


@keras_op("x1", "x2", promote=True, weak=False)
def kron(x1: Any, x2: Any) -> Any:
    """The Kronecker product: x2 scaled by every element of x1."""
    return torch.kron(x1, x2)


@tensor_op("x1", "x2", promote=True, weak=False)
def cross(x1: Any, x2: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """The cross product of vectors of 3 or 2 elements along `axis`, or along `axisa` and `axisb`, put at `axisc`.

    Two vectors of 2 elements give a number. ValueError for other sizes.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = (torch.movedim(to_storage(x), at, -1) for x, at in ((x1, axisa), (x2, axisb)))
    flat = a.shape[-1] == 2 and b.shape[-1] == 2
    if a.shape[-1] not in (2, 3) or b.shape[-1] not in (2, 3):
        raise ValueError(f"`cross` takes vectors of 2 or 3 elements. Received: shapes {x1.shape} and {x2.shape}")
    a, b = (F.pad(t, (0, 3 - t.shape[-1])) for t in (a, b))
    product = torch.linalg.cross(*torch.broadcast_tensors(a, b), dim=-1)
    return wrap(product[..., 2] if flat else torch.movedim(product, -1, axisc))


def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> Any:
    """The sum of products that Einstein's notation describes ("ij,jk->ik"); int8 operands give int32."""
    unknown = set(kwargs) - {"optimize"}
    if unknown:
        raise TypeError(f"keras.ops.einsum() got unexpected keyword arguments: {sorted(unknown)}")
    return _einsum(*operands, subscripts=subscripts)


@operation("operands", name="Einsum")
def _einsum(*operands: Any, subscripts: str) -> Any:
    tensors = [wrap(to_storage(x)) for x in operands]
    kinds = {standardize_dtype(t.dtype) for t in tensors}
    kind = "int32" if kinds == {"int8"} else result_type(*kinds)
    compute = settings.floatx if "int" in kind else kind
    return tf.cast(tf.einsum(subscripts, *(tf.cast(t, compute) for t in tensors)), kind)


@operation("x")
def corrcoef(x: Any) -> Any:
    """The matrix of correlations between the rows of x; NaN for a number."""
    t = to_storage(x)
    if not t.ndim:
        return tf.constant(float("nan"), settings.floatx)
    if not (t.is_floating_point() or t.is_complex()):
        t = t.to(torch.float64 if t.dtype is torch.int64 else getattr(torch, settings.floatx))
    centered = t - t.mean(-1, keepdim=True)
    covariance = centered @ centered.mH if t.ndim > 1 else (centered * centered.conj()).sum()
    spread = torch.sqrt(covariance.diagonal().real if t.ndim > 1 else covariance.real)
    found = covariance / (spread[:, None] * spread[None, :] if t.ndim > 1 else spread * spread)
    if found.is_complex():
        return wrap(torch.complex(found.real.clamp(-1, 1), found.imag.clamp(-1, 1)))
    return wrap(found.clamp(-1, 1))


@operation("x1", "x2")
def correlate(x1: Any, x2: Any, mode: str = "valid") -> Any:
    """The sums of products of x1 with x2 at each shift: those within x1 ("valid"), around it ("same") or all ("full").

    ValueError for another mode, or inputs that are no vectors.
    """
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"Invalid mode: '{mode}'. Mode must be one of: 'full', 'same', 'valid'.")
    a, b = promoted([x1, x2], weak=False)
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError(f"`correlate` takes vectors. Received: shapes {tuple(a.shape)} and {tuple(b.shape)}")
    if a.dtype not in (torch.bfloat16, torch.float16, torch.float64):
        kind = torch.float64 if a.dtype is torch.int64 else torch.float32
        a, b = a.to(kind), b.to(kind)
    n, m = a.shape[0], b.shape[0]
    margin = 0 if mode == "valid" else m - 1
    found = F.conv1d(a[None, None], b[None, None], padding=margin)[0, 0]
    if mode == "same":
        length = max(n, m)
        start = (n + m - 1 - length) // 2
        found = found[start : start + length]
    return wrap(found)


@tensor_op("y", "x")
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral of y along `axis` by the trapezoidal rule; x: where y was taken (else every `dx`)."""
    kind = result_type(y.dtype, float)
    heights = torch.movedim(to_storage(tf.cast(y, kind)), axis, -1)
    if x is None:
        steps: Any = to_storage(tf.cast(dx, kind))
    else:
        places = to_storage(tf.cast(x, kind))
        steps = torch.movedim(
            torch.diff(places, dim=axis if places.ndim > 1 else 0), axis if places.ndim > 1 else 0, -1
        )
    return wrap((0.5 * (heights[..., 1:] + heights[..., :-1]) * steps).sum(-1))


@tensor_op("a")
def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """The differences of neighbours along `axis`, taken n times; ValueError for a negative n or a number."""
    if n < 0:
        raise ValueError(f"Order `n` must be non-negative. Received n={n}")
    if n and not a.shape.rank:
        raise ValueError(f"`diff` requires input that is at least one dimensional. Received: a={a}")
    return wrap(torch.diff(to_storage(a), n, axis)) if n else a


@tensor_op("x")
def slogdet(x: Any) -> Any:
    """The sign and the logarithm of the absolute value of the determinant of the matrices x."""
    return tuple(tf.linalg.slogdet(x))
