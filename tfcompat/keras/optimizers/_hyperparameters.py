"""The hyperparameters of Keras 2's first optimizers: attributes that are variables once they are used."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._function.scopes import init_scope
from tfcompat.keras import _naming
from tfcompat.keras._state import settings
from tfcompat.keras._variable import Variable
from tfcompat.keras.optimizers.base import Optimizer
from tfcompat.keras.optimizers.schedules.base import LearningRateSchedule


class WithHyperparameters(Optimizer):
    """What `_set_hyper` and `_get_hyper` give an optimizer; the learning rate is such a parameter."""

    _counted = False  # whether the iteration count is among the weights
    _hyper: Any
    _told_rate = False  # whether a program has seen the learning rate's variable

    def _set_hyper(self, name: str, value: Any) -> None:
        """Keeps a hyperparameter, which programs then read and assign as an attribute, too."""
        if name == "learning_rate":  # past properties of a subclass that ask for this one
            WithHyperparameters.learning_rate.fset(self, value)  # type: ignore[misc]
        elif isinstance(vars(self).get(name), (int, float)):  # one that this class computes with
            vars(self)[name] = value
        elif isinstance(self._hyper.get(name), Variable):
            self._hyper[name].assign(value)
        else:
            vars(self).pop(name, None)
            self._hyper[name] = value

    def _get_hyper(self, name: str, dtype: Any = None) -> Any:
        if name == "learning_rate":
            value = WithHyperparameters.learning_rate.fget(self)  # type: ignore[misc]
        else:
            value = self._hyper[name] if name in self._hyper else getattr(self, name)
        if isinstance(value, LearningRateSchedule):
            return value
        if isinstance(value, (int, float)) and name in self._hyper:
            kind = {bool: "bool", int: "int32"}.get(type(value), settings.floatx)
            with init_scope():
                self._hyper[name] = value = Variable(value, name=name, dtype=kind, trainable=False)
        value = value() if callable(value) and not hasattr(value, "_read") else value
        return value if dtype is None else wrap(torch.as_tensor(to_storage(value)).to(_torch_dtype(dtype)))

    def _create_hypers(self) -> None:
        """Makes variables of the hyperparameters that are numbers, within the optimizer's name scope."""
        for name in sorted(self._hyper):
            self._get_hyper(name)
        if not self._told_rate and isinstance(self._learning_rate, Variable):
            self._learning_rate._told_name = _naming.told("learning_rate")
        if not self._counted:
            self._iterations._told_name = _naming.told("iter")
            vars(self)["_counted"] = True

    def _serialize_hyperparameter(self, name: str) -> Any:
        value = self._learning_rate if name == "learning_rate" else self._hyper.get(name, vars(self).get(name))
        if isinstance(value, LearningRateSchedule):
            from tfcompat.keras.saving.serialization import serialize_keras_object

            return serialize_keras_object(value)
        if isinstance(value, Variable):
            number = value.numpy()
            told = self.built or self._told_rate or name != "learning_rate"
            return number if told else float(str(number))  # 0.001, as it was given
        return value() if callable(value) else value

    def __getattr__(self, name: str) -> Any:
        """A hyperparameter of a subclass of one's own."""
        if name in vars(self).get("_hyper", ()):
            return self._get_hyper(name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in vars(self).get("_hyper", ()):
            self._set_hyper(name, value)
        else:
            super().__setattr__(name, value)

    @property
    def learning_rate(self) -> Any:
        """The learning rate: a variable, a schedule, or what a callable gives."""
        rate = self._learning_rate
        if isinstance(rate, (Variable, LearningRateSchedule)):
            vars(self)["_told_rate"] = True
            return rate
        return rate()

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        old = self._learning_rate
        if isinstance(old, Variable) and not callable(learning_rate):
            old.assign(learning_rate)
        else:
            self._tracker.untrack(old) if isinstance(old, Variable) else None
            self._learning_rate = self._checked_learning_rate(learning_rate)

    def _checked_learning_rate(self, learning_rate: Any) -> Any:
        return learning_rate if callable(learning_rate) else super()._checked_learning_rate(learning_rate)

    @property
    def iterations(self) -> Any:
        """How many updates were done: a variable, which counts among the weights once it was asked for."""
        vars(self)["_counted"] = True
        return self._iterations

    @iterations.setter
    def iterations(self, variable: Any) -> None:
        super(WithHyperparameters, type(self)).iterations.fset(self, variable)  # type: ignore[attr-defined]

    def _decayed_lr(self, var_dtype: Any) -> Any:
        """The current learning rate, schedule and decay applied, as a tensor."""
        return wrap(torch.as_tensor(to_storage(self._rate())).to(_torch_dtype(var_dtype)))


def _torch_dtype(dtype: Any) -> torch.dtype:
    from tfcompat._core.dtypes import as_dtype

    found = as_dtype(dtype).torch
    return torch.float32 if found is None else found
