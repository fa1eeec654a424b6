from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

fd = descriptor_pb2.FileDescriptorSet()
f = fd.file.add()
f.name = "demo.proto"
f.package = "demo"
f.syntax = "proto2"
T = descriptor_pb2.FieldDescriptorProto


def show(found):
    print(found.sizes, found.values)


e = f.enum_type.add()
e.name = "E"
for i, n in enumerate(("A", "B")):
    v = e.value.add()
    v.name = n
    v.number = i
m = f.message_type.add()
m.name = "M"


def add(name, num, typ, label=T.LABEL_OPTIONAL, default=None, tn=None, packed=None):
    x = m.field.add()
    x.name = name
    x.number = num
    x.type = typ
    x.label = label
    if default is not None:
        x.default_value = default
    if tn:
        x.type_name = tn
    if packed:
        x.options.packed = True


add("f", 1, T.TYPE_FLOAT, default="1.5")
add("d", 2, T.TYPE_DOUBLE, T.LABEL_REPEATED)
add("i", 3, T.TYPE_INT32, T.LABEL_REPEATED, packed=True)
add("u", 4, T.TYPE_UINT64)
add("s", 5, T.TYPE_STRING, T.LABEL_REPEATED)
add("b", 6, T.TYPE_BOOL, default="true")
add("e", 7, T.TYPE_ENUM, tn=".demo.E")
add("m", 8, T.TYPE_MESSAGE, T.LABEL_REPEATED, tn=".demo.M")
add("u32", 9, T.TYPE_UINT32)
add("by", 10, T.TYPE_BYTES)
add("sf", 11, T.TYPE_SFIXED64)
add("si", 12, T.TYPE_SINT32)
src = b"bytes://" + fd.SerializeToString()

pool = descriptor_pool.DescriptorPool()
pool.Add(f)
M = message_factory.GetMessageClass(pool.FindMessageTypeByName("demo.M"))
a = M(
    f=2.5,
    d=[1, 2, 3],
    i=[-1, 5],
    u=2**63 + 1,
    s=["x", "yy"],
    b=False,
    e=1,
    m=[M(f=1.0)],
    u32=2**32 - 1,
    by=b"q",
    sf=-7,
    si=-3,
)
b = M(i=[7])
D = [a.SerializeToString(), b.SerializeToString()]


def dec(names, types, data=D, **k):
    r = tf.io.decode_proto(data, "demo.M", names, types, descriptor_source=src, **k)
    return r.sizes.numpy().tolist(), [(v.dtype.name, v.shape, v.numpy().tolist()) for v in r.values]


print(dec(["f", "d", "i"], [tf.float32, tf.float64, tf.int32]))
print(dec(["f", "i", "u", "u32"], [tf.float64, tf.int64, tf.uint64, tf.int64]))
print(dec(["u", "u32", "sf", "si"], [tf.int64, tf.uint32, tf.int64, tf.int32]))
print(dec(["u32"], [tf.uint64]))
print(dec(["u32"], [tf.int32]))
print(dec(["i"], [tf.float32]))
print(dec(["d"], [tf.float32]))
print(dec(["f"], [tf.int32]))
print(dec(["s", "b", "e", "m", "by"], [tf.string, tf.bool, tf.int32, tf.string, tf.string]))
print(dec(["e"], [tf.string]))
print(dec(["nope"], [tf.string]))
print(dec(["f"], [tf.float32, tf.float32]))
print(dec([], []))
print(dec(["f"], [tf.float32], data=[b"\xff\xff"]))
print(dec(["f"], [tf.float32], data=b""))
print(dec(["f", "i"], [tf.float32, tf.int32], data=[["f: 3.0 i: 4 i: 5"]], message_format="text"))
print(dec(["f"], [tf.float32], data=["f: what"], message_format="text"))
print(dec(["f"], [tf.float32], message_format="json"))
show(tf.io.decode_proto(D, "demo.N", ["f"], [tf.float32], descriptor_source=src))
show(tf.io.decode_proto(D, "demo.M", ["f"], [tf.float32], descriptor_source="/no/such"))
show(tf.io.decode_proto(D, "demo.M", ["f"], [tf.float32]))
show(tf.io.decode_proto([b"\x15\x00\x00\x80?"], "tensorflow.Summary.Value", ["simple_value"], [tf.float32]))
tf.io.write_file("demo.desc", fd.SerializeToString())
print(tf.io.decode_proto(D, "demo.M", ["f"], [tf.float32], descriptor_source="demo.desc")[0])


def enc(sizes, values, names, **k):
    return tf.io.encode_proto(sizes, values, names, "demo.M", descriptor_source=src, **k)


print(enc([[1, 2], [0, 1]], [tf.constant([[1.0], [2.0]]), tf.constant([[3, 4], [5, 6]])], ["f", "i"]))
print(enc([[2, 1]], [tf.constant([["x", "y"]]), tf.constant([[7.5, 0.0]], tf.float64)], ["s", "d"]))
print(
    enc(
        [[1, 1, 1, 1]],
        [
            tf.constant([[True]]),
            tf.constant([[1]]),
            tf.constant([[b"\x0d\x00\x00\x80?"]]),
            tf.constant([[2**62]], tf.int64),
        ],
        ["b", "e", "m", "u"],
    )
)
print(enc([[2]], [tf.constant([[1.0, 2.0]])], ["f"]))
print(enc([[3]], [tf.constant([[1, 2]])], ["i"]))
print(enc([[1]], [tf.constant([[1.0]])], ["i"]))
print(enc([[1]], [tf.constant([[1]], tf.int64)], ["i"]))
print(enc([1], [tf.constant([4])], ["i"]))
print(enc([[1], [1]], [tf.constant([[4]])], ["i"]))
print(enc([[1, 1]], [tf.constant([[4]])], ["i"]))
print(enc([[1]], [tf.constant([[4]])], ["nope"]))
