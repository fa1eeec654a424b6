"""keras.callbacks.SwapEMAWeights: evaluates with the moving averages of the weights."""

from __future__ import annotations

from typing import Any

from tfcompat.keras.callbacks.base import Callback


class SwapEMAWeights(Callback):
    """Exchanges weights and the optimizer's moving averages of them around evaluation and prediction
    (tf.keras.callbacks.SwapEMAWeights).

    swap_on_epoch: whether they are exchanged at the end of epochs, for other callbacks to save them. ValueError where
    the optimizer has no `use_ema=True`.
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._ema_weights_in_model = False

    def _pairs(self) -> list[tuple[Any, Any]]:
        """The weights with their averages."""
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        owners = [optimizer]
        if hasattr(optimizer, "optimizers"):
            owners = [own for own in optimizer.optimizers if own.use_ema]
            if not owners:
                raise ValueError(
                    "SwapEMAWeights must be used when at least one inner optimizer has `use_ema=True` set. Received a "
                    "MultiOptimizer with all inner optimizers having `use_ema=False`."
                )
        for owner in owners:
            if not owner.use_ema or not owner.built:
                raise ValueError(
                    "SwapEMAWeights must be used when `use_ema=True` is set on the optimizer. Received: "
                    f"use_ema={owner.use_ema}"
                )
        return [(v, a) for o in owners for v, a in zip(o._trainable_variables, o._averages) if a is not None]

    def _swap(self, averages_in_model: bool) -> None:
        for variable, average in self._pairs():
            value = variable.numpy()
            variable.assign(average)
            average.assign(value)
        self._ema_weights_in_model = averages_in_model

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Puts the weights back."""
        if self.swap_on_epoch and self._ema_weights_in_model:
            self._swap(False)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Puts the averages in; after the last epoch they stay."""
        if self.swap_on_epoch and not self._ema_weights_in_model:
            self._swap(True)
            if epoch == self.params["epochs"] - 1:
                for variable, average in self._pairs():
                    average.assign(variable)

    def on_test_begin(self, logs: Any = None) -> None:
        """Puts the averages in."""
        if not self._ema_weights_in_model:
            self._swap(True)

    def on_test_end(self, logs: Any = None) -> None:
        """Puts the weights back."""
        if self._ema_weights_in_model:
            self._swap(False)

    def on_predict_begin(self, logs: Any = None) -> None:
        """Puts the averages in."""
        if not self._ema_weights_in_model:
            self._swap(True)

    def on_predict_end(self, logs: Any = None) -> None:
        """Puts the weights back."""
        if self._ema_weights_in_model:
            self._swap(False)
