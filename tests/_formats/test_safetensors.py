"""Safetensors files: what is written comes back, and damaged files are refused."""

import json
import pathlib
import struct

import pytest
import torch
from safetensors.torch import load_file, save_file

from tfcompat._formats import safetensors


def test_tensors_and_metadata_come_back(tmp_path: pathlib.Path) -> None:
    tensors = {
        "a/kernel": torch.arange(6.0).reshape(2, 3),
        "b": torch.tensor([1.5], dtype=torch.bfloat16),
        "c": torch.tensor(3, dtype=torch.int64),
        "empty": torch.zeros(0, 4),
        "flags": torch.tensor([True, False]),
    }
    safetensors.save(tmp_path / "w.safetensors", tensors, {"format": "tf", "note": "é"})
    got, metadata = safetensors.load(tmp_path / "w.safetensors")
    assert metadata == {"format": "tf", "note": "é"}
    assert got.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert got[name].dtype == tensor.dtype
        assert torch.equal(got[name], tensor)
    assert load_file(tmp_path / "w.safetensors").keys() == tensors.keys()


def test_views_and_shared_memory_are_written_apart(tmp_path: pathlib.Path) -> None:
    base = torch.arange(12.0).reshape(3, 4)
    safetensors.save(tmp_path / "w.safetensors", {"t": base.T, "same": base, "row": base[1], "again": base})
    got, metadata = safetensors.load(tmp_path / "w.safetensors")
    assert metadata == {}
    assert torch.equal(got["t"], base.T)
    assert torch.equal(got["row"], base[1])
    assert torch.equal(got["again"], base)


def test_files_of_others_are_read(tmp_path: pathlib.Path) -> None:
    save_file({"x": torch.ones(2)}, tmp_path / "w.safetensors")
    assert torch.equal(safetensors.load(tmp_path / "w.safetensors")[0]["x"], torch.ones(2))


def test_missing_truncated_and_hostile_files(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "w.safetensors"
    with pytest.raises(FileNotFoundError, match=r"w\.safetensors"):
        safetensors.load(path)
    safetensors.save(path, {"x": torch.arange(100.0)})
    whole = path.read_bytes()
    for data in (
        b"",
        b"short",
        whole[:20],
        whole[:-4],
        struct.pack("<Q", 1 << 60) + b"{}",
        struct.pack("<Q", 9) + b"not json!",
        _header({"x": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 4]}}) + bytes(4),
        _header({"x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}) + bytes(8),
    ):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=r"w\.safetensors"):
            safetensors.load(path)


def _header(entries: dict[str, object]) -> bytes:
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text


def test_a_failed_write_leaves_the_old_file(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "w.safetensors"
    safetensors.save(path, {"x": torch.ones(2)})
    with pytest.raises(TypeError):
        safetensors.save(path, {"x": torch.zeros(2)}, {"step": 3})  # type: ignore[dict-item]
    assert torch.equal(safetensors.load(path)[0]["x"], torch.ones(2))
    assert [entry.name for entry in tmp_path.iterdir()] == ["w.safetensors"]


def test_values_are_aligned_as_in_memory_where_sizes_allow(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "aligned.safetensors"
    tensors = {"odd": torch.arange(3), "even": torch.arange(32.0), "other": torch.ones(5, 7), "last": torch.ones(16)}
    safetensors.save(path, tensors)
    data = path.read_bytes()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:start])
    assert all((start + header[name]["data_offsets"][0]) % 64 == 0 for name in ("even", "last"))
    assert all(torch.equal(value, tensors[name]) for name, value in load_file(path).items())
