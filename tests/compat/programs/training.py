"""TensorFlow 1's programs that train: every optimizer, softmax regression, a convolutional network that is saved."""

# ruff: noqa - the statements are what is tested

import os

tf = tf.compat.v1
rng = np.random.RandomState(0)
X_ = rng.randn(20).astype("float32")
Y_ = 3 * X_ + 1
for make in (
    lambda: tf.train.GradientDescentOptimizer(0.1),
    lambda: tf.train.MomentumOptimizer(0.05, 0.9),
    lambda: tf.train.MomentumOptimizer(0.05, 0.9, use_nesterov=True),
    lambda: tf.train.AdamOptimizer(0.1),
    lambda: tf.train.AdagradOptimizer(0.5),
    lambda: tf.train.RMSPropOptimizer(0.1),
    lambda: tf.train.RMSPropOptimizer(0.1, momentum=0.5, centered=True),
    lambda: tf.train.AdadeltaOptimizer(1.0),
    lambda: tf.train.FtrlOptimizer(0.5, -0.5, 0.1, 0.01, 0.02, l2_shrinkage_regularization_strength=0.01),
    lambda: tf.train.ProximalGradientDescentOptimizer(0.1, 0.01, 0.02),
    lambda: tf.train.ProximalAdagradOptimizer(0.5, 0.1, 0.01, 0.02),
):
    graph = tf.Graph().as_default()
    graph.__enter__()
    X = tf.placeholder("float")
    Y = tf.placeholder("float")
    W = tf.Variable(0.5, name="weight")
    b = tf.Variable(-0.5, name="bias")
    pred = tf.add(tf.multiply(X, W), b)
    cost = tf.reduce_sum(tf.pow(pred - Y, 2)) / (2 * 20)
    gs = tf.Variable(0, trainable=False, name="global_step")
    opt = make()
    train = opt.minimize(cost, global_step=gs)
    init = tf.global_variables_initializer()
    with tf.Session() as sess:
        sess.run(init)
        for epoch in range(20):
            sess.run(train, feed_dict={X: X_, Y: Y_})
        for x, y in zip(X_[:3], Y_[:3]):
            sess.run(train, feed_dict={X: x, Y: y})
        print(
            opt.get_name(),
            "cost=",
            "{:.6f}".format(sess.run(cost, feed_dict={X: X_, Y: Y_})),
            "W=",
            sess.run(W),
            "b=",
            sess.run(b),
            sess.run(gs),
            [v.name for v in tf.global_variables()],
            [v.name for v in tf.trainable_variables()],
            opt.get_slot_names(),
        )
    graph.__exit__(None, None, None)
print(train.name, cost.name, X)

rng = np.random.RandomState(1)
centers = rng.randn(10, 784).astype("float32")


def batch(n, seed):
    r = np.random.RandomState(seed)
    lab = r.randint(0, 10, n)
    return (centers[lab] + 0.5 * r.randn(n, 784)).astype("float32"), np.eye(10, dtype="float32")[lab]


first = tf.Graph().as_default()
first.__enter__()
x = tf.placeholder(tf.float32, [None, 784], name="x")
y_ = tf.placeholder(tf.float32, [None, 10])
W = tf.Variable(tf.zeros([784, 10]))
b = tf.Variable(tf.zeros([10]))
y = tf.nn.softmax(tf.matmul(x, W) + b)
cross_entropy = tf.reduce_mean(-tf.reduce_sum(y_ * tf.log(y + 1e-10), reduction_indices=[1]))
train_step = tf.train.GradientDescentOptimizer(0.05).minimize(cross_entropy)
correct = tf.equal(tf.argmax(y, 1), tf.argmax(y_, 1))
accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))
sess = tf.InteractiveSession()
tf.global_variables_initializer().run()
for i in range(20):
    bx, by = batch(32, i)
    _, l = sess.run([train_step, cross_entropy], feed_dict={x: bx, y_: by})
    if i % 5 == 0:
        print(i, "%.4f" % l)
tx, ty = batch(200, 999)
print("%.3f" % accuracy.eval({x: tx, y_: ty}), accuracy.dtype, accuracy)
print(W, b, y, cross_entropy)
sess.close()
# CNN by hand
first.__exit__(None, None, None)
second = tf.Graph().as_default()
second.__enter__()


def weight(shape, seed):
    return tf.Variable(np.random.RandomState(seed).randn(*shape).astype("float32") * 0.1)


def conv2d(x, W):
    return tf.nn.conv2d(x, W, strides=[1, 1, 1, 1], padding="SAME")


def pool(x):
    return tf.nn.max_pool(x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")


x = tf.placeholder(tf.float32, [None, 784])
y_ = tf.placeholder(tf.int64, [None])
keep = tf.placeholder(tf.float32)
img = tf.reshape(x, [-1, 28, 28, 1])
with tf.variable_scope("conv1"):
    w1 = tf.get_variable("w", initializer=np.random.RandomState(3).randn(5, 5, 1, 4).astype("float32") * 0.1)
    b1 = tf.get_variable("b", [4], initializer=tf.constant_initializer(0.1))
    h1 = pool(tf.nn.relu(conv2d(img, w1) + b1))
with tf.name_scope("conv2"):
    h2 = pool(tf.nn.relu(conv2d(h1, weight([5, 5, 4, 8], 4)) + tf.Variable(tf.constant(0.1, shape=[8]))))
flat = tf.reshape(h2, [-1, 7 * 7 * 8])
fc = tf.nn.relu(tf.matmul(flat, weight([392, 32], 5)))
drop = tf.nn.dropout(fc, keep)
logits = tf.matmul(drop, weight([32, 10], 6))
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y_, logits=logits))
step = tf.train.get_or_create_global_step()
lr = tf.train.exponential_decay(0.01, step, 10, 0.5, staircase=True)
train = tf.train.AdamOptimizer(lr).minimize(loss, global_step=step)
acc = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), y_), tf.float32))
saver = tf.train.Saver()
print([v.name for v in tf.trainable_variables()])
print(img, h1, h2, logits, loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(12):
        bx, by = batch(16, i)
        _, l, s, r = sess.run([train, loss, step, lr], {x: bx, y_: by.argmax(1), keep: 1.0})
        print(i, "%.4f" % l, s, "%.5f" % r)
    tx, ty = batch(50, 99)
    a = sess.run(acc, {x: tx, y_: ty.argmax(1), keep: 1.0})
    print("%.3f" % a)
    path = saver.save(sess, "ck/model", global_step=step)
    print(path)
with tf.Session() as sess:
    try:
        sess.run(w1)
    except tf.errors.FailedPreconditionError as e:
        print("uninitialized")
    saver.restore(sess, tf.train.latest_checkpoint("ck"))
    print("%.3f" % sess.run(acc, {x: tx, y_: ty.argmax(1), keep: 1.0}), sess.run(step))
print(tf.train.list_variables("ck")[:4])
print(sorted(f for f in os.listdir("ck") if "meta" not in f))
second.__exit__(None, None, None)
