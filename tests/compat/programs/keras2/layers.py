"""TensorFlow 1's layers: names of variables, updates of batch normalization, regularizers, sharing."""

# ruff: noqa - the statements are what is tested

tf = tf.compat.v1
graph = tf.Graph().as_default()
graph.__enter__()
x = tf.placeholder(tf.float32, [None, 8, 8, 3], name="x")
training = tf.placeholder(tf.bool, name="training")
h = tf.layers.conv2d(x, 4, 3, padding="same", activation=tf.nn.relu, kernel_initializer=tf.constant_initializer(0.1))
h = tf.layers.max_pooling2d(h, 2, 2)
h = tf.layers.batch_normalization(h, training=training)
h = tf.layers.conv2d_transpose(
    h, 2, 3, strides=2, padding="same", kernel_initializer=tf.constant_initializer(0.1), name="up"
)
h = tf.layers.separable_conv2d(
    h, 5, 3, depthwise_initializer=tf.constant_initializer(0.1), pointwise_initializer=tf.constant_initializer(0.1)
)
h = tf.layers.average_pooling2d(h, 2, 2, padding="same")
h = tf.layers.flatten(h)
h = tf.layers.dropout(h, rate=0.5, training=False)
with tf.variable_scope("head"):
    y = tf.layers.dense(
        h, 3, kernel_initializer=tf.constant_initializer(0.01), kernel_regularizer=lambda w: tf.reduce_sum(w * w)
    )
with tf.variable_scope("head", reuse=True):
    y2 = tf.layers.dense(h, 3, name="dense")
d = tf.layers.Dense(2, name="mine", kernel_initializer=tf.ones_initializer())
print([v.name for v in (d.apply(y), *d.trainable_variables)][1:], d.name)
d(y2)
y3 = tf.layers.dense(tf.ones([2, 3, 4]), 3, name="shared3", reuse=tf.AUTO_REUSE, use_bias=False)
h1 = tf.layers.conv1d(tf.ones([2, 9, 4]), 3, 2, strides=2)
print(tf.layers.max_pooling1d(h1, 2, 1).shape, tf.layers.conv3d(tf.ones([1, 4, 4, 4, 1]), 2, 2).shape)
for v in tf.global_variables():
    print(v.name, v.shape)
print([v.name for v in tf.trainable_variables()])
loss = tf.reduce_mean(tf.square(y)) + tf.losses.get_regularization_loss()
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
with tf.Session() as s:
    s.run(tf.global_variables_initializer())
    X = np.arange(2 * 8 * 8 * 3).reshape(2, 8, 8, 3) / 200.0
    for i in range(3):
        print(s.run([loss, train], {x: X, training: True})[0])
    print(s.run([y], {x: X, training: False}))
    print(s.run(tf.global_variables()[3]))
    print(s.run([v for v in tf.global_variables() if "moving" in v.name]))
graph.__exit__(None, None, None)
