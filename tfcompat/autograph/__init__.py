"""tf.autograph: Python control flow on tensors, made part of a function's graph."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

from tfcompat import _names
from tfcompat._function import autograph as _autograph
from tfcompat._function.autograph import NoSource as _NoSource
from tfcompat.autograph import experimental


class ConversionError(ValueError):
    """A function's control flow can't be rewritten: its source code can't be had."""

    __module__ = "tensorflow.python.autograph.impl.api"


def to_graph(
    entity: Callable[..., Any], recursive: bool = True, experimental_optional_features: Any = None
) -> Callable[..., Any]:
    """A function like `entity` whose control flow is the graph's where its values are tensors (tf.autograph.to_graph).

    Called eagerly it does what `entity` does. recursive: rewrites the functions that it calls, too.
    experimental_optional_features: members of tf.autograph.experimental.Feature; what they ask for is done in any
    case, or raises NotImplementedError. ConversionError where the source code can't be had.
    """
    _check(experimental_optional_features)
    try:
        if not hasattr(entity, "__code__"):
            raise _NoSource("it is no Python function; for one that tf.function made, take its python_function")
        made = _autograph.convert(entity, strict=True, recursive=recursive)
    except _NoSource as e:
        raise ConversionError(f"converting {entity!r}: tf.autograph.to_graph can't rewrite it: {e}") from None
    if made is not entity and isinstance(made, types.FunctionType):
        made.__name__ = f"tf__{made.__name__}"
    return made


def to_code(entity: Callable[..., Any], recursive: bool = True, experimental_optional_features: Any = None) -> str:
    """The source code that `to_graph` makes of a function, as text (tf.autograph.to_code).

    recursive: changes what the code does with the functions that it calls, not the code.
    """
    _check(experimental_optional_features)
    try:
        return _autograph.source_of(entity)
    except _NoSource as e:
        raise ConversionError(f"converting {entity!r}: tf.autograph.to_code can't rewrite it: {e}") from None


def _check(features: Any) -> None:
    for feature in features if isinstance(features, (list, tuple, set)) else [] if features is None else [features]:
        if not isinstance(feature, experimental.Feature):
            raise TypeError(f"experimental_optional_features takes tf.autograph.experimental.Feature, got {feature!r}.")
        if feature is experimental.Feature.LISTS:
            raise NotImplementedError(
                "tf.autograph.experimental.Feature.LISTS: lists stay Python's; use tf.TensorArray."
            )


def trace(*args: Any) -> None:
    """Prints its arguments when a function is captured, not when its graph runs (tf.autograph.trace)."""
    print(*args)


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """How much AutoGraph tells of what it does (tf.autograph.set_verbosity): at 0 warnings, from 1 on each function.

    alsologtostdout: tells it on the standard output, too. TypeError for a level that is no integer.
    """
    if not isinstance(level, int):
        raise TypeError(f"tf.autograph.set_verbosity takes an integer, got {level!r}.")
    _autograph.verbosity.level = level
    _autograph.verbosity.stream = sys.stdout if alsologtostdout else None


__getattr__ = _names.module_getattr("tf.autograph", globals())
