"""Whole recurrences as one torch op with a gradient of its own: LSTM, GRU and the simple one, on the fastest kernel.

oneDNN runs LSTMs on the CPU, cuDNN everything on CUDA; what neither takes runs step by step (`_steps`). A capture of
torch's own LSTM records oneDNN's kernel with a workspace that has no value then; here the kernels run inside of an op
that the graph keeps whole.

A mask is no obstacle: masked inputs get a feature of their own, whose weights saturate the gates so that the state
stands still, exactly (see `_steps`).
"""

from __future__ import annotations

import functools
from typing import Any

import torch

from tfcompat._core.autograd import is_transformed
from tfcompat._function.writer import DIRECT
from tfcompat.keras.layers.recurrent import _steps

_MODES = {"relu": 0, "tanh": 1, "lstm": 2, "gru": 3}
_GATES = {"relu": 1, "tanh": 1, "lstm": 4, "gru": 3}
_libraries: list[torch.library.Library] = []


def recurrence(
    kind: str, x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any = None
) -> tuple[Any, Any, Any]:
    """(outputs, last h, last c) of a recurrence over time-major inputs [T, B, inputs]; c is None but for LSTMs.

    kind: "lstm", "gru" (with the reset gate after the product), "tanh" or "relu". h, c: what to start from, None for
    zeros. kernel, recurrent, bias: as Keras shapes them. mask: [T, B]; where it is False the state stays, and where it
    is False an LSTM's outputs mean nothing.
    """
    x = x if x.is_floating_point() else x.to(kernel.dtype)
    if mask is not None:
        mask = mask.contiguous()
    if is_transformed() or x.shape[0] == 0:
        zeros = x.new_zeros(x.shape[1], recurrent.shape[0])
        h, c = (zeros if s is None else s for s in (h, c))
        if x.shape[0] == 0:
            return x.new_zeros(0, *zeros.shape), h, c
        return _steps.plain(kind, x, h, c, kernel, recurrent, bias, mask)
    outputs, last_h, last_c, _, _ = registered()(kind, x, h, c, kernel, recurrent, bias, mask)
    return outputs, last_h, last_c if kind == "lstm" else None


def settled(raw: Any, mask: Any, last: Any, start: Any, kind: str, zero: bool, every: bool) -> tuple[Any, Any, Any]:
    """(last output, outputs or None, last h) as Keras gives them where there is a mask.

    raw, last: outputs and last h of `recurrence`. start: the h it started from, or None. A masked output is the one
    before, zeros where there is none or where `zero`. every: whether all outputs are asked for.
    """
    steps = torch.arange(raw.shape[0], device=raw.device).unsqueeze(-1)
    numbers = torch.where(mask, steps, -1)
    newest = numbers.amax(0)
    found = raw.gather(0, newest.clamp(min=0).view(1, -1, 1).expand(1, *raw.shape[1:])).squeeze(0)
    some = (newest >= 0).unsqueeze(-1)
    output = torch.where(some, found, 0.0)
    if kind == "lstm":
        last = output if start is None else torch.where(some, found, start)
    if zero:
        outputs = torch.where(mask.unsqueeze(-1), raw, 0.0)
        return outputs[-1], outputs if every else None, last
    if not every:
        return output, None, last
    if kind != "lstm" and start is None:
        return output, raw, last
    newest = numbers.cummax(0).values.unsqueeze(-1)
    outputs = raw if kind != "lstm" else raw.gather(0, newest.clamp(min=0).expand(raw.shape))
    return output, torch.where(newest >= 0, outputs, 0.0), last


# ---- the op ----


@functools.cache
def registered() -> Any:
    """The op, which torch knows from then on."""
    library = torch.library.Library("tfcompat", "FRAGMENT")
    arguments = "str kind, Tensor x, Tensor? h, Tensor? c, Tensor kernel, Tensor recurrent, Tensor? bias, Tensor? mask"
    library.define(f"recurrence({arguments}) -> (Tensor, Tensor, Tensor, Tensor, Tensor)")
    library.define(
        f"recurrence_backward({arguments}, Tensor? douts, Tensor? dh, Tensor? dc, Tensor outs, Tensor last_h, "
        "Tensor last_c, Tensor a, Tensor b) -> (Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)"
    )
    for name, run, fake, backward, context in (
        ("recurrence", _forward, _fake_forward, _differentiate, _save),
        ("recurrence_backward", _backward, _fake_backward, _differentiate_again, _save_again),
    ):
        library.impl(name, run, "CompositeExplicitAutograd")
        torch.library.register_fake(f"tfcompat::{name}", fake, lib=library)
        torch.library.register_autograd(f"tfcompat::{name}", backward, setup_context=context, lib=library)
    _libraries.append(library)  # what it registered lives as long as it does
    ops = torch.ops.tfcompat
    for op, run in ((ops.recurrence.default, _forward), (ops.recurrence_backward.default, _backward)):
        DIRECT[op] = _direct(op, run)
    return ops.recurrence.default


def _direct(op: Any, run: Any) -> Any:
    def direct(kind: str, x: Any, *rest: Any) -> Any:
        return run(kind, x, *rest) if type(x) is torch.Tensor else op(kind, x, *rest)

    def alone(kind: str, x: Any, *rest: Any) -> Any:
        return run(kind, x, *rest, way_back=False) if type(x) is torch.Tensor else op(kind, x, *rest)

    if run is _forward:
        direct.for_results = lambda used: direct if used & {3, 4} else alone
    return direct


def _fake_forward(kind: str, x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any) -> Any:
    # The last two are the kernels' affair: their sizes are known when they run.
    state = (x.shape[1], recurrent.shape[0])
    shapes = [(*x.shape[:2], recurrent.shape[0]), state, state if kind == "lstm" else (0,), (0,), (0,)]
    return tuple(x.new_empty(shape) for shape in shapes)


def _fake_backward(kind: str, x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any, *rest: Any) -> Any:
    state = (x.shape[1], recurrent.shape[0])
    width = kernel.shape[1:] if bias is None else bias.shape
    shapes = [x.shape, state, state if kind == "lstm" else (0,), kernel.shape, recurrent.shape, width]
    return tuple(x.new_empty(tuple(shape)) for shape in shapes)


def _save(ctx: Any, inputs: Any, output: Any) -> None:
    ctx.kind = inputs[0]
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(*inputs[1:], *output)


def _differentiate(ctx: Any, douts: Any, dh: Any, dc: Any, *_: Any) -> Any:
    given, output = ctx.saved_tensors[:7], ctx.saved_tensors[7:]
    found = torch.ops.tfcompat.recurrence_backward.default(ctx.kind, *given, douts, dh, dc, *output)
    dx, dh, dc, *weights = found
    _, h, c, _, _, bias, _ = given
    dkernel, drecurrent, dbias = weights
    return (
        *(None, dx, None if h is None else dh, None if c is None else dc),
        *(dkernel, drecurrent, None if bias is None else dbias, None),
    )


def _save_again(ctx: Any, inputs: Any, output: Any) -> None:
    ctx.kind = inputs[0]
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(*inputs[1:11])


def _differentiate_again(ctx: Any, *seeds: Any) -> Any:
    """The gradient of the gradient: of the plain loop's, which torch differentiates."""
    saved, ctx.is_followed = ctx.saved_tensors, torch.is_grad_enabled()
    with torch.enable_grad():
        leaves: list[Any] = [None if t is None or t.dtype is torch.bool else _leaf(t) for t in saved]
        x, h, c, kernel, recurrent, bias, _, douts, dh, dc = leaves
        mask = saved[6]
        zeros = x.new_zeros(x.shape[1], recurrent.shape[0])
        start = zeros.clone().requires_grad_() if h is None else h
        cell = zeros.clone().requires_grad_() if c is None else c
        results = _steps.plain(ctx.kind, x, start, cell, kernel, recurrent, bias, mask)
        pairs = [(y, dy) for y, dy in zip(results, (douts, dh, dc)) if dy is not None]
        sources = [(s, seed) for s, seed in zip((x, start, cell, kernel, recurrent, bias), seeds) if s is not None]
        sources = [(s, seed) for s, seed in sources if seed is not None]
        first = _gradients(pairs, [s for s, _ in sources], True)
        pairs = [(g, seed) for g, (_, seed) in zip(first, sources) if g is not None]
        numbers = [i for i, leaf in enumerate(leaves) if leaf is not None and ctx.needs_input_grad[i + 1]]
        found = _gradients(pairs, [leaves[i] for i in numbers], ctx.is_followed)
    grads: list[Any] = [None] * 16
    for i, g in zip(numbers, found):
        grads[i + 1] = g
    return tuple(grads)


def _gradients(pairs: Any, sources: Any, create_graph: bool) -> Any:
    """The gradients of sources, of results paired with theirs; None where they do not depend on each other."""
    pairs = [(y, dy) for y, dy in pairs if y.requires_grad]
    if not pairs or not sources:
        return [None] * len(sources)
    ys, dys = zip(*pairs)
    return torch.autograd.grad(ys, sources, dys, create_graph=create_graph, allow_unused=True)


def _leaf(t: torch.Tensor) -> torch.Tensor:
    """A tensor that gradients can be asked of, and that is connected to where it comes from."""
    return t.view_as(t) if t.requires_grad else t.detach().requires_grad_()


# ---- which kernel ----


def _filled(x: torch.Tensor, state: Any, units: int) -> torch.Tensor:
    return x.new_zeros(x.shape[1], units) if state is None else state


def _is_onednn(kind: str, x: torch.Tensor, mask: Any, *starts: Any) -> bool:
    if kind != "lstm" or x.device.type != "cpu" or x.dtype is not torch.float32 or not x.numel():
        return False
    return torch.backends.mkldnn.is_available() and torch.backends.mkldnn.enabled and _can_stand_still(mask, *starts)


def _is_cudnn(kind: str, x: torch.Tensor, mask: Any, *starts: Any) -> bool:
    if (
        x.device.type != "cuda"
        or x.dtype is torch.float64
        or not x.numel()
        or not torch.backends.cudnn.is_acceptable(x)
    ):
        return False
    return mask is None or kind == "gru" or (kind == "lstm" and _can_stand_still(mask, *starts))


def _can_stand_still(mask: Any, h: Any, c: Any) -> bool:
    """Whether saturated gates do what the mask asks of an LSTM: its cell stands still, its h does not.

    So h must not matter where the mask is False: after the last valid step, and before the first if it starts at 0.
    """
    if mask is None:
        return True
    starts = mask[0].to(torch.int32) + (mask[1:] & ~mask[:-1]).sum(0)
    fits = starts <= 1
    if h is not None or c is not None:
        fits = fits & (mask[0] | ~mask.any(0))
    return bool(fits.all())


def _masked(kind: str, x: torch.Tensor, kernel: torch.Tensor, mask: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """The inputs and the kernel with the feature that saturates the gates at masked steps."""
    if mask is None:
        return x, kernel
    units = kernel.shape[1] // _GATES[kind]
    row = kernel.new_zeros(1, kernel.shape[1])
    row[:, :units] = -_steps.SATURATED if kind == "lstm" else _steps.SATURATED
    if kind == "lstm":
        row[:, units : 2 * units] = _steps.SATURATED
    off = (~mask).unsqueeze(-1)
    return torch.cat([torch.where(off, 0.0, x), off.to(x.dtype)], -1), torch.cat([kernel, row])


def _swapped(kind: str, weight: torch.Tensor) -> torch.Tensor:
    """Rows of gates from Keras's order to torch's, or back: z, r, h of a GRU and r, z, n."""
    if kind != "gru":
        return weight
    z, r, candidate = weight.chunk(3)
    return torch.cat([r, z, candidate])


def _weights(kind: str, kernel: Any, recurrent: Any, bias: Any) -> list[torch.Tensor]:
    """The weights as torch's kernels take them: tensors of their own, which cuDNN makes parts of one buffer."""
    zeros = kernel.new_zeros(kernel.shape[1])
    biases = [zeros, zeros] if bias is None else [bias, zeros] if bias.ndim == 1 else [*bias.unbind(0)]
    parts = (_swapped(kind, w) for w in (kernel.t(), recurrent.t(), *biases))
    return [w.clone(memory_format=torch.contiguous_format) for w in parts]


def _packed(kernel: Any, recurrent: Any, bias: Any) -> torch.Tensor:
    """An LSTM's weights as torch's kernels take them, in one piece of memory, which the way back finds again."""
    size, width = kernel.shape
    buffer = kernel.new_zeros(width * (size + recurrent.shape[0] + 2))
    parts = _unpacked(buffer, size, width)
    parts[0].copy_(kernel.t())
    parts[1].copy_(recurrent.t())
    if bias is not None:
        parts[2].copy_(bias)
    return buffer


def _unpacked(buffer: torch.Tensor, size: int, width: int) -> list[torch.Tensor]:
    first, second, *biases = buffer.split([width * size, width * width // 4, width, width])
    return [first.view(width, size), second.view(width, width // 4), *biases]


def _starts(x: torch.Tensor, states: Any, units: int) -> list[torch.Tensor]:
    """States as [1, B, units], zeros for None."""
    zeros = None if all(s is not None for s in states) else x.new_zeros(1, x.shape[1], units)
    return [zeros if s is None else s.unsqueeze(0).contiguous() for s in states]  # type: ignore[misc]


def _forward(
    kind: str, x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any, way_back: bool = True
) -> Any:
    """The results of the op; the last two, which only the way back needs, mean nothing without `way_back`."""
    units = recurrent.shape[0]
    none = x.new_empty(0)
    if _is_onednn(kind, x, mask, h, c):
        inputs, wide = _masked(kind, x, kernel, mask)
        buffer = _packed(wide, recurrent, bias)
        weights, starts = _unpacked(buffer, *wide.shape), _starts(x, (h, c), units)
        with torch.set_grad_enabled(way_back):  # without, it keeps no workspace
            y, h, c, workspace = torch.ops.aten.mkldnn_rnn_layer.default(
                inputs.contiguous(), *weights, *starts, False, [], 2, units, 1, True, False, False, way_back
            )
        return y, h.squeeze(0), c.squeeze(0), workspace, buffer
    if _is_cudnn(kind, x, mask, h, c):
        inputs, wide = _masked(kind, x, kernel, mask)
        weights, (h, c) = _weights(kind, wide, recurrent, bias), _starts(x, (h, c), units)
        shape = (_MODES[kind], units, 0, 1, False)
        buffer = torch._cudnn_rnn_flatten_weight(weights, 4, inputs.shape[2], *shape, False)
        y, h, c, reserve, buffer = torch._cudnn_rnn(
            *(inputs.contiguous(), weights, 4, buffer, h, c if kind == "lstm" else None, *shape, 0.0, True, False),
            *([], None),
        )
        return y, h.squeeze(0), c.squeeze(0) if kind == "lstm" else none, reserve, buffer
    h, c = (_filled(x, s, units) for s in (h, c))
    if kind == "lstm":
        return _steps.lstm(x, h, c, kernel, recurrent, bias, mask)
    if kind == "gru":
        y, h, gates, inners = _steps.gru(x, h, kernel, recurrent, bias, mask)
        return y, h, none, gates, inners
    return *_steps.simple(kind, x, h, kernel, recurrent, bias, mask), none, none.clone(), none.clone()


def _backward(
    kind: str, x: Any, h: Any, c: Any, kernel: Any, recurrent: Any, bias: Any, mask: Any,
    douts: Any, dh: Any, dc: Any, outs: Any, last_h: Any, last_c: Any, a: Any, b: Any,
) -> Any:  # fmt: skip
    units, size = recurrent.shape[0], x.shape[2]
    douts = torch.zeros_like(outs) if douts is None else douts.contiguous()
    if a.dtype is torch.uint8:
        inputs, wide = _masked(kind, x, kernel, mask)
        states, seeds = _starts(x, (h, c), units), _starts(x, (dh, dc), units)
        if x.device.type == "cpu":
            weights, lasts = _unpacked(b, *wide.shape), [last_h.unsqueeze(0), last_c.unsqueeze(0)]
            found = torch.ops.aten.mkldnn_rnn_layer_backward.default(
                *(inputs.contiguous(), *weights, *states, outs, *lasts, douts, *seeds, False, 2, units, 1, True, True),
                *(False, [], False, a),
            )
            dx, dkernel, drecurrent, dbias, dinner, dh, dc = found
        else:
            weights = _weights(kind, wide, recurrent, bias)
            dx, dh, dc, *dweights = _cudnn_backward(
                kind, inputs.contiguous(), weights, states, outs, douts, seeds, a, b
            )
            dkernel, drecurrent, dbias, dinner = (_swapped(kind, w) for w in dweights)
        dh, dc = dh.squeeze(0), dc.squeeze(0) if kind == "lstm" else x.new_empty(0)
        if mask is not None:
            dx = torch.where(mask.unsqueeze(-1), dx[..., :size], 0.0)
        dbias = torch.stack([dbias, dinner]) if bias is not None and bias.ndim == 2 else dbias
        return dx, dh, dc, dkernel.t()[:size].contiguous(), drecurrent.t().contiguous(), dbias
    h, c, dh, dc = (_filled(x, s, units) for s in (h, c, dh, dc))
    if kind == "lstm":
        return _steps.lstm_backward(douts, dh, dc, x, h, c, kernel, recurrent, mask, outs, a, b)
    if kind == "gru":
        found = _steps.gru_backward(douts, dh, x, h, kernel, recurrent, bias, mask, outs, a, b)
    else:
        found = _steps.simple_backward(kind, douts, dh, x, h, kernel, recurrent, mask, outs)
    dx, dh, *weights = found
    return dx, dh, x.new_empty(0), *weights


def _cudnn_backward(
    kind: str, x: Any, weights: Any, states: Any, outs: Any, douts: Any, seeds: Any, reserve: Any, buffer: Any
) -> Any:
    cell = kind == "lstm"
    (h, c), (dh, dc) = states, seeds
    dx, dh, dc, dweights = torch.ops.aten._cudnn_rnn_backward(
        *(x, weights, 4, buffer, h, c if cell else None, outs, douts, dh, dc if cell else None, _MODES[kind]),
        *(h.shape[2], 0, 1, False, 0.0, True, False, [], None, reserve, [True, True, cell, True]),
    )
    return dx, dh, dc, *dweights
