"""Sizes that are only known when the graph runs: what a capture takes for granted, and what if it does not hold."""

from __future__ import annotations

import logging

import pytest

import tfcompat as tf

X = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
TWO, ONE = tf.constant([True, False, True]), tf.constant([False, True, False])


def captured(function) -> bool:
    return all(c._eager is None for c in function._list_all_concrete_functions())


def sums(x: tf.Tensor) -> tf.Tensor:
    """Asks, outside of any op, whether there is but one row."""
    if x._t.shape[0] == 1:
        return x[0] * 100.0
    return tf.reduce_sum(x, 0)


def test_a_call_where_it_does_not_hold_runs_eagerly() -> None:
    @tf.function
    def f(x, m):
        return sums(tf.boolean_mask(x, m))

    assert f(X, TWO).numpy().tolist() == [6.0, 8.0]
    assert f(X, ONE).numpy().tolist() == [300.0, 400.0]
    assert f(X, TWO).numpy().tolist() == [6.0, 8.0]
    assert captured(f)
    assert f.experimental_get_tracing_count() == 1


def test_where_it_mostly_does_not_hold_python_runs_from_then_on(caplog: pytest.LogCaptureFixture) -> None:
    @tf.function
    def f(x, m):
        return sums(tf.boolean_mask(x, m))

    with caplog.at_level(logging.WARNING):
        for _ in range(4):
            assert f(X, ONE).numpy().tolist() == [300.0, 400.0]
    assert not captured(f)
    assert [r.getMessage() for r in caplog.records if "does not hold that" in r.getMessage()]


def test_variables_and_streams_are_as_if_the_graph_had_not_run() -> None:
    v = tf.Variable(0.0)

    @tf.function
    def f(x, m):
        v.assign_add(1.0)
        noise = tf.random.uniform([], seed=7)
        return sums(tf.boolean_mask(x, m)) * 0.0 + noise

    @tf.function
    def other(x):
        return x + tf.random.uniform([], seed=7)

    tf.random.set_seed(1)
    got = [float(f(X, m)[0]) for m in (TWO, TWO)]
    assert v.numpy() == 2.0
    tf.random.set_seed(1)
    assert got == pytest.approx([float(other(tf.constant(0.0))) for _ in range(2)])
    f(X, ONE)
    assert v.numpy() == 3.0


def test_what_is_printed_before_is_not_printed_twice(capfd: pytest.CaptureFixture[str]) -> None:
    @tf.function
    def f(x, m):
        tf.print("once")
        return sums(tf.boolean_mask(x, m))

    assert f(X, ONE).numpy().tolist() == [300.0, 400.0]
    assert capfd.readouterr().err.count("once") == 1
    assert not captured(f)


def test_gradients_check_before_the_function_runs() -> None:
    w = tf.Variable([1.0, 1.0])

    @tf.function
    def f(x, m):
        return tf.reduce_sum(sums(tf.boolean_mask(x, m)) * w)

    for mask, want in ((TWO, [6.0, 8.0]), (ONE, [300.0, 400.0])):
        with tf.GradientTape() as tape:
            y = f(X, mask)
        assert tape.gradient(y, w).numpy().tolist() == want
    assert captured(f)


def test_within_another_function_and_in_its_loops() -> None:
    @tf.function
    def inner(x):
        return sums(x)

    @tf.function
    def f(x, m):
        total = tf.zeros([2])
        for i in tf.range(2):
            total += inner(tf.boolean_mask(x, tf.roll(m, i, 0)))
        return total

    assert f(X, TWO).numpy().tolist() == [10.0, 14.0]
    assert f(X, ONE).numpy().tolist() == [800.0, 1000.0]
    assert captured(f)


def test_sizes_that_meet_are_taken_to_be_alike() -> None:
    @tf.function
    def f(x, y, m):
        return tf.nn.sparse_softmax_cross_entropy_with_logits(tf.boolean_mask(y, m), tf.boolean_mask(x, m))

    assert f(X, tf.constant([0, 1, 0]), TWO).numpy() == pytest.approx([1.3132617, 1.3132617])
    assert captured(f)


def test_an_error_that_may_come_of_it_is_told_when_python_runs() -> None:
    @tf.function
    def f(x, m):
        y = tf.boolean_mask(x, m)
        if y._t.shape[0] != 1:
            raise ValueError("more than one")
        return y

    assert f(X, ONE).numpy().tolist() == [[3.0, 4.0]]
    with pytest.raises(ValueError, match="more than one"):
        f(X, TWO)


def test_shapes_of_batches_of_unknown_size() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None, 2])])
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x**3
        return tf.vectorized_map(lambda r: r * tf.reduce_sum(r), x), tape.batch_jacobian(y, x)

    mapped, matrix = f(X)
    assert mapped.numpy().tolist() == [[3.0, 6.0], [21.0, 28.0], [55.0, 66.0]]
    assert matrix.numpy().tolist()[0] == [[3.0, 0.0], [0.0, 12.0]]
    assert matrix.shape == (3, 2, 2)
    assert f(X[:0])[0].shape == (0, 2)


def test_a_size_that_few_elements_leave_empty_stays_open() -> None:
    shapes = []

    @tf.function
    def f(x, m):
        frames = tf.signal.frame(tf.boolean_mask(x, m), 20, 10)
        shapes.append(frames.shape.as_list())
        return tf.signal.rfft(frames, [32])

    x, keep = tf.range(64.0), tf.range(64) % 2 == 0
    got = f(x, keep)
    assert shapes == [[None, 20]]
    assert got.shape == (2, 17)
    assert got.numpy()[0, 0].real == pytest.approx(float(sum(range(0, 40, 2))))
    assert f(x[:40], keep[:40]).shape == (1, 17)


@pytest.mark.parametrize("optional", [False, True])
def test_an_iterator_gets_back_what_a_run_that_is_given_up_took(optional) -> None:
    sizes = [3, 2, 1, 4, 1]
    data = tf.data.Dataset.from_generator(
        lambda: (tf.ones([n, 2]) * n for n in sizes), output_signature=tf.TensorSpec([None, 2])
    )

    @tf.function
    def f(iterator):
        x = iterator.get_next_as_optional().get_value() if optional else next(iterator)
        return sums(x)

    iterator = iter(data)
    assert [f(iterator).numpy()[0] for _ in sizes] == [9.0, 4.0, 100.0, 16.0, 100.0]
    assert iterator.get_next_as_optional().has_value() == False  # noqa: E712 - a tensor
    assert captured(f)
    assert f.experimental_get_tracing_count() == 1


def test_what_set_shape_tells_goes_for_what_is_made_of_it_and_is_not_checked() -> None:
    seen = []

    def load(encoded: tf.Tensor) -> tf.Tensor:
        image = tf.image.decode_png(encoded, channels=3)
        seen.append(image.shape.as_list())
        image.set_shape([4, 6, 3])
        scaled = tf.cast(image, tf.float32) / 255.0
        parts = (image, scaled[1:], tf.transpose(scaled, [1, 0, 2]), tf.reshape(scaled, [-1]), scaled[None])
        seen.extend(x.shape.as_list() for x in parts)
        return scaled

    encoded = tf.io.encode_png(tf.zeros([4, 6, 3], tf.uint8))
    dataset = tf.data.Dataset.from_tensors(encoded).map(load).batch(2)
    assert seen == [[None, None, 3], [4, 6, 3], [3, 6, 3], [6, 4, 3], [72], [1, 4, 6, 3]]
    assert dataset.element_spec.shape.as_list() == [None, 4, 6, 3]
    assert tf.function(load)(tf.io.encode_png(tf.zeros([2, 2, 3], tf.uint8))).shape == [2, 2, 3]  # as TensorFlow


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ([4, 4], r"Dimension 1 in both shapes must be equal, but are 3 and 4. Shapes are \[\?,3\] and \[4,4\]\."),
        ([None, 3, 1], "Shapes must be equal rank, but are 2 and 3"),
    ],
)
def test_what_set_shape_may_not_tell(shape: list[int | None], words: str) -> None:
    @tf.function(input_signature=[tf.TensorSpec([None, 3])])
    def f(x):
        x.set_shape(shape)
        return x

    with pytest.raises(ValueError, match=words):
        f(tf.ones([2, 3]))


def test_what_maps_take_from_outside_is_an_input_of_the_graph() -> None:
    v, k = tf.Variable([1.0, 2.0]), tf.constant([[1.0, 2.0], [3.0, 4.0]])

    @tf.function(input_signature=[tf.TensorSpec([None, 2])])
    def mapped(x):
        return tf.vectorized_map(lambda row: row * v + k[0], x)

    for n in (3, 1):
        assert mapped(tf.ones([n, 2])).numpy().tolist() == [[2.0, 4.0]] * n
