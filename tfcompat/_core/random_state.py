"""Where every random number comes from: the seeds of TensorFlow's rules, and torch generators that follow them.

A `Source` says where a draw's numbers come from. An op of tf.random has a *stream*: a generator of its own that goes
on from call to call, until tf.random.set_seed starts it again; with no seed at all it is one for the whole device,
seeded by chance. A stateless op has a *seed* tensor, which alone decides. torch's own global generators are not used.

While a function is captured the draws are recorded as torch ops of ours, which look the stream up when they run.
"""

from __future__ import annotations

import hashlib
import random
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import torch

from tfcompat._core import errors
from tfcompat._core.flags import flags
from tfcompat._core.state import state

_MAXINT32 = 2**31 - 1
_DEFAULT_GRAPH_SEED = 87654321

_generators: dict[tuple[str, torch.device], torch.Generator] = {}
_graphs: WeakKeyDictionary[Any, list[int]] = WeakKeyDictionary()
_graph_count = 0


class _Seed:
    """The program's seed, and what gives the ops without a seed of their own one each."""

    value: int | None = None
    operations: random.Random | None = None


class UnseededError(errors.OpError, RuntimeError):
    """An op has no seed though it must: TensorFlow's RuntimeError, and an OpError that ops pass on as it is."""


class Source(NamedTuple):
    """Where a draw's numbers come from: a stream's name, or the seed tensor of a stateless op."""

    stream: str
    seed: torch.Tensor | None = None


def set_seed(seed: Any) -> None:
    """Sets the program's seed and starts all streams again; None makes them random (tf.random.set_seed)."""
    _Seed.value = seed if seed is None or isinstance(seed, int) else _as_integer(seed)
    _Seed.operations = None if _Seed.value is None else random.Random(_Seed.value)
    _generators.clear()


def _as_integer(seed: Any) -> int:
    try:
        return int(seed)
    except (TypeError, ValueError):
        return int.from_bytes(hashlib.blake2b(repr(seed).encode(), digest_size=8).digest(), "little")


def get_seed(op_seed: int | None) -> tuple[int, int] | tuple[None, None]:
    """The two seeds of an op, from the program's and its own, by TensorFlow's rules; both None where there is none.

    Raises RuntimeError where there is none though tf.config.experimental.enable_op_determinism was called.
    """
    graph, program = state.graph, _Seed.value
    if program is not None:
        if op_seed is None and graph is None and _Seed.operations is not None:
            op_seed = _Seed.operations.randint(0, _MAXINT32)
        elif op_seed is None:
            op_seed = _draws(graph)[1]
        seeds = program % _MAXINT32, int(op_seed) % _MAXINT32
    elif op_seed is not None:
        seeds = _DEFAULT_GRAPH_SEED, int(op_seed) % _MAXINT32
    elif flags.op_determinism:
        text = (
            "Random ops require a seed to be set when determinism is enabled. Please set a seed before running the "
            "op, e.g. by calling tf.random.set_seed(1)."
        )
        raise UnseededError(None, None, text, errors.FAILED_PRECONDITION)
    else:
        return None, None
    return (0, _MAXINT32) if seeds == (0, 0) else seeds


def _draws(graph: Any) -> list[int]:
    """The number of a graph, and how many draws it has so far."""
    global _graph_count
    if graph not in _graphs:
        _graph_count += 1
        _graphs[graph] = [_graph_count, 0]
    return _graphs[graph]


def source(kernel: str, dtype: Any, op_seed: int | None) -> Source:
    """The stream of an op with the seed `op_seed` (or None).

    Run eagerly, ops with the same kernel, dtype and seeds share one stream; in a function each op has its own.
    """
    return stream(kernel, dtype, *get_seed(op_seed))


def stream(kernel: str, dtype: Any, *seeds: int | None) -> Source:
    """The stream of an op with the two seeds `seeds`; a random one where they are None or 0."""
    graph = state.graph
    if not any(seeds):
        return Source("")
    if graph is None:
        return Source(f"{seeds[0]},{seeds[1]};{kernel},{dtype}")
    count = _draws(graph)
    count[1] += 1
    return Source(f"{seeds[0]},{seeds[1]};graph {count[0]},{count[1]}")


def _generator(name: str, seed: torch.Tensor | None, device: torch.device) -> torch.Generator:
    if seed is not None:
        return _seeded(",".join(map(str, seed.tolist())), device)
    key = name, device
    found = _generators.get(key)
    if found is None:
        if name:
            found = _seeded(name.partition(";")[0], device)
        else:
            found = torch.Generator(device)
            found.seed()
        _generators[key] = found
    return found


def _seeded(text: str, device: torch.device) -> torch.Generator:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return torch.Generator(device).manual_seed(int.from_bytes(digest, "little"))


# ---- the draws, on real tensors ----


def _uniform(stream: str, seed: Any, size: Any, *, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    return torch.rand(size, generator=_generator(stream, seed, device), dtype=dtype, device=device)


def _normal(stream: str, seed: Any, size: Any, *, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    return torch.randn(size, generator=_generator(stream, seed, device), dtype=dtype, device=device)


def _bits(stream: str, seed: Any, size: Any, *, device: torch.device) -> torch.Tensor:
    empty = torch.empty(size, dtype=torch.int64, device=device)
    return empty.random_(-(2**63), None, generator=_generator(stream, seed, device))


def _permutation(stream: str, seed: Any, n: int, *, device: torch.device) -> torch.Tensor:
    return torch.randperm(n, generator=_generator(stream, seed, device), device=device)


def _gamma(stream: str, seed: Any, alpha: torch.Tensor) -> torch.Tensor:
    return torch._standard_gamma(alpha, generator=_generator(stream, seed, alpha.device))


def _poisson(stream: str, seed: Any, rate: torch.Tensor) -> torch.Tensor:
    return torch.poisson(rate, generator=_generator(stream, seed, rate.device))


def _binomial(stream: str, seed: Any, counts: torch.Tensor, probs: torch.Tensor) -> torch.Tensor:
    return torch.binomial(counts, probs, generator=_generator(stream, seed, counts.device))


# ---- the same as torch ops, for captures ----

_SIZED = "(str stream, Tensor? seed, SymInt[] size, *, {}Device device) -> Tensor"
_library: torch.library.Library | None = None


def _define() -> torch.library.Library:
    """Registers the draws as torch.ops.tfcompat.*, on the first capture of one."""
    library = torch.library.Library("tfcompat", "DEF")
    tags = (torch.Tag.nondeterministic_seeded,)

    def add(name: str, schema: str, draw: Any, fake: Any) -> None:
        library.define(name + schema, tags=tags)
        library.impl(name, draw, "CompositeExplicitAutograd")
        torch.library.register_fake(f"tfcompat::{name}", fake, lib=library)

    def empty(stream: str, seed: Any, size: Any, *, device: Any, dtype: torch.dtype = torch.int64) -> torch.Tensor:
        return torch.empty(size, dtype=dtype, device=device)

    def empty_row(stream: str, seed: Any, n: Any, *, device: Any) -> torch.Tensor:
        return torch.empty((n,), dtype=torch.int64, device=device)

    def empty_like(stream: str, seed: Any, x: torch.Tensor, _: Any = None) -> torch.Tensor:
        return torch.empty_like(x)

    add("uniform", _SIZED.format("ScalarType dtype, "), _uniform, empty)
    add("normal", _SIZED.format("ScalarType dtype, "), _normal, empty)
    add("bits", _SIZED.format(""), _bits, empty)
    add("permutation", "(str stream, Tensor? seed, SymInt n, *, Device device) -> Tensor", _permutation, empty_row)
    add("gamma", "(str stream, Tensor? seed, Tensor alpha) -> Tensor", _gamma, empty_like)
    torch.library.register_autograd("tfcompat::gamma", _gamma_backward, setup_context=_gamma_context, lib=library)
    add("poisson", "(str stream, Tensor? seed, Tensor rate) -> Tensor", _poisson, empty_like)
    add("binomial", "(str stream, Tensor? seed, Tensor counts, Tensor probs) -> Tensor", _binomial, empty_like)
    return library


def _gamma_context(ctx: Any, inputs: Any, output: torch.Tensor) -> None:
    ctx.save_for_backward(inputs[2], output)


def _gamma_backward(ctx: Any, gradient: torch.Tensor) -> Any:
    alpha, sample = ctx.saved_tensors
    return None, None, gradient * torch._standard_gamma_grad(alpha, sample)


def _ops() -> Any:
    global _library
    if _library is None:
        _library = _define()
    return torch.ops.tfcompat


def uniform(where: Source, size: Any, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """Floats from [0, 1)."""
    draw = _uniform if state.graph is None else _ops().uniform
    return draw(*where, size, dtype=dtype, device=device)


def normal(where: Source, size: Any, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """Floats of the standard normal distribution."""
    draw = _normal if state.graph is None else _ops().normal
    return draw(*where, size, dtype=dtype, device=device)


def bits(where: Source, size: Any, device: torch.device) -> torch.Tensor:
    """int64 numbers of which every bit is random."""
    draw = _bits if state.graph is None else _ops().bits
    return draw(*where, size, device=device)


def permutation(where: Source, n: Any, device: torch.device) -> torch.Tensor:
    """The int64 numbers 0 to n - 1 in random order."""
    draw = _permutation if state.graph is None else _ops().permutation
    return draw(*where, n, device=device)


def gamma(where: Source, alpha: torch.Tensor) -> torch.Tensor:
    """Floats of the gamma distribution with rate 1; differentiable by `alpha`."""
    draw = _gamma if state.graph is None else _ops().gamma
    return draw(*where, alpha)


def poisson(where: Source, rate: torch.Tensor) -> torch.Tensor:
    """Floats of the Poisson distribution, whole numbers."""
    draw = _poisson if state.graph is None else _ops().poisson
    return draw(*where, rate)


def binomial(where: Source, counts: torch.Tensor, probs: torch.Tensor) -> torch.Tensor:
    """Floats of the binomial distribution, whole numbers, for counts and probabilities of one shape."""
    draw = _binomial if state.graph is None else _ops().binomial
    return draw(*where, counts, probs)
