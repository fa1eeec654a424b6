"""Small parts of keras.src and of Keras 2's engine that libraries on Keras import."""

import inspect
from typing import Any

import pytest

import tfcompat as tf
from tests.programs import run_source
from tfcompat._core.specs import BoundedTensorSpec
from tfcompat._core.trackable import no_automatic_dependency_tracking_scope
from tfcompat._formats.structures import decoded, encoded
from tfcompat._internals import context, tf_inspect
from tfcompat._internals import keras_argument_validation as validation
from tfcompat._internals import keras_backend_utils as backend_utils
from tfcompat._internals import keras_global_state as global_state
from tfcompat._internals.keras_module_utils import LazyModule
from tfcompat._internals.keras_op_layer import TensorFlowOpLayer
from tfcompat.keras import _version


def node(op: str, **numbers: int) -> bytes:
    made = tf.compat.v1.NodeDef(name=op.lower(), op=op, input=["a", "b"])
    made.attr["T"].type = tf.float32.as_datatype_enum
    for name, number in numbers.items():
        made.attr[name].i = number
    return made.SerializeToString()


def test_an_operation_as_a_layer() -> None:
    layer = TensorFlowOpLayer(node("Sub"), "less", {0: 5.0})
    assert layer.name == "tf_op_layer_less"
    assert layer(tf.constant([1.0, 2.0])).numpy().tolist() == [4, 3]
    inputs = tf.keras.Input((2,))
    model = tf.keras.Model(inputs, TensorFlowOpLayer.from_config(layer.get_config())(inputs))
    assert model(tf.ones([1, 2])).numpy().tolist() == [[4, 4]]
    parts = TensorFlowOpLayer(node("Split", num_split=2), "parts", {0: 0})(tf.constant([1.0, 2.0]))
    assert [part.numpy().tolist() for part in parts] == [[1], [2]]


def test_the_backend_is_tensorflow() -> None:
    run_source(
        """
        import tfcompat
        tfcompat.install()
        from keras.src.utils.backend_utils import DynamicBackend
        from keras.src.backend.tensorflow.numpy import square
        backend = DynamicBackend()
        assert backend.name == "tensorflow" and float(backend.convert_to_tensor(2.0)) == 2
        assert float(square(3.0)) == float(backend.numpy.square(3.0)) == 9
        """
    )
    backend = backend_utils.DynamicBackend("jax")
    with pytest.raises(NotImplementedError, match="no backend 'jax'"):
        backend.ones  # noqa: B018
    backend.reset()
    assert backend.name == "tensorflow"
    with pytest.raises(ValueError, match="Available backends"):
        backend.set_backend("mxnet")


def test_graphs_are_known() -> None:
    inside = tf.function(lambda: tf.constant(backend_utils.in_tf_graph()))
    assert not backend_utils.in_tf_graph()
    assert bool(inside())
    assert not backend_utils.in_grain_data_pipeline()
    with backend_utils.TFGraphScope():
        assert backend_utils.in_tf_graph()


def test_values_of_a_thread() -> None:
    assert global_state.get_global_attribute("libs", 3, set_to_default=True) == 3
    assert global_state.get_global_attribute("libs") == 3
    global_state.clear_session()
    assert global_state.get_global_attribute("libs") is None
    assert not global_state.in_stateless_scope()
    assert not global_state.in_symbolic_scope()


def test_arguments_of_layers() -> None:
    assert validation.standardize_tuple(2, 3, "strides") == (2, 2, 2)
    assert validation.standardize_tuple([0, 1], 2, "strides", allow_zero=True) == (0, 1)
    for wrong in ((1, 2, 3), 0, 1.5, ("a", 1)):
        with pytest.raises(ValueError, match="`strides` argument must be a tuple of 2 integers"):
            validation.standardize_tuple(wrong, 2, "strides")
    assert validation.standardize_padding("SAME") == "same"
    with pytest.raises(ValueError, match="Received: causal"):
        validation.standardize_padding("causal")
    validation.validate_string_arg(None, ("a",), "f", "mode", allow_none=True)
    with pytest.raises(ValueError, match="`mode` argument of f"):
        validation.validate_string_arg("b", ("a",), "f", "mode")


def test_packages_load_when_they_are_used() -> None:
    assert LazyModule("json").dumps([1]) == "[1]"
    absent = LazyModule("no_such_package", pip_name="no-such")
    assert not absent.available
    with pytest.raises(ImportError, match="pip install no-such"):
        absent.anything  # noqa: B018


def test_arguments_of_calls() -> None:
    def f(a: int, b: int = 2, *, c: int = 3, **others: int) -> None:
        return None

    assert tf_inspect.getcallargs(f, 1, d=4) == {"a": 1, "b": 2, "c": 3, "d": 4}
    assert tf_inspect.getargspec(f) == (["a", "b"], None, "others", (2,))
    assert tf_inspect.getargspec(f).keywords == inspect.getfullargspec(f).varkw


def test_attributes_that_are_not_tracked() -> None:
    module: Any = tf.Module()
    with no_automatic_dependency_tracking_scope(module):
        module.plain = [1]
    module.tracked = [1]
    assert type(module.plain) is list
    assert type(module.tracked) is not list


class Signed(tf.keras.layers.Layer):
    def call(self, x: Any, **others: int) -> Any:
        if len(tf.shape(x)) == 2 and tf.reduce_sum(x) > 0:
            x = -x
        return x


def test_calls_of_layers_are_rewritten_as_in_keras_2(monkeypatch) -> None:
    layer = Signed()
    with pytest.raises(TypeError, match="len is not well defined"):
        tf.function(lambda x: layer(x, extra=1))(tf.ones([1, 2]))
    monkeypatch.setattr(_version, "is_legacy", lambda: True)
    captured = tf.function(lambda x: layer(x, extra=1))
    assert captured(tf.ones([1, 2])).numpy().tolist() == [[-1, -1]]
    assert captured(-tf.ones([1, 2])).numpy().tolist() == [[-1, -1]]


def test_weights_have_what_variables_have_in_keras_2(monkeypatch) -> None:
    layer = Signed()
    text = layer.add_weight(name="t", shape=(2,), dtype="string", initializer=tf.keras.initializers.Constant("a"))
    assert not hasattr(text, "read_value")
    monkeypatch.setattr(_version, "is_legacy", lambda: True)
    assert text.read_value().numpy().tolist() == [b"a", b"a"]


def test_names_of_the_default_graph() -> None:
    tf.compat.v1.reset_default_graph()
    graph = tf.compat.v1.get_default_graph()
    assert [graph.unique_name("slot") for _ in range(2)] == ["slot", "slot_1"]


def test_what_an_assignment_returns_names_no_operation() -> None:
    v = tf.Variable([1.0, 2.0])
    assert v.assign([3.0, 4.0]).op is None
    assert tf.compat.v1.scatter_update(v, [0], [5.0]).op is None
    with pytest.raises(AttributeError, match="undefined when eager"):
        v.op  # noqa: B018


def test_a_summary_that_nobody_writes_looks_at_no_step() -> None:
    assert not tf.summary.write("loss", 1.0, step=tf.Variable(0))


def test_weights_take_what_variables_took_in_keras_2() -> None:
    layer = tf.keras.layers.Layer()
    weight = layer.add_weight(name="w", shape=(2,), initializer="zeros", aggregation=tf.VariableAggregation.MEAN)
    assert weight.aggregation == "mean"
    assert weight.assign([1.0, 2.0], use_locking=False, name="set").numpy().tolist() == [1, 2]
    assert weight.assign_add([1.0, 1.0], read_value=False) is None
    assert weight.assign_sub([0.0, 1.0], name="less").numpy().tolist() == [2, 2]


def test_parts_that_are_noted_by_name() -> None:
    layer, part = tf.keras.layers.Layer(), tf.keras.layers.Dense(1)
    assert layer._track_trackable(part, name="part") is part
    assert layer.part is part
    with pytest.raises(ValueError, match="already in use"):
        layer._track_trackable(tf.keras.layers.Dense(1), name="part")
    part.build((1, 1))
    assert [v.name for v in part._trainable_weights] == ["kernel", "bias"]
    assert part._non_trainable_weights == []
    module: Any = tf.Module()
    module.v = tf.Variable(1.0)
    (found,) = module._unconditional_checkpoint_dependencies
    assert found == ("v", module.v)


def test_bounded_specs_are_written_to_files() -> None:
    spec = tf.TensorSpec([2], tf.int32)
    bounded = type("Bounds", (), {"shape": [2], "dtype": tf.int32, "minimum": 0, "maximum": [3, 4], "name": "a"})
    bounded = BoundedTensorSpec.from_spec(bounded)
    back = decoded(encoded({"a": bounded, "b": spec}).SerializeToString())
    assert back["b"] == spec
    assert (back["a"].minimum.tolist(), back["a"].maximum.tolist(), back["a"].name) == (0, [3, 4], "a")


def test_the_seed_of_the_program() -> None:
    tf.random.set_seed(3)
    assert context.global_seed() == 3
    tf.random.set_seed(None)
    assert context.global_seed() is None
