"""Signatures in words: the types of arguments and results as TensorFlow prints them."""

from __future__ import annotations

import inspect
import weakref
from typing import Any

from tfcompat._core import callables, structure
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import Tensor
from tfcompat._core.type_spec import TypeSpec
from tfcompat._core.variable import Variable
from tfcompat._core.variable_spec import VariableSpec
from tfcompat._function.signature import Composite, Leaf, Plan, Signature


class FunctionType(callables.FunctionType):
    """The parameters of a graph with their types, and the type of what it returns (tf.types.experimental.FunctionType).

    `parameters[name].annotation` is the type of a parameter, in words; `output` that of the result.
    """

    __slots__ = ("output",)

    def __init__(self, parameters: Any = None, *, output: str | None = None) -> None:
        super().__init__(parameters)
        self.output = output

    def __str__(self) -> str:
        parts, keyword_only = [], False
        for p in self.parameters.values():
            if p.kind is p.KEYWORD_ONLY and not keyword_only:
                parts.append("*")
                keyword_only = True
            default = "" if p.default is p.empty else " = <captured_default_value>"
            kind = "" if p.annotation is p.empty else f": {p.annotation}"
            parts.append(f"{p.name}{kind}{default}")
            if p.kind is p.POSITIONAL_ONLY and p is self._last_positional_only():
                parts.append("/")
        result = "" if self.output is None else f" -> {self.output}"
        return f"({', '.join(parts)}){result}"

    def _last_positional_only(self) -> Any:
        found = [p for p in self.parameters.values() if p.kind is p.POSITIONAL_ONLY]
        return found[-1] if found else None

    def __repr__(self) -> str:
        return pretty(self, [])


def type_of(value: Any) -> str:
    """The type of an argument in a plan, or of a result, in TensorFlow's words."""
    if isinstance(value, Leaf):
        return repr(value.spec)
    if isinstance(value, Composite):
        return repr(value.spec)
    if isinstance(value, Tensor):
        return repr(TensorSpec(value.shape, value.dtype))
    if isinstance(value, Variable):
        return repr(VariableSpec(value.shape, value.dtype, value.trainable, alias_id=0))
    if isinstance(value, TypeSpec):
        return repr(value)
    if structure.is_composite_class(type(value)):
        return repr(value._type_spec)
    node = structure.node_of(type(value))
    if node is not None:
        return _structure_type(value, node)
    try:
        return f"Weakref[{weakref.ref(value)!r}])"
    except TypeError:
        return f"Literal[{value!r}]"


def _structure_type(value: Any, node: Any) -> str:
    if isinstance(value, dict):
        return f"Dict[{', '.join(f'[{k!r}, {type_of(v)}]' for k, v in value.items())}]"
    children = ", ".join(map(type_of, node.children(value)))
    if structure.is_namedtuple(value):
        pairs = ", ".join(f"[{name!r}, {type_of(v)}]" for name, v in zip(value._fields, value, strict=True))
        return f"{type(value).__name__}[{pairs}]"
    return f"{'Tuple' if isinstance(value, tuple) else 'List'}[{children}]"


def function_type(signature: Signature, plan: Plan, result: Any = None, known: bool = False) -> FunctionType:
    """The type of a graph for a plan; `known` where what it returns is."""
    kinds = {p.name: p.kind for p in signature.parameters}
    variadic = any(p.kind is p.VAR_POSITIONAL for p in signature.parameters)
    parameters = []
    for i, argument in enumerate(plan.args):
        kind = inspect.Parameter.POSITIONAL_ONLY if variadic else kinds[signature.name_of(i)]
        parameters.append(inspect.Parameter(signature.name_of(i), kind, annotation=type_of(argument)))
    for name, argument in plan.kwargs.items():
        parameters.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=type_of(argument)))
    order = [p.name for p in signature.parameters]
    parameters.sort(key=lambda p: (p.kind, order.index(p.name) if p.name in order else len(order)))
    return FunctionType(parameters, output=type_of(result) if known else None)


def _shown(parameter: inspect.Parameter) -> Any:
    return None if parameter.annotation is parameter.empty else parameter.annotation


def pretty(kind: FunctionType, captures: list[tuple[int, str]]) -> str:
    """A graph's inputs, output and captures, one a line."""
    lines = ["Input Parameters:"]
    lines += [f"  {p.name} ({p.kind.name}): {_shown(p)}" for p in kind.parameters.values()] or ["  None"]
    lines += ["Output Type:", f"  {kind.output}", "Captures:"]
    lines += [f"  {number}: {text}" for number, text in captures] or ["  None"]
    return "\n".join(lines)
