"""Sizes and ranks that are not known while a function is captured, ragged tensors, second derivatives, recursion."""


@tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
def any_rank(x):
    print(x, x.shape, x.shape.rank)
    y = x * 2.0
    total = tf.reduce_sum(y)
    print(y, total)
    return y, total


print(any_rank(tf.constant([1.0, 2.0])), any_rank(tf.ones([2, 2])), any_rank(tf.constant(1.0)))


@tf.function
def doubled(a):
    print("tracing", a)
    return a + a


concrete = doubled.get_concrete_function(tf.TensorSpec(shape=None, dtype=tf.string))
print(concrete(tf.constant("c")), concrete(tf.constant(["d"])))
print(concrete.function_type, concrete.output_shapes)


@tf.function
def pieces(x, n):
    return x[:n], x[n:], x[1 : n + 1], x[n], x[-n:], x[:n:2]


for part in pieces(tf.range(7), tf.constant(3)):
    print(part)


@tf.function
def block(x, n):
    return tf.reduce_sum(x[:n, n - 1 :] * 2.0)


x = tf.Variable(tf.reshape(tf.range(12.0), [3, 4]))
with tf.GradientTape() as tape:
    y = block(x, tf.constant(2))
print(y, tape.gradient(y, x))

rows = tf.ragged.constant([[1, 2], [3], [], [4, 5, 6]])


@tf.function
def over_rows(ragged):
    total, longest = 0, 0
    for row in ragged:
        if tf.size(row) == 0:
            continue
        total += tf.reduce_sum(row)
        longest = tf.maximum(longest, tf.size(row))
    return total, longest


print(over_rows(rows))


@tf.function
def of_ragged(ragged):
    doubled_rows = ragged * 2
    padded = ragged.to_tensor(-1)
    return doubled_rows, padded, tf.reduce_sum(ragged, axis=1), ragged[1:], tf.ragged.boolean_mask(ragged, ragged > 2)


for part in of_ragged(rows):
    print(part)


@tf.function
def second(x):
    y = tf.reduce_sum(x**3)
    return tf.hessians(y, x), tf.gradients(y, x)


print(second(tf.constant([1.0, 2.0])))


@tf.function
def found(x):
    return tf.where(x > 0.0), tf.unique(x).y, tf.boolean_mask(x, x > 0.0)


print(found(tf.constant([1.0, -1.0, 3.0, 1.0])))


@tf.function
def recursive(n):
    if n > 0:
        print("tracing", n)
        return recursive(n - 1)
    return 1


print(recursive(3))


@tf.function
def items(x):
    nest = {"a": x, "b": [x, 0.0]}
    if tf.reduce_sum(x) > 0.0:
        nest["a"] = x * 10.0
        nest["b"] = [x + 1.0, 2.0]
    for _ in tf.range(3):
        nest["a"] += 1.0
    return nest


print(items(tf.constant(1.0)), items(tf.constant(-1.0)))


@tf.function(input_signature=[tf.TensorSpec([None, None])])
def without_last(x):
    return tf.squeeze(x, axis=-1) * 2.0


print(without_last(tf.constant([[1.0], [2.0]])))
v = tf.Variable([[1.0], [2.0]])
with tf.GradientTape() as tape:
    total = tf.reduce_sum(without_last(v) ** 2)
print(tape.gradient(total, v))
try:
    without_last(tf.ones([2, 2]))
except tf.errors.InvalidArgumentError as error:
    print("Can not squeeze dim[1], expected a dimension of 1, got 2" in error.message)
