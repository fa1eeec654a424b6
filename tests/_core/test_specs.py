"""TensorSpec and the other built-in specs, as recorded from TensorFlow 2.21."""

import copy
import itertools
import pickle

import numpy as np
import pytest

from tests.oracle import ask_tensorflow
from tfcompat._core import dtypes, structure
from tfcompat._core.convert import constant
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import (
    BoundedTensorSpec,
    IndexedSlicesSpec,
    NoneTensorSpec,
    TensorArraySpec,
    TensorSpec,
)
from tfcompat._core.tensor import Tensor
from tfcompat._core.trace_type import CastContext
from tfcompat._core.type_spec import type_spec_from_value
from tfcompat._core.variable import Variable


def test_tensor_spec_prints():
    assert repr(TensorSpec([1, None])) == "TensorSpec(shape=(1, None), dtype=tf.float32, name=None)"
    assert str(TensorSpec(None, dtypes.string, "x")) == "TensorSpec(shape=<unknown>, dtype=tf.string, name='x')"


def test_tensor_spec_fields():
    spec = TensorSpec((2, None), "int32", name="n")
    assert (spec.shape, spec.dtype, spec.name) == (TensorShape([2, None]), dtypes.int32, "n")
    assert spec.value_type is Tensor
    assert TensorSpec(3).shape == [3]
    assert not structure.is_nested_or_composite(spec)
    assert spec.flatten() == spec._flat_tensor_specs == [spec]


def test_tensor_spec_refuses():
    with pytest.raises(ValueError, match="Dimension -1 must be >= 0"):
        TensorSpec([-1])
    with pytest.raises(TypeError, match="Cannot convert the argument `type_value`: 'foo'"):
        TensorSpec([1], "foo")


def test_equality_has_the_name_and_hashing_does_not():
    spec = TensorSpec([1, None], dtypes.float32, "a")
    assert spec == TensorSpec([1, None], dtypes.float32, "a")
    assert spec != TensorSpec([1, None])
    assert hash(spec) == hash(TensorSpec([1, None]))
    assert spec != 1
    assert TensorSpec([1]) != BoundedTensorSpec([1], dtypes.float32, 0, 1)


def test_compatibility():
    spec = TensorSpec([1, None])
    assert spec.is_compatible_with(constant([[1.0, 2.0]]))
    assert spec.is_compatible_with(TensorSpec([1, 3], name="other"))
    assert spec.is_compatible_with(BoundedTensorSpec([1, 2], dtypes.float32, 0, 1))
    assert not spec.is_compatible_with(TensorSpec([2, 3]))
    assert not spec.is_compatible_with(TensorSpec([1, 3], dtypes.int32))
    assert not spec.is_compatible_with(np.zeros([1, 2], np.float32))
    assert not spec.is_compatible_with(Variable([[1.0]]))
    assert not spec.is_compatible_with(1)


def test_subtypes_respect_names():
    named = TensorSpec([1, None], name="a")
    assert named.is_subtype_of(TensorSpec([None, None], name="a"))
    assert not named.is_subtype_of(TensorSpec([None, None]))
    assert TensorSpec([1]).is_subtype_of(TensorSpec([None], name="q"))
    assert not named.is_subtype_of(3)
    assert named.most_specific_common_supertype([TensorSpec([2, 3], name="a")]) == TensorSpec([None, None], name="a")
    assert named.most_specific_common_supertype([TensorSpec([1, 3])]) is None
    with pytest.raises(ValueError, match="No TypeSpec is compatible with both"):
        named.most_specific_compatible_type(TensorSpec([1, None], dtypes.int32, "a"))


def test_from_tensor_and_from_spec():
    assert TensorSpec.from_tensor(constant([1, 2])) == TensorSpec([2], dtypes.int32)
    assert TensorSpec.from_tensor(constant([1, 2]), name="q").name == "q"
    for value in (np.zeros(2), Variable(1.0)):
        with pytest.raises(ValueError, match=r"`tensor` should be a tf.Tensor, but got type"):
            TensorSpec.from_tensor(value)
    named = TensorSpec([1], name="a")
    assert TensorSpec.from_spec(named) == named
    assert TensorSpec.from_spec(named, "b").name == "b"
    assert TensorSpec.from_spec(BoundedTensorSpec([1], dtypes.float32, 0, 1)) == TensorSpec([1])


def test_batching_adds_and_removes_the_first_dimension():
    spec = TensorSpec([3], dtypes.int8, "n")
    assert spec._batch(None) == TensorSpec([None, 3], dtypes.int8)
    assert spec._unbatch() == TensorSpec([], dtypes.int8)
    assert TensorSpec(None)._batch(2) == TensorSpec(None)._unbatch() == TensorSpec(None)
    with pytest.raises(ValueError, match="only supported for rank >= 1"):
        TensorSpec([])._unbatch()


def test_cast():
    assert TensorSpec([None]).cast([1.0, 2.0], CastContext()).numpy().tolist() == [1.0, 2.0]
    assert TensorSpec([3]).cast([1, 2, 3], CastContext()).dtype is dtypes.float32
    with pytest.raises(TypeError, match=r"Can not cast TensorSpec\(shape=\(2,\).* to TensorSpec\(shape=\(3,\)"):
        TensorSpec([3]).cast([1.0, 2.0], CastContext())
    with pytest.raises(TypeError, match="Can not cast"):
        TensorSpec([1]).to_tensors(constant([1]))
    spec = TensorSpec([None])
    assert spec.cast(TensorSpec([3]), CastContext(allow_specs=True)) is spec
    with pytest.raises(AssertionError, match="Can not cast"):
        TensorSpec([3]).cast(spec, CastContext(allow_specs=True))


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda spec: pickle.loads(pickle.dumps(spec))])
@pytest.mark.parametrize(
    "spec",
    [
        TensorSpec([1, None], dtypes.int8, "a"),
        BoundedTensorSpec([2], dtypes.float32, [0, 1], 5, "b"),
        IndexedSlicesSpec([3], dense_shape_dtype=dtypes.int32),
        TensorArraySpec([1], dtypes.int8, True, False),
        NoneTensorSpec(),
    ],
    ids=lambda spec: type(spec).__name__,
)
def test_copies(clone, spec):
    twin = clone(spec)
    assert twin == spec
    assert repr(twin) == repr(spec)


def test_bounded_spec():
    spec = BoundedTensorSpec([2, 3], dtypes.int32, [0, 1, 2], 5)
    assert spec.minimum.tolist() == [0, 1, 2]
    assert spec.maximum.dtype == np.int32
    assert repr(BoundedTensorSpec([1], dtypes.float32, 0, 1)) == (
        "BoundedTensorSpec(shape=(1,), dtype=tf.float32, name=None, "
        "minimum=array(0., dtype=float32), maximum=array(1., dtype=float32))"
    )
    assert BoundedTensorSpec([1], dtypes.float32, 0, 1) != BoundedTensorSpec([1], dtypes.float32, 0, 2)
    assert hash(BoundedTensorSpec([1], dtypes.float32, 0, 1)) == hash(TensorSpec([1]))
    with pytest.raises(ValueError, match="read-only"):
        spec.minimum[0] = 7
    assert BoundedTensorSpec([None, 2], dtypes.float32, [[0, 0], [1, 1]], 5).minimum.shape == (2, 2)
    assert spec.cast([[1, 1, 1], [2, 2, 2]], CastContext()).dtype is dtypes.int32


def test_bounded_spec_refuses():
    for minimum, maximum, message in [
        (None, 1, "`minimum` can not be None."),
        (0, None, "`maximum` can not be None."),
        ([0, 0, 0], 1, r"`minimum` \[0, 0, 0\] is not compatible with shape \(2,\)."),
        (0, [1, 1, 1], r"`maximum` \[1, 1, 1\] is not compatible with shape \(2,\)."),
    ]:
        with pytest.raises(ValueError, match=message):
            BoundedTensorSpec([2], dtypes.float32, minimum, maximum)


def test_bounded_spec_from_spec():
    bounds = BoundedTensorSpec.from_spec(TensorSpec([1], dtypes.int8, "n"))
    assert (bounds.minimum, bounds.maximum, bounds.name) == (-128, 127, "n")
    assert BoundedTensorSpec.from_spec(BoundedTensorSpec([1], dtypes.int8, 2, 3)).maximum == 3
    with pytest.raises(TypeError, match="Cannot find minimum value"):
        BoundedTensorSpec.from_spec(TensorSpec([1], dtypes.string))


def test_indexed_slices_spec():
    spec = IndexedSlicesSpec([2, 3], dtypes.float32, dtypes.int32, dtypes.int64, [5])
    assert repr(spec) == "IndexedSlicesSpec(TensorShape([2, 3]), tf.float32, tf.int32, tf.int64, TensorShape([5]))"
    assert spec._component_specs == (
        TensorSpec([5, 3]),
        TensorSpec([5], dtypes.int32),
        TensorSpec([2], dtypes.int64),
    )
    assert IndexedSlicesSpec()._component_specs == (TensorSpec(None), TensorSpec([None], dtypes.int64))
    assert spec.value_type is IndexedSlices
    assert IndexedSlicesSpec([3]).is_subtype_of(IndexedSlicesSpec([None]))
    assert not IndexedSlicesSpec([3]).is_compatible_with(IndexedSlicesSpec([4]))
    assert IndexedSlicesSpec([3]).most_specific_common_supertype([IndexedSlicesSpec([4])]) == IndexedSlicesSpec([None])
    with pytest.raises(ValueError, match="must have rank 1"):
        IndexedSlicesSpec(indices_shape=[1, 2])


@pytest.mark.parametrize("dense_shape", [None, [3, 2]])
def test_indexed_slices_open_and_close(dense_shape):
    slices = IndexedSlices(
        constant([[1.0, 2.0]]), constant([0]), None if dense_shape is None else constant(dense_shape)
    )
    parts = structure.flatten(slices, expand_composites=True)
    assert len(parts) == (2 if dense_shape is None else 3)
    assert all(one is other for one, other in zip(parts, (slices.values, slices.indices, slices.dense_shape)))
    back = structure.pack_sequence_as(slices, parts, expand_composites=True)
    assert isinstance(back, IndexedSlices)
    assert back.values is slices.values
    assert type_spec_from_value(slices).is_compatible_with(slices)


def test_tensor_array_spec():
    assert repr(TensorArraySpec()) == "TensorArraySpec(TensorShape(None), tf.float32, False, True)"
    assert TensorArraySpec([2], dtypes.int32, True, False) == TensorArraySpec([2], "int32", True, False)
    assert TensorArraySpec([3]).is_subtype_of(TensorArraySpec([4]))
    assert not TensorArraySpec([3]).is_subtype_of(TensorArraySpec([3], dtypes.int8))
    assert TensorArraySpec([3]).is_compatible_with(TensorArraySpec([None]))
    assert not TensorArraySpec([3]).is_compatible_with(TensorArraySpec([4]))
    assert not TensorArraySpec([3]).is_compatible_with(TensorArraySpec([3], dynamic_size=True))
    common = TensorArraySpec([3]).most_specific_common_supertype([TensorArraySpec([4], infer_shape=False)])
    assert common == TensorArraySpec([None], infer_shape=False)
    assert TensorArraySpec([3]).most_specific_common_supertype([TensorSpec([3])]) is None
    assert TensorArraySpec()._component_specs == [TensorSpec([], dtypes.variant)]
    assert TensorArraySpec([3])._to_legacy_output_shapes() == [0, 1, 3]


def test_none_spec():
    assert repr(NoneTensorSpec()) == "NoneTensorSpec()"
    assert type_spec_from_value(None) == NoneTensorSpec() == NoneTensorSpec()._batch(3) == NoneTensorSpec()._unbatch()
    assert NoneTensorSpec()._to_tensor_list(None) == NoneTensorSpec()._to_batched_tensor_list(None) == []
    assert NoneTensorSpec()._from_tensor_list([]) is None
    with pytest.raises(TypeError, match="takes None as its value, got 3"):
        NoneTensorSpec.from_value(3)
    with pytest.raises(ValueError, match="No `TypeSpec` is compatible with both"):
        NoneTensorSpec().most_specific_compatible_shape(TensorSpec([1]))


_SURVEY = """
every = [TensorSpec(shape, dtype, name) for shape in (None, [], [1], [None], [2, None], [None, 3])
         for dtype in ("float32", "int8") for name in (None, "a")]
rows = {}
for i, a in enumerate(every):
    rows[str(i)] = [repr(a), repr(a._batch(2)), repr(a._with_tensor_ranks_only()), repr(a._without_tensor_names())]
    for j, b in enumerate(every):
        rows[str((i, j))] = [a == b, hash(a) == hash(b), a.is_compatible_with(b), a.is_subtype_of(b),
                             repr(a.most_specific_common_supertype([b]))]
"""


@pytest.mark.oracle
def test_algebra_agrees_with_tensorflow():
    theirs = ask_tensorflow(f"TensorSpec = tf.TensorSpec\n{_SURVEY}\nanswer(rows)")
    ours = {"TensorSpec": TensorSpec}
    exec(_SURVEY, ours)
    assert len(list(itertools.product(range(24), repeat=2))) + 24 == len(theirs)
    assert ours["rows"] == theirs
