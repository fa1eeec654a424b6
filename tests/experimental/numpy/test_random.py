"""tf.experimental.numpy.random: shapes, dtypes, bounds, moments and seeds."""

import numpy as np
import pytest

import tfcompat as tf
from tfcompat.experimental.numpy import random

CALLS = {
    "rand(2, 3)": (lambda: random.rand(2, 3), (2, 3), tf.float64),
    "rand()": (lambda: random.rand(), (), tf.float64),
    "randn(2)": (lambda: random.randn(2), (2,), tf.float64),
    "randn()": (lambda: random.randn(), (), tf.float64),
    "random(4)": (lambda: random.random(4), (4,), tf.float64),
    "random([2, 2])": (lambda: random.random([2, 2]), (2, 2), tf.float64),
    "uniform()": (lambda: random.uniform(), (), tf.float64),
    "uniform of arrays": (lambda: random.uniform([[1.0], [2.0]], [3, 4, 5]), (2, 3), tf.float64),
    "standard_normal(3)": (lambda: random.standard_normal(3), (3,), tf.float64),
    "standard_normal((2, 0))": (lambda: random.standard_normal((2, 0)), (2, 0), tf.float64),
    "poisson()": (lambda: random.poisson(), (), tf.int64),
    "poisson of rates": (lambda: random.poisson([1.0, 2.0], 3), (3, 2), tf.int64),
    "randint(5)": (lambda: random.randint(5), (), tf.int64),
    "randint of int32": (lambda: random.randint(1, 5, (2, 2), np.int32), (2, 2), tf.int32),
}


@pytest.mark.parametrize("name", CALLS)
def test_shape_and_dtype(name: str) -> None:
    draw, shape, dtype = CALLS[name]
    x = draw()
    assert x.shape == shape
    assert x.dtype is dtype


@pytest.mark.parametrize("name", [name for name, (_, shape, _) in CALLS.items() if 0 not in shape])
def test_a_seed_decides(name: str) -> None:
    draw = CALLS[name][0]
    drawn = []
    for seed in (5, 5, 6):
        random.seed(seed)
        drawn.append([draw().numpy() for _ in range(8)])
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


def test_the_seed_is_the_programs() -> None:
    random.seed(3)
    first = random.rand(2).numpy()
    tf.random.set_seed(3)
    np.testing.assert_array_equal(random.rand(2), first)


def test_bounds_and_moments() -> None:
    random.seed(0)
    u, n, p = random.uniform(-1.0, 3.0, [4000]).numpy(), random.randn(4000).numpy(), random.poisson(4.0, 4000).numpy()
    i = random.randint(2, 5, size=4000).numpy()
    assert u.min() >= -1.0
    assert u.max() < 3.0
    assert set(i.tolist()) == {2, 3, 4}
    for sample, mean, deviation in ((u, 1.0, 4 / 12**0.5), (n, 0.0, 1.0), (p, 4.0, 2.0)):
        assert abs(sample.mean() - mean) < 5 * deviation / 4000**0.5
        assert abs(sample.std() / deviation - 1) < 0.1


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="Only integers"):
        random.seed([1])
    with pytest.raises(ValueError, match="invalid value"):
        random.randint(3, dtype=np.int8)
    with pytest.raises(tf.errors.InvalidArgumentError, match="minval < maxval"):
        random.randint(3, 3, 2)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Incompatible shapes"):
        random.uniform([1.0, 2.0], [3.0, 4.0, 5.0])
