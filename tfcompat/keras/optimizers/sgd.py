"""Stochastic gradient descent."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat.keras._version import is_legacy
from tfcompat.keras.optimizers._checks import check_momentum
from tfcompat.keras.optimizers.base import Optimizer, Tensors


class SGD(Optimizer):
    """w -= lr * g, or with momentum m = momentum * m - lr * g; w += m (tf.keras.optimizers.SGD).

    nesterov: whether the step looks ahead, w += momentum * m - lr * g. ValueError for a momentum outside of [0, 1].
    The other arguments are those of Optimizer.
    """

    _always_kept = True  # in Keras 2, whether there is a momentum or not

    def __init__(
        self, learning_rate: Any = 0.01, momentum: float = 0.0, nesterov: bool = False, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(learning_rate, *args, **kwargs)
        check_momentum(momentum)
        self.momentum, self.nesterov = float(momentum), nesterov

    def _slot_groups(self) -> list[tuple[str, ...]]:
        return [("momentum",)] if self.momentum or (self._always_kept and is_legacy()) else []

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        scaled = torch._foreach_mul(grads, lr)
        if not slots:
            torch._foreach_sub_(params, scaled)
            return
        m = slots["momentum"]
        torch._foreach_mul_(m, self.momentum)
        torch._foreach_sub_(m, scaled)
        if self.nesterov:
            torch._foreach_add_(params, m, alpha=self.momentum)
            torch._foreach_sub_(params, scaled)
        else:
            torch._foreach_add_(params, m)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
