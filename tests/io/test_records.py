"""tf.io.TFRecordWriter and TFRecordOptions."""

import pathlib

import pytest

import tfcompat as tf
from tfcompat._formats.tfrecord import read_records


@pytest.mark.parametrize(
    "options", [None, "", "GZIP", "ZLIB", tf.io.TFRecordOptions("ZLIB", compression_level=9, window_bits=12)]
)
def test_what_is_written_is_read(tmp_path: pathlib.Path, options) -> None:
    path = tmp_path / "r.tfrecord"
    with tf.io.TFRecordWriter(str(path), options) as writer:
        writer.write(b"one")
        writer.write("zwei")
        writer.flush()
        writer.write(tf.constant(b"three").numpy())
    kind = tf.io.TFRecordOptions.get_compression_type_string(options)
    assert list(read_records(path, kind)) == [b"one", b"zwei", b"three"]


def test_errors(tmp_path: pathlib.Path) -> None:
    writer = tf.io.TFRecordWriter(str(tmp_path / "r"))
    with pytest.raises(TypeError, match="`record`.*got 3"):
        writer.write(3)
    writer.close()
    writer.close()
    for use in (writer.flush, lambda: writer.write(b"x")):
        with pytest.raises(tf.errors.FailedPreconditionError, match="Writer is closed"):
            use()
    with pytest.raises(tf.errors.NotFoundError, match="/nowhere/r; No such file or directory"):
        tf.io.TFRecordWriter(str(tmp_path / "nowhere" / "r"))
    with pytest.raises(tf.errors.FailedPreconditionError, match="Is a directory"):
        tf.io.TFRecordWriter(str(tmp_path))
    with pytest.raises(TypeError, match="Expected binary or unicode string, got 3"):
        tf.io.TFRecordWriter(3)


def test_options() -> None:
    kind = tf.io.TFRecordOptions.get_compression_type_string
    assert [kind(o) for o in (None, "", "GZIP", 1, 2, 0, tf.io.TFRecordOptions("ZLIB"))] == [
        "", "", "GZIP", "ZLIB", "GZIP", "", "ZLIB",
    ]  # fmt: skip
    for bad in ("FOO", 7):
        with pytest.raises(ValueError, match="Not a valid compression_type"):
            tf.io.TFRecordOptions(bad)


def test_matching_files_as_a_variable(tmp_path: pathlib.Path) -> None:
    for name in ("b.rec", "a.rec"):
        (tmp_path / name).touch()
    found = tf.io.match_filenames_once(str(tmp_path / "*.rec"))
    assert isinstance(found, tf.Variable)
    assert found.numpy().tolist() == [str(tmp_path / name).encode() for name in ("a.rec", "b.rec")]


@pytest.mark.parametrize("as_text", [True, False])
def test_writing_a_graph(tmp_path: pathlib.Path, as_text: bool) -> None:
    from google.protobuf import text_format

    from tfcompat._formats.protos import message

    graph = message("GraphDef")()
    graph.node.add(name="x", op="NoOp")
    path = tf.io.write_graph(graph, str(tmp_path), "g.pb", as_text)
    data = pathlib.Path(path).read_bytes()
    parsed = text_format.Parse(data, message("GraphDef")()) if as_text else message("GraphDef").FromString(data)
    assert parsed == graph
