"""Trace types: what `tf.function` keys its signatures on (`tf.types.experimental.TraceType`)."""

import abc
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, runtime_checkable


class PlaceholderContext:
    """Passed to `placeholder_value`; carries what a capture needs to make placeholders.

    `make_placeholder` makes a symbolic tensor of a TensorSpec. With `unnest_only`, specs stand for themselves: only the
    structure around them is built.
    """

    def __init__(self, make_placeholder: Callable[[Any], Any] | None = None, unnest_only: bool = False):
        self._make_placeholder = make_placeholder
        self.unnest_only = unnest_only

    def make_placeholder(self, spec: Any) -> Any:
        """A symbolic tensor of the TensorSpec `spec`; ValueError where no graph is being captured."""
        if self._make_placeholder is None:
            raise ValueError(f"There is no graph to make a placeholder for {spec!r} in.")
        return self._make_placeholder(spec)


class CastContext:
    """Passed to `cast`: with `allow_specs`, a spec passes in the place of a value of its type."""

    def __init__(self, allow_specs: bool = False):
        self.allow_specs = allow_specs


class TracingContext(abc.ABC):  # noqa: B024 - TensorFlow's has no members either
    """Passed to `__tf_tracing_type__`; carries what is common to one function call."""


class TraceType(abc.ABC):
    """The type of a `tf.function` argument, ordered by subtyping (`tf.types.experimental.TraceType`).

    A call reuses a captured graph if its arguments' types are subtypes of the graph's; otherwise the function is
    captured anew, perhaps for the most specific common supertype. Subclasses implement the abstract methods, and
    `to_tensors`, `from_tensors`, `flatten` and `cast` where their values contain tensors.
    """

    __slots__ = ()

    @abc.abstractmethod
    def is_subtype_of(self, other: Any) -> bool:
        """Whether every value of this type is a value of type `other`."""

    @abc.abstractmethod
    def most_specific_common_supertype(self, others: Sequence[Any]) -> "TraceType | None":
        """The most specific type that this one and all `others` are subtypes of, or None."""

    @abc.abstractmethod
    def placeholder_value(self, placeholder_context: PlaceholderContext) -> Any:
        """The value that stands for an argument of this type while a function is captured."""

    def to_tensors(self, value: Any) -> list:
        """The tensors inside `value`, in the order of `flatten()`; none by default."""
        return []

    def from_tensors(self, tensors: Iterator) -> Any:
        """Rebuilds a value, taking its tensors from the iterator; by default `placeholder_value`, taking none."""
        return self.placeholder_value(PlaceholderContext())

    def flatten(self) -> list["TraceType"]:
        """The types of the tensors inside values of this type; none by default."""
        return []

    def cast(self, value: Any, cast_context: CastContext) -> Any:
        """Converts `value` to this type; by default only the type's own placeholder value passes."""
        if value != self.placeholder_value(PlaceholderContext()):
            raise AssertionError(f"Can not cast {value!r} to type {self!r}")
        return value

    @abc.abstractmethod
    def __hash__(self) -> int: ...

    @abc.abstractmethod
    def __eq__(self, other: object) -> bool: ...


class Serializable:
    """Mixin of the trace types that TensorFlow writes to protocol buffers; tfcompat does not write or read those."""

    __slots__ = ()

    @classmethod
    def experimental_type_proto(cls) -> type:
        """The protocol buffer class that holds such types. Not supported: raises NotImplementedError."""
        raise NotImplementedError(f"tfcompat has no protocol buffer class for {cls.__name__}.")

    @classmethod
    def experimental_from_proto(cls, proto: Any) -> Any:
        """The type that `proto` holds. Not supported: raises NotImplementedError."""
        raise NotImplementedError(f"tfcompat can't read a {cls.__name__} from proto={type(proto).__name__}.")

    def experimental_as_proto(self) -> Any:
        """A protocol buffer of this type. Not supported: raises NotImplementedError."""
        raise NotImplementedError(f"tfcompat can't write {self!r} to a protocol buffer.")


class StaticTraceType(Serializable):
    """Mixin of the trace types that hold no tensors and stand for no value: DType and TensorShape.

    It is not an ABC, so that `isinstance(x, TensorShape)` stays as cheap as for any class.
    """

    __slots__ = ()

    def placeholder_value(self, placeholder_context: PlaceholderContext) -> None:
        """None: no argument has this type."""
        return None

    to_tensors = TraceType.to_tensors
    from_tensors = TraceType.from_tensors
    flatten = TraceType.flatten
    cast = TraceType.cast


@runtime_checkable
class SupportsTracingProtocol(Protocol):
    """Classes that name their own trace type (`tf.types.experimental.SupportsTracingProtocol`)."""

    @abc.abstractmethod
    def __tf_tracing_type__(self, context: TracingContext) -> TraceType:
        """Returns the trace type of this object."""
        raise NotImplementedError
