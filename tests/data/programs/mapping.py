import collections

Dataset = tf.data.Dataset
Point = collections.namedtuple("Point", "x y")
r = Dataset.range(10)
s = Dataset.from_tensor_slices([1, 2, 3])


def show(dataset):
    for element in dataset.as_numpy_iterator():
        print(element)


def traced(x):
    print("traced", type(x).__name__)
    return x * 2


doubled = r.map(traced)
show(doubled.take(3))
for dataset in (
    r.map(lambda x: x),
    r.map(lambda x: x, num_parallel_calls=2),
    r.map(lambda x: x, num_parallel_calls=tf.data.AUTOTUNE, deterministic=False, name="foo"),
    r.map(lambda x: [x, x + 1]),
    r.map(lambda x: (x, [x, x + 1])),
    r.map(lambda x: Point(x, 2.5)),
    r.map(lambda x: {"b": x, "a": (x, "text")}),
    r.map(lambda x: (x, None)),
    r.map(lambda x: (tf.cast(x, tf.float32) / 3, np.zeros((2, 1)))),
    r.map(lambda x: tf.zeros([x, 2])),
    r.map(lambda x: tf.SparseTensor([[0]], [x], [3])),
    r.map(lambda x: (x, tf.ragged.range(x))),
    Dataset.zip((r, s)).map(lambda x, y: y),
    Dataset.from_tensors(Point(1, 2)).map(lambda p: p.x),
    Dataset.from_tensors({"a": 1}).map(lambda d: d["a"]),
    Dataset.from_tensor_slices((["a", "b"], [1, 2])).map(lambda x, y: {"text": x, "label": y}),
    Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3]])).map(lambda x: x + 1),
    r.batch(4).map(lambda x: x + 1),
    r.batch(4).map(tf.size),
    r.filter(lambda x: x > 1),
    r.filter(tf.function(lambda x: x < 3)),
    r.take_while(lambda x: x < 2),
    r.scan(np.int64(0), lambda state, x: (state + x, (state, x))),
    r.unique(),
    r.ignore_errors(),
):
    print(dataset, dataset.cardinality().numpy())
    print(list(dataset.take(2)))
show(Dataset.from_tensor_slices(["b c", "d"]).map(lambda x: tf.strings.upper(x)))
show(Dataset.from_tensor_slices(["b c", "d"]).map(tf.strings.split))
show(Dataset.from_tensor_slices(["hello"]).map(lambda x: tf.py_function(lambda t: t.numpy().upper(), [x], tf.string)))
show(Dataset.from_tensor_slices(["hello"]).map(lambda x: tf.numpy_function(lambda t: t.upper(), [x], tf.string)))
show(s.map(lambda x: tf.numpy_function(lambda v: v / 2, [x], tf.float64)))


def collatz(x):
    steps = 0
    while x > 1:
        if x % 2 == 0:
            x = x // 2
        else:
            x = 3 * x + 1
        steps += 1
    return steps


show(r.map(collatz))
counter = tf.Variable(0, dtype=tf.int64)
show(s.map(lambda x: counter.assign_add(tf.cast(x, tf.int64)) + 0))
print(counter.numpy())
show(r.filter(lambda x: x % 3 == 0).map(lambda x: x * x))
show(Dataset.from_tensor_slices(["a", "bb", "c"]).filter(lambda x: tf.strings.length(x) == 1))
show(Dataset.from_tensor_slices([1, 37, 2, 37, 2, 1]).unique())
show(Dataset.from_tensor_slices(["a", "b", "a"]).unique())
print(r.reduce(np.int64(0), lambda x, y: x + y))
print(r.reduce((np.int64(0), 0.0), lambda state, x: (state[0] + x, state[1] + 1.0)))
print(Dataset.range(3).reduce(tf.zeros([0]), lambda state, x: tf.concat([state, [1.0]], 0)))
show(Dataset.range(3).scan(tf.zeros([0]), lambda state, x: (tf.concat([state, [1.0]], 0), state)))
show(Dataset.from_tensor_slices([1.0, 0.0, 4.0]).map(lambda x: tf.debugging.check_numerics(1 / x, "")).ignore_errors())
print(Dataset.from_tensors(1).get_single_element())
print(r.apply(lambda dataset: dataset.take(1)))

# What is refused
r.map(5)
print(_error)
r.map(lambda x: object())
r.map(lambda x: x.numpy())
r.map(lambda x: None)
Dataset.zip((r, r)).map(lambda x: x)
r.map(lambda x: tf.constant([1, 2]) + tf.constant([1, 2, 3]))
r.map(lambda x: x, num_parallel_calls=0)
r.filter(lambda x: x)
print(_error)
r.filter(lambda x: tf.constant([True]))
print(_error)
r.scan(np.int64(0), lambda state, x: x)
print(_error)
r.reduce(np.int64(0), lambda state, x: tf.cast(x, tf.int32))
print(_error)
r.reduce(np.int64(0), lambda state, x: (state, x))
r.get_single_element()
Dataset.range(0).get_single_element()
r.apply(lambda dataset: 5)
print(_error)
list(Dataset.from_tensor_slices([1.0, 0.0]).map(lambda x: tf.debugging.check_numerics(1 / x, "bad")))
list(Dataset.from_tensor_slices([[1, 2], [3, 4]]).map(lambda x: tf.ensure_shape(x, [3])))
Dataset.from_tensor_slices(([1, 2], ["a", "b"])).unique()
