"""Writing a program as straight-line Python.

A value is dropped where it is used last, so that memory is free as soon as in eager code. Scalars on the CPU are
Python's numbers where only other scalars are made of them.
"""

from __future__ import annotations

import math
import operator
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import torch
from torch import fx
from torch.fx.node import map_arg

from tfcompat._core.value_ops import FUNCTIONS
from tfcompat._function import numbers

if TYPE_CHECKING:
    from tfcompat._function.program import Program

aten = torch.ops.aten

FILE_NAME = "<tf.function"  # of the code that is written here, with the function's name after it

# Kernels whose Python binding takes the operator's arguments as they are, and is quicker than torch.ops.
_BINDINGS = frozenset(
    (
        "_log_softmax _log_softmax_backward_data _softmax _softmax_backward_data erf gather index_add lerp "
        "abs add addmm addcmul addcdiv amax amin argmax argmin bmm bitwise_and bitwise_not bitwise_or cat ceil clamp "
        "clamp_max clamp_min clone convolution cos cumsum div empty_like eq exp expm1 floor full_like gather ge gt "
        "index_select isfinite isinf isnan le log log1p log2 logical_and logical_not logical_or logical_xor lt "
        "masked_fill maximum mean minimum mm mul ne neg native_layer_norm ones_like permute pow prod reciprocal relu "
        "remainder rsqrt rsub select sigmoid sign sin sqrt square squeeze stack sub sum t tanh transpose unbind "
        "unsqueeze var where zeros_like tril triu flip topk sort any all"
    ).split()
)
_METHODS = {"view": torch.Tensor.view, "expand": torch.Tensor.expand}
_RANDOM = torch.Tag.nondeterministic_seeded
_RESHAPES = frozenset(
    {aten.view.default, aten.unsqueeze.default, aten._to_copy.default, aten.reshape.default, aten._unsafe_view.default}
)
# Kernels that take a learning rate as a tensor, and those that take it as a number.
_RATES: dict[Any, Any] = {
    getattr(aten, name).tensor_lr: getattr(aten, name).default
    for name in ("_fused_adam_", "_fused_adamw_", "_fused_sgd_", "_fused_adagrad_")
}
# What ops of our own do, past torch's dispatcher, which costs more than they can spare; they are put here when made.
DIRECT: dict[Any, Callable[..., Any]] = {}


class Wiring:
    """What a program does by itself: looks inputs up in objects, and stores outputs in them once all is computed.

    found: for the number of an input, the object and its attribute. stored: the same for the number of an output.
    """

    def __init__(self) -> None:
        self.found: dict[int, tuple[Any, str]] = {}
        self.stored: dict[int, tuple[Any, str]] = {}


class Writer:
    """Writes one program as Python source.

    inline: branches and loops become Python's own, where else they are calls; for programs that only run with values.
    in_place: copies of inputs that are only made where others see the input's memory. unsteady: nodes whose memory is
    written to. reused: what computes nodes in the memory of one of their arguments.
    """

    def __init__(
        self,
        root: Any,
        wiring: Wiring,
        inline: bool,
        in_place: frozenset[fx.Node] = frozenset(),
        unsteady: frozenset[fx.Node] = frozenset(),
        reused: Mapping[fx.Node, Callable[..., Any]] = MappingProxyType({}),
    ) -> None:
        self.root, self.wiring, self.inline = root, wiring, inline
        self.in_place, self.unsteady, self.reused = in_place, unsteady, reused
        self.names: dict[fx.Node, str] = {}
        # Python numbers that stand for scalars, and for vectors of one integer; and those among the results of a node.
        self.numbers: dict[fx.Node, str] = {}
        self.indices: dict[fx.Node, str] = {}
        # The same for float32 scalars, where the program is no part of a branch or loop.
        self.floats: dict[fx.Node, str] = {}
        self.results: dict[fx.Node, dict[int, str]] = {}
        self.scope: dict[str, Any] = dict(numbers.FLOAT_HELPERS)
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
        exec(compile(source, f"{FILE_NAME} {name}>", "exec"), self.scope)
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
        other.results, other.floats, other.depth = dict(self.results), dict(self.floats), self.depth + 1
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
                if self.inline and numbers.is_float(held) and node not in self.unsteady and math.isfinite(held):
                    self.floats[node] = repr(held.item())
                continue
            if self.inline and (self._counted(part, node) or self._rounded(part, node)):
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

    def float(self, x: Any) -> str | None:
        """The expression of an argument as a float32 number; None where it is none, or may yet be written to."""
        if not isinstance(x, fx.Node):
            return numbers.float_constant(x.item() if numbers.is_float(x) else x)
        if x in self.numbers:
            return f"rounded({self.numbers[x]})"
        if x not in self.floats:
            if not numbers.is_float(x.meta.get("val")) or x not in self.names or x in self.unsteady:
                return None
            self.floats[x] = self.fresh("f")
            self.emit(f"{self.floats[x]} = {self.names[x]}.item()")
        return self.floats[x]

    def _rounded(self, part: Program, node: fx.Node) -> bool:
        """Writes a node on float32 numbers, where it is about those; tells whether it is."""
        args, kwargs = part.arguments(node)
        value = node.meta.get("val")
        is_truth = numbers.is_number(value) and value.dtype is torch.bool  # type: ignore[union-attr]
        if self.depth or not (numbers.is_float(value) or is_truth) or node in self.unsteady:
            return False
        scalars = [x.meta.get("val") for x in nodes_in(args)]
        if not all(numbers.is_float(x) or numbers.is_number(x) for x in scalars):
            return False
        text = None
        if node.target is aten.where.self and args[0] in self.numbers:
            chosen = [self.float(x) for x in args[1:]]
            text = None if None in chosen else f"{chosen[0]} if {self.numbers[args[0]]} else {chosen[1]}"
        elif node.target is aten._to_copy.default and kwargs == {"dtype": torch.float32}:
            text = self.float(args[0]) if args[0] in self.numbers else None
        elif any(map(numbers.is_float, (value, *scalars))) and numbers.has_float_expression(node.target, args, kwargs):
            given = [self.float(x) for x in args]
            text = None if None in given else numbers.float_expression(node.target, given)  # type: ignore[arg-type]
        if text is None:
            return False
        known = self.numbers if is_truth else self.floats
        known[node] = self.fresh("f")
        self.emit(f"{known[node]} = {text}")
        return True

    def _materialized(self, node: fx.Node) -> str:
        """A tensor of what is a Python number."""
        if node in self.floats:
            scalar, kind = self.bind(torch.scalar_tensor, "scalar"), self.value(torch.float32)
            made = f"{scalar}({self.floats[node]}, dtype={kind})"
            if self.depth:  # in a branch, which may not be taken
                return made
            self.names[node] = self.fresh()
            self.emit(f"{self.names[node]} = {made}")
            return self.names[node]
        number, dtype = self.numbers.get(node) or self.indices[node], node.meta["val"].dtype
        made = f"{self.bind(torch.scalar_tensor, 'scalar')}({number}, dtype={self.value(dtype)})"
        return made if node in self.numbers else f"{made}.reshape(1)"

    # ---- expressions ----

    def call(self, part: Program, node: fx.Node) -> str:
        """The expression of a node."""
        args, kwargs = part.arguments(node)
        target = self.reused.get(node) or part.target(node)
        if node in self.in_place:
            name = self.value(args[0])
            refs, count = self.bind(sys.getrefcount, "refs"), self.bind(torch._C._storage_Use_Count, "count")
            # The cell, the name here and getrefcount's argument; the tensor and the storage object asked for here.
            alone = f"{refs}({name}) <= 3 and {count}({name}.untyped_storage()._cdata) <= 2"
            return f"{name} if {alone} else {name}.clone()"
        if target is operator.getitem:
            return f"{self.value(args[0])}[{self.value(args[1])}]"
        if target is aten.sym_size.int:
            return f"{self.value(args[0])}.shape[{self.value(args[1])}]"
        if target is aten.t.default:
            return f"{self.value(args[0])}.t()"
        if target is aten.view.default and node not in part.written:
            # A kernel may lay its result out in another way than the capture took it to, where views can't follow.
            static = args[1] and all(type(n) is int for n in args[1])
            return f"{self.value(args[0])}.reshape{tuple(args[1]) if static else f'({self.value(args[1])})'}"
        if target is aten._to_copy.default and list(kwargs) == ["dtype"]:
            if args[0] in self.numbers and self.inline:
                made = self.bind(torch.scalar_tensor, "scalar")
                return f"{made}({self.numbers[args[0]]}, dtype={self.value(kwargs['dtype'])})"
            return f"{self.value(args[0])}.to({self.value(kwargs['dtype'])}, copy=True)"
        if node.meta.get("opaque"):
            opaque: Any = target
            run = opaque.followed if _wants_token(part, node) else opaque.plain
            if hasattr(opaque, "for_results") and run == opaque.plain:
                run = opaque.for_results(_used_results(part, node))
            return f"{self.bind(run, ('run', node))}({', '.join(map(self.value, args))})"
        if part.mark and (stream := stream_of(node)) is not None:
            args = (stream + part.mark, *args[1:])
        if target in _RATES and self.inline and (rate := self.float(kwargs["lr"])) is not None:
            target, kwargs = _RATES[target], {k: v for k, v in kwargs.items() if k != "lr"}
            last = [f"lr={rate}"]
        else:
            last = []
        parts = [self.value(a) for a in args]
        # No tensor of a function is pinned or has another layout than it says.
        parts += [f"{k}={self.value(v)}" for k, v in kwargs.items() if not (k == "pin_memory" and not v)]
        run = FUNCTIONS[target] if self.inline and target in FUNCTIONS else _callable(target)
        if hasattr(run, "for_results"):
            run = run.for_results(_used_results(part, node))
        return f"{self.bind(run, ('run', run))}({', '.join(parts + last)})"

    def value(self, x: Any) -> str:
        """The expression of an argument: a name or a constant."""
        if isinstance(x, fx.Node):
            return self.names[x] if x in self.names else self._materialized(x)
        if x is None or x is True or x is False or type(x) is int:
            return repr(x)
        if type(x) is float and math.isfinite(x):
            return repr(x)
        if isinstance(x, (list, tuple)):
            if not nodes_in(x):
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
        used = nodes_in((args, kwargs))
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


def stream_of(node: fx.Node) -> str | None:
    """The name of the stream that a random op draws from; None where it is none, or draws by chance."""
    name = node.args[0] if node.args and _RANDOM in getattr(node.target, "tags", ()) else None
    return name if isinstance(name, str) and name else None


def nodes_in(nest: Any) -> list[fx.Node]:
    """The nodes in nested arguments."""
    found: list[fx.Node] = []
    map_arg(nest, found.append)
    return found
