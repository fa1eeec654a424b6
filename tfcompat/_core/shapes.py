"""TensorShape: the possibly unknown shape of a tensor (`tf.TensorShape`)."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from tfcompat._core.dimension import Dimension, as_dimension, dimension_size
from tfcompat._core.trace_type import StaticTraceType, TraceType

_new = object.__new__

# Whether elements of a shape are ints; after disable_v2_tensorshape they are Dimensions.
_elements_are_ints = True


def enable_v2_tensorshape() -> None:
    """Makes the elements of a TensorShape ints, the default (`tf.compat.v1.enable_v2_tensorshape`)."""
    global _elements_are_ints
    _elements_are_ints = True


def disable_v2_tensorshape() -> None:
    """Makes the elements of a TensorShape Dimensions (`tf.compat.v1.disable_v2_tensorshape`)."""
    global _elements_are_ints
    _elements_are_ints = False


class TensorShape(StaticTraceType):
    """The shape of a tensor (`tf.TensorShape`): fully known, of known rank with some sizes None, or unknown.

    `dims` is an iterable of sizes (int, None, Dimension, or anything with `__index__`), one size (for rank 1), another
    TensorShape, a TensorShapeProto, or None for unknown rank. TypeError for sizes that are no integers, ValueError for
    negative ones. Shapes are immutable and hashable.
    """

    __slots__ = ("__weakref__", "_dims")

    _dims: tuple[int | None, ...] | None

    def __init__(self, dims: Any):
        if isinstance(dims, (tuple, list)):
            self._dims = tuple([d if type(d) is int and d >= 0 else dimension_size(d) for d in dims])
        elif dims is None:
            self._dims = None
        elif isinstance(dims, TensorShape):
            self._dims = dims._dims
        elif hasattr(dims, "unknown_rank"):  # a TensorShapeProto
            self._dims = None if dims.unknown_rank else tuple([None if d.size == -1 else d.size for d in dims.dim])
        else:
            self._dims = _sizes_of(dims)

    @staticmethod
    def _of(dims: tuple) -> "TensorShape":
        """Makes a shape of a tuple (or torch.Size) whose sizes are known to be valid; `Tensor.shape` calls it."""
        self = _new(TensorShape)
        self._dims = dims
        return self

    @property
    def rank(self) -> int | None:
        """The number of dimensions, or None if unknown."""
        return None if self._dims is None else len(self._dims)

    ndims = rank

    @property
    def dims(self) -> list[Dimension] | None:
        """The sizes as a list of Dimensions, or None if the rank is unknown. `as_list()` gives ints."""
        return None if self._dims is None else [as_dimension(d) for d in self._dims]

    def as_list(self) -> list[int | None]:
        """The sizes as a list of ints and Nones; ValueError if the rank is unknown."""
        if self._dims is None:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self._dims)

    def as_proto(self) -> Any:
        """This shape as a TensorShapeProto. Not supported: raises NotImplementedError."""
        return self.experimental_as_proto()

    def num_elements(self) -> int | None:
        """The number of elements of a tensor of this shape, or None unless it is fully defined."""
        if self._dims is None or None in self._dims:
            return None
        return math.prod(self._dims)  # type: ignore[arg-type]

    def is_fully_defined(self) -> bool:
        """Whether the rank and every size are known."""
        return self._dims is not None and None not in self._dims

    def __repr__(self) -> str:
        if self._dims is None:
            return "TensorShape(None)"
        return f"TensorShape({self._elements()})"

    def __str__(self) -> str:
        if self._dims is None:
            return "<unknown>"
        comma = "," if len(self._dims) == 1 else ""
        return f"({', '.join(map(str, self._elements()))}{comma})"

    def _elements(self) -> list:
        assert self._dims is not None
        return list(self._dims) if _elements_are_ints else [Dimension(d) for d in self._dims]

    def __len__(self) -> int:
        if self._dims is None:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        return len(self._dims)

    def __bool__(self) -> bool:
        return self._dims is not None

    def __iter__(self) -> Iterator:
        if self._dims is None:
            raise ValueError("Cannot iterate over a shape with unknown rank.")
        return iter(self._dims if _elements_are_ints else self._elements())

    def __getitem__(self, key: Any) -> Any:
        """An int or None for an index, a TensorShape for a slice; of unknown rank both know only what `key` tells."""
        if isinstance(key, slice):
            return self._of_unknown_rank(key) if self._dims is None else TensorShape._of(self._dims[key])
        size = None if self._dims is None else self._dims[key]
        return size if _elements_are_ints else Dimension(size)

    @staticmethod
    def _of_unknown_rank(key: slice) -> "TensorShape":
        if key.step is not None:
            raise ValueError("Steps are not yet handled")
        start = 0 if key.start is None else key.start
        if key.stop is None or start < 0 or key.stop < 0:
            return unknown_shape()
        return unknown_shape(rank=key.stop - start)

    def __eq__(self, other: object) -> bool:
        if type(other) is not TensorShape:
            try:
                other = TensorShape(other)
            except TypeError:
                return NotImplemented
        return self._dims == other._dims

    def __hash__(self) -> int:
        return hash(self._dims)

    def __reduce__(self):
        return as_shape, (None if self._dims is None else list(self._dims),)

    def concatenate(self, other: Any) -> "TensorShape":
        """This shape's dimensions followed by `other`'s; of unknown rank if either is."""
        other = as_shape(other)
        if self._dims is None or other._dims is None:
            return unknown_shape()
        # Unpacked, since a torch.Size refuses to be added to a tuple that holds None.
        return TensorShape._of((*self._dims, *other._dims))

    __concat__ = concatenate

    def __add__(self, other: Any) -> "TensorShape":
        return self.concatenate(other)

    def __radd__(self, other: Any) -> "TensorShape":
        return as_shape(other).concatenate(self)

    def merge_with(self, other: Any) -> "TensorShape":
        """The shape that knows what either of the two knows; ValueError if they contradict each other."""
        other = as_shape(other)
        if self._dims is None:
            return other
        if other._dims is None:
            return self
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are not compatible")
        pairs = zip(self._dims, other._dims, strict=True)
        return TensorShape._of(tuple([theirs if mine is None else mine for mine, theirs in pairs]))

    def assert_same_rank(self, other: Any) -> None:
        """Raises ValueError if the ranks are known and differ."""
        other = as_shape(other)
        if self.rank is not None and other.rank is not None and self.rank != other.rank:
            raise ValueError(f"Shapes {self} and {other} must have the same rank")

    def assert_has_rank(self, rank: int) -> None:
        """Raises ValueError unless the rank is `rank` or unknown."""
        if self.rank not in (None, rank):
            raise ValueError(f"Shape {self} must have rank {rank}")

    def with_rank(self, rank: int) -> "TensorShape":
        """This shape if it has rank `rank`, an all-None shape of that rank if its own is unknown, else ValueError."""
        try:
            return self.merge_with(unknown_shape(rank=rank))
        except ValueError:
            raise ValueError(f"Shape {self} must have rank {rank}") from None

    def with_rank_at_least(self, rank: int) -> "TensorShape":
        """This shape; ValueError if its rank is known and less than `rank`."""
        if self.rank is not None and self.rank < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank: int) -> "TensorShape":
        """This shape; ValueError if its rank is known and more than `rank`."""
        if self.rank is not None and self.rank > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self

    def assert_is_fully_defined(self) -> None:
        """Raises ValueError unless the rank and every size are known."""
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def is_compatible_with(self, other: Any) -> bool:
        """Whether some fully defined shape fits both: equal ranks and sizes, apart from unknown ones."""
        other = as_shape(other)
        if self._dims is None or other._dims is None:
            return True
        if len(self._dims) != len(other._dims):
            return False
        pairs = zip(self._dims, other._dims, strict=True)
        return all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError if no fully defined shape fits both."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are incompatible")

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every tensor of this shape has shape `other`, too."""
        if not isinstance(other, TensorShape):
            return False
        if other._dims is None:
            return True
        if self._dims is None or len(self._dims) != len(other._dims):
            return False
        return all(theirs is None or mine == theirs for mine, theirs in zip(self._dims, other._dims, strict=True))

    def most_specific_common_supertype(self, others: Sequence[Any]) -> "TensorShape | None":
        """The shape that keeps the sizes on which this one and all `others` agree; of unknown rank if ranks differ.

        None if one of `others` is no TensorShape.
        """
        others = list(others)
        if not all(isinstance(other, TensorShape) for other in others):
            return None
        if self._dims is None or any(other.rank != self.rank for other in others):
            return unknown_shape()
        columns = zip(self._dims, *[other._dims for other in others], strict=True)
        return TensorShape._of(tuple([sizes[0] if len(set(sizes)) == 1 else None for sizes in columns]))

    def most_specific_compatible_shape(self, other: Any) -> "TensorShape":
        """The shape that keeps the sizes on which the two agree; of unknown rank if their ranks differ."""
        common = self.most_specific_common_supertype([as_shape(other)])
        assert common is not None
        return common


TraceType.register(TensorShape)
TensorShape.__module__ = "tensorflow.python.framework.tensor_shape"


def _sizes_of(dims: Any) -> tuple[int | None, ...]:
    try:
        sizes = iter(dims)
    except TypeError:
        return (dimension_size(dims),)
    checked = []
    for size in sizes:
        try:
            checked.append(dimension_size(size))
        except TypeError as error:
            raise TypeError(
                f"Failed to convert '{dims!r}' to a shape: '{size!r}' could not be converted to a dimension. A shape "
                "should either be single dimension (e.g. 10), or an iterable of dimensions (e.g. [1, 10, None])."
            ) from error
    return tuple(checked)


def as_shape(shape: Any) -> TensorShape:
    """Returns `shape` if it is a TensorShape, else `TensorShape(shape)`."""
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)


def unknown_shape(rank: int | None = None, **kwargs: Any) -> TensorShape:
    """Returns a shape of unknown rank, or of the given rank with unknown sizes; `ndims` is an old name of `rank`."""
    if rank is None and "ndims" in kwargs:
        rank = kwargs.pop("ndims")
    if kwargs:
        raise TypeError(f"Unknown argument: {kwargs}")
    return TensorShape(None) if rank is None else TensorShape._of((None,) * rank)


def dimension_at_index(shape: TensorShape, index: int) -> Dimension:
    """Returns `shape.dims[index]`, or an unknown Dimension if the rank is unknown (`tf.compat.dimension_at_index`)."""
    if not isinstance(shape, TensorShape):
        raise AssertionError(f"shape must be a TensorShape, got {shape!r}")
    return Dimension(None) if shape._dims is None else Dimension(shape._dims[index])
