"""tf.nest: what is a structure, flattening, packing, mapping and comparing, as recorded from TensorFlow 2.21."""

import collections
import dataclasses
import logging
import types
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import ask_tensorflow
from tfcompat._core import structure as nest
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.shapes import TensorShape
from tfcompat._core.type_spec import TypeSpec


class Point(NamedTuple):
    x: Any
    y: Any


@dataclasses.dataclass
class Masked:
    mask: bool
    value: Any

    def __tf_flatten__(self):
        return (self.mask,), (self.value,)

    @classmethod
    def __tf_unflatten__(cls, metadata, components):
        return cls(*metadata, *components)


@dataclasses.dataclass
class Plain:
    x: int


class FrozenMap(collections.abc.Mapping):
    def __init__(self, items):
        self.items_ = dict(items)

    def __getitem__(self, key):
        return self.items_[key]

    def __iter__(self):
        return iter(self.items_)

    def __len__(self):
        return len(self.items_)


class AttrsLike:
    """What the attrs package makes of a class with fields a and b."""

    __attrs_attrs__ = (types.SimpleNamespace(name="a"), types.SimpleNamespace(name="b"))

    def __init__(self, a, b):
        self.a, self.b = a, b


class PairSpec(TypeSpec):
    """Two leaves; specs of different `tag` have no common supertype."""

    def __init__(self, tag=0):
        self.tag = tag

    value_type = property(lambda self: Pair)
    _component_specs = property(lambda self: ("left", "right"))

    def _serialize(self):
        return (self.tag,)

    def _to_components(self, value):
        return (value.left, value.right)

    def _from_components(self, components):
        return Pair(*components, tag=self.tag)


class Pair(CompositeTensor):
    def __init__(self, left, right, tag=0):
        self.left, self.right, self.tag = left, right, tag

    @property
    def _type_spec(self):
        return PairSpec(self.tag)


STRUCTURES = [
    ([1, 2], [1, 2]),
    ((1, (2, [3])), [1, 2, 3]),
    ({"b": 1, "a": [2, 3]}, [2, 3, 1]),
    (collections.OrderedDict([("b", 1), ("a", 2)]), [2, 1]),
    (collections.defaultdict(int, b=1, a=2), [2, 1]),
    (collections.Counter(b=1, a=2), [2, 1]),
    (collections.UserDict(a=1), [1]),
    (collections.UserList([1]), [1]),
    (collections.deque([1, 2]), [1, 2]),
    (Point(1, {"k": 2}), [1, 2]),
    (Masked(True, [1, 2]), [1, 2]),
    (bytearray(b"ab"), [97, 98]),
    ([], []),
    ({}, []),
]


@pytest.mark.parametrize(("structure", "leaves"), STRUCTURES, ids=str)
def test_structures_flatten_and_pack(structure, leaves):
    assert nest.is_nested(structure)
    assert nest.flatten(structure) == leaves
    packed = nest.pack_sequence_as(structure, leaves)
    assert packed == structure
    assert type(packed) is type(structure)
    mapped = nest.map_structure(lambda leaf: leaf, structure)
    assert mapped == structure
    assert type(mapped) is type(structure)


@pytest.mark.parametrize(
    "leaf",
    [None, 1, "ab", b"ab", np.str_("ab"), {1}, frozenset([1]), np.zeros(2), torch.zeros(2), TensorShape([1, 2]),
     Plain(1), iter([1]), slice(1, 2), list, Point, types.SimpleNamespace(a=1)],
    ids=lambda leaf: type(leaf).__name__,
)  # fmt: skip
def test_leaves(leaf):
    assert not nest.is_nested(leaf)
    assert not nest.is_nested_or_composite(leaf)
    (only,) = nest.flatten(leaf)
    assert only is leaf
    assert nest.map_structure(lambda x: (x, "seen"), leaf)[0] is leaf
    assert nest.pack_sequence_as(leaf, ["other"]) == "other"


def test_views_and_ranges_pack_to_lists():
    mapping = {"b": 1, "a": 2}
    assert nest.flatten(mapping.values()) == [1, 2]
    assert nest.flatten(mapping.items()) == ["b", 1, "a", 2]
    assert nest.pack_sequence_as(mapping.values(), [5, 6]) == [5, 6]
    assert nest.pack_sequence_as(mapping.items(), [5, 6, 7, 8]) == [(5, 6), (7, 8)]
    assert nest.map_structure(lambda x: x + 1, range(3)) == [1, 2, 3]


def test_dicts_keep_their_own_order_and_class():
    packed = nest.pack_sequence_as(collections.OrderedDict([("b", 0), ("a", 0)]), [1, 2])
    assert list(packed.items()) == [("b", 2), ("a", 1)]
    packed = nest.map_structure(str, collections.defaultdict(list, b=1, a=2))
    assert list(packed.items()) == [("b", "1"), ("a", "2")]
    assert packed["new"] == []


def test_attrs_classes():
    packed = nest.map_structure(lambda x: -x, AttrsLike(1, [2]))
    assert isinstance(packed, AttrsLike)
    assert (packed.a, packed.b) == (-1, [-2])


def test_read_only_mappings_are_rebuilt_with_a_warning(caplog):
    logger = logging.getLogger("tensorflow")
    logger.addHandler(caplog.handler)
    try:
        packed = nest.map_structure(lambda x: x + 1, FrozenMap({"b": 1, "a": 2}))
    finally:
        logger.removeHandler(caplog.handler)
    assert isinstance(packed, FrozenMap)
    assert packed.items_ == {"b": 2, "a": 3}
    assert "Prefer using MutableMapping" in caplog.text
    with pytest.raises(TypeError, match="Error creating an object of type <class 'mappingproxy'>"):
        nest.map_structure(lambda x: x, types.MappingProxyType({"a": 1}))


def test_keys_must_sort():
    with pytest.raises(TypeError, match="'<' not supported between instances of 'str' and 'int'"):
        nest.flatten({1: 1, "a": 2})


def test_custom_components_must_be_a_tuple():
    @dataclasses.dataclass
    class Listed(Masked):
        def __tf_flatten__(self):
            return (self.mask,), [self.value]

    with pytest.raises(AssertionError, match=r"Listed\.__tf_flatten__ must return its components as a tuple"):
        nest.flatten(Listed(True, 1))


def test_composites_open_on_request():
    pair = Pair(1, [2])
    assert not nest.is_nested(pair)
    assert nest.is_nested_or_composite(pair)
    assert nest.is_nested_or_composite(PairSpec())
    assert nest.flatten([pair, 3]) == [pair, 3]
    assert nest.flatten([pair, 3], expand_composites=True) == [1, 2, 3]
    assert nest.flatten(PairSpec(), expand_composites=True) == ["left", "right"]
    doubled = nest.map_structure(lambda x: 2 * x, pair, expand_composites=True)
    assert (doubled.left, doubled.right) == (2, [4])
    rebuilt = nest.pack_sequence_as(PairSpec(), [5, 6], expand_composites=True)
    assert (rebuilt.left, rebuilt.right) == (5, 6)


def test_composites_compare_by_spec():
    nest.assert_same_structure(Pair(1, 2), Pair(3, 4), expand_composites=True)
    nest.assert_same_structure(Pair("left", "right"), PairSpec(), expand_composites=True)
    nest.assert_same_structure(Pair(1, 2), 7)
    with pytest.raises(ValueError, match="Incompatible CompositeTensor TypeSpecs: type=PairSpec str=PairSpec"):
        nest.assert_same_structure(Pair(1, 2, tag=1), Pair(1, 2, tag=2), expand_composites=True)
    with pytest.raises(TypeError, match="don't have the same sequence type"):
        nest.assert_same_structure(Pair(1, 2), [1, 2], expand_composites=True)
    with pytest.raises(ValueError, match="is a sequence, while substructure"):
        nest.assert_same_structure(Pair(1, 2), 1, expand_composites=True)


@pytest.mark.parametrize(
    ("structure", "flat", "error", "message"),
    [
        ([1, 2], [1], ValueError, "Could not pack sequence. Structure had 2 atoms, but flat_sequence had 1 items.  "
         "Structure: [1, 2], flat_sequence: [1]."),
        ([1], [1, 2], ValueError, "Could not pack sequence. Structure had 1 atoms, but flat_sequence had 2 items.  "
         "Structure: [1], flat_sequence: [1, 2]."),
        ([1, [2, 3]], (1,), ValueError, "Could not pack sequence. Structure had 3 atoms, but flat_sequence had 1 "
         "items.  Structure: [1, [2, 3]], flat_sequence: (1,)."),
        (1, [1, 2], ValueError, "The target structure is of type `<class 'int'>`\n  1\nHowever the input is a sequence "
         "(<class 'list'>) of length 2.\n  [1, 2]\nnest cannot guarantee that it is safe to map one to the other."),
        ([1], "ab", TypeError, "Attempted to pack value:\n  ab\ninto a structure, but found incompatible type "
         "`<class 'str'>` instead."),
        ([1, 2], {"a": 1, "b": 2}, KeyError, "0"),
    ],
    ids=range(6),
)  # fmt: skip
def test_packing_refuses(structure, flat, error, message):
    with pytest.raises(error) as caught:
        nest.pack_sequence_as(structure, flat)
    assert str(caught.value) == message


def test_map_over_several_structures():
    assert nest.map_structure(lambda a, b: a + b, {"x": [1, 2]}, {"x": [10, 20]}) == {"x": [11, 22]}
    assert nest.map_structure(lambda a, b: a + b, [1, 2], (10, 20), check_types=False) == [11, 22]
    assert nest.map_structure(lambda a, b: a + b, 1, 2) == 3
    seen = []
    nest.map_structure(seen.append, {"b": 1, "a": [2, 3]})
    assert seen == [2, 3, 1]


def test_map_refuses():
    with pytest.raises(TypeError, match="func must be callable, got: 3"):
        nest.map_structure(3, [1])
    with pytest.raises(ValueError, match="Must provide at least one structure"):
        nest.map_structure(lambda: 1)
    with pytest.raises(ValueError, match="not: `foo`, `bar`"):
        nest.map_structure(lambda x: x, [1], foo=1, bar=2)
    with pytest.raises(TypeError, match="don't have the same nested structure"):
        nest.map_structure(lambda a, b: a, [1], (2,))


def test_the_whole_message_of_a_mismatch():
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
        nest.assert_same_structure({"x": {"a": 1, "c": 2}}, {"x": {"a": 1, "b": 2}})
    assert str(caught.value) == (
        "The two structures don't have the same nested structure.\n\n"
        "First structure: type=dict str={'x': {'a': 1, 'c': 2}}\n\n"
        "Second structure: type=dict str={'x': {'a': 1, 'b': 2}}\n\n"
        "More specifically: The two dictionaries don't have the same set of keys. First structure has keys type=list "
        "str=['a', 'c'], while second structure has keys type=list str=['a', 'b']\n"
        "Entire first structure:\n{'x': {'a': ., 'c': .}}\nEntire second structure:\n{'x': {'a': ., 'b': .}}"
    )


def test_classes_written_in_c_are_named_with_their_module():
    with pytest.raises(TypeError, match=r"has type collections\.OrderedDict, while .* has type list"):
        nest.assert_same_structure(collections.OrderedDict(a=1), [1])


def test_namedtuple_helpers():
    twin = collections.namedtuple("Point", "x y")(1, 2)
    assert nest.is_namedtuple(twin, strict=True)
    assert not nest.is_namedtuple((1, 2))
    assert nest.same_namedtuples(Point(1, 2), twin)
    assert not nest.same_namedtuples(Point(1, 2), collections.namedtuple("Point", "x z")(1, 2))
    derived = type("Derived", (Point,), {})(1, 2)
    assert nest.is_namedtuple(derived)
    assert not nest.is_namedtuple(derived, strict=True)
    nest.assert_same_structure(Point(1, 2), twin)
    with pytest.raises(TypeError, match=r"has type Point, while .* has type Derived"):
        nest.assert_same_structure(Point(1, 2), derived)


def test_small_helpers():
    assert nest.is_mapping({})
    assert not nest.is_mapping([])
    assert nest.is_attrs(AttrsLike(1, 2))
    assert not nest.is_attrs(1)
    assert nest.sequence_like((0, 0), [1, 2]) == (1, 2)
    assert nest.sequence_like({"b": 0, "a": 0}, [1, 2]) == {"b": 2, "a": 1}


trees = st.recursive(
    st.integers() | st.none() | st.text(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.builds(Point, inner, inner)
        | st.builds(Masked, st.booleans(), inner)
    ),
    max_leaves=12,
)


@given(trees)
def test_packing_what_was_flattened_gives_it_back(tree):
    assert nest.pack_sequence_as(tree, nest.flatten(tree)) == tree
    nest.assert_same_structure(tree, nest.map_structure(lambda leaf: (leaf,)[0], tree))


@given(trees)
def test_map_applies_to_the_leaves_in_order(tree):
    def mark(leaf):
        return frozenset([leaf])

    assert nest.flatten(nest.map_structure(mark, tree)) == [mark(leaf) for leaf in nest.flatten(tree)]
    pairs = nest.map_structure(lambda a, b: frozenset([a, b]), tree, tree)
    assert nest.flatten(pairs) == [mark(leaf) for leaf in nest.flatten(tree)]


# Run under both libraries: what assert_same_structure says of every pair.
_SURVEY = """
import collections
NT, NU = collections.namedtuple("NT", "a b"), collections.namedtuple("NU", "a b")
class L(list): pass
class T(tuple): pass
every = [1, None, "a", [], [1], [1, 2], (1,), (1, 2), [[1]], [[1], 2], [1, [2]], {}, {"a": 1}, {"b": 1},
         {"a": 1, "b": 2}, {"a": [1]}, collections.OrderedDict(a=1), collections.defaultdict(int, a=1), NT(1, 2),
         NU(1, 2), NT(1, [2]), L([1]), T((1,)), range(2), {"a": 1}.values(), {"a": 1}.keys(), collections.deque([1])]

def outcome(call):
    try:
        return repr(call())
    except (TypeError, ValueError) as error:
        return type(error).__name__ + ": " + str(error)

rows = {}
for i, a in enumerate(every):
    rows[str(i)] = [nest.is_nested(a), outcome(lambda: nest.flatten(a)), outcome(lambda: nest.map_structure(str, a))]
    for j, b in enumerate(every):
        for check_types in (True, False):
            rows[str((i, j, check_types))] = outcome(lambda: nest.assert_same_structure(a, b, check_types))
"""


@pytest.mark.oracle
def test_comparisons_agree_with_tensorflow():
    theirs = ask_tensorflow(f"nest = tf.nest\n{_SURVEY}\nanswer(rows)")
    ours = {"nest": nest}
    exec(_SURVEY, ours)
    assert len(theirs) == 27 + 27 * 27 * 2
    assert ours["rows"] == theirs
