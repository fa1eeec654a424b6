"""The assertions of tf.test.TestCase about containers, text, commands and files: those of absl's TestCase."""

# ruff: noqa: PT009, PT027 - what unittest asserts is what a subclass of its TestCase builds on

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import urllib.parse
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any, TypeVar

T = TypeVar("T")


class ContainerAssertions(unittest.TestCase):
    """Assertions on plain Python values."""

    # ---- containers ----

    def assertLen(self, container: Sized, expected_len: int, msg: str | None = None) -> None:
        """A container has a number of items."""
        if len(container) != expected_len:
            self.fail(self._formatMessage(msg, f"{container!r} has length {len(container)}, expected {expected_len}."))

    def assertEmpty(self, container: Sized, msg: str | None = None) -> None:
        """A container has no items."""
        self._require_sized(container, msg)
        if len(container):
            self.fail(self._formatMessage(msg, f"{container!r} has length of {len(container)}."))

    def assertNotEmpty(self, container: Sized, msg: str | None = None) -> None:
        """A container has items."""
        self._require_sized(container, msg)
        if not len(container):
            self.fail(self._formatMessage(msg, f"{container!r} has length of 0."))

    def _require_sized(self, container: Any, msg: str | None) -> None:
        if not isinstance(container, Sized):
            self.fail(self._formatMessage(msg, f"Expected a Sized object, got: {type(container).__name__!r}"))

    def assertContainsSubset(self, expected_subset: Iterable[Any], actual_set: Any, msg: str | None = None) -> None:
        """Each item of the first is in the second."""
        missing = set(expected_subset) - set(actual_set)
        if missing:
            self.fail(self._formatMessage(msg, f"Missing elements {missing}\nActual: {actual_set}"))

    def assertNoCommonElements(self, expected_seq: Iterable[Any], actual_seq: Any, msg: str | None = None) -> None:
        """No item is in both."""
        common = set(expected_seq) & set(actual_seq)
        if common:
            self.fail(self._formatMessage(msg, f"Common elements {common}\nActual: {actual_seq}"))

    def assertItemsEqual(self, first: Iterable[Any], second: Iterable[Any], msg: str | None = None) -> None:
        """Both have the same items, each as often, in any order."""
        self.assertCountEqual(first, second, msg)

    def assertSameElements(self, expected_seq: Any, actual_seq: Any, msg: str | None = None) -> None:
        """Both have the same items, however often; not for text."""
        for seq in (expected_seq, actual_seq):
            if isinstance(seq, (str, bytes)):
                self.fail(self._formatMessage(msg, f"Passing string/bytes to assertSameElements: {seq!r}"))
        self.assertSetEqual(set(expected_seq), set(actual_seq), msg)

    def assertContainsSubsequence(self, container: Iterable[Any], subsequence: Any, msg: str | None = None) -> None:
        """The items of a sequence come in the container in that order, others between them or not."""
        items = iter(container)
        missing = [item for item in subsequence if all(other != item for other in items)]
        if missing:
            self.fail(self._formatMessage(msg, f"{subsequence!r} is no subsequence of {container!r}: {missing[0]!r}"))

    def assertContainsExactSubsequence(self, container: Any, subsequence: Any, msg: str | None = None) -> None:
        """The items of a sequence come in the container one right after the other."""
        items, wanted = list(container), list(subsequence)
        if not any(items[i : i + len(wanted)] == wanted for i in range(len(items) - len(wanted) + 1)):
            self.fail(self._formatMessage(msg, f"{wanted!r} not found as an exact subsequence of {items!r}"))

    def assertSequenceStartsWith(self, prefix: Any, whole: Sequence[Any], msg: str | None = None) -> None:
        """A sequence starts with the items of another, or with one item."""
        prefix = prefix if isinstance(prefix, (list, tuple, str)) else [prefix]
        if not len(prefix):
            self.fail(self._formatMessage(msg, "Prefix length is 0."))
        if list(whole[: len(prefix)]) != list(prefix):
            self.fail(self._formatMessage(msg, f"prefix: {prefix!r} not found at start of whole: {whole!r}."))

    def assertTotallyOrdered(self, *groups: Iterable[Any], **kwargs: Any) -> None:
        """Items of one group are equal, and less than those of the groups after it, by all six comparisons."""
        msg = kwargs.pop("msg", None)
        if kwargs:
            raise TypeError(f"assertTotallyOrdered got unexpected keyword arguments {sorted(kwargs)}")
        ranked = [(rank, item) for rank, group in enumerate(groups) for item in group]
        for i, a in ranked:
            for j, b in ranked:
                found = (a < b, a <= b, a == b, a != b, a >= b, a > b)
                if found != (i < j, i <= j, i == j, i != j, i >= j, i > j):
                    self.fail(self._formatMessage(msg, f"{a!r} and {b!r} are not ordered as their groups are."))

    def assertSequenceAlmostEqual(
        self,
        expected_seq: Sequence[Any],
        actual_seq: Sequence[Any],
        places: int | None = None,
        msg: str | None = None,
        delta: float | None = None,
    ) -> None:
        """The numbers of two sequences of one length are almost equal, as in assertAlmostEqual."""
        self.assertEqual(len(expected_seq), len(actual_seq), msg)
        for i, (a, b) in enumerate(zip(expected_seq, actual_seq)):
            self._assert_almost_equal(a, b, places, self._formatMessage(msg, f"at index {i}"), delta)

    def _assert_almost_equal(self, a: Any, b: Any, places: int | None, msg: str, delta: float | None) -> None:
        if delta is None:
            self.assertAlmostEqual(a, b, places, msg)
        else:
            self.assertAlmostEqual(a, b, None, msg, delta)

    def assertDictAlmostEqual(
        self,
        a: Mapping[Any, Any],
        b: Mapping[Any, Any],
        places: int | None = None,
        msg: str | None = None,
        delta: float | None = None,
    ) -> None:
        """Two dicts have the same keys, and values that are equal or almost equal numbers."""
        self.assertCountEqual(a.keys(), b.keys(), msg)
        for key in a:
            if a[key] != b[key]:
                self._assert_almost_equal(a[key], b[key], places, self._formatMessage(msg, f"at {key!r}"), delta)

    def assertMappingEqual(
        self,
        a: Mapping[Any, Any],
        b: Mapping[Any, Any],
        msg: str | None = None,
        mapping_type: type = Mapping,
        check_values_equality: Callable[[Any, Any], bool] = lambda x, y: x == y,
    ) -> None:
        """Two mappings have the same keys, and values that a function calls equal."""
        for mapping in (a, b):
            self.assertIsInstance(mapping, mapping_type, msg)
        self.assertCountEqual(a.keys(), b.keys(), msg)
        different = [key for key in a if not check_values_equality(a[key], b[key])]
        if different:
            shown = "\n".join(f"  {key!r}: {a[key]!r} != {b[key]!r}" for key in different)
            self.fail(self._formatMessage(msg, f"The values differ:\n{shown}"))

    def assertDataclassEqual(self, first: Any, second: Any, msg: str | None = None) -> None:
        """Two objects of one dataclass have equal fields."""
        for each in (first, second):
            if not dataclasses.is_dataclass(each) or isinstance(each, type):
                self.fail(self._formatMessage(msg, f"{each!r} is not a dataclass instance"))
        if type(first) is not type(second):
            self.fail(self._formatMessage(msg, f"Found different dataclass types: {type(first)} != {type(second)}"))
        names = [f.name for f in dataclasses.fields(first) if f.compare]
        different = [n for n in names if getattr(first, n) != getattr(second, n)]
        if different:
            shown = "\n".join(f"  {n}: {getattr(first, n)!r} != {getattr(second, n)!r}" for n in different)
            self.fail(self._formatMessage(msg, f"The fields differ:\n{shown}"))

    def assertSameStructure(self, a: Any, b: Any, aname: str = "a", bname: str = "b", msg: str | None = None) -> None:
        """Two nested structures of dicts, lists and values are equal; the message lists where they are not."""
        problems = list(_differences(a, b, aname, bname))
        if problems:
            self.fail(self._formatMessage(msg, "; ".join(problems[:20])))

    def assertJsonEqual(self, first: str, second: str, msg: str | None = None) -> None:
        """Two JSON texts mean the same; ValueError for text that is no JSON."""
        a, b = (json.loads(text) for text in (first, second))
        self.assertSameStructure(a, b, "first", "second", msg)

    # ---- values, classes, text ----

    def assertBetween(self, value: Any, minv: Any, maxv: Any, msg: str | None = None) -> None:
        """A value is at least one bound and at most the other."""
        if not minv <= value <= maxv:
            self.fail(self._formatMessage(msg, f"{value!r} unexpectedly not between {minv!r} and {maxv!r}"))

    def assertIsSubclass(self, cls: type, superclass: Any, msg: str | None = None) -> None:
        """A class derives from another."""
        if not issubclass(cls, superclass):
            self.fail(self._formatMessage(msg, f"{cls!r} is not a subclass of {superclass!r}"))

    def assertNotIsSubclass(self, cls: type, superclass: Any, msg: str | None = None) -> None:
        """A class does not derive from another."""
        if issubclass(cls, superclass):
            self.fail(self._formatMessage(msg, f"{cls!r} is a subclass of {superclass!r}"))

    def assertStartsWith(self, actual: Any, expected_start: Any, msg: str | None = None) -> None:
        """Text starts with other text."""
        if not actual.startswith(expected_start):
            self.fail(self._formatMessage(msg, f"{actual!r} does not start with {expected_start!r}"))

    def assertNotStartsWith(self, actual: Any, unexpected_start: Any, msg: str | None = None) -> None:
        """Text does not start with other text."""
        if actual.startswith(unexpected_start):
            self.fail(self._formatMessage(msg, f"{actual!r} does start with {unexpected_start!r}"))

    def assertEndsWith(self, actual: Any, expected_end: Any, msg: str | None = None) -> None:
        """Text ends with other text."""
        if not actual.endswith(expected_end):
            self.fail(self._formatMessage(msg, f"{actual!r} does not end with {expected_end!r}"))

    def assertNotEndsWith(self, actual: Any, unexpected_end: Any, msg: str | None = None) -> None:
        """Text does not end with other text."""
        if actual.endswith(unexpected_end):
            self.fail(self._formatMessage(msg, f"{actual!r} does end with {unexpected_end!r}"))

    def assertContainsInOrder(self, strings: Iterable[str], target: str, msg: str | None = None) -> None:
        """Texts come one after the other in a text."""
        at = 0
        for text in [strings] if isinstance(strings, str) else strings:
            found = target.find(text, at)
            if found < 0:
                self.fail(self._formatMessage(msg, f"Did not find {text!r} in {target!r} after index {at}"))
            at = found + len(text)

    def assertRegexMatch(self, actual_str: Any, regexes: Iterable[Any], message: str | None = None) -> None:
        """One of several regular expressions is found in a text."""
        if isinstance(regexes, (str, bytes)):
            self.fail("regexes is string or bytes; use assertRegex for one regular expression")
        if not any(re.search(regex, actual_str) for regex in regexes):
            self.fail(self._formatMessage(message, f"{actual_str!r} matches none of {list(regexes)!r}"))

    def assertUrlEqual(self, a: str, b: str, msg: str | None = None) -> None:
        """Two URLs are equal, the order of their query's arguments aside."""
        x, y = urllib.parse.urlparse(a), urllib.parse.urlparse(b)
        self.assertEqual(x._replace(query=""), y._replace(query=""), msg)
        arguments = [sorted(urllib.parse.parse_qsl(u.query, True)) for u in (x, y)]
        self.assertEqual(arguments[0], arguments[1], msg)

    def assertRaisesWithLiteralMatch(
        self,
        expected_exception: type[BaseException],
        expected_exception_message: str,
        callable_obj: Callable[..., Any] | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """A function, or the block, raises an exception with just that message."""

        @contextlib.contextmanager
        def block() -> Iterator[None]:
            with self.assertRaises(expected_exception) as caught:
                yield
            self.assertEqual(str(caught.exception), expected_exception_message)

        if callable_obj is None:
            return block()
        with block():
            callable_obj(*args, **kwargs)
        return None

    # ---- commands and files ----

    def assertCommandSucceeds(
        self,
        command: str | Sequence[str],
        regexes: Collection[Any] = (b"",),
        env: Mapping[str, str] | None = None,
        close_fds: bool = True,
        msg: str | None = None,
    ) -> None:
        """A command exits with 0, and one of the regular expressions is found in its output."""
        code, output = _run(command, env, close_fds)
        if code != 0:
            self.fail(self._formatMessage(msg, f"{command!r} exited with {code}: {output!r}"))
        self._assert_output(command, output, regexes, msg)

    def assertCommandFails(
        self,
        command: str | Sequence[str],
        regexes: Collection[Any],
        env: Mapping[str, str] | None = None,
        close_fds: bool = True,
        msg: str | None = None,
    ) -> None:
        """A command does not exit with 0, and one of the regular expressions is found in its output."""
        code, output = _run(command, env, close_fds)
        if code == 0:
            self.fail(self._formatMessage(msg, f"{command!r} succeeded: {output!r}"))
        self._assert_output(command, output, regexes, msg)

    def _assert_output(self, command: Any, output: bytes, regexes: Collection[Any], msg: str | None) -> None:
        patterns = [r.encode() if isinstance(r, str) else r for r in regexes]
        if not any(re.search(p, output) for p in patterns):
            self.fail(self._formatMessage(msg, f"{command!r} printed what matches none of {patterns!r}: {output!r}"))

    def enter_context(self, manager: contextlib.AbstractContextManager[T]) -> T:
        """Enters a context that the test's end leaves."""
        result = manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)
        return result

    def create_tempdir(self, name: str | None = None) -> TempPath:
        """A directory that the test's end removes, called `name` where that is given."""
        root = pathlib.Path(self.enter_context(tempfile.TemporaryDirectory()))
        path = root / name if name else root
        path.mkdir(parents=True, exist_ok=True)
        return TempPath(path)

    def create_tempfile(
        self,
        file_path: str | None = None,
        content: Any = None,
        mode: str = "w",
        encoding: str = "utf8",
        errors: str = "strict",
    ) -> TempPath:
        """A file with the content, text or bytes, that the test's end removes; opened with `mode`."""
        return self.create_tempdir().create_file(file_path or "tempfile", content, mode, encoding, errors)


class TempPath(os.PathLike[str]):
    """A temporary file or directory; `full_path` is its path."""

    def __init__(self, path: pathlib.Path) -> None:
        self._path = path

    @property
    def full_path(self) -> str:
        """The absolute path."""
        return str(self._path)

    def __fspath__(self) -> str:
        return self.full_path

    def create_file(
        self,
        file_path: str = "tempfile",
        content: Any = None,
        mode: str = "w",
        encoding: str = "utf8",
        errors: str = "strict",
    ) -> TempPath:
        """A file in this directory."""
        path = self._path / file_path
        path.parent.mkdir(parents=True, exist_ok=True)
        file = TempPath(path)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            file.write_text(content or "", mode, encoding, errors)
        return file

    def mkdir(self, dir_name: str = "dir") -> TempPath:
        """A directory in this one."""
        path = self._path / dir_name
        path.mkdir(parents=True)
        return TempPath(path)

    def read_text(self, encoding: str = "utf8", errors: str = "strict") -> str:
        """The file's text."""
        return self._path.read_text(encoding, errors)

    def read_bytes(self) -> bytes:
        """The file's bytes."""
        return self._path.read_bytes()

    def write_text(self, text: str, mode: str = "w", encoding: str = "utf8", errors: str = "strict") -> None:
        """Writes text to the file."""
        with self._path.open(mode, encoding=encoding, errors=errors) as f:
            f.write(text)

    def write_bytes(self, data: bytes, mode: str = "wb") -> None:
        """Writes bytes to the file."""
        with self._path.open(mode) as f:
            f.write(data)


def _differences(a: Any, b: Any, aname: str, bname: str) -> Iterator[str]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in a:
            if key in b:
                yield from _differences(a[key], b[key], f"{aname}[{key!r}]", f"{bname}[{key!r}]")
            else:
                yield f"{aname} has [{key!r}] with value {a[key]!r} but it's missing in {bname}"
        yield from (f"{aname} lacks [{key!r}] but {bname} has it with value {b[key]!r}" for key in b if key not in a)
    elif isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from _differences(x, y, f"{aname}[{i}]", f"{bname}[{i}]")
        if len(a) != len(b):
            yield f"{aname} has {len(a)} items but {bname} has {len(b)}"
    elif a != b or (isinstance(a, bool) is not isinstance(b, bool)):
        yield f"{aname} is {a!r} but {bname} is {b!r}"


def _run(command: str | Sequence[str], env: Mapping[str, str] | None, close_fds: bool) -> tuple[int, bytes]:
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=env,
        close_fds=close_fds,
        shell=isinstance(command, str),
        check=False,
    )
    return done.returncode, done.stdout
