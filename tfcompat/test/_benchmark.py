"""tf.test.Benchmark: timings of ops, told as TensorFlow's BenchmarkEntries."""

from __future__ import annotations

import inspect
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._core import structure


class Benchmark:
    """What benchmarks derive from (tf.test.Benchmark): methods whose names begin with `benchmark` report timings."""

    @classmethod
    def is_abstract(cls) -> bool:
        """Whether there is nothing to run: so it is for this class itself."""
        return cls is Benchmark

    def _name(self, given: str | None) -> str:
        """The class and `given`, by default the name of the benchmark method that runs; ValueError outside of one."""
        if given is None:
            names = (frame.function for frame in inspect.stack())
            given = next((n for n in names if n.startswith("benchmark")), None)
        if given is None:
            raise ValueError("Unable to determine calling Benchmark class: `name` is needed outside of its methods.")
        return f"{type(self).__name__}.{given}"

    def report_benchmark(
        self,
        iters: int | None = None,
        cpu_time: float | None = None,
        wall_time: float | None = None,
        throughput: float | None = None,
        extras: Mapping[str, Any] | None = None,
        name: str | None = None,
        metrics: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Prints a BenchmarkEntry in protobuf's text form.

        iters, cpu_time, wall_time (seconds), throughput (MB a second): what was measured. extras: numbers and strings
        by name. metrics: dicts with the keys `name`, `value` and, if need be, `min_value` and `max_value`.
        """
        lines = [f'  name: "{self._name(name)}"']
        numbers = {"iters": iters, "cpu_time": cpu_time, "wall_time": wall_time, "throughput": throughput}
        lines += [f"  {key}: {_number(value)}" for key, value in numbers.items() if value is not None]
        for key, value in (extras or {}).items():
            text = isinstance(value, str)
            shown = f'string_value: "{value}"' if text else f"double_value: {_number(value)}"
            lines += ["  extras {", f'    key: "{key}"', "    value {", f"      {shown}", "    }", "  }"]
        for metric in metrics or ():
            unknown = set(metric) - {"name", "value", "min_value", "max_value"}
            if unknown or "name" not in metric or "value" not in metric:
                raise ValueError(f"`metrics` takes dicts with name, value, min_value and max_value, got {metric!r}")
            lines += ["  metrics {", f'    name: "{metric["name"]}"', f"    value: {_number(metric['value'])}"]
            for key in ("min_value", "max_value"):
                if metric.get(key) is not None:
                    lines += [f"    {key} {{", f"      value: {_number(metric[key])}", "    }"]
            lines.append("  }")
        print("\n".join(["entry {", *lines, "}", ""]))

    def run_op_benchmark(
        self,
        sess: Any,
        op_or_tensor: Any,
        feed_dict: Any = None,
        burn_iters: int = 2,
        min_iters: int = 10,
        store_trace: bool = False,
        store_memory_usage: bool = True,
        name: str | None = None,
        extras: Mapping[str, Any] | None = None,
        mbs: float = 0,
    ) -> dict[str, Any]:
        """Times `sess.run(op_or_tensor)` and reports the median; gives it as a dict (TensorFlow 1's sessions).

        burn_iters, min_iters: how many runs come before the timing, and are timed. mbs: megabytes a run moves.
        store_trace and store_memory_usage ask for TensorFlow's own traces: NotImplementedError for the former, no such
        extras for the latter.
        """
        if store_trace:
            raise NotImplementedError("tf.test.Benchmark.run_op_benchmark(store_trace=True): use tf.profiler")
        times = []
        for i in range(burn_iters + min_iters):
            begin = time.time()
            sess.run(op_or_tensor, feed_dict=feed_dict)
            if i >= burn_iters:
                times.append(time.time() - begin)
        middle = float(np.median(times)) if times else 0.0
        told: dict[str, Any] = {
            **(extras or {}),
            "wall_time_mean": float(np.mean(times)),
            "wall_time_stdev": float(np.std(times)),
        }
        speed = mbs / middle if middle else 0.0
        self.report_benchmark(min_iters, wall_time=middle, throughput=speed, extras=told, name=name)
        return {"iters": min_iters, "extras": told, "name": self._name(name), "wall_time": middle, "throughput": speed}

    def evaluate(self, tensors: Any) -> Any:
        """A nest of tensors as numpy arrays."""
        return structure.map_structure(lambda t: t.numpy() if hasattr(t, "numpy") else t, tensors)


def _number(value: Any) -> str:
    return f"{value:.17g}" if isinstance(value, float) else str(value)
