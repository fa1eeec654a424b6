"""Running programs with libraries that were written for TensorFlow, taken as they are from the oracle's environment."""

import os
import subprocess
import sys

from tests.oracle import run_tensorflow


def run_on_tfcompat(program: str, library: str, install: str = "install()") -> str:
    """What `program` prints with tfcompat in the place of TensorFlow, and `library` from where TensorFlow is installed.

    Its packages come after our own: that library, and what it needs and we do not have, is all that is taken there.
    """
    packages = run_tensorflow(f"import {library} as m, pathlib; print(pathlib.Path(m.__file__).parents[1])").split()[-1]
    lines = [
        "import sys",
        f"sys.path.append({packages!r})",
        "import numpy as np, tfcompat",
        f"tfcompat.{install}",
        "import tensorflow as tf",
        program,
        "assert tf is tfcompat, tf",
        f"assert sys.modules[{library!r}].__file__.startswith({packages!r}), sys.modules[{library!r}].__file__",
    ]
    path = os.pathsep.join(p for p in (os.getcwd(), *sys.path) if p)
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": path, "KERAS_BACKEND": "tensorflow"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
