"""Raw ops of sequences: what CTC's frames say, and the nearest that never rises."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes, errors
from tfcompat._core.ops import Invalid, Value
from tfcompat.nn import ctc, ctc_decoding, isotonic
from tfcompat.raw_ops._registry import body, raw


@raw("CTCBeamSearchDecoder")
def ctc_beam_search_decoder(
    inputs: Value, sequence_length: Value, beam_width: int, top_paths: int, merge_repeated: bool
) -> tuple[Any, ...]:
    """The likeliest label sequences as indices, values and shapes of sparse matrices, and log probabilities."""
    search = body(ctc_decoding._beam_search)
    paths, scores = search(inputs, sequence_length, beam_width, top_paths, merge_repeated)
    indices, values, shapes = (list(parts) for parts in zip(*paths, strict=True))
    return indices, values, shapes, scores


@raw("IsotonicRegression")
def isotonic_regression(input: Value, output_dtype: dtypes.DType) -> tuple[torch.Tensor, torch.Tensor]:
    """The nearest sequences along the last dimension that never rise, and the segments of equal elements."""
    output, segments = body(isotonic.isotonic_regression)(input)
    if output.dtype != output_dtype.torch:
        raise Invalid(f"No kernel gives {output_dtype.name} of {input.dtype}", errors.NotFoundError)
    return output, segments


@raw("CTCLoss")
def ctc_loss(
    inputs: Value,
    labels_indices: Value,
    labels_values: Value,
    sequence_length: Value,
    preprocess_collapse_repeated: bool,
    ctc_merge_repeated: bool,
    ignore_longer_outputs_than_inputs: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """(losses of a batch, their gradients by the scores [time, batch, classes]), the last class being the blank."""
    if preprocess_collapse_repeated or not ctc_merge_repeated:
        text = "CTCLoss merges repeated labels after the blanks are there, and only then"
        raise Invalid(f"{text}: other ways are not supported", errors.UnimplementedError)
    if inputs.ndim != 3:
        raise Invalid("inputs is not a 3-Tensor")
    steps, batch, classes = inputs.shape
    if sequence_length.numel() != batch:
        raise Invalid(f"len(sequence_length) != batch_size. {sequence_length.numel()} batch_size: {batch}")
    if bool((sequence_length > steps).any()):
        raise Invalid(f"sequence_length(b) <= time, got {sequence_length.tolist()} for {steps} steps")
    if bool((labels_values < 0).any()):
        raise Invalid(f"Saw a negative label: {labels_values.tolist()}")
    counts = torch.bincount(labels_indices[:, 0], minlength=batch)
    labels = torch.zeros(batch, max(int(counts.max()), 1), dtype=torch.int64)
    labels[labels_indices[:, 0], labels_indices[:, 1]] = labels_values.long()
    within = torch.arange(labels.shape[1]) < counts[:, None]
    silent = (labels >= classes - 1) & within  # a label that is the blank ends its sequence
    if bool((torch.cummax(silent.int(), 1).values.bool() & within & ~silent).any()):
        raise Invalid("Saw a non-null label (index >= num_classes - 1) following a null label")
    counts = counts - silent.sum(1)
    labels = torch.where(silent, 0, labels)
    repeats = ((labels[:, 1:] == labels[:, :-1]) & (torch.arange(1, labels.shape[1]) < counts[:, None])).sum(1)
    times = sequence_length.long()
    short = times < counts
    if bool(short.any()) and not ignore_longer_outputs_than_inputs:
        b = int(short.nonzero()[0])
        text = f"Not enough time for target transition sequence (required: {int(counts[b])}, available: "
        raise Invalid(f"{text}{int(times[b])}) {b}")
    loss, gradient = ctc.ctc_loss_and_gradient(inputs, labels, counts, times, classes - 1, False)
    hopeless = ~short & (times < counts + repeats)  # nothing fits: all that is said is too much
    going = torch.arange(steps)[:, None, None] < times[None, :, None]
    gradient = torch.where(hopeless[:, None], torch.where(going, torch.softmax(inputs, 2), 0), gradient)
    return torch.where(short, 0, loss), torch.where(short[:, None], 0, gradient)
