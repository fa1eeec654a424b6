"""Optimizers with a learning rate for each weight: RMSprop, Adagrad, Adadelta, Ftrl."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat.keras import initializers
from tfcompat.keras._version import is_legacy
from tfcompat.keras.optimizers._tensors import Tensors, add_squares, squares
from tfcompat.keras.optimizers.base import Optimizer


class RMSprop(Optimizer):
    """Gradients divided by the root of a running mean of their squares (tf.keras.optimizers.RMSprop).

    rho: how much of the mean a step keeps. momentum: of the steps. centered: whether the mean gradient's square is
    taken off the mean square. The other arguments are those of Optimizer.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        if len(args) < 7 and is_legacy():
            kwargs.setdefault("ema_overwrite_frequency", 100)
        super().__init__(learning_rate, *args, **kwargs)
        self.rho, self.momentum, self.epsilon, self.centered = rho, momentum, epsilon, centered

    def _slot_groups(self) -> list[tuple[str, ...]]:
        more = [("momentum",)] if self.momentum > 0 else []
        return [("velocity",), *more, *([("average_gradient",)] if self.centered else [])]

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        v = slots["velocity"]
        torch._foreach_mul_(v, self.rho)
        add_squares(v, grads, 1 - self.rho)
        size = torch._foreach_add(v, self.epsilon)
        if self.centered:
            mean = slots["average_gradient"]
            torch._foreach_lerp_(mean, grads, 1 - self.rho)
            torch._foreach_addcmul_(size, mean, mean, -1)
        torch._foreach_sqrt_(size)
        step = torch._foreach_mul(grads, lr)
        torch._foreach_div_(step, size)
        if self.momentum > 0:
            m = slots["momentum"]
            torch._foreach_mul_(m, self.momentum)
            torch._foreach_add_(m, step)
            step = m
        torch._foreach_sub_(params, step)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = ("rho", "momentum", "epsilon", "centered")
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}


class Adagrad(Optimizer):
    """Gradients divided by the root of the sum of their squares so far (tf.keras.optimizers.Adagrad)."""

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, *args, **kwargs)
        self.initial_accumulator_value, self.epsilon = initial_accumulator_value, epsilon

    def _slot_groups(self) -> list[tuple[str, ...]]:
        return [("accumulator",)]

    def _slot_initializer(self, name: str) -> Any:
        return initializers.Constant(self.initial_accumulator_value)

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        sums = slots["accumulator"]
        add_squares(sums, grads)
        size = torch._foreach_add(sums, self.epsilon)
        torch._foreach_sqrt_(size)
        step = torch._foreach_mul(grads, lr)
        torch._foreach_div_(step, size)
        torch._foreach_sub_(params, step)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = ("initial_accumulator_value", "epsilon")
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}


class Adadelta(Optimizer):
    """Gradients scaled by the ratio of the roots of the mean squares of steps and gradients (Adadelta)."""

    def __init__(
        self, learning_rate: Any = 0.001, rho: float = 0.95, epsilon: float = 1e-7, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(learning_rate, *args, **kwargs)
        self.rho, self.epsilon = rho, epsilon

    def _slot_groups(self) -> list[tuple[str, ...]]:
        return [("accumulated_grad", "accumulated_delta_var")]

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        totals, deltas = slots["accumulated_grad"], slots["accumulated_delta_var"]
        torch._foreach_mul_(totals, self.rho)
        add_squares(totals, grads, 1 - self.rho)
        step = torch._foreach_add(deltas, self.epsilon)
        torch._foreach_div_(step, torch._foreach_add(totals, self.epsilon))
        torch._foreach_sqrt_(step)
        torch._foreach_mul_(deltas, self.rho)
        torch._foreach_addcmul_(deltas, torch._foreach_mul(step, step), squares(grads), 1 - self.rho)
        torch._foreach_mul_(step, grads)
        torch._foreach_mul_(step, lr)
        torch._foreach_sub_(params, step)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "rho": self.rho, "epsilon": self.epsilon}


class Ftrl(Optimizer):
    """Follow the regularized leader, for large sparse models (tf.keras.optimizers.Ftrl).

    ValueError for a positive learning_rate_power or a negative value of another argument.
    """

    learning_rate_power: float
    initial_accumulator_value: float
    l1_regularization_strength: float
    l2_regularization_strength: float
    l2_shrinkage_regularization_strength: float
    beta: float

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, *args, **kwargs)
        self._take(
            learning_rate_power,
            initial_accumulator_value,
            l1_regularization_strength,
            l2_regularization_strength,
            l2_shrinkage_regularization_strength,
            beta,
        )

    def _take(self, *values: float) -> None:
        """Keeps the arguments named in `_own`, checked."""
        for key, value in zip(self._own, values):
            setattr(self, key, value)
        for key, sign in zip(self._own[:-1], (-1, 1, 1, 1, 1)):
            value = getattr(self, key)
            if value * sign < 0:
                needed = "negative" if sign < 0 else "positive"
                raise ValueError(f"`{key}` needs to be {needed} or zero. Received: {key}={value}.")

    _own = (
        "learning_rate_power",
        "initial_accumulator_value",
        "l1_regularization_strength",
        "l2_regularization_strength",
        "l2_shrinkage_regularization_strength",
        "beta",
    )

    def _slot_groups(self) -> list[tuple[str, ...]]:
        return [("accumulator", "linear")]

    def _slot_initializer(self, name: str) -> Any:
        return initializers.Constant(self.initial_accumulator_value) if name == "accumulator" else "zeros"

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        power, l1 = -self.learning_rate_power, self.l1_regularization_strength
        l2 = self.l2_regularization_strength + self.beta / (2.0 * lr)
        rows = zip(grads, squares(grads), params, slots["accumulator"], slots["linear"])
        for g, square, w, total, linear in rows:
            new_total = total + square
            pull = (new_total**power - total**power) / lr
            linear.add_(g + 2 * self.l2_shrinkage_regularization_strength * w - pull * w)
            w.copy_((linear.clamp(-l1, l1) - linear) / (new_total**power / lr + 2 * l2))
            total.copy_(new_total)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), **{key: getattr(self, key) for key in self._own}}
