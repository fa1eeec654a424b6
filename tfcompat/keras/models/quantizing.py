"""Model.quantize: the layers of a model, held in few bits."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any


def quantize_layers(model: Any, mode: str, config: Any, filters: Any, **kwargs: Any) -> None:
    """Quantizes the layers of `model` that hold no other layers, as `Model.quantize` describes."""
    type_check = kwargs.pop("type_check", True)
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments passed to {type(model).__name__}: {kwargs}")
    if filters is not None and not isinstance(filters, (str, Callable, list, tuple)):
        raise ValueError(
            "The `filters` argument must be a regex string, a list of regex strings, or a callable. Received: "
            f"{type(filters)}"
        )
    if mode in ("gptq", "awq"):
        raise NotImplementedError(
            f"{type(model).__name__}.quantize(mode={mode!r}) is not in tfcompat: it does not calibrate models. Models "
            'that Keras has calibrated can be loaded; the modes "int8", "int4" and "float8" need no calibration.'
        )
    changed = False
    for layer in model._flatten_layers():
        if len(list(layer._flatten_layers())) > 1 or not _chosen(layer, filters):
            continue
        try:
            layer.quantize(mode, type_check=type_check, config=config)
            changed = True
        except NotImplementedError as error:
            warnings.warn(str(error), stacklevel=4)
    if changed:
        model.train_function = model.test_function = model.predict_function = None


def _chosen(layer: Any, filters: Any) -> bool:
    if filters is None:
        return True
    if callable(filters):
        return bool(filters(layer))
    return any(re.search(pattern, layer.name) for pattern in ([filters] if isinstance(filters, str) else filters))
