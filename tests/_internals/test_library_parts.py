"""Internals of TensorFlow that graph networks, recommenders and agents import."""

import sys
import types
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import tfcompat as tf


@pytest.fixture(autouse=True)
def installed() -> Iterator[None]:
    tf.install()
    yield
    tf.uninstall()


def test_products_of_csr_matrices() -> None:
    sparse: Any = import_module("tensorflow.python.ops.linalg.sparse.sparse")

    rng = np.random.default_rng(0)
    a = (rng.normal(size=(2, 3, 4)) * (rng.random((2, 3, 4)) < 0.5)).astype("float32")
    b = rng.normal(size=(2, 4, 5)).astype("float32")
    matrix, dense = sparse.CSRSparseMatrix(tf.sparse.from_dense(a)), tf.constant(b)
    assert matrix.shape == [2, 3, 4]
    assert matrix.dtype == tf.float32
    np.testing.assert_array_equal(matrix.to_dense(), a)
    np.testing.assert_allclose(sparse.matmul(matrix, dense), a @ b, rtol=1e-5)
    turned = np.swapaxes(b, 1, 2)
    np.testing.assert_allclose(sparse.matmul(matrix, tf.constant(turned), transpose_b=True), a @ b, rtol=1e-5)
    flipped = sparse.matmul(tf.constant(turned), matrix, transpose_b=True)
    np.testing.assert_allclose(flipped, np.swapaxes(a @ b, 1, 2), rtol=1e-5)
    both = sparse.matmul(matrix, sparse.CSRSparseMatrix(b))
    np.testing.assert_allclose(both.to_dense(), a @ b, rtol=1e-5)
    np.testing.assert_array_equal(sparse.CSRSparseMatrix(a[0], [[0, 1], [2, 2]]).to_dense()[0, 1], a[0, 0, 1])
    with tf.GradientTape() as tape:
        tape.watch(dense)
        product = tf.function(lambda x: sparse.matmul(matrix, x))(dense)
    want = np.swapaxes(a, 1, 2) @ np.ones((2, 3, 5), "float32")
    np.testing.assert_allclose(tape.gradient(product, dense), want, rtol=1e-5)
    with pytest.raises(tf.errors.InvalidArgumentError, match="inner dimensions"):
        sparse.matmul(matrix, matrix.to_dense())
    with pytest.raises(tf.errors.InvalidArgumentError, match="rank 2 or 3"):
        sparse.CSRSparseMatrix(tf.sparse.from_dense([1.0]))


def test_structures_as_messages() -> None:
    struct_pb2: Any = import_module("tensorflow.core.protobuf.struct_pb2")
    nested_structure_coder: Any = import_module("tensorflow.python.saved_model.nested_structure_coder")

    spec = {"a": tf.TensorSpec([None, 2], tf.int32), "b": (1, [2.5, "x", None])}
    proto = nested_structure_coder.encode_structure(spec)
    assert isinstance(proto, struct_pb2.StructuredValue)
    assert nested_structure_coder.decode_proto(struct_pb2.StructuredValue.FromString(proto.SerializeToString())) == spec


def test_helpers_of_layers_and_cells() -> None:
    tf2: Any = import_module("tensorflow.python.tf2")
    smart_cond: Any = import_module("tensorflow.python.framework.smart_cond")
    utils: Any = import_module("tensorflow.python.layers.utils")
    list_ops: Any = import_module("tensorflow.python.ops.list_ops")
    rnn_cell: Any = import_module("tensorflow.python.ops.rnn_cell")
    rnn_cell_impl: Any = import_module("tensorflow.python.ops.rnn_cell_impl")
    util: Any = import_module("tensorflow.python.ops.distributions.util")

    assert tf2.enabled()
    assert utils.smart_cond(True, lambda: 1, lambda: 2) == smart_cond.smart_cond(True, lambda: 1, lambda: 2) == 1
    assert smart_cond.smart_constant_value(tf.constant(3)) == 3
    assert rnn_cell_impl._concat(2, tf.TensorShape([3]), static=True) == [2, 3]
    assert rnn_cell_impl._concat(tf.constant(2), [3, 4]).numpy().tolist() == [2, 3, 4]
    with pytest.raises(ValueError, match="unknown"):
        rnn_cell_impl._concat(2, tf.TensorShape(None))
    rnn_cell_impl.assert_like_rnncell("cell", rnn_cell.BasicLSTMCell(2))
    with pytest.raises(TypeError, match="'state_size' property is missing"):
        rnn_cell_impl.assert_like_rnncell("cell", len)
    starred: dict = {}
    exec("from tensorflow.python.ops.rnn_cell import *", starred)
    assert starred["LSTMCell"] is tf.compat.v1.nn.rnn_cell.LSTMCell
    assert util.gen_new_seed(None, "salt") is None
    assert util.gen_new_seed(7, "per_episode") == 1757474535
    held = list_ops.tensor_list_from_tensor(tf.ones([4, 2, 3]), [2, 3])
    assert int(list_ops.tensor_list_length(held)) == 4
    assert list_ops.tensor_list_stack(held, tf.float32, element_shape=[2, 3]).shape == [4, 2, 3]
    assert list_ops.tensor_list_gather(held, [1, 1, 0], tf.float32).shape == [3, 2, 3]
    assert int(list_ops.tensor_list_length(list_ops.tensor_list_concat_lists(held, held, tf.float32))) == 8
    empty = list_ops.empty_tensor_list([2], tf.float32)
    assert int(list_ops.tensor_list_length(empty)) == 0


def test_versions_and_the_class_of_functions() -> None:
    def_function: Any = import_module("tensorflow.python.eager.def_function")
    assert isinstance(tf.function(lambda: 1), def_function.Function)
    assert tf.__git_version__ == tf.version.GIT_VERSION
    assert tf.__compiler_version__ == tf.version.COMPILER_VERSION


def test_paths_of_tensorflow_1_that_tf_slim_imports() -> None:
    layers, training = "tensorflow.python.layers", "tensorflow.python.training"
    base, convolutional = import_module(f"{layers}.base"), import_module(f"{layers}.convolutional")
    normalization, pooling = import_module(f"{layers}.normalization"), import_module(f"{layers}.pooling")
    queue_runner, supervisor = import_module(f"{training}.queue_runner"), import_module(f"{training}.supervisor")
    evaluation, nn = import_module(f"{training}.evaluation"), import_module("tensorflow.python.ops.nn")
    saver_pb2 = import_module("tensorflow.core.protobuf.saver_pb2")
    timeline = import_module("tensorflow.python.client.timeline")
    all_util = import_module("tensorflow.python.util.all_util")
    v1 = tf.compat.v1
    assert base.Layer is v1.layers.Layer
    assert convolutional.Convolution2D is v1.layers.Conv2D
    assert normalization.BatchNorm is v1.layers.BatchNormalization
    assert pooling.max_pool2d is v1.layers.max_pooling2d
    assert nn.moments(tf.constant([[1.0, 3.0]]), [1], keep_dims=True)[0].shape == (1, 1)  # as TensorFlow 1's
    assert (queue_runner.QueueRunner, supervisor.Supervisor) == (v1.train.QueueRunner, v1.train.Supervisor)
    assert evaluation._StopAfterNEvalsHook(3) is not None
    assert saver_pb2.SaverDef(max_to_keep=3).max_to_keep == 3
    with pytest.raises(NotImplementedError, match="Timeline is not in tfcompat"):
        timeline.Timeline(v1.RunMetadata().step_stats)
    module: Any = types.ModuleType("documented", "What it has.\n\n@@shown\n@@absent\n")
    module.shown, module.hidden, module._own = 1, 2, 3
    sys.modules["documented"] = module
    try:
        assert all_util.make_all("documented") == ["shown"]
        all_util.remove_undocumented("documented")
    finally:
        del sys.modules["documented"]
    assert [n for n in vars(module) if not n.startswith("__")] == ["shown", "_own"]


def test_what_functions_take() -> None:
    utils: Any = import_module("tensorflow.python.util.function_utils")

    class Called:
        def __call__(self, a: int, b: int = 1) -> None: ...

        def method(self, x: int, *, k: int) -> None: ...

    def taking(a: int, b: int, *c: int, d: int = 1, **e: int) -> None: ...

    asked = [Called(), Called().method, Called.method, taking, partial(taking, 1), partial(taking, b=2), Called]
    assert [(utils.fn_args(f), utils.has_kwargs(f), utils.get_func_name(f)) for f in asked] == [
        (("a", "b"), False, str(Called)),
        (("x",), False, "Called.method"),
        (("self", "x"), False, "method"),
        (("a", "b"), True, "taking"),
        (("b",), True, "<class 'functools.partial'>"),
        (("a",), True, "<class 'functools.partial'>"),
        ((), False, "<class 'type'>"),
    ]
    assert utils.get_func_code(Called()) is Called.__call__.__code__
    with pytest.raises(TypeError, match="Argument `fn` should be a callable. Received: fn=3"):
        utils.has_kwargs(3)
    with pytest.raises(ValueError, match="Argument `func` must be a callable. Received func=3"):
        utils.get_func_name(3)


def test_a_convolution_with_its_settings() -> None:
    nn_ops: Any = import_module("tensorflow.python.ops.nn_ops")

    made = nn_ops.Convolution([1, 4, 4, 1], [2, 2, 1, 1], "SAME", (1, 1), (2, 2))
    got = made(tf.ones([1, 4, 4, 1]), tf.ones([2, 2, 1, 1]))
    np.testing.assert_array_equal(got[0, :, :, 0], [[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]])
    with pytest.raises(ValueError, match=r"must be >= than `num_spatial_dims \+ 2`"):
        nn_ops.Convolution([None, 5, 5], [3, 3, 3, 4], "SAME")


def test_values_of_replicas_types_and_hooks() -> None:
    values: Any = import_module("tensorflow.python.distribute.values")
    ps_values: Any = import_module("tensorflow.python.distribute.ps_values")
    trace: Any = import_module("tensorflow.python.types.trace")
    hooks: Any = import_module("tensorflow.python.training.basic_session_run_hooks")
    config: Any = import_module("tensorflow.python.framework.config")

    assert issubclass(values.PerReplica, values.DistributedValues)
    assert issubclass(ps_values.AggregatingVariable, values.DistributedVariable)
    assert values.DistributedValues is tf.distribute.DistributedValues
    assert trace.TraceType is tf.types.experimental.TraceType
    assert hooks.StopAtStepHook is tf.compat.v1.train.StopAtStepHook
    assert config.is_op_determinism_enabled() is False
    tf.config.experimental.enable_op_determinism()
    assert config.is_op_determinism_enabled() is True
    config.disable_op_determinism()
    assert config.is_op_determinism_enabled() is False


def test_loops_whose_iterations_run_at_once() -> None:
    loops: Any = import_module("tensorflow.python.ops.parallel_for.control_flow_ops")

    x = tf.reshape(tf.range(6.0), [3, 2])
    doubled, number = loops.pfor(lambda i: (tf.gather(x, i) * 2.0, tf.cast(i, tf.float32)), 3)
    np.testing.assert_array_equal(doubled, x * 2.0)
    np.testing.assert_array_equal(number, [0.0, 1.0, 2.0])
    summed = tf.function(lambda n: loops.pfor(lambda i: tf.reduce_sum(tf.gather(x, i)), n))
    np.testing.assert_array_equal(summed(tf.constant(3)), [1.0, 5.0, 9.0])
    np.testing.assert_array_equal(
        loops.for_loop(lambda i: tf.cast(i, tf.float32) * 2.0, tf.float32, 3), [0.0, 2.0, 4.0]
    )
    with pytest.raises(ValueError, match="must be None or a positive integer. Received: 0"):
        loops.pfor(lambda i: i, 3, parallel_iterations=0)
    with pytest.raises(NotImplementedError, match="pfor_config"):
        loops.pfor(lambda i, pfor_config: i, 3)


def test_moving_averages_move_a_share_and_are_corrected_for_a_start_at_zero() -> None:
    from tfcompat._internals.moving_averages import assign_moving_average

    v = tf.Variable([1.0, 2.0])
    assign_moving_average(v, [3.0, 4.0], 0.75, zero_debias=False)
    assert v.numpy().tolist() == [1.5, 2.5]
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        w = tf.compat.v1.get_variable("w", [2], initializer=tf.zeros_initializer())
        moved = assign_moving_average(w, tf.constant([2.0, 4.0]), 0.9)
        assert [x.name for x in tf.compat.v1.global_variables()] == ["w:0", "w/biased:0", "w/local_step:0"]
        session.run(tf.compat.v1.global_variables_initializer())
        for _ in range(3):
            assert abs(session.run(moved) - [2.0, 4.0]).max() < 1e-5
