"""What TensorFlow's internal gen_*_ops modules have: raw ops in snake case, which take arguments by position too.

`gen_math_ops.add_v2(x, y)` is tf.raw_ops.AddV2(x=x, y=y); the names in CamelCase are those of tf.raw_ops.
"""

from __future__ import annotations

from typing import Any

from tfcompat import raw_ops
from tfcompat.raw_ops._signatures import of_snake


def __getattr__(name: str) -> Any:
    kernel = of_snake(name)
    function = None if kernel is None else raw_ops._positional(kernel)
    if function is not None:
        globals()[name] = function
        return function
    if name[:1].isupper():
        return getattr(raw_ops, name)
    raise AttributeError(f"tf.raw_ops has no op called {name!r} in TensorFlow's gen_*_ops modules", name=name)
