"""tensorflow.python.training.moving_averages: what moves one variable on towards a value."""

from __future__ import annotations

from typing import Any

from tfcompat._core.names import name_scope_v1
from tfcompat.compat.v1 import get_variable, variable_scope, zeros_initializer
from tfcompat.distribute import ReduceOp, get_replica_context, get_strategy, in_cross_replica_context
from tfcompat.dtypes.casting import cast


def assign_moving_average(
    variable: Any, value: Any, decay: Any, zero_debias: bool = True, name: str | None = None
) -> Any:
    """Makes `variable` decay * variable + (1 - decay) * value, and returns what an assignment does.

    zero_debias: whether the average is one that began at zero, which two variables of its scope, "biased" and
    "local_step", correct it for. Replicas move it towards the mean of their values.
    (tf.__internal__.train.assign_moving_average).
    """
    with name_scope_v1(name, "AssignMovingAvg", [variable, value, decay]):
        share = cast(1.0 - decay, variable.dtype)

        def move(v: Any, x: Any) -> Any:
            return v.assign_sub((v - x) * share)

        def move_from_zero(v: Any, x: Any, biased: Any, step: Any) -> Any:
            sums, steps = move(biased, x), step.assign_add(1)
            return v.assign(sums / (1 - (1.0 - share) ** steps))

        def across_replicas(strategy: Any, v: Any, x: Any) -> Any:
            mean = strategy.extended.reduce_to(ReduceOp.MEAN, x, v)
            if not zero_debias:
                return strategy.extended.update(v, move, args=(mean,))
            with variable_scope(v.name.removesuffix(":0")), strategy.extended.colocate_vars_with(v):
                made = [
                    get_variable(part, shape, v.dtype, zeros_initializer(), trainable=False)
                    for part, shape in (("biased", v.shape), ("local_step", []))
                ]
            return strategy.extended.update(v, move_from_zero, args=(mean, *made))

        if in_cross_replica_context():
            return across_replicas(get_strategy(), variable, value)
        return get_replica_context().merge_call(across_replicas, args=(variable, value))
