"""Keras's weights in torch.nn's layouts: which axes move, which gates change places, what the parameters are called."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np

from tfcompat._formats.weights import attention, tensorflow1
from tfcompat._formats.weights.parameters import Parameter
from tfcompat._formats.weights.sources import Tensor

# By the class of a Keras layer, what it calls its variables, in the order in which it makes them.
_VARIABLES = {
    "dense": ("kernel", "bias"),
    "einsum_dense": ("kernel", "bias"),
    "embedding": ("embeddings",),
    "batch_normalization": ("gamma", "beta", "moving_mean", "moving_variance"),
    "layer_normalization": ("gamma", "beta"),
    "group_normalization": ("gamma", "beta"),
    "rms_normalization": ("scale",),
    "depthwise_conv": ("depthwise_kernel", "bias"),
    "separable_conv": ("depthwise_kernel", "pointwise_kernel", "bias"),
    "conv": ("kernel", "bias"),
    "lstm_cell": ("kernel", "recurrent_kernel", "bias"),
    "gru_cell": ("kernel", "recurrent_kernel", "bias"),
    "simple_rnn_cell": ("kernel", "recurrent_kernel", "bias"),
    "p_re_lu": ("alpha",),
}
_NOISE = re.compile(r"^(_?functional(_\d+)?|_operations|layers|_layer_checkpoint_dependencies|model_weights|vars)$")
_SKIPPED = re.compile(r"(^|/)(_?optimizer\w*|save_counter|seed_generator(_state)?|_?metrics)(/|$)")
_VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
_CELL = re.compile(r"^(cell|(lstm|gru|simple_rnn)_cell(_\d+)?)$")
_PLAIN = {
    "gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var",
    "embeddings": "weight", "alpha": "weight", "scale": "weight",
    "bias": "bias",
}  # fmt: skip


def convert(tensors: Mapping[str, Tensor]) -> dict[tuple[str, ...], list[Parameter]]:
    """The torch parameters, by the names of the weights that they are made of: of several, those that torch joins.

    None are made of what is no weight of a model, such as an optimizer's state.
    """
    wanted = {name: tensor for name, tensor in tensors.items() if not _is_other_state(name, tensors)}
    known = [tensor.full_name for tensor in wanted.values()]
    told = all(known) and len(set(known)) == len(known)  # whether the program's names tell the weights apart
    leaves = {name: _leaf(tensor.full_name if told else name, tensor) for name, tensor in wanted.items()}
    names = {place: name for name, place in leaves.items()}
    siblings: dict[tuple[str, ...], dict[str, Tensor]] = {}
    for name, (path, leaf) in leaves.items():
        siblings.setdefault(path, {})[leaf] = tensors[name]
    joined: dict[str, tuple[tuple[str, ...], Parameter]] = {}
    for places, parameter in attention.parameters(siblings):
        group = tuple(names[place] for place in places)
        joined.update(dict.fromkeys(group, (group, parameter)))
    found: dict[tuple[str, ...], list[Parameter]] = {}
    for name in tensors:
        if name in joined:
            group, parameter = joined[name]
            found[group] = [parameter]
        elif name in leaves:
            path, leaf = leaves[name]
            found[name,] = _parameters(path, leaf, tensors[name], siblings[path])
        else:
            found[name,] = []
    return found


def _is_other_state(name: str, tensors: Mapping[str, Tensor]) -> bool:
    """Whether a tensor is no weight of a layer: a number of steps, an optimizer's state, a generator's."""
    if not tensors[name].dtype.is_floating or tensorflow1.is_slot(name, tensors):
        return True
    parts = name.removesuffix(_VALUE).split("/")
    for i in range(len(parts)):
        prefix = "/".join([*parts[:i], ""])
        if any(f"{prefix}{count}{_VALUE}" in tensors for count in ("_iterations", "iter")):  # an optimizer's
            return "_trainable_variables" not in parts
    return bool(_SKIPPED.search(name))


def _leaf(name: str, tensor: Tensor) -> tuple[tuple[str, ...], str]:
    """The path of the layer and the name of its variable: (("encoder", "dense"), "kernel")."""
    path = name.removesuffix(_VALUE).removesuffix(":0").split("/")
    parts = [part for part in path if part and not _NOISE.match(part)]
    if not parts:
        return (), name
    *owner, leaf = parts
    owner = [part for i, part in enumerate(owner) if i == 0 or part != owner[i - 1]]  # Keras 2: "dense/dense/kernel:0"
    if leaf.isdigit():
        leaf = _numbered(owner, int(leaf), tensor)
    return tuple(owner), leaf.lstrip("_")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _numbered(owner: list[str], number: int, tensor: Tensor) -> str:
    """The name of a variable of which only the number is told, as in .weights.h5 files."""
    if attention.projection(tuple(owner)) and number < 2:
        return _VARIABLES["einsum_dense"][number]
    if owner and owner[-1] == "cell":  # all recurrent cells have the same
        return _VARIABLES["lstm_cell"][number] if number < 3 else str(number)
    kinds = [_snake(tensor.layer)] if tensor.layer else []
    kinds += [_snake(part) for part in reversed(owner)]
    for kind in kinds:
        for known, variables in _VARIABLES.items():
            if (kind.startswith(known) or (known.endswith("conv") and known in kind)) and number < len(variables):
                return variables[number]
    return str(number)


def _parameters(path: tuple[str, ...], leaf: str, tensor: Tensor, layer: Mapping[str, Tensor]) -> list[Parameter]:
    if "recurrent_kernel" in layer and leaf in ("kernel", "recurrent_kernel", "bias"):
        return _recurrent(path, leaf, tensor, layer["recurrent_kernel"].shape)
    if tensorflow1.is_lstm(path, layer):
        return tensorflow1.lstm(path, leaf, tensor)
    rank, shape, read = len(tensor.shape), tensor.shape, tensor.read
    prefix = ".".join(path) + "." if path else ""
    if leaf == "kernel" and _is_projection(path, tensor):
        return [
            Parameter(f"{prefix}kernel", shape, read, "a projection's kernel, as it is: torch.nn has no such layer")
        ]
    if leaf in ("kernel", "pointwise_kernel") and rank == 2:
        return [Parameter(f"{prefix}weight", shape[::-1], lambda: read().T, "Dense: transposed to [out, in]")]
    if leaf == "kernel" and _is_depthwise(tensor, layer.get("bias")):
        return [_depthwise(prefix, tensor, False)]
    if leaf in ("kernel", "pointwise_kernel") and 3 <= rank <= 5:
        axes = (rank - 1, rank - 2, *range(rank - 2))
        name = "pointwise.weight" if leaf == "pointwise_kernel" else "weight"
        rule = "Conv: [*size, in, out] to [out, in, *size] (transposed convolutions: [in, out, *size])"
        return [Parameter(prefix + name, tuple(shape[a] for a in axes), lambda: read().transpose(axes), rule)]
    if leaf == "depthwise_kernel":
        return [_depthwise(prefix, tensor, "pointwise_kernel" in layer)]
    if leaf == "bias" and "pointwise_kernel" in layer:
        return [Parameter(f"{prefix}pointwise.bias", shape, read, "as it is")]
    if leaf == "alpha" and max(shape, default=0) == math.prod(shape):  # one for each channel, or one for all
        return [Parameter(f"{prefix}weight", (math.prod(shape),), lambda: read().reshape(-1), "PReLU: without axes")]
    if tensorflow1.is_embedding(leaf, tensor):
        return [Parameter(f"{prefix}{leaf}.weight", shape, read, "Embedding: as it is")]
    rule = "as it is" if leaf in _PLAIN else "unknown: as it is"
    return [Parameter(prefix + _PLAIN.get(leaf, leaf), shape, read, rule)]


def _is_projection(path: tuple[str, ...], tensor: Tensor) -> bool:
    """Whether a kernel of three dimensions is an EinsumDense's (of attention), not a Conv1D's."""
    named = attention.projection(path) or (path and path[-1].lstrip("_").startswith("einsum_dense"))
    return len(tensor.shape) == 3 and (tensor.layer == "EinsumDense" or bool(named))


def _is_depthwise(tensor: Tensor, bias: Tensor | None) -> bool:
    """Whether a kernel is a DepthwiseConv's, which Keras 3 calls as it calls others: its class or its bias tells."""
    if tensor.layer or len(tensor.shape) not in (3, 4):
        return tensor.layer.startswith("DepthwiseConv")
    channels, multiplier = tensor.shape[-2:]
    return bias is not None and bias.shape == (channels * multiplier,) != (multiplier,)


def _depthwise(prefix: str, tensor: Tensor, separable: bool) -> Parameter:
    *size, channels, multiplier = tensor.shape
    axes = (len(size), len(size) + 1, *range(len(size)))
    shape = (channels * multiplier, 1, *size)
    name = f"{prefix}depthwise.weight" if separable else f"{prefix}weight"
    rule = "depthwise Conv: [*size, channels, multiplier] to [channels * multiplier, 1, *size] (groups=channels)"
    return Parameter(name, shape, lambda: tensor.read().transpose(axes).reshape(shape), rule)


def _recurrent(path: tuple[str, ...], leaf: str, tensor: Tensor, recurrent: tuple[int, ...]) -> list[Parameter]:
    """An LSTM's, GRU's or SimpleRNN's: torch has gates in the first axis, and two biases."""
    parts = [part for part in path if not _CELL.match(part)]
    reverse = bool(parts) and parts[-1].startswith("backward_")
    if parts and re.match(r"^(forward|backward)_", parts[-1]):
        parts.pop()  # of a Bidirectional layer
    prefix = ".".join(parts) + "." if parts else ""
    end = "_l0_reverse" if reverse else "_l0"
    gates = recurrent[1] // recurrent[0]
    order = [1, 0, 2] if gates == 3 else list(range(gates))
    kind = {4: "LSTM: gates i, f, g, o as in Keras", 3: "GRU: gates z, r, h to r, z, n"}.get(gates, "RNN")

    def reordered(array: np.ndarray) -> np.ndarray:
        blocks = np.split(array, gates, axis=-1)
        return np.concatenate([blocks[gate] for gate in order], axis=-1)

    if leaf != "bias":
        name = "weight_hh" if leaf == "recurrent_kernel" else "weight_ih"
        shape = tensor.shape[::-1]
        return [Parameter(prefix + name + end, shape, lambda: reordered(tensor.read()).T, f"{kind}; transposed")]
    size = (gates * recurrent[0],)
    if len(tensor.shape) == 2:  # GRU with reset_after: one bias for the input, one for the state
        return [
            Parameter(f"{prefix}bias_{name}{end}", size, lambda row=row: reordered(tensor.read()[row]), kind)
            for row, name in enumerate(("ih", "hh"))
        ]
    if gates == 3:
        kind += "; reset_after=False, which torch.nn.GRU can't do: its results differ"
    zeros = f"{kind}; zeros, as Keras has one bias"
    return [
        Parameter(f"{prefix}bias_ih{end}", size, lambda: reordered(tensor.read()), kind),
        Parameter(f"{prefix}bias_hh{end}", size, lambda: np.zeros_like(tensor.read()), zeros),
    ]
