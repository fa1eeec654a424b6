"""What `scripts/benchmark.py --checkpoints` times: saving and restoring a gigabyte, against safetensors and TensorFlow.

A system's acts run in a process of its own, and those that are compared take turns, as what else the machine does
changes. Told are the best time, the least of the processor's time, and by how much the process's memory grew at its
peak over what the program held before. Pages of a file that is mapped into memory count, as they are the process's;
those of the system's cache do not. Files are in that cache when they are read.

tfcompat writes a file beside the old one, has it on disk (fsync), and renames it; safetensors' save_file and
TensorFlow leave it in the system's cache. So save_file is timed alone and followed by fsync too. Its load_file only
maps the file, and reads nothing: what is compared is load_file and the copy into the program's own tensors, as
torch's load_state_dict makes it, and load_file(backend="pread"), which reads into new ones.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

WIDE, SMALL, LAYERS = (4096, 4096), (128, 128), 15
SYSTEMS = {"safetensors": "torch", "tfcompat": "tfcompat", "tensorflow": "tensorflow"}
Goal = tuple[str, str, float]
Act = tuple[str, str, Goal | None]
# (act, system, what it is held against: (system, act, at most that many times))
ACTS: list[Act] = [
    ("save_file", "safetensors", None),
    ("save_file, fsync", "safetensors", None),
    ("Checkpoint.write", "tfcompat", ("safetensors", "save_file, fsync", 1.2)),
    ("save_weights", "tfcompat", ("safetensors", "save_file, fsync", 1.2)),
    ("load_file", "safetensors", None),
    ("load_file, pread", "safetensors", None),
    ("load_file, copy", "safetensors", None),
    ("Checkpoint.read", "tfcompat", ("safetensors", "load_file, copy", 1.2)),
    ("load_weights", "tfcompat", ("safetensors", "load_file, copy", 1.2)),
    ("write bundle", "tensorflow", None),
    ("write bundle, fsync", "tensorflow", None),
    ("write bundle", "tfcompat", ("tensorflow", "write bundle, fsync", 1.0)),
    ("read bundle", "tensorflow", None),
    ("read bundle", "tfcompat", ("tensorflow", "read bundle", 1.0)),
]


_WRITTEN_BY = {
    "load_file": "save_file",
    "Checkpoint.read": "Checkpoint.write",
    "load_weights": "save_weights",
    "read bundle": "write bundle",
}


def arrays(scale: float) -> dict[str, np.ndarray]:
    """A gigabyte of weights, times `scale`, most of it in large ones; half of the tensors and more are small."""
    rng = np.random.default_rng(0)
    count = max(1, round(LAYERS * scale))
    wide = {f"wide{i}": rng.random(WIDE, np.float32) for i in range(count)}
    return {**wide, **{f"small{i}": rng.random(SMALL, np.float32) for i in range(64 * count)}}


# ---- the acts ----


def _sync(path: str | os.PathLike[str]) -> None:
    with open(path, "rb") as file:
        os.fsync(file.fileno())


def safetensors_acts(folder: str, scale: float) -> dict[str, Callable[[], Any]]:
    """What the safetensors library does with torch's tensors."""
    import torch
    from safetensors.torch import load_file, save_file

    # In torch's own memory, as numpy's may lie in larger pages, which are faster.
    held = {name: torch.from_numpy(array).clone() for name, array in arrays(scale).items()}
    path = os.path.join(folder, "library.safetensors")

    def save_and_sync() -> None:
        save_file(held, path)
        _sync(path)

    def copy() -> None:
        for name, tensor in load_file(path).items():
            held[name].copy_(tensor)

    return {
        "save_file": lambda: save_file(held, path),
        "save_file, fsync": save_and_sync,
        "load_file": lambda: load_file(path),
        "load_file, pread": lambda: load_file(path, backend="pread"),
        "load_file, copy": copy,
    }


def checkpoint_acts(tf: Any, folder: str, scale: float, name: str) -> dict[str, Callable[[], Any]]:
    """What tf.train.Checkpoint does, and in tfcompat save_weights and load_weights."""
    variables = {key: tf.Variable(array) for key, array in arrays(scale).items()}
    checkpoint = tf.train.Checkpoint(**variables)
    prefix = os.path.join(folder, f"{name}_bundle")
    if name == "tensorflow":

        def write_and_sync() -> None:
            checkpoint.write(prefix)
            for path in Path(folder).glob(f"{name}_bundle.*"):
                _sync(path)

        return {
            "write bundle": lambda: checkpoint.write(prefix),
            "write bundle, fsync": write_and_sync,
            "read bundle": lambda: checkpoint.read(prefix).assert_consumed(),
        }
    single, bundle = os.path.join(folder, "checkpoint"), tf.train.CheckpointOptions(format="tf")
    weights = os.path.join(folder, "weights.safetensors")
    return {
        "Checkpoint.write": lambda: checkpoint.write(single),
        "Checkpoint.read": lambda: checkpoint.read(single).assert_consumed(),
        "save_weights": lambda: Model.of(variables).save_weights(weights),
        "load_weights": lambda: Model.of(variables).load_weights(weights),
        "write bundle": lambda: checkpoint.write(prefix, bundle),
        "read bundle": lambda: checkpoint.read(prefix).assert_consumed(),
    }


class Model:
    """A Keras model with the given variables as weights."""

    _made: Any = None

    @classmethod
    def of(cls, variables: dict[str, Any]) -> Any:
        """The model, made once; its weights take the variables' memory."""
        if cls._made is None:
            from tfcompat import keras

            class Weights(keras.layers.Layer):
                def build(self, shape: Any) -> None:
                    for name in list(variables):
                        value = variables[name]
                        self.add_weight(shape=value.shape, name=name, initializer="zeros").assign(value)

                def call(self, x: Any) -> Any:
                    return x

            cls._made = keras.Sequential([keras.Input((1,)), Weights()])
        return cls._made


# ---- one system's process ----


def worker(system: str, folder: str, scale: float) -> None:
    """Does the acts that are asked for, a line each, and prints [seconds, processor's seconds, MiB over what was held].

    Before the first time a file of its own is written that an act reads.
    """
    answer = os.dup(1)
    os.dup2(2, 1)
    if system == "safetensors":
        acts = safetensors_acts(folder, scale)
    else:
        acts = checkpoint_acts(__import__(SYSTEMS[system]), folder, scale, system)
    written = set()
    for act in map(str.strip, sys.stdin):
        first = _WRITTEN_BY.get(act.split(",")[0], act if act == "save_weights" else None)
        if first is not None and first not in written:
            acts[first]()  # writes what is to be read; save_weights makes its model
        written.add(first or act)
        held = _forget_peak()
        wall, cpu = time.perf_counter(), time.process_time()
        kept = acts[act]()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        del kept
        os.write(answer, (json.dumps([wall, cpu, _peak() - held]) + "\n").encode())


def _forget_peak() -> float:
    """Starts the peak of this process's memory anew, where the system can; the memory in MiB."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return _status("VmRSS")


def _peak() -> float:
    return _status("VmHWM") if os.path.exists("/proc/self/status") else _forget_peak()


def _status(field: str) -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return float(line.split()[1]) / 1024


# ---- the table ----


def print_table(pythons: dict[str, str], rounds: int, scale: float, directory: str | None, only: Sequence[str]) -> None:
    """Has every act done for which there is a Python, and prints times, ratios and peaks."""
    size = sum(array.nbytes for array in arrays(scale).values()) / 2**20
    print(f"{size:.0f} MiB of weights: wall time, processor's time, and peak memory over what the program held")
    pythons = {s: pythons["tensorflow" if s == "tensorflow" else "tfcompat"] for s in SYSTEMS}
    acts = [a for a in ACTS if pythons[a[1]] and (not only or a[0].split(",")[0] in only)]
    with tempfile.TemporaryDirectory(dir=directory) as folder:
        processes = {s: _start(pythons[s], s, folder, scale) for s in SYSTEMS if any(a[1] == s for a in acts)}
        for group in _compared(acts):
            runs = [[_ask(processes[system], act) for act, system, _ in group] for _ in range(rounds)]
            best = [tuple(pick(each) for pick, each in zip((min, min, max), zip(*times))) for times in zip(*runs)]
            done = {(system, act): times for (act, system, _), times in zip(group, best)}
            for each in group:
                print(_line(*each, done), flush=True)
        for process in processes.values():
            process.kill()


def _compared(acts: Sequence[Act]) -> list[list[Act]]:
    """The acts in groups, each with all that one of it is held against; a group writes, or reads, one kind of file."""
    groups: dict[tuple[bool, bool], list[Act]] = {}
    for act in acts:
        groups.setdefault(("bundle" in act[0], "read" in act[0] or "load" in act[0]), []).append(act)
    return list(groups.values())


def _start(python: str, system: str, folder: str, scale: float) -> subprocess.Popen[str]:
    env = dict(os.environ, PYTHONPATH=str(Path(__file__).resolve().parents[1]), TF_CPP_MIN_LOG_LEVEL="3")
    command = [python, __file__, system, folder, str(scale)]
    return subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def _ask(process: subprocess.Popen[str], act: str) -> list[float]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(act + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def _line(act: str, system: str, goal: Goal | None, done: dict[tuple[str, str], tuple[float, ...]]) -> str:
    wall, cpu, peak = done[system, act]
    line = f"{act:<20}{system:<12}{wall:>8.2f} s{cpu:>8.2f} s{peak:>8.0f} MiB"
    if goal is None or goal[:2] not in done:
        return line
    other = done[goal[0], goal[1]]
    reached = "reached" if wall <= goal[2] * other[0] else "missed"
    return (
        f"{line}{wall / other[0]:>8.2f}x{cpu / other[1]:>8.2f}x of {goal[0]}'s {goal[1]}, at most {goal[2]}x: {reached}"
    )


if __name__ == "__main__":
    worker(sys.argv[1], sys.argv[2], float(sys.argv[3]))
