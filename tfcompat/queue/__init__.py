"""tf.queue: queues of tensors between threads."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.queue._queues import FIFOQueue, PaddingFIFOQueue, PriorityQueue, QueueBase, RandomShuffleQueue

__getattr__ = _names.module_getattr("tf.queue", globals())
