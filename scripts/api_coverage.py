#!/usr/bin/env python3
"""How much of TensorFlow's public API tfcompat has: by namespace, the names that exist and those that are refused.

    scripts/api_coverage.py ../shared/conformance/api.json [--only PREFIX] [--list] [--floor FILE] [--raise FILE]

A name *exists* where reading it gives an object of the kind TensorFlow's is (function, class or constant) and is
*refused* where that raises MissingNameError under its full name; anything else is *wrong*. Of what exists, *signatures*
counts the functions whose parameters have TensorFlow's names, order and plain defaults, *members* the public members of
classes. --list prints each shortfall. --floor fails where a namespace has fewer names than the file says, or where one
is wrong; --raise writes that file anew, a line a namespace, never with a lower number than it had.
"""

from __future__ import annotations

import argparse
import collections
import inspect
import json
import re
import sys
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tfcompat
from tfcompat._names import MissingNameError

COLUMNS = ("names", "exist", "refused", "wrong", "signatures", "members")


def find(full_name: str) -> Any:
    """The object under `full_name` ("tf.math.abs")."""
    found: Any = tfcompat
    for part in full_name.split(".")[1:]:
        found = getattr(found, part)
    return found


def kind_of(value: Any) -> str:
    """What api.json calls the kind of `value`: class, function or constant."""
    if inspect.isclass(value):
        return "class"
    return "function" if callable(value) and not hasattr(type(value), "as_numpy_dtype") else "constant"


def parameters(signature: str) -> list[tuple[str, str]]:
    """The names, with their stars, and the plain defaults of a signature as api.json prints it.

    A default that is no plain literal is an ellipsis: TensorFlow's objects print in their own way.
    """
    text = re.sub(r"<[^<>]*(<[^<>]*>)?[^<>]*>", "...", signature)
    try:
        scope: dict[str, Any] = {}
        exec(f"def f{text}: ...", {"__builtins__": {}}, scope)  # api.json is this project's own data
    except (SyntaxError, NameError):
        return [(name, "...") for name in re.findall(r"(?:\(|, )(\*{0,2}\w+)", text)]
    return [described(p) for p in inspect.signature(scope["f"]).parameters.values()]


def described(p: inspect.Parameter) -> tuple[str, str]:
    """A parameter's name with its stars, and its default as text."""
    stars = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
    plain = isinstance(p.default, (bool, int, float, complex, str, bytes, tuple, list, dict, type(None)))
    default = "" if p.default is p.empty else repr(p.default) if plain else "..."
    return stars + p.name, default


def same_parameters(ours: Any, theirs: str) -> bool:
    """Whether a call that TensorFlow's signature takes binds to ours in the same way."""
    try:
        mine = [described(p) for p in inspect.signature(ours).parameters.values() if not p.name.startswith("_")]
    except (TypeError, ValueError):
        return False
    want = parameters(theirs)
    return len(mine) == len(want) and all(
        a[0] == b[0] and (a[1] == b[1] or "..." in (a[1], b[1])) for a, b in zip(mine, want)
    )


def examine(full_name: str, entry: dict[str, Any], counts: collections.Counter[str]) -> list[str]:
    """Counts one name of api.json; what is short of TensorFlow's, as lines."""
    counts["names"] += 1
    try:
        value = find(full_name)
    except MissingNameError:
        counts["refused"] += 1
        return [f"{full_name}: refused"]
    except Exception as failure:
        counts["wrong"] += 1
        return [f"{full_name}: {type(failure).__name__}: {failure}"]
    if kind_of(value) != entry["kind"] and "constant" in (kind_of(value), entry["kind"]):
        counts["wrong"] += 1
        return [f"{full_name}: a {kind_of(value)}, TensorFlow's is a {entry['kind']}"]
    counts["exist"] += 1
    if entry["kind"] == "function":
        if same_parameters(value, entry["signature"]):
            counts["signatures"] += 1
            return []
        try:
            got = str(inspect.signature(value))
        except (TypeError, ValueError):
            got = "no signature"
        return [f"{full_name}: takes {got}, TensorFlow's {entry['signature']}"]
    if entry["kind"] == "class":
        missing = [m for m in entry.get("members", ()) if not has_member(value, m)]
        counts["members"] += len(entry.get("members", ())) - len(missing)
        counts["all members"] += len(entry.get("members", ()))
        return [f"{full_name}: lacks {', '.join(missing)}"] if missing else []
    return []


def has_member(cls: type, name: str) -> bool:
    """Whether a class has a member, or its source says that its instances do."""
    if hasattr(cls, name) or name in getattr(cls, "__annotations__", ()):
        return True
    return any(f"self.{name}" in source_of(base) for base in cls.__mro__ if base.__module__.startswith("tfcompat"))


def source_of(cls: type) -> str:
    """A class's source, or nothing."""
    try:
        return inspect.getsource(cls)
    except (OSError, TypeError):
        return ""


def read_floor(path: str | None) -> dict[str, int]:
    """The lines `namespace number` of a floor file."""
    if not path or not Path(path).exists():
        return {}
    rows = (line.split() for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip())
    return {namespace: int(number) for namespace, number in rows}


def main() -> int:
    """Parses the command line, prints the table; 1 where a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("api", type=Path, help="api.json of the conformance set")
    parser.add_argument("--only", default="tf", metavar="PREFIX", help="the namespaces under this one")
    parser.add_argument("--list", action="store_true", help="print each name that falls short")
    parser.add_argument("--floor", metavar="FILE")
    parser.add_argument("--raise", dest="raise_", metavar="FILE")
    options = parser.parse_args()
    warnings.simplefilter("ignore")

    table: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    short: list[str] = []
    for full_name, entry in json.loads(options.api.read_text(encoding="utf-8")).items():
        namespace = full_name.rpartition(".")[0]
        if f"{full_name}.".startswith(f"{options.only}."):
            short += examine(full_name, entry, table[namespace])
    if options.list:
        print("\n".join(short))
    print(f"{'namespace':<44}" + "".join(f"{c:>12}" for c in COLUMNS))
    total: collections.Counter[str] = collections.Counter()
    for namespace in sorted(table):
        total.update(table[namespace])
        print(row(namespace, table[namespace]))
    print(row("all", total))
    floor = read_floor(options.raise_ or options.floor)
    if options.raise_:
        now = {n: max(counts["exist"], floor.get(n, 0)) for n, counts in table.items() if counts["exist"]}
        Path(options.raise_).write_text("".join(f"{n} {k}\n" for n, k in sorted({**floor, **now}.items())))
    if not options.floor:
        return 0
    fallen = [f"{n}: {table[n]['exist']} names, the floor is {k}" for n, k in floor.items() if table[n]["exist"] < k]
    if fallen or total["wrong"]:
        print("\n".join(fallen), *(line for line in short if "refused" not in line and "takes" not in line), sep="\n")
    return 1 if fallen or total["wrong"] else 0


def row(namespace: str, counts: collections.Counter[str]) -> str:
    """A line of the table."""
    cells = [str(counts[c]) for c in COLUMNS[:-1]] + [f"{counts['members']}/{counts['all members']}"]
    return f"{namespace:<44}" + "".join(f"{c:>12}" for c in cells)


if __name__ == "__main__":
    sys.exit(main())
