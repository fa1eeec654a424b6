"""tf.saved_model.save: an object with its variables and functions as a directory."""

from __future__ import annotations

import inspect
import json
import os
import shutil
from collections.abc import Mapping
from typing import Any, NamedTuple

import torch

from tfcompat._core import logging, structure
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.data_structures import ListWrapper, _DictWrapper
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import Tensor
from tfcompat._core.trackable import is_trackable
from tfcompat._core.type_spec import TypeSpec
from tfcompat._core.variable import Variable
from tfcompat._formats import checkpoints, safetensors
from tfcompat._formats.files import Replacing, replacing_directory
from tfcompat._formats.protos import message
from tfcompat._formats.structures import shape_proto
from tfcompat._function.concrete import ConcreteFunction
from tfcompat._function.function import Function
from tfcompat.io._paths import local
from tfcompat.saved_model import _checksums
from tfcompat.saved_model._again import LOADED, captured_again
from tfcompat.saved_model._functions import SignatureMap
from tfcompat.saved_model._programs import Encoder, NotSavable, condition
from tfcompat.saved_model._ranks import Ranked, common_result, is_open, of_each_rank
from tfcompat.saved_model._structures import encode
from tfcompat.saved_model._translation.objects import FullArgSpec, add_tables, without
from tfcompat.saved_model._translation.registry import NotTranslatable
from tfcompat.saved_model.constants import (
    ASSETS_EXTRA,
    DEFAULT_SERVING_SIGNATURE_DEF_KEY,
    OBJECTS,
    PROGRAMS,
    SAVED_MODEL_FILENAME_PB,
    SERVING,
    VARIABLES_DIRECTORY,
    VARIABLES_FILENAME,
)
from tfcompat.saved_model.options import SaveOptions
from tfcompat.train import _graph, sharding


def save(obj: Any, export_dir: Any, signatures: Any = None, options: SaveOptions | None = None) -> None:
    """Writes a trackable object, with the graphs of its tf.functions, as a directory (tf.saved_model.save).

    obj: a tf.Module, a Keras model or a tf.train.Checkpoint. signatures: a tf.function with an input signature, a
    concrete function, or a dict of them, that are callable by name; by default the only function of `obj`. Functions
    are saved for the signatures they were called with or have. variables/ is a TensorFlow checkpoint, and
    saved_model.pb has objects, signatures and graphs as TensorFlow's does, which runs them; a warning names a function
    that has no counterpart there. tfcompat runs the graphs of torch's kernels in assets.extra. A SavedModel that is
    there is replaced as a whole. NotImplementedError for a graph with Python functions in it; ValueError for what has
    no state to save.
    """
    if not is_trackable(obj) or isinstance(obj, Variable):
        raise ValueError(
            f"Expected an object of type `Trackable`, such as `tf.Module` or a subclass of the `Trackable` class, for "
            f"export. Got {obj} with type {type(obj)}."
        )
    own = getattr(obj, "_saved_functions", dict)()  # a Keras model's call
    saver = _Saver(obj, own, _signatures(obj, signatures, own), options or SaveOptions())
    directory = local(export_dir)
    if os.path.exists(os.path.join(directory, SAVED_MODEL_FILENAME_PB)):
        with replacing_directory(directory) as new:
            shutil.rmtree(os.path.join(new, VARIABLES_DIRECTORY), ignore_errors=True)
            saver.write(new)
    else:
        saver.write(directory)


def functions_of(value: Any) -> dict[str, Any]:
    """The tf.functions among the attributes and the methods of an object, by name."""
    found = {}
    if isinstance(value, (Variable, ListWrapper, _DictWrapper, tuple, list, dict)):
        return found
    for name in dir(type(value)):
        public = not name.startswith("__") or name == "__call__"
        if public and isinstance(getattr(type(value), name, None), Function):
            found[name] = getattr(value, name)
    for name, attribute in list(getattr(value, "__dict__", {}).items()):
        if isinstance(attribute, (Function, ConcreteFunction)):
            found[name] = attribute
        elif isinstance(attribute, LOADED):
            found[name] = captured_again(attribute)
    return found


def _concrete_functions(function: Any) -> list[ConcreteFunction]:
    found = [function] if isinstance(function, ConcreteFunction) else function.captured_for_saving()
    return [each for each in found if isinstance(each, ConcreteFunction)]


def _signatures(obj: Any, given: Any, own: Mapping[str, Any]) -> dict[str, ConcreteFunction]:
    if given is None:
        candidates = list((own or functions_of(obj)).values())
        ready = [f for f in candidates if isinstance(f, ConcreteFunction) or f._input_signature is not None]
        valid = [c for f in ready for c in _concrete_functions(f) if _can_be_signature(c)]
        given = {DEFAULT_SERVING_SIGNATURE_DEF_KEY: valid[0]} if len(valid) == 1 else {}
        loaded = getattr(obj, "signatures", None)
        if not given and isinstance(loaded, SignatureMap):  # those of the SavedModel that it comes from
            given = loaded
    if not isinstance(given, Mapping):
        given = {DEFAULT_SERVING_SIGNATURE_DEF_KEY: given}
    found = {}
    for name, function in given.items():
        if isinstance(function, LOADED):
            function = captured_again(function)
        if isinstance(function, Function):
            if function._input_signature is None and len(function._concrete) != 1:
                raise ValueError(
                    f"Expected a TensorFlow function for which to generate a signature, but got {function}. Only "
                    "`tf.functions` with an input signature or concrete functions can be used as a signature."
                )
            function = _concrete_functions(function)[0]
        if not isinstance(function, ConcreteFunction):
            raise ValueError(
                f"Expected a TensorFlow function for which to generate a signature, but got {function!r}. Python "
                "functions may be decorated with `@tf.function(input_signature=...)` and passed as signatures directly."
            )
        found[name] = function
    return found


def _can_be_signature(concrete: ConcreteFunction) -> bool:
    """Whether a graph takes tensors alone, and returns a tensor, or a list or dict of tensors."""
    result = concrete._graph_or_error.result
    flat = result.values() if isinstance(result, Mapping) else result if isinstance(result, (list, tuple)) else [result]
    args = structure.flatten(concrete.structured_input_signature)
    return all(isinstance(x, Tensor) for x in flat) and all(isinstance(x, TensorSpec) for x in args)


class _Entry(NamedTuple):
    """An object of the SavedModel, the path that leads to it, its parts and its functions by name."""

    value: Any
    path: tuple[str, ...]
    children: dict[str, Any]
    functions: dict[str, Any]


class _Saver:
    def __init__(
        self, obj: Any, own: Mapping[str, Any], signatures: dict[str, ConcreteFunction], options: SaveOptions
    ) -> None:
        self._root, self._signatures, self._options = obj, signatures, options
        self._nodes = [_Entry(n.value, n.path, n.children, functions_of(n.value)) for n in _graph.walk(obj)]
        self._nodes[0].functions.update(own)
        self._numbers = {_graph.identity(entry.value): i for i, entry in enumerate(self._nodes)}
        self._encoder = Encoder()
        self._programs: dict[str, Any] = {}
        self._graph = message("SavedObjectGraph")()
        self._known: dict[int, str] = {}
        self._results: dict[str, Any] = {}  # the specs of what functions give
        from tfcompat.saved_model._translation.models import Graphs  # loads all raw ops

        self._graphs = Graphs([_held(i, e) for i, e in enumerate(self._nodes) if isinstance(e.value, Variable)])
        self._refused: set[str] = set()  # the functions that only tfcompat runs

    def write(self, directory: str) -> None:
        """Writes the directory: variables and graphs first, then the file that makes it a SavedModel."""
        model = message("SavedModel")(saved_model_schema_version=1)
        meta = model.meta_graphs.add()
        meta.meta_info_def.tags.append(SERVING)
        meta.meta_info_def.tags.extend(sorted(self._options.extra_tags or ()))
        meta.meta_info_def.tensorflow_version = "2.21.0"
        meta.meta_info_def.stripped_default_attrs = True
        self._objects()
        tables = [self._graphs.table_functions(number) for number in range(len(self._graphs.library.tables))]
        self._graphs.write(meta)
        meta.object_graph_def.CopyFrom(without(self._graph, self._refused))
        add_tables(meta.object_graph_def, tables, self._graphs.uses)
        other = bool(self._refused or tables)  # whether TensorFlow's objects are not tfcompat's
        os.makedirs(os.path.join(directory, ASSETS_EXTRA), exist_ok=True)
        os.makedirs(os.path.join(directory, "assets"), exist_ok=True)
        graph, items = _graph.describe(self._root)
        variables = os.path.join(directory, VARIABLES_DIRECTORY, VARIABLES_FILENAME)
        policy = self._options.experimental_sharding_callback
        if policy is None:
            checkpoints.write(variables, items, graph, "tf")
        else:
            checkpoints.write_shards(variables, sharding.split(policy, items, graph))
        extra = os.path.join(directory, ASSETS_EXTRA)
        objects = os.path.join(extra, OBJECTS)
        if os.path.exists(objects):
            os.remove(objects)
        parts = [safetensors.Part(n, a.dtype.name, a.shape, lambda a=a: a) for n, a in self._encoder.constants.items()]
        safetensors.write(os.path.join(extra, f"{PROGRAMS}.safetensors"), parts, {"format": "pt"})
        for path, data in (
            (os.path.join(extra, f"{PROGRAMS}.json"), json.dumps(self._programs).encode("utf8")),
            *([(objects, self._graph.SerializeToString(deterministic=True))] if other else []),
            (os.path.join(directory, SAVED_MODEL_FILENAME_PB), model.SerializeToString(deterministic=True)),
        ):
            with Replacing(path) as new:
                new.write(data)
        _checksums.write(directory)

    # ---- objects ----

    def _objects(self) -> None:
        for _ in self._nodes:
            self._graph.nodes.add()
        for proto, entry in zip(self._graph.nodes, self._nodes):
            for name, child in entry.children.items():
                number = self._numbers[_graph.identity(child)]
                if not isinstance(child, (Function, *LOADED, SignatureMap)):
                    proto.children.add(local_name=name, node_id=number)
            self._describe(proto, entry.value)
        for number, entry in enumerate(self._nodes):
            for name, function in entry.functions.items():
                child = len(self._graph.nodes)
                if self._add_function(function):
                    self._graph.nodes[number].children.add(local_name=name, node_id=child)
        if self._signatures:
            self._add_signatures()

    def _describe(self, proto: Any, value: Any) -> None:
        if isinstance(value, Variable):
            variable = proto.variable
            variable.dtype, variable.trainable = value.dtype.as_datatype_enum, value.trainable
            variable.shape.CopyFrom(shape_proto(value.shape))
            variable.name = value._shared_name.rstrip("/")
            return
        kind = "_generic_user_object"
        if isinstance(value, list):
            kind = "trackable_list_wrapper"
        elif type(value) is _DictWrapper or isinstance(value, dict):
            kind = "trackable_dict_wrapper"
        elif isinstance(value, tuple):
            kind = "trackable_tuple_wrapper"
        elif isinstance(value, Function):
            kind = "tf_function"
        proto.user_object.identifier = kind
        proto.user_object.version.producer = proto.user_object.version.min_consumer = 1

    # ---- functions ----

    def _add_function(self, function: Any) -> bool:
        """Adds a function's node; False where it has no graph yet."""
        names = [self._add_concrete(concrete) for concrete in _concrete_functions(function)]
        if not names:
            return False
        proto = self._graph.nodes.add()
        if isinstance(function, ConcreteFunction):
            proto.bare_concrete_function.concrete_function_name = names[0]
            proto.bare_concrete_function.allowed_positional_arguments = len(function.structured_input_signature[0])
            return True
        proto.function.concrete_functions.extend(names)
        spec = proto.function.function_spec
        spec.fullargspec.CopyFrom(encode(_full_arg_spec(function)))
        spec.input_signature.CopyFrom(encode(None))
        return True

    def _add_concrete(self, concrete: ConcreteFunction) -> str:
        """Adds a graph; its name."""
        if id(concrete) in self._known:
            return self._known[id(concrete)]
        name = self._known[id(concrete)] = concrete._name
        graphs = of_each_rank(concrete) if is_open(concrete) else [Ranked((), concrete._graph_or_error)]
        if not graphs:
            raise NotImplementedError(
                f"The function {concrete._function._name!r}, which takes a tensor of any rank, can't be saved: it "
                "could not be captured for any."
            )
        programs = [self._program(concrete, each.captured) for each in graphs]
        result = _specs(graphs[0].captured.result) if len(graphs) == 1 else common_result(graphs)
        self._results[name] = result
        read = list(dict.fromkeys(n for each in programs for n in each["read"]))
        proto = self._graph.concrete_functions[name]
        proto.canonicalized_input_signature.CopyFrom(encode(concrete.structured_input_signature))
        proto.output_signature.CopyFrom(encode(result))
        proto.bound_inputs.extend(read)
        if is_open(concrete):
            pairs = zip(graphs, programs, strict=True)
            self._programs[name] = {"read": read, "ranks": [{"of": g.ranks, **program} for g, program in pairs]}
        else:
            self._programs[name] = programs[0]
        try:
            if any(each["read"] != read or each["written"] != programs[0]["written"] for each in programs):
                raise NotTranslatable("other variables for each rank of its arguments")
            self._graphs.add(name, concrete, graphs, read, programs[0]["written"])
        except NotTranslatable as error:
            self._refused.add(name)
            code = inspect.unwrap(concrete._function._python_function).__code__
            logging.warning(
                f"The function {concrete._function._name!r} (line {code.co_firstlineno} of {code.co_filename}) is "
                f"saved for tfcompat alone, TensorFlow can't run it: its graph has {error}."
            )
        return name

    def _program(self, concrete: ConcreteFunction, captured: Any) -> dict[str, Any]:
        """A captured graph as the values of JSON."""
        try:
            program = self._encoder.program(captured.part.program(), captured.part.graph.recorder.tracer.root)
            closure = [self._encoder.constant(tensor._t) for tensor in captured.closure]
        except NotSavable as error:
            raise NotImplementedError(
                f"The function {concrete._function._name!r} can't be saved: its graph has {error}."
            ) from None
        for leaf in structure.flatten(captured.result, expand_composites=True):
            if leaf is not None and not isinstance(leaf, Tensor):
                raise NotImplementedError(f"The function {concrete._name} returns {leaf!r}: it can't be saved.")
        if captured.graph.custom_gradients:
            logging.warning(
                f"The function {concrete._function._name!r} is saved without the gradients that "
                f"{', '.join(captured.graph.custom_gradients)} in it say themselves (tf.custom_gradient): once loaded, "
                "it has the gradient of its ops."
            )
        read = [self._number(slot.variable, concrete) for slot in captured.slots]
        written = [self._number(slot.variable, concrete) for slot in captured.written]
        pairs = enumerate(zip(program["outputs"], captured.outputs))
        texts = {i: self._encoder.constant(out) for i, (value, out) in pairs if value is None and out is not None}
        return {"program": program, "closure": closure, "read": read, "written": written, "texts": texts,
                "conditions": _conditions(captured)}  # fmt: skip

    def _number(self, variable: Variable, concrete: ConcreteFunction) -> int:
        number = self._numbers.get(_graph.identity(variable))
        if number is None:
            raise AssertionError(
                f"Tried to export a function which references an 'untracked' resource. TensorFlow objects (e.g. "
                f"tf.Variable) captured by functions must be 'tracked' by assigning them to an attribute of a tracked "
                f"object or assigned to an attribute of the main object directly. See the information below:\n\t"
                f"Function name = {concrete._name}\n\tCaptured Tensor = {variable.name}"
            )
        return number

    # ---- signatures ----

    def _add_signatures(self) -> None:
        number = len(self._graph.nodes)
        proto = self._graph.nodes.add()
        proto.user_object.identifier = "signature_map"
        proto.user_object.version.producer = proto.user_object.version.min_consumer = 1
        self._graph.nodes[0].children.add(local_name="signatures", node_id=number)
        for name, concrete in self._signatures.items():
            function, keywords = self._add_signature(name, concrete)
            child = len(self._graph.nodes)
            bare = self._graph.nodes.add().bare_concrete_function
            bare.concrete_function_name = function
            bare.argument_keywords.extend(keywords)
            self._graph.nodes[number].children.add(local_name=name, node_id=child)

    def _add_signature(self, key: str, concrete: ConcreteFunction) -> tuple[str, list[str]]:
        """Adds what takes and gives tensors by name: its name, and theirs. It is the function itself for tfcompat."""
        function, keywords = self._add_concrete(concrete), _argument_names(concrete)
        outputs = named_outputs(self._results[function])
        for name, spec in outputs.items():
            if not isinstance(spec, TypeSpec):
                raise ValueError(
                    f"The signature {key!r} returns {spec!r} as {name!r}, which is no tensor: a signature may return a "
                    "tensor, a sequence of tensors, or a dictionary from strings to tensors."
                )
        plain = all(type(spec) is TensorSpec for spec in outputs.values())
        if function in self._refused or len(set(keywords)) < len(keywords) or not plain:
            return function, keywords
        inputs = dict(zip(keywords, _tensor_specs(concrete)))
        read = list(self._graph.concrete_functions[function].bound_inputs)
        wrapper = self._graphs.add_signature(key, function, keywords, inputs, outputs, read)
        proto = self._graph.concrete_functions[wrapper]
        proto.bound_inputs.extend(read)
        proto.canonicalized_input_signature.CopyFrom(encode(((), {k: _named(s, k) for k, s in inputs.items()})))
        proto.output_signature.CopyFrom(encode({k: _named(s, k) for k, s in outputs.items()}))
        self._programs[wrapper] = {"signature_of": function, "keywords": keywords}
        return wrapper, sorted(keywords)


def _conditions(captured: Any) -> list[dict[str, Any]]:
    """What a capture took for granted of the sizes of arguments: conditions, and where the sizes of each are."""
    from tfcompat.saved_model._translation.conditions import matters

    sizes: dict[str, list[int]] = {}
    for number, fake in enumerate(captured.graph.arguments):
        for dim, size in enumerate(fake.shape):
            if isinstance(size, torch.SymInt) and size.node._expr.is_symbol:
                sizes.setdefault(str(size.node._expr), [number, dim])
    found = []
    for guard in filter(matters, captured.graph.recorder.guards):
        names = sorted(map(str, guard.free_symbols))
        if all(name in sizes for name in names):
            found.append({"text": condition(guard), "names": names, "sizes": [sizes[name] for name in names]})
    return found


def _held(number: int, entry: _Entry) -> Any:
    from tfcompat.saved_model._translation.models import Held

    variable = entry.value
    shape = None if variable.shape.rank is None else variable.shape.as_list()
    key = _graph.key_of(entry.path, _graph.VALUE)
    return Held(number, variable._shared_name.rstrip("/"), key, variable.dtype, shape)


def _named(spec: TensorSpec, name: str) -> TensorSpec:
    return TensorSpec(spec.shape, spec.dtype, name)


def _specs(result: Any) -> Any:
    return structure.map_structure(_spec, result)


def _spec(x: Any) -> Any:
    if isinstance(x, CompositeTensor):
        return x._type_spec
    return None if x is None else TensorSpec(x.shape, x.dtype)


def _tensor_specs(concrete: ConcreteFunction) -> list[TensorSpec]:
    return [leaf.spec for leaf in concrete.plan.leaves]


def _argument_names(concrete: ConcreteFunction) -> list[str]:
    """What a signature calls its tensors: as their specs are called, else by the parameters."""
    return [leaf.spec.name or leaf.path for leaf in concrete.plan.leaves]


def named_outputs(result: Any) -> dict[str, Any]:
    """What a signature returns: a dict as it is, else output_0, output_1..."""
    if isinstance(result, tuple) and hasattr(result, "_asdict"):
        result = result._asdict()  # type: ignore[attr-defined]
    if isinstance(result, Mapping):
        return {str(key): result[key] for key in sorted(result)}
    values = result if isinstance(result, (list, tuple)) else [result]
    return {f"output_{i}": value for i, value in enumerate(values)}


def _full_arg_spec(function: Function) -> Any:
    """The parameters of a function, as TensorFlow stores them; defaults that no message can hold are left out."""
    args, defaults, only, only_defaults, varargs, varkw = [], [], [], {}, None, None
    for parameter in function._signature.parameters:
        plain = parameter.default is None or isinstance(parameter.default, (bool, int, float, str))
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            args.append(parameter.name)
            if parameter.default is not parameter.empty and plain:
                defaults.append(parameter.default)
        elif parameter.kind is parameter.VAR_POSITIONAL:
            varargs = parameter.name
        elif parameter.kind is parameter.VAR_KEYWORD:
            varkw = parameter.name
        else:
            only.append(parameter.name)
            if parameter.default is not parameter.empty and plain:
                only_defaults[parameter.name] = parameter.default
    return FullArgSpec(args, varargs, varkw, defaults or None, only, only_defaults or None, {})
