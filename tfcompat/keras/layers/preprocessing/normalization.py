"""keras.layers.Normalization."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

import tfcompat
from tfcompat.keras import ops
from tfcompat.keras._version import is_legacy
from tfcompat.keras.layers.preprocessing import _checks
from tfcompat.keras.layers.preprocessing.data_layer import DataLayer


class Normalization(DataLayer):
    """(inputs - mean) / sqrt(variance), or back where `invert` (tf.keras.layers.Normalization).

    axis: those along which each place has a mean and variance of its own; None for one of all. mean, variance: numbers
    or arrays that broadcast to these axes; without them `adapt` takes them from data.
    """

    def __init__(
        self, axis: Any = -1, mean: Any = None, variance: Any = None, invert: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.axis = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        self.input_mean, self.input_variance, self.invert = mean, variance, invert
        self.supports_masking = True
        self._build_input_shape: Any = None
        self.mean: Any = None
        self.variance: Any = None
        if (mean is None) != (variance is None):
            raise ValueError(
                "When setting values directly, both `mean` and `variance` must be set. "
                f"Received: mean={mean} and variance={variance}"
            )
        if mean is not None:
            self._check_values(np.shape(mean), np.shape(variance))

    def _check_values(self, mean: tuple[int, ...], variance: tuple[int, ...]) -> None:
        if mean != variance:
            raise ValueError(
                "When setting values directly, `mean` and `variance` must have the same shape. "
                f"Received: mean shape {mean} and variance shape {variance}"
            )
        if len(mean) > len(self.axis):
            raise ValueError(
                "The rank of `mean` must be less than or equal to the number of axes "
                f"({len(self.axis)}). Received: mean shape {mean} for axis {self.axis}"
            )

    def build(self, input_shape: Any) -> None:
        """Makes the weights, or brings the given mean and variance to the inputs' shape."""
        if input_shape is None:
            return
        shape = tuple(input_shape)
        rank = len(shape)
        if any(not -rank <= axis < rank for axis in self.axis):
            raise ValueError(
                "All `axis` values must be in the range [-ndim, ndim). "
                f"Received inputs with ndim={rank}, while axis={self.axis}"
            )
        self._build_input_shape = shape
        self._keep_axis = tuple(sorted(axis % rank for axis in self.axis))
        for axis in self._keep_axis:
            if shape[axis] is None:
                raise ValueError(
                    "All `axis` values to be kept must have a known shape. "
                    f"Received axis={self.axis}, inputs.shape={shape}, with unknown axis at index {axis}"
                )
        self._reduce_axis = tuple(axis for axis in range(rank) if axis not in self._keep_axis)
        self._broadcast_shape = [shape[axis] if axis in self._keep_axis else 1 for axis in range(rank)]
        if self.input_mean is not None:
            self.mean, self.variance = (self._spread(v) for v in (self.input_mean, self.input_variance))
            return
        kept = tuple(shape[axis] for axis in self._keep_axis)
        options: dict[str, Any] = {"trainable": False}
        self.adapt_mean = self.add_weight(name="mean", shape=kept, initializer="zeros", **options)
        self.adapt_variance = self.add_weight(name="variance", shape=kept, initializer="ones", **options)
        self.count = self.add_weight(name="count", shape=(), dtype="int", initializer="zeros", **options)
        self.built = True
        self.finalize_state()

    def _spread(self, value: Any) -> Any:
        """A given mean or variance, whose axes are the last of those kept, in the shape that inputs broadcast with."""
        array = np.asarray(_checks.plain(value), dtype="float64")
        shape = [1] * len(self._broadcast_shape)
        for axis, size in zip(self._keep_axis[len(self._keep_axis) - array.ndim :], array.shape, strict=True):
            shape[axis] = size
        with tfcompat.init_scope():  # a graph that builds the layer must not own the value
            return ops.convert_to_tensor(
                np.broadcast_to(array.reshape(shape), self._broadcast_shape), self.compute_dtype
            )

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Takes mean and variance from an array, a tf.data.Dataset, a keras.utils.PyDataset or an iterable of batches.

        In Keras 2 also from a list of numbers, at most `steps` batches; its batch_size decides nothing. TypeError for
        other data, ValueError for no batches or for shapes that do not fit.
        """
        given: Any = data
        if is_legacy() and isinstance(given, (list, tuple)) and all(isinstance(x, (int, float)) for x in given):
            data = np.asarray(given, dtype="float32")
        found = self._batches(data)
        found = found if found is None else itertools.islice(found, steps)
        if found is None:
            self._fit(tuple(data.shape))
            mean, variance, _ = self._moments(data)
        else:
            mean, variance = self._combined(found)
        self.adapt_mean.assign(mean)
        self.adapt_variance.assign(variance)
        self.finalize_state()

    def _batches(self, data: Any) -> Any:
        """An iterator over batches, None for an array."""
        from tfcompat.keras.utils.py_dataset import PyDataset

        if isinstance(data, np.ndarray) or ops.is_tensor(data):
            return None
        if isinstance(data, PyDataset):
            return (data[i] for i in range(len(data)))  # type: ignore[arg-type]
        spec = getattr(data, "element_spec", None)
        if spec is not None:  # a tf.data.Dataset: of single examples where what it has are vectors
            first = spec[0] if isinstance(spec, tuple) else spec
            return iter(data.batch(128) if len(first.shape) == 1 else data)
        if hasattr(data, "__iter__"):
            return iter(data)
        raise TypeError(
            f"Unsupported data type: {type(data)}. `adapt` supports `np.ndarray`, tensors, `tf.data.Dataset`, "
            "`keras.utils.PyDataset`, and iterables of batches (e.g. list, generator)."
        )

    def _fit(self, shape: tuple[Any, ...]) -> None:
        """Builds the layer for data of a shape, or checks it against what it was built for."""
        if not self.built:
            self.build(shape)
            return
        mine = self._build_input_shape
        if len(shape) != len(mine) or any(shape[axis] != mine[axis] for axis in self._keep_axis):
            raise ValueError(
                f"The layer was built with input_shape={mine}, but adapt() is being called with data with an "
                f"incompatible shape, data.shape={shape}"
            )

    def _moments(self, batch: Any) -> tuple[np.ndarray, np.ndarray, int]:
        """Mean, variance and number of the elements that are averaged over."""
        array = np.asarray(batch.numpy() if ops.is_tensor(batch) else batch)
        if array.dtype.kind != "f" or array.dtype.itemsize < 4:
            array = array.astype("float64" if array.dtype.kind != "f" else "float32")
        count = math.prod(array.shape[axis] for axis in self._reduce_axis)
        return np.mean(array, axis=self._reduce_axis), np.var(array, axis=self._reduce_axis), count

    def _combined(self, found: Any) -> tuple[Any, Any]:
        """Mean and variance over batches: each adds its share, and what its mean differs by."""
        first = next(found, None)
        if first is None:
            raise ValueError(
                "adapt() received an empty iterable (no batches). Expected at least one batch. Pass a non-empty "
                "iterable of arrays or tensors, e.g. layer.adapt([x]) or layer.adapt(list_of_batches)."
            )
        mean: Any = 0.0
        variance: Any = 0.0
        total = 0
        for batch in itertools.chain([first], found):
            batch = batch[0] if isinstance(batch, tuple) else batch
            if not hasattr(batch, "shape"):
                raise TypeError(
                    "adapt() expects an iterable that yields arrays or tensors with a `.shape` attribute (e.g. numpy "
                    f"arrays or backend tensors). Got an element of type {type(batch).__name__}. Ensure each yielded "
                    "element is array-like with a `.shape` attribute."
                )
            self._fit(tuple(batch.shape))
            own_mean, own_variance, count = self._moments(batch)
            total += count
            share = count / total
            new_mean = mean * (1 - share) + own_mean * share
            variance = (variance + (mean - new_mean) ** 2) * (1 - share) + (
                own_variance + (own_mean - new_mean) ** 2
            ) * share
            mean = new_mean
        return mean, variance

    def finalize_state(self) -> None:
        """Makes what `call` uses of the weights."""
        if self.input_mean is not None or not self.built:
            return
        with tfcompat.init_scope():
            self.mean, self.variance = (
                ops.cast(ops.reshape(weight, self._broadcast_shape), self.compute_dtype)
                for weight in (self.adapt_mean, self.adapt_variance)
            )

    def call(self, inputs: Any) -> Any:
        """The normalized inputs; ValueError before the layer is built."""
        if self.mean is None:
            raise ValueError("You must call `.build(input_shape)` on the layer before using it.")
        inputs = ops.cast(ops.convert_to_tensor(inputs), self.compute_dtype)
        deviation = ops.maximum(ops.sqrt(self.variance), 1e-7)
        if self.invert:
            return ops.add(self.mean, ops.multiply(inputs, deviation))
        return ops.divide(ops.subtract(inputs, self.mean), deviation)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = {
            "axis": self.axis,
            "invert": self.invert,
            "mean": np.array(_checks.plain(self.input_mean)).tolist(),
            "variance": np.array(_checks.plain(self.input_variance)).tolist(),
        }
        return {**super().get_config(), **own}

    def load_own_variables(self, store: Any) -> None:
        """Takes the weights back."""
        super().load_own_variables(store)
        self.finalize_state()

    def get_build_config(self) -> dict[str, Any] | None:
        """The shape that the layer was built for."""
        return {"input_shape": self._build_input_shape} if self._build_input_shape else None

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds the layer as it was built."""
        if config:
            self.build(config["input_shape"])
