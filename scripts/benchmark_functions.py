"""What `scripts/benchmark.py --functions` runs: training steps under tf.function, and how long functions trace.

The steps are those of the models of benchmark_keras.py, with a tape and Adam, and of a linear regression with plain
gradient descent; the torch side is the step one writes by hand, eagerly. Others are calls of small functions, gradients
through a call and through a loop's rounds, steps on an iterator's elements, and jit_compile. Times are of the
processor, not the clock's, and of one batch. A trace is a first call's time less a later one's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import benchmark_keras
import numpy as np

STEPS = ("linear", "mlp", "lstm", "transformer")
TRACES = (*STEPS, "deep", "control")
CALLS = ("call", "nest", "keywords", "method", "nested", "tape", "loop", "iterator", "compiled")
LAYERS, BATCH = 50, 32
# What the project wants: (of the hand-written step's time, of TensorFlow's).
REACH: dict[str, dict[str, float]] = {
    "linear step": {"torch": 0.7, "tensorflow": 0.3},
    **{f"{name} step": {"torch": 1.0} for name in STEPS[1:]},
    **{f"{name} trace": {"tensorflow": 1.0} for name in TRACES},
    **{f"{name} step": {"tensorflow": 1.0} for name in CALLS},
}
Made = tuple[Callable[..., Any], tuple[Any, ...]]


def _regression() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(320, 10)).astype("float32"), rng.normal(size=(320, 1)).astype("float32")


# ---- TensorFlow ----


def _linear(tf: Any) -> Made:
    w, b = tf.Variable(tf.zeros([10, 1])), tf.Variable(tf.zeros([1]))
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.01)

    @tf.function
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y))
        optimizer.apply_gradients(zip(tape.gradient(loss, [w, b]), [w, b], strict=True))
        return loss

    return step, tuple(map(tf.constant, _regression()))


def _step_of(tf: Any, model: Any, loss: Any, x: Any, y: Any) -> Made:
    optimizer = tf.keras.optimizers.Adam()
    x, y = tf.constant(x), tf.constant(y)
    model(x)

    @tf.function
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(value, variables), variables, strict=True))
        return value

    return step, (x, y)


def _model(tf: Any, name: str) -> Made:
    x, y = (a[:BATCH] for a in benchmark_keras.data(name, BATCH))
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return _step_of(tf, benchmark_keras.keras_model(tf.keras, name), loss, x, y)


def _deep(tf: Any) -> Made:
    model = tf.keras.Sequential([tf.keras.layers.Dense(64, activation="relu") for _ in range(LAYERS)])
    x = np.ones((16, 64), "float32")
    return _step_of(tf, model, tf.keras.losses.MeanSquaredError(), x, x)


def _control(tf: Any) -> Made:
    @tf.function
    def function(n: Any, x: Any) -> Any:
        total = tf.zeros([4])
        for i in tf.range(n):
            if i % 2 == 0:
                total += x
                if tf.reduce_sum(total) > 10.0:
                    total -= x * 2.0
            elif i % 3 == 0:
                total *= 0.5
            else:
                j = 0
                while j < 3:
                    total += tf.cast(j, tf.float32)
                    j += 1
            if tf.reduce_max(total) > 100.0:
                break
        k = tf.constant(0)
        while k < n:
            if k == 5:
                k += 2
                continue
            k += 1
        return total, k

    return function, (tf.constant(10), tf.ones([4]))


def _call(tf: Any, name: str) -> Made:
    """Functions that do next to nothing, so that their call is what takes time; and other uses of functions."""
    x, n = tf.ones([2]), tf.constant(50)
    plain = tf.function(lambda x: x + 1.0)
    if name == "call":
        return plain, (x,)
    if name == "nest":
        nest = tf.function(lambda d: {"sum": d["a"] + d["b"][0], "list": [d["b"][1]]})
        return nest, ({"a": x, "b": [x, x]},)
    if name == "keywords":
        keywords = tf.function(lambda x, y=1.0, *, flag=True: x + y)
        return lambda x: keywords(x, y=x, flag=False), (x,)
    if name == "method":

        class Module(tf.Module):
            @tf.function
            def call(self, x: Any) -> Any:
                return x + 1.0

        return Module().call, (x,)
    if name == "nested":
        return tf.function(lambda x: plain(x) + plain(x + 1.0)), (x,)
    if name == "tape":
        v = tf.Variable([1.0, 1.0])
        times = tf.function(lambda x: x * v)

        def gradient(x: Any) -> Any:
            with tf.GradientTape() as tape:
                y = times(x)
            return tape.gradient(y, v)

        return gradient, (x,)
    if name == "iterator":
        return _iterator(tf)
    if name == "compiled":
        wave = tf.function(lambda x: tf.tanh(x * 1.1 + 0.1) * tf.sigmoid(x) - tf.sin(x), jit_compile=True)
        return wave, (tf.ones([256, 256]),)
    return _loop(tf), (n, tf.ones([8, 16]))


def _loop(tf: Any) -> Callable[..., Any]:
    """The gradient of a recurrent cell by hand, over 50 rounds."""
    w, u, b = tf.Variable(tf.ones([16, 16]) * 0.1), tf.Variable(tf.ones([16, 16]) * 0.1), tf.Variable(tf.zeros([16]))

    @tf.function
    def step(n: Any, x: Any) -> Any:
        with tf.GradientTape() as tape:
            h = tf.zeros([8, 16])
            for _ in tf.range(n):
                h = tf.tanh(tf.matmul(x, w) + tf.matmul(h, u) + b)
            loss = tf.reduce_sum(h)
        return tape.gradient(loss, [w, u, b])

    return step


def _iterator(tf: Any) -> Made:
    """Ten steps on the elements of an iterator, in one function."""
    v = tf.Variable(0.0)
    iterator = iter(tf.data.Dataset.from_tensors(tf.ones([8])).repeat())

    @tf.function
    def train(iterator: Any) -> Any:
        for _ in tf.range(10):
            x = next(iterator)
            v.assign_add(tf.reduce_sum(x * v))
        return v.read_value()

    return train, (iterator,)


def _made(tf: Any, name: str) -> Made:
    own = {"linear": _linear, "deep": _deep, "control": _control}
    if name in CALLS:
        return _call(tf, name)
    return own[name](tf) if name in own else _model(tf, name)


# ---- torch ----


def torch_step(name: str) -> Callable[[], Any]:
    """A step of a model as a person writes it on torch."""
    import torch

    if name == "linear":
        x, y = map(torch.from_numpy, _regression())
        w, b = torch.zeros(10, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
        optimizer: Any = torch.optim.SGD([w, b], lr=0.01)
        compute = lambda: torch.mean(torch.square(torch.matmul(x, w) + b - y))  # noqa: E731
    else:
        model = benchmark_keras.torch_model(name)
        device = next(model.parameters()).device
        x, y = (torch.from_numpy(a[:BATCH]).to(device) for a in benchmark_keras.data(name, BATCH))
        optimizer = torch.optim.Adam(model.parameters())
        compute = lambda: torch.nn.functional.cross_entropy(model(x), y)  # noqa: E731

    def step() -> Any:
        optimizer.zero_grad()
        loss = compute()
        loss.backward()
        optimizer.step()
        return loss

    return step


# ---- timing ----


def measured(system: str, case: str, cases: dict[str, Callable[[], Any]]) -> float | None:
    """The processor's time for "NAME step" or "NAME trace" in microseconds; None where a system has no such case.

    cases: what was made of steps before.
    """
    name, _, what = case.partition(" ")
    if system == "torch" and (what == "trace" or name in CALLS):
        return None
    if what == "trace":
        return _trace_time(__import__(system), name)
    if case not in cases:
        if system == "torch":
            cases[case] = torch_step(name)
        else:
            step, given = _made(__import__(system), name)
            cases[case] = lambda: step(*given)
    return _step_time(cases[case])


def _step_time(step: Callable[[], Any], budget: float = 0.4) -> float:
    for _ in range(5):
        step()
    start = time.process_time()
    step()
    count = max(1, int(budget / 8 / max(time.process_time() - start, 1e-6)))
    best = float("inf")
    for _ in range(8):
        start = time.process_time()
        for _ in range(count):
            step()
        best = min(best, (time.process_time() - start) / count)
    return best * 1e6


def _trace_time(tf: Any, name: str) -> float:
    warm, given = _linear(tf)  # what a process loads for its first function does not count
    warm(*given)
    function, given = _made(tf, name)
    start = time.process_time()
    function(*given)
    first = time.process_time() - start
    start = time.process_time()
    function(*given)
    return (first - (time.process_time() - start)) * 1e6


def cases_of(names: list[str]) -> list[str]:
    """The cases of some functions, of all where none is named."""
    chosen = names or (*TRACES, *CALLS)
    steps = [f"{n} step" for n in (*STEPS, *CALLS) if n in chosen]
    return steps + [f"{n} trace" for n in TRACES if n in chosen]


def table_row(case: str, times: dict[str, float], reach: dict[str, float]) -> str:
    """A line of the table: microseconds, tfcompat's ratios, and whether the goals are reached."""
    own, others = times["tfcompat"], ("torch", "tensorflow")
    cells = "".join(
        f"{times[s]:>12.0f} us" if s in times else f"{'-':>15}" for s in ("torch", "tfcompat", "tensorflow")
    )
    ratios = "".join(f"{own / times[s]:>12.2f}x" if s in times else f"{'-':>13}" for s in others)
    goals = {s: most for s, most in reach.items() if s in times}
    told = " and ".join(f"{most}x {s}" for s, most in goals.items())
    reached = all(own <= most * times[s] for s, most in goals.items())
    return f"{case:<20}{cells}{ratios}" + (f"   at most {told}: {'reached' if reached else 'missed'}" if goals else "")


def table_head() -> str:
    """The table's first line."""
    names = "".join(f"{s:>15}" for s in ("torch", "tfcompat", "tensorflow"))
    return f"{'case':<20}{names}{'to torch':>13}{'to tf':>13}"
