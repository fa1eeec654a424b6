"""TensorFlow 1's graphs and sessions: variables, control flow, feeds, gradients, scopes, losses, errors."""

# ruff: noqa - the statements are what is tested

tf2, tf = tf, tf.compat.v1


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__)


g = tf.Graph()
with g.as_default(), tf.Session() as sess:
    # control dependencies and assigns
    c = tf.Variable(0, name="counter")
    inc = tf.assign_add(c, 1)
    with tf.control_dependencies([inc]):
        y = tf.identity(c, name="after")
    grp = tf.group(inc, tf.no_op(), name="both")
    sess.run(c.initializer)
    print(sess.run(y), sess.run(inc), sess.run(grp), sess.run(c), sess.run([c.assign(10), c]), sess.run(c))
    print(inc, grp.name, grp.type, y, c.op.name, c.dtype.name)
    c.load(5, sess)
    print(c.eval(), sess.run(c + 1))
    # cond, while
    p = tf.placeholder(tf.int32, [], name="p")
    r = tf.cond(p > 0, lambda: p * 2, lambda: p - 1)
    i, s = tf.while_loop(lambda i, s: i < p, lambda i, s: (i + 1, s + i), [0, 0])
    print(sess.run([r, s], {p: 5}), sess.run([r, s], {p: -5}))
    pv = tf.placeholder(tf.int32, [None])
    sc = tf.scan(lambda a, x: a + x, pv)
    mp = tf.map_fn(lambda x: x * x, pv)
    print(sess.run([sc, mp], {pv: [0, 1, 2, 3]}), sess.run(tf.range(p), {p: 3}))
    # feeding intermediates, default placeholders
    d = tf.placeholder_with_default(tf.constant([1.0, 2.0]), [None], name="d")
    e = d * 2
    f = tf.reduce_sum(e)
    print(sess.run(f), sess.run(f, {d: [5.0]}), sess.run(f, {e: [1.0, 1.0, 1.0]}), e.shape)
    print(sess.run({"a": f, "b": [e, (d,)]}), sess.run([]), sess.run(()))
    # strings, bools, argmax, one_hot, slicing
    st = tf.placeholder(tf.string, [None])
    print(sess.run([tf2.strings.length(st), tf.string_join([st, st], "-"), tf.equal(st, "ab")], {st: ["ab", "cde"]}))
    m = tf.placeholder(tf.float32, [None, 2])
    print(
        sess.run(
            [
                m[0],
                m[:, 1:],
                m[-1, -1],
                tf.shape(m),
                tf.argmax(m, 1),
                tf.one_hot(tf.argmax(m, 1), 3),
                tf.transpose(m),
                tf.concat([m, m], 0),
            ],
            {m: [[1, 2], [4, 3]]},
        )
    )
    # gradients, clipping, stop_gradient
    w = tf.get_variable("w", [2, 2], initializer=tf.ones_initializer())
    z = tf.matmul(m, w)
    loss = tf.reduce_sum(tf.tanh(z) ** 2)
    gs = tf.gradients(loss, [w, m, z, c])
    gc, gn = tf.clip_by_global_norm(gs[:1], 0.5)
    opt = tf.train.GradientDescentOptimizer(0.1)
    gv = opt.compute_gradients(loss, [w])
    app = opt.apply_gradients([(tf.clip_by_value(q, -0.1, 0.1), v) for q, v in gv])
    sess.run(tf.global_variables_initializer())
    print(gs[3], sess.run(gs[:3] + [gc[0], gn], {m: [[0.1, 0.2], [0.4, 0.3]]}))
    sess.run(app, {m: [[0.1, 0.2], [0.4, 0.3]]})
    print(sess.run(w))
    hh = tf.gradients(tf.gradients(loss, w)[0], w)[0]
    print(sess.run(hh, {m: [[0.1, 0.2], [0.4, 0.3]]}))
    # py_func / print / check
    pf = tf.py_func(lambda a: (a * 3).astype(np.float32), [m], tf.float32)
    print(sess.run(pf, {m: [[1, 2]]}))
    nf = tf.numpy_function(lambda a: a + 1, [m], tf.float32)
    print(sess.run(nf, {m: [[1, 2]]}))
    chk = tf2.debugging.assert_positive(m)
    with tf.control_dependencies([chk]):
        okm = tf.identity(m)
    show(lambda: sess.run(okm, {m: [[1, 2]]}))
    show(lambda: type(sess.run(okm, {m: [[-1, 2]]})))
    # variable scopes and collections
    with tf.variable_scope("s1"):
        a1 = tf.get_variable("a", [1], initializer=tf.zeros_initializer())
        with tf.variable_scope("s2"):
            a2 = tf.get_variable("a", [1])
    with tf.variable_scope("s1", reuse=True):
        a3 = tf.get_variable("a", [1])
    print(
        a1.name,
        a2.name,
        a3 is a1,
        [v.name for v in tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope="s1")],
        [v.name for v in tf.trainable_variables()],
    )
    show(lambda: tf.get_variable("w", [2, 2]))
    with tf.name_scope("ns"):
        k = tf.add(1.0, 2.0, name="sum")
        k2 = tf.constant(1.0)
    print(k.name, k2.name, g.get_tensor_by_name("ns/sum:0") is k, k.op.type, [t.name for t in k.op.inputs])
    # losses
    lab = tf.constant([[1.0, 0.0], [0.0, 1.0]])
    pr = tf.constant([[0.7, 0.3], [0.4, 0.6]])
    print(
        sess.run(
            [
                tf.losses.mean_squared_error(lab, pr),
                tf.losses.softmax_cross_entropy(lab, pr),
                tf.losses.sparse_softmax_cross_entropy([0, 1], pr),
                tf.losses.sigmoid_cross_entropy(lab, pr),
                tf.losses.absolute_difference(lab, pr),
                tf.losses.log_loss(lab, pr),
                tf.losses.huber_loss(lab, pr),
                tf.losses.hinge_loss(lab, pr),
            ]
        )
    )
    print(len(tf.losses.get_losses()), sess.run(tf.losses.get_total_loss()))
    # moving averages, random
    tf.set_random_seed(3)
    rn = tf.random_normal([2000], mean=1.0)
    ru = tf.random_uniform([2000])
    tn = tf.truncated_normal([2000], stddev=0.1)
    v1, v2, v3 = sess.run([rn, ru, tn])
    v4 = sess.run(rn)
    print(abs(v1.mean() - 1) < 0.1, abs(v2.mean() - 0.5) < 0.05, v3.std() < 0.12, (v1 != v4).all())
    show(lambda: sess.run(tf.get_variable("new", [1])))
    ema = tf.train.ExponentialMovingAverage(0.9)
    vv = tf.Variable(1.0, name="vv")
    mop = ema.apply([vv])
    sess.run(tf.global_variables_initializer())
    sess.run(mop)
    sess.run(vv.assign(2.0))
    sess.run(mop)
    print(sess.run(ema.average(vv)))
g2 = tf.Graph()
with g2.as_default():
    q = tf.constant(1)
    show(lambda: tf.Session(graph=g).run(q))
    show(lambda: q.eval())
    print(tf.get_default_graph() is g2, tf.executing_eagerly())
print(tf.get_default_graph() is g2, tf.executing_eagerly(), tf2.constant(1) + 1)
s1, s2 = tf.Session(graph=g), tf.Session(graph=g)
s1.run(c.initializer)
s2.run(c.initializer)
s1.run(inc)
s1.run(inc)
s2.run(inc)
print(s1.run(c), s2.run(c))
s1.close()
show(lambda: s1.run(c))
g.finalize()
with g.as_default():
    show(lambda: tf.constant(1))
