"""The event files that TensorBoard's callback writes, read back as messages, and by a real TensorFlow."""

import json
import pathlib
import zlib

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import ask_tensorflow
from tfcompat._formats import events
from tfcompat._formats.protos import message
from tfcompat._formats.tensor_proto import make_ndarray
from tfcompat._formats.tfrecord import read_records

keras = tf.keras


def read(directory: pathlib.Path) -> list:
    (path,) = directory.glob("events.out.tfevents.*")
    return [message("Event").FromString(record) for record in read_records(path)]


def values(directory: pathlib.Path) -> dict[str, list]:
    found: dict[str, list] = {}
    for event in read(directory)[1:]:
        for value in event.summary.value:
            found.setdefault(value.tag, []).append((event.step, value))
    return found


def fit(log_dir: pathlib.Path, **options):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="d")])
    model.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mae"])
    x, y = np.ones((8, 3), "float32"), np.zeros((8, 2), "float32")
    callback = keras.callbacks.TensorBoard(log_dir, **options)
    history = model.fit(x, y, batch_size=4, epochs=2, validation_data=(x, y), verbose=0, callbacks=[callback])
    return model, history.history


def test_epochs_metrics_and_the_model(tmp_path: pathlib.Path) -> None:
    model, history = fit(tmp_path)
    first = read(tmp_path / "train")[0]
    assert first.file_version == "brain.Event:2"
    train, validation = values(tmp_path / "train"), values(tmp_path / "validation")
    assert set(train) == {"keras", "epoch_loss", "epoch_mae", "epoch_learning_rate"}
    assert set(validation) == {
        "epoch_loss",
        "epoch_mae",
        "evaluation_loss_vs_iterations",
        "evaluation_mae_vs_iterations",
    }
    (_, value) = train["keras"][0]
    assert value.metadata.plugin_data.plugin_name == "graph_keras_model"
    assert json.loads(value.tensor.string_val[0]) == json.loads(model.to_json())
    steps, losses = zip(*[(step, float(make_ndarray(v.tensor))) for step, v in train["epoch_loss"]])
    assert steps == (0, 1)
    assert np.allclose(losses, history["loss"])
    assert [step for step, _ in validation["evaluation_loss_vs_iterations"]] == [2, 4]
    assert train["epoch_loss"][0][1].metadata.plugin_data.plugin_name == "scalars"


def test_batches_weights_and_speed(tmp_path: pathlib.Path) -> None:
    fit(tmp_path, update_freq=2, histogram_freq=1, write_images=True, write_steps_per_second=True, write_graph=False)
    train = values(tmp_path / "train")
    assert [step for step, _ in train["batch_loss"]] == [2, 4]
    assert [step for step, _ in train["batch_steps_per_second"]] == [2, 4]
    assert "epoch_steps_per_second" in train
    assert "keras" not in train
    name = next(tag for tag in train if tag.endswith("kernel/histogram"))
    rows = make_ndarray(train[name][0][1].tensor)
    assert rows.shape == (30, 3)
    assert rows[:, 2].sum() == 6
    image = make_ndarray(train[name.replace("histogram", "image")][0][1].tensor)
    assert image[:2].tolist() == [b"3", b"2"]
    assert image[2].startswith(b"\x89PNG")


def test_profiler_writes_a_trace(tmp_path: pathlib.Path) -> None:
    fit(tmp_path, profile_batch=(2, 3))
    assert list((tmp_path / "train").glob("*.pt.trace.json"))


def test_bad_profile_batch() -> None:
    for bad in (-1, (3, 2), "1,2,3", (1, 2, 3)):
        with pytest.raises(ValueError, match="profile_batch must be"):
            keras.callbacks.TensorBoard(profile_batch=bad)


def test_histogram_of_equal_values() -> None:
    rows = make_ndarray(events.histogram("h", [2.0, 2.0, 2.0]).tensor)
    assert rows[-1].tolist() == [2.0, 2.0, 3.0]
    assert rows[:-1, 2].sum() == 0


def test_png_holds_the_pixels() -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    data = events.encode_png(pixels)
    start = data.index(b"IDAT")
    size = int.from_bytes(data[start - 4 : start], "big")
    rows = zlib.decompress(data[start + 4 : start + 4 + size])
    assert np.frombuffer(rows, np.uint8).reshape(2, 13)[:, 1:].reshape(2, 4, 3).tolist() == pixels.tolist()


@pytest.mark.oracle
def test_tensorflow_reads_the_file(tmp_path: pathlib.Path) -> None:
    _, history = fit(tmp_path)
    (path,) = (tmp_path / "train").glob("events*")
    found = ask_tensorflow(
        f"found = []\nfor e in tf.compat.v1.train.summary_iterator({str(path)!r}):\n"
        "  found += [(e.step, v.tag, float(tf.make_ndarray(v.tensor))) for v in e.summary.value if v.tag != 'keras']\n"
        "answer(found)"
    )
    assert [round(v, 5) for _, tag, v in found if tag == "epoch_loss"] == [round(v, 5) for v in history["loss"]]
