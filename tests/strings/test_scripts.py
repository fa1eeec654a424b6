"""tf.strings.unicode_script, as TensorFlow tells scripts."""

import hashlib

import pytest

import tfcompat as tf
from tests.facts import Facts
from tests.oracle import ask_tensorflow

facts = Facts(
    __file__,
    "\n".join(
        f"tf.strings.unicode_script({x})"
        for x in (
            "[1, 31, 38]",
            "[-1, -5, 0, 0x10ffff, 0x110000, 0xd800, 0x378]",
            "[[ord('a'), ord('é')], [ord('α'), ord('я')]]",
            "tf.strings.unicode_decode('aéαя漢字かなカ한글עبअ', 'UTF-8')",
            "tf.range(0, 0x20000, 97)",
            "65",
            "tf.zeros([0, 2], tf.int32)",
            "x([65], 'int64')",
            "[1.5]",
            "['a']",
        )
    ),
)
ALL = "hashlib.sha256(tf.strings.unicode_script(tf.range(-3, 0x110003)).numpy().tobytes()).hexdigest()"


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
    numbers = tf.strings.unicode_script(tf.range(-3, 0x110003)).numpy()
    assert ask_tensorflow(f"import hashlib\nanswer({ALL})") == hashlib.sha256(numbers.tobytes()).hexdigest()
