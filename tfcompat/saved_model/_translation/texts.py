"""Ops on strings and tables, which a graph calls as they are: TensorFlow's op of the same meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat._function import opaque, sources
from tfcompat.saved_model._translation.body import Body, Ref
from tfcompat.saved_model._translation.registry import NotTranslatable


def called(g: Body, node: opaque.Node, args: Sequence[Any]) -> list[Any]:
    """The results of a node that is no kernel of torch's."""
    if node.source is None:
        raise NotTranslatable("a Python function")
    function = node.source.function
    if function is sources.strings:
        return [g.const(node.source.args[0], dtypes.string)]
    if function is sources.to_ids:
        strings = [_given(g, arg, args) for arg in node.source.args]
        return [strings[0], *strings]
    if function is sources.from_ids:
        return [args[1]]
    name = f"{function.__module__}:{function.__name__}"
    raise NotTranslatable(f"no counterpart of {name}")


def _given(g: Body, arg: Any, args: Sequence[Any]) -> Ref:
    return args[arg.number] if isinstance(arg, sources.Input) else g.const(arg, dtypes.string)
