"""Functions applied to each slice of tensors: tf.map_fn, tf.vectorized_map, tf.scan, tf.foldl and tf.foldr."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._arrays.control import while_loop
from tfcompat._arrays.joining import stack
from tfcompat._arrays.shaping import shape as shape_of
from tfcompat._core import dtypes, errors, logging, structure
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import wrap
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._core.tensor_array import TensorArray
from tfcompat._core.type_spec import BatchableTypeSpec, TypeSpec, type_spec_from_value


def _check_callable(fn: Any) -> None:
    if not callable(fn):
        raise TypeError(f"Argument `fn` must be callable, got {fn!r}.")


def _elements(elems: Any) -> list[Any]:
    """The tensors of `elems`; their first dimensions are the same."""
    flat = [convert_to_tensor(e) for e in structure.flatten(elems)]
    if not flat:
        raise ValueError(
            f"elems must be a Tensor or (possibly nested) sequence of Tensors. Got {elems}, which does not contain any "
            "Tensors."
        )
    if any(e.shape.rank == 0 for e in flat):
        raise ValueError("Elements in elems must be 1+ dimensional Tensors, not scalars")
    sizes = [e.shape[0] for e in flat]
    for size in sizes[1:]:
        if size is not None and sizes[0] is not None and size != sizes[0]:
            raise ValueError(f"Dimensions {sizes[0]} and {size} are not compatible")
    return flat


def _count(flat: Sequence[Any]) -> Any:
    """The first dimension: an int, or a tensor where it is not known."""
    size = flat[0].shape[0]
    return shape_of(flat[0])[0] if size is None else size


def _arrays_of(flat: Sequence[Any], count: Any) -> list[TensorArray]:
    return [TensorArray(e.dtype, size=count, infer_shape=True, element_shape=e.shape[1:]).unstack(e) for e in flat]


def _is_dense(signature: Any) -> bool:
    return not isinstance(signature, TypeSpec) or isinstance(signature, TensorSpec)


def _dtype_of(signature: Any) -> dtypes.DType:
    return signature.dtype if isinstance(signature, TensorSpec) else dtypes.as_dtype(signature)


def _map_composites(fn: Callable[[Any], Any], elems: Any, signature: Any) -> Any:
    """map_fn where composite tensors, such as ragged ones, go in or come out: row by row in Python."""
    flat: list[Any] = [e if isinstance(e, CompositeTensor) else convert_to_tensor(e) for e in structure.flatten(elems)]
    specs: list[Any] = [type_spec_from_value(e) for e in flat]
    for spec, e in zip(specs, flat, strict=True):
        if not isinstance(spec, BatchableTypeSpec):
            raise TypeError(f"map_fn can not consume {spec} inputs: got {e!r}")
    like = elems if signature is None else signature
    kinds = [spec._unbatch() for spec in specs] if signature is None else structure.flatten(signature)
    for kind in kinds:
        if isinstance(kind, TypeSpec) and not isinstance(kind, BatchableTypeSpec):
            raise TypeError(f"map_fn can not generate {kind} outputs")
    rows: list[list[Any]] = [[] for _ in kinds]
    for i in range(specs[0]._batch_size(flat[0])):
        slices = [spec._element(e, i) for spec, e in zip(specs, flat, strict=True)]
        result = fn(structure.pack_sequence_as(elems, slices))
        structure.assert_same_structure(like, result)
        for row, r in zip(rows, structure.flatten(result), strict=True):
            row.append(r)
    return structure.pack_sequence_as(like, [_together(k, row) for k, row in zip(kinds, rows, strict=True)])


def _together(signature: Any, rows: list[Any]) -> Any:
    """The results of one output, stacked as the signature says."""
    if not _is_dense(signature):
        return signature._stacked(rows)
    dtype = _dtype_of(signature)
    made = [convert_to_tensor(r, dtype) for r in rows]
    for r in made:
        if r.shape != made[0].shape:
            raise ValueError(f"Incompatible shape for value ({r.shape}), expected ({made[0].shape})")
    return stack(made) if made else TensorSpec(None, dtype)._stacked(())


def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """`fn` applied to each slice of `elems` along the first dimension, the results stacked (tf.map_fn).

    elems: a tensor, dense, ragged or sparse, or a nest of them, of one first dimension. fn_output_signature: the
    dtypes (or type specs) of what `fn` returns, where they or its structure are not those of `elems`; `dtype` is its
    old name. infer_shape: results must all have one shape. parallel_iterations, back_prop and swap_memory are hints to
    TensorFlow's graphs.
    """
    _check_callable(fn)
    signature = dtype if fn_output_signature is None else fn_output_signature
    inputs_dense = not any(isinstance(e, CompositeTensor) for e in structure.flatten(elems))
    if not inputs_dense or not all(map(_is_dense, structure.flatten(signature))):
        return _map_composites(fn, elems, signature)
    flat = _elements(elems)
    like = elems if signature is None else signature
    kinds = [e.dtype for e in flat] if signature is None else [_dtype_of(s) for s in structure.flatten(signature)]
    count = _count(flat)
    inputs = _arrays_of(flat, count)
    outputs = [TensorArray(k, size=count, infer_shape=infer_shape) for k in kinds]

    def body(i: Any, arrays: Any) -> Any:
        result = fn(structure.pack_sequence_as(elems, [a.read(i) for a in inputs]))
        structure.assert_same_structure(like, result)
        flat_result = structure.flatten(result)
        return i + 1, [a.write(i, r) for a, r in zip(arrays, flat_result, strict=True)]

    _, arrays = while_loop(
        lambda i, _: i < count, body, (_start(), outputs), maximum_iterations=count if state.graph is not None else None
    )
    return structure.pack_sequence_as(like, [a.stack() for a in arrays])


def _start() -> Any:
    """The first index: a number that Python counts up, or in a graph a tensor."""
    return 0 if state.graph is None else convert_to_tensor(0)


def scan(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """The values of a = fn(a, slice) over the slices of `elems`, all of them stacked (tf.scan).

    initializer: the first a, a tensor or nest whose structure `fn` returns; where None it is the first slice, and the
    first result. reverse: from the last slice to the first. parallel_iterations, back_prop and swap_memory are hints to
    TensorFlow's graphs. OutOfRangeError where there is neither an initializer nor a slice.
    """
    _check_callable(fn)
    flat = _elements(elems)
    count = _count(flat)
    inputs = _arrays_of(flat, count)
    for a in inputs:
        a._clear_after_read = False
    like = elems if initializer is None else initializer
    if initializer is None:
        first = (count - 1) if reverse else 0
        begin, start = [a.read(first) for a in inputs], 1
    else:
        begin, start = [convert_to_tensor(v) for v in structure.flatten(initializer)], 0
    shapes = [a.shape if infer_shape else None for a in begin]
    outputs = [
        TensorArray(a.dtype, size=count, infer_shape=infer_shape, element_shape=shape)
        for a, shape in zip(begin, shapes, strict=True)
    ]
    if start:
        outputs = [o.write(first, a) for o, a in zip(outputs, begin, strict=True)]

    def body(i: Any, current: Any, arrays: Any) -> Any:
        where = count - 1 - i if reverse else i
        slices = structure.pack_sequence_as(elems, [a.read(where) for a in inputs])
        result = fn(structure.pack_sequence_as(like, list(current)), slices)
        structure.assert_same_structure(like, result)
        current = structure.flatten(result)
        return i + 1, current, [o.write(where, a) for o, a in zip(arrays, current, strict=True)]

    _, _, arrays = while_loop(lambda i, *_: i < count, body, (_start() + start, begin, outputs))
    return structure.pack_sequence_as(like, [o.stack() for o in arrays])


def _fold(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any, backwards: bool) -> Any:
    _check_callable(fn)
    flat = _elements(elems)
    count = _count(flat)
    inputs = _arrays_of(flat, count)
    like = elems if initializer is None else initializer
    if initializer is None:
        first = (count - 1) if backwards else 0
        begin, start = [a.read(first) for a in inputs], 1
    else:
        begin, start = [convert_to_tensor(v) for v in structure.flatten(initializer)], 0

    def body(i: Any, current: Any) -> Any:
        where = count - 1 - i if backwards else i
        slices = structure.pack_sequence_as(elems, [a.read(where) for a in inputs])
        result = fn(structure.pack_sequence_as(like, list(current)), slices)
        structure.assert_same_structure(like, result)
        return i + 1, structure.flatten(result)

    _, current = while_loop(lambda i, _: i < count, body, (_start() + start, begin))
    return structure.pack_sequence_as(like, list(current))


def foldl(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last of the values a = fn(a, slice) over the slices of `elems`, from the first slice on (tf.foldl).

    Arguments and errors as `scan`.
    """
    return _fold(fn, elems, initializer, backwards=False)


def foldr(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """As `foldl`, from the last slice to the first (tf.foldr)."""
    return _fold(fn, elems, initializer, backwards=True)


# ---- vectorized_map ----


def vectorized_map(fn: Callable[[Any], Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True) -> Any:
    """`fn` applied to all slices of `elems` at once, with torch.vmap; the results are stacked (tf.vectorized_map).

    elems: a tensor or nest of them, whose first dimensions are the same or 1. Where `fn` needs values, as Python's `if`
    does, it is called slice by slice, with a warning if `warn`; without `fallback_to_while_loop` that is a ValueError.
    """
    _check_callable(fn)
    batch = _Batch(elems)
    flat = batch.tensors
    if not flat or any(e.shape.rank == 0 for e in flat):
        raise ValueError(f"Argument `elems` takes tensors of at least one dimension, got {elems!r}.")
    sizes = [e._t.shape[0] for e in flat]
    known = all(type(n) is int for n in sizes)
    count = max(sizes) if known else next(n for n in sizes if type(n) is not int)
    for n in sizes:
        if not (type(n) is int and n == 1) and n != count:
            raise errors.InvalidArgumentError(None, None, f"First dimensions of `elems` must be {count} or 1, got {n}")
    if (known and not count) or any(not isinstance(e._t, torch.Tensor) for e in flat):
        return _one_by_one(fn, batch, count)
    outputs: list[_Results] = []

    def one(*slices: torch.Tensor) -> tuple[torch.Tensor, ...]:
        outputs.append(_Results(fn(batch.element([wrap(s) for s in slices]))))
        return tuple([t._t for t in outputs[-1].tensors])

    try:
        found = torch.vmap(one, randomness="different")(*(e._t.expand(count, *e._t.shape[1:]) for e in flat))
    except Exception as e:
        if not known:
            raise
        if not fallback_to_while_loop:
            raise ValueError(f"tf.vectorized_map could not run `fn` on all slices at once: {e}") from e
        if warn:
            logging.warning("tf.vectorized_map runs `fn` slice by slice: %s", e, first=1)
        return _one_by_one(fn, batch, count)
    return outputs[-1].batched([wrap(t) for t in found], count)


class _Batch:
    """The tensors in `elems`, whose composite tensors are taken apart, and how an element is put together."""

    def __init__(self, elems: Any) -> None:
        self.elems, self.tensors = elems, []
        self._specs: list[Any] = []
        for e in structure.flatten(elems):
            spec: Any = e._type_spec if isinstance(e, CompositeTensor) else None
            found = [convert_to_tensor(e)] if spec is None else spec._to_batched_tensor_list(e)
            self._specs.append((spec and spec._unbatch(), len(found)))
            self.tensors += found

    def element(self, tensors: Sequence[Any]) -> Any:
        """The element that has these tensors."""
        return structure.pack_sequence_as(self.elems, _together_again(self._specs, tensors))


class _Results:
    """What `fn` returned for one element: its tensors, and how the results for all are put together."""

    def __init__(self, result: Any) -> None:
        self.result, self.tensors = result, []
        self._specs: list[Any] = []
        for r in structure.flatten(result):
            spec = r._type_spec if isinstance(r, CompositeTensor) else None
            found = [] if r is None else [convert_to_tensor(r)] if spec is None else spec._to_tensor_list(r)
            self._specs.append((spec, len(found)))
            self.tensors += found

    def batched(self, tensors: Sequence[Any], count: int) -> Any:
        """The results for `count` elements, whose tensors these are."""
        specs = [(spec and spec._batch(count), size) for spec, size in self._specs]
        return structure.pack_sequence_as(self.result, _together_again(specs, tensors))


def _together_again(specs: Sequence[tuple[Any, int]], tensors: Sequence[Any]) -> list[Any]:
    """The values of these specs (None: a tensor, or nothing) that have so many of the tensors each."""
    rest = iter(tensors)
    made = []
    for spec, size in specs:
        own = [next(rest) for _ in range(size)]
        made.append(spec._from_compatible_tensor_list(own) if spec is not None else own[0] if own else None)
    return made


def _one_by_one(fn: Callable[[Any], Any], batch: _Batch, count: int) -> Any:
    flat = batch.tensors
    if not count:
        zeros = [wrap(torch.zeros(e._t.shape[1:], dtype=e._t.dtype)) for e in flat]
        results = _Results(fn(batch.element(zeros)))
        return results.batched([wrap(t._t.new_zeros((0, *t.shape))) for t in results.tensors], 0)
    rows = [_Results(fn(batch.element([e[i if e.shape[0] == count else 0] for e in flat]))) for i in range(count)]
    return rows[-1].batched([stack(list(column)) for column in zip(*(r.tensors for r in rows), strict=True)], count)
