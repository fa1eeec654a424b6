"""InMemoryEvaluatorHook and make_stop_at_checkpoint_step_hook (tf.estimator.experimental), add_metrics."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._collections import GraphKeys, get_collection
from tfcompat.estimator._estimator import Estimator, checked_hooks
from tfcompat.estimator._spec import ModeKeys, call_taking, fn_args

v1 = tf.compat.v1
_METRIC_FN_ARGUMENTS = {"features", "labels", "predictions", "config"}


class InMemoryEvaluatorHook(v1.train.SessionRunHook):
    """Evaluates during the training, without checkpoints (tf.estimator.experimental.InMemoryEvaluatorHook).

    The arguments are Estimator.evaluate's; every_n_iter: how often. ValueError for a number below 1, and for models
    with a saver or an init_fn of their own.
    """

    def __init__(
        self,
        estimator: Any,
        input_fn: Callable[..., Any],
        steps: int | None = None,
        hooks: Any = None,
        name: str | None = None,
        every_n_iter: int = 100,
    ) -> None:
        if every_n_iter is None or every_n_iter <= 0:
            raise ValueError(f"invalid every_n_iter={every_n_iter}.")
        if estimator.config.num_ps_replicas > 0 or estimator.config.num_worker_replicas > 1:
            raise ValueError("InMemoryEvaluator supports only single machine (aka Local) setting.")
        self._estimator, self._input_fn = estimator, input_fn
        self._folder = os.path.join(estimator.model_dir, f"eval_{name}" if name else "eval")
        self._hooks = checked_hooks(hooks) + estimator._convert_eval_steps_to_hooks(steps)
        self._timer = v1.train.SecondOrStepTimer(every_steps=every_n_iter)

    def begin(self) -> None:
        """Builds the graph of the evaluation."""
        self._timer.reset()
        self._count, self._graph = 0, tf.Graph()
        with self._graph.as_default():
            built = self._estimator._evaluate_build_graph(self._input_fn, self._hooks, checkpoint_path=None)
            self._scaffold, self._update, self._values, self._all_hooks = built
            for name in ("saver", "init_fn"):
                if getattr(self._scaffold, name) is not None:
                    raise ValueError(f"InMemoryEvaluator does not support custom {name}")
            self._evaluated = {v.name: v for v in get_collection(GraphKeys.GLOBAL_VARIABLES)}

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Evaluates what the training begins with."""
        if get_collection(GraphKeys.SAVEABLE_OBJECTS):
            raise ValueError("InMemoryEvaluator does not support saveables other than global variables.")
        trained = get_collection(GraphKeys.GLOBAL_VARIABLES)
        self._trained = {v.name: v for v in trained if v.name in self._evaluated}
        self._evaluate(session)

    def _evaluate(self, session: Any) -> None:
        values = session.run(self._trained)

        def feed(scaffold: Any, session: Any) -> None:
            for name, value in values.items():
                self._evaluated[name].load(value, session)

        with self._graph.as_default():
            scaffold = v1.train.Scaffold(init_fn=feed, copy_from_scaffold=self._scaffold)
            self._estimator._evaluate_run(
                None, scaffold, self._update, self._values, self._all_hooks, output_dir=self._folder
            )
        self._timer.update_last_triggered_step(self._count)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        """Evaluates when it is time."""
        self._count += 1
        if self._timer.should_trigger_for_step(self._count):
            self._evaluate(run_context.session)

    def end(self, session: Any) -> None:
        """Evaluates what the training ends with."""
        self._evaluate(session)


class _StopAtCheckpointStepHook(v1.train.SessionRunHook):
    """Stops once a checkpoint of the last step is there."""

    def __init__(self, estimator: Any, last_step: int, wait_after_file_check_secs: float) -> None:
        self._estimator, self._last, self._pause = estimator, last_step, wait_after_file_check_secs

    def begin(self) -> None:
        """Looks the global step up."""
        self._step: Any = v1.train.get_global_step()
        if self._step is None:
            raise RuntimeError("Global step should be created to use StopAtCheckpointStepHook.")

    def before_run(self, run_context: Any) -> Any:
        """Asks for the step."""
        return v1.train.SessionRunArgs(self._step)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        """Looks for the checkpoint when it is time."""
        if int(run_values.results) + 1 < self._last:
            return
        if self._estimator._saved_step() >= self._last:
            run_context.request_stop()
        else:
            time.sleep(self._pause)


def make_stop_at_checkpoint_step_hook(estimator: Any, last_step: int, wait_after_file_check_secs: float = 30) -> Any:
    """A hook that ends the training at a step, elsewhere than in the chief when its checkpoint is there.

    (tf.estimator.experimental.make_stop_at_checkpoint_step_hook.) ValueError without a last step.
    """
    if last_step is None:
        raise ValueError("last_step must be specified.")
    if estimator.config.is_chief:
        return v1.train.StopAtStepHook(last_step=last_step)
    return _StopAtCheckpointStepHook(estimator, last_step, wait_after_file_check_secs)


def add_metrics(estimator: Any, metric_fn: Callable[..., Any]) -> Estimator:
    """An estimator that evaluates more metrics (tf.estimator.add_metrics).

    metric_fn: ``f([features], [labels], [predictions], [config])`` that gives {name: metric}, which come in the place
    of the estimator's of the same name. ValueError where it takes other arguments.
    """
    other = set(fn_args(metric_fn)) - _METRIC_FN_ARGUMENTS
    if other:
        raise ValueError(f"metric_fn ({metric_fn}) has following not expected args: {sorted(other)}")

    def model_fn(features: Any, labels: Any, mode: str, config: Any) -> Any:
        spec = estimator.model_fn(features, labels, mode, config)
        if mode != ModeKeys.EVAL:
            return spec
        more = call_taking(metric_fn, features=features, labels=labels, predictions=spec.predictions, config=config)
        return spec._replace(eval_metric_ops={**(spec.eval_metric_ops or {}), **more})

    settings = estimator._warm_start_settings
    return Estimator(model_fn, estimator.model_dir, estimator.config, warm_start_from=settings)
