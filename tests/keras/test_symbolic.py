"""Shapes of what layers and functions give, of symbolic inputs with unknown sizes."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tfcompat import keras


class Pyramid(keras.layers.Layer):
    """Five convolutions of stride 2, and all their places in one axis."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = [keras.layers.Conv2D(4, 3, strides=2, padding="same") for _ in range(5)]

    def call(self, x: Any) -> Any:
        """[batch, places, 4]"""
        for convolution in self.convolutions:
            x = convolution(x)
        return tf.reshape(x, [tf.shape(x)[0], -1, 4])


class Anchored(keras.layers.Layer):
    """Adds a number to each place of a `Pyramid`, which fits images of the size only."""

    def call(self, image: Any, places: Any) -> Any:
        """[batch, places, 4]"""
        size = tf.cast(tf.math.ceil(tf.shape(image)[1:3] / 32), tf.int32)
        return places + tf.range(tf.cast(tf.reduce_prod(size), tf.float32))[:, None]


def test_strides_leave_a_size_unknown() -> None:
    x = keras.Input((None, None, 3))
    assert Pyramid()(x).shape == (None, None, 4)


def test_sizes_that_belong_together() -> None:
    x = keras.Input((None, None, 3))
    y = Anchored()(x, Pyramid()(x))
    assert y.shape == (None, None, 4)
    model = keras.Model(x, y)
    assert model(tf.zeros([2, 64, 96, 3])).numpy()[1, :, 0].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]


class Telling(keras.layers.Layer):
    """Prints what TensorFlow 2.21 prints of its shapes, tensors and variables."""

    def build(self, shape: Any) -> None:
        """A variable of TensorFlow's."""
        self.kernel = tf.Variable(tf.ones((shape[-1], 2)), name="kernel")
        print("build", shape, self.kernel.name)

    def call(self, x: Any) -> Any:
        """[batch, 2]"""
        size = tf.shape(x)[0]
        print("call", x.shape, size.shape, type(x).__name__, tf.executing_eagerly())
        return tf.reshape(tf.matmul(x, self.kernel), (size, 2))


class Around(keras.layers.Layer):
    """One that is built as it is called."""

    def __init__(self) -> None:
        super().__init__(name="around")
        self.telling = Telling(name="telling")

    def call(self, x: Any) -> Any:
        """[batch, 2]"""
        return self.telling(x)


def test_a_call_is_made_once_and_sees_unknown_sizes(capsys: Any) -> None:
    output = Telling(name="telling")(keras.Input((4,)))
    assert capsys.readouterr().out.splitlines() == [
        "build (None, 4) telling/kernel:0",
        "call (None, 4) () SymbolicTensor False",
    ]
    assert output.shape == (None, 2)
    keras.Sequential([Around()]).build((None, 3))
    built = "build (None, 3) sequential/around/telling/kernel:0"
    called = "call (None, 3) () SymbolicTensor False"
    assert [line.replace("sequential_1", "sequential") for line in capsys.readouterr().out.splitlines()] == [
        built,
        called,
        called,
    ]


def test_a_symbolic_tensor_of_a_layer_is_named(capsys: Any) -> None:
    class Printing(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            print(x, repr(x + 1.0), x.shape[0])
            x.set_shape((6, 3))
            print(x.shape)
            return x

    assert Printing()(keras.Input((3,))).shape == (6, 3)
    assert capsys.readouterr().out == (
        'Tensor("Placeholder:0", shape=(None, 3), dtype=float32) '
        "<tf.Tensor 'add:0' shape=(None, 3) dtype=float32> None\n(6, 3)\n"
    )


@pytest.mark.parametrize(
    ("function", "shape", "given"),
    [
        (lambda x: x[: tf.shape(x)[0] // 2], (4,), (None, 4)),
        (lambda x: tf.zeros((tf.shape(x)[0], tf.shape(x)[1], 20000)), (None, 4), (None, None, 20000)),
        (lambda x: x[:, ::320], (None,), (None, None)),
        (lambda x: tf.matmul(x, x, transpose_b=True), (None, 4), (None, None, None)),
        (lambda x: tf.reshape(x, (tf.shape(x)[0], -1)), (None, None, 3), (None, None)),
        (lambda x: tf.tile(x, [3, 1]), (8191,), (None, 8191)),
        (lambda x: tf.reshape(x, (-1, 6)), (4,), (None, 6)),
    ],
)
def test_sizes_made_of_unknown_ones(function: Any, shape: tuple[Any, ...], given: tuple[Any, ...]) -> None:
    class Own(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return function(x)

    assert Own()(keras.Input(shape)).shape == given


def test_what_takes_no_more_than_some_length() -> None:
    class Positions(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.table = keras.layers.Embedding(100, 5)

        def call(self, x: Any) -> Any:
            place = tf.range(tf.shape(x)[1])
            return self.table(place) + tf.zeros_like(x)[..., None]

    assert Positions()(keras.Input((None,))).shape == (None, None, 5)


def test_an_error_of_the_layers_own_is_told() -> None:
    class Wrong(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return tf.matmul(x, tf.zeros([7, 2]))

    with pytest.raises(ValueError, match=r"Wrong\.call"):
        Wrong()(keras.Input((None, 5)))


class Wide(keras.layers.Layer):
    """Two layers that are built where they are called."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = keras.layers.Dense(8, activation="relu"), keras.layers.Dense(8)

    def call(self, x: Any) -> Any:
        """[batch, 8]"""
        return x + self.second(self.first(x))


class Regressor(keras.Model):
    """Has no `build`: what its call makes while a training step is captured is what it is made of."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widen, self.wide, self.out = keras.layers.Dense(8), Wide(), keras.layers.Dense(1)

    def call(self, x: Any) -> Any:
        """[batch, 1]"""
        return self.out(self.wide(self.widen(x)))


def test_a_model_built_by_its_training_step_is_loaded_with_its_weights(tmp_path: Any) -> None:
    x, y = tf.random.normal((8, 3)), tf.random.normal((8, 1))
    model = Regressor()
    model.compile(loss="mse", optimizer="sgd")
    model.fit(x, y, batch_size=4, verbose=0)
    assert model.get_build_config() == {"input_shape": (4, 3)}
    model.save(tmp_path / "model.keras")
    objects = {"Regressor": Regressor, "Wide": Wide}
    again = keras.models.load_model(tmp_path / "model.keras", custom_objects=objects)
    assert [tuple(w.shape) for w in again.weights] == [(3, 8), (8,), (8, 8), (8,), (8, 8), (8,), (8, 1), (1,)]
    assert (again.predict(x, verbose=0) == model.predict(x, verbose=0)).all()


def test_an_unknown_size_that_must_be_a_number() -> None:
    class Sums(keras.layers.Layer):
        """Adds rows up in 6 groups, and a cell's state of as many rows."""

        def __init__(self) -> None:
            super().__init__()
            self.cell = keras.layers.GRUCell(4)

        def call(self, rows: Any, groups: Any) -> Any:
            """[6, 4]"""
            return self.cell(keras.ops.segment_sum(rows, groups, num_segments=6), rows)[0]

    rows, groups = keras.Input((4,)), keras.Input((), dtype="int32")
    y = Sums()(rows, groups)
    assert y.shape == (6, 4)
    model = keras.Model([rows, groups], y)
    assert model([tf.zeros([6, 4]), tf.range(6)]).shape == (6, 4)


def test_words_that_must_be_known_are_not_asked_for_shapes() -> None:
    class Numbered(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.lookup = keras.layers.StringLookup(vocabulary=["a", "b"], mask_token=None, num_oov_indices=0)

        def call(self, words: Any) -> Any:
            return tf.math.floormod(self.lookup(words), 2)

    words = keras.Input((), dtype="string")
    numbers = Numbered()(words)
    assert numbers.shape == (None,)
    model = keras.Model(words, numbers)
    assert model(tf.constant(["b", "a"])).numpy().tolist() == [1, 0]
    with pytest.raises(tf.errors.InvalidArgumentError, match="found OOV values"):
        model(tf.constant(["c"]))


def test_relu_of_a_symbolic_tensor_is_one_operation() -> None:
    """Keras 3.15's names: the class of tf.keras.activations.relu in a graph is ReLU of keras.src.activations."""
    x = keras.Input((4,))
    y = keras.activations.relu(x * 2.0, negative_slope=0.5, max_value=3.0)
    model = keras.Model(x, keras.activations.relu(y))
    config = keras.saving.serialize_keras_object(model)
    layer = config["config"]["layers"][2]
    assert (layer["module"], layer["class_name"]) == ("keras.src.activations.activations", "ReLU")
    assert layer["config"] == {"name": layer["name"], "negative_slope": 0.5, "max_value": 3.0, "threshold": 0.0}
    assert config["build_config"] == {"input_shape": None}
    again = keras.saving.deserialize_keras_object(config)
    assert again(tf.constant([[-2.0, -1.0, 1.0, 4.0]])).numpy().tolist() == [[0.0, 0.0, 2.0, 3.0]]


class Unrolling(keras.layers.Layer):
    """Runs a cell over steps, in a function of its own that loops over a tensor."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = keras.layers.SimpleRNNCell(4, kernel_initializer="ones")

    @tf.function
    def call(self, x: Any) -> Any:
        """[batch, steps, 4]"""
        shape = tf.shape(x)
        states = [tf.zeros([shape[0], 4])]
        outputs = tf.TensorArray(tf.float32, size=shape[1])
        for step in tf.range(shape[1]):
            y, states = self.cell(x[:, step], states)
            outputs = outputs.write(step, y)
        return tf.transpose(outputs.stack(), [1, 0, 2])


def test_a_call_that_is_a_function_is_captured_for_tensors_only() -> None:
    layer = Unrolling()
    model = keras.Sequential([keras.Input((None, 3)), layer])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    x = tf.random.normal([6, 5, 3])
    expected = keras.layers.RNN(layer.cell, return_sequences=True)(x)
    loss = model.fit(x, x[..., :1] + tf.zeros([4]), batch_size=4, verbose=0).history["loss"][0]
    np.testing.assert_allclose(model(x), expected, rtol=1e-5)
    assert loss == pytest.approx(float(tf.reduce_mean((expected - x[..., :1]) ** 2)), rel=1e-5)


def test_a_simple_recurrence_draws_its_dropouts_seed_first() -> None:
    """Recorded from Keras 3.15 on TensorFlow 2.21: the weights under a seed."""
    keras.utils.set_random_seed(1)
    layer = keras.layers.SimpleRNN(4)
    layer.build((None, None, 3))
    np.testing.assert_allclose(layer.weights[0].numpy()[0, :2], [0.1690, -0.1809], atol=1e-4)
    np.testing.assert_allclose(layer.weights[1].numpy()[0, :2], [0.4397, -0.4356], atol=1e-4)


OWN_LAYERS = """
import sys
import tfcompat as tf

class Embedded(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.words, self.places = tf.keras.layers.Embedding(9, 4), tf.keras.layers.Embedding(6, 4)

    def call(self, x):
        return self.words(x) + self.places(tf.range(tf.shape(x)[-1]))

inputs = tf.keras.Input((6,), dtype="int32")
x = tf.keras.layers.Lambda(lambda x: tf.nn.l2_normalize(x, -1))(Embedded()(inputs))
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(tf.reduce_mean(x, 1)))
model.compile("adam", "mse")
model.fit(tf.ones([4, 6], tf.int32), tf.ones([4, 1]), verbose=0)
print(model.output.shape, [m for m in ("torch._dynamo", "torch._inductor", "sympy") if m in sys.modules])
"""


def test_layers_of_ones_own_load_no_compiler() -> None:
    told = subprocess.run([sys.executable, "-c", OWN_LAYERS], capture_output=True, text=True, check=True).stdout
    assert told == "(None, 1) []\n"


@pytest.mark.parametrize(
    ("function", "shape", "given"),
    [
        (lambda x: tf.where(x > 0), (None, 3), (2, 4, 3)),
        (lambda x: tf.boolean_mask(x, tf.reduce_sum(x, -1) > 0), (None, 3), (2, 4, 3)),
        (lambda x: x[x > 0], (None,), (2, 4, 3)),
        (lambda x: tf.gather(x, tf.squeeze(tf.where(tf.reduce_any(x > 0, [1, 2])), -1)), (None, 4, 3), (2, 4, 3)),
        (lambda x: keras.layers.Dense(2)(tf.boolean_mask(x, x[:, 0] > 0)), (None, 2), (None, 3)),
    ],
)
def test_how_many_there_are_is_unknown(function: Any, shape: tuple[Any, ...], given: tuple[Any, ...]) -> None:
    """The shapes of Keras 3.15, as of molecules without atoms that its example of message passing leaves out."""

    class Selection(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return function(x)

    x = keras.Input(batch_shape=given)
    y = Selection()(x)
    assert y.shape == shape
    value = tf.ones([2 if d is None else d for d in given])
    assert len(y.shape) == keras.Model(x, y)(value).shape.rank


@pytest.mark.parametrize(
    ("function", "shape"),
    [
        (lambda x: tf.unique(x[0])[0], (None,)),
        (lambda x: tf.repeat(x[0], x[1]), (None,)),
        (lambda x: tf.sequence_mask(x[:, 0]), (2, None)),
        (lambda x: tf.one_hot(x, tf.reduce_max(x) + 1), (2, 4, None)),
        (lambda x: tf.math.bincount(x), (None,)),
        (lambda x: tf.tile(x, [1, x[0, 1]]), (2, None)),
        (lambda x: x[:, : x[0, 1]], (2, None)),
        (lambda x: tf.dynamic_partition(x, tf.minimum(x[:, 0], 1), 2)[1], (None, 4)),
        (lambda x: tf.gather_nd(tf.ones([5, 5]), tf.reshape(x, [-1, 2])), (4,)),
        (lambda x: tf.ragged.boolean_mask(x, x > 0).to_tensor(), (2, None)),
        (lambda x: tf.RaggedTensor.from_tensor(x, lengths=x[:, 1]).to_tensor(), (2, None)),
        (lambda x: tf.pad(x, [[0, 0], [0, x[0, 0]]])[0], (None,)),
        (lambda x: 12 // x, (2, 4)),
        (lambda x: tf.strings.as_string(x), (2, 4)),
    ],
)
def test_integers_of_a_known_shape_have_no_values(function: Any, shape: tuple[Any, ...]) -> None:
    """The shapes of Keras 3.15."""

    class Computed(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return function(x)

    x = keras.Input(batch_shape=(2, 4), dtype="int32")
    y = Computed()(x)
    assert y.shape == shape
    found = keras.Model(x, y)(tf.constant([[1, 2, 3, 4], [3, 1, 1, 2]])).shape
    assert all(d in (None, n) for d, n in zip(shape, found, strict=True))


@pytest.mark.parametrize(
    ("function", "shape"),
    [
        (lambda x, n, t: tf.zeros([n, 10]), (None, 10)),
        (lambda x, n, t: tf.linalg.band_part(tf.ones((t, t)), -1, 0), (None, None)),
        (lambda x, n, t: tf.reshape(x, [n, 4 * t]), (None, None)),
        (lambda x, n, t: tf.one_hot(tf.range(t), 6), (None, 6)),
        (lambda x, n, t: tf.tile(tf.zeros([1, 5]), [n, 1]), (None, 5)),
        (lambda x, n, t: tf.broadcast_to(tf.constant([1.0, 2.0]), tf.stack([n, 2])), (None, 2)),
        (lambda x, n, t: tf.zeros(tf.concat([tf.shape(x)[:1], [7]], 0)), (None, 7)),
        (lambda x, n, t: tf.zeros([n, tf.shape(x)[2]]), (None, 4)),
        (lambda x, n, t: tf.random.normal(shape=(n, 3)), (None, 3)),
        (lambda x, n, t: x[:, : t - 1], (None, None, 4)),
        (lambda x, n, t: keras.layers.Embedding(9, 2)(tf.range(t)), (None, 2)),
    ],
)
def test_sizes_of_symbolic_tensors_make_shapes(function: Any, shape: tuple[Any, ...]) -> None:
    """As under tf_keras 2.21, whose shapes these are."""
    x = keras.Input([None, 4])
    y = function(x, tf.shape(x)[0], tf.shape(x)[1])
    assert tuple(y.shape) == shape
    found = keras.Model(x, y)(tf.ones([2, 5, 4])).shape
    assert all(d in (None, n) for d, n in zip(shape, found, strict=True))


def test_a_mask_of_what_came_before() -> None:
    x = keras.Input([None], dtype="int32")
    embedded = keras.layers.Embedding(20, 8, mask_zero=True)(x)
    n = tf.shape(embedded)[1]
    mask = tf.linalg.band_part(tf.ones((n, n), tf.bool), -1, 0) & tf.math.not_equal(x, 0)[:, tf.newaxis]
    model = keras.Model(x, keras.layers.MultiHeadAttention(2, 4)(embedded, value=embedded, attention_mask=mask))
    assert tuple(mask.shape) == (None, None, None)
    assert model.predict(np.array([[1, 2, 3, 0], [4, 5, 0, 0]]), verbose=0).shape == (2, 4, 8)


def test_a_call_that_prints_prints_once_and_with_unknown_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    """As TensorFlow prints, whose Keras runs a call once, on a tensor of a graph."""

    class Shown(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            print(x.shape, x)
            return x + 1

    keras.Sequential([keras.Input((3,)), Shown()])
    assert capsys.readouterr().out == '(None, 3) Tensor("Placeholder:0", shape=(None, 3), dtype=float32)\n'
    Shown()(np.zeros((1, 3), "float32"))
    assert capsys.readouterr().out.startswith("(1, 3) tf.Tensor([[0. 0. 0.]]")
