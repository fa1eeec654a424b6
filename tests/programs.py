"""Programs in a Python of their own, for tests of what only a whole process shows."""

import os
import pathlib
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run_python(*args: str, cwd: pathlib.Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Runs `python args...` with this checkout importable, and returns what it printed and its exit code."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, *args],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0"},
    )


def run_source(source: str, cwd: pathlib.Path | None = None) -> str:
    """What the program `source` prints; its failure is the test's."""
    done = run_python("-c", textwrap.dedent(source), cwd=cwd)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
