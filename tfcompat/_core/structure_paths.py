"""Paths to the leaves of nested structures, and structures taken as the shallow form of deeper ones.

These are `tensorflow.python.util.nest`'s functions beyond `tf.nest`; `structure` says what a structure is. A path is a
tuple with the key, index or field name at each level.
"""

from collections.abc import Callable, Iterator
from typing import Any

from tfcompat._core import structure as nest
from tfcompat._core.structure import NodeOf, flatten, is_composite_class, is_mapping, is_spec_class, nodes

Path = tuple[Any, ...]


def yield_flat_paths(nest: Any, expand_composites: bool = False) -> Iterator[Path]:
    """Yields the path of each leaf, in the order of `flatten`."""
    for path, _ in _walk(nest, nest, nodes(expand_composites)):
        yield path


def flatten_with_tuple_paths(structure: Any, expand_composites: bool = False) -> list[tuple[Path, Any]]:
    """Returns a (path, leaf) pair for each leaf."""
    return list(_walk(structure, structure, nodes(expand_composites)))


def flatten_with_joined_string_paths(
    structure: Any, separator: str = "/", expand_composites: bool = False
) -> list[tuple[str, Any]]:
    """Returns a (path, leaf) pair for each leaf, the paths joined by `separator`, such as 'a/0'."""
    pairs = flatten_with_tuple_paths(structure, expand_composites)
    return [(separator.join(map(str, path)), leaf) for path, leaf in pairs]


def map_structure_with_paths(func: Callable, *structure: Any, **kwargs: Any) -> Any:
    """As `map_structure`, but `func` takes the leaf's path first, as a string joined by '/'."""

    def with_string_path(path: Path, *leaves: Any, **kwargs: Any) -> Any:
        return func("/".join(map(str, path)), *leaves, **kwargs)

    return map_structure_with_tuple_paths_up_to(structure[0], with_string_path, *structure, **kwargs)


def map_structure_with_tuple_paths(func: Callable, *structure: Any, **kwargs: Any) -> Any:
    """As `map_structure`, but `func` takes the leaf's path first."""
    return map_structure_with_tuple_paths_up_to(structure[0], func, *structure, **kwargs)


def assert_shallow_structure(
    shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Raises unless `input_tree` nests like `shallow_tree` down to the latter's leaves.

    ValueError where lengths or keys differ; TypeError where `input_tree` has a leaf in the place of a sequence or,
    if `check_types` is true, a sequence of another type.
    """
    _assert_shallow(shallow_tree, input_tree, check_types, nodes(expand_composites))


def _assert_shallow(shallow: Any, deep: Any, check_types: bool, lookup: NodeOf) -> None:
    shallow_node, deep_node = lookup(type(shallow)), lookup(type(deep))
    if shallow_node is None:
        return
    if deep_node is None:
        raise TypeError(
            f"If shallow structure is a sequence, input must also be a sequence. Input has type: {type(deep)}."
        )
    composites = [is_composite_class(type(each)) for each in (shallow, deep)]
    tensor_likes = [is_composite_class(type(each)) or is_spec_class(type(each)) for each in (shallow, deep)]
    types_agree = not check_types or isinstance(deep, type(shallow)) or _types_agree(shallow, deep, all(tensor_likes))
    if not types_agree or (any(composites) and not all(tensor_likes)):
        raise TypeError(
            f"The two structures don't have the same sequence type. Input structure has type {type(deep)}, while "
            f"shallow structure has type {type(shallow)}."
        )
    if any(composites):
        specs = [each._type_spec if composite else each for each, composite in zip((shallow, deep), composites)]
        if not nest.specs_nest_alike(*specs):
            raise ValueError(f"Incompatible CompositeTensor TypeSpecs: {specs[0]} vs. {specs[1]}")
    elif is_spec_class(type(shallow)) and not is_spec_class(type(deep)):
        raise TypeError(
            f"If shallow structure is a TypeSpec, input must also be a TypeSpec.  Input has type: {type(deep)}."
        )
    shallow_children, deep_children = list(shallow_node.children(shallow)), list(deep_node.children(deep))
    if len(shallow_children) != len(deep_children):
        raise ValueError(
            "The two structures don't have the same sequence length. Input structure has length "
            f"{len(deep_children)}, while shallow structure has length {len(shallow_children)}."
        )
    if is_mapping(shallow) and (absent := set(shallow) - set(deep)):
        raise ValueError(
            "The shallow_tree's keys are not a subset of the input_tree's keys. The shallow_tree has the following "
            f"keys that are not in the input_tree: {sorted(absent)}."
        )
    for shallow_child, deep_child in zip(shallow_children, deep_children, strict=True):
        _assert_shallow(shallow_child, deep_child, check_types, lookup)


def _types_agree(shallow: Any, deep: Any, both_tensor_like: bool) -> bool:
    if nest.is_namedtuple(shallow) and nest.is_namedtuple(deep):
        return nest.same_namedtuples(shallow, deep)
    return (
        (isinstance(shallow, list) and isinstance(deep, list))
        or (is_mapping(shallow) and is_mapping(deep))
        or both_tensor_like
    )


def _walk(shallow: Any, deep: Any, lookup: NodeOf, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yields the path of each leaf of `shallow` and what `deep` has in its place."""
    node = lookup(type(shallow))
    if node is None:
        yield path, deep
        return
    deep_node = lookup(type(deep))
    assert deep_node is not None
    deep_children = dict(zip(deep_node.keys(deep), deep_node.children(deep), strict=True))
    for key, child in zip(node.keys(shallow), node.children(shallow), strict=True):
        yield from _walk(child, deep_children[key], lookup, (*path, key))


def flatten_with_tuple_paths_up_to(
    shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False
) -> list[tuple[Path, Any]]:
    """As `flatten_up_to`, with the path of each part: a list of (path, part) pairs."""
    assert_shallow_structure(shallow_tree, input_tree, check_types, expand_composites)
    return list(_walk(shallow_tree, input_tree, nodes(expand_composites)))


def flatten_up_to(
    shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False
) -> list:
    """Returns the parts of `input_tree` that stand where `shallow_tree` has its leaves."""
    pairs = flatten_with_tuple_paths_up_to(shallow_tree, input_tree, check_types, expand_composites)
    return [part for _, part in pairs]


def map_structure_with_tuple_paths_up_to(shallow_tree: Any, func: Callable, *inputs: Any, **kwargs: Any) -> Any:
    """As `map_structure_up_to`, but `func` takes the path first, and the keyword arguments this does not use."""
    if not inputs:
        raise ValueError("Cannot map over no sequences")
    check_types = kwargs.pop("check_types", True)
    expand_composites = kwargs.pop("expand_composites", False)
    parts = [flatten_up_to(shallow_tree, each, check_types, expand_composites) for each in inputs]
    paths = yield_flat_paths(shallow_tree, expand_composites)
    results = [func(path, *values, **kwargs) for path, *values in zip(paths, *parts, strict=True)]
    return nest.pack_sequence_as(shallow_tree, results, expand_composites)


def map_structure_up_to(shallow_tree: Any, func: Callable, *inputs: Any, **kwargs: Any) -> Any:
    """Applies `func` to the parts of `inputs` where `shallow_tree` has its leaves; the result nests like the latter."""
    return map_structure_with_tuple_paths_up_to(shallow_tree, lambda _, *values: func(*values), *inputs, **kwargs)


def get_traverse_shallow_structure(
    traverse_fn: Callable[[Any], Any], structure: Any, expand_composites: bool = False
) -> Any:
    """Returns a structure of booleans that ends where `traverse_fn` says not to go on.

    `traverse_fn` takes each substructure, and returns whether to enter it, or one level of booleans that say which of
    its children to enter. TypeError where it returns anything else.
    """
    node = nodes(expand_composites)(type(structure))
    to_traverse = traverse_fn(structure)
    if node is None:
        if not isinstance(to_traverse, bool):
            raise TypeError(f"traverse_fn returned structure: {to_traverse} for non-structure: {structure}")
        return to_traverse
    branches = list(node.children(structure))
    if to_traverse is False:
        return False
    if to_traverse is True:
        choices = [True] * len(branches)
    else:
        choices = _choices(to_traverse, structure, expand_composites)
    level = [
        get_traverse_shallow_structure(traverse_fn, branch, expand_composites) if choice else False
        for choice, branch in zip(choices, branches, strict=True)
    ]
    return node.rebuild(structure, level)


def _choices(to_traverse: Any, structure: Any, expand_composites: bool) -> list[bool]:
    node = nodes(expand_composites)(type(to_traverse))
    if node is None:
        raise TypeError(f"traverse_fn returned a non-bool scalar: {to_traverse} for input: {structure}")
    assert_shallow_structure(to_traverse, structure, expand_composites=expand_composites)
    choices = list(node.children(to_traverse))
    if not all(isinstance(choice, bool) for choice in choices):
        raise TypeError(
            f"traverse_fn didn't return a depth=1 structure of bools.  saw: {to_traverse}  for structure: {structure}"
        )
    return choices


def list_to_tuple(structure: Any) -> Any:
    """Returns `structure` with its lists turned into tuples."""

    def tuples_for_lists(cls: type) -> nest.Node | None:
        node = nest.node_of(cls)
        if node is not None and issubclass(cls, list):
            return node._replace(rebuild=lambda like, children: tuple(children))
        return node

    return nest.pack_with(structure, flatten(structure), tuples_for_lists)


def flatten_dict_items(dictionary: Any) -> dict:
    """Flattens a dict whose keys, and values with them, may be structures: {(1, 2): ("a", "b")} is {1: "a", 2: "b"}.

    TypeError if it is no mapping; ValueError if a key and its value do not nest alike or a key appears twice.
    """
    if not is_mapping(dictionary):
        raise TypeError(
            "FlattenDictItems: 'dict' must be a dictionary or collection.Mapping type object, instead of "
            f"'{type(dictionary).__name__}'."
        )
    flat: dict = {}
    for key, value in dictionary.items():
        if not nest.is_nested(key):
            pairs = [(key, value)]
        else:
            keys, values = flatten(key), flatten(value)
            if len(keys) != len(values):
                raise ValueError(
                    f"Could not flatten dictionary. Key had {len(keys)} elements, but value had {len(values)} "
                    f"elements. Key: {keys}, value: {values}."
                )
            pairs = list(zip(keys, values, strict=True))
        for flat_key, flat_value in pairs:
            if flat_key in flat:
                raise ValueError(f"Cannot flatten dict because this key is not unique: {flat_key}")
            flat[flat_key] = flat_value
    return flat
