"""What Model.summary() prints."""

from __future__ import annotations

import math
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tfcompat._formats.files import readable_size
from tfcompat.keras import tree
from tfcompat.keras._dtypes import SIZES, standardize_dtype
from tfcompat.keras._state import settings
from tfcompat.keras.utils import _table
from tfcompat.keras.utils._io import print_msg
from tfcompat.keras.utils._table import Cell, paint

_BOLD, _NUMBER, _UNKNOWN, _CLASS = "1", "38;5;34", "38;5;45", "38;5;33"
_FROZEN = "1;38;5;9"
_THAWED = "1;38;5;34"


def count_params(weights: Iterable[Any]) -> int:
    """The number of elements of all weights."""
    return sum(math.prod(weight.shape) for weight in weights)


def weight_memory_size(weights: Iterable[Any]) -> float:
    """How many bytes the weights take, each counted once."""
    unique = {id(weight): weight for weight in weights}.values()
    return sum(math.prod(w.shape) * SIZES[standardize_dtype(w.dtype)] for w in unique) / 8


def _shape_cell(layer: Any) -> Cell:
    """The shape of a layer's outputs, "?" where it is not known."""
    shapes: Any = None
    brackets = "[]"
    if layer._inbound_nodes:
        shapes = [x.shape for x in layer._inbound_nodes[-1].output_tensors]
    elif hasattr(layer, "_outputs_struct"):  # a functional model within one that is none
        shapes = [x.shape for x in layer.outputs]
        brackets = "()"
    elif layer._build_shapes_dict:
        try:
            if hasattr(layer, "output_shape"):
                shapes = [layer.output_shape]
            else:
                found = layer.compute_output_shape(**layer._build_shapes_dict)
                flat: list[Any] = []
                tree.map_shape_structure(flat.append, found)
                shapes = flat
                brackets = "()" if isinstance(found, tuple) else "[]"
        except NotImplementedError:
            shapes = None
    if not shapes:
        return [("?", "")]
    cells = [_one_shape(shape) for shape in shapes]
    if len(cells) == 1:
        return cells[0]
    return [
        (brackets[0], ""),
        *(piece for i, cell in enumerate(cells) for piece in ([(", ", "")] if i else []) + cell),
        (brackets[1], ""),
    ]


def _one_shape(shape: Sequence[int | None]) -> Cell:
    cell: Cell = [("(", "")]
    for index, size in enumerate(shape):
        cell += [(", ", "")] if index else []
        cell.append((str(size), _UNKNOWN if size is None else _NUMBER))
    return [*cell, (")", "")]


def _params_cell(layer: Any) -> Cell:
    if not hasattr(layer, "built"):
        return [("0", _NUMBER)]
    if not layer.built:
        return [("0", _NUMBER), (" (unbuilt)", "")]
    return [(f"{layer.count_params():,}", _NUMBER)]


def _connections_cell(layer: Any, nodes: set[Any]) -> Cell:
    cell: Cell = []
    for node in layer._inbound_nodes:
        if node not in nodes:
            continue
        for x in node.input_tensors:
            operation, index, position = x._keras_history
            cell += [(", ", "")] if cell else []
            cell += [(f"{operation.name}[", ""), (str(index), _NUMBER), ("][", ""), (str(position), _NUMBER), ("]", "")]
    return cell or [("-", "")]


def _is_sequential(model: Any) -> bool:
    """Whether a functional model's layers come one after the other, each called once."""
    for nodes in model._nodes_by_depth.values():
        if len(nodes) > 1 or (len(nodes) == 1 and len(nodes[0].input_tensors) > 1):
            return False
    nodes = {node for own in model._nodes_by_depth.values() for node in own}
    return all(sum(node in nodes for node in layer._inbound_nodes) <= 1 for layer in model.layers)


def _rows(layer: Any, level: int, expand_nested: bool, fields: Callable[[Any, str], list[Cell]]) -> list[list[Cell]]:
    rows = [fields(layer, "   " * level + "└ " if level else "")]
    if expand_nested:
        for inner in getattr(layer, "layers", None) or ():
            rows.extend(_rows(inner, level + 1, expand_nested, fields))
    return rows


def _layer_range(layers: list[Any], layer_range: Sequence[str] | None) -> tuple[int, int]:
    if layer_range is None:
        return 0, len(layers)
    if len(layer_range) != 2 or not all(isinstance(pattern, str) for pattern in layer_range):
        raise ValueError(f"`layer_range` must be a pair of layer names. Received: layer_range={layer_range}")
    lower, upper = ([i for i, layer in enumerate(layers) if re.match(p, layer.name)] for p in layer_range)
    if not lower or not upper:
        raise ValueError(f"Passed layer_names do not match the layer names in the model. Received: {layer_range}")
    if min(lower) > max(upper):
        return min(upper), max(lower) + 1
    return min(lower), max(upper) + 1


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Prints a model's summary; the arguments are those of Model.summary."""
    from tfcompat.keras.models.functional import Functional

    functional = isinstance(model, Functional)
    plain = not functional or _is_sequential(model)
    layers = model.operations if functional else model.layers
    nodes = {node for own in model._nodes_by_depth.values() for node in own} if functional else set()
    header = ["Layer (type)", "Output Shape", "Param #"]
    align = ["left", "left", "right"]
    ends = list(positions) if positions else [0.45, 0.8, 1.0] if plain else [0.3, 0.56, 0.74, 1.0]
    length = 88 if plain else 108
    if not plain:
        header.append("Connected to")
        align.append("left")
    if show_trainable:
        length += 12
        ends = [p * 0.9 for p in ends] + [1.0]
        header.append("Trainable")
        align.append("center")
    console = shutil.get_terminal_size().columns
    length = line_length or min(length, console - 4)
    widths = []
    for end in ends:
        widths.append(int(end * length) - sum(widths))
        if widths[-1] < 4:
            raise ValueError(f"Insufficient console width to print summary: {length} columns.")

    def fields(layer: Any, prefix: str) -> list[Cell]:
        name: Cell = [(f"{prefix}{layer.name} (", ""), (type(layer).__name__, _CLASS), (")", "")]
        cells = [name, _shape_cell(layer), _params_cell(layer)]
        if not plain:
            cells.append(_connections_cell(layer, nodes))
        if show_trainable:
            has_weights = bool(getattr(layer, "weights", None))
            cells.append([("Y", _THAWED) if layer.trainable else ("N", _FROZEN)] if has_weights else [("-", _BOLD)])
        return cells

    start, stop = _layer_range(layers, layer_range)
    rows = [row for layer in layers[start:stop] for row in _rows(layer, 0, expand_nested, fields)]
    color = print_fn is None and settings.interactive_logging and sys.stdout.isatty()
    table = _table.render(header, rows, widths, align, length, color)
    if not color:
        table = "\n".join(line[:console] for line in table.split("\n"))
    text = "\n".join([paint(f'Model: "{model.name}"', _BOLD, color), table, *_totals(model, color)]) + "\n"
    if print_fn is None:
        print_msg(text, line_break=False)
    else:
        print_fn(text)


def _totals(model: Any, color: bool) -> list[str]:
    groups = {"Trainable params": model.trainable_weights, "Non-trainable params": model.non_trainable_weights}
    optimizer = model.optimizer if model.compiled else None
    if optimizer is not None and optimizer.built:
        groups["Optimizer params"] = optimizer.variables
    sizes = {name: (count_params(weights), weight_memory_size(weights)) for name, weights in groups.items()}
    total = (sum(count for count, _ in sizes.values()), sum(memory for _, memory in sizes.values()))
    return [
        paint(f" {name}: ", _BOLD, color) + paint(f"{count:,}", _NUMBER, color) + f" ({readable_size(memory)})"
        for name, (count, memory) in {"Total params": total, **sizes}.items()
    ]
