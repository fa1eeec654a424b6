"""The models that `scripts/benchmark.py --keras` trains and predicts with: as Keras programs and as torch programs.

Both see the same data in the same batches, shuffled in each epoch; both train with Adam and keep the mean loss and the
accuracy, as fit() does. The torch side is the loop one writes by hand, with the layers one takes for such a model.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

MODELS = ("mlp", "cnn", "lstm", "transformer")
SYSTEMS = ("torch", "tfcompat", "tensorflow", "keras_torch")
BATCH, STEPS, CLASSES = 32, 20, 10
WORDS, LENGTH, SIZE, HEADS = 1000, 32, 32, 2
_SHAPES = {"mlp": (64,), "cnn": (16, 16, 3), "lstm": (LENGTH, 16), "transformer": (LENGTH,)}
MOST_TORCH, MOST_KERAS = 1.0, 0.5  # what the project wants: of the hand-written loop's time, of the faster Keras's time


def data(name: str) -> tuple[np.ndarray, np.ndarray]:
    """A model's inputs and their classes."""
    rng = np.random.default_rng(0)
    shape = (BATCH * STEPS, *_SHAPES[name])
    x = rng.integers(0, WORDS, shape) if name == "transformer" else rng.normal(size=shape).astype("float32")
    return x, rng.integers(0, CLASSES, BATCH * STEPS)


# ---- Keras ----


def keras_model(keras: Any, name: str) -> Any:
    """A compiled Keras model."""
    layers = keras.layers
    inputs = keras.Input(_SHAPES[name], dtype="int32" if name == "transformer" else "float32")
    if name == "mlp":
        x = layers.Dense(128, activation="relu")(inputs)
        x = layers.Dense(128, activation="relu")(x)
    elif name == "cnn":
        x = layers.Conv2D(16, 3, activation="relu")(inputs)
        x = layers.MaxPooling2D()(x)
        x = layers.Conv2D(32, 3, activation="relu")(x)
        x = layers.Flatten()(x)
    elif name == "lstm":
        x = layers.LSTM(64)(inputs)
    else:
        x = layers.Embedding(WORDS, SIZE)(inputs)
        attended = layers.MultiHeadAttention(HEADS, SIZE // HEADS)(x, x)
        x = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([x, attended]))
        wide = layers.Dense(4 * SIZE, activation="relu")(x)
        x = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([x, layers.Dense(SIZE)(wide)]))
        x = layers.GlobalAveragePooling1D()(x)
    model = keras.Model(inputs, layers.Dense(CLASSES)(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    return model


def keras_case(keras: Any, case: str) -> Callable[[], Any]:
    """An epoch of "MODEL fit" or "MODEL predict"."""
    name, _, what = case.partition(" ")
    model, (x, y) = keras_model(keras, name), data(name)
    if what == "fit":
        return lambda: model.fit(x, y, batch_size=BATCH, verbose=0)
    return lambda: model.predict(x, batch_size=BATCH, verbose=0)


# ---- torch ----


def torch_model(name: str) -> Any:
    """The same model in torch."""
    import torch
    from torch import nn

    class Last(nn.Module):
        """An LSTM's last output."""

        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(_SHAPES["lstm"][1], 64, batch_first=True)

        def forward(self, x: Any) -> Any:
            return self.lstm(x)[0][:, -1]

    class Transformer(nn.Module):
        """A block of attention and a block of dense layers over embedded words, averaged."""

        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding(WORDS, SIZE)
            self.query, self.key, self.value, self.out = (nn.Linear(SIZE, SIZE) for _ in range(4))
            self.first, self.second = nn.LayerNorm(SIZE, 1e-6), nn.LayerNorm(SIZE, 1e-6)
            self.dense = nn.Sequential(nn.Linear(SIZE, 4 * SIZE), nn.ReLU(), nn.Linear(4 * SIZE, SIZE))

        def forward(self, x: Any) -> Any:
            x = self.words(x)
            heads = (p(x).unflatten(-1, (HEADS, -1)).transpose(1, 2) for p in (self.query, self.key, self.value))
            attended = nn.functional.scaled_dot_product_attention(*heads).transpose(1, 2).flatten(2)
            x = self.first(x + self.out(attended))
            return self.second(x + self.dense(x)).mean(1)

    bodies: dict[str, Callable[[], tuple[list[Any], int]]] = {
        "mlp": lambda: ([nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU()], 128),
        "cnn": lambda: (
            [nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.Flatten()],
            32 * 5 * 5,
        ),
        "lstm": lambda: ([Last()], 64),
        "transformer": lambda: ([Transformer()], SIZE),
    }
    body, size = bodies[name]()
    device = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else "cpu"
    return nn.Sequential(*body, nn.Linear(size, CLASSES)).to(device)


def torch_case(case: str) -> Callable[[], Any]:
    """An epoch of "MODEL fit" or "MODEL predict"."""
    import torch

    name, _, what = case.partition(" ")
    model = torch_model(name)
    device = next(model.parameters()).device
    x, y = (torch.from_numpy(a).to(device) for a in data(name))
    x = x.permute(0, 3, 1, 2).contiguous() if name == "cnn" else x
    optimizer = torch.optim.Adam(model.parameters())

    def fit() -> tuple[float, float]:
        order = torch.randperm(len(x), device=device)
        total = correct = torch.zeros((), device=device)
        for start in range(0, len(x), BATCH):
            batch = order[start : start + BATCH]
            inputs, targets = x[batch], y[batch]
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = torch.nn.functional.cross_entropy(outputs, targets)
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                total = total + loss
                correct = correct + (outputs.argmax(1) == targets).sum()
        return float(total) / STEPS, float(correct) / len(x)

    def predict() -> Any:
        with torch.no_grad():
            return torch.cat([model(x[i : i + BATCH]) for i in range(0, len(x), BATCH)]).cpu().numpy()

    return fit if what == "fit" else predict


# ---- timing ----


def make_case(system: str, case: str) -> Callable[[], Any]:
    """An epoch of a case, for one of the systems."""
    if system == "torch":
        return torch_case(case)
    if system == "keras_torch":
        import keras  # pyright: ignore[reportMissingImports]

        return keras_case(keras, case)
    module = __import__(system)
    return keras_case(module.keras, case)


def step_time(epoch: Callable[[], Any], settle: Callable[[], Any], repeats: int = 3) -> float:
    """The best time of a step in microseconds, of a few epochs after one that warms up."""
    epoch()
    best = float("inf")
    for _ in range(repeats):
        settle()
        start = time.perf_counter()
        epoch()
        settle()
        best = min(best, time.perf_counter() - start)
    return best / STEPS * 1e6


def cases_of(models: list[str]) -> list[str]:
    """The cases of some models, of all where none is named."""
    return [f"{name} {what}" for name in models or MODELS for what in ("fit", "predict")]


def table_row(case: str, times: dict[str, float]) -> str:
    """A line of the table: microseconds a step, tfcompat's ratios, and whether the goals of fit() are reached."""
    own = times["tfcompat"]
    cells = "".join(f"{times[s]:>11.0f} us" if s in times else f"{'-':>14}" for s in SYSTEMS)
    others = [s for s in SYSTEMS if s != "tfcompat"]
    ratios = "".join(f"{own / times[s]:>13.2f}x" if s in times else f"{'-':>14}" for s in others)
    goal = ""
    rivals = [times[s] for s in ("tensorflow", "keras_torch") if s in times]
    if case.endswith("fit") and rivals:
        reached = own <= MOST_TORCH * times["torch"] and own <= MOST_KERAS * min(rivals)
        goal = f"   at most {MOST_TORCH}x torch and {MOST_KERAS}x Keras: {'reached' if reached else 'missed'}"
    return f"{case:<20}{cells}{ratios}{goal}"


def table_head() -> str:
    """The table's first line."""
    others = [f"to {s}" for s in SYSTEMS if s != "tfcompat"]
    return f"{'case':<20}" + "".join(f"{s:>14}" for s in SYSTEMS) + "".join(f"{s:>14}" for s in others)
