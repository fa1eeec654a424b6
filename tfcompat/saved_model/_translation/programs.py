"""Going through a program node by node: what each gives becomes nodes of the graph, by the table of translators."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import fx
from torch._ops import OpOverload
from torch.fx.node import map_arg
from torch.utils._python_dispatch import _disable_current_modes

from tfcompat._core import dtypes
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.storage import to_numpy
from tfcompat._function import opaque, reverse
from tfcompat._function.sizes import Check
from tfcompat.saved_model._translation import conditions, control, texts
from tfcompat.saved_model._translation.body import Body, Ref
from tfcompat.saved_model._translation.decomposing import decomposed
from tfcompat.saved_model._translation.optimizing import CHANGING
from tfcompat.saved_model._translation.registry import NotTranslatable, translators


def translate(body: Body, part: Any, inputs: Sequence[Ref]) -> list[Ref | None]:
    """Writes a part of a captured function into a body; the results for these inputs, None where it gives None.

    NotTranslatable, which names the kernel, for what has no counterpart.
    """
    return _Walk(body, part).run(inputs)


def check_guards(body: Body, captured: Any, inputs: Sequence[Ref]) -> None:
    """Has the graph check what the capture of a function takes for granted of its arguments' sizes."""
    from torch.utils._sympy.printers import PythonPrinter

    guards = [guard for guard in captured.graph.recorder.guards if conditions.matters(guard)]
    if pinned := [guard for guard in guards if conditions.pins(guard)]:
        raise NotTranslatable(f"an open size, but was captured for one alone: {pinned[0]}")
    sizes: dict[str, Any] = {}
    for fake, ref in zip(captured.graph.arguments, inputs) if guards else ():
        for dim, size in enumerate(fake.shape):
            if isinstance(size, torch.SymInt) and size.node._expr.is_symbol:
                sizes[str(size.node._expr)] = (ref, dim)
    for guard in guards:
        names = {str(symbol) for symbol in guard.free_symbols}
        if not names <= sizes.keys():
            raise NotTranslatable(f"a condition on sizes, {guard}")
        conditions.check(body, PythonPrinter().doprint(guard), {name: body.size(*sizes[name]) for name in names})


class _Walk:
    def __init__(self, body: Body, part: Any) -> None:
        self._body, self._root = body, part.graph.recorder.tracer.root
        self._program = part.program()
        self._values: dict[fx.Node, Any] = {}
        self._stale: set[fx.Node] = set()

    def run(self, inputs: Sequence[Ref]) -> list[Ref | None]:
        """The results for these inputs."""
        program = self._program
        for node, ref in zip(program.inputs, inputs, strict=True):
            self._values.setdefault(node, ref)
        for node in program.nodes:
            try:
                self._values[node] = self._translated(node)
            except NotTranslatable as error:
                name = _name(node.target)
                told = name in str(error) or name == "operator.python" or "(" in str(error)
                raise NotTranslatable(f"{error}{'' if told else f' ({name})'}") from None
        return [self._result(output) for output in map(program.resolve, program.outputs)]

    def _result(self, output: Any) -> Ref | None:
        value = self._filled(output)
        if value is None or isinstance(value, Ref):
            return value
        if isinstance(value, torch.Tensor):
            return self._constant(value)
        raise NotTranslatable(f"a result {value!r}")

    def _filled(self, x: Any) -> Any:
        """An argument with what nodes gave in their places, and constants as tensors of the graph."""
        if isinstance(x, fx.Node):
            if x in self._stale:
                raise NotTranslatable("a view of a tensor that is changed in place")
            return self._values[x]
        if isinstance(x, (list, tuple)):
            return [self._filled(item) for item in x]
        if isinstance(x, torch.Tensor):
            return self._constant(x)
        return x

    def _constant(self, tensor: Any) -> Ref:
        return self._body.const(to_numpy(tensor), BY_STORAGE[tensor.dtype])

    # ---- nodes ----

    def _translated(self, node: fx.Node) -> Any:
        args, kwargs = self._program.arguments(node)
        target: Any = node.target
        if node.op == "get_attr":
            return self._constant(getattr(self._root, str(target)))
        filled = [self._filled(arg) for arg in args]
        if target is operator.getitem:
            found = filled[0][filled[1]]
            if found is None:
                raise NotTranslatable(f"result {filled[1]} of {_name(args[0].target)}")
            return _noted(found, node.meta.get("val"))
        if isinstance(target, reverse.Choice):
            return control.choice(self._body, target, filled, translate)
        if isinstance(target, reverse.Loop):
            return control.loop(self._body, target, filled, translate)
        if isinstance(target, Check):
            return conditions.check(self._body, target.text, dict(zip(target.names, filled)))
        if isinstance(target, opaque.Node):
            return texts.called(self._body, target, filled)
        named = {key: self._filled(arg) for key, arg in kwargs.items()}
        if isinstance(target, OpOverload) and target._schema.is_mutable:
            return self._changed(node, target, filled, named)
        name = _name(target)
        return self._called(name, node, filled, named)

    def _called(self, name: str, node: fx.Node, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        translator = translators().get(name)
        if name.startswith("aten._foreach_"):
            return self._each(name, node.meta.get("val"), args, kwargs)
        out = node.meta.get("val")
        if translator is None and not node.all_input_nodes and _is_known(out):
            with _disable_current_modes():
                return self._constant(node.target(*args, **kwargs))  # type: ignore[operator]
        if translator is None:
            return self._decomposed(name, node)
        return _noted(translator(self._body, out, *args, **kwargs), out)

    def _decomposed(self, name: str, node: fx.Node) -> Any:
        """What a kernel gives that torch puts together from others."""
        args, kwargs = self._program.arguments(node)
        found = decomposed(node.target, args, kwargs)
        if found is None:
            raise NotTranslatable(f"no counterpart of {name}")
        graph, inputs = found
        given = iter([self._filled(x) for x in inputs])
        values: dict[fx.Node, Any] = {}
        for inner in graph.nodes:
            args, kwargs = (map_arg(part, values.__getitem__) for part in (inner.args, inner.kwargs))
            if inner.op == "placeholder":
                values[inner] = next(given)
            elif inner.op == "output":
                return args[0]
            elif inner.target is operator.getitem:
                values[inner] = _noted(args[0][args[1]], inner.meta.get("val"))
            else:
                translator = translators().get(_name(inner.target)) if inner.op == "call_function" else None
                if translator is None:
                    raise NotTranslatable(f"no counterpart of {name}, which takes {_name(inner.target)}")
                out = inner.meta.get("val")
                values[inner] = _noted(translator(self._body, out, *args, **kwargs), out)
        raise NotTranslatable(f"no counterpart of {name}")

    def _changed(self, node: fx.Node, target: OpOverload, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """What a kernel that changes its first argument gives: from then on that node stands for it, too.

        Other nodes that see the same memory must not be used any more.
        """
        packet = target._schema.name.rpartition("::")[2]
        changed = self._program.arguments(node)[0][0]
        if packet.startswith("_foreach_") and packet.endswith("_"):
            name = f"aten.{packet[:-1]}.{target._overloadname or 'default'}"
            for place, result in zip(changed, self._each(name, None, args, kwargs), strict=True):
                self._put(place, result)
            return None
        if (changing := CHANGING.get(_name(target))) is not None:
            given = self._program.arguments(node)[0]
            for place, results in changing(self._body, *args, **kwargs).items():
                for old, result in zip(given[place], results, strict=True):
                    self._put(old, result)
            return None
        if not packet.endswith("_") or not isinstance(changed, fx.Node):
            raise NotTranslatable(f"no counterpart of {_name(target)}")
        result = self._called(f"aten.{packet[:-1]}.{target._overloadname or 'default'}", node, args, kwargs)
        if isinstance(result, Ref) and isinstance(args[0], Ref):
            result = _noted(self._body.cast(result, args[0].dtype), node.meta.get("val"))
        self._put(changed, result)
        return result

    def _put(self, changed: fx.Node, result: Any) -> None:
        """Has a result stand for a node that was changed in place; others with the same memory are not valid now."""
        base = _base(changed)
        shared = [n for n in self._values if _base(n) is base]
        same = [n for n in shared if self._values[n] is self._values[changed]]
        self._stale.update(n for n in shared if n not in same)
        for other in same:
            self._values[other] = result

    def _each(self, name: str, outs: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
        """A kernel on lists of tensors: the one of the same name for each."""
        base, _, overload = name.removeprefix("aten._foreach_").partition(".")
        overloads = {"List": "Tensor", "ScalarList": "Scalar", "ScalarAndTensor": "Tensor"}
        found = [f"aten.{base}.{o}" for o in (overloads.get(overload, overload), "Tensor", "default", "Tensor_Scalar")]
        translator = next((translators()[each] for each in found if each in translators()), None)
        if translator is None:
            raise NotTranslatable(f"no counterpart of {name}")
        count = len(args[0])
        results = []
        for i in range(count):
            own = [arg[i] if isinstance(arg, list) and len(arg) == count else arg for arg in args]
            like = args[0][i]
            out = torch.empty(0, dtype=like.dtype.torch) if outs is None else outs[i]
            results.append(_noted(translator(self._body, out, *own, **kwargs), None if outs is None else outs[i]))
            results[-1].shape = results[-1].shape or like.shape
        return results


def _base(node: fx.Node) -> fx.Node:
    """The node whose memory a node shares, as the schemas of views tell."""
    while True:
        source = node.args[0] if node.args else None
        target: Any = source.target if node.target is operator.getitem and isinstance(source, fx.Node) else node.target
        schema = getattr(target, "_schema", None)
        aliases = schema is not None and any(result.alias_info is not None for result in schema.returns)
        if not aliases or not isinstance(source, fx.Node):
            return node
        node = source


def _is_known(out: Any) -> bool:
    """Whether a kernel that takes no tensors gives one of a size that is known."""
    return isinstance(out, torch.Tensor) and None not in known(out)


def _noted(value: Any, out: Any) -> Any:
    """What was translated, with the shapes that are known from the fake tensors that stood for it."""
    if isinstance(value, (list, tuple)):
        outs = out if isinstance(out, (list, tuple)) else [None] * len(value)
        return [_noted(v, o) for v, o in zip(value, outs)]
    if isinstance(value, Ref) and isinstance(out, torch.Tensor):
        value.shape = known(out)
        strings = value.dtype == dtypes.string and out.dtype is torch.float64  # ids, of which the strings are written
        if value.dtype is not BY_STORAGE[out.dtype] and not strings:
            raise NotTranslatable(f"a result of {BY_STORAGE[out.dtype].name} came out as {value.dtype.name}")
    return value


def known(tensor: torch.Tensor) -> list[int | None]:
    """The sizes of a fake tensor, None where they are only known when the graph runs."""
    return [n if type(n) is int else None for n in tensor.shape]


def _name(target: Any) -> str:
    """A kernel's name in the table."""
    if isinstance(target, OpOverload):
        packet = target._schema.name.rpartition("::")[2]
        return f"{target.namespace}.{packet}.{target._overloadname or 'default'}"
    return f"operator.{getattr(target, '__name__', type(target).__name__)}"
