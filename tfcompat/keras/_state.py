"""What Keras keeps for a thread (name counters, open scopes, the seed generator) and for the process (settings)."""

from __future__ import annotations

import collections
import os
import threading
from typing import Any

from tfcompat._core.state import travels


class _ThreadState(threading.local):
    """One per thread; `clear` returns it to a new thread's state (keras.backend.clear_session).

    learning_phase: whether layers train that nobody told to. distribution: keras.distribution's.
    uids: how many objects were named by each prefix. name_scopes: the open name scopes, outermost first.
    epoch: whether a model goes through batches of different sizes. batch_size: what in shapes is the batch's size where
    layers are built for batches of any. autocast: the open AutocastScope. stateless: the open StatelessScope. call:
    the context of the outermost layer call. seed_generator: what unseeded keras.random functions draw from.
    initializer_numbers, other_numbers: what Keras 2's seeds are drawn from. custom_objects: the innermost
    custom_object_scope's. safe_mode: whether deserialization may run code (None: the caller decides).
    remat_scopes: the open RematScopes, outermost first.
    shared_configs, shared_objects: objects already met by the serialization or deserialization in progress.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forgets every name and scope."""
        self.uids: dict[str, int] = collections.defaultdict(int)
        self.name_scopes: list[Any] = []
        self.autocast: Any = None
        self.stateless: Any = None
        self.symbolic: bool = False
        self.learning_phase: bool = False
        self.distribution: Any = None
        self.call: Any = None
        self.epoch: bool = False
        self.batch_size: int | None = None
        self.seed_generator: Any = None
        self.random_seed: int | None = None
        self.initializer_numbers: Any = None
        self.other_numbers: Any = None
        self.custom_objects: dict[str, Any] = {}
        self.safe_mode: bool | None = None
        self.legacy_config: bool = False
        self.shared_configs: dict[int, dict[str, Any]] | None = None
        self.shared_objects: dict[int, Any] | None = None
        self.dtype_policy: Any = None
        self.uninitialized: list[Any] = []
        self.remat_scopes: list[Any] = []


class _Settings:
    """The process's settings (keras.config)."""

    floatx = "float32"
    epsilon = 1e-7
    image_data_format = "channels_last"
    interactive_logging = True
    traceback_filtering = True
    flash_attention: bool | None = None
    max_epochs: int | None = None
    max_steps_per_epoch: int | None = None


def _positive(name: str) -> int | None:
    text = os.environ.get(name)
    return int(text) if text else None


thread = travels(_ThreadState())
settings = _Settings()
settings.max_epochs = _positive("KERAS_MAX_EPOCHS")
settings.max_steps_per_epoch = _positive("KERAS_MAX_STEPS_PER_EPOCH")
