"""What metrics had in Keras 2, where they were layers, and no longer have in Keras 3."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tfcompat._core.state import state
from tfcompat._core.variable import UnreadVariable
from tfcompat.keras import _version


class Keras2Metric:
    """The attributes and methods that Metric had in Keras 2."""

    get_config: Any
    variables: list[Any]

    built = stateful = trainable = True
    trainable_weights: Sequence[Any] = ()

    @property
    def weights(self) -> list[Any]:
        """`variables`."""
        return self.variables

    @property
    def non_trainable_weights(self) -> list[Any]:
        """`variables`: no metric is trained."""
        return self.variables

    def get_weights(self) -> list[Any]:
        """The variables' values, as numpy arrays."""
        return [variable.numpy() for variable in self.variables]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assigns values to the variables; ValueError where their number or a shape differs."""
        own = self.variables
        if len(weights) != len(own):
            raise ValueError(
                f'You called `set_weights(weights)` on layer "{self.name}" with a weight list of length '
                f"{len(weights)}, but the layer was expecting {len(own)} weights. Provided weights: "
                f"{str(weights)[:50]}..."
            )
        for variable, value in zip(own, weights):
            if tuple(variable.shape) != np.shape(value):
                raise ValueError(
                    f"Layer {self.name} weight shape {variable.shape} is not compatible with provided weight shape "
                    f"{np.shape(value)}."
                )
            variable.assign(value)

    name: str

    trainable_variables = property(lambda self: list(self.trainable_weights), doc="None: no metric is trained.")
    non_trainable_variables = non_trainable_weights

    def merge_state(self, metrics: Iterable[Any]) -> list[Any]:
        """Adds other metrics' variables to this one's; ValueError for one that has another number of them."""
        done = []
        for metric in metrics:
            if len(self.weights) != len(metric.weights):
                raise ValueError(f"Metric {metric} is not compatible with {self}")
            for variable, value in zip(self.weights, metric.weights):
                variable.assign_add(value)
                done.append(updated(variable))
        return done

    def __str__(self) -> str:
        if not _version.is_legacy():
            return repr(self)
        return f"{type(self).__name__}({','.join(f'{key}={value}' for key, value in self.get_config().items())})"


def updated(variable: Any) -> Any:
    """What `update_state` gives: in Keras 2 the variable that it changed last, outside of functions; else None."""
    return UnreadVariable._of(variable._value) if _version.is_legacy() and state.graph is None else None
