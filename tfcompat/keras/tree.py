"""tf.keras.tree: nested lists, tuples, dicts and named tuples, walked leaf by leaf.

None is a leaf; a dict's values come in the order of its sorted keys (an OrderedDict's in its own order).
"""

from __future__ import annotations

import collections
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tfcompat import _names

__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "is_nested",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure",
    "map_structure_up_to",
    "pack_sequence_as",
    "traverse",
]

_MISMATCH = "Structures don't have the same nested structure."


class MAP_TO_NONE:
    """What a `traverse` function returns to replace a node by None (returning None keeps the node)."""


def _is_node(x: Any) -> bool:
    if isinstance(x, (list, dict)) or type(x) is tuple:
        return True
    return isinstance(x, tuple) and (hasattr(x, "_fields") or hasattr(x, "_is_shape"))  # shapes of KerasTensors


def _keys(node: dict[Any, Any]) -> list[Any]:
    if isinstance(node, collections.OrderedDict):
        return list(node)
    try:
        return sorted(node)
    except TypeError:
        return list(node)


def _items(node: Any) -> Iterator[tuple[Any, Any]]:
    """The (key, child) pairs of a node, in flattening order."""
    if isinstance(node, dict):
        return ((key, node[key]) for key in _keys(node))
    return iter(enumerate(node))


def _rebuild(node: Any, children: Iterable[Any]) -> Any:
    """A node like `node` around `children`, which come in flattening order."""
    if isinstance(node, dict):
        values = dict(zip(_keys(node), children))
        ordered = {key: values[key] for key in node}
        if isinstance(node, collections.defaultdict):
            return collections.defaultdict(node.default_factory, ordered)
        return type(node)(ordered)
    if hasattr(node, "_fields"):
        return type(node)(*children)
    return type(node)(children)


def is_nested(structure: Any) -> bool:
    """Whether `structure` is a list, tuple, dict or named tuple, and not a leaf."""
    return _is_node(structure)


def flatten(structure: Any) -> list[Any]:
    """The leaves, in order."""
    if not _is_node(structure):
        return [structure]
    leaves: list[Any] = []
    for _, child in _items(structure):
        if _is_node(child):
            leaves.extend(flatten(child))
        else:
            leaves.append(child)
    return leaves


def flatten_with_path(structure: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """The leaves, each with the keys and indices that lead to it."""
    if not _is_node(structure):
        return [((), structure)]
    return [((key, *path), leaf) for key, child in _items(structure) for path, leaf in flatten_with_path(child)]


def _zip_children(structures: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The children of nodes of the same type and keys, zipped; ValueError where they differ."""
    first = structures[0]
    for other in structures[1:]:
        if not _is_node(other) or len(other) != len(first):
            raise ValueError(_MISMATCH)
        if isinstance(first, dict) != isinstance(other, dict) or isinstance(first, list) != isinstance(other, list):
            raise ValueError(_MISMATCH)
        if isinstance(first, dict) and set(first) != set(other):
            raise ValueError(f"{_MISMATCH} Keys: {list(first)} and {list(other)}.")
        if hasattr(first, "_fields") and type(other) is not type(first):
            raise ValueError(f"{_MISMATCH} Types: {type(first)} and {type(other)}.")
    if isinstance(first, dict):
        return [tuple(s[key] for s in structures) for key in _keys(first)]
    return list(zip(*structures))


def map_structure(func: Callable[..., Any], *structures: Any, none_is_leaf: bool = True) -> Any:
    """`func` of the leaves of structures of one shape, in that shape; with `none_is_leaf=False`, None stays None."""
    if not callable(func):
        raise TypeError(f"`func` must be callable. Received: func={func}")
    if not structures:
        raise ValueError("Must provide at least one structure")
    first = structures[0]
    if _is_node(first):
        children = _zip_children(structures)
        return _rebuild(first, [map_structure(func, *c, none_is_leaf=none_is_leaf) for c in children])
    if first is None and not none_is_leaf:
        return None
    if len(structures) > 1 and any(_is_node(s) for s in structures[1:]):
        raise ValueError(_MISMATCH)
    return func(*structures)


def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """`func` of the parts of `structures` that lie at the leaves of `shallow_structure`, in its shape."""
    if not structures:
        raise ValueError("Must provide at least one structure")
    if _is_node(shallow_structure):
        children = _zip_children((shallow_structure, *structures))
        return _rebuild(shallow_structure, [map_structure_up_to(c[0], func, *c[1:]) for c in children])
    if shallow_structure is None:
        raise ValueError(f"{_MISMATCH} None is not a leaf of `shallow_structure`.")
    return func(*structures)


def assert_same_structure(a: Any, b: Any, check_types: bool | None = None) -> None:
    """ValueError unless `a` and `b` nest alike; `check_types` has no effect any more, of which a warning tells."""
    if check_types is not None:
        looser = (
            "For a looser check, use `keras.tree.assert_same_paths()`, which considers `list`, `tuple`, `namedtuple` "
            "and `deque` as matching"
        )
        told = "and no longer has any effect" + (", please remove." if check_types else f". {looser}")
        warnings.warn(f"The `check_types` argument is deprecated {told}", DeprecationWarning, stacklevel=2)
    map_structure(lambda x, y: None, a, b)


def assert_same_paths(a: Any, b: Any) -> None:
    """ValueError unless the leaves of `a` and `b` lie at the same paths, lists and tuples being alike."""
    a_paths, b_paths = ({path for path, _ in flatten_with_path(s)} for s in (a, b))
    if a_paths != b_paths:
        only = {"`a` missing in `b`": a_paths - b_paths, "`b` missing in `a`": b_paths - a_paths}
        told = "".join(f"\nPaths in {where}:\n{paths}" for where, paths in only.items() if paths)
        raise ValueError(f"`a` and `b` don't have the same paths.{told}")


def pack_sequence_as(structure: Any, flat_sequence: Iterable[Any]) -> Any:
    """`flat_sequence` in the shape of `structure`; ValueError where it has too many or too few elements."""
    values = list(flat_sequence)
    expected = len(flatten(structure))
    if len(values) != expected:
        few = len(values) < expected
        told = (
            f"few leaves for PyTreeSpec; expected: {expected}, got: {len(values)}"
            if few
            else (f"many leaves for PyTreeSpec; expected: {expected}")
        )
        raise ValueError(f"Too {told}.")
    source = iter(values)
    return map_structure(lambda _: next(source), structure)


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """The structure with each node and leaf replaced by `func` of it, where that is not None."""

    def descend() -> Any:
        if not _is_node(structure):
            return structure
        return _rebuild(structure, [traverse(func, child, top_down) for _, child in _items(structure)])

    if top_down:
        result = func(structure)
        if result is None:
            return descend()
    else:
        below = descend()
        result = func(below)
        if result is None:
            return below
    return None if result is MAP_TO_NONE or isinstance(result, MAP_TO_NONE) else result


def lists_to_tuples(structure: Any) -> Any:
    """The structure with tuples for its lists."""
    return traverse(lambda x: tuple(x) if isinstance(x, list) else None, structure, top_down=False)


def map_shape_structure(func: Callable[[Any], Any], structure: Any) -> Any:
    """`func` of the shapes (tuples and lists of ints and None) of a structure of shapes."""
    if isinstance(structure, (list, tuple)) and all(d is None or isinstance(d, int) for d in structure):
        return func(structure)
    if _is_node(structure):
        return _rebuild(structure, [map_shape_structure(func, child) for _, child in _items(structure)])
    return func(structure)


__getattr__ = _names.module_getattr("tf.keras.tree", globals())
