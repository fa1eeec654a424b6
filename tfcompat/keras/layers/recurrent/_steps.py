"""Recurrences step by step in torch ops, with gradients by hand; and the same as plain, differentiable loops.

Everything is time-major: x is [T, B, inputs], outputs are [T, B, units], a mask is [T, B]. Where a mask is False the
state stays as it was. Gates lie side by side in Keras's order: i, f, c, o of an LSTM, z, r, h of a GRU.

A gate that is saturated passes a state on exactly, and has no gradient: so a GRU stands still where z is 1, and an
LSTM's cell where i is 0 and f is 1.
"""

from __future__ import annotations

from typing import Any

import torch

# A gate's argument beyond which sigmoid gives 0 or 1, in every dtype.
SATURATED = 1e4

Tensors = tuple[torch.Tensor, ...]


def _projected(x: torch.Tensor, kernel: torch.Tensor, bias: torch.Tensor | None, mask: Any) -> torch.Tensor:
    """x @ kernel + bias of all steps at once. Masked inputs count as 0, as they may be anything."""
    if mask is not None:
        x = torch.where(mask.unsqueeze(-1), x, 0.0)
    steps, batch, size = x.shape
    flat = x.reshape(steps * batch, size)
    result = flat @ kernel if bias is None else torch.addmm(bias, flat, kernel)
    return result.view(steps, batch, result.shape[-1])


def _before(start: torch.Tensor, states: torch.Tensor) -> torch.Tensor:
    """The state that each step started from."""
    return torch.cat([start.unsqueeze(0), states[:-1]])


def _totals(x: torch.Tensor, previous: torch.Tensor, kernel: torch.Tensor, dz: torch.Tensor, mask: Any) -> Tensors:
    """Gradients of the inputs, the kernel, the recurrent kernel and the bias, of those of all steps' projections."""
    steps, batch, size = x.shape
    if mask is not None:
        x = torch.where(mask.unsqueeze(-1), x, 0.0)
    flat = dz.reshape(steps * batch, dz.shape[-1])
    dx = (flat @ kernel.t()).view(steps, batch, size)
    if mask is not None:
        dx = torch.where(mask.unsqueeze(-1), dx, 0.0)
    dkernel = x.reshape(steps * batch, size).t() @ flat
    drecurrent = previous.reshape(steps * batch, previous.shape[-1]).t() @ flat
    return dx, dkernel, drecurrent, flat.sum(0)


# ---- LSTM ----


def lstm(x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any) -> Tensors:
    """(outputs, last h, last c, the gates of all steps, the cells of all steps)."""
    units = recurrent.shape[0]
    gates = _projected(x, kernel, bias, mask)
    if mask is not None:
        off = ~mask.unsqueeze(-1)
        gates[..., :units].masked_fill_(off, -SATURATED)
        gates[..., units : 2 * units].masked_fill_(off, SATURATED)
    outputs, cells = (gates.new_empty(*x.shape[:2], units) for _ in range(2))
    masks = [None] * len(gates) if mask is None else mask.unsqueeze(-1).unbind(0)
    for z, cell, output, valid in zip(gates.unbind(0), cells.unbind(0), outputs.unbind(0), masks):
        z.addmm_(h, recurrent)
        candidate = z[:, 2 * units : 3 * units]
        tanh = torch.tanh(candidate)
        z.sigmoid_()
        candidate.copy_(tanh)
        torch.mul(z[:, units : 2 * units], c, out=cell)
        cell.addcmul_(z[:, :units], candidate)
        torch.mul(z[:, 3 * units :], torch.tanh(cell), out=output)
        if valid is not None:
            torch.where(valid, output, h, out=output)
        h, c = output, cell
    return outputs, h.clone(), c.clone(), gates, cells


def lstm_backward(
    douts: Any,
    dh: Any,
    dc: Any,
    x: Any,
    h0: Any,
    c0: Any,
    kernel: Any,
    recurrent: Any,
    mask: Any,
    outputs: Any,
    *saved: Any,
) -> Tensors:
    """Gradients of x, h, c, kernel, recurrent kernel and bias."""
    gates, cells = saved
    steps, batch, units = outputs.shape
    i, f, g, o = gates.chunk(4, 2)
    slope = gates - gates * gates
    tanh = torch.tanh(cells)
    dz = torch.empty_like(gates)  # first what the gradients of c and h are multiplied with, then the gradients
    torch.mul(g, slope[..., :units], out=dz[..., :units])
    torch.mul(_before(c0, cells), slope[..., units : 2 * units], out=dz[..., units : 2 * units])
    torch.mul(i, 1 - g * g, out=dz[..., 2 * units : 3 * units])
    torch.mul(tanh, slope[..., 3 * units :], out=dz[..., 3 * units :])
    of_cell = o * (1 - tanh * tanh)
    kept: Any = [None] * steps
    if mask is not None:
        valid = mask.unsqueeze(-1)
        dz[..., 3 * units :].mul_(valid)
        of_cell = of_cell * valid
        kept = (~valid).unbind(0)
    back = recurrent.t().contiguous()
    dh, dc = dh.clone(), dc.clone()
    f = f.contiguous()
    for t in range(steps - 1, -1, -1):
        dh += douts[t]
        dc.addcmul_(dh, of_cell[t])
        d = dz[t].view(batch, 4, units)
        d[:, :3].mul_(dc.unsqueeze(1))
        d[:, 3].mul_(dh)
        stay = None if kept[t] is None else dh * kept[t]
        dh = torch.mm(dz[t], back) if stay is None else torch.addmm(stay, dz[t], back)
        dc.mul_(f[t])
    dx, dkernel, drecurrent, dbias = _totals(x, _before(h0, outputs), kernel, dz, mask)
    return dx, dh, dc, dkernel, drecurrent, dbias


# ---- GRU, with the reset gate after the matrix product ----


def gru(x: Any, h: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any) -> Tensors:
    """(outputs, last h, the gates of all steps, what the reset gate of all steps is multiplied with)."""
    units = recurrent.shape[0]
    inner_bias = gates = None
    if bias is not None:
        bias, inner_bias = bias.unbind(0)
    gates = _projected(x, kernel, bias, mask)
    if mask is not None:
        gates[..., :units].masked_fill_(~mask.unsqueeze(-1), SATURATED)
    outputs, inners = (gates.new_empty(*x.shape[:2], units) for _ in range(2))
    for z, inner, output in zip(gates.unbind(0), inners.unbind(0), outputs.unbind(0)):
        product = h @ recurrent if inner_bias is None else torch.addmm(inner_bias, h, recurrent)
        inner.copy_(product[:, 2 * units :])
        open_gates, candidate = z[:, : 2 * units], z[:, 2 * units :]
        open_gates.add_(product[:, : 2 * units]).sigmoid_()
        candidate.addcmul_(z[:, units : 2 * units], inner).tanh_()
        torch.lerp(candidate, h, z[:, :units], out=output)
        h = output
    return outputs, h.clone(), gates, inners


def gru_backward(
    douts: Any, dh: Any, x: Any, h0: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any, outputs: Any, *saved: Any
) -> Tensors:
    """Gradients of x, h, kernel, recurrent kernel and bias (zeros where there is none)."""
    gates, inners = saved
    steps, batch, units = outputs.shape
    z, r, candidate = gates.chunk(3, 2)
    previous = _before(h0, outputs)
    of_candidate = (1 - z) * (1 - candidate * candidate)
    dz = torch.empty_like(gates)  # first what the gradient of h is multiplied with, then the gradients
    torch.mul(previous - candidate, z - z * z, out=dz[..., :units])
    torch.mul(of_candidate * inners, r - r * r, out=dz[..., units : 2 * units])
    torch.mul(of_candidate, r, out=dz[..., 2 * units :])
    back, z = recurrent.t().contiguous(), z.contiguous()
    totals = torch.empty_like(outputs)
    for t in range(steps - 1, -1, -1):
        total = torch.add(dh, douts[t], out=totals[t])
        dz[t].view(batch, 3, units).mul_(total.unsqueeze(1))
        dh = torch.addmm(total * z[t], dz[t], back)
    inner = dz.view(steps * batch, dz.shape[-1])
    drecurrent = previous.reshape(steps * batch, units).t() @ inner
    dinner_bias = inner.sum(0)
    dz[..., 2 * units :] = of_candidate * totals
    dx, dkernel, _, dbias = _totals(x, previous, kernel, dz, mask)
    dbias = torch.stack([dbias, dinner_bias]) if bias is not None else dbias
    return dx, dh, dkernel, drecurrent, dbias


# ---- the simple recurrence ----


def simple(kind: str, x: Any, h: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any) -> Tensors:
    """(outputs, last h); kind: "tanh" or "relu"."""
    outputs = _projected(x, kernel, bias, mask)
    masks = [None] * len(outputs) if mask is None else mask.unsqueeze(-1).unbind(0)
    for output, valid in zip(outputs.unbind(0), masks):
        output.addmm_(h, recurrent)
        output.tanh_() if kind == "tanh" else output.relu_()
        if valid is not None:
            torch.where(valid, output, h, out=output)
        h = output
    return outputs, h.clone()


def simple_backward(
    kind: str, douts: Any, dh: Any, x: Any, h0: Any, kernel: Any, recurrent: Any, mask: Any, outputs: Any
) -> Tensors:
    """Gradients of x, h, kernel, recurrent kernel and bias."""
    dz = 1 - outputs * outputs if kind == "tanh" else (outputs > 0).to(outputs.dtype)
    kept: Any = [None] * len(dz)
    if mask is not None:
        valid = mask.unsqueeze(-1)
        dz = dz * valid
        kept = (~valid).unbind(0)
    back = recurrent.t().contiguous()
    for t in range(len(dz) - 1, -1, -1):
        total = dh + douts[t]
        dz[t].mul_(total)
        dh = torch.mm(dz[t], back) if kept[t] is None else torch.addmm(total * kept[t], dz[t], back)
    dx, dkernel, drecurrent, dbias = _totals(x, _before(h0, outputs), kernel, dz, mask)
    return dx, dh, dkernel, drecurrent, dbias


# ---- the same without gradients by hand ----


def plain(
    kind: str, x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any
) -> tuple[torch.Tensor, torch.Tensor, Any]:
    """(outputs, last h, last c) in ops that torch differentiates, as often as asked."""
    outputs = []
    inner_bias = None
    if kind == "gru" and bias is not None:
        bias, inner_bias = bias.unbind(0)
    for t, z in enumerate(_projected(x, kernel, bias, mask).unbind(0)):
        product = h @ recurrent
        if kind == "lstm":
            i, f, g, o = (z + product).chunk(4, 1)
            cell = f.sigmoid() * c + i.sigmoid() * g.tanh()
            new = o.sigmoid() * cell.tanh()
            c = cell if mask is None else torch.where(mask[t].unsqueeze(-1), cell, c)
        elif kind == "gru":
            product = product if inner_bias is None else product + inner_bias
            (zx, rx, hx), (zh, rh, hh) = z.chunk(3, 1), product.chunk(3, 1)
            gate = (zx + zh).sigmoid()
            new = gate * h + (1 - gate) * (hx + (rx + rh).sigmoid() * hh).tanh()
        else:
            new = (z + product).tanh() if kind == "tanh" else (z + product).relu()
        h = new if mask is None else torch.where(mask[t].unsqueeze(-1), new, h)
        outputs.append(h)
    return torch.stack(outputs), h, c
