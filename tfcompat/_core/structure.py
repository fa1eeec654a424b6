"""Nested structures of lists, tuples, dicts and the like: the implementation of `tf.nest`.

How a class nests is a `Node`; None stands for a leaf. Lookups are cached by class, as these functions run at every
step of a training loop. Composite tensors, whose classes have `_type_spec`, and the specs of such are opened where
`expand_composites` says so, through the spec's `_to_components` and `_from_components`. A class that sets `_nest_leaf`,
as `tf.TensorSpec` does, is a leaf all the same.
"""

import functools
from collections import abc, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from tfcompat._core import logging


class Node(NamedTuple):
    """How one kind of structure is taken apart and put together again."""

    children: Callable[[Any], Iterable]
    keys: Callable[[Any], Iterable]
    rebuild: Callable[[Any, list], Any]


NodeOf = Callable[[type], Node | None]


def _indices(structure: Any) -> range:
    return range(len(structure))


def _values_by_key(mapping: abc.Mapping) -> list:
    return [mapping[key] for key in sorted(mapping)]


def _rebuild_dict(like: abc.MutableMapping, children: list) -> abc.MutableMapping:
    values = dict(zip(sorted(like), children, strict=True))
    if type(like) is dict:
        return {key: values[key] for key in like}
    new = defaultdict(like.default_factory) if type(like) is defaultdict else type(like)()
    for key in like:
        new[key] = values[key]
    return new


def _rebuild_mapping(like: abc.Mapping, children: list) -> abc.Mapping:
    kind = type(like)
    if not getattr(kind, "__supported_by_tf_nest__", False):
        logging.warning(
            f"Mapping types may not work well with tf.nest. Prefer using MutableMapping for {kind}", first=1
        )
    values = dict(zip(sorted(like), children, strict=True))
    try:
        return kind((key, values[key]) for key in like)  # type: ignore[call-arg]
    except TypeError as error:
        raise TypeError(
            f"Error creating an object of type {kind} like {like}: it must take one positional argument, an iterable "
            f"of key-value pairs. Cause: {error}"
        ) from error


def _attrs_names(structure: Any) -> list[str]:
    return [attribute.name for attribute in type(structure).__attrs_attrs__]


def _attrs_values(structure: Any) -> list:
    return [getattr(structure, name) for name in _attrs_names(structure)]


def _rebuild_from_arguments(like: Any, children: list) -> Any:
    return type(like)(*children)


def _rebuild_sequence(like: Any, children: list) -> Any:
    return type(like)(children)


def _as_list(like: Any, children: list) -> list:
    return children


def _custom_components(structure: Any) -> tuple:
    components = structure.__tf_flatten__()[1]
    if not isinstance(components, tuple):
        raise AssertionError(f"{type(structure).__name__}.__tf_flatten__ must return its components as a tuple")
    return components


def _rebuild_custom(like: Any, children: list) -> Any:
    return like.__tf_unflatten__(like.__tf_flatten__()[0], tuple(children))


_LIST = Node(iter, _indices, _as_list)
_TUPLE = Node(iter, _indices, _rebuild_sequence)
_SEQUENCE = Node(iter, _indices, _rebuild_sequence)
_RANGE = Node(iter, _indices, _as_list)
_NAMEDTUPLE = Node(iter, lambda structure: structure._fields, _rebuild_from_arguments)
_DICT = Node(_values_by_key, sorted, _rebuild_dict)
_MAPPING = Node(_values_by_key, sorted, _rebuild_mapping)
_VIEW = Node(iter, _indices, _as_list)
_ATTRS = Node(_attrs_values, _attrs_names, _rebuild_from_arguments)
_CUSTOM = Node(_custom_components, lambda structure: range(len(_custom_components(structure))), _rebuild_custom)
_COMPOSITE = Node(
    lambda composite: [composite._type_spec._to_components(composite)],
    lambda composite: [composite._type_spec.value_type.__name__],
    lambda like, children: like._type_spec._from_components(children[0]),
)
_SPEC = Node(
    lambda spec: [spec._component_specs],
    lambda spec: [spec.value_type.__name__],
    lambda like, children: like._from_components(children[0]),
)


@functools.lru_cache(maxsize=4096)
def node_of(cls: type) -> Node | None:
    """How instances of `cls` nest; None where they are leaves, as composite tensors are here."""
    if cls is list:
        return _LIST
    if issubclass(cls, tuple):
        return _NAMEDTUPLE if _is_namedtuple_class(cls) else _TUPLE
    if issubclass(cls, abc.MutableMapping):
        return _DICT
    if issubclass(cls, abc.Mapping):
        return _MAPPING
    if issubclass(cls, abc.MappingView):
        return _VIEW
    if hasattr(cls, "__attrs_attrs__"):
        return _ATTRS
    if issubclass(cls, abc.Sequence) and not issubclass(cls, (str, bytes)):
        return _RANGE if cls is range else _SEQUENCE
    if hasattr(cls, "__tf_flatten__") and hasattr(cls, "__tf_unflatten__"):
        return _CUSTOM
    return None


@functools.lru_cache(maxsize=4096)
def node_or_composite_of(cls: type) -> Node | None:
    """How instances of `cls` nest where composite tensors and their specs are opened, too."""
    if is_composite_class(cls):
        return _COMPOSITE
    return _SPEC if is_spec_class(cls) else node_of(cls)


def is_composite_class(cls: type) -> bool:
    """Whether instances of `cls` are composite tensors."""
    return hasattr(cls, "_type_spec") and not getattr(cls, "_nest_leaf", False)


def is_spec_class(cls: type) -> bool:
    """Whether instances of `cls` are type specs of composite tensors."""
    return hasattr(cls, "_component_specs") and not getattr(cls, "_nest_leaf", False)


def _is_namedtuple_class(cls: type) -> bool:
    fields = getattr(cls, "_fields", None)
    return isinstance(fields, abc.Sequence) and all(isinstance(field, str) for field in fields)


def nodes(expand_composites: bool) -> NodeOf:
    """The lookup that treats composite tensors as `expand_composites` says."""
    return node_or_composite_of if expand_composites else node_of


def is_nested(seq: Any) -> bool:
    """Whether `seq` is a structure rather than a leaf (`tf.nest.is_nested`).

    Structures are lists, tuples, namedtuples, mappings and their views, other `collections.abc.Sequence`s save strings,
    attrs classes, and classes with `__tf_flatten__` and `__tf_unflatten__`. Sets, arrays and tensors are leaves.
    """
    return node_of(type(seq)) is not None


def is_nested_or_composite(seq: Any) -> bool:
    """Whether `seq` is a structure, a composite tensor or the type spec of one."""
    return node_or_composite_of(type(seq)) is not None


is_sequence_or_composite = is_nested_or_composite


def is_namedtuple(instance: Any, strict: bool = False) -> bool:
    """Whether `instance` is a namedtuple; with `strict`, of a class made by `namedtuple` and not derived from it."""
    cls = type(instance)
    return issubclass(cls, tuple) and _is_namedtuple_class(cls) and (not strict or cls.__bases__ == (tuple,))


def same_namedtuples(o1: Any, o2: Any) -> bool:
    """Whether two namedtuples have classes of the same name and fields."""
    return type(o1).__name__ == type(o2).__name__ and tuple(o1._fields) == tuple(o2._fields)


def is_mapping(obj: Any) -> bool:
    """Whether `obj` is a mapping."""
    return isinstance(obj, abc.Mapping)


def is_attrs(obj: Any) -> bool:
    """Whether `obj` is an instance of an attrs class."""
    return hasattr(type(obj), "__attrs_attrs__")


def sequence_like(instance: Any, args: Iterable) -> Any:
    """Makes a structure like `instance`, one level deep, of the children `args`."""
    node = node_or_composite_of(type(instance))
    return type(instance)(args) if node is None else node.rebuild(instance, list(args))


def flatten(structure: Any, expand_composites: bool = False) -> list:
    """Returns the leaves of `structure` in order, as a list (`tf.nest.flatten`).

    Mappings are ordered by their sorted keys; a leaf gives a list of itself. `expand_composites` also opens composite
    tensors, such as ragged and sparse ones. TypeError for mappings whose keys can't be sorted.
    """
    lookup = nodes(expand_composites)
    node = lookup(type(structure))
    if node is None:
        return [structure]
    leaves: list = []
    _flatten_into(leaves, structure, node, lookup)
    return leaves


def _flatten_into(leaves: list, structure: Any, node: Node, lookup: NodeOf) -> None:
    for child in node.children(structure):
        child_node = lookup(type(child))
        if child_node is None:
            leaves.append(child)
        else:
            _flatten_into(leaves, child, child_node, lookup)


def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """Returns a structure like `structure` whose leaves are the items of `flat_sequence` (`tf.nest.pack_sequence_as`).

    The inverse of `flatten`. TypeError unless `flat_sequence` is a sequence, ValueError unless it has as many items as
    `structure` has leaves.
    """
    return pack_with(structure, flat_sequence, nodes(expand_composites))


def pack_with(structure: Any, flat_sequence: Any, lookup: NodeOf) -> Any:
    """As `pack_sequence_as`, with the nodes that `lookup` gives."""
    if lookup(type(flat_sequence)) is None:
        raise TypeError(
            f"Attempted to pack value:\n  {_shorten(flat_sequence)}\ninto a structure, but found incompatible type "
            f"`{type(flat_sequence)}` instead."
        )
    node = lookup(type(structure))
    if node is None:
        if len(flat_sequence) != 1:
            raise ValueError(
                f"The target structure is of type `{type(structure)}`\n  {_shorten(structure)}\nHowever the input is a "
                f"sequence ({type(flat_sequence)}) of length {len(flat_sequence)}.\n  {_shorten(flat_sequence)}\n"
                "nest cannot guarantee that it is safe to map one to the other."
            )
        return flat_sequence[0]
    # By index, since iterating over a mapping would pack its keys.
    in_order = isinstance(flat_sequence, (list, tuple))
    items = iter(flat_sequence if in_order else [flat_sequence[i] for i in range(len(flat_sequence))])
    try:
        packed = _pack(structure, node, items, lookup)
        if next(items, _END) is _END:
            return packed
    except StopIteration:
        pass
    leaves: list = []
    _flatten_into(leaves, structure, node, lookup)
    raise ValueError(
        f"Could not pack sequence. Structure had {len(leaves)} atoms, but flat_sequence had {len(flat_sequence)} "
        f"items.  Structure: {structure}, flat_sequence: {flat_sequence}."
    )


def _pack(structure: Any, node: Node, items: Iterator, lookup: NodeOf) -> Any:
    packed = []
    for child in node.children(structure):
        child_node = lookup(type(child))
        packed.append(next(items) if child_node is None else _pack(child, child_node, items, lookup))
    return node.rebuild(structure, packed)


_END = object()


def _shorten(value: Any, length: int = 100) -> str:
    text = str(value)
    return text if len(text) <= length else text[:length] + "..."


def map_structure(func: Callable, *structure: Any, **kwargs: Any) -> Any:
    """Applies `func` to the leaves and returns the results in the same structure (`tf.nest.map_structure`).

    With several structures, `func` takes one leaf of each, and the result is like the first. The keyword arguments are
    `check_types` and `expand_composites`, as in `assert_same_structure`, whose errors this raises, too.
    """
    if not callable(func):
        raise TypeError(f"func must be callable, got: {func}")
    if not structure:
        raise ValueError("Must provide at least one structure")
    check_types = kwargs.pop("check_types", True)
    expand_composites = kwargs.pop("expand_composites", False)
    if kwargs:
        names = "`, `".join(kwargs)
        raise ValueError(f"Only valid keyword arguments are `check_types` and `expand_composites`, not: `{names}`")

    first, *others = structure
    lookup = nodes(expand_composites)
    node = lookup(type(first))
    if not others:
        return func(first) if node is None else _map(func, first, node, lookup)
    for other in others:
        assert_same_structure(first, other, check_types, expand_composites)
    if node is None:
        return func(*structure)
    results = map(func, *[flatten(each, expand_composites) for each in structure])
    return _pack(first, node, results, lookup)


def _map(func: Callable, structure: Any, node: Node, lookup: NodeOf) -> Any:
    results = []
    for child in node.children(structure):
        child_node = lookup(type(child))
        results.append(func(child) if child_node is None else _map(func, child, child_node, lookup))
    return node.rebuild(structure, results)


class _Dot:
    """A leaf in the pictures of structures that error messages show."""

    def __repr__(self) -> str:
        return "."


_DOT = _Dot()


def assert_same_structure(nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False) -> None:
    """Raises if two structures do not nest alike (`tf.nest.assert_same_structure`).

    ValueError where their lengths, depths or keys differ; TypeError where `check_types` is true and sequence types
    differ. Namedtuples agree by name and fields, lists with list subclasses, mappings with one another.
    """
    lookup = nodes(expand_composites)
    try:
        _compare(nest1, nest2, bool(check_types), lookup)
    except _Mismatch as mismatch:
        pictures = [map_structure(lambda _: _DOT, nest) for nest in (nest1, nest2)]
        raise mismatch.error_class(
            "The two structures don't have the same nested structure.\n\n"
            f"First structure: {_describe(nest1)}\n\nSecond structure: {_describe(nest2)}\n\n"
            f"More specifically: {mismatch}\nEntire first structure:\n{pictures[0]}\n"
            f"Entire second structure:\n{pictures[1]}"
        ) from None


class _Mismatch(Exception):
    def __init__(self, message: str, error_class: type[Exception] = ValueError):
        super().__init__(message)
        self.error_class = error_class


def _compare(o1: Any, o2: Any, check_types: bool, lookup: NodeOf) -> None:
    node1, node2 = lookup(type(o1)), lookup(type(o2))
    if node1 is None and node2 is None:
        return
    if node1 is None or node2 is None:
        nested, leaf = (o2, o1) if node1 is None else (o1, o2)
        raise _Mismatch(
            f'Substructure "{_describe(nested)}" is a sequence, while substructure "{_describe(leaf)}" is not'
        )
    if check_types:
        _compare_types(o1, o2, lookup)
    if node1 is _COMPOSITE or node2 is _COMPOSITE:
        _compare_specs(o1, o2)
    children1, children2 = list(node1.children(o1)), list(node2.children(o2))
    for child1, child2 in zip(children1, children2):
        if lookup(type(child1)) is not None or lookup(type(child2)) is not None:
            _compare(child1, child2, check_types, lookup)
    if len(children1) != len(children2):
        raise _Mismatch(
            "The two structures don't have the same number of elements. "
            f"First structure: {_describe(o1)}. Second structure: {_describe(o2)}"
        )


def _compare_types(o1: Any, o2: Any, lookup: NodeOf) -> None:
    if type(o1) is not type(o2) and not _types_agree(o1, o2, lookup):
        raise _Mismatch(
            f"The two namedtuples don't have the same sequence type. First structure {_describe(o1)} has type "
            f"{_type_name(type(o1))}, while second structure {_describe(o2)} has type {_type_name(type(o2))}",
            TypeError,
        )
    if is_mapping(o1) and is_mapping(o2) and set(o1) != set(o2):
        raise _Mismatch(
            "The two dictionaries don't have the same set of keys. First structure has keys "
            f"{_describe(list(o1))}, while second structure has keys {_describe(list(o2))}"
        )


def _types_agree(o1: Any, o2: Any, lookup: NodeOf) -> bool:
    if is_namedtuple(o1, strict=True) and is_namedtuple(o2, strict=True):
        return same_namedtuples(o1, o2)
    return (
        (isinstance(o1, list) and isinstance(o2, list))
        or (is_mapping(o1) and is_mapping(o2))
        or (lookup(type(o1)) in (_COMPOSITE, _SPEC) and lookup(type(o2)) in (_COMPOSITE, _SPEC))
    )


def _compare_specs(o1: Any, o2: Any) -> None:
    specs = [o if is_spec_class(type(o)) else getattr(o, "_type_spec", None) for o in (o1, o2)]
    if None in specs or not specs_nest_alike(*specs):
        raise _Mismatch(
            f"Incompatible CompositeTensor TypeSpecs: {_describe(specs[0])} vs. {_describe(specs[1])}",
            TypeError if None in specs else ValueError,
        )


def specs_nest_alike(spec1: Any, spec2: Any) -> bool:
    """Whether composite tensors of these two specs have a common supertype, apart from the tensors' names."""
    spec1, spec2 = spec1._without_tensor_names(), spec2._without_tensor_names()
    if hasattr(spec1, "_get_structure") and hasattr(spec2, "_get_structure"):
        return spec1._get_structure() == spec2._get_structure()
    return spec1.most_specific_common_supertype([spec2]) is not None


def _describe(value: Any) -> str:
    return f"type={type(value).__name__} str={value}"


def _type_name(cls: type) -> str:
    """The name as C code has it: classes written in C carry their module's name."""
    heap_type = 1 << 9
    if cls.__flags__ & heap_type or cls.__module__ == "builtins":
        return cls.__name__
    return f"{cls.__module__}.{cls.__name__}"
