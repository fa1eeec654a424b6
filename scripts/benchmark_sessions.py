"""What `scripts/benchmark.py --sessions` runs: training steps as TensorFlow 1 has them, in graphs that sessions run.

Each step feeds a batch of numpy arrays and fetches the loss. The torch side is the step one writes by hand: tensors
made of the same arrays, autograd, an optimizer of torch.optim, and the loss as a Python number. Times are of the
processor, on one thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

BATCH, CLASSES = 64, 10
LENGTH, SIZE, UNITS = 28, 28, 64
NAMES = ("add", "linear", "softmax", "mlp", "cnn", "lstm", "embedding", "policy")
# What the project wants: of TensorFlow's time.
REACH: dict[str, dict[str, float]] = {name: {"tensorflow": 1.0} for name in NAMES}
WORDS, WIDTH = 2000, 32


def data(name: str) -> tuple[np.ndarray, ...]:
    """What a step is fed."""
    rng = np.random.default_rng(0)
    normal = lambda *shape: rng.normal(size=shape).astype("float32")  # noqa: E731
    one_hot = np.eye(CLASSES, dtype="float32")[rng.integers(0, CLASSES, BATCH)]
    return {
        "add": lambda: (normal(3), normal(3)),
        "linear": lambda: (normal(BATCH, 1), normal(BATCH, 1)),
        "lstm": lambda: (normal(BATCH, LENGTH, SIZE), one_hot),
        "embedding": lambda: (rng.integers(0, WORDS, (BATCH, 16)).astype("int32"), one_hot),
        "policy": lambda: (normal(BATCH, 4), rng.integers(0, 2, BATCH).astype("int32"), normal(BATCH)),
    }.get(name, lambda: (normal(BATCH, 784), one_hot))()


# ---- TensorFlow ----


def _dense(tf: Any, x: Any, size: int, name: str) -> Any:
    """A layer with weights of its own, as programs wrote it before there were layers."""
    with tf.variable_scope(name):
        w = tf.get_variable("w", [int(x.shape[-1]), size], initializer=tf.random_normal_initializer(stddev=0.1))
        b = tf.get_variable("b", [size], initializer=tf.zeros_initializer())
    return tf.matmul(x, w) + b


def _conv(tf: Any, x: Any, size: int, name: str) -> Any:
    with tf.variable_scope(name):
        shape = [5, 5, int(x.shape[-1]), size]
        w = tf.get_variable("w", shape, initializer=tf.random_normal_initializer(stddev=0.1))
        b = tf.get_variable("b", [size], initializer=tf.zeros_initializer())
    y = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, w, strides=[1, 1, 1, 1], padding="SAME"), b))
    return tf.nn.max_pool(y, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")


def _logits(tf: Any, name: str, x: Any) -> Any:
    if name == "mlp":
        x = tf.nn.relu(_dense(tf, x, 256, "first"))
        x = tf.nn.relu(_dense(tf, x, 256, "second"))
    elif name == "cnn":
        x = _conv(tf, tf.reshape(x, [-1, 28, 28, 1]), 16, "first")
        x = _conv(tf, x, 32, "second")
        x = tf.nn.relu(_dense(tf, tf.reshape(x, [-1, 7 * 7 * 32]), 128, "third"))
    elif name == "lstm":
        cell = tf.nn.rnn_cell.BasicLSTMCell(UNITS, forget_bias=1.0)
        outputs, _ = tf.nn.static_rnn(cell, tf.unstack(x, LENGTH, 1), dtype=tf.float32)
        x = outputs[-1]
    elif name == "embedding":
        words = tf.get_variable("words", [WORDS, WIDTH], initializer=tf.random_uniform_initializer(-1.0, 1.0))
        x = tf.reduce_mean(tf.nn.embedding_lookup(words, x), axis=1)
    return _dense(tf, x, CLASSES, "logits")


def _loss(tf: Any, name: str, fed: list[Any]) -> Any:
    if name == "linear":
        w, b = tf.Variable([[0.5]], name="w"), tf.Variable([0.0], name="b")
        return tf.reduce_mean(tf.square(tf.matmul(fed[0], w) + b - fed[1]))
    if name == "policy":
        hidden = tf.nn.tanh(_dense(tf, fed[0], 32, "hidden"))
        chances = tf.nn.softmax(_dense(tf, hidden, 2, "actions"))
        chosen = tf.reduce_sum(chances * tf.one_hot(fed[1], 2), axis=1)
        return -tf.reduce_mean(tf.log(chosen) * fed[2])
    logits = _logits(tf, name, fed[0])
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=fed[1], logits=logits))


def session_step(system: Any, name: str) -> Callable[[], Any]:
    """A step in a session, whose graph is made as TensorFlow 1 makes it."""
    tf = system.compat.v1
    tf.disable_v2_behavior()
    values = data(name)
    with tf.Graph().as_default() as graph:
        fed = [tf.placeholder(v.dtype, [None, *v.shape[1:]]) for v in values]
        if name == "add":
            fetches: Any = fed[0] + fed[1]
        else:
            loss = _loss(tf, name, fed)
            descends = name in ("linear", "softmax", "embedding")
            optimizer = tf.train.GradientDescentOptimizer(0.01) if descends else tf.train.AdamOptimizer(0.001)
            fetches = [optimizer.minimize(loss), loss]
        start = tf.global_variables_initializer()
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    session = tf.Session(graph=graph, config=config)
    session.run(start)
    return lambda: session.run(fetches, dict(zip(fed, values, strict=True)))


# ---- torch ----


def torch_step(name: str) -> Callable[[], Any]:
    """The same step as a person writes it on torch."""
    import torch
    from torch import nn

    class Last(nn.Module):
        """An LSTM's last output."""

        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(SIZE, UNITS, batch_first=True)

        def forward(self, x: Any) -> Any:
            return self.lstm(x)[0][:, -1]

    class Words(nn.Module):
        """The mean of embedded words."""

        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding(WORDS, WIDTH)

        def forward(self, x: Any) -> Any:
            return self.words(x).mean(1)

    bodies: dict[str, Callable[[], list[Any]]] = {
        "linear": lambda: [nn.Linear(1, 1)],
        "softmax": lambda: [nn.Linear(784, CLASSES)],
        "mlp": lambda: [nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, CLASSES)],
        "cnn": lambda: [
            *(nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
            *(nn.Linear(7 * 7 * 32, 128), nn.ReLU(), nn.Linear(128, CLASSES)),
        ],
        "lstm": lambda: [Last(), nn.Linear(UNITS, CLASSES)],
        "embedding": lambda: [Words(), nn.Linear(WIDTH, CLASSES)],
        "policy": lambda: [nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 2), nn.Softmax(-1)],
    }
    values = data(name)
    if name == "add":
        return lambda: (torch.from_numpy(values[0]) + torch.from_numpy(values[1])).numpy()
    model = nn.Sequential(*bodies[name]())
    descends = name in ("linear", "softmax", "embedding")
    kind: Any = torch.optim.SGD if descends else torch.optim.Adam
    optimizer = kind(model.parameters(), lr=0.01 if descends else 0.001)

    def loss_of(x: Any, y: Any, *more: Any) -> Any:
        outputs = model(x)
        if name == "linear":
            return torch.mean(torch.square(outputs - y))
        if name == "policy":
            chosen = outputs.gather(1, y.long()[:, None])[:, 0]
            return -torch.mean(torch.log(chosen) * more[0])
        return nn.functional.cross_entropy(outputs, y)

    def step() -> float:
        optimizer.zero_grad()
        loss = loss_of(*map(torch.from_numpy, values))
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


# ---- timing ----


def measured(system: str, name: str, cases: dict[str, Callable[[], Any]]) -> float:
    """The processor's time for a step in microseconds, the best of many short times. cases: what was made before."""
    if name not in cases:
        cases[name] = torch_step(name) if system == "torch" else session_step(__import__(system), name)
    step = cases[name]
    for _ in range(5):
        step()
    best, count, end = float("inf"), 1, time.process_time() + 0.6
    while time.process_time() < end:
        start = time.process_time()
        for _ in range(count):
            step()
        best = min(best, (time.process_time() - start) / count)
        count = max(1, int(0.002 / best))
    return best * 1e6


def cases_of(names: list[str]) -> list[str]:
    """The cases, all where none is named."""
    return names or list(NAMES)
