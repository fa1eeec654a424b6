"""What a function gives for KerasTensors, found by running it on torch's fake tensors: shapes and dtypes, no values."""

from __future__ import annotations

import contextlib
import io
import itertools
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
    FakeTensorMode,
    unset_fake_temporarily,
)
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode

from tfcompat._core import device, dtypes, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.tensor_array import TensorArray
from tfcompat.keras import tree
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._scopes import SymbolicScope, batch_of

# Sizes that stand for an unknown dimension: what differs between a run with one and a run with the other is unknown.
_SIZES = (83, 331)
# Where the second is too much, as for learned embeddings of positions; strides of many may leave them alike.
_CLOSE_SIZES = (83, 89)
# Their stand-ins where those fail, as where a size must be even.
_ROUND_SIZES = (27720, 55440)
_FEW_SIZES = (3, 5)  # for functions that take no more than some length, as learned embeddings of positions do
_SMALL_SIZE = 2  # tells what is as long as an axis from what is cut off at some known length


class ShapeGraph:
    """Stands in for a function's graph while shapes are found: variables read as fakes and assignments are dropped.

    Functions that are called meanwhile are a part of the run, and are captured when tensors come.
    """

    finds_shapes, deferred = True, False

    def __init__(self, mode: FakeTensorMode, size: int) -> None:
        self._mode, self.size = mode, size
        self._values: dict[int, Any] = {}
        self._kept: list[Any] = []

    def value(self, variable: Any) -> Any:
        """The fake tensor that stands for the variable's current value."""
        from tfcompat._function.recorder import fake_of  # takes a while to load

        storage = variable._storage
        key = id(storage)
        if key not in self._values:
            self._kept.append(storage)
            t = storage.t
            self._values[key] = fake_of(self._mode, t) if isinstance(t, torch.Tensor) else t
        return self._values[key]

    read = value

    def write(self, variable: Any, t: Any, kind: str = "") -> None:
        """Keeps `t` as the variable's value for the rest of this run."""
        self._kept.append(variable._storage)
        self._values[id(variable._storage)] = t

    def captured(self, tensor: Any) -> Any:
        """What holds an eager tensor's value: itself; a fake tensor stands for one of the graph around this run."""
        if isinstance(tensor, EagerTensor):
            return tensor._t
        key = id(tensor)
        if key not in self._values:
            self._kept.append(tensor)
            self._values[key] = _placeholder(tensor, self.size)._t
        return self._values[key]

    def rebind(self, tensor: Any, t: Any) -> None:
        """Puts a tape's handle in the place of a tensor's value."""
        tensor._t = t

    def named(self, value: Any, name: str) -> Any:
        """The tf.Tensor of a torch tensor: names are not kept here."""
        return self.wrap(value)

    def writable(self, variable: Any) -> Any:
        """A fake tensor whose in-place changes are seen by later reads of this run only."""
        t = self.value(variable).clone()
        self.write(variable, t)
        return t

    def assigned(self, variable: Any) -> Any:
        """What an assignment returns: the variable."""
        return variable

    def created(self, variable: Any) -> None:
        """Nothing to note: variables made during a run are real ones."""

    def cond(self, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None) -> Any:
        """What tf.cond gives: the first branch's result, as both are alike."""
        return true_fn()

    def case(self, pairs: Any, default: Callable[[], Any] | None, exclusive: bool, name: str | None) -> Any:
        """What tf.case gives: the first function's result, as all are alike."""
        return pairs[0][1]()

    def switch_case(self, index: Any, branches: Any, default: Callable[[], Any], name: str | None) -> Any:
        """What tf.switch_case gives: the first branch's result, as all are alike."""
        return branches[0]()

    def while_loop(
        self, cond: Any, body: Callable[..., Any], loop_vars: Any, invariants: Any, limit: Any, name: str | None
    ) -> Any:
        """What tf.while_loop gives: the loop's variables after one round, as every round leaves them alike."""
        return structure.map_structure(
            lambda x: x if isinstance(x, TensorArray) else convert_to_tensor(x), body(*loop_vars)
        )

    def call(self, function: Callable[..., Any], inputs: Any, replay: Any = None) -> None:
        """What is called for its effects, summaries, prints and assertions on values, is not called for shapes."""

    check = print = call

    def needs_values(self, error: Exception) -> bool:
        """Whether an op failed for want of its tensors' values: nothing here can give them."""
        return False

    def lifted(self, function: Callable[[], Any]) -> Any:
        """The result of `function`, run for real outside of this graph (initial values of variables)."""
        graph = state.graph
        state.graph, state.direct = None, device.short_way()
        try:
            with unset_fake_temporarily():
                return function()
        finally:
            state.graph, state.direct = graph, False

    def wrap(self, value: Any) -> Any:
        """The tf.Tensor of a torch tensor, fake or real."""
        return EagerTensor(value)

    def wrap_result(self, result: Any, op: Any, name: str | None) -> Any:
        """The tf.Tensors of an op's result."""
        if isinstance(result, (torch.Tensor, np.ndarray)):
            return EagerTensor(result)
        if isinstance(result, tuple) and hasattr(result, "_fields"):
            return type(result)(*(self.wrap_result(r, op, name) for r in result))
        if isinstance(result, (tuple, list)):
            return type(result)(self.wrap_result(r, op, name) for r in result)
        return result

    def wrap_constant(self, value: Any, name: str) -> Any:
        """The tf.Tensor of a constant."""
        return EagerTensor(value)

    def unique_name(self, name: str) -> str:
        """`name`: nothing here is named."""
        return name


def _placeholder(x: Any, size: int) -> Tensor:
    shape = tuple(size if d is None else d for d in x.shape)
    dtype = dtypes.as_dtype(x.dtype)
    if dtype.torch is None:
        return EagerTensor(np.full(shape, b"", dtype=object))
    return EagerTensor(torch.empty(shape, dtype=dtype.torch, device=device.default()))


class _Counts(TorchDispatchMode):
    """Gives what is as long as values tell, as tf.where's result is, the size that stands for an unknown one.

    An integer that is read is that size, too.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        aten, kwargs = torch.ops.aten, kwargs or {}
        if func is aten._local_scalar_dense.default and not args[0].is_floating_point():
            return self.size
        if func is aten.nonzero.default:
            return args[0].new_zeros((self.size, args[0].ndim), dtype=torch.int64)
        if func is aten.masked_select.default:
            return args[0].new_zeros(self.size)
        if func is aten.index.Tensor:
            return func(args[0], [i for index in args[1] for i in self._places(index)])
        if func is aten._unique2.default:
            counts = args[0].new_zeros(self.size, dtype=torch.int64)
            return args[0].new_zeros(self.size), torch.zeros_like(args[0], dtype=torch.int64), counts
        if func is aten.repeat_interleave.Tensor and kwargs.get("output_size") is None:
            return args[0].new_zeros(self.size)
        return func(*args, **kwargs)

    def _places(self, index: torch.Tensor | None) -> list[torch.Tensor | None]:
        """An index of bools as the indices that it stands for."""
        if index is None or index.dtype != torch.bool:
            return [index]
        return [index.new_zeros(self.size, dtype=torch.int64)] * index.ndim


class _Held:
    """Standard output that keeps what is printed, as functions run more than once, but for a debugger's prompts."""

    def __init__(self, out: Any) -> None:
        self._out, self._kept, self._through = out, io.StringIO(), False

    def write(self, text: str) -> int:
        return (self._out if self._through else self._kept).write(text)

    def flush(self) -> None:
        self.let_out()
        self._through = True
        self._out.flush()

    def forget(self) -> None:
        """Drops what is kept."""
        self._kept = io.StringIO()

    def let_out(self) -> None:
        """Prints what is kept."""
        self._out.write(self._kept.getvalue())
        self.forget()

    def __bool__(self) -> bool:
        return bool(self._kept.tell())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)


@contextlib.contextmanager
def _printing_once(again: Callable[[], Any] | None = None) -> Iterator[None]:
    """Within it runs of a function print what the last of them prints.

    again: runs it on a graph's tensors, which print as TensorFlow's do; called where the function printed anything.
    """
    outer, held = sys.stdout, _Held(sys.stdout)
    sys.stdout = held
    try:
        yield
        if again is not None and held:
            sys.stdout = other = _Held(outer)
            with contextlib.suppress(Exception):
                again()
                held = other
    finally:
        sys.stdout = outer
        held.let_out()


def _forget_printed() -> None:
    if isinstance(sys.stdout, _Held):
        sys.stdout.forget()


def _is_about_counts(error: BaseException | None) -> bool:
    """Whether an operation failed as only values tell how long its result is."""
    while error is not None and not isinstance(error, (DataDependentOutputException, DynamicOutputShapeException)):
        error = error.__cause__ or error.__context__
    return error is not None


def _run(fn: Callable[..., Any], args: Any, kwargs: Any, size: int, counted: list[int] | None = None) -> Any:
    """`fn` on placeholders, with every tensor of the result as (shape, dtype).

    What only values tell the length of is as long as unknown sizes are; `counted` gets that size where there is any.
    """
    try:
        return _run_with(contextlib.nullcontext(), fn, args, kwargs, size)
    except Exception as error:
        if not _is_about_counts(error):
            raise
    if counted is not None:
        counted.append(size)
    return _run_with(_Counts(size), fn, args, kwargs, size)


def _run_with(counts: Any, fn: Callable[..., Any], args: Any, kwargs: Any, size: int) -> Any:
    from tfcompat._function import modes  # takes a while to load
    from tfcompat._function.recorder import shapes_known

    _forget_printed()
    mode = modes.made(modes.Fakes, allow_non_fake_inputs=True)
    outer = state.graph, state.direct
    state.graph, state.direct = ShapeGraph(mode, size), False

    def stand_in(x: Any) -> Any:
        return _placeholder(x, size) if isinstance(x, KerasTensor) else x

    def describe(x: Any) -> Any:
        if not isinstance(x, Tensor):
            return x
        return _Described(tuple(int(d) for d in x._t.shape), standardize_dtype(BY_STORAGE[x._t.dtype]))

    try:
        with SymbolicScope(), mode, shapes_known(mode), counts:
            args, kwargs = tree.map_structure(stand_in, (args, kwargs))
            return tree.map_structure(describe, fn(*args, **kwargs))
    finally:
        state.graph, state.direct = outer


def _spec_runs(fn: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, Any]:
    with _printing_once(lambda: _captured(fn, args, kwargs)):
        return _described_runs(fn, args, kwargs)


def _described_runs(fn: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, Any]:
    """Two runs of `fn`, with different sizes for the unknown dimensions; the first pair of sizes that it takes.

    Where it takes none, as where it computes with sizes that belong together, and where values tell sizes, it is
    captured as a tf.function is; where that fails too, an unknown size may have to be what another tensor's is.
    """
    unknown = any(isinstance(x, KerasTensor) and None in x.shape for x in tree.flatten((args, kwargs)))
    failure = None
    for sizes in (_SIZES, _CLOSE_SIZES, _ROUND_SIZES, _FEW_SIZES) if unknown else (_SIZES,):
        counted: list[int] = []
        try:
            first = _run(fn, args, kwargs, sizes[0], counted)
            second = _run(fn, args, kwargs, sizes[1]) if unknown or counted else first
        except Exception as e:
            failure = failure or e
            continue
        if counted:
            with contextlib.suppress(Exception):  # what a graph can't hold is as the runs found it
                return (_captured(fn, args, kwargs),) * 2
        return first, second
    assert failure is not None
    try:
        return (_captured(fn, args, kwargs),) * 2
    except Exception:
        pass
    for told, named in guesses((args, kwargs), _Sizes.where_it_fails(fn, args, kwargs)) if unknown else ():
        try:
            return _run(fn, told, named, _SIZES[0]), _run(fn, told, named, _SIZES[1])
        except Exception:
            continue
    raise failure


class _Sizes(TorchDispatchMode):
    """Notes the sizes of the tensors of the operation that fails: those that an unknown size may have to be."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        try:
            return func(*args, **(kwargs or {}))
        except Exception:
            leaves = [x for x in pytree.tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)]
            self.found = {int(d) for x in leaves for d in x.shape if d > 1} - {_SIZES[0]}
            raise

    @classmethod
    def where_it_fails(cls, fn: Callable[..., Any], args: Any, kwargs: Any) -> set[int]:
        sizes = cls()

        def watched(*args: Any, **kwargs: Any) -> Any:
            with sizes:
                return fn(*args, **kwargs)

        with contextlib.suppress(Exception):
            _run(watched, args, kwargs, _SIZES[0])
        return sizes.found


_MOST_GUESSES = 100


def guesses(args: Any, known: set[int]) -> Iterator[Any]:
    """The arguments with some of the unknown sizes among the `known` ones, which they may have to equal; few first."""
    shapes = {id(x): tuple(x.shape) for x in tree.flatten(args) if isinstance(x, KerasTensor)}
    unknown = [(key, axis) for key, shape in shapes.items() for axis, d in enumerate(shape) if d is None]
    choices = (
        dict(zip(places, sizes))
        for count in range(1, len(unknown) + 1)
        for places in itertools.combinations(unknown, count)
        for sizes in itertools.product(sorted(known), repeat=count)
    )
    for told in itertools.islice(choices, _MOST_GUESSES):

        def stand_in(x: Any, told: Any = told) -> Any:
            if not isinstance(x, KerasTensor):
                return x
            shape = [told.get((id(x), axis), d) for axis, d in enumerate(x.shape)]
            return KerasTensor(shape, x.dtype, record_history=False, name=x.name)

        yield tree.map_structure(stand_in, args)


def _captured(fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """`fn` on a graph's placeholders, with every tensor of the result as (shape, dtype)."""
    from tfcompat._function.graph import FuncGraph  # takes a while to load
    from tfcompat._function.placeholders import placeholder

    _forget_printed()
    graph = FuncGraph("call", None, True)

    def stand_in(x: Any) -> Any:
        if not isinstance(x, KerasTensor):
            return x
        return placeholder(graph, TensorSpec(x.shape, dtypes.as_dtype(x.dtype)), "Placeholder")

    def describe(x: Any) -> Any:
        if not isinstance(x, Tensor):
            return x
        return _Described(tuple(x.shape.as_list()), standardize_dtype(x.dtype))

    with SymbolicScope(), graph.as_default():
        args, kwargs = tree.map_structure(stand_in, (args, kwargs))
        return tree.map_structure(describe, fn(*args, **kwargs))


class _Described:
    """The shape and dtype of one tensor of a run's result."""

    def __init__(self, shape: tuple[int | None, ...], dtype: str) -> None:
        self.shape, self.dtype = shape, dtype


def compute_output_spec(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The result of `fn`, with KerasTensors for tensors, when its arguments hold KerasTensors for tensors.

    Variables keep their values, and those that `fn` creates are real. What `fn` raises passes through.
    """
    return tree.map_structure(_as_keras_tensor, tree.map_structure(_common, *_spec_runs(fn, args, kwargs)))


def spec_of_function(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`compute_output_spec` of a function that creates nothing, which is run once more, on small tensors."""
    first, second = _spec_runs(fn, args, kwargs)
    found = tree.map_structure(_common, first, second)
    if first is not second:
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # what the function prints was printed
                third = _run(fn, args, kwargs, _SMALL_SIZE)
            found = tree.map_structure(lambda a, b: _common(a, b) if _same_rank(a, b) else a, found, third)
        except Exception:  # what is too small for the function tells nothing
            pass
    return tree.map_structure(_as_keras_tensor, found)


def _same_rank(a: Any, b: Any) -> bool:
    return isinstance(a, _Described) and len(a.shape) == len(b.shape)


def _common(a: Any, b: Any) -> Any:
    """What two runs agree on: sizes that differ are unknown."""
    if not isinstance(a, _Described):
        return a
    shape = tuple(x if x == y else None for x, y in zip(a.shape, b.shape))
    return _Described(shape if _same_rank(a, b) else (None,) * len(a.shape), a.dtype)


def _as_keras_tensor(x: Any) -> Any:
    return KerasTensor(x.shape, x.dtype) if isinstance(x, _Described) else x


def dry_run(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Runs `fn` once for the variables that it creates; what it assigns is lost. What `fn` raises passes through."""
    size = _SIZES[0]
    symbolic = any(isinstance(x, KerasTensor) for x in tree.flatten((args, kwargs)))
    again = (lambda: _captured(fn, args, kwargs)) if symbolic else None
    unknown = any(x.shape[:1] == [None] for x in tree.flatten((args, kwargs)) if isinstance(x, Tensor) and x.shape.rank)
    with _printing_once(again), batch_of(size) if unknown else contextlib.nullcontext():
        _run(fn, args, kwargs, size)
