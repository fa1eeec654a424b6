"""Raw ops on files of words: where those of a new list were in an old one."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.ops import Invalid, Value
from tfcompat.io import _paths
from tfcompat.raw_ops._registry import raw


def _lines(filename: Any) -> list[bytes]:
    name = filename.item().decode()
    with _paths.translated(name), open(_paths.local(name), "rb") as file:
        return file.read().splitlines()


@raw("GenerateVocabRemapping")
def generate_vocab_remapping(
    new_vocab_file: Value, old_vocab_file: Value, new_vocab_offset: int, num_new_vocab: int, old_vocab_size: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """(the old number of each of so many new words from an offset on, -1 where it is new; how many are not)."""
    new, old = _lines(new_vocab_file), _lines(old_vocab_file)
    numbers = {word: i for i, word in enumerate(old if old_vocab_size < 0 else old[:old_vocab_size])}
    words = new[new_vocab_offset : new_vocab_offset + num_new_vocab]
    if len(words) < num_new_vocab:
        raise Invalid(f"new_vocab_file has {len(new)} words, too few for {num_new_vocab} from {new_vocab_offset} on")
    found = torch.tensor([numbers.get(word, -1) for word in words], dtype=torch.int64)
    return found, (found >= 0).sum().to(torch.int32)
