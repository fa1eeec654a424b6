"""tf.sparse: functions that make and take sparse tensors."""

from tfcompat import _names
from tfcompat._sparse import SparseTensor
from tfcompat.sparse.conversion import eye, from_dense, to_dense, to_indicator
from tfcompat.sparse.counting import bincount
from tfcompat.sparse.crossing import cross, cross_hashed
from tfcompat.sparse.elementwise import add, map_values, maximum, minimum, softmax
from tfcompat.sparse.joining import concat, slice, split
from tfcompat.sparse.products import sampled_addmm, sparse_dense_matmul
from tfcompat.sparse.reductions import reduce_max, reduce_sum
from tfcompat.sparse.segments import segment_mean, segment_sqrt_n, segment_sum
from tfcompat.sparse.selecting import fill_empty_rows, mask, retain
from tfcompat.sparse.shaping import expand_dims, reorder, reset_shape, reshape, transpose

__all__ = [
    "SparseTensor",
    "add",
    "bincount",
    "concat",
    "cross",
    "cross_hashed",
    "expand_dims",
    "eye",
    "fill_empty_rows",
    "from_dense",
    "map_values",
    "mask",
    "maximum",
    "minimum",
    "reduce_max",
    "reduce_sum",
    "reorder",
    "reset_shape",
    "reshape",
    "retain",
    "sampled_addmm",
    "segment_mean",
    "segment_sqrt_n",
    "segment_sum",
    "slice",
    "softmax",
    "sparse_dense_matmul",
    "split",
    "to_dense",
    "to_indicator",
    "transpose",
]

__getattr__ = _names.module_getattr("tf.sparse", globals())
