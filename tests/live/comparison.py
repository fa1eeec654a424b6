"""The public ops of both libraries, their cases run under each, and what differs.

TFCOMPAT_ORACLE_PYTHON=... python tests/live/comparison.py [--seed N] [names...]    (prints the disagreements)
TFCOMPAT_ORACLE_PYTHON=... python tests/live/comparison.py --record                 (brings known.txt up to date)
"""

from __future__ import annotations

import argparse
import concurrent.futures
import importlib
import inspect
import os
import pathlib
import sys
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.facts import compare
from tests.live.generator import Case, Exempt, Line, cases, read_tables
from tests.live.processes import CRASHED, HUNG, evaluate_all

OPEN = "Open: not looked into yet."
KNOWN = pathlib.Path(__file__).with_name("known.txt")


class Report(NamedTuple):
    """What a comparison found."""

    ops: int
    cases: int
    crashes: int  # cases that end TensorFlow's process
    beyond: int  # cases that TensorFlow has no CPU kernel for
    disagreements: dict[str, list[str]]  # by expression

    def summary(self) -> str:
        """One line of figures."""
        return (
            f"compared {self.ops} ops in {self.cases} cases: {len(self.disagreements)} disagreements; not compared: "
            f"{self.crashes} cases that crash TensorFlow, {self.beyond} that it has no CPU kernel for"
        )


def lookup(full_name: str) -> Any:
    """The object of a public name of tfcompat, None where there is none."""
    path = full_name.split(".")[1:]
    for end in range(len(path), -1, -1):
        try:
            value: Any = importlib.import_module(".".join(["tfcompat", *path[:end]]))
        except ImportError:
            continue
        for part in path[end:]:
            try:
                value = getattr(value, part)
            except (AttributeError, ImportError):
                return None
        return value
    return None


def public_functions(namespace: str) -> dict[str, Any]:
    """The public functions of one of tfcompat's namespaces, by full name."""
    module = lookup(namespace)
    names = [name for name in dir(module) if not name.startswith("_")] if inspect.ismodule(module) else []
    found = {f"{namespace}.{name}": lookup(f"{namespace}.{name}") for name in names}
    return {
        name: value
        for name, value in found.items()
        if callable(value) and not isinstance(value, type) and not inspect.ismodule(value)
    }


def missing() -> list[str]:
    """Public functions that no table knows, under any of their names."""
    lines, exempt = read_tables()
    listed: list[Line | Exempt] = [*lines, *exempt]
    names = {entry.full_name for entry in listed}
    known = {id(lookup(name)) for name in names}
    namespaces = {entry.full_name.rsplit(".", 1)[0] for entry in listed if "'" not in entry.full_name}
    return sorted(
        name
        for namespace in namespaces
        for name, value in public_functions(namespace).items()
        if name not in names and id(value) not in known
    )


def drawn(seed: int = 0, only: Sequence[str] = ()) -> list[Case]:
    """The cases of every op that tfcompat has, an op under several names once."""
    taken: dict[int, str] = {}
    found = []
    for line in read_tables()[0]:
        if only and not any(line.full_name.startswith(name) for name in only):
            continue
        if not line.name.startswith("'"):
            function = lookup(line.full_name)
            if function is None or taken.setdefault(id(function), line.full_name) != line.full_name:
                continue
        elif lookup(line.namespace) is None:
            continue
        found += cases(line, seed)
    return found


def run(chosen: Sequence[Case]) -> Report:
    """Runs the cases under both libraries, side by side, and compares."""
    sources = list(dict.fromkeys(case.source for case in chosen))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        theirs = pool.submit(evaluate_all, os.environ["TFCOMPAT_ORACLE_PYTHON"], "tensorflow", sources)
        ours = pool.submit(evaluate_all, sys.executable, "tfcompat", sources)
        pairs = list(zip(sources, ours.result(), theirs.result(), strict=True))
    crashes = sum(want in (CRASHED, HUNG) for _, _, want in pairs)
    beyond = sum(is_beyond(*pair) for pair in pairs)
    found = {
        source: compare(got, want)
        for source, got, want in pairs
        if want not in (CRASHED, HUNG) and not is_beyond(source, got, want)
    }
    return Report(
        len({case.line[:2] for case in chosen}),
        len(sources),
        crashes,
        beyond,
        {source: differences for source, differences in found.items() if differences},
    )


def settled(report: Report, listed: Collection[str]) -> dict[str, list[str]]:
    """The disagreements that are not listed and come again: TensorFlow leaves some results uninitialised."""
    new = {source for source in report.disagreements if source not in listed}
    if not new:
        return {}
    return run([case for case in drawn() if case.source in new]).disagreements


def is_beyond(source: str, got: dict[str, Any], want: dict[str, Any]) -> bool:
    """Whether TensorFlow has no kernel on a CPU for the dtype: tfcompat may compute it, or refuse the argument.

    So it is where tf.experimental.numpy misses `Tensor.astype`, which a switch of its own would add.
    """
    if want.get("error") == "AttributeError" and "tf.experimental.numpy." in source:
        return True
    return want.get("error") in ("NotFoundError", "UnimplementedError") and (
        "error" not in got or got["error"] == "InvalidArgumentError"
    )


def known() -> dict[str, str]:
    """The disagreements that stay: expressions, each with the reason above its group."""
    reason, found = "", {}
    for line in KNOWN.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            reason = line[2:]
        elif line.strip():
            found[line] = reason
    return found


def record(report: Report) -> None:
    """Takes out of known.txt what agrees again, and adds what is new under the reason that it is open."""
    groups: dict[str, list[str]] = {}
    listed = known()
    for source in [*listed, *report.disagreements]:
        if source in report.disagreements and source not in groups.get(reason := listed.get(source, OPEN), ()):
            groups.setdefault(reason, []).append(source)
    blocks = ["\n".join([f"# {reason}", *sources]) for reason, sources in groups.items()]
    KNOWN.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def main() -> None:
    """Prints every disagreement that is not known, and the summary; with --record, known.txt is brought up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    if options.record and (options.names or options.seed):
        parser.error("--record takes neither names nor a seed: known.txt is of all ops, with seed 0")
    report = run(drawn(options.seed, options.names))
    listed = known()
    for source, differences in report.disagreements.items():
        if source not in listed:
            print(f"{source}\n    {'; '.join(differences)[:600]}")
    print(report.summary())
    if options.record:
        record(report)


if __name__ == "__main__":
    main()
