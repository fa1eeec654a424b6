"""Keras 2's programs against Keras 2 (tf_keras on TensorFlow 2.21): what it printed, and live where it is there."""

import json
import os
import pathlib
import subprocess

import numpy as np
import pytest

import tfcompat as tf
from tests.keras.transcripts import differences, run_program, run_under_tensorflow

PROGRAMS = pathlib.Path(__file__).parent / "programs"
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.py"))


def recorded(name: str) -> list[dict[str, str]]:
    return json.loads((PROGRAMS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_program_prints_what_keras_2_printed(name: str) -> None:
    tf.keras.backend.clear_session()
    result = run_program(PROGRAMS / f"{name}.py", {"tf": tf, "np": np, "keras": tf.keras})
    found = differences(result, recorded(name))
    assert not found, "\n\n".join(found)


@pytest.mark.oracle
def test_keras_2_prints_what_is_recorded() -> None:
    has = [os.environ["TFCOMPAT_ORACLE_PYTHON"], "-c", "import importlib.util as u; assert u.find_spec('tf_keras')"]
    if subprocess.run(has, env={**os.environ, "PYTHONPATH": ""}, capture_output=True, check=False).returncode:
        pytest.skip("the TensorFlow that TFCOMPAT_ORACLE_PYTHON names has no tf_keras beside it")
    found = []
    for name, result in zip(NAMES, run_under_tensorflow(*(str(PROGRAMS / f"{name}.py") for name in NAMES))):
        found += [f"{name}: {text}" for text in differences(recorded(name), result)]
    assert not found, "\n\n".join(found)


def test_attributes_of_ones_own_come_before_keras_2_s() -> None:
    class Own(tf.keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.input_shape, self.output_shape, self.updates = 3, (1,), 4
            self.submodules = [tf.keras.layers.Dense(1)]

    layer = Own()
    assert (layer.input_shape, layer.output_shape, layer.updates, len(layer.submodules)) == (3, (1,), 4, 1)


def test_compiling_builds_nothing() -> None:
    model = tf.keras.Sequential([tf.keras.layers.Embedding(4, 2), tf.keras.layers.Flatten()])
    model.compile("sgd", "mse")
    assert not model.built
    assert tuple(model.output_shape) == (None, None)
    assert model.built


def test_weights_of_metrics_by_position() -> None:
    class Own(tf.keras.metrics.Metric):
        def __init__(self) -> None:
            super().__init__(name="own")
            self.a = self.add_weight("a", shape=[2], initializer="ones", dtype=tf.float32)
            self.b = self.add_weight("b", (3,), tf.VariableAggregation.SUM, None, "ones", "float32")
            self.c = self.add_weight((1,), "zeros", "float32", "c")

    assert [(v.name, v.shape.as_list(), float(v[0])) for v in Own().variables] == [
        ("a", [2], 1.0),
        ("b", [3], 1.0),
        ("c", [1], 0.0),
    ]


def test_a_reported_value_may_have_the_name_of_a_metric_of_labels() -> None:
    class Reporting(tf.keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.kept = [tf.keras.metrics.MeanMetricWrapper(tf.keras.losses.mean_squared_error, name="error")]

        def call(self, x: object) -> object:
            self.add_metric(2.0, name="error")
            return x

    layer = Reporting()
    layer(tf.ones([1]))
    assert float(layer.metrics[-1].result()) == 2.0
