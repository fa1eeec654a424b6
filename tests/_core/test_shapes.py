"""TensorShape: construction, printing, and the algebra of partly unknown shapes."""

import copy
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import ask_tensorflow
from tfcompat._core import shapes
from tfcompat._core.dimension import Dimension
from tfcompat._core.shapes import TensorShape, as_shape, dimension_at_index, unknown_shape

dims = st.none() | st.lists(st.none() | st.integers(0, 3), max_size=3)
any_shape = dims.map(TensorShape)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([1, None], "TensorShape([1, None])"),
        ((2, 3), "TensorShape([2, 3])"),
        ([], "TensorShape([])"),
        (None, "TensorShape(None)"),
        (5, "TensorShape([5])"),
        (Dimension(5), "TensorShape([5])"),
        ([Dimension(2), np.int32(3), Dimension(None)], "TensorShape([2, 3, None])"),
        (np.array([4, 5]), "TensorShape([4, 5])"),
        (torch.Size([6, 7]), "TensorShape([6, 7])"),
        (TensorShape([8]), "TensorShape([8])"),
        ((size for size in (1, 2)), "TensorShape([1, 2])"),
        (SimpleNamespace(unknown_rank=True, dim=[]), "TensorShape(None)"),
        (
            SimpleNamespace(unknown_rank=False, dim=[SimpleNamespace(size=2), SimpleNamespace(size=-1)]),
            "TensorShape([2, None])",
        ),
    ],
)
def test_construction(value, expected):
    assert repr(TensorShape(value)) == expected


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ([-1], ValueError, "Dimension -1 must be >= 0"),
        (-3, ValueError, "Dimension -3 must be >= 0"),
        (1.5, TypeError, "got value '1.5' with type '<class 'float'>'"),
        ([1, "a"], TypeError, "got value ''a'' with type '<class 'str'>'"),
        ("ab", TypeError, "Failed to convert ''ab'' to a shape: ''a'' could not be converted to a dimension"),
    ],
)
def test_construction_refuses(value, error, message):
    with pytest.raises(error) as caught:
        TensorShape(value)
    assert message in str(caught.value)


def test_printing():
    assert [str(TensorShape(d)) for d in ([], [3], [None], [1, None, 2], None)] == [
        "()",
        "(3,)",
        "(None,)",
        "(1, None, 2)",
        "<unknown>",
    ]


def test_sequence_protocol():
    shape = TensorShape([2, None, 4])
    assert (len(shape), shape.rank, shape.ndims, list(shape), shape.as_list()) == (3, 3, 3, [2, None, 4], [2, None, 4])
    assert (shape[0], shape[1], shape[-1]) == (2, None, 4)
    assert shape[1:] == TensorShape([None, 4])
    assert shape[::-1] == TensorShape([4, None, 2])
    assert isinstance(shape[:0], TensorShape)
    assert [type(d) for d in shape.dims] == [Dimension] * 3
    assert [d.value for d in shape.dims] == [2, None, 4]
    with pytest.raises(IndexError):
        _ = shape[3]


def test_unknown_rank():
    unknown = TensorShape(None)
    assert (unknown.rank, unknown.dims, unknown.num_elements(), bool(unknown)) == (None, None, None, False)
    assert unknown[5] is None
    assert unknown[2:] == unknown[-3:2] == unknown
    assert unknown[1:4] == TensorShape([None, None, None])
    for call, message in [
        (lambda: len(unknown), "Cannot take the length of shape with unknown rank."),
        (lambda: list(unknown), "Cannot iterate over a shape with unknown rank."),
        (lambda: unknown.as_list(), "as_list() is not defined on an unknown TensorShape."),
        (lambda: unknown[::2], "Steps are not yet handled"),
    ]:
        with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
            call()
        assert str(caught.value) == message


def test_truth_is_known_rank():
    assert bool(TensorShape([]))
    assert bool(TensorShape([0]))
    assert not bool(TensorShape(None))


def test_equality():
    assert TensorShape([1, 2]) == [1, 2]
    assert TensorShape([1, 2]) == (1, 2)
    assert TensorShape([1]) == 1
    assert TensorShape([1, None]) == TensorShape((1, None))
    assert TensorShape([1, 2]) != TensorShape([1, None])
    assert TensorShape(None) == TensorShape(None)
    assert TensorShape(None) == None  # noqa: E711 - the comparison is what is tested
    assert TensorShape([1]) != "a"
    assert TensorShape([1]) != object()
    assert hash(TensorShape([1, None])) == hash(TensorShape((1, None)))
    assert {TensorShape(None): 1}[TensorShape(None)] == 1


def test_num_elements():
    assert TensorShape([]).num_elements() == 1
    assert TensorShape([2, 3, 4]).num_elements() == 24
    assert TensorShape([2, 0]).num_elements() == 0
    assert TensorShape([2, None]).num_elements() is None


def test_shapes_of_torch_sizes_join_with_unknown_ones():
    known = TensorShape._of(torch.Size([2, 3]))
    assert repr(known) == "TensorShape([2, 3])"
    assert repr(known + [None]) == "TensorShape([2, 3, None])"  # noqa: RUF005 - __add__ is what is tested
    assert repr([None] + known[1:]) == "TensorShape([None, 3])"  # noqa: RUF005
    assert hash(known) == hash(TensorShape([2, 3]))


@given(any_shape, any_shape, any_shape)
def test_concatenation_is_associative(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert a.concatenate(b).rank == (None if a.rank is None or b.rank is None else a.rank + b.rank)


@given(any_shape, any_shape)
def test_merge_knows_what_either_knows(a, b):
    assert a.is_compatible_with(b) == b.is_compatible_with(a)
    if not a.is_compatible_with(b):
        with pytest.raises(ValueError, match="are not compatible"):
            a.merge_with(b)
        with pytest.raises(ValueError, match="are incompatible"):
            a.assert_is_compatible_with(b)
        return
    merged = a.merge_with(b)
    assert merged == b.merge_with(a)
    assert merged.is_subtype_of(a)
    assert merged.is_subtype_of(b)


@given(any_shape, any_shape, any_shape)
def test_supertype_is_the_least_upper_bound(a, b, c):
    top = a.most_specific_common_supertype([b, c])
    assert all(shape.is_subtype_of(top) for shape in (a, b, c))
    assert top == c.most_specific_common_supertype([a, b])
    assert a.most_specific_compatible_shape(b) == a.most_specific_common_supertype([b])
    for other in (TensorShape(None), TensorShape([None, None]), TensorShape([None, 1])):
        if all(shape.is_subtype_of(other) for shape in (a, b, c)):
            assert top.is_subtype_of(other)


def test_trace_type_methods_need_shapes():
    assert not TensorShape([1]).is_subtype_of((1,))
    assert TensorShape([1]).most_specific_common_supertype([(1,)]) is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: s.assert_has_rank(3), "Shape (2, None) must have rank 3"),
        (lambda s: s.with_rank(1), "Shape (2, None) must have rank 1"),
        (lambda s: s.with_rank_at_least(3), "Shape (2, None) must have rank at least 3"),
        (lambda s: s.with_rank_at_most(1), "Shape (2, None) must have rank at most 1"),
        (lambda s: s.assert_same_rank([1]), "Shapes (2, None) and (1,) must have the same rank"),
        (lambda s: s.assert_is_fully_defined(), "Shape (2, None) is not fully defined"),
        (lambda s: s.merge_with([3, 4]), "Shapes (2, None) and (3, 4) are not compatible"),
        (lambda s: s.assert_is_compatible_with([3, 4]), "Shapes (2, None) and [3, 4] are incompatible"),
    ],
)
def test_assertions(call, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
        call(TensorShape([2, None]))
    assert str(caught.value) == message


def test_rank_assertions_that_hold():
    shape = TensorShape([2, None])
    assert shape.with_rank(2) == shape.with_rank_at_least(2) == shape.with_rank_at_most(2) == shape
    assert TensorShape(None).with_rank(2) == TensorShape([None, None])
    assert TensorShape(None).with_rank_at_least(5) == TensorShape(None)
    assert shape.assert_same_rank([5, 6]) is shape.assert_has_rank(2) is TensorShape(None).assert_has_rank(9) is None


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
@pytest.mark.parametrize("value", [None, [1, None], torch.Size([2])], ids=str)
def test_copies(clone, value):
    shape = TensorShape._of(value) if isinstance(value, torch.Size) else TensorShape(value)
    assert clone(shape) == shape


def test_helpers():
    shape = TensorShape([1])
    assert as_shape(shape) is shape
    assert as_shape([2]) == TensorShape([2])
    assert unknown_shape() == TensorShape(None)
    assert unknown_shape(2) == unknown_shape(ndims=2) == TensorShape([None, None])
    with pytest.raises(TypeError, match="Unknown argument"):
        unknown_shape(dims=2)
    assert dimension_at_index(TensorShape([3]), 0).value == 3
    assert dimension_at_index(TensorShape(None), 7).value is None


def test_v1_elements_are_dimensions():
    shapes.disable_v2_tensorshape()
    try:
        shape = TensorShape([2, None])
        assert isinstance(shape[0], Dimension)
        assert [d.value for d in shape] == [2, None]
        assert str(shape) == "(2, ?)"
        assert repr(shape) == "TensorShape([Dimension(2), Dimension(None)])"
        assert TensorShape(None)[0].value is None
    finally:
        shapes.enable_v2_tensorshape()
    assert repr(shape) == "TensorShape([2, None])"


def test_protos_are_refused_by_name():
    for call in (
        TensorShape([1]).as_proto,
        TensorShape([1]).experimental_as_proto,
        TensorShape.experimental_type_proto,
    ):
        with pytest.raises(NotImplementedError, match="TensorShape"):
            call()


# Run under both libraries: every operation on every pair of small shapes.
_SURVEY = """
import itertools
sizes = (None, 0, 1, 2)
every = [None] + [list(d) for rank in range(3) for d in itertools.product(sizes, repeat=rank)]

def outcome(call):
    try:
        result = call()
    except Exception as error:
        return type(error).__name__ + ": " + str(error)
    return repr(result)

rows = {}
for a in every:
    s = TensorShape(a)
    rows[str(a)] = [str(s), s.num_elements(), bool(s), s.is_fully_defined()] + [
        outcome(call) for call in (
            lambda: len(s), lambda: list(s), lambda: s[0], lambda: s[1:], lambda: s[:-1], lambda: s[0:1],
            lambda: s.dims, lambda: s.with_rank(1), lambda: s.with_rank_at_least(2), lambda: s.with_rank_at_most(1),
            lambda: s.assert_has_rank(0), lambda: s.assert_is_fully_defined())]
    for b in every:
        t = TensorShape(b)
        rows[str((a, b))] = [s == t, s != t, s.is_compatible_with(t), s.is_subtype_of(t), repr(s + t)] + [
            outcome(call) for call in (
                lambda: s.merge_with(t), lambda: s.assert_same_rank(t), lambda: s.assert_is_compatible_with(t),
                lambda: s.most_specific_compatible_shape(t), lambda: s.most_specific_common_supertype([t, s]))]
"""


@pytest.mark.oracle
def test_algebra_agrees_with_tensorflow():
    theirs = ask_tensorflow(f"TensorShape = tf.TensorShape\n{_SURVEY}\nanswer(rows)")
    ours = {"TensorShape": TensorShape}
    exec(_SURVEY, ours)
    rows = {key: [list(v) if isinstance(v, tuple) else v for v in row] for key, row in ours["rows"].items()}
    assert len(rows) == 22 + 22 * 22
    assert rows == theirs
