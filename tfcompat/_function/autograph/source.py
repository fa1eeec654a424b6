"""Finding the syntax tree of a function, and making a function of a rewritten one."""

from __future__ import annotations

import ast
import copy
import functools
import linecache
import types
from collections.abc import Iterator
from typing import Any

from tfcompat._function.autograph.rewriting import rewrite

_Node = ast.FunctionDef | ast.Lambda


class NoSource(Exception):
    """A function's source code can't be found, or not told from that of another function."""


@functools.lru_cache(maxsize=64)
def _tree(filename: str, text: str) -> ast.Module:
    return ast.parse(text, filename)


def find(code: types.CodeType) -> _Node:
    """A copy of the syntax tree of the function that has this code; NoSource where there is none."""
    lines = linecache.getlines(code.co_filename)
    if not lines:
        raise NoSource("could not get source code")
    try:
        tree = _tree(code.co_filename, "".join(lines))
    except (SyntaxError, ValueError) as e:
        raise NoSource(f"could not parse the source code of {code.co_filename}: {e}") from None
    found = [node for node in ast.walk(tree) if _is_of(node, code)]
    positions: Any = getattr(code, "co_positions", None)  # from Python 3.11 on
    if len(found) > 1 and positions is not None:
        spans = {(row, column) for row, _, column, _ in positions() if column is not None}
        found = [node for node in found if any(_within(node, span) for span in spans)]
        found = [node for node in found if not any(a is not node and _contains(node, a) for a in found)] or found
    if len(found) != 1:
        raise NoSource("could not find it in the source code" if not found else "several functions stand in one line")
    return copy.deepcopy(found[0])  # type: ignore[return-value]


def _is_of(node: ast.AST, code: types.CodeType) -> bool:
    if isinstance(node, ast.Lambda):
        return code.co_name == "<lambda>" and node.lineno == code.co_firstlineno and _parameters(node) == _names(code)
    if isinstance(node, ast.FunctionDef):
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        return code.co_name == node.name and first == code.co_firstlineno and _parameters(node) == _names(code)
    return False


def _parameters(node: Any) -> list[str]:
    args = node.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return [a.arg.split("__")[-1] for a in every if a is not None]


def _names(code: types.CodeType) -> list[str]:
    stars = bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)
    return [n.split("__")[-1] for n in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + stars]]


def _within(node: Any, span: tuple[int | None, int | None]) -> bool:
    row, column = span
    body = node.body if isinstance(node, ast.Lambda) else node
    return row is not None and (body.lineno, body.col_offset) <= (row, column) < (body.end_lineno, body.end_col_offset)


def _contains(node: Any, other: Any) -> bool:
    return any(n is other for n in ast.walk(node))


def rewritten_code(code: types.CodeType, owner: str | None) -> tuple[types.CodeType, str]:
    """The code of a function after rewriting, and its source text; `ag__` is one more free variable of it."""
    tree = find(code)
    self_name = code.co_varnames[0] if code.co_argcount and "__class__" in code.co_freevars else None
    rewrite(tree, self_name, owner)
    if isinstance(tree, ast.Lambda):
        made: Any = ast.Return(tree)
    else:
        tree.decorator_list, tree.returns = [], None
        made = tree
    _strip(tree.args)
    # Under its own name the code's nested functions would find this one, not what the name stands for outside.
    name = "<lambda>" if isinstance(tree, ast.Lambda) else f"tf__{tree.name}"
    if not isinstance(tree, ast.Lambda):
        tree.name = name
    text = ast.unparse(tree)
    outer = ast.FunctionDef(
        "factory",
        ast.arguments([], [ast.arg(v) for v in dict.fromkeys((*code.co_freevars, "ag__"))], None, [], [], None, []),
        [made] if isinstance(made, ast.Return) else [made, ast.Return(ast.Name(name, ast.Load()))],
        [],
    )
    if "type_params" in ast.FunctionDef._fields:
        outer.type_params = []  # type: ignore[attr-defined]
    module = ast.fix_missing_locations(ast.copy_location(ast.Module([outer], []), tree))
    for node in _codes(compile(module, code.co_filename, "exec")):
        if node.co_name == name and node.co_firstlineno >= getattr(tree, "lineno", 0):
            return node.replace(co_name=code.co_name), text
    raise NoSource("its rewritten code was not found")


def _strip(args: ast.arguments) -> None:
    """Takes defaults and annotations out: the new function gets the old one's."""
    args.defaults = [ast.Constant(None) for _ in args.defaults]
    args.kw_defaults = [None if d is None else ast.Constant(None) for d in args.kw_defaults]
    for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
        if arg is not None:
            arg.annotation = None


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)


def with_code(function: types.FunctionType, code: types.CodeType, runtime: Any) -> types.FunctionType:
    """A function like `function` that runs `code`."""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
    cells["ag__"] = types.CellType(runtime)
    closure = tuple(cells[name] for name in code.co_freevars)
    made = types.FunctionType(code, function.__globals__, function.__name__, function.__defaults__, closure)
    made.__kwdefaults__ = function.__kwdefaults__
    functools.update_wrapper(made, function)
    del made.__wrapped__  # type: ignore[attr-defined]
    return made
