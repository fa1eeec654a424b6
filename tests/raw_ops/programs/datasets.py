r = tf.raw_ops
I = tf.int64
F = tf.float32


def k(x):
    return tf.constant(x, I)


def show(d, types=(I,), shapes=None, most=12):
    shapes = shapes or [None for _ in types]
    it = r.AnonymousIteratorV3(output_types=list(types), output_shapes=shapes)
    r.MakeIterator(dataset=d, iterator=it)
    for _ in range(most):
        try:
            print(
                [
                    x.numpy().tolist()
                    for x in r.IteratorGetNext(iterator=it, output_types=list(types), output_shapes=shapes)
                ]
            )
        except tf.errors.OutOfRangeError:
            print("end")
            return


def kinds(*types):
    return {"output_types": list(types), "output_shapes": [None for _ in types]}


one = kinds(I)
rng = r.RangeDataset(start=k(0), stop=k(10), step=k(2), **one)
show(rng)
print(r.DatasetCardinality(input_dataset=rng).numpy(), r.ExperimentalDatasetCardinality(input_dataset=rng).numpy())
ts = r.TensorSliceDataset(components=[[1, 2, 3], [[1.0, 2], [3, 4], [5, 6]]], output_shapes=[[], [2]])
show(ts, (tf.int32, F))
show(r.TensorDataset(components=[1, "a"], output_shapes=[[], []]), (tf.int32, tf.string))
show(r.BatchDatasetV2(input_dataset=rng, batch_size=k(2), drop_remainder=False, **one))
show(r.ParallelBatchDataset(input_dataset=rng, batch_size=k(2), num_parallel_calls=k(1), drop_remainder=True, **one))
show(r.ConcatenateDataset(input_dataset=rng, another_dataset=rng, **one))
show(r.ZipDataset(input_datasets=[rng, ts], **kinds(I, tf.int32, F)), (I, tf.int32, F))
show(r.RepeatDataset(input_dataset=rng, count=k(2), **one))
show(r.TakeDataset(input_dataset=rng, count=k(2), **one))
show(r.SkipDataset(input_dataset=rng, count=k(2), **one))
show(r.ShardDataset(input_dataset=rng, num_shards=k(2), index=k(1), **one))
show(r.CacheDataset(input_dataset=rng, filename="", **one))
show(r.PrefetchDataset(input_dataset=rng, buffer_size=k(2), **one))
batched = r.BatchDatasetV2(input_dataset=rng, batch_size=k(2), drop_remainder=False, **one)
show(r.UnbatchDataset(input_dataset=batched, **one))
show(r.RebatchDatasetV2(input_dataset=batched, batch_sizes=k([3]), drop_remainder=False, **one))
show(r.UniqueDataset(input_dataset=r.RepeatDataset(input_dataset=rng, count=k(2), **one), **one))
show(r.AssertCardinalityDataset(input_dataset=rng, cardinality=k(5), **one))
show(r.AssertCardinalityDataset(input_dataset=rng, cardinality=k(4), **one))
show(r.IgnoreErrorsDataset(input_dataset=rng, **one))
show(r.ModelDataset(input_dataset=rng, **one))
show(r.MaxIntraOpParallelismDataset(input_dataset=rng, max_intra_op_parallelism=k(2), **one))
pb = r.TensorSliceDataset(components=[[1, 2, 3]], output_shapes=[[]])
grow = tf.function(lambda x: tf.fill([x], x)).get_concrete_function(tf.TensorSpec([], tf.int32))
grown = r.MapDataset(input_dataset=pb, other_arguments=[], f=grow, output_types=[tf.int32], output_shapes=[[None]])
show(grown, (tf.int32,))
show(
    r.PaddedBatchDatasetV2(
        input_dataset=grown,
        batch_size=k(2),
        padded_shapes=[k([-1])],
        padding_values=[9],
        drop_remainder=False,
        output_shapes=[[None, None]],
    ),
    (tf.int32,),
)
sel = r.TensorSliceDataset(components=[k([1, 0, 1])], output_shapes=[[]])
show(r.DirectedInterleaveDataset(selector_input_dataset=sel, data_input_datasets=[rng, batched], **one))
f = tf.function(lambda x, y: (x + y, x)).get_concrete_function(tf.TensorSpec([], I), tf.TensorSpec([], I))
show(r.MapDataset(input_dataset=rng, other_arguments=[k(100)], f=f, **kinds(I, I)), (I, I))
show(
    r.ParallelMapDatasetV2(input_dataset=rng, other_arguments=[k(100)], num_parallel_calls=k(2), f=f, **kinds(I, I)),
    (I, I),
)
show(
    r.MapAndBatchDataset(
        input_dataset=rng,
        other_arguments=[k(100)],
        batch_size=k(2),
        num_parallel_calls=k(2),
        drop_remainder=True,
        f=f,
        **kinds(I, I),
    ),
    (I, I),
)
p = tf.function(lambda x: x < 5).get_concrete_function(tf.TensorSpec([], I))
show(r.FilterDataset(input_dataset=rng, other_arguments=[], predicate=p, **one))
show(r.TakeWhileDataset(input_dataset=rng, other_arguments=[], predicate=p, **one))
show(r.ExperimentalTakeWhileDataset(input_dataset=rng, other_arguments=[], predicate=p, **one))
s = tf.function(lambda h, x: (h + x, h * x)).get_concrete_function(tf.TensorSpec([], I), tf.TensorSpec([], I))
show(r.ScanDataset(input_dataset=rng, initial_state=[k(1)], other_arguments=[], f=s, **one))
add = tf.function(lambda h, x: h + x).get_concrete_function(tf.TensorSpec([], I), tf.TensorSpec([], I))
print(r.ReduceDataset(input_dataset=rng, initial_state=[k(1)], other_arguments=[], f=add, **one))
single = r.TakeDataset(input_dataset=rng, count=k(1), **one)
print(r.DatasetToSingleElement(dataset=single, **one))
r.DatasetToSingleElement(dataset=rng, **one)
print(r.GetElementAtIndex(dataset=rng, index=k(2), **one))
r.GetElementAtIndex(dataset=rng, index=k(9), **one)
r.DatasetToSingleElement(dataset=single, **kinds(F))
texts = r.TensorSliceDataset(components=[["a", "bb"]], output_shapes=[[]])
r.DatasetToTFRecord(input_dataset=texts, filename="records", compression_type="")
show(r.TFRecordDataset(filenames=["records"], compression_type="", buffer_size=k(0)), (tf.string,))
with open("lines.txt", "w") as file:
    _ = file.write("x\nyy\n")
show(r.TextLineDataset(filenames=["lines.txt"], compression_type="", buffer_size=k(0)), (tf.string,))
show(
    r.FixedLengthRecordDatasetV2(
        filenames=["lines.txt"],
        header_bytes=k(1),
        record_bytes=k(2),
        footer_bytes=k(0),
        buffer_size=k(0),
        compression_type="",
    ),
    (tf.string,),
)
show(r.MatchingFilesDataset(patterns=["*.txt"]), (tf.string,))
show(r.SparseTensorSliceDataset(indices=k([[0, 1], [1, 0]]), values=[1.0, 2.0], dense_shape=k([2, 2])), (I, F, I))
it = r.AnonymousIterator(**one)
r.IteratorGetNext(iterator=it, **one)
r.MakeIterator(dataset=ts, iterator=it)
r.MakeIterator(dataset=single, iterator=it)
o = r.IteratorGetNextAsOptional(iterator=it, **one)
print(r.OptionalHasValue(optional=o), r.OptionalGetValue(optional=o, **one))
print(r.OptionalHasValue(optional=r.IteratorGetNextAsOptional(iterator=it, **one)))
r.IteratorGetNext(iterator=it, **one)
again = r.IteratorV2(shared_name="shared", container="", **one)
r.MakeIterator(dataset=rng, iterator=again)
print(r.IteratorGetNextSync(iterator=again, **one))
handle = r.IteratorToStringHandle(resource_handle=again)
print(r.IteratorGetNext(iterator=r.IteratorFromStringHandleV2(string_handle=handle, **one), **one))
w = r.WindowDataset(input_dataset=rng, size=k(2), shift=k(1), stride=k(1), drop_remainder=True, **kinds(tf.variant))
it = r.AnonymousIteratorV3(output_types=[tf.variant], output_shapes=[[]])
r.MakeIterator(dataset=w, iterator=it)
(inner,) = r.IteratorGetNext(iterator=it, output_types=[tf.variant], output_shapes=[[]])
show(inner)
