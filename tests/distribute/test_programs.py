"""Programs with two replicas on parts of the CPU, whose output under the real TensorFlow lies recorded beside them.

Recorded anew by ``TFCOMPAT_ORACLE_PYTHON=... python tests/keras/transcripts.py tests/distribute/programs/NAME.py``.
"""

from __future__ import annotations

import json
import pathlib

import pytest

from tests.keras.transcripts import differences, run_under_tensorflow
from tests.programs import run_source

PROGRAMS = pathlib.Path(__file__).with_name("programs")
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.py"))


def recorded(name: str) -> list[dict[str, str]]:
    return json.loads((PROGRAMS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_prints_what_tensorflow_recorded(name: str) -> None:
    printed = run_source(
        f"""
        import json, logging, pathlib, sys
        import numpy as np
        import tfcompat as tf
        from tests.keras.transcripts import run_program
        tf.get_logger().setLevel(logging.ERROR)
        rows = run_program(pathlib.Path({str(PROGRAMS / name)!r} + ".py"), {{"tf": tf, "np": np, "keras": tf.keras}})
        print("ROWS" + json.dumps(rows))
        """
    )
    got = json.loads(printed.rpartition("ROWS")[2])
    assert differences(got, recorded(name)) == []


@pytest.mark.oracle
@pytest.mark.parametrize("name", NAMES)
def test_tensorflow_prints_what_is_recorded(name: str) -> None:
    (result,) = run_under_tensorflow(str(PROGRAMS / f"{name}.py"))
    assert differences(recorded(name), result) == []
