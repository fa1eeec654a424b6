"""Keras 2's KerasClassifier and KerasRegressor, and the estimators where scikit-learn is there."""

import numpy as np
import pytest

import tfcompat as tf
from tfcompat.keras.wrappers.scikit_learn import KerasClassifier, KerasRegressor

keras = tf.keras
X = np.random.RandomState(0).rand(30, 3).astype("float32")
Y = (X.sum(1) > 1.5).astype(int)


def build(units: int = 4, loss: str = "binary_crossentropy") -> keras.Model:
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(units, activation="relu"), keras.layers.Dense(1, activation="sigmoid")]
    )
    model.compile(keras.optimizers.Adam(0.1), loss, metrics=["accuracy"])
    return model


def test_classifier() -> None:
    keras.utils.set_random_seed(0)
    classifier = KerasClassifier(build, units=8, epochs=30, verbose=0)
    names = np.array([5, 9])[Y]
    classifier.fit(X, names)
    assert classifier.model.layers[0].units == 8
    assert set(classifier.predict(X).ravel()) <= {5, 9}
    assert classifier.predict_proba(X).shape == (30, 2)
    assert classifier.score(X, names) > 0.9
    assert classifier.get_params()["units"] == 8
    with pytest.raises(ValueError, match="not a legal parameter"):
        classifier.set_params(nothing=1)


def test_regressor() -> None:
    regressor = KerasRegressor(build, loss="mse", epochs=2, verbose=0)
    regressor.fit(X, Y.astype("float32"))
    assert regressor.predict(X).shape == (30,)
    assert regressor.score(X, Y.astype("float32")) <= 0


def test_estimators_need_scikit_learn() -> None:
    try:
        import sklearn  # noqa: F401
    except ImportError:
        with pytest.raises(ImportError, match="scikit-learn"):
            keras.wrappers.SKLearnClassifier(build)
        return
    one_hot = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="softmax")])
    one_hot.compile("adam", "categorical_crossentropy")
    classifier = keras.wrappers.SKLearnClassifier(one_hot, fit_kwargs={"epochs": 2, "verbose": 0})
    assert set(classifier.fit(X, np.array(["no", "yes"])[Y]).predict(X)) <= {"no", "yes"}
