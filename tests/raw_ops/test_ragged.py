"""tf.raw_ops on parts of ragged and sparse tensors, and other small families, as TensorFlow's do."""

import pytest

from tests.facts import Facts

SPLITS = "tf.constant([0, 2, 2, 5], tf.int64)"
INDICES = "tf.constant({}, tf.int64)"

facts = Facts(
    __file__,
    f"""
tf.raw_ops.RaggedGather(params_nested_splits=[{SPLITS}], params_dense_values=f(5), indices=[2, 0, 2], \
OUTPUT_RAGGED_RANK=1)
tf.raw_ops.RaggedGather(params_nested_splits=[{SPLITS}], params_dense_values=f(5, 2), indices=[[2, 0], [1, 1]], \
OUTPUT_RAGGED_RANK=2)
tf.raw_ops.RaggedGather(params_nested_splits=[{SPLITS}], params_dense_values=['a', 'b', 'c', 'd', 'e'], \
indices=[1, 0], OUTPUT_RAGGED_RANK=1)
tf.raw_ops.RaggedGather(params_nested_splits=[tf.constant([0, 1, 3], tf.int64), {SPLITS}], params_dense_values=f(5), \
indices=[1, 0], OUTPUT_RAGGED_RANK=2)
tf.raw_ops.RaggedGather(params_nested_splits=[{SPLITS}], params_dense_values=f(5), indices=[3], OUTPUT_RAGGED_RANK=1)
tf.raw_ops.RaggedRange(starts=[0, 5], limits=[3, 7], deltas=1)
tf.raw_ops.RaggedRange(starts=[0, 5], limits=[3, 7], deltas=0)
tf.raw_ops.RaggedTensorToSparse(rt_nested_splits=[{SPLITS}], rt_dense_values=f(5))
tf.raw_ops.RaggedTensorToSparse(rt_nested_splits=[{SPLITS}], rt_dense_values=f(5, 2))
tf.raw_ops.RaggedTensorToSparse(rt_nested_splits=[{SPLITS}], rt_dense_values=f(4))
tf.raw_ops.RaggedTensorToTensor(shape=-1, values=f(5), default_value=0., row_partition_tensors=[{SPLITS}], \
row_partition_types=['ROW_SPLITS'])
tf.raw_ops.RaggedTensorToTensor(shape=[-1, 2], values=f(5), default_value=9., row_partition_tensors=[{SPLITS}], \
row_partition_types=['ROW_SPLITS'])
tf.raw_ops.RaggedTensorToTensor(shape=[4, 4], values=f(3), default_value=0., row_partition_tensors=[3, [0, 0, 2]], \
row_partition_types=['FIRST_DIM_SIZE', 'VALUE_ROWIDS'])
tf.raw_ops.SparseFillEmptyRowsGrad(reverse_index_map={INDICES.format("[2, 1]")}, grad_values=f(4))
tf.raw_ops.SparseFillEmptyRowsGrad(reverse_index_map={INDICES.format("[2, 7]")}, grad_values=f(4))
tf.raw_ops.SparseAddGrad(backprop_val_grad=[1., 2., 3.], a_indices={INDICES.format("[[0, 1], [2, 0]]")}, \
b_indices={INDICES.format("[[0, 1], [1, 1]]")}, sum_indices={INDICES.format("[[0, 1], [1, 1], [2, 0]]")})
tf.raw_ops.SparseSliceGrad(backprop_val_grad=f(2), input_indices={INDICES.format("[[0, 1], [1, 1], [2, 0]]")}, \
input_start={INDICES.format("[1, 0]")}, output_indices={INDICES.format("[[0, 1], [1, 0]]")})
tf.raw_ops.NearestNeighbors(points=tf.constant([[1., 2.], [3., 4.]]), \
centers=tf.constant([[0., 0.], [3., 3.], [1., 1.]]), k=tf.constant(2, tf.int64))
tf.raw_ops.NearestNeighbors(points=f(2, 2), centers=f(3, 3), k=tf.constant(2, tf.int64))
tf.raw_ops.ShardedFilename(basename='b', shard=1, num_shards=4)[None]
tf.raw_ops.ShardedFilespec(basename='b', num_shards=4)[None]
tf.raw_ops.FusedPadConv2D(input=tf.reshape(tf.range(9.), [1, 3, 3, 1]), paddings=[[0, 0], [1, 1], [0, 1], [0, 0]], \
filter=tf.ones([2, 2, 1, 1]), mode='REFLECT', strides=[1, 1, 1, 1], padding='VALID')
tf.raw_ops.FusedResizeAndPadConv2D(input=tf.reshape(tf.range(9.), [1, 3, 3, 1]), size=[4, 4], \
paddings=[[0, 0], [1, 1], [0, 1], [0, 0]], filter=tf.ones([2, 2, 1, 1]), mode='SYMMETRIC', strides=[1, 1, 1, 1], \
padding='SAME')
tf.raw_ops.ApproxTopK(input=tf.constant([[1., 5., 3.]]), k=2)
"""
    + "\n".join(
        f"tf.raw_ops.ScaleAndTranslate(images=f(1, 4, 5, 1), size=[3, 6], scale=[{scale}], translation=[{shift}], "
        f"kernel_type='{kind}'{antialias})"
        for kind in ("lanczos1", "lanczos3", "lanczos5", "gaussian", "box", "triangle", "keyscubic", "mitchellcubic")
        for scale, shift, antialias in ((".75, 1.2", "0., 0.", ""), (".6, 1.5", ".5, -1.", ", antialias=False"))
    )
    + """
tf.raw_ops.ScaleAndTranslate(images=f(1, 4, 5, 1), size=[3, 6], scale=[1., 1.], translation=[0., 0.], kernel_type='x')
tf.raw_ops.ScaleAndTranslate(images=f(1, 4, 5, 1), size=[3, 6], scale=[0., 1.], translation=[0., 0.])
tf.raw_ops.ScaleAndTranslateGrad(grads=tf.ones([1, 3, 6, 1]), original_image=tf.zeros([1, 4, 5, 1]), scale=[.75, 1.2], \
translation=[0., 0.], kernel_type='triangle')
tf.zeros_like(tf.raw_ops.StatelessRandomGammaV3(shape=[2], key=tf.constant([1], tf.uint64), \
counter=tf.constant([2, 3], tf.uint64), alg=1, alpha=[1., 2.]))
""",
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
