"""What checkpoints of TensorFlow 1 have that Keras's have not: slots beside variables, cells with one kernel."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from tfcompat._formats.weights.parameters import Parameter
from tfcompat._formats.weights.sources import Tensor

_POWERS = re.compile(r"(^|/)beta[12]_power(_\d+)?$")
_CELL = re.compile(r"(^|_)lstm_cell(_\d+)?$|^cell(_\d+)?$")
_GATES = (0, 2, 1, 3)  # i, j, f, o of TensorFlow as torch's i, f, g, o


def is_slot(name: str, tensors: Mapping[str, Tensor]) -> bool:
    """Whether a tensor is an optimizer's: it is called after a variable, or a power of an Adam's beta."""
    return name.rpartition("/")[0] in tensors or bool(_POWERS.search(name))


def is_embedding(leaf: str, tensor: Tensor) -> bool:
    """Whether a variable is a table of vectors, as BERT's word_embeddings."""
    return leaf.endswith("_embeddings") and len(tensor.shape) == 2


def is_lstm(path: tuple[str, ...], layer: Mapping[str, Tensor]) -> bool:
    """Whether a layer is an LSTM whose kernel is for its input and its state at once."""
    if not path or not _CELL.search(path[-1]) or not layer.keys() >= {"kernel", "bias"} or "recurrent_kernel" in layer:
        return False
    kernel, bias = layer["kernel"].shape, layer["bias"].shape
    return len(kernel) == 2 and bias == kernel[1:] and kernel[1] % 4 == 0 and kernel[0] > kernel[1] // 4


def lstm(path: tuple[str, ...], leaf: str, tensor: Tensor) -> list[Parameter]:
    """The parameters of such an LSTM; its gate that forgets has 1 added to the bias, as TensorFlow's cells add it."""
    prefix = "".join(f"{part}." for part in path[:-1])
    units = tensor.shape[-1] // 4
    rule = "LSTM: gates i, j, f, o to i, f, g, o"

    def reordered(array: np.ndarray) -> np.ndarray:
        return np.concatenate([np.split(array, 4, axis=-1)[gate] for gate in _GATES], axis=-1)

    if leaf == "kernel":
        size = tensor.shape[0] - units
        ours = rule + "; the rows of the {}, transposed"
        return [
            Parameter(f"{prefix}weight_ih_l0", (4 * units, size), lambda: reordered(tensor.read()[:size]).T,
                      ours.format("input")),
            Parameter(f"{prefix}weight_hh_l0", (4 * units, units), lambda: reordered(tensor.read()[size:]).T,
                      ours.format("state")),
        ]  # fmt: skip
    if leaf != "bias":
        return [Parameter(f"{prefix}{leaf}", tensor.shape, tensor.read, "unknown: as it is")]

    def with_forgetting() -> np.ndarray:
        bias = reordered(tensor.read()).copy()
        bias[units : 2 * units] += 1
        return bias

    return [
        Parameter(f"{prefix}bias_ih_l0", (4 * units,), with_forgetting, f"{rule}; 1 for the forget gate, by default"),
        Parameter(f"{prefix}bias_hh_l0", (4 * units,), lambda: np.zeros_like(tensor.read()), f"{rule}; zeros"),
    ]
