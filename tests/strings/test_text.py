"""Length, case, blanks and parts of strings."""

import pytest

from tests.facts import Facts

# No characters, broken ones, and such as Unicode has not.
ODD = (
    r"[b'', b'a', b'\xff\xfe', b'\xed\xa0\x80', b'\xf0\x9f\x98\x80x', "
    r"b'\xf4\x90\x80\x80', b'\xc0\x80', b'\xe6\x97', b'\xe6\x97a']"
)
facts = Facts(
    __file__,
    r"""
    tf.strings.length(tf.constant([['a', 'b'], ['c', 'd']]))
    tf.strings.length(tf.constant([['a', 'b'], ['c', 'd']]),unit='UTF8_CHAR')
    tf.strings.length('abc')
    tf.strings.length(tf.constant([['a', 'b'], ['c', 'd']]),unit='foo')
    tf.strings.length(5)
    tf.reshape(tf.strings.lower('ABC É'), [-1])
    tf.reshape(tf.strings.lower('ABC É',encoding='utf-8'), [-1])
    tf.strings.upper(tf.constant([['a', 'b'], ['c', 'd']]))
    tf.strings.upper(tf.constant([['a', 'b'], ['c', 'd']]),encoding='utf-8')
    tf.strings.upper('a',encoding='x')
    tf.strings.upper(5)
    tf.strings.strip(['  a ','\tb\n','','c d'])
    tf.reshape(tf.strings.substr('hello',1,3), [-1])
    tf.strings.substr(['hello','world'],[1,2],[2,3])
    tf.reshape(tf.strings.substr('hello',-3,2), [-1])
    tf.strings.substr('hello',10,1)
    tf.strings.substr('hello',-10,1)
    tf.reshape(tf.strings.substr('hello',5,1), [-1])
    tf.reshape(tf.strings.substr('déf',1,1,unit='UTF8_CHAR'), [-1])
    tf.reshape(tf.strings.substr('déf',1,1), [-1])
    tf.strings.substr(['hello','ab'],3,1)
    tf.reshape(tf.strings.substr('hello',1,-1), [-1])
    tf.strings.substr('hello',[1,2],[1,1])
    tf.strings.substr(['a','b','c'],[1,2],[1,1])
    tf.reshape(tf.strings.substr('hello',1,100), [-1])
    tf.strings.substr('hello',1.,1)
    tf.reshape(tf.strings.substr('hello',tf.constant(1,tf.int64),tf.constant(1,tf.int64)), [-1])
    tf.strings.substr('hello',tf.constant(1),tf.constant([1]))
    tf.strings.lower(ODD, 'utf-8')
    tf.strings.upper(ODD, 'utf-8')
    tf.strings.upper(['ß', 'ǆ', 'Σς'], 'utf-8')
    tf.strings.lower(['ΑΣ', 'İ'], 'utf-8')
    """.replace("ODD", ODD),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
