"""How TensorFlow's errors tell an op whose attribute has a value that it does not take, most often a dtype."""

from __future__ import annotations

import functools
import pathlib
import re
from collections.abc import Mapping

_TOLD = re.compile(r"Value for attr '(\w+)' of (.+?) (is not in the list of allowed values|must be at least minimum)")


@functools.cache
def _texts() -> Mapping[str, str]:
    """What follows "signature=" by op; read when the first error asks for it."""
    texts, lists = {}, {}
    path = pathlib.Path(__file__).parent.with_name("_op_texts.txt")
    for line in path.read_text(encoding="utf-8").splitlines():
        first, _, rest = line.partition(" ")
        if first.startswith("$"):
            lists[first] = rest
        elif first != "#":
            texts[first] = re.sub(r"\$\d+", lambda match: lists[match[0]], rest)
    return texts


def refusal(kernel: str, text: str) -> str | None:
    """TensorFlow's words for `text`, which tells of an attribute's value that the op `kernel` does not take.

    None where it tells of something else, or where nothing is known of the op.
    """
    told = _TOLD.match(text)
    found = None if told is None else _texts().get(kernel)
    if told is None or found is None:
        return None
    head = text
    if told[3].startswith("is not"):
        named = dict(re.findall(r"attr=(\w+):type[^;]*?allowed=\[([^\]]*)\]", found))
        name = told[1] if f"attr={told[1]}:" in found or len(named) != 1 else next(iter(named))
        if name in named:
            kinds = [kind.removeprefix("DT_").lower() for kind in named[name].split(", ")]
            if told[2] in kinds:
                return None
            head = f"Value for attr '{name}' of {told[2]} {told[3]}: {', '.join(kinds)}"
    return f"{head}\n\t; NodeDef: {{{{node {kernel}}}}}; Op<name={kernel}; signature={found}>"
