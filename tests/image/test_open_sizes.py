"""Ops on images whose sizes a captured function does not know: each image gets what it gets by itself."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tfcompat as tf

_SPEC = tf.TensorSpec((None, None, 1), tf.uint8)
_KINDS: dict[str, Callable[[Any], Any]] = {
    "keeps the aspect ratio": lambda x: tf.image.resize(x, (16, 40), preserve_aspect_ratio=True),
    "with padding": lambda x: tf.image.resize_with_pad(x, 20, 15),
    "nearest": lambda x: tf.image.resize(x, (tf.shape(x)[0] * 2, 7), method="nearest"),
    "bilinear": lambda x: tf.image.resize(x, (9, 7)),
    "bicubic": lambda x: tf.image.resize(x, (9, 7), method="bicubic"),
    "area": lambda x: tf.image.resize(x, (9, 7), method="area"),
    "lanczos": lambda x: tf.image.resize(x, (9, 7), method="lanczos3"),
    "antialiased": lambda x: tf.image.resize(x, (9, 7), antialias=True),
    "corners": lambda x: tf.compat.v1.image.resize_bilinear(x[None], (9, 7), align_corners=True),
    "glimpse": lambda x: tf.image.extract_glimpse(tf.cast(x[None], tf.float32), [5, 5], [[0.2, -0.1]], noise="zero"),
    "a fixed crop": lambda x: tf.image.stateless_random_crop(x, [10, 9, 1], seed=(1, 2)),
}


@pytest.mark.parametrize("kind", _KINDS)
def test_images_of_many_sizes(kind: str) -> None:
    function = _KINDS[kind]
    draw = np.random.default_rng(0)
    images = [draw.integers(0, 255, (h, w, 1)).astype(np.uint8) for h, w in ((30, 17), (12, 44), (21, 21), (16, 40))]
    captured = tf.function(function, input_signature=[_SPEC])
    mapped = tf.data.Dataset.from_generator(lambda: iter(images), output_signature=_SPEC).map(function)
    for image, found in zip(images, mapped, strict=True):
        wanted = function(tf.constant(image))
        for got in (found, captured(image)):
            assert got.shape == wanted.shape
            np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-4)
