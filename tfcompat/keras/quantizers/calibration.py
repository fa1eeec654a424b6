"""Model.quantize for "gptq" and "awq": blocks of layers are quantized one after the other, on samples of a dataset."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from tfcompat._core.convert import to_storage
from tfcompat.keras import ops
from tfcompat.keras.layers._quantized import QuantizableKernel
from tfcompat.keras.quantizers.calibrators import AWQ, GPTQ, Calibrator
from tfcompat.keras.utils.progbar import Progbar


def calibrate(config: Any, structure: Any, chosen: Callable[[Any], bool]) -> None:
    """Quantizes the kernels of the layers in `structure["sequential_blocks"]` that `chosen` accepts.

    config: a GPTQConfig or AWQConfig, whose samples go through `structure["pre_block_layers"]` first. ValueError
    without blocks, a dataset or a tokenizer.
    """
    gptq = config.mode == "gptq"
    if config.dataset is None or config.tokenizer is None:
        raise ValueError(
            f"{config.mode.upper()} quantization requires a dataset and {'a ' if gptq else ''}tokenizer. Please "
            + ("provide them in the `GPTQConfig`." if gptq else "provide them in the AWQConfig.")
        )
    samples = _samples(config.dataset, config.tokenizer, config.sequence_length, config.num_samples)
    before, blocks = structure.get("pre_block_layers", []), structure.get("sequential_blocks", [])
    if not blocks:
        provided = "provided " if gptq else ""
        raise ValueError(f"No sequential blocks found in the {provided}structure to quantize.")
    inputs = [_through(before, ops.convert_to_tensor(sample, dtype="int32")) for sample in samples]
    progress = Progbar(target=len(blocks))
    for index, block in enumerate(blocks):
        kind = GPTQ if gptq else AWQ
        calibrators = [kind(layer, config) for layer in _kernels(block) if chosen(layer)]
        if calibrators:
            with _observed(calibrators):
                for x in inputs:
                    block(_batched(x))
            for calibrator in calibrators:
                calibrator.finish()
        if index < len(blocks) - 1:
            inputs = [block(_batched(x))[0] for x in inputs]
        progress.update(index + 1)


def _through(layers: Iterable[Callable[[Any], Any]], x: Any) -> Any:
    for layer in layers:
        x = layer(x)
    return x


def _batched(x: Any) -> Any:
    return ops.expand_dims(x, 0) if len(x.shape) == 2 else x


def _kernels(block: Any) -> Iterable[QuantizableKernel]:
    """The layers of a block with a kernel that can be quantized, once each."""
    leaves = (layer for layer in block._flatten_layers() if len(list(layer._flatten_layers())) == 1)
    return {layer.path: layer for layer in leaves if isinstance(layer, QuantizableKernel)}.values()


@contextlib.contextmanager
def _observed(calibrators: Sequence[Calibrator]) -> Iterator[None]:
    """In the block, calibrators see what their layers' `call` gets.

    As in Keras, that is what subclasses pass on to it: a layer whose policy is quantized runs `quantized_call`.
    """

    def watching(calibrator: Calibrator, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            inputs = to_storage(args[0] if args else kwargs["inputs"])
            calibrator.observe(inputs.reshape(-1, calibrator.rows).float())
            return call(*args, **kwargs)

        return watched

    for calibrator in calibrators:
        calibrator.layer.__dict__["call"] = watching(calibrator, calibrator.layer.call)
    try:
        yield
    finally:
        for calibrator in calibrators:
            del calibrator.layer.__dict__["call"]


def _samples(dataset: Any, tokenizer: Any, length: int, count: int) -> np.ndarray:
    """`count` stretches [1, length] of a dataset's tokens, spread over all of it; what is short is repeated.

    TypeError for a dataset that is a text or can't be iterated, ValueError for an empty one.
    """
    if not hasattr(dataset, "__iter__") or isinstance(dataset, (str, bytes)):
        raise TypeError(
            "The `dataset` argument must be an iterable (e.g., a list of strings, a generator, or a NumPy array). Got "
            f"type: {type(dataset).__name__}. Please pass the loaded dataset directly."
        )
    items = list(dataset)
    if not items:
        raise ValueError("Provided dataset is empty.")
    if isinstance(items[0], str):
        items = [tokenizer.tokenize(text) for text in items]
    tokens = np.concatenate([ops.convert_to_numpy(item).reshape(-1) for item in items]).astype(np.int32)
    if tokens.size < count * length:
        tokens = np.tile(tokens, math.ceil(count * length / max(1, tokens.size)))
    starts = tokens.size - length + 1
    if starts <= 0:
        raise ValueError(f"Not enough tokens to form one sample of length {length} (have {tokens.size}).")
    first = abs(hash(("gptq-calib", 42))) % starts if starts > 1 else 0
    places = (first + np.arange(count) * max(1, starts // count)) % starts
    return np.lib.stride_tricks.sliding_window_view(tokens, length)[places][:, None, :]
