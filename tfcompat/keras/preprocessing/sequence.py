"""tf.keras.preprocessing.sequence: rows of equal length, windows along time, pairs of words."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np

from tfcompat import _names
from tfcompat.keras.utils.py_dataset import PyDataset
from tfcompat.keras.utils.sequences import pad_sequences


class TimeseriesGenerator(PyDataset):
    """Batches of windows of data along time, each with what comes after (tf.keras.preprocessing.sequence).

    length: of windows, of which every `sampling_rate`-th row is taken; `stride` rows lie between windows. start_index,
    end_index: the part of the data. shuffle: windows from random places; reverse: their rows backwards. ValueError
    where lengths differ or no window fits.
    """

    def __init__(
        self,
        data: Any,
        targets: Any,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if len(data) != len(targets):
            raise ValueError(
                f"Data and targets have to be of same length. Data length is {len(data)} while target length is "
                f"{len(targets)}"
            )
        self.data, self.targets, self.length = data, targets, length
        self.sampling_rate, self.stride = sampling_rate, stride
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        self.shuffle, self.reverse, self.batch_size = shuffle, reverse, batch_size
        if self.start_index > self.end_index:
            raise ValueError(
                f"`start_index+length={self.start_index} > end_index={self.end_index}` is disallowed, as no part of "
                "the "
                "sequence would be left to be used as current step."
            )

    def __len__(self) -> int:
        step = self.batch_size * self.stride
        return (self.end_index - self.start_index + step) // step

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        if self.shuffle:
            rows = np.random.randint(self.start_index, self.end_index + 1, size=self.batch_size)
        else:
            first = self.start_index + self.batch_size * self.stride * index
            rows = np.arange(first, min(first + self.batch_size * self.stride, self.end_index + 1), self.stride)
        samples = np.array([self.data[row - self.length : row : self.sampling_rate] for row in rows])
        targets = np.array([self.targets[row] for row in rows])
        return (samples[:, ::-1] if self.reverse else samples), targets

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, data and targets as JSON; TypeError where they are none."""
        config: dict[str, Any] = {}
        for name, value in (("data", self.data), ("targets", self.targets)):
            plain = value.tolist() if isinstance(value, np.ndarray) else value
            try:
                config[name] = json.dumps(plain)
            except TypeError:
                raise TypeError(f"{name.capitalize()} not JSON Serializable: {plain}") from None
        names = "length sampling_rate stride start_index end_index shuffle reverse batch_size"
        return {**config, **{name: getattr(self, name) for name in names.split()}}

    def to_json(self, **kwargs: Any) -> str:
        """The class's name and the config, as JSON."""
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> np.ndarray:
    """With which probability to keep the word of each rank, by Zipf's law, rare ones always
    (tf.keras.preprocessing.sequence.make_sampling_table).
    """
    rank = np.arange(size)
    rank[0] = 1
    frequency = sampling_factor * (rank * (np.log(rank) + 0.577) + 0.5 - 1.0 / (12.0 * rank))
    return np.minimum(1.0, frequency / np.sqrt(frequency))


def skipgrams(
    sequence: Any,
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
    seed: int | None = None,
) -> tuple[list[list[int]], list[Any]]:
    """Pairs of words, and for each 1 where they stand near each other, 0 where the second is random
    (tf.keras.preprocessing.sequence.skipgrams).

    sequence: numbers of words, 0 for none. negative_samples: how many random pairs there are for each near one.
    categorical: labels are [0, 1] and [1, 0]. sampling_table: with which probability a word is kept.
    """
    near, far = ([0, 1], [1, 0]) if categorical else (1, 0)
    couples: list[list[int]] = []
    for i, word in enumerate(sequence):
        if not word or (sampling_table is not None and sampling_table[word] < random.random()):
            continue
        for j in range(max(0, i - window_size), min(len(sequence), i + window_size + 1)):
            if j != i and sequence[j]:
                couples.append([word, sequence[j]])
    labels: list[Any] = [near] * len(couples)
    if negative_samples > 0:
        count = int(len(labels) * negative_samples)
        words = [first for first, _ in couples]
        random.shuffle(words)
        couples += [[words[i % len(words)], random.randint(1, vocabulary_size - 1)] for i in range(count)]
        labels += [far] * count
    if shuffle:
        seed = random.randint(0, int(10e6)) if seed is None else seed
        for each in (couples, labels):
            random.seed(seed)
            random.shuffle(each)
    return couples, labels


__all__ = ["TimeseriesGenerator", "make_sampling_table", "pad_sequences", "skipgrams"]

__getattr__ = _names.module_getattr("tf.keras.preprocessing.sequence", globals())
