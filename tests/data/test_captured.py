"""Iterators in captured functions: as arguments and from closures; what is left where data ends."""

import pytest

import tfcompat as tf
from tfcompat._core import logging


@pytest.fixture
def captured(monkeypatch):
    """Fails where a function can't be captured: then it warns."""

    def fail(*args):
        raise AssertionError(args)

    monkeypatch.setattr(logging, "warning", fail)


def _numbers():
    return tf.data.Dataset.range(1, 6).map(lambda x: tf.cast(x, tf.float32))


def test_a_loop_of_steps_takes_elements_and_keeps_what_it_did_where_data_ends(captured):
    """Sums and weights as TensorFlow 2.21 gave them."""
    total, w = tf.Variable(0.0), tf.Variable([1.0])
    optimizer = tf.keras.optimizers.Adam(0.1)

    @tf.function
    def train(iterator, steps):
        for _ in tf.range(steps):
            x = next(iterator)
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum((w * x - 1.0) ** 2)
            optimizer.apply_gradients([(tape.gradient(loss, w), w)])
            total.assign_add(x)
        return total.read_value()

    iterator = iter(_numbers())
    assert float(train(iterator, tf.constant(2))) == 3.0
    assert float(train(iterator, tf.constant(2))) == 10.0
    with pytest.raises(tf.errors.OutOfRangeError, match="End of sequence"):
        train(iterator, tf.constant(2))
    assert float(total) == 15.0
    assert w.numpy()[0] == pytest.approx(0.6755, abs=1e-4)


def test_what_was_assigned_before_data_ends_stays(captured):
    """And what would have been assigned after does not; without a loop."""
    v = tf.Variable(0.0)
    iterator = iter(_numbers())

    @tf.function
    def f():
        v.assign_add(next(iterator))
        v.assign_add(100.0 * next(iterator))
        return v + 0.0

    assert [float(f()), float(f())] == [201.0, 604.0]
    with pytest.raises(tf.errors.OutOfRangeError):
        f()
    assert float(v) == 609.0


def test_an_iterator_of_a_closure_is_part_of_the_graph(captured):
    """By next, get_next and get_next_as_optional; elements are nests."""
    iterator = iter(tf.data.Dataset.from_tensor_slices(([1.0, 2.0, 3.0], [1, 2, 3])).batch(2))

    @tf.function
    def take():
        x, y = next(iterator)
        return tf.reduce_sum(x), y

    @tf.function
    def take_if_there():
        found = iterator.get_next_as_optional()
        if found.has_value():
            return found.get_value()[0]
        return tf.constant([-1.0])

    x, y = take()
    assert float(x) == 3.0
    assert y.numpy().tolist() == [1, 2]
    assert take_if_there().numpy().tolist() == [3.0]
    assert take_if_there().numpy().tolist() == [-1.0]


def test_a_loop_over_an_iterator_goes_to_its_end(captured):
    """In the graph."""

    @tf.function
    def total(iterator):
        s = 0.0
        for x in iterator:
            s += x
        return s

    iterator = iter(_numbers())
    next(iterator)
    assert float(total(iterator)) == 14.0
    assert float(total(iterator)) == 0.0


def test_files_whose_shapes_differ_where_a_branch_depends_on_them(tmp_path):
    """What a file holds has no shape that is known before: the function runs as it is where its graph does not fit."""
    paths, sizes = [], ((30, 17), (12, 44), (21, 21), (16, 40))
    for i, (height, width) in enumerate(sizes):
        paths.append(str(tmp_path / f"{i}.png"))
        tf.io.write_file(paths[-1], tf.io.encode_png(tf.fill([height, width, 1], tf.constant(i + 1, tf.uint8))))

    def fitted(path):
        image = tf.image.decode_png(tf.io.read_file(path), 1)
        missing = 48 - tf.shape(image)[0]
        if missing % 2 != 0:
            above, below = missing // 2 + 1, missing // 2
        else:
            above = below = missing // 2
        return tf.pad(image, [[above, below], [0, 48 - tf.shape(image)[1]], [0, 0]])

    images = list(tf.data.Dataset.from_tensor_slices(paths).map(fitted))
    for i, (image, (height, width)) in enumerate(zip(images, sizes, strict=True)):
        assert image.shape == (48, 48, 1)
        assert int(tf.reduce_sum(tf.cast(image, tf.int32))) == (i + 1) * height * width
        assert int(image[(48 - height + 1) // 2, 0, 0]) == i + 1
        assert height == 48 or int(image[(48 - height + 1) // 2 - 1, 0, 0]) == 0
