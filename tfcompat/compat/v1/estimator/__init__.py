"""tf.compat.v1.estimator: tf.estimator with TensorFlow 1's Estimator, canned estimators and inputs."""

from __future__ import annotations

from tfcompat import _names, estimator
from tfcompat.compat.v1.estimator import experimental, export, inputs, tpu
from tfcompat.estimator._estimator import Estimator
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
    "tpu",
]
_SHARED = [name for name in estimator.__all__ if name not in __all__]
globals().update({name: getattr(estimator, name) for name in _SHARED})
__all__.extend(_SHARED)  # pyright: ignore[reportUnsupportedDunderAll]

__getattr__ = _names.module_getattr("tf.compat.v1.estimator", globals())
