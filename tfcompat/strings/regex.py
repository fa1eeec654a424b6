"""Regular expressions in RE2's syntax, as TensorFlow has them, on Python's engine."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import errors
from tfcompat._core.ops import Invalid, Value
from tfcompat.strings._re2 import translated
from tfcompat.strings.elements import array, as_strings, each, string_op

_AFTER_BACKSLASH = frozenset("0123456789\\")


@functools.lru_cache(maxsize=256)
def _compiled(pattern: bytes) -> re.Pattern[str]:
    try:
        return re.compile(translated(pattern.decode("utf-8")))
    except UnicodeDecodeError:
        raise Invalid(f"Invalid pattern: {_decoded(pattern)!r}, error: invalid UTF-8") from None
    except NotImplementedError as e:
        raise Invalid(f"Pattern {pattern.decode()} has {e}", errors.UnimplementedError) from None
    except (ValueError, re.error, OverflowError) as e:
        raise Invalid(f"Invalid pattern: {pattern.decode()}, error: {e}") from None


def _decoded(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _pattern(value: Any) -> bytes:
    x = array(value)
    if x.ndim:
        raise Invalid(f"Pattern must be scalar, but received {list(x.shape)}")
    return x.item()


@string_op("RegexFullMatch")
def _full_match(input: Value, pattern: Value, name: str | None = None) -> torch.Tensor:
    x, compiled = array(input), _compiled(_pattern(pattern))
    found = [compiled.fullmatch(_decoded(v)) is not None for v in x.reshape(-1)]
    return torch.tensor(found, dtype=torch.bool).reshape(x.shape)


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Any:
    """Whether each string matches the whole of `pattern`, in RE2's syntax (tf.strings.regex_full_match).

    Raises InvalidArgumentError where `pattern` is no regular expression.
    """
    return _full_match(as_strings(input), as_strings(pattern), name)


def _parts(rewrite: str) -> tuple[list[str | int], bool]:
    """What to put in place of a match, texts and numbers of groups, and whether RE2 understands all of it."""
    parts: list[str | int] = []
    at = 0
    for found in re.finditer(r"\\(.?)", rewrite, re.DOTALL):
        parts.append(rewrite[at : found.start()])
        if found[1] not in _AFTER_BACKSLASH:
            return parts, False
        parts.append(int(found[1]) if found[1] != "\\" else "\\")
        at = found.end()
    return [*parts, rewrite[at:]], True


def _replaced(text: str, compiled: re.Pattern[str], rewrite: Sequence[str | int], count: int) -> str:
    """RE2's replacement: an empty match right after another match does not count."""
    parts, at, last = [], 0, -1
    while at <= len(text) and count and (match := compiled.search(text, at)):
        start, end = match.span()
        parts.append(text[at:start])
        if start == end == last:
            parts.append(text[start : start + 1])
            at = start + 1
            continue
        parts += [p if isinstance(p, str) else match[p] or "" for p in rewrite]
        at = last = end
        count -= 1
    return "".join(parts) + text[at:]


@string_op("RegexReplace")
def _replace(input: Value, pattern: Value, rewrite: Value, replace_global: bool, name: str | None = None) -> Any:
    compiled, x = _compiled(_pattern(pattern)), array(input)
    parts, whole = _parts(_decoded(_pattern(rewrite)))
    if max((p for p in parts if isinstance(p, int)), default=0) > compiled.groups or not (whole or replace_global):
        return np.array(x, dtype=object)  # RE2 replaces nothing then
    count = -1 if replace_global else 1

    def change(v: bytes) -> bytes:
        return _replaced(_decoded(v), compiled, parts, count).encode("utf-8", "surrogateescape")

    return each(change, x)


def regex_replace(input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None) -> Any:
    """The strings with what matches `pattern`, in RE2's syntax, replaced by `rewrite` (tf.strings.regex_replace).

    rewrite: \\\\0 is the match and \\\\1 to \\\\9 are its groups. replace_global: all matches or the first only.
    InvalidArgumentError where `pattern` is no regular expression.
    """
    return _replace(as_strings(input), as_strings(pattern), as_strings(rewrite), replace_global, name)
