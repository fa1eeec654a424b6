"""tf.nondifferentiable_batch_function: calls from several threads, computed together."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from tfcompat import nest
from tfcompat._arrays.joining import concat
from tfcompat._arrays.rearranging import repeat
from tfcompat._core import errors
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._function import function


def _joined(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """The first tensors of all rows joined along their first axis, then the second ones, and so on."""
    if len(rows) == 1:
        return list(rows[0])
    return [concat([row[i] for row in rows], 0) for i in range(len(rows[0]))]


class _Call:
    """One call: its arguments, and its results once they are there."""

    def __init__(self, args: Sequence[Any]) -> None:
        self.args, self.size = args, int(args[0].shape[0])
        self.deadline = 0.0
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = threading.Event()


class _Queue:
    """The calls of one signature, and the threads that compute them in batches."""

    def __init__(self, computation: Callable[..., Any], options: _Options) -> None:
        self.computation, self.options = computation, options
        self.waiting: deque[_Call] = deque()
        self.changed = threading.Condition()
        self.threads = 0

    def submit(self, call: _Call) -> Any:
        """The results for the call, when a batch with it is through; UnavailableError where too many wait."""
        limit = self.options.most * self.options.queued
        with self.changed:
            if sum(c.size for c in self.waiting) + call.size > limit:
                raise errors.UnavailableError(
                    None, None, "The batch scheduling queue to which this task was submitted is full"
                )
            call.deadline = time.monotonic() + self.options.timeout
            self.waiting.append(call)
            if self.threads < self.options.threads:
                self.threads += 1
                threading.Thread(target=self._work, daemon=True).start()
            self.changed.notify_all()
        call.done.wait()
        if call.error is not None:
            raise call.error
        return call.result

    def _work(self) -> None:
        while batch := self._next():
            try:
                self._compute(batch)
            except BaseException as e:  # each of the callers gets to know
                for call in batch:
                    call.error = e
            for call in batch:
                call.done.set()

    def _next(self) -> list[_Call]:
        """The calls of the next batch, once they fill it or the first has waited long enough; none ends the thread."""
        with self.changed:
            while self.waiting:
                left = self.waiting[0].deadline - time.monotonic()
                if left <= 0 or self._count() < len(self.waiting) or self._size() >= self.options.most:
                    return [self.waiting.popleft() for _ in range(self._count())]
                self.changed.wait(left)
            self.threads -= 1
            return []

    def _count(self) -> int:
        """How many of the waiting calls fit into a batch."""
        total = 0
        for i, call in enumerate(self.waiting):
            total += call.size
            if total > self.options.most:
                return i
        return len(self.waiting)

    def _size(self) -> int:
        return sum(call.size for call in self.waiting)

    def _compute(self, batch: list[_Call]) -> None:
        inputs = _joined([call.args for call in batch])
        total, step = sum(call.size for call in batch), self.options.largest
        parts = [self._run([x[i : i + step] for x in inputs]) for i in range(0, max(total, 1), step)]
        whole = _joined([nest.flatten(part) for part in parts])
        start = 0
        for call in batch:
            own = [x[start : start + call.size] for x in whole]
            call.result = nest.pack_sequence_as(parts[0], own)
            start += call.size

    def _run(self, inputs: list[Any]) -> Any:
        """The computation on inputs padded to an allowed size with their first row, and the results cut back."""
        size = int(inputs[0].shape[0])
        missing = next((n for n in self.options.allowed if n >= size), size) - size
        if missing and size:
            inputs = [concat([x, repeat(x[:1], missing, 0)], 0) for x in inputs]
        results = self.computation(*inputs)
        for x in nest.flatten(results):
            if not x.shape.rank:
                raise errors.FailedPreconditionError(None, None, "Batched output tensor has 0 dimensions")
            if int(x.shape[0]) != size + (missing if size else 0):
                text = f"Batched output tensor's 0th dimension is not that of the inputs: {x.shape}"
                raise errors.FailedPreconditionError(None, None, text)
        return nest.map_structure(lambda x: x[:size], results) if missing else results


class _Options:
    """What the decorator was told, checked when a call needs it."""

    def __init__(self, threads: int, most: int, timeout: int, allowed: Any, queued: int, splitting: bool) -> None:
        self.threads, self.most, self.timeout = threads, most, timeout / 1e6
        self.allowed, self.queued = [int(n) for n in allowed or ()], queued
        self.splitting = splitting

    @property
    def largest(self) -> int:
        """The most rows that the computation sees at once."""
        return self.allowed[-1] if self.allowed else self.most

    def check(self) -> None:
        """InvalidArgumentError for numbers that make no sense together."""
        text = None
        if min(self.threads, self.most, self.queued) < 1:
            text = "num_batch_threads, max_batch_size and max_enqueued_batches must be positive"
        elif any(a >= b for a, b in zip(self.allowed, self.allowed[1:])):
            text = "allowed_batch_sizes entries must be monotonically increasing"
        elif self.largest > self.most:
            text = "entries in allowed_batch_sizes must be at most max_batch_size"
        elif self.largest != self.most and not self.splitting:
            text = (
                "final entry in allowed_batch_sizes must equal max_batch_size when enable_large_batch_splitting is "
                "False"
            )
        if text:
            raise errors.InvalidArgumentError(None, None, text)


def _check(args: Sequence[Any], most: int) -> None:
    shapes = ", ".join(str(x.shape) for x in args)
    text = None
    if not args:
        text = "Batching needs at least one input tensor."
    elif not all(x.shape.rank for x in args):
        text = f"Batching input tensors must have at least one dimension. They have the shapes {shapes}"
    elif len({int(x.shape[0]) for x in args}) > 1:
        text = (
            "Batching input tensors supplied in a given op invocation must have equal 0th-dimension size. "
            f"They have the shapes {shapes}"
        )
    elif int(args[0].shape[0]) > most:
        text = f"Task size {int(args[0].shape[0])} is larger than maximum input batch size {most}"
    if text:
        raise errors.InvalidArgumentError(None, None, text)


def nondifferentiable_batch_function(
    num_batch_threads: int,
    max_batch_size: int,
    batch_timeout_micros: int,
    allowed_batch_sizes: Sequence[int] | None = None,
    max_enqueued_batches: int = 10,
    autograph: bool = True,
    enable_large_batch_splitting: bool = True,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates a function of tensors, so that what several threads call it with is computed at once.

    The arguments are joined along their first axis when there are max_batch_size rows, or the first of them has waited
    batch_timeout_micros; num_batch_threads compute. allowed_batch_sizes: increasing; a batch is filled up to one of
    these. max_enqueued_batches: how much may wait, else UnavailableError. enable_large_batch_splitting: the last
    allowed size may be below max_batch_size, and a larger batch is computed in parts. autograph: as tf.function's.
    Within a tf.function, where there is one caller, nothing is joined. ValueError for what is no tensor,
    InvalidArgumentError for shapes that do not fit. No gradient goes through it. (tf.nondifferentiable_batch_function)
    """
    options = _Options(
        num_batch_threads,
        max_batch_size,
        batch_timeout_micros,
        allowed_batch_sizes,
        max_enqueued_batches,
        enable_large_batch_splitting,
    )

    def decorator(fn: Callable[..., Any]) -> Callable[..., Any]:
        computation = function(fn, autograph=autograph)
        queues: dict[Any, _Queue] = {}

        def decorated(*args: Any) -> Any:
            for a in args:
                if not isinstance(a, Tensor):
                    raise ValueError(
                        "All arguments to functions decorated with `batch_function`  are supposed to be Tensors; "
                        f"found {a!r}."
                    )
            options.check()
            if not all(isinstance(a, EagerTensor) for a in args):
                return computation(*args)
            _check(args, options.most)
            key = tuple((a.dtype, tuple(a.shape[1:])) for a in args)
            queue = queues.setdefault(key, _Queue(computation, options))
            return queue.submit(_Call(args))

        return decorated

    return decorator
