"""Raw ops on queues, stacks, staging areas, locks and accumulators of gradients: what threads share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat import queue as queues
from tfcompat._arrays.sizes import scalar
from tfcompat._core import dtypes, errors
from tfcompat._core.convert import to_storage
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value, Values, wrap
from tfcompat._core.shapes import TensorShape
from tfcompat.queue._stores import ShuffleStore
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import Resource, Variant, each_time

# ---- queues ----


class _Queue(Resource):
    """A queue of tf.queue."""

    def __init__(self, queue: Any) -> None:
        self.queue = queue


def _shapes(shapes: Sequence[TensorShape]) -> list[TensorShape] | None:
    return list(shapes) or None


@raw("FIFOQueueV2")
def fifo_queue(component_types: list[Any], shapes: list[Any], capacity: int) -> _Queue:
    """A queue that gives elements back in the order in which they came."""
    return _Queue(queues.FIFOQueue(capacity, component_types, _shapes(shapes)))


@raw("PaddingFIFOQueueV2")
def padding_fifo_queue(component_types: list[Any], shapes: list[Any], capacity: int) -> _Queue:
    """A queue of elements whose sizes differ, which batches fill up with zeros."""
    if not shapes:
        raise Invalid("PaddingFIFOQueue needs the shapes of its components")
    return _Queue(queues.PaddingFIFOQueue(capacity, component_types, shapes))


@raw("PriorityQueueV2")
def priority_queue(shapes: list[Any], component_types: list[Any], capacity: int) -> _Queue:
    """A queue that gives the element with the smallest first component, an int64, first."""
    return _Queue(queues.PriorityQueue(capacity, component_types, _shapes(shapes)))


@raw("RandomShuffleQueueV2")
def random_shuffle_queue(
    component_types: list[Any], shapes: list[Any], capacity: int, min_after_dequeue: int, seed: int, seed2: int
) -> _Queue:
    """A queue that gives elements back in random order, which the two seeds decide where they are not 0."""
    made = queues.RandomShuffleQueue(capacity, min_after_dequeue, component_types, _shapes(shapes), seed=0)
    made._queue_ref = ShuffleStore(capacity, min_after_dequeue, (seed, seed2) if seed or seed2 else None)
    return _Queue(made)


def handle_of(queue: Any) -> Any:
    """A queue of tf.queue as the handle that these ops take; a handle stays one."""
    return _Queue(queue) if isinstance(queue, queues.QueueBase) else queue


def _queue(handle: Any) -> Any:
    if not isinstance(handle, _Queue):
        raise Invalid(f"handle is no queue of these ops: {handle!r}")
    return handle.queue


@raw("QueueEnqueueV2")
def queue_enqueue(handle: Any, components: Values, timeout_ms: int) -> None:
    """Puts one element in, waiting while the queue is full."""
    _no_timeout("QueueEnqueueV2", timeout_ms)
    _queue(handle).enqueue([wrap(c) for c in components])


@raw("QueueEnqueueManyV2")
def queue_enqueue_many(handle: Any, components: Values, timeout_ms: int) -> None:
    """Puts the rows of tensors in as one element each."""
    _no_timeout("QueueEnqueueManyV2", timeout_ms)
    _queue(handle).enqueue_many([wrap(c) for c in components])


def _no_timeout(kernel: str, timeout_ms: int) -> None:
    if timeout_ms != -1:
        raise Invalid(f"{kernel} with timeout_ms={timeout_ms}: timeouts are not supported", errors.UnimplementedError)


def _components(found: Any) -> list[Any]:
    return [to_storage(x) for x in (found if isinstance(found, list) else [found])]


def _check_types(queue: Any, kinds: list[Any]) -> None:
    if list(queue.dtypes) != kinds:
        raise Invalid(f"Expected component_types {[d.name for d in queue.dtypes]}, got {[d.name for d in kinds]}")


@raw("QueueDequeueV2")
def queue_dequeue(handle: Any, component_types: list[Any], timeout_ms: int) -> list[Any]:
    """Takes one element out, waiting while the queue is empty."""
    _no_timeout("QueueDequeueV2", timeout_ms)
    _check_types(_queue(handle), component_types)
    return _components(_queue(handle).dequeue())


def _dequeue_many(kernel: str, method: str) -> None:
    @raw(kernel)
    def dequeue(handle: Any, n: Any, component_types: list[Any], timeout_ms: int) -> list[Any]:
        _no_timeout(kernel, timeout_ms)
        _check_types(_queue(handle), component_types)
        return _components(getattr(_queue(handle), method)(int(scalar(n, what="n"))))

    dequeue.__doc__ = f"Takes elements out, put together along a new dimension, as tf.queue.QueueBase.{method} does."


_dequeue_many("QueueDequeueManyV2", "dequeue_many")
_dequeue_many("QueueDequeueUpToV2", "dequeue_up_to")


@raw("QueueCloseV2")
def queue_close(handle: Any, cancel_pending_enqueues: bool) -> None:
    """Lets no more elements in."""
    _queue(handle).close(cancel_pending_enqueues)


@raw("QueueIsClosedV2")
def queue_is_closed(handle: Any) -> torch.Tensor:
    """Whether the queue is closed."""
    return to_storage(_queue(handle).is_closed())


@raw("QueueSizeV2")
def queue_size(handle: Any) -> torch.Tensor:
    """How many elements are in the queue."""
    return to_storage(_queue(handle).size())


# ---- stacks ----


class _Stack(Resource):
    """Tensors of one dtype, of which the last one comes out first."""

    def __init__(self, most: int, kind: dtypes.DType) -> None:
        self.items: list[Any] = []
        self.most, self.kind, self.closed = most, kind, False

    def check(self) -> None:
        """InvalidArgumentError where the stack was closed."""
        if self.closed:
            raise Invalid("Stack has already been closed.")


@raw("StackV2")
def stack(max_size: Any, elem_type: dtypes.DType, stack_name: str) -> _Stack:
    """An empty stack; max_size: how many elements it takes, any number where negative."""
    return _Stack(int(scalar(max_size, what="max_size")), elem_type)


@raw("StackPushV2")
def stack_push(handle: _Stack, elem: Value) -> Any:
    """Puts an element on a stack; gives it."""
    if BY_STORAGE[elem.dtype] is not handle.kind:
        raise Invalid(f"Must have type {handle.kind.name}, but got {BY_STORAGE[elem.dtype].name}")

    def push(value: Any) -> list[Any]:
        handle.check()
        if 0 <= handle.most <= len(handle.items):
            raise Invalid(f"Stack[{handle.kind.name}] overflowed its max_size ({handle.most})")
        handle.items.append(value)
        return [value]

    (found,) = each_time(push, [elem], [handle.kind])
    return found.view_as(found) if isinstance(found, torch.Tensor) else found.copy()


@raw("StackPopV2")
def stack_pop(handle: _Stack, elem_type: dtypes.DType) -> Any:
    """Takes the last element from a stack."""
    if elem_type is not handle.kind:
        raise Invalid(f"Must have type {handle.kind.name}, but got {elem_type.name}")

    def pop() -> list[Any]:
        handle.check()
        if not handle.items:
            raise Invalid("Stack is empty when calling Pop()")
        return [handle.items.pop()]

    return each_time(pop, [], [elem_type])[0]


@raw("StackCloseV2")
def stack_close(handle: _Stack) -> None:
    """Ends a stack."""

    def close() -> None:
        handle.closed = True

    each_time(close, [], None)


# ---- staging areas ----


class _Stage:
    """Lists of tensors, in and out in one order, for threads that wait while there are none or too many."""

    def __init__(self) -> None:
        self.items: list[list[Any]] = []
        self.changed = threading.Condition()


_stages: dict[tuple[str, str, str], Any] = {}


def _shared(make: Callable[[], Any], kind: str, container: str, shared_name: str) -> Any:
    """What ops of one kind share by their names."""
    key = kind, container, shared_name
    if key not in _stages:
        _stages[key] = make()
    return _stages[key]


def _bytes(values: Iterable[Any]) -> int:
    return sum(v.nbytes if isinstance(v, np.ndarray) else v.numel() * v.element_size() for v in values if v is not None)


def _full(waiting: Sequence[Sequence[Any]], new: Sequence[Any], capacity: int, limit: int) -> bool:
    """Whether more lists, or larger ones, are held than are to be."""
    held = sum(map(_bytes, waiting)) + _bytes(new) if limit else 0
    return bool(capacity and len(waiting) >= capacity) or bool(limit and held > limit)


def _check_limit(new: Sequence[Any], limit: int) -> None:
    if limit and _bytes(new) > limit:
        text = f"Attempted to insert tensors with combined size of '{_bytes(new)}' bytes into Staging Area with a "
        raise Invalid(f"{text}memory limit of '{limit}'.", errors.ResourceExhaustedError)


@raw("Stage")
def stage(values: Values, capacity: int, memory_limit: int, container: str, shared_name: str) -> None:
    """Puts a list of tensors at the end of a staging area, waiting while there are too many."""
    area = _shared(_Stage, "Stage", container, shared_name)
    _check_limit(values, memory_limit)

    def put(*tensors: Any) -> None:
        with area.changed:
            area.changed.wait_for(lambda: not _full(area.items, tensors, capacity, memory_limit))
            area.items.append(list(tensors))
            area.changed.notify_all()

    each_time(put, values, None)


@raw("Unstage")
def unstage(dtypes: list[Any], capacity: int, memory_limit: int, container: str, shared_name: str) -> list[Any]:
    """Takes the first list of tensors from a staging area, waiting while there is none."""
    area = _shared(_Stage, "Stage", container, shared_name)

    def take() -> list[Any]:
        with area.changed:
            area.changed.wait_for(lambda: area.items)
            area.changed.notify_all()
            return area.items.pop(0)

    return each_time(take, [], dtypes)


@raw("StagePeek")
def stage_peek(
    index: Value, dtypes: list[Any], capacity: int, memory_limit: int, container: str, shared_name: str
) -> list[Any]:
    """The list of tensors at a place of a staging area, waiting until there are so many."""
    area = _shared(_Stage, "Stage", container, shared_name)

    def peek(place: Any) -> list[Any]:
        with area.changed:
            area.changed.wait_for(lambda: len(area.items) > int(place))
            return list(area.items[int(place)])

    return each_time(peek, [index], dtypes)


@raw("StageSize")
def stage_size(dtypes: list[Any], capacity: int, memory_limit: int, container: str, shared_name: str) -> Any:
    """How many lists of tensors a staging area has."""
    area = _shared(_Stage, "Stage", container, shared_name)
    return each_time(lambda: [torch.tensor(len(area.items), dtype=torch.int32)], [], [_INT32])[0]


_INT32, _INT64 = dtypes.int32, dtypes.int64


@raw("StageClear")
def stage_clear(dtypes: list[Any], capacity: int, memory_limit: int, container: str, shared_name: str) -> None:
    """Removes all lists of tensors from a staging area."""
    area = _shared(_Stage, "Stage", container, shared_name)

    def clear() -> None:
        with area.changed:
            area.items.clear()
            area.changed.notify_all()

    each_time(clear, [], None)


class _Map:
    """Lists of tensors by int64 keys. A list may come in parts: it counts where all of it is there."""

    def __init__(self, ordered: bool) -> None:
        self.ordered = ordered
        self.whole: dict[int, list[Any]] = {}
        self.parts: dict[int, list[Any]] = {}
        self.changed = threading.Condition()

    def put(self, key: int, indices: list[int], values: Sequence[Any], size: int, capacity: int, limit: int) -> None:
        """Adds parts of the list of a key."""
        if key in self.whole:
            raise Invalid(f"The tensor for index '{indices[0]}' for key '{key}' was already initialized '{size}'.")
        _check_limit(values, limit)
        with self.changed:
            self.changed.wait_for(lambda: not _full([*self.whole.values()], values, capacity, limit))
            parts = self.parts.pop(key, [None] * size)
            for i, value in zip(indices, values, strict=True):
                if not 0 <= i < size:
                    raise Invalid(f"Index '{i}' for key '{key}' was out of bounds '{size}'.")
                if parts[i] is not None:
                    raise Invalid(f"The tensor for index '{i}' for key '{key}' was already initialized '{size}'.")
                parts[i] = value
            (self.parts if any(p is None for p in parts) else self.whole)[key] = parts
            self.changed.notify_all()

    def get(self, key: int | None, indices: list[int], remove: bool) -> tuple[int, list[Any]]:
        """Parts of the list of a key, of any where None, waiting until it is there."""
        with self.changed:
            self.changed.wait_for(lambda: self.whole if key is None else key in self.whole)
            if key is None:
                key = min(self.whole) if self.ordered else next(iter(self.whole))
            values = self.whole[key]
            for i in indices:
                if not 0 <= i < len(values) or values[i] is None:
                    raise Invalid(f"Index '{i}' for key '{key}' was out of bounds '{len(values)}' or already taken.")
            found = [values[i] for i in indices]
            if remove:
                for i in indices:
                    values[i] = None
                if all(v is None for v in values):
                    del self.whole[key]
            self.changed.notify_all()
            return key, found


def _register_map(prefix: str) -> None:
    """The ops on maps of staged tensors; `prefix` is "" or "Ordered", where the smallest key comes first."""

    def area(container: str, shared_name: str) -> _Map:
        return _shared(lambda: _Map(bool(prefix)), f"{prefix}Map", container, shared_name)

    @raw(f"{prefix}MapStage")
    def stage(
        key: Value,
        indices: Value,
        values: Values,
        dtypes: list[Any],
        capacity: int,
        memory_limit: int,
        container: str,
        shared_name: str,
    ) -> None:
        """Puts parts of a key's list of tensors in, waiting while there are too many."""
        held = area(container, shared_name)

        def put(key: Any, indices: Any, *tensors: Any) -> None:
            held.put(int(key), indices.tolist(), tensors, len(dtypes), capacity, memory_limit)

        each_time(put, [key, indices, *values], None)

    def register(kernel: str, remove: bool, any_key: bool) -> None:
        def give(key: Any, indices: Any, dtypes: list[Any], container: str, shared_name: str) -> Any:
            held = area(container, shared_name)

            def take(indices: Any, *key: Any) -> list[Any]:
                number, found = held.get(int(key[0]) if key else None, indices.tolist(), remove)
                return [torch.tensor(number), *found]

            number, *found = each_time(take, [indices, *([] if any_key else [key])], [_INT64, *dtypes])
            return (number, found) if any_key else found

        if any_key:

            @raw(kernel)
            def take_any(
                indices: Value, dtypes: list[Any], capacity: int, memory_limit: int, container: str, shared_name: str
            ) -> Any:
                """A key, and parts of its list of tensors, which go."""
                return give(None, indices, dtypes, container, shared_name)

        else:

            @raw(kernel)
            def take(
                key: Value,
                indices: Value,
                dtypes: list[Any],
                capacity: int,
                memory_limit: int,
                container: str,
                shared_name: str,
            ) -> Any:
                """Parts of a key's list of tensors, waiting until it is there."""
                return give(key, indices, dtypes, container, shared_name)

    register(f"{prefix}MapPeek", False, False)
    register(f"{prefix}MapUnstage", True, False)
    register(f"{prefix}MapUnstageNoKey", True, True)

    def count(kernel: str, which: str) -> None:
        @raw(kernel)
        def size(dtypes: list[Any], capacity: int, memory_limit: int, container: str, shared_name: str) -> Any:
            """How many lists of tensors are there, or are there in parts only."""
            held = area(container, shared_name)
            return each_time(lambda: [torch.tensor(len(getattr(held, which)), dtype=torch.int32)], [], [_INT32])[0]

    count(f"{prefix}MapSize", "whole")
    count(f"{prefix}MapIncompleteSize", "parts")

    @raw(f"{prefix}MapClear")
    def clear(dtypes: list[Any], capacity: int, memory_limit: int, container: str, shared_name: str) -> None:
        """Removes all lists of tensors."""
        held = area(container, shared_name)

        def empty() -> None:
            with held.changed:
                held.whole.clear()
                held.parts.clear()
                held.changed.notify_all()

        each_time(empty, [], None)


_register_map("")
_register_map("Ordered")


# ---- locks ----


class _Mutex(Resource):
    """What one holds at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


class _Held(Variant):
    """A mutex that is held until nothing refers to this."""

    def __init__(self, mutex: _Mutex) -> None:
        self.mutex = mutex
        mutex.lock.acquire()

    def __del__(self) -> None:
        self.mutex.lock.release()


@raw("MutexV2")
def mutex() -> _Mutex:
    """A lock."""
    return _Mutex()


@raw("MutexLock")
def mutex_lock(mutex: _Mutex) -> _Held:
    """Holds a lock, waiting until nobody else does."""
    return _Held(mutex)


@raw("ConsumeMutexLock")
def consume_mutex_lock(mutex_lock: Any) -> None:
    """Uses a lock that is held."""
    if not isinstance(mutex_lock, _Held):
        raise Invalid("Expected input to be a Mutex, but got another variant")


# ---- accumulators ----


class _Accumulator(Resource):
    """Gradients that are added up until somebody takes their mean or sum."""

    def __init__(self, dtype: dtypes.DType, shape: TensorShape, mean: bool) -> None:
        self.kind, self.known, self.mean = dtype, shape, mean
        self.step, self.count, self.total = 0, 0, None
        self.changed = threading.Condition()


@raw("ResourceConditionalAccumulator")
def conditional_accumulator(dtype: dtypes.DType, shape: TensorShape, reduction_type: str) -> _Accumulator:
    """An accumulator of gradients that ignores those of steps that are over."""
    return _Accumulator(dtype, shape, reduction_type == "MEAN")


@raw("ResourceAccumulatorApplyGradient")
def accumulator_apply(handle: _Accumulator, local_step: Value, gradient: Value) -> None:
    """Adds a gradient, unless it is of a step before the accumulator's."""
    if BY_STORAGE[gradient.dtype] is not handle.kind:
        raise Invalid(f"Expected data type {handle.kind.name}, got {BY_STORAGE[gradient.dtype].name}")
    if not handle.known.is_compatible_with(tuple(gradient.shape)):
        raise Invalid(f"Shape mismatch: expected {handle.known}, got {list(gradient.shape)}")

    def add(step: Any, value: Any) -> None:
        with handle.changed:
            if int(step) >= handle.step:
                handle.total = value.clone() if handle.total is None else handle.total + value
                handle.count += 1
                handle.changed.notify_all()

    each_time(add, [local_step, gradient], None)


@raw("ResourceAccumulatorTakeGradient")
def accumulator_take(handle: _Accumulator, num_required: Value, dtype: dtypes.DType) -> torch.Tensor:
    """The mean, or sum, of the gradients, waiting until there are so many; then it starts again, a step later."""
    if dtype is not handle.kind:
        raise Invalid(f"Expected data type {handle.kind.name}, got {dtype.name}")

    def take(required: Any) -> list[Any]:
        if int(required) < 1:
            raise Invalid(f"Argument num_required must be at least 1, got {int(required)}")
        with handle.changed:
            handle.changed.wait_for(lambda: handle.count >= int(required))
            total: Any = handle.total
            found = total / handle.count if handle.mean else total
            handle.step, handle.count, handle.total = handle.step + 1, 0, None
            return [found.to(total.dtype)]

    return each_time(take, [num_required], [dtype])[0]


@raw("ResourceAccumulatorNumAccumulated")
def accumulator_count(handle: _Accumulator) -> torch.Tensor:
    """How many gradients were added since the last were taken."""
    return each_time(lambda: [torch.tensor(handle.count, dtype=torch.int32)], [], [_INT32])[0]


@raw("ResourceAccumulatorSetGlobalStep")
def accumulator_set_step(handle: _Accumulator, new_global_step: Value) -> None:
    """Sets the step, before which gradients are ignored."""

    def change(step: Any) -> None:
        handle.step = int(step)

    each_time(change, [new_global_step], None)
