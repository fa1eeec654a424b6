"""Rewriting a function's syntax tree: control flow becomes calls that look at values when the function is captured.

``if c: x = 1`` becomes, with `ag__` the module `runtime`::

    def if_body(): nonlocal x; x = 1
    def else_body(): ...
    ag__.if_stmt(c, if_body, else_body, get_state, set_state, ("x",), 1)

where `get_state` and `set_state` read and write the names that a branch changes and that are needed afterwards. Calls
become ``ag__.call(f, ...)``, which rewrites what they call in turn.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Sequence
from typing import Any

from tfcompat._function.autograph import jumps, names
from tfcompat._function.autograph.jumps import load, place, runtime

# Calls that look at the frame they are in.
_FRAME_CALLS = frozenset({"locals", "globals", "vars", "dir", "eval", "exec", "super", "breakpoint"})


def rewrite(function: ast.FunctionDef | ast.Lambda, first_parameter: str | None, owner: str | None) -> None:
    """Rewrites a function in place.

    first_parameter: what ``super()`` is about, where the function is a method. owner: the name of its class, for the
    names in it that Python mangles.
    """
    if owner is not None:
        _Mangler(owner).visit(function)
    used = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    _Rewriter(used, first_parameter).top(function)
    ast.fix_missing_locations(function)


class _Mangler(ast.NodeTransformer):
    """Writes out names such as ``__x``, which Python changes within classes."""

    def __init__(self, owner: str) -> None:
        self.prefix = "_" + owner.lstrip("_")

    def _mangled(self, name: str) -> str:
        return self.prefix + name if name.startswith("__") and not name.endswith("__") else name

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._mangled(node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        node.attr = self._mangled(node.attr)
        return self.generic_visit(node)


class _Rewriter(ast.NodeTransformer):
    def __init__(self, used: set[str], first_parameter: str | None) -> None:
        self.used, self.first_parameter = used, first_parameter
        self.live: names.Liveness
        self.defined: set[str] = set()
        self.maybe: set[str] = set()
        self.globals: set[str] = set()

    def fresh(self, name: str) -> str:
        """A name that the function does not use."""
        found, i = name, 0
        while found in self.used:
            i += 1
            found = f"{name}_{i}"
        self.used.add(found)
        return found

    # ---- functions ----

    def top(self, node: Any) -> None:
        """Rewrites a function's body in place."""
        if isinstance(node, ast.Lambda):
            self.live = names.Liveness([])
            node.body = self.visit(node.body)
            return
        jumps.lower(node, self.fresh)
        before = (getattr(self, "live", None), self.defined, self.maybe, self.globals)
        self.live = names.Liveness(node.body)
        self.defined = names.parameters(node.args)
        self.maybe = set()
        declared = [n for s in node.body for n in names.in_scope(s) if isinstance(n, (ast.Global, ast.Nonlocal))]
        self.globals = {name for n in declared if isinstance(n, ast.Global) for name in n.names}
        self.defined |= {name for n in declared for name in n.names}
        node.body = self._block(node.body)
        self.live, self.defined, self.maybe, self.globals = before  # type: ignore[assignment]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = [self.visit(d) for d in node.decorator_list]
        node.args = self.visit(node.args)
        if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for s in node.body for n in names.in_scope(s)):
            return node
        self.top(node)
        node.decorator_list.append(place(runtime("rewritten"), node))
        return node

    def _as_it_is(self, node: Any) -> Any:
        return node

    visit_AsyncFunctionDef = visit_ClassDef = _as_it_is

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.generic_visit(node)
        return place(ast.Call(runtime("rewritten"), [node], []), node)

    # ---- blocks ----

    def _block(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for statement in body:
            done = self.visit(statement)
            out += done if isinstance(done, list) else [done]
            if isinstance(statement, ast.Delete):
                self.defined -= names.writes(statement)
            elif not isinstance(statement, (ast.If, ast.While, ast.For, ast.Try)):
                self.defined |= {w for w in names.writes(statement) if "." not in w}
        return out

    def visit_With(self, node: ast.With) -> ast.AST:
        node.items = [self.visit(item) for item in node.items]
        self.defined |= {w for w in names.writes(node.items) if "." not in w}
        node.body = self._block(node.body)
        return node

    def visit_Try(self, node: ast.Try) -> ast.AST:
        before = set(self.defined)
        node.body = self._block(node.body)
        node.orelse = self._block(node.orelse)
        for handler in node.handlers:
            self.defined = before | ({handler.name} if handler.name else set())
            handler.body = self._block(handler.body)
        self.defined = before
        node.finalbody = self._block(node.finalbody)
        self.maybe |= {w for w in names.writes(node) if "." not in w} - self.defined
        return node

    visit_TryStar = visit_Try

    def visit_Match(self, node: Any) -> ast.AST:
        before = set(self.defined)
        node.subject = self.visit(node.subject)
        for case in node.cases:
            self.defined = before | {w for w in names.writes(case.pattern) if "." not in w}
            case.body = self._block(case.body)
        self.defined = before
        return node

    # ---- control flow ----

    def visit_If(self, node: ast.If) -> list[ast.stmt]:
        test = self.visit(node.test)
        written = names.writes([*node.body, *node.orelse])
        needed = self.live.after[node]
        state = self._state(written, needed | self.live.within[node])
        outs = [name for name in state if name in needed or "." in name]
        state = outs + [name for name in state if name not in outs]
        before = set(self.defined)
        prepared = self._prepared(state, node)
        # Within the branches the names of the state are bound, if only to "undefined".
        body, after_body = self._branch("if_body", node.body, state, before, node)
        orelse, after_orelse = self._branch("else_body", node.orelse, state, before, node)
        self.defined = before | (after_body & after_orelse)
        accessors, arguments = self._accessors(state, node)
        call = ast.Call(
            runtime("if_stmt"),
            [test, load(body.name), load(orelse.name), *arguments, _strings(state), ast.Constant(len(outs))],
            [],
        )
        return [*prepared, body, orelse, *accessors, place(ast.Expr(call), node)]

    def _branch(
        self, name: str, body: list[ast.stmt], state: list[str], before: set[str], at: ast.AST
    ) -> tuple[ast.FunctionDef, set[str]]:
        self.defined = set(before)
        self.maybe |= {s for s in state if "." not in s} - before
        statements = self._block(body)
        return self._function(name, statements, [], state, at), self.defined

    def visit_While(self, node: ast.While) -> Any:
        if node.orelse:
            return self._python_loop(node)
        options = self._options(node)
        bound = names.writes(node.test)
        written = names.writes(node.body) | bound
        state = self._state(written, self.live.within[node] | self.live.after[node] | bound)
        before = set(self.defined)
        prepared = self._prepared(state, node)
        result = place(ast.Return(self.visit(node.test)), node.test)
        test = self._function("loop_test", [result], [], sorted(bound), node)
        body, _ = self._branch("loop_body", node.body, state, before, node)
        self.defined = before
        accessors, arguments = self._accessors(state, node)
        call = ast.Call(runtime("while_stmt"), [load(test.name), load(body.name), *arguments, _strings(state)], options)
        return [*prepared, test, body, *accessors, place(ast.Expr(call), node)]

    def visit_For(self, node: ast.For) -> Any:
        if node.orelse:
            return self._python_loop(node)
        options = self._options(node)
        iterated = self.visit(node.iter)
        written = names.writes(node.body) | names.writes(node.target)
        flags = names.flags(node)
        state = self._state(written, self.live.within[node] | self.live.after[node])
        before = set(self.defined)
        prepared = self._prepared(state, node)
        item = self.fresh("item")
        target = place(ast.Assign([copy.deepcopy(node.target)], load(item)), node.target)
        body, _ = self._branch("loop_body", [target, *node.body], state, before, node)
        body.args.args = [place(ast.arg(item), node)]
        self.defined = before
        accessors, arguments = self._accessors(state, node)
        extra: list[ast.stmt] = []
        test: ast.expr = ast.Constant(None)
        if flags:
            goes_on = self.visit(_conjunction([place(ast.UnaryOp(ast.Not(), load(f)), node) for f in sorted(flags)]))
            function = self._function("extra_test", [place(ast.Return(goes_on), node)], [], [], node)
            extra, test = [function], load(function.name)
        call = ast.Call(runtime("for_stmt"), [iterated, test, load(body.name), *arguments, _strings(state)], options)
        return [*prepared, body, *extra, *accessors, place(ast.Expr(call), node)]

    visit_AsyncFor = _as_it_is

    def _options(self, node: ast.While | ast.For) -> list[ast.keyword]:
        """What a call of tf.autograph.experimental.set_loop_options in the loop's body says, as an argument."""
        for statement in node.body:
            call = statement.value if isinstance(statement, ast.Expr) else None
            if isinstance(call, ast.Call) and (names.dotted(call.func) or "").endswith("set_loop_options"):
                keywords = [ast.keyword(k.arg, self.visit(copy.deepcopy(k.value))) for k in call.keywords]
                given = place(ast.Call(load("dict"), [], keywords), call)
                return [place(ast.keyword("options", _thunk(given)), call)]
        return []

    def _python_loop(self, node: Any) -> Any:
        """A loop with an ``else``, which stays Python's."""
        before = set(self.defined)
        if isinstance(node, ast.For):
            node.iter = self.visit(node.iter)
            self.defined |= names.writes(node.target)
        else:
            node.test = self.visit(node.test)
        node.body, node.orelse = self._block(node.body), self._block(node.orelse)
        self.maybe |= {w for w in names.writes(node) if "." not in w} - before
        self.defined = before
        return node

    def _state(self, written: set[str], needed: set[str]) -> list[str]:
        """The names that a block changes and that matter outside of one run of it; attributes always do."""
        return sorted(w for w in written if w in needed or ("." in w and names.roots(w).isdisjoint(written)))

    def _prepared(self, state: list[str], at: ast.AST) -> list[ast.stmt]:
        """Statements that bind the names that may have no value yet to what says so."""
        unsure = [name for name in state if "." not in name and name not in self.defined]
        return [jumps.assign(name, _read(name), at) for name in unsure if name not in self.globals]

    def _accessors(self, state: list[str], at: ast.AST) -> tuple[list[ast.stmt], list[ast.expr]]:
        """Functions that read and write all names of the state, and the expressions that name them."""
        if not state:
            return [], [runtime("get_nothing"), runtime("set_nothing")]
        values = [_read(name) if "." in name else load(name) for name in state]
        getter = self._function("get_state", [place(ast.Return(ast.Tuple(values, ast.Load())), at)], [], [], at)
        given = self.fresh("values")
        targets: list[ast.expr] = [_target(name) for name in state]
        unpack = place(ast.Assign([ast.Tuple(targets, ast.Store())], load(given)), at)
        setter = self._function("set_state", [unpack], [given], state, at)
        return [getter, setter], [load(getter.name), load(setter.name)]

    def _function(
        self, name: str, body: list[ast.stmt], arguments: list[str], state: Iterable[str], at: ast.AST
    ) -> ast.FunctionDef:
        plain = [n for n in state if "." not in n]
        declared: list[ast.stmt] = []
        for kind, chosen in (
            (ast.Nonlocal, [n for n in plain if n not in self.globals]),
            (ast.Global, [n for n in plain if n in self.globals]),
        ):
            if chosen:
                declared.append(place(kind(chosen), at))
        args = ast.arguments([], [ast.arg(a) for a in arguments], None, [], [], None, [])
        statements = [*declared, *(body or [place(ast.Pass(), at)])]
        made = ast.FunctionDef(self.fresh(name), args, statements, [])
        if "type_params" in ast.FunctionDef._fields:
            made.type_params = []  # type: ignore[attr-defined]
        return place(made, at)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """An assignment without its annotation: a name that is annotated can't be ``nonlocal``."""
        if node.value is None:
            return place(ast.Pass(), node)
        return place(ast.Assign([self.visit(node.target)], self.visit(node.value)), node)

    # ---- expressions ----

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and node.id in self.maybe and node.id not in self.defined:
            return place(ast.Call(runtime("value_of"), [node, ast.Constant(node.id)], []), node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name == "super" and not node.args and not node.keywords and self.first_parameter:
            node.args = [place(load("__class__"), node), place(load(self.first_parameter), node)]
            return node
        self.generic_visit(node)
        if name in _FRAME_CALLS:
            return node
        return place(ast.Call(runtime("call"), [node.func, *node.args], node.keywords), node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        if names.binds(node):
            return self.generic_visit(node)
        self.generic_visit(node)
        function = runtime("and_" if isinstance(node.op, ast.And) else "or_")
        return place(ast.Call(function, [_thunk(v) for v in node.values], []), node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not):
            return place(ast.Call(runtime("not_"), [node.operand], []), node)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        if names.binds(node):
            return self.generic_visit(node)
        text = ast.unparse(node.test)
        self.generic_visit(node)
        parts = [node.test, _thunk(node.body), _thunk(node.orelse), ast.Constant(text)]
        return place(ast.Call(runtime("if_exp"), parts, []), node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        middle = node.comparators[:-1]
        if not middle or not all(isinstance(m, (ast.Name, ast.Constant)) or names.dotted(m) for m in middle):
            return self.generic_visit(node)
        operands = [node.left, *node.comparators]
        pairs = [
            place(ast.Compare(copy.deepcopy(a), [op], [copy.deepcopy(b)]), node)
            for a, op, b in zip(operands, node.ops, operands[1:])
        ]
        return self.visit(place(_conjunction(pairs), node))

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        """A deleted name holds what says that it has no value; it may be another function's, too."""
        out: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id not in self.globals:
                self.maybe.add(target.id)
                undefined = ast.Call(runtime("Undefined"), [ast.Constant(target.id)], [])
                out.append(jumps.assign(target.id, undefined, node))
            else:
                out.append(place(ast.Delete([self.visit(target)]), node))
        return out

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        self.generic_visit(node)
        message = node.msg or ast.Constant("assertion failed")
        return place(ast.Expr(ast.Call(runtime("assert_stmt"), [node.test, _thunk(message)], [])), node)


def _conjunction(tests: list[ast.expr]) -> ast.expr:
    return tests[0] if len(tests) == 1 else place(ast.BoolOp(ast.And(), tests), tests[0])


def _thunk(value: ast.expr) -> ast.expr:
    return ast.Lambda(ast.arguments([], [], None, [], [], None, []), value)


def _target(name: str) -> ast.expr:
    return _part(name, ast.Store())


def _attribute(name: str) -> ast.expr:
    return _part(name, ast.Load())


def _part(name: str, context: ast.expr_context) -> Any:
    base, _, last = name.rpartition(".")
    if not base:
        return ast.Name(name, context)
    if last.startswith("["):
        key = last[1:-1]
        index = load(key) if key.isidentifier() else ast.Constant(ast.literal_eval(key))
        return ast.Subscript(_attribute(base), index, context)
    return ast.Attribute(_attribute(base), last, context)


def _read(name: str) -> ast.expr:
    """``ag__.maybe(lambda: name, "name")``: the value, or what says that there is none."""
    return ast.Call(runtime("maybe"), [_thunk(_attribute(name)), ast.Constant(name)], [])


def _strings(values: Sequence[str]) -> ast.expr:
    return ast.Tuple([ast.Constant(v) for v in values], ast.Load())
