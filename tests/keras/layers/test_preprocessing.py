"""Preprocessing layers at work: in models, in tf.data, in tf.function, and saved."""

import pathlib
import zipfile
from typing import Any

import numpy as np
import pytest

import tfcompat as tf

layers = tf.keras.layers
TEXTS = tf.constant([["the cat"], ["a zebra"]])


@pytest.fixture
def vectorize() -> Any:
    layer = layers.TextVectorization(output_sequence_length=3)
    layer.adapt(["the cat sat", "the dog ran"])
    return layer


def text_model(vectorize: Any) -> Any:
    inputs = tf.keras.Input((1,), dtype="string")
    words = layers.Embedding(vectorize.vocabulary_size(), 2)(vectorize(inputs))
    return tf.keras.Model(inputs, layers.Dense(1)(layers.Flatten()(words)))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_learnt_vocabulary_is_saved(vectorize: Any, tmp_path: pathlib.Path) -> None:
    model = text_model(vectorize)
    want = model.predict(TEXTS, verbose=0)
    model.save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        assert archive.read("assets/layers/text_vectorization/vocabulary.txt") == b"\n[UNK]\nthe\nsat\nran\ndog\ncat"
    again = tf.keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(TEXTS, verbose=0), want)
    assert again.layers[1].get_vocabulary() == vectorize.get_vocabulary()


def test_learnt_numbers_are_saved(tmp_path: pathlib.Path) -> None:
    normalize, lookup = layers.Normalization(), layers.IntegerLookup(output_mode="tf_idf")
    bins = layers.Discretization(num_bins=3)
    normalize.adapt(np.array([[1.0, 2.0], [3.0, 6.0]]))
    lookup.adapt(np.array([[1, 2], [2, 3]]))
    bins.adapt(np.array([[1.0, 2.0, 5.0, 6.0]]))
    a, b = tf.keras.Input((2,)), tf.keras.Input((2,), dtype="int64")
    model = tf.keras.Model([a, b], [normalize(a), lookup(b), bins(a)])
    data = [np.array([[1.0, 6.0]]), np.array([[2, 9]])]
    want = model.predict(data, verbose=0)
    model.save(tmp_path / "model.keras")
    for got, expected in zip(tf.keras.models.load_model(tmp_path / "model.keras").predict(data, verbose=0), want):
        np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_assets_stay_in_their_folder(vectorize: Any, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "model.keras"
    text_model(vectorize).save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("assets/layers/text_vectorization/../../../evil", "x")
    with pytest.raises(ValueError, match="leads out of its folder"):
        tf.keras.models.load_model(path)


def test_a_vocabulary_file(tmp_path: pathlib.Path) -> None:
    (tmp_path / "words.txt").write_text("b\na\n")
    layer = layers.StringLookup(vocabulary=str(tmp_path / "words.txt"))
    assert layer.get_vocabulary() == ["[UNK]", "b", "a"]
    assert layer.get_config()["vocabulary"] is None
    config = {**layer.get_config(), "vocabulary": str(tmp_path / "words.txt")}
    described = {"module": "keras.layers", "class_name": "StringLookup", "config": config, "registered_name": None}
    with pytest.raises(TypeError, match="outside of the model archive"):
        tf.keras.saving.deserialize_keras_object(described)
    with pytest.raises(ValueError, match="does not exist"):
        layers.StringLookup(vocabulary=str(tmp_path / "none.txt"))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_in_datasets_and_functions(vectorize: Any) -> None:
    dataset = tf.data.Dataset.from_tensor_slices((["the cat", "dog"], [0, 1])).batch(2)
    ((numbers, labels),) = list(dataset.map(lambda text, label: (vectorize(text), label)))
    assert numbers.numpy().tolist() == [[2, 6, 0], [5, 0, 0]]
    assert labels.numpy().tolist() == [0, 1]
    lookup = layers.IntegerLookup(vocabulary=[5, 7], output_mode="one_hot")
    rows = tf.data.Dataset.from_tensor_slices([7, 9, 5]).map(lookup)
    assert [row.numpy().tolist() for row in rows] == [[[0, 0, 1]], [[1, 0, 0]], [[0, 1, 0]]]
    assert tf.function(lambda x: lookup(x))(tf.constant([5, 5])).numpy().tolist() == [[0, 1, 0], [0, 1, 0]]
    normalize = layers.Normalization(mean=1.0, variance=4.0)
    assert tf.function(lambda x: normalize(x))(tf.constant([[3.0], [5.0]])).numpy().tolist() == [[1.0], [2.0]]
    assert normalize(tf.constant([[3.0]])).numpy().tolist() == [[1.0]]


def test_adapt_takes_datasets() -> None:
    numbers = tf.data.Dataset.from_tensor_slices([[1.0], [3.0], [5.0], [7.0]])
    for data in (numbers, numbers.batch(2), numbers.batch(3)):
        layer = layers.Normalization()
        layer.adapt(data)
        assert (layer.mean.numpy().item(), layer.variance.numpy().item()) == pytest.approx((4.0, 5.0))
    words = layers.StringLookup()
    words.adapt(tf.data.Dataset.from_tensor_slices(["b", "a", "b"]).batch(1), steps=2)
    assert words.get_vocabulary() == ["[UNK]", "b", "a"]
    with pytest.raises(ValueError, match="incompatible shape"):
        layer.adapt(np.ones((2, 3)))
    with pytest.raises(ValueError, match="empty iterable"):
        layers.Normalization().adapt(iter([]))
    with pytest.raises(ValueError, match="static vocabulary"):
        layers.StringLookup(vocabulary=["a"]).adapt(["a"])


def test_feature_spaces_in_datasets_and_files(tmp_path: pathlib.Path) -> None:
    data = {"a": [1.0, 3.0, 5.0], "b": ["x", "y", "x"]}
    dataset = tf.data.Dataset.from_tensor_slices(data)
    space = tf.keras.utils.FeatureSpace({"a": "float_normalized", "b": "string_categorical"}, crosses=None)
    with pytest.raises(ValueError, match="adapt"):
        space({"a": 1.0, "b": "x"})
    space.adapt(dataset)
    batch = next(iter(dataset.batch(3).map(space)))
    assert batch.shape == (3, 4)
    assert batch.numpy()[:, 1:].tolist() == [[0, 1, 0], [0, 0, 1], [0, 1, 0]]
    assert space({"a": 3.0, "b": "z"}).numpy().tolist() == pytest.approx([0, 1, 0, 0])
    space.save(tmp_path / "space.keras")
    again = tf.keras.models.load_model(tmp_path / "space.keras")
    np.testing.assert_allclose(again({"a": 5.0, "b": "y"}), space({"a": 5.0, "b": "y"}))
    with pytest.raises(ValueError, match="Invalid feature type"):
        tf.keras.utils.FeatureSpace({"a": "guess"})


IMAGES = (np.arange(4 * 6 * 6 * 3) * 37 % 256).reshape(4, 6, 6, 3).astype("float32")
RANDOM = {
    "RandomFlip": (),
    "RandomRotation": (0.2,),
    "RandomZoom": (0.2,),
    "RandomTranslation": (0.1, 0.1),
    "RandomShear": (0.2,),
    "RandomContrast": (0.5,),
    "RandomBrightness": (0.2,),
    "RandomHue": (0.4,),
    "RandomSaturation": ((0.2, 0.8),),
    "RandomSharpness": (0.9,),
    "RandomErasing": (),
    "RandomPerspective": (),
    "CutMix": (),
    "MixUp": (),
    "RandAugment": (),
}


@pytest.mark.parametrize("name", RANDOM)
def test_images_change_in_training_alone(name: str) -> None:
    layer = getattr(layers, name)(*RANDOM[name], seed=7)
    changed = layer(IMAGES).numpy()
    assert layer(IMAGES, training=False).numpy() == pytest.approx(IMAGES)
    assert changed.shape == IMAGES.shape
    assert np.isfinite(changed).all()
    assert not np.allclose(changed, IMAGES)
    again = type(layer).from_config(layer.get_config())
    assert again(IMAGES).numpy() == pytest.approx(changed, abs=1e-3)
    captured = tf.function(lambda x: layer(x))
    first, second = captured(IMAGES).numpy(), captured(IMAGES).numpy()
    assert first.shape == IMAGES.shape
    assert not np.allclose(first, second)


def test_images_in_models_and_datasets() -> None:
    model = tf.keras.Sequential(
        [
            tf.keras.Input((6, 6, 3)),
            layers.Rescaling(1 / 255),
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(0.1),
            layers.RandomZoom(0.2),
            layers.Resizing(4, 4),
            layers.CenterCrop(2, 2),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    history = model.fit(IMAGES, np.ones(4), batch_size=3, epochs=2, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    once = model.predict(IMAGES, verbose=0)
    assert model.predict(IMAGES, verbose=0) == pytest.approx(once)
    augment = layers.Pipeline([layers.RandomFlip(), layers.RandomContrast(0.2)])
    single = list(tf.data.Dataset.from_tensor_slices(IMAGES).map(lambda x: augment(x, training=True)))
    assert [x.shape for x in single] == [(6, 6, 3)] * 4
