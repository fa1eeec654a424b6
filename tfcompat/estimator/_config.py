"""RunConfig: where and how often an Estimator saves and logs, and its place in a cluster (from TF_CONFIG)."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._core import logging
from tfcompat.estimator._spec import fn_args

_DEFAULT: Any = object()
_REPLACEABLE = [
    *("model_dir", "tf_random_seed", "save_summary_steps", "save_checkpoints_steps", "save_checkpoints_secs"),
    *("session_config", "keep_checkpoint_max", "keep_checkpoint_every_n_hours", "log_step_count_steps"),
    *("train_distribute", "device_fn", "protocol", "eval_distribute", "experimental_distribute"),
    *("experimental_max_worker_delay_secs", "session_creation_timeout_secs", "checkpoint_save_graph_def"),
]
_BOTH = "`save_checkpoints_steps` and `save_checkpoints_secs` cannot be both set."


class TaskType:
    """The jobs of a cluster."""

    MASTER = "master"
    PS = "ps"
    WORKER = "worker"
    CHIEF = "chief"
    EVALUATOR = "evaluator"


def _property(name: str, doc: str) -> Any:
    return property(lambda self: getattr(self, f"_{name}"), doc=doc)


class RunConfig:
    """How an Estimator runs (tf.estimator.RunConfig).

    model_dir: where it saves. save_checkpoints_steps or save_checkpoints_secs: how often, each 600 seconds by default;
    None for neither. save_summary_steps and log_step_count_steps: how often it writes and logs. session_config: see
    tf.compat.v1.ConfigProto. train_distribute, eval_distribute: strategies, of one replica. The environment variable
    TF_CONFIG tells the task of a cluster. ValueError for arguments out of range.
    """

    def __init__(
        self,
        model_dir: Any = None,
        tf_random_seed: int | None = None,
        save_summary_steps: int | None = 100,
        save_checkpoints_steps: Any = _DEFAULT,
        save_checkpoints_secs: Any = _DEFAULT,
        session_config: Any = None,
        keep_checkpoint_max: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000,
        log_step_count_steps: int | None = 100,
        train_distribute: Any = None,
        device_fn: Callable[..., Any] | None = None,
        protocol: str | None = None,
        eval_distribute: Any = None,
        experimental_distribute: Any = None,
        experimental_max_worker_delay_secs: int | None = None,
        session_creation_timeout_secs: float = 7200,
        checkpoint_save_graph_def: bool = True,
    ) -> None:
        if save_checkpoints_steps is _DEFAULT and save_checkpoints_secs is _DEFAULT:
            save_checkpoints_steps, save_checkpoints_secs = None, 600
        elif save_checkpoints_secs is _DEFAULT:
            save_checkpoints_secs = None
        elif save_checkpoints_steps is _DEFAULT:
            save_checkpoints_steps = None
        elif save_checkpoints_steps is not None and save_checkpoints_secs is not None:
            raise ValueError(_BOTH)
        given = locals()
        tf_config = json.loads(os.environ.get("TF_CONFIG") or "{}")
        if tf_config:
            logging.get_logger().info("TF_CONFIG environment variable: %s", tf_config)
        given["model_dir"] = _model_dir(tf_config, path_to_str(model_dir))
        _replace(self, {name: given[name] for name in _REPLACEABLE})
        self._refuse_replicas()
        if train_distribute or eval_distribute or experimental_distribute:
            logging.get_logger().info("Initializing RunConfig with distribution strategies.")
            logging.get_logger().info("Not using Distribute Coordinator.")
        self._take_place(tf_config)

    def _refuse_replicas(self) -> None:
        for name in ("train_distribute", "eval_distribute"):
            strategy = getattr(self, f"_{name}")
            if strategy is not None and strategy.num_replicas_in_sync > 1:
                raise NotImplementedError(
                    f"tf.estimator.RunConfig: {name} must be a strategy of one replica in tfcompat, got {strategy} of "
                    f"{strategy.num_replicas_in_sync}. Train a Keras model under it with `fit()`."
                )
        if self.__dict__["_experimental_distribute"] is not None:
            raise NotImplementedError(
                "tf.estimator.RunConfig: experimental_distribute is not in tfcompat; leave it out."
            )

    def _take_place(self, tf_config: dict[str, Any]) -> None:
        """Reads the place in the cluster."""
        self._service = tf_config.get("service")
        if self._service is not None and not isinstance(self._service, dict):
            raise TypeError(f'If "service" is set in TF_CONFIG, it must be a dict. Given {type(self._service)}')
        self._cluster_spec: Any = tf.train.ClusterSpec(tf_config.get("cluster", {}))
        task = tf_config.get("task", {})
        if not self._cluster_spec:
            self._task_type, self._task_id = task.get("type", TaskType.WORKER), int(task.get("index", 0))
            self._global_id_in_cluster: int | None = 0
            if self._task_type != TaskType.WORKER:
                raise ValueError('If "cluster" is not set in TF_CONFIG, task type must be WORKER.')
            if self._task_id != 0:
                raise ValueError('If "cluster" is not set in TF_CONFIG, task index must be 0.')
            self._master = tf_config.get("session_master", "")
            self._evaluation_master = tf_config.get("eval_session_master", "")
            self._is_chief, self._num_ps_replicas, self._num_worker_replicas = True, 0, 1
            return
        jobs = self._cluster_spec.jobs
        chief = TaskType.MASTER if TaskType.MASTER in jobs else TaskType.CHIEF
        if chief == TaskType.MASTER and TaskType.CHIEF in jobs:
            raise ValueError("If `master` node exists in `cluster`, job `chief` is not supported.")
        self._task_type, self._task_id = _task(self._cluster_spec, task, chief)
        if self._task_type == TaskType.EVALUATOR and chief == TaskType.MASTER:
            raise ValueError("If `master` node exists in `cluster`, task_type `evaluator` is not supported.")
        self._take_task(tf_config, chief)

    def _take_task(self, tf_config: dict[str, Any], chief: str) -> None:
        cluster = self._cluster_spec
        evaluates = self._task_type == TaskType.EVALUATOR
        self._evaluation_master = tf_config.get("eval_session_master", "") if evaluates else ""
        if evaluates:
            self._cluster_spec, self._master = tf.train.ClusterSpec({}), ""
            self._num_ps_replicas = self._num_worker_replicas = 0
            self._global_id_in_cluster = None
        else:
            tasks = {job: len(cluster.job_tasks(job)) for job in cluster.jobs}
            alone = sum(tasks.values()) == 1
            address = cluster.job_tasks(self._task_type)[self._task_id]
            self._master = tf_config.get("session_master", "" if alone else f"grpc://{address}")
            self._num_ps_replicas = tasks.get(TaskType.PS, 0)
            self._num_worker_replicas = tasks.get(TaskType.WORKER, 0) + tasks[chief]
            last = [TaskType.PS] if TaskType.PS in tasks else []
            order = [chief, *(job for job in sorted(tasks) if job not in (chief, TaskType.PS)), *last]
            before = order[: order.index(self._task_type)]
            self._global_id_in_cluster = sum(tasks[job] for job in before) + self._task_id
        self._is_chief = self._task_type == chief

    cluster_spec: Any = _property("cluster_spec", "The cluster, a tf.train.ClusterSpec.")
    device_fn: Any = _property("device_fn", "What gives the device of an operation, or None.")
    evaluation_master: Any = _property("evaluation_master", "The target of sessions that evaluate.")
    is_chief: Any = _property("is_chief", "Whether the task saves and writes.")
    master: Any = _property("master", "The target of sessions.")
    num_ps_replicas: Any = _property("num_ps_replicas", "How many parameter servers there are.")
    num_worker_replicas: Any = _property("num_worker_replicas", "How many workers there are.")
    task_id: Any = _property("task_id", "The number of the task within its job.")
    global_id_in_cluster: Any = _property("global_id_in_cluster", "The number of the task within the cluster.")
    experimental_max_worker_delay_secs: Any = _property(
        "experimental_max_worker_delay_secs", "How long workers wait at most before they begin."
    )
    task_type: Any = _property("task_type", "The job of the task.")
    tf_random_seed: Any = _property("tf_random_seed", "The seed of the graphs.")
    save_summary_steps: Any = _property("save_summary_steps", "How often summaries are written.")
    save_checkpoints_secs: Any = _property("save_checkpoints_secs", "How often checkpoints are written, in seconds.")
    session_config: Any = _property("session_config", "The sessions' ConfigProto.")
    save_checkpoints_steps: Any = _property("save_checkpoints_steps", "How often checkpoints are written, in steps.")
    checkpoint_save_graph_def: Any = _property("checkpoint_save_graph_def", "Whether the graph is written with them.")
    keep_checkpoint_max: Any = _property("keep_checkpoint_max", "How many checkpoints are kept.")
    session_creation_timeout_secs: Any = _property("session_creation_timeout_secs", "How long workers wait.")
    keep_checkpoint_every_n_hours: Any = _property("keep_checkpoint_every_n_hours", "How often one is kept for good.")
    log_step_count_steps: Any = _property("log_step_count_steps", "How often the loss is logged.")
    model_dir: Any = _property("model_dir", "Where checkpoints and event files are written.")
    service: Any = _property("service", "TF_CONFIG's service.")
    train_distribute: Any = _property("train_distribute", "The strategy that trains.")
    eval_distribute: Any = _property("eval_distribute", "The strategy that evaluates.")
    protocol: Any = _property("protocol", "The protocol of the servers.")

    def replace(self, **kwargs: Any) -> RunConfig:
        """A copy with some of the constructor's arguments replaced; ValueError for others."""
        new = copy.deepcopy(self)
        _replace(new, kwargs)
        new._refuse_replicas()
        return new


def _replace(config: Any, values: dict[str, Any]) -> None:
    for key, value in values.items():
        if key not in _REPLACEABLE:
            raise ValueError(f"Replacing {key} is not supported. Allowed properties are {_REPLACEABLE}.")
        setattr(config, f"_{key}", value)
    steps, secs = (values.get(f"save_checkpoints_{unit}") is not None for unit in ("steps", "secs"))
    if steps and secs:
        raise ValueError(_BOTH)
    if steps and "save_checkpoints_secs" not in values:
        config._save_checkpoints_secs = None
    if secs and "save_checkpoints_steps" not in values:
        config._save_checkpoints_steps = None
    _check(config)


def _check(config: Any) -> None:
    def need(name: str, holds: Callable[[Any], Any], message: str) -> None:
        value = getattr(config, f"_{name}")
        if value is not None and not holds(value):
            raise ValueError(message)

    need("model_dir", bool, "model_dir should be non-empty")
    for name in ("save_summary_steps", "save_checkpoints_steps", "save_checkpoints_secs", "keep_checkpoint_max"):
        need(name, lambda n: n >= 0, f"{name} should be >= 0")
    need("session_config", _is_config, "session_config must be instance of ConfigProto")
    for name in ("keep_checkpoint_every_n_hours", "log_step_count_steps", "session_creation_timeout_secs"):
        need(name, lambda n: n > 0, f"{name} should be > 0")
    need("tf_random_seed", lambda n: isinstance(n, int), "tf_random_seed must be integer.")
    need(
        "experimental_max_worker_delay_secs",
        lambda n: isinstance(n, int),
        "experimental_max_worker_delay_secs must be an integer if set.",
    )
    need(
        "device_fn",
        lambda f: callable(f) and set(fn_args(f)) == {"op"},
        'device_fn must be callable with exactly one argument "op".',
    )
    need("protocol", lambda p: p in ("grpc", "grpc+verbs"), "protocol should be grpc or grpc+verbs")


def _is_config(value: Any) -> bool:
    return isinstance(value, tf.compat.v1.ConfigProto)


def _task(cluster: Any, task: dict[str, Any], chief: str) -> tuple[str, int]:
    """The job and number of the task; ValueError where the cluster does not have it."""
    if chief not in cluster.jobs:
        raise ValueError(f'If "cluster" is set in TF_CONFIG, it must have one "{chief}" node.')
    if len(cluster.job_tasks(chief)) > 1:
        raise ValueError(f'The "cluster" in TF_CONFIG must have only one "{chief}" node.')
    kind, number = task.get("type"), task.get("index")
    if not kind:
        raise ValueError('If "cluster" is set in TF_CONFIG, task type must be set.')
    if number is None:
        raise ValueError('If "cluster" is set in TF_CONFIG, task index must be set.')
    number = int(number)
    if number < 0:
        raise ValueError("Task index must be non-negative number.")
    note = "Note that these values may be coming from the TF_CONFIG environment variable."
    if kind == TaskType.EVALUATOR:
        return kind, number
    if kind not in cluster.jobs:
        raise ValueError(f"{kind} is not a valid task_type in the cluster_spec:\n{cluster}\n\n{note}")
    if number >= len(cluster.job_tasks(kind)):
        raise ValueError(
            f"{number} is not a valid task_id for task_type {kind} in the cluster_spec:\n{cluster}\n\n{note}"
        )
    return kind, number


def _model_dir(tf_config: dict[str, Any], model_dir: Any) -> Any:
    if model_dir == "":
        raise ValueError("model_dir should be non-empty.")
    told = tf_config.get("model_dir")
    if told == "":
        raise ValueError("model_dir in TF_CONFIG should be non-empty.")
    if told:
        if model_dir and told != model_dir:
            raise ValueError(
                "`model_dir` provided in RunConfig construct, if set, must have the same value as the model_dir in "
                f'TF_CONFIG. model_dir: {model_dir}\nTF_CONFIG["model_dir"]: {told}.\n'
            )
        logging.get_logger().info("Using model_dir in TF_CONFIG: %s", told)
    return model_dir or told


def path_to_str(path: Any) -> Any:
    """A path object as a string; anything else as it is."""
    return os.fspath(path) if hasattr(path, "__fspath__") else path


class _Word:
    """The name of an enumerated setting."""

    def __init__(self, word: str) -> None:
        self.word = word

    def __repr__(self) -> str:
        return self.word


def default_session_config() -> Any:
    """The ConfigProto that Estimators have where none was given."""
    config = tf.compat.v1.ConfigProto(allow_soft_placement=True)
    config.graph_options.rewrite_options.meta_optimizer_iterations = _Word("ONE")
    return config
