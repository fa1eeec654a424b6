"""tf.compat.v1.estimator.inputs: input_fns of numpy arrays and of pandas DataFrames.

They read through a queue in TensorFlow; here they are datasets, whose elements are the same.
"""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat import _names

_TARGET = "__target_key__"


def _input_fn(
    columns: dict[Any, Any], batch_size: int, num_epochs: int | None, shuffle: bool, queue_capacity: int, unpack: Any
) -> Callable[[], Any]:
    """An input_fn of arrays by their names; `unpack` makes of a batch what it gives."""

    def input_fn() -> Any:
        size = len(next(iter(columns.values())))
        data = tf.data.Dataset.from_tensor_slices({str(i): v for i, v in enumerate(columns.values())})
        names = list(columns)
        if shuffle:
            data = data.shuffle(min(max(queue_capacity, 1), max(size, 1)))
        data = data.repeat(num_epochs).batch(batch_size)
        iterator = tf.compat.v1.data.make_one_shot_iterator(data)
        batch = iterator.get_next()
        return unpack({name: batch[str(i)] for i, name in enumerate(names)})

    return input_fn


def _shapes(arrays: Any) -> Any:
    return {name: value.shape for name, value in arrays.items()} if isinstance(arrays, dict) else arrays.shape


def _need_shuffle(shuffle: Any) -> None:
    if shuffle not in (True, False):
        raise ValueError(
            "shuffle must be provided and explicitly set as boolean (it is recommended to set it as True for "
            "training);"
            f" got {shuffle}"
        )


def numpy_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool | None = None,
    queue_capacity: int = 1000,
    num_threads: int = 1,
) -> Callable[[], Any]:
    """An input_fn of numpy arrays (tf.compat.v1.estimator.inputs.numpy_input_fn).

    x: an array, or {name: array}. y: the labels, an array, a dict of them or None. num_epochs: None for no end.
    queue_capacity: how many examples are shuffled at once. num_threads changes nothing. ValueError for arrays of
    different lengths, for an empty dict, for names that x and y share, and unless `shuffle` is a bool.
    """
    _need_shuffle(shuffle)

    def input_fn() -> Any:
        if isinstance(x, dict) and not x:
            raise ValueError("x cannot be an empty dict")
        features = {"__direct_np_input__": x} if not isinstance(x, dict) else collections.OrderedDict(sorted(x.items()))
        for value in [*features.values(), *(y.values() if isinstance(y, dict) else [] if y is None else [y])]:
            if not isinstance(value, np.ndarray):
                raise TypeError(f"x must be a dict or array; got {type(value).__name__}")
        if isinstance(y, dict):
            if not y:
                raise ValueError("y cannot be empty dict, use None instead.")
            shared = set(features) & set(y)
            if shared:
                raise ValueError(f"2 or more keys of x and y are duplicated: {shared}")
        labels = {} if y is None else {k: y[k] for k in sorted(y)} if isinstance(y, dict) else {_TARGET: y}
        columns = {**features, **labels}
        if len({len(value) for value in columns.values()}) > 1:
            raise ValueError(
                "Length of tensors in x and y is mismatched. All elements in x and y must have the same length.\n"
                f"Shapes in x: {_shapes(features)}\nShapes in y: {_shapes(y)}\n"
            )

        def unpack(batch: dict[Any, Any]) -> Any:
            found: Any = {name: batch[name] for name in features}
            found = found if isinstance(x, dict) else found["__direct_np_input__"]
            if y is None:
                return found
            return found, ({name: batch[name] for name in labels} if isinstance(y, dict) else batch[_TARGET])

        return _input_fn(columns, batch_size, num_epochs, bool(shuffle), queue_capacity, unpack)()

    return input_fn


def pandas_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool | None = None,
    queue_capacity: int = 1000,
    num_threads: int = 1,
    target_column: str = "target",
) -> Callable[[], Any]:
    """An input_fn of a pandas DataFrame (tf.compat.v1.estimator.inputs.pandas_input_fn).

    x: the features' DataFrame. y: the labels, a Series or DataFrame of the same index, or None. target_column: a name
    for them. The rest as `numpy_input_fn` takes it. TypeError for what is no name, ValueError for one that x has, and
    for another index.
    """
    _need_shuffle(shuffle)
    if not isinstance(target_column, str):
        raise TypeError("target_column must be a string type")
    x = x.copy()
    labels: list[str] = []
    if y is not None:
        if target_column in x:
            raise ValueError(
                f"Cannot use name {target_column} for target column: DataFrame already has a column with that name: "
                f"{x.columns}"
            )
        if not np.array_equal(x.index, y.index):
            raise ValueError(f"Index for x and y are mismatched.\nIndex for x: {x.index}\nIndex for y: {y.index}\n")
        if hasattr(y, "columns"):
            found = [f"{target_column}_{name}" for name in y.columns]
            for name, column in zip(found, y.columns, strict=True):
                x[name] = y[column]
            labels, told = found, list(y.columns)
        else:
            x[target_column] = y
            labels, told = [target_column], []
    columns = {name: _array(x[name]) for name in x.columns}

    def unpack(batch: dict[Any, Any]) -> Any:
        features = {name: value for name, value in batch.items() if name not in labels}
        if y is None:
            return features
        if not told:
            return features, batch[target_column]
        return features, {name: batch[label] for name, label in zip(told, labels, strict=True)}

    return _input_fn(columns, batch_size, num_epochs, bool(shuffle), queue_capacity, unpack)


def _array(series: Any) -> np.ndarray:
    """The values of a column; text as bytes do, whatever pandas keeps it in."""
    values = series.to_numpy()
    if values.dtype.kind not in "biuf":
        return np.array([str(v) for v in values], dtype=object)
    return values


__all__ = ["numpy_input_fn", "pandas_input_fn"]

__getattr__ = _names.module_getattr("tf.compat.v1.estimator.inputs", globals())
