"""Pixels of JPEGs: sums and pixels recorded from TensorFlow 2.21, whose decoder and whose files these are."""

import numpy as np
import pytest

import tfcompat as tf

_Y, _X = np.mgrid[:9, :10]
_IMAGE = np.stack([_Y * 25 + _X, _X * 23, (_X + _Y) * 13], -1).astype("uint8")


@pytest.mark.parametrize(
    ("halved", "options", "total", "mixed", "pixel"),
    [
        (True, {}, 28276, 129468, [108, 66, 90]),
        (True, {"dct_method": "INTEGER_FAST", "fancy_upscaling": False}, 28274, 122889, [126, 56, 93]),
        (True, {"dct_method": "INTEGER_ACCURATE"}, 28501, 128895, [110, 66, 91]),
        (True, {"channels": 1}, 9314, 45552, [81]),
        (True, {"ratio": 2}, 8250, 31448, [197, 157, 184]),
        (False, {}, 28307, 116460, [99, 70, 90]),
        (False, {"fancy_upscaling": False}, 28307, 116460, [99, 70, 90]),
        (False, {"dct_method": "INTEGER_ACCURATE"}, 28543, 122162, [100, 71, 93]),
        (False, {"ratio": 2}, 8290, 32294, [207, 151, 190]),
    ],
)
def test_pixels_are_those_of_tensorflow(halved, options, total, mixed, pixel) -> None:
    """Both transforms, colours of half the rows and columns or of all, and images read at half their size."""
    data = tf.io.encode_jpeg(_IMAGE, quality=70, chroma_downsampling=halved)
    got = tf.io.decode_jpeg(data, **options).numpy().astype(int)
    assert got.sum() == total
    assert (got * np.arange(got.size).reshape(got.shape) % 977).sum() == mixed
    assert got[4, 3].tolist() == pixel
    if not options:
        assert np.array_equal(tf.io.decode_image(data), got)


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("size", [(1, 1), (9, 3), (7, 5)])
def test_what_is_one_colour_stays_so(subsampling, size) -> None:
    """However small an image is, and whatever the resolution of its colours."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.fromarray(np.full((*size, 3), 128, np.uint8)).save(out, "JPEG", subsampling=subsampling)
    assert np.array_equal(tf.io.decode_jpeg(out.getvalue()), np.full((*size, 3), 128))


def test_grey_of_a_coloured_png_is_rounded_down() -> None:
    """As libpng has it."""
    got = tf.io.decode_png(tf.io.encode_png(_IMAGE), channels=1).numpy()
    assert got[:, 3, 0].tolist() == [45, 54, 63, 72, 81, 90, 99, 108, 117]
    assert got.astype(int).sum() == 9368


def test_channels_that_a_format_does_not_have() -> None:
    """TensorFlow's words."""
    data = tf.io.encode_jpeg(_IMAGE)
    for decode in (tf.io.decode_jpeg, tf.io.decode_image):
        with pytest.raises(tf.errors.InvalidArgumentError, match="JPEG does not support 4 channels"):
            decode(data, channels=4)
    with pytest.raises(tf.errors.InvalidArgumentError, match="`channels` must be 0, 1, 3 or 4 but got 2"):
        tf.io.decode_png(data, channels=2)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Trying to decode JPEG format using DecodeBmp op"):
        tf.io.decode_bmp(data)
    with pytest.raises(tf.errors.InvalidArgumentError, match="dct_method must be one of"):
        tf.io.decode_jpeg(data, dct_method="FLOAT")
