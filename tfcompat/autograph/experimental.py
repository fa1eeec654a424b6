"""tf.autograph.experimental: what functions tell AutoGraph about themselves and their loops."""

from __future__ import annotations

import enum
from typing import Any

from tfcompat import _names
from tfcompat._function.autograph import do_not_convert as do_not_convert


class Feature(enum.Enum):
    """Parts of AutoGraph that tf.autograph.to_graph can be asked for (tf.autograph.experimental.Feature)."""

    ALL = "ALL"
    AUTO_CONTROL_DEPS = "AUTO_CONTROL_DEPS"
    ASSERT_STATEMENTS = "ASSERT_STATEMENTS"
    BUILTIN_FUNCTIONS = "BUILTIN_FUNCTIONS"
    EQUALITY_OPERATORS = "EQUALITY_OPERATORS"
    LISTS = "LISTS"
    NAME_SCOPES = "NAME_SCOPES"


_NOT_GIVEN = object()


def set_loop_options(
    parallel_iterations: Any = _NOT_GIVEN,
    swap_memory: Any = _NOT_GIVEN,
    maximum_iterations: Any = _NOT_GIVEN,
    shape_invariants: Any = _NOT_GIVEN,
) -> None:
    """Says how the loop that it stands in, as the first statement, becomes a loop of the graph.

    maximum_iterations: it stops after so many. shape_invariants: pairs of a loop variable and the shape that all its
    values have. parallel_iterations and swap_memory are hints to TensorFlow's graphs. Read where AutoGraph rewrites
    the loop; a call outside of one does nothing. (tf.autograph.experimental.set_loop_options)
    """


__getattr__ = _names.module_getattr("tf.autograph.experimental", globals())
