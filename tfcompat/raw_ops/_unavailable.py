"""Raw ops that TensorFlow 2.21 has kernels for which fail whatever they get, for want of what is not there."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from tfcompat._core import errors
from tfcompat._core.ops import Invalid, Value
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import each_time


@raw("LMDBDataset", "ExperimentalLMDBDataset")
def lmdb_dataset(filenames: Value, output_types: list[Any], output_shapes: list[Any]) -> Any:
    """UnimplementedError: TensorFlow reads no LMDB files any more."""
    raise Invalid("LMDB support is removed from TensorFlow.", errors.UnimplementedError)


@raw("FileSystemSetConfiguration")
def file_system_set_configuration(scheme: Value, key: Value, value: Value) -> None:
    """UnimplementedError: no file system that there is has options."""

    def refuse(scheme: Any, key: Any, value: Any) -> None:
        name = scheme.item().decode()
        known = name in ("", "file", "ram")
        text = "SetOption" if known else f"File system scheme '{name}' not found to set configuration"
        raise Invalid(text, errors.UnimplementedError)

    each_time(refuse, [scheme, key, value], None)


@raw("TensorArrayConcatV2")
def tensor_array_concat_v2(handle: Value, flow_in: Value, dtype: Any, element_shape_except0: Any) -> Any:
    """InvalidArgumentError or NotFoundError: the op that made such handles is gone."""
    if list(handle.shape) != [2]:
        raise Invalid(f"Tensor array handle must be 2-element vector, but had shape: {list(handle.shape)}")
    text = f"TensorArray {handle.tolist()} does not exist: nothing makes handles of this kind"
    raise Invalid(text, errors.NotFoundError)


def _register(kernel: str) -> None:
    def call(**given: Any) -> Any:
        token = given["token"]

        def refuse(*inputs: Any) -> Any:
            text = f"ValueError: Could not find callback with key={token} in the registry."
            raise Invalid(text, errors.InvalidArgumentError)

        return each_time(refuse, list(given["input"]), given["Tout"])

    call.__doc__ = f"{kernel}: InvalidArgumentError, as only tf.py_function and tf.numpy_function know functions."
    raw(kernel)(call)


for _kernel in ("PyFunc", "PyFuncStateless", "EagerPyFunc"):
    _register(_kernel)


@raw("Abort")
def abort(error_msg: str, exit_without_error: bool) -> None:
    """Ends the process, with the signal SIGABRT and a message, or with the exit code 0."""

    def end() -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            if not exit_without_error:
                print(f"Abort_op intentional failure; {error_msg}", file=sys.stderr, flush=True)
        if exit_without_error:
            os._exit(0)
        os.abort()

    each_time(end, [], None)
