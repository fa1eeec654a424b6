"""tf.random.Generator: a random number generator whose state is a variable."""

from __future__ import annotations

import math
import secrets
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.arguments import integer
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.errors import InvalidArgumentError, UnimplementedError
from tfcompat._core.ops import Invalid, Value, kernel_dtype, op
from tfcompat._core.random_state import Source
from tfcompat._core.rejection import blocks_of_binomials
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable
from tfcompat.distribute._context import get_replica_context, get_strategy, has_strategy
from tfcompat.dtypes.casting import cast
from tfcompat.random.algorithms import Algorithm, algorithm
from tfcompat.random.distributions import UNIFORM_DTYPES, draw_normal, draw_truncated, draw_uniform, vector
from tfcompat.random.stateless import draw_binomial

_STATE_SIZES = {Algorithm.PHILOX: 3, Algorithm.THREEFRY: 2}
_FULL_INTS = (dtypes.int32, dtypes.int64, dtypes.uint32, dtypes.uint64)
# How far TensorFlow's kernels move the counter for each number they return.
_STEP = 256


def create_rng_state(seed: Any, alg: Any) -> Any:
    """The state, a vector of int64, of a generator of algorithm `alg` for `seed` (tf.random.create_rng_state).

    seed: an integer of any size, cut off at the state's 64-bit words, or integers for the words, padded with zeros in
    front and cut off at the end.
    """
    size = _STATE_SIZES[algorithm(alg)]
    if isinstance(seed, (int, np.integer)):
        words = [_signed(int(seed) >> 64 * i) for i in range(size)]
        return convert_to_tensor(words, dtypes.int64)
    if isinstance(seed, Tensor):
        words = cast(seed, dtypes.int64)
        return _padded(words, size)
    leaves = np.asarray(seed, dtype=object).ravel().tolist()
    if all(isinstance(v, (int, np.integer)) for v in leaves):
        return _padded(convert_to_tensor([_signed(int(v)) for v in leaves], dtypes.int64), size)
    return _padded(cast(convert_to_tensor(seed), dtypes.int64), size)


@op("RngState")
def _padded(words: Value, size: int) -> torch.Tensor:
    words = words.reshape(-1)[:size]
    return torch.cat([words.new_zeros(size - words.shape[0]), words])


def _signed(word: int) -> int:
    word &= 2**64 - 1
    return word - 2**64 if word >= 2**63 else word


@op("RngSkip")
def _skipped(state: Value, delta: Value) -> torch.Tensor:
    """The state with its counter, the words before the key, moved on by `delta`."""
    low = state[0] + delta.to(torch.int64)
    least = torch.full_like(low, -(2**63))
    carry = ((low ^ least) < (state[0] ^ least)).to(torch.int64)  # compares them as unsigned numbers
    rest = state[1:] if state.shape[0] == 2 else torch.cat([(state[1] + carry).reshape(1), state[2:]])
    return torch.cat([low.reshape(1), rest])


class Generator:
    """Random numbers from a state that the generator holds as a tf.Variable (tf.random.Generator).

    copy_from: a Generator whose state and algorithm to take, or else `state`, a vector of integers, and `alg`
    ("philox"); `from_seed`, `from_state`, `from_key_counter` and `from_non_deterministic_state` are the usual ways to
    make one. The same state gives the same numbers, and every draw moves it on.
    """

    __module__ = "tensorflow.python.ops.stateful_random_ops"

    def __init__(self, copy_from: Generator | None = None, state: Any = None, alg: Any = None) -> None:
        if copy_from is not None:
            if state is not None or alg is not None:
                raise ValueError("Argument `copy_from` excludes `state` and `alg`.")
            state, alg = copy_from.state, copy_from._algorithm
        if state is None or alg is None:
            raise AssertionError("Generator takes either `copy_from` or both `state` and `alg`.")
        self._algorithm = algorithm(alg)
        self._strategy = get_strategy() if has_strategy() else None
        size = _STATE_SIZES[self._algorithm]
        value = cast(state.read_value() if isinstance(state, Variable) else state, dtypes.int64)
        _expect_shape(value, size)
        self._state_var = Variable(value, dtype=dtypes.int64, trainable=False, name="StateVar")

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {"_state_var": self._state_var}

    # ---- ways to make one ----

    @classmethod
    def from_state(cls, state: Any, alg: Any) -> Generator:
        """A generator with a state that `.state` of another gave."""
        return cls(state=state, alg=alg)

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> Generator:
        """A generator whose state comes from `seed`, an integer or several (`create_rng_state`)."""
        alg = Algorithm.PHILOX if alg is None else alg
        return cls(state=create_rng_state(seed, alg), alg=alg)

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """A generator whose state is chosen by chance."""
        alg = Algorithm.PHILOX if alg is None else alg
        words = [_signed(secrets.randbits(64)) for _ in range(_STATE_SIZES[algorithm(alg)])]
        return cls(state=words, alg=alg)

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: Any) -> Generator:
        """A generator with the given key, a scalar, and counter, two numbers."""
        return cls(state=_key_counter(key, counter, algorithm(alg)), alg=alg)

    # ---- the state ----

    @property
    def state(self) -> Variable:
        """The state: the counter's two words, then the key."""
        return self._state_var

    @property
    def algorithm(self) -> int:
        """The number of the algorithm: 1 for Philox."""
        return self._algorithm.value

    @property
    def key(self) -> Any:
        """The key, a scalar, which tells apart generators whose numbers never meet."""
        return self._state_var[2 if self._algorithm is Algorithm.PHILOX else 1]

    def reset(self, state: Any) -> None:
        """Sets the state."""
        value = cast(state.read_value() if isinstance(state, Variable) else state, dtypes.int64)
        _expect_shape(value, _STATE_SIZES[self._algorithm])
        self._state_var.assign(value)

    def reset_from_seed(self, seed: Any) -> None:
        """Sets the state to what `from_seed` gives."""
        self._state_var.assign(create_rng_state(seed, self._algorithm))

    def reset_from_key_counter(self, key: Any, counter: Any) -> None:
        """Sets the state to the given key and counter."""
        self._state_var.assign(_key_counter(key, counter, self._algorithm))

    def skip(self, delta: Any) -> Any:
        """Moves the counter on as far as `delta` numbers drawn would; returns the new state."""
        step = cast(delta, dtypes.int64) * _STEP if isinstance(delta, Tensor) else integer(delta, "delta") * _STEP
        return self._advance(step)

    def _advance(self, step: Any) -> Any:
        if self._algorithm is not Algorithm.PHILOX:
            raise UnimplementedError(None, None, "Non-XLA devices don't support the ThreeFry algorithm.")
        return self._state_var.assign(_skipped(self._state_var, convert_to_tensor(step, dtypes.int64)))

    def _source(self, shape: Any, blocks: Any = None) -> Source:
        """The source for one draw, which moves the state on: by `blocks`, else by what each number of `shape` gets."""
        state = to_storage(self._state_var)
        self._advance(math.prod(vector(shape)) * _STEP if blocks is None else blocks)
        return Source("", state if self._strategy is None else self._of_replica(state))

    def _of_replica(self, state: torch.Tensor) -> torch.Tensor:
        """The state from which the running replica draws: its key comes of the replica's number; across replicas none.

        ValueError where another strategy is in force than the one in whose scope the generator was made.
        """
        if not has_strategy():
            return state
        if get_strategy() is not self._strategy:
            raise ValueError(
                f"The generator was made in the scope of {self._strategy}, and is used in that of {get_strategy()}."
            )
        replica = get_replica_context()
        if replica is None:
            return state
        number = torch.tensor([int(replica.replica_id_in_sync_group), 0], device=state.device)
        source = Source("", torch.cat([number, state[-1:]]))
        return torch.cat([state[:-1], draw_uniform(source, [1], None, None, dtypes.int64)])

    # ---- the draws ----

    def normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, name: str | None = None
    ) -> Any:
        """Numbers from the normal distribution, as `tf.random.normal`."""
        return _drawn(lambda: draw_normal(self._source(shape), shape, mean, stddev, dtype), name)

    def truncated_normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, name: str | None = None
    ) -> Any:
        """Normal numbers none of which is over two stddev from the mean, as `tf.random.truncated_normal`."""
        return _drawn(lambda: draw_truncated(self._source(shape), shape, mean, stddev, dtype), name)

    def uniform(
        self, shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = dtypes.float32, name: str | None = None
    ) -> Any:
        """Numbers from [minval, maxval), as `tf.random.uniform`; of integers all where both bounds are None."""
        kind = dtypes.as_dtype(dtype)
        if kind.is_integer and (minval is None) != (maxval is None):
            raise ValueError(
                f"For integer dtype {kind!r}, minval and maxval must be both `None` or both non-`None`; got "
                f"minval={minval} and maxval={maxval}"
            )
        if kind not in UNIFORM_DTYPES and not (kind in _FULL_INTS and minval is None):
            raise ValueError(f"Argument `dtype` takes one of {UNIFORM_DTYPES}, got {kind!r}.")
        low = 0 if minval is None and not kind.is_integer else minval
        return _drawn(lambda: draw_uniform(self._source(shape), shape, low, maxval, kind), name)

    def uniform_full_int(self, shape: Any, dtype: Any = dtypes.uint64, name: str | None = None) -> Any:
        """Integers, each of the dtype's as likely."""
        kind = dtypes.as_dtype(dtype)

        def draw() -> torch.Tensor:
            if kind not in _FULL_INTS:
                allowed = ", ".join(d.name for d in _FULL_INTS)
                raise Invalid(
                    f"Value for attr 'dtype' of {kernel_dtype(kind)} is not in the list of allowed values: {allowed}"
                )
            return draw_uniform(self._source(shape), shape, None, None, kind)

        return _drawn(draw, name)

    def binomial(self, shape: Any, counts: Any, probs: Any, dtype: Any = dtypes.int32, name: str | None = None) -> Any:
        """How often `counts` trials succeed with probability `probs`, as `tf.random.stateless_binomial`."""
        if self._algorithm is not Algorithm.PHILOX:
            text = f"Unsupported algorithm id: {self._algorithm.value}"
            raise InvalidArgumentError(None, None, text)
        n, p = to_storage(counts), to_storage(probs)
        batches = math.prod(torch.broadcast_shapes(n.shape, p.shape))

        def draw() -> torch.Tensor:
            samples = math.prod(vector(shape)) // max(batches, 1)
            where = self._source(shape, blocks_of_binomials(batches, samples))
            return draw_binomial(where, shape, n, p, dtype)

        return _drawn(draw, name)

    # ---- seeds and generators from it ----

    def make_seeds(self, count: int = 1) -> Any:
        """`count` seeds for the stateless ops: a [2, count] tensor of int64, the second row zeros."""
        number = integer(count, "count")
        return _seeds(self.uniform_full_int([number], dtypes.int64))

    def split(self, count: int = 1) -> list[Generator]:
        """`count` generators with keys drawn from this one."""
        number = integer(count, "count")
        keys = self.uniform_full_int([number], dtypes.int64)
        return [Generator.from_key_counter(keys[i], [0, 0], self._algorithm) for i in range(number)]


@op("RandomDraw")
def _drawn(draw: Any, name: str | None = None) -> torch.Tensor:
    return draw()


@op("MakeSeeds")
def _seeds(keys: Value) -> torch.Tensor:
    return torch.stack([keys, torch.zeros_like(keys)])


def _expect_shape(state: Any, size: int) -> None:
    if not state.shape.is_compatible_with([size]):
        raise ValueError(f"Shapes {state.shape} and {[size]} are incompatible")


def _key_counter(key: Any, counter: Any, alg: Algorithm) -> Any:
    size = _STATE_SIZES[alg] - 1
    words = cast(convert_to_tensor(counter), dtypes.int64)
    if not words.shape.is_compatible_with([size]):
        raise ValueError(f"Shapes {words.shape} and {[size]} are incompatible")
    return _joined(words, cast(convert_to_tensor(key), dtypes.int64))


@op("Concat")
def _joined(counter: Value, key: Value) -> torch.Tensor:
    return torch.cat([counter, key.reshape(1)])


_global_generator: Generator | None = None


def get_global_generator() -> Generator:
    """The process' generator, made by chance when first asked for (tf.random.get_global_generator)."""
    global _global_generator
    if _global_generator is None:
        _global_generator = Generator.from_non_deterministic_state()
    return _global_generator


def set_global_generator(generator: Generator) -> None:
    """Makes `generator` the process' (tf.random.set_global_generator)."""
    global _global_generator
    _global_generator = generator
