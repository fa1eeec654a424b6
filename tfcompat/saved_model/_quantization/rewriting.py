"""Products with quantized weights in the place of those of floats, as TensorFlow's quantizer computes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat.saved_model._quantization.graph import Graph
from tfcompat.saved_model._quantization.messages import TF
from tfcompat.saved_model._quantization.ranges import Scale, nearest, weights
from tfcompat.saved_model._quantization.units import Unit, attribute
from tfcompat.saved_model._translation.body import Ref

_SAME_SCALE = ("Reshape", "Squeeze", "ExpandDims", "Transpose", "MaxPool", "AvgPool")
_AXES = {"Conv2D": 3, "DepthwiseConv2dNative": 3, "Conv3D": 4}
_AS_FLOATS = ("DepthwiseConv2dNative", "Conv3D")  # there are no kernels of integers
_SCALED_AFTER = ("MatMul", "Conv2D", "DepthwiseConv2dNative")
_F32, _F64, _I8, _I32 = dtypes.float32, dtypes.float64, dtypes.int8, dtypes.int32


class _Rewriter:
    def __init__(self, graph: Graph, options: Any) -> None:
        self.graph, self.g, self.options = graph, graph.body, options

    def is_large(self, unit: Unit) -> bool:
        """Whether a weight has as many elements as the options ask for."""
        assert unit.weight is not None
        return unit.weight.size >= self.options.min_num_elements_for_weights

    def float(self, value: Any) -> Ref:
        """A constant of float32."""
        return self.g.const(np.asarray(value, np.float32), _F32)

    def stored(self, unit: Unit, axis: int | None = None) -> tuple[Ref, np.ndarray]:
        """The weight as a constant of int8, and its scale."""
        assert unit.weight is not None
        found, scale = weights(unit.weight, axis)
        return self.g.const(found, _I8), scale

    def looked_up(self, unit: Unit) -> None:
        """Has a table of integers looked up in the place of one of floats."""
        table, scale = self.stored(unit)
        node = unit.node
        found = self.graph.copied(node, [table, *self._others(node)], f"{node.name}/lookup", _I8, Tparams=_I8)
        self.graph.stands[node.name] = self.g.op("Mul", self.g.cast(found, _F32), self.float(scale))

    def _others(self, node: Any) -> list[Ref]:
        return [self.graph.ref(name) for name in node.input[1:] if not name.startswith("^")]

    def integers(self, unit: Unit, left: Ref, right: Ref) -> Ref:
        """The product of integers, as int32."""
        at = f"{unit.node.name}/integers"
        if unit.op not in _AS_FLOATS:
            return self.graph.copied(unit.node, [left, right], at, _I32)
        floats = [self.g.cast(x, _F32) for x in (left, right)]
        return self.g.cast(self.graph.copied(unit.node, floats, at, _F32), _I32)

    def finish(self, unit: Unit, product: Ref) -> None:
        """Has a product, and the bias after it, stand for those of floats."""
        if unit.bias is not None:
            product = self.g.op("BiasAdd", product, self.float(unit.bias))
        self.graph.stands[unit.biased] = product


class WeightsOnly(_Rewriter):
    """Weights as integers, with which floats are multiplied. simulated: their values are used as before."""

    def __init__(self, graph: Graph, options: Any, simulated: bool = False) -> None:
        super().__init__(graph, options)
        self._simulated = simulated

    def rewrite(self, unit: Unit) -> None:
        """Has a unit use quantized weights."""
        if (
            unit.weight is None
            or not self.is_large(unit)
            or (self._simulated and unit.place == 0 and unit.op != "GatherV2")
        ):
            return
        if unit.op == "GatherV2":
            self.looked_up(unit)
            return
        found, scale = self.stored(unit)
        weight, x = self.g.cast(found, _F32), self.graph.ref(unit.input)
        after = unit.op in _SCALED_AFTER and unit.place == 1 and not self._simulated
        if not after:
            weight = self.g.op("Mul", weight, self.float(scale))
        operands = [x, weight] if unit.place == 1 else [weight, x]
        product = self.graph.copied(unit.node, operands, f"{unit.node.name}/weights", _F32)
        self.finish(unit, self.g.op("Mul", product, self.float(scale)) if after else product)


class Dynamic(_Rewriter):
    """Weights as integers, and activations as those of their range when the graph runs.

    shapes: of tensors, where they are known.
    """

    def __init__(self, graph: Graph, options: Any, shapes: Mapping[str, Any]) -> None:
        super().__init__(graph, options)
        self._shapes = shapes

    def rewrite(self, unit: Unit) -> None:
        """Has a unit multiply integers."""
        if unit.weight is None or not self.is_large(unit):
            return
        if unit.op == "GatherV2":
            self.looked_up(unit)
        elif unit.place == 1 and unit.op == "BatchMatMulV2":
            self._one_by_one(unit)
        elif unit.place == 1 and unit.op in ("MatMul", "Conv2D", "DepthwiseConv2dNative"):
            weight, scale = self.stored(unit)
            x, own, zero = self._quantized(self.graph.ref(unit.input))
            product = self.integers(unit, self.g.op("Sub", self.g.cast(x, _I32), zero), self.g.cast(weight, _I32))
            self.finish(unit, self._scaled(product, own, scale))

    def _scaled(self, product: Ref, own: Ref, scale: np.ndarray) -> Ref:
        return self.g.op("Mul", self.g.cast(product, _F32), self.g.op("Mul", own, self.float(scale)))

    def _quantized(self, x: Ref) -> tuple[Ref, Ref, Ref]:
        """Floats as int8, their scale, and the integer that stands for 0."""
        g = self.g
        flat, axis = g.op("Reshape", x, g.int32([-1])), g.int32([0])
        zero = self.float([0])
        high = g.cast(g.op("Maximum", zero, g.op("Max", flat, axis, keep_dims=True)), _F64)
        low = g.cast(g.op("Minimum", zero, g.op("Min", flat, axis, keep_dims=True)), _F64)
        exact = g.op("Div", g.op("Sub", high, low), g.const(255.0, _F64))
        scale = g.cast(exact, _F32)
        at_zero = g.cast(g.cast(g.op("Sub", g.const(127.0, _F64), g.op("Div", high, exact)), _F32), _I32)
        shift = g.op("AddV2", g.cast(at_zero, _F32), self.float(0.5))
        rounded = g.op("Floor", g.op("AddV2", g.op("Div", x, scale), shift))
        clipped = g.op("ClipByValue", rounded, self.float(-128), self.float(127))
        return g.cast(clipped, _I8), scale, at_zero

    def _one_by_one(self, unit: Unit) -> None:
        """Multiplies matrix by matrix, where it is known how many there are, each with a range of its own."""
        shape, g = self._shapes.get(unit.input), self.g
        assert unit.weight is not None
        if shape is None or None in shape or len(shape) < 3:
            return
        held = np.broadcast_to(unit.weight, (*shape[:-2], *unit.weight.shape[-2:])).reshape(-1, *unit.weight.shape[-2:])
        if unit.weight.ndim > len(shape) or held.shape[1] * held.shape[2] < self.options.min_num_elements_for_weights:
            return
        left_turned, right_turned = (attribute(unit.node, name) for name in ("adj_x", "adj_y"))
        parts = g.op("Unpack", g.reshape(self.graph.ref(unit.input), [len(held), *shape[-2:]]), num=len(held))
        found = []
        for x, own_weight in zip(parts, held, strict=True):
            rounded, scale = weights(own_weight)
            q, own, zero = self._quantized(x)
            left, right = g.op("Sub", g.cast(q, _I32), zero), g.cast(g.const(rounded, _I8), _I32)
            turned: Any = {"transpose_a": bool(left_turned), "transpose_b": bool(right_turned)}
            found.append(self._scaled(g.op("MatMul", left, right, **turned), own, scale))
        rows = shape[-1] if left_turned else shape[-2]
        columns = held.shape[1] if right_turned else held.shape[2]
        self.finish(unit, g.reshape(g.op("Pack", found), [*shape[:-2], rows, columns]))


class Static(_Rewriter):
    """Weights and activations as integers, of ranges that are known. scales: those of tensors, by their names."""

    def __init__(self, graph: Graph, options: Any, scales: Mapping[str, Scale]) -> None:
        super().__init__(graph, options)
        self._scales = scales
        self._products: dict[str, _Product] = {}
        self._quantized: dict[str, Ref] = {}
        self._by_channel = options.enable_per_channel_quantization

    def rewrite(self, unit: Unit) -> None:
        """Has a unit multiply integers."""
        plain = self.options.op_set == TF
        if unit.op == "GatherV2":
            if plain or self.is_large(unit):
                self.looked_up(unit)
            return
        if not is_static(unit, self.options):
            return
        left, own = self._integers(unit.input)
        if unit.weight is None:
            right, other = self._integers(unit.node.input[1])
            factor = own.scale * other.scale
            right = self._centered(right, other)
        else:
            found, scale = self.stored(unit, _AXES.get(unit.op) if self._by_channel else None)
            right, factor = self.g.cast(found, _I32), own.scale * scale
        total = self.integers(unit, self._centered(left, own), right)
        if unit.bias is not None:
            bias = nearest(unit.bias.astype(np.float64) / factor).clip(-(2**31), 2**31 - 1).astype(np.int32)
            total = self.g.op("AddV2", total, self.g.const(bias, _I32))
        product = _Product(self, unit.activation, self.g.cast(total, _F32), factor, self._scales[unit.output])
        self._products[unit.output] = product
        self.graph.stands[unit.output] = product.dequantized() if plain else product.floats()

    def _centered(self, x: Ref, scale: Scale) -> Ref:
        wide = self.g.cast(x, _I32)
        return self.g.op("Sub", wide, self.g.int32(scale.zero)) if scale.zero else wide

    def _integers(self, name: str) -> tuple[Ref, Scale]:
        """A tensor as int8, and its scale: that of the product which it comes from, where values alone are moved."""
        source = self.graph.source(name)
        product = self._products.get(source)
        if product is not None:
            return product.integers(), product.scale
        while product is None and self.graph.nodes[source.partition(":")[0]].op in _SAME_SCALE:
            source = self.graph.source(self.graph.nodes[source.partition(":")[0]].input[0])
            product = self._products.get(source)
        scale = self._scales[name] if product is None else product.scale
        if name not in self._quantized:
            g = self.g
            x = g.op("Div", self.graph.ref(name), self.float(scale.scale))
            self._quantized[name] = self.rounded(x, scale.zero, -128, self.float(127))
        return self._quantized[name], scale

    def rounded(self, x: Ref, zero: int, low: int, high: Ref) -> Ref:
        """The integers that are nearest to numbers, between bounds."""
        g = self.g
        if zero:
            x = g.op("AddV2", x, self.float(zero))
        return g.cast(g.op("Round", g.op("Minimum", g.op("Maximum", x, self.float(low)), high)), _I8)


def is_static(unit: Unit, options: Any) -> bool:
    """Whether static range quantization takes a product: of one operand that is constant, or as the options say."""
    plain = options.op_set == TF
    if unit.weight is None:
        return plain or options.enable_two_input_tensors
    return unit.place == 1 and (plain or unit.op != "DepthwiseConv2dNative")


class _Product:
    """What a product of integers is: as integers of 8 bits again, and as floats."""

    def __init__(self, own: Static, activation: str, total: Ref, factor: np.ndarray, scale: Scale) -> None:
        self._own, self._activation, self._total, self._factor, self.scale = own, activation, total, factor, scale
        self._integers: Ref | None = None

    def integers(self) -> Ref:
        """As int8."""
        if self._integers is None:
            own, (scale, zero) = self._own, self.scale
            x = own.g.op("Mul", self._total, own.float(self._factor / scale))
            high = 127.0
            if self._activation == "Relu6":
                high = min(high, float(np.round(np.clip(np.float32(6) / scale + np.float32(zero), -128, 127))))
            low = max(-128, zero) if self._activation else -128
            self._integers = own.rounded(x, zero, low, own.float(high))
        return self._integers

    def dequantized(self) -> Ref:
        """As the floats that the integers of 8 bits stand for."""
        own = self._own
        return own.g.op(
            "Mul", own.g.cast(own._centered(self.integers(), self.scale), _F32), own.float(self.scale.scale)
        )

    def floats(self) -> Ref:
        """As floats in the range of the integers of 8 bits, that are not rounded to them."""
        own, (scale, zero) = self._own, self.scale
        g = own.g
        x = g.op("Mul", self._total, own.float(self._factor))
        low, high = (np.float32(bound - zero) * scale for bound in (-128, 127))
        if self._activation == "Relu6":
            high = min(high, np.float32(6))
        x = g.op("Relu", x) if self._activation else g.op("Maximum", x, own.float(low))
        return g.op("Minimum", x, own.float(high))
