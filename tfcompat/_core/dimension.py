"""Dimension: what the elements of a TensorShape were in TensorFlow 1 (`tf.compat.v1.Dimension`)."""

import operator
from collections.abc import Callable
from typing import Any


class Dimension:
    """The size of one dimension, possibly unknown (`tf.compat.v1.Dimension`).

    `value` is an int or None. Arithmetic with an unknown dimension gives an unknown one, and a comparison with an
    unknown dimension gives None. TypeError for a value that is no integer, ValueError for a negative one.
    """

    __slots__ = ("_value",)

    def __init__(self, value: Any):
        self._value = dimension_size(value)

    @property
    def value(self) -> int | None:
        """The size, or None if unknown."""
        return self._value

    def __repr__(self) -> str:
        return f"Dimension({self._value!r})"

    def __str__(self) -> str:
        return "?" if self._value is None else str(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __int__(self) -> int:
        return self._value  # type: ignore[return-value]  # Python raises the TypeError for None

    __index__ = __int__

    def __reduce__(self):
        return as_dimension, (self._value,)

    def is_compatible_with(self, other: Any) -> bool:
        """Whether the sizes are equal or one of them is unknown."""
        other = dimension_size(other)
        return self._value is None or other is None or self._value == other

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError if the sizes are known and differ."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {other} are not compatible")

    def merge_with(self, other: Any) -> "Dimension":
        """The dimension that is known if either of the two is; ValueError if they are known and differ."""
        other = as_dimension(other)
        self.assert_is_compatible_with(other)
        return Dimension(other.value if self._value is None else self._value)

    def _compare(self, compare: Callable[[Any, Any], bool], other: Any) -> Any:
        other = dimension_size(other)
        return None if self._value is None or other is None else compare(self._value, other)

    def _combine(self, combine: Callable[[Any, Any], int], other: Any, swap: bool = False) -> "Dimension":
        other = dimension_size(other)
        if self._value is None or other is None:
            return Dimension(None)
        return Dimension(combine(other, self._value) if swap else combine(self._value, other))

    # Defining __eq__ alone makes dimensions unhashable, as TensorFlow's are: unknown ones are not equal to themselves.
    def __eq__(self, other: object) -> Any:
        try:
            return self._compare(operator.eq, other)
        except (TypeError, ValueError):
            return NotImplemented

    def __ne__(self, other: object) -> Any:
        try:
            return self._compare(operator.ne, other)
        except (TypeError, ValueError):
            return NotImplemented

    def __lt__(self, other: Any) -> bool | None:
        return self._compare(operator.lt, other)

    def __le__(self, other: Any) -> bool | None:
        return self._compare(operator.le, other)

    def __gt__(self, other: Any) -> bool | None:
        return self._compare(operator.gt, other)

    def __ge__(self, other: Any) -> bool | None:
        return self._compare(operator.ge, other)

    def _arithmetic(self, combine: Callable[[Any, Any], int], other: Any) -> Any:
        """As `_combine`, but leaves what is no dimension to the other operand's method."""
        try:
            other = as_dimension(other)
        except (TypeError, ValueError):
            return NotImplemented
        return self._combine(combine, other)

    def __add__(self, other: Any) -> "Dimension":
        return self._arithmetic(operator.add, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> "Dimension":
        return self._arithmetic(operator.sub, other)

    def __rsub__(self, other: Any) -> "Dimension":
        return self._combine(operator.sub, other, swap=True)

    def __mul__(self, other: Any) -> "Dimension":
        return self._arithmetic(operator.mul, other)

    __rmul__ = __mul__

    def __floordiv__(self, other: Any) -> "Dimension":
        return self._arithmetic(operator.floordiv, other)

    def __rfloordiv__(self, other: Any) -> "Dimension":
        return self._combine(operator.floordiv, other, swap=True)

    def __mod__(self, other: Any) -> "Dimension":
        return self._combine(operator.mod, other)

    def __rmod__(self, other: Any) -> "Dimension":
        return self._combine(operator.mod, other, swap=True)

    def __truediv__(self, other: Any) -> "Dimension":
        kind = type(other).__name__
        raise TypeError(f"unsupported operand type(s) for /: 'Dimension' and '{kind}', please use // instead")

    def __rtruediv__(self, other: Any) -> "Dimension":
        kind = type(other).__name__
        raise TypeError(f"unsupported operand type(s) for /: '{kind}' and 'Dimension', please use // instead")


Dimension.__module__ = "tensorflow.python.framework.tensor_shape"


def as_dimension(value: Any) -> Dimension:
    """Returns `value` if it is a Dimension, else `Dimension(value)`."""
    return value if isinstance(value, Dimension) else Dimension(value)


def dimension_size(value: Any) -> int | None:
    """Returns the size that `value` (an integer, a Dimension or None) stands for, checked."""
    if value is None:
        return None
    if isinstance(value, Dimension):
        return value._value
    if not isinstance(value, int):
        try:
            value = value.__index__()
        except AttributeError:
            raise TypeError(
                "Dimension value must be integer or None or have an __index__ method, "
                f"got value '{value!r}' with type '{type(value)!r}'"
            ) from None
    if value < 0:
        raise ValueError(f"Dimension {value} must be >= 0")
    return value


def dimension_value(dimension: Dimension | int | None) -> int | None:
    """Returns the int or None that an element of a TensorShape is (`tf.compat.dimension_value`)."""
    return dimension.value if isinstance(dimension, Dimension) else dimension
