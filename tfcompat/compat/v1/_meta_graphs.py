"""Graphs with their collections and savers as MetaGraphDefs: .meta files, which other programs go on with.

Also what is in tf.compat.v1.train for them: export_meta_graph, import_meta_graph.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from google.protobuf import text_format
from google.protobuf.message import DecodeError

from tfcompat._core import logging
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable
from tfcompat._formats.files import Replacing
from tfcompat._formats.protos import message
from tfcompat._function.symbolic import Operation, SymbolicTensor
from tfcompat.compat.v1._collections import GraphKeys
from tfcompat.io._paths import local
from tfcompat.saved_model._importing import Importer

_EAGER = (
    "Exporting/importing meta graphs is not supported when eager execution is enabled. No graph exists when eager "
    "execution is enabled."
)
_OF_VARIABLES = frozenset(
    (
        *(GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES, GraphKeys.MODEL_VARIABLES, GraphKeys.GLOBAL_STEP),
        *(GraphKeys.TRAINABLE_VARIABLES, GraphKeys.MOVING_AVERAGE_VARIABLES, GraphKeys.CONCATENATED_VARIABLES),
        *(GraphKeys.TRAINABLE_RESOURCE_VARIABLES, GraphKeys.METRIC_VARIABLES, GraphKeys.EVAL_STEP),
    )
)
_OF_FLOWS = (GraphKeys.COND_CONTEXT, GraphKeys.WHILE_CONTEXT, GraphKeys.SAVERS)


def building(graph: Any = None) -> Any:
    """The graph that is given, or the one that is built; RuntimeError where there is none."""
    graph = state.graph if graph is None else graph
    if graph is None or not getattr(graph, "deferred", False):
        raise RuntimeError(_EAGER)
    return graph


# ---- export ----


def export_meta_graph(
    filename: Any = None,
    meta_info_def: Any = None,
    graph_def: Any = None,
    saver_def: Any = None,
    collection_list: Sequence[str] | None = None,
    as_text: bool = False,
    graph: Any = None,
    export_scope: str | None = None,
    clear_devices: bool = False,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    save_debug_info: bool = False,
    **kwargs: Any,
) -> Any:
    """The graph with its collections as a MetaGraphDef, also in a file where one is named (export_meta_graph).

    graph_def, saver_def, meta_info_def: what to put in instead of the graph's own. collection_list: the collections
    to keep, None for all. export_scope: only what is in this scope, without its name. clear_devices: leaves out where
    nodes are placed; clear_extraneous_savers: leaves out the savers that are not `saver_def`'s. Attributes are always
    without defaults. RuntimeError where no graph is built; NotImplementedError for save_debug_info and **kwargs.
    """
    if save_debug_info or kwargs:
        raise NotImplementedError(f"export_meta_graph: save_debug_info and {sorted(kwargs)} are not in tfcompat.")
    graph = building(graph)
    meta = message("MetaGraphDef")()
    if meta_info_def is not None:
        meta.meta_info_def.CopyFrom(meta_info_def)
    meta.meta_info_def.meta_graph_version = ""
    meta.meta_info_def.tensorflow_version = "2.21.0"
    meta.meta_info_def.stripped_default_attrs = True
    meta.graph_def.CopyFrom(graph.as_graph_def() if graph_def is None else graph_def)
    if saver_def is not None:
        meta.saver_def.CopyFrom(saver_def)
    names = graph.get_all_collection_keys() if collection_list is None else collection_list
    scope = f"{export_scope.rstrip('/')}/" if export_scope else ""
    for key in names:
        _add_collection(meta, key, graph.get_collection(key), scope)
    if scope:
        _keep_scope(meta.graph_def, scope)
    if clear_extraneous_savers:
        _drop_savers(meta.graph_def, meta.saver_def)
    if clear_devices:
        for node in meta.graph_def.node:
            node.device = ""
    if filename:
        write_message(local(filename), meta, as_text)
    return meta


def write_message(path: str, proto: Any, as_text: bool) -> None:
    """Writes a message to a file, whole or not at all."""
    data = text_format.MessageToString(proto).encode() if as_text else proto.SerializeToString(deterministic=True)
    with Replacing(path) as new:
        new.write(data)


def _add_collection(meta: Any, key: str, values: Sequence[Any], scope: str) -> None:
    values = [x for x in values if not scope or str(getattr(x, "name", scope)).startswith(scope)]
    proto = meta.collection_def[key]
    try:
        for value in values:
            if isinstance(value, Variable):
                proto.bytes_list.value.append(variable_def(value, scope).SerializeToString(deterministic=True))
            elif isinstance(value, (SymbolicTensor, Operation)):
                proto.node_list.value.append(value.name.removeprefix(scope))
            elif isinstance(value, (str, bytes)):
                proto.bytes_list.value.append(value.encode() if isinstance(value, str) else value)
            elif isinstance(value, int):
                proto.int64_list.value.append(value)
            elif isinstance(value, float):
                proto.float_list.value.append(value)
            elif hasattr(value, "to_proto"):
                proto.bytes_list.value.append(value.to_proto(scope.rstrip("/") or None).SerializeToString())
            else:
                raise TypeError(f"{type(value).__name__!r} has no place in a CollectionDef")
    except (TypeError, ValueError, NotImplementedError) as error:
        logging.warning(
            f"Issue encountered when serializing {key}.\nType is unsupported, or the types of the items don't match "
            f"field type in CollectionDef. Note this is a warning and probably safe to ignore.\n{error}"
        )
        del meta.collection_def[key]


def variable_def(variable: Variable, scope: str = "") -> Any:
    """A graph's variable as a VariableDef."""
    proto = message("VariableDef")(is_resource=True, trainable=variable.trainable)
    name = variable._scoped_name
    proto.variable_name = f"{name}:0".removeprefix(scope)
    initial, initializer = variable._deferred[1], variable.initializer
    if initializer is not None:
        proto.initializer_name = initializer.name.removeprefix(scope)
    proto.snapshot_name = snapshot_of(variable).removeprefix(scope)
    if isinstance(initial, SymbolicTensor):
        proto.initial_value_name = initial.name.removeprefix(scope)
    proto.synchronization, proto.aggregation = variable.synchronization.value, variable.aggregation.value
    proto.is_resource = variable.__dict__["_handle_op"].type == "VarHandleOp"
    return proto


def snapshot_of(variable: Variable) -> str:
    """The name of the node that reads a graph's variable."""
    told = variable.__dict__.get("_snapshot")
    return told if told is not None else f"{variable._scoped_name}/Read/ReadVariableOp:0"


def _keep_scope(graph_def: Any, scope: str) -> None:
    """Keeps the nodes of a scope, without its name; inputs from outside become placeholders' names as they are."""
    kept = [node for node in graph_def.node if node.name.startswith(scope)]
    names = {node.name for node in kept}
    for node in kept:
        for name in node.input:
            if name.removeprefix("^").partition(":")[0] not in names:
                raise ValueError(f"export_meta_graph: {node.name!r} of {scope!r} takes {name!r} from outside of it.")
        node.name = node.name.removeprefix(scope)
        mapped = [f"^{n[1:].removeprefix(scope)}" if n[0] == "^" else n.removeprefix(scope) for n in node.input]
        del node.input[:]
        node.input.extend(mapped)
    kept = [type(node).FromString(node.SerializeToString()) for node in kept]
    del graph_def.node[:]
    graph_def.node.extend(kept)


def _drop_savers(graph_def: Any, saver_def: Any) -> None:
    """Leaves out the nodes that save and restore, but those of a saver."""
    own = saver_def.filename_tensor_name.rpartition("/")[0]
    nodes = {node.name: node for node in graph_def.node}
    scopes = {node.name.rpartition("/")[0] for node in nodes.values() if node.op in ("SaveV2", "RestoreV2")} - {own, ""}
    kept = [node for node in graph_def.node if not any(node.name.startswith(f"{scope}/") for scope in scopes)]
    kept = [type(node).FromString(node.SerializeToString()) for node in kept]
    del graph_def.node[:]
    graph_def.node.extend(kept)


# ---- import ----


def read_meta_graph_file(filename: Any) -> Any:
    """The MetaGraphDef of a file, binary or text; OSError where there is none or it is none."""
    path = local(filename)
    if not os.path.exists(path):
        raise OSError(f"File does not exist. Received: {filename}.")
    with open(path, "rb") as file:
        data = file.read()
    try:
        meta = message("MetaGraphDef").FromString(data)
    except DecodeError:
        try:
            meta = text_format.Parse(data.decode("utf8"), message("MetaGraphDef")())
        except (text_format.ParseError, UnicodeDecodeError) as error:
            raise OSError(f"Cannot parse file {filename}: {error}.") from None
    if not meta.HasField("graph_def"):
        raise OSError(f"Cannot parse file {filename}: it has no graph.")
    return meta


def import_meta_graph(
    meta_graph_or_file: Any, clear_devices: bool = False, import_scope: str | None = None, **kwargs: Any
) -> Any:
    """Adds a .meta file's or MetaGraphDef's graph to the one that is built (tf.compat.v1.train.import_meta_graph).

    clear_devices: leaves out where nodes are placed. import_scope: comes before all names. input_map, among the
    keyword arguments: tensors in the place of others. Returns the Saver that the graph was exported with, one of all
    variables where there is none, None where there are no variables. RuntimeError where no graph is built; OSError
    for what is no such file.
    """
    return imported(meta_graph_or_file, clear_devices, import_scope, **kwargs)[0]


def imported(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    import_scope: str | None = None,
    input_map: Any = None,
    return_elements: Sequence[str] | None = None,
    restore_collections_predicate: Callable[[str], bool] = lambda key: True,
) -> tuple[Any, Any]:
    """The saver of a MetaGraphDef that is added to the graph, and the elements of these names."""
    from tfcompat.compat.v1.saver import Saver

    graph = building()
    meta = meta_graph_or_file
    if not hasattr(meta, "graph_def"):
        meta = read_meta_graph_file(meta_graph_or_file)
    elif type(meta) is not message("MetaGraphDef"):  # another protobuf pool's, such as TensorFlow's
        meta = message("MetaGraphDef").FromString(meta.SerializeToString())
    if clear_devices:
        meta = type(meta).FromString(meta.SerializeToString())
        for node in meta.graph_def.node:
            node.device = ""
    scope = f"{graph.unique_name(import_scope.rstrip('/'))}/" if import_scope else ""
    given = {str(key): value for key, value in (input_map or {}).items()}
    importer = Importer(graph, meta.graph_def, scope, given, meta.meta_info_def.stripped_op_list.op)
    importer.add()
    _restore_collections(graph, meta, importer, restore_collections_predicate)
    elements = None if return_elements is None else [importer.result(name) for name in return_elements]
    if meta.HasField("saver_def"):
        return Saver(saver_def=meta.saver_def, name=scope.rstrip("/")), elements
    if graph.get_collection(GraphKeys.GLOBAL_VARIABLES):
        return Saver(), elements
    return None, elements


def _restore_collections(graph: Any, meta: Any, importer: Importer, wanted: Callable[[str], bool]) -> None:
    known: dict[str, Variable] = {}
    for key, proto in sorted(meta.collection_def.items()):
        if not wanted(key) or key in _OF_FLOWS:
            continue
        kind = proto.WhichOneof("kind")
        if kind == "node_list":
            found: list[Any] = [_element(importer, name) for name in proto.node_list.value]
        elif kind == "bytes_list" and key in _OF_VARIABLES:
            protos = [message("VariableDef").FromString(data) for data in proto.bytes_list.value]
            found = [known.setdefault(p.variable_name, _variable(importer, p)) for p in protos]
        elif kind == "bytes_list" and key == GraphKeys.QUEUE_RUNNERS:
            found = [_queue_runner(importer, data) for data in proto.bytes_list.value]
        elif kind == "any_list" or kind is None:
            continue
        else:
            found = list(getattr(proto, kind).value)
        for each in found:
            graph.add_to_collection(key, each)


def _element(importer: Importer, name: str) -> Any:
    return importer.result(name)


def _variable(importer: Importer, proto: Any) -> Variable:
    """The variable of a VariableDef, with what that tells of it."""
    name = proto.variable_name.partition(":")[0]
    variable = importer.variables[name]
    vars(variable).update(_trainable=proto.trainable)
    if proto.initializer_name:
        vars(variable)["_initializer"] = importer.result(proto.initializer_name.partition(":")[0])
    if proto.initial_value_name:
        vars(variable)["_deferred"] = importer.graph, importer.result(proto.initial_value_name)
    if proto.snapshot_name:
        snapshot = importer.result(proto.snapshot_name)
        vars(variable)["_snapshot"] = snapshot.name if isinstance(snapshot, Tensor) else None
    return variable


def _queue_runner(importer: Importer, data: bytes) -> Any:
    from tfcompat.compat.v1._queue_runners import QueueRunner

    proto = message("QueueRunnerDef").FromString(data)
    enqueue = [importer.result(name) for name in proto.enqueue_op_name]
    close, cancel = importer.result(proto.close_op_name), importer.result(proto.cancel_op_name)
    queue = importer.operations[proto.queue_name]
    return QueueRunner(queue, enqueue, close, cancel)
