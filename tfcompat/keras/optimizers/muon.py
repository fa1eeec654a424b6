"""Muon and schedule-free AdamW."""

from __future__ import annotations

import math
import re
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.variable import writable
from tfcompat.keras.optimizers._tensors import Tensors, add_squares, number, tf_variable
from tfcompat.keras.optimizers.base import Optimizer


class Muon(Optimizer):
    """Momentum steps for matrices, made orthogonal; AdamW for everything else (tf.keras.optimizers.Muon).

    exclude_layers: patterns for paths of matrices that AdamW takes too, as embeddings where `exclude_embeddings`.
    muon_a, muon_b, muon_c, ns_steps: the polynomial and the number of steps that make a matrix orthogonal. momentum,
    nesterov: of those steps. rms_rate: scales them to the size of AdamW's; None for no scaling. adam_lr_ratio,
    adam_beta_1, adam_beta_2, adam_weight_decay, epsilon: AdamW's. The other arguments are those of Optimizer.
    """

    momentums: Any
    adam_velocities: Any

    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        exclude_layers: Any = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.775,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            learning_rate,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            use_ema,
            ema_momentum,
            ema_overwrite_frequency,
            loss_scale_factor,
            gradient_accumulation_steps,
            name,
            **kwargs,
        )
        self.adam_beta_1, self.adam_beta_2, self.adam_weight_decay = adam_beta_1, adam_beta_2, adam_weight_decay
        self.epsilon, self.adam_lr_ratio = epsilon, adam_lr_ratio
        self.muon_a, self.muon_b, self.muon_c = muon_a, muon_b, muon_c
        self.momentum, self.ns_steps, self.nesterov, self.rms_rate = momentum, ns_steps, nesterov, rms_rate
        self.exclude_embeddings, self.exclude_layers = exclude_embeddings, exclude_layers or []

    def _should_use_adamw(self, variable: Any) -> bool:
        if len(variable.shape) != 2:
            return True
        path = getattr(variable, "path", None) or variable.name
        if self.exclude_embeddings and "embedding" in path.lower():
            return True
        return any(re.search(pattern, path) for pattern in self.exclude_layers)

    def _build_slots(self, variables: list[Any]) -> None:
        momentums, velocities = [], []
        for variable in variables:
            momentums.append(self.add_variable_from_reference(variable, name="momentum"))
            adam = self._should_use_adamw(variable)
            velocities.append(self.add_variable_from_reference(variable, name="velocity") if adam else None)
        self.__dict__["momentums"], self.__dict__["adam_velocities"] = momentums, velocities

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Updates one variable by its gradient."""
        index = self._get_variable_index(variable)
        w, m = writable(tf_variable(variable)), writable(self.momentums[index]._value)
        g = to_storage(gradient)
        lr = number(to_storage(learning_rate))
        lr = lr.to(w.device, w.dtype) if isinstance(lr, torch.Tensor) else lr
        velocity = self.adam_velocities[index]
        if velocity is None:
            m.mul_(self.momentum).add_(g)
            ahead = g + self.momentum * m if self.nesterov else m
            step = self.zeropower_via_newtonschulz5(wrap(ahead), self.ns_steps)
            w.sub_(to_storage(self.lr_adjust(wrap(lr * to_storage(step)))))
            return
        v, t = writable(velocity._value), self._step()
        alpha = lr * self.adam_lr_ratio * (1 - self.adam_beta_2**t) ** 0.5 / (1 - self.adam_beta_1**t)
        m.lerp_(g, 1 - self.adam_beta_1)
        v.lerp_(g.square(), 1 - self.adam_beta_2)
        w.sub_(alpha * m / (v.sqrt() + self.epsilon))

    def transpose_last_axis(self, X: Any) -> Any:
        """The tensor with its last two axes exchanged."""
        return wrap(to_storage(X).transpose(-1, -2))

    def lr_adjust(self, x: Any) -> Any:
        """A matrix's step, scaled by the root of its longer side and `rms_rate`."""
        if self.rms_rate is None:
            return x
        t = to_storage(x)
        return wrap(t * (math.sqrt(max(t.shape[0], t.shape[1])) * self.rms_rate))

    def zeropower_via_newtonschulz5(self, x: Any, steps: int) -> Any:
        """A nearly orthogonal matrix with the singular vectors of `x`, by `steps` Newton-Schulz steps.

        ValueError for fewer than 2 dimensions.
        """
        t = to_storage(x)
        if t.ndim < 2:
            raise ValueError(
                f"Expected gradient or momentum to have at least 2 dimensions. Received: shape={tuple(t.shape)}"
            )
        tall = t.shape[-2] > t.shape[-1]
        t = t.transpose(-1, -2) if tall else t
        t = t / (torch.linalg.matrix_norm(t, keepdim=True) + 1e-7)
        for _ in range(steps):
            square = t @ t.transpose(-1, -2)
            t = self.muon_a * t + (self.muon_b * square + self.muon_c * square @ square) @ t
        return wrap(t.transpose(-1, -2) if tall else t)

    def _decay_of(self, variable: Any) -> float | None:
        return self.adam_weight_decay if self._should_use_adamw(variable) else self.weight_decay

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = (
            "adam_beta_1", "adam_beta_2", "epsilon", "exclude_layers", "muon_a", "muon_b", "muon_c", "adam_lr_ratio",
            "momentum", "ns_steps", "nesterov", "exclude_embeddings", "adam_weight_decay", "rms_rate",
        )  # fmt: skip
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}


class ScheduleFreeAdamW(Optimizer):
    """AdamW whose weights are averages of its steps, for a schedule (tf.keras.optimizers.ScheduleFreeAdamW).

    beta_1: how much of the average the weights that gradients are taken at have. warmup_steps: over how many steps the
    learning rate rises. The other arguments are those of Optimizer.
    """

    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, *args, **kwargs)
        self.beta_1, self.beta_2, self.epsilon, self.warmup_steps = beta_1, beta_2, epsilon, warmup_steps

    def _slot_groups(self) -> list[tuple[str, ...]]:
        return [("momentum", "velocity")]

    def _build_slots(self, variables: list[Any]) -> None:
        super()._build_slots(variables)
        for start, variable in zip(self._slots["momentum"], variables):
            if start is not None:
                start.assign(variable)

    def _update(self, grads: Tensors, params: Tensors, slots: dict[str, Tensors], lr: Any) -> None:
        z, v, t = slots["momentum"], slots["velocity"], self._step()
        if self.warmup_steps > 0:
            share = t / self.warmup_steps
            lr = lr * (share.clamp(max=1.0) if isinstance(share, torch.Tensor) else min(share, 1.0))
        torch._foreach_mul_(v, self.beta_2)
        add_squares(v, grads, 1 - self.beta_2)
        size = torch._foreach_div(v, 1 - self.beta_2**t)
        torch._foreach_sqrt_(size)
        torch._foreach_add_(size, self.epsilon)
        step = torch._foreach_mul(grads, lr)
        torch._foreach_div_(step, size)
        torch._foreach_sub_(z, step)
        # x is the average, which the weights y = (1 - beta_1) z + beta_1 x hold mixed with z.
        for y, new in zip(params, z):
            x = (y - (1 - self.beta_1) * new) / self.beta_1
            x = x + (new - x) / t
            y.copy_((1 - self.beta_1) * new + self.beta_1 * x)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = ("beta_1", "beta_2", "epsilon", "warmup_steps")
        return {**super().get_config(), **{key: getattr(self, key) for key in own}}
