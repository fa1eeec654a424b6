"""Data of other kinds than arrays, given to fit(), evaluate() and predict() whole."""

import numpy as np
import pandas as pd
import pytest

import tfcompat as tf

keras = tf.keras


def test_sparse_rows_are_batches_as_dense_ones_are() -> None:
    x = np.array([[1, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 2], [1, 0, 3, 0], [0, 1, 0, 0]], "float32")
    y = np.arange(5.0)[:, None]

    def trained(data):
        keras.utils.set_random_seed(1)
        inputs = keras.Input((4,), sparse=True)
        model = keras.Model(inputs, keras.layers.Dense(1, kernel_initializer="ones")(inputs))
        model.compile("sgd", "mse")
        history = model.fit(data, y, batch_size=2, epochs=2, verbose=0).history["loss"]
        return [*history, model.evaluate(data, y, batch_size=3, verbose=0), *model.predict(data, verbose=0).ravel()]

    assert trained(tf.sparse.from_dense(x)) == pytest.approx(trained(x), rel=1e-6)


def test_ragged_rows_keep_their_lengths() -> None:
    class Sums(keras.Model):
        def call(self, x):
            return tf.reduce_sum(x, 1, keepdims=True)

    rows = tf.ragged.constant([[1.0], [2.0, 3.0], [4.0, 5.0, 6.0], []])
    assert Sums().predict(rows, batch_size=3, verbose=0).ravel().tolist() == [1.0, 5.0, 15.0, 0.0]


def test_a_frame_of_floats_and_bools_is_of_floats() -> None:
    """Keras 3.15 casts a DataFrame one of whose columns is of float64; it tells of a word as numpy does."""
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [True, False, True], "c": [1, 2, 3]})
    model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile("sgd", "mse")
    history = model.fit(frame, pd.Series([1.0, 2.0, 3.0]), verbose=0).history
    assert history["loss"] == [8.0]
    with pytest.raises(ValueError, match="could not convert string to float: 'x'"):
        model.predict(frame.assign(b=["x", "y", "z"]), verbose=0)


def test_when_a_dataset_by_number_is_asked_and_told() -> None:
    """As in Keras, which asks for two batches first, and tells of an epoch's end before the first one."""

    class Told(keras.utils.PyDataset):
        def __init__(self, count):
            super().__init__()
            self.count, self.log = count, []

        def __len__(self):
            return self.count

        def __getitem__(self, index):
            self.log.append(index)
            return np.full((2, 2), float(index), "float32"), np.zeros((2, 1), "float32")

        def on_epoch_begin(self):
            self.log.append("begin")

        def on_epoch_end(self):
            self.log.append("end")

    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    data, validation = Told(3), Told(2)
    model.fit(data, validation_data=validation, epochs=2, shuffle=False, verbose=0)
    epoch = ["end", "begin", 0, 1]
    assert data.log == [0, 1, *epoch, 2, *epoch, 2, "end"]
    assert validation.log == [0, 1, *epoch, "end", *epoch, "end"]
    data.log.clear()
    model.evaluate(data, verbose=0)
    assert data.log == [0, 1, *epoch, 2, "end"]
    data.log.clear()
    model.predict(data, verbose=0)
    assert data.log == [0, 1, "begin", 0, 1, 2, "end"]


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: keras.optimizers.SGD(0.1, momentum=0.9),
        lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        lambda: keras.optimizers.RMSprop(0.1, momentum=0.9, centered=True),
        lambda: keras.optimizers.Lion(0.1),
    ],
)
def test_a_step_without_data_moves_no_weights(optimizer) -> None:
    """Momentum goes on by its own in the kernels, but not where the gradients never come."""
    x, y = np.arange(15, dtype=np.float32).reshape(5, 3) / 10, np.ones((5, 1), np.float32)
    known = tf.data.Dataset.from_tensor_slices((x, y)).batch(2)
    found = []
    for data in (known, known.filter(lambda x, y: True)):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="ones")])
        model.compile(optimizer(), "mse")
        model.fit(data, epochs=2, shuffle=False, verbose=0)
        found.append([*model.get_weights(), *map(np.array, model.optimizer.variables[2:])])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)


def test_datasets_by_number_are_gone_through_once() -> None:
    class Numbers(keras.utils.PyDataset):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return index

    assert list(Numbers()) == [0, 1, 2]


def test_a_dict_of_one_array_stays_a_dict() -> None:
    class Named(keras.Model):
        def call(self, x):
            return x["a"]

    x, model = np.ones((3, 2), "float32"), Named()
    model.compile(loss="mse")
    assert model.evaluate({"a": x}, x * 2, verbose=0) == 1
    assert model.predict({"a": x}, verbose=0).shape == (3, 2)


def test_losses_of_the_first_outputs() -> None:
    """As Keras 3 takes a list that is shorter than the outputs are many."""
    inputs = keras.Input((3,))
    outputs = [keras.layers.Dense(1, kernel_initializer="ones")(inputs) for _ in range(2)]
    model = keras.Model(inputs, outputs)
    model.compile("sgd", ["mse"])
    assert model.evaluate(np.ones((4, 3)), [np.ones((4, 1)), np.zeros((4, 1))], verbose=0) == 4.0
    model.compile("sgd", ["mse"] * 3)
    with pytest.raises(ValueError, match="3 entries for 2 outputs"):
        model.evaluate(np.ones((4, 3)), [np.ones((4, 1)), np.zeros((4, 1))], verbose=0)


def test_labels_and_predictions_of_different_lengths() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"Incompatible shapes: \[1,2\] vs. \[1,3\]"):
        keras.metrics.Precision().update_state([1, 0], [1, 0, 1])
