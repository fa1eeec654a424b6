"""keras.utils.generic_utils, layer_utils and others of Keras 2: small helpers of layers and training."""

from __future__ import annotations

import codecs
import inspect
import marshal
import types
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat._keras_modules import to_snake_case
from tfcompat.keras import tree

__all__ = [
    "ask_to_proceed_with_overwrite",
    "check_for_unexpected_keys",
    "convert_dense_weights_data_format",
    "default",
    "expand_1d",
    "func_dump",
    "func_load",
    "has_arg",
    "is_all_none",
    "is_default",
    "make_batches",
    "object_list_uid",
    "path_to_string",
    "slice_arrays",
    "to_list",
    "to_snake_case",
    "transpose_shape",
    "unpack_singleton",
    "validate_kwargs",
]


def has_arg(fn: Callable[..., Any], name: str, accept_all: bool = False) -> bool:
    """Whether `fn` takes a keyword argument `name`; with `accept_all`, also by **kwargs."""
    parameters = inspect.signature(fn).parameters
    if accept_all and any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return True
    return name in parameters and parameters[name].kind in (
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.KEYWORD_ONLY,
    )


def to_list(x: Any) -> list[Any]:
    """A list as it is, and anything else in one."""
    return x if isinstance(x, list) else [x]


def unpack_singleton(x: Any) -> Any:
    """The element of a list of one, and anything else as it is."""
    return x[0] if len(x) == 1 else x


def object_list_uid(object_list: Any) -> str:
    """A text that tells lists of objects apart."""
    return ", ".join(str(abs(id(x))) for x in to_list(object_list))


def is_all_none(structure: Any) -> bool:
    """Whether there is nothing but None in nested lists and dicts."""
    return all(x is None for x in tree.flatten(structure))


def slice_arrays(arrays: Any, start: Any = None, stop: Any = None) -> Any:
    """The rows of an array, or of those of a list, from `start` to `stop`, or those that the list `start` names.

    ValueError for a list of rows and a `stop`.
    """
    if arrays is None:
        return [None]
    if isinstance(start, list) and stop is not None:
        raise ValueError(f"The stop argument has to be None if the value of start is a list. Received start={start}")
    if isinstance(arrays, list):
        return [None if x is None else slice_arrays(x, start, stop) for x in arrays]
    if hasattr(start, "__len__"):
        return arrays[np.asarray(start).tolist()]
    return arrays[start:stop] if hasattr(start, "__index__") or start is None else [None]


def make_batches(size: int, batch_size: int) -> list[tuple[int, int]]:
    """(start, end) of each batch of `size` rows."""
    return [(i, min(size, i + batch_size)) for i in range(0, size, batch_size)]


def check_for_unexpected_keys(name: str, input_dict: dict[str, Any], expected_values: Iterable[str]) -> None:
    """ValueError for keys that are not among `expected_values`."""
    unknown = set(input_dict) - set(expected_values)
    if unknown:
        raise ValueError(
            f"Unknown entries in {name} dictionary: {list(unknown)}. Only expected following keys: {expected_values}"
        )


def validate_kwargs(
    kwargs: dict[str, Any],
    allowed_kwargs: Iterable[str],
    error_message: str = "Keyword argument not understood:",
) -> None:
    """TypeError for arguments that are not among `allowed_kwargs`."""
    for name in kwargs:
        if name not in allowed_kwargs:
            raise TypeError(error_message, name)


def default(method: Any) -> Any:
    """Marks a method as one that subclasses may leave as it is."""
    method._is_default = True
    return method


def is_default(method: Any) -> bool:
    """Whether `default` marked the method."""
    return getattr(method, "_is_default", False)


def transpose_shape(shape: Any, target_format: str, spatial_axes: Any) -> tuple[Any, ...]:
    """A shape with channels last as one of `target_format`; ValueError for other formats."""
    if target_format == "channels_first":
        return (*shape[: spatial_axes[0]], shape[-1], *(shape[i] for i in spatial_axes))
    if target_format == "channels_last":
        return tuple(shape)
    raise ValueError(
        f'The `data_format` argument must be one of "channels_first", "channels_last". Received: {target_format}'
    )


def func_dump(func: Any) -> tuple[str, Any, Any]:
    """A function's byte code as text, its defaults and the values of its closure."""
    code = codecs.encode(marshal.dumps(func.__code__), "base64").decode("ascii")
    cells = tuple(cell.cell_contents for cell in func.__closure__) if func.__closure__ else None
    return code, func.__defaults__, cells


def func_load(code: Any, defaults: Any = None, closure: Any = None, globs: Any = None) -> Any:
    """The function that `func_dump` told; it is run as it is, so the code must come from a source that is trusted."""
    if isinstance(code, (tuple, list)):
        code, defaults, closure = code
        defaults = tuple(defaults) if isinstance(defaults, list) else defaults
    cells = None if closure is None else tuple(types.CellType(value) for value in closure)
    raw = marshal.loads(codecs.decode(code.encode("ascii"), "base64"))
    return types.FunctionType(raw, globals() if globs is None else globs, raw.co_name, defaults, cells)


def convert_dense_weights_data_format(
    dense: Any, previous_feature_map_shape: Any, target_data_format: str = "channels_first"
) -> None:
    """Has a Dense layer after a Flatten take its inputs in the order of the other data format.

    previous_feature_map_shape: of what was flattened, in the format that the weights are for.
    """
    first = target_data_format == "channels_first"
    shape = tuple(previous_feature_map_shape)
    kernel, *others = dense.get_weights()
    features = kernel.reshape((*shape, kernel.shape[1]))
    kernel = np.moveaxis(features, 2, 0) if first else np.moveaxis(features, 0, 2)
    dense.set_weights([kernel.reshape(-1, features.shape[-1]), *others])


def expand_1d(data: Any) -> Any:
    """Tensors of one dimension, in nested lists and dicts, with a second one of size 1."""
    return tree.map_structure(lambda x: tf.expand_dims(x, -1) if tf.is_tensor(x) and x.shape.rank == 1 else x, data)


def path_to_string(path: Any) -> Any:
    """A path object as text, and anything else as it is."""
    return path.__fspath__() if hasattr(path, "__fspath__") else path


def ask_to_proceed_with_overwrite(filepath: Any) -> bool:
    """Asks on the terminal whether the file is written over."""
    answer = ""
    while answer not in ("y", "n"):
        answer = input(f"[WARNING] {filepath} already exists - overwrite? [y/n]").strip().lower()
    return answer == "y"
