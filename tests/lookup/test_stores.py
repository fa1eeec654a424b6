"""What tables hold, against dicts and in numbers that tell what a lookup costs."""

from __future__ import annotations

import concurrent.futures
import subprocess
import sys

import numpy as np
import pytest

import tfcompat as tf


@pytest.mark.parametrize("kind", ["MutableHashTable", "DenseHashTable"])
@pytest.mark.parametrize("dtype", ["int64", "string"])
def test_mutable_tables_are_dicts(kind: str, dtype: str) -> None:
    random = np.random.default_rng(3)

    def made(numbers: np.ndarray) -> tf.Tensor:
        keys = tf.constant(numbers)
        return keys if dtype == "int64" else tf.strings.as_string(keys)

    reserved = (-5, -6) if dtype == "int64" else ("", "$")
    more = reserved if kind == "DenseHashTable" else ()
    table, known = getattr(tf.lookup.experimental, kind)(dtype, "int64", -1, *more), {}
    for _ in range(60):
        keys, values = random.integers(0, 300, 25), random.integers(0, 1000, 25)
        table.insert(made(keys), values)
        known.update(zip(keys.tolist(), values.tolist(), strict=True))
        gone = random.integers(0, 300, 15)
        table.remove(made(gone))
        for key in gone.tolist():
            known.pop(key, None)
        asked = random.integers(0, 320, [4, 1] if more else [4, 5])
        wanted = [known.get(k, -1) for k in asked.ravel().tolist()]
        assert table.lookup(made(asked)).numpy().ravel().tolist() == wanted
        assert table.size().numpy() == len(known)
    keys, values = (t.numpy().ravel().tolist() for t in table.export())
    if dtype == "string":
        keys, reserved = [int(k or b"-1") if k != b"$" else -1 for k in keys], (-1,)
    pairs = zip(keys, values, strict=True)
    assert {k: v for k, v in pairs if k not in reserved} == known


def test_large_tables_take_one_gather() -> None:
    count = 200_000
    keys = tf.random.shuffle(tf.range(count, dtype=tf.int64) * 7)
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, keys // 7), -1)
    found = table.lookup(tf.range(count * 7, dtype=tf.int64)).numpy()
    assert (found[::7] == np.arange(count)).all()
    assert (np.delete(found, np.s_[::7]) == -1).all()


def test_threads_share_a_table() -> None:
    table = tf.lookup.experimental.MutableHashTable(tf.int64, tf.int64, -1)

    def fill(part: int) -> None:
        for at in range(part * 1000, part * 1000 + 1000, 50):
            keys = tf.range(at, at + 50, dtype=tf.int64)
            table.insert(keys, keys * 2)
            assert (table.lookup(keys).numpy() == keys.numpy() * 2).all()

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(fill, range(4)))
    assert table.size().numpy() == 4000


def test_a_key_of_another_shape_is_refused_when_captured() -> None:
    table = tf.lookup.experimental.DenseHashTable(tf.int64, tf.int64, -1, [0, 0], [1, 1])

    @tf.function
    def find(keys: tf.Tensor) -> tf.Tensor:
        return table.lookup(keys)

    table.insert([[2, 3]], [7])
    assert find(tf.constant([[2, 3], [3, 2]], tf.int64)).numpy().tolist() == [7, -1]
    with pytest.raises((tf.errors.InvalidArgumentError, ValueError), match="Expected key shape"):
        find(tf.constant([[2, 3, 4]], tf.int64))


def test_a_checkpoint_that_holds_no_buckets_is_refused() -> None:
    table = tf.lookup.experimental.DenseHashTable(tf.int64, tf.int64, -1, 0, 1)
    with pytest.raises(tf.errors.InvalidArgumentError, match="power of 2, got: 3"):
        table._restore_from_tensors({"table-keys": tf.constant([2, 3, 4], tf.int64), "table-values": [1, 2, 3]})


@pytest.mark.parametrize("kind", ["fasthash", "legacy", "stronghash"])
def test_tables_of_datasets_hash_as_they_are_told(kind: str) -> None:
    class Spec:
        hasher = kind
        key = (1, 2)

    words = tf.data.Dataset.from_tensor_slices(["a", "b"])
    table = tf.data.experimental.index_table_from_dataset(words, num_oov_buckets=50, hasher_spec=Spec())
    unknown = tf.constant(["x", "y"])
    hashed = {
        "fasthash": tf.strings.to_hash_bucket_fast(unknown, 50),
        "legacy": tf.strings.to_hash_bucket(unknown, 50),
        "stronghash": tf.strings.to_hash_bucket_strong(unknown, 50, [1, 2]),
    }[kind]
    assert table.lookup(unknown).numpy().tolist() == (hashed.numpy() + 2).tolist()
    with pytest.raises(TypeError, match="hasher_spec"):
        tf.data.experimental.index_table_from_dataset(words, num_oov_buckets=5, hasher_spec="fast")


def test_loads_on_first_use() -> None:
    source = "import sys, tfcompat as tf; assert 'tfcompat.lookup' not in sys.modules; print(tf.lookup.TextFileIndex)"
    out = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout
    assert "TextFileIndex" in out
