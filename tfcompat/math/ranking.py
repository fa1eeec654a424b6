"""tf.math's functions of order: where the largest elements are, and whether a class is among them."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from tfcompat._core import arguments, dtypes
from tfcompat._core.arguments import FLOATS, HALVES, REALS, expect
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import Invalid, Value, is_symbolic, kernel_dtype, op
from tfcompat._core.unsigned import by_order, ordered

_ARGMAX_TYPES = (dtypes.int16, dtypes.uint16, dtypes.int32, dtypes.int64)
_ARGMIN_TYPES = (dtypes.int32, dtypes.int64)


def _argument_of(
    torch_op: Any, least: float, x: torch.Tensor, axis: Any, output_type: Any, allowed: tuple[dtypes.DType, ...]
) -> torch.Tensor:
    kind = dtypes.as_dtype(output_type)
    if kind not in allowed:
        names = ", ".join(d.name for d in allowed)
        raise Invalid(
            f"Value for attr 'output_type' of {kernel_dtype(kind)} is not in the list of allowed values: {names}"
        )
    dim = arguments.axis(0 if axis is None else axis, x.ndim)
    if x.shape[dim] == 0:
        raise Invalid(f"Reduction axis {dim} is empty in shape [{','.join(map(str, x.shape))}]")
    if x.dtype in FLOATS:  # TensorFlow passes over NaN, which torch finds the largest
        x = torch.nan_to_num(x, nan=least, posinf=float("inf"), neginf=float("-inf"))
    elif x.dtype is torch.bool:
        x = x.to(torch.uint8)
    return torch_op(ordered(x.detach()), dim).to(kind.torch)


@op("ArgMax")
def argmax(
    input: Value,
    axis: Any = None,
    output_type: Any = dtypes.int64,
    name: str | None = None,
) -> torch.Tensor:
    """Where the largest element along `axis` (None: 0) is, the first of equal ones, as `output_type` (tf.math.argmax).

    NaN is passed over. InvalidArgumentError for an axis that is empty or not there.
    """
    if isinstance(axis, (list, tuple)):
        raise TypeError(f"axis must be int or Tensor with integer datatype, got {axis!r}.")
    return _argument_of(torch.argmax, float("-inf"), input, axis, output_type, _ARGMAX_TYPES)


@op("ArgMin")
def argmin(
    input: Value,
    axis: Any = None,
    output_type: Any = dtypes.int64,
    name: str | None = None,
) -> torch.Tensor:
    """Where the smallest element along `axis` (None: 0) is, the first of equal ones, as `output_type` (tf.math.argmin).

    NaN is passed over. InvalidArgumentError for an axis that is empty or not there.
    """
    if isinstance(axis, (list, tuple)):
        raise Invalid(f"dim must be a scalar, but received {axis!r}")
    return _argument_of(torch.argmin, float("inf"), input, axis, output_type, _ARGMIN_TYPES)


class TopKV2(NamedTuple):
    """What `top_k` returns."""

    values: Any
    indices: Any


class ApproxTopK(NamedTuple):
    """What `approx_max_k` and `approx_min_k` return."""

    values: Any
    indices: Any


def _order_keys(x: torch.Tensor) -> torch.Tensor | None:
    """int64 numbers in the order of the last axis of `x`, an earlier one above an equal later one; None for 64 bits."""
    size = x.shape[-1]
    if x.dtype in HALVES or x.dtype is torch.float32:
        bits = (x.to(torch.float32) + 0.0).view(torch.int32)  # + 0.0 makes -0.0 and 0.0 equal
        ordered = (bits ^ ((bits >> 31) & 0x7FFFFFFF)).to(torch.int64)
    elif x.dtype in (torch.int64, torch.uint64, torch.float64):
        return None
    else:
        ordered = x.to(torch.int64) - (2**31 if x.dtype is torch.uint32 else 0)
    return (ordered << 32) + torch.arange(size - 1, -1, -1, device=x.device)


_SORTED_FLOATS = frozenset({torch.float32, torch.float64})


def largest(x: torch.Tensor, k: Any) -> torch.Tensor:
    """Where the k largest elements of the last axis are, in order, the first of equal ones first."""
    x = ordered(x.detach())
    if x.is_cpu and type(k) is int and 0 < k < x.shape[-1] and not is_symbolic(x) and x.dtype in _SORTED_FLOATS:
        values, places = torch.topk(x, k + 1, -1)
        # Where each is above the next, and none is NaN, there is one order.
        if bool((values[..., :-1] > values[..., 1:]).all()):
            return places[..., :k]
    keys = _order_keys(x)
    if keys is None:
        return torch.sort(x, dim=-1, descending=True, stable=True).indices[..., :k]
    return torch.topk(keys, k, -1).indices


@op("TopKV2")
def top_k(
    input: Value, k: Any = 1, sorted: bool = True, index_type: Any = dtypes.int32, name: str | None = None
) -> TopKV2:
    """The k largest elements of each row, the last axis, and where they are, largest first (tf.math.top_k).

    Of equal elements the first comes first; `sorted=False` allows any order, and gives this one. index_type: int16,
    int32 or int64. Returns a named tuple (values, indices). InvalidArgumentError where the rows have fewer elements.
    """
    kind = dtypes.as_dtype(index_type)
    if kind not in (dtypes.int16, dtypes.int32, dtypes.int64):
        got = kernel_dtype(kind)
        raise Invalid(f"Value for attr 'index_type' of {got} is not in the list of allowed values: int16, int32, int64")
    count = arguments.integer(k, "k")
    if isinstance(count, int) and count < 0:
        raise Invalid(f"Need k >= 0, got {count}")
    if not expect(input, REALS).ndim:
        raise Invalid("input must be >= 1-D, got shape []")
    if isinstance(count, int) and isinstance(input.shape[-1], int) and input.shape[-1] < count:
        raise Invalid(f"input must have at least k columns. Had {input.shape[-1]}, needed {count}")
    places = largest(input, count)
    if input.dtype is torch.uint64:
        return TopKV2(by_order(lambda t: torch.gather(t, -1, places), input), places.to(kind.torch))
    return TopKV2(torch.gather(input, -1, places), places.to(kind.torch))


def in_top_k(targets: Any, predictions: Any, k: Any, name: str | None = None) -> Any:
    """Whether the prediction for each target class is among the k largest of its row (tf.math.in_top_k).

    targets: [batch] of int32 or int64; predictions: [batch, classes] of float32. Classes with the same prediction as
    the target's do not push it out. False where a target is no class or a prediction needed for the answer not finite.
    """
    scores = predictions if hasattr(predictions, "dtype") else convert_to_tensor(predictions, dtypes.float32)
    return _in_top_k(targets, scores, k, name)


@op("InTopKV2")
def _in_top_k(targets: Value, predictions: Value, k: Any, name: str | None = None) -> torch.Tensor:
    expect(targets, frozenset({torch.int32, torch.int64}))
    expect(predictions, frozenset({torch.float32}))
    if predictions.ndim != 2:
        raise Invalid("predictions must be 2-dimensional")
    if targets.ndim != 1:
        raise Invalid("targets must be 1-dimensional")
    if predictions.shape[0] != targets.shape[0]:
        raise Invalid(
            f"First dimension of predictions {predictions.shape[0]} must match length of targets {targets.shape[0]}"
        )
    classes, count = predictions.shape[1], arguments.integer(k, "k")
    valid = (targets >= 0) & (targets < classes)
    scores = predictions.detach()
    if not classes:
        return valid
    mine = torch.gather(scores, 1, torch.where(valid, targets, 0).long().unsqueeze(1))
    better = torch.sum(scores > mine, 1)
    return valid & torch.isfinite(scores).all(1) & (better < count)


def _approximate(
    operand: torch.Tensor, k: Any, dimension: int, recall: float, size_override: int, aggregate: bool, sign: int
) -> ApproxTopK:
    expect(operand, FLOATS - {torch.float64})
    if not 0 < recall <= 1:
        raise Invalid(f"Argument `recall_target` must be in (0, 1], got {recall}")
    if not aggregate:
        raise Invalid("Argument `aggregate_to_topk` must be True: there are no partial results to return")
    dim = arguments.axis(dimension, operand.ndim, "reduction_dimension")
    size, count = operand.shape[dim], arguments.integer(k, "k")
    if size_override >= 0 and size_override < size:
        raise Invalid(f"Argument `reduction_input_size_override` must be -1 or at least {size}, got {size_override}")
    if isinstance(count, int) and isinstance(size, int) and not 0 <= count <= size:
        raise Invalid(f"input must have last dimension >= k = {count} but was {size}")
    moved = operand.movedim(dim, -1)
    places = largest(moved * sign, count)
    values = torch.gather(moved, -1, places)
    return ApproxTopK(values.movedim(-1, dim), places.to(torch.int32).movedim(-1, dim))


@op("ApproxTopK")
def approx_max_k(
    operand: Value,
    k: Any,
    reduction_dimension: int = -1,
    recall_target: float = 0.95,
    reduction_input_size_override: int = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """The k largest elements along `reduction_dimension` and where they are (tf.math.approx_max_k).

    The result is exact, which meets every `recall_target` in (0, 1] and any larger `reduction_input_size_override`.
    """
    return _approximate(
        operand, k, reduction_dimension, recall_target, reduction_input_size_override, aggregate_to_topk, 1
    )


@op("ApproxTopK")
def approx_min_k(
    operand: Value,
    k: Any,
    reduction_dimension: int = -1,
    recall_target: float = 0.95,
    reduction_input_size_override: int = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """The k smallest elements along `reduction_dimension` and where they are; see `approx_max_k`."""
    return _approximate(
        operand, k, reduction_dimension, recall_target, reduction_input_size_override, aggregate_to_topk, -1
    )


@op("ApproxTopK")
def approx_top_k(
    input: Value,
    k: Any,
    reduction_dimension: int = -1,
    recall_target: float = 0.95,
    is_max_k: bool = True,
    reduction_input_size_override: int = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """`approx_max_k`, or `approx_min_k` where is_max_k is false, as one op (tf.approx_top_k).

    aggregate_to_topk: without it TensorFlow may return more than k on a TPU; here k are what there is either way.
    """
    sign = 1 if is_max_k else -1
    return _approximate(input, k, reduction_dimension, recall_target, reduction_input_size_override, True, sign)
