"""Raw ops that write and read TensorFlow's checkpoints: SaveV2, RestoreV2 and MergeV2Checkpoints."""

from __future__ import annotations

import glob
import math
import os
import shutil
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, errors
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value, Values
from tfcompat._core.shapes import TensorShape
from tfcompat._core.storage import to_numpy
from tfcompat._formats.tensor_bundle import BundleReader, BundleWriter
from tfcompat.io import _paths
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import each_time

Slice = tuple[list[int], list[tuple[int, int]]]


def _slice(text: bytes) -> Slice | None:
    """A shape and where a part of it lies, "4 5 0,2:-", as (shape, [(start, length)]); None for "", the whole."""
    if not text:
        return None
    words = text.decode().split(" ")
    try:
        sizes = [int(w) for w in words[:-1]]
        parts = [(0, -1) if p == "-" else tuple(map(int, p.split(","))) for p in words[-1].split(":")]
        if len(parts) != len(sizes) or any(len(p) != 2 for p in parts):
            raise ValueError
    except ValueError:
        raise Invalid(f"Expected a shape and a slice, as in '4 5 0,2:-', got '{text.decode()}'") from None
    return sizes, parts  # type: ignore[return-value]


def _names(given: Any, what: str) -> list[bytes]:
    if given.ndim != 1:
        raise Invalid(f"{what} must be a vector, got shape {list(given.shape)}")
    return given.tolist()


def _counted(names: Any, slices: Any, count: int) -> None:
    if not len(names) == len(slices) == count:
        raise Invalid(f"Got {count} tensors but {len(names)} tensor names and {len(slices)} shapes and slices")


@raw("SaveV2")
def save(prefix: Value, tensor_names: Value, shape_and_slices: Value, tensors: Values) -> None:
    """Writes tensors, or parts of them, as the checkpoint at a prefix."""
    _counted(tensor_names, shape_and_slices, len(tensors))

    def write(prefix: Any, names: Any, slices: Any, *values: Any) -> None:
        path = prefix.item().decode()
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with BundleWriter(path) as bundle:
            for name, text, value in zip(_names(names, "tensor_names"), slices.tolist(), values, strict=True):
                part = _slice(text)
                if part is None:
                    bundle.add(name.decode(), to_numpy(value), BY_STORAGE[value.dtype])
                else:
                    bundle.add_slice(name.decode(), part[0], part[1], to_numpy(value))

    each_time(write, [prefix, tensor_names, shape_and_slices, *tensors], None)


def _held(array: np.ndarray, dtype: dtypes.DType) -> Any:
    if dtype.torch is None:
        return array
    if array.dtype.name == "bfloat16":
        return torch.from_numpy(array.view(np.int16).copy()).view(torch.bfloat16)
    return torch.from_numpy(np.array(array))


@raw("RestoreV2")
def restore(prefix: Value, tensor_names: Value, shape_and_slices: Value, dtypes: list[Any]) -> list[Any]:
    """Tensors, or parts of them, of the checkpoint at a prefix."""
    _counted(tensor_names, shape_and_slices, len(dtypes))

    def read(prefix: Any, names: Any, slices: Any) -> list[Any]:
        found, path = [], prefix.item().decode()
        if not os.path.exists(f"{path}.index"):
            text = f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {path}"
            raise Invalid(text, errors.NotFoundError)
        with BundleReader(path) as bundle:
            for name, text, dtype in zip(_names(names, "tensor_names"), slices.tolist(), dtypes, strict=True):
                entry = bundle.entries.get(name.decode())
                if entry is None:
                    raise Invalid(f"Key {name.decode()} not found in checkpoint", errors.NotFoundError)
                if entry.dtype is not dtype:
                    have = f"tensor_name = {name.decode()}; expected dtype {dtype.name} does not equal original dtype"
                    raise Invalid(f"{have} {entry.dtype.name}")
                found.append(_held(_part(bundle, name.decode(), _slice(text)), dtype))
        return found

    return each_time(read, [prefix, tensor_names, shape_and_slices], dtypes)


def _part(bundle: BundleReader, name: str, part: Slice | None) -> np.ndarray:
    if part is None:
        return bundle.read(name)
    sizes, extents = part
    stored = list(bundle.entries[name].shape)
    if stored != sizes:
        text = f"tensor_name = {name}; shape in shape_and_slice spec {sizes} does not match the shape stored"
        raise Invalid(f"{text} in checkpoint: {stored}")
    return bundle.read_slice(name, extents)


@raw("MergeV2Checkpoints")
def merge(
    checkpoint_prefixes: Value, destination_prefix: Value, delete_old_dirs: bool, allow_missing_files: bool
) -> None:
    """Makes one checkpoint of many; the old ones go, with their directories where delete_old_dirs says so."""

    def join(prefixes: Any, destination: Any) -> None:
        target = destination.item().decode()
        os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
        paths = [p.decode() for p in _names(prefixes, "checkpoint_prefixes")]
        with BundleWriter(target) as bundle:
            for path in paths:
                if not os.path.exists(f"{path}.index"):
                    if allow_missing_files:
                        continue
                    raise Invalid(f"{path}.index; No such file or directory")
                with BundleReader(path) as old:
                    for name, entry in old.entries.items():
                        bundle.add(name, old.read(name), entry.dtype)
        for path in paths:
            for file in glob.glob(f"{glob.escape(path)}.*"):
                os.remove(file)
        if delete_old_dirs:
            kept = os.path.abspath(os.path.dirname(target) or ".")
            for folder in {os.path.abspath(os.path.dirname(p) or ".") for p in paths} - {kept}:
                shutil.rmtree(folder, ignore_errors=True)

    each_time(join, [checkpoint_prefixes, destination_prefix], None)


@raw("ImmutableConst")
def immutable_const(dtype: dtypes.DType, shape: TensorShape, memory_region_name: str) -> torch.Tensor:
    """The tensor whose memory a file holds."""
    if dtype.torch is None:
        text = f"Sorry, {dtype.name} is not currently supported for ImmutableConstOp."
        raise Invalid(text, errors.UnimplementedError)
    if not shape.is_fully_defined():
        raise Invalid(f"shape must be fully defined, got {shape}")
    with _paths.translated(memory_region_name), open(_paths.local(memory_region_name), "rb") as file:
        content = file.read()
    sizes = [d or 0 for d in shape.as_list()]
    count = math.prod(sizes)
    needed = count * dtype.size
    if len(content) < needed:
        text = f"Readonly memory region has wrong length ({len(content)}) when allocating {needed}"
        raise Invalid(text, errors.InternalError)
    array = np.frombuffer(content, dtype.as_numpy_dtype, count)
    return torch.from_numpy(array.copy()).reshape(sizes)
