"""tf.config.optimizer: how graphs are compiled and rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfcompat import _names
from tfcompat._core import logging as _logging
from tfcompat._core.flags import flags as _flags

# In the order that TensorFlow lists them. They are hints that leave results alone, save those in _CHANGE_RESULTS.
_OPTIONS = (
    "layout_optimizer constant_folding shape_optimization remapping arithmetic_optimization dependency_optimization "
    "loop_optimization function_optimization debug_stripper disable_model_pruning scoped_allocator_optimization "
    "pin_to_host_optimization implementation_selector auto_mixed_precision use_plugin_optimizers "
    "disable_meta_optimizer auto_mixed_precision_onednn_bfloat16 auto_mixed_precision_mkl min_graph_nodes"
).split()
_CHANGE_RESULTS = {
    "auto_mixed_precision": "use tf.keras.mixed_precision",
    "auto_mixed_precision_onednn_bfloat16": "use tf.keras.mixed_precision",
    "auto_mixed_precision_mkl": "use tf.keras.mixed_precision",
    "debug_stripper": "take the assertions and prints out of the program",
}
_ALWAYS_LISTED = {"disable_model_pruning": False, "disable_meta_optimizer": False}


def get_jit() -> str:
    """ "autoclustering" where `set_jit` turned compilation on, else "" (tf.config.optimizer.get_jit)."""
    return "autoclustering" if _flags.jit else ""


def set_jit(enabled: bool | str) -> None:
    """Whether tf.functions are compiled, with Inductor in XLA's place (tf.config.optimizer.set_jit).

    enabled: True or "autoclustering", which means the same; anything else turns it off, as in TensorFlow.
    """
    _flags.jit = enabled in (True, "autoclustering")


def get_experimental_options() -> dict[str, Any]:
    """The options that were set, and the two that TensorFlow always lists."""
    options = {**_ALWAYS_LISTED, **_flags.optimizer_options}
    return {name: options[name] for name in _OPTIONS if name in options}


def set_experimental_options(options: Mapping[str, Any]) -> None:
    """Sets options of the graph rewriter (tf.config.optimizer.set_experimental_options).

    They are hints: torch rewrites graphs by its own rules. One that would change results, such as
    "auto_mixed_precision", logs what to use instead. ValueError for a name that is no option.
    """
    options = dict(options)
    for name, value in options.items():
        if name not in _OPTIONS:
            raise ValueError(f"options has {name!r}, which is none of: {', '.join(_OPTIONS)}")
        if value and name in _CHANGE_RESULTS:
            _logging.warning(
                f"tf.config.optimizer.set_experimental_options: {name!r} has no effect in tfcompat; "
                f"{_CHANGE_RESULTS[name]}."
            )
    _flags.optimizer_options.update(options)


__getattr__ = _names.module_getattr("tf.config.optimizer", globals())
