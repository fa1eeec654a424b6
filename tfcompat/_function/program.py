"""Programs: straight-line Python made of a part of an fx graph, with nothing in it but torch's kernels.

Nodes that only exist for autograd's sake (detach, alias, views that change nothing) are left out, equal pure nodes
are computed once, and a value is dropped where it is used last, so that memory is free as soon as in eager code.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import fx
from torch.fx.node import map_arg

from tfcompat._function import numbers

aten = torch.ops.aten

# Kernels whose Python binding takes the operator's arguments as they are, and is quicker than torch.ops.
_BINDINGS = frozenset(
    (
        "abs add addmm addcmul addcdiv amax amin argmax argmin bmm bitwise_and bitwise_not bitwise_or cat ceil clamp "
        "clamp_max clamp_min clone convolution cos cumsum div empty_like eq exp expm1 floor full_like gather ge gt "
        "index_select isfinite isinf isnan le log log1p log2 logical_and logical_not logical_or logical_xor lt "
        "masked_fill maximum mean minimum mm mul ne neg native_layer_norm ones_like permute pow prod reciprocal relu "
        "remainder rsqrt rsub select sigmoid sign sin sqrt square squeeze stack sub sum t tanh transpose unbind "
        "unsqueeze var where zeros_like tril triu flip topk sort any all"
    ).split()
)
_METHODS = {"view": torch.Tensor.view, "expand": torch.Tensor.expand}
_PASS_ON = frozenset({aten.detach.default, aten.alias.default, aten.lift_fresh.default, aten.lift_fresh_copy.default})
_SAME_IF_SAME_SHAPE = frozenset({aten.view.default, aten.expand.default, aten._unsafe_view.default})
_RESHAPES = frozenset(
    {aten.view.default, aten.unsqueeze.default, aten._to_copy.default, aten.reshape.default, aten._unsafe_view.default}
)
_RANDOM = torch.Tag.nondeterministic_seeded
# What ops of our own do, past torch's dispatcher, which costs more than they can spare; they are put here when made.
DIRECT: dict[Any, Callable[..., Any]] = {}


class Program:
    """A function of torch tensors made of the nodes that lead to `outputs`.

    inputs: the nodes that are given, in the order of the function's arguments. outputs: nodes or constants.
    nodes: the part of the graph to take from; those with effects are run even where no output needs them, unless they
    are among `done`. followed: whether autograd may follow the program as it runs, which then stops where they said so.
    mark: what the names of the streams of random ops end in.
    """

    def __init__(
        self,
        nodes: Iterable[fx.Node],
        inputs: Sequence[fx.Node],
        outputs: Sequence[Any],
        done: frozenset[fx.Node] = frozenset(),
        followed: bool = False,
        mark: str = "",
    ) -> None:
        self.inputs, self.outputs, self._done, self._followed = list(inputs), list(outputs), done, followed
        self.mark = mark
        self._replaced: dict[fx.Node, Any] = {}
        self.nodes = self._needed(list(nodes))
        self._simplify()
        self.nodes = self._needed(self.nodes)
        self.written = self._written()

    # ---- which nodes ----

    def resolve(self, x: Any) -> Any:
        """The node or constant that a node was found to equal."""
        while isinstance(x, fx.Node) and x in self._replaced:
            x = self._replaced[x]
        return x

    def arguments(self, node: fx.Node) -> tuple[Any, Any]:
        """The arguments of a node, resolved."""
        args = map_arg(node.args, self.resolve)
        return args, map_arg(node.kwargs, self.resolve)

    def target(self, node: fx.Node) -> Any:
        """What a node calls."""
        target: Any = node.target
        return target.redrawn(self.mark) if self.mark and node.meta.get("opaque") else target

    def needed_of(self, others: frozenset[fx.Node]) -> list[fx.Node]:
        """The nodes among `others` that the rest of the program, or its outputs, use directly."""
        given = set(self.inputs)
        used = [n for node in self.nodes if node not in others for n in _nodes(self.arguments(node))]
        used += [n for n in map(self.resolve, self.outputs) if isinstance(n, fx.Node)]
        return [n for n in used if n in others and n not in given]

    def _needed(self, nodes: list[fx.Node]) -> list[fx.Node]:
        given = set(self.inputs)
        wanted = {n for n in map(self.resolve, self.outputs) if isinstance(n, fx.Node)}
        kept = []
        for node in reversed(nodes):
            if node in given or node in self._replaced:
                continue
            if node not in wanted and (node in self._done or not has_effect(node)):
                continue
            kept.append(node)
            args, kwargs = self.arguments(node)
            for other in _nodes((args, kwargs)):
                wanted.add(other)
        kept.reverse()
        return kept

    def _simplify(self) -> None:
        mutates = any(_mutates(n) for n in self.nodes)
        seen: dict[Any, fx.Node] = {}
        for node in () if mutates else self.inputs:
            key = None if node.op == "placeholder" else _key(node, *self.arguments(node))
            if key is not None:
                seen.setdefault(key, node)
        for node in self.nodes:
            args, kwargs = self.arguments(node)
            stops = self._followed and node.target is aten.detach.default
            if (node.target in _PASS_ON and not stops) or (
                node.target in _SAME_IF_SAME_SHAPE and _same_layout(node, args[0])
            ):
                self._replaced[node] = args[0]
                continue
            if node.target is aten.t.default and isinstance(args[0], fx.Node) and args[0].target is aten.t.default:
                self._replaced[node] = self.arguments(args[0])[0][0]
                continue
            if mutates or has_effect(node) or _is_random(node):
                continue
            key = _key(node, args, kwargs)
            if key is None:
                continue
            if (first := seen.setdefault(key, node)) is not node:
                self._replaced[node] = first

    def _written(self) -> set[fx.Node]:
        """The nodes that others write to in place, and what those are views of."""
        written: set[fx.Node] = set()
        todo = []
        for node in filter(_mutates, self.nodes):
            args, kwargs = self.arguments(node)
            for i, formal in enumerate(node.target._schema.arguments):  # type: ignore[union-attr]
                if formal.alias_info is not None and formal.alias_info.is_write:
                    todo += _nodes(args[i] if i < len(args) else kwargs.get(formal.name))
        while todo:
            node = todo.pop()
            if node not in written:
                written.add(node)
                returns = getattr(getattr(node.target, "_schema", None), "returns", ())
                if node.target is operator.getitem or any(r.alias_info is not None for r in returns):
                    todo += _nodes(self.arguments(node)[0][:1])
        return written

    # ---- to Python ----

    def compile(self, root: Any, name: str, wiring: Wiring | None = None, inline: bool = False) -> Callable[..., Any]:
        """The function: takes the inputs as arguments and returns the outputs as a tuple.

        root: the module that holds the graph's constants. wiring: where inputs are found and outputs are put instead.
        inline: whether it is only for values, not for a capture to run through, nor for gradients.
        """
        return Writer(root, wiring or Wiring(), inline).function(self, name)

    def module(self, root: Any) -> fx.GraphModule:
        """The program as an fx module that takes the inputs and returns the outputs, for torch's compilers."""
        graph, copies = fx.Graph(), {}
        for i, node in enumerate(self.inputs):
            copies[node] = graph.placeholder(f"a{i}")
        for node in self.nodes:
            args, kwargs = (map_arg(part, copies.__getitem__) for part in self.arguments(node))
            copies[node] = graph.create_node(node.op, node.target, args, kwargs)
        outputs = [self.resolve(o) for o in self.outputs]
        graph.output(tuple([copies[o] if isinstance(o, fx.Node) else o for o in outputs]))
        return fx.GraphModule(root, graph)


class Wiring:
    """What a program does by itself: looks inputs up in objects, and stores outputs in them once all is computed.

    found: for the number of an input, the object and its attribute. stored: the same for the number of an output.
    """

    def __init__(self) -> None:
        self.found: dict[int, tuple[Any, str]] = {}
        self.stored: dict[int, tuple[Any, str]] = {}


def has_effect(node: fx.Node) -> bool:
    """Whether a node must run though nothing uses it."""
    return bool(node.meta.get("effect")) or _mutates(node)


def _mutates(node: fx.Node) -> bool:
    schema = getattr(node.target, "_schema", None)
    return schema is not None and schema.is_mutable


def _is_random(node: fx.Node) -> bool:
    return bool(node.meta.get("opaque")) or _RANDOM in getattr(node.target, "tags", ())


def stream_of(node: fx.Node) -> str | None:
    """The name of the stream that a random op draws from; None where it is none, or draws by chance."""
    name = node.args[0] if node.args and _RANDOM in getattr(node.target, "tags", ()) else None
    return name if isinstance(name, str) and name else None


def _nodes(nest: Any) -> list[fx.Node]:
    found: list[fx.Node] = []
    map_arg(nest, found.append)
    return found


def _same_layout(node: fx.Node, source: Any) -> bool:
    """Whether a view has the sizes and strides of what it views."""
    if not isinstance(source, fx.Node):
        return False
    a, b = node.meta.get("val"), source.meta.get("val")
    if not isinstance(a, torch.Tensor) or not isinstance(b, torch.Tensor):
        return False
    known = all(type(d) is int for t in (a, b) for d in (*t.shape, *t.stride()))
    return known and a.shape == b.shape and a.stride() == b.stride()


def _key(node: fx.Node, args: Any, kwargs: Any) -> Any:
    def freeze(x: Any) -> Any:
        if isinstance(x, (list, tuple)):
            return tuple([freeze(v) for v in x])
        if isinstance(x, dict):
            return tuple([(k, freeze(v)) for k, v in x.items()])
        return type(x), x

    key = node.op, node.target, freeze(args), freeze(kwargs)
    try:
        hash(key)
    except TypeError:
        return None
    return key


class Writer:
    """Writes one program as Python source.

    inline: branches and loops become Python's own, where else they are calls; for programs that only run with values.
    """

    def __init__(self, root: Any, wiring: Wiring, inline: bool) -> None:
        self.root, self.wiring, self.inline = root, wiring, inline
        self.names: dict[fx.Node, str] = {}
        # Python numbers that stand for scalars, and for vectors of one integer; and those among the results of a node.
        self.numbers: dict[fx.Node, str] = {}
        self.indices: dict[fx.Node, str] = {}
        self.results: dict[fx.Node, dict[int, str]] = {}
        self.scope: dict[str, Any] = {}
        self.bound: dict[Any, str] = {}
        self.lines: list[str] = []
        self.depth = 0
        self._made = 0

    # ---- lines ----

    def emit(self, text: str) -> None:
        """Adds a line."""
        self.lines.append(f"{'    ' * (self.depth + 1)}{text}")

    @contextmanager
    def indented(self) -> Iterator[None]:
        """What is added within is indented."""
        self.depth += 1
        yield
        self.depth -= 1

    def fresh(self, letter: str = "v") -> str:
        """A name that the source does not use yet."""
        self._made += 1
        return f"{letter}{self._made}"

    def function(self, part: Program, name: str) -> Callable[..., Any]:
        """Compiles the source of a program."""
        for i, node in enumerate(part.inputs):
            self.names.setdefault(node, f"a{i}")
            if self.inline and numbers.is_number(node.meta.get("val")):
                self.numbers[node] = f"n{i}"
        wiring = self.wiring
        for i, (x, attribute) in wiring.found.items():
            self.emit(f"a{i} = {self.bind(x, ('object', id(x)))}.{attribute}")
        start = len(self.lines)
        outputs = self.block(part)
        used = " ".join(self.lines[start:])
        given = {self.numbers.get(node) for node in part.inputs}
        read = [f"    {n} = a{n[1:]}.item()" for n in sorted(filter(None, given)) if re.search(rf"\b{n}\b", used)]
        self.lines[start:start] = read
        for i, (x, attribute) in wiring.stored.items():
            self.emit(f"{self.bind(x, ('object', id(x)))}.{attribute} = {outputs[i]}")
        results = "".join(f"{o}, " for i, o in enumerate(outputs) if i not in wiring.stored)
        arguments = ", ".join(f"a{i}" for i in range(len(part.inputs)) if i not in wiring.found)
        source = "\n".join([f"def program({arguments}):", *self.lines, f"    return ({results})"])
        exec(compile(source, f"<tf.function {name}>", "exec"), self.scope)
        program = self.scope["program"]
        program.__source__ = source
        return program

    def inlined(self, part: Program, root: Any, inputs: Sequence[Any], as_numbers: frozenset[int] | None) -> list[str]:
        """Adds the lines of another program; the expressions of its outputs, numbers for those of `as_numbers`.

        inputs: their names, each with the name of a number that stands for it or None. as_numbers: None for all that
        may be.
        """
        for node, (name, number) in zip(part.inputs, inputs, strict=True):
            if name is not None:
                self.names[node] = name
            if number is not None:
                self.numbers[node] = number
        outer, self.root = self.root, root
        try:
            self.block(part)
        finally:
            self.root = outer
        found = []
        for i, o in enumerate(map(part.resolve, part.outputs)):
            number = self.number(o) if as_numbers is None or i in as_numbers else None
            found.append(self.value(o) if number is None else number)
        return found

    def trial(self) -> Writer:
        """A writer that knows the same, to find out how a program would be written."""
        other = Writer(self.root, self.wiring, self.inline)
        other.names, other.numbers, other.indices = dict(self.names), dict(self.numbers), dict(self.indices)
        other.results = dict(self.results)
        return other

    def block(self, part: Program) -> list[str]:
        """Adds the lines of a program whose inputs have names; the expressions of its outputs."""
        last = _last_uses(part)
        for node in part.nodes:
            if node.op == "get_attr":
                key, held = ("attr", id(self.root), node.target), getattr(self.root, str(node.target))
                self.names[node] = self.bind(held, key)
                if self.inline and numbers.is_number(held):
                    self.numbers[node] = repr(held.item())
                continue
            if self.inline and self._counted(part, node):
                continue
            name = self.names[node] = self.fresh()
            write = getattr(part.target(node), "inline", None) if self.inline and node.meta.get("opaque") else None
            if write is not None and not _wants_token(part, node):
                self.results[node] = write(self, name, part.arguments(node)[0])
            else:
                self.emit(f"{name} = {self.call(part, node)}")
            dead = [self.names[n] for n in last.get(node, ()) if n.op != "get_attr" and n in self.names]
            if dead:
                self.emit(f"del {', '.join(dead)}")
        return [self.value(part.resolve(o)) for o in part.outputs]

    # ---- numbers ----

    def number(self, x: Any) -> str | None:
        """The expression of an argument as a Python number; None where it is none."""
        if isinstance(x, fx.Node):
            is_size = isinstance(x.meta.get("val"), (int, torch.SymInt))
            return self.names.get(x) if is_size else self.numbers.get(x)
        return repr(x) if type(x) in (int, bool) else None

    def _counted(self, part: Program, node: fx.Node) -> bool:
        """Writes a node on Python numbers, where it is about those; tells whether it is."""
        args, kwargs = part.arguments(node)
        value = node.meta.get("val")
        if node.target is operator.getitem and args[0] in self.results:
            number = self.results[args[0]].get(args[1])
            if number is not None:
                self.numbers[node] = number
            return number is not None
        if numbers.is_index(value) and isinstance(args[0], fx.Node):
            number = self.numbers.get(args[0]) or self.indices.get(args[0])
            if number is not None and node.target in _RESHAPES:
                self.indices[node] = number
                return True
        if node.target is aten.index_select.default and args[2] in self.indices:
            x, n = self.value(args[0]), self.indices[args[2]]
            slow = f"{self.bind(torch.index_select, 'select')}({x}, {args[1]}, {self.value(args[2])})"
            self.names[node] = self.fresh()
            self.emit(f"{self.names[node]} = {x}.narrow({args[1]}, {n}, 1) if {n} >= 0 else {slow}")
            return True
        if not numbers.is_number(value) or not isinstance(value, torch.Tensor):
            return False
        given = [self.number(a) for a in args]
        named = {k: str(v) for k, v in kwargs.items() if v is not None and k in ("dtype", "rounding_mode", "alpha")}
        if None in given or (text := numbers.expression(node.target, value.dtype, given, named)) is None:  # type: ignore
            return False
        name = self.numbers[node] = self.fresh()
        self.emit(f"{name} = {text}")
        limits = numbers.range_of(value.dtype)
        if limits is not None and numbers.may_overflow(node.target):
            wrap = self.bind(numbers.wrapped, "wrapped")
            self.emit(f"if not {limits[1]} <= {name} <= {limits[2]}: {name} = {wrap}({name}, {limits[0]})")
        return True

    def _materialized(self, node: fx.Node) -> str:
        """A tensor of what is a Python number."""
        number, dtype = self.numbers.get(node) or self.indices[node], node.meta["val"].dtype
        made = f"{self.bind(torch.scalar_tensor, 'scalar')}({number}, dtype={self.value(dtype)})"
        return made if node in self.numbers else f"{made}.reshape(1)"

    # ---- expressions ----

    def call(self, part: Program, node: fx.Node) -> str:
        """The expression of a node."""
        args, kwargs = part.arguments(node)
        target = node.target
        if target is operator.getitem:
            return f"{self.value(args[0])}[{self.value(args[1])}]"
        if target is aten.sym_size.int:
            return f"{self.value(args[0])}.shape[{self.value(args[1])}]"
        if target is aten.t.default:
            return f"{self.value(args[0])}.t()"
        if target is aten.view.default and node not in part.written:
            # A kernel may lay its result out in another way than the capture took it to, where views can't follow.
            return f"{self.value(args[0])}.reshape({self.value(args[1])})"
        if target is aten._to_copy.default and list(kwargs) == ["dtype"]:
            if args[0] in self.numbers and self.inline:
                made = self.bind(torch.scalar_tensor, "scalar")
                return f"{made}({self.numbers[args[0]]}, dtype={self.value(kwargs['dtype'])})"
            return f"{self.value(args[0])}.to({self.value(kwargs['dtype'])}, copy=True)"
        if node.meta.get("opaque"):
            opaque: Any = part.target(node)
            run = opaque.followed if _wants_token(part, node) else opaque.plain
            if hasattr(opaque, "for_results") and run == opaque.plain:
                run = opaque.for_results(_used_results(part, node))
            return f"{self.bind(run, ('run', node))}({', '.join(map(self.value, args))})"
        if part.mark and stream_of(node) is not None:
            args = (args[0] + part.mark, *args[1:])
        parts = [self.value(a) for a in args]
        # No tensor of a function is pinned or has another layout than it says.
        parts += [f"{k}={self.value(v)}" for k, v in kwargs.items() if not (k == "pin_memory" and not v)]
        return f"{self.bind(_callable(target), ('target', target))}({', '.join(parts)})"

    def value(self, x: Any) -> str:
        """The expression of an argument: a name or a constant."""
        if isinstance(x, fx.Node):
            return self.names[x] if x in self.names else self._materialized(x)
        if x is None or x is True or x is False or type(x) is int:
            return repr(x)
        if type(x) is float and math.isfinite(x):
            return repr(x)
        if isinstance(x, (list, tuple)):
            if not _nodes(x):
                fixed = tuple(x)
                return self.bind(fixed, ("list", _key_of(fixed)))
            parts = ", ".join(self.value(v) for v in x)
            return f"[{parts}]"
        return self.bind(x, ("object", id(x)))

    def bind(self, x: Any, key: Any) -> str:
        """The name under which the source finds the object `x`."""
        name = self.bound.get(key)
        if name is None:
            name = self.bound[key] = f"c{len(self.bound)}"
            self.scope[name] = x
        return name


def _last_uses(part: Program) -> dict[fx.Node, list[fx.Node]]:
    """The nodes whose value is used last by each node (arguments are the caller's, and stay)."""
    kept = {n for n in map(part.resolve, part.outputs) if isinstance(n, fx.Node)}
    kept.update(part.inputs)
    last: dict[fx.Node, list[fx.Node]] = {}
    for node in reversed(part.nodes):
        args, kwargs = part.arguments(node)
        used = _nodes((args, kwargs))
        for other in (*used, node):
            if other not in kept:
                kept.add(other)
                last.setdefault(node, []).append(other)
    return last


def _used_results(part: Program, node: fx.Node) -> frozenset[int]:
    """The numbers of the results of an opaque node that a program uses."""
    wanted = [n for n in map(part.resolve, part.outputs) if isinstance(n, fx.Node)]
    gets = [n for n in (*part.nodes, *wanted) if n.target is operator.getitem and n.args[0] is node]
    return frozenset(n.args[1] for n in gets)  # type: ignore[misc]


def _wants_token(part: Program, node: fx.Node) -> bool:
    """Whether a program passes the token of an opaque node on: it computes the node's gradient."""
    wanted = {n for n in map(part.resolve, part.outputs) if isinstance(n, fx.Node)}
    count = getattr(node.target, "count", None)  # a loaded graph has no tokens
    return any(
        n.target is operator.getitem and n.args[0] is node and n.args[1] == count for n in (*part.nodes, *wanted)
    )


def _key_of(x: Any) -> Any:
    return tuple([(type(v), id(v) if not isinstance(v, (int, float, bool)) else v) for v in x])


def _callable(target: Any) -> Any:
    """The quickest callable that does what a node's target does."""
    if not isinstance(target, torch._ops.OpOverload) or target.namespace != "aten":
        return DIRECT.get(target, target)
    name = target._schema.name.split("::")[1]
    if name in _METHODS:
        return _METHODS[name]
    if name in _BINDINGS and not target._schema.is_mutable and not target._overloadname.endswith("out"):
        return getattr(torch, name)
    return target._op
