"""What tf.io.parse_example needs for the features, the label and the weights of a classifier or regressor."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.feature_column._numeric import NumericColumn


def _spec(feature_columns: Any, label_key: str, label_spec: Any, weight_column: Any) -> dict[str, Any]:
    found = tf.feature_column.make_parse_example_spec(feature_columns)
    if label_key in found:
        raise ValueError(f"label should not be used as feature. label_key: {label_key}, features: {found.keys()}")
    found[label_key] = label_spec
    if weight_column is None:
        return found
    if isinstance(weight_column, str):
        weight_column = tf.feature_column.numeric_column(weight_column)
    if not isinstance(weight_column, NumericColumn):
        raise ValueError(
            "weight_column should be an instance of tf.feature_column.numeric_column. Given type: "
            f"{type(weight_column)} value: {weight_column}"
        )
    if weight_column.key in found:
        raise ValueError(
            f"weight_column should not be used as feature. weight_column: {weight_column.key}, features: {found.keys()}"
        )
    return {**found, **weight_column.parse_example_spec}


def classifier_parse_example_spec(
    feature_columns: Any,
    label_key: str,
    label_dtype: Any = tf.int64,
    label_default: Any = None,
    weight_column: Any = None,
) -> dict[str, Any]:
    """What tf.io.parse_example takes for a classifier's data (tf.estimator.classifier_parse_example_spec).

    label_key: the label's name, of dtype tf.string, int64 or float32. weight_column: a name or numeric column, or None.
    ValueError where the label or the weights are among the features.
    """
    spec = tf.io.FixedLenFeature((1,), label_dtype, label_default)
    return _spec(feature_columns, label_key, spec, weight_column)


def regressor_parse_example_spec(
    feature_columns: Any,
    label_key: str,
    label_dtype: Any = tf.float32,
    label_default: Any = None,
    label_dimension: int = 1,
    weight_column: Any = None,
) -> dict[str, Any]:
    """What tf.io.parse_example takes for a regressor's data (tf.estimator.regressor_parse_example_spec).

    As classifier_parse_example_spec; label_dimension: how many numbers a label has.
    """
    spec = tf.io.FixedLenFeature((label_dimension,), label_dtype, label_default)
    return _spec(feature_columns, label_key, spec, weight_column)
