"""The arguments of a function's call: bound as Python binds them, told apart as TensorFlow tells them apart.

Two calls share a graph where their arguments' keys are equal: tensors (and numpy arrays) by dtype and shape, Python
values by value, variables and other objects by identity, lists, tuples, dicts and their like by what is in them.
"""

from __future__ import annotations

import functools
import inspect
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.specs import DenseSpec, TensorSpec
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.type_spec import TypeSpec
from tfcompat._core.variable import Variable
from tfcompat._function.symbolic import SymbolicTensor

_LITERALS = (int, float, str, bool, bytes, complex, type(None))


class Leaf:
    """Where a tensor was taken out of an argument: its number among the call's tensors, and what it is named after."""

    __slots__ = ("name", "number", "spec")

    def __init__(self, number: int, spec: Any, name: str) -> None:
        self.number, self.spec, self.name = number, spec, name


class Composite:
    """Where a composite tensor was taken apart: its spec, and its components with leaves in them."""

    __slots__ = ("components", "spec")

    def __init__(self, spec: Any, components: Any) -> None:
        self.spec, self.components = spec, components


class Signature:
    """The parameters of a Python function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        try:
            self.signature = inspect.signature(function)
        except (TypeError, ValueError):
            self.signature = inspect.Signature(
                [
                    inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL),
                    inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD),
                ]
            )
        parameters = self.signature.parameters.values()
        self.positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        self.names = [p.name for p in self.positional]
        self.simple = all(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)

    def bind(self, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The positional and the keyword arguments with defaults filled in, in the order of the signature.

        TypeError, as from a call, where they do not fit.
        """
        if self.simple and not kwargs and len(args) == len(self.names):
            return list(args), {}
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return list(bound.args), {k: bound.kwargs[k] for k in sorted(bound.kwargs)}

    def name_of(self, position: int) -> str:
        """The name of a positional argument: of the parameter, or args_0, args_1... beyond them."""
        return self.names[position] if position < len(self.names) else f"args_{position - len(self.names)}"


class Encoder:
    """Walks the arguments of one call: collects its tensors, and makes the key and the plan to rebuild them."""

    def __init__(self) -> None:
        self.tensors: list[Tensor] = []
        self.objects: list[Any] = []

    def key(self, value: Any) -> Any:
        """The key of one argument; its tensors are appended to `tensors`."""
        kind = type(value)
        if kind is EagerTensor:
            t = value._t
            self.tensors.append(value)
            return (t.dtype, t.shape) if isinstance(t, torch.Tensor) and t.is_cpu else _elsewhere(t)
        if kind in _LITERALS:
            return "literal", value
        return self._other(value)

    def _other(self, value: Any) -> Any:
        if isinstance(value, SymbolicTensor):
            self.tensors.append(value)
            shape = tuple(value.shape.as_list())
            return (value._held.dtype, shape) if value._held.is_cpu else (*_elsewhere(value._held)[:1], shape, value._held.device)
        if isinstance(value, (np.ndarray, np.generic)):
            return self.key(convert_to_tensor(value))
        if isinstance(value, torch.Tensor):
            return self.key(EagerTensor(value))
        if isinstance(value, (DenseSpec, TypeSpec)):
            return "spec", value
        if isinstance(value, Variable):
            return "variable", id(value._storage), self._keep(value)
        if structure.is_composite_class(type(value)) and isinstance(value._type_spec, TypeSpec):
            spec = value._type_spec
            return "composite", spec, self.key(spec._to_components(value))
        node = structure.node_of(type(value))
        if node is not None:
            keys = tuple(node.keys(value)) if isinstance(value, dict) else ()
            return type(value), keys, tuple([self.key(child) for child in node.children(value)])
        return self._object(value)

    def _object(self, value: Any) -> Any:
        try:
            weakref.ref(value)
        except TypeError:
            try:
                hash(value)
            except TypeError:
                raise TypeError(
                    f"Could not generate a generic TraceType for {value!r}.Please verify that it is "
                    "immutable/hashable. Otherwise, consider implementing the Tracing Protocol for it."
                ) from None
            return "literal", value
        return "object", id(value), self._keep(value)

    def _keep(self, value: Any) -> None:
        self.objects.append(value)


def _elsewhere(t: Any) -> Any:
    return (t.dtype, tuple(t.shape)) if isinstance(t, np.ndarray) else (t.dtype, t.shape, t.device)


class Planner:
    """Walks the arguments as `Encoder` does, and keeps what is needed to rebuild them with other tensors."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []

    def plan(self, value: Any, name: str) -> Any:
        """`value` with a Leaf in the place of each tensor (or TensorSpec)."""
        if isinstance(value, (np.ndarray, np.generic, torch.Tensor)):
            value = EagerTensor(value) if isinstance(value, torch.Tensor) else convert_to_tensor(value)
        if isinstance(value, Tensor):
            return self._leaf(TensorSpec(value.shape, value.dtype), name)
        if isinstance(value, TensorSpec):
            return self._leaf(value, value.name or name)
        if isinstance(value, Variable) or isinstance(value, type):
            return value
        if isinstance(value, TypeSpec):
            return Composite(value, self.plan(value._component_specs, name))
        if structure.is_composite_class(type(value)) and isinstance(value._type_spec, TypeSpec):
            spec = value._type_spec
            return Composite(spec, self.plan(spec._to_components(value), name))
        node = structure.node_of(type(value))
        if node is not None:
            keys = list(node.keys(value)) if isinstance(value, dict) else None
            children = [
                self.plan(child, name if keys is None else f"{name}_{keys[i]}" if False else name)
                for i, child in enumerate(node.children(value))
            ]
            return node.rebuild(value, children)
        return value

    def _leaf(self, spec: Any, name: str) -> Leaf:
        leaf = Leaf(len(self.leaves), spec, name)
        self.leaves.append(leaf)
        return leaf


def rebuild(plan: Any, tensors: Sequence[Any]) -> Any:
    """The argument that a plan describes, with the given tensors in it."""
    if isinstance(plan, Leaf):
        return tensors[plan.number]
    if isinstance(plan, Composite):
        return plan.spec._from_components(rebuild(plan.components, tensors))
    if isinstance(plan, (Variable, type)):
        return plan
    node = structure.node_of(type(plan))
    if node is None:
        return plan
    return node.rebuild(plan, [rebuild(child, tensors) for child in node.children(plan)])


@functools.lru_cache(maxsize=None)
def is_method_of_class(function: Any) -> bool:
    """Whether `function` is a plain function, which binds to instances."""
    return inspect.isfunction(function)
