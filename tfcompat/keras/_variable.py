"""keras.Variable: a tf.Variable with a Keras name and path, a regularizer, and mixed precision reads."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._core.convert import to_storage
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.variable import ResourceVariable
from tfcompat._core.variable import Variable as TFVariable
from tfcompat._core.variable_options import VariableAggregation, VariableSynchronization
from tfcompat.keras import _naming, _version
from tfcompat.keras._dtypes import is_float_dtype, standardize_dtype
from tfcompat.keras._state import thread
from tfcompat.keras.backend import standardize_shape

_AGGREGATION = {
    "none": VariableAggregation.NONE,
    "sum": VariableAggregation.SUM,
    "mean": VariableAggregation.MEAN,
    "only_first_replica": VariableAggregation.ONLY_FIRST_REPLICA,
}
_SYNCHRONIZATION = {
    "none": VariableSynchronization.NONE,
    "on_read": VariableSynchronization.ON_READ,
    "on_write": VariableSynchronization.ON_WRITE,
    "auto": VariableSynchronization.AUTO,
}


class _Keras2Variable(TFVariable):
    """The variable where programs are told that this is Keras 2, whose `variable.value()` is the tensor."""

    _takes_creators = True

    def __call__(self) -> Any:
        return self.read_value()


class Variable:
    """The state of layers, optimizers and metrics (tf.keras.Variable).

    initializer: a tensor-like, the name of an initializer, or a callable of (shape, dtype) that needs `shape`.
    autocast: whether a mixed precision layer reads it in its compute dtype. The tf.Variable is `._value`; `.value`
    is what ops read. ValueError for a name with a slash, an unknown aggregation, or a shape that is not fully known.
    """

    __array_priority__ = 100

    def __init__(
        self,
        initializer: Any,
        shape: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str | None = "none",
        synchronization: str | enum.Enum | None = "auto",
        name: str | None = None,
        layout: Any = None,
    ) -> None:
        self._name = _naming.check_name(name or _naming.auto_name(type(self).__name__))
        self._aggregation = _choice("aggregation", aggregation, _AGGREGATION)
        self._synchronization = _choice("synchronization", synchronization, _SYNCHRONIZATION)
        self._told_name = _naming.told(self._name)
        parent = _naming.current_path()
        self._path = f"{parent}/{self._name}" if parent else self._name
        self._trainable = bool(trainable)
        self._autocast = bool(autocast)
        self._layout = layout
        self._regularizer: Callable[[Any], Any] | None = None
        self._constraint: Callable[[Any], Any] | None = None
        self._overwrite_with_gradient = False
        self._initializer: Any = None
        self._value: Any = None
        if isinstance(initializer, str):
            from tfcompat.keras import initializers

            initializer = initializers.get(initializer)
        if callable(initializer) and not hasattr(initializer, "_read"):
            self._from_initializer(initializer, shape, dtype)
        else:
            self._from_value(initializer, shape, dtype)

    def _from_initializer(self, initializer: Callable[..., Any], shape: Any, dtype: Any) -> None:
        if shape is None:
            raise ValueError(f"Variable {self._path!r} needs a `shape` for its initializer {initializer}.")
        self._dtype = standardize_dtype(dtype)
        self._shape = self._checked_shape(shape)
        self._initializer = initializer
        if thread.stateless is None:
            self._deferred_initialize()
        else:
            thread.uninitialized.append(self)

    def _from_value(self, value: Any, shape: Any, dtype: Any) -> None:
        if thread.stateless is not None:
            raise ValueError(
                f"Variable {self._path!r} is created from a value inside a stateless scope. Create variables before, "
                "or "
                "in `build()` with an initializer and a shape (`add_weight(shape=..., initializer=...)`)."
            )
        if isinstance(value, TFVariable) and not issubclass(type(value), Variable):
            self._value = value
        else:
            from tfcompat.keras import ops

            self._make(ops.convert_to_tensor(value, dtype=dtype))
        self._dtype = standardize_dtype(self._value.dtype)
        self._shape = self._checked_shape(self._value.shape if shape is None else shape)
        if self._shape != tuple(self._value.shape):
            raise ValueError(f"Variable {self._path!r}: `shape` is {self._shape}, the value's {self._value.shape}.")

    def _checked_shape(self, shape: Any) -> tuple[int, ...]:
        dims = standardize_shape(shape)
        if None in dims:
            raise ValueError(f"Variable {self._path!r}: `shape` must be fully known. Received: shape={dims}")
        return dims  # type: ignore[return-value]

    def _make(self, value: Any) -> None:
        self._value = (_Keras2Variable if _version.is_legacy() else TFVariable)(
            value,
            trainable=self._trainable,
            name=f"{self._path}/",
            aggregation=_AGGREGATION[self._aggregation],
            synchronization=_SYNCHRONIZATION[self._synchronization],
            dtype=getattr(self, "_dtype", None),
        )

    def _deferred_initialize(self) -> None:
        """Gives the variable its value, where a stateless scope put that off."""
        if self._value is not None:
            raise ValueError(f"Variable {self._path!r} is initialized already.")
        initializer, self._initializer = self._initializer, None
        self._make(lambda: initializer(self._shape, dtype=self._dtype))

    def __getattr__(self, name: str) -> Any:
        """What only the tf.Variable has, where programs are told that this is Keras 2, whose variables those are."""
        if name.startswith("__") or name == "_value" or not _version.is_legacy():
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
        return getattr(self._value, name)

    @property
    def __class__(self) -> type:
        """What isinstance is told: where programs are told that this is Keras 2, whose weights are tf.Variables."""
        return ResourceVariable if _version.is_legacy() else type(self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return object.__new__, (type(self),), self.__dict__  # not by __class__, as pickle would ask for it

    # ---- reading ----

    @property
    def value(self) -> Any:
        """What ops read: the tf.Variable, or a tensor where an autocast or stateless scope is open."""
        if thread.stateless is None and thread.autocast is None:
            return self._value
        return self._scoped_value()

    def _scoped_value(self) -> Any:
        value = thread.stateless.get_current_value(self) if thread.stateless is not None else None
        if value is None:
            value = self._value
        if value is None:
            value = self._initializer(self._shape, dtype=self._dtype)
        if self._autocast and thread.autocast is not None:
            return thread.autocast.maybe_cast(value)
        return value

    def _read(self) -> Any:
        """The value for an op, as the core's conversion asks for it."""
        if thread.stateless is None and thread.autocast is None:
            return self._value._read()
        return to_storage(self._scoped_value())

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        from tfcompat._core.convert import convert_to_tensor

        return convert_to_tensor(self.value, dtype=dtype, name=name)

    @property
    def _tf_variable(self) -> Any:
        """The tf.Variable, for tapes."""
        return self._value

    @property
    def handle(self) -> Any:
        """The cell of the value (tf.Variable.handle)."""
        return self._value.handle

    def numpy(self) -> Any:
        """A copy of the value as a numpy array; a numpy scalar where the shape is ()."""
        return self.value.numpy()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.value.__array__(), dtype=dtype)

    # ---- assigning ----

    def assign(
        self, value: Any, use_locking: bool | None = None, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Replaces the value, which is cast to the variable's dtype; returns it as a tensor.

        use_locking, name, read_value: tf.Variable.assign's, as Keras 2's weights took them; None is returned without
        `read_value`. ValueError where the shapes differ.
        """
        from tfcompat.keras import ops

        tensor = ops.convert_to_tensor(value, dtype=self._dtype)
        if tuple(tensor.shape) != self._shape:
            raise ValueError(
                f"The shape of the target variable and the shape of the target value in `variable.assign(value)` must "
                f"match. variable.shape={self._shape}, Received: value.shape={tensor.shape}. Target variable: "
                f"{self}"
            )
        if thread.stateless is not None:
            thread.stateless.add_update((self, tensor))
        else:
            self._value.assign(tensor, use_locking=use_locking, name=name, read_value=False)
        return tensor if read_value else None

    def assign_add(
        self, value: Any, use_locking: bool | None = None, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Adds `value`; returns the new value as a tensor. The other arguments are those of `assign`."""
        return self._shift(value, "assign_add", 1, use_locking, name, read_value)

    def assign_sub(
        self, value: Any, use_locking: bool | None = None, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Subtracts `value`; returns the new value as a tensor. The other arguments are those of `assign`."""
        return self._shift(value, "assign_sub", -1, use_locking, name, read_value)

    def _shift(
        self, value: Any, how: str, sign: int, use_locking: bool | None, name: str | None, read_value: bool
    ) -> Any:
        from tfcompat.keras import ops

        delta = ops.convert_to_tensor(value, dtype=self._dtype)
        if thread.stateless is not None or tuple(delta.shape) != self._shape:
            return self.assign(self + delta if sign > 0 else self - delta, use_locking, name, read_value)
        getattr(self._value, how)(delta, use_locking=use_locking, name=name, read_value=False)
        return self._value.read_value() if read_value else None

    # ---- what it is ----

    @property
    def dtype(self) -> Any:
        """The dtype it reads as, by name; as Keras 2, a tf.DType."""
        scope = thread.autocast
        if scope is not None and self._autocast and scope.dtype is not None and is_float_dtype(self._dtype):
            return _naming.told_dtype(scope.dtype)
        return _naming.told_dtype(self._dtype)

    @property
    def shape(self) -> TensorShape:
        """The shape, a tf.TensorShape."""
        return TensorShape._of(self._shape)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self._shape)

    @property
    def name(self) -> str:
        """The last part of the path ("kernel"); as Keras 2, "dense/kernel:0"."""
        return self._told_name

    @property
    def path(self) -> str:
        """The name below the names of the objects that hold it ("sequential/dense/kernel")."""
        return self._path

    @property
    def aggregation(self) -> str:
        """How copies on several devices are combined."""
        return self._aggregation

    @property
    def synchronization(self) -> str:
        """When copies on several devices are brought together."""
        return self._synchronization

    @property
    def trainable(self) -> bool:
        """Whether training changes it."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)

    @property
    def overwrite_with_gradient(self) -> bool:
        """Whether optimizers assign the gradient instead of taking a step along it."""
        return self._overwrite_with_gradient

    @overwrite_with_gradient.setter
    def overwrite_with_gradient(self, value: bool) -> None:
        if not isinstance(value, bool):
            raise TypeError(f"`overwrite_with_gradient` must be a bool. Received: {value!r}")
        self._overwrite_with_gradient = value

    @property
    def regularizer(self) -> Callable[[Any], Any] | None:
        """The penalty that a layer adds to the loss for this variable."""
        return self._regularizer

    @regularizer.setter
    def regularizer(self, value: Callable[[Any], Any] | None) -> None:
        self._regularizer = _callable("regularizer", value)

    @property
    def constraint(self) -> Callable[[Any], Any] | None:
        """What optimizers apply to the value after an update."""
        return self._constraint

    @constraint.setter
    def constraint(self, value: Callable[[Any], Any] | None) -> None:
        self._constraint = _callable("constraint", value)

    def __repr__(self) -> str:
        if _version.is_legacy() and self._value is not None and not thread.symbolic:
            return repr(self._value).replace(f"'{self._value.name}'", f"'{self.name}'", 1)
        text = ""
        if self._value is not None and not thread.symbolic and state.graph is None:
            text = f", value={self._value.numpy()}"
        return f"<Variable path={self._path}, shape={self.shape}, dtype={self.dtype}{text}>"

    # ---- Python protocols ----

    def __hash__(self) -> int:
        return id(self)

    def __bool__(self) -> bool:
        raise TypeError(f"A Keras variable cannot be used as a boolean: {self._path}")

    def _scalar(self, kind: type) -> Any:
        if self._shape:
            raise TypeError(f"Only scalar arrays can be converted to Python scalars. Got: shape={self._shape}")
        return kind(self.value)

    def __int__(self) -> int:
        return self._scalar(int)

    def __float__(self) -> float:
        return self._scalar(float)

    def __getitem__(self, index: Any) -> Any:
        return self.value[index]

    def __iter__(self) -> Any:
        return iter(self.value)

    def __len__(self) -> int:
        if not self._shape:
            raise TypeError("A scalar variable has no len()")
        return self._shape[0]

    def __pos__(self) -> Any:
        return self.value

    def __round__(self, ndigits: int | None = None) -> Any:
        from tfcompat.keras import ops

        return ops.round(self.value, decimals=ndigits or 0)


def _callable(name: str, value: Any) -> Any:
    if value is not None and not callable(value):
        raise ValueError(f"`{name}` must be a callable or None. Received: {name}={value!r}")
    return value


def _choice(name: str, value: Any, table: dict[str, Any]) -> str:
    value = "none" if value is None else value
    if isinstance(value, enum.Enum):  # tf.VariableAggregation's, as Keras 2 takes them
        value = value.name.lower()
    if value not in table:
        raise ValueError(f"`{name}` must be None or one of {sorted(table)}. Received: {name}={value!r}")
    return value


def _attach_operators() -> None:
    """Gives Variable the arithmetic operators of keras.ops, which promote dtypes as numpy does."""

    def unary(name: str) -> Callable[..., Any]:
        def operator(self: Variable) -> Any:
            from tfcompat.keras import ops

            return getattr(ops, name)(self.value)

        return operator

    def binary(name: str, reflected: bool) -> Callable[..., Any]:
        def operator(self: Variable, other: Any) -> Any:
            from tfcompat.keras import ops

            return getattr(ops, name)(other, self.value) if reflected else getattr(ops, name)(self.value, other)

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
        setattr(Variable, f"__{python}__", binary(name, False))
        setattr(Variable, f"__r{python}__", binary(name, True))
    comparisons = {
        "eq": "equal",
        "ne": "not_equal",
        "lt": "less",
        "le": "less_equal",
        "gt": "greater",
        "ge": "greater_equal",
    }
    for python, name in comparisons.items():
        setattr(Variable, f"__{python}__", binary(name, False))
    for python, name in {"neg": "negative", "abs": "absolute", "invert": "logical_not"}.items():
        setattr(Variable, f"__{python}__", unary(name))


_attach_operators()
