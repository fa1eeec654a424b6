"""tf.io.parse_sequence_example and parse_single_sequence_example: serialized tf.train.SequenceExample messages."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.ops import kernel_dtype
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorSpec
from tfcompat.io._feature_parts import (
    Dense,
    Examples,
    ParseError,
    Part,
    Ragged,
    Sparse,
    flat,
    padded,
    padding,
    sparse_specs,
    values_of,
)
from tfcompat.io._paths import failure
from tfcompat.io.examples import parts_of, run, told
from tfcompat.io.features import FixedLenFeature, FixedLenSequenceFeature, RaggedFeature, VarLenFeature
from tfcompat.io.files import to_string_tensor

_KERNEL = "ParseSequenceExampleV2"


class _ContextDense(Dense):
    """A FixedLenFeature of the context."""

    def arrays(self, examples: Examples, names: Sequence[str], single: bool) -> list[np.ndarray]:
        size = math.prod(self.shape)
        for i, example in enumerate(examples):
            row = values_of(example, self.key, self.dtype, self._mismatch(names, i, single))
            if (row is None and self.default is None) or (row is not None and len(row) != size):
                raise ParseError(
                    f"Inconsistent max number of elements for feature {self.key}: expected {size}, but found "
                    f"{len(row or [])}"
                )
        return super().arrays(examples, names, single)


class _Steps(Part):
    """A list of features, one for each step, of every example; None where an example has no such list."""

    def _lists(self, examples: Examples, names: Sequence[str]) -> list[list[list[Any]] | None]:
        found: list[list[list[Any]] | None] = []
        for example, name in zip(examples, names):
            steps = example[self.key].feature if self.key in example else None
            found.append(None if steps is None else [self._step(step, name, t) for t, step in enumerate(steps)])
        return found

    def _step(self, step: Any, name: str, t: int) -> list[Any]:
        def mismatch(_: Any) -> str:
            return (
                f"Name: {name}, Feature list: {self.key}, Index: {t}.  Data types don't match. Expected type: "
                f"{kernel_dtype(self.dtype)}"
            )

        return values_of({self.key: step}, self.key, self.dtype, mismatch) or []


class _WithLengths(tuple):
    """A dense sequence and the numbers of its steps."""


class _DenseSteps(_Steps):
    """A FixedLenSequenceFeature: dense values of each step, and the number of steps."""

    def __init__(self, key: str, feature: Any) -> None:
        super().__init__(key, feature.dtype)
        self.shape = tuple(int(d) for d in TensorShape(feature.shape).as_list() if d is not None)
        self.allow_missing, self.default = feature.allow_missing, padding(feature, self.dtype, key)

    def specs(self, single: bool) -> list[TensorSpec]:
        if single:
            return [TensorSpec([None, *self.shape], self.dtype)]
        return [TensorSpec([None, None, *self.shape], self.dtype), TensorSpec([None], dtypes.int64)]

    def arrays(self, examples: Examples, names: Sequence[str], single: bool) -> list[np.ndarray]:
        size = math.prod(self.shape)
        rows = []
        for steps, name in zip(self._lists(examples, names), names):
            if steps is None and not self.allow_missing:
                raise ParseError(
                    f"Name: {name}, Feature list '{self.key}' is required but could not be found.  Did you mean to "
                    "include it in feature_list_dense_missing_assumed_empty or feature_list_dense_defaults?"
                )
            for step in steps or []:
                if len(step) != size:
                    raise ParseError(
                        f"Feature list '{self.key}' has an unexpected number of values.  Total values size: "
                        f"{sum(map(len, steps or []))} is not consistent with output shape: "
                        f"[{','.join(['?', *map(str, self.shape)])}]"
                    )
            rows.append(list(itertools.chain.from_iterable(steps or [])))
        array = padded(rows, size, self.shape, self.dtype, self.default)
        lengths = np.array([len(row) // size if size else 0 for row in rows], np.int64)
        return [array[0]] if single else [array, lengths]

    def result(self, tensors: Sequence[Any], single: bool) -> Any:
        return tensors[0] if single else _WithLengths(tensors)


class _SparseSteps(_Steps):
    """A VarLenFeature of each step: a sparse tensor of [batch, step, position]."""

    def specs(self, single: bool) -> list[TensorSpec]:
        return sparse_specs(2 if single else 3, self.dtype)

    def __init__(self, key: str, feature: Any) -> None:
        super().__init__(key, feature.dtype)

    def arrays(self, examples: Examples, names: Sequence[str], single: bool) -> list[np.ndarray]:
        lists = [steps or [] for steps in self._lists(examples, names)]
        indices, values = [], []
        for i, steps in enumerate(lists):
            for t, step in enumerate(steps):
                indices += [(i, t, position) for position in range(len(step))]
                values += step
        longest = max((len(step) for steps in lists for step in steps), default=0)
        shape = np.array([len(lists), max(map(len, lists), default=0), longest], np.int64)
        table = np.array(indices, np.int64).reshape(-1, 3)
        return [table[:, 1:] if single else table, flat(values, self.dtype), shape[1:] if single else shape]

    result = Sparse.result


class _RaggedSteps(_Steps):
    """A RaggedFeature of each step: a ragged tensor of [batch, step, position, ...]."""

    def __init__(self, key: str, feature: RaggedFeature) -> None:
        super().__init__(feature.value_key or key, feature.dtype)
        self._inner = Ragged(key, feature)

    def specs(self, single: bool) -> list[TensorSpec]:
        extra = [] if single else [TensorSpec([None], self._inner.splits)]
        return [*self._inner.specs(False), *extra]

    def arrays(self, examples: Examples, names: Sequence[str], single: bool) -> list[np.ndarray]:
        keys = [self.key, *(p.key for p in self._inner.partitions if hasattr(p, "key"))]
        steps, counts = [], []
        for example in examples:
            lists = {key: example[key].feature for key in keys if key in example}
            count = len(lists.get(self.key, ()))
            counts.append(count)
            steps += [{key: found[t] for key, found in lists.items() if t < len(found)} for t in range(count)]
        values, *splits = self._inner.arrays(steps, ["<unknown>"] * len(steps), False)
        return [values, *([] if single else [self._inner._as_splits(np.array(counts))]), *splits]

    def result(self, tensors: Sequence[Any], single: bool) -> Any:
        from tfcompat._ragged import RaggedTensor

        if single:
            return self._inner.result(tensors, False)
        inner = self._inner.result([tensors[0], *tensors[2:]], False)
        return RaggedTensor.from_row_splits(inner, tensors[1], validate=False)


_CONTEXT: dict[type, type[Part]] = {VarLenFeature: Sparse, FixedLenFeature: _ContextDense, RaggedFeature: Ragged}
_SEQUENCE: dict[type, type[Part]] = {
    VarLenFeature: _SparseSteps,
    FixedLenSequenceFeature: _DenseSteps,
    RaggedFeature: _RaggedSteps,
}


def parse_sequence_example(
    serialized: Any,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_names: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A vector of serialized SequenceExamples as (context, sequences, lengths) (tf.io.parse_sequence_example).

    context_features: {name: FixedLenFeature, VarLenFeature or RaggedFeature}; sequence_features: {name:
    FixedLenSequenceFeature, VarLenFeature or RaggedFeature}. lengths: the numbers of steps of dense sequences, which
    are filled up. InvalidArgumentError for what is missing or does not fit; ValueError where no features are given.
    """
    context, sequences = _parse(serialized, context_features, sequence_features, example_names, False)
    lengths = {key: value[1] for key, value in sequences.items() if isinstance(value, _WithLengths)}
    return context, {k: v[0] if isinstance(v, _WithLengths) else v for k, v in sequences.items()}, lengths


def parse_single_sequence_example(
    serialized: Any,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_name: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """One serialized SequenceExample as (context, sequences), without a batch (tf.io.parse_single_sequence_example)."""
    return _parse(serialized, context_features, sequence_features, example_name, True)


def _parse(
    serialized: Any,
    context_features: Mapping[str, Any] | None,
    sequence_features: Mapping[str, Any] | None,
    example_names: Any,
    single: bool,
) -> tuple[dict[str, Any], dict[str, Any]]:
    if not context_features and not sequence_features:
        raise ValueError("Both context_features and sequence_features are None, but at least one should have values.")
    serialized = to_string_tensor(serialized)
    rank = serialized.shape.rank
    if rank is not None and rank != (0 if single else 1):
        what = "scalar" if single else "vector"
        raise failure(_KERNEL, f"Expected serialized to be a {what}, got shape: {serialized.shape.as_list()}")
    order = (Sparse, _SparseSteps, _ContextDense, _DenseSteps, Ragged, _RaggedSteps)
    context = told(_KERNEL, lambda: parts_of(context_features or {}, _CONTEXT, order))
    sequences = told(_KERNEL, lambda: parts_of(sequence_features or {}, _SEQUENCE, order))
    names = None if example_names is None else to_string_tensor(example_names)

    def read(texts: np.ndarray, given: Sequence[str]) -> list[np.ndarray]:
        messages = [_message(text, name) for text, name in zip(texts.reshape(-1), given)]
        contexts = [each.context.feature for each in messages]
        lists = [each.feature_lists.feature_list for each in messages]
        found = [array for part in context.values() for array in part.arrays(contexts, given, single)]
        return found + [array for part in sequences.values() for array in part.arrays(lists, given, single)]

    parts = {("context", key): part for key, part in context.items()}
    parts.update({("sequence", key): part for key, part in sequences.items()})
    specs = [part.specs(single) for part in parts.values()]
    found = run(_KERNEL, read, serialized, names, parts, specs, single)  # type: ignore[arg-type]
    return (
        {key: value for (kind, key), value in found.items() if kind == "context"},  # type: ignore[misc]
        {key: value for (kind, key), value in found.items() if kind == "sequence"},  # type: ignore[misc]
    )


def _message(text: bytes, name: str) -> Any:
    from google.protobuf.message import DecodeError

    from tfcompat._formats.protos import message

    try:
        return message("SequenceExample").FromString(text)
    except DecodeError:
        raise ParseError(f"Invalid protocol message input, example id: {name}") from None
