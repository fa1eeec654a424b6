"""What tells how a SavedModel is to be quantized, and the files of representative samples: protocol buffer messages."""

from __future__ import annotations

from typing import Any

from tfcompat._formats.protos import enumeration, message

CalibrationOptions: Any = message("quantization.CalibrationOptions")
DebuggerConfig: Any = message("quantization.DebuggerConfig")
OpSet: Any = enumeration("quantization.OpSet")
QuantizationComponentSpec: Any = message("quantization.QuantizationComponentSpec")
QuantizationMethod: Any = message("quantization.QuantizationMethod")
QuantizationOptions: Any = message("quantization.QuantizationOptions")
RepresentativeDataSample: Any = message("quantization.RepresentativeDataSample")
RepresentativeDatasetFile: Any = message("quantization.RepresentativeDatasetFile")
UnitWiseQuantizationSpec: Any = message("quantization.UnitWiseQuantizationSpec")
OP_SET_UNSPECIFIED, TF, XLA, UNIFORM_QUANTIZED, STABLEHLO = OpSet.values()
