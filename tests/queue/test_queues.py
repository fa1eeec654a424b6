"""tf.queue, as TensorFlow's queues behave: what they give and raise, and who waits for whom."""

import inspect
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfcompat as tf
from tests.facts import Facts
from tests.oracle import ask_tensorflow

# What is done to each queue, one after the other, and what TensorFlow gives: dtypes, shapes and values, or an error.
TRANSCRIPT = """
= FIFOQueue(3, [tf.int32, tf.float32])
enqueue([1, 2.0]) -> None
enqueue((2, [1.0, 2.0])) -> None
size() -> int32() 2
dequeue() -> int32() 1 float32() 2.0
dequeue() -> int32() 2 float32(2,) [1.0, 2.0]
enqueue(1) -> InvalidArgumentError
enqueue([1]) -> InvalidArgumentError
enqueue([1, 2, 3]) -> None
= FIFOQueue(3, [tf.int32, tf.float32])
enqueue([1.5, 2.0]) -> TypeError
enqueue([tf.constant(1.0), 2.0]) -> ValueError
enqueue_many([[1], [2.0]]) -> None
dequeue_many(1) -> InvalidArgumentError
size() -> int32() 1
= FIFOQueue(5, tf.int32, shapes=())
enqueue([1, 2]) -> None
enqueue(7) -> None
enqueue_many([1, 2, 3]) -> ValueError
enqueue_many([[8, 9]]) -> None
dequeue_many(0) -> int32(0,) []
dequeue_up_to(0) -> int32(0,) []
dequeue_many(-1) -> InvalidArgumentError
dequeue_up_to(-1) -> InvalidArgumentError
dequeue_many(2) -> int32(2,) [1, 7]
dequeue_many(tf.constant(1)) -> int32(1,) [8]
dequeue_many(1.0) -> TypeError
size() -> int32() 1
= FIFOQueue(5, tf.int32, shapes=())
enqueue_many(tf.range(4)) -> None
close() -> None
close() -> CancelledError
is_closed() -> bool() True
enqueue(1) -> CancelledError
enqueue_many([[1]]) -> CancelledError
dequeue_many(5) -> OutOfRangeError
size() -> int32() 4
dequeue_many(2) -> int32(2,) [0, 1]
dequeue_up_to(9) -> int32(2,) [2, 3]
dequeue_up_to(9) -> OutOfRangeError
dequeue_many(0) -> int32(0,) []
dequeue() -> OutOfRangeError
= FIFOQueue(5, tf.int32, shapes=())
enqueue(1) -> None
close(cancel_pending_enqueues=True) -> None
close(True) -> None
enqueue(2) -> CancelledError
dequeue() -> int32() 1
dequeue() -> OutOfRangeError
dequeue_up_to(1) -> OutOfRangeError
= FIFOQueue(3, [tf.int32, tf.int32], shapes=[(), (2,)])
enqueue_many([[1, 2], [[1, 2]]]) -> ValueError
enqueue_many([[1, 2], [3, 4]]) -> ValueError
enqueue_many([[1, 2], [[1, 2], [3, 4]]]) -> None
enqueue([1, 2]) -> ValueError
enqueue([1, [1, 2, 3]]) -> ValueError
dequeue_many(2) -> int32(2,) [1, 2] int32(2, 2) [[1, 2], [3, 4]]
enqueue_many([[1]]) -> InvalidArgumentError
= FIFOQueue(3, [tf.int32, tf.string], [(), ()], names=['a', 'b'])
enqueue({'a': 1, 'b': 'x'}) -> None
enqueue({'a': 1}) -> ValueError
enqueue([1, 'x']) -> ValueError
dequeue() -> int32() 1 string() b'x'
enqueue_many({'a': [1, 2], 'b': ['x', 'y']}) -> None
dequeue_many(2) -> int32(2,) [1, 2] string(2,) [b'x', b'y']
= FIFOQueue(3, tf.int32)
enqueue({'a': 3}) -> ValueError
enqueue([]) -> InvalidArgumentError
enqueue_many([[1, 2]]) -> None
dequeue_many(1) -> InvalidArgumentError
dequeue_up_to(1) -> InvalidArgumentError
dequeue(name='n') -> int32() 1
= PaddingFIFOQueue(5, [tf.int32], [[None]])
enqueue([[1, 2, 3]]) -> None
enqueue([[1]]) -> None
enqueue([[[1]]]) -> ValueError
enqueue([5]) -> ValueError
enqueue_many([[[7, 8], [9, 10]]]) -> None
dequeue_many(3) -> int32(3, 3) [[1, 2, 3], [1, 0, 0], [7, 8, 0]]
dequeue() -> int32(2,) [9, 10]
dequeue_many(0) -> int32(0, 0) []
= PaddingFIFOQueue(5, [tf.string, tf.float32], [[None, 2], ()])
enqueue([[['a', 'b']], 1.0]) -> None
enqueue([[['a', 'b'], ['c', 'd']], 2.0]) -> None
dequeue_many(2) -> string(2, 2, 2) [[[b'a', b'b'], [b'', b'']], [[b'a', b'b'], [b'c', b'd']]] float32(2,) [1.0, 2.0]
enqueue([[['a', 'b']], 1.0]) -> None
close() -> None
dequeue_many(2) -> OutOfRangeError
dequeue_up_to(4) -> string(1, 1, 2) [[[b'a', b'b']]] float32(1,) [1.0]
= PriorityQueue(9, tf.string, ())
enqueue([3, 'c']) -> None
enqueue([1, 'a']) -> None
enqueue([tf.constant(1, tf.int64), 'b']) -> None
dequeue() -> int64() 1 string() b'a'
dequeue() -> int64() 1 string() b'b'
dequeue() -> int64() 3 string() b'c'
enqueue_many([[5, -4, 5], ['e', 'd', 'f']]) -> None
dequeue_many(2) -> int64(2,) [-4, 5] string(2,) [b'd', b'e']
enqueue([tf.constant(1), 'b']) -> ValueError
enqueue([[1], ['b']]) -> ValueError
enqueue([2, 'h']) -> None
close() -> None
dequeue_many(2) -> int64(2,) [2, 5] string(2,) [b'h', b'f']
dequeue() -> OutOfRangeError
= RandomShuffleQueue(9, 2, tf.int32, ())
enqueue_many(tf.zeros(6, tf.int32)) -> None
dequeue_many(4) -> int32(4,) [0, 0, 0, 0]
size() -> int32() 2
close() -> None
dequeue_many(3) -> OutOfRangeError
dequeue_up_to(9) -> int32(2,) [0, 0]
dequeue() -> OutOfRangeError
= RandomShuffleQueue(9, 2, tf.int32)
enqueue([1]) -> None
dequeue_many(1) -> InvalidArgumentError
size() -> int32() 1
= FIFOQueue(-1, tf.bfloat16, [])
enqueue_many([[1.5, 2.5]]) -> None
dequeue_up_to(1) -> bfloat16(1,) [1.5]
= PriorityQueue(3, [tf.float32, tf.int32], [(), (2,)], names=['p', 'a', 'b'])
enqueue({'p': 2, 'a': 1.5, 'b': [1, 2]}) -> None
enqueue_many({'p': [3, 1], 'a': [1.0, 2.0], 'b': [[1, 2], [3, 4]]}) -> None
dequeue() -> float32() 2.0 int32(2,) [3, 4] int64() 1
dequeue_up_to(2) -> float32(2,) [1.5, 1.0] int32(2, 2) [[1, 2], [1, 2]] int64(2,) [2, 3]
"""
FIFO = "tf.queue.FIFOQueue"
facts = Facts(
    __file__,
    "\n".join(
        [
            f"{FIFO}({a})"
            for a in ("2, []", "2, [tf.int32], [(), ()]", "2, [tf.int32], [None]", "2, [tf.int32], [[None]]")
        ]
        + [f"{FIFO}({a})" for a in ("2, tf.int32, 2", "2, [tf.int32], names=['a', 'b']", "2, 'nope'", "'3', tf.int32")]
        + [f"tf.queue.PaddingFIFOQueue(5, {a})" for a in ("[tf.int32], [None]", "[tf.int32], None", "[tf.int32], [2]")]
        + [f"tf.queue.PaddingFIFOQueue(5, [tf.int32] * {a})" for a in ("1, [tf.TensorShape(None)]", "2, [[None]]")]
        + [f"tf.queue.RandomShuffleQueue({a}, tf.int32)" for a in ("2, 2", "2, 3", "2, -1")]
        + [f"tf.queue.QueueBase.from_list(0, {a})" for a in ("[]", f"{FIFO}(2, tf.int32)", "[1]")]
        + [
            f"tf.queue.QueueBase.from_list(0, [{FIFO}(2, tf.int32), {FIFO}(2, tf.float32)])",
            f"tf.queue.QueueBase.from_list(0, [{FIFO}(2, tf.int32, names='a'), {FIFO}(2, tf.int32)])",
            "tf.queue.QueueBase([tf.int32], [(), ()], None, None)",
            "tf.queue.QueueBase([tf.int32], None, ['a', 'b'], None)",
        ]
    ),
)


def told(tf: Any, np: Any, text: str) -> list[str]:
    """What each line of a transcript gives under `tf`."""
    out, q = [], None
    for line in text.strip().splitlines():
        call = line.partition(" -> ")[0]
        if call.startswith("= "):
            q = eval("tf.queue." + call[2:], {"tf": tf})
            out.append(call)
            continue
        try:
            result = eval("q." + call, {"tf": tf, "q": q})
        except Exception as e:
            out.append(f"{call} -> {type(e).__name__}")
            continue
        flat = [] if result is None else tf.nest.flatten(result)
        said = " ".join(f"{t.dtype.name}{t.shape} {np.asarray(t.numpy(), object).tolist()}" for t in flat)
        out.append(f"{call} -> {said or None}")
    return out


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
    source = f"{inspect.getsource(told).replace(': Any', '')}\nanswer(told(tf, np, {TRANSCRIPT!r}))"
    assert ask_tensorflow(source) == TRANSCRIPT.strip().splitlines()


def test_transcript() -> None:
    assert told(tf, np, TRANSCRIPT) == TRANSCRIPT.strip().splitlines()


def _started(function: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """A thread that runs `function`, and where its result or error will be; it had time to begin to wait."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(function())
        except Exception as e:
            outcome.append(e)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    time.sleep(0.1)
    return thread, outcome


def _result(started: tuple[threading.Thread, list[Any]]) -> Any:
    thread, outcome = started
    thread.join(10)
    assert not thread.is_alive()
    return outcome[0]


def test_a_full_queue_makes_wait_until_there_is_room() -> None:
    q = tf.queue.FIFOQueue(2, tf.int32, ())
    waiting = _started(lambda: q.enqueue_many([[1, 2, 3, 4]]))
    assert q.size() == 2
    assert not waiting[1]
    np.testing.assert_array_equal(q.dequeue_many(4), [1, 2, 3, 4])
    assert _result(waiting) is None


def test_an_empty_queue_makes_wait_and_first_come_is_first_served() -> None:
    q = tf.queue.FIFOQueue(9, tf.int32, ())
    many, one = _started(lambda: q.dequeue_many(3)), _started(q.dequeue)
    q.enqueue_many([[1, 2]])
    time.sleep(0.1)
    assert not many[1]
    assert not one[1]
    q.enqueue_many([[3, 4]])
    np.testing.assert_array_equal(_result(many), [1, 2, 3])
    assert _result(one) == 4


def test_closing_lets_what_waits_come_in_or_cancels_it() -> None:
    q = tf.queue.FIFOQueue(1, tf.int32, ())
    q.enqueue(1)
    waiting = _started(lambda: q.enqueue(2))
    closing = _started(q.close)
    assert not closing[1]
    np.testing.assert_array_equal(q.dequeue_many(2), [1, 2])
    assert _result(waiting) is None
    assert _result(closing) is None
    assert q.is_closed()

    q = tf.queue.FIFOQueue(1, tf.int32, ())
    q.enqueue(1)
    waiting = _started(lambda: q.enqueue(2))
    q.close(cancel_pending_enqueues=True)
    assert isinstance(_result(waiting), tf.errors.CancelledError)
    assert q.dequeue() == 1


def test_closing_ends_the_wait_of_who_cannot_be_served() -> None:
    q = tf.queue.FIFOQueue(9, tf.int32, ())
    q.enqueue(1)
    waiting = _started(lambda: q.dequeue_many(2))
    q.close()
    error = _result(waiting)
    assert isinstance(error, tf.errors.OutOfRangeError)
    assert "requested 2, current size 1" in error.message
    assert q.dequeue_up_to(2).numpy().tolist() == [1]


def test_many_threads_lose_nothing() -> None:
    q = tf.queue.RandomShuffleQueue(10, 3, tf.int32, ())
    threads = [_started(lambda k=k: q.enqueue_many([tf.range(20) + 20 * k])) for k in range(3)]
    taken = [q.dequeue_many(10) for _ in range(5)]
    for thread in threads:
        assert _result(thread) is None
    q.close()
    np.testing.assert_array_equal(np.sort(tf.concat([*taken, q.dequeue_many(10)], 0)), np.arange(60))


def test_a_seed_repeats_the_order_and_the_rest_stays_until_closed() -> None:
    def order() -> list[int]:
        tf.random.set_seed(4)
        q = tf.queue.RandomShuffleQueue(20, 2, tf.int32, (), seed=7)
        q.enqueue_many([tf.range(20)])
        return q.dequeue_many(18).numpy().tolist()

    assert order() == order()
    q = tf.queue.RandomShuffleQueue(20, 2, tf.int32, ())
    q.enqueue_many([[1, 2, 3]])
    q.dequeue()
    waiting = _started(q.dequeue)
    assert not waiting[1]
    q.close()
    assert _result(waiting) in (1, 2, 3)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 99)), min_size=1, max_size=20))
def test_priorities_are_sorted_stably(pairs: list[tuple[int, int]]) -> None:
    q = tf.queue.PriorityQueue(-1, tf.int32, ())
    for pair in pairs:
        q.enqueue(pair)
    first, second = q.dequeue_many(len(pairs))
    want = sorted(pairs, key=lambda pair: pair[0])
    assert list(zip(first.numpy().tolist(), second.numpy().tolist(), strict=True)) == want


def test_from_list_and_names() -> None:
    a, b = tf.queue.FIFOQueue(3, tf.int32, (), names="n"), tf.queue.FIFOQueue(3, tf.int32, (2,), names=["n"])
    a.enqueue({"n": 5})
    chosen = tf.queue.QueueBase.from_list(tf.constant(0), [a, b])
    assert chosen.shapes == [tf.TensorShape(None)]
    assert chosen.names == ["n"]
    assert chosen.dtypes == [tf.int32]
    assert chosen.dequeue() == {"n": tf.constant(5)}
    assert a.size() == 0
    with tf.name_scope("scope"):
        assert tf.queue.FIFOQueue(3, tf.int32).name == "scope/"
    assert a.name == "Empty"
    assert a.queue_ref.dtype == tf.resource


def test_in_a_function_the_queue_is_used_at_each_call() -> None:
    q = tf.queue.FIFOQueue(10, [tf.float32, tf.int32], [(2,), ()])

    @tf.function
    def step(x):
        q.enqueue([x, 3])
        q.enqueue_many([tf.stack([x * 2, x * 3]), [4, 5]])
        first, number = q.dequeue()
        return first, number, q.size()

    for k in (1.0, 2.0):
        first, number, size = step(tf.fill([2], k))
    np.testing.assert_array_equal(first, [2.0, 2.0])
    assert number == 4
    assert size == 4
    q.close()
    with pytest.raises(tf.errors.CancelledError):
        step(tf.ones(2))
