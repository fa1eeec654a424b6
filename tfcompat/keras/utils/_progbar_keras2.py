"""The progress bar of Keras 2."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tfcompat._core.convert import to_storage
from tfcompat._core.tensor import Tensor
from tfcompat.keras.utils._io import print_msg
from tfcompat.keras.utils.progbar import Progbar, clock


class Keras2Progbar(Progbar):
    """A text progress bar of `width` signs; values that are not among `stateful_metrics` are averaged over steps."""

    def __init__(
        self,
        target: int | None,
        width: int = 30,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        super().__init__(target, width, verbose, interval, stateful_metrics, unit_name=unit_name)
        self._late: list[tuple[str, Any, int]] = []

    def pass_by(self, current: int, logs: Any = None) -> None:
        """Takes in that step `current` was done, and those of its logs that are averaged, without drawing the bar."""
        stateful = self.stateful_metrics or ()
        for name, value in (logs or {}).items():
            if name not in stateful:
                # Read when the bar is drawn: it takes time to read a value off a device.
                value = to_storage(value).detach().clone() if isinstance(value, Tensor) else value
                self._late.append((name, value, max(current - self._seen, 1)))
        self._seen = current

    def _take(self, name: str, value: Any, current: int, finalize: bool) -> None:
        late, self._late = self._late, []
        for other, number, steps in late:
            self._add(other, float(number), steps)
        if name in (self.stateful_metrics or ()):
            self._sums[name] = [value, 1]
        else:
            self._add(name, value, max(current - self._seen, 1))

    def _add(self, name: str, value: Any, steps: int) -> None:
        total = self._sums.setdefault(name, [0, 0])
        total[0] += value * steps
        total[1] += steps

    def _draw(self, current: int, now: float, finalize: bool) -> None:
        if self.target is not None:
            done = int(self.width * current / self.target)
            signs = "=" * (done - 1) + ("=" if current >= self.target else ">") if done > 0 else ""
            bar = f"{self._count(current)} [{signs:.<{self.width}}]"
        else:
            bar = f"{current:7d}/Unknown"
        step_time = self._step_time(current, now)
        if self.target is None or finalize:
            info = f" - {now - self._start:.0f}s{self._format_time(step_time)}"
        else:
            info = f" - ETA: {clock(step_time * (self.target - current))}"
        info += self._means()
        self._redraw(bar + info, len(bar) + len(info), finalize)

    def _print_line(self, current: int, now: float) -> None:
        elapsed = now - self._start
        text = f"{self._count(current)} - {elapsed:.0f}s{self._means(signed=False)}"
        if self.target and current == self.target:
            text += f" -{self._format_time(elapsed, 'epoch')} -{self._format_time(elapsed / self.target)}\n"
        print_msg(text, line_break=False)
