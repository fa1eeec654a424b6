"""HDF5 files: what is written comes back, and files that mean harm or are damaged are refused."""

import pathlib

import h5py
import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tfcompat._formats import hdf5

DTYPES = ["float16", "float32", "float64", "int8", "int32", "int64", "uint8", "uint32", "bool", "complex64"]


@given(data=st.data(), dtype=st.sampled_from(DTYPES))
def test_arrays_come_back(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, dtype: str) -> None:
    array = data.draw(hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0, max_side=4)))
    path = tmp_path_factory.mktemp("h5") / "file.h5"
    with hdf5.writing(path) as file:
        hdf5.write(file.create_group("a"), "b", array)
    with hdf5.reading(path) as file:
        got = hdf5.dataset(file, "a/b")
    assert got.dtype == array.dtype
    np.testing.assert_array_equal(got, array)


def test_bfloat16_comes_back(tmp_path: pathlib.Path) -> None:
    array = np.array([1.5, -2.0, 3.25], ml_dtypes.bfloat16)
    with hdf5.writing(tmp_path / "file.h5") as file:
        hdf5.write(file, "x", array)
    with hdf5.reading(tmp_path / "file.h5") as file:
        got = hdf5.dataset(file, "x")
    assert got.dtype == array.dtype
    np.testing.assert_array_equal(got, array)


def test_bfloat16_that_was_widened_is_bfloat16_again(tmp_path: pathlib.Path) -> None:
    with hdf5.writing(tmp_path / "file.h5") as file:
        file.create_dataset("x", data=np.array([1.5, 2.0], "float32")).attrs["dtype"] = "bfloat16"
    with hdf5.reading(tmp_path / "file.h5") as file:
        assert hdf5.dataset(file, "x").dtype == ml_dtypes.bfloat16


def test_long_lists_of_names_are_split(tmp_path: pathlib.Path) -> None:
    names = [f"layer_{i}_{'x' * 200}_{'é' * 20}" for i in range(700)]
    with hdf5.writing(tmp_path / "file.h5") as file:
        hdf5.write_names(file, "layer_names", names)
        hdf5.write_names(file, "short", ["a", "b"])
        hdf5.write_names(file, "none", [])
        assert "layer_names" not in file.attrs
        assert "layer_names2" in file.attrs
    with hdf5.reading(tmp_path / "file.h5") as file:
        assert hdf5.read_names(file, "layer_names") == names
        assert hdf5.read_names(file, "short") == ["a", "b"]
        assert hdf5.read_names(file, "none") == []
        assert hdf5.read_names(file, "missing") == []


def test_a_name_too_long_for_an_attribute(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="64512 bytes"), hdf5.writing(tmp_path / "file.h5") as file:
        hdf5.write_names(file, "layer_names", ["x" * 70000])
    assert list(tmp_path.iterdir()) == []


def test_missing_and_wrong_files(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError, match="nothing.h5"), hdf5.reading(tmp_path / "nothing.h5"):
        pass
    (tmp_path / "text.h5").write_text("not HDF5")
    with pytest.raises(OSError, match="text.h5"), hdf5.reading(tmp_path / "text.h5"):
        pass


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_truncated_files(tmp_path: pathlib.Path, keep: float) -> None:
    path = tmp_path / "file.h5"
    with hdf5.writing(path) as file:
        hdf5.write(file, "x", np.arange(10000.0))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(OSError, match="cut short"), hdf5.reading(path) as file:
        hdf5.dataset(file, "x")


def test_damage_within_a_file(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file.h5"
    with hdf5.writing(path) as file:
        file.create_dataset("x", data=np.random.default_rng(0).random(20000), compression="gzip", chunks=(1000,))
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 200] = bytes(200)
    path.write_bytes(data)
    with hdf5.reading(path) as file, pytest.raises(OSError, match="can't be read"):
        hdf5.dataset(file, "x")


def test_links_are_not_followed(tmp_path: pathlib.Path) -> None:
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["x"] = np.ones(3)
    path = tmp_path / "file.h5"
    with h5py.File(path, "w") as file:
        file["x"] = np.ones(3)
        file["external"] = h5py.ExternalLink("secret.h5", "/x")
        file["soft"] = h5py.SoftLink("/x")
        file.create_group("g")["external"] = h5py.ExternalLink("secret.h5", "/")
    with hdf5.reading(path) as file:
        for name in ("external", "soft"):
            with pytest.raises(ValueError, match="Refusing to follow"):
                hdf5.dataset(file, name)
        with pytest.raises(ValueError, match="Refusing to follow"):
            hdf5.dataset(file, "g/external/x")
        with pytest.raises(ValueError, match="Refusing to follow"):
            hdf5.group(file, "g/external")


def test_data_in_other_files_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(range(24)))
    with h5py.File(tmp_path / "source.h5", "w") as file:
        file["x"] = np.ones(3)
    path = tmp_path / "file.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("raw", (3,), "f8", external=[(str(tmp_path / "secret.bin"), 0, 24)])
        layout = h5py.VirtualLayout((3,), "f8")
        layout[:] = h5py.VirtualSource(str(tmp_path / "source.h5"), "x", (3,))
        file.create_virtual_dataset("virtual", layout)
    with hdf5.reading(path) as file:
        for name in ("raw", "virtual"):
            with pytest.raises(ValueError, match="other files"):
                hdf5.dataset(file, name)


def test_a_dataset_that_claims_to_be_huge(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("bomb", (1 << 40,), "f4", chunks=(1 << 20,), compression="gzip")
    with hdf5.reading(path) as file, pytest.raises(ValueError, match=r"claims 4\.00 TB, but 0\.00 B are stored"):
        hdf5.dataset(file, "bomb")


def test_groups_and_datasets_are_told_apart(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "file.h5"
    with hdf5.writing(path) as file:
        hdf5.write(file, "g/x", np.ones(1))
    with hdf5.reading(path) as file:
        with pytest.raises(ValueError, match="found a dataset"):
            hdf5.group(file, "g/x")
        with pytest.raises(ValueError, match="found a group"):
            hdf5.dataset(file, "g")
        with pytest.raises(KeyError, match="y"):
            hdf5.dataset(file, "g/y")
        with pytest.raises(KeyError, match="h/y"):
            hdf5.group(file, "h/y")
        with pytest.raises(ValueError, match="Invalid path"):
            hdf5.group(file, "g//x")


def test_a_heap_without_end_is_refused(tmp_path: pathlib.Path) -> None:
    """An entry of the heap of strings without a size: the HDF5 library itself would go through it for ever."""
    path = tmp_path / "file.h5"
    with hdf5.writing(path) as file:
        file.attrs["names"] = ["first", "second", "third"]
    with hdf5.reading(path) as file:
        assert list(file.attrs["names"]) == ["first", "second", "third"]
    content = bytearray(path.read_bytes())
    entry = content.index(b"GCOL") + 16
    content[entry : entry + 16] = bytes(16)
    path.write_bytes(content)
    with pytest.raises(OSError, match=f"file.h5' is damaged: an entry at byte {entry}"), hdf5.reading(path):
        pass
