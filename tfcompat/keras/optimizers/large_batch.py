"""Optimizers for large models and batches: Lion, Lamb, Adafactor."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._variable import Variable
from tfcompat.keras._version import by_version, is_legacy
from tfcompat.keras.optimizers._tensors import Tensors, add_squares
from tfcompat.keras.optimizers.base import Optimizer

_RATE = float("0.001")  # an object of its own, told from the same number that a program gives


class Lion(Optimizer):
    """Steps of equal size along the sign of the momentum (tf.keras.optimizers.Lion). ValueError unless 0 < beta_1 <=
    1.
    """

    def __init__(
        self, learning_rate: Any = _RATE, beta_1: float = 0.9, beta_2: float = 0.99, *args: Any, **kwargs: Any
    ) -> None:
        if learning_rate is _RATE and is_legacy():
            learning_rate = 0.0001
        super().__init__(learning_rate, *args, **kwargs)
        if not 0 < beta_1 <= 1:
            raise ValueError(
                by_version(
                    f"Argument `beta_1` must be in the (0, 1] range. Received: beta_1={beta_1}.",
                    f"`beta_1`={beta_1} must be between ]0, 1]. Otherwise, the optimizer degenerates to SignSGD.",
                )
            )
        self.beta_1, self.beta_2 = beta_1, beta_2

    def _slot_groups(self) -> list[tuple[str, ...]]:
        return [("momentum",)]

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        m = slots["momentum"]
        step = torch._foreach_lerp(m, grads, 1 - self.beta_1)
        torch._foreach_sign_(step)
        torch._foreach_mul_(step, lr)
        torch._foreach_sub_(params, step)
        torch._foreach_lerp_(m, grads, 1 - self.beta_2)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2}


class Lamb(Optimizer):
    """Adam with each weight's step scaled to the weight's norm (tf.keras.optimizers.Lamb)."""

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, *args, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def _slot_groups(self) -> list[tuple[str, ...]]:
        return [("momentum", "velocity")]

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        m, v, t = slots["momentum"], slots["velocity"], self._step()
        torch._foreach_lerp_(m, grads, 1 - self.beta_1)
        torch._foreach_mul_(v, self.beta_2)
        add_squares(v, grads, 1 - self.beta_2)
        size = torch._foreach_div(v, 1 - self.beta_2**t)
        torch._foreach_sqrt_(size)
        torch._foreach_add_(size, self.epsilon)
        steps = torch._foreach_div(m, 1 - self.beta_1**t)
        torch._foreach_div_(steps, size)
        for weight, step in zip(params, steps):
            norm, length = weight.norm(), step.norm()
            usable = (norm > 0) & (length > 0)
            ratio = torch.where(usable, norm / torch.where(usable, length, torch.ones_like(length)), 1.0)
            weight.sub_(ratio * lr * step)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = ("beta_1", "beta_2", "epsilon")
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}


class Adafactor(Optimizer):
    """Adam with a matrix's mean squares kept as a row and a column (tf.keras.optimizers.Adafactor).

    relative_step: whether the learning rate is at most 1 / sqrt(step). clip_threshold: the largest root mean square of
    a step. The other arguments are those of Optimizer.
    """

    _slots: Any
    _tracker: Any

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, *args, **kwargs)
        self.beta_2_decay, self.epsilon_1, self.epsilon_2 = beta_2_decay, epsilon_1, epsilon_2
        self.clip_threshold, self.relative_step = clip_threshold, relative_step

    def _build_slots(self, variables: list[Any]) -> None:
        rows: list[Any] = []
        columns: list[Any] = []
        squares: list[Any] = []
        for variable in variables:
            shape, dtype = tuple(variable.shape), standardize_dtype(variable.dtype)
            full = variable.name.replace("/", "_")
            name = full.partition(":")[0]
            if len(shape) < 2:  # Keras 2 does not count those among its variables
                track = by_version(self._tracker.track, lambda made: made)
                rows.append(track(Variable(0, name=full, trainable=False)))
                columns.append(track(Variable(0, name=full, trainable=False)))
            else:
                sizes = (shape[:-1], (*shape[:-2], shape[-1]))
                row, column = (self.add_variable(shape=size, dtype=dtype, name=name) for size in sizes)
                rows.append(self._rename(row, variable, "row"))
                columns.append(self._rename(column, variable, "column"))
            squares.append(self.add_variable_from_reference(variable, name="velocity"))
        self._slots.update({"row": rows, "column": columns, "velocity": squares})

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        t = torch.as_tensor(self._step(), dtype=torch.float32, device=params[0].device)
        limit = 1 / torch.sqrt(t)
        lr = torch.as_tensor(lr, device=params[0].device)
        if self.relative_step and not callable(self._learning_rate):
            lr = torch.minimum(lr, limit.to(lr.dtype))
        rate = torch.minimum(lr, limit.to(lr.dtype))
        keep = 1 - t**self.beta_2_decay
        for g, w, row, column, v in zip(grads, params, slots["row"], slots["column"], slots["velocity"]):
            square, k = g.square() + self.epsilon_1, keep.to(g.dtype)
            if w.ndim >= 2:
                row.mul_(k).add_((1 - k) * square.mean(-1))
                column.mul_(k).add_((1 - k) * square.mean(-2))
                v.copy_((row / row.mean(-1, keepdim=True)).unsqueeze(-1) * column.unsqueeze(-2))
            else:
                v.mul_(k).add_((1 - k) * square)
            step = g / torch.sqrt(v)
            step = step / torch.clamp(_rms(step) / self.clip_threshold, min=1.0)
            w.sub_(torch.clamp(_rms(w), min=self.epsilon_2) * rate.to(w.dtype) * step)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = ("beta_2_decay", "epsilon_1", "epsilon_2", "clip_threshold", "relative_step")
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}


def _rms(x: torch.Tensor) -> torch.Tensor:
    return x.square().mean().sqrt()
