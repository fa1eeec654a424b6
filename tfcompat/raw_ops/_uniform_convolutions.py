"""Raw ops that convolve integers with scales and zero points, in any number of spatial dimensions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core.ops import Invalid
from tfcompat._formats.protos import message
from tfcompat.raw_ops._quantized_arithmetic import _check_scales, _ints, _Kind
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._uniform_quantized import _asymmetric, _requantized

_PARTS = {"input": ("batch", "feature"), "kernel": ("output_feature", "input_feature"), "output": ("batch", "feature")}


class _Layout:
    """Which dimensions of input, kernel and output are which: two by name, then the spatial ones."""

    def __init__(self, text: str, rank: int) -> None:
        try:
            proto = message("UniformQuantizedConvolutionDimensionNumbersAttr").FromString(
                text.encode("utf-8", "surrogateescape")
            )
        except Exception as error:  # protobuf's DecodeError, of a module that is loaded late
            raise Invalid("Error parsing convolution dimension numbers.") from error
        self.order: dict[str, list[int]] = {}
        for what, names in _PARTS.items():
            spatial = list(getattr(proto, f"{what}_spatial_dimensions"))
            places = [getattr(proto, f"{what}_{name}_dimension") for name in names] + spatial
            if not proto.input_spatial_dimensions:
                places = list(range(rank))
            if len(places) != rank:
                raise Invalid(
                    "Spatial dimensions size must be rank - 2. Given rank "
                    f"{rank} and spatial dimensions size {len(spatial)}"
                )
            if sorted(places) != list(range(rank)):
                raise Invalid(f"Each dimension number must be in region [0, rank). Given rank {rank} and {places}")
            self.order[what] = places


class _Convolution:
    """How to convolve, as the attributes of an op say; InvalidArgumentError where they do not fit the shapes."""

    def __init__(self, v: dict[str, Any]) -> None:
        left, right = list(v["lhs"].shape), list(v["rhs"].shape)
        if len(left) != len(right):
            raise Invalid(f"lhs and rhs must have same dims. Given lhs and rhs of shapes: {left}{right}")
        if len(left) < 3:
            raise Invalid(f"lhs and rhs shape dims must be at least 3. Given: {len(left)}")
        self.count = len(left) - 2
        self.strides, self.left, self.right = (
            self._steps(v, name) for name in ("window_strides", "lhs_dilation", "rhs_dilation")
        )
        self.layout = _Layout(v["dimension_numbers"], len(left))
        self.input = [left[d] for d in self.layout.order["input"]]
        self.kernel = [right[d] for d in self.layout.order["kernel"]]
        self.features, self.batches = v["feature_group_count"], v["batch_group_count"]
        self._check_groups()
        self.pads = self._padding(v["padding"], v["explicit_padding"])

    def _steps(self, v: dict[str, Any], name: str) -> list[int]:
        given = v[name] or [1] * self.count
        if len(given) != self.count:
            raise Invalid(f"Size of {name} Attr must be dims - 2.")
        if min(given) < 1:
            raise Invalid(f"All elements of {name} must be >= 1. Given {', '.join(map(str, given))}")
        return given

    def _check_groups(self) -> None:
        (batch, channels), (out, within) = self.input[:2], self.kernel[:2]
        for name, number in (("feature_group_count", self.features), ("batch_group_count", self.batches)):
            if number <= 0:
                raise Invalid(f"{name} must be a positive integer, given: {number}")
            if out % number:
                text = f"rhs output dimension size must be a multiple of {name}"
                raise Invalid(f"{text}, but {out} is not a multiple of {number}")
        if channels % self.features or channels // self.features != within:
            raise Invalid(
                "lhs feature dimension size divided by feature_group_count must equal the rhs input feature dimension "
                f"size, but {channels} / {self.features} != {within}"
            )
        if batch % self.batches:
            raise Invalid(
                f"batch_group_count must divide lhs batch dimension size, but {self.batches} does not divide {batch}"
            )

    def _padding(self, padding: str, explicit: list[int]) -> list[tuple[int, int]]:
        if padding not in ("EXPLICIT", "SAME", "VALID"):
            raise Invalid(f"padding Attr must be one of [EXPLICIT | SAME | VALID], but given: {padding}")
        if padding == "EXPLICIT":
            if len(explicit) != 2 * self.count or min(explicit) < 0:
                raise Invalid(f"explicit_padding must have {2 * self.count} elements >= 0, given {explicit}")
            return list(zip(explicit[::2], explicit[1::2]))
        if explicit:
            raise Invalid(f"explicit_padding is for the padding EXPLICIT, given {padding} and {explicit}")
        if padding == "VALID":
            return [(0, 0)] * self.count
        found = []
        for size, window, step in zip(self._dilated(self.input, self.left), self._windows(), self.strides):
            whole = max((-(-size // step) - 1) * step + window - size, 0)
            found.append((whole // 2, whole - whole // 2))
        return found

    @staticmethod
    def _dilated(shape: Sequence[int], steps: Sequence[int]) -> list[int]:
        return [(size - 1) * step + 1 if size else 0 for size, step in zip(shape[2:], steps)]

    def _windows(self) -> list[int]:
        return self._dilated(self.kernel, self.right)

    def spread(self, x: torch.Tensor) -> torch.Tensor:
        """Integers less their zero points, batch and channels first, with zeros between them and around them."""
        sizes = self._dilated(self.input, self.left)
        wide = x.new_zeros([*x.shape[:2], *(a + n + b for n, (a, b) in zip(sizes, self.pads))])
        places = tuple(slice(a, a + n, step) for n, (a, _), step in zip(sizes, self.pads, self.left))
        wide[(slice(None), slice(None), *places)] = x
        return wide

    def __call__(self, x: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
        """The sums of products, [batch, features, spatial dimensions], of float64 that hold integers."""
        x = self.spread(x)
        sizes = [-(-(n - w + 1) // step) for n, w, step in zip(x.shape[2:], self._windows(), self.strides)]
        batch, groups = x.shape[0] // self.batches, math.lcm(self.features, self.batches)
        width, within = kernel.shape[0] // groups, kernel.shape[1]
        parts = []
        for g in range(groups):
            rows, columns = (g * n // groups for n in (self.batches, self.features))
            own = x[rows * batch : (rows + 1) * batch, columns * within : (columns + 1) * within]
            parts.append(self._group(own, kernel[g * width : (g + 1) * width], sizes))
        return torch.cat(parts, 1)

    def _group(self, x: torch.Tensor, kernel: torch.Tensor, sizes: Sequence[int]) -> torch.Tensor:
        found = x.new_zeros([x.shape[0], kernel.shape[0], *sizes])
        for place in itertools.product(*map(range, self.kernel[2:])):
            starts = [at * step for at, step in zip(place, self.right)]
            seen = tuple(slice(s, s + (n - 1) * step + 1, step) for s, n, step in zip(starts, sizes, self.strides))
            cells = x[(slice(None), slice(None), *seen)]
            found += torch.einsum("nc...,oc->no...", cells, kernel[(slice(None), slice(None), *place)])
        return found

    def arranged(self, t: torch.Tensor, what: str) -> torch.Tensor:
        """Input or kernel in the order batch (output features), channels, spatial dimensions."""
        return t.permute(self.layout.order[what])

    def restored(self, t: torch.Tensor) -> torch.Tensor:
        """A result in the order that the op asks for."""
        order = self.layout.order["output"]
        return t.permute([order.index(d) for d in range(len(order))]) if t.ndim else t


def _column(t: torch.Tensor, dim: int, rank: int) -> torch.Tensor:
    """One number, or one for each place of a dimension, as it is broadcast."""
    return t if not t.ndim else t.reshape([-1 if d == dim else 1 for d in range(rank)])


def _kernel(how: _Convolution, v: dict[str, Any]) -> torch.Tensor:
    """The kernel's integers less their zero points, output features first."""
    axis = v["rhs_quantization_axis"]
    if axis not in (-1, how.layout.order["kernel"][0]):
        raise Invalid("rhs_quantization_axis must be -1 or dimension_numbers.kernel_output_feature_dimension.")
    _check_scales(v["rhs_scales"], v["rhs_zero_points"], v["rhs"].shape, axis)
    q = how.arranged(_ints(v["rhs"]), "kernel")
    return (q - _column(v["rhs_zero_points"], 0, q.ndim)).to(torch.float64)


@raw("UniformQuantizedConvolution")
def uniform_quantized_convolution(**v: Any) -> Any:
    """A convolution of integers by a kernel of integers, its result at a scale of its own."""
    if v["lhs_quantization_axis"] != -1:
        raise Invalid("lhs_quantization_axis Attr must be -1 (per-tensor).")
    how = _Convolution(v)
    _check_scales(v["lhs_scales"], v["lhs_zero_points"], v["lhs"].shape, -1)
    kernel = _kernel(how, v)
    axis = v["output_quantization_axis"]
    if axis not in (-1, how.layout.order["output"][1]):
        raise Invalid("output_quantization_axis must be -1 or dimension_numbers.output_feature_dimension.")
    if v["output_scales"].ndim and not v["rhs_scales"].ndim:
        raise Invalid("If rhs is per-tensor quantized, output must be also per-tensor quantized.")
    x = how.arranged(_ints(v["lhs"]) - v["lhs_zero_points"], "input").to(torch.float64)
    found = how(x, kernel).to(torch.int64)
    shape = [found.shape[1] if d == axis else -1 for d in range(found.ndim)]
    _check_scales(v["output_scales"], v["output_zero_points"], shape, axis)
    scales = [v[name].to(torch.float64) for name in ("lhs_scales", "rhs_scales", "output_scales")]
    factor = scales[0] * scales[1] / scales[2]
    limits = v["output_quantization_min_val"], v["output_quantization_max_val"]
    factor, zero = (_column(t, 1, found.ndim) for t in (factor, v["output_zero_points"]))
    found, factor, zero = map(how.restored, (found, factor, zero))
    return _requantized(found, factor, zero, limits, _Kind(v["Tout"]))


@raw("UniformQuantizedConvolutionHybrid")
def uniform_quantized_convolution_hybrid(**v: Any) -> torch.Tensor:
    """A convolution of floats, made integers of 8 bits for each batch first, by a kernel of integers."""
    how = _Convolution(v)
    kernel = _kernel(how, v)
    x = how.arranged(v["lhs"], "input")
    q, scale = _asymmetric(x.reshape(x.shape[0], -1))
    found = how(q.reshape(x.shape).to(torch.float64), kernel).to(torch.float32)
    batch, features = found.shape[:2]
    # Each group of output features is of batches of its own.
    rows = scale.reshape(how.batches, batch).t().repeat_interleave(features // how.batches, 1)
    rows = rows.reshape([batch, features] + [1] * how.count)
    return how.restored(found * rows * _column(v["rhs_scales"], 1, found.ndim))
