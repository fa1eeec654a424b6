"""tfcompat: TensorFlow programs on PyTorch. This module is the `tf` namespace of TensorFlow 2.21."""

from __future__ import annotations

from tfcompat._core import operators, slicing
from tfcompat._core.convert import constant, convert_to_tensor, from_torch, to_torch
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.tape import GradientTape, UnconnectedGradients
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable, VariableAggregation, VariableSynchronization
