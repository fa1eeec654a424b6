"""How a ragged tensor looks, in numpy and in text."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np


def to_numpy(values: np.ndarray, splits: np.ndarray) -> np.ndarray:
    """The rows of `values`: one array where they are equally long, else an object array of rows."""
    rows = [values[start:limit] for start, limit in itertools.pairwise(splits)]
    if not rows:
        return np.zeros((0, 0, *values.shape[1:]), dtype=values.dtype)
    if all(len(row) == len(rows[0]) for row in rows):
        return np.array(rows)
    result = np.empty(len(rows), dtype=object)
    for i, row in enumerate(rows):
        result[i] = row
    return result


def text(array: np.ndarray) -> str:
    """The rows as TensorFlow prints them, with commas: the rows of an object array count as its elements."""
    with np.printoptions(formatter={"all": _element}):  # type: ignore[call-overload]
        return _element(array)


def _element(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return str(value)
    # An empty array prints as [] whatever its shape; as a list it shows its empty rows.
    return np.array2string(value, separator=", ") if value.size else repr(value.tolist())


def printed(value: Any, summarize: int) -> str:
    """A ragged tensor as tf.print shows it: `summarize` rows and elements at either end, all where that is -1."""
    from tfcompat.strings import as_string

    texts = value if value.dtype.name == "string" else as_string(value)
    quoted = value.dtype.name == "string"

    def shown(part: Any) -> str:
        if isinstance(part, bytes):
            if quoted:
                part = b"'%s'" % re.sub(rb"(['\\\\])", rb"\\\1", part)
            return part.decode("utf-8", "surrogateescape")
        parts = [shown(p) for p in part]
        if 0 <= 2 * summarize < len(parts):
            parts = [*parts[:summarize], "...", *parts[len(parts) - summarize :]]
        return f"[{', '.join(parts)}]"

    return shown(texts.to_list())
