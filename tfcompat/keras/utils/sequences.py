"""keras.utils.pad_sequences."""

from __future__ import annotations

from typing import Any

import numpy as np


def pad_sequences(
    sequences: Any,
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Sequences as the rows of an array [count, maxlen, ...] (keras.utils.pad_sequences).

    maxlen: that of the longest where None. padding, truncating: "pre" or "post", where short rows get `value` and long
    ones are cut. ValueError for what are no sequences, and for elements of different shapes.
    """
    if not hasattr(sequences, "__len__"):
        raise ValueError("`sequences` must be iterable.")
    for name, where in (("Truncating", truncating), ("Padding", padding)):
        if where not in ("pre", "post") and any(len(s) for s in sequences):
            raise ValueError(f'{name} type "{where}" not understood')
    for s in sequences:
        if not hasattr(s, "__len__"):
            raise ValueError(f"`sequences` must be a list of iterables. Found non-iterable: {s!s}")
    is_text = np.issubdtype(dtype, np.str_) or np.issubdtype(dtype, np.bytes_)
    if isinstance(value, str) and dtype is not object and not is_text:
        raise ValueError(
            f"`dtype` {dtype} is not compatible with `value`'s type: {type(value)}\n"
            "You should set `dtype=object` for variable length strings."
        )
    length = max((len(s) for s in sequences), default=0) if maxlen is None else maxlen
    shape = next((np.asarray(s).shape[1:] for s in sequences if len(s)), ())
    rows = np.full((len(sequences), length, *shape), value, dtype=dtype)
    for i, s in enumerate(sequences):
        kept = np.asarray(s[-length:] if truncating == "pre" else s[:length], dtype=dtype) if len(s) else None
        if kept is None or not len(kept):
            continue
        if kept.shape[1:] != shape:
            raise ValueError(
                f"Shape of sample {kept.shape[1:]} of sequence at position {i} is different from expected shape {shape}"
            )
        if padding == "post":
            rows[i, : len(kept)] = kept
        else:
            rows[i, -len(kept) :] = kept
    return rows
