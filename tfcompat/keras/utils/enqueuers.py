"""Keras 2's enqueuers: batches of a Sequence or a generator, made ahead by a thread."""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Iterator
from typing import Any

from tfcompat.keras.utils.py_dataset import PyDataset, batches_of

_POLL = 0.05  # seconds after which a full or empty queue is looked at again
_END = object()


class SequenceEnqueuer:
    """Batches made ahead (tf.keras.utils.SequenceEnqueuer); subclasses implement `_batches`.

    `start(workers, max_queue_size)` begins, `get()` gives the batches, and `stop()` ends. What making a batch raises is
    raised by `get()`.
    """

    def __init__(self, sequence: Any, use_multiprocessing: bool = False) -> None:
        self.sequence, self.use_multiprocessing = sequence, use_multiprocessing
        self.workers = 1
        self.queue: queue.Queue[Any] | None = None
        self.stop_signal: threading.Event | None = None
        self.run_thread: threading.Thread | None = None

    def _batches(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} must implement `_batches()`.")

    def is_running(self) -> bool:
        """Whether it was started and not stopped."""
        return self.stop_signal is not None and not self.stop_signal.is_set()

    def start(self, workers: int = 1, max_queue_size: int = 10) -> None:
        """Begins to make batches, at most `max_queue_size` ahead."""
        self.workers = workers
        self.queue, self.stop_signal = queue.Queue(max_queue_size), threading.Event()
        self.run_thread = threading.Thread(target=self._run, args=(self.queue, self.stop_signal), daemon=True)
        self.run_thread.start()

    def _run(self, filled: queue.Queue[Any], stopped: threading.Event) -> None:
        try:
            for batch in self._batches():
                if not _put(filled, (batch, None), stopped):
                    return
            _put(filled, (_END, None), stopped)
        except Exception as error:
            _put(filled, (None, error), stopped)

    def get(self) -> Iterator[Any]:
        """The batches, in order, until there are no more or it is stopped."""
        while self.is_running() and self.queue is not None:
            try:
                batch, error = self.queue.get(timeout=_POLL)
            except queue.Empty:
                continue
            if error is not None:
                self.stop()
                raise error
            if batch is _END:
                return
            yield batch

    def stop(self, timeout: float | None = None) -> None:
        """Ends making batches; waits at most `timeout` seconds for the one being made."""
        if self.stop_signal is not None and self.run_thread is not None:
            self.stop_signal.set()
            self.run_thread.join(timeout)


def _put(filled: queue.Queue[Any], item: Any, stopped: threading.Event) -> bool:
    """Puts an item in the queue once there is room; False where it was stopped before."""
    while not stopped.is_set():
        try:
            filled.put(item, timeout=_POLL)
            return True
        except queue.Full:
            continue
    return False


class OrderedEnqueuer(SequenceEnqueuer):
    """The batches of a Sequence, epoch after epoch, in order or shuffled (tf.keras.utils.OrderedEnqueuer)."""

    def __init__(self, sequence: PyDataset, use_multiprocessing: bool = False, shuffle: bool = False) -> None:
        super().__init__(sequence, use_multiprocessing)
        self.shuffle = shuffle

    def _batches(self) -> Iterator[Any]:
        self.sequence.workers, self.sequence.use_multiprocessing = self.workers, self.use_multiprocessing
        while True:
            order = list(range(len(self.sequence)))
            if self.shuffle:
                random.shuffle(order)
            yield from batches_of(self.sequence, order)
            self.sequence.on_epoch_end()


class GeneratorEnqueuer(SequenceEnqueuer):
    """The batches of a generator (tf.keras.utils.GeneratorEnqueuer).

    ValueError with `use_multiprocessing`: a generator is in one process. random_seed: not used since.
    """

    def __init__(self, generator: Any, use_multiprocessing: bool = False, random_seed: int | None = None) -> None:
        if use_multiprocessing:
            raise ValueError(
                "Using a generator with `use_multiprocessing=True` is not supported: its state is in one process. Use "
                "a Sequence instead."
            )
        super().__init__(generator, use_multiprocessing)
        self.random_seed = random_seed

    def _batches(self) -> Iterator[Any]:
        return iter(self.sequence)
