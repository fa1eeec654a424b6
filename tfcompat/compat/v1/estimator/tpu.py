"""tf.compat.v1.estimator.tpu: estimators written for TPUs, which run on other devices here."""

from tfcompat import _names
from tfcompat.estimator._tpu import InputPipelineConfig, RunConfig, TPUConfig, TPUEstimator, TPUEstimatorSpec

__all__ = ["InputPipelineConfig", "RunConfig", "TPUConfig", "TPUEstimator", "TPUEstimatorSpec"]

__getattr__ = _names.module_getattr("tf.compat.v1.estimator.tpu", globals())
