"""The progress bar that fit(), evaluate() and predict() print."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tfcompat.keras import _version
from tfcompat.keras.utils._io import print_msg

_BOLD, _GREEN, _WHITE, _RESET = "\x1b[1m", "\x1b[32m", "\x1b[37m", "\x1b[0m"


class Progbar:
    """A text progress bar with the running means of some values (tf.keras.utils.Progbar).

    target: the number of steps, None where it is not known. verbose: 0 silent, 1 a bar, 2 one line at the end.
    stateful_metrics: names shown as given rather than averaged over steps; stateless_metrics: the only names to
    average (give one of the two). In Keras 2 it looks as Keras 2's, whose `width` is 30 and which has no
    `stateless_metrics`.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Progbar and _version.is_legacy():
            from tfcompat.keras.utils._progbar_keras2 import Keras2Progbar

            cls = Keras2Progbar
        return object.__new__(cls)

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError(
                "Give one of `stateful_metrics` and `stateless_metrics`. Received: "
                f"stateful_metrics={stateful_metrics}, stateless_metrics={stateless_metrics}"
            )
        self.target, self.width, self.verbose = target, width, verbose
        self.interval, self.unit_name = interval, unit_name
        self.stateful_metrics = None if stateless_metrics is not None else set(stateful_metrics or ())
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        # Off a terminal Keras redraws the line too, on POSIX; elsewhere each update is a line of its own.
        self._redraws = sys.stdout.isatty() if hasattr(sys.stdout, "isatty") else False
        self._redraws |= "ipykernel" in sys.modules or "posix" in sys.modules or "PYCHARM_HOSTED" in os.environ
        self._seen = 0
        self._sums: dict[str, list[Any]] = {}
        self._start = time.time()
        self._last_update = 0.0
        self._after_first_step: float | None = None
        self._printed_width = 0

    def update(
        self, current: int, values: Sequence[tuple[str, Any]] | None = None, finalize: bool | None = None
    ) -> None:
        """Moves the bar to step `current` and takes in (name, value) pairs; `finalize` ends the line."""
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        for name, value in values or ():
            self._take(name, value, current, finalize)
        self._seen = current
        now = time.time()
        if self.verbose == 1:
            if now - self._last_update < self.interval and not finalize:
                self._step_time(current, now)
                return
            self._draw(current, now, finalize)
        elif self.verbose == 2 and finalize and self.target:
            self._print_line(current, now)
        else:
            self._step_time(current, now)
        self._last_update = now

    def add(self, n: int, values: Sequence[tuple[str, Any]] | None = None) -> None:
        """Moves the bar on by `n` steps."""
        self.update(self._seen + n, values)

    def is_due(self) -> bool:
        """Whether the next update would draw the bar: at most one is drawn each `interval` seconds."""
        return time.time() - self._last_update >= self.interval

    def pass_by(self, current: int, logs: Any = None) -> None:
        """Takes in that step `current` was done, without drawing the bar."""
        self._seen = current
        self._step_time(current, time.time())

    def _take(self, name: str, value: Any, current: int, finalize: bool) -> None:
        if self.stateless_metrics is not None:
            averaged = name in self.stateless_metrics
        else:
            averaged = name not in (self.stateful_metrics or ())
        if not averaged or finalize:
            self._sums[name] = [value, 1]
            return
        steps = max(current - self._seen, 1)
        total = self._sums.setdefault(name, [0, 0])
        total[0] += value * steps
        total[1] += steps

    def _count(self, current: int) -> str:
        target = self.target or 0
        return f"{current:{int(math.log10(target)) + 1}d}/{target}"

    def _print_line(self, current: int, now: float) -> None:
        elapsed = f"{self._count(current)} - {now - self._start:.0f}s -"
        step_time = self._step_time(current, now)
        print_msg(elapsed + self._format_time(step_time) + self._means(signed=False) + "\n", line_break=False)

    def _draw(self, current: int, now: float, finalize: bool) -> None:
        step_time = self._step_time(current, now)
        codes = 0
        if self.target:
            done = int(self.width * current / self.target)
            parts = [(_BOLD, self._count(current)), (_GREEN, "━" * done), (_WHITE, "━" * (self.width - done))]
            painted = [f"{color}{text}{_RESET}" for color, text in parts if text or color is _WHITE]
            bar = f"{painted[0]} {''.join(painted[1:])}"
            codes += 26 if done else 17
        else:
            bar = f"{current:7d}/Unknown"
        if self.target and not finalize:
            told = clock(step_time * (self.target - current))
        else:
            told = f"{now - self._start:.0f}s"
        codes += 8
        info = f" {_BOLD}{told}{_RESET}{self._format_time(step_time)}{self._means()}"
        self._redraw(bar + info, len(bar) + len(info) - codes, finalize)

    def _redraw(self, text: str, width: int, finalize: bool) -> None:
        """Prints the line over the one before it."""
        start = "\b" * self._printed_width + "\r" if self._redraws else "\n"
        rest = " " * (self._printed_width - width)
        print_msg(start + text + rest + ("\n" if finalize else ""), line_break=False)
        self._printed_width = width

    def _means(self, signed: bool = True) -> str:
        """The values as " - loss: 0.1234"; small ones in scientific notation."""
        out = ""
        for name, (total, count) in self._sums.items():
            mean = (total if isinstance(total, float) else np.mean(total)) / max(1, count)
            size = abs(mean) if signed else mean
            out += f" - {name}: {mean:.4f}" if size > 1e-3 else f" - {name}: {mean:.4e}"
        return out

    def _format_time(self, seconds: float, unit: str | None = None) -> str:
        unit = unit or self.unit_name
        if seconds >= 1 or seconds == 0:
            return f" {seconds:.0f}s/{unit}"
        if seconds >= 1e-3:
            return f" {seconds * 1e3:.0f}ms/{unit}"
        return f" {seconds * 1e6:.0f}us/{unit}"

    def _step_time(self, current: int, now: float) -> float:
        """Seconds a step; the first step, which traces the model, is left out as soon as there is another."""
        if not current:
            return 0.0
        if self._after_first_step is not None and current > 1:
            estimate = (now - self._after_first_step) / (current - 1)
        else:
            estimate = (now - self._start) / current
        if current == 1:
            self._after_first_step = now
        return estimate


def clock(seconds: float) -> str:
    """Seconds as "12s", "1:05" or "1:00:05"."""
    whole = int(seconds)
    if seconds > 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    if seconds > 60:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole}s"
