"""Keras 2's ways to train, kept for programs that use them."""

from __future__ import annotations

import functools
import types
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
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


_COMPILED = "optimizer loss metrics loss_weights weighted_metrics run_eagerly steps_per_execution jit_compile".split()
_WITHOUT_EFFECT = ("cloning", "experimental_run_tf_function", "sample_weight_mode", "pss_evaluation_shards")


def takes_keras2_arguments(compile: Callable[..., None]) -> Callable[..., None]:
    """Has a model's `compile` take the arguments that Keras 2 takes, in their order, where this is Keras 2."""

    @functools.wraps(compile)
    def call(self: Any, *args: Any, **kwargs: Any) -> None:
        if _version.is_legacy():
            args, kwargs = (), _of_keras2(args, kwargs)
        compile(self, *args, **kwargs)

    return call


def as_compiled(method: Callable[..., Any]) -> Callable[..., Any]:
    """Has a method of a model run, in Keras 2, with the layers trainable that were so when `compile` was called."""

    @functools.wraps(method)
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not (_version.is_legacy() and self.compiled):
            return method(self, *args, **kwargs)
        now = trainable_layers(self)
        compiled = [(layer, was) for layer, was in self._compiled_trainable if layer.trainable != was]
        if not compiled:
            return method(self, *args, **kwargs)
        try:
            for layer, was in self._compiled_trainable:
                layer.trainable = was
            return method(self, *args, **kwargs)
        finally:
            for layer, is_now in now:
                layer.trainable = is_now

    return run


def _warn_of(method: str) -> None:
    if _version.is_legacy():
        warnings.warn(
            f"`Model.{method}_generator` is deprecated and will be removed in a future version. Please use "
            f"`Model.{method}`, which supports generators.",
            stacklevel=3,
        )


def _generated(given: Any) -> Any:
    """What methods for generators were given; an iterator of one's own as the generator that `fit` takes."""
    from tfcompat.keras.utils.py_dataset import PyDataset

    own = isinstance(given, Iterator) and not isinstance(given, (types.GeneratorType, PyDataset))
    return (batch for batch in given) if own and not _version.is_legacy() else given


def check_steps(steps_per_epoch: Any) -> None:
    """ValueError for a number of steps that Keras 2 does not take."""
    if steps_per_epoch is not None and steps_per_epoch < 1 and steps_per_epoch != -1:
        raise ValueError(f"steps_per_epoch must be positive, None or -1. Received {steps_per_epoch}. See `Model.fit`.")


def trainable_layers(model: Any) -> list[tuple[Any, bool]]:
    """A model and the layers below it, each after the one that holds it, and whether they are trainable."""
    return [(layer, layer.trainable) for layer in model._flatten_layers()]


def _of_keras2(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of Keras 2's `compile` by Keras 3's names; TypeError, or ValueError, for those it refuses."""
    given: dict[str, Any] = dict(zip(_COMPILED, args))
    twice = [name for name in given if name in kwargs]
    if twice:
        raise TypeError(f"Model.compile() got multiple values for argument '{twice[0]}'")
    given.update({name: value for name, value in kwargs.items() if name not in _WITHOUT_EFFECT})
    for name, instead in (
        ("distribute", "in compile is not available in TF 2.0. Please create the model under the `strategy.scope()`"),
        ("target_tensors", "is not supported when executing eagerly"),
    ):
        value = given.pop(name, None)
        if value is not None:
            raise ValueError(f"`{name}` argument {instead}. Received: {value}.")
    if "experimental_steps_per_execution" in given:
        given["steps_per_execution"] = given.pop("experimental_steps_per_execution")
    unknown = set(given) - {*_COMPILED, "auto_scale_loss"}
    if unknown:
        raise TypeError(
            f"Invalid keyword argument(s) in `compile()`: {(unknown,)}. Valid keyword arguments include "
            '"cloning", "experimental_run_tf_function", "distribute", "target_tensors", or "sample_weight_mode".'
        )
    if given.get("run_eagerly") and given.get("jit_compile") is True:
        raise ValueError("You cannot enable `run_eagerly` and `jit_compile` at the same time.")
    options = {"run_eagerly": False, "jit_compile": "auto"}
    return {**given, **{name: default for name, default in options.items() if given.get(name) is None}}


class CompiledMetrics:
    """What Keras 2's `train_step`s call `self.compiled_metrics`, in Keras 3."""

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


def _none_in_keras2(name: str) -> Any:
    """An attribute that is None in Keras 2, and in Keras 3 not there, where a model has none of its own."""

    def get(self: Any) -> None:
        if not _version.is_legacy():
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    return derived(get)


class Keras2Trainer:
    """The methods that Model had in Keras 2."""

    _flatten_layers: Any
    _compile_loss: Any
    _own_loss: Any = None
    _compile_metrics: Any
    compute_loss: Any
    evaluate: Any
    fit: Any
    loss: Any
    make_predict_function: Any
    make_test_function: Any
    make_train_function: Any
    predict: Any

    def _build_compiled(self) -> None:
        """Makes the losses and metrics of compile() for the outputs of a model that was loaded, in Keras 2."""
        graph = getattr(self, "_functional", None) or self
        outputs = getattr(graph, "_outputs_struct", None)
        if _version.is_legacy() and outputs is not None:
            self._compile_loss.build(outputs)
            self._compile_metrics.build(outputs, outputs)

    def _check_logs(self, logs: Any, function: str) -> None:
        """ValueError where there was no batch, in Keras 2."""
        if logs == {} and _version.is_legacy():
            raise ValueError(
                f"Unexpected result of `{function}` (Empty logs). This could be due to issues in input pipeline that "
                "resulted in an empty dataset. Otherwise, please use `Model.compile(..., run_eagerly=True)`, or "
                "`tf.config.run_functions_eagerly(True)` for more information of where went wrong, or file a issue/bug "
                "to `tf.keras`."
            )

    # What a fit() and functional models have of their own.
    history: Any = _none_in_keras2("history")
    inputs: Any = _none_in_keras2("inputs")
    outputs: Any = _none_in_keras2("outputs")
    input_names: Any = _none_in_keras2("input_names")
    output_names: Any = _none_in_keras2("output_names")

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
    def compiled_metrics(self) -> Any:
        """The metrics of compile(), for a `train_step` written for Keras 2."""
        return self._compile_metrics if _version.is_legacy() else CompiledMetrics(self)

    @property
    def compiled_loss(self) -> Any:
        """The loss of compile(), for a `train_step` written for Keras 2; in Keras 3 with the layers', and a warning."""
        if _version.is_legacy():
            return self._compile_loss
        return self._loss_as_in_keras2 if self._own_loss is None else self._own_loss

    @compiled_loss.setter
    def compiled_loss(self, value: Any) -> None:
        """Takes a loss of the model's own, which in Keras 2 is compile()'s in the end."""
        if _version.is_legacy():
            self._compile_loss = value
        else:
            self._own_loss = value

    def _loss_as_in_keras2(
        self, y: Any, y_pred: Any, sample_weight: Any = None, regularization_losses: Any = None
    ) -> Any:
        warnings.warn(
            "`model.compiled_loss()` is deprecated. Instead, use `model.compute_loss(x, y, y_pred, sample_weight, "
            "training)`.",
            stacklevel=2,
        )
        return self.compute_loss(x=None, y=y, y_pred=y_pred, sample_weight=sample_weight)

    def _compute_loss_of_keras2(self, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool) -> Any:
        """The loss of a batch. ValueError where there is none, or no labels for it."""
        loss = self.compute_loss(x, y, y_pred, sample_weight)
        if not training:
            return loss
        if self.loss and y is None:
            raise ValueError(
                f"Target data is missing. Your model was compiled with loss={self.loss}, and therefore expects target "
                "data to be provided in `fit()`."
            )
        if loss is None:
            raise ValueError(
                "No loss found. You may have forgotten to provide a `loss` argument in the `compile()` method."
            )
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
        _warn_of("fit")
        return self.fit(
            _generated(generator),
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
        _warn_of("evaluate")
        options = {"max_queue_size": max_queue_size, "workers": workers, "use_multiprocessing": use_multiprocessing}
        return self.evaluate(_generated(generator), steps=steps, callbacks=callbacks, verbose=verbose, **options)

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
        _warn_of("predict")
        options = {"max_queue_size": max_queue_size, "workers": workers, "use_multiprocessing": use_multiprocessing}
        return self.predict(_generated(generator), steps=steps, callbacks=callbacks, verbose=verbose, **options)

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
