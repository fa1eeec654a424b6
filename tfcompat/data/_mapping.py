"""Functions of elements, one by one: map, filter, take_while, scan, reduce, unique, ignore_errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tfcompat._core import draws, dtypes, errors, logging, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat.data import _structure
from tfcompat.data._functions import DatasetFunction
from tfcompat.data._rows import MappedRows, OneByOne, Ordered, chosen
from tfcompat.data._sources import as_elements, int64, known
from tfcompat.data._spec import DatasetSpec
from tfcompat.data._threads import ParallelMap, parallelism
from tfcompat.data.dataset import AUTOTUNE, UNKNOWN_CARDINALITY, Dataset, UnaryDataset, UnaryUnchanged

_END = object()


def invalid(message: str, kernel: str = "IteratorGetNext") -> errors.InvalidArgumentError:
    """The error of a dataset's kernel."""
    return errors.InvalidArgumentError(None, None, f"{message} [Op:{kernel}] name: ")


def positive(value: Any, what: str, kernel: str) -> Any:
    """A count, as int64; InvalidArgumentError unless it is above 0."""
    count = int64(value)
    if isinstance(count, int) and count <= 0:
        raise invalid(f"{what} must be greater than zero.", kernel)
    return count


def parallel_calls(value: Any, kernel: str) -> int | None:
    """num_parallel_calls; InvalidArgumentError unless it is None, AUTOTUNE or above 0."""
    if value is None:
        return None
    count = int64(value)
    if count != AUTOTUNE and count <= 0:
        raise invalid("num_parallel_calls must be greater than zero.", kernel)
    return count


class _MapDataset(UnaryDataset):
    """A function of each element."""

    __module__ = "tensorflow.python.data.ops.map_op"

    def __init__(self, input_dataset: Dataset, map_func: Any, calls: int | None = None, what: str = "map") -> None:
        super().__init__(input_dataset)
        self._function = DatasetFunction(map_func, input_dataset._known_spec(), what)
        self._calls = calls
        known_spec = self._function.known_spec
        if known_spec is not None:
            _structure.check_not_empty(known_spec, "MapDataset")

    @property
    def element_spec(self) -> Any:
        """The specs of what the function gives."""
        return self._function.spec(self._input_dataset._samples)

    def _known_spec(self) -> Any:
        return self._function.known_spec

    def _first(self) -> list[Any]:
        return [self._function(x) for x in self._input_dataset._samples()]

    def _iterate(self) -> Iterator[Any]:
        ordered = self._ordered_once()
        if ordered is not None and ordered.ahead:
            return OneByOne(ordered)
        elements = self._input_dataset._iterate()
        spec = self._function.known_spec
        if spec is not None and any(isinstance(s, DatasetSpec) for s in structure.flatten(spec)):
            return (as_elements(self._function(element)) for element in elements)
        if self._calls is None:
            return map(self._function, elements)
        return ParallelMap(self._function, elements, parallelism(self._calls))

    def _cardinality(self) -> int:
        return self._input_dataset._cardinality()

    def _ordered(self) -> Ordered | None:
        return None if self._function.draws else self._mapped(self._input_dataset._ordered)

    def _ordered_once(self) -> Ordered | None:
        return self._mapped(self._input_dataset._ordered_once)

    def _mapped(self, make: Callable[[], Ordered | None]) -> Ordered | None:
        function = self._function.vectorized()
        ordered = None if function is None else make()
        if function is None or ordered is None:
            return None
        ahead = ordered.ahead and not self._function.has_streams
        return Ordered(MappedRows(function, ordered.rows), ordered.blocks(), ordered.count, ordered.plain, ahead)


class _ParallelMapDataset(_MapDataset):
    """A function of each element, of several at a time."""

    __module__ = "tensorflow.python.data.ops.map_op"


def map_dataset(dataset: Dataset, map_func: Any, num_parallel_calls: Any, synchronous: Any) -> Dataset:
    """Dataset.map."""
    if num_parallel_calls is None:
        return _MapDataset(dataset, map_func)
    if synchronous:
        raise ValueError("`synchronous` is not supported with `num_parallel_calls`, but got `True` for both.")
    calls = parallel_calls(num_parallel_calls, "ParallelMapDatasetV2")
    return _ParallelMapDataset(dataset, map_func, calls)


def _checked_predicate(function: DatasetFunction, what: str = "predicate") -> DatasetFunction:
    spec = function.known_spec
    if spec is not None and not (isinstance(spec, TensorSpec) and spec.is_compatible_with(TensorSpec((), dtypes.bool))):
        raise ValueError(
            f"Invalid `{what}`. `{what}` must return a `tf.bool` scalar tensor, but its return type is {spec}."
        )
    return function


def _truth(result: Any, what: str) -> bool:
    """A predicate's result; InvalidArgumentError where it is no tf.bool scalar."""
    dtype, shape = getattr(result, "dtype", None), getattr(result, "shape", None)
    if dtype is not dtypes.bool or shape is None or shape.rank:
        raise invalid(f"Invalid `{what}`. `{what}` must return a `tf.bool` scalar tensor, but gave {result!r}.")
    return bool(result._t)


class _FilterDataset(UnaryUnchanged):
    """The elements that a predicate holds for."""

    __module__ = "tensorflow.python.data.ops.filter_op"

    def __init__(self, input_dataset: Dataset, predicate: Any) -> None:
        super().__init__(input_dataset)
        self._predicate = _checked_predicate(DatasetFunction(predicate, input_dataset._known_spec(), "filter"))

    def _iterate(self) -> Iterator[Any]:
        ordered = self._ordered()
        if ordered is not None:
            return OneByOne(ordered)
        predicate = self._predicate
        return filter(lambda element: _truth(predicate(element), "predicate"), self._input_dataset._iterate())

    def _ordered(self) -> Ordered | None:
        holds = None if self._predicate.draws else self._predicate.vectorized()
        ordered = None if holds is None else self._input_dataset._ordered()
        if holds is None or ordered is None:
            return None
        rows = ordered.rows
        return Ordered(rows, chosen(ordered.blocks(), lambda index: holds(rows.take(index))._t), None)


class _TakeWhileDataset(_FilterDataset):
    """The elements before the first one that a predicate does not hold for."""

    __module__ = "tensorflow.python.data.ops.take_while_op"

    def _iterate(self) -> Iterator[Any]:
        for element in self._input_dataset._iterate():
            if not _truth(self._predicate(element), "predicate"):
                return
            yield element

    def _ordered(self) -> None:
        return None


class _ScanDataset(UnaryDataset):
    """A function of a state and each element, which gives the next state and a new element."""

    def _is_batched(self) -> bool:
        return False

    __module__ = "tensorflow.python.data.ops.scan_op"

    def __init__(self, input_dataset: Dataset, initial_state: Any, scan_func: Any) -> None:
        super().__init__(input_dataset)
        self._start = _structure.normalized(initial_state)
        start = _structure.spec_of(self._start)
        given = input_dataset._known_spec()
        function = DatasetFunction(scan_func, None if given is None else (start, given), "scan")
        out = function.known_spec
        if out is not None:
            _check_state(start, _check_pair(out)[0])
            common = _structure.merged_spec(start, out[0])
            if common != start:  # the state's shape changes on the way
                function = DatasetFunction(scan_func, (common, given), "scan")
        self._function = function

    @property
    def element_spec(self) -> Any:
        """The specs of the new elements."""
        samples = self._input_dataset._samples
        return self._function.spec(lambda: [(self._start, x) for x in samples()])[1]

    def _known_spec(self) -> Any:
        return None if self._function.known_spec is None else self._function.known_spec[1]

    def _iterate(self) -> Iterator[Any]:
        held = self._start
        for element in self._input_dataset._iterate():
            held, result = _check_pair(self._function((held, element)))
            yield result

    def _cardinality(self) -> int:
        return self._input_dataset._cardinality()


def _check_pair(result: Any) -> Any:
    if type(result) is not tuple or len(result) != 2:
        raise TypeError(
            "Invalid `scan_func`. `scan_func` should return a pair consisting of new state and the output value but "
            f"its return type is {result}."
        )
    return result


def _check_state(before: Any, after: Any) -> None:
    """TypeError where a state's dtypes change, InvalidArgumentError where its number of tensors does."""
    old, new = structure.flatten(before), structure.flatten(after)
    if len(old) != len(new):
        raise invalid(
            "The number of components of the initial state and the reduce function output does not match. "
            f"(initial_state={len(old)}, output={len(new)}).",
            "ReduceDataset",
        )
    kinds = [[getattr(x, "dtype", None) for x in each] for each in (old, new)]
    if kinds[0] != kinds[1]:
        told = [structure.pack_sequence_as(before, kind) for kind in kinds]
        raise TypeError(
            f"The element types for the new state must match the initial state. Expected {told[0]} but got {told[1]}."
        )


def reduce_dataset(dataset: Dataset, initial_state: Any, reduce_func: Any) -> Any:
    """Dataset.reduce."""
    if state.graph is not None:
        return _graph_reduce(dataset, initial_state, reduce_func)
    held = _structure.normalized(initial_state)
    start = _structure.spec_of(held)
    given = dataset._known_spec()
    function = DatasetFunction(reduce_func, None if given is None else (start, given), "reduce")
    tapes, state.tapes = state.tapes, ()
    try:
        out = function.known_spec
        if out is not None:
            _check_state(start, out)
            common = _structure.merged_spec(start, out)
            if common != start:  # the state's shape changes on the way
                function = DatasetFunction(reduce_func, (common, given), "reduce")

        def reduced(held: Any) -> Any:
            for element in dataset._iterate():
                held = function((held, element))
                _check_state(start, held)
            return held

        return draws.call_with(draws.Streams(), reduced, held)
    finally:
        state.tapes = tapes


def _graph_reduce(dataset: Dataset, initial_state: Any, reduce_func: Any) -> Any:
    """Dataset.reduce as a loop of the graph that is captured."""
    from tfcompat._arrays.control import while_loop

    more, item = dataset._graph_loop()

    def body(i: Any, held: Any) -> Any:
        return i + 1, _structure.normalized(reduce_func(held, item(i)))

    start = [convert_to_tensor(0), _structure.normalized(initial_state)]
    return while_loop(lambda i, _: more(i), body, start)[1]


def single_element(dataset: Dataset) -> Any:
    """Dataset.get_single_element."""
    iterator = iter(dataset)
    element = next(iterator, _END)
    if element is _END:
        raise invalid("Dataset was empty.", "DatasetToSingleElement")
    if next(iterator, _END) is not _END:
        raise invalid("Dataset had more than one element.", "DatasetToSingleElement")
    return element


class _UniqueDataset(UnaryUnchanged):
    """The elements without those that were there before."""

    __module__ = "tensorflow.python.data.ops.unique_op"

    def __init__(self, input_dataset: Dataset) -> None:
        super().__init__(input_dataset)
        spec = input_dataset._known_spec()
        if spec is None:
            return
        if len(structure.flatten(spec)) != 1 or not isinstance(structure.flatten(spec)[0], TensorSpec):
            raise invalid("UniqueDataset only supports inputs with a single component.", "UniqueDataset")
        kind = structure.flatten(spec)[0].dtype
        if kind not in (dtypes.int32, dtypes.int64, dtypes.string):
            raise invalid(
                "UniqueDataset only supports inputs with a single `tf.int32`, `tf.int64`, or `tf.string` component. "
                f"Got {kind.name}.",
                "UniqueDataset",
            )

    def _iterate(self) -> Iterator[Any]:
        seen: set[Any] = set()
        for element in self._input_dataset._iterate():
            array = np.asarray(structure.flatten(element)[0].numpy())
            key = (array.shape, tuple(array.ravel().tolist()))
            if key not in seen:
                seen.add(key)
                yield element


class _IgnoreErrorsDataset(UnaryUnchanged):
    """The elements that can be made."""

    __module__ = "tensorflow.python.data.ops.ignore_errors_op"

    def __init__(self, input_dataset: Dataset, log_warning: bool) -> None:
        super().__init__(input_dataset)
        self._log_warning = log_warning

    def _iterate(self) -> Iterator[Any]:
        elements = self._input_dataset._iterate()

        def step() -> Any:
            while True:
                try:
                    return next(elements)
                except errors.OpError as e:
                    if self._log_warning:
                        logging.warning(f"Error raised with error message {e.message}")

        return _structure.Steps(step)


class _AssertCardinalityDataset(UnaryUnchanged):
    """The elements, whose number is checked at their end."""

    def __init__(self, input_dataset: Dataset, expected: Any) -> None:
        super().__init__(input_dataset)
        self._expected = int64(expected)

    def _iterate(self) -> Iterator[Any]:
        expected, count = known(self._expected), 0
        for element in self._input_dataset._iterate():
            count += 1
            if 0 <= expected < count:
                self._fail(expected, f"at least {count} element{'s' if count != 1 else ''}")
            yield element
        if count < expected or expected == -1:
            self._fail(expected, f"only {count} element{'s' if count != 1 else ''}")

    def _fail(self, expected: int, found: str) -> None:
        wanted = "an infinite number of elements" if expected == -1 else f"{expected} element{'s' * (expected != 1)}"
        raise errors.FailedPreconditionError(
            None,
            None,
            f"Input dataset was expected to contain {wanted} but contained {found}. [Op:IteratorGetNext] name: ",
        )

    def _cardinality(self) -> int:
        return known(self._expected)


class _SideDataset(UnaryUnchanged):
    """The elements, each handed to a function first."""

    def __init__(self, input_dataset: Dataset, function: Callable[[Any], Any]) -> None:
        super().__init__(input_dataset)
        self._function = function

    def _iterate(self) -> Iterator[Any]:
        return map(self._function, self._input_dataset._iterate())

    def _cardinality(self) -> int:
        return UNKNOWN_CARDINALITY
