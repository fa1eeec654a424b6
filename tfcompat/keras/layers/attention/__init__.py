"""Attention layers."""

from tfcompat.keras.layers.attention.multi_head import GroupedQueryAttention as GroupQueryAttention
from tfcompat.keras.layers.attention.multi_head import MultiHeadAttention
from tfcompat.keras.layers.attention.sequences import AdditiveAttention, Attention

__all__ = ["AdditiveAttention", "Attention", "GroupQueryAttention", "MultiHeadAttention"]
