"""Threads that fill queues: producers, batches, coordinators; variables that have no value yet."""

# ruff: noqa - the statements are what is tested

tf = tf.compat.v1
graph = tf.Graph().as_default()
graph.__enter__()
a = tf.constant(np.arange(10).astype("f"))
b = tf.constant(np.arange(10) * 10)
x, y = tf.train.slice_input_producer([a, b], num_epochs=2, shuffle=False)
bx, by = tf.train.batch([x, y], batch_size=4, allow_smaller_final_batch=True)
sx = tf.train.string_input_producer(["a", "b", "c"], shuffle=False).dequeue()
print(bx.shape, by.dtype)
sv = tf.Variable(1.0)
with tf.Session() as s:
    print(len(s.run(tf.report_uninitialized_variables())))
    s.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    print(s.run(tf.report_uninitialized_variables()), s.run(tf.is_variable_initialized(sv)))
    c = tf.train.Coordinator()
    th = tf.train.start_queue_runners(s, c)
    try:
        while not c.should_stop():
            print(s.run([bx, by]))
    except tf.errors.OutOfRangeError:
        print("done")
    print([s.run(sx) for _ in range(4)])
    c.request_stop()
    c.join(th)
print("joined")
graph.__exit__(None, None, None)
