"""tf.experimental.StructuredTensor: tensors of records."""

from tfcompat.experimental._structured.tensor import StructuredTensor as StructuredTensor
