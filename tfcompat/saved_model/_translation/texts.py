"""Ops on strings and tables, which a graph calls as they are: TensorFlow's op of the same meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat._function import opaque, sources
from tfcompat.lookup._stores import Store
from tfcompat.saved_model._translation import effects, parsing
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.indexing import positive
from tfcompat.saved_model._translation.registry import NotTranslatable
from tfcompat.strings.hashing import fingerprint64

# By place: TensorFlow's name, how many of the arguments are tensors, and the attributes that the next ones are.
_OPS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "text:_length": ("StringLength", 1, ("unit",)),
    "text:_lower": ("StringLower", 1, ("encoding",)),
    "text:_upper": ("StringUpper", 1, ("encoding",)),
    "text:_strip": ("StringStrip", 1, ()),
    "text:_substr": ("Substr", 3, ("unit",)),
    "numbers:_to_number": ("StringToNumber", 1, ("out_type",)),
    "numbers:as_string": ("AsString", 1, ("precision", "scientific", "shortest", "width", "fill")),
    "hashing:_fast": ("StringToHashBucketFast", 1, ("num_buckets",)),
    "hashing:_plain": ("StringToHashBucket", 1, ("num_buckets",)),
    "hashing:_strong": ("StringToHashBucketStrong", 1, ("num_buckets", "key")),
    "tfcompat._arrays.shaping:size": ("Size", 1, ("out_type",)),
    "tfcompat._arrays.shaping:shape": ("Shape", 1, ("out_type",)),
    "tfcompat.image.codecs:decode_png": ("DecodePng", 1, ("channels", "dtype")),
    "tfcompat.image.codecs:decode_jpeg": (
        "DecodeJpeg",
        1,
        ("channels", "ratio", "fancy_upscaling", "try_recover_truncated", "acceptable_fraction", "dct_method"),
    ),
    "tfcompat.image.codecs:decode_bmp": ("DecodeBmp", 1, ("channels",)),
    "tfcompat.image.codecs:decode_image": ("DecodeImage", 1, ("channels", "dtype", "name", "expand_animations")),
    "tfcompat.io.decoding:_decode_base64": ("DecodeBase64", 1, ()),
    "tfcompat.io.decoding:_encode_base64": ("EncodeBase64", 1, ("pad",)),
    "joining:_join": ("StringJoin", 1, ("separator",)),
    "regex:_full_match": ("RegexFullMatch", 2, ()),
    "regex:_replace": ("RegexReplace", 3, ("replace_global",)),
}
_STRINGS, _KERAS, _LOOKUP = "tfcompat.strings.", "tfcompat.keras.layers.preprocessing._table:", "tfcompat.lookup._base:"


def called(g: Body, node: opaque.Node, args: Sequence[Any]) -> list[Any]:
    """The results of a node that is no kernel of torch's."""
    if node.source is None:
        raise NotTranslatable("a Python function (tf.py_function, tf.numpy_function)")
    function = node.source.function
    if not hasattr(function, "__name__"):
        raise NotTranslatable("an op that is no function of torch's")
    given = [_argument(x, args) for x in node.source.args]
    name = f"{function.__module__}:{function.__name__}"
    if function is sources.strings:
        return [g.const(given[0], dtypes.string)]
    if function is sources.to_ids:
        strings = [g.given(x) for x in given]
        return [strings[0], *strings]
    if function is sources.from_ids:
        return [given[1]]
    short = name.removeprefix(_STRINGS)
    if short in _OPS:
        return [_by_table(g, *_OPS[short], given)]
    special = _SPECIAL.get(name) or effects.SPECIAL.get(name) or parsing.SPECIAL.get(name)
    if special is None:
        raise NotTranslatable(f"no counterpart of {name}")
    return special(g, *given, **{key: _argument(x, args) for key, x in node.source.kwargs.items()})


def _argument(x: Any, args: Sequence[Any]) -> Any:
    """An argument of an op with the node's inputs in their places."""
    if isinstance(x, sources.Input):
        return args[x.number]
    if type(x) in (list, tuple):
        return [_argument(item, args) for item in x]
    if type(x) is dict:
        return {key: _argument(item, args) for key, item in x.items()}
    return x


def _by_table(g: Body, op: str, count: int, names: Sequence[str], given: Sequence[Any]) -> Ref:
    tensors = [[g.given(x) for x in each] if isinstance(each, list) else g.given(each) for each in given[:count]]
    attrs = {name: value.decode() if isinstance(value, bytes) else value for name, value in zip(names, given[count:])}
    attrs.pop("name", None)
    for key, default in (("out_type", dtypes.int32), ("dtype", dtypes.uint8)):
        if key in attrs:
            attrs[key] = default if attrs[key] is None else dtypes.as_dtype(attrs[key])
    return g.op(op, *tensors, **attrs)


# ---- pieces ----


def _split(g: Body, x: Ref, sep: Any = None, maxsplit: int = -1, name: Any = None) -> list[Ref]:
    """The pieces of a vector of strings, and where each string's begin and end."""
    by = g.const(b"", dtypes.string) if sep is None else g.given(sep)
    return _pieces(g, x, lambda: g.op("StringSplitV2", x, by, maxsplit=maxsplit))


def _bytes(g: Body, x: Ref, name: Any = None) -> list[Ref]:
    return _pieces(g, x, lambda: g.op("StringSplit", x, g.const(b"", dtypes.string), skip_empty=False))


def _pieces(g: Body, x: Ref, cut: Callable[[], Any]) -> list[Ref]:
    if x.rank != 1:
        raise NotTranslatable("splitting strings that are no vector")
    indices, values, _ = cut()
    rows = g.op("StridedSlice", indices, g.int32([0, 0]), g.int32([0, 1]), g.int32([1, 1]),
                begin_mask=1, end_mask=1, shrink_axis_mask=2)  # fmt: skip
    count = g.cast(g.tensor(g.size(x, 0), dtypes.int32), dtypes.int64)
    one = g.const(1, dtypes.int64)
    numbers = g.op("Range", g.const(0, dtypes.int64), g.op("AddV2", count, one), one)
    rows, numbers = (g.op("ExpandDims", t, g.int32(0)) for t in (rows, numbers))
    splits = g.op("Squeeze", g.op("LowerBound", rows, numbers, out_type=dtypes.int64), axis=[0])
    return [shaped(values, [None]), shaped(splits, [None])]


def _code_points(
    g: Body, x: Ref, encoding: str, errors: str = "replace", replacement: int = 65533, controls: bool = False,
    name: Any = None,
) -> list[Ref]:  # fmt: skip
    """The code points of a vector of strings, and where each string's begin and end."""
    if x.rank != 1:
        raise NotTranslatable("decoding strings that are no vector")
    splits, values = g.op(
        "UnicodeDecode", x, input_encoding=encoding, errors=errors, replacement_char=replacement,
        replace_control_characters=controls,
    )  # fmt: skip
    return [shaped(values, [None]), shaped(splits, [None])]


def _characters(
    g: Body, x: Ref, encoding: str, errors: str = "replace", replacement: int = 65533, name: Any = None
) -> list[Ref]:
    """The characters of a vector of strings, and where each string's begin and end."""
    values, splits = _code_points(g, x, encoding, errors, replacement)
    count, one = g.tensor(g.size(values, 0), dtypes.int64), g.const(1, dtypes.int64)
    each = g.op("Range", g.const(0, dtypes.int64), g.op("AddV2", count, one), one)
    options = {"output_encoding": encoding, "errors": errors, "replacement_char": replacement}
    return [shaped(g.op("UnicodeEncode", values, each, **options), [None]), splits]


def _transcoded(
    g: Body, x: Any, source: str, target: str, errors: str, replacement: int, controls: bool, name: Any = None
) -> list[Ref]:
    options = {"errors": errors, "replacement_char": replacement, "replace_control_characters": controls}
    return [g.op("UnicodeTranscode", g.given(x), input_encoding=source, output_encoding=target, **options)]


def _joined(g: Body, x: Any, axis: Any, keepdims: bool, separator: bytes, name: Any = None) -> list[Ref]:
    """Strings along dimensions, the last of them first, as one."""
    x = g.given(x)
    axes = g.int32(list(reversed(range(x.rank)))) if axis is None else g.cast(g.given(axis), dtypes.int32)
    return [g.op("ReduceJoin", x, axes, keep_dims=keepdims, separator=separator.decode())]


def _joined_segments(g: Body, x: Any, ids: Any, count: Any, separator: bytes, name: Any = None) -> list[Ref]:
    number = g.cast(g.given(count), dtypes.int32)
    return [g.op("UnsortedSegmentJoin", g.given(x), g.given(ids), number, separator=separator.decode())]


def _formatted(
    g: Body, template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3, name: Any = None
) -> list[Ref]:
    tensors = [g.given(x) for x in (inputs if isinstance(inputs, list) else [inputs])]
    return [g.op("StringFormat", tensors, template=template, placeholder=placeholder, summarize=summarize)]


# ---- growing arrays ----


def _with_row(g: Body, buffer: Any, i: Ref, row: Any, name: Any = None) -> list[Ref]:
    """A tensor with one row replaced, which has zeros, or empty strings, up to there where it has no such row."""
    buffer, row = g.given(buffer), g.given(row)
    place = g.op("Reshape", g.cast(i, dtypes.int32), g.int32([]))
    size = g.tensor(g.size(buffer, 0), dtypes.int32)
    missing = g.op("Maximum", g.op("Sub", g.op("AddV2", place, g.int32(1)), size), g.int32(0))
    rows = [g.op("Pack", [g.int32(0), missing]), *[g.int32([0, 0])] * (row.rank)]
    grown = g.op("Pad", buffer, g.op("Pack", rows))
    place = g.op("Reshape", place, g.int32([1, 1]))
    return [g.op("TensorScatterUpdate", grown, place, g.op("ExpandDims", row, g.int32(0)))]


# ---- tables ----


def _found(g: Body, table: int, keys: Ref, default: Ref) -> list[Ref]:
    return [shaped(g.op("LookupTableFindV2", g.table(table), keys, default, Tout=default.dtype), keys.shape)]


def _numbers_of_words(g: Body, keys: Ref, numbers: Any, name: Any = None) -> list[Ref]:
    table = g.library.table(list(numbers), list(numbers.values()), dtypes.string, dtypes.int64)
    return _found(g, table, keys, g.const(-1, dtypes.int64))


def _words_of_numbers(g: Body, keys: Ref, words: Any, name: Any = None) -> list[Ref]:
    """The words of a list by their places, the last for all other places."""
    last = g.const(len(words) - 1, keys.dtype)
    inside = g.op("LogicalAnd", g.op("GreaterEqual", keys, g.const(0, keys.dtype)), g.op("Less", keys, last))
    places = g.op("SelectV2", inside, keys, last)
    return [g.op("GatherV2", g.given(words), positive(g, places, len(words)), g.int32(0))]


def _look_up(g: Body, keys: Any, default: Any, store: Any, name: Any = None) -> list[Ref]:
    if type(store) is not Store or store.value_shape or store.key_shape or not store.filled:
        raise NotTranslatable("a table that may change, or of keys or values that are no scalars")
    held, values = store.export()
    table = g.library.table(held, values, store.key, store.value)
    return _found(g, table, g.given(keys), g.cast(g.given(default), store.value))


def _number_or_hash(g: Body, keys: Any, store: Any, buckets: int, hash_of: Any, name: Any = None) -> list[Ref]:
    """The numbers of words; of others, that of a bucket after them all."""
    if hash_of is not fingerprint64:
        raise NotTranslatable("a table with another hash of the words that it has not")
    keys = g.given(keys)
    words = keys if keys.dtype == dtypes.string else g.op("AsString", keys)
    bucket = g.op("StringToHashBucketFast", words, num_buckets=buckets)
    bucket = g.op("AddV2", bucket, g.const(len(store), dtypes.int64))
    if not len(store):
        return [shaped(bucket, keys.shape)]
    none = g.const(-1, dtypes.int64)
    (found,) = _look_up(g, keys, none, store)
    return [shaped(g.op("SelectV2", g.op("Equal", found, none), bucket, found), keys.shape)]


def _appended(g: Body, a: Any, b: Any, name: Any = None) -> list[Ref]:
    return [g.op("Add", g.given(a), g.given(b))]


def _size_of(g: Body, store: Any, name: Any = None) -> list[Ref]:
    if not store.filled:
        raise NotTranslatable("the size of a table that may change")
    return [g.const(len(store), dtypes.int64)]


_SPECIAL: dict[str, Callable[..., list[Ref]]] = {
    f"{_STRINGS}splitting:split": _split,
    f"{_STRINGS}splitting:bytes_split": _bytes,
    f"{_STRINGS}unicode:unicode_decode": _code_points,
    f"{_STRINGS}unicode:unicode_split": _characters,
    f"{_STRINGS}unicode:_transcode": _transcoded,
    f"{_STRINGS}joining:_reduce_join": _joined,
    f"{_STRINGS}joining:_segment_join": _joined_segments,
    "tfcompat._arrays.printing:format": _formatted,
    "tfcompat.linalg.functions:logm": lambda g, x, name=None: [g.op("MatrixLogarithm", g.given(x))],
    "tfcompat.linalg.functions:sqrtm": lambda g, x, name=None: [g.op("MatrixSquareRoot", g.given(x))],
    f"{_LOOKUP}_find_or_hash": _number_or_hash,
    f"{_KERAS}_find_strings": _numbers_of_words,
    f"{_KERAS}_strings_of": _words_of_numbers,
    "tfcompat._function.sources:with_row": _with_row,
    f"{_LOOKUP}_find": _look_up,
    f"{_LOOKUP}_size": _size_of,
    "tfcompat._core.operators:add": _appended,
}
