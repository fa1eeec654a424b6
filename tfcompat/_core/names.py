"""Name scopes: what comes before the name of a variable or of a graph's node (tf.name_scope)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any

from tfcompat._core.state import state

_ROOT_SCOPE = re.compile(r"^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$")
_SCOPE = re.compile(r"^[A-Za-z0-9_.\\/>-]*$")


def scoped(name: str) -> str:
    """The full name of a variable called `name` here: within the scope "a", "biases" is "a/biases".

    A trailing slash means that `name` is full already. Variables are not uniquified, in graphs neither.
    """
    return _eager_scope(_checked(name)).rstrip("/")


def current_scope() -> str:
    """The open name scopes joined by slashes, "" where none is open (tf.get_current_name_scope)."""
    return state.scopes.rstrip("/")


class name_scope(AbstractContextManager[str]):
    """Puts `name` before the names made within (tf.name_scope); `as` gives the whole scope, with a trailing slash.

    A name that ends with a slash is absolute: it replaces the open scopes instead of adding to them, and "" closes
    them all. Inside a tf.function a scope that was used before becomes "name_1". Raises ValueError for a name that is
    no string and, in a tf.function, for characters that a graph's names can't have. May be entered again.
    """

    __slots__ = ("_name", "_outer")

    def __init__(self, name: str) -> None:
        self._name = _checked(name)
        self._outer: list[str] = []

    @property
    def name(self) -> str:
        """The name it was made with."""
        return self._name

    def __enter__(self) -> str:
        outer = state.scopes
        scope = _eager_scope(self._name) if state.graph is None else _graph_scope(self._name)
        self._outer.append(outer)
        state.scopes = scope
        return scope

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        state.scopes = self._outer.pop()
        return False

    def __deepcopy__(self, memo: Any) -> name_scope:
        return type(self)(self._name)

    def __reduce__(self) -> tuple[Callable[[str], name_scope], tuple[str]]:
        return type(self), (self._name,)


class name_scope_v1(AbstractContextManager[str]):
    """tf.compat.v1.name_scope: `name_scope` of `name`, or of `default_name` where `name` is None.

    values: the tensors an op works on. TensorFlow takes the graph from them; here it only decides whether a name is
    required. ValueError where `values` are given to a graph's scope and neither name is; TypeError where a graph's
    `default_name` is no string. `name_scope(None)` closes the open scopes.
    """

    __slots__ = ("_name", "_scope", "_unnamed")

    def __init__(self, name: str | None, default_name: str | None = None, values: Sequence[Any] | None = None) -> None:
        if state.graph is not None and not isinstance(default_name, (str, type(None))):
            raise TypeError(
                f"default_name must be a string or None, got {default_name!r} of {type(default_name)}. "
                "Tensors go into the argument values."
            )
        self._name = default_name if name is None else name
        self._unnamed = self._name is None and values is not None
        self._scope = name_scope(self._name or "")

    @property
    def name(self) -> str | None:
        """The name it was made with, or the default."""
        return self._name

    def __enter__(self) -> str:
        if self._unnamed and state.graph is not None:
            raise ValueError("At least one of name (None) and default_name (None) must be provided with values.")
        return self._scope.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        return self._scope.__exit__(kind, error, trace)


def op_name_scope(
    name: str | None, default_name: str | None = None, values: Sequence[Any] | None = None, skip_on_eager: bool = True
) -> AbstractContextManager[str | None]:
    """The scope that TensorFlow's own ops open (tensorflow.python.framework.ops.name_scope).

    Eager ops have no names, so there `skip_on_eager` opens none; False opens it for the sake of variables' names.
    """
    if state.graph is None and skip_on_eager:
        return nullcontext()
    return name_scope_v1(name, default_name, values)


class UniqueNames:
    """The names that a graph has used; compared without regard to case, as TensorFlow's are."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name`, or "name_1", "name_2"... where it was used before; `name` has its scopes in it."""
        key = name.lower()
        count = self._used.get(key, 0)
        if mark_as_used:
            self._used[key] = count + 1
        if not count:
            return name
        while (candidate := f"{key}_{count}") in self._used:
            count += 1
        if mark_as_used:
            self._used[candidate] = 1
            self._used[key] = count + 1
        return f"{name}_{count}"


def _checked(name: Any) -> str:
    if not isinstance(name, str):
        raise ValueError(f"name for name_scope must be a string, got {name!r} of {type(name)}.")
    return name


def _eager_scope(name: str) -> str:
    if not name or name.endswith("/"):
        return name
    return f"{state.scopes}{name}/"


def _graph_scope(name: str) -> str:
    if not name:
        return ""
    pattern, kind = (_SCOPE, "scope") if state.scopes else (_ROOT_SCOPE, "root scope")
    if not pattern.match(name):
        raise ValueError(
            f"'{name}' is not a valid {kind} name. A {kind} name has to match the following pattern: {pattern.pattern}"
        )
    if name.endswith("/"):
        return name
    unique = getattr(state.graph, "unique_name", None)
    full = f"{state.scopes}{name}"
    return f"{full if unique is None else unique(full)}/"
