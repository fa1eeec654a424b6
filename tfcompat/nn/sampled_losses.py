"""tf.nn.nce_loss and sampled_softmax_loss: losses over very many classes, of which a few are sampled."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._arrays.joining import concat
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dtypes import int64
from tfcompat._core.ops import Alike, Invalid, Value, op
from tfcompat._core.random_state import get_seed
from tfcompat.dtypes.casting import cast
from tfcompat.math.reductions import reduce_sum
from tfcompat.nn.embedding import embedding_lookup
from tfcompat.nn.losses import sigmoid_cross_entropy_with_logits, softmax_cross_entropy_with_logits
from tfcompat.random.candidates import accidental_hits, log_uniform_candidate_sampler

_LOWEST = torch.finfo(torch.float32).min


@op("ComputeSampledLogits")
def _sampled_logits(
    weights: Value,
    biases: Value,
    inputs: Value,
    labels: Value,
    sampled: Value,
    true_expected: Value,
    sampled_expected: Value,
    num_true: int,
    remove_accidental_hits: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits [batch, num_true + sampled] less the logs of what was expected, and labels of the same shape.

    weights, biases: the rows of all labels, then those of the sampled classes.
    """
    batch, number, kind = inputs.shape[0], labels.numel(), inputs.dtype
    weights, biases = weights.to(kind), biases.to(kind)
    if labels.shape[0] != batch or number != batch * num_true:
        raise Invalid(f"Incompatible shapes: [{batch},1,{inputs.shape[1]}] vs. [{number // num_true},{num_true},...]")
    true_weights = weights[:number].reshape(batch, num_true, weights.shape[1])
    true = torch.matmul(true_weights, inputs.unsqueeze(2)).squeeze(2) + biases[:number].reshape(batch, num_true)
    other = torch.matmul(inputs, weights[number:].transpose(0, 1)) + biases[number:]
    if remove_accidental_hits:
        hit, place = accidental_hits(labels, sampled)
        count = sampled.shape[0]
        places = torch.where(hit, place, count)  # where there is none, a column that is cut off
        other = other + other.new_zeros(batch, count + 1).scatter(1, places, _LOWEST)[:, :count]
    true = true - torch.log(true_expected.detach().to(kind))
    other = other - torch.log(sampled_expected.detach().to(kind))
    targets = torch.cat([torch.full_like(true, 1 / num_true), torch.zeros_like(other)], 1)
    return torch.cat([true, other], 1), targets


def _logits_and_labels(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: Any,
    num_classes: Any,
    num_true: int,
    sampled_values: Any,
    remove_accidental_hits: bool,
    seed: Any,
) -> tuple[Any, Any]:
    classes = cast(convert_to_tensor(labels), int64)
    if sampled_values is None:
        sampled_values = log_uniform_candidate_sampler(classes, num_true, num_sampled, True, num_classes, seed)
    sampled, true_expected, sampled_expected = sampled_values
    sampled = cast(sampled, int64)
    ids = concat([flattened(classes), sampled], 0)
    rows = embedding_lookup(weights, ids), embedding_lookup(biases, ids)
    if remove_accidental_hits:
        get_seed(seed)  # TensorFlow's op for them counts among those that take a seed
    counts = true_expected, sampled_expected
    return _sampled_logits(*rows, inputs, classes, sampled, *counts, int(num_true), bool(remove_accidental_hits))


@op("Reshape")
def flattened(x: Alike) -> torch.Tensor:
    """All elements as a vector."""
    return x.reshape(-1)


def nce_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: Any,
    num_classes: Any,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = False,
    name: str | None = "nce_loss",
) -> Any:
    """The noise-contrastive estimate of the loss of each example, [batch] (tf.nn.nce_loss).

    weights: [num_classes, dim], or a list of tensors that make it up. biases: [num_classes]. labels: integers, [batch,
    num_true]. inputs: [batch, dim]. sampled_values: what a candidate sampler gave, else one draws `num_sampled` classes
    by `log_uniform_candidate_sampler`. remove_accidental_hits: sampled classes that are true ones do not count.
    """
    logits, targets = _logits_and_labels(
        *(weights, biases, labels, inputs, num_sampled, num_classes, num_true),
        *(sampled_values, remove_accidental_hits, None),
    )
    return reduce_sum(sigmoid_cross_entropy_with_logits(targets, logits), 1, name=name)


def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: Any,
    num_classes: Any,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = True,
    seed: Any = None,
    name: str | None = "sampled_softmax_loss",
) -> Any:
    """The softmax cross entropy of each example, [batch], over the true and the sampled classes only.

    Arguments as `nce_loss`'s; seed: of the sampler. For training: it underestimates the loss over all classes. Follows
    tf.nn.sampled_softmax_loss.
    """
    logits, targets = _logits_and_labels(
        *(weights, biases, labels, inputs, num_sampled, num_classes, num_true),
        *(sampled_values, remove_accidental_hits, seed),
    )
    return softmax_cross_entropy_with_logits(targets, logits, name=name)
