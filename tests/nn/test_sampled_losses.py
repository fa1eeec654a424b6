"""Losses over sampled classes, as TensorFlow computes and differentiates them."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

SAMPLED = "(tf.constant([3, 1, 6], tf.int64), tf.constant([[0.5, 0.25], [0.125, 0.75]]), tf.constant([0.5, 0.4, 0.3]))"
LABELS = "tf.constant([[1, 2], [0, 6]], tf.int64)"

facts = Facts(
    __file__,
    """
    tf.nn.nce_loss(f(7, 3), f(7), LABELS, f(2, 3), 3, 7, 2, SAMPLED)
    tf.nn.nce_loss(f(7, 3), f(7), LABELS, f(2, 3), 3, 7, 2, SAMPLED, True)
    tf.nn.nce_loss([f(4, 3), f(3, 3)], f(7), LABELS, f(2, 3), 3, 7, 2, SAMPLED, True)
    tf.nn.nce_loss(f(7, 3), f(7), tf.constant([[1, 2], [0, 6]]), f(2, 3), 3, 7, 2, SAMPLED)
    tf.nn.nce_loss(f(7, 3, dtype='float64'), f(7, dtype='float64'), LABELS, f(2, 3), 3, 7, 2, SAMPLED)
    tf.nn.nce_loss(f(7, 3), f(7), LABELS, f(2, 3), 3, 7, 1, SAMPLED)
    tf.nn.nce_loss(f(7, 3), f(7), tf.constant([[1, 9], [0, 6]]), f(2, 3), 3, 7, 2, SAMPLED)
    tf.nn.sampled_softmax_loss(f(7, 3), f(7), LABELS, f(2, 3), 3, 7, 2, SAMPLED)
    tf.nn.sampled_softmax_loss(f(7, 3), f(7), LABELS, f(2, 3), 3, 7, 2, SAMPLED, False)
    tf.nn.sampled_softmax_loss([f(4, 3), f(3, 3)], f(7), LABELS, f(2, 3), 3, 7, 2, SAMPLED)
    """.replace("SAMPLED", SAMPLED).replace("LABELS", LABELS),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@pytest.mark.parametrize("loss", [tf.nn.nce_loss, tf.nn.sampled_softmax_loss])
def test_the_gradient_by_a_variable_is_of_its_rows(loss):
    weights, biases = tf.Variable(tf.random.normal([50, 4])), tf.Variable(tf.zeros([50]))
    labels, inputs = tf.constant([[1], [2], [30]], tf.int64), tf.random.normal([3, 4])
    with tf.GradientTape() as tape:
        y = loss(weights, biases, labels, inputs, 5, 50)
    assert y.shape == (3,)
    rows = tape.gradient(y, weights)
    assert isinstance(rows, tf.IndexedSlices)
    assert rows.indices.numpy()[:3].tolist() == [1, 2, 30]


def test_softmax_over_all_classes_is_the_softmax():
    weights, biases = tf.random.normal([6, 4]), tf.random.normal([6])
    labels, inputs = tf.constant([[1], [5]], tf.int64), tf.random.normal([2, 4])
    every = tf.random.all_candidate_sampler(labels, 1, 6, True)
    got = tf.nn.sampled_softmax_loss(weights, biases, labels, inputs, 6, 6, sampled_values=every)
    logits = tf.matmul(inputs, weights, transpose_b=True) + biases
    want = tf.nn.sparse_softmax_cross_entropy_with_logits(labels[:, 0], logits)
    tf.debugging.assert_near(got, want, atol=1e-5)


def test_within_a_function():
    weights = tf.Variable(tf.random.normal([50, 4]))

    @tf.function
    def train(labels, inputs):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sampled_softmax_loss(weights, tf.zeros([50]), labels, inputs, 5, 50))
        weights.assign_sub(tf.convert_to_tensor(tape.gradient(loss, weights)))
        return loss

    labels, inputs = tf.constant([[1], [2]], tf.int64), tf.random.normal([2, 4])
    losses = [float(train(labels, inputs)) for _ in range(60)]
    assert np.mean(losses[-10:]) < np.mean(losses[:10])
