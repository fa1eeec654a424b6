"""Sizes that are only known when the graph runs, and what a capture takes for granted of them.

torch asks of a size whether it is 0, or 1, or another tensor's, where a kernel or a rule for shapes depends on it. For
the sizes of arguments the answer is a guard of the capture. The size of a tf.boolean_mask is met as the graph runs: the
likely answer is taken, and a node is recorded that checks it. Where it does not hold the call runs eagerly.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy
import torch
from torch.fx.experimental.symbolic_shapes import GuardOnDataDependentSymNode, ShapeEnv
from torch.utils._sympy.functions import Max, Mod, PythonMod
from torch.utils._sympy.printers import PythonPrinter

from tfcompat._core import ops
from tfcompat._core.state import state
from tfcompat._function import opaque, reverse
from tfcompat._function.recorder import NotCapturable, SizesDiffer

_LIKELY = 5040  # a size that most things divide


class Sizes(ShapeEnv):
    """torch's symbolic sizes; what nobody knows of those that are open is taken for granted."""

    assumptions = 0
    asked_within: Sequence[Any] = ()  # of these sizes, by a function called within that refused them
    _retaken = False  # what expressions were computed with may be another size than what is taken now

    def takes(self, symbol: Any, n: int) -> bool:
        """Makes an open size `n` from now on, whatever it was an example of, where an op has asked for just that."""
        if sympy.Ne(symbol, n) not in [guard.expr for guard in self.guards]:
            return False
        self._retaken = True
        self.backed_var_to_val[symbol] = sympy.Integer(n)
        self._set_replacement(symbol, sympy.Integer(n), "a size that an op takes")
        return True

    def evaluate_expr(self, orig_expr: Any, hint: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The truth, or the value, of an expression."""
        try:
            return super().evaluate_expr(orig_expr, None if self._retaken else hint, *args, **kwargs)
        except GuardOnDataDependentSymNode:
            graph = state.graph
            if (
                graph is None
                or not hasattr(graph, "recorder")
                or not isinstance(orig_expr, sympy.logic.boolalg.Boolean)
            ):
                raise
            if not graph.recorder.assumes and _within_op():
                raise  # the op may be a node of its own, which takes all sizes
            found = _assumed(self, graph.recorder, orig_expr)
            if found is None:
                raise
            return found


def _within_op() -> bool:
    """Whether the body of an op asks, as part of which it can run when the sizes are known."""
    frame = sys._getframe(2)
    ours, torchs = __file__.rsplit("_function", 1)[0], torch.__file__.rsplit("__init__", 1)[0]
    while frame is not None:
        name = frame.f_code.co_filename
        if name == ops.__file__:
            return True
        if not name.startswith((ours, torchs)):
            return False
        frame = frame.f_back
    return False


def _assumed(env: Sizes, recorder: Any, expr: Any) -> Any:
    """The likely truth of an expression, checked from here on; None where that can't be."""
    found = recorder.assumed.get(expr)
    if found is None:
        symbols = sorted(expr.free_symbols, key=str)
        try:
            truth = _likely(expr)
            sizes = [env.create_symintnode(s, hint=None) for s in symbols]
            recorder.call(Check(expr, symbols, truth), sizes, [])
        except (RuntimeError, TypeError, AttributeError):  # a size of another graph, which this one does not know
            return None
        found = recorder.assumed[expr] = truth
        env.assumptions += 1
    return sympy.true if found else sympy.false


def _likely(expr: Any) -> bool:
    """Whether a condition most likely holds: sizes that are compared are alike, and a size is neither 0 nor 1."""
    if isinstance(expr, sympy.Not):
        return not _likely(expr.args[0])
    if isinstance(expr, (sympy.And, sympy.Or)):
        return (all if isinstance(expr, sympy.And) else any)(map(_likely, expr.args))
    if isinstance(expr, sympy.Ne):
        return not _likely(sympy.Eq(*expr.args, evaluate=False))
    if expr.xreplace({s: sympy.Integer(_LIKELY) for s in expr.free_symbols}) == sympy.true:
        return True
    if not isinstance(expr, sympy.Eq):
        return False
    if expr.has(Mod, PythonMod):
        return True
    if expr.has(Max):  # a stride, of what is larger than 1
        return False
    numbers: list[Any] = [side for side in expr.args if side.is_number]
    return all(n > 1 for n in numbers)


def _compiled(text: str, symbols: Sequence[Any]) -> Callable[..., Any]:
    return eval(f"lambda {', '.join(map(str, symbols))}: {text}", {"math": math, "torch": torch})


def holds(expr: Any, values: Mapping[Any, Any]) -> bool:
    """Whether a condition holds for these values of its symbols, sizes of a graph that is captured among them."""
    symbols = sorted(expr.free_symbols, key=str)
    if not all(s in values for s in symbols):
        return False
    return bool(_compiled(PythonPrinter().doprint(expr), symbols)(*(values[s] for s in symbols)))


class Check(opaque.Node):
    """Raises SizesDiffer where a condition on sizes does not come out as it was taken for granted."""

    def __init__(self, expr: Any, symbols: Sequence[Any], truth: bool) -> None:
        super().__init__(self._check, [], effect=True)
        text = PythonPrinter().doprint(expr)
        self.text, self.names = f"({text})" if truth else f"not ({text})", list(map(str, symbols))
        self._holds = _compiled(self.text, symbols)
        self.condition = str(expr if truth else sympy.Not(expr))

    def _check(self, *sizes: Any) -> Sequence[Any]:
        if not self._holds(*sizes):
            raise SizesDiffer(self.condition)
        return ()

    def plain(self, *args: Any) -> Sequence[Any]:
        """Checks; within another capture that one takes it for granted, too."""
        try:
            return self._check(*args)
        except SizesDiffer as e:
            if state.graph is not None:
                raise NotCapturable(f"a function is called within another one, where not {e}") from None
            raise


def checks(part: Any) -> bool:
    """Whether a part of a graph checks sizes; NotCapturable where it does that after something that lasts."""
    checked = lasted = False
    for node in part.nodes:
        inner = isinstance(node.target, reverse.Replayed) and max(map(checks, node.target.parts))
        if inner or isinstance(node.target, Check):
            checked = True
            if lasted or (isinstance(node.target, reverse.Loop) and lasts(node)):
                raise NotCapturable("it depends on a size that is only known when what is before has been done")
        lasted = lasted or lasts(node)
    return checked


def lasts(node: Any) -> bool:
    """Whether a node does something that is there when the run is given up.

    What it writes to memory is not, nor are elements taken of an iterator, which gets them back.
    """
    if isinstance(node.target, reverse.Replayed):
        return any(lasts(inner) for part in node.target.parts for inner in part.nodes)
    return bool(node.meta.get("effect")) and not isinstance(node.target, Check) and not _is_undone(node.target)


def _is_undone(target: Any) -> bool:
    return isinstance(target, opaque.Node) and target.undoable


def checks_of(nodes: Sequence[Any]) -> list[Any]:
    """The nodes that check sizes, after those that they need of `nodes`."""
    wanted: set[Any] = set()
    for node in reversed(nodes):
        if isinstance(node.target, Check) or node in wanted:
            wanted.update([node, *node.all_input_nodes])
    return [n for n in nodes if n in wanted]
