"""`x[...]` on tensors and variables, by TensorFlow's rules, and assignment to slices of variables."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._core import device, dtypes, errors
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import is_symbolic, wrap
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.variable import UnreadVariable, Variable, sole_owner

_KEYS = (
    "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar tf.int32/tf.int64 tensors are valid "
    "indices"
)


def _error(text: str, kernel: str = "StridedSlice", name: str = "strided_slice/") -> errors.InvalidArgumentError:
    head = f"{{{{function_node __wrapped__{kernel}_device_{device.default_name()}}}}}"
    return errors.InvalidArgumentError(None, None, f"{head} {text} [Op:{kernel}] name: {name}")


def _index(key: Any) -> Any:
    """One integer of a key: an int, or a torch tensor where its value is not known yet."""
    if type(key) is int or key is None:
        return key
    if isinstance(key, (bool, np.bool_, float)):
        raise TypeError(f"{_KEYS}, got {key!r}")
    if isinstance(key, (int, np.integer)):
        return int(key)
    try:
        t = to_storage(key)
    except (TypeError, ValueError):
        raise TypeError(f"{_KEYS}, got {key!r}") from None
    if not isinstance(t, torch.Tensor) or t.ndim or t.dtype not in _INTEGERS:
        raise TypeError(f"{_KEYS}, got {key!r}")
    return t if is_symbolic(t) else int(t)


_INTEGERS = (torch.int16, torch.int32, torch.int64, torch.uint8, torch.int8, torch.uint16, torch.uint32, torch.uint64)


def _expand(key: tuple[Any, ...], ndim: int) -> list[Any]:
    """The key with its ellipsis, and what is missing at the end, spelt out as full slices."""
    used = sum(k is not None and k is not Ellipsis for k in key)
    dots = sum(k is Ellipsis for k in key)
    if dots > 1:
        raise _error("Multiple ellipses in slice spec not allowed")
    if used > ndim:
        raise _error(f"Index out of range using input dim {ndim}; input has only {ndim} dims")
    rest = [slice(None)] * (ndim - used)
    out: list[Any] = []
    for k in key:
        out.extend(rest if k is Ellipsis else [k])
    return out if dots else out + rest


def take(t: Any, key: Any) -> Any:
    """`t[key]` on a torch tensor or numpy array, a view where torch makes one; negative steps copy."""
    mask = _mask(key)
    if mask is not None:
        return _masked(t, mask)
    shape = tuple(t.shape)
    keys = _expand(tuple(key) if isinstance(key, (tuple, list)) else (key,), len(shape))
    basic: list[Any] = []
    flips: list[tuple[int, int]] = []
    selects: list[tuple[int, torch.Tensor]] = []
    ranges: list[tuple[int, torch.Tensor]] = []
    dim, out_dim = 0, 0
    for k in keys:
        if k is None:
            basic.append(None)
            out_dim += 1
        elif isinstance(k, slice):
            start, stop, step = (_index(v) for v in (k.start, k.stop, k.step))
            if step == 0:
                raise _error(f"strides[{dim}] must be non-zero")
            if step == -1 and start is None and stop is None:  # whatever the size
                basic.append(slice(None))
                flips.append((out_dim, dim))
            elif isinstance(step, int) and step < 0:
                count = len(range(*slice(start, stop, step).indices(shape[dim])))
                first = slice(start, stop, step).indices(shape[dim])[0]
                last = first + (count - 1) * step
                basic.append(slice(last, first + 1, -step) if count else slice(0, 0))
                flips.append((out_dim, dim))
            elif isinstance(start, torch.Tensor) or isinstance(stop, torch.Tensor):
                ranges.append((out_dim, _positions(start, stop, 1 if step is None else step, shape[dim])))
                basic.append(slice(None))
            else:
                basic.append(slice(start, stop, step))
            dim, out_dim = dim + 1, out_dim + 1
        else:
            i = _index(k)
            if isinstance(i, torch.Tensor):
                selects.append((out_dim, i))
                basic.append(slice(None))
                dim, out_dim = dim + 1, out_dim + 1
                continue
            if isinstance(shape[dim], int) and not -shape[dim] <= i < shape[dim]:
                raise _error(f"slice index {i} of dimension {dim} out of bounds.")
            basic.append(i)
            dim += 1
    if isinstance(t, np.ndarray):
        return np.asarray(t[tuple(k for k in keys_for_numpy(keys))], dtype=t.dtype)
    r = t[tuple(basic)] if basic else t.view_as(t)
    if flips:
        r = r.flip([d for d, _ in flips])
    for d, positions in ranges:
        r = r.index_select(d, positions)
    for d, i in reversed(selects):
        r = r.index_select(d, i.reshape(1).long()).squeeze(d)
    return r


def _positions(start: Any, stop: Any, step: Any, size: Any) -> torch.Tensor:
    """The positions that a slice picks whose bounds have no value yet, as `range` counts them."""

    def bound(value: Any, default: Any) -> Any:
        if value is None:
            return torch.scalar_tensor(default, dtype=torch.int64)
        t = value.long() if isinstance(value, torch.Tensor) else torch.scalar_tensor(value, dtype=torch.int64)
        return torch.where(t < 0, t + size, t).clamp(0, size)

    first = bound(start, 0)
    count = ((bound(stop, size) - first).clamp(min=0) + (step - 1)) // step
    n = count.item()
    torch._check(n >= 0)
    return torch.arange(n, device=first.device) * step + first


def _mask(key: Any) -> torch.Tensor | None:
    """The boolean mask that a key is, None where it is none."""
    if isinstance(key, bool) or getattr(key, "dtype", None) in (dtypes.bool, np.bool_):
        return to_storage(key)
    return None


def _masked(t: Any, mask: torch.Tensor) -> Any:
    """The elements or slices of `t` where `mask`, over its first dimensions, is true (tf.boolean_mask)."""
    if not mask.ndim:
        raise ValueError("mask cannot be scalar.")
    if tuple(t.shape[: mask.ndim]) != tuple(mask.shape):
        raise ValueError(
            f"Shapes {TensorShape(tuple(t.shape[: mask.ndim]))} and {TensorShape(tuple(mask.shape))} are incompatible"
        )
    return t[mask.numpy()] if isinstance(t, np.ndarray) else t[mask]


def keys_for_numpy(keys: list[Any]) -> list[Any]:
    """The keys with their tensors as ints, as numpy takes them."""
    return [
        k
        if k is None
        else slice(*(_index(v) for v in (k.start, k.stop, k.step)))
        if isinstance(k, slice)
        else _index(k)
        for k in keys
    ]


def _is_plain(key: Any, shape: torch.Size) -> bool:
    """Whether torch takes the key just as TensorFlow does: ints in range, and slices that go forward."""
    keys = key if type(key) is tuple else (key,)
    if len(keys) > len(shape):
        return False
    for k, size in zip(keys, shape, strict=False):
        if type(k) is int:
            if not -size <= k < size:
                return False
        elif type(k) is slice:
            start, stop, step = k.start, k.stop, k.step
            if (start is not None and type(start) is not int) or (stop is not None and type(stop) is not int):
                return False
            if step is not None and (type(step) is not int or step <= 0):
                return False
        else:
            return False
    return True


def _getitem(self: Tensor, key: Any) -> Any:
    t = self._t
    if type(self) is EagerTensor and state.direct and type(t) is torch.Tensor and _is_plain(key, t.shape):
        r = t.select(0, key) if type(key) is int else t[key]
        if r.requires_grad and not state.tapes:
            r = r.detach()
        return EagerTensor(r)
    return _finish(take(to_storage(self), key))


def _finish(r: Any) -> Any:
    return wrap(r) if state.graph is None else state.graph.named(r, "strided_slice")


def _getitem_variable(self: Variable, key: Any) -> Any:
    result = _finish(take(self._read(), key))
    result.assign = lambda value, name=None: assign_slice(self, key, value)
    return result


def assign_slice(variable: Variable, key: Any, value: Any) -> Any:
    """Assigns to `variable[key]`, broadcasting `value`; returns the variable as it now is."""
    t = to_storage(value, variable.dtype)
    storage = variable._storage
    if state.graph is not None:
        new = state.graph.value(variable).clone()
    elif isinstance(storage.t, np.ndarray):
        new = storage.t.copy()
    else:
        new = storage.t if sole_owner(storage) else storage.t.clone()
        t = t.detach().to(new.device)
    where = take(new, _positive(key, new))
    t = _reversed_like(key, new, t)
    try:
        if isinstance(new, np.ndarray):
            new[tuple(keys_for_numpy(_expand(key if isinstance(key, tuple) else (key,), new.ndim)))] = t
        else:
            where.copy_(t.expand(where.shape))
    except (RuntimeError, ValueError):
        raise _error(
            f"Cannot broadcast input shape {_bare(t)} into final shape {_bare(where)}",
            "ResourceStridedSliceAssign",
            "strided_slice/_assign",
        ) from None
    if state.graph is not None:
        state.graph.write(variable, new)
    else:
        storage.t = new
    return UnreadVariable._of(variable)


def _bare(t: Any) -> str:
    return f"[{','.join(str(d) for d in t.shape)}]"


def _positive(key: Any, t: Any) -> tuple[Any, ...]:
    """The key with negative steps turned round, so that it names a view."""
    out: list[Any] = []
    dim = 0
    for k in _expand(key if isinstance(key, tuple) else (key,), t.ndim):
        if isinstance(k, slice) and (step := _index(k.step)) is not None and step < 0:
            first, stop, step = slice(_index(k.start), _index(k.stop), step).indices(t.shape[dim])
            count = len(range(first, stop, step))
            k = slice(first + (count - 1) * step, first + 1, -step) if count else slice(0, 0)
        out.append(k)
        dim += k is not None
    return tuple(out)


def _reversed_like(key: Any, new: Any, t: Any) -> Any:
    """The values in the order of the turned-round view."""
    if isinstance(new, np.ndarray):
        return t
    dims, out = [], 0
    for k in _expand(key if isinstance(key, tuple) else (key,), new.ndim):
        if isinstance(k, slice) and k.step is not None and _index(k.step) < 0:
            dims.append(out)
        out += k is None or isinstance(k, slice)
    offset = out - t.ndim
    return t.flip([d - offset for d in dims if d - offset >= 0 and t.shape[d - offset] > 1]) if dims else t


Tensor.__getitem__ = _getitem  # type: ignore[attr-defined]
Variable.__getitem__ = _getitem_variable  # type: ignore[attr-defined]
