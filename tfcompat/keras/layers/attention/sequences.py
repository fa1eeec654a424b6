"""keras.layers.Attention and AdditiveAttention: of one sequence to another, in one head."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import ops, random
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.ops._attention import causal
from tfcompat.keras.random import SeedGenerator


class Attention(Layer):
    """softmax(query @ key) @ value (tf.keras.layers.Attention).

    Called on [query, value] or [query, value, key], of shapes [B, T, dim], [B, S, dim], [B, S, dim]. score_mode: "dot",
    or "concat" for a weight times the sum of tanh(query + key). use_scale: a weight that the scores (for "concat" the
    sums) are multiplied with. dropout: the share of the scores that is dropped in training. Called with
    mask=[query_mask, value_mask], return_attention_scores and use_causal_mask. ValueError for another score_mode and
    other inputs.
    """

    scale: Any
    concat_score_weight: Any

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.use_scale, self.score_mode = use_scale, score_mode
        self.dropout, self.seed = dropout, seed
        if dropout > 0:
            self.seed_generator = SeedGenerator(seed)
        if score_mode not in ("dot", "concat"):
            raise ValueError(
                "Invalid value for argument score_mode. Expected one of {'dot', 'concat'}. "
                f"Received: score_mode={score_mode}"
            )

    def build(self, input_shape: Any) -> None:
        """Makes the weights that the scores are scaled with."""
        self._validate_inputs(input_shape)
        self.scale = self._scalar("scale") if self.use_scale else None
        self.concat_score_weight = self._scalar("concat_score_weight") if self.score_mode == "concat" else None

    def _scalar(self, name: str) -> Any:
        return self.add_weight(name=name, shape=(), initializer="ones", dtype=self.dtype, trainable=True)

    def _calculate_scores(self, query: Any, key: Any) -> Any:
        """The scores [B, T, S] of every pair of steps."""
        q, k = to_storage(query), to_storage(key)
        scale = None if self.scale is None else self.scale._read()
        if self.score_mode == "dot":
            scores = q @ k.transpose(-2, -1)
            return wrap(scores if scale is None else scores * scale)
        pairs = q.unsqueeze(-2) + k.unsqueeze(-3)
        pairs = pairs if scale is None else scale * pairs
        return wrap(self.concat_score_weight._read() * pairs.tanh().sum(-1))

    def _apply_scores(self, scores: Any, value: Any, scores_mask: Any = None, training: Any = False) -> Any:
        """(outputs, shares): the shares are the softmax of the scores that the mask keeps."""
        logits = to_storage(scores)
        if scores_mask is not None:
            mask = to_storage(scores_mask)
            mask = mask.unsqueeze(-2) if mask.ndim == 2 else mask
            far = 65504.0 if logits.dtype is torch.float16 else 1.0e9
            logits = torch.where(mask, logits, logits - far)
        shares = wrap(torch.softmax(logits, -1))
        if training and self.dropout > 0:
            shares = random.dropout(shares, self.dropout, seed=self.seed_generator)
        weights, values = to_storage(shares), to_storage(value)
        return wrap(weights @ (values if values.is_floating_point() else values.to(weights.dtype))), shares

    def _calculate_score_mask(self, scores: Any, v_mask: Any, use_causal_mask: bool) -> Any:
        """Which pairs count: [B, S], [B or 1, T, S], or None for all."""
        if not use_causal_mask:
            return v_mask
        t = to_storage(scores)
        mask = causal(t.shape[-2], t.shape[-1], t.device).unsqueeze(0)
        return wrap(mask if v_mask is None else to_storage(v_mask).unsqueeze(-2) & mask)

    def call(
        self,
        inputs: Any,
        mask: Any = None,
        training: Any = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """The outputs [B, T, dim], 0 where the query's mask is False; followed by the scores where asked for."""
        self._validate_inputs(inputs, mask)
        query, value = inputs[:2]
        q_mask, v_mask = mask[:2] if mask else (None, None)
        scores = self._calculate_scores(query=query, key=inputs[2] if len(inputs) > 2 else value)
        scores_mask = self._calculate_score_mask(scores, v_mask, use_causal_mask)
        outputs, shares = self._apply_scores(scores=scores, value=value, scores_mask=scores_mask, training=training)
        if q_mask is not None:
            outputs = wrap(torch.where(to_storage(q_mask).unsqueeze(-1), to_storage(outputs), 0.0))
        return (outputs, shares) if return_attention_scores else outputs

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The query's mask."""
        self._validate_inputs(inputs, mask)
        return None if mask is None or mask[0] is None else ops.convert_to_tensor(mask[0])

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The query's shape with the value's last size."""
        return (*input_shape[0][:-1], input_shape[1][-1])

    def compute_output_spec(
        self,
        inputs: Any,
        mask: Any = None,
        return_attention_scores: bool = False,
        training: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """KerasTensors like the outputs of `call`."""
        self._validate_inputs(inputs, mask)
        query, value, key = inputs[0], inputs[1], inputs[-1]
        shape = self.compute_output_shape([query.shape, value.shape])
        outputs = KerasTensor(shape, dtype=self.compute_dtype)
        if not return_attention_scores:
            return outputs
        return outputs, KerasTensor((*query.shape[:-1], key.shape[-2]), dtype=self.compute_dtype)

    def _validate_inputs(self, inputs: Any, mask: Any = None) -> None:
        for name, given in (("inputs", inputs), ("mask", mask)):
            if given is None and name == "mask":
                continue
            if not isinstance(given, list) or not 2 <= len(given) <= 3:
                raise ValueError(
                    f"{type(self).__name__} must be called on a list [query, value] or [query, value, key], with "
                    f"`mask` None or a list of their masks. Received: {name}={given}"
                )

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        names = ("use_scale", "score_mode", "dropout", "seed")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


class AdditiveAttention(Attention):
    """Attention whose scores are sums of tanh(query + key) (tf.keras.layers.AdditiveAttention).

    use_scale: a weight of size [dim] that the terms of the sums are multiplied with. The rest as for Attention.
    """

    def __init__(self, use_scale: bool = True, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(use_scale=use_scale, dropout=dropout, **kwargs)

    def build(self, input_shape: Any) -> None:
        """Makes the weight that the terms are scaled with."""
        self._validate_inputs(input_shape)
        self.scale = None
        if self.use_scale:
            shape = (input_shape[0][-1],)
            self.scale = self.add_weight(
                name="scale", shape=shape, initializer="glorot_uniform", dtype=self.dtype, trainable=True
            )

    def _calculate_scores(self, query: Any, key: Any) -> Any:
        """The scores [B, T, S] of every pair of steps."""
        terms = (to_storage(query).unsqueeze(-2) + to_storage(key).unsqueeze(-3)).tanh()
        return wrap((terms * self.scale._read() if self.use_scale else terms).sum(-1))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = super().get_config()
        del config["score_mode"]
        return config
