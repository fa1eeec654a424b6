"""keras.callbacks.ProgbarLogger: prints the progress bar."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import _version
from tfcompat.keras.callbacks.base import Callback
from tfcompat.keras.utils._io import print_msg
from tfcompat.keras.utils.progbar import Progbar


class ProgbarLogger(Callback):
    """Prints a progress bar with the metrics (tf.keras.callbacks.ProgbarLogger).

    Keras 2's arguments: count_mode, "samples" or "steps", what the bar counts (ValueError for another); by default
    steps. stateful_metrics: the names of logs that are shown as they are, not averaged; by default the model's metrics.
    """

    def __init__(self, count_mode: str | None = None, stateful_metrics: Any = None) -> None:
        super().__init__()
        if count_mode not in (None, "samples", "steps"):
            raise ValueError(f'Unknown `count_mode`: {count_mode}. Expected values are ["samples", "steps"]')
        self.use_steps = count_mode != "samples"
        self.stateful_metrics = set(stateful_metrics or ())
        self.seen = 0
        self.progbar: Progbar | None = None
        self.target: int | None = None
        self.verbose = 1
        self.epochs = 1
        self._in_fit = False

    def set_params(self, params: dict[str, Any]) -> None:
        """Takes the verbosity and the numbers of epochs and steps."""
        self.params = params
        self.verbose = 1 if params["verbose"] == "auto" else int(params["verbose"])
        self.epochs = params["epochs"]
        self.target = params["steps"]

    def on_train_begin(self, logs: Any = None) -> None:
        """Evaluation from now on is the training's and prints no bar."""
        self._in_fit = True

    def on_test_begin(self, logs: Any = None) -> None:
        """A new bar."""
        if not self._in_fit:
            self._start()

    def on_predict_begin(self, logs: Any = None) -> None:
        """A new bar."""
        self._start()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """A new bar, below the epoch's number."""
        self._start()
        if self.verbose and self.epochs > 1:
            print_msg(f"Epoch {epoch + 1}/{self.epochs}")

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Moves the bar."""
        self._update(batch, logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Moves the bar."""
        if not self._in_fit:
            self._update(batch, logs)

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Moves the bar."""
        self._update(batch, None)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Ends the bar."""
        self._finish(logs)

    def on_test_end(self, logs: Any = None) -> None:
        """Ends the bar."""
        if not self._in_fit:
            self._finish(logs)

    def on_predict_end(self, logs: Any = None) -> None:
        """Ends the bar."""
        self._finish(None)

    def _start(self) -> Progbar:
        self.seen = 0
        of_keras2 = _version.is_legacy()  # which averages the logs of the steps that are no metrics
        options: dict[str, Any] = {} if of_keras2 else {"stateless_metrics": ()}
        unit = "step" if self.use_steps else "sample"
        self.progbar = bar = Progbar(self.target, verbose=self.verbose, unit_name=unit, **options)
        self._watch_metrics(bar)
        return bar

    def _watch_metrics(self, bar: Progbar) -> None:
        """Notes the names of the model's metrics, some of which the first step makes, for a bar of Keras 2."""
        if bar.stateful_metrics is not None and self.model is not None:
            bar.stateful_metrics.update(self.stateful_metrics)
            bar.stateful_metrics.update(metric.name for metric in self.model.metrics)

    def _update(self, batch: int, logs: Any) -> None:
        self.seen = batch + 1
        if self.verbose != 1:
            return
        bar = self.progbar or self._start()
        if batch == 0:
            self._watch_metrics(bar)
        if bar.is_due():
            from tfcompat.keras.callbacks.callback_list import pythonify_logs

            bar.update(self.seen, list(pythonify_logs(logs).items()), finalize=False)
        else:
            bar.pass_by(self.seen, logs)

    def _finish(self, logs: Any) -> None:
        bar = self.progbar or self._start()
        if self.target is None:
            self.target = bar.target = self.seen
        bar.update(self.target, list((logs or {}).items()), finalize=True)
