"""Names of tf.compat.v1 that TensorFlow 2 has not, or with other arguments. Numbers are TensorFlow's own."""

import pathlib

import numpy as np
import pytest

import tfcompat as tf

v1 = tf.compat.v1


def test_records_and_examples_of_tensorflow_1(tmp_path: pathlib.Path) -> None:
    path = str(tmp_path / "a.tfrecord")
    with v1.python_io.TFRecordWriter(path) as writer:
        for i in range(3):
            numbers = tf.train.Feature(int64_list=tf.train.Int64List(value=[i]))
            writer.write(tf.train.Example(features=tf.train.Features(feature={"x": numbers})).SerializeToString())
    records = list(v1.python_io.tf_record_iterator(path=path))
    assert len(records) == 3
    options = v1.python_io.TFRecordOptions(v1.python_io.TFRecordCompressionType.GZIP)
    with v1.python_io.TFRecordWriter(path, options=options) as writer:
        writer.write(b"packed")
    assert list(v1.io.tf_record_iterator(path, options)) == [b"packed"]
    with pytest.raises(tf.errors.NotFoundError):
        list(v1.io.tf_record_iterator(path + "x"))
    features = {"x": tf.io.FixedLenFeature([], tf.int64)}
    with tf.Graph().as_default(), v1.Session() as sess:
        one = v1.parse_single_example(records[2], features, "one")
        assert sess.run([one, v1.io.parse_example(records, features)["x"]])[0] == {"x": 2}
        sparse = tf.SparseTensor([[0, 0]], [1], [2, 2])
        shapes = [x.shape for x in sess.run([v1.serialize_sparse(sparse), v1.serialize_many_sparse(sparse)])]
        assert shapes == [(3,), (2, 3)]


def test_ragged_and_sparse_placeholders() -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        ragged = v1.ragged.placeholder(tf.float32, ragged_rank=1, value_shape=[])
        value = v1.ragged.constant_value([[1.0, 2.0], [3.0]], dtype=np.float32)
        assert sess.run(ragged * 2.0, {ragged: value}).to_list() == [[2.0, 4.0], [6.0]]
        assert v1.ragged.placeholder(tf.int32, 2, [2]).shape.as_list() == [None, None, None, 2]
        assert v1.ragged.placeholder(tf.int32, 0).shape.rank is None
        sparse = v1.sparse.placeholder(tf.float32, [None, 3])
        given = v1.SparseTensorValue([[0, 0], [1, 2]], [1.0, 2.0], [2, 3])
        assert sess.run(tf.sparse.reduce_sum(sparse, 1), {sparse: given}).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("name", "options", "want"),
    [
        ("cosine_decay_restarts", {}, [0.5, 0.426777, 0.25, 0.5, 0.48097, 0.154329, 0.495196]),
        (
            "cosine_decay_restarts",
            {"t_mul": 1.0, "m_mul": 0.5, "alpha": 0.1},
            [0.5, 0.434099, 0.275, 0.275, 0.24205, 0.146025],
        ),
        ("linear_cosine_decay", {}, [0.5005, 0.320583, 0.1255, 0.0005, 0.0005, 0.0005]),
        ("linear_cosine_decay", {"num_periods": 2.0, "alpha": 0.1, "beta": 0.2}, [0.65, 0.1, 0.4, 0.15, 0.15, 0.15]),
        ("noisy_linear_cosine_decay", {"initial_variance": 0.0}, [0.5005, 0.320583, 0.1255]),
    ],
)
def test_rates_that_decay(name: str, options: dict[str, float], want: list[float]) -> None:
    decay = getattr(v1.train, name)
    got = [decay(0.5, step, 4, **options)() for step in (0, 1, 2, 4, 5, 9, 13)]
    np.testing.assert_allclose(got[: len(want)], want, atol=2e-6)


def test_mean_pairwise_squared_error() -> None:
    a = np.arange(12, dtype=np.float32).reshape(3, 4)
    b = a * a % 7
    error = v1.losses.mean_pairwise_squared_error
    np.testing.assert_allclose(error(a, b), 24.166662, rtol=1e-6)
    np.testing.assert_allclose(error(a, b, weights=[[1.0], [0.0], [2.0]]), 14.833323, rtol=1e-6)
    assert error(a, b, weights=0.0) == 0.0
    pairs = [(a[0] - b[0])[i] - (a[0] - b[0])[j] for i in range(4) for j in range(4) if i != j]
    np.testing.assert_allclose(error(a[:1], b[:1]), np.mean(np.square(pairs)), rtol=1e-6)


def test_windows() -> None:
    x = np.arange(2 * 6 * 5 * 2, dtype=np.float32).reshape(2, 6, 5, 2) % 7
    ones = np.ones([2, 2, 2], np.float32)
    four = [1, 1, 1, 1]
    assert tf.reduce_sum(v1.nn.dilation2d(x, ones, four, four, "SAME")) == 736.0
    wide = v1.nn.dilation2d(x, filters=ones, strides=[1, 2, 2, 1], dilations=[1, 2, 1, 1], padding="VALID")
    assert tf.reduce_sum(wide) == 99.0
    assert tf.reduce_sum(v1.nn.erosion2d(x, ones, four, [1, 2, 2, 1], "SAME")) == 60.0
    seeds = {"deterministic": True, "seed": 5, "seed2": 3}
    y, rows, columns = v1.nn.fractional_max_pool(x, [1.0, 1.4, 1.3, 1.0], pseudo_random=True, **seeds)
    assert (tf.reduce_sum(y), rows.numpy().tolist(), columns.numpy().tolist()) == (218.0, [0, 1, 3, 4, 6], [0, 2, 4, 5])
    _, rows, columns = v1.nn.fractional_avg_pool(x, [1.0, 1.4, 1.3, 1.0], overlapping=True, **seeds)
    assert (rows.numpy().tolist(), columns.numpy().tolist()) == ([0, 1, 2, 4, 6], [0, 2, 3, 5])
    weights = v1.nn.conv3d_backprop_filter(
        np.ones([1, 2, 2, 2, 1], np.float32), [2, 2, 2, 1, 1], [[[[[3.0]]]]], [1] * 5, "VALID"
    )
    assert weights.numpy().reshape(-1).tolist() == [3.0] * 8
    with pytest.raises(ValueError, match="both 'filter' and 'filters'"):
        v1.nn.dilation2d(x, ones, four, four, "SAME", filters=ones)


def test_gradients_are_compared_with_differences() -> None:
    with tf.Graph().as_default(), v1.Session():
        x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
        y = x * x + x
        by_gradients, by_differences = v1.test.compute_gradient(x, [2, 2], y, [2, 2], np.array([[1, 2], [3, 4]]))
        assert by_gradients.tolist() == np.diag([3.0, 5.0, 7.0, 9.0]).tolist()
        np.testing.assert_allclose(by_differences, by_gradients, atol=1e-2)
        assert v1.test.compute_gradient_error(x, [2, 2], y, [2, 2]) < 1e-2
        assert v1.test.compute_gradient_error([x], [[2, 2]], tf.stop_gradient(x) * x, [2, 2]) > 1e-2


def test_what_else_there_is(tmp_path: pathlib.Path) -> None:
    class Holder:
        value = 1

    with v1.test.StubOutForTesting() as stubs:
        stubs.Set(Holder, "value", 2)
        assert Holder.value == 2
    assert Holder.value == 1
    assert v1.errors.exception_type_from_error_code(5) is tf.errors.NotFoundError
    assert v1.linalg.transpose([[1, 2], [3, 4]]).numpy().tolist() == [[1, 3], [2, 4]]
    assert v1.app.flags is v1.flags
    assert v1.train.queue_runner.QueueRunner is v1.train.QueueRunner
    assert v1.resource_loader.get_path_to_datafile("x.txt") == str(pathlib.Path(__file__).parent / "x.txt")
    assert v1.user_ops.my_fact() == b"0! == 1"
    config = v1.ConfigProto(graph_options=v1.GraphOptions(optimizer_options=v1.OptimizerOptions(opt_level=-1)))
    config.graph_options.optimizer_options.global_jit_level = v1.OptimizerOptions.ON_1
    with tf.Graph().as_default(), v1.Session(config=config) as sess:
        variable = v1.get_variable("w", [2])
        checked, start = v1.assert_variables_initialized(), v1.initializers.global_variables()
        with pytest.raises(tf.errors.FailedPreconditionError):
            sess.run(checked)
        sess.run(start)
        sess.run(checked)
        assert v1.train.Checkpoint(w=variable).w is variable
