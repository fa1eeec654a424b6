"""What a capture took for granted of sizes: TensorFlow checks it where the function runs, and refuses other sizes."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.registry import NotTranslatable

_OPERATORS: dict[type, str] = {
    ast.Add: "AddV2", ast.Sub: "Sub", ast.Mult: "Mul", ast.FloorDiv: "FloorDiv", ast.Mod: "FloorMod",
    ast.Eq: "Equal", ast.NotEq: "NotEqual", ast.Lt: "Less", ast.LtE: "LessEqual", ast.Gt: "Greater",
    ast.GtE: "GreaterEqual", ast.And: "LogicalAnd", ast.Or: "LogicalOr", ast.USub: "Neg", ast.Not: "LogicalNot",
}  # fmt: skip
_CALLS = {"max": "Maximum", "min": "Minimum"}


def check(g: Body, text: str, sizes: Mapping[str, Any]) -> None:
    """Has the graph fail where a condition in Python's words does not hold. sizes: its names, as scalars of int32."""
    held = _written(g, ast.parse(text, mode="eval").body, sizes)
    if not isinstance(held, Ref):
        return
    message = g.const(f"The function was captured for sizes where {text}".encode(), dtypes.string)
    g.op("Assert", held, [message])
    node = next(reversed(g.nodes.values()))
    node.input.extend(f"^{name}" for name in g.effects[-1:])
    g.effects.append(node.name)


def matters(expression: Any) -> bool:
    """Whether other sizes could do harm: not where a size is compared with a number, or with another one.

    torch asks such questions to choose layouts and rules for broadcasting, which TensorFlow has of its own.
    """
    return not all(side.is_symbol or side.is_number for part in _relations(expression) for side in part.args)


def _relations(expression: Any) -> list[Any]:
    if expression.is_Relational:
        return [expression]
    return [part for argument in expression.args for part in _relations(argument)]


def _written(g: Body, tree: ast.AST, sizes: Mapping[str, Any]) -> Any:
    if isinstance(tree, ast.Name) and tree.id in sizes:
        return sizes[tree.id]
    if isinstance(tree, ast.Constant) and isinstance(tree.value, (bool, int)):
        return _number(g, tree.value)
    if isinstance(tree, ast.UnaryOp) and type(tree.op) in _OPERATORS:
        return _op(g, _OPERATORS[type(tree.op)], _written(g, tree.operand, sizes))
    if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATORS:
        return _op(g, _OPERATORS[type(tree.op)], _written(g, tree.left, sizes), _written(g, tree.right, sizes))
    if isinstance(tree, ast.BoolOp):
        return _folded(g, _OPERATORS[type(tree.op)], [_written(g, value, sizes) for value in tree.values])
    if isinstance(tree, ast.Compare) and all(type(op) in _OPERATORS for op in tree.ops):
        sides = [_written(g, side, sizes) for side in (tree.left, *tree.comparators)]
        pairs = zip(tree.ops, sides, sides[1:])
        return _folded(g, "LogicalAnd", [_op(g, _OPERATORS[type(op)], a, b) for op, a, b in pairs])
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id in _CALLS:
        return _folded(g, _CALLS[tree.func.id], [_written(g, arg, sizes) for arg in tree.args])
    raise NotTranslatable(f"a condition on sizes, {ast.unparse(tree)}")


def _number(g: Body, value: Any) -> Ref:
    if isinstance(value, bool):
        return g.const(value, dtypes.bool)
    return g.int32(max(min(value, 2**31 - 1), -(2**31)))


def _op(g: Body, op: str, *args: Any) -> Ref:
    return shaped(g.op(op, *(arg if isinstance(arg, Ref) else _number(g, arg) for arg in args)), [])


def _folded(g: Body, op: str, values: list[Any]) -> Any:
    found = values[0]
    for value in values[1:]:
        found = _op(g, op, found, value)
    return found
