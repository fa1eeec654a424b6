"""keras.layers.MultiHeadAttention and GroupQueryAttention."""

from __future__ import annotations

import math
import string
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import _naming, _version, constraints, initializers, ops, regularizers
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import settings
from tfcompat.keras.layers._call import get_mask, set_mask
from tfcompat.keras.layers.attention import _masks
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.ops._attention import attend, causal

_LETTERS = string.ascii_lowercase
# What Keras 2 takes after the key, by position too.
_AFTER_KEY = ("attention_mask", "return_attention_scores", "training", "use_causal_mask")


def _equations(rank: int, axes: tuple[int, ...]) -> tuple[str, str, int]:
    """The einsum equations of scores and of outputs, and the scores' rank; queries and values have rank `rank`.

    Scores are [batch axes, heads, axes of the query, axes of the key].
    """
    target = _LETTERS[:rank]
    other = iter(_LETTERS[rank:])
    source = "".join(next(other) if i in axes else letter for i, letter in enumerate(target))
    kept = "".join(target[i] for i in range(rank - 1) if i not in axes)
    scores = kept + "".join(target[i] for i in axes) + "".join(source[i] for i in axes)
    return f"{source},{target}->{scores}", f"{scores},{source}->{target}", len(scores)


class HeadsAttention(Layer):
    """What both layers share: query, key and value are projected to heads, and the heads' outputs back.

    Subclasses make the projections, and keep the rate, the seed and the window under names of their own.
    """

    _query_dense: Any
    _key_dense: Any
    _value_dense: Any
    _gate_dense: Any
    _output_dense: Any
    _softmax: Any
    _dropout_layer: Any
    _dot_product_equation: str
    _combine_equation: str
    _scale: float
    _flash_attention: Any

    def _rate(self) -> float:
        raise NotImplementedError

    def _window(self) -> Any:
        raise NotImplementedError

    def _axes(self) -> tuple[int, ...]:
        return (1,)

    def _parts(self) -> dict[str, Any]:
        """The initializers, regularizers and constraints of the projections."""
        raise NotImplementedError

    def _build_part(self, dense: Any, input_shape: Any) -> None:
        with _naming.of_part(dense):
            dense.build(input_shape)

    def _dense(self, equation: str, output_shape: Any, bias_axes: str | None, name: str, **kwargs: Any) -> Any:
        from tfcompat.keras.layers.einsum_dense import EinsumDense

        parts = self._parts()
        for part in ("kernel_initializer", "bias_initializer"):
            parts[part] = _masks.fresh(parts[part])
        return EinsumDense(
            equation, output_shape, bias_axes=bias_axes, name=name, dtype=self.dtype_policy, **parts, **kwargs
        )

    def _make_softmax(self, rate: float, seed: Any, rank: int) -> None:
        from tfcompat.keras.layers import Dropout, Softmax

        axes = tuple(range(rank - len(self._axes()), rank))
        self._softmax = Softmax(axis=axes if len(axes) > 1 else rank - 1, dtype=self.dtype_policy)
        self._dropout_layer = Dropout(rate=rate, dtype=self.dtype_policy, seed=seed)

    # ---- masks ----

    def _compute_causal_mask(self, query: Any, value: Any = None) -> Any:
        """[1, T, S]: a query sees what comes no later."""
        return _masks.causal_mask(query, value)

    def _compute_sliding_window_mask(self, query: Any, value: Any = None) -> Any:
        """[1, T, S]: a query sees what is near."""
        return _masks.window_mask(query, value, self._window())

    def _compute_attention_mask(
        self,
        query: Any,
        value: Any,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """[B, T, S]: what each query may see, of all masks together; None for everything."""
        masks = (query_mask, value_mask, key_mask)
        return _masks.attention_mask_of(self, query, value, masks, attention_mask, use_causal_mask)

    def _masked_softmax(self, attention_scores: Any, attention_mask: Any = None) -> Any:
        """The softmax of the scores that the mask keeps; a mask without heads holds for all of them."""
        return self._softmax(attention_scores, mask=self._widened(attention_mask, len(attention_scores.shape)))

    def _widened(self, mask: Any, rank: int) -> Any:
        if mask is None:
            return None
        t = to_storage(mask)
        for _ in range(rank - t.ndim):
            t = t.unsqueeze(-2 * len(self._axes()) - 1)
        return wrap(t)

    # ---- calling ----

    def _compute_attention(
        self,
        query: Any,
        key: Any,
        value: Any,
        attention_mask: Any = None,
        training: Any = None,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> tuple[Any, Any]:
        """(outputs of the heads, scores or None) for query, key and value in heads; subclasses may change it."""
        if self._flash_attention and return_attention_scores:
            raise ValueError(
                "Returning attention scores is not supported when flash attention is enabled. Disable flash attention "
                "to get them."
            )
        q, k, v = (to_storage(x) for x in (query, key, value))
        drops = self._rate() > 0.0 and bool(training)
        if not drops and not return_attention_scores and q.ndim == 4 and q.dtype is k.dtype is v.dtype:
            mask = self._widened(attention_mask, 4)
            mask = None if mask is None else to_storage(mask).to(torch.bool)
            outputs = attend(q, k, v, mask, scale=self._scale, is_causal=use_causal_mask)
            if mask is not None and self._rate() > 0.0:
                # Keras leaves its fused kernel for a softmax of its own where a layer can drop scores: that one gives
                # 0 to a query that sees nothing, the kernel lets it see all.
                mask = mask & causal(q.shape[1], k.shape[1], q.device) if use_causal_mask else mask
                outputs = torch.where(mask.any(-1).transpose(1, 2).unsqueeze(-1), outputs, 0.0)
            return wrap(outputs), None
        if use_causal_mask:
            mask = self._compute_causal_mask(query, value)
            attention_mask = mask if attention_mask is None else ops.logical_and(attention_mask, mask)
        scores = wrap(torch.einsum(self._dot_product_equation, k, q * self._scale))
        scores = self._masked_softmax(scores, attention_mask)
        dropped = self._dropout_layer(scores, training=training) if self._rate() > 0.0 else scores
        return wrap(torch.einsum(self._combine_equation, to_storage(dropped), v)), scores

    def _masks_by_hand(self) -> bool:
        """Whether a subclass computes attention by itself, and so must be given every mask as one."""
        return type(self)._compute_attention is not HeadsAttention._compute_attention

    def _attended(
        self, query: Any, value: Any, key: Any, masks: tuple[Any, Any, Any], attention_mask: Any, training: Any,
        return_attention_scores: bool, use_causal_mask: bool,
    ) -> tuple[Any, Any]:  # fmt: skip
        """The outputs, projected back, and the scores or None."""
        only_causal = use_causal_mask and not any(m is not None for m in (*masks, attention_mask, self._window()))
        only_causal = only_causal and not self._masks_by_hand()
        if only_causal:
            attention_mask = None
        else:
            names = ("query_mask", "value_mask", "key_mask")
            attention_mask = self._compute_attention_mask(
                query, value, **dict(zip(names, masks)), attention_mask=attention_mask, use_causal_mask=use_causal_mask
            )
        gate = self._gate_dense(query) if self._is_gated() else None
        query, key, value = (
            _masks.projected(dense, x, 1)
            for dense, x in ((self._query_dense, query), (self._key_dense, key), (self._value_dense, value))
        )
        extra = {"use_causal_mask": True} if only_causal else {}
        outputs, scores = self._compute_attention(
            query, *self._repeated(key, value), attention_mask, training, return_attention_scores, **extra
        )
        outputs = outputs if gate is None else ops.multiply(outputs, gate)
        return _masks.projected(self._output_dense, outputs, 2), scores

    def _is_gated(self) -> bool:
        raise NotImplementedError

    def _repeated(self, key: Any, value: Any) -> tuple[Any, Any]:
        return key, value

    def _spec(self, shape: Any, scores_shape: Any, with_scores: bool) -> Any:
        outputs = KerasTensor(shape, dtype=self.compute_dtype)
        return (outputs, KerasTensor(scores_shape, dtype=self.compute_dtype)) if with_scores else outputs


def _check_shapes(value_shape: Any, key_shape: Any) -> None:
    if tuple(value_shape[1:-1]) != tuple(key_shape[1:-1]):
        raise ValueError(
            "All dimensions of `value` and `key`, except the last one, must be equal. Received: "
            f"value_shape={value_shape} and key_shape={key_shape}"
        )


def _flash(flash_attention: Any) -> Any:
    return flash_attention or bool(settings.flash_attention)


class MultiHeadAttention(HeadsAttention):
    """Attention of `query` to `value`, in several heads at once (tf.keras.layers.MultiHeadAttention).

    query: [B, T, dim], value and key (None for value): [B, S, dim]; with more axes between, `attention_axes` tells
    which are attended over (None for all). key_dim, value_dim: the size of a head. output_shape: of the last axes of
    the outputs; None for the query's size. sliding_window: how near a step must be to be seen. use_gate: the outputs
    are gated by a sigmoid of the query. Called with attention_mask [B, T, S], return_attention_scores, training and
    use_causal_mask; masks of the inputs count too. flash_attention: changes nothing but that scores and dropout are
    refused, as torch picks the kernel. ValueError for sizes that are no positive ints.
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: Any = None,
        attention_axes: Any = None,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        for name, size in (("num_heads", num_heads), ("key_dim", key_dim), ("value_dim", value_dim)):
            if not (size is None and name == "value_dim") and (not isinstance(size, int) or size <= 0):
                or_none = " or `None`" if name == "value_dim" else ""
                raise ValueError(
                    f"Received an invalid value for argument `{name}`, expected a positive integer{or_none}. "
                    f"Received: {name}={size}"
                )
        super().__init__(**kwargs)
        self.supports_masking = True
        self._num_heads, self._key_dim, self._value_dim = num_heads, key_dim, value_dim or key_dim
        self._dropout, self._use_bias, self._use_gate = dropout, use_bias, use_gate
        self._output_shape = _sizes(output_shape)
        self._flash_attention = _flash(flash_attention)
        self._kernel_initializer = initializers.get(kernel_initializer)
        self._bias_initializer = initializers.get(bias_initializer)
        self._kernel_regularizer = regularizers.get(kernel_regularizer)
        self._bias_regularizer = regularizers.get(bias_regularizer)
        self._activity_regularizer = regularizers.get(activity_regularizer)
        self._kernel_constraint = constraints.get(kernel_constraint)
        self._bias_constraint = constraints.get(bias_constraint)
        if isinstance(attention_axes, int):
            attention_axes = (attention_axes,)
        elif attention_axes and not isinstance(attention_axes, (list, tuple)):
            raise ValueError(
                f"`attention_axes` must be an int, list, or tuple.Received: attention_axes={attention_axes}"
            )
        self._attention_axes = attention_axes
        self._sliding_window = _masks.check_window(sliding_window)
        self.seed = seed
        self._scale = self._inverse_sqrt_key_dim = 1.0 / math.sqrt(key_dim)
        _masks.check_flash(self._flash_attention, dropout)

    num_heads = property(lambda self: self._num_heads, doc="The number of heads.")
    key_dim = property(lambda self: self._key_dim, doc="The size of a head of query and key.")
    value_dim = property(lambda self: self._value_dim, doc="The size of a head of the value.")
    dropout = property(lambda self: self._dropout, doc="The share of the scores that is dropped in training.")
    use_bias = property(lambda self: self._use_bias, doc="Whether the projections have biases.")
    attention_axes = property(lambda self: self._attention_axes, doc="The axes that are attended over.")
    query_dense = property(lambda self: self._query_dense, doc="The projection of the query.")
    key_dense = property(lambda self: self._key_dense, doc="The projection of the key.")
    value_dense = property(lambda self: self._value_dense, doc="The projection of the value.")
    output_dense = property(lambda self: self._output_dense, doc="The projection of the heads' outputs.")

    def _rate(self) -> float:
        return self._dropout

    def _window(self) -> Any:
        return self._sliding_window

    def _axes(self) -> tuple[int, ...]:
        return tuple(self._attention_axes)

    def _is_gated(self) -> bool:
        return self._use_gate

    def _parts(self) -> dict[str, Any]:
        names = ("kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer")
        names += ("activity_regularizer", "kernel_constraint", "bias_constraint")
        return {name: getattr(self, f"_{name}") for name in names}

    def _projection(self, rank: int, bound: int, sizes: Any, name: str, **kwargs: Any) -> Any:
        """A layer that takes the last `bound` of `rank` axes to axes of the given sizes."""
        inner, outer = _LETTERS[rank - bound : rank], _LETTERS[rank : rank + len(sizes)]
        free = _LETTERS[: rank - bound]
        equation = f"{free}{inner},{inner}{outer}->{free}{outer}"
        shape = [None] * (len(free) - 1) + list(sizes)
        return self._dense(equation, shape, outer if self._use_bias else None, name, **kwargs)

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        """Makes the projections."""
        key_shape = value_shape if key_shape is None else key_shape
        _check_shapes(value_shape, key_shape)
        rank = len(query_shape)
        self._query_dense = self._projection(rank, 1, (self._num_heads, self._key_dim), "query")
        self._build_part(self._query_dense, query_shape)
        self._key_dense = self._projection(len(key_shape), 1, (self._num_heads, self._key_dim), "key")
        self._build_part(self._key_dense, key_shape)
        heads = (self._num_heads, self._value_dim)
        if self._use_gate:
            self._gate_dense = self._projection(rank, 1, heads, "gate", activation="sigmoid")
            self._build_part(self._gate_dense, query_shape)
        self._value_dense = self._projection(len(value_shape), 1, heads, "value")
        self._build_part(self._value_dense, value_shape)
        self._build_attention(len(value_shape) + 1)
        sizes = self._output_shape or (query_shape[-1],)
        self._output_dense = self._projection(rank + 1, 2, sizes, "attention_output")
        self._build_part(self._output_dense, (*query_shape[:-1], *heads))

    def _build_attention(self, rank: int) -> None:
        """Decides on what is attended over, for query, key and value of rank `rank` in heads."""
        axes = self._attention_axes
        axes = range(1, rank - 2) if axes is None else (a if a >= 0 else rank - 1 + a for a in axes)
        self._attention_axes = tuple(axes)
        self._dot_product_equation, self._combine_equation, scores = _equations(rank, self._attention_axes)
        self._make_softmax(self._dropout, self.seed, scores)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) > 3 and _version.is_legacy():  # there are no masks of each input before these there
            args, kwargs = args[:3], {**dict(zip(_AFTER_KEY, args[3:])), **kwargs}
        return super().__call__(*args, **kwargs)

    def call(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """The outputs; with `return_attention_scores` followed by the scores, [B, heads, T, S]."""
        key = value if key is None else key
        query_mask = get_mask(query)
        for x in (query, value, key):
            set_mask(x, None)  # it has done its work here, as in Keras
        masks = (query_mask, value_mask, key_mask)
        outputs, scores = self._attended(
            query, value, key, masks, attention_mask, training, return_attention_scores, use_causal_mask
        )
        if query_mask is not None:
            set_mask(outputs, query_mask)
        return (outputs, scores) if return_attention_scores else outputs

    def compute_output_shape(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> Any:
        """The query's shape, with `output_shape` in the place of its last axis."""
        _check_shapes(value_shape, value_shape if key_shape is None else key_shape)
        query_shape = tuple(query_shape)
        return (*query_shape[:-1], *self._output_shape) if self._output_shape else query_shape

    def compute_output_spec(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """KerasTensors like the outputs of `call`."""
        shape = self.compute_output_shape(query.shape, value.shape, None if key is None else key.shape)
        batch, length = query.shape[:2]
        return self._spec(shape, (batch, self._num_heads, length, length), return_attention_scores)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        names = ("num_heads", "key_dim", "value_dim", "dropout", "use_bias", "use_gate", "output_shape")
        names += ("attention_axes", "sliding_window")
        own = {name: getattr(self, f"_{name}") for name in names}
        return {**super().get_config(), **own, **_serialized(self._parts()), "seed": self.seed}


def _serialized(parts: dict[str, Any]) -> dict[str, Any]:
    modules = {"initializer": initializers, "regularizer": regularizers, "constraint": constraints}
    return {name: modules[name.rpartition("_")[2]].serialize(part) for name, part in parts.items()}


def _sizes(output_shape: Any) -> Any:
    if not output_shape:
        return output_shape
    try:
        return (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
    except TypeError:
        raise ValueError(f"`output_shape` must be an int, a tuple or a list. Received: {output_shape!r}") from None


class GroupedQueryAttention(HeadsAttention):
    """Attention in heads where several heads of the query share one of key and value
    (tf.keras.layers.GroupQueryAttention).

    query: [B, T, dim], value and key (None for value): [B, S, dim]. num_query_heads must be a multiple of
    num_key_value_heads, else ValueError. The other arguments are MultiHeadAttention's.
    """

    _api_name = "keras.layers.GroupQueryAttention"

    def __init__(
        self,
        head_dim: int,
        num_query_heads: int,
        num_key_value_heads: int,
        dropout: float = 0.0,
        use_bias: bool = True,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        if num_query_heads % num_key_value_heads:
            raise ValueError("`num_query_heads` must be divisible by `num_key_value_heads`.")
        self.head_dim, self.num_query_heads, self.num_key_value_heads = head_dim, num_query_heads, num_key_value_heads
        self.num_repeats = num_query_heads // num_key_value_heads
        self.dropout, self.use_bias, self.use_gate = dropout, use_bias, use_gate
        self.sliding_window = _masks.check_window(sliding_window)
        self._flash_attention = _flash(flash_attention)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.seed = seed
        self._scale = self._inverse_sqrt_head_dim = 1.0 / math.sqrt(head_dim)
        _masks.check_flash(self._flash_attention, dropout)

    def _rate(self) -> float:
        return self.dropout

    def _window(self) -> Any:
        return self.sliding_window

    def _is_gated(self) -> bool:
        return self.use_gate

    def _parts(self) -> dict[str, Any]:
        names = ("kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer")
        names += ("activity_regularizer", "kernel_constraint", "bias_constraint")
        return {name: getattr(self, name) for name in names}

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        """Makes the projections."""
        key_shape = value_shape if key_shape is None else key_shape
        self.feature_dim = query_shape[-1]
        many, few = (None, self.num_query_heads, self.head_dim), (None, self.num_key_value_heads, self.head_dim)
        to_many, to_few = ("bqm,muh->bquh", many), ("bkm,mvh->bkvh", few)
        for name, (equation, shape), inputs, kwargs in (
            ("query", to_many, query_shape, {}),
            ("key", to_few, key_shape, {}),
            ("gate", to_many, query_shape, {"activation": "sigmoid"}),
            ("value", to_few, value_shape, {}),
        ):
            if name != "gate" or self.use_gate:
                axes = equation[-2:] if self.use_bias else None
                dense = self._dense(equation, shape, axes, name, **kwargs)
                setattr(self, f"_{name}_dense", dense)
                self._build_part(dense, inputs)
        self._make_softmax(self.dropout, self.seed, 4)
        self._dot_product_equation, self._combine_equation = "bkuh,bquh->buqk", "buqk,bkuh->bquh"
        axes = "m" if self.use_bias else None
        self._output_dense = self._dense("bquh,uhm->bqm", (None, self.feature_dim), axes, "attention_output")
        self._build_part(self._output_dense, (None, None, self.num_query_heads, self.head_dim))

    def _repeated(self, key: Any, value: Any) -> tuple[Any, Any]:
        if self.num_repeats == 1:
            return key, value
        a, b = (wrap(to_storage(x).repeat_interleave(self.num_repeats, 2)) for x in (key, value))
        return a, b

    def call(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """The outputs; with `return_attention_scores` followed by the scores, [B, query heads, T, S]."""
        masks = (query_mask, value_mask, key_mask)
        outputs, scores = self._attended(
            *(query, value, value if key is None else key, masks, attention_mask, training),
            *(return_attention_scores, use_causal_mask),
        )
        return (outputs, scores) if return_attention_scores else outputs

    def compute_output_shape(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> Any:
        """The query's shape; ValueError where the shapes do not fit together."""
        if query_shape[-1] != value_shape[-1]:
            raise ValueError(
                "The last dimension of `query_shape` and `value_shape` must be equal. Received: "
                f"query_shape={query_shape}, value_shape={value_shape}"
            )
        _check_shapes(value_shape, value_shape if key_shape is None else key_shape)
        return query_shape

    def compute_output_spec(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """KerasTensors like the outputs of `call`."""
        shape = self.compute_output_shape(query.shape, value.shape, None if key is None else key.shape)
        length = (value if key is None else key).shape[1]
        scores = (query.shape[0], self.num_query_heads, query.shape[1], length)
        return self._spec(shape, scores, return_attention_scores)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        names = ("head_dim", "num_query_heads", "num_key_value_heads", "use_bias", "use_gate", "sliding_window")
        own = {name: getattr(self, name) for name in (*names, "dropout")}
        return {**super().get_config(), **own, **_serialized(self._parts()), "seed": self.seed}
