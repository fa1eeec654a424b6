"""tf.compat.v1.data: what tells a dataset's types, and makes its iterators, as TensorFlow 1 did."""

from __future__ import annotations

from typing import Any

from tfcompat.compat.v1._fallback import module_getattr
from tfcompat.data import _structure
from tfcompat.data._iterators import OwnedIterator
from tfcompat.data.dataset import Dataset as _Dataset


def _spec(dataset_or_iterator: Any) -> Any:
    if not isinstance(dataset_or_iterator, (_Dataset, OwnedIterator)):
        raise TypeError(
            "Invalid `dataset_or_iterator`. `dataset_or_iterator` must be a `tf.data.Dataset` or tf.data.Iterator "
            f"object, but got {type(dataset_or_iterator)}."
        )
    return dataset_or_iterator.element_spec


def get_output_shapes(dataset_or_iterator: Any) -> Any:
    """The shapes of an element, in its structure (tf.compat.v1.data.get_output_shapes)."""
    return _structure.legacy(_spec(dataset_or_iterator), "shapes")


def get_output_types(dataset_or_iterator: Any) -> Any:
    """The dtypes of an element, in its structure (tf.compat.v1.data.get_output_types)."""
    return _structure.legacy(_spec(dataset_or_iterator), "types")


def get_output_classes(dataset_or_iterator: Any) -> Any:
    """The classes of the parts of an element, in its structure (tf.compat.v1.data.get_output_classes)."""
    return _structure.legacy(_spec(dataset_or_iterator), "classes")


def make_one_shot_iterator(dataset: Any) -> Any:
    """An iterator over `dataset`: `iter(dataset)`, whose get_next() gives the elements."""
    _spec(dataset)
    return iter(dataset)


def make_initializable_iterator(dataset: Any, shared_name: str | None = None) -> Any:
    """Refused, as in eager TensorFlow: RuntimeError. Use `iter(dataset)`."""
    raise RuntimeError(
        "`make_initializable_iterator()` is not supported in eager mode. Use Python-style iteration instead."
    )


__getattr__ = module_getattr("tf.compat.v1.data", globals(), {})
