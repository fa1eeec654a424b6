"""tf.test.Benchmark and tf.test.assert_equal_graph_def; the printed entry is TensorFlow's."""

import numpy as np
import pytest

import tfcompat as tf


class Adding(tf.test.Benchmark):
    def benchmark_adding(self) -> None:
        self.report_benchmark()


ENTRY = """entry {
  name: "Adding.nm"
  iters: 3
  cpu_time: 2
  wall_time: 1.5
  throughput: 3
  extras {
    key: "b"
    value {
      string_value: "x"
    }
  }
  extras {
    key: "a"
    value {
      double_value: 1
    }
  }
  metrics {
    name: "m"
    value: 2
    min_value {
      value: 1
    }
  }
}

"""


def test_report_is_an_entry_in_text_form(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = [{"name": "m", "value": 2.0, "min_value": 1.0}]
    Adding().report_benchmark(3, 2.0, 1.5, 3.0, {"b": "x", "a": 1}, "nm", metrics)
    Adding().benchmark_adding()
    assert capsys.readouterr().out == ENTRY + 'entry {\n  name: "Adding.benchmark_adding"\n}\n\n'
    assert tf.test.Benchmark.is_abstract()
    assert not Adding.is_abstract()
    with pytest.raises(ValueError, match="Unable to determine calling Benchmark class"):
        Adding().report_benchmark()


def test_run_op_benchmark_times_a_session(capsys: pytest.CaptureFixture[str]) -> None:
    class Session:
        runs = 0

        def run(self, op: object, feed_dict: object = None) -> None:
            self.runs += 1

    session = Session()
    found = Adding().run_op_benchmark(session, "op", burn_iters=2, min_iters=5, name="run")
    assert session.runs == 7
    assert found["iters"] == 5
    assert found["wall_time"] >= 0
    assert 'name: "Adding.run"' in capsys.readouterr().out


def test_evaluate_gives_arrays() -> None:
    first, second = Adding().evaluate([tf.constant([1, 2]), tf.constant(2.0)])
    np.testing.assert_array_equal(first, [1, 2])
    assert second == 2


def graph(function: object) -> object:
    return tf.function(function).get_concrete_function(tf.TensorSpec([], tf.float32)).graph.as_graph_def()


def test_graphs_are_compared_node_by_node() -> None:
    one, two, product = (graph(f) for f in (lambda x: x + 1, lambda x: x + 2, lambda x: x * 2))
    tf.test.assert_equal_graph_def(one, one)
    with pytest.raises(AssertionError, match="Node named 'add/y' has attr 'value' with value"):
        tf.test.assert_equal_graph_def(one, two)
    with pytest.raises(AssertionError, match="node"):
        tf.test.assert_equal_graph_def(one, product)
    with pytest.raises(TypeError, match=r"Expected tf\.GraphDef for actual, got int"):
        tf.test.assert_equal_graph_def(one, 3)
    with pytest.raises(TypeError, match=r"Expected tf\.GraphDef for expected, got int"):
        tf.test.assert_equal_graph_def(3, one)
