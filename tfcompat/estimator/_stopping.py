"""Hooks that end the training when a metric of the evaluations tells to (tf.estimator.experimental)."""

from __future__ import annotations

import collections
import operator
import os
from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._core import errors, logging
from tfcompat.compat.v1._collections import GraphKeys
from tfcompat.compat.v1._variable_scope import get_variable, variable_scope
from tfcompat.compat.v1._variable_store import AUTO_REUSE
from tfcompat.estimator._estimator import Estimator

v1 = tf.compat.v1


def make_early_stopping_hook(
    estimator: Any, should_stop_fn: Callable[[], bool], run_every_secs: float | None = 60, run_every_steps: Any = None
) -> Any:
    """A hook that asks `should_stop_fn` every so often (tf.estimator.experimental.make_early_stopping_hook).

    run_every_secs or run_every_steps: how often; ValueError for both. TypeError for what is no estimator.
    """
    if not isinstance(estimator, Estimator):
        raise TypeError(f"`estimator` must have type `tf.estimator.Estimator`. Got: {type(estimator)}")
    if run_every_secs is not None and run_every_steps is not None:
        raise ValueError("Only one of `run_every_secs` and `run_every_steps` must be set.")
    return _StopOnPredicateHook(should_stop_fn, run_every_secs, run_every_steps)


class _StopOnPredicateHook(v1.train.SessionRunHook):
    """Stops where a function says so; the graph's variable tells other sessions."""

    def __init__(self, should_stop_fn: Any, run_every_secs: float | None, run_every_steps: int | None) -> None:
        if not callable(should_stop_fn):
            raise TypeError("`should_stop_fn` must be callable.")
        self._should_stop_fn = should_stop_fn
        self._timer = v1.train.SecondOrStepTimer(every_secs=run_every_secs, every_steps=run_every_steps)

    def begin(self) -> None:
        """Makes the variable."""
        self._step: Any = v1.train.get_global_step()
        with variable_scope("signal_early_stopping", reuse=AUTO_REUSE):
            keys = [GraphKeys.GLOBAL_VARIABLES]
            self._stop = get_variable("STOP", [], tf.bool, v1.zeros_initializer(), trainable=False, collections=keys)
        self._set = v1.assign(self._stop, True)

    def before_run(self, run_context: Any) -> Any:
        """Asks for the step."""
        return v1.train.SessionRunArgs(self._step)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        """Asks the function when it is time."""
        step = run_values.results
        if not self._timer.should_trigger_for_step(step):
            return
        self._timer.update_last_triggered_step(step)
        if self._should_stop_fn():
            logging.get_logger().info("Requesting early stopping at global step %d", step)
            run_context.session.run(self._set)
            run_context.request_stop()


def read_eval_metrics(eval_dir: str) -> collections.OrderedDict[int, dict[str, float]]:
    """{step: {metric: value}} of the event files in a folder, by the steps."""
    found: dict[int, dict[str, float]] = collections.defaultdict(dict)
    for path in tf.io.gfile.glob(os.path.join(eval_dir, "events.out.tfevents.*")):
        try:
            for event in v1.train.summary_iterator(path):
                values = event.summary.value if event.HasField("summary") else ()
                metrics = {value.tag: value.simple_value for value in values if value.HasField("simple_value")}
                if metrics:
                    found[event.step].update(metrics)
        except errors.DataLossError as e:
            logging.warning(
                f"Skipping rest of the file due to encountering data corruption error; file path: {path}; "
                "original error "
                f"raised by `tf.train.summary_iterator`: {e}"
            )
    return collections.OrderedDict(sorted(found.items()))


def _values(eval_dir: str, metric: str, min_steps: int) -> list[tuple[int, float]]:
    return [(step, found[metric]) for step, found in read_eval_metrics(eval_dir).items() if step >= min_steps]


def _crossed(better: Any, word: str, hook: str) -> Callable[..., Any]:
    def make(
        estimator: Any,
        metric_name: str,
        threshold: float,
        eval_dir: str | None = None,
        min_steps: int = 0,
        run_every_secs: float | None = 60,
        run_every_steps: int | None = None,
    ) -> Any:
        folder = estimator.eval_dir() if eval_dir is None else eval_dir

        def stop() -> bool:
            for step, value in _values(folder, metric_name, min_steps):
                if better(value, threshold):
                    logging.get_logger().info(
                        'At step %s, metric "%s" has value %s which is %s the configured threshold (%s) for early '
                        "stopping.",
                        *(step, metric_name, value, word, threshold),
                    )
                    return True
            return False

        return make_early_stopping_hook(estimator, stop, run_every_secs, run_every_steps)

    make.__name__ = make.__qualname__ = hook
    make.__doc__ = (
        f"A hook that stops once a metric is {word} a threshold (tf.estimator.experimental.{hook}).\n\n    eval_dir: "
        "where the evaluations' results lie. min_steps: earlier ones do not count."
    )
    return make


stop_if_higher_hook = _crossed(operator.gt, "greater than", "stop_if_higher_hook")
stop_if_lower_hook = _crossed(operator.lt, "less than", "stop_if_lower_hook")


def _without(
    better: Any,
    word: str,
    estimator: Any,
    metric: str,
    steps: int,
    eval_dir: str | None,
    min_steps: int,
    run_every_secs: float | None,
    run_every_steps: int | None,
) -> Any:
    folder = estimator.eval_dir() if eval_dir is None else eval_dir

    def stop() -> bool:
        best: Any = None
        for step, value in _values(folder, metric, min_steps):
            if best is None or better(value, best[1]):
                best = step, value
            if step - best[0] >= steps:
                logging.get_logger().info(
                    'No %s in metric "%s" for %s steps, which is greater than or equal to max steps (%s) '
                    "configured for "
                    ""
                    "early stopping.",
                    *(word, metric, step - best[0], steps),
                )
                return True
        return False

    return make_early_stopping_hook(estimator, stop, run_every_secs, run_every_steps)


def stop_if_no_increase_hook(
    estimator: Any,
    metric_name: str,
    max_steps_without_increase: int,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> Any:
    """A hook that stops once a metric did not grow for so many steps (stop_if_no_increase_hook)."""
    how_often = run_every_secs, run_every_steps
    return _without(
        operator.gt, "increase", estimator, metric_name, max_steps_without_increase, eval_dir, min_steps, *how_often
    )


def stop_if_no_decrease_hook(
    estimator: Any,
    metric_name: str,
    max_steps_without_decrease: int,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> Any:
    """A hook that stops once a metric did not fall for so many steps (stop_if_no_decrease_hook)."""
    how_often = run_every_secs, run_every_steps
    return _without(
        operator.lt, "decrease", estimator, metric_name, max_steps_without_decrease, eval_dir, min_steps, *how_often
    )
