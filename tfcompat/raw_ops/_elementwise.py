"""Raw ops on elements that no public op is: gradients of activations, and older or stricter variants."""

from __future__ import annotations

import functools
from typing import Any

import torch

from tfcompat._core import dtypes, errors, operators
from tfcompat._core.arguments import INTEGERS, broadcast_shape
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value, Values
from tfcompat._core.shapes import TensorShape
from tfcompat.dtypes import casting
from tfcompat.math import arithmetic, complex_numbers, gamma
from tfcompat.raw_ops._registry import body, raw


@raw("AccumulateNV2")
def accumulate(inputs: Values, shape: TensorShape) -> torch.Tensor:
    """The sum of tensors of one shape."""
    if any(x.shape != inputs[0].shape for x in inputs) or not shape.is_compatible_with(tuple(inputs[0].shape)):
        raise Invalid(f"All inputs must have the shape {shape}, got {[list(x.shape) for x in inputs]}")
    return functools.reduce(torch.add, inputs[1:], inputs[0].clone())


# ---- gradients ----


def _alike(x: torch.Tensor, y: torch.Tensor) -> None:
    if x.shape != y.shape:
        raise Invalid(f"Inputs to operation must have the same shape, got {list(x.shape)} and {list(y.shape)}")


@raw("ReluGrad")
def relu_grad(gradients: Value, features: Value) -> torch.Tensor:
    """Of tf.nn.relu, 0 at 0."""
    _alike(gradients, features)
    return torch.where(features > 0, gradients, 0)


@raw("Relu6Grad")
def relu6_grad(gradients: Value, features: Value) -> torch.Tensor:
    """Of tf.nn.relu6, 0 at 0 and at 6."""
    _alike(gradients, features)
    return torch.where((features > 0) & (features < 6), gradients, 0)


@raw("LeakyReluGrad")
def leaky_relu_grad(gradients: Value, features: Value, alpha: float) -> torch.Tensor:
    """Of tf.nn.leaky_relu, `alpha` at 0."""
    _alike(gradients, features)
    return torch.where(features > 0, gradients, gradients * alpha)


@raw("EluGrad")
def elu_grad(gradients: Value, outputs: Value) -> torch.Tensor:
    """Of tf.nn.elu, by its outputs."""
    _alike(gradients, outputs)
    return torch.where(outputs < 0, (outputs + 1) * gradients, gradients)


_SCALE = 1.0507009873554804934193349852946
_SCALE_ALPHA = 1.7580993408473768599402175208123


@raw("SeluGrad")
def selu_grad(gradients: Value, outputs: Value) -> torch.Tensor:
    """Of tf.nn.selu, by its outputs."""
    _alike(gradients, outputs)
    return torch.where(outputs < 0, gradients * (outputs + _SCALE_ALPHA), gradients * _SCALE)


@raw("SoftplusGrad")
def softplus_grad(gradients: Value, features: Value) -> torch.Tensor:
    """Of tf.math.softplus."""
    _alike(gradients, features)
    return gradients / (torch.exp(-features) + 1)


@raw("SoftsignGrad")
def softsign_grad(gradients: Value, features: Value) -> torch.Tensor:
    """Of tf.nn.softsign."""
    _alike(gradients, features)
    return gradients / torch.square(1 + torch.abs(features))


@raw("SigmoidGrad")
def sigmoid_grad(y: Value, dy: Value) -> torch.Tensor:
    """Of tf.math.sigmoid, by its result."""
    return dy * y.conj() * (1 - y.conj())


@raw("TanhGrad")
def tanh_grad(y: Value, dy: Value) -> torch.Tensor:
    """Of tf.math.tanh, by its result."""
    return dy * (1 - y.conj() * y.conj())


@raw("SqrtGrad")
def sqrt_grad(y: Value, dy: Value) -> torch.Tensor:
    """Of tf.math.sqrt, by its result."""
    return dy * 0.5 / y.conj()


@raw("RsqrtGrad")
def rsqrt_grad(y: Value, dy: Value) -> torch.Tensor:
    """Of tf.math.rsqrt, by its result."""
    conj = y.conj()
    return -0.5 * dy * conj * conj * conj


@raw("ReciprocalGrad", "InvGrad")
def reciprocal_grad(y: Value, dy: Value) -> torch.Tensor:
    """Of tf.math.reciprocal, by its result."""
    return -y.conj() * dy * y.conj()


@raw("IgammaGradA")
def igamma_grad_a(a: Value, x: Value) -> torch.Tensor:
    """Of tf.math.igamma by `a`."""
    from tfcompat.raw_ops._pullback import pullback

    a, x = torch.broadcast_tensors(a, x)
    return pullback(lambda a: body(gamma.igamma)(a, x.detach()), torch.ones_like(a), a)


# ---- variants ----


@raw("MulNoNan")
def mul_no_nan(x: Value, y: Value) -> torch.Tensor:
    """x * y, and 0 where y is 0, also for an x that is not finite."""
    return body(arithmetic._multiply_no_nan)(x, y)


@raw("Div")
def div(x: Value, y: Value) -> torch.Tensor:
    """x / y, of integers without their remainder."""
    of_integers = x.dtype in INTEGERS
    return body(arithmetic.truncatediv if of_integers else arithmetic.realdiv)(x, y)


@raw("Equal", strings=True)
def equal(x: Value, y: Value, incompatible_shape_error: bool) -> torch.Tensor:
    """Whether elements are equal; False for shapes that do not broadcast, where that is no error."""
    if not incompatible_shape_error and not _broadcast(x, y):
        return torch.tensor(False, device=x.device)
    return body(operators.equal)(x, y)


@raw("NotEqual", strings=True)
def not_equal(x: Value, y: Value, incompatible_shape_error: bool) -> torch.Tensor:
    """Whether elements differ; True for shapes that do not broadcast, where that is no error."""
    if not incompatible_shape_error and not _broadcast(x, y):
        return torch.tensor(True, device=x.device)
    return body(operators.not_equal)(x, y)


def _broadcast(x: torch.Tensor, y: torch.Tensor) -> bool:
    try:
        broadcast_shape([x.shape, y.shape])
    except Invalid:
        return False
    return True


@raw("Cast")
def cast(x: Value, DstT: dtypes.DType, Truncate: bool) -> Any:
    """`x` as the dtype DstT. Truncate, which is about rounding to bfloat16 and float16, is refused where it matters."""
    if Truncate and DstT in (dtypes.bfloat16, dtypes.float16):
        raise Invalid("Truncate is not supported: torch rounds to the nearest number", errors.UnimplementedError)
    return casting.cast_storage(x, DstT)


@raw("Complex")
def complex(real: Value, imag: Value, Tout: dtypes.DType) -> torch.Tensor:
    """Complex numbers of dtype Tout, whose parts must have the dtype of its parts."""
    return _as(body(casting.complex)(*torch.broadcast_tensors(real, imag)), Tout)


@raw("Real")
def real(input: Value, Tout: dtypes.DType) -> torch.Tensor:
    """The real parts, as Tout."""
    return _as(body(complex_numbers.real)(input), Tout)


@raw("Imag")
def imag(input: Value, Tout: dtypes.DType) -> torch.Tensor:
    """The imaginary parts, as Tout."""
    return _as(body(complex_numbers.imag)(input), Tout)


@raw("Angle")
def angle(input: Value, Tout: dtypes.DType) -> torch.Tensor:
    """The arguments of complex numbers, as Tout."""
    return _as(body(complex_numbers.angle)(input), Tout)


@raw("ComplexAbs")
def complex_abs(x: Value, Tout: dtypes.DType) -> torch.Tensor:
    """The moduli of complex numbers, as Tout."""
    return _as(torch.abs(x), Tout)


def _as(x: torch.Tensor, dtype: dtypes.DType) -> torch.Tensor:
    if x.dtype != dtype.torch:
        raise Invalid(f"Could not find device for node: no kernel gives {dtype.name}", errors.NotFoundError)
    return x


@raw("ConjugateTranspose")
def conjugate_transpose(x: Value, perm: Any) -> torch.Tensor:
    """The transposed tensor, its elements conjugated."""
    from tfcompat._arrays.shaping import transpose

    return body(transpose)(x, perm).conj()


@raw("Select", strings=True)
def select(condition: Value, x: Value, y: Value) -> torch.Tensor:
    """`x` where `condition` is true, else `y`: both of one shape, as is the condition, or it has one for each row."""
    if x.shape != y.shape:
        raise Invalid(f"'then' and 'else' must have the same size, but got {list(x.shape)} and {list(y.shape)}")
    if condition.ndim == 1 and x.ndim > 1:
        if condition.shape[0] != x.shape[0]:
            raise Invalid(f"Number of batches of 'then' must match size of 'cond', got {list(condition.shape)}")
        condition = condition.reshape(-1, *[1] * (x.ndim - 1))
    elif condition.ndim and condition.shape != x.shape:
        raise Invalid(
            f"'cond' must have the shape of 'then', a vector of its rows or a scalar: {list(condition.shape)}"
        )
    return torch.where(condition, x, y)


@raw("ApproximateEqual")
def approximate_equal(x: Value, y: Value, tolerance: float) -> torch.Tensor:
    """Whether |x - y| < tolerance, for tensors of one shape."""
    _alike(x, y)
    return torch.abs(x - y) < tolerance


@raw("BroadcastArgs")
def broadcast_args(s0: Value, s1: Value) -> torch.Tensor:
    """The shape that two shapes broadcast to."""
    both = [s0.tolist(), s1.tolist()]
    return torch.tensor(broadcast_shape(both), dtype=s0.dtype, device=s0.device)


@raw("BroadcastGradientArgs")
def broadcast_gradient_args(s0: Value, s1: Value) -> tuple[torch.Tensor, torch.Tensor]:
    """The dimensions over which the gradient of a broadcast op is summed, for either operand's shape."""
    shapes = [s0.tolist(), s1.tolist()]
    rank = max(map(len, shapes))
    a, b = ([1] * (rank - len(s)) + s for s in shapes)
    broadcast_shape(shapes)
    if shapes[0] == shapes[1]:
        first: list[int] = []
        second: list[int] = []
    else:
        first = [i for i in range(rank) if a[i] == 1]
        second = [i for i in range(rank) if b[i] == 1]
    return tuple(torch.tensor(d, dtype=s0.dtype, device=s0.device) for d in (first, second))  # type: ignore[return-value]


@raw("Bucketize")
def bucketize(input: Value, boundaries: list[float]) -> torch.Tensor:
    """How many of the sorted `boundaries` are not above each element."""
    if sorted(boundaries) != boundaries:
        raise Invalid("Expected sorted boundaries")
    edges = torch.tensor(boundaries, dtype=torch.float32, device=input.device)
    return torch.bucketize(input.to(torch.float32), edges, right=True).to(torch.int32)


@raw("PopulationCount")
def population_count(x: Value) -> torch.Tensor:
    """How many bits are set in each integer, as uint8."""
    wide = x.to(torch.int64)
    size = torch.iinfo(x.dtype).bits
    bits = (wide.unsqueeze(-1) >> torch.arange(size, device=x.device)) & 1
    return bits.sum(-1).to(torch.uint8)


@raw("ToBool")
def to_bool(input: Any) -> torch.Tensor:
    """Whether a scalar is not 0 (a string, not empty), or a tensor has elements."""
    t = to_storage(input)
    if t.ndim:
        return torch.tensor(bool(len(t.reshape(-1))))
    return t != 0 if isinstance(t, torch.Tensor) else torch.tensor(bool(t[()]))
