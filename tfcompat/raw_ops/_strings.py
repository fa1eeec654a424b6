"""Raw ops on strings that public ops wrap in ragged or sparse tensors, or call by other arguments."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value, Values, wrap
from tfcompat.io import csv, decoding
from tfcompat.raw_ops._registry import body, raw
from tfcompat.strings import joining, regex, splitting, unicode
from tfcompat.strings.elements import filled


def _bytes(value: str) -> bytes:
    """What an attribute holds."""
    return value.encode("utf-8", "surrogateescape")


def _scalar(value: str) -> Any:
    return to_storage(_bytes(value), dtypes.string)


# ---- joining, matching ----


@raw("StringJoin")
def string_join(inputs: Values, separator: str) -> Any:
    """The strings of several tensors joined, element by element."""
    return body(joining._join)(inputs, _bytes(separator))


@raw("ReduceJoin")
def reduce_join(inputs: Value, reduction_indices: Any, keep_dims: bool, separator: str) -> Any:
    """The strings along dimensions joined; no dimension for all, the last changing fastest."""
    axes = to_storage(reduction_indices)
    return body(joining._reduce_join)(inputs, None if not axes.numel() else axes, keep_dims, _bytes(separator))


@raw("UnsortedSegmentJoin")
def unsorted_segment_join(inputs: Value, segment_ids: Value, num_segments: Any, separator: str) -> Any:
    """The strings with the same segment number joined."""
    return body(joining._segment_join)(inputs, segment_ids, num_segments, _bytes(separator))


@raw("StaticRegexFullMatch")
def static_regex_full_match(input: Value, pattern: str) -> Any:
    """Whether each string matches the whole of a pattern."""
    return body(regex._full_match)(input, _scalar(pattern))


@raw("StaticRegexReplace")
def static_regex_replace(input: Value, pattern: str, rewrite: str, replace_global: bool) -> Any:
    """The strings with what matches a pattern replaced."""
    return body(regex._replace)(input, _scalar(pattern), _scalar(rewrite), replace_global)


@raw("StringFormat")
def string_format(inputs: Values, template: str, placeholder: str, summarize: int) -> Any:
    """The template with its placeholders replaced by the tensors, as tf.strings.format prints them."""
    from tfcompat import strings

    return strings.format(template, [wrap(t) for t in inputs], placeholder, summarize)._t


# ---- splitting ----


def _sparse(rows: list[list[bytes]]) -> tuple[torch.Tensor, Any, torch.Tensor]:
    """The indices, values and shape of a sparse matrix that has the strings at the left of its rows."""
    counts = [len(row) for row in rows]
    indices = [[i, j] for i, n in enumerate(counts) for j in range(n)]
    values = filled([v for row in rows for v in row], (sum(counts),))
    shape = torch.tensor([len(rows), max(counts, default=0)], dtype=torch.int64)
    return torch.tensor(indices, dtype=torch.int64).reshape(-1, 2), values, shape


@raw("StringSplitV2")
def string_split_v2(input: Value, sep: Value, maxsplit: int) -> tuple[torch.Tensor, Any, torch.Tensor]:
    """The pieces of each string of a vector between occurrences of `sep`, or of white space where that is empty."""
    if input.ndim != 1:
        raise Invalid(f"input must be a vector, got shape: {list(input.shape)}")
    if sep.ndim:
        raise Invalid(f"sep must be a scalar, got shape: {list(sep.shape)}")
    mark = sep.item() or None
    return _sparse([v.split(mark, maxsplit) for v in input])


@raw("StringSplit")
def string_split(input: Value, delimiter: Value, skip_empty: bool) -> tuple[torch.Tensor, Any, torch.Tensor]:
    """The pieces of each string of a vector between any of the bytes of `delimiter`; every byte where that is empty."""
    if input.ndim != 1:
        raise Invalid(f"input must be a vector, got shape: {list(input.shape)}")
    if delimiter.ndim:
        raise Invalid(f"delimiter must be a scalar, got shape: {list(delimiter.shape)}")
    marks = delimiter.item()

    def pieces(v: bytes) -> list[bytes]:
        if not marks:
            return [v[i : i + 1] for i in range(len(v))]
        for mark in marks[1:]:
            v = v.replace(bytes([mark]), marks[:1])
        found = v.split(marks[:1])
        return [p for p in found if p] if skip_empty else found

    return _sparse([pieces(v) for v in input])


@raw("StringNGrams")
def string_ngrams(
    data: Value,
    data_splits: Value,
    separator: str,
    ngram_widths: Sequence[int],
    left_pad: str,
    right_pad: str,
    pad_width: int,
    preserve_short_sequences: bool,
) -> tuple[Any, torch.Tensor]:
    """The runs of successive strings of each row, joined; pad_width -1 pads as much as a run needs."""
    bounds = data_splits.tolist()
    if len(data) and (not bounds or bounds[0] != 0 or bounds[-1] != len(data) or sorted(bounds) != bounds):
        raise Invalid(f"Invalid splits: they must rise from 0 to {len(data)}, got {bounds}")
    padding = None if pad_width < 0 else pad_width
    pads = (_bytes(left_pad), _bytes(right_pad))
    options = (tuple(ngram_widths), _bytes(separator), pads, padding, pad_width != 0, preserve_short_sequences)
    grams = [splitting._grams(list(data[a:b]), *options) for a, b in itertools.pairwise(bounds)]
    ends = np.cumsum([0, *map(len, grams)])
    values = filled([g for row in grams for g in row], (int(ends[-1]),))
    return values, torch.from_numpy(ends).to(data_splits.dtype)


# ---- Unicode ----


@raw("UnicodeTranscode")
def unicode_transcode(
    input: Value,
    input_encoding: str,
    output_encoding: str,
    errors: str,
    replacement_char: int,
    replace_control_characters: bool,
) -> Any:
    """The strings in another encoding."""
    how = (input_encoding, output_encoding, errors, replacement_char, replace_control_characters)
    return body(unicode._transcode)(input, *how)


@raw("UnicodeDecodeWithOffsets")
def unicode_decode_with_offsets(
    input: Value,
    input_encoding: str,
    errors: str,
    replacement_char: int,
    replace_control_characters: bool,
    Tsplits: dtypes.DType,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The row splits, code points and byte offsets of the characters of strings."""
    policy = unicode._Policy(errors, replacement_char, replace_control_characters)
    codec = unicode._codec(input_encoding)
    rows = [policy.decoded(v, codec) for v in input.reshape(-1)]
    splits = torch.from_numpy(np.cumsum([0, *map(len, rows)])).to(Tsplits.torch)
    codes = torch.tensor([ord(c) for row in rows for c, _ in row], dtype=torch.int32)
    return splits, codes, torch.tensor([at for row in rows for _, at in row], dtype=torch.int64)


@raw("UnicodeDecode")
def unicode_decode(
    input: Value,
    input_encoding: str,
    errors: str,
    replacement_char: int,
    replace_control_characters: bool,
    Tsplits: dtypes.DType,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The row splits and code points of the characters of strings."""
    how = (input_encoding, errors, replacement_char, replace_control_characters, Tsplits)
    splits, codes, _ = unicode_decode_with_offsets(input, *how)
    return splits, codes


@raw("UnicodeEncode")
def unicode_encode(
    input_values: Value, input_splits: Value, output_encoding: str, errors: str, replacement_char: int
) -> Any:
    """The strings of rows of code points."""
    bounds = input_splits.tolist()
    if not bounds or bounds[0] != 0 or bounds[-1] != len(input_values) or sorted(bounds) != bounds:
        raise Invalid(f"input_splits must rise from 0 to {len(input_values)}, got {bounds}")
    lengths = [b - a for a, b in itertools.pairwise(bounds)]
    return body(unicode._encode)(input_values, lengths, (len(lengths),), output_encoding, errors, replacement_char)


# ---- decoding ----


@raw("DecodeRaw")
def decode_raw(bytes: Value, out_type: dtypes.DType, little_endian: bool) -> Any:
    """The bytes of each string as numbers."""
    return body(decoding._decode_raw)(bytes, out_type, little_endian, None)


@raw("DecodePaddedRaw")
def decode_padded_raw(input_bytes: Value, fixed_length: Any, out_type: dtypes.DType, little_endian: bool) -> Any:
    """The first `fixed_length` bytes of each string, padded with zeros, as numbers."""
    length = int(to_storage(fixed_length))
    return body(decoding._decode_raw)(input_bytes, out_type, little_endian, length)


@raw("DecodeCSV")
def decode_csv(
    records: Value,
    record_defaults: Values,
    field_delim: str,
    use_quote_delim: bool,
    na_value: str,
    select_cols: Sequence[int],
) -> list[Any]:
    """The columns of lines of comma-separated values."""
    columns = list(select_cols) or None
    if columns is not None and len(columns) != len(record_defaults):
        raise Invalid("select_cols should match output size")
    how = (field_delim, use_quote_delim, _bytes(na_value), columns)
    return body(csv._decode_csv)(records, record_defaults, *how)
