"""tf.TensorArray: tensors written and read one at a time, as loops do."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np
import torch

from tfcompat._core import device, dtypes, errors
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.joining import concat_tensors, stack_tensors
from tfcompat._core.ops import is_symbolic, wrap
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorArraySpec
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._core.type_spec import register_type_spec_from_value_converter


class TensorArray:
    """A list of tensors of one dtype, for loops to write to and read from (tf.TensorArray).

    size: how many there are; with `dynamic_size` a write beyond it adds more. clear_after_read: an element can be read
    once (the default) and is then let go. infer_shape: all elements have the shape of the first one written, or
    `element_shape`. Elements never written read as zeros. tensor_array_name, colocate_with_first_write_call and name
    are TensorFlow's for its graphs; `handle` must be None. Gradients flow through elements as through any tensor.

    Within a captured loop, where an index has no value yet, the elements lie in one tensor, stacked.
    """

    __module__ = "tensorflow.python.ops.tensor_array_ops"

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Any = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        if handle is not None:
            raise ValueError("TensorArray handles are not supported when eager execution is enabled.")
        shared = getattr(flow, "_array", None)
        if size is None and shared is None:
            raise ValueError("Size must be declared for TensorArrays when eager execution is enabled.")
        self._dtype = dtypes.as_dtype(dtype)
        self._dynamic_size = bool(dynamic_size)
        self._clear_after_read = True if clear_after_read is None else bool(clear_after_read)
        self._infer_shape = infer_shape
        self._element_shape = TensorShape(element_shape)
        self._colocate_with_first_write_call = colocate_with_first_write_call
        self._name = tensor_array_name or name
        self._graph = state.graph  # which its elements are of
        self._items: list[Any] | None = []
        self._read: set[int] = set()
        self._stacked: Any = None
        self._size: Any = None
        if shared is not None:
            self._items, self._read, self._stacked = shared._items, shared._read, shared._stacked
            self._size, self._element_shape = shared._size, shared._element_shape
        elif is_symbolic(count := _integer(size)):
            self._items, self._size = None, _kept(count)
        else:
            self._items = [None] * count

    # ---- what it is ----

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the elements."""
        return self._dtype

    @property
    def dynamic_size(self) -> bool:
        """Whether writing beyond the end adds elements."""
        return self._dynamic_size

    @property
    def element_shape(self) -> TensorShape:
        """The shape of the elements, as far as it is known."""
        return self._element_shape

    @property
    def flow(self) -> Any:
        """A scalar that stands for the array where only tensors can be passed on: TensorArray(flow=...) takes it."""
        flow = convert_to_tensor(0, dtypes.int32)
        flow._array = self
        return flow

    @property
    def handle(self) -> None:
        """None: arrays have no handles."""
        return None

    def identity(self) -> TensorArray:
        """This array."""
        return self

    def grad(self, source: Any, flow: Any = None, name: str | None = None) -> NoReturn:
        """TensorFlow 1's: NotImplementedError, as in eager TensorFlow, where gradients need no such thing."""
        raise NotImplementedError(
            "TensorArray.grad is not supported when executing eagerly: gradients of operations that use TensorArrays "
            "need no such function."
        )

    def size(self, name: str | None = None) -> Any:
        """The number of elements, an int32 scalar."""
        if self._items is None:
            count = self._buffer().shape[0] if self._stacked is not None else self._size
            count = _held(count)
            return wrap(count if isinstance(count, torch.Tensor) else torch.scalar_tensor(count, dtype=torch.int32))
        return convert_to_tensor(len(self._items), dtypes.int32)

    def close(self, name: str | None = None) -> None:
        """Lets all elements go."""
        self._items, self._stacked = [], None

    # ---- in a capture ----

    def copied(self) -> TensorArray:
        """An array with the same elements: writing to one leaves the other as it is."""
        other = object.__new__(TensorArray)
        other.__dict__.update(self.__dict__)
        other._items, other._read = None if self._items is None else list(self._items), set(self._read)
        return other

    def emptied(self) -> TensorArray:
        """An array like this one, of as many elements as are known, none of them written."""
        other = self.copied()
        count: Any = 0 if self._dynamic_size else len(self._items or ()) or self._buffer().shape[0]
        if not isinstance(count, int):
            raise ValueError("A TensorArray that is first assigned in a loop on a tensor needs a known size.")
        other._items, other._stacked = [None] * count, None
        return other

    def held_by(self, buffer: torch.Tensor) -> TensorArray:
        """An array like this one, whose elements are the rows of `buffer`."""
        other = self.copied()
        other._items, other._stacked, other._graph = None, _kept(buffer), state.graph
        return other

    # ---- one element ----

    def read(self, index: Any, name: str | None = None) -> Any:
        """The element at `index`, which is then let go if `clear_after_read`.

        Raises OutOfRangeError for an index outside of [0, size), InvalidArgumentError where it was read before.
        """
        i = _integer(index)
        if self._items is None or is_symbolic(i):
            return wrap(self._buffer().index_select(0, _row(i, self._buffer())).squeeze(0))
        if i < 0:
            raise errors.OutOfRangeError(None, None, f"Reading from negative indices (index {i}) is not allowed.")
        if i >= len(self._items):
            raise errors.OutOfRangeError(
                None, None, f"Tried to read from index {i} but array size is: {len(self._items)} "
            )
        if self._items[i] is None and i in self._read:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Could not read index {i} twice because it was cleared after a previous read "
                "(perhaps try setting clear_after_read = false?)",
            )
        value = self._item(i)
        if self._clear_after_read and state.graph is None:  # TensorFlow's graphs keep what was read
            self._items[i] = None
            self._read.add(i)
        return wrap(value)

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """Puts `value` at `index`; returns the array, which is to be used from then on.

        Raises OutOfRangeError for an index outside of [0, size) unless `dynamic_size`, InvalidArgumentError for another
        dtype and ValueError for another shape.
        """
        self._put(_integer(index), self._checked(value))
        return self

    def _checked(self, value: Any) -> Any:
        t = _in_graph(to_storage(value, self._dtype, soft=True))
        if BY_STORAGE[t.dtype] is not self._dtype:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"TensorArray dtype is {self._dtype.name} but Op is trying to write dtype {BY_STORAGE[t.dtype].name} ",
            )
        return t

    def _put(self, i: Any, t: Any) -> None:
        shape = _shape_of(t)
        if not self._element_shape.is_compatible_with(shape):
            raise ValueError(f"Incompatible shape for value ({shape}), expected ({self._element_shape})")
        if self._infer_shape:
            self._element_shape = self._element_shape.merge_with(shape)
        if self._items is None or is_symbolic(i):
            buffer = self._buffer(tuple(t.shape))
            if self._dynamic_size:
                written = state.graph.write_row(buffer, _row(i, buffer), t)
            else:
                written = buffer.index_copy(0, _row(i, buffer), t.unsqueeze(0))
            self._stacked = _kept(written)
            return
        if i < 0:
            raise errors.OutOfRangeError(None, None, f"Writing to negative indices (index {i}) is not allowed.")
        if i >= len(self._items):
            if not self._dynamic_size:
                raise errors.OutOfRangeError(
                    None,
                    None,
                    f"Tried to write to index {i} but array is not resizeable and size is: {len(self._items)} ",
                )
            self._items.extend([None] * (i + 1 - len(self._items)))
        # Tapes tell what they watch from what an op made of it, if only a copy.
        self._items[i] = _kept(t.view_as(t) if state.tapes and isinstance(t, torch.Tensor) else t)

    def _item(self, i: int) -> Any:
        """The element at i; zeros where none was written, or it was cleared."""
        value = self._items[i]  # type: ignore[index]
        return self._zeros(()) if value is None else _held(value)

    def _zeros(self, leading: tuple[Any, ...], shape: Any = None) -> Any:
        if shape is None:
            if not self._element_shape.is_fully_defined():
                raise ValueError(f"Cannot convert a partially known TensorShape {self._element_shape} to a Tensor.")
            shape = self._element_shape.as_list()
        if self._dtype.torch is None:
            zero = b"" if self._dtype is dtypes.string else 0
            return _in_graph(np.full((*leading, *shape), zero, dtype=self._dtype.as_numpy_dtype))
        return torch.zeros((*leading, *shape), dtype=self._dtype.torch, device=device.default())

    def _buffer(self, shape: Any = None) -> torch.Tensor:
        """The elements as one tensor; from here on the array is held so, unless a part of its graph asks."""
        if self._stacked is not None:
            return _held(self._stacked)
        if self._items is None:
            buffer = self._zeros((_held(self._size).item(),), shape)
        else:
            filled = [self._zeros((), shape) if v is None else _held(v) for v in self._items]
            buffer = torch.stack(filled) if filled else self._zeros((0,), shape)
        if state.graph is not self._graph:
            return buffer
        self._stacked, self._items = _kept(buffer), None
        return _held(self._stacked)

    # ---- all elements ----

    def _values(self) -> list[Any]:
        if self._items is None:
            return list(self._buffer().unbind(0))
        return [self._item(i) for i in range(len(self._items))]

    def stack(self, name: str | None = None) -> Any:
        """All elements along a new first dimension; InvalidArgumentError where their shapes differ."""
        if self._items is None:
            return wrap(self._buffer())
        if not self._items:
            sizes = self._element_shape.as_list() if self._element_shape.is_fully_defined() else []
            return wrap(self._zeros((0,), sizes))
        return _stack([wrap(v) for v in self._values()])

    def gather(self, indices: Any, name: str | None = None) -> Any:
        """The elements at `indices`, a vector, along a new first dimension."""
        i = to_storage(indices)
        if self._items is None or is_symbolic(i):
            return wrap(self._buffer().index_select(0, i.reshape(-1).long()))
        found = []
        for k in i.reshape(-1).tolist():
            if not -len(self._items) <= k < len(self._items):
                raise IndexError(f"list index out of range: {k} of TensorArray with {len(self._items)} elements")
            found.append(wrap(self._item(k)))
        return _stack(found)

    def concat(self, name: str | None = None) -> Any:
        """All elements joined along their first dimension; InvalidArgumentError for scalars."""
        if self._items is None:
            return wrap(self._buffer().flatten(0, 1))
        values = self._values()
        if not values:
            raise errors.InvalidArgumentError(None, None, "TensorArray.concat takes at least one element, got none.")
        for i, v in enumerate(values):
            if not v.ndim:
                raise errors.InvalidArgumentError(
                    None, None, f"Concat saw a scalar shape at index {i} but requires at least vectors."
                )
        return concat_tensors([wrap(v) for v in values], 0)

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """Makes the slices of `value` along its first dimension the elements; returns the array.

        Raises ValueError where there are more of them than elements, unless `dynamic_size`.
        """
        t = to_storage(value, self._dtype, soft=True)
        if not t.ndim:
            raise ValueError("Argument `axis` = 0 not in range [0, 0)")
        if self._items is None or (is_symbolic(t) and not isinstance(t.shape[0], int)):
            self._items, self._stacked = None, _kept(t)
            return self
        count = t.shape[0]
        if count > len(self._items) and not self._dynamic_size:
            raise ValueError(f"Cannot unstack {count} tensors into a TensorArray of static size {len(self._items)} ")
        self._items = [*map(_kept, _rows(t))] + [None] * max(len(self._items) - count, 0)
        if self._infer_shape:
            self._element_shape = self._element_shape.merge_with(_shape_of(t)[1:])
        return self

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """Writes the slices of `value` along its first dimension at `indices`; returns the array."""
        i, t = to_storage(indices), self._checked(value)
        if self._items is None or is_symbolic(i):
            self._stacked = _kept(self._buffer(tuple(t.shape[1:])).index_copy(0, i.reshape(-1).long(), t))
            return self
        for k, row in zip(i.reshape(-1).tolist(), _rows(t)):
            self._put(k, row)
        return self

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """Cuts `value` along its first dimension into parts of the given `lengths`, the elements; returns the array.

        Raises InvalidArgumentError where the lengths do not add up, or are not as many as there are elements.
        """
        t, parts = self._checked(value), to_storage(lengths).reshape(-1).tolist()
        if not t.ndim:
            raise errors.InvalidArgumentError(
                None, None, f"Expected value to be at least a vector, but received shape: {list(t.shape)} "
            )
        if sum(parts) != t.shape[0]:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Expected sum of lengths to be equal to values.shape[0], but sum of lengths is {sum(parts)} and "
                f"value's shape is: {list(t.shape)} ",
            )
        size = len(self._items) if self._items is not None else self._buffer().shape[0]
        if size != len(parts) and not self._dynamic_size:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"TensorArray's size is not equal to the size of lengths ({size} vs. {len(parts)}), and the "
                "TensorArray is not marked as dynamically resizeable.",
            )
        if isinstance(t, np.ndarray):
            self._items = np.split(t, np.cumsum(parts)[:-1].astype(int))
        else:
            self._items = [*map(_kept, t.split(parts))]
        self._stacked = None
        return self


def _integer(value: Any) -> Any:
    """An index or size as an int, or a torch tensor where a capture does not know it yet."""
    if isinstance(value, (Tensor, torch.Tensor)) or hasattr(value, "_read"):
        t = to_storage(value)
        return t if is_symbolic(t) and state.graph is not None else int(t)
    return operator.index(value)


def _kept(t: Any) -> Any:
    """A torch tensor as an array keeps it: in a capture as a symbolic one, which parts of the graph can read, too."""
    return t if state.graph is None or not isinstance(t, torch.Tensor) else state.graph.named(t, "TensorArray")


def _shape_of(t: Any) -> TensorShape:
    """The shape of what holds a value; in a capture with its sizes as they are there."""
    return TensorShape._of(tuple(t.shape)) if is_symbolic(t) else TensorShape(tuple(t.shape))


def _in_graph(t: Any) -> Any:
    """What holds a value, in a capture a torch tensor that stands for it where it is strings."""
    return t if isinstance(t, torch.Tensor) or state.graph is None else state.graph.lift(t)


def _held(x: Any) -> Any:
    """The torch tensor of what an array keeps."""
    return x._t if isinstance(x, Tensor) else x


def _row(i: Any, buffer: torch.Tensor) -> torch.Tensor:
    if isinstance(i, torch.Tensor):
        return i.reshape(1).long()
    return torch.tensor([i], device=buffer.device)


def _rows(t: Any) -> list[Any]:
    return [np.asarray(row, dtype=t.dtype) for row in t] if isinstance(t, np.ndarray) else list(t.unbind(0))


def _stack(values: Sequence[Any]) -> Any:
    return stack_tensors(values, 0) if len(values) else convert_to_tensor(values)


register_type_spec_from_value_converter(TensorArray, TensorArraySpec.from_value, allow_subclass=True)
