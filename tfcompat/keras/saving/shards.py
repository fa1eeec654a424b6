"""Weights in several HDF5 files of a limited size, and a JSON file that tells which has what, as Keras 3 has them."""

from __future__ import annotations

import contextlib
import json
import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from tfcompat._formats import hdf5
from tfcompat._formats.files import Replacing, readable_size
from tfcompat.keras.saving import weights

SUFFIX = ".weights.json"


def save(model: Any, path: str | os.PathLike[str], limit: float, skipped: Iterable[Any] = ()) -> None:
    """Writes the weights of a built model to files of at most `limit` GiB each, and to `path` where they are.

    ValueError for a weight that is larger. A path with another suffix than ".weights.json" gets that, with a warning.
    """
    weights._check_built(model, "saving")
    name = os.fspath(path)
    if not name.endswith(".json"):
        changed = f"{name.removesuffix('.h5').removesuffix('.weights')}{SUFFIX}"
        warnings.warn(
            "Saving sharded weights requires `*.json` as the extension. "
            f"The original path: {name} will be renamed to {changed}.",
            stacklevel=3,
        )
        name = changed
    with contextlib.ExitStack() as stack:
        files = _Files(Path(name), float(limit) * 1024**3, stack)

        def visit(obj: Any, path: str) -> None:
            if hasattr(obj, "save_own_variables"):
                obj.save_own_variables(_Writer(files, weights._join(path, "vars"), getattr(obj, "name", None)))

        weights.walk(model, visit, seen={id(obj) for obj in skipped})
    config = {"metadata": {"total_size": float(files.total)}, "weight_map": files.places}
    with Replacing(name) as new:
        new.write(json.dumps(config, indent=4).encode())


class _Files:
    """The files that are written, one at a time: the next one is begun where an array would make one too large."""

    def __init__(self, path: Path, limit: float, stack: contextlib.ExitStack) -> None:
        self._path, self._limit, self._stack = path, limit, stack
        self.total, self._size, self._number = 0, 0, -1
        self.places: dict[str, list[str]] = {}
        self._next()

    def _next(self) -> None:
        self._stack.close()
        self._number, self._size = self._number + 1, 0
        name = self._path.name.removesuffix(".json").removesuffix(".weights")
        self._name = f"{name}_{self._number:05}.weights.h5"
        self.file = self._stack.enter_context(hdf5.writing(self._path.with_name(self._name)))

    def put(self, group: str, key: str, array: np.ndarray) -> None:
        """Writes an array to a group."""
        if array.nbytes > self._limit:
            raise ValueError(
                f"The size of {key} is {readable_size(array.nbytes)} which exceeds the maximum shard size "
                f"{readable_size(self._limit)}. You can increase the `max_shard_size` parameter to accommodate the "
                "size."
            )
        if self._size + array.nbytes > self._limit:
            self._next()
        self._size += array.nbytes
        self.total += array.nbytes
        hdf5.write(self.file.require_group(group), key, array)
        found = self.places.setdefault(f"/{group}", [])
        if self._name not in found:
            found.append(self._name)


class _Writer:
    """What `save_own_variables` puts arrays into."""

    def __init__(self, files: _Files, group: str, name: Any) -> None:
        self._files, self._group = files, group
        made = files.file.require_group(group)
        if isinstance(name, str):
            made.attrs["name"] = name

    def __setitem__(self, key: str, value: Any) -> None:
        self._files.put(self._group, key, np.asarray(value.numpy() if hasattr(value, "numpy") else value))


def load(model: Any, path: str | os.PathLike[str], skip_mismatch: bool = False, skipped: Iterable[Any] = ()) -> None:
    """Takes the weights of a built model from the files that the JSON file at `path` names, which lie beside it.

    ValueError where it is damaged or names others.
    """
    weights._check_built(model, "loading weights into")
    places = _places(path)
    with contextlib.ExitStack() as stack:
        folder = Path(path).parent
        names = sorted({name for found in places.values() for name in found})
        files = {name: stack.enter_context(hdf5.reading(folder / name)) for name in names}

        def find(path: str) -> Any:
            for full in weights._places_of(path):
                groups = [(files[name], full) for name in places.get(f"/{full}", ()) if full in files[name]]
                if groups:
                    return _Reader([hdf5.group(*each) for each in groups])
            return weights._Reader(None)

        weights.read(find, model, path, skip_mismatch, skipped)


def _places(path: str | os.PathLike[str]) -> dict[str, list[str]]:
    """The names of the files that have parts of each group."""
    try:
        places = json.loads(Path(path).read_text(encoding="utf8"))["weight_map"]
        found = {str(group): [names] if isinstance(names, str) else list(names) for group, names in places.items()}
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{os.fspath(path)!r} does not tell where weights are: {error!r}") from error
    for name in (name for names in found.values() for name in names):
        if not isinstance(name, str) or os.path.basename(name) != name or name in ("", ".", ".."):
            raise ValueError(f"{os.fspath(path)!r} names {name!r}, which is no file beside it")
    return found


class _Reader(weights._Reader):
    """What `load_own_variables` takes arrays from, where several files have them."""

    def __init__(self, groups: list[Any]) -> None:
        super().__init__(groups[0])
        self._of = {key: group for group in groups for key in group}

    def keys(self) -> list[str]:
        """The names of the arrays."""
        return list(self._of)

    def __getitem__(self, key: str) -> np.ndarray:
        return hdf5.dataset(self._of[key], key)
