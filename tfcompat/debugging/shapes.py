"""Assertions on ranks and shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.reference import Reference
from tfcompat._sparse.tensor import convert_to_tensor_or_sparse_tensor
from tfcompat.debugging.comparisons import _summary
from tfcompat.debugging.kinds import prefix


def _rank(rank: Any) -> int:
    if type(rank) is int:
        return rank
    t = convert_to_tensor(rank)
    if t.dtype is not dtypes.int32:
        raise TypeError(f"tensor must be of type {dtypes.int32!r}; got {t.dtype!r}")
    if t.shape.rank != 0:
        raise ValueError("Rank must be a scalar.")
    return int(t)


def _assert(x: Any, good: Callable[[int], bool], wanted: str, message: str | None) -> None:
    shape = convert_to_tensor_or_sparse_tensor(x).shape
    if not good(shape.rank):
        raise ValueError(
            f"{prefix(message)}Tensor  must have rank {wanted}.  Received rank {shape.rank}, shape {shape}"
        )


def assert_rank(x: Any, rank: Any, message: str | None = None, name: str | None = None) -> None:
    """Asserts that a tensor has `rank` dimensions; ValueError where it has not (tf.debugging.assert_rank)."""
    wanted = _rank(rank)
    _assert(x, lambda n: n == wanted, str(wanted), message)


def assert_rank_at_least(x: Any, rank: Any, message: str | None = None, name: str | None = None) -> None:
    """Asserts that a tensor has `rank` dimensions or more; ValueError where not (tf.debugging.assert_rank_at_least)."""
    wanted = _rank(rank)
    _assert(convert_to_tensor(x), lambda n: n >= wanted, f"at least {wanted}", message)


def assert_rank_in(x: Any, ranks: Iterable[Any], message: str | None = None, name: str | None = None) -> None:
    """Asserts that the number of a tensor's dimensions is one of `ranks`; ValueError where not.

    (tf.debugging.assert_rank_in)
    """
    wanted = tuple(_rank(r) for r in ranks)
    _assert(x, lambda n: n in wanted, f"in {wanted}", message)


def assert_scalar(tensor: Any, name: str | None = None, message: str | None = None) -> Any:
    """Asserts that a tensor has no dimensions; ValueError where it has (tf.debugging.assert_scalar)."""
    t = convert_to_tensor(tensor)
    if t.shape.rank != 0:
        raise ValueError(f"{prefix(message)}Expected scalar shape, saw shape: {t.shape}.")


_ANY = (None, ".")
_REST = (..., "*")


def _described(t: Any) -> str:
    return f"shape={t.shape} dtype={t.dtype.name}"


def _symbols(t: Any, spec: Any, start: str) -> tuple[list[Any], bool]:
    """The sizes that a shape's description asks for, and whether any number of dimensions may come before them."""
    if not hasattr(spec, "__iter__") and not hasattr(spec, "__getitem__"):
        raise ValueError(
            f"{start}Tensor {_described(t)}.  Specified shape must be an iterable.  An iterable has the attribute "
            f"`__iter__` or `__getitem__`.  Received specified shape: {spec}"
        )
    sizes = list(spec)
    for i, size in enumerate(sizes):
        if i and size in _REST:
            raise ValueError(
                f"{start}Tensor {_described(t)} specified shape index {i}.  Symbol `...` or `*` for a variable number "
                "of unspecified dimensions is only allowed as the first entry"
            )
    return (sizes[1:], True) if sizes and sizes[0] in _REST else (sizes, False)


def assert_shapes(
    shapes: Any,
    data: Sequence[Any] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> None:
    """Asserts that tensors have the shapes they are said to have (tf.debugging.assert_shapes).

    shapes: (tensor, sizes) pairs, or a dict of them. A size is a number; a name, the same size wherever it stands; or
    None or "." for any. "..." or "*" in front stands for any number of dimensions. Shapes () and (1,) count as one.
    ValueError where a shape differs, with the first `summarize` (3) elements of the tensors `data`.
    """
    start = prefix(message)
    end = "".join(f"\n{_summary(d, 3 if summarize is None else summarize)}" for d in data or ())
    known: dict[Any, tuple[Any, str]] = {}
    for tensor, spec in shapes.items() if isinstance(shapes, dict) else shapes:
        t = convert_to_tensor_or_sparse_tensor(tensor.deref() if isinstance(tensor, Reference) else tensor)
        sizes, open_ended = _symbols(t, spec, start)
        shape = t.shape.as_list()
        if not open_ended and len(shape) < 2 and sizes in ([], [1]) and shape in ([], [1]):
            continue
        if open_ended and len(shape) < len(sizes):
            assert_rank_at_least(t, len(sizes), message)
        elif not open_ended:
            assert_rank(t, len(sizes), message)
        for i, wanted in enumerate(sizes):
            where = i - len(sizes) if open_ended else i
            found = shape[where]
            if wanted in _ANY or found is None:
                continue
            if isinstance(wanted, int):
                size, why = wanted, "Specified explicitly."
            elif wanted in known:
                size, why = known[wanted]
            else:
                known[wanted] = found, f"Specified by tensor {_described(t)} dimension {where}."
                continue
            if found != size:
                raise ValueError(
                    f"{start}{why}  Tensor {_described(t)} dimension {where} must have size {size}.  "
                    f"Received size {found}, shape {t.shape}{end}"
                )
