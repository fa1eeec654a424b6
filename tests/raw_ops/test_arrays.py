"""tf.raw_ops that make, join, cut and rearrange tensors, as TensorFlow's do."""

import pytest

from tests.facts import Facts

REDUCTIONS = "Sum Mean Prod Max Min EuclideanNorm".split()
SEGMENTS = "SegmentSum SegmentProd SegmentMax SegmentMin SegmentMean".split()
UNSORTED = "UnsortedSegmentSum UnsortedSegmentProd UnsortedSegmentMax UnsortedSegmentMin".split()

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.raw_ops.{name}(input=f(2, 3), axis=1)" for name in REDUCTIONS]
        + [f"tf.raw_ops.{name}(input=f(2, 3), axis=[0, -1], keep_dims=True)" for name in REDUCTIONS]
        + [f"tf.raw_ops.{name}(input=f(2, 3), axis=[])" for name in REDUCTIONS]
        + [f"tf.raw_ops.{name}(input=f(2, 3), axis=2)" for name in REDUCTIONS]
        + [f"tf.raw_ops.{name}(input=['a'], axis=0)" for name in REDUCTIONS]
        + ["tf.raw_ops.Sum(input=f(2), axis=tf.constant(0, tf.uint8))", "tf.raw_ops.Sum(input=f(2), axis=None)"]
        + [
            "tf.raw_ops.Sum(input=f(2, 3), axis=tf.constant([1], tf.int64))",
            "tf.raw_ops.Sum(input=f(2), axis=tf.constant(0.5))",
        ]
        + [f"tf.raw_ops.{name}(data=f(4, 2), segment_ids=[0, 0, 1, 3])" for name in SEGMENTS]
        + [f"tf.raw_ops.{name}(data=f(4, 2), segment_ids=[3, -1, 1, 1], num_segments=4)" for name in UNSORTED]
        + [f"tf.raw_ops.{name}(data=f(2), segment_ids=[0, 5], num_segments=4)" for name in UNSORTED]
        + [f"tf.raw_ops.{name}(input=[[True, False], [True, True]], axis=1)" for name in ("All", "Any")]
        + [f"tf.raw_ops.{name}(input=f(3, 4), dimension=1)" for name in ("ArgMax", "ArgMin")]
        + [f"tf.raw_ops.{name}(input=f(3), dimension=0, output_type=tf.int32)" for name in ("ArgMax", "ArgMin")]
        + ["tf.raw_ops.ArgMax(input=f(3), dimension=0, output_type=tf.float32)"]
        + ["tf.raw_ops.ArgMax(input=f(3), dimension=tf.constant(0.5))", "tf.raw_ops.ArgMax(input=f(3), dimension=3)"]
        + [f"tf.raw_ops.{name}(x=f(2, 3), axis=1)" for name in ("Cumsum", "Cumprod", "CumulativeLogsumexp")]
        + [f"tf.raw_ops.{name}(x=f(3), axis=0, exclusive=True, reverse=True)" for name in ("Cumsum", "Cumprod")]
        + """
tf.raw_ops.Const(value=[1, 2], dtype=tf.int32)
tf.raw_ops.ControlTrigger()
tf.zeros_like(tf.raw_ops.Timestamp())
tf.raw_ops.GuaranteeConst(input=f(2))
tf.raw_ops.DebugGradientIdentity(input=f(2))
tf.raw_ops.ExtractVolumePatches(input=f(1, 2, 2, 2, 1), \
ksizes=[1, 1, 2, 2, 1], strides=[1, 1, 1, 1, 1], padding='VALID')
tf.raw_ops.SerializeTensor(tensor=[1, 2])[None]
tf.raw_ops.DecodeCompressed(bytes=['a'])
tf.raw_ops.ReadFile(filename='/no/such/file')
tf.raw_ops.Empty(shape=[2, 1], dtype=tf.int32, init=True)
tf.raw_ops.Fill(dims=[2, 2], value=3.5)
tf.raw_ops.Fill(dims=[-1], value=3.5)
tf.raw_ops.Fill(dims=[2], value=[3.5])
tf.raw_ops.Range(start=1, limit=7, delta=2)
tf.raw_ops.Range(start=x(1.), limit=2., delta=.25)
tf.raw_ops.Range(start=1, limit=7, delta=0)
tf.raw_ops.Range(start=1, limit=7., delta=2)
tf.raw_ops.LinSpace(start=x(1.), stop=x(2.), num=4)
tf.raw_ops.LinSpace(start=x(1.), stop=x(2.), num=0)
tf.raw_ops.LinSpace(start=x([1.]), stop=x([2.]), num=3)
tf.raw_ops.LinSpace(start=1, stop=5, num=3)
tf.raw_ops.OneHot(indices=[0, 2, -1], depth=3, on_value=1., off_value=0.)
tf.raw_ops.OneHot(indices=[0, 2], depth=3, on_value=5, off_value=1, axis=0)
tf.raw_ops.DeepCopy(x=f(2))
tf.raw_ops.PlaceholderWithDefault(input=f(2), shape=[None])
tf.raw_ops.Placeholder(dtype=tf.float32)
tf.raw_ops.Identity(input=f(2))
tf.raw_ops.IdentityN(input=[f(2), [1]])
tf.raw_ops.Snapshot(input=f(2))
tf.raw_ops.StopGradient(input=f(2))
tf.raw_ops.PreventGradient(input=tf.constant([1.]))
tf.raw_ops.Shape(input=f(2, 3))
tf.raw_ops.Shape(input=['a'], out_type=tf.int64)
tf.raw_ops.ShapeN(input=[f(2), f(3, 1)])
tf.raw_ops.Size(input=f(2, 3))
tf.raw_ops.Rank(input=f(2, 3))
tf.raw_ops.Reshape(tensor=f(2, 3), shape=[3, -1])
tf.raw_ops.Reshape(tensor=f(2, 3), shape=[4])
tf.raw_ops.Reshape(tensor=f(2, 3), shape=[2., 3.])
tf.raw_ops.Squeeze(input=f(1, 2, 1))
tf.raw_ops.Squeeze(input=f(1, 2, 1), axis=[-1])
tf.raw_ops.Squeeze(input=f(1, 2, 1), axis=[1])
tf.raw_ops.Squeeze(input=f(1, 2, 1), axis=0)
tf.raw_ops.ExpandDims(input=f(2), axis=-1)
tf.raw_ops.ExpandDims(input=f(2), axis=3)
tf.raw_ops.BroadcastTo(input=f(2), shape=[3, 2])
tf.raw_ops.EnsureShape(input=f(2), shape=[3])
tf.raw_ops.EnsureShape(input=f(2), shape=[None])
tf.raw_ops.Transpose(x=f(2, 3), perm=[1, 0])
tf.raw_ops.Transpose(x=f(2, 3), perm=[1])
tf.raw_ops.InvertPermutation(x=[2, 0, 1])
tf.raw_ops.Concat(concat_dim=0, values=[f(2), f(1)])
tf.raw_ops.ConcatV2(values=[f(2, 1), f(2, 2)], axis=-1)
tf.raw_ops.ConcatV2(values=[f(2)], axis=0)
tf.raw_ops.ConcatV2(values=[f(2), [1, 2]], axis=0)
tf.raw_ops.ConcatV2(values=[f(2), tf.constant([1])], axis=0)
tf.raw_ops.ConcatV2(values=3., axis=0)
tf.raw_ops.ConcatV2(values=[['a'], ['b']], axis=0)
tf.raw_ops.ConcatOffset(concat_dim=1, shape=[[2, 2], [2, 3], [2, 1]])
tf.raw_ops.Pack(values=[f(2), f(2)], axis=1)
tf.raw_ops.Pack(values=[f(2), f(3)])
tf.raw_ops.Pack(values=[f(2), f(2)], axis=5)
tf.raw_ops.Pack(values=[['a'], ['b']])
tf.raw_ops.Unpack(value=f(2, 3), num=3, axis=1)
tf.raw_ops.Unpack(value=f(2, 3), num=2, axis=1)
tf.raw_ops.Unpack(value=f(2, 3), num=2, axis=4)
tf.raw_ops.Split(axis=1, value=f(2, 4), num_split=2)
tf.raw_ops.Split(axis=1, value=f(2, 4), num_split=3)
tf.raw_ops.SplitV(value=f(5), size_splits=[2, -1], axis=0, num_split=2)
tf.raw_ops.SplitV(value=f(5), size_splits=[2, 2], axis=0, num_split=2)
tf.raw_ops.Slice(input=f(3, 4), begin=[1, 0], size=[2, -1])
tf.raw_ops.Slice(input=f(3, 4), begin=[1, 0], size=[3, 1])
tf.raw_ops.StridedSlice(input=f(4, 3), begin=[1, 0], end=[3, 3], strides=[1, 2])
tf.raw_ops.StridedSlice(input=f(4, 3), begin=[3, 0], end=[0, 3], strides=[-2, 1], begin_mask=2, end_mask=1)
tf.raw_ops.StridedSlice(input=f(4, 3), begin=[1, 0], end=[2, 1], strides=[1, 1], shrink_axis_mask=3)
tf.raw_ops.StridedSlice(input=f(4, 3), begin=[0, 1, 0], end=[0, 2, 0], strides=[1, 1, 1], ellipsis_mask=1, \
new_axis_mask=4)
tf.raw_ops.StridedSlice(input=f(4), begin=[0], end=[1], strides=[0])
tf.raw_ops.StridedSlice(input=['a', 'b'], begin=[1], end=[2], strides=[1])
tf.raw_ops.StridedSliceGrad(shape=[4, 3], begin=[1, 0], end=[3, 3], strides=[1, 2], dy=f(2, 2))
tf.raw_ops.StridedSliceGrad(shape=[4], begin=[3], end=[0], strides=[-2], dy=f(2), end_mask=1)
tf.raw_ops.StridedSliceGrad(shape=[4, 3], begin=[1], end=[2], strides=[1], dy=f(3), shrink_axis_mask=1)
tf.raw_ops.StridedSliceGrad(shape=[4], begin=[0], end=[3], strides=[1], dy=f(2))
tf.raw_ops.TensorStridedSliceUpdate(input=f(4), begin=[1], end=[3], strides=[1], value=f(2))
tf.raw_ops.TensorStridedSliceUpdate(input=f(4, 2), begin=[1], end=[3], strides=[1], value=f(2, 2))
tf.raw_ops.Pad(input=f(2), paddings=[[1, 2]])
tf.raw_ops.Pad(input=f(2), paddings=[[1, -2]])
tf.raw_ops.PadV2(input=f(2), paddings=[[1, 2]], constant_values=7.)
tf.raw_ops.PadV2(input=['a'], paddings=[[1, 0]], constant_values='z')
tf.raw_ops.MirrorPad(input=f(3), paddings=[[2, 1]], mode='REFLECT')
tf.raw_ops.MirrorPad(input=f(3), paddings=[[2, 1]], mode='SYMMETRIC')
tf.raw_ops.MirrorPad(input=f(3), paddings=[[2, 1]], mode='OTHER')
tf.raw_ops.MirrorPadGrad(input=f(6), paddings=[[2, 1]], mode='REFLECT')
tf.raw_ops.MirrorPadGrad(input=f(6, 4), paddings=[[2, 1], [0, 2]], mode='SYMMETRIC')
tf.raw_ops.SpaceToBatch(input=f(1, 2, 4, 1), paddings=[[0, 0], [0, 0]], block_size=2)
tf.raw_ops.BatchToSpace(input=f(4, 1, 2, 1), crops=[[0, 0], [1, 0]], block_size=2)
tf.raw_ops.SpaceToBatchND(input=f(1, 4, 1), block_shape=[2], paddings=[[0, 0]])
tf.raw_ops.BatchToSpaceND(input=f(2, 2, 1), block_shape=[2], crops=[[0, 1]])
tf.raw_ops.SpaceToDepth(input=f(1, 4, 2, 3), block_size=2)
tf.raw_ops.SpaceToDepth(input=f(1, 3, 2, 3), block_size=2)
tf.raw_ops.DepthToSpace(input=f(1, 2, 1, 8), block_size=2)
tf.raw_ops.DepthToSpace(input=f(1, 2, 1, 6), block_size=2)
tf.raw_ops.DepthToSpace(input=f(1, 2, 1, 4), block_size=1)
tf.raw_ops.DataFormatDimMap(x=[0, 1, -1, 2])
tf.raw_ops.DataFormatDimMap(x=[0, 1, 3], src_format='NCHW', dst_format='NHWC')
tf.raw_ops.DataFormatVecPermute(x=[1, 2, 3, 4])
tf.raw_ops.DataFormatVecPermute(x=[[1, 2], [3, 4], [5, 6], [7, 8]], src_format='NCHW', dst_format='NHWC')
tf.raw_ops.DataFormatVecPermute(x=[1, 2], src_format='NHWC', dst_format='NCHW')
tf.raw_ops.DataFormatVecPermute(x=[1, 2, 3])
tf.raw_ops.Reverse(tensor=f(2, 3), dims=[False, True])
tf.raw_ops.Reverse(tensor=f(2, 3), dims=[True])
tf.raw_ops.ReverseV2(tensor=f(2, 3), axis=[-1])
tf.raw_ops.ReverseSequence(input=f(2, 3), seq_lengths=[2, 3], seq_dim=1)
tf.raw_ops.Roll(input=f(4), shift=1, axis=0)
tf.raw_ops.Tile(input=f(2), multiples=[3])
tf.raw_ops.Gather(params=f(3, 2), indices=[2, 0])
tf.raw_ops.Gather(params=f(3, 2), indices=[3])
tf.raw_ops.GatherV2(params=f(3, 2), indices=[[1, 0]], axis=1)
tf.raw_ops.GatherV2(params=f(2, 3), indices=[[1, 0], [2, 2]], axis=1, batch_dims=1)
tf.raw_ops.GatherV2(params=['a', 'b'], indices=[1], axis=0)
tf.raw_ops.GatherNd(params=f(2, 3), indices=[[1, 2], [0, 0]])
tf.raw_ops.GatherNd(params=f(2, 3), indices=[[5, 2]])
tf.raw_ops.GatherNd(params=f(2, 3), indices=[[5, 2]], bad_indices_policy='IGNORE')
tf.raw_ops.ScatterNd(indices=[[1], [3], [1]], updates=f(3), shape=[4])
tf.raw_ops.ScatterNd(indices=[[7]], updates=f(1), shape=[4])
tf.raw_ops.ScatterNdNonAliasingAdd(input=f(4), indices=[[1], [1]], updates=f(2))
tf.raw_ops.TensorScatterUpdate(tensor=f(4), indices=[[1]], updates=f(1))
tf.raw_ops.TensorScatterAdd(tensor=f(4), indices=[[1], [1]], updates=f(2))
tf.raw_ops.TensorScatterSub(tensor=f(4), indices=[[1]], updates=f(1))
tf.raw_ops.TensorScatterMax(tensor=f(4), indices=[[1]], updates=f(1))
tf.raw_ops.TensorScatterMin(tensor=f(4), indices=[[1]], updates=f(1))
tf.raw_ops.InplaceAdd(x=tf.constant([[1.], [2.]]), i=[1], v=tf.constant([[5.]]))
tf.raw_ops.InplaceSub(x=tf.constant([[1.], [2.]]), i=[1, 1], v=tf.constant([[5.], [1.]]))
tf.raw_ops.InplaceUpdate(x=tf.constant([[1.], [2.]]), i=[0], v=tf.constant([[5.]]))
tf.raw_ops.InplaceUpdate(x=tf.constant([[1.], [2.]]), i=[0], v=tf.constant([[5., 1.]]))
tf.raw_ops.Where(condition=[[True, False], [False, True]])
tf.raw_ops.Where(condition=[0., 2., nan])
tf.raw_ops.DynamicPartition(data=f(4), partitions=[1, 0, 1, 1], num_partitions=3)
tf.raw_ops.DynamicStitch(indices=[[0, 2], [1]], data=[f(2), f(1)])
tf.raw_ops.ParallelDynamicStitch(indices=[[0, 2], [1]], data=[f(2), f(1)])
tf.raw_ops.ExtractImagePatches(images=f(1, 4, 4, 2), ksizes=[1, 2, 2, 1], strides=[1, 2, 1, 1], rates=[1, 1, 2, 1], \
padding='VALID')
tf.raw_ops.ExtractImagePatches(images=f(1, 3, 3, 1), ksizes=[1, 2, 3, 1], strides=[1, 1, 1, 1], rates=[1, 1, 1, 1], \
padding='SAME')
tf.raw_ops.ExtractImagePatches(images=f(1, 3, 3, 1), ksizes=[1, 5, 3, 1], strides=[1, 1, 1, 1], rates=[1, 1, 1, 1], \
padding='VALID')
tf.raw_ops.ExtractImagePatches(images=f(1, 3, 3, 1), ksizes=[2, 2], strides=[1, 1, 1, 1], rates=[1, 1, 1, 1], \
padding='VALID')
tf.raw_ops.ListDiff(x=[1, 2, 3, 2, 5], y=[2, 4])
tf.raw_ops.ListDiff(x=['a', 'b'], y=['b'], out_idx=tf.int64)
tf.raw_ops.Unique(x=[3, 1, 3, 2])
tf.raw_ops.UniqueV2(x=[[1, 2], [0, 1], [1, 2]], axis=[0])
tf.raw_ops.UniqueV2(x=[3, 1, 3], axis=[])
tf.raw_ops.UniqueV2(x=[[3, 1, 3]], axis=[1])
tf.raw_ops.UniqueV2(x=[[3, 1, 3]], axis=[])
tf.raw_ops.UniqueWithCounts(x=['b', 'a', 'b'])
tf.raw_ops.UniqueWithCountsV2(x=[3, 1, 3], axis=[0], out_idx=tf.int64)
tf.raw_ops.UnravelIndex(indices=[5, 2], dims=[2, 3])
tf.raw_ops.TopKV2(input=f(2, 4), k=2)
tf.raw_ops.TopKV2(input=f(2, 4), k=5)
tf.raw_ops.BatchMatrixDiag(diagonal=f(2))
tf.raw_ops.InTopK(predictions=f(2, 3), targets=[1, 2], k=2)
tf.raw_ops.InTopKV2(predictions=f(2, 3), targets=[1, 2], k=2)
tf.raw_ops.NthElement(input=f(2, 4), n=1)
tf.raw_ops.NthElement(input=f(2, 4), n=0, reverse=True)
tf.raw_ops.NthElement(input=f(2, 4), n=4)
tf.raw_ops.LowerBound(sorted_inputs=[[1., 2., 2., 3.]], values=[[2., 5.]])
tf.raw_ops.UpperBound(sorted_inputs=[[1., 2., 2., 3.]], values=[[2., 5.]], out_type=tf.int64)
tf.raw_ops.Bincount(arr=[1, 2, 1, 7], size=4, weights=x([.5, 1., 2., 3.]))
tf.raw_ops.Bincount(arr=[1, 2, 1, 7], size=4, weights=tf.constant([], tf.int32))
tf.raw_ops.DenseBincount(input=[1, 2, 1, 7], size=4, weights=tf.constant([], tf.float32))
tf.raw_ops.DenseBincount(input=[[1, 2], [0, 0]], size=3, weights=tf.constant([], tf.int32), binary_output=True)
tf.raw_ops.DenseBincount(input=[-1], size=3, weights=tf.constant([], tf.int32))
tf.raw_ops.HistogramFixedWidth(values=f(7), value_range=[-1., 1.], nbins=4)
tf.raw_ops.HistogramFixedWidth(values=f(7), value_range=[1., -1.], nbins=4)
tf.raw_ops.Bitcast(input=x([1.0]), type=tf.int32)
tf.raw_ops.Assert(condition=True, data=[[1]])
tf.raw_ops.Assert(condition=False, data=[[1], ['a']])
tf.raw_ops.NoOp()
tf.raw_ops.Diag(diagonal=f(2))
tf.raw_ops.DiagPart(input=f(2, 2))
""".splitlines()
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
