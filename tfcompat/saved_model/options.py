"""tf.saved_model.SaveOptions and LoadOptions."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

from tfcompat.train.sharding import check as check_sharding


class VariablePolicy(enum.Enum):
    """What of variables is saved beyond their values (tf.saved_model.experimental.VariablePolicy)."""

    NONE = None
    SAVE_VARIABLE_DEVICES = "save_variable_devices"
    EXPAND_DISTRIBUTED_VARIABLES = "expand_distributed_variables"


class SaveOptions:
    """How tf.saved_model.save writes (tf.saved_model.SaveOptions).

    extra_tags: tags beside "serve". experimental_sharding_callback: a `tf.train.experimental.ShardingCallback`, which
    splits the variables' values into several files; else ValueError. Of the rest, tfcompat's graphs have nothing that
    they would apply to, but for function_aliases, image formats, skipping the saver and device policies:
    NotImplementedError.
    """

    def __init__(
        self,
        namespace_whitelist: Sequence[str] | None = None,
        save_debug_info: bool = False,
        function_aliases: Any = None,
        experimental_debug_stripper: bool = False,
        experimental_io_device: str | None = None,
        experimental_variable_policy: Any = None,
        experimental_custom_gradients: bool = True,
        experimental_image_format: bool = False,
        experimental_skip_saver: bool = False,
        experimental_sharding_callback: Any = None,
        extra_tags: Sequence[str] | None = None,
    ) -> None:
        policy = (
            VariablePolicy(experimental_variable_policy)
            if isinstance(experimental_variable_policy, str)
            else (experimental_variable_policy)
        )
        refused = {
            "function_aliases": function_aliases,
            "experimental_image_format": experimental_image_format,
            "experimental_skip_saver": experimental_skip_saver,
            "experimental_variable_policy": None if policy is VariablePolicy.NONE else policy,
        }
        for name, value in refused.items():
            if value:
                raise NotImplementedError(f"tf.saved_model.SaveOptions({name}={value!r}) is not in tfcompat.")
        check_sharding(experimental_sharding_callback)
        if namespace_whitelist is not None and not isinstance(namespace_whitelist, (list, tuple)):
            raise TypeError(f"`namespace_whitelist` must be a list of strings. Got: {namespace_whitelist!r}")
        self.namespace_whitelist = list(namespace_whitelist or [])
        self.save_debug_info = save_debug_info
        self.function_aliases = function_aliases or {}
        self.experimental_debug_stripper = experimental_debug_stripper
        self.experimental_io_device = experimental_io_device
        self.experimental_variable_policy = policy or VariablePolicy.NONE
        self.experimental_custom_gradients = experimental_custom_gradients
        self.experimental_image_format = experimental_image_format
        self.experimental_skip_saver = experimental_skip_saver
        self.experimental_sharding_callback = experimental_sharding_callback
        self.extra_tags = extra_tags


class LoadOptions:
    """How tf.saved_model.load reads (tf.saved_model.LoadOptions).

    allow_partial_checkpoint: whether variables may lack values. experimental_skip_checkpoint: whether variables keep
    zeros. experimental_load_function_aliases: NotImplementedError.
    """

    def __init__(
        self,
        allow_partial_checkpoint: bool = False,
        experimental_io_device: str | None = None,
        experimental_skip_checkpoint: bool = False,
        experimental_variable_policy: Any = None,
        experimental_load_function_aliases: bool = False,
    ) -> None:
        if experimental_load_function_aliases:
            raise NotImplementedError(
                "tf.saved_model.LoadOptions(experimental_load_function_aliases=True) is not in tfcompat."
            )
        self.allow_partial_checkpoint = allow_partial_checkpoint
        self.experimental_io_device = experimental_io_device
        self.experimental_skip_checkpoint = experimental_skip_checkpoint
        self.experimental_variable_policy = experimental_variable_policy
        self.experimental_load_function_aliases = experimental_load_function_aliases
