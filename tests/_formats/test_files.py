"""Files are replaced whole or left as they were."""

import os
import pathlib
import stat

import pytest

from tfcompat._formats import files
from tfcompat._formats.files import readable_size, replacing


def test_the_file_appears_when_the_block_ends(tmp_path: pathlib.Path) -> None:
    target = tmp_path / "deep" / "er" / "file.bin"
    with replacing(target) as temporary:
        pathlib.Path(temporary).write_bytes(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"
    assert os.listdir(target.parent) == ["file.bin"]


def test_an_error_leaves_the_old_file(tmp_path: pathlib.Path) -> None:
    target = tmp_path / "file.bin"
    target.write_bytes(b"old")
    half = replacing(target)
    pathlib.Path(half.__enter__()).write_bytes(b"ne")
    error = RuntimeError("half way")
    assert not half.__exit__(RuntimeError, error, None)
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file.bin"]


def test_permissions_are_kept_and_those_of_a_new_file(tmp_path: pathlib.Path) -> None:
    target = tmp_path / "file.bin"
    target.write_bytes(b"old")
    target.chmod(0o640)
    with replacing(target) as temporary:
        pathlib.Path(temporary).write_bytes(b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    plain, fresh = tmp_path / "plain", tmp_path / "fresh"
    plain.write_bytes(b"")
    with replacing(fresh) as temporary:
        pathlib.Path(temporary).write_bytes(b"new")
    assert fresh.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize(("count", "text"), [(0, "0.00 B"), (1023, "1023.00 B"), (38912, "38.00 KB"), (5e9, "4.66 GB")])
def test_readable_size(count: float, text: str) -> None:
    assert readable_size(count) == text


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_directory_is_replaced_at_once(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool
) -> None:
    if not can_exchange:
        monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    target = tmp_path / "d"
    (target / "below").mkdir(parents=True)
    (target / "below" / "kept").write_text("kept")
    (target / "file").write_text("old")
    with files.replacing_directory(target) as new, files.Replacing(os.path.join(new, "file")) as file:
        file.write(b"new")
        assert (target / "file").read_text() == "old"
    assert (target / "file").read_text() == "new"
    assert (target / "below" / "kept").read_text() == "kept"
    with pytest.raises(ZeroDivisionError), files.replacing_directory(target):
        raise ZeroDivisionError
    assert (target / "file").read_text() == "new"
    assert os.listdir(tmp_path) == ["d"]


def test_a_section_is_read_as_a_file(tmp_path: pathlib.Path) -> None:
    (tmp_path / "whole").write_bytes(bytes(range(100)))
    with open(tmp_path / "whole", "rb", buffering=0) as file:
        section = files.Section(file, 10, 20)
        assert section.read(3) == bytes([10, 11, 12])
        assert section.seek(-2, os.SEEK_END) == 18
        assert section.read() == bytes([28, 29])
        assert section.read(1) == b""
        section.seek(5)
        assert section.seek(1, os.SEEK_CUR) == 6
        assert section.read(100) == bytes(range(16, 30))
        section.seek(50)
        assert section.read() == b""
