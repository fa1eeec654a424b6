"""The process' switches, set by tf.config and read by those that run ops and functions."""

from __future__ import annotations

import dataclasses
from typing import Any


@dataclasses.dataclass(slots=True)
class _Flags:
    """run_functions_eagerly: tf.functions run as plain Python.

    jit: tf.functions are compiled with Inductor, whether or not they ask for it.
    optimizer_options: what tf.config.optimizer.set_experimental_options was given.
    op_determinism: every op gives the same result each run; random ops without a seed are an error.
    device_policy: what happens where an op's input lies on another device: "silent", "warn", "explicit"...
    synchronous: whether ops are said to finish before they return.
    strict: what is deprecated is an error.
    tensor_float_32: what the program asked for; None where it did not.
    checkpoint_format: how checkpoints are written, "safetensors" or "tf".
    tf2: the program did not ask for TensorFlow 1's behaviour by disable_v2_behavior().
    resource_variables: variables of graphs are resources, not TensorFlow 1's references.
    intra_op_threads, inter_op_threads: what the program asked for; 0 lets the system choose.
    """

    run_functions_eagerly: bool = False
    jit: bool = False
    optimizer_options: dict[str, Any] = dataclasses.field(default_factory=dict)
    op_determinism: bool = False
    device_policy: str = "silent"
    synchronous: bool = True
    tf2: bool = True
    resource_variables: bool = True
    strict: bool = False
    tensor_float_32: bool | None = None
    checkpoint_format: str = "safetensors"
    intra_op_threads: int = 0
    inter_op_threads: int = 0


flags = _Flags()
