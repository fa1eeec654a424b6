"""Policies of layers that hold their weights in few bits: what the names "int8_from_float32" and others stand for."""

from __future__ import annotations

from typing import Any

from tfcompat.keras.dtype_policies.policy import DTypePolicy, dtype_policy, parse

QUANTIZATION_MODES = ("int8", "float8", "int4", "gptq", "awq")


class QuantizedDTypePolicy(DTypePolicy):
    """A quantization mode over a policy: "int8_from_mixed_bfloat16" (tf.keras.dtype_policies.QuantizedDTypePolicy).

    mode: "int8", "int4", "float8", "gptq" or "awq". source_name: the policy's name, by default that of layers made
    without one. ValueError for another mode, and for "int8" over float16.
    """

    _api_name = "keras.dtype_policies.QuantizedDTypePolicy"

    def __init__(self, mode: str, source_name: str | None = None) -> None:
        source_name = dtype_policy().name if source_name is None else source_name
        self._name = f"{mode}_from_{source_name}"
        self._compute_dtype, self._variable_dtype = parse(source_name)
        if mode not in QUANTIZATION_MODES:
            raise ValueError(f"Invalid quantization mode. Expected one of {QUANTIZATION_MODES}. Received: mode={mode}")
        if mode == "int8" and self._compute_dtype == "float16":
            raise ValueError(f"Quantization mode='{mode}' doesn't work well with compute_dtype='float16'.")
        self._source_name = source_name
        self._quantization_mode = mode

    def get_config(self) -> dict[str, Any]:
        """The mode and the source's name."""
        return {"mode": self._quantization_mode, "source_name": self._source_name}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.get_config() == other.get_config()  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(self._name)


class QuantizedFloat8DTypePolicy(QuantizedDTypePolicy):
    """The mode "float8"; `amax_history_length` is how many past maxima its scales follow; TypeError for no integer."""

    _api_name = "keras.dtype_policies.QuantizedFloat8DTypePolicy"
    default_amax_history_length = 1024

    def __init__(self, mode: str, source_name: str | None = None, amax_history_length: int = 1024) -> None:
        super().__init__(mode=mode, source_name=source_name)
        if not isinstance(amax_history_length, int):
            raise TypeError(
                f"`amax_history_length` must be an integer. Received: amax_history_length={amax_history_length}"
            )
        self._amax_history_length = amax_history_length

    amax_history_length = property(lambda self: self._amax_history_length, doc="How many past maxima scales follow.")

    def get_config(self) -> dict[str, Any]:
        """The mode, the source's name and the length."""
        return {**super().get_config(), "amax_history_length": self._amax_history_length}


class _SizedPolicy(QuantizedDTypePolicy):
    """A mode that its numbers are told with: "int4/128", "gptq/4/64"."""

    _base: str
    _fields: tuple[str, ...]

    def __init__(self, mode: str, source_name: str | None = None) -> None:
        base, *numbers = mode.split("/")
        form = "/".join([self._base, *(f"<{field}>" for field in self._fields)])
        if base != self._base or len(numbers) != len(self._fields):
            raise ValueError(f"Invalid mode for {type(self).__name__}. Expected format '{form}', but got '{mode}'.")
        try:
            values = [int(number) for number in numbers]
        except ValueError:
            raise ValueError(
                f"Invalid mode for {type(self).__name__}. {' and '.join(self._fields)} must be integers. Expected "
                f"format '{form}', but got '{mode}'."
            ) from None
        for field, value in zip(self._fields, values):
            self._check(field, value, mode)
            setattr(self, field, value)
        super().__init__(mode=base, source_name=source_name)
        self._name = f"{mode}_from_{source_name}"
        self.mode = base

    def _check(self, field: str, value: int, mode: str) -> None:
        if value < -1 or value == 0:
            raise ValueError(
                f"Invalid {field} in mode. It must be -1 or a positive integer, but is {value} from '{mode}'."
            )

    def get_config(self) -> dict[str, Any]:
        """The mode with its numbers, and the source's name."""
        numbers = (str(getattr(self, field)) for field in self._fields)
        return {**super().get_config(), "mode": "/".join([self.mode, *numbers])}


class Int4DTypePolicy(_SizedPolicy):
    """The mode "int4/<block_size>": weights share a scale in blocks of so many, or in whole channels (-1)."""

    _api_name = "keras.dtype_policies.Int4DTypePolicy"
    _base, _fields = "int4", ("block_size",)
    block_size: int


class _BitsPolicy(_SizedPolicy):
    _fields = ("weight_bits", "group_size")
    _bits: tuple[int, ...]
    weight_bits: int
    group_size: int

    def _check(self, field: str, value: int, mode: str) -> None:
        if field != "weight_bits":
            super()._check(field, value, mode)
        elif value not in self._bits:
            raise ValueError(
                f"Invalid weight_bits in mode. Supported values are {self._bits}, but got {value} from '{mode}'."
            )


class GPTQDTypePolicy(_BitsPolicy):
    """The mode "gptq/<weight_bits>/<group_size>": 2, 3, 4 or 8 bits, scales for groups of columns or all (-1)."""

    _api_name = "keras.dtype_policies.GPTQDTypePolicy"
    _base, _bits = "gptq", (2, 3, 4, 8)


class AWQDTypePolicy(_BitsPolicy):
    """The mode "awq/<weight_bits>/<group_size>": 4 bits, scales for groups of columns or whole channels (-1)."""

    _api_name = "keras.dtype_policies.AWQDTypePolicy"
    _base, _bits = "awq", (4,)


def from_name(name: str) -> QuantizedDTypePolicy:
    """The policy of a name, such as "int8_from_float32"; ValueError for another."""
    mode, found, source_name = name.partition("_from_")
    if not found or "_from_" in source_name:
        raise ValueError(
            "Cannot convert `policy` into a valid pair (`mode`, `source_name`) to instantiate `QuantizedDTypePolicy`. "
            f"Received: policy={name}"
        )
    base = mode.partition("/")[0]
    kinds: dict[str, type[QuantizedDTypePolicy]] = {
        "gptq": GPTQDTypePolicy,
        "awq": AWQDTypePolicy,
        "float8": QuantizedFloat8DTypePolicy,
    }
    if base == "int4" and "/" in mode:
        return Int4DTypePolicy(mode, source_name)
    return kinds.get(base, QuantizedDTypePolicy)(mode, source_name)
