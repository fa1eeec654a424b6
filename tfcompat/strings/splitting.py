"""Strings cut into pieces, which makes ragged tensors of tensors: tf.strings.split, bytes_split and ngrams."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._core import errors
from tfcompat._core.ops import wrap
from tfcompat._core.tensor import Tensor
from tfcompat.strings.elements import array, as_strings, filled


def _rows(flat: np.ndarray, cut: Callable[[bytes], list[bytes]]) -> tuple[np.ndarray, list[int]]:
    pieces = [cut(v) for v in flat]
    return filled([p for row in pieces for p in row], (sum(map(len, pieces)),)), [len(row) for row in pieces]


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
            results, lengths = make(values)
            return [RaggedTensor.from_row_lengths(wrap(v), torch.tensor(lengths), validate=False) for v in results]
    results, lengths = make(array(x.flat_values._t).reshape(-1))
    inner = [RaggedTensor.from_row_lengths(wrap(v), torch.tensor(lengths), validate=False) for v in results]
    return [x.with_flat_values(v) for v in inner]


def split(input: Any, sep: Any = None, maxsplit: int = -1, name: str | None = None) -> Any:
    """The pieces of each string between occurrences of `sep`, or of white space where it is None or "".

    maxsplit: how many cuts at most, -1 for all. A scalar gives a vector, other tensors a tf.RaggedTensor with one more
    dimension. (tf.strings.split)
    """
    by = None if sep is None else as_strings(sep)
    if by is not None and by.shape.rank != 0:
        raise errors.InvalidArgumentError(
            None, None, f"sep must be a scalar, got shape {by.shape} [Op:StringSplitV2] name: "
        )
    mark = None if by is None else (by.numpy() or None)

    def make(flat: np.ndarray) -> tuple[list[Any], list[int]]:
        values, lengths = _rows(flat, lambda v: v.split(mark, maxsplit))
        return [values], lengths

    return cut_each(input, make)[0]


def bytes_split(input: Any, name: str | None = None) -> Any:
    """The bytes of each string, as strings; for shapes see `split` (tf.strings.bytes_split)."""

    def make(flat: np.ndarray) -> tuple[list[Any], list[int]]:
        values, lengths = _rows(flat, lambda v: [v[i : i + 1] for i in range(len(v))])
        return [values], lengths

    return cut_each(input, make)[0]


def _widths(ngram_width: Any) -> tuple[int, ...]:
    if isinstance(ngram_width, int):
        return (ngram_width,)
    if not isinstance(ngram_width, tuple) or not all(isinstance(w, int) for w in ngram_width):
        raise TypeError(f"ngram_width must be an integer or a tuple of integers. Got: {ngram_width!r}")
    return ngram_width


def _pads(pad_values: Any) -> tuple[bytes, bytes]:
    if pad_values is None:
        return b"", b""
    pair = (pad_values, pad_values) if isinstance(pad_values, str) else pad_values
    if not isinstance(pair, tuple) or len(pair) != 2 or not all(isinstance(p, str) for p in pair):
        raise TypeError(f"pad_values must be a string, tuple of strings, or None. Got: {pad_values!r}")
    return pair[0].encode(), pair[1].encode()


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

    widths, pads = _widths(ngram_width), _pads(pad_values)
    if any(w < 1 for w in widths):
        raise ValueError(f"All ngram_widths must be greater than 0. Got {ngram_width}")
    if padding_width is not None and padding_width < 0:
        raise ValueError(f"padding_width must be greater than 0. Got {padding_width}")
    if padding_width is not None and pad_values is None:
        raise ValueError("pad_values must be provided if padding_width is set.")
    x = as_strings(data)
    if not x.shape.rank:
        raise ValueError("Data should have rank>0")
    if isinstance(x, Tensor):
        held = array(x._t)
        rows = [list(row) for row in held.reshape(-1, held.shape[-1])]
    else:
        bounds, flat = x.nested_row_splits[-1].numpy(), list(array(x.flat_values._t))
        rows = [flat[a:b] for a, b in itertools.pairwise(bounds)]
    options = (widths, separator.encode(), pads, padding_width, pad_values is not None, preserve_short_sequences)
    grams = [_grams(row, *options) for row in rows]
    values = filled([g for row in grams for g in row], (sum(map(len, grams)),))
    if isinstance(x, Tensor):
        return wrap(values.reshape((*x.shape.as_list()[:-1], len(grams[0]) if grams else 0)))
    result = RaggedTensor.from_row_lengths(wrap(values), torch.tensor([len(row) for row in grams]), validate=False)
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
