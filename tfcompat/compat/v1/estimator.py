"""tf.compat.v1.estimator: tf.estimator with TensorFlow 1's Estimator, canned estimators and inputs."""

from __future__ import annotations

import sys
import types
from typing import Any

from tfcompat import _names, estimator
from tfcompat.estimator import _estimator, _networks, inputs
from tfcompat.estimator._v1 import (
    BaselineClassifier,
    BaselineEstimator,
    BaselineRegressor,
    DNNClassifier,
    DNNEstimator,
    DNNLinearCombinedClassifier,
    DNNLinearCombinedEstimator,
    DNNLinearCombinedRegressor,
    DNNRegressor,
    LinearClassifier,
    LinearEstimator,
    LinearRegressor,
)

Estimator = _estimator.Estimator

_OWN = {
    "dnn_logit_fn_builder": _networks.dnn_logit_fn_builder,
    "linear_logit_fn_builder": _networks.linear_logit_fn_builder,
}


def _experimental() -> types.ModuleType:
    """tf.compat.v1.estimator.experimental: tf.estimator's, and what builds logit functions."""
    module = types.ModuleType("tfcompat.compat.v1.estimator.experimental", _experimental.__doc__)
    shared = {name: getattr(estimator.experimental, name) for name in estimator.experimental.__all__}
    names: dict[str, Any] = {**shared, **_OWN}
    module.__dict__.update(names, __all__=sorted(names), __path__=[])
    module.__dict__["__getattr__"] = _names.module_getattr("tf.compat.v1.estimator.experimental", module.__dict__)
    sys.modules[module.__name__] = module
    return module


experimental = _experimental()
export = estimator.export

__all__ = [
    "BaselineClassifier",
    "BaselineEstimator",
    "BaselineRegressor",
    "DNNClassifier",
    "DNNEstimator",
    "DNNLinearCombinedClassifier",
    "DNNLinearCombinedEstimator",
    "DNNLinearCombinedRegressor",
    "DNNRegressor",
    "Estimator",
    "LinearClassifier",
    "LinearEstimator",
    "LinearRegressor",
    "experimental",
    "export",
    "inputs",
]
_SHARED = [name for name in estimator.__all__ if name not in __all__]
globals().update({name: getattr(estimator, name) for name in _SHARED})
__all__.extend(_SHARED)  # pyright: ignore[reportUnsupportedDunderAll]

__getattr__ = _names.module_getattr("tf.compat.v1.estimator", globals())
