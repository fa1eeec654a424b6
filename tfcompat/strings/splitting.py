"""Strings cut into pieces, which makes ragged tensors of tensors: tf.strings.split, bytes_split and ngrams."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._arrays.captures import as_one_node
from tfcompat._core import arguments, dtypes, errors
from tfcompat._core.ops import wrap
from tfcompat._core.tensor import Tensor
from tfcompat.strings.elements import array, as_strings, filled


def _rows(flat: np.ndarray, cut: Callable[[bytes], list[bytes]]) -> tuple[np.ndarray, list[int]]:
    pieces = [cut(v) for v in flat]
    return filled([p for row in pieces for p in row], (sum(map(len, pieces)),)), [len(row) for row in pieces]


def _string_tensor(value: Any) -> Any:
    """`value` as a string tensor, ragged or not; ValueError for a tensor of another dtype."""
    x = as_strings(value)
    if x.dtype != dtypes.string:
        raise ValueError(f"Tensor conversion requested dtype string for Tensor with dtype {x.dtype.name}: {x!r}")
    return x


def cut_each(input: Any, make: Callable[[np.ndarray], tuple[list[Any], list[int]]]) -> list[Any]:
    """What `make` gives for each string of a tensor: tensors for a scalar, else ragged ones with one more dimension.

    make: takes a vector of strings; returns the values of all rows, one array or torch tensor each, and row lengths.
    """
    from tfcompat._ragged.tensor import RaggedTensor

    x = as_strings(input)
    if isinstance(x, Tensor):
        values = array(x._t)
        if not values.ndim:
            return [wrap(v) for v in make(values.reshape(1))[0]]
        if values.ndim > 1:
            x = RaggedTensor.from_tensor(x, ragged_rank=values.ndim - 1)
        else:
            return _ragged_rows(*make(values))
    return [x.with_flat_values(v) for v in _ragged_rows(*make(array(x.flat_values._t).reshape(-1)))]


def _ragged_rows(results: list[Any], lengths: list[int]) -> list[Any]:
    """A ragged tensor of rows of these lengths for the values of each result."""
    from tfcompat._ragged.tensor import RaggedTensor

    sizes = torch.tensor(lengths, dtype=torch.int64)
    return [RaggedTensor.from_row_lengths(wrap(v), sizes, validate=False) for v in results]


@as_one_node("StringSplit")
def split(input: Any, sep: Any = None, maxsplit: int = -1, name: str | None = None) -> Any:
    """The pieces of each string between occurrences of `sep`, or of white space where it is None or "".

    maxsplit: how many cuts at most, negative for all; what follows the last cut is one more piece, even if it is empty.
    A scalar gives a vector, other tensors a tf.RaggedTensor with one more dimension. ValueError where `input` or `sep`
    is a tensor of another dtype. (tf.strings.split)
    """
    x = _string_tensor(input)
    by = None if sep is None else _string_tensor(sep)
    if by is not None and by.shape.rank != 0:
        raise errors.InvalidArgumentError(
            None, None, f"sep must be a scalar, got shape {by.shape} [Op:StringSplitV2] name: "
        )
    mark = None if by is None else (by.numpy() or None)

    def pieces(text: bytes) -> list[bytes]:
        if maxsplit == 0:
            return [text]
        found = text.split(mark, maxsplit)
        return [*found, b""] if mark is None and len(found) == maxsplit else found

    def make(flat: np.ndarray) -> tuple[list[Any], list[int]]:
        values, lengths = _rows(flat, pieces)
        return [values], lengths

    return cut_each(x, make)[0]


@as_one_node("StringBytesSplit")
def bytes_split(input: Any, name: str | None = None) -> Any:
    """The bytes of each string, as strings; for shapes see `split` (tf.strings.bytes_split)."""

    def make(flat: np.ndarray) -> tuple[list[Any], list[int]]:
        values, lengths = _rows(flat, lambda v: [v[i : i + 1] for i in range(len(v))])
        return [values], lengths

    return cut_each(_string_tensor(input), make)[0]


def _pads(pad_values: Any) -> tuple[bytes, bytes]:
    if pad_values is None:
        return b"", b""
    pair = (pad_values, pad_values) if isinstance(pad_values, str) else pad_values
    if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not all(isinstance(p, str) for p in pair):
        raise TypeError(f"pad_values must be a string, tuple of strings, or None. Got: {pad_values!r}")
    return pair[0].encode(), pair[1].encode()


@as_one_node("StringNGrams")
def ngrams(
    data: Any,
    ngram_width: Any,
    separator: str = " ",
    pad_values: Any = None,
    padding_width: int | None = None,
    preserve_short_sequences: bool = False,
    name: str | None = None,
) -> Any:
    """The runs of `ngram_width` (an int or a tuple of them) successive strings, joined by `separator`.

    data: a vector, or the rows of a tensor or ragged tensor. pad_values: what stands before and after each row, a
    string or two; padding_width: how often, ngram_width - 1 where None. preserve_short_sequences: a row too short for
    any run is one. A tensor gives a tensor, a ragged one a tf.RaggedTensor. (tf.strings.ngrams)
    """
    from tfcompat._ragged.tensor import RaggedTensor

    widths, pads = tuple(arguments.integers(ngram_width, "ngram_width")), _pads(pad_values)
    if any(w < 1 for w in widths):
        raise ValueError(f"All ngram_widths must be greater than 0. Got {ngram_width}")
    if padding_width is not None and padding_width < 0:
        raise ValueError(f"padding_width must be greater than 0. Got {padding_width}")
    if padding_width is not None and pad_values is None:
        raise ValueError("pad_values must be provided if padding_width is set.")
    x = _string_tensor(data)
    if not x.shape.rank:
        raise ValueError("Data should have rank>0")
    if isinstance(x, Tensor):
        held = array(x._t)
        rows = [list(row) for row in held.reshape(math.prod(held.shape[:-1]), held.shape[-1])]
    else:
        bounds, flat = x.nested_row_splits[-1].numpy(), list(array(x.flat_values._t))
        rows = [flat[a:b] for a, b in itertools.pairwise(bounds)]
    options = (widths, separator.encode(), pads, padding_width, pad_values is not None, preserve_short_sequences)
    grams = [_grams(row, *options) for row in rows]
    values = filled([g for row in grams for g in row], (sum(map(len, grams)),))
    if isinstance(x, Tensor):
        count = len(_grams([b""] * held.shape[-1], *options))
        return wrap(values.reshape((*held.shape[:-1], count)))
    (result,) = _ragged_rows([values], [len(row) for row in grams])
    for splits in reversed(x.nested_row_splits[:-1]):
        result = RaggedTensor.from_row_splits(result, splits, validate=False)
    return result


def _grams(
    row: list[bytes],
    widths: tuple[int, ...],
    mark: bytes,
    pads: tuple[bytes, bytes],
    padding: int | None,
    padded: bool,
    keep_short: bool,
) -> list[bytes]:
    found: list[bytes] = []
    for width in widths:
        n = 0 if not padded else width - 1 if padding is None else min(padding, width - 1)
        whole = [pads[0]] * n + row + [pads[1]] * n
        found += [mark.join(whole[i : i + width]) for i in range(len(whole) - width + 1)]
    if not found and keep_short and row:
        n = 0 if not padded else max(widths) - 1 if padding is None else padding
        found = [mark.join([pads[0]] * n + row + [pads[1]] * n)]
    return found
