"""Numpy arrays, and dicts, lists, strings and numbers, in the format of Python's pickles.

Old data sets come in it. This reads the values and nothing else: the names of classes and functions in a file are
compared with those that arrays are written with, never looked up, so a file can't run anything.
"""

from __future__ import annotations

import re
import struct
from typing import Any

import numpy as np

_INTEGERS = re.compile(rb"(?:K.|M..|J....)+", re.DOTALL)
_INTEGER = re.compile(rb"K(.)|M(..)|J(....)", re.DOTALL)
_ARRAY_MODULES = ("numpy.core.multiarray", "numpy._core.multiarray", "numpy")
_MARK = object()
_FOUR = struct.Struct("<i").unpack


class _Name(str):
    """The name of a class or function, which stands for nothing."""


class _DType:
    def __init__(self, code: str) -> None:
        self.code, self.order = code, ""

    def build(self, state: Any) -> None:
        self.order = state[1] if state[1] in ("<", ">") else ""

    def dtype(self) -> np.dtype[Any]:
        return np.dtype(object) if self.code == "O8" else np.dtype(self.order + self.code)


class _Array:
    value: np.ndarray

    def build(self, state: Any) -> None:
        _, shape, kind, fortran, data = state
        order = "F" if fortran else "C"
        dtype = kind.dtype()
        if dtype.hasobject:
            flat = np.empty(len(data), dtype=object)
            flat[:] = [_finished(each) for each in data]
        else:
            flat = np.frombuffer(data if isinstance(data, bytes) else data.encode("latin1"), dtype)
        self.value = flat.reshape(shape, order=order)


def _finished(value: Any) -> Any:
    """A value with arrays in the place of what built them."""
    if isinstance(value, _Array):
        return value.value
    if isinstance(value, dict):
        return {_finished(k): _finished(v) for k, v in value.items()}
    if isinstance(value, list) and value and not isinstance(value[0], int):
        return [_finished(each) for each in value]
    return tuple(_finished(each) for each in value) if isinstance(value, tuple) else value


def _called(function: Any, arguments: tuple[Any, ...]) -> Any:
    """What the few functions that arrays are written with make of their arguments."""
    module, _, name = function.partition(" ") if isinstance(function, _Name) else ("", "", "")
    if module in _ARRAY_MODULES and name == "_reconstruct":
        return _Array()
    if function == "numpy dtype":
        return _DType(_text(arguments[0]))
    if function == "_codecs encode" and arguments[1:] in ((), ("latin1",)):
        return arguments[0].encode("latin1")
    if function == "__builtin__ bytes" and arguments == ():
        return b""
    raise ValueError(f"The file holds {function!r}, which is no array: it is not read.")


def _text(value: Any) -> str:
    return value.decode("latin1") if isinstance(value, bytes) else value


class _Reader:
    """One pass over the bytes; `stack` holds the values, `memo` those that are named again."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def take(self, count: int) -> bytes:
        found = self.data[self.at : self.at + count]
        if len(found) != count:
            raise ValueError("The file ends early.")
        self.at += count
        return found

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def line(self) -> str:
        end = self.data.index(b"\n", self.at)
        found, self.at = self.data[self.at : end].decode(), end + 1
        return found

    def since_mark(self) -> list[Any]:
        at = len(self.stack) - 1
        while self.stack[at] is not _MARK:
            at -= 1
        found = self.stack[at + 1 :]
        del self.stack[at:]
        return found

    def integers(self, first: int) -> None:
        """A run of integers, which most of a list of word numbers is."""
        run = _INTEGERS.match(self.data, first)
        if run is None:
            raise ValueError("The file ends early.")
        self.stack += [
            one[0] if one else two[0] | two[1] << 8 if two else _FOUR(four)[0]
            for one, two, four in _INTEGER.findall(run.group())
        ]
        self.at = run.end()

    def read(self) -> Any:
        while True:
            start = self.at
            code = self.take(1)
            if code in (b"K", b"M", b"J"):
                self.integers(start)
            elif code == b".":
                return _finished(self.stack.pop())
            elif not (self.constant(code) or self.string(code) or self.container(code) or self.object(code)):
                raise ValueError(f"The file holds the code {code!r}, which no array is written with.")

    def constant(self, code: bytes) -> bool:
        if code == b"\x80":
            self.take(1)
        elif code == b"\x95":
            self.take(8)
        elif code == b"(":
            self.stack.append(_MARK)
        elif code in _CONSTANTS:
            made = _CONSTANTS[code]
            self.stack.append(made() if isinstance(made, type) else made)
        elif code == b"\x8a":
            self.stack.append(int.from_bytes(self.take(self.number("<B")), "little", signed=True))
        elif code == b"G":
            self.stack.append(self.number(">d"))
        else:
            return False
        return True

    def string(self, code: bytes) -> bool:
        form = _STRINGS.get(code)
        if form is None:
            return False
        found = self.take(self.number(form[0]))
        self.stack.append(found.decode("utf-8", "surrogatepass") if form[1] else found)
        return True

    def container(self, code: bytes) -> bool:
        stack = self.stack
        if code == b"a":
            value = stack.pop()
            stack[-1].append(value)
        elif code == b"e":
            values = self.since_mark()
            stack[-1].extend(values)
        elif code == b"s":
            value, key = stack.pop(), stack.pop()
            stack[-1][key] = value
        elif code == b"u":
            values = self.since_mark()
            stack[-1].update(zip(values[::2], values[1::2], strict=True))
        elif code == b"t":
            values = self.since_mark()
            stack.append(tuple(values))
        elif code in (b"\x85", b"\x86", b"\x87"):
            count = code[0] - 0x84
            stack[-count:] = [tuple(stack[-count:])]
        else:
            return False
        return True

    def object(self, code: bytes) -> bool:
        stack = self.stack
        if code in (b"q", b"r"):
            self.memo[self.number("<B" if code == b"q" else "<I")] = stack[-1]
        elif code == b"\x94":
            self.memo[len(self.memo)] = stack[-1]
        elif code in (b"h", b"j"):
            stack.append(self.memo[self.number("<B" if code == b"h" else "<I")])
        elif code == b"c":
            stack.append(_Name(f"{self.line()} {self.line()}"))
        elif code == b"\x93":
            name, module = stack.pop(), stack.pop()
            stack.append(_Name(f"{module} {name}"))
        elif code == b"R":
            arguments, function = stack.pop(), stack.pop()
            stack.append(_called(function, arguments))
        elif code == b"b":
            state = stack.pop()
            if not isinstance(stack[-1], (_Array, _DType)):
                raise ValueError(f"The file gives a state to {stack[-1]!r}, which is no array: it is not read.")
            stack[-1].build(state)
        else:
            return False
        return True


_CONSTANTS: dict[bytes, Any] = {b"N": None, b"\x88": True, b"\x89": False, b"]": list, b"}": dict, b")": tuple}
_STRINGS = {  # the form of the length, and whether it is text
    b"X": ("<I", True),
    b"\x8c": ("<B", True),
    b"\x8d": ("<Q", True),
    b"U": ("<B", False),
    b"T": ("<i", False),
    b"C": ("<B", False),
    b"B": ("<I", False),
    b"\x8e": ("<Q", False),
}


def read(data: bytes) -> Any:
    """The value that bytes hold; ValueError for damaged ones, and for those that hold anything but plain values."""
    try:
        return _Reader(data).read()
    except ValueError as failure:
        if str(failure).startswith("The file"):
            raise
        raise ValueError(f"The file is damaged: {failure}") from None
    except (IndexError, KeyError, TypeError, AttributeError, struct.error) as failure:
        raise ValueError(f"The file is damaged: {failure}") from None
