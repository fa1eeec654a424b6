"""The learning rate of an optimizer: a variable, a schedule over the steps, or a callable."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch

from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import _version
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._graph import Saveable
from tfcompat.keras._state import settings
from tfcompat.keras._variable import Variable
from tfcompat.keras.optimizers.schedules.base import LearningRateSchedule


def _called(rate: Any) -> Any:
    """What a function without arguments gives; Keras 2 calls it once."""
    return rate() if callable(rate) and not hasattr(rate, "numpy") else rate


class WithLearningRate(Saveable):
    """What an optimizer knows of its learning rate; it counts its steps in `_iterations`."""

    decay = 0.0
    _current_learning_rate: Variable | None = None
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
            for key in kwargs.keys() & {"gradient_aggregator", "gradient_transformers"}:
                raise ValueError(
                    f"{key} is deprecated in the new TF-Keras optimizer, please check the docstring for valid "
                    f"arguments, or use the legacy optimizer, e.g., tf.keras.optimizers.legacy.{type(self).__name__}."
                )
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
        rate = self._scheduled()
        if self._current_learning_rate is not None:
            self._current_learning_rate.assign(rate)
        if not self.decay:
            return rate
        return wrap(to_storage(rate) / (1.0 + self.decay * to_storage(self._iterations).to(torch.float32)))

    def _scheduled(self) -> Any:
        """The learning rate, that of the schedule at this step among others."""
        rate = self._learning_rate
        if isinstance(rate, LearningRateSchedule):
            return rate(self._iterations)
        return rate() if callable(rate) and not isinstance(rate, Variable) else rate

    def _keep_current(self, rate: Any) -> None:
        """Makes the variable that Keras 2 keeps the learning rate of the last step in, where there is a schedule."""
        if self._current_learning_rate is None and _version.is_legacy() and isinstance(rate, LearningRateSchedule):
            first = rate(self._iterations)
            made = Variable(first, name="current_learning_rate", dtype=standardize_dtype(first.dtype), trainable=False)
            object.__setattr__(self, "_current_learning_rate", made)

    def _checked_learning_rate(self, learning_rate: Any) -> Any:
        if isinstance(learning_rate, LearningRateSchedule):
            self._keep_current(learning_rate)
            return learning_rate
        if _version.is_legacy():
            return self._as_variable(convert_to_tensor(_called(learning_rate), dtype=settings.floatx))
        if callable(learning_rate):
            return learning_rate
        if isinstance(learning_rate, (int, np.floating)) and not isinstance(learning_rate, bool):
            learning_rate = float(learning_rate)
        if not isinstance(learning_rate, float):
            raise ValueError(
                "Argument `learning_rate` should be float, or an instance of LearningRateSchedule, or a callable "
                "without "
                f"arguments. Received instead: learning_rate={learning_rate!r}"
            )
        return self._as_variable(learning_rate)

    def _as_variable(self, learning_rate: Any) -> Variable:
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
        return self._scheduled() if self._current_learning_rate is None else self._current_learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        old = self._learning_rate
        if isinstance(learning_rate, LearningRateSchedule) or (
            callable(learning_rate) and not hasattr(learning_rate, "_read") and not hasattr(learning_rate, "_t")
        ):
            if isinstance(old, Variable):
                self._tracker.untrack(old)
            self._keep_current(learning_rate)
            self._learning_rate = learning_rate
        elif isinstance(old, Variable):
            old.assign(learning_rate)
        else:
            raise TypeError(
                "This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor "
                "argument, hence its learning rate is not settable. If you need the learning rate to be settable, you "
                "should instantiate the optimizer with a float `learning_rate` argument."
            )

    @property
    def lr(self) -> Any:
        """`learning_rate` under Keras 2's name."""
        return self.learning_rate

    @lr.setter
    def lr(self, value: Any) -> None:
        self.learning_rate = value
