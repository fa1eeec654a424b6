"""The losses and metrics given to compile(), matched to a model's outputs."""

from __future__ import annotations

import collections
from typing import Any

from tfcompat._core.convert import to_storage
from tfcompat._core.flags import flags
from tfcompat._core.ops import is_symbolic, wrap
from tfcompat.keras import _naming, _version, losses, metrics, tree
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._replicas import whole
from tfcompat.keras.losses.base import Loss, LossFunctionWrapper
from tfcompat.keras.metrics.base import Metric
from tfcompat.keras.metrics.reductions import Mean, MeanMetricWrapper


def _is_binary(y_pred: Any) -> bool:
    return y_pred.shape[-1] == 1


def _is_sparse(y_true: Any, y_pred: Any) -> bool:
    rank_true, rank_pred = len(y_true.shape), len(y_pred.shape)
    return rank_true < rank_pred or (y_true.shape[-1] == 1 and y_pred.shape[-1] > 1)


def _matched(y_true: Any, y_pred: Any) -> Any:
    """The labels of an output; Keras 2 makes a column of a vector where the output is a matrix."""
    if not _version.is_legacy() or y_true is None or len(y_true.shape) != 1:
        return y_true
    if len(y_pred.shape) != 2 or y_pred.shape[-1] == 1:
        return y_true
    return wrap(to_storage(y_true).unsqueeze(-1))


def make_metric(identifier: Any, y_true: Any, y_pred: Any) -> Metric:
    """The metric of an identifier; "accuracy" is the kind of accuracy that fits the shapes.

    After disable_v2_behavior() names are those of TensorFlow 1: "acc" for "accuracy", others in full.
    """
    if identifier is None:
        raise ValueError("Expected metric, received `None`")
    if str(identifier).lower() in ("accuracy", "acc"):
        name = str(identifier) if flags.tf2 else "acc"
        if _is_binary(y_pred):
            found: Any = metrics.BinaryAccuracy(name=name)
        elif _is_sparse(y_true, y_pred):
            found = metrics.SparseCategoricalAccuracy(name=name)
        else:
            found = metrics.CategoricalAccuracy(name=name)
    else:
        found = metrics.get(identifier)
    own = (
        not isinstance(identifier, str)
        or not flags.tf2
        or (_version.is_legacy() and identifier == type(found).__name__)
    )
    name = _naming.object_name(found) if own else identifier  # in Keras 2 "AUC" is called "auc"
    if not isinstance(found, Metric):
        found = MeanMetricWrapper(found)
    found.name = name
    return found


def make_loss(identifier: Any, y_true: Any, y_pred: Any) -> Loss | None:
    """The loss of an identifier; "crossentropy" is the one that fits the shapes."""
    if identifier is None:
        return None
    if str(identifier).lower() in ("crossentropy", "ce"):
        if _is_binary(y_pred):
            found: Any = losses.binary_crossentropy
        elif _is_sparse(y_true, y_pred):
            found = losses.sparse_categorical_crossentropy
        else:
            found = losses.categorical_crossentropy
    else:
        found = losses.get(identifier)
    if not isinstance(found, Loss):
        name = identifier if isinstance(identifier, str) else _naming.object_name(found)
        found = LossFunctionWrapper(found, name=name)
    found._in_fit = True
    return found


def output_names_of(y_pred: Any, names: list[str] | None) -> list[Any]:
    """A name for each output: the functional model's, the keys of a dict of outputs, or None."""
    flat = tree.flatten(y_pred)
    if isinstance(y_pred, dict) and len(y_pred) == len(flat):
        return list(y_pred) if isinstance(y_pred, collections.OrderedDict) else sorted(y_pred)
    if names and len(names) == len(flat):
        return list(names)
    if all(isinstance(x, KerasTensor) and hasattr(x, "_keras_history") for x in flat):
        return [x._keras_history.operation.name for x in flat]
    return [None] * len(flat)


def per_output(value: Any, y_pred: Any, names: list[Any], what: str, model_names: list[str] | None) -> list[Any]:
    """`value` (one for all, a list, a dict by name, or of the outputs' structure) as one entry for each output."""
    count = len(names)
    if value is None:
        return [None] * count
    if isinstance(value, dict):
        known = [name for name in names if name is not None]
        unknown = set(value) - set(known)
        if what == "loss" and not isinstance(y_pred, dict) and len(value) < len(known):
            unknown = set(known) - set(value)
        if not unknown:
            return [value.get(name) for name in names]
        if not isinstance(y_pred, dict):
            raise ValueError(f"Expected keys {known} in {what} dict, but found {what}.keys()={list(value)}")
        raise KeyError(
            f"{sorted(unknown, key=str)} of the `{what}` argument can't be found in the model's outputs {known}."
        )
    if isinstance(value, (list, tuple)):
        if len(value) == count:
            return list(value)
        try:
            return [part for _, part in zip(names, _up_to(y_pred, value), strict=True)]
        except ValueError:
            if what == "loss" and len(value) < count and not _version.is_legacy():  # the first outputs have losses
                return [*value, *[None] * (count - len(value))]
            raise ValueError(
                f"`{what}` has {len(value)} entries for {count} outputs"
                f"{f' {model_names}' if model_names else ''}. Received: {what}={value}"
            ) from None
    return [value] * count


def _is_for_all(given: Any, count: int) -> bool:
    """Whether metrics are meant for each of several outputs, as in Keras 2: a list of them, one for each or not."""
    if not isinstance(given, (list, tuple)) or any(m is None or isinstance(m, (list, tuple, dict)) for m in given):
        return False
    return len(given) != count or _version.is_legacy()


def _another(metric: Any) -> Any:
    """A metric like another, which has numbers of its own."""
    return type(metric).from_config(metric.get_config()) if isinstance(metric, Metric) else metric


def _up_to(structure: Any, value: Any) -> list[Any]:
    found: list[Any] = []
    tree.map_structure_up_to(tree.lists_to_tuples(structure), found.append, tree.lists_to_tuples(value))
    return found


def match(y: Any, y_pred: Any, names: list[Any], what: str) -> list[Any]:
    """Labels or weights as one entry for each output; ValueError where their structure differs from the outputs'."""
    count = len(names)
    if y is None:
        return [None] * count
    if isinstance(y, dict) and set(y) == set(names):
        return [y[name] for name in names]
    flat = tree.flatten(y)
    if len(flat) == count:
        return flat
    shape = tree.map_structure(lambda _: "*", y)
    raise ValueError(
        f"{what} and y_pred have different structures.\n{what}: {shape}\ny_pred: "
        f"{tree.map_structure(lambda _: '*', y_pred)}\n"
    )


class CompileLoss(Loss):
    """The losses of all outputs, weighted and added up; with several, each has a mean of its own among the metrics."""

    def __init__(
        self,
        loss: Any,
        loss_weights: Any = None,
        reduction: Any = "sum_over_batch_size",
        output_names: list[str] | None = None,
    ) -> None:
        if loss_weights is not None and not isinstance(loss_weights, (list, tuple, dict, float, int)):
            raise ValueError(
                "Expected `loss_weights` argument to be a float (single output case) or a list, tuple, or dict "
                f"(multiple output case). Received instead: loss_weights={loss_weights} of type {type(loss_weights)}"
            )
        super().__init__(name="compile_loss", reduction=reduction)
        self._user_loss, self._user_loss_weights = loss, loss_weights
        self.output_names = output_names
        self.built = False
        self.metrics: list[Mean] = []
        # (output number, loss, weight) triples; one output may have several losses.
        self._parts: list[tuple[int, Loss, Any]] = []
        self._names: list[Any] = []

    @property
    def variables(self) -> list[Any]:
        """The variables of the losses' means."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Makes the losses, for labels and predictions of these structures and shapes."""
        flat = tree.flatten(y_pred)
        names = self._names = output_names_of(y_pred, self.output_names)
        wanted = self._user_loss
        if len(flat) == 1 and isinstance(wanted, (list, tuple)) and len(wanted) > 1:
            given: list[Any] = [list(wanted)]
        else:
            given = per_output(wanted, y_pred, names, "loss", self.output_names)
        weights = self._weights(given, y_pred, names)
        true = self._labels(y_true, y_pred, given)
        labels = []
        for number, (identifiers, weight) in enumerate(zip(given, weights)):
            several = isinstance(identifiers, (list, tuple))
            own_weights = weight if several and isinstance(weight, (list, tuple)) else None
            for index, identifier in enumerate(identifiers if several else [identifiers]):
                loss = make_loss(identifier, true[number], flat[number])
                if loss is not None:
                    self._parts.append((number, loss, weight if own_weights is None else own_weights[index]))
                    labels.append(names[number] or loss.name)
        if len(self._parts) > 1:
            self.metrics = [Mean(name=f"{label}_loss") for label in labels]
        self.built = True

    def _weights(self, given: list[Any], y_pred: Any, names: list[Any]) -> list[Any]:
        weights = self._user_loss_weights
        listed = isinstance(weights, (list, tuple))
        if listed and len(given) == 1 and isinstance(given[0], list):
            return [list(weights)]
        if listed and len(weights) != len(given):
            raise ValueError(
                f"`loss_weights` must match the number of losses, got {len(given)} losses and {len(weights)} weights."
            )
        return per_output(weights, y_pred, names, "loss_weights", self.output_names)

    def _labels(self, y_true: Any, y_pred: Any, given: list[Any]) -> list[Any]:
        """The labels, one for each output; outputs without a loss may have none. In Keras 2 one is for all outputs."""
        if _version.is_legacy() and not tree.is_nested(y_true):
            return [y_true] * len(given)
        flat = tree.flatten(y_true)
        needed = [number for number, identifier in enumerate(given) if identifier is not None]
        if len(flat) != len(given) and len(flat) == len(needed) and not isinstance(y_true, dict):
            filled: list[Any] = [None] * len(given)
            for number, label in zip(needed, flat):
                filled[number] = label
            return filled
        if isinstance(y_true, dict) and set(y_true) < set(self._names):
            return [y_true.get(name) for name in self._names]
        if len(flat) < len(needed):
            path = (0,) if not tree.is_nested(y_true) else (len(flat),)
            raise KeyError(
                f"The path: {path} in the `loss` argument, can't be found in either the model's output (`y_pred`) or "
                "in the labels (`y_true`)."
            )
        return match(y_true, y_pred, self._names, "y_true")

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        return self.call(y_true, y_pred, sample_weight)

    def call(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The total loss, None where no output has one."""
        if not self.built:
            self.build(y_true, y_pred)
        flat = tree.flatten(y_pred)
        given = [None] * len(flat)
        for number, loss, _ in self._parts:
            given[number] = loss  # type: ignore[call-overload]
        true = self._labels(y_true, y_pred, given)
        if sample_weight is not None and tree.is_nested(sample_weight):
            weights = match(sample_weight, y_pred, self._names, "sample_weight")
        else:
            weights = [sample_weight] * len(flat)
        total = None
        for index, (number, loss, factor) in enumerate(self._parts):
            value = loss(_matched(true[number], flat[number]), flat[number], weights[number])
            if self.metrics:
                rows = to_storage(flat[number])
                if is_symbolic(rows):  # no batch size is known in Keras's graph: each counts as much as the others
                    self.metrics[index].update_state(whole(value))
                else:
                    self.metrics[index]._take_batch_mean(whole(value), rows.shape[0])
            if factor is not None:
                value = wrap(to_storage(value) * factor)
            total = value if total is None else total + value
        return total

    def get_config(self) -> dict[str, Any]:
        """Not serializable: the arguments of compile() are."""
        raise NotImplementedError("CompileLoss is made by compile(), whose arguments are what is saved.")


class CompileMetrics(Metric):
    """The metrics of all outputs, and those that sample weights count for."""

    _given: Any
    _made: Any
    _names: Any

    def __init__(
        self,
        metrics: Any,
        weighted_metrics: Any,
        name: str = "compile_metrics",
        output_names: list[str] | None = None,
    ) -> None:
        super().__init__(name=name)
        for what, value in (("metrics", metrics), ("weighted_metrics", weighted_metrics)):
            if value and not isinstance(value, (list, tuple, dict)):
                raise ValueError(
                    f"Expected `{what}` argument to be a list, tuple, or dict. Received instead: {what}={value} of "
                    "type "
                    f"{type(value)}"
                )
        # Kept from the tracker: they are the model's, through `metrics`.
        object.__setattr__(self, "_given", (metrics, weighted_metrics))
        object.__setattr__(self, "_made", ([], []))
        object.__setattr__(self, "_names", [])
        self.output_names = output_names
        self.built = False

    @property
    def metrics(self) -> list[Metric]:
        """All metrics, in the order of the outputs, weighted ones last; empty before the first batch."""
        return [metric for group in self._made for own in group for metric in own]

    @property
    def variables(self) -> list[Any]:
        """The variables of the metrics."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Makes the metrics, for labels and predictions of these structures and shapes."""
        flat = tree.flatten(y_pred)
        names = output_names_of(y_pred, self.output_names)
        object.__setattr__(self, "_names", names)
        true = match(y_true, y_pred, names, "y_true")
        made = []
        for what, given in zip(("metrics", "weighted_metrics"), self._given):
            if not given:
                own: list[Any] = [None] * len(flat)
            elif len(flat) == 1:
                own = [tree.flatten(given)]
            elif _is_for_all(given, len(flat)):
                own = [given, *(list(map(_another, given)) for _ in flat[1:])]
            else:
                own = per_output(given, y_pred, names, what, self.output_names)
            groups = []
            for identifiers, y, p in zip(own, true, flat):
                listed = (
                    []
                    if identifiers is None
                    else identifiers
                    if isinstance(identifiers, (list, tuple))
                    else [identifiers]
                )
                groups.append([make_metric(identifier, y, p) for identifier in tree.flatten(list(listed))])
            made.append(groups)
        object.__setattr__(self, "_made", tuple(made))
        self.built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes in a batch."""
        if not self.built:
            self.build(y_true, y_pred)
        flat = tree.flatten(y_pred)
        true = match(y_true, y_pred, self._names, "y_true")
        if sample_weight is not None and tree.is_nested(sample_weight):
            weights = match(sample_weight, y_pred, self._names, "sample_weight")
        else:
            weights = [sample_weight] * len(flat)
        plain, weighted = self._made
        for number, (y, p, w) in enumerate(zip(true, flat, weights)):
            y = _matched(y, p)
            for metric in plain[number]:
                metric.update_state(y, p)
            for metric in weighted[number]:
                metric.update_state(y, p, sample_weight=w)

    def reset_state(self) -> None:
        """Resets all metrics."""
        for metric in self.metrics:
            metric.reset_state()

    def result(self) -> dict[str, Any]:
        """The results by name, with the output's name in front where there are several outputs."""
        if not self.built:
            raise ValueError("Cannot get result() since the metric has not yet been built.")
        results: dict[str, Any] = {}
        counts: dict[str, int] = {}
        several = len(self._names) > 1
        for group, weighted in zip(self._made, (False, True)):
            for output, own in zip(self._names, group):
                prefix = f"{output}_" if several and output else ""
                for metric in own:
                    name = prefix + metric.name
                    if weighted and name in counts:
                        name = f"{prefix}weighted_{metric.name}"
                    count = counts.get(name, 0)
                    counts[name] = count + 1
                    results[f"{name}_{count}" if count else name] = metric.result()
        return results

    def get_config(self) -> dict[str, Any]:
        """Not serializable: the arguments of compile() are."""
        raise NotImplementedError("CompileMetrics is made by compile(), whose arguments are what is saved.")
