"""train_and_evaluate: training that stops for an evaluation after a checkpoint, with TrainSpec and EvalSpec."""

from __future__ import annotations

import collections
import os
import time
from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._core import logging
from tfcompat.compat.v1._collections import GraphKeys
from tfcompat.estimator._config import TaskType
from tfcompat.estimator._estimator import Estimator
from tfcompat.estimator._exporters import Exporter

v1 = tf.compat.v1


def _need_callable(input_fn: Any) -> None:
    if not callable(input_fn):
        raise TypeError(f"`input_fn` must be callable, given: {input_fn}")


def _all_of(kind: type, values: Any, what: str) -> tuple[Any, ...]:
    values = tuple(values or ())
    for value in values:
        if not isinstance(value, kind):
            raise TypeError(f"All {what} must be `{kind.__name__}` instances, given: {value}")
    return values


def _exporters(exporters: Any) -> tuple[Any, ...]:
    if not exporters:
        return ()
    listed = isinstance(exporters, (list, tuple, set))
    found: list[Any] = list(exporters) if listed else [exporters]
    if not all(isinstance(exporter, Exporter) for exporter in found):
        raise TypeError(f"`exporters` must be an Exporter, an iterable of Exporter, or `None`, found {exporters}.")
    names = [exporter.name for exporter in found]
    for i, name in enumerate(names):
        if not name:
            raise ValueError(f"An Exporter cannot have a name that is `None` or empty. All exporter names: {names}")
        if not isinstance(name, str):
            raise ValueError(f"An Exporter must have a string name. Given: {type(name)}")
        if name in names[:i]:
            raise ValueError(
                f"`exporters` must have unique names. Such a name cannot be `None`. All exporter names: {names}"
            )
    return tuple(found)


class TrainSpec(collections.namedtuple("TrainSpec", "input_fn max_steps hooks saving_listeners")):
    """How train_and_evaluate trains (tf.estimator.TrainSpec): as Estimator.train, up to max_steps in all.

    TypeError for what is not callable, no hook or no listener; ValueError for max_steps below 1.
    """

    __slots__ = ()

    def __new__(
        cls, input_fn: Callable[..., Any], max_steps: int | None = None, hooks: Any = None, saving_listeners: Any = None
    ) -> TrainSpec:
        _need_callable(input_fn)
        if max_steps is not None and max_steps <= 0:
            raise ValueError(f"Must specify max_steps > 0, given: {max_steps}")
        hooks = _all_of(v1.train.SessionRunHook, hooks, "hooks")
        listeners = _all_of(v1.train.CheckpointSaverListener, saving_listeners, "saving_listeners")
        return super().__new__(cls, input_fn, max_steps, hooks, listeners)


class EvalSpec(
    collections.namedtuple("EvalSpec", "input_fn steps name hooks exporters start_delay_secs throttle_secs")
):
    """How train_and_evaluate evaluates (tf.estimator.EvalSpec): as Estimator.evaluate.

    exporters: what exports after an evaluation. start_delay_secs: how long an evaluator waits at first. throttle_secs:
    how much time there is at least between two evaluations. ValueError for numbers out of range, TypeError for others.
    """

    __slots__ = ()

    def __new__(
        cls,
        input_fn: Callable[..., Any],
        steps: int | None = 100,
        name: str | None = None,
        hooks: Any = None,
        exporters: Any = None,
        start_delay_secs: float = 120,
        throttle_secs: float = 600,
    ) -> EvalSpec:
        _need_callable(input_fn)
        if steps is not None and steps <= 0:
            raise ValueError(f"Must specify steps > 0, given: {steps}")
        if name is not None and not isinstance(name, str):
            raise TypeError(f"`name` must be string, given: {name}")
        hooks = _all_of(v1.train.SessionRunHook, hooks, "hooks")
        for argument, secs in (("start_delay_secs", start_delay_secs), ("throttle_secs", throttle_secs)):
            if secs < 0:
                raise ValueError(f"Must specify {argument} >= 0, given: {secs}")
        return super().__new__(
            cls, input_fn, steps, name, hooks, _exporters(exporters), start_delay_secs, throttle_secs
        )


def train_and_evaluate(estimator: Any, train_spec: TrainSpec, eval_spec: EvalSpec) -> Any:
    """Trains, and evaluates and exports after checkpoints (tf.estimator.train_and_evaluate).

    Returns the metrics of the last evaluation, and what the exporters gave. In a cluster (TF_CONFIG) the evaluator
    evaluates new checkpoints until the training's end, returning None; NotImplementedError for several workers.
    """
    for name, value, kind in (("eval_spec", eval_spec, EvalSpec), ("train_spec", train_spec, TrainSpec)):
        if not isinstance(value, kind):
            raise TypeError(f"`{name}` must have type `tf.estimator.{kind.__name__}`. Got: {type(value)}")
    if not isinstance(estimator, Estimator):
        raise TypeError(f"`estimator` must have type `tf.estimator.Estimator`. Got: {type(estimator)}")
    config, evaluator = estimator.config, _Evaluator(estimator, eval_spec, train_spec.max_steps)
    if config.task_type == TaskType.EVALUATOR:
        if config.task_id > 0:
            raise ValueError(
                "For distributed training, there can only be one `evaluator` task (with task id 0).  Given task id "
                f"{config.task_id}"
            )
        return _evaluate_until_the_end(evaluator, train_spec, eval_spec)
    if config.master:
        raise NotImplementedError(
            "tf.estimator.train_and_evaluate: tfcompat has no servers, TF_CONFIG's cluster must have one task beside "
            "the "
            f"evaluator. Got {config.cluster_spec}."
        )
    if config.cluster_spec and config.task_type == TaskType.CHIEF:
        hooks, listeners = list(train_spec.hooks), train_spec.saving_listeners
        estimator.train(train_spec.input_fn, hooks, max_steps=train_spec.max_steps, saving_listeners=listeners)
        return None
    return _train_locally(estimator, evaluator, train_spec, eval_spec)


def _train_locally(estimator: Any, evaluator: _Evaluator, train_spec: TrainSpec, eval_spec: EvalSpec) -> Any:
    log, config = logging.get_logger(), estimator.config
    log.info("Running training and evaluation locally (non-distributed).")
    log.info(
        "Start train and evaluate loop. The evaluate will happen after every checkpoint. Checkpoint frequency is "
        f"determined based on RunConfig arguments: save_checkpoints_steps {config.save_checkpoints_steps} or "
        f"save_checkpoints_secs {config.save_checkpoints_secs}."
    )
    listener = _EvaluatingListener(evaluator, eval_spec.throttle_secs)
    estimator.train(
        train_spec.input_fn,
        list(train_spec.hooks),
        max_steps=train_spec.max_steps,
        saving_listeners=(*train_spec.saving_listeners, listener),
    )
    return listener.metrics, listener.exports


def _evaluate_until_the_end(evaluator: _Evaluator, train_spec: TrainSpec, eval_spec: EvalSpec) -> None:
    """Evaluates new checkpoints as they come, until one of the last step."""
    log = logging.get_logger()
    if eval_spec.start_delay_secs:
        log.info("Waiting %f secs before starting eval.", eval_spec.start_delay_secs)
        time.sleep(eval_spec.start_delay_secs)
    while True:
        start = time.time()
        metrics, _ = evaluator.evaluate_and_export()
        step, last = (metrics or {}).get(GraphKeys.GLOBAL_STEP), train_spec.max_steps
        left = eval_spec.throttle_secs - (time.time() - start)
        if left > 0:
            log.info("Waiting %f secs before starting next eval run.", left)
            time.sleep(left)
        elif eval_spec.throttle_secs == 0 and metrics is None:
            logging.warning(
                "EvalSpec.throttle_secs is set as 0. This might overload the job before finding (next) new checkpoint. "
                "Please consider to increase it."
            )
        if step and last and step >= last:
            log.info("Exiting evaluation, global_step=%s >= train max_steps=%s", step, last)
            return


class _EvaluatingListener(v1.train.CheckpointSaverListener):
    """Evaluates when a checkpoint was written, unless the last evaluation is too near, and at the end."""

    def __init__(self, evaluator: _Evaluator, throttle_secs: float) -> None:
        self._evaluator, self._secs = evaluator, throttle_secs
        self.metrics: Any = None
        self.exports: Any = None

    def begin(self) -> None:
        """Begins anew."""
        self._timer, self._first = v1.train.SecondOrStepTimer(every_secs=self._secs), True

    def after_save(self, session: Any, global_step_value: int) -> None:
        """Evaluates; not what the training begins with."""
        if self._first:
            self._first = False
        elif self._timer.should_trigger_for_step(global_step_value):
            self._evaluate(global_step_value)
        else:
            logging.get_logger().info(f"Skip the current checkpoint eval due to throttle secs ({self._secs} secs).")

    def end(self, session: Any, global_step_value: int) -> None:
        """Evaluates what was not yet."""
        if global_step_value != self._timer.last_triggered_step():
            self._evaluate(global_step_value)

    def _evaluate(self, step: int) -> None:
        self._timer.update_last_triggered_step(step)
        self.metrics, self.exports = self._evaluator.evaluate_and_export()
        if self.metrics is None:
            raise RuntimeError("There was no new checkpoint after the training. Eval status: no new checkpoint")


class _Evaluator:
    """Evaluates each checkpoint once, and exports."""

    def __init__(self, estimator: Any, eval_spec: EvalSpec, max_steps: int | None) -> None:
        self._estimator, self._spec, self._max_steps = estimator, eval_spec, max_steps
        self._last: str | None = None
        self._warned = 0.0

    def evaluate_and_export(self) -> tuple[Any, list[Any]]:
        """The metrics and what the exporters gave; None where there is no new checkpoint."""
        path = self._estimator.latest_checkpoint()
        if not path:
            self._warn("Estimator is not trained yet. Will start an evaluation when a checkpoint is ready.")
            return None, []
        if path == self._last:
            self._warn(
                "No new checkpoint ready for evaluation. Skip the current evaluation pass as evaluation results are "
                "expected to be same for the same checkpoint."
            )
            return None, []
        spec = self._spec
        metrics = self._estimator.evaluate(
            spec.input_fn, spec.steps, hooks=spec.hooks, checkpoint_path=path, name=spec.name
        )
        final = bool(self._max_steps) and metrics[GraphKeys.GLOBAL_STEP] >= self._max_steps
        exports = [
            exporter.export(
                estimator=self._estimator,
                export_path=os.path.join(self._estimator.model_dir, "export", exporter.name),
                checkpoint_path=path,
                eval_result=metrics,
                is_the_final_export=final,
            )
            for exporter in spec.exporters
        ]
        self._warned, self._last = 0.0, path
        return metrics, exports

    def _warn(self, message: str) -> None:
        now = time.time()
        if now - self._warned > 600:
            logging.warning(message)
            self._warned = now
