"""Programs with tables whose output under the real TensorFlow lies recorded beside them.

Recorded anew by ``TFCOMPAT_ORACLE_PYTHON=... python tests/keras/transcripts.py ../../lookup/programs/NAME``.
"""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

import tfcompat as tf
from tests.keras.transcripts import differences, run_program, run_under_tensorflow

PROGRAMS = pathlib.Path(__file__).with_name("programs")
NAMES = ["files", "functions", "mutable", "static"]


def output(name: str) -> list[dict[str, str]]:
    return run_program(PROGRAMS / f"{name}.py", {"tf": tf, "np": np, "keras": tf.keras})


@pytest.mark.parametrize("name", NAMES)
def test_prints_what_tensorflow_recorded(name: str) -> None:
    recorded = json.loads((PROGRAMS / f"{name}.json").read_text(encoding="utf-8"))
    assert len(recorded) > 10
    assert differences(output(name), recorded) == []


@pytest.mark.oracle
@pytest.mark.parametrize("name", NAMES)
def test_prints_what_tensorflow_prints(name: str) -> None:
    assert differences(output(name), run_under_tensorflow(f"../../lookup/programs/{name}")) == []
