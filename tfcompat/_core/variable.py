"""tf.Variable: a value that assignment changes, in place where nobody can see the difference."""

from __future__ import annotations

import itertools
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np
import torch

from tfcompat._core import device, dtypes, errors, names, ops
from tfcompat._core.convert import to_storage
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import wrap
from tfcompat._core.reference import Reference
from tfcompat._core.save_slice import SaveSliceInfo as _SaveSliceInfo
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.tape import read_variable
from tfcompat._core.tensor import repr_numpy
from tfcompat._core.variable_creators import VariableMetaclass
from tfcompat._core.variable_options import VariableAggregation, VariableAggregationV2, VariableSynchronization, member
from tfcompat._core.variable_scatter import ScatteredAssignments

_use_count = torch._C._storage_Use_Count
_numbers = itertools.count(1)


class Storage:
    """The cell that holds a variable's value. The tape, the capture and every view of the variable share it.

    variable: a weak reference to a variable whose handle was asked for, None before. kind: the dtype of the values
    where there is none yet.
    """

    __slots__ = ("__weakref__", "kind", "t", "variable")
    dtype, shape = dtypes.resource, TensorShape(())

    def __init__(self, t: Any, kind: dtypes.DType | None = None) -> None:
        self.t, self.kind = t, kind
        self.variable: Any = None


def sole_owner(storage: Storage) -> bool:
    """Whether nobody but this cell can see its torch tensor's memory: no view, tape, numpy array or earlier read."""
    t = storage.t
    # This name, the cell and getrefcount's argument; the memory: `t` and the storage object asked for here.
    return sys.getrefcount(t) <= 3 and _use_count(t.untyped_storage()._cdata) <= 2


def writable(variable: Any) -> torch.Tensor:
    """The memory of a variable as a torch tensor to write to in place; what was read before keeps its value."""
    storage = variable._storage
    if state.graph is not None:
        return state.graph.writable(variable)
    if not sole_owner(storage):
        storage.t = storage.t.clone()
    return storage.t


_NO_SESSION = (
    "Cannot evaluate tensor using `eval()`: No default session is registered. Use `with sess.as_default()` or pass an "
    "explicit session to `eval(session=sess)`"
)


class Variable(ScatteredAssignments, metaclass=VariableMetaclass):
    """A tensor whose value can be changed by `assign` and its relatives (tf.Variable).

    initial_value: a tensor-like, or a callable that returns one. trainable: whether tapes watch it (None: yes, unless
    synchronization is ON_READ). shape: what later values must be compatible with, the initial value's where None.
    constraint: a callable that an optimizer applies after each update. Reading gives a tensor that later assignments
    do not change. Raises ValueError for a missing initial value, or one that does not fit `shape` or `dtype`.
    """

    __module__ = "tensorflow.python.ops.variables"
    __array_priority__ = 100
    __getitem__: Any  # set by slicing.py
    SaveSliceInfo = _SaveSliceInfo
    _save_slice_info: _SaveSliceInfo | None = None  # where it is a part of a larger variable
    _takes_creators = True  # those of tf.variable_creator_scope; subclasses do not

    def __new__(cls, *args: Any, **kwargs: Any) -> Variable:
        return object.__new__(ResourceVariable if cls is Variable else cls)

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: str | None = None,
        constraint: Callable[[Any], Any] | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation | VariableAggregationV2 = VariableAggregation.NONE,
        shape: Any = None,
        experimental_enable_variable_lifting: bool = True,
    ) -> None:
        if variable_def is not None or import_scope is not None:
            raise ValueError(
                "Creating a tf.Variable with a `variable_def` arg is not supported when eager execution is enabled."
            )
        if initial_value is None:
            raise ValueError(
                "The `initial_value` arg to `tf.Variable` must be specified except when you are not providing a "
                "`variable_def`. You provided neither."
            )
        if constraint is not None and not callable(constraint):
            raise ValueError(
                f"Argument `constraint` must be None or a callable. Got a {type(constraint)}:  {constraint}"
            )
        if name is not None and not isinstance(name, str):
            raise ValueError("name for name_scope must be a string.")
        self._synchronization = member(VariableSynchronization, synchronization, "synchronization", name)
        known = VariableAggregationV2 if isinstance(aggregation, VariableAggregationV2) else VariableAggregation
        self._aggregation = member(known, aggregation, "aggregation", name)
        on_read = self._synchronization is VariableSynchronization.ON_READ
        self._trainable = (not on_read) if trainable is None else bool(trainable)
        self._constraint = constraint
        self._caching_device = caching_device
        self._scoped_name = names.scoped("Variable" if name is None else name)
        self._number = next(_numbers)
        self._virtual_device = device.virtual_name()
        wanted = None if dtype is None else dtypes.as_dtype(dtype)
        t = _initial(initial_value, wanted, self)
        if shape is None:
            self._static_shape = TensorShape._of(tuple(t.shape))
        else:
            self._static_shape = TensorShape(shape)
            if validate_shape and not self._static_shape.is_compatible_with(tuple(t.shape)):
                raise ValueError(
                    f"In this `tf.Variable` creation, the initial value's shape ({TensorShape(tuple(t.shape))}) is not "
                    f"compatible with the explicitly supplied `shape` argument ({shape})."
                )
        self._dtype = BY_STORAGE[t.dtype]
        self._storage = Storage(t)
        if state.graph is not None:
            state.graph.created(self)

    def _set_save_slice_info(self, save_slice_info: _SaveSliceInfo) -> None:
        self._save_slice_info = save_slice_info

    def _get_save_slice_info(self) -> _SaveSliceInfo | None:
        return self._save_slice_info

    # ---- what it is ----

    @property
    def name(self) -> str:
        """The name with the name scopes it was made in and TensorFlow's ":0": "layer_1/weights:0"."""
        return f"{self._scoped_name}:0"

    @property
    def dtype(self) -> dtypes.DType:
        """The dtype of the elements."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """The static shape; a dimension that `shape=` left open is None."""
        return self._static_shape

    def get_shape(self) -> TensorShape:
        """The static shape (the same as `.shape`)."""
        return self._static_shape

    def set_shape(self, shape: Any) -> None:
        """Asserts that the static shape is compatible with `shape`, and keeps what it adds to it."""
        merged = TensorShape(shape)
        if not self._static_shape.is_compatible_with(merged):
            raise ValueError(f"Shapes {self._static_shape} and {merged} are not compatible")
        self._static_shape = self._static_shape.merge_with(merged)

    @property
    def device(self) -> str:
        """The device that holds the value, as TensorFlow's full device string."""
        if self._virtual_device is not None:
            return self._virtual_device
        t = self._storage.t
        return device.name_of(t.device if isinstance(t, torch.Tensor) else torch.device("cpu"))

    @property
    def trainable(self) -> bool:
        """Whether tapes watch this variable by themselves."""
        return self._trainable

    @property
    def constraint(self) -> Callable[[Any], Any] | None:
        """What optimizers apply to the value after an update, or None."""
        return self._constraint

    @property
    def synchronization(self) -> VariableSynchronization:
        """The tf.VariableSynchronization given at creation."""
        return self._synchronization

    @property
    def aggregation(self) -> VariableAggregation | VariableAggregationV2:
        """The tf.VariableAggregation given at creation."""
        return self._aggregation

    @property
    def ndim(self) -> int | None:
        """The number of dimensions of the static shape."""
        return self._static_shape.rank

    @property
    def handle(self) -> Storage:
        """The cell of the value: the same for a variable and what its assignments return."""
        if self._storage.variable is None:
            self._storage.variable = weakref.ref(self)
        return self._storage

    @property
    def _component(self) -> Any:
        """The variable that holds the value: another one where there is a copy for each replica."""
        return self

    @property
    def initializer(self) -> Any:
        """The operation that gives a graph's variable its initial value; None for an eager one, which has it."""
        return self.__dict__.get("_initializer")

    _in_graph_mode = False

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {}

    @property
    def _shared_name(self) -> str:
        return self._scoped_name

    @property
    def _unique_id(self) -> str:
        return f"{self._scoped_name}_{self._number}"

    def ref(self) -> Reference:
        """A hashable reference to this variable, for sets and dict keys; `.deref()` gives the variable back."""
        return Reference(self)

    experimental_ref = ref

    def is_initialized(self, name: str | None = None) -> Any:
        """True, as a tensor: eager variables have a value from the start."""
        return wrap(torch.tensor(True))

    # ---- reading ----

    def _read(self) -> Any:
        """The value for an op: torch tensor or numpy array, watched by the tapes that watch this variable."""
        if state.graph is not None:
            return state.graph.read(self)
        return read_variable(self) if state.tapes else self._storage.t

    def read_value(self) -> Any:
        """The value now, as a tensor that later assignments do not change."""
        t = self._read()
        return wrap(t.copy() if isinstance(t, np.ndarray) else t.view_as(t))

    def value(self) -> Any:
        """The value now, as a tensor: the same as `read_value()`."""
        return self.read_value()

    def read_value_no_copy(self) -> Any:
        """The value now, as a tensor: the same as `read_value()`."""
        return self.read_value()

    def numpy(self) -> Any:
        """A copy of the value as a numpy array; a numpy scalar where the shape is ()."""
        return self._now().numpy()

    def _now(self) -> Any:
        t = self._storage.t
        return wrap(t) if isinstance(t, np.ndarray) else wrap(t.detach())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self._now().__array__(), dtype=dtype)

    def sparse_read(self, indices: Any, name: str | None = None) -> Any:
        """The rows of the value at `indices`: tf.gather(variable, indices). InvalidArgumentError out of range."""
        from tfcompat._core.gathering import resource_gather

        return resource_gather(self, indices)

    def gather_nd(self, indices: Any, name: str | None = None) -> Any:
        """The elements or slices at `indices`, as tf.gather_nd(variable, indices)."""
        from tfcompat._core.gathering import gather_nd

        return gather_nd(self, indices)

    def __copy__(self) -> Variable:
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: Any) -> Variable:
        copy = object.__new__(type(self))
        vars(copy).update(self.__dict__)
        t = self._storage.t
        copy._storage = Storage(t.copy() if isinstance(t, np.ndarray) else t.clone())
        memo[id(self)] = copy
        return copy

    # ---- Python protocols ----

    def __repr__(self) -> str:
        t = self._storage.t
        text = repr_numpy(t) if state.graph is None else None
        if text is None:
            return f"<tf.Variable '{self.name}' shape={self.shape} dtype={self.dtype.name}>"
        gap = "\n" if "\n" in text else ""
        return f"<tf.Variable '{self.name}' shape={self.shape} dtype={self.dtype.name}, numpy={gap}{text}>"

    def __hash__(self) -> int:
        raise TypeError(f"Variable is unhashable. Instead, use variable.ref() as the key. (Variable: {self!r})")

    def __bool__(self) -> bool:
        return bool(self.read_value())

    def __int__(self) -> int:
        return int(self.read_value())

    def __float__(self) -> float:
        return float(self.read_value())

    def __complex__(self) -> complex:
        return complex(self.read_value())

    def __index__(self) -> int:
        return self.read_value().__index__()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.read_value())

    # ---- assignment ----

    def assign(self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True) -> Any:
        """Replaces the value; returns the variable as it now is, None where `read_value` is False.

        Raises ValueError where the shape or dtype of `value` does not fit. `use_locking` is TensorFlow's: eager
        assignments never interleave.
        """
        t = to_storage(value, self._dtype)
        if not _fits(self._static_shape, t.shape):
            raise ValueError(
                f"Cannot assign value to variable ' {self.name}': Shape mismatch.The variable shape "
                f"{self._static_shape}, and the assigned value shape {TensorShape(tuple(t.shape))} are incompatible."
            )
        self._write(t)
        return UnreadVariable._of(self) if read_value else None

    def assign_add(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Adds `delta`, of the variable's shape and dtype, to the value; returns as `assign` does."""
        return self._update("AssignAddVariableOp", delta, torch.Tensor.add_, torch.add, read_value)

    def assign_sub(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Subtracts `delta`, of the variable's shape and dtype, from the value; returns as `assign` does."""
        return self._update("AssignSubVariableOp", delta, torch.Tensor.sub_, torch.sub, read_value)

    def _update(self, kernel: str, delta: Any, in_place: Any, fresh: Any, read_value: bool) -> Any:
        t = to_storage(delta, self._dtype)
        storage = self._storage
        if not self._dtype.is_numeric or isinstance(t, np.ndarray):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"No OpKernel was registered to support Op '{kernel}' used by {{{{node {kernel}}}}} with these attrs: "
                f"[dtype=DT_{self._dtype.name.upper()}]",
            )
        if t.shape != storage.t.shape:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"{{{{function_node __wrapped__{kernel}_device_{device.default_name()}}}}} Cannot update variable with "
                f"shape {list(storage.t.shape)} using a Tensor with shape {list(t.shape)}, shapes must be equal. "
                f"[Op:{kernel}] name: ",
            )
        if state.graph is not None:
            state.graph.write(self, fresh(state.graph.value(self), t), kernel)
        else:
            t = t.detach() if t.requires_grad else t
            t = t if t.device == storage.t.device else t.to(storage.t.device)
            if sole_owner(storage):
                in_place(storage.t, t)
            else:
                storage.t = fresh(storage.t, t)
        return UnreadVariable._of(self) if read_value else None

    def _write(self, t: Any) -> None:
        """Makes `t`, which may be shared with others, the value."""
        storage = self._storage
        if state.graph is not None:
            state.graph.write(self, t)
        elif isinstance(t, np.ndarray):
            storage.t = t.copy()
        else:
            t = t.detach() if t.requires_grad else t
            if t.shape == storage.t.shape and sole_owner(storage):
                storage.t.copy_(t)
            else:
                storage.t = t.to(storage.t.device, copy=True, memory_format=torch.contiguous_format)

    def count_up_to(self, limit: int) -> Any:
        """Adds one and returns the value before; OutOfRangeError where it had reached `limit`."""
        if self._dtype not in (dtypes.int32, dtypes.int64):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Value for attr 'T' of {self._dtype.name} is not in the list of allowed values: int32, int64",
            )
        if state.graph is not None and state.graph.deferred:
            return state.graph.counted(self, limit)
        before = self.read_value()
        if int(before) >= limit:
            raise errors.OutOfRangeError(None, None, f"Reached limit of {limit} [Op:ResourceCountUpTo]")
        self.assign_add(1)
        return before

    def load(self, value: Any, session: Any = None) -> None:
        """Assigns `value`, in `session` or the default one where it is a graph's variable."""
        if self._deferred is None:
            self.assign(value)
        else:
            self._deferred[0].load(self, value, session)

    # ---- what only graphs have ----

    _deferred: Any = None  # of a graph that sessions run: that graph, and the initial value's symbolic tensor

    def _graph_only(self) -> NoReturn:
        raise RuntimeError("This operation is not supported when eager execution is enabled.")

    @property
    def initial_value(self) -> Any:
        """The tensor with the initial value of a graph's variable; RuntimeError for an eager one."""
        if self._deferred is None:
            raise RuntimeError("This property is not supported when eager execution is enabled.")
        return self._deferred[1]

    @property
    def create(self) -> NoReturn:
        """Graph variables only: RuntimeError here, as in TensorFlow."""
        self._graph_only()

    @property
    def op(self) -> Any:
        """The operation of a graph's variable; AttributeError for an eager one."""
        if self._deferred is None:
            raise AttributeError("Tensor.op is undefined when eager execution is enabled.")
        return self.__dict__.get("_written_by", self.__dict__["_handle_op"])

    @property
    def graph(self) -> Any:
        """The graph of a graph's variable; AttributeError for an eager one."""
        if self._deferred is None:
            raise AttributeError("Tensor.graph is undefined when eager execution is enabled.")
        return self._deferred[0]

    def eval(self, session: Any = None) -> Any:
        """The value of a graph's variable in `session`, or the default one; RuntimeError for an eager variable."""
        if self._deferred is None:
            self._graph_only()
        return self._deferred[0].evaluated(self, None, session, _NO_SESSION)

    def to_proto(self, export_scope: str | None = None) -> NoReturn:
        """Graph variables only: RuntimeError here, as in TensorFlow."""
        self._graph_only()

    @staticmethod
    def from_proto(variable_def: Any, import_scope: str | None = None) -> NoReturn:
        """Graph variables only: RuntimeError here, as in TensorFlow."""
        raise RuntimeError("This operation is not supported when eager execution is enabled.")

    def initialized_value(self) -> Any:
        """The initial value of a graph's variable, for that of another; NotImplementedError for an eager one."""
        if self._deferred is None:
            raise NotImplementedError("Variable.initialized_value is undefined when eager execution is enabled.")
        return self._deferred[1]


class ResourceVariable(Variable):
    """What `tf.Variable(...)` makes."""

    __module__ = "tensorflow.python.ops.resource_variable_ops"


ops.VARIABLE = ResourceVariable


class UnreadVariable(ResourceVariable):
    """What an assignment returns: the same variable, named 'UnreadVariable'."""

    __module__ = "tensorflow.python.ops.resource_variable_ops"

    @classmethod
    def _of(cls, variable: Variable) -> Any:
        if state.graph is not None:
            return state.graph.assigned(variable)
        unread = object.__new__(cls)
        vars(unread).update(variable.__dict__)
        return unread

    @property
    def name(self) -> str:
        """'UnreadVariable', as in TensorFlow; in a graph that sessions run, the name of the assignment."""
        written_by = self.__dict__.get("_written_by")
        return "UnreadVariable" if written_by is None else written_by.name

    @property
    def op(self) -> Any:
        """The assignment in a graph that sessions run; None elsewhere."""
        return None if self._deferred is None else super().op


UnreadVariable.__name__ = UnreadVariable.__qualname__ = "_UnreadVariable"


def variable_of_handle(handle: Storage) -> Any:
    """The variable with the handle `handle`; where it is gone, one that stands for it."""
    found: Any = None if handle.variable is None else handle.variable()
    if found is None:
        found = object.__new__(ResourceVariable)
        vars(found).update(
            _storage=handle,
            _dtype=BY_STORAGE[handle.t.dtype] if handle.t is not None else handle.kind,
            _static_shape=TensorShape(None if handle.t is None else tuple(handle.t.shape)),
            _trainable=False,
            _constraint=None,
            _scoped_name="Variable",
            _number=next(_numbers),
            _virtual_device=None,
        )
    return found


def _fits(static: TensorShape, shape: Any) -> bool:
    dims = static._dims
    if dims is None or dims == tuple(shape):
        return True
    return len(dims) == len(shape) and all(d is None or d == s for d, s in zip(dims, shape, strict=True))


def _initial(value: Any, dtype: dtypes.DType | None, variable: Variable) -> Any:
    """A fresh torch tensor or numpy array with the initial value."""
    if state.graph is not None:
        if hasattr(state.graph, "initial_value"):
            return state.graph.initial_value(value, dtype, variable)
        return state.graph.lifted(lambda: _initial(value, dtype, variable))
    if callable(value) and not hasattr(value, "_read"):
        value = value()
    try:
        t = to_storage(value, dtype)
    except ValueError as e:
        raise ValueError(f"initial_value: {e}" if "conversion requested" in str(e) else str(e)) from None
    if isinstance(t, np.ndarray):
        return t.copy()
    return t.detach().to(device.default(), copy=True, memory_format=torch.contiguous_format)
