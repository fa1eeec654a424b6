r = tf.raw_ops
k = tf.int64


def show(found):
    for t in tf.nest.flatten(found):
        print(t.dtype.name, t.shape, t.numpy().tolist())


def tell(f, *args, **kwargs):
    try:
        show(f(*args, **kwargs))
    except (ValueError, TypeError, tf.errors.OpError) as error:
        print(type(error).__name__)


a = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


def batch(**how):
    given = {"in_tensors": [a, tf.constant([1, 2, 3])], "num_batch_threads": 1, "max_batch_size": 4}
    given |= {"batch_timeout_micros": 100, "grad_timeout_micros": 1000}
    made = r.Batch(**given | how)
    print((made.batch_index[0, 0] == made.id).numpy())
    return *made.batched_tensors, made.batch_index[:, 1:]


tell(batch)
tell(batch, shared_name="a")
tell(batch, allowed_batch_sizes=[2, 4], shared_name="b")
tell(batch, allowed_batch_sizes=[2, 3], shared_name="c")
tell(batch, max_batch_size=2, shared_name="d")
tell(batch, in_tensors=[a, tf.constant([1, 2])], shared_name="e")
tell(batch, in_tensors=[tf.constant(1.0)], shared_name="f")
two, none = tf.constant([[7, 0, 1], [9, 1, 3]], k), tf.zeros([0, 3], k)
late = {"timeout_micros": 1000}
tell(r.Unbatch, batched_tensor=a, batch_index=two, id=tf.constant(9, k), shared_name="u", **late)
tell(r.Unbatch, batched_tensor=a[:0], batch_index=none, id=tf.constant(77, k), shared_name="u", **late)
tell(r.Unbatch, batched_tensor=a, batch_index=two[:, :2], id=tf.constant(9, k), shared_name="v", **late)
tell(r.UnbatchGrad, original_input=a, batch_index=[[9, 0, 3]], grad=a * 2, id=tf.constant(9, k), shared_name="g")
tell(r.UnbatchGrad, original_input=a[:0], batch_index=none, grad=a[:1] * 5, id=tf.constant(7, k), shared_name="h")
tell(r.UnbatchGrad, original_input=a, batch_index=two, grad=a[:2] * 2, id=tf.constant(9, k), shared_name="h")
texts = ["", "a", "abc", "x" * 15, "x" * 16, "x" * 17, "y" * 40, "z" * 128, "w" * 200, "q" * 64, "a string or so" * 30]
tell(r.SdcaFprint, input=[*texts, "x" * 143, "x" * 144, "abcd" * 36 + "x", "hello, you" * 99])
tell(r.SdcaFprint, input="a")
columns = {"indices": [tf.constant([[0, 0], [0, 1], [1, 0]], k)], "values": [tf.constant(["a", "b", "c"])]}
columns |= {"shapes": [tf.constant([2, 2], k)], "salt": tf.constant([1, 2], k), "strong_hash": False}
columns |= {"dense_inputs": [tf.constant([[1, 2], [3, 4]], k), tf.constant([["u"], ["v"]])]}
for buckets in (0, 100, 13):
    tell(r.SparseCrossHashed, num_buckets=tf.constant(buckets, k), **columns)
one = {"indices": [], "values": [], "shapes": [], "dense_inputs": [tf.constant([["a"]])]}
tell(r.SparseCrossHashed, num_buckets=tf.constant(0, k), **columns | one)
kinds = {"output_types": [tf.string, tf.string], "output_shapes": [[], []]}
tell(r.LMDBDataset, filenames=["here"], **kinds)
tell(r.FileSystemSetConfiguration, scheme="file", key="a", value="b")
tell(r.FileSystemSetConfiguration, scheme="other", key="a", value="b")
for name in ("PyFunc", "EagerPyFunc", "PyFuncStateless"):
    tell(getattr(r, name), input=[a], token="pyfunc_99", Tout=[tf.float32])
tell(r.TensorArrayConcatV2, handle="x", flow_in=0.0, dtype=tf.float32)
