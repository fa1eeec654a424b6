"""How Keras names objects: `dense`, `dense_1`, and the paths (`sequential/dense/kernel`) that name scopes give."""

from __future__ import annotations

import collections
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any

from tfcompat._core.dtypes import as_dtype
from tfcompat._core.names import name_scope as name_scope_of_ops
from tfcompat._core.names import scoped
from tfcompat._core.state import state
from tfcompat._keras_modules import to_snake_case
from tfcompat.keras import _version
from tfcompat.keras._state import thread


def auto_name(prefix: str) -> str:
    """A name no object of this class had yet: `dense`, `dense_1`, `dense_2`, ...

    Keras 2 calls inputs `input_1`, `input_2`, ... and functional models `model`, `model_1`, ...
    """
    if prefix in _NAMED_IN_KERAS2 and _version.is_legacy():
        name = _NAMED_IN_KERAS2[prefix]
        return f"{name}_{_count(name) + 1}" if name == "input" else uniquify(name)
    return uniquify(to_snake_case(prefix))


_NAMED_IN_KERAS2 = {"Functional": "model", "InputLayer": "input"}


def uniquify(name: str) -> str:
    """`name` the first time it is asked for, then `name_1`, `name_2`, ..."""
    count = _count(name)
    return f"{name}_{count}" if count else name


def _count(name: str) -> int:
    """How many times `name` was asked for before."""
    uids = uids_of_graph() or thread.uids
    uids[name] += 1
    return uids[name] - 1


def uids_of_graph() -> dict[str, int] | None:
    """How many objects were named by each prefix in the graph for sessions that is being built; None elsewhere."""
    graph = state.graph
    if graph is None or not graph.deferred:
        return None
    return graph.__dict__.setdefault("_keras_uids", collections.Counter({"": 1}))  # which is never false


def object_name(obj: Any) -> Any:
    """The name an object goes by: its `name`, else its function's or class's name in snake case.

    In Keras 2 functions keep their names.
    """
    name = getattr(obj, "name", None) or getattr(obj, "__name__", None)
    as_it_is = hasattr(obj, "name") or (name is not None and _version.is_legacy())
    return name if as_it_is else to_snake_case(name or type(obj).__name__)


def check_name(name: Any) -> str:
    """`name`, where it can be a part of a path; ValueError where it can't. Keras 2 only asks that it is a string."""
    if _version.is_legacy():
        if not isinstance(name, str):
            raise TypeError(f"Expected `name` argument to be a string, but got: {name}")
        return name
    if not isinstance(name, str) or "/" in name:
        raise ValueError(
            "Argument `name` must be a string and cannot contain character `/`. "
            f"Received: name={name} (of type {type(name)})"
        )
    return name


class name_scope:
    """Puts `name` in front of the paths of variables created inside (keras.name_scope), and of TensorFlow's names.

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
        self._outer: str | None = None

    def __enter__(self) -> name_scope:
        scopes = thread.name_scopes
        top = scopes[-1] if scopes else None
        again = top is not None and self.caller is not None and top.caller is self.caller and top.name == self.name
        if not (again and self.deduplicate):
            if not _version.is_legacy():
                self._outer = state.scopes
                if state.graph is None:
                    state.scopes = f"{self._outer}{self.name}/"
                else:
                    name_scope_of_ops(self.name).__enter__()
            scopes.append(self)
            self._opened = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened:
            thread.name_scopes.pop()
            self._opened = False
            if self._outer is not None:
                state.scopes = self._outer


class layer_scope(name_scope):
    """A layer's scope as Keras 2 has it: TensorFlow's name scopes name its variables, and its calls open them.

    A `build` that is called by itself opens none: what calls it does, or not.
    """

    def __init__(self, name: str, caller: Any, called: bool) -> None:
        super().__init__(name, caller)
        self._called = called
        self._around = ""

    def __enter__(self) -> layer_scope:
        super().__enter__()
        self._around = state.scopes
        if self._opened and self._called:
            state.scopes = f"{self._around}{self.name}/"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        state.scopes = self._around
        super().__exit__(kind, error, trace)


def of_layer(layer: Any, called: bool) -> name_scope:
    """The scope that a layer's call, or its `build`, opens."""
    if _version.is_legacy():
        return layer_scope(layer.name, layer, called)
    return name_scope(layer.name, caller=layer)


def of_part(layer: Any) -> AbstractContextManager[Any]:
    """The scope in which a layer of Keras 2 builds one of its parts, a layer, without calling it."""
    return name_scope_of_ops(layer.name) if _version.is_legacy() else nullcontext()


def outside() -> AbstractContextManager[Any]:
    """Keras 2 makes the layers of a graph, and those that a model's `build` calls, outside all name scopes."""
    return name_scope_of_ops("") if _version.is_legacy() else nullcontext()


def told(name: str) -> str:
    """What a variable says that its name is: Keras 2 puts TensorFlow's name scopes before it."""
    return f"{scoped(name)}:0" if _version.is_legacy() else name


def told_dtype(name: str) -> Any:
    """What a variable says that its dtype is: in Keras 2 a tf.DType, not its name."""
    return as_dtype(name) if _version.is_legacy() else name


def current_path() -> str:
    """The open name scopes, joined by slashes."""
    parts: list[str] = []
    for scope in thread.name_scopes:
        if scope.override_parent is not None:
            parts = [part for part in scope.override_parent.split("/") if part]
        parts.append(scope.name)
    return "/".join(parts)
