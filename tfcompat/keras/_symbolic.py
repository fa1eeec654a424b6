"""What a function gives for KerasTensors, found by running it on torch's fake tensors: shapes and dtypes, no values."""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch._subclasses.fake_tensor import DataDependentOutputException, DynamicOutputShapeException, FakeTensorMode
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode

from tfcompat._core import dtypes
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat.keras import tree
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._scopes import SymbolicScope, without_batch
from tfcompat.keras._shape_graph import OpenGraph, ShapeGraph

# Sizes that stand for an unknown dimension: what differs between a run with one and a run with the other is unknown.
_SIZES = (83, 331)
_OPEN_SIZE = _SIZES[1]  # what is a multiple of it is shown as unknown
# Where the second is too much, as for learned embeddings of positions; strides of many may leave them alike.
_CLOSE_SIZES = (83, 89)
# Their stand-ins where those fail, as where a size must be even.
_ROUND_SIZES = (27720, 55440)
_FEW_SIZES = (3, 5)  # for functions that take no more than some length, as learned embeddings of positions do
_SMALL_SIZE = 2  # tells what is as long as an axis from what is cut off at some known length


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


def _is_about_counts(error: BaseException | None) -> bool:
    """Whether an operation failed as only values tell how long its result is."""
    while error is not None and not isinstance(error, (DataDependentOutputException, DynamicOutputShapeException)):
        error = error.__cause__ or error.__context__
    return error is not None


def _run(fn: Callable[..., Any], args: Any, kwargs: Any, size: int, counted: list[int] | None = None) -> Any:
    """`fn` on placeholders, with every tensor of the result as (shape, dtype).

    What only values tell the length of is as long as unknown sizes are; `counted` gets that size where there is any.
    """
    graph = functools.partial(ShapeGraph, size=size)
    try:
        return _run_in(graph, fn, args, kwargs)
    except Exception as error:
        if not _is_about_counts(error):
            raise
    if counted is not None:
        counted.append(size)
    return _run_in(graph, fn, args, kwargs, _Counts(size))


def _run_in(
    graph: Callable[[FakeTensorMode], ShapeGraph], fn: Callable[..., Any], args: Any, kwargs: Any, counts: Any = None
) -> Any:
    """The run of `fn` within a graph, made for a mode of fakes, on what stands there for its arguments."""
    from tfcompat._function import modes  # takes a while to load
    from tfcompat._function.recorder import shapes_known

    mode = modes.made(modes.Fakes, allow_non_fake_inputs=True)
    outer, made = (state.graph, state.direct), graph(mode)
    state.graph, state.direct = made, False

    def stand_in(x: Any) -> Any:
        return made.placeholder(x) if isinstance(x, KerasTensor) else x

    def describe(x: Any) -> Any:
        if not isinstance(x, Tensor):
            return x
        return _Described(tuple(made.told(int(d)) for d in x._t.shape), standardize_dtype(BY_STORAGE[x._t.dtype]))

    try:
        with SymbolicScope(), mode, shapes_known(mode), counts or contextlib.nullcontext():
            args, kwargs = tree.map_structure(stand_in, (args, kwargs))
            return tree.map_structure(describe, fn(*args, **kwargs))
    finally:
        state.graph, state.direct = outer


def _open_run(fn: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """`fn` on tensors that look as a function's do while it is captured, with every tensor of the result as
    (shape, dtype).

    A second run, for what of the sizes is unknown, prints nothing: a program sees that its function is called once.
    """
    first = _run_in(functools.partial(OpenGraph, size=_OPEN_SIZE), fn, args, kwargs)
    if not _has_unknown(args, kwargs):
        return first
    with _unheard():
        second = _run_in(functools.partial(OpenGraph, size=_SIZES[0]), fn, args, kwargs)
    return tree.map_structure(_common, first, second)


def _unheard() -> contextlib.redirect_stdout[io.StringIO]:
    """Within it nothing is printed, as what a function prints was."""
    return contextlib.redirect_stdout(io.StringIO())


def _has_unknown(args: Any, kwargs: Any) -> bool:
    return any(isinstance(x, KerasTensor) and None in x.shape for x in tree.flatten((args, kwargs)))


def _spec_runs(fn: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, Any]:
    """Two runs of `fn`, with different sizes for the unknown dimensions; the first pair of sizes that it takes.

    Where it takes none, as where it computes with sizes that belong together, and where values tell sizes, it is
    captured as a tf.function is; where that fails too, an unknown size may have to be what another tensor's is.
    """
    unknown = _has_unknown(args, kwargs)
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
    try:
        found = _open_run(fn, args, kwargs)
    except Exception:  # which other sizes may not meet
        with _unheard():
            found = tree.map_structure(_common, *_spec_runs(fn, args, kwargs))
    return tree.map_structure(_as_keras_tensor, found)


def spec_of_function(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`compute_output_spec` of a function that creates nothing, which is run once more, on small tensors."""
    first, second = _spec_runs(fn, args, kwargs)
    found = tree.map_structure(_common, first, second)
    if first is not second:
        try:
            with _unheard():
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
    args, kwargs = tree.map_structure(_as_open, (args, kwargs))
    try:
        _run_in(functools.partial(OpenGraph, size=_OPEN_SIZE), fn, args, kwargs)
    except Exception:
        with _unheard():
            _run(fn, args, kwargs, _SIZES[0])


def _as_open(x: Any) -> Any:
    """What stands for a tensor of the shape that layers are built for."""
    if not isinstance(x, Tensor) or x.shape.rank is None:
        return x
    return KerasTensor(without_batch(tuple(x.shape.as_list())), standardize_dtype(x.dtype), record_history=False)
