"""What TensorFlow's raw ops take and give: `_signatures.txt`, which scripts/make_raw_signatures.py makes."""

from __future__ import annotations

import functools
import inspect
import json
import pathlib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from tfcompat._core import dtypes

REQUIRED = inspect.Parameter.empty
_LINE = re.compile(r"(\w+) (\w+)\((.*)\) ?([^;)]*)(?:; (.*))?")
_PARAMETER = re.compile(r"(\w+)(?::([^,=]+)|=([\w()]+)(?::(.*))?)", re.DOTALL)


class Tensors(NamedTuple):
    """An input or output of an op: one tensor, or a list of them.

    type: the type attribute, or the name of the dtype. many: "" for one tensor; for a list the attribute with their
    number, or "*" where each has a type of its own (`type` then is the attribute with all types).
    """

    name: str
    type: str
    many: str
    reference: bool


class Attribute(NamedTuple):
    """A parameter of an op that is no tensor; kind: "int", "string", "type", "list(int)"..."""

    name: str
    kind: str
    default: Any


class Signature(NamedTuple):
    """One raw op.

    least: the smallest value or length of attributes. allowed: the dtypes' names or strings that an attribute takes.
    preferred: the dtype that Python values take for a type attribute. removed: the version of TensorFlow's graphs since
    when the op fails, 0 where it does not.
    """

    name: str
    snake: str
    parameters: tuple[Tensors | Attribute, ...]
    outputs: tuple[Tensors, ...]
    least: Mapping[str, int]
    allowed: Mapping[str, tuple[str, ...]]
    preferred: Mapping[str, str]
    removed: int

    def reference(self) -> Tensors | None:
        """The output (else the input) that is a reference to a variable of TensorFlow 1's, if there is one."""
        inputs = [parameter for parameter in self.parameters if isinstance(parameter, Tensors)]
        return next((tensors for tensors in (*self.outputs, *inputs) if tensors.reference), None)

    def python(self) -> inspect.Signature:
        """The signature as Python shows it, `name` last."""
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        defaults = {p.name: REQUIRED if isinstance(p, Tensors) else p.default for p in self.parameters}
        defaults["name"] = None
        return inspect.Signature([inspect.Parameter(name, kind, default=d) for name, d in defaults.items()])


@functools.cache
def _rows() -> tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]:
    """The line of each op, the lists that lines share, and the op of each name in snake case."""
    rows, lists, snakes = {}, {}, {}
    for line in pathlib.Path(__file__).with_name("_signatures.txt").read_text(encoding="utf-8").splitlines():
        first, _, rest = line.partition(" ")
        if first.startswith("$"):
            lists[first] = rest
        elif first[0] not in "#[":
            rows[first] = line
            snakes[rest.partition("(")[0]] = first
    return rows, lists, snakes


def names() -> frozenset[str]:
    """TensorFlow's raw ops."""
    return frozenset(_rows()[0])


def of_snake(snake: str) -> str | None:
    """The raw op with a name in snake case ("AddV2" for "add_v2"); None where there is none."""
    return _rows()[2].get(snake)


@functools.cache
def signature(name: str) -> Signature:
    """The signature of the raw op `name`; KeyError where TensorFlow has none."""
    rows, lists, _ = _rows()
    found = _LINE.fullmatch(rows[name])
    assert found, rows[name]
    _, snake, parameters, outputs, limits = found.groups()
    least, allowed, preferred, removed = {}, {}, {}, 0
    for limit in (limits or "").split():
        if limit[0] == "!":
            removed = int(limit[1:])
            continue
        attribute, bound = re.split(">=|:", limit, maxsplit=1)
        if ">=" in limit:
            least[attribute] = int(bound)
            continue
        values, _, given = bound.partition("=")
        if values:
            allowed[attribute] = tuple(lists.get(values, values).split(","))
        if given:
            preferred[attribute] = given
    return Signature(
        name,
        snake,
        tuple(_parameter(part) for part in parameters.split(", ") if part),
        tuple(_tensors(*part.split(":")) for part in outputs.split()),
        least,
        allowed,
        preferred,
        removed,
    )


def _tensors(name: str, kind: str) -> Tensors:
    many, _, of = kind.rpartition("*")
    if kind.endswith("*"):
        many, of = "*", many
    return Tensors(name, of.removeprefix("&"), many, of.startswith("&"))


def _parameter(part: str) -> Tensors | Attribute:
    found = _PARAMETER.fullmatch(part)
    assert found, part
    name, tensors, kind, default = found.groups()
    if tensors:
        return _tensors(name, tensors)
    return Attribute(name, kind, REQUIRED if default is None else _default(kind, json.loads(default)))


def _default(kind: str, value: Any) -> Any:
    if kind == "type":
        return dtypes.as_dtype(value)
    if kind == "list(type)":
        return [dtypes.as_dtype(v) for v in value]
    return value
