"""tf.CriticalSection."""

import threading
import time

import pytest

import tfcompat as tf


def test_threads_take_turns() -> None:
    section, value, log = tf.CriticalSection(), tf.Variable(0), []

    def step() -> None:
        def within():
            before = int(value)
            log.append("in")
            time.sleep(0.002)
            log.append("out")
            return value.assign(before + 1)

        for _ in range(5):
            section.execute(within)

    threads = [threading.Thread(target=step) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert int(value) == 20
    assert log == ["in", "out"] * 20


def test_results_are_tensors_in_their_structure() -> None:
    section = tf.CriticalSection()
    a, b = section.execute(lambda: (1, {"b": 2.0}))
    assert (int(a), float(b["b"])) == (1, 2.0)
    assert section.execute(lambda: None) is None
    assert section.execute(lambda: tf.ragged.constant([[1], []])).to_list() == [[1], []]


def test_a_section_can_not_be_entered_twice() -> None:
    section = tf.CriticalSection(shared_name="here")
    with pytest.raises(ValueError, match="already running"):
        section.execute(lambda: tf.CriticalSection(shared_name="here").execute(lambda: 1))
    assert int(section.execute(lambda: tf.CriticalSection().execute(lambda: 1))) == 1


def test_what_is_not_there_eagerly_is_an_error_as_in_tensorflow() -> None:
    with pytest.raises(AttributeError, match=r"Tensor\.op is undefined"):
        tf.CriticalSection(name="x").name  # noqa: B018
    with pytest.raises(TypeError):
        tf.CriticalSection().execute(3)
    with pytest.raises(ValueError, match="not supported"):
        tf.CriticalSection(critical_section_def=object())


def test_it_runs_within_a_function() -> None:
    section, value = tf.CriticalSection(), tf.Variable(1.0)
    step = tf.function(lambda: section.execute(lambda: value.assign_add(1.0)))
    assert [float(step()), float(step())] == [2.0, 3.0]
