"""Files of every format, damaged at random, for tests that reading them ends in an error that says so.

    python tests/damage.py 1000 [FORMAT ...]     damages each format's files a thousand times

Whatever is done to a file, reading it gives what it held, or an error of a class in `ERRORS`, soon and in little
memory. Where the format has checksums it never gives other values.
"""

import collections
import functools
import os
import pathlib
import random
import resource
import shutil
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

import tfcompat as tf
from tfcompat import convert
from tfcompat._formats import tfrecord
from tfcompat._formats.weights import sources

ERRORS = (ValueError, OSError, tf.errors.OpError, NotImplementedError)
_TENSORFLOWS = (
    "record at",
    "inflate()",
    "not found in checkpoint",
    "tensor_name = ",
)  # tell no file
SECONDS, MIB = 5.0, 500.0  # the most that reading a small damaged file may take


class Format(NamedTuple):
    """How to write files of a format into a folder, and to read their values.

    checked: whether it has checksums. growing: whether one that is cut short may be one that is still written.
    open_ended: whether what is wrong with a program in it is told as such.
    """

    write: Callable[[pathlib.Path], Any]
    read: Callable[[pathlib.Path], list[Any]]
    checked: bool = False
    open_ended: bool = False
    growing: bool = False


# ---- what is written ----


def _model() -> Any:
    tf.keras.utils.set_random_seed(1)
    model = tf.keras.Sequential(
        [
            tf.keras.Input((3,)),
            tf.keras.layers.Dense(4, activation="relu"),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.Dense(2),
        ]
    )
    model.compile("adam", "mse")
    model.fit(np.ones((4, 3), "float32"), np.ones((4, 2), "float32"), verbose=0)
    return model


_used_model = functools.cache(_model)


def _weights(model: Any) -> list[Any]:
    return [np.asarray(w) for w in model.get_weights()]


def _variables() -> Any:
    rng = np.random.default_rng(0)
    parts = {f"v{i}": tf.Variable(rng.normal(size=(i + 1, 3)).astype("float32")) for i in range(4)}
    return tf.train.Checkpoint(**parts, word=tf.Variable("a word"), half=tf.Variable(tf.cast([1.0, 2.0], tf.bfloat16)))


def _checkpoint_values(folder: pathlib.Path) -> list[Any]:
    reader = tf.train.load_checkpoint(str(folder / "c"))
    values = [np.asarray(reader.get_tensor(name)) for name in sorted(reader.get_variable_to_shape_map())]
    new = _variables()
    new.read(str(folder / "c")).expect_partial()
    return [*values, *(np.asarray(v.numpy()) for v in (new.v0, new.v3, new.word, new.half))]


def _convert(name: str, *options: str) -> Callable[[pathlib.Path], Any]:
    def write(folder: pathlib.Path) -> None:
        source = folder / "source" / "c"
        parts = _variables()
        del parts.word, parts.half
        parts.write(str(source), tf.train.CheckpointOptions(format="tf"))
        assert convert.main([str(source), str(folder / name), "--quiet", *options]) == 0
        shutil.rmtree(folder / "source")

    return write


def _opened(name: str) -> Callable[[pathlib.Path], list[Any]]:
    def read(folder: pathlib.Path) -> list[Any]:
        with sources.opened(folder / name) as source:
            return [source.tensors[key].read() for key in sorted(source.tensors)]

    return read


def _loaded_weights(name: str) -> Callable[[pathlib.Path], list[Any]]:
    def read(folder: pathlib.Path) -> list[Any]:
        model = _used_model()
        model.set_weights([w * 0 for w in model.get_weights()])
        model.load_weights(folder / name)
        return _weights(model)

    return read


class _Module(tf.Module):
    def __init__(self) -> None:
        super().__init__()
        self.w = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
        self.parts = [tf.Variable(5.0), {"inner": tf.Variable([6])}]

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def __call__(self, x: Any) -> Any:
        return tf.matmul(x, self.w) + tf.constant([[0.5, 0.25]])


def _saved_model(folder: pathlib.Path) -> list[Any]:
    loaded: Any = tf.saved_model.load(str(folder / "m"))
    results = loaded(tf.ones([1, 2])), loaded.w, loaded.parts[0], loaded.parts[1]["inner"]
    return [np.asarray(each.numpy()) for each in results]


def _records(compression: str) -> Format:
    def write(folder: pathlib.Path) -> None:
        with tfrecord.RecordWriter(folder / "r", compression) as writer:
            for i in range(20):
                writer.write(bytes([i]) * (10 * i))

    def read(folder: pathlib.Path) -> list[Any]:
        data = tf.data.TFRecordDataset(str(folder / "r"), compression_type=compression)
        return [np.asarray(record.numpy()) for record in data]

    return Format(write, read, True, growing=True)


def _save_slices(folder: pathlib.Path) -> None:
    values = {f"v{i}": tf.reshape(tf.range(3.0 * i + 3), [i + 1, 3]) for i in range(4)}
    tf.raw_ops.Save(filename=str(folder / "c"), tensor_names=[*values], data=[*values.values()])


def _slices(folder: pathlib.Path) -> list[Any]:
    reader = tf.train.load_checkpoint(str(folder / "c"))
    return [np.asarray(reader.get_tensor(name)) for name in sorted(reader.get_variable_to_shape_map())]


def _save_meta_graph(folder: pathlib.Path) -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session():
        x = tf.compat.v1.placeholder(tf.float32, [2], name="x")
        tf.identity(tf.nn.softmax(x * 2.0 + [0.5, 0.25]), name="y")
        tf.compat.v1.train.export_meta_graph(str(folder / "g.meta"))


def _meta_graph(folder: pathlib.Path) -> list[Any]:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.compat.v1.train.import_meta_graph(str(folder / "g.meta"))
        return [session.run("y:0", {"x:0": [1.0, 2.0]})]


FORMATS: dict[str, Format] = {
    "bundle": Format(
        lambda folder: _variables().write(str(folder / "c"), tf.train.CheckpointOptions(format="tf")),
        _checkpoint_values,
        True,
    ),
    "checkpoint": Format(lambda folder: _variables().write(str(folder / "c")), _checkpoint_values),
    "safetensors": Format(_convert("t.safetensors"), _opened("t.safetensors")),
    "sharded": Format(_convert("t.safetensors", "--shard-size", "50"), _opened("t.safetensors.index.json")),
    "npz": Format(_convert("t.npz"), _opened("t.npz"), True),
    "torch": Format(_convert("t.pt"), _opened("t.pt"), True),
    "hdf5": Format(_convert("t.h5"), _opened("t.h5")),
    "h5_model": Format(
        lambda folder: _model().save(folder / "m.h5"),
        lambda folder: _weights(tf.keras.models.load_model(folder / "m.h5")),
        open_ended=True,
    ),
    "h5_weights": Format(lambda folder: _model().save_weights(folder / "w.h5"), _loaded_weights("w.h5")),
    "weights_h5": Format(
        lambda folder: _model().save_weights(folder / "w.weights.h5"), _loaded_weights("w.weights.h5")
    ),
    "keras": Format(
        lambda folder: _model().save(folder / "m.keras"),
        lambda folder: _weights(tf.keras.models.load_model(folder / "m.keras")),
        True,
    ),
    "keras_converted": Format(lambda folder: _model().save(folder / "m.keras"), _opened("m.keras"), True),
    "saved_model": Format(lambda folder: tf.saved_model.save(_Module(), str(folder / "m")), _saved_model, True),
    "tensor_slices": Format(_save_slices, _slices, True),
    "meta_graph": Format(_save_meta_graph, _meta_graph, open_ended=True),
    "tfrecord": _records(""),
    "tfrecord_gzip": _records("GZIP"),
}


# ---- damaging it ----


class Wrong(NamedTuple):
    """What went wrong where a file was damaged, and how."""

    what: str
    damage: str


def damaged(rng: random.Random, data: bytes) -> tuple[bytes, str]:
    """The content of a file cut short, or with one to three bytes that are others; and what was done, in words."""
    if rng.random() < 0.4 or not data:
        size = rng.choice([rng.randrange(len(data) + 1), max(0, len(data) - rng.randrange(1, 40))])
        return data[:size], f"cut to {size} of {len(data)}"
    changed = bytearray(data)
    places = [rng.randrange(len(data)) for _ in range(rng.choice([1, 1, 2, 3]))]
    for place in places:
        changed[place] = rng.choice([0, 255, changed[place] ^ (1 << rng.randrange(8)), rng.randrange(256)])
    return bytes(changed), f"bytes {[(place, data[place], changed[place]) for place in places]}"


def failures(name: str, folder: pathlib.Path, count: int, seed: int = 0) -> Iterator[Wrong | str]:
    """Damages the files of a format `count` times; yields a Wrong where that went wrong, else what reading came to."""
    form = FORMATS[name]
    whole = folder / "whole"
    whole.mkdir(parents=True)
    form.write(whole)
    expected = form.read(whole)
    files = sorted(path.relative_to(whole) for path in whole.rglob("*") if path.is_file())
    files = [path for path in files if (whole / path).stat().st_size]
    rng = random.Random(f"{name} {seed}")
    copy = folder / "copy"
    shutil.copytree(whole, copy)
    for _ in range(count):
        path = rng.choice(files)
        original = (whole / path).read_bytes()
        data, damage = damaged(rng, original)
        if data == original:
            continue
        (copy / path).write_bytes(data)
        yield _outcome(form, copy, expected, f"{path}: {damage}", path.name)
        (copy / path).write_bytes(original)


def _outcome(form: Format, folder: pathlib.Path, expected: list[Any], damage: str, file: str) -> Wrong | str:
    memory, start = _peak(), time.monotonic()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = form.read(folder)
    except (*ERRORS, TypeError) as error:
        outcome = type(error).__name__
        names_it = any(part in str(error) for part in (str(folder), file, *_TENSORFLOWS))
        if isinstance(error, UnicodeError) or not (names_it or (isinstance(error, ERRORS) and form.open_ended)):
            return Wrong(f"{outcome} names no file: {error}", damage)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return Wrong(
            f"{type(error).__name__}: {error}\n{''.join(traceback.format_tb(error.__traceback__)[-6:])}", damage
        )
    else:
        outcome = "same values" if _equal(values, expected) else "other values"
        prefix = len(values) < len(expected) and _equal(values, expected[: len(values)])  # of a log that still grows
        if form.checked and outcome == "other values" and not (form.growing and prefix):
            return Wrong("wrong values", damage)
    if time.monotonic() - start > SECONDS:
        return Wrong(f"took {time.monotonic() - start:.1f} s", damage)
    if _peak() - memory > MIB:
        return Wrong(f"took {_peak() - memory:.0f} MiB", damage)
    return outcome


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _equal(values: list[Any], expected: list[Any]) -> bool:
    return len(values) == len(expected) and all(
        one.dtype == other.dtype and one.shape == other.shape and one.tolist() == other.tolist()
        for one, other in zip(values, expected)
    )


def main(count: int, names: list[str]) -> None:
    """Prints what reading came to, for each format, and what went wrong; a process for each, which may crash."""
    import tempfile

    for name in names or list(FORMATS):
        child = os.fork()
        if child:
            _, status = os.waitpid(child, 0)
            if status:
                print(f"{name}: the process ended with status {status}", flush=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = list(failures(name, pathlib.Path(folder), count))
        wrong = [each for each in found if isinstance(each, Wrong)]
        told = collections.Counter(each for each in found if isinstance(each, str))
        print(f"{name}: {len(found)} damaged, {len(wrong)} wrong; {dict(told.most_common())}", flush=True)
        kinds = collections.Counter(each.what for each in wrong)
        for what, times in kinds.most_common(12):
            example = next(each.damage for each in wrong if each.what == what)
            print(f"  {times} x {what}\n    {example}", flush=True)
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
