"""Functions that take tensors of any rank: a SavedModel has a graph for each rank that they take."""

from __future__ import annotations

import contextlib
import io
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tfcompat._core import errors, structure
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state

RANKS = range(7)
_FEW = range(5)  # where two arguments may have any rank


class Ranked(NamedTuple):
    """A graph of a function, and the ranks of those arguments that may have any."""

    ranks: tuple[int, ...]
    captured: Any


def is_open(concrete: Any) -> bool:
    """Whether an argument may have any rank."""
    return any(leaf.spec.shape.rank is None for leaf in concrete.plan.leaves)


def open_places(specs: Sequence[Any]) -> list[int]:
    """Which of the tensors that a function takes may have any rank."""
    return [i for i, spec in enumerate(specs) if spec.shape.rank is None]


def _tried(count: int) -> Iterator[tuple[int, ...]]:
    if count == 1:
        yield from ((rank,) for rank in RANKS)
    elif count == 2:
        yield from itertools.product(_FEW, repeat=2)
    else:
        yield from ((rank,) * count for rank in RANKS)


def of_each_rank(concrete: Any) -> list[Ranked]:
    """Graphs for the ranks that a function takes, of those that are tried; all give the same nest of tensors.

    Tried are ranks up to 6; of two arguments, all pairs up to 4; of more, those where all are the same.
    """
    specs = [leaf.spec for leaf in concrete.plan.leaves]
    places = open_places(specs)
    found: list[Ranked] = []
    for ranks in _tried(len(places)):
        given = list(specs)
        for place, rank in zip(places, ranks, strict=True):
            given[place] = TensorSpec([None] * rank, given[place].dtype, given[place].name)
        before = len(concrete._captured)
        concrete._guesses = True
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # what the function prints was printed
                concrete._capture(given)
        except Exception:  # whatever it is: the function takes no such rank
            continue
        finally:
            concrete._guesses = False
        if len(concrete._captured) > before:
            found.append(Ranked(ranks, concrete._captured[-1]))
    return [each for each in found if _same(each.captured.result, found[0].captured.result)]


def _same(result: Any, first: Any) -> bool:
    """Whether two nests have the same structure, with tensors of the same dtypes."""
    try:
        structure.assert_same_structure(result, first, expand_composites=True)
    except (TypeError, ValueError):
        return False
    flat = zip(*(structure.flatten(x, expand_composites=True) for x in (result, first)), strict=True)
    return all(getattr(a, "dtype", None) == getattr(b, "dtype", None) for a, b in flat)


def common_result(graphs: Sequence[Ranked]) -> Any:
    """The specs of what all graphs give: of any rank where the ranks differ."""

    def common(*each: Any) -> Any:
        first = each[0]
        if first is None or isinstance(first, CompositeTensor):
            return first if first is None else first._type_spec
        shape = first.shape
        for other in each[1:]:
            shape = shape.most_specific_compatible_shape(other.shape)
        return TensorSpec(shape, first.dtype)

    return structure.map_structure(common, *[each.captured.result for each in graphs])


def by_rank(name: str, inputs: Any, runs: Mapping[tuple[int, ...], Callable[[Sequence[Any]], Any]]) -> Any:
    """What runs the graph for the ranks of the tensors; InvalidArgumentError where there is none."""
    leaves = structure.flatten(inputs, expand_composites=True)
    places = open_places([leaf for leaf in leaves if isinstance(leaf, TensorSpec)])

    def run(tensors: Sequence[Any]) -> Any:
        values = [tensors[p]._t if state.graph is None else state.graph.captured(tensors[p]) for p in places]
        ranks = tuple(value.ndim for value in values)
        if ranks not in runs:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"The function {name} of the SavedModel takes arguments of the ranks {sorted(runs)}, got {ranks}.",
            )
        return runs[ranks](tensors)

    return run
