"""CompositeTensor: the base of what is made of several tensors, such as ragged and sparse tensors."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfcompat._core.type_spec import TypeSpec


class CompositeTensor:
    """A value made of tensors (`tf.__internal__.CompositeTensor`).

    A subclass has `_type_spec`, a TypeSpec whose `_to_components` and `_from_components` take its values apart and put
    them together; `tf.nest` opens it so where `expand_composites` is true.
    """

    __slots__ = ()

    @property
    def _type_spec(self) -> "TypeSpec":
        raise NotImplementedError(f"{type(self).__name__}._type_spec()")

    def _shape_invariant_to_type_spec(self, shape: Any) -> "TypeSpec":
        """The spec of values like this one, of shape `shape`, that a tf.while_loop may carry."""
        raise NotImplementedError(f"{type(self).__name__}._shape_invariant_to_type_spec")

    def _convert_variables_to_tensors(self) -> Any:
        """This value with tensors in the place of its variables; values that hold variables override it."""
        return self

    def __tf_tracing_type__(self, context: Any) -> Any:
        return self._type_spec.__tf_tracing_type__(context)
