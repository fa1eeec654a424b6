"""tensorflow.python.ops.random_ops' functions that have no public name, and distributions.util's for seeds."""

import hashlib
from typing import Any

from tfcompat import raw_ops
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.random_state import get_seed


def parameterized_truncated_normal(
    shape: Any,
    means: Any = 0.0,
    stddevs: Any = 1.0,
    minvals: Any = -2.0,
    maxvals: Any = 2.0,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Any:
    """Normal numbers of this shape and float dtype between bounds, each row of the batch with its parameters."""
    first, second = get_seed(seed)
    return raw_ops.ParameterizedTruncatedNormal(
        shape=shape,
        means=convert_to_tensor(means, dtype),
        stdevs=convert_to_tensor(stddevs, dtype),
        minvals=convert_to_tensor(minvals, dtype),
        maxvals=convert_to_tensor(maxvals, dtype),
        seed=first or 0,
        seed2=second or 0,
        name=name,
    )


def gen_new_seed(seed: int | None, salt: str) -> int | None:
    """Another seed, of 31 bits, that follows from a seed and a salt; None where there is no seed."""
    if seed is None:
        return None
    digest = hashlib.md5(f"{seed}{salt}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], "big") & 0x7FFFFFFF
