"""tf.keras.estimator, which TensorFlow dropped together with tf.estimator."""

from typing import Any, NoReturn

from tfcompat import _names


def model_to_estimator(
    keras_model: Any = None,
    keras_model_path: Any = None,
    custom_objects: Any = None,
    model_dir: Any = None,
    config: Any = None,
    checkpoint_format: Any = "checkpoint",
    metric_names_map: Any = None,
    export_outputs: Any = None,
) -> NoReturn:
    """Not in tfcompat, nor in TensorFlow since 2.16: NotImplementedError."""
    raise NotImplementedError(
        "tf.keras.estimator.model_to_estimator is not in tfcompat: there are no estimators, as in TensorFlow since "
        "2.16. Train the Keras model itself with `fit()`."
    )


__all__ = ["model_to_estimator"]

__getattr__ = _names.module_getattr("tf.keras.estimator", globals())
