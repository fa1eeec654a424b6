"""Where an Estimator's variables begin: tf.estimator.WarmStartSettings, and VocabInfo."""

from __future__ import annotations

import collections
import os
from typing import Any

from tfcompat._core import logging
from tfcompat.compat.v1._warm_start import VocabInfo, begin_with, warm_start

__all__ = ["VocabInfo", "WarmStartSettings", "begin_with", "default_settings", "warm_start"]


class WarmStartSettings(
    collections.namedtuple(
        "WarmStartSettings",
        "ckpt_to_initialize_from vars_to_warm_start var_name_to_vocab_info var_name_to_prev_var_name",
    )
):
    """Which variables begin with a checkpoint's values (tf.estimator.WarmStartSettings).

    ckpt_to_initialize_from: a checkpoint or its folder; ValueError for none. The rest as `warm_start` takes it.
    """

    __slots__ = ()

    def __new__(
        cls,
        ckpt_to_initialize_from: str,
        vars_to_warm_start: Any = ".*",
        var_name_to_vocab_info: Any = None,
        var_name_to_prev_var_name: Any = None,
    ) -> WarmStartSettings:
        if not ckpt_to_initialize_from:
            raise ValueError("`ckpt_to_initialize_from` MUST be set in WarmStartSettings")
        return super().__new__(
            cls,
            ckpt_to_initialize_from,
            vars_to_warm_start,
            var_name_to_vocab_info or {},
            var_name_to_prev_var_name or {},
        )


def default_settings(warm_start_from: Any) -> WarmStartSettings | None:
    """The settings that an Estimator's `warm_start_from` means; ValueError for another type."""
    if warm_start_from is None or isinstance(warm_start_from, WarmStartSettings):
        return warm_start_from
    if not isinstance(warm_start_from, (str, bytes)):
        raise ValueError(
            f"warm_start_from must be a string or a WarmStartSettings, instead got {type(warm_start_from)}"
        )
    path = os.fsdecode(warm_start_from)
    variables = os.path.join(path, "variables", "variables")
    if os.path.exists(f"{variables}.index"):
        logging.get_logger().info("Warm-starting from a SavedModel")
        return WarmStartSettings(variables)
    return WarmStartSettings(path)
