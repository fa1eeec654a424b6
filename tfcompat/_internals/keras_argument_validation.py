"""keras.src.utils.argument_validation: what layers check about their arguments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["standardize_padding", "standardize_tuple", "validate_string_arg"]


def standardize_tuple(value: Any, n: int, name: str, allow_zero: bool = False) -> tuple[int, ...]:
    """`value`, an integer for all or `n` of them, as a tuple; ValueError for others and for those below 1 (or 0)."""
    wrong = f"The `{name}` argument must be a tuple of {n} integers. Received {name}={value}"
    if isinstance(value, int):
        sizes: tuple[Any, ...] = (value,) * n
    elif not hasattr(value, "__iter__"):
        raise ValueError(wrong)
    else:
        sizes = tuple(value)
    if len(sizes) != n:
        raise ValueError(wrong)
    for size in sizes:
        try:
            int(size)
        except (TypeError, ValueError):
            raise ValueError(f"{wrong} including element {size} of type {type(size)}") from None
    low = {size for size in sizes if size < (0 if allow_zero else 1)}
    if low:
        raise ValueError(
            f"{wrong}, including values {low} that do not satisfy `value {'>= 0' if allow_zero else '> 0'}`"
        )
    return sizes


def standardize_padding(value: Any, allow_causal: bool = False) -> Any:
    """A padding's name in lower case, and a list or tuple as it is; ValueError for another name."""
    if isinstance(value, (list, tuple)):
        return value
    allowed = {"valid", "same", "causal"} if allow_causal else {"valid", "same"}
    if value.lower() not in allowed:
        raise ValueError(
            f"The `padding` argument must be a list/tuple or one of {sorted(allowed)}. Received: {value.lower()}"
        )
    return value.lower()


def validate_string_arg(
    value: Any,
    allowable_strings: Iterable[str],
    caller_name: str,
    arg_name: str,
    allow_none: bool = False,
    allow_callables: bool = False,
) -> None:
    """ValueError unless `value` is one of the strings, or None or a function where those are allowed."""
    if (allow_none and value is None) or (allow_callables and callable(value)):
        return
    if not isinstance(value, str) or value not in allowable_strings:
        raise ValueError(
            f"Unknown value for `{arg_name}` argument of {caller_name}. Allowed values are: {allowable_strings}. "
            f"Received: {arg_name}={value}"
        )
