"""Tensors, slices, variables and tapes against TensorFlow: recorded facts, and live where a TensorFlow is installed.

programs/*.json holds what TensorFlow 2.21 gave for the programs beside it: `python tape.py tape.json` made them.
"""

import importlib.util
import json
import pathlib
import types
from typing import Any

import pytest

import tfcompat as tf
from tests.oracle import ask_tensorflow

PROGRAMS = pathlib.Path(__file__).with_name("programs")


def load(name: str) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(name, PROGRAMS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def flat(results: dict[str, Any], prefix: str = "") -> dict[str, str]:
    out = {}
    for key, value in results.items():
        out |= flat(value, f"{prefix}{key}: ") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return out


def disagreements(ours: dict[str, str], theirs: dict[str, str]) -> str:
    assert ours.keys() == theirs.keys()
    return "\n".join(f"{k}\n  TensorFlow {theirs[k]}\n  tfcompat   {ours[k]}" for k in theirs if theirs[k] != ours[k])


@pytest.mark.parametrize("name", ["tape", "expressions"])
def test_equal_to_what_tensorflow_gave(name: str) -> None:
    facts = flat(json.loads((PROGRAMS / f"{name}.json").read_text()))
    assert len(facts) > 50
    assert disagreements(flat(load(name).run(tf)), facts) == ""


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["tape", "expressions"])
def test_equal_to_what_tensorflow_gives(name: str) -> None:
    source = f"""
    import runpy
    answer(runpy.run_path({str(PROGRAMS / name)!r} + ".py")["run"](tf))
    """
    live = flat(ask_tensorflow(source))
    assert disagreements(flat(load(name).run(tf)), live) == ""
