"""Input pipelines of queues and threads: tf.compat.v1.train.batch, string_input_producer and relatives.

Each makes a queue and a QueueRunner that fills it, which joins the graph's collection; `start_queue_runners` starts it.
RuntimeError where ops run when they are called, as in TensorFlow: tf.data is for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._collections import GraphKeys
from tfcompat.compat.v1._queue_runners import QueueRunner, add_queue_runner
from tfcompat.compat.v1._variable_scope import VariableV1


def _refuse_eager(function: str) -> None:
    if tf.executing_eagerly():
        raise RuntimeError(
            f"Input pipelines based on Queues are not supported when eager execution is enabled. Please use tf.data to "
            f"ingest data into your model instead of tf.train.{function}."
        )


def limit_epochs(tensor: Any, num_epochs: int | None = None, name: str | None = None) -> Any:
    """`tensor`, and OutOfRangeError after `num_epochs` runs; forever where None (tf.compat.v1.train.limit_epochs)."""
    if num_epochs is None:
        return tensor
    if num_epochs <= 0:
        raise ValueError(f"num_epochs must be > 0 not {num_epochs}.")
    with tf.name_scope(name or "limit_epochs"):
        keys = [GraphKeys.LOCAL_VARIABLES]
        epochs = VariableV1(tf.zeros([], tf.int64), trainable=False, collections=keys, name="epochs")
        with tf.control_dependencies([epochs.count_up_to(num_epochs)]):
            return tf.identity(tensor)


def input_producer(
    input_tensor: Any,
    element_shape: Any = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    summary_name: str | None = None,
    name: str | None = None,
    cancel_op: Any = None,
) -> Any:
    """A queue of a tensor's rows, again and again or `num_epochs` times (tf.compat.v1.train.input_producer).

    shuffle: in another order each time, by `seed`. element_shape: of a row. The other arguments are a queue's.
    """
    _refuse_eager("input_producer")
    with tf.name_scope(name or "input_producer"):
        rows = tf.convert_to_tensor(input_tensor, name="input_tensor")
        shape = rows.shape[1:].merge_with(element_shape) if element_shape is not None else rows.shape[1:]
        if not shape.is_fully_defined():
            raise ValueError(
                "Either `input_tensor` must have a fully defined shape or `element_shape` must be specified"
            )
        rows = tf.random.shuffle(rows, seed) if shuffle else rows
        rows = limit_epochs(rows, num_epochs)
        queue = tf.queue.FIFOQueue(capacity, [rows.dtype.base_dtype], [shape], shared_name=shared_name)
        add_queue_runner(QueueRunner(queue, [queue.enqueue_many([rows])], cancel_op=cancel_op))
        return queue


def string_input_producer(
    string_tensor: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
    cancel_op: Any = None,
) -> Any:
    """A queue of strings, such as the names of files (tf.compat.v1.train.string_input_producer; see input_producer)."""
    _refuse_eager("string_input_producer")
    if not isinstance(string_tensor, tf.Tensor) and not len(string_tensor):
        raise ValueError("string_input_producer requires a non-null input tensor")
    strings = tf.convert_to_tensor(string_tensor, tf.string)
    return input_producer(strings, [], num_epochs, shuffle, seed, capacity, shared_name, None, name, cancel_op)


def range_input_producer(
    limit: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """A queue of the numbers 0 to `limit` - 1 (tf.compat.v1.train.range_input_producer; see input_producer)."""
    _refuse_eager("range_input_producer")
    return input_producer(tf.range(limit), [], num_epochs, shuffle, seed, capacity, shared_name, None, name)


def slice_input_producer(
    tensor_list: Sequence[Any],
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> list[Any]:
    """A row of each of several tensors, the same one of all (tf.compat.v1.train.slice_input_producer)."""
    _refuse_eager("slice_input_producer")
    if not tensor_list:
        raise ValueError("Expected at least one tensor in slice_input_producer().")
    tensors = [tf.convert_to_tensor(t) for t in tensor_list]
    index = range_input_producer(tf.shape(tensors[0])[0], num_epochs, shuffle, seed, capacity, shared_name, name)
    i = index.dequeue()
    return [tf.gather(t, i) for t in tensors]


def _flat(tensors: Any) -> list[Any]:
    return [tf.convert_to_tensor(t) for t in tf.nest.flatten(tensors)]


def _batched(
    function: str,
    many: Sequence[Any],
    keep: Any,
    batch_size: Any,
    make_queue: Any,
    enqueue_many: bool,
    shapes: Any,
    smaller: bool,
    pads: bool,
) -> Any:
    """What is dequeued of a queue that runners, one for each of `many`, fill."""
    _refuse_eager(function)
    flats = [_flat(tensors) for tensors in many]
    kinds = [t.dtype.base_dtype for t in flats[0]]
    if shapes is None:
        found = [t.shape[1:] if enqueue_many else t.shape for t in flats[0]]
    else:
        found = [tf.TensorShape(s) for s in shapes]
    if not pads and not all(s.is_fully_defined() for s in found):
        raise ValueError(
            f"All shapes must be fully defined: {[str(s) for s in found]}; give `shapes`, or dynamic_pad=True where "
            "there is that."
        )
    queue = make_queue(kinds, found)
    puts = [_put(queue, flat, keep, enqueue_many) for flat in flats]
    add_queue_runner(QueueRunner(queue, puts))
    parts = queue.dequeue_up_to(batch_size) if smaller else queue.dequeue_many(batch_size)
    parts = list(parts) if isinstance(parts, (list, tuple)) else [parts]
    if isinstance(many[0], (list, tuple)) and len(many[0]) == 1:
        return parts[0]
    return tf.nest.pack_sequence_as(many[0], parts) if tf.nest.is_nested(many[0]) else parts[0]


def _put(queue: Any, flat: Sequence[Any], keep: Any, enqueue_many: bool) -> Any:
    put = queue.enqueue_many if enqueue_many else queue.enqueue
    if keep is True:
        return put(flat)
    keep = tf.convert_to_tensor(keep)
    if enqueue_many:
        kept = tf.reshape(keep, [-1]) if keep.shape.rank else tf.fill([tf.shape(flat[0])[0]], keep)
        return queue.enqueue_many([tf.boolean_mask(t, kept) for t in flat])
    stacked = [tf.expand_dims(t, 0)[: tf.cast(keep, tf.int32)] for t in flat]
    return queue.enqueue_many(stacked)


def _fifo(capacity: int, pads: bool, shared_name: str | None) -> Any:
    kind = tf.queue.PaddingFIFOQueue if pads else tf.queue.FIFOQueue
    return lambda kinds, shapes: kind(capacity, kinds, shapes, shared_name=shared_name)


def _shuffled(capacity: int, least: int, seed: int | None, shared_name: str | None) -> Any:
    return lambda kinds, shapes: tf.queue.RandomShuffleQueue(
        capacity, least, kinds, shapes, seed=seed, shared_name=shared_name
    )


def batch(
    tensors: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of what `tensors` give, in a nest like them, by `num_threads` threads (tf.compat.v1.train.batch).

    enqueue_many: the tensors' rows are the examples. dynamic_pad: examples of different sizes, filled up with zeros.
    allow_smaller_final_batch: with what is left at the end.
    """
    return maybe_batch(
        tensors,
        True,
        batch_size,
        num_threads,
        capacity,
        enqueue_many,
        shapes,
        dynamic_pad,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


def maybe_batch(
    tensors: Any,
    keep_input: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`batch` of the examples for which `keep_input` is true (tf.compat.v1.train.maybe_batch)."""
    with tf.name_scope(name or "batch"):
        queue = _fifo(capacity, dynamic_pad, shared_name)
        return _batched(
            "batch",
            [tensors] * num_threads,
            keep_input,
            batch_size,
            queue,
            enqueue_many,
            shapes,
            allow_smaller_final_batch,
            dynamic_pad,
        )


def batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`batch` of what several lists of tensors give, a thread each (tf.compat.v1.train.batch_join)."""
    return maybe_batch_join(
        tensors_list,
        True,
        batch_size,
        capacity,
        enqueue_many,
        shapes,
        dynamic_pad,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


def maybe_batch_join(
    tensors_list: Sequence[Any],
    keep_input: Any,
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`batch_join` of the examples for which `keep_input` is true (tf.compat.v1.train.maybe_batch_join)."""
    with tf.name_scope(name or "batch_join"):
        queue = _fifo(capacity, dynamic_pad, shared_name)
        smaller = allow_smaller_final_batch
        return _batched(
            "batch_join", tensors_list, keep_input, batch_size, queue, enqueue_many, shapes, smaller, dynamic_pad
        )


def shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`batch` of examples chosen by chance among at least `min_after_dequeue` (tf.compat.v1.train.shuffle_batch)."""
    return maybe_shuffle_batch(
        tensors,
        batch_size,
        capacity,
        min_after_dequeue,
        True,
        num_threads,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


def maybe_shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`shuffle_batch` of the examples for which `keep_input` is true (tf.compat.v1.train.maybe_shuffle_batch)."""
    return maybe_shuffle_batch_join(
        [tensors] * num_threads,
        batch_size,
        capacity,
        min_after_dequeue,
        keep_input,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name or "shuffle_batch",
    )


def shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`shuffle_batch` of what several lists of tensors give, a thread each (tf.compat.v1.train.shuffle_batch_join)."""
    return maybe_shuffle_batch_join(
        tensors_list,
        batch_size,
        capacity,
        min_after_dequeue,
        True,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


def maybe_shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """`shuffle_batch_join` of the examples for which `keep_input` is true (maybe_shuffle_batch_join)."""
    with tf.name_scope(name or "shuffle_batch_join"):
        queue = _shuffled(capacity, min_after_dequeue, seed, shared_name)
        smaller = allow_smaller_final_batch
        return _batched(
            "shuffle_batch", tensors_list, keep_input, batch_size, queue, enqueue_many, shapes, smaller, False
        )
