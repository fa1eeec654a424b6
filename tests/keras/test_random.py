"""keras.random where nobody fixed the numbers: they are drawn by a quicker generator, as evenly."""

import numpy as np
import pytest

import tfcompat as tf

keras = tf.keras


@pytest.fixture(autouse=True)
def _unseeded():
    tf.random.set_seed(None)
    yield
    tf.random.set_seed(None)


@pytest.mark.parametrize("run", [lambda f: f, tf.function])
@pytest.mark.parametrize("size", [7, 1023, 1025, 200_001])
def test_dropout_drops_its_share_and_keeps_the_mean(run, size):
    drop = run(lambda x: keras.random.dropout(x, 0.2))
    x = tf.ones([size])
    one, other = drop(x).numpy(), drop(x).numpy()
    assert one.shape == (size,)
    assert set(one.tolist()) <= {0.0, np.float32(1 / 0.8)}
    if size > 1000:
        assert not np.array_equal(one, other)
        assert abs((one == 0).mean() - 0.2) < 6 * np.sqrt(0.16 / size)
        assert abs(np.corrcoef(one[:-1], one[1:])[0, 1]) < 6 / np.sqrt(size)
        assert abs(np.corrcoef(one, other)[0, 1]) < 6 / np.sqrt(size)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_dropout_of_other_dtypes_and_shapes_of_noise(dtype):
    y = keras.random.dropout(tf.ones([60, 50], dtype), 0.5, noise_shape=(None, 1))
    assert y.dtype == dtype
    rows = tf.cast(y, "float32").numpy()
    assert set(rows[:, 0].tolist()) == {0.0, 2.0}
    assert (rows == rows[:, :1]).all()


def test_gradients_pass_where_the_values_do():
    x = tf.Variable(tf.ones([40, 50]))

    @tf.function
    def both():
        with tf.GradientTape() as tape:
            y = keras.random.dropout(x, 0.25)
            loss = tf.reduce_sum(3.0 * y)
        return y, tape.gradient(loss, x)

    for run in (both, both.python_function):
        y, dx = run()
        np.testing.assert_allclose(dx, 3 * y.numpy())


@pytest.mark.parametrize("size", [10, 5001])
def test_uniform_numbers_fill_their_range_evenly(size):
    x = tf.random.uniform([size]).numpy()
    assert x.dtype == np.float32
    assert x.min() >= 0
    assert x.max() < 1
    counts, _ = np.histogram(x, 10, (0, 1))
    assert abs(counts - size / 10).max() < 6 * np.sqrt(size / 10)


def test_layers_drop_in_training_alone():
    model = keras.Sequential([keras.Input([64]), keras.layers.Dropout(0.5)])
    x = np.ones([128, 64], np.float32)
    assert np.array_equal(model.predict(x, verbose=0), x)
    assert set(np.unique(model(x, training=True)).tolist()) == {0.0, 2.0}
