"""Estimators written for TPUs, where there is none: TPUEstimator with use_tpu=False (tf.compat.v1.estimator.tpu)."""

from __future__ import annotations

import collections
import copy
import inspect
import json
import math
import os
import re
from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._core import logging
from tfcompat.compat.v1._hooks import SessionRunArgs, SessionRunHook, StepCounterHook
from tfcompat.estimator import _config
from tfcompat.estimator._estimator import Estimator
from tfcompat.estimator._spec import EstimatorSpec, ModeKeys, as_hooks, fn_args, verify_model_fn_args

_RESERVED = ["batch_size", "context", "use_tpu"]
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_CORES = [1, 2, 4, 8, 16, 32, 64, 128]


class InputPipelineConfig:
    """How TPUs are given their input (tf.compat.v1.estimator.tpu.InputPipelineConfig)."""

    PER_SHARD_V1, PER_HOST_V1, PER_HOST_V2, BROADCAST, SLICED = 1, 2, 3, 4, 5


def _need_positive(value: Any, name: str) -> None:
    if not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be int, got {type(value)}")
    if value <= 0:
        raise ValueError(f"{name} must be positive, got {value}")


def _loop(iterations: Any) -> tuple[int, bool]:
    """How many steps, or seconds, a loop on TPUs takes, and whether it is seconds."""
    found = re.fullmatch("([1-9][0-9]*)([smh]?)", str(iterations))
    if found is None:
        raise ValueError(
            "Invalid TPUConfig `iterations_per_loop` value. Value must be positive integer value or time-based value "
            "`<N><s|m|h>` where <N> is anypositive integer and `s`, `m`, `h` are unit of time in seconds, minutes, "
            "hours respectively. Examples of valid values: `3600s`, `60m`, `1h`."
        )
    return int(found[1]) * _SECONDS.get(found[2], 1), bool(found[2])


class TPUConfig(
    collections.namedtuple(
        "TPUConfig",
        "iterations_per_loop num_shards num_cores_per_replica per_host_input_for_training tpu_job_name "
        "initial_infeed_sleep_secs input_partition_dims eval_training_input_configuration "
        "experimental_host_call_every_n_steps experimental_allow_per_host_v2_parallel_get_next experimental_feed_hook",
    )
):
    """What TPUs would do (tf.compat.v1.estimator.tpu.TPUConfig).

    iterations_per_loop: steps between two looks at the clock and the log, or a time, as "60m". The others say how work
    and input are divided, which is checked and changes nothing on other devices. ValueError for what TPUs do not take.
    """

    __slots__ = ()

    def __new__(
        cls,
        iterations_per_loop: Any = 2,
        num_shards: int | None = None,
        num_cores_per_replica: int | None = None,
        per_host_input_for_training: Any = True,
        tpu_job_name: str | None = None,
        initial_infeed_sleep_secs: int | None = None,
        input_partition_dims: Any = None,
        eval_training_input_configuration: int = InputPipelineConfig.PER_HOST_V1,
        experimental_host_call_every_n_steps: int = 1,
        experimental_allow_per_host_v2_parallel_get_next: bool = False,
        experimental_feed_hook: Any = None,
    ) -> TPUConfig:
        given = locals()
        kinds = InputPipelineConfig
        _loop(iterations_per_loop)
        if num_shards is not None:
            _need_positive(num_shards, "TPUConfig num_shards")
        if input_partition_dims is not None:
            if len(input_partition_dims) not in (1, 2):
                raise ValueError("input_partition_dims must be a list/tuple with one or two elements.")
            if per_host_input_for_training is not kinds.PER_HOST_V2:
                raise ValueError("input_partition_dims is only supported in PER_HOST_V2 mode.")
            if num_cores_per_replica is None:
                raise ValueError("input_partition_dims requires setting num_cores_per_replica.")
        if num_cores_per_replica is not None and num_cores_per_replica not in _CORES:
            told = ", ".join(map(str, _CORES))
            raise ValueError(f"num_cores_per_replica must be {told}; got {num_cores_per_replica}")
        if eval_training_input_configuration not in (kinds.PER_HOST_V1, kinds.SLICED):
            raise ValueError(
                "eval_training_input_configuration must be PER_HOST_V1 or SLICED; got "
                f"{eval_training_input_configuration}"
            )
        if initial_infeed_sleep_secs:
            _need_positive(initial_infeed_sleep_secs, "TPUConfig initial_infeed_sleep_secs")
        if per_host_input_for_training in (True, False) and isinstance(per_host_input_for_training, bool):
            given["per_host_input_for_training"] = 1 + per_host_input_for_training
        service = json.loads(os.environ.get("TF_CONFIG") or "{}").get("service", {})
        given["tpu_job_name"] = tpu_job_name or service.get("tpu_worker_job_name")
        return super().__new__(cls, *(given[name] for name in cls._fields))


class RunConfig(_config.RunConfig):
    """A RunConfig that TPUEstimator takes (tf.compat.v1.estimator.tpu.RunConfig).

    tpu_config: a TPUConfig. master and evaluation_master: the targets of sessions. Others: see tf.estimator.RunConfig.
    NotImplementedError for a cluster, as there are no TPUs.
    """

    def __init__(
        self,
        tpu_config: TPUConfig | None = None,
        evaluation_master: str | None = None,
        master: str | None = None,
        cluster: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if master is not None and cluster is not None:
            raise ValueError("Both master and cluster are set.")
        if cluster is not None:
            raise NotImplementedError(
                "tf.compat.v1.estimator.tpu.RunConfig: there are no TPUs in tfcompat; leave cluster out."
            )
        self._tpu_config, self._cluster = tpu_config or TPUConfig(), None
        self._master = self._master if master is None else master
        if evaluation_master is not None:
            self._evaluation_master = evaluation_master
        elif not self._evaluation_master and self.task_type != _config.TaskType.EVALUATOR:
            self._evaluation_master = self._master

    @property
    def tpu_config(self) -> TPUConfig:
        """What TPUs would do."""
        return self._tpu_config

    @property
    def cluster(self) -> Any:
        """None: there are no TPUs."""
        return self._cluster

    def replace(self, **kwargs: Any) -> RunConfig:
        """A copy with some of the constructor's arguments replaced; ValueError for others."""
        tpu_config = kwargs.pop("tpu_config", self._tpu_config)
        new: Any = super().replace(**kwargs)
        new._tpu_config = tpu_config
        return new


class TPUEstimatorSpec(
    collections.namedtuple(
        "TPUEstimatorSpec",
        "mode predictions loss train_op eval_metrics export_outputs scaffold_fn host_call training_hooks "
        "evaluation_hooks prediction_hooks",
    )
):
    """The operations of a model, for one mode (tf.compat.v1.estimator.tpu.TPUEstimatorSpec).

    eval_metrics: (function, its arguments as a list or dict of tensors), which gives {name: (value, update)}.
    host_call: the same, of which the results are run in each step. scaffold_fn: gives a Scaffold. Others: see
    tf.estimator.EstimatorSpec. ValueError for calls that are no such pairs, RuntimeError for too many arguments.
    """

    __slots__ = ()

    def __new__(
        cls,
        mode: str,
        predictions: Any = None,
        loss: Any = None,
        train_op: Any = None,
        eval_metrics: Any = None,
        export_outputs: Any = None,
        scaffold_fn: Callable[[], Any] | None = None,
        host_call: Any = None,
        training_hooks: Any = None,
        evaluation_hooks: Any = None,
        prediction_hooks: Any = None,
    ) -> TPUEstimatorSpec:
        given = locals()
        for name in ("eval_metrics", "host_call"):
            if given[name] is not None:
                _check_call(name, given[name])
        for name in ("training_hooks", "evaluation_hooks", "prediction_hooks"):
            given[name] = as_hooks(given[name])
        return super().__new__(cls, *(given[name] for name in cls._fields))

    def as_estimator_spec(self) -> EstimatorSpec:
        """The EstimatorSpec of the same model."""
        metrics = None if self.eval_metrics is None else _called("eval_metrics", self.eval_metrics)
        more = () if self.host_call is None else (_HostCallHook(_called("host_call", self.host_call)),)
        return EstimatorSpec(
            self.mode,
            self.predictions,
            self.loss,
            self.train_op,
            metrics,
            self.export_outputs,
            scaffold=self.scaffold_fn() if self.scaffold_fn else None,
            training_hooks=self.training_hooks + more,
            evaluation_hooks=self.evaluation_hooks + more,
            prediction_hooks=self.prediction_hooks + more,
        )


def _check_call(name: str, call: Any) -> None:
    if not isinstance(call, (tuple, list)):
        raise ValueError(f"{name} should be tuple or list")
    if len(call) != 2:
        raise ValueError(f"{name} should have two elements.")
    function, given = call
    if not callable(function):
        raise TypeError(f"{name}[0] should be callable.")
    if not isinstance(given, (tuple, list, dict)):
        raise ValueError(f"{name}[1] should be tuple or list, or dict.")
    takes = fn_args(function)
    kinds = {p.kind for p in inspect.signature(function).parameters.values()}
    if not isinstance(given, dict) and inspect.Parameter.VAR_POSITIONAL not in kinds and len(given) != len(takes):
        raise RuntimeError(
            f"In TPUEstimatorSpec.{name}, length of tensors {len(given)} does not match method args of the function, "
            f"which takes {len(takes)}."
        )


def _called(name: str, call: Any) -> Any:
    function, given = call
    if not isinstance(given, dict):
        return function(*given)
    try:
        return function(**given)
    except TypeError as e:
        logging.warning(
            f"Exception while calling {name}: {e}. It is likely the tensors ({name}[1]) do not match the function's "
            "arguments"
        )
        raise


class _HostCallHook(SessionRunHook):
    """Runs what a host call gave in each step."""

    def __init__(self, fetches: Any) -> None:
        self._fetches = fetches

    def before_run(self, run_context: Any) -> Any:
        return SessionRunArgs(self._fetches)


class _ExamplesPerSecondHook(StepCounterHook):
    """Tells how many steps and examples go by in a second."""

    def __init__(self, batch_size: int | None, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._batch_size = batch_size

    def _log_and_record(self, elapsed_steps: int, elapsed_time: float, global_step: int) -> None:
        steps = elapsed_steps / elapsed_time
        examples = {} if self._batch_size is None else {"examples/sec": self._batch_size * steps}
        self._tell({"global_step/sec": steps, **examples}, global_step)


class TPUEstimator(Estimator):
    """An Estimator written for TPUs, run without (tf.compat.v1.estimator.tpu.TPUEstimator).

    model_fn: gives a TPUEstimatorSpec or EstimatorSpec, and must take params, as must input_fn: they find "batch_size"
    there, one of the three sizes by what is done. config: an estimator.tpu.RunConfig. use_tpu: False; with True
    everything but the making raises NotImplementedError. ValueError for params under reserved names.
    """

    def __init__(
        self,
        model_fn: Any = None,
        model_dir: Any = None,
        config: RunConfig | None = None,
        params: Any = None,
        use_tpu: bool = True,
        train_batch_size: int | None = None,
        eval_batch_size: int | None = None,
        predict_batch_size: int | None = None,
        batch_axis: Any = None,
        eval_on_tpu: bool = True,
        export_to_tpu: bool = True,
        export_to_cpu: bool = True,
        warm_start_from: Any = None,
        embedding_config_spec: Any = None,
        export_saved_model_api_version: int = 1,
    ) -> None:
        if not isinstance(config, RunConfig):
            raise ValueError("`config` must be provided with type `tpu_config.RunConfig`")
        if params is not None and any(key in params for key in _RESERVED):
            raise ValueError(f"{_RESERVED} are reserved keys but existed in params {params}.")
        if use_tpu:
            raise NotImplementedError(
                "tf.compat.v1.estimator.tpu.TPUEstimator: there are no TPUs in tfcompat; pass use_tpu=False."
            )
        if embedding_config_spec is not None:
            raise NotImplementedError(
                "tf.compat.v1.estimator.tpu.TPUEstimator: embedding_config_spec is for TPUs, which tfcompat lacks."
            )
        verify_model_fn_args(model_fn, params)
        self._sizes = {
            ModeKeys.TRAIN: train_batch_size,
            ModeKeys.EVAL: eval_batch_size,
            ModeKeys.PREDICT: predict_batch_size,
        }
        self._log_every = config.log_step_count_steps
        self._has_input = False
        super().__init__(
            self._augmented(model_fn), model_dir, config.replace(log_step_count_steps=None), params, warm_start_from
        )

    def _assert_members_are_not_overridden(self) -> None:
        """It may, as TensorFlow's own."""

    def _call_input_fn(self, input_fn: Callable[..., Any], mode: str) -> Any:
        names = fn_args(input_fn)
        if "params" not in names:
            raise ValueError(_NEEDS_PARAMS.format("input_fn", input_fn, '"batch_size"'))
        self._has_input = True
        if self._config.tpu_config.eval_training_input_configuration == InputPipelineConfig.SLICED:
            raise ValueError(
                "Invalid TPUConfig `eval_training_input_configuration` value. SLICED mode only works on use_tpu = True."
            )
        given = {"mode": mode, "params": self._with_size(self.params, mode), "config": self.config}
        with tf.device("/device:CPU:0"):
            return input_fn(**{name: value for name, value in given.items() if name in names})

    def _with_size(self, params: Any, mode: str) -> Any:
        """The params, and the batch's size for a mode."""
        size = self._sizes.get(mode)
        if size is not None:
            _put(params, "batch_size", size)
        return params

    def _augmented(self, model_fn: Callable[..., Any]) -> Callable[..., Any]:
        """The function that Estimator calls: it tells the model what it is to know."""

        def augmented(features: Any, labels: Any, mode: str, config: Any, params: Any) -> Any:
            exports, self._has_input = not self._has_input, False
            logging.get_logger().info("Running %s on CPU/GPU", mode)
            params = copy.deepcopy(params)
            _put(self._with_size(params, mode) if not exports else params, "use_tpu", False)
            names, given = fn_args(model_fn), {"mode": mode, "config": config, "params": params, "labels": labels}
            if "params" not in names:
                raise ValueError(_NEEDS_PARAMS.format("model_fn", model_fn, "'batch_size'"))
            if "labels" not in names and labels is not None:
                raise ValueError("model_fn does not take labels, but input_fn returns labels.")
            spec = model_fn(features=features, **{name: x for name, x in given.items() if name in names})
            spec = spec.as_estimator_spec() if isinstance(spec, TPUEstimatorSpec) else spec
            hook = self._examples_hook(mode, config)
            return spec if hook is None else spec._replace(training_hooks=(*spec.training_hooks, hook))

        return augmented

    def _examples_hook(self, mode: str, config: Any) -> Any:
        """What tells how quick training is, as often as the config says; None for never."""
        iterations, in_seconds = _loop(self._config.tpu_config.iterations_per_loop)
        if not in_seconds and self._log_every is None:
            return None
        every = {
            "every_n_secs": iterations if in_seconds else None,
            "every_n_steps": None if in_seconds else math.ceil(self._log_every / iterations),
        }
        folder = self.model_dir if not config or config.save_summary_steps else None
        return _ExamplesPerSecondHook(self._sizes.get(mode), output_dir=folder, **every)


_NEEDS_PARAMS = "{} ({}) does not include params argument, required by TPUEstimator to pass batch size as params[{}]"


def _put(params: Any, key: str, value: Any) -> None:
    """Sets a param, in a dict or an object that has `add_hparam`."""
    if hasattr(params, "set_hparam"):
        (params.set_hparam if key in params else params.add_hparam)(key, value)
    else:
        params[key] = value
