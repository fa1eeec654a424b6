"""Raw ops that put the tensors of several calls together and take them apart: Batch, Unbatch and UnbatchGrad.

A call here finds no others to be put together with, so a batch holds one call's tensors, padded to a size allowed.
"""

from __future__ import annotations

import secrets
import threading
from typing import Any

import numpy as np
import torch

from tfcompat._core import errors
from tfcompat._core.ops import Invalid, Value, Values
from tfcompat.raw_ops._registry import raw


def _joined(parts: list[Any]) -> Any:
    return np.concatenate(parts) if isinstance(parts[0], np.ndarray) else torch.cat(parts)


@raw("Batch")
def batch(
    in_tensors: Values,
    num_batch_threads: int,
    max_batch_size: int,
    batch_timeout_micros: int,
    grad_timeout_micros: int,
    max_enqueued_batches: int,
    allowed_batch_sizes: list[int],
    batching_queue: str,
) -> tuple[Any, ...]:
    """(the tensors in a batch, [[number, start, end]] of the calls in it, the number of this call).

    Each call is a batch of its own, at once: nothing is waited for, so threads, timeouts and queues change nothing.
    """
    shapes = [list(t.shape) for t in in_tensors]
    if any(not shape for shape in shapes):
        raise Invalid(f"Batching input tensors must have at least one dimension, got shapes {shapes}")
    size = shapes[0][0]
    if any(shape[0] != size for shape in shapes):
        raise Invalid(f"Batching input tensors of an op must have equal 0th-dimension size, got shapes {shapes}")
    if sorted(set(allowed_batch_sizes)) != allowed_batch_sizes:
        raise Invalid("allowed_batch_sizes entries must be monotonically increasing")
    if allowed_batch_sizes and allowed_batch_sizes[-1] != max_batch_size:
        raise Invalid("final entry in allowed_batch_sizes must equal max_batch_size")
    if size > max_batch_size:
        raise Invalid(f"Task size {size} is larger than maximum input batch size {max_batch_size}")
    wanted = next((n for n in allowed_batch_sizes if n >= size), size)
    made = [_joined([t, *[t[:1]] * (wanted - size)]) if size else t for t in in_tensors]
    number = secrets.randbits(64) - 2**63
    return made, torch.tensor([[number, 0, size]]), torch.tensor(number)


class _Waiting:
    """Tensors by the numbers of the calls that they are for."""

    def __init__(self) -> None:
        self.held: dict[int, Any] = {}
        self.changed = threading.Condition()

    def put(self, tensors: dict[int, Any]) -> None:
        """Adds tensors."""
        with self.changed:
            self.held.update(tensors)
            self.changed.notify_all()

    def take(self, number: int, seconds: float) -> Any:
        """A call's tensor; DeadlineExceededError where it does not come in time."""
        with self.changed:
            if not self.changed.wait_for(lambda: number in self.held, seconds):
                text = "Batched data did not arrive within timeout window."
                raise Invalid(text, errors.DeadlineExceededError)
            return self.held.pop(number)


_waiting: dict[tuple[str, str, str], _Waiting] = {}


def _place(kernel: str, container: str, shared_name: str) -> _Waiting:
    return _waiting.setdefault((kernel, container, shared_name), _Waiting()) if shared_name else _Waiting()


def _rows(batch_index: torch.Tensor) -> list[list[int]]:
    if batch_index.ndim != 2 or batch_index.shape[1] != 3:
        found = list(batch_index.shape)
        raise Invalid(f"Wrong shape for index tensor. Expected 1st dimension size to be 3 ; Got shape {found}.")
    return batch_index.tolist()


def _number(id: torch.Tensor) -> int:
    if id.numel() != 1:
        raise Invalid(f"Expected id to be scalar. Got {list(id.shape)}")
    return int(id.reshape(()))


@raw("Unbatch")
def unbatch(
    batched_tensor: Value, batch_index: Value, id: Value, timeout_micros: int, container: str, shared_name: str
) -> Any:
    """The part of a batch that is of the call `id`, from this batch or one that another call brings in time."""
    rows, number, place = _rows(batch_index), _number(id), _place("Unbatch", container, shared_name)
    if rows and (not batched_tensor.ndim or max(row[2] for row in rows) > batched_tensor.shape[0]):
        raise Invalid(f"batched_tensor of shape {list(batched_tensor.shape)} has not all that batch_index tells of")
    place.put({key: batched_tensor[start:end] for key, start, end in rows if key != number})
    for key, start, end in rows:
        if key == number:
            return batched_tensor[start:end]
    return place.take(number, timeout_micros / 1e6)


@raw("UnbatchGrad")
def unbatch_grad(
    original_input: Value, batch_index: Value, grad: Value, id: Value, container: str, shared_name: str
) -> Any:
    """The gradients of a batch's calls as the batch's, for the call that has the batch; nothing for the others."""
    rows, number, place = _rows(batch_index), _number(id), _place("UnbatchGrad", container, shared_name)
    place.put({number: grad})
    if not rows:
        return grad[:0]
    found = []
    for key, start, end in rows:
        part = place.take(key, 10.0)
        if part.shape[0] != end - start:
            raise Invalid(f"The gradient of call {key} has {part.shape[0]} rows, its part of the batch {end - start}")
        found.append(part)
    return _joined(found)
