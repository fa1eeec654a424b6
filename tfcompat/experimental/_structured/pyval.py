"""StructuredTensors from dicts and lists, and back."""

from __future__ import annotations

from typing import Any

from tfcompat._core.convert import convert_to_tensor
from tfcompat._ragged.constants import constant as ragged_constant
from tfcompat._ragged.dynamic_shape import DynamicRaggedShape
from tfcompat._ragged.tensor import RaggedTensor
from tfcompat.experimental._structured.tensor import StructuredTensor

Path = tuple[Any, ...]


def from_pyval(pyval: Any, typespec: Any = None, path: Path = ()) -> Any:
    """The StructuredTensor of a dict or of nested lists of dicts, the tensor of anything else."""
    if isinstance(pyval, dict):
        return _from_dict(pyval, typespec, path)
    if not isinstance(pyval, (list, tuple)):
        return _from_value(pyval, typespec, path)
    names: dict[str, None] = {}
    depth = _depth_of_records(pyval, names)
    if depth is None:
        if isinstance(typespec, StructuredTensor.Spec):  # type: ignore[attr-defined]
            return _from_records(pyval, list(typespec._fields), typespec._ragged_shape.rank, typespec, path)
        return _from_value(pyval, typespec, path)
    return _from_records(pyval, list(names), depth, typespec, path)


def _from_dict(pyval: dict, typespec: Any, path: Path) -> StructuredTensor:
    specs = _field_specs(typespec, path)
    fields = {name: from_pyval(value, specs.get(name), (*path, name)) for name, value in pyval.items()}
    return StructuredTensor(fields, DynamicRaggedShape([], convert_to_tensor([], "int64")))


def _from_records(pyval: Any, names: list[str], rank: int, typespec: Any, path: Path) -> StructuredTensor:
    if not names:
        return StructuredTensor({}, DynamicRaggedShape.from_tensor(_from_value(_leaves_as(pyval, True), None, path)))
    specs = _field_specs(typespec, path)
    columns = {name: _column(pyval, name, rank) for name in names}
    fields = {name: from_pyval(column, specs.get(name), (*path, name)) for name, column in columns.items()}
    return StructuredTensor.from_fields_and_rank(fields, rank)


def _field_specs(typespec: Any, path: Path) -> dict[str, Any]:
    if typespec is None:
        return {}
    if not isinstance(typespec, StructuredTensor.Spec):  # type: ignore[attr-defined]
        raise ValueError(f"Value at {path} does not match typespec: {typespec!r}")
    return dict(typespec._fields)


def _column(pyval: Any, name: str, depth: int) -> Any:
    """One field of all records, in the records' lists."""
    return pyval[name] if depth == 0 else [_column(v, name, depth - 1) for v in pyval]


def _depth_of_records(pyval: Any, names: dict[str, None]) -> int | None:
    """How deep in lists the dicts are, whose keys are added to `names`; None where there are none.

    ValueError where they are at different depths, or beside other values.
    """
    if isinstance(pyval, dict):
        names.update(dict.fromkeys(pyval))
        return 0
    if not isinstance(pyval, (list, tuple)):
        return None
    depth, others = None, False
    for value in pyval:
        found = _depth_of_records(value, names)
        if found is None:
            others = others or not isinstance(value, (list, tuple)) or bool(value)
        elif depth is not None and found + 1 != depth:
            raise ValueError("Inconsistent depth of dictionaries")
        else:
            depth = found + 1
    if depth is not None and others:
        raise ValueError("Inconsistent depth of dictionaries")
    return depth


def _leaves_as(pyval: Any, value: Any) -> Any:
    return [_leaves_as(v, value) for v in pyval] if isinstance(pyval, (list, tuple)) else value


def _from_value(pyval: Any, typespec: Any, path: Path) -> Any:
    try:
        return _tensor(pyval, typespec)
    except Exception as e:
        raise ValueError(f"Error parsing path {path}") from e


def _tensor(pyval: Any, typespec: Any) -> Any:
    if typespec is None:
        return ragged_constant(pyval) if isinstance(pyval, (list, tuple)) else convert_to_tensor(pyval)
    if hasattr(typespec, "ragged_rank") and typespec.ragged_rank > 0:
        made = ragged_constant(
            pyval, typespec.dtype, typespec.ragged_rank, row_splits_dtype=typespec.row_splits_dtype.as_numpy_dtype
        )
    else:
        made = convert_to_tensor(pyval, typespec.dtype)
    if not typespec.is_compatible_with(made):
        raise ValueError(f"Value {pyval!r} does not match typespec: {typespec!r}")
    return made


def to_pyval(records: StructuredTensor) -> Any:
    """The records as a dict or nested lists of dicts."""
    columns = {name: _python(value, records.rank) for name, value in records._fields.items()}
    return _nodes(columns, _python(records._ragged_shape._filled(True), records.rank))


def _python(value: Any, rank: int) -> Any:
    if isinstance(value, StructuredTensor):
        return to_pyval(value)
    if isinstance(value, RaggedTensor):
        return value.to_list()
    return value.numpy() if rank == 0 and value.shape.rank == 0 else value.numpy().tolist()


def _nodes(columns: dict[str, Any], frame: Any) -> Any:
    """Records from their fields' columns, in lists like `frame`."""
    if not isinstance(frame, list):
        return columns
    return [_nodes({name: column[i] for name, column in columns.items()}, part) for i, part in enumerate(frame)]
