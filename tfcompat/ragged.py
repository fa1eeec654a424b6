"""tf.ragged: functions that make and take ragged tensors."""

from tfcompat import _names
from tfcompat._ragged.constants import constant
from tfcompat._ragged.crossing import cross, cross_hashed
from tfcompat._ragged.functional import (
    boolean_mask,
    map_flat_values,
    range,
    row_splits_to_segment_ids,
    segment_ids_to_row_splits,
)
from tfcompat._ragged.joining import stack
from tfcompat._ragged.partitioning import stack_dynamic_partitions

__all__ = [
    "boolean_mask",
    "constant",
    "cross",
    "cross_hashed",
    "map_flat_values",
    "range",
    "row_splits_to_segment_ids",
    "segment_ids_to_row_splits",
    "stack",
    "stack_dynamic_partitions",
]

__getattr__ = _names.module_getattr("tf.ragged", globals())
