"""A real TensorFlow to compare with, in a Python of its own that TFCOMPAT_ORACLE_PYTHON names.

Tests that call it carry ``@pytest.mark.oracle`` and are skipped where the variable is unset.
"""

import json
import os
import subprocess
import textwrap
from typing import Any

_PRELUDE = """\
import json, sys
import numpy as np
import tensorflow as tf

def _plain(x):
    if isinstance(x, np.ndarray) or hasattr(x, "numpy"):
        return _plain(np.asarray(x).tolist())
    if isinstance(x, bytes):
        return x.decode("latin-1")
    if isinstance(x, dict):
        return {str(k): _plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [_plain(v) for v in x]
    if isinstance(x, complex):
        return [x.real, x.imag]
    return x.item() if isinstance(x, np.generic) else x

def answer(x):
    print("ANSWER " + json.dumps(_plain(x)))
"""


def run_tensorflow(source: str, timeout: float = 120) -> str:
    """What `source` prints under the real TensorFlow (``tf`` and ``np`` are imported for it)."""
    python = os.environ["TFCOMPAT_ORACLE_PYTHON"]
    done = subprocess.run(
        [python, "-c", _PRELUDE + textwrap.dedent(source)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={
            **os.environ,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "CUDA_VISIBLE_DEVICES": "",
            "PYTHONPATH": "",
        },
    )
    assert done.returncode == 0, f"the oracle failed:\n{done.stderr[-3000:]}"
    return done.stdout


def ask_tensorflow(source: str, timeout: float = 120) -> Any:
    """The value that `source` gives to ``answer(value)`` under the real TensorFlow.

    Tensors and arrays come back as nested lists, complex numbers as [real, imag], bytes as latin-1 text.
    """
    lines = run_tensorflow(source, timeout).splitlines()
    answers = [line for line in lines if line.startswith("ANSWER ")]
    assert answers, "the program never called answer(value)"
    return json.loads(answers[-1].removeprefix("ANSWER "))
