"""Policies by name: float dtypes, and mixed precision."""

from __future__ import annotations

from typing import Any

from tfcompat._core.dtypes import as_dtype
from tfcompat.keras import _version
from tfcompat.keras._dtypes import is_float_dtype, standardize_dtype
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import settings, thread


class DTypePolicy:
    """A pair of dtypes by name: "float32", "mixed_float16" (computes in float16), "mixed_bfloat16", ...

    ValueError for a name that is neither mixed nor a dtype.
    """

    _api_name = "keras.DTypePolicy"

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = dtype_policy().name
        self._name = name
        self._compute_dtype, self._variable_dtype = parse(name)
        self._quantization_mode = None

    name = property(lambda self: self._name, doc="The policy's name.")
    compute_dtype = property(lambda self: self._compute_dtype, doc="The dtype that layers compute in.")
    variable_dtype = property(lambda self: self._variable_dtype, doc="The dtype of layers' variables.")
    quantization_mode = property(lambda self: self._quantization_mode, doc="None: the policy does not quantize.")

    def convert_input(self, x: Any, autocast: bool, dtype: Any) -> Any:
        """`x` as a tensor, cast to `dtype` where it is a float of another one and `autocast` is true."""
        from tfcompat.keras import ops

        if not (isinstance(x, KerasTensor) or ops.is_tensor(x)):
            if not hasattr(x, "__array__"):
                return x
            x = ops.convert_to_tensor(x)
        found = standardize_dtype(x.dtype)
        wanted = standardize_dtype(dtype)
        may_cast = autocast and wanted not in (found, "string") and is_float_dtype(found)
        if may_cast and _version.is_legacy():
            may_cast = is_float_dtype(wanted)
        return ops.cast(x, wanted) if may_cast else x

    def get_config(self) -> dict[str, Any]:
        """The policy's name."""
        return {"name": self._name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DTypePolicy:
        """The policy that `get_config` described."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        plain = (DTypePolicy, FloatDTypePolicy)
        return type(self) in plain and type(other) in plain and self._name == other._name  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(self._name)

    def __repr__(self) -> str:
        name = type(self).__name__.replace("FloatDTypePolicy", "DTypePolicy")
        name = "Policy" if _version.is_legacy() else name
        return f'<{name} "{self._name}">'


class FloatDTypePolicy(DTypePolicy):
    """DTypePolicy under its older name."""

    _api_name = "keras.FloatDTypePolicy"


def parse(name: Any) -> tuple[str, str]:
    """The dtype of computations and that of variables, for a policy's name; ValueError where it is none."""
    if not isinstance(name, str):
        raise TypeError(
            f"'name' must be a string, such as 'mixed_float16'. Received: name={name} (of type {type(name)})"
        )
    if name in ("mixed_float16", "mixed_bfloat16"):
        return name.removeprefix("mixed_"), "float32"
    try:
        dtype = standardize_dtype(name)
    except ValueError:
        if _version.is_legacy():
            as_dtype(name)  # raises
        raise ValueError(
            f"Cannot convert '{name}' to a mixed precision DTypePolicy. Valid policies include 'mixed_float16', "
            "'mixed_bfloat16', and the name of any float dtype such as 'float32'."
        ) from None
    return dtype, dtype


def dtype_policy() -> DTypePolicy:
    """The policy of layers that are made without one: floatx(), unless `set_dtype_policy` changed it."""
    if thread.dtype_policy is None:
        thread.dtype_policy = DTypePolicy(settings.floatx)
    return thread.dtype_policy


def set_dtype_policy(policy: Any) -> None:
    """Makes a policy, given by name or as an object, that of layers made without one; ValueError for anything else."""
    if not isinstance(policy, (DTypePolicy, str)):
        raise ValueError(
            "Invalid `policy` argument. Expected the string name of a policy (such as 'mixed_float16') or a "
            f"`DTypePolicy` instance. Received: policy={policy} (of type {type(policy)})"
        )
    thread.dtype_policy = get(policy)


def serialize(dtype_policy: DTypePolicy) -> Any:
    """The serialized form of a policy."""
    from tfcompat.keras.saving.serialization import serialize_keras_object

    return serialize_keras_object(dtype_policy)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The policy of a serialized form."""
    from tfcompat.keras.dtype_policies import policy_map, quantized
    from tfcompat.keras.saving.serialization import deserialize_named

    table: dict[str, Any] = {"FloatDTypePolicy": FloatDTypePolicy, "Policy": DTypePolicy}
    table["DTypePolicyMap"] = policy_map.DTypePolicyMap
    table.update({n: value for n, value in vars(quantized).items() if n.endswith("DTypePolicy")})
    return deserialize_named(config, table, custom_objects)


def _named(name: str) -> DTypePolicy:
    from tfcompat.keras.dtype_policies import quantized

    is_quantized = name.startswith(quantized.QUANTIZATION_MODES) and not _version.is_legacy()
    return quantized.from_name(name) if is_quantized else DTypePolicy(name)


def get(identifier: Any) -> DTypePolicy:
    """The policy of a name, dtype, config or policy; the default one for None."""
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        return _named(identifier)
    try:
        kind = as_dtype(identifier).name if _version.is_legacy() else standardize_dtype(identifier)
        return DTypePolicy(kind)
    except ValueError:
        raise ValueError(
            "Cannot interpret `dtype` argument. Expected a string or an instance of DTypePolicy. "
            f"Received: dtype={identifier}"
        ) from None
