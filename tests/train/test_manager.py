"""tf.train.CheckpointManager and the file "checkpoint": rotation, intervals, taking up earlier runs."""

import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import time

import pytest

import tfcompat as tf
from tfcompat.train.checkpoint_state import update_checkpoint_state


def _names(directory: pathlib.Path) -> list[str]:
    return sorted(p.name for p in directory.iterdir())


def test_rotation_and_interval(tmp_path: pathlib.Path) -> None:
    step = tf.Variable(0)
    called = []
    manager = tf.train.CheckpointManager(
        tf.train.Checkpoint(step=step), tmp_path, 2, step_counter=step, checkpoint_interval=2,
        init_fn=lambda: called.append(1),
    )  # fmt: skip
    assert manager.restore_or_initialize() is None
    assert called == [1]
    saved = []
    for _ in range(7):
        step.assign_add(1)
        saved.append(manager.save())
    prefix = str(tmp_path / "ckpt-")
    assert saved == [f"{prefix}1", None, f"{prefix}2", None, f"{prefix}3", None, f"{prefix}4"]
    assert _names(tmp_path) == ["checkpoint", "ckpt-3.safetensors", "ckpt-4.safetensors"]
    assert manager.checkpoints == [f"{prefix}3", f"{prefix}4"]
    assert manager.latest_checkpoint == tf.train.latest_checkpoint(tmp_path) == f"{prefix}4"
    assert manager.save(check_interval=False) is None  # the same step again
    step.assign_add(1)
    assert manager.save(checkpoint_number=50, check_interval=False) == f"{prefix}50"
    assert (manager.directory, manager.checkpoint_interval) == (str(tmp_path), 2)


def test_taking_up_an_earlier_run(tmp_path: pathlib.Path) -> None:
    v = tf.Variable(0)
    checkpoint = tf.train.Checkpoint(v=v)
    manager = tf.train.CheckpointManager(checkpoint, tmp_path, max_to_keep=3)
    for value in range(5):
        v.assign(value)
        manager.save()
    other = tf.Variable(-1)
    again = tf.train.CheckpointManager(tf.train.Checkpoint(v=other), tmp_path, max_to_keep=2)
    assert again.checkpoints == manager.checkpoints
    assert again.restore_or_initialize() == manager.latest_checkpoint
    assert other.numpy() == 4
    assert again.save() == str(tmp_path / "ckpt-6")
    assert _names(tmp_path) == ["checkpoint", "ckpt-5.safetensors", "ckpt-6.safetensors"]


def test_some_are_kept_for_longer(tmp_path: pathlib.Path) -> None:
    checkpoint = tf.train.Checkpoint(v=tf.Variable(0))
    manager = tf.train.CheckpointManager(checkpoint, tmp_path, max_to_keep=1, keep_checkpoint_every_n_hours=1e-9)
    for _ in range(3):
        time.sleep(0.01)
        manager.save()
    assert _names(tmp_path) == ["checkpoint", *(f"ckpt-{i}.safetensors" for i in (1, 2, 3))]
    assert len(manager.checkpoints) == 1


@pytest.mark.parametrize("format", ["tf", "safetensors"])
def test_all_are_kept(tmp_path: pathlib.Path, format: str) -> None:
    checkpoint = tf.train.Checkpoint(v=tf.Variable(0))
    manager = tf.train.CheckpointManager(checkpoint, tmp_path, max_to_keep=None, checkpoint_name="n")
    for _ in range(3):
        manager.save(options=tf.train.CheckpointOptions(format=format))
    assert [os.path.basename(path) for path in manager.checkpoints] == ["n-1", "n-2", "n-3"]
    assert tf.train.Checkpoint(v=tf.Variable(1)).restore(manager.latest_checkpoint).assert_consumed()


def test_arguments(tmp_path: pathlib.Path) -> None:
    checkpoint = tf.train.Checkpoint()
    with pytest.raises(ValueError, match="positive integer or `None` for `max_to_keep`, got 0"):
        tf.train.CheckpointManager(checkpoint, tmp_path, 0)
    with pytest.raises(ValueError, match="`step_counter` should be passed"):
        tf.train.CheckpointManager(checkpoint, tmp_path, 1, checkpoint_interval=5)


def test_the_state_file(tmp_path: pathlib.Path) -> None:
    assert tf.train.get_checkpoint_state(tmp_path) is None
    assert tf.train.latest_checkpoint(tmp_path / "nowhere") is None
    path = tf.train.Checkpoint(v=tf.Variable(0)).save(tmp_path / "c")
    assert (tmp_path / "checkpoint").read_text() == (
        'model_checkpoint_path: "c-1"\nall_model_checkpoint_paths: "c-1"\n'
    )
    state = tf.train.get_checkpoint_state(tmp_path)
    assert (state.model_checkpoint_path, list(state.all_model_checkpoint_paths)) == (path, [path])
    os.unlink(f"{path}.safetensors")
    assert tf.train.latest_checkpoint(tmp_path) is None
    (tmp_path / "checkpoint").write_text("nonsense [")
    assert tf.train.get_checkpoint_state(tmp_path) is None
    update_checkpoint_state(str(tmp_path), "/elsewhere/c-1")
    assert tf.train.get_checkpoint_state(tmp_path).model_checkpoint_path == "/elsewhere/c-1"


def test_waiting_for_checkpoints(tmp_path: pathlib.Path) -> None:
    assert list(tf.train.checkpoints_iterator(tmp_path, timeout=0.01)) == []
    answers = iter([False, True])
    assert list(tf.train.checkpoints_iterator(tmp_path, timeout=0.01, timeout_fn=lambda: next(answers))) == []
    checkpoint = tf.train.Checkpoint(v=tf.Variable(0))
    seen = []
    for path in (
        tf.train.checkpoints_iterator(tmp_path, timeout=0.01, timeout_fn=lambda: bool(seen))
        if (checkpoint.save(tmp_path / "c"))
        else ()
    ):
        seen.append(os.path.basename(path))
        if len(seen) < 3:
            checkpoint.save(tmp_path / "c")
    assert seen == ["c-1", "c-2", "c-3"]


_SAVER = """
import sys
import tfcompat as tf
value = tf.Variable(tf.zeros([20000]))
checkpoint = tf.train.Checkpoint(v=value)
manager = tf.train.CheckpointManager(checkpoint, sys.argv[1], max_to_keep=2)
options = tf.train.CheckpointOptions(format=sys.argv[2])
manager.restore_or_initialize()
print("ready", flush=True)
while True:
    value.assign_add(tf.ones([20000]))
    manager.save(options=options)
    checkpoint.write(sys.argv[1] + "/same", options)
    print("saved", int(value[0]), flush=True)
"""


@pytest.mark.parametrize("format", ["tf", "safetensors"])
def test_killed_while_saving(tmp_path: pathlib.Path, format: str) -> None:
    """After kill -9 at any moment the latest checkpoint is whole, and no older than the last that was reported."""
    for delay in (0.003, 0.011):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(_SAVER), str(tmp_path), format], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        reported = 0
        for line in process.stdout:
            if line.startswith("saved"):
                reported = int(line.split()[1])
                break
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:  # what was said before the end
            reported = int(line.split()[1])
        process.wait()
        process.stdout.close()
        for path in (tf.train.latest_checkpoint(tmp_path), tmp_path / "same"):
            values = tf.train.load_variable(path, "v/.ATTRIBUTES/VARIABLE_VALUE")
            assert values.min() == values.max() >= reported
