"""What TensorFlow 2 has as methods, or under another name: tf.assign, tf.to_float, tf.py_func, tf.ConfigProto."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._core.variable import Variable


def _variable(function: str, ref: Any) -> Variable:
    if not isinstance(ref, Variable):
        raise ValueError(f"tf.compat.v1.{function}: ref must be a variable, got {ref!r}.")
    return ref


def assign(ref: Any, value: Any, validate_shape: Any = None, use_locking: Any = None, name: str | None = None) -> Any:
    """Assigns to a variable (tf.compat.v1.assign): in a graph, whenever a session runs what this returns.

    NotImplementedError where `validate_shape` is False: shapes stay. use_locking: assignments never interleave.
    """
    if validate_shape is False:
        raise NotImplementedError("tf.compat.v1.assign: validate_shape=False is not in tfcompat.")
    return _variable("assign", ref).assign(value, name=name)


def assign_add(ref: Any, value: Any, use_locking: Any = None, name: str | None = None) -> Any:
    """Adds to a variable (tf.compat.v1.assign_add); use_locking: assignments never interleave."""
    return _variable("assign_add", ref).assign_add(value, name=name)


def assign_sub(ref: Any, value: Any, use_locking: Any = None, name: str | None = None) -> Any:
    """Subtracts from a variable (tf.compat.v1.assign_sub); use_locking: assignments never interleave."""
    return _variable("assign_sub", ref).assign_sub(value, name=name)


def _cast(kind: Any, function: str) -> Callable[..., Any]:
    def to(x: Any, name: str = function) -> Any:
        return tf.cast(x, kind, name=name)

    to.__name__ = to.__qualname__ = function
    to.__doc__ = f"`x` as {kind.name} (tf.compat.v1.{function})."
    return to


to_float, to_double = _cast(tf.float32, "ToFloat"), _cast(tf.float64, "ToDouble")
to_int32, to_int64 = _cast(tf.int32, "ToInt32"), _cast(tf.int64, "ToInt64")
to_bfloat16 = _cast(tf.bfloat16, "ToBFloat16")
to_complex64, to_complex128 = _cast(tf.complex64, "ToComplex64"), _cast(tf.complex128, "ToComplex128")


def div(x: Any, y: Any, name: str | None = None) -> Any:
    """Python 2's division: of integers, rounded towards minus infinity (tf.compat.v1.div)."""
    x = tf.convert_to_tensor(x)
    y = tf.convert_to_tensor(y, dtype=x.dtype.base_dtype)
    return tf.math.floordiv(x, y, name=name) if x.dtype.is_integer else tf.divide(x, y, name=name)


def py_func(func: Callable[..., Any], inp: Any, Tout: Any, stateful: bool = True, name: str | None = None) -> Any:
    """Calls a Python function with numpy arrays (tf.compat.v1.py_func): tf.numpy_function's name then."""
    return tf.numpy_function(func, inp, Tout, stateful, name)


def count_nonzero(
    input_tensor: Any = None,
    axis: Any = None,
    keepdims: bool | None = None,
    dtype: Any = tf.int64,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
    input: Any = None,
) -> Any:
    """tf.math.count_nonzero, with TensorFlow 1's names for its arguments, too (tf.compat.v1.count_nonzero)."""
    from tfcompat.compat.v1._reductions import one_of

    values = one_of("count_nonzero", "input", input, "input_tensor", input_tensor)
    axis = one_of("count_nonzero", "axis", axis, "reduction_indices", reduction_indices)
    kept = one_of("count_nonzero", "keepdims", keepdims, "keep_dims", keep_dims)
    return tf.math.count_nonzero(values, axis, kept, dtype, name)


class _Options:
    """Settings of TensorFlow's runtime, as attributes; other settings come into being when they are read."""

    def __init__(self, **options: Any) -> None:
        self.__dict__.update(options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = self.__dict__[name] = _Options()
        return found

    def __repr__(self) -> str:
        """The settings as a protocol buffer's text."""
        lines = []
        for name, value in sorted(self.__dict__.items()):
            if isinstance(value, _Options):
                within = repr(value)
                if within:
                    lines += [f"{name} {{", *(f"  {line}" for line in within.splitlines()), "}"]
            else:
                text = str(value).lower() if isinstance(value, bool) else value
                lines.append(f"{name}: {text}")
        return "".join(f"{line}\n" for line in lines)


class ConfigProto(_Options):
    """Settings of a session (tf.compat.v1.ConfigProto): of TensorFlow's runtime; none has an effect on torch's."""


class GPUOptions(_Options):
    """Settings of a session's GPUs (tf.compat.v1.GPUOptions): of TensorFlow's allocator; torch has its own."""


class GraphOptions(_Options):
    """Settings of a session's graphs (tf.compat.v1.GraphOptions): of TensorFlow's graph optimizers."""


class OptimizerOptions(_Options):
    """Settings of how graphs are optimized (tf.compat.v1.OptimizerOptions): of TensorFlow's, and of XLA."""

    L1, L0 = 0, -1
    DEFAULT, OFF, ON_1, ON_2 = 0, -1, 1, 2


class RunOptions(_Options):
    """Settings of a run (tf.compat.v1.RunOptions), for TensorFlow's tracing; torch.profiler is tf.profiler's here."""

    NO_TRACE, SOFTWARE_TRACE, HARDWARE_TRACE, FULL_TRACE = 0, 1, 2, 3


class RunMetadata(_Options):
    """What TensorFlow's tracing told of a run (tf.compat.v1.RunMetadata): nothing here."""
