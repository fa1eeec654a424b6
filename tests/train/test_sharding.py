"""Sharding policies: which files TensorFlow 2.21 writes under them, byte for byte, and that each shard is needed."""

import hashlib
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import tfcompat as tf

# What TensorFlow wrote for the module below under MaxShardSizePolicy(size), but for the shard with the graph of
# objects: the size and the first 8 hexadecimal digits of the MD5 sum of each file.
RECORDED = {
    40: "32 ac971f91, 40 9c4c18b3, 36 0b13d5fa, 40 3cd8e13c, 8 f14a5bc6, 7 96c074f8, 45 3cc908a9",
    64: "64 882c03fd, 60 82e317cf, 32 2c8f1d25, 70 ab59247c",
    100: "100 3472f0b9, 104 2687bd13",
}


def module() -> Any:
    made = tf.Module()
    made.a = tf.Variable(np.arange(24, dtype=np.float32).reshape(6, 4))
    made.b = tf.Variable(3.0)
    made.c = tf.Variable(np.arange(7, dtype=np.int64))
    made.s = tf.Variable(["ab", "c" * 40])
    made.h = tf.Variable(np.ones((3, 5), np.float16))
    return made


def options(callback: Any) -> Any:
    return tf.train.CheckpointOptions(experimental_sharding_callback=callback)


def written(directory: pathlib.Path, callback: Any) -> list[pathlib.Path]:
    tf.train.Checkpoint(module()).write(str(directory / "c"), options=options(callback))
    return sorted(directory.glob("c.data-*"))


@pytest.mark.parametrize("size", RECORDED)
def test_writes_tensorflows_files(tmp_path: pathlib.Path, size: int) -> None:
    files = written(tmp_path, tf.train.experimental.MaxShardSizePolicy(max_shard_size=size))
    told = [f"{len(data)} {hashlib.md5(data).hexdigest()[:8]}" for data in (file.read_bytes() for file in files)]
    assert ", ".join(told[:-1]) == RECORDED[size]
    assert [file.name for file in files] == [f"c.data-{i:05d}-of-{len(files):05d}" for i in range(len(files))]


@pytest.mark.parametrize("size", [8, 20, 40, 64, 1000])
def test_values_come_back_from_slices(tmp_path: pathlib.Path, size: int) -> None:
    written(tmp_path, tf.train.experimental.MaxShardSizePolicy(size))
    other = module()
    for variable in (other.a, other.b, other.c, other.h):
        variable.assign(-variable)
    other.s.assign(["", ""])
    tf.train.Checkpoint(other).read(str(tmp_path / "c")).assert_consumed()
    for name, variable in vars(module()).items():
        if isinstance(variable, tf.Variable):
            np.testing.assert_array_equal(getattr(other, name).numpy(), variable.numpy())


def test_one_shard_for_the_task(tmp_path: pathlib.Path) -> None:
    policy = tf.train.experimental.ShardByTaskPolicy()
    assert len(written(tmp_path, policy)) == 1
    assert policy.description == "Split tensors into shards based on their device spec task."
    assert hash(policy) == hash(tf.train.experimental.ShardByTaskPolicy())


class Apart(tf.train.experimental.ShardingCallback):
    """Each tensor in a shard of its own, the graph of objects first."""

    description = "Each apart."  # type: ignore[assignment]

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def __call__(self, shardable_tensors: Sequence[Any]) -> Sequence[Any]:
        self.seen = list(shardable_tensors)
        return [{t.checkpoint_key: {t.slice_spec: t.tensor}} for t in reversed(self.seen)]


def test_own_callbacks(tmp_path: pathlib.Path) -> None:
    callback = Apart()
    files = written(tmp_path, callback)
    assert [file.stat().st_size for file in files][1:] == [30, 48, 56, 4, 96]
    first, last = callback.seen[0], callback.seen[-1]
    assert (first.checkpoint_key, first.name) == ("a/.ATTRIBUTES/VARIABLE_VALUE",) * 2
    assert (first.dtype, first.shape, first.slice_spec) == (tf.float32, [6, 4], "")
    assert first.device == tf.DeviceSpec.from_string(first.tensor.device)
    assert isinstance(first.trackable, tf.Variable)
    assert (last.checkpoint_key, last.trackable) == ("_CHECKPOINTABLE_OBJECT_GRAPH", None)
    assert "  checkpoint_key='a/.ATTRIBUTES/VARIABLE_VALUE'\n" in repr(first)
    with pytest.raises(TypeError, match="abstract"):
        tf.train.experimental.ShardingCallback()  # type: ignore[abstract]


def test_written_in_the_background(tmp_path: pathlib.Path) -> None:
    held = module()
    checkpoint = tf.train.Checkpoint(held)
    how = tf.train.CheckpointOptions(enable_async=True, experimental_sharding_callback=Apart())
    checkpoint.write(str(tmp_path / "c"), options=how)
    held.a.assign_add(tf.ones([6, 4]))
    checkpoint.sync()
    assert tf.train.load_variable(str(tmp_path / "c"), "a/.ATTRIBUTES/VARIABLE_VALUE").max() == 23


def test_replaces_a_checkpoint_of_as_many_shards(tmp_path: pathlib.Path) -> None:
    first = written(tmp_path, tf.train.experimental.MaxShardSizePolicy(100))
    second = written(tmp_path, tf.train.experimental.MaxShardSizePolicy(100))
    assert len(first) == len(second) == 3
    assert not set(first) & set(second)  # so that a crash in between leaves the first whole
    assert len(tf.train.list_variables(str(tmp_path / "c"))) == 6


def test_saved_models(tmp_path: pathlib.Path) -> None:
    policy = tf.train.experimental.MaxShardSizePolicy(100)
    how = tf.saved_model.SaveOptions(experimental_sharding_callback=policy)
    tf.saved_model.save(module(), str(tmp_path), options=how)
    assert len(list((tmp_path / "variables").glob("variables.data-*-of-00003"))) == 3
    np.testing.assert_array_equal(tf.saved_model.load(str(tmp_path)).a, module().a)
    with pytest.raises(ValueError, match="must be of type ShardingCallback"):
        tf.saved_model.SaveOptions(experimental_sharding_callback="no")


def test_what_options_do_not_take() -> None:
    with pytest.raises(ValueError, match="must be of type ShardingCallback"):
        options(3)
    with pytest.raises(ValueError, match="'safetensors'"):
        tf.train.CheckpointOptions(experimental_sharding_callback=Apart(), format="safetensors")
    with pytest.raises(ValueError, match="max_shard_size"):
        tf.train.experimental.MaxShardSizePolicy(0)
