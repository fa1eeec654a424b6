"""tf.function: when it captures, by the arguments and by an input signature."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

import tfcompat as tf


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level("ERROR", "tensorflow")


def traced(**options):
    """A function that counts its captures, and the list that counts."""
    calls: list[int] = []

    @tf.function(**options)
    def f(*args, **kwargs):
        calls.append(1)
        return 0

    return f, calls


def counts(arguments, **options):
    """The number of captures after a call with each of the given argument tuples."""
    f, calls = traced(**options)
    found = []
    for args in arguments:
        f(*args)
        found.append(len(calls))
    return found


# ---- when it captures (all counts as TensorFlow 2.21's) ----


def test_python_values_are_told_apart_by_value():
    assert counts([(1,), (1.0,), (True,), (1,), (2,), ("a",), (b"a",), (None,)]) == [1, 1, 1, 1, 2, 3, 4, 5]


def test_numpy_values_are_tensors():
    arrays = [np.float32(1), np.float32(2), np.ones(2), np.zeros(2), np.zeros(2, "f"), tf.zeros(2, tf.float64)]
    assert counts([(a,) for a in arrays]) == [1, 1, 2, 2, 3, 3]


def test_tensors_are_told_apart_by_dtype_and_shape():
    tensors = [tf.constant(1.0), tf.constant(2.0), tf.constant(1), tf.constant([1.0]), tf.constant([1.0, 2.0])]
    assert counts([(t,) for t in tensors]) == [1, 1, 2, 3, 4]


def test_structures_are_told_apart_by_what_is_in_them():
    one, two = tf.constant(1.0), tf.constant(2.0)
    values = [[one, 2], [two, 2], [two, 3], (two, 3), {"a": 1}, {"a": 2}, {"a": 2}]
    assert counts([(v,) for v in values]) == [1, 1, 2, 3, 4, 5, 5]


def test_objects_are_told_apart_by_identity():
    class Thing:
        pass

    thing = Thing()
    assert counts([(thing,), (thing,), (Thing(),), (len,), (int,), (len,)]) == [1, 1, 2, 3, 4, 4]


def test_a_new_object_at_an_old_address_is_new():
    class Thing:
        def __init__(self, value):
            self.value = value

    f = tf.function(lambda thing: tf.constant(thing.value))
    assert [int(f(Thing(i))) for i in range(20)] == list(range(20))


def test_objects_say_what_they_are_traced_as():
    """TensorFlow's tracing protocol: equal types share a graph, which holds the first one's placeholder value."""

    class Kind(tf.types.experimental.TraceType):
        def __init__(self, fruit):
            self.fruit = fruit

        def is_subtype_of(self, other):
            return self == other

        def most_specific_common_supertype(self, others):
            return self if all(self == other for other in others) else None

        def placeholder_value(self, placeholder_context):
            return self.fruit

        def __eq__(self, other):
            return type(other) is Kind and type(self.fruit) is type(other.fruit)

        def __hash__(self):
            return hash(type(self.fruit))

    class Apple:
        flavour = 1

        def __tf_tracing_type__(self, context):
            return Kind(self)

    class Mango(Apple):
        flavour = 2

    class Bare(Apple):
        def __tf_tracing_type__(self, context):
            return type("Bare", (tf.types.experimental.TraceType,), {})()

    f = tf.function(lambda a, b: a.flavour + 10 * b.flavour)
    assert [int(f(Apple(), Mango())) for _ in range(3)] == [21] * 3
    assert f.experimental_get_tracing_count() == 1
    assert int(f(Mango(), Mango())) == 22
    with pytest.raises(TypeError, match="Can't instantiate abstract class Bare"):
        f(Bare(), Apple())


def test_unhashable_objects_are_refused():
    f, _ = traced()
    with pytest.raises(TypeError, match="Could not generate a generic TraceType for set()"):
        f(set())


def test_keywords_and_defaults_are_one_signature():
    calls = []

    @tf.function
    def f(x, y=3, *, k="a"):
        calls.append(1)
        return x * y

    x = tf.constant(2)
    results = [int(r) for r in (f(x), f(x, 3), f(x, y=3, k="a"), f(k="a", x=x))]
    assert results == [6] * 4
    assert len(calls) == 1


def test_reduce_retracing_makes_a_graph_for_all_sizes():
    shapes = [[2, 3], [4, 3], [5, 3], [7, 3]]
    assert counts([(tf.zeros(s),) for s in shapes], reduce_retracing=True) == [1, 2, 2, 2]
    assert counts([(tf.zeros(s),) for s in shapes]) == [1, 2, 3, 4]


def test_arguments_that_do_not_bind():
    f = tf.function(lambda x, y: x)
    for args, kwargs, cause in [
        ((1,), {}, "missing a required argument: 'y'"),
        ((1, 2, 3), {}, "too many positional arguments"),
        ((1, 2), {"x": 1}, "multiple values for argument 'x'"),
    ]:
        with pytest.raises(TypeError) as error:
            f(*args, **kwargs)
        assert str(error.value) == (
            f"Binding inputs to tf.function failed due to `{cause}`. Received args: {args} and kwargs: {kwargs} for "
            "signature: (x, y)."
        )


def test_retracing_is_warned_of_twice(caplog):
    caplog.set_level("WARNING", "tensorflow")
    f, _ = traced()
    for i in range(8):
        f(i)
    found = [r.getMessage() for r in caplog.records if "retracing" in r.getMessage()]
    assert [m.split(" calls")[0] for m in found] == ["5 out of the last 5", "6 out of the last 6"]


def test_run_functions_eagerly():
    from tfcompat._core.flags import flags

    f, calls = traced()
    flags.run_functions_eagerly = True
    try:
        f(1)
        f(1)
    finally:
        flags.run_functions_eagerly = False
    assert len(calls) == 2


# ---- input signatures ----


def test_input_signature_captures_once_for_all_sizes():
    seen = []

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def f(x):
        seen.append(str(x))
        rows = tf.shape(x)[0]
        return tf.reshape(x, [rows * 3]), tf.zeros([rows]), tf.reduce_mean(x, axis=1), tf.concat([x, x], 0)

    for n in (2, 5, 1, 0):
        results = f(tf.fill([n, 3], 2.0))
        assert [tuple(r.shape) for r in results] == [(3 * n,), (n,), (n,), (2 * n, 3)]
        assert np.all(results[2].numpy() == 2.0)
    assert seen == ['Tensor("x:0", shape=(None, 3), dtype=float32)']


def test_a_size_that_python_asks_for_is_captured_anew():
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(x):
        return tf.stack([x[i] * 2.0 for i in range(tf.shape(x)[0])]) if False else x * float(len(x.shape))

    assert f(tf.constant([1.0, 2.0])).numpy().tolist() == [1.0, 2.0]
    assert f(tf.constant([3.0])).numpy().tolist() == [3.0]


def test_two_unknown_sizes_that_must_agree():
    spec = tf.TensorSpec([None], tf.float32)
    f = tf.function(lambda x, y: x + y, input_signature=[spec, spec])
    assert f([1.0, 2.0], [1.0, 2.0]).numpy().tolist() == [2.0, 4.0]
    assert f([1.0], [1.0, 2.0, 3.0]).numpy().tolist() == [2.0, 3.0, 4.0]
    assert f([1.0, 2.0, 3.0], [5.0]).numpy().tolist() == [6.0, 7.0, 8.0]


def test_gradients_where_sizes_are_unknown():
    w = tf.Variable([[1.0], [2.0]])
    f = tf.function(lambda x: tf.reduce_sum((x @ w) ** 2.0), input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    for n in (3, 1, 4):
        x = tf.constant(np.arange(2.0 * n).reshape(n, 2).astype("f"))
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        dx, dw = tape.gradient(y, [x, w])
        product = x.numpy() @ w.numpy()
        np.testing.assert_allclose(dx.numpy(), 2 * product @ w.numpy().T, rtol=1e-6)
        np.testing.assert_allclose(dw.numpy(), 2 * x.numpy().T @ product, rtol=1e-6)


@pytest.mark.parametrize(
    ("args", "cause"),
    [
        ((1.0,), "Can not cast TensorSpec(shape=(), dtype=tf.float32, name=None) to"),
        (([1],), None),
        ((), "missing a required argument: 'x'"),
        ((1, 2), "too many positional arguments"),
        (("a",), "Cannot convert 'a' to EagerTensor of dtype float"),
    ],
)
def test_input_signature_is_enforced(args, cause):
    f = tf.function(lambda x: x, input_signature=[tf.TensorSpec([None], tf.float32)])
    if cause is None:
        assert f(*args).numpy().tolist() == [1.0]
        return
    with pytest.raises(TypeError) as error:
        f(*args)
    assert str(error.value).startswith(f"Binding inputs to tf.function failed due to `{cause}")
    assert str(error.value).endswith("for signature: (x: TensorSpec(shape=(None,), dtype=tf.float32, name=None)).")


def test_bad_input_signatures():
    with pytest.raises(TypeError, match="input_signature must be either a tuple or a list, got <class 'int'>"):
        tf.function(lambda a: a, input_signature=cast(Any, 3))
    with pytest.raises(TypeError, match="must be a possibly nested sequence of TensorSpec objects"):
        tf.function(lambda a: a, input_signature=[3])
    with pytest.raises(TypeError, match="input_signature contains 1 extra type constraints"):
        tf.function(lambda: 1, input_signature=[tf.TensorSpec([])])()
    with pytest.raises(TypeError, match=r"Can not cast 3 to Literal\[2\]"):
        tf.function(lambda a, b=2: 1, input_signature=[tf.TensorSpec([])])(1, 3)
    assert int(tf.function(lambda a, b=2: b, input_signature=[tf.TensorSpec([])])(1)) == 2


def test_follow_type_hints():
    calls = []

    @tf.function(experimental_follow_type_hints=True)
    def f(x: tf.Tensor, y: int):
        calls.append(1)
        return tf.multiply(x, y)

    assert [int(f(i, 2)) for i in range(5)] == [0, 2, 4, 6, 8]
    assert len(calls) == 1


def test_options_that_are_none():
    with pytest.raises(ValueError, match="foo is not supported by tf.function as an attribute"):
        tf.function(lambda x: x, experimental_attributes={"foo": 1})
    with pytest.raises(TypeError, match="3 is not a callable object"):
        tf.function(cast(Any, 3))


def test_a_spec_with_a_name_has_a_graph_of_that_name() -> None:
    """The names and the counts of traces are TensorFlow 2.21's."""
    traces = []

    @tf.function
    def function(x):
        traces.append(None)
        return x + 1.0

    def told(name):
        concrete = function.get_concrete_function(tf.TensorSpec([], tf.float32, name=name))
        return len(traces), concrete.structured_input_signature[0][0].name

    assert [told("a"), told("b"), told(None)] == [(1, "a"), (2, "b"), (2, "a")]
    assert float(function(tf.constant(1.0))) == 2.0
    assert [told("x"), told("a"), told("b")] == [(3, "x"), (3, "a"), (3, "b")]
    assert len(function._list_all_concrete_functions()) == 3


def test_a_name_after_a_call_is_that_of_the_signature(tmp_path) -> None:
    module: Any = tf.Module()
    module.function = tf.function(lambda x: {"y": x * 2.0})
    module.function(tf.constant(1.0))
    named = module.function.get_concrete_function(tf.TensorSpec([], tf.float32, name="given"))
    tf.saved_model.save(module, str(tmp_path), signatures={"double": named})
    signature = tf.saved_model.load(str(tmp_path)).signatures["double"]
    assert float(signature(given=tf.constant(3.0))["y"]) == 6.0
