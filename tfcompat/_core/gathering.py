"""Reading and writing tensors and variables at indices: tf.gather, tf.gather_nd and the scatters.

Indices that name whole slices are turned into one row number each, so that a few kernels of torch (index_select,
index_add, index_copy, scatter_reduce) serve them all. A bad index becomes a row number that those kernels refuse on a
CPU. On CUDA they would abort the device for good: there, as in TensorFlow, it reads zeros and writes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import device, errors
from tfcompat._core.autograd import is_transformed, slices
from tfcompat._core.convert import to_storage
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, is_symbolic, kernel_dtype, op
from tfcompat._core.state import state
from tfcompat._core.unsigned import by_order
from tfcompat._core.variable import UnreadVariable, Variable, writable

_INDICES = (torch.int16, torch.int32, torch.int64)


def index_tensor(indices: Any, attribute: str = "Tindices") -> torch.Tensor:
    """`indices` as torch's kernels take them; Invalid where TensorFlow does not take their dtype."""
    if indices.dtype not in _INDICES:
        kind = kernel_dtype(BY_STORAGE[indices.dtype])
        allowed = "int16, int32, int64"
        raise Invalid(f"Value for attr '{attribute}' of {kind} is not in the list of allowed values: {allowed}")
    return indices if indices.dtype != torch.int16 else indices.long()


def dims(sizes: Sequence[Any]) -> str:
    """A shape as TensorFlow's kernels print it: [2,3]."""
    return f"[{','.join(str(d) for d in sizes)}]"


# ---- gather ----


def _select(params: torch.Tensor, axis: int, rows: torch.Tensor) -> torch.Tensor:
    """params.index_select, with zeros for bad rows on CUDA."""
    if not rows.is_cuda:
        return params.index_select(axis, rows)
    size = params.shape[axis]
    if isinstance(size, int) and size == 0:
        return params.new_zeros((*params.shape[:axis], rows.shape[0], *params.shape[axis + 1 :]))
    good = (rows >= 0) & (rows < size)
    found = params.index_select(axis, torch.where(good, rows, 0))
    return torch.where(good.reshape(-1, *[1] * (params.ndim - axis - 1)), found, 0)


class _Rows(torch.autograd.Function):
    """params[rows], whose gradient is a sparse tensor with a row for each of `rows`: tf.IndexedSlices."""

    @staticmethod
    def forward(params: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """The rows."""
        return params.index_select(0, rows)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        """Keeps what the gradient needs."""
        ctx.save_for_backward(inputs[1])
        ctx.rows, ctx.sizes = inputs[1], inputs[0].shape

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> Any:  # type: ignore[override]
        """The gradient's rows, not added up; dense where vmap runs several at once, which has no sparse tensors."""
        (rows,) = ctx.saved_tensors
        if torch._C._functorch.is_batchedtensor(grad):  # pyright: ignore[reportAttributeAccessIssue] - not in the stub
            return torch.zeros(ctx.sizes, dtype=grad.dtype, device=grad.device).index_add(0, rows, grad), None
        sparse = torch.sparse_coo_tensor(rows.long()[None], grad, ctx.sizes, check_invariants=False)
        return sparse, None

    @staticmethod
    def jvp(ctx: Any, params: torch.Tensor, rows: Any) -> torch.Tensor:  # type: ignore[override]
        """The tangent's rows."""
        return params.index_select(0, ctx.rows)


class _RowsInGraph(torch.autograd.Function):
    """params[rows] in a graph, whose gradient is dense and leads to its slices."""

    @staticmethod
    def forward(ctx: Any, params: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        """The rows."""
        ctx.rows, ctx.sizes, ctx.graph = rows, params.shape, state.graph
        return params.index_select(0, rows)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> Any:  # type: ignore[override]
        """The slices, added up."""
        dense = torch.zeros(ctx.sizes, dtype=grad.dtype, device=grad.device).index_add(0, ctx.rows, grad)
        slices[dense] = grad, ctx.rows
        ctx.graph.summed_rows.append(dense)
        return dense, None


def _gives_rows() -> bool:
    """Whether a gradient that is asked for may be one of rows: by the only open tape, or by tf.gradients in a graph."""
    if state.tapes:
        return len(state.tapes) == 1
    return state.graph is not None and not is_transformed()


def take_rows(params: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """params[rows] along the first dimension, `rows` of any shape.

    Where `params` is what the only open tape watches its gradient is sparse, for GradientTape to make IndexedSlices of;
    in a graph it is a sum of rows, for tf.gradients, too.
    """
    flat, good = rows.reshape(-1), None
    if not params.requires_grad or not _gives_rows():
        found = _select(params, 0, flat)
    else:
        if flat.is_cuda:
            good = (flat >= 0) & (flat < params.shape[0])
            flat = torch.where(good, flat, 0)
        if state.graph is not None:
            found = _RowsInGraph.apply(params, flat)
        elif params.is_leaf:
            params.index_dtype = rows.dtype  # type: ignore[attr-defined] - a sparse tensor's are int64, IndexedSlices' not
            found = _Rows.apply(params, flat)
        else:
            found = params.index_select(0, flat)
        if good is not None:
            found = torch.where(good.reshape(-1, *[1] * (params.ndim - 1)), found, 0)
    return found if rows.ndim == 1 else found.reshape((*rows.shape, *params.shape[1:]))


def _gather_problem(
    params: Any, indices: Any, validate_indices: Any = None, axis: Any = None, batch_dims: Any = 0, *_: Any
) -> str | None:
    axis = _axis_and_batch(params, indices, axis, batch_dims)[0]
    return _bad_index(indices, params.shape[axis])


def _bad_index(indices: torch.Tensor, size: int) -> str | None:
    """TensorFlow's words for the first of `indices` that is not in [0, size)."""
    i = indices.cpu().numpy()
    bad = np.argwhere((i < 0) | (i >= size))
    if not len(bad):
        return None
    where = tuple(bad[0].tolist())
    return f"indices{dims(where) if where else ''} = {i[where]} is not in [0, {size})"


def _axis_and_batch(params: Any, indices: Any, axis: Any, batch_dims: Any) -> tuple[int, int]:
    batch = int(batch_dims)
    if not -indices.ndim <= batch <= indices.ndim:
        raise Invalid(f"Expected batch_dims in the range [{-indices.ndim}, {indices.ndim}], but got {batch}")
    where = batch if axis is None else int(axis)
    batch += indices.ndim if batch < 0 else 0
    if not params.ndim:
        raise Invalid("params must be at least 1 dimensional")
    if not -params.ndim <= where < params.ndim:
        raise Invalid(f"Shape must be at least rank {where + 1 if where >= 0 else -where} but is rank {params.ndim}")
    where += params.ndim if where < 0 else 0
    if batch > where:
        raise Invalid(f"batch_dims ({batch}) must be less than or equal to axis ({where})")
    for d in range(batch):
        if params.shape[d] != indices.shape[d]:
            raise Invalid(
                f"params.shape[{d}]: {params.shape[d]} should be equal to indices.shape[{d}]: {indices.shape[d]}"
            )
    return where, batch


def _gather(params: torch.Tensor, indices: torch.Tensor, axis: int, batch: int) -> torch.Tensor:
    if batch == 0 and axis == 0:
        return take_rows(params, indices)
    outer, rest = params.shape[batch:axis], params.shape[axis + 1 :]
    inner = indices.shape[batch:]
    if batch == 0:
        found = _select(params, axis, indices.reshape(-1))
        return found if indices.ndim == 1 else found.reshape((*outer, *inner, *rest))
    sizes = params.shape[:batch]
    count, size = math.prod(sizes), params.shape[axis]
    i = indices.reshape(count, math.prod(inner)).long()
    first = torch.arange(count, device=i.device)[:, None] * size
    rows = torch.where((i < 0) | (i >= size), count * size, i + first)
    table = params.reshape(count, math.prod(outer), size, math.prod(rest)).transpose(1, 2)
    found = _select(table.reshape(count * size, *table.shape[2:]), 0, rows.reshape(-1))
    found = found.reshape(count, math.prod(inner), *table.shape[2:]).transpose(1, 2)
    return found.reshape((*sizes, *outer, *inner, *rest))


@op("GatherV2", strings=True, explain=_gather_problem)
def _gather_tensor(
    params: Value, indices: Value, validate_indices: Any, axis: Any, batch_dims: Any, name: str | None = None
) -> torch.Tensor:
    i = index_tensor(indices)
    return _gather(params, i, *_axis_and_batch(params, i, axis, batch_dims))


@op("ResourceGather", strings=True, explain=_gather_problem)
def _gather_variable(params: Value, indices: Value, name: str | None = None) -> torch.Tensor:
    return _gather(params, index_tensor(indices), *_axis_and_batch(params, indices, 0, 0))


def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    axis: Any = None,
    batch_dims: Any = 0,
    name: str | None = None,
) -> Any:
    """The slices of `params` at `indices` along `axis` (tf.gather).

    indices: int16, int32 or int64, of any shape. batch_dims: so many leading dimensions are common to both; `axis` is
    `batch_dims` where None. Shape: params.shape[:axis] + indices.shape[batch_dims:] + params.shape[axis + 1:].
    Raises InvalidArgumentError for an index outside of [0, size). validate_indices is deprecated in TensorFlow and
    changes nothing: indices are always validated.
    """
    first = axis is None or (isinstance(axis, int) and axis == 0)
    if first and isinstance(params, Variable) and isinstance(batch_dims, int) and batch_dims == 0:
        return _gather_variable(params, indices, name)
    return _gather_tensor(params, indices, validate_indices, axis, batch_dims, name)


def resource_gather(variable: Any, indices: Any, name: str | None = None) -> Any:
    """The rows of a variable at `indices`; what tf.gather and Variable.sparse_read do."""
    return _gather_variable(variable, indices, name)


# ---- gather_nd ----


def row_numbers(indices: torch.Tensor, sizes: Sequence[Any]) -> torch.Tensor:
    """Which of the prod(sizes) rows each index vector names; one past the last row where it names none."""
    i = indices.long()
    if not sizes:
        return i.new_zeros(i.shape[:-1])
    limits = torch.stack([torch.scalar_tensor(d, dtype=torch.int64, device=i.device) for d in sizes])
    strides, step = [], 1
    for d in reversed(sizes):
        strides.insert(0, torch.scalar_tensor(step, dtype=torch.int64, device=i.device))
        step = step * d
    rows = (i * torch.stack(strides)).sum(-1)
    return torch.where(((i < 0) | (i >= limits)).any(-1), step, rows)


def bad_vector(indices: torch.Tensor, sizes: Sequence[int], shape: Sequence[int], what: str = "shape") -> str | None:
    """TensorFlow's words for the first of the index vectors that does not fit `sizes`, the first dims of `shape`."""
    i = indices.cpu().numpy()
    bad = np.argwhere(((i < 0) | (i >= np.asarray(sizes, dtype=np.int64))).any(-1))
    if not len(bad):
        return None
    where = tuple(bad[0].tolist())
    values = ", ".join(str(v) for v in i[where])
    return f"indices{dims(where) if where else ''} = [{values}] does not index into {what} {dims(shape)}"


def _gather_nd_problem(params: Any, indices: Any, batch_dims: int = 0, *_: Any) -> str | None:
    indices = _with_batch(indices, batch_dims)
    text = bad_vector(indices, params.shape[: indices.shape[-1]], params.shape, "param shape")
    return text and f"{text}, node name: GatherNd"


def _resource_gather_nd_problem(*args: Any) -> str | None:
    text = _gather_nd_problem(*args)
    return text and text.replace("GatherNd", "ResourceGatherNd")


def _with_batch(indices: torch.Tensor, batch_dims: int) -> torch.Tensor:
    """The index vectors with the position in the batch dimensions put before them."""
    if not batch_dims:
        return indices
    ranges = (torch.arange(d, dtype=indices.dtype, device=indices.device) for d in indices.shape[:batch_dims])
    grids = torch.meshgrid(*ranges, indexing="ij")
    position = torch.stack(grids, -1)
    position = position.reshape((*position.shape[:-1], *[1] * (indices.ndim - batch_dims - 1), batch_dims))
    return torch.cat([position.expand(*indices.shape[:-1], batch_dims), indices], -1)


def _take_vectors(params: torch.Tensor, indices: torch.Tensor, batch_dims: int, ignore: bool) -> torch.Tensor:
    """What the index vectors name; `ignore`: zeros where they name nothing."""
    i = index_tensor(indices)
    if not i.ndim:
        raise Invalid("indices must be at least a vector")
    if tuple(i.shape[:batch_dims]) != tuple(params.shape[:batch_dims]):
        raise Invalid(f"Dimensions [0, {batch_dims}) of params {dims(params.shape)} and indices {dims(i.shape)} differ")
    i = _with_batch(i, batch_dims)
    depth = i.shape[-1]
    if depth > params.ndim:
        raise Invalid(f"index innermost dimension length must be <= params rank; saw: {depth} vs. {params.ndim}")
    sizes, rest = params.shape[:depth], params.shape[depth:]
    if 0 in params.shape and i.numel():
        raise Invalid(f"Requested more than 0 entries, but params is empty.  Params shape: {dims(params.shape)}")
    if depth == 1 and i.ndim == 2 and not ignore:
        return take_rows(params, i.squeeze(-1))
    rows = row_numbers(i, sizes)
    count = math.prod(sizes)
    good = rows < count
    flat = params.reshape(count, *rest)
    found = _select(flat, 0, (rows.clamp(max=count - 1) if ignore else rows).reshape(-1))
    found = found.reshape((*rows.shape, *rest))
    if not ignore:
        return found
    return torch.where(good.reshape((*rows.shape, *[1] * len(rest))), found, torch.zeros_like(found))


@op("GatherNd", strings=True, explain=_gather_nd_problem)
def _gather_nd(params: Value, indices: Value, batch_dims: int, ignore: bool, name: str | None = None) -> torch.Tensor:
    return _take_vectors(params, indices, batch_dims, ignore)


@op("ResourceGatherNd", strings=True, explain=_resource_gather_nd_problem)
def _gather_nd_variable(params: Value, indices: Value, name: str | None = None) -> torch.Tensor:
    return _take_vectors(params, indices, 0, False)


_POLICIES = {"": False, "DEFAULT": False, "ERROR": False, "IGNORE": True}


def gather_nd(
    params: Any, indices: Any, batch_dims: Any = 0, name: str | None = None, bad_indices_policy: str = ""
) -> Any:
    """The elements or slices of `params` that the vectors in the last dimension of `indices` name (tf.gather_nd).

    batch_dims: so many leading dimensions are common to both. Shape: indices.shape[:-1] +
    params.shape[batch_dims + indices.shape[-1]:]. A vector outside of params is an InvalidArgumentError, or gives zeros
    where bad_indices_policy is "IGNORE" (the others are "", "DEFAULT" and "ERROR").
    """
    batch = int(batch_dims)
    if batch < 0:
        raise ValueError("tf.gather_nd does not allow negative batch_dims.")
    policy = _POLICIES.get(bad_indices_policy)
    if policy is None:
        text = f"GatherNd has no kernel with bad_indices_policy={bad_indices_policy!r}; takes {list(_POLICIES)}"
        raise errors.NotFoundError(None, None, text)
    if batch:
        rank = to_storage(indices).ndim
        if batch >= rank:
            raise ValueError(f"Argument `batch_dims` = {batch} must be less than rank(`indices`) = {rank}")
    if isinstance(params, Variable) and not batch and not policy:
        return _gather_nd_variable(params, indices, name)
    return _gather_nd(params, indices, batch, policy, name)


# ---- scatter ----

_ROW_KERNELS = {
    how: f"ResourceScatter{how.capitalize()}" for how in ("add", "sub", "mul", "div", "min", "max", "update")
}
_ND_KERNELS = {how: f"ResourceScatterNd{how.capitalize()}" for how in ("add", "sub", "min", "max", "update")}
_REDUCE = {"min": "amin", "max": "amax", "mul": "prod"}


def _failure(kernel: str, text: str) -> errors.InvalidArgumentError:
    head = f"{{{{function_node __wrapped__{kernel}_device_{device.default_name()}}}}}"
    return errors.InvalidArgumentError(None, None, f"{head} {text} [Op:{kernel}] name: ")


def _with_spare_row(t: torch.Tensor, how: str, rows: torch.Tensor, updates: torch.Tensor) -> torch.Tensor:
    """`_combined`, where bad rows go to one past the last, which is then cut off."""
    count = t.shape[0]
    rows = torch.where((rows >= 0) & (rows < count), rows, count)
    return _combined(torch.cat([t, t.new_zeros((1, *t.shape[1:]))]), how, rows, updates)[:count]


def combine_rows(t: torch.Tensor, how: str, rows: torch.Tensor, updates: torch.Tensor) -> torch.Tensor:
    """A new tensor: `t` with `updates` brought into its rows by `how` (add, sub, min, max, mul, div or update).

    rows: int64, one number for each of the updates. A row that is named twice takes part twice, in order.
    """
    return (_with_spare_row if rows.is_cuda else _combined)(t, how, rows, updates)


def _combined(t: torch.Tensor, how: str, rows: torch.Tensor, updates: torch.Tensor) -> torch.Tensor:
    if how == "add":
        return t.index_add(0, rows, updates)
    if how == "sub":
        return t.index_add(0, rows, updates, alpha=-1)
    if how == "update":
        return t.index_copy(0, rows, updates)
    if how == "div":
        by = _combined(torch.ones_like(t), "mul", rows, updates)
        return torch.div(t, by, rounding_mode=None if t.is_floating_point() or t.is_complex() else "trunc")
    if t.dtype is torch.uint64 and how in ("min", "max"):
        return by_order(lambda t, updates: _combined(t, how, rows, updates), t, updates)
    index = rows.reshape(-1, *[1] * (t.ndim - 1)).expand(updates.shape)
    return t.scatter_reduce(0, index, updates, _REDUCE[how])


def _combine_in_place(t: torch.Tensor, how: str, rows: torch.Tensor, updates: torch.Tensor) -> None:
    if how in ("add", "sub"):
        t.index_add_(0, rows, updates, alpha=1 if how == "add" else -1)
    elif how == "update":
        t.index_copy_(0, rows, updates)
    elif how == "div":
        t.copy_(combine_rows(t, how, rows, updates))
    else:
        t.scatter_reduce_(0, rows.reshape(-1, *[1] * (t.ndim - 1)).expand(updates.shape), updates, _REDUCE[how])


def _write_rows(variable: Any, how: str, depth: int, rows: torch.Tensor, updates: Any) -> Any:
    """Writes to rows of the variable, its first `depth` dimensions taken as one; the row numbers are good."""
    shape = tuple(variable._storage.t.shape)
    rest = shape[depth:]
    updates = updates.reshape(-1, *rest)
    if isinstance(updates, np.ndarray):
        new = variable._storage.t.copy()
        new.reshape(-1, *rest)[rows.numpy()] = updates
        variable._storage.t = new
    elif state.graph is not None:
        t = state.graph.value(variable)
        state.graph.write(variable, combine_rows(t.reshape(-1, *rest), how, rows, updates).reshape(shape))
    else:
        t = writable(variable)
        _combine_in_place(t.view(-1, *rest), how, rows.to(t.device), updates.detach().to(t.device))
    return UnreadVariable._of(variable)


def _check_arithmetic(variable: Any, kernel: str, how: str) -> None:
    if how != "update" and not variable.dtype.is_numeric:
        text = f"Value for attr 'dtype' of {variable.dtype.name} is not in the list of allowed values"
        raise errors.InvalidArgumentError(None, None, f"{text} [Op:{kernel}] name: ")


def scatter_rows(variable: Any, how: str, sparse_delta: Any) -> Any:
    """Brings tf.IndexedSlices into the rows of a variable that they name; what Variable.scatter_add and others do.

    how: add, sub, mul, div, min, max, update, or batch_update, where the indices' last dimension names rows within
    each batch given by the leading ones. The slices' values may also be one scalar for all. TypeError where
    `sparse_delta` is no IndexedSlices; InvalidArgumentError for bad indices and shapes.
    """
    if not isinstance(sparse_delta, IndexedSlices):
        raise TypeError(f"Argument `sparse_delta` must be a `tf.IndexedSlices`. Received arg: {sparse_delta}")
    if how == "batch_update":
        indices = to_storage(sparse_delta.indices)
        vectors = _with_batch(indices[..., None], indices.ndim - 1)
        return scatter_nd(variable, "update", vectors, sparse_delta.values)
    kernel = _ROW_KERNELS[how]
    _check_arithmetic(variable, kernel, how)
    updates, indices = to_storage(sparse_delta.values, variable.dtype), _resource_indices(sparse_delta.indices, kernel)
    shape = tuple(variable._storage.t.shape)
    if not shape:
        raise _failure(kernel, "params must be at least 1-D, got shape []")
    wanted = (*indices.shape, *shape[1:])
    if not updates.ndim:
        is_array = isinstance(updates, np.ndarray)
        updates = np.full(wanted, updates[()], dtype=object) if is_array else updates.expand(wanted)
    elif tuple(updates.shape[: indices.ndim]) != tuple(indices.shape):
        raise _failure(
            kernel,
            f"The shape of indices ({dims(indices.shape)}) must be a prefix of the shape of updates "
            f"({dims(updates.shape)})",
        )
    elif tuple(updates.shape) != wanted:
        raise _failure(kernel, f"updates of shape {dims(updates.shape)} must have the shape {dims(wanted)}")
    problem = None if is_symbolic(indices) else _bad_index(indices, shape[0])
    if problem:
        raise _failure(kernel, problem)
    return _write_rows(variable, how, 1, indices.reshape(-1).long(), updates)


def scatter_nd(variable: Any, how: str, indices: Any, updates: Any) -> Any:
    """Brings `updates` into the elements or slices of a variable that index vectors name (Variable.scatter_nd_add...).

    how: add, sub, min, max or update. indices: shape [..., depth]. updates: indices.shape[:-1] + shape[depth:], of the
    variable's dtype. InvalidArgumentError for bad indices and shapes.
    """
    kernel = _ND_KERNELS[how]
    _check_arithmetic(variable, kernel, how)
    i, u = _resource_indices(indices, kernel), to_storage(updates, variable.dtype)
    shape = tuple(variable._storage.t.shape)
    problem = updates_problem(i, u, shape)
    i = i[:, None] if i.ndim == 1 else i
    depth = i.shape[-1] if i.ndim else 0
    if problem is None and not is_symbolic(i):
        problem = bad_vector(i, shape[:depth], shape)
    if problem:
        raise _failure(kernel, problem)
    return _write_rows(variable, how, depth, row_numbers(i, shape[:depth]).reshape(-1), u)


def updates_problem(indices: Any, updates: Any, shape: Sequence[Any]) -> str | None:
    """TensorFlow's words for `updates` that do not fit index vectors into a tensor of `shape`; None where they do."""
    if not indices.ndim:
        return "indices must be at least a vector"
    # A vector of indices is one of vectors of length 1.
    outer, depth = (indices.shape[:-1], indices.shape[-1]) if indices.ndim > 1 else (indices.shape, 1)
    what = f"indices[shape={dims(indices.shape)}]", f"updates[shape={dims(updates.shape)}]"
    n = len(outer)
    if tuple(updates.shape[:n]) != tuple(outer):
        counts = [math.prod(s) for s in (outer, updates.shape[:n])]
        return f"Dimensions [0,{n}) of {what[0]} = {counts[0]} must match dimensions [0,{n}) of {what[1]} = {counts[1]}"
    if depth > len(shape) or tuple(updates.shape[n:]) != tuple(shape[depth:]):
        return (
            f"Dimensions [{depth},{len(shape)}) of input[shape={dims(shape)}] must match dimensions "
            f"[{n},{updates.ndim}) of {what[1]}"
        )
    return None


def _resource_indices(indices: Any, kernel: str) -> torch.Tensor:
    i = to_storage(indices)
    if i.dtype not in (torch.int32, torch.int64):
        kind = kernel_dtype(BY_STORAGE[i.dtype])
        text = f"Value for attr 'Tindices' of {kind} is not in the list of allowed values: int32, int64"
        raise errors.InvalidArgumentError(None, None, f"{text} [Op:{kernel}] name: ")
    return i
