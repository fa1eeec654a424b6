"""Names without a value: what stands for them while control flow is captured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn


class Undefined:
    """What a name holds that has not been assigned; any use of it is an UnboundLocalError."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def _fail(self, *args: Any) -> NoReturn:
        raise UnboundLocalError(f"'{self.name}' is used before assignment")

    __getattr__ = __getitem__ = __call__ = __iter__ = __len__ = __bool__ = _fail
    __add__ = __radd__ = __sub__ = __mul__ = __truediv__ = __neg__ = __lt__ = __gt__ = __le__ = __ge__ = _fail

    def __repr__(self) -> str:
        return f"<undefined {self.name!r}>"


class _NotReturned:
    """What a function's value is before it returns."""

    def __repr__(self) -> str:
        return "<not returned>"


NOT_RETURNED = _NotReturned()


def is_missing(value: Any) -> bool:
    """Whether a value stands for none."""
    return type(value) is Undefined or value is NOT_RETURNED


def maybe(read: Callable[[], Any], name: str) -> Any:
    """The value of a name or attribute, or an `Undefined` where it has none."""
    try:
        return read()
    except (NameError, AttributeError, LookupError, TypeError):
        return Undefined(name)


def value_of(value: Any, name: str) -> Any:
    """The value of a name that may have none: then UnboundLocalError."""
    if type(value) is Undefined:
        raise UnboundLocalError(f"'{name}' is used before assignment")
    return value
