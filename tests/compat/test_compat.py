"""tf.compat; the facts are TensorFlow 2.21's."""

import pathlib
import subprocess
import sys

import pytest

import tfcompat as tf
from tests.programs import ROOT
from tfcompat import compat


def test_bytes_and_text() -> None:
    assert compat.as_bytes("é") == "é".encode()
    assert compat.as_bytes("é", "latin-1") == b"\xe9"
    assert compat.as_bytes(bytearray(b"a")) == compat.as_bytes(b"a") == b"a"
    assert compat.as_text(b"\xe9", "latin-1") == "é"
    assert compat.as_str(b"a") == compat.as_text("a") == "a"
    assert (compat.as_str_any(b"a"), compat.as_str_any(5), compat.as_str_any("x")) == ("a", "5", "x")
    for function in (compat.as_bytes, compat.as_text, compat.as_str):
        with pytest.raises(TypeError, match="Expected binary or unicode string, got 5"):
            function(5)  # type: ignore[arg-type]
    with pytest.raises(UnicodeDecodeError):
        compat.as_text(b"\xe9")


def test_paths() -> None:
    assert compat.path_to_str(pathlib.PurePosixPath("a/b")) == "a/b"
    assert (compat.path_to_str("a"), compat.path_to_str(b"a"), compat.path_to_str(5)) == ("a", b"a", 5)


def test_dimensions() -> None:
    dimension = tf.compat.v1.Dimension
    assert (compat.dimension_value(5), compat.dimension_value(None), compat.dimension_value(dimension(3))) == (
        5,
        None,
        3,
    )
    shape = tf.TensorShape([1, None])
    assert repr([compat.dimension_at_index(shape, i) for i in (0, 1)]) == "[Dimension(1), Dimension(None)]"
    assert repr(compat.dimension_at_index(tf.TensorShape(None), 7)) == "Dimension(None)"
    with pytest.raises(IndexError):
        compat.dimension_at_index(shape, 3)
    with pytest.raises(TypeError, match="shape must be a tf.TensorShape"):
        compat.dimension_at_index([1], 0)  # type: ignore[arg-type]


def test_forward_compatibility() -> None:
    assert compat.forward_compatible(2020, 1, 1)
    assert not compat.forward_compatible(2999, 1, 1)
    with compat.forward_compatibility_horizon(2999, 2, 2):
        assert compat.forward_compatible(2999, 1, 1)
        assert not compat.forward_compatible(2999, 3, 1)
    assert not compat.forward_compatible(2999, 1, 1)


def test_types_of_numbers() -> None:
    assert isinstance(3, compat.integral_types)
    assert isinstance(3.0, compat.real_types)
    assert isinstance(3j, compat.complex_types)
    assert not isinstance(3j, compat.real_types)
    assert compat.bytes_or_text_types == (bytes, str)


def test_v2_is_tf() -> None:
    assert compat.v2 is tf
    done = subprocess.run(
        [sys.executable, "-c", "import tfcompat.compat.v2 as tf2, tfcompat as tf; print(tf2 is tf)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "True\n"
