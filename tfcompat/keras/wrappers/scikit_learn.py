"""Keras 2's wrappers for scikit-learn (tf.keras.wrappers.scikit_learn): KerasClassifier and KerasRegressor."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat.keras.models import Model, Sequential
from tfcompat.keras.utils.numerical import to_categorical


class BaseWrapper:
    """A function that makes a compiled model, as a scikit-learn estimator.

    build_fn: the function, or an object that is one; a subclass may be one itself. sk_params: arguments of it, and of
    the model's `fit`, `predict` and `evaluate`; ValueError for others.
    """

    def __init__(self, build_fn: Any = None, **sk_params: Any) -> None:
        self.build_fn = build_fn
        self.sk_params = sk_params
        self.check_params(sk_params)

    def _maker(self) -> Callable[..., Any]:
        return self.__call__ if self.build_fn is None else self.build_fn  # type: ignore[attr-defined]

    def check_params(self, params: dict[str, Any]) -> None:
        """ValueError for a name that no function takes."""
        taken = [Sequential.fit, Sequential.predict, Model.predict_classes, Sequential.evaluate, self._maker()]
        known = {name for function in taken for name in inspect.signature(function).parameters}
        for name in params:
            if name not in known and name != "nb_epoch":
                raise ValueError(f"{name} is not a legal parameter")

    def get_params(self, **_: Any) -> dict[str, Any]:
        """The parameters, `build_fn` among them."""
        return {**copy.deepcopy(self.sk_params), "build_fn": self.build_fn}

    def set_params(self, **params: Any) -> Any:
        """Changes parameters."""
        self.check_params(params)
        self.sk_params.update(params)
        return self

    def filter_sk_params(self, fn: Callable[..., Any], override: dict[str, Any] | None = None) -> dict[str, Any]:
        """The parameters that `fn` takes, with those of `override`."""
        names = inspect.signature(fn).parameters
        return {**{k: v for k, v in self.sk_params.items() if k in names}, **(override or {})}

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Makes and trains a model; returns its History."""
        make = self._maker()
        self.model = make(**self.filter_sk_params(make))
        categorical = self.model.loss == "categorical_crossentropy" or (
            getattr(self.model.loss, "__name__", "") == "categorical_crossentropy"
        )
        if categorical and np.ndim(y) != 2:
            y = to_categorical(y)
        return self.model.fit(x, y, **self.filter_sk_params(Model.fit, kwargs))


class KerasClassifier(BaseWrapper):
    """A classifier; labels are class numbers, in any order, or one-hot."""

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Makes and trains a model; returns its History. ValueError for labels of a wrong shape."""
        y = np.array(y)
        if y.ndim == 2 and y.shape[1] > 1:
            self.classes_ = np.arange(y.shape[1])
        elif y.ndim == 1 or (y.ndim == 2 and y.shape[1] == 1):
            self.classes_ = np.unique(y)
            y = np.searchsorted(self.classes_, y)
        else:
            raise ValueError(f"Invalid shape for y: {y.shape}")
        self.n_classes_ = len(self.classes_)
        return super().fit(x, y, **kwargs)

    def predict(self, x: Any, **kwargs: Any) -> Any:
        """The most probable classes."""
        return self.classes_[self.model.predict_classes(x, **self.filter_sk_params(Model.predict_classes, kwargs))]

    def predict_proba(self, x: Any, **kwargs: Any) -> Any:
        """The probability of each class."""
        found = self.model.predict(x, **self.filter_sk_params(Model.predict, kwargs))
        return np.hstack([1 - found, found]) if found.shape[1] == 1 else found

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The accuracy, which the model must have among its metrics: ValueError else."""
        y = np.searchsorted(self.classes_, y)
        if self.model.loss == "categorical_crossentropy" and np.ndim(y) != 2:
            y = to_categorical(y, self.n_classes_)
        found = self.model.evaluate(x, y, return_dict=True, **self.filter_sk_params(Model.evaluate, kwargs))
        for name in ("accuracy", "acc"):
            if name in found:
                return found[name]
        raise ValueError(
            'The model is not configured to compute accuracy. You should pass `metrics=["accuracy"]` to the '
            "`model.compile()` method."
        )


class KerasRegressor(BaseWrapper):
    """A regressor."""

    def predict(self, x: Any, **kwargs: Any) -> Any:
        """The predictions."""
        return np.squeeze(self.model.predict(x, **self.filter_sk_params(Model.predict, kwargs)))

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """Minus the loss: higher is better."""
        loss = self.model.evaluate(x, y, **self.filter_sk_params(Model.evaluate, kwargs))
        return -(loss[0] if isinstance(loss, list) else loss)
