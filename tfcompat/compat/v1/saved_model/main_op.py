"""tf.compat.v1.saved_model.main_op: what runs when a SavedModel is loaded."""

from __future__ import annotations

from typing import Any

from tfcompat.compat.v1._eager import global_variables_initializer, local_variables_initializer, tables_initializer
from tfcompat.compat.v1._meta_graphs import building


def main_op() -> Any:
    """The operation that initializes all variables and tables (tf.compat.v1.saved_model.main_op.main_op)."""
    parts = [global_variables_initializer(), local_variables_initializer(), tables_initializer()]
    return building().group(parts, "group_deps")


def main_op_with_restore(restore_op_name: Any) -> Any:
    """`main_op`, and after it an operation that restores (tf.compat.v1.saved_model.main_op_with_restore).

    restore_op_name: the operation, or its name.
    """
    graph = building()
    with graph.control_dependencies([main_op()]):
        return graph.group([graph.as_graph_element(restore_op_name)], "group_deps")


__all__ = ["main_op", "main_op_with_restore"]
