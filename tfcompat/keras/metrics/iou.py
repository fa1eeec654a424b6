"""Intersection over union of labels and predictions, from a confusion matrix."""

from __future__ import annotations

import warnings
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._state import settings
from tfcompat.keras._version import by_version, is_legacy
from tfcompat.keras.metrics._confusion import confusion_matrix
from tfcompat.keras.metrics._keras2 import updated
from tfcompat.keras.metrics.base import Metric
from tfcompat.keras.metrics.reductions import add_to, clear
from tfcompat.keras.ops._operation import torch_dtype


class IoU(Metric):
    """The mean of true positives / (true positives + false positives + false negatives) over `target_class_ids`
    (tf.keras.metrics.IoU).

    ignore_class: a class whose labels are left out. sparse_y_true, sparse_y_pred: whether labels and predictions are
    class numbers rather than one number for each class along `axis`. ValueError for a class id that is too high.
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Any,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(name=name, dtype=dtype or (None if is_legacy() else "int"))
        self._direction = "up"
        self.num_classes, self.ignore_class, self.axis = num_classes, ignore_class, axis
        self.sparse_y_true, self.sparse_y_pred = sparse_y_true, sparse_y_pred
        self.total_cm = self.add_variable(
            name="total_confusion_matrix", shape=(num_classes, num_classes), dtype=self.dtype
        )
        if max(target_class_ids) >= num_classes:
            raise ValueError(f"Target class id {max(target_class_ids)} is out of range, which is [0, {num_classes}).")
        self.target_class_ids = list(target_class_ids)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Counts a batch, weighted; weights are cast to the metric's dtype. Returns the confusion matrix so far."""
        kind = torch_dtype(self.dtype)
        pred, true = to_storage(y_pred).detach(), to_storage(y_true).detach()
        true = (true if self.sparse_y_true else true.argmax(self.axis)).to(pred.device, kind).reshape(-1)
        pred = (pred if self.sparse_y_pred else pred.argmax(self.axis)).to(kind).reshape(-1)
        weight = torch.ones_like(true)
        if sample_weight is not None:
            given = to_storage(sample_weight)
            if given.is_floating_point() and not kind.is_floating_point:
                warnings.warn(
                    "You are passing weight as `float`, but dtype is `int`. This may result in an incorrect weight due "
                    "to type casting Consider using integer weights.",
                    stacklevel=2,
                )
            given = given.to(true.device, kind)
            weight = (given.reshape(-1) if given.ndim > 1 else given).broadcast_to(true.shape)
        count = self.num_classes
        known = (true >= 0) & (true < count) & (pred >= 0) & (pred < count)
        if self.ignore_class is not None:
            known = known & (true != self.ignore_class)
        zero = torch.zeros_like(true)
        true, pred, weight = (torch.where(known, x, zero) for x in (true, pred, weight))
        add_to(self.total_cm, confusion_matrix(true, pred, count, weight))
        return by_version(wrap(to_storage(self.total_cm) + 0), updated(self.total_cm))

    def result(self) -> Any:
        """The mean over the target classes that occur."""
        totals = to_storage(self.total_cm)
        hits = totals.diagonal()
        union = totals.sum(0) + totals.sum(1) - hits
        chosen = torch.tensor(self.target_class_ids, device=totals.device)
        kind = by_version(torch.float32, torch_dtype(self.dtype))
        hits, union = hits[chosen].to(kind), union[chosen].to(kind)
        valid = union > 1e-9
        shares = torch.where(valid, hits / (union + settings.epsilon), torch.zeros_like(hits))
        return wrap(shares.sum() / (valid.to(kind).sum() + settings.epsilon))

    def reset_state(self) -> None:
        """Starts again from 0."""
        clear(self.total_cm)

    _leading = 0  # how many of its own arguments are before the name in configurations
    _own: tuple[str, ...] = (
        "num_classes", "target_class_ids", "ignore_class", "sparse_y_true", "sparse_y_pred", "axis",
    )  # fmt: skip

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`; those that are needed come first."""
        own = {key: getattr(self, key) for key in self._own}
        first = {key: own[key] for key in self._own[: self._leading]}
        return {**first, **super().get_config(), **own}


class BinaryIoU(IoU):
    """The intersection over union of classes 0 and 1, 1 being predictions from `threshold` on
    (tf.keras.metrics.BinaryIoU).
    """

    _leading = 2
    _own = ("target_class_ids", "threshold")

    def __init__(
        self, target_class_ids: Any = (0, 1), threshold: float = 0.5, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(num_classes=2, target_class_ids=target_class_ids, name=name, dtype=dtype)
        self.threshold = threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Counts a batch, weighted. Returns the confusion matrix so far."""
        return super().update_state(y_true, wrap(to_storage(y_pred).detach() >= self.threshold), sample_weight)


class MeanIoU(IoU):
    """The mean intersection over union of all classes (tf.keras.metrics.MeanIoU); the arguments are those of IoU."""

    _leading = 1
    _own = ("num_classes", "ignore_class", "sparse_y_true", "sparse_y_pred", "axis")

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes, list(range(num_classes)), name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis
        )


class OneHotIoU(IoU):
    """IoU for one-hot labels (tf.keras.metrics.OneHotIoU); the arguments are those of IoU."""

    _leading = 2
    _own = ("num_classes", "target_class_ids", "ignore_class", "sparse_y_pred", "axis")

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Any,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)


class OneHotMeanIoU(MeanIoU):
    """MeanIoU for one-hot labels (tf.keras.metrics.OneHotMeanIoU); the arguments are those of IoU."""

    _own = ("num_classes", "ignore_class", "sparse_y_pred", "axis")

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)
