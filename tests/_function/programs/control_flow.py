"""Functions with Python control flow on tensors, and what tf.function makes of them.

PYTHON_WITH_TENSORFLOW tests/_function/programs/control_flow.py tests/_function/programs/control_flow.json
"""

import json
import sys

tf = None  # the module that `run` is given
CASES = []
COUNTERS = []


def case(*arguments):
    """Registers a function, to be called with each of the arguments, or tuples of them, made tensors."""

    def register(function):
        CASES.append((function, arguments))
        return function

    return register


def scale(x):
    if x > 3:
        return x * 10
    return x


class Counter:
    def __init__(self):
        self.total, self.steps = tf.Variable(0), tf.constant(0)

    def add(self, n):
        for i in tf.range(n):
            self.total.assign_add(i)
            self.steps = self.steps + 1
        return self.total + self.steps


@case(2.0, -2.0)
def early_return(x):
    if x > 0:
        return x * 2
    return -x


@case(1, -1)
def one_sided_return(x):
    if x > 0:
        return x


@case(7, 2, -9)
def elif_chain(x):
    if x > 5:
        y = 1
    elif x < -5:
        y = -1
    elif x == 2:
        y = 100
    else:
        y = 0
    return y


@case(1.0)
def undefined_in_else(x):
    if x > 0:
        y = x
    return y


@case(1)
def other_name_in_else(x):
    if x > 0:
        a = 1
    else:
        b = 2
    return a


@case(1)
def dtypes_differ(x):
    if x > 0:
        a = 1
    else:
        a = 2.0
    return a


@case(10, 4, 0)
def break_and_continue(n):
    s = 0
    for i in tf.range(n):
        if i % 2 == 0:
            continue
        if i > 6:
            break
        s += i
    return s


@case(27, 1)
def collatz(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n //= 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


@case(([1.0, 2.0, 3.0],), ([[1.0, 2.0], [3.0, 4.0]],))
def over_rows(xs):
    total = tf.zeros_like(xs[0])
    for x in xs:
        total = total * 2.0 + x
    return total


@case(4)
def assigned_in_the_loop_only(n):
    for i in tf.range(n):
        last = i * 2
    return last


@case(3)
def none_before_the_loop(n):
    last = None
    for i in tf.range(n):
        last = i
    return last


@case(3)
def loop_changes_dtype(n):
    x = 0
    for i in tf.range(n):
        x = tf.cast(i, tf.float32)
    return x


@case(3)
def loop_changes_shape(n):
    x = tf.zeros([1])
    for _ in tf.range(n):
        x = tf.concat([x, [1.0]], 0)
    return x


@case(3)
def loop_with_shape_invariants(n):
    x = tf.zeros([1])
    for _ in tf.range(n):
        tf.autograph.experimental.set_loop_options(shape_invariants=[(x, tf.TensorShape([None]))])
        x = tf.concat([x, [1.0]], 0)
    return x


@case(7)
def loop_with_most_iterations(n):
    x = 0
    for i in tf.range(n):
        tf.autograph.experimental.set_loop_options(maximum_iterations=4)
        x += i
    return x


@case(7)
def return_in_a_loop(n):
    for i in tf.range(n):
        if i == 3:
            return i * 100
    return n


@case(3)
def condition_becomes_a_tensor(n):
    i = 0
    while True:
        i += 1
        if i > n:
            break
    return i


@case(3)
def python_loop_broken_by_a_tensor(n):
    for i in range(5):
        if i > n:
            break
    return i


@case(3)
def nests_go_round(n):
    d = {"a": tf.constant(0), "b": (tf.constant(1.0), tf.constant(2.0))}
    for i in tf.range(n):
        d = {"a": d["a"] + i, "b": (d["b"][0] * 2, d["b"][1])}
    return d


@case(2, 7, 3, 0)
def chained_comparison(x):
    if 0 < x < 5 and x != 3:
        return 1
    return 0


@case(-3, 3)
def logic(n):
    return (n if n > 0 else -n), (n > 0 or n < -5), not (n > 0), (n > 0 and n < 5)


@case(([2, 5, 3],))
def length_and_range(x):
    s = 0
    for i in range(len(x)):
        s += x[i]
    for i in range(tf.shape(x)[0]):
        s += i * x[i]
    return s


@case(6)
def nested_loops_and_functions(n):
    def inner(z):
        if z > 2:
            return z * 10
        else:
            return z

    total = 0
    for i in tf.range(n):
        j = 0
        while j < i:
            total += inner(j)
            j += 1
    return total


@case(5, 1)
def calls_are_rewritten(x):
    return scale(x) + (lambda y: 1 if y > 3 else 2)(x)


@case(([1, 2],))
def python_and_tensor_loops(xs):
    s = 0
    for i, y in enumerate([1, 2, 3]):
        if xs[0] > i:
            s += y
    for a, b in zip([1, 2], [xs[0], xs[1]]):
        s += a * b
    return s


@case(3)
def array_of_known_size(n):
    a = tf.TensorArray(tf.float32, size=3)
    i = 0
    while i < n:
        if i % 2 == 0:
            a = a.write(i, 1.0)
        i += 1
    return a.stack()


@case(5, 3)
def array_that_grows(n):
    a = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for i in tf.range(n):
        a = a.write(i, tf.cast(i, tf.float32) ** 2)
    return a.stack()


@case(([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],))
def recurrent_network(inputs):
    outputs = tf.TensorArray(tf.float32, size=inputs.shape[0])
    state = tf.zeros([2])
    for i in tf.range(tf.shape(inputs)[0]):
        state = tf.tanh(inputs[i] + state)
        outputs = outputs.write(i, state)
    return outputs.stack(), state


@case((3.0, 3))
def gradient_through_a_loop(x, n):
    v = x * 2.0
    with tf.GradientTape() as tape:
        tape.watch(v)
        y = 1.0
        for _ in tf.range(n):
            if y < 100.0:
                y *= v
            else:
                y += v * v
    return y, tape.gradient(y, v)


@case(4)
def object_attributes(n):
    return COUNTERS[0].add(n)


@case(3)
def print_once(n):
    seen = []
    for i in tf.range(n):
        seen.append(1)
        if i > 1:
            seen.append(2)
    return tf.constant(seen)


@case(5, -5)
def only_variables_change(n):
    v = COUNTERS[0].total
    if n > 0:
        v.assign(n)
    else:
        v.assign_sub(1)
    while v > 2:
        v.assign_sub(1)
    return v + 0


@case(2, 0)
def with_and_try(n):
    with tf.name_scope("scope"):
        try:
            if n > 0:
                x = n * 2
            else:
                x = n - 1
        finally:
            y = n + 100
    return x + y


@case(6)
def comprehension(n):
    parts = [n + i if i > 1 else n for i in range(3)]
    return sum(parts)


def run(module):
    """What every case gives: the values as text, or the class of the exception."""
    global tf
    tf, results = module, {}
    COUNTERS[:] = [Counter()]
    for function, calls in CASES:
        captured = tf.function(function)
        for given in calls:
            arguments = [tf.constant(x) for x in (given if isinstance(given, tuple) else (given,))]
            try:
                found = tf.nest.map_structure(lambda x: x.numpy().round(5).tolist(), captured(*arguments))
            except Exception as e:
                found = next(c.__name__ for c in type(e).__mro__ if c.__module__ == "builtins")
            results[f"{function.__name__}{given}"] = repr(found)
    return results


if __name__ == "__main__":
    import tensorflow

    with open(sys.argv[1], "w", encoding="utf-8") as out:
        json.dump(run(tensorflow), out, indent=1)
        out.write("\n")
