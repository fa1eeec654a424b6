"""Programs with tf.function whose output under the real TensorFlow lies recorded beside them.

Recorded anew by ``TFCOMPAT_ORACLE_PYTHON=... python tests/keras/transcripts.py ../../_function/programs/NAME``.
"""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

import tfcompat as tf
from tests.keras.transcripts import differences, run_program, run_under_tensorflow

PROGRAMS = pathlib.Path(__file__).with_name("programs")
NAMES = [
    "autograph_statements",
    "autograph_values",
    "data_sizes",
    "errors",
    "loop_gradients",
    "python_calls",
    "random_streams",
    "shapes",
    "strings",
]


def output(name: str) -> list[dict[str, str]]:
    return run_program(PROGRAMS / f"{name}.py", {"tf": tf, "np": np, "keras": tf.keras})


def recorded(name: str) -> list[dict[str, str]]:
    return json.loads((PROGRAMS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_prints_what_tensorflow_recorded(name: str) -> None:
    assert len(recorded(name)) > 10
    assert differences(output(name), recorded(name)) == []


@pytest.mark.oracle
def test_tensorflow_prints_what_is_recorded() -> None:
    for name, result in zip(NAMES, run_under_tensorflow(*(str(PROGRAMS / f"{name}.py") for name in NAMES))):
        assert differences(recorded(name), result) == [], name
