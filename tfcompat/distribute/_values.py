"""What replicas hold: values of each, variables that are kept alike, and how values are put together."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

from tfcompat._core.variable import ResourceVariable


class ReduceOp(enum.Enum):
    """How values of replicas are put together (tf.distribute.ReduceOp)."""

    SUM = "SUM"
    MEAN = "MEAN"

    @staticmethod
    def of(value: Any) -> ReduceOp:
        """A ReduceOp or its name in any case; ValueError for another."""
        return value if isinstance(value, ReduceOp) else ReduceOp(str(value).upper())


class DistributedValues:
    """A value for each replica (tf.distribute.DistributedValues); `strategy.experimental_local_results` gives them."""

    __module__ = "tensorflow.python.types.distribute"


class PerReplica(DistributedValues):
    """Values of the replicas, in their order."""

    __module__ = "tensorflow.python.distribute.values"

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = tuple(values)

    @property
    def values(self) -> tuple[Any, ...]:
        """Each replica's value."""
        return self._values

    def _told(self, tell: Any) -> str:
        return ",\n".join(f"  {i}: {tell(value)}" for i, value in enumerate(self._values))

    def __str__(self) -> str:
        return f"PerReplica:{{\n{self._told(str)}\n}}"

    def __repr__(self) -> str:
        return f"PerReplica:{{\n{self._told(repr)}\n}}"


class MirroredVariable(ResourceVariable):
    """A variable of a strategy that mirrors variables; with one replica, a variable like any other."""

    __module__ = "tensorflow.python.distribute.values"

    @property
    def values(self) -> tuple[Any, ...]:
        """Each replica's variable."""
        plain = object.__new__(ResourceVariable)
        object.__setattr__(plain, "__dict__", self.__dict__)
        return (plain,)

    def __str__(self) -> str:
        return f"MirroredVariable:{{\n  0: {super().__repr__()}\n}}"

    __repr__ = __str__
