"""Checksums of a SavedModel's files, beside those that its variables have: what tfcompat wrote is known if damaged."""

from __future__ import annotations

import json
import os

from tfcompat._formats.files import Replacing
from tfcompat._formats.random_access import RandomAccessFile
from tfcompat.saved_model.constants import ASSETS_EXTRA, OBJECTS, PROGRAMS, SAVED_MODEL_FILENAME_PB

_CHECKSUMS = os.path.join(ASSETS_EXTRA, "tfcompat_checksums.json")
_FILES = (
    SAVED_MODEL_FILENAME_PB,
    *(f"{ASSETS_EXTRA}/{name}" for name in (f"{PROGRAMS}.json", f"{PROGRAMS}.safetensors", OBJECTS)),
)


def write(directory: str) -> None:
    """Notes the CRC-32C of each file, when all are written."""
    with Replacing(os.path.join(directory, _CHECKSUMS)) as new:
        new.write(json.dumps(_sums(directory)).encode("utf8"))


def check(directory: str) -> None:
    """ValueError for a file that is not as it was written, where that was noted."""
    path = os.path.join(directory, _CHECKSUMS)
    try:
        with open(path, encoding="utf8") as file:
            noted = json.load(file)
    except FileNotFoundError:
        return
    except ValueError as error:
        raise ValueError(f"{path!r} is damaged: {error}") from error
    now = _sums(directory)
    if noted != now:
        names = [name for name in _FILES if not isinstance(noted, dict) or noted.get(name) != now.get(name)]
        raise ValueError(
            f"The SavedModel {directory!r} is damaged: {', '.join(names) or path} is not as it was written. Where "
            f"another program has saved a model there since, remove the directory {ASSETS_EXTRA!r} in it."
        )


def _sums(directory: str) -> dict[str, int]:
    sums = {}
    for name in _FILES:
        path = os.path.join(directory, name)
        if os.path.exists(path):
            file = RandomAccessFile(path)
            sums[name] = file.crc32c(0, file.size())
            file.close()
    return sums
