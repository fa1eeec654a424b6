"""Processes that are killed while they save, for tests that nothing is lost: the old file or the new one is whole.

    python -m tests.kills 100 [CASE ...]     kills a process of each case a hundred times

A process saves values that are all 1, then all 2, and so on, over and over to the same place, and notes in shared
memory which it began and which it finished. It is killed at a random moment. What is there then must be read as
values that are all the same: no older than the last that was finished, no newer than the last that was begun.
"""

import mmap
import os
import pathlib
import random
import signal
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import tfcompat as tf
from tfcompat import convert
from tfcompat._formats.weights import sources

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZE = 20_000


class Case(NamedTuple):
    """What saves a number's values in a folder, and what reads them."""

    save: Callable[[pathlib.Path, int], Any]
    read: Callable[[pathlib.Path], list[Any]]


def _checkpoint(number: int) -> Any:
    return tf.train.Checkpoint(**{f"v{i}": tf.Variable(tf.fill([SIZE], float(number))) for i in range(3)})


def _restored(prefix: Any) -> list[Any]:
    checkpoint = _checkpoint(-1)
    checkpoint.read(str(prefix)).expect_partial()
    return [checkpoint.v0.numpy(), checkpoint.v1.numpy(), checkpoint.v2.numpy()]


def _written(format: str) -> Case:
    def save(folder: pathlib.Path, number: int) -> None:
        _checkpoint(number).write(str(folder / "c"), tf.train.CheckpointOptions(format=format))

    return Case(save, lambda folder: _restored(folder / "c"))


def _managed(format: str) -> Case:
    def save(folder: pathlib.Path, number: int) -> None:
        manager = tf.train.CheckpointManager(_checkpoint(number), str(folder / "m"), max_to_keep=2)
        manager.save(number, options=tf.train.CheckpointOptions(format=format))

    def read(folder: pathlib.Path) -> list[Any]:
        told = tf.train.get_checkpoint_state(str(folder / "m")).all_model_checkpoint_paths
        others = [_restored(path) for path in told]  # all that the directory tells of are whole
        assert all(np.ptp(values) == 0 for each in others for values in each)
        return _restored(tf.train.latest_checkpoint(str(folder / "m")))

    return Case(save, read)


def _model(number: int) -> Any:
    model = tf.keras.Sequential([tf.keras.Input((300,)), tf.keras.layers.Dense(200), tf.keras.layers.Dense(100)])
    model.set_weights([np.full(w.shape, number, "float32") for w in model.get_weights()])
    return model


def _whole_model(name: str) -> Case:
    return Case(
        lambda folder, n: _model(n).save(folder / name),
        lambda folder: tf.keras.models.load_model(folder / name).get_weights(),
    )


def _model_weights(name: str) -> Case:
    def read(folder: pathlib.Path) -> list[Any]:
        model = _model(-1)
        model.load_weights(folder / name)
        return model.get_weights()

    return Case(lambda folder, n: _model(n).save_weights(folder / name), read)


def _saved_model(number: int) -> Any:
    module = tf.Module()
    # Every second one has another structure.
    module.parts = [tf.Variable(tf.fill([SIZE], float(number))) for _ in range(2 + number % 2)]
    module.f = tf.function(lambda x: x + module.parts[0], input_signature=[tf.TensorSpec([], tf.float32)])
    return module


def _read_saved_model(folder: pathlib.Path) -> list[Any]:
    loaded: Any = tf.saved_model.load(str(folder / "s"))
    return [part.numpy() for part in loaded.parts] + [loaded.f(tf.constant(0.0)).numpy()]


def _converted(name: str, *options: str, read: str = "") -> Case:
    def save(folder: pathlib.Path, number: int) -> None:
        source = folder / f"source{number % 2}.npz"
        np.savez(source, **{f"t{i}": np.full(SIZE, number, "float32") for i in range(3)})
        assert convert.main([str(source), str(folder / name), "--quiet", *options]) == 0

    def values(folder: pathlib.Path) -> list[Any]:
        with sources.opened(folder / (read or name)) as source:
            return [tensor.read() for tensor in source.tensors.values()]

    return Case(save, values)


CASES: dict[str, Case] = {
    "checkpoint": _written("safetensors"),
    "bundle": _written("tf"),
    "manager": _managed("safetensors"),
    "manager_bundle": _managed("tf"),
    "keras": _whole_model("m.keras"),
    "h5": _whole_model("m.h5"),
    "weights_h5": _model_weights("w.weights.h5"),
    "h5_weights": _model_weights("w.h5"),
    "safetensors": _model_weights("w.safetensors"),
    "prefix": _model_weights("w"),
    "saved_model": Case(lambda folder, n: tf.saved_model.save(_saved_model(n), str(folder / "s")), _read_saved_model),
    "convert": _converted("t.safetensors"),
    "convert_sharded": _converted("t.safetensors", "--shard-size", "100KB", read="t.safetensors.index.json"),
    "convert_bundle": _converted("t.index"),
    "convert_h5": _converted("t.h5"),
    "convert_torch": _converted("t.pt"),
    "convert_npz": _converted("t.npz"),
}


def losses(name: str, folder: pathlib.Path, kills: int, seed: int = 0) -> tuple[list[str], int]:
    """Kills a process `kills` times while it saves; what was lost, in words, and how many died within a save."""
    case, rng = CASES[name], random.Random(f"{name} {seed}")
    shared = mmap.mmap(-1, 16)  # the number that was begun last, and that was finished last
    folder.mkdir(parents=True, exist_ok=True)
    once = 0.0
    for first in (1, 2):  # the first save takes longer than others
        start = time.monotonic()
        case.save(folder, first)
        once = time.monotonic() - start
    number, wrong, within = 2, [], 0
    for _ in range(kills):
        struct.pack_into("qq", shared, 0, number, number)
        child = os.fork()
        if not child:
            _save_on(case, folder, number, shared)
        time.sleep(rng.random() * 3 * once)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        begun, finished = struct.unpack_from("qq", shared)
        within += begun > finished
        try:
            values = case.read(folder)
            found = {float(v) for array in values for v in (np.min(array), np.max(array))}
        except Exception as error:
            wrong.append(f"after {finished}, in {begun}: {type(error).__name__}: {error}")
            number = begun
            case.save(folder, number)
        else:
            if len(found) != 1 or not finished <= min(found) <= begun:
                wrong.append(f"after {finished}, in {begun}: the values are {sorted(found)}")
            number = int(max(found))
    return wrong, within


def _save_on(case: Case, folder: pathlib.Path, number: int, shared: mmap.mmap) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    try:
        while True:
            number += 1
            struct.pack_into("q", shared, 0, number)
            case.save(folder, number)
            struct.pack_into("q", shared, 8, number)
    finally:
        os._exit(1)


def main(kills: int, names: list[str]) -> int:
    """Prints what was lost, case by case; 1 where anything was."""
    lost = 0
    for name in names or CASES:
        with tempfile.TemporaryDirectory() as folder:
            wrong, within = losses(name, pathlib.Path(folder), kills)
        lost += len(wrong)
        told = f"{name}: {kills} killed, {within} of them within a save, {len(wrong)} lost"
        print(told, *wrong[:5], sep="\n  ", flush=True)
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
