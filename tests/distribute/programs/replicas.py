parts = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], parts)
s = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
print(s.num_replicas_in_sync, s.extended.worker_devices, s.extended.parameter_devices)
here = tf.distribute.get_replica_context


def number():
    return tf.cast(here().replica_id_in_sync_group, tf.float32)


# what replicas return
print(s.run(number))
print(s.run(lambda: (3, None, "a", here().num_replicas_in_sync)))
print(s.run(lambda: {"a": number(), "b": (1, [number() * 2, None])}))
print(s.run(lambda: tf.constant(1.0).device), s.run(lambda: str(here().devices)))
print(s.run(lambda x, y: x + y["z"], args=(s.run(number),), kwargs={"y": {"z": 1.0}}))
print(s.run(tf.function(lambda x: x * number()), args=(tf.constant(3.0),)))
print(tf.function(lambda x: s.run(lambda y: y * number(), args=(x,)))(tf.constant(3.0)))
print(s.run(lambda: tf.distribute.in_cross_replica_context()), s.run(lambda: tf.distribute.get_strategy() is s))
# exchanges
print(s.run(lambda: here().all_reduce("sum", number() + 1)))
print(s.run(lambda: here().all_reduce("mean", {"a": number(), "b": [number() * 2]})))
print(s.run(lambda: here().all_gather(tf.ones([tf.cast(number(), tf.int32) + 1, 2]) * number(), 0)))
print(s.run(lambda: here().merge_call(lambda st, x: (st is s, st.reduce("SUM", x, None)), args=(number(),))))
print(s.run(lambda: here().merge_call(lambda st, x, y: (x, y), args=(number(),), kwargs={"y": 4})))


def twice():
    first = here().all_reduce("sum", number())
    return here().all_reduce("sum", first + number())


print(s.run(twice), tf.function(lambda: s.run(twice))())
order = []


def told():
    order.append(("before", int(number())))
    here().merge_call(lambda st: order.append("merge"))
    order.append(("after", int(number())))


s.run(told)
print(order)


def through(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = here().all_reduce("sum", x * x) * (number() + 1)
    return tape.gradient(y, x)


print(s.run(through, args=(tf.constant(3.0),)), s.run(tf.function(through), args=(tf.constant(3.0),)))


def gathered(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(here().all_gather(x * (number() + 1), 0) * [1.0, 10.0, 100.0, 1000.0])
    return tape.gradient(y, x)


print(s.run(tf.function(gathered), args=(tf.constant([1.0, 2.0]),)))
# errors
s.run(lambda: here().merge_call(lambda st: None) if number() == 0 else None)
s.run(lambda: 1 / int(number()))
s.run(lambda: here().merge_call(lambda st: 1 / 0))
s.run(lambda: s.run(number))
s.run(lambda: tf.function(lambda: here().all_reduce("sum", number()))())
s.run(3)
s.reduce("SUM", 1.0, axis=None)
s.reduce("X", 1.0, axis=None)
tf.convert_to_tensor(s.run(number))
s.run(number) + 1
# putting together
v, w, z = s.run(
    lambda: (
        number() + 1,
        tf.range(0.0, 3.0) + number(),
        tf.ones([tf.cast(number(), tf.int32) + 1, 2]) * (1 + number()),
    )
)
print(s.reduce("SUM", v, axis=None), s.reduce("MEAN", {"a": v, "b": w}, axis=None), s.reduce("MEAN", 1.0, axis=None))
print(s.reduce("MEAN", w, axis=0), s.reduce("SUM", w, axis=0), s.reduce("MEAN", z, axis=0))
print(s.gather(w, axis=0), s.gather(z, axis=0), s.gather(tf.constant([1.0]), axis=0))
print(
    s.experimental_local_results(w),
    s.experimental_local_results({"a": v, "b": 1}),
    s.experimental_local_results(tf.constant(1)),
)
print(s.extended.reduce_to("SUM", v, "/cpu:0"), s.extended.reduce_to("SUM", v, v))
print(s.experimental_distribute_values_from_function(lambda c: c.replica_id_in_sync_group))
print(
    isinstance(v, tf.distribute.DistributedValues),
    isinstance(v, tf.types.experimental.distributed.PerReplica),
    type(v).__name__,
)
# datasets
D = tf.data.Dataset
for rows, size in [(8, 4), (7, 4), (9, 4), (7, 3), (3, 1), (10, 8)]:
    print(
        [[x.numpy().tolist() for x in e.values] for e in s.experimental_distribute_dataset(D.range(rows).batch(size))]
    )
print(list(s.experimental_distribute_dataset(D.range(7).batch(3, drop_remainder=True))))
d = s.experimental_distribute_dataset(D.range(7).batch(4))
print(
    d.element_spec,
    s.experimental_distribute_dataset(D.range(8).batch(4, drop_remainder=True)).element_spec,
    d.cardinality,
)
print(
    list(
        s.experimental_distribute_dataset(
            D.from_tensor_slices({"a": ["x", "y", "z"], "b": [[1.0], [2.0], [3.0]]}).batch(4)
        )
    )
)
print(list(s.experimental_distribute_dataset(D.range(4).map(lambda i: tf.range(i)).ragged_batch(4))))
print(
    list(s.experimental_distribute_dataset(D.range(4).map(lambda i: tf.sparse.from_dense(tf.one_hot(i, 4))).batch(4)))
)
print(list(s.distribute_datasets_from_function(lambda c: D.range(7).batch(c.get_per_replica_batch_size(4)))))
print(
    list(s.distribute_datasets_from_function(lambda c: D.range(6).batch(2))),
    str(s.distribute_datasets_from_function(lambda c: D.range(7).batch(2, drop_remainder=True)).element_spec),
)
each = tf.distribute.InputOptions(
    experimental_replication_mode=tf.distribute.InputReplicationMode.PER_REPLICA,
    experimental_place_dataset_on_device=True,
    experimental_fetch_to_device=False,
)
print(list(s.distribute_datasets_from_function(lambda c: D.range(3).batch(2), options=each)))
s.experimental_distribute_dataset(D.range(3))
s.experimental_distribute_dataset(
    D.range(7).batch(4),
    options=tf.distribute.InputOptions(experimental_replication_mode=tf.distribute.InputReplicationMode.PER_REPLICA),
)
it = iter(d)
print(type(d).__name__, type(it).__name__, it.element_spec)
print(it.get_next(), next(it))
it.get_next()
next(it)
it = iter(d)
print(
    it.get_next_as_optional().get_value(), it.get_next_as_optional().has_value(), it.get_next_as_optional().has_value()
)


@tf.function
def total(data):
    found = tf.constant(0, tf.int64)
    for x in data:
        found += s.reduce("SUM", s.run(lambda a: tf.reduce_sum(a), args=(x,)), axis=None)
    return found


print(total(d))


@tf.function
def double(iterator):
    return s.run(lambda a: a * 2, args=(next(iterator),))


it = iter(d)
print(double(it), double(it))
double(it)
step = tf.function(lambda x: s.run(lambda a: a + 1, args=(x,)), input_signature=[d.element_spec])
print([step(x) for x in d])
