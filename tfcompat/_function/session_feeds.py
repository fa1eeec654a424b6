"""What sessions are fed: which tensors of a graph the keys mean, and the storages of the values."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from tfcompat._core import device
from tfcompat._core.convert import to_storage
from tfcompat._core.shapes import TensorShape
from tfcompat._core.storage import from_numpy, on_numpy
from tfcompat._core.structure import is_nested_or_composite
from tfcompat._core.tensor import Tensor
from tfcompat._function.session_tensors import TensorHandle
from tfcompat._function.symbolic import SymbolicTensor

_COPIED = (int, float, list, tuple)  # of which numpy makes arrays with memory of their own


def composites() -> Any:
    """The module that knows of tensors made of several."""
    return importlib.import_module("tfcompat.compat.v1._fetched")


def single_feeds(feed_dict: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """The feeds with those of tensors made of several, or of tuples of them, taken apart."""
    for key, value in feed_dict.items():
        if isinstance(key, tuple):
            yield from single_feeds(dict(zip(key, value, strict=True)))
        elif is_nested_or_composite(key) and (parts := composites().parts_of(key)) is not None:
            yield from zip(parts, composites().fed_to(key, value), strict=True)
        else:
            yield key, value


class Feed:
    """A tensor of a graph that is fed: called with a value it gives its storage.

    Raises ValueError for a value of another shape, or one that numpy can't make an array of the dtype of, TypeError
    for a tensor and for an integer that the dtype does not hold.
    """

    def __init__(self, graph: Any, key: Any) -> None:
        try:
            self.tensor: SymbolicTensor = graph.as_graph_element(key, allow_operation=False)
        except (TypeError, ValueError, KeyError) as e:
            raise TypeError(f"Cannot interpret feed_dict key as Tensor: {e}") from None
        self.dtype = self.tensor.dtype
        self._kind = np.dtype(self.dtype.as_numpy_dtype)
        shape = self.tensor.shape if self.tensor.op.shape is None else self.tensor.op.shape
        self._shape = TensorShape(shape)
        self._dims = None if self._shape.rank is None else self._shape.as_list()

    def __call__(self, value: Any, shared: bool) -> Any:
        """The storage of a value; shared: whether it may lie in the memory of the array that was given."""
        array = value
        if type(value) is not np.ndarray or value.dtype != self._kind:
            array = self._array(value)
        if self._dims is not None and not _fits(array.shape, self._dims):
            raise ValueError(
                f"Cannot feed value of shape {array.shape} for Tensor {self.tensor.name}, which has shape "
                f"{self._shape if self._dims else '()'}"
            )
        if self.dtype.torch is None:
            return to_storage(array, self.dtype)
        t = (on_numpy if shared or type(value) in _COPIED else from_numpy)(array, self.dtype)
        place = device.default()
        return t if place.type == "cpu" else t.to(place)

    def _array(self, value: Any) -> np.ndarray:
        if isinstance(value, TensorHandle):
            value = value.eval()
        if isinstance(value, Tensor):
            raise TypeError(
                "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python scalars, "
                f"strings, lists, numpy ndarrays, or TensorHandles. For reference, the tensor object was {value} "
                f"which was passed to the argument `feed_dict` with key {self.tensor}."
            )
        kind = None if self.dtype.torch is None else self._kind
        if isinstance(value, int) and kind is not None and not _holds(kind, value):
            raise TypeError(
                f"Type of feed value {value} with type {type(value)} is not compatible with Tensor type "
                f"{self.dtype.as_numpy_dtype}. Try explicitly setting the type of the feed tensor to a larger type "
                "(e.g. int64)."
            )
        return np.asarray(value, dtype=kind)


def _fits(shape: tuple[int, ...], dims: list[int | None]) -> bool:
    if len(shape) != len(dims):
        return False
    return all(d is None or d == n for n, d in zip(shape, dims))


def _holds(kind: np.dtype, value: int) -> bool:
    if kind.kind not in "iu":
        return True
    return np.iinfo(kind).min <= value <= np.iinfo(kind).max
