"""tf.compat.v1.keras.utils: get_variable and tf.compat.v1.layers within the methods of layers and modules."""

from typing import Any

import numpy as np
import pytest

import tfcompat as tf

v1 = tf.compat.v1
track = v1.keras.utils.track_tf1_style_variables
pytestmark = pytest.mark.filterwarnings("ignore:`tf.layers")


class _Scaled(tf.Module):
    @track
    def __call__(self, x: Any) -> Any:
        with v1.variable_scope("scaled"):
            by = v1.get_variable("by", [], initializer=v1.constant_initializer(1.5), regularizer=tf.square)
            return x * by


class _Net(tf.keras.layers.Layer):
    @track
    def call(self, x: Any, training: bool | None = None) -> Any:
        with v1.variable_scope("net"):
            x = v1.layers.dense(x, 3, kernel_regularizer="l2", kernel_initializer="ones")
            x = v1.layers.batch_normalization(x, training=bool(training))
            return v1.layers.dense(x, 2)


def test_a_module_finds_its_variables_again() -> None:
    module = _Scaled()
    assert module.variables == ()
    np.testing.assert_array_equal(module(tf.constant([2.0, 4.0])), [3.0, 6.0])
    (by,) = module.variables
    assert by.name == "scaled/by:0"
    by.assign(2.0)
    np.testing.assert_array_equal(module(tf.constant([2.0, 4.0])), [4.0, 8.0])
    assert module.trainable_variables[0] is by
    losses = vars(module)["_tf1_style_var_store"]._regularizers
    assert [float(loss()) for loss in losses.values()] == [4.0]
    assert _Scaled()(tf.constant(1.0)) == 1.5  # a store of its own
    assert v1.global_variables() == []


def test_a_module_within_a_function() -> None:
    module = _Scaled()
    run = tf.function(module)
    assert float(run(tf.constant(2.0))) == 3.0
    module.variables[0].assign(4.0)
    assert float(run(tf.constant(2.0))) == 8.0
    assert len(module.variables) == 1


def test_a_layer_has_the_variables_and_the_losses() -> None:
    layer, x = _Net(), tf.ones([4, 5])
    layer(x)
    shapes = sorted(tuple(v.shape) for v in layer.weights)
    assert shapes == [(2,), (3,), (3,), (3,), (3,), (3,), (3, 2), (5, 3)]
    assert (len(layer.trainable_weights), len(layer.non_trainable_weights)) == (6, 2)
    np.testing.assert_allclose(layer.losses, [0.01 * 15], rtol=1e-6)
    before = [w.numpy() for w in layer.non_trainable_weights]
    layer(x, training=True)
    assert len(layer.weights) == 8
    mean, variance = layer.non_trainable_weights
    np.testing.assert_allclose(mean, 0.99 * before[0] + 0.01 * 5.0, rtol=1e-6)
    np.testing.assert_allclose(variance, 0.99 * before[1], rtol=1e-6)


def test_a_model_trains_what_its_layers_made() -> None:
    inputs = tf.keras.Input([5])
    model = tf.keras.Model(inputs, _Net()(inputs))
    assert (len(model.weights), len(model.losses)) == (8, 1)
    before = [w.numpy() for w in model.trainable_weights]
    model.compile(tf.keras.optimizers.SGD(0.1), "mse")
    model.fit(np.ones([4, 5], np.float32), np.zeros([4, 2], np.float32), verbose=0)
    kernel = next(i for i, w in enumerate(model.trainable_weights) if tuple(w.shape) == (5, 3))
    assert (model.trainable_weights[kernel].numpy() < before[kernel]).all()  # decays by its regularizer at least


def test_a_template_within_a_layer() -> None:
    class Layer(tf.keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.scale = v1.make_template(
                "scale", lambda x, name: x * v1.get_variable(name, [], initializer=v1.ones_initializer()), name="y"
            )

        @track
        def call(self, x: Any) -> Any:
            with v1.variable_scope("layer"):
                return self.scale(x)

    layer = Layer()
    assert float(layer(tf.constant(2.0)) + layer(tf.constant(2.0))) == 4.0
    assert len(layer.weights) == 1


def test_get_or_create_layer() -> None:
    class Layer(tf.keras.layers.Layer):
        @track
        def call(self, x: Any) -> Any:
            dense = tf.keras.layers.Dense(2, kernel_initializer="ones", kernel_regularizer="l2")
            return v1.keras.utils.get_or_create_layer("dense", lambda: dense)(x)

    layer = Layer()
    np.testing.assert_array_equal(layer(tf.ones([1, 3])), [[3.0, 3.0]])
    layer(tf.ones([1, 3]))
    assert len(layer.weights) == 2
    np.testing.assert_allclose(layer.losses, [0.06], rtol=1e-6)
    with pytest.raises(ValueError, match="track_tf1_style_variables"):
        v1.keras.utils.get_or_create_layer("dense", lambda: None)


def test_other_objects_are_refused() -> None:
    class Plain:
        @track
        def call(self) -> None: ...

    with pytest.raises(ValueError, match="subclassed `tf.Module`"):
        Plain().call()


@pytest.mark.parametrize("mode", ["constant", "num_random_ops"])
def test_random_numbers_are_the_same_in_sessions_and_eagerly(mode: str) -> None:
    def draw() -> list[Any]:
        a, b = tf.random.uniform([3, 1]) * 3, tf.random.normal([3, 3]) * 3
        return [a, b, tf.random.normal([3, 3])]

    tool = v1.keras.utils.DeterministicRandomTestTool(mode=mode)
    with tool.scope(), tf.Graph().as_default(), v1.Session() as session:
        drawn = session.run(draw())
    tool = v1.keras.utils.DeterministicRandomTestTool(mode=mode)
    with tool.scope():
        for x, y in zip(draw(), drawn, strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-6)
    assert tool.operation_seed == (0 if mode == "constant" else 3)
    assert np.allclose(drawn[1], 3 * drawn[2]) is (mode == "constant")


def test_a_seed_comes_once() -> None:
    tool = v1.keras.utils.DeterministicRandomTestTool(mode="num_random_ops")
    with tool.scope():
        tf.random.uniform([])
        tool.operation_seed = 0
        with pytest.raises(ValueError, match="already-used operation seed 0"):
            tf.random.uniform([])
    with pytest.raises(ValueError, match="Got: other"):
        v1.keras.utils.DeterministicRandomTestTool(mode="other")


def test_the_shape_of_a_variable_needs_no_value() -> None:
    with tf.Graph().as_default(), v1.Session() as session:
        variable = v1.get_variable("v", [2, 3])
        session.run(variable.assign(tf.ones_like(variable) * 2))
        assert session.run(tf.reduce_sum(variable) + tf.reduce_sum(tf.zeros_like(variable))) == 12
