"""A model's variables as a nested dict by path: Model.get_state_tree and set_state_tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

_KINDS = ("trainable_variables", "non_trainable_variables", "optimizer_variables", "metrics_variables")


def get_state_tree(model: Any, value_format: str) -> dict[str, Any]:
    """{kind of variables: {parts of their paths: value}}; values are variables or, for "numpy_array", arrays.

    ValueError for another format, and where two variables have one path.
    """
    if value_format not in ("backend_tensor", "numpy_array"):
        raise ValueError(
            "Invalid `value_format` argument. Expected one of {'numpy_array', 'backend_tensor'}. Received: "
            f"value_format={value_format}"
        )
    return {kind: _nested(_variables(model, kind), value_format == "numpy_array") for kind in _KINDS}


def set_state_tree(model: Any, state_tree: dict[str, Any]) -> None:
    """Assigns the values of such a dict; ValueError for an unknown kind of variables."""
    for kind, nested in state_tree.items():
        if kind not in _KINDS:
            raise ValueError(f"Unknown variable name: {kind}")
        own = {variable.path: variable for variable in _variables(model, kind)}
        for path, value in _flat(nested):
            if path in own:
                own[path].assign(value)


def _variables(model: Any, kind: str) -> Iterable[Any]:
    if kind != "optimizer_variables":
        return getattr(model, kind)
    return model.optimizer.variables if model.optimizer is not None else []


def _nested(variables: Iterable[Any], as_arrays: bool) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    seen: set[str] = set()
    for variable in variables:
        if variable.path in seen:
            raise ValueError(
                f"The following variable path is found twice in the model: '{variable.path}'. `get_state_tree()` can "
                "only be called when all variable paths are unique. Make sure to give unique names to your layers (and "
                "other objects)."
            )
        seen.add(variable.path)
        *parents, last = variable.path.split("/")
        target = nested
        for part in parents:
            target = target.setdefault(part, {})
        target[last] = variable.numpy() if as_arrays else variable.value
    return nested


def _flat(nested: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in nested.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", value
