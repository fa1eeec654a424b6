"""tensorflow.python.util.nest: tf.nest's functions, and those that give paths or go down one structure only as far as
another (`_core/structure_paths`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tfcompat._core.structure import (
    assert_same_structure,
    flatten,
    is_attrs,
    is_mapping,
    is_namedtuple,
    is_nested,
    is_nested_or_composite,
    is_sequence_or_composite,
    map_structure,
    nodes,
    pack_sequence_as,
    same_namedtuples,
    sequence_like,
)
from tfcompat._core.structure_paths import (
    assert_shallow_structure,
    flatten_dict_items,
    flatten_up_to,
    flatten_with_joined_string_paths,
    flatten_with_tuple_paths,
    flatten_with_tuple_paths_up_to,
    get_traverse_shallow_structure,
    list_to_tuple,
    map_structure_up_to,
    map_structure_with_paths,
    map_structure_with_tuple_paths,
    map_structure_with_tuple_paths_up_to,
    yield_flat_paths,
)

__all__ = [
    "assert_same_structure",
    "assert_shallow_structure",
    "flatten",
    "flatten_dict_items",
    "flatten_up_to",
    "flatten_with_joined_string_paths",
    "flatten_with_tuple_paths",
    "flatten_with_tuple_paths_up_to",
    "get_traverse_shallow_structure",
    "is_attrs",
    "is_mapping",
    "is_namedtuple",
    "is_nested",
    "is_nested_or_composite",
    "is_sequence_or_composite",
    "list_to_tuple",
    "map_structure",
    "map_structure_up_to",
    "map_structure_with_paths",
    "map_structure_with_tuple_paths",
    "map_structure_with_tuple_paths_up_to",
    "pack_sequence_as",
    "same_namedtuples",
    "sequence_like",
    "yield_flat_paths",
]


def _yield_sorted_items(iterable: Any) -> Iterator[tuple[Any, Any]]:
    """The keys or indices one level down, each with what lies there, in the order of `flatten`."""
    node = nodes(True)(type(iterable))
    if node is not None:
        yield from zip(node.keys(iterable), node.children(iterable))


def _yield_value(iterable: Any) -> Iterator[Any]:
    """What lies one level down, in the order of `flatten`."""
    return (child for _, child in _yield_sorted_items(iterable))


# The names under which libraries know what has a public one.
is_sequence = is_nested
_is_namedtuple = is_namedtuple
_sequence_like = sequence_like
