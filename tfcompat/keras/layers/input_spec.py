"""keras.InputSpec: what a layer requires of its inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dtypes import as_dtype
from tfcompat._core.tensor import EagerTensor
from tfcompat.keras import _version, tree
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras.backend import standardize_shape


class InputSpec:
    """The rank, dtype, shape and sizes along axes that an input must have; None leaves a part open.

    axes: {axis: size}. allow_last_axis_squeeze: a last axis of size 1 may be missing or additional. optional: the
    input may be None. ValueError for axes beyond the rank (tf.keras.layers.InputSpec).
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = None if dtype is None else standardize_dtype(dtype)
        self.shape = None if shape is None else standardize_shape(shape)
        self.ndim = ndim if self.shape is None else len(self.shape)
        self.max_ndim, self.min_ndim = max_ndim, min_ndim
        self.name, self.optional = name, optional
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        try:
            self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        except (ValueError, TypeError):
            raise TypeError(f"`axes` must have integers as keys. Received: axes={axes}") from None
        limit = self.ndim if self.ndim is not None else max_ndim
        if self.axes and limit is not None and max(self.axes) > limit - 1:
            raise ValueError(f"Axis {max(self.axes)} is greater than the maximum allowed value: {limit - 1}")

    def __repr__(self) -> str:
        parts = {"dtype": self.dtype, "shape": self.shape, "ndim": self.ndim, "max_ndim": self.max_ndim}
        parts |= {"min_ndim": self.min_ndim, "axes": self.axes or None}
        return f"InputSpec({', '.join(f'{key}={value}' for key, value in parts.items() if value)})"

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            "dtype": self.dtype,
            "shape": self.shape,
            "ndim": self.ndim,
            "max_ndim": self.max_ndim,
            "min_ndim": self.min_ndim,
            "axes": self.axes,
            "optional": self.optional,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        """The spec that `get_config` described."""
        return cls(**config)


def assert_input_compatibility(input_spec: Any, inputs: Any, layer_name: str) -> None:
    """ValueError, which names the layer and the shapes, unless `inputs` satisfy a spec or a nest of them."""
    if not input_spec:
        return
    if type(input_spec) is InputSpec and type(inputs) is EagerTensor:
        _check_one(0, inputs, input_spec, layer_name)
        return
    specs = tree.flatten(input_spec)
    if isinstance(inputs, dict) and all(spec is not None and spec.name for spec in specs):
        missing = [spec.name for spec in specs if spec.name not in inputs]
        if missing:
            raise ValueError(
                f'Missing data for input "{missing[0]}". You passed a data dictionary with keys {list(inputs)}. '
                f"Expected the following keys: {[spec.name for spec in specs]}"
            )
        inputs = [inputs[spec.name] for spec in specs]
    values = tree.flatten(inputs)
    if len(values) != len(specs):
        raise ValueError(
            f'Layer "{layer_name}" expects {len(specs)} input(s), but it received {len(values)} input tensors. '
            f"Inputs received: {[*map(_as_tensor, values)] if _version.is_legacy() else inputs}"
        )
    for index, (value, spec) in enumerate(zip(values, specs)):
        if spec is not None and not (value is None and spec.optional):
            _check_one(index, value, spec, layer_name)


def _as_tensor(value: Any) -> Any:
    return convert_to_tensor(value) if isinstance(value, np.ndarray) else value


def _check_one(index: int, value: Any, spec: InputSpec, layer_name: str) -> None:
    if not hasattr(value, "shape"):
        raise (TypeError if _version.is_legacy() else ValueError)(
            f"Inputs to a layer should be tensors. Got '{value}' (of type {type(value)}) as input for layer "
            f"'{layer_name}'."
        )
    shape = tuple(value._t.shape) if type(value) is EagerTensor else standardize_shape(value.shape)
    ndim = len(shape)

    legacy = _version.is_legacy()
    named = (
        f'Input {index} of layer "{layer_name}"'
        if legacy
        else (f"Input {index} with name '{spec.name}' of layer '{layer_name}'")
    )

    def refuse(expected: str, found: str) -> ValueError:
        return ValueError(f"{named} is incompatible with the layer: expected {expected}, found {found}")

    if spec.ndim is not None and not spec.allow_last_axis_squeeze and ndim != spec.ndim:
        raise refuse(f"ndim={spec.ndim}", f"ndim={ndim}. Full shape received: {shape}")
    if spec.max_ndim is not None and ndim > spec.max_ndim:
        told = "" if legacy else f". Full shape received: {shape}"
        raise refuse(f"max_ndim={spec.max_ndim}", f"ndim={ndim}{told}")
    if spec.min_ndim is not None and ndim < spec.min_ndim:
        raise refuse(f"min_ndim={spec.min_ndim}", f"ndim={ndim}. Full shape received: {shape}")
    if spec.dtype is not None and standardize_dtype(value.dtype) != spec.dtype:
        told_dtype = as_dtype(value.dtype) if legacy else standardize_dtype(value.dtype)
        raise refuse(f"dtype={spec.dtype}", f"dtype={told_dtype!s}")
    for axis, size in spec.axes.items():
        if size is not None and shape[axis] not in (size, None):
            raise ValueError(
                f"{named} is incompatible with the layer: expected axis {axis} of input shape to have value {size}, "
                f"but received input with shape {shape}"
            )
    if spec.shape is not None:
        wanted, found = spec.shape, shape
        if spec.allow_last_axis_squeeze:
            wanted = wanted[:-1] if wanted and wanted[-1] == 1 else wanted
            found = found[:-1] if found and found[-1] == 1 else found
        if any(a is not None and b is not None and a != b for a, b in zip(wanted, found)):
            raise refuse(f"shape={spec.shape}", f"shape={shape}")
