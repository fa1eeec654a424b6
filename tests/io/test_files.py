"""tf.io.read_file, write_file and matching_files."""

import os

import pytest

import tfcompat as tf


def test_what_was_written_is_read(tmp_path):
    path = str(tmp_path / "made" / "on the way" / "file.bin")
    assert tf.io.write_file(path, b"\x00\xffhello") is None
    found = tf.io.read_file(path)
    assert found.dtype is tf.string
    assert found.shape == ()
    assert found.numpy() == b"\x00\xffhello"
    tf.io.write_file(tf.constant(f"file://{path}"), tf.constant("second"))
    assert tf.io.read_file(path).numpy() == b"second"


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def failing(*_):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(tf.errors.ResourceExhaustedError, match="No space left"):
        tf.io.write_file(str(path), "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file.txt"]


def test_errors_are_tensorflows(tmp_path):
    missing = str(tmp_path / "missing")
    with pytest.raises(tf.errors.NotFoundError, match=r"missing; No such file or directory \[Op:ReadFile\]"):
        tf.io.read_file(missing)
    with pytest.raises(tf.errors.FailedPreconditionError, match="Is a directory"):
        tf.io.read_file(str(tmp_path))
    with pytest.raises(tf.errors.FailedPreconditionError, match="Is a directory"):
        tf.io.write_file(str(tmp_path), "x")
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"Input filename tensor must be scalar, but had shape: \[1\]"
    ):
        tf.io.read_file([missing])
    with pytest.raises(tf.errors.InvalidArgumentError, match="Contents tensor must be scalar"):
        tf.io.write_file(missing, ["x"])
    with pytest.raises(TypeError, match="string"):
        tf.io.read_file(3)
    with pytest.raises(tf.errors.UnimplementedError, match="File system scheme 'gs' not implemented"):
        tf.io.read_file("gs://bucket/file")


def test_matching_files_are_sorted_and_come_for_every_pattern(tmp_path):
    for name in ("b1.txt", "a1.txt", "a2.txt", "c.bin"):
        (tmp_path / name).write_text("")
    base = os.fsencode(tmp_path)
    one = tf.io.matching_files(f"{tmp_path}/a?.txt")
    assert one.numpy().tolist() == [base + b"/a1.txt", base + b"/a2.txt"]
    two = tf.io.matching_files([f"{tmp_path}/a?.txt", f"{tmp_path}/[b-c]*"])
    assert two.numpy().tolist() == [base + b"/" + n for n in (b"a1.txt", b"a2.txt", b"b1.txt", b"c.bin")]
    assert tf.io.matching_files(f"{tmp_path}/none*").shape == (0,)
    with pytest.raises(tf.errors.InvalidArgumentError, match="scalar or vector"):
        tf.io.matching_files([["*"]])
