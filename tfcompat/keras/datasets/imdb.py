"""tf.keras.datasets.imdb: reviews of films, good and bad."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from tfcompat import _names
from tfcompat.keras.datasets._files import BASE, arrays_of_npz, fetched, limited, marked, shorter
from tfcompat.keras.utils._io import print_msg

_HASH = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"


def load_data(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    **kwargs: Any,
) -> Any:
    """((x, y) for training, (x, y) for testing): 25,000 reviews each, as lists of word numbers, and 1 for good ones.

    num_words, skip_top: which of the words, by how frequent they are, are kept; others become `oov_char`. maxlen:
    longer reviews are left out. start_char, index_from: each review starts with the one, words are numbered from the
    other. seed: of the order.
    """
    if "nb_words" in kwargs:
        print_msg("The `nb_words` argument in `load_data` has been renamed `num_words`.")
        num_words = kwargs.pop("nb_words")
    if kwargs:
        raise TypeError(f"Unrecognized keyword arguments: {kwargs}.")
    found = arrays_of_npz(fetched(path, f"{BASE}imdb.npz", file_hash=_HASH))
    order = np.random.RandomState(seed)
    parts = []
    for part in ("train", "test"):
        x, y = found[f"x_{part}"], found[f"y_{part}"]
        indices = np.arange(len(x))
        order.shuffle(indices)
        reviews, labels = marked(x[indices], start_char, index_from), y[indices]
        if maxlen:
            reviews, labels = shorter(reviews, labels, maxlen)
            if not reviews:
                raise ValueError(
                    f"After filtering for sequences shorter than maxlen={maxlen}, no sequence was kept. Increase "
                    "maxlen."
                )
        parts.append((reviews, labels))
    (train, train_y), (test, test_y) = parts
    both = limited(train + test, num_words, skip_top, oov_char)
    end, labels = len(train), np.concatenate([train_y, test_y])
    x_train, x_test = (np.array(each, dtype="object") for each in (both[:end], both[end:]))
    return (x_train, labels[:end]), (x_test, labels[end:])


def get_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """{word: its number}, by how frequent it is, without what `load_data` adds to numbers."""
    origin = f"{BASE}imdb_word_index.json"
    with open(fetched(path, origin, file_hash="bfafd718b763782e994055a2d397834f"), encoding="utf-8") as file:
        return json.load(file)


__getattr__ = _names.module_getattr("tf.keras.datasets.imdb", globals())
