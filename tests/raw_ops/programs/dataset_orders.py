r = tf.raw_ops
I = tf.int64
F = tf.float32


def k(x):
    return tf.constant(x, I)


def show(d, types=(I,), shapes=None, most=24):
    shapes = shapes or [None for _ in types]
    it = r.AnonymousIteratorV3(output_types=list(types), output_shapes=shapes)
    r.MakeIterator(dataset=d, iterator=it)
    for _ in range(most):
        try:
            found = r.IteratorGetNext(iterator=it, output_types=list(types), output_shapes=shapes)
            print([np.asarray(x).tolist() for x in found])
        except tf.errors.OutOfRangeError:
            print("end")
            return


def graph(function, *specs):
    return tf.function(function).get_concrete_function(*specs)


def kinds(*types):
    return {"output_types": list(types), "output_shapes": [[] for _ in types]}


one = kinds(I)
n = tf.TensorSpec([], I)
rng = r.RangeDataset(start=k(0), stop=k(8), step=k(1), **one)
seeds = {"seed": k(3), "seed2": k(5)}
again = r.ShuffleDataset(input_dataset=rng, buffer_size=k(4), **seeds, **one)
show(again)
show(again)
same = r.ShuffleDataset(input_dataset=rng, buffer_size=k(4), reshuffle_each_iteration=False, **seeds, **one)
show(same)
show(same)
r.ShuffleDataset(input_dataset=rng, buffer_size=k(0), **seeds, **one)
generator, deleter = r.AnonymousSeedGenerator(reshuffle=True, **seeds)
v2 = r.ShuffleDatasetV2(input_dataset=rng, buffer_size=k(8), seed_generator=generator, **one)
show(v2)
show(v2)
fixed, _ = r.AnonymousSeedGenerator(reshuffle=False, **seeds)
v2 = r.ShuffleDatasetV2(input_dataset=rng, buffer_size=k(8), seed_generator=fixed, **one)
show(v2)
show(v2)
dummy = r.DummySeedGenerator()
v3 = r.ShuffleDatasetV3(input_dataset=rng, buffer_size=k(8), seed_generator=dummy, **seeds, **one)
show(v3)
generator, _ = r.AnonymousSeedGenerator(reshuffle=True, **seeds)
v3 = r.ShuffleDatasetV3(input_dataset=rng, buffer_size=k(3), seed_generator=generator, seed=k(1), seed2=k(1), **one)
show(v3)
show(r.ShuffleAndRepeatDataset(input_dataset=rng, buffer_size=k(4), count=k(2), **seeds, **one))
show(
    r.ShuffleAndRepeatDataset(
        input_dataset=rng, buffer_size=k(4), count=k(2), reshuffle_each_iteration=False, **seeds, **one
    )
)
show(r.ShuffleAndRepeatDatasetV2(input_dataset=rng, buffer_size=k(4), count=k(2), seed_generator=dummy, **seeds, **one))
show(r.RandomDataset(**seeds, **one), most=4)
drawn = r.RandomDatasetV2(seed_generator=dummy, **seeds, **one)
show(drawn, most=3)
show(drawn, most=3)
drawn = r.RandomDatasetV2(seed_generator=dummy, rerandomize_each_iteration=True, **seeds, **one)
show(drawn, most=3)
show(drawn, most=3)
some = r.SamplingDataset(input_dataset=rng, rate=0.5, **seeds, **one)
show(some)
show(some)
show(r.SamplingDataset(input_dataset=rng, rate=1.0, **seeds, **one))
memory, deleter = r.AnonymousMemoryCache()
held = r.CacheDatasetV2(input_dataset=rng, filename="", cache=memory, **one)
show(held)
show(held)
show(r.CacheDatasetV2(input_dataset=rng, filename="", cache=r.DummyMemoryCache(), **one))
print(r.DummyIterationCounter().dtype)
moved = r.GlobalShuffleDataset(input_dataset=rng, seed_generator=dummy, **seeds, **one)
show(moved)
moved = r.GlobalShuffleDataset(input_dataset=rng, seed_generator=dummy, reshuffle_each_iteration=False, **seeds, **one)
show(moved)
split = graph(lambda x: tf.stack([x, x + 100]), n)
where = graph(lambda i: (i // 2, i % 2), n)
flat = {"map_func_other_args": [], "index_map_func_other_args": [], "map_func": split, "index_map_func": where}
show(r.IndexFlatMapDataset(input_dataset=rng, output_cardinality=k(16), **flat, **one))
with open("data.csv", "w") as file:
    _ = file.write('a,b,c\n1,2.5,x\n3,,"y,z"\n')
text = {"header": True, "field_delim": ",", "use_quote_delim": True, "na_value": "", "compression_type": ""}
columns = {"record_defaults": [tf.constant([], tf.int32), tf.constant([7.0]), tf.constant([], tf.string)]}
three = {"filenames": ["data.csv"], "buffer_size": k(100), "output_shapes": [[], [], []]}
show(r.CSVDataset(select_cols=k([]), **text, **columns, **three), (tf.int32, F, tf.string))
show(r.ExperimentalCSVDataset(select_cols=k([]), **text, **columns, **three), (tf.int32, F, tf.string))
two = {"filenames": ["data.csv"], "buffer_size": k(100), "output_shapes": [[], []]}
part = {"record_defaults": [tf.constant([], tf.int32), tf.constant([], tf.string)]}
show(r.CSVDataset(select_cols=k([0, 2]), **text, **part, **two), (tf.int32, tf.string))
show(r.CSVDatasetV2(select_cols=k([]), exclude_cols=k([1]), **text, **part, **two), (tf.int32, tf.string))
show(r.CSVDataset(select_cols=k([]), **text, **part, **two), (tf.int32, tf.string))
texts = r.TensorSliceDataset(components=[["a", "bb", "ccc"]], output_shapes=[[]])
r.DatasetToTFRecord(input_dataset=texts, filename="records", compression_type="")
shard = graph(lambda x: x % 2, n)
r.SaveDataset(input_dataset=rng, path="saved", shard_func_other_args=[], shard_func=shard)
read = graph(
    lambda d: r.FlatMapDataset(
        input_dataset=d,
        other_arguments=[],
        f=graph(lambda x: x, tf.TensorSpec([], tf.variant)),
        output_types=[I],
        output_shapes=[[]],
    ),
    tf.TensorSpec([], tf.variant),
)
show(r.LoadDataset(path="saved", reader_func_other_args=[], reader_func=read, **one))
passed = r.SaveDatasetV2(input_dataset=rng, path="saved2", shard_func_other_args=[], shard_func=shard, **one)
show(passed)
show(r.LoadDataset(path="saved2", reader_func_other_args=[], reader_func=read, **one))
snap = {"reader_func_other_args": [], "shard_func_other_args": [], "reader_func": read, "shard_func": shard}
kept = r.SnapshotDatasetV2(input_dataset=rng, path="snap", **snap, **one)
show(kept)
show(kept)
kept = r.SnapshotDataset(input_dataset=rng, path="snap1", **one)
show(kept)
show(kept)
print(r.DatasetFingerprint(input_dataset=rng).dtype)
print(len(r.GetOptions(input_dataset=rng).numpy()))
pairs = r.TensorSliceDataset(components=[["a", "b"], k([1, 2])], output_shapes=[[], []])
table = r.MutableHashTableV2(key_dtype=tf.string, value_dtype=I)
table = r.HashTableV2(key_dtype=tf.string, value_dtype=I)
r.InitializeTableFromDataset(table_handle=table, dataset=pairs)
print(r.LookupTableFindV2(table_handle=table, keys=["b", "z", "a"], default_value=k(-1)))
stats = r.StatsAggregatorHandleV2()
show(r.SetStatsAggregatorDataset(input_dataset=rng, stats_aggregator=stats, tag="t", counter_prefix="c", **one))
it = r.AnonymousIteratorV3(**one)
r.MakeIterator(dataset=rng, iterator=it)
print(r.IteratorGetNext(iterator=it, **one), r.IteratorGetNext(iterator=it, **one))
state = r.SerializeIterator(resource_handle=it)
other = r.AnonymousIteratorV3(**one)
r.MakeIterator(dataset=rng, iterator=other)
r.DeserializeIterator(resource_handle=other, serialized=state)
print(r.IteratorGetNext(iterator=other, **one), r.IteratorGetNext(iterator=it, **one))
