"""Learning rates that fall with the steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._version import by_version, is_legacy
from tfcompat.keras.optimizers.schedules.base import LearningRateSchedule


def _scalar(x: Any, like: torch.Tensor | None = None) -> torch.Tensor:
    t = to_storage(x)
    return t if like is None else t.to(like.device, like.dtype)


def _start(rate: Any, step: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """The first learning rate and the step, as tensors of one dtype."""
    t = _scalar(step)
    first = _scalar(rate)
    first = first if first.is_floating_point() else first.float()
    return first.to(t.device), t.to(first.dtype)


def _positive(name: str, value: Any) -> None:
    if value <= 0 and not is_legacy():
        raise ValueError(f"Argument `{name}` must be > 0. Received: {name}={value}")


def _told(name: Any, default: str) -> Any:
    """The name in the configuration: in Keras 2 there is none where none was given."""
    return by_version(name, None if name == default else name)


class ExponentialDecay(LearningRateSchedule):
    """initial_learning_rate * decay_rate^(step / decay_steps) (tf.keras.optimizers.schedules.ExponentialDecay).

    staircase: whether the exponent is rounded down. ValueError for decay_steps <= 0.
    """

    def __init__(
        self,
        initial_learning_rate: Any,
        decay_steps: Any,
        decay_rate: Any,
        staircase: bool = False,
        name: Any = "ExponentialDecay",
    ) -> None:
        _positive("decay_steps", decay_steps)
        self.initial_learning_rate, self.decay_steps, self.decay_rate = initial_learning_rate, decay_steps, decay_rate
        self.staircase, self.name = staircase, _told(name, "ExponentialDecay")

    def __call__(self, step: Any) -> Any:
        """The learning rate at `step`."""
        first, t = _start(self.initial_learning_rate, step)
        p = t / self.decay_steps
        return wrap(first * _scalar(self.decay_rate, first) ** (torch.floor(p) if self.staircase else p))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        keys = ("initial_learning_rate", "decay_steps", "decay_rate", "staircase", "name")
        return {key: getattr(self, key) for key in keys}


class InverseTimeDecay(LearningRateSchedule):
    """initial_learning_rate / (1 + decay_rate * step / decay_steps) (tf.keras.optimizers.schedules.InverseTimeDecay).

    staircase: whether step / decay_steps is rounded down. ValueError for decay_steps <= 0.
    """

    def __init__(
        self,
        initial_learning_rate: Any,
        decay_steps: Any,
        decay_rate: Any,
        staircase: bool = False,
        name: Any = "InverseTimeDecay",
    ) -> None:
        _positive("decay_steps", decay_steps)
        self.initial_learning_rate, self.decay_steps, self.decay_rate = initial_learning_rate, decay_steps, decay_rate
        self.staircase, self.name = staircase, _told(name, "InverseTimeDecay")

    def __call__(self, step: Any) -> Any:
        """The learning rate at `step`."""
        first, t = _start(self.initial_learning_rate, step)
        p = t / self.decay_steps
        return wrap(first / (1 + self.decay_rate * (torch.floor(p) if self.staircase else p)))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        keys = ("initial_learning_rate", "decay_steps", "decay_rate", "staircase", "name")
        return {key: getattr(self, key) for key in keys}


class PiecewiseConstantDecay(LearningRateSchedule):
    """values[i] from after boundaries[i - 1] to boundaries[i] (tf.keras.optimizers.schedules.PiecewiseConstantDecay).

    ValueError unless there is one value more than boundaries.
    """

    def __init__(self, boundaries: Sequence[Any], values: Sequence[Any], name: Any = "PiecewiseConstant") -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                "The length of boundaries should be 1 less than the length of values. Received: "
                f"boundaries={boundaries} of length {len(boundaries)}, and values={values} of length {len(values)}."
            )
        self.boundaries, self.values, self.name = boundaries, values, _told(name, "PiecewiseConstant")

    def __call__(self, step: Any) -> Any:
        """The learning rate at `step`."""
        t = _scalar(step)
        rate = _scalar(self.values[0])
        for boundary, value in zip(self.boundaries, self.values[1:]):
            rate = torch.where(t > _scalar(boundary), _scalar(value, rate), rate)
        return wrap(rate)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}


class PolynomialDecay(LearningRateSchedule):
    """From initial_learning_rate to end_learning_rate in decay_steps, by the power `power` of the share that is left.

    cycle: whether it starts again with as many steps added each time the end is reached. ValueError for
    decay_steps <= 0 (tf.keras.optimizers.schedules.PolynomialDecay).
    """

    def __init__(
        self,
        initial_learning_rate: Any,
        decay_steps: Any,
        end_learning_rate: Any = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: Any = "PolynomialDecay",
    ) -> None:
        _positive("decay_steps", decay_steps)
        self.initial_learning_rate, self.decay_steps = initial_learning_rate, decay_steps
        self.end_learning_rate, self.power, self.cycle = end_learning_rate, power, cycle
        self.name = _told(name, "PolynomialDecay")

    def __call__(self, step: Any) -> Any:
        """The learning rate at `step`."""
        first, t = _start(self.initial_learning_rate, step)
        steps = torch.full_like(t, self.decay_steps)
        if self.cycle:
            steps = steps * torch.where(t == 0, torch.ones_like(t), torch.ceil(t / self.decay_steps))
        else:
            t = torch.minimum(t, steps)
        end = _scalar(self.end_learning_rate, first)
        return wrap((first - end) * (1 - t / steps) ** self.power + end)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        keys = ("initial_learning_rate", "decay_steps", "end_learning_rate", "power", "cycle", "name")
        return {key: getattr(self, key) for key in keys}


class CosineDecay(LearningRateSchedule):
    """Half a cosine from initial_learning_rate to the share `alpha` of it (tf.keras.optimizers.schedules.CosineDecay).

    With `warmup_target`, it first climbs from initial_learning_rate to it in `warmup_steps`. ValueError for
    decay_steps <= 0.
    """

    def __init__(
        self,
        initial_learning_rate: Any,
        decay_steps: Any,
        alpha: float = 0.0,
        name: Any = "CosineDecay",
        warmup_target: Any = None,
        warmup_steps: Any = 0,
    ) -> None:
        _positive("decay_steps", decay_steps)
        self.initial_learning_rate, self.decay_steps, self.alpha = initial_learning_rate, decay_steps, alpha
        self.name, self.warmup_target, self.warmup_steps = _told(name, "CosineDecay"), warmup_target, warmup_steps

    def __call__(self, step: Any) -> Any:
        """The learning rate at `step`."""
        first, t = _start(self.initial_learning_rate, step)
        if self.warmup_target is None:
            return wrap(first * self._share(torch.clamp(t, max=self.decay_steps)))
        top = _scalar(self.warmup_target, first)
        after = torch.clamp(t - self.warmup_steps, 0, self.decay_steps)
        climbing = first + (top - first) * t / max(self.warmup_steps, 1e-12)
        return wrap(torch.where(t < self.warmup_steps, climbing, top * self._share(after)))

    def _share(self, t: torch.Tensor) -> torch.Tensor:
        return (1 - self.alpha) * 0.5 * (1 + torch.cos(math.pi * t / self.decay_steps)) + self.alpha

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        keys = ("initial_learning_rate", "decay_steps", "alpha", "name", "warmup_target", "warmup_steps")
        return {key: getattr(self, key) for key in keys}


class CosineDecayRestarts(LearningRateSchedule):
    """Cosines from initial_learning_rate, each `t_mul` times as long and `m_mul` times as high as the one before.

    alpha: the share of the learning rate that each ends with. ValueError for first_decay_steps <= 0
    (tf.keras.optimizers.schedules.CosineDecayRestarts).
    """

    def __init__(
        self,
        initial_learning_rate: Any,
        first_decay_steps: Any,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: Any = "SGDRDecay",
    ) -> None:
        _positive("first_decay_steps", first_decay_steps)
        self.initial_learning_rate, self.first_decay_steps = initial_learning_rate, first_decay_steps
        self.t_mul, self.m_mul, self.alpha, self.name = t_mul, m_mul, alpha, _told(name, "SGDRDecay")

    def __call__(self, step: Any) -> Any:
        """The learning rate at `step`."""
        first, t = _start(self.initial_learning_rate, step)
        done = t / self.first_decay_steps
        if self.t_mul == 1.0:
            restart = torch.floor(done)
            done = done - restart
        else:
            restart = torch.floor(torch.log(1 - done * (1 - self.t_mul)) / math.log(self.t_mul))
            length = self.t_mul**restart
            done = (done - (1 - length) / (1 - self.t_mul)) / length
        cosine = 0.5 * self.m_mul**restart * (1 + torch.cos(math.pi * done))
        return wrap(first * ((1 - self.alpha) * cosine + self.alpha))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        keys = ("initial_learning_rate", "first_decay_steps", "t_mul", "m_mul", "alpha", "name")
        return {key: getattr(self, key) for key in keys}
