"""tf.nn's losses, as TensorFlow computes and differentiates them."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax(f(2, 3)), f(2, 3))
    tf.nn.softmax_cross_entropy_with_logits(f(2, 3), f(2, 3))
    tf.nn.softmax_cross_entropy_with_logits(f(2, 3), f(3))
    tf.nn.softmax_cross_entropy_with_logits(f(2, 3, 4), f(2, 3, 4), axis=1)
    tf.nn.softmax_cross_entropy_with_logits([[0, 1, 0]], f(1, 3))
    tf.nn.softmax_cross_entropy_with_logits(i(2, 3, high=2), f(2, 3))
    tf.nn.softmax_cross_entropy_with_logits(f(2, 3, dtype='float64'), f(2, 3))
    tf.nn.softmax_cross_entropy_with_logits(f(2, 3, dtype='float16'), f(2, 3, dtype='float16'))
    tf.nn.softmax_cross_entropy_with_logits(f(2, 3), i(2, 3))
    tf.nn.softmax_cross_entropy_with_logits(f(2, 3), f(2, 2))
    tf.nn.softmax_cross_entropy_with_logits(f(2, 3), f(2, 3), axis=2)
    tf.nn.softmax_cross_entropy_with_logits(f(0, 3), f(0, 3))
    tf.nn.softmax_cross_entropy_with_logits([1.0, 0.0], x([1.0, -inf]))
    tf.nn.sparse_softmax_cross_entropy_with_logits(i(4, high=3), f(4, 3))
    tf.nn.sparse_softmax_cross_entropy_with_logits(i(4, 2, high=3, dtype='int64'), f(4, 2, 3))
    tf.nn.sparse_softmax_cross_entropy_with_logits(1, f(3))
    tf.nn.sparse_softmax_cross_entropy_with_logits(i(4, high=3), f(4, 3, dtype='float16'))
    tf.nn.sparse_softmax_cross_entropy_with_logits(i(4, high=3), f(4, 3, dtype='float64'))
    tf.nn.sparse_softmax_cross_entropy_with_logits([1, 3], f(2, 3))
    tf.nn.sparse_softmax_cross_entropy_with_logits([1, -1], f(2, 3))
    tf.nn.sparse_softmax_cross_entropy_with_logits([[1], [1]], f(2, 3))
    tf.nn.sparse_softmax_cross_entropy_with_logits([1], f(2, 3))
    tf.nn.sparse_softmax_cross_entropy_with_logits(1, 2.0)
    tf.nn.sparse_softmax_cross_entropy_with_logits([1.0, 0.0], f(2, 3))
    tf.nn.sparse_softmax_cross_entropy_with_logits(i(0, high=3), f(0, 3))
    tf.nn.sparse_softmax_cross_entropy_with_logits(labels=i(2, high=3), logits=f(2, 3), name='loss')
    tf.nn.sigmoid_cross_entropy_with_logits(f(2, 3), f(2, 3))
    tf.nn.sigmoid_cross_entropy_with_logits(labels=f(3), logits=x([0.0, 100.0, -100.0]))
    tf.nn.sigmoid_cross_entropy_with_logits(f(3, dtype='float16'), f(3, dtype='float16'))
    tf.nn.sigmoid_cross_entropy_with_logits(f(3), f(2, 3))
    tf.nn.sigmoid_cross_entropy_with_logits([1, 0], f(2))
    tf.nn.sigmoid_cross_entropy_with_logits([1.0, 0.0], f(2))
    tf.nn.softmax_cross_entropy_with_logits(f(3, 4), f(1, 4))
    tf.nn.softmax_cross_entropy_with_logits(f(1, 4), f(3, 4))
    tf.nn.softmax_cross_entropy_with_logits(f(3, 0), f(3, 0))
    tf.nn.softmax_cross_entropy_with_logits(f(0, 3), f(0, 3))
    tf.nn.softmax_cross_entropy_with_logits(x([[0.0, 1.0]]), x([[1e30, -1e30]]))
    tf.nn.softmax_cross_entropy_with_logits(x([[0.0, 1.0]]), x([[-inf, 1.0]]))
    tf.nn.sparse_softmax_cross_entropy_with_logits([1], x([[1e30, -1e30]]))
    tf.nn.sparse_softmax_cross_entropy_with_logits([0], x([[-inf, 1.0]]))
    tf.nn.compute_average_loss(f(0))
    tf.nn.compute_average_loss(f(4), global_batch_size=0)
    tf.nn.scale_regularization_loss(i(3))
    tf.nn.sigmoid_cross_entropy_with_logits(f(3), None)
    tf.nn.sigmoid_cross_entropy_with_logits([1, 0], [1, 2])
    tf.nn.weighted_cross_entropy_with_logits(f(2, 3), f(2, 3), 2.0)
    tf.nn.weighted_cross_entropy_with_logits(f(2, 3), f(2, 3), f(3))
    tf.nn.weighted_cross_entropy_with_logits(f(3), x([0.0, 50.0, -50.0]), 3.0)
    tf.nn.weighted_cross_entropy_with_logits(f(2, 3), f(3), 2.0)
    tf.nn.log_poisson_loss(f(4, low=0.0, high=5.0), f(4))
    tf.nn.log_poisson_loss(x([0.5, 1.5, 2.0, 5.0]), f(4), compute_full_loss=True)
    tf.nn.log_poisson_loss(f(4), f(3))
    tf.nn.l2_loss(f(2, 3))
    tf.nn.l2_loss([1, 2])
    tf.nn.l2_loss(f(0))
    tf.nn.compute_average_loss(f(3))
    tf.nn.compute_average_loss(f(3), sample_weight=f(3))
    tf.nn.compute_average_loss(f(3), global_batch_size=6)
    tf.nn.compute_average_loss([1, 2])
    tf.nn.compute_average_loss(3.0)
    tf.nn.compute_average_loss(f(2), global_batch_size=2.5)
    tf.nn.compute_average_loss(f(2), global_batch_size=-2)
    tf.nn.compute_average_loss(f(2), sample_weight=[[1.0], [2.0]])
    tf.nn.scale_regularization_loss(f(3))
    tf.nn.scale_regularization_loss(3.0)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@pytest.mark.parametrize("size", [2, None])
def test_a_graph_tells_of_labels_that_are_no_class(size: int | None) -> None:
    @tf.function(input_signature=[tf.TensorSpec([size], tf.int32), tf.TensorSpec([size, 3])])
    def losses(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)

    logits = tf.zeros([2, 3])
    np.testing.assert_allclose(losses(tf.constant([0, 2]), logits), [np.log(3)] * 2, rtol=1e-6)
    for label in (3, -1):
        with pytest.raises(tf.errors.InvalidArgumentError, match=rf"label value of {label} .* range of \[0, 3\)"):
            losses(tf.constant([0, label]), logits)


def test_labels_that_are_no_distribution_in_a_graph_of_any_size() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None, 3]), tf.TensorSpec([None, 3])])
    def gradient(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(logits)
            loss = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
        return tape.gradient(loss, logits)

    labels, logits = tf.constant([[1.0, 1.0, 0.0], [0.0, 0.5, 0.0]]), tf.constant([[1.0, 2.0, 3.0], [3.0, 0.0, 1.0]])
    np.testing.assert_allclose(gradient(labels, logits), tf.nn.softmax(logits) - labels, atol=1e-6)


def test_second_derivatives_of_cross_entropy_take_labels_for_constants() -> None:
    rng = np.random.default_rng(0)
    x, y = tf.Variable(rng.normal(size=(3, 4))), tf.Variable(rng.random((3, 4)))  # rows of y do not sum up to 1
    with tf.GradientTape(persistent=True) as outer:
        with tf.GradientTape() as tape:
            loss = tf.nn.softmax_cross_entropy_with_logits(y, x)
        by_logits, by_labels = tape.gradient(loss, [x, y])
        squares, logs = tf.reduce_sum(by_logits**2), tf.reduce_sum(by_labels**2)
    p = tf.nn.softmax(x).numpy()
    np.testing.assert_allclose(by_logits, p - y.numpy())
    np.testing.assert_allclose(by_labels, -np.log(p))
    jacobian = p[:, :, None] * np.eye(4) - p[:, :, None] * p[:, None, :]
    np.testing.assert_allclose(outer.gradient(squares, x), 2 * (jacobian @ (p - y.numpy())[:, :, None])[:, :, 0])
    expected = 2 * np.log(p) - p * np.sum(2 * np.log(p), 1, keepdims=True)
    np.testing.assert_allclose(outer.gradient(logs, x), expected)
    assert outer.gradient(logs, y) is None
