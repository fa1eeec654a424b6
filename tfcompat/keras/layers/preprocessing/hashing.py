"""Categories without a vocabulary: keras.layers.Hashing and keras.layers.HashedCrossing."""

from __future__ import annotations

from typing import Any

import tfcompat
from tfcompat import sparse as sparse_ops
from tfcompat import strings
from tfcompat._sparse import SparseTensor
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import settings
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.preprocessing import _checks
from tfcompat.keras.layers.preprocessing.encoding import encoded

_MODES = ("int", "one_hot", "multi_hot", "count")


class Hashing(Layer):
    """Strings and integers to numbers below `num_bins`, by their hash (tf.keras.layers.Hashing).

    mask_value: a value that alone has the number 0. salt: an integer or two, which changes the hash. output_mode:
    "int", or vectors of `num_bins` elements: "one_hot", "multi_hot", "count"; SparseTensors where `sparse`.
    """

    def __init__(
        self,
        num_bins: int,
        mask_value: Any = None,
        salt: Any = None,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        if kwargs.get("dtype") is None:
            kwargs["dtype"] = "int64" if output_mode == "int" else settings.floatx
        super().__init__(**kwargs)
        if num_bins is None or num_bins <= 0:
            raise ValueError(
                f"The `num_bins` for `Hashing` cannot be `None` or non-positive values. Received: num_bins={num_bins}."
            )
        if output_mode == "int" and self.dtype_policy.name not in ("int32", "int64"):
            raise ValueError(
                "When `output_mode=\"int\"`, `dtype` should be an integer type, 'int32' or 'int64'. "
                f"Received: dtype={kwargs['dtype']}"
            )
        if output_mode not in _MODES:
            raise ValueError(
                f"Invalid value for argument `output_mode`. Expected one of {_MODES}. "
                f"Received: output_mode={output_mode}"
            )
        _checks.no_sparse_ints(sparse, output_mode, _MODES)
        self.num_bins, self.mask_value, self.salt = num_bins, mask_value, _checks.salt_pair(salt, self)
        self.strong_hash = salt is not None
        self.output_mode, self.sparse = output_mode, sparse
        self._convert_input_args = False
        self._allow_non_tensor_positional_args = True
        self.supports_jit = False

    def call(self, inputs: Any) -> Any:
        """The bins of the inputs, in the output mode."""
        inputs = _checks.ensure_tensor(inputs)
        if self.output_mode == "one_hot" and len(inputs.shape) and inputs.shape[-1] == 1:
            inputs = tfcompat.squeeze(inputs, -1)
        if isinstance(inputs, SparseTensor):
            bins: Any = SparseTensor(inputs.indices, self._bins(inputs.values), inputs.dense_shape)
        else:
            bins = self._bins(inputs)
        return encoded(bins, self.output_mode, self.num_bins, self.dtype, self.sparse)

    def _bins(self, values: Any) -> Any:
        masked = self.mask_value is not None and self.num_bins > 1
        mask = tfcompat.equal(values, self.mask_value) if masked else None
        if values.dtype.is_floating:
            values = tfcompat.cast(values, "int64")
        if values.dtype != tfcompat.string:
            values = tfcompat.strings.as_string(values)
        count = self.num_bins - masked
        if self.salt is not None:
            bins = strings.to_hash_bucket_strong(values, count, key=self.salt)
        else:
            bins = strings.to_hash_bucket_fast(values, count)
        return tfcompat.where(mask, tfcompat.zeros_like(bins), bins + 1) if masked else bins

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape, its last size that of the vectors where the output mode makes vectors."""
        return tuple(input_shape) if self.output_mode == "int" else (*tuple(input_shape)[:-1], self.num_bins)

    def compute_output_spec(self, inputs: Any) -> KerasTensor:
        """The outputs' shape and dtype."""
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=self.dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = {
            "num_bins": self.num_bins,
            "salt": self.salt,
            "mask_value": self.mask_value,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
        }
        return {**super().get_config(), **own}


class HashedCrossing(Layer):
    """Combinations of categories to numbers below `num_bins`, by their hash (tf.keras.layers.HashedCrossing).

    Called on two or more tensors of strings or integers with shape (), [batch] or [batch, 1]. output_mode: "int", or
    "one_hot" for vectors of `num_bins` elements, SparseTensors where `sparse`.
    """

    def __init__(
        self,
        num_bins: int,
        output_mode: str = "int",
        sparse: bool = False,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, dtype="int64" if output_mode == "int" and dtype is None else dtype, **kwargs)
        _checks.one_of(output_mode, ("int", "one_hot"), self, "output_mode")
        _checks.no_sparse_ints(sparse, output_mode, ("int", "one_hot"))
        self.num_bins, self.output_mode, self.sparse = num_bins, output_mode, sparse
        self._convert_input_args = False
        self._allow_non_tensor_positional_args = True
        self.supports_jit = False

    def call(self, inputs: Any) -> Any:
        """The bins of the combinations, in the output mode."""
        if not isinstance(inputs, (list, tuple)) or len(inputs) < 2:
            raise ValueError(
                "`HashedCrossing` should be called on a list or tuple of at least two inputs. "
                f"Received: inputs={inputs}"
            )
        tensors = [_checks.ensure_tensor(x) for x in inputs]
        self._check(tensors)
        shape = tuple(tensors[0].shape)
        columns = [tfcompat.reshape(x, [-1, 1]) for x in tensors]
        crossed = sparse_ops.to_dense(sparse_ops.cross_hashed(columns, self.num_bins))
        crossed = tfcompat.reshape(crossed, [-1 if size is None else size for size in shape])
        return encoded(crossed, self.output_mode, self.num_bins, self.compute_dtype, self.sparse)

    def _check(self, tensors: list[Any]) -> None:
        shape = tuple(tensors[0].shape)
        if len(shape) > 2 or (len(shape) == 2 and shape[-1] != 1):
            raise ValueError(
                "All `HashedCrossing` inputs should have shape `()`, `(batch_size)` or `(batch_size, 1)`. "
                f"Received: inputs={tensors}"
            )
        if any(tuple(x.shape) != shape for x in tensors[1:]):
            raise ValueError(f"All `HashedCrossing` inputs should have equal shape. Received: inputs={tensors}")
        if not all(isinstance(x, tfcompat.Tensor) for x in tensors):
            raise ValueError(f"All `HashedCrossing` inputs should be dense tensors. Received: inputs={tensors}")
        if not all(x.dtype.is_integer or x.dtype == tfcompat.string for x in tensors):
            raise ValueError(
                f"All `HashedCrossing` inputs should have an integer or string dtype. Received: inputs={tensors}"
            )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The first input's shape, with the vectors' length at its end where the output mode makes vectors."""
        if len(input_shape) < 2 or not all(isinstance(shape, (tuple, list)) for shape in input_shape[:2]):
            raise ValueError(f"Expected as input a list/tuple of 2 tensors. Received input_shape={input_shape}")
        first, second = (tuple(shape) for shape in input_shape[:2])
        if first[-1:] != second[-1:]:
            raise ValueError(
                f"Expected the two input tensors to have identical shapes. Received input_shape={input_shape}"
            )
        if self.output_mode == "int":
            return first
        return (*(first[:-1] if first and first[-1] == 1 else first), self.num_bins)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            "num_bins": self.num_bins,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "name": self.name,
            "dtype": self.dtype,
        }
