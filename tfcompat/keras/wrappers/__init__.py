"""tf.keras.wrappers: models as scikit-learn estimators; `scikit_learn` has Keras 2's."""

from tfcompat import _names
from tfcompat.keras.wrappers import scikit_learn as scikit_learn
from tfcompat.keras.wrappers.estimators import SKLearnClassifier, SKLearnRegressor, SKLearnTransformer

__all__ = ["SKLearnClassifier", "SKLearnRegressor", "SKLearnTransformer"]

__getattr__ = _names.module_getattr("tf.keras.wrappers", globals())
