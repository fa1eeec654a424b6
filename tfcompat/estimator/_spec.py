"""What a model_fn returns: EstimatorSpec; and ModeKeys, call_logit_fn, the arguments that functions take."""

from __future__ import annotations

import collections
import functools
import inspect
from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._core import logging
from tfcompat.compat.v1._collections import GraphKeys, get_collection_ref
from tfcompat.estimator._outputs import with_default

LOSS, AVERAGE_LOSS = "loss", "average_loss"
_MODEL_FN_ARGUMENTS = {"features", "labels", "mode", "params", "self", "config"}


class ModeKeys:
    """What a model is built for (tf.estimator.ModeKeys)."""

    TRAIN = "train"
    EVAL = "eval"
    PREDICT = "infer"


def fn_args(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the arguments that a function, method, partial or callable object still takes."""
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    given = set(function.keywords) if isinstance(function, functools.partial) else set()
    parameters = inspect.signature(function).parameters.values()
    return tuple(p.name for p in parameters if p.kind not in kinds and p.name not in given)


def call_taking(function: Callable[..., Any], **given: Any) -> Any:
    """Calls a function with those of the arguments that it takes."""
    names = fn_args(function)
    return function(**{name: value for name, value in given.items() if name in names})


def verify_model_fn_args(model_fn: Callable[..., Any], params: Any) -> None:
    """ValueError for a model_fn that does not take what an Estimator has to give."""
    names = set(fn_args(model_fn))
    if "features" not in names:
        raise ValueError(f"model_fn ({model_fn}) must include features argument.")
    if params is not None and "params" not in names:
        raise ValueError(
            f"model_fn ({model_fn}) does not include params argument, but params ({params}) is passed to Estimator."
        )
    if params is None and "params" in names:
        logging.warning(
            f"Estimator's model_fn ({model_fn}) includes params argument, but params are not passed to Estimator."
        )
    if names - _MODEL_FN_ARGUMENTS:
        raise ValueError(
            f"model_fn ({model_fn}) has following not expected args: {sorted(names - _MODEL_FN_ARGUMENTS)}"
        )


class EstimatorSpec(
    collections.namedtuple(
        "EstimatorSpec",
        "mode predictions loss train_op eval_metric_ops export_outputs training_chief_hooks training_hooks scaffold "
        "evaluation_hooks prediction_hooks",
    )
):
    """The operations of a model, for one mode (tf.estimator.EstimatorSpec).

    mode: a ModeKeys. predictions: a tensor, or a dict of them. eval_metric_ops: {name: (value, update) or a Keras
    metric that was updated}. export_outputs: {name: ExportOutput}. ValueError where what the mode needs is missing, or
    is of another graph; TypeError for what are no tensors, hooks or metrics.
    """

    __slots__ = ()

    def __new__(
        cls,
        mode: str,
        predictions: Any = None,
        loss: Any = None,
        train_op: Any = None,
        eval_metric_ops: Any = None,
        export_outputs: Any = None,
        training_chief_hooks: Any = None,
        training_hooks: Any = None,
        scaffold: Any = None,
        evaluation_hooks: Any = None,
        prediction_hooks: Any = None,
    ) -> EstimatorSpec:
        train_op, loss = _checked_train_op(train_op, mode), _checked_loss(loss, mode)
        predictions = _checked_predictions(predictions, mode)
        if mode == ModeKeys.PREDICT:
            export_outputs = with_default(export_outputs, predictions)
        return super().__new__(
            cls,
            mode=mode,
            predictions=predictions,
            loss=loss,
            train_op=train_op,
            eval_metric_ops=_checked_metrics(eval_metric_ops),
            export_outputs=export_outputs,
            training_chief_hooks=as_hooks(training_chief_hooks),
            training_hooks=as_hooks(training_hooks),
            scaffold=_checked_scaffold(scaffold),
            evaluation_hooks=as_hooks(evaluation_hooks),
            prediction_hooks=as_hooks(prediction_hooks),
        )

    def _replace(self, **kwds: Any) -> EstimatorSpec:
        """A spec with some fields replaced, of the same mode."""
        if kwds.get("mode", self.mode) != self.mode:
            raise ValueError("mode of EstimatorSpec cannot be changed.")
        return EstimatorSpec(**{**self._asdict(), **kwds})


def _need_default_graph(value: Any, what: str, name: Any) -> None:
    if tf.executing_eagerly() or value.graph is tf.compat.v1.get_default_graph():
        return
    raise ValueError(
        f'{what} with "{name}" must be from the default graph. Possible causes of this error include: \n\n1) '
        f"{what} was "
        "created outside the context of the default graph.\n\n2) The object passed through to EstimatorSpec was not "
        'created in the most recent call to "model_fn".'
    )


def _checked_train_op(train_op: Any, mode: str) -> Any:
    if train_op is None:
        if mode == ModeKeys.TRAIN:
            raise ValueError("Missing train_op.")
        return None
    if not isinstance(train_op, (tf.Operation, tf.Tensor, tf.Variable)):
        raise TypeError(f"train_op must be Operation or Tensor, given: {train_op}")
    _need_default_graph(train_op, "train_op", train_op.name)
    return train_op


def _checked_tensor(x: Any, name: str) -> Any:
    if not isinstance(x, (tf.Tensor, tf.Variable)):
        raise TypeError(f"{name} must be Tensor, given: {x}")
    return x


def _checked_loss(loss: Any, mode: str) -> Any:
    if loss is None:
        if mode in (ModeKeys.TRAIN, ModeKeys.EVAL):
            raise ValueError("Missing loss.")
        return None
    shape = _checked_tensor(loss, "loss").shape
    if shape.num_elements() not in (None, 1):
        raise ValueError(f"Loss must be scalar, given: {loss}")
    if not shape.is_compatible_with([]):
        loss = tf.reshape(loss, [])
    _need_default_graph(loss, "loss", loss.name)
    return loss


def _checked_predictions(predictions: Any, mode: str) -> Any:
    if predictions is None:
        if mode == ModeKeys.PREDICT:
            raise ValueError("Missing predictions.")
        return {}
    if not isinstance(predictions, dict):
        _need_default_graph(_checked_tensor(predictions, "predictions"), "prediction values", predictions.name)
        return predictions
    for key, value in predictions.items():
        _need_default_graph(_checked_tensor(value, f"predictions[{key}]"), "prediction values", f"{key}: {value.name}")
    return dict(predictions)


def as_hooks(hooks: Any) -> tuple[Any, ...]:
    """The hooks of a spec; TypeError for what are none."""
    hooks = tuple(hooks or ())
    for hook in hooks:
        if not isinstance(hook, tf.compat.v1.train.SessionRunHook):
            raise TypeError(f"All hooks must be SessionRunHook instances, given: {hook}")
    return hooks


def _checked_scaffold(scaffold: Any) -> Any:
    scaffold = scaffold or tf.compat.v1.train.Scaffold()
    if not isinstance(scaffold, tf.compat.v1.train.Scaffold):
        raise TypeError(f"scaffold must be tf.train.Scaffold. Given: {scaffold}")
    return scaffold


def _is_keras_metric(value: Any) -> bool:
    return hasattr(value, "update_state") and isinstance(value, tf.keras.metrics.Metric)


def _checked_metrics(eval_metric_ops: Any) -> dict[str, Any]:
    """{name: (value, update)}; the variables of Keras metrics join those of the graph's metrics."""
    if eval_metric_ops is None:
        return {}
    if not isinstance(eval_metric_ops, dict):
        raise TypeError(f"eval_metric_ops must be a dict, given: {eval_metric_ops}")
    for key, value in list(eval_metric_ops.items()):
        if _is_keras_metric(value):
            if not value.updates:
                raise ValueError(f'Please call update_state(...) on the "{value.name}" metric')
            for name in (GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES):
                known = get_collection_ref(name)
                seen = set(map(id, known))
                known += [v for v in map(_plain, value.variables) if id(v) not in seen]
            value = eval_metric_ops[key] = value.result(), tf.group(*value.updates)
        elif not isinstance(value, tuple) or len(value) != 2:
            raise TypeError(
                f"Values of eval_metric_ops must be (metric_value, update_op) tuples, given: {value} for key: {key}"
            )
        for part in tf.nest.flatten(value):
            _need_default_graph(part, "eval_metric_ops", f"{key}: {part.name}")
    return eval_metric_ops


def _plain(variable: Any) -> Any:
    """The tf.Variable that a variable of Keras's is."""
    return getattr(variable, "_value", variable)


def call_logit_fn(logit_fn: Callable[..., Any], features: Any, mode: str, params: Any, config: Any) -> Any:
    """Calls ``logit_fn(features, [mode], [params], [config])`` (tf.estimator.experimental.call_logit_fn).

    ValueError unless it gives a tensor, or a dict of them by strings.
    """
    found = logit_fn(
        features=features,
        **{k: v for k, v in (("mode", mode), ("params", params), ("config", config)) if k in fn_args(logit_fn)},
    )
    named = isinstance(found, dict) and all(isinstance(k, str) and isinstance(v, tf.Tensor) for k, v in found.items())
    if not named and not isinstance(found, tf.Tensor):
        raise ValueError(
            f"logit_fn should return a Tensor or a dictionary mapping strings to Tensors.  logit_fn returned: {found}"
        )
    return found
