"""What the frames of a CTC model say: tf.nn.ctc_greedy_decoder, ctc_beam_search_decoder and collapse_repeated."""

from __future__ import annotations

import math
from typing import Any

import torch

from tfcompat._core import errors
from tfcompat._core.arguments import expect, integer
from tfcompat._core.convert import to_storage
from tfcompat._core.dispatch import dispatchable
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, is_symbolic, kernel_dtype, op
from tfcompat._core.value_ops import value_op
from tfcompat.math.ranking import largest

_FLOATS = frozenset({torch.float32, torch.float64})
_HASH = 6364136223846793005


def _check(inputs: torch.Tensor, lengths: torch.Tensor) -> None:
    """Raises TensorFlow's errors for scores [time, batch, classes] and lengths [batch] that are none."""
    if expect(inputs, _FLOATS).ndim != 3:
        raise Invalid("inputs is not a 3-Tensor")
    if lengths.dtype is not torch.int32:
        got = kernel_dtype(BY_STORAGE[lengths.dtype])
        raise Invalid(
            f"cannot compute it as input #1(zero-based) was expected to be a int32 tensor but is a {got} tensor"
        )
    if isinstance(count := inputs.numel(), int) and not count:
        raise Invalid("inputs must not be empty")
    if lengths.ndim != 1:
        raise Invalid("sequence_length is not a vector")
    steps, batch, _ = inputs.shape
    if lengths.shape[0] != batch:
        raise Invalid(
            f"len(sequence_length) != batch_size.  len(sequence_length):  {lengths.shape[0]} batch_size: {batch}",
            errors.FailedPreconditionError,
        )
    if not is_symbolic(lengths) and bool((long := lengths > steps).any()):
        where = int(long.nonzero()[0])
        raise Invalid(f"sequence_length({where}) <= {steps}", errors.FailedPreconditionError)


def _compressed(labels: torch.Tensor, keep: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The labels to keep, moved to the front of their rows: indices, values and shape of a sparse matrix."""
    counts = keep.sum(1)
    row, column = keep.nonzero().unbind(1)
    place = (torch.cumsum(keep, 1) - 1)[row, column]
    shape = torch.stack([torch.full_like(counts[:1], keep.shape[0]).squeeze(0), counts.max()])
    return torch.stack([row, place], 1), labels[row, column].to(torch.int64), shape


def _log_add(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """log(exp(a) + exp(b)); what is added to the larger one is float32, as in TensorFlow, whose ties it decides."""
    larger, smaller = torch.maximum(a, b), torch.minimum(a, b)
    share = torch.log1p(torch.exp((smaller - larger).to(torch.float32)))
    return torch.where(smaller == -math.inf, larger, larger + share.to(larger.dtype))


@op("CTCGreedyDecoder")
def _greedy(
    inputs: Value, sequence_length: Value, merge_repeated: bool, blank_index: Any
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    _check(inputs, sequence_length)
    steps, _, classes = inputs.shape
    blank = -1 if blank_index is None else integer(blank_index, "blank_index")
    if not -classes <= blank < classes:
        raise Invalid(f"blank_index expected to be between {-classes} and {classes - 1} but was {blank}")
    best, label = (t.transpose(0, 1) for t in inputs.detach().max(2))
    within = torch.arange(steps, device=inputs.device) < sequence_length.to(inputs.device).unsqueeze(1)
    keep = within & (label != blank % classes)
    if merge_repeated:
        keep = keep & torch.nn.functional.pad(label[:, 1:] != label[:, :-1], (1, 0), value=True)
    return *_compressed(label, keep), -torch.where(within, best, 0).sum(1, keepdim=True)


def _sparse_tensors(parts: list[Any]) -> list[Any]:
    from tfcompat._sparse import SparseTensor

    return [SparseTensor(*part) for part in parts]


def ctc_greedy_decoder(
    inputs: Any, sequence_length: Any, merge_repeated: bool = True, blank_index: Any = None
) -> tuple[list[Any], Any]:
    """The likeliest class of each frame, without blanks (tf.nn.ctc_greedy_decoder).

    inputs: scores [time, batch, classes], float32 or float64. sequence_length: int32, how many frames count.
    merge_repeated: a class that follows itself counts once. blank_index: the class that says nothing, the last unless
    given. Returns a list of one SparseTensor of int64 classes, [batch, longest], and minus the sum of the classes'
    scores, [batch, 1]. FailedPreconditionError for a length over the time.
    """
    indices, values, shape, score = _greedy(inputs, sequence_length, bool(merge_repeated), blank_index)
    return _sparse_tensors([(indices, values, shape)]), score


# ---- beam search ----


def _lookup(scores: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
    return scores.gather(1, label.clamp(min=0))


class _Beams:
    """The likeliest beginnings found so far for each of a batch, at most `width`, the likeliest first.

    A beam's probability has two parts, those of the alignments that end with a blank and with its last label. Two beams
    are known to be the same, or one the other's beginning, by the hashes of their labels.
    """

    def __init__(self, batch: int, width: int, like: torch.Tensor) -> None:
        blank = like.new_full((batch, width), -math.inf)
        blank[:, 0] = 0
        self.blank, self.label = blank, torch.full_like(blank, -math.inf)
        whole = torch.zeros(batch, width, dtype=torch.int64, device=like.device)
        self.last, self.hash, self.parent = whole - 1, whole, whole - 1
        self.history: list[tuple[torch.Tensor, torch.Tensor]] = []

    @property
    def total(self) -> torch.Tensor:
        """The log probability of each beam; -inf where there are fewer beams."""
        return _log_add(self.blank, self.label)

    def step(self, scores: torch.Tensor, going: torch.Tensor) -> None:
        """Goes on by one frame, of log probabilities [batch, classes] with the blank last, where `going`."""
        classes, width = scores.shape[1] - 1, self.last.shape[1]
        total = self.total
        alive = total > -math.inf
        # A beam's extension by a label may be a beam already: what they have in common is added to that one.
        is_parent = (self.parent.unsqueeze(2) == self.hash.unsqueeze(1)) & (alive.unsqueeze(2) & alive.unsqueeze(1))
        found, parent = is_parent.to(torch.uint8).max(2)
        has_parent = found > 0
        same = self.last.gather(1, parent) == self.last
        before = torch.where(same, self.blank.gather(1, parent), total.gather(1, parent))
        before = torch.where(has_parent, before, -math.inf)
        heard = _lookup(scores, self.last)
        label = torch.where(self.last >= 0, _log_add(self.label, before) + heard, -math.inf)
        blank = total + scores[:, -1:]
        longer = scores[:, None, :-1] + total.unsqueeze(2)
        every = torch.arange(classes, device=scores.device)
        repeated = every == self.last.unsqueeze(2)
        longer = torch.where(repeated, scores[:, None, :-1] + self.blank.unsqueeze(2), longer)
        taken = torch.zeros_like(longer, dtype=torch.bool).flatten(1)
        places = parent * classes + self.last.clamp(min=0)
        taken = torch.scatter_add(taken.to(torch.uint8), 1, places, found) > 0
        longer = longer.flatten(1).masked_fill(taken, -math.inf)
        choice = largest(torch.cat([_log_add(blank, label), longer], 1), width)
        self._move(choice, blank, label, longer, classes, going.unsqueeze(1))

    def _move(
        self,
        choice: torch.Tensor,
        blank: torch.Tensor,
        label: torch.Tensor,
        longer: torch.Tensor,
        classes: int,
        going: torch.Tensor,
    ) -> None:
        """Makes the chosen beams and extensions the new beams."""
        width = self.last.shape[1]
        grown = choice >= width
        extension = (choice - width).clamp(min=0)
        origin = torch.where(grown, extension // max(classes, 1), choice)
        said = torch.where(grown, extension % max(classes, 1), -1)
        stayed = choice.clamp(max=width - 1)
        scored = longer.gather(1, extension) if classes else label
        of = self.hash.gather(1, origin)
        new = (
            torch.where(grown, -math.inf, blank.gather(1, stayed)),
            torch.where(grown, scored, label.gather(1, stayed)),
            torch.where(grown, said, self.last.gather(1, origin)),
            torch.where(grown, of * _HASH + said + 1, of),
            torch.where(grown, of, self.parent.gather(1, origin)),
        )
        old = self.blank, self.label, self.last, self.hash, self.parent
        self.blank, self.label, self.last, self.hash, self.parent = (
            torch.where(going, n, o) for n, o in zip(new, old, strict=True)
        )
        slots = torch.arange(width, device=choice.device)
        self.history.append((torch.where(going, origin, slots), torch.where(going, said, -1)))

    def labels(self, paths: int) -> torch.Tensor:
        """What the first beams said in each frame, [time, batch, paths], -1 for nothing new."""
        slot = torch.arange(paths, device=self.last.device).expand(self.last.shape[0], paths)
        said = []
        for origin, label in reversed(self.history):
            said.append(label.gather(1, slot))
            slot = origin.gather(1, slot)
        return torch.stack(said[::-1])


def _beam_search_like(inputs: torch.Tensor, lengths: torch.Tensor, width: int, paths: int) -> tuple[torch.Tensor, ...]:
    steps, batch, _ = inputs.shape
    labels = torch.empty(steps, batch, paths, dtype=torch.int64, device=inputs.device)
    return labels, inputs.new_empty(batch, paths)


@value_op("(Tensor inputs, Tensor lengths, int width, int paths) -> (Tensor, Tensor)", _beam_search_like)
def ctc_beam_search(inputs: torch.Tensor, lengths: torch.Tensor, width: int, paths: int) -> tuple[torch.Tensor, ...]:
    """The labels of the likeliest paths in each frame, [time, batch, paths] with -1 for none, and log probabilities.

    A sequence that has fewer paths has -inf for the others.
    """
    scores = torch.log_softmax(inputs.detach(), 2)
    beams = _Beams(inputs.shape[1], width, scores)
    for t, frame in enumerate(scores.unbind()):
        beams.step(frame, t < lengths)
    return beams.labels(paths), beams.total[:, :paths].clone()


@op("CTCBeamSearchDecoder")
def _beam_search(
    inputs: Value, sequence_length: Value, beam_width: Any, top_paths: Any, merge_repeated: bool = False
) -> tuple[Any, torch.Tensor]:
    width, paths = integer(beam_width, "beam_width"), integer(top_paths, "top_paths")
    for what, value in (("beam_width", width), ("top_paths", paths)):
        if value < 1:
            raise Invalid(f"Value for attr '{what}' of {value} must be at least minimum 1")
    _check(inputs, sequence_length)
    if paths > width:
        raise Invalid("requested more paths than the beam width.")
    labels, scores = ctc_beam_search(inputs, sequence_length.to(inputs.device), width, paths)
    if not is_symbolic(scores) and bool((scores == -math.inf).any()):
        raise Invalid("Less leaves in the beam search than requested.")
    each = (t.transpose(0, 1) for t in labels.unbind(2))
    return [_compressed(label, _new(label) if merge_repeated else label >= 0) for label in each], scores


def _new(label: torch.Tensor) -> torch.Tensor:
    """Where the rows have labels (-1 is none) that differ from the last one before."""
    places = torch.arange(label.shape[1], device=label.device).expand_as(label)
    latest = torch.where(label >= 0, places, -1).cummax(1).values
    before = torch.nn.functional.pad(latest[:, :-1], (1, 0), value=-1)
    return (label >= 0) & ((before < 0) | (label != label.gather(1, before.clamp_min(0))))


def ctc_beam_search_decoder(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[Any], Any]:
    """The likeliest label sequences, over all their alignments, as a search that keeps `beam_width` finds them.

    inputs: scores [time, batch, classes], float32 or float64, the last class the blank. sequence_length: int32, how
    many frames count. Returns a list of `top_paths` SparseTensors of int64 classes, [batch, longest], and log
    probabilities [batch, top_paths]. InvalidArgumentError where there are fewer paths. Follows
    tf.nn.ctc_beam_search_decoder.
    """
    parts, scores = _beam_search(inputs, sequence_length, beam_width, top_paths)
    return _sparse_tensors(parts), scores


@op("CollapseRepeated", strings=True)
def _collapse(labels: Value, seq_length: Any, name: str | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    if labels.ndim != 2:
        raise Invalid(f"labels must have two dimensions, batch and label, got shape {list(labels.shape)}")
    width = labels.shape[1]
    lengths = seq_length.to(labels.device, torch.int64).reshape(-1, 1)  # one for each row, or one for all
    within = torch.arange(width, device=labels.device) < lengths
    new = torch.nn.functional.pad(labels[:, 1:] != labels[:, :-1], (1, 0), value=True)[:, :width]
    keep = new & within
    counts = keep.sum(1)
    place = torch.where(keep, torch.cumsum(keep, 1) - 1, width)  # what goes is put into a column that is cut off
    moved = labels.new_zeros(labels.shape[0], width + 1).scatter(1, place, labels)
    return moved[:, : counts.max().item()], counts.to(seq_length.dtype)


@dispatchable
def collapse_repeated(labels: Any, seq_length: Any, name: str | None = None) -> Any:
    """Labels that follow themselves merged into one, within the lengths (tf.nn.collapse_repeated).

    labels: [batch, labels]. Returns them padded with zeros, [batch, longest], and the new lengths.
    """
    return _collapse(labels, to_storage(seq_length), name)
