"""tf.compat.v1.saved_model.signature_def_utils: what tensors of a graph can be asked for by name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from tfcompat._core import dtypes
from tfcompat._core.tensor import Tensor
from tfcompat._formats.protos import message
from tfcompat.compat.v1._meta_graphs import write_message
from tfcompat.compat.v1.saved_model.utils import build_tensor_info
from tfcompat.io._paths import local
from tfcompat.saved_model import constants
from tfcompat.saved_model.load import parse_saved_model

_STRING, _FLOAT = dtypes.string.as_datatype_enum, dtypes.float32.as_datatype_enum


def build_signature_def(
    inputs: Mapping[str, Any] | None = None,
    outputs: Mapping[str, Any] | None = None,
    method_name: str | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> Any:
    """A SignatureDef of TensorInfos by name (tf.compat.v1.saved_model.build_signature_def).

    method_name: what servers call it by. defaults: values for inputs that are not given, {name: TensorProto or array};
    ValueError for one of a name that `inputs` lacks.
    """
    proto = message("SignatureDef")()
    for infos, given in ((proto.inputs, inputs), (proto.outputs, outputs)):
        for name, info in (given or {}).items():
            infos[name].CopyFrom(info)
    if method_name is not None:
        proto.method_name = method_name
    for name, value in (defaults or {}).items():
        if name not in proto.inputs:
            raise ValueError(f"`defaults` has {name!r}, which is none of the inputs {sorted(proto.inputs)}.")
        proto.defaults[name].CopyFrom(_tensor_proto(value, proto.inputs[name]))
    return proto


def _tensor_proto(value: Any, info: Any) -> Any:
    from tfcompat._formats.tensor_proto import make_tensor_proto

    return value if hasattr(value, "tensor_shape") else make_tensor_proto(value, dtypes.as_dtype(info.dtype))


def predict_signature_def(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> Any:
    """The SignatureDef of a prediction, of tensors by name (tf.compat.v1.saved_model.predict_signature_def).

    ValueError where there are no inputs, or no outputs.
    """
    for what, given in (("inputs", inputs), ("outputs", outputs)):
        if not given:
            raise ValueError(f"Prediction `{what}` cannot be None or empty.")
    taken, given = ({key: build_tensor_info(tensor) for key, tensor in each.items()} for each in (inputs, outputs))
    return build_signature_def(taken, given, constants.PREDICT_METHOD_NAME)


def _info(tensor: Any, dtype: int, wrong: str) -> Any:
    """A tensor's TensorInfo; ValueError, "<wrong> Found tensors of type ...", for another dtype."""
    info = build_tensor_info(tensor)
    if info.dtype != dtype:
        raise ValueError(f"{wrong} Found tensors with type {info.dtype}.")
    return info


def regression_signature_def(examples: Any, predictions: Any) -> Any:
    """The SignatureDef of a regression: serialized Examples in, floats out (regression_signature_def).

    ValueError for what is missing, no tensor, or of another dtype.
    """
    if examples is None:
        raise ValueError("Regression `examples` cannot be None.")
    if not isinstance(examples, Tensor):
        raise ValueError(
            f"Expected regression `examples` to be of type Tensor. Found `examples` of type {type(examples)}."
        )
    if predictions is None:
        raise ValueError("Regression `predictions` cannot be None.")
    inputs = {constants.REGRESS_INPUTS: _info(examples, _STRING, "Regression input tensors must be of type string.")}
    result = _info(predictions, _FLOAT, "Regression output tensors must be of type float.")
    return build_signature_def(inputs, {constants.REGRESS_OUTPUTS: result}, constants.REGRESS_METHOD_NAME)


def classification_signature_def(examples: Any, classes: Any, scores: Any) -> Any:
    """The SignatureDef of a classification: serialized Examples in, classes or scores out, or both.

    ValueError for what is missing, no tensor, or of another dtype. (classification_signature_def)
    """
    if examples is None:
        raise ValueError("Classification `examples` cannot be None.")
    if not isinstance(examples, Tensor):
        raise ValueError(
            f"Classification `examples` must be a string Tensor. Found `examples` of type {type(examples)}."
        )
    if classes is None and scores is None:
        raise ValueError("Classification `classes` and `scores` cannot both be None.")
    told = "Classification input tensors must be of type string."
    inputs = {constants.CLASSIFY_INPUTS: _info(examples, _STRING, told)}
    outputs = {}
    if classes is not None:
        told = "Classification classes must be of type string Tensor."
        outputs[constants.CLASSIFY_OUTPUT_CLASSES] = _info(classes, _STRING, told)
    if scores is not None:
        outputs[constants.CLASSIFY_OUTPUT_SCORES] = _info(
            scores, _FLOAT, "Classification scores must be a float Tensor."
        )
    return build_signature_def(inputs, outputs, constants.CLASSIFY_METHOD_NAME)


def is_valid_signature(signature_def: Any) -> bool:
    """Whether servers take a SignatureDef: as a prediction, regression or classification (is_valid_signature)."""
    if signature_def is None:
        return False
    inputs = {name: info.dtype for name, info in signature_def.inputs.items()}
    outputs = {name: info.dtype for name, info in signature_def.outputs.items()}
    method = signature_def.method_name
    if method == constants.PREDICT_METHOD_NAME:
        return bool(inputs and outputs)
    if method == constants.REGRESS_METHOD_NAME:
        return inputs == {constants.REGRESS_INPUTS: _STRING} and outputs == {constants.REGRESS_OUTPUTS: _FLOAT}
    allowed = {constants.CLASSIFY_OUTPUT_CLASSES: _STRING, constants.CLASSIFY_OUTPUT_SCORES: _FLOAT}
    valid = bool(outputs) and outputs.items() <= allowed.items()
    return method == constants.CLASSIFY_METHOD_NAME and inputs == {constants.CLASSIFY_INPUTS: _STRING} and valid


class MethodNameUpdater:
    """Changes the methods of a SavedModel's signatures (tf.compat.v1.saved_model.signature_def_utils).

    export_dir: the SavedModel's. OSError where there is none, or it can't be read.
    """

    __module__ = "tensorflow.python.saved_model.method_name_updater"

    def __init__(self, export_dir: Any) -> None:
        self._directory = local(export_dir)
        self._model = parse_saved_model(self._directory)

    def replace_method_name(self, signature_key: str, method_name: str, tags: Any = None) -> None:
        """Changes the method of a signature, in all graphs or in that of the `tags`; ValueError where there is none."""
        if not signature_key:
            raise ValueError("`signature_key` must be defined.")
        if not method_name:
            raise ValueError("`method_name` must be defined.")
        wanted = None if tags is None else set(tags if isinstance(tags, list) else [tags])
        found = [m for m in self._model.meta_graphs if wanted is None or wanted == set(m.meta_info_def.tags)]
        if not found:
            raise ValueError(
                f"MetaGraphDef associated with tags {tags} could not be found in SavedModel. This means either you "
                "specified invalid tags or your SavedModel does not have a MetaGraphDef with the specified tags."
            )
        for meta in found:
            if signature_key not in meta.signature_def:
                raise ValueError(
                    f"MetaGraphDef associated with tags {tags} does not have a signature_def with key: "
                    f"'{signature_key}'. This means either you specified the wrong signature key or forgot to put the "
                    "signature_def with the corresponding key in your SavedModel."
                )
            meta.signature_def[signature_key].method_name = method_name

    def save(self, new_export_dir: Any = None) -> None:
        """Writes the SavedModel's file, in its directory or in another."""
        as_text = os.path.isfile(os.path.join(self._directory, constants.SAVED_MODEL_FILENAME_PBTXT))
        name = constants.SAVED_MODEL_FILENAME_PBTXT if as_text else constants.SAVED_MODEL_FILENAME_PB
        directory = self._directory if new_export_dir is None else local(new_export_dir)
        os.makedirs(directory, exist_ok=True)
        write_message(os.path.join(directory, name), self._model, as_text)


__all__ = [
    "MethodNameUpdater",
    "build_signature_def",
    "classification_signature_def",
    "is_valid_signature",
    "predict_signature_def",
    "regression_signature_def",
]
