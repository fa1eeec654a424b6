"""What the distributions of tf.compat.v1.distributions have in common, and the divergences between two of them."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import tfcompat as tf

F = TypeVar("F", bound=Callable[..., Any])


class ReparameterizationType:
    """Whether gradients flow through samples to parameters (tf.compat.v1.distributions.ReparameterizationType)."""

    def __init__(self, rep_type: str) -> None:
        self._rep_type = rep_type

    def __repr__(self) -> str:
        return f"<Reparameterization Type: {self._rep_type}>"

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


FULLY_REPARAMETERIZED = ReparameterizationType("FULLY_REPARAMETERIZED")
NOT_REPARAMETERIZED = ReparameterizationType("NOT_REPARAMETERIZED")


def new_seed(seed: int | None, salt: str) -> int | None:
    """A seed that follows from another one, as TensorFlow makes it; None for None."""
    if seed is None:
        return None
    return int(hashlib.md5((str(seed) + salt).encode()).hexdigest()[:8], 16) & 0x7FFFFFFF


def checked(x: Any, condition: Callable[..., Any], message: str, validate: bool) -> Any:
    """`x`; where `validate`, its use fails where `condition` does, an assertion of tf.debugging."""
    if not validate:
        return x
    assertion = condition(x, message=message)
    with tf.control_dependencies([] if assertion is None else [assertion]):
        return tf.identity(x)


class Distribution:
    """A batch of distributions (tf.compat.v1.distributions.Distribution), of which classes define `_log_prob` and such.

    dtype: a sample's. reparameterization_type: whether gradients flow through samples. validate_args: whether
    parameters and arguments are checked as they are used. allow_nan_stats: whether statistics that are not defined are
    NaN. parameters: the arguments it was made with.
    """

    def __init__(
        self,
        dtype: Any,
        reparameterization_type: ReparameterizationType,
        validate_args: bool,
        allow_nan_stats: bool,
        parameters: Mapping[str, Any] | None = None,
        graph_parents: Any = None,
        name: str | None = None,
    ) -> None:
        self._dtype, self._reparameterization_type = dtype, reparameterization_type
        self._validate_args, self._allow_nan_stats = validate_args, allow_nan_stats
        hidden = ("self", "__class__", "graph_parents")
        self._parameters = {k: v for k, v in (parameters or {}).items() if k not in hidden}
        self._name = name or type(self).__name__

    name: Any = property(lambda self: self._name, doc="The name scope of its ops.")
    dtype: Any = property(lambda self: self._dtype, doc="A sample's dtype.")
    parameters: Any = property(lambda self: dict(self._parameters), doc="The arguments that it was made with.")
    reparameterization_type: Any = property(
        lambda self: self._reparameterization_type, doc="Whether gradients flow through samples."
    )
    allow_nan_stats: Any = property(lambda self: self._allow_nan_stats, doc="Whether statistics may be NaN.")
    validate_args: Any = property(lambda self: self._validate_args, doc="Whether arguments are checked.")
    batch_shape: Any = property(lambda self: tf.TensorShape(self._batch_shape()), doc="How many distributions it is.")
    event_shape: Any = property(lambda self: tf.TensorShape(self._event_shape()), doc="The shape of one sample.")

    def __str__(self) -> str:
        parts = [f'"{self.name}"']
        parts += [f"{k}_shape={s}" for k, s in self._shapes()]
        return f"tfp.distributions.{type(self).__name__}({', '.join([*parts, f'dtype={self.dtype.name}'])})"

    def __repr__(self) -> str:
        shapes = "".join(f" {k}_shape={s}" for k, s in self._shapes())
        return f"<tfp.distributions.{type(self).__name__} '{self.name}'{shapes} dtype={self.dtype.name}>"

    def _shapes(self) -> list[tuple[str, Any]]:
        both = (("batch", self.batch_shape), ("event", self.event_shape))
        return [(k, s) for k, s in both if s.rank is not None]

    def copy(self, **override_parameters_kwargs: Any) -> Any:
        """The same distribution with other arguments."""
        return type(self)(**{**self._parameters, **override_parameters_kwargs})

    # ---- what a class defines ----

    def _batch_shape(self) -> Any:
        return None

    def _event_shape(self) -> Any:
        return ()

    def _batch_shape_tensor(self) -> Any:
        return tf.constant(self.batch_shape.as_list(), tf.int32)

    def _event_shape_tensor(self) -> Any:
        return tf.constant(self.event_shape.as_list(), tf.int32)

    def _missing(self, what: str) -> NotImplementedError:
        return NotImplementedError(f"{what} is not implemented: {type(self).__name__}")

    def _given(self, what: str, *args: Any) -> Any:
        """What a class's own `_what` gives, None where it has none."""
        own = getattr(self, f"_{what}", None)
        return None if own is None else own(*args)

    # ---- shapes ----

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Any:
        """How many distributions it is, as an int32 tensor."""
        with self._scope(name):
            return self._batch_shape_tensor()

    def event_shape_tensor(self, name: str = "event_shape_tensor") -> Any:
        """The shape of one sample, as an int32 tensor."""
        with self._scope(name):
            return self._event_shape_tensor()

    def is_scalar_batch(self, name: str = "is_scalar_batch") -> Any:
        """Whether it is one distribution, a bool tensor."""
        with self._scope(name):
            return tf.equal(tf.size(self._batch_shape_tensor()), 0, name="is_scalar_batch")

    def is_scalar_event(self, name: str = "is_scalar_event") -> Any:
        """Whether a sample is a scalar, a bool tensor."""
        with self._scope(name):
            return tf.equal(tf.size(self._event_shape_tensor()), 0, name="is_scalar_event")

    @contextmanager
    def _scope(self, name: str) -> Iterator[None]:
        with tf.name_scope(self.name), tf.name_scope(name):
            yield

    # ---- samples ----

    def sample(self, sample_shape: Any = (), seed: int | None = None, name: str = "sample") -> Any:
        """Samples, [*sample_shape, *batch_shape, *event_shape]."""
        with self._scope(name):
            shape = tf.cast(tf.convert_to_tensor(sample_shape, tf.int32), tf.int32)
            shape = tf.reshape(shape, [-1])
            n = tf.reduce_prod(shape)
            found = self._sample_n(n, seed)
            found = tf.reshape(found, tf.concat([shape, tf.shape(found)[1:]], 0))
            known = tf.get_static_value(shape)
            if known is not None:
                found = tf.ensure_shape(found, [*known.tolist(), *_dims(self.batch_shape), *_dims(self.event_shape)])
            return found

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        raise self._missing("sample_n")

    def _all(self, n: Any) -> Any:
        """The shape of n samples of scalars."""
        return tf.concat([[n], self._batch_shape_tensor()], 0)

    # ---- densities ----

    def _value(self, value: Any) -> Any:
        return tf.convert_to_tensor(value, self.dtype, name="value")

    def log_prob(self, value: Any, name: str = "log_prob") -> Any:
        """The logarithm of the density, or of the probability, at `value`."""
        with self._scope(name):
            return self._log_prob(self._value(value))

    def _log_prob(self, value: Any) -> Any:
        found = self._given("prob", value)
        if found is None:
            raise self._missing("log_prob")
        return tf.math.log(found)

    def prob(self, value: Any, name: str = "prob") -> Any:
        """The density, or the probability, at `value`."""
        with self._scope(name):
            value = self._value(value)
            found = self._given("prob", value)
            return tf.exp(self._log_prob(value)) if found is None else found

    def cdf(self, value: Any, name: str = "cdf") -> Any:
        """The probability of a sample up to `value`."""
        with self._scope(name):
            found = self._given("cdf", self._value(value))
            if found is None:
                raise self._missing("cdf")
            return found

    def log_cdf(self, value: Any, name: str = "log_cdf") -> Any:
        """The logarithm of `cdf`."""
        with self._scope(name):
            found = self._given("log_cdf", self._value(value))
        return tf.math.log(self.cdf(value)) if found is None else found

    def survival_function(self, value: Any, name: str = "survival_function") -> Any:
        """The probability of a sample above `value`."""
        with self._scope(name):
            found = self._given("survival", self._value(value))
        return 1.0 - self.cdf(value) if found is None else found

    def log_survival_function(self, value: Any, name: str = "log_survival_function") -> Any:
        """The logarithm of `survival_function`."""
        with self._scope(name):
            found = self._given("log_survival", self._value(value))
        return tf.math.log1p(-self.cdf(value)) if found is None else found

    def quantile(self, value: Any, name: str = "quantile") -> Any:
        """Where `cdf` is `value`."""
        with self._scope(name):
            found = self._given("quantile", self._value(value))
            if found is None:
                raise self._missing("quantile")
            return found

    # ---- statistics ----

    def _statistic(self, what: str, name: str) -> Any:
        with self._scope(name):
            found = self._given(what)
            if found is None:
                raise self._missing(what)
            return found

    def entropy(self, name: str = "entropy") -> Any:
        """Shannon's entropy, in nats."""
        return self._statistic("entropy", name)

    def mean(self, name: str = "mean") -> Any:
        """The mean."""
        return self._statistic("mean", name)

    def mode(self, name: str = "mode") -> Any:
        """The most likely value."""
        return self._statistic("mode", name)

    def covariance(self, name: str = "covariance") -> Any:
        """The covariances of a sample's elements."""
        return self._statistic("covariance", name)

    def variance(self, name: str = "variance") -> Any:
        """The variance."""
        return self._statistic("variance", name)

    def stddev(self, name: str = "stddev") -> Any:
        """The standard deviation."""
        with self._scope(name):
            found = self._given("stddev")
        return tf.sqrt(self.variance()) if found is None else found

    def _defined(self, value: Any, where: Any, message: str) -> Any:
        """`value`, NaN where it is not defined; fails there where NaN is not allowed."""
        if self.allow_nan_stats:
            return tf.where(where, value, tf.constant(float("nan"), value.dtype))
        return checked(value, lambda x, message: tf.debugging.Assert(tf.reduce_all(where), [message]), message, True)

    def kl_divergence(self, other: Any, name: str = "kl_divergence") -> Any:
        """Kullback and Leibler's divergence of another distribution from this one."""
        with self._scope(name):
            return kl_divergence(self, other, allow_nan_stats=self.allow_nan_stats)

    def cross_entropy(self, other: Any, name: str = "cross_entropy") -> Any:
        """How many nats samples of this one take in a code for another distribution."""
        with self._scope(name):
            return self.entropy() + kl_divergence(self, other, allow_nan_stats=self.allow_nan_stats)


def _dims(shape: Any) -> list[int | None]:
    return shape.as_list()


# ---- divergences ----

_DIVERGENCES: dict[tuple[type, type], Callable[..., Any]] = {}


class RegisterKL:
    """A decorator: the function tells the divergence of two classes (tf.compat.v1.distributions.RegisterKL)."""

    def __init__(self, dist_cls_a: type, dist_cls_b: type) -> None:
        self._key = (dist_cls_a, dist_cls_b)

    def __call__(self, kl_fn: F) -> F:
        """Registers `kl_fn(a, b, name=None)`; TypeError where it is no function, ValueError where there is one."""
        if not callable(kl_fn):
            raise TypeError(f"kl_fn must be callable, received: {kl_fn}")
        if self._key in _DIVERGENCES:
            names = (cls.__name__ for cls in self._key)
            raise ValueError("KL({} || {}) has already been registered to: {}".format(*names, _DIVERGENCES[self._key]))
        _DIVERGENCES[self._key] = kl_fn
        return kl_fn


def kl_divergence(
    distribution_a: Any, distribution_b: Any, allow_nan_stats: bool = True, name: str | None = None
) -> Any:
    """Kullback and Leibler's divergence KL(a || b) (tf.compat.v1.distributions.kl_divergence).

    NotImplementedError where nobody has told it for the two classes or those above them.
    """
    kinds = type(distribution_a), type(distribution_b)
    found = [
        (i + j, function)
        for i, a in enumerate(inspect.getmro(kinds[0]))
        for j, b in enumerate(inspect.getmro(kinds[1]))
        if (function := _DIVERGENCES.get((a, b))) is not None
    ]
    if not found:
        raise NotImplementedError(
            "No KL(distribution_a || distribution_b) registered for distribution_a "
            f"type {kinds[0].__name__} and distribution_b type {kinds[1].__name__}"
        )
    with tf.name_scope(name or "KullbackLeibler"):
        value = min(found, key=lambda each: each[0])[1](distribution_a, distribution_b)
        if allow_nan_stats:
            return value
        text = f"KL calculation between {distribution_a.name} and {distribution_b.name} returned NaN values"
        return checked(
            value,
            lambda x, message: tf.debugging.Assert(tf.reduce_all(tf.logical_not(tf.math.is_nan(x))), [message]),
            text,
            True,
        )
