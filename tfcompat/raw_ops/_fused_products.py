"""Raw ops that multiply quantized matrices and add a bias in one: those that oneDNN fuses."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.ops import Invalid
from tfcompat.raw_ops._quantized_arithmetic import _ends, _ints, _Kind, _kind, _made, _scalar
from tfcompat.raw_ops._registry import raw

_INT32 = _Kind(dtypes.qint32)


def _step(kind: Any, low: float, high: float, mode: str) -> tuple[float, float]:
    """What float one integer more is, and what float the integer 0 is."""
    if mode == "MIN_FIRST" and kind.least == 0:
        return (high - low) / kind.most, low
    return max(abs(low), abs(high)) / kind.most, 0.0


def _product(v: dict[str, Any]) -> tuple[torch.Tensor, torch.Tensor, float]:
    """(the sums of products, the bias in their units, what float one of these is)."""
    a, b, bias = v["a"], v["b"], v["bias"]
    if len(a.shape) != 2 or len(b.shape) != 2:
        raise Invalid(f"a and b must be matrices, got shapes {list(a.shape)} and {list(b.shape)}")
    x, y = _ints(a), _ints(b)
    x, y = (x.t() if v["transpose_a"] else x), (y.t() if v["transpose_b"] else y)
    if x.shape[1] != y.shape[0]:
        raise Invalid(f"Matrix size-incompatible: In[0]: {list(x.shape)}, In[1]: {list(y.shape)}")
    if len(bias.shape) != 1 or bias.shape[0] != y.shape[1]:
        raise Invalid(f"bias must be a vector of {y.shape[1]} elements, got shape {list(bias.shape)}")
    ends = {name: float(_scalar(v[name], name)) for name in ("min_a", "max_a", "min_b", "max_b")}
    first, start = _step(_kind(a), ends["min_a"], ends["max_a"], v["input_quant_mode"])
    second, _ = _step(_kind(b), ends["min_b"], ends["max_b"], "SCALED")
    unit = first * second
    added = bias.to(torch.float64) / unit if isinstance(bias, torch.Tensor) else _ints(bias).to(torch.float64)
    return x @ y, added + start / first * y.sum(0), unit


def _whole(v: dict[str, Any], relu: bool) -> tuple[torch.Tensor, float]:
    product, bias, unit = _product(v)
    total = product + torch.round(bias).to(torch.int64)
    return total.clamp(min=0) if relu else total, unit


def _frozen(v: dict[str, Any], kind: Any) -> tuple[float, tuple[torch.Tensor, torch.Tensor]]:
    """What float one integer of the result is, and its range."""
    ends = tuple(_scalar(v[name], name) for name in ("min_freezed_output", "max_freezed_output"))
    return max(abs(float(ends[0])), abs(float(ends[1]))) / kind.most, _ends(*ends)


def _register(kernel: str, relu: bool, requantized: bool) -> None:
    @raw(kernel)
    def multiply(**v: Any) -> tuple[Any, ...]:
        total, unit = _whole(v, relu)
        if not requantized:
            most = unit * 2.0**31
            return _made(total, _INT32), *_ends(-most, most)
        kind = _Kind(v["Toutput"])
        step, ends = _frozen(v, kind)
        return _made(torch.round(total * (unit / step)).clamp(kind.least, kind.most), kind), *ends

    multiply.__doc__ = f"{kernel}: a product with a bias, and its range."


_register("QuantizedMatMulWithBias", False, False)
_register("QuantizedMatMulWithBiasAndRelu", True, False)
_register("QuantizedMatMulWithBiasAndRequantize", False, True)
_register("QuantizedMatMulWithBiasAndReluAndRequantize", True, True)


@raw("QuantizedMatMulWithBiasAndDequantize")
def multiply_and_dequantize(**v: Any) -> torch.Tensor:
    """A product with a bias as floats."""
    product, bias, unit = _product(v)
    return ((product + bias) * unit).to(torch.float32)
