"""keras.Input: where data enters a model."""

from __future__ import annotations

import warnings
from typing import Any

from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorSpec
from tfcompat._ragged.spec import RaggedTensorSpec
from tfcompat._sparse.spec import SparseTensorSpec
from tfcompat.keras import _version
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._graph import Node
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.backend import standardize_shape
from tfcompat.keras.layers.base import Layer


class InputLayer(Layer):
    """The layer behind a model's input; `Input()` makes it and returns its KerasTensor (tf.keras.layers.InputLayer).

    Give `shape` (without the batch) and perhaps `batch_size`, or `batch_shape`, or a KerasTensor `input_tensor`.
    ValueError where they are missing or contradict each other.
    """

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Any = None,
        input_tensor: Any = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name)
        if "input_shape" in kwargs:
            warnings.warn("Argument `input_shape` is deprecated. Use `shape` instead.", stacklevel=2)
            shape = kwargs.pop("input_shape")
        batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments passed to InputLayer: {kwargs}")
        if input_tensor is not None:
            given = {
                "batch_size": batch_size,
                "shape": shape,
                "batch_shape": batch_shape,
                "dtype": dtype,
                "sparse": sparse,
            }
            batch_shape, dtype, sparse = _of_tensor(input_tensor, given)
        else:
            batch_shape = _batch_shape(shape, batch_size, batch_shape)
        self._batch_shape = standardize_shape(batch_shape)
        self._dtype = standardize_dtype(dtype)
        self.sparse, self.ragged = bool(sparse), bool(ragged)
        if input_tensor is None:
            name = self.name if _version.is_legacy() else name
            input_tensor = KerasTensor(self._batch_shape, dtype, sparse=self.sparse, ragged=self.ragged, name=name)
        self._input_tensor = input_tensor
        self.optional = optional
        Node(self, (), {}, input_tensor)
        self.built = True

    def call(self) -> None:
        """Nothing: an input computes nothing."""
        return None

    @property
    def batch_shape(self) -> tuple[int | None, ...]:
        """The shape, the batch included."""
        return self._batch_shape

    @property
    def dtype(self) -> str:
        """The dtype of the data."""
        return self._dtype

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            "batch_shape": self.batch_shape,
            "dtype": self.dtype,
            "sparse": self.sparse,
            "ragged": self.ragged,
            "name": self.name,
            "optional": self.optional,
        }


def _batch_shape(shape: Any, batch_size: int | None, batch_shape: Any) -> Any:
    if batch_shape is not None:
        for name, value in (("shape", shape), ("batch_size", batch_size)):
            if value is not None:
                raise ValueError(f"You cannot pass both `{name}` and `batch_shape` at the same time.")
        return batch_shape
    if shape is None:
        raise ValueError("You must pass a `shape` argument.")
    if isinstance(shape, int) and _version.is_legacy():
        shape = (shape,)
    return (batch_size, *standardize_shape(shape))


def _of_tensor(tensor: Any, given: dict[str, Any]) -> tuple[Any, Any, Any]:
    if not isinstance(tensor, KerasTensor):
        raise ValueError(
            "Argument `input_tensor` must be a KerasTensor. Received invalid type: "
            f"input_tensor={tensor} (of type {type(tensor)})"
        )
    own = {
        "batch_size": tensor.shape[0] if tensor.shape else None,
        "shape": tensor.shape[1:],
        "batch_shape": tensor.shape,
        "dtype": tensor.dtype,
        "sparse": tensor.sparse,
    }
    for name, value in given.items():
        if value is not None and value != own[name]:
            raise ValueError(f"`input_tensor` has {name}={own[name]}, which `{name}` contradicts: {value}.")
    return tensor.shape, tensor.dtype, tensor.sparse


def _of_spec(spec: Any) -> tuple[Any, Any, bool, bool]:
    if not isinstance(spec, (TensorSpec, RaggedTensorSpec, SparseTensorSpec)):
        raise NotImplementedError(f"tf.keras.Input(type_spec={spec!r}): tfcompat's models take tensors as inputs.")
    shape = TensorShape(spec.shape)
    if shape.rank is None:
        raise NotImplementedError(f"tf.keras.Input(type_spec={spec!r}): the rank must be known.")
    return (
        tuple(shape.as_list()),
        spec.dtype.name,
        isinstance(spec, SparseTensorSpec),
        isinstance(spec, RaggedTensorSpec),
    )


def Input(
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: Any = None,
    optional: bool = False,
    type_spec: Any = None,
) -> Any:
    """A KerasTensor to start a functional model with (tf.keras.Input): `Input(shape=(10,))` is a batch of 10 numbers.

    Takes what InputLayer takes, `tensor` being its `input_tensor`. type_spec: Keras 2's way to give all of shape,
    dtype and kind of tensor: a tf.TensorSpec, tf.RaggedTensorSpec or tf.SparseTensorSpec with the batch's size, in
    place of the others (ValueError); NotImplementedError for other specs, as of ExtensionTypes.
    """
    if type_spec is not None:
        others = (shape, batch_size, dtype, sparse, ragged, batch_shape, tensor)
        if any(other is not None for other in others):
            raise ValueError(f"Input: `type_spec` takes the place of shape, dtype and the others, got {others}.")
        batch_shape, dtype, sparse, ragged = _of_spec(type_spec)
    layer = InputLayer(
        shape=shape,
        batch_size=batch_size,
        dtype=dtype,
        sparse=sparse,
        ragged=ragged,
        batch_shape=batch_shape,
        name=name,
        input_tensor=tensor,
        optional=optional,
    )
    return layer.output
