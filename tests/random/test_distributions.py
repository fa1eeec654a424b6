"""tf.random's ops with a state: their distributions, TensorFlow's seed rules, shapes and refusals."""

import math

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

N = 20000

# What of a result does not depend on the numbers drawn: its dtype and shape, or the exception.
facts = Facts(
    __file__,
    "\n".join(
        f"tf.zeros_like({case})"
        for case in """
    tf.random.normal([2, 3])
    tf.random.normal(tf.constant([2, 3], tf.int64))
    tf.random.normal(tf.TensorShape([2, 3]))
    tf.random.normal([tf.constant(2), 3])
    tf.random.normal([])
    tf.random.normal([0, 3])
    tf.random.normal([2, 3], [1.0, 2.0, 3.0], tf.constant([[1.0], [2.0]]))
    tf.random.normal([2], 1, 2)
    tf.random.normal([2], dtype=tf.float16)
    tf.random.normal([2], dtype=tf.bfloat16)
    tf.random.normal([2], dtype=tf.int32)
    tf.random.normal([2], dtype=tf.complex64)
    tf.random.normal([2], [1.0, 2.0, 3.0])
    tf.random.normal([-1])
    tf.random.normal(3)
    tf.random.normal(None)
    tf.random.normal([2], tf.constant(0.5), dtype=tf.float64)
    tf.random.uniform([2], tf.constant(0.5), tf.constant(9.0), tf.int32)
    tf.random.poisson([2], 1.5, dtype=tf.int8)
    tf.random.poisson(tf.constant([2], tf.int64), 1.5)
    tf.random.gamma(tf.constant([2], tf.int64), 1.5)
    tf.random.stateless_binomial([2], [1, 2], 3.0, 0.5, tf.uint8)
    tf.random.stateless_parameterized_truncated_normal([2], [1, 2], tf.constant(0.5, tf.float64))
    tf.random.truncated_normal([2, 3], dtype=tf.float64)
    tf.random.truncated_normal([2], dtype=tf.int32)
    tf.random.uniform([2, 3])
    tf.random.uniform([2, 3], [0.0, 1.0, 2.0], [3.0, 4.0, 5.0])
    tf.random.uniform([2], 0, 10, dtype=tf.int32)
    tf.random.uniform([2], maxval=10, dtype=tf.int64)
    tf.random.uniform([2], dtype=tf.int32)
    tf.random.uniform([2], 5, 5, dtype=tf.int32)
    tf.random.uniform([2], 7, 5, dtype=tf.int32)
    tf.random.uniform([3], [0, 1, 2], [3, 4, 5], dtype=tf.int32)
    tf.random.uniform([2], maxval=5, dtype=tf.uint8)
    tf.random.uniform([2], dtype=tf.complex64)
    tf.random.uniform(3)
    tf.random.shuffle(i(4, 2))
    tf.random.shuffle(3)
    tf.random.shuffle(['a', 'b'])
    tf.random.categorical(f(2, 3), 5)
    tf.random.categorical(f(2, 3), 5, dtype=tf.int32)
    tf.random.categorical(f(3), 5)
    tf.random.categorical(f(2, 3), 0)
    tf.random.gamma([2], [1.0, 2.0])
    tf.random.gamma([2], [1.0, 2.0], [[1.0], [2.0]])
    tf.random.gamma([2], 1)
    tf.random.gamma([2], 1.0, dtype=tf.float64)
    tf.random.poisson([2], [1.0, 2.0])
    tf.random.poisson([2], 3)
    tf.random.poisson([2], 3, dtype=tf.int32)
    tf.random.stateless_normal([2, 3], [1, 2])
    tf.random.stateless_normal([2], [1, 2], dtype=tf.float16)
    tf.random.stateless_truncated_normal([2], [1, 2])
    tf.random.stateless_uniform([2], [1, 2])
    tf.random.stateless_uniform([2], [1, 2], 0, 5, tf.int32)
    tf.random.stateless_uniform([2], [1, 2], minval=None, dtype=tf.int32)
    tf.random.stateless_uniform([2], [1, 2], minval=None, dtype=tf.uint32)
    tf.random.stateless_uniform([2], [1, 2], 1, 3, tf.uint32)
    tf.random.stateless_uniform([2], [1, 2], dtype=tf.int32)
    tf.random.stateless_uniform([2], 1)
    tf.random.stateless_uniform([2], [1, 2, 3])
    tf.random.stateless_uniform([2], [1.0, 2.0])
    tf.random.stateless_uniform([2], [1, 2], alg='threefry')
    tf.random.stateless_uniform([2], [1, 2], alg='x')
    tf.random.stateless_uniform([2], [1, 2], alg=tf.random.Algorithm.PHILOX)
    tf.random.stateless_categorical(f(2, 3), 4, [1, 2])
    tf.random.stateless_categorical(f(2, 3), 4, [1, 2], dtype=tf.int32)
    tf.random.stateless_gamma([2, 2], [1, 2], [1.0, 2.0])
    tf.random.stateless_gamma([3], [1, 2], [1.0, 2.0])
    tf.random.stateless_poisson([2, 2], [1, 2], [1.0, 2.0])
    tf.random.stateless_poisson([2, 3], [1, 2], [1.0, 2.0])
    tf.random.stateless_binomial([4], [1, 2], 5, 0.5)
    tf.random.stateless_binomial([2], [1, 2], [5.0], [0.5])
    tf.random.stateless_parameterized_truncated_normal([5], [1, 2], 0.0, 1.0, 3.0, 4.0)
    tf.random.stateless_parameterized_truncated_normal([5], [1, 2], 0.0, 1.0, 4.0, 3.0)
    tf.random.stateless_parameterized_truncated_normal([5], [1, 2], [0.0], [1.0], [3.0], [4.0])
    tf.random.split([1, 2])
    tf.random.split([1, 2], 3)
    tf.random.fold_in([1, 2], 3)
    tf.random.fold_in(tf.constant([1, 2], tf.int64), tf.constant(3, tf.int64))
    tf.random.fold_in([1, 2], tf.constant([3]))
    tf.random.experimental.stateless_shuffle([1, 2, 3], [1, 2])
    tf.random.experimental.stateless_shuffle(3, [1, 2])
    tf.random.experimental.index_shuffle(3, [1, 2], 10)
    tf.random.experimental.index_shuffle([3, 4], [1, 2, 3], [10, 10])
    tf.random.Generator.from_seed(1).normal([2, 3])
    tf.random.Generator.from_seed(1).uniform([2], 0, 5, tf.int32)
    tf.random.Generator.from_seed(1).uniform([2], dtype=tf.int32)
    tf.random.Generator.from_seed(1).uniform_full_int([2])
    tf.random.Generator.from_seed(1).uniform_full_int([2], dtype=tf.uint8)
    tf.random.Generator.from_seed(1).binomial([2], 5.0, 0.5)
    tf.random.Generator.from_seed(1).make_seeds(3)
    """.split("\n    ")
        if case.strip()
    )
    + """
    tf.random.create_rng_state(1, 'philox')
    tf.random.create_rng_state(-1, 'philox')
    tf.random.create_rng_state(2**64 + 5, 'philox')
    tf.random.create_rng_state([1, 2], 'philox')
    tf.random.create_rng_state([1, 2, 3, 4], 'philox')
    tf.random.create_rng_state(1, 'threefry')
    tf.random.create_rng_state(1, 'foo')
    tf.random.Generator.from_seed(7).state.read_value()
    tf.random.Generator.from_state([1, 2, 3], 'philox').key
    tf.random.Generator.from_state([1, 2], 'philox')
    tf.random.Generator.from_key_counter(3, [1, 2], 'philox').state.read_value()
    tf.random.Generator.from_key_counter(3, [1, 2, 3], 'philox')
    tf.random.Generator(copy_from=tf.random.Generator.from_seed(3)).state.read_value()
    (lambda g: (g.normal([5]), g.state.read_value())[1])(tf.random.Generator.from_seed(1))
    (lambda g: (g.uniform([2, 3]), g.state.read_value())[1])(tf.random.Generator.from_seed(1))
    (lambda g: (g.skip(7), g.state.read_value())[1])(tf.random.Generator.from_state([-1, 0, 9], 'philox'))
    (lambda g: (g.binomial([5], 5.0, 0.5), g.state.read_value())[1])(tf.random.Generator.from_seed(1))
    (lambda g: (g.reset_from_key_counter(3, [1, 2]), g.state.read_value())[1])(tf.random.Generator.from_seed(1))
    tf.zeros_initializer()([2])
    tf.zeros_initializer()([2], tf.bool)
    tf.zeros_initializer()([2], tf.string)
    tf.ones_initializer()([2, 2], tf.int32)
    tf.ones_initializer()([2], partition_shape=[1], partition_offset=[0])
    tf.constant_initializer(3)([2])
    tf.constant_initializer([1, 2, 3, 4])([2, 2], tf.float32)
    tf.constant_initializer([1, 2, 3])([2])
    tf.constant_initializer([1, 2, 3])([3], partition_shape=[1], partition_offset=[1])
    tf.constant_initializer(tf.constant(3))
    tf.constant_initializer(None)
    tf.zeros_like(tf.random_normal_initializer()([2, 3]))
    tf.zeros_like(tf.random_normal_initializer()([2], tf.int32))
    tf.zeros_like(tf.random_normal_initializer()([2], foo=3))
    tf.zeros_like(tf.random_uniform_initializer(0, 5)([2], tf.int32))
    tf.zeros_like(tf.random_uniform_initializer()([2], tf.string))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


SEED = [3, 4]
MOMENTS = [
    (lambda: tf.random.normal([N], 2.0, 3.0), 2.0, 3.0),
    (lambda: tf.random.stateless_normal([N], SEED, 2.0, 3.0), 2.0, 3.0),
    (lambda: tf.random.Generator.from_seed(1).normal([N], 2.0, 3.0), 2.0, 3.0),
    (lambda: tf.random.truncated_normal([N], 1.0, 2.0), 1.0, 2.0 * math.sqrt(0.7737)),
    (lambda: tf.random.uniform([N], -1.0, 5.0), 2.0, 6 / math.sqrt(12)),
    (lambda: tf.random.stateless_uniform([N], SEED, -1.0, 5.0), 2.0, 6 / math.sqrt(12)),
    (lambda: tf.random.uniform([N], 3, 13, tf.int32), 7.5, math.sqrt(99 / 12)),
    (lambda: tf.random.uniform([N], -(2**60), 2**60, tf.int64), 0.0, 2**61 / math.sqrt(12)),
    (lambda: tf.random.gamma([N], 4.0, 2.0), 2.0, 1.0),
    (lambda: tf.random.stateless_gamma([N], SEED, 4.0, 2.0), 2.0, 1.0),
    (lambda: tf.random.poisson([N], 9.0), 9.0, 3.0),
    (lambda: tf.random.stateless_poisson([N], SEED, 9.0), 9.0, 3.0),
    (lambda: tf.random.stateless_binomial([N], SEED, 20, 0.25), 5.0, math.sqrt(3.75)),
    (lambda: tf.random.categorical([[0.0, math.log(3.0)]], N), 0.75, math.sqrt(3) / 4),
    (lambda: tf.random.stateless_parameterized_truncated_normal([N], SEED, 0.0, 1.0, 0.0, 50.0), 0.7979, 0.6028),
    (lambda: tf.random.stateless_parameterized_truncated_normal([N], SEED, 0.0, 1.0, 8.0, 50.0), 8.1213, 0.1196),
    (lambda: tf.random_normal_initializer(2.0, 3.0)([N]), 2.0, 3.0),
    (lambda: tf.random_uniform_initializer(-1.0, 5.0, seed=3)([N]), 2.0, 6 / math.sqrt(12)),
]


@pytest.mark.parametrize(("draw", "mean", "deviation"), MOMENTS)
def test_moments(draw, mean, deviation):
    tf.random.set_seed(11)
    x = draw().numpy().astype(np.float64)
    assert abs(x.mean() - mean) < 5 * deviation / math.sqrt(N)
    assert abs(x.std() - deviation) < 0.05 * deviation


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64])
def test_bounds(dtype):
    tf.random.set_seed(5)
    assert np.all(np.abs(tf.random.truncated_normal([N], dtype=dtype).numpy().astype(float)) <= 2)
    u = tf.random.uniform([N], dtype=dtype).numpy().astype(float)
    assert u.min() >= 0
    assert u.max() < 1
    assert len(np.unique(u)) > 50


def test_integers_cover_their_range():
    tf.random.set_seed(5)
    assert set(tf.random.uniform([N], -3, 4, tf.int32).numpy().tolist()) == set(range(-3, 4))
    full = tf.random.stateless_uniform([N], SEED, None, None, tf.uint32).numpy()
    assert full.min() < 2**20
    assert full.max() > 2**32 - 2**20
    extreme = tf.random.uniform([N], -(2**63), 2**63 - 1, tf.int64).numpy()
    assert (extreme < 0).mean() == pytest.approx(0.5, abs=0.02)


def test_shuffle_permutes_rows():
    tf.random.set_seed(1)
    x = np.arange(200).reshape(100, 2)
    y = tf.random.shuffle(x).numpy()
    assert not np.array_equal(x, y)
    assert np.array_equal(y[np.argsort(y[:, 0])], x)


def test_index_shuffle_is_a_permutation():
    for size in (1, 2, 10, 257):
        places = tf.random.experimental.index_shuffle(tf.range(size), [5, 8], size - 1).numpy()
        assert sorted(places.tolist()) == list(range(size))


def test_a_program_seed_gives_a_sequence_that_set_seed_starts_again():
    tf.random.set_seed(1)
    first = [tf.random.uniform([3]).numpy() for _ in range(3)]
    tf.random.set_seed(1)
    again = [tf.random.uniform([3]).numpy() for _ in range(3)]
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first[0], first[1])
    tf.random.set_seed(2)
    assert not np.array_equal(tf.random.uniform([3]), first[0])


def test_ops_of_one_kind_and_seed_share_a_sequence():
    tf.random.set_seed(1)
    a, b, other = tf.random.uniform([], seed=5), tf.random.uniform([], seed=5), tf.random.normal([], seed=5)
    assert float(a) != float(b)
    tf.random.set_seed(1)
    assert float(tf.random.uniform([], seed=5)) == float(a)
    assert float(tf.random.normal([], seed=5)) == float(other)
    assert float(tf.random.uniform([], seed=5)) == float(b)


def test_without_seeds_nothing_repeats():
    tf.random.set_seed(1)
    tf.random.uniform([1])
    tf.random.set_seed(None)
    a = tf.random.uniform([4]).numpy()
    tf.random.set_seed(None)
    assert not np.array_equal(a, tf.random.uniform([4]))


def test_stateless_ops_repeat_and_leave_the_sequence_alone():
    tf.random.set_seed(1)
    a = tf.random.uniform([3]).numpy()
    tf.random.set_seed(1)
    one, two = (tf.random.stateless_normal([3], SEED).numpy() for _ in range(2))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(tf.random.uniform([3]), a)
    assert not np.array_equal(one, tf.random.stateless_normal([3], [4, 3]))


def test_torchs_own_generator_is_left_alone():
    import torch

    state = torch.get_rng_state()
    tf.random.set_seed(3)
    tf.random.normal([10])
    tf.random.set_seed(None)
    tf.random.normal([10])
    tf.random.shuffle(tf.range(5))
    tf.nn.dropout(tf.ones([10]), 0.5)
    assert torch.equal(state, torch.get_rng_state())


def test_gamma_is_differentiable_by_its_parameters():
    tf.random.set_seed(1)
    alpha, beta = tf.constant([3.0]), tf.constant([2.0])
    with tf.GradientTape() as tape:
        tape.watch([alpha, beta])
        mean = tf.reduce_mean(tf.random.gamma([N], alpha, beta))
    by_alpha, by_beta = tape.gradient(mean, [alpha, beta])
    assert float(by_alpha[0]) == pytest.approx(1 / 2, rel=0.05)
    assert float(by_beta[0]) == pytest.approx(-3 / 4, rel=0.05)


def test_generators_repeat_split_and_restore():
    g = tf.random.Generator.from_seed(7)
    a, b = g.normal([3]).numpy(), g.normal([3]).numpy()
    assert not np.array_equal(a, b)
    h = tf.random.Generator.from_seed(7)
    h.skip(3)
    np.testing.assert_array_equal(h.normal([3]), b)
    g.reset_from_seed(7)
    np.testing.assert_array_equal(g.normal([3]), a)
    one, two = g.split(2)
    assert not np.array_equal(one.normal([3]), two.normal([3]))


def test_op_determinism_asks_for_a_seed():
    from tfcompat._core.flags import flags

    tf.random.set_seed(None)
    flags.op_determinism = True
    try:
        with pytest.raises(RuntimeError, match="set_seed"):
            tf.random.normal([2])
        tf.random.normal([2], seed=1)
    finally:
        flags.op_determinism = False


def test_dropout_keeps_the_mean():
    tf.random.set_seed(1)
    y = tf.nn.dropout(tf.ones([N]), 0.25).numpy()
    assert set(np.unique(y).tolist()) == {0.0, np.float32(1 / 0.75)}
    assert y.mean() == pytest.approx(1, abs=0.03)
    rows = tf.nn.dropout(tf.ones([50, 20]), 0.5, noise_shape=[50, 1]).numpy()
    assert all(len(set(row)) == 1 for row in rows)
