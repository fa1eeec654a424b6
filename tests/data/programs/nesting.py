Dataset = tf.data.Dataset
r = Dataset.range(10)


def ints(dataset):
    return [int(x) for x in dataset]


def describe(dataset):
    print(dataset, dataset.cardinality().numpy())
    for element in dataset.take(6):
        print(element)


def interleaved(sizes, cycle, block, calls=None):
    sizes = Dataset.from_tensor_slices(tf.constant(sizes, tf.int64))
    return ints(sizes.interleave(lambda n: Dataset.range(n * 10, n * 10 + n), cycle, block, calls))


for calls in (None, 2, tf.data.AUTOTUNE):
    print(interleaved([3, 1, 4, 1, 5], 2, 1, calls), interleaved([3, 1, 4, 1, 5], 2, 2, calls))
    print(interleaved([3, 0, 4, 0, 5, 2], 3, 2, calls), interleaved([3, 0, 4, 0, 5, 2], 3, 3, calls))
    print(interleaved([1, 2], 4, 3, calls), interleaved([], 2, 1, calls))
describe(r.flat_map(lambda x: Dataset.from_tensors(x).repeat(2)))
describe(r.flat_map(lambda x: Dataset.from_tensor_slices([x, x * 10]).map(lambda y: y + x)))
describe(Dataset.from_tensor_slices([[1, 2], [3, 4]]).flat_map(Dataset.from_tensor_slices))
describe(Dataset.from_tensor_slices(["a b", "c"]).flat_map(lambda x: Dataset.from_tensor_slices(tf.strings.split(x))))
describe(r.interleave(lambda x: Dataset.from_tensors((x, "t"))))
describe(r.interleave(lambda x: Dataset.from_tensors(x), num_parallel_calls=2))
describe(r.flat_map(lambda x: Dataset.range(x).batch(2)))
describe(r.group_by_window(lambda x: x % 2, lambda key, window: window.batch(3), 3))
describe(r.group_by_window(lambda x: x % 3, lambda key, d: d.batch(4), window_size_func=lambda key: key + 1))
describe(r.bucket_by_sequence_length(lambda x: tf.cast(x, tf.int32), [2, 5], [1, 2, 3]))
elements = [[0], [1, 2, 3, 4], [5, 6, 7], [7, 8, 9, 10, 11], [13, 14, 15, 16, 19, 20], [21, 22]]
lists = Dataset.from_generator(lambda: elements, tf.int64, output_shapes=[None])
describe(lists.bucket_by_sequence_length(lambda x: tf.shape(x)[0], [3, 5], [2, 2, 2]))
describe(
    lists.bucket_by_sequence_length(
        lambda x: tf.shape(x)[0],
        [4, 7],
        [2, 2, 2],
        padding_values=np.int64(-1),
        pad_to_bucket_boundary=True,
        drop_remainder=True,
    )
)
reducer = tf.data.experimental.Reducer(lambda k: np.int64(0), lambda state, x: state + x, lambda state: state * 2)
describe(r.apply(tf.data.experimental.group_by_reducer(lambda x: x % 3, reducer)))
describe(Dataset.from_tensors(Dataset.range(2)))
describe(Dataset.from_tensor_slices({"a": [1, 2]}).apply(tf.data.experimental.pad_to_cardinality(3)))

# What is refused
r.group_by_window(lambda x: x % 2, lambda key, window: window.batch(2))
print(_error)
r.bucket_by_sequence_length(lambda x: 1, [2], [1])
Dataset.from_tensors(Dataset.range(2)).as_numpy_iterator()
r.apply(tf.data.experimental.pad_to_cardinality(20))
print(_error)
