"""The arguments of a layer's call: which are tensors, what shapes `build` gets, which masks they carry."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.errors import OpError
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.variable import Variable as TFVariable
from tfcompat.keras import _version, tree
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._keras_tensor import KerasTensor, SymbolicShape
from tfcompat.keras._variable import Variable
from tfcompat.keras.backend import standardize_shape

_TENSORS = (Tensor, KerasTensor, TFVariable, Variable)


def is_tensor_like(x: Any) -> bool:
    """Whether `x` is a tensor, variable or KerasTensor."""
    return type(x) is EagerTensor or isinstance(x, _TENSORS) or hasattr(x, "_type_spec")


def get_mask(x: Any) -> Any:
    """The mask that a tensor carries, or None."""
    return x.__dict__.get("_keras_mask") if isinstance(x, (Tensor, KerasTensor)) else getattr(x, "_keras_mask", None)


def set_mask(x: Any, mask: Any) -> None:
    """Attaches a mask to a tensor."""
    x._keras_mask = mask


get_keras_mask, set_keras_mask = get_mask, set_mask  # as keras.src.backend calls them


class CallSignature(inspect.Signature):
    """A signature; `defaults` are those of its parameters where each can be given by place and by name, else None.

    required: the names of the parameters that have none. rest: the name of a last parameter for any other names.
    """

    def __init__(self, parameters: list[inspect.Parameter]) -> None:
        super().__init__(parameters)
        others = bool(parameters) and parameters[-1].kind is inspect.Parameter.VAR_KEYWORD
        self.rest = parameters[-1].name if others else None
        named = parameters[:-1] if others else parameters
        plain = all(p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD for p in named)
        self.defaults = {p.name: p.default for p in named} if plain else None
        self.required = frozenset(p.name for p in named if p.default is inspect.Parameter.empty)

    def bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The given arguments by name, and all, with defaults; inspect's TypeError for those that don't fit."""
        if self.defaults is not None and len(args) <= len(self.defaults):
            given = dict(zip(self.defaults, args))
            if given.keys().isdisjoint(kwargs) and kwargs.keys() <= self.defaults.keys():
                given.update(kwargs)
                if given.keys() >= self.required:
                    both = {**self.defaults, **given}
                    if self.rest is not None:
                        both[self.rest] = {}
                    return given, both
        bound = self.bind(*args, **kwargs)
        given = dict(bound.arguments)
        bound.apply_defaults()
        return given, dict(bound.arguments)


@functools.lru_cache(1024)
def signature_of(function: Callable[..., Any]) -> CallSignature:
    """The signature of a method, without `self`."""
    parameters = list(inspect.signature(function).parameters.values())
    if parameters and parameters[0].kind is not inspect.Parameter.VAR_POSITIONAL:
        parameters = parameters[1:]
    return CallSignature(parameters)


class CallSpec:
    """The arguments of one call, bound to the signature of `call`.

    given: those that the caller passed. all: with defaults. tensors: those that are tensors or nests of tensors.
    nested: the names of those that are nests. first: the first argument's value. eager: whether none is symbolic.
    args, kwargs: those that `call` takes, as they were given. Keras 2 tells of those that don't fit as `call` does.
    """

    __slots__ = ("all", "args", "eager", "first", "given", "kwargs", "nested", "tensors")

    def __init__(
        self,
        signature: CallSignature,
        context_names: tuple[str, ...],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        call: Callable[..., Any] | None = None,
    ) -> None:
        outside = {}
        for name in context_names:
            if name in kwargs and name not in signature.parameters:
                outside[name] = kwargs.pop(name)
        self.args, self.kwargs = args, kwargs
        try:
            given, self.all = signature.bound(args, kwargs)
        except TypeError:
            _check_keras2_arguments(signature, call, args, kwargs)
            raise
        self.given = {**outside, **given} if outside else given
        self.tensors: dict[str, Any] = {}
        self.nested: set[str] = set()
        for name, value in self.all.items():
            if is_tensor_like(value):
                self.tensors[name] = value
            elif tree.is_nested(value) and value:
                self._take_nested(name, value)
        self.first = next(iter(self.all.values()), None)
        leaves: Any = tree.flatten(list(self.tensors.values())) if self.nested else self.tensors.values()
        self.eager = not any(isinstance(x, KerasTensor) for x in leaves)

    def _take_nested(self, name: str, value: Any) -> None:
        leaves = tree.flatten(value)
        are_tensors = [is_tensor_like(x) for x in leaves]
        if not any(are_tensors):
            return
        if not all(ok or x is None for ok, x in zip(are_tensors, leaves)):
            raise ValueError(
                "In a nested call() argument, you cannot mix tensors and non-tensors. "
                f"Received invalid mixed argument: {name}={value}"
            )
        self.tensors[name] = value
        self.nested.add(name)

    def shapes(self) -> dict[str, Any]:
        """{"x_shape": shape} for every tensor argument x, but for masks, *args and **kwargs.

        As Keras 2, whose layers are built for their first argument, of *args there is the first one's.
        """

        def shape_of(x: Any) -> Any:
            return None if x is None else SymbolicShape(standardize_shape(x.shape))

        found = {
            f"{name}_shape": tree.map_structure(shape_of, value) if name in self.nested else shape_of(value)
            for name, value in self.tensors.items()
            if name not in ("mask", "args", "kwargs")
        }
        if not found and "args" in self.tensors and _version.is_legacy():
            found["args_shape"] = tree.map_structure(shape_of, self.tensors["args"][0])
        return found


def _check_keras2_arguments(
    signature: CallSignature, call: Callable[..., Any] | None, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """Raises what Keras 2 does for arguments that do not fit: Python's TypeError, but for a first one that lacks."""
    if call is None or not _version.is_legacy():
        return
    first = next(iter(signature.parameters), None)
    if first is not None and not args and first not in kwargs:
        raise ValueError("The first argument to `Layer.call` must always be passed.")
    call(*args, **kwargs)


def shapes_for(method: Callable[..., Any], shapes: dict[str, Any], spec: CallSpec, class_name: str) -> dict[str, Any]:
    """The keyword arguments for `build` or `compute_output_shape`, whichever `method` is.

    With one parameter it gets the first shape; with more, each `x_shape` gets the shape of the argument x. ValueError
    for a parameter that matches no argument of `call`.
    """
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.KEYWORD_ONLY)
    names = [name for name, p in inspect.signature(method).parameters.items() if p.kind in kinds]
    if len(names) == 1:
        return {names[0]: next(iter(shapes.values()), None)}
    for name in names:
        argument = name.removesuffix("_shape")
        if argument == name or argument not in spec.all:
            raise ValueError(
                f"A `{method.__name__}()` with more than one argument gets the shapes of the arguments of `call()`: "
                "for "
                f"each argument x one named x_shape. Layer '{class_name}' has `{method.__name__}()` argument `{name}`, "
                f"and `call()` arguments {list(spec.all)}."
            )
    return {name: shapes[name] for name in names if name in shapes}


def as_tensors(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """A layer's positional arguments; Python numbers in the first one become tensors, as in Keras 2.

    ValueError for anything else that is no tensor, but in Keras 2 itself, which takes anything.
    """
    if all(type(x) is EagerTensor for x in args):
        return args
    for leaf in tree.flatten(args):
        if leaf is not None and not is_tensor_like(leaf):
            first = tree.flatten(args[0])
            if all(isinstance(x, (int, float)) for x in first) and all(is_tensor_like(x) for x in args[1:]):
                return tree.map_structure(convert_to_tensor, args[0]), *args[1:]
            if _version.is_legacy():
                return args
            raise ValueError(
                "Only input tensors may be passed as positional arguments. The following argument value should be "
                f"passed as a keyword argument: {leaf} (of type {type(leaf)})"
            )
    return args


class CallContext:
    """What the layers of one outermost call share: the layer that was called, and the `training` flag."""

    __slots__ = ("entry_layer", "training")

    def __init__(self, entry_layer: Any) -> None:
        self.entry_layer = entry_layer
        self.training: Any = None


def explained(error: Exception, layer: Any, signature: inspect.Signature, args: Any, kwargs: Any) -> Exception:
    """The error of a layer's `call`, with the layer and its arguments in the message; the innermost layer tells them.

    What a captured function is stopped by, and torch's own signals, pass as they are.
    """
    module = type(error).__module__
    if hasattr(error, "_keras_call_info_injected") or module.startswith(("tfcompat._function", "torch.")):
        return error
    try:
        given = signature.bind(*args, **kwargs).arguments
    except TypeError:
        return error
    name = f"{type(layer).__name__}.call()"
    lines = []
    for parameter in signature.parameters.values():
        value = parameter.default
        extra = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if extra and parameter.name not in given and _version.is_legacy():
            continue
        if parameter.name in given:
            value = tree.map_structure(_described, given[parameter.name])
        lines.append(f"  • {parameter.name}={value}")
    if not lines:
        return error
    told = error.message if isinstance(error, OpError) else error.args[0] if error.args else ""
    listed = "\n".join(lines)
    received = "Arguments"
    if _version.is_legacy():
        name, received = f"layer '{layer.name}' (type {type(layer).__name__})", "Call arguments"
    else:
        told = f"\x1b[1m{told}\x1b[0m"
    message = f"Exception encountered when calling {name}.\n\n{told}\n\n{received} received by {name}:\n{listed}"
    new: Any
    try:
        kind: Any = type(error)
        new = kind(error.node_def, error.op, message) if isinstance(error, OpError) else kind(message)
    except TypeError:
        new = RuntimeError(message)
    new._keras_call_info_injected = True
    return new.with_traceback(error.__traceback__)


def _described(value: Any) -> str:
    if is_tensor_like(value) and not isinstance(value, KerasTensor):
        return f"tf.Tensor(shape={value.shape}, dtype={standardize_dtype(value.dtype)})"
    return repr(value)
