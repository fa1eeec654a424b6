"""Libraries written for TensorFlow, as they are: on tfcompat they print what they print on TensorFlow."""

import textwrap

import pytest

from tests.oracle import run_tensorflow
from tests.stock import run_on_tfcompat

PROBABILITY = textwrap.dedent("""
    import tensorflow_probability as tfp
    tfd, tfb = tfp.distributions, tfp.bijectors
    normal = tfd.Normal(loc=[0.0, 1.0], scale=2.0)
    print(normal)
    print(normal.log_prob([0.5, 0.5]).numpy().round(5), normal.quantile(0.3).numpy().round(5))
    print(tfd.kl_divergence(normal, tfd.Normal(0.0, 1.0)).numpy().round(5))
    mixture = tfd.MixtureSameFamily(tfd.Categorical(probs=[0.3, 0.7]), tfd.Normal([-1.0, 1.0], [0.1, 0.5]))
    for d in (normal, tfd.MultivariateNormalTriL([0.0, 1.0], [[1.0, 0.0], [0.5, 2.0]]), mixture,
              tfd.Categorical(logits=[0.0, 1.0, 2.0]), tfd.TransformedDistribution(tfd.Normal(0.0, 1.0), tfb.Exp()),
              tfd.TruncatedNormal(0.0, 1.0, -1.0, 1.0), tfd.VonMises(0.0, 1.0)):
        sample = d.sample(3, seed=7)
        print(d.name, sample.numpy().round(3).tolist(), d.log_prob(sample).numpy().round(3).tolist())
    joint = tfd.JointDistributionSequential([tfd.Normal(0.0, 1.0), lambda m: tfd.Normal(m, 1.0)])
    print([x.numpy().round(4) for x in joint.sample(seed=3)], joint.log_prob([0.0, 1.0]).numpy().round(4))
    chain = tfb.Chain([tfb.Shift(1.0), tfb.Scale(2.0)])
    print(chain.inverse(7.0).numpy(), chain.forward_log_det_jacobian(3.0, 0).numpy().round(5))

    kernel = tfp.mcmc.HamiltonianMonteCarlo(tfd.Normal(1.0, 2.0).log_prob, step_size=0.5, num_leapfrog_steps=3)

    @tf.function
    def run():
        return tfp.mcmc.sample_chain(30, current_state=0.0, kernel=kernel, num_burnin_steps=5, seed=[1, 2],
                                     trace_fn=lambda _, results: results.is_accepted)

    states, accepted = run()
    print(states.numpy().round(3)[:8], accepted.numpy().mean())
    found = tfp.optimizer.lbfgs_minimize(
        lambda x: tfp.math.value_and_gradient(lambda z: tf.reduce_sum((z - 3.0) ** 2), x), tf.zeros([2]))
    print(found.converged.numpy(), found.position.numpy().round(4))
""")


@pytest.mark.oracle
def test_tensorflow_probability_prints_what_it_prints_on_tensorflow() -> None:
    assert run_on_tfcompat(PROBABILITY, "tensorflow_probability") == run_tensorflow(PROBABILITY)
