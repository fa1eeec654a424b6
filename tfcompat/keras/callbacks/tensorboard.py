"""keras.callbacks.TensorBoard: metrics, weights and the model as event files for TensorBoard."""

from __future__ import annotations

import os
import time
import warnings
from typing import Any

import numpy as np

from tfcompat._formats.files import replacing
from tfcompat.keras._version import is_legacy
from tfcompat.keras.callbacks.base import Callback
from tfcompat.keras.config import image_data_format


class TensorBoard(Callback):
    """Writes event files to `log_dir`/train and `log_dir`/validation (tf.keras.callbacks.TensorBoard).

    histogram_freq: every how many epochs the weights' histograms are written (and, with `write_images`, the weights as
    images); 0 for never. write_graph: whether the model is. write_steps_per_second: whether the speed is.
    update_freq: "epoch", "batch", or every how many batches metrics are written, too. profile_batch: a batch, or the
    first and last one, that torch's profiler records. embeddings_freq: every how many epochs the weights are saved for
    the projector; embeddings_metadata: the file of labels, or one for each Embedding layer's name.
    """

    def __init__(
        self,
        log_dir: Any = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: Any = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
        *,
        batch_size: int | None = None,
        write_grads: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        unknown = kwargs.keys() - {"embeddings_layer_names", "embeddings_data"}
        if unknown:
            raise ValueError(
                f"Unrecognized arguments in `TensorBoard` Callback: {unknown}. Supported kwargs are: "
                "{'write_grads', 'embeddings_layer_names', 'embeddings_data', 'batch_size'}"
            )
        if kwargs:
            warnings.warn("TensorBoard saves all `Embedding` layers, as Keras does since 2.0.", stacklevel=2)
        if batch_size is not None or write_grads:
            warnings.warn("TensorBoard ignores `batch_size` and `write_grads`, as Keras does since 2.3.", stacklevel=2)
        self.log_dir = str(log_dir)
        self.histogram_freq, self.write_graph, self.write_images = histogram_freq, write_graph, write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = 1 if update_freq == "batch" else update_freq
        self.embeddings_freq, self.embeddings_metadata = embeddings_freq, embeddings_metadata
        self._start_batch, self._stop_batch = _batch_range(profile_batch)
        self._profiler: Any = None
        self._global_train_batch = self._global_test_batch = 0
        self._writers: dict[str, Any] = {}
        self._batch_start_time = self._epoch_start_time = 0.0
        self._previous_epoch_iterations = 0

    def set_model(self, model: Any) -> None:
        """Takes the model, and writes it."""
        self._model = model
        self._train_dir = os.path.join(self.log_dir, "train")
        self._val_dir = os.path.join(self.log_dir, "validation")
        self._writers = {}
        if self.write_graph and type(model).__name__ in ("Functional", "Sequential"):
            self._write_model()
        if self.embeddings_freq:
            self._configure_embeddings()

    @property
    def summary(self) -> Any:
        """tf.summary."""
        import tfcompat

        return tfcompat.summary

    def _writer(self, which: str) -> Any:
        if which not in self._writers:
            from tfcompat._formats.events import EventWriter

            self._writers[which] = EventWriter(self._train_dir if which == "train" else self._val_dir)
        return self._writers[which]

    def _write_scalars(self, which: str, values: dict[str, Any], step: int) -> None:
        from tfcompat._formats import events

        writer = self._writer(which)
        for name, value in values.items():
            writer.add(events.scalar(name, value), step)
        writer.flush()

    def _write_model(self) -> None:
        from tfcompat._formats import events

        try:
            json = self.model.to_json()
        except Exception as error:  # what a layer's get_config raises
            warnings.warn(f"Model failed to serialize as JSON. Ignoring... {error}", stacklevel=2)
            return
        self._writer("train").add(events.keras_model("keras", json), 0)

    def _configure_embeddings(self) -> None:
        from tfcompat.keras import layers

        metadata = self.embeddings_metadata
        named = dict(metadata) if isinstance(metadata, dict) else {}
        text = ""
        for layer in self.model.layers:
            if isinstance(layer, layers.Embedding):
                path = named.pop(layer.name, None) if isinstance(metadata, dict) else metadata
                text += 'embeddings {\n  tensor_name: "layer_with_weights-0/embeddings/.ATTRIBUTES/VARIABLE_VALUE"\n'
                text += f'  metadata_path: "{path}"\n' if path else ""
                text += "}\n"
        if named:
            raise ValueError(
                "Unrecognized `Embedding` layer names passed to `keras.callbacks.TensorBoard` `embeddings_metadata` "
                f"argument: {named.keys()}"
            )
        with replacing(os.path.join(self.log_dir, "projector_config.pbtxt")) as path, open(path, "w") as file:
            file.write(text)

    # ---- what is called ----

    def on_train_begin(self, logs: Any = None) -> None:
        """Counts batches from 0."""
        self._global_train_batch = 0
        self._previous_epoch_iterations = 0

    def on_train_end(self, logs: Any = None) -> None:
        """Ends the files."""
        self._stop_profiler()
        for writer in self._writers.values():
            writer.close()
        self._writers = {}

    def on_test_end(self, logs: Any = None) -> None:
        """Writes the evaluation's metrics over the optimizer's iterations."""
        optimizer = self.model.optimizer
        if optimizer is not None and hasattr(optimizer, "iterations") and self._is_due(self._global_test_batch):
            step = int(np.asarray(optimizer.iterations))
            values = {f"evaluation_{name}_vs_iterations": value for name, value in (logs or {}).items()}
            self._write_scalars("validation", values, step)

    def _is_due(self, batch: int) -> bool:
        return self.update_freq == "epoch" or batch % self.update_freq == 0

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Starts the clock, and the profiler at its batch."""
        self._global_train_batch += 1
        self._batch_start_time = time.time()
        if self._start_batch and self._global_train_batch == self._start_batch:
            self._start_profiler()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Writes the batch's metrics, where they are due."""
        if self.update_freq != "epoch" and self._global_train_batch % self.update_freq == 0:
            values = {f"batch_{name}": value for name, value in (logs or {}).items()}
            if self.write_steps_per_second:
                seconds = max(time.time() - self._batch_start_time, 1e-9)
                values = {"batch_steps_per_second": 1.0 / seconds, **values}
            self._write_scalars("train", values, self._global_train_batch)
        if self._profiler is not None and self._global_train_batch >= self._stop_batch:
            self._stop_profiler()

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Counts the batch."""
        self._global_test_batch += 1

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Starts the clock."""
        if self.write_steps_per_second:
            self._previous_epoch_iterations = int(np.asarray(self.model.optimizer.iterations))
            self._epoch_start_time = time.time()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Writes the epoch's metrics, and weights where they are due."""
        if logs:
            self._write_epoch(epoch, logs)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            name = f"keras_embedding.ckpt-{epoch}{'' if is_legacy() else '.weights.h5'}"
            self.model.save_weights(os.path.join(self._train_dir, name))

    # ---- what is written ----

    def _write_epoch(self, epoch: int, logs: dict[str, Any]) -> None:
        train = {f"epoch_{name}": value for name, value in logs.items() if not name.startswith("val_")}
        train.update({f"epoch_{name}": value for name, value in self._learning_rates().items()})
        if self.write_steps_per_second:
            done = int(np.asarray(self.model.optimizer.iterations)) - self._previous_epoch_iterations
            train["epoch_steps_per_second"] = done / max(time.time() - self._epoch_start_time, 1e-9)
        self._write_scalars("train", train, epoch)
        validation = {f"epoch_{name[4:]}": value for name, value in logs.items() if name.startswith("val_")}
        if validation:
            self._write_scalars("validation", validation, epoch)

    def _learning_rates(self) -> dict[str, float]:
        from tfcompat.keras.optimizers import Optimizer
        from tfcompat.keras.optimizers.schedules import LearningRateSchedule

        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        if hasattr(optimizer, "optimizers"):
            return {f"learning_rate_{o.name}": float(np.asarray(o.learning_rate)) for o in optimizer.optimizers}
        own = getattr(optimizer, "_learning_rate", None)
        if is_legacy() and not isinstance(own, LearningRateSchedule):
            return {}  # Keras 2 tells those of schedules alone
        if isinstance(optimizer, Optimizer):
            return {"learning_rate": float(np.asarray(optimizer.learning_rate))}
        return {}

    def _write_weights(self, epoch: int) -> None:
        from tfcompat._formats import events

        writer = self._writer("train")
        for layer in self.model.layers:
            for weight in layer.weights:
                name = (weight.name if is_legacy() else weight.path).replace(":", "_")
                value = np.asarray(weight)
                writer.add(events.histogram(f"{name}/histogram", value), epoch)
                pixels = _as_images(value) if self.write_images else None
                if pixels is not None:
                    writer.add(events.image(f"{name}/image", pixels), epoch)
        writer.flush()

    def _start_profiler(self) -> None:
        from torch import profiler

        handler = profiler.tensorboard_trace_handler(self._train_dir)
        self._profiler = profiler.profile(on_trace_ready=handler)
        self._profiler.start()

    def _stop_profiler(self) -> None:
        if self._profiler is not None:
            self._profiler.stop()
            self._profiler = None


def _batch_range(profile_batch: Any) -> tuple[int, int]:
    """The first and last batch to profile, 0 for none; ValueError for what is no number or range of batches."""
    given = profile_batch
    if isinstance(given, str):
        parts = [int(part) for part in given.split(",")]
        given = parts[0] if len(parts) == 1 else parts
    pair = (given, given) if isinstance(given, int) else given
    if isinstance(pair, (tuple, list)) and len(pair) == 2 and 0 <= pair[0] <= pair[1]:
        return pair[0], pair[1]
    raise ValueError(
        "profile_batch must be a non-negative integer or 2-tuple of positive integers. A pair of positive integers "
        f"signifies a range of batches to profile. Found: {profile_batch}"
    )


def _as_images(weight: np.ndarray) -> np.ndarray | None:
    """A weight as images (count, height, width, channels), None for one that can't be shown as such."""
    w = np.squeeze(weight)
    if w.ndim == 1:
        w = w.reshape(1, w.shape[0], 1, 1)
    elif w.ndim == 2:
        w = w.T if w.shape[0] > w.shape[1] else w
        w = w[None, :, :, None]
    elif w.ndim == 3:
        w = w.transpose(2, 0, 1) if image_data_format() == "channels_last" else w
        w = w[..., None]
    return w if w.ndim == 4 and w.shape[-1] in (1, 3, 4) else None
