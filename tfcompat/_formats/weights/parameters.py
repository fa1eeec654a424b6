"""What a parameter of a torch.nn module is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Parameter(NamedTuple):
    """A parameter of a torch.nn module, made of weights of Keras's: its name and shape, its values, the rule used."""

    name: str
    shape: tuple[int, ...]
    values: Callable[[], np.ndarray]
    rule: str
