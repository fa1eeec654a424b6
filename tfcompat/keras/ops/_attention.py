"""Attention over heads on torch's fused kernels: for keras.ops.dot_product_attention and the attention layers."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from tfcompat._core.autograd import is_transformed
from tfcompat._core.state import state


def is_differentiated_further() -> bool:
    """Whether gradients of gradients, torch.func or forward-mode derivatives may be asked for: not of fused kernels."""
    return len(state.tapes) > 1 or is_transformed()


def lowest(dtype: torch.dtype) -> float:
    """What stands for minus infinity: it leaves a row of nothing else uniform after a softmax."""
    return -0.7 * torch.finfo(dtype).max


def causal(queries: Any, keys: Any, device: Any) -> torch.Tensor:
    """[queries, keys]: whether a query may see a key, as it comes no later."""
    return torch.arange(keys, device=device) <= torch.arange(queries, device=device).unsqueeze(-1)


def attend(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    mask: torch.Tensor | None = None,
    bias: torch.Tensor | None = None,
    scale: float | None = None,
    is_causal: bool = False,
) -> torch.Tensor:
    """softmax(scale * query @ key + bias) @ value for each head; tensors [batch, time, heads, size] of one dtype.

    mask: what a query may see, and bias: both broadcast to [batch, heads, queries, keys]. Where the mask leaves a query
    nothing, it sees everything alike.
    """
    q, k, v = (t.transpose(1, 2) for t in (query, key, value))
    if is_causal and mask is not None:
        mask = mask & causal(q.shape[2], k.shape[2], q.device)
        is_causal = False
    if is_differentiated_further():
        return _plain(q, k, v, mask, bias, scale, is_causal).transpose(1, 2)
    if is_causal and bias is not None:
        mask, is_causal = causal(q.shape[2], k.shape[2], q.device), False
    added = bias
    if mask is not None:
        # A query that sees nothing counts as 0, and sees all: alike, and with no gradient.
        some = mask.any(-1, keepdim=True)
        q, mask = torch.where(some, q, 0.0), mask | ~some
        low = torch.full((), lowest(q.dtype), dtype=q.dtype, device=q.device)
        added = torch.where(mask, 0.0 if bias is None else bias.to(q.dtype), low)
    added = None if added is None else added.expand(*added.shape[:-2], q.shape[2], k.shape[2])
    return F.scaled_dot_product_attention(q, k, v, added, scale=scale, is_causal=is_causal).transpose(1, 2)


def _plain(q: Any, k: Any, v: Any, mask: Any, bias: Any, scale: float | None, is_causal: bool) -> torch.Tensor:
    """The same in ops that can be differentiated again."""
    wide = torch.promote_types(q.dtype, torch.float32)
    logits = (q @ k.transpose(-2, -1)).to(wide) * (q.shape[-1] ** -0.5 if scale is None else scale)
    logits = logits if bias is None else logits + bias
    if is_causal:
        mask = causal(q.shape[2], k.shape[2], q.device)
    if mask is not None:
        logits = torch.where(mask, logits, lowest(wide))
    return torch.softmax(logits, -1).to(v.dtype) @ v
