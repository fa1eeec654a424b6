"""The variables of optimizers from files: in Keras 3's order, or as Keras 2's optimizers had them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def assign(optimizer: Any, values: Sequence[Any]) -> None:
    """Gives a built optimizer the values of a file; ValueError for values that are no such optimizer's.

    Keras 2 counts the learning rate to the configuration, and so do its files; it has a momentum for SGD without one;
    and Nadam's product of momenta, which it does not keep, follows from the number of steps.
    """
    variables = optimizer.variables
    if len(values) == len(variables) and _fit(variables, values):
        optimizer.set_weights(list(values))
        return
    own = [v for v in variables if v is not optimizer._learning_rate]
    product = getattr(optimizer, "_u_product", None)
    kept = [v for v in own if v is not product]
    values = list(values)
    if len(values) == len(kept) + 1 and product is not None:
        product.assign(values.pop(1))  # the first Nadam of Keras 2 does keep it
    elif product is not None and len(values) == len(kept):
        product.assign(optimizer._product_after(int(values[0])))
    elif len(kept) == 1 and type(optimizer).__name__ == "SGD":
        values = values[:1]
    if len(values) != len(kept) or not _fit(kept, values):
        raise ValueError(f"The optimizer has {len(variables)} variables. Received: {len(values)} values.")
    for variable, value in zip(kept, values):
        variable.assign(value)


def _fit(variables: Sequence[Any], values: Sequence[Any]) -> bool:
    return all(tuple(v.shape) == np.shape(value) for v, value in zip(variables, values))
