"""tf.train.CheckpointOptions: how a checkpoint is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._formats.checkpoints import FORMATS
from tfcompat.train.sharding import check as check_sharding


class CheckpointOptions:
    """How `tf.train.Checkpoint` writes (tf.train.CheckpointOptions).

    experimental_io_device: the device that TensorFlow reads and writes on; here it is the CPU's always.
    experimental_write_callbacks: called, with the path if they take an argument, after each checkpoint. enable_async
    (experimental_enable_async_checkpoint): whether files are written in the background, from copies of the values.
    experimental_skip_slot_variables: TensorFlow 1 optimizers' slots, which Keras 3's have none of.
    experimental_sharding_callback: a `tf.train.experimental.ShardingCallback`, which splits the values into several
    files of TensorFlow's format. format (not in TensorFlow): "safetensors" or "tf", instead of what
    `tf.config.set_checkpoint_format` says. ValueError for what these do not take.
    """

    __module__ = "tensorflow.python.checkpoint.checkpoint_options"

    __slots__ = (
        "enable_async",
        "experimental_enable_async_checkpoint",
        "experimental_io_device",
        "experimental_sharding_callback",
        "experimental_skip_slot_variables",
        "experimental_write_callbacks",
        "format",
    )

    def __init__(
        self,
        experimental_io_device: str | None = None,
        experimental_enable_async_checkpoint: bool = False,
        experimental_write_callbacks: Sequence[Callable[..., Any]] | None = None,
        enable_async: bool = False,
        experimental_skip_slot_variables: bool = False,
        experimental_sharding_callback: Any = None,
        *,
        format: str | None = None,
    ) -> None:
        if format is not None and format not in FORMATS:
            raise ValueError(f"Argument `format` must be one of {', '.join(FORMATS)}. Received: format={format!r}")
        check_sharding(experimental_sharding_callback)
        if experimental_sharding_callback is not None and format == "safetensors":
            raise ValueError("`experimental_sharding_callback` splits files of the format 'tf', not 'safetensors'.")
        if experimental_write_callbacks is not None:
            for callback in experimental_write_callbacks:
                if not callable(callback):
                    raise ValueError(f"`experimental_write_callbacks` must be callables. Received: {callback!r}")
        self.experimental_io_device = experimental_io_device
        self.enable_async = self.experimental_enable_async_checkpoint = (
            experimental_enable_async_checkpoint or enable_async
        )
        self.experimental_write_callbacks = experimental_write_callbacks
        self.experimental_sharding_callback = experimental_sharding_callback
        self.experimental_skip_slot_variables = experimental_skip_slot_variables
        self.format = format
