"""The shapes that convolutions and pooling give, of shapes in which sizes may be None; and their arguments' checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat.keras import _version

Shape = Sequence[int | None]


def tuple_of(value: Any, n: int, name: str, allow_zero: bool = False) -> tuple[int, ...]:
    """`value` as `n` ints, one int standing for all of them; ValueError, which names the argument, for others."""
    received = ": " if _version.is_legacy() else f" {name}="
    wanted = f"The `{name}` argument must be a tuple of {n} integers. Received{received}{value}"
    if isinstance(value, int):
        numbers: tuple[Any, ...] = (value,) * n
    else:
        try:
            numbers = tuple(value)
        except TypeError:
            raise ValueError(wanted) from None
        if len(numbers) != n:
            raise ValueError(wanted)
        for number in numbers:
            try:
                int(number)
            except (TypeError, ValueError):
                raise ValueError(f"{wanted}including element {number} of type {type(number)}") from None
    wrong = {v for v in numbers if v < 0 or (v == 0 and not allow_zero)}
    if wrong:
        condition = f"{'>=' if allow_zero else '>'} 0"
        if _version.is_legacy():
            raise ValueError(f"{wanted} including {wrong} that does not satisfy the requirement `{condition}`.")
        raise ValueError(f"{wanted}, including values {wrong} that do not satisfy `value {condition}`")
    return numbers


def padding_of(value: Any, causal: bool = False) -> Any:
    """`value` in lower case: "valid", "same" or, where `causal` allows it, "causal"; ValueError for others."""
    if isinstance(value, (list, tuple)):
        return value
    allowed = ("valid", "same", "causal") if causal else ("valid", "same")
    padding = value.lower()
    if padding not in allowed:
        raise ValueError(f"The `padding` argument must be a list/tuple or one of {set(allowed)}. Received: {padding}")
    return padding


def split(shape: Shape, data_format: str) -> tuple[Any, list[int | None], Any]:
    """The batch size, the spatial sizes and the channels of a shape."""
    if data_format == "channels_last":
        return shape[0], list(shape[1:-1]), shape[-1]
    return shape[0], list(shape[2:]), shape[1]


def join(batch: Any, sizes: Sequence[int | None], channels: Any, data_format: str) -> tuple[int | None, ...]:
    """The shape with these parts."""
    return (batch, *sizes, channels) if data_format == "channels_last" else (batch, channels, *sizes)


def _each(value: Any, n: int) -> tuple[int, ...]:
    return (value,) * n if isinstance(value, int) else tuple(value)


def _slid(size: int | None, window: int, stride: int, padding: str) -> int | None:
    """How many windows spanning `window` elements there are over `size` elements."""
    if size is None:
        return None
    return (size - window) // stride + 1 if padding == "valid" else (size - 1) // stride + 1


def convolved(
    shape: Shape,
    filters: int | None,
    kernel_size: Sequence[int],
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: Any = 1,
) -> tuple[int | None, ...]:
    """The shape that a convolution gives; ValueError where the ranks differ or nothing would be left."""
    batch, sizes, channels = split(shape, data_format)
    kernel = (*kernel_size, channels, filters)
    if len(kernel) != len(shape):
        raise ValueError(
            f"Kernel shape must have the same length as input, but received kernel of shape {kernel} and input of "
            f"shape {tuple(shape)}."
        )
    n = len(sizes)
    steps, spread = _each(strides, n), _each(dilation_rate, n)
    if len(spread) != n:
        raise ValueError(
            "Dilation must be None, scalar or tuple/list of length of inputs' spatial shape, but received "
            f"`dilation_rate={dilation_rate}` and input of shape {tuple(shape)}."
        )
    if padding not in ("valid", "same", "causal"):
        raise ValueError(f"`padding` must be either `'valid'` or `'same'`. Received {padding}.")
    found = [
        _slid(size, (k - 1) * d + 1, s, padding)
        for size, k, s, d in zip(sizes, kernel_size, steps, spread, strict=True)
    ]
    if any(size is not None and size <= 0 for size in found):
        raise ValueError(
            f"Computed output size would be zero or negative. Received `inputs shape={tuple(shape)}`, `kernel "
            f"shape={kernel}`, `dilation_rate={spread}`, `strides={strides}`, `padding={padding}`."
        )
    return join(batch, found, filters, data_format)


def pooled(
    shape: Shape,
    pool_size: Sequence[int],
    strides: Sequence[int] | None,
    padding: str = "valid",
    data_format: str = "channels_last",
) -> tuple[int | None, ...]:
    """The shape that pooling gives; ValueError where nothing would be left or the padding is no word for one."""
    batch, sizes, channels = split(shape, data_format)
    if padding not in ("valid", "same"):
        raise ValueError(f"Argument `padding` must be either 'valid' or 'same'. Received: padding={padding}")
    steps = pool_size if strides is None else strides
    found = [_slid(size, k, s, padding) for size, k, s in zip(sizes, pool_size, steps)]
    if any(size is not None and size <= 0 for size in found):
        raise ValueError(
            f"Computed output size would be zero or negative. Received: `inputs.shape={tuple(shape)}`, "
            f"`pool_size={pool_size}`, `strides={strides}`, `padding={padding}`."
        )
    return join(batch, found, channels, data_format)


def _spread(size: Any, kernel: int, stride: int, dilation: int, padding: str, extra: int | None) -> Any:
    """The size that a transposed convolution makes of `size`."""
    if size is None:
        return None
    extent = (kernel - 1) * dilation + 1
    if padding == "valid":
        return (size - 1) * stride + extent + (max(stride - extent, 0) if extra is None else extra)
    return size * stride if extra is None else (size - 1) * stride + extent % 2 + extra


def transposed(
    shape: Sequence[Any],
    filters: int | None,
    kernel_size: Sequence[int],
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: str = "channels_last",
    dilation_rate: Any = 1,
) -> list[Any]:
    """The shape that a transposed convolution gives."""
    batch, sizes, _ = split(shape, data_format)
    n = len(sizes)
    if padding.lower() not in ("valid", "same"):
        raise ValueError(f"The `padding` argument must be one of 'valid', 'same'. Received: padding={padding}")
    extra = (None,) * n if output_padding is None else _each(output_padding, n)
    found = [
        _spread(size, k, s, d, padding.lower(), e)
        for size, k, s, d, e in zip(sizes, kernel_size, _each(strides, n), _each(dilation_rate, n), extra)
    ]
    return list(join(batch, found, filters, data_format))
