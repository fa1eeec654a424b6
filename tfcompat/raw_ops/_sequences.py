"""Raw ops of sequences: what CTC's frames say, and the nearest that never rises."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes, errors
from tfcompat._core.ops import Invalid, Value
from tfcompat.nn import ctc_decoding, isotonic
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
