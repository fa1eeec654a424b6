"""tf.compat.v1.distributions: numbers recorded from TensorFlow 2.21, samples under a seed among them."""

from typing import Any

import numpy as np
import pytest

import tfcompat as tf

d: Any = tf.compat.v1.distributions

NORMAL = d.Normal([0.0, 1.0], [1.0, 2.0])
CATEGORICAL = d.Categorical(logits=[[0.0, 1.0, 2.0], [1.0, 1.0, 1.0]])
DIRICHLET = d.Dirichlet([[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]])
NORMAL_SAMPLES = [
    [-0.0469, -1.4078],
    [1.1668, 3.3412],
    [-0.3201, 0.6193],
]
SIMPLEX = [[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]]


@pytest.mark.parametrize(
    ("distribution", "value", "want"),
    [
        (
            NORMAL,
            [0.5, 0.5],
            {"log_prob": [-1.04394, -1.64334], "cdf": [0.69146, 0.40129], "entropy": [1.41894, 2.11209]},
        ),
        (CATEGORICAL, [0, 1], {"prob": [0.09003, 0.33333], "entropy": [0.8324, 1.09861], "mode": [2, 0]}),
        (d.Bernoulli(probs=[0.3, 0.6]), [1, 0], {"prob": [0.3, 0.4], "entropy": [0.61086, 0.67301], "mode": [0, 1]}),
        (d.Uniform([0.0, 1.0], 3.0), [1.0, 2.0], {"log_prob": [-1.09861, -0.69315], "cdf": [0.33333, 0.5]}),
        (
            d.Exponential([1.0, 2.0]),
            [0.5, 1.0],
            {"prob": [0.60653, 0.27067], "entropy": [1.0, 0.30685], "mode": [np.nan] * 2},
        ),
        (d.Gamma([1.0, 2.0], [1.0, 3.0]), [0.5, 1.0], {"log_prob": [-0.5, -0.80278], "cdf": [0.39347, 0.80085]}),
        (
            d.Beta([2.0, 2.0], [3.0, 4.0]),
            [0.5, 0.2],
            {"prob": [1.5, 2.048], "cdf": [0.6875, 0.26272], "mode": [0.33333, 0.25]},
        ),
        (d.Laplace([0.0, 1.0], 2.0), [0.5, 0.2], {"log_prob": [-1.63629, -1.78629], "cdf": [0.6106, 0.33516]}),
        (
            d.StudentT(3.0, [0.0, 1.0], 2.0),
            [0.5, 0.2],
            {"prob": [0.17635, 0.16564], "cdf": [0.59064, 0.35797], "variance": [12.0] * 2},
        ),
        (
            d.DirichletMultinomial(4.0, [1.0, 2.0, 3.0]),
            [1.0, 1.0, 2.0],
            {"prob": 0.09524, "mean": [0.66667, 1.33333, 2.0]},
        ),
        (d.Multinomial(4.0, probs=[0.2, 0.3, 0.5]), [1.0, 1.0, 2.0], {"prob": 0.18, "variance": [0.64, 0.84, 1.0]}),
    ],
)
def test_densities_and_statistics(distribution: Any, value: Any, want: dict[str, Any]) -> None:
    for name, numbers in want.items():
        takes_value = name in ("prob", "log_prob", "cdf")
        got = getattr(distribution, name)(*([value] if takes_value else []))
        np.testing.assert_allclose(got, numbers, rtol=2e-4, err_msg=name)


def test_tails_and_quantiles() -> None:
    x = [0.5, 0.5]
    np.testing.assert_allclose(NORMAL.log_cdf([-20.0, -20.0]).numpy()[0], -203.917155, rtol=1e-5)
    np.testing.assert_allclose(NORMAL.survival_function(x), 1 - NORMAL.cdf(x), rtol=1e-6)
    np.testing.assert_allclose(NORMAL.log_survival_function(x), np.log(1 - NORMAL.cdf(x)), rtol=1e-5)
    np.testing.assert_allclose(NORMAL.quantile(NORMAL.cdf(x)), x, rtol=1e-5)
    np.testing.assert_allclose(tf.reduce_sum(DIRICHLET.covariance(), -1), np.zeros([2, 3]), atol=1e-6)
    np.testing.assert_allclose(tf.linalg.diag_part(DIRICHLET.covariance()), DIRICHLET.variance(), rtol=1e-5)


def test_divergences() -> None:
    kl = d.kl_divergence
    np.testing.assert_allclose(kl(NORMAL, d.Normal(0.0, 1.0)), [0.0, 1.30685], rtol=1e-5)
    np.testing.assert_allclose(kl(CATEGORICAL, d.Categorical(probs=SIMPLEX)), [0.06826, 0.51083], rtol=1e-4)
    np.testing.assert_allclose(kl(d.Bernoulli(probs=[0.3]), d.Bernoulli(logits=[0.0])), [0.08228], rtol=1e-4)
    np.testing.assert_allclose(kl(d.Gamma(2.0, 3.0), d.Gamma(1.0, 2.0)), 0.16158, rtol=1e-4)
    np.testing.assert_allclose(kl(d.Beta([2.0], 4.0), d.Beta(1.0, 1.0)), [0.3624], rtol=1e-4)
    np.testing.assert_allclose(kl(DIRICHLET, d.Dirichlet([1.0, 1.0, 1.0])), [0.5512, 0.24434], rtol=1e-4)
    np.testing.assert_allclose(NORMAL.cross_entropy(d.Normal(0.0, 1.0)), [1.41894, 3.41894], rtol=1e-5)
    with pytest.raises(NotImplementedError, match="distribution_a type Normal and distribution_b type Uniform"):
        kl(NORMAL, d.Uniform())
    with pytest.raises(ValueError, match="has already been registered"):
        d.RegisterKL(d.Normal, d.Normal)(lambda a, b, name=None: None)


def test_samples_of_a_seed_are_those_of_tensorflow() -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as sess:
        normal = d.Normal([0.0, 1.0], [1.0, 2.0])
        x = tf.compat.v1.placeholder(tf.float32, [None, 2])
        given = d.Normal(x, tf.ones_like(x))
        slope = tf.gradients(given.log_prob(tf.zeros([2])), x)[0]
        assert sess.run(slope, {x: [[1.0, 2.0]]}).tolist() == [[-1.0, -2.0]]
        assert str(normal) == 'tfp.distributions.Normal("Normal/", batch_shape=(2,), event_shape=(), dtype=float32)'
        found = sess.run([normal.sample(3, seed=7), d.Categorical(logits=[[0.0, 1.0, 2.0]]).sample(4, seed=7)])
    np.testing.assert_allclose(found[0], NORMAL_SAMPLES, atol=1e-4)
    assert found[1].shape == (4, 1)


@pytest.mark.parametrize(
    "distribution",
    [NORMAL, CATEGORICAL, DIRICHLET, d.Multinomial(4.0, probs=SIMPLEX), d.StudentT(9.0, [0.0, 1.0], 1.0)],
)
def test_samples_follow_the_distribution(distribution: Any) -> None:
    samples = tf.cast(distribution.sample(20000), tf.float32)
    assert samples.shape[1:] == distribution.batch_shape.concatenate(distribution.event_shape)
    if distribution is CATEGORICAL:
        shares = tf.reduce_mean(tf.one_hot(tf.cast(samples, tf.int32), 3), 0)
        np.testing.assert_allclose(shares, distribution.probs, atol=0.02)
    else:
        np.testing.assert_allclose(tf.reduce_mean(samples, 0), distribution.mean(), atol=0.07)
        np.testing.assert_allclose(tf.math.reduce_std(samples, 0), distribution.stddev(), atol=0.12)


def test_what_distributions_tell() -> None:
    assert (NORMAL.dtype, NORMAL.batch_shape, NORMAL.event_shape) == (tf.float32, (2,), ())
    assert sorted(NORMAL.parameters) == ["allow_nan_stats", "loc", "name", "scale", "validate_args"]
    assert NORMAL.copy(loc=3.0).mean().numpy().tolist() == [3.0, 3.0]
    assert repr(NORMAL.reparameterization_type) == "<Reparameterization Type: FULLY_REPARAMETERIZED>"
    assert CATEGORICAL.reparameterization_type is d.NOT_REPARAMETERIZED
    assert (bool(NORMAL.is_scalar_event()), bool(NORMAL.is_scalar_batch())) == (True, False)
    with pytest.raises(NotImplementedError, match="covariance is not implemented: Normal"):
        NORMAL.covariance()
    with pytest.raises(ValueError, match="Must pass probs or logits, but not both"):
        d.Categorical()
    with pytest.raises(tf.errors.InvalidArgumentError, match="mode not defined when any concentration <= 1"):
        d.Gamma(1.0, 1.0, allow_nan_stats=False).mode()
    with pytest.raises(tf.errors.InvalidArgumentError, match="scale"):
        d.Normal(0.0, -1.0, validate_args=True)
