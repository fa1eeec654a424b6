"""Distributions of numbers: Normal, Uniform, Laplace, StudentT, Gamma, Exponential, Beta and Bernoulli."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

import tfcompat as tf
from tfcompat._core.ops import Value, op
from tfcompat.compat.v1.distributions._base import (
    FULLY_REPARAMETERIZED,
    NOT_REPARAMETERIZED,
    Distribution,
    RegisterKL,
    checked,
    new_seed,
)


@op("LogNdtr")
def _log_ndtr(x: Value) -> torch.Tensor:
    return torch.special.log_ndtr(x)


class _Scalar(Distribution):
    """A distribution of numbers by parameters that broadcast."""

    _names: tuple[str, ...] = ()

    def _begin(self, given: dict[str, Any], name: str, kind: Any = None, positive: tuple[str, ...] = ()) -> None:
        """Makes tensors of the arguments that `_names` tells, the attributes of these names with an underscore."""
        validate = given["validate_args"]
        with tf.name_scope(name) as scope:
            found: list[Any] = []
            for each in self._names:
                x = tf.convert_to_tensor(given[each], found[0].dtype if found else None, name=each)
                x = checked(x, tf.debugging.assert_positive, each, validate and each in positive)
                found.append(x)
        self._values = dict(zip(self._names, found))
        super().__init__(
            dtype=found[0].dtype,
            reparameterization_type=FULLY_REPARAMETERIZED,
            validate_args=validate,
            allow_nan_stats=given["allow_nan_stats"],
            parameters=given,
            name=scope,
        )

    def _batch_shape(self) -> Any:
        shape: Any = tf.TensorShape([])
        for x in self._values.values():
            shape = tf.broadcast_static_shape(shape, x.shape)
        return shape

    def _batch_shape_tensor(self) -> Any:
        shape: Any = tf.constant([], tf.int32)
        for x in self._values.values():
            shape = tf.broadcast_dynamic_shape(shape, tf.shape(x))
        return shape

    def _one(self) -> Any:
        return tf.ones(self._batch_shape_tensor(), self.dtype)


class Normal(_Scalar):
    """The normal distribution of mean `loc` and deviation `scale` (tf.compat.v1.distributions.Normal)."""

    _names = ("loc", "scale")

    def __init__(
        self, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Normal"
    ) -> None:
        self._begin(dict(locals()), name, positive=("scale",))

    loc: Any = property(lambda self: self._values["loc"], doc="The mean.")
    scale: Any = property(lambda self: self._values["scale"], doc="The standard deviation.")

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        return tf.random.normal(self._all(n), dtype=self.dtype, seed=seed) * self.scale + self.loc

    def _z(self, x: Any) -> Any:
        return (x - self.loc) / self.scale

    def _log_prob(self, x: Any) -> Any:
        return -0.5 * tf.square(self._z(x)) - (0.5 * math.log(2.0 * math.pi) + tf.math.log(self.scale))

    def _log_cdf(self, x: Any) -> Any:
        return _log_ndtr(self._z(x))

    def _cdf(self, x: Any) -> Any:
        return 0.5 * tf.math.erfc(-self._z(x) * math.sqrt(0.5))

    def _log_survival(self, x: Any) -> Any:
        return _log_ndtr(-self._z(x))

    def _survival(self, x: Any) -> Any:
        return 0.5 * tf.math.erfc(self._z(x) * math.sqrt(0.5))

    def _quantile(self, p: Any) -> Any:
        return tf.math.ndtri(p) * self.scale + self.loc

    def _entropy(self) -> Any:
        return 0.5 * math.log(2.0 * math.pi) + 0.5 + tf.math.log(self.scale * self._one())

    def _mean(self) -> Any:
        return self.loc * self._one()

    def _stddev(self) -> Any:
        return self.scale * self._one()

    def _variance(self) -> Any:
        return tf.square(self._stddev())

    _mode = _mean


class Laplace(_Scalar):
    """Laplace's distribution around `loc`, of width `scale` (tf.compat.v1.distributions.Laplace)."""

    _names = ("loc", "scale")

    def __init__(
        self, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Laplace"
    ) -> None:
        self._begin(dict(locals()), name, positive=("scale",))

    loc: Any = property(lambda self: self._values["loc"], doc="The mean.")
    scale: Any = property(lambda self: self._values["scale"], doc="The width.")

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        least = np.nextafter(self.dtype.as_numpy_dtype(-1.0), self.dtype.as_numpy_dtype(0.0))
        u = tf.random.uniform(self._all(n), least, 1.0, self.dtype, seed)
        return self.loc - self.scale * tf.sign(u) * tf.math.log1p(-tf.abs(u))

    def _z(self, x: Any) -> Any:
        return (x - self.loc) / self.scale

    def _log_prob(self, x: Any) -> Any:
        return -tf.abs(self._z(x)) - math.log(2.0) - tf.math.log(self.scale)

    def _cdf(self, x: Any) -> Any:
        z = self._z(x)
        return 0.5 + 0.5 * tf.sign(z) * (1.0 - tf.exp(-tf.abs(z)))

    def _entropy(self) -> Any:
        return math.log(2.0) + 1.0 + tf.math.log(self.scale * self._one())

    def _mean(self) -> Any:
        return self.loc * self._one()

    def _stddev(self) -> Any:
        return math.sqrt(2.0) * self.scale * self._one()

    def _variance(self) -> Any:
        return tf.square(self._stddev())

    _mode = _mean


class Uniform(_Scalar):
    """The uniform distribution over [low, high) (tf.compat.v1.distributions.Uniform)."""

    _names = ("low", "high")

    def __init__(
        self,
        low: Any = 0.0,
        high: Any = 1.0,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Uniform",
    ) -> None:
        self._begin(dict(locals()), name)

    low: Any = property(lambda self: self._values["low"], doc="The lower bound.")
    high: Any = property(lambda self: self._values["high"], doc="The upper bound.")

    def range(self, name: str = "range") -> Any:
        """``high - low``."""
        with self._scope(name):
            return self.high - self.low

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        return self.low + (self.high - self.low) * tf.random.uniform(self._all(n), dtype=self.dtype, seed=seed)

    def _prob(self, x: Any) -> Any:
        x = x * self._one()
        inside = 1.0 / ((self.high - self.low) * tf.ones_like(x))
        found = tf.where((x < self.low) | (x >= self.high), tf.zeros_like(x), inside)
        return tf.where(tf.math.is_nan(x), x, found)

    def _cdf(self, x: Any) -> Any:
        x = x * self._one()
        inside = (x - self.low) / (self.high - self.low)
        return tf.where(x < self.low, tf.zeros_like(x), tf.where(x >= self.high, tf.ones_like(x), inside))

    def _entropy(self) -> Any:
        return tf.math.log(self.high - self.low)

    def _mean(self) -> Any:
        return (self.low + self.high) / 2.0

    def _variance(self) -> Any:
        return tf.square(self.high - self.low) / 12.0

    def _stddev(self) -> Any:
        return (self.high - self.low) / math.sqrt(12.0)


class StudentT(_Scalar):
    """Student's distribution of `df` degrees of freedom around `loc` (tf.compat.v1.distributions.StudentT)."""

    _names = ("df", "loc", "scale")

    def __init__(
        self,
        df: Any,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "StudentT",
    ) -> None:
        self._begin(dict(locals()), name, positive=("df",))

    df: Any = property(lambda self: self._values["df"], doc="The degrees of freedom.")
    loc: Any = property(lambda self: self._values["loc"], doc="The middle.")
    scale: Any = property(lambda self: self._values["scale"], doc="The width.")

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        normal = tf.random.normal(self._all(n), dtype=self.dtype, seed=seed)
        df = self.df * self._one()
        gamma = tf.random.gamma([n], 0.5 * df, 0.5, self.dtype, new_seed(seed, "student_t"))
        return normal * tf.math.rsqrt(gamma / df) * self.scale + self.loc

    def _log_prob(self, x: Any) -> Any:
        y = (x - self.loc) / self.scale
        half = 0.5 * self.df
        whole = tf.math.log(tf.abs(self.scale)) + 0.5 * tf.math.log(self.df) + 0.5 * math.log(math.pi)
        whole += tf.math.lgamma(half) - tf.math.lgamma(half + 0.5)
        return -(half + 0.5) * tf.math.log1p(tf.square(y) / self.df) - whole

    def _cdf(self, x: Any) -> Any:
        y = (x - self.loc) / tf.abs(self.scale)
        below = 0.5 * tf.math.betainc(0.5 * self.df, 0.5 * tf.ones_like(y), self.df / (tf.square(y) + self.df))
        return tf.where(y < 0.0, below, 1.0 - below)

    def _entropy(self) -> Any:
        df = self.df * self._one()
        half = 0.5 * df
        beta = tf.math.lgamma(half) + tf.math.lgamma(0.5 * tf.ones_like(df)) - tf.math.lgamma(half + 0.5)
        digammas = (df + 1.0) / 2.0 * (tf.math.digamma((df + 1.0) / 2.0) - tf.math.digamma(half))
        return tf.math.log(tf.abs(self.scale)) + 0.5 * tf.math.log(df) + beta + digammas

    def _mean(self) -> Any:
        text = "mean not defined for components of df <= 1"
        return self._defined(self.loc * self._one(), self.df > self._one(), text)

    def _variance(self) -> Any:
        one = self._one()
        df = tf.where(self.df > 2.0, self.df - 2.0, one)
        finite = tf.square(self.scale) * self.df / df
        found = tf.where(self.df > 2.0 * one, finite, tf.fill(tf.shape(one), tf.constant(math.inf, self.dtype)))
        return self._defined(found, self.df > one, "variance not defined for components of df <= 1")

    def _mode(self) -> Any:
        return self.loc * self._one()


class Gamma(_Scalar):
    """The gamma distribution of a shape, `concentration`, and a `rate` (tf.compat.v1.distributions.Gamma)."""

    _names = ("concentration", "rate")

    def __init__(
        self,
        concentration: Any,
        rate: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Gamma",
    ) -> None:
        self._begin(dict(locals()), name, positive=("concentration", "rate"))

    concentration: Any = property(lambda self: self._values["concentration"], doc="The shape.")
    rate: Any = property(lambda self: self._values["rate"], doc="The inverse of the scale.")

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        return tf.random.gamma([n], self.concentration, self.rate, self.dtype, seed)

    def _log_prob(self, x: Any) -> Any:
        whole = tf.math.lgamma(self.concentration) - self.concentration * tf.math.log(self.rate)
        return tf.math.xlogy(self.concentration - 1.0, x) - self.rate * x - whole

    def _cdf(self, x: Any) -> Any:
        return tf.math.igamma(self.concentration * self._one(), self.rate * x)

    def _entropy(self) -> Any:
        a = self.concentration
        return a - tf.math.log(self.rate) + tf.math.lgamma(a) + (1.0 - a) * tf.math.digamma(a)

    def _mean(self) -> Any:
        return self.concentration / self.rate

    def _variance(self) -> Any:
        return self.concentration / tf.square(self.rate)

    def _stddev(self) -> Any:
        return tf.sqrt(self.concentration) / self.rate

    def _mode(self) -> Any:
        text = "mode not defined when any concentration <= 1"
        return self._defined((self.concentration - 1.0) / self.rate, self.concentration > 1.0, text)


class Exponential(Gamma):
    """The exponential distribution of a `rate` (tf.compat.v1.distributions.Exponential)."""

    _names = ("rate",)

    def __init__(
        self, rate: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Exponential"
    ) -> None:
        self._begin(dict(locals()), name, positive=("rate",))
        self._values = {"concentration": tf.ones([], self.dtype), **self._values}

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        least = np.finfo(self.dtype.as_numpy_dtype).tiny
        return -tf.math.log(tf.random.uniform(self._all(n), least, 1.0, self.dtype, seed)) / self.rate


class Beta(_Scalar):
    """The beta distribution of two concentrations (tf.compat.v1.distributions.Beta)."""

    _names = ("concentration1", "concentration0")

    def __init__(
        self,
        concentration1: Any = None,
        concentration0: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Beta",
    ) -> None:
        self._begin(dict(locals()), name, positive=self._names)

    concentration1: Any = property(lambda self: self._values["concentration1"], doc="The one of high values.")
    concentration0: Any = property(lambda self: self._values["concentration0"], doc="The one of low values.")
    total_concentration: Any = property(
        lambda self: self.concentration1 + self.concentration0, doc="The sum of the two."
    )

    def _both(self) -> tuple[Any, Any]:
        one = self._one()
        return self.concentration1 * one, self.concentration0 * one

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        a, b = self._both()
        first = tf.random.gamma([n], a, None, self.dtype, seed)
        return first / (first + tf.random.gamma([n], b, None, self.dtype, new_seed(seed, "beta")))

    def _whole(self) -> Any:
        a, b = self._both()
        return tf.math.lgamma(a) + tf.math.lgamma(b) - tf.math.lgamma(a + b)

    def _log_prob(self, x: Any) -> Any:
        a, b = self._both()
        return tf.math.xlogy(a - 1.0, x) + (b - 1.0) * tf.math.log1p(-x) - self._whole()

    def _cdf(self, x: Any) -> Any:
        return tf.math.betainc(*self._both(), x)

    def _entropy(self) -> Any:
        a, b = self._both()
        parts = (a - 1.0) * tf.math.digamma(a) + (b - 1.0) * tf.math.digamma(b)
        return self._whole() - parts + (a + b - 2.0) * tf.math.digamma(a + b)

    def _mean(self) -> Any:
        return self.concentration1 / self.total_concentration

    def _variance(self) -> Any:
        mean = self._mean()
        return mean * (1.0 - mean) / (1.0 + self.total_concentration)

    def _mode(self) -> Any:
        a, b = self._both()
        return self._defined((a - 1.0) / (a + b - 2.0), (a > 1.0) & (b > 1.0), "Mode undefined for concentration <= 1.")


class Bernoulli(Distribution):
    """Ones with a probability, else zeros (tf.compat.v1.distributions.Bernoulli): by `logits` or by `probs`."""

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = tf.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Bernoulli",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            self._logits, self._probs = logits_and_probs(logits, probs)
        super().__init__(dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, given, name=scope)

    logits: Any = property(lambda self: self._logits, doc="The logarithms of the odds.")
    probs: Any = property(lambda self: self._probs, doc="The probabilities of ones.")

    def _batch_shape(self) -> Any:
        return self._logits.shape

    def _batch_shape_tensor(self) -> Any:
        return tf.shape(self._logits)

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        drawn = tf.random.uniform(self._all(n), dtype=self.probs.dtype, seed=seed)
        return tf.cast(tf.less(drawn, self.probs), self.dtype)

    def _log_prob(self, x: Any) -> Any:
        labels = tf.cast(x, self.logits.dtype)
        labels, logits = labels + tf.zeros_like(self.logits), self.logits + tf.zeros_like(labels)
        return -tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)

    def _entropy(self) -> Any:
        return -self.logits * (tf.sigmoid(self.logits) - 1.0) + tf.nn.softplus(-self.logits)

    def _mean(self) -> Any:
        return tf.identity(self.probs)

    def _variance(self) -> Any:
        return self.probs * (1.0 - self.probs)

    def _mode(self) -> Any:
        return tf.cast(self.probs > 0.5, self.dtype)


def logits_and_probs(logits: Any, probs: Any, several: bool = False) -> tuple[Any, Any]:
    """Both of what one is given of; ValueError for none and for both. several: of classes, along the last axis."""
    if (probs is None) == (logits is None):
        raise ValueError("Must pass probs or logits, but not both.")
    if probs is None:
        logits = tf.convert_to_tensor(logits, name="logits")
        return logits, tf.nn.softmax(logits) if several else tf.sigmoid(logits)
    probs = tf.convert_to_tensor(probs, name="probs")
    found = tf.math.log(probs)
    return found if several else found - tf.math.log1p(-probs), probs


# ---- divergences ----


@RegisterKL(Normal, Normal)
def _of_normals(a: Any, b: Any, name: str | None = None) -> Any:
    ratio = tf.square(a.scale) / tf.square(b.scale)
    return tf.square(a.loc - b.loc) / (2.0 * tf.square(b.scale)) + 0.5 * (ratio - 1.0 - tf.math.log(ratio))


@RegisterKL(Bernoulli, Bernoulli)
def _of_bernoullis(a: Any, b: Any, name: str | None = None) -> Any:
    up = tf.nn.softplus(b.logits) - tf.nn.softplus(a.logits)
    down = tf.nn.softplus(-b.logits) - tf.nn.softplus(-a.logits)
    return tf.sigmoid(a.logits) * down + tf.sigmoid(-a.logits) * up


@RegisterKL(Gamma, Gamma)
def _of_gammas(a: Any, b: Any, name: str | None = None) -> Any:
    return (
        (a.concentration - b.concentration) * tf.math.digamma(a.concentration)
        + tf.math.lgamma(b.concentration)
        - tf.math.lgamma(a.concentration)
        + b.concentration * (tf.math.log(a.rate) - tf.math.log(b.rate))
        + a.concentration * (b.rate / a.rate - 1.0)
    )


@RegisterKL(Beta, Beta)
def _of_betas(a: Any, b: Any, name: str | None = None) -> Any:
    found = b._whole() - a._whole()
    for x, y in zip(a._both(), b._both()):
        found += (x - y) * tf.math.digamma(x)
    return found + (b.total_concentration - a.total_concentration) * tf.math.digamma(a.total_concentration)
