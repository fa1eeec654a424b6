"""tf.io.serialize_tensor and parse_tensor: TensorFlow's bytes."""

import base64

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import tfcompat as tf
from tests import reprs
from tests.oracle import ask_tensorflow

CASES = reprs.cases(
    r"""
    tf.io.serialize_tensor(1)
    tf.io.serialize_tensor([1,2,3])
    tf.io.serialize_tensor([[1.,2.],[3.,4.]])
    tf.io.serialize_tensor(tf.zeros([0,3]))
    tf.io.serialize_tensor('a')
    tf.io.serialize_tensor(['a','bcd',''])
    tf.io.serialize_tensor([['a'],['b'*200]])
    tf.io.serialize_tensor([True,False])
    tf.io.serialize_tensor(tf.constant(1.5,tf.float16))
    tf.io.serialize_tensor(tf.constant([1.5,2],tf.bfloat16))
    tf.io.serialize_tensor(tf.constant(1+2j))
    tf.io.serialize_tensor(tf.constant([1+2j,3],tf.complex64))
    tf.io.serialize_tensor(tf.constant(3,tf.uint8))
    tf.io.serialize_tensor(tf.constant([3,4],tf.uint64))
    tf.io.serialize_tensor(tf.Variable(2.))
    tf.io.parse_tensor(tf.io.serialize_tensor([1,2,3]),tf.int32)
    tf.io.parse_tensor(tf.io.serialize_tensor([1,2,3]),tf.float32)
    tf.io.parse_tensor(tf.io.serialize_tensor(['a','bc']),tf.string)
    tf.io.parse_tensor(b'abc',tf.int32)
    tf.io.parse_tensor(b'',tf.int32)
    tf.io.parse_tensor([b'a'],tf.int32)
    tf.io.parse_tensor(3,tf.int32)
    tf.io.parse_tensor(tf.io.serialize_tensor(1).numpy()[:-1],tf.int32)
    tf.io.parse_tensor(tf.make_tensor_proto(7.5,shape=[2,2]).SerializeToString(),tf.float32)
    tf.io.parse_tensor(tf.make_tensor_proto([1+2j]).SerializeToString(),tf.complex128)
    tf.io.parse_tensor(tf.make_tensor_proto(1.5,tf.float16).SerializeToString(),tf.float16)
    """
)
DTYPES = (
    *("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("bool", "complex64", "complex128"),
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(DTYPES).flatmap(lambda d: arrays.arrays(d, arrays.array_shapes(min_dims=0, min_side=0))))
def test_every_array_is_given_back_bit_for_bit(array):
    found = tf.io.parse_tensor(tf.io.serialize_tensor(array), array.dtype)
    assert found.dtype == array.dtype
    assert found.numpy().tobytes() == array.tobytes()
    assert tuple(found.shape) == array.shape


def test_bfloat16_is_given_back():
    array = np.array([[1.5, -2.0], [np.inf, 3.0]], ml_dtypes.bfloat16)
    assert tf.io.parse_tensor(tf.io.serialize_tensor(array), tf.bfloat16).numpy().tolist() == array.tolist()


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 60), st.binary(min_size=1, max_size=4))
def test_damaged_bytes_are_an_error_of_tensorflow_or_another_tensor(at, junk):
    whole = tf.io.serialize_tensor([[1, 2], [3, 4]]).numpy()
    damaged = whole[:at] + junk + whole[at + len(junk) :]
    try:
        found = tf.io.parse_tensor(damaged, tf.int32)
    except (tf.errors.InvalidArgumentError, tf.errors.ResourceExhaustedError):
        return
    assert found.dtype is tf.int32


def test_more_elements_than_the_shape_holds_are_an_error():
    proto = tf.make_tensor_proto([1, 2, 3])
    proto.tensor_shape.dim[0].size = 2
    with pytest.raises(tf.errors.InvalidArgumentError, match="do not fill shape"):
        tf.io.parse_tensor(proto.SerializeToString(), tf.int32)


@pytest.mark.oracle
def test_tensorflow_reads_what_we_write_and_we_what_it_writes():
    values = {"float32": [[1.5, -2.0]], "int64": [2**40, -1], "bool": [True, False], "string": ["a", "bc"]}
    ours = {d: base64.b64encode(tf.io.serialize_tensor(tf.constant(v, d)).numpy()).decode() for d, v in values.items()}
    theirs = ask_tensorflow(
        f"""
        import base64
        found = {{}}
        for dtype, text in {ours!r}.items():
            tensor = tf.io.parse_tensor(base64.b64decode(text), dtype)
            again = base64.b64encode(tf.io.serialize_tensor(tensor).numpy()).decode()
            values = tensor.numpy().tolist()
            found[dtype] = [[s.decode() for s in values] if dtype == "string" else values, again]
        answer(found)
        """
    )
    assert theirs == {d: [v, ours[d]] for d, v in values.items()}
