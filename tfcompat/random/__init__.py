"""tf.random: random numbers, with a state and without."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.random import experimental
from tfcompat.random.algorithms import Algorithm
from tfcompat.random.candidates import (
    all_candidate_sampler,
    fixed_unigram_candidate_sampler,
    learned_unigram_candidate_sampler,
    log_uniform_candidate_sampler,
    uniform_candidate_sampler,
)
from tfcompat.random.distributions import (
    categorical,
    gamma,
    normal,
    poisson,
    set_seed,
    shuffle,
    truncated_normal,
    uniform,
)
from tfcompat.random.generator import Generator, create_rng_state, get_global_generator, set_global_generator
from tfcompat.random.stateless import (
    fold_in,
    split,
    stateless_binomial,
    stateless_categorical,
    stateless_gamma,
    stateless_normal,
    stateless_parameterized_truncated_normal,
    stateless_poisson,
    stateless_truncated_normal,
    stateless_uniform,
)

__getattr__ = _names.module_getattr("tf.random", globals())
