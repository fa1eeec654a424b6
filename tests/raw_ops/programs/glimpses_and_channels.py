r = tf.raw_ops
I = tf.int64
F = tf.float32


def k(x):
    return tf.constant(x, I)


def show(found):
    for x in tf.nest.flatten(found):
        print(x.dtype.name, x.shape, np.asarray(x).tolist())


sparse = tf.sparse.from_dense([[1, 0], [0, 2]])
text = tf.io.serialize_sparse(sparse)
show(r.DeserializeSparse(serialized_sparse=text, dtype=tf.int32))
show(r.DeserializeSparse(serialized_sparse=tf.stack([text, text]), dtype=tf.int32))
show(r.DeserializeSparse(serialized_sparse=tf.reshape(tf.stack([text] * 4), [2, 2, 3]), dtype=tf.int32))
r.DeserializeSparse(serialized_sparse=["a", "b"], dtype=tf.int32)
r.DeserializeSparse(serialized_sparse=text, dtype=F)
x = tf.constant([[-1.5, -0.5, 0.0], [0.5, 1.0, 2.0]])
g = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
show(r.QuantizeAndDequantizeV4Grad(gradients=g, input=x, input_min=-1.0, input_max=1.0))
show(
    r.QuantizeAndDequantizeV4Grad(gradients=g, input=x, input_min=[-2.0, -0.1, 0.0], input_max=[1.0, 1.0, 1.0], axis=1)
)
r.QuantizeAndDequantizeV4Grad(gradients=g, input=x, input_min=[-1.0], input_max=[1.0], axis=1)


def quantized(values, low, high, kind):
    return tf.quantization.quantize(tf.constant(values), low, high, kind)[0]


def plain(found):
    q, low, high = found
    show([tf.cast(q, tf.int32), low, high])


a, b = quantized([-3.0, 0.5, 2.0, 4.0], -4.0, 4.0, tf.quint8), quantized([1.0, 0.5, 0.25, 0.75], -1.0, 1.0, tf.quint8)
ends = {"min_x": -4.0, "max_x": 4.0, "min_y": -1.0, "max_y": 1.0}
plain(r.QuantizedAdd(x=a, y=b, **ends))
plain(r.QuantizedAdd(x=a, y=b[:1], **ends))
plain(r.QuantizedAdd(x=tf.reshape(a, [2, 2]), y=b[:2], **ends))
c = quantized([[[[100.0, -20.0], [30.0, 70.0]]]], -128.0, 128.0, tf.qint32)
channel = {"input": c, "input_min": [-128.0, -64.0], "input_max": [128.0, 64.0]}
show(r.RequantizationRangePerChannel(clip_value_max=1e6, **channel))
show(r.RequantizationRangePerChannel(clip_value_max=50.0, **channel))
wanted = {"requested_output_min": -100.0, "requested_output_max": 100.0}
plain(r.RequantizePerChannel(out_type=tf.qint8, **wanted, **channel))
plain(r.RequantizePerChannel(requested_output_min=0.0, requested_output_max=100.0, **channel))
images = tf.reshape(tf.range(2 * 5 * 6 * 1.0), [2, 5, 6, 1])
window = {"input": images, "size": [3, 3], "offsets": [[0.25, -0.5], [0.0, 0.0]], "uniform_noise": False}
for centered in (True, False):
    for normalized in (True, False):
        show(r.ExtractGlimpse(centered=centered, normalized=normalized, noise="zero", **window))
r.ExtractGlimpse(noise="what", **window)
r.ExtractGlimpse(input=images, size=[3, 3], offsets=[[0.0, 0.0], [0.0, 0.0]], uniform_noise=True, noise="zero")
picture = tf.cast(tf.reshape(tf.range(48) * 5, [4, 4, 3]), tf.uint8)
show(tf.io.decode_jpeg(r.EncodeJpegVariableQuality(images=picture, quality=100)).shape)
r.EncodeJpegVariableQuality(images=picture, quality=101)
with open("new.txt", "w") as file:
    _ = file.write("a\nb\nc\nd\n")
with open("old.txt", "w") as file:
    _ = file.write("c\nx\na\n")
files = {"new_vocab_file": "new.txt", "old_vocab_file": "old.txt"}
show(r.GenerateVocabRemapping(new_vocab_offset=0, num_new_vocab=4, **files))
show(r.GenerateVocabRemapping(new_vocab_offset=1, num_new_vocab=2, old_vocab_size=1, **files))
r.GenerateVocabRemapping(new_vocab_offset=3, num_new_vocab=2, **files)
f32 = tf.TensorSpec([], F)
double = tf.function(lambda x: x * 2).get_concrete_function(f32)
show(r.RemoteCall(target="/job:localhost/replica:0/task:0/device:CPU:0", args=[3.0], Tout=[F], f=double))
v = tf.Variable([1.0, 2.0])
r.DisableCopyOnRead(resource=v.handle)
show(v.read_value())
r.SyncDevice()
