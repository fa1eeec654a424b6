"""tf.function: what a captured function sees and gives, methods, functions within functions, and memory."""

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
        'Tensor("Const_1:0", shape=(), dtype=float32)',
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


def test_methods_that_are_functions_can_be_made_functions_again():
    class Thing:
        @tf.function
        def method(self, x, y=2):
            return x + y

    thing = Thing()
    again = tf.function(thing.method)
    assert [int(again(tf.constant(1))), int(again(tf.constant(1), y=5))] == [3, 6]
    assert str(inspect.signature(again)) == "(x, y=2)"


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


def test_python_on_values_that_autograph_does_not_rewrite_is_right(caplog):
    caplog.set_level("WARNING", "tensorflow")
    v = tf.Variable(0.0)

    @tf.autograph.experimental.do_not_convert
    def number(x):
        return complex(x).real

    @tf.function
    def f(x):
        v.assign_add(1.0)
        return number(x)

    assert float(f(tf.constant(3))) == 3.0
    assert float(f(tf.constant(4))) == 4.0
    assert v.numpy() == 2.0
    messages = [r.getMessage() for r in caplog.records]
    assert len(messages) == 1
    assert "The function 'f' runs eagerly for this signature" in messages[0]
    assert f"{__file__}, line" in messages[0]
    assert "not 'SymbolicTensor'" in messages[0]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("complex(x)", "complex() first argument must be a string or a number, not 'SymbolicTensor'"),
        ("[1, 2, 3][x]", "list indices must be integers or slices, not SymbolicTensor"),
        ("not x", "Input 'x' of 'LogicalNot' Op has type int32 that does not match expected type of bool."),
        ("bool(x)", "Using a symbolic `tf.Tensor` as a Python `bool` is not allowed."),
        ("[v for v in tf.range(x)]", "Iterating over a symbolic `tf.Tensor` is not allowed."),
        ("round(x)", "SymbolicTensor object has no attribute 'astype'"),
    ],
)
def test_what_tensorflow_refuses_of_a_symbolic_tensor(asked, message, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(f"def f(x):\n    return {asked}\n", encoding="utf-8")
    scope: dict = {"tf": tf}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), scope)
    with pytest.raises((TypeError, AttributeError)) as error:
        tf.function(scope["f"])(tf.constant(2))
    assert message in str(error.value)
    assert "in user code:" in str(error.value)


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


@pytest.mark.parametrize(
    "function",
    [
        lambda x: tf.broadcast_to(tf.constant(3.0), tf.shape(x)) + x,
        lambda x: x + x[::-1],
        lambda x: x[:, ::-1] * tf.ones_like(x[::-1, None]),
    ],
    ids=["a constant broadcast", "turned round", "both dimensions"],
)
def test_sizes_that_are_not_known_stay_in_the_graph(function, caplog):
    captured = tf.function(function, input_signature=[tf.TensorSpec([None, 2])])
    for rows in (2, 3):
        x = tf.reshape(tf.range(2.0 * rows), [rows, 2])
        assert (captured(x).numpy() == function(x).numpy()).all()
    assert not [record for record in caplog.records if record.name == "tensorflow"]
