"""Images as bytes: JPEG, PNG, GIF, BMP and WebP, by Pillow (the `images` extra)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
import torch

from tfcompat._core import dtypes, errors
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, kernel_dtype, op
from tfcompat.image._checks import at_least_3d
from tfcompat.image._jpeg import pixels as _decoded_jpeg
from tfcompat.image.colors import converted
from tfcompat.io.files import scalar_string, strings
from tfcompat.strings.elements import array

_MAGIC = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"RIFF", "WEBP"),
)
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def pillow() -> Any:
    """Pillow's module Image; ImportError that names the extra."""
    try:
        from PIL import Image
    except ImportError:
        raise ImportError("Reading and writing images needs Pillow: pip install 'tfcompat[images]'") from None
    return Image


def _bytes(contents: Any) -> bytes:
    """The bytes of a scalar string."""
    array = strings(contents)
    if array.ndim:
        raise Invalid(f"`contents` must be scalar but got shape{list(array.shape)}")
    return array.item()


def _format(data: bytes) -> str | None:
    return next((name for magic, name in _MAGIC if data.startswith(magic)), None)


def _opened(data: bytes, *formats: str) -> Any:
    """The Pillow image of bytes in one of the formats; InvalidArgumentError for others and for damaged ones."""
    if _format(data) not in formats:
        raise Invalid(f"Unknown image file format. One of {', '.join(formats)} required.")
    try:
        image = pillow().open(io.BytesIO(data), formats=formats)
        image.load()
    except (OSError, SyntaxError, ValueError, EOFError, pillow().DecompressionBombError) as failure:
        raise Invalid(f"Invalid {_format(data)} data or crop window, data size {len(data)}: {failure}") from None
    return image


def _channels(value: Any, allowed: tuple[int, ...]) -> int:
    channels = int(value or 0)
    if channels not in allowed:
        names = ", ".join(map(str, allowed[:-1]))
        raise Invalid(f"`channels` must be {names} or {allowed[-1]} but got {channels}")
    return channels


def _own_mode(image: Any) -> str:
    """The mode that shows all an image has."""
    if image.mode in ("L", "LA", "RGB", "RGBA"):
        return image.mode
    if image.mode == "P":
        return "RGBA" if "transparency" in image.info else "RGB"
    if image.mode == "PA":
        return "RGBA"
    return "L" if image.mode in ("1", "I;16", "I", "F") else "RGB"


def _pixels(image: Any, channels: int) -> np.ndarray:
    """[height, width, channels] as uint8, with the file's own channels where `channels` is 0."""
    if channels == 1 and _own_mode(image) not in ("L", "LA"):
        return _grey(np.array(image.convert("RGB")))
    array = np.array(image.convert(_MODES[channels] if channels else _own_mode(image)))
    return array[..., None] if array.ndim == 2 else array


def _grey(image: np.ndarray) -> np.ndarray:
    """The brightness of colours as libpng has it, [height, width, 1]: weights of 15 bits, rounded down."""
    return (image.astype(np.int32) @ np.array([[9797], [19234], [3737]], np.int32) >> 15).astype(np.uint8)


# ---- JPEG ----


@op("IsJpeg")
def _is_jpeg(contents: Value, name: str | None = None) -> torch.Tensor:
    found = [text.startswith(b"\xff\xd8\xff") for text in array(contents).reshape(-1)]
    return torch.tensor(found, dtype=torch.bool).reshape(tuple(contents.shape))


def is_jpeg(contents: Any, name: str | None = None) -> Any:
    """Whether a string starts as JPEG does (tf.io.is_jpeg, tf.image.is_jpeg)."""
    return _is_jpeg(contents, name)


def _of_another_format(data: bytes, channels: int) -> np.ndarray:
    """The pixels of what is read by an op for another format."""
    form = _format(data)
    if form == "BMP":
        return _bmp(data, channels).numpy()
    if form == "JPEG":
        return _jpeg(data, channels)
    image = _opened(data, "JPEG", "PNG", "GIF", "BMP")
    image.seek(0)
    return _pixels(image, channels)


def _jpeg(
    data: bytes, channels: Any, ratio: int = 1, fancy: bool = True, truncated: bool = False, method: str = ""
) -> np.ndarray:
    wanted = _channels(channels, (0, 1, 3, 4))
    if wanted == 4:
        raise Invalid("JPEG does not support 4 channels")
    if ratio not in (1, 2, 4, 8):
        raise Invalid(f"ratio must be 1, 2, 4, or 8, got {ratio}")
    if method not in _METHODS:
        raise Invalid("dct_method must be one of {'', 'INTEGER_FAST', 'INTEGER_ACCURATE'}")
    if _format(data) != "JPEG":
        return _of_another_format(data, wanted)
    cut_off = truncated and not data.rstrip(b"\0").endswith(b"\xff\xd9")
    try:
        with _recovering() if cut_off else contextlib.nullcontext():
            found = _decoded_jpeg(pillow(), data, wanted, ratio, fancy, method != "INTEGER_ACCURATE")
    except (OSError, SyntaxError, ValueError) as failure:
        raise Invalid(f"Invalid JPEG data or crop window, data size {len(data)}: {failure}") from None
    return found if isinstance(found, np.ndarray) else _pixels(found, wanted)


_METHODS = ("", "INTEGER_FAST", "INTEGER_ACCURATE")


@contextlib.contextmanager
def _recovering() -> Iterator[None]:
    """Pillow gives what there is of files that were cut off."""
    from PIL import ImageFile

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


@op("DecodeJpeg")
def decode_jpeg(
    contents: Value,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> torch.Tensor:
    """The pixels of a JPEG (tf.io.decode_jpeg, tf.image.decode_jpeg), [height, width, channels] as uint8.

    channels: 1 for grey, 3 for RGB, 0 for the file's own. ratio: 2, 4 or 8 to read it at a fraction of its size.
    fancy_upscaling: whether colours of a lower resolution are smoothed; they are where `dct_method` is
    "INTEGER_ACCURATE", else ("INTEGER_FAST", "") as asked. try_recover_truncated: whether a file that was cut off gives
    what it has. PNG, GIF and BMP are taken too. InvalidArgumentError for other data.
    """
    options = (ratio, fancy_upscaling, try_recover_truncated, dct_method)
    return torch.from_numpy(_jpeg(_bytes(contents), channels, *options))


@op("DecodeAndCropJpeg")
def decode_and_crop_jpeg(
    contents: Value,
    crop_window: Value,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> torch.Tensor:
    """A part of a JPEG's pixels (tf.io.decode_and_crop_jpeg, tf.image.decode_and_crop_jpeg).

    crop_window: [y, x, height, width]. The rest: as tf.io.decode_jpeg's. InvalidArgumentError where the window does not
    lie within the image.
    """
    found = _jpeg(_bytes(contents), channels, ratio, fancy_upscaling, try_recover_truncated, dct_method)
    if tuple(crop_window.shape) != (4,):
        raise Invalid(f"crop_window must have four elements, got shape {list(crop_window.shape)}")
    y, x, height, width = crop_window.tolist()
    inside = y >= 0 and x >= 0 and y + height <= found.shape[0] and x + width <= found.shape[1]
    if not inside or height <= 0 or width <= 0:
        raise Invalid(f"Invalid JPEG data or crop window, data size {len(_bytes(contents))}")
    return torch.from_numpy(found[y : y + height, x : x + width].copy())


@op("ExtractJpegShape")
def extract_jpeg_shape(contents: Value, output_type: Any = dtypes.int32, name: str | None = None) -> torch.Tensor:
    """[height, width, channels] of a JPEG (tf.io.extract_jpeg_shape), as int32 or int64, from its header."""
    data = _bytes(contents)
    if _format(data) != "JPEG":
        raise Invalid("Invalid JPEG data, data size " + str(len(data)))
    image = pillow().open(io.BytesIO(data), formats=["JPEG"])
    size = [image.height, image.width, len(image.getbands())]
    return torch.tensor(size, dtype=dtypes.as_dtype(output_type).torch)


_QUALITY = {"": None, "grayscale": 1, "rgb": 3}


def _jpeg_bytes(image: torch.Tensor, quality: int, **options: Any) -> bytes:
    if image.dtype != torch.uint8:
        raise Invalid(f"Value for attr 'T' of {kernel_dtype(BY_STORAGE[image.dtype])} is not uint8")
    if image.ndim != 3 or image.shape[-1] not in (1, 3):
        raise Invalid(f"image must be 3-dimensional with 1 or 3 channels, got shape {list(image.shape)}")
    if not 0 <= quality <= 100:
        raise Invalid(f"quality must be in [0,100], got {quality}")
    array = image.cpu().numpy()
    out = io.BytesIO()
    picture = pillow().fromarray(array[..., 0] if array.shape[-1] == 1 else array)
    picture.save(out, "JPEG", quality=max(quality, 1), **options)
    return out.getvalue()


@op("EncodeJpeg")
def encode_jpeg(
    image: Value,
    format: str = "",
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: str = "",
    name: str | None = None,
) -> Any:
    """An image, [height, width, 1 or 3] of uint8, as the bytes of a JPEG (tf.io.encode_jpeg, tf.image.encode_jpeg).

    format: "grayscale" or "rgb" checks the channels. quality: 0 to 100. density_unit: "in" or "cm", of the densities.
    """
    if format not in _QUALITY:
        raise Invalid(f"format must be '', grayscale or rgb, got {format!r}")
    if _QUALITY[format] not in (None, image.shape[-1]):
        raise Invalid(f"format {format} expects {_QUALITY[format]} channels, got shape {list(image.shape)}")
    if density_unit not in ("in", "cm"):
        raise Invalid(f"density_unit must be 'in' or 'cm', got {density_unit!r}")
    per_inch = 1.0 if density_unit == "in" else 2.54
    options: dict[str, Any] = {"dpi": (round(x_density * per_inch), round(y_density * per_inch))}
    if image.ndim == 3 and image.shape[-1] == 3:
        options["subsampling"] = 2 if chroma_downsampling else 0
    if xmp_metadata:
        options["xmp"] = xmp_metadata.encode() if isinstance(xmp_metadata, str) else xmp_metadata
    data = _jpeg_bytes(image, int(quality), progressive=progressive, optimize=optimize_size, **options)
    return scalar_string(data)


@op("AdjustJpegQuality")
def adjust_jpeg_quality(image: Value, jpeg_quality: Any, dct_method: str = "", name: str | None = None) -> torch.Tensor:
    """An image as JPEG of a quality from 0 to 100 shows it (tf.image.adjust_jpeg_quality), of the same dtype."""
    at_least_3d(image)
    pixels = converted(image, dtypes.uint8, saturate=True)
    data = (
        _jpeg_bytes(pixels, int(to_storage(jpeg_quality)), subsampling=2)
        if image.shape[-1] == 3
        else _jpeg_bytes(pixels, int(to_storage(jpeg_quality)))
    )
    shown = torch.from_numpy(_jpeg(data, image.shape[-1], method=dct_method)).to(image.device)
    return converted(shown, BY_STORAGE[image.dtype], saturate=True)


# ---- PNG ----


def _png(data: bytes, channels: int, dtype: dtypes.DType) -> torch.Tensor:
    if dtype not in (dtypes.uint8, dtypes.uint16):
        raise Invalid(f"Type must be uint8 or uint16 for PNG, got {dtype.name}")
    image = _opened(data, "PNG")
    if data[24] != 16 or image.mode not in ("I;16", "I"):  # eight bits, or colours of 16 that Pillow cuts to eight
        if data[24] == 16 and dtype == dtypes.uint16:
            raise Invalid(
                "tf.io.decode_png in tfcompat reads 16 bit greyscale PNG as uint16, 16 bit colours as uint8 only",
                errors.UnimplementedError,
            )
        eight = torch.from_numpy(_pixels(image, channels))
        return eight if dtype == dtypes.uint8 else (eight.to(torch.int32) * 257).to(torch.uint16)
    wide = np.array(image).astype(np.uint16)[..., None]
    if channels in (3, 4):
        wide = np.concatenate([wide] * 3 + [np.full_like(wide, 65535)] * (channels == 4), -1)
    found = wide if dtype == dtypes.uint16 else (wide >> 8).astype(np.uint8)
    return torch.from_numpy(np.ascontiguousarray(found))


@op("DecodePng")
def decode_png(contents: Value, channels: int = 0, dtype: Any = dtypes.uint8, name: str | None = None) -> torch.Tensor:
    """The pixels of a PNG (tf.io.decode_png, tf.image.decode_png), [height, width, channels] as uint8 or uint16.

    channels: 1 for grey, 3 for RGB, 4 for RGBA, 0 for the file's own. JPEG, GIF and BMP are taken too.
    InvalidArgumentError for other data.
    """
    data, wanted = _bytes(contents), _channels(channels, (0, 1, 3, 4))
    if _format(data) == "PNG":
        return _png(data, wanted, dtypes.as_dtype(dtype))
    return converted(torch.from_numpy(_of_another_format(data, wanted)), dtype)


@op("EncodePng")
def _encode_png(image: Value, compression: int, name: str | None = None) -> Any:
    if image.dtype not in (torch.uint8, torch.uint16):
        raise Invalid(
            f"Value for attr 'T' of {kernel_dtype(BY_STORAGE[image.dtype])} is not in the list of "
            "allowed values: uint8, uint16"
        )
    if image.ndim < 3 or not any(image.shape[-1] == n for n in _MODES):
        raise Invalid(f"image must have a last dimension of 1, 2, 3 or 4 channels, got shape {list(image.shape)}")
    if not -1 <= compression <= 9:
        raise Invalid(f"compression should be in [-1,9], got {compression}")
    flat = image.cpu().numpy().reshape(-1, *image.shape[-3:])
    out = np.empty(flat.shape[0], dtype=object)
    out[:] = [_png_bytes(each, compression) for each in flat]
    return out.reshape(image.shape[:-3])


def _png_bytes(array: np.ndarray, compression: int) -> bytes:
    """A PNG of one image: rows without a filter, compressed."""
    import struct
    import zlib

    height, width, channels = array.shape
    depth = 8 * array.itemsize
    wide = array.astype(">u2") if depth == 16 else array
    rows = np.zeros((height, 1 + width * channels * array.itemsize), np.uint8)
    rows[:, 1:] = np.frombuffer(wide.tobytes(), np.uint8).reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, depth, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows.tobytes(), compression)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def encode_png(image: Any, compression: int = -1, name: str | None = None) -> Any:
    """Images, [..., height, width, channels] of uint8 or uint16, as the bytes of PNGs (tf.io.encode_png,
    tf.image.encode_png).

    channels: 1 for grey, 2 with alpha, 3 for RGB, 4 with alpha. compression: 0 to 9, -1 for the usual.
    """
    return _encode_png(image, int(compression), name)


# ---- the others ----


def _frames(data: bytes, channels: int) -> torch.Tensor:
    """All images of an animation: [frames, height, width, channels]."""
    from PIL import ImageSequence

    image = _opened(data, "GIF", "WEBP")
    shown = [np.array(frame.convert(_MODES[channels or 3])) for frame in ImageSequence.Iterator(image)]
    stacked = torch.from_numpy(np.stack(shown))
    return stacked.unsqueeze(-1) if stacked.ndim == 3 else stacked


@op("DecodeGif")
def decode_gif(contents: Value, name: str | None = None) -> torch.Tensor:
    """All frames of a GIF (tf.io.decode_gif, tf.image.decode_gif), [frames, height, width, 3] as uint8."""
    data = _bytes(contents)
    if _format(data) == "GIF":
        return _frames(data, 3)
    return torch.from_numpy(_pixels(_opened(data, "JPEG", "PNG", "GIF", "BMP"), 3)).unsqueeze(0)


def _bmp(data: bytes, channels: int) -> torch.Tensor:
    form = _format(data)
    if form in ("JPEG", "PNG", "GIF"):
        raise Invalid(
            f"Trying to decode {form} format using DecodeBmp op. Use `decode_{form.lower()}` or `decode_image` instead."
        )
    image = _opened(data, "BMP")
    if channels == 1 and _own_mode(image) != "L":
        raise Invalid("`channels` must be 0, 3 or 4 for BMP, but got 1")
    return torch.from_numpy(_pixels(image, channels))


@op("DecodeBmp")
def decode_bmp(contents: Value, channels: int = 0, name: str | None = None) -> torch.Tensor:
    """The pixels of a BMP (tf.io.decode_bmp, tf.image.decode_bmp), [height, width, channels] as uint8."""
    return _bmp(_bytes(contents), _channels(channels, (0, 1, 3, 4)))


@op("DecodeWebP")
def decode_webp(contents: Value, channels: int = 0, dtype: Any = dtypes.uint8, name: str | None = None) -> torch.Tensor:
    """All frames of a WebP (tf.io.decode_webp, tf.image.decode_webp), [frames, height, width, channels] as uint8.

    channels: 3, 4 or 0 for the file's own.
    """
    if dtypes.as_dtype(dtype) != dtypes.uint8:
        raise Invalid(f"WebP only supports uint8, got {dtypes.as_dtype(dtype).name}")
    data, wanted = _bytes(contents), _channels(channels, (0, 3, 4))
    image = _opened(data, "WEBP")
    return _frames(data, wanted or (4 if image.mode == "RGBA" else 3))


def decode_jxl(contents: Any, channels: int = 0, dtype: Any = dtypes.uint8, name: str | None = None) -> NoReturn:
    """Not in tfcompat: UnimplementedError, since Pillow reads no JPEG XL (tf.io.decode_jxl, tf.image.decode_jxl)."""
    raise errors.UnimplementedError(
        None, None, "tf.io.decode_jxl is not in tfcompat: Pillow reads no JPEG XL. Convert the images to PNG or JPEG."
    )


@op("DecodeImage")
def decode_image(
    contents: Value,
    channels: int | None = None,
    dtype: Any = dtypes.uint8,
    name: str | None = None,
    expand_animations: bool = True,
) -> torch.Tensor:
    """The pixels of a JPEG, PNG, GIF, BMP or WebP (tf.io.decode_image, tf.image.decode_image).

    Returns [height, width, channels], for GIF [frames, height, width, 3] unless `expand_animations` is False, which
    gives the first frame. dtype: pixels are converted as tf.image.convert_image_dtype does. InvalidArgumentError for
    other data.
    """
    data, wanted, kind = _bytes(contents), _channels(channels, (0, 1, 3, 4)), dtypes.as_dtype(dtype)
    form = _format(data)
    if form == "PNG":
        wide = kind not in (dtypes.uint8,) and data[24:25] == b"\x10"
        return converted(_png(data, wanted, dtypes.uint16 if wide else dtypes.uint8), kind)
    if form in ("GIF", "WEBP"):
        frames = _frames(data, wanted)
        found = frames if expand_animations and (form == "GIF" or len(frames) > 1) else frames[0]
    elif form == "JPEG":
        found = torch.from_numpy(_jpeg(data, wanted))
    elif form == "BMP":
        found = _bmp(data, wanted)
    else:
        found = torch.from_numpy(_pixels(_opened(data, "PNG", "GIF"), wanted))
    return converted(found, kind)
