"""What `scripts/benchmark.py --data` runs: passes over pipelines of tf.data, and training loops over one.

Images of 32 x 32 x 3 bytes, or rows of 64 floats, in batches of 32. The torch side is what one writes by hand: a map
dataset with a DataLoader in the same process, whose loops are those that one writes for it. Times are of the processor,
on one thread, for a batch.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import benchmark_keras
import numpy as np

PIPELINES = ("shuffle", "normalise", "flip", "crop", "augment", "filter", "generator")
LOOPS = ("train loop", "test loop", "eager loop")
SIZE, BATCH = 1280, 32
# What the project wants: (of the hand-written loop's time, of TensorFlow's).
REACH: dict[str, dict[str, float]] = {
    **{name: {"torch": 1.0, "tensorflow": 1.0} for name in (*PIPELINES, "train loop", "test loop")},
    **{name: {"tensorflow": 1.0} for name in ("generator", "eager loop")},
}


def _images() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (SIZE, 32, 32, 3), np.uint8), rng.integers(0, 10, SIZE)


def _rows() -> tuple[np.ndarray, np.ndarray]:
    return benchmark_keras.data("mlp", SIZE)


# ---- TensorFlow ----


def _pipeline(tf: Any, name: str) -> Any:
    def normalise(x: Any, y: Any) -> Any:
        return tf.cast(x, tf.float32) / 255.0, y

    def flip(x: Any, y: Any) -> Any:
        return tf.image.random_flip_left_right(x), y

    def crop(x: Any, y: Any) -> Any:
        return tf.image.random_crop(tf.pad(x, [[4, 4], [4, 4], [0, 0]]), [32, 32, 3]), y

    def augment(x: Any, y: Any) -> Any:
        x = tf.image.random_brightness(tf.image.resize(x, [24, 24]), 0.1)
        return tf.image.random_contrast(x, 0.9, 1.1), y

    def generator() -> Any:
        yield from zip(*_rows(), strict=True)

    slices = tf.data.Dataset.from_tensor_slices
    images, ahead = slices(_images()).shuffle(SIZE), tf.data.AUTOTUNE
    specs = tf.TensorSpec((64,), tf.float32), tf.TensorSpec((), tf.int64)
    made: dict[str, Callable[[], Any]] = {
        "shuffle": lambda: slices(_rows()).shuffle(SIZE),
        "normalise": lambda: images.map(normalise, num_parallel_calls=ahead),
        "flip": lambda: images.map(normalise).map(flip, num_parallel_calls=ahead),
        "crop": lambda: images.map(normalise).map(flip).map(crop, num_parallel_calls=ahead),
        "augment": lambda: images.map(normalise).map(augment, num_parallel_calls=ahead),
        "filter": lambda: slices(_rows()).filter(lambda x, y: y < 8),
        "generator": lambda: tf.data.Dataset.from_generator(generator, output_signature=specs),
    }
    return made[name]().batch(BATCH).prefetch(ahead)


def _loop(tf: Any, name: str) -> Callable[[], Any]:
    model = benchmark_keras.keras_model(tf.keras, "mlp")
    optimizer = tf.keras.optimizers.Adam()
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    mean, accuracy = tf.keras.metrics.Mean(), tf.keras.metrics.SparseCategoricalAccuracy()

    def train(x: Any, y: Any) -> None:
        with tf.GradientTape() as tape:
            outputs = model(x, training=True)
            loss = loss_of(y, outputs)
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        mean(loss)
        accuracy(y, outputs)

    def test(x: Any, y: Any) -> None:
        outputs = model(x, training=False)
        mean(loss_of(y, outputs))
        accuracy(y, outputs)

    dataset = _pipeline(tf, "shuffle")
    step = {"train loop": tf.function(train), "test loop": tf.function(test), "eager loop": train}[name]

    def epoch() -> tuple[float, float]:
        mean.reset_state()
        accuracy.reset_state()
        for x, y in dataset:
            step(x, y)
        return float(mean.result()), float(accuracy.result())

    return epoch


# ---- torch ----


def torch_loader(name: str) -> Any:
    """A pipeline as a person writes it on torch."""
    import torch
    from torch.nn import functional
    from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

    def flip(x: Any) -> Any:
        return x.flip(2) if torch.rand(()).item() < 0.5 else x

    def crop(x: Any) -> Any:
        top, left = torch.randint(0, 9, (2,)).tolist()
        return functional.pad(flip(x), (4, 4, 4, 4))[:, top : top + 32, left : left + 32]

    def augment(x: Any) -> Any:
        x = functional.interpolate(x[None], (24, 24), mode="bilinear")[0]
        x = x + (torch.rand(()).item() * 0.2 - 0.1)
        mean = x.mean((1, 2), keepdim=True)
        return (x - mean) * (0.9 + 0.2 * torch.rand(()).item()) + mean

    changes = {"normalise": lambda x: x, "flip": flip, "crop": crop, "augment": augment}

    class Images(Dataset):
        """The images, normalised and changed."""

        def __init__(self) -> None:
            images, labels = _images()
            self.images = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
            self.labels = torch.from_numpy(labels)

        def __len__(self) -> int:
            return SIZE

        def __getitem__(self, i: int) -> Any:
            return changes[name](self.images[i].float() / 255.0), self.labels[i]

    class Chosen(IterableDataset):
        """The rows, or those of some classes."""

        def __iter__(self) -> Any:
            x, y = map(torch.from_numpy, _rows())
            return ((a, b) for a, b in zip(x, y, strict=True) if name == "generator" or b < 8)

    if name in changes:
        return DataLoader(Images(), BATCH, shuffle=True)
    if name == "shuffle":
        return DataLoader(TensorDataset(*map(torch.from_numpy, _rows())), BATCH, shuffle=True)
    return DataLoader(Chosen(), BATCH)


def torch_loop(name: str) -> Callable[[], Any]:
    """A loop over the rows as a person writes it on torch."""
    import torch

    model, loader = benchmark_keras.torch_model("mlp").cpu(), torch_loader("shuffle")
    optimizer = torch.optim.Adam(model.parameters())

    def epoch() -> tuple[float, float]:
        total = correct = torch.zeros(())
        with torch.set_grad_enabled(name != "test loop"):
            for x, y in loader:
                optimizer.zero_grad()
                outputs = model(x)
                loss = torch.nn.functional.cross_entropy(outputs, y)
                if name != "test loop":
                    loss.backward()
                    optimizer.step()
                with torch.no_grad():
                    total = total + loss
                    correct = correct + (outputs.argmax(1) == y).sum()
        return float(total) * BATCH / SIZE, float(correct) / SIZE

    return epoch


# ---- timing ----


def measured(system: str, name: str, cases: dict[str, Callable[[], Any]]) -> float:
    """The processor's time for a batch in microseconds. cases: what was made before."""
    if name not in cases:
        if name in LOOPS:
            cases[name] = torch_loop(name) if system == "torch" else _loop(__import__(system), name)
        else:
            source = torch_loader(name) if system == "torch" else _pipeline(__import__(system), name)
            cases[name] = lambda: sum(1 for _ in source)
        cases[name]()
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        cases[name]()
        best = min(best, time.process_time() - start)
    return best / (SIZE // BATCH) * 1e6


def cases_of(names: list[str]) -> list[str]:
    """The cases, all where none is named."""
    return names or [*PIPELINES, *LOOPS]
