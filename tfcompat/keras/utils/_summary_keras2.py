"""What Model.summary() prints in Keras 2: a table of plain text, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tfcompat._formats.files import readable_size
from tfcompat.keras.utils import summary
from tfcompat.keras.utils._io import print_msg

_HEADER = ("Layer (type)", "Output Shape", "Param #", "Connected to")
_BREAKS = ("),", "},", "],", "',")  # a line of a cell ends behind the first of these
_GAP = 3


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Prints a model's summary; the arguments are those of Model.summary, `print_fn` being called with each line.

    ValueError for a model that is not built, and for columns that nothing fits into.
    """
    if not model.built:
        raise ValueError(
            "This model has not yet been built. Build the model first by calling `build()` or by calling the model on "
            "a batch of data."
        )
    say = print_msg if print_fn is None else print_fn
    nodes = _nodes_of(model)
    length = line_length or (65 if nodes is None else 98)
    ends = list(positions or ([0.45, 0.85, 1.0] if nodes is None else [0.3, 0.6, 0.7, 1.0]))
    if ends[-1] <= 1:
        ends = [int(length * end) for end in ends]
    header = [*_HEADER[: 3 if nodes is None else 4]]
    if show_trainable:
        length += 11
        ends.append(length)
        header.append("Trainable")
    say(f'Model: "{model.name}"')
    say("_" * length)
    for line in _lines(header, ends):
        say(line)
    say("=" * length)

    def show(layer: Any, level: int, last: bool) -> None:
        fields = [f"{layer.name} ({type(layer).__name__})", _shape_of(layer), _params_of(layer, nodes)]
        if nodes is not None:
            fields.append(_connections_of(layer, nodes))
        if show_trainable:
            fields.append("Y" if layer.trainable else "N")
        for line in _lines(fields, ends, level):
            say(line)
        inner = (getattr(layer, "layers", None) or ()) if expand_nested else ()
        for number, part in enumerate(inner, 1):
            if number == 1:
                say(_fence("¯", length, level + 1))
            show(part, level + 1, number == len(inner))
        if inner:
            say(_fence("¯", length, level))
        if not last and not inner:
            say(_fence(" ", length, level))

    layers = model.layers
    start, stop = summary._layer_range(layers, layer_range)
    for layer in layers[start:stop]:
        show(layer, 0, False)
    say("=" * length)
    for line in _totals(model):
        say(line)
    say("_" * length)


def _nodes_of(model: Any) -> set[Any] | None:
    """The calls that a model's graph is made of, where the table tells how they are connected; else None."""
    from tfcompat.keras.models.functional import Functional

    if not isinstance(model, Functional) or (model._endpoints is None and summary._is_sequential(model)):
        return None
    beside = model._endpoints.nodes if model._endpoints is not None else set()
    return {node for own in model._nodes_by_depth.values() for node in own} | beside


def _lines(fields: Iterable[Any], ends: Sequence[float], level: int = 0) -> list[str]:
    """The lines of a row, within `level` models: each cell is broken where its column ends."""
    left = [str(field) for field in fields]
    lines = []
    while any(left):
        line = ""
        for column, end in enumerate(ends):
            last = column == len(ends) - 1
            room = int(end - (ends[column - 1] if column else 0)) - (0 if last else _GAP) - (0 if column else level)
            if room < 1:
                raise ValueError(f"The summary's columns, which end at {list(ends)}, are too narrow.")
            text = left[column][:room]
            breaks = [text.index(mark) + len(mark) for mark in _BREAKS if mark in text]
            room = min(breaks, default=room)
            if not column:
                line += "|" * level + " "
            line += text[:room] + ("" if last else "  ")
            line = line.ljust(int(end) - (level if last else 0))
            left[column] = left[column][room:]
        lines.append(line + "|" * level)
    return lines


def _fence(mark: str, length: int, level: int) -> str:
    return "|" * level + mark * (length - 2 * level) + "|" * level


def _shape_of(layer: Any) -> Any:
    try:
        return layer.output_shape
    except AttributeError:
        return "multiple"


def _params_of(layer: Any, nodes: set[Any] | None) -> Any:
    if nodes is None and not layer.built and not getattr(layer, "_is_graph_network", False):
        return "0 (unused)"
    return layer.count_params()


def _connections_of(layer: Any, nodes: set[Any]) -> list[str]:
    sources = (x._keras_history for node in layer._inbound_nodes if node in nodes for x in node.input_tensors)
    return [f"{operation.name}[{index}][{position}]" for operation, index, position in sources]


def _totals(model: Any) -> list[str]:
    groups = [list({id(w): w for w in own}.values()) for own in (model.trainable_weights, model.non_trainable_weights)]
    counts = [summary.count_params(own) for own in groups]
    sizes = [summary.weight_memory_size(own) for own in groups]
    names, counts, sizes = ("Total", "Trainable", "Non-trainable"), [sum(counts), *counts], [sum(sizes), *sizes]
    return [f"{name} params: {count} ({_readable(size)})" for name, count, size in zip(names, counts, sizes)]


def _readable(size: float) -> str:
    text = readable_size(size)
    return text.replace(" B", " Byte") if text.endswith(" B") else text
