"""tf.keras.losses: what training makes small, by name, as functions or as objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat import _keras_modules, _names
from tfcompat.keras._version import by_version, is_legacy
from tfcompat.keras.losses.base import Loss
from tfcompat.keras.losses.base import LossFunctionWrapper as LossFunctionWrapper
from tfcompat.keras.losses.classes import (
    CTC,
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    CategoricalHinge,
    Circle,
    CosineSimilarity,
    Dice,
    Hinge,
    Huber,
    KLDivergence,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    SparseCategoricalCrossentropy,
    SquaredHinge,
    Tversky,
)
from tfcompat.keras.losses.functions import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_generalized_cross_entropy,
    categorical_hinge,
    circle,
    cosine_similarity,
    ctc,
    dice,
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
    tversky,
)

mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
kld = KLD = kullback_leibler_divergence = kl_divergence
logcosh = log_cosh


class Reduction:
    """Keras 2's names of reductions (tf.keras.losses.Reduction)."""

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All of them."""
        return (cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE)

    @classmethod
    def validate(cls, key: str) -> None:
        """ValueError where `key` is none of them."""
        if key not in cls.all():
            raise ValueError(f'Invalid Reduction Key: {key}. Expected keys are "{cls.all()}"')


_CLASSES: list[Any] = [
    Loss, LossFunctionWrapper, KLDivergence, Poisson, BinaryCrossentropy, BinaryFocalCrossentropy,
    CategoricalCrossentropy, CategoricalFocalCrossentropy, CategoricalGeneralizedCrossEntropy,
    SparseCategoricalCrossentropy, MeanSquaredError, MeanAbsoluteError, MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError, CosineSimilarity, LogCosh, Huber, Hinge, SquaredHinge, CategoricalHinge, Dice, Tversky,
    CTC, Circle,
]  # fmt: skip
_FUNCTIONS: list[Any] = [
    kl_divergence, poisson, binary_crossentropy, binary_focal_crossentropy, categorical_crossentropy,
    categorical_focal_crossentropy, categorical_generalized_cross_entropy, sparse_categorical_crossentropy,
    mean_squared_error, mean_absolute_error, mean_absolute_percentage_error, mean_squared_logarithmic_error,
    cosine_similarity, log_cosh, huber, hinge, squared_hinge, categorical_hinge, dice, tversky, ctc,
    circle,
]  # fmt: skip
ALL_OBJECTS_DICT: dict[str, Any] = {obj.__name__: obj for obj in _CLASSES + _FUNCTIONS}
ALL_OBJECTS_DICT |= {name: globals()[name] for name in ("mse", "MSE", "mae", "MAE", "mape", "MAPE", "msle", "MSLE")}
ALL_OBJECTS_DICT |= {
    "bce": binary_crossentropy,
    "BCE": binary_crossentropy,
    "kld": kl_divergence,
    "KLD": kl_divergence,
    "kullback_leibler_divergence": kl_divergence,
    "logcosh": log_cosh,
    "huber_loss": huber,  # as Keras 2 has it, too
}


def serialize(loss: Any, use_legacy_format: bool = False) -> Any:
    """The serialized form of a loss, in Keras 2's first format where `use_legacy_format`."""
    from tfcompat.keras.saving.serialization import serialize_as

    return serialize_as(loss, use_legacy_format)


def deserialize(name: Any, custom_objects: dict[str, Any] | None = None, use_legacy_format: bool = False) -> Any:
    """The loss of a name or of what `serialize` returned."""
    from tfcompat.keras.saving.serialization import deserialize_as

    return deserialize_as(name, ALL_OBJECTS_DICT, custom_objects, use_legacy_format, "loss function")


def get(identifier: Any) -> Callable[..., Any] | None:
    """The loss of a name, config, class or callable; None for None. ValueError for anything else.

    A function's name gives the function, a class's name ("MeanSquaredError") an object.
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        found = deserialize(identifier)
    elif isinstance(identifier, str) and is_legacy():
        found = deserialize(identifier, use_legacy_format=True)
    elif isinstance(identifier, str):
        from tfcompat.keras.saving.registration import get_registered_object

        found = get_registered_object(identifier, module_objects=ALL_OBJECTS_DICT)
    else:
        found = identifier
    found = found() if isinstance(found, type) else found
    if not callable(found):
        what = by_version("loss", "loss function")
        raise ValueError(f"Could not interpret {what} identifier: {identifier}")
    return found


_keras_modules.name_classes(globals())
__getattr__ = _names.module_getattr("tf.keras.losses", globals())
