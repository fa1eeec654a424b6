"""RaggedTensorSpec, and tf.nest on ragged tensors, against facts recorded from TensorFlow."""

import pytest

from tests import reprs

CASES = reprs.cases(
    """
    tf.type_spec_from_value(rt)
    tf.RaggedTensorSpec()
    tf.RaggedTensorSpec([2,None])
    tf.RaggedTensorSpec([2,None],ragged_rank=3)
    tf.RaggedTensorSpec([2,None],ragged_rank='a')
    tf.RaggedTensorSpec([2,None],ragged_rank=0)
    tf.RaggedTensorSpec([2,None,3],ragged_rank=1,dtype=tf.int32,row_splits_dtype=tf.int32)
    tf.RaggedTensorSpec([2,None],tf.int32,1,tf.float32)
    tf.RaggedTensorSpec([2,None,3])._component_specs
    tf.RaggedTensorSpec([2,None,3])._batch(5)
    tf.RaggedTensorSpec([2,None,3])._unbatch()
    tf.RaggedTensorSpec([2,None,3])._unbatch()._unbatch()
    tf.RaggedTensorSpec.from_value(rt)
    tf.RaggedTensorSpec.from_value([1])
    tf.type_spec_from_value(R.from_uniform_row_length(rt,2))
    tf.RaggedTensorSpec([2,None]).is_compatible_with(rt)
    tf.RaggedTensorSpec([2,None],tf.int32).is_compatible_with(rt)
    tf.RaggedTensorSpec([None,None],tf.int32).most_specific_compatible_type(tf.type_spec_from_value(rt))
    rt._type_spec._to_components(rt)
    tf.nest.pack_sequence_as(u,tf.nest.flatten(u,expand_composites=True),expand_composites=True).shape
    tf.nest.assert_same_structure(rt,u,expand_composites=True)
    tf.nest.assert_same_structure(rt,r3,expand_composites=True)
    tf.RaggedTensorSpec([2,None],tf.int32)==tf.type_spec_from_value(rt)
    tf.RaggedTensorSpec([None,None],tf.int32).is_subtype_of(tf.RaggedTensorSpec([2,None],tf.int32))
    tf.RaggedTensorSpec([2,None],tf.int32).is_subtype_of(tf.RaggedTensorSpec([None,None],tf.int32))
    tf.RaggedTensorSpec(None,tf.int32,1)
    tf.RaggedTensorSpec([None,None],None)
    tf.RaggedTensorSpec([None,None],tf.int32,flat_values_spec=tf.TensorSpec([None],tf.int32))
    tf.RaggedTensorSpec([None,None],tf.float32,flat_values_spec=tf.TensorSpec([None],tf.int32))
    tf.RaggedTensorSpec([3],tf.int32,0).is_compatible_with(tf.constant([1,2,3]))
    tf.RaggedTensorSpec([3],tf.int32,0).value_type
    tf.RaggedTensorSpec([3,None],tf.int32).value_type
    tf.RaggedTensorSpec([2,None],tf.int32)._to_legacy_output_classes()
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)
