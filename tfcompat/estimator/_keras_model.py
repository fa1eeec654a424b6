"""An estimator of a compiled Keras model (tf.keras.estimator.model_to_estimator)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import tfcompat as tf
from tfcompat._core import logging
from tfcompat.compat.v1._collections import GraphKeys, get_collection
from tfcompat.estimator._estimator import EstimatorV2
from tfcompat.estimator._outputs import SERVING, PredictOutput
from tfcompat.estimator._spec import EstimatorSpec, ModeKeys
from tfcompat.estimator._warm_start import begin_with
from tfcompat.keras import tree
from tfcompat.keras._sessions import minimize, of_graph
from tfcompat.keras.optimizers._tensors import tf_variable
from tfcompat.keras.trainers.compile import make_loss, make_metric, output_names_of, per_output

v1 = tf.compat.v1


def model_to_estimator(
    keras_model: Any = None,
    keras_model_path: Any = None,
    custom_objects: Any = None,
    model_dir: Any = None,
    config: Any = None,
    checkpoint_format: str = "checkpoint",
    metric_names_map: Mapping[str, str] | None = None,
    export_outputs: Any = None,
) -> EstimatorV2:
    """An estimator that begins with a compiled Keras model's weights (tf.keras.estimator.model_to_estimator).

    keras_model, or keras_model_path with custom_objects: the model. metric_names_map: {a metric's name: what it is
    called}. export_outputs: as EstimatorSpec takes it. checkpoint_format: "checkpoint" or "saver"; the variables' names
    are the keys in both. ValueError for neither or both models, for one that is not compiled, and another format.
    """
    if keras_model is None and keras_model_path is None:
        raise ValueError("Either `keras_model` or `keras_model_path` needs to be provided.")
    if keras_model is not None and keras_model_path is not None:
        raise ValueError("Please specity either `keras_model` or `keras_model_path`, but not both.")
    if checkpoint_format not in ("saver", "checkpoint"):
        raise ValueError(f'Checkpoint format must be one of "checkpoint" or "saver". Got {checkpoint_format}')
    if keras_model_path is not None:
        logging.get_logger().info(f"Loading models from {keras_model_path}")
        keras_model = tf.keras.models.load_model(keras_model_path, custom_objects=custom_objects)
    else:
        logging.get_logger().info("Using the Keras model provided.")
    model: Any = keras_model
    if not model.compiled or model.optimizer is None:
        raise ValueError(
            "The given keras model has not been compiled yet. Please compile the model with `model.compile()` before "
            "calling `model_to_estimator`."
        )
    weights = [(v.path, v.numpy()) for v in model.variables]
    function = _model_fn(model, weights, dict(metric_names_map or {}), export_outputs)
    return EstimatorV2(function, model_dir, config)


def _model_fn(model: Any, weights: list[Any], names: dict[str, str], outputs: Any) -> Callable[..., Any]:
    def keras_model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
        copy: Any = tf.keras.models.clone_model(model)
        predicted = copy(_inputs(copy, features), training=mode == ModeKeys.TRAIN)
        for variable, (path, value) in zip(copy.variables, weights, strict=True):
            if tuple(variable.shape) != value.shape:
                raise ValueError(f"The copy of the model has other weights: {variable.path} is not like {path}.")
            begin_with(tf_variable(variable), value)
        told = output_names_of(predicted, copy.output_names)
        flat = tree.flatten(predicted)
        predictions = dict(zip(told, flat, strict=True))
        if mode == ModeKeys.PREDICT:
            served = outputs or {SERVING: PredictOutput(predictions)}
            return EstimatorSpec(mode, predictions, export_outputs=served)
        config, wanted = model._compile_config, _labels(labels, told)
        loss = _loss(config, copy, wanted, flat, predicted, told)
        if mode == ModeKeys.EVAL:
            metrics = _metrics(config, wanted, flat, predicted, told)
            metrics = {names.get(name, name): metric for name, metric in metrics.items()}
            return EstimatorSpec(mode, predictions, loss, eval_metric_ops=metrics)
        optimizer = of_graph(model.optimizer)
        optimizer.iterations = v1.train.get_or_create_global_step()
        with tf.name_scope("training"):
            train = minimize(optimizer, loss, [tf_variable(v) for v in copy.trainable_variables])
        updates = [*copy.updates, *get_collection(GraphKeys.UPDATE_OPS)]
        return EstimatorSpec(mode, predictions, loss, tf.group(train, *updates))

    return keras_model_fn


def _inputs(model: Any, features: Any) -> Any:
    """The features in the model's order; KeyError for a name that there is not."""
    if not isinstance(features, dict):
        return features
    names = list(getattr(model, "input_names", None) or features)
    missing = [name for name in names if name not in features]
    if missing and len(names) == len(features):
        raise KeyError(
            "The dictionary passed into features does not have the expected inputs keys defined in the keras model."
            f"\n\tExpected keys: {set(names)}\n\tfeatures keys: {set(features)}"
        )
    found = [features[name] for name in names]
    return found[0] if len(found) == 1 else found


def _labels(labels: Any, names: list[Any]) -> list[Any]:
    if isinstance(labels, dict):
        return [labels[name] for name in names] if len(labels) > 1 else list(labels.values())
    return list(labels) if isinstance(labels, (list, tuple)) else [labels]


def _loss(config: dict[str, Any], model: Any, labels: list[Any], flat: list[Any], predicted: Any, names: Any) -> Any:
    """The sum of the outputs' losses and of the layers'."""
    losses = per_output(config.get("loss"), predicted, names, "loss", names)
    weights = per_output(config.get("loss_weights"), predicted, names, "loss_weights", names)
    total = []
    for identifier, weight, label, output in zip(losses, weights, labels, flat, strict=True):
        function = make_loss(identifier, label, output)
        if function is not None:
            found = tf.cast(function(label, output), tf.float32)
            total.append(found if weight is None else found * weight)
    if not total:
        raise ValueError("The given keras model has no loss: pass one to `model.compile()`.")
    return tf.add_n([*total, *model.losses])


def _metrics(config: dict[str, Any], labels: list[Any], flat: list[Any], predicted: Any, names: Any) -> dict[str, Any]:
    """The metrics that the model was compiled with, of the graph, with the batch taken in."""
    found: dict[str, Any] = {}
    for key in ("metrics", "weighted_metrics"):
        listed = per_output(_for_outputs(config.get(key), names), predicted, names, key, names)
        for name, identifiers, label, output in zip(names, listed, labels, flat, strict=True):
            for identifier in identifiers if isinstance(identifiers, (list, tuple)) else [identifiers]:
                if identifier is None:
                    continue
                if isinstance(identifier, tf.keras.metrics.Metric):
                    identifier = type(identifier).from_config(identifier.get_config())
                metric = make_metric(identifier, label, output)
                metric.update_state(label, output)
                found[metric.name if len(names) == 1 else f"{name}_{metric.name}"] = metric
    return found


def _for_outputs(value: Any, names: list[Any]) -> Any:
    """A flat list of metrics is every output's; lists and dicts of them stay."""
    is_flat = isinstance(value, (list, tuple)) and not any(isinstance(v, (list, tuple)) for v in value)
    return [list(value)] * len(names) if is_flat else value
