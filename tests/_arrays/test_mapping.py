"""Functions mapped over slices, as TensorFlow has them and differentiates them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.map_fn(lambda v: v * v, f(3, 2))
    tf.map_fn(lambda p: p[0] * p[1], (f(3), f(3)), fn_output_signature=tf.float32)
    tf.scan(lambda a, v: a * v, f(4))
    tf.scan(lambda a, v: a * v, f(4), reverse=True)
    tf.scan(lambda a, v: a + v, f(3, 2), initializer=f(2))
    tf.foldl(lambda a, v: a * v, f(4))
    tf.foldr(lambda a, v: a * v + v, f(4))
    tf.vectorized_map(lambda v: tf.reduce_sum(v * v), f(3, 4))
    tf.vectorized_map(lambda v: v[0] @ v[1], (f(2, 2, 3), f(2, 3, 2)))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
