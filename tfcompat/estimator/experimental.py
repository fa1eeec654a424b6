"""tf.estimator.experimental: hooks that stop or evaluate, and receivers of models that are trained on."""

from tfcompat import _names
from tfcompat.estimator._hooks import InMemoryEvaluatorHook, make_stop_at_checkpoint_step_hook
from tfcompat.estimator._receivers import build_raw_supervised_input_receiver_fn
from tfcompat.estimator._spec import call_logit_fn
from tfcompat.estimator._stopping import (
    make_early_stopping_hook,
    stop_if_higher_hook,
    stop_if_lower_hook,
    stop_if_no_decrease_hook,
    stop_if_no_increase_hook,
)

__all__ = [
    "InMemoryEvaluatorHook",
    "build_raw_supervised_input_receiver_fn",
    "call_logit_fn",
    "make_early_stopping_hook",
    "make_stop_at_checkpoint_step_hook",
    "stop_if_higher_hook",
    "stop_if_lower_hook",
    "stop_if_no_decrease_hook",
    "stop_if_no_increase_hook",
]

_REFUSED = {
    "KMeans": "cluster with scikit-learn, or in a model_fn of your own",
    "LinearSDCA": "train the linear model by the optimizer 'Ftrl', with its l2_regularization_strength",
    "RNNClassifier": "train a Keras model with tf.keras.layers.RNN, or tf.keras.experimental.SequenceFeatures",
    "RNNEstimator": "train a Keras model with tf.keras.layers.RNN, or tf.keras.experimental.SequenceFeatures",
}
_found = _names.module_getattr("tf.estimator.experimental", globals())


def __getattr__(name: str) -> object:
    if name in _REFUSED:
        raise _names.MissingNameError(
            f"TensorFlow 2.15 has tf.estimator.experimental.{name}, tfcompat does not: {_REFUSED[name]}.", name=name
        )
    return _found(name)
