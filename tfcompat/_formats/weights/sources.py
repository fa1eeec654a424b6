"""Reading weights: the format is told by what a file holds, not by its name."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.storage import to_numpy
from tfcompat._formats import checkpoints, hdf5, safetensors
from tfcompat._formats.files import Section, telling_damage
from tfcompat._formats.protos import message

_HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
_DATA = re.compile(r"\.data-\d{5}-of-\d{5}$")
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_BOMB_BYTES, _BOMB_RATIO = 1 << 32, 1000


class FormatError(ValueError):
    """A path at which there are no weights in a format that is known, or whose file is damaged."""


class Tensor(NamedTuple):
    """A tensor of a file: its dtype and shape, what reads its values, and what the program called it, if that is told.

    layer: the class of the layer that has it, where the file tells, such as "Dense".
    """

    dtype: dtypes.DType
    shape: tuple[int, ...]
    read: Callable[[], np.ndarray]
    full_name: str = ""
    layer: str = ""

    @property
    def nbytes(self) -> int:
        """The number of bytes; 0 for strings."""
        return math.prod(self.shape) * self.dtype.size


class Source(NamedTuple):
    """The weights of a file. kind: its format in words. metadata: texts that belong to them."""

    kind: str
    tensors: dict[str, Tensor]
    metadata: dict[str, str]


@contextlib.contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[Source]:
    """The weights at `path`: a file, a directory, or the prefix of a checkpoint's files.

    FileNotFoundError where there is nothing; FormatError where there are no weights, or damaged ones.
    """
    path = os.fspath(path)
    with contextlib.ExitStack() as stack:
        with _telling(path):
            source = _open(path, stack)
        yield source._replace(tensors={name: _guarded(tensor, path) for name, tensor in source.tensors.items()})


@contextlib.contextmanager
def _telling(path: str) -> Iterator[None]:
    """Within it, what damage leads to is a FormatError."""
    try:
        with telling_damage(path):
            yield
    except FormatError:
        raise
    except errors.OpError as error:
        raise FormatError(error.message) from None
    except (ValueError, OSError, NotImplementedError) as error:  # zipfile raises the last for what it can't unpack
        if isinstance(error, OSError) and (error.filename or path in str(error)):
            raise
        raise FormatError(str(error) if path in str(error) else f"{path!r} can't be read: {error}") from error


def _guarded(tensor: Tensor, path: str) -> Tensor:
    def read() -> np.ndarray:
        with _telling(path):
            return tensor.read()

    return tensor._replace(read=read)


def _open(path: str, stack: contextlib.ExitStack) -> Source:
    if os.path.isdir(path):
        return _directory(path, stack)
    if os.path.isfile(path):
        return _file(path, stack)
    if checkpoints.exists(path):
        return _checkpoint(path, stack)
    raise FileNotFoundError(f"There is neither a file nor a checkpoint at {path!r}")


def _directory(path: str, stack: contextlib.ExitStack) -> Source:
    variables = os.path.join(path, "variables", "variables")
    if os.path.exists(os.path.join(path, "saved_model.pb")):
        if not checkpoints.exists(variables):
            raise FormatError(f"The SavedModel {path!r} has no variables")
        return _checkpoint(variables, stack)._replace(kind="SavedModel")
    indices = sorted(name for name in os.listdir(path) if name.endswith(".safetensors.index.json"))
    if indices:
        return _sharded(os.path.join(path, indices[0]), stack)
    latest = _latest(path)
    if latest is None:
        raise FormatError(f"The directory {path!r} holds no SavedModel, no checkpoint and no sharded safetensors")
    return _checkpoint(latest, stack)


def _latest(directory: str) -> str | None:
    """The latest checkpoint that the file "checkpoint" of a directory tells of."""
    from google.protobuf import text_format

    try:
        with open(os.path.join(directory, "checkpoint"), encoding="utf8") as file:
            state = text_format.Parse(file.read(), message("CheckpointState")())
    except (FileNotFoundError, text_format.ParseError, UnicodeDecodeError):
        return None
    path = os.path.join(directory, state.model_checkpoint_path)
    return path if checkpoints.exists(path) else None


def _file(path: str, stack: contextlib.ExitStack) -> Source:
    with open(path, "rb") as file:
        head = file.read(16)
    if head.startswith(_HDF5_MAGIC):
        return _hdf5(stack.enter_context(hdf5.reading(path)))
    if head.startswith(b"PK\x03\x04"):
        return _zip(path, stack)
    if path.endswith(".index.json"):
        return _sharded(path, stack)
    if len(head) > 8 and head[8:9] == b"{":
        return _safetensors(path, stack)
    if head.startswith(b"\x93NUMPY"):
        array = np.load(path, mmap_mode="r", allow_pickle=False)
        return Source("numpy array", {"array": _of_array(array)}, {})
    prefix = _DATA.sub("", path.removesuffix(".index"))
    if prefix != path and checkpoints.exists(prefix):
        return _checkpoint(prefix, stack)
    raise FormatError(
        f"{path!r} is none of: a TensorFlow checkpoint, a .safetensors, HDF5 (.h5), .keras, .npz or PyTorch file"
    )


# ---- the formats ----


def _checkpoint(prefix: str, stack: contextlib.ExitStack) -> Source:
    reader = stack.enter_context(checkpoints.Checkpoint(prefix))
    full_names: dict[str, str] = {}
    if reader.object_graph is not None:
        for node in message("TrackableObjectGraph").FromString(reader.object_graph).nodes:
            full_names.update({a.checkpoint_key: a.full_name for a in node.attributes})
    tensors = {
        name: Tensor(dtype, shape, lambda name=name: reader.read(name), full_names.get(name, ""))
        for name, (dtype, shape) in reader.entries.items()
        if name != checkpoints.OBJECT_GRAPH_KEY
    }
    return Source("TensorFlow checkpoint", tensors, {})


def _safetensors(path: str, stack: contextlib.ExitStack) -> Source:
    if safetensors.is_checkpoint(path):
        return _checkpoint(path.removesuffix(".safetensors"), stack)
    reader = stack.enter_context(_reader(path))
    return Source("safetensors", _parts(reader), reader.metadata)


def _reader(path: str) -> safetensors.Reader:
    try:
        return safetensors.Reader(path)
    except ValueError as error:
        raise FormatError(str(error)) from None


def _parts(reader: safetensors.Reader) -> dict[str, Tensor]:
    names = {short: dtypes.as_dtype(name) for name, short in safetensors.DTYPES.items()}
    found = {}
    for name in reader.names:
        kind = reader.dtype(name)
        if kind not in names:
            raise FormatError(f"The tensor {name!r} of {reader.path!r} has the dtype {kind}, which tfcompat can't read")
        found[name] = Tensor(names[kind], reader.shape(name), lambda name=name: to_numpy(reader.read(name)))
    return found


def _sharded(index: str, stack: contextlib.ExitStack) -> Source:
    folder = os.path.dirname(index)
    try:
        with open(index, encoding="utf8") as file:
            where = json.load(file)["weight_map"]
        shards = sorted(set(where.values()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FormatError(f"{index!r} is no index of safetensors files: {error}") from error
    tensors: dict[str, Tensor] = {}
    for shard in shards:
        if os.path.basename(shard) != shard or shard in ("", ".", ".."):
            raise FormatError(f"Refusing the shard {shard!r} of {index!r}: it lies in another directory")
        parts = _parts(stack.enter_context(_reader(os.path.join(folder, shard))))
        tensors.update({name: part for name, part in parts.items() if where.get(name) == shard})
    missing = sorted(where.keys() - tensors.keys())
    if missing:
        raise FormatError(f"{index!r} names tensors that its files lack: {', '.join(missing[:5])}")
    return Source("sharded safetensors", {name: tensors[name] for name in where}, {})


def _hdf5(file: Any) -> Source:
    config = hdf5.text(file.attrs.get("model_config"))
    layers = _layer_classes(config) if isinstance(config, str) else {}
    root = hdf5.group(file, "model_weights") if "model_weights" in file else file
    kind = "Keras HDF5 model" if config else "Keras HDF5 weights" if "layer_names" in root.attrs else "HDF5"
    return Source(kind, _datasets(file, layers), {"model_config": config} if config else {})


def _datasets(file: Any, layers: dict[str, str]) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}

    def visit(group: Any, path: str) -> None:
        for name in group:
            where = f"{path}/{name}" if path else name
            child = hdf5.entry(group, name)
            if isinstance(child, hdf5.library().Group):
                visit(child, where)
            else:
                found[where] = _of_dataset(file, where, child, layers)

    visit(file, "")
    return found


def _of_dataset(file: Any, where: str, child: Any, layers: dict[str, str]) -> Tensor:
    bfloat16 = hdf5.text(child.attrs.get("dtype")) == "bfloat16"
    is_text = child.dtype.kind in "OSU"
    dtype = dtypes.bfloat16 if bfloat16 else dtypes.string if is_text else dtypes.as_dtype(child.dtype)
    owner = next((layers[part] for part in where.split("/") if part in layers), "")
    return Tensor(dtype, tuple(child.shape), lambda: hdf5.dataset(file, where), layer=owner)


def _layer_classes(config: str) -> dict[str, str]:
    """{a layer's name: its class}, of all layers in a model's config."""
    found: dict[str, str] = {}

    def visit(value: Any) -> None:
        if isinstance(value, dict):
            inner = value.get("config")
            if (
                isinstance(value.get("class_name"), str)
                and isinstance(inner, dict)
                and isinstance(inner.get("name"), str)
            ):
                found[inner["name"]] = value["class_name"]
            for each in value.values():
                visit(each)
        elif isinstance(value, list):
            for each in value:
                visit(each)

    with contextlib.suppress(ValueError, RecursionError):
        visit(json.loads(config))
    return found


def _zip(path: str, stack: contextlib.ExitStack) -> Source:
    archive = stack.enter_context(zipfile.ZipFile(path))
    names = archive.namelist()
    with open(path, "rb") as file:  # what a damaged entry hides, the count of entries tells
        file.seek(-22 - len(archive.comment), os.SEEK_END)
        count = int.from_bytes(file.read(12)[10:], "little")
    if count not in (len(names), 0xFFFF):
        raise FormatError(f"{path!r} is damaged: it tells of {count} files, and has {len(names)}")
    strange = [info.filename for info in archive.infolist() if info.compress_type not in _COMPRESSIONS]
    if strange:
        raise FormatError(f"{path!r} is damaged, or compressed in a way that Python can't read: {strange[0]!r}")
    if "model.weights.h5" in names:
        return _keras(archive, path, stack)
    if any(name.endswith("/data.pkl") or name == "data.pkl" for name in names):
        return _torch(archive, path)
    if names and all(name.endswith(".npy") for name in names):
        return Source("numpy archive", {name[:-4]: _of_npy(archive, name, path) for name in names}, {})
    raise FormatError(f"The zip file {path!r} is no .keras, .npz or PyTorch file")


def _keras(archive: zipfile.ZipFile, path: str, stack: contextlib.ExitStack) -> Source:
    info = archive.getinfo("model.weights.h5")
    if info.file_size > _BOMB_BYTES and info.file_size > _BOMB_RATIO * info.compress_size:
        raise FormatError(
            f"Refusing {path!r}: its weights claim {info.file_size} bytes, {info.compress_size} are stored"
        )
    if info.compress_type == zipfile.ZIP_STORED:  # read where they lie, without a copy
        _check(archive, info, path)
        whole = stack.enter_context(io.FileIO(path))
        content: Any = Section(whole, _start(archive, info), info.file_size)
    else:
        content = io.BytesIO(archive.read(info))
    file = stack.enter_context(hdf5.reading(content))
    config = archive.read("config.json").decode("utf8") if "config.json" in archive.namelist() else "{}"
    return Source("Keras archive", _datasets(file, _layer_classes(config)), {"model_config": config})


def _start(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """Where the bytes of a file in an archive begin: after a header with its name and extra fields."""
    header = archive.fp
    assert header is not None
    header.seek(info.header_offset)
    fixed = header.read(30)
    name, extra = struct.unpack("<26x2H", fixed)
    return info.header_offset + len(fixed) + name + extra


def _check(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str) -> None:
    """FormatError where the checksum of a file in an archive is not that of its bytes."""
    try:
        with archive.open(info) as file:
            while file.read(1 << 20):
                pass
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise FormatError(f"{info.filename!r} in {path!r} is damaged: {error}") from error


def _of_npy(archive: zipfile.ZipFile, name: str, path: str) -> Tensor:
    with archive.open(name) as file:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file)
    if dtype.hasobject:
        raise FormatError(f"Refusing {name!r} of {path!r}: it holds Python objects")
    size, stored = math.prod(shape) * dtype.itemsize, archive.getinfo(name)
    if size > stored.file_size or (size > _BOMB_BYTES and size > _BOMB_RATIO * stored.compress_size):
        raise FormatError(f"Refusing {name!r} of {path!r}: it claims {size} bytes, {stored.compress_size} are stored")

    def load() -> np.ndarray:
        with archive.open(name) as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
            if file.read(1):  # the checksum is compared at the end
                raise FormatError(f"{name!r} in {path!r} is damaged: it has more bytes than values")
            return array

    kind = dtypes.string if dtype.kind in "SU" else dtypes.as_dtype(dtype)
    return Tensor(kind, tuple(shape), load)


def _of_array(array: np.ndarray) -> Tensor:
    return Tensor(dtypes.as_dtype(array.dtype), tuple(array.shape), lambda: np.array(array))


def _torch(archive: zipfile.ZipFile, path: str) -> Source:
    import torch

    members = archive.infolist()
    if any(info.CRC for info in members):  # torch writes zeros where it is told to compute none, and never compares
        for info in members:
            _check(archive, info, path)
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except Exception as error:  # what torch raises for damage and for objects is of many classes
        raise FormatError(f"{path!r} is no PyTorch file of plain tensors, or is damaged: {error}") from error
    found: dict[str, Tensor] = {}

    def visit(value: Any, name: str) -> None:
        if isinstance(value, torch.Tensor):
            dense = value.detach()
            found[name] = Tensor(dtypes.from_torch(value.dtype), tuple(value.shape), lambda: to_numpy(dense))
        elif isinstance(value, dict):
            for key, child in value.items():
                visit(child, f"{name}.{key}" if name else str(key))
        elif isinstance(value, (list, tuple)):
            for i, child in enumerate(value):
                visit(child, f"{name}.{i}")

    visit(loaded, "")
    return Source("PyTorch", found, {})
