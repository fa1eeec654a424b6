"""tf.keras.datasets.boston_housing: prices of houses in the suburbs of Boston in the 1970s."""

from __future__ import annotations

from typing import Any

from tfcompat import _names
from tfcompat.keras.datasets._files import BASE, arrays_of_npz, check_share, fetched, shuffled_parts

_HASH = "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"


def load_data(path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113) -> Any:
    """((x, y) for training, (x, y) for testing): 13 numbers for each of 506 houses, and prices in 1,000 dollars.

    test_split: the share for testing; seed: of the order. ValueError for a share outside of [0, 1).
    """
    check_share(test_split)
    found = arrays_of_npz(fetched(path, f"{BASE}boston_housing.npz", file_hash=_HASH))
    return shuffled_parts(found["x"], found["y"], test_split, seed)


__getattr__ = _names.module_getattr("tf.keras.datasets.boston_housing", globals())
