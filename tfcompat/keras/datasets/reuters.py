"""tf.keras.datasets.reuters: newswires by topic."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from tfcompat import _names
from tfcompat.keras.datasets._files import BASE, arrays_of_npz, fetched, limited, marked, shorter

_HASH = "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"
_TOPICS = (
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship cotton carcass "
    "crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin strategic-metal livestock retail ipi "
    "iron-steel rubber heat jobs lei bop zinc orange pet-chem dlr gas silver wpi hog lead"
)


def load_data(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Any:
    """((x, y) for training, (x, y) for testing): 11,228 newswires as lists of word numbers, and their 46 topics.

    test_split: the share for testing. The rest: as tf.keras.datasets.imdb.load_data's.
    """
    found = arrays_of_npz(fetched(path, f"{BASE}reuters.npz", file_hash=_HASH))
    order = np.arange(len(found["x"]))
    np.random.RandomState(seed).shuffle(order)
    wires, topics = marked(found["x"][order], start_char, index_from), found["y"][order]
    if maxlen:
        wires, topics = shorter(wires, topics, maxlen)
    wires = limited(wires, num_words, skip_top, oov_char)
    end = int(len(wires) * (1 - test_split))
    x_train, x_test = (np.array(each, dtype="object") for each in (wires[:end], wires[end:]))
    return (x_train, np.array(topics[:end])), (x_test, np.array(topics[end:]))


def get_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
    """{word: its number}, by how frequent it is, without what `load_data` adds to numbers."""
    origin = f"{BASE}reuters_word_index.json"
    with open(fetched(path, origin, file_hash="4d44cc38712099c9e383dc6e5f11a921"), encoding="utf-8") as file:
        return json.load(file)


def get_label_names() -> tuple[str, ...]:
    """The topics' names, in the order of their numbers."""
    return tuple(_TOPICS.split())


__getattr__ = _names.module_getattr("tf.keras.datasets.reuters", globals())
