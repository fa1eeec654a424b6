"""tf.quantization.experimental: SavedModels with weights, and activations, of 8 bits."""

from __future__ import annotations

from tfcompat import _names

_WHERE = "tfcompat.saved_model._quantization"
_LAZY = {
    **{
        name: f"{_WHERE}.messages:{name}"
        for name in (
            "QuantizationComponentSpec",
            "QuantizationMethod",
            "QuantizationOptions",
            "UnitWiseQuantizationSpec",
        )
    },
    "TfRecordRepresentativeDatasetSaver": f"{_WHERE}.representative:TfRecordRepresentativeDatasetSaver",
    "quantize_saved_model": f"{_WHERE}.quantizing:quantize_saved_model",
}

__getattr__ = _names.module_getattr("tf.quantization.experimental", globals(), lazy=_LAZY)
