"""Tensors as text: tf.print and tf.strings.format."""

from __future__ import annotations

import pprint
import sys
from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np

from tfcompat._arrays.captures import as_one_node, graph_method, replayable
from tfcompat._core import dtypes, structure
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable

_ESCAPES = {10: b"\\n", 13: b"\\r", 9: b"\\t", 34: b'\\"', 39: b"\\'", 92: b"\\\\"}


def _float_text(value: Any, digits: int) -> str:
    """The shorter of two precisions that gives the value back, as C's %g prints it."""
    number, kind = float(value), np.float32 if digits == 6 else np.float64
    short = f"{number:.{digits}g}"
    if np.isnan(number) or kind(float(short)) == kind(number):
        return short
    return f"{number:.{digits + (3 if digits == 6 else 2)}g}"


def _quoted(value: bytes) -> str:
    """A string within quotes, its control characters escaped as in C; bytes that are no UTF-8 become surrogates."""
    body = b"".join(_ESCAPES.get(b) or (b"\\%03o" % b if b < 32 or b == 127 else bytes([b])) for b in value)
    return f'"{body.decode("utf-8", "surrogateescape")}"'


def _element_text(value: Any) -> str:
    """One element as TensorFlow's kernels print it."""
    if isinstance(value, bytes):
        return _quoted(value)
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    # numpy's stub has float16 as a generic type.
    if isinstance(value, (np.float32, np.float16, ml_dtypes.bfloat16)):  # pyright: ignore[reportArgumentType]
        return _float_text(value, 6)
    if isinstance(value, (float, np.float64)):
        return _float_text(value, 15)
    if isinstance(value, (complex, np.complexfloating)):
        return "?"
    return str(value)


def array_text(array: np.ndarray, summarize: int) -> str:
    """An array as TensorFlow prints it: the first and last `summarize` elements of each dimension, all for -1."""
    if array.ndim == 0:
        return _element_text(array[()])
    if array.dtype.kind == "c":  # no numbers, and no rows
        shown = array.size if summarize < 0 else min(summarize, array.size)
        return f"[{' '.join(['?'] * shown)}{'...' if shown < array.size else ''}]"
    if not array.size and len(array) and array.ndim > 1:
        return "[" + "\n" * (array.ndim - 1) + " ...]"
    return _nested_text(array, summarize, 0)


def _nested_text(array: np.ndarray, summarize: int, depth: int) -> str:
    size = len(array)
    if array.ndim == 1:
        parts = [_element_text(v) for v in array] if summarize < 0 or size <= 2 * summarize else None
        if parts is None:
            ends = [[_element_text(v) for v in part] for part in (array[:summarize], array[size - summarize :])]
            parts = [*ends[0], "...", *ends[1]]
            return f"[{' '.join(parts)}]" if summarize else "[ ...]"
        return f"[{' '.join(parts)}]"
    gap = "\n" * (array.ndim - 1) + " " * (depth + 1)
    if summarize < 0 or size <= 2 * summarize:
        return f"[{gap.join(_nested_text(row, summarize, depth + 1) for row in array)}]"
    first = [_nested_text(row, summarize, depth + 1) for row in array[:summarize]]
    last = [_nested_text(row, summarize, depth + 1) for row in array[size - summarize :]]
    return f"[{gap.join([*first, '...', *last])}]"


def _tensor_text(tensor: Any, summarize: int) -> str:
    return array_text(
        np.asarray(tensor.numpy(), dtype=None if tensor.dtype is not dtypes.string else object), summarize
    )


class _Shown:
    """A tensor within a printed structure: pprint calls repr."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _is_value(x: Any) -> bool:
    return isinstance(x, (Tensor, Variable))


def _shown_text(x: Any, summarize: int) -> str | None:
    """The text of a tensor, composite or not, or of a variable; None for other objects."""
    if _is_value(x):
        return _tensor_text(x, summarize)
    return x._printed(summarize) if isinstance(x, CompositeTensor) else None


def input_text(value: Any, summarize: int) -> str:
    """One argument of tf.print as text: bare strings as they are, tensors by elements, structures as pprint does."""
    if isinstance(value, str):
        return value
    if _is_value(value) and value.dtype is dtypes.string and value.shape.rank == 0:
        return value.numpy().decode("utf-8", "surrogateescape")
    text = _shown_text(value, summarize)
    if text is not None:
        return text
    if hasattr(value, "__tf_tensor__") and not structure.is_nested(value):
        return _tensor_text(convert_to_tensor(value), summarize)

    def shown(x: Any) -> Any:
        text = _shown_text(x, summarize)
        return x if text is None else _Shown(text)

    return pprint.pformat(structure.map_structure(shown, value))


@replayable
def print(*inputs: Any, **kwargs: Any) -> None:
    """Prints values to stderr, tensors abbreviated to 3 elements at either end of each dimension (tf.print).

    output_stream: sys.stderr, sys.stdout, a tf.compat.v1.logging function's level ("log(info)"...) or "file://PATH", to
    append to. summarize: how many elements, -1 for all. sep, end: between and after the values. name: of the op. In a
    captured function it prints at each call. ValueError for other keyword arguments and streams.
    """
    stream = kwargs.pop("output_stream", sys.stderr)
    kwargs.pop("name", None)
    summarize = kwargs.pop("summarize", None)
    sep, end = kwargs.pop("sep", " "), kwargs.pop("end", "\n")
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments for tf.print: {kwargs}")
    count = 3 if summarize is None else int(summarize)
    write = _writer(stream)
    if state.graph is not None:
        told, options = _stream_name(stream), {"summarize": count, "sep": sep, "end": end}
        return graph_method("print", "tf.print")(
            lambda *values: write(sep.join(input_text(v, count) for v in values) + end),
            inputs,
            None if told is None else lambda *values: (print, values, {"output_stream": told, **options}),
        )
    write(sep.join(input_text(v, count) for v in inputs) + end)
    return None


_LEVELS = {"log(info)": "info", "log(warning)": "warning", "log(error)": "error"}


def _stream_name(stream: Any) -> str | None:
    """What a SavedModel calls a stream that `print` takes; None for a Python object that it can't hold."""
    if isinstance(stream, str):
        return stream
    for name in ("stdout", "stderr"):
        if stream in (getattr(sys, name), getattr(sys, f"__{name}__")):
            return name
    level = f"log({getattr(stream, '__name__', '').replace('warn', 'warning').replace('warninging', 'warning')})"
    return level if level in _LEVELS else None


def _writer(stream: Any) -> Any:
    if isinstance(stream, str):
        if stream.startswith("file://"):
            return lambda text: _append(stream[len("file://") :], text)
        if stream in _LEVELS:
            from tfcompat._core.logging import get_logger

            return lambda text: getattr(get_logger(), _LEVELS[stream])("%s", text.removesuffix("\n"))
        if stream in ("stdout", "stderr"):
            return lambda text: _send(getattr(sys, stream), text)
    elif hasattr(stream, "write"):
        if stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__) or hasattr(stream, "flush"):
            return lambda text: _send(stream, text)
    elif getattr(stream, "__name__", None) in ("info", "warning", "warn", "error"):
        return lambda text: stream(text.removesuffix("\n"))
    raise ValueError(
        f"Unknown output stream, logging level, or file. {stream!r} is none of sys.stdout, sys.stderr, 'file://PATH', "
        f"{', '.join(map(repr, _LEVELS))}"
    )


def _send(stream: Any, text: str) -> None:
    stream.write(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    stream.flush()


def _append(path: str, text: str) -> None:
    with open(path, "a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)


@as_one_node("StringFormat")
def format(template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3, name: str | None = None) -> Any:
    """`template` with its placeholders replaced by the tensors `inputs`, a string scalar (tf.strings.format).

    inputs: a tensor, a list of them, or an array, whose elements along its first dimension are one tensor each.
    summarize: how many elements at either end of each dimension, -1 for all. ValueError where there are more or fewer
    placeholders than inputs.
    """
    if not isinstance(template, str):
        raise TypeError(f"Argument `template` takes a Python string, got {template!r}.")
    values: Sequence[Any] = list(inputs) if isinstance(inputs, (list, tuple, np.ndarray)) else [inputs]
    parts = template.split(placeholder)
    if len(parts) - 1 != len(values):
        raise ValueError(
            f"The template expects {len(parts) - 1} tensors, but the inputs only has {len(values)}. Please ensure the "
            "number of placeholders in template matches inputs length."
        )
    texts = [_shown_text(v, summarize) or _tensor_text(convert_to_tensor(v), summarize) for v in values]
    joined = "".join(part + text for part, text in zip(parts, [*texts, ""]))
    return convert_to_tensor(joined.encode("utf-8", "surrogateescape"))
