"""keras.ops.nn: attention, blocks of images taken apart and put together, CTC, and a few more."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F

import tfcompat as tf
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._dtypes import is_float_dtype, result_type, standardize_dtype
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import settings
from tfcompat.keras.ops._attention import attend
from tfcompat.keras.ops._operation import operation, tensor_op

__all__ = [
    "ctc_decode",
    "ctc_loss",
    "depth_to_space",
    "dot_product_attention",
    "fold",
    "multi_hot",
    "polar",
    "psnr",
    "space_to_depth",
    "unfold",
]

# ---- attention ----


@tensor_op("query", "key", "value", "bias", "mask")
def dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Any:
    """The values weighted with the softmax of the queries' products with the keys; (batch, time, heads, size) tensors.

    bias: added to the products. mask: where they count. scale: what they are multiplied with (1 / sqrt(size)).
    is_causal: whether a query sees only keys up to its own time. Several queries' heads may share one head of the keys.
    ValueError for other ranks, flash attention and the soft cap, which TensorFlow's backend lacks.
    """
    if attn_logits_soft_cap is not None:
        raise ValueError("`attn_logits_soft_cap` is only supported for JAX on TPU. Set it to None.")
    if flash_attention:
        raise ValueError("Flash attention is not supported in the tensorflow backend.")
    if query.shape.rank != 4:
        raise ValueError(
            f"`dot_product_attention` only supports 4D inputs. Received: query.shape={query.shape}, "
            f"key.shape={key.shape}, value.shape={value.shape}."
        )
    kind = result_type(query.dtype, key.dtype, value.dtype)
    query, key, value = (tf.cast(x, kind) for x in (query, key, value))
    shared = query.shape[2] // key.shape[2] if key.shape[2] and key.shape[2] > 1 else 1
    if shared > 1:
        key, value = tf.repeat(key, shared, axis=2), tf.repeat(value, shared, axis=2)
    added = None if bias is None else to_storage(tf.cast(bias, kind))
    seen = None if mask is None else to_storage(mask).bool()
    factor = None if scale is None else float(scale)
    return wrap(attend(to_storage(query), to_storage(key), to_storage(value), seen, added, factor, is_causal))


# ---- measures ----


@tensor_op("x1", "x2", name="PSNR")
def psnr(x1: Any, x2: Any, max_val: Any) -> Any:
    """The peak signal-to-noise ratio in dB of two tensors of one shape, whose values reach up to `max_val`.

    ValueError where the shapes differ.
    """
    if x1.shape != x2.shape:
        raise ValueError(f"Input shapes {x1.shape} and {x2.shape} must match for PSNR calculation.")
    from tfcompat.keras.ops.numpy import log10

    return 20 * log10(tf.cast(max_val, x2.dtype)) - 10 * log10(tf.reduce_mean(tf.square(x1 - x2)))


@tensor_op("abs_", "angle")
def polar(abs_: Any, angle: Any) -> Any:
    """The complex numbers with these absolute values and angles; ValueError where they are no floats."""
    for name, x in (("abs_", abs_), ("angle", angle)):
        if not is_float_dtype(x.dtype):
            raise ValueError(f"`polar` takes floats. Received: {name} of dtype {x.dtype}")
    return tf.complex(abs_ * tf.cos(angle), abs_ * tf.sin(angle))


# ---- blocks ----


def _pair(value: Any) -> tuple[int, int]:
    first, second = (value, value) if isinstance(value, int) else value
    return int(first), int(second)


@operation("x")
def unfold(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """The blocks that a kernel slides over in (batch, channels, height, width) images, as the columns of a matrix.

    ValueError where x has another rank.
    """
    t = to_storage(x)
    if t.ndim != 4:
        raise ValueError(f"Input must be a 4D tensor. Received: input.shape={tuple(t.shape)}")
    return wrap(F.unfold(t, _pair(kernel_size), _pair(dilation), _pair(padding), _pair(stride)))


@operation("x")
def fold(x: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """The inverse of `unfold`: blocks put back in place and added up where they overlap; ValueError for other ranks."""
    t = to_storage(x)
    if t.ndim != 3:
        raise ValueError(f"Input must be a 3D tensor. Received: input.shape={tuple(t.shape)}")
    size = _pair(output_size)
    return wrap(F.fold(t, size, _pair(kernel_size), _pair(dilation), _pair(padding), _pair(stride)))


def _blocks(function: Any, x: Any, block_size: int, data_format: str | None) -> Any:
    from tfcompat.keras.backend import standardize_data_format

    first = standardize_data_format(data_format) == "channels_first"
    if block_size < 2:
        raise ValueError(f"`block_size` must be at least 2. Received: block_size={block_size}")
    if x.shape.rank != 4:
        raise ValueError(f"`{function.__name__}` requires a 4D input tensor. Received: x.shape={x.shape}")
    found = function(tf.transpose(x, [0, 2, 3, 1]) if first else x, block_size)
    return tf.transpose(found, [0, 3, 1, 2]) if first else found


@tensor_op("x")
def depth_to_space(x: Any, block_size: int, data_format: str | None = "channels_last") -> Any:
    """Images whose channels are spread over square blocks of pixels; ValueError for sizes below 2."""
    return _blocks(tf.nn.depth_to_space, x, block_size, data_format)


@tensor_op("x")
def space_to_depth(x: Any, block_size: int, data_format: str | None = "channels_last") -> Any:
    """Images whose square blocks of pixels are gathered in channels; ValueError for sizes below 2."""
    return _blocks(tf.nn.space_to_depth, x, block_size, data_format)


# ---- encodings and sequences ----


def multi_hot(
    inputs: Any, num_classes: int | None = None, axis: int = -1, dtype: Any = None, sparse: bool = False, **kwargs: Any
) -> Any:
    """Ones at all class numbers of each row of `inputs`, zeros elsewhere; the rows' axis goes.

    sparse: whether the result is a tf.SparseTensor. `num_tokens` is another name of `num_classes`; ValueError where
    both are missing.
    """
    num_classes = kwargs.pop("num_tokens", None) if num_classes is None else num_classes
    if kwargs:
        raise TypeError(f"keras.ops.multi_hot() got unexpected keyword arguments: {sorted(kwargs)}")
    if num_classes is None:
        raise ValueError("Argument `num_classes` must be specified.")
    return _multi_hot(inputs, num_classes=num_classes, axis=axis, dtype=dtype, sparse=sparse)


def _multi_hot_spec(inputs: Any, num_classes: int, axis: int, dtype: Any, sparse: bool) -> KerasTensor:
    from tfcompat.keras.ops.nn import one_hot_spec

    hot = one_hot_spec(inputs, num_classes, axis, dtype, sparse)
    rows = 1 if len(inputs.shape) > 1 else 0
    return KerasTensor([d for i, d in enumerate(hot.shape) if i != rows], hot.dtype, sparse=sparse)


@tensor_op("inputs", spec=_multi_hot_spec, name="MultiHot")
def _multi_hot(inputs: Any, num_classes: int, axis: int, dtype: Any, sparse: bool) -> Any:
    from tfcompat.keras.ops.nn import one_hot

    kind = settings.floatx if dtype is None else standardize_dtype(dtype)
    rows = one_hot(inputs, num_classes, axis=axis, dtype="bool")
    found = tf.cast(tf.reduce_any(rows, axis=1 if inputs.shape.rank > 1 else 0), kind)
    return tf.sparse.from_dense(found) if sparse else found


def _ctc_loss_spec(target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int) -> KerasTensor:
    sizes = {x.shape[0] for x in (target, output, target_length, output_length)}
    if len(sizes) > 1:
        raise ValueError(f"The arguments of `ctc_loss` must have the same first dimension. Received: {sizes}")
    return KerasTensor(target.shape[:1], result_type(output.dtype, "float32"))


@operation("target", "output", "target_length", "output_length", spec=_ctc_loss_spec, name="CTCLoss")
def ctc_loss(target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int = 0) -> Any:
    """The CTC loss of each row of logits (batch, time, classes) for its labels; `mask_index` is the blank's number."""
    labels, lengths, times = (tf.cast(wrap(to_storage(x)), tf.int32) for x in (target, target_length, output_length))
    logits = wrap(to_storage(output))
    kind = result_type(logits.dtype, "float32")
    loss = tf.nn.ctc_loss(
        labels,
        tf.cast(logits, tf.float32),
        label_length=lengths,
        logit_length=times,
        blank_index=mask_index,
        logits_time_major=False,
    )
    return tf.cast(loss, kind)


def _ctc_decode_spec(
    inputs: Any, sequence_lengths: Any, strategy: str, top_paths: int, **_: Any
) -> tuple[KerasTensor, KerasTensor]:
    paths = 1 if strategy == "greedy" else top_paths
    return (
        KerasTensor((paths, inputs.shape[0], inputs.shape[1]), "int32"),
        KerasTensor((inputs.shape[0], paths), result_type(inputs.dtype, "float32")),
    )


@tensor_op("inputs", "sequence_lengths", spec=_ctc_decode_spec, name="CTCDecode")
def ctc_decode(
    inputs: Any,
    sequence_lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int | None = 0,
) -> Any:
    """The labels that logits (batch, time, classes) spell, and their scores, by a "greedy" or a "beam_search".

    Labels are (paths, batch, time) int32 with -1 after their end. beam_width, top_paths: of the beam search.
    merge_repeated: of the greedy one. mask_index: the blank's number. ValueError for another strategy.
    """
    scores = tf.transpose(tf.cast(inputs, result_type(inputs.dtype, "float32")), (1, 0, 2))
    lengths = tf.cast(sequence_lengths, tf.int32)
    if strategy == "greedy":
        found, total = tf.nn.ctc_greedy_decoder(scores, lengths, merge_repeated=merge_repeated, blank_index=mask_index)
    elif strategy == "beam_search":
        if mask_index is not None:  # the decoder's blank is the last class
            parts = scores[..., :mask_index], scores[..., mask_index + 1 or None :], scores[..., mask_index, tf.newaxis]
            scores = tf.concat(parts if mask_index != -1 else [scores], axis=-1)
        found, total = tf.nn.ctc_beam_search_decoder(scores, lengths, beam_width=beam_width, top_paths=top_paths)
    else:
        raise ValueError(f"Invalid strategy {strategy}. Supported values are 'greedy' and 'beam_search'.")
    shape = inputs.shape[:2]
    rows = [tf.sparse.to_dense(tf.SparseTensor(s.indices, s.values, shape), default_value=-1) for s in found]
    labels = tf.cast(tf.stack(rows), tf.int32)
    if strategy == "beam_search" and mask_index is not None:
        blank = mask_index + inputs.shape[-1] if mask_index < 0 else mask_index
        labels = tf.where(labels >= blank, labels + 1, labels)
    return labels, total
