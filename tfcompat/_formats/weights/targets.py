"""Writing weights: the format is told by the suffix of the name. Every file is there whole or not at all."""

from __future__ import annotations

import json
import math
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tfcompat._core import dtypes
from tfcompat._formats import checkpoints, hdf5, safetensors
from tfcompat._formats.files import Replacing, remove

SUFFIXES = {
    ".safetensors": "safetensors",
    ".npz": "numpy archive",
    ".pt": "PyTorch",
    ".pth": "PyTorch",
    ".bin": "PyTorch",
    ".h5": "HDF5",
    ".hdf5": "HDF5",
    ".index": "TensorFlow checkpoint",
    ".ckpt": "TensorFlow checkpoint",
    "": "TensorFlow checkpoint",
}


class Output(NamedTuple):
    """A tensor to write: its name, dtype and shape, and what gives its values."""

    name: str
    dtype: dtypes.DType
    shape: tuple[int, ...]
    values: Callable[[], np.ndarray]

    @property
    def nbytes(self) -> int:
        """The number of bytes; 0 for strings."""
        return math.prod(self.shape) * self.dtype.size


def kind_of(path: str) -> str:
    """The format that a name stands for; ValueError where it stands for none."""
    suffix = os.path.splitext(path)[1]
    if suffix not in SUFFIXES:
        if suffix[1:].isdigit():  # "model.ckpt-100.5" and the like
            return SUFFIXES[""]
        raise ValueError(
            f"No format is known for {path!r}: the suffixes are {', '.join(filter(None, SUFFIXES))} or none"
        )
    return SUFFIXES[suffix]


def write(path: str, outputs: Sequence[Output], metadata: dict[str, str], shard_size: int | None = None) -> list[str]:
    """Writes the tensors, asking for one at a time; the files' paths. ValueError for what the format can't hold."""
    kind = kind_of(path)
    if shard_size is not None and kind != "safetensors":
        raise ValueError(f"Only .safetensors files are split into shards, not {path!r}")
    if kind == "TensorFlow checkpoint":
        prefix = path.removesuffix(".index")
        checkpoints.write(prefix, [checkpoints.Item(*output) for output in outputs], None, "tf")
        return checkpoints.files(prefix)
    if kind == "safetensors":
        return _safetensors(path, outputs, metadata, shard_size)
    {"numpy archive": _npz, "PyTorch": _torch, "HDF5": _hdf5}[kind](path, outputs)
    return [path]


def _part(output: Output) -> safetensors.Part:
    if output.dtype.name not in safetensors.DTYPES:
        raise ValueError(f"A .safetensors file can't hold {output.name!r}, which is {output.dtype.name}: --exclude it")
    return safetensors.Part(output.name, output.dtype.name, output.shape, output.values)


def _safetensors(path: str, outputs: Sequence[Output], metadata: dict[str, str], limit: int | None) -> list[str]:
    parts = [_part(output) for output in outputs]
    if limit is None:
        safetensors.write(path, parts, {"format": "pt", **metadata})
        return [path]
    shards: list[list[int]] = [[]]
    room = limit
    for i, output in enumerate(outputs):
        if shards[-1] and output.nbytes > room:
            shards.append([])
            room = limit
        shards[-1].append(i)
        room -= output.nbytes
    stem = path.removesuffix(".safetensors")
    index = f"{stem}.safetensors.index.json"
    # The shards of an older index stay until ours takes its place, so ours have other names than those have.
    old = _shards_of(index, stem)
    mark = "-b" if f"{stem}-00001-of-{len(shards):05d}.safetensors" in old else ""
    where, files = {}, []
    for number, shard in enumerate(shards, 1):
        name = f"{stem}{mark}-{number:05d}-of-{len(shards):05d}.safetensors"
        safetensors.write(name, [parts[i] for i in shard], {"format": "pt", **metadata})
        where.update({parts[i].name: os.path.basename(name) for i in shard})
        files.append(name)
    total = sum(output.nbytes for output in outputs)
    with Replacing(index) as new:
        new.file.write(json.dumps({"metadata": {"total_size": total}, "weight_map": where}, indent=2).encode("utf8"))
    for file in old:
        remove(file)
    return [*files, index]


def _shards_of(index: str, stem: str) -> set[str]:
    """The files of ours that an index names; none where it can't be read."""
    try:
        with open(index, encoding="utf8") as file:
            named = set(json.load(file)["weight_map"].values())
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return set()
    ours = re.compile(re.escape(os.path.basename(stem)) + r"(-b)?-\d{5}-of-\d{5}\.safetensors")
    return {
        os.path.join(os.path.dirname(stem), name) for name in named if isinstance(name, str) and ours.fullmatch(name)
    }


def _npz(path: str, outputs: Sequence[Output]) -> None:
    with Replacing(path) as new, zipfile.ZipFile(new.file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for output in outputs:
            values = output.values()
            if values.dtype.kind in "OV" or output.dtype.name == "bfloat16":
                raise ValueError(
                    f"A .npz file can't hold {output.name!r}, which is {output.dtype.name}: use --dtype, "
                    "or --exclude it"
                )
            with archive.open(f"{output.name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, values, allow_pickle=False)


def _hdf5(path: str, outputs: Sequence[Output]) -> None:
    with hdf5.writing(path) as file:
        for output in outputs:
            values = output.values()
            if values.dtype == object:
                values = np.array(
                    [v if isinstance(v, bytes) else str(v).encode() for v in values.reshape(-1)], dtype="S"
                )
                values = values.reshape(output.shape)
            hdf5.write(file, output.name, values)


def _torch(path: str, outputs: Sequence[Output]) -> None:
    """torch.save wants all tensors at once: each is put in a file first, and mapped into memory from there."""
    import torch

    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".staged.", dir=os.path.dirname(os.path.abspath(path))) as folder:
        tensors: dict[str, torch.Tensor] = {}
        for number, output in enumerate(outputs):
            if output.dtype.torch is None:
                raise ValueError(
                    f"A PyTorch file can't hold {output.name!r}, which is {output.dtype.name}: --exclude it"
                )
            tensors[output.name] = _mapped(os.path.join(folder, str(number)), output.values(), output.dtype.torch)
        with Replacing(path) as new:
            torch.save(tensors, new.temporary)


def _mapped(path: str, values: np.ndarray, dtype: Any) -> Any:
    """A tensor on the memory of a new file with these values."""
    import torch

    if not values.size:
        return torch.empty(values.shape, dtype=dtype)
    np.ascontiguousarray(values).reshape(-1).view(np.uint8).tofile(path)
    storage: Any = torch.UntypedStorage.from_file(path, False, values.nbytes)
    return torch.empty(0, dtype=dtype).set_(storage, 0, values.shape, _strides(values.shape))


def _strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(math.prod(shape[i + 1 :]) for i in range(len(shape)))
