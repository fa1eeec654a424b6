"""tf.compat.v1.estimator.experimental: tf.estimator's, and what builds functions that give logits."""

from tfcompat import _names
from tfcompat.estimator import experimental
from tfcompat.estimator._networks import dnn_logit_fn_builder, linear_logit_fn_builder

__all__ = ["dnn_logit_fn_builder", "linear_logit_fn_builder"]

globals().update({name: getattr(experimental, name) for name in experimental.__all__})
__all__.extend(experimental.__all__)  # pyright: ignore[reportUnsupportedDunderAll]

__getattr__ = _names.module_getattr("tf.compat.v1.estimator.experimental", globals())
