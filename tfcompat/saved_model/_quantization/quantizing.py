"""tf.quantization.experimental.quantize_saved_model: a SavedModel with weights, and activations, of 8 bits."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from typing import Any

from tfcompat._core import dtypes, logging
from tfcompat._core.convert import convert_to_tensor
from tfcompat._formats.files import Replacing
from tfcompat._formats.protos import message
from tfcompat.compat.v1.graph_util import extract_sub_graph
from tfcompat.io._paths import local
from tfcompat.saved_model import _sessions
from tfcompat.saved_model._quantization import options as _options
from tfcompat.saved_model._quantization import representative
from tfcompat.saved_model._quantization.freezing import frozen, node_name, tensor_name
from tfcompat.saved_model._quantization.graph import Graph
from tfcompat.saved_model._quantization.messages import STABLEHLO, UNIFORM_QUANTIZED, QuantizationOptions
from tfcompat.saved_model._quantization.ranges import Scale, ranges, scale_of
from tfcompat.saved_model._quantization.rewriting import Dynamic, Static, WeightsOnly, is_static
from tfcompat.saved_model._quantization.units import Unit, units
from tfcompat.saved_model.constants import ASSETS_DIRECTORY, SAVED_MODEL_FILENAME_PB
from tfcompat.saved_model.load import load, parse_saved_model

_NAME = "tf.quantization.experimental.quantize_saved_model"


def quantize_saved_model(
    saved_model_path: Any,
    output_directory: Any = None,
    quantization_options: Any = None,
    representative_dataset: Any = None,
    *,
    overwrite_output_directory: bool = False,
) -> Any:
    """A SavedModel with weights of int8 is written, and loaded (tf.quantization.experimental.quantize_saved_model).

    quantization_options: a QuantizationOptions with the method: integers of ranges that samples tell (the default), of
    ranges when it runs, or floats times integers. Defaults are put into it. representative_dataset: samples, dicts
    from input names to arrays; or a dict of such by signature. Products and lookups in functions of loops and branches
    stay floats. FileExistsError for a directory that is not empty; ValueError for options that do not go together;
    NotImplementedError for op sets of other programs, and for models that have FakeQuant ops.
    """
    options = QuantizationOptions() if quantization_options is None else quantization_options
    where = None if output_directory is None else local(output_directory)
    if where is not None and os.path.exists(where) and os.listdir(where) and not overwrite_output_directory:
        raise FileExistsError(
            f"Output directory already exists: {output_directory} . Please set overwrite_output_directory to true to "
            "overwrite the existing directory."
        )
    target = tempfile.mkdtemp() if where is None else where
    _options.complete(options)
    directory = local(saved_model_path)
    model = parse_saved_model(directory)
    method = options.quantization_method.preset_method
    if not _options.NO_QUANTIZE <= method <= _options.WEIGHT_ONLY:
        raise ValueError("Quantization method {method.preset_method} is not supported.")
    samples = None
    if method in (_options.STATIC, _options.NO_QUANTIZE):
        meta, signatures = _signatures(model, options)
        samples = _samples(model, options, representative_dataset, signatures)
    else:
        what = "dynamic-range quantization" if method == _options.DYNAMIC else "weight-only quantization"
        if _has_fake_quant(model):
            raise ValueError(f"The models trained with quantization-aware training (QAT) is not supported for {what}.")
        meta, signatures = _signatures(model, options)
    _refuse(options)
    graph_def, names = _quantized(directory, meta, signatures, options, samples)
    _write(target, directory, meta, signatures, options, graph_def, names)
    return load(target)


def _has_fake_quant(model: Any) -> bool:
    graphs = [meta.graph_def for meta in model.meta_graphs]
    nodes = [n for g in graphs for ns in (g.node, *(f.node_def for f in g.library.function)) for n in ns]
    return any(node.op.startswith("FakeQuant") for node in nodes)


def _signatures(model: Any, options: Any) -> tuple[Any, dict[str, Any]]:
    """The graph with the tags, and those of its signatures that the options name."""
    tags = set(options.tags)
    meta = next((m for m in model.meta_graphs if set(m.meta_info_def.tags) == tags), None)
    if meta is None:
        available = [set(m.meta_info_def.tags) for m in model.meta_graphs]
        raise RuntimeError(
            f"MetaGraphDef associated with tags {tags} could not be found in SavedModel, with available tags "
            f"'{available}'. To inspect available tag-sets in the SavedModel, please use the SavedModel CLI: "
            "`saved_model_cli`."
        )
    found = {key: meta.signature_def[key] for key in sorted(meta.signature_def) if key in options.signature_keys}
    lacking = sorted(set(options.signature_keys) - set(found))
    if lacking:
        raise ValueError(
            f"{_NAME}: the SavedModel has no signature {lacking[0]!r}, it has {sorted(meta.signature_def)}."
        )
    return meta, found


def _samples(model: Any, options: Any, dataset: Any, signatures: Mapping[str, Any]) -> dict[str, list[Any]] | None:
    """The representative samples by signature; None where the method needs none."""
    files = options.representative_datasets
    if dataset is not None and files:
        raise ValueError(
            "Do not specify both the `representative_dataset` argument and the `representative_datasets` field in "
            "`QuantizationOptions`."
        )
    if dataset is not None:
        files = representative.saved(dataset, signatures)
    aware = _has_fake_quant(model)
    if options.quantization_method.preset_method == _options.NO_QUANTIZE:
        return None
    if aware:
        raise NotImplementedError(
            f"{_NAME}: ranges that a model has of quantization-aware training, in FakeQuant ops, are not in tfcompat."
        )
    if not files:
        raise ValueError(
            "When `representative_dataset` is not provided, the model should be trained with quantization-aware "
            "training (QAT)."
        )
    if options.min_num_elements_for_weights > 0:
        logging.warning(
            "min_num_elements_for_weights is set but is not supported for the Post-training static range "
            "quantization. The flag is ignored."
        )
    if set(files) != set(signatures):
        raise ValueError(
            "The signature keys and the keys of representative dataset map do not match. Signature keys: "
            f"{set(signatures)}, representative dataset map: {set(files)}."
        )
    found = {key: representative.read(file) for key, file in files.items()}
    for key, samples in found.items():
        representative.check(samples, set(signatures[key].inputs))
    return found


def _refuse(options: Any) -> None:
    """NotImplementedError for options of which tfcompat has but the default."""
    set_name = {UNIFORM_QUANTIZED: "UNIFORM_QUANTIZED", STABLEHLO: "STABLEHLO"}.get(options.op_set)
    if set_name is not None:
        raise NotImplementedError(f"{_NAME}: the op set {set_name} is not in tfcompat: take TF or XLA.")
    if not options.freeze_all_variables:
        raise NotImplementedError(
            f"{_NAME}: freeze_all_variables=False is not in tfcompat: variables become constants."
        )
    for name in ("experimental_enable_tpu_model_support", "debugger_config"):
        if options.HasField(name) if name == "debugger_config" else getattr(options, name):
            raise NotImplementedError(f"{_NAME}: {name} is not in tfcompat.")
    if options.calibration_options.calibration_data_dir:
        raise NotImplementedError(f"{_NAME}: calibration_options.calibration_data_dir is not in tfcompat.")


# ---- the graph ----


def _quantized(
    directory: str, meta: Any, signatures: Mapping[str, Any], options: Any, samples: Mapping[str, Any] | None
) -> tuple[Any, dict[str, str]]:
    """The quantized graph, and the names of the tensors that stand for outputs of signatures."""
    graph_def = frozen(directory, meta, signatures)
    outputs = [tensor_name(info.name) for proto in signatures.values() for info in proto.outputs.values()]
    graph = Graph(graph_def, outputs)
    found = list(units(graph, options))
    method = options.quantization_method.preset_method
    if method == _options.STATIC:
        _sessions.initialize(graph.session, directory, meta)
        scales = _scales(graph, found, signatures, samples or {}, options)
        rewriter: Any = Static(graph, options, scales)
        found = [u for u in found if u.op == "GatherV2" or not is_static(u, options) or u.output in scales]
    elif method == _options.DYNAMIC:
        rewriter = Dynamic(graph, options, _shapes(graph_def, found))
    else:
        rewriter = WeightsOnly(graph, options, method == _options.NO_QUANTIZE)
    for unit in found:
        rewriter.rewrite(unit)
    names = {name: graph.stands[name].name if name in graph.stands else name for name in outputs}
    ends = [
        *map(node_name, names.values()),
        *(node_name(i.name) for s in signatures.values() for i in s.inputs.values()),
    ]
    return extract_sub_graph(graph.graph_def(), dict.fromkeys([*ends, *_sessions.init_ops(meta)])), names


def _scales(
    graph: Graph, found: Iterable[Unit], signatures: Mapping[str, Any], samples: Mapping[str, Any], options: Any
) -> dict[str, Scale]:
    """The integers for each tensor that goes into a product or comes out of one, as the samples tell."""
    scales: dict[str, Scale] = {}
    taken = [unit for unit in found if unit.op != "GatherV2" and is_static(unit, options)]
    for key, values in samples.items():
        ends = [tensor_name(info.name) for info in signatures[key].outputs.values()]
        reached = graph.leading_to(ends)
        own = [unit for unit in taken if unit.node.name in reached]
        names = list(dict.fromkeys(n for u in own for n in (*_operands(u), u.output) if n not in scales))
        feeds = [
            {info.name: convert_to_tensor(sample[name], dtypes.as_dtype(info.dtype)) for name, info in inputs.items()}
            for inputs, sample in ((signatures[key].inputs, sample) for sample in values)
        ]
        if names and feeds:
            given = [graph.values(names, feed) for feed in feeds]
            spans = ranges(given, options.calibration_options)
            scales |= {name: scale_of(*span) for name, span in zip(names, spans, strict=True)}
    return scales


def _operands(unit: Unit) -> list[str]:
    return [unit.input] if unit.weight is not None else list(unit.node.input[:2])


def _shapes(graph_def: Any, found: Iterable[Unit]) -> dict[str, Any]:
    """The shapes, of sizes that are known or None, of what products of many matrices take."""
    names = [unit.input for unit in found if unit.op == "BatchMatMulV2"]
    if not names:
        return {}
    from tfcompat._function.deferred import DeferredGraph
    from tfcompat.saved_model._importing import Importer

    graph = DeferredGraph()
    with graph.as_default():
        importer = Importer(graph, graph_def)
        importer.add()
    shapes = {name: importer.result(name if ":" in name else f"{name}:0").shape for name in names}
    return {name: None if shape.rank is None else shape.as_list() for name, shape in shapes.items()}


# ---- writing ----


def _write(
    target: str, directory: str, meta: Any, signatures: Mapping[str, Any], options: Any, graph_def: Any,
    names: Mapping[str, str],
) -> None:  # fmt: skip
    """Writes the SavedModel of a graph without variables, in the place of what is there."""
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    model = message("SavedModel")(saved_model_schema_version=1)
    made = model.meta_graphs.add()
    made.meta_info_def.tags.extend(options.tags)
    made.meta_info_def.tensorflow_version = meta.meta_info_def.tensorflow_version
    made.graph_def.CopyFrom(graph_def)
    for key, proto in signatures.items():
        made.signature_def[key].CopyFrom(proto)
        for info in made.signature_def[key].outputs.values():
            name = names[tensor_name(info.name)]
            info.name = name if ":" in name else f"{name}:0"
    for init in _sessions.init_ops(meta):
        made.collection_def["saved_model_main_op"].node_list.value.append(init)
    made.asset_file_def.extend(meta.asset_file_def)
    assets = os.path.join(directory, ASSETS_DIRECTORY)
    if os.path.isdir(assets):
        shutil.copytree(assets, os.path.join(target, ASSETS_DIRECTORY))
    with Replacing(os.path.join(target, SAVED_MODEL_FILENAME_PB)) as new:
        new.write(model.SerializeToString(deterministic=True))
