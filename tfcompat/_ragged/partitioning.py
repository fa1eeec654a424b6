"""tf.ragged.stack_dynamic_partitions: values sorted into rows."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Value, op
from tfcompat._ragged.checks import index_tensor, known, number, require, require_non_negative
from tfcompat._ragged.conversion import merged
from tfcompat._ragged.row_partition import RowPartition
from tfcompat._ragged.selecting import take_rows
from tfcompat._ragged.tensor import RaggedTensor, same_splits, to_tensor_or_ragged
from tfcompat.dtypes.casting import cast


def stack_dynamic_partitions(data: Any, partitions: Any, num_partitions: Any, name: str | None = None) -> RaggedTensor:
    """`num_partitions` rows, row i with the values of `data` whose number in `partitions` is i, in their order.

    partitions: integers, a tensor or ragged tensor, whose shape is that of data's outer dimensions (tf.ragged's
    function of this name). InvalidArgumentError for numbers outside of [0, num_partitions).
    """
    with op_name_scope(name, "SegmentStack"):
        data, partitions = to_tensor_or_ragged(data), to_tensor_or_ragged(partitions)
        count = index_tensor(num_partitions, "num_partitions", partitions.dtype)
        count.shape.assert_has_rank(0)
        while partitions.shape.rank > 1:
            data, partitions = _merged(data, partitions)
        data.shape[: partitions.shape.rank].assert_is_compatible_with(partitions.shape)
        if not partitions.shape.rank:
            data, partitions = _alone(data), _alone(partitions)
        array, rows = known(partitions), number(count)
        if array is not None and array.size:
            require_non_negative(array, "partitions must be non-negative.")
            most = array.max()
            require(most < rows, most, rows, "<", "partitions must be less than num_partitions")
        ids, order = _sorted(partitions)
        ids = cast(ids, data.row_splits.dtype) if isinstance(data, RaggedTensor) else index_tensor(ids, "partitions")
        return RaggedTensor._of(take_rows(data, order), RowPartition.from_value_rowids(ids, rows, validate=False))


def _merged(data: Any, partitions: Any) -> tuple[Any, Any]:
    """Both with their two outermost dimensions made one."""
    if not isinstance(data, RaggedTensor) and not isinstance(partitions, RaggedTensor):
        data.shape[: partitions.shape.rank].assert_is_compatible_with(partitions.shape)
        return merged(data, 0, 1), merged(partitions, 0, 1)
    data, partitions = (v if isinstance(v, RaggedTensor) else RaggedTensor.from_tensor(v) for v in (data, partitions))
    same_splits(data.row_splits, partitions.row_splits, "data and partitions have incompatible ragged shapes")
    return data.values, partitions.values


def _alone(value: Any) -> Any:
    """A vector of `value` alone."""
    return convert_to_tensor([value]) if not isinstance(value, RaggedTensor) else value[None]


@op("RaggedSortPartitions")
def _sorted(partitions: Value) -> tuple[torch.Tensor, torch.Tensor]:
    return tuple(torch.sort(partitions, stable=True))  # type: ignore[return-value]
