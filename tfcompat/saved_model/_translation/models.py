"""What TensorFlow needs of a SavedModel besides its objects: functions, and a graph that sessions and servers run.

The graph has the handles of the variables, ops that save and restore them, and for each signature its placeholders and
a call of its function.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tfcompat._core import dtypes
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.storage import to_numpy
from tfcompat.saved_model._ranks import RANKS, Ranked
from tfcompat.saved_model._translation.body import Body, Library, Ref, Table, fill_shape, shaped
from tfcompat.saved_model._translation.programs import check_guards, translate
from tfcompat.saved_model._translation.registry import NotTranslatable
from tfcompat.saved_model.constants import PREDICT_METHOD_NAME

_PRODUCER, _LEAST_CONSUMER = 2474, 12
_INIT = "__saved_model_init_op"


class Held(NamedTuple):
    """A variable: its number among the objects, its name, its key in the checkpoint, its dtype and its shape."""

    number: int
    name: str
    key: str
    dtype: dtypes.DType
    shape: Sequence[int | None] | None


class Signature(NamedTuple):
    """A function that is called by name: its wrapper in the library, the tensors that it takes and gives, by name."""

    wrapper: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    variables: Sequence[int]
    tables: Sequence[int]


class Graphs:
    """The functions of a model as TensorFlow's, and its graph."""

    def __init__(self, variables: Sequence[Held]) -> None:
        self.library = Library()
        self._variables = {held.number: held for held in variables}
        self._signatures: dict[str, Signature] = {}
        self.uses: dict[str, list[int]] = {}  # the numbers of the tables that functions take after their variables

    # ---- functions ----

    def add(
        self, name: str, concrete: Any, graphs: Sequence[Ranked], read: Sequence[int], written: Sequence[int]
    ) -> None:
        """Adds a captured function. read, written: the numbers of its variables. NotTranslatable leaves nothing.

        graphs: the one that it has, or one for each rank of its arguments.
        """
        mark = self.library.mark()
        try:
            self._add(name, concrete, graphs, read, written)
        except NotTranslatable:
            self.library.back_to(mark)
            raise
        except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
            self.library.back_to(mark)
            raise NotTranslatable(f"arguments that have no counterpart: {error!r}") from error

    def _add(
        self, name: str, concrete: Any, graphs: Sequence[Ranked], read: Sequence[int], written: Sequence[int]
    ) -> None:
        captured = graphs[0].captured
        body = Body(self.library, name)
        given = [body.argument(leaf.name, leaf.spec.dtype, _sizes(leaf.spec)) for leaf in concrete.plan.leaves]
        handles = self._handles(body, read)
        values = [self._read(body, handles[number], number) for number in read]
        reads = [body.node_of(value).name for value in values]
        if graphs[0].ranks:
            found = ranked(body, graphs, given, values)
        else:
            found = _results(body, captured, given, values)
        count = len(found) - len(written)
        for number, value in zip(written, found[count:], strict=True):
            if number not in handles or value is None:
                raise NotTranslatable("a variable that is assigned and never read")
            self._assign(body, handles[number], value, reads)
        pairs = zip(captured.outputs, found)
        body.close([ref or _constant(body, out) for out, ref in pairs if out is not None])
        self.uses[name] = list(body.tables)

    def _handles(self, body: Body, numbers: Sequence[int]) -> dict[int, Ref]:
        found = {}
        for number in numbers:
            held = self._variables[number]
            found[number] = body.argument(held.name, dtypes.resource, [], (held.dtype, held.shape))
        return found

    def _read(self, body: Body, handle: Ref, number: int) -> Ref:
        held = self._variables[number]
        value = body.op("ReadVariableOp", handle, at=f"{handle.name}/Read", dtype=held.dtype)
        value.shape = None if held.shape is None else list(held.shape)
        return value

    def _assign(self, body: Body, handle: Ref, value: Ref, reads: Sequence[str]) -> None:
        """Assigns after everything was read, and after what is assigned before."""
        body.op("AssignVariableOp", handle, value, at=f"{handle.name}/Assign")
        node = next(reversed(body.nodes.values()))
        node.input.extend(f"^{name}" for name in [*reads, *body.effects[-1:]])
        body.effects.append(node.name)

    def add_signature(self, key: str, function: str, order: Sequence[str], inputs: Mapping[str, Any],
                      outputs: Mapping[str, Any], variables: Sequence[int]) -> str:  # fmt: skip
        """Adds a function that takes and gives tensors by name; its own name.

        order: the names of what `function` takes. inputs, outputs: specs, by name.
        """
        wrapper = self.library.unique(f"__inference_signature_wrapper_{key}")
        body = Body(self.library, wrapper)
        given = {name: body.argument(name, spec.dtype, _sizes(spec)) for name, spec in sorted(inputs.items())}
        handles = self._handles(body, variables)
        tables = self.uses[wrapper] = self.uses[function]
        resources = [*(handles[number] for number in variables), *map(body.table, tables)]
        args = [*(given[name] for name in order), *resources]
        kinds = [spec.dtype for spec in outputs.values()]
        found = body.op("StatefulPartitionedCall", args, Tout=kinds, f=function)
        body.effects.append(next(reversed(body.nodes)))
        body.close(found)
        self._signatures[key] = Signature(wrapper, inputs, outputs, variables, tables)
        return wrapper

    # ---- the graph ----

    def write(self, meta: Any) -> None:
        """Puts functions, graph and signatures into a MetaGraphDef."""
        body = Body(self.library, "", main=True)
        handles = {number: self._handle(body, held) for number, held in self._variables.items()}
        tables = [self._table(body, number) for number in range(len(self.library.tables))]
        filled = list(body.effects)
        calls = {key: self._call(body, key, each, handles, tables) for key, each in self._signatures.items()}
        body.op("NoOp", at="NoOp")
        body.nodes["NoOp"].input.extend(f"^{name}" for name in filled)
        self._saver(body, handles, meta.saver_def)
        meta.collection_def["saved_model_main_op"].node_list.value.append("NoOp")
        meta.signature_def[_INIT].outputs[_INIT].name = "NoOp"
        meta.signature_def[_INIT].outputs[_INIT].tensor_shape.unknown_rank = True
        for key, (inputs, outputs) in calls.items():
            signature = meta.signature_def[key]
            signature.method_name = PREDICT_METHOD_NAME
            for infos, refs, specs in (
                (signature.inputs, inputs, self._signatures[key].inputs),
                (signature.outputs, outputs, self._signatures[key].outputs),
            ):
                for name, ref in refs.items():
                    infos[name].name = ref.name if ":" in ref.name else f"{ref.name}:0"
                    infos[name].dtype = ref.dtype.as_datatype_enum
                    _fill_shape(infos[name].tensor_shape, specs[name])
        graph = meta.graph_def
        graph.node.extend(body.nodes.values())
        graph.library.function.extend(self.library.functions)
        graph.versions.producer, graph.versions.min_consumer = _PRODUCER, _LEAST_CONSUMER

    def _handle(self, body: Body, held: Held) -> Ref:
        name = re.sub(r"^[^A-Za-z0-9.]+", "", re.sub(r"[^A-Za-z0-9_./-]", "_", held.name)) or "variable"
        handle = body.op("VarHandleOp", at=name, dtype=held.dtype, shape=held.shape)
        node = body.node_of(handle)
        node.attr["shared_name"].s = node.name.encode()
        node.attr["shape"].shape.unknown_rank = held.shape is None
        return handle

    def _table(self, body: Body, number: int) -> Ref:
        """A table, and the op that fills it."""
        table = self.library.tables[number]
        handle = body.op("HashTableV2", at=f"table_{number}", key_dtype=table.key, value_dtype=table.value)
        body.node_of(handle).attr["shared_name"].s = f"table_{number}".encode()
        _fill_table(body, handle, table)
        return handle

    def table_functions(self, number: int) -> dict[str, str]:
        """Adds the functions that make, fill and drop a table; their names, by those of TensorFlow's methods."""
        table = self.library.tables[number]
        names = {}
        for method in ("_create_resource", "_initialize", "_destroy_resource"):
            name = names[method] = self.library.unique(f"__inference_{method}_{number}")
            body = Body(self.library, name)
            result = body.const(1, dtypes.int32)
            if method == "_create_resource":
                result = body.op("HashTableV2", key_dtype=table.key, value_dtype=table.value)
                body.node_of(result).attr["shared_name"].s = f"table_{number}".encode()
            elif method == "_initialize":
                _fill_table(body, body.table(number), table)
            body.close([result])
        return names

    def _call(
        self, body: Body, key: str, signature: Signature, handles: Mapping[int, Ref], tables: Sequence[Ref]
    ) -> tuple[dict[str, Ref], dict[str, Ref]]:
        inputs = {}
        for name, spec in sorted(signature.inputs.items()):
            at = re.sub(r"[^A-Za-z0-9_.]", "_", f"{key}_{name}")
            inputs[name] = body.op("Placeholder", at=at, dtype=spec.dtype, shape=_sizes(spec))
            _fill_shape(body.node_of(inputs[name]).attr["shape"].shape, spec)
        kinds = [spec.dtype for spec in signature.outputs.values()]
        resources = [*(handles[n] for n in signature.variables), *(tables[n] for n in signature.tables)]
        args = [*inputs.values(), *resources]
        found = body.op("StatefulPartitionedCall", args, Tout=kinds, f=signature.wrapper)
        return inputs, dict(zip(signature.outputs, found))

    def _saver(self, body: Body, handles: Mapping[int, Ref], saver: Any) -> None:
        """The ops by which sessions save and restore the variables."""
        prefix = body.op("Placeholder", at="saver_filename", dtype=dtypes.string, shape=[])
        held = list(self._variables.values())
        saved, restored = [], []
        if held:
            names = body.const([h.key.encode() for h in held], dtypes.string)
            slices = body.const([b""] * len(held), dtypes.string)
            values = [self._read(body, handles[h.number], h.number) for h in held]
            body.op("SaveV2", prefix, names, slices, values, at="save")
            saved.append("^save")
            found = body.op("RestoreV2", prefix, names, slices, at="restore", dtypes=[h.dtype for h in held])
            for h, value in zip(held, found):
                body.op("AssignVariableOp", handles[h.number], value, at=f"restore/{handles[h.number].name}")
                restored.append(f"^{next(reversed(body.nodes))}")
        done = body.op("Identity", prefix, at="save_all")
        body.node_of(done).input.extend(saved)
        body.op("NoOp", at="restore_all")
        body.nodes["restore_all"].input.extend(restored)
        saver.filename_tensor_name, saver.save_tensor_name = "saver_filename:0", "save_all:0"
        saver.restore_op_name, saver.version = "restore_all", 2


def _results(body: Body, captured: Any, given: Sequence[Ref], values: Sequence[Ref]) -> list[Ref | None]:
    """What a captured graph gives for arguments and the values of its variables."""
    check_guards(body, captured, given)
    closure = [_constant(body, tensor._t) for tensor in captured.closure]
    return translate(body, captured.part, [*given, *closure, *values])


def ranked(body: Body, graphs: Sequence[Ranked], given: Sequence[Ref], values: Sequence[Ref]) -> list[Ref | None]:
    """What the graph for the ranks of the arguments gives."""
    places = [i for i, ref in enumerate(given) if ref.shape is None]
    kinds: list[dtypes.DType] = []

    def written(ranked: Ranked) -> str:
        def write(inner: Body, refs: list[Ref]) -> list[Ref]:
            for place, rank in zip(places, ranked.ranks, strict=True):  # the branches are declared to take any
                shaped(refs[place], [None] * rank)
            found = _results(inner, ranked.captured, refs[: len(given)], refs[len(given) :])
            outs = [*ranked.captured.outputs, *[None] * (len(found) - len(ranked.captured.outputs))]
            results = [
                ref if ref is not None or out is None else _constant(inner, out) for out, ref in zip(outs, found)
            ]
            kept = [ref if ref is not None else inner.int32(0) for ref in results]
            kinds[:] = kinds or [ref.dtype for ref in kept]
            if kinds != [ref.dtype for ref in kept]:
                raise NotTranslatable("results of other dtypes for each rank of its arguments")
            return kept

        return body.function("rank" + "".join(map(str, ranked.ranks)), [*given, *values], write)

    names = [written(each) for each in graphs]

    def refuse(inner: Body, refs: list[Ref]) -> list[Ref]:
        told = f"The function was saved for arguments of the ranks {[each.ranks for each in graphs]}"
        inner.effect("Assert", inner.const(False, dtypes.bool), [inner.given(told)])
        return [inner.const(b"" if kind == dtypes.string else 0, kind) for kind in kinds]

    names.append(body.function("ranks", [*given, *values], refuse))
    numbers = {each.ranks: i for i, each in enumerate(graphs)}
    most = max(RANKS) + 1
    table = [numbers.get(ranks, len(graphs)) for ranks in itertools.product(range(most + 1), repeat=len(places))]
    at: Ref | None = None
    for place in places:
        rank = body.op("Minimum", body.op("Rank", given[place]), body.int32(most))
        at = rank if at is None else body.op("AddV2", body.op("Mul", at, body.int32(most + 1)), rank)
    assert at is not None
    which = body.op("GatherV2", body.int32(table), at, body.int32(0))
    shapes = [None] * len(kinds)
    return list(body.call("Case", [which, [*given, *values]], names, Tout=kinds, branches=names, output_shapes=shapes))


def _fill_table(body: Body, handle: Ref, table: Table) -> None:
    keys, values = body.const(table.keys, table.key), body.const(table.values, table.value)
    body.op("LookupTableImportV2", handle, keys, values, at="fill")
    body.effects.append(next(reversed(body.nodes)))


def _constant(body: Body, held: Any) -> Ref:
    array = to_numpy(held)
    return body.const(array, dtypes.string if array.dtype == object else BY_STORAGE[held.dtype])


def _sizes(spec: Any) -> Any:
    return None if spec.shape.rank is None else spec.shape.as_list()


def _fill_shape(proto: Any, spec: Any) -> None:
    fill_shape(proto, _sizes(spec))
