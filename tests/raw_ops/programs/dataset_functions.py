r = tf.raw_ops
I = tf.int64
F = tf.float32


def k(x):
    return tf.constant(x, I)


def show(d, types=(I,), shapes=None, most=16):
    shapes = shapes or [None for _ in types]
    it = r.AnonymousIteratorV3(output_types=list(types), output_shapes=shapes)
    r.MakeIterator(dataset=d, iterator=it)
    for _ in range(most):
        try:
            found = r.IteratorGetNext(iterator=it, output_types=list(types), output_shapes=shapes)
            print([x.numpy().tolist() for x in found])
        except tf.errors.OutOfRangeError:
            print("end")
            return


def graph(function, *specs):
    return tf.function(function).get_concrete_function(*specs)


def kinds(*types):
    return {"output_types": list(types), "output_shapes": [None for _ in types]}


one = kinds(I)
n = tf.TensorSpec([], I)
v = tf.TensorSpec([], tf.variant)
rng = r.RangeDataset(start=k(0), stop=k(5), step=k(1), **one)


def up_to(x):
    return r.RangeDataset(start=k(0), stop=x, step=k(1), **one)


ups = graph(up_to, n)
more = graph(lambda x, y: r.TensorDataset(components=[x + y], output_shapes=[[]]), n, n)
show(r.FlatMapDataset(input_dataset=rng, other_arguments=[], f=ups, **one))
show(r.FlatMapDataset(input_dataset=rng, other_arguments=[k(7)], f=more, **one))
lens = {"cycle_length": k(2), "block_length": k(3)}
show(r.InterleaveDataset(input_dataset=rng, other_arguments=[], f=ups, **lens, **one))
show(r.InterleaveDataset(input_dataset=rng, other_arguments=[], f=ups, cycle_length=k(0), block_length=k(1), **one))
show(r.InterleaveDataset(input_dataset=rng, other_arguments=[], f=ups, cycle_length=k(1), block_length=k(0), **one))
ahead = {"buffer_output_elements": k(1), "prefetch_input_elements": k(1)}
calls = {"num_parallel_calls": k(2)}
show(r.ParallelInterleaveDatasetV2(input_dataset=rng, other_arguments=[], f=ups, **lens, **calls, **one))
show(
    r.ParallelInterleaveDatasetV3(
        input_dataset=rng, other_arguments=[], f=ups, deterministic="true", **lens, **calls, **one
    )
)
show(
    r.ParallelInterleaveDatasetV4(
        input_dataset=rng, other_arguments=[], f=ups, deterministic="true", **lens, **ahead, **calls, **one
    )
)
show(r.ParallelInterleaveDataset(input_dataset=rng, other_arguments=[], f=ups, sloppy=False, **lens, **ahead, **one))
show(
    r.ExperimentalParallelInterleaveDataset(
        input_dataset=rng, other_arguments=[], f=ups, sloppy=False, **lens, **ahead, **one
    )
)
show(
    r.LegacyParallelInterleaveDatasetV2(
        input_dataset=rng, other_arguments=[], f=ups, deterministic="true", **lens, **ahead, **one
    )
)
odd = graph(lambda x: x % 2, n)
size = graph(lambda key: key + 2, n)
batch = graph(lambda key, d: r.BatchDatasetV2(input_dataset=d, batch_size=k(4), drop_remainder=False, **one), n, v)
rest = {"key_func_other_arguments": [], "reduce_func_other_arguments": [], "window_size_func_other_arguments": []}
ten = r.RangeDataset(start=k(0), stop=k(10), step=k(1), **one)
show(r.GroupByWindowDataset(input_dataset=ten, key_func=odd, reduce_func=batch, window_size_func=size, **rest, **one))
show(
    r.ExperimentalGroupByWindowDataset(
        input_dataset=rng, key_func=odd, reduce_func=batch, window_size_func=size, **rest, **one
    )
)
none = graph(lambda key: key, n)
show(r.GroupByWindowDataset(input_dataset=ten, key_func=odd, reduce_func=batch, window_size_func=none, **rest, **one))
start = graph(lambda key: (key * 100, k(0)), n)
add = graph(lambda total, count, x: (total + x, count + 1), n, n, n)
mean = graph(lambda total, count: total * 10 + count, n, n)
parts = {f"{name}_func_other_arguments": [] for name in ("key", "init", "reduce", "finalize")}
for op in (r.GroupByReducerDataset, r.ExperimentalGroupByReducerDataset):
    show(op(input_dataset=ten, key_func=odd, init_func=start, reduce_func=add, finalize_func=mean, **parts, **one))
whole = {"dataset_factory": graph(lambda: up_to(k(3))), **one}
it = r.OneShotIterator(**whole)
print(r.IteratorGetNext(iterator=it, **one))
again = r.OneShotIterator(shared_name="once", **whole)
print(r.IteratorGetNext(iterator=again, **one))
print(r.IteratorGetNext(iterator=r.OneShotIterator(shared_name="once", **whole), **one))
begin = graph(lambda: k(3))
make = graph(lambda state: state * 2, n)
done = graph(lambda state: state, n)
others = {f"{name}_func_other_args": [] for name in ("init", "next", "finalize")}
made = r.GeneratorDataset(init_func=begin, next_func=make, finalize_func=done, **others, **one)
show(made, most=3)
show(r.SleepDataset(input_dataset=rng, sleep_microseconds=k(1), **one))
show(r.ExperimentalSleepDataset(input_dataset=rng, sleep_microseconds=k(1), **one))
r.SleepDataset(input_dataset=rng, sleep_microseconds=k(-1), **one)
windows = {"window_size": k(3), "window_shift": k(2), "window_stride": k(1)}
show(r.SlidingWindowDataset(input_dataset=ten, **windows, **one))
show(r.SlidingWindowDataset(input_dataset=ten, drop_remainder=False, **windows, **one))
show(r.ExperimentalSlidingWindowDataset(input_dataset=ten, **windows, **one))
r.SlidingWindowDataset(input_dataset=ten, window_size=k(0), window_shift=k(2), window_stride=k(1), **one)
r.SlidingWindowDataset(input_dataset=ten, window_size=k(1), window_shift=k(0), window_stride=k(1), **one)
show(r.BytesProducedStatsDataset(input_dataset=rng, tag="a", **one))
show(r.LatencyStatsDataset(input_dataset=rng, tag="a", **one))
show(r.AutoShardDataset(input_dataset=ten, num_workers=k(3), index=k(1), auto_shard_policy=2, **one))
show(r.ExperimentalAutoShardDataset(input_dataset=ten, num_workers=k(3), index=k(1), auto_shard_policy=2, **one))
show(r.AutoShardDataset(input_dataset=ten, num_workers=k(3), index=k(1), auto_shard_policy=-1, **one))
batched = r.BatchDatasetV2(input_dataset=ten, batch_size=k(4), drop_remainder=False, **one)
print(r.ComputeBatchSize(input_dataset=batched))
print(r.ComputeBatchSize(input_dataset=ten))
show(r.RebatchDataset(input_dataset=batched, num_replicas=k(2), **one))
show(r.ExperimentalRebatchDataset(input_dataset=batched, num_replicas=k(2), **one))
show(r.ChooseFastestDataset(input_datasets=[rng, rng], num_experiments=1, **one))
show(r.ExperimentalChooseFastestDataset(input_datasets=[rng, rng], num_experiments=1, **one))
show(r.WindowOp(inputs=[k([1, 2]), k([3, 4])], **kinds(I, I)), (I, I))
pool = r.ThreadPoolHandle(num_threads=2, display_name="p")
show(r.ThreadPoolDataset(input_dataset=rng, thread_pool=pool, **one))
pool = r.ExperimentalThreadPoolHandle(num_threads=2, display_name="p")
show(r.ExperimentalThreadPoolDataset(input_dataset=rng, thread_pool=pool, **one))
kept = r.WrapDatasetVariant(input_handle=rng)
show(r.UnwrapDatasetVariant(input_handle=kept))
pressed = r.CompressElement(components=[k([1, 2]), "text"])
print(r.UncompressElement(compressed=pressed, **kinds(I, tf.string)))
r.UncompressElement(compressed=pressed, **kinds(I, I))
