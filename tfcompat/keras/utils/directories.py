"""Datasets of the files in a directory: images, texts and sounds, each subdirectory a class."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tfcompat.keras.utils._io import print_msg
from tfcompat.keras.utils.images import data_format_of

IMAGES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
INTERPOLATIONS = ("bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic")


class Files(NamedTuple):
    """The files of a directory, their labels (None for none) and the classes' names."""

    paths: list[str]
    labels: Any
    class_names: list[str] | None


# ---- finding files ----


def _files_below(folder: str, endings: tuple[str, ...], follow_links: bool) -> list[str]:
    return [
        os.path.join(root, name)
        for root, _, names in sorted(os.walk(folder, followlinks=follow_links), key=lambda found: found[0])
        for name in sorted(names)
        if name.lower().endswith(endings)
    ]


def _classes(directory: str, class_names: Sequence[str] | None) -> list[str]:
    found = [
        name
        for name in sorted(os.listdir(directory))
        if os.path.isdir(os.path.join(directory, name)) and name[0] != "."
    ]
    if class_names is None:
        return found
    if not set(class_names) <= set(found):
        raise ValueError(
            "The `class_names` passed did not match the names of the subdirectories of the target directory. "
            f"Expected: {found} (or a subset of it), but received: class_names={class_names}"
        )
    return list(class_names)


def index_directory(
    directory: Any,
    labels: Any,
    formats: tuple[str, ...],
    class_names: Sequence[str] | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    follow_links: bool = False,
    verbose: bool = True,
) -> Files:
    """The files of a directory that end as `formats` say, in order or shuffled by `seed`, and their labels."""
    directory = os.fspath(directory)
    if labels == "inferred":
        names: list[str] | None = _classes(directory, class_names)
        per_class = [_files_below(os.path.join(directory, name), formats, follow_links) for name in names]
        paths = [path for group in per_class for path in group]
        labels = np.repeat(np.arange(len(names), dtype="int32"), [len(group) for group in per_class])
    else:
        if class_names is not None:
            raise ValueError(
                "Argument `class_names` can only be specified where labels are inferred. "
                f"Received: labels={labels}, and class_names={class_names}"
            )
        paths = _files_below(directory, formats, follow_links)
        names = None
        if labels is not None:
            if len(labels) != len(paths):
                raise ValueError(
                    "Expected the lengths of `labels` to match the number of files in the target directory. "
                    "len(labels) "
                    f"is {len(labels)} while we found {len(paths)} files in directory {directory}."
                )
            names = [str(label) for label in sorted(set(labels))]
            labels = list(labels)
    if verbose:
        belonging = "" if names is None else f" belonging to {len(names)} classes"
        print_msg(f"Found {len(paths)} files{belonging}.")
    if shuffle:
        seed = np.random.randint(int(1e6)) if seed is None else seed
        np.random.RandomState(seed).shuffle(paths)
        if labels is not None:
            np.random.RandomState(seed).shuffle(labels)
    return Files(paths, labels, names)


def _part(files: Files, validation_split: float | None, subset: str | None) -> Files:
    """The files for training, all but the last share, or for validation."""
    if not validation_split:
        return files
    count = int(validation_split * len(files.paths))
    kept = slice(None, -count) if subset == "training" else slice(-count, None)
    number = len(files.paths) - count if subset == "training" else count
    print_msg(f"Using {number} files for {subset}.")
    return Files(files.paths[kept], None if files.labels is None else files.labels[kept], files.class_names)


# ---- checking arguments ----


def _check_labels(labels: Any, label_mode: Any, class_names: Any, what: str) -> tuple[Any, Any]:
    if labels not in ("inferred", None) if not isinstance(labels, (list, tuple)) else False:
        raise ValueError(
            f"`labels` argument should be a list/tuple of integer labels, of the same size as the number of {what} "
            "files "
            "in the target directory. If you wish to infer the labels from the subdirectory names in the target "
            'directory, pass `labels="inferred"`. If you wish to get a dataset without labels, pass `labels=None`. '
            f"Received: labels={labels}"
        )
    if isinstance(labels, (list, tuple)) and class_names:
        raise ValueError(
            'You can only pass `class_names` if `labels="inferred"`. '
            f"Received: labels={labels}, and class_names={class_names}"
        )
    if label_mode not in ("int", "categorical", "binary", None):
        raise ValueError(
            '`label_mode` argument must be one of "int", "categorical", "binary", or None. '
            f"Received: label_mode={label_mode}"
        )
    return (None, None) if labels is None or label_mode is None else (labels, label_mode)


def _check_split(validation_split: Any, subset: Any, shuffle: bool, seed: Any) -> None:
    if validation_split and not 0 < validation_split < 1:
        raise ValueError(f"`validation_split` must be between 0 and 1, received: {validation_split}")
    if (validation_split or subset) and not (validation_split and subset):
        raise ValueError("If `subset` is set, `validation_split` must be set, and inversely.")
    if subset not in ("training", "validation", "both", None):
        raise ValueError(f'`subset` must be either "training", "validation" or "both", received: {subset}')
    if validation_split and shuffle and seed is None:
        raise ValueError(
            "If using `validation_split` and shuffling the data, you must provide a `seed` argument, to make sure that "
            "there is no overlap between the training and validation subset."
        )


def _check_format(format: str) -> None:
    if format != "tf":
        known = '"tf"; tfcompat makes no grain datasets' if format == "grain" else '"tf" or "grain"'
        raise ValueError(f"`format` should be {known}. Received: format={format}")


# ---- making datasets ----


def _labelled(files: Files, label_mode: str | None, read: Callable[[Any], Any], buffer: int, seed: Any) -> Any:
    """The dataset of what `read` makes of each path, with its label; shuffled where there is a buffer."""
    import tfcompat
    from tfcompat import data

    def label(x: Any) -> Any:
        if label_mode == "binary":
            return tfcompat.expand_dims(tfcompat.cast(x, "float32"), -1)
        return tfcompat.one_hot(x, len(files.class_names or ())) if label_mode == "categorical" else x

    dataset = data.Dataset.from_tensor_slices(files.paths)
    if label_mode:
        labels = data.Dataset.from_tensor_slices(files.labels)
        if label_mode != "int":
            labels = labels.map(label, num_parallel_calls=data.AUTOTUNE)
        dataset = data.Dataset.zip((dataset, labels))
    if buffer:
        dataset = dataset.shuffle(buffer_size=buffer, seed=seed)
    if label_mode:
        return dataset.map(lambda path, y: (read(path), y), num_parallel_calls=data.AUTOTUNE)
    return dataset.map(read, num_parallel_calls=data.AUTOTUNE)


def _datasets(
    kind: str,
    directory: Any,
    labels: Any,
    label_mode: Any,
    class_names: Any,
    formats: tuple[str, ...],
    options: dict[str, Any],
    read: Callable[[Any], Any],
    batch: Callable[[Any], Any],
) -> Any:
    """The dataset of a directory, or two where the subset is "both"."""
    split, subset = options["validation_split"], options["subset"]
    labels, label_mode = _check_labels(labels, label_mode, class_names, kind)
    _check_split(split, subset, options["shuffle"], options["seed"])
    seed = np.random.randint(int(1e6)) if options["seed"] is None else options["seed"]
    files = index_directory(
        directory,
        labels,
        formats,
        class_names=class_names,
        shuffle=options["shuffle"],
        seed=seed,
        follow_links=options["follow_links"],
        verbose=options["verbose"],
    )
    if label_mode == "binary" and len(files.class_names or ()) != 2:
        raise ValueError(
            'When passing `label_mode="binary"`, there must be exactly 2 class_names. '
            f"Received: class_names={files.class_names}"
        )
    size = options["batch_size"]
    buffer = (1024 if size is None else size * 8) if options["shuffle"] else 0
    made = []
    for each in ("training", "validation") if subset == "both" else (subset,):
        part = _part(files, split, each)
        if not part.paths:
            told = f"{each} " if subset == "both" else ""
            raise ValueError(f"No {told}{kind} files found in directory {directory}. Allowed formats: {formats}")
        shuffled = buffer if subset != "both" or each == "training" else 0
        dataset = batch(_labelled(part, label_mode, read, shuffled, seed))
        dataset.class_names = files.class_names
        dataset.file_paths = part.paths
        made.append(dataset)
    return made if subset == "both" else made[0]


def _in_batches(batch_size: int | None) -> Callable[[Any], Any]:
    def batch(dataset: Any) -> Any:
        from tfcompat import data

        dataset = dataset if batch_size is None else dataset.batch(batch_size)
        return dataset.prefetch(data.AUTOTUNE)

    return batch


# ---- images ----


def _image_reader(
    size: Sequence[int], channels: int, interpolation: str, crop: bool, pad: bool, data_format: str
) -> Callable[[Any], Any]:
    import tfcompat
    from tfcompat import image as images
    from tfcompat import io
    from tfcompat.keras.utils.images import smart_resize

    def read(path: Any) -> Any:
        found = images.decode_image(io.read_file(path), channels=channels, expand_animations=False)
        if crop:
            found = smart_resize(found, tuple(size), interpolation=interpolation)
        elif pad:
            found = images.resize_with_pad(found, *size, method=interpolation)
        else:
            found = images.resize(found, tuple(size), method=interpolation)
        found.set_shape((*size, channels))
        return tfcompat.transpose(found, (2, 0, 1)) if data_format == "channels_first" else found

    return read


def image_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: Any = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """A tf.data.Dataset of the images in a directory, float32 of `image_size`
    (keras.utils.image_dataset_from_directory).

    labels: "inferred" from the subdirectories, a list, or None; label_mode: "int", "categorical", "binary" or None.
    color_mode: "rgb", "rgba" or "grayscale". subset: "training", "validation" or, for a pair of datasets, "both", of
    which validation has the share `validation_split`. crop_to_aspect_ratio, pad_to_aspect_ratio: keep the proportions.
    The dataset has `class_names` and `file_paths`. ValueError for what does not fit.
    """
    channels = {"rgb": 3, "rgba": 4, "grayscale": 1}.get(color_mode)
    if channels is None:
        raise ValueError(
            f'`color_mode` must be one of {{"rgb", "rgba", "grayscale"}}. Received: color_mode={color_mode}'
        )
    size = (image_size, image_size) if isinstance(image_size, int) else image_size
    if not isinstance(size, (list, tuple)) or len(size) != 2:
        raise ValueError(f"Invalid `image_size` value. Expected a tuple of 2 integers. Received: image_size={size}")
    if interpolation.lower() not in INTERPOLATIONS:
        raise ValueError(
            f"Argument `interpolation` should be one of {INTERPOLATIONS}. Received: interpolation={interpolation}"
        )
    _check_format(format)
    if pad_to_aspect_ratio and crop_to_aspect_ratio:
        raise ValueError("Only one of `pad_to_aspect_ratio`, `crop_to_aspect_ratio` can be set to `True`.")
    how = (interpolation.lower(), crop_to_aspect_ratio, pad_to_aspect_ratio, data_format_of(data_format))
    options = {
        "batch_size": batch_size,
        "shuffle": shuffle,
        "seed": seed,
        "validation_split": validation_split,
        "subset": subset,
        "follow_links": follow_links,
        "verbose": verbose,
    }
    reader = _image_reader(size, channels, *how)
    batch = _in_batches(batch_size)
    return _datasets("image", directory, labels, label_mode, class_names, IMAGES, options, reader, batch)


# ---- texts ----


def text_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """A tf.data.Dataset of the texts in a directory's .txt files (keras.utils.text_dataset_from_directory).

    max_length: how many bytes of each to keep. The rest: as keras.utils.image_dataset_from_directory's.
    """
    from tfcompat import io, strings

    _check_format(format)

    def read(path: Any) -> Any:
        text = io.read_file(path)
        return text if max_length is None else strings.substr(text, 0, max_length)

    options = {
        "batch_size": batch_size,
        "shuffle": shuffle,
        "seed": seed,
        "validation_split": validation_split,
        "subset": subset,
        "follow_links": follow_links,
        "verbose": verbose,
    }
    batch = _in_batches(batch_size)
    return _datasets("text", directory, labels, label_mode, class_names, (".txt",), options, read, batch)


# ---- sounds ----


def audio_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
) -> Any:
    """A tf.data.Dataset of the sounds in a directory's .wav files (keras.utils.audio_dataset_from_directory).

    Each is [samples, channels] of float32. output_sequence_length: how many samples each has; without it short ones are
    filled up within a batch, or rows stay of different lengths where `ragged`. sampling_rate is not in tfcompat: it is
    refused. The rest: as keras.utils.image_dataset_from_directory's.
    """
    from tfcompat import RaggedTensor, audio, data, io

    if ragged and output_sequence_length is not None:
        raise ValueError("Cannot set both `ragged` and `output_sequence_length`")
    if sampling_rate is not None:
        if not isinstance(sampling_rate, int) or sampling_rate <= 0:
            raise ValueError(f"`sampling_rate` should be a positive integer. Received: sampling_rate={sampling_rate}")
        raise ImportError(
            "keras.utils.audio_dataset_from_directory(sampling_rate=...) needs tensorflow_io, which tfcompat has not. "
            "Resample the files, or map a function of your own over the dataset."
        )
    samples = -1 if output_sequence_length is None else output_sequence_length

    def read(path: Any) -> Any:
        sound, _ = audio.decode_wav(io.read_file(path), desired_samples=samples)
        return RaggedTensor.from_tensor(sound) if ragged else sound

    def batch(dataset: Any) -> Any:
        dataset = dataset.prefetch(data.AUTOTUNE)
        if batch_size is None:
            return dataset
        return dataset.batch(batch_size) if ragged or output_sequence_length else dataset.padded_batch(batch_size)

    options = {
        "batch_size": batch_size,
        "shuffle": shuffle,
        "seed": seed,
        "validation_split": validation_split,
        "subset": subset,
        "follow_links": follow_links,
        "verbose": verbose,
    }
    return _datasets("audio", directory, labels, label_mode, class_names, (".wav",), options, read, batch)
