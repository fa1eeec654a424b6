"""The list of callbacks of one call of fit(), evaluate() or predict()."""

from __future__ import annotations

from typing import Any

from tfcompat._core.tensor import Tensor
from tfcompat.keras import _version, tree
from tfcompat.keras._state import settings
from tfcompat.keras.callbacks.base import Callback
from tfcompat.keras.callbacks.history import History
from tfcompat.keras.callbacks.progbar_logger import ProgbarLogger


def pythonify_logs(logs: Any) -> dict[str, Any]:
    """The logs sorted by name, with numbers for scalar tensors; dicts among the values are merged in.

    In Keras 2 they stay in their order, and dicts in them.
    """
    result: dict[str, Any] = {}
    legacy = _version.is_legacy()
    for key, value in (logs or {}).items() if legacy else sorted((logs or {}).items()):
        if isinstance(value, dict):
            own = pythonify_logs(value)
            result.update({key: own} if legacy else own)
            continue
        if isinstance(value, Tensor) or hasattr(value, "__float__"):
            try:
                value = float(value)
            except (TypeError, ValueError):
                value = value.numpy() if isinstance(value, Tensor) else value
        result[key] = value
    return result


_BATCHES = [f"on_{run}_batch_{when}" for run in ("train", "test", "predict") for when in ("begin", "end")]


class CallbackList(Callback):
    """Callbacks called as one (tf.keras.callbacks.CallbackList).

    add_history, add_progbar: whether a History and a ProgbarLogger are added, where there is none. model: the model
    they are set to. params: what they are told about the run (verbose, epochs, steps).
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        if params.get("verbose") == "auto" and _version.is_legacy():
            params["verbose"] = 1 if settings.interactive_logging else 2
        self.callbacks: list[Any] = tree.flatten(callbacks) if callbacks else []
        found = {
            kind: next((c for c in self.callbacks if isinstance(c, kind)), None) for kind in (History, ProgbarLogger)
        }
        self._history, self._progbar = found[History], found[ProgbarLogger]
        if self._history is None and add_history:
            self._history = History()
            self.callbacks.append(self._history)
        if self._progbar is None and add_progbar:
            self._progbar = ProgbarLogger()
            self.callbacks.append(self._progbar)
        self.set_model(model)
        self.set_params(params)
        # Reading a metric off a device takes time, so it is done for those callbacks only that look at a batch's logs.
        self._watching = {when: [c for c in self.callbacks if _overrides(c, when)] for when in _BATCHES}

    def append(self, callback: Any) -> None:
        """Adds a callback."""
        self.callbacks.append(callback)
        for when, watching in self._watching.items():
            if _overrides(callback, when):
                watching.append(callback)

    def set_params(self, params: dict[str, Any]) -> None:
        """Tells the callbacks about the run."""
        self.params = params
        if params:
            for callback in self.callbacks:
                callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Tells the callbacks which model it is."""
        if model is None:
            return
        super().set_model(model)
        if self._history is not None:
            model.history = self._history
        for callback in self.callbacks:
            callback.set_model(model)

    def _call(self, when: str, *args: Any, logs: Any = None) -> None:
        logs = pythonify_logs(logs)
        for callback in self.callbacks:
            getattr(callback, when)(*args, logs)

    def _call_watching(self, when: str, batch: int, logs: Any) -> None:
        if not self._watching[when]:
            return
        numbers: dict[str, Any] | None = None
        for callback in self._watching[when]:
            if type(callback) is ProgbarLogger:
                getattr(callback, when)(batch, logs)
                continue
            if numbers is None:
                numbers = pythonify_logs(logs)
            getattr(callback, when)(batch, logs=numbers)

    def on_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Calls the callbacks."""
        self._call("on_batch_begin", batch, logs=logs)

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        """Calls the callbacks."""
        self._call("on_batch_end", batch, logs=logs)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Calls the callbacks."""
        self._call("on_epoch_begin", epoch, logs=logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Calls the callbacks."""
        self._call("on_epoch_end", epoch, logs=logs)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Calls the callbacks that override it."""
        self._call_watching("on_train_batch_begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Calls the callbacks that override it, with numbers."""
        self._call_watching("on_train_batch_end", batch, logs)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Calls the callbacks that override it."""
        self._call_watching("on_test_batch_begin", batch, logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Calls the callbacks that override it, with numbers."""
        self._call_watching("on_test_batch_end", batch, logs)

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Calls the callbacks that override it."""
        self._call_watching("on_predict_batch_begin", batch, logs)

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Calls the callbacks that override it."""
        self._call_watching("on_predict_batch_end", batch, logs)

    def on_train_begin(self, logs: Any = None) -> None:
        """Calls the callbacks."""
        self._call("on_train_begin", logs=logs)

    def on_train_end(self, logs: Any = None) -> None:
        """Calls the callbacks."""
        self._call("on_train_end", logs=logs)

    def on_test_begin(self, logs: Any = None) -> None:
        """Calls the callbacks."""
        self._call("on_test_begin", logs=logs)

    def on_test_end(self, logs: Any = None) -> None:
        """Calls the callbacks."""
        self._call("on_test_end", logs=logs)

    def on_predict_begin(self, logs: Any = None) -> None:
        """Calls the callbacks."""
        self._call("on_predict_begin", logs=logs)

    def on_predict_end(self, logs: Any = None) -> None:
        """Calls the callbacks."""
        self._call("on_predict_end", logs=logs)


def _overrides(callback: Any, when: str) -> bool:
    cls = type(callback)
    names = (when, when.replace("train_", "")) if "train" in when else (when,)
    return not isinstance(callback, Callback) or any(
        getattr(cls, name) is not getattr(Callback, name) or name in callback.__dict__ for name in names
    )
