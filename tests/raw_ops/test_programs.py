"""Programs with raw ops whose output under the real TensorFlow lies recorded beside them.

Recorded anew by ``TFCOMPAT_ORACLE_PYTHON=... python tests/keras/transcripts.py tests/raw_ops/programs/NAME.py``.
"""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

import tfcompat as tf
from tests.keras.transcripts import differences, run_program, run_under_tensorflow

PROGRAMS = pathlib.Path(__file__).with_name("programs")
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_prints_what_tensorflow_recorded(name: str) -> None:
    recorded = json.loads((PROGRAMS / f"{name}.json").read_text(encoding="utf-8"))
    assert len(recorded) > 10
    got = run_program(PROGRAMS / f"{name}.py", {"tf": tf, "np": np, "keras": tf.keras})
    assert differences(got, recorded) == []


@pytest.mark.oracle
def test_tensorflow_prints_what_is_recorded() -> None:
    for name, result in zip(NAMES, run_under_tensorflow(*(str(PROGRAMS / f"{name}.py") for name in NAMES))):
        recorded = json.loads((PROGRAMS / f"{name}.json").read_text(encoding="utf-8"))
        assert differences(recorded, result) == [], name
