"""Weak tensors: values whose dtype was only inferred, so that it gives way to the dtype of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.type_spec import BatchableTypeSpec

_DTYPES = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64, dtypes.complex128)


class WeakTensor(CompositeTensor):
    """A tensor of a weak dtype: with others it takes theirs. Made of Python numbers in the modes "safe" and "all".

    `tensor` is the plain tensor; what that has, a weak one has too. TypeError for a dtype that can't be weak.
    """

    __slots__ = ("__weakref__", "tensor")
    __module__ = "tensorflow.python.framework.weak_tensor"
    __array_priority__ = 100
    is_tensor_like = True

    def __init__(self, tensor: Tensor) -> None:
        if tensor.dtype not in _DTYPES:
            raise TypeError(f"{tensor.dtype} not allowed as a weak type. The allowed types are {_DTYPES}.")
        self.tensor = tensor

    @classmethod
    def from_tensor(cls, tensor: Any) -> WeakTensor:
        """The weak tensor of a plain one."""
        if not isinstance(tensor, Tensor):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"WeakTensor can only be constructed from tf.Tensor or tf.WeakTensor, but {type(tensor)} was given.",
            )
        return (EagerWeakTensor if isinstance(tensor, EagerTensor) else GraphWeakTensor)(tensor)

    def to_tensor(self) -> Tensor:
        """The plain tensor of the same value."""
        return self.tensor

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the elements, for as long as no other decides."""
        return self.tensor.dtype

    @property
    def shape(self) -> TensorShape:
        """The shape, a tf.TensorShape."""
        return self.tensor.shape

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "tensor"), name)

    def __str__(self) -> str:
        text = str(self.tensor)
        return f"{text[:-1]}, weak=True{text[-1]}"

    def __repr__(self) -> str:
        text = repr(self.tensor)
        return f"{text[:-1]}, weak=True{text[-1]}"

    def __hash__(self) -> int:
        return hash(self.tensor)

    def __copy__(self) -> WeakTensor:
        return self

    def __deepcopy__(self, memo: Any) -> WeakTensor:
        return self

    def __len__(self) -> int:
        return len(self.tensor)  # type: ignore[arg-type]

    def __bool__(self) -> bool:
        return bool(self.tensor)

    def __iter__(self) -> Iterator[WeakTensor]:
        return map(WeakTensor.from_tensor, self.tensor)

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        return self.tensor

    @property
    def _type_spec(self) -> WeakTensorSpec:
        return WeakTensorSpec(TensorSpec(self.shape, self.dtype))

    def _shape_invariant_to_type_spec(self, shape: Any) -> WeakTensorSpec:
        return WeakTensorSpec(TensorSpec(shape, self.dtype))

    def _gradient_component(self) -> Any:
        return self.tensor

    def _with_gradient_component(self, gradient: Any) -> Any:
        return None if gradient is None else WeakTensor.from_tensor(gradient)


class EagerWeakTensor(WeakTensor):
    """A weak tensor with a value that can be read now."""

    __slots__ = ()
    __module__ = "tensorflow.python.framework.weak_tensor"

    def numpy(self) -> Any:
        """A copy of the value as a numpy array; a numpy scalar where the shape is ()."""
        return self.tensor.numpy()  # type: ignore[attr-defined]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.tensor, dtype)

    def __int__(self) -> int:
        return int(self.tensor)

    def __float__(self) -> float:
        return float(self.tensor)

    def __complex__(self) -> complex:
        return complex(self.tensor)  # type: ignore[arg-type]

    def __index__(self) -> int:
        return self.tensor.__index__()  # type: ignore[attr-defined]

    def __format__(self, spec: str) -> str:
        return f"{self.tensor:{spec}} weakly typed"


class GraphWeakTensor(WeakTensor):
    """A weak tensor of a function that is being captured."""

    __slots__ = ()
    __module__ = "tensorflow.python.framework.weak_tensor"


class WeakTensorSpec(BatchableTypeSpec):
    """The type of a weak tensor: a tf.TensorSpec, weakly meant."""

    __slots__ = ("_tensor",)
    __module__ = "tensorflow.python.framework.weak_tensor"

    def __init__(self, tensor: TensorSpec) -> None:
        self._tensor = tensor

    @property
    def value_type(self) -> type:
        """WeakTensor."""
        return WeakTensor

    @property
    def shape(self) -> TensorShape:
        """The shape of the values."""
        return self._tensor.shape

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the values."""
        return self._tensor.dtype

    def _serialize(self) -> tuple:
        return (self._tensor,)

    @property
    def _component_specs(self) -> list[Any]:
        return [self._tensor]

    def _to_components(self, value: Any) -> list[Any]:
        return [value.tensor]

    def _from_components(self, components: Sequence[Any]) -> Any:
        (tensor,) = components
        return WeakTensor.from_tensor(tensor)

    def _batch(self, batch_size: int | None) -> WeakTensorSpec:
        return WeakTensorSpec(TensorSpec(TensorShape([batch_size]).concatenate(self.shape), self.dtype))

    def _unbatch(self) -> WeakTensorSpec:
        return WeakTensorSpec(TensorSpec(self.shape[1:], self.dtype))

    def _to_legacy_output_types(self) -> dtypes.DType:
        return self.dtype

    def _to_legacy_output_shapes(self) -> TensorShape:
        return self.shape

    def _to_legacy_output_classes(self) -> WeakTensorSpec:
        return self
