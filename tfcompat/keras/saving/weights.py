"""Weights in Keras 3's HDF5 layout: a group for each object, at the path of attributes that leads to it."""

from __future__ import annotations

import functools
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._formats import hdf5
from tfcompat.keras import _naming
from tfcompat.keras._graph import Saveable

if TYPE_CHECKING:
    import h5py

# How older Keras 3 files name the groups of layers.
_OLD_LAYERS = "_layer_checkpoint_dependencies"


@functools.cache
def _own_attributes(kind: str) -> frozenset[str]:
    """The attributes that every object of a kind has, which are not followed."""
    from tfcompat.keras.layers.base import Layer
    from tfcompat.keras.losses.base import Loss
    from tfcompat.keras.metrics.base import Metric
    from tfcompat.keras.optimizers.base import Optimizer
    from tfcompat.keras.trainers.compile import CompileMetrics

    names: set[str] = set()
    if kind in ("Layer", "Sequential", "Functional"):
        names.update(dir(Layer(name="reference")))
        names.add("_compiled_trainable")  # of models: layers that it holds are found elsewhere
        names.update({"Functional": {"operations", "_operations"}, "Sequential": {"_functional"}}.get(kind, set()))
    elif kind == "Metric":
        names.update(dir(Metric(name="reference")), dir(CompileMetrics([], [])))
    elif kind == "Optimizer":
        names.update(dir(Optimizer(1.0, name="reference")))
    elif kind == "Loss":
        names.update(dir(Loss(name="reference")))
    return frozenset(names)


def _children(obj: Saveable) -> Iterator[tuple[str, Any]]:
    """The attributes of an object, public ones first, with their names; a model's `layers` before all others."""
    kind = obj._obj_type()
    own = _own_attributes(kind)
    if kind in ("Sequential", "Functional"):
        yield "layers", obj.layers  # type: ignore[attr-defined]
    for name in sorted(dir(obj), key=lambda n: f"~{n}" if n.startswith("_") else n):
        if name.startswith("__") or name in own:
            continue
        try:
            value = getattr(obj, name)
        except Exception:
            continue  # a property that has no value now leads to no weights
        yield name, value


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def walk(obj: Saveable, visit: Callable[[Any, str], Any], path: str = "", seen: set[int] | None = None) -> bool:
    """Calls `visit(object, path)` for an object and those below it, each once: whether all went well.

    Where `visit` returns False, or did below an object, that object is visited again if another path leads to it.
    """
    seen = set() if seen is None else seen
    if id(obj) in seen:
        return True
    seen.add(id(obj))
    well = visit(obj, path) is not False
    for name, child in _children(obj):
        if isinstance(child, Saveable):
            well &= walk(child, visit, _join(path, name), seen)
        elif isinstance(child, (list, tuple, dict)):
            well &= _walk_container(child, visit, _join(path, name), seen, set())
    if not well:
        seen.remove(id(obj))
    return well


def _walk_container(
    container: Any, visit: Callable[[Any, str], Any], path: str, seen: set[int], open_containers: set[int]
) -> bool:
    if id(container) in open_containers:
        return True
    open_containers.add(id(container))
    well = True
    counts: dict[str, int] = {}

    def unique(name: str) -> str:
        count = counts.get(name, 0)
        counts[name] = count + 1
        return f"{name}_{count}" if count else name

    for item in list(container.values()) if isinstance(container, dict) else container:
        if isinstance(item, Saveable):
            well &= walk(item, visit, _join(path, unique(_naming.to_snake_case(type(item).__name__))), seen)
        elif isinstance(item, (list, tuple, dict)):
            well &= _walk_container(item, visit, _join(path, unique("container")), seen, open_containers)
    return well


class _Writer:
    """What `save_own_variables` puts arrays into: the "vars" group of an object."""

    def __init__(self, group: h5py.Group) -> None:
        self._group = group

    def __setitem__(self, key: str, value: Any) -> None:
        hdf5.write(self._group, key, value.numpy() if hasattr(value, "numpy") else value)


class _Reader:
    """What `load_own_variables` takes arrays from."""

    def __init__(self, group: h5py.Group | None) -> None:
        self._group = group

    def keys(self) -> list[str]:
        """The names of the arrays."""
        return [] if self._group is None else list(self._group.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def __contains__(self, key: str) -> bool:
        return key in self.keys()

    def __getitem__(self, key: str) -> np.ndarray:
        if self._group is None:
            raise KeyError(key)
        return hdf5.dataset(self._group, key)


def write(file: h5py.Group, model: Any, skipped: Iterable[Any] = ()) -> None:
    """Puts the weights of a model, and the variables of its optimizer, into a file, but for the objects `skipped`."""

    def visit(obj: Any, path: str) -> None:
        if hasattr(obj, "save_own_variables"):
            group = file.create_group(_join(path, "vars"))
            name = getattr(obj, "name", None)
            if isinstance(name, str):
                group.attrs["name"] = name
            obj.save_own_variables(_Writer(group))

    walk(model, visit, seen={id(obj) for obj in skipped})


def _places_of(path: str) -> list[str]:
    """The groups that may hold the variables of the object at a path."""
    private = _join(path.rpartition("/")[0], f"_{path.rpartition('/')[2]}")  # Keras 2's names of attention's layers
    return [_join(where, "vars") for where in (path, path.replace("layers", _OLD_LAYERS), private)]


def variables_in(file: h5py.Group, path: str) -> _Reader:
    """The variables that a file has of the object at a path."""
    for full in _places_of(path):
        if full in file:
            return _Reader(hdf5.group(file, full))
    return _Reader(None)


def read(
    find: Callable[[str], Any],
    model: Any,
    path: str | os.PathLike[str],
    skip_mismatch: bool = False,
    skipped: Iterable[Any] = (),
) -> None:
    """Takes the weights of a model from what `find` gives for the path of an object; errors call the file `path`.

    skipped: objects that are left as they are. ValueError (a warning where `skip_mismatch`) for what does not fit.
    """
    failed: dict[int, tuple[Any, Exception]] = {}

    def visit(obj: Any, path: str) -> bool:
        if not hasattr(obj, "load_own_variables"):
            return True
        try:
            obj.load_own_variables(find(path))
        except Exception as error:
            failed.setdefault(id(obj), (obj, error))
            return False
        failed.pop(id(obj), None)
        return True

    walk(model, visit, seen={id(obj) for obj in skipped})
    if failed:
        first, why = next(iter(failed.values()))
        message = (
            f"A total of {len(failed)} objects could not be loaded. Example error message for object "
            f"{first}:\n\n{why}\n\nList of objects that could not be loaded:\n{[obj for obj, _ in failed.values()]}\n\n"
            f"The file: {os.fspath(path)!r}"
        )
        if not skip_mismatch:
            raise ValueError(message)
        warnings.warn(message, stacklevel=3)


def _check_built(model: Any, doing: str) -> None:
    if not model.built:
        raise ValueError(
            f"You are {doing} a model that has not yet been built. Try building the model first by calling it on some "
            "data or by using `build()`."
        )


def save(model: Any, path: str | os.PathLike[str], skipped: Iterable[Any] = ()) -> None:
    """Writes the weights of a built model to a ".weights.h5" file, but for the objects `skipped`."""
    _check_built(model, "saving")
    if not os.path.isdir(os.path.dirname(os.path.abspath(path))):
        raise hdf5.missing(path, "create", 0x13, 0x242)
    with hdf5.writing(path) as file:
        write(file, model, skipped)


def load(model: Any, path: str | os.PathLike[str], skip_mismatch: bool = False, skipped: Iterable[Any] = ()) -> None:
    """Takes the weights of a built model, but for the objects `skipped`, from a ".weights.h5" file."""
    _check_built(model, "loading weights into")
    with hdf5.reading(path) as file:
        read(functools.partial(variables_in, file), model, path, skip_mismatch, skipped)
