"""Regular expressions in RE2's syntax, as TensorFlow has them, on Python's engine."""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from typing import Any

import numpy as np
import torch

from tfcompat._core.ops import Invalid, Value
from tfcompat.strings.elements import array, as_strings, each, string_op

_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}


@functools.cache
def _category(name: str, negative: bool) -> str:
    """The characters of a Unicode category as the inside of a bracket expression."""
    parts, start = [], None
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and unicodedata.category(chr(code)).startswith(name) is not negative
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            parts.append(f"\\U{start:08x}-\\U{code - 1:08x}")
            start = None
    if not parts:
        raise ValueError(f"invalid character class range: \\p{{{name}}}")
    return "".join(parts)


class _Translator:
    """RE2's syntax to that of Python's re."""

    def __init__(self, pattern: str) -> None:
        self.text, self.at = pattern, 0
        self.out: list[str] = []
        # For each open group, the flags that were set in its midst: each is a group of its own from there on.
        self.flags: list[list[str]] = [[]]

    def run(self) -> str:
        """The pattern in Python's syntax; ValueError with RE2's words where it is none in RE2's."""
        while self.at < len(self.text):
            c = self.text[self.at]
            self.at += 1
            if c == "\\":
                self.out.append(self._escape(False))
            elif c == "[":
                self._bracket()
            elif c == "(":
                self._group()
            elif c == ")":
                if len(self.flags) == 1:
                    raise ValueError(f"unexpected ): {self.text}")
                self.out.append(")" * (len(self.flags.pop()) + 1))
            elif c == "|":
                mine = self.flags[-1]
                self.out.append(")" * len(mine) + "|" + "".join(f"(?{f}:" for f in mine))
            elif c == "$":
                many = any("m" in f.split("-")[0] for level in self.flags for f in level)
                self.out.append("$" if many else r"\Z")
            else:
                self.out.append(c)
        if len(self.flags) > 1:
            raise ValueError(f"missing ): {self.text}")
        return "".join(self.out) + ")" * len(self.flags[0])

    def _group(self) -> None:
        rest = self.text[self.at :]
        if not rest.startswith("?"):
            self.out.append("(")
        elif match := re.match(r"\?P?<([A-Za-z_]\w*)>", rest):
            self.out.append(f"(?P<{match[1]}>")
            self.at += match.end()
        elif match := re.match(r"\?([ims]*(?:-[ims]+)?)([:)])", rest):
            self.at += match.end()
            if match[2] == ")":
                self.flags[-1].append(match[1])
                self.out.append(f"(?{match[1]}:")
                return
            self.out.append(f"(?{match[1]}:")
        else:
            raise ValueError(f"invalid perl operator: ({rest[:2]}")
        self.flags.append([])

    def _bracket(self) -> None:
        parts = ["["]
        if self.text.startswith("^", self.at):
            parts.append("^")
            self.at += 1
        first = True
        while True:
            if self.at >= len(self.text):
                raise ValueError(f"missing ]: {self.text}")
            c = self.text[self.at]
            self.at += 1
            if c == "]" and not first:
                break
            if match := re.match(r"\[:(\^?)(\w+):\]", self.text[self.at - 1 :]):
                parts.append(self._posix(match[2], bool(match[1])))
                self.at += match.end() - 1
            elif c == "\\":
                parts.append(self._escape(True))
            else:
                parts.append("\\" + c if c in "[]&~|^" else c)
            first = False
        self.out.append("".join(parts) + "]")

    @staticmethod
    def _posix(name: str, negative: bool) -> str:
        if name not in _POSIX:
            raise ValueError(f"invalid character class range: [:{name}:]")
        if not negative:
            return _POSIX[name]
        inside = re.compile(f"[{_POSIX[name]}]")
        return "".join(re.escape(chr(i)) for i in range(128) if not inside.match(chr(i))) + r"\x80-\U0010ffff"

    def _escape(self, in_bracket: bool) -> str:
        if self.at >= len(self.text):
            raise ValueError("trailing \\")
        c = self.text[self.at]
        self.at += 1
        rest = self.text[self.at :]
        if c in "pP":
            match = re.match(r"\{(\^?)(\w+)\}|(\w)", rest)
            if not match:
                raise ValueError(f"invalid character class range: \\{c}")
            self.at += match.end()
            inside = _category(match[2] or match[3], (c == "P") is not bool(match[1]))
            return inside if in_bracket else f"[{inside}]"
        if c == "x" and (match := re.match(r"\{([0-9a-fA-F]+)\}", rest)):
            self.at += match.end()
            return f"\\U{int(match[1], 16):08x}"
        if c == "Q" and not in_bracket:
            end = rest.find("\\E")
            literal = rest if end < 0 else rest[:end]
            self.at += len(literal) + (0 if end < 0 else 2)
            return re.escape(literal)
        if c == "z":
            return r"\Z"
        if c == "C":
            return r"[\s\S]"
        if c in "123456789" or c == "Z":
            raise ValueError(f"invalid escape sequence: \\{c}")
        return "\\" + c


@functools.lru_cache(maxsize=256)
def _compiled(pattern: bytes) -> re.Pattern[str]:
    text = pattern.decode("utf-8", "surrogateescape")
    try:
        return re.compile(_Translator(text).run(), re.ASCII)
    except (ValueError, re.error) as e:
        raise Invalid(f"Invalid pattern: {text}, error: {e}") from None


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


def _rewritten(rewrite: str, match: re.Match[str]) -> str:
    def part(found: re.Match[str]) -> str:
        return "\\" if found[1] == "\\" else match[int(found[1])] or ""

    return re.sub(r"\\([0-9\\])", part, rewrite)


def _replaced(text: str, compiled: re.Pattern[str], rewrite: str, count: int) -> str:
    """RE2's replacement: an empty match right after another one does not count."""
    parts, at, last = [], 0, -1
    for match in compiled.finditer(text):
        if match.start() == match.end() == last:
            continue
        parts += [text[at : match.start()], _rewritten(rewrite, match)]
        at = last = match.end()
        count -= 1
        if count == 0:
            break
    return "".join(parts) + text[at:]


@string_op("RegexReplace")
def _replace(input: Value, pattern: Value, rewrite: Value, replace_global: bool, name: str | None = None) -> Any:
    compiled, new = _compiled(_pattern(pattern)), _decoded(_pattern(rewrite))
    wrong = (
        re.search(r"\\([^0-9\\]|$)", new)
        or max([int(d) for d in re.findall(r"\\([0-9])", new)] or [0]) > compiled.groups
    )
    if wrong:
        return np.array(array(input), dtype=object)  # RE2 replaces nothing then
    count = -1 if replace_global else 1

    def change(v: bytes) -> bytes:
        return _replaced(_decoded(v), compiled, new, count).encode("utf-8", "surrogateescape")

    return each(change, array(input))


def regex_replace(input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None) -> Any:
    """The strings with what matches `pattern`, in RE2's syntax, replaced by `rewrite` (tf.strings.regex_replace).

    rewrite: \\\\0 is the match and \\\\1 to \\\\9 are its groups. replace_global: all matches or the first only.
    InvalidArgumentError where `pattern` is no regular expression.
    """
    return _replace(as_strings(input), as_strings(pattern), as_strings(rewrite), replace_global, name)
