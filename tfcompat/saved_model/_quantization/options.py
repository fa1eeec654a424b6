"""The options of a quantization: what they are by default, and which go together."""

from __future__ import annotations

from typing import Any

from tfcompat._core import logging
from tfcompat.saved_model._quantization.messages import (
    STABLEHLO,
    TF,
    UNIFORM_QUANTIZED,
    XLA,
    CalibrationOptions,
    DebuggerConfig,
    QuantizationComponentSpec,
    QuantizationMethod,
)
from tfcompat.saved_model.constants import DEFAULT_SERVING_SIGNATURE_DEF_KEY, SERVING

STATIC, DYNAMIC = QuantizationMethod.METHOD_STATIC_RANGE_INT8, QuantizationMethod.METHOD_DYNAMIC_RANGE_INT8
WEIGHT_ONLY, NO_QUANTIZE = (
    QuantizationMethod.METHOD_STATIC_RANGE_WEIGHT_ONLY_INT8,
    QuantizationMethod.METHOD_NO_QUANTIZE,
)
_ACTIVATION, _WEIGHT, _BIAS = (
    QuantizationComponentSpec.COMPONENT_ACTIVATION,
    QuantizationComponentSpec.COMPONENT_WEIGHT,
    QuantizationComponentSpec.COMPONENT_BIAS,
)
_INT_8, _INT_32 = QuantizationComponentSpec.TENSORTYPE_INT_8, QuantizationComponentSpec.TENSORTYPE_INT_32
_LEAST_ELEMENTS = 1024
_BINS = 512


def complete(options: Any) -> None:
    """Puts the defaults into the fields that are not set; ValueError for options that do not go together."""
    method = options.quantization_method
    options.op_set = options.op_set or XLA
    if not options.tags:
        options.tags.append(SERVING)
    if not options.signature_keys:
        options.signature_keys.append(DEFAULT_SERVING_SIGNATURE_DEF_KEY)
    if not options.HasField("freeze_all_variables"):
        options.freeze_all_variables = True
    if options.enable_legacy_weight_only:
        raise ValueError("Legacy weight-only is deprecated. Use weight-only quantization method.")
    method.preset_method = method.preset_method or STATIC
    if options.min_num_elements_for_weights == 0:
        options.min_num_elements_for_weights = _LEAST_ELEMENTS
        logging.warning(
            "QuantizationOptions.min_num_elements_for_weights is not set (0). Setting to the default value: "
            f"{_LEAST_ELEMENTS}."
        )
    if not options.HasField("enable_per_channel_quantization"):
        options.enable_per_channel_quantization = False
    _check_op_set(options)
    options.force_graph_mode_calibration = True
    if options.HasField("debugger_config"):
        _complete_debugger(options.debugger_config)
    _complete_components(method)
    _complete_units(options)
    if method.preset_method == STATIC:
        _complete_calibration(options)


def _check_op_set(options: Any) -> None:
    method, op_set = options.quantization_method.preset_method, options.op_set
    by_channel = (
        op_set == UNIFORM_QUANTIZED or method == WEIGHT_ONLY or (op_set in (XLA, STABLEHLO) and method == STATIC)
    )
    if options.enable_per_channel_quantization and not by_channel:
        raise ValueError(
            "Currently, per-channel quantization is supported for Uniform Quantized opset, weight only quantization, "
            "or XLA/StableHLO opset with static range quantization."
        )
    if method == WEIGHT_ONLY and op_set in (UNIFORM_QUANTIZED, TF):
        raise ValueError("TF/Uniform quantized opset does not support weight-only.")
    if op_set == STABLEHLO and method not in (STATIC, WEIGHT_ONLY):
        raise ValueError(
            "StableHLO quantized opset currently only supports static range quantization and weight-only "
            "quantizationvia TF Quantizer."
        )


def _complete_debugger(config: Any) -> None:
    config.log_dir_path = config.log_dir_path or "/tmp/dumps"
    if config.debugger_type == DebuggerConfig.DEBUGGER_TYPE_UNSPECIFIED:
        raise ValueError("Debugger is enabled but debugger type was not specified.")
    if config.debugger_type == DebuggerConfig.DEBUGGER_TYPE_WHOLE_MODEL and not config.unquantized_dump_model_path:
        raise ValueError("Debugger type whole model verify was used but unquantized_dump_model_path was not specified.")


def _complete_components(method: Any) -> None:
    """Has a method say the integers of activations, weights and biases, of which TensorFlow has one choice each."""
    kinds = {STATIC: (_ACTIVATION, _WEIGHT, _BIAS), DYNAMIC: (_ACTIVATION, _WEIGHT, _BIAS), WEIGHT_ONLY: (_WEIGHT,)}
    preset = method.preset_method
    found = {
        kind: QuantizationComponentSpec(quantization_component=kind, tensor_type=_INT_32 if kind == _BIAS else _INT_8)
        for kind in kinds.get(preset, ())
    }
    for spec in method.quantization_component_specs:
        kind = spec.quantization_component
        if kind in (_WEIGHT, _ACTIVATION) and spec.tensor_type != _INT_8:
            raise ValueError("Only int8 precision is supported for input operands.")
        if kind not in (_WEIGHT, _ACTIVATION) and spec.tensor_type != _INT_32:
            raise ValueError("Only int32 precision is supported for bias.")
        found[kind] = spec
    specs = [QuantizationComponentSpec.FromString(spec.SerializeToString()) for spec in found.values()]
    del method.quantization_component_specs[:]
    method.quantization_component_specs.extend(specs)
    if preset in (STATIC, DYNAMIC) and len(specs) != 3:
        raise ValueError("Only 3 components are needed for", method)
    if preset == WEIGHT_ONLY and len(specs) != 1:
        raise ValueError("At least one component spec needs to be specified.")


def _complete_units(options: Any) -> None:
    whole = _by_component(options.quantization_method)
    for spec in options.unit_wise_quantization_specs:
        if not spec.unit:
            raise ValueError("UnitWiseQuantizationSpec must contain at least one unit.")
        if any(not unit.op_type and not unit.node_name for unit in spec.unit):
            raise ValueError("Either `op_type` or `node_name` must be specified.")
        _complete_components(spec.quantization_method)
        own = _by_component(spec.quantization_method)
        if own and own != whole:
            raise ValueError(
                "Currently unit-wise quantization spec only supports NO_QUANTIZE and same quantization method as the "
                "top-level `quantization_method`"
            )


def _by_component(method: Any) -> list[Any]:
    return sorted(method.quantization_component_specs, key=lambda spec: spec.quantization_component)


def _complete_calibration(options: Any) -> None:
    kinds, calibration = CalibrationOptions, options.calibration_options
    parameters = calibration.calibration_parameters
    method = calibration.calibration_method = calibration.calibration_method or kinds.CALIBRATION_METHOD_MIN_MAX
    histogram = method >= kinds.CALIBRATION_METHOD_HISTOGRAM_PERCENTILE
    if histogram:
        parameters.num_bins = parameters.num_bins or _BINS
    if method == kinds.CALIBRATION_METHOD_HISTOGRAM_PERCENTILE:
        parameters.min_percentile = parameters.min_percentile or 0.001
        parameters.max_percentile = parameters.max_percentile or 99.999
