"""tf.Tensor: a value, held as a torch tensor, with TensorFlow's behaviour and printing.

The arithmetic operators are attached by `operators.py` and slicing by `slicing.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NoReturn

import ml_dtypes
import numpy as np
import torch

from tfcompat._core import device, dtypes
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.reference import Reference
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.storage import to_numpy

_shape_of = TensorShape._of
_ids = itertools.count()

_SMALL_FLOATS = tuple(
    kind
    for kind in vars(ml_dtypes).values()
    if isinstance(kind, type) and kind.__name__.startswith(("bfloat", "float"))
)
NUMPY_ONLY = frozenset(
    {"T", "astype", "ravel", "transpose", "reshape", "clip", "size", "tolist", "data", "max", "mean", "min"}
)
_GRAPH_ONLY = frozenset({"name", "op", "graph", "value_index"})


class Tensor:
    """A value of one dtype and shape (tf.Tensor). Eager values are `EagerTensor`, a function's are `SymbolicTensor`.

    Immutable; compares elementwise (so it is unhashable: use `.ref()` as a key). `_t` holds the value: a torch
    tensor, or a numpy array for the dtypes that torch lacks (tf.string is an object array of bytes).
    """

    __slots__ = ("__dict__", "__weakref__", "_t")
    __module__ = "tensorflow.python.framework.tensor"
    __array_priority__ = 100
    _t: Any

    # EagerTensor defines these; slicing.py sets __getitem__.
    __float__: Any
    __getitem__: Any
    __int__: Any
    __iter__: Any

    OVERLOADABLE_OPERATORS = frozenset(
        f"__{name}__"
        for name in (
            *("abs add and div eq floordiv ge getitem gt invert le lt matmul mod mul ne neg or pow").split(),
            *("radd rand rdiv rfloordiv rmatmul rmod rmul ror rpow rsub rtruediv rxor sub truediv xor").split(),
        )
    )

    def __bool__(self) -> bool:
        # EagerTensor and SymbolicTensor have their own; a library's class may take this one for what converts to them.
        from tfcompat._core.convert import convert_to_tensor

        return bool(convert_to_tensor(self))

    __nonzero__ = __bool__  # Python 2's name, which libraries still ask for

    def _read(self) -> Any:
        """The value for an op, as variables give theirs: a layer's weights may have been replaced by tensors."""
        return self._t

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the elements."""
        return BY_STORAGE[self._t.dtype]

    @property
    def shape(self) -> TensorShape:
        """The shape, a tf.TensorShape."""
        return _shape_of(self._t.shape)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self._t.ndim

    def get_shape(self) -> TensorShape:
        """The shape, a tf.TensorShape (the same as `.shape`)."""
        return self.shape

    def _shape_tuple(self) -> tuple[int, ...]:
        return tuple(self._t.shape)

    def set_shape(self, shape: Any) -> None:
        """Asserts that the shape is compatible with `shape`; ValueError where it is not."""
        if not self.shape.is_compatible_with(shape):
            raise ValueError(f"Tensor's shape {self.shape} is not compatible with supplied shape {TensorShape(shape)}.")

    _shape = shape

    def ref(self) -> Reference:
        """A hashable reference to this tensor, for sets and dict keys; `.deref()` gives the tensor back."""
        return Reference(self)

    experimental_ref = ref

    @property
    def _id(self) -> int:
        number = self.__dict__.get("_number")
        if number is None:
            number = self.__dict__["_number"] = next(_ids)
        return number

    def __hash__(self) -> int:
        raise TypeError("Tensor is unhashable. Instead, use tensor.ref() as the key.")

    def __getattr__(self, name: str) -> Any:
        if name in NUMPY_ONLY:
            raise AttributeError(
                f"{type(self).__name__} object has no attribute '{name}'. \n"
                "        If you are looking for numpy-related methods, please run the following:\n"
                "        tf.experimental.numpy.experimental_enable_numpy_behavior()\n      "
            )
        if name in _GRAPH_ONLY:  # its property raised an AttributeError, which Python hands on to here
            self._undefined(name)
        cls = type(self)
        raise AttributeError(f"'{cls.__module__}.{cls.__qualname__}' object has no attribute '{name}'")

    # ---- what only graphs have ----

    def _undefined(self, name: str) -> NoReturn:
        raise AttributeError(f"Tensor.{name} is undefined when eager execution is enabled.")

    name = property(lambda self: self._undefined("name"))
    op = property(lambda self: self._undefined("op"))
    graph = property(lambda self: self._undefined("graph"))
    value_index = property(lambda self: self._undefined("value_index"))

    def consumers(self) -> NoReturn:
        """Graph tensors only: NotImplementedError in eager execution, as in TensorFlow."""
        raise NotImplementedError("Tensor.consumers is undefined when eager execution is enabled.")

    def eval(self, feed_dict: Any = None, session: Any = None) -> NoReturn:
        """Graph tensors only: NotImplementedError in eager execution, as in TensorFlow."""
        raise NotImplementedError(
            "eval is not supported when eager execution is enabled, is .numpy() what you're looking for?"
        )

    def __tf_tracing_type__(self, context: Any) -> Any:
        from tfcompat._core.specs import TensorSpec

        return TensorSpec(self.shape, self.dtype)


class EagerTensor(Tensor):
    """A tf.Tensor with a value that can be read now: `.numpy()`, `int()`, `bool()`, printing."""

    __slots__ = ()
    __module__ = "tensorflow.python.framework.ops"

    def __init__(self, value: Any) -> None:
        self._t = value

    def __setitem__(self, index: Any, value: Any) -> NoReturn:
        cls = type(self)
        raise TypeError(f"'{cls.__module__}.{cls.__qualname__}' object does not support item assignment")

    # ---- the value ----

    def _read(self) -> Any:
        return self._t if state.graph is None else state.graph.captured(self)

    def _numpy(self) -> np.ndarray:
        return to_numpy(self._t)

    def numpy(self) -> Any:
        """A copy of the value as a numpy array; a numpy scalar (bytes for tf.string) where the shape is ()."""
        array = to_numpy(self._t)
        return array[()] if array.ndim == 0 else array.copy()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        array = to_numpy(self._t)
        if (dtype is not None and array.dtype != dtype) or copy:
            return np.array(array, dtype=dtype)
        array = array.view()
        array.flags.writeable = False
        return array

    def __dlpack__(self, **kwargs: Any) -> Any:
        return self._t.detach().__dlpack__(**kwargs)

    def __dlpack_device__(self) -> Any:
        return self._t.__dlpack_device__()

    @property
    def device(self) -> str:
        """The device that holds the value, as TensorFlow's full device string."""
        if "_device" in self.__dict__:
            return self.__dict__["_device"]
        return device.name_of(self._t.device if isinstance(self._t, torch.Tensor) else device.CPU)

    @property
    def backing_device(self) -> str:
        """The device whose memory holds the value: `.device`."""
        return self.device

    def cpu(self) -> EagerTensor:
        """This tensor, copied to the CPU where it is not there."""
        return self if not isinstance(self._t, torch.Tensor) or self._t.is_cpu else EagerTensor(self._t.cpu())

    def gpu(self, gpu_index: int = 0) -> EagerTensor:
        """This tensor, copied to GPU number `gpu_index`."""
        return EagerTensor(self._t.to(device.to_torch(f"/GPU:{gpu_index}")))

    # ---- Python protocols ----

    def __repr__(self) -> str:
        text = repr_numpy(self._t)
        gap = "\n" if "\n" in text else ""
        return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, numpy={gap}{text}>"

    def __str__(self) -> str:
        text = str_numpy(self._t)
        gap = "\n" if "\n" in text else ""
        return f"tf.Tensor({gap}{text}, shape={self.shape}, dtype={self.dtype.name})"

    def __format__(self, spec: str) -> str:
        value = self.numpy()
        return format(value, spec)

    def __bool__(self) -> bool:
        t = self._t
        if isinstance(t, torch.Tensor) and t.numel() == 1:
            return bool(t)
        if t.size == 0 if isinstance(t, np.ndarray) else t.numel() == 0:
            return False
        return bool(to_numpy(t))

    __nonzero__ = __bool__

    def _scalar(self, kind: type) -> Any:
        array = to_numpy(self._t)
        if array.ndim == 0 and array.dtype == object:
            return kind(array[()])
        return kind(array)

    def __int__(self) -> int:
        return self._scalar(int)

    def __float__(self) -> float:
        return self._scalar(float)

    def __complex__(self) -> complex:
        return self._scalar(complex)

    def __index__(self) -> int:
        return self.numpy().__index__()

    def __len__(self) -> int:
        if not self._t.ndim:
            raise TypeError("Scalar tensor has no `len()`")
        return self._t.shape[0]

    def __iter__(self) -> Iterator[Any]:
        if not self._t.ndim:
            raise TypeError("Cannot iterate over a scalar tensor.")
        from tfcompat._core.ops import wrap

        rows = (
            self._t.unbind(0)
            if isinstance(self._t, torch.Tensor)
            else (np.asarray(row, dtype=self._t.dtype) for row in self._t)
        )
        return (wrap(row) for row in rows)

    def __round__(self, digits: int | None = None) -> Any:
        return self.astype  # numpy behaviour that is off: the AttributeError that says how to turn it on

    def __copy__(self) -> EagerTensor:
        return self

    def __deepcopy__(self, memo: Any) -> EagerTensor:
        return self

    def __reduce__(self) -> Any:
        from tfcompat._core.convert import convert_to_tensor

        return convert_to_tensor, (self.numpy(),)


def repr_numpy(value: Any) -> str:
    """How TensorFlow shows a value within a repr: the array's repr, or the bare number where the shape is ()."""
    array = to_numpy(value)
    if array.ndim == 0:
        return _scalar_text(array)
    return repr(array)


def str_numpy(value: Any) -> str:
    """How TensorFlow shows a value within a str: the array's str, or the bare number where the shape is ()."""
    array = to_numpy(value)
    return str(array[()]) if array.ndim == 0 else str(array)


def _scalar_text(array: np.ndarray) -> str:
    item = array[()]
    if isinstance(item, np.generic):
        return repr(item.item())
    return repr(item) if array.dtype == object else repr(float(item) if isinstance(item, _SMALL_FLOATS) else int(item))
