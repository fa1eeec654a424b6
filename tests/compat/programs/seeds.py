"""Random numbers that a graph's seed decides: initial values, dropout, loops, branches, datasets."""

# ruff: noqa - the statements are what is tested

tf = tf.compat.v1
tf.disable_control_flow_v2()
tf.disable_resource_variables()
graph = tf.Graph().as_default()
graph.__enter__()
tf.set_random_seed(42)
x = tf.placeholder(tf.float32, [None, 4])
w = tf.get_variable("w", [4, 3])
v = tf.Variable(tf.truncated_normal([3, 2], stddev=0.1))
u = tf.Variable(tf.random_uniform([2], -1, 1), name="u")
dropped = tf.nn.dropout(tf.matmul(x, w), rate=0.5)
own = tf.random_normal([2], seed=1)
normal, integers = tf.random_normal([2], 1.0, 2.0), tf.random_uniform([3], 0, 9, tf.int32)
shuffled, drawn = tf.random_shuffle(tf.range(5)), tf.multinomial([[1.0, 2.0, 3.0]], 4)
total = tf.while_loop(lambda i, t: i < 3, lambda i, t: (i + 1, t + tf.random_normal([2])), [0, tf.zeros([2])])[1]
train = tf.placeholder(tf.bool, [])
branch = tf.cond(train, lambda: x * tf.random_uniform([1, 4]), lambda: x)
rows = tf.data.make_one_shot_iterator(tf.data.Dataset.range(6).shuffle(6).batch(3)).get_next()
last = tf.random_normal([2])
print([t.name for t in (tf.random_normal([2]), tf.zeros([3]), tf.ones([3]), tf.truncated_normal([2]))])
print(w.initial_value.name, v.initial_value.name)
tf.set_random_seed(7)
later = tf.random_normal([2])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(w))
    print(sess.run([v, u]))
    fed = {x: np.ones([2, 4], "f"), train: True}
    for _ in range(2):
        print(sess.run([dropped, own, normal, integers], fed))
        print(sess.run([shuffled, drawn, total, branch], fed))
        print(sess.run([rows, last, later], fed))
graph.__exit__(None, None, None)
tf.enable_control_flow_v2()
tf.enable_resource_variables()
