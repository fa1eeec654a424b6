"""Datasets of directories: which files, which labels, what is read."""

import pathlib
from typing import Any

import numpy as np
import pytest

import tfcompat as tf

Image = pytest.importorskip("PIL.Image")


@pytest.fixture
def images(tmp_path: pathlib.Path) -> pathlib.Path:
    for number, (name, count) in enumerate((("cats", 3), ("dogs", 2))):
        (tmp_path / name).mkdir()
        for i in range(count):
            Image.fromarray(np.full((6, 4, 3), 50 * number + i, np.uint8)).save(tmp_path / name / f"{i}.png")
    (tmp_path / "cats" / "notes.txt").write_text("no image")
    return tmp_path


def values(dataset: Any) -> list[Any]:
    return [tf.nest.map_structure(lambda x: x.numpy(), batch) for batch in dataset]


def test_images(images: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = tf.keras.utils.image_dataset_from_directory(images, image_size=(3, 2), batch_size=4, shuffle=False)
    assert capsys.readouterr().out == "Found 5 files belonging to 2 classes.\n"
    assert dataset.class_names == ["cats", "dogs"]
    assert [pathlib.Path(p).name for p in dataset.file_paths] == ["0.png", "1.png", "2.png", "0.png", "1.png"]
    (first, labels), (last, _) = values(dataset)
    assert first.shape == (4, 3, 2, 3)
    assert first.dtype == np.float32
    assert first[:, 0, 0, 0].tolist() == [0, 1, 2, 50]
    assert labels.tolist() == [0, 0, 0, 1]
    assert labels.dtype == np.int32
    assert last[:, 0, 0, 0].tolist() == [51]


@pytest.mark.parametrize(
    ("mode", "want"),
    [("binary", [[0.0], [0.0], [0.0], [1.0], [1.0]]), ("categorical", [[1.0, 0.0]] * 3 + [[0.0, 1.0]] * 2)],
)
def test_label_modes(images: pathlib.Path, mode: str, want: list[list[float]]) -> None:
    dataset = tf.keras.utils.image_dataset_from_directory(
        images, label_mode=mode, color_mode="grayscale", image_size=4, shuffle=False, verbose=False
    )
    ((pixels, labels),) = values(dataset)
    assert pixels.shape == (5, 4, 4, 1)
    assert labels.tolist() == want


def test_subsets_share_nothing(images: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = {"image_size": (2, 2), "validation_split": 0.4, "seed": 5}
    train, validation = tf.keras.utils.image_dataset_from_directory(images, subset="both", **options)
    printed = capsys.readouterr().out.splitlines()
    assert printed[1:] == ["Using 3 files for training.", "Using 2 files for validation."]
    seen = [sorted(v for batch, _ in values(d) for v in batch[:, 0, 0, 0].tolist()) for d in (train, validation)]
    assert sorted(seen[0] + seen[1]) == [0, 1, 2, 50, 51]
    alone = tf.keras.utils.image_dataset_from_directory(images, subset="validation", verbose=False, **options)
    assert sorted(alone.file_paths) == sorted(validation.file_paths)


def test_proportions(images: pathlib.Path) -> None:
    options = {"image_size": (4, 4), "labels": None, "shuffle": False, "batch_size": None, "verbose": False}
    padded = values(tf.keras.utils.image_dataset_from_directory(images, pad_to_aspect_ratio=True, **options))
    assert padded[3][0, :, 0].tolist() == [50, 50, 0, 0]
    cropped = values(tf.keras.utils.image_dataset_from_directory(images, crop_to_aspect_ratio=True, **options))
    assert cropped[3][0, :, 0].tolist() == [50] * 4
    first = tf.keras.utils.image_dataset_from_directory(images, data_format="channels_first", **options)
    assert values(first)[0].shape == (3, 4, 4)


def test_fit_takes_them(images: pathlib.Path) -> None:
    dataset = tf.keras.utils.image_dataset_from_directory(images, image_size=(2, 2), batch_size=2, verbose=False)
    model = tf.keras.Sequential(
        [tf.keras.layers.Rescaling(1 / 255), tf.keras.layers.Flatten(), tf.keras.layers.Dense(2)]
    )
    model.compile("sgd", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    history = model.fit(dataset, shuffle=False, verbose=0)
    assert np.isfinite(history.history["loss"]).all()


def test_bad_arguments(images: pathlib.Path) -> None:
    make = tf.keras.utils.image_dataset_from_directory
    for options, word in (
        ({"labels": "all"}, "labels"),
        ({"labels": [1, 2], "class_names": ["a"]}, "class_names"),
        ({"label_mode": "float"}, "label_mode"),
        ({"color_mode": "cmyk"}, "color_mode"),
        ({"image_size": (1, 2, 3)}, "image_size"),
        ({"interpolation": "guess"}, "interpolation"),
        ({"validation_split": 2, "subset": "training"}, "validation_split"),
        ({"validation_split": 0.2}, "subset"),
        ({"validation_split": 0.2, "subset": "training"}, "seed"),
        ({"class_names": ["cats", "birds"]}, "class_names"),
        ({"labels": [1, 2]}, "len\\(labels\\)"),
        ({"label_mode": "binary", "class_names": ["cats"]}, "binary"),
        ({"format": "grain"}, "grain"),
        ({"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True}, "Only one of"),
    ):
        with pytest.raises(ValueError, match=word):
            make(images, verbose=False, **options)
    with pytest.raises(ValueError, match="No image files found"):
        make(images / "cats", verbose=False)


def test_given_labels_and_class_order(images: pathlib.Path) -> None:
    given = tf.keras.utils.image_dataset_from_directory(
        images, labels=[4, 3, 2, 1, 0], image_size=(2, 2), shuffle=False, verbose=False
    )
    assert given.class_names == ["0", "1", "2", "3", "4"]
    assert values(given)[0][1].tolist() == [4, 3, 2, 1, 0]
    turned = tf.keras.utils.image_dataset_from_directory(
        images, class_names=["dogs", "cats"], image_size=(2, 2), shuffle=False, verbose=False
    )
    assert values(turned)[0][0][:, 0, 0, 0].tolist() == [50, 51, 0, 1, 2]
    assert values(turned)[0][1].tolist() == [0, 0, 1, 1, 1]


def test_texts(tmp_path: pathlib.Path) -> None:
    for name in ("neg", "pos"):
        (tmp_path / name).mkdir()
        for i in range(2):
            (tmp_path / name / f"{i}.txt").write_text(f"a {name} text {i}")
    dataset = tf.keras.utils.text_dataset_from_directory(tmp_path, batch_size=3, max_length=5, shuffle=False)
    found = values(dataset)
    assert [text for batch, _ in found for text in batch.tolist()] == [b"a neg", b"a neg", b"a pos", b"a pos"]
    assert [label for _, batch in found for label in batch.tolist()] == [0, 0, 1, 1]
    vectorize = tf.keras.layers.TextVectorization()
    vectorize.adapt(tf.keras.preprocessing.text_dataset_from_directory(tmp_path, labels=None, verbose=False))
    assert set(vectorize.get_vocabulary()) == {"", "[UNK]", "a", "text", "neg", "pos", "0", "1"}


def test_sounds(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").mkdir()
    for i in range(2):
        sound = tf.constant(np.full((3 + i, 1), 0.5), tf.float32)
        tf.io.write_file(str(tmp_path / "a" / f"{i}.wav"), tf.audio.encode_wav(sound, 8000))
    make = tf.keras.utils.audio_dataset_from_directory
    ((sounds, labels),) = values(make(tmp_path, shuffle=False, verbose=False))
    assert sounds.shape == (2, 4, 1)
    assert sounds[0, :, 0].tolist() == pytest.approx([0.5, 0.5, 0.5, 0.0], abs=1e-4)
    assert labels.tolist() == [0, 0]
    ((cut, _),) = values(make(tmp_path, output_sequence_length=2, shuffle=False, verbose=False))
    assert cut.shape == (2, 2, 1)
    with pytest.raises(ImportError, match="sampling_rate"):
        make(tmp_path, sampling_rate=4000)
    with pytest.raises(ValueError, match="ragged"):
        make(tmp_path, ragged=True, output_sequence_length=2)
