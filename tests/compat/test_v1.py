"""tf.compat.v1: which of its names are tf's, and which are not."""

import importlib
import unittest

import numpy as np
import pytest

import tfcompat as tf
from tfcompat import _names
from tfcompat.compat.v1._meanings import DIFFERENT, MOVED

v1 = tf.compat.v1


def test_names_of_the_same_meaning_are_tfs() -> None:
    assert v1.Module is tf.Module
    assert v1.float32 is tf.float32
    assert v1.nn.relu is tf.nn.relu
    assert v1.math.add is tf.math.add
    assert v1.errors.InvalidArgumentError is tf.errors.InvalidArgumentError


def test_names_that_moved() -> None:
    assert v1.log is tf.math.log
    assert v1.random_uniform is tf.random.uniform
    assert v1.OpError is tf.errors.OpError


@pytest.mark.parametrize("name", ["data.experimental.CsvDataset"])
def test_names_that_meant_something_else_are_missing(name: str) -> None:
    *path, leaf = name.split(".")
    namespace = v1
    for part in path:
        namespace = getattr(namespace, part)
    with pytest.raises(_names.MissingNameError, match=rf"TensorFlow 2\.21 has tf\.compat\.v1\.{name}, tfcompat does"):
        getattr(namespace, leaf)


def test_names_that_only_tf_has() -> None:
    with pytest.raises(AttributeError) as e:
        _ = v1.type_spec_from_value_
    assert type(e.value) is AttributeError
    with pytest.raises(AttributeError):
        _ = v1.initializers.GlorotUniform


def test_namespaces_can_be_imported() -> None:
    module = importlib.import_module("tfcompat.compat.v1.losses")
    assert module is v1.losses
    assert v1.nn.__name__ == "tfcompat.compat.v1.nn"
    assert importlib.import_module("tfcompat.compat.v1.nn") is v1.nn


def test_the_lists_hold_names_of_tensorflows() -> None:
    assert all(_names.is_api_name(name) for name in DIFFERENT | set(MOVED))
    assert all(_names.is_api_name(name) for name in MOVED.values())
    assert not DIFFERENT & set(MOVED)


def test_behaviour_switches() -> None:
    v1.enable_eager_execution()
    v1.enable_v2_behavior()
    assert v1.executing_eagerly()
    assert v1.executing_eagerly_outside_functions()
    assert v1.resource_variables_enabled()
    with pytest.raises(ValueError, match="config must be None"):
        v1.enable_eager_execution(config=object())


def test_the_global_seed() -> None:
    draws = []
    for set_seed in (tf.random.set_seed, v1.set_random_seed):
        set_seed(5)
        draws.append(tf.random.uniform([3]).numpy().tolist())
    assert draws[0] == draws[1]


def test_logging() -> None:
    log = v1.logging
    before = log.get_verbosity()
    try:
        log.set_verbosity(log.ERROR)
        assert (log.get_verbosity(), tf.get_logger().level) == (40, 40)
        log.set_verbosity("INFO")
        assert log.get_verbosity() == log.INFO == 20
    finally:
        log.set_verbosity(before)
    with unittest.TestCase().assertLogs("tensorflow", "DEBUG") as logs:
        log.info("hello %s", "x")
        log.warn("w")
        log.error("e")
        log.fatal("f")
        log.debug("d")
        log.log(log.INFO, "m %d", 3)
        log.log_if(log.INFO, "no", False)
        for i in range(5):
            log.log_first_n(log.INFO, "first %d", 2, i)
        for i in range(5):
            log.log_every_n(log.INFO, "every %d", 2, i)
    assert logs.output == [
        f"{line.replace(':', ':tensorflow:')}"
        for line in (
            "INFO:hello x", "WARNING:w", "ERROR:e", "CRITICAL:f", "DEBUG:d", "INFO:m 3",
            "INFO:first 0", "INFO:first 1", "INFO:every 0", "INFO:every 2", "INFO:every 4",
        )
    ]  # fmt: skip
    log.flush()


def test_what_is_left_of_graphs_where_ops_run_at_once() -> None:
    v1 = tf.compat.v1
    assert v1.global_variables_initializer() is None
    assert v1.placeholder_with_default([1.0, 2.0], None).numpy().tolist() == [1.0, 2.0]
    graph = v1.get_default_graph()
    assert v1.get_default_graph() is graph
    assert graph.get_operations() == []
    v1.reset_default_graph()
    assert v1.get_default_graph() is not graph
    assert bool(v1.is_variable_initialized(tf.Variable(1.0)))
    assert v1.report_uninitialized_variables().shape == [0]
    with v1.colocate_with(tf.Variable(1.0)):
        assert tf.constant(1.0).numpy() == 1.0
    graphs = []
    tf.function(lambda: graphs.append(v1.get_default_graph()))()
    assert graphs[0] is not v1.get_default_graph()


def test_the_step_is_one_variable() -> None:
    train = tf.compat.v1.train
    assert train.get_global_step() is None
    step = train.get_or_create_global_step()
    try:
        assert train.get_or_create_global_step() is train.get_global_step() is step
        assert (step.dtype, step.trainable, step.numpy()) == (tf.int64, False, 0)
        with pytest.raises(ValueError, match='"global_step" already exists'):
            train.create_global_step()
    finally:
        tf.compat.v1.get_collection_ref(tf.compat.v1.GraphKeys.GLOBAL_STEP).clear()


def test_v1_where_chooses_rows() -> None:
    """As TensorFlow 2.21 prints."""
    where = tf.compat.v1.where
    assert where([True, False], [[1, 2], [3, 4]], [[5, 6], [7, 8]]).numpy().tolist() == [[1, 2], [7, 8]]
    assert where(True, [1, 2], [3, 4]).numpy().tolist() == [1, 2]
    assert where([True, False]).numpy().tolist() == [[0]]
    with pytest.raises(tf.errors.InvalidArgumentError):
        where([[True], [False]], [[1, 2], [3, 4]], [[5, 6], [7, 8]])
    with pytest.raises(ValueError, match="both be non-None or both be None"):
        where([True, False], [1, 2])


def test_equality_is_identity_where_it_is_asked_for() -> None:
    """As TensorFlow 2.21 has it: variables can be hashed then, eager tensors can't."""
    x, y, a, b = tf.Variable(1.0), tf.Variable(1.0), tf.constant([1.0, 2.0]), tf.constant([1.0, 2.0])
    tf.compat.v1.disable_tensor_equality()
    try:
        found = [x == y, x != y, x == x, a == b, a != b, a == a, a == 1, a in [b, a], len({x, y})]
        with pytest.raises(TypeError, match="unhashable"):
            hash(a)
        assert tf.function(lambda t: t * 2.0 if t == t else t)(x).numpy() == 2.0
    finally:
        tf.compat.v1.enable_tensor_equality()
    assert found == [False, True, True, False, True, True, False, True, 2]
    assert bool(x == y)
    assert (a == b).numpy().tolist() == [True, True]
    with pytest.raises(TypeError, match="unhashable"):
        hash(x)


def test_functions_under_a_second_path() -> None:
    assert v1.io.decode_csv is v1.decode_csv
    assert v1.random.set_random_seed is v1.set_random_seed
    assert v1.linalg.norm([3.0, 4.0]).numpy() == 5.0
    assert v1.random.poisson(3.0, [2]).shape == (2,)


def test_cosine_distance() -> None:
    # Recorded from TensorFlow 2.21, whose weights of 0 do not count.
    labels, predictions = [[0.6, 0.8], [1.0, 0.0]], [[0.8, 0.6], [0.0, 1.0]]
    np.testing.assert_allclose(v1.losses.cosine_distance(labels, predictions, axis=1), 0.52, rtol=1e-6)
    np.testing.assert_allclose(v1.losses.cosine_distance(labels, predictions, dim=1, weights=[[0.0], [1.0]]), 1.0)
    rows = v1.losses.cosine_distance(labels, predictions, 1, reduction=v1.losses.Reduction.NONE)
    np.testing.assert_allclose(rows, [[0.04], [1.0]], atol=1e-7)
    with pytest.raises(ValueError, match="You must specify argument `axis`"):
        v1.losses.cosine_distance(labels, predictions)
