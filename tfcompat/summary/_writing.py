"""Writing any summary to the default writer: tensors, Summary messages and graphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.convert import constant, convert_to_tensor
from tfcompat._core.names import op_name_scope
from tfcompat._core.state import state
from tfcompat._formats.protos import message
from tfcompat._formats.tensor_proto import with_content
from tfcompat.summary._state import checked_step, should_record_summaries, summaries, where_recorded
from tfcompat.summary._writers import emit


def write(tag: Any, tensor: Any, step: Any = None, metadata: Any = None, name: str | None = None) -> Any:
    """Writes a tensor under `tag`; a bool tensor, whether it was written (tf.summary.write).

    tensor: of any dtype and shape, or a callable that gives it, called only where it is recorded. step: an int64
    scalar, by default the default step. metadata: a SummaryMetadata message or its bytes, by which a plugin of
    TensorBoard finds it. Without a default writer nothing is written. ValueError where there is a writer but no step.
    """

    def values() -> list[Any]:
        return [tensor() if callable(tensor) else convert_to_tensor(tensor)]

    return write_made(tag, values, lambda t: t.numpy(), step, metadata, name)


def write_made(
    tag: Any,
    values: Callable[[], Sequence[Any]],
    make: Callable[..., Any],
    step: Any,
    metadata: Any,
    name: str | None = None,
) -> Any:
    """`write` of the array that `make` makes of `values`, tensors, whenever the summary is written."""
    with op_name_scope(name, "write_summary"):
        writer = summaries.writer
        if writer is None:
            return constant(False)
        step = summaries.step if step is None else step
        content = metadata.SerializeToString() if hasattr(metadata, "SerializeToString") else metadata
        content = None if content is None else _texts(content)

        def event(step: Any, tag: Any, content: Any, *tensors: Any) -> None:
            value = _value(_bytes(tag).decode("utf-8", "replace"), np.asarray(make(*tensors)), _bytes(content))
            writer._write(step=_number(step), summary=message("Summary")(value=[value]))

        def record() -> None:
            where = checked_step(step)
            emit(event, [where, _texts(tag), content, *values()])

        return where_recorded(record)


def _texts(value: Any) -> Any:
    """A tag or metadata: a Python string, bytes, or a string tensor."""
    return value if isinstance(value, (str, bytes)) else convert_to_tensor(value, dtypes.string)


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode()
    return value if isinstance(value, bytes) else b"" if value is None else value.numpy()


def _number(step: Any) -> int:
    return int(step.numpy().item())


def _value(tag: str, array: np.ndarray, metadata: bytes) -> Any:
    """A Summary.Value, as TensorFlow's writer makes it: metadata that is none is left empty."""
    from google.protobuf.message import DecodeError

    array = array.astype(object) if array.dtype.kind in "SU" else array
    dtype = dtypes.string if array.dtype == object else dtypes.as_dtype(array.dtype)
    value = message("Summary.Value")(tag=tag, tensor=with_content(array, dtype))
    if metadata:
        value.metadata.SetInParent()
        try:
            value.metadata.ParseFromString(metadata)
        except DecodeError:
            value.metadata.Clear()
            value.metadata.SetInParent()
    return value


def write_raw_pb(tensor: Any, step: Any = None, name: str | None = None) -> Any:
    """Writes serialized Summary messages as one event; whether it was written (tf.summary.experimental.write_raw_pb).

    tensor: a string tensor of any shape. ValueError where there is a writer but no step; InvalidArgumentError for
    other dtypes; DataLossError, when it is written, for a string that is no Summary.
    """
    with op_name_scope(name, "write_raw_pb"):
        writer = summaries.writer
        if writer is None:
            return constant(False)
        where = checked_step(summaries.step if step is None else step)

        def event(step: Any, tensor: Any) -> None:
            writer._write(step=_number(step), summary=_merged(np.asarray(tensor.numpy(), object)))

        def record() -> None:
            t = convert_to_tensor(tensor)
            if t.dtype is not dtypes.string:
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    "cannot compute WriteRawProtoSummary as input #2(zero-based) was expected to be a string tensor "
                    f"but is a {t.dtype.name} tensor",
                )
            emit(event, [where, t])

        return where_recorded(record)


def _merged(serialized: np.ndarray) -> Any:
    from google.protobuf.message import DecodeError

    merged = message("Summary")()
    for i, data in enumerate(serialized.ravel()):
        try:
            merged.MergeFromString(data)
        except DecodeError:
            raise errors.DataLossError(
                None, None, f"Bad tf.compat.v1.Summary binary proto tensor string at index {i}"
            ) from None
    return merged


def graph(graph_data: Any) -> Any:
    """Writes a graph, a tf.Graph or a GraphDef message; a bool tensor, whether it was written (tf.summary.graph).

    ValueError for anything else, and in a captured function.
    """
    if state.graph is not None:
        raise ValueError("graph() cannot be invoked inside a graph context.")
    if not should_record_summaries():
        return constant(False)
    summaries.writer._write(graph_def=_serialized(graph_data))
    return constant(True)


def _serialized(graph_data: Any) -> bytes:
    from tfcompat._function.graph_view import Graph

    if isinstance(graph_data, Graph):
        return graph_data.as_graph_def(add_shapes=True).SerializeToString()
    if getattr(getattr(graph_data, "DESCRIPTOR", None), "full_name", None) == "tensorflow.GraphDef":
        return graph_data.SerializeToString()
    raise ValueError(
        "Argument 'graph_data' is not tf.Graph or tf.compat.v1.GraphDef. Received "
        f"graph_data={graph_data} of type {type(graph_data).__name__}."
    )
