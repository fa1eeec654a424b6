"""Writing a function's nodes: what an op takes and gives, and its types, come from the signatures of tf.raw_ops."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tfcompat._core import dtypes
from tfcompat._formats.protos import message
from tfcompat._formats.tensor_proto import with_content
from tfcompat.raw_ops._signatures import REQUIRED, Attribute, Signature, Tensors, signature
from tfcompat.saved_model._graph_functions import STORED_AS
from tfcompat.saved_model._translation.registry import NotTranslatable

Sizes = Sequence["int | Ref"]
_NAMES = frozenset(dtype.name for dtype in dtypes._BY_ENUM.values())


class Ref:
    """A tensor of the graph: what nodes call it, its dtype, and its shape as far as it is known (None: not at all).

    origin: for a transposed tensor the one that it is made of, and the permutation.
    """

    __slots__ = ("dtype", "name", "origin", "shape")

    def __init__(self, name: str, dtype: dtypes.DType, shape: Sequence[int | None] | None = None) -> None:
        self.name, self.dtype = name, dtype
        self.shape = None if shape is None else list(shape)
        self.origin: tuple[Ref, tuple[int, ...]] | None = None

    @property
    def rank(self) -> int:
        """The number of dimensions."""
        if self.shape is None:
            raise NotTranslatable("a tensor of unknown rank")
        return len(self.shape)


class Table(NamedTuple):
    """A table that functions look values up in: keys and values, as arrays."""

    keys: np.ndarray
    values: np.ndarray
    key: dtypes.DType
    value: dtypes.DType


class Library:
    """The functions of a graph, its tables, and the names that are taken."""

    def __init__(self) -> None:
        self.functions: list[Any] = []
        self.tables: list[Table] = []
        self._numbers: dict[Any, int] = {}
        self._taken: set[str] = set()
        self.effectful: set[str] = set()  # the functions that do more than give results
        self.handles: dict[str, dict[int, str]] = {}  # of functions within others, the names of their tables' handles

    def unique(self, name: str) -> str:
        """A name for a function that no other has."""
        name = re.sub(r"\W", "_", name)
        found, number = name, 0
        while found in self._taken:
            number += 1
            found = f"{name}_{number}"
        self._taken.add(found)
        return found

    def table(self, keys: Any, values: Any, key: dtypes.DType, value: dtypes.DType) -> int:
        """The number of a table with these keys and values; equal ones are one."""
        table = Table(np.asarray(keys, key.as_numpy_dtype), np.asarray(values, value.as_numpy_dtype), key, value)
        content = key, value, tuple(table.keys.tolist()), tuple(table.values.reshape(-1).tolist()), table.values.shape
        if content not in self._numbers:
            self._numbers[content] = len(self.tables)
            self.tables.append(table)
        return self._numbers[content]

    def with_same_tables(self, names: Sequence[str], passed: bool) -> list[int]:
        """Has functions take the handles of all tables that one of them takes; the numbers of these.

        passed: whether they that give more than a truth give the handles, too, as loops' parts do.
        """
        tables = list(dict.fromkeys(number for name in names for number in self.handles.get(name, ())))
        for proto in self.functions if tables else ():
            if proto.signature.name not in names:
                continue
            own = self.handles.get(proto.signature.name, {})
            del proto.signature.input_arg[len(proto.signature.input_arg) - len(own) :]
            for number in tables:
                name = own.get(number, f"table_handle{number}")
                attrs = proto.arg_attr[len(proto.signature.input_arg)].attr
                if "_output_shapes" not in attrs:
                    fill_shape(attrs["_output_shapes"].list.shape.add(), [])
                proto.signature.input_arg.add(name=name, type=dtypes.resource.as_datatype_enum)
                if passed and proto.signature.name != names[0]:
                    proto.signature.output_arg.add(name=f"{name}_given", type=dtypes.resource.as_datatype_enum)
                    proto.ret[f"{name}_given"] = name
        return tables

    def mark(self) -> tuple[int, int]:
        """Where the library is now, for `back_to`."""
        return len(self.functions), len(self.tables)

    def back_to(self, mark: tuple[int, int]) -> None:
        """Drops the functions and tables that were added since."""
        del self.functions[mark[0] :]
        del self.tables[mark[1] :]
        self._numbers = {content: number for content, number in self._numbers.items() if number < mark[1]}


class Body:
    """The nodes of one function in the making; or of a graph itself, where `main`, whose tensors have other names."""

    def __init__(self, library: Library, name: str, main: bool = False) -> None:
        self.library, self.name, self._main = library, name, main
        self.tables: dict[int, Ref] = {}  # the handles of the tables that are looked up in
        self.nodes: dict[str, Any] = {}
        self.arguments: list[Any] = []
        self._argument_attrs: list[Any] = []
        self.effects: list[str] = []
        self._taken: set[str] = set()
        self._constants: dict[Any, Ref] = {}
        self._shapes: dict[str, Ref] = {}

    # ---- names, arguments, constants ----

    def unique(self, name: str) -> str:
        """A name that no node or argument of the body has, in upper or lower case."""
        found, number = name, 0
        while found.lower() in self._taken:
            number += 1
            found = f"{name}_{number}"
        self._taken.add(found.lower())
        return found

    def argument(self, name: str, dtype: dtypes.DType, shape: Sequence[int | None] | None, handle: Any = None) -> Ref:
        """A new argument. handle: the dtype and shape of the variable of which it is the handle."""
        name = self.unique(re.sub(r"^[^a-z]+", "", re.sub(r"[^a-z0-9_]", "_", name.lower())) or "arg")
        proto = message("OpDef.ArgDef")(name=name, type=dtype.as_datatype_enum)
        if handle is not None:
            held = proto.handle_data.add(dtype=handle[0].as_datatype_enum)
            fill_shape(held.shape, handle[1])
        self.arguments.append(proto)
        attrs = message("FunctionDef.ArgAttrs")()
        fill_shape(attrs.attr["_output_shapes"].list.shape.add(), shape)
        self._argument_attrs.append(attrs)
        return Ref(name, dtype, shape)

    def table(self, number: int) -> Ref:
        """The handle of a table of the library, an argument of the function after all others."""
        if number not in self.tables:
            self.tables[number] = self.argument(f"table{number}", dtypes.resource, [])
        return self.tables[number]

    def const(self, value: Any, dtype: dtypes.DType) -> Ref:
        """A constant; equal ones are one node."""
        array = np.asarray(value, dtype.as_numpy_dtype)
        held = tuple(array.reshape(-1).tolist()) if array.dtype == object else array.tobytes()
        key = dtype, array.shape, held
        if key not in self._constants:
            node = self._node("Const", "Const")
            node.attr["dtype"].type = dtype.as_datatype_enum
            node.attr["value"].tensor.CopyFrom(with_content(array, dtype))
            self._constants[key] = Ref(self._output(node.name, "output", 0, 0), dtype, list(array.shape))
        return self._constants[key]

    def int32(self, value: Any) -> Ref:
        """A constant of int32: a size, an axis, or a list of them."""
        return self.const(value, dtypes.int32)

    def tensor(self, value: Any, dtype: dtypes.DType) -> Ref:
        """A tensor or a number as a tensor of this dtype."""
        return self.cast(value, dtype) if isinstance(value, Ref) else self.const(value, dtype)

    def given(self, x: Any) -> Ref:
        """A tensor, or what a program gives in the place of one: an array, a number or a string."""
        if isinstance(x, Ref):
            return x
        array = np.asarray(x)
        if array.dtype.kind not in "OSU":
            return self.const(array, dtypes.as_dtype(array.dtype))
        texts = [each.encode() if isinstance(each, str) else each for each in array.reshape(-1).tolist()]
        return self.const(np.array([*texts, None], object)[:-1].reshape(array.shape), dtypes.string)

    # ---- ops ----

    def op(self, op: str, *inputs: Any, at: str | None = None, **attrs: Any) -> Any:
        """Writes a node; gives its result, or a tuple of them, in which a list stands for an output of several tensors.

        inputs: a `Ref` for each, or a list of them. attrs: those that the inputs do not tell. at: the node's name.
        NotTranslatable for dtypes that the op does not take.
        """
        known = signature(op)
        node = self._node(op, at or op)
        types: dict[str, Any] = {}
        given = iter(inputs)
        for parameter in known.parameters:
            if isinstance(parameter, Tensors):
                self._take(node, parameter, next(given), types)
        inferred = dict(types)
        for parameter in known.parameters:
            if isinstance(parameter, Attribute):
                types[parameter.name] = self._set(node, parameter, attrs)
        for name, value in inferred.items():
            if name not in node.attr:
                _fill(node.attr[name], "list(type)" if isinstance(value, list) else "type", value)
        self._check(known, types)
        result = self._results(node, known, types)
        return shaped(result, _broadcast(inputs)) if op in _ELEMENTWISE else result

    def effect(self, op: str, *inputs: Any, at: str | None = None, **attrs: Any) -> Any:
        """Writes a node that runs even where nothing needs its results, after those that do more than give results."""
        result = self.op(op, *inputs, at=at, **attrs)
        node = next(reversed(self.nodes.values()))
        node.input.extend(f"^{name}" for name in self.effects[-1:])
        self.effects.append(node.name)
        return result

    def call(self, kind: str, inputs: Sequence[Any], functions: Iterable[str], **attrs: Any) -> Any:
        """Writes an "If", "Case" or "While", which runs functions of the library; a stateless one where they are."""
        functions = list(functions)
        if self.library.effectful.isdisjoint(functions):
            return self.op(f"Stateless{kind}", *inputs, **attrs)
        tables = self.library.with_same_tables(functions, kind == "While")
        if kind == "While":
            attrs["output_shapes"] = [*attrs["output_shapes"], *([] for _ in tables)]
        return self.effect(kind, *inputs[:-1], [*inputs[-1], *map(self.table, tables)], **attrs)

    def _take(self, node: Any, parameter: Tensors, given: Any, types: dict[str, Any]) -> None:
        refs = given if isinstance(given, (list, tuple)) else [given]
        node.input.extend(ref.name for ref in refs)
        if parameter.many == "*":
            types[parameter.type] = [ref.dtype for ref in refs]
            return
        if parameter.many:
            node.attr[parameter.many].i = types[parameter.many] = len(refs)
        if parameter.type in _NAMES:
            wrong = [ref.dtype.name for ref in refs if ref.dtype.name != parameter.type]
        else:
            first = types.setdefault(parameter.type, refs[0].dtype)
            wrong = [ref.dtype.name for ref in refs if ref.dtype != first]
        if wrong:
            raise NotTranslatable(f"{node.op} of {wrong[0]}, with other dtypes")

    def _set(self, node: Any, parameter: Attribute, attrs: dict[str, Any]) -> Any:
        """Puts an attribute into a node, unless it is the default; its value."""
        value = attrs.get(parameter.name, parameter.default)
        if value is REQUIRED:
            raise KeyError(f"{node.op} needs {parameter.name}")
        if value is not None and value != parameter.default:
            _fill(node.attr[STORED_AS.get((node.op, parameter.name), parameter.name)], parameter.kind, value)
        return value

    def _check(self, known: Signature, types: dict[str, Any]) -> None:
        for name, allowed in known.allowed.items():
            value = types.get(name)
            for dtype in value if isinstance(value, list) else [value]:
                if isinstance(dtype, dtypes.DType) and dtype.name not in allowed:
                    raise NotTranslatable(f"{known.name} of {dtype.name}")

    def _results(self, node: Any, known: Signature, types: dict[str, Any]) -> Any:
        results: list[Any] = []
        flat = 0
        for output in known.outputs:
            kind: Any = types[output.type] if output.type not in _NAMES else dtypes.as_dtype(output.type)
            kinds = kind if output.many == "*" else [kind] * (int(types[output.many]) if output.many else 1)
            refs = [Ref(self._output(node.name, output.name, i, flat + i), d) for i, d in enumerate(kinds)]
            flat += len(refs)
            results.append(refs if output.many else refs[0])
        return results[0] if len(results) == 1 else tuple(results)

    def _node(self, op: str, name: str) -> Any:
        node = message("NodeDef")(name=self.unique(name), op=op)
        self.nodes[node.name] = node
        return node

    def _output(self, node: str, output: str, index: int, flat: int) -> str:
        return (f"{node}:{flat}" if flat else node) if self._main else f"{node}:{output}:{index}"

    def node_of(self, ref: Ref) -> Any:
        """The node that gives a tensor."""
        return self.nodes[ref.name.partition(":")[0]]

    # ---- what most translators need ----

    def cast(self, x: Ref, dtype: dtypes.DType) -> Ref:
        """A tensor in another dtype. Strings stand for their ids, which torch's kernels move and compare."""
        if x.dtype == dtype or (x.dtype == dtypes.string and dtype == dtypes.float64):
            return x
        if dtypes.string in (x.dtype, dtype):
            raise NotTranslatable(f"a cast of {x.dtype.name} to {dtype.name}")
        return like(self.op("Cast", x, DstT=dtype), x)

    def size(self, x: Ref, dim: int) -> int | Ref:
        """A size of a tensor: a number where it is known."""
        while x.origin is not None:
            dim, x = x.origin[1][dim % len(x.origin[1])], x.origin[0]
        if x.shape is not None:
            dim %= len(x.shape)
            if x.shape[dim] is not None:
                return x.shape[dim]  # type: ignore[return-value]
        if x.name not in self._shapes:
            self._shapes[x.name] = self.op("Shape", x)
        return shaped(self.op("StridedSlice", self._shapes[x.name], *map(self.int32, ([dim], [dim + 1], [1])),
                              shrink_axis_mask=1), [])  # fmt: skip

    def sizes(self, x: Ref) -> list[int | Ref]:
        """All sizes of a tensor."""
        return [self.size(x, i) for i in range(x.rank)]

    def vector(self, sizes: Sizes) -> Ref:
        """Sizes as a vector of int32."""
        if all(not isinstance(n, Ref) for n in sizes):
            return self.int32(list(sizes))
        return self.op("Pack", [self.tensor(n, dtypes.int32) for n in sizes])

    def product(self, sizes: Iterable[int | Ref]) -> int | Ref:
        """The product of sizes."""
        number, found = 1, None
        for n in sizes:
            if isinstance(n, Ref):
                found = n if found is None else shaped(self.op("Mul", found, n), [])
            else:
                number *= n
        if found is None:
            return number
        return found if number == 1 else shaped(self.op("Mul", found, self.int32(number)), [])

    def total(self, *sizes: int | Ref) -> int | Ref:
        """The sum of sizes."""
        number = sum(n for n in sizes if not isinstance(n, Ref))
        found = [n for n in sizes if isinstance(n, Ref)]
        if not found:
            return number
        result = found[0]
        for n in [*found[1:], *([self.int32(number)] if number else [])]:
            result = shaped(self.op("AddV2", result, n), [])
        return result

    def reshape(self, x: Ref, sizes: Sizes) -> Ref:
        """A tensor with other sizes; one that is not known, beside others that are, is left to TensorFlow."""
        known = [None if isinstance(n, Ref) or n < 0 else n for n in sizes]
        if x.shape == known and None not in known:
            return x
        if known.count(None) == 1 and 0 not in known:
            sizes = [-1 if n is None else n for n in known]
        return shaped(self.op("Reshape", x, self.vector(sizes)), known)

    def transpose(self, x: Ref, permutation: Sequence[int]) -> Ref:
        """A tensor with its dimensions in another order; what is transposed again is made of the first tensor."""
        order = tuple(d % len(permutation) for d in permutation)
        if x.origin is not None:
            order, x = tuple(x.origin[1][d] for d in order), x.origin[0]
        if order == tuple(range(len(order))):
            return x
        made = self.op("Transpose", x, self.int32(list(order)))
        made.shape = None if x.shape is None else [x.shape[d] for d in order]
        made.origin = x, order
        return made

    def function(self, hint: str, kinds: Sequence[Ref], write: Callable[[Body, list[Ref]], Sequence[Ref]]) -> str:
        """Adds a function to the library; its name. kinds: what its arguments are like."""
        body = Body(self.library, self.library.unique(f"{self.name}_{hint}"))
        arguments = [body.argument(f"arg{i}", ref.dtype, ref.shape) for i, ref in enumerate(kinds)]
        body.close(write(body, arguments))
        if body.tables:
            self.library.handles[body.name] = {number: ref.name for number, ref in body.tables.items()}
            self.library.effectful.add(body.name)
        return body.name

    # ---- the end ----

    def close(self, results: Sequence[Ref]) -> None:
        """Adds the function, which gives the results, to the library, without the nodes that nothing needs."""
        proto = message("FunctionDef")()
        proto.signature.name = self.name
        proto.signature.input_arg.extend(self.arguments)
        for i, attrs in enumerate(self._argument_attrs):
            proto.arg_attr[i].CopyFrom(attrs)
        for result in results:
            after = f"^{self.effects[-1]}" if self.effects else None
            named = self.op("Identity", result)
            if after:
                self.node_of(named).input.append(after)
            arg = self.unique("identity")
            proto.signature.output_arg.add(name=arg, type=result.dtype.as_datatype_enum)
            proto.ret[arg] = named.name
        for effect in self.effects:
            proto.signature.control_output.append(effect)
            proto.control_ret[effect] = effect
        stateful = any(node.op in STATEFUL for node in self.nodes.values())
        proto.signature.is_stateful = stateful or bool(self.effects)
        if self.effects:
            self.library.effectful.add(self.name)
        proto.node_def.extend(self._needed([*proto.ret.values(), *self.effects]))
        self.library.functions.append(proto)

    def _needed(self, names: Iterable[str]) -> list[Any]:
        todo, kept = [name.removeprefix("^").partition(":")[0] for name in names], set()
        while todo:
            name = todo.pop()
            if name in self.nodes and name not in kept:
                kept.add(name)
                todo.extend(each.removeprefix("^").partition(":")[0] for each in self.nodes[name].input)
        return [node for name, node in self.nodes.items() if name in kept]


STATEFUL = frozenset(
    "ReadVariableOp AssignVariableOp StatefulPartitionedCall RandomUniform RandomStandardNormal TruncatedNormal "
    "RandomUniformInt RandomShuffle Multinomial RandomGamma RandomPoissonV2 HashTableV2 LookupTableFindV2 If While "
    "Case PrintV2 Assert".split()
)


_ELEMENTWISE = frozenset(
    "Abs AddV2 BiasAdd Cast Ceil Elu Equal Erf Exp Expm1 Floor FloorDiv FloorMod Greater GreaterEqual IsFinite IsInf "
    "IsNan LeakyRelu Less LessEqual Log Log1p LogicalAnd LogicalNot LogicalOr Maximum Minimum Mul Neg NotEqual Pow "
    "RealDiv Reciprocal Relu Relu6 Round Rsqrt SelectV2 Sigmoid Sign Softplus Sqrt Square SquaredDifference Sub Tanh "
    "TruncateDiv".split()
)


def _broadcast(inputs: Sequence[Any]) -> list[int | None] | None:
    """The shape of what is computed element by element."""
    shapes = [ref.shape for ref in inputs]
    if None in shapes:
        return None
    rank = max(map(len, shapes))
    found: list[int | None] = []
    for sizes in zip(*([1] * (rank - len(shape)) + shape for shape in shapes)):
        large = [n for n in sizes if n is not None and n != 1]
        found.append(large[0] if large else None if None in sizes else 1)
    return found


def shaped(ref: Ref, shape: Sequence[int | None] | None) -> Ref:
    """The tensor, of which this shape is known."""
    ref.shape = None if shape is None else list(shape)
    return ref


def like(ref: Ref, other: Ref) -> Ref:
    """The tensor, of which the shape is known that another has."""
    return shaped(ref, other.shape)


def fill_shape(proto: Any, shape: Sequence[int | None] | None) -> None:
    """Puts a shape into a TensorShapeProto."""
    proto.Clear()
    proto.SetInParent()
    if shape is None:
        proto.unknown_rank = True
        return
    for size in shape:
        proto.dim.add(size=-1 if size is None else size)


def _fill(proto: Any, kind: str, value: Any) -> None:
    """Puts an attribute's value into an AttrValue."""
    if kind.startswith("list("):
        proto.list.SetInParent()
        for each in value:
            _add(proto.list, kind[5:-1], each)
    elif kind == "type":
        proto.type = value.as_datatype_enum
    elif kind == "shape":
        fill_shape(proto.shape, value)
    elif kind == "func":
        proto.func.name = value
    else:
        held = value.encode() if isinstance(value, str) else value
        setattr(proto, {"int": "i", "float": "f", "bool": "b", "string": "s"}[kind], held)


def _add(proto: Any, kind: str, value: Any) -> None:
    if kind == "type":
        proto.type.append(value.as_datatype_enum)
    elif kind == "shape":
        fill_shape(proto.shape.add(), value)
    elif kind == "func":
        proto.func.add(name=value)
    else:
        held = value.encode() if isinstance(value, str) else value
        getattr(proto, {"int": "i", "float": "f", "bool": "b", "string": "s"}[kind]).append(held)
