"""The small parts of TensorFlow's internals that libraries use."""

import functools
import logging

import pytest

import tfcompat as tf
from tfcompat._core import type_spec_registry
from tfcompat._internals import (
    control_flow_case,
    decorators,
    deprecation,
    monitoring,
    object_identity,
    tf_inspect,
    variable_utils,
    weights_broadcast_ops,
)


def test_specs_of_decorated_functions_are_the_functions_own() -> None:
    spec = tf_inspect.getfullargspec(tf.rank)
    assert spec.args == ["input", "name"]
    assert spec.defaults == (None,)
    assert spec.annotations == {}

    @functools.wraps(lambda a, b=2: a)
    def decorated(*args: object) -> object:
        return args

    assert tf_inspect.getfullargspec(decorated).args == ["a", "b"]
    assert tf_inspect.isclass is __import__("inspect").isclass


def test_metrics_have_a_cell_for_each_choice_of_labels() -> None:
    calls = monitoring.Counter("calls", "how often", "kind")
    calls.get_cell("a").increase_by(2)
    calls.get_cell("a").increase_by(1)
    calls.get_cell("b").increase_by(5)
    assert [calls.get_cell(kind).value() for kind in "ab"] == [3, 5]
    with pytest.raises(ValueError, match="expects taking 1 labels, got 0"):
        calls.get_cell()
    sizes = monitoring.Sampler("sizes", monitoring.ExponentialBuckets(1.0, 2.0, 3), "how large")
    sizes.get_cell().add(1.5)
    assert (sizes.get_cell().value(), sizes.buckets.bounds) == ([1.5], [1.0, 2.0, 4.0])
    gauge = monitoring.BoolGauge("used", "whether")
    gauge.get_cell().set(True)
    assert gauge.get_cell().value() is True


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    monkeypatch.setattr(logging.getLogger("tensorflow"), "propagate", True)
    return caplog


def test_what_goes_away_is_told_once(told: pytest.LogCaptureFixture) -> None:
    @deprecation.deprecated_args(None, "Use b.", "a", ("c", 7))
    def f(a: int = 0, b: int = 0, c: int = 7) -> int:
        return a + b + c

    assert f(b=1) == f(c=7, b=1) == 8
    assert told.messages == []
    assert f(1) == f(a=1) == 8
    (message,) = told.messages
    assert "f with a=1 is deprecated and will stop working in a future version. Use instead: Use b." in message
    with pytest.raises(ValueError, match=r"not present in .*: \['z'\]"):
        deprecation.deprecated_args(None, "Use b.", "z")(f)
    old = deprecation.deprecated_alias("lib.old", "lib.new", f)
    assert old(b=2) == old(b=2) == 9
    assert told.messages[1:] == ["The name lib.old is deprecated. Please use lib.new instead."]
    assert deprecation.deprecated_argument_lookup("new", None, "old", 3) == 3
    with pytest.raises(ValueError, match="Cannot specify both 'old' and 'new'"):
        deprecation.deprecated_argument_lookup("new", 2, "old", 3)


def test_type_specs_have_one_name_each() -> None:
    class Spec(tf.TypeSpec):
        pass

    type_spec_registry.register("tests.Spec")(Spec)
    assert type_spec_registry.lookup("tests.Spec") is Spec
    assert type_spec_registry.get_name(Spec) == "tests.Spec"
    with pytest.raises(ValueError, match="already been registered with name"):
        type_spec_registry.register("tests.Other")(Spec)
    with pytest.raises(ValueError, match="must have the form"):
        type_spec_registry.register("Spec")
    with pytest.raises(ValueError, match="No TypeSpec has been registered"):
        type_spec_registry.lookup("tests.None")


def test_variables_become_their_values() -> None:
    found = variable_utils.convert_variables_to_tensors({"v": tf.Variable(2.0), "n": 3})
    assert tf.is_tensor(found["v"])
    assert not isinstance(found["v"], tf.Variable)
    assert found["n"] == 3
    assert variable_utils.replace_variables_with_atoms([tf.Variable(2.0), "x"]) == [0, "x"]


def test_cases_with_python_predicates() -> None:
    def branch(pairs: list, default: object = None, exclusive: bool = False) -> object:
        return control_flow_case._case_helper(
            lambda p, a, b: a() if p else b(), pairs, default, exclusive, None, allow_python_preds=True
        )

    pairs = [(False, lambda: 1), (True, lambda: 2), (True, lambda: 3)]
    assert branch(pairs) == 2
    assert branch([(False, lambda: 1)], lambda: 9) == 9
    with pytest.raises(ValueError, match="2 of the predicates are True"):
        branch(pairs, exclusive=True)
    with pytest.raises(tf.errors.InvalidArgumentError, match="more than one of the predicates holds"):
        branch([(tf.constant(True), lambda: 1), (tf.constant(True), lambda: 2)], exclusive=True)
    assert branch([(tf.constant(False), lambda: 1), (tf.constant(True), lambda: 2)], exclusive=True) == 2
    with pytest.raises(TypeError, match="pred must be a tensor of bools"):
        control_flow_case._case_helper(tf.cond, pairs, None, False, None)


def test_weights_stretch_over_values_of_their_rank() -> None:
    values = tf.ones([2, 3])
    assert weights_broadcast_ops.broadcast_weights([[1.0], [2.0]], values).numpy().tolist() == [[1.0] * 3, [2.0] * 3]
    assert weights_broadcast_ops.broadcast_weights(2.0, values).numpy().tolist() == [[2.0] * 3] * 2
    with pytest.raises(ValueError, match=r"values.rank=2. weights.rank=1"):
        weights_broadcast_ops.broadcast_weights([1.0, 2.0], values)
    with pytest.raises(ValueError, match="Mismatch at dim 1"):
        weights_broadcast_ops.assert_broadcastable([[1.0, 2.0]], values)


def test_sets_and_dicts_know_their_keys_by_identity() -> None:
    a, b = tf.constant(1.0), tf.constant(1.0)
    found = object_identity.ObjectIdentityDictionary([(object_identity.Reference(a), 1)])
    found[a], found[b] = 2, 3
    assert (found[a], found[b], len(found)) == (2, 3, 3)
    with pytest.raises(KeyError):
        _ = found[tf.constant(1.0)]
    both = object_identity.ObjectIdentitySet([a, b, a])
    assert len(both) == 2
    assert a in both
    both.discard(a)
    assert a not in both
    weak = object_identity.ObjectIdentityWeakSet([a, b])
    del both, b, found
    assert list(weak) == [a]


def test_wrappers_know_what_they_wrap() -> None:
    def target(a: int) -> int:
        """Doc."""
        return a

    wrapper = decorators.make_decorator(target, lambda *args: target(*args) + 1)
    assert (wrapper(1), wrapper.__name__, wrapper.__doc__) == (2, "target", "Doc.")
    assert decorators.unwrap(wrapper) == ([wrapper], target)
    assert decorators.rewrap(wrapper, target, len) is wrapper
    assert decorators.unwrap(wrapper)[1] is len


def test_the_version_that_programs_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from tfcompat.keras import _version

    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    assert _version.told_of_keras() == tf.keras.version() == "3.15.1"
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    assert _version.told_of_keras() == "2.21.0"
