"""Writes tfcompat/_op_texts.txt: how TensorFlow's errors tell the ops that have a choice of dtypes or values.

Run with a Python that has the TensorFlow whose ops are meant: python scripts/make_op_texts.py
"""

import collections
import pathlib
import re

import tensorflow as tf  # pyright: ignore[reportMissingModuleSource] - installed where this script runs
from tensorflow.core.framework import types_pb2  # pyright: ignore[reportMissingModuleSource]
from tensorflow.python.framework import (  # pyright: ignore[reportMissingImports]
    kernels,  # pyright: ignore[reportAttributeAccessIssue]
    op_def_registry,  # pyright: ignore[reportAttributeAccessIssue]
)

PATH = pathlib.Path(__file__).parent.parent / "tfcompat" / "_op_texts.txt"


def kind(number):
    """The dtype's name in a signature."""
    name = types_pb2.DataType.Name(number).removeprefix("DT_").lower()
    return name.removesuffix("_ref")


def argument(arg):
    """An input or output in a signature."""
    of = arg.type_attr or arg.type_list_attr or kind(arg.type)
    of = f"{arg.number_attr}*{of}" if arg.number_attr else of
    return f"{arg.name}:{f'Ref({of})' if arg.is_ref else of}"


def value(v):
    """An attribute's value."""
    which = v.WhichOneof("value")
    if which == "s":
        return '"' + v.s.decode() + '"'
    if which == "b":
        return "true" if v.b else "false"
    if which == "type":
        return types_pb2.DataType.Name(v.type)
    if which == "i":
        return str(v.i)
    if which == "f":
        return f"{v.f:.7g}"
    if which == "shape":
        sizes = ",".join(str(d.size) if d.size >= 0 else "?" for d in v.shape.dim)
        return "<unknown>" if v.shape.unknown_rank else f"[{sizes}]"
    if which == "list":
        items = [f'"{s.decode()}"' for s in v.list.s] + [str(i) for i in v.list.i] + [f"{f:.7g}" for f in v.list.f]
        items += ["true" if b else "false" for b in v.list.b] + [types_pb2.DataType.Name(t) for t in v.list.type]
        return "[" + ", ".join(items) + "]"
    return "?"


def text(op):
    """What an error tells of an op after its name."""
    parts = [", ".join(map(argument, op.input_arg)) + " -> " + ", ".join(map(argument, op.output_arg))]
    for a in op.attr:
        found = f"attr={a.name}:{a.type}"
        if a.HasField("default_value"):
            found += f",default={value(a.default_value)}"
        if a.has_minimum:
            found += f",min={a.minimum}"
        if a.HasField("allowed_values"):
            found += f",allowed={value(a.allowed_values)}"
        parts.append(found)
    for flag in ("is_commutative", "is_aggregate", "is_stateful"):
        if getattr(op, flag):
            parts.append(f"{flag}=true")
    return "; ".join(parts)


def main():
    """Writes a line for each op with a kernel; lists of dtypes that lines share stand at the top."""
    texts = {}
    for name in dir(tf.raw_ops):
        op = op_def_registry.get(name)
        is_choosy = op is not None and any(a.HasField("allowed_values") or a.has_minimum for a in op.attr)
        if is_choosy and kernels.get_registered_kernels_for_op(name).kernel:
            texts[name] = text(op)
    lists = collections.Counter(re.findall(r"allowed=(\[DT_[^\]]*\])", " ".join(texts.values())))
    short = {found: f"${i}" for i, (found, n) in enumerate(lists.most_common()) if n > 1}
    lines = [f"# How TensorFlow {tf.__version__}'s errors tell its ops, made by scripts/make_op_texts.py"]
    lines += [f"{key} {found}" for found, key in short.items()]
    for name, t in texts.items():
        for found, key in short.items():
            t = t.replace(f"allowed={found}", f"allowed={key}")
        lines.append(f"{name} {t}")
    PATH.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
