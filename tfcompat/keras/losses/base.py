"""keras.Loss: what losses share, and how values for samples become one number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import wrap
from tfcompat.distribute._context import has_strategy
from tfcompat.keras import _naming, _version, dtype_policies, ops, tree
from tfcompat.keras._dtypes import is_float_dtype, standardize_dtype
from tfcompat.keras._graph import Saveable
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._replicas import count as replicas
from tfcompat.keras._replicas import share
from tfcompat.keras._state import settings
from tfcompat.keras._symbolic_types import stands_for_tensor
from tfcompat.keras.layers._call import get_mask
from tfcompat.keras.ops._operation import told, torch_dtype

_DEFAULT = "sum_over_batch_size"
_KEYS = ("auto", "none", "sum", _DEFAULT)  # Keras 2's
REDUCTIONS = ("sum_over_batch_size", "sum", "none", None, "mean", "mean_with_sample_weight")


class Loss(Saveable):
    """A callable loss(y_true, y_pred, sample_weight=None) (tf.keras.losses.Loss).

    Subclasses implement `call(y_true, y_pred)`, which gives a value for each sample. reduction: how those become one:
    "sum_over_batch_size" (or "mean"), "sum", "mean_with_sample_weight", or "none" for no reduction; ValueError else.
    """

    def __init__(self, name: str | None = None, reduction: Any = "sum_over_batch_size", dtype: Any = None) -> None:
        legacy = _version.is_legacy()
        self.name = name if legacy else name or _naming.auto_name(type(self).__name__)
        self.reduction = standardize_reduction("auto" if legacy and reduction == _DEFAULT else reduction)
        self._dtype_policy = dtype_policies.get(dtype or settings.floatx)
        self._dtype = self._dtype_policy.compute_dtype

    @property
    def dtype(self) -> str:
        """The dtype that the loss is computed in."""
        return self._dtype

    _in_fit = False  # whether it is one of compile()'s, whose mean over all replicas' samples `fit` takes

    def _check_strategy(self) -> None:
        """Refuses means where a strategy has several replicas' samples (Keras 2)."""
        if has_strategy() and self.reduction in ("auto", _DEFAULT) and not self._in_fit:
            raise ValueError(
                "Please use `tf.keras.losses.Reduction.SUM` or `tf.keras.losses.Reduction.NONE` for loss reduction "
                "when losses are used with `tf.distribute.Strategy`, except for specifying losses in "
                "`Model.compile()` for use by the built-in training looop `Model.fit()`.\nPlease see "
                "https://www.tensorflow.org/tutorials/distribute/custom_training for more details."
            )

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        if isinstance(y_pred, KerasTensor) or isinstance(y_true, KerasTensor):
            from tfcompat.keras._drawn import draw

            return draw(self, (y_true, y_pred, sample_weight))
        mask = get_mask(y_pred)
        if _version.is_legacy():  # Keras 2 makes a tensor of nested lists, Keras 3 one of each number in them
            self._check_strategy()
            y_pred = ops.convert_to_tensor(y_pred, dtype=self.dtype) if _is_of_numbers(y_pred) else y_pred
        told = self._told_dtype(y_pred)
        if isinstance(self, LossFunctionWrapper) or not _version.is_legacy():
            y_true, y_pred = self._as_tensors(y_true, y_pred, told)
        values = self.call(y_true, y_pred)
        own_mask = get_mask(values)
        if mask is not None and own_mask is not None:
            mask = ops.logical_and(mask, own_mask)
        elif mask is None:
            mask = own_mask
        return reduce_weighted_values(values, sample_weight, mask, self.reduction, told)

    def _as_tensors(self, y_true: Any, y_pred: Any, told: str) -> tuple[Any, Any]:
        """Labels and predictions for `call`; in Keras 2 a loss of one's own gets what is given, flags among it."""
        y_pred = tree.map_structure(
            lambda x: x if stands_for_tensor(x) else ops.convert_to_tensor(x, dtype=told), y_pred
        )
        kind = None if self._label_dtype() is None else told
        plain = all(isinstance(leaf, (bool, int, float)) for leaf in tree.flatten(y_true))
        if plain and not tree.is_nested(y_pred):
            return ops.convert_to_tensor(y_true, dtype=kind), y_pred
        return tree.map_structure(lambda x: ops.convert_to_tensor(x, dtype=kind), y_true), y_pred

    def _told_dtype(self, y_pred: Any) -> str:
        """What the loss is computed in: in Keras 2 the dtype of the predictions, where those are floats."""
        if _version.is_legacy() and hasattr(y_pred, "dtype"):
            name = standardize_dtype(y_pred.dtype)
            if is_float_dtype(name):
                return name
        return self.dtype

    def _label_dtype(self) -> str | None:
        """What labels are cast to; None for labels that stay as they are."""
        return self.dtype

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each sample."""
        raise NotImplementedError(f"{type(self).__name__} must implement `call(y_true, y_pred)`.")

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        if _version.is_legacy():
            return {"reduction": self.reduction, "name": self.name}
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The loss that `get_config` described."""
        return cls(**config)

    def _obj_type(self) -> str:
        return "Loss"


def _is_of_numbers(x: Any) -> bool:
    return isinstance(x, (list, tuple)) and all(isinstance(leaf, (bool, int, float)) for leaf in tree.flatten(x))


class LossFunctionWrapper(Loss):
    """A function of (y_true, y_pred, **kwargs) as a loss."""

    _api_name = "keras.src.losses.losses.LossFunctionWrapper"

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: Any = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn = fn
        self._fn_kwargs = kwargs

    def _label_dtype(self) -> str | None:
        # Class numbers are needed as integers: as floats they would be cast twice.
        return None if getattr(self.fn, "takes_class_numbers", False) else self.dtype

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The function's values."""
        if tree.is_nested(y_pred):
            pairs = [squeeze_or_expand(a, b) for a, b in zip(tree.flatten(y_true), tree.flatten(y_pred), strict=True)]
            y_true = tree.pack_sequence_as(y_true, [a for a, _ in pairs])
            y_pred = tree.pack_sequence_as(y_pred, [b for _, b in pairs])
        elif not stands_for_tensor(y_pred):
            y_true, y_pred = squeeze_or_expand(y_true, y_pred)
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict[str, Any]:
        """The function and its arguments, serialized."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        config = super().get_config()
        return {**config, "fn": serialize_keras_object(self.fn), **serialize_keras_object(self._fn_kwargs)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The loss that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        return cls(**(deserialize_keras_object(config) if "fn" in config else config))

    def __repr__(self) -> str:
        return f"<LossFunctionWrapper({self.fn}, kwargs={self._fn_kwargs})>"


def standardize_reduction(reduction: Any) -> Any:
    """`reduction`, where it is a known one; ValueError else. Keras 2's "auto" is "sum_over_batch_size", as it is told
    there, too.
    """
    legacy = _version.is_legacy()
    if reduction == "auto":
        return reduction if legacy else _DEFAULT
    if legacy and reduction not in _KEYS and (reduction is None or reduction not in REDUCTIONS):
        raise ValueError(f'Invalid Reduction Key: {reduction}. Expected keys are "{_KEYS}"')
    if reduction not in REDUCTIONS:
        raise ValueError(
            f"Invalid value for argument `reduction`. Expected one of {set(REDUCTIONS)}. "
            f"Received: reduction={reduction}"
        )
    return reduction


def squeeze_or_expand(x1: Any, x2: Any, expand_rank_1: bool = True) -> tuple[Any, Any]:
    """Two tensors whose ranks differ by a last axis of size 1, with that axis dropped from or added to one of them."""
    rank1, rank2 = len(x1.shape), len(x2.shape)
    if rank1 == rank2 + 1 and x1.shape[-1] == 1:
        if rank2 == 1 and expand_rank_1:
            return x1, _like(x2, lambda t: t.unsqueeze(-1))
        return _like(x1, lambda t: t.squeeze(-1)), x2
    if rank2 == rank1 + 1 and x2.shape[-1] == 1:
        if rank1 == 1 and expand_rank_1:
            return _like(x1, lambda t: t.unsqueeze(-1)), x2
        return x1, _like(x2, lambda t: t.squeeze(-1))
    return x1, x2


def _like(x: Any, change: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    return change(x) if isinstance(x, torch.Tensor) else wrap(change(to_storage(x)))


def told_shapes(error: Exception, a: torch.Tensor, b: torch.Tensor) -> Exception:
    """What a failure of torch is raised as: for shapes that don't broadcast, InvalidArgumentError, as TensorFlow's."""
    fits = all(m == n or m == 1 or n == 1 for m, n in zip(reversed(a.shape), reversed(b.shape)))
    if fits:
        return told(error)
    first, second = (f"[{','.join(str(d) for d in x.shape)}]" for x in (a, b))
    return InvalidArgumentError(None, None, f"Incompatible shapes: {first} vs. {second}")


def divide_no_nan(a: torch.Tensor, b: Any) -> torch.Tensor:
    """a / b, and 0 where b is 0."""
    if not isinstance(b, torch.Tensor):
        return a / b if b != 0 else torch.zeros_like(a)
    if not a.requires_grad and not b.requires_grad and a.shape == b.shape and a.dtype is b.dtype:
        return torch.where(b == 0, b, a / b)
    return torch.where(b == 0, torch.zeros_like(a), a / torch.where(b == 0, torch.ones_like(b), b))


def mask_weights(sample_weight: torch.Tensor | None, mask: torch.Tensor | None, reduction: Any) -> torch.Tensor | None:
    """The weights with masked samples at 0; for means, the rest scaled up so that the mean is of unmasked ones."""
    if mask is None:
        return sample_weight
    weight = mask.to(torch_dtype(settings.floatx) if sample_weight is None else sample_weight.dtype)
    if reduction in ("mean", "sum_over_batch_size", "auto"):
        weight = weight * divide_no_nan(torch.ones_like(weight).sum(), weight.sum())
    if sample_weight is None:
        return weight
    weight, sample_weight = squeeze_or_expand(weight, sample_weight)
    return sample_weight * weight


def reduce_weighted_values(
    values: Any, sample_weight: Any = None, mask: Any = None, reduction: Any = "sum_over_batch_size", dtype: Any = None
) -> Any:
    """The values, weighted and masked, reduced to a scalar (or not, for "none")."""
    kind = None if dtype is None else torch_dtype(standardize_dtype(dtype))
    t = to_storage(values)
    t = t if kind is None or t.dtype is kind else t.to(kind)
    weight = None if sample_weight is None else to_storage(sample_weight).to(t.dtype)
    weight = mask_weights(weight, None if mask is None else to_storage(mask), reduction)
    if weight is not None:
        weight = weight.to(device=t.device)
        t, weight = squeeze_or_expand(t, weight)
        try:
            t = t * weight
        except RuntimeError as error:
            raise told_shapes(error, t, weight) from None
    count = t.numel()
    is_empty = isinstance(count, int) and count == 0
    if reduction in (None, "none") or t.ndim == 0 or (is_empty and t.ndim == 1 and replicas() == 1):
        return wrap(t)
    if reduction == "sum":
        return wrap(t.sum())
    if reduction == "mean_with_sample_weight" and weight is not None:
        return wrap(share(divide_no_nan(t.sum(), weight.sum())))
    return wrap(share(t.sum() if is_empty else t.sum() / count))
