"""tf.keras.applications: the architectures are the real Keras's, weights load, pixels and classes are prepared."""

import json
import pathlib
import urllib.error
import urllib.request

import numpy as np
import pytest

import tfcompat as tf
from tests.keras.applications.architectures import QUICK, RECORD, describe, under_tensorflow
from tests.oracle import run_tensorflow

applications = tf.keras.applications
RECORDS = json.loads(RECORD.read_text(encoding="utf-8"))
# The others of QUICK take longer: they are compared live, those of ALL when they are recorded.
FEW = tuple(call for call in QUICK if call.startswith(("MobileNet", "VGG", "Xception", "ResNet50V2", "ConvNeXt")))


@pytest.mark.filterwarnings("ignore:This model usually expects")
@pytest.mark.parametrize("call", FEW)
def test_architecture_is_that_of_keras(call: str) -> None:
    assert json.loads(json.dumps(describe(tf, call))) == RECORDS[call]


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:This model usually expects")
@pytest.mark.parametrize("start", range(0, len(QUICK), 9))
def test_architectures_are_those_of_keras(start: int) -> None:
    calls = QUICK[start : start + 9]
    want = under_tensorflow(calls)
    assert {call: json.loads(json.dumps(describe(tf, call))) for call in calls} == want


_SAVING = """
rng = np.random.default_rng(0)
model = tf.keras.applications.{call}
for weight in model.weights:
    if "seed_generator" not in weight.path:
        scale = 0.1 if "kernel" in weight.name else 0.02
        start = 1.0 if "variance" in weight.name or "gamma" in weight.name else 0.0
        values = rng.normal(size=weight.shape) * scale + start
        weight.assign(np.abs(values) if "variance" in weight.name else values)
x = rng.uniform(0, 255, size=(2, *model.input_shape[1:])).astype("float32")
model.save({file!r})
np.save({outputs!r}, model.predict(x, verbose=0))
np.save({inputs!r}, x)
"""


@pytest.mark.oracle
@pytest.mark.parametrize(
    "call",
    [
        "MobileNetV2(weights=None, input_shape=(96, 96, 3), classes=7, alpha=0.35)",
        "EfficientNetB0(weights=None, input_shape=(64, 64, 3), classes=7)",
        "ResNet50(weights=None, input_shape=(64, 64, 3), classes=7)",
        "ConvNeXtTiny(weights=None, input_shape=(64, 64, 3), classes=7)",
    ],
)
def test_weights_that_keras_saved_give_its_predictions(call: str, tmp_path: pathlib.Path) -> None:
    file, outputs, inputs = (str(tmp_path / name) for name in ("model.h5", "outputs.npy", "inputs.npy"))
    run_tensorflow(_SAVING.format(call=call, file=file, outputs=outputs, inputs=inputs), timeout=300)
    model = eval(f"applications.{call.replace('weights=None', 'weights=file')}")
    got, want = model.predict(np.load(inputs), verbose=0), np.load(outputs)
    np.testing.assert_allclose(got, want, atol=2e-3 * np.abs(want).max())


def small(**options: object) -> tf.keras.Model:
    given = {"weights": None, "input_shape": (32, 32, 3), "alpha": 0.35, "include_top": False, **options}
    return applications.MobileNetV2(**given)


def test_a_model_can_start_from_a_tensor_and_learn() -> None:
    pixels = tf.keras.Input((32, 32, 3))
    x = applications.mobilenet_v2.preprocess_input(pixels)
    base = small(input_tensor=x, input_shape=None, pooling="avg")
    assert base.inputs[0] is pixels
    model = tf.keras.Model(base.input, tf.keras.layers.Dense(2)(base.output))
    model.compile("sgd", "mse", run_eagerly=True)
    data = np.random.default_rng(0).uniform(0, 255, (4, 32, 32, 3)).astype("float32")
    history = model.fit(data, np.zeros((4, 2)), epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    base.trainable = False
    assert not base.trainable_weights
    assert small(input_shape=(None, None, 3)).output_shape == (None, None, None, 1280)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"weights": "nowhere.h5"}, "weights"),
        ({"weights": "imagenet", "include_top": True, "classes": 7}, "classes"),
        ({"input_shape": (31, 32, 3)}, "at least 32x32"),
        ({"input_shape": (32, 32)}, "three integers"),
        ({"include_top": True, "input_shape": (None, None, 3)}, "static"),
        ({"weights": "imagenet", "alpha": 0.3}, "alpha"),
        ({"weights": "imagenet", "input_shape": (32, 32, 4)}, "3 channels"),
        ({"input_tensor": np.zeros((1, 32, 32, 3))}, "KerasTensor"),
    ],
)
@pytest.mark.filterwarnings("ignore:`input_shape` is undefined")
def test_arguments_that_do_not_fit_are_refused(options: dict, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        small(**options)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> pathlib.Path:
    """A cache without a net."""

    def offline(*args: object, **kwargs: object) -> None:
        raise urllib.error.URLError("no net")

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(urllib.request, "urlopen", offline)
    return tmp_path / "models"


def test_imagenet_weights_come_from_the_cache_or_an_error_names_the_file(cache: pathlib.Path) -> None:
    name = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    with pytest.raises(OSError, match=str(cache / name)):
        applications.VGG16(include_top=False, input_shape=(32, 32, 3))
    name = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_96_no_top.h5"
    saved = small(input_shape=(96, 96, 3))
    cache.mkdir()
    saved.save(cache / name)
    loaded = small(input_shape=(96, 96, 3), weights="imagenet")
    for a, b in zip(saved.get_weights(), loaded.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_predictions_are_decoded_with_the_cached_names(cache: pathlib.Path) -> None:
    scores = np.zeros((2, 1000), "float32")
    scores[0, [3, 5]] = 0.6, 0.4
    scores[1, 7] = 1.0
    with pytest.raises(OSError, match="imagenet_class_index.json"):
        applications.imagenet_utils.decode_predictions(scores)
    cache.mkdir()
    names = {str(i): [f"n{i:08}", f"class_{i}"] for i in range(1000)}
    (cache / "imagenet_class_index.json").write_text(json.dumps(names), encoding="utf-8")
    first, second = applications.resnet50.decode_predictions(tf.constant(scores), top=2)
    assert [entry[:2] for entry in first] == [("n00000003", "class_3"), ("n00000005", "class_5")]
    assert second[0] == ("n00000007", "class_7", 1.0)
    with pytest.raises(ValueError, match="1000"):
        applications.vgg16.decode_predictions(scores[:, :10])


@pytest.mark.parametrize("as_tensor", [False, True])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_pixels_are_prepared(as_tensor: bool, data_format: str) -> None:
    pixels = np.random.default_rng(0).uniform(0, 255, (2, 4, 5, 3)).astype("float32")
    want = {
        "tf": pixels / 127.5 - 1,
        "torch": (pixels / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225],
        "caffe": pixels[..., ::-1] - [103.939, 116.779, 123.68],
    }
    for mode, expected in want.items():
        given = pixels.transpose(0, 3, 1, 2).copy() if data_format == "channels_first" else pixels.copy()
        given = tf.constant(given) if as_tensor else given
        got = np.array(applications.imagenet_utils.preprocess_input(given, data_format, mode))
        got = got.transpose(0, 2, 3, 1) if data_format == "channels_first" else got
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-4)
    with pytest.raises(ValueError, match="mode"):
        applications.imagenet_utils.preprocess_input(pixels, mode="bgr")
    assert applications.efficientnet.preprocess_input(pixels) is pixels


def test_pixels_are_prepared_in_models_by_the_operations_of_keras() -> None:
    # as Keras's summary tells
    names = {"caffe": "get_item get_item get_item stack add", "torch": "true_divide add true_divide"}
    for mode, expected in names.items():
        for data_format, shape in (("channels_last", (4, 5, 3)), ("channels_first", (3, 4, 5))):
            inputs = tf.keras.Input(shape)
            outputs = applications.imagenet_utils.preprocess_input(inputs, data_format, mode)
            model = tf.keras.Model(inputs, outputs)
            found = [operation.name.rstrip("_0123456789") for operation in model.operations[1:]]
            assert found == expected.split()
            pixels = np.random.default_rng(0).uniform(0, 255, (2, *shape)).astype("float32")
            want = applications.imagenet_utils.preprocess_input(pixels.copy(), data_format, mode)
            np.testing.assert_allclose(model(pixels), want, rtol=1e-5, atol=1e-4)


def test_models_are_saved_and_loaded(tmp_path: pathlib.Path) -> None:
    model = applications.ConvNeXtTiny(weights=None, include_top=False, input_shape=(32, 32, 3))
    model.save(tmp_path / "model.keras")
    again = tf.keras.models.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).uniform(0, 255, (1, 32, 32, 3)).astype("float32")
    np.testing.assert_allclose(again(x), model(x), atol=1e-5)
