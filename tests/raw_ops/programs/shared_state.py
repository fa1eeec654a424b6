r = tf.raw_ops


def show(found):
    for x in tf.nest.flatten(found):
        if x is not None:
            print(np.asarray(x).tolist(), x.dtype.name)


t = r.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64)
show(r.InitializeTableV2(table_handle=t, keys=["a", "b"], values=tf.constant([1, 2], tf.int64)))
show(r.LookupTableFindV2(table_handle=t, keys=[["b", "z"]], default_value=tf.constant(-1, tf.int64)))
show(r.LookupTableFindV2(table_handle=t, keys=[["b", "z"]], default_value=-1.0))
show(r.LookupTableSizeV2(table_handle=t))
show([tf.sort(x) for x in r.LookupTableExportV2(table_handle=t, Tkeys=tf.string, Tvalues=tf.int64)])
show(r.LookupTableInsertV2(table_handle=t, keys=["q"], values=tf.constant([1], tf.int64)))
show(r.LookupTableImportV2(table_handle=t, keys=["q"], values=tf.constant([1], tf.int64)))
m = r.MutableHashTableOfTensorsV2(key_dtype=tf.int64, value_dtype=tf.float32, value_shape=[2])
show(r.LookupTableInsertV2(table_handle=m, keys=tf.constant([1, 2], tf.int64), values=[[1.0, 2.0], [3, 4]]))
show(r.LookupTableFindV2(table_handle=m, keys=tf.constant([2, 3], tf.int64), default_value=[0.0, 1]))
show(r.LookupTableRemoveV2(table_handle=m, keys=tf.constant([2], tf.int64)))
show(r.LookupTableExportV2(table_handle=m, Tkeys=tf.int64, Tvalues=tf.float32))
show(r.LookupTableImportV2(table_handle=m, keys=tf.constant([5], tf.int64), values=[[1.0, 2]]))
show(r.LookupTableExportV2(table_handle=m, Tkeys=tf.int64, Tvalues=tf.float32))
d = r.AnonymousMutableDenseHashTable(
    empty_key=tf.constant(-1, tf.int64),
    deleted_key=tf.constant(-2, tf.int64),
    value_dtype=tf.int64,
    initial_num_buckets=4,
)
show(r.LookupTableInsertV2(table_handle=d, keys=tf.constant([1, 2], tf.int64), values=tf.constant([1, 2], tf.int64)))
show(r.LookupTableExportV2(table_handle=d, Tkeys=tf.int64, Tvalues=tf.int64))
q = r.FIFOQueueV2(component_types=[tf.int32, tf.float32], shapes=[[], [2]], capacity=10, shared_name="q")
show(r.QueueEnqueueV2(handle=q, components=[1, [2.0, 3]]))
show(r.QueueEnqueueManyV2(handle=q, components=[[1, 2], [[2.0, 3], [4, 5]]]))
show(r.QueueSizeV2(handle=q))
show(r.QueueDequeueV2(handle=q, component_types=[tf.int32, tf.float32]))
show(r.QueueDequeueManyV2(handle=q, n=2, component_types=[tf.int32, tf.float32]))
show(r.QueueCloseV2(handle=q))
show(r.QueueIsClosedV2(handle=q))
show(r.QueueDequeueV2(handle=q, component_types=[tf.int32, tf.float32]))
q = r.PriorityQueueV2(component_types=[tf.string], shapes=[[]], capacity=10, shared_name="p")
show(r.QueueEnqueueManyV2(handle=q, components=[tf.constant([5, 2], tf.int64), ["a", "b"]]))
show(r.QueueDequeueV2(handle=q, component_types=[tf.int64, tf.string]))
q = r.PaddingFIFOQueueV2(component_types=[tf.int32], shapes=[[None]], capacity=10, shared_name="pp")
show([r.QueueEnqueueV2(handle=q, components=[[1]]), r.QueueEnqueueV2(handle=q, components=[[1, 2]])])
show(r.QueueDequeueUpToV2(handle=q, n=2, component_types=[tf.int32]))
q = r.RandomShuffleQueueV2(
    component_types=[tf.int32], shapes=[[]], capacity=10, min_after_dequeue=0, seed=3, seed2=4, shared_name="rq"
)
show(r.QueueEnqueueManyV2(handle=q, components=[tf.range(6)]))
show(r.QueueDequeueManyV2(handle=q, n=6, component_types=[tf.int32]))
s = r.StackV2(max_size=2, elem_type=tf.float32, stack_name="s")
show(r.StackPushV2(handle=s, elem=[1.0, 2]))
show(r.StackPushV2(handle=s, elem=3.0))
show(r.StackPushV2(handle=s, elem=3.0))
show(r.StackPushV2(handle=s, elem=3))
show(r.StackPopV2(handle=s, elem_type=tf.float32))
show(r.StackPopV2(handle=s, elem_type=tf.float32))
show(r.StackPopV2(handle=s, elem_type=tf.float32))
show(r.StackCloseV2(handle=s))
dt = [tf.int32, tf.string]
show([r.Stage(values=[1, "a"], shared_name="x"), r.Stage(values=[2, "b"], shared_name="x")])
show(r.StageSize(dtypes=dt, shared_name="x"))
show(r.StagePeek(index=1, dtypes=dt, shared_name="x"))
show(r.Unstage(dtypes=dt, shared_name="x"))
show(r.StageClear(dtypes=dt, shared_name="x"))
show(r.StageSize(dtypes=dt, shared_name="x"))


def k(i):
    return tf.constant(i, tf.int64)


for p in ("", "Ordered"):
    show(
        [
            getattr(r, p + "MapStage")(key=k(5), indices=[0, 1], values=[1, "a"], dtypes=dt, shared_name="m" + p),
            getattr(r, p + "MapStage")(key=k(3), indices=[1], values=["b"], dtypes=dt, shared_name="m" + p),
        ]
    )
    show(
        [
            getattr(r, p + "MapSize")(dtypes=dt, shared_name="m" + p),
            getattr(r, p + "MapIncompleteSize")(dtypes=dt, shared_name="m" + p),
        ]
    )
    show(getattr(r, p + "MapStage")(key=k(3), indices=[0], values=[7], dtypes=dt, shared_name="m" + p))
    show(getattr(r, p + "MapPeek")(key=k(5), indices=[0, 1], dtypes=dt, shared_name="m" + p))
    show(getattr(r, p + "MapUnstage")(key=k(5), indices=[1], dtypes=[tf.string], shared_name="m" + p))
    show(getattr(r, p + "MapUnstage")(key=k(5), indices=[0], dtypes=[tf.int32], shared_name="m" + p))
    show(getattr(r, p + "MapUnstageNoKey")(indices=[0, 1], dtypes=dt, shared_name="m" + p))
    show(
        [
            getattr(r, p + "MapSize")(dtypes=dt, shared_name="m" + p),
            getattr(r, p + "MapIncompleteSize")(dtypes=dt, shared_name="m" + p),
        ]
    )
mu = r.MutexV2()


def locked():
    lock = r.MutexLock(mutex=mu)
    r.ConsumeMutexLock(mutex_lock=lock)


show([locked(), locked()])
a = r.ResourceConditionalAccumulator(dtype=tf.float32, shape=[2], shared_name="acc")


def st(i):
    return tf.constant(i, tf.int64)


show(
    [
        r.ResourceAccumulatorApplyGradient(handle=a, local_step=st(0), gradient=[1.0, 2]),
        r.ResourceAccumulatorApplyGradient(handle=a, local_step=st(0), gradient=[3.0, 2]),
    ]
)
show(r.ResourceAccumulatorNumAccumulated(handle=a))
show(r.ResourceAccumulatorTakeGradient(handle=a, num_required=2, dtype=tf.float32))
show(r.ResourceAccumulatorApplyGradient(handle=a, local_step=st(0), gradient=[1.0, 2]))
show(r.ResourceAccumulatorNumAccumulated(handle=a))
show(r.ResourceAccumulatorSetGlobalStep(handle=a, new_global_step=st(9)))
show(r.ResourceAccumulatorApplyGradient(handle=a, local_step=st(9), gradient=[1.0, 2, 3]))


@tf.function
def f(x):
    r.StackPushV2(handle=s2, elem=x)
    return r.StackPopV2(handle=s2, elem_type=tf.float32), r.LookupTableFindV2(
        table_handle=t, keys=["b", "z"], default_value=tf.constant(-1, tf.int64)
    )


s2 = r.StackV2(max_size=2, elem_type=tf.float32, stack_name="s2")
show(f(tf.constant(2.0)))
