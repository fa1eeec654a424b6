"""tf.saved_model.experimental: fingerprints, whose texts are TensorFlow 2.21's, and resources of one's own."""

import pathlib

import pytest

import tfcompat as tf
from tfcompat._formats.protos import message

Fingerprint = tf.saved_model.experimental.Fingerprint


def test_a_fingerprint_shows_and_compares_its_hashes() -> None:
    made = Fingerprint(1, 2, 3, 4, 5, 6)
    assert repr(made) == "Fingerprint(1, 2, 3, 4, 5)"
    assert str(made).splitlines()[:3] == ["SavedModel Fingerprint", "  saved_model_checksum: 1", *_line(2)]
    assert made == Fingerprint(9, 2, 3, 4, 5)
    assert made not in (Fingerprint(1, 2, 3, 4, 6), "2/3/4/5")
    assert made.singleprint() == "2/3/4/5"
    with pytest.raises(ValueError, match="checkpoint_hash: None"):
        Fingerprint(1, 2, 3, 4).singleprint()
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)


def _line(number: int) -> list[str]:
    return [f"  graph_def_program_hash: {number}"]


def test_a_fingerprint_is_read_from_a_saved_models_directory(tmp_path: pathlib.Path) -> None:
    proto = message("FingerprintDef")(graph_def_program_hash=7, checkpoint_hash=2**64 - 1, version={"producer": 4})
    (tmp_path / "fingerprint.pb").write_bytes(proto.SerializeToString())
    found = tf.saved_model.experimental.read_fingerprint(str(tmp_path))
    assert found.singleprint() == f"7/0/0/{2**64 - 1}"
    assert found.version.producer == 4
    (tmp_path / "fingerprint.pb").write_bytes(b"\xff")
    with pytest.raises(RuntimeError, match="damaged"):
        tf.saved_model.experimental.read_fingerprint(str(tmp_path))
    with pytest.raises(FileNotFoundError, match="Could not find fingerprint in directory: /no/such"):
        tf.saved_model.experimental.read_fingerprint("/no/such")


def test_a_resource_is_made_once_and_destroyed_with_its_object() -> None:
    events = []

    class Cell(tf.saved_model.experimental.TrackableResource):
        def _create_resource(self):
            events.append("create")
            return tf.raw_ops.VarHandleOp(dtype=tf.float32, shape=[2])

        def _destroy_resource(self):
            events.append("destroy")

    cell = Cell()
    assert events == []
    tf.raw_ops.AssignVariableOp(resource=cell.resource_handle, value=tf.ones([2]))
    assert tf.raw_ops.ReadVariableOp(resource=cell.resource_handle, dtype=tf.float32).numpy().tolist() == [1, 1]
    del cell
    assert events == ["create", "destroy"]
    with pytest.raises(NotImplementedError, match="_create_resource"):
        _ = tf.saved_model.experimental.TrackableResource().resource_handle
