"""TensorFlow 1's get_variable in the methods of layers and modules: tf.compat.v1.keras.utils' helpers to migrate."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, TypeVar
from unittest import mock

from tfcompat import random
from tfcompat._core.module import Module
from tfcompat._core.state import state
from tfcompat._function.scopes import init_scope
from tfcompat.compat.v1._eager import get_seed
from tfcompat.compat.v1._variable_scope import get_variable_scope
from tfcompat.compat.v1._variable_store import AUTO_REUSE, EagerVariableStore, VariableStore, default_store

M = TypeVar("M", bound=Callable[..., Any])


class _Store(VariableStore):
    """Makes variables outside of the function that is captured, and notes their regularizers; finds them again."""

    def __init__(self, owner: Any, variables: dict[str, Any]) -> None:
        super().__init__(keep_eager=True)
        self.owner, self.variables = owner, variables
        self.regularizers: dict[str, Callable[[], Any]] = {}
        self.layers: dict[str, Any] = {}

    def _get(self, name: str | None, *args: Any, **kwargs: Any) -> Any:
        graph, known = state.graph, name in self.variables
        regularizer, reuse = kwargs.pop("regularizer", None), kwargs.pop("reuse", None)
        with init_scope():
            variable = super()._get(name, *args, reuse=reuse or AUTO_REUSE, **kwargs)
        if not known and graph is not None:
            graph.created(variable)
        if not known and regularizer is not None:
            self.add_regularizer(variable, regularizer)
        return variable

    def _keep(self, name: str | None, variable: Any, collections: Any) -> None:
        self.variables[name] = variable  # type: ignore[index]

    def add_regularizer(self, variable: Any, regularizer: Callable[[Any], Any]) -> None:
        """Has `regularizer` give a loss for the variable from now on."""
        self.regularizers[variable.name] = functools.partial(regularizer, variable)


class StyleVariables(Module):
    """The variables of one layer or module, a part of it that its `variables` are looked for in."""

    def __init__(self, owner: Any) -> None:
        super().__init__()
        self._vars: dict[str, Any] = {}
        self._store = _Store(owner, self._vars)

    @property
    def _regularizers(self) -> dict[str, Callable[[], Any]]:
        return self._store.regularizers


def track_tf1_style_variables(method: M) -> M:
    """Lets `get_variable`, and so tf.compat.v1.layers, find variables again within a method, by their names.

    The method is one of a tf.Module, layer or model (tf.compat.v1.keras.utils.track_tf1_style_variables), which has
    the variables among its own; a layer also has the regularizers' losses. Put tf.compat.v1.layers without names into
    a `variable_scope`, within which they are numbered anew at each call. ValueError for methods of other objects.
    """

    @functools.wraps(method)
    def tracked(self: Any, *args: Any, **kwargs: Any) -> Any:
        kept = vars(self).get("_tf1_style_var_store") or _attach(self)
        before = set(kept._regularizers)
        with EagerVariableStore(kept._store).as_default():
            outputs = method(self, *args, **kwargs)
        if hasattr(self, "add_loss"):
            for name, loss in kept._regularizers.items():
                if name not in before:
                    self.add_loss(loss)
        return outputs

    return tracked  # type: ignore[return-value]


def _attach(owner: Any) -> StyleVariables:
    tracker = vars(owner).get("_tracker")
    if tracker is None and not isinstance(owner, Module):
        raise ValueError(
            "`@tf.compat.v1.keras.utils.track_tf1_style_variables` must be applied to a method of a subclassed "
            "`tf.Module`, `tf.keras.layers.Layer`, or `tf.keras.Model` which takes `self` as its first argument, got "
            f"{owner!r}."
        )
    kept = StyleVariables(owner)
    _set_unlocked(owner, "_tf1_style_var_store", kept)
    return kept


def _set_unlocked(owner: Any, name: str, value: Any) -> None:
    """Sets an attribute, which a layer that is built takes as new state all the same."""
    tracker = vars(owner).get("_tracker")
    if tracker is None:
        setattr(owner, name, value)
        return
    locked, tracker.locked = tracker.locked, False
    try:
        setattr(owner, name, value)
    finally:
        tracker.locked = locked


def get_or_create_layer(name: str, create_layer_method: Callable[[], Any]) -> Any:
    """The layer or model of that name within a tracked method, made by `create_layer_method()` where there is none.

    It counts as a part of the layer whose method asks (tf.compat.v1.keras.utils.get_or_create_layer). ValueError
    outside of methods that `track_tf1_style_variables` decorates; in a graph that sessions run a new one each time.
    """
    store = default_store()
    if not isinstance(store, _Store):
        if getattr(state.graph, "home", None) is not None:
            return create_layer_method()
        raise ValueError(
            "Tried to call get_or_create_layer in eager mode from a method not decorated with "
            "@tf.compat.v1.keras.utils.track_tf1_style_variables."
        )
    name = f"{get_variable_scope().name}/{name}"
    if name not in store.layers:
        store.layers[name] = create_layer_method()
        _set_unlocked(store.owner, f"_tf1_style_layer_{len(store.layers)}", store.layers[name])
    return store.layers[name]


class DeterministicRandomTestTool:
    """Gives random ops the same seeds in graphs that sessions run as in eager code, to compare the two.

    seed: the program's within `scope()`. mode: "constant", where all ops have the same seed, or "num_random_ops", where
    an op's is how many came before it, `operation_seed`, which may be set but comes once only: ValueError.
    (tf.compat.v1.keras.utils.DeterministicRandomTestTool)
    """

    def __init__(self, seed: int = 42, mode: str = "constant") -> None:
        if mode not in ("constant", "num_random_ops"):
            raise ValueError(f"Mode arg must be 'constant' or 'num_random_ops'. Got: {mode}")
        self.seed_implementation = sys.modules[get_seed.__module__]
        self._mode, self._seed = mode, seed
        self.operation_seed = 0
        self._observed_seeds: set[int] = set()

    def scope(self) -> Any:
        """A context within which ops are given such seeds."""
        random.set_seed(self._seed)
        return mock.patch.object(self.seed_implementation, "get_seed", wraps=self._get_seed)

    def _get_seed(self, _: Any) -> tuple[int, int]:
        seed = self.operation_seed
        if self._mode == "constant":
            random.set_seed(seed)
            return self._seed, seed
        if seed in self._observed_seeds:
            raise ValueError(
                "This `DeterministicRandomTestTool` object is trying to re-use the already-used operation seed "
                f"{seed}. It cannot guarantee random numbers will match between eager and sessions when an operation "
                "seed is reused. You most likely set `operation_seed` explicitly but used a value that caused the "
                "naturally-incrementing operation seed sequences to overlap with an already-used seed."
            )
        self._observed_seeds.add(seed)
        self.operation_seed += 1
        return self._seed, seed
