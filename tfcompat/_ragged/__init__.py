"""Ragged tensors: tf.RaggedTensor, and what TensorFlow's ops do with one."""

# The class is complete, and the ops know of it, when all of these are imported.
from tfcompat._ragged import arrays, dispatch, dynamic_shape, gathering, joining, operators, products, reductions
from tfcompat._ragged.spec import RaggedTensorSpec
from tfcompat._ragged.tensor import RaggedTensor

__all__ = ["RaggedTensor", "RaggedTensorSpec"]
