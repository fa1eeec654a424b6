"""tf.keras.metrics: what is measured while training and evaluating, by name, as functions or as objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat import _keras_modules, _names
from tfcompat._keras_modules import to_snake_case
from tfcompat.keras._version import by_version
from tfcompat.keras.losses.functions import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_hinge,
    hinge,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
)
from tfcompat.keras.metrics.accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from tfcompat.keras.metrics.auc import AUC
from tfcompat.keras.metrics.base import Metric
from tfcompat.keras.metrics.confusion import (
    FalseNegatives,
    FalsePositives,
    Precision,
    PrecisionAtRecall,
    Recall,
    RecallAtPrecision,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
    TrueNegatives,
    TruePositives,
)
from tfcompat.keras.metrics.f_score import F1Score, FBetaScore
from tfcompat.keras.metrics.iou import BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU
from tfcompat.keras.metrics.keras2 import MeanRelativeError, MeanTensor
from tfcompat.keras.metrics.means import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CategoricalHinge,
    CosineSimilarity,
    Hinge,
    KLDivergence,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    RootMeanSquaredError,
    SparseCategoricalCrossentropy,
    SquaredHinge,
    cosine_similarity,
)
from tfcompat.keras.metrics.reductions import Mean, MeanMetricWrapper, Sum
from tfcompat.keras.metrics.regression import (
    ConcordanceCorrelation,
    PearsonCorrelation,
    R2Score,
    concordance_correlation,
    pearson_correlation,
)

mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
kld = KLD = kullback_leibler_divergence = kl_divergence
logcosh = log_cosh

_CLASSES: list[Any] = [
    Metric, Mean, Sum, MeanMetricWrapper, MeanSquaredError, RootMeanSquaredError, MeanAbsoluteError,
    MeanAbsolutePercentageError, MeanSquaredLogarithmicError, CosineSimilarity, LogCoshError, Hinge, SquaredHinge,
    CategoricalHinge, KLDivergence, Poisson, BinaryCrossentropy, CategoricalCrossentropy,
    SparseCategoricalCrossentropy, Accuracy, BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy,
    TopKCategoricalAccuracy, SparseTopKCategoricalAccuracy, AUC, FalseNegatives, FalsePositives, TrueNegatives,
    TruePositives, Precision, Recall, PrecisionAtRecall, RecallAtPrecision, SensitivityAtSpecificity,
    SpecificityAtSensitivity, FBetaScore, F1Score, IoU, BinaryIoU, MeanIoU, OneHotIoU, OneHotMeanIoU, R2Score,
    PearsonCorrelation, ConcordanceCorrelation, MeanTensor, MeanRelativeError,
]  # fmt: skip
ALL_OBJECTS_DICT: dict[str, Any] = {cls.__name__: cls for cls in _CLASSES}
ALL_OBJECTS_DICT |= {to_snake_case(cls.__name__): cls for cls in _CLASSES}
for _cls, _aliases in {
    BinaryCrossentropy: "bce BCE",
    MeanSquaredError: "mse MSE",
    MeanAbsoluteError: "mae MAE",
    MeanAbsolutePercentageError: "mape MAPE",
    MeanSquaredLogarithmicError: "msle MSLE",
    KLDivergence: "kld KLD",
    LogCoshError: "logcosh",
}.items():
    ALL_OBJECTS_DICT |= dict.fromkeys(_aliases.split(), _cls)


# What Keras 2 has functions for, under these names.
_FUNCTIONS = (
    "mean_squared_error mse MSE mean_absolute_error mae MAE mean_absolute_percentage_error mape MAPE "
    "mean_squared_logarithmic_error msle MSLE log_cosh logcosh hinge squared_hinge categorical_hinge poisson "
    "kullback_leibler_divergence binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy "
    "binary_accuracy categorical_accuracy sparse_categorical_accuracy top_k_categorical_accuracy "
    "sparse_top_k_categorical_accuracy"
).split()
_OF_KERAS2: dict[str, Any] = {**ALL_OBJECTS_DICT, **{name: globals()[name] for name in _FUNCTIONS}}
_OF_KERAS2 |= dict.fromkeys(("cosine_similarity", "cosine_proximity"), cosine_similarity)


def serialize(metric: Any, use_legacy_format: bool = False) -> Any:
    """The serialized form of a metric, in Keras 2's first format where `use_legacy_format`."""
    from tfcompat.keras.saving.serialization import serialize_as

    return serialize_as(metric, use_legacy_format)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None, use_legacy_format: bool = False) -> Any:
    """The metric of a name or of what `serialize` returned."""
    from tfcompat.keras.saving.serialization import deserialize_as

    table = by_version(ALL_OBJECTS_DICT, _OF_KERAS2)
    return deserialize_as(config, table, custom_objects, use_legacy_format, "metric function")


def get(identifier: Any) -> Callable[..., Any] | None:
    """The metric of a name, config, class or callable; None for None. ValueError for anything else."""
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        found = deserialize(identifier)
    elif isinstance(identifier, str):
        from tfcompat.keras.saving.registration import get_registered_object

        found = get_registered_object(identifier, module_objects=by_version(ALL_OBJECTS_DICT, _OF_KERAS2))
    else:
        found = identifier
    found = found() if isinstance(found, type) else found
    if not callable(found):
        raise ValueError(f"Could not interpret metric identifier: {identifier}")
    return found


__all__ = [name for name in dir() if not name.startswith("_") and name not in ("Any", "Callable", "annotations")]  # pyright: ignore[reportUnsupportedDunderAll]

_keras_modules.name_classes(globals())
__getattr__ = _names.module_getattr("tf.keras.metrics", globals())
