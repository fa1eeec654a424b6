"""Arrays in Python's pickles, read without running what pickles can run."""

import os
import pickle
from typing import Any

import numpy as np
import pytest

from tfcompat._formats import pickled_arrays


def same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and all(map(same, a.ravel().tolist(), b.ravel().tolist()))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return type(b) is list and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


def ragged(*rows: list[int]) -> np.ndarray:
    array = np.empty(len(rows), dtype=object)
    array[:] = rows
    return array


@pytest.mark.parametrize("protocol", [2, 3, 4])
@pytest.mark.parametrize(
    "value",
    [
        {b"data": np.arange(6, dtype="uint8").reshape(2, 3), b"labels": [1, 2, 255, 256, 65536, -5]},
        ragged([1, 2, 300], [], [70000]),
        {"text": "grün", "none": None, "yes": True, "no": False, "half": 0.5, "large": 2**70, "negative": -(2**40)},
        [np.zeros((0, 3), "float32"), (1, (2, "x")), [], {}],
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(3, dtype=">i4"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_reads_what_was_written(value: Any, protocol: int) -> None:
    got = pickled_arrays.read(pickle.dumps(value, protocol=protocol))
    assert same(got, value)


def test_strings_of_python_2() -> None:
    data = b"\x80\x02}q\x01(U\x06labelsq\x02]q\x03(K\x05K\x06eU\x04dataq\x04T\x03\x00\x00\x00abcu."
    assert pickled_arrays.read(data) == {b"labels": [5, 6], b"data": b"abc"}


class Evil:
    def __reduce__(self) -> Any:
        return os.system, ("exit 1",)


@pytest.mark.parametrize("protocol", [2, 4])
def test_runs_nothing(protocol: int) -> None:
    with pytest.raises(ValueError, match="system"):
        pickled_arrays.read(pickle.dumps([np.zeros(2), Evil()], protocol=protocol))


def test_other_objects_are_refused() -> None:
    with pytest.raises(ValueError, match="not read|no array"):
        pickled_arrays.read(pickle.dumps(range(3), protocol=2))
    with pytest.raises(ValueError, match="no array is written with"):
        pickled_arrays.read(pickle.dumps({1, 2}, protocol=4))


def test_damaged_files_are_refused() -> None:
    data = pickle.dumps({b"data": np.arange(50), b"labels": list(range(20))}, protocol=2)
    for end in range(len(data)):
        with pytest.raises(ValueError, match="The file"):
            pickled_arrays.read(data[:end])
