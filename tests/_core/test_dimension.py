"""compat.v1.Dimension: arithmetic and comparison with unknown sizes."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcompat._core.dimension import Dimension, as_dimension, dimension_value

UNKNOWN = Dimension(None)
sizes = st.integers(0, 1000)


@given(sizes, st.integers(1, 1000))
def test_arithmetic_is_that_of_the_sizes(m, n):
    a, b = Dimension(m), Dimension(n)
    assert (a + b).value == (m + b).value == (a + n).value == m + n
    assert (a * b).value == (m * b).value == m * n
    assert (a // b).value == (m // b).value == m // n
    assert (a % b).value == (m % b).value == m % n
    assert (Dimension(m + n) - b).value == ((m + n) - b).value == m
    assert (int(a), bool(a), list(range(a))) == (m, bool(m), list(range(m)))


@given(sizes, sizes)
def test_comparison_is_that_of_the_sizes(m, n):
    a, b = Dimension(m), Dimension(n)
    assert [a < b, a <= b, a > b, a >= b, a == b, a != b] == [m < n, m <= n, m > n, m >= n, m == n, m != n]
    assert (a == n) is (m == n)


def test_unknown_sizes_spread():
    for result in (UNKNOWN + 1, 1 + UNKNOWN, UNKNOWN - 1, 1 - UNKNOWN, UNKNOWN * 2, 2 // UNKNOWN, UNKNOWN % 2):
        assert result.value is None
    for compared in (UNKNOWN == 1, UNKNOWN != 1, UNKNOWN < 1, Dimension(1) >= UNKNOWN, UNKNOWN == UNKNOWN):
        assert compared is None


def test_printing():
    assert (repr(Dimension(3)), str(Dimension(3))) == ("Dimension(3)", "3")
    assert (repr(UNKNOWN), str(UNKNOWN)) == ("Dimension(None)", "?")


def test_values_it_takes():
    assert Dimension(np.int64(4)).value == 4
    assert Dimension(Dimension(5)).value == 5
    assert as_dimension(6).value == 6
    assert dimension_value(Dimension(7)) == dimension_value(7) == 7
    assert dimension_value(None) is None


def test_values_it_refuses():
    with pytest.raises(ValueError, match="Dimension -1 must be >= 0"):
        Dimension(-1)
    with pytest.raises(ValueError, match="Dimension -2 must be >= 0"):
        Dimension(1) - 3
    with pytest.raises(TypeError, match=r"got value '1.5' with type '<class 'float'>'"):
        Dimension(1.5)
    with pytest.raises(TypeError):
        int(UNKNOWN)
    with pytest.raises(TypeError, match="please use // instead"):
        Dimension(4) / 2
    with pytest.raises(TypeError, match="please use // instead"):
        4 / Dimension(2)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Dimension(1))
    assert (Dimension(1) == "a") is False
    with pytest.raises(TypeError, match="unsupported operand"):
        Dimension(1) + "a"


def test_merging():
    assert (
        Dimension(3).merge_with(UNKNOWN).value == UNKNOWN.merge_with(3).value == Dimension(3).merge_with(3).value == 3
    )
    assert UNKNOWN.merge_with(None).value is None
    assert UNKNOWN.is_compatible_with(3)
    assert not Dimension(3).is_compatible_with(4)
    with pytest.raises(ValueError, match="Dimensions 3 and 4 are not compatible"):
        Dimension(3).merge_with(4)


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_copies(clone):
    assert clone(Dimension(3)).value == 3
    assert clone(UNKNOWN).value is None
