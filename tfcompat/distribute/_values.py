"""What replicas hold: a value for each of them, as one object; and how such values are made and taken apart."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._core import callables, structure
from tfcompat._core.callables import DistributedValues
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.state import state
from tfcompat._core.type_spec import TypeSpec, type_spec_from_value


class ReduceOp(enum.Enum):
    """How values of replicas are put together (tf.distribute.ReduceOp)."""

    SUM = "SUM"
    MEAN = "MEAN"

    @staticmethod
    def of(value: Any) -> ReduceOp:
        """A ReduceOp or its name in any case; ValueError for another."""
        return value if isinstance(value, ReduceOp) else ReduceOp(str(value).upper())


class Values(DistributedValues):
    """A value for each replica, in their order."""

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = tuple(values)

    @property
    def values(self) -> tuple[Any, ...]:
        """Each replica's value."""
        return self._values

    def _told(self, tell: Callable[[Any], str]) -> str:
        parts = ",\n".join(f"  {i}: {tell(value)}" for i, value in enumerate(self._values))
        return f"{type(self).__name__}:{{\n{parts}\n}}"

    def __str__(self) -> str:
        return self._told(str)

    def __repr__(self) -> str:
        return self._told(repr)


class PerReplica(Values, CompositeTensor, callables.PerReplica):
    """Values that differ between replicas."""

    __module__ = "tensorflow.python.distribute.values"

    @property
    def _type_spec(self) -> TypeSpec:
        return PerReplicaSpec(*map(type_spec_from_value, self._values))

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        raise ValueError(
            "It looks like you are using a PerReplica object while not inside a replica context, which is not "
            "supported. Try running your op or function inside a replica context by using `strategy.run`"
        )


class Mirrored(Values, callables.Mirrored):
    """Values that are the same on all replicas, each on its device: as a tensor, that of the replica that runs."""

    __module__ = "tensorflow.python.distribute.values"

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        return convert_to_tensor(self._values[state.replica or 0], dtype=dtype, name=name)


class PerReplicaSpec(TypeSpec):
    """The type of a PerReplica: the specs of the replicas' values."""

    __slots__ = ("_value_specs",)
    __module__ = "tensorflow.python.distribute.values"

    def __init__(self, *value_specs: Any) -> None:
        self._value_specs = tuple(value_specs)

    @property
    def value_type(self) -> type:
        """PerReplica."""
        return PerReplica

    def _serialize(self) -> tuple:
        return self._value_specs

    @property
    def _component_specs(self) -> Any:
        return self._value_specs

    def _to_components(self, value: Any) -> Any:
        if value.values and value.values[0] is not None and any(v is None for v in value.values):
            raise ValueError(f"A PerReplica with None among its values has no tensors: {value!r}")
        return value.values

    def _from_components(self, components: Any) -> Any:
        return PerReplica(components)

    def __repr__(self) -> str:
        return f"PerReplicaSpec{self._value_specs}"


def of_replica(i: int, nest: Any) -> Any:
    """What replica number `i` gets of a nest: its values where there is one for each, else what all get."""

    def chosen(part: Any) -> Any:
        # A variable with copies stays itself: it knows which replica reads it.
        return part.values[i] if isinstance(part, Values) else part

    return structure.map_structure(chosen, nest)


def regrouped(parts: Sequence[Any], kind: type[Values] = PerReplica) -> Any:
    """A nest of values of all replicas from the nest that each replica gives; what is one object for all stays so.

    A variable's copies are the variable that has them. ValueError and TypeError where the nests differ.
    """
    first = parts[0]
    node = structure.node_of(type(first))
    if node is not None and not isinstance(first, DistributedValues):
        children = [list(node.children(part)) for part in _alike(parts)]
        return node.rebuild(first, [regrouped(values, kind) for values in zip(*children, strict=True)])
    if all(part is first for part in parts):
        return first
    owner = getattr(first, "_copy_of", None)
    if owner is not None and all(part is own for part, own in zip(parts, owner.values)):
        return owner
    return kind(parts)


def _alike(parts: Sequence[Any]) -> Sequence[Any]:
    first = parts[0]
    for part in parts[1:]:
        if type(part) is not type(first):
            raise TypeError(f"The replicas give values of different types: {type(first)} and {type(part)}")
        if len(part) != len(first) or (isinstance(first, dict) and set(part) != set(first)):
            raise ValueError(f"The replicas give values of different structures: {first!r} and {part!r}")
    return parts


def local_results(value: Any, count: int) -> tuple[Any, ...]:
    """The values of each of `count` replicas in a nest; a nest without any, by itself."""
    if isinstance(value, DistributedValues):
        return value.values  # type: ignore[attr-defined]
    flat = structure.flatten(value)
    if not any(isinstance(part, DistributedValues) for part in flat):
        return (value,)

    def of(i: int) -> Any:
        return structure.map_structure(lambda x: x.values[i] if isinstance(x, DistributedValues) else x, value)  # type: ignore[attr-defined]

    return tuple(map(of, range(count)))
