"""Numbers of categories as one-hot, multi-hot and count vectors; keras.layers.CategoryEncoding."""

from __future__ import annotations

from typing import Any

import tfcompat
from tfcompat import math, sparse
from tfcompat._core import errors
from tfcompat._ragged import RaggedTensor
from tfcompat._sparse import SparseTensor
from tfcompat.keras import ops
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.layers.preprocessing import _checks
from tfcompat.keras.layers.preprocessing.data_layer import DataLayer


def encoded(indices: Any, mode: str, depth: Any, dtype: Any, as_sparse: bool = False, count_weights: Any = None) -> Any:
    """Category numbers below `depth` in an output mode: "int", "one_hot", "multi_hot" or "count".

    The last axis is a sample, whose categories "multi_hot" marks and "count" counts, by `count_weights` where given;
    "one_hot" makes a vector of each number. Returns `dtype`, a SparseTensor where as_sparse.
    """
    if mode == "int":
        return tfcompat.cast(indices, dtype)
    rank = len(indices.shape)
    if rank == 0:
        indices, rank = tfcompat.expand_dims(indices, -1), 1
    if mode == "one_hot":
        if rank > 1 and indices.shape[-1] == 1:
            indices = tfcompat.squeeze(indices, -1)
        vectors = tfcompat.one_hot(indices, depth, dtype=dtype)
        return sparse.from_dense(vectors) if as_sparse else vectors
    if rank <= 2:
        return _binned(indices, mode == "multi_hot", depth, dtype, as_sparse, count_weights)
    axis = -2 if mode == "multi_hot" else 1
    vectors = tfcompat.one_hot(indices, depth, dtype=dtype if count_weights is None else count_weights.dtype)
    if mode == "multi_hot":
        found = tfcompat.reduce_max(vectors, axis)
    else:
        weights = 1 if count_weights is None else tfcompat.expand_dims(count_weights, -1)
        found = tfcompat.reduce_sum(vectors * weights, axis)
    return sparse.from_dense(found) if as_sparse else found


def _binned(indices: Any, binary: bool, depth: Any, dtype: Any, as_sparse: bool, weights: Any) -> Any:
    """Counts, or marks where `binary`, of the numbers of each row."""
    given = {"minlength": depth, "maxlength": depth, "axis": -1, "binary_output": binary, "weights": weights}
    if as_sparse:
        found = sparse.bincount(indices, **given)
        found = tfcompat.cast(found, dtype)
        if len(indices.shape) == 1:
            return SparseTensor(found.indices, found.values, (depth,))
        return SparseTensor(found.indices, found.values, (found.dense_shape[0], depth))
    if isinstance(indices, (RaggedTensor, SparseTensor)) or weights is not None:
        return tfcompat.cast(math.bincount(indices, dtype=dtype, **given), dtype)
    return _marked(indices, binary, depth, dtype)


def _marked(indices: Any, binary: bool, depth: Any, dtype: Any) -> Any:
    """As math.bincount with the depth fixed, so that it works in graphs whose sizes are not known yet."""
    from tfcompat._core.convert import to_storage
    from tfcompat._core.ops import is_symbolic, wrap

    numbers = to_storage(indices).long()
    if not is_symbolic(numbers) and numbers.numel() and int(numbers.min()) < 0:
        raise errors.InvalidArgumentError(None, None, "Input arr must be non-negative!")
    kind = tfcompat.as_dtype(dtype).torch
    inside = numbers < depth
    zeros = numbers.new_zeros((*numbers.shape[:-1], depth), dtype=kind)
    where = numbers.clamp(0, depth - 1)
    if binary:
        return wrap(zeros.scatter_reduce(-1, where, inside.to(kind), "amax"))
    return wrap(zeros.scatter_add(-1, where, inside.to(kind)))


class CategoryEncoding(DataLayer):
    """Category numbers as vectors of `num_tokens` numbers (tf.keras.layers.CategoryEncoding).

    output_mode: "one_hot" for a vector of each number, "multi_hot" for one of each sample (the last axis), "count" for
    how often each occurs, by `count_weights` where the call has them. sparse: returns a SparseTensor.
    """

    def __init__(
        self, num_tokens: int | None = None, output_mode: str = "multi_hot", sparse: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        mode = "multi_hot" if output_mode == "binary" else output_mode
        if mode not in ("count", "one_hot", "multi_hot"):
            raise ValueError(f"Unknown arg for output_mode: {output_mode}")
        if num_tokens is None:
            raise ValueError(
                "num_tokens must be set to use this layer. If the number of tokens is not known beforehand, use the "
                "IntegerLookup layer instead."
            )
        if num_tokens < 1:
            raise ValueError(f"`num_tokens` must be >= 1. Received: num_tokens={num_tokens}.")
        self.num_tokens, self.output_mode, self.sparse = num_tokens, mode, sparse
        self._allow_non_tensor_positional_args = True
        self._convert_input_args = False

    def call(self, inputs: Any, count_weights: Any = None) -> Any:
        """The vectors; ValueError for weights where nothing is counted."""
        if count_weights is not None:
            if self.output_mode != "count":
                raise ValueError(
                    "`count_weights` is not used when `output_mode` is not `'count'`. "
                    f"Received `count_weights={count_weights}`."
                )
            count_weights = ops.convert_to_tensor(count_weights, dtype=self.compute_dtype)
        numbers = _checks.ensure_tensor(inputs)
        if numbers.dtype.is_floating:
            numbers = tfcompat.cast(numbers, "int64")
        return encoded(numbers, self.output_mode, self.num_tokens, self.dtype, self.sparse, count_weights)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape with the vectors' length at its end."""
        shape = tuple(input_shape)
        if self.output_mode == "one_hot" and shape and (shape[-1] != 1 or len(shape) == 1):
            return (*shape, self.num_tokens)
        return (*shape[:-1], self.num_tokens)

    def compute_output_spec(self, inputs: Any, count_weights: Any = None) -> KerasTensor:
        """The vectors' shape and dtype."""
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=self.compute_dtype, sparse=self.sparse)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "num_tokens": self.num_tokens, "output_mode": self.output_mode}
