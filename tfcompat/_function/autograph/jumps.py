"""Lowering `return`, `break` and `continue` to flags, so that control flows from each statement to the next."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._function.autograph import names

_LOOPS = (ast.While, ast.For, ast.AsyncFor)
_CHOICES = (ast.If, *_LOOPS)


def assign(name: str, value: ast.expr, at: ast.AST) -> ast.stmt:
    """`name = value`, placed in the source where `at` is."""
    return place(ast.Assign([ast.Name(name, ast.Store())], value), at)


def place(node: Any, at: ast.AST) -> Any:
    """`node`, and what in it has no place yet, placed in the source where `at` is."""
    ast.copy_location(node, at)
    for child in ast.walk(node):
        if "lineno" in child._attributes and not hasattr(child, "lineno"):
            ast.copy_location(child, at)
            # In the first line of it: Python gives a call of a method the line in which the method's name ends.
            child.end_lineno, child.end_col_offset = child.lineno, child.col_offset  # type: ignore[attr-defined]
    return node


def load(name: str) -> ast.expr:
    """The expression `name`."""
    return ast.Name(name, ast.Load())


def runtime(name: str) -> ast.expr:
    """The expression `ag__.name`: what the rewritten code calls."""
    return ast.Attribute(load("ag__"), name, ast.Load())


def _inside(node: ast.AST, kinds: Any, stop: tuple[Any, ...] = ()) -> bool:
    """Whether a statement has one of the `kinds` in it, functions and `stop` aside."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, kinds):
            return True
        if not isinstance(child, (*functions, *stop)) and _inside(child, kinds, stop):
            return True
    return False


def lower(function: ast.FunctionDef, fresh: Callable[[str], str]) -> None:
    """Rewrites a function's jumps in place. `fresh` makes names that the function does not use."""
    _Loops(fresh).block_of(function)
    choices = [s for s in _statements(function.body) if isinstance(s, _CHOICES)]
    if any(_inside(s, ast.Return) for s in choices):
        _lower_returns(function, fresh)


def _statements(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The statements of a block, and of the `with` and `try` blocks in it."""
    found = []
    for statement in body:
        found.append(statement)
        if not isinstance(statement, (*_CHOICES, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for block in _blocks(statement):
                found += _statements(block)
    return found


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    """The blocks of statements in a statement."""
    blocks = [getattr(statement, name) for name in ("body", "orelse", "finalbody") if getattr(statement, name, None)]
    blocks += [h.body for h in getattr(statement, "handlers", [])]
    return blocks + [c.body for c in getattr(statement, "cases", [])]


def guarded(body: list[ast.stmt], jumps: Callable[[ast.stmt], bool], flag: str) -> list[ast.stmt]:
    """`body` with what follows a statement that may jump put under ``if not flag``."""
    for i, statement in enumerate(body[:-1]):
        if jumps(statement):
            rest = guarded(body[i + 1 :], jumps, flag)
            test = place(ast.UnaryOp(ast.Not(), load(flag)), rest[0])
            return [*body[: i + 1], place(ast.If(test, rest, []), rest[0])]
    return body


class _Loops(ast.NodeTransformer):
    """Lowers `break` and `continue`; a loop with a `break` gets the attribute `stops`, its flag's name."""

    def __init__(self, fresh: Callable[[str], str]) -> None:
        self.fresh = fresh

    def block_of(self, function: ast.FunctionDef) -> None:
        """Lowers all loops of a function, but of the functions in it."""
        function.body = self._block(function.body)

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for statement in body:
            done = self.visit(statement)
            out += done if isinstance(done, list) else [done]
        return out

    def _untouched(self, node: Any) -> Any:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _untouched

    def _loop(self, node: Any) -> Any:
        self.generic_visit(node)
        if node.orelse:  # the loop stays Python's, with its jumps
            return node
        before: list[ast.stmt] = []
        if _inside(node, ast.Continue, _LOOPS):
            flag = self.fresh("continue_")
            node.body = [assign(flag, ast.Constant(False), node), *_flagged(node.body, ast.Continue, flag)]
        if _inside(node, ast.Break, _LOOPS):
            flag = node.stops = self.fresh("break_")
            before = [assign(flag, ast.Constant(False), node)]
            node.body = _flagged(node.body, ast.Break, flag)
        stops = getattr(node, "stops", None)
        done = place(ast.UnaryOp(ast.Not(), load(stops)), node) if stops else None
        if isinstance(node, ast.While) and names.binds(node.test):
            before.append(self._test_ahead(node, done))
        if isinstance(node, ast.While) and done is not None:
            node.test = place(ast.BoolOp(ast.And(), [done, node.test]), node.test)
        return [*before, node]

    def _test_ahead(self, node: ast.While, done: ast.expr | None) -> ast.stmt:
        """Makes a test that assigns a statement before the loop, which is given, and at the end of its body."""
        flag = self.fresh("goes_on")
        again = assign(flag, copy.deepcopy(node.test), node)
        node.body.append(again if done is None else place(ast.If(copy.deepcopy(done), [again], []), node))
        first = assign(flag, node.test, node)
        node.test = place(load(flag), node.test)
        return first

    visit_While = visit_For = visit_AsyncFor = _loop


def _flagged(body: list[ast.stmt], kind: Any, flag: str) -> list[ast.stmt]:
    """A loop's body with its jumps of one kind made assignments to a flag."""

    def jumps(statement: ast.stmt) -> bool:
        return isinstance(statement, kind) or (not isinstance(statement, _LOOPS) and _inside(statement, kind, _LOOPS))

    out: list[ast.stmt] = []
    marked = set()
    for statement in body:
        if isinstance(statement, kind):
            out.append(assign(flag, ast.Constant(True), statement))
            marked.add(id(out[-1]))
            break  # what follows is never reached
        if jumps(statement):
            marked.add(id(statement))
            for block in _blocks(statement):
                block[:] = _flagged(block, kind, flag)
        out.append(statement)
    return guarded(out, lambda s: id(s) in marked, flag)


# ---- returns ----


def _returns(body: Sequence[ast.stmt]) -> bool:
    """Whether a block returns, or raises, whichever way it takes."""
    for statement in body:
        if isinstance(statement, (ast.Return, ast.Raise)):
            return True
        if isinstance(statement, ast.If) and _returns(statement.body) and _returns(statement.orelse):
            return True
        if isinstance(statement, ast.With) and _returns(statement.body):
            return True
        if isinstance(statement, ast.Try) and _try_returns(statement):
            return True
    return False


def _try_returns(statement: ast.Try) -> bool:
    ways = [statement.body, *(h.body for h in statement.handlers)]
    return _returns(statement.finalbody) or _returns(statement.orelse) or all(map(_returns, ways))


def _nested_rest(body: list[ast.stmt]) -> list[ast.stmt]:
    """`body` with what follows an ``if`` that returns on one side moved to its other side.

    So that both sides give a value where the test is a tensor.
    """
    for i, statement in enumerate(body):
        if isinstance(statement, ast.If):
            rest = body[i + 1 :]
            if rest and _returns(statement.body) and not _returns(statement.orelse):
                statement.orelse = [*statement.orelse, *rest]
                body = body[: i + 1]
            elif rest and _returns(statement.orelse) and not _returns(statement.body) and statement.orelse:
                statement.body = [*statement.body, *rest]
                body = body[: i + 1]
            statement.body = _nested_rest(statement.body)
            statement.orelse = _nested_rest(statement.orelse)
        elif not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, *_LOOPS)):
            for block in _blocks(statement):
                block[:] = _nested_rest(block)
    return body


def _lower_returns(function: ast.FunctionDef, fresh: Callable[[str], str]) -> None:
    done, value = fresh("do_return"), fresh("retval_")
    function.body = _nested_rest(function.body)
    if not _returns(function.body):  # what falls off the end says so, and returns None
        function.body = [*function.body, place(ast.Return(runtime("NOT_RETURNED")), function.body[-1])]
        function.body = _nested_rest(function.body)
    first = function.body[0]
    body = _without_returns(function.body, done, value)
    function.body = [
        assign(done, ast.Constant(False), first),
        assign(value, runtime("NOT_RETURNED"), first),
        *body,
        place(ast.Return(ast.Call(runtime("returned"), [load(value), load(done)], [])), body[-1]),
    ]


def _without_returns(body: list[ast.stmt], done: str, value: str) -> list[ast.stmt]:
    out: list[ast.stmt] = []
    marked = set()
    for statement in body:
        if isinstance(statement, ast.Return):
            out.append(assign(done, ast.Constant(True), statement))
            out.append(assign(value, statement.value or ast.Constant(None), statement))
            break
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and _inside(
            statement, ast.Return
        ):
            marked.add(id(statement))
            for block in _blocks(statement):
                block[:] = _without_returns(block, done, value)
            if isinstance(statement, ast.While) and not statement.orelse:
                go_on = ast.UnaryOp(ast.Not(), load(done))
                statement.test = place(ast.BoolOp(ast.And(), [go_on, statement.test]), statement.test)
            elif isinstance(statement, _LOOPS):
                statement.returns = done  # type: ignore[union-attr]
        out.append(statement)
    return guarded(out, lambda s: id(s) in marked, done)
