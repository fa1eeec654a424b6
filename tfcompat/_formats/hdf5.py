"""HDF5 files of arrays: written whole or not at all, read without trusting them.

A file may link to other files, claim to be far larger than it is, or nest in unexpected ways; every group and dataset
is reached through `group` and `dataset`, which refuse such files with a ValueError.
"""

from __future__ import annotations

import contextlib
import io
import math
import mmap
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tfcompat._formats.files import readable_size, replacing, telling_damage

if TYPE_CHECKING:
    import h5py

# An attribute lies in its object's header, which HDF5 limits to 64 KiB: longer lists of names are split.
_HEADER_LIMIT = 64512
_SIGNATURE, _HEAP = b"\x89HDF\r\n\x1a\n", b"GCOL\x01\0\0\0"
_BOMB_BYTES = 1 << 32
_BOMB_RATIO = 1000


def library() -> Any:
    """The h5py module; ImportError that says what to install where it is missing."""
    try:
        import h5py
    except ImportError as error:
        raise ImportError("Reading and writing .h5 files needs h5py: pip install h5py") from error
    return h5py


def missing(path: str | os.PathLike[str], act: str, flags: int, o_flags: int) -> FileNotFoundError:
    """The error of h5py, which `act`s on a path that leads nowhere."""
    told = f"name = {os.fspath(path)!r}, errno = 2, error message = 'No such file or directory'"
    flagged = f"flags = {flags:x}, o_flags = {o_flags:x}"
    return FileNotFoundError(f"[Errno 2] Unable to synchronously {act} file (unable to open file: {told}, {flagged})")


@contextlib.contextmanager
def reading(path: str | os.PathLike[str] | io.BufferedIOBase) -> Iterator[h5py.File]:
    """The HDF5 file at `path` (or in a file object), open for reading.

    FileNotFoundError where there is none, OSError that names it where it is no HDF5 file or is cut short; what reading
    a damaged one within the block comes to is a ValueError.
    """
    if isinstance(path, (str, os.PathLike)) and not os.path.exists(path):
        raise missing(path, "open", 0, 0)
    name = os.fspath(path) if isinstance(path, (str, os.PathLike)) else path
    if isinstance(name, str):
        _refuse_endless_heaps(name)
    try:
        file = library().File(path, mode="r")
    except OSError as error:
        raise OSError(f"{name!r} is no HDF5 file, or is cut short or damaged: {error}") from error
    try:
        with telling_damage(name), file:
            yield file
    except OSError as error:
        if error.errno is not None or repr(name) in str(error):
            raise
        raise OSError(f"{name!r} is cut short or damaged: {error}") from error


def _refuse_endless_heaps(path: str) -> None:
    """OSError for a file in which the HDF5 library would never come to the end of a heap.

    Strings lie in heaps ("global heap collections" in the format's specification), which the library goes through by
    the sizes of their entries: where damage makes one of them 0, it stays there.
    """
    with open(path, "rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            start = next((at for at in (0, *(512 << i for i in range(20))) if data[at : at + 8] == _SIGNATURE), None)
            if start is None or data[start + (14 if data[start + 8] < 2 else 10)] != 8:  # the width of lengths
                return
            heap = data.find(_HEAP, start)
            while heap >= 0:
                _follow_heap(path, data, heap)
                heap = data.find(_HEAP, heap + 8)


def _follow_heap(path: str, data: mmap.mmap, heap: int) -> None:
    end = min(heap + int.from_bytes(data[heap + 8 : heap + 16], "little"), len(data))
    at = heap + 16
    while at + 16 <= end:
        index, length = int.from_bytes(data[at : at + 2], "little"), int.from_bytes(data[at + 8 : at + 16], "little")
        step = 16 + (length + 7) // 8 * 8 if index else length  # entry 0 is the space that is left, with its head
        if step < 16:
            raise OSError(f"{path!r} is damaged: an entry at byte {at}, of the heap at byte {heap}, has no size")
        at += step


@contextlib.contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[h5py.File]:
    """A new HDF5 file that takes its place at `path` when the block ends without an error."""
    with replacing(path) as temporary, library().File(temporary, mode="w") as file:
        yield file


def _refuse_links(parent: h5py.Group, name: str) -> None:
    h5py = library()
    link = cast(Any, parent.get(name, getclass=True, getlink=True))
    if link in (h5py.ExternalLink, h5py.SoftLink):
        raise ValueError(f"Refusing to follow the {link.__name__} {name!r} in {parent.file.filename!r}")


def entry(parent: h5py.Group, name: str) -> Any:
    """The group or dataset called `name` in a group; ValueError for links."""
    _refuse_links(parent, name)
    return cast(Any, parent[name])


def group(parent: h5py.Group, path: str) -> h5py.Group:
    """The group at `path` below `parent`; KeyError where there is none, ValueError for links and datasets."""
    current = parent
    for name in path.split("/"):
        if not name:
            raise ValueError(f"Invalid path in an HDF5 file: {path!r}")
        if name not in current:
            raise KeyError(f"{path!r} is not in {parent.name!r} of {parent.file.filename!r}")
        _refuse_links(current, name)
        current = cast(Any, current[name])
        if not isinstance(current, library().Group):
            raise ValueError(f"Expected a group at {current.name!r} of {parent.file.filename!r}, found a dataset")
    return current


def dataset(parent: h5py.Group, path: str) -> np.ndarray:
    """The array at `path` below `parent`; bfloat16 where the dataset's `dtype` attribute says so.

    KeyError where there is none; ValueError for links, groups, data kept in other files, and datasets that claim to
    be thousands of times larger than what is stored.
    """
    head, _, name = path.rpartition("/")
    holder = group(parent, head) if head else parent
    where = f"{path!r} of {parent.file.filename!r}"
    if name not in holder:
        raise KeyError(f"{path!r} is not in {parent.name!r} of {parent.file.filename!r}")
    _refuse_links(holder, name)
    found = cast(Any, holder[name])
    if not isinstance(found, library().Dataset):
        raise ValueError(f"Expected a dataset at {where}, found a group")
    if found.external or found.is_virtual:
        raise ValueError(f"Refusing the dataset {where}: its data lies in other files")
    try:
        declared = math.prod(found.shape) * found.dtype.itemsize
    except ValueError as error:  # no type of numpy's has such numbers
        raise ValueError(f"The type of the dataset {where} is damaged: {error}") from error
    stored = found.id.get_storage_size()
    if declared > _BOMB_BYTES and declared > _BOMB_RATIO * stored:
        raise ValueError(
            f"Refusing the dataset {where}: it claims {readable_size(declared)}, but {readable_size(stored)} are stored"
        )
    try:
        array = np.asarray(found[()])
    except (OSError, ValueError) as error:
        raise OSError(f"The dataset {where} can't be read: {error}") from error
    return _as_bfloat16(array) if text(found.attrs.get("dtype")) == "bfloat16" else array


def _as_bfloat16(array: np.ndarray) -> np.ndarray:
    """`array`, stored as two opaque bytes an element, or widened, as bfloat16."""
    import ml_dtypes

    if array.dtype.kind == "V" and array.dtype.itemsize == 2:
        return array.view(ml_dtypes.bfloat16)
    return array.astype(ml_dtypes.bfloat16)


def write(parent: h5py.Group, path: str, value: Any) -> None:
    """Stores an array, with an attribute that tells bfloat16 apart (HDF5 has no such type)."""
    array = np.asarray(value)
    if array.dtype.name == "bfloat16":
        parent.create_dataset(path, data=array).attrs["dtype"] = "bfloat16"
    else:
        parent.create_dataset(path, data=array)


def text(value: Any) -> Any:
    """An attribute's value as str, where it is text (older files hold bytes)."""
    return value.decode("utf8") if isinstance(value, bytes) else value


def write_names(parent: h5py.Group, name: str, names: Sequence[str]) -> None:
    """Stores a list of names as the attribute `name`, or as `name0`, `name1`, ... where it is too long for one."""
    encoded = [entry.encode("utf8") for entry in names]
    too_long = [entry for entry in names if len(entry.encode("utf8")) > _HEADER_LIMIT]
    if too_long:
        raise ValueError(f"Names longer than {_HEADER_LIMIT} bytes can't be stored in an HDF5 attribute: {too_long}")
    whole = np.asarray(encoded)
    parts = 1
    while any(part.nbytes > _HEADER_LIMIT for part in np.array_split(whole, parts)):
        parts += 1
    if parts == 1:
        parent.attrs[name] = encoded
        return
    for index, part in enumerate(np.array_split(whole, parts)):
        parent.attrs[f"{name}{index}"] = part


def read_names(parent: h5py.Group, name: str) -> list[str]:
    """The list of names that `write_names` stored; empty where there is none."""
    if name in parent.attrs:
        return [text(entry) for entry in cast(Any, parent.attrs[name])]
    names: list[str] = []
    index = 0
    while f"{name}{index}" in parent.attrs:
        names.extend(text(entry) for entry in cast(Any, parent.attrs[f"{name}{index}"]))
        index += 1
    return names
