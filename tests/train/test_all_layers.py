"""A model with layers of many kinds, saved by Keras itself and read here, and the other way round: bit for bit."""

import pathlib
import textwrap

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import run_tensorflow

_BUILD = """
def build(keras):
    L = keras.layers
    keras.utils.set_random_seed(3)
    i = keras.Input((8, 8, 3))
    x = L.BatchNormalization()(L.Conv2D(4, 3, padding="same")(i))
    x = L.Conv2DTranspose(3, 2)(L.SeparableConv2D(5, 2)(L.DepthwiseConv2D(3)(x)))
    x = L.Dense(4)(L.Flatten()(L.GroupNormalization(1)(L.PReLU()(x))))
    j = keras.Input((6,))
    y = L.LSTM(5, return_sequences=True)(L.Conv1D(4, 2)(L.Embedding(10, 4)(j)))
    y = L.SimpleRNN(4, return_sequences=True)(L.Bidirectional(L.GRU(3, return_sequences=True))(y))
    y = L.TimeDistributed(L.Dense(4))(L.LayerNormalization()(L.MultiHeadAttention(2, 2)(y, y)))
    y = L.GlobalMaxPooling1D()(L.EinsumDense("abc,cd->abd", output_shape=(None, 3), bias_axes="d")(y))
    k = keras.Input((2, 3, 3, 2))
    z = L.Flatten()(L.ConvLSTM2D(2, 2)(k))
    l = keras.Input((3, 4, 4, 2))
    v = L.GlobalAveragePooling3D()(L.Conv3D(2, 2)(l))
    model = keras.Model([i, j, k, l], L.Dense(2)(L.Concatenate()([x, y, z, v])))
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model
def inputs(np):
    rng = np.random.default_rng(0)
    shapes = (2, 8, 8, 3), (2, 6), (2, 2, 3, 3, 2), (2, 3, 4, 4, 2)
    return [np.floor(9 * rng.random(s)) if len(s) == 2 else rng.random(s).astype("float32") for s in shapes]
def state(model):
    return [v.numpy() for v in [*model.weights, *model.optimizer.variables]]
def save(keras, tf, np, folder):
    model = build(keras)
    model.fit(inputs(np), np.ones((2, 2)), verbose=0)
    model.save(folder + "/m.keras")
    model.save(folder + "/m.h5")
    model.save_weights(folder + "/m.weights.h5")
    tf.train.Checkpoint(model).write(folder + "/c")
    np.savez(folder + "/s.npz", *state(model), outputs=model.predict(inputs(np), verbose=0))
def check(keras, tf, np, folder, names):
    saved = dict(np.load(folder + "/s.npz"))
    outputs = saved.pop("outputs")
    for name in names:
        if name in ("m.keras", "m.h5"):
            model = keras.models.load_model(folder + "/" + name)
        else:
            model = build(keras)
            model.optimizer.build(model.trainable_variables)
            if name == "c":
                tf.train.Checkpoint(model).read(folder + "/c").assert_existing_objects_matched()
            else:
                model.load_weights(folder + "/" + name)
        for ours, theirs in zip(state(model), saved.values()):
            np.testing.assert_array_equal(ours, theirs, name)
        np.testing.assert_allclose(model.predict(inputs(np), verbose=0), outputs, atol=1e-5)
"""
_NAMES = ["m.keras", "m.h5", "m.weights.h5", "c"]


def _own(tmp_path: pathlib.Path):
    made: dict = {}
    exec(textwrap.dedent(_BUILD), made)
    return made, (tf.keras, tf, np, str(tmp_path))


@pytest.mark.oracle
def test_keras_files_are_read(tmp_path: pathlib.Path) -> None:
    run_tensorflow(_BUILD + f"import keras\nsave(keras, tf, np, {str(tmp_path)!r})")
    made, arguments = _own(tmp_path)
    made["check"](*arguments, _NAMES)


@pytest.mark.oracle
def test_keras_reads_ours(tmp_path: pathlib.Path) -> None:
    made, arguments = _own(tmp_path)
    tf.config.set_checkpoint_format("tf")
    try:
        made["save"](*arguments)
    finally:
        tf.config.set_checkpoint_format("safetensors")
    # Keras 3.15 can't read a .h5 that was compiled with "mse" by name, its own neither.
    names = [name for name in _NAMES if name != "m.h5"]
    run_tensorflow(_BUILD + f"import keras\ncheck(keras, tf, np, {str(tmp_path)!r}, {names})")
