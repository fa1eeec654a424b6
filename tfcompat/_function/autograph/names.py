"""What the statements of a function read and write, and which of its names are needed later on.

Names are as they are written: "x", or "self.total" for attributes of a name, or "x.['key']" for
its items. All works on functions whose `break`,
`continue` and `return` have been lowered, so that control flows from a statement to the next.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def dotted(node: ast.AST) -> str | None:
    """The name that an expression is, "x", "x.y.z", "x.['key']" for x["key"] or "x.[k]" for x[k]; else None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return None if base is None else f"{base}.{node.attr}"
    if isinstance(node, ast.Subscript):
        base, key = dotted(node.value), _key(node.slice)
        return None if base is None or key is None else f"{base}.[{key.replace('.', DOT)}]"
    return None


DOT = "\\x2e"  # how a key has its dots, so that those in a name separate its parts


def _key(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return repr(node.value) if type(node.value) in (int, str) else None
    return node.id if isinstance(node, ast.Name) else None


def roots(name: str) -> set[str]:
    """The plain names in a dotted one: "d" and "k" in "d.[k]", "x" in "x.y"."""
    base, *parts = name.split(".")
    return {base} | {p[1:-1] for p in parts if p.startswith("[") and p[1:-1].isidentifier()}


def binds(node: ast.AST) -> bool:
    """Whether an expression assigns, or waits: it can't be put into a function."""
    return any(isinstance(n, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)) for n in in_scope(node))


def parameters(arguments: ast.arguments) -> set[str]:
    """The names of a function's parameters."""
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return {a.arg for a in every if a is not None}


class _Uses(ast.NodeVisitor):
    """Collects what is read and written, not looking into what nested functions write."""

    def __init__(self) -> None:
        self.reads: set[str] = set()
        self.writes: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        (self.reads if isinstance(node.ctx, ast.Load) else self.writes).add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name = dotted(node)
        if name is not None:
            (self.reads if isinstance(node.ctx, ast.Load) else self.writes).add(name)
        self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        name = dotted(node)
        if name is not None:
            (self.reads if isinstance(node.ctx, ast.Load) else self.writes).add(name)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        name = dotted(node.target)
        if name is not None:
            self.reads.add(name)
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.writes.add(node.name)
        self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> None:
        self.writes.add((node.asname or node.name).split(".")[0])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.writes.add(node.name)
        self.reads |= free(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.writes.add(node.name)
        self.reads |= free(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def _scope(self, node: ast.AST) -> None:
        self.reads |= free(node)

    visit_Lambda = visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _scope


def uses(nodes: ast.AST | Iterable[ast.AST]) -> tuple[set[str], set[str]]:
    """The names that statements or expressions read, and those that they write."""
    found = _Uses()
    for node in [nodes] if isinstance(nodes, ast.AST) else nodes:
        found.visit(node)
    return found.reads, found.writes


def reads(nodes: ast.AST | Iterable[ast.AST]) -> set[str]:
    """The names that statements or expressions read."""
    return uses(nodes)[0]


def writes(nodes: ast.AST | Iterable[ast.AST]) -> set[str]:
    """The names that statements or expressions write."""
    return uses(nodes)[1]


def free(node: ast.AST) -> set[str]:
    """The names that a nested function, class or comprehension reads from around it."""
    found = _Uses()
    bound: set[str] = set()
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        bound |= parameters(node.args)
        outside = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        inner = node.body if isinstance(node.body, list) else [node.body]
        outside += getattr(node, "decorator_list", [])
        for each in inner:
            found.visit(each)
        bound |= {w for w in found.writes if "." not in w} - _declared(node)
        return {r for r in found.reads if r.split(".")[0] not in bound} | reads(outside)
    for child in ast.iter_child_nodes(node):
        found.visit(child)
    return {r for r in found.reads if r.split(".")[0] not in found.writes}


def _declared(node: ast.AST) -> set[str]:
    kinds = (ast.Nonlocal, ast.Global)
    return {name for each in ast.walk(node) if isinstance(each, kinds) for name in each.names}


def in_scope(node: ast.AST) -> Iterable[ast.AST]:
    """The node and all within it that belongs to the same function."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*_SCOPES, ast.ClassDef)):
            yield child
        else:
            yield from in_scope(child)


# ---- what is needed later ----


class Liveness:
    """For the `if`, `while` and `for` statements of a function: the names needed after them, and within them."""

    def __init__(self, body: Sequence[ast.stmt]) -> None:
        self.after: dict[ast.AST, set[str]] = {}
        self.within: dict[ast.AST, set[str]] = {}
        self._closures: dict[str, set[str]] = {}
        for statement in body:
            for node in in_scope(statement):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    self._closures.setdefault(node.name, set()).update(free(node))
        self._block(body, set())

    def _reads(self, nodes: ast.AST | Iterable[ast.AST]) -> set[str]:
        found = reads(nodes)
        for name in list(found):
            found |= self._closures.get(name, set())
        return found

    def _block(self, body: Sequence[ast.stmt], live: set[str]) -> set[str]:
        for statement in reversed(body):
            live = self._statement(statement, live)
        return live

    def _statement(self, node: ast.stmt, live: set[str]) -> set[str]:
        if isinstance(node, ast.If):
            self.after[node] = set(live)
            body, orelse = self._block(node.body, live), self._block(node.orelse, live)
            self.within[node] = body | orelse
            return body | orelse | self._reads(node.test)
        if isinstance(node, (ast.While, ast.For, ast.AsyncFor)):
            return self._loop(node, live)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            inner = self._block(node.body, live)
            return inner | self._reads(node.items)
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            every = set(live) | self._reads(node)  # any statement may be the last one that runs
            for block in (node.body, node.orelse, node.finalbody, *(h.body for h in node.handlers)):  # type: ignore
                self._block(block, every)
            return every
        if type(node).__name__ == "Match":
            every = set(live) | self._reads(node)
            for case in node.cases:  # type: ignore[attr-defined]
                self._block(case.body, live)
            return every
        if isinstance(node, (ast.Return, ast.Raise)):
            return self._reads(node)
        killed = {w for w in writes(node) if "." not in w} if isinstance(node, _KILLING) else set()
        return (live - killed) | self._reads(node)

    def _loop(self, node: ast.While | ast.For | ast.AsyncFor, live: set[str]) -> set[str]:
        self.after[node] = set(live)
        test = self._reads(node.test) if isinstance(node, ast.While) else flags(node)
        targets = set() if isinstance(node, ast.While) else writes(node.target)
        start = live | test
        while True:
            entered = self._block(node.body, start) - targets | self._block(node.orelse, live) | test | live
            if entered <= start:
                break
            start = start | entered
        self.within[node] = start
        return start | (set() if isinstance(node, ast.While) else self._reads(node.iter))


def flags(node: ast.For | ast.AsyncFor) -> set[str]:
    """The flags that stop a `for` loop, whose `break` or `return` statements have become assignments to them."""
    return {flag for flag in (getattr(node, "stops", None), getattr(node, "returns", None)) if flag}


_KILLING = (ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
