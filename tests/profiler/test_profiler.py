"""tf.profiler.experimental: recordings, where they are written and what they name."""

import gzip
import json
import pathlib

import pytest

import tfcompat as tf

P = tf.profiler.experimental


def traces(folder: pathlib.Path) -> list[dict]:
    """The recordings in a directory of logs, oldest first."""
    files = sorted(folder.glob("plugins/profile/*/*.trace.json.gz"))
    return [json.loads(gzip.decompress(file.read_bytes())) for file in files]


def test_a_recording_has_the_ops_and_the_names_of_traces(tmp_path: pathlib.Path) -> None:
    assert P.start(str(tmp_path)) is None
    with pytest.raises(tf.errors.AlreadyExistsError, match=r"Another profiler is running\."):
        P.start(str(tmp_path))
    with P.Trace("train", step_num=3, _r=1) as trace:
        trace.set_metadata(loss=1)
        tf.ones([3, 3]) @ tf.ones([3, 3])
    assert P.stop() is None
    (found,) = traces(tmp_path)
    names = {event.get("name") for event in found["traceEvents"]}
    assert "train#step_num=3,_r=1#" in names
    assert any("mm" in str(name) for name in names)


def test_profile_is_a_block_and_stop_may_drop_what_it_has(tmp_path: pathlib.Path) -> None:
    with P.Profile(tmp_path, options=P.ProfilerOptions(host_tracer_level=1, python_tracer_level=1)):
        tf.constant(1.0) + 1
    assert len(traces(tmp_path)) == 1
    P.start(tmp_path / "none", options={"device_tracer_level": 0})
    P.stop(save=False)
    assert not (tmp_path / "none").exists()


def test_errors_say_what_is_wrong(tmp_path: pathlib.Path) -> None:
    with pytest.raises(tf.errors.UnavailableError, match=r"No profiler is running\."):
        P.stop()
    with pytest.raises(ValueError, match="host_tracer_level"):
        P.start(tmp_path, options={"level": 1})
    with P.Trace("alone"):  # nothing is recorded: nothing happens
        pass
    with pytest.raises(AttributeError, match=r"TensorFlow 2.21 has tf.profiler.experimental.server.start"):
        _ = P.server.start


def test_options_are_tensorflows() -> None:
    shown = "ProfilerOptions(host_tracer_level=2, python_tracer_level=0, device_tracer_level=1, delay_ms=None)"
    assert repr(P.ProfilerOptions()) == shown
