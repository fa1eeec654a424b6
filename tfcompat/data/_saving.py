"""Datasets in files: Dataset.save, load and snapshot, and fingerprints.

A directory holds dataset_spec.pb and snapshot.metadata, and a directory for each run with the elements:
RUN/00000000.shard/00000000.snapshot. So do TensorFlow's, and where the elements are made of tensors alone the bytes
are the same, too.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, errors, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.tensor import EagerTensor
from tfcompat._formats.files import replacing
from tfcompat.data import _distributed_saving, _elements
from tfcompat.data._functions import DatasetFunction, scalar
from tfcompat.data._sources import _VariantDataset
from tfcompat.data._spec import DatasetSpec
from tfcompat.data.dataset import UNKNOWN_CARDINALITY, Dataset, UnaryUnchanged
from tfcompat.io import _paths

_SPEC, _METADATA = "dataset_spec.pb", "snapshot.metadata"
COMPRESSIONS = {None: "", "": "", "GZIP": "GZIP", "AUTO": "GZIP", "SNAPPY": "SNAPPY", "NONE": ""}


def save_dataset(dataset: Dataset, path: Any, compression: Any, shard_func: Any, checkpoint_args: Any) -> None:
    """Dataset.save."""
    if checkpoint_args is not None:
        raise NotImplementedError(
            "tf.data.Dataset.save(checkpoint_args=...) is not in tfcompat: datasets are saved in one go."
        )
    if compression not in (None, "GZIP"):
        raise ValueError(f"Dataset.save: `compression` must be None or 'GZIP', got {compression!r}.")
    folder = _folder(path)
    written = _Run(folder, dataset, compression, shard_func)
    for element in dataset._iterate():
        written.write(element)
    written.finish()


def _folder(path: Any) -> str:
    return _paths.local(path.numpy() if isinstance(path, EagerTensor) else path)


class _Run:
    """One writing of a dataset's elements."""

    def __init__(self, folder: str, dataset: Dataset, compression: Any, shard_func: Any) -> None:
        self._folder, self._dataset = folder, dataset
        self._compression = COMPRESSIONS[compression]
        self._run = str(random.SystemRandom().getrandbits(62))
        self._shard = None if shard_func is None else _shard_function(shard_func, dataset)
        self._writers: dict[int, Any] = {}
        self._count = 0
        with _paths.translated(folder):
            os.makedirs(os.path.join(folder, self._run), exist_ok=True)
        if self._shard is None:
            self._writer(0)

    def _writer(self, shard: int) -> Any:
        if shard not in self._writers:
            path = os.path.join(self._folder, self._run, f"{shard:08d}.shard", "00000000.snapshot")
            self._writers[shard] = _elements.Writer(path, self._compression).__enter__()
        return self._writers[shard]

    def write(self, element: Any) -> None:
        """Adds an element to its shard."""
        self._writer(0 if self._shard is None else self._shard(element)).write(element)
        self._count += 1

    def finish(self) -> None:
        """Makes what was written the dataset in the directory."""
        from tfcompat._formats.protos import message
        from tfcompat._formats.structures import encoded

        for writer in self._writers.values():
            writer.__exit__(None, None, None)
        spec = self._dataset.element_spec
        flat = [s for leaf in structure.flatten(spec) for s in leaf.flatten()]
        metadata = message("SnapshotMetadataRecord")(
            run_id=self._run,
            creation_timestamp=int(time.time() * 1e6),
            version=2,
            dtype=[s.dtype.as_datatype_enum for s in flat],
            num_elements=self._count,
            finalized=True,
        )
        for name, proto in ((_SPEC, encoded(spec)), (_METADATA, metadata)):
            with replacing(os.path.join(self._folder, name)) as temporary, open(temporary, "wb") as file:
                file.write(proto.SerializeToString())


def _shard_function(shard_func: Any, dataset: Dataset) -> Callable[[Any], int]:
    function = DatasetFunction(shard_func, dataset._known_spec(), "save")
    return lambda element: scalar(function(element))


class _LoadDataset(Dataset):
    """The elements in a directory."""

    __module__ = "tensorflow.python.data.ops.load_op"

    def __init__(self, path: Any, element_spec: Any, compression: Any, reader_func: Any) -> None:
        super().__init__()
        self._folder = _folder(path)
        self._compression = COMPRESSIONS[compression]
        self._structure = _saved_spec(self._folder) if element_spec is None else element_spec
        self._reader = None
        if reader_func is not None:
            given = DatasetSpec(DatasetSpec(self._structure))
            self._reader = DatasetFunction(reader_func, given, "load", spread=False)

    @property
    def element_spec(self) -> Any:
        """The specs of an element."""
        return self._structure

    def _shards(self) -> list[Dataset]:
        run = os.path.join(self._folder, _metadata(self._folder).run_id)
        with _paths.translated(run):
            names = sorted(n for n in os.listdir(run) if n.endswith(".shard"))
        return [self._shard(os.path.join(run, n)) for n in names]

    def _shard(self, folder: str) -> Dataset:
        return _VariantDataset(_Files(folder, self._structure, self._compression), self._structure)

    def _iterate(self) -> Iterator[Any]:
        shards = self._shards()
        if self._reader is None:
            return _in_turn(shards)
        return self._reader(_VariantDataset(shards, DatasetSpec(self._structure)))._iterate()

    def _cardinality(self) -> int:
        if self._reader is not None:
            return UNKNOWN_CARDINALITY
        return _metadata(self._folder).num_elements


class _Files:
    """Iterates over the elements in a shard's files."""

    def __init__(self, folder: str, spec: Any, compression: str) -> None:
        self._folder, self._spec, self._compression = folder, spec, compression

    def __iter__(self) -> Iterator[Any]:
        for name in sorted(os.listdir(self._folder)):
            yield from _elements.read(os.path.join(self._folder, name), self._spec, self._compression)


def _in_turn(shards: list[Dataset]) -> Iterator[Any]:
    """One element of each shard in turn, as they were written."""
    parts = [s._iterate() for s in shards]
    while parts:
        for part in list(parts):
            element = next(part, None)
            if element is None:
                parts.remove(part)
            else:
                yield element


def _saved_spec(folder: str) -> Any:
    from tfcompat._formats.structures import decoded

    path = os.path.join(folder, _SPEC)
    if not os.path.exists(path):
        raise errors.NotFoundError(None, None, f"tf.data snapshot element_spec file not found: {path}.")
    with open(path, "rb") as file:
        return decoded(file.read())


def _metadata(folder: str) -> Any:
    from google.protobuf.message import DecodeError

    from tfcompat._formats.protos import message

    path = os.path.join(folder, _METADATA)
    with _paths.translated(path), open(path, "rb") as file:
        data = file.read()
    try:
        return message("SnapshotMetadataRecord").FromString(data)
    except DecodeError:
        raise errors.DataLossError(None, None, f"{path} is no snapshot's metadata.") from None


def load_dataset(path: Any, element_spec: Any, compression: Any, reader_func: Any, wait: bool) -> Dataset:
    """Dataset.load."""
    if compression not in (None, "GZIP"):
        raise ValueError(f"Dataset.load: `compression` must be None or 'GZIP', got {compression!r}.")
    folder = _folder(path)
    while wait and not os.path.exists(os.path.join(folder, _METADATA)):
        time.sleep(0.1)
    distributed = _distributed_saving.metadata(os.path.join(folder, _METADATA))
    if distributed is not None:
        return _distributed_saving.load(folder, distributed, reader_func)
    return _LoadDataset(path, element_spec, compression, reader_func)


# ---- snapshot ----


class _SnapshotDataset(UnaryUnchanged):
    """The elements, from files that the first whole pass writes."""

    def __init__(self, input_dataset: Dataset, path: Any, compression: Any, reader_func: Any, shard_func: Any) -> None:
        super().__init__(input_dataset)
        self._folder = os.path.join(_folder(path), f"{int(fingerprint(input_dataset))}")
        if compression not in COMPRESSIONS:
            raise errors.InvalidArgumentError(None, None, f"Unsupported compression type: {compression}")
        self._arguments = compression, reader_func, shard_func

    def _iterate(self) -> Iterator[Any]:
        compression, reader_func, shard_func = self._arguments
        if os.path.exists(os.path.join(self._folder, _METADATA)):
            yield from _LoadDataset(self._folder, self.element_spec, compression, reader_func)._iterate()
            return
        run = _Run(self._folder, self._input_dataset, compression, shard_func)
        for element in self._input_dataset._iterate():
            run.write(element)
            yield element
        run.finish()

    def _cardinality(self) -> int:
        return self._input_dataset._cardinality()


_SnapshotDataset.__name__ = "_MapDataset"


def snapshot_dataset(dataset: Dataset, path: Any, compression: Any, reader_func: Any, shard_func: Any) -> Dataset:
    """Dataset.snapshot."""
    return _SnapshotDataset(dataset, path, compression, reader_func, shard_func)


# ---- fingerprints ----


def fingerprint(dataset: Dataset) -> Any:
    """Dataset.fingerprint."""
    digest = hashlib.blake2b(digest_size=8)
    _digest(dataset, digest)
    return convert_to_tensor(np.frombuffer(digest.digest(), np.uint64)[0], dtypes.uint64)


def _digest(value: Any, digest: Any) -> None:
    digest.update(type(value).__name__.encode())
    if isinstance(value, Dataset):
        for name, part in sorted(vars(value).items()):
            if name not in ("_sampled", "_given_variant", "_seeds", "_lock", "_rows", "_numbers", "_kept"):
                digest.update(name.encode())
                _digest(part, digest)
    elif isinstance(value, DatasetFunction):
        code = getattr(value.function, "__code__", None)
        digest.update(repr(value.function).encode() if code is None else code.co_code + repr(code.co_consts).encode())
    elif isinstance(value, EagerTensor):
        t = value._t
        data = t.contiguous().flatten().view(torch.uint8).numpy().tobytes() if isinstance(t, torch.Tensor) else None
        digest.update(repr(t.tolist()).encode() if data is None else data)
    elif structure.node_of(type(value)) is not None:
        for child in structure.flatten(value):
            _digest(child, digest)
    elif isinstance(value, (bool, int, float, str, bytes, type(None), dtypes.DType)) or hasattr(value, "flatten"):
        digest.update(repr(value).encode())
