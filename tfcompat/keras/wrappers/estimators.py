"""Models as scikit-learn estimators. Without scikit-learn the classes are there, and making one is an ImportError."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from tfcompat.keras.models import Model, clone_model

try:
    import sklearn  # pyright: ignore[reportMissingImports]
    from sklearn.base import (  # pyright: ignore[reportMissingImports]
        BaseEstimator,
        ClassifierMixin,
        RegressorMixin,
        TransformerMixin,
    )
except ImportError:
    sklearn: Any = None

    class BaseEstimator:  # type: ignore[no-redef]
        """Stands in for scikit-learn's."""

    class ClassifierMixin:  # type: ignore[no-redef]
        """Stands in for scikit-learn's."""

    class RegressorMixin:  # type: ignore[no-redef]
        """Stands in for scikit-learn's."""

    class TransformerMixin:  # type: ignore[no-redef]
        """Stands in for scikit-learn's."""


class _Estimator(BaseEstimator):  # pyright: ignore[reportGeneralTypeIssues]
    """What the wrappers share.

    model: a compiled model, which is cloned, or a function of (X, y, **model_kwargs) that makes one. fit_kwargs: what
    `fit` passes on to the model's. warm_start: kept for scikit-learn. ImportError without scikit-learn.
    """

    def __init__(
        self,
        model: Any,
        warm_start: bool = False,
        model_kwargs: dict[str, Any] | None = None,
        fit_kwargs: dict[str, Any] | None = None,
    ) -> None:
        if sklearn is None:
            raise ImportError(
                f"{type(self).__name__} requires `scikit-learn` to be installed. Run `pip install scikit-learn` to "
                "install it."
            )
        self.model = model
        self.warm_start = warm_start
        self.model_kwargs = model_kwargs
        self.fit_kwargs = fit_kwargs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
        tags.non_deterministic = True
        return tags

    def __sklearn_clone__(self) -> Any:
        model = self.model if callable(self.model) else copy.deepcopy(self.model)
        return type(self)(model, self.warm_start, self.model_kwargs)

    @property
    def epoch_(self) -> Any:
        """The epochs of the last `fit`; 0 before."""
        history = getattr(self, "history_", None)
        return 0 if history is None else history.epoch

    def set_fit_request(self, **kwargs: Any) -> Any:
        """Asks for metadata of `fit`; RuntimeError where scikit-learn's metadata routing is off."""
        if not sklearn.get_config().get("enable_metadata_routing", False):
            raise RuntimeError(
                "This method is only available when metadata routing is enabled. You can enable it using "
                "sklearn.set_config(enable_metadata_routing=True)."
            )
        from sklearn.utils.metadata_routing import MetadataRequest  # pyright: ignore[reportMissingImports]

        self._metadata_request = MetadataRequest(owner=type(self).__name__)
        for name, alias in kwargs.items():
            self._metadata_request.fit.add_request(param=name, alias=alias)
        return self

    def _validated(self, *data: Any, **options: Any) -> Any:
        try:
            from sklearn.utils.validation import validate_data  # pyright: ignore[reportMissingImports]
        except ImportError:  # scikit-learn before 1.6
            return self._validate_data(*data, **options)  # type: ignore[attr-defined] # pyright: ignore
        return validate_data(self, *data, **options)

    def fit(self, X: Any, y: Any, **kwargs: Any) -> Any:
        """Trains a new model; keywords go to its `fit`. RuntimeError for a model that is not compiled."""
        X, y = self._validated(X, y)
        y = self._encoded(y)
        if isinstance(self.model, Model):
            model = clone_model(self.model)
        else:
            model = self.model(X=X, y=y, **(self.model_kwargs or {}))
        if not model.compiled or not model.loss or not model.optimizer:
            raise RuntimeError("Given model needs to be compiled, and have a loss and an optimizer.")
        self.history_ = model.fit(X, y, **{**(self.fit_kwargs or {}), **kwargs})
        self.model_ = model
        return self

    def _outputs(self, X: Any) -> Any:
        from sklearn.utils.validation import check_is_fitted  # pyright: ignore[reportMissingImports]

        check_is_fitted(self)
        return self.model_.predict(self._validated(X, reset=False))

    def predict(self, X: Any) -> Any:
        """The model's predictions, in the form of the labels."""
        return self._decoded(self._outputs(X))

    def _kind_of(self, y: Any) -> str:
        from sklearn.utils.multiclass import type_of_target  # pyright: ignore[reportMissingImports]

        kind = type_of_target(y)
        if kind == "unknown":
            raise ValueError(f"Unknown label type for data: {y!r}")
        return kind

    def _encoded(self, y: Any) -> Any:
        """Labels as the model takes them; noted for `_decoded`."""
        self._kind_of(y)
        self._label_rank = y.ndim
        return y.reshape(-1, 1) if y.ndim == 1 else y

    def _decoded(self, y: Any) -> Any:
        return np.squeeze(y, axis=1) if self._label_rank == 1 and y.ndim == 2 else y


class SKLearnClassifier(ClassifierMixin, _Estimator):  # pyright: ignore[reportGeneralTypeIssues]
    """A model as a scikit-learn classifier (tf.keras.wrappers.SKLearnClassifier): labels become one-hot.

    ValueError for labels of other than two or more classes.
    """

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True
        return tags

    def decision_function(self, X: Any) -> Any:
        """The model's outputs."""
        return self._outputs(X)

    def _encoded(self, y: Any) -> Any:
        kind = self._kind_of(y)
        if kind not in ("binary", "multiclass"):
            raise ValueError(f"Only binary and multiclass target types are supported. Target type: {kind}")
        self._label_rank = y.ndim
        self.classes_, numbers = np.unique(y, return_inverse=True)
        if len(self.classes_) == 1:
            raise ValueError("Classifier can't train when only one class is present.")
        return np.eye(len(self.classes_))[numbers.reshape(-1)]

    def _decoded(self, y: Any) -> Any:
        found = self.classes_[y.argmax(-1)]
        return found if self._label_rank == 1 else found.reshape(-1, 1)


class SKLearnRegressor(RegressorMixin, _Estimator):  # pyright: ignore[reportGeneralTypeIssues]
    """A model as a scikit-learn regressor (tf.keras.wrappers.SKLearnRegressor)."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True
        return tags


class SKLearnTransformer(TransformerMixin, _Estimator):  # pyright: ignore[reportGeneralTypeIssues]
    """A model as a scikit-learn transformer (tf.keras.wrappers.SKLearnTransformer)."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags

    def transform(self, X: Any) -> Any:
        """The model's outputs."""
        return self._outputs(X)
