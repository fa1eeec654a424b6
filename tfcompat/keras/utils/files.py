"""keras.utils.get_file: files from the network in Keras's cache folder, checked and unpacked."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from tfcompat._formats.files import replacing
from tfcompat.keras.utils._io import print_msg
from tfcompat.keras.utils.progbar import Progbar


def keras_home() -> str:
    """Keras's folder: $KERAS_HOME, or .keras in the home directory."""
    return os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")


def cache_folder(cache_dir: Any = None, cache_subdir: str = "datasets") -> str:
    """The folder for downloads, made if it is not there; below the temporary directory where it can't be written."""
    base = os.path.expanduser(os.fspath(cache_dir) if cache_dir is not None else keras_home())
    if cache_dir is None and not os.path.isdir(base):
        os.makedirs(base, exist_ok=True)
    if not os.access(base, os.W_OK):
        base = os.path.join(tempfile.gettempdir(), ".keras")
    folder = os.path.join(base, cache_subdir)
    os.makedirs(folder, exist_ok=True)
    return folder


# ---- checking ----


def file_hash_of(path: str, algorithm: str = "sha256") -> str:
    """The hash of a file's bytes, as hexadecimal digits."""
    hasher = hashlib.sha256() if algorithm == "sha256" else hashlib.md5()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            hasher.update(block)
    return hasher.hexdigest()


def is_valid(path: str, wanted: str, algorithm: str = "auto") -> bool:
    """Whether a file has a hash, SHA-256 or MD5 by its length where `algorithm` is "auto"."""
    if algorithm == "auto":
        algorithm = "sha256" if len(wanted) == 64 else "md5"
    return file_hash_of(path, algorithm) == str(wanted)


# ---- downloading ----


def _download(origin: str, path: str) -> None:
    """Writes what an address has to `path`, whole or not at all, with a progress bar."""
    print_msg(f"Downloading data from {origin}")
    try:
        with urllib.request.urlopen(origin) as response, replacing(path) as temporary, open(temporary, "wb") as out:
            length = response.headers.get("Content-Length")
            total = int(length) if length and length.isdigit() else None
            bar, done = Progbar(total), 0
            while block := response.read(1 << 16):
                out.write(block)
                done += len(block)
                bar.update(done if total is None else min(done, total))
    except urllib.error.HTTPError as failure:
        raise Exception(f"URL fetch failure on {origin}: {failure.code} -- {failure.msg}") from None
    except urllib.error.URLError as failure:
        raise Exception(f"URL fetch failure on {origin}: {failure.errno} -- {failure.reason}") from None


# ---- unpacking ----

_FILTERS = (tarfile.FilterError,) if hasattr(tarfile, "FilterError") else ()


def _is_inside(path: str, folder: str) -> bool:
    """Whether a path stays below a folder, links and ".." followed."""
    root = os.path.realpath(folder)
    try:
        return os.path.commonpath([os.path.realpath(os.path.join(root, path)), root]) == root
    except ValueError:  # another drive
        return False


def _skipped(name: str) -> None:
    warnings.warn(f"Skipping invalid path during archive extraction: '{name}'.", stacklevel=4)


def _safe_members(archive: tarfile.TarFile, folder: str) -> Iterator[tarfile.TarInfo]:
    """The files, folders and links that stay below the folder; devices and the like never do."""
    for member in archive:
        safe = (member.isfile() or member.isdir() or member.issym() or member.islnk()) and _is_inside(
            member.name, folder
        )
        if safe and member.issym():
            safe = not os.path.isabs(member.linkname) and _is_inside(
                os.path.join(os.path.dirname(member.name), member.linkname), folder
            )
        if safe and member.islnk():
            safe = _is_inside(member.linkname, folder)
        if not safe:
            _skipped(member.name)
            continue
        member.mode = (member.mode or 0o644) & 0o755 | 0o600 | (0o100 if member.isdir() else 0)
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        yield member


def _extract_tar(archive: tarfile.TarFile, folder: str) -> None:
    options: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    for member in _safe_members(archive, folder):  # one by one: links made so far count for what follows
        try:
            archive.extract(member, folder, set_attrs=False, **options)
        except (*_FILTERS, FileExistsError):
            _skipped(member.name)


def _extract_zip(archive: zipfile.ZipFile, folder: str) -> None:
    for member in archive.infolist():
        if _is_inside(member.filename, folder):
            archive.extract(member, folder)
        else:
            _skipped(member.filename)


def extract_archive(file_path: Any, path: Any = ".", archive_format: Any = "auto") -> bool:
    """Unpacks a tar or zip file into the folder `path`, which is replaced; whether it was such a file.

    Members that would leave the folder are skipped with a warning. archive_format: "tar", "zip", a list of them,
    "auto" for both, None for neither. NotImplementedError for others.
    """
    file_path, target = os.fspath(file_path), os.fspath(path)
    if archive_format is None:
        return False
    formats = ["tar", "zip"] if archive_format == "auto" else archive_format
    for kind in [formats] if isinstance(formats, str) else formats:
        if kind not in ("tar", "zip"):
            raise NotImplementedError(kind)
        is_tar = kind == "tar"
        if not (tarfile.is_tarfile(file_path) if is_tar else zipfile.is_zipfile(file_path)):
            continue
        os.makedirs(os.path.dirname(os.path.abspath(target)), exist_ok=True)
        temporary = tempfile.mkdtemp(prefix=".extracting", dir=os.path.dirname(os.path.abspath(target)))
        try:
            if is_tar:
                with tarfile.open(file_path) as archive:
                    _extract_tar(archive, temporary)
            else:
                with zipfile.ZipFile(file_path) as archive:
                    _extract_zip(archive, temporary)
            _put_in_place(temporary, target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return True
    return False


def _put_in_place(temporary: str, target: str) -> None:
    """Moves what was unpacked into the target folder, over what it has."""
    os.chmod(temporary, 0o755)
    if not os.path.isdir(target):
        os.replace(temporary, target)
        return
    for name in os.listdir(temporary):
        old = os.path.join(target, name)
        if os.path.isdir(old) and not os.path.islink(old):
            shutil.rmtree(old)
        os.replace(os.path.join(temporary, name), old)


def _base_name(fname: Any, origin: str) -> str:
    name = os.fspath(fname) if fname else os.path.basename(urllib.parse.urlsplit(origin).path)
    if not name:
        raise ValueError(
            f"Can't parse the file name from the origin provided: '{origin}'. Please specify the `fname` argument."
        )
    if os.sep in name or name in (".", ".."):
        raise ValueError(
            "Paths are no longer accepted as the `fname` argument. To specify the file's parent directory, use the "
            f"`cache_dir` argument. Received: fname={name}"
        )
    return name


def get_file(
    fname: Any = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: Any = "auto",
    cache_dir: Any = None,
    force_download: bool = False,
) -> str:
    """The path of a file from the address `origin`, which is downloaded unless the cache has it (keras.utils.get_file).

    fname: its name there, by default the address's. file_hash: its SHA-256 or MD5, which it must have. extract: whether
    it is an archive, tar or zip, to unpack: the path is then the folder's. cache_dir: instead of $KERAS_HOME or
    ~/.keras. ValueError for a hash that differs; an Exception that names the address where it can't be read.
    """
    if origin is None:
        raise ValueError('Please specify the "origin" argument (URL of the file to download).')
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    folder, name = cache_folder(cache_dir, cache_subdir), _base_name(fname, origin)
    unpack = extract or untar
    target = os.path.join(folder, name)
    unpacked = target
    if unpack and fname and "." in name:
        unpacked = os.path.join(folder, f"{name[: name.find('.')]}_extracted")
    elif unpack:
        target = os.path.join(folder, f"{name}_archive")
    fresh = not force_download and os.path.exists(target)
    if fresh and file_hash is not None and not is_valid(target, file_hash, hash_algorithm):
        print_msg(
            f"A local file was found, but it seems to be incomplete or outdated because the {hash_algorithm} file hash "
            f"does not match the original value of {file_hash} so we will re-download the data."
        )
        fresh = False
    if not fresh:
        _download(origin, target)
        if file_hash is not None and not is_valid(target, file_hash, hash_algorithm):
            raise ValueError(
                f"Incomplete or corrupted file detected. The {hash_algorithm} file hash does not match the provided "
                f"value of {file_hash}."
            )
    if unpack and not extract_archive(target, unpacked, "tar" if untar else archive_format):
        warnings.warn("Could not extract archive.", stacklevel=2)
    return unpacked
