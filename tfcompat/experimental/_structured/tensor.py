"""tf.experimental.StructuredTensor: a tensor of records, each of whose fields is a tensor of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

from tfcompat._arrays import shaping
from tfcompat._core.extension_type import BatchableExtensionType
from tfcompat._core.shapes import TensorShape, as_shape
from tfcompat._core.tensor import Tensor
from tfcompat._ragged.conversion import merged
from tfcompat._ragged.dynamic_shape import DynamicRaggedShape
from tfcompat._ragged.public_partition import RowPartition
from tfcompat._ragged.tensor import RaggedTensor, to_tensor_or_ragged
from tfcompat.experimental._structured import updates as field_updates


class StructuredTensor(BatchableExtensionType):
    """A tensor of records (tf.experimental.StructuredTensor): dicts, or lists of dicts, of the same fields.

    Every field is a tensor, ragged tensor or StructuredTensor whose outer dimensions are those of the records. Made by
    `from_pyval`, `from_fields` and their like; `st[0]["age"]` is an element's field, `st.field_value("age")` all.
    """

    FieldName = Union[str, Sequence[str]]  # noqa: UP007 - TensorFlow's is a typing.Union

    _fields: Mapping[str, Union[RaggedTensor, StructuredTensor, Tensor]]  # noqa: UP007
    _ragged_shape: DynamicRaggedShape
    __name__ = "tf.StructuredTensor"

    def __init__(self, fields: Mapping[str, Any], ragged_shape: DynamicRaggedShape) -> None:
        self._fields = fields
        self._ragged_shape = ragged_shape

    # ---- factories ----

    @classmethod
    def from_shape(cls, ragged_shape: DynamicRaggedShape) -> StructuredTensor:
        """Records without fields, of this shape."""
        return cls({}, ragged_shape)

    @classmethod
    def from_fields(
        cls,
        fields: Mapping[str, Any],
        shape: Any = (),
        nrows: Any = None,
        row_partitions: Sequence[RowPartition] | None = None,
        validate: bool = False,
    ) -> StructuredTensor:
        """The records of shape `shape` that have these fields, tensor-likes whose outer dimensions are `shape`.

        nrows, row_partitions: the number of records and how they are divided into rows, where no field tells.
        validate: whether all fields are checked to be divided alike. ValueError or TypeError where they don't fit.
        """
        wanted = as_shape(shape)
        if wanted.rank is None:
            raise ValueError("StructuredTensor's shape must have known rank.")
        values = _converted(fields)
        for value in values.values():
            wanted = wanted.merge_with(value.shape[: wanted.rank])
        ragged = _given_shape(wanted, nrows, row_partitions)
        if values:
            ragged = _common_shape(values, wanted.rank, validate)
        elif ragged is None:
            raise ValueError(f"A StructuredTensor without fields needs a fully known shape, got {wanted}.")
        return cls(values, ragged)

    @classmethod
    def from_fields_and_rank(
        cls, fields: Mapping[str, Any], rank: int, validate: bool = False, dtype: Any = None
    ) -> StructuredTensor:
        """The records of so many dimensions that have these fields, of which there is at least one: else ValueError."""
        if not fields:
            raise ValueError("Must provide at least one field")
        if not isinstance(rank, int) or rank < 0:
            raise ValueError(f"rank must be a non-negative integer, got {rank!r}")
        values = _converted(fields)
        made = cls(values, _common_shape(values, rank, validate))
        return made if dtype is None else made.with_shape_dtype(dtype)

    @classmethod
    def from_pyval(cls, pyval: Any, typespec: Any = None) -> Any:
        """The records of a dict, or of a nested list of dicts; a tensor for lists without dicts.

        typespec: the spec of the result, where the values do not tell, as for empty lists. ValueError that names the
        path to a value that no tensor can be made of.
        """
        from tfcompat.experimental._structured.pyval import from_pyval

        return from_pyval(pyval, typespec)

    # ---- what it is ----

    @property
    def rank(self) -> int:
        """How many dimensions the records are laid out in."""
        return self._ragged_shape.rank

    @property
    def shape(self) -> TensorShape:
        """The static shape of the records."""
        return _static_shape(self._ragged_shape)

    @property
    def row_partitions(self) -> tuple[RowPartition, ...]:
        """How the records are divided into rows, one partition for each dimension but the first."""
        found = list(self._ragged_shape.row_partitions)
        if self.rank <= 1:
            return ()
        count = found[-1].nvals() if found else self._ragged_shape[0]
        for axis in range(len(found) + 1, self.rank):
            length = self._ragged_shape[axis]
            found.append(RowPartition.from_uniform_row_length(length, nrows=count))
            count = count * length
        return tuple(found)

    def nrows(self) -> Any:
        """The number of rows, a scalar; None for a single record."""
        return None if self.rank == 0 else self._ragged_shape[0]

    def with_shape_dtype(self, dtype: Any) -> StructuredTensor:
        """The same records with row partitions of another dtype."""

        def change(value: Any) -> Any:
            if isinstance(value, StructuredTensor):
                return value.with_shape_dtype(dtype)
            return value.with_row_splits_dtype(dtype) if isinstance(value, RaggedTensor) else value

        fields = {name: change(value) for name, value in self._fields.items()}
        return StructuredTensor(fields, self._ragged_shape.with_dtype(dtype))

    def field_names(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(self._fields)

    def field_value(self, field_name: Any) -> Any:
        """The values of a field for all records; a path goes on into nested records. KeyError where there is none."""
        if isinstance(field_name, (list, tuple)):
            value: Any = self
            for name in field_name:
                if not isinstance(value, StructuredTensor):
                    raise KeyError(f"Field path {tuple(field_name)} not found in {self}")
                value = value.field_value(name)
            return value
        return self._fields[field_name]

    # ---- slicing ----

    def __getitem__(self, key: Any) -> Any:
        """Records by position, and then one field by name; more positions go on into that field."""
        keys = tuple(key) if isinstance(key, (list, tuple)) else (key,)
        if not keys:
            return self
        if self.rank == 0 and isinstance(keys[0], slice) and keys[0] == slice(None):
            return StructuredTensor({n: _sliced(v, keys[1:]) for n, v in self._fields.items()}, self._ragged_shape)
        if len(keys) <= self.rank:
            shape = DynamicRaggedShape.from_tensor(self._ragged_shape._filled(True)[keys], self._ragged_shape.dtype)
            return StructuredTensor({name: value[keys] for name, value in self._fields.items()}, shape)
        if not isinstance(keys[self.rank], str):
            raise ValueError("Key for indexing a StructuredTensor must be a string or a full slice (':')")
        return _sliced(self._fields[keys[self.rank]], keys[: self.rank] + keys[self.rank + 1 :])

    # ---- changing the dimensions ----

    def partition_outer_dimension(self, row_partition: RowPartition) -> StructuredTensor:
        """The records divided into rows: one dimension more; TypeError or ValueError where that can't be."""
        if not isinstance(row_partition, RowPartition):
            raise TypeError("row_partition must be a RowPartition.")
        self.shape.with_rank_at_least(1)
        shape = DynamicRaggedShape.from_tensor(
            _partitioned(self._ragged_shape._filled(True), row_partition), self._ragged_shape.dtype
        )
        return StructuredTensor({n: _partitioned(v, row_partition) for n, v in self._fields.items()}, shape)

    def merge_dims(self, outer_axis: int, inner_axis: int) -> StructuredTensor:
        """The records with the dimensions from `outer_axis` to `inner_axis` made one; ValueError for axes beyond."""
        outer, inner = (
            _axis(axis, self.rank, name) for axis, name in ((outer_axis, "outer_axis"), (inner_axis, "inner_axis"))
        )
        if outer > inner:
            raise ValueError(f"Expected outer_axis ({outer_axis}) to be less than inner_axis ({inner_axis})")
        if outer == inner:
            return self
        shape = DynamicRaggedShape.from_tensor(
            _merged(self._ragged_shape._filled(True), outer, inner), self._ragged_shape.dtype
        )
        return StructuredTensor({name: _merged(v, outer, inner) for name, v in self._fields.items()}, shape)

    # ---- changing the fields ----

    def with_updates(
        self, updates: Mapping[Any, Any | Callable[[Any], Any] | None], validate: bool = False
    ) -> StructuredTensor:
        """The records with some fields changed: by name or path, a new value, a function of the old one, or None.

        None deletes the field. ValueError for what is not there, or does not fit.
        """
        return field_updates.with_updates(self, updates, validate)

    def promote(self, source_path: Any, new_name: str) -> StructuredTensor:
        """The field of nested records, `source_path`, as a field `new_name` of the records that hold these.

        The dimensions of the nested records are merged with the field's own. ValueError for a path of one name.
        """
        path = tuple(source_path) if isinstance(source_path, (list, tuple)) else (source_path,)
        if len(path) < 2:
            raise ValueError("source_path must have length at least two")
        outer, inner = self.field_value(path[:-2]), self.field_value(path[:-1])
        value = self.field_value(path)
        last = min(inner.rank, len(value.shape) - 1)
        if outer.rank < last:
            value = _merged(value, outer.rank, last)
        return self.with_updates({(*path[:-2], new_name): value})

    # ---- Python values ----

    def to_pyval(self) -> Any:
        """The records as a dict, or as nested lists of dicts."""
        from tfcompat.experimental._structured.pyval import to_pyval

        return to_pyval(self)

    def __repr__(self) -> str:
        indent = "\n" + " " * 12
        fields = [f'\n        "{name}": {str(v).replace(chr(10), indent)}' for name, v in sorted(self._fields.items())]
        shown = ",".join(fields) if fields else "\n        "
        return f"<StructuredTensor(\n    fields={{{shown}}},\n    shape={self.shape})>"


StructuredTensor._tf_extension_type_fields()  # resolves its annotations, in this module, while it is called so
StructuredTensor.__module__ = "tensorflow.python.ops.structured.structured_tensor"


def _converted(fields: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(fields, Mapping):
        raise TypeError(f"fields must be a dictionary, got {type(fields).__name__}")
    for name in fields:
        if not isinstance(name, str):
            raise TypeError(f"Unexpected type for key in `fields`: {name}")
    return {
        name: value if isinstance(value, StructuredTensor) else to_tensor_or_ragged(value)
        for name, value in fields.items()
    }


def _field_shape(value: Any, rank: int) -> DynamicRaggedShape:
    """The shape of a field's outer dimensions; ValueError where it has fewer."""
    shape = value._ragged_shape if isinstance(value, StructuredTensor) else DynamicRaggedShape.from_tensor(value)
    if shape.rank < rank:
        raise ValueError(f"A field of rank {shape.rank} is too small for records of rank {rank}: got {value}.")
    return shape[:rank]


def _common_shape(values: Mapping[str, Any], rank: int | None, validate: bool) -> DynamicRaggedShape:
    """The shape of the records with these fields; the field that is most ragged tells."""
    shapes = [_field_shape(value, rank or 0) for value in values.values()]
    found = max(shapes, key=lambda shape: shape.num_row_partitions)
    static = _static_shape(found)
    for shape in shapes:
        static.assert_is_compatible_with(_static_shape(shape))
        if validate:
            from tfcompat._ragged.broadcasting import map_flat

            if found.num_row_partitions:
                map_flat(lambda p, q: p & q, found._filled(True), shape._filled(True))
    return found


def _given_shape(wanted: TensorShape, nrows: Any, row_partitions: Any) -> DynamicRaggedShape | None:
    """The shape that the arguments of from_fields tell, None where they don't."""
    if row_partitions:
        return DynamicRaggedShape.from_row_partitions(row_partitions)
    if wanted.rank == 1 and nrows is not None:
        return DynamicRaggedShape([], [nrows])
    return DynamicRaggedShape([], wanted.as_list()) if wanted.is_fully_defined() else None


def _static_shape(shape: DynamicRaggedShape) -> TensorShape:
    return TensorShape(shape.static_lengths(ragged_lengths=False))


def _sliced(value: Any, keys: tuple[Any, ...]) -> Any:
    return value[keys] if keys else value


def _partitioned(value: Any, partition: RowPartition) -> Any:
    if isinstance(value, StructuredTensor):
        return value.partition_outer_dimension(partition)
    length = partition.static_uniform_row_length
    if length is not None and not isinstance(value, RaggedTensor):
        return shaping.reshape(value, [-1 if length else partition.static_nrows, length, *value.shape.as_list()[1:]])
    return RaggedTensor._of(value, partition.with_dtype(_splits_dtype(value, partition))._inner)


def _splits_dtype(value: Any, partition: RowPartition) -> Any:
    return value.row_splits.dtype if isinstance(value, RaggedTensor) else partition.dtype


def _merged(value: Any, outer: int, inner: int) -> Any:
    dense = not isinstance(value, (RaggedTensor, StructuredTensor))
    return merged(value, outer, inner) if dense else value.merge_dims(outer, inner)


def _axis(axis: int, rank: int, name: str) -> int:
    if not -rank <= axis < rank:
        raise ValueError(f"{name}={axis} out of bounds: expected {-rank}<={name}<{rank}")
    return axis + rank if axis < 0 else axis
