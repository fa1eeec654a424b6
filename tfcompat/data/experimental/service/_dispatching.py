"""What a dispatcher does: it keeps datasets, and hands the elements of passes over them to consumers."""

from __future__ import annotations

import collections
import itertools
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tfcompat._core import errors, structure
from tfcompat.data import _copies
from tfcompat.data._threads import Prefetched
from tfcompat.data.dataset import INFINITE_CARDINALITY, Dataset
from tfcompat.data.experimental.service._modes import ShardingPolicy

_FIRST_ID = 1000
_AHEAD = 4  # how many elements of a worker are made ahead where the consumer does not say
_CACHE_BYTES = 10 << 30
_PROTOCOLS = (None, "grpc", "local")


class Request(NamedTuple):
    """What a consumer asks for."""

    dataset_id: str
    policy: ShardingPolicy
    job_name: str  # "" for a job of its own
    consumers: tuple[int, int] | None  # which one it is of how many, that get elements in turn
    ahead: int
    protocol: str | None
    trainer: Any


class Worker:
    """Where a dataset is read."""

    def __init__(self, address: str) -> None:
        self.address, self.is_running, self.tasks = address, True, 0


class Registered(NamedTuple):
    """A dataset, and what is known of it."""

    dataset: Dataset
    spec: Any
    size: int


class Dispatcher:
    """The datasets, workers and jobs of a service."""

    def __init__(self, addresses: Any, tolerates_faults: bool) -> None:
        self.tolerates_faults = tolerates_faults
        self.registered: dict[str, Registered] = {}
        self.workers: list[Worker] = []
        self._addresses = list(addresses)
        self._jobs: dict[str, tuple[Request, dict[int, _Pass]]] = {}
        self._running: list[_Pass] = []
        self._changed = threading.Condition()
        self._is_running = True

    def stop(self) -> None:
        """Serves no more."""
        with self._changed:
            self._is_running = False
            self._changed.notify_all()

    def add_worker(self, worker: Worker) -> None:
        """Has a worker take part in what is read from now on, and in passes that go on, where it can join them."""
        with self._changed:
            self.workers.append(worker)
            self._running = [p for p in self._running if not p.ended]
            joined = list(self._running)
            self._changed.notify_all()
        for each in joined:
            each.join(worker)

    # ---- datasets ----

    def register(self, dataset: Dataset, spec: Any, size: int, dataset_id: str | None) -> str:
        """Keeps a dataset, and gives its id."""
        with self._changed:
            if dataset_id is None:
                dataset_id = str(_FIRST_ID + len(self.registered))
                while dataset_id in self.registered:
                    dataset_id = str(int(dataset_id) + 1)
            known = self.registered.get(dataset_id)
            if known is None:
                self.registered[dataset_id] = Registered(_copies.copied(dataset), spec, size)
            elif known.size != size or not _alike(known.spec, spec):
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    "Failed to register dataset: Datasets with the same ID should have the same structure, got diff "
                    f"for dataset ID {dataset_id}: {known.spec}, cardinality {known.size}, and {spec}, cardinality "
                    f"{size}. To fix this error, make sure you're registering the same dataset with the same ID.",
                )
            return dataset_id

    def spec_of(self, dataset_id: str) -> Any:
        """The specs of a dataset's elements; None for an unknown id."""
        known = self.registered.get(dataset_id)
        return None if known is None else known.spec

    def found(self, dataset_id: str) -> Registered:
        """What is known of a dataset; NotFoundError for an unknown id."""
        known = self.registered.get(dataset_id)
        if known is None:
            raise errors.NotFoundError(
                None,
                None,
                f"Dataset id {dataset_id} not found. It must be registered with `register_dataset` before calling "
                "`from_dataset_id`.",
            )
        return known

    # ---- reading ----

    def elements(self, request: Request, number: int) -> Iterator[Any]:
        """The consumer's elements of its pass `number`; passes of jobs with a name are shared by number."""
        found = self._joined(request, number)
        if request.consumers is not None:
            return found.in_turn(*request.consumers)
        return found.cached(request.trainer) if request.trainer is not None else found.as_they_come()

    def _joined(self, request: Request, number: int) -> _Pass:
        registered = self.found(request.dataset_id)
        with self._changed:
            while self._is_running and not any(w.is_running for w in self.workers):
                self._changed.wait()  # for a worker, as TensorFlow does
            self._check_running()
            if not request.job_name:
                _check(request, registered)
                return self._begun(request, registered)
            first, passes = self._jobs.setdefault(request.job_name, (request, {}))
            if first.policy is not request.policy or (first.consumers or (0, 0))[1] != (request.consumers or (0, 0))[1]:
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"Failed to get or create job for dataset with id {request.dataset_id}: Tried to create job with "
                    f"name {request.job_name}, but found an existing job with different parameters: processing mode "
                    f"{first.policy!r}, got {request.policy!r}; consumers {first.consumers}, got {request.consumers}.",
                )
            if number not in passes:
                _check(request, registered)
                passes[number] = self._begun(request, registered)
            return passes[number]

    def _begun(self, request: Request, registered: Registered) -> _Pass:
        made = _Pass(self, request, registered.dataset, [w for w in self.workers if w.is_running])
        self._running = [*(p for p in self._running if not p.ended), made]
        return made

    def _check_running(self) -> None:
        if not self._is_running:
            raise errors.UnavailableError(None, None, "tf.data service: the dispatcher was stopped.")

    def shard_of(self, worker: Worker) -> tuple[int, int]:
        """How many shards a static policy makes, and which one is the worker's, by the addresses of the config."""
        taken: dict[int, Worker] = {}
        for each in self.workers:
            place = next((i for i, a in enumerate(self._addresses) if i not in taken and _fits(a, each.address)), None)
            if place is not None:
                taken[place] = each
        for place, each in taken.items():
            if each is worker:
                return len(self._addresses), place
        raise errors.NotFoundError(
            None,
            None,
            f"Failed to shard dataset in tf.data service: Worker {worker.address} is not in the workers list. Got "
            f"workers list {','.join(self._addresses)}.",
        )


def _alike(spec: Any, other: Any) -> bool:
    return repr(structure.flatten(spec)) == repr(structure.flatten(other))


def _fits(given: str, address: str) -> bool:
    host, _, port = given.partition(":")
    own_host, _, own_port = address.rpartition(":")
    return host == own_host and port in ("", "%port%", own_port)


def _check(request: Request, registered: Registered) -> None:
    if request.trainer is not None:
        if not request.job_name:
            raise errors.InvalidArgumentError(
                None, None, "Cross-trainer caching requires named jobs. Got empty `job_name`."
            )
        if registered.size != INFINITE_CARDINALITY:
            raise errors.InvalidArgumentError(
                None,
                None,
                "Cross-trainer caching requires the input dataset to be infinite. Got input with cardinality "
                f"{registered.size}",
            )
        if request.consumers is not None:
            raise errors.InvalidArgumentError(
                None, None, "Cross-trainer caching does not support coordinated reads: `num_consumers` is given."
            )
    if request.consumers is None:
        return
    if registered.size != INFINITE_CARDINALITY:
        raise errors.FailedPreconditionError(
            None,
            None,
            "Round robin reads require that the input dataset has infinite cardinality, but the dataset has "
            f"cardinality {registered.size}. Consider adding a `.repeat()` transformation to the dataset.",
        )


class _Task:
    """A worker's part of a pass."""

    def __init__(self, worker: Worker, elements: Iterator[Any], ahead: int) -> None:
        self.worker = worker
        worker.tasks += 1
        self._elements = Prefetched(elements, ahead)

    def next(self) -> Any:
        """The worker's next element; StopIteration at the end, and where the worker was stopped."""
        if not self.worker.is_running:
            raise StopIteration
        return next(self._elements)


class _Pass:
    """One pass over a dataset, by the workers there are, for all consumers that share it."""

    def __init__(self, dispatcher: Dispatcher, request: Request, dataset: Dataset, workers: list[Worker]) -> None:
        self._dispatcher, self._request, self._dataset = dispatcher, request, dataset
        self._lock = threading.RLock()
        self._splits: dict[int, _copies.Splits] = {}
        if request.policy is ShardingPolicy.DYNAMIC:
            self._splits = {id(s): _copies.Splits(s) for s in _copies.sources_of(dataset)}
        self._tasks: collections.deque[_Task] = collections.deque()
        self._rounds: dict[int, dict[int, Any]] = {}
        self._round = 0
        self._kept = _Window(self._one)
        for worker in workers:
            self._add(worker)

    @property
    def ended(self) -> bool:
        """Whether there are no more elements."""
        return not self._tasks

    def _add(self, worker: Worker) -> None:
        if self._request.protocol not in _PROTOCOLS:
            raise errors.NotFoundError(
                None, None, f"Protocol '{self._request.protocol}' is not available for worker '{worker.address}'."
            )
        ahead = self._request.ahead if self._request.ahead > 0 else _AHEAD
        self._tasks.append(_Task(worker, self._part(worker)._iterate(), ahead))

    def join(self, worker: Worker) -> None:
        """Has a worker that came later take part, where all read what is there in no fixed order."""
        if self._request.policy in (ShardingPolicy.OFF, ShardingPolicy.DYNAMIC) and self._request.consumers is None:
            with self._lock:
                self._add(worker)

    def _part(self, worker: Worker) -> Dataset:
        policy = self._request.policy
        if policy is ShardingPolicy.OFF:
            return _copies.copied(self._dataset)
        if policy is ShardingPolicy.DYNAMIC:
            return _copies.of_splits(self._dataset, self._splits)
        shard = self._dispatcher.shard_of(worker)
        if policy is ShardingPolicy.DATA:
            return _copies.shard_of_elements(self._dataset, *shard)
        if policy is ShardingPolicy.HINT:
            return _copies.shard_of_hints(self._dataset, *shard)
        try:
            return _copies.shard_of_files(self._dataset, *shard)
        except errors.NotFoundError:
            if policy is ShardingPolicy.FILE:
                raise
            return _copies.shard_of_elements(self._dataset, *shard)

    def _one(self) -> Any:
        """The next element of the worker whose turn it is; StopIteration where none has one."""
        with self._lock:
            self._dispatcher._check_running()
            while self._tasks:
                task = self._tasks[0]
                try:
                    element = task.next()
                except StopIteration:
                    self._tasks.popleft()
                else:
                    self._tasks.rotate(-1)
                    return element
            raise StopIteration

    def as_they_come(self) -> Iterator[Any]:
        """The elements that no other consumer gets."""
        return iter(_Calls(self._one))

    def in_turn(self, index: int, count: int) -> Iterator[Any]:
        """The elements of consumer `index`: in each round a worker gives each of the `count` consumers one."""
        if not 0 <= index < count:
            raise errors.FailedPreconditionError(
                None,
                None,
                f"Requesting data for consumer index {index}, but the task is configured for only {count} consumers",
            )
        for number in itertools.count():
            with self._lock:
                self._dispatcher._check_running()
                while self._round <= number:  # all of a round's elements come of one worker
                    task = self._tasks[self._round % len(self._tasks)]
                    self._rounds[self._round] = {i: task.next() for i in range(count)}
                    self._round += 1
                found = self._rounds[number]
                element = found.pop(index)
                if not found:
                    del self._rounds[number]
            yield element

    def cached(self, trainer: Any) -> Iterator[Any]:
        """All elements that are kept, and those after them, for each trainer."""
        return iter(_Calls(lambda: self._kept.next(trainer)))


class _Calls:
    """What calls of a function give, up to its StopIteration; after an error it may go on."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._function = function

    def __iter__(self) -> _Calls:
        return self

    def __next__(self) -> Any:
        return self._function()


class _Window:
    """The last elements, which several trainers read at their own speed; one that lags misses what had to go."""

    def __init__(self, source: Callable[[], Any]) -> None:
        self._source = source
        self._elements: collections.deque[tuple[Any, int]] = collections.deque()
        self._first = self._bytes = 0
        self._places: dict[Any, int] = {}
        self._lock = threading.Lock()

    def next(self, trainer: Any) -> Any:
        """The trainer's next element."""
        with self._lock:
            place = max(self._places.get(trainer, self._first), self._first)
            if place == self._first + len(self._elements):
                element = self._source()
                size = sum(_bytes(x) for x in structure.flatten(element, expand_composites=True))
                self._elements.append((element, size))
                self._bytes += size
                while self._bytes > _CACHE_BYTES and len(self._elements) > 1:
                    self._bytes -= self._elements.popleft()[1]
                    self._first += 1
            self._places[trainer] = place + 1
            return self._elements[place - self._first][0]


def _bytes(leaf: Any) -> int:
    return getattr(getattr(leaf, "_t", None), "nbytes", None) or sys.getsizeof(leaf)
