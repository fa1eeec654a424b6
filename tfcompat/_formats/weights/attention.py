"""Keras's MultiHeadAttention as torch.nn.MultiheadAttention: which weights are its projections, and torch's layout."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from tfcompat._formats.weights.parameters import Parameter
from tfcompat._formats.weights.sources import Tensor

Path = tuple[str, ...]
Layers = Mapping[Path, Mapping[str, Tensor]]  # by the layer's path its variables, by name

_PROJECTIONS = {
    "query": "query", "query_dense": "query", "key": "key", "key_dense": "key", "value": "value",
    "value_dense": "value", "attention_output": "output", "output_dense": "output",
}  # fmt: skip
_IN = ("query", "key", "value")


def projection(path: Path) -> str:
    """Which of an attention layer's projections its path says that a layer is: "query", or "" for none."""
    return _PROJECTIONS.get(path[-1].lstrip("_"), "") if path else ""


def parameters(layers: Layers) -> Iterator[tuple[list[tuple[Path, str]], Parameter]]:
    """The parameters of each attention that torch has, and of which variables (path, name) each is made.

    torch.nn.MultiheadAttention projects to as many numbers as the query has, for keys and values in heads of one size,
    and back to as many: what is of other sizes has no such form, and is left out.
    """
    found: dict[Path, dict[str, Path]] = {}
    for path in layers:
        if projection(path):
            found.setdefault(path[:-1], {})[projection(path)] = path
    for path, paths in found.items():
        held = {name: layers[each] for name, each in paths.items()}
        if _fits(held):
            yield from _of_one(".".join([*path, ""]), paths, held)


def _fits(held: Mapping[str, Mapping[str, Tensor]]) -> bool:
    shapes = {name: variables["kernel"].shape for name, variables in held.items() if "kernel" in variables}
    if len(shapes) != 4 or any(len(shape) != 3 for shape in shapes.values()):
        return False
    size, *heads = shapes["query"]
    biased = {"bias" in variables for variables in held.values()}
    same = all(shapes[name][1:] == tuple(heads) for name in _IN) and shapes["output"] == (*heads, size)
    return same and math.prod(heads) == size and len(biased) == 1


def _of_one(
    prefix: str, paths: Mapping[str, Path], held: Mapping[str, Mapping[str, Tensor]]
) -> Iterator[tuple[list[tuple[Path, str]], Parameter]]:
    size = held["query"]["kernel"].shape[0]
    read = {name: held[name]["kernel"].read for name in held}
    rule = "attention: [in, heads, size] to [heads * size, in]"
    if all(held[name]["kernel"].shape[0] == size for name in _IN):
        kernels = [_turned(read[name], (size, size)) for name in _IN]
        joined = Parameter(
            f"{prefix}in_proj_weight", (3 * size, size), _joined(kernels), f"{rule}, one below the other"
        )
        yield [(paths[name], "kernel") for name in _IN], joined
    else:
        for name in _IN:
            shape = (size, held[name]["kernel"].shape[0])
            values = _turned(read[name], shape[::-1])
            yield [(paths[name], "kernel")], Parameter(f"{prefix}{name[0]}_proj_weight", shape, values, rule)
    rule = "attention: [heads, size, out] to [out, heads * size]"
    values = _turned(read["output"], (size, size))
    yield [(paths["output"], "kernel")], Parameter(f"{prefix}out_proj.weight", (size, size), values, rule)
    if "bias" in held["query"]:
        biases = [_flat(held[name]["bias"].read) for name in _IN]
        joined = Parameter(f"{prefix}in_proj_bias", (3 * size,), _joined(biases), "attention: one after the other")
        yield [(paths[name], "bias") for name in _IN], joined
        bias = held["output"]["bias"].read
        yield [(paths["output"], "bias")], Parameter(f"{prefix}out_proj.bias", (size,), bias, "as it is")


def _turned(read: Callable[[], np.ndarray], shape: tuple[int, ...]) -> Callable[[], np.ndarray]:
    return lambda: read().reshape(shape).T


def _flat(read: Callable[[], np.ndarray]) -> Callable[[], np.ndarray]:
    return lambda: read().reshape(-1)


def _joined(reads: list[Callable[[], np.ndarray]]) -> Callable[[], np.ndarray]:
    return lambda: np.concatenate([read() for read in reads])
