"""Raw ops of pooling, and their gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._arrays.sizes import vector
from tfcompat._core import dtypes
from tfcompat._core.ops import Invalid, Value
from tfcompat.nn import fractional_pooling, pooling
from tfcompat.nn.convolution_gradients import explicit_padding
from tfcompat.raw_ops._pullback import pullback
from tfcompat.raw_ops._registry import body, raw


def _pool(kind: str, x: torch.Tensor, ksize: Any, strides: Any, padding: Any, data_format: str) -> torch.Tensor:
    """The pooling of images or volumes; lists or tensors give the window."""
    window = vector(ksize, "T", "ksize"), vector(strides, "T", "strides")
    for name, numbers in zip(("ksize", "stride"), window):
        if len(numbers) != x.ndim:
            raise Invalid(f"Sliding window {name} field must specify {x.ndim} dimensions, got {numbers}")
    return pooling._pool(x, kind, *window, padding, data_format, x.ndim - 2)


@raw("MaxPool", "MaxPoolV2")
def max_pool(
    input: Value, ksize: Any, strides: Any, padding: str, data_format: str, explicit_paddings: Sequence[int] = ()
) -> torch.Tensor:
    """The largest element of each window of images; the window of MaxPoolV2 may be tensors."""
    pads = explicit_padding(padding, explicit_paddings, 4)
    return _pool("MAX", input, ksize, strides, pads, data_format)


def _pool_gradient(
    x: torch.Tensor, y: torch.Tensor, dy: torch.Tensor, ksize: Any, strides: Any, padding: Any, data_format: str
) -> torch.Tensor:
    if x.ndim != y.ndim or y.shape != dy.shape:
        raise Invalid(f"Expected grad shape to be {list(y.shape)}, but got {list(dy.shape)}")
    return pullback(lambda t: _pool("MAX", t, ksize, strides, padding, data_format), dy, x)


@raw("MaxPoolGrad", "MaxPoolGradV2", "MaxPool3DGrad")
def max_pool_grad(
    orig_input: Value,
    orig_output: Value,
    grad: Value,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str,
    explicit_paddings: Sequence[int] = (),
) -> torch.Tensor:
    """The gradient of MaxPool, MaxPoolV2 or MaxPool3D, which goes to the first of the largest elements."""
    pads = explicit_padding(padding, explicit_paddings, 4)
    return _pool_gradient(orig_input, orig_output, grad, ksize, strides, pads, data_format)


@raw("MaxPoolGradGrad", "MaxPoolGradGradV2", "MaxPool3DGradGrad")
def max_pool_grad_grad(
    orig_input: Value, orig_output: Value, grad: Value, ksize: Any, strides: Any, padding: str, data_format: str
) -> torch.Tensor:
    """The gradient of MaxPoolGrad: the elements of `grad` where the largest elements of the windows are.

    MaxPoolGrad is linear in its `grad`; this is its transpose.
    """
    if orig_input.shape != grad.shape:
        raise Invalid(f"Expected grad shape to be {list(orig_input.shape)}, but got {list(grad.shape)}")
    with torch.enable_grad():
        dy = torch.zeros_like(orig_output).requires_grad_()
        dx = _pool_gradient(orig_input, orig_output, dy, ksize, strides, padding, data_format)
    return torch.autograd.grad(dx, dy, grad, create_graph=torch.is_grad_enabled())[0]


@raw("MaxPoolWithArgmax")
def max_pool_with_argmax(
    input: Value,
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    Targmax: dtypes.DType,
    include_batch_in_index: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The largest element of each window, and where it is."""
    how = ("NHWC", Targmax, include_batch_in_index)
    return body(pooling.max_pool_with_argmax)(input, ksize, strides, padding, *how)


@raw("MaxPoolGradWithArgmax")
def max_pool_grad_with_argmax(
    input: Value,
    grad: Value,
    argmax: Value,
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    include_batch_in_index: bool,
) -> torch.Tensor:
    """The gradient of MaxPoolWithArgmax, by where the largest elements are; the window does not matter."""
    places = _flat_places(argmax, input, include_batch_in_index)
    return torch.zeros_like(input).reshape(-1).index_add(0, places, grad.reshape(-1)).reshape(input.shape)


@raw("MaxPoolGradGradWithArgmax")
def max_pool_grad_grad_with_argmax(
    input: Value,
    grad: Value,
    argmax: Value,
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    include_batch_in_index: bool,
) -> torch.Tensor:
    """The gradient of MaxPoolGradWithArgmax; the window does not matter."""
    return grad.reshape(-1).index_select(0, _flat_places(argmax, input, include_batch_in_index)).reshape(argmax.shape)


def _flat_places(argmax: torch.Tensor, x: torch.Tensor, with_batch: bool) -> torch.Tensor:
    if not with_batch:
        image = x[0].numel() if len(x) else 0
        argmax = argmax + torch.arange(len(argmax), device=x.device).reshape(-1, 1, 1, 1) * image
    return argmax.reshape(-1).long()


@raw("AvgPoolGrad", "AvgPool3DGrad")
def avg_pool_grad(
    orig_input_shape: Any,
    grad: Value,
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    data_format: str,
) -> torch.Tensor:
    """The gradient of AvgPool or AvgPool3D."""
    zeros = grad.new_zeros(vector(orig_input_shape, "T", "orig_input_shape"))
    return pullback(lambda x: _pool("AVG", x, ksize, strides, padding, data_format), grad, zeros)


# ---- windows of different sizes, which start where the sequences say ----


def _fractional(kind: str, rows: torch.Tensor, columns: torch.Tensor, overlapping: bool) -> Any:
    longest = [int(cuts.diff().max()) for cuts in (rows, columns)]
    return lambda x: fractional_pooling.pooled(x, rows, columns, longest, overlapping, kind)


@raw("FractionalMaxPoolGrad")
def fractional_max_pool_grad(
    orig_input: Value,
    orig_output: Value,
    out_backprop: Value,
    row_pooling_sequence: Value,
    col_pooling_sequence: Value,
    overlapping: bool,
) -> torch.Tensor:
    """The gradient of FractionalMaxPool."""
    if orig_output.shape != out_backprop.shape:
        raise Invalid(f"Expected grad shape to be {list(orig_output.shape)}, but got {list(out_backprop.shape)}")
    pool = _fractional("Max", row_pooling_sequence, col_pooling_sequence, overlapping)
    return pullback(pool, out_backprop, orig_input)


@raw("FractionalAvgPoolGrad")
def fractional_avg_pool_grad(
    orig_input_tensor_shape: Any,
    out_backprop: Value,
    row_pooling_sequence: Value,
    col_pooling_sequence: Value,
    overlapping: bool,
) -> torch.Tensor:
    """The gradient of FractionalAvgPool."""
    zeros = out_backprop.new_zeros(vector(orig_input_tensor_shape, "T", "orig_input_tensor_shape"))
    pool = _fractional("Avg", row_pooling_sequence, col_pooling_sequence, overlapping)
    return pullback(pool, out_backprop, zeros)
