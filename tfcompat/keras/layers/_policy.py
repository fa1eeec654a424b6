"""What a layer's dtype policy decides: its dtypes, and whether it holds its weights in few bits."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from tfcompat.keras import dtype_policies
from tfcompat.keras.layers._state import Stateful

MODES = ("int8", "float8", "int4", "gptq", "awq")


def resolve_config(mode: Any, config: Any) -> Any:
    """The QuantizationConfig that `mode` and `config` stand for; ValueError where they are none or contradict."""
    from tfcompat.keras import quantizers

    if isinstance(config, str):
        mode, config = config, None
    _check_mode(mode)
    if config is None:
        if mode is None:
            raise ValueError("You must provide either `mode` or `config` to `quantize`.")
        if mode in ("gptq", "awq"):
            name = f"{mode.upper()}Config"
            article = "an" if mode == "awq" else "a"
            raise ValueError(f"For {mode.upper()}, you must pass {article} `{name}` object in the `config` argument.")
        return getattr(quantizers, f"{mode.capitalize()}QuantizationConfig")()
    if not isinstance(config, quantizers.QuantizationConfig):
        raise ValueError(
            "Argument `config` must be an instance of `QuantizationConfig`. Received: "
            f"config={config} (of type {type(config)})"
        )
    if mode is not None and config.mode != mode:
        raise ValueError(f"Contradictory arguments: mode='{mode}' but config.mode='{config.mode}'")
    _check_mode(config.mode)
    needed = {"gptq": quantizers.GPTQConfig, "awq": quantizers.AWQConfig}.get(config.mode)
    if needed and not isinstance(config, needed):
        raise ValueError(
            f"Mode '{config.mode}' requires a valid `config` argument of type `{needed.__name__}`. Received: "
            f"{type(config)}"
        )
    return config


def _check_mode(mode: Any) -> None:
    if mode is not None and mode not in MODES:
        raise ValueError(f"Invalid quantization mode. Expected one of {MODES}. Received: mode={mode}")


def quantizing(quantize: Callable[..., Any]) -> Callable[..., Any]:
    """A class's `quantize` with what surrounds it: its arguments are made one, and weights can be made anew."""

    @functools.wraps(quantize)
    def wrapped(self: Any, mode: Any = None, config: Any = None, **kwargs: Any) -> Any:
        if self._quantizing:  # called by a subclass's quantize
            return quantize(self, mode=mode, config=config, **kwargs)
        config = resolve_config(mode, config)
        self._check_quantizable(config.mode)
        object.__setattr__(self, "_quantizing", True)
        self._tracker.unlock()
        try:
            return quantize(self, mode=config.mode, config=config, **kwargs)
        finally:
            self._lock_state()
            object.__setattr__(self, "_quantizing", False)

    return wrapped


class Policied(Stateful):
    """A layer's dtype policy, and quantization, which a layer without it refuses."""

    _dtype_policy: Any
    _path: str | None
    _is_quantized = False
    _quantizing = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "quantize" in cls.__dict__:
            cls.quantize = quantizing(cls.__dict__["quantize"])  # type: ignore[method-assign]

    @property
    def dtype_policy(self) -> Any:
        """The layer's keras.DTypePolicy; set it by name or object. A quantized one quantizes a layer that is built."""
        return self._dtype_policy

    @dtype_policy.setter
    def dtype_policy(self, value: Any) -> None:
        policy = dtype_policies.get(value)
        if isinstance(self._dtype_policy, Mapping) and self._path:
            policies: Any = self._dtype_policy
            if self._path in policies:
                del policies[self._path]
            policies[self._path] = policy
        else:
            self._dtype_policy = policy
        mode = policy.quantization_mode
        if mode is None or not self.built or self._is_quantized:
            return
        if mode == "gptq":
            raise ValueError(
                f"Implicitly enabling GPTQ quantization by setting `dtype_policy` to '{value}' is not supported. GPTQ "
                "requires a calibration dataset and a `GPTQConfig` object.\n\nPlease use the `.quantize('gptq', "
                "config=...)` method on the layer or model instead."
            )
        self.quantize(mode)

    dtype = property(lambda self: self.variable_dtype, doc="The dtype of the weights: `variable_dtype`.")

    @property
    def _own_policy(self) -> Any:
        """The policy of this layer, where `dtype_policy` maps paths to policies."""
        policy = self._dtype_policy
        if type(policy) is dtype_policies.DTypePolicy or not isinstance(policy, Mapping):
            return policy
        return policy[self._path] if self._path else policy

    compute_dtype = property(lambda self: self._own_policy.compute_dtype, doc="The dtype of the computation.")
    variable_dtype = property(lambda self: self._own_policy.variable_dtype, doc="The dtype of the weights.")  # type: ignore[assignment]
    input_dtype = property(lambda self: self.compute_dtype, doc="The dtype that float inputs are cast to.")
    quantization_mode = property(
        lambda self: self._own_policy.quantization_mode, doc='How the weights are held: "int8", ..., or None.'
    )

    def quantize(self, mode: str | None = None, type_check: bool = True, config: Any = None) -> None:
        """Holds the weights in few bits; NotImplementedError for layers that can't.

        mode: "int8", "int4" or "float8". type_check: whether subclasses of Keras's layers refuse. config: a
        QuantizationConfig, which tells more than the mode. ValueError for a layer that is not built or quantized
        already.
        """
        raise self._lacks("quantize")

    def quantized_build(self, input_shape: Any, mode: str) -> None:
        """Makes the weights of a mode; NotImplementedError for layers that can't."""
        raise self._lacks("quantized_build")

    def quantized_call(self, *args: Any, **kwargs: Any) -> Any:
        """`call` with the weights as they are held; NotImplementedError for modes that the layer lacks."""
        mode = self.quantization_mode
        if mode not in MODES:
            raise self._mode_error(mode)
        if not hasattr(self, f"_{mode}_call"):
            raise self._lacks(f"_{mode}_call")
        return getattr(self, f"_{mode}_call")(*args, **kwargs)

    def _check_quantizable(self, mode: str) -> None:
        kind = type(self).__name__
        if not self.built:
            raise ValueError(
                f"Cannot quantize a layer that isn't yet built. Layer '{self.name}' (of type '{kind}') is not built "
                "yet."
            )
        if self._is_quantized:
            raise ValueError(
                f"Layer '{self.name}' is already quantized with dtype_policy='{self.dtype_policy.name}'. "
                f"Received: mode={mode}"
            )
        if mode == "int8" and self.compute_dtype == "float16":
            raise ValueError(
                f"Quantization mode='{mode}' doesn't work well with compute_dtype='float16'. Consider loading "
                "model/layer with another dtype policy such as 'mixed_bfloat16' or 'mixed_float16' before calling "
                "`quantize()`."
            )

    def _lacks(self, name: str) -> NotImplementedError:
        return NotImplementedError(f"Layer {type(self).__name__} does not have a `{name}` method implemented.")

    def _mode_error(self, mode: Any) -> NotImplementedError:
        return NotImplementedError(
            f"Invalid quantization mode. Expected one of {MODES}. Received: quantization_mode={mode}"
        )


Policied.quantize = quantizing(Policied.quantize)  # type: ignore[method-assign]
