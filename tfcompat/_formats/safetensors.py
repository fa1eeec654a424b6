"""Safetensors files of named tensors: written whole or not at all; a damaged file is a ValueError that names it."""

from __future__ import annotations

import functools
import json
import math
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch

from tfcompat._core.storage import to_numpy
from tfcompat._formats.files import Replacing
from tfcompat._formats.random_access import RandomAccessFile

# The format's names of dtypes, by numpy's.
DTYPES = {
    "float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "int64": "I64", "int32": "I32",
    "int16": "I16", "int8": "I8", "uint64": "U64", "uint32": "U32", "uint16": "U16", "uint8": "U8", "bool": "BOOL",
    "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2", "complex64": "C64",
}  # fmt: skip

_MAPPED = 1 << 28  # bytes
# Values begin at multiples of this, as in torch's memory: the system copies those that lie alike a fifth faster.
_ALIGNMENT = 64


class Part(NamedTuple):
    """A tensor to write: its name, the name of its dtype (a key of `DTYPES`), its shape, and what gives its values."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    values: Callable[[], np.ndarray]


def write(path: str | os.PathLike[str], parts: Iterable[Part], metadata: Mapping[str, str] | None = None) -> None:
    """Writes tensors one after the other; only one of them is asked for, and held, at a time.

    Those that leave the next one aligned come first.
    """
    parts = sorted(parts, key=lambda part: _size(part) % _ALIGNMENT != 0)
    wrong = [key for key, text in (metadata or {}).items() if not isinstance(key, str) or not isinstance(text, str)]
    if wrong:
        raise TypeError(f"The metadata of a safetensors file are texts, not what {wrong[0]!r} has")
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    offset = 0
    for part in parts:
        if part.name in header or part.name == "__metadata__":
            raise ValueError(f"Two tensors have the name {part.name!r}, or it is the format's own.")
        end = offset + _size(part)
        header[part.name] = {"dtype": DTYPES[part.dtype], "shape": part.shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf8")
    text += b" " * (-(len(text) + 8) % _ALIGNMENT)
    with Replacing(path) as new:
        new.write(len(text).to_bytes(8, "little") + text)
        for part in parts:
            values = part.values()
            if values.shape != part.shape or values.dtype.name != part.dtype:
                raise ValueError(f"The tensor {part.name!r} is {values.dtype} of {values.shape}, not as it was said.")
            if values.size:
                new.write(np.ascontiguousarray(values).reshape(-1).view(np.uint8))


def _size(part: Part) -> int:
    return math.prod(part.shape) * np.dtype(_numpy_type(part.dtype)).itemsize


def _numpy_type(name: str) -> Any:
    import ml_dtypes

    return getattr(ml_dtypes, name, None) or np.dtype(name)


def save(
    path: str | os.PathLike[str], tensors: Mapping[str, torch.Tensor], metadata: Mapping[str, str] | None = None
) -> None:
    """Writes the tensors, and `metadata`, a mapping from str to str, to `path`."""

    def part(name: str, tensor: torch.Tensor) -> Part:
        shape = tuple(tensor.shape)
        return Part(name, str(tensor.dtype).removeprefix("torch."), shape, lambda: to_numpy(tensor))

    write(path, [part(name, tensor) for name, tensor in tensors.items()], metadata)


class _Place(NamedTuple):
    """A tensor of a file: its dtype, as the format calls it, its shape, where it lies and how many bytes it takes."""

    dtype: str
    shape: tuple[int, ...]
    offset: int
    size: int


class Reader:
    """The tensors of a file, read one at a time; a context manager.

    FileNotFoundError where there is none; ValueError where it is no safetensors file, is cut short or is damaged.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        from safetensors import SafetensorError, safe_open

        self.path = os.fspath(path)
        if not os.path.exists(path):
            raise FileNotFoundError(f"No such file: {self.path!r}")
        self._opened, self._mapped = os.stat(path), 0
        self._bytes: RandomAccessFile | None = None
        try:
            self._file = safe_open(path, framework="pt").__enter__()
        except SafetensorError as error:
            raise ValueError(f"{self.path!r} is no safetensors file, or is cut short or damaged: {error}") from error
        self.names = list(self._file.keys())
        self.metadata: dict[str, str] = dict(self._file.metadata() or {})

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor."""
        return self._places[name].shape

    def dtype(self, name: str) -> str:
        """The dtype of a tensor, as the format calls it."""
        return self._places[name].dtype

    def read(self, name: str) -> torch.Tensor:
        """The values of a tensor; ValueError for a dtype that torch has not."""
        from safetensors import SafetensorError

        try:
            self._unmap()
            tensor = self._file.get_tensor(name)
            self._mapped += tensor.nbytes
            return tensor
        except (SafetensorError, KeyError, AttributeError) as error:
            raise ValueError(f"The tensor {name!r} of {self.path!r} can't be read: {error}") from error

    def read_into(self, name: str, target: torch.Tensor) -> None:
        """Puts the values of a tensor into `target`, a contiguous one of its shape and dtype in the CPU's memory."""
        if self._bytes is None:
            self._bytes = RandomAccessFile(self.path)
        place = self._places.get(name)
        if place is None or place.shape != target.shape or place.size != target.nbytes:
            raise ValueError(f"The tensor {name!r} of {self.path!r} is not {target.dtype} of {tuple(target.shape)}")
        try:
            self._bytes.read_into(place.offset, target.view(-1).view(torch.uint8).numpy())
        except EOFError as error:
            raise ValueError(f"The tensor {name!r} of {self.path!r} can't be read: {error}") from error

    @functools.cached_property
    def _places(self) -> dict[str, _Place]:
        """Where the tensors lie, which the library does not tell."""
        with open(self.path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length))
        places = {}
        for name in self.names:
            told = header[name]
            at, end = told["data_offsets"]
            places[name] = _Place(told["dtype"], tuple(told["shape"]), 8 + length + at, end - at)
        return places

    def _unmap(self) -> None:
        """Opens the file anew where much of it was read, as that stays in this process's memory until then."""
        from safetensors import safe_open

        if self._mapped > _MAPPED:
            now, then = os.stat(self.path), self._opened
            if os.path.samestat(now, then) and (now.st_mtime_ns, now.st_size) == (then.st_mtime_ns, then.st_size):
                self._file.__exit__(None, None, None)
                self._file = safe_open(self.path, framework="pt").__enter__()
            self._mapped = 0

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *exception: Any) -> None:
        self._file.__exit__(None, None, None)
        if self._bytes is not None:
            self._bytes.close()
            self._bytes = None


def is_checkpoint(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a checkpoint of objects, as `_formats.checkpoints` writes it; False where it can't be read."""
    try:
        with Reader(path) as reader:
            return any(key.startswith("tensorflow_") for key in reader.metadata)
    except ValueError:
        return False


def load(path: str | os.PathLike[str]) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """The tensors, by name, and the metadata of the file at `path`; errors as `Reader`'s."""
    with Reader(path) as reader:
        return {name: reader.read(name) for name in reader.names}, reader.metadata
