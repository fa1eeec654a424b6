"""keras.utils.get_file: the cache, hashes, and archives that try to leave their folder."""

import hashlib
import io
import os
import pathlib
import tarfile
import zipfile

import pytest

import tfcompat as tf
from tfcompat.keras.utils import files


@pytest.fixture(autouse=True)
def cache(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras" / "datasets"


@pytest.fixture
def source(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "data.txt"
    path.write_text("hello")
    return path


def tar_of(path: pathlib.Path, *members: tuple[tarfile.TarInfo, bytes]) -> pathlib.Path:
    with tarfile.open(path, "w:gz") as archive:
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def link(name: str, target: str, kind: bytes) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


def test_downloads_once(source: pathlib.Path, cache: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tf.keras.utils.get_file("copy.txt", origin=source.as_uri())
    assert path == str(cache / "copy.txt")
    assert pathlib.Path(path).read_text() == "hello"
    assert capsys.readouterr().out.startswith(f"Downloading data from {source.as_uri()}\n")
    source.write_text("changed")
    assert pathlib.Path(tf.keras.utils.get_file("copy.txt", origin=source.as_uri())).read_text() == "hello"
    assert capsys.readouterr().out == ""
    fresh = tf.keras.utils.get_file("copy.txt", origin=source.as_uri(), force_download=True)
    assert pathlib.Path(fresh).read_text() == "changed"


def test_name_comes_from_the_address(source: pathlib.Path, cache: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert tf.keras.utils.get_file(origin=source.as_uri()) == str(cache / "data.txt")
    other = tf.keras.utils.get_file(origin=source.as_uri(), cache_dir=str(tmp_path), cache_subdir="sub")
    assert other == str(tmp_path / "sub" / "data.txt")


def test_hashes_are_checked(source: pathlib.Path, cache: pathlib.Path) -> None:
    good = hashlib.sha256(b"hello").hexdigest()
    path = tf.keras.utils.get_file(origin=source.as_uri(), file_hash=good)
    pathlib.Path(path).write_text("broken")
    assert pathlib.Path(tf.keras.utils.get_file(origin=source.as_uri(), file_hash=good)).read_text() == "hello"
    assert tf.keras.utils.get_file(origin=source.as_uri(), md5_hash=hashlib.md5(b"hello").hexdigest()) == path
    with pytest.raises(ValueError, match="does not match the provided value of"):
        tf.keras.utils.get_file("x", origin=source.as_uri(), file_hash="0" * 64)


def test_what_cannot_be_fetched_leaves_nothing(tmp_path: pathlib.Path, cache: pathlib.Path) -> None:
    with pytest.raises(Exception, match="URL fetch failure on"):
        tf.keras.utils.get_file(origin=(tmp_path / "missing").as_uri())
    assert os.listdir(cache) == []


def test_arguments_are_checked(source: pathlib.Path) -> None:
    with pytest.raises(ValueError, match='"origin"'):
        tf.keras.utils.get_file("x")
    with pytest.raises(ValueError, match="fname=../x"):
        tf.keras.utils.get_file("../x", origin=source.as_uri())


def test_archives_are_unpacked(tmp_path: pathlib.Path, cache: pathlib.Path) -> None:
    archive = tar_of(
        tmp_path / "a.tar.gz", (tarfile.TarInfo("in/one.txt"), b"1"), link("in/two", "one.txt", tarfile.SYMTYPE)
    )
    folder = tf.keras.utils.get_file("a.tar.gz", origin=archive.as_uri(), untar=True)
    assert folder == str(cache / "a_extracted")
    assert pathlib.Path(folder, "in", "one.txt").read_bytes() == b"1"
    assert pathlib.Path(folder, "in", "two").read_bytes() == b"1"
    zipped = tmp_path / "b.zip"
    with zipfile.ZipFile(zipped, "w") as file:
        file.writestr("in/one.txt", "2")
    folder = tf.keras.utils.get_file(origin=zipped.as_uri(), extract=True)
    assert folder == str(cache / "b.zip")
    assert pathlib.Path(folder, "in", "one.txt").read_text() == "2"


@pytest.mark.parametrize(
    "member",
    [
        (tarfile.TarInfo("../evil"), b"x"),
        (tarfile.TarInfo("/tmp/evil-of-a-test"), b"x"),
        (tarfile.TarInfo("a/../../evil"), b"x"),
        link("out", "/etc", tarfile.SYMTYPE),
        link("out", "../..", tarfile.SYMTYPE),
        link("hard", "../../data.txt", tarfile.LNKTYPE),
        link("pipe", "", tarfile.FIFOTYPE),
    ],
    ids=lambda member: member[0].name + member[0].linkname,
)
def test_members_stay_in_their_folder(tmp_path: pathlib.Path, member: tuple[tarfile.TarInfo, bytes]) -> None:
    archive = tar_of(tmp_path / "evil.tar", member, (tarfile.TarInfo("good"), b"1"))
    before = set(tmp_path.rglob("*"))
    with pytest.warns(UserWarning, match="Skipping invalid path"):
        assert files.extract_archive(archive, tmp_path / "to")
    assert set(tmp_path.rglob("*")) - before == {tmp_path / "to", tmp_path / "to" / "good"}


def test_links_do_not_lead_later_members_out(tmp_path: pathlib.Path) -> None:
    (tmp_path / "victim").mkdir()
    members = (
        link("d", "e", tarfile.SYMTYPE),
        link("e", "../victim", tarfile.SYMTYPE),
        (tarfile.TarInfo("d/evil"), b"x"),
    )
    archive = tar_of(tmp_path / "evil.tar", *members)
    with pytest.warns(UserWarning, match="Skipping invalid path"):
        files.extract_archive(archive, tmp_path / "to")
    assert os.listdir(tmp_path / "victim") == []


def test_zip_members_stay_in_their_folder(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("../evil", "x")
        file.writestr("good", "1")
    with pytest.warns(UserWarning, match="Skipping invalid path"):
        files.extract_archive(path, tmp_path / "to")
    assert not (tmp_path / "evil").exists()
    assert (tmp_path / "to" / "good").read_text() == "1"


def test_what_is_no_archive(tmp_path: pathlib.Path, source: pathlib.Path) -> None:
    assert not files.extract_archive(source, tmp_path / "to")
    assert not files.extract_archive(source, tmp_path / "to", None)
    with pytest.raises(NotImplementedError, match="rar"):
        files.extract_archive(source, tmp_path / "to", "rar")
