"""tf.norm and tf.linalg.normalize, as TensorFlow computes and differentiates them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.norm(f(2, 3))
    tf.norm(f(2, 3), axis=1)
    tf.norm(f(2, 3), axis=-1, keepdims=True)
    tf.norm(f(2, 3), ord=1)
    tf.norm(f(2, 3), ord=2, axis=0)
    tf.norm(f(2, 3), ord=np.inf, axis=0)
    tf.norm(f(2, 3), ord=3, axis=0)
    tf.norm(f(2, 3), ord=0.5)
    tf.norm(f(2, 3), ord='fro', axis=[0, 1])
    tf.norm(f(2, 3), ord='fro', axis=(-2, -1), keepdims=True)
    tf.norm(f(2, 3), ord='euclidean', axis=[0, 1])
    tf.norm(f(2, 3), ord=1, axis=[0, 1])
    tf.norm(f(2, 3, 4), ord=np.inf, axis=[1, 2])
    tf.norm(f(2, 3, 4), ord=np.inf, axis=[2, 0], keepdims=True)
    tf.norm(f(2, 3, 4), ord=2, axis=[1, 2])
    tf.norm(f(2, 3, 4), ord=2, axis=[0, 2], keepdims=True)
    tf.norm(f(2, 3), ord='fro')
    tf.norm(f(2, 3), ord='foo')
    tf.norm(f(2, 3), ord=3, axis=[0, 1])
    tf.norm(f(2, 3), ord=-1)
    tf.norm(f(2, 3), ord=0)
    tf.norm(f(2, 3), axis=[0, 0])
    tf.norm(f(2, 3), axis=[0])
    tf.norm(f(2, 3), axis=2)
    tf.norm(c(2, 3))
    tf.norm(c(2, 3), ord=1, axis=1)
    tf.norm(x([0.0, 0.0]))
    tf.norm(x([0.0, -2.0]), ord=1)
    tf.norm([3, 4])
    tf.norm(f(0))
    tf.norm(f(2, 3, dtype='float64'))
    tf.linalg.normalize(f(2, 3))
    tf.linalg.normalize(f(2, 3), axis=1)
    tf.linalg.normalize(f(2, 3), ord=1, axis=0)
    tf.linalg.normalize(c(2, 3), ord=1, axis=0)
    tf.linalg.normalize(f(2, 3), ord=np.inf)
    tf.linalg.normalize(f(2, 3), ord='fro', axis=[0, 1])
    tf.linalg.normalize(f(2, 3), ord='foo')
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
