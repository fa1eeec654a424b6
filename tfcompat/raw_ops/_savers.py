"""Raw ops that write and read TensorFlow's checkpoints, in its format and in its first one."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, errors
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value, Values, kernel_dtype
from tfcompat._core.shapes import TensorShape
from tfcompat._core.storage import to_numpy
from tfcompat._formats.files import remove
from tfcompat._formats.ordered_code import Place, place
from tfcompat._formats.tensor_bundle import BundleReader, BundleWriter, data_files, index_path
from tfcompat._formats.tensor_slices import SliceReader, SliceWriter
from tfcompat.io import _paths
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import each_time


def _place(text: bytes) -> Place | None:
    try:
        return place(text.decode())
    except ValueError as error:
        raise Invalid(str(error)) from None


def _names(given: Any, what: str) -> list[bytes]:
    if given.ndim != 1:
        raise Invalid(f"{what} must be a vector, got shape {list(given.shape)}")
    return given.tolist()


def _told(shape: Sequence[int]) -> str:
    return f"[{','.join(map(str, shape))}]"


def _counted(names: Any, slices: Any, count: int) -> None:
    if not len(names) == len(slices) == count:
        raise Invalid(f"Got {count} tensors but {len(names)} tensor names and {len(slices)} shapes and slices")


# ---- writing ----


def _pieces(names: Any, places: Any, tensors: Sequence[Any]) -> Iterator[tuple[str, Place | None, Any]]:
    """Tensors with their names and their places in larger ones."""
    for name, text, tensor in zip(_names(names, "tensor_names"), places, tensors, strict=True):
        found = _place(text)
        if found is not None and _sizes(found) != list(tensor.shape):
            raise Invalid(
                "Slice in shape_and_slice specification does not match the shape of the tensor to save: "
                f"{text.decode()}, tensor: {_told(tensor.shape)}"
            )
        yield name.decode(), found, tensor


def _sizes(found: Place) -> list[int]:
    return [size if length < 0 else length for size, (_, length) in zip(*found)]


@raw("SaveV2")
def save_v2(prefix: Value, tensor_names: Value, shape_and_slices: Value, tensors: Values) -> None:
    """Writes tensors, or parts of them, as the checkpoint at a prefix."""
    _counted(tensor_names, shape_and_slices, len(tensors))

    def write(prefix: Any, names: Any, slices: Any, *values: Any) -> None:
        path = prefix.item().decode()
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with BundleWriter(path) as bundle:
            for name, part, value in _pieces(names, slices.tolist(), values):
                if part is None:
                    bundle.add(name, to_numpy(value), BY_STORAGE[value.dtype])
                else:
                    bundle.add_slice(name, *part, to_numpy(value), BY_STORAGE[value.dtype])

    each_time(write, [prefix, tensor_names, shape_and_slices, *tensors], None)


def _one(t: Any, number: int, what: str) -> str:
    if t.size != 1:
        raise Invalid(f"Input {number} ({what}) must be a string scalar; got a tensor of {t.size} elements")
    return t.item().decode()


def _write_table(filename: Any, names: Any, places: Any, *values: Any) -> None:
    path = _one(filename, 0, "filename")
    if not os.path.isdir(os.path.dirname(path) or "."):
        raise Invalid(f"{path}; No such file or directory", errors.NotFoundError)
    writer = SliceWriter(path)
    for name, part, value in sorted(_pieces(names, places, values), key=lambda piece: piece[0]):
        shape, extents = part or (list(value.shape), [(0, -1)] * value.ndim)
        writer.add(name, to_numpy(value), BY_STORAGE[value.dtype], shape, extents)
    writer.close()


@raw("Save")
def save(filename: Value, tensor_names: Value, data: Values) -> None:
    """Writes tensors as a checkpoint in TensorFlow's first format."""
    _counted(tensor_names, data, len(data))
    each_time(lambda f, n, *t: _write_table(f, n, [b""] * len(t), *t), [filename, tensor_names, *data], None)


@raw("SaveSlices")
def save_slices(filename: Value, tensor_names: Value, shapes_and_slices: Value, data: Values) -> None:
    """Writes tensors, or parts of them, as a checkpoint in TensorFlow's first format."""
    _counted(tensor_names, shapes_and_slices, len(data))
    inputs = [filename, tensor_names, shapes_and_slices, *data]
    each_time(lambda f, n, s, *t: _write_table(f, n, s.ravel().tolist(), *t), inputs, None)


# ---- reading ----


def _held(array: np.ndarray, dtype: dtypes.DType) -> Any:
    if dtype.torch is None:
        return array
    if array.dtype.name == "bfloat16":
        return torch.from_numpy(array.view(np.int16).copy()).view(torch.bfloat16)
    return torch.from_numpy(np.array(array))


@raw("RestoreV2")
def restore_v2(prefix: Value, tensor_names: Value, shape_and_slices: Value, dtypes: list[Any]) -> list[Any]:
    """Tensors, or parts of them, of the checkpoint at a prefix, in TensorFlow's first format too."""
    _counted(tensor_names, shape_and_slices, len(dtypes))

    def read(prefix: Any, names: Any, slices: Any) -> list[Any]:
        path = prefix.item().decode()
        is_bundle = os.path.exists(index_path(path))
        with BundleReader(path) if is_bundle else SliceReader(path) as reader:
            wanted = zip(_names(names, "tensor_names"), slices.tolist(), dtypes, strict=True)
            return [_read(reader, name.decode(), text, dtype) for name, text, dtype in wanted]

    return each_time(read, [prefix, tensor_names, shape_and_slices], dtypes)


def _read(reader: BundleReader | SliceReader, name: str, text: bytes, dtype: dtypes.DType) -> Any:
    """A tensor, or the part of one that `text` tells."""
    entry, part = reader.entries.get(name), _place(text)
    if entry is None:
        raise Invalid(f"Key {name} not found in checkpoint", errors.NotFoundError)
    if entry.dtype is not dtype:
        have = f"tensor_name = {name}; expected dtype {dtype.name} does not equal original dtype"
        raise Invalid(f"{have} {entry.dtype.name}")
    if part is None:
        return _held(reader.read(name), dtype)
    if list(entry.shape) != part[0]:
        have = f"tensor_name = {name}; shape in shape_and_slice spec {part[0]} does not match the shape stored"
        raise Invalid(f"{have} in checkpoint: {list(entry.shape)}")
    return _held(reader.read_slice(name, part[1]), dtype)


def _read_table(pattern: Any, tensor_name: Any, text: bytes, dt: dtypes.DType) -> list[Any]:
    files, name, part = _one(pattern, 0, "file_pattern"), _one(tensor_name, 1, "tensor_name"), _place(text)
    with SliceReader(files) as reader:
        entry = reader.entries.get(name)
        if entry is None:
            raise Invalid(f'Tensor name "{name}" not found in checkpoint files {files}', errors.NotFoundError)
        if entry.dtype is not dt:
            got = f"got a tensor of type {kernel_dtype(entry.dtype)} instead: tensor_name = {name}"
            raise Invalid(f"Expected to restore a tensor of type {kernel_dtype(dt)}, {got}")
        if part is not None and part[0] != list(entry.shape):
            given = f"{_told(part[0])}, save file shape: {_told(entry.shape)}"
            raise Invalid(f"Shape in shape_and_slice spec does not match the shape in the save file: {given}")
        return [_held(reader.read(name) if part is None else reader.read_slice(name, part[1]), dt)]


@raw("Restore")
def restore(file_pattern: Value, tensor_name: Value, dt: dtypes.DType, preferred_shard: int) -> Any:
    """A tensor of a checkpoint in TensorFlow's first format; which file has it needs no telling."""
    return each_time(lambda p, n: _read_table(p, n, b"", dt), [file_pattern, tensor_name], [dt])[0]


@raw("RestoreSlice")
def restore_slice(
    file_pattern: Value, tensor_name: Value, shape_and_slice: Value, dt: dtypes.DType, preferred_shard: int
) -> Any:
    """A tensor, or a part of one, of a checkpoint in TensorFlow's first format."""
    inputs = [file_pattern, tensor_name, shape_and_slice]
    return each_time(lambda p, n, s: _read_table(p, n, s.reshape(-1)[0], dt), inputs, [dt])[0]


# ---- both ----


@raw("MergeV2Checkpoints")
def merge(
    checkpoint_prefixes: Value, destination_prefix: Value, delete_old_dirs: bool, allow_missing_files: bool
) -> None:
    """Makes one checkpoint of many, with a file of data for each of theirs.

    The old ones go, with their directories where delete_old_dirs says so and nothing else is in them.
    """

    def join(prefixes: Any, destination: Any) -> None:
        target = destination.item().decode()
        os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
        paths = [p.decode() for p in _names(prefixes, "checkpoint_prefixes")]
        missing = [path for path in paths if not os.path.exists(index_path(path))]
        if missing and not allow_missing_files:
            raise Invalid(f"{index_path(missing[0])}; No such file or directory")
        paths = [path for path in paths if path not in missing]
        with contextlib.ExitStack() as opened:
            readers = [opened.enter_context(BundleReader(path)) for path in paths]
            _join(readers, target)
        for path in paths:
            if path != target:
                for file in (index_path(path), *data_files(path)):
                    remove(file)
        if delete_old_dirs:
            kept = os.path.abspath(os.path.dirname(target) or ".")
            for folder in {os.path.abspath(os.path.dirname(p) or ".") for p in paths} - {kept}:
                with contextlib.suppress(OSError):
                    os.rmdir(folder)

    each_time(join, [checkpoint_prefixes, destination_prefix], None)


def _join(readers: Sequence[BundleReader], target: str) -> None:
    """Writes the checkpoint of all that others have."""
    first = 0
    with BundleWriter(target, sum(reader.shards for reader in readers) or 1) as bundle:
        for reader in readers:
            for name, extents, entry in sorted(reader.stored(), key=lambda part: (part[2].shard, part[2].offset)):
                shard = first + entry.shard
                if extents is None:
                    bundle.add(name, reader.read(name), entry.dtype, shard)
                else:
                    values, shape = reader.read_slice(name, extents), reader.entries[name].shape
                    bundle.add_slice(name, shape, extents, values, entry.dtype, shard)
            first += reader.shards


@raw("LoadAndRemapMatrix")
def load_and_remap_matrix(
    ckpt_path: Value,
    old_tensor_name: Value,
    row_remapping: Value,
    col_remapping: Value,
    initializing_values: Value,
    num_rows: int,
    num_cols: int,
    max_rows_in_memory: int,
) -> torch.Tensor:
    """A matrix of a checkpoint with its rows and columns in another order; what is new has the values given, by rows.

    row_remapping, col_remapping: the old number of each row and column, -1 for a new one; no column numbers: as they
    were. max_rows_in_memory: how many rows TensorFlow reads at a time; here it is all.
    """

    def read(path: Any, name: Any, rows: Any, columns: Any, fresh: Any) -> list[Any]:
        old_rows = _numbers(rows, "row_remapping", num_rows)
        old_columns = _numbers(columns, "col_remapping", num_cols) if columns.numel() else None
        with BundleReader(path.item().decode()) as reader:
            held = reader.read(name.item().decode())
        if held.ndim != 2:
            raise Invalid(f"Old tensor must be 2-dimensional, got shape {list(held.shape)}")
        if old_columns is None:
            if held.shape[1] != num_cols:
                raise Invalid(f"The tensor has {held.shape[1]} columns instead of num_cols={num_cols}")
            old_columns = np.arange(num_cols)
        return [torch.from_numpy(_remapped(held, old_rows, old_columns, fresh.reshape(-1).numpy()))]

    inputs = [ckpt_path, old_tensor_name, row_remapping, col_remapping, initializing_values]
    return each_time(read, inputs, [dtypes.float32])[0]


def _numbers(t: Any, what: str, count: int) -> np.ndarray:
    found = t.reshape(-1).numpy()
    if len(found) != count:
        raise Invalid(f"Size of {what} is {len(found)} instead of being equal to {count}")
    old = found[found >= 0]
    if len(np.unique(old)) != len(old):
        raise Invalid(f"{what} has a number twice: {found.tolist()}", errors.UnimplementedError)
    return found


def _remapped(held: np.ndarray, rows: np.ndarray, columns: np.ndarray, fresh: np.ndarray) -> np.ndarray:
    for numbers, size, what in ((rows, held.shape[0], "row"), (columns, held.shape[1], "column")):
        if (numbers >= size).any():
            text = f"The matrix has {size} {what}s, {what} {numbers.max()} is not among them"
            raise Invalid(text, errors.InternalError)
    known = (rows >= 0)[:, None] & (columns >= 0)
    missing = int((~known).sum())
    if missing != len(fresh):
        raise Invalid(f"Initializing_values contained {len(fresh)} elements, but {missing} values are missing.")
    made = held[rows][:, columns] if held.size else np.zeros(known.shape, np.float32)
    made[~known] = fresh
    return made.astype(np.float32)


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
