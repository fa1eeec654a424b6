"""Model.quantize: the layers of a model, held in few bits."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

from tfcompat.keras.quantizers.calibration import calibrate


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
    changed = False
    for layer in model._flatten_layers():
        if len(list(layer._flatten_layers())) > 1 or not _chosen(layer, filters):
            continue
        try:
            layer.quantize(mode, type_check=type_check, config=config)
            changed = True
        except NotImplementedError as error:
            warnings.warn(str(error), stacklevel=4)
    if mode in ("gptq", "awq"):
        structure = config.quantization_layer_structure
        structure = model.get_quantization_layer_structure(mode) if structure is None else structure
        if structure is None:
            raise ValueError(
                f"For mode='{mode}', a valid quantization structure must be provided either via "
                "`config.quantization_layer_structure` or by overriding "
                "`model.get_quantization_layer_structure(mode)`. The structure should be a dictionary with keys "
                "'pre_block_layers' and 'sequential_blocks'."
            )
        calibrate(config, structure, lambda layer: _chosen(layer, filters))
    if changed:
        model.train_function = model.test_function = model.predict_function = None


def _chosen(layer: Any, filters: Any) -> bool:
    if filters is None:
        return True
    if callable(filters):
        return bool(filters(layer))
    return any(re.search(pattern, layer.name) for pattern in ([filters] if isinstance(filters, str) else filters))
