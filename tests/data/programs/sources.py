import collections

Dataset = tf.data.Dataset
Point = collections.namedtuple("Point", "x y")


def show(dataset):
    for element in dataset.as_numpy_iterator():
        print(element)


for dataset in (
    Dataset.from_tensors([1, 2]),
    Dataset.from_tensors({"a": tf.ragged.constant([[1], [2, 3]]), "b": tf.sparse.from_dense([1, 0])}),
    Dataset.from_tensors((1, None, "x")),
    Dataset.from_tensor_slices([]),
    Dataset.from_tensor_slices({"a": [1, 2], "b": ([1.5, 2.5], ["x", "y"])}),
    Dataset.from_tensor_slices(Point([1, 2], np.zeros((2, 3), "float16"))),
    Dataset.from_tensor_slices(np.array(["a", "b"])),
    Dataset.from_tensor_slices(tf.Variable([1, 2])),
    Dataset.range(3, output_type=tf.float32),
    Dataset.random(seed=1),
    Dataset.counter(),
    tf.data.experimental.from_list([(1, [1, 2]), (2, [3])]),
):
    print(dataset, dataset.cardinality())
    print(list(dataset.take(2)))
for arguments in ((5,), (2, 5), (1, 5, 2), (1, 5, -2), (5, 1), (5, 1, -2)):
    print([int(x) for x in Dataset.range(*arguments)], Dataset.range(*arguments).cardinality().numpy())
show(Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3]])))
show(Dataset.from_tensor_slices(tf.sparse.from_dense([[1, 0], [0, 2]])))
show(Dataset.from_tensor_slices((np.arange(6).reshape(3, 2).astype("uint8"), ["a", "b", "c"])))
show(tf.data.experimental.from_list([{"a": 1}, {"a": 2}]))
show(Dataset.counter(start=10, step=-2, dtype=tf.int32).take(3))
show(Dataset.from_tensors((tf.constant(1), None)))


def numbers(limit=3):
    for i in range(limit):
        yield i, [i] * i


print(Dataset.from_generator(numbers, (tf.int32, tf.int64)))
print(Dataset.from_generator(numbers, (tf.int32, tf.int64), ([], [None])))
show(Dataset.from_generator(numbers, (tf.int32, tf.float64), ([], [None])))
show(Dataset.from_generator(numbers, output_types=(tf.int32, tf.int32), args=(2,)))
signature = {"a": tf.TensorSpec([], tf.string), "b": tf.RaggedTensorSpec([2, None], tf.int32)}
rows = [{"a": "x", "b": tf.ragged.constant([[1], [2, 3]])}, {"b": tf.ragged.constant([[], [1]], tf.int32), "a": b"y"}]
print(Dataset.from_generator(lambda: rows, output_signature=signature))
print(list(Dataset.from_generator(lambda: rows, output_signature=signature)))
show(Dataset.from_generator(lambda: iter([1.5]), output_signature=tf.TensorSpec([], tf.int32)))
show(Dataset.from_generator(lambda: ["a", "b"], output_types=tf.string).batch(2))

# What is refused
Dataset.from_tensors(None)
Dataset.from_tensor_slices([[1], [1, 2]])
Dataset.from_tensor_slices(([1, 2], [1, 2, 3]))
print(_error)
Dataset.from_tensor_slices({"a": [1, 2], "b": [1]})
Dataset.from_tensor_slices(5)
print(_error)
Dataset.range()
print(_error)
Dataset.from_generator([1, 2], output_types=tf.int32)
Dataset.from_generator(lambda: iter([1]))
print(_error)
Dataset.from_generator(numbers, tf.int32, output_signature=tf.TensorSpec([], tf.int32))
print(_error)
Dataset.from_generator(numbers, output_signature=5)
print(_error)
list(Dataset.from_generator(lambda: iter(["a"]), output_types=tf.int32))
list(Dataset.from_generator(lambda: iter([[1, 2]]), output_types=tf.int32, output_shapes=[3]))
print("of shape (2,) where an element of shape (3,) was expected" in str(_error))
list(Dataset.from_generator(lambda: iter([(1, 2, 3)]), output_types=(tf.int32, tf.int32)))
print("The expected structure was (tf.int32, tf.int32), but the yielded element was (1, 2, 3)." in str(_error))
list(Dataset.from_generator(lambda: iter([[1, 2]]), output_types=(tf.int32, tf.int32)))
list(Dataset.from_generator(lambda: 1 / 0, output_types=tf.int32))
tf.data.experimental.from_list([])
print(_error)
tf.data.experimental.from_list(5)
print(_error)


class Cached(tf.Module):
    def __init__(self):
        self.dataset = None

    @tf.function
    def __call__(self):
        if self.dataset is None:
            self.dataset = tf.data.Dataset.from_tensors([1, 2, 3])
        return next(iter(self.dataset))


cached = Cached()
print(cached(), cached())


@tf.function
def rows_of(x):
    return tf.data.Dataset.from_tensor_slices(x).take(2)


print([int(row) for row in rows_of([1, 2, 3])])
means = tf.data.Dataset.from_tensor_slices(tf.ragged.constant([[7], [], [1, 4]])).map(tf.reduce_mean)
print([int(mean) for mean in means])
