"""Layers that turn integers into vectors, and back into scores."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from tfcompat.keras import ops
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._version import is_legacy
from tfcompat.keras.layers._call import set_mask
from tfcompat.keras.layers._composites import dense_of, is_composite, is_sparse, on_values
from tfcompat.keras.layers._quantized_embeddings import QuantizableBothWays, QuantizableEmbeddings
from tfcompat.nn.embedding import embedding_lookup

_SHAPES = frozenset(("input_shape", "batch_input_shape", "input_dim"))


def _positive(name: str, value: Any) -> int:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value <= 0:
        kind = type(value).__name__
        raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value} (of type {kind}).")
    return int(value)


class Embedding(QuantizableEmbeddings):
    """A vector of size output_dim for each integer in [0, input_dim) (tf.keras.layers.Embedding).

    mask_zero: 0 is no input but padding, which masks tell later layers. weights: the initial vectors, an array or a
    list of one. lora_rank, lora_alpha: as `enable_lora`'s. quantization_config: what a quantized `dtype` is built with.
    ValueError for sizes that are no positive ints; InvalidArgumentError for integers out of range.
    """

    embeddings_initializer: Any

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        given = dict(locals())
        if is_legacy() and (input_dim <= 0 or output_dim <= 0):
            raise ValueError(
                "Both `input_dim` and `output_dim` should be positive, Received input_dim = "
                f"{input_dim} and output_dim = {output_dim}"
            )
        input_dim, output_dim = _positive("input_dim", input_dim), _positive("output_dim", output_dim)
        self.input_length = kwargs.pop("input_length", None)
        if self.input_length is not None:
            warnings.warn("Argument `input_length` is deprecated. Just remove it.", stacklevel=2)
        if is_legacy() and not _SHAPES & kwargs.keys():
            kwargs["input_shape"] = (
                self.input_length,
            )  # a Sequential model that begins with the layer is built at once
        super().__init__(**kwargs)
        self.input_dim, self.output_dim = input_dim, output_dim
        self._take(given)
        self._take_lora(lora_rank, lora_alpha)
        self.quantization_config = quantization_config
        self.mask_zero = mask_zero
        self.supports_masking = mask_zero
        self.autocast = False
        if weights is not None:
            self.build()
            self.set_weights(weights if isinstance(weights, list) and len(weights) == 1 else [weights])

    def set_weights(self, weights: Any) -> None:
        """Assigns values to the weights, which are made where they are not there yet."""
        self.build()
        super().set_weights(weights)

    def build(self, input_shape: Any = None) -> None:
        """Makes the vectors [input_dim, output_dim]."""
        if self.built:
            return
        shape, mode = (self.input_dim, self.output_dim), self.quantization_mode
        if mode is None:
            self._kernel = self._add("embeddings", shape)
        else:
            self.quantized_build(shape, mode, self.quantization_config)
        if self.lora_rank:
            self.enable_lora(self.lora_rank)

    @property
    def embeddings(self) -> Any:
        """The vectors; AttributeError before the layer is built."""
        return self._adapted_kernel("embeddings")

    @property
    def _embeddings(self) -> Any:
        return self._kernel

    @property
    def kernel(self) -> Any:
        """Not an attribute of embeddings: AttributeError."""
        raise AttributeError(f"'{type(self).__name__}' object has no attribute 'kernel'")

    def quantize(self, mode: str | None = None, type_check: bool = True, config: Any = None) -> None:
        """Holds the vectors in few bits, as `mode` or a QuantizationConfig tell: "int8" or "int4".

        NotImplementedError for a subclass where `type_check`. ValueError for a layer that is not built, or is
        quantized already.
        """
        if type_check and type(self) not in (Embedding, ReversibleEmbedding):
            raise self._lacks("quantize")
        self._quantize(mode, config)  # type: ignore[arg-type]

    def call(self, inputs: Any) -> Any:
        """The vectors of the integers, of ragged ones too; other dtypes are cast to int32."""
        if is_composite(inputs):
            return self._of_composite(inputs)
        if standardize_dtype(inputs.dtype) not in ("int32", "int64"):
            inputs = ops.cast(inputs, "int32")
        return ops.cast(embedding_lookup(self.embeddings, inputs), self.compute_dtype)

    def _of_composite(self, inputs: Any) -> Any:
        return self.call(dense_of(inputs)) if is_sparse(inputs) else on_values(self.call, inputs)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Where the integers are not 0; None without `mask_zero` and for ragged ones."""
        if is_composite(inputs):
            return None
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The inputs' shape and output_dim; in Keras 2 with the sizes of `input_length`, ValueError for others."""
        if self.input_length is not None:
            input_shape = self._of_input_length(tuple(input_shape))
        return (*input_shape, self.output_dim)

    def _of_input_length(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        told = self.input_length
        lengths = tuple(told) if isinstance(told, (list, tuple)) else (told,)
        sizes = input_shape[1:]
        fit = len(lengths) == len(sizes) and all(a is None or b is None or a == b for a, b in zip(lengths, sizes))
        if not fit:
            raise ValueError(f'"input_length" is {told}, but received input has shape {input_shape}')
        return (input_shape[0], *(b if a is None else a for a, b in zip(lengths, sizes)))

    def compute_output_spec(self, inputs: Any) -> Any:
        """A KerasTensor of the outputs' shape, ragged where the inputs are."""
        ragged = getattr(inputs, "ragged", False)
        return KerasTensor((*inputs.shape, self.output_dim), dtype=self.compute_dtype, ragged=ragged)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            **super().get_config(),
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            **self._parts_config(),
            "mask_zero": self.mask_zero,
            **self._quantization_config(),
            **self._lora_config(),
        }


class ReversibleEmbedding(QuantizableBothWays, Embedding):
    """An Embedding that, called with reverse=True, gives the scores of all integers for vectors.

    tie_weights: whether both ways use the same vectors. reverse_dtype: what the scores are computed in. logit_soft_cap:
    what they are kept below, smoothly. Follows tf.keras.layers.ReversibleEmbedding.
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        tie_weights: bool = True,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        reverse_dtype: Any = None,
        logit_soft_cap: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            input_dim,
            output_dim,
            embeddings_initializer,
            embeddings_regularizer,
            embeddings_constraint,
            mask_zero,
            **kwargs,
        )
        self.tie_weights = tie_weights
        self.reverse_dtype = reverse_dtype
        self.logit_soft_cap = logit_soft_cap

    def build(self, input_shape: Any = None) -> None:
        """Makes the vectors, and those for the way back where the weights are not tied."""
        super().build(input_shape)
        if not self.tie_weights and self.quantization_mode is None:
            self.reverse_embeddings = self.add_weight(
                shape=(self.output_dim, self.input_dim),
                initializer=self.embeddings_initializer,
                name="reverse_embeddings",
            )

    def call(self, inputs: Any, reverse: bool = False) -> Any:
        """The vectors of integers or, with `reverse`, the scores [..., input_dim] of vectors."""
        if not reverse:
            result = super().call(inputs)
            mask = super().compute_mask(inputs)
            if mask is not None:
                set_mask(result, mask)
            return result
        kernel = ops.transpose(self.embeddings) if self.tie_weights else self.reverse_embeddings
        if self.reverse_dtype is not None:
            inputs, kernel = (ops.cast(x, self.reverse_dtype) for x in (inputs, kernel))
        return self._capped(ops.matmul(inputs, kernel))

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """None: `call` attaches the mask."""
        return None

    def compute_output_shape(self, input_shape: Any, reverse: bool = False) -> list[Any]:
        """The inputs' shape and output_dim; with `reverse`, input_dim in the place of the last size."""
        return [*input_shape[:-1], self.input_dim] if reverse else [*input_shape, self.output_dim]

    def compute_output_spec(self, inputs: Any, reverse: bool = False) -> Any:
        """A KerasTensor of the outputs' shape."""
        return KerasTensor(self.compute_output_shape(inputs.shape, reverse), dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = {
            "tie_weights": self.tie_weights,
            "reverse_dtype": self.reverse_dtype,
            "logit_soft_cap": self.logit_soft_cap,
        }
        return {**super().get_config(), **own}
