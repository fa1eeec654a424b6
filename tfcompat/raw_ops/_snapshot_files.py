"""Raw ops that read what snapshots of datasets are made of: chunks, the folders of shards, and lists of both."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from tfcompat._core import errors
from tfcompat._core.ops import Invalid
from tfcompat._core.tensor import EagerTensor
from tfcompat.data import _elements
from tfcompat.data._distributed_saving import chunk_files
from tfcompat.data._saving import COMPRESSIONS
from tfcompat.data._sources import _VariantDataset
from tfcompat.data._spec import DatasetSpec
from tfcompat.io import _paths
from tfcompat.raw_ops._datasets import Given, Made, dataset_of, dataset_op


def _compression(a: Given) -> str:
    name = a.values["compression"]
    if name not in COMPRESSIONS:
        raise Invalid(f"Unsupported compression {name!r} of a snapshot's file")
    return COMPRESSIONS[name]


def _chunk(a: Given) -> Any:
    path, how = _paths.local(a.number("chunk_file")), _compression(a)
    return Made(lambda: _elements.read(path, a.spec, how), a)


def _shard(a: Given) -> Any:
    if a.values["version"] != 2:
        text = f"SnapshotDatasetReader reads snapshots of version 2, got version={a.values['version']}"
        raise Invalid(text, errors.UnimplementedError)
    folder, first, how = _paths.local(a.number("shard_dir")), a.number("start_index"), _compression(a)

    def elements() -> Iterator[Any]:
        number = first
        while os.path.exists(path := os.path.join(folder, f"{number:08d}.snapshot")):
            yield from _elements.read(path, a.spec, how)
            number += 1

    return Made(elements, a)


def _nested(a: Given) -> Any:
    given = [dataset_of(d) for d in a.values["inputs"]]
    return _VariantDataset(given, DatasetSpec(given[0].element_spec))


def _chunks(a: Given) -> Any:
    folder = _paths.local(a.number("snapshot_path"))

    def elements() -> Iterator[Any]:
        for path in chunk_files(folder):
            yield (EagerTensor(np.array(path.encode(), object)),)

    return Made(elements, a)


dataset_op("SnapshotChunkDataset", _chunk)
dataset_op("SnapshotDatasetReader", _shard)
dataset_op("SnapshotNestedDatasetReader", _nested)
dataset_op("ListSnapshotChunksDataset", _chunks)
