"""Random numbers: they are TensorFlow's own in TensorFlow, and the same under the same seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref
from tfcompat.saved_model._translation.elementwise import kind
from tfcompat.saved_model._translation.registry import NotTranslatable, translates

# By the kernel: TensorFlow's op with a state, and that of which a seed decides all.
_OPS = {
    "uniform": ("RandomUniform", "StatelessRandomUniformV2"),
    "normal": ("RandomStandardNormal", "StatelessRandomNormalV2"),
    "truncated_normal": ("TruncatedNormal", "StatelessTruncatedNormalV2"),
}
_PHILOX = 1


def _seeds(stream: str) -> dict[str, Any]:
    """The seeds that the name of a stream begins with; none where it has none."""
    if not stream:
        return {}
    first, second = stream.partition(";")[0].split(",")
    return {"seed": int(first), "seed2": int(second)}


def _of_seed(g: Body, op: str, sizes: Sequence[Any], seed: Ref, dtype: dtypes.DType) -> Ref:
    if seed.shape == [3]:  # the state of a generator: its counter, and its key
        state = g.op("Bitcast", seed, type=dtypes.uint64)
        counter, key = (g.op("Slice", state, g.int32([at]), g.int32([n])) for at, n in ((0, 2), (2, 1)))
    else:
        key, counter = g.op("StatelessRandomGetKeyCounter", seed)
    return g.op(op, g.vector(sizes), key, counter, g.int32(_PHILOX), dtype=dtype)


def _drawn(name: str, op: str, stateless: str) -> None:
    @translates(f"tfcompat.{name}.default")
    def translator(g: Body, out: Any, stream: str, seed: Any, sizes: Sequence[Any], **named: Any) -> Ref:
        if seed is not None:
            return _of_seed(g, stateless, sizes, seed, kind(out))
        return g.op(op, g.vector(sizes), dtype=kind(out), **_seeds(stream))


for _name, _ops in _OPS.items():
    _drawn(_name, *_ops)


@translates("tfcompat.bits.default")
def _bits(g: Body, out: Any, stream: str, seed: Any, sizes: Sequence[Any], *, width: int, **named: Any) -> Ref:
    if seed is not None:
        whole = dtypes.int64 if width == 64 else dtypes.uint32
        return g.cast(_of_seed(g, "StatelessRandomUniformFullIntV2", sizes, seed, whole), dtypes.int64)
    if stream:
        raise NotTranslatable("random integers of a seed")
    low, high = (-(2**63), 2**63 - 1) if width == 64 else (0, 2**32)
    return g.op("RandomUniformInt", g.vector(sizes), *(g.const(n, dtypes.int64) for n in (low, high)))


@translates("tfcompat.permutation.default")
def _permutation(g: Body, out: Any, stream: str, seed: Any, n: Any, **named: Any) -> Ref:
    if seed is not None:
        raise NotTranslatable("an order that a seed decides")
    count = g.cast(g.tensor(n, dtypes.int32), dtypes.int64)
    numbers = g.op("Range", g.const(0, dtypes.int64), count, g.const(1, dtypes.int64))
    return g.op("RandomShuffle", numbers, **_seeds(stream))


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
def _dropout_factors(g: Body, out: Any, x: Ref, sizes: Sequence[Any], rate: float) -> Ref:
    noise = g.op("RandomUniform", g.vector(sizes), dtype=kind(out))
    kept = g.op("Floor", g.op("AddV2", noise, g.const(1 - rate, kind(out))))
    return g.op("Mul", kept, g.const(1 / (1 - rate), kind(out)))
