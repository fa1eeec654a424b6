"""Characters, code points and transcoding."""

import pytest

from tests.facts import Facts

# No characters, broken ones, and such as Unicode has not.
ODD = (
    r"[b'', b'a', b'\xff\xfe', b'\xed\xa0\x80', b'\xf0\x9f\x98\x80x', "
    r"b'\xf4\x90\x80\x80', b'\xc0\x80', b'a\x00b', b'\xe6\x97', b'\xe6\x97a']"
)
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
    tf.strings.unicode_decode(ODD, 'UTF-8').flat_values
    tf.strings.unicode_decode(ODD, 'UTF-8', 'ignore').row_splits
    tf.strings.unicode_decode(ODD, 'UTF-8', 'ignore', replace_control_characters=True).flat_values
    tf.strings.unicode_decode(ODD, 'UTF-8', replace_control_characters=True).flat_values
    tf.strings.unicode_decode_with_offsets(ODD, 'UTF-8')[1].flat_values
    tf.strings.unicode_split(ODD, 'UTF-8').flat_values
    tf.strings.unicode_transcode(ODD, 'UTF-8', 'UTF-16-BE')
    tf.strings.unicode_decode([b'\x00\x00\x00a', b'\x00\x11\x00\x00', b'\x00a'], 'UTF-32-BE').flat_values
    tf.strings.unicode_decode([b'\xd8\x3d', b'\x00a\x00', b'\xdc\x00\x00a'], 'UTF-16-BE').flat_values
    tf.strings.unicode_decode(['a'], 'nope')
    tf.strings.unicode_decode([''], 'nope')
    """.replace("ODD", ODD),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
