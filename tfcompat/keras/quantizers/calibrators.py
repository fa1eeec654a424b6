"""GPTQ and AWQ: a layer's kernel in few bits, rounded with a look at the inputs that the layer gets."""

from __future__ import annotations

import functools
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras.quantizers.numbers import affine_integers, affine_parameters, pack_int4

# Columns whose rounding errors are passed on to those behind them at once.
_BLOCK = 128


class Calibrator:
    """What quantizes the kernel of one layer, which is seen as a matrix [inputs, outputs].

    Subclasses have `observe`, which gets matrices of inputs of the layer, and `_weights`, which tells the values of the
    quantized weights.
    """

    def __init__(self, layer: Any, config: Any) -> None:
        self.layer, self.config = layer, config
        self.rows, self.columns = layer._matrix_sizes(tuple(layer._kernel.shape), calibrated=True)

    def observe(self, inputs: torch.Tensor) -> None:
        """Takes inputs [samples, rows] into account."""
        raise NotImplementedError(f"{type(self).__name__} must define `observe`.")

    def _weights(self, matrix: torch.Tensor) -> dict[str, torch.Tensor]:
        """The weights by their attributes, for the kernel as [outputs, inputs]; "quantized_kernel" is not packed."""
        raise NotImplementedError(f"{type(self).__name__} must define `_weights`.")

    def finish(self) -> None:
        """Gives the layer its quantized weights in place of its kernel."""
        matrix = to_storage(self.layer._kernel).detach().reshape(self.rows, self.columns).t()
        found = self._weights(matrix)
        integers = wrap(found.pop("quantized_kernel").to(torch.uint8))
        self.layer.take_calibrated(pack_int4(integers, dtype="uint8")[0] if self.config.weight_bits == 4 else integers)
        for name, value in found.items():
            getattr(self.layer, name).assign(wrap(value))


def _groups(rows: int, size: int) -> torch.Tensor:
    """The group of each row, which Keras keeps as a float with a fraction."""
    return torch.arange(rows) / (rows if size == -1 else size)


class GPTQ(Calibrator):
    """Rounds column after column, and changes those behind so that the outputs change least.

    How much a change of one column makes up for that of another is told by the Hessian, the running mean of
    2 inputsᵀ inputs.
    """

    def __init__(self, layer: Any, config: Any) -> None:
        super().__init__(layer, config)
        self.hessian = torch.zeros(self.rows, self.rows)
        self.samples = 0

    def observe(self, inputs: torch.Tensor) -> None:
        """Takes inputs [samples, rows] into account."""
        gram = inputs.t() @ inputs
        before, self.samples = self.samples, self.samples + inputs.shape[0]
        self.hessian = self.hessian * (before / self.samples) + (gram + gram.t()) / self.samples

    def _weights(self, matrix: torch.Tensor) -> dict[str, torch.Tensor]:
        importance = self.hessian.diagonal()
        importance = torch.where(importance == 0, 1.0, importance)  # of inputs that were never seen
        importance = importance + self.config.hessian_damping * importance.mean()
        hessian = self.hessian.clone()
        hessian.diagonal().copy_(importance)
        inverse = torch.linalg.inv(hessian)
        groups = _groups(self.rows, self.config.group_size)
        if not self.config.activation_order:
            integers, scale, zero = self._rounded(matrix.clone(), inverse)
        else:
            order = torch.argsort(importance, descending=True, stable=True)
            back = torch.argsort(order)
            integers, scale, zero = self._rounded(matrix[:, order], inverse[order][:, order])
            integers, groups = integers[:, back], groups[back]
        return {"quantized_kernel": integers, "kernel_scale": scale, "kernel_zero": zero, "g_idx": groups}

    def _rounded(self, matrix: torch.Tensor, inverse: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """A matrix [outputs, inputs], which is overwritten, as integers, with the scales and zeros of its groups."""
        config, count = self.config, matrix.shape[1]
        size = count if config.group_size == -1 else config.group_size
        parameters = functools.partial(
            affine_parameters, bits=config.weight_bits, symmetric=config.symmetric, per_channel=config.per_channel
        )
        integers, scales, zeros = torch.empty_like(matrix), [], []
        for start in range(0, count, _BLOCK):
            stop = min(start + _BLOCK, count)
            block, influence = matrix[:, start:stop].clone(), inverse[start:stop, start:stop]
            errors = torch.empty_like(block)
            for i in range(stop - start):
                place = start + i
                if place % size == 0:
                    scale, zero = parameters(matrix[:, place : place + size])
                    scales.append(scale)
                    zeros.append(zero)
                column = block[:, i : i + 1]
                found = affine_integers(column, scales[-1], zeros[-1], config.weight_bits)
                integers[:, place : place + 1] = found
                error = (column - scales[-1] * (found - zeros[-1])) / influence[i, i]
                errors[:, i : i + 1] = error
                block[:, i + 1 :] -= error @ influence[i : i + 1, i + 1 :]
            matrix[:, stop:] -= errors @ inverse[start:stop, stop:]
        return integers, torch.cat(scales, 1), torch.cat(zeros, 1)


class AWQ(Calibrator):
    """Rounds the kernel scaled up where inputs are large, by that power of the largest inputs that serves best."""

    def __init__(self, layer: Any, config: Any) -> None:
        super().__init__(layer, config)
        self.largest = torch.zeros(self.rows)

    def observe(self, inputs: torch.Tensor) -> None:
        """Takes inputs [samples, rows] into account."""
        self.largest = torch.maximum(self.largest, inputs.abs().amax(0))

    def _weights(self, matrix: torch.Tensor) -> dict[str, torch.Tensor]:
        factors = self._factors(matrix)
        integers, scale, zero = self._rounded(matrix * factors)
        groups = _groups(self.rows, self.config.group_size).floor()
        return {
            "quantized_kernel": integers,
            "kernel_scale": scale,
            "kernel_zero": zero,
            "awq_scales": factors,
            "g_idx": groups,
        }

    def _rounded(self, matrix: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        size = self.config.group_size
        scale, zero = affine_parameters(matrix, bits=4, symmetric=False, per_channel=True, group_size=size)
        return affine_integers(matrix, self._spread(scale), self._spread(zero), bits=4), scale, zero

    def _spread(self, parameters: torch.Tensor) -> torch.Tensor:
        """The groups' parameters for each column."""
        return parameters[:, _groups(self.rows, self.config.group_size).long()]

    def _factors(self, matrix: torch.Tensor) -> torch.Tensor:
        """By how much each input's weights are scaled up: the one of `num_grid_points` powers with the least error."""
        largest = torch.where(self.largest < 1e-8, 1.0, self.largest)
        best, least = torch.ones_like(largest), None
        for i in range(self.config.num_grid_points + 1):
            factors = torch.clamp_min(largest ** (i / self.config.num_grid_points), 1e-4)
            factors = factors / torch.clamp_min(torch.sqrt(factors.max() * factors.min()), 1e-8)
            integers, scale, zero = self._rounded(matrix * factors)
            kept = (integers - self._spread(zero)) * self._spread(scale) / factors
            error = float(((matrix - kept) * largest).square().mean())
            if least is None or error < least:
                best, least = factors, error
        return best
