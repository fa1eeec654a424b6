"""Batches of images without end: keras.preprocessing.image.Iterator, and over arrays NumpyArrayIterator."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterator as Stream
from typing import Any

import numpy as np

from tfcompat.keras._state import settings
from tfcompat.keras.utils.images import array_to_img
from tfcompat.keras.utils.py_dataset import PyDataset


class Iterator(PyDataset):
    """What iterates over images in batches, again and again (tf.keras.preprocessing.image.Iterator).

    n: how many images there are. shuffle: whether each round has a new order, by `seed`. Subclasses have
    `_get_batches_of_transformed_samples(index_array)`.
    """

    white_list_formats = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")

    def __init__(self, n: int, batch_size: int, shuffle: bool, seed: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n, self.batch_size, self.shuffle, self.seed = n, batch_size, shuffle, seed
        self.batch_index = self.total_batches_seen = 0
        self.lock = threading.Lock()
        self.index_array: Any = None
        self.index_generator = self._flow_index()

    def _set_index_array(self) -> None:
        self.index_array = np.random.permutation(self.n) if self.shuffle else np.arange(self.n)

    def _seeded(self) -> None:
        if self.seed is not None:
            np.random.seed(self.seed + self.total_batches_seen)

    def __getitem__(self, idx: int) -> Any:
        if idx >= len(self):
            raise ValueError(f"Asked to retrieve element {idx}, but the Sequence has length {len(self)}")
        self._seeded()
        self.total_batches_seen += 1
        if self.index_array is None:
            self._set_index_array()
        order: Any = self.index_array
        chosen = order[self.batch_size * idx : self.batch_size * (idx + 1)]
        return self._get_batches_of_transformed_samples(chosen)

    def __len__(self) -> int:
        return -(-self.n // self.batch_size)

    def on_epoch_end(self) -> None:
        """Puts the images into a new order where they are shuffled."""
        self._set_index_array()

    def reset(self) -> None:
        """Starts from the first batch."""
        self.batch_index = 0

    def _flow_index(self) -> Stream[np.ndarray]:
        """The numbers of each batch's images, round after round."""
        self.reset()
        while True:
            self._seeded()
            if self.batch_index == 0:
                self._set_index_array()
            start = self.batch_index * self.batch_size % self.n if self.n else 0
            self.batch_index = self.batch_index + 1 if self.n > start + self.batch_size else 0
            self.total_batches_seen += 1
            yield self.index_array[start : start + self.batch_size]

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        with self.lock:
            chosen = next(self.index_generator)
        return self._get_batches_of_transformed_samples(chosen)

    next = __next__

    def _get_batches_of_transformed_samples(self, index_array: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must implement `_get_batches_of_transformed_samples`.")


def save_batch(
    batch: np.ndarray, numbers: Any, folder: str, prefix: str, file_format: str, data_format: str, most: float
) -> None:
    """Writes a batch's images to files, to look at."""
    for image, number in zip(batch, numbers):
        name = f"{prefix}_{number}_{np.random.randint(int(most))}.{file_format}"
        array_to_img(image, data_format, scale=True).save(os.path.join(folder, name))


class NumpyArrayIterator(Iterator):
    """Batches of the images in an array, [count, height, width, channels] (what ImageDataGenerator.flow returns).

    x: the images, or (images, other arrays). y: labels; sample_weight: weights; both come with the images. subset:
    "training" or "validation", by the generator's `validation_split`. save_to_dir: where each image is written, to look
    at. ValueError where lengths differ.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
        dtype: Any = None,
    ) -> None:
        data_format = settings.image_data_format if data_format is None else data_format
        self.dtype = settings.floatx if dtype is None else dtype
        others: list[np.ndarray] = []
        if isinstance(x, (tuple, list)):
            others = [np.asarray(each) for each in (x[1] if isinstance(x[1], list) else [x[1]])]
            x = x[0]
        self._check_lengths(x, y, sample_weight, others)
        if subset is not None:
            kept = self._subset(len(x), y, subset, image_data_generator, ignore_class_split)
            x, others, y = x[kept], [each[kept] for each in others], None if y is None else y[kept]
            sample_weight = None if sample_weight is None else sample_weight[kept]
        self.x, self.x_misc = np.asarray(x, dtype=self.dtype), others
        self._check_images(data_format)
        self.y = None if y is None else np.asarray(y)
        self.sample_weight = None if sample_weight is None else np.asarray(sample_weight)
        self.image_data_generator, self.data_format = image_data_generator, data_format
        self.save_to_dir, self.save_prefix, self.save_format = save_to_dir, save_prefix, save_format
        super().__init__(self.x.shape[0], batch_size, shuffle, seed)

    def _check_lengths(self, x: Any, y: Any, sample_weight: Any, others: list[np.ndarray]) -> None:
        for each in others:
            if len(x) != len(each):
                raise ValueError(
                    "All of the arrays in `x` should have the same length. Found a pair with: "
                    f"len(x[0]) = {len(x)}, len(x[?]) = {len(each)}"
                )
        for what, shown, value in (("`y` (labels)", "y", y), ("`sample_weight`", "sample_weight", sample_weight)):
            if value is not None and len(x) != len(value):
                raise ValueError(
                    f"`x` (images tensor) and {what} should have the same length. Found: x.shape = "
                    f"{np.asarray(x).shape}, {shown}.shape = {np.asarray(value).shape}"
                )

    def _subset(self, count: int, y: Any, subset: str, generator: Any, ignore_class_split: bool) -> slice:
        if subset not in ("training", "validation"):
            raise ValueError(f'Invalid subset name: {subset}; expected "training" or "validation".')
        end = int(count * generator._validation_split)
        if y is not None and not ignore_class_split and not np.array_equal(np.unique(y[:end]), np.unique(y[end:])):
            raise ValueError(
                "Training and validation subsets have different number of classes after the split. If your numpy "
                "arrays "
                "are sorted by the label, you might want to shuffle them."
            )
        return slice(None, end) if subset == "validation" else slice(end, None)

    def _check_images(self, data_format: str) -> None:
        if self.x.ndim != 4:
            raise ValueError(
                f"Input data in `NumpyArrayIterator` should have rank 4. You passed an array with shape {self.x.shape}"
            )
        axis = 3 if data_format == "channels_last" else 1
        channels = self.x.shape[axis]
        if channels not in (1, 3, 4):
            warnings.warn(
                f'NumpyArrayIterator is set to use the data format convention "{data_format}" (channels on axis '
                f"{axis}), "
                f"i.e. expected either 1, 3, or 4 channels on axis {axis}. However, it was passed an array with shape "
                f"{self.x.shape} ({channels} channels).",
                stacklevel=3,
            )

    def _get_batches_of_transformed_samples(self, index_array: Any) -> Any:
        batch = np.zeros((len(index_array), *self.x.shape[1:]), dtype=self.dtype)
        generator = self.image_data_generator
        for i, j in enumerate(index_array):
            parameters = generator.get_random_transform(self.x[j].shape)
            batch[i] = generator.standardize(generator.apply_transform(self.x[j].astype(self.dtype), parameters))
        if self.save_to_dir:
            how = (self.save_to_dir, self.save_prefix, self.save_format, self.data_format, 1e4)
            save_batch(batch, index_array, *how)
        images = [batch, *(each[index_array] for each in self.x_misc)] if self.x_misc else batch
        if self.y is None:
            return images
        found = (images, self.y[index_array])
        return found if self.sample_weight is None else (*found, self.sample_weight[index_array])
