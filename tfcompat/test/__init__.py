"""tf.test: the test case class, and what this machine and this torch can do."""

from __future__ import annotations

import functools
import platform
import sys
import unittest
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from unittest import mock as mock

import torch

from tfcompat import _names
from tfcompat._core import logging as _logging
from tfcompat._core.context import context as _context
from tfcompat._core.gradient_checker import compute_gradient as compute_gradient
from tfcompat.test import experimental as experimental
from tfcompat.test._benchmark import Benchmark as Benchmark
from tfcompat.test._case import TestCase as TestCase
from tfcompat.test._graphs import assert_equal_graph_def as assert_equal_graph_def

T = TypeVar("T")

_CPU_TARGETS = {"x86": ("x86_64", "amd64", "i386", "i686"), "aarch64": ("aarch64", "arm64"), "ppc64": ("ppc64",)}


def main(argv: Sequence[str] | None = None) -> None:
    """Runs the tests of the program's main module, and exits with their result (tf.test.main)."""
    unittest.main("__main__", argv=list(sys.argv if argv is None else argv))


def is_built_with_cuda() -> bool:
    """Whether torch was built with CUDA."""
    return torch.version.cuda is not None


def is_built_with_rocm() -> bool:
    """Whether torch was built with ROCm."""
    return torch.version.hip is not None


def is_built_with_gpu_support() -> bool:
    """Whether torch was built for an accelerator: CUDA, ROCm, MPS or XPU."""
    return torch.accelerator.current_accelerator() is not None or is_built_with_cuda() or is_built_with_rocm()


def is_built_with_xla() -> bool:
    """Whether tf.function(jit_compile=True) compiles: Inductor does it, in XLA's place."""
    return True


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: tuple[int, int] | None = None) -> bool:
    """Whether there is a GPU (tf.test.is_gpu_available); deprecated: tf.config.list_physical_devices("GPU") tells.

    cuda_only: it must be one of CUDA's. min_cuda_compute_capability: with at least these two numbers.
    """
    _logging.deprecated("tf.test.is_gpu_available is deprecated, use tf.config.list_physical_devices('GPU').", first=1)
    gpus = [p.torch for p in _context.placements().values() if p.logical.device_type == "GPU"]
    if cuda_only or min_cuda_compute_capability is not None:
        gpus = [gpu for gpu in gpus if gpu.type == "cuda" and (not cuda_only or is_built_with_cuda())]
    least = tuple(min_cuda_compute_capability or (0, 0))
    return any(gpu.type != "cuda" or torch.cuda.get_device_capability(gpu) >= least for gpu in gpus)


def gpu_device_name() -> str:
    """The name of the first GPU, "/device:GPU:0", or "" where there is none."""
    return next((p.logical.name for p in _context.placements().values() if p.logical.device_type == "GPU"), "")


def is_cpu_target_available(target: str) -> bool:
    """Whether code is compiled for a kind of CPU, "x86", "aarch64" or "ppc64": that of this machine is."""
    if target not in _CPU_TARGETS:
        raise AssertionError(f"Unknown CPU target: {target}, expected one of {', '.join(_CPU_TARGETS)}")
    return platform.machine().lower().startswith(_CPU_TARGETS[target])


def disable_with_predicate(pred: Callable[[], Any], skip_message: str) -> Callable[[Callable[..., Any]], Any]:
    """Decorates a test method to be skipped, with a message, where `pred()` is true when it runs."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
            return self.skipTest(skip_message) if pred() else method(self, *args, **kwargs)

        return checked

    return decorate


def with_eager_op_as_function(cls: type[T] | None = None, only_as_function: bool = False) -> Any:
    """A class decorator that changes nothing, as in TensorFlow 2.21, where eager ops always run as functions do."""
    return (lambda c: c) if cls is None else cls


__getattr__ = _names.module_getattr("tf.test", globals())
