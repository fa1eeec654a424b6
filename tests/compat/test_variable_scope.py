"""tf.compat.v1.get_variable and its scopes; the facts are TensorFlow 2.21's in eager execution."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tfcompat._core.state import state
from tfcompat.compat.v1 import _collections, _variable_scope
from tfcompat.compat.v1._variable_store import EagerVariableStore, VariableStore

v1 = tf.compat.v1
get = v1.get_variable


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(_collections, "_collections", {})
    monkeypatch.setattr(_variable_scope, "_opened", _variable_scope._Opened())
    monkeypatch.setattr(state, "variable_scope", None)
    yield
    assert state.scopes == ""


def test_the_nameless_scope() -> None:
    scope = v1.get_variable_scope()
    assert (scope.name, scope.original_name_scope, scope.reuse) == ("", "", v1.AUTO_REUSE)
    assert (scope.dtype, scope.use_resource, scope.initializer) == (tf.float32, True, None)
    assert v1.get_variable_scope() is scope


def test_eager_variables_are_new_each_time_whatever_reuse_says() -> None:
    for reuse in (None, False, True, v1.AUTO_REUSE):
        with v1.variable_scope("foo", reuse=reuse) as scope:
            assert get("a", [2]) is not get("a", [2])
            assert scope.reuse is v1.AUTO_REUSE
    assert v1.global_variables() == v1.trainable_variables() == []


def test_names_join_the_variable_scopes_and_skip_the_name_scopes() -> None:
    with v1.variable_scope("foo") as foo:
        assert (foo.name, foo.original_name_scope, tf.get_current_name_scope()) == ("foo", "foo/", "foo")
        assert (get("v", [1]).name, tf.Variable(1.0, name="w").name) == ("foo/v:0", "foo/w:0")
        with v1.variable_scope("bar") as bar:
            assert (bar.name, bar.original_name_scope, get("v", [1]).name) == ("foo/bar", "foo/bar/", "foo/bar/v:0")
        with tf.name_scope("ns"):
            assert (get("v", [1]).name, tf.Variable(1.0, name="w").name) == ("foo/v:0", "foo/ns/w:0")
        with v1.variable_scope(foo) as again:
            assert again is not foo
            assert (again.name, again.original_name_scope, tf.get_current_name_scope()) == ("foo", "foo/", "foo/foo")
        with v1.variable_scope("bar", auxiliary_name_scope=False) as bar:
            assert (bar.original_name_scope, tf.get_current_name_scope()) == ("foo/", "foo")
            assert get("q", [1]).name == "foo/bar/q:0"
    assert v1.get_variable_scope().name == tf.get_current_name_scope() == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [("", ("bar/", "", "bar")), ("a/b", ("bar/a/b", "bar/a/b/", "bar/a/b")), ("a/", ("bar/a/", "a/", "a"))],
)
def test_names_with_slashes(name: str, expected: tuple) -> None:
    with v1.variable_scope("bar"), v1.variable_scope(name) as scope:
        seen = (scope.name, scope.original_name_scope, tf.get_current_name_scope())
    assert seen == expected


def test_default_names_are_unique_in_their_scope() -> None:
    seen = []
    with v1.variable_scope("foo"):
        for name, default in ((None, "d"), (None, "d"), ("d", None), (None, "d")):
            with v1.variable_scope(name, default) as scope:
                seen.append((scope.name, tf.get_current_name_scope()))
    assert seen == [("foo/d", "foo/d"), ("foo/d_1", "foo/d"), ("foo/d", "foo/d"), ("foo/d_2", "foo/d")]
    with v1.variable_scope("foo"), v1.variable_scope(None, "d") as scope:
        assert scope.name == "foo/d"  # closing foo forgot the names below it


def test_a_scope_may_be_entered_again() -> None:
    scope = v1.variable_scope("re")
    for _ in range(2):
        with scope:
            assert (v1.get_variable_scope().name, tf.get_current_name_scope()) == ("re", "re")
    with scope, scope:
        assert v1.get_variable_scope().name == "re/re"


def test_what_scopes_do_not_take() -> None:
    with pytest.raises(TypeError, match="If default_name is None then name_or_scope is required"):
        v1.variable_scope(None)
    with pytest.raises(ValueError, match="The reuse parameter must be True or False or None"):
        v1.variable_scope("foo", reuse=3)
    with pytest.raises(TypeError, match="The auxiliary_name_scope must be `True` or `False`, while get 3"):
        v1.variable_scope("a", auxiliary_name_scope=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="name_or_scope must be a string or VariableScope"):
        v1.variable_scope(5).__enter__()  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="reuse=True cannot be used without a name_or_scope"):
        v1.variable_scope(None, "d", reuse=True).__enter__()
    with pytest.raises(NotImplementedError, match="caching_device='cpu'"):
        v1.VariableScope(False, caching_device="cpu")
    scope = v1.get_variable_scope()
    with pytest.raises(ValueError, match="use_resource cannot be set to false"):
        scope.set_use_resource(False)
    with pytest.raises(NotImplementedError, match="caching_device"):
        scope.set_caching_device("cpu")
    outer, inner = v1.variable_scope("a"), v1.variable_scope("b")
    outer.__enter__()
    inner.__enter__()
    with pytest.raises(RuntimeError, match="Improper nesting of variable_scope"):
        outer.__exit__(None, None, None)
    state.scopes = ""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"shape": [2], "initializer": v1.zeros_initializer()}, np.zeros(2, np.float32)),
        ({"shape": [2], "initializer": v1.ones_initializer}, np.ones(2, np.float32)),
        ({"shape": 2, "dtype": tf.int32}, np.zeros(2, np.int32)),
        ({"shape": [2], "dtype": tf.bool}, np.array([False, False])),
        ({"shape": [2], "dtype": "float64", "initializer": v1.constant_initializer(4.0)}, np.full(2, 4.0)),
        ({"initializer": 3.0}, np.float32(3)),
        ({"initializer": [1.0, 2.0]}, np.array([1, 2], np.float32)),
        ({"initializer": lambda: tf.constant([1.0])}, np.array([1], np.float32)),
        ({"shape": [2], "initializer": lambda shape, dtype: tf.ones(shape, dtype) * 3}, np.full(2, 3, np.float32)),
        ({"shape": [2], "use_resource": False, "validate_shape": False, "dtype": tf.int32}, np.zeros(2, np.int32)),
    ],
)
def test_initial_values(arguments: dict[str, Any], expected: np.ndarray) -> None:
    variable = get("z", **arguments)
    assert isinstance(variable, tf.Variable)
    np.testing.assert_array_equal(variable.numpy(), expected)
    assert variable.numpy().dtype == expected.dtype


def test_the_default_initial_value_is_glorots() -> None:
    values = get("w", [200, 100]).numpy()
    limit = np.sqrt(6 / 300)
    assert np.abs(values).max() <= limit
    np.testing.assert_allclose(values.std(), limit / np.sqrt(3), rtol=0.05)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"name": "z"}, ValueError, "Variable z did not get an initializer, so its `shape` argument must be specified"),
        ({"name": "z", "shape": [2], "initializer": [1.0]}, ValueError, "If initializer is a constant, do not specify"),
        ({"name": "z", "shape": [None, 2]}, ValueError, "The initializer passed for z is not valid"),
        ({"name": "z", "initializer": lambda shape, dtype=None: 1.0}, ValueError, "The initializer passed for z"),
        ({"name": "z", "initializer": 1, "dtype": tf.float32}, ValueError, "Initializer type '<dtype: 'int32'>' and"),
        ({"name": "z", "shape": [2], "dtype": tf.complex64}, ValueError, "An initializer for variable z of <dtype: 'c"),
        (
            {"name": "z", "shape": [2], "custom_getter": 5},
            ValueError,
            "Passed a custom_getter which is not callable: 5",
        ),
        ({"name": "z", "shape": [2], "regularizer": 5}, TypeError, "'int' object is not callable"),
        ({"name": 5, "shape": [2]}, ValueError, "must be a string"),
        ({"name": "z", "shape": [2], "partitioner": 5}, ValueError, "Partitioner must be callable, but received: 5"),
    ],
)
def test_what_get_variable_does_not_take(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        get(**arguments)


def test_odd_names_and_arguments() -> None:
    assert [get(name, [1]).name for name in (None, "", "a b", "s/x")] == ["Variable:0", ":0", "a b:0", "s/x:0"]
    assert get("z", [2], trainable=False).trainable is False
    assert get("z", [2], synchronization=tf.VariableSynchronization.ON_READ).trainable is False
    constraint = abs
    assert get("z", [2], constraint=constraint).constraint is constraint
    assert v1.get_local_variable("l", [1]).trainable is False


def test_a_scopes_defaults() -> None:
    with v1.variable_scope("foo", initializer=v1.ones_initializer(), dtype=tf.float64, constraint=abs) as foo:
        assert (get("v", [2]).dtype, get("v", [2]).constraint, get("v", [2], tf.float32).dtype) == (
            tf.float64,
            abs,
            tf.float32,
        )
        with v1.variable_scope("b") as inner:
            assert get("v", [2]).numpy().tolist() == [1.0, 1.0]
            assert inner.constraint is None
        foo.set_initializer(v1.zeros_initializer())
        foo.set_dtype(tf.float16)
        assert get("v", [2]).numpy().dtype == np.float16
        assert get("v", [2]).numpy().tolist() == [0.0, 0.0]


def test_custom_getters_nest_from_the_inside_out() -> None:
    calls = []

    def suffix(getter: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        calls.append(("suffix", name))
        return getter(f"{name}_x", *args, **kwargs)

    def plain(getter: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(("plain", kwargs["name"]))
        return getter(*args, **kwargs)

    with v1.variable_scope("foo", custom_getter=suffix):
        assert get("v", [1]).name == "foo/v_x:0"
        calls.clear()
        with v1.variable_scope("bar", custom_getter=plain):
            assert get("v", [1]).name == "foo/bar/v_x:0"
        assert calls == [("plain", "foo/bar/v"), ("suffix", "foo/bar/v")]
        assert get("v", [1], custom_getter=plain).name == "foo/v:0"


def test_regularizers_make_losses_that_follow_the_variable() -> None:
    v = get("r", [2], initializer=v1.ones_initializer(), regularizer=lambda w: tf.reduce_sum(w) * 2.0)
    get("n", [2], regularizer=v1.no_regularizer)
    (loss,) = v1.losses.get_regularization_losses()
    assert float(loss.numpy()) == 4.0
    assert float(loss + 1.0) == float(1.0 + loss) == 5.0
    v.assign([2.0, 2.0])
    assert float(tf.convert_to_tensor(loss)) == 8.0
    assert float(v1.losses.get_regularization_loss()) == 8.0
    assert v1.losses.get_losses() == []


def test_a_store_finds_eager_variables_again() -> None:
    store = EagerVariableStore()
    with store.as_default():
        a = get("a", [2])
        assert get("a", [2]) is a
        with v1.variable_scope("s"):
            b = get("a", [2], trainable=False)
        with v1.variable_scope("s", reuse=True):
            assert get("a", [2]) is b
        with pytest.raises(ValueError, match=r"Trying to share variable a, but specified shape \(3,\) and found shape"):
            get("a", [3])
        with pytest.raises(ValueError, match="specified dtype int32 and found dtype float32"):
            get("a", [2], tf.int32)
    assert [v.name for v in store.variables()] == ["a:0", "s/a:0"]
    assert [v.name for v in store.trainable_variables()] == ["a:0"]
    assert [v.name for v in store.non_trainable_variables()] == ["s/a:0"]
    assert [v.name for v in v1.trainable_variables()] == ["a:0"]
    assert [v.name for v in v1.global_variables(scope="s/")] == ["s/a:0"]
    twin = store.copy()
    assert [v.name for v in twin.variables()] == ["a:0", "s/a:0"]
    assert twin.variables()[0] is not a
    with pytest.raises(ValueError, match="store must be a VariableStore that keeps eager variables"):
        EagerVariableStore(VariableStore())


def test_a_store_obeys_reuse_where_it_is_told_to() -> None:
    store = VariableStore(keep_eager=True)
    ask = {"shape": [1], "dtype": tf.float32, "initializer": v1.zeros_initializer()}
    with pytest.raises(ValueError, match="Variable v does not exist, or was not created with tf.get_variable"):
        store._get("v", reuse=True, **ask)
    v = store._get("v", reuse=False, **ask)
    assert store._get("v", reuse=True, **ask) is store._get("v", reuse=v1.AUTO_REUSE, **ask) is v
    with pytest.raises(ValueError, match="Variable v already exists, disallowed. Did you mean to set reuse=True"):
        store._get("v", reuse=False, **ask)
    with pytest.raises(RuntimeError, match="variable reuse is only supported when an EagerVariableStore is active"):
        VariableStore().get_variable("v", [1], reuse=True)


def test_v1_variables() -> None:
    v = v1.Variable(1.0, False, name="q", collections=["k"], use_resource=True)
    assert (type(v), v.trainable, v.name) == (type(tf.Variable(1.0)), False, "q:0")
    assert issubclass(v1.Variable, tf.Variable)
    with pytest.raises(ValueError, match="collections argument to Variable constructor must be a list, tuple, or set"):
        v1.Variable(1.0, collections=3)  # type: ignore[arg-type]


def test_collections() -> None:
    v1.add_to_collection("c", 1)
    v1.add_to_collections(["c", "d", "d"], 2)
    assert (v1.get_collection("c"), v1.get_collection("d"), v1.get_collection("e")) == ([1, 2], [2], [])
    v1.get_collection_ref("c").clear()
    assert v1.get_collection("c") == []
    assert v1.GraphKeys.GLOBAL_VARIABLES == "variables"
