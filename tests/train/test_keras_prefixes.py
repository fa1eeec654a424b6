"""model.save_weights and load_weights on checkpoint files, and Keras 2's .h5 weights."""

import pathlib

import numpy as np
import pytest

import tfcompat as tf

keras = tf.keras


def _model(seed: int):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])


def _same(a, b) -> bool:
    return all(np.array_equal(p, q) for p, q in zip(a.get_weights(), b.get_weights(), strict=True))


@pytest.mark.parametrize("name", ["cp", "cp-0001.ckpt", "w.01-0.25", "deep/er/cp.ckpt"])
@pytest.mark.parametrize("format", ["safetensors", "tf"])
def test_prefixes(tmp_path: pathlib.Path, name: str, format: str) -> None:
    old, new = _model(1), _model(2)
    tf.config.set_checkpoint_format(format)
    try:
        old.save_weights(tmp_path / name)
    finally:
        tf.config.set_checkpoint_format("safetensors")
    assert tf.train.latest_checkpoint((tmp_path / name).parent) == str(tmp_path / name)
    assert not _same(old, new)
    new.load_weights(tf.train.latest_checkpoint((tmp_path / name).parent)).assert_existing_objects_matched()
    assert _same(old, new)


def test_compiled_models_restore_their_optimizer(tmp_path: pathlib.Path) -> None:
    x, y = np.ones((8, 3)), np.ones((8, 1))
    old, new = _model(1), _model(2)
    for model in (old, new):
        model.compile("adam", "mse")
    old.fit(x, y, verbose=0)
    old.save_weights(tmp_path / "cp.ckpt")
    status = new.load_weights(tmp_path / "cp.ckpt")
    new.fit(x, y, verbose=0)
    old.fit(x, y, verbose=0)
    status.assert_consumed()
    assert _same(old, new)


def test_the_callback_writes_checkpoints(tmp_path: pathlib.Path) -> None:
    model = _model(1)
    model.compile("sgd", "mse")
    saves = keras.callbacks.ModelCheckpoint(str(tmp_path / "cp-{epoch:04d}.ckpt"), save_weights_only=True)
    model.fit(np.ones((8, 3)), np.ones((8, 1)), epochs=2, verbose=0, callbacks=[saves])
    latest = tf.train.latest_checkpoint(tmp_path)
    assert latest == str(tmp_path / "cp-0002.ckpt")
    other = _model(2)
    other.load_weights(latest).expect_partial()
    assert _same(model, other)


@pytest.mark.parametrize("name", ["w.h5", "w"])
def test_keras_2s_h5_weights(tmp_path: pathlib.Path, name: str) -> None:
    old, new = _model(1), _model(2)
    old.save_weights(tmp_path / name, save_format="h5")
    (tmp_path / name).rename(tmp_path / "w.h5")
    new.load_weights(tmp_path / "w.h5")
    assert _same(old, new)


def test_names_that_are_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="filename must end in `.weights.h5`"):
        _model(1).save_weights(tmp_path / "x.foo")
    with pytest.raises(ValueError, match="`save_format`"):
        _model(1).save_weights(tmp_path / "x", save_format="zip")
    with pytest.raises(FileNotFoundError, match="neither a file .* nor a checkpoint"):
        _model(1).load_weights(tmp_path / "nothing")
    _model(1).save_weights(tmp_path / "cp")
    with pytest.raises(ValueError, match="do not work for checkpoints"):
        _model(1).load_weights(tmp_path / "cp", skip_mismatch=True)


def test_keras_2s_names_are_found(tmp_path: pathlib.Path) -> None:
    """What Keras 2 saved: "layer_with_weights-N" for layers, "kernel" for kernels."""
    values = _model(1)
    dense = values.layers
    tree = tf.Module()
    for number, layer in enumerate(dense):
        saved = tf.Module()
        saved.kernel, saved.bias = layer.kernel.value, layer.bias.value
        setattr(tree, f"layer_with_weights-{number}", saved)
        setattr(tree, f"layer-{number}", saved)
    tf.train.Checkpoint(root=tree).write(tmp_path / "k2")
    model = _model(2)
    model.load_weights(tmp_path / "k2").assert_existing_objects_matched()
    assert _same(model, values)
