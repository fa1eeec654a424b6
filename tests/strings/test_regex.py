"""Regular expressions in RE2's syntax."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.reshape(tf.strings.regex_replace('a.b.c','\\.','-'), [-1])
    tf.strings.regex_replace(['aab','b'],'a','x',replace_global=False)
    tf.reshape(tf.strings.regex_replace('abc','(b)','[\\1]'), [-1])
    tf.strings.regex_replace('abc','(','x')
    tf.reshape(tf.strings.regex_replace('hello','l+','<\\0>'), [-1])
    tf.strings.regex_full_match(['abc','ab'],'a.c')
    tf.strings.regex_full_match('abc','(')
    tf.reshape(tf.strings.regex_replace('Hello World','(?i)hello','bye'), [-1])
    tf.reshape(tf.strings.regex_replace('abc','b','\\2'), [-1])
    tf.reshape(tf.strings.regex_replace('a\nb','.','x'), [-1])
    tf.reshape(tf.strings.regex_replace('é','.','x'), [-1])
    tf.strings.regex_full_match(tf.constant([['a', 'b'], ['c', 'd']]),'.*')
    tf.reshape(tf.strings.regex_replace('text','\\bt','T'), [-1])
    tf.reshape(tf.strings.regex_replace('aaa','a*','x'), [-1])
    tf.reshape(tf.strings.regex_replace('abc','','-'), [-1])
    tf.strings.regex_replace(['a1b22', 'x'], '[0-9]+', '#')
    tf.reshape(tf.strings.regex_replace('aXbX', '[[:upper:]]', '_'), [-1])
    tf.reshape(tf.strings.regex_replace('a-b_c d', '[^[:alnum:]]', ''), [-1])
    tf.reshape(tf.strings.regex_replace('päß1', r'\pL', 'L'), [-1])
    tf.reshape(tf.strings.regex_replace('päß1', r'[^\p{L}]', '.'), [-1])
    tf.reshape(tf.strings.regex_replace('a.b', r'\Q.\E', '!'), [-1])
    tf.strings.regex_full_match('ABC', '(?i)abc')
    tf.strings.regex_full_match(['ab', 'AB', 'aB'], 'a(?i)b')
    tf.reshape(tf.strings.regex_replace('ab\n', 'b$', 'x'), [-1])
    tf.reshape(tf.strings.regex_replace('a\nb', '(?m)^', '>'), [-1])
    tf.reshape(tf.strings.regex_replace('John Smith', r'(?P<first>\w+) (?P<last>\w+)', r'\2, \1'), [-1])
    tf.strings.regex_replace('abc', '(?=b)', 'x')
    tf.strings.regex_replace('aa', r'(a)\1', 'x')
    tf.reshape(tf.strings.regex_replace('x€y', r'\x{20AC}', 'E'), [-1])
    tf.reshape(tf.strings.regex_replace('hello', '[aeiou]', '<\\\\0>'), [-1])
    tf.reshape(tf.strings.regex_replace('  a  b ', ' +', ' '), [-1])
    tf.reshape(tf.strings.regex_replace('Hello, World!', r'[!"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~\']', ''), [-1])
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
