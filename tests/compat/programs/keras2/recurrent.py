"""TensorFlow 1's cells and recurrent networks: values, gradients, names of variables."""

# ruff: noqa - the statements are what is tested

tf = tf.compat.v1
graph = tf.Graph().as_default()
graph.__enter__()
I = tf.constant_initializer(0.1)
x = tf.placeholder(tf.float32, [None, 5, 3])
L = tf.placeholder(tf.int32, [None])


def run(name, f):
    with tf.variable_scope(name, initializer=I):
        return f()


outs = {}
C = tf.nn.rnn_cell
outs["lstm"] = run("b", lambda: tf.nn.dynamic_rnn(C.BasicLSTMCell(4), x, sequence_length=L, dtype=tf.float32))
outs["peep"] = run(
    "d",
    lambda: tf.nn.dynamic_rnn(
        C.LSTMCell(4, use_peepholes=True, num_proj=2, cell_clip=0.3, proj_clip=0.2), x, dtype=tf.float32
    ),
)
outs["bi"] = run(
    "f", lambda: tf.nn.bidirectional_dynamic_rnn(C.GRUCell(2), C.LSTMCell(2), x, sequence_length=L, dtype=tf.float32)
)


class My(C.RNNCell):
    state_size = 3
    output_size = 3

    def __call__(self, i, s, scope=None):
        with tf.variable_scope(scope or "mycell"):
            w = tf.get_variable("w", [6, 3])
            n = tf.tanh(tf.matmul(tf.concat([i, s], 1), w))
            return n, n


outs["my"] = run("i", lambda: tf.nn.dynamic_rnn(My(), x, dtype=tf.float32))
cell = C.LSTMCell(3)


def loop_fn(time, out, st, ls):
    emit = out
    nxt = cell.zero_state(2, tf.float32) if out is None else st
    fin = time >= tf.constant([3, 2])
    inp = tf.ones([2, 3]) * tf.cast(time, tf.float32)
    return fin, inp, nxt, emit, None


ta, fs, _ = run("raw", lambda: tf.nn.raw_rnn(cell, loop_fn))
outs["raw"] = (ta.stack(), fs)
for v in tf.global_variables():
    print(v.name, v.shape)
loss = tf.add_n([tf.reduce_sum(t) for t in tf.nest.flatten(outs)])
gr = tf.gradients(loss, tf.trainable_variables())
with tf.Session() as s:
    s.run(tf.global_variables_initializer())
    for b in (2,):
        X = (np.arange(b * 15).reshape(b, 5, 3) % 7) / 10.0
        found, slopes = s.run([{k: tf.nest.flatten(o) for k, o in outs.items()}, gr], {x: X, L: [3, 5, 1][:b]})
        for k in sorted(found):
            print(k, [np.round(a, 4) for a in found[k]] if b == 2 else np.sum(found[k][0]))
        print([np.round(g.sum(), 3) for g in slopes])
graph.__exit__(None, None, None)
