"""tf.train.ExponentialMovingAverage: averages of variables over the steps of training."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tfcompat._arrays.ordering import group
from tfcompat._core.reference import Reference
from tfcompat._core.variable import Variable


class ExponentialMovingAverage:
    """Keeps moving averages of variables (tf.train.ExponentialMovingAverage).

    decay: the share of the old average that stays at each `apply`. num_updates: a number of steps n; the decay is then
    at most (1 + n) / (10 + n). zero_debias: whether averages of tensors start at zero and are corrected for that
    (variables' start at their values).
    """

    def __init__(
        self, decay: Any, num_updates: Any = None, zero_debias: bool = False, name: str = "ExponentialMovingAverage"
    ) -> None:
        self._decay, self._num_updates, self._zero_debias, self._name = decay, num_updates, zero_debias, name
        self._averages: dict[Reference, Variable] = {}

    @property
    def name(self) -> str:
        """The name, which averages' names end in."""
        return self._name

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {f"{number}": average for number, average in enumerate(self._averages.values())}

    def apply(self, var_list: Iterable[Any] | None = None) -> Any:
        """Moves the averages on by a step; those of variables not seen before start at the variables' values.

        In a graph that a session runs it returns the operation that does so, None otherwise. TypeError for what is no
        float variable.
        """
        if var_list is None:
            raise ValueError("`var_list` takes a list of variables: TensorFlow 2 has no collection of them.")
        variables = [_variable(variable) for variable in var_list]
        for variable in variables:
            if not isinstance(variable, Variable):
                raise TypeError(f"`var_list` takes variables, got {variable!r}")
            if not variable.dtype.is_floating:
                raise TypeError(f"The variables must be half, float, or double: {variable.name}")
            if variable.ref() not in self._averages:
                name = self.average_name(variable)
                deferred = variable.initial_value if variable._deferred is not None else None
                start = variable.read_value() if deferred is None else deferred
                self._averages[variable.ref()] = Variable(start, trainable=False, name=name)
        averages = [(v, self._averages[v.ref()]) for v in variables]
        return group(*(a.assign_sub((a - v) * self._share(a.dtype)) for v, a in averages))

    def _share(self, dtype: Any) -> Any:
        """What a step takes of the difference between average and value."""
        from tfcompat.dtypes.casting import cast
        from tfcompat.math import minimum

        decay = cast(self._decay, dtype)
        if self._num_updates is not None:
            steps = cast(self._num_updates, dtype)
            decay = minimum(decay, (1.0 + steps) / (10.0 + steps))
        return 1.0 - decay

    def average(self, var: Any) -> Any:
        """The variable that holds the average of `var`; None where it was never given to `apply`."""
        return self._averages.get(_variable(var).ref())

    def average_name(self, var: Any) -> str:
        """The name of the variable that holds the average of `var`."""
        return f"{_variable(var).name.split(':')[0]}/{self.name}"

    def variables_to_restore(self, moving_avg_variables: Iterable[Any] | None = None) -> dict[str, Any]:
        """{name in a checkpoint: variable}: variables with an average take its value when they are restored by name."""
        if moving_avg_variables is None:
            moving_avg_variables = [reference.deref() for reference in self._averages]
        return {self.average_name(variable): variable for variable in moving_avg_variables}


def _variable(value: Any) -> Any:
    """The tf.Variable of a Keras variable; others as they are."""
    inner = getattr(value, "_tf_variable", None)
    return value if inner is None else inner
