"""Gradients of branches and loops in functions: of what goes round, what every round needs, and of variables."""

w = tf.Variable([[0.5, -0.3], [0.2, 0.8]])
b = tf.Variable([0.1, 0.0])
state = tf.Variable([1.0, 2.0])


@tf.function
def recurrent(x):
    h = tf.zeros([2])
    for t in tf.range(tf.shape(x)[0]):
        if tf.reduce_sum(h) > 0.2:
            h = tf.tanh(tf.linalg.matvec(w, h) + x[t] + b)
        else:
            h = h * 0.5 + x[t] * tf.reduce_sum(b) + 0.3
    return h


x = tf.constant([[0.1, 0.2], [0.3, -0.1], [0.5, 0.4], [-0.2, 0.3]])
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    y = tf.reduce_sum(recurrent(x) ** 2)
print(y, tape.gradient(y, x), tape.gradient(y, w), tape.gradient(y, b))


@tf.function
def inside(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(recurrent(x) ** 2)
    return tape.gradient(y, [x, w, b])


print(inside(x))


@tf.function
def power(x, n):
    y, i = tf.ones_like(x), 0
    while i < n:
        y, i = y * x, i + 1
    return y


z = tf.constant([1.5, 2.0])
with tf.GradientTape() as third:
    third.watch(z)
    with tf.GradientTape() as second:
        second.watch(z)
        with tf.GradientTape() as first:
            first.watch(z)
            y = power(z, tf.constant(4))
        one = first.gradient(y, z)
    two = second.gradient(one, z)
print(y, one, two, third.gradient(two, z))


@tf.function
def no_rounds(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = power(x, 0) * x
    return tape.gradient(y, x)


print(no_rounds(z))


@tf.function
def changes_state(x, n):
    for _ in tf.range(n):
        state.assign(state * x)
    return tf.reduce_sum(state * x)


with tf.GradientTape() as tape:
    tape.watch(z)
    y = changes_state(z, 2)
print(y, state.numpy())


@tf.function
def newton(x):
    guess = tf.ones_like(x)
    while tf.reduce_any(tf.abs(guess * guess - x) > 1e-5):
        guess = 0.5 * (guess + x / guess)
    return guess


with tf.GradientTape() as tape:
    tape.watch(z)
    y = newton(z)
print(y, tape.gradient(y, z))


@tf.function
def collected(x):
    rows = tf.TensorArray(tf.float32, size=3)
    total = tf.zeros([2])
    for i in range(3):
        total = total * x + tf.cast(i, tf.float32)
        rows = rows.write(i, total)
    grown = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for i in tf.range(2):
        grown = grown.write(i, x ** tf.cast(i + 2, tf.float32))
    return tf.reduce_sum(rows.stack()), tf.reduce_sum(grown.stack())


with tf.GradientTape() as tape:
    tape.watch(z)
    y, u = collected(z)
    total = y + 2.0 * u
print(y, u, tape.gradient(total, z))


@tf.function
def chosen(x, i):
    return tf.switch_case(i, [lambda: x * 2.0, lambda: x**2, lambda: tf.sin(x)])


for i in range(4):
    with tf.GradientTape() as outer:
        outer.watch(z)
        with tf.GradientTape() as tape:
            tape.watch(z)
            y = chosen(z, tf.constant(i))
        slope = tape.gradient(y, z)
    print(y, slope, outer.gradient(slope, z))
