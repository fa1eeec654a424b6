import gzip
import os
import sqlite3
import zlib

Dataset = tf.data.Dataset
r = Dataset.range(5)


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


def show(dataset):
    for element in dataset.as_numpy_iterator():
        print(element)


write("lines.txt", b"a\r\nb\n\nc")
write("more.txt", b"12345")
write("lines.gz", gzip.compress(b"x\ny\n"))
write("lines.zz", zlib.compress(b"p\nq\n"))
show(tf.data.TextLineDataset(["lines.txt", "more.txt"]))
show(tf.data.TextLineDataset("lines.gz", compression_type="GZIP"))
show(tf.data.TextLineDataset("lines.zz", compression_type="ZLIB"))
show(tf.data.TextLineDataset(Dataset.list_files("*.txt", shuffle=False)).skip(1))
show(Dataset.list_files("*.txt", shuffle=False))
show(Dataset.list_files(["m*.txt", "l*.txt"], shuffle=False))
print(Dataset.list_files("*.txt"), Dataset.list_files("*.txt", shuffle=False).cardinality())
show(tf.data.FixedLengthRecordDataset("more.txt", 2, header_bytes=1))
show(tf.data.FixedLengthRecordDataset("more.txt", 2, footer_bytes=1))
for dataset in (
    tf.data.TextLineDataset("x"),
    tf.data.TFRecordDataset(["x", "y"], num_parallel_reads=2),
    tf.data.FixedLengthRecordDataset("x", 2),
    tf.data.experimental.CsvDataset("x", [tf.float32]),
    tf.data.experimental.SqlDataset("sqlite", "x", "q", (tf.int32,)),
):
    print(dataset, dataset.cardinality().numpy(), type(dataset))
tf.data.experimental.TFRecordWriter("w.rec").write(Dataset.from_tensor_slices(["a", "b", "c"]))
show(tf.data.TFRecordDataset("w.rec"))
show(tf.data.TFRecordDataset(["w.rec", "w.rec"], num_parallel_reads=2))
show(Dataset.from_tensor_slices(["lines.txt", "more.txt"]).interleave(tf.data.TextLineDataset, cycle_length=2))
show(Dataset.from_tensor_slices(["lines.txt"]).map(tf.io.read_file))
list(tf.data.TextLineDataset("nope"))
print(str(_error).split("}} ")[-1])
list(tf.data.TFRecordDataset("nope"))
list(tf.data.FixedLengthRecordDataset("more.txt", 2))
print(str(_error).split("}} ")[-1])
Dataset.list_files("nope*")
print(_error)
tf.data.TextLineDataset(5)
print(_error)

# CSV and SQL
write("a.csv", b'name,age,score,when\nann,3,1.5,x\nbob,,2.5,"y,z"\ncid,5000000000,3,\n')
write("b.csv", b"name,age,score,when\ndan,7,1e300,x\n")
csv = tf.data.experimental.make_csv_dataset
print(csv("a.csv", 2, shuffle=False))
print(csv("a.csv", 2, label_name="score"))
for batch in csv("a.csv", 2, shuffle=False, num_epochs=1):
    print(batch)
for features, label in csv("a.csv", 2, shuffle=False, num_epochs=1, label_name="age"):
    print(list(features), label)
for batch in csv(["a.csv", "b.csv"], 5, shuffle=False, num_epochs=1, select_columns=["name", "score"]):
    print(batch)
for batch in csv("b.csv", 5, column_names=["a", "b", "c", "d"], shuffle=False, num_epochs=1):
    print(batch)
csv("a.csv", 2, label_name="foo")
print(_error)
csv("nope*", 2)
print(_error)
csv("a.csv", 2, select_columns=["zz"])
csv("a.csv", 2, header=False)
defaults = [tf.string, tf.constant([-1], tf.int64), tf.float32, "none"]
show(tf.data.experimental.CsvDataset("a.csv", defaults, header=True))
show(tf.data.experimental.CsvDataset("a.csv", [tf.string, tf.float32], header=True, select_cols=[0, 2]))
list(tf.data.experimental.CsvDataset("a.csv", [tf.string, tf.int32], header=True, select_cols=[0, 1]))
print(str(_error).split("}} ")[-1])
with sqlite3.connect("x.db") as connection:
    _ = connection.execute("create table t(a int, b text, c real)")
    _ = connection.execute("insert into t values(1, 'x', 1.5), (2, null, 2.5)")
show(tf.data.experimental.SqlDataset("sqlite", "x.db", "select * from t", (tf.int32, tf.string, tf.float64)))
list(tf.data.experimental.SqlDataset("sqlite", "x.db", "select * from t", (tf.int32,)))
list(tf.data.experimental.SqlDataset("sqlite", "x.db", "select * from u", (tf.int32,)))
tf.data.experimental.SqlDataset("foo", "x.db", "select * from t", (tf.int32,))

# Saved datasets
Dataset.zip((r, (r.map(lambda x: x * 2), Dataset.from_tensor_slices(["x", "y"])))).save("saved")
print(Dataset.load("saved"), Dataset.load("saved").cardinality())
show(Dataset.load("saved"))
print(sorted(os.listdir("saved"))[1:])
r.save("zipped", compression="GZIP", shard_func=lambda x: x % 2)
show(Dataset.load("zipped", compression="GZIP"))
show(Dataset.load("zipped", compression="GZIP", reader_func=lambda shards: shards.flat_map(lambda x: x)))
Dataset.load("nope")
print(_error)
cached = r.map(lambda x: x * 3).cache("cache")
show(cached.batch(5))
print(sorted(os.listdir("."))[4:6])
show(cached.take(2))
snapped = r.snapshot("snap")
show(snapped.batch(5))
show(snapped.batch(5))
