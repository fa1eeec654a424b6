"""Normalization, and softmax."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref, like
from tfcompat.saved_model._translation.convolutions import channels_first, channels_last
from tfcompat.saved_model._translation.elementwise import kind
from tfcompat.saved_model._translation.reductions import moments, reduced
from tfcompat.saved_model._translation.registry import NotTranslatable, translates


@translates("aten._native_batch_norm_legit_no_training.default")
def _inference(
    g: Body, out: Any, x: Ref, weight: Ref | None, bias: Ref | None, mean: Ref, variance: Ref, momentum: Any, eps: Any
) -> tuple[Ref, None, None]:
    """With the channels last, where TensorFlow's rules for broadcasting, and its fused op, have them."""
    last = channels_last(g, x) if x.rank > 2 else x
    weight = weight if weight is not None else like(g.op("OnesLike", mean), mean)
    bias = bias if bias is not None else like(g.op("ZerosLike", mean), mean)
    if x.rank == 4 and x.dtype == mean.dtype == dtypes.float32:
        found = g.op("FusedBatchNormV3", last, weight, bias, mean, variance, epsilon=eps, is_training=False)[0]
    else:
        weight, bias, mean, variance = (g.cast(t, x.dtype) for t in (weight, bias, mean, variance))
        scale = g.op("Mul", weight, g.op("Rsqrt", g.op("AddV2", variance, g.const(eps, x.dtype))))
        shift = g.op("Sub", bias, g.op("Mul", mean, scale))
        found = g.op("AddV2", g.op("Mul", last, scale), shift)
    found.shape = [None] * x.rank
    return channels_first(g, found) if x.rank > 2 else found, None, None


@translates("aten.native_batch_norm.default", "aten.cudnn_batch_norm.default", "aten.miopen_batch_norm.default")
def _batch_norm(
    g: Body, out: Any, x: Ref, weight: Ref | None, bias: Ref | None, mean: Ref, variance: Ref, training: bool,
    momentum: Any, eps: Any,
) -> tuple[Ref, None, None]:  # fmt: skip
    if training:
        raise NotTranslatable("batch normalization that changes its averages")
    return _inference(g, out, x, weight, bias, mean, variance, momentum, eps)


def _scaled(g: Body, x: Ref, weight: Ref | None, bias: Ref | None) -> Ref:
    x = x if weight is None else g.op("Mul", x, weight)
    return x if bias is None else g.op("AddV2", x, bias)


@translates("aten.native_layer_norm.default")
def _layer_norm(
    g: Body, out: Any, x: Ref, shape: Sequence[int], weight: Ref | None, bias: Ref | None, eps: float
) -> tuple[Ref, Ref, Ref]:
    axes = list(range(x.rank - len(shape), x.rank))
    mean, variance = moments(g, x, axes)
    inverse = g.op("Rsqrt", g.op("AddV2", variance, g.const(eps, x.dtype)))
    return _scaled(g, g.op("Mul", g.op("Sub", x, mean), inverse), weight, bias), mean, inverse


@translates("aten._fused_rms_norm.default")
def _rms_norm(
    g: Body, out: Any, x: Ref, shape: Sequence[int], weight: Ref | None, eps: float | None
) -> tuple[Ref, Ref]:
    axes = list(range(x.rank - len(shape), x.rank))
    mean = reduced(g, "Mean", g.op("Square", x), axes, True)
    eps = eps if eps is not None else 1.1920928955078125e-07
    inverse = g.op("Rsqrt", g.op("AddV2", mean, g.const(eps, x.dtype)))
    return _scaled(g, g.op("Mul", x, inverse), weight, None), inverse


@translates("aten.native_group_norm.default")
def _group_norm(
    g: Body, out: Any, x: Ref, weight: Ref | None, bias: Ref | None, batch: Any, channels: Any, size: Any, groups: int,
    eps: float,
) -> tuple[Ref, None, None]:  # fmt: skip
    sizes = g.sizes(x)
    grouped = g.op("Reshape", x, g.vector([batch, groups, -1]))
    grouped.shape = [None, groups, None]
    mean, variance = moments(g, grouped, [2])
    inverse = g.op("Rsqrt", g.op("AddV2", variance, g.const(eps, x.dtype)))
    found = g.reshape(g.op("Mul", g.op("Sub", grouped, mean), inverse), sizes)
    column = [-1, *[1] * (x.rank - 2)]
    weight, bias = (None if t is None else g.op("Reshape", t, g.int32(column)) for t in (weight, bias))
    return _scaled(g, found, weight, bias), None, None


def _softmax(name: str, op: str) -> None:
    @translates(f"aten._{name}.default", f"aten.{name}.int")
    def translator(g: Body, out: Any, x: Ref, dim: int, *_: Any, **named: Any) -> Ref:
        x = g.cast(x, kind(out))
        if not x.rank:
            return g.const(1 if op == "Softmax" else 0, x.dtype)
        order = list(range(x.rank))
        order[dim], order[-1] = order[-1], order[dim]
        return g.transpose(like(g.op(op, turned := g.transpose(x, order)), turned), order)


@translates("aten._safe_softmax.default")
def _safe_softmax(g: Body, out: Any, x: Ref, dim: int, *_: Any) -> Ref:
    """Zeros where all of a row is -inf."""
    order = list(range(x.rank))
    order[dim], order[-1] = order[-1], order[dim]
    turned = g.transpose(g.cast(x, kind(out)), order)
    some = reduced(g, "Max", turned, [-1], True)
    none = g.op("Equal", some, g.const(float("-inf"), turned.dtype))
    found = g.op("SelectV2", none, g.const(0, turned.dtype), like(g.op("Softmax", turned), turned))
    return g.transpose(like(found, turned), order)


_softmax("softmax", "Softmax")
_softmax("log_softmax", "LogSoftmax")
