"""What convolutions and pooling share: arguments for strides, dilations, padding and data formats, and their layouts.

A body works on tensors with the channels second, as torch's kernels take them. Channels that come last are brought
there by a view, whose memory format torch calls channels_last: no copy, and kernels that keep the format.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from tfcompat._core import errors
from tfcompat._core.ops import Invalid
from tfcompat._core.state import state

_LAST = {1: "NWC", 2: "NHWC", 3: "NDHWC"}
_FIRST = {1: "NCW", 2: "NCHW", 3: "NCDHW"}
_EXPLICIT = Sequence[tuple[int, int]]


def remembered(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` of numbers, strings and flat lists of them, which computes the same arguments' result only once.

    While a function is captured sizes may be symbolic, which are no keys to remember by.
    """
    cached = functools.lru_cache(maxsize=1024, typed=True)(function)

    @functools.wraps(function)
    def call(*args: Any) -> Any:
        if state.graph is None:
            key = [tuple(a) if type(a) is list else a for a in args]
            try:
                hash(tuple(key))
            except TypeError:  # nested lists, arrays
                return function(*args)
            return cached(*key)
        return function(*args)

    return call


def channels_first(data_format: str | None, n: int) -> bool:
    """Whether a data format of `n` spatial dimensions has its channels second; None means that they are last."""
    if data_format is None or data_format == _LAST[n] or (n == 1 and data_format == "NHWC"):
        return False
    if data_format == _FIRST[n] or (n == 1 and data_format == "NCHW"):
        return True
    if n == 1:
        raise ValueError(f'`data_format` must be "NWC" or "NCW". Received: data_format={data_format}')
    raise Invalid(
        f"Value for attr 'data_format' of \"{data_format}\" is not in the list of allowed values: "
        f'"{_LAST[n]}", "{_FIRST[n]}"'
    )


@remembered
def spatial(value: Any, n: int, first: bool, argument: str, default: int = 1) -> tuple[int, ...]:
    """The `n` spatial numbers of strides, dilations or a window: given as one, `n` or `n` + 2 numbers, or None.

    ValueError for another length; InvalidArgumentError where the numbers of the batch and the channels are not 1, and
    for numbers below 1.
    """
    if value is None:
        return (default,) * n
    numbers = [int(v) for v in np.ravel(np.asarray(value))]
    if len(numbers) == 1:
        numbers = numbers * n
    elif len(numbers) == n + 2:
        inner = numbers[2:] if first else numbers[1:-1]
        outer = numbers[:2] if first else [numbers[0], numbers[-1]]
        if outer != [1, 1]:
            raise Invalid(
                f"Current implementation does not yet support {argument} in the batch and depth dimensions.",
                errors.UnimplementedError,
            )
        numbers = inner
    elif len(numbers) != n:
        lengths = f"1, {n} or {n + 2}" if n > 1 else "1 or 3"
        raise ValueError(
            f"{argument} should be of length {lengths}. Received: {argument}={value} of length {len(numbers)}"
        )
    for v in numbers:
        if v < 1:
            raise Invalid(f"{argument.capitalize().removesuffix('s')} must be > 0, but got {v}")
    return tuple(numbers)


def every(value: Any, count: int, argument: str) -> list[int]:
    """`count` numbers, one for each dimension; TypeError for one number, InvalidArgumentError for another count."""
    if not isinstance(value, (list, tuple, np.ndarray)):
        raise TypeError(f"Expected list for '{argument}' argument, not {value!r}.")
    numbers = [int(v) for v in value]
    if len(numbers) != count:
        raise Invalid(f"{argument} must specify {count} dimensions, got {numbers}")
    return numbers


def named(padding: Any) -> str:
    """The padding of an op that takes no explicit numbers; TypeError for those."""
    if not isinstance(padding, str):
        raise TypeError(f"Expected string for argument 'padding' not {padding!r}.")
    return padding


def listed(padding: Any) -> Any:
    """The padding of an op that takes explicit numbers as a list; ValueError for the word that kernels use."""
    if padding == "EXPLICIT":
        raise ValueError(
            "'EXPLICIT' is not a valid value for `padding`. To use explicit padding, `padding` must be a list."
        )
    return padding


def padding_of(padding: Any, n: int, first: bool) -> str | _EXPLICIT:
    """ "SAME", "VALID" or the (before, after) pairs of the spatial dimensions, of a padding argument."""
    if isinstance(padding, str):
        if padding in ("SAME", "VALID"):
            return padding
        raise Invalid(
            f"Value for attr 'padding' of \"{padding}\" is not in the list of allowed values: "
            '"SAME", "VALID", "EXPLICIT"'
        )
    if not isinstance(padding, (list, tuple)):
        raise TypeError(f"Argument `padding` takes 'SAME', 'VALID' or a list of pairs, got {padding!r}.")
    for i, pair in enumerate(padding):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise ValueError(
                "When `padding` is a list, each element of `padding` must be a list/tuple of size 2. Received: "
                f"padding={padding} with element at index {i} of type {type(pair)}"
            )
    if len(padding) != n + 2:
        raise ValueError(f"When `padding` is a list, it must be of length {n + 2}. Received: padding={padding}")
    pairs = [(int(a), int(b)) for a, b in padding]
    if any(p < 0 for pair in pairs for p in pair):
        raise Invalid(f"All elements of explicit_paddings must be nonnegative, got {padding}")
    outer = pairs[:2] if first else [pairs[0], pairs[-1]]
    if outer != [(0, 0), (0, 0)]:
        raise Invalid(f"Nonzero explicit padding in the batch or depth dimensions is not supported, got {padding}")
    return pairs[2:] if first else pairs[1:-1]


class Window(NamedTuple):
    """One spatial dimension of a window: its size, step and dilation, and the padding before and after the input."""

    size: int
    stride: int
    dilation: int
    before: Any
    after: Any

    @property
    def extent(self) -> int:
        """How many elements the window spans."""
        return (self.size - 1) * self.dilation + 1

    def count(self, size: Any) -> Any:
        """How many windows there are over `size` elements: 0 or, where it is much too large, less for none."""
        room = size + self.before + self.after - self.extent + self.stride
        return room // self.stride if not isinstance(room, int) or room >= 0 else -(-room // self.stride)


@remembered
def windows(
    shape: Sequence[Any],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    padding: str | _EXPLICIT,
) -> list[Window]:
    """The windows over spatial dimensions of sizes `shape`."""
    found = []
    for i, (size, k, s, d) in enumerate(zip(shape, kernel, strides, dilations, strict=True)):
        if padding == "SAME":
            total = max((-(-size // s) - 1) * s + (k - 1) * d + 1 - size, 0)
            before, after = total // 2, total - total // 2
        elif padding == "VALID":
            before, after = 0, 0
        else:
            before, after = padding[i]  # type: ignore[misc,assignment]
        found.append(Window(k, s, d, before, after))
    return found


def nonnegative(sizes: Sequence[Any], frames: Sequence[Window]) -> None:
    """InvalidArgumentError where a window is too large for the input to have a result, even an empty one."""
    for length, f in zip(sizes, frames):
        size = f.count(length)
        if isinstance(size, int) and size < 0:
            raise Invalid(
                f"Computed output size would be negative: {size} [input_size: {length}, "
                f"effective_filter_size: {f.extent}, stride: {f.stride}]"
            )


def pad(x: torch.Tensor, pairs: Sequence[tuple[Any, Any]], value: float = 0.0) -> torch.Tensor:
    """`x` with its last dimensions padded by (before, after) pairs, which may be negative to crop."""
    if all(type(p) is int and p == 0 for pair in pairs for p in pair):
        return x
    flat = [p for pair in reversed(pairs) for p in pair]
    return torch.nn.functional.pad(x, flat, value=value)


_TO = {1: (0, 2, 1), 2: (0, 3, 1, 2), 3: (0, 4, 1, 2, 3)}
_FROM = {1: (0, 2, 1), 2: (0, 2, 3, 1), 3: (0, 2, 3, 4, 1)}
_KERNEL = {1: (2, 1, 0), 2: (3, 2, 0, 1), 3: (4, 3, 0, 1, 2)}


def to_channels_first(x: torch.Tensor, first: bool, n: int) -> torch.Tensor:
    """A view with the channels second."""
    return x if first else x.permute(_TO[n])


def from_channels_first(x: torch.Tensor, first: bool, n: int) -> torch.Tensor:
    """The view that puts the channels where the data format has them."""
    return x if first else x.permute(_FROM[n])


def kernel_first(w: torch.Tensor, n: int) -> torch.Tensor:
    """A view of a kernel [spatial..., in, out] as torch takes it: [out, in, spatial...]."""
    return w.permute(_KERNEL[n])
