"""tf.compat.v1.resource_loader: files beside the program's own modules."""

from __future__ import annotations

import os
import sys
from typing import Any

from tfcompat.compat.v1._fallback import module_getattr as _module_getattr


def load_resource(path: str) -> bytes:
    """The content of the file at `path`, below the folder of the library's package (load_resource)."""
    with open(os.path.join(get_root_dir_with_all_resources(), path), "rb") as file:
        return file.read()


def get_data_files_path() -> str:
    """The folder of the module that calls (tf.compat.v1.resource_loader.get_data_files_path)."""
    return _folder_of(sys._getframe(1))


def get_path_to_datafile(path: str) -> str:
    """The full path of a file that lies beside the module that calls, by its path from there."""
    return os.path.join(_folder_of(sys._getframe(1)), path)


def get_root_dir_with_all_resources() -> str:
    """The folder that the library's package lies in (get_root_dir_with_all_resources)."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def readahead_file_path(path: str, readahead: str = "128M") -> str:
    """`path` itself: files are read as the operating system reads them (readahead_file_path)."""
    return path


def _folder_of(frame: Any) -> str:
    return os.path.dirname(frame.f_globals.get("__file__") or sys.argv[0])


__all__ = [
    "get_data_files_path",
    "get_path_to_datafile",
    "get_root_dir_with_all_resources",
    "load_resource",
    "readahead_file_path",
]

__getattr__ = _module_getattr("tf.compat.v1.resource_loader", globals(), {})
