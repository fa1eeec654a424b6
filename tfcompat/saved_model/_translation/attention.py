"""Attention, which torch computes in one kernel."""

from __future__ import annotations

import math
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.arranging import band
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.registry import NotTranslatable, translates


def _attention(g: Body, query: Ref, key: Ref, value: Ref, mask: Ref | None, causal: bool, scale: Any) -> Ref:
    if scale is None:
        if query.shape is None or query.shape[-1] is None:
            raise NotTranslatable("attention with keys of a size that is not known")
        scale = 1 / math.sqrt(query.shape[-1])
    scores = g.op("BatchMatMulV2", query, key, adj_y=True)
    scores = g.op("Mul", scores, g.const(scale, query.dtype))
    shaped(scores, [*(query.shape or ())[:-1], (key.shape or [None, None])[-2]])
    low = g.const(float("-inf"), query.dtype)
    if causal:
        length = (g.size(query, -2), g.size(key, -2))
        ones = shaped(g.op("Fill", g.vector(length), g.const(1, dtypes.int32)), [None, None])
        seen = g.op("Greater", band(g, ones, "LessEqual", 0), g.int32(0))
        scores = g.op("SelectV2", seen, scores, low)
    if mask is not None and mask.dtype == dtypes.bool:
        scores = g.op("SelectV2", mask, scores, low)
    elif mask is not None:
        scores = g.op("AddV2", scores, mask)
    return g.op("BatchMatMulV2", g.op("Softmax", scores), value)


@translates("aten._scaled_dot_product_flash_attention_for_cpu.default")
def _on_cpu(
    g: Body, out: Any, query: Ref, key: Ref, value: Ref, dropout_p: float = 0.0, is_causal: bool = False,
    *, attn_mask: Ref | None = None, scale: Any = None,
) -> tuple[Ref, None]:  # fmt: skip
    _without_dropout(dropout_p)
    return _attention(g, query, key, value, attn_mask, is_causal, scale), None


@translates("aten._scaled_dot_product_flash_attention.default", "aten._scaled_dot_product_cudnn_attention.default")
def _flash(
    g: Body, out: Any, query: Ref, key: Ref, value: Ref, dropout_p: float = 0.0, is_causal: bool = False, *_: Any,
    scale: Any = None,
) -> tuple[Any, ...]:  # fmt: skip
    _without_dropout(dropout_p)
    return _attention(g, query, key, value, None, is_causal, scale), *[None] * (len(out) - 1)


@translates("aten._scaled_dot_product_efficient_attention.default")
def _efficient(
    g: Body, out: Any, query: Ref, key: Ref, value: Ref, bias: Ref | None, logsumexp: bool, dropout_p: float = 0.0,
    is_causal: bool = False, *, scale: Any = None,
) -> tuple[Any, ...]:  # fmt: skip
    _without_dropout(dropout_p)
    return _attention(g, query, key, value, bias, is_causal, scale), *[None] * (len(out) - 1)


@translates("aten._scaled_dot_product_attention_math.default", "aten.scaled_dot_product_attention.default")
def _math(
    g: Body, out: Any, query: Ref, key: Ref, value: Ref, attn_mask: Ref | None = None, dropout_p: float = 0.0,
    is_causal: bool = False, *_: Any, scale: Any = None, **named: Any,
) -> Any:  # fmt: skip
    _without_dropout(dropout_p)
    found = _attention(g, query, key, value, attn_mask, is_causal, scale)
    return (found, None) if isinstance(out, (list, tuple)) else found


def _without_dropout(rate: float) -> None:
    if rate:
        raise NotTranslatable("attention with dropout")
