"""tf.quantization: floats as integers of a few bits, and floats that behave as if they were."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.quantization.affine import dequantize, quantize, quantized_concat
from tfcompat.quantization.fake import (
    fake_quant_with_min_max_args,
    fake_quant_with_min_max_args_gradient,
    fake_quant_with_min_max_vars,
    fake_quant_with_min_max_vars_gradient,
    fake_quant_with_min_max_vars_per_channel,
    fake_quant_with_min_max_vars_per_channel_gradient,
)
from tfcompat.quantization.simulated import quantize_and_dequantize, quantize_and_dequantize_v2

__getattr__ = _names.module_getattr(
    "tf.quantization", globals(), lazy={"experimental": "tfcompat.quantization.experimental"}
)
