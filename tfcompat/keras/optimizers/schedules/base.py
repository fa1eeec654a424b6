"""The base class of learning rate schedules."""

from __future__ import annotations

from typing import Any


class LearningRateSchedule:
    """A callable that gives the learning rate of a step (tf.keras.optimizers.schedules.LearningRateSchedule)."""

    def __call__(self, step: Any) -> Any:
        """The learning rate at `step`."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `__call__(self, step)`."
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `get_config()` in order to be serializable."
        )

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The schedule that `get_config` described."""
        return cls(**config)
