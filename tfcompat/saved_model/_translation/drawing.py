"""Random numbers: they are TensorFlow's own in TensorFlow, and the same under the same seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat.saved_model._translation.body import Body, Ref
from tfcompat.saved_model._translation.elementwise import kind
from tfcompat.saved_model._translation.registry import NotTranslatable, translates

_OPS = {"uniform": "RandomUniform", "normal": "RandomStandardNormal", "truncated_normal": "TruncatedNormal"}


def _seeds(stream: str) -> dict[str, Any]:
    """The seeds that the name of a stream begins with; none where it has none."""
    if not stream:
        return {}
    first, second = stream.partition(";")[0].split(",")
    return {"seed": int(first), "seed2": int(second)}


def _drawn(name: str, op: str) -> None:
    @translates(f"tfcompat.{name}.default")
    def translator(g: Body, out: Any, stream: str, seed: Any, sizes: Sequence[Any], **named: Any) -> Ref:
        if seed is not None:
            raise NotTranslatable("random numbers of a seed that is a tensor")
        return g.op(op, g.vector(sizes), dtype=kind(out), **_seeds(stream))


for _name, _op in _OPS.items():
    _drawn(_name, _op)


@translates("aten.rand.default")
def _rand(g: Body, out: Any, sizes: Sequence[Any], **named: Any) -> Ref:
    return g.op("RandomUniform", g.vector(sizes), dtype=kind(out))


@translates("aten.randn.default")
def _randn(g: Body, out: Any, sizes: Sequence[Any], **named: Any) -> Ref:
    return g.op("RandomStandardNormal", g.vector(sizes), dtype=kind(out))


@translates("aten.rand_like.default")
def _rand_like(g: Body, out: Any, x: Ref, **named: Any) -> Ref:
    return g.op("RandomUniform", g.vector(g.sizes(x)), dtype=kind(out))


@translates("aten.randn_like.default")
def _randn_like(g: Body, out: Any, x: Ref, **named: Any) -> Ref:
    return g.op("RandomStandardNormal", g.vector(g.sizes(x)), dtype=kind(out))


@translates("tfcompat.dropout_factors.default")
def _dropout_factors(g: Body, out: Any, sizes: Sequence[Any], rate: float, device: Any) -> Ref:
    noise = g.op("RandomUniform", g.vector(sizes), dtype=kind(out))
    kept = g.op("Floor", g.op("AddV2", noise, g.const(1 - rate, kind(out))))
    return g.op("Mul", kept, g.const(1 / (1 - rate), kind(out)))
