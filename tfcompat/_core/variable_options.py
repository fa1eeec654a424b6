"""What a variable may say of its copies on several devices."""

from __future__ import annotations

from enum import Enum
from typing import Any


class VariableSynchronization(Enum):
    """When the copies of a variable on several devices are brought together (tf.VariableSynchronization)."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


class VariableAggregation(Enum):
    """How the updates of a variable's copies on several devices are combined (tf.compat.v1.VariableAggregation)."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3
    ONLY_FIRST_TOWER = 3  # noqa: PIE796 - the older name, as in TensorFlow


class VariableAggregationV2(Enum):
    """How the updates of a variable's copies on several devices are combined (tf.VariableAggregation)."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (VariableAggregation, VariableAggregationV2)) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


def member(enum: type[Enum], value: Any, what: str, name: str | None) -> Any:
    """The member of `enum` that `value` is, the first one for None; ValueError for anything else."""
    if value is None:
        return next(iter(enum))
    if isinstance(value, enum):
        return value
    raise ValueError(f"Invalid variable {what} mode: {value} for variable: {name}")
