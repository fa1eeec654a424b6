"""The losses and metrics of compile() as Keras 2 keeps them: in `model.compiled_loss` and `model.compiled_metrics`."""

from __future__ import annotations

from typing import Any

from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import to_storage
from tfcompat._core.flags import flags
from tfcompat._core.ops import wrap
from tfcompat.keras import tree
from tfcompat.keras._replicas import whole
from tfcompat.keras.layers._call import get_mask
from tfcompat.keras.losses.base import mask_weights
from tfcompat.keras.metrics.base import Metric
from tfcompat.keras.metrics.reductions import Mean
from tfcompat.keras.trainers.compile import make_loss, make_metric
from tfcompat.keras.trainers.data import samples_in


def pseudo_names(outputs: Any) -> list[str]:
    """The names of a model's outputs that has none for them: "output_1", "output_2", or the keys of dicts."""
    names = []
    for path, _ in tree.flatten_with_path(outputs):
        counted = [part + 1 if isinstance(part, int) else part for part in path]
        name = "_".join(map(str, counted)) or "1"
        names.append(f"output_{name}" if not path or isinstance(path[0], int) else name)
    return names


class _Container:
    """What the losses and the metrics share: `names` of the outputs, known once there are outputs."""

    def __init__(self, names: list[str] | None) -> None:
        self.names: list[str] = list(names or ())
        self.built = False

    def conform(self, y_pred: Any, struct: Any) -> list[Any]:
        """What is given for the outputs, one for all or a nest with names or places, as a list with one for each.

        ValueError for a name that is none of the outputs'.
        """
        several = tree.is_nested(y_pred)
        if isinstance(struct, dict) and isinstance(y_pred, dict):
            struct = {**dict.fromkeys(y_pred), **struct}
        elif isinstance(struct, dict) and not (several and any(map(tree.is_nested, y_pred))):
            unknown = {key: value for key, value in struct.items() if key not in self.names}
            if unknown:
                raise ValueError(
                    "Found unexpected losses or metrics that do not correspond to any Model output: "
                    f"{unknown.keys()}. Valid mode output names: {self.names}. Received struct is: {unknown}."
                )
            struct = [struct.get(name) for name in self.names]
        if several and not tree.is_nested(struct):
            return [struct] * len(tree.flatten(y_pred))
        return tree.flatten(struct)

    def _name_outputs(self, y_pred: Any) -> None:
        self.names = self.names or pseudo_names(y_pred)


def _matched(y_true: Any, y_pred: Any, weight: Any) -> tuple[Any, Any]:
    """Labels and weights as columns where the output is a matrix, and of the output's dtype where they are alike."""
    if isinstance(y_true, CompositeTensor) or isinstance(y_pred, CompositeTensor) or y_true.dtype == "string":
        return y_true, weight
    y, p = to_storage(y_true), to_storage(y_pred)
    given, w = y, None if weight is None else to_storage(weight)
    if p.ndim == 2:
        y = y.unsqueeze(-1) if y.ndim == 1 else y
        w = w.unsqueeze(-1) if w is not None and w.ndim == 1 else w
    if y.dtype is not p.dtype and y.is_floating_point() == p.is_floating_point():
        y = y.to(p.dtype)
    return y_true if y is given else wrap(y), None if w is None else wrap(w.to(p.dtype))


class LossesContainer(_Container):
    """The losses of all outputs, weighted and added up, and the means that they have among the metrics.

    losses, weights: one for all outputs, or a list or dict of them; names: the outputs', where the model knows them.
    """

    def __init__(self, losses: Any, weights: Any = None, names: list[str] | None = None) -> None:
        super().__init__(names)
        self._given, self._given_weights = losses, weights
        self._losses: list[Any] = []
        self._weights: list[Any] = []
        self._mean = Mean(name="loss")
        self._means: list[Mean | None] = []

    @property
    def metrics(self) -> list[Mean]:
        """The means, of the total and, with several outputs, of each that has a loss; none before the first batch."""
        return [self._mean, *(mean for mean in self._means if mean is not None)] if self.built else []

    def build(self, y_pred: Any) -> None:
        """Makes the losses for predictions of this structure."""
        self._name_outputs(y_pred)
        self._losses = [make_loss(identifier, None, None) for identifier in self.conform(y_pred, self._given)]
        self._weights = self.conform(y_pred, self._given_weights)
        several = len(self.names) > 1
        self._means = [
            Mean(name=f"{name}_loss") if several and loss is not None else None
            for name, loss in zip(self.names, self._losses)
        ]
        self.built = True

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None, regularization_losses: Any = None) -> Any:
        """The total loss, None where there is none; `regularization_losses` are added to it."""
        if not self.built:
            self.build(y_pred)
        true, weights = self.conform(y_pred, y_true), self.conform(y_pred, sample_weight)
        total, rows = None, None
        means = self._means if len(self._means) > 1 else [None] * len(self._losses)
        rest = zip(true, tree.flatten(y_pred), weights, self._losses, self._weights, means)
        for y, p, weight, loss, factor, mean in rest:
            if y is None or loss is None:
                continue
            y, weight = _matched(y, p, weight)
            value = loss(y, p, sample_weight=weight)
            rows = y if rows is None else rows
            if mean is not None:
                _take(mean, value, rows)
            if factor is not None:
                value = wrap(to_storage(value) * factor)
            total = value if total is None else total + value
        for value in regularization_losses or ():
            total = value if total is None else total + value
        if total is not None:
            _take(self._mean, total, rows)
        return total

    def reset_state(self) -> None:
        """Resets the means."""
        for metric in self.metrics:
            metric.reset_state()


def _take(mean: Mean, value: Any, rows: Any) -> None:
    """Takes the loss of a batch, which counts as often as it has samples, into its mean."""
    if to_storage(value).ndim or rows is None:
        mean.update_state(whole(value))
    else:
        mean._take_batch_mean(whole(value), samples_in(rows))


class MetricsContainer(_Container):
    """The metrics of all outputs, and those that sample weights count for.

    Both: one metric or a list of them for all outputs, or a list or dict with those of each. ValueError for a metric
    that is given twice.
    """

    def __init__(self, metrics: Any = None, weighted: Any = None, names: list[str] | None = None) -> None:
        super().__init__(names)
        objects = [m for m in [*tree.flatten(metrics), *tree.flatten(weighted)] if isinstance(m, Metric)]
        twice = [m for index, m in enumerate(objects) if any(m is other for other in objects[:index])]
        if twice:
            raise ValueError(
                "Found duplicated metrics object in the user provided metrics and weighted metrics. This will cause "
                "the same metric object to be updated multiple times, and report wrong results. \n"
                f"Duplicated items: {twice}"
            )
        self._given = metrics, weighted
        self._made: list[tuple[list[Metric], list[Metric]]] = []

    @property
    def metrics(self) -> list[Metric]:
        """All metrics, output by output; none before the first batch."""
        return [metric for own in self._made for group in own for metric in group]

    def build(self, y_pred: Any, y_true: Any) -> None:
        """Makes the metrics, for labels and predictions of these structures and shapes."""
        self._name_outputs(y_pred)
        flat, true = tree.flatten(y_pred), self.conform(y_pred, y_true)
        made = []
        for given in self._given:
            groups = []
            for identifiers, y, p in zip(self._per_output(y_pred, given), true, flat):
                found = (i for i in tree.flatten(identifiers) if i is not None)
                groups.append([make_metric(identifier, y, p) for identifier in found])
            made.append(groups)
        self._made = list(zip(*made))
        self._name_metrics()
        self.built = True

    @property
    def given(self) -> tuple[Any, Any]:
        """The metrics and the weighted ones as Keras 2's files have them: after the first batch, output by output."""
        if not self.built:
            return self._given
        metrics, weighted = ([list(own) or [None] for own in groups] for groups in zip(*self._made))
        return metrics if self._given[0] else None, weighted if self._given[1] else None

    def _per_output(self, y_pred: Any, given: Any) -> list[Any]:
        """The metrics of each output: those that are given for all are copied where there are several."""
        count = len(tree.flatten(y_pred))
        listed = isinstance(given, (list, tuple)) and not any(map(tree.is_nested, given))
        if listed or not tree.is_nested(given):
            return [given] if count == 1 else [tree.map_structure(_another, given) for _ in range(count)]
        if isinstance(given, dict) and not isinstance(y_pred, dict):
            unknown = {key: value for key, value in given.items() if key not in self.names}
            if unknown:
                self.conform(y_pred, unknown)
            return [given.get(name) for name in self.names]
        if isinstance(given, dict):
            return [given.get(key) for key in sorted(y_pred)]
        return list(given)

    def _name_metrics(self) -> None:
        """Puts the outputs' names before the metrics' where there are several; ValueError for two of one name."""
        known: set[str] = set()
        for output, (plain, weighted) in zip(self.names, self._made):
            prefix = f"{output}_" if len(self.names) > 1 else ""
            for metric in (*plain, *weighted):
                own = metric.name
                metric.name = prefix + own
                if metric in weighted and (metric.name in known or not flags.tf2):
                    metric.name = f"{prefix}weighted_{own}"
                if metric.name in known:
                    raise ValueError(
                        f"Found two metrics with the same name: {metric.name}. All the metrics added to the model need "
                        "to have unique names."
                    )
                known.add(metric.name)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes in a batch."""
        if not self.built:
            self.build(y_pred, y_true)
        true, weights = self.conform(y_pred, y_true), self.conform(y_pred, sample_weight)
        for y, p, weight, (plain, weighted) in zip(true, tree.flatten(y_pred), weights, self._made):
            if y is None or not (plain or weighted):
                continue
            y, weight = _matched(y, p, weight)
            mask = get_mask(p)
            for metric in plain:
                metric.update_state(y, p, **({} if mask is None else {"sample_weight": mask}))
            if mask is not None and weighted:
                given = None if weight is None else to_storage(weight)
                weight = wrap(mask_weights(given, to_storage(mask), "sum"))
            for metric in weighted:
                metric.update_state(y, p, sample_weight=weight)

    def result(self) -> dict[str, Any]:
        """The results of the metrics by name."""
        return {metric.name: metric.result() for metric in self.metrics}

    def reset_state(self) -> None:
        """Resets the metrics, those that were given as objects before the first batch too."""
        given = [m for struct in self._given for m in tree.flatten(struct) if isinstance(m, Metric)]
        for metric in self.metrics if self.built else given:
            metric.reset_state()


def _another(metric: Any) -> Any:
    """A metric like another, which has numbers of its own."""
    return type(metric).from_config(metric.get_config()) if isinstance(metric, Metric) else metric
