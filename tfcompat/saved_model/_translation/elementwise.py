"""Kernels that compute element by element, with broadcasting: arithmetic, functions of numbers, activations."""

from __future__ import annotations

import math
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref, like
from tfcompat.saved_model._translation.registry import NotTranslatable, translates

# Kernels of one tensor, and the ops that do the same.
_UNARY = {
    "neg": "Neg", "exp": "Exp", "expm1": "Expm1", "log": "Log", "log1p": "Log1p", "sqrt": "Sqrt", "rsqrt": "Rsqrt",
    "sin": "Sin", "cos": "Cos", "tan": "Tan", "asin": "Asin", "acos": "Acos", "atan": "Atan", "sinh": "Sinh",
    "cosh": "Cosh", "tanh": "Tanh", "asinh": "Asinh", "acosh": "Acosh", "atanh": "Atanh", "sigmoid": "Sigmoid",
    "sign": "Sign", "sgn": "Sign", "reciprocal": "Reciprocal", "erf": "Erf", "erfc": "Erfc", "erfinv": "Erfinv",
    "lgamma": "Lgamma", "digamma": "Digamma", "relu": "Relu", "relu6": "Relu6", "isnan": "IsNan", "isinf": "IsInf",
    "isfinite": "IsFinite", "special_i0e": "BesselI0e", "special_i1e": "BesselI1e", "selu": "Selu",
    "special_ndtri": "Ndtri", "_conj": "Conj", "conj_physical": "Conj",
}  # fmt: skip
_ROUNDING = {"floor": "Floor", "ceil": "Ceil", "round": "Round"}
_BINARY = {
    "atan2": "Atan2", "div": "RealDiv", "maximum": "Maximum", "minimum": "Minimum", "xlogy": "Xlogy",
    "special_xlog1py": "Xlog1py", "remainder": "FloorMod", "fmod": "TruncateMod", "floor_divide": "FloorDiv",
    "special_zeta": "Zeta", "nextafter": "NextAfter", "igamma": "Igamma", "igammac": "Igammac",
    "bitwise_left_shift": "LeftShift", "bitwise_right_shift": "RightShift", "__lshift__": "LeftShift",
    "__rshift__": "RightShift", "true_divide": "RealDiv",
}  # fmt: skip
_OVERLOADS = ("Tensor", "Scalar", "default", "Tensor_Scalar", "Scalar_Tensor", "Scalar_Self", "Scalar_Other",
              "self_scalar", "other_scalar")  # fmt: skip


def kind(out: Any) -> dtypes.DType:
    """The dtype of a fake tensor."""
    return dtypes.BY_STORAGE[out.dtype]


def _unary(name: str, op: str) -> None:
    @translates(f"aten.{name}.default")
    def translator(g: Body, out: Any, x: Ref) -> Ref:
        return like(g.op(op, x if kind(out) == dtypes.bool else g.cast(x, kind(out))), x)


def _rounding(name: str, op: str) -> None:
    @translates(f"aten.{name}.default")
    def translator(g: Body, out: Any, x: Ref) -> Ref:
        return x if x.dtype.is_integer else like(g.op(op, x), x)


def _binary(name: str, op: str) -> None:
    @translates(*(f"aten.{name}.{overload}" for overload in _OVERLOADS))
    def translator(g: Body, out: Any, a: Any, b: Any) -> Ref:
        return g.op(op, g.tensor(a, kind(out)), g.tensor(b, kind(out)))


for _name, _op in _UNARY.items():
    _unary(_name, _op)
for _name, _op in _ROUNDING.items():
    _rounding(_name, _op)
for _name, _op in _BINARY.items():
    _binary(_name, _op)


# ---- arithmetic ----


def _scaled(g: Body, out: Any, x: Any, alpha: Any) -> Ref:
    x = g.tensor(x, kind(out))
    return x if alpha == 1 else like(g.op("Mul", x, g.tensor(alpha, kind(out))), x)


@translates("aten.add.Tensor", "aten.add.Scalar")
def _add(g: Body, out: Any, a: Any, b: Any, alpha: Any = 1) -> Ref:
    if kind(out) == dtypes.bool:
        return g.op("LogicalOr", g.tensor(a, dtypes.bool), g.tensor(b, dtypes.bool))
    return g.op("AddV2", g.tensor(a, kind(out)), _scaled(g, out, b, alpha))


@translates("aten.sub.Tensor", "aten.sub.Scalar")
def _sub(g: Body, out: Any, a: Any, b: Any, alpha: Any = 1) -> Ref:
    return g.op("Sub", g.tensor(a, kind(out)), _scaled(g, out, b, alpha))


@translates("aten.rsub.Tensor", "aten.rsub.Scalar")
def _rsub(g: Body, out: Any, a: Any, b: Any, alpha: Any = 1) -> Ref:
    return g.op("Sub", g.tensor(b, kind(out)), _scaled(g, out, a, alpha))


@translates("aten.mul.Tensor", "aten.mul.Scalar")
def _mul(g: Body, out: Any, a: Any, b: Any) -> Ref:
    op = "LogicalAnd" if kind(out) == dtypes.bool else "Mul"
    return g.op(op, g.tensor(a, kind(out)), g.tensor(b, kind(out)))


@translates("aten.div.Tensor_mode", "aten.div.Scalar_mode")
def _divide(g: Body, out: Any, a: Any, b: Any, rounding_mode: str | None = None) -> Ref:
    a, b = g.tensor(a, kind(out)), g.tensor(b, kind(out))
    if rounding_mode == "trunc" and kind(out).is_floating:
        return _truncated(g, out, g.op("RealDiv", a, b))
    return g.op({None: "RealDiv", "floor": "FloorDiv", "trunc": "TruncateDiv"}[rounding_mode], a, b)


@translates("aten.trunc.default", "aten.fix.default")
def _truncated(g: Body, out: Any, x: Ref) -> Ref:
    if x.dtype.is_integer:
        return x
    return g.op("SelectV2", g.op("Less", x, g.const(0, x.dtype)), g.op("Ceil", x), g.op("Floor", x))


@translates("aten.pow.Tensor_Tensor", "aten.pow.Tensor_Scalar", "aten.pow.Scalar")
def _pow(g: Body, out: Any, a: Any, b: Any) -> Ref:
    if isinstance(b, (int, float)) and b == 2:
        return g.op("Square", g.tensor(a, kind(out)))
    if isinstance(b, (int, float)) and b == 0.5:
        return g.op("Sqrt", g.tensor(a, kind(out)))
    return g.op("Pow", g.tensor(a, kind(out)), g.tensor(b, kind(out)))


@translates("aten.abs.default")
def _abs(g: Body, out: Any, x: Ref) -> Ref:
    return g.op("ComplexAbs", x, Tout=kind(out)) if x.dtype.is_complex else g.op("Abs", x)


@translates("aten.angle.default")
def _angle(g: Body, out: Any, x: Ref) -> Ref:
    if not x.dtype.is_complex:
        raise NotTranslatable("the angle of real numbers")
    return g.op("Angle", x, Tout=kind(out))


@translates("aten.real.default", "aten.view_as_real.default")
def _real(g: Body, out: Any, x: Ref) -> Ref:
    real = g.op("Real", x, Tout=kind(out))
    if len(out.shape) == len(x.shape or ()):
        return real
    return g.op("Pack", [real, g.op("Imag", x, Tout=kind(out))], axis=x.rank)


@translates("aten.imag.default")
def _imag(g: Body, out: Any, x: Ref) -> Ref:
    return g.op("Imag", x, Tout=kind(out))


@translates("aten.complex.default")
def _complex(g: Body, out: Any, a: Ref, b: Ref) -> Ref:
    return g.op("Complex", a, b, Tout=kind(out))


@translates("aten.addcmul.default")
def _addcmul(g: Body, out: Any, x: Ref, a: Ref, b: Ref, value: Any = 1) -> Ref:
    return g.op("AddV2", x, _scaled(g, out, g.op("Mul", a, b), value))


@translates("aten.addcdiv.default")
def _addcdiv(g: Body, out: Any, x: Ref, a: Ref, b: Ref, value: Any = 1) -> Ref:
    return g.op("AddV2", x, _scaled(g, out, g.op("RealDiv", a, b), value))


@translates("aten.lerp.Scalar", "aten.lerp.Tensor")
def _lerp(g: Body, out: Any, a: Ref, b: Ref, weight: Any) -> Ref:
    return g.op("AddV2", a, g.op("Mul", g.tensor(weight, kind(out)), g.op("Sub", b, a)))


@translates("aten.logaddexp.default")
def _logaddexp(g: Body, out: Any, a: Ref, b: Ref) -> Ref:
    top = g.op("Maximum", a, b)
    return g.op("AddV2", top, g.op("Softplus", g.op("Sub", g.op("Minimum", a, b), top)))


@translates("aten.exp2.default")
def _exp2(g: Body, out: Any, x: Ref) -> Ref:
    return g.op("Pow", g.const(2, kind(out)), g.cast(x, kind(out)))


def _logarithm(name: str, base: int) -> None:
    @translates(f"aten.{name}.default")
    def translator(g: Body, out: Any, x: Ref) -> Ref:
        return g.op("RealDiv", g.op("Log", g.cast(x, kind(out))), g.const(math.log(base), kind(out)))


_logarithm("log2", 2)
_logarithm("log10", 10)


# ---- bounds ----


@translates("aten.clamp.default", "aten.clamp.Tensor", "aten.hardtanh.default")
def clamp(g: Body, out: Any, x: Ref, low: Any = None, high: Any = None, **named: Any) -> Ref:
    """A tensor with its values within bounds."""
    low, high = named.get("min", low), named.get("max", high)
    x = g.cast(x, kind(out))
    if low is not None:
        x = g.op("Maximum", x, g.tensor(low, kind(out)))
    return x if high is None else g.op("Minimum", x, g.tensor(high, kind(out)))


@translates("aten.clamp_min.default", "aten.clamp_min.Tensor")
def _clamp_min(g: Body, out: Any, x: Ref, low: Any) -> Ref:
    return clamp(g, out, x, low)


@translates("aten.clamp_max.default", "aten.clamp_max.Tensor")
def _clamp_max(g: Body, out: Any, x: Ref, high: Any) -> Ref:
    return clamp(g, out, x, None, high)


@translates("aten.nan_to_num.default")
def _finite(g: Body, out: Any, x: Ref, nan: Any = None, posinf: Any = None, neginf: Any = None) -> Ref:
    if not x.dtype.is_floating:
        return x
    large = x.dtype.max
    for value, default, found in (
        (nan, 0, g.op("IsNan", x)),
        (posinf, large, g.op("Equal", x, g.const(math.inf, x.dtype))),
        (neginf, -large, g.op("Equal", x, g.const(-math.inf, x.dtype))),
    ):
        x = g.op("SelectV2", found, g.const(default if value is None else value, x.dtype), x)
    return x


# ---- activations ----


@translates("aten.gelu.default")
def _gelu(g: Body, out: Any, x: Ref, approximate: str = "none") -> Ref:
    half = g.op("Mul", g.const(0.5, x.dtype), x)
    if approximate == "tanh":
        cube = g.op("Mul", x, g.op("Square", x))
        inner = g.op("AddV2", x, g.op("Mul", g.const(0.044715, x.dtype), cube))
        slope = g.op("Tanh", g.op("Mul", g.const(math.sqrt(2 / math.pi), x.dtype), inner))
    else:
        slope = g.op("Erf", g.op("Mul", x, g.const(math.sqrt(0.5), x.dtype)))
    return g.op("Mul", half, g.op("AddV2", g.const(1, x.dtype), slope))


@translates("aten.silu.default")
def _silu(g: Body, out: Any, x: Ref) -> Ref:
    return g.op("Mul", x, g.op("Sigmoid", x))


@translates("aten.mish.default")
def _mish(g: Body, out: Any, x: Ref) -> Ref:
    return g.op("Mul", x, g.op("Tanh", g.op("Softplus", x)))


@translates("aten.softplus.default")
def _softplus(g: Body, out: Any, x: Ref, beta: Any = 1, threshold: Any = 20) -> Ref:
    if beta == 1:
        return g.op("Softplus", x)
    scaled = g.op("Softplus", g.op("Mul", x, g.const(beta, x.dtype)))
    return g.op("RealDiv", scaled, g.const(beta, x.dtype))


@translates("aten.log_sigmoid_forward.default")
def _log_sigmoid(g: Body, out: Any, x: Ref) -> Any:
    return g.op("Neg", g.op("Softplus", g.op("Neg", x))), None


@translates("aten.elu.default")
def _elu(g: Body, out: Any, x: Ref, alpha: Any = 1, scale: Any = 1, input_scale: Any = 1) -> Ref:
    if alpha == scale == input_scale == 1:
        return g.op("Elu", x)
    inner = x if input_scale == 1 else g.op("Mul", x, g.const(input_scale, x.dtype))
    zero = g.const(0, x.dtype)
    below = g.op("Mul", g.const(alpha, x.dtype), g.op("Expm1", g.op("Minimum", inner, zero)))
    result = g.op("SelectV2", g.op("Greater", x, zero), x, below)
    return result if scale == 1 else g.op("Mul", result, g.const(scale, x.dtype))


@translates("aten.celu.default")
def _celu(g: Body, out: Any, x: Ref, alpha: Any = 1.0) -> Ref:
    below = g.op("Expm1", g.op("RealDiv", g.op("Minimum", x, g.const(0, x.dtype)), g.const(alpha, x.dtype)))
    return g.op("AddV2", g.op("Relu", x), g.op("Mul", g.const(alpha, x.dtype), below))


@translates("aten.leaky_relu.default")
def _leaky_relu(g: Body, out: Any, x: Ref, slope: Any = 0.01) -> Ref:
    return g.op("LeakyRelu", x, alpha=float(slope))


@translates("aten._prelu_kernel.default", "aten.prelu.default")
def _prelu(g: Body, out: Any, x: Ref, weight: Ref) -> Ref:
    return g.op("SelectV2", g.op("Greater", x, g.const(0, x.dtype)), x, g.op("Mul", weight, x))


@translates("aten.hardsigmoid.default")
def _hard_sigmoid(g: Body, out: Any, x: Ref) -> Ref:
    shifted = g.op("Relu6", g.op("AddV2", x, g.const(3, x.dtype)))
    return g.op("Mul", shifted, g.const(1 / 6, x.dtype))


@translates("aten.hardswish.default")
def _hard_swish(g: Body, out: Any, x: Ref) -> Ref:
    return g.op("Mul", x, _hard_sigmoid(g, out, x))


@translates("aten.threshold.default")
def _threshold(g: Body, out: Any, x: Ref, threshold: Any, value: Any) -> Ref:
    return g.op("SelectV2", g.op("Greater", x, g.const(threshold, x.dtype)), x, g.const(value, x.dtype))


@translates("aten.softshrink.default")
def _soft_shrink(g: Body, out: Any, x: Ref, bound: Any = 0.5) -> Ref:
    high = g.op("Relu", g.op("Sub", x, g.const(bound, x.dtype)))
    low = g.op("Relu", g.op("Sub", g.op("Neg", x), g.const(bound, x.dtype)))
    return g.op("Sub", high, low)


@translates("aten.hardshrink.default")
def _hard_shrink(g: Body, out: Any, x: Ref, bound: Any = 0.5) -> Ref:
    within = g.op("LessEqual", g.op("Abs", x), g.const(bound, x.dtype))
    return g.op("SelectV2", within, g.const(0, x.dtype), x)


@translates("aten.glu.default")
def _glu(g: Body, out: Any, x: Ref, dim: int = -1) -> Ref:
    a, b = g.op("Split", g.int32(dim % x.rank), x, num_split=2)
    return g.op("Mul", a, g.op("Sigmoid", b))
