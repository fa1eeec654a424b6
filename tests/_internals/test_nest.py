"""tensorflow.python.util.nest: what TensorFlow 2.21 returns and raises for structures that go down unequally far."""

import collections

import pytest

from tfcompat._internals import nest

Point = collections.namedtuple("Point", "x y")
DEEP = [1, {"k": [2, Point(3, 4)]}]


def test_one_structure_is_followed_only_as_far_as_another() -> None:
    assert nest.flatten_up_to([1, [2, 3]], [5, [6, (7, 8)]]) == [5, 6, (7, 8)]
    assert nest.flatten_up_to({"a": 1, "b": (2,)}, {"a": [9], "b": ([1, 2],)}) == [[9], [1, 2]]
    assert nest.flatten_up_to(1, [1, 2]) == [[1, 2]]
    assert nest.flatten_up_to([1, 2], (3, 4), check_types=False) == [3, 4]
    assert nest.map_structure_up_to([0, 0], lambda a, b: (a, b), [[1], 2], [3, [4]]) == [([1], 3), (2, [4])]
    nest.assert_shallow_structure((1, 2), Point(1, 2))


@pytest.mark.parametrize(
    ("shallow", "deep", "error", "words"),
    [
        ([1, 2], [1], ValueError, "Input structure has length 1, while shallow structure has length 2"),
        ({"a": 1}, {"a": 1, "b": 1}, ValueError, "Input structure has length 2, while shallow structure has length 1"),
        ({"a": 1}, {"b": 1}, ValueError, r"keys that are not in the input_tree: \['a'\]"),
        ([1, 2], 5, TypeError, "input must also be a sequence. Input has type: <class 'int'>"),
        ([1, 2], (3, 4), TypeError, "type <class 'tuple'>, while shallow structure has type <class 'list'>"),
        (Point(1, 2), [1, 2], TypeError, "don't have the same sequence type"),
    ],
)
def test_what_does_not_fit_is_told(shallow: object, deep: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        nest.flatten_up_to(shallow, deep)


def test_paths() -> None:
    assert list(nest.yield_flat_paths(DEEP)) == [(0,), (1, "k", 0), (1, "k", 1, "x"), (1, "k", 1, "y")]
    assert nest.flatten_with_joined_string_paths(DEEP) == [("0", 1), ("1/k/0", 2), ("1/k/1/x", 3), ("1/k/1/y", 4)]
    assert nest.map_structure_with_paths(lambda p, a: (p, a), [1, {"k": [2]}]) == [("0", 1), {"k": [("1/k/0", 2)]}]
    assert nest.map_structure_with_tuple_paths_up_to([0, {"k": 0}], lambda p, a: (p, a), [1, {"k": [2]}]) == [
        ((0,), 1),
        {"k": ((1, "k"), [2])},
    ]


def test_where_to_go_down() -> None:
    def no_tuples(part: object) -> bool:
        return not isinstance(part, tuple)

    assert nest.get_traverse_shallow_structure(no_tuples, [1, (2, 3), [4, [5]]]) == [True, False, [True, [True]]]
    assert nest.get_traverse_shallow_structure(lambda _: True, 3) is True
    with pytest.raises(TypeError, match="traverse_fn returned"):
        nest.get_traverse_shallow_structure(lambda _: 1, [3])


def test_other_forms() -> None:
    assert nest.list_to_tuple([1, [2, {"a": [3]}]]) == (1, (2, {"a": (3,)}))
    assert nest.flatten_dict_items({"a": 1, ("b", "c"): (2, 3)}) == {"a": 1, "b": 2, "c": 3}
    with pytest.raises(ValueError, match="this key is not unique: a"):
        nest.flatten_dict_items({"a": 1, ("a", "b"): (2, 3)})
