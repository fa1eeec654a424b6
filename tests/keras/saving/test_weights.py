"""Files of weights where their folder is missing: h5py's and zipfile's errors, as TensorFlow 2.21 tells them."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest

import tfcompat as tf


def test_folders_that_are_missing(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(1)])
    told = r"\[Errno 2\] Unable to synchronously {} file \(unable to open file: name = 'no/a.weights.h5', errno = 2, "
    told += r"error message = 'No such file or directory', flags = {}, o_flags = {}\)"
    with pytest.raises(FileNotFoundError, match=told.format("create", 13, 242)):
        model.save_weights("no/a.weights.h5")
    with pytest.raises(FileNotFoundError, match=told.format("open", 0, 0)):
        model.load_weights("no/a.weights.h5")
    with pytest.raises(FileNotFoundError, match=r"\[Errno 2\] No such file or directory: 'no/a.keras'"):
        model.save("no/a.keras")
    assert not (tmp_path / "no").exists()
    model.compile("sgd", "mse")
    saver = tf.keras.callbacks.ModelCheckpoint("made/{epoch}.weights.h5", save_weights_only=True)
    model.fit(np.zeros((2, 3)), np.zeros((2, 1)), callbacks=[saver], verbose=0)
    assert (tmp_path / "made" / "1.weights.h5").exists()
