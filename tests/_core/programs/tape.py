"""What gradient tapes, accumulators and variables do: small programs, run on tfcompat and on TensorFlow alike.

`python tape.py FACTS.json` under TensorFlow records what they give there (tests/_core/test_semantics.py compares).
"""

import sys
from typing import Any

import numpy as np

tf: Any = None


def unread_variable_by_itself() -> Any:
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as t:
        pass
    return t.gradient(v, v)


def read_variable_by_itself() -> Any:
    v = tf.Variable(2.0)
    with tf.GradientTape() as t:
        y = v * v
    return (t.gradient(v, v),)


def watched_tensor_by_itself() -> Any:
    x = tf.constant(2.0)
    with tf.GradientTape() as t:
        t.watch(x)
    return t.gradient(x, x)


def inner_tape_sees_only_its_own_path() -> Any:
    x = tf.constant(2.0)
    with tf.GradientTape() as o:
        o.watch(x)
        a = x * x
        with tf.GradientTape() as i:
            i.watch(x)
            z = a * x
        g = i.gradient(z, x)
    return g, o.gradient(g, x)


def op_after_inner_tape_closed() -> Any:
    x = tf.constant(2.0)
    with tf.GradientTape() as o:
        o.watch(x)
        with tf.GradientTape(persistent=True) as i:
            i.watch(x)
            y = x * x
        z = y * y
    return i.gradient(z, x), i.gradient(y, x), o.gradient(z, x)


def stop_recording_cuts_one_tape_only() -> Any:
    x = tf.constant(2.0)
    with tf.GradientTape() as o:
        o.watch(x)
        with tf.GradientTape() as i:
            i.watch(x)
            y = x * x
            with i.stop_recording():
                z = y * x
            w = z * x
    return i.gradient(w, x), o.gradient(w, x)


def watch_of_an_intermediate() -> Any:
    x = tf.constant(2.0)
    with tf.GradientTape() as t:
        y = x * 3.0
        t.watch(y)
        z = y * y
    return t.gradient(z, [x, y])


def watch_late_of_a_followed_value() -> Any:
    x = tf.constant(2.0)
    with tf.GradientTape(persistent=True) as t:
        t.watch(x)
        h = x * 3.0
        a = h * 2.0
        t.watch(h)
        l = a + h * 3.0
    return t.gradient(l, [x, h])


def value_of_an_older_tape() -> Any:
    x = tf.constant(2.0)
    with tf.GradientTape() as t1:
        t1.watch(x)
        y = x * x
    with tf.GradientTape() as t2:
        z = y * 3.0
        w = z * 2.0
    return t2.gradient(w, z), t1.gradient(w, x)


def assign_between_two_reads() -> Any:
    v = tf.Variable(3.0)
    with tf.GradientTape() as t:
        y = v * 2.0
        v.assign(5.0)
        z = v * v
        l = y + z
    return t.gradient(l, v), float(v)


def assign_after_a_persistent_tape() -> Any:
    v = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as t:
        y = v * v
    v.assign(10.0)
    return t.gradient(y, v), t.gradient(y, v)


def assign_is_not_differentiated() -> Any:
    v = tf.Variable(3.0)
    with tf.GradientTape() as t:
        v.assign_add(v * 2.0)
        y = v * 1.0
    return t.gradient(y, v)


def target_computed_outside() -> Any:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as t:
        t.watch(x)
        y = x * x
    return t.gradient([y, x * 2.0], x)


def tape_entered_twice() -> Any:
    x = tf.constant(1.0)
    t = tf.GradientTape(persistent=True)
    with t:
        t.watch(x)
        y = x * 2.0
    with t:
        z = y * 3.0
    return t.gradient(z, x)


def gradient_inside_the_context() -> Any:
    x = tf.constant(1.0)
    with tf.GradientTape() as t:
        t.watch(x)
        y = x * 2.0
        g = t.gradient(y, x)
        z = x * 3.0
    return g


def persistent_gradient_inside_the_context() -> Any:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as t:
        t.watch(x)
        y = x * x
        g = t.gradient(y, x)
    return g, t.gradient(g, x)


def integer_tensor() -> Any:
    x = tf.constant(3)
    with tf.GradientTape() as t:
        t.watch(x)
        y = x * x
    return t.gradient(y, x)


def reset_forgets() -> Any:
    x = tf.constant(3.0)
    with tf.GradientTape() as t:
        t.watch(x)
        y = x * x
        t.reset()
        z = x * 2.0
    return t.gradient(y, x)


def reset_then_watch() -> Any:
    x = tf.constant(3.0)
    with tf.GradientTape() as t:
        t.watch(x)
        t.reset()
        t.watch(x)
        y = x * x
    return t.gradient(y, x)


def none_as_target() -> Any:
    x = tf.constant(3.0)
    with tf.GradientTape() as t:
        t.watch(x)
        y = [x * x, None]
    return t.gradient(y, x)


def none_as_source() -> Any:
    x = tf.constant(3.0)
    with tf.GradientTape() as t:
        t.watch(x)
        y = x * x
    return t.gradient(y, None)


def string_as_source() -> Any:
    x = tf.constant(3.0)
    with tf.GradientTape() as t:
        t.watch(x)
        y = x * x
    return t.gradient(y, [x, "a"])


def output_gradients_tensor() -> Any:
    x = tf.constant([3.0, 4.0])
    with tf.GradientTape() as t:
        t.watch(x)
        y = x * x
    return (t.gradient(y, x, output_gradients=tf.constant([1.0, 10.0])),)


def zeros_where_unconnected() -> Any:
    x = tf.constant([3.0, 4.0])
    z = tf.constant(1.0)
    with tf.GradientTape() as t:
        t.watch(x)
        y = x * x
    return t.gradient(y, {"a": x, "b": z}, unconnected_gradients="zero")


def unknown_unconnected() -> Any:
    x = tf.constant([3.0, 4.0])
    z = tf.constant(1.0)
    with tf.GradientTape() as t:
        t.watch(x)
        y = x * x
    return t.gradient(y, z, unconnected_gradients="bad")


def watch_a_string() -> Any:
    with tf.GradientTape() as t:
        t.watch("a")


def reenter_an_open_tape() -> Any:
    with tf.GradientTape() as t, t:
        pass


def stop_before_start() -> Any:
    t = tf.GradientTape()
    with t.stop_recording():
        pass


def watched_variables() -> Any:
    v = tf.Variable(1.0)
    w = tf.Variable(2.0, trainable=False)
    u = tf.Variable(3.0)
    with tf.GradientTape() as t:
        y = v * w * v + u
    return [x.name for x in t.watched_variables()], [float(x) for x in t.watched_variables()]


def gather_gives_indexed_slices() -> Any:
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as t:
        y = tf.gather(v, [0, 0, 1]) * 2.0
    g = t.gradient(y, v)
    return type(g).__name__, g.values, g.indices, g.dense_shape


def gather_and_dense_use() -> Any:
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as t:
        y = tf.reduce_sum(tf.gather(v, [0, 0, 1])) + tf.reduce_sum(v * v)
    g = t.gradient(y, v)
    return g


def two_gathers() -> Any:
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as t:
        y = tf.reduce_sum(tf.gather(v, [0])) + tf.reduce_sum(tf.gather(v, [1, 0]))
    g = t.gradient(y, v)
    return g.values, g.indices


def gather_of_a_tensor() -> Any:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as t:
        t.watch(x)
        y = tf.gather(x, [1])
    g = t.gradient(y, x)
    return type(g).__name__, g.values, g.indices, g.dense_shape


def batch_jacobian_of_a_vector() -> Any:
    x = tf.constant([[1.0, 2.0]])
    with tf.GradientTape() as t:
        t.watch(x)
        y = x * x
    return t.batch_jacobian(y, tf.constant([1.0]))


def jacobians_unconnected() -> Any:
    x = tf.constant([[1.0, 2.0]])
    u = tf.constant([[1.0]])
    with tf.GradientTape(persistent=True) as t:
        t.watch(x)
        y = x * x
    return (
        t.batch_jacobian(y, u),
        t.jacobian(y, u),
        t.batch_jacobian(y, u, unconnected_gradients="zero"),
        t.jacobian(y, u, unconnected_gradients=tf.UnconnectedGradients.ZERO),
    )


def complex_square() -> Any:
    x = tf.constant(1 + 2j)
    with tf.GradientTape() as t:
        t.watch(x)
        y = x * x
    return t.gradient(y, x)


def ops_without_gradient() -> Any:
    x = tf.constant([1.0, 5.0, 3.0])
    with tf.GradientTape(persistent=True) as t:
        t.watch(x)
        y = tf.floor(x)
        z = tf.sign(x)
        w = tf.round(x)
        a = tf.cast(x, tf.int32)
        b = tf.cast(tf.cast(x, tf.int32), tf.float32)
    return [t.gradient(q, x) for q in (y, z, w, b)]


def custom_gradient_with_an_extra_argument() -> Any:
    x = tf.constant(2.0)

    @tf.custom_gradient
    def f(a):
        def g(dy, extra):
            return dy

        return a * a, g

    with tf.GradientTape() as t:
        t.watch(x)
        y = f(x)
    return t.gradient(y, x)


def custom_gradient_ignoring_variables() -> Any:
    v = tf.Variable(2.0)

    @tf.custom_gradient
    def f(a):
        def g(dy):
            return dy

        return a * v, g

    x = tf.constant(1.0)
    with tf.GradientTape() as t:
        t.watch(x)
        y = f(x)
    return t.gradient(y, x)


def custom_gradient_with_too_many() -> Any:
    x = tf.constant(2.0)

    @tf.custom_gradient
    def f(a):
        def g(dy):
            return dy, dy

        return a * a, g

    with tf.GradientTape() as t:
        t.watch(x)
        y = f(x)
    return t.gradient(y, x)


def custom_gradient_twice() -> Any:
    x = tf.constant(0.5)

    @tf.custom_gradient
    def log1pexp(x):
        e = tf.exp(x)

        def grad(up):
            return up * (1 - 1 / (1 + e))

        return tf.math.log(1 + e), grad

    with tf.GradientTape() as o:
        o.watch(x)
        with tf.GradientTape() as t:
            t.watch(x)
            y = log1pexp(x)
        g = t.gradient(y, x)
    return g, o.gradient(g, x)


def pass_through() -> Any:
    f = tf.grad_pass_through(tf.floor)
    x = tf.constant(1.7)
    with tf.GradientTape() as t:
        t.watch(x)
        y = f(x)
    return y, t.gradient(y, x)


def stop_gradient() -> Any:
    x = tf.constant(1.7)
    with tf.GradientTape() as t:
        t.watch(x)
        y = tf.stop_gradient(x) * x
    return t.gradient(y, x)


def forward_with_short_tangent() -> Any:
    x = tf.constant([1.0, 2.0])
    with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0])) as a:
        y = x * x
    return a.jvp(y)


def forward_without_context() -> Any:
    x = tf.constant([1.0, 2.0])
    a = tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 1.0]))
    return a.jvp(x)


def forward_of_many() -> Any:
    x = tf.constant([1.0, 2.0])
    z = tf.constant(1.0)
    with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 1.0])) as a:
        y = x * x
    return a.jvp(y), a.jvp(x), a.jvp(z), a.jvp(z, unconnected_gradients="zero"), a.jvp([y, {"k": x}])


def forward_with_a_primal_twice() -> Any:
    x = tf.constant([1.0, 2.0])
    with tf.autodiff.ForwardAccumulator([x, x], [tf.constant([1.0, 1.0])] * 2) as a:
        y = x * x
    return a.jvp(y)


def gradient_checker() -> Any:
    th, num = tf.test.compute_gradient(lambda x: x * x, [tf.constant([1.0, 2.0])])
    return th, [np.round(n, 1) for n in num]


def forward_of_integers() -> Any:
    x = tf.constant(3)
    with tf.autodiff.ForwardAccumulator(x, tf.constant(1)) as a:
        y = x * x
    return a.jvp(y)


def reads_keep_their_value() -> Any:
    v = tf.Variable([1.0, 2.0, 3.0])
    a = v[0:2]
    b = tf.reshape(v, [3, 1])
    c = v.read_value()
    d = v.numpy()
    e = tf.identity(v)
    f = tf.convert_to_tensor(v)
    g = v.value()
    h = tf.transpose(v)
    v.assign_add([1.0, 1.0, 1.0])
    v.assign([7.0, 7.0, 7.0])
    v[0].assign(9.0)
    v.scatter_update(tf.IndexedSlices([5.0], [1]))
    return [x.numpy().tolist() if hasattr(x, "numpy") else x.tolist() for x in (a, b, c, d, e, f, g, h, v)]


def persistent_tape_keeps_its_values() -> Any:
    v = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as t:
        y = v * v
        r = v.read_value()
    v.assign_add([1.0, 1.0, 1.0])
    z = t.gradient(y, v)
    v.assign(v * 2.0)
    return z.numpy().tolist(), t.gradient(y, v).numpy().tolist(), r.numpy().tolist(), v.numpy().tolist()


def sum_over_tapes() -> Any:
    x = tf.constant(2.0)
    total = tf.constant(0.0)
    with tf.GradientTape() as t:
        t.watch(x)
        l = x * x
    total = total + l
    with tf.GradientTape() as t2:
        q = total * 3.0
    return t2.gradient(q, total), t.gradient(total, x)


def unwatched_variable() -> Any:
    v = tf.Variable(1.0)
    with tf.GradientTape(watch_accessed_variables=False) as t:
        y = v * 2.0
    return t.gradient(y, v)


def two_tapes_side_by_side() -> Any:
    with tf.GradientTape() as g, tf.GradientTape() as d:
        v = tf.Variable(2.0)
        w = tf.Variable(3.0)
        a = v * v * w
        b = v * w * w
    return g.gradient(a, v), d.gradient(b, w)


def spent_tape() -> Any:
    x = tf.constant(2.0)
    with tf.GradientTape() as t:
        t.watch(x)
        y = x**3
    dy = t.gradient(y, x)
    return t.gradient(y, x)


def third_order() -> Any:
    x = tf.constant(2.0)
    with tf.GradientTape() as a:
        a.watch(x)
        with tf.GradientTape() as b:
            b.watch(x)
            with tf.GradientTape() as c:
                c.watch(x)
                y = x**5
            d1 = c.gradient(y, x)
        d2 = b.gradient(d1, x)
    return d1, d2, a.gradient(d2, x)


def gradient_of_slices() -> Any:
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as t:
        y = v[0] * 3.0 + v[1]
    return t.gradient(y, v)


def gradient_of_iteration() -> Any:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as t:
        t.watch(x)
        y = [xi * xi for xi in x]
    return t.gradient(y, x)


PROGRAMS = [f for f in list(globals().values()) if callable(f) and getattr(f, "__module__", "") == __name__]


def run(module: Any) -> dict[str, str]:
    """What each program gives on `module`, a `tf` namespace: the result's text, or the exception's class."""
    global tf
    tf = module
    results = {}
    for program in PROGRAMS:
        try:
            results[program.__name__] = str(program())
        except Exception as e:
            results[program.__name__] = f"raises {type(e).__name__}"
    return results


if __name__ == "__main__":
    import json

    import tensorflow

    with open(sys.argv[1], "w") as facts:
        json.dump(run(tensorflow), facts, indent=1)
