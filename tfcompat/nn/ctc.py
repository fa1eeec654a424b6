"""tf.nn.ctc_loss: how badly scores over time fit a sequence of labels, over all the ways to align them."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch.nn import functional

from tfcompat._core.arguments import FLOATS, HALVES, expect, integer
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, is_symbolic, kernel_dtype, op
from tfcompat._core.value_ops import value_op

_LOG_ZERO = math.log(1e-307)  # what starting or ending elsewhere costs, so that labels that do not fit cost so much


def _lattice(
    scores: torch.Tensor, labels: torch.Tensor, counts: torch.Tensor, times: torch.Tensor, blank: int, elsewhere: float
) -> torch.Tensor:
    """The log likelihood of `counts` of the labels, where ending anywhere else is possible at a price.

    scores: log probabilities [time, batch, classes]. elsewhere: the log probability of starting within the labels. A
    label that there is not has probability 1. State k of the spoken ones is label k, of the silent ones what follows.
    """
    steps, batch, classes = scores.shape
    width = labels.shape[1]
    known = (labels >= 0) & (labels < classes)
    index = labels.clamp(0, classes - 1).expand(steps, batch, width)
    heard = torch.where(known, scores.gather(2, index), 0)
    gate = torch.where(functional.pad(labels[:, 1:] != labels[:, :-1], (1, 0), value=True)[:, :width], 0.0, -math.inf)
    spoken = functional.pad(scores.new_full((batch, width), elsewhere), (1, 0))
    silent = scores.new_full((batch, width + 1), elsewhere)
    for t in range(steps):
        onward = torch.stack([spoken[:, 1:], silent[:, :-1], spoken[:, :-1] + gate])
        said = functional.pad(torch.logsumexp(onward, 0) + heard[t], (1, 0), value=-math.inf)
        hushed = torch.logaddexp(silent, spoken) + scores[t, :, blank, None]
        going = (t < times).unsqueeze(1)
        spoken, silent = torch.where(going, said, spoken), torch.where(going, hushed, silent)
    there = torch.arange(width + 1, device=scores.device) == counts.unsqueeze(1)
    end = torch.where(there, 0.0, _LOG_ZERO).to(scores.dtype)
    return torch.logsumexp(torch.cat([spoken + end, silent + end], 1), 1)


def _loss_and_gradient_like(logits: torch.Tensor, *_: Any) -> tuple[torch.Tensor, torch.Tensor]:
    return logits.new_empty(logits.shape[1]), torch.empty_like(logits)


@value_op(
    "(Tensor logits, Tensor labels, Tensor counts, Tensor times, int blank, bool lenient) -> (Tensor, Tensor)",
    _loss_and_gradient_like,
)
def ctc_loss_and_gradient(
    logits: torch.Tensor, labels: torch.Tensor, counts: torch.Tensor, times: torch.Tensor, blank: int, lenient: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """The losses of a batch, and their gradients by the logits [time, batch, classes].

    lenient: labels that do not fit into the time have a large loss rather than an infinite one with no gradient.
    """
    steps, _, classes = logits.shape
    width = labels.shape[1]
    times = times.clamp(0, steps)
    within = torch.arange(width, device=labels.device) < counts.unsqueeze(1)
    repeats = ((labels[:, 1:] == labels[:, :-1]) & within[:, 1:]).sum(1)
    strange = (within & ((labels < 0) | (labels >= classes))).any(1)
    odd = (times < counts + repeats) | (times == 0) | (counts > width) | strange
    with torch.enable_grad():
        x = logits.detach().requires_grad_()
        scores = torch.log_softmax(x, -1)
        kept = counts.clamp(0, width), times.clamp(min=1)
        loss = functional.ctc_loss(
            scores, labels.clamp(0, classes - 1), kept[1], kept[0], blank, reduction="none", zero_infinity=True
        )
        (gradient,) = torch.autograd.grad(loss.sum(), x, retain_graph=True)
        loss = loss.detach()
        if not bool(odd.any()):
            return loss, gradient
        if not lenient:
            empty = odd & (times == 0) & (counts == 0)
            return torch.where(odd, torch.where(empty, 0.0, math.inf), loss), torch.where(odd[:, None], 0, gradient)
        rows = odd.nonzero().squeeze(1)
        part = scores[:, rows], labels[rows], counts[rows], times[rows], blank
        potential = -_lattice(*part, _LOG_ZERO)
        (slope,) = torch.autograd.grad(potential.sum(), x)
    with torch.no_grad():
        loss[rows] = -_lattice(*part, -math.inf)
    gradient[:, rows] = slope[:, rows]
    return loss, gradient


class _Loss(torch.autograd.Function):
    """The loss, whose gradient comes with it."""

    @staticmethod
    def forward(ctx: Any, logits: torch.Tensor, *args: Any) -> torch.Tensor:  # type: ignore[override]
        """The losses; keeps the gradients."""
        loss, gradient = ctc_loss_and_gradient(logits, *args)
        ctx.save_for_backward(gradient)
        return loss

    @staticmethod
    def backward(ctx: Any, dy: torch.Tensor) -> Any:  # type: ignore[override]
        """The gradient by the logits."""
        (gradient,) = ctx.saved_tensors
        return dy[None, :, None] * gradient, None, None, None, None, None


def _scores(logits: torch.Tensor, time_major: bool) -> torch.Tensor:
    if logits.ndim != 3:
        raise Invalid(f"logits must have three dimensions, time, batch and classes, got shape {list(logits.shape)}")
    wide = logits.to(torch.float32) if logits.dtype in HALVES else logits
    return wide if time_major else wide.transpose(0, 1)


def _blank(value: Any, classes: Any) -> Any:
    blank = integer(value, "blank_index")
    return blank + classes if blank < 0 else blank


def _without_blank(labels: torch.Tensor, blank: int) -> torch.Tensor:
    """The labels; one that is the blank counts as the class before it, as TensorFlow numbers them."""
    return torch.where(labels == blank, blank - 1, labels) if blank > 0 else labels


@op("CTCLossDense")
def _dense(
    labels: Value,
    logits: Value,
    label_length: Value,
    logit_length: Value,
    time_major: bool,
    blank_index: Any,
    name: str | None = None,
) -> torch.Tensor:
    x = _scores(expect(logits, FLOATS - {torch.float64}), time_major)
    if labels.ndim != 2:
        raise Invalid(f"labels must have two dimensions, batch and label, got shape {list(labels.shape)}")
    if labels.dtype not in (torch.uint8, torch.int8, torch.int32, torch.int64):
        got = kernel_dtype(BY_STORAGE[labels.dtype])
        raise Invalid(f"Value for attr 'TI' of {got} is not in the list of allowed values: uint8, int8, int32, int64")
    batch = x.shape[1]
    targets = labels.to(x.device, torch.int64).expand(batch, labels.shape[1]).contiguous()
    counts, times = (t.to(x.device, torch.int64).expand(batch).contiguous() for t in (label_length, logit_length))
    blank = _blank(blank_index, x.shape[2])
    targets = _without_blank(targets, blank)
    if not 0 <= blank < x.shape[2]:
        raise Invalid(f"blank_index must be a class, one of {x.shape[2]}, got {blank_index}")
    return _Loss.apply(x.contiguous(), targets, counts, times, blank, True).to(logits.dtype)


def _rows(indices: torch.Tensor, values: torch.Tensor, batch: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Sparse labels as a matrix [batch, labels] with its rows' lengths."""
    row = indices[:, 0]
    counts = torch.zeros(batch, dtype=torch.int64, device=row.device).index_add(0, row, torch.ones_like(row))
    place = torch.arange(row.shape[0], device=row.device) - (torch.cumsum(counts, 0) - counts)[row]
    width = max(int(counts.max()), 1)
    return torch.zeros(batch, width, dtype=torch.int64, device=row.device).index_put((row, place), values), counts


@op("CTCLoss")
def _sparse(
    indices: Value,
    values: Value,
    logits: Value,
    logit_length: Value,
    time_major: bool,
    blank_index: Any,
    name: str | None = None,
) -> torch.Tensor:
    x = _scores(expect(logits, FLOATS), time_major)
    steps, batch, classes = x.shape
    if logit_length.dtype is not torch.int32:
        got = kernel_dtype(BY_STORAGE[logit_length.dtype])
        raise Invalid(
            f"cannot compute CTCLoss as input #3(zero-based) was expected to be a int32 tensor but is a {got} tensor"
        )
    if tuple(logit_length.shape) != (batch,):
        raise Invalid(f"sequence_length must have shape [{batch}], got {list(logit_length.shape)}")
    blank = _blank(blank_index, classes)
    targets, counts = _rows(indices.to(x.device), values.to(x.device, torch.int64), batch)
    targets = _without_blank(targets, blank)
    times = logit_length.to(x.device, torch.int64)
    if not is_symbolic(times):
        _check_rows(targets, counts, times, blank, steps)
    return _Loss.apply(x.contiguous(), targets, counts, times, blank, False).to(logits.dtype)


def _check_rows(targets: torch.Tensor, counts: torch.Tensor, times: torch.Tensor, blank: int, steps: int) -> None:
    within = torch.arange(targets.shape[1], device=targets.device) < counts.unsqueeze(1)
    problems = torch.stack(
        [times > steps, counts == 0, (within & ((targets < 0) | (targets == blank))).any(1), times < counts]
    )
    if not bool(problems.any()):
        return
    kind, row = problems.nonzero()[0].tolist()
    raise Invalid(
        (
            f"sequence_length({row}) <= {steps}",
            f"Labels length is zero in batch {row}",
            f"All labels must be nonnegative integers, batch: {row} labels: {targets[row].tolist()}, blank: {blank}",
            f"Not enough time for target transition sequence (required: {int(counts[row])}, available: "
            f"{int(times[row])}) in batch {row}",
        )[kind]
    )


def ctc_loss(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: Any = None,
    name: str | None = None,
) -> Any:
    """-log of the probability that the frames of `logits` say `labels`, for each of a batch (tf.nn.ctc_loss).

    labels: [batch, labels] with their lengths in label_length, or a SparseTensor (which needs a blank_index, and whose
    lengths are its rows'). logits: [time, batch, classes], or batch first. logit_length: how many frames count.
    blank_index: the class that says nothing, 0 unless given, negative ones from the end. unique: what
    `ctc_unique_labels` gives, which changes nothing: torch's kernel has no use for it. Labels that do not fit into the
    frames cost about 707; of a SparseTensor they raise InvalidArgumentError or, repeated ones, cost infinity.
    """
    if isinstance(labels, CompositeTensor):
        if blank_index is None:
            raise ValueError("Argument `blank_index` must be provided when `labels` is a `SparseTensor`.")
        parts: Any = labels
        values = convert_to_tensor(parts.values)
        if values.dtype.name != "int32":
            raise ValueError(
                f"Tensor conversion requested dtype int32 for Tensor with dtype {values.dtype.name}: {values}"
            )
        return _sparse(parts.indices, values, logits, logit_length, logits_time_major, blank_index, name)
    blank = 0 if blank_index is None else blank_index
    return _dense(labels, logits, label_length, logit_length, logits_time_major, blank, name)


@op("CTCUniqueLabels")
def ctc_unique_labels(labels: Value, name: str | None = None) -> list[torch.Tensor]:
    """Each row's distinct labels in order of occurrence, padded with 0, and where in them each label is.

    labels: [batch, labels]. Returns an int64 and an int32 tensor of its shape. Follows tf.nn.ctc_unique_labels.
    """
    if labels.ndim != 2:
        raise Invalid("unique expects a 1D vector.")
    batch, width = labels.shape
    if isinstance(width, int) and not width:
        return [labels.to(torch.int64), labels.to(torch.int32)]
    first = (labels.unsqueeze(2) == labels.unsqueeze(1)).to(torch.uint8).argmax(2)
    new = first == torch.arange(width, device=labels.device)
    rank = torch.cumsum(new, 1) - 1
    place = torch.where(new, rank, width)  # those seen before go to a column that is cut off
    y = torch.zeros(batch, width + 1, dtype=torch.int64, device=labels.device)
    return [y.scatter(1, place, labels.to(torch.int64))[:, :width], rank.gather(1, first).to(torch.int32)]
