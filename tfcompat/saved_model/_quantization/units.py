"""What is quantized as one: a product with constant weights, with what follows it and can be computed with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat.saved_model._quantization.freezing import node_name
from tfcompat.saved_model._quantization.graph import Graph

_FLOAT = dtypes.float32.as_datatype_enum
_DEFAULTS = {"is_training": True, "epsilon": 1e-4}
PRODUCTS = ("Conv2D", "DepthwiseConv2dNative", "Conv3D", "MatMul", "BatchMatMulV2", "Einsum")
_LAYOUTS = {"Conv2D": b"NHWC", "DepthwiseConv2dNative": b"NHWC", "Conv3D": b"NDHWC"}


class Unit:
    """A product, or a lookup in a table, and the bias and activation that follow.

    weight: the constant operand, None where neither is one. place: its number among the operands. bias: a vector that
    is added, or None. biased: the tensor after it. activation: "Relu", "Relu6" or "". output: the last tensor.
    """

    def __init__(self, node: Any, place: int, weight: np.ndarray | None) -> None:
        self.node, self.place, self.weight = node, place, weight
        self.bias: np.ndarray | None = None
        self.activation = ""
        self.output = self.biased = node.name

    @property
    def op(self) -> str:
        """The kind of the node."""
        return self.node.op

    @property
    def input(self) -> str:
        """The operand that is not the weight."""
        return self.node.input[1 - self.place]

    def along_output(self, vector: np.ndarray) -> np.ndarray:
        """A vector with one number for each channel of the output, as it is multiplied with the weight."""
        assert self.weight is not None
        if self.op == "DepthwiseConv2dNative":
            return vector.reshape(self.weight.shape[-2:])
        if attribute(self.node, "transpose_b") or attribute(self.node, "adj_y"):
            return vector[:, None]
        return vector


def attribute(node: Any, name: str) -> Any:
    """An attribute of a node: what it says, or its default, which is False or empty for most."""
    if name not in node.attr:  # of which asking alone would make one
        return _DEFAULTS.get(name)
    held = node.attr[name]
    return getattr(held, held.WhichOneof("value"))


def units(graph: Graph, options: Any) -> Iterator[Unit]:
    """What of a graph can be quantized, in the order of its nodes, but for what `options` except."""
    for node in graph.ordered():
        unit = _unit(graph, node)
        if unit is not None and not _is_excepted(node, options):
            if unit.op in PRODUCTS and unit.place == 1:
                _take_followers(graph, unit)
            yield unit


def _unit(graph: Graph, node: Any) -> Unit | None:
    if node.op == "GatherV2":
        weight = graph.constant(node.input[0]) if attribute(node, "Tparams") == _FLOAT else None
        return None if weight is None else Unit(node, 0, weight)
    if node.op not in PRODUCTS or attribute(node, "T") != _FLOAT or len(node.input) < 2:
        return None
    layout = _LAYOUTS.get(node.op)
    if layout is not None and attribute(node, "data_format") not in (None, layout):
        return None
    for place in (1, 0):
        weight = graph.constant(node.input[place])
        if weight is not None:
            other = graph.constant(node.input[1 - place])
            return Unit(node, place, weight) if other is None else None
    return Unit(node, 1, None) if layout is None else None


def _is_excepted(node: Any, options: Any) -> bool:
    """Whether the options say of a node that it is not to be quantized."""
    for spec in options.unit_wise_quantization_specs:
        for unit in spec.unit:
            named = not unit.node_name or any(re.fullmatch(unit.node_name, n) for n in _names(node.name))
            if (not unit.op_type or unit.op_type == node.op) and named:
                return not spec.quantization_method.quantization_component_specs
    return False


def _names(name: str) -> Iterator[str]:
    """What a node is called in the function that it was written in, and in those around it."""
    parts = name.split("/")
    yield from ("/".join(parts[i:]) for i in range(len(parts)))


# ---- what follows ----


def _take_followers(graph: Graph, unit: Unit) -> None:
    while unit.activation != "Relu6":
        node = graph.only_taker(unit.output)
        if node is None:
            return
        activation = _activation(graph, node, unit.activation)
        if activation:
            unit.activation = activation
        elif unit.activation:
            return
        elif node.op == "FusedBatchNormV3" and unit.weight is not None and _is_fixed(graph, node):
            _normalize(graph, unit, node)
        elif not _compute(graph, unit, node):
            return
        unit.output = node.name
        if not unit.activation:
            unit.biased = node.name


def _activation(graph: Graph, node: Any, before: str) -> str:
    """The activation that a node is, after another one or none; "" for another node."""
    if node.op in ("Relu", "Relu6"):
        return node.op if node.op == "Relu6" or not before else ""
    bounds = [graph.constant(name) for name in node.input if not name.startswith("^")]
    values = [float(bound) for bound in bounds if bound is not None and bound.ndim == 0]
    if node.op == "Maximum" and values == [0] and not before:
        return "Relu"
    six = (node.op == "Minimum" and values == [6] and before) or (node.op == "ClipByValue" and values == [0, 6])
    return "Relu6" if six else ""


def _is_fixed(graph: Graph, node: Any) -> bool:
    """Whether a normalization is one by constants, of whose results the first alone is taken."""
    others = any(graph.is_taken(f"{node.name}:{i}") for i in range(1, 6))
    known = all(graph.constant(name) is not None for name in node.input[1:5])
    layout = attribute(node, "data_format") in (None, b"NHWC")
    return known and layout and not attribute(node, "is_training") and not others


def _normalize(graph: Graph, unit: Unit, node: Any) -> None:
    scale, offset, mean, variance = (graph.constant(name) for name in node.input[1:5])
    epsilon = np.float32(attribute(node, "epsilon"))
    factor = scale * (1 / np.sqrt(variance + epsilon))  # type: ignore[operator]
    _multiply(unit, factor)
    _add(unit, offset - mean * factor)  # type: ignore[operator]


def _compute(graph: Graph, unit: Unit, node: Any) -> bool:
    """Takes what a node adds or multiplies by into the unit; False where it is no vector over the channels."""
    if node.op not in ("BiasAdd", "Add", "AddV2", "Mul") or unit.weight is None:
        return False
    own = next((i for i in (0, 1) if node_name(graph.source(node.input[i])) == node_name(unit.output)), None)
    if own is None or (node.op == "BiasAdd" and attribute(node, "data_format") not in (None, b"NHWC")):
        return False
    vector = graph.constant(node.input[1 - own])
    if vector is None or vector.ndim != 1 or vector.shape[0] != _channels(unit):
        return False
    if node.op == "Mul":
        _multiply(unit, vector)
    else:
        _add(unit, vector)
    return True


def _channels(unit: Unit) -> int:
    """How many channels the output has; 0 where the weight does not tell."""
    assert unit.weight is not None
    node, shape = unit.node, unit.weight.shape
    if unit.op == "DepthwiseConv2dNative":
        return shape[-1] * shape[-2]
    if unit.op == "Einsum":
        operands, _, result = attribute(node, "equation").decode().replace(" ", "").partition("->")
        own = operands.partition(",")[2]
        return shape[-1] if result and own[-1:] == result[-1] else 0
    return shape[-2] if attribute(node, "transpose_b") or attribute(node, "adj_y") else shape[-1]


def _multiply(unit: Unit, factor: np.ndarray) -> None:
    unit.weight = unit.weight * unit.along_output(factor)  # type: ignore[operator]
    if unit.bias is not None:
        unit.bias = unit.bias * factor


def _add(unit: Unit, vector: np.ndarray) -> None:
    unit.bias = vector if unit.bias is None else unit.bias + vector
