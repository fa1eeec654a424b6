"""tensorflow.python.client.timeline: a run's StepStats on a chart, which sessions do not gather here."""

from __future__ import annotations

from typing import Any


class Timeline:
    """Refused: NotImplementedError. Sessions are not traced; tf.profiler.experimental's traces show the kernels."""

    def __init__(self, step_stats: Any, graph: Any = None) -> None:
        raise NotImplementedError(
            "tensorflow.python.client.timeline.Timeline is not in tfcompat, whose sessions gather no StepStats: use "
            "tf.profiler.experimental."
        )
