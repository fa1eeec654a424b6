"""tf.io.decode_raw, base64 and decompression, against facts recorded from TensorFlow."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfcompat as tf
from tests import reprs

CASES = reprs.cases(
    r"""
    tf.io.decode_raw(tf.constant("123"), tf.uint16)
    tf.io.decode_raw(tf.constant("1234"), tf.uint16)
    tf.io.decode_raw(tf.constant(["1","23"]), tf.uint8)
    tf.io.decode_raw(tf.constant(["1","23"]), tf.uint8, fixed_length=3)
    tf.io.decode_raw(tf.constant([["1"],["23"]]), tf.uint8, fixed_length=4)
    tf.io.decode_raw(tf.constant(["1234","23"]), tf.uint16, fixed_length=3)
    tf.io.decode_raw(tf.constant(["1234","23"]), tf.uint16, fixed_length=0)
    tf.io.decode_raw(tf.constant(["123456","23"]), tf.int16, fixed_length=4, little_endian=False)
    tf.io.decode_raw(tf.constant("12345678"), tf.float32)
    tf.io.decode_raw(tf.constant("12345678"), tf.complex64,little_endian=False)
    tf.io.decode_raw(tf.constant("12345678"), tf.int64,little_endian=False)
    tf.io.decode_raw(tf.constant("1\0"), tf.bool)
    tf.io.decode_raw(tf.constant("1"), tf.string)
    tf.io.decode_raw(tf.constant([],tf.string), tf.uint8)
    tf.io.decode_raw(tf.constant(""), tf.uint8)
    tf.io.decode_raw(3, tf.uint8)
    tf.io.decode_raw(tf.constant("12345678"), tf.bfloat16)
    tf.io.encode_base64('abc?>')
    tf.io.encode_base64(['a','ab','abc'],pad=True)
    tf.io.encode_base64(['a','ab','abc'])
    tf.io.encode_base64(3)
    tf.io.decode_base64('YWJjPz4')
    tf.io.decode_base64('YQ==')
    tf.io.decode_base64([['YQ'],['YWI=']])
    tf.io.decode_base64('Y')
    tf.io.decode_base64('Y+==')
    tf.io.decode_base64('YW Jj')
    tf.io.decode_base64('YQ===')
    tf.io.decode_base64('')
    tf.io.decode_base64(tf.ragged.constant([['YQ'],['YWI=','']]))
    tf.io.decode_compressed(b'abc')
    tf.io.decode_compressed(b'','ZLIB')
    tf.io.decode_compressed(b'abc','zip')
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)


@given(st.lists(st.binary(max_size=20), max_size=4), st.booleans())
def test_base64_gives_back_what_it_was_given(texts, pad):
    tensor = tf.constant(texts, tf.string)
    assert tf.io.decode_base64(tf.io.encode_base64(tensor, pad=pad)).numpy().tolist() == texts


@given(st.lists(st.binary(max_size=200), max_size=4))
def test_compressed_data_is_given_back(texts):
    for name, compress in (("ZLIB", zlib.compress), ("GZIP", gzip.compress)):
        packed = tf.constant([compress(t) for t in texts], tf.string)
        assert tf.io.decode_compressed(packed, name).numpy().tolist() == texts


def test_damaged_data_is_an_error():
    with pytest.raises(tf.errors.DataLossError, match="inflate"):
        tf.io.decode_compressed(b"no such header", "GZIP")
