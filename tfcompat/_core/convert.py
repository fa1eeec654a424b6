"""What Python, numpy and torch values become as tensors, by TensorFlow's rules."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
import torch

from tfcompat._core import device, dtypes, storage
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.shapes import Dimension, TensorShape
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor

_INT32 = range(-(2**31), 2**31)
_INT64 = range(-(2**63), 2**63)
_FLOAT32_MAX = float(np.finfo(np.float32).max)
_INTS, _FLOATS, _COMPLEXES = (int, np.integer), (float, np.floating), (complex, np.complexfloating)
_TEXT = (bytes, str)
_OF_BOOL = frozenset(  # the dtypes that TensorFlow takes True and False for
    (dtypes.bool, dtypes.int32, dtypes.int64, dtypes.uint64, dtypes.float16, dtypes.float32, dtypes.float64)
) | {dtypes.complex128}

_converters: list[tuple[int, int, tuple[type, ...], Callable[..., Any]]] = []
_order = itertools.count()


def register_tensor_conversion_function(
    base_type: Any, conversion_func: Callable[..., Any], priority: int = 100
) -> None:
    """Makes `convert_to_tensor` call `conversion_func(value, dtype, name, as_ref)` for values of `base_type`.

    base_type: a class or a tuple of classes. The lowest priority, then the first registered, that does not return
    NotImplemented wins. Follows tf.register_tensor_conversion_function.
    """
    kinds = base_type if isinstance(base_type, tuple) else (base_type,)
    if not kinds or not all(isinstance(k, type) for k in kinds):
        raise TypeError(f"Argument `base_type` must be a type or a tuple of types. Received: {base_type!r}")
    if not callable(conversion_func):
        raise TypeError(f"Argument `conversion_func` must be callable. Received: {conversion_func!r}")
    bisect.insort(_converters, (priority, next(_order), kinds, conversion_func))


def to_storage(value: Any, dtype: dtypes.DType | None = None, soft: bool = False) -> Any:
    """The torch tensor (numpy array for strings) of any value that TensorFlow makes a tensor of.

    dtype: what it must be; a tensor of another dtype is a ValueError, unless `soft`, which leaves tensors as they are.
    """
    kind = type(value)
    if kind is EagerTensor:
        t = value._t if state.graph is None else state.graph.captured(value)
    elif kind is float or kind is int or kind is bool:
        return _from_number(value, dtype)
    elif isinstance(value, Tensor):
        t = value._t
    elif isinstance(value, np.ndarray):
        return from_numpy(value, dtype)
    elif isinstance(value, torch.Tensor):
        t = value
    elif (read := getattr(kind, "_read", None)) is not None:
        t = read(value)
    elif hasattr(kind, "__tf_tensor__"):
        return to_storage(value.__tf_tensor__(None if soft else dtype), dtype, soft)
    else:
        return _from_other(value, dtype)
    if dtype is not None and not soft and BY_STORAGE[t.dtype] is not dtype:
        raise ValueError(
            f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
            f"{BY_STORAGE[t.dtype].name}: {value!r}"
        )
    return t


def _from_other(value: Any, dtype: dtypes.DType | None) -> Any:
    if isinstance(value, np.generic):
        return from_numpy(np.asarray(value), dtype)
    if (result := by_registered_function(value, dtype)) is not NotImplemented:
        return to_storage(result, dtype)
    if isinstance(value, (*_INTS, *_FLOATS, *_COMPLEXES, *_TEXT)):
        return _from_leaves(value, {type(value)}, dtype)
    if isinstance(value, TensorShape):
        if not value.is_fully_defined():
            raise ValueError(f"Cannot convert a partially known TensorShape {value} to a Tensor.")
        return _from_leaves(value.as_list(), {int}, dtype or dtypes.int32)
    if isinstance(value, Dimension):
        return _from_number(int(value), dtype)
    if isinstance(value, torch.SymInt):
        return torch.scalar_tensor(value, dtype=(dtype or dtypes.int32).torch)  # type: ignore[arg-type]
    if isinstance(value, (list, tuple, range)):
        types = _leaf_types(value)
        if any(map(_makes_tensor, types)):
            return _pack(value, dtype)
        return _from_leaves(value, types, dtype)
    if hasattr(value, "__array__"):
        return from_numpy(np.asarray(value), dtype)
    if hasattr(value, "__dlpack__"):
        return torch.from_dlpack(value)
    if isinstance(value, (memoryview, bytearray)):
        return from_numpy(np.asarray(value), dtype)
    raise _unsupported(value)


def by_registered_function(value: Any, dtype: dtypes.DType | None) -> Any:
    """What the function that a program registered for a class makes of its value; NotImplemented where none is."""
    for _, _, kinds, convert in _converters:
        if isinstance(value, kinds):
            result = convert(value, dtype=dtype, name=None, as_ref=False)
            if result is not NotImplemented:
                return result
    return NotImplemented


def _unsupported(value: Any) -> ValueError:
    return ValueError(f"Attempt to convert a value ({value!r}) with an unsupported type ({type(value)}) to a Tensor.")


def _placed(t: torch.Tensor) -> torch.Tensor:
    where = device.default()
    return t if where.type == "cpu" else t.to(where)


def _from_number(value: Any, dtype: dtypes.DType | None) -> Any:
    if dtype is None:
        if type(value) is float:
            kind = torch.float32
        elif type(value) is bool:
            kind = torch.bool
        else:
            kind = torch.int32 if value in _INT32 else torch.int64
            if value not in _INT64:
                raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")
    else:
        kind = dtype.torch
        if kind is None or not _fits(type(value), dtype):
            return _from_leaves(value, {type(value)}, dtype)
        if type(value) is int and dtype.is_integer:
            value = _wrapped(value, dtype)
        elif type(value) is int and not -(2**63) <= value < 2**64:
            value = _large(value, dtype)
    if dtype is None and type(value) is float and _FLOAT32_MAX < abs(value) < math.inf:
        raise ValueError("Can't convert Python sequence with a value out of range for a double-precision float.")
    if state.graph is None and (type(value) is not float or abs(value) < 6e4):  # it refuses what overflows
        return torch.scalar_tensor(value, dtype=kind, device=device.default())
    return torch.tensor(value, dtype=kind, device=device.default())  # which a capture takes for a constant


def _large(value: int, dtype: dtypes.DType) -> float:
    """A Python int of more than 64 bits as a float, which TensorFlow takes for some dtypes."""
    if dtype is dtypes.bfloat16 or dtype.is_complex:
        raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _wrapped(value: int, dtype: dtypes.DType) -> Any:
    """A Python int as the integer dtype holds it: TensorFlow cuts off the high bits, of what fits in 64."""
    if dtype.is_integer and not dtype.min <= value <= dtype.max:
        if not -(2**63) <= value < 2**64:
            raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")
        bits = dtype.size * 8
        value &= (1 << bits) - 1
        if dtype.min < 0 and value >> (bits - 1):
            value -= 1 << bits
    return value


def _fits(kind: type, dtype: dtypes.DType) -> bool:
    """Whether TensorFlow takes a Python value of type `kind` for `dtype`."""
    if issubclass(kind, _TEXT):
        return dtype is dtypes.string
    if kind is bool:
        return dtype in _OF_BOOL
    if issubclass(kind, np.bool_):
        return dtype is not dtypes.string
    if issubclass(kind, _INTS):
        return dtype is not dtypes.string and dtype is not dtypes.bool
    if issubclass(kind, _FLOATS):
        return dtype.is_floating or dtype.is_complex
    return dtype.is_complex


def _leaf_types(values: Any) -> set[type]:
    kinds = set(map(type, values))
    nested = {k for k in kinds if issubclass(k, (list, tuple, range))}
    if nested:
        kinds -= nested
        for v in values:
            if type(v) in nested:
                kinds |= _leaf_types(v)
    return kinds


def _without_dimensions(value: Any) -> Any:
    """A Python value with ints in the place of Dimensions."""
    if isinstance(value, (list, tuple)):
        return [_without_dimensions(v) for v in value]
    return int(value) if isinstance(value, Dimension) else value


def _first_leaf(value: Any) -> Any:
    while isinstance(value, (list, tuple, range)):
        if not len(value):
            return None
        value = next((v for v in value if not isinstance(v, (list, tuple)) or len(v)), ())
    return value


def _common(value: Any, kinds: set[type]) -> dtypes.DType:
    """The dtype of a Python value whose leaves have the types `kinds`."""
    if not kinds:
        return dtypes.float32
    text = {k for k in kinds if issubclass(k, _TEXT)}
    truth = {k for k in kinds if issubclass(k, (bool, np.bool_))}
    arrays = {k for k in kinds if issubclass(k, np.ndarray)}
    if arrays:
        array = np.asarray(value)
        if array.dtype == object:
            raise ValueError("Can't convert non-rectangular Python sequence to Tensor.")
        found = dtypes.as_dtype(array.dtype)
        return dtypes.int32 if found is dtypes.int64 and _in_int32(array) else found
    if text or truth:
        if kinds - text if text else kinds - truth:
            raise ValueError("Can't convert Python sequence with mixed types to Tensor.")
        return dtypes.string if text else dtypes.bool
    for k in kinds:
        if not issubclass(k, (*_INTS, *_FLOATS, *_COMPLEXES)):
            raise _unsupported(next(v for v in _leaves(value) if type(v) is k))
    if any(issubclass(k, _COMPLEXES) for k in kinds):
        return dtypes.complex128
    if any(issubclass(k, _FLOATS) for k in kinds):
        first = _first_leaf(value)
        return dtypes.as_dtype(first.dtype) if isinstance(first, np.floating) else dtypes.float32
    return dtypes.int32


def _leaves(value: Any) -> Any:
    if isinstance(value, (list, tuple, range)):
        for v in value:
            yield from _leaves(v)
    else:
        yield value


def _in_int32(array: np.ndarray) -> bool:
    return not array.size or (int(array.min()) in _INT32 and int(array.max()) in _INT32)


def _from_leaves(value: Any, kinds: set[type], dtype: dtypes.DType | None) -> Any:
    """The tensor of a number, string or nested sequence of them, whose leaves have the types `kinds`."""
    if Dimension in kinds:
        value = _without_dimensions(value)
        kinds = _leaf_types(value) if isinstance(value, (list, tuple, range)) else {type(value)}
    target = dtype or _common(value, kinds)
    if dtype is not None:
        for k in kinds:
            if not issubclass(k, np.ndarray) and not _fits(k, dtype):
                bad = next(v for v in _leaves(value) if type(v) is k)
                if not isinstance(bad, (*_INTS, *_FLOATS, *_COMPLEXES, *_TEXT, np.bool_)):
                    raise _unsupported(bad)
                first = _first_leaf(value)
                if isinstance(bad, _TEXT) and bad is not first and not isinstance(first, _TEXT):
                    raise ValueError("Can't convert Python sequence with mixed types to Tensor.")
                if dtype is dtypes.bool and isinstance(first, bool):
                    raise ValueError("Can't convert Python sequence with mixed types to Tensor.")
                raise TypeError(f"Cannot convert {value!r} to EagerTensor of dtype {_short(dtype)}")
    if target is dtypes.string:
        return _string_array(value)
    try:
        if target.is_integer and target.name not in ("int64", "uint64"):
            array = np.array(value, dtype=np.int64)
            if dtype is None and not _in_int32(array):
                target = dtypes.int64
        elif target is dtypes.float32:
            with np.errstate(over="ignore"):
                array = np.array(value, dtype=np.float32)
            if dtype is None and not np.isfinite(array).all() and _overflows(array, value):
                raise ValueError(
                    "Can't convert Python sequence with a value out of range for a double-precision float."
                )
            return _placed(torch.from_numpy(array))
        elif target is dtypes.float16 or target is dtypes.bfloat16:
            array = np.array(value, dtype=np.float64)
        else:
            array = np.array(value, dtype=target.as_numpy_dtype)
    except OverflowError:
        raise ValueError("Can't convert Python sequence with out-of-range integer to Tensor.") from None
    except ValueError as e:
        if "inhomogeneous" in str(e) or "setting an array element" in str(e):
            raise ValueError("Can't convert non-rectangular Python sequence to Tensor.") from None
        raise
    return from_numpy(array, target)


def _overflows(array: np.ndarray, value: Any) -> bool:
    return bool((np.isinf(array) & np.isfinite(np.array(value, np.float64))).any())


def _short(dtype: dtypes.DType) -> str:
    return {"float32": "float", "float64": "double", "float16": "half"}.get(dtype.name, dtype.name)


def _string_array(value: Any) -> np.ndarray:
    """An object array of bytes; str is encoded as UTF-8."""
    array = np.empty(_rectangle(value), dtype=object)
    array.ravel()[:] = [v.encode() if isinstance(v, str) else bytes(v) for v in _leaves(value)]
    return array


def _rectangle(value: Any) -> tuple[int, ...]:
    """The shape of nested sequences of equal lengths; ValueError where the lengths differ."""
    if not isinstance(value, (list, tuple)):
        return ()
    shapes = {_rectangle(v) for v in value}
    if len(shapes) > 1:
        raise ValueError("Can't convert non-rectangular Python sequence to Tensor.")
    return (len(value), *(shapes.pop() if shapes else ()))


def _pack(value: Any, dtype: dtypes.DType | None) -> Any:
    """Stacks a nested sequence that holds tensors, cast to `dtype`; without one its numbers take the tensors' dtype."""
    cast_to = None if dtype is None else dtype.torch
    if dtype is None:
        dtype = next((dtypes.as_dtype(v.dtype) for v in _leaves(value) if _has_dtype(v)), None)
    parts = [
        _pack(v, dtype) if isinstance(v, (list, tuple)) and has_tensor(v) else _part(v, dtype, cast_to) for v in value
    ]
    if any(isinstance(p, np.ndarray) for p in parts):
        return np.stack(parts)
    if len({p.shape for p in parts}) > 1:
        from tfcompat._core.errors import InvalidArgumentError

        shapes = " != values[1].shape = ".join(str(list(p.shape)) for p in parts[:2])
        raise InvalidArgumentError(
            None, None, f"Shapes of all inputs must match: values[0].shape = {shapes} [Op:Pack] name: "
        )
    return torch.stack(parts)


def _part(value: Any, dtype: dtypes.DType | None, cast_to: torch.dtype | None) -> Any:
    """The storage of an element of a sequence that is packed; a tensor of numbers is cast to what is asked for."""
    if cast_to is not None and _makes_tensor(type(value)):
        t = to_storage(value)
        if isinstance(t, torch.Tensor) and t.dtype in BY_STORAGE and BY_STORAGE[t.dtype].torch is not None:
            return t.to(cast_to)
    return to_storage(value, dtype)


def _makes_tensor(kind: type) -> bool:
    """Whether values of a class are tensors, or are read as one: variables, sizes of a capture."""
    return (
        issubclass(kind, (Tensor, torch.Tensor, torch.SymInt))
        or hasattr(kind, "_read")
        or (hasattr(kind, "__tf_tensor__"))
    )


def _has_dtype(value: Any) -> bool:
    return _makes_tensor(type(value)) and hasattr(value, "dtype")


def has_tensor(value: Sequence[Any]) -> bool:
    """Whether a nested sequence holds a tensor, or what is read as one."""
    return any(_makes_tensor(type(v)) for v in _leaves(value))


def from_numpy(array: np.ndarray, dtype: dtypes.DType | None = None) -> Any:
    """A tensor with a copy of `array`, which keeps its dtype unless one is given (then it is cast as numpy casts)."""
    kind = array.dtype.kind
    if kind in "OSUT":
        if dtype is not None and dtype is not dtypes.string:
            if kind != "O":
                raise TypeError(f"Cannot convert {array!r} to EagerTensor of dtype {_short(dtype)}")
            return _from_leaves(array.tolist(), _leaf_types([array.tolist()]), dtype)
        return _object_array(array)
    if dtype is None:
        if kind in "mM":
            name = "NPY_DATETIME" if kind == "M" else "NPY_TIMEDELTA"
            raise ValueError(f"Failed to convert a NumPy array to a Tensor (Unsupported numpy type: {name}).")
        try:
            dtype = dtypes.as_dtype(array.dtype)
        except TypeError:
            raise ValueError(
                f"Failed to convert a NumPy array to a Tensor (Unsupported numpy type: {array.dtype})."
            ) from None
    elif dtype is dtypes.string:
        found = {"b": "bool", "f": "float", "c": "complex"}.get(kind, "int")
        raise ValueError(f"Failed to convert a NumPy array to a Tensor (Unsupported object type {found}).")
    held = storage.from_numpy(array, dtype)
    return held if dtype.torch is None else _placed(held)


def _object_array(array: np.ndarray) -> np.ndarray:
    if array.dtype.kind == "S":
        return array.astype(object)
    out = np.empty(array.shape, dtype=object)
    flat = out.ravel()
    for i, v in enumerate(array.ravel()):
        if isinstance(v, str):
            flat[i] = v.encode()
        elif isinstance(v, bytes):
            flat[i] = v
        else:
            leaves = array.tolist()
            if array.dtype.kind == "O" and not any(isinstance(x, _TEXT) for x in _leaves(leaves)) and i == 0:
                return _from_leaves(leaves, _leaf_types([leaves]), None)
            raise ValueError(
                f"Failed to convert a NumPy array to a Tensor (Unsupported object type {type(v).__name__})."
            )
    return out


def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None) -> Any:
    """The tensor of a number, string, nested sequence, numpy array, torch tensor, variable or tensor.

    Python ints become int32, floats float32, and numpy keeps its dtype, unless `dtype` says otherwise; `dtype_hint`
    is taken where it fits. Raises ValueError or TypeError where no tensor of that dtype can be made.
    """
    from tfcompat._core.ops import wrap

    if type(value) is EagerTensor and dtype is None:
        return value
    wanted = None if dtype is None else dtypes.as_dtype(dtype)
    if isinstance(value, Tensor) and (wanted is None or value.dtype is wanted):
        return value
    if wanted is None and dtype_hint is not None:
        try:
            return wrap(to_storage(value, dtypes.as_dtype(dtype_hint)))
        except (TypeError, ValueError):
            return wrap(to_storage(value))
    return wrap(to_storage(value, wanted))


# Set where tf.experimental.numpy's weak modes are on; called with the function that makes it, and its arguments.
constant_rule: Callable[..., Any] | None = None


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str = "Const") -> Any:
    """A tensor with the given value, dtype and shape; a single element is repeated to fill `shape` (tf.constant).

    Raises TypeError where the elements do not fill `shape` or do not fit `dtype`.
    """
    if constant_rule is not None:
        return constant_rule(_constant, value, dtype, shape, name)
    return _constant(value, dtype, shape, name)


def _constant(value: Any, dtype: Any, shape: Any, name: str) -> Any:
    from tfcompat._core.ops import wrap

    wanted = None if dtype is None else dtypes.as_dtype(dtype)
    if isinstance(value, Tensor) and wanted is not None and value.dtype is not wanted:
        raise TypeError(f"Expected tensor {value} with dtype {wanted!r}, but got dtype {value.dtype!r}.")
    t = to_storage(value, wanted)
    if shape is not None:
        known = shape.as_list() if isinstance(shape, TensorShape) else to_storage(shape).reshape(-1).tolist()
        sizes = cast("tuple[int, ...]", tuple(known))
        count = int(np.prod(sizes, dtype=np.int64))
        if min(sizes, default=0) < 0:
            raise ValueError(f"Argument `shape` takes sizes that are not negative, got {shape!r}.")
        size = t.size if isinstance(t, np.ndarray) else t.numel()
        if size == count:
            t = t.reshape(sizes)
        elif size == 1 and isinstance(t, np.ndarray):
            t = np.full(sizes, t.reshape(())[()], dtype=t.dtype)
        elif size == 1:
            t = t.reshape(()).expand(sizes).contiguous()
        else:
            raise TypeError(
                f"Eager execution of tf.constant with unsupported shape. Tensor {EagerTensor(t)._numpy()} (converted "
                f"from {value!r}) has {size} elements, but got `shape` {TensorShape(sizes)} with {count} elements)."
            )
    if state.graph is not None:
        return state.graph.wrap_constant(t, name)
    return wrap(t)


def to_torch(value: Any, dtype: Any = None) -> torch.Tensor:
    """The torch tensor of anything that makes a tensor (tfcompat.to_torch).

    Shares memory and gradients with a tensor; raises TypeError for tf.string and the other dtypes that torch lacks.
    """
    t = to_storage(value, None if dtype is None else dtypes.as_dtype(dtype))
    if isinstance(t, np.ndarray):
        raise TypeError(f"torch has no tensor of dtype {BY_STORAGE[t.dtype].name}; got {value!r}.")
    return t


def from_torch(tensor: torch.Tensor) -> EagerTensor:
    """A tf.Tensor on the memory of a torch tensor, gradients included (tfcompat.from_torch)."""
    if not isinstance(tensor, torch.Tensor):
        raise TypeError(f"from_torch takes a torch.Tensor, got {tensor!r} of type {type(tensor).__name__}.")
    return EagerTensor(tensor)
