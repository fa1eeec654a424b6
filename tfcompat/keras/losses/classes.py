"""The losses as classes: functions with their arguments, a reduction and a name."""

from __future__ import annotations

from typing import Any

from tfcompat.keras._version import is_legacy
from tfcompat.keras.losses import functions
from tfcompat.keras.losses.base import Loss, LossFunctionWrapper


class _Named(LossFunctionWrapper):
    """A loss function as a class: `_function` is the function, `_arguments` are what the config keeps of its own."""

    _function: Any
    _arguments: tuple[str, ...] = ()
    _untold: tuple[str, ...] = ()  # arguments that Keras 2 lacks

    def _setup(self, reduction: Any, name: str | None, dtype: Any, **kwargs: Any) -> None:
        super().__init__(type(self)._function, reduction=reduction, name=name, dtype=dtype, **kwargs)
        for key in self._arguments:
            setattr(self, key, kwargs[key])

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        if is_legacy():
            own = {key: value for key, value in self._fn_kwargs.items() if key not in self._untold}
            return {**Loss.get_config(self), **own, "fn": self.fn.__name__}
        return {**Loss.get_config(self), **{key: getattr(self, key) for key in self._arguments}}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The loss that `get_config` described."""
        return cls(**{key: value for key, value in config.items() if key != "fn"})


class MeanSquaredError(_Named):
    """The mean of the squared errors (tf.keras.losses.MeanSquaredError)."""

    _function = staticmethod(functions.mean_squared_error)

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str = "mean_squared_error", dtype: Any = None
    ) -> None:
        self._setup(reduction, name, dtype)


class MeanAbsoluteError(_Named):
    """The mean of the absolute errors (tf.keras.losses.MeanAbsoluteError)."""

    _function = staticmethod(functions.mean_absolute_error)

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str = "mean_absolute_error", dtype: Any = None
    ) -> None:
        self._setup(reduction, name, dtype)


class MeanAbsolutePercentageError(_Named):
    """The mean of the absolute errors, in percent of the labels (tf.keras.losses.MeanAbsolutePercentageError)."""

    _function = staticmethod(functions.mean_absolute_percentage_error)

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str = "mean_absolute_percentage_error", dtype: Any = None
    ) -> None:
        self._setup(reduction, name, dtype)


class MeanSquaredLogarithmicError(_Named):
    """The mean of the logarithms' squared errors (tf.keras.losses.MeanSquaredLogarithmicError)."""

    _function = staticmethod(functions.mean_squared_logarithmic_error)

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str = "mean_squared_logarithmic_error", dtype: Any = None
    ) -> None:
        self._setup(reduction, name, dtype)


class CosineSimilarity(_Named):
    """Minus the cosine between labels and predictions (tf.keras.losses.CosineSimilarity)."""

    _function = staticmethod(functions.cosine_similarity)

    def __init__(
        self, axis: int = -1, reduction: Any = "sum_over_batch_size", name: str = "cosine_similarity", dtype: Any = None
    ) -> None:
        self._setup(reduction, name, dtype, axis=axis)


class Huber(_Named):
    """Squared errors up to `delta`, linear beyond (tf.keras.losses.Huber)."""

    _function = staticmethod(functions.huber)

    def __init__(
        self, delta: float = 1.0, reduction: Any = "sum_over_batch_size", name: str = "huber_loss", dtype: Any = None
    ) -> None:
        self._setup(reduction, name, dtype, delta=delta)


class LogCosh(_Named):
    """The logarithm of the errors' hyperbolic cosines (tf.keras.losses.LogCosh)."""

    _function = staticmethod(functions.log_cosh)

    def __init__(self, reduction: Any = "sum_over_batch_size", name: str = "log_cosh", dtype: Any = None) -> None:
        self._setup(reduction, name, dtype)


class Hinge(_Named):
    """max(1 - y_true * y_pred, 0) (tf.keras.losses.Hinge)."""

    _function = staticmethod(functions.hinge)

    def __init__(self, reduction: Any = "sum_over_batch_size", name: str = "hinge", dtype: Any = None) -> None:
        self._setup(reduction, name, dtype)


class SquaredHinge(_Named):
    """max(1 - y_true * y_pred, 0)^2 (tf.keras.losses.SquaredHinge)."""

    _function = staticmethod(functions.squared_hinge)

    def __init__(self, reduction: Any = "sum_over_batch_size", name: str = "squared_hinge", dtype: Any = None) -> None:
        self._setup(reduction, name, dtype)


class CategoricalHinge(_Named):
    """max(neg - pos + 1, 0) for one-hot labels (tf.keras.losses.CategoricalHinge)."""

    _function = staticmethod(functions.categorical_hinge)

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str = "categorical_hinge", dtype: Any = None
    ) -> None:
        self._setup(reduction, name, dtype)


class KLDivergence(_Named):
    """The Kullback-Leibler divergence of predictions from labels (tf.keras.losses.KLDivergence)."""

    _function = staticmethod(functions.kl_divergence)

    def __init__(self, reduction: Any = "sum_over_batch_size", name: str = "kl_divergence", dtype: Any = None) -> None:
        self._setup(reduction, name, dtype)


class Poisson(_Named):
    """The Poisson loss y_pred - y_true * log(y_pred) (tf.keras.losses.Poisson)."""

    _function = staticmethod(functions.poisson)

    def __init__(self, reduction: Any = "sum_over_batch_size", name: str = "poisson", dtype: Any = None) -> None:
        self._setup(reduction, name, dtype)


class BinaryCrossentropy(_Named):
    """The cross-entropy with labels 0 and 1 (tf.keras.losses.BinaryCrossentropy)."""

    _function = staticmethod(functions.binary_crossentropy)
    _arguments = ("from_logits", "label_smoothing", "axis")

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        self._setup(reduction, name, dtype, from_logits=from_logits, label_smoothing=label_smoothing, axis=axis)


class BinaryFocalCrossentropy(_Named):
    """Binary cross-entropy that looks at what is predicted badly (tf.keras.losses.BinaryFocalCrossentropy)."""

    _function = staticmethod(functions.binary_focal_crossentropy)
    _arguments = ("from_logits", "label_smoothing", "axis", "apply_class_balancing", "alpha", "gamma")

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str = "binary_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        self._setup(
            reduction,
            name,
            dtype,
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class CategoricalCrossentropy(_Named):
    """The cross-entropy with one-hot labels (tf.keras.losses.CategoricalCrossentropy)."""

    _function = staticmethod(functions.categorical_crossentropy)
    _arguments = ("from_logits", "label_smoothing", "axis")

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        self._setup(reduction, name, dtype, from_logits=from_logits, label_smoothing=label_smoothing, axis=axis)


class CategoricalFocalCrossentropy(_Named):
    """Categorical cross-entropy that looks at what is predicted badly
    (tf.keras.losses.CategoricalFocalCrossentropy).
    """

    _function = staticmethod(functions.categorical_focal_crossentropy)
    _arguments = ("from_logits", "label_smoothing", "axis", "alpha", "gamma")

    def __init__(
        self,
        alpha: Any = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str = "categorical_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        self._setup(
            reduction,
            name,
            dtype,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class SparseCategoricalCrossentropy(_Named):
    """The cross-entropy with class numbers as labels (tf.keras.losses.SparseCategoricalCrossentropy)."""

    _function = staticmethod(functions.sparse_categorical_crossentropy)
    _arguments = ("from_logits", "ignore_class")
    _untold = ("axis",)

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: Any = "sum_over_batch_size",
        axis: int = -1,
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        self._setup(reduction, name, dtype, from_logits=from_logits, ignore_class=ignore_class, axis=axis)


class CategoricalGeneralizedCrossEntropy(_Named):
    """Between cross-entropy and absolute error, by `q` in (0, 1)
    (tf.keras.losses.CategoricalGeneralizedCrossEntropy).
    """

    _function = staticmethod(functions.categorical_generalized_cross_entropy)
    _arguments = ("q",)

    def __init__(
        self,
        q: float = 0.5,
        reduction: Any = "sum_over_batch_size",
        name: str = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ) -> None:
        if not 0 < q < 1:
            raise ValueError(f"`q` must be in the interval (0, 1). Received: q={q}")
        self._setup(reduction, name, dtype, q=q)


class Dice(_Named):
    """1 - the Dice coefficient of labels and predictions (tf.keras.losses.Dice)."""

    _function = staticmethod(functions.dice)
    _arguments = ("axis",)

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str = "dice", axis: Any = None, dtype: Any = None
    ) -> None:
        self._setup(reduction, name, dtype, axis=axis)


class Tversky(_Named):
    """1 - the Tversky index of labels and predictions (tf.keras.losses.Tversky)."""

    _function = staticmethod(functions.tversky)
    _arguments = ("alpha", "beta", "axis")

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: Any = "sum_over_batch_size",
        name: str = "tversky",
        axis: Any = None,
        dtype: Any = None,
    ) -> None:
        self._setup(reduction, name, dtype, alpha=alpha, beta=beta, axis=axis)


class CTC(_Named):
    """How badly scores over time fit a sequence of labels, over all the ways to align them (tf.keras.losses.CTC)."""

    _function = staticmethod(functions.ctc)

    def __init__(self, reduction: Any = "sum_over_batch_size", name: str = "ctc", dtype: Any = None) -> None:
        self._setup(reduction, name, dtype)


class Circle(_Named):
    """Pulls embeddings of one label together and pushes the others apart (tf.keras.losses.Circle).

    The arguments are those of the function `circle`.
    """

    _function = staticmethod(functions.circle)
    _arguments = ("gamma", "margin", "remove_diagonal")

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: Any = "sum_over_batch_size",
        name: str = "circle",
        dtype: Any = None,
    ) -> None:
        self._setup(reduction, name, dtype, gamma=gamma, margin=margin, remove_diagonal=remove_diagonal)
