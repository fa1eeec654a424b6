"""Exporters: what train_and_evaluate exports after an evaluation (tf.estimator.BestExporter and relatives)."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._core import errors, logging
from tfcompat.estimator._spec import LOSS, fn_args


class Exporter:
    """Exports an estimator after an evaluation (tf.estimator.Exporter); subclasses say what and when."""

    @property
    def name(self) -> str:
        """The name of the folder for the exports."""
        raise NotImplementedError(f"{type(self).__name__} must define `name`.")

    def export(
        self, estimator: Any, export_path: str, checkpoint_path: str, eval_result: Any, is_the_final_export: bool
    ) -> Any:
        """Exports a checkpoint that was evaluated; the path as bytes, or None where it is not exported."""
        raise NotImplementedError(f"{type(self).__name__} must implement `export`.")


class _SavedModels(Exporter):
    """Exports SavedModels, of which the newest are kept."""

    def __init__(
        self, name: str, receiver_fn: Any, assets_extra: Any, as_text: bool, exports_to_keep: int | None
    ) -> None:
        if exports_to_keep is not None and exports_to_keep <= 0:
            raise ValueError(f"`exports_to_keep`, if provided, must be a positive number. Got {exports_to_keep}")
        self._name, self._receiver_fn, self._kept = name, receiver_fn, exports_to_keep
        self._assets_extra, self._as_text = assets_extra, as_text

    @property
    def name(self) -> str:
        """The name of the folder for the exports."""
        return self._name

    def _export(self, estimator: Any, export_path: str, checkpoint_path: str) -> Any:
        found = estimator.export_saved_model(
            export_path,
            self._receiver_fn,
            assets_extra=self._assets_extra,
            as_text=self._as_text,
            checkpoint_path=checkpoint_path,
        )
        if self._kept is not None:
            versions = sorted(n for n in os.listdir(export_path) if len(n) == 10 and n.isdigit())
            for version in versions[: -self._kept]:
                try:
                    tf.io.gfile.rmtree(os.path.join(export_path, version))
                except errors.NotFoundError as e:
                    logging.warning(f"Can not delete {os.path.join(export_path, version)} recursively: {e}")
        return found


def loss_smaller(best_eval_result: Any, current_eval_result: Any) -> bool:
    """Whether the loss of the second is smaller; ValueError where one has no loss."""
    for name, found in (("best_eval_result", best_eval_result), ("current_eval_result", current_eval_result)):
        if not found or LOSS not in found:
            raise ValueError(f"{name} cannot be empty or no loss is found in it.")
    return best_eval_result[LOSS] > current_eval_result[LOSS]


class BestExporter(_SavedModels):
    """Exports what is better than all before (tf.estimator.BestExporter).

    serving_input_receiver_fn: as export_saved_model takes it. event_file_pattern: of the files, within model_dir, that
    tell of earlier results, None for none. compare_fn: whether the current result is better than the best one.
    exports_to_keep: None for all. ValueError for a compare_fn with other arguments, and for numbers below 1.
    """

    def __init__(
        self,
        name: str = "best_exporter",
        serving_input_receiver_fn: Callable[[], Any] | None = None,
        event_file_pattern: str | None = "eval/*.tfevents.*",
        compare_fn: Callable[..., Any] = loss_smaller,
        assets_extra: dict[str, str] | None = None,
        as_text: bool = False,
        exports_to_keep: int | None = 5,
    ) -> None:
        if compare_fn is None:
            raise ValueError("`compare_fn` must not be None.")
        names = set(fn_args(compare_fn))
        for wanted in ("best_eval_result", "current_eval_result"):
            if wanted not in names:
                raise ValueError(f"compare_fn ({compare_fn}) must include {wanted} argument.")
        if len(names) > 2:
            more = sorted(names - {"best_eval_result", "current_eval_result"})
            raise ValueError(f"compare_fn ({compare_fn}) has following not expected args: {more}")
        super().__init__(name, serving_input_receiver_fn, assets_extra, as_text, exports_to_keep)
        self._compare_fn, self._pattern = compare_fn, event_file_pattern
        self._model_dir: Any = None
        self._best_eval_result: Any = None
        self._has_exported = False

    def export(
        self, estimator: Any, export_path: str, checkpoint_path: str, eval_result: Any, is_the_final_export: bool
    ) -> Any:
        """Exports where the result is the best one yet."""
        if self._model_dir != estimator.model_dir and self._pattern:
            logging.get_logger().info("Loading best metric from event files.")
            self._model_dir = estimator.model_dir
            self._best_eval_result = self._best_of(os.path.join(self._model_dir, self._pattern))
        best = self._best_eval_result
        is_first = best is None or not self._has_exported
        if not is_first and not self._compare_fn(best_eval_result=best, current_eval_result=eval_result):
            return None
        logging.get_logger().info("Performing best model export.")
        self._best_eval_result = eval_result
        found = self._export(estimator, export_path, checkpoint_path)
        self._has_exported = True
        return found

    def _best_of(self, pattern: str) -> Any:
        best = None
        for path in tf.io.gfile.glob(pattern):
            for event in tf.compat.v1.train.summary_iterator(path):
                values = event.summary.value if event.HasField("summary") else ()
                found = {value.tag: value.simple_value for value in values if value.HasField("simple_value")}
                if found and (best is None or self._compare_fn(best, found)):
                    best = found
        return best


class FinalExporter(_SavedModels):
    """Exports at the end of training (tf.estimator.FinalExporter)."""

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: dict[str, str] | None = None,
        as_text: bool = False,
    ) -> None:
        super().__init__(name, serving_input_receiver_fn, assets_extra, as_text, None)

    def export(
        self, estimator: Any, export_path: str, checkpoint_path: str, eval_result: Any, is_the_final_export: bool
    ) -> Any:
        """Exports where it is the end."""
        if not is_the_final_export:
            return None
        logging.get_logger().info("Performing the final export in the end of training.")
        return self._export(estimator, export_path, checkpoint_path)


class LatestExporter(_SavedModels):
    """Exports after each evaluation (tf.estimator.LatestExporter); exports_to_keep: None for all."""

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: dict[str, str] | None = None,
        as_text: bool = False,
        exports_to_keep: int | None = 5,
    ) -> None:
        super().__init__(name, serving_input_receiver_fn, assets_extra, as_text, exports_to_keep)

    def export(
        self, estimator: Any, export_path: str, checkpoint_path: str, eval_result: Any, is_the_final_export: bool
    ) -> Any:
        """Exports."""
        return self._export(estimator, export_path, checkpoint_path)
