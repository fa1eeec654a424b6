"""Errors in functions that AutoGraph rewrote, told with the lines of the program that led to them."""

from __future__ import annotations

import linecache
import re
import traceback
from typing import Any

from tfcompat._core import errors


class _KeyError(KeyError):
    """A KeyError whose message is shown as it is, not as the key."""

    __str__ = Exception.__str__


_KeyError.__name__ = _KeyError.__qualname__ = "KeyError"
_SIMPLE = frozenset(
    (ValueError, TypeError, AttributeError, RuntimeError, NotImplementedError, NameError, IndexError, AssertionError)
) | {UnboundLocalError, ZeroDivisionError, FileNotFoundError, errors.OperatorNotAllowedInGraphError}
# Functions that rewriting makes of parts of one.
_PART = re.compile(r"(if_body|else_body|loop_body|loop_test|extra_test|get_state|set_state|<lambda>)(_\d+)?$")
_TOLD = "_tfcompat_in_user_code"


def in_user_code(error: Exception) -> Exception:
    """An error like `error` that tells where in rewritten functions it came up; itself where that was in none."""
    lines = _lines(error)
    if not lines:
        return error
    cause = getattr(error, _TOLD, None) or f"{type(error).__name__}: {_message(error)}"
    told = _with_message(error, f"in user code:\n\n{''.join(lines)}\n    {cause}\n")
    if told is not error:
        setattr(told, _TOLD, cause)
        told.__cause__, told.__suppress_context__ = error.__cause__, True
        told.with_traceback(error.__traceback__)
    return told


def _lines(error: Exception) -> list[str]:
    """For each rewritten function on the way the line that was run last in it, with its text."""
    found: list[tuple[str, str]] = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        if not is_rewritten(code):
            continue
        path = getattr(code, "co_qualname", code.co_name).split(".<locals>.")
        while len(path) > 1 and _PART.match(path[-1]):
            path.pop()
        if found and found[-1][0] == ".".join(path):  # a part of the function, such as a loop's body
            found.pop()
        name = path[-1].split(".")[-1].removeprefix("tf__")
        text = linecache.getline(code.co_filename, line).strip()
        found.append((".".join(path), f'    File "{code.co_filename}", line {line}, in {name}  *\n        {text}\n'))
    return [text for _, text in found]


def is_rewritten(code: Any) -> bool:
    """Whether code is that of a function that AutoGraph rewrote."""
    return "ag__" in code.co_freevars or getattr(code, "co_qualname", code.co_name).startswith("factory.<locals>.")


def _message(error: Exception) -> str:
    return str(error.message) if isinstance(error, errors.OpError) else str(error)


def _with_message(error: Exception, message: str) -> Exception:
    kind: Any = type(error)
    if isinstance(error, errors.OpError):
        return kind(error.node_def, error.op, message)
    if kind is KeyError:
        return _KeyError(message)
    return kind(message) if kind in _SIMPLE else error
