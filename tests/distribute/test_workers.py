"""MultiWorkerMirroredStrategy in two processes, whose output under the real TensorFlow lies recorded.

Recorded anew by ``TFCOMPAT_ORACLE_PYTHON=... python -m tests.distribute.test_workers``.
"""

from __future__ import annotations

import json
import os
import pathlib
import socket
import subprocess
import sys

import pytest

import tfcompat as tf
from tests.keras.transcripts import differs
from tests.programs import ROOT

PROGRAM = pathlib.Path(__file__).with_name("workers") / "program.py"
RECORD = PROGRAM.with_suffix(".json")


def cluster() -> list[str]:
    """The addresses of two workers on ports that are free."""
    found = [socket.create_server(("localhost", 0)) for _ in range(2)]
    addresses = [f"localhost:{each.getsockname()[1]}" for each in found]
    for each in found:
        each.close()
    return addresses


def config(addresses: list[str], index: int) -> str:
    return json.dumps({"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}})


def run_workers(command: list[str], folder: pathlib.Path, **environment: str) -> list[str]:
    """What each of two workers prints, processes that run `command`; the failure of one is the test's."""
    addresses = cluster()
    started = [
        subprocess.Popen(
            command,
            env={
                **os.environ,
                "OMP_NUM_THREADS": "1",
                **environment,
                "TF_CONFIG": config(addresses, i),
                "FOLDER": str(folder),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for i in range(2)
    ]
    try:
        outputs = [process.communicate(timeout=300) for process in started]
    finally:
        for process in started:
            process.kill()
    for process, (_, told) in zip(started, outputs):
        assert process.returncode == 0, told[-3000:]
    return [printed for printed, _ in outputs]


def run_tensorflow(folder: pathlib.Path) -> list[str]:
    """What two workers of the real TensorFlow print, with Keras 2, as Keras 3 trains in one process alone."""
    return run_workers(
        [os.environ["TFCOMPAT_ORACLE_PYTHON"], str(PROGRAM)],
        folder,
        TF_CPP_MIN_LOG_LEVEL="3",
        TF_ENABLE_ONEDNN_OPTS="0",
        CUDA_VISIBLE_DEVICES="",
        PYTHONPATH="",
        TF_USE_LEGACY_KERAS="1",
    )


def recorded() -> list[str]:
    return json.loads(RECORD.read_text(encoding="utf-8"))


def check(got: list[str], want: list[str]) -> None:
    for i in range(2):
        assert not differs(got[i], want[i]), f"worker {i} printed\n{got[i]}\nand in TensorFlow\n{want[i]}"


def test_two_workers_print_what_tensorflow_recorded(tmp_path) -> None:
    printed = run_workers([sys.executable, "-m", "tfcompat", str(PROGRAM)], tmp_path, PYTHONPATH=str(ROOT))
    check(printed, recorded())


@pytest.mark.oracle
def test_tensorflow_prints_what_is_recorded(tmp_path) -> None:
    check(run_tensorflow(tmp_path), recorded())


def test_a_worker_whose_others_are_gone_says_so(tmp_path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import sys, tensorflow as tf\n"
        "strategy = tf.distribute.MultiWorkerMirroredStrategy()\n"
        "if strategy.cluster_resolver.task_id == 1:\n"
        "    sys.exit()\n"
        "try:\n"
        "    for _ in range(100):\n"
        "        strategy.reduce('SUM', tf.constant(1.0), axis=None)\n"
        "except tf.errors.UnavailableError as error:\n"
        "    print('gone')\n",
        encoding="utf-8",
    )
    printed = run_workers([sys.executable, "-m", "tfcompat", str(program)], tmp_path, PYTHONPATH=str(ROOT))
    assert printed == ["gone\n", ""]


def test_workers_that_are_not_there_are_waited_for_as_long_as_told(monkeypatch) -> None:
    monkeypatch.setenv("TF_CONFIG", config(cluster(), 1))
    options = tf.distribute.experimental.CommunicationOptions(timeout_seconds=0.2)
    with pytest.raises(tf.errors.UnavailableError, match="can't be connected"):
        tf.distribute.MultiWorkerMirroredStrategy(communication_options=options)


@pytest.mark.parametrize("task", [{}, {"type": "worker"}, {"index": 0}])
def test_a_worker_must_know_which_it_is(task, monkeypatch) -> None:
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": {"worker": ["a:1", "b:1"]}, "task": task}))
    with pytest.raises(ValueError, match="you must also specify `task_type` and `task_id`"):
        tf.distribute.MultiWorkerMirroredStrategy()


def test_a_task_that_the_cluster_lacks_is_refused(monkeypatch) -> None:
    monkeypatch.setenv("TF_CONFIG", config(["a:1", "b:1"], 2))
    with pytest.raises(ValueError, match="worker:2"):
        tf.distribute.MultiWorkerMirroredStrategy()


def test_an_evaluator_is_alone(monkeypatch) -> None:
    cluster = {"worker": ["a:1", "b:1"], "evaluator": ["c:1"]}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": {"type": "evaluator", "index": 0}}))
    assert tf.distribute.MultiWorkerMirroredStrategy().num_replicas_in_sync == 1


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        RECORD.write_text(json.dumps(run_tensorflow(pathlib.Path(folder)), indent=0) + "\n", encoding="utf-8")
