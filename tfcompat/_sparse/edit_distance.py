"""tf.edit_distance: how many insertions, deletions and substitutions turn one sequence into another."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.ops import Alike, Invalid, Value, op
from tfcompat._sparse.indices import check_bounds, dims, linear, product, sizes
from tfcompat._sparse.tensor import is_sparse, to_sparse


def _padded(
    indices: torch.Tensor, values: torch.Tensor, shape: list[Any], groups: list[Any]
) -> tuple[torch.Tensor, torch.Tensor]:
    """The sequences as rows of a matrix, one for each place in `groups`, and their lengths."""
    check_bounds(indices, shape)
    rows = linear(indices[:, :-1], groups)
    count = product(groups)
    lengths = torch.zeros(count, dtype=torch.int64, device=rows.device).index_add(0, rows, torch.ones_like(rows))
    order = torch.argsort(rows, stable=True)
    starts = lengths.cumsum(0) - lengths
    places = torch.arange(rows.shape[0], device=rows.device) - starts[rows[order]]
    matrix = torch.zeros((count, shape[-1]), dtype=values.dtype, device=values.device)
    return matrix.index_put((rows[order], places), values[order]), lengths


def _levenshtein(a: torch.Tensor, m: torch.Tensor, b: torch.Tensor, n: torch.Tensor) -> torch.Tensor:
    """The distances between the first m[i] elements of a[i] and the first n[i] of b[i]."""
    steps = torch.arange(b.shape[1] + 1, device=a.device)
    row = steps.expand(a.shape[0], -1)
    found = torch.where(m == 0, n, 0)
    for i in range(a.shape[1]):
        replaced = row[:, :-1] + (b != a[:, i : i + 1])
        best = torch.cat([row[:, :1] + 1, torch.minimum(row[:, 1:] + 1, replaced)], 1)
        # Insertions: the least of all that stand before, and one for each step from there.
        row = (best - steps).cummin(1).values + steps
        found = torch.where(m == i + 1, row.gather(1, n[:, None])[:, 0], found)
    return found


@op("EditDistance", strings=True)
def _edit_distance(
    hypothesis_indices: Value,
    hypothesis_values: Alike,
    hypothesis_shape: Value,
    truth_indices: Value,
    truth_values: Alike,
    truth_shape: Value,
    normalize: bool = True,
    name: str | None = None,
) -> torch.Tensor:
    first, second = sizes(hypothesis_shape), sizes(truth_shape)
    if len(second) < 2:
        raise Invalid(f"Input SparseTensors must have rank at least 2, but truth_shape rank is: {len(second)}")
    if len(first) != len(second):
        raise Invalid(
            f"Expected hypothesis_shape and truth_shape to have the same rank, got {dims(first)} and {dims(second)}"
        )
    groups = [p if p is q or p == q else max(p, q) for p, q in zip(first[:-1], second[:-1])]
    a, m = _padded(hypothesis_indices, hypothesis_values, first, groups)
    b, n = _padded(truth_indices, truth_values, second, groups)
    distances = _levenshtein(a, m, b, n).to(torch.float32)
    if normalize:
        # Of two empty sequences there is nothing to change; to an empty one from another is infinitely far.
        distances = torch.where(distances == 0, 0.0, distances / n)
    return distances.reshape(groups)


def edit_distance(hypothesis: Any, truth: Any, normalize: bool = True, name: str = "edit_distance") -> Any:
    """The Levenshtein distances between the sequences along the last dimension of two sparse tensors, float32.

    Of shape dense_shape[:-1], the larger where the two differ. normalize: over the length of `truth`; infinity where it
    has no elements and `hypothesis` has. TypeError for what is not sparse (tf.edit_distance).
    """
    for value, argument in ((hypothesis, "Hypothesis"), (truth, "Truth")):
        if not is_sparse(value):
            raise TypeError(f"{argument} must be a SparseTensor.")
    return _edit_distance(*to_sparse(hypothesis)._parts(), *to_sparse(truth)._parts(), bool(normalize), name)
