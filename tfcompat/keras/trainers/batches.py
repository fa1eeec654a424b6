"""Training, evaluating and predicting one batch at a time."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import _version, tree
from tfcompat.keras._session_values import with_values
from tfcompat.keras.callbacks.callback_list import pythonify_logs
from tfcompat.keras.trainers.data import ArrayAdapter, as_tensor, class_weight_to_sample_weights
from tfcompat.keras.trainers.keras2 import Keras2Trainer, as_compiled
from tfcompat.keras.trainers.outputs import to_numpy


class BatchTrainer(Keras2Trainer):
    """train_on_batch(), test_on_batch() and predict_on_batch() of a Trainer."""

    _assert_compile_called: Any
    _ordered_results: Any
    make_predict_function: Any
    make_test_function: Any
    make_train_function: Any
    reset_metrics: Any

    @with_values
    @as_compiled
    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = False,
        reset_metrics: bool = True,
    ) -> Any:
        """Trains on one batch and returns its loss and metrics; without `reset_metrics` (Keras 2's), of all so far."""
        self._assert_compile_called("train_on_batch")
        if class_weight is not None:
            if sample_weight is not None and not _version.is_legacy():
                raise ValueError(
                    "Arguments `sample_weight` and `class_weight` cannot be specified at the same time. Received: "
                    f"sample_weight={sample_weight}, class_weight={class_weight}"
                )
            sample_weight = class_weight_to_sample_weights(y, class_weight, sample_weight)
        return self._on_batch(self.make_train_function(), x, y, sample_weight, return_dict, reset_metrics)

    @with_values
    def test_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        return_dict: bool = False,
        reset_metrics: bool = True,
    ) -> Any:
        """Evaluates one batch and returns its loss and metrics; without `reset_metrics` (Keras 2's), of all so far."""
        self._assert_compile_called("test_on_batch")
        return self._on_batch(self.make_test_function(), x, y, sample_weight, return_dict, reset_metrics)

    def _on_batch(
        self, function: Any, x: Any, y: Any, sample_weight: Any, return_dict: bool, reset_metrics: bool
    ) -> Any:
        if reset_metrics:
            self.reset_metrics()
        data = tree.map_structure(as_tensor, (x, y, sample_weight))
        if _version.is_legacy():
            if all(a is None or a.shape.rank for a in tree.flatten(data)):
                ArrayAdapter.check_sizes(dict(zip(("x", "y", "sample_weight"), data)))
            data = data if sample_weight is not None else data[:2] if y is not None else data[:1]
        results = pythonify_logs(function(iter([data])))
        return results if return_dict else self._ordered_results(results)

    @with_values
    def predict_on_batch(self, x: Any) -> Any:
        """The model's outputs for one batch, as numpy arrays."""
        return tree.map_structure(to_numpy, self.make_predict_function()([(tree.map_structure(as_tensor, x),)]))
