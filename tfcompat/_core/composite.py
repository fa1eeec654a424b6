"""CompositeTensor: the base of what is made of several tensors, such as ragged and sparse tensors."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tfcompat._core import structure
from tfcompat._core.dispatch import CompositeArgument

if TYPE_CHECKING:
    from tfcompat._core.type_spec import TypeSpec


_COMPONENTWISE = ("Identity", "StopGradient")


class CompositeTensor:
    """A value made of tensors (`tf.__internal__.CompositeTensor`).

    A subclass has `_type_spec`, a TypeSpec whose `_to_components` and `_from_components` take its values apart and put
    them together; `tf.nest` opens it so where `expand_composites` is true.
    """

    __slots__ = ()
    _is_tensor = True  # to tf.is_tensor

    @property
    def _type_spec(self) -> "TypeSpec":
        raise NotImplementedError(f"{type(self).__name__}._type_spec()")

    def _shape_invariant_to_type_spec(self, shape: Any) -> "TypeSpec":
        """The spec of values like this one, of shape `shape`, that a tf.while_loop may carry."""
        raise NotImplementedError(f"{type(self).__name__}._shape_invariant_to_type_spec")

    def _convert_variables_to_tensors(self) -> Any:
        """This value with tensors in the place of its variables; values that hold variables override it."""
        return self

    def _printed(self, summarize: int) -> str:
        """This value as tf.print shows it, with `summarize` elements at either end of a dimension (-1: all)."""
        return repr(self)

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        from tfcompat._core.convert import by_registered_function

        result = by_registered_function(self, dtype)
        if result is not NotImplemented:
            return result
        raise CompositeArgument(self)  # which lets an op ask `_dispatch_op`

    @classmethod
    def _dispatch_op(cls, name: str, function: Callable[..., Any], args: list[Any]) -> Any:
        """What `function(*args)`, the op with the kernel `name`, gives where composite tensors of this class are among
        its arguments; NotImplemented where the op takes none. By default some ops take their tensors one by one."""
        if name in _COMPONENTWISE:
            value, *options = args
            return structure.map_structure(lambda t: function(t, *options), value, expand_composites=True)
        if name == "ConcatV2" and len(args[0]) == 1 and isinstance(args[0][0], CompositeTensor):
            return args[0][0]
        return NotImplemented

    def _gradient_component(self) -> Any:
        """The tensor, perhaps a composite one, that stands for this value as a gradient's source or target; or several,
        in a structure."""
        raise ValueError(f"Type {type(self).__name__} is not supported as a gradient source or gradient target.")

    def _with_gradient_component(self, gradient: Any) -> Any:
        """The gradient of a value like this from that of its `_gradient_component`, which may be None."""
        raise ValueError(f"Type {type(self).__name__} is not supported as a gradient source.")

    def __tf_tracing_type__(self, context: Any) -> Any:
        return self._type_spec.__tf_tracing_type__(context)
