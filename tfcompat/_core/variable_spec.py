"""VariableSpec: the type of a tf.Variable."""

from collections.abc import Iterator, Sequence
from typing import Any

from tfcompat._core.dtypes import float32
from tfcompat._core.specs import DenseSpec
from tfcompat._core.trace_type import CastContext, PlaceholderContext
from tfcompat._core.type_spec import register_type_spec_from_value_converter
from tfcompat._core.variable import Variable


class VariableSpec(DenseSpec):
    """The type of a tf.Variable: its shape, dtype and whether it is trainable.

    Two specs with the same `alias_id` stand for the same variable; None leaves open which variable a spec means.
    """

    __slots__ = ("alias_id", "trainable")

    def __init__(self, shape: Any, dtype: Any = float32, trainable: bool = True, alias_id: int | None = None):
        super().__init__(shape, dtype)
        self.trainable = trainable
        self.alias_id = alias_id

    @property
    def value_type(self) -> type:
        """tf.Variable."""
        return Variable

    @classmethod
    def from_value(cls, value: Any) -> "VariableSpec":
        """The spec of the variable `value`."""
        return cls(value.shape, value.dtype, value.trainable)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether it is a variable or VariableSpec of this dtype and `trainable`, a compatible shape and the alias."""
        if not isinstance(spec_or_value, (type(self), self.value_type)):
            return False
        compatible = (
            self._shape.is_compatible_with(spec_or_value.shape)
            and self._dtype == spec_or_value.dtype
            and self.trainable == spec_or_value.trainable
        )
        if isinstance(spec_or_value, type(self)):
            return compatible and self.alias_id == spec_or_value.alias_id
        return compatible

    def is_subtype_of(self, other: Any) -> bool:
        """As TypeSpec's; NotImplementedError where just one of the two has an `alias_id`."""
        if type(self) is type(other):
            self._require_same_use_of_alias([other])
        return super().is_subtype_of(other)

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        """As TypeSpec's; NotImplementedError where some, but not all, have an `alias_id`."""
        others = list(others)
        if all(type(self) is type(other) for other in others):
            self._require_same_use_of_alias(others)
        return super().most_specific_common_supertype(others)

    def _require_same_use_of_alias(self, others: Sequence[Any]) -> None:
        if any((other.alias_id is None) != (self.alias_id is None) for other in others):
            raise NotImplementedError(
                f"VariableSpecs compare with alias_id in all or in none, got {self} and {others}."
            )

    def placeholder_value(self, placeholder_context: PlaceholderContext) -> Any:
        """What stands for the variable in the graph that is captured."""
        return self if placeholder_context.unnest_only else placeholder_context.make_placeholder(self)

    def to_tensors(self, value: Any) -> list:
        """A list of the variable alone: a graph takes it by reference."""
        return [self._to_components(value)]

    def from_tensors(self, tensors: Iterator) -> Any:
        """The iterator's next item."""
        return next(tensors)

    def cast(self, value: Any, cast_context: CastContext) -> Any:
        """`value` itself; AssertionError unless it is a variable."""
        return self._to_components(value)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(shape={self._shape}, dtype={self._dtype!r}, trainable={self.trainable!r}, "
            f"alias_id={self.alias_id!r})"
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, VariableSpec)
            and super().__eq__(other)
            and self.trainable == other.trainable
            and self.alias_id == other.alias_id
        )

    def __hash__(self) -> int:
        return hash((self._shape, self._dtype, self.trainable, self.alias_id))

    def _serialize(self) -> tuple:
        return self._shape, self._dtype, self.trainable, self.alias_id


register_type_spec_from_value_converter(Variable, VariableSpec.from_value, allow_subclass=True)
