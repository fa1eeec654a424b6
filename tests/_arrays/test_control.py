"""Choosing and looping, as TensorFlow has them and differentiates them."""

from typing import Any

import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.cond(True, lambda: f(2) * 2, lambda: f(2))
    tf.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v * v), (0, f(2)))
    tf.while_loop(lambda v: tf.reduce_sum(v) < 100.0, lambda v: [v * 2.0], [x([1.0, 2.0])])
    tf.while_loop(lambda i, v: True, lambda i, v: (i + 1, v * 2.0), (0, f(2)), maximum_iterations=4)
    tf.switch_case(tf.constant(1), [lambda: f(2), lambda: f(2) * 3.0])
    tf.case([(tf.constant(False), lambda: f(2))], default=lambda: f(2) * 3.0)
    tf.switch_case(tf.constant(1), [lambda:1, lambda:2])
    tf.switch_case(tf.constant(5), [lambda:1, lambda:2])
    tf.switch_case(tf.constant(-1), [lambda:1, lambda:2])
    tf.switch_case(tf.constant(5), [lambda:1, lambda:2], default=lambda:9)
    tf.switch_case(1, [lambda:1, lambda:2])
    tf.switch_case(tf.constant(1.), [lambda:1])
    tf.switch_case(tf.constant(1,tf.int64), [lambda:1, lambda:2])
    tf.switch_case(tf.constant(1), {0:lambda:1, 1:lambda:2})
    tf.switch_case(tf.constant(1), {0:lambda:1, 2:lambda:2})
    tf.switch_case(tf.constant(1), [(1,lambda:1),(0,lambda:2)])
    tf.switch_case(tf.constant(1), [])
    tf.switch_case(tf.constant(1), [3])
    tf.switch_case(tf.constant(1), [(0,3)])
    tf.switch_case(tf.constant(1), [('a',lambda:1)])
    tf.switch_case(tf.constant(1), lambda:1)
    tf.switch_case(tf.constant([1]), [lambda:1, lambda:2])
    tf.switch_case(tf.constant(0), [lambda:None])
    tf.switch_case(tf.constant(0), [lambda:(1,{'a':2.})])
    tf.switch_case(tf.Variable(1), [lambda:1,lambda:2])
    tf.case([(tf.constant(True), lambda:1)])
    tf.case([(tf.constant(False), lambda:1)])
    tf.case([(tf.constant(False), lambda:1)], default=lambda:2)
    tf.case([(tf.constant(True), lambda:1),(tf.constant(True), lambda:2)], exclusive=True)
    tf.case([(True, lambda:1)])
    tf.case([])
    tf.case({tf.constant(True).ref(): lambda:1})
    tf.case(3)
    tf.case([tf.constant(True)])
    tf.case([(tf.constant([True]), lambda:1)])
    tf.case([(tf.constant(True), lambda:1)], default=3)
    tf.case([(tf.Variable(True), lambda:1)])
    tf.case([(tf.constant(True), lambda:(1,2))], strict=True)
    tf.case([(tf.constant(True), lambda:[1])], strict=True)
    tf.case([(tf.constant(True), lambda:[1])])
    tf.while_loop(lambda i: i<3, lambda i: i+1, [0])
    tf.while_loop(lambda i: i<3, lambda i: (i+1,), [0])
    tf.while_loop(lambda i: i<3, lambda i: [i+1], (tf.constant(0),))
    tf.while_loop(lambda i: i<3, lambda i: i+1, [tf.constant(0)], maximum_iterations=0)
    tf.while_loop(lambda i: i<3, lambda i: i+1, [tf.constant(0)], maximum_iterations=[1])
    tf.while_loop(lambda i: i<3, lambda i: i+1, tf.constant(0))
    tf.while_loop(lambda i: i<3, lambda i: i+1, [])
    tf.while_loop(3, lambda i: i+1, [0])
    tf.while_loop(lambda i: i<3, 3, [0])
    tf.while_loop(lambda i,j: i<3, lambda i,j: (i+1,), [0,1])
    tf.while_loop(lambda i,j: i<3, lambda i,j: (i+1,j,j), [0,1])
    tf.while_loop(lambda i: i<3, lambda i: i+1, [0], parallel_iterations=0)
    tf.while_loop(lambda i: i<3, lambda i: tf.cast(i+1,tf.float32), [0])
    tf.while_loop(lambda i,x: i<3, lambda i,x: (i+1, tf.concat([x,x],0)), [0, tf.constant([1])])
    tf.while_loop(lambda i,x: i<3, lambda i,x: (i+1, x), [0, {'a':tf.constant([1])}])
    tf.while_loop(lambda i: False, lambda i: i+1, [0])
    tf.while_loop(lambda i: i<2, lambda i: None, [0])
    tf.while_loop(lambda i: i<2.0, lambda i: i+1, [0.])
    tf.while_loop(lambda i: tf.constant('a'), lambda i: i+1, [0])
    tf.while_loop(lambda i: i<3, lambda i: i+1, [tf.Variable(0)])
    tf.while_loop(lambda i: i<3, lambda i: i+1, ['a'])
    tf.cond(True, lambda: 1, lambda: 2)
    tf.cond(tf.constant(1), lambda: 1, lambda: 2)
    tf.cond(tf.constant([True,False]), lambda: 1, lambda: 2)
    tf.cond(tf.constant(True), lambda: 1)
    tf.cond(tf.constant(True), 1, 2)
    tf.cond('a', lambda: 1, lambda: 2)
    tf.cond(0, lambda: 1, lambda: 2)
    tf.cond(np.bool_(True), lambda: (1,[2.]), lambda: 2)
    tf.cond(tf.Variable(True), lambda: None, lambda: 2)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def choices() -> list[Any]:
    """Choices on tensors that are made of constants."""
    x, y = tf.constant(2), tf.constant(5)
    return [
        tf.cond(tf.less(x, y), lambda: x * 17, lambda: y + 23),
        tf.case([(tf.greater(x, y), lambda: x), (tf.less(x, y), lambda: y)], default=lambda: x + y),
        tf.switch_case(x - 1, [lambda: x, lambda: y]),
    ]


def test_a_graph_chooses_on_what_it_computes_of_constants(caplog: pytest.LogCaptureFixture) -> None:
    assert [int(t) for t in tf.function(choices)()] == [34, 5, 5]
    assert "runs eagerly" not in caplog.text
    with tf.Graph().as_default():
        found = choices()
        with tf.compat.v1.Session() as session:
            assert session.run(found) == [34, 5, 5]
