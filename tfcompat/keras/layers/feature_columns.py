"""Keras 2's layers over the feature columns of tf.feature_column."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.feature_column._columns import (
    DenseColumn,
    FeatureTransformationCache,
    SequenceDenseColumn,
    StateManager,
    deserialize_feature_column,
    normalized,
    serialize_feature_column,
    with_training,
)
from tfcompat.keras import tree
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._naming import name_scope
from tfcompat.keras.layers.base import Layer


class _FeaturesLayer(Layer):
    """The columns of a dict of features, side by side."""

    _column_type: type

    def __init__(
        self,
        feature_columns: Any,
        trainable: bool = True,
        name: str | None = None,
        partitioner: Any = None,
        **kwargs: Any,
    ) -> None:
        if partitioner is not None:
            raise NotImplementedError(
                f"{type(self).__name__}(partitioner={partitioner!r}): tfcompat does not divide variables."
            )
        super().__init__(name=name, trainable=trainable, **kwargs)
        self._convert_input_args = False
        self._allow_non_tensor_positional_args = True
        self._columns: tuple[Any, ...] = tuple(normalized(feature_columns))
        self._state_manager = StateManager(self, trainable)
        for column in self._columns:
            if not isinstance(column, self._column_type):
                raise ValueError(
                    f"Items of feature_columns must be a {self._column_type}. You can wrap a categorical column with "
                    f"an embedding_column or indicator_column. Given: {column}"
                )

    def build(self, input_shape: Any = None) -> None:
        """Makes the columns' variables."""
        for column in self._columns:
            with name_scope(column.name):
                column.create_state(self._state_manager)
        self.built = True

    def _leading(self, shape: Any) -> tuple[Any, ...]:
        """The dimensions before those of a column's vectors, for the shape of its tensor."""
        raise NotImplementedError(f"{type(self).__name__} must define `_leading`.")

    def _flat(self, column: Any, tensor: Any) -> Any:
        """A column's tensor with one vector for each row or step."""
        leading = self._leading(tf.shape(tensor))
        return tf.reshape(tensor, (*leading, column.variable_shape.num_elements()))

    def _joined(self, tensors: list[Any]) -> Any:
        _need_same_batch(tensors, self._columns)
        return tf.concat(tensors, -1)

    def _width(self) -> int:
        return sum(column.variable_shape.num_elements() for column in self._columns)

    def get_config(self) -> dict[str, Any]:
        """The columns and Layer's arguments."""
        columns = [serialize_feature_column(column) for column in self._columns]
        return {**super().get_config(), "feature_columns": columns, "partitioner": None}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The layer that `get_config` described; `custom_objects` has the columns' functions by name."""
        by_name: dict[str, Any] = {}
        columns = [deserialize_feature_column(c, custom_objects, by_name) for c in config["feature_columns"]]
        return cls(**{**config, "feature_columns": columns})


class DenseFeatures(_FeaturesLayer):
    """The dense columns of a dict of features, by name, as [batch, size] (tf.keras.layers.DenseFeatures, Keras 2).

    feature_columns: one or several of tf.feature_column's; ValueError for columns of categories, which indicator_column
    and embedding_column make dense. Called with `cols_to_output_tensors`, a dict, it also gives each column's part.
    """

    _column_type = DenseColumn

    def _leading(self, shape: Any) -> tuple[Any, ...]:
        return (shape[0],)

    def call(self, features: Any, cols_to_output_tensors: dict[Any, Any] | None = None, training: Any = None) -> Any:
        """The columns side by side; ValueError for features that are no dict."""
        cache = FeatureTransformationCache(_need_dict(features))
        parts = []
        for column in self._columns:
            tensor = with_training(column.get_dense_tensor, training)(cache, self._state_manager)
            parts.append(self._flat(column, tensor))
            if cols_to_output_tensors is not None:
                cols_to_output_tensors[column] = parts[-1]
        return self._joined(parts)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """[batch, size], whatever the shapes of the features."""
        return (_batch(input_shape), self._width())

    def compute_output_spec(
        self, features: Any, cols_to_output_tensors: dict[Any, Any] | None = None, training: Any = None
    ) -> KerasTensor:
        """[batch, size] of float32; ValueError for features that are no dict."""
        return KerasTensor(self.compute_output_shape(_shapes(features)), dtype="float32")


class SequenceFeatures(_FeaturesLayer):
    """The sequence columns of a dict of features (tf.keras.experimental.SequenceFeatures, Keras 2).

    Gives their steps side by side, [batch, time, size], and the lengths of the sequences, [batch] of int64. ValueError
    for columns that are not of sequences; InvalidArgumentError where the features' sequences differ in length.
    """

    _column_type = SequenceDenseColumn

    def __init__(self, feature_columns: Any, trainable: bool = True, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(feature_columns, trainable=trainable, name=name, **kwargs)

    def _leading(self, shape: Any) -> tuple[Any, ...]:
        return (shape[0], shape[1])

    def call(self, features: Any, training: Any = None) -> tuple[Any, Any]:
        """The steps and the lengths; ValueError for features that are no dict."""
        cache = FeatureTransformationCache(_need_dict(features))
        parts, lengths = [], []
        for column in self._columns:
            read = with_training(column.get_sequence_dense_tensor, training)
            tensor, length = read(cache, self._state_manager)
            parts.append(self._flat(column, tensor))
            lengths.append(length)
        _need_same_batch(lengths, self._columns)
        for other in lengths[1:]:
            tf.debugging.assert_equal(lengths[0], other)
        return self._joined(parts), lengths[0]

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """[batch, time, size], whatever the shapes of the features."""
        return (_batch(input_shape), None, self._width())

    def compute_output_spec(self, features: Any, training: Any = None) -> tuple[KerasTensor, KerasTensor]:
        """[batch, time, size] of float32, and [batch] of int64."""
        shape = self.compute_output_shape(_shapes(features))
        return KerasTensor(shape, dtype="float32"), KerasTensor(shape[:1], dtype="int64")


def _need_dict(features: Any) -> dict[str, Any]:
    if not isinstance(features, dict):
        raise ValueError("We expected a dictionary here. Instead we got: ", features)
    return features


def _shapes(features: Any) -> list[Any]:
    return [tuple(value.shape) for value in _need_dict(features).values()]


def _batch(shapes: Any) -> Any:
    """The batch's size, of one shape or of several."""
    found: list[Any] = []
    tree.map_shape_structure(found.append, shapes)
    return found[0][0] if found else None


def _need_same_batch(tensors: list[Any], columns: Any) -> None:
    known = [(column.name, tensor.shape[0]) for column, tensor in zip(columns, tensors) if tensor.shape[0] is not None]
    for name, size in known[1:]:
        if size != known[0][1]:
            raise ValueError(
                "Batch size (first dimension) of each feature must be same. Batch size of columns "
                f"({known[0][0]}, {name}): ({known[0][1]}, {size})"
            )


__all__ = ["DenseFeatures", "SequenceFeatures"]
