"""Runs many expressions in a process of their own that may crash or hang: it is started again and goes on."""

from __future__ import annotations

import json
import os
import pathlib
import queue
import subprocess
import threading
from collections.abc import Sequence
from typing import Any

WORKER = pathlib.Path(__file__).with_name("worker.py")
START, CASE = 120.0, 20.0  # seconds that a start, and a case, may take
CRASHED, HUNG = {"error": "the process died"}, {"error": "the process hung"}


def evaluate_all(python: str, module: str, sources: Sequence[str]) -> list[dict[str, Any]]:
    """What each expression gives under `module` in the Python `python`."""
    found: list[dict[str, Any]] = []
    while len(found) < len(sources):
        more = _run(python, module, sources[len(found) :])
        assert more[0] != CRASHED or found, f"{python} can't run {module}"
        found += more
    return found


def _run(python: str, module: str, sources: Sequence[str]) -> list[dict[str, Any]]:
    """The results up to the first case that kills or stops the process, that case included."""
    alone = {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONPATH": "",
        "OMP_NUM_THREADS": "1",
    }
    process = subprocess.Popen(
        [python, str(WORKER), module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **alone},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()

    def read(stream: Any) -> None:
        for line in stream:
            lines.put(line)
        lines.put(None)

    def write(stream: Any) -> None:
        try:
            with stream:
                stream.writelines(json.dumps(s) + "\n" for s in sources)
        except BrokenPipeError:
            pass  # the process died: what it answered says where

    threads = [threading.Thread(target=f, args=(s,)) for f, s in ((read, process.stdout), (write, process.stdin))]
    for thread in threads:
        thread.start()
    found: list[dict[str, Any]] = []
    try:
        while len(found) < len(sources):
            line = lines.get(timeout=CASE if found else START)
            if line is None:
                break
            found.append(json.loads(line))
    except queue.Empty:
        found.append(HUNG)
    else:
        if len(found) < len(sources):
            found.append(CRASHED)
    finally:
        process.kill()
        process.wait()
        for thread in threads:
            thread.join()
        process.stdout.close()
    return found
