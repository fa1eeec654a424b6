"""Sparse tensors: tf.SparseTensor, and what TensorFlow's ops do with one."""

# The class is complete, and the ops know of it, when this is imported.
from tfcompat._sparse import dispatch
from tfcompat._sparse.spec import SparseTensorSpec
from tfcompat._sparse.tensor import SparseTensor, SparseTensorValue

__all__ = ["SparseTensor", "SparseTensorSpec", "SparseTensorValue"]
