"""What TensorFlow's ops do with ragged tensors, by the names of their kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._core import structure
from tfcompat._core.dispatch import Handlers
from tfcompat._core.joining import stack_tensors
from tfcompat._ragged.broadcasting import align, map_flat
from tfcompat._ragged.tensor import RaggedTensor, to_tensor_or_ragged

Handler = Callable[..., Any]
_HANDLERS = Handlers()
handler = _HANDLERS.register

# Ops of one tensor, their first argument, and options.
UNARY = frozenset(
    (
        "Abs Acos Acosh AdjustBrightness AdjustGamma Angle AsString Asin Asinh Atan Atanh BesselI0 BesselI0e "
        "BesselI1 BesselI1e BesselJ0 BesselJ1 BesselK0 BesselK0e BesselK1 BesselK1e BesselY0 BesselY1 Bitcast "
        "Cast Ceil CheckNumerics Conj Cos Cosh Dawsn DecodeBase64 DecodeCompressed Digamma Elu EncodeBase64 Erf "
        "Erfc Erfcinv Erfinv Exp Expint Expm1 Floor FresnelCos FresnelSin Gelu Identity Imag Invert IsFinite "
        "IsInf IsJpeg IsNan LeakyRelu Lgamma Log Log1p LogSigmoid LogicalNot Ndtri Neg OnesLike Real Reciprocal "
        "RegexFullMatch RegexReplace Relu Relu6 Rint Round Rsqrt Selu Sigmoid Sign Silu Sin Sinh Softplus "
        "Softsign Spence Sqrt Square StaticRegexReplace StopGradient StringLength StringLower StringStrip "
        "StringToHashBucket StringToHashBucketFast StringToHashBucketStrong StringToNumber StringUpper Substr "
        "Swish Tan Tanh UnicodeScript UnicodeTranscode ZerosLike saturate_cast"
    ).split()
)
# Ops of two tensors, their first arguments, and options.
BINARY = frozenset(
    (
        "Add AddV2 Atan2 BitwiseAnd BitwiseOr BitwiseXor Complex Div DivNoNan Equal FloorDiv FloorMod Greater "
        "GreaterEqual LeftShift Less LessEqual LogicalAnd LogicalOr LogicalXor Maximum Minimum Mod Mul MulNoNan "
        "NextAfter NotEqual Pow RealDiv RightShift SigmoidCrossEntropyWithLogits SquaredDifference Sub TruncateDiv "
        "TruncateMod Xdivy Xlog1py Xlogy "
        "Zeta multiply_no_nan"
    ).split()
)


def _dispatch(cls: type[RaggedTensor], name: str, function: Callable[..., Any], args: list[Any]) -> Any:
    if name in UNARY:
        x, *options = args
        return x.with_flat_values(function(x.flat_values, *options)) if isinstance(x, RaggedTensor) else NotImplemented
    if name in BINARY:
        x, y, *options = args
        hint = next((v.dtype for v in (x, y) if isinstance(v, RaggedTensor)), None)
        if hint is None:  # a list holds it
            return NotImplemented
        x, y = to_tensor_or_ragged(x, dtype_hint=hint), to_tensor_or_ragged(y, dtype_hint=hint)
        return map_flat(lambda a, b: function(a, b, *options), x, y)
    return _HANDLERS.call(name, function, args)


RaggedTensor._dispatch_op = classmethod(_dispatch)  # type: ignore[assignment]


@handler("AddN")
def _add_n(function: Handler, inputs: Any, name: Any = None) -> Any:
    return map_flat(lambda *flat: function(list(flat), name), *map(to_tensor_or_ragged, structure.flatten(inputs)))


@handler("StringJoin")
def _string_join(function: Handler, inputs: Any, separator: Any, name: Any = None) -> Any:
    return map_flat(lambda *flat: function(list(flat), separator, name), *map(to_tensor_or_ragged, inputs))


@handler("ClipByValue")
def _clip(function: Handler, value: Any, least: Any, most: Any, name: Any = None) -> Any:
    least, most = (to_tensor_or_ragged(v, dtype_hint=value.dtype) for v in (least, most))
    return map_flat(lambda *flat: function(*flat, name), value, least, most)


@handler("IsNonDecreasing", "IsStrictlyIncreasing", "ScaleRegularizationLoss")
def _of_all_values(function: Handler, x: Any, *options: Any) -> Any:
    return function(x.flat_values, *options)


@handler(
    "assert_equal", "assert_none_equal", "assert_less", "assert_less_equal", "assert_greater", "assert_greater_equal",
    "assert_near",
)  # fmt: skip
def _asserted(function: Handler, x: Any, y: Any, *options: Any) -> Any:
    hint = next((v.dtype for v in (x, y) if isinstance(v, RaggedTensor)), None)
    if hint is None:
        return NotImplemented
    x, y = to_tensor_or_ragged(x, dtype_hint=hint), to_tensor_or_ragged(y, dtype_hint=hint)
    flat, _ = align((x, y))
    return function(*flat, *options)


@handler("Resize")
def _resized(function: Handler, images: Any, *options: Any) -> Any:
    if images.shape.rank != 4:
        raise ValueError(f"RaggedTensor images.shape.rank must be 4. Got: {images.shape.rank}.")
    rows = (image.to_tensor() if isinstance(image, RaggedTensor) else image for image in images)
    return stack_tensors([function(image, *options) for image in rows], 0)
