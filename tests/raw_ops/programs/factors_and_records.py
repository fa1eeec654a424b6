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


def factor(dense, order, kind=tf.float32):
    dense = tf.constant(dense, kind)
    places = tf.where(dense != 0)
    matrix = r.DenseToCSRSparseMatrix(dense_input=dense, indices=places)
    found = r.SparseMatrixSparseCholesky(input=matrix, permutation=order, type=kind)
    return r.CSRSparseMatrixToSparseTensor(sparse_matrix=found, type=kind)


arrow = np.diag([5.0, 4.0, 6.0, 7.0, 3.0])
arrow[0, 1:] = arrow[1:, 0] = [1.0, -1.0, 0.5, 0.25]
tell(factor, arrow, [0, 1, 2, 3, 4])
tell(factor, arrow, [4, 3, 2, 1, 0])
tell(factor, arrow, [2, 0, 4, 1, 3], tf.float64)
tell(factor, np.tril(arrow), [1, 2, 3, 4, 0])
band = np.diag([4.0] * 5) + np.diag([1.0] * 4, 1) + np.diag([1.0] * 4, -1)
tell(factor, band, [0, 1, 2, 3, 4])
tell(factor, np.stack([arrow, band]), [[0, 1, 2, 3, 4], [1, 0, 3, 2, 4]])
unitary = arrow + 1j * np.triu(arrow, 1) * 0.1 - 1j * np.tril(arrow, -1) * 0.1
tell(factor, unitary, [3, 1, 2, 0, 4], tf.complex64)
tell(factor, -arrow, [0, 1, 2, 3, 4])
tell(factor, arrow[:4], [0, 1, 2, 3])
tell(factor, arrow, [0, 1, 2])
tell(factor, arrow, [[0, 1, 2, 3, 4]])
for name in ("a", "b"):
    with tf.io.TFRecordWriter(f"{name}.tfrecord") as writer:
        for i in range(5):
            writer.write(f"{name}{i}".encode())
records = {"file_pattern": "?.tfrecord", "file_parallelism": 1, "file_buffer_size": 4}
print(sorted(r.RecordInput(batch_size=10, **records).numpy().tolist()))
print(sorted(r.RecordInput(batch_size=10, **records).numpy().tolist()))
print(r.RecordInput(batch_size=0, **records))
some = [r.RecordInput(batch_size=5, **records | {"file_random_seed": 7}).numpy().tolist() for _ in range(2)]
print(sorted(some[0] + some[1]))
tell(r.RecordInput, batch_size=-1, **records)
tell(r.RecordInput, batch_size=1, **records | {"file_parallelism": -1})
tell(r.RecordInput, batch_size=1, file_pattern="none*")


def order(dense):
    matrix = r.DenseToCSRSparseMatrix(dense_input=dense, indices=tf.where(dense != 0))
    return r.SparseMatrixOrderingAMD(input=matrix)


tell(order, tf.constant(arrow))
tell(order, tf.constant(band))
tell(order, tf.constant(np.stack([arrow, band, np.eye(5)])))
for size, apart in ((30, 7), (40, 11), (25, 4)):
    places = np.arange(size * size).reshape(size, size)
    marks = (places * places % 997 % apart == 0).astype("float32") * (places % 5 == 0)
    tell(order, tf.constant(marks + marks.T + 9.0 * np.eye(size, dtype="float32")))
tell(order, tf.constant(np.diag([1.0, 2.0, 0.0, 3.0]) + np.eye(4, k=2)))
tell(order, tf.constant(arrow[:4]))
