"""What a capture took for granted of sizes: TensorFlow checks it where the function runs, and refuses other sizes."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import sympy
from torch.utils._sympy.functions import CeilToInt, CleanDiv, FloorDiv, FloorToInt, IntTrueDiv, Mod, PythonMod

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.registry import NotTranslatable

_OPERATORS: dict[type, str] = {
    ast.Div: "RealDiv", ast.Add: "AddV2", ast.Sub: "Sub", ast.Mult: "Mul", ast.FloorDiv: "FloorDiv",
    ast.Mod: "FloorMod",
    ast.Eq: "Equal", ast.NotEq: "NotEqual", ast.Lt: "Less", ast.LtE: "LessEqual", ast.Gt: "Greater",
    ast.GtE: "GreaterEqual", ast.And: "LogicalAnd", ast.Or: "LogicalOr", ast.USub: "Neg", ast.Not: "LogicalNot",
}  # fmt: skip
_CALLS = {"max": "Maximum", "min": "Minimum"}
_ROUNDED = {"math.floor": "Floor", "math.ceil": "Ceil"}


def check(g: Body, text: str, sizes: Mapping[str, Any]) -> None:
    """Has the graph fail where a condition in Python's words does not hold. sizes: its names, as scalars of int32."""
    held = _written(g, ast.parse(text, mode="eval").body, sizes)
    if not isinstance(held, Ref):
        return
    message = g.const(f"The function was captured for sizes where {text}".encode(), dtypes.string)
    g.effect("Assert", held, [message])


def matters(expression: Any) -> bool:
    """Whether other sizes could do harm: where parts of sizes are compared, or what is made of them is to be equal.

    torch also asks how large sizes are, and whether two are the same, to choose layouts and rules for broadcasting,
    which TensorFlow has of its own.
    """
    if expression.has(FloorDiv, CleanDiv, Mod, PythonMod, IntTrueDiv, FloorToInt, CeilToInt):
        return True
    equal = [part for part in _relations(expression) if isinstance(part, sympy.Eq)]
    return not all(side.is_symbol or side.is_number for part in equal for side in part.args)


def pins(expression: Any) -> bool:
    """Whether a condition lets a size be one number only, of which the graph is then made."""
    if not isinstance(expression, sympy.Eq) or len(expression.free_symbols) != 1:
        return False
    sides: list[Any] = list(expression.args)
    plain = expression.has(IntTrueDiv) or all(side.is_polynomial(*side.free_symbols) for side in sides)
    return plain and any(side.is_number for side in sides)


def _relations(expression: Any) -> list[Any]:
    if expression.is_Relational:
        return [expression]
    return [part for argument in expression.args for part in _relations(argument)]


def _written(g: Body, tree: ast.AST, sizes: Mapping[str, Any]) -> Any:
    if isinstance(tree, ast.Name) and tree.id in sizes:
        return sizes[tree.id]
    if isinstance(tree, ast.Constant) and isinstance(tree.value, (bool, int, float)):
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
    if isinstance(tree, ast.Call) and ast.unparse(tree.func) in _ROUNDED:
        return g.cast(
            _op(g, _ROUNDED[ast.unparse(tree.func)], g.cast(_written(g, tree.args[0], sizes), dtypes.float64)),
            dtypes.int32,
        )
    raise NotTranslatable(f"a condition on sizes, {ast.unparse(tree)}")


def _number(g: Body, value: Any) -> Ref:
    if isinstance(value, bool):
        return g.const(value, dtypes.bool)
    if isinstance(value, float):
        return g.const(value, dtypes.float64)
    return g.int32(max(min(value, 2**31 - 1), -(2**31)))


def _op(g: Body, op: str, *args: Any) -> Ref:
    refs = [arg if isinstance(arg, Ref) else _number(g, arg) for arg in args]
    if op == "RealDiv" or any(ref.dtype == dtypes.float64 for ref in refs):
        refs = [g.cast(ref, dtypes.float64) for ref in refs]
    return shaped(g.op(op, *refs), [])


def _folded(g: Body, op: str, values: list[Any]) -> Any:
    found = values[0]
    for value in values[1:]:
        found = _op(g, op, found, value)
    return found
