"""keras.utils.timeseries_dataset_from_array."""

from __future__ import annotations

from typing import Any

import numpy as np


def _check(data: Any, start: Any, end: Any, **steps: int) -> None:
    count = len(data)
    if start and start < 0:
        raise ValueError(f"`start_index` must be 0 or greater. Received: start_index={start}")
    if start and start >= count:
        raise ValueError(
            "`start_index` must be lower than the length of the data. Received: "
            f"start_index={start}, for data of length {count}"
        )
    if end and start and end <= start:
        raise ValueError(
            f"`end_index` must be higher than `start_index`. Received: start_index={start}, and end_index={end} "
        )
    if end and end >= count:
        raise ValueError(
            f"`end_index` must be lower than the length of the data. Received: end_index={end}, for data of length "
            f"{count}"
        )
    if end and end <= 0:
        raise ValueError(f"`end_index` must be higher than 0. Received: end_index={end}")
    for name, value in steps.items():
        if value <= 0:
            raise ValueError(f"`{name}` must be higher than 0. Received: {name}={value}")
        if value >= count:
            raise ValueError(
                f"`{name}` must be lower than the length of the data. Received: {name}={value}, for data of length "
                f"{count}"
            )


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> Any:
    """A tf.data.Dataset of windows of an array along time (keras.utils.timeseries_dataset_from_array).

    A window has `sequence_length` elements, every `sampling_rate`-th; each starts `sequence_stride` after the one
    before. targets: what goes with each window, targets[i] with the one that starts at data[i]; None for windows alone.
    start_index, end_index: of the part of the data to use. Windows come in batches of `batch_size` unless it is None.
    """
    from tfcompat import data as tf_data
    from tfcompat import gather

    _check(data, start_index, end_index, sampling_rate=sampling_rate, sequence_stride=sequence_stride)
    if format != "tf":
        known = '"tf"; tfcompat makes no grain datasets' if format == "grain" else '"tf" or "grain"'
        raise ValueError(f"`format` should be {known}. Received: format={format}")
    start, end = start_index or 0, len(data) if end_index is None else end_index
    count = end - start - (sequence_length - 1) * sampling_rate
    if targets is not None:
        count = min(count, len(targets))
    starts = np.arange(0, count, sequence_stride, dtype="int32" if count < 2**31 - 1 else "int64")
    if shuffle:
        seed = np.random.randint(int(1e6)) if seed is None else seed
        np.random.RandomState(seed).shuffle(starts)
    within = np.arange(sequence_length, dtype=starts.dtype) * sampling_rate
    positions = starts[:, None] + within
    from tfcompat import convert_to_tensor

    part = convert_to_tensor(data[start:end])
    dataset = tf_data.Dataset.from_tensor_slices(positions).map(
        lambda at: gather(part, at), num_parallel_calls=tf_data.AUTOTUNE
    )
    if targets is not None:
        wanted = convert_to_tensor(targets[start:end])
        target_set = tf_data.Dataset.from_tensor_slices(starts).map(
            lambda at: gather(wanted, at), num_parallel_calls=tf_data.AUTOTUNE
        )
        dataset = tf_data.Dataset.zip((dataset, target_set))
    dataset = dataset.prefetch(tf_data.AUTOTUNE)
    if shuffle:
        dataset = dataset.shuffle(buffer_size=1024 if batch_size is None else batch_size * 8, seed=seed)
    return dataset if batch_size is None else dataset.batch(batch_size)
