r = tf.raw_ops
I = tf.int64
F = tf.float32


def k(x):
    return tf.constant(x, I)


def show(found):
    for x in tf.nest.flatten(found):
        print(x.dtype.name, x.numpy().round(5).tolist())


def dense(m, kind=F):
    show(r.CSRSparseMatrixToDense(sparse_input=m, type=kind))


places = k([[0, 1], [1, 0], [1, 2]])
m = r.SparseTensorToCSRSparseMatrix(indices=places, values=[1.0, 2.0, 3.0], dense_shape=k([2, 3]))
dense(m)
dense(m, tf.float64)
show(r.CSRSparseMatrixToSparseTensor(sparse_matrix=m, type=F))
show(r.CSRSparseMatrixComponents(csr_sparse_matrix=m, index=0, type=F))
r.CSRSparseMatrixComponents(csr_sparse_matrix=m, index=1, type=F)
show(r.SparseMatrixNNZ(sparse_matrix=m))
dense(r.SparseMatrixTranspose(input=m, type=F))
b = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
show(r.SparseMatrixMatMul(a=m, b=b))
show(r.SparseMatrixMatMul(a=m, b=tf.transpose(b), transpose_b=True))
show(r.SparseMatrixMatMul(a=m, b=b[:2], adjoint_a=True))
show(r.SparseMatrixMatMul(a=m, b=b, transpose_output=True))
r.SparseMatrixMatMul(a=m, b=b[:2])
r.SparseMatrixMatMul(a=m, b=tf.constant([1.0]))
other = r.SparseMatrixTranspose(input=m, type=F)
dense(r.SparseMatrixSparseMatMul(a=m, b=other, type=F))
dense(r.SparseMatrixSparseMatMul(a=m, b=m, type=F, transpose_b=True))
r.SparseMatrixSparseMatMul(a=m, b=m, type=F)
batch = r.DenseToCSRSparseMatrix(
    dense_input=[[[0.0, 1.0], [2.0, 0.0]], [[0.0, 3.0], [0.0, 4.0]]],
    indices=k([[0, 0, 1], [0, 1, 0], [1, 0, 1], [1, 1, 1]]),
)
dense(batch)
show(r.SparseMatrixNNZ(sparse_matrix=batch))
show(r.CSRSparseMatrixComponents(csr_sparse_matrix=batch, index=1, type=F))
show(r.SparseMatrixMatMul(a=batch, b=tf.ones([2, 2, 1])))
dense(r.SparseMatrixSparseMatMul(a=batch, b=batch, type=F))
dense(r.SparseMatrixTranspose(input=batch, type=F))
c = r.SparseTensorToCSRSparseMatrix(
    indices=places, values=tf.constant([1 + 1j, 2, 3j], tf.complex64), dense_shape=k([2, 3])
)
dense(r.SparseMatrixTranspose(input=c, conjugate=True, type=tf.complex64), tf.complex64)
r.SparseTensorToCSRSparseMatrix(indices=k([[0]]), values=[1.0], dense_shape=k([2]))
