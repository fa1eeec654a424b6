"""TensorFlow's ops in the modes "safe" and "all": their arguments meet in one dtype, and weak ones give weak results.

An op's class says how it converts its arguments, so switching a mode on gives some ops another class.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from tfcompat import linalg, math, nn
from tfcompat._arrays import creation, shaping
from tfcompat._clipping import _clip_by_value
from tfcompat._core import dtypes, operators
from tfcompat._core.ops import Op
from tfcompat._core.tensor import Tensor
from tfcompat.experimental.numpy._arrays import converted, warn_of_old_semantics
from tfcompat.experimental.numpy._promotion import weak_result_type
from tfcompat.experimental.numpy._weak_tensor import WeakTensor
from tfcompat.linalg import products
from tfcompat.math import arithmetic, special

_WEAK = object()  # follows the arguments of a call whose result is weak


class _Weak:
    """The result of an op's body that is to be weak."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class _WeakOp(Op):
    """An op that converts its tensors to the dtype they meet in."""

    def order(self, args: list[Any]) -> None:
        """Nothing: where a Python value stands does not matter to the dtype they meet in."""

    def promote(self, args: list[Any], places: list[int], weak: bool = True) -> None:
        """Converts the arguments at `places` and marks the call whose result is weak."""
        try:
            dtype, inferred = weak_result_type(*(args[i] for i in places))
        except NotImplementedError:
            warn_of_old_semantics(self.body.__name__, *(args[i] for i in places))
            super().convert(args)
            return
        for i in places:
            args[i] = converted(args[i], dtype)
        super().convert(args)
        if inferred and weak:
            args.append(_WEAK)

    def run(self, args: list[Any]) -> Any:
        if args[-1] is not _WEAK:
            return super().run(args)
        args.pop()
        return _Weak(super().run(args))

    def finish(self, result: Any, name: str | None) -> Any:
        if type(result) is not _Weak:
            return super().finish(result, name)
        return WeakTensor.from_tensor(super().finish(result.value, name))


class Unary(_WeakOp):
    """An op of one tensor, weak where that is: a Python number or a weak tensor."""

    def convert(self, args: list[Any]) -> None:
        (first, _), *_ = self.kinds
        own = self.index.get("dtype")
        if isinstance(args[first], Tensor) or (own is not None and args[own] is not None):
            super().convert(args)
        else:
            self.promote(args, [first])


class Binary(_WeakOp):
    """An op of two tensors, weak where both are."""

    def convert(self, args: list[Any]) -> None:
        self.promote(args, [i for i, _ in self.kinds[:2]])


class Strong(_WeakOp):
    """An op of two tensors whose result is never weak."""

    def convert(self, args: list[Any]) -> None:
        self.promote(args, [i for i, _ in self.kinds[:2]], weak=False)


def _named(namespace: Any, names: str) -> list[Any]:
    return [getattr(namespace, name) for name in names.split()]


_UNARY = [
    *_named(math, "abs acos acosh angle asin asinh atan atanh bessel_i0 bessel_i0e bessel_i1 bessel_i1e ceil conj cos"),
    *_named(math, "cosh digamma erf erfc erfcinv erfinv exp expm1 floor imag lgamma log log1p log_sigmoid log_softmax"),
    *_named(math, "ndtri negative real reciprocal reciprocal_no_nan reduce_euclidean_norm reduce_logsumexp reduce_max"),
    *_named(math, "reduce_mean reduce_min reduce_prod reduce_std reduce_sum reduce_variance rint round rsqrt sigmoid"),
    *_named(math, "sign sin sinh softplus sqrt square tan tanh"),
    *_named(special, "bessel_j0 bessel_j1 bessel_k0 bessel_k0e bessel_k1 bessel_k1e bessel_y0 bessel_y1 dawsn expint"),
    *_named(special, "fresnel_cos fresnel_sin spence"),
    *_named(nn, "gelu leaky_relu relu6 swish"),
    *_named(creation, "identity ones_like stop_gradient zeros_like"),
    *_named(shaping, "_expand_dims reshape squeeze transpose"),
    *_named(linalg, "diag diag_part matrix_transpose tensor_diag_part trace"),
    _clip_by_value,
]
_BINARY = [
    *_named(math, "add divide floordiv floormod multiply pow subtract truediv"),
    *_named(arithmetic, "_div_no_nan _multiply_no_nan realdiv truncatediv truncatemod"),
    operators.multiply_operator,
    *_named(products, "_batch_matmul _matmul _matvec matmul_operator"),
]
_STRONG = _named(math, "equal maximum minimum")


_own_class: dict[Op, type[Op]] = {}


def switch(on: bool) -> None:
    """Gives the ops the classes of the weak modes, or their own again."""
    for info, own in _own_class.items():
        info.__class__ = own
    _own_class.clear()
    if on:
        for functions, kind in ((_UNARY, Unary), (_BINARY, Binary), (_STRONG, Strong)):
            for function in functions:
                for info in filter(None, (function.op, function.op.reflected)):
                    _own_class.setdefault(info, type(info))  # some functions are one op
                    info.__class__ = kind


# ---- what are no ops ----


def constant(make: Callable[..., Any], value: Any, dtype: Any, shape: Any, name: str) -> Any:
    """tf.constant: weak for Python numbers without a dtype; casts a tensor to `dtype` where they meet in that."""
    if isinstance(value, WeakTensor):
        given, value = value, value.tensor
    else:
        given = value
    wanted = None if dtype is None else dtypes.as_dtype(dtype)
    try:
        meeting, weak = weak_result_type(given, wanted)
    except NotImplementedError:
        warn_of_old_semantics("constant", value, wanted)
        return make(value, wanted, shape, name)
    if wanted is None:
        result = make(value, meeting, shape, name)
        return WeakTensor.from_tensor(result) if weak else result
    if isinstance(value, Tensor) and meeting is wanted:
        value = converted(value, wanted)
    return make(value, wanted, shape, name)


def assignments(variable: type) -> dict[str, Callable[..., Any]]:
    """assign, assign_add and assign_sub of variables: what is assigned must meet in the variable's dtype."""
    return {name: _assigning(getattr(variable, name)) for name in ("assign", "assign_add", "assign_sub")}


def _assigning(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(self: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            meeting, _ = weak_result_type(self, value)
        except NotImplementedError:
            warn_of_old_semantics(method.__name__, self, value)
            return method(self, value, *args, **kwargs)
        if meeting is not self.dtype:
            raise TypeError(
                f"Variable dtype is immutable. Calling {method.__name__} of Variable (with dtype {self.dtype}) on "
                f"{value} requires converting {value} to {self.dtype}. This is disabled in the current promotion "
                f"semantics. Please convert {value} manually before calling {method.__name__}."
            )
        return method(self, converted(value, self.dtype), *args, **kwargs)

    return call
