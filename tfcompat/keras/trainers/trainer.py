"""What Model adds to a layer for training: compile, the train, test and predict steps, and the loops over data."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator
from typing import Any, cast

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.tape import GradientTape
from tfcompat.keras import _replicas, _version, optimizers, tree
from tfcompat.keras import metrics as metrics_module
from tfcompat.keras._scopes import StatelessScope
from tfcompat.keras._session_values import with_values
from tfcompat.keras._state import settings, thread
from tfcompat.keras.callbacks.callback_list import CallbackList, pythonify_logs
from tfcompat.keras.trainers.batches import BatchTrainer
from tfcompat.keras.trainers.compile import CompileLoss, CompileMetrics
from tfcompat.keras.trainers.containers import LossesContainer, MetricsContainer
from tfcompat.keras.trainers.data import (
    samples_in,
    train_validation_split,
    unpack_x_y_sample_weight,
)
from tfcompat.keras.trainers.epoch import EpochIterator, is_due
from tfcompat.keras.trainers.keras2 import (
    as_compiled,
    check_steps,
    take_loading_options,
    takes_keras2_arguments,
    trainable_layers,
)
from tfcompat.keras.trainers.outputs import joined, to_numpy
from tfcompat.keras.trainers.steps import StepFunctions


class Trainer(StepFunctions, BatchTrainer):
    """compile(), fit(), evaluate(), predict() and the steps they are made of; Model is one."""

    __call__: Any
    _call_has_training_arg: Any
    _flatten_layers: Any
    _metrics: Any
    built: Any
    dtype_policy: Any
    history: Any
    losses: Any
    metrics_variables: Any
    non_trainable_variables: Any
    trainable_variables: Any
    trainable_weights: Any

    loss: Any = None  # of the class, for programs of Keras 2 have methods of that name

    _untracked: frozenset[str] = frozenset(
        {
            "optimizer", "loss", "_compile_loss", "_compile_metrics", "_loss_tracker", "_compile_config",
            "train_function", "test_function", "predict_function", "history", "_compiled_trainable",
        }
    )  # fmt: skip

    def __init__(self) -> None:
        self._run_eagerly = False
        self._jit_compile: bool | None = None
        self.compiled = False
        self.optimizer: Any = None
        self.steps_per_execution = 1
        self.stop_training = False
        self._initial_epoch: int | None = None
        self._compile_loss: Any = None
        self._compile_metrics: Any = None
        self._loss_tracker: Any = None
        self._compile_config: dict[str, Any] = {}
        self._compiled_trainable: list[tuple[Any, bool]] = []
        self._distribute_strategy = _replicas.strategy_in_force()
        self.train_function: Callable[[Iterator[Any]], Any] | None = None
        self.test_function: Callable[[Iterator[Any]], Any] | None = None
        self.predict_function: Callable[[list[Any]], Any] | None = None
        self._compute_loss_takes_training = "training" in inspect.signature(self.compute_loss).parameters

    # ---- compile ----

    @takes_keras2_arguments
    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int | None = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Says how to train: the optimizer, the losses and metrics of the outputs, and how steps run.

        loss, metrics: one, a list, or a dict by output's name. run_eagerly: steps run as plain Python, not as captured
        functions. steps_per_execution: how many batches a step takes. jit_compile: whether the captured step is
        compiled. auto_scale_loss: whether float16 training scales its loss. A loss or metrics of None keep those of an
        earlier call.
        """
        self.optimizer = optimizers.get(optimizer)
        mixed = auto_scale_loss and self.dtype_policy.name == "mixed_float16"
        if mixed and self.optimizer is not None and not isinstance(self.optimizer, optimizers.LossScaleOptimizer):
            self.optimizer = optimizers.LossScaleOptimizer(self.optimizer, name="loss_scale_optimizer")
        known = vars(self).get("_functional") if _version.is_legacy() else None
        output_names = vars(known or self).get("output_names")  # functional models have them
        if _version.is_legacy():
            self.loss = loss or {}
            self._compile_loss = LossesContainer(loss, loss_weights, output_names)
            self._compile_metrics = MetricsContainer(metrics, weighted_metrics, output_names)
            self._compiled_trainable = trainable_layers(self)
        else:  # those of an earlier compile() are kept where there are none
            if loss is not None:
                self._compile_loss = CompileLoss(loss, loss_weights, output_names=output_names)
                self.loss = loss
            if metrics is not None or weighted_metrics is not None:
                self._compile_metrics = CompileMetrics(metrics, weighted_metrics, output_names=output_names)
        jit = False if jit_compile == "auto" else bool(jit_compile)
        if jit and run_eagerly:
            warnings.warn("If `run_eagerly` is True, then `jit_compile` is disabled.", stacklevel=2)
            jit = False
        self.jit_compile = jit
        self.run_eagerly = run_eagerly or self.dynamic
        self.stop_training = False
        self.compiled = True
        self._loss_tracker = metrics_module.Mean(name="loss")
        self.steps_per_execution = steps_per_execution or 1  # Keras 2 takes None
        self.train_function = self.test_function = self.predict_function = None
        self._compile_config = {
            "optimizer": self.optimizer,
            "loss": loss,
            "loss_weights": loss_weights,
            "metrics": metrics,
            "weighted_metrics": weighted_metrics,
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit,
        }

    @property
    def jit_compile(self) -> bool:
        """Whether captured steps are compiled."""
        return bool(self._jit_compile)

    @jit_compile.setter
    def jit_compile(self, value: bool) -> None:
        self._jit_compile = value

    @property
    def run_eagerly(self) -> bool:
        """Whether steps run as plain Python."""
        return self._run_eagerly

    @run_eagerly.setter
    def run_eagerly(self, value: bool) -> None:
        self._run_eagerly = value

    def get_compile_config(self) -> dict[str, Any]:
        """The arguments of compile(), serialized; empty where the model is not compiled."""
        from tfcompat.keras.saving.serialization import serialize_dict

        return serialize_dict(self._compile_config) if self.compiled else {}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles the model as `get_compile_config` says; warns where `compile()` is overridden."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        if type(self).compile is not Trainer.compile:
            warnings.warn(
                "`compile()` was not called as part of model loading because the model's `compile()` method is custom. "
                "Override `get_compile_config()` and `compile_from_config(config)`, or call `compile()` after loading.",
                stacklevel=2,
            )
            return
        self.compile(**deserialize_keras_object(config))
        if self.optimizer is not None and self.built:
            self.optimizer.build(self.trainable_variables)

    def _assert_compile_called(self, method: str | None = None) -> None:
        if not self.compiled and _version.is_legacy():
            raise RuntimeError(
                "You must compile your model before training/testing. Use `model.compile(optimizer, loss)`."
            )
        if not self.compiled:
            raise ValueError("You must call `compile()` before using the model.")

    @property
    def distribute_strategy(self) -> Any:
        """The tf.distribute.Strategy whose scope the model was made in; else the one that is in force."""
        import tfcompat

        return self._distribute_strategy or tfcompat.distribute.get_strategy()

    @property
    def distribute_reduction_method(self) -> str:
        """How replicas' outputs become one: "auto"."""
        return "auto"

    def _pass_of_build(self, epoch_iterator: EpochIterator) -> None:
        """Leaves out a dataset's pass that Keras takes a batch of, to build a model made in a strategy's scope."""
        if self._distribute_strategy is not None:
            epoch_iterator.adapter.skip_pass()

    # ---- losses and metrics ----

    @property
    def metrics(self) -> list[Any]:
        """The loss's mean, the compiled metrics, and those of the model and its layers."""
        found: list[Any] = []
        if self.compiled and _version.is_legacy():
            found.extend([*self._compile_loss.metrics, *self._compile_metrics.metrics])
        elif self.compiled:
            found.extend(m for m in (self._loss_tracker, self._compile_metrics) if m is not None)
            if self._compile_loss is not None:
                found.extend(self._compile_loss.metrics)
        found.extend(self._metrics)
        for layer in self._flatten_layers(include_self=False):
            if not isinstance(layer, Trainer) or _version.is_legacy():
                found.extend(layer._metrics)
        return found

    @property
    def metrics_names(self) -> list[str]:
        """The names of the metrics."""
        return [metric.name for metric in self.metrics]

    def reset_metrics(self) -> None:
        """Resets all metrics."""
        for metric in self.metrics:
            metric.reset_state()

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """The loss of a batch: the compiled losses and those that layers added. May be overridden.

        ValueError where there is none.
        """
        extra = [self._aggregate_additional_loss(loss) for loss in self.losses]
        if _version.is_legacy():
            return self.compiled_loss(y, y_pred, sample_weight, regularization_losses=extra)
        total = None if self._compile_loss is None else self._compile_loss(y, y_pred, sample_weight)
        for value in extra:
            total = value if total is None else total + value
        if total is None:
            raise ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")
        return total

    def _aggregate_additional_loss(self, loss: Any) -> Any:
        t = to_storage(loss)
        return wrap(_replicas.share(t.sum() if t.is_floating_point() else t.float().sum()))

    def _compute_loss(self, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool) -> Any:
        if _version.is_legacy():
            return self._compute_loss_of_keras2(x, y, y_pred, sample_weight, training)
        if self._compute_loss_takes_training:
            return self.compute_loss(x, y, y_pred, sample_weight, training=training)
        return self.compute_loss(x, y, y_pred, sample_weight)

    def _track_loss(self, loss: Any, x: Any) -> None:
        if _version.is_legacy():
            return  # `compiled_loss` has done it
        first = next(i for i in tree.flatten(x) if i is not None)
        self._loss_tracker._take_batch_mean(_replicas.whole(loss), samples_in(first))

    def stateless_compute_loss(
        self,
        trainable_variables: Any,
        non_trainable_variables: Any,
        metrics_variables: Any,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """(loss, (trainable, non-trainable and metrics' variables' new values)) for given values, changing none."""
        owned = (self.trainable_variables, self.non_trainable_variables, self.metrics_variables)
        given = (trainable_variables, non_trainable_variables, metrics_variables)
        mapping = [pair for own, values in zip(owned, given) for pair in zip(own, values)]
        with StatelessScope(mapping) as scope:
            loss = self._compute_loss(x, y, y_pred, sample_weight, training)
        after = [[scope.get_current_value(v) for v in own] for own in owned[1:]]
        return loss, (trainable_variables, *after)

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Updates the compiled metrics and returns all results. May be overridden."""
        if self._compile_metrics is not None:
            self._compile_metrics.update_state(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def get_metrics_result(self) -> dict[str, Any]:
        """The results of all metrics, by name."""
        results: dict[str, Any] = {}
        for metric in self.metrics:
            value = metric.result() if not isinstance(metric, CompileMetrics) or metric.built else {}
            if isinstance(value, dict):
                results.update(value)
            else:
                results[metric.name] = value
        return results

    def _ordered_results(self, logs: dict[str, Any]) -> Any:
        """The results as evaluate() returns them: in the order of the metrics; a single one by itself."""
        names = []
        for metric in self.metrics:
            own = metric.metrics if isinstance(metric, CompileMetrics) else [metric]
            names.extend(m.name for m in own)
        ordered = [logs[name] for name in names if name in logs]
        ordered += [logs[name] for name in sorted(logs) if name not in names]
        return ordered[0] if len(ordered) == 1 else ordered

    # ---- steps ----

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of training on a batch; returns what to log. May be overridden."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        with GradientTape() as tape:
            y_pred = self(x, training=True) if self._call_has_training_arg else self(x)
            loss = self._compute_loss(x, y, y_pred, sample_weight, training=True)
            self._track_loss(loss, x)
            if self.optimizer is not None:
                loss = self.optimizer.scale_loss(loss)
        weights = self.trainable_weights
        if weights:
            gradients = tape.gradient(loss, weights)
            cast(Any, self.optimizer).apply_gradients(zip(gradients, weights))
        else:
            warnings.warn("The model does not have any trainable weights.", stacklevel=2)
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """One step of evaluation on a batch; returns what to log. May be overridden."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False) if self._call_has_training_arg else self(x)
        self._track_loss(self._compute_loss(x, y, y_pred, sample_weight, training=False), x)
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def predict_step(self, data: Any) -> Any:
        """The predictions for a batch. May be overridden."""
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, training=False) if self._call_has_training_arg else self(x)

    # ---- loops ----

    @with_values
    @as_compiled
    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: Any = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
        **kwargs: Any,
    ) -> Any:
        """Trains the model and returns its History.

        x, y: arrays, tensors, or lists or dicts of them; or x alone a dataset, generator or PyDataset of batches.
        verbose: 0 silent, 1 a progress bar, 2 a line an epoch. validation_split: the share at the end that is kept for
        validation. class_weight: {class: weight}. validation_freq: every how many epochs, or a list of epochs.
        """
        self._assert_compile_called("fit")
        take_loading_options(kwargs, x, "fit")
        limit = settings.max_epochs
        if limit and limit < epochs:
            warnings.warn(f"Limiting epochs to {limit}", stacklevel=2)
            epochs = limit
        if validation_split and validation_data is None:
            (x, y, sample_weight), validation_data = train_validation_split((x, y, sample_weight), validation_split)
        if epochs < 1 and _version.is_legacy():
            raise ValueError(f"Expected epochs to be positive. Received is {epochs}.")
        if _version.is_legacy():
            check_steps(steps_per_epoch)
            steps_per_epoch = None if steps_per_epoch == -1 else steps_per_epoch
        several = self._several
        epoch_iterator = EpochIterator(
            x,
            y,
            sample_weight,
            batch_size,
            steps_per_epoch,
            shuffle,
            class_weight,
            self.steps_per_execution,
            several,
            epochs,
        )
        self._pass_of_build(epoch_iterator)
        epoch_iterator.reset()
        if not isinstance(callbacks, CallbackList):
            callbacks = CallbackList(
                callbacks,
                add_history=True,
                add_progbar=verbose != 0,
                verbose=verbose,
                epochs=epochs,
                steps=epoch_iterator.num_batches,
                model=self,
            )
        self.stop_training = False
        step = self.make_train_function()
        if _version.is_legacy():
            self._initial_epoch = None  # of an earlier training that was restored
        callbacks.on_train_begin()
        training_logs, step_logs, validation = None, {}, None
        for epoch in range(self._initial_epoch or initial_epoch, epochs):
            self.reset_metrics()
            callbacks.on_epoch_begin(epoch)
            told = callbacks.on_train_batch_begin, callbacks.on_train_batch_end
            step_logs = self._run_epoch(epoch_iterator, step, told, "stop_training", step_logs)
            self._check_logs(step_logs, "train_function")
            logs = dict(self._results_or_logs(step_logs))
            if validation_data is not None and is_due(epoch, validation_freq):
                if validation is None:
                    parts = unpack_x_y_sample_weight(validation_data)
                    size = validation_batch_size or batch_size
                    per_step = self.steps_per_execution
                    validation = EpochIterator(
                        *parts, size, validation_steps, steps_per_execution=per_step, strategy=several
                    )
                results = self.evaluate(validation, callbacks=callbacks, return_dict=True)
                logs.update({f"val_{name}": value for name, value in results.items()})
            callbacks.on_epoch_end(epoch, logs)
            epoch_iterator.end_epoch()
            training_logs = logs
            if self.stop_training or epoch_iterator.exhausted:
                break
        if self.optimizer is not None and epochs > 0:
            self.optimizer.finalize_variable_values(self.trainable_weights)
        callbacks.on_train_end(logs=training_logs)
        return self.history

    def _run_epoch(
        self, epoch_iterator: EpochIterator, function: Callable[[Any], Any], told: tuple[Any, Any], stop: str, logs: Any
    ) -> Any:
        """The logs of the last step; `logs` where there is none. told: what is called before and after each."""
        begin, end = told
        for first, last, iterator in epoch_iterator.steps():
            begin(first)
            before, thread.epoch = thread.epoch, epoch_iterator.adapter.varied
            try:
                logs = function(iterator)
            except StopIteration:
                epoch_iterator.ran_out(first)
                break
            finally:
                thread.epoch = before
            end(last, logs)
            if getattr(self, stop):
                break
        return logs

    def _results_or_logs(self, logs: Any) -> dict[str, Any]:
        """What the metrics say after an epoch, where a step logs just the metrics; else the last step's logs."""
        results = self.get_metrics_result()
        if isinstance(logs, dict) and set(logs) == set(results):
            return results
        return logs if isinstance(logs, dict) else {}

    @with_values
    @as_compiled
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The loss and metrics on data: a number, a list in the order of the metrics, or a dict."""
        self._assert_compile_called("evaluate")
        if kwargs and not set(kwargs) <= {"max_queue_size", "workers", "use_multiprocessing"}:
            if _version.is_legacy():
                raise TypeError(f"Invalid keyword arguments: {list(kwargs)}")
            raise ValueError(f"Arguments not recognized: {kwargs}")
        take_loading_options(kwargs, x, "evaluate")
        if isinstance(x, EpochIterator):
            epoch_iterator = x
        else:
            epoch_iterator = EpochIterator(
                x,
                y,
                sample_weight,
                batch_size,
                steps,
                steps_per_execution=self.steps_per_execution,
                strategy=self._several,
            )
        self._pass_of_build(epoch_iterator)
        epoch_iterator.reset()
        if not isinstance(callbacks, CallbackList):
            callbacks = CallbackList(
                callbacks,
                add_progbar=verbose != 0,
                verbose=verbose,
                epochs=1,
                steps=epoch_iterator.num_batches,
                model=self,
            )
        step = self.make_test_function()
        self.stop_evaluating = False
        callbacks.on_test_begin()
        self.reset_metrics()
        told = callbacks.on_test_batch_begin, callbacks.on_test_batch_end
        logs = self._run_epoch(epoch_iterator, step, told, "stop_evaluating", {})
        epoch_iterator.end_epoch()
        self._check_logs(logs, "test_function")
        results = pythonify_logs(self._results_or_logs(logs))
        callbacks.on_test_end(results)
        return results if return_dict else self._ordered_results(results)

    @with_values
    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
        **kwargs: Any,
    ) -> Any:
        """The model's outputs for data, as numpy arrays."""
        take_loading_options(kwargs, x, "predict")
        verbose = 0 if verbose == "auto" and _version.is_past_graph() else verbose
        epoch_iterator = EpochIterator(
            x,
            batch_size=batch_size,
            steps_per_epoch=steps,
            steps_per_execution=self.steps_per_execution,
            strategy=self._several,
        )
        if not isinstance(callbacks, CallbackList):
            callbacks = CallbackList(
                callbacks,
                add_progbar=verbose != 0,
                verbose=verbose,
                epochs=1,
                steps=epoch_iterator.num_batches,
                model=self,
            )
        step = self.make_predict_function()
        self.stop_predicting = False
        callbacks.on_predict_begin()
        parts: list[Any] = []

        def run(iterator: Iterator[Any]) -> Any:
            batches = [next(iterator)]
            for _ in range(self.steps_per_execution - 1):
                try:
                    batches.append(next(iterator))
                except StopIteration:
                    break
            parts.append(step(batches))
            return {"outputs": parts[-1]}

        told = callbacks.on_predict_batch_begin, callbacks.on_predict_batch_end
        self._run_epoch(epoch_iterator, run, told, "stop_predicting", {})
        epoch_iterator.end_epoch()
        callbacks.on_predict_end()
        if not parts:
            raise ValueError(f"predict() got no batches of data. Received: x={x!r}")
        return tree.map_structure(lambda *values: to_numpy(joined(values)), *parts)
