"""Programs that use tf.data against TensorFlow 2.21: recorded output, and live where a TensorFlow is installed."""

import json
import pathlib

import numpy as np
import pytest

import tfcompat as tf
from tests.keras.transcripts import differences, run_program, run_under_tensorflow
from tfcompat._core import random_state

PATHS = sorted(pathlib.Path(__file__).with_name("programs").glob("*.py"))


def run(path: pathlib.Path) -> list[dict[str, str]]:
    random_state.set_seed(None)
    return run_program(path, {"tf": tf, "np": np})


def recorded(path: pathlib.Path) -> list[dict[str, str]]:
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_program_prints_what_tensorflow_printed(path: pathlib.Path) -> None:
    found = differences(run(path), recorded(path))
    assert not found, "\n\n".join(found)


@pytest.mark.oracle
def test_tensorflow_prints_what_is_recorded() -> None:
    for path, result in zip(PATHS, run_under_tensorflow(*map(str, PATHS))):
        assert differences(recorded(path), result) == [], path.stem
