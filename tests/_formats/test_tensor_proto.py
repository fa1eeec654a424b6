"""tf.make_tensor_proto and tf.make_ndarray, against facts recorded from TensorFlow."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import tfcompat as tf
from tests import reprs

VALUES = r"""
    1 | 1.5 | [1,2] | [[1,2],[3,4]] | [1.5,2] | 'a' | ['a','b'] | 'é' | True | [True,False] | 1+2j | [1+2j,3]
    5,tf.int64 | 5,tf.uint8 | 5,tf.float64 | 5,tf.float16 | 5,tf.bfloat16 | 5,tf.uint32 | 5,tf.uint64 | 5,tf.int8
    [1,2],tf.float16 | [1,2],tf.bfloat16 | [1,2],tf.complex64 | [1,2],tf.uint16 | [1,2],tf.int8 | [1,2],tf.uint64
    1.5,tf.int32 | 'a',tf.int32 | 1,tf.string | True,tf.int32 | [1,2],tf.bool | None | [None] | [1,'a'] | [[1],[2,3]]
    5,None,[2,3] | [5,6],None,[2,3] | [5,6,7],None,[2] | [5,6,7],None,[3,1] | 'a',None,[2] | [],None,[2] | [] | [[],[]]
    [5,6],None,[2,1],True | 5,None,[2],True | [1,2],None,[2,2],False,True | 5,None,[2,2],False,True
    np.array([[1,2]],np.int64) | np.float32(3) | np.float64(1) | np.array([1.,2.]),tf.float32 | np.zeros([2,0])
    tf.constant([1,2]) | b'abc' | np.array([b'a','b'],object) | 2**40 | [2**40,1] | tf.make_tensor_proto(1)
    np.array([1,2])[::-1] | 1,None,None,True,True
"""
CASES = [f"tf.make_tensor_proto({c.strip()})" for line in VALUES.strip().splitlines() for c in line.split("|")]
CASES += [f"tf.make_ndarray({case})" for case in CASES]


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(("float32", "float16", "int16", "uint64", "bool", "complex64")).flatmap(
        lambda d: arrays.arrays(d, arrays.array_shapes(min_dims=0, min_side=0))
    )
)
def test_every_array_is_given_back(array):
    found = tf.make_ndarray(tf.make_tensor_proto(array))
    assert found.dtype == array.dtype
    assert found.shape == array.shape
    assert found.tobytes() == array.tobytes()


def test_a_message_without_a_usable_shape_is_an_error():
    proto = tf.make_tensor_proto([1, 2])
    proto.tensor_shape.dim[0].size = -1
    with pytest.raises(ValueError, match="known shape"):
        tf.make_ndarray(proto)
    proto = tf.make_tensor_proto(1)
    proto.tensor_shape.unknown_rank = True
    with pytest.raises(ValueError, match="known shape"):
        tf.make_ndarray(proto)


def test_dtypes_without_elements_are_an_error():
    proto = tf.make_tensor_proto(1)
    proto.dtype = tf.variant.as_datatype_enum
    with pytest.raises(TypeError, match="variant"):
        tf.make_ndarray(proto)


def test_the_last_element_is_repeated():
    proto = tf.make_tensor_proto([5, 6], shape=[2, 2])
    assert np.array_equal(tf.make_ndarray(proto), [[5, 6], [6, 6]])
