"""tf.experimental.dlpack: tensors shared with other libraries, without a copy."""

from typing import Any

import torch

from tfcompat import _names
from tfcompat._core.convert import from_torch
from tfcompat._core.tensor import EagerTensor


def to_dlpack(tf_tensor: Any) -> Any:
    """The DLPack capsule of a tensor's memory (tf.experimental.dlpack.to_dlpack).

    The capsule can be taken once, and the tensor must not change what is in it. TypeError for a tensor of a function
    that is being captured and for what is no tensor, BufferError for dtypes that DLPack lacks, such as tf.string.
    """
    if not isinstance(tf_tensor, EagerTensor):
        raise TypeError(f"The argument to `to_dlpack` must be a TF tensor, not Python object: {tf_tensor!r}")
    return tf_tensor.__dlpack__()


def from_dlpack(dlcapsule: Any) -> Any:
    """A tensor on the memory of a DLPack capsule, which is used up (tf.experimental.dlpack.from_dlpack).

    Takes any object with `__dlpack__`, too.
    """
    return from_torch(torch.from_dlpack(dlcapsule))


__getattr__ = _names.module_getattr("tf.experimental.dlpack", globals())
