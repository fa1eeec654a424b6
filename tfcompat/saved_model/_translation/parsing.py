"""Reading serialized examples, rows of text and raw bytes, and bringing images to a size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat.io import features as kinds
from tfcompat.io._feature_parts import Dense
from tfcompat.io.examples import _ORDER, _PARTS, parts_of
from tfcompat.io.features import unwritten
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.registry import NotTranslatable


def _strings(g: Body, names: Sequence[str]) -> Ref:
    return g.const([name.encode() for name in names], dtypes.string)


def _examples(g: Body, serialized: Any, names: Any, written: Mapping[str, Any], alone: bool) -> list[Ref]:
    """The tensors of features, one after the other, in the order of `tfcompat.io.examples`."""
    features = {key: unwritten(each) for key, each in written.items()}
    parts = parts_of(features, _PARTS, _ORDER)
    sparse, dense, ragged = [], [], []
    for key in parts:
        feature = features[key]
        if isinstance(feature, kinds.VarLenFeature):
            sparse.append(key)
        elif isinstance(feature, (kinds.FixedLenFeature, kinds.FixedLenSequenceFeature)):
            dense.append(key)
        elif isinstance(feature, kinds.RaggedFeature) and not feature.partitions:
            ragged.append(key)
        else:
            raise NotTranslatable(f"a {type(feature).__name__} of an Example, {key!r}, that is put together of others")
    inner = [[None] * isinstance(features[key], kinds.FixedLenSequenceFeature) + list(parts[key].shape)  # type: ignore[attr-defined]
             for key in dense]  # fmt: skip
    found = g.op(
        "ParseExampleV2", g.given(serialized), _strings(g, []) if names is None else g.given(names),
        _strings(g, sparse), _strings(g, dense), _strings(g, [parts[key].key for key in ragged]),
        [_default(g, parts[key]) for key in dense], num_sparse=len(sparse),
        sparse_types=[parts[key].dtype for key in sparse], ragged_value_types=[parts[key].dtype for key in ragged],
        ragged_split_types=[features[key].row_splits_dtype for key in ragged], dense_shapes=inner,
    )  # fmt: skip
    of: dict[str, list[Ref]] = {key: list(refs) for key, refs in zip(sparse, zip(*found[:3]))}
    of |= {key: [ref] for key, ref in zip(dense, found[3])}
    of |= {key: [values] if alone else [values, splits] for key, values, splits in zip(ragged, found[4], found[5])}
    return [shaped(ref, spec.shape.as_list()) for key, part in parts.items()
            for ref, spec in zip(of[key], part.specs(alone), strict=True)]  # fmt: skip


def _default(g: Body, part: Any) -> Ref:
    """What stands for a dense feature that an example lacks; an empty vector where it must not."""
    if part.default is None:
        return g.const([], part.dtype)
    default = np.asarray(part.default, part.dtype.as_numpy_dtype)
    return g.const(default.reshape(part.shape) if isinstance(part, Dense) else default, part.dtype)


def _raw(g: Body, texts: Any, dtype: Any, little_endian: bool, length: int | None, name: Any = None) -> list[Ref]:
    options = {"out_type": dtype, "little_endian": little_endian}
    if length is None:
        return [g.op("DecodeRaw", g.given(texts), **options)]
    return [g.op("DecodePaddedRaw", g.given(texts), g.int32(length), **options)]


def _rows(
    g: Body, records: Any, defaults: Sequence[Any], delimiter: str, quotes: bool, missing: bytes,
    columns: Sequence[int] | None, name: Any = None,
) -> list[Ref]:  # fmt: skip
    return g.op(
        "DecodeCSV", g.given(records), [g.given(d) for d in defaults], field_delim=delimiter, use_quote_delim=quotes,
        na_value=missing, select_cols=list(columns or []),
    )  # fmt: skip


def _padded_rows(g: Body, values: Any, default: Any, splits: Sequence[Any], wanted: Any) -> list[Ref]:
    """The rows of a ragged tensor as a tensor."""
    values = g.given(values)
    size = g.const(-1 if wanted is None else [-1 if n is None else n for n in wanted], dtypes.int64)
    rows = [g.given(each) for each in splits]
    kinds = ["ROW_SPLITS"] * len(rows)
    default = g.tensor(default, values.dtype)
    return [g.op("RaggedTensorToTensor", size, values, default, rows, row_partition_types=kinds)]


# ---- images ----

_PLAIN = {"bilinear": "ResizeBilinear", "nearest": "ResizeNearestNeighbor", "bicubic": "ResizeBicubic"}
_KERNELS = {"bilinear": "triangle", "bicubic": "keyscubic", "lanczos3": "lanczos3", "lanczos5": "lanczos5",
            "gaussian": "gaussian", "mitchellcubic": "mitchellcubic"}  # fmt: skip


def _resized(
    g: Body, images: Ref, size: Any, method: str = "bilinear", preserve_aspect_ratio: bool = False,
    antialias: bool = False, name: Any = None,
) -> list[Ref]:  # fmt: skip
    wanted = g.vector(size) if isinstance(size, (list, tuple)) else g.cast(g.given(size), dtypes.int32)
    if preserve_aspect_ratio:
        own = g.cast(g.vector([g.size(images, -3), g.size(images, -2)]), dtypes.float32)
        factor = g.op("Min", g.op("RealDiv", g.cast(wanted, dtypes.float32), own), g.int32([0]))
        wanted = g.cast(g.op("Round", g.op("Mul", own, factor)), dtypes.int32)
    single = images.rank == 3
    batch = g.op("ExpandDims", images, g.int32(0)) if single else images
    smooth = antialias and method in _KERNELS
    if method in (*_PLAIN, "area") and not smooth:
        if method == "area":
            found = g.op("ResizeArea", batch, wanted)
        else:
            found = g.op(_PLAIN[method], batch, wanted, half_pixel_centers=True)
    elif method in _KERNELS:
        own = g.vector([g.size(images, -3), g.size(images, -2)])
        scale = g.op("RealDiv", g.cast(wanted, dtypes.float32), g.cast(own, dtypes.float32))
        zero = g.const([0, 0], dtypes.float32)
        kernel = _KERNELS[method]
        found = g.op("ScaleAndTranslate", batch, wanted, scale, zero, kernel_type=kernel, antialias=antialias)
    else:
        raise NotTranslatable(f"tf.image.resize with the method {method!r}")
    return [g.op("Squeeze", found, axis=[0]) if single else found]


SPECIAL: dict[str, Callable[..., list[Ref]]] = {
    "tfcompat.io.examples:parsed": _examples,
    "tfcompat.io.decoding:_decode_raw": _raw,
    "tfcompat.io.csv:_decode_csv": _rows,
    "tfcompat._ragged.conversion:_to_tensor": _padded_rows,
    "tfcompat.image.resizing:resize": _resized,
}
