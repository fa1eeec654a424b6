"""What the attention layers share: masks of pairs of steps, and projections to and from heads."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import ops
from tfcompat.keras.ops._attention import causal


def causal_mask(query: Any, value: Any = None) -> Any:
    """[1, T, S]: whether step t of `query` may see step s of `value`, which comes no later."""
    rows, columns = ops.shape(query)[1], ops.shape(query if value is None else value)[1]
    return wrap(causal(rows, columns, to_storage(query).device).unsqueeze(0))


def window_mask(query: Any, value: Any, size: int) -> Any:
    """[1, T, S]: whether step s of `value` lies less than `size` steps from step t of `query`."""
    rows, columns = ops.shape(query)[1], ops.shape(query if value is None else value)[1]
    device = to_storage(query).device
    distance = torch.arange(rows, device=device).unsqueeze(-1) - torch.arange(columns, device=device)
    return wrap((distance.abs() < size).unsqueeze(0))


def _both(a: Any, b: Any) -> Any:
    return b if a is None else wrap(to_storage(a).to(torch.bool) & to_storage(b).to(torch.bool))


def attention_mask_of(
    layer: Any, query: Any, value: Any, masks: tuple[Any, Any, Any], attention_mask: Any, use_causal_mask: bool
) -> Any:
    """[B, T, S]: what each query may see: by `attention_mask`, and the masks of query, value and key; None for all."""
    query_mask, value_mask, key_mask = masks
    parts = [] if query_mask is None else [ops.expand_dims(query_mask, -1)]
    parts += [ops.expand_dims(mask, -2) for mask in (value_mask, key_mask) if mask is not None]
    if use_causal_mask:
        parts.append(layer._compute_causal_mask(query, value))
    if layer._window() is not None:
        parts.append(layer._compute_sliding_window_mask(query, value))
    found = attention_mask
    for part in parts:
        found = _both(found, part)
    return found if found is None else ops.cast(found, "bool")


def projected(dense: Any, x: Any, bound: int) -> Any:
    """`x` through an EinsumDense that sums over the last `bound` axes: by one matrix product, where it may be."""
    from tfcompat.keras.layers.einsum_dense import EinsumDense

    plain = type(dense) is EinsumDense and not (dense.lora_enabled or dense._is_quantized)
    plain = plain and dense.activity_regularizer is None
    if not plain:
        return dense(x)
    t, kernel = to_storage(x), dense._kernel._read()
    if t.dtype is not kernel.dtype:
        return dense(x)
    inner, outer = kernel.shape[:bound], kernel.shape[bound:]
    weight = kernel.reshape(inner.numel(), outer.numel())
    bias = None if dense.bias is None else dense.bias._read().reshape(-1)
    y = torch.nn.functional.linear(t.flatten(-bound) if bound > 1 else t, weight.t(), bias)
    outputs = wrap(y.unflatten(-1, outer))
    return outputs if dense.activation is None else dense.activation(outputs)


def check_window(size: Any) -> Any:
    """A window's size; ValueError where it is neither None nor a positive int."""
    if size is not None and (not isinstance(size, int) or size <= 0):
        raise ValueError(f"`sliding_window` must be `None` or a positive integer. Received: sliding_window={size}")
    return size


def check_flash(flash: Any, dropout: float) -> None:
    """ValueError where flash attention is asked for together with dropout."""
    if flash and dropout > 0.0:
        raise ValueError("Dropout is not supported when flash attention is enabled. Set `dropout` to 0.0 to use it.")


def fresh(initializer: Any) -> Any:
    """A new initializer like the given one, so that two weights do not start out equal."""
    return type(initializer).from_config(initializer.get_config())
