Dataset = tf.data.Dataset
r = Dataset.range(10)
s = Dataset.from_tensor_slices([1, 2, 3])


def show(dataset):
    for element in dataset.as_numpy_iterator():
        print(element)


def describe(dataset):
    print(dataset, dataset.cardinality().numpy())
    for element in dataset:
        print(element)


describe(r.batch(4))
describe(r.batch(4, drop_remainder=True))
describe(r.batch(3, num_parallel_calls=2))
describe(r.batch(3).batch(2))
describe(r.batch(tf.constant(6, tf.int64)))
describe(Dataset.zip((s, Dataset.from_tensor_slices(["a", "b", "c"]))).batch(2))
describe(Dataset.from_tensor_slices({"a": np.eye(2, dtype="float32"), "b": [True, False]}).batch(3))
describe(Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3]])).batch(2))
describe(Dataset.from_tensor_slices(tf.ragged.constant([[[1], [2]], [[3]]])).batch(2))
describe(Dataset.from_tensor_slices(tf.sparse.from_dense([[1, 0], [0, 2]])).batch(2))
describe(Dataset.range(3).map(lambda x: (x, None)).batch(2))
describe(r.batch(4).unbatch().take(2))
describe(Dataset.from_tensor_slices(([[1, 2], [3, 4]], [["a", "b"], ["c", "d"]])).unbatch())
describe(Dataset.from_tensor_slices(np.zeros([2, 3])).map(lambda x: x[None]).unbatch())
describe(r.batch(4).rebatch(3))
describe(r.batch(4).rebatch([2, 1]))
describe(r.batch(4).rebatch(3, drop_remainder=True))
filled = Dataset.range(1, 5).map(lambda x: tf.fill([x], x))
describe(filled.padded_batch(2))
describe(filled.padded_batch(3, padded_shapes=5, padding_values=np.int64(-1), drop_remainder=True))
describe(filled.padded_batch(2, padded_shapes=[None]))
describe(Dataset.zip((filled, r)).padded_batch(2, padding_values=np.int64(-1)))
describe(Dataset.from_tensor_slices(["a", "bb"]).padded_batch(2))
describe(
    Dataset.from_generator(lambda: iter([["a"], ["b", "c"]]), tf.string, [None]).padded_batch(2, padding_values="-")
)
describe(Dataset.from_generator(lambda: iter([[[1]], [[1, 2], [3, 4]]]), tf.int32, [None, None]).padded_batch(2))
describe(Dataset.from_generator(lambda: iter([[1], [1, 2]]), tf.int32).padded_batch(2, padded_shapes=[None]))
describe(Dataset.range(4).map(tf.range).ragged_batch(2))
describe(Dataset.range(1, 3).map(lambda x: tf.zeros([2, x, 2])).ragged_batch(2))
describe(Dataset.range(1, 3).map(lambda x: tf.zeros([x, 2])).ragged_batch(2))
describe(Dataset.range(2).map(lambda x: tf.zeros([3, 2])).ragged_batch(2))
describe(s.ragged_batch(2))
describe(Dataset.range(4).map(tf.range).sparse_batch(2, [5]))
describe(s.batch(2).sparse_batch(2, [3]))

# Windows
for arguments in ((3,), (3, 5, 2), (3, 2, 2), (2, 4), (3, 1, 1, True)):
    windows = Dataset.range(7).window(*arguments)
    print([[int(x) for x in w] for w in windows], windows.cardinality().numpy())
print(r.window(3))
print(Dataset.zip((r, s)).window(2))
print(Dataset.from_tensor_slices({"a": [1, 2]}).window(2))
print(r.window(3).flat_map(lambda w: w.batch(3)))
print(r.window(3).map(lambda w: w.batch(2)))
describe(r.window(5, shift=2, drop_remainder=True).flat_map(lambda w: w.batch(5)).map(lambda w: (w[:-1], w[-1])))
for features, labels in Dataset.zip((r, r)).window(4):
    print([int(x) for x in features], labels)
describe(Dataset.zip((r, s)).window(2).flat_map(lambda a, b: Dataset.zip((a.batch(2), b.batch(2)))))

# What is refused
list(Dataset.from_generator(lambda: iter([[1], [1, 2]]), output_types=tf.int32).batch(2))
print(str(_error).split("}} ")[-1])
list(Dataset.from_generator(lambda: iter([(1, [1]), (1, [1, 2])]), output_types=(tf.int32, tf.int32)).batch(2))
print(str(_error).split("}} ")[-1])
r.batch(0)
r.batch(-1)
r.batch(2.5)
r.window(0)
r.unbatch()
print(_error)
Dataset.from_tensor_slices(([[1, 2]], [1])).unbatch()
r.rebatch(2)
print(_error)
r.padded_batch(2, padded_shapes=[2])
print(_error)
r.padded_batch(2, padding_values="a")
print(_error)
list(filled.padded_batch(2, padded_shapes=[2]))
Dataset.from_generator(lambda: iter([[1]]), output_types=tf.int32).padded_batch(2)
print(_error)
Dataset.from_tensors(tf.ragged.constant([[1]])).padded_batch(2)
print(_error)
