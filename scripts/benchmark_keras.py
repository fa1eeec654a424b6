"""The models that `scripts/benchmark.py --keras` trains, evaluates and predicts with: as Keras and as torch programs.

All see the same data in the same batches, shuffled in each epoch of fit(); all train with Adam and keep the mean loss
and the accuracy. The torch side is the loop that one writes by hand for data in memory: slices of tensors, which are
quicker than a DataLoader, the layers that one takes for such a model, torch.optim.Adam as it is (`torch`) or with
fused=True (`torch_fused`), and metrics that are tensors until the end of the epoch.

Cases: "MODEL WHAT BATCH", WHAT being fit, evaluate or predict. And "MODEL first": a program that has imported all and
makes, compiles and fits a model for the first time in its process, for an epoch of one step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

MODELS = ("mlp", "cnn", "lstm", "transformer")
SYSTEMS = ("torch", "torch_fused", "tfcompat", "tensorflow", "keras_torch")
WHATS, BATCHES = ("fit", "evaluate", "predict"), (32, 128)
STEPS, CLASSES = 100, 10
WORDS, LENGTH, SIZE, HEADS = 1000, 32, 32, 2
_SHAPES = {"mlp": (64,), "cnn": (16, 16, 3), "lstm": (LENGTH, 16), "transformer": (LENGTH,)}


def data(name: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs for a model and their classes, `size` of them."""
    rng = np.random.default_rng(0)
    shape = (size, *_SHAPES[name])
    x = rng.integers(0, WORDS, shape) if name == "transformer" else rng.normal(size=shape).astype("float32")
    return x, rng.integers(0, CLASSES, size)


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


def keras_case(keras: Any, name: str, what: str, batch: int) -> Callable[[], Any]:
    """An epoch of a case."""
    model, (x, y) = keras_model(keras, name), data(name, batch * STEPS)
    if what == "fit":
        return lambda: model.fit(x, y, batch_size=batch, verbose=0)
    if what == "evaluate":
        return lambda: model.evaluate(x, y, batch_size=batch, verbose=0)
    return lambda: model.predict(x, batch_size=batch, verbose=0)


def keras_first(keras: Any, name: str) -> None:
    """Makes a model, and fits it for an epoch of one step."""
    x, y = data(name, 32)
    keras_model(keras, name).fit(x, y, batch_size=32, verbose=0)


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


def torch_case(name: str, what: str, batch: int, fused: bool = False) -> Callable[[], Any]:
    """An epoch of a case."""
    import torch

    model = torch_model(name)
    device = next(model.parameters()).device
    x, y = (torch.from_numpy(a).to(device) for a in data(name, batch * STEPS))
    x = x.permute(0, 3, 1, 2).contiguous() if name == "cnn" else x
    optimizer = torch.optim.Adam(model.parameters(), fused=fused or None)

    def fit() -> tuple[float, float]:
        model.train()
        order = torch.randperm(len(x), device=device)
        total = correct = torch.zeros((), device=device)
        for rows in order.split(batch):
            inputs, targets = x[rows], y[rows]
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = torch.nn.functional.cross_entropy(outputs, targets)
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                total = total + loss * len(targets)
                correct = correct + (outputs.argmax(1) == targets).sum()
        return float(total) / len(x), float(correct) / len(x)

    @torch.inference_mode()
    def evaluate() -> tuple[float, float]:
        model.eval()
        total = correct = torch.zeros((), device=device)
        for inputs, targets in zip(x.split(batch), y.split(batch), strict=True):
            outputs = model(inputs)
            total = total + torch.nn.functional.cross_entropy(outputs, targets) * len(targets)
            correct = correct + (outputs.argmax(1) == targets).sum()
        return float(total) / len(x), float(correct) / len(x)

    @torch.inference_mode()
    def predict() -> Any:
        model.eval()
        return torch.cat([model(inputs) for inputs in x.split(batch)]).cpu().numpy()

    return {"fit": fit, "evaluate": evaluate, "predict": predict}[what]


# ---- timing ----


def one_thread(system: str) -> None:
    """Makes a system compute on one thread; before it has computed anything."""
    if system == "tensorflow":
        import tensorflow as tf  # pyright: ignore[reportMissingImports]

        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        return
    import torch

    torch.set_num_threads(1)


def keras_of(system: str) -> Any:
    """The Keras of a system."""
    if system == "keras_torch":
        import keras  # pyright: ignore[reportMissingImports]

        return keras
    return __import__(system).keras


def make_case(system: str, case: str) -> Callable[[], Any]:
    """An epoch of a case, for one of the systems, warmed up by one."""
    name, what, batch = case.split()
    if system.startswith("torch"):
        epoch = torch_case(name, what, int(batch), fused=system == "torch_fused")
    else:
        epoch = keras_case(keras_of(system), name, what, int(batch))
    epoch()
    return epoch


def first_time(system: str, name: str, clock: Callable[[], float]) -> float:
    """Microseconds that the first fit() in a process takes, the import left out."""
    if system.startswith("torch"):
        start = clock()
        torch_case(name, "fit", 32, fused=system == "torch_fused")()
        return (clock() - start) * 1e6
    keras = keras_of(system)
    start = clock()
    keras_first(keras, name)
    return (clock() - start) * 1e6


def step_time(
    epoch: Callable[[], Any], settle: Callable[[], Any], clock: Callable[[], float], repeats: int = 2
) -> float:
    """The best time of a step in microseconds, of a few epochs."""
    best = float("inf")
    for _ in range(repeats):
        settle()
        start = clock()
        epoch()
        settle()
        best = min(best, clock() - start)
    return best / STEPS * 1e6


def clock_of(threads: str) -> Callable[[], float]:
    """The processor's time where there is one thread, which other programs don't disturb; else the wall's."""
    return time.process_time if threads == "one" else time.perf_counter


# ---- the table ----


def cases_of(models: list[str]) -> Iterator[str]:
    """The cases of some models, of all where none is named."""
    for name in models or MODELS:
        yield from (f"{name} {what} {batch}" for what in WHATS for batch in BATCHES)
        yield f"{name} first"


def goal(case: str, times: dict[str, float]) -> str:
    """Whether a case of fit() reaches what the project wants of it; "" for the others."""
    own, torch = times["tfcompat"], times["torch"]
    rivals = [times[s] for s in ("tensorflow", "keras_torch") if s in times]
    if " fit " not in case or not rivals:
        return ""
    if case.startswith("cnn"):
        best = min(torch, *rivals)
        return f"   at most 1.0x the best: {'reached' if own <= best else 'missed'} ({own / best:.2f})"
    best = min(rivals)
    reached = own <= torch and own <= 0.5 * best
    return f"   at most 1.0x torch and 0.5x Keras: {'reached' if reached else 'missed'} ({own / best:.2f})"


def table_row(case: str, times: dict[str, float]) -> str:
    """A line of the table: microseconds a step, tfcompat's ratios, and whether the goals of fit() are reached."""
    own = times["tfcompat"]
    cells = "".join(f"{times[s]:>12.0f}" if s in times else f"{'-':>12}" for s in SYSTEMS)
    others = [s for s in SYSTEMS if s != "tfcompat"]
    ratios = "".join(f"{own / times[s]:>11.2f}x" if s in times else f"{'-':>12}" for s in others)
    return f"{case:<26}{cells}  {ratios}{goal(case, times)}"


def table_head(threads: str) -> str:
    """The table's first lines."""
    others = [f"/{s}" for s in SYSTEMS if s != "tfcompat"]
    told = "processor time on one thread" if threads == "one" else "wall time, on as many threads as each system takes"
    names = "".join(f"{s:>12}" for s in SYSTEMS) + "  " + "".join(f"{s:>12}" for s in others)
    return f"us a step, {told}\n{'case':<26}{names}"
