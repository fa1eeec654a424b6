"""Where every random number comes from: seeds by TensorFlow's rules, and the draws that follow them.

A `Source` says where a draw's numbers come from. An op of tf.random has a *stream*: a generator of its own that goes
on from call to call, until tf.random.set_seed starts it again; with no seed at all it is one for the whole device,
seeded by chance. A stateless op has a *seed* tensor, which alone decides. The draws themselves are in draws.py.

While a function is captured the draws are recorded as torch ops of ours, which look the stream up when they run.
"""

from __future__ import annotations

import functools
import hashlib
import random
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import torch

from tfcompat._core import draws, errors
from tfcompat._core.flags import flags
from tfcompat._core.state import state, travels
from tfcompat._core.value_ops import FUNCTIONS

_MAXINT32 = 2**31 - 1
_DEFAULT_GRAPH_SEED = 87654321

_graphs: WeakKeyDictionary[Any, list[int]] = WeakKeyDictionary()
_graph_count = 0


class _Seed:
    """The program's seed, and what gives the ops without a seed of their own one each."""

    value: int | None = None
    operations: random.Random | None = None


class Passage:
    """One way through a function that runs eagerly though TensorFlow has a graph for it.

    Its ops draw as the graph's would: each has a seed by its number in the graph, or in the branch or loop's body that
    it is in, and a stream that goes on from call to call.
    """

    __slots__ = ("drawn", "met", "name", "seeded")

    def __init__(self, name: str) -> None:
        self.name = name
        self.drawn = self.seeded = self.met = 0  # how many draws, ops that were given a seed, and parts there were

    def part(self) -> str:
        """The name of the next branch or loop in it."""
        self.met += 1
        return f"{self.name}.{self.met - 1}"


class Fixed:
    """The seeds of what is made outside of a graph that sessions run, but for it: the graph's.

    Within its context they are told in turn; once more within, the same ones.
    """

    __slots__ = ("_before", "_graph", "_pairs", "_told")

    def __init__(self, graph: Any) -> None:
        self._graph, self._told = graph, 0
        self._pairs: list[Any] = []

    def __enter__(self) -> None:
        self._before, _here.fixed, self._told = _here.fixed, self, 0

    def __exit__(self, *exc: Any) -> None:
        _here.fixed = self._before

    def pair(self, op_seed: int | None) -> Any:
        """The two seeds of the next op."""
        if self._told == len(self._pairs):
            if op_seed is None and self._graph.seed is not None:
                op_seed = _count(self._graph, _SEEDED)
            self._pairs.append(_pair(self._graph.seed, op_seed))
        self._told += 1
        return self._pairs[self._told - 1]


class _Here(threading.local):
    passage: Passage | None = None
    fixed: Fixed | None = None


_here = travels(_Here())


def passing(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, each call of which is a passage of this name; as it is where no seed is set."""
    if _Seed.value is None:
        return function

    def call(*args: Any, **kwargs: Any) -> Any:
        before, _here.passage = _here.passage, Passage(name)
        try:
            return function(*args, **kwargs)
        finally:
            _here.passage = before

    return call


def parts(*functions: Callable[..., Any]) -> Sequence[Callable[..., Any]]:
    """Functions that a graph would have as parts of its own: the branches of a condition, a loop's body."""
    if _here.passage is None or state.graph is not None:
        return functions
    name = _here.passage.part()
    return [passing(f"{name}.{i}", f) for i, f in enumerate(functions)]


def is_passing() -> bool:
    """Whether a function runs eagerly whose ops draw as a graph's."""
    return _here.passage is not None


def new_number() -> int:
    """A number for the streams of a function that is not captured, as no graph has."""
    global _graph_count
    _graph_count += 1
    return _graph_count


def is_seeded() -> bool:
    """Whether tf.random.set_seed was called with a seed."""
    return _Seed.value is not None


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
    draws.restart()


def of_new_graph(drawn: int = 0) -> Source:
    """The stream of the first op without a seed of its own in a graph that is new: from its start.

    It is what TensorFlow's input pipelines draw by, whose functions are new graphs each time they are gone through.
    drawn: how many blocks of numbers, of four each, the op has drawn already.
    """
    if _Seed.value is None:
        return Source("")
    seed = _Seed.value % _MAXINT32
    return Source("", torch.tensor([drawn, 0 if seed else _MAXINT32, seed]))


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
    if graph is None and _here.fixed is not None:
        return _here.fixed.pair(op_seed)
    home = getattr(graph, "home", None)
    if home is not None:  # a graph that sessions run has a seed of its own
        replay = _replay_in(graph)
        program = home.seed if replay is None else replay.program
    if program is not None:
        if op_seed is None and graph is None and _here.passage is not None:
            op_seed = _here.passage.seeded
            _here.passage.seeded += 1
        elif op_seed is None and graph is None and _Seed.operations is not None:
            op_seed = _Seed.operations.randint(0, _MAXINT32)
        elif op_seed is None:
            op_seed = _seed_in(graph)
    return _pair(program, op_seed)


def _pair(program: int | None, op_seed: int | None) -> tuple[int, int] | tuple[None, None]:
    """The two seeds of an op, of the program's or graph's and its own."""
    if program is not None:
        seeds = program % _MAXINT32, int(op_seed or 0) % _MAXINT32
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


class Replay:
    """What an operation of a graph that sessions run draws by, where a run does what it does.

    number: of the session. place: of the operation. seeds: see `seeds_in`, when the operation was made.
    """

    __slots__ = ("drawn", "number", "place", "program", "seeded")

    def __init__(self, number: int, place: int, seeds: tuple[int | None, int]) -> None:
        self.number, self.place, self.drawn = number, place, 0
        self.program, self.seeded = seeds


def _replay_in(graph: Any) -> Replay | None:
    """What a graph, or one that it is a branch or loop of, draws by."""
    while graph is not None:
        found = getattr(graph, "replays", None)
        if found is not None:
            return found
        graph = getattr(graph, "outer_graph", None)
    return None


def _seed_in(graph: Any) -> int:
    """The seed of the next op in a graph that has none of its own: how many were given one before it."""
    replay = _replay_in(graph)
    if replay is None:  # what is in a loop or branch counts among the ops of a graph that sessions run
        return _count(getattr(graph, "home", None) or graph, _SEEDED)
    replay.seeded += 1
    return replay.seeded - 1


def trial(graph: Any) -> Callable[[], None]:
    """What takes the seeds in a graph back to where they are now, after what will be done again."""
    replay, home = _replay_in(graph), getattr(graph, "home", None)
    if replay is not None:
        before = replay.seeded, replay.drawn

        def back() -> None:
            replay.seeded, replay.drawn = before

        return back
    if home is None:
        return lambda: None
    counts = _counts(home)
    seeded = counts[_SEEDED] - home.initial_seeds
    return lambda: counts.__setitem__(_SEEDED, seeded + home.initial_seeds)  # variables stay, with their seeds


def seeds_in(graph: Any) -> tuple[int | None, int]:
    """The seed of a graph that sessions run, and how many of its ops were given one."""
    return graph.seed, _counts(graph)[_SEEDED]


_NUMBER, _DRAWN, _SEEDED = range(3)


def _counts(graph: Any) -> list[int]:
    """The number of a graph, how many draws it has so far, and how many ops that were given a seed."""
    global _graph_count
    if graph not in _graphs:
        _graph_count += 1
        _graphs[graph] = [_graph_count, 0, 0]
    return _graphs[graph]


def number_of(graph: Any) -> int:
    """The number of a graph, which the names of its streams have in them."""
    return _counts(graph)[_NUMBER]


def _count(graph: Any, what: int) -> int:
    """The count before, which goes up by one."""
    counts = _counts(graph)
    counts[what] += 1
    return counts[what] - 1


def source(kernel: str, dtype: Any, op_seed: int | None) -> Source:
    """The stream of an op with the seed `op_seed` (or None).

    Run eagerly, ops with the same kernel, dtype and seeds share one stream; in a function each op has its own.
    """
    return stream(kernel, dtype, *_seeds(op_seed))


def _seeds(op_seed: int | None) -> Any:
    """An op's two seeds; where an operation of a graph that sessions run does again what it did, those it was given."""
    graph = state.graph
    if graph is None:
        return get_seed(op_seed)
    given = getattr(graph, "given_seeds", None)
    if given:
        return given.pop(0)
    seeds = get_seed(op_seed)
    if getattr(graph, "home", None) is graph:
        graph.made_seeds.append(seeds)
    return seeds


def stream(kernel: str, dtype: Any, *seeds: int | None) -> Source:
    """The stream of an op with the two seeds `seeds`; a random one where they are None or 0."""
    graph = state.graph
    if not any(seeds):
        return Source("")
    if graph is None and _here.passage is not None:
        _here.passage.drawn += 1
        return Source(f"{seeds[0]},{seeds[1]};graph {_here.passage.name},{_here.passage.drawn - 1}")
    if graph is None:
        return Source(f"{seeds[0]},{seeds[1]};{kernel},{dtype}")
    if (replay := _replay_in(graph)) is not None:  # an operation of a graph that a session runs, whose streams go on
        replay.drawn += 1
        return Source(f"{seeds[0]},{seeds[1]};operation {replay.number},{replay.place},{replay.drawn - 1}")
    return Source(f"{seeds[0]},{seeds[1]};graph {_counts(graph)[_NUMBER]},{_count(graph, _DRAWN)}")


# ---- the same as torch ops, for captures ----

_SIZED = "(str stream, Tensor? seed, SymInt[] size, *, {}Device device) -> Tensor"


@functools.cache
def registered() -> torch.library.Library:
    """Registers the draws as torch.ops.tfcompat.*, on the first capture of one."""
    library = torch.library.Library("tfcompat", "DEF")
    tags = (torch.Tag.nondeterministic_seeded,)

    def add(draw: Any, schema: str, fake: Any) -> None:
        library.define(draw.__name__ + schema, tags=tags)
        library.impl(draw.__name__, draw, "CompositeExplicitAutograd")
        torch.library.register_fake(f"tfcompat::{draw.__name__}", fake, lib=library)
        FUNCTIONS[getattr(torch.ops.tfcompat, draw.__name__).default] = draw

    def empty(stream: str, seed: Any, size: Any, *, device: Any, dtype: torch.dtype, **_: Any) -> torch.Tensor:
        return torch.empty(size, dtype=dtype, device=device)

    def empty_bits(stream: str, seed: Any, size: Any, *, width: int, device: Any) -> torch.Tensor:
        return torch.empty(size, dtype=torch.int64, device=device)

    def empty_row(stream: str, seed: Any, n: Any, *, device: Any) -> torch.Tensor:
        return torch.empty((n,), dtype=torch.int64, device=device)

    def empty_like(stream: str, seed: Any, x: torch.Tensor, _: Any = None) -> torch.Tensor:
        return torch.empty_like(x)

    add(draws.uniform, _SIZED.format("ScalarType dtype, SymInt? outputs=None, "), empty)
    add(draws.normal, _SIZED.format("ScalarType dtype, "), empty)
    add(draws.truncated_normal, _SIZED.format("ScalarType dtype, "), empty)
    add(draws.bits, _SIZED.format("int width, "), empty_bits)
    add(draws.permutation, "(str stream, Tensor? seed, SymInt n, *, Device device) -> Tensor", empty_row)
    add(draws.gamma, "(str stream, Tensor? seed, Tensor alpha, SymInt inner) -> Tensor", empty_like)
    torch.library.register_autograd("tfcompat::gamma", _gamma_backward, setup_context=_gamma_context, lib=library)
    add(draws.poisson, "(str stream, Tensor? seed, Tensor rate, SymInt inner) -> Tensor", empty_like)
    counts = "(str stream, Tensor? seed, Tensor counts, Tensor probs, SymInt inner) -> Tensor"
    add(draws.binomial, counts, lambda stream, seed, n, p, inner: torch.empty_like(n, dtype=torch.float64))
    bounds = "(str stream, Tensor? seed, Tensor parameters, SymInt samples, SymInt count) -> Tensor"
    add(draws.bounded_normal, bounds, lambda stream, seed, x, samples, count: x.new_empty(count))
    return library


def _gamma_context(ctx: Any, inputs: Any, output: torch.Tensor) -> None:
    ctx.save_for_backward(inputs[2], output)


def _gamma_backward(ctx: Any, gradient: torch.Tensor) -> Any:
    alpha, sample = ctx.saved_tensors
    return None, None, gradient * torch._standard_gamma_grad(alpha, sample), None


class _Gamma(torch.autograd.Function):
    """The draw outside a capture, where it has the same gradient."""

    @staticmethod
    def forward(ctx: Any, stream: str, seed: Any, alpha: torch.Tensor, inner: int) -> torch.Tensor:
        sample = draws.gamma(stream, seed, alpha, inner)
        ctx.save_for_backward(alpha, sample)
        return sample

    backward = staticmethod(_gamma_backward)  # type: ignore[assignment]


def _op(draw: Any) -> Any:
    """A draw as it is now recorded or done."""
    if state.graph is None:
        return draw
    registered()
    return getattr(torch.ops.tfcompat, draw.__name__)


def uniform(where: Source, size: Any, dtype: torch.dtype, device: torch.device, outputs: Any = None) -> torch.Tensor:
    """Floats from [0, 1). outputs: for how many numbers a stream moves on, where it is not for so many as returned."""
    return _op(draws.uniform)(*where, size, dtype=dtype, device=device, outputs=outputs)


def normal(where: Source, size: Any, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """Floats of the standard normal distribution."""
    return _op(draws.normal)(*where, size, dtype=dtype, device=device)


def truncated_normal(where: Source, size: Any, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """Floats of the standard normal distribution, those over 2 drawn again."""
    return _op(draws.truncated_normal)(*where, size, dtype=dtype, device=device)


def bits(where: Source, size: Any, device: torch.device, width: int = 64) -> torch.Tensor:
    """int64 numbers of which the lower `width` bits, 32 or 64, are random and the others 0."""
    return _op(draws.bits)(*where, size, width=width, device=device)


def permutation(where: Source, n: Any, device: torch.device) -> torch.Tensor:
    """The int64 numbers 0 to n - 1 in random order."""
    return _op(draws.permutation)(*where, n, device=device)


def gamma(where: Source, alpha: torch.Tensor, inner: Any) -> torch.Tensor:
    """Floats of the gamma distribution with rate 1; differentiable by `alpha`.

    inner: how many alphas were asked for, the last dimensions' sizes multiplied; what is before are repetitions.
    """
    draw = _Gamma.apply if state.graph is None and alpha.requires_grad else _op(draws.gamma)
    return draw(*where, alpha, inner)


def poisson(where: Source, rate: torch.Tensor, inner: Any) -> torch.Tensor:
    """Floats of the Poisson distribution, whole numbers. inner: as in `gamma`."""
    return _op(draws.poisson)(*where, rate, inner)


def binomial(where: Source, counts: torch.Tensor, probs: torch.Tensor, inner: Any) -> torch.Tensor:
    """float64 of the binomial distribution, whole numbers, for counts and probabilities of one shape and dtype.

    inner: as in `gamma`.
    """
    return _op(draws.binomial)(*where, counts, probs, inner)


def bounded_normal(where: Source, parameters: torch.Tensor, samples: Any, count: Any) -> torch.Tensor:
    """`count` normal floats between bounds, `samples` for each column of `parameters` one after the other.

    parameters: [4, columns], means, deviations, lower and upper bounds.
    """
    return _op(draws.bounded_normal)(*where, parameters, samples, count)
