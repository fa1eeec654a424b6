"""Which function serves which raw op. The family modules fill it as they are loaded."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from tfcompat._core.ops import Op
from tfcompat.raw_ops._calling import HINTS, is_refused
from tfcompat.raw_ops._signatures import names, signature

F = TypeVar("F", bound=Callable[..., Any])

_USUAL = {"input": "input_tensor", "keep_dims": "keepdims"}


class Entry(NamedTuple):
    """How a raw op is made: its function, {the op's parameter: the function's}, and what `raw` tells of it."""

    function: Callable[..., Any]
    renamed: Mapping[str, str]
    strings: bool
    hosted: bool = False


BODIES: dict[str, Entry] = {}


def raw(*kernels: str, strings: bool = False, hosted: bool = False, **renamed: str) -> Callable[[F], F]:
    """Makes a plain function over torch tensors the body of raw ops.

    What it annotates as Value or Values it gets as torch tensors; other inputs, axes and sizes, as they were given.
    strings: it only moves, compares or orders elements, so it serves tf.string too. hosted: what it does is for each
    run of a graph (`_variants.each_time`), strings or not: a graph that sessions run has it as an operation of its own.
    """

    def decorate(body: F) -> F:
        for kernel in kernels:
            BODIES[kernel] = Entry(body, renamed, strings, hosted)
        return body

    return decorate


def body(function: Any) -> Callable[..., Any]:
    """The function over torch tensors that a public op is made of."""
    return function.op.body


def same(function: Callable[..., Any], *kernels: str, **renamed: str) -> None:
    """Makes a public op's function serve raw ops, by default the one whose kernel it names.

    renamed: the parameters of the raw op that have another name in the function.
    """
    for kernel in kernels or (function.op.kernel,):  # type: ignore[attr-defined]
        BODIES[kernel] = Entry(function, renamed, False)


def share(*modules: types.ModuleType) -> None:
    """Makes the ops of modules serve the raw ops that have their kernels' names and the same parameters."""
    for module in modules:
        for function in list(vars(module).values()):
            op = getattr(function, "op", None)
            if not isinstance(op, Op) or op.kernel not in names() or op.kernel in BODIES or is_refused(op.kernel):
                continue
            wanted = [p.name for p in signature(op.kernel).parameters]
            renamed = {p: _USUAL[p] for p in wanted if p not in op.names and _USUAL.get(p) in op.names}
            taken = {renamed.get(p, p) for p in wanted if p not in HINTS}
            if taken <= set(op.names) and all(n in taken or n == "name" or n in op.optional for n in op.names):
                BODIES[op.kernel] = Entry(function, renamed, False)
