#!/usr/bin/env python3
"""Times tfcompat against plain torch and, where one is given, a real TensorFlow: the same case in one run, as ratios.

    scripts/benchmark.py [--tensorflow PYTHON] [--rounds 7] [--only CASE ...] [--ops [OP ...]]
    scripts/benchmark.py --keras [MODEL ...] [--tensorflow PYTHON] [--keras-torch PYTHON] [--rounds 7]
    scripts/benchmark.py --functions [NAME ...] [--tensorflow PYTHON]
    scripts/benchmark.py --data [NAME ...] [--tensorflow PYTHON]
    scripts/benchmark.py --sessions [NAME ...] [--tensorflow PYTHON]
    scripts/benchmark.py --checkpoints [FOLDER]

Each system runs in a process of its own; they take turns on every case, and the best of all rounds counts, so that a
noisy machine hits all alike. --tensorflow names a Python that has TensorFlow installed (default: the environment
variable TFCOMPAT_ORACLE_PYTHON). `import` is the time of the import alone; for tfcompat the time over torch's is shown.
`memory` runs 100,000 steps of a training loop and shows by how many MiB the process grew after the first 5,000.
--ops times the 60 common ops of benchmark_ops.py instead, or those named, at 10, 10^4 and 10^6 elements.
--keras times a step of fit(), evaluate() and predict() and the first fit() of the models of benchmark_keras.py
instead, first on one thread each by the processor's time, then on the threads that each system takes by the wall's.
--keras-torch names a Python that has Keras 3 and torch, for Keras on torch.
--functions times steps and calls under tf.function, and how long they trace, of benchmark_functions.py instead.
--data times pipelines of tf.data and training loops over one, of benchmark_data.py instead.
--sessions times steps that TensorFlow 1's sessions run, of benchmark_sessions.py instead.
--checkpoints times saving and restoring the gigabyte of benchmark_checkpoints.py instead, in FOLDER.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import benchmark_checkpoints
import benchmark_data
import benchmark_functions
import benchmark_keras
import benchmark_sessions
from benchmark_ops import OPS, REASONS, SIZES, tensorflow_ops, torch_ops

SYSTEMS = ("torch", "tfcompat", "tensorflow")


# ---- the cases: for each system, what makes the function that does the work once ----


def tensorflow_cases(tf: Any) -> dict[str, Callable[[], Callable[[], Any]]]:
    """The cases as a TensorFlow program writes them, for tfcompat and TensorFlow alike."""
    import numpy as np

    rng = np.random.default_rng(0)
    a, b = (tf.constant(rng.normal(size=(10, 10)).astype("float32")) for _ in range(2))
    v = tf.Variable(rng.normal(size=(10, 10)).astype("float32"))
    values = rng.normal(size=(10, 10)).astype("float32").tolist()
    x = tf.constant(rng.normal(size=(320, 10)).astype("float32"))
    y = tf.constant(rng.normal(size=(320, 1)).astype("float32"))

    def step_of(decorate: Callable[[Any], Any]) -> Callable[[], Any]:
        w, c = tf.Variable(tf.zeros([10, 1])), tf.Variable(tf.zeros([1]))
        optimizer = tf.keras.optimizers.SGD(learning_rate=0.01)

        @decorate
        def step(x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + c - y))
            gradients = tape.gradient(loss, [w, c])
            optimizer.apply_gradients(zip(gradients, [w, c], strict=True))
            return loss

        return lambda: step(x, y)

    return {
        "add": lambda: lambda: a + b,
        "matmul": lambda: lambda: tf.matmul(a, b),
        "reduce_sum": lambda: lambda: tf.reduce_sum(a),
        "constant": lambda: lambda: tf.constant(values),
        "slice": lambda: lambda: a[2:5, 1],
        "assign_add": lambda: lambda: v.assign_add(a),
        "tape_step": lambda: step_of(lambda f: f),
        "function_step": lambda: step_of(tf.function),
    }


def torch_cases() -> dict[str, Callable[[], Callable[[], Any]]]:
    """The same work as a person writes it on torch."""
    import numpy as np
    import torch

    rng = np.random.default_rng(0)
    a, b, v = (torch.tensor(rng.normal(size=(10, 10)).astype("float32")) for _ in range(3))
    values = rng.normal(size=(10, 10)).astype("float32").tolist()
    x = torch.tensor(rng.normal(size=(320, 10)).astype("float32"))
    y = torch.tensor(rng.normal(size=(320, 1)).astype("float32"))
    w, c = torch.zeros(10, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w, c], lr=0.01)

    def step() -> Any:
        optimizer.zero_grad()
        loss = torch.mean(torch.square(torch.matmul(x, w) + c - y))
        loss.backward()
        optimizer.step()
        return loss

    return {
        "add": lambda: lambda: a + b,
        "matmul": lambda: lambda: torch.matmul(a, b),
        "reduce_sum": lambda: lambda: torch.sum(a),
        "constant": lambda: lambda: torch.tensor(values),
        "slice": lambda: lambda: a[2:5, 1],
        "assign_add": lambda: lambda: v.add_(a),
        "tape_step": lambda: step,
        "function_step": lambda: step,
    }


CASES = ("add", "matmul", "reduce_sum", "constant", "slice", "assign_add", "tape_step", "function_step")
REACH = {  # what the project wants: (system to compare with, at most this ratio)
    "add": ("torch", 2.0),
    "matmul": ("torch", 2.0),
    "tape_step": ("torch", 1.5),
    "function_step": ("torch", 1.0),
}


# ---- one system's process ----


def worker(system: str, threads: str = "") -> None:
    """Answers `case` lines on stdin with the best time of one call, in microseconds, of a quarter of a second."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    start = time.perf_counter()
    module = importlib.import_module({"keras_torch": "keras", "torch_fused": "torch"}.get(system, system))
    imported = time.perf_counter() - start
    if threads == "one":
        benchmark_keras.one_thread(system)
    settle = settler(system)
    clock = benchmark_keras.clock_of(threads)
    cases = {} if threads else torch_cases() if system == "torch" else tensorflow_cases(module)
    epochs: dict[str, Callable[[], Any]] = {}
    ops: dict[str, dict[str, Callable[[], Any]]] = {}
    for line in sys.stdin:
        case = line.strip()
        if case == "import":
            answer = imported * 1e6
        elif case == "memory":
            answer = growth(cases["tape_step"]())
        elif case.startswith("function "):
            answer = benchmark_functions.measured(system, case.removeprefix("function "), epochs)
        elif case.startswith("data "):
            answer = benchmark_data.measured(system, case.removeprefix("data "), epochs)
        elif case.startswith("session "):
            answer = benchmark_sessions.measured(system, case.removeprefix("session "), epochs)
        elif case.endswith(" first"):
            answer = benchmark_keras.first_time(system, case.split()[0], clock)
        elif " " in case:
            if case not in epochs:
                epochs[case] = benchmark_keras.make_case(system, case)
            answer = benchmark_keras.step_time(epochs[case], settle, clock)
        elif "@" in case:
            op, _, size = case.partition("@")
            if size not in ops:
                ops[size] = torch_ops(int(size)) if system == "torch" else tensorflow_ops(module, int(size))
            answer = best_time(ops[size][op], settle, 0.06)
        else:
            answer = best_time(cases[case](), settle)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def settler(system: str) -> Callable[[], Any]:
    """What waits until the device has done all; where torch has an accelerator its tensors are made there."""
    if system == "tensorflow":
        return lambda: None
    import torch

    if not torch.accelerator.is_available():
        return lambda: None
    if system == "torch":
        torch.set_default_device(torch.accelerator.current_accelerator())
    return torch.accelerator.synchronize


def best_time(call: Callable[[], Any], settle: Callable[[], Any], budget: float = 0.25) -> float:
    """The best mean time of a batch of calls, in microseconds."""
    for _ in range(3):
        call()
    settle()
    start = time.perf_counter()
    call()
    settle()
    count = max(1, int(budget / 8 / max(time.perf_counter() - start, 1e-7)))
    best = float("inf")
    for _ in range(8):
        start = time.perf_counter()
        for _ in range(count):
            call()
        settle()
        best = min(best, (time.perf_counter() - start) / count)
    return best * 1e6


def growth(step: Callable[[], Any], steps: int = 100_000, warm: int = 5_000) -> float:
    """By how many MiB the process's peak memory grows from step `warm` to step `steps`."""
    gc.disable()  # so that what only the cycle collector would free counts as growth
    before = 0.0
    for i in range(steps):
        step()
        if i == warm:
            before = peak()
    gc.enable()
    return peak() - before


def peak() -> float:
    """The process's peak resident memory in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# ---- the table ----


def import_time(python: str, module: str) -> float:
    """Microseconds that `import module` takes in a fresh process."""
    code = f"import time; s = time.perf_counter(); import {module}; print((time.perf_counter() - s) * 1e6)"
    env = dict(os.environ, PYTHONPATH=str(Path(__file__).resolve().parents[1]), TF_CPP_MIN_LOG_LEVEL="3")
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode; the first round writes ours
    return float(subprocess.run([python, "-c", code], env=env, capture_output=True, text=True, check=True).stdout)


def start(system: str, python: str, threads: str = "") -> subprocess.Popen[str]:
    """The process that times `system`'s cases; on "one" thread or on "all" for those of Keras."""
    env = dict(os.environ, PYTHONPATH=str(Path(__file__).resolve().parents[1]), TF_CPP_MIN_LOG_LEVEL="3")
    if system == "keras_torch":
        env["KERAS_BACKEND"] = "torch"
    command = [python, __file__, "--worker", system, "--threads", *([threads] if threads else [])]
    return subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def ask(process: subprocess.Popen[str], case: str) -> Any:
    """One system's answer for one case, a number, or None where it has no such case."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(case + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def row(case: str, times: dict[str, float], unit: str = "us") -> str:
    """A line of the table: the times and tfcompat's ratios."""
    cells = "".join(f"{times[s]:>12.2f} {unit}" if s in times else f"{'-':>15}" for s in SYSTEMS)
    ratios = "".join(
        f"{times['tfcompat'] / times[s]:>12.2f}x" if s in times else f"{'-':>13}" for s in ("torch", "tensorflow")
    )
    goal = ""
    if case in REACH:
        other, most = REACH[case]
        reached = times["tfcompat"] <= most * times[other]
        goal = f"   at most {most}x {other}: {'reached' if reached else 'missed'}"
    return f"{case:<16}{cells}{ratios}{goal}"


def print_ops(processes: dict[str, subprocess.Popen[str]], names: list[str], rounds: int) -> None:
    """The table of the common ops: tfcompat's time at each size, and its ratio to the other systems' times."""
    head = "".join(f"{f'{size:,} elements':>15}{'to torch':>10}{'to tf':>9}" for size in SIZES)
    print(f"{'op':<18}{head}")
    slow = []
    for name in names:
        cells = ""
        for size in SIZES:
            runs = [{s: ask(p, f"{name}@{size}") for s, p in processes.items()} for _ in range(rounds)]
            times = {s: min(r[s] for r in runs) for s in processes}
            ratio = {s: times["tfcompat"] / times[s] for s in times}
            cells += f"{times['tfcompat']:>12.2f} us{ratio['torch']:>9.2f}x"
            cells += f"{ratio['tensorflow']:>8.2f}x" if "tensorflow" in ratio else f"{'-':>9}"
            if size == 10_000 and (ratio["torch"] > 3 or ratio.get("tensorflow", 0) > 1):
                slow.append(f"{name}: {REASONS.get(name, 'no reason known')}")
        print(f"{name:<18}{cells}", flush=True)
    print("at 10,000 elements over 3x torch, or slower than TensorFlow:", *(slow or ["none"]), sep="\n  ")


def print_keras(pythons: dict[str, str], models: list[str], rounds: int, threads: str) -> None:
    """The table of Keras models: the time of a step, and its ratio to the other systems' times."""
    pythons = {s: p for s, p in pythons.items() if p}
    print(benchmark_keras.table_head(threads), flush=True)
    processes = {s: start(s, p, threads) for s, p in pythons.items()}
    for case in benchmark_keras.cases_of(models):
        runs = []
        for _ in range(rounds):
            fresh = {s: start(s, p, threads) for s, p in pythons.items()} if case.endswith(" first") else processes
            runs.append({s: ask(p, case) for s, p in fresh.items()})
            for p in fresh.values() if fresh is not processes else ():
                p.kill()
        print(benchmark_keras.table_row(case, {s: min(r[s] for r in runs) for s in processes}), flush=True)
    for p in processes.values():
        p.kill()


def print_functions(
    processes: dict[str, subprocess.Popen[str]], names: list[str], rounds: int, what: str = "function"
) -> None:
    """The table of functions, "data" or a "session": the time of a step, a trace or a batch, and its ratios."""
    module: Any = {"function": benchmark_functions, "data": benchmark_data, "session": benchmark_sessions}[what]
    print(benchmark_functions.table_head())
    for case in module.cases_of(names):
        runs = [{s: ask(p, f"{what} {case}") for s, p in processes.items()} for _ in range(min(rounds, 3))]
        times = {s: min(r[s] for r in runs) for s in processes if runs[0][s] is not None}
        print(benchmark_functions.table_row(case, times, module.REACH[case]), flush=True)
    for p in processes.values():
        p.kill()


def main() -> None:
    """Parses the command line and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tensorflow", default=os.environ.get("TFCOMPAT_ORACLE_PYTHON", ""), metavar="PYTHON")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", nargs="*", default=[], metavar="CASE", help=f"of {', '.join(CASES)}, import, memory")
    parser.add_argument("--ops", nargs="*", choices=OPS, metavar="OP", help="time the common ops, all or these")
    models = benchmark_keras.MODELS
    parser.add_argument("--keras", nargs="*", choices=models, metavar="MODEL", help="time Keras models, all or these")
    names = (*benchmark_functions.TRACES, *benchmark_functions.CALLS)
    parser.add_argument("--functions", nargs="*", choices=names, metavar="NAME", help="time functions, all or these")
    names = (*benchmark_data.PIPELINES, *benchmark_data.LOOPS)
    parser.add_argument("--data", nargs="*", choices=names, metavar="NAME", help="time pipelines, all or these")
    names = benchmark_sessions.NAMES
    parser.add_argument("--sessions", nargs="*", choices=names, metavar="NAME", help="time sessions, all or these")
    parser.add_argument("--checkpoints", nargs="?", const="", metavar="FOLDER", help="time saving and restoring 1 GB")
    parser.add_argument("--keras-torch", default="", metavar="PYTHON", help="a Python that has Keras 3 and torch")
    parser.add_argument("--worker", choices=benchmark_keras.SYSTEMS, help=argparse.SUPPRESS)
    threads = ("one", "all")
    parser.add_argument("--threads", nargs="*", choices=threads, default=threads, help="which tables of Keras models")
    options = parser.parse_args()
    if options.worker:
        return worker(options.worker, *options.threads)
    pythons = {"torch": sys.executable, "tfcompat": sys.executable, "tensorflow": options.tensorflow}
    systems = [s for s in SYSTEMS if pythons[s]]
    if options.ops is not None:
        print_ops({s: start(s, pythons[s]) for s in systems}, options.ops or list(OPS), options.rounds)
        return None
    if options.keras is not None:
        pythons = {**pythons, "torch_fused": sys.executable, "keras_torch": options.keras_torch}
        for threads in options.threads:
            print_keras({s: pythons[s] for s in benchmark_keras.SYSTEMS}, options.keras, options.rounds, threads)
        return None
    if options.functions is not None:
        print_functions({s: start(s, pythons[s]) for s in systems}, options.functions, options.rounds)
        return None
    if options.data is not None:
        print_functions({s: start(s, pythons[s], "one") for s in systems}, options.data, options.rounds, "data")
        return None
    if options.sessions is not None:
        os.environ["TF_USE_LEGACY_KERAS"] = "1"  # which TensorFlow's recurrent cells need
        print_functions({s: start(s, pythons[s], "one") for s in systems}, options.sessions, options.rounds, "session")
        return None
    if options.checkpoints is not None:
        benchmark_checkpoints.print_table(
            pythons, min(options.rounds, 3), 1.0, options.checkpoints or None, options.only
        )
        return None
    wanted = options.only or [*CASES, "import", "memory"]
    print(f"{'case':<16}" + "".join(f"{s:>15}" for s in SYSTEMS) + f"{'to torch':>13}{'to tf':>13}")
    if any(c in CASES or c == "memory" for c in wanted):
        processes = {s: start(s, pythons[s]) for s in systems}
        for case in [c for c in wanted if c in CASES]:
            rounds = [{s: ask(p, case) for s, p in processes.items()} for _ in range(options.rounds)]
            times = {s: min(r[s] for r in rounds) for s in systems}
            print(row(case, times), flush=True)
        if "memory" in wanted:
            print(f"{'memory':<16}tfcompat grew by {ask(processes['tfcompat'], 'memory'):.1f} MiB in 95,000 steps")
        for p in processes.values():
            p.kill()
    if "import" in wanted:
        runs = {s: [] for s in systems}
        for _ in range(options.rounds):
            for s in systems:
                runs[s].append(import_time(pythons[s], s))
        times = {s: min(r) / 1000 for s, r in runs.items()}
        over = times["tfcompat"] - times["torch"]
        print(
            row("import", times, "ms")
            + f"   {over:.0f} ms over torch, at most 200: {'reached' if over <= 200 else 'missed'}"
        )
    return None


if __name__ == "__main__":
    main()
