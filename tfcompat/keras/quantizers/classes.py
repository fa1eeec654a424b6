"""Quantizers as objects, and what a model's layers are told to be quantized with."""

from __future__ import annotations

from typing import Any

from tfcompat.keras.quantizers.numbers import abs_max_quantize


class Quantizer:
    """What makes tensors of `output_dtype` of others, in its `__call__` (tf.keras.quantizers.Quantizer)."""

    _api_name = "keras.Quantizer"

    def __init__(self, output_dtype: str = "int8") -> None:
        self.output_dtype = output_dtype

    def __call__(self, x: Any) -> Any:
        return x

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Quantizer:
        """The quantizer that `get_config` described."""
        return cls(**config)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`; subclasses must implement it."""
        raise NotImplementedError(f"{self} does not implement get_config()")


class AbsMaxQuantizer(Quantizer):
    """Scales tensors so that the largest absolute value over `axis` is the range's end; see `abs_max_quantize`.

    ValueError for an int8 range beyond [-128, 127].
    """

    _api_name = "keras.quantizers.AbsMaxQuantizer"

    def __init__(
        self,
        axis: Any = None,
        value_range: tuple[float, float] = (-127, 127),
        epsilon: float = 1e-07,
        output_dtype: str = "int8",
    ) -> None:
        super().__init__(output_dtype=output_dtype)
        self.axis = None if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        self.value_range = value_range
        self.epsilon = epsilon
        if output_dtype == "int8" and (value_range[0] < -128 or value_range[1] > 127):
            raise ValueError(
                "Quantizer with output_dtype='int8' requires value_range to be within the interval [-128, 127]. "
                f"Received: value_range={value_range}"
            )

    def __call__(self, x: Any, axis: Any = None, to_numpy: bool = False) -> tuple[Any, Any]:  # type: ignore[override]
        axis = self.axis if axis is None else axis
        axis = -1 if axis is None else axis
        return abs_max_quantize(x, axis, self.value_range, self.output_dtype, self.epsilon, to_numpy)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = {"value_range": self.value_range, "epsilon": self.epsilon, "output_dtype": self.output_dtype}
        return config if self.axis is None else {**config, "axis": self.axis}


class QuantizationConfig:
    """Quantizers of weights and activations, for the mode of a subclass (tf.keras.quantizers.QuantizationConfig)."""

    _api_name = "keras.quantizers.QuantizationConfig"

    def __init__(self, weight_quantizer: Any = None, activation_quantizer: Any = None) -> None:
        self.weight_quantizer = weight_quantizer
        self.activation_quantizer = activation_quantizer

    @property
    def mode(self) -> str:
        """The mode's name."""
        raise NotImplementedError(
            "Subclasses must implement this property. Do not instantiate QuantizationConfig directly."
        )

    def get_config(self) -> dict[str, Any]:
        """The serialized quantizers."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {
            "weight_quantizer": serialize_keras_object(self.weight_quantizer),
            "activation_quantizer": serialize_keras_object(self.activation_quantizer),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> QuantizationConfig:
        """The config that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        names = ("weight_quantizer", "activation_quantizer")
        return cls(**{**config, **{name: deserialize_keras_object(config.get(name)) for name in names}})

    @staticmethod
    def weight_quantizer_or_default(config: QuantizationConfig | None, default: Any) -> Any:
        """The weights' quantizer of a config, `default` where it has none."""
        return default if config is None or config.weight_quantizer is None else config.weight_quantizer

    @staticmethod
    def activation_quantizer_or_default(config: QuantizationConfig | None, default: Any) -> Any:
        """The activations' quantizer of a config (None is one), `default` where there is no config."""
        return default if config is None else config.activation_quantizer


def _need(name: str, quantizer: Any, attribute: str, value: Any) -> None:
    if quantizer is not None and getattr(quantizer, attribute) != value:
        raise ValueError(
            f"{name} requires a weight_quantizer with {attribute}={value!r}. Received: "
            f"{attribute}={getattr(quantizer, attribute)}"
        )


class Int8QuantizationConfig(QuantizationConfig):
    """8 bit integers; ValueError for a weights' quantizer that makes others."""

    _api_name = "keras.quantizers.Int8QuantizationConfig"

    def __init__(self, weight_quantizer: Any = None, activation_quantizer: Any = "default") -> None:
        super().__init__(
            weight_quantizer, AbsMaxQuantizer() if activation_quantizer == "default" else activation_quantizer
        )
        _need("Int8QuantizationConfig", weight_quantizer, "output_dtype", "int8")

    @property
    def mode(self) -> str:
        """Its name, "int8"."""
        return "int8"


class Int4QuantizationConfig(QuantizationConfig):
    """4 bit integers, with a scale for each block of `block_size` (None, -1: each channel).

    ValueError for other block sizes, and for own quantizers with blocks or of another range.
    """

    _api_name = "keras.quantizers.Int4QuantizationConfig"

    def __init__(
        self, weight_quantizer: Any = None, activation_quantizer: Any = "default", block_size: int | None = 128
    ) -> None:
        super().__init__(weight_quantizer, None if activation_quantizer == "default" else activation_quantizer)
        if block_size is not None and block_size != -1 and block_size <= 0:
            raise ValueError(f"block_size must be None, -1, or a positive integer. Received: block_size={block_size}")
        own = self.weight_quantizer is not None or self.activation_quantizer is not None
        if own and block_size is not None and block_size > 0:
            raise ValueError(
                "Int4 sub-channel quantization (block_size > 0) does not support custom quantizers. Either set "
                "block_size to None or -1 for per-channel quantization, or remove the custom quantizer arguments. "
                f"Received: block_size={block_size}"
            )
        self.block_size = block_size
        _need("Int4QuantizationConfig", weight_quantizer, "value_range", (-8, 7))
        _need("Int4QuantizationConfig", weight_quantizer, "output_dtype", "int8")

    @property
    def mode(self) -> str:
        """Its name, "int4"."""
        return "int4"

    def get_config(self) -> dict[str, Any]:
        """The serialized quantizers and the block size."""
        return {**super().get_config(), "block_size": self.block_size}


class Float8QuantizationConfig(QuantizationConfig):
    """8 bit floats, whose scales follow the largest values."""

    _api_name = "keras.quantizers.Float8QuantizationConfig"

    def __init__(self) -> None:
        super().__init__(None, None)

    @property
    def mode(self) -> str:
        """Its name, "float8"."""
        return "float8"

    def get_config(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Float8QuantizationConfig:
        """A config."""
        return cls()


class _CalibratedConfig(QuantizationConfig):
    """A mode that looks at a dataset, which is not part of its config."""

    _bits: tuple[int, ...]
    _bits_error: str
    _whole: str  # what groups of -1 are called
    _fields: tuple[str, ...]
    weight_bits: int
    group_size: int

    def _keep(self, dataset: Any, tokenizer: Any, **values: Any) -> None:
        self.dataset, self.tokenizer = dataset, tokenizer
        for name, value in values.items():
            setattr(self, name, value)
        self._fields = tuple(values)
        if values["weight_bits"] not in self._bits:
            raise ValueError(self._bits_error.format(values["weight_bits"]))
        for name in ("num_samples", "sequence_length"):
            if values[name] <= 0:
                raise ValueError(f"{name} must be a positive integer.")
        if not 0 <= values.get("hessian_damping", 0) <= 1:
            raise ValueError("hessian_damping must be between 0 and 1.")
        if values["group_size"] < -1 or values["group_size"] == 0:
            raise ValueError(
                f"Invalid group_size. Supported values are -1 ({self._whole}) or a positive integer, but got "
                f"{values['group_size']}."
            )
        if values.get("num_grid_points", 1) <= 0:
            raise ValueError("num_grid_points must be a positive integer.")

    def get_config(self) -> dict[str, Any]:
        """The arguments, without the dataset and the tokenizer."""
        return {"dataset": None, "tokenizer": None, **{name: getattr(self, name) for name in self._fields}}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The config that `get_config` described."""
        return cls(**config)

    def dtype_policy_string(self) -> str:
        """The mode as it is in a policy's name: "gptq/4/128"."""
        return f"{self.mode}/{self.weight_bits}/{self.group_size}"


class GPTQConfig(_CalibratedConfig):
    """The arguments of GPTQ, which rounds weights so that the outputs for a dataset change least.

    ValueError for bits other than 2, 3, 4 and 8, and numbers out of range.
    """

    _api_name = "keras.quantizers.GPTQConfig"
    _bits = (2, 3, 4, 8)
    _bits_error = "Unsupported weight_bits {}. Supported values are 2, 3, 4, and 8."
    _whole = "whole-tensor"

    def __init__(
        self,
        dataset: Any,
        tokenizer: Any,
        *,
        weight_bits: int = 4,
        num_samples: int = 128,
        per_channel: bool = True,
        sequence_length: int = 512,
        hessian_damping: float = 0.01,
        group_size: int = 128,
        symmetric: bool = False,
        activation_order: bool = False,
        quantization_layer_structure: dict = None,  # noqa: RUF013  # type: ignore[assignment]
    ) -> None:
        super().__init__()
        self._keep(
            dataset,
            tokenizer,
            weight_bits=weight_bits,
            num_samples=num_samples,
            per_channel=per_channel,
            sequence_length=sequence_length,
            hessian_damping=hessian_damping,
            group_size=group_size,
            symmetric=symmetric,
            activation_order=activation_order,
            quantization_layer_structure=quantization_layer_structure,
        )

    @property
    def mode(self) -> str:
        """Its name, "gptq"."""
        return "gptq"


class AWQConfig(_CalibratedConfig):
    """The arguments of AWQ, which scales weights by how much their activations matter in a dataset.

    ValueError for bits other than 4, and numbers out of range.
    """

    _api_name = "keras.quantizers.AWQConfig"
    _bits = (4,)
    _bits_error = "AWQ only supports 4-bit quantization. Received weight_bits={}."
    _whole = "per-channel"

    def __init__(
        self,
        dataset: Any,
        tokenizer: Any,
        *,
        weight_bits: int = 4,
        num_samples: int = 128,
        sequence_length: int = 512,
        group_size: int = 128,
        num_grid_points: int = 20,
        quantization_layer_structure: dict = None,  # noqa: RUF013  # type: ignore[assignment]
    ) -> None:
        super().__init__()
        self._keep(
            dataset,
            tokenizer,
            weight_bits=weight_bits,
            num_samples=num_samples,
            sequence_length=sequence_length,
            group_size=group_size,
            num_grid_points=num_grid_points,
            quantization_layer_structure=quantization_layer_structure,
        )

    @property
    def mode(self) -> str:
        """Its name, "awq"."""
        return "awq"
