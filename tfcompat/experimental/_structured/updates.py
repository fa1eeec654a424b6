"""Changing the fields of a StructuredTensor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WHO = "`StructuredTensor.with_updates`"


def with_updates(records: Any, updates: Mapping[Any, Any], validate: bool) -> Any:
    """The records with the fields at these paths set, changed by a function, or (None) deleted."""
    if not updates:
        return records
    by_path = {}
    for key, value in updates.items():
        path = tuple(key) if isinstance(key, (list, tuple)) else (key,)
        if not path or not all(isinstance(name, str) for name in path):
            raise ValueError(f"{_WHO} takes names and paths of names, got {key!r}.")
        if path in by_path:
            raise ValueError(f"{_WHO} does not allow updates to the same field twice: {path}.")
        by_path[path] = value
    for path in by_path:
        if any(path[:n] in by_path for n in range(1, len(path))):
            raise ValueError(f"{_WHO} does not allow both parent and child nodes to be updated: {path}.")
    return _updated(records, by_path, (), validate)


def _updated(records: Any, updates: Mapping[tuple[str, ...], Any], prefix: tuple[str, ...], validate: bool) -> Any:
    fields = dict(records._fields)
    nested: dict[str, dict[tuple[str, ...], Any]] = {}
    for path, value in updates.items():
        name, full = path[0], prefix + path
        if len(path) > 1:
            nested.setdefault(name, {})[path[1:]] = value
        elif callable(value):
            if name not in fields:
                raise ValueError(
                    f"{_WHO} cannot update the field {full} because a transforming function was given, but that field "
                    "does not already exist."
                )
            fields[name] = value(fields[name])
        elif value is not None:
            fields[name] = value
        elif fields.pop(name, None) is None:
            raise ValueError(f"{_WHO} cannot delete field {full} because it is not present.")
    for name, inner in nested.items():
        parent = fields.get(name)
        if not isinstance(parent, type(records)):
            first = (*prefix, name, *next(iter(inner)))
            reason = "is not set" if parent is None else "is not a `StructuredTensor`"
            raise ValueError(f"{_WHO} cannot create new sub-field {first} if parent field {(*prefix, name)} {reason}.")
        fields[name] = _updated(parent, inner, (*prefix, name), validate)
    if not fields:
        return records.from_shape(records._ragged_shape)
    try:
        return records.from_fields(fields, records.shape, validate=validate)
    except ValueError as e:
        raise ValueError(f"{_WHO} failed") from e
