"""What embedding tables there are, and which features look them up."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._core import dtypes
from tfcompat._core.shapes import TensorShape
from tfcompat._initializers import TruncatedNormal
from tfcompat.tpu.experimental.embedding.custom import CustomCombiner

_MODULE = "tensorflow.python.tpu.tpu_embedding_v2_utils"
_COMBINERS = ("mean", "sum", "sqrtn")


class QuantizationConfig:
    """Lookups that are rounded to one of `num_buckets` values from `lower` to `upper`, on a TPU.

    ValueError for fewer than two buckets (tf.tpu.experimental.embedding.QuantizationConfig).
    """

    __module__ = _MODULE

    def __init__(self, num_buckets: int, lower: float, upper: float) -> None:
        if num_buckets < 2:
            raise ValueError(f"num_buckets is {num_buckets}, must be at least 2 for simulated quantization.")
        self.num_buckets = num_buckets
        self.lower = lower
        self.upper = upper

    def __repr__(self) -> str:
        return f"QuantizationConfig(num_buckets={self.num_buckets!r}, lower={self.lower!r}, upper={self.upper!r})"


class TableConfig:
    """One embedding table of `vocabulary_size` rows of `dim` numbers (tf.tpu.experimental.embedding.TableConfig).

    initializer: called with the shape and a dtype; normal numbers within two deviations of 1/sqrt(dim) unless given.
    optimizer: of this table, instead of the one for all. combiner: "mean", "sum", "sqrtn" or a CustomCombiner.
    quantization_config, layout: kept for the TPU. dtype: float32 or int32. ValueError for other values.
    """

    __module__ = _MODULE

    def __init__(
        self,
        vocabulary_size: int,
        dim: int,
        initializer: Callable[..., Any] | None = None,
        optimizer: Any = None,
        combiner: str | CustomCombiner = "mean",
        name: str | None = None,
        quantization_config: QuantizationConfig | None = None,
        layout: Any = None,
        dtype: Any = dtypes.float32,
    ) -> None:
        for argument, size in (("vocabulary_size", vocabulary_size), ("dim", dim)):
            if not isinstance(size, int) or size < 1:
                raise ValueError(f"Argument `{argument}` must be an int and must be >= 1. Received: {size}")
        if initializer is not None and not callable(initializer):
            raise ValueError(f"Argument `initializer` must be a callable (or None). Received: {initializer}")
        if isinstance(combiner, str) and combiner not in _COMBINERS:
            raise ValueError(f"String argument `combiner` must be in {_COMBINERS}. Received: {combiner}")
        if not isinstance(combiner, (str, CustomCombiner)):
            raise ValueError(
                f"Argument `combiner` should either be a str or a CustomCombiner. Received: {type(combiner)}"
            )
        if dtype not in (dtypes.float32, dtypes.int32):
            raise ValueError(f"Argument `dtype` must be either float32 or int32. Received: {dtype}")
        self.vocabulary_size = vocabulary_size
        self.dim = dim
        self.initializer = initializer or TruncatedNormal(mean=0.0, stddev=1 / math.sqrt(dim))
        self.optimizer = optimizer
        self.combiner = combiner
        self.name = name
        self.quantization_config = quantization_config
        self.layout = layout
        self.dtype = dtype

    def __repr__(self) -> str:
        made = self.initializer
        usual = type(made) is TruncatedNormal and made.mean == 0.0
        shown = None if usual and math.isclose(made.stddev, 1 / math.sqrt(self.dim)) else made
        return (
            f"TableConfig(vocabulary_size={self.vocabulary_size!r}, dim={self.dim!r}, initializer={shown!r}, "
            f"optimizer={self.optimizer!r}, combiner={self.combiner!r}, name={self.name!r}, "
            f"quantization_config={self.quantization_config!r})"
        )


class FeatureConfig:
    """A feature that is looked up in a table (tf.tpu.experimental.embedding.FeatureConfig).

    max_sequence_length: of a feature that is a sequence, which is cut or padded to it; 0 for one that is combined.
    validate_weights_and_indices: whether ids below 0, weights that are not above 0 and empty rows are taken.
    output_shape: the lookup's shape less its last size. ValueError for other types or a negative length.
    """

    __module__ = _MODULE

    def __init__(
        self,
        table: TableConfig,
        max_sequence_length: int = 0,
        validate_weights_and_indices: bool = True,
        output_shape: Any = None,
        name: str | None = None,
    ) -> None:
        if not isinstance(table, TableConfig):
            raise ValueError(
                f"Argument `table` has invalid type {type(table)}. Expected "
                "`tf.tpu.experimental.embedding.TableConfig`."
            )
        if not isinstance(max_sequence_length, int) or max_sequence_length < 0:
            raise ValueError(
                f"Argument `max_sequence_length` must be an int and must be >= 0. Received: {max_sequence_length}"
            )
        if not isinstance(validate_weights_and_indices, bool):
            raise ValueError(
                f"Argument `validate_weights_and_indices` must be a boolean. Received: {validate_weights_and_indices}"
            )
        self.table = table
        self.max_sequence_length = max_sequence_length
        self.validate_weights_and_indices = validate_weights_and_indices
        self.output_shape = TensorShape(output_shape)
        self.name = name

    def __repr__(self) -> str:
        return (
            f"FeatureConfig(table={self.table!r}, max_sequence_length={self.max_sequence_length!r}, "
            f"validate_weights_and_indices={self.validate_weights_and_indices!r}, "
            f"output_shape={self.output_shape!r}, name={self.name!r})"
        )


class RowIdInitializer:
    """Makes tables whose rows hold their own numbers, from `offset` on."""

    __module__ = _MODULE

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset

    def __call__(self, shape: Any, dtype: Any) -> Any:
        rows = tf.range(self.offset, self.offset + shape[0], dtype=dtype)
        return tf.broadcast_to(rows[:, None], shape)
