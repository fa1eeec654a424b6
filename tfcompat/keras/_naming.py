"""How Keras names objects: `dense`, `dense_1`, and the paths (`sequential/dense/kernel`) that name scopes give."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Any

from tfcompat.keras._state import thread


def to_snake_case(name: str) -> str:
    """`MyConv2D` as `my_conv2d`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def auto_name(prefix: str) -> str:
    """A name no object of this class had yet: `dense`, `dense_1`, `dense_2`, ..."""
    return uniquify(to_snake_case(prefix))


def uniquify(name: str) -> str:
    """`name` the first time it is asked for, then `name_1`, `name_2`, ..."""
    uids = thread.uids
    count = uids[name]
    uids[name] += 1
    return f"{name}_{count}" if count else name


def object_name(obj: Any) -> Any:
    """The name an object goes by: its `name`, else its function's or class's name in snake case."""
    name = getattr(obj, "name", None) or getattr(obj, "__name__", None)
    return name if hasattr(obj, "name") else to_snake_case(name or type(obj).__name__)


def check_name(name: Any) -> str:
    """`name`, where it can be a part of a path; ValueError where it can't."""
    if not isinstance(name, str) or "/" in name:
        raise ValueError(
            f"Argument `name` must be a string without '/'. Received: name={name!r} (of type {type(name)})"
        )
    return name


class name_scope:
    """Puts `name` in front of the paths of variables created inside (keras.name_scope).

    A layer re-entering the scope it is already in opens nothing; a layer that was first called below some parent
    keeps that parent's path wherever it is called later.
    """

    def __init__(
        self, name: str, caller: Any = None, deduplicate: bool = True, override_parent: str | None = None
    ) -> None:
        self.name = check_name(name)
        self.caller = caller
        self.deduplicate = deduplicate
        if override_parent is None and deduplicate and caller is not None:
            override_parent = getattr(caller, "_parent_path", None)
        self.override_parent = override_parent
        self._opened = False

    def __enter__(self) -> name_scope:
        scopes = thread.name_scopes
        top = scopes[-1] if scopes else None
        again = top is not None and self.caller is not None and top.caller is self.caller and top.name == self.name
        if not (again and self.deduplicate):
            scopes.append(self)
            self._opened = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened:
            thread.name_scopes.pop()
            self._opened = False


def current_path() -> str:
    """The open name scopes, joined by slashes."""
    parts: list[str] = []
    for scope in thread.name_scopes:
        if scope.override_parent is not None:
            parts = [part for part in scope.override_parent.split("/") if part]
        parts.append(scope.name)
    return "/".join(parts)
