"""Python functions that a captured function calls, of which nothing is said about the shape of what they give."""

count = tf.Variable(0.0)


def doubled(x):
    print("running", x.shape)
    return x.numpy() * 2


@tf.function
def f(x):
    print("tracing")
    count.assign_add(1.0)
    y = tf.py_function(doubled, [x + 1.0], tf.float32)
    print(y.shape)
    y.set_shape(x.shape)
    print(y.shape)
    return y + 1.0


for values in ([1.0, 2.0], [3.0, 4.0], [5.0, 6.0]):
    print(f(tf.constant(values)))
print(count.numpy())


@tf.function
def first_ones(x):
    return tf.numpy_function(lambda a: a[: int(a[0])], [x], tf.float32)


for values in ([1.0, 2.0], [2.0, 4.0], [0.0, 4.0]):
    print(first_ones(tf.constant(values)))


@tf.function
def slope(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.py_function(lambda a: a**2, [x], tf.float32)
    return tape.gradient(y, x)


print(slope(tf.constant(3.0)), slope(tf.constant(4.0)))


@tf.function
def upper(x):
    return tf.py_function(lambda a: a.numpy().decode().upper(), [x], tf.string)


print(upper(tf.constant("abc")), upper(tf.constant("q")))


@tf.function
def pair(x):
    a, b = tf.py_function(lambda a: (a, a + 1), [x], [tf.float32, tf.float32])
    return a * b


print(pair(tf.constant(3.0)))
