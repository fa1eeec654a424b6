"""Raw ops that draw candidate classes, and tell the true ones among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._core.ops import Value
from tfcompat.random import candidates
from tfcompat.raw_ops._registry import body, raw


def _register(kernel: str, function: Callable[..., Any]) -> None:
    draw = body(function)

    @raw(kernel)
    def sample(
        true_classes: Value, num_true: int, num_sampled: int, unique: bool, range_max: int, seed: int, seed2: int
    ) -> tuple[torch.Tensor, ...]:
        return draw(true_classes, num_true, num_sampled, unique, range_max, (kernel, seed, seed2))

    sample.__doc__ = f"As tf.random.{function.__name__}, with two seeds."


_register("UniformCandidateSampler", candidates.uniform_candidate_sampler)
_register("LogUniformCandidateSampler", candidates.log_uniform_candidate_sampler)
_register("LearnedUnigramCandidateSampler", candidates.learned_unigram_candidate_sampler)
_register("ThreadUnsafeUnigramCandidateSampler", candidates.learned_unigram_candidate_sampler)


@raw("FixedUnigramCandidateSampler")
def fixed_unigram_candidate_sampler(
    true_classes: Value,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str,
    distortion: float,
    num_reserved_ids: int,
    num_shards: int,
    shard: int,
    unigrams: Sequence[float],
    seed: int,
    seed2: int,
) -> tuple[torch.Tensor, ...]:
    """As tf.random.fixed_unigram_candidate_sampler, with two seeds."""
    weights = (vocab_file, distortion, num_reserved_ids, num_shards, shard, unigrams)
    draw = body(candidates.fixed_unigram_candidate_sampler)
    return draw(
        true_classes, num_true, num_sampled, unique, range_max, *weights, ("FixedUnigramCandidateSampler", seed, seed2)
    )


@raw("AllCandidateSampler")
def all_candidate_sampler(
    true_classes: Value, num_true: int, num_sampled: int, unique: bool, seed: int, seed2: int
) -> tuple[torch.Tensor, ...]:
    """All classes; there is no chance, so unique and the seeds change nothing."""
    return body(candidates.all_candidate_sampler)(true_classes, num_true, num_sampled, unique, (seed, seed2))


@raw("ComputeAccidentalHits")
def compute_accidental_hits(
    true_classes: Value, sampled_candidates: Value, num_true: int, seed: int, seed2: int
) -> tuple[torch.Tensor, ...]:
    """Where sampled classes are true ones; there is no chance, so the seeds change nothing."""
    return body(candidates.compute_accidental_hits)(true_classes, sampled_candidates, num_true, (seed, seed2))
