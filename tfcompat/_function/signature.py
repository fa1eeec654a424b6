"""The arguments of a function's call: bound as Python binds them, told apart as TensorFlow tells them apart.

Two calls share a graph where their arguments' keys are equal: tensors (and numpy arrays) by dtype and shape, Python
values by value, variables and other objects by identity, lists, tuples, dicts and their like by what is in them.
"""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.trace_type import PlaceholderContext, TraceType, TracingContext
from tfcompat._core.type_spec import TypeSpec
from tfcompat._core.variable import Variable
from tfcompat._function.symbolic import SymbolicTensor

_LITERALS = frozenset((int, float, str, bool, bytes, complex, type(None)))
_ANY_ARGUMENTS = inspect.Signature(
    [
        inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL),
        inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD),
    ]
)


class Signature:
    """The parameters of a Python function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        try:
            self.signature = inspect.signature(function)
        except (TypeError, ValueError):
            self.signature = _ANY_ARGUMENTS
        self.parameters = list(self.signature.parameters.values())
        self.names = [p.name for p in self.parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        # How many positional arguments need no binding; -1 where they always do.
        self.arity = len(self.names) if len(self.names) == len(self.parameters) else -1

    def bind(self, args: Sequence[Any], kwargs: dict[str, Any], like: Any = None) -> tuple[list[Any], dict[str, Any]]:
        """The positional and the keyword arguments with defaults filled in, in the order of the signature.

        TypeError where they do not fit, in TensorFlow's words; `like` is the signature to tell there.
        """
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as e:
            raise binding_error(e, args, kwargs, like or self.plain()) from None
        bound.apply_defaults()
        return list(bound.args), {name: bound.kwargs[name] for name in sorted(bound.kwargs)}

    def plain(self) -> inspect.Signature:
        """The signature without annotations and defaults."""
        bare = [p.replace(annotation=p.empty, default=p.empty) for p in self.parameters]
        return inspect.Signature(bare)

    def name_of(self, position: int) -> str:
        """The name of a positional argument: of the parameter, or args_0, args_1... beyond them, after the *args."""
        if position < len(self.names):
            return self.names[position]
        rest = next((p.name for p in self.parameters if p.kind is p.VAR_POSITIONAL), "args")
        return f"{rest}_{position - len(self.names)}"


def binding_error(cause: Any, args: Any, kwargs: Any, signature: Any) -> TypeError:
    """The TypeError for arguments that do not fit, in TensorFlow's words."""
    return TypeError(
        f"Binding inputs to tf.function failed due to `{cause}`. Received args: {tuple(args)} and kwargs: {kwargs} for "
        f"signature: {signature}."
    )


# ---- keys ----


def encode(value: Any, tensors: list[Any], objects: list[Any]) -> Any:
    """The key of one argument. Its tensors are appended to `tensors`, what it has by identity to `objects`."""
    kind = type(value)
    if kind is EagerTensor:
        tensors.append(value)
        t = value._t
        return (t.dtype, t.shape) if type(t) is np.ndarray or t.is_cpu else (t.dtype, t.shape, t.device)
    if kind in _LITERALS:
        return value
    if kind is tuple:
        return kind, tuple([encode(v, tensors, objects) for v in value])
    if isinstance(value, (np.ndarray, np.generic)):
        return encode(convert_to_tensor(value), tensors, objects)
    if isinstance(value, torch.Tensor):
        return encode(EagerTensor(value), tensors, objects)
    if isinstance(value, SymbolicTensor):
        tensors.append(value)
        held, kind = value._held, _storage_dtype(value.dtype)
        on_cpu = not isinstance(held, torch.Tensor) or held.is_cpu
        return (kind, _hashable_shape(value.shape), *(() if on_cpu else (held.device,)))
    if isinstance(value, TensorSpec):
        tensors.append(value)
        return _storage_dtype(value.dtype), _hashable_shape(value.shape)
    if isinstance(value, Variable):
        objects.append(value)
        return "variable", id(value._storage)
    return _encode_structure(value, tensors, objects)


_NONE = PlaceholderContext()  # for what has no tensors
# What stands for the dtypes that no array has.
_OPAQUE = {dtypes.variant: np.dtype("V1"), dtypes.resource: np.dtype("V2")}


def _storage_dtype(dtype: Any) -> Any:
    return _OPAQUE.get(dtype) or dtype.torch or np.dtype(dtype.as_numpy_dtype)


def _hashable_shape(shape: Any) -> Any:
    return None if shape.rank is None else tuple(shape.as_list())


def _encode_structure(value: Any, tensors: list[Any], objects: list[Any]) -> Any:
    if isinstance(value, TypeSpec):
        return "composite", value, encode_all(value.flatten(), tensors, objects)
    if structure.is_composite_class(type(value)) and isinstance(value._type_spec, TypeSpec):
        spec = value._type_spec
        return "composite", spec, encode_all(spec.to_tensors(value), tensors, objects)
    node = structure.node_of(type(value))
    if node is None:
        return _encode_object(value, tensors, objects)
    kind = list if isinstance(value, list) else dict if isinstance(value, Mapping) else type(value)
    return kind, tuple(node.keys(value)), encode_all(node.children(value), tensors, objects)


def encode_all(values: Any, tensors: list[Any], objects: list[Any]) -> tuple[Any, ...]:
    """The keys of several arguments."""
    return tuple([encode(v, tensors, objects) for v in values])


def _traced_as(value: Any) -> TraceType | None:
    """The type that an object says it is traced as, or None."""
    return value.__tf_tracing_type__(TracingContext()) if hasattr(type(value), "__tf_tracing_type__") else None


def _encode_object(value: Any, tensors: list[Any], objects: list[Any]) -> Any:
    traced = _traced_as(value)
    if traced is not None:
        return "composite", traced, encode_all(traced.to_tensors(value), tensors, objects)
    try:
        hash(value)
    except TypeError:
        raise TypeError(
            f"Could not generate a generic TraceType for {value!r}.Please verify that it is immutable/hashable. "
            "Otherwise, consider implementing the Tracing Protocol for it."
        ) from None
    try:
        weakref.ref(value)
    except TypeError:
        return type(value), value
    objects.append(value)
    return "object", id(value)


def without_shapes(key: Any, specs: bool = True) -> Any:
    """A key with the tensors' shapes left out: what the signatures that one graph can serve have in common.

    Without `specs` those of composite tensors are left out, too.
    """
    if not isinstance(key, tuple):
        return key
    if key and isinstance(key[0], (torch.dtype, np.dtype)):
        return (key[0], *key[2:])
    if not specs and len(key) == 3 and isinstance(key[1], TypeSpec):
        return (key[0], type(key[1]), without_shapes(key[2], specs))
    return tuple([without_shapes(k, specs) for k in key])


# ---- plans ----


class Leaf:
    """Stands for a tensor in a plan: its number among the call's tensors, its spec, and two names.

    `name` is that of its argument; `path` says where in the argument it is, as "x_key_0".
    """

    __slots__ = ("name", "number", "path", "spec")

    def __init__(self, number: int, spec: Any, name: str, path: str) -> None:
        self.number, self.spec, self.name, self.path = number, spec, name, path


class Composite:
    """Stands for a composite tensor in a plan: its spec, and leaves for its tensors, but its variables themselves."""

    __slots__ = ("parts", "spec")

    def __init__(self, spec: Any, parts: list[Any]) -> None:
        self.spec, self.parts = spec, parts


class Plan:
    """The arguments of a call with leaves in the place of tensors, from which calls like it can be made."""

    def __init__(self, signature: Signature, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        self.leaves: list[Leaf] = []
        self.composites: list[Composite] = []
        names = [signature.name_of(i) for i in range(len(args))]
        self.args = [self._plan(v, name, name) for v, name in zip(args, names, strict=True)]
        self.kwargs = {name: self._plan(v, name, name) for name, v in kwargs.items()}

    def _plan(self, value: Any, name: str, path: str) -> Any:
        if isinstance(value, (np.ndarray, np.generic)):
            value = convert_to_tensor(value)
        if isinstance(value, torch.Tensor):
            value = EagerTensor(value)
        if isinstance(value, Tensor):
            return self._leaf(TensorSpec(value.shape, value.dtype), name, path)
        if isinstance(value, TensorSpec):
            return self._leaf(value, value.name or name, value.name or path)
        if isinstance(value, (Variable, type)):
            return value
        if isinstance(value, TypeSpec):
            self.composites.append(Composite(value, [self._leaf(spec, name, path) for spec in value.flatten()]))
            return self.composites[-1]
        if structure.is_composite_class(type(value)) and isinstance(value._type_spec, TypeSpec):
            return self._composite(value, value._type_spec, name, path)
        node = structure.node_of(type(value))
        if node is None:
            traced = _traced_as(value)
            if traced is None:
                return value
            return self._composite(value, traced, name, path) if traced.flatten() else traced.placeholder_value(_NONE)
        pairs = zip(node.keys(value), node.children(value))
        return node.rebuild(value, [self._plan(child, name, f"{path}_{key}") for key, child in pairs])

    def _composite(self, value: Any, spec: Any, name: str, path: str) -> Composite:
        pairs = zip(spec.flatten(), spec.to_tensors(value), strict=True)
        made = Composite(spec, [v if isinstance(v, Variable) else self._leaf(s, name, path) for s, v in pairs])
        self.composites.append(made)
        return made

    def _leaf(self, spec: Any, name: str, path: str) -> Leaf:
        leaf = Leaf(len(self.leaves), spec, name, path)
        self.leaves.append(leaf)
        return leaf

    def arguments(self, tensors: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
        """The positional and the keyword arguments with these tensors in them."""
        return [rebuild(p, tensors) for p in self.args], {k: rebuild(p, tensors) for k, p in self.kwargs.items()}


def described(plan: Any, specs: Sequence[Any]) -> Any:
    """The argument that a plan describes, with the given specs for its tensors and those of composite tensors."""
    if isinstance(plan, Composite):
        return plan.spec
    if isinstance(plan, (Leaf, Variable, type)):
        return rebuild(plan, specs)
    node = structure.node_of(type(plan))
    return plan if node is None else node.rebuild(plan, [described(child, specs) for child in node.children(plan)])


def rebuild(plan: Any, tensors: Sequence[Any]) -> Any:
    """The argument that a plan describes, with the given tensors in it."""
    if isinstance(plan, Leaf):
        return tensors[plan.number]
    if isinstance(plan, Composite):
        return plan.spec.from_tensors(iter([rebuild(part, tensors) for part in plan.parts]))
    if isinstance(plan, (Variable, type)):
        return plan
    node = structure.node_of(type(plan))
    return plan if node is None else node.rebuild(plan, [rebuild(child, tensors) for child in node.children(plan)])
