"""What is in a queue, and the threads that wait to put something in or to take something out."""

from __future__ import annotations

import heapq
import itertools
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tfcompat._core import dtypes, errors
from tfcompat._core.philox import Philox
from tfcompat._core.rejection import Words

Element = tuple[Any, ...]

_numbers = itertools.count()


class Store:
    """Elements in some order, at most `capacity` (any number where negative), for any number of threads.

    Those who put in stand in one line and those who take out in another: who came first is served first, wholly.
    """

    kind = "FIFOQueue"
    dtype = dtypes.resource

    def __init__(self, capacity: int) -> None:
        self.capacity, self.number, self.closed = capacity, next(_numbers), False
        self._changed = threading.Condition()
        self._putting: deque[object] = deque()
        self._taking: deque[object] = deque()
        self._cancelled: frozenset[object] = frozenset()
        self._elements: Any = deque()

    def __len__(self) -> int:
        return len(self._elements)

    def __repr__(self) -> str:
        return f"<{self.kind} '{self.number}'>"

    # ---- the order of the elements ----

    def _add(self, element: Element) -> None:
        self._elements.append(element)

    def _remove(self) -> Element:
        return self._elements.popleft()

    def _give_back(self, taken: Sequence[Element]) -> None:
        self._elements.extendleft(reversed(taken))

    def _available(self) -> int:
        """How many elements may be taken now."""
        return len(self)

    # ---- waiting ----

    def _error(self, kind: Any, text: str) -> errors.OpError:
        return kind(None, None, f"{self.kind} '{self.number}' {text}")

    def _wait(self, until: Callable[[], bool], place: object) -> None:
        self._changed.wait_for(lambda: place in self._cancelled or until())
        if place in self._cancelled:
            raise errors.CancelledError(None, None, "Enqueue operation was cancelled")

    @contextmanager
    def _turn(self, line: deque[object]) -> Iterator[object]:
        """Waits until it is one's turn in `line`; others wait until the block is left."""
        place = object()
        with self._changed:
            line.append(place)
            try:
                self._wait(lambda: line[0] is place, place)
                yield place
            finally:
                line.remove(place)
                self._changed.notify_all()

    def put(self, elements: Sequence[Element]) -> None:
        """Adds elements, each as soon as there is room; CancelledError where the queue is closed."""
        with self._turn(self._putting) as place:
            if self.closed:
                raise self._error(errors.CancelledError, "is closed.")
            for element in elements:
                self._wait(lambda: not 0 <= self.capacity <= len(self), place)
                self._add(element)
                self._changed.notify_all()

    def take(self, count: int, fewer: bool = False) -> list[Element]:
        """Removes `count` elements, waiting for them; from a closed queue `fewer`, but not none, may do.

        OutOfRangeError where a closed queue has not enough, which then keeps what it has.
        """
        taken: list[Element] = []
        with self._turn(self._taking) as place:
            try:
                while len(taken) < count:
                    self._wait(lambda: self.closed or self._available() > 0, place)
                    if not self._available():
                        break
                    taken.append(self._remove())
                    self._changed.notify_all()
            except BaseException:
                self._give_back(taken)
                raise
            if len(taken) < count and not (fewer and taken):
                self._give_back(taken)
                raise self._error(
                    errors.OutOfRangeError,
                    f"is closed and has insufficient elements (requested {count}, current size {len(self)})",
                )
        return taken

    def close(self, cancel: bool) -> None:
        """Lets nothing more in. `cancel`: not even what waits for room, which otherwise is waited for.

        CancelledError where the queue is closed already, unless `cancel`.
        """
        if cancel:
            with self._changed:
                self._cancelled, self.closed = frozenset(self._putting), True
                self._changed.notify_all()
            return
        with self._turn(self._putting):
            if self.closed:
                raise errors.CancelledError(None, None, f"Queue '{self.number}' is already closed.")
            self.closed = True


class PaddingStore(Store):
    """Elements in the order in which they came, whose shapes may differ."""

    kind = "PaddingFIFOQueue"


class PriorityStore(Store):
    """Elements in the order of their first component, a number; equal ones in the order in which they came."""

    kind = "PriorityQueue"

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self._elements = []
        self._arrivals, self._returns = itertools.count(), itertools.count(-1, -1)

    def _add(self, element: Element) -> None:
        heapq.heappush(self._elements, (int(element[0]), next(self._arrivals), element))

    def _remove(self) -> Element:
        return heapq.heappop(self._elements)[2]

    def _give_back(self, taken: Sequence[Element]) -> None:
        for element in reversed(taken):
            heapq.heappush(self._elements, (int(element[0]), next(self._returns), element))


class ShuffleStore(Store):
    """Elements in random order; `least` of them stay, for a good mixture, until the queue is closed.

    seeds: what decides the order, as in TensorFlow; chance where None.
    """

    kind = "RandomShuffleQueue"

    def __init__(self, capacity: int, least: int, seeds: tuple[int, int] | None) -> None:
        super().__init__(capacity)
        self._elements = []
        self._least = least
        self._words = Words(Philox.of_seeds(*(seeds or (secrets.randbits(64), secrets.randbits(64)))))

    def _remove(self) -> Element:
        at = self._words.word() % len(self._elements)
        self._elements[at], self._elements[-1] = self._elements[-1], self._elements[at]
        return self._elements.pop()

    def _give_back(self, taken: Sequence[Element]) -> None:
        self._elements.extend(taken)

    def _available(self) -> int:
        return len(self) if self.closed else max(0, len(self) - self._least)
