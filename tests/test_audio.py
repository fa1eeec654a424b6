"""tf.audio, as TensorFlow reads and writes WAV files."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfcompat as tf
from tests.facts import Facts

SOUND = "tf.audio.encode_wav([[0.0, 0.1], [0.5, -0.2], [-1.0, 0.0], [1.0, 0.3]], 8000).numpy()"


def _spliced(start: int, new: bytes, end: int | None = None) -> str:
    """The file with `new` in place of its bytes from `start` to `end`."""
    return f"b[:{start}] + {new!r} + b[{start + len(new) if end is None else end}:]"


READS = [
    *(f"b, {a}" for a in ("1", "3", "0", "-2", "-1, 2", "1, 6", "-1, 0", "-1, -3")),
    *(
        "b''",
        "b[:10]",
        "b[:20]",
        "b[:36]",
        "b[:39]",
        "b[:40]",
        "b[:44]",
        "b[:-3]",
        "b + b'xx'",
        "b + b[36:]",
        "[b]",
        "1.0",
    ),
    *(_spliced(at, b"XXXX") for at in (0, 8, 12)),
    *(_spliced(20, n) for n in (b"\x03\x00", b"\x01\x00\x00\x00", b"\x01\x00\x03\x00")),
    *(_spliced(24, n) for n in (b"\x00" * 4, b"\xff" * 4)),
    *(_spliced(at, b"\x00\x00") for at in (28, 32)),
    *(_spliced(34, n) for n in (b"\x08\x00", b"\x18\x00")),
    *(_spliced(12, tag + b"\x03\x00\x00\x00abc", 12) for tag in (b"JUNK", b"bext", b"iXML", b"LIST", b"fact", b"junk")),
    *(_spliced(12, b"JUNK" + n + b"ab", 12) for n in (b"\xff\xff\x00\x00", b"\xff" * 4)),
    *(
        _spliced(36, b"LIST" + n, 36)
        for n in (b"\x03\x00\x00\x00abc", b"\x03\x00\x00\x00abc\x00", b"\xff\xff\xff\x7f", b"\xff" * 4)
    ),
    *(_spliced(40, n) for n in (b"\x05\x00\x00\x00", b"\x0c\x00\x00\x00", b"\x03\x00\x00\x00", b"\xff" * 4)),
    *(
        f"b[:16] + {n!r} + b[20:36] + {more!r} + b[36:]"
        for n, more in ((b"\x12\x00\x00\x00", b"\x05\x00"), (b"\x11\x00\x00\x00", b"\x00"))
    ),
    "b[:40] + bytes(4)",
    "b[:4] + bytes(4) + b[8:]",
]

facts = Facts(
    __file__,
    "\n".join(
        [f"(lambda b: tf.audio.decode_wav({read}))({SOUND})" for read in READS]
        + [
            f"tf.reshape(tf.audio.encode_wav({a}, 8000), [1])"
            for a in (
                "[[0.0], [0.5], [-1.0], [1.0], [2.0], [-3.0], [1e-5], [inf], [-inf]]",
                "[[1.5 / 32768], [2.5 / 32768], [-0.5 / 32768], [0.49999997 / 32768], [0.123456]]",
                "f(5, 3, low=-1.0, high=1.0)",
                "tf.zeros([0, 1])",
                "tf.zeros([3, 0])",
                "tf.zeros([3])",
                "[[1, 2]]",
                "x([[1]], 'int32')",
                "x([[1.0]], 'float64')",
                "[['a']]",
                "tf.zeros([1, 70000])",
            )
        ]
        + [
            f"tf.reshape(tf.audio.encode_wav([[0.5]], {a}), [1])"
            for a in ("0", "-1", "[8000]", "8000.0", "tf.constant(8000, tf.int64)", "1")
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@given(st.lists(st.integers(-(2**15), 2**15 - 1), min_size=1, max_size=20), st.integers(1, 192000))
def test_what_is_written_is_read_back(samples: list[int], rate: int) -> None:
    x = np.array(samples, dtype=np.float32)[:, None] / 2**15
    audio, found = tf.audio.decode_wav(tf.audio.encode_wav(x, rate))
    np.testing.assert_array_equal(audio, x)
    assert found == rate


def test_what_a_function_reads_has_names() -> None:
    """As in a dataset's map, where the samples are taken by their name."""
    data = tf.audio.encode_wav([[0.5], [-0.5]], 8000)
    sounds = tf.data.Dataset.from_tensors(data).map(lambda x: tf.audio.decode_wav(x, 1).audio)
    assert next(iter(sounds)).numpy().tolist() == [[0.5], [-0.5]]
