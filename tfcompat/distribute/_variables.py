"""Variables of strategies: one copy for each replica, on its device.

A variable with copies is, to whoever reads, differentiates or captures it, the copy of the replica that runs: its
`_storage` is that copy's, and across replicas the first one's. What differs is how it is assigned.
"""

from __future__ import annotations

import copy as copying
import functools
from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._core.callables import DistributedValues
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.device import device
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor
from tfcompat._core.variable import ResourceVariable, Variable
from tfcompat._core.variable_options import VariableSynchronization
from tfcompat.distribute import _context
from tfcompat.distribute._reductions import reduced
from tfcompat.distribute._values import Mirrored, ReduceOp, of_replica, regrouped

_VALUES = "tensorflow.python.distribute.values"


class MirroredVariable(ResourceVariable):
    """A variable of a strategy that mirrors variables and has one replica: a variable like any other."""

    __module__ = _VALUES

    @property
    def values(self) -> tuple[Any, ...]:
        """Each replica's variable."""
        plain = object.__new__(ResourceVariable)
        object.__setattr__(plain, "__dict__", self.__dict__)
        return (plain,)

    def __str__(self) -> str:
        return f"MirroredVariable:{{\n  0: {super().__repr__()}\n}}"

    __repr__ = __str__


def _spread(name: str) -> Callable[..., Any]:
    """The method of that name of a variable with copies, for those that change its value."""
    plain = getattr(ResourceVariable, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return self._change(name, args, kwargs)

    method.__name__, method.__qualname__, method.__doc__ = name, f"DistributedVariable.{name}", plain.__doc__
    return method


class DistributedVariable(ResourceVariable, DistributedValues):
    """A variable with a copy for each replica of `strategy`; the first of `copies` is what it is across replicas."""

    __module__ = _VALUES

    def __new__(cls, strategy: Any, copies: Sequence[Variable]) -> Any:
        made = object.__new__(cls)
        vars(made).update({key: value for key, value in vars(copies[0]).items() if key != "_storage"})
        vars(made).update(_copies=tuple(copies), _distribute_strategy=strategy)
        if made._synchronization is VariableSynchronization.AUTO:
            made._synchronization = VariableSynchronization.ON_WRITE
        for each in copies:
            object.__setattr__(each, "_copy_of", made)
        return made

    def __init__(self, strategy: Any, copies: Sequence[Variable]) -> None:
        self._copies: tuple[Any, ...] = tuple(copies)
        self._distribute_strategy = strategy

    @property
    def values(self) -> tuple[Any, ...]:
        """Each replica's variable."""
        return self._copies

    @property
    def _component(self) -> Any:
        """The copy that is meant here."""
        return self._copies[state.replica or 0]

    @property
    def _storage(self) -> Any:
        return self._component._storage

    @property
    def handle(self) -> Any:
        """The cell of the value of the copy that is meant here."""
        return self._component.handle

    @property
    def device(self) -> str:
        """The device of the copy that is meant here."""
        return self._component.device

    def __deepcopy__(self, memo: Any) -> Any:
        copy = memo[id(self)] = type(self)(self._distribute_strategy, [copying.deepcopy(c, memo) for c in self._copies])
        return copy

    def _told(self, tell: Callable[[Any], str]) -> str:
        parts = ",\n".join(f"  {i}: {tell(each)}" for i, each in enumerate(self._copies))
        return f"{type(self).__name__}:{{\n{parts}\n}}"

    def __str__(self) -> str:
        return self._told(str)

    def __repr__(self) -> str:
        return self._told(repr)

    def _write(self, t: Any) -> None:
        for each in self._copies if state.replica is None else (self._component,):
            each._write(t)

    # ---- assignment ----

    def _change(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What the method `name` of a variable does, to the copies that are meant here."""
        replica = _context.running_replica()
        if state.replica is not None and (replica is None or self._is_own(replica)):
            return getattr(self._component, name)(*args, **kwargs)
        if replica is None:
            return self._change_all(name, args, kwargs)
        value, *rest = args or (kwargs.pop("value" if "value" in kwargs else next(iter(kwargs))),)
        return replica.merge_call(
            lambda _, given: self._change_all(name, (self._merged(given), *rest), kwargs), (value,)
        )

    def _is_own(self, replica: Any) -> bool:
        """Whether each replica changes its own copy by itself."""
        return self._aggregation.name == "NONE"

    def _merged(self, value: Any) -> Any:
        """What is assigned where the replicas assign `value`."""
        if self._aggregation.name == "ONLY_FIRST_REPLICA":
            return of_replica(0, value)
        return reduced(ReduceOp.of(self._aggregation.name), value, self._distribute_strategy._workers)

    def _change_all(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Changes all copies alike; returns their new values, None where `read_value` is False."""
        made = []
        for i, each in enumerate(self._copies):
            with _context.entered(self._distribute_strategy, None, i), device(each.device):
                changed = getattr(each, name)(*of_replica(i, args), **of_replica(i, kwargs))
                made.append(changed if changed is None or len(self._copies) == 1 else changed.read_value())
        return made[0] if len(made) == 1 else regrouped(made, Mirrored)


class _Several(DistributedVariable):
    __module__ = _VALUES


class AggregatingVariable(DistributedVariable):
    """A variable that lies on one device and that several replicas share."""

    __module__ = "tensorflow.python.distribute.ps_values"

    @property
    def _component(self) -> Any:
        return self._copies[0]

    def _is_own(self, replica: Any) -> bool:
        if self._aggregation.name == "NONE":
            raise ValueError(
                "You must specify an aggregation method to update a AggregatingVariable in Replica Context. You can do "
                "so by passing an explicit value for argument `aggregation` to tf.Variable(..).e.g. "
                "`tf.Variable(..., aggregation=tf.VariableAggregation.SUM)`"
            )
        return False

    def _told(self, tell: Callable[[Any], str]) -> str:
        return tell(self._copies[0])


_Several.__name__ = _Several.__qualname__ = "MirroredVariable"


class SyncOnReadVariable(DistributedVariable):
    """A variable whose copies the replicas change by themselves; across replicas, reading it puts them together."""

    __module__ = _VALUES

    def _is_own(self, replica: Any) -> bool:
        return True

    def _read(self) -> Any:
        if state.replica is not None or self._aggregation.name == "ONLY_FIRST_REPLICA":
            return self._component._read()
        return to_storage(self._together())

    def _together(self) -> Any:
        """The copies' values put together as the variable's aggregation says."""
        if self._aggregation.name == "NONE":
            raise ValueError(
                f"Could not convert from `tf.VariableAggregation` {self._aggregation} to`tf.distribute.ReduceOp` type"
            )
        own = [each.read_value() for each in self._copies]
        return reduced(ReduceOp.of(self._aggregation.name), own, self._distribute_strategy._workers)

    def _now(self) -> Any:
        return self.read_value()

    def _change_all(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Changes all copies alike, so that together they have the value that is assigned; returns that."""
        if self._aggregation.name == "SUM":
            if name != "assign":
                raise ValueError(
                    f"SyncOnReadVariable does not support `{name}` in cross-replica context when aggregation is set to "
                    "`tf.VariableAggregation.SUM`."
                )
            value, *rest = args or (kwargs.pop("value"),)
            count = self._distribute_strategy.num_replicas_in_sync
            args = (_share(convert_to_tensor(value, dtype=self._dtype), count), *rest)
        done = super()._change_all(name, args, kwargs)
        return None if done is None else self.read_value()

    def _write(self, t: Any) -> None:
        if state.replica is None:
            self.assign(t, read_value=False)
        else:
            super()._write(t)


def _share(total: Any, count: int) -> Any:
    """A replica's part of a value; of integers, whose parts can't be exact, as much as the division leaves."""
    return total / count if total.dtype.is_floating or total.dtype.is_complex else total // count


for _name in (
    "assign assign_add assign_sub scatter_sub scatter_add scatter_max scatter_min scatter_mul scatter_div "
    "scatter_update batch_scatter_update scatter_nd_sub scatter_nd_add scatter_nd_update scatter_nd_max scatter_nd_min "
    "count_up_to"
).split():
    setattr(DistributedVariable, _name, _spread(_name))


def with_copies(strategy: Any, devices: Sequence[str], next_creator: Callable[..., Any], kwargs: dict[str, Any]) -> Any:
    """A variable with a copy on each of the devices, all of which start with the value of the first one.

    Where there are more replicas than devices, they share the one copy. Several workers start with the first one's.
    """
    first, made = None, []
    for i, name in enumerate(devices):
        with _context.entered(strategy, None, i), device(name):
            if first is None:
                first = next_creator(**kwargs)
                if not isinstance(first, Variable):
                    return first
                if strategy._workers is not None:
                    _take_the_first_workers(first, strategy._workers)
            else:
                again = {**kwargs, "name": f"{first.name.split(':')[0]}/replica_{i}/", "dtype": first.dtype}
                again["initial_value"] = EagerTensor(first._storage.t)
                made.append(next_creator(**again))
    if not made and strategy._workers is None:
        return AggregatingVariable(strategy, [first])
    kind = SyncOnReadVariable if kwargs.get("synchronization") is VariableSynchronization.ON_READ else _Several
    return (_callable(kind) if callable(first) else kind)(strategy, [first, *made])


def _take_the_first_workers(variable: Any, workers: Any) -> None:
    """Gives a new variable the value that it has in the first worker, also where a function is being captured."""
    if state.graph is not None:
        state.graph.lifted(lambda: _take_the_first_workers(variable, workers))
        return
    variable._write(workers.first(variable._storage.t))


@functools.cache
def _callable(kind: type) -> Any:
    """The class for variables whose copies can be called, as those of Keras 2."""
    methods = {"__call__": lambda self: self._component(), "__module__": kind.__module__}
    return type(kind.__name__, (kind,), methods)
