"""Python functions as ops: tf.py_function and tf.numpy_function."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._arrays.captures import graph_method
from tfcompat._core import dtypes, errors, structure
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._core.type_spec import TypeSpec

# What a graph's kernels turn Python's exceptions into.
_ERRORS: tuple[tuple[tuple[type[BaseException], ...], Callable[[Any, Any, str], errors.OpError]], ...] = (
    ((TypeError, ValueError), errors.InvalidArgumentError),
    ((StopIteration,), errors.OutOfRangeError),
    ((MemoryError,), errors.ResourceExhaustedError),
    ((NotImplementedError,), errors.UnimplementedError),
)


def _told(e: Exception, kernel: str) -> errors.OpError:
    kind = next((error for kinds, error in _ERRORS if isinstance(e, kinds)), errors.UnknownError)
    text = f"{type(e).__name__}: {e}\n{''.join(traceback.format_exception(e))}"
    return kind(None, None, f"{text} [Op:{kernel}] name: ")


def _delivered(value: Any, signature: Any) -> Any:
    """What a Python function returned as the dtype or TypeSpec `signature` says; ValueError where it does not fit."""
    if not isinstance(signature, TypeSpec):
        return convert_to_tensor(value, dtypes.as_dtype(signature))
    if isinstance(signature, TensorSpec):
        return convert_to_tensor(value, signature.dtype)
    if not signature.is_compatible_with(value):
        raise ValueError(f"py_function: func returned {value!r}, which does not match Tout {signature!r}")
    return value


def _of_tensors(function: Callable[..., Any], inputs: list[Any]) -> tuple[Callable[..., Any], list[Any]]:
    """`function` as one of tensors alone, and these: the parts of the composite tensors among its inputs."""
    if not any(isinstance(x, CompositeTensor) for x in inputs):
        return function, inputs

    def call(*parts: Any) -> Any:
        return function(*structure.pack_sequence_as(inputs, list(parts), expand_composites=True))

    return call, structure.flatten(inputs, expand_composites=True)


def py_function(
    func: Callable[..., Any] | None = None, inp: Any = None, Tout: Any = None, name: str | None = None
) -> Any:
    """What the Python function `func` returns, called with the tensors `inp`, as tensors of the dtypes `Tout`.

    inp may have ragged and sparse tensors in it. Tout: a dtype or tf.TypeSpec, or a list of them, empty where `func`
    returns nothing. Gradients flow through what
    `func` does with tensors. In a captured function it runs at each call. An exception of `func` comes out as the
    tf.errors class for it: InvalidArgumentError for TypeError and ValueError, else UnknownError. Without `func` it is a
    decorator. (tf.py_function)
    """
    if func is None:
        return _decorator(lambda f, *args: py_function(f, args, Tout, name))
    _check(func)
    function, inputs = _of_tensors(func, _inputs(inp))
    if state.graph is not None:
        return graph_method("py_function", "tf.py_function")(function, inputs, Tout, name)
    try:
        result = function(*map(convert_to_tensor, inputs))
        if isinstance(Tout, (list, tuple)):
            if not Tout:
                return []
            values = result if isinstance(result, (list, tuple)) else [result]
            return [_delivered(v, t) for v, t in zip(values, Tout)]
        return None if result is None else _delivered(result, Tout)
    except errors.OpError:
        raise
    except Exception as e:
        raise _told(e, "EagerPyFunc") from e


def numpy_function(
    func: Callable[..., Any] | None = None,
    inp: Any = None,
    Tout: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """What the Python function `func` returns, called with numpy arrays of `inp`, as tensors (tf.numpy_function).

    Tout: the dtypes of the results, as in `py_function`; as in TensorFlow they bind in captured functions only, where
    `func` runs at each call (`stateful` says that it may differ). No gradient flows through it.
    """
    if func is None:
        return _decorator(lambda f, *args: numpy_function(f, args, Tout, stateful, name))
    _check(func)
    if state.graph is not None:
        return graph_method("numpy_function", "tf.numpy_function")(func, inp, Tout, stateful, name)
    if state.as_kernels:
        return _as_kernel(func, _inputs(inp), Tout)
    result = func(*[np.array(x) for x in _inputs(inp)])
    found = [None if r is None else convert_to_tensor(r) for r in structure.flatten(result)]
    return found[0] if len(found) == 1 else found


def _as_kernel(func: Callable[..., Any], inputs: list[Any], kinds: Any) -> Any:
    """numpy_function as a graph runs it: scalars are numpy's, results have the dtypes of `Tout`."""
    try:
        result = func(*[convert_to_tensor(x).numpy() for x in inputs])
        if not isinstance(kinds, (list, tuple)):
            return _delivered(result, kinds)
        values = result if isinstance(result, (list, tuple)) else [result]
        return [_delivered(np.asarray(v), k) if v is not None else v for v, k in zip(values, kinds)]
    except errors.OpError:
        raise
    except Exception as e:
        raise _told(e, "PyFunc") from e


def _decorator(call: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`@tf.py_function(Tout=...)`: makes a function of tensors of a Python function."""

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(func)
        def called(*args: Any) -> Any:
            return call(func, *args)

        return called

    return decorate


def _check(func: Any) -> None:
    if not callable(func):
        raise ValueError(f"Expected func to be callable. Received func={func} of type {type(func)}.")


def _inputs(inp: Any) -> list[Any]:
    if inp is None:
        return []
    return list(inp) if isinstance(inp, (list, tuple)) else [inp]
