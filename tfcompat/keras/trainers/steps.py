"""The functions that fit(), evaluate() and predict() call for each step: a Trainer's steps, captured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tfcompat.keras import _replicas, tree
from tfcompat.keras._scopes import batch_unknown
from tfcompat.keras.trainers.outputs import joined


class StepFunctions:
    """make_train_function(), make_test_function() and make_predict_function() of a Trainer."""

    _distribute_strategy: Any
    built: Any
    jit_compile: Any
    predict_function: Any
    predict_step: Any
    run_eagerly: Any
    steps_per_execution: Any
    test_function: Any
    test_step: Any
    train_function: Any
    train_step: Any

    @property
    def _several(self) -> Any:
        """The model's strategy, where that has several replicas; else None."""
        strategy = self._distribute_strategy or _replicas.strategy_in_force()
        return strategy if strategy is not None and strategy.num_replicas_in_sync > 1 else None

    def _captured(self, step: Callable[[Any], Any], put_together: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
        """A step as a tf.function, unless the model runs eagerly; of several replicas, with all of them."""
        if self._several is not None:
            step = _replicas.in_each(self._several, step, put_together)
        if self.run_eagerly:
            return step
        from tfcompat.keras.trainers.capture import captured

        return captured(step, jit_compile=self.jit_compile)

    def _loop(self, step: Callable[[Any], Any]) -> Callable[[Iterator[Any]], Any]:
        """A function that takes `steps_per_execution` batches from an iterator; StopIteration where there is none."""
        one_step, count = self._captured(step, _replicas.mean_of), self.steps_per_execution

        def function(iterator: Iterator[Any]) -> Any:
            try:
                data = next(iterator)
            except StopIteration:
                if count == 1 and not self.run_eagerly:
                    one_step.starve()  # type: ignore[attr-defined]
                raise
            if self.built:
                outputs = one_step(data)
            else:
                with batch_unknown(data):
                    outputs = one_step(data)
            for _ in range(count - 1):
                try:
                    data = next(iterator)
                except StopIteration:
                    break
                outputs = one_step(data)
            return outputs

        return function

    def make_train_function(self, force: bool = False) -> Callable[[Iterator[Any]], Any]:
        """The function that fit() calls with an iterator of batches."""
        if self.train_function is None or force:
            self.train_function = self._loop(self.train_step)
        return self.train_function

    def make_test_function(self, force: bool = False) -> Callable[[Iterator[Any]], Any]:
        """The function that evaluate() calls with an iterator of batches."""
        if self.test_function is None or force:
            self.test_function = self._loop(self.test_step)
        return self.test_function

    def make_predict_function(self, force: bool = False) -> Callable[[list[Any]], Any]:
        """The function that predict() calls with a list of batches."""
        if self.predict_function is None or force:
            one_step = self._captured(self.predict_step, _replicas.rows_of)

            def function(batches: list[Any]) -> Any:
                outputs = [one_step(batch) for batch in batches]
                return outputs[0] if len(outputs) == 1 else tree.map_structure(lambda *parts: joined(parts), *outputs)

            self.predict_function = function
        return self.predict_function
