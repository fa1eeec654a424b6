"""Images as bytes: round trips, what TensorFlow wrote, and hostile input."""

import base64
import io

import numpy as np
import pytest

import tfcompat as tf

Image = pytest.importorskip("PIL.Image")

# tf.io.encode_jpeg([[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]], quality=75) by TensorFlow 2.21
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEBLAEsAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4z"
    "NDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAARCAACAAIDASIAAhEB"
    "AxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS"
    "0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKz"
    "tLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgEC"
    "BAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpj"
    "ZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6"
    "/9oADAMBAAIRAxEAPwDwkAY6CiiimI//2Q=="
)


def image(channels: int, dtype: str = "uint8", high: int = 256) -> np.ndarray:
    return (np.arange(5 * 7 * channels) * 37 % high).reshape(5, 7, channels).astype(dtype)


def saved(array: np.ndarray, kind: str) -> bytes:
    out = io.BytesIO()
    Image.fromarray(array[..., 0] if array.shape[-1] == 1 else array).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_keeps_every_pixel(channels: int) -> None:
    array = image(channels)
    data = tf.io.encode_png(array, compression=3)
    if channels != 2:
        assert tf.io.decode_png(data, channels).numpy().tolist() == array.tolist()
    assert tf.io.decode_image(data).numpy().tolist() == array.tolist()
    assert np.array(Image.open(io.BytesIO(data.numpy()))).reshape(array.shape).tolist() == array.tolist()


def test_png_of_sixteen_bits() -> None:
    array = image(1, "uint16", 65000)
    data = tf.io.encode_png(array)
    assert tf.io.decode_png(data, dtype=tf.uint16).numpy().tolist() == array.tolist()
    assert tf.io.decode_png(data).numpy().tolist() == (array >> 8).tolist()
    with pytest.raises(tf.errors.UnimplementedError, match="decode_png"):
        tf.io.decode_png(tf.io.encode_png(image(3, "uint16")), dtype=tf.uint16)


def test_batches_of_png() -> None:
    data = tf.io.encode_png(np.stack([image(3), image(3) // 2]))
    assert data.shape == (2,)
    assert tf.io.decode_png(data[1]).numpy().tolist() == (image(3) // 2).tolist()


def test_jpeg_of_tensorflow() -> None:
    got = tf.io.decode_jpeg(JPEG, dct_method="INTEGER_ACCURATE")
    assert got.dtype == tf.uint8
    assert got.numpy().tolist() == [[[3, 4, 6], [3, 4, 6]], [[7, 8, 10], [8, 9, 11]]]
    assert tf.io.extract_jpeg_shape(JPEG).numpy().tolist() == [2, 2, 3]
    assert bool(tf.io.is_jpeg(JPEG))
    assert not bool(tf.image.is_jpeg(b"\x89PNG"))
    assert tf.io.decode_jpeg(JPEG, channels=1).shape == (2, 2, 1)
    cropped = tf.io.decode_and_crop_jpeg(JPEG, [1, 0, 1, 2], dct_method="INTEGER_ACCURATE")
    assert cropped.numpy().tolist() == got.numpy()[1:].tolist()


def test_jpeg_round_trip_is_near() -> None:
    smooth = np.linspace(0, 255, 32 * 24).reshape(32, 24, 1).repeat(3, -1).astype(np.uint8)
    back = tf.io.decode_jpeg(tf.io.encode_jpeg(smooth, quality=95, chroma_downsampling=False))
    assert np.abs(back.numpy().astype(int) - smooth).max() < 8
    half = tf.io.decode_jpeg(tf.io.encode_jpeg(smooth), ratio=2)
    assert half.shape == (16, 12, 3)
    worse = tf.image.adjust_jpeg_quality(tf.image.convert_image_dtype(smooth, tf.float32), 10)
    assert worse.dtype == tf.float32
    assert 0.001 < float(tf.reduce_mean(tf.abs(worse - smooth / np.float32(255)))) < 0.1


def test_other_formats() -> None:
    array = image(3)
    assert tf.io.decode_bmp(saved(array, "BMP")).numpy().tolist() == array.tolist()
    assert tf.io.decode_image(saved(array, "BMP"), dtype=tf.float32).numpy() == pytest.approx(array / 255)
    flat = np.full((5, 7, 3), 255, np.uint8)
    gif = saved(flat, "GIF")
    assert tf.io.decode_gif(gif).shape == (1, 5, 7, 3)
    assert tf.io.decode_image(gif, expand_animations=False).numpy().tolist() == flat.tolist()
    assert tf.io.decode_image(gif).shape == (1, 5, 7, 3)


@pytest.mark.parametrize("data", [b"", b"abc", JPEG[:30], b"\x89PNG\r\n\x1a\n" + b"x" * 40, b"GIF89a" + b"\xff" * 20])
def test_what_is_no_image_is_refused(data: bytes) -> None:
    for decode in (tf.io.decode_image, tf.io.decode_png, tf.io.decode_jpeg, tf.io.decode_gif, tf.io.decode_bmp):
        with pytest.raises(tf.errors.InvalidArgumentError):
            decode(data)


def test_a_cut_off_jpeg_gives_what_it_has_when_asked() -> None:
    data = tf.io.encode_jpeg(image(3)).numpy()
    with pytest.raises(tf.errors.InvalidArgumentError, match="Invalid JPEG data"):
        tf.io.decode_jpeg(data[: len(data) - 60])
    assert tf.io.decode_jpeg(data[: len(data) - 60], try_recover_truncated=True).shape == (5, 7, 3)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="channels"):
        tf.io.decode_png(tf.io.encode_png(image(3)), channels=7)
    with pytest.raises(tf.errors.InvalidArgumentError, match="quality"):
        tf.io.encode_jpeg(image(3), quality=101)
    with pytest.raises(tf.errors.InvalidArgumentError, match="ratio"):
        tf.io.decode_jpeg(JPEG, ratio=3)
    with pytest.raises(tf.errors.UnimplementedError, match="decode_jxl"):
        tf.io.decode_jxl(b"")
    with pytest.raises(tf.errors.InvalidArgumentError, match="scalar"):
        tf.io.decode_png([JPEG, JPEG])
