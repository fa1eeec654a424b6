"""Functions that were loaded from a SavedModel, as functions that can be saved again."""

from __future__ import annotations

import inspect
from typing import Any

from tfcompat._function.concrete import ConcreteFunction
from tfcompat._function.function import Function, function
from tfcompat.saved_model._functions import LoadedConcreteFunction, LoadedFunction

LOADED = (LoadedFunction, LoadedConcreteFunction)


def captured_again(loaded: LoadedFunction | LoadedConcreteFunction) -> Function | ConcreteFunction:
    """What runs `loaded`, captured for each signature that it has; its variables stay those of the loaded object."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return loaded(*args, **kwargs)

    call.__name__ = call.__qualname__ = loaded._name
    signature = _signature(loaded)
    if signature is not None:
        call.__signature__ = signature  # type: ignore[attr-defined]
    made = function(call, autograph=False)
    concrete = [loaded] if isinstance(loaded, LoadedConcreteFunction) else loaded.concrete_functions
    captured = []
    for each in concrete:
        args, kwargs = each.structured_input_signature
        captured.append(made.get_concrete_function(*args, **kwargs))
    return captured[0] if isinstance(loaded, LoadedConcreteFunction) else made


def _signature(loaded: LoadedFunction | LoadedConcreteFunction) -> inspect.Signature | None:
    """The parameters that the function had; None where the file does not tell."""
    kinds = inspect.Parameter
    if isinstance(loaded, LoadedConcreteFunction):
        args, kwargs = loaded.structured_input_signature
        if args or not all(name.isidentifier() for name in kwargs):
            return None
        return inspect.Signature([kinds(name, kinds.KEYWORD_ONLY) for name in kwargs])
    spec = loaded._spec
    if spec is None:
        return None
    names, defaults = [n for n in spec["args"] if n != "self"], list(spec["defaults"] or ())
    found = [
        kinds(n, kinds.POSITIONAL_OR_KEYWORD, default=d)
        for n, d in zip(names, [kinds.empty] * (len(names) - len(defaults)) + defaults)
    ]
    if spec["varargs"]:
        found.append(kinds(spec["varargs"], kinds.VAR_POSITIONAL))
    only = spec["kwonlydefaults"] or {}
    found += [kinds(n, kinds.KEYWORD_ONLY, default=only.get(n, kinds.empty)) for n in spec["kwonlyargs"] or ()]
    if spec["varkw"]:
        found.append(kinds(spec["varkw"], kinds.VAR_KEYWORD))
    return inspect.Signature(found)
