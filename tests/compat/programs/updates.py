"""TensorFlow 1's assignments, scattered ones, assertions, templates and old names."""

# ruff: noqa - the statements are what is tested

tf = tf.compat.v1
graph = tf.Graph().as_default()
graph.__enter__()
v = tf.Variable(1.0)
a = tf.assign_add(v, 1.0)
b = a * 2
c = tf.identity(a)
m = tf.Variable(tf.zeros([4, 2]))
s = tf.scatter_update(m, [0, 2], [[1.0, 1], [2, 2]])
s2 = tf.scatter_add(m, [0, 0], tf.ones([2, 2]))
s3 = m.scatter_nd_add([[1, 1]], [5.0]) if hasattr(m, "scatter_nd_add") else None
n = tf.count_up_to(tf.Variable(0, name="n"), 2)
e = tf.assert_equal(v, 3.0, message="no")
with tf.control_dependencies([tf.assert_positive(v)]):
    z = tf.identity(v)
x = tf.placeholder(tf.float32, [None])
tf.assert_rank(x, 1)
with tf.Session() as se:
    se.run(tf.global_variables_initializer())
    print(se.run(b), se.run(b), se.run(c), se.run(v))
    print(se.run(s))
    print(se.run(s2))
    print(se.run(s3) if s3 is not None else "")
    print(se.run(n), se.run(n))
    try:
        se.run(n)
    except tf.errors.OutOfRangeError as ex:
        print("OOR")
    try:
        se.run(e)
    except tf.errors.InvalidArgumentError as ex:
        print("IA")
    print(se.run(z))
    t = tf.make_template("tmpl", lambda x: x * tf.get_variable("w", [], initializer=tf.constant_initializer(3.0)))
    q = t(v) + t(v)
    se.run(tf.global_variables_initializer())
    print(se.run(q), [k.name for k in tf.global_variables()])
    print(
        se.run(tf.string_split(["a b", "c"])),
        se.run(tf.substr("hello", 1, 3)),
        se.run(tf.reduce_join([["a", "b"]], 1)),
        se.run(tf.clip_by_average_norm([3.0, 4.0], 1.0)),
    )
graph.__exit__(None, None, None)
