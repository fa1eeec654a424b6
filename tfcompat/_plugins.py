"""TensorFlow's plug-ins, which are built for its own runtime: tf.load_library, tf.load_op_library and the like."""

from __future__ import annotations

import errno
import os
from typing import Any, NoReturn

from tfcompat._core import errors


def _refuse(function: str, location: Any, instead: str) -> NoReturn:
    raise NotImplementedError(
        f"{function}: {location} is built for TensorFlow's own runtime, and tfcompat runs on torch; {instead}."
    )


def load_library(library_location: str) -> NoReturn:
    """Refuses a TensorFlow plug-in (tf.load_library): NotImplementedError; FileNotFoundError where there is none."""
    if not os.path.exists(library_location):
        message = "The file or folder to load kernel libraries from does not exist."
        raise FileNotFoundError(errno.ENOENT, message, library_location)
    _refuse("tf.load_library", library_location, "load torch kernels with torch.ops.load_library")


def load_op_library(library_filename: str) -> NoReturn:
    """Refuses a library of TensorFlow ops (tf.load_op_library): NotImplementedError; NotFoundError for no file."""
    if not isinstance(library_filename, (str, os.PathLike)):
        raise TypeError(f"Argument `library_filename` takes a path, got {library_filename!r}.")
    if not os.path.exists(library_filename):
        text = f"{library_filename}: cannot open shared object file: No such file or directory"
        raise errors.NotFoundError(None, None, text)
    _refuse("tf.load_op_library", library_filename, "load torch ops with torch.ops.load_library")


def register_filesystem_plugin(plugin_location: str) -> NoReturn:
    """Refuses a file system for tf.io (tf.experimental.register_filesystem_plugin); errors as `load_library`."""
    if not os.path.exists(plugin_location):
        message = "The file to load file system plugin from does not exist."
        raise FileNotFoundError(errno.ENOENT, message, plugin_location)
    _refuse("tf.experimental.register_filesystem_plugin", plugin_location, "read the files with fsspec")
