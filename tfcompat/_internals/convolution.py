"""The Convolution of tensorflow.python.ops.nn_ops: a convolution whose settings are given before its tensors."""

from __future__ import annotations

from typing import Any

import tfcompat as tf


class Convolution:
    """`Convolution(...)(inp, filter)` is tf.nn.convolution of the two.

    input_shape, filter_shape: the static shapes, from which the number of spatial dimensions comes where
    `num_spatial_dims` is not given. ValueError where the ranks do not fit, or are unknown.
    """

    def __init__(
        self,
        input_shape: Any,
        filter_shape: Any,
        padding: Any,
        strides: Any = None,
        dilation_rate: Any = None,
        name: str | None = None,
        data_format: str | None = None,
        num_spatial_dims: int | None = None,
    ) -> None:
        input_shape, filter_shape = tf.TensorShape(input_shape), tf.TensorShape(filter_shape)
        rank = filter_shape.rank if filter_shape.rank is not None else input_shape.rank
        if num_spatial_dims is None and rank is not None:
            num_spatial_dims = rank - 2
        if num_spatial_dims is None:
            raise ValueError(
                "When `num_spatial_dims` is not set, one of `input_shape.rank` or `filter_shape.rank` must be known. "
                f"Received: input_shape={input_shape} of rank {input_shape.rank} and filter_shape={filter_shape} of "
                f"rank {filter_shape.rank}"
            )
        if filter_shape.rank not in (None, num_spatial_dims + 2):
            raise ValueError(
                "`filter_shape.rank` must be `num_spatial_dims + 2`. Received: "
                f"filter_shape={filter_shape} of rank {filter_shape.rank} and num_spatial_dims={num_spatial_dims}"
            )
        if input_shape.rank is not None and input_shape.rank < num_spatial_dims + 2:
            raise ValueError(
                "`input.shape.rank` must be >= than `num_spatial_dims + 2`. Received: "
                f"input.shape={input_shape} of rank {input_shape.rank} and num_spatial_dims={num_spatial_dims}"
            )
        self.input_shape, self.filter_shape = input_shape, filter_shape
        self.padding, self.strides, self.dilation_rate = padding, strides, dilation_rate
        self.data_format, self.name = data_format, name

    def __call__(self, inp: Any, filter: Any) -> Any:
        return tf.nn.convolution(
            inp, filter, self.strides, self.padding, self.data_format, self.dilation_rate, name=self.name
        )
