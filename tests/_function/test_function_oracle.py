"""Programs with tf.function print what they print under a real TensorFlow."""

from __future__ import annotations

import contextlib
import io
import textwrap

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import run_tensorflow

PROGRAMS = {
    "traces": """
        @tf.function
        def f(x, y=2, *rest, scale=1.0, **more):
            print("tracing", x, y, rest, scale, more)
            return x * y * scale
        one = tf.constant(1.)
        for args, kwargs in [((1.,), {}), ((one,), {}), ((tf.constant(3.),), {"y": 2}), ((np.float32(1),), {}),
                             ((tf.constant([3.]),), {"scale": 2.0}), ((one, 2, 5), {"z": 3}), ((True,), {})]:
            print(f(*args, **kwargs))
        print(f.experimental_get_tracing_count())
        """,
    "signatures": """
        v = tf.Variable(1., name="v")
        @tf.function
        def f(x, y=3, *, k="a", nest=None):
            return {"out": x * v, "none": None}
        for args, kwargs in [((tf.TensorSpec([None, 2]),), {}), ((tf.constant(1.), 4), {"k": "b"}),
                             ((tf.constant(1.),), {"nest": {"b": (tf.TensorSpec([2], tf.int32), 3), "a": [1.5]}})]:
            c = f.get_concrete_function(*args, **kwargs)
            print(str(c).split("Captures")[0])
            print(c.structured_input_signature, c.structured_outputs, c.output_shapes, c.output_dtypes)
            print(c.function_type)
        """,
    "methods": """
        class Model(tf.Module):
            def __init__(self):
                super().__init__()
                self.w = None
            @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
            def __call__(self, x):
                print("tracing", x, self.w is None)
                if self.w is None:
                    self.w = tf.Variable(tf.ones([3, 2]), name="w")
                return x @ self.w
        m, n = Model(), Model()
        print(m(tf.ones([2, 3])), n(tf.ones([1, 3])), m(tf.ones([4, 3])).shape)
        print(m.w.name, m.__call__.experimental_get_tracing_count())
        """,
    "variables": """
        v = tf.Variable([1., 2.])
        count = tf.Variable(0, trainable=False)
        @tf.function
        def step(x):
            before = v + 0.
            count.assign_add(1)
            v[0].assign(x)
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(v * v * tf.cast(count, tf.float32))
            g = tape.gradient(loss, v)
            print(before, loss, g.shape, v.assign_sub(0.1 * g))
            return before, loss, g, v
        for i in range(3):
            print(step(tf.constant(float(i))), count, v)
        v.assign([5., 5.])
        print(step(tf.constant(1.)))
        """,
    "errors": """
        def attempt(f, *args):
            try:
                print(f(*args))
            except Exception as e:
                print(type(e).__name__, str(e).strip().splitlines()[-1][:60])
        attempt(tf.function(lambda x: x, input_signature=[tf.TensorSpec([2])]), [1., 2., 3.])
        attempt(tf.function(lambda: tf.Variable(1.)))
        attempt(tf.function(lambda: object()))
        attempt(tf.function(lambda x: x), set())
        @tf.function(autograph=False)
        def branch(x):
            return x if x > 0 else -x
        attempt(branch, tf.constant(1.))
        kept = []
        tf.function(lambda x: kept.append(x))(tf.constant(1.))
        try:
            kept[0] + 1
        except TypeError as e:
            print(str(e).splitlines()[0])
        """,
    "gradients": """
        v = tf.Variable(2.)
        @tf.function
        def cube(x):
            return x ** 3. * v
        @tf.function
        def slope(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = cube(x)
            return tape.gradient(y, x)
        x = tf.constant(3.)
        with tf.GradientTape(persistent=True) as t2:
            t2.watch(x)
            with tf.GradientTape() as t1:
                t1.watch(x)
                y = cube(x)
            dy = t1.gradient(y, x)
            s = slope(x)
        print(y, dy, s, t2.gradient(dy, [x, v]), t2.gradient(s, [x, v]), t2.gradient(y, v))
        """,
    "names": """
        @tf.function
        def f(x, y):
            i = tf.cast(x, tf.int32)
            b = x > y
            values = [x + y, x - y, x * y, x / y, x // y, x % y, x ** y, x < y, x <= y, b, x >= y, x == y, x != y, -x,
                      abs(x), i // i, b & b, b | b, b ^ b, ~b, x[0], 2 + x, tf.square(x), tf.reduce_mean(x), tf.exp(x),
                      tf.shape(x), tf.reshape(x, [-1]), tf.reduce_sum(x), tf.nn.relu(x), tf.sqrt(x), tf.identity(x),
                      tf.concat([x, y], 0), tf.stack([x, y]), tf.transpose(x), tf.expand_dims(x, 0), tf.argmax(x),
                      tf.constant([1], name="one"), tf.identity(x, name="mine")]
            with tf.name_scope("a"):
                with tf.name_scope("b"):
                    values.append(x + 1)
                values.append(tf.square(x))
            print([t.name for t in values])
            print([(t.op.type, t.op.name) for t in values if t.op.type in ("Square", "Mean", "Neg", "Relu")])
            return x
        f(tf.ones([2, 2]), tf.ones([2, 2]))
        """,
}


def ours(source: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(textwrap.dedent(source), "<program>", "exec"), {"tf": tf, "np": np, "__name__": "program"})
    return out.getvalue()


@pytest.mark.oracle
@pytest.mark.parametrize("name", PROGRAMS)
def test_prints_what_tensorflow_prints(name: str) -> None:
    assert ours(PROGRAMS[name]) == run_tensorflow(PROGRAMS[name])
