"""Rematerialization: layers that keep no intermediate results for gradients and compute them again."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tfcompat._core.custom_gradient import recompute_grad
from tfcompat.keras import tree
from tfcompat.keras._state import thread

_MODES = ("full", "activations", "larger_than", "list_of_layers", None)


class RematMode(NamedTuple):
    """What the scope that a layer was made in says."""

    mode: str | None
    output_size_threshold: int
    layer_names: Sequence[str]


class RematScope:
    """Layers made within it are rematerialized when they are called, memory saved for time (keras.RematScope).

    mode: "full" for all of them, "activations" for their activations only, "larger_than" for those whose outputs have
    more elements than `output_size_threshold`, "list_of_layers" for those named in `layer_names`, None for none.
    ValueError for another mode.
    """

    _api_name = "keras.RematScope"

    def __init__(
        self, mode: str | None = "full", output_size_threshold: int = 1024, layer_names: Sequence[str] | None = None
    ) -> None:
        if mode not in _MODES:
            raise ValueError(f"`mode` must be one of {_MODES}. Received: mode={mode!r}")
        self.mode, self.output_size_threshold, self.layer_names = mode, output_size_threshold, layer_names or []

    def __enter__(self) -> RematScope:
        thread.remat_scopes.append(self)
        return self

    def __exit__(self, *exc: Any) -> None:
        if self in thread.remat_scopes:
            thread.remat_scopes.remove(self)


def remat(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function equal to `f` that keeps nothing for its gradient but computes `f` again (keras.remat)."""
    return recompute_grad(f)


def current() -> RematMode | None:
    """What the innermost scope says, None outside of any."""
    if not thread.remat_scopes:
        return None
    scope = thread.remat_scopes[-1]
    return RematMode(scope.mode, scope.output_size_threshold, scope.layer_names)


def rematerialized(layer: Any, call: Callable[..., Any], args: Any, kwargs: Any) -> Callable[..., Any]:
    """A layer's `call` as the layer's mode wants it."""
    chosen: RematMode | None = layer._remat_mode
    if chosen is None or chosen.mode is None:
        return call
    if chosen.mode == "activations":
        return _with_activation(layer, call) if getattr(layer, "activation", None) is not None else call
    if chosen.mode == "larger_than" and _elements(layer, args, kwargs) <= chosen.output_size_threshold:
        return call
    if chosen.mode == "list_of_layers" and layer.name not in chosen.layer_names:
        return call
    return remat(call)


def _elements(layer: Any, args: Any, kwargs: Any) -> int:
    """How many elements the outputs have; sizes that are not known count as 1."""
    outputs = tree.flatten(layer.compute_output_spec(*args, **kwargs))
    return sum(math.prod(d or 1 for d in x.shape) for x in outputs)


def _with_activation(layer: Any, call: Callable[..., Any]) -> Callable[..., Any]:
    """`call`, in which the activation is rematerialized."""

    @functools.wraps(call)
    def run(*args: Any, **kwargs: Any) -> Any:
        own = layer.activation
        layer.activation = remat(own)
        try:
            return call(*args, **kwargs)
        finally:
            layer.activation = own

    return run
