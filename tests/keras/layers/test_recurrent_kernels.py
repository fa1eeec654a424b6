"""Whole recurrences as one op against plain loops that torch differentiates: values, gradients, masks, captures."""

from typing import Any

import pytest
import torch

import tfcompat as tf
from tfcompat.keras.layers.recurrent import _kernels, _steps

STEPS, BATCH, INPUTS, UNITS = 6, 4, 3, 5
DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.cuda)]
KINDS = ["lstm", "gru", "tanh", "relu"]
_TIMES = torch.arange(STEPS).unsqueeze(-1)
MASKS = {
    "none": None,
    "right": torch.tensor([6, 3, 1, 0]) > _TIMES,
    "left": torch.tensor([0, 2, 5, 6]) <= _TIMES,
    "block": (torch.tensor([6, 4, 5, 3]) > _TIMES) & (torch.tensor([1, 0, 2, 3]) <= _TIMES),
    "holes": torch.tensor([[1, 0, 1, 1, 0, 1], [0, 1, 0, 1, 0, 0], [1, 1, 1, 1, 1, 1], [0] * 6]).bool().t(),
}


def weights(kind: str, bias: bool, dtype: torch.dtype, device: str) -> tuple[Any, Any, Any]:
    width = {"lstm": 4, "gru": 3}.get(kind, 1) * UNITS
    random = torch.Generator().manual_seed(0)

    def made(*shape: int) -> torch.Tensor:
        return (torch.randn(*shape, generator=random, dtype=dtype) * 0.6).to(device).requires_grad_()

    shape = (2, width) if kind == "gru" else (width,)
    return made(INPUTS, width), made(UNITS, width), made(*shape) if bias else None


def results(run: Any, kind: str, x: Any, h: Any, c: Any, parts: Any, mask: Any) -> list[torch.Tensor]:
    """What Keras gives (last output, outputs, states) and the gradients of a sum of it."""
    raw, last, cell = run(kind, x, h, c, *parts, mask)
    output, outputs = raw[-1], raw
    if mask is not None:
        output, outputs, last = _kernels.settled(raw, mask, last, h, kind, False, True)
    found = [output, outputs, last, *([] if cell is None or kind != "lstm" else [cell])]
    total = sum((y * torch.cos(torch.arange(y.numel(), device=y.device).view(y.shape))).sum() for y in found)
    sources = [t for t in (x, h, c, *parts) if t is not None]
    gradients = torch.autograd.grad(total, sources, allow_unused=True)
    return [y.detach() for y in found] + [torch.zeros(()) if g is None else g for g in gradients]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mask", MASKS)
def test_kernels_give_what_plain_loops_give(kind: str, mask: str, dtype: torch.dtype, device: str) -> None:
    for bias in (True, False):
        for start in (True, False):
            random = torch.Generator().manual_seed(1)
            x = torch.randn(STEPS, BATCH, INPUTS, generator=random, dtype=dtype).to(device).requires_grad_()
            states = [torch.randn(BATCH, UNITS, generator=random, dtype=dtype).to(device) for _ in range(2)]
            h, c = (s.requires_grad_() if start else None for s in states)
            c = c if kind == "lstm" else None
            parts, valid = weights(kind, bias, dtype, device), MASKS[mask]
            valid = None if valid is None else valid.to(device)
            zeros = torch.zeros(BATCH, UNITS, dtype=dtype, device=device)
            got = results(_kernels.recurrence, kind, x, h, c, parts, valid)
            filled = [zeros.clone().requires_grad_() if s is None else s for s in (h, c)]
            want = results(_steps.plain, kind, x, *filled, parts, valid)
            if not start or kind != "lstm":
                given = {id(t) for t in (x, h, c, *parts) if t is not None}
                keep = [id(t) in given for t in (x, *filled, *parts) if t is not None]
                outputs = len(want) - len(keep)
                want = want[:outputs] + [g for g, k in zip(want[outputs:], keep) if k]
            assert len(got) == len(want)
            for a, b in zip(got, want):
                # cuDNN multiplies float32 as TF32, as TensorFlow does on such devices.
                near = 1e-10 if dtype is torch.float64 else 2e-5 if device == "cpu" else 2e-2
                torch.testing.assert_close(a, b, rtol=max(near, 1e-5), atol=near)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("kind", "module"), [("lstm", "LSTM"), ("gru", "GRU"), ("tanh", "RNN")])
def test_kernels_are_torchs(kind: str, module: str, device: str) -> None:
    torch.manual_seed(0)
    reference = getattr(torch.nn, module)(INPUTS, UNITS).to(device)
    x = torch.randn(STEPS, BATCH, INPUTS, device=device)

    def keras_order(w: torch.Tensor) -> torch.Tensor:
        if kind != "gru":
            return w
        r, z, n = w.chunk(3)
        return torch.cat([z, r, n])

    kernel, recurrent, first, second = (keras_order(w) for w in reference._flat_weights)
    bias = torch.stack([first, second]) if kind == "gru" else first + second
    got, last, _ = _kernels.recurrence(kind, x, None, None, kernel.t(), recurrent.t(), bias)
    want, state = reference(x)
    torch.testing.assert_close(got, want, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(last, (state[0] if kind == "lstm" else state)[0], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS[:3])
def test_gradients_can_be_differentiated_again(kind: str) -> None:
    parts = weights(kind, True, torch.float64, "cpu")
    x = torch.randn(3, 2, INPUTS, dtype=torch.float64, requires_grad=True)
    h = torch.randn(2, UNITS, dtype=torch.float64, requires_grad=True)

    def run(x: Any, h: Any, *parts: Any) -> Any:
        return _kernels.recurrence(kind, x, h, None, *parts)[0]

    assert torch.autograd.gradcheck(run, (x, h, *parts))
    assert torch.autograd.gradgradcheck(run, (x, h, *parts))


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")  # torch's, on the first use of jvp
def test_torch_func_and_forward_mode_pass_through() -> None:
    kernel, recurrent, bias = (t.detach() for t in weights("lstm", True, torch.float64, "cpu"))
    x = torch.randn(STEPS, BATCH, INPUTS, dtype=torch.float64)

    def run(x: torch.Tensor) -> torch.Tensor:
        return _kernels.recurrence("lstm", x, None, None, kernel, recurrent, bias)[1].sum(0)

    jacobian = torch.func.jacrev(run)(x)
    _, along = torch.func.jvp(run, (x,), (torch.ones_like(x),))
    torch.testing.assert_close(jacobian.sum((1, 2, 3)), along)


@pytest.mark.parametrize("layer", ["LSTM", "GRU", "SimpleRNN"])
@pytest.mark.parametrize("steps", [4, None])
def test_captured_layers_give_what_eager_ones_give(layer: str, steps: int | None) -> None:
    made = getattr(tf.keras.layers, layer)(3, return_sequences=True)
    x = tf.random.normal([2, 4, 3], seed=1)
    mask = tf.constant([[True, True, False, False], [False, True, False, True]])
    made(x)

    def gradients(x: Any, mask: Any) -> Any:
        with tf.GradientTape() as tape:
            y = made(x, mask=mask)
            total = tf.reduce_sum(y * y)
        return y, tape.gradient(total, made.trainable_variables)

    shape = [None, steps]
    signature = [tf.TensorSpec([*shape, 3]), tf.TensorSpec(shape, tf.bool)]
    got, want = tf.function(gradients, input_signature=signature)(x, mask), gradients(x, mask)
    for a, b in zip(tf.nest.flatten(got), tf.nest.flatten(want)):
        torch.testing.assert_close(tf.convert_to_tensor(a)._t, tf.convert_to_tensor(b)._t)


def test_second_derivatives_of_a_layer_agree_with_step_by_step() -> None:
    def second(use_cudnn: bool) -> Any:
        tf.keras.utils.set_random_seed(0)
        layer = tf.keras.layers.LSTM(3, use_cudnn="auto" if use_cudnn else False)
        x = tf.reshape(tf.range(24.0) / 24.0, [2, 4, 3])
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.reduce_sum(layer(x) ** 2)
            first = tf.reduce_sum(inner.gradient(y, x) ** 2)
        return outer.gradient(first, [x, *layer.trainable_variables])

    for a, b in zip(second(True), second(False)):
        torch.testing.assert_close(a._t, b._t, rtol=1e-4, atol=1e-6)


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")
def test_forward_accumulator_and_jacobian_of_a_layer() -> None:
    layer = tf.keras.layers.GRU(2)
    x = tf.ones([2, 3, 2])
    layer(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
    jacobian = tape.jacobian(y, x)
    with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as accumulator:
        y = layer(x)
    torch.testing.assert_close(accumulator.jvp(y)._t, tf.reduce_sum(jacobian, [2, 3, 4])._t, rtol=1e-4, atol=1e-6)


def test_long_captured_loops_stay_loops_and_short_ones_do_not() -> None:
    layer = tf.keras.layers.LSTM(2, use_cudnn=False)

    @tf.function
    def run(x: Any) -> Any:
        return layer(x)

    for steps in (3, 400):
        x = tf.reshape(tf.range(steps * 2.0), [1, steps, 2]) / steps
        layer(x)
        torch.testing.assert_close(run(x)._t, layer(x)._t)
    nodes = [len(run.get_concrete_function(tf.TensorSpec([1, n, 2])).graph.get_operations()) for n in (3, 100, 400)]
    assert nodes[1] > 20 * nodes[0] / 3 > nodes[2]


def test_no_steps_give_the_initial_state() -> None:
    for layer in ("LSTM", "GRU", "SimpleRNN"):
        y, *states = getattr(tf.keras.layers, layer)(3, return_sequences=True, return_state=True)(tf.zeros([2, 0, 4]))
        assert y.shape == (2, 0, 3)
        assert all(not s.numpy().any() for s in states)
