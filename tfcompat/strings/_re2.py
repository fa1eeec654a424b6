"""RE2's regular expressions in the syntax of Python's re.

Text is decoded as UTF-8 with "surrogateescape": a byte that belongs to no character is a lone surrogate, which, as in
RE2, nothing matches that is not spelt out.
"""

from __future__ import annotations

import functools
import itertools
import re
import sys
import unicodedata
from collections.abc import Iterable
from typing import NoReturn

from tfcompat.strings.scripts import Ranges, characters

_POSIX = {
    "alnum": "09AZaz",
    "alpha": "AZaz",
    "ascii": "\x00\x7f",
    "blank": "\t\t  ",
    "cntrl": "\x00\x1f\x7f\x7f",
    "digit": "09",
    "graph": "!~",
    "lower": "az",
    "print": " ~",
    "punct": "!/:@[`{~",
    "space": "\t\r  ",
    "upper": "AZ",
    "word": "09AZ__az",
    "xdigit": "09AFaf",
}
_PERL = {"d": "09", "s": "\t\n\f\r  ", "w": _POSIX["word"]}
_CONTROLS = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_ASSERTIONS = {"A": r"\A", "z": r"\Z", "b": r"(?a:\b)", "B": r"(?:(?a:\B)|\A\Z)"}
_LAST = sys.maxunicode
_BROKEN = (0xDC80, 0xDCFF)  # what stands for bytes that are no character
_MOST_REPEATS = 1000


def _ranges(pairs: str) -> Ranges:
    return [(ord(a), ord(b)) for a, b in zip(pairs[::2], pairs[1::2], strict=True)]


def _others(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """All characters but those in `ranges`."""
    found, at = [], 0
    for first, last in sorted([*ranges, _BROKEN]):
        if first > at:
            found.append((at, first - 1))
        at = max(at, last + 1)
    return [*found, (at, _LAST)] if at <= _LAST else found


@functools.cache
def _categories() -> list[tuple[str, int, int]]:
    """The general categories of all characters: each with the first and the last of a run that has it."""
    runs, at = [], 0
    for category, run in itertools.groupby(map(unicodedata.category, map(chr, range(_LAST + 1)))):
        end = at + sum(1 for _ in run)
        runs.append((category, at, end - 1))
        at = end
    return runs


@functools.cache
def _property(name: str) -> Ranges | None:
    """The characters of a general category of Unicode, as "L" or "Lu", or of a script; None where it is neither."""
    if name == "Any":
        return _others([])
    if not re.fullmatch("[CLMNPSZ][a-z]?", name) or name == "Cn":
        return characters(name)
    runs = [(a, b) for category, a, b in _categories() if category.startswith(name) and category != "Cn"]
    return _others(_others(runs)) if runs else None


def _bracket(ranges: Ranges) -> str:
    """A bracket expression of the characters."""
    if not ranges:
        return r"(?!)"
    return f"[{''.join(_shown(a) if a == b else f'{_shown(a)}-{_shown(b)}' for a, b in ranges)}]"


def _shown(code: int) -> str:
    return f"\\U{code:08x}"


class _Scope:
    """The flags in force in a group, and how many groups of Python's are open for it."""

    def __init__(self, flags: frozenset[str]) -> None:
        self.flags, self.open = flags, 1


class _Translator:
    def __init__(self, pattern: str) -> None:
        self.text, self.at = pattern, 0
        self.out: list[str] = []
        self.scopes = [_Scope(frozenset())]
        self.scopes[0].open = 0

    def run(self) -> str:
        """The pattern in Python's syntax; ValueError with RE2's words where it is none in RE2's."""
        repeatable = False  # whether there is something in front that a repetition may repeat
        while self.at < len(self.text):
            c = self.text[self.at]
            if c in "*+?" or (c == "{" and self._counts()):
                self._repeat(repeatable)
                repeatable = False
                continue
            self.at += 1
            repeatable = True
            if c == "[":
                self.out.append(_bracket(self._class()))
            elif c == "\\":
                self._escape()
            elif c == "(":
                repeatable = False
                self._open()
            elif c == ")":
                self._close()
            elif c == "|":
                self._alternative()
                repeatable = False
            elif c == ".":
                self.out.append(_bracket(_others([] if "s" in self.scopes[-1].flags else [(10, 10)])))
            elif c == "^":
                self.out.append("(?:^)" if "m" in self.scopes[-1].flags else r"(?:\A)")
            elif c == "$":
                self.out.append("(?m:$)" if "m" in self.scopes[-1].flags else r"(?:\Z)")
            else:
                self.out.append(re.escape(c))
        if len(self.scopes) > 1:
            raise ValueError(f"missing ): {self.text}")
        return "".join(self.out) + ")" * self.scopes[0].open

    # ---- repetition ----

    def _counts(self) -> re.Match[str] | None:
        return re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}").match(self.text, self.at)

    def _repeat(self, repeatable: bool) -> None:
        """A repetition, which is lazy where it ends in ? or the flag U turns that round."""
        start = self.at
        if counts := self._counts():
            numbers = [int(n) for n in (counts[1], counts[3]) if n]
            if max(numbers) > _MOST_REPEATS or numbers != sorted(numbers):
                raise ValueError(f"invalid repetition size: {counts[0]}")
            self.at = counts.end()
        else:
            self.at += 1
        operator = self.text[start : self.at]
        lazy = self.text.startswith("?", self.at)
        self.at += lazy
        if not repeatable:
            raise ValueError(f"no argument for repetition operator: {operator}")
        if self.text[self.at : self.at + 1] in ("*", "+", "?") or self._counts():
            end = self._counts()
            more = end[0] if end else self.text[self.at]
            raise ValueError(f"bad repetition operator: {self.text[start : self.at]}{more}")
        self.out.append(operator + "?" * (lazy is not ("U" in self.scopes[-1].flags)))

    # ---- groups ----

    def _open(self) -> None:
        rest, flags = self.text[self.at :], self.scopes[-1].flags
        if not rest.startswith("?"):
            self.out.append("(")
            self.scopes.append(_Scope(flags))
            return
        if match := re.match(r"\?P<(\w+)>", rest):
            self.at += match.end()
            self.out.append("(")
            self.scopes.append(_Scope(flags))
            return
        match = re.match(r"\?([imsU]*)(?:-([imsU]+))?([:)])", rest)
        if not match:
            self._bad_group(rest)
        self.at += match.end()
        flags = (flags | set(match[1])) - set(match[2] or "")
        if match[3] == ")":  # holds to the end of the group that it stands in
            self.scopes[-1].open += 1
            self.scopes[-1].flags = flags
        else:
            self.scopes.append(_Scope(flags))
        self.out.append(self._flagged(flags))

    def _bad_group(self, rest: str) -> NoReturn:
        if rest.startswith("?P<"):
            end = rest.find(">")
            raise ValueError(f"invalid named capture group: ({rest if end < 0 else rest[: end + 1]}")
        known = re.match(r"\?[imsU-]*", rest)
        end = known.end() if known else 1
        raise ValueError(
            f"missing ): {self.text}" if end == len(rest) else f"invalid perl operator: ({rest[: end + 1]}"
        )

    @staticmethod
    def _flagged(flags: frozenset[str]) -> str:
        """Where a group of Python's begins that has the flags; those for . ^ $ and * are translated instead."""
        on = "".join(f for f in "im" if f in flags)
        off = "".join(f for f in "im" if f not in flags)
        return f"(?{on}-{off}:" if off else f"(?{on}:"

    def _close(self) -> None:
        if len(self.scopes) == 1:
            raise ValueError(f"unexpected ): {self.text}")
        self.out.append(")" * self.scopes.pop().open)

    def _alternative(self) -> None:
        """The flags set within a group hold on in its other alternatives."""
        scope = self.scopes[-1]
        mine = scope.open - (len(self.scopes) > 1)
        self.out.append(")" * mine + "|" + self._flagged(scope.flags) * mine)

    # ---- characters ----

    def _escape(self) -> None:
        rest = self.text[self.at :]
        c = rest[:1]
        if c == "Q":
            end = rest.find("\\E")
            literal = rest[1:] if end < 0 else rest[1:end]
            self.at += len(rest) if end < 0 else end + 2
            self.out += map(re.escape, literal)
        elif c == "C":
            raise NotImplementedError(
                "\\C, a single byte: tf.strings' patterns match characters; match bytes of tf.io.decode_raw's result"
            )
        elif c and c in _ASSERTIONS:
            self.at += 1
            self.out.append(f"(?:{_ASSERTIONS[c]})")
        else:
            self.out.append(_bracket(self._characters()))

    def _characters(self) -> Ranges:
        """What a backslash and what follows it stand for, in a bracket or outside."""
        rest = self.text[self.at :]
        c = rest[:1]
        if c and c in "dDsSwW":
            self.at += 1
            inside = _ranges(_PERL[c.lower()])
            return inside if c.islower() else _others(inside)
        if c and c in "pP":
            match = re.match(r"[pP](?:\{(\^?)([^}]*)\}|(.))", rest)
            inside = _property(match[2] or match[3] or "") if match else None
            if not match or inside is None:
                raise ValueError(f"invalid character class range: \\{match[0] if match else c}")
            self.at += match.end()
            return inside if (c == "p") is not bool(match[1]) else _others(inside)
        code = self._code(rest)
        return [(code, code)]

    def _code(self, rest: str) -> int:
        """The one character that an escape stands for."""
        if not rest:
            raise ValueError("trailing \\")
        if match := re.match(r"[1-7][0-7]{1,2}|0[0-7]{0,2}", rest):
            self.at += match.end()
            return int(match[0], 8)
        if match := re.match(r"x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})", rest):
            if (code := int(match[1] or match[2], 16)) > _LAST:
                raise ValueError(f"invalid escape sequence: \\{match[0]}")
            self.at += match.end()
            return code
        c = rest[0]
        if c not in _CONTROLS and (c == "_" or c.isalnum() or ord(c) > 127) and c != "_":
            raise ValueError(f"invalid escape sequence: \\{c}")
        self.at += 1
        return _CONTROLS.get(c, ord(c))

    def _class(self) -> Ranges:
        """The characters of a bracket expression."""
        negative = self.text.startswith("^", self.at)
        self.at += negative
        found: Ranges = []
        first = True
        while first or not self.text.startswith("]", self.at):
            first = False
            if match := re.compile(r"\[:(\^?)(\w*):\]").match(self.text, self.at):
                if match[2] not in _POSIX:
                    raise ValueError(f"invalid character class range: {match[0]}")
                self.at = match.end()
                inside = _ranges(_POSIX[match[2]])
                found += _others(inside) if match[1] else inside
                continue
            start = self.at
            item = self._member()
            if self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                end = self._member()
                if len(item) > 1 or len(end) > 1 or item[0][0] > end[0][0]:
                    raise ValueError(f"invalid character class range: {self.text[start : self.at]}")
                item = [(item[0][0], end[0][0])]
            found += item
        self.at += 1
        return _others(found) if negative else found

    def _member(self) -> Ranges:
        if self.at >= len(self.text):
            raise ValueError(f"missing ]: {self.text}")
        c = self.text[self.at]
        self.at += 1
        return self._characters() if c == "\\" else [(ord(c), ord(c))]


def translated(pattern: str) -> str:
    """An RE2 pattern in Python's syntax; ValueError with RE2's words where it is none, NotImplementedError for \\C."""
    return _Translator(pattern).run()
