"""Weights in safetensors files, each under its path ("sequential/dense/kernel")."""

from __future__ import annotations

import json
import os
import warnings
from typing import Any

import torch

from tfcompat._formats import safetensors
from tfcompat.keras._version import KERAS_VERSION
from tfcompat.keras.saving.weights import _check_built

_ORDER = "weight_names"


def save(model: Any, path: str | os.PathLike[str]) -> None:
    """Writes the weights of a built model; ValueError where two have one path."""
    _check_built(model, "saving the weights of")
    tensors: dict[str, torch.Tensor] = {}
    for variable in model.weights:
        if variable.path in tensors:
            raise ValueError(f"Two weights have the path '{variable.path}'. Give the layers unique names.")
        tensors[variable.path] = variable._value._storage.t
    metadata = {"format": "pt", "keras_version": KERAS_VERSION, _ORDER: json.dumps(list(tensors))}
    safetensors.save(path, tensors, metadata)


def load(model: Any, path: str | os.PathLike[str], skip_mismatch: bool = False) -> None:
    """Takes the weights of a built model: by path, or in the saved order where the model's names are others.

    ValueError for weights that are missing or of another shape; they are left alone, with a warning, where
    `skip_mismatch`.
    """
    _check_built(model, "loading weights into")
    tensors, metadata = safetensors.load(path)
    weights = model.weights
    names = [variable.path for variable in weights]
    if not set(names) & set(tensors):
        saved = json.loads(metadata[_ORDER]) if _ORDER in metadata else sorted(tensors)
        if len(saved) == len(names) and set(saved) == set(tensors):
            names = saved
    problems = []
    fitting = []
    for variable, name in zip(weights, names):
        tensor = tensors.get(name)
        if tensor is None:
            problems.append(f"{variable.path} is not in the file")
        elif tuple(tensor.shape) != tuple(variable.shape):
            problems.append(f"{variable.path} has shape {tuple(variable.shape)}, in the file {tuple(tensor.shape)}")
        else:
            fitting.append((variable, tensor))
    unused = sorted(set(tensors) - set(names))
    if unused:
        problems.append(f"the model has no {', '.join(unused)}")
    if problems:
        message = f"The weights in {os.fspath(path)!r} do not fit the model '{model.name}': {'; '.join(problems)}."
        if not skip_mismatch:
            raise ValueError(message)
        warnings.warn(message, stacklevel=3)
    for variable, tensor in fitting:
        variable.assign(tensor)
