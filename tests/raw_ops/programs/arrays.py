r = tf.raw_ops
F = tf.float32


def k(x):
    return tf.constant(x, tf.int64)


def show(found):
    for x in tf.nest.flatten(found):
        print(x.dtype.name, x.shape, x.numpy().tolist())


a, flow = r.TensorArrayV3(size=3, dtype=F)
show(flow)
flow = r.TensorArrayWriteV3(handle=a, index=0, value=[1.0, 2.0], flow_in=flow)
flow = r.TensorArrayWriteV3(handle=a, index=2, value=[3.0, 4.0], flow_in=flow)
r.TensorArrayWriteV3(handle=a, index=2, value=[3.0, 4.0], flow_in=flow)
r.TensorArrayWriteV3(handle=a, index=3, value=[3.0, 4.0], flow_in=flow)
r.TensorArrayWriteV3(handle=a, index=1, value=[3, 4], flow_in=flow)
show(r.TensorArraySizeV3(handle=a, flow_in=flow))
show(r.TensorArrayReadV3(handle=a, index=2, flow_in=flow, dtype=F))
r.TensorArrayReadV3(handle=a, index=2, flow_in=flow, dtype=F)
r.TensorArrayReadV3(handle=a, index=1, flow_in=flow, dtype=F)
r.TensorArrayReadV3(handle=a, index=0, flow_in=flow, dtype=tf.int32)
r.TensorArrayCloseV3(handle=a)
r.TensorArraySizeV3(handle=a, flow_in=flow)
b, flow = r.TensorArrayV3(size=2, dtype=F, clear_after_read=False, dynamic_size=True)
flow = r.TensorArrayScatterV3(handle=b, indices=[1, 0, 2], value=[[1.0], [2.0], [3.0]], flow_in=flow)
show(r.TensorArrayGatherV3(handle=b, indices=[0, 1, 2], flow_in=flow, dtype=F))
show(r.TensorArrayGatherV3(handle=b, indices=[2, 2], flow_in=flow, dtype=F))
show(r.TensorArrayConcatV3(handle=b, flow_in=flow, dtype=F))
r.TensorArrayGatherV3(handle=b, indices=[5], flow_in=flow, dtype=F)
c, flow = r.TensorArrayV3(size=2, dtype=tf.string)
flow = r.TensorArraySplitV3(handle=c, value=["a", "b", "c"], lengths=k([1, 2]), flow_in=flow)
show(r.TensorArrayConcatV3(handle=c, flow_in=flow, dtype=tf.string))
r.TensorArraySplitV3(handle=c, value=["a", "b", "c"], lengths=k([1, 1]), flow_in=flow)
g, flow2 = r.TensorArrayGradV3(handle=b, flow_in=flow, source="g")
flow2 = r.TensorArrayWriteV3(handle=g, index=0, value=[5.0], flow_in=flow2)
flow2 = r.TensorArrayWriteV3(handle=g, index=0, value=[6.0], flow_in=flow2)
show(r.TensorArrayReadV3(handle=g, index=0, flow_in=flow2, dtype=F))
places = k([[0, 1], [1, 0], [1, 2]])
one = r.AddManySparseToTensorsMap(
    sparse_indices=places, sparse_values=[1.0, 2.0, 3.0], sparse_shape=k([2, 3]), shared_name="m"
)
print(one.shape, one.dtype)
show(r.TakeManySparseFromTensorsMap(sparse_handles=one, dtype=F, shared_name="m"))
r.TakeManySparseFromTensorsMap(sparse_handles=one, dtype=F, shared_name="m")
two = r.AddSparseToTensorsMap(
    sparse_indices=places, sparse_values=["a", "b", "c"], sparse_shape=k([2, 3]), shared_name="n"
)
show(r.TakeManySparseFromTensorsMap(sparse_handles=[two], dtype=tf.string, shared_name="n"))
x = tf.reshape(tf.sin(tf.range(24.0)), [4, 2, 3])
labels = k([[0, 0], [0, 1], [1, 0]])
show(r.CTCLoss(inputs=x, labels_indices=labels, labels_values=[0, 1, 1], sequence_length=[4, 3]))
r.CTCLoss(inputs=x, labels_indices=labels, labels_values=[1, 1, 1], sequence_length=[2, 3])
show(
    r.CTCLoss(
        inputs=x,
        labels_indices=labels,
        labels_values=[1, 1, 1],
        sequence_length=[2, 3],
        ignore_longer_outputs_than_inputs=True,
    )
)
r.CTCLoss(inputs=x, labels_indices=labels, labels_values=[0, 2, 1], sequence_length=[4, 3])
r.CTCLoss(inputs=x, labels_indices=labels, labels_values=[0, 1, 1], sequence_length=[5, 3])
f = tf.function(lambda x, y: x + y).get_concrete_function(tf.TensorSpec([None], F), tf.TensorSpec([None], F))
show(
    r.BatchFunction(
        in_tensors=[[1.0], [2.0]],
        captured_tensors=[],
        f=f,
        num_batch_threads=1,
        max_batch_size=4,
        batch_timeout_micros=10,
        Tout=[F],
    )
)
