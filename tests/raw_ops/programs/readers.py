r = tf.raw_ops
I = tf.int64


def k(x):
    return tf.constant(x, I)


made = []


def work(*names):
    queue = r.FIFOQueueV2(component_types=[tf.string], shared_name=f"queue{len(made)}")
    made.append(queue)
    for name in names:
        r.QueueEnqueueV2(handle=queue, components=[name])
    r.QueueCloseV2(handle=queue)
    return queue


def read(reader, queue, most=9):
    for _ in range(most):
        try:
            key, value = r.ReaderReadV2(reader_handle=reader, queue_handle=queue)
            print(key.numpy(), value.numpy())
        except tf.errors.OutOfRangeError:
            print("end")
            break
    print(r.ReaderNumRecordsProducedV2(reader_handle=reader).numpy())
    print(r.ReaderNumWorkUnitsCompletedV2(reader_handle=reader).numpy())


with open("a.txt", "w") as file:
    _ = file.write("one\ntwo\nthree\n")
with open("b.txt", "w") as file:
    _ = file.write("four\r\nfive")
with tf.io.TFRecordWriter("c.rec") as writer:
    for text in (b"x", b"yy", b""):
        writer.write(text)
with tf.io.TFRecordWriter("d.rec", "GZIP") as writer:
    for text in (b"x", b"yy"):
        writer.write(text)
with open("e.bin", "wb") as file:
    _ = file.write(bytes(range(20)))
read(r.IdentityReaderV2(shared_name=f"id{len(made)}"), work("a", "b"))
read(r.WholeFileReaderV2(shared_name=f"x{len(made)}"), work("a.txt", "b.txt"))
read(r.TextLineReaderV2(shared_name=f"x{len(made)}"), work("a.txt", "b.txt"))
read(r.TextLineReaderV2(shared_name=f"x{len(made)}", skip_header_lines=1), work("a.txt", "b.txt"))
read(r.TextLineReaderV2(skip_header_lines=-1), work("a.txt"))
read(r.TFRecordReaderV2(shared_name=f"x{len(made)}"), work("c.rec"))
read(r.TFRecordReaderV2(shared_name=f"x{len(made)}", compression_type="GZIP"), work("d.rec"))
read(r.TFRecordReaderV2(shared_name=f"x{len(made)}"), work("a.txt"))
read(r.FixedLengthRecordReaderV2(shared_name=f"x{len(made)}", record_bytes=4), work("e.bin"))
read(
    r.FixedLengthRecordReaderV2(shared_name=f"x{len(made)}", record_bytes=4, header_bytes=2, footer_bytes=3),
    work("e.bin"),
)
read(r.FixedLengthRecordReaderV2(shared_name=f"x{len(made)}", record_bytes=4, hop_bytes=2), work("e.bin"))
read(r.FixedLengthRecordReaderV2(shared_name=f"x{len(made)}", record_bytes=4, hop_bytes=6), work("e.bin"))
r.FixedLengthRecordReaderV2(record_bytes=1, header_bytes=-1)
r.FixedLengthRecordReaderV2(record_bytes=1, encoding="what")
reader, queue = r.TextLineReaderV2(shared_name=f"x{len(made)}"), work("a.txt", "b.txt")
print(r.ReaderReadUpToV2(reader_handle=reader, queue_handle=queue, num_records=k(2)))
print(r.ReaderReadUpToV2(reader_handle=reader, queue_handle=queue, num_records=k(2)))
print(r.ReaderReadUpToV2(reader_handle=reader, queue_handle=queue, num_records=k(9)))
r.ReaderReadUpToV2(reader_handle=reader, queue_handle=queue, num_records=k(1))
reader, queue = r.IdentityReaderV2(shared_name=f"id{len(made)}"), work("a", "b", "c")
print(r.ReaderReadV2(reader_handle=reader, queue_handle=queue))
state = r.ReaderSerializeStateV2(reader_handle=reader)
print(r.ReaderReadV2(reader_handle=reader, queue_handle=queue))
r.ReaderRestoreStateV2(reader_handle=reader, state=state)
print(r.ReaderNumRecordsProducedV2(reader_handle=reader))
r.ReaderRestoreStateV2(reader_handle=reader, state="what")
r.ReaderResetV2(reader_handle=reader)
print(r.ReaderNumRecordsProducedV2(reader_handle=reader))
r.ReaderSerializeStateV2(reader_handle=r.TextLineReaderV2(shared_name=f"x{len(made)}"))
shared = r.IdentityReaderV2(shared_name="reader")
queue = work("a", "b", "c")
print(r.ReaderReadV2(reader_handle=shared, queue_handle=queue))
print(r.ReaderNumRecordsProducedV2(reader_handle=r.IdentityReaderV2(shared_name="reader")))
