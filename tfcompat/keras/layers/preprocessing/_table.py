"""Words and their numbers, looked up both ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core.ops import Value, op


@op("LookupTableFindV2")
def _find_strings(keys: Value, numbers: Any, name: str | None = None) -> torch.Tensor:
    flat = [numbers.get(key, -1) for key in np.ravel(keys)]
    return torch.tensor(flat, dtype=torch.int64).reshape(keys.shape)


@op("LookupTableFindV2")
def _find_integers(keys: Value, table: Any, name: str | None = None) -> torch.Tensor:
    ordered, numbers = (t.to(keys.device) for t in table)
    if not len(ordered):
        return torch.full_like(keys, -1, dtype=torch.int64)
    at = torch.searchsorted(ordered, keys.to(torch.int64).contiguous()).clamp_max(len(ordered) - 1)
    return torch.where(ordered[at] == keys, numbers[at], -1)


@op("LookupTableFindV2")
def _strings_of(keys: Value, words: np.ndarray, name: str | None = None) -> Any:
    inside = (keys >= 0) & (keys < len(words) - 1)
    at = torch.where(inside, keys, len(words) - 1)  # the default is the last word
    return words[at.cpu().numpy().reshape(-1)].reshape(keys.shape)


@op("LookupTableFindV2")
def _integers_of(keys: Value, words: torch.Tensor, name: str | None = None) -> torch.Tensor:
    inside = (keys >= 0) & (keys < len(words) - 1)
    return words.to(keys.device)[torch.where(inside, keys, len(words) - 1)]


class Table:
    """A vocabulary, strings or int64: `find` gives the places of words in it, `word` the words at places."""

    def __init__(self, words: Sequence[Any], dtype: str) -> None:
        self._words = list(words)
        self._dtype = dtype
        if dtype == "string":
            self._numbers: Any = {word.encode(): i for i, word in enumerate(self._words)}
        else:
            ordered, order = torch.sort(torch.tensor(self._words, dtype=torch.int64))
            self._numbers = (ordered, order)

    def __len__(self) -> int:
        return len(self._words)

    def words(self) -> list[Any]:
        """The words in order, numpy's strings and integers as Keras gives them."""
        return [*map(np.str_ if self._dtype == "string" else np.int64, self._words)]

    def find(self, keys: Any) -> Any:
        """The places of words as int64, -1 where they are not in the table."""
        return (_find_strings if self._dtype == "string" else _find_integers)(keys, self._numbers)

    def word(self, places: Any, default: Any) -> Any:
        """The words at places, `default` where there are none."""
        if self._dtype == "string":
            words = np.empty(len(self) + 1, dtype=object)
            words[:] = [word.encode() for word in (*self._words, default or "")]
            return _strings_of(places, words)
        return _integers_of(places, torch.tensor([*self._words, default if default is not None else -1]))
