"""Running graphs that TensorFlow wrote: every node of a GraphDef's functions is the tf.raw_ops op of its name."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, structure
from tfcompat._core.convert import convert_to_tensor, from_numpy
from tfcompat._core.ops import wrap
from tfcompat._core.variable import Variable
from tfcompat._formats.structures import shape_of
from tfcompat.raw_ops._signatures import Attribute, Signature, Tensors, names, signature
from tfcompat.saved_model._custom_gradients import CustomGradients
from tfcompat.saved_model._functions import LoadedConcreteFunction
from tfcompat.saved_model._structures import decode

# Attributes that graphs have under another name than tf.raw_ops.
STORED_AS = {("Squeeze", "axis"): "squeeze_dims"}
Values = list[Any]  # of a node: tensors, variables in the place of their handles, lists in that of tensor lists


class GraphFunctions:
    """The functions of a GraphDef. bound: what gives the object that a function's captured input stands for.

    objects: the SavedObjectGraph of a SavedModel that has the graph.
    """

    def __init__(self, graph_def: Any, bound: Callable[[int], Any], name: str, objects: Any = None) -> None:
        self.functions = {f.signature.name: f for f in graph_def.library.function}
        self._bound, self._name = bound, name
        self.gradients = None if objects is None else CustomGradients(graph_def, objects, bound)
        self._bodies: dict[str, _Body] = {}

    def body(self, name: str) -> _Body:
        """A function of the library, ready to run; ValueError where there is none."""
        if name not in self._bodies:
            if name not in self.functions:
                raise ValueError(f"The graph of {self._name!r} lacks the function {name!r}")
            self._bodies[name] = _Body(self, self.functions[name])
        return self._bodies[name]

    def concrete(self, name: str, proto: Any) -> LoadedConcreteFunction:
        """The function of a SavedConcreteFunction."""
        inputs, outputs = decode(proto.canonicalized_input_signature), decode(proto.output_signature)
        captured: list[Any] = []
        missing: list[str] | None = None

        def run(tensors: Sequence[Any]) -> Any:
            nonlocal missing
            if missing is None:
                missing = self.missing(name)
                captured.extend(self._bound(number) for number in proto.bound_inputs)
            if missing:
                raise NotImplementedError(
                    f"The function {name!r} of the SavedModel {self._name!r} uses ops that tfcompat lacks: "
                    f"{', '.join(missing)}."
                )
            results = self.body(name)([*tensors, *captured])
            return structure.pack_sequence_as(outputs, results, expand_composites=True)

        return LoadedConcreteFunction(name, inputs, outputs, run)

    def missing(self, name: str) -> list[str]:
        """The ops that a function, and those that it calls, need and tfcompat lacks."""
        return self.missing_of(self.body(name))

    def missing_of(self, body: _Body) -> list[str]:
        """The ops that a body, and the functions that it calls, need and tfcompat lacks."""
        return self.missing_in(body.order)

    def missing_in(self, nodes: Sequence[Any]) -> list[str]:
        """The ops that nodes, and the functions that they call, need and tfcompat lacks."""
        found, todo, seen = set(), list(nodes), set()
        while todo:
            node = todo.pop()
            if node.op not in _SPECIAL and _raw_op(node.op) is None:
                found.add(node.op)
            for attr in node.attr.values():
                for name in {f.name for f in [attr.func, *attr.list.func] if f.name} - seen:
                    seen.add(name)
                    todo.extend(self.body(name).order)
        return sorted(found)


@functools.cache
def _raw_op(op: str) -> tuple[Callable[..., Any], Signature] | None:
    """The op of tf.raw_ops and its signature; None where there is none."""
    from tfcompat import raw_ops

    try:
        return getattr(raw_ops, op), signature(op)
    except (AttributeError, KeyError):
        return None


@functools.cache
def of_handles(op: str) -> str | None:
    """For an op of TensorFlow 1's that changes a reference to a variable, the one that takes the variable's handle."""
    resource = f"Resource{op}"
    known = resource in names() and op in names()
    return resource if known and signature(op).reference() is not None else None


class _Body:
    """The nodes of one function, in an order in which they can run."""

    def __init__(self, functions: GraphFunctions, proto: Any) -> None:
        self.arguments = [arg.name for arg in proto.signature.input_arg]
        results = [proto.ret[arg.name] for arg in proto.signature.output_arg]
        self._set(functions, proto.signature.name, proto.node_def, results, list(proto.control_ret.values()))

    def _set(
        self, functions: GraphFunctions, name: str, nodes: Sequence[Any], results: list[str], effects: list[str]
    ) -> None:
        self.functions, self.name, self.results = functions, name, results
        self.nodes = {node.name: node for node in nodes}
        self.order = self._ordered([*results, *(f"^{name}" for name in effects)])
        self._constants: dict[str, Any] = {}

    def _ordered(self, wanted: Sequence[str]) -> list[Any]:
        """The nodes that lead to what is wanted, those before others that others use; ValueError for a circle."""
        order: list[Any] = []
        state: dict[str, int] = {}
        stack = [(_node_name(name), False) for name in reversed(wanted)]
        while stack:
            name, done = stack.pop()
            if done:
                state[name] = 2
                order.append(self.nodes[name])
                continue
            if name not in self.nodes or state.get(name) == 2:
                continue
            if state.get(name) == 1:
                raise ValueError(f"The function {self.name!r} of the graph goes in a circle at {name!r}")
            state[name] = 1
            stack.append((name, True))
            stack.extend((_node_name(i), False) for i in self.nodes[name].input if state.get(_node_name(i)) != 2)
        return order

    def __call__(self, inputs: Sequence[Any]) -> Values:
        if len(inputs) != len(self.arguments):
            raise TypeError(f"The function {self.name!r} takes {len(self.arguments)} tensors, got {len(inputs)}")
        values: dict[str, Any] = {name: {"": [value]} for name, value in zip(self.arguments, inputs)}
        for node in self.order:
            args = [self._value(values, name) for name in node.input if not name.startswith("^")]
            if node.op == "IdentityN" and self.functions.gradients is not None:
                found = functools.partial(self._numbered, values)
                values[node.name] = {"output": self.functions.gradients.passed(node, args, self.functions.body, found)}
            else:
                values[node.name] = self._run(node, args)
        return [self._value(values, name) for name in self.results]

    def _numbered(self, values: dict[str, Any], name: str) -> Any:
        """A tensor under the name that it has in a graph: "split:1", by its number among all of the node's."""
        node, _, index = name.partition(":")
        return [value for outputs in values[node].values() for value in outputs][int(index or 0)]

    def _value(self, values: dict[str, Any], name: str) -> Any:
        node, _, rest = name.partition(":")
        output, _, index = rest.partition(":")
        return values[node][output][int(index or 0)]

    def _run(self, node: Any, args: Values) -> dict[str, Values]:
        """The outputs of a node, by the names of the op's results."""
        special = _SPECIAL.get(node.op)
        if node.op == "Const":
            if node.name not in self._constants:
                self._constants[node.name] = _constant(node.attr["value"].tensor)
            return {"output": [self._constants[node.name]]}
        if special is not None:
            return special(self.functions, node, args)
        op = of_handles(node.op)
        if op is None or not args or not isinstance(args[0], Variable):
            return self._called(node.op, node, args)
        outputs = self._called(op, node, args)
        return outputs or {output.name: [args[0]] for output in signature(node.op).outputs}

    def _called(self, op: str, node: Any, args: Values) -> dict[str, Values]:
        """What the raw op `op` gives with the attributes of a node."""
        found = _raw_op(op)
        assert found is not None, op
        function, known = found
        given: dict[str, Any] = {}
        at = 0
        for parameter in known.parameters:
            if isinstance(parameter, Attribute):
                stored = STORED_AS.get((op, parameter.name), parameter.name)
                if stored in node.attr:
                    given[parameter.name] = _attribute(node.attr[stored])
                continue
            count = _count(parameter, node.attr)
            taken = args[at : at + (1 if count is None else count)]
            if count is None and not taken:
                raise ValueError(f"The node {node.name!r} ({node.op}) of the graph lacks its input {parameter.name!r}.")
            if parameter.type == "resource":
                taken = [arg.handle if isinstance(arg, Variable) else arg for arg in taken]
            given[parameter.name] = taken[0] if count is None else taken
            at += 1 if count is None else count
        return _named(known.outputs, function(**given))


class GraphBody(_Body):
    """The part of a GraphDef that leads to `results`, as a function of the tensors that take the `arguments`' places.

    Tensors are called "node:0" in a graph, by their number among all of the node's. NotImplementedError, which lists
    them, for ops that tfcompat lacks; ValueError for names that the graph has not.
    """

    def __init__(self, graph_def: Any, arguments: Sequence[str], results: Sequence[str]) -> None:
        self.arguments = [name if ":" in name else f"{name}:0" for name in arguments]
        given = set(self.arguments)
        nodes = []
        for node in graph_def.node:
            kept = type(node)()
            kept.CopyFrom(node)
            for i, name in enumerate(kept.input):
                full = name if ":" in name or name.startswith("^") else f"{name}:0"
                kept.input[i] = f"\0{full}" if full in given else full
            nodes.append(kept)
        self._set(GraphFunctions(graph_def, lambda number: None, "graph_def"), "graph_def", nodes, list(results), [])
        lacking = [r for r in results if _node_name(r) not in self.nodes and r not in given]
        if lacking:
            raise ValueError(f"Requested return_element {lacking[0]!r} not found in graph_def.")
        missing = self.functions.missing_of(self)
        if missing:
            raise NotImplementedError(f"The graph uses ops that tfcompat lacks: {', '.join(missing)}.")

    def __call__(self, inputs: Sequence[Any]) -> Values:
        values: dict[str, Any] = {f"\0{name}": value for name, value in zip(self.arguments, inputs)}
        for node in self.order:
            args = [self._value(values, name) for name in node.input if not name.startswith("^")]
            values[node.name] = self._run(node, args)
        return [self._value(values, name) for name in self.results]

    def _value(self, values: dict[str, Any], name: str) -> Any:
        if f"\0{name}" in values:
            return values[f"\0{name}"]
        if name in values and name.startswith("\0"):
            return values[name]
        node, _, index = name.partition(":")
        flat = [value for outputs in values[node].values() for value in outputs]
        if int(index or 0) >= len(flat):
            raise ValueError(f"The node {node!r} of the graph has {len(flat)} outputs, {name!r} is none of them")
        return flat[int(index or 0)]


def _node_name(name: str) -> str:
    return name.removeprefix("^").partition(":")[0]


def _count(tensors: Tensors, attrs: Any) -> int | None:
    """How many tensors an input is made of; None where it is one tensor."""
    if tensors.many == "*":
        return len(attrs[tensors.type].list.type)
    return attrs[tensors.many].i if tensors.many else None


def _named(outputs: Sequence[Tensors], result: Any) -> dict[str, Values]:
    results = [result] if len(outputs) == 1 else list(result or ())
    return {o.name: list(value) if o.many else [value] for o, value in zip(outputs, results)}


def _constant(proto: Any) -> Any:
    from tfcompat._formats.tensor_proto import make_ndarray

    try:
        return wrap(from_numpy(make_ndarray(proto), dtypes.as_dtype(proto.dtype)))
    except TypeError as error:
        raise ValueError(f"A constant of the graph can't be read: {error}") from error


def _attribute(proto: Any) -> Any:
    """An attribute's value as tf.raw_ops takes it."""
    kind = proto.WhichOneof("value")
    value = getattr(proto, kind) if kind else None
    if kind == "list":
        return list(_list(value))
    return _single(kind, value)


def _list(proto: Any) -> Iterator[Any]:
    for kind in ("s", "i", "f", "b", "type", "shape", "tensor", "func"):
        for value in getattr(proto, kind):
            yield _single(kind, value)


def _single(kind: str | None, value: Any) -> Any:
    if kind == "s":
        return value.decode("utf8", errors="surrogateescape")
    if kind == "type":
        return dtypes.as_dtype(value)
    if kind == "shape":
        return shape_of(value)
    if kind == "tensor":
        return _constant(value)
    return value.name if kind == "func" else value


# ---- ops that are no ops of tensors alone ----


def _read(variable: Any) -> Any:
    return variable.read_value() if isinstance(variable, Variable) else variable


def _assigned(method: str) -> Callable[..., dict[str, Values]]:
    """An op of TensorFlow 1's that assigns to a variable, by the variable's method."""

    def run(functions: GraphFunctions, node: Any, args: Values) -> dict[str, Values]:
        getattr(args[0], method)(args[1], read_value=False)
        return {"output_ref": [args[0]]}

    return run


def _output(name: str, function: Callable[..., Any]) -> Callable[..., dict[str, Values]]:
    return lambda functions, node, args: {name: [function(*args)]}


def _nothing(function: Callable[..., Any]) -> Callable[..., dict[str, Values]]:
    def run(functions: GraphFunctions, node: Any, args: Values) -> dict[str, Values]:
        function(*args)
        return {}

    return run


def _called(functions: GraphFunctions, node: Any, args: Values) -> dict[str, Values]:
    return {"output": functions.body(node.attr["f"].func.name)(args)}


def _branched(functions: GraphFunctions, node: Any, args: Values) -> dict[str, Values]:
    condition, *inputs = args
    which = "then_branch" if bool(np.asarray(condition.numpy()).any()) else "else_branch"
    return {"output": functions.body(node.attr[which].func.name)(inputs)}


def _chosen(functions: GraphFunctions, node: Any, args: Values) -> dict[str, Values]:
    index, *inputs = args
    branches = node.attr["branches"].list.func
    number = int(index)
    return {"output": functions.body(branches[number if 0 <= number < len(branches) else -1].name)(inputs)}


def _looped(functions: GraphFunctions, node: Any, args: Values) -> dict[str, Values]:
    test, step = (functions.body(node.attr[key].func.name) for key in ("cond", "body"))
    while bool(np.asarray(test(args)[0].numpy()).any()):
        args = step(args)
    return {"output": args}


def _gathered(functions: GraphFunctions, node: Any, args: Values) -> dict[str, Values]:
    from tfcompat._core.gathering import gather

    batch = node.attr["batch_dims"].i
    return {"output": [gather(args[0], args[1], axis=batch, batch_dims=batch)]}


def _parsed(functions: GraphFunctions, node: Any, args: Values) -> dict[str, Values]:
    """Examples by the names of their features, of which each kind has a vector."""
    from tfcompat.io.examples import parse_example
    from tfcompat.io.features import FixedLenFeature, FixedLenSequenceFeature, RaggedFeature, VarLenFeature

    serialized, names, *keys = args[:5]
    sparse, dense, ragged = ([key.decode() for key in np.asarray(tensor.numpy()).reshape(-1)] for tensor in keys)
    attrs = {name: _attribute(value) for name, value in node.attr.items()}
    features: dict[str, Any] = {key: VarLenFeature(kind) for key, kind in zip(sparse, attrs["sparse_types"])}
    for key, kind, shape, default in zip(dense, attrs["Tdense"], attrs["dense_shapes"], args[5:], strict=True):
        sizes = shape.as_list()
        given = default if default.shape.num_elements() else None
        if sizes and sizes[0] is None:
            features[key] = FixedLenSequenceFeature(sizes[1:], kind, True, given)
        else:
            features[key] = FixedLenFeature(sizes, kind, given)
    kinds = zip(attrs["ragged_value_types"], attrs["ragged_split_types"])
    for key, (kind, splits) in zip(ragged, kinds):
        features[key] = RaggedFeature(kind, row_splits_dtype=splits)
    found = parse_example(serialized, features, names if names.shape.num_elements() else None)
    return {
        "sparse_indices": [found[key].indices for key in sparse],
        "sparse_values": [found[key].values for key in sparse],
        "sparse_shapes": [found[key].dense_shape for key in sparse],
        "dense_values": [found[key] for key in dense],
        "ragged_values": [found[key].flat_values for key in ragged],
        "ragged_row_splits": [found[key].row_splits for key in ragged],
    }


def _shape(variable: Any) -> Any:
    return convert_to_tensor(variable.shape.as_list(), dtypes.int32)


def _list_reserved(shape: Any, count: Any) -> list[Any]:
    return [None] * int(count)


def _list_of(tensor: Any, shape: Any) -> list[Any]:
    from tfcompat._arrays.joining import unstack

    return unstack(tensor)


def _list_item(functions: GraphFunctions, node: Any, args: Values) -> dict[str, Values]:
    items, index, shape = args
    return {"item": [_item(items, int(index), shape, dtypes.as_dtype(node.attr["element_dtype"].type))]}


def _item(items: list[Any], index: int, shape: Any, dtype: dtypes.DType) -> Any:
    from tfcompat._arrays.creation import zeros

    value = items[index]
    if value is not None:
        return value
    known = next((item.shape for item in items if item is not None), None)
    return zeros(shape if known is None else known, dtype)


def _list_set(items: list[Any], index: Any, item: Any) -> list[Any]:
    i = int(index)
    longer = [*items, *([None] * (i + 1 - len(items)))]
    longer[i] = item
    return longer


def _list_stacked(functions: GraphFunctions, node: Any, args: Values) -> dict[str, Values]:
    from tfcompat._arrays.joining import stack

    items, shape = args
    dtype = dtypes.as_dtype(node.attr["element_dtype"].type)
    return {"tensor": [stack([_item(items, i, shape, dtype) for i in range(len(items))])]}


_SPECIAL: Mapping[str, Callable[..., dict[str, Values]]] = {
    "Const": _nothing(lambda: None),
    "NoOp": _nothing(lambda *_: None),
    "Identity": _output("output", _read),
    "IdentityN": lambda functions, node, args: {"output": [_read(arg) for arg in args]},
    "ReadVariableOp": _output("value", _read),
    "AssignVariableOp": _nothing(lambda variable, value: variable.assign(value, read_value=False)),
    "AssignAddVariableOp": _nothing(lambda variable, value: variable.assign_add(value, read_value=False)),
    "AssignSubVariableOp": _nothing(lambda variable, value: variable.assign_sub(value, read_value=False)),
    "Assign": _assigned("assign"),
    "AssignAdd": _assigned("assign_add"),
    "AssignSub": _assigned("assign_sub"),
    "RefIdentity": lambda functions, node, args: {"output": args},
    "ParseExampleV2": _parsed,
    "ResourceGather": _gathered,
    "VariableShape": _output("output", _shape),
    "PartitionedCall": _called,
    "StatefulPartitionedCall": _called,
    "If": _branched,
    "StatelessIf": _branched,
    "Case": _chosen,
    "StatelessCase": _chosen,
    "While": _looped,
    "StatelessWhile": _looped,
    "TensorListReserve": _output("handle", _list_reserved),
    "EmptyTensorList": _output("handle", lambda shape, most: []),
    "TensorListFromTensor": _output("output_handle", _list_of),
    "TensorListGetItem": _list_item,
    "TensorListSetItem": _output("output_handle", _list_set),
    "TensorListPushBack": _output("output_handle", lambda items, item: [*items, item]),
    "TensorListLength": _output("length", lambda items: convert_to_tensor(len(items), dtypes.int32)),
    "TensorListStack": _list_stacked,
}
