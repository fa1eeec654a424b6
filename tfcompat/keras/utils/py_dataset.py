"""keras.utils.PyDataset: data in batches, by number."""

from __future__ import annotations

from typing import Any


class PyDataset:
    """Batches by number (tf.keras.utils.PyDataset): subclasses implement `__getitem__(index)` and `__len__()`.

    A batch is (x, y) or (x, y, sample_weight). Batches are made one after the other in the training loop's thread:
    `workers` and `max_queue_size` other than their defaults, and `use_multiprocessing`, are ValueErrors.
    """

    def __init__(self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10) -> None:
        if workers not in (0, 1) or use_multiprocessing:
            raise ValueError(
                "tfcompat makes a PyDataset's batches in the training loop's thread. Received: "
                f"workers={workers}, use_multiprocessing={use_multiprocessing}"
            )
        self.workers, self.use_multiprocessing, self.max_queue_size = workers, use_multiprocessing, max_queue_size

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must implement `__getitem__(index)`.")

    @property
    def num_batches(self) -> int | None:
        """How many batches an epoch has: the length; None for endless data."""
        try:
            return len(self)  # type: ignore[arg-type]
        except TypeError:
            return None

    def on_epoch_begin(self) -> None:
        """Called before an epoch."""

    def on_epoch_end(self) -> None:
        """Called after an epoch."""


Sequence = PyDataset
