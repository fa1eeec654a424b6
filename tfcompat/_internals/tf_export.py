"""tensorflow.python.util.tf_export: decorators that note under which public names a symbol is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def tf_export(*names: str, v1: Sequence[str] | None = None, allow_multiple_exports: bool = True) -> Callable[[T], T]:
    """Notes `names` in the symbol's `_tf_api_names`, and `v1` (else `names`) in `_tf_api_names_v1`.

    With `allow_multiple_exports` False, a symbol that has names already raises ValueError.
    """

    def note(symbol: T) -> T:
        if not allow_multiple_exports and "_tf_api_names" in vars(symbol):
            raise ValueError(f"tf_export: {symbol!r} is already exported as {vars(symbol)['_tf_api_names']}")
        symbol._tf_api_names = names  # type: ignore[attr-defined]
        symbol._tf_api_names_v1 = names if v1 is None else tuple(v1)  # type: ignore[attr-defined]
        return symbol

    return note


keras_export = tf_export
