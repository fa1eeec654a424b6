"""The loss of connectionist temporal classification, as TensorFlow computes and differentiates it."""

import itertools

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, 3]]), f(5, 2, 4), [2, 2], [5, 4])
    tf.nn.ctc_loss(tf.constant([[1, 2], [0, 1]]), f(5, 2, 4), [2, 2], [5, 4], blank_index=-1)
    tf.nn.ctc_loss(tf.constant([[1, 3], [0, 3]]), f(5, 2, 4), [2, 2], [5, 4], blank_index=2)
    tf.nn.ctc_loss(tf.constant([[1, 2], [0, 2]]), f(5, 2, 4), [2, 2], [5, 4], blank_index=2)
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, 0]]), f(5, 2, 4), [2, 1], [5, 4])
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, -1]]), f(5, 2, 4), [2, 0], [5, 4])
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, 3]]), f(2, 5, 4), [2, 2], [5, 4], logits_time_major=False)
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, 3]]), f(5, 2, 4, dtype='float16'), [2, 2], [5, 4])
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, 3]]), f(5, 2, 4, dtype='float64'), [2, 2], [5, 4])
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, 3]], tf.int64), f(5, 2, 4), tf.constant([2, 2], tf.int64), [5, 4])
    tf.nn.ctc_loss(tf.constant([[1, 2]]), f(5, 2, 4), [2, 2], [5, 4])
    tf.nn.ctc_loss(tf.constant([[1, 2, 1, 3], [3, 3, 2, 2]]), f(9, 2, 5, low=-9, high=9), [4, 4], [9, 8])
    # labels that do not fit
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, 3]]), f(5, 2, 4), [2, 2], [5, 2])
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, 3]]), f(5, 2, 4), [2, 0], [5, 0])
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, 3]]), f(5, 2, 4), [3, 2], [5, 4])
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, 3]]), f(5, 2, 4), [2, 2], [6, 4])
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, 7]]), tf.stop_gradient(f(5, 2, 4)), [2, 2], [5, 4])
    tf.nn.ctc_loss(tf.constant([[1.0, 2.0], [3.0, 3.0]]), f(5, 2, 4), [2, 2], [5, 4])
    tf.nn.ctc_loss(tf.constant([[1, 2], [3, 3]]), i(5, 2, 4), [2, 2], [5, 4])
    tf.nn.ctc_unique_labels([[1, 2, 1], [3, 3, 3]])
    tf.nn.ctc_unique_labels([[5, 4, 5, 4, 1]])
    tf.nn.ctc_unique_labels(tf.constant([[5, 4, 5, 4, 1]], tf.int64))
    tf.nn.ctc_unique_labels([[3.0, 2.0, 3.0], [3.0, 3.0, 3.0]])
    tf.nn.ctc_unique_labels([1, 2])
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def _by_enumeration(logits, labels, blank=0):
    """-log of the sum of the probabilities of all paths that say the labels."""
    log_probs = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    total = 0.0
    for path in itertools.product(range(logits.shape[1]), repeat=len(logits)):
        if [c for c, _ in itertools.groupby(path) if c != blank] == list(labels):
            total += np.exp(sum(row[c] for row, c in zip(log_probs, path)))
    return -np.log(total)


@pytest.mark.parametrize("labels", [[1], [2, 2], [1, 2], [2, 1, 2], []])
def test_as_all_paths_together(labels):
    logits = np.random.default_rng(1).normal(size=(5, 1, 3)).astype(np.float32)
    padded = tf.constant([labels + [0] * (3 - len(labels))])
    loss = tf.nn.ctc_loss(padded, logits, [len(labels)], [5])
    np.testing.assert_allclose(loss.numpy()[0], _by_enumeration(logits[:, 0], labels), rtol=1e-5)


@pytest.mark.parametrize("time", [4, 2])
def test_within_a_function(time):
    def loss_and_gradient(labels, logits):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            loss = tf.nn.ctc_loss(labels, logits, [2, 2], [5, time])
        return loss, tape.gradient(loss, logits)

    labels, logits = tf.constant([[1, 2], [3, 3]]), tf.random.normal([5, 2, 4])
    for got, want in zip(tf.function(loss_and_gradient)(labels, logits), loss_and_gradient(labels, logits)):
        tf.debugging.assert_near(got, want)


def test_unique_labels_change_nothing():
    labels, logits = tf.constant([[1, 2], [3, 3]]), tf.random.normal([5, 2, 4])
    unique = tf.nn.ctc_unique_labels(labels)
    got = tf.nn.ctc_loss(labels, logits, [2, 2], [5, 4], unique=unique)
    tf.debugging.assert_equal(got, tf.nn.ctc_loss(labels, logits, [2, 2], [5, 4]))


def test_wrong_ranks():
    with pytest.raises(tf.errors.InvalidArgumentError, match="labels"):
        tf.nn.ctc_loss(tf.constant([1, 2]), tf.zeros([5, 2, 4]), [2, 2], [5, 4])
    with pytest.raises(tf.errors.InvalidArgumentError, match="logits"):
        tf.nn.ctc_loss(tf.constant([[1, 2]]), tf.zeros([2, 4]), [2], [2])
    with pytest.raises(tf.errors.InvalidArgumentError, match="blank_index"):
        tf.nn.ctc_loss(tf.constant([[1, 2]]), tf.zeros([5, 1, 4]), [2], [5], blank_index=9)
