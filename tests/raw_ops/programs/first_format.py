import glob
import hashlib

r = tf.raw_ops


def show(found):
    for t in tf.nest.flatten(found):
        if tf.is_tensor(t):
            a = t.numpy()
            print(t.dtype.name, a.shape, np.asarray(a.view(a.dtype[0]) if a.dtype.names else a).tolist())


def tell(f, *args, **kwargs):
    try:
        show(f(*args, **kwargs))
    except (ValueError, TypeError, tf.errors.OpError) as error:
        print(type(error).__name__)


def files(prefix):
    for path in sorted(glob.glob(f"{prefix}*")):
        with open(path, "rb") as file:
            data = file.read()
        print(path, len(data), hashlib.md5(data).hexdigest())


for name in (
    "float32 float64 float16 bfloat16 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool complex64 complex128 "
    "qint8 quint8 qint32 qint16"
).split():
    kind = tf.as_dtype(name)
    x = tf.constant([0, 1, 3, 100])
    x = tf.bitcast(tf.cast(x, name[1:]), kind) if kind.is_quantized else tf.cast(x, kind)
    tell(r.Save, filename=f"a_{name}", tensor_names=["t"], data=[x])
    files(f"a_{name}")
    tell(r.Restore, file_pattern=f"a_{name}", tensor_name="t", dt=kind)
r.Save(filename="texts", tensor_names=["t"], data=[tf.constant(["a", "bcd"])])
files("texts")
tell(r.Restore, file_pattern="texts", tensor_name="t", dt=tf.string)
a = tf.reshape(tf.range(12.0), [3, 4])
r.Save(filename="many", tensor_names=["b", "a", "c"], data=[a, tf.constant(3), tf.constant(["x"])])
files("many")
r.SaveSlices(filename="part-0", tensor_names=["b", "d"], shapes_and_slices=["6 4 0,3:-", ""], data=[a, a * 2])
r.SaveSlices(filename="part-1", tensor_names=["b"], shapes_and_slices=["6 4 3,3:-"], data=[a * 3])
files("part-")
one = {"tensor_name": "b", "dt": tf.float32}
tell(r.Restore, file_pattern="part-*", **one)
tell(r.Restore, file_pattern="part-0", **one)
for part in ("6 4 2,2:1,2", "5 4 2,2:1,2", "", "6 4"):
    tell(r.RestoreSlice, file_pattern="part-*", shape_and_slice=part, **one)
tell(r.Restore, file_pattern="none", **one)
tell(r.Restore, file_pattern="many", tensor_name="zz", dt=tf.float32)
tell(r.Restore, file_pattern="many", tensor_name="b", dt=tf.int32)
tell(r.Restore, file_pattern=["many", "many"], tensor_name="b", dt=tf.float32)
tell(r.Save, filename="no/where", tensor_names=["b"], data=[a])
tell(r.Save, filename="wrong", tensor_names=["b"], data=[a, a])
tell(r.SaveSlices, filename="wrong", tensor_names=["b"], shapes_and_slices=["6 4 0,2:-"], data=[a])
tell(r.RestoreV2, prefix="many", tensor_names=["b", "a"], shape_and_slices=["", ""], dtypes=[tf.float32, tf.int32])
print(tf.train.list_variables("many"), tf.train.load_variable("many", "b").tolist())
print(tf.compat.v1.train.checkpoint_exists("many"), tf.compat.v1.train.checkpoint_exists("nothing"))
with open("junk", "w") as file:
    print(file.write("this is no table at all, but long enough to be one, with forty-eight bytes and more"))
tell(r.Restore, file_pattern="junk", **one)
tf.train.load_checkpoint("junk")
r.SaveV2(
    prefix="m-a", tensor_names=["z", "b"], shape_and_slices=["", "6 4 0,3:-"], tensors=[tf.constant([1.0, 2.0]), a]
)
r.SaveV2(prefix="m-b", tensor_names=["y", "b"], shape_and_slices=["3 4 -:-", "6 4 3,3:-"], tensors=[a * 5, a])
files("m-")
r.MergeV2Checkpoints(checkpoint_prefixes=["m-a", "m-b"], destination_prefix="merged")
files("m")
show(r.RestoreV2(prefix="merged", tensor_names=["b", "y", "z"], shape_and_slices=["", "", ""], dtypes=[tf.float32] * 3))


def remap(rows, columns, fresh, name="y"):
    given = {"row_remapping": tf.constant(rows, tf.int64), "col_remapping": tf.constant(columns, tf.int64)}
    given |= {"initializing_values": tf.constant(fresh, tf.float32), "num_rows": len(rows)}
    tell(r.LoadAndRemapMatrix, ckpt_path="merged", old_tensor_name=name, num_cols=len(columns) or 4, **given)


remap([2, -1, 0], [1, 0, -1], [9.0, 8.0, 7.0, 6.0, 5.0])
remap([2, 1], [], [])
remap([2, 2], [], [])
remap([2, -1], [], [1.0])
remap([2, 7], [], [1.0, 2.0, 3.0, 4.0])
remap([2, 1], [], [], "z")
remap([2, 1], [], [], "b")
