"""Nests of tensors' specs as StructuredValue messages: what functions take and return."""

from __future__ import annotations

from typing import Any

from tfcompat._formats.structures import encoded, structure_of


def encode(value: Any) -> Any:
    """The message of a nest; TypeError for what it can't hold."""
    try:
        return encoded(value)
    except TypeError as error:
        raise TypeError(
            f"A SavedModel in tfcompat can't hold a function that takes or returns {value!r}: {error}"
        ) from None


class UnknownSpec:
    """The spec of something that tfcompat has not, such as a dataset's iterator: no argument fits it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


def decode(proto: Any) -> Any:
    """The nest of a message, with an `UnknownSpec` for what tfcompat has not."""
    return structure_of(proto, UnknownSpec)
