"""The assertions of tf.test.TestCase about tensors, arrays and nested structures of them."""

# ruff: noqa: PT009 - what unittest asserts is what a subclass of its TestCase builds on

from __future__ import annotations

import contextlib
import re
import unittest
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._core import errors, structure
from tfcompat._core.device_spec import DeviceSpec
from tfcompat._core.tensor import Tensor
from tfcompat._sparse import SparseTensor, SparseTensorValue

_LIMIT = 10  # elements shown in a message


class ArrayAssertions(unittest.TestCase):
    """Assertions that take tensors, variables, arrays, numbers and lists alike."""

    def evaluate(self, tensors: Any) -> Any:
        """The numpy values of a structure of tensors; of what a function returns where it is one."""
        if callable(tensors):
            tensors = tensors()
        return structure.map_structure(_value, tensors)

    def evaluate_if_both_tensors(self, a: Any, b: Any) -> tuple[Any, Any]:
        """The arguments: eager tensors have their values."""
        return a, b

    # ---- equality and closeness ----

    def assertAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """The shapes and all elements are equal; NaN equals NaN, text equals its UTF-8 bytes."""
        if _is_ragged(a) or _is_ragged(b):
            self.assertEqual(_as_list(a), _as_list(b), msg)
            return
        a, b = _comparable(_array(a)), _comparable(_array(b))
        self._assert_same_shape(a, b, msg)
        different = np.asarray(a != b)
        if a.dtype.kind in "fc" and b.dtype.kind in "fc":
            different = different & ~(np.isnan(a) & np.isnan(b))
        if np.any(different):
            self.fail(self._formatMessage(msg, f"Not equal:\n{_show(different, a, b)}"))

    def assertNotAllEqual(self, a: Any, b: Any, msg: str | None = None) -> None:
        """`assertAllEqual` fails."""
        try:
            self.assertAllEqual(a, b)
        except AssertionError:
            return
        self.fail(self._formatMessage(msg, "The two values are equal at all elements."))

    def assertAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None) -> None:
        """Two structures alike have elements with |a - b| <= atol + rtol * |b|; NaN is close to NaN.

        Dicts, lists, tuples and namedtuples are compared leaf by leaf. ValueError where only one is a dict, or where
        lists differ in length.
        """
        self._assert_close(a, b, rtol, atol, "", msg)

    def assertNotAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: str | None = None) -> None:
        """`assertAllClose` fails."""
        try:
            self.assertAllClose(a, b, rtol, atol)
        except AssertionError:
            return
        self.fail(self._formatMessage(msg, "The two values are close at all elements."))

    def assertAllCloseAccordingToType(
        self,
        a: Any,
        b: Any,
        rtol: float = 1e-6,
        atol: float = 1e-6,
        float_rtol: float = 1e-6,
        float_atol: float = 1e-6,
        half_rtol: float = 1e-3,
        half_atol: float = 1e-3,
        bfloat16_rtol: float = 1e-2,
        bfloat16_atol: float = 1e-2,
        msg: str | None = None,
    ) -> None:
        """`assertAllClose` with at least the tolerances of the narrowest dtype among the two."""
        a, b = _array(a), _array(b)
        found = {a.dtype.name, b.dtype.name}
        for names, least_rtol, least_atol in (
            ({"float32", "complex64"}, float_rtol, float_atol),
            ({"float16"}, half_rtol, half_atol),
            ({"bfloat16"}, bfloat16_rtol, bfloat16_atol),
        ):
            if names & found:
                rtol, atol = max(rtol, least_rtol), max(atol, least_atol)
        self.assertAllClose(a, b, rtol, atol, msg)

    def _assert_close(self, a: Any, b: Any, rtol: float, atol: float, path: str, msg: str | None) -> None:
        a, b = (x._asdict() if hasattr(x, "_asdict") else x for x in (a, b))
        where = f"a{path} and b{path}"
        if isinstance(a, Mapping) is not isinstance(b, Mapping):
            raise ValueError(self._formatMessage(msg, f"Can't compare dict to non-dict, {where}."))
        if isinstance(a, Mapping):
            self.assertCountEqual(a.keys(), b.keys(), self._formatMessage(msg, f"The keys of {where} differ."))
            for key in a:
                self._assert_close(a[key], b[key], rtol, atol, f"{path}[{key}]", msg)
            return
        if _is_ragged(a) or _is_ragged(b):
            a, b = _as_list(a), _as_list(b)
        if isinstance(a, (list, tuple)) and not _is_regular(a, b):
            if len(a) != len(b):
                raise ValueError(self._formatMessage(msg, f"{where} have {len(a)} and {len(b)} items."))
            for i, (x, y) in enumerate(zip(a, b)):
                self._assert_close(x, y, rtol, atol, f"{path}[{i}]", msg)
            return
        self._assert_arrays_close(_array(a), _array(b), rtol, atol, self._formatMessage(msg, f"{where} differ."))

    def _assert_arrays_close(self, a: np.ndarray, b: np.ndarray, rtol: float, atol: float, msg: str) -> None:
        self._assert_same_shape(a, b, msg)
        a, b = (x.astype(np.float32) if x.dtype.kind == "V" else x for x in (a, b))
        close = np.asarray(np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True))
        if not np.all(close):
            self.fail(f"{msg} Not close (rtol={rtol}, atol={atol}, dtype={a.dtype}):\n{_show(~close, a, b)}")

    def assertNear(self, f1: Any, f2: Any, err: float, msg: str | None = None) -> None:
        """Two numbers differ by `err` at most."""
        f1, f2 = np.squeeze(_array(f1)), np.squeeze(_array(f2))
        if f1 != f2 and not abs(f1 - f2) <= err:
            self.fail(self._formatMessage(msg, f"{f1} != {f2} +/- {err} (difference: {abs(f1 - f2):g})"))

    def assertArrayNear(
        self, farray1: Sequence[Any], farray2: Sequence[Any], err: float, msg: str | None = None
    ) -> None:
        """The numbers of two sequences of the same length differ by `err` at most, each."""
        self.assertEqual(len(farray1), len(farray2), msg)
        for f1, f2 in zip(farray1, farray2):
            self.assertNear(float(f1), float(f2), err, msg)

    def assertNDArrayNear(self, ndarray1: Any, ndarray2: Any, err: float, msg: str | None = None) -> None:
        """The distance of two arrays, the norm of their difference, is `err` at most."""
        distance = float(np.linalg.norm(_array(ndarray1) - _array(ndarray2)))
        if not distance <= err:
            self.fail(self._formatMessage(msg, f"The distance {distance:g} is more than {err:g}."))

    # ---- bounds ----

    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        """Every element is greater than a number."""
        self.assertGreater(np.min(_array(a)), comparison_target)

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        """Every element is a number or greater."""
        self.assertGreaterEqual(np.min(_array(a)), comparison_target)

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        """Every element is less than a number."""
        self.assertLess(np.max(_array(a)), comparison_target)

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        """Every element is a number or less."""
        self.assertLessEqual(np.max(_array(a)), comparison_target)

    def assertAllInRange(
        self,
        target: Any,
        lower_bound: Any,
        upper_bound: Any,
        open_lower_bound: bool = False,
        open_upper_bound: bool = False,
    ) -> None:
        """Every element lies between the bounds, which belong to the range unless they are open; none is NaN."""
        target = _array(target)
        if target.dtype.kind not in "fiu":
            self.fail(f"The value of {target} does not have an ordered numeric type, instead it has {target.dtype}")
        inside = (target > lower_bound if open_lower_bound else target >= lower_bound) & (
            target < upper_bound if open_upper_bound else target <= upper_bound
        )
        if not np.all(inside):
            bounds = f"{'[('[open_lower_bound]}{lower_bound}, {upper_bound}{'])'[open_upper_bound]}"
            self.fail(f"{np.sum(~inside)} of {target.size} elements are outside {bounds}:\n{_show(~inside, target)}")

    def assertAllInSet(self, target: Any, expected_set: Collection[Any]) -> None:
        """Every element is one of a set's."""
        others = np.setdiff1d(_array(target).ravel(), list(expected_set))
        if others.size:
            self.fail(f"{others.size} unique element(s) are not in the set {expected_set}: {others}")

    # ---- shapes, dtypes, devices ----

    def assertShapeEqual(self, input_a: Any, input_b: Any, msg: str | None = None) -> None:
        """Two tensors or arrays have the same shape; TypeError for anything else."""
        for name, value in (("input_a", input_a), ("input_b", input_b)):
            if not isinstance(value, (np.ndarray, np.generic, Tensor)):
                raise TypeError(f"{name} must be a Numpy ndarray, Numpy scalar, or a Tensor. Received {type(value)}")
        self.assertEqual(tuple(input_a.shape), tuple(input_b.shape), msg)

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        """The elements have a numpy dtype."""
        self.assertEqual(_array(target).dtype, expected_dtype)

    def assertDeviceEqual(self, device1: Any, device2: Any, msg: str | None = None) -> None:
        """Two device names, or DeviceSpecs, mean the same."""
        self.assertEqual(_device_name(device1), _device_name(device2), msg)

    # ---- errors ----

    @contextlib.contextmanager
    def assertRaisesWithPredicateMatch(
        self, exception_type: type[BaseException], expected_err_re_or_predicate: str | Callable[[Any], Any]
    ) -> Iterator[None]:
        """The block raises such an exception, whose message a regular expression finds or a function approves."""
        try:
            yield
        except Exception as e:
            check = expected_err_re_or_predicate
            text = e.message if isinstance(e, errors.OpError) else str(e)
            matches = check(e) if callable(check) else re.search(check, text)
            if not isinstance(e, exception_type) or not matches:
                raise AssertionError(f"Exception of type {type(e)}: {e}") from e
        else:
            self.fail(f"{exception_type.__name__} not raised")

    def assertRaisesOpError(self, expected_err_re_or_predicate: str | Callable[[Any], Any]) -> Any:
        """The block raises a tf.errors.OpError with such a message."""
        return self.assertRaisesWithPredicateMatch(errors.OpError, expected_err_re_or_predicate)

    def assertRaisesIncompatibleShapesError(
        self, exception_type: type[BaseException] = errors.InvalidArgumentError
    ) -> Any:
        """The block raises an error about shapes that do not go together."""
        return self.assertRaisesWithPredicateMatch(
            exception_type, "Incompatible shapes|Dimensions must be equal|required broadcastable shapes"
        )

    def _assert_same_shape(self, a: np.ndarray, b: np.ndarray, msg: str | None) -> None:
        contents = f" Contents: {b!r}." if b.ndim <= 3 or b.size < 500 else ""
        self.assertEqual(
            a.shape, b.shape, self._formatMessage(msg, f"Shape mismatch: expected {a.shape}, got {b.shape}.{contents}")
        )


def _value(x: Any) -> Any:
    if x is None or isinstance(x, (np.ndarray, np.generic)):
        return x
    if isinstance(x, SparseTensor):
        return SparseTensorValue(x.indices.numpy(), x.values.numpy(), x.dense_shape.numpy())
    if not hasattr(x, "numpy"):
        raise ValueError(f"evaluate takes tensors, got {x!r} of {type(x)}")
    return x.numpy()


def _array(x: Any) -> np.ndarray:
    if isinstance(x, Tensor) or hasattr(x, "numpy"):
        x = x.numpy()
    try:
        return np.asarray(x)
    except ValueError as e:
        if "inhomogeneous" not in str(e):
            raise
        return np.array(x, dtype=object)


def _is_ragged(x: Any) -> bool:
    return hasattr(x, "ragged_rank")


def _as_list(x: Any) -> Any:
    return x.to_list() if hasattr(x, "to_list") else _array(x).tolist() if not isinstance(x, (list, tuple)) else x


def _is_regular(a: Any, b: Any) -> bool:
    """Whether both make arrays of numbers."""
    try:
        return _array(a).dtype.kind != "O" and _array(b).dtype.kind != "O"
    except (ValueError, TypeError, NotImplementedError):
        return False


def _comparable(a: np.ndarray) -> np.ndarray:
    """Text as the bytes that tf.string holds."""
    if a.dtype.kind == "U" or (a.dtype.kind == "O" and any(isinstance(x, str) for x in a.flat)):
        encoded = [x.encode() if isinstance(x, str) else x for x in a.flat]
        return np.array(encoded, dtype=object).reshape(a.shape)
    return a.astype(object) if a.dtype.kind == "S" else a


def _show(where: np.ndarray, *arrays: np.ndarray) -> str:
    """The first elements of the arrays that `where` selects, with their indices."""
    lines = []
    for index in np.argwhere(where)[:_LIMIT]:
        at = tuple(int(i) for i in index)
        lines.append(f"  {list(at)}: " + ", ".join(repr(a[at]) for a in arrays))
    more = int(np.sum(where)) - len(lines)
    return "\n".join(lines) + (f"\n  and {more} more" if more > 0 else "")


def _device_name(device: Any) -> str:
    if device is None:
        return ""
    return (device if isinstance(device, DeviceSpec) else DeviceSpec.from_string(device)).to_string()
