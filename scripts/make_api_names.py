#!/usr/bin/env python3
"""Make tfcompat/_api_names.txt, the list of TensorFlow's public names that unknown names are looked up in.

    PYTHON_WITH_TENSORFLOW scripts/make_api_names.py ../shared/conformance/api.json

The names come from the conformance set's api.json and, for the namespaces it leaves out (tf.compat.v1, tf.lite, ...),
from the tensorflow that this Python has. A line of the file is one namespace and its names.
"""

import argparse
import collections
import json
import pathlib
import types

import tensorflow as tf  # pyright: ignore[reportMissingModuleSource] - installed where this script runs

OUT = pathlib.Path(__file__).resolve().parent.parent / "tfcompat" / "_api_names.txt"
SKIPPED = {"python", "proto", "security", "tools"}  # reachable, yet no part of the documented API


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("api", type=pathlib.Path, help="api.json of the conformance set")
    table: dict[str, set[str]] = collections.defaultdict(set)
    for full_name in json.loads(parser.parse_args().api.read_text(encoding="utf-8")):
        add(table, full_name)
    walk(table, "tf", tf)
    lines = [f"# TensorFlow {tf.__version__}'s public names, made by scripts/make_api_names.py"]
    lines += [f"{namespace}: {' '.join(sorted(names))}" for namespace, names in sorted(table.items())]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{OUT.name}: {sum(map(len, table.values()))} names in {len(table)} namespaces")


def add(table: dict[str, set[str]], full_name: str) -> None:
    while "." in full_name:
        namespace, _, name = full_name.rpartition(".")
        table[namespace].add(name)
        full_name = namespace


def walk(table: dict[str, set[str]], path: str, module: types.ModuleType) -> None:
    for name in dir(module):
        if name.startswith("_") or name in SKIPPED:
            continue
        full_name = f"{path}.{name}"
        add(table, full_name)
        # keras and raw_ops under compat.v1 are tf.keras and tf.raw_ops, as all of compat.v2 is tf: told apart by name
        again = (path != "tf" and name in {"compat", "keras", "raw_ops"}) or full_name in {"tf.keras", "tf.compat.v2"}
        value = getattr(module, name, None)
        if isinstance(value, types.ModuleType) and not again and "_api" in getattr(value, "__name__", ""):
            walk(table, full_name, value)


if __name__ == "__main__":
    main()
