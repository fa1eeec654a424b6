"""The variables that tf.compat.v1.get_variable has made, by their full names."""

from __future__ import annotations

import contextlib
import enum
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat._core.names import name_scope
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable
from tfcompat._core.variable_options import VariableAggregation, VariableSynchronization
from tfcompat.compat.v1._collections import GraphKeys, add_to_collection, add_to_collections


class _ReuseMode(enum.Enum):
    """Whether a variable that is there is used again."""

    AUTO_REUSE = 1


AUTO_REUSE = _ReuseMode.AUTO_REUSE


class VariableStore:
    """Variables by name. One that does not `keep_eager` forgets those that are made outside of tf.function."""

    def __init__(self, keep_eager: bool = False) -> None:
        self.keep_eager = keep_eager
        self.variables: dict[str, Any] = {}
        self.in_parts: dict[str, Any] = {}  # those made with a partitioner

    def get_variable(
        self,
        name: str | None,
        shape: Any = None,
        dtype: Any = dtypes.float32,
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        reuse: Any = None,
        trainable: bool | None = None,
        collections: Sequence[str] | None = None,
        caching_device: Any = None,
        partitioner: Callable[..., Any] | None = None,
        validate_shape: bool = True,
        use_resource: bool | None = None,
        custom_getter: Callable[..., Any] | None = None,
        constraint: Callable[[Any], Any] | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
    ) -> Any:
        """The variable of that full name, found or made; through `custom_getter` where there is one."""
        if custom_getter is not None and not callable(custom_getter):
            raise ValueError(f"Passed a custom_getter which is not callable: {custom_getter}")
        if state.graph is None:
            if reuse and not self.keep_eager:
                raise RuntimeError(
                    "When eager execution is enabled variable reuse is only supported when an EagerVariableStore is "
                    "active."
                )
            reuse = AUTO_REUSE if self.keep_eager else reuse
        arguments = {
            "name": name,
            "shape": shape,
            "dtype": dtype,
            "initializer": initializer,
            "regularizer": regularizer,
            "reuse": reuse,
            "trainable": trainable,
            "collections": collections,
            "caching_device": caching_device,
            "partitioner": partitioner,
            "validate_shape": validate_shape,
            "use_resource": True if state.graph is None else use_resource,
            "synchronization": synchronization,
            "aggregation": aggregation,
            "constraint": constraint,
        }
        if custom_getter is None:
            return self._get(**arguments)
        if not _takes(custom_getter, "constraint"):
            del arguments["constraint"]
        return custom_getter(getter=self._get, **arguments)

    def _get(
        self,
        name: str | None,
        shape: Any = None,
        dtype: Any = dtypes.float32,
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        reuse: Any = None,
        trainable: bool | None = None,
        collections: Sequence[str] | None = None,
        caching_device: Any = None,
        partitioner: Callable[..., Any] | None = None,
        validate_shape: bool = True,
        use_resource: bool | None = None,
        constraint: Callable[[Any], Any] | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
    ) -> Any:
        """What a custom getter gets as its `getter`."""
        if partitioner is not None and not (isinstance(shape, Sequence) and not shape):
            if not callable(partitioner):
                raise ValueError(f"Partitioner must be callable, but received: {partitioner}")
            rest = (trainable, collections, caching_device, None, validate_shape, use_resource)
            return self._in_parts(
                name, shape, dtypes.as_dtype(dtype), initializer, partitioner, reuse,
                lambda part, size, start: self._get(
                    part, size, dtype, start, regularizer, reuse, *rest, constraint, synchronization, aggregation
                ),
            )  # fmt: skip
        if name is not None and f"{name}/part_0" in self.variables and name in self.in_parts:
            raise ValueError(
                f"No partitioner was provided, but a partitioned version of the variable was found: {name}/part_0. "
                "Perhaps a variable of the same name was already created with partitioning?"
            )
        if shape is not None:
            if initializer is not None and not callable(initializer):
                raise ValueError(f"If initializer is a constant, do not specify shape. Got the shape {shape}.")
            shape = TensorShape(shape)
        dtype = dtypes.as_dtype(dtype)
        if name in self.variables:
            home = getattr(state.graph, "home", None)
            again = home is not None and (home.is_running or (home.noted is not None and name in home.noted.names))
            return self._shared(name, shape, dtype, None if again else reuse)
        if reuse is True:
            raise ValueError(
                f"Variable {name} does not exist, or was not created with tf.get_variable(). Did you mean to set "
                "reuse=tf.AUTO_REUSE in VarScope?"
            )
        value, wanted = _initial_value(name, shape, dtype, initializer)
        with _whole_graph(), joining(collections):
            variable = Variable(
                value,
                trainable=trainable,
                validate_shape=validate_shape,
                caching_device=caching_device,
                name=name,
                dtype=wanted,
                constraint=constraint,
                synchronization=synchronization,
                aggregation=aggregation,
                shape=shape,
            )
        home = getattr(state.graph, "home", None)
        if home is not None and home.noted is not None and name is not None:
            home.noted.names.add(name)
        self._keep(name, variable, collections)
        if regularizer is not None and home is not None:
            with name_scope(f"{name}/Regularizer/"):
                loss = regularizer(variable)
            if loss is not None:
                add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)
        elif regularizer is not None and regularizer(variable) is not None:
            add_to_collection(GraphKeys.REGULARIZATION_LOSSES, RegularizationLoss(lambda: regularizer(variable)))
        return variable

    def _in_parts(
        self, name: Any, shape: Any, dtype: dtypes.DType, initializer: Any, partitioner: Any, reuse: Any, make: Any
    ) -> Any:
        """The variable in parts of that name, found or made of parts that `make` makes."""
        from tfcompat.compat.v1 import _partitioned

        if name in self.variables:
            raise ValueError(
                "A partitioner was provided, but an unpartitioned version of the variable was found: "
                f"{name}.  Perhaps a variable of the same name was already created without partitioning?"
            )
        sizes = TensorShape(shape)
        if isinstance(initializer, Tensor):
            sizes = sizes.merge_with(initializer.shape)
        partitions = _partitioned.partitions_of(partitioner, sizes, dtype)
        found = self.in_parts.get(name)
        if found is None:
            if reuse is True:
                raise ValueError(
                    f"PartitionedVariable {name} does not exist, or was not created with tf.get_variable(). Did you "
                    "mean to set reuse=False or reuse=tf.AUTO_REUSE in VarScope?"
                )
            found = _partitioned.partitioned(name, sizes, dtype, initializer, partitions, make)
            if state.graph is not None or self.keep_eager:
                self.in_parts[name] = found
            return found
        if reuse is False:
            raise ValueError(
                f"Partitioned variable with name {name} already exists. Did you mean to set reuse=True or "
                "reuse=tf.AUTO_REUSE in VarScope?"
            )
        there = found._get_partitions()
        misfits = {
            "shape": (sizes.is_compatible_with(found.shape), sizes, found.shape),
            "dtype": (dtype.is_compatible_with(found.dtype), dtype.name, found.dtype.name),
            "partitions": (partitions == there, partitions, there),
        }
        for label, (fits, given, known) in misfits.items():
            if not fits:
                raise ValueError(
                    f"Trying to reuse partitioned variable {name}, but specified {label} {given} and found {label} "
                    f"{known}."
                )
        return found

    def _shared(self, name: str, shape: TensorShape | None, dtype: dtypes.DType, reuse: Any) -> Any:
        """The variable of that name that is there."""
        found = self.variables[name]
        if reuse is False:
            raise ValueError(
                f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in "
                "VarScope?"
            )
        if shape is not None and not shape.is_compatible_with(found.shape):
            raise ValueError(
                f"Trying to share variable {name}, but specified shape {shape} and found shape {found.shape}."
            )
        if not dtype.is_compatible_with(found.dtype):
            raise ValueError(
                f"Trying to share variable {name}, but specified dtype {dtype.name} and found dtype {found.dtype.name}."
            )
        return found

    def _keep(self, name: str | None, variable: Any, collections: Sequence[str] | None) -> None:
        if state.graph is None and not self.keep_eager:
            return
        self.variables[name] = variable  # type: ignore[index]
        if getattr(state.graph, "home", None) is not None:  # which lists its variables itself
            return
        add_to_collections(collections or [GraphKeys.GLOBAL_VARIABLES], variable)
        if variable.trainable:
            add_to_collection(GraphKeys.TRAINABLE_VARIABLES, variable)


@contextlib.contextmanager
def joining(collections: Any) -> Iterator[None]:
    """Within, new variables of a graph that sessions run join these collections, the global variables' where None."""
    home = getattr(state.graph, "home", None)
    if home is None:
        yield
        return
    before, home.joined = home.joined, None if collections is None else list(collections)
    try:
        yield
    finally:
        home.joined = before


@contextlib.contextmanager
def _whole_graph() -> Iterator[None]:
    """Steps out of the branch or loop of a graph that sessions run, to which variables belong as a whole."""
    home = getattr(state.graph, "home", None)
    if home is None or home is state.graph:
        yield
        return
    scopes, scope = state.scopes, state.variable_scope
    with home.as_default():
        state.scopes, state.variable_scope = scopes, scope
        yield


_stores = [VariableStore()]


def default_store() -> VariableStore:
    """The store that `get_variable` uses now; a graph that sessions run has its own."""
    home = getattr(state.graph, "home", None)
    if home is not None:
        if home.store is None:
            home.store = VariableStore()
        return home.store
    return _stores[-1]


class EagerVariableStore:
    """Lets eager `get_variable` find variables again (tensorflow.python.ops.variable_scope.EagerVariableStore).

    Within `with store.as_default():` a name that was asked for before gives the same variable.
    """

    def __init__(self, store: VariableStore | None = None) -> None:
        if store is not None and not store.keep_eager:
            raise ValueError("store must be a VariableStore that keeps eager variables")
        self._store = store or VariableStore(keep_eager=True)

    @contextlib.contextmanager
    def as_default(self) -> Iterator[None]:
        """Makes this the store of `get_variable`, in every thread."""
        _stores.append(self._store)
        try:
            yield
        finally:
            _stores.remove(self._store)

    def variables(self) -> list[Any]:
        """The variables, by name."""
        return sorted(self._store.variables.values(), key=lambda v: v.name)

    def trainable_variables(self) -> list[Any]:
        """The trainable variables, by name."""
        return [v for v in self.variables() if v.trainable]

    def non_trainable_variables(self) -> list[Any]:
        """The variables that are not trainable, by name."""
        return [v for v in self.variables() if not v.trainable]

    def copy(self) -> EagerVariableStore:
        """A store with new variables of the same names and values."""
        new = EagerVariableStore()
        for name, v in self._store.variables.items():
            new._store.variables[name] = Variable(v.read_value(), name=v.name.split(":")[0], trainable=v.trainable)
        return new


class RegularizationLoss:
    """A regularizer's loss for a variable, computed anew each time it is used as a tensor."""

    def __init__(self, compute: Callable[[], Any]) -> None:
        self._compute = compute

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        from tfcompat._core.convert import convert_to_tensor

        return convert_to_tensor(self._compute(), dtype=dtype, name=name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.__tf_tensor__(), name)

    def __str__(self) -> str:
        return str(self.__tf_tensor__())


def _operator(name: str) -> Callable[..., Any]:
    return lambda self, *others: getattr(self.__tf_tensor__(), name)(*others)


for _name in Tensor.OVERLOADABLE_OPERATORS:
    setattr(RegularizationLoss, _name, _operator(_name))


def _initial_value(
    name: str | None, shape: TensorShape | None, dtype: dtypes.DType, initializer: Any
) -> tuple[Any, dtypes.DType | None]:
    """What tf.Variable takes as its initial value and dtype."""
    if initializer is None:
        if shape is None:
            raise ValueError(f"Variable {name} did not get an initializer, so its `shape` argument must be specified.")
        initializer = _default_initializer(name, dtype)
    elif not callable(initializer):
        return initializer, None
    if inspect.isclass(initializer):
        initializer = initializer()
    if shape is not None and shape.is_fully_defined():
        dimensions = shape.as_list()
        return (lambda: initializer(dimensions, dtype=dtype)), dtype
    if not _needs_no_arguments(initializer):
        raise ValueError(
            f"The initializer passed for {name} is not valid: {initializer!r}. It must be callable with no arguments "
            "where the shape is not given or not fully defined, and otherwise with a shape and a dtype, as "
            "`tf.keras.initializers.*`."
        )
    return initializer, None


def _default_initializer(name: str | None, dtype: dtypes.DType) -> Callable[..., Any]:
    from tfcompat.compat.v1 import _initializers

    if dtype.is_floating:
        return _initializers.GlorotUniform()
    if dtype.is_integer or dtype.is_bool or dtype is dtypes.string:
        return _initializers.Zeros()
    raise ValueError(f"An initializer for variable {name} of {dtype} is required")


def _takes(function: Callable[..., Any], argument: str) -> bool:
    parameters = inspect.signature(function).parameters.values()
    return any(p.name == argument or p.kind is p.VAR_KEYWORD for p in parameters)


def _needs_no_arguments(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind()
    except TypeError:
        return False
    return True
