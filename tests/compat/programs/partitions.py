"""Variables in parts, readers of files, optimizers of one's own, and what is fed that does not fit."""

# ruff: noqa - the statements are what is tested
import os
import tempfile

tf1 = tf.compat.v1
graph = tf.Graph().as_default()
graph.__enter__()
w = tf1.get_variable("w", [5, 2], initializer=tf1.ones_initializer(), partitioner=tf1.fixed_size_partitioner(2))
print(type(w).__name__, w.name, w.shape, w.dtype, len(w), [(v.name, v.shape) for v in w])
with tf1.variable_scope("scope", partitioner=tf1.min_max_variable_partitioner(3, 0, 8)):
    u = tf1.get_variable("u", [4], initializer=tf1.constant_initializer(2.0))
    s = tf1.get_variable("s", [], initializer=tf1.zeros_initializer())
print([v.name for v in u], s.name, [v.name for v in tf1.trainable_variables()])
with tf1.variable_scope("scope", reuse=True, partitioner=tf1.min_max_variable_partitioner(3, 0, 8)):
    print(tf1.get_variable("u", [4]) is u)
c = tf1.get_variable("c", initializer=tf.reshape(tf.range(6.0), [3, 2]), partitioner=tf1.fixed_size_partitioner(3))
parts = tf1.create_partitioned_variables([4, 2], [1, 2], tf1.ones_initializer(), name="made")
print([(v.name, v.shape) for v in parts])
sizes = tf1.variable_axis_size_partitioner(32)
print(sizes(tf.TensorShape([10, 4]), tf.float32), sizes(tf.TensorShape([3]), tf.float64))
print(tf1.variable_axis_size_partitioner(8, axis=1, max_shards=2)(tf.TensorShape([2, 4]), tf.float32))
rows = tf1.nn.embedding_lookup(c, [0, 1, 2])
ordered = tf1.nn.embedding_lookup(w, [0, 4], partition_strategy="div")
loss = tf.reduce_sum(tf.matmul(tf.ones([1, 5]), w) ** 2)
train = tf1.train.GradientDescentOptimizer(0.01).minimize(loss)
with tf1.Session() as sess:
    sess.run(tf1.global_variables_initializer())
    print(sess.run(tf.add(w, 1.0)).tolist(), sess.run(tf.multiply(c, 2.0)).tolist())
    print(sess.run(rows).tolist(), sess.run(ordered).tolist())
    sess.run(train)
    print([v.tolist() for v in sess.run(list(w))])
    sess.run(w.assign(tf.zeros([5, 2])))
    print(sess.run(tf.reduce_sum(w)))
for arguments in (
    {"name": "w", "shape": [5, 2], "partitioner": tf1.fixed_size_partitioner(2)},
    {"name": "w", "shape": [5, 2]},
    {"name": "x", "shape": [2, 2], "partitioner": lambda **_: [2, 2]},
    {"name": "x", "shape": [2, 2], "partitioner": lambda **_: [2]},
    {"name": "x", "shape": [2], "partitioner": lambda **_: 3},
    {"name": "x", "shape": [2], "partitioner": lambda **_: [0]},
):
    try:
        tf1.get_variable(**arguments)
    except ValueError as e:
        print(str(e).split("Originally")[0].strip())
graph.__exit__(None, None, None)
graph = tf.Graph().as_default()
graph.__enter__()
folder = tempfile.mkdtemp()
names = [os.path.join(folder, name) for name in ("a.csv", "b.csv")]
for name, text in zip(names, ("h1,h2\n1,2.5\n3,4.5\n", "h1,h2\n5,6.5\n")):
    with open(name, "w") as file:
        file.write(text)
files = tf1.train.string_input_producer(names, num_epochs=1, shuffle=False)
reader = tf1.TextLineReader(skip_header_lines=1)
key, line = reader.read(files)
first, second = tf1.decode_csv(line, [[0], [0.0]])
print(key.shape, line.dtype, first.dtype, second.shape)
batch = tf1.train.batch([first, second], 3)
count, done = reader.num_records_produced(), reader.num_work_units_completed()
whole = tf1.WholeFileReader().read(tf1.train.string_input_producer(names[:1], shuffle=False))
with tf1.Session() as sess:
    sess.run([tf1.global_variables_initializer(), tf1.local_variables_initializer()])
    coord = tf1.train.Coordinator()
    threads = tf1.train.start_queue_runners(sess, coord)
    print([x.tolist() for x in sess.run(batch)])
    try:
        sess.run(batch)
    except tf.errors.OutOfRangeError as e:
        print(type(e).__name__)
    print(sess.run(count), sess.run(done))
    name, content = sess.run(whole)
    print(os.path.basename(name), content)
    coord.request_stop()
    coord.join(threads)
graph.__exit__(None, None, None)
graph = tf.Graph().as_default()
graph.__enter__()


class Scaled(tf1.train.Optimizer):
    def __init__(self, rate, name="Scaled"):
        super().__init__(False, name)
        self._rate, self._rate_t = rate, None

    def _create_slots(self, var_list):
        for v in var_list:
            self._zeros_slot(v, "sum", self._name)
            self._get_or_make_slot(v, tf.ones(v.shape), "scale", self._name)
        self._create_non_slot_variable(2.0, "factor", var_list[0])

    def _prepare(self):
        self._rate_t = tf.convert_to_tensor(self._rate, name="rate")

    def _resource_apply_dense(self, grad, var):
        total = self.get_slot(var, "sum")
        added = total.assign_add(grad)
        with tf.control_dependencies([added]):
            step = tf.identity(total) * self._rate_t * self.get_slot(var, "scale")
            return tf1.assign_sub(var, step).op

    def _apply_dense(self, grad, var):
        return self._resource_apply_dense(grad, var)

    def _finish(self, update_ops, name_scope):
        with tf.control_dependencies(update_ops):
            factor = self._get_non_slot_variable("factor", graph=tf1.get_default_graph())
            changed = factor.assign(factor * 2.0)
        return tf.group(*update_ops, changed, name=name_scope)


x = tf1.placeholder(tf.float32, [None, 2], name="x")
weights = tf1.get_variable("weights", initializer=[[1.0], [2.0]])
loss = tf.reduce_mean(tf.square(tf.matmul(x, weights)))
optimizer = Scaled(0.1)
train = optimizer.minimize(loss)
print(train.name, optimizer.get_slot_names(), [v.name for v in optimizer.variables()])
rate = tf1.placeholder(tf.float32, [])
adam = tf1.train.AdamOptimizer(rate, beta2=0.99)
also = adam.minimize(loss, var_list=[weights])
print(adam.get_slot(weights, "m").name, [v.name for v in adam._get_beta_accumulators()], also.name)
with tf1.Session() as sess:
    sess.run(tf1.global_variables_initializer())
    for _ in range(3):
        sess.run(train, {x: [[1.0, 2.0]]})
    print(sess.run([weights, optimizer.get_slot(weights, "sum")]), sess.run(optimizer.variables()[0]))
    for n in (1, 2, 3):
        _, value = sess.run([also, loss], {x: np.ones([n, 2]), rate: 0.1 * n})
        print("%.5f" % value, sess.run(weights).ravel(), sess.run(adam._get_beta_accumulators()))
    for fed in (np.ones([2, 3]), np.ones(2), [[1.0, 2.0], [3.0]]):
        try:
            sess.run(loss, {x: fed})
        except ValueError as e:
            print(type(e).__name__, str(e)[:70])
    try:
        sess.run(loss, {x: tf.ones([1, 2])})
    except TypeError as e:
        print(str(e)[:60])
    number = tf1.placeholder(tf.uint8, [])
    try:
        sess.run(number, {number: 300})
    except (TypeError, OverflowError) as e:
        print(type(e).__name__)
    try:
        sess.run(loss)
    except tf.errors.InvalidArgumentError as e:
        print(next(text for text in e.message.split("\n") if "must feed" in text))
graph.__exit__(None, None, None)
