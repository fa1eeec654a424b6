"""tf.keras: Keras 3 on torch."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.keras import (
    activations,
    backend,
    callbacks,
    config,
    constraints,
    dtype_policies,
    initializers,
    layers,
    losses,
    metrics,
    mixed_precision,
    models,
    ops,
    optimizers,
    random,
    regularizers,
    saving,
    tree,
    utils,
)
from tfcompat.keras._function import Function
from tfcompat.keras._graph import Operation
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._naming import name_scope
from tfcompat.keras._scopes import StatelessScope, SymbolicScope
from tfcompat.keras._variable import Variable
from tfcompat.keras._version import told_of_keras as _told_version
from tfcompat.keras.dtype_policies import DTypePolicy, FloatDTypePolicy
from tfcompat.keras.initializers import Initializer
from tfcompat.keras.layers import Input, InputSpec, Layer
from tfcompat.keras.losses import Loss
from tfcompat.keras.metrics import Metric
from tfcompat.keras.models import Model, Sequential
from tfcompat.keras.optimizers import Optimizer
from tfcompat.keras.regularizers import Regularizer

__version__ = _told_version()


def version() -> str:
    """The version of Keras that this behaves as."""
    return __version__


def device(device_name: str) -> object:
    """A context in which what is made goes to a device: "cpu", "gpu:0" (tf.keras.device)."""
    import tfcompat

    return tfcompat.device(device_name if device_name.startswith("/") else f"/{device_name}")


__all__ = [
    "DTypePolicy",
    "FloatDTypePolicy",
    "Function",
    "Initializer",
    "Input",
    "InputSpec",
    "KerasTensor",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "Operation",
    "Optimizer",
    "Regularizer",
    "Sequential",
    "StatelessScope",
    "SymbolicScope",
    "Variable",
    "activations",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "device",
    "dtype_policies",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "name_scope",
    "ops",
    "optimizers",
    "random",
    "regularizers",
    "saving",
    "tree",
    "utils",
    "version",
]

_LAZY = {
    "tfcompat.keras": (
        "applications datasets distillation distribution estimator experimental export preprocessing quantizers "
        "visualization wrappers"
    ),
    "tfcompat.keras._remat": "RematScope remat",
    "tfcompat.keras.quantizers": "Quantizer",
}

__getattr__ = _names.module_getattr("tf.keras", globals(), lazy=_names.lazy_names(_LAZY))
