"""tf.train's messages, ClusterSpec, Coordinator and ExponentialMovingAverage."""

import threading

import numpy as np
import pytest

import tfcompat as tf


def test_examples() -> None:
    feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[1, 2]))
    example = tf.train.Example(features=tf.train.Features(feature={"a": feature}))
    data = example.SerializeToString()
    assert data == b"\n\r\n\x0b\n\x01a\x12\x06\x1a\x04\n\x02\x01\x02"
    assert tf.train.Example.FromString(data) == example
    assert list(example.features.feature["a"].int64_list.value) == [1, 2]


def test_clusters() -> None:
    spec = tf.train.ClusterSpec({"a": ["x:1", "y:2"], "b": {3: "z"}})
    assert repr(spec) == "ClusterSpec({'a': ['x:1', 'y:2'], 'b': {3: 'z'}})"
    assert spec == tf.train.ClusterSpec(spec.as_cluster_def()) == tf.train.ClusterSpec(spec)
    assert (spec.jobs, spec.num_tasks("a"), spec.task_indices("b")) == (["a", "b"], 2, [3])
    assert (spec.task_address("a", 1), spec.job_tasks("b")) == ("y:2", [None, None, None, "z"])
    assert not tf.train.ClusterSpec({})
    for bad, error in ((3, TypeError), ({"a": 3}, TypeError), ({"a": [3]}, TypeError)):
        with pytest.raises(error):
            tf.train.ClusterSpec(bad)
    with pytest.raises(ValueError, match="No such job in cluster: 'c'"):
        spec.num_tasks("c")
    with pytest.raises(ValueError, match="No task with index 0 in job 'b'"):
        spec.task_address("b", 0)


def test_coordinated_threads() -> None:
    coordinator = tf.train.Coordinator()

    def fails() -> None:
        with coordinator.stop_on_exception():
            raise ValueError("from a thread")

    def waits() -> None:
        coordinator.wait_for_stop()

    threads = [threading.Thread(target=f) for f in (waits, fails)]
    coordinator.register_thread(threads[0])
    for thread in threads:
        thread.start()
    with pytest.raises(ValueError, match="from a thread"):
        coordinator.join(threads[1:])
    assert coordinator.should_stop()
    assert coordinator.joined
    with pytest.raises(ValueError, match="from a thread"):
        coordinator.raise_requested_exception()
    coordinator.clear_stop()
    assert not coordinator.should_stop()


def test_a_clean_stop_and_a_late_thread() -> None:
    coordinator = tf.train.Coordinator()
    coordinator.request_stop(tf.errors.OutOfRangeError(None, None, "the end"))
    coordinator.join([])
    coordinator.clear_stop()
    end = threading.Event()
    late = threading.Thread(target=end.wait, name="late")
    late.start()
    coordinator.request_stop()
    try:
        with pytest.raises(RuntimeError, match="threads still running after 0.01 seconds: late"):
            coordinator.join([late], stop_grace_period_secs=0.01)
    finally:
        end.set()
        late.join()


def test_moving_averages() -> None:
    average = tf.train.ExponentialMovingAverage(0.9)
    v = tf.Variable([1.0, 2.0], name="v")
    assert average.average(v) is None
    average.apply([v])
    v.assign([2.0, 4.0])
    average.apply([v])
    np.testing.assert_allclose(average.average(v), [1.1, 2.2], rtol=1e-6)
    assert average.average(v).name == "v/ExponentialMovingAverage:0"
    assert average.variables_to_restore([v]) == {"v/ExponentialMovingAverage": v}
    early = tf.train.ExponentialMovingAverage(0.99, num_updates=0)
    early.apply([v])
    v.assign([12.0, 14.0])
    early.apply([v])
    np.testing.assert_allclose(early.average(v), [11.0, 13.0], rtol=1e-6)  # a decay of 0.1
    with pytest.raises(TypeError, match="half, float, or double"):
        average.apply([tf.Variable(1)])
