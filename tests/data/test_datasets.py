"""What a program may count on beyond what it prints: when functions run, what is kept, threads, what goes together."""

import gc
import os
import threading
import time
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tfcompat._core import random_state
from tfcompat.data._ordering import _PrefetchDataset
from tfcompat.data._rows import Ordered
from tfcompat.data._threads import ParallelMap, Prefetched

Dataset = tf.data.Dataset


@pytest.fixture(autouse=True)
def _no_seed():
    random_state.set_seed(None)


def values(dataset):
    return [x.tolist() for x in dataset.as_numpy_iterator()]


# ---- elements had many at a time are those had one by one ----

x = np.arange(60, dtype=np.float32).reshape(20, 3)
y = np.arange(20)
weights = tf.ones([2, 3]) * 1.5
PIPELINES = {
    "slices": lambda d: d,
    "map": lambda d: d.map(lambda a, b: (a * 2 + tf.cast(b, tf.float32), b)),
    "reduction": lambda d: d.map(lambda a, b: (tf.nn.softmax(a), tf.reduce_sum(a), b)),
    "closure": lambda d: d.map(lambda a, b: (tf.linalg.matvec(weights, a), b)),
    "filter": lambda d: d.filter(lambda a, b: b % 3 == 1),
    "filtered map": lambda d: d.map(lambda a, b: (a + 1, b)).filter(lambda a, b: b > 4).map(lambda a, b: a - 1),
    "take and skip": lambda d: d.skip(3).take(11).skip(1),
    "shard": lambda d: d.shard(3, 2).repeat(2).shard(2, 1),
    "repeat": lambda d: d.take(7).repeat(3),
    "shuffle": lambda d: d.shuffle(6, seed=3),
    "reshuffle": lambda d: d.shuffle(30, seed=3).repeat(2).shuffle(4, seed=1),
    "zip": lambda d: Dataset.zip((d, Dataset.range(15))),
    "enumerate": lambda d: d.enumerate(5),
    "cache": lambda d: d.map(lambda a, b: (a * 3, b)).cache().shuffle(9, seed=2),
    "cached order": lambda d: d.shuffle(9, seed=2).cache().repeat(2),
}


def one_by_one(dataset):
    """The dataset, of which no one knows how to have many elements at once."""
    methods = {name: lambda self: None for name in ("_ordered", "_ordered_once")}
    return type("Plain", (_PrefetchDataset,), methods)(dataset, 0)


@pytest.mark.parametrize("name", PIPELINES)
@pytest.mark.parametrize("size", [1, 7, 40])
def test_batches_hold_the_elements(name, size):
    make = PIPELINES[name]
    batched = make(Dataset.from_tensor_slices((x, y))).batch(size)
    assert batched._input_dataset._ordered() is not None
    batched = make(Dataset.from_tensor_slices((x, y))).batch(size)
    plain = make(one_by_one(Dataset.from_tensor_slices((x, y)))).batch(size)
    got, want = list(batched.as_numpy_iterator()), list(plain.as_numpy_iterator())
    assert len(got) == len(want) > 0
    for a, b in zip(got, want, strict=True):
        for u, v in zip(tf.nest.flatten(a), tf.nest.flatten(b), strict=True):
            assert u.dtype == v.dtype
            np.testing.assert_allclose(u, v, rtol=1e-6)


def test_an_order_is_read_in_blocks_of_any_size():
    dataset = Dataset.range(10).repeat(2)
    ordered = dataset._ordered()
    assert isinstance(ordered, Ordered)
    assert [ordered.read(n)[1].numpy().tolist() for n in (3, 9, 8)] == [
        [0, 1, 2],
        [3, 4, 5, 6, 7, 8, 9, 0, 1],
        [2, 3, 4, 5, 6, 7, 8, 9],
    ]
    assert ordered.read(1) == (0, None)


DRAWS = {
    "uniform": lambda i: tf.random.uniform([3], seed=1),
    "normal": lambda i: tf.random.normal([2, 2], seed=1) + tf.random.truncated_normal([2], seed=2),
    "integers": lambda i: tf.random.uniform([], 0, 1000, tf.int64, seed=1),
    "flip": lambda i: tf.image.random_flip_left_right(image, seed=4),
    "crop": lambda i: tf.image.random_crop(image, [3, 4, 3], seed=4),
    "brightness": lambda i: tf.image.random_brightness(image, 0.5, seed=4),
    "contrast": lambda i: tf.image.random_contrast(image, 0.5, 1.5, seed=4),
    "hue and saturation": lambda i: tf.image.random_hue(tf.image.random_saturation(image, 0.5, 2.0, 3), 0.2, 4),
}
image = tf.constant(np.random.default_rng(0).random((4, 5, 3), dtype=np.float32))


@pytest.mark.parametrize("seed", [None, 7])
@pytest.mark.parametrize("name", DRAWS)
def test_functions_that_draw_run_for_many_at_once_with_the_numbers_of_one_by_one(name, seed):
    tf.random.set_seed(seed) if seed else None
    source = Dataset.range(20)
    several = source.map(DRAWS[name])
    assert several._ordered() is None, "each element has its numbers once"
    assert several._ordered_once() is not None
    tf.random.set_seed(seed) if seed else None
    single = one_by_one(source).map(DRAWS[name])
    for _ in range(2):  # an iterator draws from the first number on
        want = np.stack(list(single.as_numpy_iterator()))
        np.testing.assert_allclose(np.stack(list(several.as_numpy_iterator())), want, rtol=1e-6, atol=1e-6)
        batches = list(several.map(lambda v: v).batch(7).as_numpy_iterator())
        np.testing.assert_allclose(np.concatenate(batches), want, rtol=1e-6, atol=1e-6)


def test_without_a_seed_elements_of_a_batch_differ():
    numbers = np.concatenate(values(Dataset.range(6).map(lambda i: tf.random.uniform([])).batch(6)))
    assert len(set(numbers.tolist())) == 6


def test_random_elements_are_made_once_where_they_are_chosen_or_kept():
    drawn = Dataset.range(50).map(lambda i: tf.random.uniform([]))
    assert all(v > 0.5 for v in values(drawn.filter(lambda v: v > 0.5)))
    kept = drawn.cache()
    assert values(kept) == values(kept.batch(50).unbatch())


def test_streams_do_not_run_ahead_of_what_is_asked_for():
    drawn = Dataset.range(20).map(lambda i: tf.random.uniform([], seed=5)).map(lambda v: v * 2)
    assert values(drawn.take(5).repeat(2)) == values(drawn.take(10))


def test_large_elements_are_not_made_many_at_once():
    elements = iter(Dataset.range(500).map(lambda i: tf.zeros([1 << 20]) + tf.cast(i, tf.float32)))
    for _ in range(20):
        next(elements)
    assert len(elements._elements._ready) <= 4


def test_an_element_that_fails_does_not_take_others_with_it():
    table = tf.constant([1.0, 2.0, 3.0])
    dataset = Dataset.from_tensor_slices([0, 1, 7, 2]).map(lambda i: tf.gather(table, i))
    elements = iter(dataset)
    assert [next(elements).numpy() for _ in range(2)] == [1.0, 2.0]
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of bounds"):
        next(elements)
    assert next(elements).numpy() == 3.0


# ---- when functions run ----


def test_a_function_is_traced_once_when_the_dataset_is_made():
    traces = []

    def function(v):
        traces.append(type(v).__name__)
        return v + 1

    dataset = Dataset.range(3).map(function)
    assert traces == ["SymbolicTensor"]
    assert values(dataset) == values(dataset) == [1, 2, 3]
    assert traces == ["SymbolicTensor"]


def test_what_can_not_be_captured_runs_for_each_element():
    sums = []

    def function(window):
        sums.append(0)
        return window.reduce(np.int64(0), lambda a, b: a + b)

    dataset = Dataset.range(6).window(2).map(function)
    assert values(dataset) == [1, 5, 9]
    assert len(sums) == 4  # and once when it was made
    assert dataset.element_spec == tf.TensorSpec([], tf.int64)


def test_elements_of_unknown_rank():
    dataset = Dataset.from_generator(lambda: [[1], [[1, 2], [3, 4]], 5], tf.int32).map(lambda v: v * 2)
    assert values(dataset) == [[2], [[2, 4], [6, 8]], 10]
    assert dataset.element_spec == tf.TensorSpec(None, tf.int32)


def test_a_generator_is_called_anew_for_each_pass():
    made = []

    def generator():
        made.append(0)
        yield from range(3)

    dataset = Dataset.from_generator(generator, output_signature=tf.TensorSpec([], tf.int32))
    assert not made
    assert values(dataset.repeat(2)) == [0, 1, 2, 0, 1, 2]
    assert len(made) == 2


def test_only_what_is_asked_for_is_made():
    made = []

    def generator():
        for i in range(1000):
            made.append(i)
            yield i

    dataset = Dataset.from_generator(generator, output_signature=tf.TensorSpec([], tf.int32))
    assert values(dataset.map(lambda v: v + 1).batch(2).take(2)) == [[1, 2], [3, 4]]
    assert len(made) < 10


def test_variables_are_read_when_elements_are_made():
    scale = tf.Variable(2, dtype=tf.int64)
    dataset = Dataset.range(3).map(lambda v: v * scale)
    assert values(dataset) == [0, 2, 4]
    scale.assign(5)
    assert values(dataset) == [0, 5, 10]
    assert values(dataset.batch(3)) == [[0, 5, 10]]


def test_tapes_do_not_follow_datasets():
    weight = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        total = tf.constant(0.0)
        for v in Dataset.from_tensor_slices([1.0, 2.0]).map(lambda v: v * weight):
            total += v * weight
    assert tape.gradient(total, weight).numpy() == 9.0  # of the factor outside


def test_a_function_that_runs_for_few_elements_is_not_captured():
    datasets = Dataset.range(4).flat_map(lambda v: Dataset.range(2).map(lambda w: w + v))
    assert values(datasets) == [0, 1, 1, 2, 2, 3, 3, 4]


# ---- what is kept ----


def test_cache_makes_each_element_once():
    made = []

    def generator():
        for i in range(4):
            made.append(i)
            yield i

    dataset = Dataset.from_generator(generator, output_signature=tf.TensorSpec([], tf.int32)).cache()
    assert values(dataset.take(2)) == [0, 1]
    first = len(made)
    assert values(dataset) == [0, 1, 2, 3]
    assert values(dataset.shuffle(4).batch(4))[0] != []
    assert values(dataset) == [0, 1, 2, 3]
    assert len(made) == first + 4


def test_cache_keeps_an_order_drawn_once():
    dataset = Dataset.range(50).shuffle(50).cache()
    first = values(dataset)
    assert sorted(first) == list(range(50))
    assert first != list(range(50))
    assert values(dataset) == first
    assert np.concatenate(values(dataset.batch(7))).tolist() == first


def test_cache_is_whole_where_the_last_element_was_had_and_starts_again_where_not():
    # TensorFlow, as recorded: of six numbers after shuffle(10, seed=3)
    dataset = Dataset.range(6).shuffle(10, seed=3).cache()
    iterator = iter(dataset)
    assert [int(next(iterator)) for _ in range(2)] == [0, 1]
    assert values(dataset) == [0, 4, 1, 5, 3, 2]
    made = []
    numbers = Dataset.range(3).map(lambda v: tf.numpy_function(lambda n: made.append(n) or n, [v], tf.int64)).cache()
    iterator = iter(numbers)
    assert [int(next(iterator)) for _ in range(3)] == values(numbers) == made == [0, 1, 2]


def test_cache_in_files_is_read_by_another_dataset(tmp_path):
    path = str(tmp_path / "kept")
    made = []
    dataset = Dataset.range(3).map(lambda v: tf.numpy_function(lambda n: made.append(n) or n * 2, [v], tf.int64))
    assert values(dataset.cache(path)) == [0, 2, 4]
    broken = Dataset.range(3).map(lambda v: tf.numpy_function(lambda n: 1 // 0, [v], tf.int64))
    assert values(broken.cache(path)) == [0, 2, 4]
    assert made == [0, 1, 2]


def test_cache_in_files_is_whole_or_not_there(tmp_path):
    path = str(tmp_path / "kept")
    dataset = Dataset.range(5).cache(path)
    iterator = iter(dataset)
    next(iterator)
    with pytest.raises(tf.errors.AlreadyExistsError):
        next(iter(Dataset.range(5).cache(path)))
    del iterator
    gc.collect()
    assert not list(tmp_path.glob("*.index"))
    assert values(dataset) == [0, 1, 2, 3, 4]


# ---- random order ----


def test_without_a_seed_every_pass_is_different():
    dataset = Dataset.range(100).shuffle(100)
    passes = [tuple(values(dataset)) for _ in range(3)] + [tuple(np.concatenate(values(dataset.batch(9))).tolist())]
    assert len(set(passes)) == 4
    assert all(sorted(p) == list(range(100)) for p in passes)


def test_the_programs_seed_makes_datasets_repeat_themselves():
    def run():
        tf.random.set_seed(7)
        a, b = Dataset.range(30).shuffle(30), Dataset.range(30).shuffle(8)
        drawn = Dataset.sample_from_datasets([a, b])
        return values(a), values(b.batch(4)), values(a), values(drawn), values(Dataset.random().take(3))

    assert run() == run()


def test_every_element_is_as_likely_to_be_first():
    counts = np.zeros(5)
    dataset = Dataset.range(5).shuffle(5)
    for _ in range(600):
        counts[values(dataset.take(1))[0]] += 1
    assert counts.min() > 70


def test_rejection_resample_gives_what_tensorflow_gives(capfd):
    """What TensorFlow 2.21 gave, with and without a distribution that is known: sorted classes come mixed."""
    values = Dataset.from_tensor_slices((np.arange(300.0), np.repeat([0, 1], [270, 30])))
    tf.random.set_seed(1)
    known = values.rejection_resample(lambda v, c: c, [0.5, 0.5], [0.9, 0.1], seed=3)
    assert [int(v) for _, (v, _) in known.take(12)] == [0, 270, 271, 272, 1, 273, 2, 274, 275, 3, 4, 276]
    assert [int(c) for c, _ in known.take(12)] == [0, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1]
    assert "Proportion of examples rejected by sampler is high: [0.9][0.9 0.1][0 1]\n" in capfd.readouterr().err
    labels = np.tile([0, 0, 0, 1], 40)
    estimated = Dataset.from_tensor_slices(labels).rejection_resample(lambda c: c, [0.5, 0.5], seed=1)
    assert [int(c) for c, _ in estimated.take(16)] == [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0]


# ---- threads ----


def test_slow_functions_run_in_several_threads_in_order():
    names = set()

    def slow(v):
        names.add(threading.current_thread().name)
        time.sleep(0.01)
        return v * 2

    dataset = Dataset.range(12).map(lambda v: tf.py_function(slow, [v], tf.int64), num_parallel_calls=4)
    start = time.perf_counter()
    assert values(dataset) == list(range(0, 24, 2))
    assert len(names) > 2
    assert time.perf_counter() - start < 1.0


def test_fast_functions_stay_in_one_thread():
    mapped = ParallelMap(lambda v: v + 1, iter(range(100)), 4)
    assert list(mapped) == list(range(1, 101))
    assert mapped._pool is None


def test_errors_in_threads_come_in_turn_and_do_not_end_the_elements():
    def slow(v):
        time.sleep(0.002)
        if v == 5:
            raise tf.errors.UnknownError(None, None, "five")
        return v

    mapped = ParallelMap(slow, iter(range(8)), 3)
    assert [next(mapped) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(tf.errors.UnknownError, match="five"):
        next(mapped)
    assert list(mapped) == [6, 7]


def test_prefetch_makes_slow_elements_ahead_and_stops_when_nobody_wants_them():
    made = []

    def slow():
        for i in range(1000):
            time.sleep(0.003)
            made.append(i)
            yield i

    ahead = Prefetched(slow(), 3)
    assert [next(ahead) for _ in range(4)] == [0, 1, 2, 3]
    time.sleep(0.1)
    assert 5 < len(made) < 12
    del ahead
    gc.collect()
    time.sleep(0.15)
    count = len(made)
    time.sleep(0.05)
    assert len(made) == count


def test_prefetch_hands_errors_over():
    def failing():
        for i in range(4):
            time.sleep(0.003)
            yield i
        raise ValueError("the end")

    ahead = Prefetched(failing(), 2)
    assert [next(ahead) for _ in range(4)] == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="the end"):
        next(ahead)


def test_interleave_reads_slow_sources_together():
    def source(v):
        def generator(n):
            for i in range(6):
                time.sleep(0.01)
                yield n * 10 + i

        return Dataset.from_generator(generator, args=(v,), output_signature=tf.TensorSpec([], tf.int64))

    dataset = Dataset.range(4).interleave(source, cycle_length=4, num_parallel_calls=4)
    start = time.perf_counter()
    got = values(dataset)
    assert got[:8] == [0, 10, 20, 30, 1, 11, 21, 31]
    assert time.perf_counter() - start < 0.24


# ---- with the rest of the library ----


def test_pandas_columns_are_tensors():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0.5, 1.5]})
    got = list(Dataset.from_tensor_slices((dict(frame), frame.pop("c"))).as_numpy_iterator())
    assert got[1] == ({"a": 2, "b": b"y", "c": 1.5}, 1.5)
    assert values(Dataset.from_tensor_slices(frame[["a"]].values)) == [[1], [2]]


def test_images_are_read_and_labelled_by_their_paths(tmp_path):
    pytest.importorskip("PIL")
    for name in ("cat", "horse"):
        (tmp_path / name).mkdir()
        pixels = tf.fill([8, 6, 3], tf.constant(len(name) * 10, tf.uint8))
        tf.io.write_file(str(tmp_path / name / "0.png"), tf.io.encode_png(pixels))

    def load(path):
        image = tf.image.resize(tf.io.decode_png(tf.io.read_file(path), channels=3), [4, 4]) / 255.0
        return image, tf.strings.split(path, "/")[-2]

    dataset = Dataset.list_files(str(tmp_path / "*" / "*.png"), shuffle=False).map(load, num_parallel_calls=2)
    assert dataset.element_spec == (tf.TensorSpec([4, 4, 3], tf.float32), tf.TensorSpec([], tf.string))
    ((images, labels),) = dataset.batch(2).as_numpy_iterator()
    np.testing.assert_allclose(images.mean((1, 2, 3)), [30 / 255, 50 / 255], rtol=1e-6)
    assert labels.tolist() == [b"cat", b"horse"]
    decoded = (
        Dataset.list_files(str(tmp_path / "cat" / "*"), shuffle=False).map(tf.io.read_file).map(tf.io.decode_image)
    )
    assert next(iter(decoded)).shape == (8, 6, 3)


@pytest.mark.filterwarnings("ignore:Your input ran out of data")  # as Keras says, of an unknown number of batches
def test_keras_trains_on_a_dataset():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(64, 4)).astype("float32")
    labels = (features.sum(-1) > 0).astype("float32")
    dataset = Dataset.from_tensor_slices((features, labels)).shuffle(64).batch(16)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(dataset, epochs=2, validation_data=dataset.take(2), shuffle=False, verbose=0)
    assert set(history.history) == {"accuracy", "loss", "val_accuracy", "val_loss"}
    assert model.predict(dataset.map(lambda a, b: a), verbose=0).shape == (64, 1)
    assert len(model.evaluate(dataset.repeat(), steps=3, verbose=0)) == 2
    history = model.fit(dataset.repeat(), steps_per_epoch=5, epochs=2, shuffle=False, verbose=0)
    assert len(history.history["loss"]) == 2
    model.fit(dataset.filter(lambda a, b: True), epochs=1, shuffle=False, verbose=0)
    model.fit(Dataset.from_tensor_slices((features, labels, labels + 1)).batch(32), shuffle=False, verbose=0)


def test_checkpointed_iterators_go_on_where_they_were(tmp_path):
    dataset = Dataset.range(10).shuffle(10, seed=1, reshuffle_each_iteration=False)
    iterator = iter(dataset)
    first = [int(next(iterator)) for _ in range(4)]
    step = tf.Variable(4)
    path = tf.train.Checkpoint(step=step, iterator=iterator).save(str(tmp_path / "ckpt"))
    rest = [int(v) for v in iterator]
    again, step = iter(dataset), tf.Variable(0)
    tf.train.Checkpoint(step=step, iterator=again).restore(path)
    assert [int(v) for v in again] == rest
    assert sorted(first + rest) == list(range(10))
    assert step.numpy() == 4
    arrays = dataset.as_numpy_iterator()
    arrays.restore(tf.constant(4, tf.int64))
    assert [int(v) for v in arrays] == rest
    with pytest.raises(tf.errors.InvalidArgumentError, match="state of an iterator"):
        arrays.restore(tf.constant("state"))


def test_a_saved_dataset_that_is_damaged_is_an_error(tmp_path):
    path = str(tmp_path / "saved")
    Dataset.range(3).save(path)
    (shard,) = tmp_path.glob("saved/*/*/*.snapshot")
    shard.write_bytes(shard.read_bytes()[:-5])
    with pytest.raises(tf.errors.DataLossError):
        list(Dataset.load(path))
    (tmp_path / "saved" / "dataset_spec.pb").write_bytes(b"\xff\xff")
    with pytest.raises(tf.errors.DataLossError):
        Dataset.load(path)
    (tmp_path / "saved" / "snapshot.metadata").write_bytes(b"\xff")
    with pytest.raises(tf.errors.DataLossError):
        list(Dataset.load(path, element_spec=tf.TensorSpec([], tf.int64)))


def test_composite_elements_are_saved_and_loaded(tmp_path):
    path = str(tmp_path / "saved")
    ragged = Dataset.from_tensor_slices({"r": tf.ragged.constant([[[1], []], [[2, 3]]]), "n": [1, 2]})
    ragged.save(path)
    loaded = Dataset.load(path)
    assert loaded.element_spec == ragged.element_spec
    assert [e["r"].to_list() for e in loaded] == [[[1], []], [[2, 3]]]


def test_fingerprints_tell_datasets_apart():
    prints = [
        int(d.fingerprint())
        for d in (Dataset.range(3), Dataset.range(4), Dataset.range(3).batch(2), Dataset.from_tensor_slices([0, 1, 2]))
    ]
    assert len(set(prints)) == 4
    assert int(Dataset.range(3).fingerprint()) == prints[0]


def test_what_has_no_counterpart_is_refused_by_name():
    with pytest.raises(NotImplementedError, match="get_model_proto"):
        tf.data.experimental.get_model_proto(iter(Dataset.range(1)))
    with pytest.raises(NotImplementedError, match="make_saveable_from_iterator"):
        tf.data.experimental.make_saveable_from_iterator(iter(Dataset.range(1)))
    with pytest.raises(NotImplementedError, match="checkpoint_args"):
        Dataset.range(1).save("x", checkpoint_args={})


def test_debug_mode_runs_functions_as_python():
    from tfcompat.data._functions import DatasetFunction

    seen = []
    tf.data.experimental.enable_debug_mode()
    try:
        assert values(Dataset.range(2).map(lambda v: seen.append(v.numpy()) or v)) == [0, 1]
    finally:
        DatasetFunction.debug = False
    assert seen == [0, 1]


@pytest.mark.parametrize("cpus", [1, 2, 8])
def test_how_many_datasets_interleave_opens(cpus: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in TensorFlow 2.21 on a machine with so many CPUs."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(cpus)), raising=False)

    def order(**options: Any) -> list[int]:
        dataset = Dataset.range(5).interleave(lambda i: Dataset.range(10 * i, 10 * i + 3), **options)
        return [int(v) for v in dataset]

    assert order() == order(cycle_length=cpus)
    assert order(num_parallel_calls=tf.data.AUTOTUNE) == order(cycle_length=-(-cpus // 3))
    assert order(cycle_length=tf.data.AUTOTUNE, block_length=2) == order(cycle_length=cpus, block_length=2)
    with pytest.raises(tf.errors.InvalidArgumentError, match="`num_parallel_calls` is 4 and `cycle_length` is 2"):
        order(cycle_length=2, num_parallel_calls=4)


@pytest.mark.parametrize("cpus", [2, 6])
def test_files_that_are_read_at_a_time_where_that_is_left_open(
    cpus: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: range(cpus), raising=False)
    names = [str(tmp_path / name) for name in "ab"]
    for name in names:
        with open(name, "w") as file:
            file.write(f"{name[-1]}1\n{name[-1]}2\n")
    lines = tf.data.TextLineDataset(names, num_parallel_reads=tf.data.AUTOTUNE)
    in_turn = [b"a1", b"b1", b"a2", b"b2"] if cpus == 6 else [b"a1", b"a2", b"b1", b"b2"]
    assert list(lines.as_numpy_iterator()) == in_turn
