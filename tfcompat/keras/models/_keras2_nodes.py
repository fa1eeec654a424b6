"""How Keras 2's configs describe the calls of layers in functional models."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._core.dtypes import DType
from tfcompat._core.tensor import Tensor
from tfcompat.keras import tree
from tfcompat.keras._drawn import Drawn, find
from tfcompat.keras._graph import Node
from tfcompat.keras._keras_tensor import KerasTensor


def takes_states(layer: Any) -> bool:
    """Whether Keras 2 put the states that a layer begins with behind its input."""
    from tfcompat.keras.layers import RNN, Bidirectional

    return isinstance(layer, (RNN, Bidirectional))


def _arguments_of_layer(node: Node) -> tuple[Any, dict[str, Any]]:
    """The first argument, and the others by their names."""
    names = list(inspect.signature(node.layer.call).parameters)
    args, kwargs = list(node.call_args), dict(node.call_kwargs)
    first = args.pop(0) if args else kwargs.pop(names[0])
    return first, {**dict(zip(names[1:], args)), **kwargs}


def _arguments_of_function(node: Node) -> tuple[Any, dict[str, Any]]:
    """Those of a function of TensorFlow, but for what is as by default.

    Those of Python's operators have the names that the function in their place gives them.
    """
    signature = inspect.signature(node.layer.function)
    known = inspect.signature(find(node.layer.symbol) or node.layer.function).parameters
    bound = signature.bind(*node.call_args, **node.call_kwargs)
    bound.apply_defaults()
    given = {key: x for key, x in bound.arguments.items() if key in known or x is not signature.parameters[key].default}
    renamed = {key: name for key, name in zip(given, known) if key not in known}
    named = {renamed.get(key, key): x for key, x in given.items()}
    first = named.pop(next(iter(named)))
    kwargs = {key: x for key, x in named.items() if key not in known or x is not known[key].default}
    return first, {**kwargs, "name": None} if renamed.keys() - {next(iter(given))} else kwargs


def _plain(x: Any) -> Any:
    """What JSON has of a value that no layer gives."""
    if isinstance(x, slice):
        return {"start": x.start, "stop": x.stop, "step": x.step}
    if isinstance(x, DType):
        return x.name
    return np.asarray(x).tolist() if isinstance(x, (Tensor, torch.Tensor, np.ndarray)) else x


def node_data(node: Node, place: Callable[[KerasTensor], list[Any]]) -> Any:
    """A call as a nest of [layer, call, output, keyword arguments], one for each tensor of the first argument.

    place: gives the first three of a KerasTensor. Values among the tensors are ["_CONSTANT_VALUE", -1, value, ...].
    """
    layer = node.layer
    drawn = isinstance(layer, Drawn)
    first, kwargs = _arguments_of_function(node) if drawn else _arguments_of_layer(node)
    states = kwargs.pop("initial_state", None) if takes_states(layer) else None
    if states is not None:
        first = [first, *tree.flatten(states)]

    def plain(x: Any) -> Any:
        return place(x) if isinstance(x, KerasTensor) else _plain(x)

    kwargs = tree.map_structure(plain, kwargs)

    def entry(x: Any) -> list[Any]:
        return [*(place(x) if isinstance(x, KerasTensor) else ("_CONSTANT_VALUE", -1, plain(x))), kwargs]

    data = tree.map_structure(entry, first)
    return data if drawn or tree.is_nested(first) else [data]
