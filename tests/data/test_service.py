"""tf.data.experimental.service: what TensorFlow 2.21's service gives, in one process, and distributed snapshots."""

import threading
from pathlib import Path
from typing import Any

import pytest

import tfcompat as tf

S = tf.data.experimental.service
FIVE = tf.data.Dataset.range(5)


class Cluster:
    """A dispatcher and its workers."""

    def __init__(self, workers: int = 1, **config: Any) -> None:
        self.dispatcher = S.DispatchServer(S.DispatcherConfig(**config))
        self.target = self.dispatcher.target
        self.workers = [self.worker() for _ in range(workers)]

    def worker(self) -> Any:
        return S.WorkerServer(S.WorkerConfig(dispatcher_address=self.target.split("://")[1]))

    def read(self, dataset: Any, mode: Any = "parallel_epochs", **options: Any) -> Any:
        return dataset.apply(S.distribute(mode, self.target, **options))


@pytest.fixture
def one() -> Cluster:
    return Cluster()


@pytest.fixture
def two() -> Cluster:
    return Cluster(2, worker_addresses=["localhost:%port%"] * 2)


def values(dataset: Any) -> list[Any]:
    return [x.item() if hasattr(x, "item") else x for x in dataset.as_numpy_iterator()]


def test_each_worker_gives_all_elements_or_a_share(two: Cluster) -> None:
    assert values(two.read(FIVE)) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    shared = two.read(FIVE, "distributed_epoch")
    assert sorted(values(shared)) == sorted(values(shared)) == [0, 1, 2, 3, 4]
    assert sorted(values(two.read(FIVE.repeat(2), S.ShardingPolicy.DYNAMIC))) == sorted([*range(5)] * 2)
    assert sorted(values(two.read(FIVE.repeat(), S.ShardingPolicy.DYNAMIC).take(15))) == sorted([*range(5)] * 3)


@pytest.mark.parametrize(
    ("dataset", "elements"),
    [
        (tf.data.Dataset.zip((FIVE, FIVE)).map(lambda a, b: a + b), [0, 2, 4, 6, 8]),
        (FIVE.concatenate(FIVE), [0, 1, 2, 3, 4, 0, 1, 2, 3, 4]),
        (FIVE.flat_map(tf.data.Dataset.range), [0, 0, 1, 0, 1, 2, 0, 1, 2, 3]),
        (FIVE.cache().filter(lambda x: x > 2), [3, 4]),
        (FIVE.batch(2).map(tf.reduce_sum), [1, 5, 4]),
    ],
)
def test_splits_of_the_sources_are_shared(one: Cluster, dataset: Any, elements: list[int]) -> None:
    assert values(one.read(dataset, "distributed_epoch")) == elements


def test_every_pass_begins_as_the_first(one: Cluster) -> None:
    shuffled = one.read(tf.data.Dataset.range(8).shuffle(8, seed=1))
    assert values(shuffled) == values(shuffled) == [0, 1, 3, 6, 5, 2, 7, 4]


def test_datasets_of_one_job_share_its_passes(one: Cluster) -> None:
    first, second = (one.read(FIVE, job_name="job") for _ in range(2))
    assert [values(first), values(second), values(first), values(second)] == [[0, 1, 2, 3, 4], [], [0, 1, 2, 3, 4], []]
    assert first.options().experimental_distribute.auto_shard_policy == tf.data.experimental.AutoShardPolicy.OFF
    with pytest.raises(tf.errors.InvalidArgumentError, match="name job, but found an existing job with different"):
        values(one.read(FIVE, "distributed_epoch", job_name="job"))


def test_consumers_in_turn(two: Cluster) -> None:
    parts = [
        iter(two.read(FIVE.repeat(), job_name="job", consumer_index=i, num_consumers=2).map(int_of)) for i in range(2)
    ]
    got: dict[int, list[int]] = {}

    def take(i: int) -> None:
        got[i] = [int(next(parts[i])) for _ in range(6)]

    threads = [threading.Thread(target=take, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {0: [0, 0, 2, 2, 4, 4], 1: [1, 1, 3, 3, 0, 0]}


def int_of(x: Any) -> Any:
    return tf.cast(x, tf.int32)


def test_trainers_share_a_cache(one: Cluster) -> None:
    def read(trainer: str) -> list[int]:
        cache = S.CrossTrainerCache(trainer)
        return values(one.read(FIVE.repeat(), job_name="job", cross_trainer_cache=cache).take(3))

    assert read("a") == read("b") == [0, 1, 2]
    assert read("a") == [3, 4, 0]
    with pytest.raises(tf.errors.InvalidArgumentError, match="requires the input dataset to be infinite"):
        values(one.read(FIVE, job_name="finite", cross_trainer_cache=S.CrossTrainerCache("a")))
    with pytest.raises(ValueError, match="non-empty trainer ID"):
        S.CrossTrainerCache("")


def test_static_policies(two: Cluster, tmp_path: Path) -> None:
    paths = []
    for i in range(4):
        paths.append(str(tmp_path / f"{i}.txt"))
        Path(paths[-1]).write_text(f"{i}a\n{i}b\n")
    lines = [f"{i}{c}".encode() for i in range(4) for c in "ab"]
    names = tf.data.Dataset.from_tensor_slices(paths)
    policy = S.ShardingPolicy
    assert values(two.read(FIVE, policy.DATA)) == [0, 1, 2, 3, 4]
    assert sorted(values(two.read(tf.data.Dataset.range(10).batch(3).map(tf.reduce_sum), policy.DATA))) == [
        3,
        9,
        12,
        21,
    ]
    for dataset in (
        tf.data.TextLineDataset(paths),
        names.flat_map(tf.data.TextLineDataset),
        names.interleave(tf.data.TextLineDataset, cycle_length=2),
    ):
        assert sorted(values(two.read(dataset, policy.FILE))) == lines
    assert values(two.read(FIVE, policy.FILE_OR_DATA)) == [0, 1, 2, 3, 4]
    assert values(two.read(FIVE.shard(tf.data.experimental.SHARD_HINT, 0), policy.HINT)) == [0, 1, 2, 3, 4]
    assert values(two.read(FIVE, policy.HINT)) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    with pytest.raises(tf.errors.NotFoundError, match="Found an unshardable source dataset"):
        values(two.read(FIVE, policy.FILE))
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"only has 1 file\(s\), which is not enough for"):
        values(two.read(tf.data.TextLineDataset(paths[:1]), policy.FILE))
    with pytest.raises(tf.errors.FailedPreconditionError, match="SHARD_HINT"):
        values(FIVE.shard(tf.data.experimental.SHARD_HINT, 0))
    unlisted = Cluster()
    with pytest.raises(tf.errors.NotFoundError, match="is not in the workers list. Got workers list"):
        values(unlisted.read(FIVE, policy.DATA))


def test_registered_datasets(one: Cluster) -> None:
    ids = [S.register_dataset(one.target, FIVE) for _ in range(2)]
    assert [i.numpy() for i in ids] == [b"1000", b"1001"]
    assert S.register_dataset(one.target, FIVE, dataset_id="mine").numpy() == b"mine"
    assert S.register_dataset(one.target, FIVE, compression=None, dataset_id="mine").numpy() == b"mine"
    read = S.from_dataset_id("parallel_epochs", one.target, "mine")
    assert (values(read), read.element_spec) == ([0, 1, 2, 3, 4], FIVE.element_spec)
    assert values(S.from_dataset_id("parallel_epochs", one.target, ids[0], job_name="a")) == [0, 1, 2, 3, 4]
    with pytest.raises(tf.errors.InvalidArgumentError, match="should have the same structure"):
        S.register_dataset(one.target, FIVE.take(2), dataset_id="mine")
    with pytest.raises(tf.errors.NotFoundError, match="Dataset id no not found"):
        S.from_dataset_id("parallel_epochs", one.target, "no", element_spec=FIVE.element_spec)
    with pytest.raises(ValueError, match="Failed to fetch element spec for dataset id no"):
        S.from_dataset_id("parallel_epochs", one.target, "no")
    other = tf.TensorSpec((), tf.float32)
    with pytest.raises(tf.errors.FailedPreconditionError, match="of type float32 but got a tensor of type int64"):
        values(S.from_dataset_id("parallel_epochs", one.target, "mine", element_spec=other))


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"mode": "x"}, ValueError, "processing mode should be a"),
        ({"job_name": ""}, ValueError, "`job_name` must not be empty"),
        ({"job_name": 3}, ValueError, "`job_name` must be a string"),
        ({"compression": "ZIP"}, ValueError, "Invalid `compression` argument: ZIP"),
        ({"consumer_index": 0, "num_consumers": 2}, ValueError, "`job_name` must be set"),
        ({"target_workers": "x"}, tf.errors.InvalidArgumentError, "Unrecognized target workers: x"),
        ({"data_transfer_protocol": "foo"}, tf.errors.NotFoundError, "Protocol 'foo' is not available for worker"),
        (
            {"job_name": "j", "consumer_index": 0, "num_consumers": 2},
            tf.errors.FailedPreconditionError,
            "Round robin reads require that the input dataset has infinite cardinality, but the dataset has card",
        ),
    ],
)
def test_what_can_not_be_read(one: Cluster, options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        values(one.read(FIVE, **options))


@pytest.mark.parametrize("service", ["", 3, "a://b://c"])
def test_addresses(service: Any) -> None:
    with pytest.raises(ValueError, match="service` "):
        S.register_dataset(service, FIVE)


def test_cardinality(one: Cluster) -> None:
    sizes = [one.read(x).cardinality().numpy() for x in (FIVE.take(0), FIVE, FIVE.repeat())]
    assert sizes == [0, tf.data.UNKNOWN_CARDINALITY, tf.data.INFINITE_CARDINALITY]


def test_errors_of_elements_and_functions_that_read(one: Cluster) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="had Inf"):
        values(one.read(FIVE.map(lambda x: tf.debugging.check_numerics(1 / (x - 2), "had Inf"))))

    @tf.function
    def total() -> Any:
        found = tf.constant(0, tf.int64)
        for x in one.read(FIVE):
            found += x
        return found

    assert total().numpy() == 10


def test_servers_stop_and_workers_come_later() -> None:
    cluster = Cluster(0)
    read = cluster.read(FIVE)
    late: list[Any] = []
    timer = threading.Timer(0.05, lambda: late.append(cluster.worker()))
    timer.start()
    assert values(read) == [0, 1, 2, 3, 4]  # after it waited for a worker
    elements = iter(cluster.read(tf.data.Dataset.range(100)))
    assert int(next(elements)) == 0
    second = cluster.worker()
    assert [int(next(elements)) for _ in range(3)] == [1, 0, 2]  # the second one reads it, too
    second.stop()
    second.join()
    assert [int(next(elements)) for _ in range(2)] == [3, 4]
    cluster.dispatcher.stop()
    cluster.dispatcher.join()
    with pytest.raises(tf.errors.UnavailableError, match="the dispatcher was stopped"):
        next(elements)
    with pytest.raises(tf.errors.UnavailableError, match="no dispatcher at .* in this process"):
        S.register_dataset(cluster.target, FIVE)
    with pytest.raises(ValueError, match="Must specify a `dispatcher_address`"):
        S.WorkerServer(S.WorkerConfig(None))


def test_a_dispatcher_that_tolerates_faults_knows_its_datasets_again(tmp_path: Path) -> None:
    config = S.DispatcherConfig(fault_tolerant_mode=True, work_dir=str(tmp_path / "work"))
    first = S.DispatchServer(config)
    S.register_dataset(first.target, FIVE, dataset_id="mine")
    first.stop()
    again = S.DispatchServer(config, start=False)
    assert again.target == "grpc://localhost:0"
    again.start()
    again.start()
    assert S.from_dataset_id("parallel_epochs", again.target, "mine").element_spec == FIVE.element_spec
    with pytest.raises(ValueError, match="without configuring a work dir"):
        S.DispatchServer(S.DispatcherConfig(fault_tolerant_mode=True))
    with pytest.raises(tf.errors.UnavailableError, match="can't be taken"):
        S.DispatchServer(S.DispatcherConfig(port=int(again.target.rpartition(":")[2])))


def test_distributed_snapshots(one: Cluster, tmp_path: Path) -> None:
    cluster = Cluster(2, fault_tolerant_mode=True, work_dir=str(tmp_path / "work"))
    path, address = str(tmp_path / "snapshot"), cluster.target.split("://")[1]
    rows = tf.data.Dataset.from_tensor_slices({"n": [1, 2, 3], "s": ["a", "b", "c"]})
    tf.data.experimental.distributed_save(rows, path, address, compression="SNAPPY")
    found = [(int(e["n"]), e["s"].numpy()) for e in tf.data.Dataset.load(path, wait=True)]
    assert sorted(found) == [(1, b"a"), (2, b"b"), (3, b"c")]
    backwards = tf.data.Dataset.load(path, reader_func=lambda parts: parts.flat_map(lambda part: part.skip(1)))
    assert len(list(backwards)) == 2
    with pytest.raises(tf.errors.AlreadyExistsError, match="is already started or completed"):
        tf.data.experimental.distributed_save(rows, path, address)
    with pytest.raises(tf.errors.InvalidArgumentError, match="requires running tf.data service in the fault tolerant"):
        tf.data.experimental.distributed_save(rows, path + "1", one.target)
    broken = FIVE.map(lambda x: tf.debugging.check_numerics(1 / (x - 2), "had Inf"))
    tf.data.experimental.distributed_save(broken, path + "2", address)
    with pytest.raises(tf.errors.InternalError, match="failed: InvalidArgumentError.*had Inf"):
        list(tf.data.Dataset.load(path + "2", wait=True))
    for wrong in ({"data_service_address": ""}, {"compression": "X"}):
        with pytest.raises(ValueError, match="must"):
            tf.data.experimental.distributed_save(rows, **{"path": path, "data_service_address": address, **wrong})


# What TensorFlow 2.21 wrote for half of tf.data.Dataset.range(10), with compression "AUTO".
CHUNK = bytes.fromhex(
    "000000519601040e00090128c5e5693f0809120022080109111000a0bddf54461e0000030d1e1011e144e90e0d0c193c00050d120ccb7b0959"
    "461e0000070d1e0cda9e9ee4461e002c090000000000000096416b5e"
)
METADATA = 'element_spec: "\\212\\002\\004\\022\\000\\030\\t"\ncompression: "SNAPPY"\n'


def test_tensorflows_distributed_snapshots(tmp_path: Path) -> None:
    chunk = tmp_path / "chunks" / "chunk_0_0_5"
    chunk.parent.mkdir()
    chunk.write_bytes(CHUNK)
    (tmp_path / "snapshot.metadata").write_text(METADATA)
    (tmp_path / "DONE").touch()
    assert values(tf.data.Dataset.load(str(tmp_path))) == [1, 3, 5, 7, 9]
    for damaged in (CHUNK[:40], CHUNK[:2], CHUNK[:30] + b"\xff" + CHUNK[31:], b"\xff" * 9):
        chunk.write_bytes(damaged)
        with pytest.raises(tf.errors.DataLossError):
            values(tf.data.Dataset.load(str(tmp_path)))
    (tmp_path / "snapshot.metadata").write_text(METADATA.replace("\\004", "\\377"))
    with pytest.raises(tf.errors.DataLossError):
        tf.data.Dataset.load(str(tmp_path))
