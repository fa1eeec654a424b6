"""Paths and shallow structures: `tensorflow.python.util.nest` beyond tf.nest, as recorded from TensorFlow 2.21."""

import collections

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests._core.test_structure import Masked, Pair, PairSpec, Point
from tests.oracle import ask_tensorflow
from tfcompat._core import structure as nest
from tfcompat._core import structure_paths as paths

TREE = {"a": [1, 2], "b": Point(3, 4), "c": Masked(True, 5), "d": {"q": 6}.values()}


def test_paths():
    assert paths.flatten_with_tuple_paths(TREE) == [
        (("a", 0), 1),
        (("a", 1), 2),
        (("b", "x"), 3),
        (("b", "y"), 4),
        (("c", 0), 5),
        (("d", 0), 6),
    ]
    assert list(paths.yield_flat_paths([1, (2,)])) == [(0,), (1, 0)]
    assert list(paths.yield_flat_paths(7)) == [()]
    assert paths.flatten_with_joined_string_paths({"a": [1, 2]}) == [("a/0", 1), ("a/1", 2)]
    assert paths.flatten_with_joined_string_paths([1, (2,)], separator=".") == [("0", 1), ("1.0", 2)]
    assert paths.flatten_with_tuple_paths([Pair(1, 2)], expand_composites=True) == [
        ((0, "Pair", 0), 1),
        ((0, "Pair", 1), 2),
    ]


def test_mapping_with_paths():
    assert paths.map_structure_with_paths(lambda path, x: f"{path}={x}", {"a": [1, 2]}) == {"a": ["a/0=1", "a/1=2"]}
    assert paths.map_structure_with_paths(lambda path, x, scale: x * scale, [2], scale=5) == [10]
    assert paths.map_structure_with_tuple_paths(lambda path, x, y: (*path, x, y), {"a": [1]}, {"a": [3]}) == {
        "a": [("a", 0, 1, 3)]
    }


def test_up_to():
    assert paths.flatten_up_to([0, 0], [[1, 2], 3]) == [[1, 2], 3]
    assert paths.flatten_up_to(0, [1, 2]) == [[1, 2]]
    assert paths.flatten_up_to({"b": 0, "a": 0}, collections.OrderedDict(b=1, a=[2])) == [[2], 1]
    assert paths.flatten_with_tuple_paths_up_to({"a": 0}, {"a": [1]}) == [(("a",), [1])]
    assert paths.map_structure_up_to([0, 0], sum, [[1, 2], [3, 4]]) == [3, 7]
    assert paths.map_structure_up_to({"a": 0}, lambda x, y: (x, y), {"a": [1]}, {"a": 2}) == {"a": ([1], 2)}


@pytest.mark.parametrize(
    ("shallow", "deep", "error", "message"),
    [
        ([0], [1, 2], ValueError, "The two structures don't have the same sequence length. Input structure has length "
         "2, while shallow structure has length 1."),
        ([0], (1,), TypeError, "The two structures don't have the same sequence type. Input structure has type "
         "<class 'tuple'>, while shallow structure has type <class 'list'>."),
        ([0], 5, TypeError, "If shallow structure is a sequence, input must also be a sequence. Input has type: "
         "<class 'int'>."),
        ({"a": 0}, {"b": 1}, ValueError, "The shallow_tree's keys are not a subset of the input_tree's keys. The "
         "shallow_tree has the following keys that are not in the input_tree: ['a']."),
    ],
    ids=range(4),
)  # fmt: skip
def test_up_to_refuses(shallow, deep, error, message):
    for call in (paths.assert_shallow_structure, paths.flatten_up_to):
        with pytest.raises(error) as caught:
            call(shallow, deep)
        assert str(caught.value) == message


def test_up_to_without_types_or_inputs():
    assert paths.flatten_up_to([0], (1,), check_types=False) == [1]
    with pytest.raises(ValueError, match="Cannot map over no sequences"):
        paths.map_structure_up_to([0], lambda x: x)
    with pytest.raises(TypeError, match="unexpected keyword argument 'scale'"):
        paths.map_structure_up_to([0], lambda x: x, [1], scale=2)


def test_up_to_composites():
    pair = Pair(1, 2)
    assert paths.flatten_up_to([0], [pair]) == [pair]
    assert paths.flatten_up_to(pair, Pair(3, 4), expand_composites=True) == [3, 4]
    assert paths.flatten_up_to(PairSpec(), pair, expand_composites=True) == [1, 2]
    with pytest.raises(ValueError, match="Incompatible CompositeTensor TypeSpecs"):
        paths.flatten_up_to(pair, Pair(1, 2, tag=1), expand_composites=True)
    for shallow, deep in [([0], pair), (pair, [1]), (PairSpec(), [1])]:
        with pytest.raises(TypeError, match="same sequence type"):
            paths.flatten_up_to(shallow, deep, expand_composites=True)


def test_traversal():
    def lists_only(structure):
        return isinstance(structure, list)

    assert paths.get_traverse_shallow_structure(lists_only, [1, (2, 3), [4]]) == [False, False, [False]]
    assert paths.get_traverse_shallow_structure(lambda s: True, [1, [2]]) == [True, [True]]
    assert paths.get_traverse_shallow_structure(lambda s: False, [1]) is False
    assert paths.get_traverse_shallow_structure(
        lambda s: [True, False] if isinstance(s, list) and len(s) == 2 else True, [[1], [2]]
    ) == [[True], False]


@pytest.mark.parametrize(
    ("traverse", "structure", "error", "message"),
    [
        (lambda s: [True, False], [[1]], ValueError, "don't have the same sequence length"),
        (lambda s: 3, [1], TypeError, r"traverse_fn returned a non-bool scalar: 3 for input: \[1\]"),
        (
            lambda s: [1, 2],
            [1, 2],
            TypeError,
            r"traverse_fn didn't return a depth=1 structure of bools.  saw: ",
        ),
        (lambda s: [True], 1, TypeError, r"traverse_fn returned structure: \[True\] for non-structure: 1"),
    ],
)
def test_traversal_refuses(traverse, structure, error, message):
    with pytest.raises(error, match=message):
        paths.get_traverse_shallow_structure(traverse, structure)


def test_list_to_tuple():
    assert paths.list_to_tuple([1, [2, {"a": [3]}], (4,)]) == (1, (2, {"a": (3,)}), (4,))
    assert paths.list_to_tuple(3) == 3


def test_flatten_dict_items():
    assert paths.flatten_dict_items({(4, 5, (6, 8)): ("a", "b", ("c", "d"))}) == {4: "a", 5: "b", 6: "c", 8: "d"}
    assert paths.flatten_dict_items({(1, 2): [3, [4]], "k": [5]}) == {1: 3, 2: 4, "k": [5]}
    with pytest.raises(ValueError, match="Key had 2 elements, but value had 1 elements"):
        paths.flatten_dict_items({(1, 2): 3})
    with pytest.raises(ValueError, match="this key is not unique: 1"):
        paths.flatten_dict_items({(1, 2): [3, 4], 1: 5})
    with pytest.raises(TypeError, match="instead of 'int'"):
        paths.flatten_dict_items(5)


trees = st.recursive(
    st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=1), inner, max_size=3),
    max_leaves=8,
)


@given(trees)
def test_a_structure_up_to_itself_is_its_leaves(tree):
    assert paths.flatten_up_to(tree, tree) == nest.flatten(tree)
    assert paths.flatten_up_to(0, tree) == [tree]
    by_path = paths.flatten_with_tuple_paths(tree)
    assert [leaf for _, leaf in by_path] == nest.flatten(tree)
    for path, leaf in by_path:
        found = tree
        for key in path:
            found = found[key]
        assert found == leaf


_SURVEY = """
import collections
NT, NU = collections.namedtuple("NT", "a b"), collections.namedtuple("NU", "a b")
class L(list): pass
every = [1, [], [1], [1, 2], (1,), [[1]], {}, {"a": 1}, {"b": 1}, {"a": 1, "b": 2}, {"a": [1]},
         collections.OrderedDict(a=1), NT(1, 2), NU(1, 2), L([1]), range(2), {"a": 1}.values()]

def outcome(call):
    try:
        return repr(call())
    except (TypeError, ValueError, KeyError) as error:
        return type(error).__name__ + ": " + str(error)

rows = {}
for i, a in enumerate(every):
    rows[str(i)] = [outcome(call) for call in (
        lambda: nest.flatten_with_joined_string_paths(a), lambda: nest.flatten_with_tuple_paths(a),
        lambda: nest.list_to_tuple(a))]
    for j, b in enumerate(every):
        rows[str((i, j))] = [outcome(call) for call in (
            lambda: nest.flatten_up_to(a, b), lambda: nest.flatten_up_to(a, b, False),
            lambda: nest.flatten_with_tuple_paths_up_to(a, b), lambda: nest.map_structure_up_to(a, str, b))]
"""


@pytest.mark.oracle
def test_paths_agree_with_tensorflow():
    theirs = ask_tensorflow(f"from tensorflow.python.util import nest\n{_SURVEY}\nanswer(rows)")
    ours = {"nest": paths, "__name__": "__main__"}
    exec(_SURVEY, ours)
    assert len(theirs) == 17 + 17 * 17
    assert ours["rows"] == theirs
