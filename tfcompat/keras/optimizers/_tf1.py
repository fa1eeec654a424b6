"""TensorFlow 1's optimizers where Keras takes them: model.compile(optimizer=tf.compat.v1.train.AdamOptimizer())."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tfcompat.keras.optimizers.base import Optimizer


class TFOptimizer(Optimizer):
    """What Keras 2 makes of a tf.compat.v1.train.Optimizer, which `optimizer` is: its updates, counted.

    NotImplementedError for `weights` and `get_config`, which such optimizers have not.
    """

    def __init__(self, optimizer: Any) -> None:
        super().__init__(learning_rate=0.0, name=type(self).__name__)
        self.optimizer = optimizer

    def build(self, variables: Any) -> None:
        """Nothing: the optimizer makes its slots with the first update."""

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Any]], **kwargs: Any) -> Any:
        """Updates variables by (gradient, variable) pairs; returns the iteration count."""
        self._take_keywords(kwargs)
        self.optimizer.apply_gradients(list(grads_and_vars))
        self._add_iteration()
        return self._iterations

    @property
    def weights(self) -> Any:
        """Not known: NotImplementedError."""
        raise NotImplementedError(f"{type(self.optimizer).__name__}, an optimizer of TensorFlow 1, has no `weights`.")

    def get_config(self) -> dict[str, Any]:
        """Not known: NotImplementedError."""
        raise NotImplementedError(f"{type(self.optimizer).__name__}, an optimizer of TensorFlow 1, has no config.")
