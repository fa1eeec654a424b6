"""Shapes as Keras 2's `compute_output_shape` tells them: TensorShapes, whatever it is called with."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from tfcompat._core.shapes import TensorShape
from tfcompat.keras import _version, tree
from tfcompat.keras._graph import Operation
from tfcompat.keras._keras_tensor import KerasTensor, SymbolicShape
from tfcompat.keras.layers._keras2_configs import keras_name

# Layers that give back what they are called with, and not a TensorShape.
_GIVING_BACK = frozenset(
    "Activation ActivityRegularization BatchNormalization Discretization Dropout GroupNormalization Hashing "
    "IntegerLookup LayerNormalization Masking Normalization RandomContrast RandomFlip RandomRotation RandomTranslation "
    "RandomZoom Rescaling SpatialDropout1D SpatialDropout2D SpatialDropout3D StringLookup UnitNormalization".split()
)


def in_keras2_shapes(compute_output_shape: Callable[..., Any]) -> Callable[..., Any]:
    """`compute_output_shape` of a class of Keras's, which gives TensorShapes where this is Keras 2.

    For the shapes of symbolic tensors they are such shapes, which may have symbolic sizes.
    """

    @functools.wraps(compute_output_shape)
    def told(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not _version.is_legacy():
            return compute_output_shape(self, *args, **kwargs)
        given = (*args, *kwargs.values())
        if _is_symbolic(given):
            return tree.map_shape_structure(SymbolicShape, compute_output_shape(self, *args, **kwargs))
        sizes = {name: _sizes(shape) for name, shape in kwargs.items()}
        found = compute_output_shape(self, *map(_sizes, args), **sizes)
        if keras_name(type(self)) in _GIVING_BACK and found == _sizes(given[0]):
            return given[0]
        return _shapes(found)

    return told


def inferred(layer: Any, input_shape: Any) -> Any:
    """The shapes of what a layer's `call` gives for inputs of the given shapes; Keras 2's way where nothing tells them.

    NotImplementedError where `call` raises a TypeError.
    """
    if not layer.built:
        layer.build(input_shape)
    inputs = tree.map_shape_structure(lambda shape: KerasTensor(shape, dtype=layer.compute_dtype), _sizes(input_shape))
    try:
        outputs = Operation.compute_output_spec(layer, inputs)
    except TypeError as error:
        raise NotImplementedError(
            "We could not automatically infer the shape of the layer's output. Please implement the "
            f"`compute_output_shape` method on your layer ({type(layer).__name__})."
        ) from error
    return tree.map_structure(lambda x: TensorShape(x.shape), outputs)


def _is_symbolic(shape: Any) -> bool:
    if isinstance(shape, SymbolicShape):
        return True
    parts = shape.values() if isinstance(shape, dict) else shape
    return isinstance(shape, (list, tuple, dict)) and any(map(_is_symbolic, parts))


def _sizes(shape: Any) -> Any:
    """A shape, or a nest of them, in tuples of sizes; None for an unknown one."""
    if isinstance(shape, TensorShape):
        return None if shape.rank is None else tuple(shape)
    if isinstance(shape, list) and all(size is None or isinstance(size, int) for size in shape):
        return tuple(shape)
    if isinstance(shape, dict):
        return {key: _sizes(part) for key, part in shape.items()}
    if isinstance(shape, (list, tuple)) and not isinstance(shape, SymbolicShape):
        return type(shape)(_sizes(part) if isinstance(part, (list, tuple, TensorShape)) else part for part in shape)
    return shape


def _shapes(found: Any) -> Any:
    """What Keras 3 tells of shapes, as Keras 2 does: several of them in a list."""
    shapes = tree.map_shape_structure(TensorShape, found)
    return list(shapes) if isinstance(shapes, tuple) else shapes
