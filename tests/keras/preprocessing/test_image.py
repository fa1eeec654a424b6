"""keras.preprocessing.image: transforms with known results, and the iterators over arrays, files and tables."""

import pathlib

import numpy as np
import pytest

import tfcompat as tf

Image = pytest.importorskip("PIL.Image")
image = tf.keras.preprocessing.image


@pytest.fixture
def x() -> np.ndarray:
    return np.arange(4 * 4 * 2, dtype="float32").reshape(4, 4, 2) ** 2


def affine(x: np.ndarray, **options) -> np.ndarray:
    return image.apply_affine_transform(x, row_axis=0, col_axis=1, channel_axis=2, **options)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_quarter_turns(x: np.ndarray, turns: int) -> None:
    np.testing.assert_allclose(affine(x, theta=90 * turns), np.rot90(x, turns), rtol=1e-4, atol=1e-3)


def test_channels_first_and_columns_first(x: np.ndarray) -> None:
    first = image.apply_affine_transform(x.transpose(2, 0, 1), theta=90)
    np.testing.assert_allclose(first, np.rot90(x).transpose(2, 0, 1), rtol=1e-4, atol=1e-3)
    turned = image.apply_affine_transform(x.transpose(1, 0, 2), tx=1, row_axis=1, col_axis=0, channel_axis=2)
    np.testing.assert_allclose(turned.transpose(1, 0, 2), affine(x, tx=1))


@pytest.mark.parametrize(
    ("mode", "rows"),
    [("nearest", [1, 2, 3, 3]), ("reflect", [1, 2, 3, 3]), ("constant", [1, 2, 3, None])],
)
def test_shifts(x: np.ndarray, mode: str, rows: list[int | None]) -> None:
    want = np.stack([np.full((4, 2), 7.0) if row is None else x[row] for row in rows])
    np.testing.assert_allclose(affine(x, ty=1, fill_mode=mode, cval=7.0), want)
    np.testing.assert_allclose(affine(x, tx=-1), x[:, [0, 0, 1, 2]])
    np.testing.assert_allclose(affine(x, ty=2, fill_mode="reflect"), x[[2, 3, 3, 2]])
    np.testing.assert_allclose(affine(x, tx=0.5), (x + x[:, [1, 2, 3, 3]]) / 2)


def test_zoom_is_about_the_middle() -> None:
    ramp = np.arange(5.0, dtype="float32")[:, None, None].repeat(5, 1)
    np.testing.assert_allclose(affine(ramp, zy=0.5)[:, 0, 0], [1, 1.5, 2, 2.5, 3])
    np.testing.assert_allclose(affine(ramp, zy=0.5, order=0)[:, 0, 0], [1, 2, 2, 3, 3])


def test_shear_moves_rows_against_each_other() -> None:
    ramp = np.arange(9.0, dtype="float32")[None, :, None].repeat(9, 0)
    got = affine(ramp, shear=30)
    np.testing.assert_allclose(got[4, :, 0], np.arange(9), atol=1e-5)
    np.testing.assert_allclose(got[2, 2:6, 0], np.arange(2, 6) + 1, rtol=1e-5)


def test_bad_transforms(x: np.ndarray) -> None:
    with pytest.raises(ValueError, match="distinct"):
        image.apply_affine_transform(x, row_axis=0, col_axis=0)
    with pytest.raises(ValueError, match="fill_mode=blur"):
        affine(x, theta=3, fill_mode="blur")
    with pytest.raises(NotImplementedError, match="order=3"):
        affine(x, theta=3, order=3)


def test_brightness_and_channel_shift() -> None:
    pixels = np.full((2, 2, 3), 100.0, "float32")
    assert image.apply_brightness_shift(pixels, 1.5, scale=False).tolist() == np.full((2, 2, 3), 150.0).tolist()
    shifted = image.apply_channel_shift(np.array([[[0.0, 10.0]]]), 3.0, 2)
    assert shifted.tolist() == [[[3.0, 10.0]]]


def test_flow_keeps_images_and_labels_together() -> None:
    images = np.arange(10, dtype="float32").reshape(10, 1, 1, 1).repeat(2, 1)
    flow = image.ImageDataGenerator(rescale=2.0).flow(images, np.arange(10), batch_size=4, seed=1)
    assert len(flow) == 3
    seen = []
    for _ in range(3):
        batch, labels = next(flow)
        assert batch[:, 0, 0, 0].tolist() == (2 * labels).tolist()
        seen += labels.tolist()
    assert sorted(seen) == list(range(10))
    again = image.ImageDataGenerator(rescale=2.0).flow(images, np.arange(10), batch_size=4, seed=1)
    assert next(again)[1].tolist() == seen[:4]


def test_subsets_and_weights() -> None:
    images, labels = np.zeros((10, 2, 2, 1)), np.tile([0, 1], 5)
    generator = image.ImageDataGenerator(validation_split=0.4)
    weights = np.arange(10.0)
    part = generator.flow(images, labels, sample_weight=weights, subset="validation", shuffle=False)
    assert part.n == 4
    assert next(part)[2].tolist() == [0, 1, 2, 3]
    assert generator.flow(images, labels, subset="training").n == 6
    with pytest.raises(ValueError, match="different number of classes"):
        generator.flow(images, np.arange(10), subset="training")


def test_fit_standardizes() -> None:
    images = np.random.default_rng(0).normal(3, 2, (20, 4, 4, 3)).astype("float32")
    generator = image.ImageDataGenerator(featurewise_center=True, featurewise_std_normalization=True)
    generator.fit(images)
    batch = next(generator.flow(images, batch_size=20))
    np.testing.assert_allclose(batch.mean((0, 1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(batch.std((0, 1, 2)), 1, atol=1e-4)
    whitening = image.ImageDataGenerator(featurewise_center=True, zca_whitening=True, zca_epsilon=1e-6)
    small = images[:, :1, :2, :1]
    whitening.fit(small)
    white = next(whitening.flow(small, batch_size=20)).reshape(20, 2)
    np.testing.assert_allclose(white.T @ white / 20, np.eye(2), atol=1e-3)


def test_flips_and_random_transforms_are_by_seed() -> None:
    x = np.arange(16, dtype="float32").reshape(4, 4, 1)
    generator = image.ImageDataGenerator(
        rotation_range=40, width_shift_range=0.2, height_shift_range=[1, 2], shear_range=10, zoom_range=0.3,
        channel_shift_range=2.0, horizontal_flip=True, vertical_flip=True,
    )  # fmt: skip
    assert generator.random_transform(x, seed=4).tolist() == generator.random_transform(x, seed=4).tolist()
    assert generator.random_transform(x, seed=4).tolist() != generator.random_transform(x, seed=5).tolist()
    flipped = generator.apply_transform(x, {"flip_horizontal": True, "flip_vertical": True})
    assert flipped.tolist() == x[::-1, ::-1].tolist()
    parameters = generator.get_random_transform((4, 4, 1), seed=4)
    assert abs(parameters["theta"]) <= 40
    assert abs(parameters["tx"]) in (1, 2)
    assert abs(parameters["ty"]) <= 0.8


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    for number, name in enumerate(("cats", "dogs")):
        (tmp_path / name).mkdir()
        for i in range(2):
            Image.fromarray(np.full((3, 3, 3), 10 * number + i, np.uint8)).save(tmp_path / name / f"{i}.png")
    return tmp_path


@pytest.mark.parametrize(
    ("mode", "want"),
    [("categorical", [[1, 0], [1, 0], [0, 1], [0, 1]]), ("binary", [0, 0, 1, 1]), ("sparse", [0, 0, 1, 1])],
)
def test_flow_from_directory(
    folder: pathlib.Path, capsys: pytest.CaptureFixture[str], mode: str, want: list[int]
) -> None:
    flow = image.ImageDataGenerator(rescale=0.1).flow_from_directory(
        folder, target_size=(2, 2), class_mode=mode, shuffle=False
    )
    assert capsys.readouterr().out == "Found 4 images belonging to 2 classes.\n"
    assert flow.class_indices == {"cats": 0, "dogs": 1}
    assert flow.classes.tolist() == [0, 0, 1, 1]
    assert [pathlib.Path(f).as_posix() for f in flow.filenames] == [
        "cats/0.png",
        "cats/1.png",
        "dogs/0.png",
        "dogs/1.png",
    ]
    batch, labels = next(flow)
    assert batch[:, 0, 0, 0].tolist() == pytest.approx([0, 0.1, 1, 1.1])
    assert labels.tolist() == want
    model = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    if mode == "binary":
        assert np.isfinite(model.fit(flow, epochs=2, verbose=0).history["loss"]).all()


def test_flow_from_dataframe(folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"file": ["cats/0.png", "dogs/1.png", "none.png"], "kind": ["c", "d", "c"], "y": [1.0, 2.0, 3.0]}
    )
    generator = image.ImageDataGenerator()
    with pytest.warns(UserWarning, match="1 invalid image filename"):
        flow = generator.flow_from_dataframe(frame, folder, "file", "kind", target_size=(3, 3), shuffle=False)
    batch, labels = next(flow)
    assert batch[:, 0, 0, 0].tolist() == [0, 11]
    assert labels.tolist() == [[1, 0], [0, 1]]
    with pytest.warns(UserWarning, match="invalid"):
        raw = generator.flow_from_dataframe(
            frame, folder, "file", ["y"], class_mode="raw", weight_col="y", shuffle=False
        )
    assert [part.tolist() for part in next(raw)[1:]] == [[[1.0], [2.0]], [1.0, 2.0]]
    with pytest.raises(TypeError, match="y_col must be a list"):
        generator.flow_from_dataframe(frame, folder, "file", "y", class_mode="multi_output")


def test_images_as_files(tmp_path: pathlib.Path) -> None:
    pixels = (np.arange(5 * 3 * 3) * 5 % 256).reshape(5, 3, 3).astype("float32")
    image.save_img(tmp_path / "a.png", pixels, scale=False)
    back = image.load_img(tmp_path / "a.png")
    assert back.size == (3, 5)
    assert image.img_to_array(back).tolist() == pixels.tolist()
    assert image.img_to_array(image.load_img(tmp_path / "a.png", color_mode="grayscale")).shape == (5, 3, 1)
    assert image.load_img(tmp_path / "a.png", target_size=(2, 4), interpolation="bilinear").size == (4, 2)
    square = image.load_img(tmp_path / "a.png", target_size=(3, 3), keep_aspect_ratio=True)
    assert image.img_to_array(square).tolist() == pixels[1:4].tolist()
    scaled = image.img_to_array(image.array_to_img(np.array([[[-1.0], [1.0]]])))
    assert scaled.tolist() == [[[0.0], [255.0]]]
    with pytest.raises(ValueError, match="rank 3"):
        image.array_to_img(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="interpolation"):
        image.load_img(tmp_path / "a.png", target_size=(1, 1), interpolation="guess")
    with pytest.raises(TypeError, match="path-like"):
        image.load_img(3)
