"""Paths as TensorFlow takes them, and what its errors make of the operating system's."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from tfcompat._core import device, errors

_CLASSES: dict[int | None, type[errors.OpError]] = {
    **dict.fromkeys((errno.EINVAL, errno.ENAMETOOLONG, errno.E2BIG, errno.EDOM), errors.InvalidArgumentError),
    **dict.fromkeys((errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ESRCH), errors.NotFoundError),
    errno.EEXIST: errors.AlreadyExistsError,
    **dict.fromkeys((errno.EPERM, errno.EACCES, errno.EROFS), errors.PermissionDeniedError),
    **dict.fromkeys(
        (errno.ENOTEMPTY, errno.EISDIR, errno.ENOTDIR, errno.EBADF, errno.EBUSY, errno.EPIPE, errno.ETXTBSY),
        errors.FailedPreconditionError,
    ),
    **dict.fromkeys(
        (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.EMLINK, errno.ENFILE, errno.ENOMEM),
        errors.ResourceExhaustedError,
    ),
    **dict.fromkeys((errno.EFBIG, errno.EOVERFLOW, errno.ERANGE), errors.OutOfRangeError),
    **dict.fromkeys((errno.ENOSYS, errno.ENOTSUP, errno.EXDEV), errors.UnimplementedError),
    errno.EAGAIN: errors.UnavailableError,
}


def text(path: Any) -> str:
    """A path given as str, bytes or os.PathLike, as str; TypeError for anything else."""
    if isinstance(path, os.PathLike):
        path = os.fspath(path)
    if isinstance(path, bytes):
        return os.fsdecode(path)
    if isinstance(path, np.str_):
        return str(path)
    if not isinstance(path, str):
        raise TypeError(f"Expected binary or unicode string, got {path!r}")
    return path


def local(path: Any) -> str:
    """A path on this machine, without "file://"; UnimplementedError for another scheme, such as "gs://"."""
    path = text(path)
    scheme, found, rest = path.partition("://")
    if not found or "/" in scheme:
        return path
    if scheme == "file":
        return rest
    raise errors.UnimplementedError(None, None, f"File system scheme '{scheme}' not implemented (file: '{path}')")


@contextlib.contextmanager
def translated(path: str, kernel: str = "") -> Iterator[None]:
    """Raises the operating system's errors as TensorFlow's, with the words "path; reason".

    kernel: the op, whose name goes into the message.
    """
    try:
        yield
    except OSError as e:
        kind = _CLASSES.get(e.errno, errors.UnknownError)
        message = f"{path}; {os.strerror(e.errno) if e.errno else e}"
        raise (failure(kernel, message, kind) if kernel else kind(None, None, message)) from None  # type: ignore[call-arg]


def failure(kernel: str, message: str, error: Any = errors.InvalidArgumentError) -> errors.OpError:
    """`error` with `message` and the op's name in the words of TensorFlow's eager kernels."""
    head = f"{{{{function_node __wrapped__{kernel}_device_{device.default_name()}}}}}"
    return error(None, None, f"{head} {message} [Op:{kernel}]")
