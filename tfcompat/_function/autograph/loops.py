"""`while` and `for` of rewritten code: Python's loops on Python values, the graph's loops on tensors."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._core import random_state, structure
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import is_symbolic
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._core.tensor_array import TensorArray
from tfcompat._core.variable import Variable
from tfcompat._function.autograph.builtins_ import len_
from tfcompat._function.autograph.undefined import NOT_RETURNED, is_missing
from tfcompat._function.symbolic import SymbolicTensor

Get = Callable[[], tuple[Any, ...]]
Set = Callable[[Sequence[Any]], None]
Options = Callable[[], dict[str, Any]] | None


_MADE_TENSORS = (bool, int, float, complex, str, bytes, CompositeTensor, TensorArray)


def is_tensor(x: Any) -> bool:
    """Whether a value is a tensor, or a variable that is read as one."""
    if isinstance(x, (Tensor, Variable)):
        return True
    return hasattr(type(x), "__tf_tensor__") and not isinstance(x, CompositeTensor)


def is_open(x: Any) -> bool:
    """Whether control flow on a value is the graph's: a tensor, while a function is captured."""
    return state.graph is not None and is_tensor(x)


def is_open_ragged(x: Any) -> bool:
    """Whether a value is a ragged tensor of the graph, along whose rows the graph's loop goes."""
    if state.graph is None or not isinstance(x, CompositeTensor) or not hasattr(x, "row_splits"):
        return False
    return isinstance(x.row_splits, SymbolicTensor)  # type: ignore[attr-defined]


def is_tensor_like(value: Any) -> bool:
    """Whether a value is a tensor, a number, an array, or a nest of them, which a graph can choose or carry round."""
    leaves = structure.flatten(value)
    return all(is_tensor(x) or isinstance(x, _MADE_TENSORS) or _is_array(x) for x in leaves)


def _is_array(x: Any) -> bool:
    return hasattr(x, "__array__") and hasattr(x, "dtype")


def while_stmt(
    test: Callable[[], Any],
    body: Callable[[], None],
    get_state: Get,
    set_state: Set,
    names: Sequence[str],
    options: Options = None,
) -> None:
    """``while test(): body()``; the graph's loop where the test gives a tensor."""
    value = test()
    if is_open(value):
        _Loop(get_state, set_state, names, options).run(test, body)
        return
    if is_tensor(value):
        (body,) = random_state.parts(body)
    while value:
        body()
        value = test()
        if is_open(value):
            raise NotImplementedError(
                "The condition of while loop started as non-Tensor, then changed to Tensor. This may happen either "
                "because variables changed type, or when a break or return statement inside the loop depends on a "
                "Tensor condition. In both cases, make the condition a tensor from the first iteration on."
            )


def for_stmt(
    iterated: Any,
    extra_test: Callable[[], Any] | None,
    body: Callable[[Any], None],
    get_state: Get,
    set_state: Set,
    names: Sequence[str],
    options: Options = None,
) -> None:
    """``for item in iterated: body(item)`` while `extra_test()` holds; the graph's loop along a tensor's first axis."""
    if is_open(iterated):
        loop = _Loop(get_state, set_state, names, options)
        values = convert_to_tensor(iterated)
        span = values.op.span if isinstance(values, SymbolicTensor) else None
        if span is not None and not is_symbolic(span[2]):
            start, limit, step = (state.graph.named(t, "range") for t in span)
            more = (lambda i: i < limit) if float(span[2]) > 0 else (lambda i: i > limit)
            loop.run_over(start, more, step, lambda i: i, extra_test, body)
        else:
            size, zero = len_(values), convert_to_tensor(0)
            loop.run_over(zero, lambda i: i < size, 1, lambda i: values[i], extra_test, body)
        return
    if is_open_ragged(iterated):
        loop = _Loop(get_state, set_state, names, options)
        size, zero = convert_to_tensor(iterated.nrows()), convert_to_tensor(0, iterated.row_splits.dtype)
        loop.run_over(zero, lambda i: i < size, 1, lambda i: iterated[i], extra_test, body)
        return
    if state.graph is not None and hasattr(type(iterated), "_graph_loop"):
        more, item_of = iterated._graph_loop()
        loop = _Loop(get_state, set_state, names, options)
        loop.relaxes = True
        loop.run_over(convert_to_tensor(0), more, 1, item_of, extra_test, body)
        return
    if is_tensor(iterated) or hasattr(type(iterated), "_graph_loop"):
        (body,) = random_state.parts(body)
    for item in iterated:
        body(item)
        if extra_test is not None:
            goes_on = extra_test()
            if is_open(goes_on):
                raise NotImplementedError(
                    "break and return statements which depend on a TF condition are not supported in Python for "
                    "loops. Iterate over a tensor, such as tf.range(n), to make it a loop of the graph."
                )
            if not goes_on:
                return


class _ShapesVary(Exception):
    """The shapes of a name of this number differ after one iteration: `shapes` are those of all rounds."""

    def __init__(self, number: int, shapes: list[TensorShape]) -> None:
        super().__init__(number)
        self.number, self.shapes = number, shapes


class _Loop:
    """A loop of the graph: which names go round as tensors, and which keep what they hold."""

    def __init__(self, get_state: Get, set_state: Set, names: Sequence[str], options: Options) -> None:
        self.get_state, self.set_state, self.names = get_state, set_state, names
        self.options = options() if options is not None else {}
        self.start = list(get_state())
        self.carried = list(range(len(self.start)))
        self.free = False
        # Whether shapes that change from round to round are left open, as in TensorFlow's loops over datasets; those
        # of the leaves of such names.
        self.relaxes = False
        self.relaxed: dict[int, list[TensorShape]] = {}

    def _set(self, values: Sequence[Any]) -> None:
        merged = list(self.start)
        for i, value in zip(self.carried, values, strict=True):
            merged[i] = value
        self.set_state(merged)

    def _get(self) -> list[Any]:
        found = self.get_state()
        return [found[i] for i in self.carried]

    # ---- what goes round ----

    def _prepare(self, body: Callable[[], None]) -> None:
        """Finds out which names the loop carries, with a look at one round where some are not known to be tensors."""
        unsure = [i for i, v in enumerate(self.start) if is_missing(v) or v is None or not is_tensor_like(v)]
        if not unsure:
            return
        if any(v is NOT_RETURNED for v in self.start):
            with contextlib.suppress(TypeError, ValueError, KeyError, UnboundLocalError):
                self._after_one_round(body, unsure)  # a loop within this one is told of first
            raise NotImplementedError(
                "a return statement cannot be placed inside this TensorFlow loop; this may happen if a return "
                "statement depends on a static Python condition such as a hyperparameter. Assign to a variable, "
                "break, and return it after the loop."
            )
        after = self._after_one_round(body, unsure)
        fixed = []
        for i in unsure:
            before, now = self.start[i], after[i]
            if now is before or is_missing(now) or (is_missing(before) and not is_tensor_like(now)):
                fixed.append(i)  # the last of them is a round's own, such as a tape
            elif (before is None or is_missing(before)) and now is not None and is_tensor_like(now):
                self.start[i] = structure.map_structure(_zeros_like, now, expand_composites=True)
            else:
                raise TypeError(
                    f"'{self.names[i]}' must be a tensor, a number or a nest of them to change in a loop on a tensor, "
                    f"got {before!r} before the loop and {now!r} after one iteration."
                )
        self.carried = [i for i in self.carried if i not in fixed]

    def _after_one_round(self, body: Callable[[], None], unsure: Sequence[int]) -> list[Any]:
        from tfcompat._function.control import Branch

        known = [i for i in range(len(self.start)) if i not in unsure]
        found: list[Any] = []

        def once() -> None:
            values = list(self.start)
            for i in known:
                values[i] = copied(values[i])
            self.set_state(values)
            body()
            found.extend(self.get_state())

        Branch(state.graph, once, "loop_body")
        self.set_state(self.start)
        return found

    def _invariants(self, before: Sequence[Any]) -> Any:
        """The shapes that set_loop_options gives, for all that goes round; None where it gives none."""
        given = self.options.get("shape_invariants") or ()
        if not given and not self.relaxed:
            return None
        shapes = {id(value): shape for value, shape in given}
        for i, leaves in self.relaxed.items():
            value = before[self.carried.index(i)]
            shapes[id(value)] = structure.pack_sequence_as(value, leaves, expand_composites=True)

        def of(x: Any) -> Any:
            return None if isinstance(x, TensorArray) else convert_to_tensor(x).shape

        return [
            shapes[id(v)] if id(v) in shapes else structure.map_structure(of, v, expand_composites=True) for v in before
        ]

    # ---- running ----

    def run(self, test: Callable[[], Any], body: Callable[[], None]) -> None:
        """``while test(): body()``."""
        self._prepare(body)

        def goes_on(*values: Any) -> Any:
            self._set(values)
            return test()

        def once(*values: Any) -> list[Any]:
            self._set(values)
            body()
            return self._checked()

        self._set(self._while(goes_on, once, []))

    def run_over(
        self,
        start: Any,
        more: Callable[[Any], Any],
        step: Any,
        item: Callable[[Any], Any],
        extra_test: Callable[[], Any] | None,
        body: Callable[[Any], None],
    ) -> None:
        """``body(item(i))`` for i = start, start + step... while `more(i)` and `extra_test()` hold."""
        self._prepare(lambda: body(item(start)))

        def goes_on(i: Any, *carried: Any) -> Any:
            self._set(carried)
            return more(i) if extra_test is None else more(i) & convert_to_tensor(extra_test())

        def once(i: Any, *carried: Any) -> list[Any]:
            self._set(carried)
            body(item(i))
            return [i + step, *self._checked()]

        self._set(self._while(goes_on, once, [start])[1:])

    def _while(self, test: Any, body: Any, first: list[Any]) -> list[Any]:
        start = [self.start[i] for i in self.carried]
        invariants = self._invariants(start)
        if invariants is not None:
            invariants = [*(TensorShape(()) for _ in first), *invariants]
        limit = self.options.get("maximum_iterations")
        limit = None if limit is None else convert_to_tensor(limit)
        self.free = invariants is not None
        if not first and not start:  # a loop that changes variables only
            state.graph.while_loop(lambda _: test(), lambda x: [*body(), x], [0], None, limit, None)
            return []
        try:
            return list(state.graph.while_loop(test, body, [*first, *start], invariants, limit, None))
        except _ShapesVary as e:
            self.relaxed[e.number] = e.shapes
            self._set(start)
            return self._while(test, body, first)

    def _checked(self) -> list[Any]:
        """What goes on to the next round; an error where a dtype or shape is not the one it came in with."""
        after = self._get()
        for i, now in zip(self.carried, after, strict=True):
            if self.relaxes and i not in self.relaxed:
                self._check_varies(i, now)
            self._check(self.names[i], self.start[i], now)
        return after

    def _check_varies(self, i: int, now: Any) -> None:
        """Raises _ShapesVary where the shape of a name is not the one that it came in with."""
        pairs = [structure.flatten(v, expand_composites=True) for v in (self.start[i], now)]
        if any(isinstance(x, TensorArray) or x is None for x in pairs[1]) or len(pairs[0]) != len(pairs[1]):
            return
        shapes = [(convert_to_tensor(a).shape, convert_to_tensor(b).shape) for a, b in zip(*pairs, strict=True)]
        if not all(b.is_subtype_of(a) for a, b in shapes):
            raise _ShapesVary(i, [a.most_specific_compatible_shape(b) for a, b in shapes])

    def _check(self, name: str, before: Any, now: Any) -> None:
        if now is None:
            raise ValueError(f"'{name}' is None at the end of the iteration.")
        if is_missing(now) or not is_tensor_like(now):
            raise ValueError(f"'{name}' is a tensor before the loop, but {now!r} after one iteration.")
        try:
            structure.assert_same_structure(before, now, expand_composites=True)
        except (TypeError, ValueError) as e:
            raise TypeError(f"'{name}' does not have the same nested structure after one iteration.\n\n{e}") from None
        pairs = zip(structure.flatten(before, expand_composites=True), structure.flatten(now, expand_composites=True))
        for a, b in pairs:
            if isinstance(a, TensorArray):
                continue
            x, y = convert_to_tensor(a), convert_to_tensor(b)
            if x.dtype is not y.dtype:
                raise TypeError(
                    f"'{name}' has dtype {x.dtype.name} before the loop, but dtype {y.dtype.name} after one iteration"
                )
            if not self.free and not y.shape.is_subtype_of(x.shape):
                raise ValueError(
                    f"'{name}' has shape {x.shape} before the loop, but shape {y.shape} after one iteration. Use "
                    "tf.autograph.experimental.set_loop_options to set shape invariants."
                )


def copied(value: Any) -> Any:
    """A value whose TensorArrays may be written without the ones in `value` noticing."""
    return structure.map_structure(lambda x: x.copied() if isinstance(x, TensorArray) else x, value)


def _zeros_like(x: Any) -> Any:
    """Zeros of the dtype and shape of a tensor of another graph: what a name holds that no round has assigned."""
    if isinstance(x, TensorArray):
        return x.emptied()
    t = convert_to_tensor(x)
    if not t.shape.is_fully_defined():
        raise ValueError(f"A name that is first assigned in a loop on a tensor needs a known shape, got {t.shape}.")
    return convert_to_tensor(np.zeros(t.shape.as_list(), t.dtype.as_numpy_dtype))
