"""tf.quantization.experimental: TensorFlow's quantizer of SavedModels, which tfcompat has not; see `_names`."""

from __future__ import annotations

from tfcompat import _names

__getattr__ = _names.module_getattr("tf.quantization.experimental", globals())
