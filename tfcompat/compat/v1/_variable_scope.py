"""tf.compat.v1.variable_scope and get_variable: variables that are made, and found again, by name.

Eager TensorFlow 2 keeps none of them: `get_variable` makes a new variable at each call, whatever `reuse` says, unless
an `EagerVariableStore` is open. Inside a tf.function they are kept and `reuse` is obeyed.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, NoReturn

from tfcompat._core import dtypes, logging
from tfcompat._core.names import name_scope as open_name_scope
from tfcompat._core.state import state, travels
from tfcompat._core.variable import Variable
from tfcompat._core.variable_options import VariableAggregation, VariableSynchronization
from tfcompat.compat.v1._collections import get_collection
from tfcompat.compat.v1._variable_store import AUTO_REUSE, VariableStore, default_store, joining


class _Opened(threading.local):
    """How often each variable scope was opened, in this thread or graph; default names are made unique by it."""

    def __init__(self) -> None:
        self.outside: dict[str, int] = {}

    @property
    def count(self) -> dict[str, int]:
        """The numbers by the scopes' names."""
        home = getattr(state.graph, "home", None)
        return self.outside if home is None else home.scopes_opened

    @count.setter
    def count(self, count: dict[str, int]) -> None:
        home = getattr(state.graph, "home", None)
        if home is None:
            self.outside = count
        else:
            home.scopes_opened = count


_opened = travels(_Opened())


def _property(name: str, doc: str) -> property:
    return property(lambda self: getattr(self, f"_{name}"), doc=doc)


class VariableScope:
    """What `get_variable` takes where its caller gives nothing (tf.compat.v1.VariableScope).

    Eager scopes ignore `reuse` and `use_resource`; NotImplementedError for a `caching_device` there.
    """

    def __init__(
        self,
        reuse: Any,
        name: str = "",
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        caching_device: Any = None,
        partitioner: Callable[..., Any] | None = None,
        custom_getter: Callable[..., Any] | None = None,
        name_scope: str = "",
        dtype: Any = dtypes.float32,
        use_resource: bool | None = None,
        constraint: Callable[[Any], Any] | None = None,
    ) -> None:
        if state.graph is None:
            if caching_device is not None:
                _refuse_caching(caching_device)
            reuse, use_resource = AUTO_REUSE, True
        self._reuse, self._name, self._name_scope = reuse, name, name_scope
        self._initializer, self._regularizer, self._constraint = initializer, regularizer, constraint
        self._caching_device, self._partitioner, self._custom_getter = caching_device, partitioner, custom_getter
        self._dtype, self._use_resource = dtype, use_resource

    name = _property("name", "The name, with those of the outer scopes.")
    original_name_scope = _property("name_scope", "The tf.name_scope that was opened with the scope.")
    reuse = _property("reuse", "True, False or AUTO_REUSE.")
    initializer = _property("initializer", "What makes the initial value where get_variable is given nothing.")
    regularizer = _property("regularizer", "A function of a new variable that gives a loss, or None.")
    constraint = _property("constraint", "What an optimizer applies to a variable after an update, or None.")
    dtype = _property("dtype", "The dtype where get_variable is given none.")
    use_resource = _property("use_resource", "Always true in eager execution.")
    caching_device = _property("caching_device", "None in eager execution.")
    partitioner = _property("partitioner", "What divides new variables, or None.")
    custom_getter = _property("custom_getter", "What is called in get_variable's place, or None.")

    def reuse_variables(self) -> None:
        """Lets the scope find variables that are there, and make no others."""
        self._reuse = True

    def set_initializer(self, initializer: Any) -> None:
        """Sets what makes the initial value where get_variable is given nothing."""
        self._initializer = initializer

    def set_regularizer(self, regularizer: Callable[[Any], Any] | None) -> None:
        """Sets the function of a new variable that gives a loss."""
        self._regularizer = regularizer

    def set_dtype(self, dtype: Any) -> None:
        """Sets the dtype where get_variable is given none."""
        self._dtype = dtype

    def set_custom_getter(self, custom_getter: Callable[..., Any] | None) -> None:
        """Sets what is called in get_variable's place."""
        self._custom_getter = custom_getter

    def set_partitioner(self, partitioner: Callable[..., Any] | None) -> None:
        """Sets what divides new variables; get_variable raises NotImplementedError for one."""
        self._partitioner = partitioner

    def set_use_resource(self, use_resource: bool) -> None:
        """Whether variables are resources, as eager ones always are: ValueError for False there."""
        if state.graph is None and not use_resource:
            raise ValueError("When eager execution is enabled, use_resource cannot be set to false.")
        self._use_resource = use_resource

    def set_caching_device(self, caching_device: Any) -> None:
        """Where a graph's variables are copied to for reading; NotImplementedError in eager execution."""
        if state.graph is None:
            _refuse_caching(caching_device)
        self._caching_device = caching_device

    def get_collection(self, name: str) -> list[Any]:
        """What the collection `name` has from this scope."""
        return get_collection(name, f"{self._name}/" if self._name else "")

    def trainable_variables(self) -> list[Any]:
        """The scope's variables in the collection of trainable ones."""
        return self.get_collection("trainable_variables")

    def global_variables(self) -> list[Any]:
        """The scope's variables in the collection of global ones."""
        return self.get_collection("variables")

    def local_variables(self) -> list[Any]:
        """The scope's variables in the collection of local ones."""
        return self.get_collection("local_variables")

    def get_variable(
        self,
        var_store: VariableStore,
        name: str | None,
        shape: Any = None,
        dtype: Any = None,
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
        """`get_variable` in this scope, from the store `var_store`."""
        if dtype is not None and initializer is not None and not callable(initializer):
            _check_dtype(initializer, dtype)
        if state.graph is None:
            reuse, use_resource = False, True
        with open_name_scope(""):
            return var_store.get_variable(
                self._name if name == "" else f"{self._name}/{name}" if self._name else name,
                shape=shape,
                dtype=_first(dtype, self._dtype),
                initializer=_first(initializer, self._initializer),
                regularizer=_first(regularizer, self._regularizer),
                reuse=_first(reuse, self._reuse),
                trainable=trainable,
                collections=collections,
                caching_device=_first(caching_device, self._caching_device),
                partitioner=_first(partitioner, self._partitioner),
                validate_shape=validate_shape,
                use_resource=_first(use_resource, self._use_resource),
                custom_getter=_first(custom_getter, self._custom_getter),
                constraint=_first(constraint, self._constraint),
                synchronization=synchronization,
                aggregation=aggregation,
            )


class variable_scope(AbstractContextManager[VariableScope]):
    """Opens a scope for `get_variable`, and a tf.name_scope with it (tf.compat.v1.variable_scope).

    name_or_scope: a string, added to the open scope's name, or a VariableScope to open again under its own name.
    default_name: the name where that is None, made unique. reuse: True (only variables that are there), AUTO_REUSE
    (those, and new ones), None or False (as the open scope). The other arguments are `get_variable`'s defaults
    within; `values` only decide TensorFlow's graph. auxiliary_name_scope: False opens no name scope.
    """

    def __init__(
        self,
        name_or_scope: str | VariableScope | None,
        default_name: str | None = None,
        values: Sequence[Any] | None = None,
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        caching_device: Any = None,
        partitioner: Callable[..., Any] | None = None,
        custom_getter: Callable[..., Any] | None = None,
        reuse: Any = None,
        dtype: Any = None,
        use_resource: bool | None = None,
        constraint: Callable[[Any], Any] | None = None,
        auxiliary_name_scope: bool = True,
    ) -> None:
        if default_name is None and name_or_scope is None:
            raise TypeError("If default_name is None then name_or_scope is required")
        if not (reuse is None or reuse is True or reuse is False or reuse is AUTO_REUSE):
            raise ValueError(f"The reuse parameter must be True or False or None or AUTO_REUSE, got {reuse!r}.")
        if not isinstance(auxiliary_name_scope, bool):
            raise TypeError(f"The auxiliary_name_scope must be `True` or `False`, while get {auxiliary_name_scope}")
        self._name_or_scope, self._default_name = name_or_scope, default_name
        self._reuse, self._constraint, self._adds_name_scope = reuse or None, constraint, auxiliary_name_scope
        self._settings = {
            "initializer": initializer,
            "regularizer": regularizer,
            "caching_device": caching_device,
            "partitioner": partitioner,
            "custom_getter": custom_getter,
            "dtype": dtype,
            "use_resource": use_resource,
        }
        self._names: open_name_scope | None = None
        self._target: str | VariableScope | None = None
        self._original_name_scope = ""
        self._outer: list[tuple[VariableScope, VariableScope, dict[str, int]]] = []

    def __enter__(self) -> VariableScope:
        first = self._target is None
        if first:
            self._names = self._name_scope()
        scope = self._names.__enter__() if self._names else ""
        try:
            if first:
                self._target, self._original_name_scope = self._resolve(scope)
            return self._open()
        except BaseException:
            if self._names:
                self._names.__exit__(None, None, None)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        outer, inner, count = self._outer.pop()
        if state.variable_scope is not inner:
            raise RuntimeError("Improper nesting of variable_scope.")
        if isinstance(self._target, VariableScope):
            _opened.count = count
        else:
            below = f"{inner.name}/"
            _opened.count = {name: n for name, n in _opened.count.items() if not name.startswith(below)}
        state.variable_scope = outer
        if self._names:
            self._names.__exit__(kind, error, trace)

    def _name_scope(self) -> open_name_scope | None:
        """The name scope to open with the variable scope."""
        if not isinstance(self._name_or_scope, (str, VariableScope, type(None))):
            raise TypeError(
                f"VariableScope: name_or_scope must be a string or VariableScope, got {self._name_or_scope!r}."
            )
        if self._name_or_scope is None and self._reuse:
            raise ValueError("reuse=True cannot be used without a name_or_scope")
        if not self._adds_name_scope:
            return open_name_scope(state.scopes)
        if self._name_or_scope is None:
            return open_name_scope(self._default_name)  # type: ignore[arg-type]
        whole = self._name_or_scope if isinstance(self._name_or_scope, str) else self._name_or_scope.name.split("/")[-1]
        return open_name_scope(whole) if whole else None

    def _resolve(self, scope: str) -> tuple[str | VariableScope, str]:
        """What to open, and what its `original_name_scope` is, where `scope` is the name scope just opened."""
        target = self._name_or_scope
        if isinstance(target, VariableScope):
            return target, target.original_name_scope
        return (_unique(self._default_name) if target is None else target), scope  # type: ignore[arg-type]

    def _open(self) -> VariableScope:
        outer, target, count = get_variable_scope(), self._target, dict(_opened.count)
        if isinstance(target, VariableScope):
            base, name = target, target.name
        else:
            base, name = outer, f"{outer.name}/{target}" if outer.name else target
        settings = {key: _first(value, getattr(base, f"_{key}")) for key, value in self._settings.items()}
        getter = self._settings["custom_getter"]
        if getter is not None and base.custom_getter is not None:
            settings["custom_getter"] = _around(getter, base.custom_getter)
        inner = VariableScope(
            self._reuse or base.reuse,
            name,  # type: ignore[arg-type]
            name_scope=self._original_name_scope,
            constraint=self._constraint,
            **settings,
        )
        _opened.count[inner.name] = _opened.count.get(inner.name, 0) + 1
        self._outer.append((outer, inner, count))
        state.variable_scope = inner
        return inner


def variable_op_scope(
    values: Sequence[Any] | None, name_or_scope: Any, default_name: str | None = None, *args: Any, **kwargs: Any
) -> variable_scope:
    """`variable_scope` with the arguments in another order; deprecated (tf.compat.v1.variable_op_scope)."""
    logging.deprecated("tf.compat.v1.variable_op_scope is deprecated, use tf.compat.v1.variable_scope.", first=1)
    return variable_scope(name_or_scope, default_name, values, *args, **kwargs)


def get_variable_scope() -> VariableScope:
    """The innermost open variable scope (tf.compat.v1.get_variable_scope); the nameless one where none is."""
    if state.variable_scope is None:
        state.variable_scope = VariableScope(False)
    return state.variable_scope


def get_variable(
    name: str | None,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
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
    """A variable called `name` in the open variable scope (tf.compat.v1.get_variable).

    initializer: a function of a shape and `dtype`, one of nothing, or the value itself; Glorot's uniform for a floating
    dtype and zeros for others where neither caller nor scope gives one. regularizer: what it gives for the variable
    joins the regularization losses. ValueError for a shape or dtype that does not fit, and where `reuse` is violated;
    partitioner: says into how many parts each dimension is cut; the variable is a PartitionedVariable then.
    `use_resource` changes nothing: there are no other variables.
    """
    return get_variable_scope().get_variable(
        default_store(),
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=collections,
        caching_device=caching_device,
        partitioner=partitioner,
        validate_shape=validate_shape,
        use_resource=use_resource,
        custom_getter=custom_getter,
        constraint=constraint,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def get_local_variable(
    name: str | None,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    trainable: bool | None = False,
    collections: Sequence[str] | None = None,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """`get_variable` of one that joins the local variables and is never trainable (tf.compat.v1.get_local_variable).

    The arguments are `get_variable`'s; ValueError for a true `trainable`.
    """
    if trainable:
        raise ValueError(f"get_local_variable: a local variable is not trainable, got trainable={trainable!r}")
    collections = [*(collections or ()), "local_variables"]
    return get_variable(name, shape, dtype, initializer, regularizer, False, collections, *args, **kwargs)


def no_regularizer(_: Any) -> None:
    """A regularizer that gives no loss, to switch the scope's off (tf.compat.v1.no_regularizer)."""
    return None


class VariableV1(Variable):
    """tf.compat.v1.Variable: makes a tf.Variable.

    `collections` must be a list, tuple or set: ValueError; eager variables join none. `expected_shape` is TensorFlow
    1's, which no longer reads it, and `use_resource` changes nothing.
    """

    __module__ = "tensorflow.python.ops.variable_v1"

    def __new__(  # type: ignore[misc]
        cls,
        initial_value: Any = None,
        trainable: bool | None = None,
        collections: Sequence[str] | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: str | None = None,
        constraint: Callable[[Any], Any] | None = None,
        use_resource: bool | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
        shape: Any = None,
    ) -> Variable:
        if collections is not None and not isinstance(collections, (list, tuple, set)):
            raise ValueError(
                "collections argument to Variable constructor must be a list, tuple, or set. Got "
                f"{collections} of type {type(collections)}"
            )
        arguments = {
            "initial_value": initial_value,
            "trainable": trainable,
            "validate_shape": validate_shape,
            "caching_device": caching_device,
            "name": name,
            "variable_def": variable_def,
            "dtype": dtype,
            "import_scope": import_scope,
            "constraint": constraint,
            "synchronization": synchronization,
            "aggregation": aggregation,
            "shape": shape,
        }
        if not state.creators:
            with joining(collections):
                return Variable(**arguments)
        only_here = {"collections": collections, "expected_shape": expected_shape, "use_resource": use_resource}
        return Variable.created({**arguments, **only_here, "experimental_enable_variable_lifting": None})


def _unique(prefix: str) -> str:
    outer = get_variable_scope().name
    name, count = f"{outer}/{prefix}" if outer else prefix, 0
    while _opened.count.get(f"{name}_{count}" if count else name):
        count += 1
    return f"{prefix}_{count}" if count else prefix


def _around(inner: Callable[..., Any], outer: Callable[..., Any]) -> Callable[..., Any]:
    """The custom getter of an inner scope, which gets the outer scope's as its `getter`."""
    return lambda getter, *args, **kwargs: inner(functools.partial(outer, getter), *args, **kwargs)


def _first(given: Any, default: Any) -> Any:
    return default if given is None else given


def _check_dtype(value: Any, dtype: Any) -> None:
    from tfcompat._core.convert import convert_to_tensor

    found = convert_to_tensor(value).dtype
    if found != dtypes.as_dtype(dtype):
        raise ValueError(f"Initializer type '{found}' and explicit dtype '{dtype}' don't match.")


def _refuse_caching(caching_device: Any) -> NoReturn:
    raise NotImplementedError(
        f"caching_device={caching_device!r}: caching devices are not supported when eager execution is enabled."
    )
