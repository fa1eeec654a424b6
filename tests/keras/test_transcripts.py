"""Keras programs against TensorFlow 2.21: recorded output, and live where a TensorFlow is installed."""

import json

import numpy as np
import pytest

import tfcompat as tf
from tests.keras.transcripts import PROGRAMS, differences, differs, run_program, run_under_tensorflow

NAMES = sorted(path.stem for path in PROGRAMS.glob("*.py"))


def run(name: str) -> list[dict[str, str]]:
    tf.keras.backend.clear_session()
    return run_program(PROGRAMS / f"{name}.py", {"tf": tf, "np": np, "keras": tf.keras})


def recorded(name: str) -> list[dict[str, str]]:
    return json.loads((PROGRAMS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_program_prints_what_tensorflow_printed(name: str) -> None:
    found = differences(run(name), recorded(name))
    assert not found, "\n\n".join(found)


@pytest.mark.oracle
@pytest.mark.parametrize("first", range(0, len(NAMES), 10))
def test_tensorflow_prints_what_is_recorded(first: int) -> None:
    names = NAMES[first : first + 10]
    found = []
    for name, result in zip(names, run_under_tensorflow(*names)):
        found += [f"{name}: {text}" for text in differences(recorded(name), result)]
    assert not found, "\n\n".join(found)


def test_comparison_tells_texts_and_numbers_apart() -> None:
    assert not differs("loss: 0.12345 - 3ms/step", "loss: 0.12346 - 81ms/step")
    assert differs("loss: 0.12345", "loss: 0.13345")
    assert differs("[1, 2]", "[1, 2, 3]")
    assert differs("dense", "dense_1")
