K = tf.keras.backend
x = tf.constant(np.arange(24.0).reshape(2, 3, 4).astype("f") / 10)
y = tf.constant(np.arange(40.0).reshape(2, 4, 5).astype("f") / 10)


def p(f):
    try:
        r = f()
    except Exception as e:
        print(type(e).__name__)
        return
    for t in tf.nest.flatten(r):
        t = t.numpy() if hasattr(t, "numpy") else t
        t = np.asarray(t)
        print(t.dtype, t.shape, np.round(np.asarray(t).astype("float64"), 4).ravel()[:12].tolist())


p(lambda: K.batch_dot(x, y))
p(lambda: K.batch_dot(x, x, axes=2))
p(lambda: K.batch_dot(x[:, 0], x[:, 1]))
p(lambda: K.batch_dot(x[:, 0], y, axes=(1, 1)))
p(lambda: K.batch_dot(x, y[:, :, 0]))
p(lambda: K.batch_dot(x, y, axes=0))
p(lambda: K.batch_dot(x, y, axes=(1, 1)))
p(lambda: K.dot(x, y))
p(lambda: K.dot(x[0], y[0]))
p(lambda: K.dot(tf.sparse.from_dense(x[0]), y[0]))
p(lambda: K.mean(x > 1))
p(lambda: K.var(x, axis=1))
p(lambda: K.std(x, axis=[0, 2], keepdims=True))
p(lambda: K.any(x, axis=0))
p(lambda: K.argmax(x))
p(lambda: K.sqrt(x - 1))
p(lambda: K.clip(x, None, 1.0))
p(lambda: K.clip(x, 2, 1))
p(lambda: K.variable([1, 2]))
p(lambda: K.zeros((2, 3)))
p(lambda: K.eye(2))
p(lambda: K.constant([1, 2], shape=(2, 2)))
p(lambda: K.arange(5))
p(lambda: K.arange(-3))
p(lambda: K.arange(1, 4, dtype="float32"))
v = K.variable([1.0, 2.0])
K.set_value(v, [3, 4])
p(lambda: v)
p(lambda: K.update_add(v, [1.0, 1.0]))
p(lambda: K.moving_average_update(v, [0.0, 0.0], 0.9))
p(lambda: K.batch_get_value([v, v]))
p(lambda: K.relu(x - 1))
p(lambda: K.relu(x - 1, alpha=0.1))
p(lambda: K.relu(x - 1, alpha=0.1, max_value=1.0, threshold=0.2))
p(lambda: K.relu(x - 1, max_value=6))
p(lambda: K.elu(x - 1, 2.0))
p(lambda: K.softmax(x))
p(lambda: K.softmax(x[0, 0]))
p(lambda: K.hard_sigmoid(x))
p(lambda: K.softmax(x, axis=[1, 2]))
t = tf.constant([[0.0, 1, 0], [1, 0, 0]])
o = tf.constant([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]])
for f in (
    "binary_crossentropy",
    "categorical_crossentropy",
    "binary_focal_crossentropy",
    "categorical_focal_crossentropy",
):
    p(lambda f=f, t=t: getattr(K, f)(t, o))
    p(lambda f=f, t=t: getattr(K, f)(t, o, from_logits=True))
p(lambda: K.binary_focal_crossentropy(t, o, apply_class_balancing=True))
p(lambda: K.categorical_crossentropy(t, o, axis=0))
p(lambda: K.sparse_categorical_crossentropy(tf.constant([1, 0]), o))
p(lambda: K.sparse_categorical_crossentropy(tf.constant([1, 0]), o, ignore_class=0))
p(lambda: K.sparse_categorical_crossentropy(tf.constant([[1, 0, 2], [0, 1, 1]]), x))
p(lambda: K.sparse_categorical_crossentropy(tf.constant([[1], [0]]), o))
p(lambda: K.sparse_categorical_crossentropy(tf.constant([[1, 0, 2, 0], [0, 1, 1, 2]]), x, axis=1, from_logits=True))
p(lambda: K.sparse_categorical_crossentropy(tf.constant([[1, 0, 2], [0, 1, 1]]), x, ignore_class=1))
im = tf.constant(np.random.RandomState(0).rand(2, 6, 7, 3).astype("f"))
k = tf.constant(np.random.RandomState(1).rand(3, 3, 3, 2).astype("f"))
p(lambda: K.conv2d(im, k))
p(lambda: K.conv2d(im, k, strides=(2, 2), padding="same"))
p(lambda: K.conv2d(im, k, dilation_rate=(2, 2)))
p(lambda: K.conv2d(im, k, padding="x"))
p(lambda: K.conv1d(x, tf.ones((2, 4, 3)), padding="causal"))
p(lambda: K.conv1d(x, tf.ones((2, 4, 3)), strides=2, padding="same"))
p(lambda: K.conv3d(im[:, :, :, :, None], tf.ones((2, 2, 2, 1, 2))))
p(lambda: K.conv2d_transpose(im, tf.ones((3, 3, 2, 3)), (2, 8, 9, 2)))
p(lambda: K.conv2d_transpose(im, tf.ones((3, 3, 2, 3)), (2, 12, 14, 2), strides=(2, 2), padding="same"))
p(lambda: K.conv2d_transpose(im, tf.ones((3, 3, 2, 3)), (None, 10, 11, 2), dilation_rate=(2, 2)))
p(lambda: K.depthwise_conv2d(im, k))
p(lambda: K.separable_conv2d(im, k, tf.ones((1, 1, 6, 2))))
p(lambda: K.pool2d(im, (2, 2)))
p(lambda: K.pool2d(im, (2, 2), (2, 2), "same", pool_mode="avg"))
p(lambda: K.pool2d(im, (2, 2), pool_mode="x"))
p(lambda: K.pool3d(im[:, :, :, :, None], (2, 2, 2)))
p(lambda: K.bias_add(im, tf.constant([1.0, 2, 3])))
p(lambda: K.bias_add(im, tf.ones((6, 7, 3))))
p(lambda: K.bias_add(im, tf.ones((7, 3))))
p(lambda: K.temporal_padding(x))
p(lambda: K.spatial_2d_padding(im))
p(lambda: K.spatial_3d_padding(im[..., None]))
p(lambda: K.resize_images(im, 2, 2, "channels_last"))
p(lambda: K.resize_images(im, 2, 2, "channels_last", "bilinear"))
p(lambda: K.resize_images(im, 2, 3, "channels_last", "bicubic"))
p(lambda: K.resize_volumes(im[..., None], 2, 1, 2, "channels_last"))
pr = tf.nn.softmax(tf.constant(np.random.RandomState(2).rand(2, 5, 4).astype("f") * 3))
p(lambda: K.ctc_batch_cost(tf.constant([[0, 1], [2, 2]]), pr, tf.constant([[5], [5]]), tf.constant([[2], [1]])))
p(lambda: K.ctc_decode(pr, [5, 5]))
p(lambda: K.ctc_decode(pr, [5, 4], greedy=False, top_paths=2))
s = K.ctc_label_dense_to_sparse(tf.constant([[0, 1], [2, 3]]), tf.constant([2, 1]))
p(lambda: (s.indices, s.values))
p(lambda: K.switch(tf.constant(True), lambda: x[0, 0], lambda: x[0, 1]))
p(lambda: K.switch(tf.constant([True, False]), x[:, 0], x[:, 1]))
p(lambda: K.switch(x[:, :, 0] > 1, x, -x))
p(lambda: K.foldl(lambda a, b: a + b, tf.constant([1.0, 2, 3])))
p(lambda: K.foldr(lambda a, b: a - b, tf.constant([1.0, 2, 3])))
p(lambda: K.map_fn(lambda a: a * 2, tf.constant([1.0, 2, 3])))
p(lambda: K.repeat(x[0], 2))
p(lambda: K.repeat(x, 2))
p(lambda: K.repeat_elements(x, 2, 1))
p(lambda: K.batch_flatten(x))
p(lambda: K.permute_dimensions(x, (0, 2, 1)))
p(lambda: K.reverse(x, 1))
p(lambda: K.tile(x, (1, 2, 1)))
p(lambda: K.concatenate([x, x]))
p(lambda: K.gather(x, [0, 1]))
p(lambda: K.one_hot(tf.constant([1, 0]), 3))
p(lambda: K.squeeze(x[:, :1], 1))
p(lambda: K.stack([x, x], 1))
p(lambda: K.cumsum(x))
p(lambda: K.cumprod(x, 1))
p(lambda: K.in_top_k(o, tf.constant([1, 2]), 1))
p(lambda: K.l2_normalize(x, -1))
print(
    K.int_shape(x),
    K.ndim(x),
    K.dtype(x),
    K.count_params(x),
    K.is_sparse(x),
    K.is_sparse(tf.sparse.from_dense(x)),
    type(K.cast_to_floatx([1, 2])),
    K.cast_to_floatx(tf.constant([1, 2])).dtype,
    K.get_value(v),
    K.eval(v),
    K.get_value(3),
)
p(lambda: K.rnn(lambda i, s: (i + s[0], [i + s[0]]), x, [tf.zeros((2, 4))]))
p(
    lambda: K.rnn(
        lambda i, s: (i + s[0], [i + s[0]]),
        x,
        [tf.zeros((2, 4))],
        mask=tf.constant([[True, False, True], [True, True, False]]),
    )
)
p(lambda: K.rnn(lambda i, s: (i + s[0], [i + s[0]]), x, [tf.zeros((2, 4))], go_backwards=True, unroll=True))
p(lambda: K.dropout(x, 0.5, seed=1).shape)
p(lambda: K.random_bernoulli((100,), 0.5).shape)
p(lambda: K.batch_normalization(im, tf.zeros(3), tf.ones(3), tf.ones(3), tf.ones(3)))
f = tf.function(lambda a: K.gradients(K.sum(a * a), [a]))
p(lambda: f(tf.constant([1.0, 2.0])))
