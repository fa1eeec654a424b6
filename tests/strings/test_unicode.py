"""Characters, code points and transcoding."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.reshape(tf.strings.unicode_transcode('é','UTF-8','UTF-16-BE'), [-1])
    tf.reshape(tf.strings.unicode_transcode(b'\xff','UTF-8','UTF-8'), [-1])
    tf.reshape(tf.strings.unicode_transcode(b'a\xffb','UTF-8','UTF-8',errors='ignore'), [-1])
    tf.strings.unicode_transcode(b'a\xffb','UTF-8','UTF-8',errors='strict')
    tf.reshape(tf.strings.unicode_transcode(b'a\xffb','UTF-8','UTF-8',errors='replace',replacement_char=63), [-1])
    tf.reshape(tf.strings.unicode_transcode('a\x01b','UTF-8','UTF-8',replace_control_characters=True), [-1])
    tf.strings.unicode_transcode('a','UTF-8','foo')
    tf.reshape(tf.strings.unicode_transcode(b'\xe9','latin1','UTF-8'), [-1])
    tf.reshape(tf.strings.unicode_encode([104,233],'UTF-8'), [-1])
    tf.strings.unicode_encode([[104,233],[65,66]],'UTF-16-BE')
    tf.strings.unicode_decode('hé','UTF-8')
    tf.strings.unicode_decode_with_offsets('hé','UTF-8')
    tf.strings.unicode_split('hé','UTF-8')
    tf.strings.unicode_split_with_offsets('hé','UTF-8')
    tf.reshape(tf.strings.unicode_encode([104,-5],'UTF-8'), [-1])
    tf.strings.unicode_encode([104,-5],'UTF-8',errors='strict')
    tf.strings.unicode_decode(['hé', '', 'x€'], 'UTF-8').flat_values
    tf.strings.unicode_decode(['hé', '', 'x€'], 'UTF-8').row_splits
    tf.strings.unicode_decode_with_offsets(['hé', '', 'x€'], 'UTF-8')[1].flat_values
    tf.strings.unicode_split(['hé', '😀'], 'UTF-8').flat_values
    tf.strings.unicode_encode(tf.ragged.constant([[104, 233], [8364]]), 'UTF-8')
    tf.strings.unicode_decode([b'a\xffb', b'\xe2\x82'], 'UTF-8').flat_values
    tf.strings.unicode_decode([b'a\xffb', b'\xe2\x82'], 'UTF-8', errors='ignore').flat_values
    tf.strings.unicode_decode([b'a\xffb'], 'UTF-8', errors='strict')
    tf.strings.unicode_decode([b'\x00h\x20\xac'], 'UTF-16-BE').flat_values
    tf.strings.unicode_decode(['a'], 'UTF-8', errors='other')
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
