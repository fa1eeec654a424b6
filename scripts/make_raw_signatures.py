#!/usr/bin/env python3
"""Make tfcompat/raw_ops/_signatures.txt, what TensorFlow's raw ops take and give.

    PYTHON_WITH_TENSORFLOW scripts/make_raw_signatures.py ../shared/conformance/api.json

Which ops there are and the order of their parameters come from the conformance set's api.json; the types, the
allowed values and the outputs from the op definitions of the tensorflow that this Python has. An op is one line:

    ConcatV2 concat_v2(values:N*T, axis:Tidx) output:T; N>=2 Tidx:int32,int64=int32

The name in snake case is TensorFlow's internal one. `x:T` is a tensor of the type attribute T, `x:float` of that type,
`x:N*T` a list of N tensors, `x:T*` one of tensors of types of their own, `x:&T` one of TensorFlow 1's references.
`k=int:0` is an attribute and its default. After the semicolon stand bounds, allowed values, and the type that Python
values of `axis` take; `!14` says that the op is removed since version 14 of TensorFlow's graphs, `$3` is the third of
the lists at the top of the file. A line in brackets names the module of TensorFlow's that has the ops below it.
"""

import argparse
import collections
import json
import pathlib
import re
from typing import Any

import tensorflow as tf  # pyright: ignore[reportMissingModuleSource] - installed where this script runs
from tensorflow.python.framework import op_def_registry  # pyright: ignore[reportMissingImports]

OUT = pathlib.Path(__file__).resolve().parent.parent / "tfcompat" / "raw_ops" / "_signatures.txt"
EXPORT = re.compile(r'^\w+ = tf_export\("raw_ops\.(\w+)"\)\(_ops\.to_raw_op\((\w+)\)\)', re.MULTILINE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("api", type=pathlib.Path, help="api.json of the conformance set")
    api = json.loads(parser.parse_args().api.read_text(encoding="utf-8"))
    orders = {
        name.removeprefix("tf.raw_ops."): re.findall(r"(?:^\(|, )([A-Za-z_]\w*)(?=[,=)])", entry["signature"])
        for name, entry in api.items()
        if name.startswith("tf.raw_ops.")
    }
    rows = []
    package = pathlib.Path(tf.__file__).parent
    for path in sorted(package.glob("python/**/gen_*.py")):
        found = [(name, snake) for name, snake in EXPORT.findall(path.read_text(encoding="utf-8")) if name in orders]
        if found:
            rows.append(f"[{'.'.join(path.relative_to(package).with_suffix('').parts)}]")
            rows += [line(name, snake, orders.pop(name)) for name, snake in sorted(found)]
    assert not orders, f"in no module: {sorted(orders)}"
    lists = collections.Counter(found for row in rows for found in re.findall(r"(?<=:)\w+(?:,\w+){2,}", row))
    shared = {found: f"${i}" for i, (found, count) in enumerate(lists.most_common()) if count > 1}
    text = "\n".join(re.sub(r"(?<=:)\w+(?:,\w+){2,}", lambda m: shared.get(m[0], m[0]), row) for row in rows)
    head = [f"# What TensorFlow {tf.__version__}'s raw ops take and give, made by scripts/make_raw_signatures.py"]
    head += [f"{short} {found}" for found, short in shared.items()]
    OUT.write_text("\n".join(head) + "\n" + text + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(rows)} lines, {OUT.stat().st_size} bytes")


def line(name: str, snake: str, order: list[str]) -> str:
    definition = op_def_registry.get(name)
    attributes = {a.name: a for a in definition.attr}
    parts = {arg.name: f"{arg.name}:{kind(arg)}" for arg in definition.input_arg}
    parts |= {a.name: attribute(a) for a in definition.attr if a.name not in parts}
    unknown = [parameter for parameter in order if parameter not in parts and parameter != "name"]
    unseen = [part for part in parts if part not in order and part not in inferred(definition)]
    assert len(unknown) == len(unseen), (name, unknown, unseen)
    for new, old in zip(unknown, unseen, strict=True):  # TensorFlow's Python has another name for it
        parts[new] = parts.pop(old).replace(old, new, 1)
    order = [parameter for parameter in order if parameter in parts]
    outputs = " ".join(f"{arg.name}:{kind(arg)}" for arg in definition.output_arg)
    removed = f"!{definition.deprecation.version}" if definition.HasField("deprecation") else ""
    limits = " ".join(filter(None, [removed, *(limit(a, a.name in order) for a in attributes.values())]))
    return f"{name} {snake}({', '.join(parts[parameter] for parameter in order)}) {outputs}; {limits}".rstrip("; ")


def inferred(definition: Any) -> set[str]:
    """The attributes that the inputs decide."""
    return {
        name for arg in definition.input_arg for name in (arg.type_attr, arg.type_list_attr, arg.number_attr) if name
    }


def kind(arg: Any) -> str:
    if arg.type_list_attr:
        return f"{arg.type_list_attr}*"
    of = ("&" if arg.is_ref else "") + (arg.type_attr or type_name(arg.type))
    return f"{arg.number_attr}*{of}" if arg.number_attr else of


def attribute(a: Any) -> str:
    if not a.HasField("default_value"):
        return f"{a.name}={a.type}"
    return f"{a.name}={a.type}:{json.dumps(plain(a.default_value), separators=(',', ':'))}"


def limit(a: Any, shown: bool) -> str:
    allowed = a.allowed_values.list
    text = ",".join(sorted(map(type_name, allowed.type)) or [s.decode() for s in allowed.s])
    least = f"{a.name}>={a.minimum}" if a.has_minimum else ""
    given = f"={plain(a.default_value)}" if a.type == "type" and not shown and a.HasField("default_value") else ""
    return " ".join(filter(None, [least, f"{a.name}:{text}{given}" if text or given else ""]))


def plain(value: Any) -> Any:
    which = value.WhichOneof("value")
    held = getattr(value, which)
    if which in ("tensor", "func"):
        return None
    if which == "s":
        return held.decode("latin-1")
    if which == "type":
        return type_name(held)
    if which == "shape":
        return None if held.unknown_rank else [d.size for d in held.dim]
    if which == "list":
        return [
            *(s.decode("latin-1") for s in held.s),
            *(type_name(t) for t in held.type),
            *map(shorter, held.f),
            *held.i,
            *held.b,
        ]
    return shorter(held) if which == "f" else held


def shorter(number: float) -> float:
    """The shortest decimal that is this float32, without a fraction of zero, as Python shows TensorFlow's defaults."""
    short = float(str(tf.constant(number, tf.float32).numpy()))
    return int(short) if short.is_integer() else short


def type_name(number: int) -> str:
    return tf.as_dtype(number).name


if __name__ == "__main__":
    main()
