"""Variables in parts: tf.compat.v1.get_variable with a partitioner, and what says into how many parts to cut."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import tfcompat as tf
from tfcompat._core import dtypes
from tfcompat._core.save_slice import SaveSliceInfo
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state

Partitioner = Callable[..., Sequence[int]]


class PartitionInfo(NamedTuple):
    """What an initializer is told of the part that it makes: the whole variable's shape, and where the part begins."""

    full_shape: list[int]
    var_offset: list[int]


class PartitionedVariable:
    """A variable in parts along one dimension, which as a tensor is whole (tf.compat.v1's PartitionedVariable).

    Iterating gives the parts, in order. variable_list: the parts, each with its `SaveSliceInfo`. partitions: into how
    many parts each dimension is cut.
    """

    __module__ = "tensorflow.python.ops.variables"

    def __init__(self, name: str, shape: Any, dtype: Any, variable_list: Any, partitions: Any) -> None:
        for label, value in (("variable_list", variable_list), ("partitions", partitions)):
            if not isinstance(value, (list, tuple)):
                raise TypeError(f"{label} is not a list or tuple: {value}")
        if not all(p >= 1 for p in partitions):
            raise ValueError(f"partition values must be positive: {partitions}")
        if not variable_list:
            raise ValueError("variable_list may not be empty")
        infos = [v._get_save_slice_info() for v in variable_list]
        if None in infos:
            names = [v.name for v in variable_list]
            raise ValueError(f"All variables must have a save_slice_info available: {names}")
        sizes = TensorShape(shape)
        if sizes.rank != len(partitions):
            raise ValueError(f"len(shape) != len(partitions): {sizes} vs. {partitions}")
        if any(TensorShape(info.full_shape) != sizes for info in infos):
            full = [info.full_shape for info in infos]
            raise ValueError(f"All variables' full shapes must match shape: {sizes}; but full shapes were: {full}")
        order = sorted(range(len(infos)), key=lambda i: list(infos[i].var_offset))
        self._variable_list = [variable_list[i] for i in order]
        self._name, self._shape, self._dtype = name, sizes, dtypes.as_dtype(dtype)
        self._partitions = list(partitions)
        self._symbol: Any = None  # what it is in the graph that it is in

    @property
    def name(self) -> str:
        """The name of the whole."""
        return self._name

    @property
    def dtype(self) -> Any:
        """The dtype."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole."""
        return self._shape

    def get_shape(self) -> TensorShape:
        """The shape of the whole."""
        return self._shape

    def __iter__(self) -> Iterator[Any]:
        return iter(self._variable_list)

    def __len__(self) -> int:
        self._axis("get a length")
        return len(self._variable_list)

    def _get_variable_list(self) -> list[Any]:
        return self._variable_list

    def _get_partitions(self) -> list[int]:
        return self._partitions

    def _partition_axes(self) -> list[int]:
        return [i for i, p in enumerate(self._partitions) if p > 1] or [0]

    def _axis(self, what: str) -> int:
        axes = self._partition_axes()
        if len(axes) > 1:
            raise ValueError(f"Cannot {what} for {len(axes)} > 1 partition axes")
        return axes[0]

    # ---- as a tensor ----

    def as_tensor(self) -> Any:
        """The whole, as a tensor."""
        with tf.control_dependencies(None):
            if len(self._variable_list) == 1:
                return tf.identity(self._variable_list[0], name=self._name)
            return tf.concat(
                self._variable_list, self._axis("concatenate"), name=f"{self._name}/ConcatPartitions/concat"
            )

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        if dtype is not None and not dtypes.as_dtype(dtype).is_compatible_with(self._dtype):
            raise ValueError(
                f"Incompatible type conversion requested to type '{dtypes.as_dtype(dtype).name}' for variable of type "
                f"'{self._dtype.name}'"
            )
        return self._as_symbol()

    def _as_symbol(self) -> Any:
        """The whole as a tensor, the same one in all of a graph that sessions run."""
        if state.graph is None or not state.graph.deferred:
            return self.as_tensor()
        if self._symbol is None or self._symbol.graph is not state.graph:
            self._symbol = self.as_tensor()
        return self._symbol

    # ---- assignments ----

    def _each(self, method: str, value: Any, read_value: bool, **options: Any) -> list[Any]:
        parts = list(value) if isinstance(value, (list, PartitionedVariable)) else self._cut(value)
        if len(parts) != len(self._variable_list):
            raise ValueError(f"{method}: {self._name!r} has {len(self._variable_list)} parts, got {len(parts)} values.")
        done = [getattr(v, method)(part, **options) for v, part in zip(self._variable_list, parts)]
        return done if read_value else [d.op if hasattr(d, "op") else d for d in done]

    def _cut(self, value: Any) -> list[Any]:
        axis = self._axis("assign")
        return tf.split(tf.convert_to_tensor(value), [v.shape.as_list()[axis] for v in self._variable_list], axis)

    def assign(self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True) -> Any:
        """Assigns the parts of a tensor, a value for each part where it is a list; gives a list of what that gives."""
        return self._each("assign", value, read_value, use_locking=use_locking, name=name)

    def assign_add(
        self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Adds to the parts, as `assign`."""
        return self._each("assign_add", value, read_value, use_locking=use_locking, name=name)

    def assign_sub(
        self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Subtracts from the parts, as `assign`."""
        return self._each("assign_sub", value, read_value, use_locking=use_locking, name=name)


def whole(params: Any, strategy: str) -> Any:
    """The matrix that one or several params are, with the rows in the order of their ids.

    strategy: "div" where the rows of each of the params follow one another, "mod" where they take turns. ValueError
    for another one.
    """
    parts = list(params) if isinstance(params, (list, tuple, PartitionedVariable)) else [params]
    if len(parts) < 2:
        return parts[0] if parts else params
    if strategy not in ("div", "mod"):
        raise ValueError(f"Unrecognized partition strategy: {strategy}")
    table = tf.concat([tf.convert_to_tensor(p) for p in parts], 0)
    if strategy == "div":
        return table
    sizes = [p.shape.as_list()[0] for p in parts]
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    turns = [(q, start + q) for size, start in zip(sizes, starts) for q in range(size)]
    return tf.gather(table, [row for _, row in sorted(turns, key=lambda turn: turn[0])])


# ---- cutting ----


def partitions_of(partitioner: Partitioner, shape: TensorShape, dtype: Any) -> list[int]:
    """Into how many parts a partitioner cuts each dimension; ValueError where it gives anything but one cut."""
    if not shape.is_fully_defined():
        raise ValueError(f"Shape of a new partitioned variable must be fully defined, but instead was {shape}.")
    if not shape.rank:
        raise ValueError(f"A partitioned Variable must have rank at least 1, shape: {shape}")
    found = partitioner(shape=shape, dtype=dtype)
    if not isinstance(found, Sequence):
        raise ValueError(f"Partitioner must return a sequence, but saw: {found}")
    if len(found) != shape.rank:
        raise ValueError(
            f"Partitioner returned a partition list that does not match the Variable's rank: {found} vs. {shape}"
        )
    if any(p < 1 for p in found):
        raise ValueError(f"Partitioner returned zero partitions for some axes: {found}")
    if sum(p > 1 for p in found) > 1:
        raise ValueError(f"Can only slice a variable along one dimension: shape: {shape}, partitioning: {found}")
    return list(found)


def slices(shape: Sequence[int], partitions: Sequence[int]) -> Iterator[tuple[list[int], list[int]]]:
    """The offset and the shape of each part; the first ones are larger where the parts can't be equal."""
    axis = next((i for i, p in enumerate(partitions) if p > 1), 0)
    count = partitions[axis]
    if count > shape[axis]:
        raise ValueError(f"Cannot create {count} slices for size {shape[axis]}. shape: {list(shape)}, slicing: {axis}")
    least, more = divmod(shape[axis], count)
    start = 0
    for i in range(count):
        size = least + (i < more)
        offset, part = [0] * len(shape), list(shape)
        offset[axis], part[axis] = start, size
        yield offset, part
        start += size


def partitioned(name: str, shape: TensorShape, dtype: Any, initializer: Any, partitions: list[int], make: Any) -> Any:
    """A new variable in parts, each of which `make(name, shape, initializer)` makes."""
    whole: list[Any] = shape.as_list()
    parts = []
    if initializer is not None and not callable(initializer):
        initializer = tf.convert_to_tensor(initializer, dtype)
    for i, (offset, size) in enumerate(slices(whole, partitions)):
        if initializer is None or callable(initializer):
            made = make(f"{name}/part_{i}", size, _told(initializer, PartitionInfo(whole, offset)))
        else:
            made = make(f"{name}/part_{i}", None, tf.slice(initializer, offset, size))
        made._set_save_slice_info(SaveSliceInfo(name, whole, offset, size))
        parts.append(made)
    return PartitionedVariable(name, shape, dtype, parts, partitions)


def _told(initializer: Any, info: PartitionInfo) -> Any:
    """An initializer that knows which part it makes, where it takes that."""
    if initializer is None:
        return None
    import inspect

    if inspect.isclass(initializer):
        initializer = initializer()
    try:
        takes = "partition_info" in inspect.signature(initializer).parameters
    except (TypeError, ValueError):
        takes = False
    if not takes:
        return initializer
    return lambda shape, dtype=None: initializer(shape, dtype=dtype, partition_info=info)


def create_partitioned_variables(
    shape: Sequence[int],
    slicing: Sequence[int],
    initializer: Any,
    dtype: Any = dtypes.float32,
    trainable: bool = True,
    collections: Sequence[str] | None = None,
    name: str | None = None,
    reuse: Any = None,
) -> list[Any]:
    """The parts of a new variable, cut as `slicing` says (tf.compat.v1.create_partitioned_variables).

    initializer: a tensor of the whole shape, or what makes the part of a shape and a dtype. The other arguments are
    `get_variable`'s. ValueError where `shape` and `slicing` are not of one length, or are empty.
    """
    if len(shape) != len(slicing):
        raise ValueError(
            "The 'shape' and 'slicing' of a partitioned Variable must have the length: shape: "
            f"{shape}, slicing: {slicing}"
        )
    if not len(shape):
        raise ValueError(f"A partitioned Variable must have rank at least 1: shape: {shape}")
    v1 = tf.compat.v1
    with v1.variable_scope(name, "PartitionedVariable", reuse=reuse):
        whole = v1.get_variable(
            "",
            shape,
            dtype,
            initializer,
            trainable=trainable,
            collections=collections,
            partitioner=lambda **_: slicing,
        )
        return list(whole)


def _element_size(dtype: Any, bytes_per_string_element: int) -> int:
    kind = dtypes.as_dtype(dtype)
    return bytes_per_string_element if kind is dtypes.string else kind.size


def variable_axis_size_partitioner(
    max_shard_bytes: int, axis: int = 0, bytes_per_string_element: int = 16, max_shards: int | None = None
) -> Partitioner:
    """Cuts along `axis` into parts of at most `max_shard_bytes` (tf.compat.v1.variable_axis_size_partitioner).

    A slice is not cut, however large it is, and there are no more than `max_shards` parts. ValueError for sizes that
    are not positive.
    """
    if max_shard_bytes < 1 or bytes_per_string_element < 1:
        raise ValueError(
            "Both max_shard_bytes and bytes_per_string_element must be positive. Currently, max_shard_bytes is "
            f"{max_shard_bytes} andbytes_per_string_element is {bytes_per_string_element}"
        )
    if max_shards and max_shards < 1:
        raise ValueError("max_shards must be positive.")

    def partitioner(shape: TensorShape, dtype: Any) -> list[int]:
        if not isinstance(shape, TensorShape):
            raise ValueError(f"shape is not a TensorShape: {shape}")
        if not shape.is_fully_defined():
            raise ValueError(f"shape is not fully defined: {shape}")
        sizes: list[Any] = shape.as_list()
        slice_bytes = math.prod(sizes) / sizes[axis] * _element_size(dtype, bytes_per_string_element)
        count = math.ceil(sizes[axis] / max(1, math.floor(max_shard_bytes / slice_bytes)))
        found = [1] * len(sizes)
        found[axis] = min(max_shards, count) if max_shards else count
        return found

    return partitioner


def min_max_variable_partitioner(
    max_partitions: int = 1, axis: int = 0, min_slice_size: int = 256 << 10, bytes_per_string_element: int = 16
) -> Partitioner:
    """Cuts along `axis` into at most `max_partitions` parts of at least `min_slice_size` bytes.

    (tf.compat.v1.min_max_variable_partitioner) The partitioner raises ValueError where there is no such dimension.
    """

    def partitioner(shape: TensorShape, dtype: Any) -> list[int]:
        sizes: list[Any] = shape.as_list()
        if axis >= len(sizes):
            raise ValueError(f"Cannot partition variable along axis {axis} when shape is only {shape}")
        total = math.prod(sizes) * _element_size(dtype, bytes_per_string_element)
        found = [1] * len(sizes)
        found[axis] = max(1, min(sizes[axis], max_partitions, math.ceil(total / min_slice_size)))
        return found

    return partitioner


def fixed_size_partitioner(num_shards: int, axis: int = 0) -> Partitioner:
    """Cuts along `axis` into `num_shards` parts, or into slices where there are fewer (fixed_size_partitioner)."""

    def partitioner(shape: TensorShape, **unused_args: Any) -> list[int]:
        found = [1] * len(shape)
        sizes: list[Any] = shape.as_list()
        found[axis] = min(num_shards, sizes[axis])
        return found

    return partitioner
