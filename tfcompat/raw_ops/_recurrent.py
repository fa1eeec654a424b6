"""Raw ops of recurrent cells: LSTM and GRU, step by step or over whole sequences, and their gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from tfcompat._arrays.sizes import scalar
from tfcompat._core.ops import Invalid, Value
from tfcompat.raw_ops._registry import raw

# The order of the gates in the weights: input, cell, forget, output; the newer op has forget before cell.
_ICFO, _IFCO = (0, 1, 2, 3), (0, 2, 1, 3)


class Step(NamedTuple):
    """What an LSTM cell gives for a step, named as TensorFlow names it."""

    i: torch.Tensor
    cs: torch.Tensor
    f: torch.Tensor
    o: torch.Tensor
    ci: torch.Tensor
    co: torch.Tensor
    h: torch.Tensor


class Cell(NamedTuple):
    """An LSTM cell; the peepholes wci, wcf and wco count only where use_peephole says so."""

    w: torch.Tensor
    wci: torch.Tensor
    wcf: torch.Tensor
    wco: torch.Tensor
    b: torch.Tensor
    forget_bias: float
    cell_clip: float
    use_peephole: bool
    order: Sequence[int]

    def step(self, x: torch.Tensor, cs_prev: torch.Tensor, h_prev: torch.Tensor) -> Step:
        """One step of a batch."""
        gates = (torch.cat([x, h_prev], 1) @ self.w + self.b).chunk(4, 1)
        i, ci, f, o = (gates[k] for k in self.order)
        if self.use_peephole:
            i, f = i + cs_prev * self.wci, f + cs_prev * self.wcf
        i, f, ci = torch.sigmoid(i), torch.sigmoid(f + self.forget_bias), torch.tanh(ci)
        cs = ci * i + cs_prev * f
        if self.cell_clip > 0:
            cs = cs.clamp(-self.cell_clip, self.cell_clip)
        o = torch.sigmoid(o + cs * self.wco if self.use_peephole else o)
        co = torch.tanh(cs)
        return Step(i, cs, f, o, ci, co, o * co)

    def gradient(
        self, s: Step, cs_prev: torch.Tensor, cs_grad: torch.Tensor, h_grad: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        """(by cs_prev, by the gates in the order of the weights, by wci, wcf, wco); clipping is not seen."""
        do = s.o * (1 - s.o) * h_grad * s.co
        dcs = (1 - s.co * s.co) * h_grad * s.o + cs_grad
        if self.use_peephole:
            dcs = dcs + do * self.wco
        dci = (1 - s.ci * s.ci) * dcs * s.i
        df, di = s.f * (1 - s.f) * dcs * cs_prev, s.i * (1 - s.i) * dcs * s.ci
        by_cs = dcs * s.f
        peepholes = [torch.zeros_like(self.wci)] * 3
        if self.use_peephole:
            by_cs = by_cs + di * self.wci + df * self.wcf
            peepholes = [(di * cs_prev).sum(0), (df * cs_prev).sum(0), (do * s.cs).sum(0)]
        gates = (di, dci, df, do)
        return by_cs, torch.cat([gates[k] for k in self.order], 1), *peepholes


def _check(x: torch.Tensor, cs_prev: torch.Tensor, h_prev: torch.Tensor, w: torch.Tensor, b: torch.Tensor) -> None:
    size = cs_prev.shape[-1]
    if cs_prev.shape != h_prev.shape or cs_prev.shape[0] != x.shape[-2]:
        raise Invalid(f"cs_prev and h_prev must have one shape and x's batch: {list(cs_prev.shape)}, {list(x.shape)}")
    if tuple(w.shape) != (x.shape[-1] + size, 4 * size) or tuple(b.shape) != (4 * size,):
        raise Invalid(f"w and b do not fit the inputs and the cell: {list(w.shape)}, {list(b.shape)}")


@raw("LSTMBlockCell")
def lstm_block_cell(
    x: Value,
    cs_prev: Value,
    h_prev: Value,
    w: Value,
    wci: Value,
    wcf: Value,
    wco: Value,
    b: Value,
    forget_bias: float,
    cell_clip: float,
    use_peephole: bool,
) -> tuple[torch.Tensor, ...]:
    """One step of an LSTM cell: (i, cs, f, o, ci, co, h)."""
    _check(x, cs_prev, h_prev, w, b)
    cell = Cell(w, wci, wcf, wco, b, forget_bias, cell_clip, use_peephole, _ICFO)
    return tuple(cell.step(x, cs_prev, h_prev))


@raw("LSTMBlockCellGrad")
def lstm_block_cell_grad(
    x: Value,
    cs_prev: Value,
    h_prev: Value,
    w: Value,
    wci: Value,
    wcf: Value,
    wco: Value,
    b: Value,
    i: Value,
    cs: Value,
    f: Value,
    o: Value,
    ci: Value,
    co: Value,
    cs_grad: Value,
    h_grad: Value,
    use_peephole: bool,
) -> tuple[torch.Tensor, ...]:
    """The gradient of LSTMBlockCell: (cs_prev_grad, dicfo, wci_grad, wcf_grad, wco_grad)."""
    _check(x, cs_prev, h_prev, w, b)
    cell = Cell(w, wci, wcf, wco, b, 0, 0, use_peephole, _ICFO)
    return cell.gradient(Step(i, cs, f, o, ci, co, o * co), cs_prev, cs_grad, h_grad)


def _over_time(cell: Cell, seq_len_max: Any, x: torch.Tensor, cs: torch.Tensor, h: torch.Tensor) -> Any:
    """The results of all steps, [time, batch, cells]: zeros after the last one that counts."""
    if x.ndim != 3:
        raise Invalid(f"x must be 3D, got shape {list(x.shape)}")
    _check(x[0], cs, h, cell.w, cell.b)
    last = min(scalar(seq_len_max, what="seq_len_max"), len(x))
    steps = []
    for part in x[:last]:
        step = cell.step(part, cs, h)
        cs, h = step.cs, step.h
        steps.append(step)
    rest = [cs.new_zeros((len(x) - last, *cs.shape))]
    return tuple(torch.cat([*([torch.stack(list(each))] if each else []), *rest]) for each in _columns(steps))


def _columns(steps: Sequence[Step]) -> list[tuple[torch.Tensor, ...]]:
    return [tuple(s[k] for s in steps) for k in range(len(Step._fields))]


def _register(kernel: str, order: Sequence[int]) -> None:
    @raw(kernel)
    def lstm(
        seq_len_max: Any,
        x: Value,
        cs_prev: Value,
        h_prev: Value,
        w: Value,
        wci: Value,
        wcf: Value,
        wco: Value,
        b: Value,
        cell_clip: float,
        use_peephole: bool,
        forget_bias: float = 0.0,
    ) -> Any:
        cell = Cell(w, wci, wcf, wco, b, forget_bias, cell_clip, use_peephole, order)
        return _over_time(cell, seq_len_max, x, cs_prev, h_prev)

    lstm.__doc__ = f"{kernel}: an LSTM over x [time, batch, inputs]; (i, cs, f, o, ci, co, h) of all steps."


_register("BlockLSTM", _ICFO)
_register("BlockLSTMV2", _IFCO)


def _back_in_time(
    cell: Cell,
    seq_len_max: Any,
    x: torch.Tensor,
    cs_prev: torch.Tensor,
    h_prev: torch.Tensor,
    steps: Step,
    cs_grad: torch.Tensor,
    h_grad: torch.Tensor,
) -> tuple[torch.Tensor, ...]:
    """(by x, cs_prev, h_prev, w, wci, wcf, wco, b)."""
    inputs = x.shape[-1]
    by_x = [torch.zeros_like(part) for part in x]
    by_cs, by_h = torch.zeros_like(cs_prev), torch.zeros_like(h_prev)
    by_w, by_b = torch.zeros_like(cell.w), torch.zeros_like(cell.b)
    peepholes = [torch.zeros_like(cell.wci)] * 3
    for t in reversed(range(min(scalar(seq_len_max, what="seq_len_max"), len(x)))):
        before, hidden = (steps.cs[t - 1], steps.h[t - 1]) if t else (cs_prev, h_prev)
        step = Step(*(part[t] for part in steps))
        by_cs, gates, *more = cell.gradient(step, before, cs_grad[t] + by_cs, h_grad[t] + by_h)
        peepholes = [p + m for p, m in zip(peepholes, more, strict=True)]
        by_xh = gates @ cell.w.T
        by_x[t], by_h = by_xh[:, :inputs], by_xh[:, inputs:]
        by_w = by_w + torch.cat([x[t], hidden], 1).T @ gates
        by_b = by_b + gates.sum(0)
    return torch.stack(by_x), by_cs, by_h, by_w, *peepholes, by_b


def _register_gradient(kernel: str, order: Sequence[int]) -> None:
    def gradient(
        seq_len_max: Any,
        x: Value,
        cs_prev: Value,
        h_prev: Value,
        w: Value,
        wci: Value,
        wcf: Value,
        wco: Value,
        b: Value,
        i: Value,
        cs: Value,
        f: Value,
        o: Value,
        ci: Value,
        co: Value,
        h: Value,
        cs_grad: Value,
        h_grad: Value,
        use_peephole: bool,
    ) -> tuple[torch.Tensor, ...]:
        cell = Cell(w, wci, wcf, wco, b, 0.0, 0.0, use_peephole, order)
        return _back_in_time(cell, seq_len_max, x, cs_prev, h_prev, Step(i, cs, f, o, ci, co, h), cs_grad, h_grad)

    gradient.__doc__ = f"{kernel}: by x, cs_prev, h_prev, w, wci, wcf, wco and b."
    raw(kernel)(gradient)


_register_gradient("BlockLSTMGrad", _ICFO)
_register_gradient("BlockLSTMGradV2", _IFCO)


@raw("GRUBlockCell")
def gru_block_cell(
    x: Value, h_prev: Value, w_ru: Value, w_c: Value, b_ru: Value, b_c: Value
) -> tuple[torch.Tensor, ...]:
    """One step of a GRU cell: (r, u, c, h)."""
    size = h_prev.shape[-1]
    if tuple(w_ru.shape) != (x.shape[1] + size, 2 * size) or tuple(w_c.shape) != (x.shape[1] + size, size):
        raise Invalid(f"w_ru and w_c do not fit x and h_prev: {list(w_ru.shape)}, {list(w_c.shape)}")
    r, u = torch.sigmoid(torch.cat([x, h_prev], 1) @ w_ru + b_ru).chunk(2, 1)
    c = torch.tanh(torch.cat([x, h_prev * r], 1) @ w_c + b_c)
    return r, u, c, (1 - u) * c + u * h_prev


@raw("GRUBlockCellGrad")
def gru_block_cell_grad(
    x: Value,
    h_prev: Value,
    w_ru: Value,
    w_c: Value,
    b_ru: Value,
    b_c: Value,
    r: Value,
    u: Value,
    c: Value,
    d_h: Value,
) -> tuple[torch.Tensor, ...]:
    """The gradient of GRUBlockCell: (d_x, d_h_prev, d_c_bar, d_r_bar_u_bar)."""
    if tuple(b_ru.shape) != (w_ru.shape[1],) or tuple(b_c.shape) != (w_c.shape[1],):
        raise Invalid(f"b_ru and b_c do not fit w_ru and w_c: {list(b_ru.shape)}, {list(b_c.shape)}")
    inputs = x.shape[1]
    d_c_bar = d_h * (1 - u) * (1 - c * c)
    d_u_bar = d_h * (h_prev - c) * u * (1 - u)
    by_c = d_c_bar @ w_c.T
    d_hr = by_c[:, inputs:]
    gates = torch.cat([d_hr * h_prev * r * (1 - r), d_u_bar], 1)
    by_gates = gates @ w_ru.T
    return by_gates[:, :inputs] + by_c[:, :inputs], by_gates[:, inputs:] + d_hr * r + d_h * u, d_c_bar, gates
