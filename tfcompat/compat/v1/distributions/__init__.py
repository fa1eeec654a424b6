"""tf.compat.v1.distributions: the distributions that TensorFlow 1 had, before they went to TensorFlow Probability."""

from tfcompat.compat.v1._fallback import module_getattr as _module_getattr
from tfcompat.compat.v1.distributions._base import (
    FULLY_REPARAMETERIZED,
    NOT_REPARAMETERIZED,
    Distribution,
    RegisterKL,
    ReparameterizationType,
    kl_divergence,
)
from tfcompat.compat.v1.distributions._scalar import (
    Bernoulli,
    Beta,
    Exponential,
    Gamma,
    Laplace,
    Normal,
    StudentT,
    Uniform,
)
from tfcompat.compat.v1.distributions._vectors import Categorical, Dirichlet, DirichletMultinomial, Multinomial

__all__ = [
    "FULLY_REPARAMETERIZED",
    "NOT_REPARAMETERIZED",
    "Bernoulli",
    "Beta",
    "Categorical",
    "Dirichlet",
    "DirichletMultinomial",
    "Distribution",
    "Exponential",
    "Gamma",
    "Laplace",
    "Multinomial",
    "Normal",
    "RegisterKL",
    "ReparameterizationType",
    "StudentT",
    "Uniform",
    "kl_divergence",
]

__getattr__ = _module_getattr("tf.compat.v1.distributions", globals(), {})
