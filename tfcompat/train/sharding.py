"""How a checkpoint's tensors are split into files: tf.train.experimental's sharding callbacks.

A shard is a dict {key in the checkpoint: {slice: tensor}}; a slice is text, "" for a whole tensor, else as
`tf.Variable.SaveSliceInfo.spec` writes it: "4 3 0,2:0,3" is rows 0 and 1 of a tensor of shape [4, 3].
"""

from __future__ import annotations

import abc
import dataclasses
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._arrays.joining import slice as slice_of
from tfcompat._core import dtypes, logging
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.device_spec import DeviceSpec
from tfcompat._core.dtypes import DType
from tfcompat._core.ops import wrap
from tfcompat._core.save_slice import SaveSliceInfo
from tfcompat._core.shapes import TensorShape
from tfcompat._core.storage import to_numpy
from tfcompat._formats.checkpoints import Item
from tfcompat._formats.ordered_code import Place, place
from tfcompat._formats.tensor_bundle import OBJECT_GRAPH_KEY

Shard = dict[str, dict[str, Any]]


@dataclasses.dataclass(frozen=True)
class ShardableTensor:
    """A tensor that a sharding callback puts into a shard (tf.train.experimental.ShardableTensor).

    checkpoint_key: its name in the checkpoint; slice_spec: which slice of that it is, "" for all of it. trackable: the
    object whose state it is, None for the graph of objects.
    """

    _tensor_save_spec: Any
    tensor: Any
    dtype: DType
    device: Any
    name: str
    shape: TensorShape
    slice_spec: Any
    checkpoint_key: str
    trackable: Any

    def __hash__(self) -> int:
        return hash((self.name, self.dtype, str(self.device), self.checkpoint_key))

    def __repr__(self) -> str:
        fields = (f"  {field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self))
        return "\n".join([f"\n{type(self).__name__}:", *fields])


ShardableTensor.__module__ = "tensorflow.python.checkpoint.sharding.sharding_util"  # dataclasses looks in the real one


class ShardingCallback(abc.ABC):
    """Splits a checkpoint's tensors into shards, its files of data (tf.train.experimental.ShardingCallback).

    Called with a list of ShardableTensors, it returns a list of {checkpoint_key: {slice_spec: tensor}}, with all of
    them, in the shapes and dtypes that they have; `description` says how, in words. It is given to
    `tf.train.CheckpointOptions(experimental_sharding_callback=...)`.
    """

    __module__ = "tensorflow.python.checkpoint.sharding.sharding_util"

    @property
    @abc.abstractmethod
    def description(self) -> str:
        """What the callback does, in words."""

    @abc.abstractmethod
    def __call__(self, shardable_tensors: Sequence[ShardableTensor]) -> Sequence[Shard]:
        """The shards of tensors."""

    def __hash__(self) -> int:
        found = hash(self.description)
        for name, value in vars(self).items():
            found ^= hash(name)
            try:
                found ^= hash(value)
            except TypeError:
                continue  # what can't be hashed does not count
        return found


class ShardByTaskPolicy(ShardingCallback):
    """One shard for each task, so one here (tf.train.experimental.ShardByTaskPolicy)."""

    __module__ = "tensorflow.python.checkpoint.sharding.sharding_policies"

    @property
    def description(self) -> str:
        """What the policy does, in words."""
        return "Split tensors into shards based on their device spec task."

    def __call__(self, shardable_tensors: Sequence[ShardableTensor]) -> Sequence[Shard]:
        """One shard of all tensors."""
        shard: Shard = {}
        for each in shardable_tensors:
            shard.setdefault(each.checkpoint_key, {})[each.slice_spec] = each.tensor
        return [shard]


class MaxShardSizePolicy(ShardingCallback):
    """Shards of at most `max_shard_size` bytes, with slices of tensors (tf.train.experimental.MaxShardSizePolicy).

    What can't be cut that small, a scalar or a row, is a larger shard of its own, which a warning tells. ValueError for
    a size that is not positive.
    """

    __module__ = "tensorflow.python.checkpoint.sharding.sharding_policies"

    def __init__(self, max_shard_size: int) -> None:
        if not max_shard_size > 0:
            raise ValueError(f"Argument `max_shard_size` must be positive. Received: {max_shard_size}")
        self.max_shard_size = max_shard_size

    @property
    def description(self) -> str:
        """What the policy does, in words."""
        return "Split tensors into shards with a max shard size."

    def __call__(self, shardable_tensors: Sequence[ShardableTensor]) -> Sequence[Shard]:
        """The shards, filled one after the other."""
        return self.MaxShardSizePartitioner().get_shards(self.max_shard_size, shardable_tensors)

    class MaxShardSizePartitioner:
        """Fills shards with tensors or slices of them, one shard after the other."""

        def get_shards(self, max_shard_size: int, shardable_tensors: Sequence[ShardableTensor]) -> Sequence[Shard]:
            """The shards of tensors, at most `max_shard_size` bytes each where they can be cut so small."""
            self.max_shard_size = max_shard_size
            self._large: list[Shard] = []
            self._shards: list[Shard] = []
            self._next_shard()
            for each in shardable_tensors:
                self._add(each)
            return [*(self._shards if self._shards[0] else ()), *self._large]

        def _next_shard(self) -> None:
            self._shards.append({})
            self._room = self.max_shard_size

        def _put(self, key: str, spec: str, tensor: Any, size: int) -> None:
            self._shards[-1].setdefault(key, {})[spec] = tensor
            self._room -= size

        def _add(self, each: ShardableTensor) -> None:
            size, item_size = _sizes(each)
            if each.shape.rank:
                self._add_parts(each, size, item_size)
            elif size > self.max_shard_size:
                logging.warning(
                    f"Tensor {each.checkpoint_key} is a {each.dtype} scalar of size {size} bytes and cannot be "
                    f"partitioned into a shard of max shard size {self.max_shard_size} bytes. It will be added as an "
                    "individual shard that exceeds the max shard size."
                )
                self._large.append({each.checkpoint_key: {each.slice_spec: each.tensor}})
            else:
                if size > self._room:
                    self._next_shard()
                self._put(each.checkpoint_key, each.slice_spec, each.tensor, size)

        def _add_parts(self, each: ShardableTensor, size: int, item_size: int) -> None:
            whole = list(map(int, each.shape))
            full, extents = place(each.slice_spec) or (whole, [(0, n) for n in whole])
            start = [0] * len(whole)

            def part(sizes: Sequence[int]) -> tuple[str, Any]:
                offset = [begin + more for (begin, _), more in zip(extents, start)]
                spec = SaveSliceInfo(each.checkpoint_key, full, offset, sizes).spec.strip()
                return spec, each.tensor if list(sizes) == whole else slice_of(each.tensor, list(start), list(sizes))

            left = list(whole)
            while size > self._room:
                axis, length = _cut(left, item_size, self._room)
                alone = not length and self._room == self.max_shard_size
                if not length and not alone:
                    self._next_shard()
                    continue
                if alone:  # even an empty shard has no room for the thinnest slice
                    axis, length = max(enumerate(left), key=lambda pair: pair[1])[0], 1
                sizes = [length if i == axis else n for i, n in enumerate(left)]
                spec, tensor = part(sizes)
                taken = math.prod(sizes) * item_size
                if alone:
                    logging.warning(
                        f"Tensor {each.checkpoint_key}'s minimum slice {spec} has size {taken} bytes and cannot be "
                        f"partitioned into a shard of max shard size {self.max_shard_size} bytes. It will be added as "
                        "an individual shard that exceeds the max shard size."
                    )
                    self._large.append({each.checkpoint_key: {spec: tensor}})
                else:
                    self._put(each.checkpoint_key, spec, tensor, taken)
                    if not self._room:
                        self._next_shard()
                start[axis] += length
                left[axis] -= length
                size = math.prod(left) * item_size
            if size or math.prod(whole) == 0:
                self._put(each.checkpoint_key, *part(left), size)


def _sizes(each: ShardableTensor) -> tuple[int, int]:
    """The bytes of a tensor, and those of its largest element; 0 for the graph of objects, which any shard takes."""
    if each.checkpoint_key == OBJECT_GRAPH_KEY or each.dtype is dtypes.variant:
        return 0, 0
    if each.dtype is dtypes.string:
        lengths = [len(value) for value in np.ravel(each.tensor.numpy())]
        return sum(lengths), max(lengths, default=0)
    size = each.dtype.size
    return (each.shape.num_elements() or 0) * size, size


def _cut(left: Sequence[int], item_size: int, room: int) -> tuple[int, int]:
    """Along which axis, and how long, a part is that takes most of `room` bytes; length 0 where none fits."""
    count, best, fewest = math.prod(left), 0, math.inf
    for axis, length in enumerate(left):
        fit = room // max(count // length * item_size, 1)
        parts = math.ceil(length / fit) if fit else math.inf
        if parts < fewest and (axis == 0 or count * item_size / parts <= room):
            best, fewest = axis, parts
    return best, 0 if math.isinf(fewest) else math.ceil(left[best] / fewest)


def check(callback: Any) -> None:
    """ValueError where an option is no sharding callback."""
    if callback is not None and not isinstance(callback, ShardingCallback):
        raise ValueError(
            "The experimental_sharding_callback checkpoint option must be of type ShardingCallback. The option "
            f"provided was of type {type(callback)}."
        )


# ---- writing ----


@dataclasses.dataclass(frozen=True)
class _SaveSpec:
    """What TensorFlow knows of a tensor to save."""

    tensor: Any
    slice_spec: str
    name: str
    dtype: DType
    device: Any


def split(callback: ShardingCallback, items: Iterable[Item], graph: bytes) -> list[list[tuple[Item, Place | None]]]:
    """A checkpoint's tensors and graph of objects in the shards of a callback, with their places in larger tensors."""
    held = np.empty((), object)
    held[()] = graph
    given = [_shardable(item) for item in (*items, Item(OBJECT_GRAPH_KEY, dtypes.string, (), held.copy, held))]
    return [
        [(_item(key, tensor), place(spec.strip())) for key, parts in shard.items() for spec, tensor in parts.items()]
        for shard in callback(given)
    ]


def _shardable(item: Item) -> ShardableTensor:
    tensor = wrap(item.held.detach() if isinstance(item.held, torch.Tensor) else item.held)
    spec = _SaveSpec(tensor, "", item.name, item.dtype, tensor.device)
    device = DeviceSpec.from_string(tensor.device)
    return ShardableTensor(spec, tensor, item.dtype, device, item.name, tensor.shape, "", item.name, item.owner)


def _item(key: str, tensor: Any) -> Item:
    tensor = convert_to_tensor(tensor)
    return Item(key, tensor.dtype, tuple(tensor.shape.as_list()), lambda: to_numpy(to_storage(tensor)))
