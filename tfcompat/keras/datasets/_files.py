"""The files of data sets: fetched, and read without running anything they hold."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np

from tfcompat._formats import pickled_arrays
from tfcompat.keras.utils.files import cache_folder, get_file

BASE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


def fetched(fname: str, origin: str, **options: Any) -> str:
    """The path of a data set's file, or of the folder it was unpacked to.

    Where there is no network and no file, an error that says which file to put where.
    """
    try:
        return get_file(fname, origin=origin, **options)
    except Exception as failure:
        folder = cache_folder(cache_subdir=options.get("cache_subdir", "datasets"))
        stored = f"{fname}_archive" if options.get("extract") and "." not in fname else fname
        raise OSError(
            f"{origin} could not be read ({failure}). Without a network, put that file into {folder} under the name "
            f"{stored}: it is used where its hash is the expected one."
        ) from failure


def arrays_of_pickle(path: str) -> dict[str, Any]:
    """The dict of arrays in a pickled file."""
    with open(path, "rb") as file:
        found = pickled_arrays.read(file.read())
    return {key.decode() if isinstance(key, bytes) else key: value for key, value in found.items()}


def arrays_of_npz(path: str) -> dict[str, np.ndarray]:
    """The arrays in an .npz file, those of Python lists too."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            data = io.BytesIO(archive.read(name))
            version = np.lib.format.read_magic(data)
            read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, _, dtype = read(data)
            if dtype.hasobject:
                array = pickled_arrays.read(data.read()).reshape(shape)
            else:
                data.seek(0)
                array = np.lib.format.read_array(data, allow_pickle=False)
            found[name.removesuffix(".npy")] = array
    return found


def check_share(test_split: float) -> None:
    """ValueError for a share of test data that is none."""
    if not 0 <= test_split < 1:
        raise ValueError(f"Invalid `test_split` argument: {test_split}. It must be between 0 and 1 (exclusive of 1).")


def shuffled_parts(x: np.ndarray, y: np.ndarray, test_split: float, seed: int) -> Any:
    """((x, y) for training, (x, y) for testing), shuffled by `seed`."""
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x, y = x[order], y[order]
    end = int(len(x) * (1 - test_split))
    return (np.array(x[:end]), np.array(y[:end])), (np.array(x[end:]), np.array(y[end:]))


def marked(sequences: Any, start_char: int | None, index_from: int) -> list[list[int]]:
    """Sequences of word numbers, each shifted by `index_from`, after a mark of the start."""
    first = [] if start_char is None else [start_char]
    shift = index_from or 0
    return [[*first, *(word + shift for word in sequence)] for sequence in sequences]


def shorter(sequences: list[Any], labels: Any, maxlen: int) -> tuple[list[Any], Any]:
    """The sequences shorter than `maxlen`, and their labels."""
    kept = [i for i, sequence in enumerate(sequences) if len(sequence) < maxlen]
    return [sequences[i] for i in kept], [labels[i] for i in kept]


def limited(sequences: list[Any], num_words: int | None, skip_top: int, oov_char: int | None) -> list[Any]:
    """Sequences with the words beyond `num_words` or before `skip_top` replaced by `oov_char`, or left out."""
    most = num_words or max(max(sequence) for sequence in sequences)
    if oov_char is None:
        return [[word for word in sequence if skip_top <= word < most] for sequence in sequences]
    return [[word if skip_top <= word < most else oov_char for word in sequence] for sequence in sequences]
