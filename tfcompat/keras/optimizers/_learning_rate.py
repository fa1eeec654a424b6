"""The learning rate of an optimizer: a variable, a schedule over the steps, or a callable."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import _version
from tfcompat.keras._graph import Saveable
from tfcompat.keras._state import settings
from tfcompat.keras._variable import Variable
from tfcompat.keras.optimizers.schedules.base import LearningRateSchedule


class WithLearningRate(Saveable):
    """What an optimizer knows of its learning rate; it counts its steps in `_iterations`."""

    decay = 0.0
    _iterations: Any
    _learning_rate: Any
    _tracker: Any

    def _legacy_arguments(self, learning_rate: Any, kwargs: dict[str, Any]) -> Any:
        """Keras 2's `lr`, and the `decay` that goes with it; with `learning_rate`, Keras 3 ignores `decay`."""
        if "lr" in kwargs:
            warnings.warn("The `lr` argument is an older name of `learning_rate`.", stacklevel=4)
            learning_rate = kwargs.pop("lr")
            self.decay = kwargs.pop("decay", None) or 0.0
        if _version.is_legacy():
            kwargs.pop("jit_compile", None)
            kwargs.pop("is_legacy_optimizer", None)
            self.decay = kwargs.pop("decay", None) or self.decay  # Keras 2's first optimizers have it
            if kwargs:
                raise TypeError(
                    f"{next(iter(kwargs))} is not a valid argument, kwargs should be empty  for "
                    "`optimizer_experimental.Optimizer`."
                )
        if kwargs.pop("decay", None):
            warnings.warn("Argument `decay` is no longer supported and will be ignored.", stacklevel=4)
        if kwargs:
            raise ValueError(f"Argument(s) not recognized: {kwargs}")
        return learning_rate

    def _rate(self) -> Any:
        """The learning rate of this step: with a decay it is lr / (1 + decay * iterations), as in Keras 2."""
        rate = self.learning_rate
        if not self.decay:
            return rate
        return wrap(to_storage(rate) / (1.0 + self.decay * to_storage(self._iterations).to(torch.float32)))

    def _checked_learning_rate(self, learning_rate: Any) -> Any:
        if isinstance(learning_rate, LearningRateSchedule) or callable(learning_rate):
            return learning_rate
        if isinstance(learning_rate, (int, np.floating)) and not isinstance(learning_rate, bool):
            learning_rate = float(learning_rate)
        if not isinstance(learning_rate, float):
            raise ValueError(
                "Argument `learning_rate` should be float, or an instance of LearningRateSchedule, or a callable "
                "without "
                f"arguments. Received instead: learning_rate={learning_rate!r}"
            )
        return Variable(
            learning_rate,
            name="learning_rate",
            dtype=settings.floatx,
            trainable=False,
            aggregation="only_first_replica",
        )

    @property
    def learning_rate(self) -> Any:
        """The current learning rate: a variable, or what the schedule gives. Assign a float, schedule or callable."""
        rate = self._learning_rate
        if isinstance(rate, LearningRateSchedule):
            return rate(self._iterations)
        return rate() if callable(rate) and not isinstance(rate, Variable) else rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        old = self._learning_rate
        if isinstance(learning_rate, LearningRateSchedule) or (
            callable(learning_rate) and not hasattr(learning_rate, "_read") and not hasattr(learning_rate, "_t")
        ):
            if isinstance(old, Variable):
                self._tracker.untrack(old)
            self._learning_rate = learning_rate
        elif isinstance(old, Variable):
            old.assign(learning_rate)
        else:
            raise TypeError(
                "This optimizer was created with a schedule or a callable as its `learning_rate`, hence it is not "
                "settable. Make the optimizer with a float `learning_rate` to be able to set it."
            )

    @property
    def lr(self) -> Any:
        """`learning_rate` under Keras 2's name."""
        return self.learning_rate

    @lr.setter
    def lr(self, value: Any) -> None:
        self.learning_rate = value
