"""Layers that make one tensor of several, and the functions that make and call them at once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from tfcompat.keras import _version, ops
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.layers._call import get_mask, set_mask
from tfcompat.keras.layers._composites import dense_of, is_sparse, merged
from tfcompat.keras.layers.base import Layer
from tfcompat.linalg.products import einsum


def _broadcast(a: Any, b: Any) -> Any:
    """The shape that shapes without the batch broadcast to; None where one is not known."""
    if a is None or b is None:
        return None
    if len(a) < len(b):
        a, b = b, a
    found = []
    for x, y in zip(a[len(a) - len(b) :], b):
        if x is not None and y is not None and x != y and 1 not in (x, y):
            raise ValueError(f"Inputs have incompatible shapes. Received shapes {a} and {b}")
        found.append(None if x is None or y is None else y if x == 1 else x)
    return (*a[: len(a) - len(b)], *found)


def _broadcast_all(shapes: Any) -> Any:
    return functools.reduce(_broadcast, [None if shape is None else tuple(shape[1:]) for shape in shapes])


def _check_masks(inputs: Any, mask: Any) -> None:
    """ValueError unless both are lists of one length."""
    if not isinstance(mask, (tuple, list)):
        raise ValueError(f"`mask` should be a list. Received: mask={mask}")
    if not isinstance(inputs, (tuple, list)):
        raise ValueError(f"`inputs` should be a list. Received: inputs={inputs}")
    if len(mask) != len(inputs):
        raise ValueError(
            f"The lists `inputs` and `mask` should have the same length. Received: inputs={inputs} of length "
            f"{len(inputs)}, and mask={mask} of length {len(mask)}"
        )


def _ignores_masks(inputs: Any) -> bool:
    """Whether the values that masks drop take part: where there are none, and in Keras 2."""
    return _version.is_legacy() or all(get_mask(x) is None for x in inputs)


class Merge(Layer):
    """The base class of layers that are called on a list of tensors, which they broadcast to one shape.

    _keeps_sparse: how sparse tensors give a sparse one, see `merged`; "" where they are made dense.
    """

    _keeps_sparse = ""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self._reshape_required = False

    def build(self, input_shape: Any) -> None:
        """Checks the inputs' shapes: ValueError where they are no list, or can't be broadcast together."""
        if not isinstance(input_shape[0], (tuple, list)):
            raise ValueError(
                f"A merge layer should be called on a list of inputs. Received: input_shape={input_shape} (not a list "
                "of shapes)"
            )
        batches = {shape[0] for shape in input_shape if shape} - {None}
        if len(batches) > 1:
            raise ValueError(
                f"Cannot merge tensors with different batch sizes. Received tensors with shapes {input_shape}"
            )
        _broadcast_all(input_shape)
        self._reshape_required = None in input_shape or len({len(shape) for shape in input_shape}) != 1

    def _merge_function(self, inputs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must implement `_merge_function`.")

    def call(self, inputs: Any) -> Any:
        """The merged inputs; those of smaller rank get axes of size 1 behind the batch."""
        if not isinstance(inputs, (list, tuple)):
            raise ValueError(
                f"A merge layer should be called on a list of inputs. Received: inputs={inputs} (not a list of tensors)"
            )
        if any(is_sparse(x) for x in inputs):
            result = merged(self._keeps_sparse, inputs, getattr(self, "axis", -1))
            if result is not None:
                return result
            inputs = [dense_of(x) for x in inputs]
        if self._reshape_required:
            rank = max(len(x.shape) for x in inputs)
            inputs = [ops.expand_dims(x, tuple(range(1, 1 + rank - len(x.shape)))) for x in inputs]
        return self._merge_function(inputs)

    def _fold(self, merge: Callable[[Any, Any], Any], inputs: Any) -> Any:
        return functools.reduce(merge, inputs)

    def _fold_kept(self, merge: Callable[[Any, Any], Any], inputs: Any) -> Any:
        """The inputs merged where masks keep them; where all have masks, the outputs' is their union."""
        if _ignores_masks(inputs):
            return functools.reduce(merge, inputs)
        output = output_mask = None
        for x in inputs:
            mask = get_mask(x)
            mask = None if mask is None else ops.broadcast_to(ops.expand_dims(mask, -1), ops.shape(x))
            if output is None:
                output, output_mask = x, mask
                continue
            x = x if mask is None else ops.where(mask, x, output)
            output = output if output_mask is None else ops.where(output_mask, output, x)
            both = mask is not None and output_mask is not None
            output_mask = ops.logical_or(output_mask, mask) if both else None
            output = merge(output, x)
        if output_mask is not None:
            set_mask(output, ops.any(output_mask, axis=-1))
        return output

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape that the inputs' shapes broadcast to."""
        batches = {shape[0] for shape in input_shape if shape is not None} - {None}
        return (next(iter(batches)) if len(batches) == 1 else None, *_broadcast_all(input_shape))

    def compute_output_spec(self, inputs: Any) -> Any:
        """A KerasTensor of the outputs' shape; sparse where all inputs are."""
        shape = self.compute_output_shape([x.shape for x in inputs])
        return KerasTensor(shape, dtype=self.compute_dtype, sparse=all(x.sparse for x in inputs))

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The union of the inputs' masks, None where one has none; in Keras 2 what all masks that there are keep."""
        if mask is None:
            return None
        _check_masks(inputs, mask)
        masks = [m for m in mask if m is not None]
        if _version.is_legacy():
            return functools.reduce(ops.logical_and, masks) if masks else None
        return functools.reduce(ops.logical_or, masks) if len(masks) == len(mask) else None

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return super().get_config()


class Add(Merge):
    """The sum of tensors (tf.keras.layers.Add). ValueError where their shapes can't be broadcast together."""

    _keeps_sparse = "Add"

    def _merge_function(self, inputs: Any) -> Any:
        return self._fold(ops.add, inputs)


class Subtract(Merge):
    """The first tensor minus the second (tf.keras.layers.Subtract). ValueError for other than two."""

    def build(self, input_shape: Any) -> None:
        """Checks the inputs' shapes and that there are two."""
        super().build(input_shape)
        if len(input_shape) != 2:
            raise ValueError(
                f"A `Subtract` layer should be called on exactly 2 inputs. Received: input_shape={input_shape}"
            )

    def _merge_function(self, inputs: Any) -> Any:
        if len(inputs) != 2:
            raise ValueError(f"A `Subtract` layer should be called on exactly 2 inputs. Received: inputs={inputs}")
        return ops.subtract(*inputs)


class Multiply(Merge):
    """The product of tensors; what masks drop counts as 1, what all drop gives 0 (tf.keras.layers.Multiply)."""

    _keeps_sparse = "Multiply"

    def _merge_function(self, inputs: Any) -> Any:
        if _ignores_masks(inputs):
            return self._fold(ops.multiply, inputs)
        masks = [get_mask(x) for x in inputs]
        kept = [
            None if mask is None else ops.broadcast_to(ops.expand_dims(mask, -1), ops.shape(x))
            for x, mask in zip(inputs, masks)
        ]
        factors = [x if mask is None else ops.where(mask, x, ops.cast(1, x.dtype)) for x, mask in zip(inputs, kept)]
        output = self._fold(ops.multiply, factors)
        if any(mask is None for mask in masks):
            return output
        union = functools.reduce(ops.logical_or, kept)
        output = ops.where(union, output, ops.cast(0, output.dtype))
        set_mask(output, ops.any(union, axis=-1))
        return output


class Average(Merge):
    """The mean of tensors (tf.keras.layers.Average)."""

    def _merge_function(self, inputs: Any) -> Any:
        return ops.divide(self._fold(ops.add, inputs), len(inputs))


class Maximum(Merge):
    """The largest of tensors' elements, among what masks keep (tf.keras.layers.Maximum)."""

    def _merge_function(self, inputs: Any) -> Any:
        return self._fold_kept(ops.maximum, inputs)


class Minimum(Merge):
    """The smallest of tensors' elements, among what masks keep (tf.keras.layers.Minimum)."""

    def _merge_function(self, inputs: Any) -> Any:
        return self._fold_kept(ops.minimum, inputs)


class Concatenate(Merge):
    """Tensors joined along an axis (tf.keras.layers.Concatenate).

    axis: counts the batch, as the first. ValueError where sizes differ along another axis.
    """

    _keeps_sparse = "Concatenate"

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def build(self, input_shape: Any) -> None:
        """Checks the inputs' shapes."""
        if len(input_shape) < 1 or not isinstance(input_shape[0], (tuple, list)):
            raise ValueError(
                "A `Concatenate` layer should be called on a list of at least 1 input. Received: "
                f"input_shape={input_shape}"
            )
        rest = []
        for shape in input_shape:
            axis = self.axis % len(shape) if shape else 0
            rest.append([size for i, size in enumerate(shape) if i != axis])
        fit = len({len(shape) for shape in rest}) == 1 and all(len(set(sizes) - {None}) <= 1 for sizes in zip(*rest))
        if not fit:
            raise ValueError(
                "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis. "
                f"Received: input_shape={input_shape}"
            )

    def _merge_function(self, inputs: Any) -> Any:
        return ops.concatenate(inputs, axis=self.axis)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The first shape, with the sum of the sizes along the axis."""
        if not isinstance(input_shape, (tuple, list)) or not isinstance(input_shape[0], (tuple, list)):
            raise ValueError(
                f"A `Concatenate` layer should be called on a list of inputs. Received: input_shape={input_shape}"
            )
        sizes = [shape[self.axis] for shape in input_shape]
        shape = list(input_shape[0])
        shape[self.axis] = None if None in sizes else sum(sizes)
        return tuple(shape)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The masks joined, all true for inputs that have none; None where none has one.

        A position is kept where one of its elements is; in Keras 2 where all are.
        """
        if mask is None:
            return None
        _check_masks(inputs, mask)
        if all(m is None for m in mask):
            return None
        masks = []
        for x, m in zip(inputs, mask):
            if m is None:
                m = ops.ones_like(x, dtype="bool")
            elif len(m.shape) < len(x.shape):
                m = ops.expand_dims(m, -1)
                m = m if _version.is_legacy() else ops.logical_or(m, ops.zeros_like(x, dtype="bool"))
            masks.append(m)
        joined = ops.concatenate(masks, axis=self.axis)
        return ops.all(joined, axis=-1) if _version.is_legacy() else ops.any(joined, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "axis": self.axis}


def _dot_axes(axes: Any, ranks: tuple[int, int]) -> list[int]:
    """The axis of each tensor that is summed over, counted from the front."""
    both = [axes, axes] if isinstance(axes, int) else list(axes)
    return [axis % rank if axis < 0 else axis for axis, rank in zip(both, ranks)]


def batch_dot(x: Any, y: Any, axes: list[int]) -> Any:
    """The products of two batches of tensors, summed over an axis of each; (batch, 1) for matrices.

    ValueError for ranks below 2, batches or axes of different sizes, and the batch as an axis.
    """
    shapes = f"{tuple(x.shape)} and {tuple(y.shape)}"
    rank_x, rank_y = len(x.shape), len(y.shape)
    if rank_x < 2 or rank_y < 2:
        raise ValueError(f"Cannot do batch_dot on inputs with rank < 2. Received inputs with shapes {shapes}.")
    if x.shape[0] != y.shape[0] and None not in (x.shape[0], y.shape[0]):
        raise ValueError(
            f"Cannot do batch_dot on inputs with different batch sizes. Received inputs with shapes {shapes}."
        )
    if 0 in axes:
        raise ValueError(
            "Cannot perform batch_dot over axis 0. If your inputs are not batched, add a dummy batch dimension to your "
            "inputs using keras.ops.expand_dims(x, 0)"
        )
    a, b = axes
    if x.shape[a] != y.shape[b]:
        raise ValueError(
            f"Cannot do batch_dot on inputs with shapes {shapes} with axes={axes}. x.shape[{a}] != y.shape[{b}] "
            f"({x.shape[a]} != {y.shape[b]})."
        )
    letters = iter("cdefghijklmnopqrstuvwxyz")
    left = ["b", *("a" if i == a else next(letters) for i in range(1, rank_x))]
    right = ["b", *("a" if i == b else next(letters) for i in range(1, rank_y))]
    kept = "".join(letter for letter in left + right[1:] if letter != "a")
    product = einsum(f"{''.join(left)},{''.join(right)}->{kept}", x, y)
    return ops.expand_dims(product, -1) if rank_x == rank_y == 2 else product


class Dot(Merge):
    """The products of two tensors, summed over an axis of each (tf.keras.layers.Dot).

    axes: an int for both, or a pair. normalize: whether the tensors are first brought to length 1 along it, which gives
    cosines. ValueError where the sizes differ.
    """

    def __init__(self, axes: Any, normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(axes, int):
            if not isinstance(axes, (list, tuple)):
                raise TypeError(
                    f"Invalid type for argument `axes`: it should be a list or an int. Received: axes={axes}"
                )
            if len(axes) != 2:
                raise ValueError(
                    f"Invalid format for argument `axes`: it should contain two elements. Received: axes={axes}"
                )
            if not all(isinstance(axis, int) for axis in axes):
                raise ValueError(
                    f"Invalid format for argument `axes`: list elements should be integers. Received: axes={axes}"
                )
        self.axes = axes
        self.normalize = normalize

    def build(self, input_shape: Any) -> None:
        """Checks the inputs' shapes."""
        if not isinstance(input_shape[0], (tuple, list)) or len(input_shape) != 2:
            raise ValueError(
                f"A `Dot` layer should be called on a list of 2 inputs. Received: input_shape={input_shape}"
            )
        a, b = input_shape
        i, j = _dot_axes(self.axes, (len(a), len(b)))
        if a[i] != b[j]:
            raise ValueError(
                f"Incompatible input shapes: axis values {a[i]} (at axis {i}) != {b[j]} (at axis {j}). Full input "
                f"shapes: {a}, {b}"
            )

    def _merge_function(self, inputs: Any) -> Any:
        if len(inputs) != 2:
            raise ValueError(f"A `Dot` layer should be called on exactly 2 inputs. Received: inputs={inputs}")
        axes = _dot_axes(self.axes, (len(inputs[0].shape), len(inputs[1].shape)))
        x, y = (ops.normalize(x, axis=axis) if self.normalize else x for x, axis in zip(inputs, axes))
        return batch_dot(x, y, axes)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The axes of both that are left, but for the second's batch."""
        if not isinstance(input_shape, (tuple, list)) or len(input_shape) != 2:
            raise ValueError(
                f"A `Dot` layer should be called on a list of 2 inputs. Received: input_shape={input_shape}"
            )
        a, b = (list(shape) for shape in input_shape)
        i, j = _dot_axes(self.axes, (len(a), len(b)))
        del a[i], b[j]
        shape = a + b[1:]
        return tuple(shape if len(shape) > 1 else [*shape, 1])

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """None."""
        return None

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "axes": self.axes, "normalize": self.normalize}


def add(inputs: Any, **kwargs: Any) -> Any:
    """Add(**kwargs)(inputs) (tf.keras.layers.add)."""
    return Add(**kwargs)(inputs)


def subtract(inputs: Any, **kwargs: Any) -> Any:
    """Subtract(**kwargs)(inputs) (tf.keras.layers.subtract)."""
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Any, **kwargs: Any) -> Any:
    """Multiply(**kwargs)(inputs) (tf.keras.layers.multiply)."""
    return Multiply(**kwargs)(inputs)


def average(inputs: Any, **kwargs: Any) -> Any:
    """Average(**kwargs)(inputs) (tf.keras.layers.average)."""
    return Average(**kwargs)(inputs)


def maximum(inputs: Any, **kwargs: Any) -> Any:
    """Maximum(**kwargs)(inputs) (tf.keras.layers.maximum)."""
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Any, **kwargs: Any) -> Any:
    """Minimum(**kwargs)(inputs) (tf.keras.layers.minimum)."""
    return Minimum(**kwargs)(inputs)


def concatenate(inputs: Any, axis: int = -1, **kwargs: Any) -> Any:
    """Concatenate(axis, **kwargs)(inputs) (tf.keras.layers.concatenate)."""
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(inputs: Any, axes: Any = -1, **kwargs: Any) -> Any:
    """Dot(axes, **kwargs)(inputs) (tf.keras.layers.dot)."""
    return Dot(axes=axes, **kwargs)(inputs)
