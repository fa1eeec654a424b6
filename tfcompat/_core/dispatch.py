"""Ops called with composite tensors, such as ragged ones: who takes the call over.

No op pays for this: a composite tensor among an op's arguments fails to convert to a torch tensor, with a
`CompositeArgument`, and only then the functions that a program registered for the op are asked (its `Overrides`), and
the class of the value, by `_dispatch_op`. Public functions that are no ops themselves, but look at their arguments
before they call one, have the decorator `dispatchable`, and `divert` lets a program override any function.
"""

from __future__ import annotations

import enum
import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class CompositeArgument(ValueError):
    """A composite tensor stands where a tensor is needed; `value` is it."""

    def __init__(self, value: Any) -> None:
        kind = type(value)
        super().__init__(f"Attempt to convert a value ({value!r}) with an unsupported type ({kind}) to a Tensor.")
        self.value = value


# Who sees it, because no class takes the call over, sees the ValueError that TensorFlow raises.
CompositeArgument.__name__ = CompositeArgument.__qualname__ = "ValueError"
CompositeArgument.__module__ = "builtins"


def redirect(found: CompositeArgument, name: str, function: Callable[..., Any], args: list[Any]) -> Any:
    """What the class of the composite tensor in `found` makes of `function(*args)`; NotImplemented where it can't.

    name: the kernel of an op, or the name of a function. args: all arguments, in the order of the signature.
    """
    return found.value._dispatch_op(name, function, args)


class Handlers(dict[str, Callable[..., Any]]):
    """What a class of composite tensors makes of calls, by the names of kernels of ops and of functions."""

    def register(self, *names: str) -> Callable[[F], F]:
        """Registers `handle(function, *args)` for the ops with these kernels, and the functions with these names."""

        def register(handle: F) -> F:
            self.update(dict.fromkeys(names, handle))
            return handle

        return register

    def call(self, name: str, function: Callable[..., Any], args: Sequence[Any]) -> Any:
        """What the handler registered for `name` makes of `function(*args)`; NotImplemented where there is none."""
        handle = self.get(name)
        return NotImplemented if handle is None else handle(function, *args)


def dispatchable(function: F) -> F:
    """Lets the classes of composite tensors among a function's arguments take over its calls."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except CompositeArgument as found:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            result = redirect(found, function.__name__, call, list(bound.args))
            if result is NotImplemented:
                raise
            return result

    return call  # type: ignore[return-value]


# ---- the types of arguments ----


class Match(enum.IntEnum):
    """How a value fits an annotation: not, without any composite tensor, or with one."""

    NONE = 0
    PLAIN = 1
    COMPOSITE = 2


Matcher = Callable[[Any], Match]


def matcher(annotation: Any) -> Matcher:
    """How well a value fits an annotation: a class, None, `List[...]` or a union. ValueError for any other."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, getattr(types, "UnionType", None)):
        options = [matcher(a) for a in arguments]
        return lambda value: max(option(value) for option in options)
    if origin is list and len(arguments) == 1:
        element = matcher(arguments[0])
        return lambda value: _match_all(value, element)
    kind = type(None) if annotation is None else annotation
    if not isinstance(kind, type) or origin is not None:
        raise ValueError(
            f"Type annotation {annotation} is not currently supported by dispatch.  Supported annotations: type "
            "objects,  List[...], and Union[...]"
        )
    return lambda value: _match_instance(value, kind)


def _match_instance(value: Any, kind: type) -> Match:
    if not isinstance(value, kind):
        return Match.NONE
    return Match.COMPOSITE if hasattr(type(value), "_dispatch_op") else Match.PLAIN


def _match_all(value: Any, element: Matcher) -> Match:
    if not isinstance(value, (list, tuple)):
        return Match.NONE
    found = [element(v) for v in value]
    return Match.NONE if Match.NONE in found else max(found, default=Match.PLAIN)


# ---- overrides ----


class Overrides:
    """The functions that take over the calls of one function, each with the types of arguments that it takes.

    A call goes to the one whose types fit, where at least one of the arguments named there is, or has, a composite
    tensor; ValueError where several fit.
    """

    def __init__(self, name: str, signature: inspect.Signature) -> None:
        self.name, self.signature = name, signature
        self.targets: dict[Callable[..., Any], list[dict[str, Matcher]]] = {}

    def add(self, target: Callable[..., Any], types_of: Mapping[str, Matcher]) -> None:
        """Lets `target` take over calls whose arguments of these names fit."""
        self.targets.setdefault(target, []).append(dict(types_of))

    def find(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Callable[..., Any] | None:
        """The function that takes over a call with these arguments, or None."""
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError:
            return None
        bound.apply_defaults()
        found = [t for t, options in self.targets.items() if any(_fits(o, bound.arguments) for o in options)]
        if len(found) > 1:
            raise ValueError(
                f"Multiple dispatch targets that were registered with tf.dispatch_for ({' and '.join(map(str, found))})"
                f" match the arguments to {self.name}"
            )
        return found[0] if found else None


def _fits(types_of: Mapping[str, Matcher], arguments: Mapping[str, Any]) -> bool:
    found = [matches(arguments[name]) for name, matches in types_of.items()]
    return Match.NONE not in found and Match.COMPOSITE in found


# ---- functions that are no ops ----


def _diverted(*args: Any, **kwargs: Any) -> Any:
    """The code that a function has while it is diverted; `divert` puts the call to make in the place of the text."""
    call: Any = "call"
    return call(args, kwargs)


def divert(function: types.FunctionType, call: Callable[[Any, Any, Callable[..., Any]], Any]) -> Callable[[], None]:
    """Makes `function(...)` call `call(args, kwargs, original)`, for all who ever imported it; returns the undoing.

    A function that nobody overrides costs what it always did, since it is its code that is exchanged. `original` is
    what the function was.
    """
    code = function.__code__
    original = types.FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    original.__kwdefaults__ = function.__kwdefaults__
    signature = function.__dict__.get("__signature__")
    function.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]

    def run(args: Any, kwargs: Any) -> Any:
        return call(args, kwargs, original)

    template = _diverted.__code__
    constants = tuple([run if constant == "call" else constant for constant in template.co_consts])
    function.__code__ = template.replace(
        co_consts=constants,
        co_freevars=code.co_freevars,  # a function keeps its closure, so the code must name as many variables
        co_name=code.co_name,
    )

    def undo() -> None:
        function.__code__ = code
        if signature is None:
            del function.__signature__  # type: ignore[attr-defined]
        else:
            function.__signature__ = signature  # type: ignore[attr-defined]

    return undo
