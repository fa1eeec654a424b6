"""What TensorFlow's ops do with sparse tensors, by the names of their kernels, and the operators of sparse tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dispatch import Handlers
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable
from tfcompat._sparse.arithmetic import divided, multiplied
from tfcompat._sparse.tensor import SparseTensor

Handler = Callable[..., Any]
_HANDLERS = Handlers()
handler = _HANDLERS.register

# Ops that map 0 to 0: on the values alone.
UNARY = frozenset(
    (
        "Abs Asin Asinh Atan Atanh BesselI0e BesselI1e Cast Erf Identity Neg Sign Sin Sqrt Square StopGradient Tan Tanh"
    ).split()
)


def _dispatch(cls: type[SparseTensor], name: str, function: Callable[..., Any], args: list[Any]) -> Any:
    if name in UNARY:
        x, *options = args
        return x._with_values(function(x.values, *options)) if isinstance(x, SparseTensor) else NotImplemented
    return _HANDLERS.call(name, function, args)


SparseTensor._dispatch_op = classmethod(_dispatch)  # type: ignore[assignment]


@handler("Shape")
def _shape(function: Handler, value: Any, out_type: Any = None, name: Any = None) -> Any:
    from tfcompat.dtypes.casting import cast

    return cast(value._parts()[2], dtypes.int32 if out_type is None else out_type, name=name)


@handler("Size")
def _size(function: Handler, value: Any, out_type: Any = None, name: Any = None) -> Any:
    from tfcompat.math.reductions import reduce_prod

    return reduce_prod(_shape(function, value, out_type), name=name)


@handler("Rank")
def _rank(function: Handler, value: Any, name: Any = None) -> Any:
    return convert_to_tensor(value.dense_shape.shape[0], dtypes.int32)


@handler("bincount")
def _bincount(function: Handler, values: Any, *options: Any) -> Any:
    from tfcompat.sparse.counting import dense_counts

    return dense_counts(values, *options) if isinstance(values, SparseTensor) else NotImplemented


# ---- operators ----


def _reflected_multiply(x: SparseTensor, y: Any) -> Any:
    """y * x, where y is a dense tensor: Python numbers and arrays are for the other side."""
    return multiplied(x, y) if isinstance(y, (Tensor, Variable)) else NotImplemented


for _name, _function in {"mul": multiplied, "rmul": _reflected_multiply, "truediv": divided, "div": divided}.items():
    setattr(SparseTensor, f"__{_name}__", _function)
