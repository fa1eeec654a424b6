Dataset = tf.data.Dataset
r = Dataset.range(10)
s = Dataset.from_tensor_slices([1, 2, 3])


def ints(dataset):
    return [int(x) for x in dataset]


def describe(dataset):
    print(dataset, dataset.cardinality().numpy())


for dataset in (
    r.shuffle(3),
    r.repeat(),
    r.repeat(0),
    r.repeat(2),
    r.take(3),
    r.take(-1),
    r.take(30),
    r.skip(3),
    r.skip(-1),
    r.shard(3, 0),
    r.shard(3, 1),
    r.prefetch(1),
    r.cache(),
    Dataset.zip(r, s),
    Dataset.zip({"a": r, "b": (s, s)}),
    Dataset.zip((r.repeat(), s.filter(lambda x: True))),
    r.enumerate(),
    r.concatenate(Dataset.range(3)),
    r.concatenate(r.repeat()),
    Dataset.range(2).concatenate(Dataset.from_generator(lambda: iter([1]), tf.int64)),
    Dataset.from_tensors(tf.zeros([2])).concatenate(Dataset.from_tensors(tf.zeros([3]))),
    r.with_options(tf.data.Options()),
):
    describe(dataset)
print(ints(r.repeat(2).skip(8).take(5)), ints(r.shard(3, 1)), ints(r.repeat().shard(4, 3).take(4)))
print([x.tolist() for x in r.skip(1).repeat(2).batch(4).as_numpy_iterator()])
print([x.tolist() for x in r.shard(2, 1).repeat(2).batch(4).as_numpy_iterator()])
print(list(Dataset.zip({"a": r, "b": (s, s)})))
print(list(s.enumerate(start=5).as_numpy_iterator()))
print([(i.tolist(), x.tolist()) for i, x in s.enumerate().batch(2).as_numpy_iterator()])
print(ints(s.concatenate(s.map(lambda x: -x))))

# Random order, with seeds
seeded = r.shuffle(4, seed=1)
print(ints(seeded), ints(seeded), ints(seeded))
print(ints(r.shuffle(10, seed=7)), ints(r.shuffle(100, seed=7)))
fixed = r.shuffle(4, seed=1, reshuffle_each_iteration=False)
print(ints(fixed), ints(fixed))
print(ints(Dataset.range(5).shuffle(5, seed=3).repeat(3)))
print(ints(Dataset.range(20).repeat(2).shuffle(6, seed=1)))
print(ints(Dataset.range(12).shuffle(5, seed=2).repeat(2).shuffle(3, seed=9)))
print([x.tolist() for x in r.shuffle(4, seed=1).batch(3).as_numpy_iterator()])
print([x.tolist() for x in r.map(lambda x: -x).shuffle(4, seed=1).repeat(2).batch(7).as_numpy_iterator()])
print(ints(Dataset.range(1000).shuffle(100, seed=2).take(20)))
print(ints(Dataset.from_tensor_slices([3, 1, 2]).map(lambda x: x * 2).cache().shuffle(3, seed=4).repeat(2)))
tf.random.set_seed(42)
print(ints(r.shuffle(10)), ints(r.shuffle(10)), ints(r.shuffle(10, seed=5)))
tf.random.set_seed(42)
print(ints(r.shuffle(10)))
print(ints(Dataset.random(seed=1).take(3)), ints(Dataset.random().take(3)))
again = Dataset.random(seed=4, rerandomize_each_iteration=True).take(2)
print(ints(again), ints(again))
pair = [Dataset.range(100), Dataset.range(100, 200)]
print(ints(Dataset.sample_from_datasets(pair, [0.5, 0.5], seed=3).take(12)))
print(ints(Dataset.sample_from_datasets(pair, seed=3).take(12)))
print(sorted(ints(r.shuffle(3))), sorted(ints(r.shuffle(3).batch(4).unbatch())))
print(ints(Dataset.choose_from_datasets(pair, Dataset.range(2).repeat(3))))
print(
    ints(
        Dataset.choose_from_datasets([s, s.map(lambda x: -x)], Dataset.range(2).repeat(5), stop_on_empty_dataset=False)
    )
)
describe(Dataset.choose_from_datasets([r, s.map(lambda x: tf.cast(x, tf.int64))], Dataset.range(2)))

# What is refused
r.shuffle(0)
r.shard(2, 3)
r.shard(0, 0)
r.take("a")
r.prefetch(-2)
r.concatenate(Dataset.from_tensor_slices(["a"]))
print(_error)
Dataset.zip((r, s)).concatenate(Dataset.zip({"a": r}))
print(_error)
Dataset.zip()
print(_error)
Dataset.zip(r, 5)
print(_error)
Dataset.zip([r, r])
print(_error)
Dataset.choose_from_datasets([], r)
print(_error)
Dataset.choose_from_datasets([r, r], Dataset.from_tensors(0))
print(_error)
Dataset.sample_from_datasets([r], [0.5, 0.5])
print(_error)
len(r.repeat())
print(_error)
len(r.filter(lambda x: True))
print(_error)
print(len(r), bool(r))
