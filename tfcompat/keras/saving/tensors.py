"""Weights in safetensors files, each under its path ("sequential/dense/kernel")."""

from __future__ import annotations

import json
import os
import warnings
from typing import Any

import torch

from tfcompat._core.refilling import refill
from tfcompat._core.state import state
from tfcompat._formats import safetensors
from tfcompat.keras._state import thread
from tfcompat.keras._version import KERAS_VERSION
from tfcompat.keras.saving.weights import _check_built

_ORDER = "weight_names"


def save(model: Any, path: str | os.PathLike[str]) -> None:
    """Writes the weights of a built model; ValueError where two have one path."""
    _check_built(model, "saving")
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
    with safetensors.Reader(path) as reader:
        for variable, name in _fitting(model, reader, skip_mismatch):
            plain = state.graph is None and thread.stateless is None
            if not plain or reader.dtype(name) != safetensors.DTYPES.get(variable._dtype):
                variable.assign(reader.read(name))
            else:
                storage = variable._value._storage
                refill(storage, variable._shape, lambda target, name=name: reader.read_into(name, target))


def _fitting(model: Any, reader: safetensors.Reader, skip_mismatch: bool) -> list[tuple[Any, str]]:
    """The model's weights that the file has, each with its name there."""
    weights = model.weights
    names = [variable.path for variable in weights]
    stored = set(reader.names)
    if not set(names) & stored:
        saved = json.loads(reader.metadata[_ORDER]) if _ORDER in reader.metadata else sorted(stored)
        if len(saved) == len(names) and set(saved) == stored:
            names = saved
    problems = []
    fitting = []
    for variable, name in zip(weights, names):
        if name not in stored:
            problems.append(f"{variable.path} is not in the file")
        elif (shape := reader.shape(name)) != tuple(variable.shape):
            problems.append(f"{variable.path} has shape {tuple(variable.shape)}, in the file {shape}")
        else:
            fitting.append((variable, name))
    unused = sorted(stored - set(names))
    if unused:
        problems.append(f"the model has no {', '.join(unused)}")
    if problems:
        message = f"The weights in {reader.path!r} do not fit the model '{model.name}': {'; '.join(problems)}."
        if not skip_mismatch:
            raise ValueError(message)
        warnings.warn(message, stacklevel=4)
    return fitting
