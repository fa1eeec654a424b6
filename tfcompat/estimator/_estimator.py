"""Estimator: a model_fn that is trained, evaluated, asked for predictions and exported, each in a graph of its own."""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import tfcompat as tf
from tfcompat._core import errors, logging
from tfcompat.compat.v1._collections import GraphKeys, add_to_collection, get_collection
from tfcompat.estimator import _evaluating, _input
from tfcompat.estimator._config import RunConfig, TaskType, default_session_config, path_to_str
from tfcompat.estimator._spec import LOSS, EstimatorSpec, ModeKeys, fn_args, verify_model_fn_args
from tfcompat.estimator._warm_start import default_settings, warm_start

v1 = tf.compat.v1
_MAY_OVERRIDE = {"model_fn", "_create_and_assert_global_step", "_export_all_saved_models", "latest_checkpoint"}


class Estimator:
    """Trains and runs the model that a function builds (tf.compat.v1.estimator.Estimator).

    model_fn: ``f(features, [labels], [mode], [params], [config])`` that returns an EstimatorSpec. model_dir: where
    checkpoints and event files lie, a temporary folder where None. config: a RunConfig. params: given to model_fn and
    input_fn. warm_start_from: a checkpoint or WarmStartSettings. ValueError for a model_fn that takes other arguments.
    """

    def __init__(
        self,
        model_fn: Callable[..., Any],
        model_dir: Any = None,
        config: RunConfig | None = None,
        params: Any = None,
        warm_start_from: Any = None,
    ) -> None:
        self._assert_members_are_not_overridden()
        self._config: Any = _completed(config, model_dir)
        self._model_dir, self._session_config = self._config.model_dir, self._config.session_config
        logging.get_logger().info("Using config: %s", str(vars(self._config)))
        if model_fn is None:
            raise ValueError("model_fn must be provided to Estimator.")
        verify_model_fn_args(model_fn, params)
        self._model_fn, self._params = model_fn, copy.deepcopy(params or {})
        self._warm_start_settings: Any = default_settings(warm_start_from)

    def _assert_members_are_not_overridden(self) -> None:
        base = EstimatorV2 if isinstance(self, EstimatorV2) else Estimator
        own = [name for name in dir(base) if not name.startswith("__") and name not in _MAY_OVERRIDE]
        changed = [
            name for name in own if name in vars(type(self)) and getattr(type(self), name) is not getattr(base, name)
        ]
        if changed:
            raise ValueError(
                f"Subclasses of Estimator cannot override members of Estimator. {type(self)} does override {changed}"
            )

    # ---- what it has ----

    @property
    def model_dir(self) -> Any:
        """Where checkpoints and event files lie."""
        return self._model_dir

    @property
    def config(self) -> Any:
        """A copy of the RunConfig."""
        return copy.deepcopy(self._config)

    @property
    def params(self) -> Any:
        """A copy of the params."""
        return copy.deepcopy(self._params)

    @property
    def model_fn(self) -> Callable[..., Any]:
        """The model_fn with its params: ``f(features, labels, mode, config)``."""

        def public_model_fn(features: Any, labels: Any, mode: str, config: Any) -> Any:
            return self._call_model_fn(features, labels, mode, config)

        return public_model_fn

    def get_variable_value(self, name: str) -> Any:
        """The value of a variable in the newest checkpoint, a numpy array; ValueError where there is none."""
        return tf.train.load_variable(self._need_checkpoint(), name)

    def get_variable_names(self) -> list[str]:
        """The names of the variables in the newest checkpoint; ValueError where there is none."""
        return [name for name, _ in tf.train.list_variables(self._need_checkpoint())]

    def _need_checkpoint(self) -> str:
        path = self.latest_checkpoint()
        if not path:
            raise ValueError(f"Could not find trained model in model_dir: {self._model_dir}.")
        return path

    def latest_checkpoint(self) -> str | None:
        """The path of the newest checkpoint, None where there is none."""
        return tf.train.latest_checkpoint(self._model_dir)

    def eval_dir(self, name: str | None = None) -> str:
        """Where the results of an evaluation are written."""
        return os.path.join(self._model_dir, f"eval_{name}" if name else "eval")

    # ---- training ----

    def train(
        self,
        input_fn: Callable[..., Any],
        hooks: Any = None,
        steps: int | None = None,
        max_steps: int | None = None,
        saving_listeners: Any = None,
    ) -> Estimator:
        """Trains for `steps` more steps, up to `max_steps` in all, or until the input ends; returns the estimator.

        input_fn: gives a dataset of (features, labels), or tensors; it may take mode, params and config. ValueError for
        both numbers, and for numbers below 1; TypeError for what are no hooks or listeners.
        """
        if self._config.task_type in (TaskType.EVALUATOR, TaskType.PS):
            raise ValueError(
                "Train has been called wrong configuration. Please use tf.estimator.train_and_evaluate which calls "
                f"proper API according to given configuration. Current configuration: {self.config}."
            )
        if steps is not None and max_steps is not None:
            raise ValueError("Can not provide both steps and max_steps.")
        for name, number in (("steps", steps), ("max_steps", max_steps)):
            if number is not None and number <= 0:
                raise ValueError(f"Must specify {name} > 0, given: {number}")
        if max_steps is not None and max_steps <= self._saved_step():
            logging.get_logger().info("Skipping training since max_steps has already saved.")
            return self
        hooks = checked_hooks(hooks)
        if steps is not None or max_steps is not None:
            hooks.append(v1.train.StopAtStepHook(steps, max_steps))
        listeners = list(saving_listeners or ())
        for listener in listeners:
            if not isinstance(listener, v1.train.CheckpointSaverListener):
                raise TypeError(f"saving_listeners must be a list of CheckpointSaverListener, given: {listener}")
        loss = self._train_model(input_fn, hooks, listeners)
        logging.get_logger().info("Loss for final step: %s.", loss)
        return self

    def _saved_step(self) -> int:
        path = self.latest_checkpoint()
        try:
            return 0 if path is None else int(tf.train.load_variable(path, GraphKeys.GLOBAL_STEP))
        except (errors.NotFoundError, ValueError):
            return 0

    def _train_model(self, input_fn: Callable[..., Any], hooks: list[Any], listeners: list[Any]) -> Any:
        with tf.Graph().as_default(), v1.device(self._config.device_fn):
            v1.set_random_seed(self._config.tf_random_seed)
            self._create_and_assert_global_step(v1.get_default_graph())
            features, labels, input_hooks = _input.parse(self._call_input_fn(input_fn, ModeKeys.TRAIN))
            spec = self._call_model_fn(features, labels, ModeKeys.TRAIN, self.config)
            return self._train_with_estimator_spec(spec, [*input_hooks, *hooks], listeners)

    def _train_with_estimator_spec(self, spec: Any, hooks: list[Any], listeners: list[Any]) -> Any:
        config = self._config
        if self._warm_start_settings and not self.latest_checkpoint():
            self._warm_start()
        if not any(x.op.name == LOSS for x in get_collection(GraphKeys.SUMMARIES)):
            v1.summary.scalar(LOSS, spec.loss)
        add_to_collection(GraphKeys.LOSSES, spec.loss)
        hooks.append(v1.train.NanTensorHook(spec.loss))
        if config.log_step_count_steps is not None:
            told = {LOSS: spec.loss, "step": v1.train.get_global_step()}
            hooks.append(v1.train.LoggingTensorHook(told, every_n_iter=config.log_step_count_steps))
        hooks += spec.training_hooks
        if not (spec.scaffold.saver or get_collection(GraphKeys.SAVERS)):
            kept = config.keep_checkpoint_max, config.keep_checkpoint_every_n_hours
            saver = v1.train.Saver(
                sharded=True,
                max_to_keep=kept[0],
                keep_checkpoint_every_n_hours=kept[1],
                defer_build=True,
                save_relative_paths=True,
            )
            add_to_collection(GraphKeys.SAVERS, saver)
        chief = self._saving_hooks(spec, [*hooks, *spec.training_chief_hooks], listeners)
        return self._run_training(spec, hooks, [*chief, *spec.training_chief_hooks])

    def _saving_hooks(self, spec: Any, hooks: list[Any], listeners: list[Any]) -> list[Any]:
        """The hook that saves, where there is none; the listeners join the first that does."""
        config, made = self._config, []
        saving = [hook for hook in hooks if isinstance(hook, v1.train.CheckpointSaverHook)]
        if not saving and (config.save_checkpoints_secs or config.save_checkpoints_steps):
            hook = v1.train.CheckpointSaverHook(
                self._model_dir,
                config.save_checkpoints_secs,
                config.save_checkpoints_steps,
                scaffold=spec.scaffold,
                save_graph_def=config.checkpoint_save_graph_def,
            )
            saving = made = [hook]
        if listeners and not saving:
            raise ValueError(
                "There should be a CheckpointSaverHook to use saving_listeners. Please set one of the "
                "RunConfig.save_checkpoints_steps or RunConfig.save_checkpoints_secs."
            )
        for listener in listeners:
            if listener not in saving[0]._listeners:
                saving[0]._listeners.append(listener)
        return made

    def _run_training(self, spec: Any, hooks: list[Any], chief_hooks: list[Any]) -> Any:
        config, loss, any_step = self._config, None, False
        with v1.train.MonitoredTrainingSession(
            master=config.master,
            is_chief=config.is_chief,
            checkpoint_dir=self._model_dir,
            scaffold=spec.scaffold,
            hooks=hooks,
            chief_only_hooks=chief_hooks,
            save_checkpoint_secs=0,
            save_summaries_steps=config.save_summary_steps,
            config=self._session_config,
            max_wait_secs=config.session_creation_timeout_secs,
            log_step_count_steps=config.log_step_count_steps,
            save_graph_def=config.checkpoint_save_graph_def,
        ) as session:
            while not session.should_stop():
                any_step = True
                _, loss = session.run([spec.train_op, spec.loss])
        if not any_step:
            logging.warning("Training with estimator made no steps. Perhaps input is empty or misspecified.")
        return loss

    # ---- evaluation ----

    def evaluate(
        self,
        input_fn: Callable[..., Any],
        steps: int | None = None,
        hooks: Any = None,
        checkpoint_path: str | None = None,
        name: str | None = None,
    ) -> dict[str, Any]:
        """The metrics, the loss and the global step, of a checkpoint, the newest where None.

        steps: how many batches are taken, all where None. name: of the folder for the results, `eval_<name>`.
        """
        hooks = checked_hooks(hooks) + self._convert_eval_steps_to_hooks(steps)
        path = self._found_checkpoint(checkpoint_path, "evaluate")
        with tf.Graph().as_default():
            built = self._evaluate_build_graph(input_fn, hooks, path)
            return self._evaluate_run(path, *built, output_dir=self.eval_dir(name))

    def _found_checkpoint(self, path: str | None, what: str) -> str | None:
        path = path or self.latest_checkpoint()
        if not path:
            logging.get_logger().info(
                f"Could not find trained model in model_dir: {self._model_dir}, running initialization to {what}."
            )
        return path

    def _convert_eval_steps_to_hooks(self, steps: int | None) -> list[Any]:
        if steps is None:
            return []
        if steps <= 0:
            raise ValueError(f"Must specify steps > 0, given: {steps}")
        return [_evaluating.StopAfterNEvalsHook(steps)]

    def _evaluate_build_graph(self, input_fn: Any, hooks: Any, checkpoint_path: str | None) -> tuple[Any, ...]:
        """The scaffold, the operation that updates the metrics, their values by name, and all hooks."""
        v1.set_random_seed(self._config.tf_random_seed)
        self._create_and_assert_global_step(v1.get_default_graph())
        features, labels, input_hooks = _input.parse(self._call_input_fn(input_fn, ModeKeys.EVAL))
        spec = self._call_model_fn(features, labels, ModeKeys.EVAL, self.config)
        metrics = dict(spec.eval_metric_ops)
        for key in (LOSS, GraphKeys.GLOBAL_STEP):
            if key in metrics:
                raise ValueError(
                    f'Metric with name "{key}" is not allowed, because Estimator already defines a default metric with '
                    "the same name."
                )
        metrics[LOSS] = v1.metrics.mean(spec.loss)
        update, values = _evaluating.metric_updates(metrics)
        if not checkpoint_path and self._warm_start_settings:
            self._warm_start()
        values[GraphKeys.GLOBAL_STEP] = v1.train.get_global_step()
        scaffold = spec.scaffold
        if scaffold and scaffold.local_init_op is not None:
            _evaluating.get_or_create_eval_step()
            both = tf.group(scaffold.local_init_op, v1.train.Scaffold.default_local_init_op())
            scaffold = v1.train.Scaffold(local_init_op=both, copy_from_scaffold=scaffold)
        return scaffold, update, values, [*input_hooks, *hooks, *spec.evaluation_hooks]

    def _evaluate_run(
        self,
        checkpoint_path: str | None,
        scaffold: Any,
        update_op: Any,
        eval_dict: Any,
        all_hooks: Any,
        output_dir: str,
    ) -> dict[str, Any]:
        found = _evaluating.evaluate_once(
            checkpoint_path,
            self._config.evaluation_master,
            scaffold,
            update_op,
            final_ops=eval_dict,
            hooks=all_hooks,
            config=self._session_config,
        )
        step = found[GraphKeys.GLOBAL_STEP]
        _evaluating.write_results(output_dir, found, step)
        if checkpoint_path:
            _evaluating.write_checkpoint_path(output_dir, checkpoint_path, step)
        return found

    # ---- prediction ----

    def predict(
        self,
        input_fn: Callable[..., Any],
        predict_keys: Any = None,
        hooks: Any = None,
        checkpoint_path: str | None = None,
        yield_single_examples: bool = True,
    ) -> Iterator[Any]:
        """Yields predictions for one example after another, or for batches; dicts where the model gives dicts.

        predict_keys: the names of those that are wanted. ValueError for batches of different lengths, and for keys of
        which the model has none.
        """
        hooks = checked_hooks(hooks)
        path = self._found_checkpoint(checkpoint_path, "predict")
        graph = tf.Graph()
        with graph.as_default():
            predictions, session = self._prediction_session(input_fn, predict_keys, hooks, path)
        try:
            for values in _batches(graph, session, predictions):
                if not yield_single_examples:
                    yield values
                elif isinstance(predictions, dict):
                    for i in range(_batch_length(values)):
                        yield {key: value[i] for key, value in values.items()}
                else:
                    yield from values
        except BaseException:
            session._close(ended=False)
            raise
        with graph.as_default():
            session.close()

    def _prediction_session(self, input_fn: Any, keys: Any, hooks: list[Any], path: str | None) -> tuple[Any, Any]:
        v1.set_random_seed(self._config.tf_random_seed)
        self._create_and_assert_global_step(v1.get_default_graph())
        features, _, input_hooks = _input.parse(self._call_input_fn(input_fn, ModeKeys.PREDICT))
        if not _input.ends():
            logging.warning(
                "Input graph does not use tf.data.Dataset or contain a QueueRunner. That means predict yields forever. "
                "This is probably a mistake."
            )
        spec = self._call_model_fn(features, None, ModeKeys.PREDICT, self.config)
        if not path and self._warm_start_settings:
            self._warm_start()
        predictions = _chosen(spec.predictions, keys)
        creator = v1.train.ChiefSessionCreator(
            spec.scaffold, self._config.master, self._session_config, checkpoint_filename_with_path=path
        )
        return predictions, v1.train.MonitoredSession(creator, [*input_hooks, *hooks, *spec.prediction_hooks])

    # ---- exporting ----

    def export_saved_model(
        self,
        export_dir_base: Any,
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: dict[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
        experimental_mode: str = ModeKeys.PREDICT,
    ) -> bytes:
        """Writes a SavedModel below `export_dir_base`, in a folder named by the time, and returns its path as bytes.

        serving_input_receiver_fn: gives a ServingInputReceiver. assets_extra: {path within assets.extra: file}.
        ValueError where there is neither a checkpoint nor a warm start.
        """
        if not serving_input_receiver_fn:
            raise ValueError("An input_receiver_fn must be defined.")
        return self._export_all_saved_models(
            export_dir_base, {experimental_mode: serving_input_receiver_fn}, assets_extra, as_text, checkpoint_path
        )

    def experimental_export_all_saved_models(
        self,
        export_dir_base: Any,
        input_receiver_fn_map: dict[str, Callable[[], Any]],
        assets_extra: dict[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
    ) -> bytes:
        """As `export_saved_model`, for several modes: {mode: what gives its receiver}."""
        return self._export_all_saved_models(
            export_dir_base, input_receiver_fn_map, assets_extra, as_text, checkpoint_path
        )

    def _export_all_saved_models(
        self, base: Any, receivers: dict[str, Any], assets_extra: Any, as_text: bool, checkpoint_path: Any
    ) -> bytes:
        from tfcompat.estimator import _exporting

        return _exporting.export(self, base, receivers, assets_extra, as_text, checkpoint_path)

    def export_savedmodel(
        self,
        export_dir_base: Any,
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: dict[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
        strip_default_attrs: bool = False,
    ) -> bytes:
        """`export_saved_model` under its older name; strip_default_attrs: of nodes, which is always done."""
        return self.export_saved_model(
            export_dir_base, serving_input_receiver_fn, assets_extra, as_text, checkpoint_path
        )

    # ---- functions of the program ----

    def _create_and_assert_global_step(self, graph: Any) -> Any:
        return v1.train.create_global_step(graph)

    def _warm_start(self) -> None:
        logging.get_logger().info(f"Warm-starting with WarmStartSettings: {self._warm_start_settings}")
        warm_start(*self._warm_start_settings)

    def _call_input_fn(self, input_fn: Callable[..., Any], mode: str) -> Any:
        names, given = fn_args(input_fn), {"mode": mode, "params": self.params, "config": self.config}
        return input_fn(**{name: value for name, value in given.items() if name in names})

    def _call_model_fn(self, features: Any, labels: Any, mode: str, config: Any) -> Any:
        names, given = fn_args(self._model_fn), {"mode": mode, "params": self.params, "config": config}
        wanted = {name: value for name, value in given.items() if name in names}
        if "labels" in names:
            wanted["labels"] = labels
        elif labels is not None:
            raise ValueError("model_fn does not take labels, but input_fn returns labels.")
        logging.get_logger().info("Calling model_fn.")
        spec = self._model_fn(features=features, **wanted)
        logging.get_logger().info("Done calling model_fn.")
        if not isinstance(spec, EstimatorSpec):
            raise ValueError("model_fn should return an EstimatorSpec.")
        return spec


class EstimatorV2(Estimator):
    """Trains and runs the model that a function builds (tf.estimator.Estimator); see the arguments above.

    Exporting is `export_saved_model`: export_savedmodel raises AttributeError, as in TensorFlow 2.
    """

    @property
    def export_savedmodel(self) -> Any:  # type: ignore[override]
        """AttributeError: export_saved_model is its name."""
        raise AttributeError(
            "`Estimator.export_savedmodel` has been deprecated. Please use `export_saved_model` instead."
        )


EstimatorV2.__name__ = "EstimatorV2"


def checked_hooks(hooks: Any) -> list[Any]:
    """The hooks as a list; TypeError for what are none."""
    hooks = list(hooks or ())
    for hook in hooks:
        if not isinstance(hook, v1.train.SessionRunHook):
            raise TypeError(f"Hooks must be a SessionRunHook, given: {hook}")
    return hooks


def _completed(config: Any, model_dir: Any) -> Any:
    """The config with what was not said in it."""
    if config is None:
        config = RunConfig()
        logging.get_logger().info("Using default config.")
    if not isinstance(config, RunConfig):
        raise ValueError(f"config must be an instance of `RunConfig`, but provided {config}.")
    if config.session_config is None:
        config = config.replace(session_config=default_session_config())
    model_dir = path_to_str(model_dir)
    if model_dir is not None and config.model_dir is not None and config.model_dir != model_dir:
        raise ValueError(
            "`model_dir` are set both in constructor and `RunConfig`, but with different values. In constructor: "
            f"'{model_dir}', in `RunConfig`: '{config.model_dir}' "
        )
    if model_dir:
        return config.replace(model_dir=model_dir)
    if config.model_dir is None:
        folder = tempfile.mkdtemp()
        logging.warning(f"Using temporary folder as model directory: {folder}")
        return config.replace(model_dir=folder)
    return config


def _chosen(predictions: Any, keys: Any) -> Any:
    if not keys:
        return predictions
    if not isinstance(predictions, dict):
        raise ValueError("predict_keys argument is not valid in case of non-dict predictions.")
    found = {key: value for key, value in predictions.items() if key in keys}
    if not found:
        raise ValueError(f"Expected to run at least one output from {predictions.keys()}, provided {keys}.")
    return found


def _batches(graph: Any, session: Any, predictions: Any) -> Iterator[Any]:
    """The values of batch after batch; the graph is the default one only while it runs."""
    while True:
        with graph.as_default():
            if session.should_stop():
                return
            try:
                values = session.run(predictions)
            except (errors.OutOfRangeError, StopIteration):
                return
        yield values


def _batch_length(values: dict[str, Any]) -> int:
    lengths = {key: value.shape[0] for key, value in values.items()}
    for key, length in lengths.items():
        if length != next(iter(lengths.values())):
            raise ValueError(
                f"Batch length of predictions should be same. {key} has different batch length than others."
            )
    return next(iter(lengths.values()), 0)
