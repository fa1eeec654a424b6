"""keras.KerasTensor: a shape and a dtype that stand for a tensor while a model's graph is drawn."""

from __future__ import annotations

import math
import operator as operators
from collections.abc import Callable
from typing import Any, NoReturn

from tfcompat._core.dispatch import CompositeArgument
from tfcompat._core.shapes import TensorShape
from tfcompat.keras import _naming, _version
from tfcompat.keras._dtypes import standardize_dtype

_WRAP_IT = (
    "A KerasTensor is a symbolic stand-in for a tensor: it has a shape and a dtype and no value. Keras layers, the "
    "functions of keras.ops and TensorFlow's ops take it; numpy functions do not. Put them into the `call()` of a "
    "keras.layers.Layer subclass, or use their keras.ops equivalents."
)


class SymbolicArgument(CompositeArgument):
    """A KerasTensor stands where a value is needed."""

    def __init__(self, value: KerasTensor) -> None:
        super().__init__(value)
        self.args = (f"A KerasTensor can't be passed to this TensorFlow function. {_WRAP_IT}",)


SymbolicArgument.__name__ = SymbolicArgument.__qualname__ = "ValueError"
SymbolicArgument.__module__ = "builtins"


class SymbolicShape(tuple):
    """A KerasTensor's shape: a tuple, which answers what is asked of a tf.TensorShape too."""

    __slots__ = ()
    _is_shape = True  # to keras.tree, which opens it as it opens tuples

    rank = ndims = property(len, doc="The number of dimensions.")

    def __repr__(self) -> str:
        return f"TensorShape({list(self)})" if _version.is_legacy() else super().__repr__()

    def __str__(self) -> str:
        return super().__repr__()

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return SymbolicShape(found) if isinstance(key, slice) else found

    def as_list(self) -> list[int | None]:
        """The sizes as a list."""
        return list(self)

    def is_fully_defined(self) -> bool:
        """Whether all sizes are known."""
        return None not in self

    def num_elements(self) -> int | None:
        """The number of elements; None where a size is not known."""
        return math.prod(self) if self.is_fully_defined() else None

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (tuple(self),)


class KerasTensor:
    """A symbolic tensor, as `keras.Input` makes them and layers return for them (tf.keras.KerasTensor).

    shape: a tuple, with None for sizes not known yet. dtype: a name. sparse, ragged: what kind of tensor it stands for.
    record_history: whether what is computed from it can become a model.
    """

    _keras_history: Any  # a KerasHistory, once a Node has used or made the tensor

    def __init__(
        self,
        shape: Any,
        dtype: Any = "float32",
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        from tfcompat.keras.backend import standardize_shape

        self._ragged_rank = kwargs.pop("ragged_rank", None)
        self._row_splits_dtype = kwargs.pop("row_splits_dtype", None)
        if kwargs:
            raise TypeError(f"KerasTensor() got unexpected keyword arguments: {sorted(kwargs)}")
        if sparse and ragged:
            raise ValueError("KerasTensor cannot have `sparse=True` and `ragged=True` at the same time.")
        self._shape = SymbolicShape(standardize_shape(shape))
        self._dtype = standardize_dtype(dtype)
        self._sparse, self._ragged = bool(sparse), bool(ragged)
        self.name = name or _naming.auto_name("KerasTensor")
        self.record_history = record_history

    __array_priority__ = 100  # numpy's arrays leave operators with KerasTensors to them

    shape = property(lambda self: self._shape, doc="The shape, a tuple with None for unknown sizes.")
    dtype = property(lambda self: _naming.told_dtype(self._dtype), doc="The dtype's name; in Keras 2 a tf.DType.")
    sparse = property(lambda self: self._sparse, doc="Whether it stands for a sparse tensor.")
    ragged = property(lambda self: self._ragged, doc="Whether it stands for a ragged tensor.")
    ragged_rank = property(lambda self: self._ragged_rank, doc="The ragged tensor's number of ragged dimensions.")
    row_splits_dtype = property(lambda self: self._row_splits_dtype, doc="The dtype of a ragged tensor's row splits.")
    ndim = property(lambda self: len(self._shape), doc="The number of dimensions.")

    def get_shape(self) -> Any:
        """The shape as a tf.TensorShape."""
        return TensorShape(self._shape)

    def reshape(self, newshape: Any) -> Any:
        """keras.ops.reshape of this tensor."""
        from tfcompat.keras import ops

        return ops.reshape(self, newshape)

    def squeeze(self, axis: Any = None) -> Any:
        """keras.ops.squeeze of this tensor."""
        from tfcompat.keras import ops

        return ops.squeeze(self, axis)

    def __str__(self) -> str:
        if not _version.is_legacy():
            return repr(self)
        own = self._keras_history.operation if hasattr(self, "_keras_history") else None
        given = f"'{self.name}'" if own is not None and own.name == self.name else None
        source = f""", description="created by layer '{own.name}'\"""" if own is not None else ""
        spec = f"TensorSpec(shape={self.shape}, dtype={self.dtype!r}, name={given})"
        return f"KerasTensor(type_spec={spec}, name='{self.name}'{source})"

    def __repr__(self) -> str:
        if _version.is_legacy():
            own = self._keras_history.operation if hasattr(self, "_keras_history") else None
            source = f" (created by layer '{own.name}')" if own is not None else ""
            return f"<KerasTensor: shape={self.shape} dtype={self._dtype}{source}>"
        return (
            f"<KerasTensor shape={self.shape}, dtype={self.dtype}, sparse={self.sparse}, ragged={self.ragged}, "
            f"name={self.name}>"
        )

    def __int__(self) -> NoReturn:
        raise ValueError(f"A KerasTensor can't become an int. {_WRAP_IT}")

    def __float__(self) -> NoReturn:
        raise ValueError(f"A KerasTensor can't become a float. {_WRAP_IT}")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        raise ValueError(f"A KerasTensor can't become a numpy array. {_WRAP_IT}")

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> NoReturn:
        raise SymbolicArgument(self)  # which lets an op ask `_dispatch_op`

    @classmethod
    def _dispatch_op(cls, name: str, function: Callable[..., Any], args: list[Any]) -> Any:
        """What TensorFlow's `function(*args)` gives where KerasTensors are among its arguments: it draws the graph."""
        from tfcompat.keras._drawn import draw

        return draw(function, args)

    def __iter__(self) -> NoReturn:
        raise NotImplementedError(f"Iterating over a symbolic KerasTensor is not supported. {_WRAP_IT}")

    def __bool__(self) -> NoReturn:
        raise TypeError(f"A symbolic KerasTensor cannot be used as a boolean. {_WRAP_IT}")

    def __round__(self, ndigits: int | None = None) -> Any:
        from tfcompat.keras import ops

        return ops.round(self, decimals=ndigits or 0)

    def __getitem__(self, key: Any) -> Any:
        from tfcompat.keras import ops

        if _version.is_legacy() or _has_symbolic_bounds(key):
            from tfcompat.keras._drawn import draw

            return draw("__operators__.getitem", (self,), {"slice_spec": _slice_spec(key)})

        return ops.get_item(self, key)


def _slice_spec(key: Any) -> Any:
    """What says which part is taken, with slices whose bounds are symbolic in a form that shows these."""
    if isinstance(key, tuple):
        return tuple(map(_slice_spec, key))
    if _has_symbolic_bounds(key):
        return {"start": key.start, "stop": key.stop, "step": key.step}
    return key


def _has_symbolic_bounds(key: Any) -> bool:
    if isinstance(key, tuple):
        return any(map(_has_symbolic_bounds, key))
    return isinstance(key, slice) and any(isinstance(x, KerasTensor) for x in (key.start, key.stop, key.step))


# The functions of TensorFlow's that Keras 2 has for operators, where tf.math has none of the name in keras.ops.
_IN_KERAS2 = {
    "add": "__operators__.add", "not_equal": "__operators__.ne", "true_divide": "math.truediv",
    "matmul": "linalg.matmul", "floor_divide": "math.floordiv", "mod": "math.floormod", "power": "math.pow",
}  # fmt: skip


def _attach_operators() -> None:
    """Gives KerasTensor the operators of keras.ops; == stays identity, so that it can be a dict's key."""

    def unary(name: str) -> Any:
        def operator(self: KerasTensor) -> Any:
            from tfcompat.keras import ops

            return getattr(ops, name)(self)

        return operator

    def binary(python: str, name: str, reflected: bool) -> Any:
        def operator(self: KerasTensor, other: Any) -> Any:
            from tfcompat.keras import ops

            legacy = _version.is_legacy()
            if legacy and type(other) is int and self.dtype.is_floating:
                other = float(other)
            pair = (other, self) if reflected else (self, other)
            if legacy:
                from tfcompat.keras._drawn import draw

                return draw(getattr(operators, python), pair, symbol=_IN_KERAS2.get(name, f"math.{name}"))
            return getattr(ops, name)(*pair)

        return operator

    names = {
        "add": "add",
        "sub": "subtract",
        "mul": "multiply",
        "truediv": "true_divide",
        "floordiv": "floor_divide",
        "mod": "mod",
        "pow": "power",
        "matmul": "matmul",
        "and": "logical_and",
        "or": "logical_or",
        "xor": "logical_xor",
    }
    for python, name in names.items():
        setattr(KerasTensor, f"__{python}__", binary(f"__{python}__", name, False))
        setattr(KerasTensor, f"__r{python}__", binary(f"__{python}__", name, True))
    for python, name in {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}.items():
        setattr(KerasTensor, f"__{python}__", binary(f"__{python}__", name, False))
    KerasTensor.__ne__ = binary("__ne__", "not_equal", False)
    for python, name in {"neg": "negative", "abs": "absolute", "invert": "logical_not"}.items():
        setattr(KerasTensor, f"__{python}__", unary(name))


_attach_operators()


def any_symbolic(args: Any, kwargs: dict[str, Any] | None = None) -> bool:
    """Whether a KerasTensor is among the arguments, however deep."""
    for x in (*args, *kwargs.values()) if kwargs else args:
        if isinstance(x, KerasTensor):
            return True
        if isinstance(x, (list, tuple, dict)):
            from tfcompat.keras import tree

            if any(isinstance(leaf, KerasTensor) for leaf in tree.flatten(x)):
                return True
    return False


def is_keras_tensor(x: Any) -> bool:
    """Whether `x` is a KerasTensor."""
    return isinstance(x, KerasTensor)
