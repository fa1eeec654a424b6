"""Raw ops that look at tensors: printing, counting what is no finite number, passing on what a debugger would watch."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._arrays import printing
from tfcompat._core import dtypes, errors
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value, Values
from tfcompat._core.storage import to_numpy
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import each_time

_STREAMS = {"stdout": "stdout", "stderr": "stderr"}


@raw("PrintV2", hosted=True)
def print_v2(input: Value, output_stream: str, end: str) -> None:
    """Prints a string; output_stream: "stdout", "stderr", or a file as "file://path"."""
    if output_stream not in _STREAMS and not output_stream.startswith("file://"):
        raise Invalid(f"Unknown output stream: {output_stream}, must be 'stdout', 'stderr' or a 'file://' path")
    if input.ndim:
        raise Invalid(f"The input to be printed must be a scalar string, got shape {list(input.shape)}")

    def show(text: Any) -> None:
        line = text.item().decode(errors="replace") + end
        if output_stream.startswith("file://"):
            with open(output_stream.removeprefix("file://"), "a", encoding="utf-8") as file:
                file.write(line)
        else:
            stream = getattr(sys, output_stream)
            stream.write(line)
            stream.flush()

    each_time(show, [input], None)


@raw("Print")
def print_tensors(input: Value, data: Values, message: str, first_n: int, summarize: int) -> Any:
    """The input; prints the tensors `data` to stderr each time, with up to `summarize` elements of each."""
    left = [first_n]

    def show(*tensors: Any) -> None:
        if left[0] == 0:
            return
        left[0] -= 1
        texts = (f"[{_elements(to_numpy(t), summarize)}]" for t in tensors)
        sys.stderr.write(message + "".join(texts) + "\n")

    each_time(show, data, None)
    return input.view_as(input) if isinstance(input, torch.Tensor) else input.copy()


def _elements(array: np.ndarray, summarize: int) -> str:
    flat = array.reshape(-1)
    shown = flat if summarize < 0 else flat[:summarize]
    text = " ".join(_element(x) for x in shown)
    return text + ("..." if len(shown) < len(flat) else "")


def _element(x: Any) -> str:
    return x.decode(errors="replace") if isinstance(x, bytes) else printing.array_text(np.asarray(x), -1)


@raw("Fact")
def fact() -> np.ndarray:
    """What 0! is."""
    return np.array(b"0! == 1", object)


def _identity(x: Any) -> Any:
    return x.view_as(x) if isinstance(x, torch.Tensor) else x.copy()


@raw("Copy", "CopyHost")
def copy(input: Value, tensor_name: str, debug_ops_spec: Sequence[str]) -> Any:
    """The tensor: no debugger watches it."""
    return _identity(input)


def _no_urls(kernel: str, urls: Sequence[str]) -> None:
    if urls:
        raise Invalid(f"{kernel} with debug_urls={list(urls)}: nothing is sent anywhere", errors.UnimplementedError)


@raw("DebugIdentityV2")
def debug_identity_v2(
    input: Value,
    tfdbg_context_id: str,
    op_name: str,
    output_slot: int,
    tensor_debug_mode: int,
    debug_urls: list[str],
    circular_buffer_size: int,
    tfdbg_run_id: str,
) -> Any:
    """The tensor: no debugger watches it."""
    _no_urls("DebugIdentityV2", debug_urls)
    return _identity(input)


# TensorFlow's numbers for dtypes.
_NUMBERS = {d.name: d.as_datatype_enum for d in dtypes.__dict__.values() if isinstance(d, dtypes.DType)}


@raw("DebugNumericSummaryV2")
def debug_numeric_summary_v2(
    input: Value, output_dtype: dtypes.DType, tensor_debug_mode: int, tensor_id: int
) -> torch.Tensor:
    """What a mode of TensorFlow's debugger tells of a tensor, as numbers; all but two begin with `tensor_id`."""
    x = input
    real = x.is_floating_point()
    no = torch.zeros((), dtype=torch.int64)
    nan = x.isnan().sum() if real else no
    below, above = (x.isneginf().sum(), x.isposinf().sum()) if real else (no, no)
    kind = torch.tensor(_NUMBERS[BY_STORAGE[x.dtype].name])
    first, rank, size = (torch.tensor(n) for n in (tensor_id, x.ndim, x.numel()))
    if tensor_debug_mode == 2:
        told = [first, (nan + below + above > 0).long()]
    elif tensor_debug_mode == 3:
        told = [first, size, below, above, nan]
    elif tensor_debug_mode == 4:
        finite = x.isfinite() if real else torch.ones_like(x, dtype=torch.bool)
        signs = [(finite & (x < 0)).sum(), (finite & (x == 0)).sum(), (finite & (x > 0)).sum()]
        told = [first, torch.tensor(-1), kind, rank, size, below, above, nan, *signs]
    elif tensor_debug_mode == 5:
        sizes = [*x.shape[-6:]] if x.ndim > 6 else [*x.shape, *[0] * (6 - x.ndim)]
        told = [first, kind, rank, size, *map(torch.tensor, sizes)]
    elif tensor_debug_mode == 8:
        named = ((below, float("-inf")), (above, float("inf")), (nan, float("nan")))
        told = [torch.tensor(value if count else 0.0) for count, value in named]
    else:
        raise Invalid(f"Unimplemented tensor debug mode {tensor_debug_mode}.", errors.UnimplementedError)
    return torch.stack([t.to(output_dtype.torch) for t in told])


# ---- what TensorFlow's debugger puts between ops: no debugger is attached, so nothing is sent to debug_urls ----


@raw("DebugIdentity", strings=True)
def debug_identity(
    input: Value, device_name: str, tensor_name: str, debug_urls: list[str], gated_grpc: bool
) -> torch.Tensor:
    """The tensor itself."""
    _no_sinks("DebugIdentity", debug_urls)
    return input


@raw("DebugIdentityV3", strings=True)
def debug_identity_v3(
    input: Value,
    device_name: str,
    tensor_name: str,
    io_of_node: str,
    is_input: bool,
    io_index: int,
    debug_urls: list[str],
    gated_grpc: bool,
) -> torch.Tensor:
    """The tensor itself."""
    _no_sinks("DebugIdentityV3", debug_urls)
    return input


@raw("DebugNanCount")
def debug_nan_count(
    input: Value, device_name: str, tensor_name: str, debug_urls: list[str], gated_grpc: bool
) -> torch.Tensor:
    """How many elements are NaN, a vector of one."""
    _no_sinks("DebugNanCount", debug_urls)
    return input.isnan().sum().reshape(1)


@raw("DebugNumericSummary")
def debug_numeric_summary(
    input: Value,
    device_name: str,
    tensor_name: str,
    debug_urls: list[str],
    lower_bound: float,
    upper_bound: float,
    mute_if_healthy: bool,
    gated_grpc: bool,
) -> torch.Tensor:
    """Numbers about a tensor.

    They are 1, then how many elements there are, are NaN, at or below lower_bound, negative, 0, positive, at or above
    upper_bound; the least, largest, mean and variance of the finite ones; the dtype's number, the rank, the sizes.
    """
    _no_sinks("DebugNumericSummary", debug_urls)
    x = input.to(torch.float64)
    low, high = x <= lower_bound, x >= upper_bound
    inside = ~(low | high | x.isnan())
    counts = [x.isnan(), low, inside & (x < 0), inside & (x == 0), inside & (x > 0), high]
    kept = x[x.isfinite()]
    mean = kept.mean()
    ends = (kept.min(), kept.max()) if len(kept) else (math.inf, -math.inf)
    shape = [BY_STORAGE[input.dtype].as_datatype_enum, input.ndim, *input.shape]
    numbers = [1, x.numel(), *(int(c.sum()) for c in counts), *map(float, ends), float(mean)]
    numbers += [float((kept - mean).square().mean()), *shape]
    return torch.tensor(numbers, dtype=torch.float64)


def _no_sinks(kernel: str, debug_urls: Sequence[str]) -> None:
    if any(debug_urls):
        text = f"{kernel}: debug_urls are not supported, no debugger listens: {list(debug_urls)}"
        raise Invalid(text, errors.UnimplementedError)
