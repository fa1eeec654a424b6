"""What stands for a function's arguments while it is captured for their specs, with no values at hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import _disable_current_modes

from tfcompat._core.specs import TensorSpec
from tfcompat._function.strings import as_example

_EXAMPLE = 3  # the size with which an unknown dimension is captured; no result depends on it


def placeholder(graph: Any, spec: TensorSpec, name: str) -> Any:
    """An input of `graph` of this shape and dtype; a vector stands for what may have any rank."""
    sizes = [None] if spec.shape.rank is None else spec.shape.as_list()
    shape = [_EXAMPLE if d is None else d for d in sizes]
    if spec.dtype.torch is None:
        example = as_example(np.empty(shape, spec.dtype.as_numpy_dtype))
    else:
        with _disable_current_modes():  # a real tensor, of which the graph makes its own
            example = torch.zeros((), dtype=spec.dtype.torch).expand(shape)
    unknown = [i for i, d in enumerate(sizes) if d is None]
    return graph.argument(example, name, unknown, spec.shape.rank is None)
