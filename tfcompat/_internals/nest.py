"""tensorflow.python.util.nest: beside tf.nest's functions, those that go down one structure only as far as another.

`shallow_tree` is the structure to follow, `input_tree` may go deeper; a path is a tuple of keys and indices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tfcompat._core.structure import (
    NodeOf,
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

Path = tuple[Any, ...]

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


def assert_shallow_structure(
    shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Raises unless `input_tree` nests as `shallow_tree` does as far as that goes.

    TypeError where it is a leaf, or with `check_types` of another sequence type, ValueError where lengths or keys
    differ.
    """
    for _ in _pairs(shallow_tree, input_tree, check_types, nodes(expand_composites), ()):
        continue


def flatten_up_to(
    shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False
) -> list[Any]:
    """The parts of `input_tree` at the leaves of `shallow_tree`; errors as `assert_shallow_structure`'s."""
    return [part for _, part in _pairs(shallow_tree, input_tree, check_types, nodes(expand_composites), ())]


def flatten_with_tuple_paths_up_to(
    shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False
) -> list[tuple[Path, Any]]:
    """As `flatten_up_to`, each part with its path."""
    return list(_pairs(shallow_tree, input_tree, check_types, nodes(expand_composites), ()))


def map_structure_up_to(shallow_tree: Any, func: Callable[..., Any], *inputs: Any, **kwargs: Any) -> Any:
    """`func` of the parts of each of `inputs` at every leaf of `shallow_tree`, in a structure like it.

    Keywords: `check_types`, `expand_composites`. ValueError for no inputs.
    """
    return map_structure_with_tuple_paths_up_to(shallow_tree, lambda _, *parts: func(*parts), *inputs, **kwargs)


def map_structure_with_tuple_paths_up_to(
    shallow_tree: Any,
    func: Callable[..., Any],
    *inputs: Any,
    check_types: bool = True,
    expand_composites: bool = False,
) -> Any:
    """As `map_structure_up_to`, with the path as the function's first argument."""
    if not inputs:
        raise ValueError("Cannot map over no sequences")
    lookup = nodes(expand_composites)
    columns = [list(_pairs(shallow_tree, tree, check_types, lookup, ())) for tree in inputs]
    results = [func(rows[0][0], *(part for _, part in rows)) for rows in zip(*columns, strict=True)]
    return pack_sequence_as(shallow_tree, results, expand_composites)


def map_structure_with_tuple_paths(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """`tf.nest.map_structure` with a leaf's path as the function's first argument."""
    if not structure:
        raise ValueError("Must provide at least one structure")
    for other in structure[1:]:
        assert_same_structure(structure[0], other, **kwargs)
    return map_structure_with_tuple_paths_up_to(structure[0], func, *structure, **{**kwargs, "check_types": False})


def map_structure_with_paths(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """As `map_structure_with_tuple_paths`, with the path as text: "layers/0/kernel"."""
    return map_structure_with_tuple_paths(
        lambda path, *leaves: func("/".join(map(str, path)), *leaves), *structure, **kwargs
    )


def yield_flat_paths(nest: Any, expand_composites: bool = False) -> Iterator[Path]:
    """The paths of the leaves, in the order of `tf.nest.flatten`."""
    return (path for path, _ in flatten_with_tuple_paths(nest, expand_composites))


def flatten_with_tuple_paths(structure: Any, expand_composites: bool = False) -> list[tuple[Path, Any]]:
    """The leaves in order, each with its path."""
    return list(_pairs(structure, structure, False, nodes(expand_composites), ()))


def flatten_with_joined_string_paths(
    structure: Any, separator: str = "/", expand_composites: bool = False
) -> list[tuple[str, Any]]:
    """The leaves in order, each with its path as text."""
    pairs = flatten_with_tuple_paths(structure, expand_composites)
    return [(separator.join(map(str, path)), leaf) for path, leaf in pairs]


def get_traverse_shallow_structure(
    traverse_fn: Callable[[Any], Any], structure: Any, expand_composites: bool = False
) -> Any:
    """A structure of bools for the functions "up to": False where `traverse_fn` says not to go into a part.

    `traverse_fn` returns a bool, or a structure of bools that answers for the parts below, too. TypeError for others.
    """
    lookup = nodes(expand_composites)
    answer = traverse_fn(structure)
    node = lookup(type(structure))
    if not is_nested(answer):
        if not isinstance(answer, bool):
            raise TypeError(f"traverse_fn returned structure: {answer} for structure: {structure}")
        if not answer or node is None:
            return answer
        children = [
            get_traverse_shallow_structure(traverse_fn, child, expand_composites) for child in node.children(structure)
        ]
        return node.rebuild(structure, children)
    assert_shallow_structure(answer, structure, expand_composites=expand_composites)
    leaves = []
    for part, goes_on in zip(
        flatten_up_to(answer, structure, expand_composites=expand_composites), flatten(answer), strict=True
    ):
        if not isinstance(goes_on, bool):
            raise TypeError(f"traverse_fn didn't return a depth=1 structure of bools, but: {answer}")
        leaves.append(get_traverse_shallow_structure(traverse_fn, part, expand_composites) if goes_on else False)
    return pack_sequence_as(answer, leaves)


def list_to_tuple(structure: Any) -> Any:
    """The structure with a tuple for every list in it."""
    if isinstance(structure, list):
        return tuple(map(list_to_tuple, structure))
    node = nodes(False)(type(structure))
    if node is None:
        return structure
    return node.rebuild(structure, [list_to_tuple(child) for child in node.children(structure)])


def flatten_dict_items(dictionary: Any) -> dict[Any, Any]:
    """A dict of the leaves of the keys to those of the values: {("a", "b"): (1, 2)} is {"a": 1, "b": 2}.

    TypeError for what is no mapping, ValueError where a key and its value nest otherwise or a key comes twice.
    """
    if not is_mapping(dictionary):
        raise TypeError(f"input must be a dictionary, got {type(dictionary).__name__}")
    flat: dict[Any, Any] = {}
    for key, value in dictionary.items():
        keys, values = flatten(key), flatten(value)
        if len(keys) != len(values):
            raise ValueError(
                f"Could not flatten dictionary. Key had {len(keys)} elements, but value had {len(values)}."
            )
        for flat_key, flat_value in zip(keys, values):
            if flat_key in flat:
                raise ValueError(f"Could not flatten dictionary: key {flat_key} is not unique.")
            flat[flat_key] = flat_value
    return flat


def _pairs(shallow: Any, tree: Any, check_types: bool, lookup: NodeOf, path: Path) -> Iterator[tuple[Path, Any]]:
    """The paths of the shallow structure's leaves and what lies there in the other one, which is checked on the way."""
    node = lookup(type(shallow))
    if node is None:
        yield path, tree
        return
    other = lookup(type(tree))
    if other is None:
        raise TypeError(
            f"If shallow structure is a sequence, input must also be a sequence. Input has type: {type(tree)}."
        )
    if check_types and not _same_kind(shallow, tree):
        raise TypeError(
            "The two structures don't have the same sequence type. Input structure has type "
            f"{type(tree)}, while shallow structure has type {type(shallow)}."
        )
    below, children = list(node.children(shallow)), list(other.children(tree))
    if len(below) != len(children):
        raise ValueError(
            "The two structures don't have the same sequence length. Input structure has length "
            f"{len(children)}, while shallow structure has length {len(below)}."
        )
    if is_mapping(shallow) and is_mapping(tree) and set(shallow) != set(tree):
        raise ValueError(
            "The shallow_tree's keys are not a subset of the input_tree's keys. The shallow_tree has the following "
            f"keys that are not in the input_tree: {sorted(set(shallow) - set(tree))}."
        )
    for key, part, child in zip(node.keys(shallow), below, children):
        yield from _pairs(part, child, check_types, lookup, (*path, key))


def _same_kind(shallow: Any, tree: Any) -> bool:
    if is_namedtuple(shallow) and is_namedtuple(tree):
        return same_namedtuples(shallow, tree)
    if is_mapping(shallow) and is_mapping(tree):
        return True
    return isinstance(tree, type(shallow)) or (is_nested_or_composite(shallow) and not is_nested(shallow))


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
