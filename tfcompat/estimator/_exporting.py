"""Exporting an estimator's model as a SavedModel, whose signatures are functions of what a receiver is fed."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from typing import Any

import tfcompat as tf
from tfcompat._core import errors, logging
from tfcompat._function.session_runs import function_of
from tfcompat.compat.v1.saver import Saver
from tfcompat.estimator._outputs import SERVING
from tfcompat.estimator._spec import ModeKeys

v1 = tf.compat.v1
_METHODS = {
    "tensorflow/serving/classify": "Classify",
    "tensorflow/serving/regress": "Regress",
    "tensorflow/serving/predict": "Predict",
    "tensorflow/supervised/training": "Train",
    "tensorflow/supervised/eval": "Eval",
}
Signatures = dict[str, tuple[dict[str, Any], dict[str, Any]]]  # {name: (inputs, outputs)}


def export(
    estimator: Any,
    base: Any,
    receivers: Mapping[str, Callable[[], Any]],
    assets_extra: Mapping[str, str] | None,
    as_text: bool,
    checkpoint_path: str | None,
) -> bytes:
    """Writes a SavedModel below `base`, and returns its path; see Estimator.export_saved_model."""
    if as_text:
        raise NotImplementedError("tf.estimator: as_text is not in tfcompat: a SavedModel is a binary file.")
    wanted = [mode for mode in (ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT) if receivers.get(mode)]
    if not wanted:
        raise ValueError(f"No valid modes for exporting found. Got {receivers.keys()}.")
    if wanted != [ModeKeys.PREDICT]:
        raise NotImplementedError(
            f"tf.estimator: models are exported for ModeKeys.PREDICT alone in tfcompat. Received: modes {wanted}"
        )
    path = checkpoint_path or estimator.latest_checkpoint()
    if not path and estimator._warm_start_settings:
        start = estimator._warm_start_settings.ckpt_to_initialize_from
        path = tf.train.latest_checkpoint(start) or start
    if not path:
        raise ValueError(f"Couldn't find trained model at {estimator.model_dir}.")
    folder = _free_folder(os.fsdecode(base))
    temporary = os.path.join(os.path.dirname(folder), f"temp-{os.path.basename(folder)}")
    with tf.Graph().as_default() as graph:
        module: Any = _module(estimator, graph, receivers[ModeKeys.PREDICT], path)
    tf.saved_model.save(module, temporary, signatures=module.functions)
    logging.get_logger().info("SavedModel written to: %s", os.path.join(temporary, "saved_model.pb"))
    for relative, source in (assets_extra or {}).items():
        target = os.path.join(temporary, "assets.extra", relative)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(source, target)
    os.rename(temporary, folder)
    return os.fsencode(folder)


def _free_folder(base: str) -> str:
    """A folder named by the time that is not there yet; RuntimeError after ten seconds."""
    for attempt in range(10):
        folder = os.path.join(base, str(int(time.time())))
        if not os.path.exists(folder):
            return folder
        time.sleep(1)
        logging.warning(f"Directory {folder} already exists; retrying (attempt {attempt + 1}/10)")
    raise RuntimeError("Failed to obtain a unique export directory name after 10 attempts.")


def _module(estimator: Any, graph: Any, receiver_fn: Callable[[], Any], path: str) -> tf.Module:
    """A module with the model's variables, of the checkpoint's values, and a function for each signature."""
    estimator._create_and_assert_global_step(graph)
    v1.set_random_seed(estimator.config.tf_random_seed)
    receiver: Any = receiver_fn()
    spec = estimator._call_model_fn(receiver.features, None, ModeKeys.PREDICT, estimator.config)
    signatures = _signatures(receiver, spec.export_outputs)
    with v1.Session() as session:
        saver = spec.scaffold.saver or Saver(sharded=True)
        try:
            saver.restore(session, path)
        except errors.NotFoundError as e:
            raise ValueError(
                "Could not load all requested variables from checkpoint. Please make sure your model_fn does not "
                "expect "
                "variables that were not saved in the checkpoint.\n\nEncountered error with mode "
                f"`{ModeKeys.PREDICT}` while restoring checkpoint from: `{path}`. Full Traceback:\n\n{e}"
            ) from None
        local = spec.scaffold.local_init_op
        session.run(v1.train.Scaffold.default_local_init_op() if local is None else local)
    functions = {}
    for name, (inputs, outputs) in signatures.items():
        specs = [_spec_of(key, tensor) for key, tensor in inputs.items()]
        functions[name] = tf.function(function_of(graph, list(inputs.values()), outputs), input_signature=specs)
    module: Any = tf.Module()
    for variable in graph._made:  # which keep the values of this session, the graph's last
        variable._deferred = None
    module.variables_of_graph = list(graph._made)
    module.functions = functions
    return module


def _spec_of(name: str, tensor: Any) -> tf.TensorSpec:
    shape = tensor.shape if tensor.op.shape is None else tensor.op.shape
    return tf.TensorSpec(shape, tensor.dtype, name=name)


def _signatures(receiver: Any, outputs: Mapping[str, Any]) -> Signatures:
    """The signatures that can be served, which are logged."""
    log, found, refused = logging.get_logger(), {}, {}
    methods: dict[str, list[str]] = {name: [] for name in _METHODS.values()}
    alternatives = getattr(receiver, "receiver_tensors_alternatives", None) or {}
    given = {"": receiver.receiver_tensors, **{f"{name or 'None'}:": tensors for name, tensors in alternatives.items()}}
    for prefix, tensors in given.items():
        for key, output in outputs.items():
            name = f"{prefix}{key or 'None'}"
            try:
                method, inputs, results = output.as_signature(tensors)
            except ValueError as e:
                refused[name] = str(e)
                continue
            methods[_METHODS[method]].append(name)
            found[name] = inputs, results
    for method, names in methods.items():
        log.info(f"Signatures INCLUDED in export for {method}: {names or 'None'}")
    if refused:
        log.info("Signatures EXCLUDED from export because they cannot be be served via TensorFlow Serving APIs:")
        for name, why in refused.items():
            log.info(f"'{name}' : {why}")
    if not found:
        logging.warning("Export includes no signatures!")
    elif SERVING not in found:
        logging.warning("Export includes no default signature!")
    return found
