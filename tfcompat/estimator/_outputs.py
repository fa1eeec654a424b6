"""What an exported model gives: ExportOutput and its kinds, and the signatures that SavedModels have of them."""

from __future__ import annotations

from typing import Any

import tfcompat as tf

SERVING, CLASSIFY, REGRESS, PREDICT = "serving_default", "classification", "regression", "predict"
_METHOD = "tensorflow/serving/"


class ExportOutput:
    """What a signature of an exported model gives (tf.estimator.export.ExportOutput); see the kinds below it."""

    def as_signature(self, receiver_tensors: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """The name of the method, the inputs and the outputs by their names."""
        raise NotImplementedError(f"{type(self).__name__} must implement `as_signature`.")


def _checked(outputs: Any, default: str, label: str | None = None) -> dict[str, Any]:
    """The outputs by their names; ValueError for what are no tensors, or have no names."""
    found = {}
    for key, value in (outputs if isinstance(outputs, dict) else {default: outputs}).items():
        key = "/".join(key) if isinstance(key, tuple) else key
        if not isinstance(key, str):
            raise ValueError(f"{label or default} output key must be a string; got {key}.")
        if not isinstance(value, tf.Tensor):
            raise ValueError(f"{label or default} output value must be a Tensor; got {value}.")
        found[key] = value
    return found


def _single_string(receiver_tensors: dict[str, Any], kind: str) -> Any:
    tensors = list(receiver_tensors.values())
    if len(tensors) != 1 or tensors[0].dtype != tf.string:
        raise ValueError(
            f"{kind} signatures can only accept a single tensor input of type tf.string. Please check to make sure "
            "that "
            "you have structured the serving_input_receiver_fn so that it creates a single string placeholder. If your "
            "model function expects multiple inputs, then use `tf.io.parse_example()` to parse the string into "
            "multiple "
            f"tensors.\n Received: {receiver_tensors}"
        )
    return tensors[0]


class ClassificationOutput(ExportOutput):
    """Scores of classes, their names, or both (tf.estimator.export.ClassificationOutput).

    scores: floats [batch, classes]. classes: strings of that shape. ValueError for neither, and for other dtypes.
    """

    def __init__(self, scores: Any = None, classes: Any = None) -> None:
        if scores is not None and not (isinstance(scores, tf.Tensor) and scores.dtype.is_floating):
            raise ValueError(f"Classification scores must be a float32 Tensor; got {scores}")
        if classes is not None and not (isinstance(classes, tf.Tensor) and classes.dtype == tf.string):
            raise ValueError(f"Classification classes must be a string Tensor; got {classes}")
        if scores is None and classes is None:
            raise ValueError(
                "Cannot create a ClassificationOutput with empty arguments. At least one of `scores` and "
                "`classes` must "
                "be defined."
            )
        self._scores, self._classes = scores, classes

    scores: Any = property(lambda self: self._scores, doc="The scores, or None.")
    classes: Any = property(lambda self: self._classes, doc="The classes' names, or None.")

    def as_signature(self, receiver_tensors: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """TensorFlow Serving's Classify; ValueError where the input is not a single string tensor."""
        examples = _single_string(receiver_tensors, "Classification")
        outputs = {"classes": self._classes, "scores": self._scores}
        return f"{_METHOD}classify", {"inputs": examples}, {k: v for k, v in outputs.items() if v is not None}


class RegressionOutput(ExportOutput):
    """A value, floats [batch, ...] (tf.estimator.export.RegressionOutput); ValueError for another dtype."""

    def __init__(self, value: Any) -> None:
        if not (isinstance(value, tf.Tensor) and value.dtype.is_floating):
            raise ValueError(f"Regression output value must be a float32 Tensor; got {value}")
        self._value = value

    value: Any = property(lambda self: self._value, doc="The value.")

    def as_signature(self, receiver_tensors: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """TensorFlow Serving's Regress; ValueError where the input is not a single string tensor."""
        return f"{_METHOD}regress", {"inputs": _single_string(receiver_tensors, "Regression")}, {"outputs": self._value}


class PredictOutput(ExportOutput):
    """Any tensors, one or a dict of them (tf.estimator.export.PredictOutput)."""

    def __init__(self, outputs: Any) -> None:
        self._outputs = _checked(outputs, "output", "Prediction")

    outputs: Any = property(lambda self: self._outputs, doc="The tensors by their names.")

    def as_signature(self, receiver_tensors: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """TensorFlow Serving's Predict."""
        return f"{_METHOD}predict", receiver_tensors, self._outputs


class _SupervisedOutput(ExportOutput):
    """The loss, the predictions and the metrics of a model that is trained or evaluated."""

    _method: str

    def __init__(self, loss: Any = None, predictions: Any = None, metrics: Any = None) -> None:
        self._loss = None if loss is None else _prefixed(_checked(loss, "loss"), "loss")
        self._predictions = (
            None if predictions is None else _prefixed(_checked(predictions, "predictions"), "predictions")
        )
        self._metrics = None if metrics is None else _metric_outputs(metrics)

    loss: Any = property(lambda self: self._loss, doc="The loss by its name, or None.")
    predictions: Any = property(lambda self: self._predictions, doc="The predictions by their names, or None.")
    metrics: Any = property(lambda self: self._metrics, doc="The metrics' values and updates by their names, or None.")

    def as_signature(self, receiver_tensors: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """All of them."""
        parts = (self._loss, self._predictions, self._metrics)
        return self._method, receiver_tensors, {k: v for part in parts for k, v in (part or {}).items()}


def _prefixed(outputs: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {key if key.startswith(prefix) else f"{prefix}/{key}": value for key, value in outputs.items()}


def _metric_outputs(metrics: Any) -> dict[str, Any]:
    found = {}
    for key, (value, update) in (metrics if isinstance(metrics, dict) else {"metrics": metrics}).items():
        key = key if str(key).startswith("metrics") else f"metrics/{key}"
        if not isinstance(value, tf.Tensor):
            raise ValueError(f"{key} output value must be a Tensor; got {value}.")
        if not isinstance(update, tf.Tensor):
            with tf.control_dependencies([update]):
                update = tf.constant([], name="metric_op_wrapper")
        found[f"{key}/value"], found[f"{key}/update_op"] = value, update
    return found


class TrainOutput(_SupervisedOutput):
    """What a model that is trained gives."""

    _method = "tensorflow/supervised/training"


class EvalOutput(_SupervisedOutput):
    """What a model that is evaluated gives (tf.estimator.export.EvalOutput)."""

    _method = "tensorflow/supervised/eval"


def with_default(export_outputs: Any, predictions: Any) -> dict[str, Any]:
    """The outputs of a model that predicts, with one that is served by default.

    TypeError for what are no ExportOutputs, ValueError for several without a default one.
    """
    if export_outputs is None:
        return {SERVING: PredictOutput(predictions)}
    if not isinstance(export_outputs, dict):
        raise TypeError(f"`export_outputs` must be dict, received: {export_outputs}.")
    if not all(isinstance(v, ExportOutput) for v in export_outputs.values()):
        raise TypeError(f"Values in `export_outputs` must be ExportOutput objects, received: {export_outputs}.")
    if len(export_outputs) == 1:
        export_outputs.setdefault(SERVING, next(iter(export_outputs.values())))
    elif len(export_outputs) > 1 and SERVING not in export_outputs:
        raise ValueError(
            "Multiple `export_outputs` were provided, but none of them are specified as the default. Use"
            "`tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY` to specify a default."
        )
    return export_outputs
