"""Keras 2's ways to train, kept for programs that use them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from tfcompat.keras import _version
from tfcompat.keras.layers._keras2 import derived

_LOADING = ("max_queue_size", "workers", "use_multiprocessing")


def take_loading_options(kwargs: dict[str, Any], x: Any, method: str) -> None:
    """Keras 2's options of how a Sequence is loaded, which Keras 3 has on the PyDataset; TypeError for others."""
    options = {key: kwargs.pop(key) for key in _LOADING if key in kwargs}
    if kwargs:
        raise TypeError(f"Model.{method}() got an unexpected keyword argument '{next(iter(kwargs))}'")
    from tfcompat.keras.utils.py_dataset import PyDataset

    if isinstance(x, PyDataset):
        for key, value in options.items():
            setattr(x, key, value)


class CompiledMetrics:
    """What Keras 2's `train_step`s call `self.compiled_metrics`."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def update_state(self, y: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Updates the metrics of compile()."""
        metrics = self._model._compile_metrics
        if metrics is not None:
            metrics.update_state(y, y_pred, sample_weight)

    def result(self) -> dict[str, Any]:
        """The results of all metrics."""
        return self._model.get_metrics_result()

    def reset_state(self) -> None:
        """Resets all metrics."""
        self._model.reset_metrics()


class Keras2Trainer:
    """The methods that Model had in Keras 2."""

    _flatten_layers: Any
    _track_loss: Any
    compute_loss: Any
    evaluate: Any
    fit: Any
    make_predict_function: Any
    make_test_function: Any
    make_train_function: Any
    predict: Any

    @derived
    def stateful(self) -> bool:
        """Whether a layer keeps its state from batch to batch."""
        return any(layer.stateful for layer in self._flatten_layers(include_self=False))

    @derived
    def dynamic(self) -> bool:
        """Whether a layer says that it can run as plain Python only."""
        return any(layer.dynamic for layer in self._flatten_layers(include_self=False))

    @derived
    def state_updates(self) -> list[Any]:
        """Empty: stateful layers assign their states as they run."""
        return []

    def reset_states(self) -> None:
        """Resets the states of all stateful layers."""
        for layer in self._flatten_layers(include_self=False):
            if layer.stateful and hasattr(layer, "reset_states"):
                layer.reset_states()

    def _make_train_function(self) -> Any:
        return self.make_train_function()

    def _make_test_function(self) -> Any:
        return self.make_test_function()

    def _make_predict_function(self) -> Any:
        return self.make_predict_function()

    @property
    def compiled_metrics(self) -> CompiledMetrics:
        """The metrics of compile(), for a `train_step` written for Keras 2."""
        return CompiledMetrics(self)

    def compiled_loss(self, y: Any, y_pred: Any, sample_weight: Any = None, regularization_losses: Any = None) -> Any:
        """The loss of compile() and of layers, for a `train_step` written for Keras 2: `compute_loss`."""
        warnings.warn(
            "`model.compiled_loss()` is deprecated. Instead, use `model.compute_loss(x, y, y_pred, sample_weight, "
            "training)`.",
            stacklevel=2,
        )
        loss = self.compute_loss(x=None, y=y, y_pred=y_pred, sample_weight=sample_weight)
        if _version.is_legacy():  # in Keras 3 it is train_step that tracks the loss
            self._track_loss(loss, y)
        return loss

    def fit_generator(
        self,
        generator: Any,
        steps_per_epoch: int | None = None,
        epochs: int = 1,
        verbose: Any = 1,
        callbacks: Any = None,
        validation_data: Any = None,
        validation_steps: int | None = None,
        validation_freq: Any = 1,
        class_weight: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        shuffle: bool = True,
        initial_epoch: int = 0,
    ) -> Any:
        """`fit` under the name that it had for generators."""
        return self.fit(
            generator,
            steps_per_epoch=steps_per_epoch,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_data=validation_data,
            validation_steps=validation_steps,
            validation_freq=validation_freq,
            class_weight=class_weight,
            shuffle=shuffle,
            initial_epoch=initial_epoch,
            max_queue_size=max_queue_size,
            workers=workers,
            use_multiprocessing=use_multiprocessing,
        )

    def evaluate_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Any = 0,
    ) -> Any:
        """`evaluate` under the name that it had for generators."""
        options = {"max_queue_size": max_queue_size, "workers": workers, "use_multiprocessing": use_multiprocessing}
        return self.evaluate(generator, steps=steps, callbacks=callbacks, verbose=verbose, **options)

    def predict_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Any = 0,
    ) -> Any:
        """`predict` under the name that it had for generators."""
        options = {"max_queue_size": max_queue_size, "workers": workers, "use_multiprocessing": use_multiprocessing}
        return self.predict(generator, steps=steps, callbacks=callbacks, verbose=verbose, **options)

    def predict_proba(self, x: Any, batch_size: int = 32, verbose: Any = 0) -> Any:
        """`predict`, which warns of predictions that are no probabilities."""
        found = self.predict(x, batch_size=batch_size, verbose=verbose)
        if np.min(found) < 0.0 or np.max(found) > 1.0:
            warnings.warn(
                "Network returning invalid probability values. The last layer might not normalize predictions into "
                "probabilities (like softmax or sigmoid would).",
                stacklevel=2,
            )
        return found

    def predict_classes(self, x: Any, batch_size: int = 32, verbose: Any = 0) -> Any:
        """The number of the highest prediction of each sample; 0 or 1 where there is a single one."""
        found = self.predict(x, batch_size=batch_size, verbose=verbose)
        return found.argmax(-1) if found.shape[-1] > 1 else (found > 0.5).astype("int32")

    def to_yaml(self, **kwargs: Any) -> str:
        """Gone from Keras since 2.6: RuntimeError."""
        raise RuntimeError(
            "Method `model.to_yaml()` has been removed due to security risk of arbitrary code execution. Please use "
            "`model.to_json()` instead."
        )
