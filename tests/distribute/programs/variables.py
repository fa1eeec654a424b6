parts = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], parts)
s = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
here = tf.distribute.get_replica_context


def number():
    return tf.cast(here().replica_id_in_sync_group, tf.float32)


def attempt(f):
    try:
        return f()
    except Exception as e:
        return f"{type(e).__name__}: {str(e).splitlines()[0]}"


def copies(v):
    return [float(x.numpy()) for x in v.values]


When, How = tf.VariableSynchronization, tf.VariableAggregation


def show(when, how):
    with s.scope():
        v = tf.Variable(1.0, name="v", synchronization=when, aggregation=how)
    print(v, repr(v), type(v).__name__, v.name, v.device, v.trainable, v.synchronization, v.aggregation)
    print(attempt(lambda: v.assign(4.0)), copies(v))
    print(attempt(lambda: v.assign_add(1.0)), copies(v))
    print(attempt(lambda: s.run(lambda: v.assign(number() + 2.0))), copies(v))
    print(attempt(lambda: s.run(lambda: v.assign_sub(number() + 2.0))), copies(v))
    print(attempt(lambda: s.run(lambda: v.assign_add(1.0))), copies(v))
    print(attempt(lambda: (v.read_value(), v + 1, tf.identity(v), v.numpy())))
    print(s.run(lambda: v.read_value()), s.run(lambda: v * 2), s.run(lambda: v))
    print(s.experimental_local_results(v))
    print(tf.function(lambda: s.run(lambda: v.assign_add(number())))(), copies(v))


for how in How.NONE, How.SUM, How.MEAN, How.ONLY_FIRST_REPLICA:
    show(When.AUTO, how)
    show(When.ON_READ, how)
with s.scope():
    tf.Variable(1.0, synchronization=When.NONE)
with s.scope():
    v = tf.Variable([1.0, 2.0], name="v", aggregation=How.SUM)
print(isinstance(v, tf.Variable), isinstance(v, tf.distribute.DistributedValues), [type(x).__name__ for x in v.values])
# updates
x = s.run(lambda: tf.constant([1.0, 2.0]) + number())
print(s.extended.update(v, lambda var, a: var.assign_add(a), args=(x,)), v)
print(s.extended.update(v, lambda var, a: var.assign_add(a), args=([2.0, 1.0],), group=False), v)
print(
    s.extended.update(
        v, lambda var, a: (print(var.name, a), var.assign(a))[1], args=(s.extended.reduce_to("SUM", x, v),)
    )
)
print(v[0], -v, v == v, v.shape, v.dtype, s.extended.variable_created_in_scope(v))
# variables made by replicas
print(s.run(lambda: tf.Variable(number() + 3.0, name="q")))


def scoped():
    with tf.name_scope("scope"):
        return tf.Variable(2.0), tf.Variable(3.0)


print(s.run(scoped))
made = []


@tf.function
def once():
    if not made:
        made.append(tf.Variable(5.0))
    return made[0].assign_add(1.0)


with s.scope():
    print(once(), made[0])


# gradients
def gradient(a):
    with tf.GradientTape() as tape:
        y = v * a * (number() + 1)
    return tape.gradient(y, v)


print(s.run(gradient, args=(3.0,)), s.run(tf.function(gradient), args=(3.0,)))
print(tf.function(lambda a: s.run(gradient, args=(a,)))(tf.constant(4.0)))
with tf.GradientTape() as tape:
    y = v * 2.0
print(tape.gradient(y, v))


@tf.function
def outer():
    with tf.GradientTape() as tape:
        parts = s.run(lambda: v * (number() + 1))
        y = s.reduce("SUM", parts, axis=None)
    return tape.gradient(y, v.values[0])


print(outer())
# checkpoints
with s.scope():
    m = tf.Variable(3.0, name="m", synchronization=When.ON_READ, aggregation=How.SUM)
path = tf.train.Checkpoint(v=v, m=m).write("ck")
print(
    [
        (name, shape, tf.train.load_variable(path, name).tolist())
        for name, shape in tf.train.list_variables(path)
        if "VALUE" in name
    ]
)
v.assign([0.0, 0.0]), m.assign(8.0)
tf.train.Checkpoint(v=v, m=m).restore(path)
print(v, m, m.numpy())
plain = tf.train.Checkpoint(v=tf.Variable([0.0, 0.0]), m=tf.Variable(0.0))
plain.restore(path)
print(plain.v.numpy(), plain.m.numpy())
# one device
one = tf.distribute.OneDeviceStrategy("CPU:0")
with one.scope():
    u = tf.Variable(1.0)
print(u, one.run(lambda: u + 1.0), one.num_replicas_in_sync)
