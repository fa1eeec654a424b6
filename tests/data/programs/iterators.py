Dataset = tf.data.Dataset
r = Dataset.range(3)

iterator = iter(r)
print(iterator, iterator.element_spec, isinstance(iterator, tf.data.Iterator))
print(next(iterator), iterator.get_next(), iterator.next())
iterator.get_next()
print(str(_error).split("}} ")[-1])
next(iterator)
print(iterator.get_next_as_optional().has_value())
optional = iter(r).get_next_as_optional()
print(optional.has_value(), optional.get_value(), optional.element_spec)
print(tf.data.experimental.get_next_as_optional(iter(r)).get_value())
print(r.as_numpy_iterator(), r.as_numpy_iterator().next())
print(next(r.batch(2).as_numpy_iterator()).flags.writeable)
print(list(zip(r, r)))
print(iter(r)._type_spec, tf.data.IteratorSpec(tf.TensorSpec([], tf.int32)))
print(tf.data.DatasetSpec.from_value(r), tf.type_spec_from_value(r), tf.type_spec_from_value(iter(r)))
print(tf.data.experimental.get_structure(r), tf.data.experimental.get_structure(iter(r)))
print(tf.data.Dataset, tf.data.Iterator, tf.data.NumpyIterator, type(r), type(iter(r)), type(r.batch(2)))
r[0]
r + 1
r.foo
print(_error)
iter(r).foo
print(_error)


@tf.function(input_signature=[tf.data.IteratorSpec(tf.TensorSpec([], tf.int64))])
def square(iterator):
    x = iterator.get_next()
    return x * x


iterator = iter(r)
print(square(iterator), square(iterator), square(iterator))


@tf.function
def total(dataset):
    result = tf.constant(0, tf.int64)
    for x in dataset:
        if x > 0:
            result += x
    return result


print(total(r), total(Dataset.range(10)))


@tf.function
def summed(dataset):
    return dataset.reduce(np.int64(0), lambda state, x: state + x)


print(summed(r))

# Options
options = tf.data.Options()
print(options.deterministic, options.autotune.enabled, options.threading.private_threadpool_size)
options.deterministic = False
options.threading.private_threadpool_size = 3
options.experimental_optimization.map_fusion = True
dataset = r.with_options(options).map(lambda x: x)
print(dataset.options().deterministic, dataset.options().threading.private_threadpool_size)
later = tf.data.Options()
later.deterministic = True
print(dataset.with_options(later).options().deterministic, tf.data.Options() == tf.data.Options(), options == later)
options.foo
print(_error)
options.foo = 1
print(_error)
options.deterministic = 1
print(_error)
print(tf.data.experimental.AutoShardPolicy.OFF, tf.data.experimental.ExternalStatePolicy.WARN)
print(tf.data.AUTOTUNE, tf.data.INFINITE_CARDINALITY, tf.data.UNKNOWN_CARDINALITY, tf.data.experimental.SHARD_HINT)
s = Dataset.from_tensor_slices([1, 2, 3])
print(s.apply(tf.data.experimental.assert_cardinality(3)).cardinality())
list(s.apply(tf.data.experimental.assert_cardinality(5)))
print(str(_error).split("}} ")[-1])
list(s.apply(tf.data.experimental.assert_cardinality(2)))
print(str(_error).split("}} ")[-1])
print(tf.data.experimental.at(s, 1))
tf.data.experimental.at(s, 3)
print(tf.data.experimental.from_variant(tf.data.experimental.to_variant(s), tf.TensorSpec([], tf.int32)))
for dataset in (
    s.apply(tf.data.experimental.map_and_batch(lambda x: x, 2)),
    s.apply(tf.data.experimental.shuffle_and_repeat(3)),
    s.apply(tf.data.experimental.copy_to_device("/cpu:0")),
    s.apply(tf.data.experimental.prefetch_to_device("/cpu:0")),
    s.apply(tf.data.experimental.parallel_interleave(Dataset.from_tensors, 2)),
    s.apply(tf.data.experimental.unique()),
    s.apply(tf.data.experimental.enumerate_dataset(3)),
    s.apply(tf.data.experimental.take_while(lambda x: x < 3)),
    s.apply(tf.data.experimental.scan(0, lambda state, x: (state + x, state))),
    tf.data.experimental.RandomDataset(seed=2),
):
    print(dataset, list(dataset.take(1)) if "Random" not in str(dataset) and "Repeat" not in str(dataset) else "")
