"""Distributions of classes, of counts of classes, and of their probabilities."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.compat.v1.distributions._base import (
    FULLY_REPARAMETERIZED,
    NOT_REPARAMETERIZED,
    Distribution,
    RegisterKL,
    checked,
    new_seed,
)
from tfcompat.compat.v1.distributions._scalar import logits_and_probs


class _OfClasses(Distribution):
    """A batch of rows of numbers, `_row`, one for each class."""

    _row: Any

    def _batch_shape(self) -> Any:
        return self._row.shape[:-1]

    def _batch_shape_tensor(self) -> Any:
        return tf.shape(self._row)[:-1]

    def _event_shape(self) -> Any:
        return self._row.shape[-1:]

    def _event_shape_tensor(self) -> Any:
        return tf.shape(self._row)[-1:]


class Categorical(_OfClasses):
    """The number of a class (tf.compat.v1.distributions.Categorical): by `logits` or by `probs`, of the last axis."""

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = tf.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Categorical",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            self._logits, self._probs = logits_and_probs(logits, probs, several=True)
        self._row = self._logits
        super().__init__(dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, given, name=scope)
        with tf.name_scope(scope):
            self._event_size = tf.identity(tf.shape(self._logits)[-1], name="event_size")

    event_size: Any = property(lambda self: self._event_size, doc="How many classes there are.")
    logits: Any = property(lambda self: self._logits, doc="Logarithms of the probabilities, up to a constant.")
    probs: Any = property(lambda self: self._probs, doc="The probabilities.")

    def _event_shape(self) -> Any:
        return ()

    def _event_shape_tensor(self) -> Any:
        return tf.constant([], tf.int32)

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        rows = tf.reshape(self.logits, [-1, self.event_size])
        drawn = tf.random.categorical(rows, n, tf.int64 if self.dtype == tf.int64 else tf.int32, seed)
        return tf.cast(tf.reshape(tf.transpose(drawn), self._all(n)), self.dtype)

    def _log_prob(self, k: Any) -> Any:
        k = tf.cast(k, tf.int64 if k.dtype == tf.int64 else tf.int32)
        shape = tf.broadcast_dynamic_shape(tf.shape(k), self._batch_shape_tensor())
        logits = tf.broadcast_to(self.logits, tf.concat([shape, [self.event_size]], 0))
        return -tf.nn.sparse_softmax_cross_entropy_with_logits(tf.broadcast_to(k, shape), logits)

    def _cdf(self, k: Any) -> Any:
        below = tf.sequence_mask(tf.cast(k, tf.int32), self.event_size, self.probs.dtype)
        return tf.reduce_sum(below * self.probs, -1)

    def _entropy(self) -> Any:
        return -tf.reduce_sum(tf.nn.log_softmax(self.logits) * self.probs, -1)

    def _mode(self) -> Any:
        return tf.cast(tf.argmax(self.logits, -1), self.dtype)


class Dirichlet(_OfClasses):
    """Probabilities of classes, by their `concentration` (tf.compat.v1.distributions.Dirichlet)."""

    def __init__(
        self, concentration: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Dirichlet"
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            found = tf.convert_to_tensor(concentration, name="concentration")
            text = "Concentration parameter must be positive."
            self._row = checked(found, tf.debugging.assert_positive, text, validate_args)
        super().__init__(found.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, given, name=scope)

    concentration: Any = property(lambda self: self._row, doc="The concentrations.")
    total_concentration: Any = property(lambda self: tf.reduce_sum(self._row, -1), doc="Their sum.")

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        drawn = tf.random.gamma([n], self.concentration, None, self.dtype, seed)
        return drawn / tf.reduce_sum(drawn, -1, keepdims=True)

    def _log_prob(self, x: Any) -> Any:
        return tf.reduce_sum(tf.math.xlogy(self.concentration - 1.0, x), -1) - tf.math.lbeta(self.concentration)

    def _entropy(self) -> Any:
        count = tf.cast(self._event_shape_tensor()[0], self.dtype)
        total = self.total_concentration
        parts = tf.reduce_sum((self.concentration - 1.0) * tf.math.digamma(self.concentration), -1)
        return tf.math.lbeta(self.concentration) + (total - count) * tf.math.digamma(total) - parts

    def _mean(self) -> Any:
        return self.concentration / self.total_concentration[..., None]

    def _spread(self) -> Any:
        return 1.0 / (1.0 + self.total_concentration[..., None])

    def _variance(self) -> Any:
        mean = self._mean()
        return mean * (1.0 - mean) * self._spread()

    def _covariance(self) -> Any:
        return _covariance(self._mean(), self._spread()[..., None])

    def _mode(self) -> Any:
        count = tf.cast(self._event_shape_tensor()[0], self.dtype)
        found = (self.concentration - 1.0) / (self.total_concentration[..., None] - count)
        where = tf.reduce_all(self.concentration > 1.0, -1, keepdims=True)
        return self._defined(found, where, "Mode undefined when any concentration <= 1")


def _covariance(mean: Any, factor: Any) -> Any:
    """That of counts or probabilities of means `mean`, times a factor."""
    return (tf.linalg.diag(mean) - mean[..., None] * mean[..., None, :]) * factor


def _ways(total: Any, counts: Any) -> Any:
    """The logarithm of how many orders there are of so many of each class."""
    return tf.math.lgamma(total + 1.0) - tf.reduce_sum(tf.math.lgamma(counts + 1.0), -1)


def _counted(logits: Any, total: Any, n: Any, seed: int | None) -> Any:
    """Counts of n times `total` draws of classes, [n, *batch, classes]."""
    classes = tf.shape(logits)[-1]
    batch = tf.shape(logits)[:-1]
    total = tf.reshape(tf.cast(tf.broadcast_to(total, batch), tf.int32), [-1])
    most = tf.reduce_max(total)
    drawn = tf.random.categorical(tf.reshape(logits, [-1, classes]), n * most, tf.int32, seed)
    ones = tf.one_hot(tf.reshape(drawn, [-1, n, most]), classes, dtype=logits.dtype)
    ones *= tf.cast(tf.range(most) < total[:, None], logits.dtype)[:, None, :, None]
    counts = tf.transpose(tf.reduce_sum(ones, -2), [1, 0, 2])
    return tf.reshape(counts, tf.concat([[n], batch, [classes]], 0))


class Multinomial(_OfClasses):
    """Counts of classes in `total_count` draws, by `logits` or `probs` (tf.compat.v1.distributions.Multinomial)."""

    def __init__(
        self,
        total_count: Any,
        logits: Any = None,
        probs: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Multinomial",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            self._logits, self._probs = logits_and_probs(logits, probs, several=True)
            self._total = tf.convert_to_tensor(total_count, self._logits.dtype, name="total_count")
            self._row = self._total[..., None] * self._probs
        super().__init__(self._probs.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, given, name=scope)

    total_count: Any = property(lambda self: self._total, doc="How many draws there are.")
    logits: Any = property(lambda self: self._logits, doc="Logarithms of the probabilities, up to a constant.")
    probs: Any = property(lambda self: self._probs, doc="The probabilities.")

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        return _counted(tf.broadcast_to(self.logits, tf.shape(self._row)), self.total_count, n, seed)

    def _log_prob(self, counts: Any) -> Any:
        return tf.reduce_sum(counts * tf.nn.log_softmax(self.logits), -1) + _ways(self.total_count, counts)

    def _mean(self) -> Any:
        return tf.identity(self._row)

    def _variance(self) -> Any:
        return self._row - self._row * self.probs

    def _covariance(self) -> Any:
        probs = self.probs * tf.ones_like(self._row)
        return _covariance(probs, self.total_count[..., None, None])


class DirichletMultinomial(_OfClasses):
    """Counts of classes whose probabilities are a Dirichlet's (tf.compat.v1.distributions.DirichletMultinomial)."""

    def __init__(
        self,
        total_count: Any,
        concentration: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "DirichletMultinomial",
    ) -> None:
        given = dict(locals())
        with tf.name_scope(name) as scope:
            found = tf.convert_to_tensor(concentration, name="concentration")
            self._total = tf.convert_to_tensor(total_count, found.dtype, name="total_count")
            text = "Concentration parameter must be positive."
            self._row = checked(found, tf.debugging.assert_positive, text, validate_args)
        super().__init__(found.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, given, name=scope)

    total_count: Any = property(lambda self: self._total, doc="How many draws there are.")
    concentration: Any = property(lambda self: self._row, doc="The concentrations.")
    total_concentration: Any = property(lambda self: tf.reduce_sum(self._row, -1), doc="Their sum.")

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        gamma = tf.random.gamma([n], self.concentration, None, self.dtype, seed)
        logits = tf.math.log(gamma)
        counts = _counted(logits, self.total_count, 1, new_seed(seed, "dirichlet_multinomial"))
        return counts[0]

    def _log_prob(self, counts: Any) -> Any:
        whole = tf.math.lbeta(self.concentration + counts) - tf.math.lbeta(self.concentration)
        return whole + _ways(self.total_count, counts)

    def _share(self) -> Any:
        return self.concentration / self.total_concentration[..., None]

    def _mean(self) -> Any:
        return self.total_count[..., None] * self._share()

    def _factor(self) -> Any:
        total = self.total_concentration
        return self.total_count * (self.total_count + total) / (1.0 + total)

    def _variance(self) -> Any:
        share = self._share()
        return self._factor()[..., None] * share * (1.0 - share)

    def _covariance(self) -> Any:
        return _covariance(self._share(), self._factor()[..., None, None])


# ---- divergences ----


@RegisterKL(Categorical, Categorical)
def _of_categoricals(a: Any, b: Any, name: str | None = None) -> Any:
    return tf.reduce_sum(a.probs * (tf.nn.log_softmax(a.logits) - tf.nn.log_softmax(b.logits)), -1)


@RegisterKL(Dirichlet, Dirichlet)
def _of_dirichlets(a: Any, b: Any, name: str | None = None) -> Any:
    digammas = tf.math.digamma(a.concentration) - tf.math.digamma(a.total_concentration)[..., None]
    parts = tf.reduce_sum((a.concentration - b.concentration) * digammas, -1)
    return parts - tf.math.lbeta(a.concentration) + tf.math.lbeta(b.concentration)
