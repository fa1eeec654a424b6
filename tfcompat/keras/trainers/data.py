"""Data given to fit(), evaluate() and predict(), as batches of tensors."""

from __future__ import annotations

import itertools
import math
import random
import types
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import device, random_state
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import wrap
from tfcompat._core.tensor import EagerTensor
from tfcompat.keras import _version, tree
from tfcompat.keras._state import settings
from tfcompat.keras.ops._operation import torch_dtype


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """(x, y, sample_weight) of what a dataset gives: x, (x,), (x, y) or (x, y, sample_weight); ValueError else."""
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ValueError(
            f"Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`, found: {data}"
        )
    return (*data, *(None,) * (3 - len(data)))  # type: ignore[return-value]


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """What a dataset would give for them: the reverse of `unpack_x_y_sample_weight`."""
    if y is None:
        return (x,) if isinstance(x, (tuple, list)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def is_array(x: Any) -> bool:
    """Whether `x` is None or holds samples along a first dimension: numpy, tensors of all kinds, torch, pandas."""
    if x is None or isinstance(x, (np.ndarray, EagerTensor, torch.Tensor, CompositeTensor)):
        return True
    return hasattr(x, "__array__") and hasattr(x, "shape") and not isinstance(x, (str, bytes))


def as_array(x: Any) -> Any:
    """A torch tensor on the data's memory, or an object array of strings; floats become floatx().

    So does a pandas.DataFrame one of whose columns is of other floats. Composite tensors stay as they are.
    """
    if isinstance(x, CompositeTensor):
        return x
    if hasattr(x, "dtypes") and hasattr(x, "columns"):
        kinds = [np.dtype(d) for d in x.dtypes if isinstance(d, np.dtype)]
        if any(d.kind == "f" and d.name != settings.floatx for d in kinds):
            x = x.astype(settings.floatx if settings.floatx != "bfloat16" else "float32")
    if isinstance(x, np.ndarray) or (
        not hasattr(x, "_t") and not isinstance(x, torch.Tensor) and hasattr(x, "__array__")
    ):
        array = x if isinstance(x, np.ndarray) else np.asarray(x)
        if array.dtype.kind in "OSU":
            return to_storage(array)
        if array.dtype.kind == "f" and array.dtype.name != settings.floatx:
            array = array.astype(settings.floatx if settings.floatx != "bfloat16" else "float32")
        if not array.flags.writeable or not array.flags.c_contiguous or array.dtype.byteorder not in "=|<":
            array = np.array(array, order="C")
        t = torch.from_numpy(array) if array.dtype.name != "bfloat16" else to_storage(array)
    else:
        t = to_storage(x)
    if isinstance(t, np.ndarray):
        return t
    t = t.detach()
    kind = torch_dtype(settings.floatx)
    return t.to(kind) if t.is_floating_point() and t.dtype is not kind else t


def class_weight_to_sample_weights(y: Any, class_weight: dict[int, float], sample_weight: Any = None) -> np.ndarray:
    """A weight for each sample, of its class: labels are class numbers or one-hot. Classes not named weigh 1.

    In Keras 2 `sample_weight` is multiplied by it; ValueError where a class before the last one is not named, and
    InvalidArgumentError for labels that are not.
    """
    if _version.is_legacy() and sorted(class_weight) != list(range(len(class_weight))):
        raise ValueError(
            "Expected `class_weight` to be a dict with keys from 0 to one less than the number of classes, found "
            f"{class_weight}"
        )
    labels = np.asarray(y)
    if labels.ndim > 1:
        labels = labels.argmax(-1) if labels.shape[-1] != 1 else labels.squeeze(-1)
    numbers = np.round(labels).astype("int64")
    if _version.is_legacy():
        outside = np.argwhere((numbers < 0) | (numbers >= len(class_weight)))
        if len(outside):
            place = tuple(outside[0])
            told = f"indices{list(map(int, place))} = {numbers[place]} is not in [0, {len(class_weight)})"
            raise InvalidArgumentError(None, None, f"Graph execution error:\n\n{told}\n\t [[{{{{node GatherV2}}}}]]")
    known, where = np.unique(numbers, return_inverse=True)
    weights = np.array([class_weight.get(int(k), 1.0) for k in known], dtype=settings.floatx)
    found = weights[where].reshape(numbers.shape)
    if sample_weight is None:
        return found
    own = np.asarray(sample_weight)
    return found * own.reshape(own.shape + (1,) * (found.ndim - own.ndim))


def train_validation_split(arrays: Any, validation_split: float) -> tuple[Any, Any]:
    """The arrays cut in two, the last share of `validation_split` being the second part. ValueError where it is
    empty.
    """
    flat = [x for x in tree.flatten(arrays) if x is not None]
    bad = [type(x) for x in flat if not is_array(x)]
    if bad and _version.is_legacy():
        raise ValueError(
            "`validation_split` is only supported for Tensors or NumPy arrays, found following types in the input: "
            f"{bad}"
        )
    if bad:
        raise ValueError(
            "Argument `validation_split` is only supported for tensors or NumPy arrays.Found incompatible type in the "
            f"input: {bad}"
        )
    if not flat:
        return arrays, arrays
    size = flat[0].shape[0]
    cut = math.floor(size * (1.0 - validation_split))
    if cut in (0, size):
        raise ValueError(
            f"Training data contains {size} samples, which is not sufficient to split it into a validation and "
            "training "
            f"set as specified by `validation_split={validation_split}`. Either provide more data, or "
            + ("a different value for the `validation_split` argument." if _version.is_legacy() else "another value.")
        )

    def part(start: int, stop: int) -> Any:
        def take(x: Any) -> Any:
            if x is None:
                return None
            return x.iloc[start:stop] if hasattr(x, "iloc") else x[start:stop]

        return tree.map_structure(take, arrays)

    return part(0, cut), part(cut, size)


_AT_A_TIME = 1 << 20  # bytes


class Adapter:
    """A source of batches. num_batches: how many an epoch has, None where that is not known."""

    num_batches: int | None = None
    # Makes the order that several processes go through arrays in the same for all; None where there is one process.
    agree: Callable[[torch.Tensor], torch.Tensor] | None = None

    @property
    def is_divided(self) -> bool:
        """Whether the batches were divided among a tf.distribute.Strategy's replicas by it."""
        return False

    @property
    def varied(self) -> bool:
        """Whether batches may differ in size."""
        return True

    def batches(self) -> Iterator[Any]:
        """The batches of an epoch: x, (x, y) or (x, y, sample_weight) of tensors."""
        raise NotImplementedError

    starts_again = False  # whether every epoch of Keras 2 begins with the first batch

    def skip_pass(self) -> None:
        """Leaves out what a pass that is not made would draw: Keras makes an iterator more an epoch than it uses."""

    def on_epoch_begin(self) -> None:
        """Called before an epoch."""

    def on_epoch_end(self) -> None:
        """Called after an epoch."""


class ArrayAdapter(Adapter):
    """Arrays, cut into batches, in random order where `shuffle`."""

    def __init__(
        self,
        x: Any,
        y: Any,
        sample_weight: Any,
        batch_size: int | None,
        steps: int | None,
        shuffle: Any,
        class_weight: dict[int, float] | None,
    ) -> None:
        if class_weight is not None:
            if sample_weight is not None and not _version.is_legacy():
                raise ValueError("You cannot `class_weight` and `sample_weight` at the same time.")
            if tree.is_nested(y):
                raise ValueError("`class_weight` is only supported for Models with a single output.")
            sample_weight = class_weight_to_sample_weights(y, class_weight, sample_weight)
        if sample_weight is not None and tree.is_nested(y) and not tree.is_nested(sample_weight):
            if sample_weight.ndim > 2 or (sample_weight.ndim == 2 and sample_weight.shape[1] != 1):
                raise ValueError(
                    "For a model with several outputs, a single `sample_weight` array must have one weight a sample. "
                    "Give "
                    f"one array for each output. Received: sample_weight.shape={sample_weight.shape}"
                )
            weight = sample_weight
            sample_weight = tree.map_structure(lambda _: weight, y)
        self.check_sizes({"x": x, "y": y, "sample_weight": sample_weight})
        inputs = tree.lists_to_tuples(pack_x_y_sample_weight(x, y, sample_weight))
        self._inputs = tree.map_structure(lambda a: None if a is None else as_array(a), inputs)
        self._size = next(int(a.shape[0]) for a in tree.flatten(self._inputs) if a is not None)
        if not self._size and _version.is_legacy():
            raise ValueError("Expected input data to be non-empty.")
        if not batch_size:
            batch_size = math.ceil(self._size / steps) if steps else 32
        self._batch_size = int(batch_size)
        self.num_batches = math.ceil(self._size / self._batch_size)
        self._shuffle = shuffle
        self._drawn = 0

    @staticmethod
    def check_sizes(named: dict[str, Any]) -> None:
        sizes = {name: [int(a.shape[0]) for a in tree.flatten(v) if a is not None] for name, v in named.items()}
        if len({size for own in sizes.values() for size in own}) > 1:
            told = "".join(f"'{name}' sizes: {', '.join(map(str, own))}\n" for name, own in sizes.items() if own)
            if _version.is_legacy():
                lines = told.replace("'", "").replace("\n", "\n  ").rstrip()
                raise ValueError(
                    f"Data cardinality is ambiguous:\n  {lines}\nMake sure all arrays contain the same number of "
                    "samples."
                )
            raise ValueError(
                f"Data cardinality is ambiguous. Make sure all arrays contain the same number of samples.{told}"
            )

    @property
    def varied(self) -> bool:
        """Whether the last batch is smaller, or there is one alone, which is not full."""
        return self._size % self._batch_size != 0

    def _order(self) -> torch.Tensor | None:
        if not self._shuffle or self._shuffle == "batch":
            return None

        numbers = random_state.of_new_graph(self._drawn)
        if _version.is_legacy():  # which goes on with them from epoch to epoch
            self._drawn += math.ceil((self._size - 1) / 4)
        order = random_state.permutation(numbers, self._size, torch.device("cpu"))
        return order if self.agree is None else self.agree(order)

    def batches(self) -> Iterator[Any]:
        """The batches of an epoch: views of as many rows as are put in order at a time."""
        order = self._order()
        flat = tree.flatten(self._inputs)
        is_tuple = type(self._inputs) is tuple and not any(map(tree.is_nested, self._inputs))
        step = self._rows_at_a_time(flat)
        for start in range(0, self._size, step):
            stop = min(start + step, self._size)
            rows = None if order is None else order[start:stop]
            if self._shuffle == "batch":
                rows = torch.randperm(stop - start) + start
            parts = [self._parts(a, start, stop, rows) for a in flat]
            for leaves in zip(*parts):
                yield leaves if is_tuple else tree.pack_sequence_as(self._inputs, leaves)

    def _rows_at_a_time(self, flat: list[Any]) -> int:
        """How many rows are taken at a time: whole batches, about a megabyte of them."""
        if self._shuffle == "batch":
            return self._batch_size
        tensors = [a for a in flat if isinstance(a, torch.Tensor)]
        width = sum(a[:1].numel() * a.element_size() for a in tensors)
        return self._batch_size * max(1, _AT_A_TIME // max(1, width * self._batch_size))

    def _parts(self, a: Any, start: int, stop: int, rows: torch.Tensor | None) -> Iterator[Any]:
        """The batches of some rows of one array."""
        size = self._batch_size
        if a is None:
            return itertools.repeat(None)
        if isinstance(a, CompositeTensor):
            places = range(start, stop) if rows is None else rows.tolist()
            return (_rows(a, places[i : i + size]) for i in range(0, len(places), size))
        if isinstance(a, np.ndarray):
            taken = a[start:stop] if rows is None else a[rows.numpy()]
            return (wrap(taken[i : i + size]) for i in range(0, len(taken), size))
        t = a[start:stop] if rows is None else a.index_select(0, rows.to(a.device))
        target = device.default()
        t = t if t.device == target else t.to(target, non_blocking=True)
        return map(wrap, t.split(size))


def _rows(value: Any, rows: Sequence[int]) -> Any:
    """The given rows of a sparse or ragged tensor."""
    from tfcompat._core.gathering import gather
    from tfcompat._ragged import RaggedTensor
    from tfcompat._sparse import SparseTensor

    if isinstance(value, RaggedTensor):
        return gather(value, list(rows))
    if not isinstance(value, SparseTensor):
        raise ValueError(f"fit(), evaluate() and predict() take no {type(value).__name__}: give a Dataset of them.")
    indices, shape = value.indices.numpy(), value.dense_shape.numpy()
    places = np.full(shape[0], -1)
    places[rows] = np.arange(len(rows))
    moved = places[indices[:, 0]]
    kept = np.argsort(moved, kind="stable")[np.count_nonzero(moved < 0) :]
    taken = np.concatenate([moved[kept, None], indices[kept, 1:]], axis=1)
    return SparseTensor(taken, gather(value.values, kept), [len(rows), *shape[1:]])


class IterableAdapter(Adapter):
    """A tf.data.Dataset, a PyDataset, a torch DataLoader or a generator: what gives batches itself."""

    def __init__(
        self,
        source: Any,
        num_batches: int | None,
        class_weight: dict[int, float] | None = None,
        shuffle: bool = False,
    ) -> None:
        self._source = source
        self.num_batches = num_batches
        self._class_weight = class_weight
        self._shuffle = shuffle
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Asks a PyDataset or generator for its first two batches, as Keras does to learn their shapes: they may draw
        numbers, and a generator's begin each epoch, even where there are no others."""
        from tfcompat.keras.utils.py_dataset import PyDataset

        self._first: list[Any] = []
        if isinstance(self._source, PyDataset):
            for i in range(2 if self.num_batches is None else min(2, self.num_batches)):
                self._source[i]
        elif isinstance(self._source, types.GeneratorType) and not _version.is_legacy():
            self._first = list(itertools.islice(self._source, 2))
            if not self._first:
                raise ValueError(
                    "When passing a Python generator to a Keras model, the generator must yield at least one batch. "
                    "Received an empty generator."
                )

    def batches(self) -> Iterator[Any]:
        """The batches of an epoch."""
        for batch in self._epoch():
            if self._class_weight is not None:
                batch = self._weighted(batch)
            batch = tuple(batch) if isinstance(batch, list) else batch
            yield tree.map_structure(as_tensor, batch)

    @property
    def varied(self) -> bool:
        """Whether a dataset's batches have no known size; that of others is not known."""
        if not hasattr(self._source, "element_spec"):
            return True
        shapes = [getattr(spec, "shape", None) for spec in tree.flatten(self._source.element_spec)]
        return any(shape is None or not shape.rank or shape[0] is None for shape in shapes)

    @property
    def starts_again(self) -> bool:
        """Whether the source is a PyDataset."""
        return hasattr(self._source, "num_batches")

    @property
    def is_divided(self) -> bool:
        """Whether the source is a tf.distribute.DistributedDataset."""
        return getattr(self._source, "_is_divided", False)

    def skip_pass(self) -> None:
        """Passes it on to a dataset."""
        if hasattr(self._source, "_skip_pass"):
            self._source._skip_pass()

    def _epoch(self) -> Iterable[Any]:
        from tfcompat.keras.utils.py_dataset import PyDataset, batches_of

        if not isinstance(self._source, PyDataset):
            return itertools.chain(self._first, self._source) if self._first else self._source
        order = None if self.num_batches is None else list(range(self.num_batches))
        if self._shuffle and order is not None:
            random.shuffle(order)
        return batches_of(self._source, order)

    def _weighted(self, batch: Any) -> Any:
        x, y, weight = unpack_x_y_sample_weight(batch)
        if weight is not None and not _version.is_legacy():
            raise ValueError("You cannot give `class_weight` and sample weights in the data at the same time.")
        return x, y, class_weight_to_sample_weights(y, self._class_weight or {}, weight)

    def on_epoch_begin(self) -> None:
        """Tells a PyDataset."""
        if hasattr(self._source, "on_epoch_begin"):
            self._source.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Tells a PyDataset."""
        if hasattr(self._source, "on_epoch_end"):
            self._source.on_epoch_end()


def samples_in(x: Any) -> Any:
    """How many samples a tensor of any kind holds: an int, or a torch tensor where the tensor is a composite one."""
    if not isinstance(x, CompositeTensor):
        return to_storage(x).shape[0]
    from tfcompat._arrays.shaping import shape

    return to_storage(shape(x)[0]).to(torch.float32)


def as_tensor(x: Any) -> Any:
    """A leaf of a batch as a tensor on the default device; None and composite tensors as they are."""
    if isinstance(x, EagerTensor):
        target = device.default()
        if target.type == "cpu" or not isinstance(x._t, torch.Tensor) or x._t.device == target:
            return x
        return wrap(x._t.to(target, non_blocking=True))
    if x is None or hasattr(x, "_type_spec"):
        return x
    t = as_array(x if hasattr(x, "__array__") or isinstance(x, torch.Tensor) else np.asarray(x))
    return wrap(t.to(device.default()) if isinstance(t, torch.Tensor) else t)


# What each kind of data is told to be where fit() would shuffle it.
_SHUFFLED = {
    "tf.data.Dataset": (
        "a tf.data.Dataset",
        "The Dataset is expected to already be shuffled (via `.shuffle(buffer_size)`).",
    ),
    "PyDataset": ("an infinite PyDataset", "The PyDataset is expected to already be shuffled."),
    "torch DataLoader": ("a torch DataLoader", "The DataLoader is expected to already be shuffled."),
    "generator": ("a generator", "The generator is expected to yield already-shuffled data."),
}


_IN_KERAS2 = {"generator": "python generator", "tf.data.Dataset": "dataset", "PyDataset": "`keras.utils.Sequence`"}


def _kinds_in(x: Any) -> str:
    """The type of data, and of what is in it, as Keras 2 tells them."""
    if isinstance(x, dict):
        keys, values = {_kinds_in(key) for key in x}, {_kinds_in(value) for value in x.values()}
        return f"({type(x)} containing {keys} keys and {values} values)"
    if isinstance(x, (list, tuple)):
        kinds = {_kinds_in(value) for value in x}
        return f"({type(x)} containing values of types {kinds})"
    return str(type(x))


def make_adapter(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    steps: int | None = None,
    shuffle: Any = False,
    class_weight: dict[int, float] | None = None,
) -> Adapter:
    """The adapter for data of any kind; ValueError for what is no data, or arguments that do not go with it."""
    if isinstance(x, Adapter):
        return x
    if _version.is_legacy():
        x, y, sample_weight = map(_array_of_numbers, (x, y, sample_weight))
        if batch_size is not None and batch_size < 1:
            raise ValueError(f"Expected batch_size to be positive. Received is {batch_size}.")
    if x is not None and all(is_array(a) for a in tree.flatten((x, y, sample_weight))):
        return ArrayAdapter(x, y, sample_weight, batch_size, steps, shuffle, class_weight)
    kind, count = _iterable_kind(x)
    if kind is None:
        if _version.is_legacy():
            raise ValueError(f"Failed to find data adapter that can handle input: {_kinds_in(x)}, {_kinds_in(y)}")
        raise ValueError(f"Unrecognized data type: x={x} (of type {type(x)})")
    if count == 0 and _version.is_legacy():
        raise ValueError("Expected input data to be non-empty.")
    for name, value, what in (("y", y, "targets"), ("sample_weight", sample_weight, "sample weights")):
        if value is not None and _version.is_legacy():
            told = _IN_KERAS2.get(kind, kind)
            raise ValueError(f"`{name}` argument is not supported when using {told} as input.")
        if value is not None:
            raise ValueError(
                f"When providing `x` as a {kind}, `{name}` should not be passed. Instead, the {what} should be "
                f"included as part of the {kind}."
            )
    if kind in ("generator", "torch DataLoader") and class_weight is not None and not _version.is_legacy():
        named = "Python generator" if kind == "generator" else kind
        raise ValueError(
            f"Argument `class_weight` is not supported for {named} inputs. Received: class_weight={class_weight}"
        )
    if shuffle and not _version.is_legacy() and kind in _SHUFFLED and not (kind == "PyDataset" and count is not None):
        given, expected = _SHUFFLED[kind]
        warnings.warn(
            f"`shuffle=True` was passed, but will be ignored since the data `x` was provided as {given}. {expected}",
            stacklevel=4,
        )
    return IterableAdapter(x, count, class_weight, shuffle=kind == "PyDataset" and bool(shuffle))


def _array_of_numbers(x: Any) -> Any:
    """An array of a list of numbers, or of lists of them, which Keras 2 takes as data; other values stay."""
    first = x
    while isinstance(first, (list, tuple)) and first:
        first = first[0]
    is_data = isinstance(x, list) and isinstance(first, (bool, int, float, str))
    return np.asarray(x, dtype=settings.floatx if isinstance(first, float) else None) if is_data else x


def _cardinality(dataset: Any) -> int:
    found = dataset.cardinality  # a method of datasets, a number of distributed ones
    return int(found if isinstance(found, int) else found())


def _iterable_kind(x: Any) -> tuple[str | None, int | None]:
    """What `x` is, and how many batches it has where that is known."""
    if hasattr(x, "element_spec") and hasattr(x, "cardinality"):
        count = _cardinality(x)
        return "tf.data.Dataset", count if count >= 0 else None
    if isinstance(x, types.GeneratorType) or (_version.is_legacy() and isinstance(x, Iterator)):
        return "generator", None
    from tfcompat.keras.utils.py_dataset import PyDataset

    if isinstance(x, PyDataset):
        return "PyDataset", x.num_batches
    if isinstance(x, torch.utils.data.DataLoader):
        try:
            return "torch DataLoader", len(x)
        except TypeError:
            return "torch DataLoader", None
    return None, None
