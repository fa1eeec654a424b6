"""What tables of layers cannot tell: layouts, Keras 2's idioms, LoRA, frozen statistics, lambdas, torch's modules."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import tfcompat as tf

layers = tf.keras.layers


def numbers(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def test_channels_that_come_last_reach_the_kernels_without_copies() -> None:
    layer = layers.Conv2D(4, 3, padding="same")
    x = tf.constant(numbers(2, 6, 6, 3))
    y = layer(x)
    assert tf.to_torch(y).permute(0, 3, 1, 2).is_contiguous(memory_format=torch.channels_last)
    pooled = layers.MaxPooling2D()(layers.BatchNormalization()(y, training=True))
    assert tf.to_torch(pooled).is_contiguous()


@pytest.mark.parametrize("training", [True, False])
def test_batch_normalization_has_the_gradients_of_its_formula(training: bool) -> None:
    layer = layers.BatchNormalization(axis=1)
    x = tf.constant(numbers(3, 2, 4))
    layer(x)
    layer.gamma.assign([1.5, -0.5])
    layer.moving_variance.assign([0.5, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(layer(x, training=training) ** 3)
    got = tape.gradient(y, [x, *(v.value for v in layer.trainable_variables)])
    wide = torch.tensor(x.numpy(), dtype=torch.float64, requires_grad=True)
    gamma = torch.tensor([1.5, -0.5], dtype=torch.float64, requires_grad=True)
    beta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    variance, mean = torch.var_mean(wide, (0, 2), correction=0, keepdim=True)
    if not training:
        mean, variance = torch.zeros(1, 2, 1), torch.tensor([0.5, 2.0]).reshape(1, 2, 1)
    z = (wide - mean) * torch.rsqrt(variance + 1e-3) * gamma.reshape(1, 2, 1) + beta.reshape(1, 2, 1)
    want = torch.autograd.grad((z**3).sum(), [wide, gamma, beta])
    for a, b in zip(got, want):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-4, atol=1e-4)


def test_a_captured_batch_normalization_moves_its_averages_and_a_frozen_one_does_not() -> None:
    layer = layers.BatchNormalization(momentum=0.5)
    step = tf.function(lambda x: layer(x, training=True))
    x = tf.constant(numbers(64, 3))
    step(x)
    np.testing.assert_allclose(layer.moving_mean.numpy(), x.numpy().mean(0) / 2, atol=1e-6)
    np.testing.assert_allclose(layer.moving_variance.numpy(), 0.5 + x.numpy().var(0) / 2, rtol=1e-5)
    layer.trainable = False
    before = layer.moving_mean.numpy()
    frozen = tf.function(lambda x: layer(x, training=True))(x)
    assert (layer.moving_mean.numpy() == before).all()
    np.testing.assert_allclose(frozen, layer(x, training=False), atol=1e-6)


def test_convolution_op_may_be_overridden() -> None:
    class Standardized(layers.Conv2D):
        def convolution_op(self, inputs, kernel):
            mean, variance = tf.nn.moments(kernel, axes=[0, 1, 2], keepdims=True)
            return tf.nn.conv2d(inputs, (kernel - mean) / tf.sqrt(variance + 1e-10), strides=1, padding="VALID")

    layer = Standardized(2, 3, bias_initializer="ones")
    x = tf.constant(numbers(1, 5, 5, 3))
    y = layer(x)
    kernel = layer.kernel.numpy()
    kernel = (kernel - kernel.mean((0, 1, 2))) / kernel.std((0, 1, 2))
    np.testing.assert_allclose(y, tf.nn.conv2d(x, kernel.astype("float32"), 1, "VALID") + 1, atol=1e-4)


def test_layers_that_tensorflow_refuses_on_the_cpu_work() -> None:
    x = numbers(1, 7, 9, 4)
    first = layers.DepthwiseConv2D(3, strides=(1, 2), padding="same")
    y = first(x)
    assert y.shape == (1, 7, 5, 4)
    second = layers.DepthwiseConv2D(3, strides=(1, 2), padding="same", data_format="channels_first")
    second.build((1, 4, 7, 9))
    second.set_weights(first.get_weights())
    np.testing.assert_allclose(tf.transpose(second(x.transpose(0, 3, 1, 2)), (0, 2, 3, 1)), y, atol=1e-5)


def test_lora_trains_two_small_matrices_and_saves_their_sum() -> None:
    layer = layers.Dense(4)
    x = tf.constant(numbers(5, 6))
    plain = layer(x)
    layer.enable_lora(2, lora_alpha=4)
    np.testing.assert_allclose(layer(x), plain, atol=1e-6)  # b starts at 0
    assert [v.name for v in layer.trainable_variables] == ["bias", "lora_kernel_a", "lora_kernel_b"]
    layer.lora_kernel_b.assign(numbers(2, 4))
    a, b = layer.lora_kernel_a.numpy(), layer.lora_kernel_b.numpy()
    kernel = layer._kernel.numpy() + 2 * a @ b
    np.testing.assert_allclose(layer.kernel, kernel, atol=1e-5)
    store: dict = {}
    layer.save_own_variables(store)
    other = layers.Dense(4)
    other.build((None, 6))
    other.load_own_variables(store)
    np.testing.assert_allclose(other(x), layer(x), atol=1e-5)
    layer.load_own_variables(store)
    np.testing.assert_allclose(layer(x), other(x), atol=1e-5)


def test_keras_2_spellings() -> None:
    kernel, bias = numbers(3, 2), numbers(2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = tf.keras.Sequential([layers.Dense(2, input_shape=(3,), weights=[kernel, bias])])
        np.testing.assert_allclose(model.get_weights()[0], kernel)
        known = tf.keras.Sequential([layers.Dense(2, batch_input_shape=(5, 3))])
        assert known.input_shape == (5, 3)
        assert tf.keras.Sequential([layers.Dense(2, input_shape=(3,), batch_size=4)]).input_shape == (4, 3)
        assert layers.Embedding(5, 2, input_length=3)(np.array([[1, 2, 3]])).shape == (1, 3, 2)
    assert layers.BatchNormalization(fused=True, axis=[3])(numbers(2, 3, 3, 4)).shape == (2, 3, 3, 4)
    with pytest.raises(ValueError, match="virtual_batch_size"):
        layers.BatchNormalization(virtual_batch_size=2)
    old = layers.deserialize({"class_name": "Dense", "config": {"units": 3, "name": "old"}})
    assert (old.name, old.units) == ("old", 3)
    with pytest.raises(ValueError, match="not a layer"):
        layers.deserialize(tf.keras.losses.serialize(tf.keras.losses.MeanSquaredError()))


def test_int8_einsums_with_left_and_right_dots() -> None:
    for equation, shape in (("...x,xy->...y", (2, 3, 4)), ("ab...,bc->ac...", (2, 4, 3))):
        layer = layers.EinsumDense(equation, (3, 2) if equation.startswith("...") else (5,))
        x = np.random.default_rng(0).normal(size=shape).astype("float32")
        expected = layer(x)
        layer.quantize("int8")
        np.testing.assert_allclose(layer(x), expected, atol=0.05)


def test_lambdas_are_read_back_only_by_those_who_trust_them() -> None:
    scale = 3.0
    layer = layers.Lambda(lambda x, by=2.0: tf.square(x) * by + scale)
    config = layer.get_config()
    with pytest.raises(ValueError, match="safe_mode"):
        layers.Lambda.from_config(config)
    again = layers.Lambda.from_config(config, safe_mode=False)
    np.testing.assert_allclose(again(tf.constant([1.0, 2.0])), [5.0, 11.0])
    broken = {**config, "function": {"class_name": "__lambda__", "config": {"code": "bm90IGNvZGU=\n"}}}
    with pytest.raises(ValueError, match="bytecode"):
        layers.Lambda.from_config(broken, safe_mode=False)


def test_the_outputs_shape_of_a_lambda_that_a_dry_run_does_not_tell_must_be_given() -> None:
    def fails(x):
        raise RuntimeError("no")

    with pytest.raises(NotImplementedError, match="output_shape"):
        layers.Lambda(fails).compute_output_shape((2, 3))
    assert layers.Lambda(fails, output_shape=(4,)).compute_output_shape((2, 3)) == (2, 4)
    assert layers.Lambda(fails, output_shape=lambda s: (s[0], 9)).compute_output_shape((2, 3)) == (2, 9)


def test_a_torch_module_is_a_layer_with_weights() -> None:
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    layer = layers.TorchModuleWrapper(module)
    x = numbers(8, 3)
    y = layer(x, training=True)
    assert len(layer.trainable_variables) == 4
    moved = [v for v in layer.non_trainable_variables if v.name == "1_running_mean"]
    assert moved[0].numpy().any()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(tf.constant(x), training=False) ** 2)
    gradients = tape.gradient(loss, [v.value for v in layer.trainable_variables])
    assert all(g is not None for g in gradients)
    model = tf.keras.Sequential([tf.keras.Input((3,)), layer, layers.Dense(1)])
    model.compile("sgd", "mse")
    before = layer.trainable_variables[0].numpy()
    model.fit(x, x[:, :1], verbose=0)
    assert (layer.trainable_variables[0].numpy() != before).any()
    assert y.shape == (8, 4)
    with pytest.raises(NotImplementedError, match="pickled"):
        layer.get_config()


def test_rematerialized_calls_give_the_same_gradients() -> None:
    with tf.keras.RematScope():
        layer = layers.Dense(3, activation="tanh")
    x = tf.constant(numbers(2, 4))
    layer(x)
    again = layer.rematerialized_call(layer.call)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        a, b = tf.reduce_sum(layer(x) ** 2), tf.reduce_sum(again(x) ** 2)
    np.testing.assert_allclose(tape.gradient(a, x), tape.gradient(b, x), rtol=1e-5)


def test_upsampling_between_elements() -> None:
    x = np.arange(4.0, dtype="float32").reshape(1, 2, 2, 1)
    y = layers.UpSampling2D(2, interpolation="bilinear")(x)
    want = torch.nn.functional.interpolate(torch.tensor(x).permute(0, 3, 1, 2), scale_factor=2, mode="bilinear")
    np.testing.assert_allclose(y[0, :, :, 0], want[0, 0], atol=1e-6)
    first = layers.UpSampling2D(2, data_format="channels_first", interpolation="bilinear")(x.transpose(0, 3, 1, 2))
    np.testing.assert_allclose(first[0, 0], want[0, 0], atol=1e-6)


@pytest.mark.parametrize("run_eagerly", [True, False])
@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop"])
def test_optimizers_move_the_kernels_of_convolutions_against_the_gradient(optimizer: str, run_eagerly: bool) -> None:
    model = tf.keras.Sequential([tf.keras.Input((6, 6, 3)), layers.Conv2D(4, 3), layers.GlobalAveragePooling2D()])
    x, y = tf.constant(numbers(8, 6, 6, 3)), np.ones((8, 4), "float32")
    kernel = model.layers[0].kernel.value
    before = kernel.numpy()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    gradient = tape.gradient(loss, kernel).numpy()
    model.compile(optimizer, "mse", run_eagerly=run_eagerly)
    model.train_on_batch(x, y)
    assert (np.sign(kernel.numpy() - before) == -np.sign(gradient)).all()


@pytest.mark.parametrize("axis", [0, 1, 2, 3])
def test_batch_normalization_along_any_axis(axis: int) -> None:
    x = numbers(2, 3, 4, 5)
    over = tuple(i for i in range(4) if i != axis)
    want = (x - x.mean(over, keepdims=True)) / np.sqrt(x.var(over, keepdims=True) + 1e-3)
    np.testing.assert_allclose(layers.BatchNormalization(axis=axis)(x, training=True), want, atol=1e-5)


def test_sparse_and_ragged_inputs() -> None:
    whole = np.array([[0, 2, 0], [1, 0, 3]], "float32")
    sparse = tf.sparse.from_dense(whole)
    dense = layers.Dense(2, activation="relu", bias_initializer="ones")
    np.testing.assert_allclose(dense(sparse), dense(whole), atol=1e-6)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(dense(sparse))
    assert tape.gradient(loss, dense.kernel.value).shape == (3, 2)
    embedding = layers.Embedding(5, 4, mask_zero=True)
    rows = embedding(tf.ragged.constant([[1, 2], [3]]))
    np.testing.assert_allclose(rows[0], embedding(np.array([[1, 2]]))[0])
    assert rows.shape.as_list() == [2, None, 4]
    for layer, want in (
        (layers.Add(), whole * 2),
        (layers.Concatenate(), np.concatenate([whole, whole], -1)),
    ):
        result = layer([sparse, sparse])
        assert isinstance(result, tf.SparseTensor)
        np.testing.assert_allclose(tf.sparse.to_dense(result), want)
    product = layers.Multiply()([sparse, whole])
    assert isinstance(product, tf.SparseTensor)
    np.testing.assert_allclose(tf.sparse.to_dense(product), whole**2)
    np.testing.assert_allclose(layers.Average()([sparse, whole]), whole)


def test_names_that_moved_since_keras_2() -> None:
    experimental = layers.experimental
    layer = experimental.SyncBatchNormalization(momentum=0.5)
    assert layer(numbers(4, 3), training=True).shape == (4, 3)
    assert layer.synchronized
    assert type(layer).from_config(layer.get_config()).momentum == 0.5
    assert experimental.EinsumDense is layers.EinsumDense
    with pytest.raises(AttributeError, match="JAX"):
        layers.JaxLayer  # noqa: B018


def test_lambda_of_a_single_input_has_the_output_shape_that_it_was_given() -> None:
    layer = tf.keras.layers.Lambda(lambda x: tf.repeat(x, 8, axis=-1), output_shape=(1, 8))
    assert layer(tf.keras.Input((1, 1))).shape == (None, 1, 8)
    assert layer.compute_output_shape((None, 1, 1)) == (None, 1, 8)


@pytest.mark.parametrize(
    "layer",
    [
        *(lambda: layers.LSTM(3), lambda: layers.GRU(3, reset_after=False), lambda: layers.SimpleRNN(3)),
        lambda: layers.RNN(layers.StackedRNNCells([layers.LSTMCell(3), layers.GRUCell(2)])),
        lambda: layers.EinsumDense("abc,cd->abd", (None, 4)),
    ],
)
def test_integers_are_taken_for_the_floats_that_they_are(layer: Callable[[], Any]) -> None:
    x, made = np.arange(30).reshape(3, 5, 2) % 4, layer()
    y = made(x)
    assert y.dtype == tf.float32
    np.testing.assert_array_equal(y, made(x.astype("float32")))


def test_attention_takes_integers_for_the_floats_that_they_are() -> None:
    x = np.arange(30).reshape(3, 5, 2) % 4
    for layer in (layers.AdditiveAttention(use_scale=False), layers.MultiHeadAttention(2, 2)):
        given = (lambda a: [a, a]) if isinstance(layer, layers.AdditiveAttention) else (lambda a: a)
        many = [given(a) for a in (x, x.astype("float32"))]
        found = [layer(a) if isinstance(a, list) else layer(a, a) for a in many]
        np.testing.assert_allclose(found[0], found[1], rtol=1e-6)
