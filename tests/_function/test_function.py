"""tf.function: when it captures, what a captured function sees, and what it does to variables."""

from __future__ import annotations

import gc
import inspect

import numpy as np
import pytest
import torch

import tfcompat as tf
from tfcompat._function import Function


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
        tf.function(lambda a: a, input_signature=3)
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
        return x * y

    assert [int(f(i, 2)) for i in range(5)] == [0, 2, 4, 6, 8]
    assert len(calls) == 1


def test_options_that_are_none():
    with pytest.raises(ValueError, match="foo is not supported by tf.function as an attribute"):
        tf.function(lambda x: x, experimental_attributes={"foo": 1})
    with pytest.raises(TypeError, match="3 is not a callable object"):
        tf.function(3)


# ---- what a captured function sees ----


def test_names_and_printing():
    seen = []
    w = tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="w")

    @tf.function
    def f(x, y=3):
        z = x + 1
        seen.extend(str(t) for t in (x, z, x * 2, z[0], -z, tf.reduce_mean(z), tf.constant(2.0)))
        with tf.name_scope("sc"):
            seen.append((z + z).name)
        with tf.name_scope("sc"):
            seen.append((z + z).name)
        seen.extend([repr(z), z.op.name, repr(w), str(w.assign_add(z)), f"{z}", z.device, repr(z.shape)])
        return z

    f(tf.ones([2, 2]))
    assert seen == [
        'Tensor("x:0", shape=(2, 2), dtype=float32)',
        'Tensor("add:0", shape=(2, 2), dtype=float32)',
        'Tensor("mul:0", shape=(2, 2), dtype=float32)',
        'Tensor("strided_slice:0", shape=(2,), dtype=float32)',
        'Tensor("Neg:0", shape=(2, 2), dtype=float32)',
        'Tensor("Mean:0", shape=(), dtype=float32)',
        'Tensor("Const:0", shape=(), dtype=float32)',
        "sc/add:0",
        "sc_1/add:0",
        "<tf.Tensor 'add:0' shape=(2, 2) dtype=float32>",
        "add",
        "<tf.Variable 'w:0' shape=(2, 2) dtype=float32>",
        "<tf.Variable 'UnreadVariable' shape=(2, 2) dtype=float32>",
        'Tensor("add:0", shape=(2, 2), dtype=float32)',
        "",
        "TensorShape([2, 2])",
    ]


def test_names_of_nested_arguments():
    seen = []

    @tf.function
    def f(a, b, *args, **kwargs):
        seen.extend(t.name for t in tf.nest.flatten((a, b, args, kwargs)))

    one = tf.constant(1)
    f({"x": one, "y": [one]}, (one,), one, one, z=one, w={"q": one})
    assert seen == ["a:0", "a_1:0", "b:0", "args_0:0", "args_1:0", "w:0", "z:0"]


def test_a_symbolic_tensor_has_no_value():
    seen = []

    @tf.function(autograph=False)
    def f(x):
        for use in (lambda: x.numpy(), lambda: bool(x), lambda: list(x), lambda: f"{x:.2f}", lambda: hash(x)):
            with pytest.raises((AttributeError, TypeError)) as error:
                use()
            seen.append((type(error.value).__name__, str(error.value)[:60]))
        with pytest.raises(NotImplementedError, match=r"Cannot convert a symbolic tf.Tensor \(x:0\) to a numpy array"):
            np.asarray(x)
        return x

    f(tf.constant([1.0]))
    assert seen == [
        ("AttributeError", "'SymbolicTensor' object has no attribute 'numpy'"),
        ("OperatorNotAllowedInGraphError", "Using a symbolic `tf.Tensor` as a Python `bool` is not allow"),
        ("OperatorNotAllowedInGraphError", "Iterating over a symbolic `tf.Tensor` is not allowed. You ca"),
        ("TypeError", "unsupported format string passed to SymbolicTensor.__format_"),
        ("TypeError", "Tensor is unhashable. Instead, use tensor.ref() as the key."),
    ]


def test_without_autograph_a_condition_is_an_error():
    f = tf.function(lambda x: x if x > 0 else -x, autograph=False)
    with pytest.raises(tf.errors.OperatorNotAllowedInGraphError):
        f(tf.constant(1.0))


def test_a_tensor_that_escaped_is_out_of_scope():
    kept = []
    f = tf.function(lambda x: kept.append(x * 2))
    f(tf.constant(1.0))
    with pytest.raises(TypeError, match="is out of scope and cannot be used here. Use return values"):
        kept[0] + 1


def test_shape_errors_are_value_errors():
    f = tf.function(lambda x: tf.matmul(x, x))
    with pytest.raises(ValueError, match="Matrix size-incompatible"):
        f(tf.ones([2, 3]))


def test_constants_are_known_while_capturing():
    @tf.function
    def f(x):
        n = tf.constant([2, 3])
        return tf.reshape(x, [tf.reduce_prod(n), -1]), tf.reshape(x, n * 1), [x] * int(tf.shape(x)[0])

    a, b, c = f(tf.zeros([2, 3]))
    assert (tuple(a.shape), tuple(b.shape), len(c)) == ((6, 1), (2, 3), 2)


# ---- results ----


def test_results_keep_their_structure():
    v = tf.Variable(1.0)
    result = tf.function(lambda x: {"a": x, "b": [1, None, "s", v, (x,)]})(tf.constant(1.0))
    assert repr(result) == (
        "{'a': <tf.Tensor: shape=(), dtype=float32, numpy=1.0>, 'b': [<tf.Tensor: shape=(), dtype=int32, numpy=1>, "
        "None, <tf.Tensor: shape=(), dtype=string, numpy=b's'>, <tf.Tensor: shape=(), dtype=float32, numpy=1.0>, "
        "(<tf.Tensor: shape=(), dtype=float32, numpy=1.0>,)]}"
    )


def test_results_that_are_no_tensors():
    with pytest.raises(TypeError, match="must return zero or more Tensors or ExtensionTypes or None values"):
        tf.function(lambda: object())()


def test_a_result_is_not_the_argument_itself():
    a = tf.constant(1.0)
    b, c = tf.function(lambda x: (x, x))(a)
    assert b is not a
    assert b is not c
    assert float(b) == 1.0


# ---- variables ----


def test_variables_are_read_and_assigned_in_order():
    v = tf.Variable(1.0)

    @tf.function
    def f(x):
        before = v + 0
        v.assign_add(x)
        between = v.read_value()
        v.assign(v * 10)
        return before, between, v

    assert [float(t) for t in f(tf.constant(2.0))] == [1.0, 3.0, 30.0]
    assert v.numpy() == 30.0
    v.assign(5.0)
    assert [float(t) for t in f(tf.constant(1.0))] == [5.0, 6.0, 60.0]


def test_what_was_read_does_not_change():
    v = tf.Variable([1.0, 2.0])
    read = tf.function(lambda: v.read_value())
    bump = tf.function(lambda: v.assign_add([1.0, 1.0]))
    first = read()
    array = first.numpy()
    second = bump()
    bump()
    v.assign_add([1.0, 1.0])
    assert first.numpy().tolist() == array.tolist() == [1.0, 2.0]
    assert second.numpy().tolist() == [2.0, 3.0]
    assert v.numpy().tolist() == [4.0, 5.0]


def test_a_variable_may_be_assigned_an_argument():
    v, w = tf.Variable([0.0]), tf.Variable([0.0])

    @tf.function
    def f(x):
        v.assign(x)
        w.assign(v)

    x = tf.constant([3.0])
    f(x)
    v.assign_add([1.0])
    assert (x.numpy()[0], v.numpy()[0], w.numpy()[0]) == (3.0, 4.0, 3.0)


def test_slices_and_rows_are_assigned():
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])

    @tf.function
    def f():
        v[0].assign([5.0, 6.0])
        v.scatter_add(tf.IndexedSlices(tf.constant([[1.0, 1.0]]), tf.constant([1])))
        return v + 0

    assert f().numpy().tolist() == v.numpy().tolist() == [[5.0, 6.0], [4.0, 5.0]]


def test_integer_and_other_dtypes():
    count, flag = tf.Variable(0), tf.Variable(False)

    @tf.function
    def f():
        flag.assign(count > 1)
        return count.assign_add(1)

    assert [int(f()) for _ in range(3)] == [1, 2, 3]
    assert bool(flag.numpy())


def test_nothing_is_assigned_when_the_capture_fails():
    v = tf.Variable(1.0)

    @tf.function
    def f(x):
        v.assign_add(1.0)
        if x.shape[0] > 2:
            raise KeyError("boo")
        return v

    f(tf.ones([2]))
    with pytest.raises(KeyError, match="boo"):
        f(tf.ones([3]))
    assert v.numpy() == 2.0


def test_nothing_is_assigned_when_a_run_fails():
    v, table = tf.Variable(1.0), tf.constant([1.0, 2.0])

    @tf.function
    def f(i):
        v.assign_add(1.0)
        return tf.gather(table, i)

    assert float(f(tf.constant(1))) == 2.0
    with pytest.raises(Exception, match=r"."):
        f(tf.constant(7))
    assert v.numpy() == 2.0


def test_a_variable_of_changing_shape():
    v = tf.Variable([1.0], shape=[None])
    f = tf.function(lambda: tf.reduce_sum(v * 2))
    assert float(f()) == 2.0
    v.assign([1.0, 2.0, 3.0])
    assert float(f()) == 12.0


def test_variables_are_created_on_the_first_call_only():
    seen = []

    class Counter:
        value = None

        @tf.function
        def __call__(self, x):
            seen.append(self.value is None)
            if self.value is None:
                self.value = tf.Variable(x, name="made")
            return self.value.assign_add(x)

    counter = Counter()
    assert [float(counter(tf.constant(x))) for x in (2.0, 5.0)] == [4.0, 9.0]
    assert seen == [True, False]  # TensorFlow captures twice where the first capture makes variables
    assert counter.value.name == "made:0"


def test_variables_created_at_each_call_are_refused():
    with pytest.raises(ValueError, match="only supports singleton tf.Variables created on the first call"):
        tf.function(lambda: tf.Variable(3.0))()


def test_initial_values_may_depend_on_arguments():
    made = []

    @tf.function
    def f(x):
        if not made:
            made.append(tf.Variable(lambda: x * 2 + 1))
        return made[0] + x

    assert float(f(tf.constant(3.0))) == 10.0
    assert float(f(tf.constant(1.0))) == 8.0


def test_variables_as_arguments():
    f = tf.function(lambda v, d: v.assign_add(d))
    a, b = tf.Variable(1.0), tf.Variable(10.0)
    for _ in range(2):
        f(a, tf.constant(1.0))
        f(b, tf.constant(2.0))
    assert (a.numpy(), b.numpy()) == (3.0, 14.0)


def test_init_scope_runs_eagerly():
    v = tf.Variable(4.0)
    seen = []

    @tf.function
    def f(x):
        with tf.init_scope():
            seen.append(v.numpy())
            seen.append(int(tf.constant(3) + 4))
        return x + seen[0]

    assert float(f(tf.constant(1.0))) == 5.0
    assert seen == [4.0, 7]


# ---- methods ----


def test_methods_are_captured_for_each_instance():
    calls = []

    class Scale:
        def __init__(self, by):
            self.by = by

        @tf.function
        def __call__(self, x):
            calls.append(self.by)
            return x * self.by

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def twice(self, x):
            return 2 * x

    two, three = Scale(2), Scale(3)
    x = tf.constant(5)
    assert [int(s(x)) for s in (two, three, two, three)] == [10, 15, 10, 15]
    assert calls == [2, 3]
    assert two.twice([1.0]).numpy().tolist() == [2.0]
    assert isinstance(Scale.__call__, Function)
    assert isinstance(two.__call__, Function)
    assert two.__call__ is two.__call__
    assert int(Scale.__call__(two, x)) == 10


def test_instances_are_let_go():
    class Thing:
        @tf.function
        def method(self, x):
            return x + 1

    thing = Thing()
    thing.method(tf.constant(1))
    import weakref

    gone = weakref.ref(thing)
    del thing
    gc.collect()
    assert gone() is None


def test_static_and_class_methods_and_callables():
    class Thing:
        @staticmethod
        @tf.function
        def plain(x):
            return x

        @classmethod
        @tf.function
        def of_class(cls, x):
            return x

        def __call__(self, x):
            return x * 3

    import functools

    assert int(Thing.plain(1)) == int(Thing.of_class(1)) == 1
    assert int(tf.function(Thing())(2)) == 6
    assert int(tf.function(functools.partial(lambda a, b: a * b, 2))(tf.constant(3))) == 6
    v = tf.Variable(2.0)
    assert float(tf.function(v.assign_add)(1.0)) == 3.0


def test_what_the_decorator_keeps():
    @tf.function
    def documented(x):
        """Says so."""
        return x

    assert (documented.__name__, documented.__doc__, documented.name) == ("documented", "Says so.", "documented")
    assert inspect.isfunction(documented.python_function)
    assert documented.input_signature is None
    assert repr(documented).startswith(
        "<tensorflow.python.eager.polymorphic_function.polymorphic_function.Function object"
    )


# ---- functions calling functions ----


def test_a_function_within_a_function_is_captured_once():
    v = tf.Variable(1.0)
    calls = []

    @tf.function
    def inner(x):
        calls.append("inner")
        v.assign_add(1.0)
        return x * v

    @tf.function
    def outer(x):
        calls.append("outer")
        return inner(x) + inner(x + 1)

    assert float(outer(tf.constant(1.0))) == 2 + 6
    assert float(outer(tf.constant(1.0))) == 4 + 10
    assert calls == ["outer", "inner"]


def test_a_function_defined_within_reads_the_outer_tensors():
    @tf.function
    def outer(x):
        y = x * 2

        @tf.function
        def inner(z):
            return z + y

        return inner(x) + inner(y)

    assert float(outer(tf.constant(1.0))) == 7.0
    assert float(outer(tf.constant(2.0))) == 14.0


def test_what_is_captured_within_unknown_sizes():
    inner = tf.function(lambda a: tf.reduce_sum(a, axis=0) * tf.cast(tf.shape(a)[0], tf.float32))
    outer = tf.function(lambda x: inner(x) + inner(tf.concat([x, x], 0)), input_signature=[tf.TensorSpec([None, 2])])
    for n in (3, 1, 5):
        assert outer(tf.ones([n, 2])).numpy().tolist() == [5.0 * n * n] * 2


# ---- what can't be captured ----


def test_python_control_flow_on_values_is_right(caplog):
    caplog.set_level("WARNING", "tensorflow")
    v = tf.Variable(0.0)

    @tf.function
    def f(x):
        v.assign_add(1.0)
        total = 0.0
        for row in [t.numpy() if hasattr(t, "numpy") else complex(t).real for t in (x,)]:
            total += float(np.sum(row))
        return total

    assert float(f(tf.constant(3))) == 3.0
    assert float(f(tf.constant(4))) == 4.0
    assert v.numpy() == 2.0
    messages = [r.getMessage() for r in caplog.records]
    assert len(messages) == 1
    assert "The function 'f' runs eagerly for this signature" in messages[0]
    assert f"{__file__}, line" in messages[0]
    assert "its value is only known when the graph runs" in messages[0]


def test_strings_run_eagerly():
    f = tf.function(lambda s: s + tf.constant("!"))
    assert f(tf.constant("a")).numpy() == b"a!"


# ---- memory ----


def test_calls_do_not_grow_the_memory():
    w = tf.Variable(tf.ones([64, 64]))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((x @ w) ** 2.0)
        w.assign_sub(1e-6 * tape.gradient(loss, w))
        return loss

    x = tf.ones([8, 64])

    def tensors():
        gc.collect()
        return sum(issubclass(type(o), torch.Tensor) for o in gc.get_objects())

    with tf.GradientTape() as tape:
        loss = step(x)
    tape.gradient(loss, w)
    step(x)
    before = tensors()
    for _ in range(10_000):
        step(x)
    for _ in range(100):
        with tf.GradientTape() as tape:
            loss = step(x)
        tape.gradient(loss, w)
    assert tensors() <= before + 5
