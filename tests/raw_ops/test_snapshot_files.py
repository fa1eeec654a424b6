"""tf.raw_ops that read the parts of a snapshot, and variants of datasets."""

import pathlib
import shutil

import pytest

import tfcompat as tf

r = tf.raw_ops
SPEC = (tf.TensorSpec([], tf.int64), tf.TensorSpec([], tf.string))
KINDS = {"output_types": [tf.int64, tf.string], "output_shapes": [[], []]}


def elements(variant: object, spec: object = SPEC) -> list[object]:
    return [tf.nest.map_structure(lambda t: t.numpy(), e) for e in tf.data.experimental.from_variant(variant, spec)]


@pytest.fixture
def shard(tmp_path: pathlib.Path) -> pathlib.Path:
    tf.data.Dataset.range(3).map(lambda x: (x, tf.strings.as_string(x))).save(str(tmp_path / "saved"))
    return next(tmp_path.glob("saved/*/*.shard"))


ROWS = [(0, b"0"), (1, b"1"), (2, b"2")]


def test_chunks_and_shards(shard: pathlib.Path) -> None:
    file = str(shard / "00000000.snapshot")
    assert elements(r.SnapshotChunkDataset(chunk_file=file, **KINDS)) == ROWS
    with pytest.raises(tf.errors.DataLossError):
        elements(r.SnapshotChunkDataset(chunk_file=file, compression="GZIP", **KINDS))
    with pytest.raises(tf.errors.NotFoundError):
        elements(r.SnapshotChunkDataset(chunk_file=file + "x", **KINDS))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Unsupported compression 'X'"):
        r.SnapshotChunkDataset(chunk_file=file, compression="X", **KINDS)
    shutil.copy(file, shard / "00000001.snapshot")
    read = {"shard_dir": str(shard), "version": 2, **KINDS}
    whole, rest = (r.SnapshotDatasetReader(start_index=i, **read) for i in (0, 1))
    assert elements(whole) == ROWS * 2
    assert elements(rest) == ROWS
    nested = r.SnapshotNestedDatasetReader(inputs=[whole, rest], **KINDS)
    found = tf.data.experimental.from_variant(nested, tf.data.DatasetSpec(SPEC))
    assert [len(list(dataset)) for dataset in found] == [6, 3]
    with pytest.raises(tf.errors.UnimplementedError, match="version=1"):
        r.SnapshotDatasetReader(start_index=0, **read | {"version": 1})


def test_lists_of_chunks(tmp_path: pathlib.Path) -> None:
    # The order is TensorFlow's, of the same files.
    (tmp_path / "chunks").mkdir()
    for name in ("chunk_0_1_6", "chunk_1_0_6", "chunk_0_0_6"):
        (tmp_path / "chunks" / name).touch()
    (tmp_path / "DONE").touch()
    listed = r.ListSnapshotChunksDataset(snapshot_path=str(tmp_path), output_types=[tf.string], output_shapes=[[]])
    found = elements(listed, tf.TensorSpec([], tf.string))
    assert [pathlib.Path(x.decode()).name for x in found] == ["chunk_0_0_6", "chunk_1_0_6", "chunk_0_1_6"]  # type: ignore[attr-defined]
    (tmp_path / "ERROR").write_text("no space left")
    with pytest.raises(tf.errors.InternalError, match="no space left"):
        elements(listed, tf.TensorSpec([], tf.string))


def test_variants_of_datasets_go_both_ways() -> None:
    rows = tf.data.Dataset.from_tensor_slices({"a": [1, 2], "b": [[1.0, 2.0], [3.0, 4.0]]})
    taken = r.TakeDataset(
        input_dataset=rows._variant_tensor,
        count=tf.constant(1, tf.int64),
        output_types=[tf.int32, tf.float32],
        output_shapes=[[], [2]],
    )
    (row,) = elements(taken, rows.element_spec)
    assert (row["a"], row["b"].tolist()) == (1, [1.0, 2.0])  # type: ignore[index]
    assert r.DatasetCardinality(input_dataset=rows._variant_tensor).numpy() == 2


def test_tensors_are_sent_by_name() -> None:
    place = "/job:localhost/replica:0/task:0/device:CPU:0"
    way = {"send_device": place, "send_device_incarnation": 1, "recv_device": place}
    for value in ([1.0, 2.0], [3.0]):
        r.Send(tensor=tf.constant(value), tensor_name="x", **way)
    received = [r.Recv(tensor_type=tf.float32, tensor_name="x", **way).numpy().tolist() for _ in range(2)]
    assert received == [[1.0, 2.0], [3.0]]
    r.Send(tensor="text", tensor_name="x", **way)
    with pytest.raises(tf.errors.InvalidArgumentError, match="actual string vs. expect int32"):
        r.Recv(tensor_type=tf.int32, tensor_name="x", **way)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Invalid  rendezvous key: there;"):
        r.Send(tensor=1.0, tensor_name="x", **way | {"send_device": "there"})
    group = {"group_size": 1, "group_key": 1, "instance_key": 1}
    assert r.CollectiveBcastSendV2(input=[1.0], **group).numpy().tolist() == [1.0]
    with pytest.raises(tf.errors.InternalError, match="does not match shape of input"):
        r.CollectiveBcastSend(input=[1.0], shape=[2], **group)
    with pytest.raises(tf.errors.InternalError, match="no source for broadcast"):
        r.CollectiveBcastRecvV2(shape=[1], T=tf.float32, **group)


def test_the_data_service(tmp_path: pathlib.Path) -> None:
    service = tf.data.experimental.service
    config = service.DispatcherConfig(fault_tolerant_mode=True, work_dir=str(tmp_path / "work"))
    dispatcher = service.DispatchServer(config)
    address = dispatcher.target.split("://")[1]
    worker = service.WorkerServer(service.WorkerConfig(address))
    variant = tf.data.experimental.to_variant(tf.data.Dataset.range(3))
    where = {"address": address, "protocol": "grpc"}
    known = {"dataset": variant, "external_state_policy": 1, **where}
    assert r.RegisterDataset(**known).numpy() == 1000
    assert r.RegisterDatasetV2(**known).numpy() == b"1001"
    assert r.RegisterDatasetV2(requested_dataset_id="me", **known).numpy() == b"me"
    given = {
        "job_name": "",
        "consumer_index": -1,
        "num_consumers": -1,
        "max_outstanding_requests": -1,
        "iteration_counter": r.DummyIterationCounter(),
        "output_types": [tf.int64],
        "output_shapes": [[]],
        **where,
    }
    number = tf.TensorSpec([], tf.int64)
    same = tf.function(lambda x: x).get_concrete_function(number)
    for made in (
        r.DataServiceDatasetV2(dataset_id=1000, processing_mode=b"", **given),
        r.DataServiceDatasetV3(dataset_id=1000, processing_mode=b"\x08\x01", uncompress_fn=same, **given),
        r.DataServiceDatasetV4(dataset_id="me", processing_mode=b"\x08\x00", uncompress_fn=same, **given),
    ):
        assert elements(made, number) == [0, 1, 2]
    with pytest.raises(tf.errors.InvalidArgumentError, match="Failed to parse ProcessingModeDef"):
        r.DataServiceDatasetV4(dataset_id="me", processing_mode=b"\x09", uncompress_fn=same, **given)
    r.DistributedSave(dataset=variant, directory=str(tmp_path / "saved"), address=address)
    loaded = tf.data.Dataset.load(str(tmp_path / "saved"), wait=True)
    assert [int(x) for x in loaded] == [0, 1, 2]
    worker.stop()
