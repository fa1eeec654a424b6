"""The numbers that seeds give: TensorFlow's own, on a CPU."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import Facts
from tfcompat._core import philox
from tfcompat._core.philox import Philox

PRELUDE = """
def seeded(seed, *draws):
    tf.random.set_seed(seed)
    return [draw() for draw in draws for _ in range(2)]

def traced(seed, *draws):
    tf.random.set_seed(seed)
    functions = [tf.function(draw) for draw in draws]
    return [function() for function in functions for _ in range(2)]

def drawn(*draws):
    generator = tf.random.Generator.from_seed(9)
    return [draw(generator) for draw in draws for _ in range(2)] + [generator.state.read_value()]

several = tf.constant([[0.1, 0.5, 0.3, 0.9], [2.0, 1.0, 0.3, 0.1], [0.0, 0.0, 0.0, 0.0]])
"""

facts = Facts(
    __file__,
    """
    tf.random.stateless_uniform([7], [3, -5])
    tf.random.stateless_uniform([7], [3, 5], dtype=tf.float16)
    tf.random.stateless_uniform([7], [3, 5], dtype=tf.bfloat16)
    tf.random.stateless_uniform([7], [3, 5], dtype=tf.float64)
    tf.random.stateless_uniform([40], [3, 5], -1.0, 4.0)
    tf.random.stateless_uniform([7], [3, 5], -10, 100, tf.int32)
    tf.random.stateless_uniform([7], [3, 5], -10, 2**40, tf.int64)
    tf.random.stateless_uniform([7], [3, 5], -(2**62), 2**62 + 2**61, tf.int64)
    tf.random.stateless_uniform([7], [3, 5], None, None, tf.int32)
    tf.random.stateless_uniform([7], [3, 5], None, None, tf.int64)
    tf.random.stateless_uniform([7], [3, 5], None, None, tf.uint32)
    tf.random.stateless_normal([41], [3, 5])
    tf.random.stateless_normal([7], [3, 5], dtype=tf.float16)
    tf.random.stateless_normal([7], [3, 5], dtype=tf.bfloat16)
    tf.random.stateless_normal([7], [3, 5], 2.0, 0.5, dtype=tf.float64)
    tf.random.stateless_truncated_normal([41], [3, 5])
    tf.random.stateless_truncated_normal([7], [3, 5], dtype=tf.float64)
    tf.random.stateless_categorical(several, 5, [1, 2])
    tf.random.stateless_gamma([4, 3], [1, 2], [0.5, 1.0, 3.0])
    tf.random.stateless_gamma([4, 3], [1, 2], [0.5, 1.0, 3.0], [[1.0], [2.0], [3.0], [4.0]])
    tf.random.stateless_gamma([40], [1, 2], tf.constant(0.05, tf.float64), dtype=tf.float64)
    tf.random.stateless_poisson([4, 3], [1, 2], [0.5, 5.0, 30.0])
    tf.random.split([1, 2], 3)
    tf.random.fold_in([1, 2], 7)
    tf.random.experimental.stateless_shuffle(tf.range(12), [1, 2])
    tf.random.experimental.index_shuffle(tf.range(12), [1, 2], 11)
    tf.random.experimental.index_shuffle(tf.range(6), [[1, 2]] * 5 + [[3, 4]], 11)
    tf.random_index_shuffle(tf.range(12), [1, 2, 3], 1100, rounds=8)
    tf.random_index_shuffle(tf.range(12), [1, 2, 3], 2**20, rounds=4)
    tf.random_index_shuffle(0, [1, 2, 3], 0)
    tf.nn.experimental.stateless_dropout(tf.ones([3, 5]), 0.4, [1, 2])
    seeded(42, lambda: tf.random.uniform([3]), lambda: tf.random.uniform([3], seed=1), lambda: tf.random.normal([9]))
    seeded(1, lambda: tf.random.truncated_normal([9], seed=3), lambda: tf.random.uniform([3], 0, 10, tf.int32, seed=1))
    seeded(2, lambda: tf.random.shuffle(tf.range(10), seed=5), lambda: tf.random.shuffle(i(6, 2), seed=5))
    seeded(3, lambda: tf.random.categorical(several, 3, seed=2), lambda: tf.random.categorical(several, 7))
    seeded(4, lambda: tf.random.gamma([4], [0.5, 1.0, 3.0], seed=2), lambda: tf.random.gamma([90], [0.05, 30.0]))
    seeded(5, lambda: tf.random.poisson([4], [0.5, 5.0, 30.0], seed=2), lambda: tf.random.poisson([90], [2.0, 99.0]))
    seeded(6, lambda: tf.random.poisson([9], tf.constant([0.5, 50.0], tf.float64), tf.float64))
    seeded(None, lambda: tf.random.uniform([3], seed=7), lambda: tf.random.normal([3], seed=8))
    seeded(7, lambda: tf.nn.dropout(tf.ones([3, 5]), 0.4), lambda: tf.nn.dropout(tf.ones([3, 5]), 0.4, [3, 1], seed=1))
    traced(3, lambda: tf.concat([tf.random.uniform([2]), tf.random.uniform([2], seed=4), tf.random.normal([2])], 0))
    drawn(lambda g: g.normal([5]), lambda g: g.uniform([5], 0, 10, tf.int32), lambda g: g.truncated_normal([5]))
    drawn(lambda g: g.uniform_full_int([3], tf.int64), lambda g: g.make_seeds(2), lambda g: g.split(2)[1].normal([2]))
    tf.random.Generator.from_key_counter(5, [2**63 - 1, 1], 'philox').uniform([9])
    tf.random_uniform_initializer(-1.0, 1.0, seed=3)([2, 3])
    tf.keras.initializers.GlorotUniform(seed=3)([4, 3])
    tf.keras.initializers.HeNormal(seed=3)([4, 3])
    tf.keras.initializers.TruncatedNormal(seed=3)([4, 3])
    tf.keras.initializers.Orthogonal(seed=3)([4, 3])
    """,
    prelude=PRELUDE,
)


@pytest.mark.parametrize("case", facts.cases)
def test_seeds_give_the_numbers_of_tensorflow(case):
    facts.check(case)


@pytest.mark.oracle
def test_seeds_give_the_numbers_of_tensorflow_live():
    facts.check_live()


# The known answers of Salmon et al.'s Random123 for Philox 4x32-10.
@pytest.mark.parametrize(
    ("word", "block"),
    [
        (0, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        (0xFFFFFFFF, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ],
)
def test_blocks_are_those_of_random123(word, block):
    gen = Philox((word, word), sum(word << 32 * i for i in range(4)))
    assert " ".join(f"{w:08x}" for w in gen.blocks(1)[0].tolist()) == block


@given(st.integers(0, 2**128 - 1), st.integers(0, 2**64 - 1), st.integers(1, 30), st.integers(1, 2**20))
def test_arrays_of_blocks_are_the_single_ones(counter, key, count, step):
    gen = Philox((key & 0xFFFFFFFF, key >> 32), counter)
    many = gen.blocks(count, step)
    assert np.array_equal(many, np.concatenate([gen.skip(step * i).blocks(1) for i in range(count)]))
    assert np.array_equal(many, gen.blocks_at(np.arange(count, dtype=np.uint64) * np.uint64(step)))


def test_large_draws_have_the_moments_of_their_distributions():
    gen = Philox.scrambled(1, 2)
    normals = philox.normals(gen.blocks(50_000)).reshape(-1)
    assert abs(normals.mean()) < 0.01
    assert abs(normals.std() - 1) < 0.01
    cut = philox.truncated_normals(gen, 100_001)
    assert len(cut) == 100_001
    assert np.abs(cut).max() < 2
    assert abs(cut.std() - 0.87962566) < 0.01
    counts = philox.poissons(gen, np.full(20_000, 40.0), np.arange(20_000))
    assert abs(counts.mean() - 40) < 0.2
    assert abs(counts.var() - 40) < 2
    sizes = philox.gammas(gen, np.full(20_000, 0.3), np.arange(20_000))
    assert abs(sizes.mean() - 0.3) < 0.02
    assert (sizes > 0).all()


@given(st.integers(0, 200), st.integers(-(2**31), 2**31))
def test_shuffles_lose_nothing(count, seed):
    order = philox.permutation(Philox.of_seeds(seed, 1), count)
    assert sorted(order.tolist()) == list(range(count))
