"""tf.keras.datasets.california_housing: prices of houses in California in 1990."""

from __future__ import annotations

from typing import Any

from tfcompat import _names
from tfcompat.keras.datasets._files import BASE, arrays_of_npz, check_share, fetched, shuffled_parts

_HASH = "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"


def load_data(
    version: str = "large", path: str = "california_housing.npz", test_split: float = 0.2, seed: int = 113
) -> Any:
    """((x, y) for training, (x, y) for testing): 8 numbers for each of 20,640 districts, and prices in dollars.

    version: "large", or "small" for 600 of them. test_split: the share for testing; seed: of the order.
    """
    check_share(test_split)
    if version not in ("small", "large"):
        raise ValueError(f"Argument `version` must be one of 'small', 'large'. Received: version={version}")
    found = arrays_of_npz(fetched(path, f"{BASE}california_housing.npz", file_hash=_HASH))
    kept = slice(600) if version == "small" else slice(None)
    return shuffled_parts(found["x"][kept], found["y"][kept], test_split, seed)


__getattr__ = _names.module_getattr("tf.keras.datasets.california_housing", globals())
