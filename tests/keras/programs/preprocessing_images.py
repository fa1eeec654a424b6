"""Layers that change images: values by seed, single images, both data formats, dicts with boxes and masks, configs."""

import functools
import random

import numpy as np


def show(function):
    try:
        result = function()
    except Exception as error:
        print(type(error).__name__)
        return
    if not hasattr(result, "numpy"):
        print(result)
        return
    pixels = result.numpy()
    print(result.dtype.name, pixels.shape, np.round(pixels.mean(), 2), np.round(pixels.ravel()[::5], 1).tolist())


layers = tf.keras.layers
x = (np.arange(2 * 4 * 5 * 3) * 37 % 256).reshape(2, 4, 5, 3).astype("float32")
b = {
    "images": x,
    "labels": np.eye(2, dtype="float32"),
    "bounding_boxes": {
        "boxes": np.array([[[1, 1, 3, 3], [0, 0, 2, 4]], [[2, 0, 4, 3], [0, 1, 5, 4]]], "float32"),
        "labels": np.array([[1, 2], [3, 4]]),
    },
    "segmentation_masks": x[..., :1],
}


def case(name, make, boxes=True, first=True):
    print("##", name)
    show(lambda: make(seed=3)(x))
    show(lambda: make(seed=3)(x[0]))
    show(lambda: make(seed=3)(x, training=False))
    show(lambda: make(seed=3).get_config())
    if first:
        show(lambda: make(seed=3, data_format="channels_first")(x.transpose(0, 3, 1, 2)))

    def d(training=True):
        bb = {k: dict(v) if isinstance(v, dict) else v for k, v in b.items()}
        r = make(seed=3, bounding_box_format="xyxy")(bb, training=training)
        return {
            k: {a: np.round(np.array(c), 2).tolist() for a, c in v.items()}
            if isinstance(v, dict)
            else np.round(np.array(v), 2).ravel()[:12].tolist()
            for k, v in sorted(r.items())
        }

    if boxes:
        show(d)
    show(lambda: make(seed=3)(tf.keras.Input((4, 5, 3))).shape)


P = functools.partial
case("flip", P(layers.RandomFlip))
case("flip h", P(layers.RandomFlip, "horizontal"))
case("rot", P(layers.RandomRotation, 0.2))
case("rot2", P(layers.RandomRotation, (0.1, 0.3), fill_mode="constant", fill_value=7.0, interpolation="nearest"))
case("zoom", P(layers.RandomZoom, 0.3))
case("zoom2", P(layers.RandomZoom, (-0.3, -0.2), (0.1, 0.2), fill_mode="wrap"))
case("trans", P(layers.RandomTranslation, 0.3, (-0.2, 0.4), fill_mode="nearest"))
case("shear", P(layers.RandomShear, 0.3, (0.1, 0.2)))
case("persp", P(layers.RandomPerspective, 1.0, 0.4))
case("bright", P(layers.RandomBrightness, 0.3))
case("contrast", P(layers.RandomContrast, (0.3, 0.5)))
case("hue", P(layers.RandomHue, 0.4))
case("sat", P(layers.RandomSaturation, (0.2, 0.7)))
case("degen", P(layers.RandomColorDegeneration, (0.2, 0.7)))
case("grey", P(layers.RandomGrayscale, 0.5), boxes=False)
case("invert", P(layers.RandomInvert, 0.6))
case(
    "jitter",
    P(
        layers.RandomColorJitter,
        brightness_factor=0.2,
        contrast_factor=0.3,
        saturation_factor=(0.3, 0.5),
        hue_factor=0.2,
    ),
    first=False,
)
case("sharp", P(layers.RandomSharpness, (0.2, 0.9)))
case("post", P(layers.RandomPosterization, (2, 6)))
case("blur", P(layers.RandomGaussianBlur, (0.5, 1.0), 3, (0.3, 0.9)))
case("erase", P(layers.RandomErasing, 1.0, (0.2, 0.5), fill_value=5.0))
case("solar", P(layers.Solarization, 0.2, 0.6))
case("auto", lambda seed=None, **k: layers.AutoContrast(**k))
case("equal", lambda seed=None, **k: layers.Equalization(**k))
case("equal2", lambda seed=None, **k: layers.Equalization(value_range=(0, 512), bins=16, **k))
case(
    "clahe",
    lambda seed=None, **k: layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(2, 3), **k),
    boxes=False,
)
case("center", lambda seed=None, **k: layers.CenterCrop(2, 3, **k))
case("center2", lambda seed=None, **k: layers.CenterCrop(6, 3, **k))
case("resize", lambda seed=None, **k: layers.Resizing(6, 3, **k))
case("resize2", lambda seed=None, **k: layers.Resizing(3, 3, crop_to_aspect_ratio=True, **k))
case("resize3", lambda seed=None, **k: layers.Resizing(3, 7, pad_to_aspect_ratio=True, interpolation="nearest", **k))
case("crop", P(layers.RandomCrop, 2, 3))
case("crop2", P(layers.RandomCrop, 4, 8))
case("cutmix", P(layers.CutMix, 0.7), boxes=False)
case("mixup", P(layers.MixUp, 0.7), boxes=False)
random.seed(1)
case("rand", P(layers.RandAugment, factor=0.4))
random.seed(1)
case("augmix", P(layers.AugMix, factor=0.4))
case("elastic", P(layers.RandomElasticTransform, 1.0, 0.7), boxes=False)
case("height", lambda data_format=None, bounding_box_format=None, **k: layers.RandomHeight(0.5, **k), boxes=False)
case("width", lambda data_format=None, bounding_box_format=None, **k: layers.RandomWidth((0.3, 0.5), **k), boxes=False)
for f in (
    lambda: layers.RandomRotation(2.0),
    lambda: layers.RandomRotation(0.1, fill_mode="x"),
    lambda: layers.RandomZoom(-1.5),
    lambda: layers.RandomTranslation(2, 0),
    lambda: layers.RandomShear(2.0),
    lambda: layers.RandomBrightness(2.0),
    lambda: layers.RandomBrightness(0.1, value_range=3),
    lambda: layers.RandomContrast(-1),
    lambda: layers.RandomFlip()(x[0, 0]),
    lambda: layers.RandomFlip(factor=0.1),
    lambda: layers.RandomGaussianBlur(kernel_size=2),
    lambda: layers.Solarization(2.0),
    lambda: layers.RandomGrayscale(3.0),
    lambda: layers.RandomErasing(fill_value="a")(x),
    lambda: layers.RandomFlip()({"images": x, "bounding_boxes": b["bounding_boxes"]}),
):
    show(f)
