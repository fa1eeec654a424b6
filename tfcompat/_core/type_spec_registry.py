"""tensorflow.python.framework.type_spec_registry: TypeSpec classes under the names that saved functions know."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from tfcompat._core.type_spec import TypeSpec

C = TypeVar("C", bound=type)

_TYPE_SPEC_TO_NAME: dict[type, str] = {}
_NAME_TO_TYPE_SPEC: dict[str, type] = {}
_VALID = re.compile(r"^(\w+\.)+\w+$")


def register(name: str) -> Callable[[C], C]:
    """Decorates a TypeSpec class to be known as `name`, of the form "package.Name".

    TypeError for what is no TypeSpec class or no string, ValueError for a name of another form, and for a name or class
    that is registered already.
    """
    if not isinstance(name, str):
        raise TypeError(f"Expected `name` to be a string; got {name!r}")
    if not _VALID.match(name):
        raise ValueError(
            f"Registered name must have the form '{{project_name}}.{{type_name}}' (e.g. 'my_project.MyTypeSpec'); got "
            f"{name!r}."
        )

    def decorate(cls: C) -> C:
        if not (isinstance(cls, type) and issubclass(cls, TypeSpec)):
            raise TypeError(f"Expected `cls` to be a TypeSpec; got {cls!r}")
        if cls in _TYPE_SPEC_TO_NAME:
            raise ValueError(
                f"Class {cls.__module__}.{cls.__name__} has already been registered with name "
                f"{_TYPE_SPEC_TO_NAME[cls]}."
            )
        if name in _NAME_TO_TYPE_SPEC:
            other = _NAME_TO_TYPE_SPEC[name]
            raise ValueError(f"Name {name} has already been registered for class {other.__module__}.{other.__name__}.")
        _TYPE_SPEC_TO_NAME[cls], _NAME_TO_TYPE_SPEC[name] = name, cls
        return cls  # type: ignore[return-value]

    return decorate


def get_name(cls: type) -> str:
    """The name of a registered class. TypeError for what is no TypeSpec class, ValueError where it has none."""
    if not (isinstance(cls, type) and issubclass(cls, TypeSpec)):
        raise TypeError(f"Expected `cls` to be a TypeSpec; got {cls!r}")
    if cls not in _TYPE_SPEC_TO_NAME:
        raise ValueError(f"TypeSpec {cls.__module__}.{cls.__name__} has not been registered.")
    return _TYPE_SPEC_TO_NAME[cls]


def lookup(name: str) -> type:
    """The class of a name. TypeError for what is no string, ValueError where no class has it."""
    if not isinstance(name, str):
        raise TypeError(f"Expected `name` to be a string; got {name!r}")
    if name not in _NAME_TO_TYPE_SPEC:
        raise ValueError(f"No TypeSpec has been registered with name {name!r}")
    return _NAME_TO_TYPE_SPEC[name]
