"""tf.experimental.numpy.experimental_enable_numpy_behavior: what it changes in tensors, and changes back.

Nothing of it costs a program that does not call it: operators and methods are put on the classes, and ops get another
class, at the call.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._core import convert, logging
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.variable import Variable
from tfcompat.dtypes.casting import cast
from tfcompat.experimental.numpy import _operators, _weak_ops
from tfcompat.experimental.numpy._behavior import behavior
from tfcompat.experimental.numpy._indexing import getitem, weak_getitem
from tfcompat.experimental.numpy._weak_tensor import WeakTensor
from tfcompat.experimental.numpy.arithmetic import clip
from tfcompat.experimental.numpy.elementwise import around
from tfcompat.experimental.numpy.reductions import amax, amin, mean
from tfcompat.experimental.numpy.shaping import flatten, ravel, reshape, transpose

_MODES = ("off", "legacy", "safe", "all")
_MISSING = object()


def experimental_enable_numpy_behavior(prefer_float32: bool = False, dtype_conversion_mode: str = "legacy") -> None:
    """Makes tensors behave like numpy's arrays: more methods, indexing by arrays, and dtypes that meet in operators.

    prefer_float32: Python floats count as float32 under numpy's rules, not as float64. dtype_conversion_mode: "legacy"
    (numpy's rules, for operators), "all" or "safe" (for most functions too; Python numbers make weak tensors that give
    way to others; "safe" refuses what loses precision), or "off". ValueError for another mode.
    """
    if dtype_conversion_mode not in _MODES:
        raise ValueError(
            f"The provided promotion mode {dtype_conversion_mode} does not exist. Make sure the provided dtype "
            f"conversion mode is one of the followings: 'off', 'legacy', 'safe' or 'all'."
        )
    behavior.mode, behavior.prefer_float32 = dtype_conversion_mode, prefer_float32
    if behavior.weak:
        logging.warning(
            "UserWarning: enabling the new type promotion must happen at the beginning of the program. Please ensure "
            "no TF APIs have been used yet."
        )
    _restore()
    _replace(Tensor, {**METHODS, "__getitem__": getitem})
    _replace(EagerTensor, {"__round__": around})
    if behavior.mode == "legacy":
        for cls in (Tensor, Variable):
            _replace(cls, _operators.by_numpy_rules(cls))
    if behavior.weak:
        _weak_ops.switch(True)
        _replace(WeakTensor, {"__getitem__": weak_getitem})
        convert.constant_rule = _weak_ops.constant
        _replace(Variable, _weak_ops.assignments(Variable))


def disable_numpy_behavior() -> None:
    """Takes back what `experimental_enable_numpy_behavior` changed. TensorFlow has no such function; tests need it."""
    behavior.mode, behavior.prefer_float32 = "off", False
    _restore()


# ---- what is on the classes ----

_replaced: list[tuple[type, str, Any]] = []


def _replace(cls: type, members: dict[str, Any]) -> None:
    for name, member in members.items():
        _replaced.append((cls, name, vars(cls).get(name, _MISSING)))
        setattr(cls, name, member)


def _restore() -> None:
    while _replaced:
        cls, name, member = _replaced.pop()
        if member is _MISSING:
            delattr(cls, name)
        else:
            setattr(cls, name, member)
    _weak_ops.switch(False)
    convert.constant_rule = None


def _reshape(self: Any, *newshape: Any, **kwargs: Any) -> Any:
    """The elements in a new shape, given as one sequence or as several ints; see tf.experimental.numpy.reshape."""
    order = kwargs.pop("order", "C")
    if kwargs:
        raise TypeError(f"Unsupported arguments: {', '.join(kwargs)}")
    if len(newshape) == 1 and not isinstance(newshape[0], int):
        (newshape,) = newshape
    return reshape(self, newshape, order=order)


def _size(self: Any) -> Any:
    """The number of elements, as numpy.prod has it (1.0 of a scalar); None where a capture does not know it."""
    return np.prod(self.shape.as_list()) if self.shape.is_fully_defined() else None


def _tolist(self: Any) -> Any:
    """The value as nested lists; ValueError in a graph."""
    if not hasattr(self, "numpy"):
        raise ValueError("Symbolic Tensors do not support the tolist API.")
    return self.numpy().tolist()


METHODS: dict[str, Any] = {
    "T": property(lambda self: self.transpose(), doc="The dimensions reversed."),
    "size": property(_size, doc=_size.__doc__),
    "data": property(lambda self: self, doc="This tensor."),
    "__pos__": lambda self: self,
    "__round__": around,
    "tolist": _tolist,
    "transpose": transpose,
    "flatten": flatten,
    "reshape": _reshape,
    "ravel": ravel,
    "clip": clip,
    "astype": cast,
    "max": amax,
    "mean": mean,
    "min": amin,
}

for _name, _member in {**METHODS, **_operators.of_weak_tensors()}.items():
    setattr(WeakTensor, _name, _member)
