"""Assertions on the elements of tensors: tf.debugging.Assert, assert_equal and its relatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._arrays.captures import graph_method, replayable
from tfcompat._core import errors, operators
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dispatch import dispatchable
from tfcompat._core.ops import is_symbolic, wrap
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._function.scopes import outside_of_graphs
from tfcompat.debugging.kinds import prefix


def _fail(text: str) -> None:
    raise errors.InvalidArgumentError(None, None, text)


def _summary(value: Any, summarize: int) -> str:
    """The first `summarize` elements, all where it is negative."""
    flat = np.asarray(convert_to_tensor(value).numpy(), dtype=None).reshape(-1)
    shown = [str(v) for v in (flat if summarize < 0 else flat[:summarize])]
    return ", ".join([*shown, "..."] if len(shown) < flat.size else shown)


@replayable
def Assert(condition: Any, data: Sequence[Any], summarize: int | None = None, name: str | None = None) -> Any:
    """Asserts that `condition`, a scalar, is true (tf.debugging.Assert).

    Where it is not: InvalidArgumentError with the first `summarize` (3) elements of each tensor of the list `data`.
    In a captured function it is looked at at each call.
    """
    if not isinstance(data, (list, tuple)):
        raise TypeError("values must be a sequence.")
    count = 3 if summarize is None else summarize

    def check(truth: Any, *values: Any) -> None:
        if not bool(truth):
            _refuse(condition, values, count)

    return _run(check, condition, *data, replay=lambda c, *d: (Assert, [c, list(d)], {"summarize": summarize}))


def _refuse(condition: Any, data: Sequence[Any], count: int) -> None:
    """Raises what `Assert` does where `condition` is not true."""
    _fail(f"Expected '{condition!s}' to be true. Summarized data: " + "\n".join(_summary(v, count) for v in data))


def _run(check: Callable[..., None], *values: Any, replay: Any = None) -> Any:
    """Calls `check`, now or, where a value is not known while a function is captured, at each call of that.

    In a graph that a session runs, it returns the operation that checks. replay: for values the public function,
    positional and keyword arguments that check the same, by which the graph can be saved.
    """
    if state.graph is None:
        return check(*values)
    stored = [to_storage(v) for v in values]
    if any(map(is_symbolic, stored)):
        return graph_method("check", "an assertion on values")(check, values, replay)
    else:  # constants
        with outside_of_graphs():
            check(*map(EagerTensor, stored))


def _shown_elements(name: str, x: np.ndarray, count: int) -> str:
    flat = x.reshape(-1)
    n = flat.size if count < 0 else min(flat.size, count)
    return f"First {n} elements of {name}:\n{flat[:n]}\n"


def _binary(
    function: Any, sign: str, compare: Callable[[Any, Any], Any], x: Any, y: Any, message: str | None,
    summarize: int | None,
) -> Any:  # fmt: skip
    x, y = convert_to_tensor(x), convert_to_tensor(y)
    count = 3 if summarize is None else summarize

    def check(x: Any, y: Any) -> Any:
        held = compare(x, y)
        good = np.asarray(held.numpy())
        if good.all():
            return
        text = f"{message}\n" if message else ""
        text += f"Condition x {sign} y did not hold.\n"
        a, b = (np.asarray(t.numpy(), dtype=object if t.dtype.name == "string" else None) for t in (x, y))
        if a.shape == b.shape and a.ndim:
            where = np.argwhere(~good)
            where = where if count < 0 else where[:count]
            at = tuple(where.T)
            text += f"Indices of first {len(where)} different values:\n{where}\n"
            text += f"Corresponding x values:\n{a[at]}\nCorresponding y values:\n{b[at]}\n"
        _fail((text + _shown_elements("x", a, count) + _shown_elements("y", b, count)).rstrip("\n"))

    options = {"message": message, "summarize": summarize}
    return _run(check, x, y, replay=lambda x, y: (function, [x, y], options))


@replayable
@dispatchable
def assert_equal(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> Any:
    """Asserts that x == y in all elements, with broadcasting (tf.debugging.assert_equal).

    Where it does not hold: InvalidArgumentError that tells `message`, and where and what the first `summarize` (3)
    differing elements are. In a captured function it is looked at at each call.
    """
    if x is y:  # as TensorFlow does: the same object needs no kernel, and may be one that no op takes
        return None
    return _binary(assert_equal, "==", operators.equal, x, y, message, summarize)


@replayable
@dispatchable
def assert_none_equal(
    x: Any, y: Any, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Any:
    """Asserts that x != y in all elements (tf.debugging.assert_none_equal); as `assert_equal`."""
    return _binary(assert_none_equal, "!=", operators.not_equal, x, y, message, summarize)


@replayable
@dispatchable
def assert_greater(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> Any:
    """Asserts that x > y in all elements (tf.debugging.assert_greater); as `assert_equal`."""
    return _binary(assert_greater, ">", operators.greater, x, y, message, summarize)


@replayable
@dispatchable
def assert_greater_equal(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> Any:
    """Asserts that x >= y in all elements (tf.debugging.assert_greater_equal); as `assert_equal`."""
    return _binary(assert_greater_equal, ">=", operators.greater_equal, x, y, message, summarize)


@replayable
@dispatchable
def assert_less(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> Any:
    """Asserts that x < y in all elements (tf.debugging.assert_less); as `assert_equal`."""
    return _binary(assert_less, "<", operators.less, x, y, message, summarize)


@replayable
@dispatchable
def assert_less_equal(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> Any:
    """Asserts that x <= y in all elements (tf.debugging.assert_less_equal); as `assert_equal`."""
    return _binary(assert_less_equal, "<=", operators.less_equal, x, y, message, summarize)


def _unary(
    function: Any, sign: str, compare: Callable[[Any, Any], Any], x: Any, message: str | None, summarize: int | None
) -> Any:
    x = convert_to_tensor(x)
    if x.dtype.is_bool or x.dtype.torch is None:
        raise TypeError(f"Argument `x` takes numbers, got dtype {x.dtype!r}.")
    count = 3 if summarize is None else summarize

    def check(x: Any) -> Any:
        if np.asarray(compare(x, wrap(torch.zeros((), dtype=x._t.dtype, device=x._t.device))).numpy()).all():
            return
        shown = _summary(x, count).split(", ") if x.ndim else _summary(x, count)
        _fail(
            f"{prefix(message)}\nCondition x {sign} 0 did not hold element-wise:\n"
            f"x (shape={x.shape} dtype={x.dtype.name}) = \n{shown}"
        )

    options = {"message": message, "summarize": summarize}
    return _run(check, x, replay=lambda x: (function, [x], options))


@replayable
def assert_positive(x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None) -> Any:
    """Asserts that x > 0 in all elements (tf.debugging.assert_positive); arguments and error as `assert_equal`."""
    return _unary(assert_positive, ">", operators.greater, x, message, summarize)


@replayable
def assert_negative(x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None) -> Any:
    """Asserts that x < 0 in all elements (tf.debugging.assert_negative); as `assert_positive`."""
    return _unary(assert_negative, "<", operators.less, x, message, summarize)


@replayable
def assert_non_negative(
    x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> Any:
    """Asserts that x >= 0 in all elements (tf.debugging.assert_non_negative); as `assert_positive`."""
    return _unary(assert_non_negative, ">=", operators.greater_equal, x, message, summarize)


@replayable
def assert_non_positive(
    x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> Any:
    """Asserts that x <= 0 in all elements (tf.debugging.assert_non_positive); as `assert_positive`."""
    return _unary(assert_non_positive, "<=", operators.less_equal, x, message, summarize)


@replayable
@dispatchable
def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    message: str | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> Any:
    """Asserts that |x - y| < atol + rtol * |y| in all elements (tf.debugging.assert_near).

    rtol, atol: 10 times the dtype's machine epsilon where None. For the error see `assert_equal`; ValueError for
    dtypes that are not floating or differ.
    """
    x = convert_to_tensor(x)
    y = convert_to_tensor(y, dtype=None if isinstance(y, Tensor) else x.dtype)
    if not (x.dtype.is_floating or x.dtype.is_complex) or x.dtype is not y.dtype:
        raise ValueError(f"Arguments `x` and `y` take one floating dtype, got {x.dtype!r} and {y.dtype!r}.")
    tolerance = 10 * torch.finfo(x._t.dtype).eps
    count = 3 if summarize is None else summarize

    def check(x: Any, y: Any) -> None:
        b = y._t
        relative, absolute = (
            convert_to_tensor(tolerance if v is None else v, x.dtype.real_dtype) for v in (rtol, atol)
        )
        if bool(((x - y)._t.abs() < absolute._t + relative._t * b.abs()).all()):
            return
        near = f"x and y not equal to tolerance rtol = {relative!s}, atol = {absolute!s}"
        data: list[Any] = [message or "", near]
        for name, t in (("x", x), ("y", y)):
            data += [f"{name} (shape={t.shape} dtype={t.dtype.name}) = ", t]
        _refuse(convert_to_tensor(False), data, count)

    options = {"rtol": rtol, "atol": atol, "message": message, "summarize": summarize}
    return _run(check, x, y, replay=lambda x, y: (assert_near, [x, y], options))
