"""tf.saved_model.load: the objects of a SavedModel, with variables and functions that run without their Python."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, structure
from tfcompat._core.convert import from_numpy
from tfcompat._core.ops import wrap
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._core.trackable import AutoTrackable
from tfcompat._core.variable import Variable
from tfcompat._formats import checkpoints, safetensors
from tfcompat._formats.files import telling_damage
from tfcompat._formats.protos import message
from tfcompat._formats.structures import shape_of
from tfcompat.io._paths import local
from tfcompat.saved_model import _checksums
from tfcompat.saved_model._functions import LoadedConcreteFunction, LoadedFunction, SignatureMap
from tfcompat.saved_model._programs import Decoder, check
from tfcompat.saved_model._ranks import by_rank
from tfcompat.saved_model._structures import decode
from tfcompat.saved_model.constants import (
    ASSETS_EXTRA,
    OBJECTS,
    PROGRAMS,
    SAVED_MODEL_FILENAME_PB,
    SAVED_MODEL_FILENAME_PBTXT,
    VARIABLES_DIRECTORY,
    VARIABLES_FILENAME,
)
from tfcompat.saved_model.options import LoadOptions
from tfcompat.train._graph import VALUE


def contains_saved_model(export_dir: Any) -> bool:
    """Whether a directory holds a SavedModel (tf.saved_model.contains_saved_model)."""
    names = (SAVED_MODEL_FILENAME_PB, SAVED_MODEL_FILENAME_PBTXT)
    return any(os.path.isfile(os.path.join(local(export_dir), name)) for name in names)


def parse_saved_model(directory: str) -> Any:
    """The SavedModel message of a directory; OSError where there is none, or it can't be read."""
    from google.protobuf import text_format
    from google.protobuf.message import DecodeError

    path = os.path.join(directory, SAVED_MODEL_FILENAME_PB)
    text = os.path.join(directory, SAVED_MODEL_FILENAME_PBTXT)
    try:
        if os.path.isfile(path):
            with open(path, "rb") as file:
                return message("SavedModel").FromString(file.read())
        if os.path.isfile(text):
            with open(text, encoding="utf8") as file:
                return text_format.Parse(file.read(), message("SavedModel")())
    except (DecodeError, text_format.ParseError, UnicodeDecodeError) as error:
        raise OSError(f"Cannot parse file {path}: {error}.") from None
    raise OSError(f"SavedModel file does not exist at: {directory}/{{{SAVED_MODEL_FILENAME_PBTXT}|saved_model.pb}}")


def read_model(directory: str, tags: Any = None) -> Any:
    """The MetaGraphDef of a directory that has the tags; OSError where there is none, ValueError for other tags."""
    model = parse_saved_model(directory)
    only = model.meta_graphs[0] if len(model.meta_graphs) == 1 else None
    wanted = {tags} if isinstance(tags, str) else None if tags is None else set(tags)
    found = [m for m in model.meta_graphs if wanted is None or set(m.meta_info_def.tags) == wanted]
    if not found and only is not None and only.object_graph_def.nodes:
        raise ValueError(
            f"Got an incompatible argument to `tags`: {sorted(wanted or ())}. The SavedModel at {directory} has one "
            f"MetaGraph with tags {list(only.meta_info_def.tags)}. Leave the argument out, pass None, or pass these."
        )
    if not found or (wanted is None and len(found) > 1):
        raise RuntimeError(
            f"MetaGraphDef associated with tags {tags} could not be found in SavedModel, with available tags "
            f"'{[list(m.meta_info_def.tags) for m in model.meta_graphs]}'."
        )
    return found[0]


def load(export_dir: Any, tags: Any = None, options: LoadOptions | None = None) -> Any:
    """The object that tf.saved_model.save wrote, of tfcompat's or TensorFlow's (tf.saved_model.load).

    Its variables, containers and tf.functions are attributes as they were; `.signatures` has the functions that can be
    called by name. Graphs of TensorFlow's run on tfcompat's ops: a function with others raises NotImplementedError,
    which lists them, when it is called. tags: those of the graph, where there are several. OSError where there is no
    SavedModel; ValueError where it is damaged.
    """
    options = options or LoadOptions()
    directory = local(export_dir)
    meta = read_model(directory, tags)
    _checksums.check(directory)
    with telling_damage(directory):
        if meta.object_graph_def.nodes:
            return _Loader(directory, meta, options).root()
        from tfcompat.saved_model import _sessions  # TensorFlow 1's: a graph alone

        return _sessions.load(directory, os.path.join(directory, VARIABLES_DIRECTORY, VARIABLES_FILENAME), meta)


class _Loader:
    def __init__(self, directory: str, meta: Any, options: LoadOptions) -> None:
        self._directory, self._meta, self._options = directory, meta, options
        self._graph = meta.object_graph_def
        self._make_concrete = self._engine()
        count = len(self._graph.nodes)
        if any(not 0 <= child.node_id < count for node in self._graph.nodes for child in node.children):
            raise ValueError(f"The object graph of the SavedModel {directory!r} is damaged: it names no node.")
        self._objects: dict[int, Any] = {}
        self._tables: dict[int, str] = {}  # where the checkpoint has what tables hold
        self._concrete: dict[str, LoadedConcreteFunction] = {}

    _programs: dict[str, Any] = {}

    def _engine(self) -> Callable[[str], LoadedConcreteFunction]:
        path = os.path.join(self._directory, ASSETS_EXTRA, f"{PROGRAMS}.json")
        if not os.path.exists(path):
            from tfcompat.saved_model._graph_functions import GraphFunctions

            functions = GraphFunctions(self._meta.graph_def, self._bound, self._directory, self._graph)
            return lambda name: functions.concrete(name, self._graph.concrete_functions[name])
        try:
            with open(path, encoding="utf8") as file:
                self._programs = json.load(file)
            constants, _ = safetensors.load(path.removesuffix(".json") + ".safetensors")
        except (ValueError, FileNotFoundError) as error:
            raise ValueError(f"The graphs of the SavedModel {self._directory!r} can't be read: {error}") from error
        self._decoder, self._constants = Decoder(constants), constants
        objects = os.path.join(self._directory, ASSETS_EXTRA, OBJECTS)
        if os.path.exists(objects):  # TensorFlow's have no functions that it can't run
            self._graph = _parsed(objects)
        return self._of_program

    # ---- objects ----

    def root(self) -> Any:
        """The loaded object."""
        for number in range(len(self._graph.nodes)):
            if self._kind(number) == "variable":
                self._make(number)
        if not self._options.experimental_skip_checkpoint:
            self._restore()
        for number in range(len(self._graph.nodes)):
            if self._kind(number) == "resource":
                self._make(number)
        root = self._make(0)
        if not hasattr(root, "signatures"):
            root.signatures = SignatureMap({})
        return root

    def _kind(self, number: int) -> str | None:
        return self._graph.nodes[number].WhichOneof("kind")

    def _make(self, number: int) -> Any:
        if number in self._objects:
            return self._objects[number]
        proto, kind = self._graph.nodes[number], self._kind(number)
        if kind == "variable":
            made = self._variable(proto.variable)
        elif kind == "function":
            made = self._function(proto.function)
        elif kind == "bare_concrete_function":
            made = self._bare(proto.bare_concrete_function)
        elif kind == "asset":
            made = self._asset(proto.asset)
        elif kind == "constant":
            made = self._constant(proto.constant)
        elif kind == "resource":
            return self._resource(number)
        elif kind == "user_object":
            return self._user_object(number, proto)
        else:
            made = AutoTrackable()
            made._saved_kind = kind
        self._objects[number] = made
        return made

    def _user_object(self, number: int, proto: Any) -> Any:
        identifier = proto.user_object.identifier
        names = {child.local_name: child.node_id for child in proto.children}
        if identifier == "signature_map":
            made: Any = SignatureMap({name: self._make(child) for name, child in names.items()})
        elif identifier in ("trackable_list_wrapper", "trackable_tuple_wrapper"):
            values: list[Any] = []
            self._objects[number] = values
            digits = sorted((int(name), child) for name, child in names.items() if name.isdigit())
            values.extend(self._make(child) for _, child in digits)
            made = tuple(values) if identifier == "trackable_tuple_wrapper" else values
        elif identifier == "trackable_dict_wrapper":
            made = {}
            self._objects[number] = made
            made.update({name: self._make(child) for name, child in names.items()})
        else:
            made = _UserObject() if "__call__" not in names else _CallableUserObject()
            self._objects[number] = made
            for name, child in names.items():
                part = self._make(child)
                if name == "__call__" and (part is made or not callable(part)):
                    raise ValueError(f"The SavedModel {self._directory!r} is damaged: {part!r} stands for a __call__")
                setattr(made, name, part)
        self._objects[number] = made
        return made

    def _resource(self, number: int) -> Any:
        """What a table's function makes, and another one fills; where it may change, the checkpoint has its values."""
        names = {child.local_name: child.node_id for child in self._graph.nodes[number].children}
        made = self._objects[number] = _Resource()
        if "_create_resource" in names:
            made.resource_handle = self._make(names["_create_resource"])()
        if "_initialize" in names:
            self._make(names["_initialize"])()
        if number in self._tables:
            from tfcompat import raw_ops

            names = [f"{self._tables[number]}-{part}" for part in ("keys", "values")]
            with self._checkpoint() as checkpoint:
                held = [wrap(from_numpy(checkpoint.read(name), checkpoint.entries[name][0])) for name in names]
            raw_ops.LookupTableImportV2(table_handle=made.resource_handle, keys=held[0], values=held[1])
        return made

    def _variable(self, proto: Any) -> Variable:
        dtype, shape = dtypes.as_dtype(proto.dtype), shape_of(proto.shape)
        sizes = [size or 0 for size in shape.as_list()] if shape.rank is not None else []
        empty = np.zeros(sizes, dtype.as_numpy_dtype) if dtype != dtypes.string else np.full(sizes, b"", object)
        value = wrap(from_numpy(empty, dtype))
        return Variable(value, trainable=proto.trainable, name=proto.name or None, shape=shape, validate_shape=False)

    def _restore(self) -> None:
        variables = {n: v for n, v in self._objects.items() if isinstance(v, Variable)}
        if not variables and all(self._kind(number) != "resource" for number in range(len(self._graph.nodes))):
            return
        with self._checkpoint() as checkpoint:
            keys = self._keys(checkpoint.object_graph)
            for number, variable in variables.items():
                key = keys.get(number)
                if key is None:
                    if self._options.allow_partial_checkpoint:
                        continue
                    raise ValueError(f"The SavedModel {self._directory!r} has no value for {variable.name!r}")
                values = checkpoint.read(key)
                variable._storage.t = from_numpy(values, checkpoint.entries[key][0])

    def _checkpoint(self) -> checkpoints.Checkpoint:
        return checkpoints.Checkpoint(os.path.join(self._directory, VARIABLES_DIRECTORY, VARIABLES_FILENAME))

    def _keys(self, object_graph: bytes | None) -> dict[int, str]:
        """The checkpoint's key of each variable: both graphs are walked together."""
        graph = message("TrackableObjectGraph").FromString(object_graph or b"")
        keys: dict[int, str] = {}
        todo, seen = [(0, 0)], {(0, 0)}
        while todo and graph.nodes:
            number, other = todo.pop()
            for attribute in graph.nodes[other].attributes:
                if attribute.name == VALUE:
                    keys.setdefault(number, attribute.checkpoint_key)
                elif self._kind(number) == "resource" and attribute.name == "table":
                    self._tables[number] = attribute.checkpoint_key
            below = {child.local_name: child.node_id for child in graph.nodes[other].children}
            for child in self._graph.nodes[number].children:
                pair = (child.node_id, below.get(child.local_name, -1))
                if pair[1] >= 0 and pair not in seen:
                    seen.add(pair)
                    todo.append(pair)
        for number, other in seen if graph.nodes else ():
            kept = {(s.original_variable_node_id, s.slot_name): s for s in graph.nodes[other].slot_variables}
            for slot in self._graph.nodes[number].slot_variables:
                pairs = [kept.get((o, slot.slot_name)) for n, o in seen if n == slot.original_variable_node_id]
                for found in pairs:
                    for attribute in [] if found is None else graph.nodes[found.slot_variable_node_id].attributes:
                        keys.setdefault(slot.slot_variable_node_id, attribute.checkpoint_key)
        return keys

    def _asset(self, proto: Any) -> Any:
        from tfcompat.saved_model.assets import Asset

        name = self._meta.asset_file_def[proto.asset_file_def_index].filename
        path = os.path.normpath(os.path.join(self._directory, "assets", name))
        if os.path.commonpath([path, os.path.join(os.path.normpath(self._directory), "assets")]) == path:
            raise ValueError(f"Refusing the asset {name!r} of the SavedModel: it lies outside of its folder")
        return Asset(path)

    def _constant(self, proto: Any) -> Any:
        from tfcompat._formats.tensor_proto import make_ndarray

        for node in self._meta.graph_def.node:
            if node.name == proto.operation:
                return wrap(from_numpy(make_ndarray(node.attr["value"].tensor)))
        raise ValueError(f"The SavedModel {self._directory!r} lacks its constant {proto.operation!r}")

    # ---- functions ----

    def concrete(self, name: str) -> LoadedConcreteFunction:
        """The graph of a name; ValueError where there is none."""
        if name not in self._concrete:
            if name not in self._graph.concrete_functions:
                raise ValueError(f"The SavedModel {self._directory!r} lacks its function {name!r}")
            self._concrete[name] = self._make_concrete(name)
        return self._concrete[name]

    def _function(self, proto: Any) -> LoadedFunction:
        spec = decode(proto.function_spec.fullargspec)
        known = None if spec is None else spec._asdict()
        if known is not None and not {"args", "defaults", "kwonlydefaults"} <= known.keys():
            raise ValueError(f"The SavedModel {self._directory!r} is damaged: a function's arguments are {spec!r}")
        concrete = [self.concrete(name) for name in proto.concrete_functions]
        return LoadedFunction(proto.concrete_functions[0] if concrete else "", concrete, known)

    def _bare(self, proto: Any) -> LoadedConcreteFunction:
        name, keywords = proto.concrete_function_name, list(proto.argument_keywords)
        wrapped = self._programs.get(name, {})
        if "signature_of" in wrapped:
            name, keywords = wrapped["signature_of"], list(wrapped["keywords"])
        concrete = self.concrete(name)
        if not keywords:
            return concrete
        specs = dict(zip(keywords, concrete.inputs))
        from tfcompat.saved_model.save import named_outputs

        order = [keywords.index(key) for key in sorted(specs)]

        def run(values: Sequence[Any]) -> Any:
            flat: list[Any] = [None] * len(values)
            for place, value in zip(order, values):
                flat[place] = value
            return named_outputs(concrete._run(flat))

        outputs = {
            key: TensorSpec(spec.shape, spec.dtype, key) if isinstance(spec, TensorSpec) else spec
            for key, spec in named_outputs(concrete.structured_outputs).items()
        }
        return LoadedConcreteFunction(concrete._name, ((), specs), outputs, run, concrete.variables, keywords)

    def _bound(self, number: int) -> Any:
        made = self._make(number)
        if isinstance(made, _Resource):
            return made.resource_handle
        return made.asset_path if self._kind(number) == "asset" else made

    def _of_program(self, name: str) -> LoadedConcreteFunction:
        proto, data = self._graph.concrete_functions[name], self._programs[name]
        inputs, outputs = decode(proto.canonicalized_input_signature), decode(proto.output_signature)
        read = [self._make(number) for number in data["read"]]
        if "ranks" in data:
            runs = {tuple(each["of"]): self._runner(each, outputs) for each in data["ranks"]}
            return LoadedConcreteFunction(name, inputs, outputs, by_rank(name, inputs, runs), read)
        return LoadedConcreteFunction(name, inputs, outputs, self._runner(data, outputs), read)

    def _runner(self, data: Any, outputs: Any) -> Callable[[Sequence[Any]], Any]:
        """What runs a program on tensors, and gives a nest of them like `outputs`."""
        program: list[Any] = []
        closure = [self._decoder.constant(constant) for constant in data["closure"]]
        read = [self._make(number) for number in data["read"]]
        written = [self._make(number) for number in data["written"]]
        count = len(structure.flatten(outputs, expand_composites=True))
        texts = {int(place): self._decoder.constant(name) for place, name in data.get("texts", {}).items()}
        checks = [(check(each["text"], each["names"]), each["sizes"]) for each in data.get("conditions", ())]

        def run(tensors: Sequence[Any]) -> Any:
            if not program:
                program.append(self._decoder.program(data["program"]))
            given = [_current(t) for t in tensors]
            for checked, sizes in checks:
                checked(*(given[number].shape[dim] for number, dim in sizes))
            results = program[0](*given, *closure, *(variable._read() for variable in read))
            for variable, new in zip(written, results[count:], strict=True):
                variable._write(new)
            leaves = [None if r is None else wrap(r) for r in (texts.get(i, r) for i, r in enumerate(results[:count]))]
            return structure.pack_sequence_as(outputs, leaves, expand_composites=True)

        return run


def _parsed(path: str) -> Any:
    from google.protobuf.message import DecodeError

    with open(path, "rb") as file:
        data = file.read()
    try:
        return message("SavedObjectGraph").FromString(data)
    except DecodeError as error:
        raise OSError(f"Cannot parse file {path}: {error}.") from None


def _current(tensor: Any) -> Any:
    return tensor._t if state.graph is None else state.graph.captured(tensor)


class _Resource(AutoTrackable):
    """A table of a SavedModel; `resource_handle` is what its functions take."""

    resource_handle: Any = None


class _UserObject(AutoTrackable):
    """An object of a SavedModel."""

    __module__ = "tensorflow.python.saved_model.load"


class _CallableUserObject(_UserObject):
    """An object of a SavedModel that had a `__call__`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__dict__["__call__"](*args, **kwargs)
