"""Every line of every table of layers gives what it gave under the real Keras, and gives live."""

import json
import warnings
from typing import Any

import pytest

import tfcompat as tf
from tests.keras.layers.comparison import TABLES, compare, digest, evaluate, lines_of, under_tensorflow

NAMES = sorted(path.stem for path in TABLES.glob("*.txt"))
LINES = [(name, number) for name in NAMES for number in range(len(lines_of(name)))]
IDS = [f"{name}: {lines_of(name)[number]}" for name, number in LINES]


def result_of(line: str) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return json.loads(json.dumps(evaluate(tf, line)))


@pytest.fixture(scope="module")
def records() -> dict[str, list[dict[str, Any]]]:
    return {name: json.loads((TABLES / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES}


@pytest.mark.parametrize(("name", "number"), LINES, ids=IDS)
def test_layer_gives_what_keras_gave(records: Any, name: str, number: int) -> None:
    line = lines_of(name)[number]
    rows = records[name]
    recorded = rows[number]["line"] if number < len(rows) else None
    assert recorded == line, f"the record is of another table: record {name} anew"
    want = {key: value for key, value in rows[number].items() if key != "line"}
    found = compare(line, digest(result_of(line)), want)
    assert not found, "\n".join([line, *found])


@pytest.mark.oracle
@pytest.mark.parametrize("name", NAMES)
def test_layers_give_what_keras_gives(name: str) -> None:
    wrong = []
    for line, want in zip(lines_of(name), under_tensorflow(name)):
        found = compare(line, result_of(line), want)
        wrong.extend(["\n".join([line, *found])] if found else [])
    assert not wrong, "\n\n".join(wrong)


def test_comparison_tells_results_apart() -> None:
    line = "Dense(3) | (2, 4)"
    whole = result_of(line)
    assert not compare(line, whole, whole)
    for key, change in (("outputs", 0.01), ("gradients", 0.01)):
        other = json.loads(json.dumps(whole))
        other[key][0][2][0] += change
        assert compare(line, other, whole)
        assert compare(line, digest(other), digest(whole))
    assert compare(line, {**whole, "shape": [2, 4]}, whole)
    assert compare("Dense(3) | (2, 4) | | shapes", {**whole, "weights": []}, whole)
