"""tf.raw_ops that draw: shapes, dtypes and errors as TensorFlow's, and what seeds decide."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

KEY = "key=tf.constant([1], tf.uint64), counter=tf.constant([2, 3], tf.uint64), alg=1"
STATE = "resource=tf.Variable([1, 2, 3], dtype=tf.int64).handle, algorithm=tf.constant(1, tf.int64)"
CALLS = f"""
RandomUniform(shape=[2, 3], dtype=tf.float32)
RandomUniform(shape=[2], dtype=tf.int32)
RandomUniform(shape=2, dtype=tf.float32)
RandomUniformInt(shape=[2], minval=3, maxval=7)
RandomUniformInt(shape=[2], minval=7, maxval=3)
RandomStandardNormal(shape=[2], dtype=tf.float64)
RandomStandardNormal(shape=tf.constant([3], tf.int64), dtype=tf.float16)
TruncatedNormal(shape=[2], dtype=tf.float32)
ParameterizedTruncatedNormal(shape=[2, 3], means=[0., 1.], stdevs=1., minvals=-1., maxvals=[2., 3.])
ParameterizedTruncatedNormal(shape=[2, 3], means=[0., 1., 2.], stdevs=1., minvals=-1., maxvals=2.)
RandomGamma(shape=[2], alpha=[1., 2., 3.])
RandomPoissonV2(shape=[2], rate=[1., 2.])
RandomPoissonV2(shape=[2], rate=[1., 2.], dtype=tf.float32)
Multinomial(logits=[[1., 2.], [3., 4.]], num_samples=3)
Multinomial(logits=[1., 2.], num_samples=3)
RandomShuffle(value=[[1, 2], [3, 4]])
StatelessRandomUniform(shape=[2], seed=[1, 2])
StatelessRandomUniform(shape=[2], seed=[1, 2, 3])
StatelessRandomUniformInt(shape=[2], seed=[1, 2], minval=0, maxval=9)
StatelessRandomUniformFullInt(shape=[2], seed=[1, 2], dtype=tf.uint32)
StatelessRandomNormal(shape=[2], seed=[1, 2], dtype=tf.float64)
StatelessTruncatedNormal(shape=[2], seed=[1, 2])
StatelessMultinomial(logits=[[1., 2.]], num_samples=3, seed=[1, 2], output_dtype=tf.int32)
StatelessRandomGammaV2(shape=[2, 3], seed=[1, 2], alpha=[1., 2., 3.])
StatelessRandomPoisson(shape=[2], seed=[1, 2], lam=[1., 2.], dtype=tf.int32)
StatelessRandomBinomial(shape=[2], seed=[1, 2], counts=[10., 20.], probs=[.5, .1])
StatelessParameterizedTruncatedNormal(shape=[2], seed=[1, 2], means=0., stddevs=1., minvals=-1., maxvals=1.)
StatelessRandomUniformV2(shape=[2], {KEY})
StatelessRandomUniformIntV2(shape=[2], {KEY}, minval=1, maxval=5)
StatelessRandomUniformFullIntV2(shape=[2], {KEY}, dtype=tf.int64)
StatelessRandomNormalV2(shape=[2], {KEY}, dtype=tf.float64)
StatelessTruncatedNormalV2(shape=[2], {KEY})
StatelessShuffle(value=[1, 2, 3], {KEY})
StatefulUniform({STATE}, shape=[2])
StatefulUniformInt({STATE}, shape=[2], minval=1, maxval=5)
StatefulUniformFullInt({STATE}, shape=[2], dtype=tf.uint64)
StatefulStandardNormalV2({STATE}, shape=[2])
StatefulTruncatedNormal({STATE}, shape=[2], dtype=tf.float64)
StatefulRandomBinomial({STATE}, shape=[2], counts=[10., 5.], probs=[.5, .1])
NonDeterministicInts(shape=[2])
NonDeterministicInts(shape=[2], dtype=tf.uint32)
RandomIndexShuffle(index=[1, 2], seed=[1, 2, 3], max_index=9)
"""

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.zeros_like(tf.raw_ops.{call})" for call in CALLS.split("\n") if call]
        + [
            "tf.raw_ops.RandomGammaGrad(alpha=[1., 2.], sample=[.5, 3.])",
            "tf.raw_ops.SobolSample(dim=2, num_results=3, skip=1)",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_two_seeds_start_a_stream_that_goes_on() -> None:
    def draw() -> list[float]:
        return tf.raw_ops.RandomUniform(shape=[4], dtype=tf.float32, seed=3, seed2=4).numpy().tolist()

    tf.random.set_seed(1)
    first = [draw(), draw()]
    tf.random.set_seed(1)
    assert first == [draw(), draw()]
    assert first[0] != first[1]


def test_key_and_counter_decide() -> None:
    def draw(key: int, counter: int) -> list[float]:
        words = tf.constant([counter, 0], tf.uint64)
        drawn = tf.raw_ops.StatelessRandomNormalV2(shape=[4], key=tf.constant([key], tf.uint64), counter=words, alg=1)
        return drawn.numpy().tolist()

    assert draw(1, 2) == draw(1, 2)
    assert len({str(draw(k, c)) for k in (1, 2) for c in (1, 2)}) == 4


def test_a_state_decides_and_moves_on() -> None:
    state = tf.Variable([1, 2, 3], dtype=tf.int64)

    def draw() -> list[float]:
        return tf.raw_ops.StatefulUniform(resource=state.handle, algorithm=1, shape=[4]).numpy().tolist()

    first, then = draw(), draw()
    assert first != then
    assert state.numpy().tolist() == [1 + 2 * 4 * 256, 2, 3]
    state.assign([1, 2, 3])
    assert draw() == first


def test_draws_have_their_distribution() -> None:
    ops = tf.raw_ops
    n = [20000]
    normal = ops.RandomStandardNormal(shape=n, dtype=tf.float64, seed=1, seed2=2).numpy()
    assert abs(normal.mean()) < 0.03 and abs(normal.std() - 1) < 0.03
    whole = ops.RandomUniformInt(shape=n, minval=-2, maxval=3, seed=1, seed2=2).numpy()
    assert set(np.unique(whole)) == {-2, -1, 0, 1, 2}
    assert np.abs(ops.TruncatedNormal(shape=n, dtype=tf.float32, seed=1, seed2=2).numpy()).max() <= 2
    bounded = ops.ParameterizedTruncatedNormal(shape=n, means=0.0, stdevs=1.0, minvals=-0.5, maxvals=1.0, seed=1).numpy()
    assert bounded.min() >= -0.5 and bounded.max() <= 1
