"""Sizes that depend on data: what follows a mask, a search, unique values, ragged rows, parts or picked boxes."""

x = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
masks = [tf.constant(m) for m in ([True, False, True], [False, True, False], [False, False, False], [True] * 3)]


def show(f, *args):
    print(tf.nest.map_structure(lambda t: np.round(t.numpy(), 4).tolist(), f(*args), expand_composites=True))


@tf.function
def masked(x, m):
    y = tf.boolean_mask(x, m)
    gram = tf.matmul(y, y, transpose_b=True)
    wide = tf.concat([y, tf.ones([tf.shape(y)[0], 1])], 1)
    return tf.reduce_sum(y, 0), tf.reshape(y, [-1]), gram, wide, y[:1], tf.nn.softmax(y), tf.cumsum(y)


for m in masks:
    show(masked, x, m)

dense = tf.keras.layers.Dense(2, kernel_initializer="ones")
norm = tf.keras.layers.BatchNormalization()
dense.build((None, 2))
norm.build((None, 2))
optimizer = tf.keras.optimizers.SGD(0.1)
entropy = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer.build(dense.trainable_variables)


@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        kept = y >= 0
        logits = dense(norm(tf.boolean_mask(x, kept)))
        loss = entropy(tf.boolean_mask(y, kept), logits)
    optimizer.apply_gradients(zip(tape.gradient(loss, dense.trainable_variables), dense.trainable_variables))
    return loss


for y in ([0, -1, 1], [-1, -1, 1], [1, 1, 1]):
    show(step, x, tf.constant(y))
print(step.experimental_get_tracing_count(), dense.kernel.numpy())


@tf.function
def grouped(values, keys):
    found, where = tf.unique(keys)
    count = tf.size(found)
    sums = tf.math.unsorted_segment_sum(values, where, count)
    return sums, values - tf.gather(sums, where), tf.one_hot(where, count)


for keys in ([3, 1, 3], [2, 2, 2]):
    show(grouped, tf.constant([1.0, 2.0, 4.0]), tf.constant(keys))

embed = tf.keras.layers.Embedding(10, 4, embeddings_initializer="ones", mask_zero=True)
lstm = tf.keras.layers.LSTM(3, kernel_initializer="ones", recurrent_initializer="zeros")


@tf.function(input_signature=[tf.RaggedTensorSpec([None, None], tf.int32)])
def encoded(rows):
    return lstm(embed(rows.to_tensor()))


for rows in ([[1, 2, 3], [4]], [[1]], [[1, 2], [3], [4, 5, 6]]):
    show(encoded, tf.ragged.constant(rows))


@tf.function
def sorted_out(x, parts):
    a, b = tf.dynamic_partition(x, parts, 2)
    i, j = tf.dynamic_partition(tf.range(tf.shape(x)[0]), parts, 2)
    return tf.dynamic_stitch([i, j], [a * 10, b]), tf.scatter_nd(i[:, None], a, tf.shape(x))


show(sorted_out, x, tf.constant([0, 1, 0]))


@tf.function
def picked(boxes, scores):
    likely = tf.where(scores > 0.3)[:, 0]
    boxes, scores = tf.gather(boxes, likely), tf.gather(scores, likely)
    best = tf.image.non_max_suppression(boxes, scores, 5)
    count = tf.shape(best)[0]
    return tf.gather(boxes, best), tf.pad(tf.gather(scores, best), [[0, 5 - count]])


boxes = tf.constant([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.9], [2.0, 2.0, 3.0, 3.0]])
for scores in ([0.9, 0.8, 0.7], [0.9, 0.1, 0.2], [0.1, 0.1, 0.1]):
    show(picked, boxes, tf.constant(scores))


@tf.function
def looped(x, m):
    total = tf.zeros([2])
    for i in tf.range(2):
        rows = tf.boolean_mask(x, tf.roll(m, i, 0))
        for row in rows:
            total += row
        if tf.shape(rows)[0] > 1:
            total += tf.reduce_max(norm(rows), 0)
    return total, tf.vectorized_map(lambda r: r * tf.reduce_sum(r), tf.boolean_mask(x, m))


for m in masks:
    show(looped, x, m)


@tf.function
def resized(x, n):
    return tf.reshape(x, [n, -1]), tf.tile(x, [n, 1]), x[:n], tf.repeat(x, n, 0)


show(resized, x, tf.constant(3))
show(resized, x, tf.constant(1))
weights = tf.Variable([[1.0, 2.0], [3.0, 4.0]])


@tf.function
def cubed(x, m):
    return tf.reduce_sum(norm(tf.matmul(tf.boolean_mask(x, m), weights), training=True) ** 3)


for m in (masks[0], masks[1], masks[3]):
    with tf.GradientTape() as tape:
        y = cubed(x, m)
    print(y.numpy(), tape.gradient(y, weights).numpy().round(3).tolist())
