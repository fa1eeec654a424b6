"""Assertions with TensorFlow 1's order of arguments (tf.compat.v1.assert_equal and relatives).

In a graph they are operations, for tf.control_dependencies; a session that runs one raises what it finds.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import tfcompat as tf


def _of(name: str, *first: str, extra: tuple[tuple[str, Any], ...] = ()) -> Callable[..., Any]:
    """tf.debugging's assertion of the name, with `data` printed where it fails and `summarize` of its elements."""
    kinds = inspect.Parameter
    parameters = [kinds(n, kinds.POSITIONAL_OR_KEYWORD) for n in first]
    rest = (*extra, ("data", None), ("summarize", None), ("message", None), ("name", None))
    parameters += [kinds(n, kinds.POSITIONAL_OR_KEYWORD, default=d) for n, d in rest]
    signature = inspect.Signature(parameters)

    def check(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        given = dict(bound.arguments)
        data = given.pop("data")
        if data is not None:
            shown = " ".join(
                str(getattr(x, "numpy", lambda x=x: x)()) if tf.executing_eagerly() else str(x) for x in data
            )
            given["message"] = " ".join(filter(None, (given["message"], shown)))
        given = {k: v for k, v in given.items() if v is not None}
        if "rank" in name:
            given.pop("summarize", None)
        return _operation(getattr(tf.debugging, name)(**given))

    check.__name__ = check.__qualname__ = name
    check.__signature__ = signature  # type: ignore[attr-defined]
    check.__doc__ = (
        f"tf.debugging.{name} with TensorFlow 1's arguments (tf.compat.v1.{name}).\n\n"
        "    data: what is told where it fails, after the message."
    )
    return check


def _operation(found: Any) -> Any:
    """What an assertion gives: in a graph an operation, also where all is known while it is built."""
    return tf.no_op() if found is None and not tf.executing_eagerly() else found


assert_equal = _of("assert_equal", "x", "y")
assert_none_equal = _of("assert_none_equal", "x", "y")
assert_less = _of("assert_less", "x", "y")
assert_less_equal = _of("assert_less_equal", "x", "y")
assert_greater = _of("assert_greater", "x", "y")
assert_greater_equal = _of("assert_greater_equal", "x", "y")
assert_near = _of("assert_near", "x", "y", extra=(("rtol", None), ("atol", None)))
assert_negative = _of("assert_negative", "x")
assert_positive = _of("assert_positive", "x")
assert_non_negative = _of("assert_non_negative", "x")
assert_non_positive = _of("assert_non_positive", "x")
assert_rank = _of("assert_rank", "x", "rank")
assert_rank_at_least = _of("assert_rank_at_least", "x", "rank")
assert_rank_in = _of("assert_rank_in", "x", "ranks")


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> Any:
    """TypeError unless `x` is of an integer dtype (tf.compat.v1.assert_integer)."""
    return _operation(tf.debugging.assert_integer(x, message, name))


def assert_type(tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None) -> Any:
    """TypeError unless `tensor` is of the dtype `tf_type` (tf.compat.v1.assert_type)."""
    return _operation(tf.debugging.assert_type(tensor, tf_type, message, name))


def assert_scalar(tensor: Any, name: str | None = None, message: str | None = None) -> Any:
    """ValueError unless `tensor` is a scalar, which is returned (tf.compat.v1.assert_scalar)."""
    tf.debugging.assert_scalar(tensor, message, name)
    return tf.convert_to_tensor(tensor)


def verify_tensor_all_finite(
    t: Any = None, msg: str | None = None, name: str | None = None, x: Any = None, message: str | None = None
) -> Any:
    """`x`, or `t`; InvalidArgumentError with the message where it is not finite (verify_tensor_all_finite)."""
    return tf.debugging.assert_all_finite(t if x is None else x, (msg if message is None else message) or "", name)


assert_all_finite = verify_tensor_all_finite
