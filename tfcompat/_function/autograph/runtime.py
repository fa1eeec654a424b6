"""What rewritten code calls: Python's control flow on Python values, the graph's on tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._core import dtypes, random_state, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.state import state
from tfcompat._core.tensor_array import TensorArray
from tfcompat._function.autograph import loops
from tfcompat._function.autograph.conversion import call, mark
from tfcompat._function.autograph.undefined import NOT_RETURNED, Undefined, is_missing, maybe, value_of

__all__ = [
    "NOT_RETURNED",
    "Undefined",
    "and_",
    "assert_stmt",
    "call",
    "for_stmt",
    "get_nothing",
    "if_exp",
    "if_stmt",
    "maybe",
    "not_",
    "or_",
    "returned",
    "rewritten",
    "set_nothing",
    "value_of",
    "while_stmt",
]

for_stmt, while_stmt = loops.for_stmt, loops.while_stmt
rewritten = mark


def get_nothing() -> tuple[Any, ...]:
    """The state of what changes no name."""
    return ()


def set_nothing(values: Sequence[Any]) -> None:
    """Sets the state of what changes no name."""


def returned(value: Any, done: Any) -> Any:
    """What a function returns whose `return` statements have become assignments."""
    return None if value is NOT_RETURNED else value


# ---- choosing ----


def if_stmt(
    test: Any,
    body: Callable[[], None],
    orelse: Callable[[], None],
    get_state: Callable[[], tuple[Any, ...]],
    set_state: Callable[[Sequence[Any]], None],
    names: Sequence[str],
    outs: int,
) -> None:
    """``if test: body() else: orelse()``; both are captured where `test` is a tensor of the graph.

    names: those of the state, of which the first `outs` are needed afterwards.
    """
    if not loops.is_open(test):
        if loops.is_tensor(test):
            body, orelse = random_state.parts(body, orelse)
        body() if test else orelse()
        return
    before = get_state()

    def branch(run: Callable[[], None]) -> tuple[Any, ...]:
        set_state([loops.copied(v) for v in before])
        run()
        return get_state()[:outs]

    results = choose(test, lambda: branch(body), lambda: branch(orelse), names[:outs])
    set_state([*results, *before[outs:]])


def if_exp(test: Any, body: Callable[[], Any], orelse: Callable[[], Any], text: str = "the condition") -> Any:
    """``body() if test else orelse()``, with `text` for the test in errors."""
    if not loops.is_open(test):
        if loops.is_tensor(test):
            body, orelse = random_state.parts(body, orelse)
        return body() if test else orelse()
    return choose(test, lambda: (body(),), lambda: (orelse(),), [text])[0]


def choose(
    test: Any, body: Callable[[], Sequence[Any]], orelse: Callable[[], Sequence[Any]], names: Sequence[str]
) -> list[Any]:
    """The values that one of two branches gives, by a tensor's value.

    What is no tensor, nor can be made one, must be the same object in both; what has no value in one has none after.
    """
    found: dict[str, list[Any]] = {}

    def tensors(which: str, run: Callable[[], Sequence[Any]]) -> list[Any]:
        values = found[which] = list(run())
        if which == "else":
            for name, a, b in zip(names, found["main"], values, strict=True):
                _check_both(name, a, b)
        return [None if _is_fixed(v) else v for v in values]

    scalar = convert_to_tensor(test)
    results = state.graph.cond(scalar, lambda: tensors("main", body), lambda: tensors("else", orelse), "cond")
    return [v if _is_fixed(v) else r for v, r in zip(found["main"], results, strict=True)]


def _is_fixed(value: Any) -> bool:
    """Whether a value is none that a graph can choose: no tensor, number, or nest of them."""
    return is_missing(value) or value is None or not loops.is_tensor_like(value)


def _check_both(name: str, a: Any, b: Any) -> None:
    if _is_none(a) and _is_none(b):
        return
    if is_missing(a) != is_missing(b):
        where = "main" if is_missing(a) else "else"
        if a is NOT_RETURNED or b is NOT_RETURNED:
            raise ValueError(f"the {where} branch must also have a return statement.")
        raise ValueError(f"'{name}' must also be initialized in the {where} branch")
    if (a is None) != (b is None):
        raise ValueError(f"'{name}' is None at the end of the {'main' if a is None else 'else'} branch.")
    if _is_fixed(a) and _is_fixed(b):
        if a is not b and not is_missing(a) and not _equal(a, b):
            raise TypeError(
                f"'{name}' must be a tensor, a number or a nest of them to differ between the branches of a "
                f"conditional on a tensor, got {a!r} and {b!r}."
            )
        return
    try:
        structure.assert_same_structure(a, b, expand_composites=True)
    except (TypeError, ValueError) as e:
        raise TypeError(f"'{name}' must have the same nested structure in the main and else branches:\n\n{e}") from None
    pairs = zip(structure.flatten(a, expand_composites=True), structure.flatten(b, expand_composites=True))
    for x, y in pairs:
        if isinstance(x, TensorArray) or x is None or y is None:
            continue
        kinds = [convert_to_tensor(v).dtype.name for v in (x, y)]
        if kinds[0] != kinds[1]:
            raise TypeError(
                f"'{name}' has dtype {kinds[0]} in the main branch, but dtype {kinds[1]} in the else branch"
            )


def _is_none(value: Any) -> bool:
    """Whether a value is None, or what a function gives that ends without a `return`, which is None, too."""
    return value is None or value is NOT_RETURNED


def _equal(a: Any, b: Any) -> bool:
    try:
        return bool(a == b)
    except Exception:
        return False


# ---- logic ----


def and_(first: Callable[[], Any], *rest: Callable[[], Any]) -> Any:
    """``first() and ...``: what follows a tensor runs only where the tensor is true when the graph runs."""
    value = first()
    if not rest:
        return value
    if loops.is_open(value):
        return if_exp(value, lambda: and_(*rest), lambda: convert_to_tensor(False))
    return value and and_(*rest)


def or_(first: Callable[[], Any], *rest: Callable[[], Any]) -> Any:
    """``first() or ...``: what follows a tensor runs only where the tensor is false when the graph runs."""
    value = first()
    if not rest:
        return value
    if loops.is_open(value):
        return if_exp(value, lambda: convert_to_tensor(True), lambda: or_(*rest))
    return value or or_(*rest)


def not_(value: Any) -> Any:
    """``not value``."""
    if not loops.is_open(value):
        return not value
    t = convert_to_tensor(value)
    if t.dtype is not dtypes.bool:
        raise TypeError(
            f"Input 'x' of 'LogicalNot' Op has type {t.dtype.name} that does not match expected type of bool."
        )
    return ~t


def assert_stmt(test: Any, message: Callable[[], Any]) -> None:
    """``assert test, message()``: InvalidArgumentError when the graph runs, where `test` is a tensor."""
    if not loops.is_tensor(test):
        if not test:
            raise AssertionError(message())
        return
    text = str(message())

    def check(inputs: Any) -> None:
        if not bool(inputs):
            raise InvalidArgumentError(None, None, f"assertion failed: [{text}]")

    if state.graph is None:
        check(test)
    else:
        state.graph.call(check, [test])
