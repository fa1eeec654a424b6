"""tf.io.decode_csv, against facts recorded from TensorFlow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfcompat as tf
from tests import reprs

CASES = reprs.cases(
    r"""
    tf.io.decode_csv(['1,2.5,a','3,4,"b,c"'],[1,1.0,''])
    tf.io.decode_csv('1,,x',[[1],[2.0],['q']])
    tf.io.decode_csv('1,,x',[[1],tf.constant([],tf.float32),['q']])
    tf.io.decode_csv('1,2',[[1],[2.0],['q']])
    tf.io.decode_csv('1,2,',[[1],[2.0],['q']])
    tf.io.decode_csv(',,',[[1],[2.0],['q']])
    tf.io.decode_csv('1;2',[[1],[2]],field_delim=';')
    tf.io.decode_csv('1,NA',[[1],[2]],na_value='NA')
    tf.io.decode_csv('NA,NA',[[1],['d']],na_value='NA')
    tf.io.decode_csv('1,2,3',[[1],[2]],select_cols=[0,2])
    tf.io.decode_csv('a,2',[[1],[2]])
    tf.io.decode_csv('"a""b",2',[[''],[2]])
    tf.io.decode_csv('"a""b",2',[[''],[2]],use_quote_delim=False)
    tf.io.decode_csv('"ab,2',[[''],[2]])
    tf.io.decode_csv('"ab"c,2',[[''],[2]])
    tf.io.decode_csv('',[['']])
    tf.io.decode_csv([['1,2'],['3,4']],[[0],tf.constant([0],tf.int64)])
    tf.io.decode_csv('1.5,2',[[1],[2]])
    tf.io.decode_csv(' 1 ,2',[[1],[2]])
    tf.io.decode_csv('1_0,2',[[1],[2]])
    tf.io.decode_csv('1e400,2',[[1.],[2]])
    tf.io.decode_csv('1,99999999999',[[1],[2]])
    tf.io.decode_csv('1,2',[[1],[2]],field_delim='ab')
    tf.io.decode_csv('1,2',[[1],[True]])
    tf.io.decode_csv('1,2',[[1],[2,3]])
    tf.io.decode_csv('1,2',[[1],[2]],select_cols=[1,0])
    tf.io.decode_csv('a"b,2',[[''],[2]])
    tf.io.decode_csv('1,2\n',[[1],[2]])
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4))
def test_quoted_fields_are_given_back(texts):
    record = ",".join('"' + t.replace('"', '""') + '"' for t in texts)
    columns = tf.io.decode_csv(record.encode(), [[""]] * len(texts))
    assert [c.numpy().decode() for c in columns] == texts
