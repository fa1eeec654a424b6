"""The ".keras" archive: a zip of config.json, metadata.json, model.weights.h5, and layers' own files below assets/.

A directory with the same files is read and written, too.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import functools
import io
import json
import os
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from tfcompat._formats import hdf5
from tfcompat._formats.files import readable_size, replacing, telling_damage
from tfcompat.keras._version import told_of_keras
from tfcompat.keras.saving import keras2, weights
from tfcompat.keras.saving.serialization import (
    ObjectSharingScope,
    deserialize_keras_object,
    serialize_keras_object,
)

_CONFIG, _METADATA, _WEIGHTS, _ASSETS = "config.json", "metadata.json", "model.weights.h5", "assets"
_BOMB_BYTES = 1 << 32
_BOMB_RATIO = 100


class _Folder:
    """A directory with an archive's files, read as an archive is."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = os.fspath(path)

    def namelist(self) -> list[str]:
        """The files' names within the directory."""
        found = (os.path.join(root, name) for root, _, names in os.walk(self._path) for name in names)
        return sorted(os.path.relpath(file, self._path).replace(os.sep, "/") for file in found)

    def getinfo(self, name: str) -> zipfile.ZipInfo:
        """The size of a file, which is not compressed; KeyError where it is not there."""
        if name not in self.namelist():
            raise KeyError(name)
        info = zipfile.ZipInfo(name)
        info.file_size = info.compress_size = os.path.getsize(os.path.join(self._path, name))
        return info

    def read(self, name: str) -> bytes:
        """What a file holds; KeyError where it is not there."""
        self.getinfo(name)
        with open(os.path.join(self._path, name), "rb") as file:
            return file.read()


_Archive = zipfile.ZipFile | _Folder


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Whether `path` is a directory that holds the files of an archive."""
    return os.path.isfile(os.path.join(path, _CONFIG))


def save_folder(model: Any, path: str | os.PathLike[str]) -> None:
    """Writes a directory with the files that `save` makes an archive of."""
    with tempfile.TemporaryDirectory() as temporary:
        file = os.path.join(temporary, "model.keras")
        save(model, file)
        with zipfile.ZipFile(file) as archive:
            archive.extractall(path)


def save(model: Any, path: str | os.PathLike[str], compiled: bool = True) -> None:
    """Writes a model's config, weights and, where `compiled`, how it was compiled."""
    if not model.built:
        warnings.warn(
            "You are saving a model that has not yet been built. It might not contain any weights yet. Consider "
            "building "
            "the model first by calling it on some data.",
            stacklevel=3,
        )
    if not os.path.isdir(os.path.dirname(os.path.abspath(path))):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(path))
    with ObjectSharingScope():
        config = serialize_keras_object(model)
    if not compiled:
        config["compile_config"] = None
    metadata = {
        "keras_version": told_of_keras(),
        "date_saved": datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S"),
    }
    buffer = io.BytesIO()
    with hdf5.library().File(buffer, mode="w") as file:
        weights.write(file, model)
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        archive.writestr(_METADATA, json.dumps(metadata))
        archive.writestr(_CONFIG, json.dumps(config))
        archive.writestr(_WEIGHTS, buffer.getvalue())
        weights.walk(model, lambda obj, inner: _write_assets(archive, obj, inner))


def _write_assets(archive: zipfile.ZipFile, obj: Any, inner: str) -> None:
    """Adds the files that an object's `save_assets` writes."""
    if not hasattr(obj, "save_assets"):
        return
    with tempfile.TemporaryDirectory() as folder:
        obj.save_assets(folder)
        for root, _, names in os.walk(folder):
            for name in sorted(names):
                file = os.path.join(root, name)
                place = os.path.relpath(file, folder).replace(os.sep, "/")
                archive.write(file, "/".join(part for part in (_ASSETS, inner, place) if part))


def _read_assets(archive: _Archive, obj: Any, inner: str, path: Any) -> None:
    """Gives an object's `load_assets` the files that the archive has for it."""
    prefix = f"{_ASSETS}/{inner}/" if inner else f"{_ASSETS}/"
    names = [name for name in archive.namelist() if name.startswith(prefix) and not name.endswith("/")]
    if not names or not hasattr(obj, "load_assets"):
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            parts = name[len(prefix) :].split("/")
            if any(part in ("", ".", "..") or os.sep in part for part in parts):
                raise ValueError(f"Refusing {name} in {os.fspath(path)!r}: it leads out of its folder")
            file = os.path.join(folder, *parts)
            os.makedirs(os.path.dirname(file), exist_ok=True)
            with open(file, "wb") as out:
                out.write(_member(archive, name, path))
        obj.load_assets(folder)


@contextlib.contextmanager
def _open(path: str | os.PathLike[str]) -> Iterator[_Archive]:
    if is_folder(path):
        yield _Folder(path)
        return
    if not os.path.exists(path):
        raise ValueError(
            f"File not found: filepath={os.fspath(path)}. Please ensure the file is an accessible `.keras` zip file."
        )
    with telling_damage(os.fspath(path)):
        archive = zipfile.ZipFile(path, "r")
    with archive:
        yield archive


def _member(archive: _Archive, name: str, path: Any) -> bytes:
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise ValueError(
            f"{os.fspath(path)!r} has no {name}: it is no .keras archive that tfcompat can read."
        ) from None
    if info.file_size > _BOMB_BYTES and info.file_size > _BOMB_RATIO * info.compress_size:
        raise ValueError(
            f"Refusing {name} in {os.fspath(path)!r}: it claims {readable_size(info.file_size)}, but "
            f"{readable_size(info.compress_size)} are stored"
        )
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise ValueError(f"{name} in {os.fspath(path)!r} is damaged: {error}") from error


def load(
    path: str | os.PathLike[str],
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """The model in an archive, compiled as it was where `compile`."""
    with _open(path) as archive:
        try:
            config = json.loads(_member(archive, _CONFIG, path))
        except json.JSONDecodeError as error:
            raise ValueError(f"{_CONFIG} in {os.fspath(path)!r} can't be read: {error}") from error
        if not compile:
            config["compile_config"] = None
        if keras2.wrote(_version(archive)):
            config = keras2.modernized(config)
        with ObjectSharingScope():
            model = deserialize_keras_object(config, custom_objects, safe_mode=safe_mode)
        with hdf5.reading(io.BytesIO(_member(archive, _WEIGHTS, path))) as file:
            weights.read(functools.partial(weights.variables_in, file), model, path)
        weights.walk(model, lambda obj, inner: _read_assets(archive, obj, inner, path))
    return model


def to_bytes(model: Any) -> bytes:
    """The archive of a model, which pickle keeps of one."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        save(model, path)
        with open(path, "rb") as file:
            return file.read()


def from_bytes(archive: bytes) -> Any:
    """The model in an archive that whoever unpickles it trusts."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        with open(path, "wb") as file:
            file.write(archive)
        return load(path, safe_mode=False)


def _version(archive: _Archive) -> Any:
    """The version of Keras that wrote an archive; None where it does not tell."""
    try:
        return json.loads(archive.read(_METADATA)).get("keras_version")
    except (KeyError, ValueError, AttributeError, zipfile.BadZipFile, EOFError, OSError):
        return None


def load_weights(model: Any, path: str | os.PathLike[str], skip_mismatch: bool = False) -> None:
    """Takes the weights of a built model from an archive."""
    weights._check_built(model, "loading weights into")
    with _open(path) as archive, hdf5.reading(io.BytesIO(_member(archive, _WEIGHTS, path))) as file:
        weights.read(functools.partial(weights.variables_in, file), model, path, skip_mismatch)
