"""Evaluation of a checkpoint: metrics are updated until the input or the steps end, and then read."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat._core import logging
from tfcompat.compat.v1._collections import GraphKeys, get_collection
from tfcompat.compat.v1._variable_scope import get_variable

v1 = tf.compat.v1
_FLOATS: Any = (np.float32, float)
_INTEGERS: Any = (np.int64, np.int32, int)


def get_or_create_eval_step() -> Any:
    """The local variable that counts the evaluation's steps; ValueError where there are several."""
    found = get_collection(GraphKeys.EVAL_STEP)
    if len(found) > 1:
        raise ValueError("Multiple tensors added to tf.GraphKeys.EVAL_STEP")
    if found:
        return found[0]
    keys = [GraphKeys.LOCAL_VARIABLES, GraphKeys.EVAL_STEP]
    return get_variable("eval_step", [], tf.int64, v1.zeros_initializer(), trainable=False, collections=keys)


class StopAfterNEvalsHook(v1.train.SessionRunHook):
    """Asks for the end after `num_evals` steps, and logs how far the evaluation is; None for no end."""

    def __init__(self, num_evals: int | None, log_progress: bool = True) -> None:
        self._count, self._logs = num_evals, log_progress
        self._every = 1 if num_evals is None or num_evals < 20 else math.floor(num_evals / 10.0)
        self._done: Any = None

    def set_evals_completed(self, tensor: Any) -> None:
        """Takes the tensor that tells how many steps were done."""
        self._done = tensor

    def before_run(self, run_context: Any) -> Any:
        """Asks for it."""
        return v1.train.SessionRunArgs(self._done)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        """Logs, and asks for the end when it is time."""
        done = int(run_values.results)
        if self._logs and self._count is None:
            logging.get_logger().info("Evaluation [%d]", done)
        elif self._logs and (done % self._every == 0 or self._count == done):
            logging.get_logger().info("Evaluation [%d/%d]", done, self._count)
        if self._count is not None and done >= self._count:
            run_context.request_stop()


def evaluate_once(
    checkpoint_path: str | None,
    master: str = "",
    scaffold: Any = None,
    eval_ops: Any = None,
    feed_dict: Any = None,
    final_ops: Any = None,
    final_ops_feed_dict: Any = None,
    hooks: Any = None,
    config: Any = None,
) -> Any:
    """Runs `eval_ops` until a hook asks for the end or the input ends; then the values of `final_ops`."""
    eval_step, hooks = get_or_create_eval_step(), list(hooks or ())
    if eval_ops is not None:
        eval_ops = [eval_ops, v1.assign_add(eval_step, 1)]
        with tf.control_dependencies(tf.nest.flatten(eval_ops)):
            done = tf.identity(eval_step.read_value())
        for hook in hooks:
            if isinstance(hook, StopAfterNEvalsHook):
                hook.set_evals_completed(done)
    log = logging.get_logger()
    log.info("Starting evaluation at " + time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime()))
    start = time.time()
    creator = v1.train.ChiefSessionCreator(scaffold, master, config, checkpoint_filename_with_path=checkpoint_path)
    final = v1.train.FinalOpsHook(final_ops, final_ops_feed_dict)
    with v1.train.MonitoredSession(creator, [*hooks, final]) as session:
        while eval_ops is not None and not session.should_stop():
            session.run(eval_ops, feed_dict)
    log.info(f"Inference Time : {time.time() - start:0.5f}s")
    log.info("Finished evaluation at " + time.strftime("%Y-%m-%d-%H:%M:%S", time.localtime()))
    return final.final_ops_values


def metric_updates(metrics: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The operation that updates all metrics, and their values by name."""
    names = sorted(metrics)
    updates = [metrics[name][1] for name in names]
    return (tf.group(*updates) if updates else None), {name: metrics[name][0] for name in names}


def write_results(directory: str, results: dict[str, Any], step: int) -> None:
    """Writes metrics to the event file of a directory, and logs them."""
    told = ", ".join(f"{k} = {v!s}" for k, v in sorted(results.items()) if not isinstance(v, bytes))
    logging.get_logger().info("Saving dict for global step %d: %s", step, told)
    summary = v1.Summary()
    for key, value in results.items():
        if value is not None and key != "global_step":
            _add_value(summary, key, value)
    writer = v1.summary.FileWriterCache.get(directory)
    writer.add_summary(summary, step)
    writer.flush()


def _add_value(summary: Any, key: str, value: Any) -> None:
    if isinstance(value, _FLOATS):
        summary.value.add(tag=key, simple_value=float(value))
    elif isinstance(value, _INTEGERS):
        summary.value.add(tag=key, simple_value=int(value))
    elif isinstance(value, bytes):
        try:
            found = v1.Summary.FromString(value)
        except Exception:  # protobuf's DecodeError, which is not imported without need
            logging.warning(f"Skipping summary for {key}, cannot parse string to Summary.")
            return
        for i, each in enumerate(found.value):
            each.tag = f"{key}/{i}"
        summary.value.extend(found.value)
    elif isinstance(value, np.ndarray):
        added = summary.value.add(tag=key, node_name=key)
        added.tensor.ParseFromString(tf.make_tensor_proto(value).SerializeToString())
        logging.get_logger().info(
            "Summary for np.ndarray is not visible in Tensorboard by default. Consider using a Tensorboard plugin for "
            "visualization (see https://github.com/tensorflow/tensorboard-plugin-example/blob/master/README.md for "
            "more "
            "information)."
        )
    else:
        logging.warning(
            f"Skipping summary for {key}, must be a float, np.float32, np.int64, np.int32 or int or np.ndarray or a "
            "serialized string of Summary."
        )


def write_checkpoint_path(directory: str, path: str, step: int) -> None:
    """Writes to the event file of a directory which checkpoint was evaluated."""
    logging.get_logger().info("Saving 'checkpoint_path' summary for global step %d: %s", step, path)
    summary = v1.Summary()
    value = summary.value.add(tag="checkpoint_path")
    value.tensor.ParseFromString(tf.make_tensor_proto(path, dtype=tf.string).SerializeToString())
    writer = v1.summary.FileWriterCache.get(directory)
    writer.add_summary(summary, step)
    writer.flush()
