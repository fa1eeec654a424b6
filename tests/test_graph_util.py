"""tf.import_graph_def: a GraphDef runs on tfcompat's ops, at once or as a part of a captured function."""

import numpy as np
import pytest
from google.protobuf import text_format

import tfcompat as tf
from tfcompat._formats.protos import message

GRAPH = """
node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
node { name: "w" op: "Const" attr { key: "dtype" value { type: DT_FLOAT } }
       attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape { dim { size: 2 } dim { size: 2 } }
                                            float_val: [1.0, 2.0, 3.0, 4.0] } } } }
node { name: "mm" op: "MatMul" input: "x" input: "w" attr { key: "transpose_b" value { b: true } } }
node { name: "axis" op: "Const" attr { key: "value" value { tensor { dtype: DT_INT32 tensor_shape {} int_val: 1 } } } }
node { name: "split" op: "Split" input: "axis" input: "mm:0" attr { key: "num_split" value { i: 2 } } }
node { name: "sum" op: "AddV2" input: "split:1" input: "split" }
node { name: "new" op: "BrandNew" input: "sum" }
"""


def _graph(text: str = GRAPH):
    return text_format.Parse(text, message("GraphDef")())


def test_values_and_numbered_outputs() -> None:
    mm, second, total = tf.import_graph_def(_graph(), {"x": [[1.0, 1.0]]}, ["mm:0", "split:1", "sum"])
    assert mm.numpy().tolist() == [[3.0, 7.0]]
    assert second.numpy().tolist() == [[7.0]]
    assert total.numpy().tolist() == [[10.0]]


def test_a_tensor_in_the_middle_may_be_given() -> None:
    (total,) = tf.graph_util.import_graph_def(_graph(), {"mm:0": [[1.0, 5.0]]}, ["sum:0"])
    assert total.numpy().tolist() == [[6.0]]


def test_in_a_captured_function_with_gradients() -> None:
    @tf.function
    def run(x):
        return tf.import_graph_def(_graph(), {"x:0": x}, ["sum"])[0]

    x = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(run(x))
    np.testing.assert_array_equal(y, 16 + 36)
    np.testing.assert_array_equal(tape.gradient(y, x), [[4, 6], [4, 6]])


def test_errors() -> None:
    assert tf.import_graph_def(_graph()) is None
    with pytest.raises(NotImplementedError, match="ops that tfcompat lacks: BrandNew"):
        tf.import_graph_def(_graph(), {"x": [[1.0, 1.0]]}, ["new"])
    with pytest.raises(ValueError, match=r"not found in graph_def: \[nobody\]"):
        tf.import_graph_def(_graph(), {"nobody": 1.0}, ["sum"])
    with pytest.raises(ValueError, match="'nobody' not found in graph_def"):
        tf.import_graph_def(_graph(), {"x": [[1.0, 1.0]]}, ["nobody"])
    with pytest.raises(ValueError, match="2 outputs"):
        tf.import_graph_def(_graph(), {"x": [[1.0, 1.0]]}, ["split:2"])
    with pytest.raises(TypeError, match="must be a GraphDef"):
        tf.import_graph_def("graph")
    with pytest.raises(TypeError, match="`input_map` must be a dictionary"):
        tf.import_graph_def(_graph(), ["x"])
