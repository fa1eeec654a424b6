"""The ops behind Python's operators, and the operators of tensors and variables: tf.add is `x + y`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._core import errors, ops
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.derivatives import differentiable
from tfcompat._core.ops import Alike, Invalid, op
from tfcompat._core.tensor import Tensor
from tfcompat._core.unsigned import ordered, quotient, remainder
from tfcompat._core.variable import Variable

_DIVIDES_AS = {
    torch.int8: torch.float32,
    torch.uint8: torch.float32,
    torch.int16: torch.float32,
    torch.uint16: torch.float32,
    torch.int32: torch.float64,
    torch.uint32: torch.float64,
    torch.int64: torch.float64,
    torch.uint64: torch.float64,
}


def incompatible_shapes(x: Any, y: Any, *_: Any) -> str | None:
    """TensorFlow's words for operands that do not broadcast; None where they do."""
    for a, b in zip(reversed(x.shape), reversed(y.shape), strict=False):
        if a != b and a != 1 and b != 1:
            return f"Incompatible shapes: {_dims(x)} vs. {_dims(y)}"
    return None


def _dims(x: Any) -> str:
    return f"[{','.join(str(d) for d in x.shape)}]"


def no_kernel(x: Any) -> Invalid:
    """The error for a dtype that the op is not defined for."""
    dtype = ops.kernel_dtype(ops.BY_STORAGE[x.dtype])
    return Invalid(f"Value for attr 'T' of {dtype} is not in the list of allowed values")


_SIGNLESS = frozenset({torch.bool, torch.uint8, torch.uint16, torch.uint32, torch.uint64})


def _signed(x: torch.Tensor) -> torch.Tensor:
    if x.dtype in _SIGNLESS:
        raise no_kernel(x)
    return x


def _numeric(x: torch.Tensor) -> torch.Tensor:
    if x.dtype is torch.bool:
        raise no_kernel(x)
    return x


@op("AddV2", explain=incompatible_shapes, numbers=True, lenient=True, ordered=True)
def add(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x + y, elementwise with broadcasting; concatenates strings (tf.math.add)."""
    if type(x) is np.ndarray and x.dtype == object:
        return np.asarray(x + y, dtype=object)  # type: ignore[return-value]
    return _numeric(torch.add(x, y))


@op("Sub", explain=incompatible_shapes, numbers=True)
def subtract(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x - y, elementwise with broadcasting (tf.math.subtract)."""
    if x.dtype is torch.bool:
        raise no_kernel(x)
    return torch.sub(x, y)


@op("Mul", explain=incompatible_shapes, numbers=True)
def multiply(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x * y, elementwise with broadcasting (tf.math.multiply)."""
    return _numeric(torch.mul(x, y))


@op("Mul", explain=incompatible_shapes, numbers=True)
def multiply_operator(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x * y: `multiply`, and `and` on bool."""
    return torch.logical_and(x, y) if x.dtype is torch.bool else torch.mul(x, y)


multiply_operator.op.same_as = multiply.op


@op("RealDiv", explain=incompatible_shapes, numbers=True, lenient=True, differ=TypeError)
def truediv(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x / y as Python 3 divides: integers of up to 16 bits as float32, larger ones as float64 (tf.math.truediv)."""
    if x.dtype is torch.bool:
        raise TypeError(f"`x` and `y` must have numeric dtypes, got {ops.BY_STORAGE[x.dtype]!r}.")
    wide = _DIVIDES_AS.get(x.dtype)
    if wide is not None:
        return torch.div(x.to(wide), y.to(wide) if isinstance(y, torch.Tensor) else y)
    return torch.div(x, y)


@op("FloorDiv", explain=incompatible_shapes)
def floordiv(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x / y rounded down, elementwise (tf.math.floordiv). Has no gradient; InvalidArgumentError for integers by 0."""
    x, y = x.detach(), y.detach()
    if x.dtype.is_floating_point:
        return torch.floor(torch.div(x, y))
    _refuse_zero(x, y)
    if x.dtype is torch.uint64 and y.dtype is torch.uint64:
        return quotient(x, y)
    return torch.div(_numeric(x), y, rounding_mode="floor")


@op("FloorMod", explain=incompatible_shapes)
def floormod(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """What is left of x / y rounded down, with the sign of y (tf.math.floormod, tf.math.mod)."""
    if not x.dtype.is_floating_point:
        _refuse_zero(x, y)
    if x.dtype is torch.uint64 and y.dtype is torch.uint64:
        return remainder(x, y)
    return torch.remainder(_numeric(x), y)


def _refuse_zero(x: torch.Tensor, y: torch.Tensor) -> None:
    if not ops.is_symbolic(y) and y.numel() and x.numel() and not bool(y.all()):
        raise Invalid("Integer division by zero")


@op("Pow", explain=incompatible_shapes)
def pow(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x to the power of y, elementwise with broadcasting (tf.math.pow).

    InvalidArgumentError for integers to a negative power. The gradient by y is 0 where x is not positive, as TF's.
    """
    if not (x.dtype.is_floating_point or x.dtype.is_complex):
        _signed(x)
        if not ops.is_symbolic(y) and y.numel() and bool((y < 0).any()):
            raise Invalid("Integers to negative integer powers are not allowed")
        return torch.pow(x, y)
    return _power(x, y) if y.requires_grad else torch.pow(x, y)


def _log_of_positive(x: torch.Tensor) -> torch.Tensor:
    good = x != 0 if x.is_complex() else x > 0
    return torch.where(good, torch.log(torch.where(good, x, torch.ones_like(x))), torch.zeros_like(x))


_power = differentiable(
    torch.pow,
    lambda x, y: (y * _power(x, y - 1)).conj(),
    lambda x, y: (_power(x, y) * _log_of_positive(x)).conj(),
)


def _matmul_problem(a: torch.Tensor, b: torch.Tensor, *_: Any) -> str | None:
    if a.ndim < 2 or b.ndim < 2:
        return f"In[{0 if a.ndim < 2 else 1}] ndims must be >= 2"
    if a.shape[-1] != b.shape[-2]:
        return f"Matrix size-incompatible: In[0]: {_dims(a)}, In[1]: {_dims(b)}"
    return f"In[0] and In[1] must have compatible batch dimensions: {_dims(a)} vs. {_dims(b)}"


def matrix_product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The matrix product over the last two dimensions of torch tensors of at least two, batches broadcast."""
    if a.ndim == 2 and b.ndim == 2:
        return torch.mm(a, b)
    if a.ndim < 2 or b.ndim < 2:
        raise Invalid(_matmul_problem(a, b) or "")
    return torch.matmul(a, b)


@op("MatMul", explain=_matmul_problem)
def matmul_operator(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x @ y: the matrix product over the last two dimensions (tf.linalg.matmul without its options)."""
    return torch.mm(x, y) if x.ndim == y.ndim == 2 else matrix_product(_numeric(x), y)


def _ordered(torch_op: Callable[..., torch.Tensor], x: Any, y: Any) -> torch.Tensor:
    if x.dtype.is_complex or x.dtype is torch.bool:
        raise no_kernel(x)
    if x.dtype is torch.uint64 and isinstance(y, torch.Tensor):
        return torch_op(ordered(x), ordered(y))
    return torch_op(x, y)


@op("Less", explain=incompatible_shapes, numbers=True)
def less(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x < y, elementwise with broadcasting (tf.math.less)."""
    return _ordered(torch.lt, x, y)


@op("LessEqual", explain=incompatible_shapes, numbers=True)
def less_equal(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x <= y, elementwise with broadcasting (tf.math.less_equal)."""
    return _ordered(torch.le, x, y)


@op("Greater", explain=incompatible_shapes, numbers=True)
def greater(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x > y, elementwise with broadcasting (tf.math.greater)."""
    return _ordered(torch.gt, x, y)


@op("GreaterEqual", explain=incompatible_shapes, numbers=True)
def greater_equal(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x >= y, elementwise with broadcasting (tf.math.greater_equal)."""
    return _ordered(torch.ge, x, y)


@op("Equal", strings=True, explain=incompatible_shapes, numbers=True)
def equal(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x == y, elementwise with broadcasting (tf.math.equal)."""
    return torch.eq(x, y)


@op("NotEqual", strings=True, explain=incompatible_shapes, numbers=True)
def not_equal(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x != y, elementwise with broadcasting (tf.math.not_equal)."""
    return torch.ne(x, y)


def _bits(kernel: str, x: torch.Tensor) -> None:
    if x.dtype.is_floating_point or x.dtype.is_complex:
        raise no_kernel(x)


@op("BitwiseAnd", explain=incompatible_shapes)
def and_operator(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x & y: logical on bool, bitwise on integers."""
    _bits("BitwiseAnd", x)
    return torch.bitwise_and(x, y)


@op("BitwiseOr", explain=incompatible_shapes)
def or_operator(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x | y: logical on bool, bitwise on integers."""
    _bits("BitwiseOr", x)
    return torch.bitwise_or(x, y)


@op("BitwiseXor", explain=incompatible_shapes)
def xor_operator(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x ^ y: logical on bool, bitwise on integers."""
    _bits("BitwiseXor", x)
    return torch.bitwise_xor(x, y)


@op("Invert")
def invert_operator(x: Alike, name: str | None = None) -> torch.Tensor:
    """~x: logical on bool, bitwise on integers."""
    _bits("Invert", x)
    return torch.bitwise_not(x)


@op("Neg")
def negative(x: Alike, name: str | None = None) -> torch.Tensor:
    """-x, elementwise, for signed and complex numbers (tf.math.negative)."""
    return torch.neg(_signed(x))


@op("Abs")
def abs(x: Alike, name: str | None = None) -> torch.Tensor:
    """The absolute value, elementwise; real for complex x (tf.math.abs)."""
    return torch.abs(_signed(x))


def _same(x: Any, y: Any, op_: Any, otherwise: bool) -> Any:
    if y is None:
        return otherwise
    if isinstance(y, CompositeTensor):
        return NotImplemented  # y's own == knows more
    try:
        return op_(x, y)
    except errors.InvalidArgumentError as e:
        if "Incompatible shapes" not in str(e):
            raise
        return ops.wrap(torch.tensor(otherwise))


def _tensor_eq(x: Any, y: Any) -> Any:
    return _same(x, y, equal, False)


def _tensor_ne(x: Any, y: Any) -> Any:
    return _same(x, y, not_equal, True)


def _install(cls: type) -> None:
    """Gives a class of values Python's operators."""
    binary = {
        "add": add,
        "sub": subtract,
        "mul": multiply_operator,
        "truediv": truediv,
        "div": truediv,
        "floordiv": floordiv,
        "mod": floormod,
        "pow": pow,
        "matmul": matmul_operator,
        "and": and_operator,
        "or": or_operator,
        "xor": xor_operator,
    }
    for name, function in binary.items():
        setattr(cls, f"__{name}__", ops.operator(function, f"__r{name}__"))
        setattr(cls, f"__r{name}__", ops.reflected(function))
    for name, function in {"lt": less, "le": less_equal, "gt": greater, "ge": greater_equal}.items():
        setattr(cls, f"__{name}__", ops.operator(function, None))
    for name, function in {"neg": negative, "abs": abs, "invert": invert_operator}.items():
        setattr(cls, f"__{name}__", ops.operator(function, None))


_hashes = {cls: cls.__hash__ for cls in (Tensor, Variable)}
for _cls in (Tensor, Variable):
    _install(_cls)
    _cls.__hash__ = _hashes[_cls]  # type: ignore[method-assign]
Tensor.__eq__, Tensor.__ne__ = _tensor_eq, _tensor_ne  # type: ignore[assignment]
Variable.__eq__, Variable.__ne__ = equal, not_equal  # type: ignore[assignment]
Variable._OverloadAllOperators = classmethod(_install)  # type: ignore[attr-defined]  # for classes of other libraries
