"""tf.test.compute_gradient: gradients by the tape beside gradients by finite differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.tape import GradientTape


def compute_gradient(f: Callable[..., Any], x: Sequence[Any], delta: float | None = None) -> tuple[Any, Any]:
    """The Jacobian of `f` by each of its arguments: by a tape, and by central differences (tf.test.compute_gradient).

    delta: the step of the differences; a power of two that suits the dtype where None. Returns two sequences of
    2-D arrays, a row for each element of the result and a column for each of the argument. ValueError where `x` is no
    sequence of floating tensors.
    """
    if not isinstance(x, (list, tuple)):
        raise ValueError(f"Argument `x` takes a list or tuple of the arguments of `f`, got {type(x)}.")
    tensors = [convert_to_tensor(a) for a in x]
    for t in tensors:
        if not (t.dtype.is_floating or t.dtype.is_complex):
            raise ValueError(f"`x` takes floating tensors, got dtype {t.dtype.name}.")
    exact = tuple(_by_tape(f, tensors, i) for i in range(len(tensors)))
    return exact, [_by_differences(f, tensors, i, delta) for i in range(len(tensors))]


def _by_tape(f: Callable[..., Any], x: Sequence[Any], i: int) -> np.ndarray:
    with GradientTape() as tape:
        tape.watch(x)
        y = f(*x)
    rows = tape.jacobian(y, x[i], unconnected_gradients="zero", experimental_use_pfor=False)
    size = int(np.prod(y.shape.as_list()))
    return rows.numpy().reshape(size, -1)


def _by_differences(f: Callable[..., Any], x: Sequence[Any], i: int, delta: float | None) -> np.ndarray:
    dtype = x[i].dtype
    if delta is None:
        delta = 2.0**-8 if dtype.real_dtype.size == 4 else 2.0**-5 if dtype.size == 2 else 2.0**-16
    base = np.array(x[i].numpy())
    steps = [delta, delta * 1j] if dtype.is_complex else [delta]
    columns = []
    for at in np.ndindex(base.shape):
        slopes = []
        for step in steps:
            ends = []
            for sign in (1, -1):
                moved = base.copy()
                moved[at] += sign * step
                args = [*x[:i], convert_to_tensor(moved, dtype), *x[i + 1 :]]
                ends.append(np.asarray(f(*args).numpy(), dtype=np.complex128 if dtype.is_complex else np.float64))
            slopes.append((ends[0] - ends[1]) / (2 * delta))
        # The gradient of a holomorphic function is the conjugate of its derivative, as tapes give it.
        column = slopes[0] if len(slopes) == 1 else np.conj((slopes[0] - 1j * slopes[1]) / 2)
        columns.append(np.ravel(column))
    size = columns[0].size if columns else 0
    return np.stack(columns, axis=1).astype(base.dtype) if columns else np.zeros((size, 0), base.dtype)
