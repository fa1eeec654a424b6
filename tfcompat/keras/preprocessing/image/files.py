"""Batches of the images in files: of a directory, and of a pandas.DataFrame's names."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np

from tfcompat.keras._state import settings
from tfcompat.keras.preprocessing.image.iterators import Iterator, save_batch
from tfcompat.keras.utils._io import print_msg
from tfcompat.keras.utils.images import img_to_array, load_img

_CHANNELS = {"rgb": 3, "rgba": 4, "grayscale": 1}


class _FileIterator(Iterator):
    """Reads, changes and labels the images of `self.filepaths`."""

    allowed_class_modes: tuple[Any, ...] = ()
    filenames: list[str]
    class_mode: Any
    class_indices: dict[str, int]
    dtype: Any
    classes: Any
    _filepaths: list[str]
    _weights: Any = None

    filepaths = property(lambda self: self._filepaths, doc="The paths of the images.")
    labels: Any = property(lambda self: self.classes, doc="The labels of the images.")
    sample_weight = property(lambda self: self._weights, doc="The weights of the images; None for none.")

    def _set_processing(
        self,
        generator: Any,
        target_size: Any,
        color_mode: str,
        data_format: str,
        saving: tuple[Any, str, str],
        subset: str | None,
        interpolation: str,
        keep_aspect_ratio: bool,
    ) -> None:
        if color_mode not in _CHANNELS:
            raise ValueError(f'Invalid color mode: {color_mode}; expected "rgb", "rgba", or "grayscale".')
        self.image_data_generator = generator
        self.target_size, self.color_mode, self.data_format = tuple(target_size), color_mode, data_format
        channels = (_CHANNELS[color_mode],)
        last = data_format == "channels_last"
        self.image_shape = self.target_size + channels if last else channels + self.target_size
        self.save_to_dir, self.save_prefix, self.save_format = saving
        self.interpolation, self.keep_aspect_ratio = interpolation, keep_aspect_ratio
        self.subset, self.split = subset, None
        if subset is not None:
            share = generator._validation_split
            if subset not in ("training", "validation"):
                raise ValueError(f'Invalid subset name: {subset};expected "training" or "validation"')
            self.split = (0, share) if subset == "validation" else (share, 1)

    def _check_class_mode(self) -> None:
        if self.class_mode not in self.allowed_class_modes:
            raise ValueError(f"Invalid class_mode: {self.class_mode}; expected one of: {set(self.allowed_class_modes)}")

    def _image(self, path: str) -> np.ndarray:
        opened = load_img(
            path,
            color_mode=self.color_mode,
            target_size=self.target_size,
            interpolation=self.interpolation,
            keep_aspect_ratio=self.keep_aspect_ratio,
        )
        x = img_to_array(opened, data_format=self.data_format)
        opened.close()
        generator = self.image_data_generator
        if generator:
            x = generator.standardize(generator.apply_transform(x, generator.get_random_transform(x.shape)))
        return x

    def _get_batches_of_transformed_samples(self, index_array: Any) -> Any:
        batch = np.zeros((len(index_array), *self.image_shape), dtype=self.dtype)
        for i, j in enumerate(index_array):
            batch[i] = self._image(self.filepaths[j])
        if self.save_to_dir:
            how = (self.save_to_dir, self.save_prefix, self.save_format, self.data_format, 1e7)
            save_batch(batch, index_array, *how)
        if self.class_mode is None:
            return batch
        found = (batch, self._targets_of(index_array, batch))
        return found if self.sample_weight is None else (*found, self.sample_weight[index_array])

    def _targets_of(self, index_array: Any, batch: np.ndarray) -> Any:
        if self.class_mode == "input":
            return batch.copy()
        if self.class_mode in ("binary", "sparse"):
            return np.array([self.classes[j] for j in index_array], dtype=self.dtype)
        if self.class_mode == "categorical":
            targets = np.zeros((len(batch), len(self.class_indices)), dtype=self.dtype)
            for i, j in enumerate(index_array):
                targets[i, self.classes[j]] = 1.0
            return targets
        if self.class_mode == "multi_output":
            return tuple(output[index_array] for output in self.labels)
        return self.labels[index_array]


def _images_below(folder: str, formats: tuple[str, ...], follow_links: bool) -> list[str]:
    """The paths, from `folder`, of the images in it and below it."""
    found = []
    for root, _, names in sorted(os.walk(folder, followlinks=follow_links), key=lambda each: each[0]):
        for name in sorted(names):
            if name.lower().endswith(".tiff"):
                warnings.warn(
                    'Using ".tiff" files with multiple bands will cause distortion. Please verify your output.',
                    stacklevel=4,
                )
            if name.lower().endswith(formats):
                found.append(os.path.relpath(os.path.join(root, name), folder))
    return found


class DirectoryIterator(_FileIterator):
    """Batches of the images in a directory's subdirectories, one for each class (what
    ImageDataGenerator.flow_from_directory returns).

    classes: the subdirectories to use, in the order of their numbers. class_mode: "categorical", "binary", "sparse",
    "input" (the images themselves) or None. The rest: as keras.preprocessing.image.ImageDataGenerator's methods take.
    """

    allowed_class_modes = ("categorical", "binary", "sparse", "input", None)

    def __init__(
        self,
        directory: Any,
        image_data_generator: Any,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = None,
    ) -> None:
        self._set_processing(
            image_data_generator,
            target_size,
            color_mode,
            settings.image_data_format if data_format is None else data_format,
            (save_to_dir, save_prefix, save_format),
            subset,
            interpolation,
            keep_aspect_ratio,
        )
        self.directory, self.class_mode = directory, class_mode
        self.dtype = settings.floatx if dtype is None else dtype
        self._check_class_mode()
        folder = os.fspath(directory)
        names = list(classes or ()) or [n for n in sorted(os.listdir(folder)) if os.path.isdir(os.path.join(folder, n))]
        self.num_classes = len(names)
        self.class_indices = {name: i for i, name in enumerate(names)}
        self.filenames, numbers = [], []
        for name in names:
            found = _images_below(os.path.join(folder, name), self.white_list_formats, follow_links)
            if self.split:
                found = found[int(self.split[0] * len(found)) : int(self.split[1] * len(found))]
            self.filenames += [os.path.join(os.path.basename(name), path) for path in found]
            numbers += [self.class_indices[name]] * len(found)
        self.samples = len(self.filenames)
        self.classes = np.array(numbers, dtype="int32")
        print_msg(f"Found {self.samples} images belonging to {self.num_classes} classes.")
        self._filepaths = [os.path.join(folder, name) for name in self.filenames]
        super().__init__(self.samples, batch_size, shuffle, seed)


class DataFrameIterator(_FileIterator):
    """Batches of the images that a pandas.DataFrame names (what ImageDataGenerator.flow_from_dataframe returns).

    x_col: the column of file names, below `directory` where there is one. y_col: of labels, or a list of columns;
    weight_col: of weights. class_mode: "categorical", "binary", "sparse", "input", "multi_output", "raw" or None.
    validate_filenames: whether names that are no images are left out, with a warning.
    """

    allowed_class_modes = ("binary", "categorical", "input", "multi_output", "raw", "sparse", None)

    def __init__(
        self,
        dataframe: Any,
        directory: Any = None,
        image_data_generator: Any = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str = "channels_last",
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = "float32",
        validate_filenames: bool = True,
    ) -> None:
        saving = (save_to_dir, save_prefix, save_format)
        how = (subset, interpolation, keep_aspect_ratio)
        self._set_processing(image_data_generator, target_size, color_mode, data_format, saving, *how)
        frame = dataframe.copy()
        self.directory, self.class_mode, self.dtype = os.fspath(directory or ""), class_mode, dtype
        self._check_columns(frame, x_col, y_col, weight_col, classes)
        if validate_filenames:
            frame = self._existing(frame, x_col)
        classified = class_mode in ("binary", "categorical", "sparse")
        if classified:
            frame, names = _with_known_classes(frame, y_col, classes)
            self.class_indices = {name: i for i, name in enumerate(names)}
        if self.split:
            frame = frame.iloc[int(self.split[0] * len(frame)) : int(self.split[1] * len(frame)), :]
        if classified:
            self.classes = [self._number(label) for label in frame[y_col]]
        self.filenames = frame[x_col].tolist()
        self._weights = frame[weight_col].values if weight_col else None
        if class_mode == "multi_output":
            self._targets: Any = [np.array(frame[column].tolist()) for column in y_col]
        elif class_mode == "raw":
            self._targets = frame[y_col].values
        self.samples = len(self.filenames)
        told = f"Found {self.samples} {'validated' if validate_filenames else 'non-validated'} image filenames"
        print_msg(f"{told} belonging to {len(self.class_indices)} classes." if classified else f"{told}.")
        self._filepaths = [os.path.join(self.directory, name) for name in self.filenames]
        super().__init__(self.samples, batch_size, shuffle, seed)

    labels: Any = property(
        lambda self: self._targets if self.class_mode in ("multi_output", "raw") else self.classes,
        doc="The labels of the images.",
    )

    def _number(self, label: Any) -> Any:
        if isinstance(label, (list, tuple)):
            return [self.class_indices[each] for each in label]
        return self.class_indices[label]

    def _check_columns(self, frame: Any, x_col: str, y_col: Any, weight_col: Any, classes: Any) -> None:
        self._check_class_mode()
        mode = self.class_mode
        if mode == "multi_output" and not isinstance(y_col, list):
            raise TypeError(f'If class_mode="{mode}", y_col must be a list. Received {type(y_col).__name__}.')
        if not all(isinstance(name, str) for name in frame[x_col]):
            raise TypeError(f"All values in column x_col={x_col} must be strings.")
        if mode in ("binary", "sparse") and not all(isinstance(label, str) for label in frame[y_col]):
            raise TypeError(f'If class_mode="{mode}", y_col="{y_col}" column values must be strings.')
        if mode == "binary":
            count = len(set(classes)) if classes else frame[y_col].nunique()
            if count != 2:
                raise ValueError(f'If class_mode="binary" there must be 2 classes. Found {count} classes.')
        if mode == "categorical" and not all(isinstance(label, (str, list, tuple)) for label in frame[y_col]):
            raise TypeError(
                f'If class_mode="{mode}", y_col="{y_col}" column values must be type string, list or tuple.'
            )
        if classes and mode in ("input", "multi_output", "raw", None):
            warnings.warn(f'`classes` will be ignored given the class_mode="{mode}"', stacklevel=4)
        if weight_col and not issubclass(frame[weight_col].dtype.type, np.number):
            raise TypeError(f"Column weight_col={weight_col} must be numeric.")

    def _existing(self, frame: Any, x_col: str) -> Any:
        paths = [os.path.join(self.directory, name) for name in frame[x_col]]
        kept = np.array([p.lower().endswith(self.white_list_formats) and os.path.isfile(p) for p in paths], dtype=bool)
        if not kept.all():
            warnings.warn(
                f'Found {(~kept).sum()} invalid image filename(s) in x_col="{x_col}". These filename(s) will be '
                "ignored.",
                stacklevel=4,
            )
        return frame[kept]


def _with_known_classes(frame: Any, y_col: str, classes: Any) -> tuple[Any, list[str]]:
    """The rows whose labels are among the classes, and the classes."""
    if not classes:
        found: set[str] = set()
        for label in frame[y_col]:
            found.update(label if isinstance(label, (list, tuple)) else [label])
        return frame.dropna(subset=[y_col]), sorted(found)
    names = list(dict.fromkeys(classes))

    def known(label: Any) -> Any:
        if isinstance(label, (list, tuple)):
            return [each for each in label if each in names] or None
        return label if label in names else None

    frame = frame.copy()
    frame[y_col] = frame[y_col].apply(known)
    return frame.dropna(subset=[y_col]), names
