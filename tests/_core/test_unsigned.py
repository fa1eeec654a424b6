"""The order of uint64 numbers."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from tfcompat._core.unsigned import by_order, ordered

NUMBERS = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=8)


@given(NUMBERS)
def test_order(numbers: list[int]) -> None:
    x = torch.tensor(numbers, dtype=torch.uint64)
    assert ordered(x).argsort(stable=True).tolist() == sorted(range(len(numbers)), key=numbers.__getitem__)
    assert by_order(lambda t: t.sort().values, x).tolist() == sorted(numbers)


def test_other_dtypes_stay() -> None:
    x = torch.tensor([3, -1])
    assert ordered(x) is x
