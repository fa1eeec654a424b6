"""tf.raw_ops of neural networks, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

STEPS = "strides=[1, 2, 1, 1], padding='SAME'"
POOL = "ksize=[1, 2, 2, 1], strides=[1, 2, 1, 1], padding='SAME'"
POOL3 = "ksize=[1, 2, 2, 2, 1], strides=[1, 2, 2, 1, 1], padding='VALID'"
PAIRS = "padding='EXPLICIT', explicit_paddings=[0, 0, 1, 0, 0, 1, 0, 0]"
NORM = "scale=f(2), offset=f(2)"

facts = Facts(
    __file__,
    f"""
tf.raw_ops.Conv2D(input=f(1, 4, 4, 2), filter=f(2, 3, 2, 3), {STEPS})
tf.raw_ops.Conv2D(input=f(1, 4, 4, 2), filter=f(2, 3, 2, 3), strides=[1, 1, 1, 1], padding='VALID', dilations=[1, 2, 1, 1])
tf.raw_ops.Conv2D(input=f(1, 4, 4, 2), filter=f(2, 2, 2, 1), strides=[1, 1, 1, 1], {PAIRS})
tf.raw_ops.Conv2D(input=f(1, 4, 4, 2), filter=f(2, 2, 2, 1), strides=[1, 1], padding='SAME')
tf.raw_ops.Conv2D(input=f(1, 4, 4, 2), filter=f(2, 2, 2, 1), strides=1, padding='SAME')
tf.raw_ops.Conv2D(input=f(1, 4, 4, 2), filter=f(2, 2, 2, 1), strides=[1, 1, 1, 1], padding='OTHER')
tf.raw_ops.Conv2D(input=f(1, 4, 4, 2), filter=f(2, 2, 3, 1), strides=[1, 1, 1, 1], padding='SAME')
tf.raw_ops.Conv2D(input=f(4, 4, 2), filter=f(2, 2, 2, 1), strides=[1, 1, 1, 1], padding='SAME')
tf.raw_ops.Conv2D(input=f(1, 4, 4, 2), filter=f(2, 2, 1), strides=[1, 1, 1, 1], padding='SAME')
tf.raw_ops.Conv2D(input=f(1, 4, 4, 2), filter=f(2, 2, 2, 1, dtype='float64'), strides=[1, 1, 1, 1], padding='SAME')
tf.raw_ops.Conv2DBackpropInput(input_sizes=[1, 4, 4, 2], filter=f(2, 3, 2, 3), out_backprop=f(1, 2, 4, 3), {STEPS})
tf.raw_ops.Conv2DBackpropInput(input_sizes=[4, 4], filter=f(2, 3, 2, 3), out_backprop=f(1, 2, 4, 3), {STEPS})
tf.raw_ops.Conv2DBackpropInput(input_sizes=[1, 4, 4, 2], filter=f(2, 3, 2, 3), out_backprop=f(1, 3, 4, 3), {STEPS})
tf.raw_ops.Conv2DBackpropFilter(input=f(1, 4, 4, 2), filter_sizes=[2, 3, 2, 3], out_backprop=f(1, 2, 4, 3), {STEPS})
tf.raw_ops.Conv3D(input=f(1, 3, 3, 2, 1), filter=f(2, 2, 1, 1, 2), strides=[1, 1, 1, 1, 1], padding='VALID')
tf.raw_ops.Conv3DBackpropInputV2(input_sizes=[1, 3, 3, 2, 1], filter=f(2, 2, 1, 1, 2), out_backprop=f(1, 2, 2, 2, 2), strides=[1, 1, 1, 1, 1], padding='VALID')
tf.raw_ops.Conv3DBackpropFilterV2(input=f(1, 3, 3, 2, 1), filter_sizes=[2, 2, 1, 1, 2], out_backprop=f(1, 2, 2, 2, 2), strides=[1, 1, 1, 1, 1], padding='VALID')
tf.raw_ops.DepthwiseConv2dNative(input=f(1, 4, 4, 2), filter=f(2, 2, 2, 2), strides=[1, 1, 1, 1], padding='SAME')
tf.raw_ops.DepthwiseConv2dNativeBackpropInput(input_sizes=[1, 3, 3, 2], filter=f(2, 2, 2, 2), out_backprop=f(1, 2, 2, 4), strides=[1, 1, 1, 1], padding='VALID')
tf.raw_ops.DepthwiseConv2dNativeBackpropFilter(input=f(1, 3, 3, 2), filter_sizes=[2, 2, 2, 2], out_backprop=f(1, 2, 2, 4), strides=[1, 1, 1, 1], padding='VALID')
tf.raw_ops.Dilation2D(input=f(1, 4, 4, 2), filter=f(2, 2, 2), strides=[1, 1, 2, 1], rates=[1, 1, 1, 1], padding='SAME')
tf.raw_ops.Dilation2D(input=f(1, 4, 4, 2), filter=f(2, 2, 2), strides=[1, 1, 1, 1], rates=[1, 2, 1, 1], padding='VALID')
tf.raw_ops.Dilation2DBackpropInput(input=tf.reshape(tf.range(9.) % 5., [1, 3, 3, 1]), filter=tf.zeros([2, 2, 1]), out_backprop=tf.ones([1, 2, 2, 1]), strides=[1, 1, 1, 1], rates=[1, 1, 1, 1], padding='VALID')
tf.raw_ops.Dilation2DBackpropFilter(input=tf.reshape(tf.range(9.) % 5., [1, 3, 3, 1]), filter=tf.zeros([2, 2, 1]), out_backprop=tf.ones([1, 2, 2, 1]), strides=[1, 1, 1, 1], rates=[1, 1, 1, 1], padding='VALID')
tf.raw_ops.MaxPool(input=f(1, 4, 4, 2), {POOL})
tf.raw_ops.MaxPool(input=f(1, 4, 4, 2), ksize=[2, 2], strides=[1, 1, 1, 1], padding='SAME')
tf.raw_ops.MaxPool(input=f(4, 4, 2), {POOL})
tf.raw_ops.MaxPoolV2(input=f(1, 4, 4, 2), {POOL})
tf.raw_ops.MaxPool3D(input=f(1, 3, 4, 4, 1), {POOL3})
tf.raw_ops.MaxPoolGrad(orig_input=tf.reshape(tf.range(16.) % 7., [1, 4, 4, 1]), orig_output=tf.raw_ops.MaxPool(input=tf.reshape(tf.range(16.) % 7., [1, 4, 4, 1]), {POOL}), grad=f(1, 2, 4, 1), {POOL})
tf.raw_ops.MaxPoolGradV2(orig_input=tf.reshape(tf.range(16.) % 7., [1, 4, 4, 1]), orig_output=tf.raw_ops.MaxPool(input=tf.reshape(tf.range(16.) % 7., [1, 4, 4, 1]), {POOL}), grad=f(1, 2, 4, 1), {POOL})
tf.raw_ops.MaxPoolGradGrad(orig_input=tf.reshape(tf.range(16.) % 7., [1, 4, 4, 1]), orig_output=tf.raw_ops.MaxPool(input=tf.reshape(tf.range(16.) % 7., [1, 4, 4, 1]), {POOL}), grad=tf.reshape(tf.range(16.), [1, 4, 4, 1]), {POOL})
tf.raw_ops.MaxPool3DGrad(orig_input=tf.reshape(tf.range(48.) % 7., [1, 3, 4, 4, 1]), orig_output=tf.raw_ops.MaxPool3D(input=tf.reshape(tf.range(48.) % 7., [1, 3, 4, 4, 1]), {POOL3}), grad=tf.ones([1, 1, 2, 3, 1]), {POOL3})
tf.raw_ops.MaxPoolWithArgmax(input=f(2, 4, 4, 2), {POOL})
tf.raw_ops.MaxPoolWithArgmax(input=f(2, 4, 4, 2), {POOL}, Targmax=tf.int32, include_batch_in_index=True)
tf.raw_ops.MaxPoolGradWithArgmax(input=tf.zeros([2, 2, 2, 1]), grad=tf.constant([[[[1.]]], [[[2.]]]]), argmax=tf.constant([[[[3]]], [[[1]]]], tf.int64), ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding='VALID')
tf.raw_ops.AvgPool(value=f(1, 4, 4, 2), {POOL})
tf.raw_ops.AvgPool3D(input=f(1, 3, 4, 4, 1), {POOL3})
tf.raw_ops.AvgPoolGrad(orig_input_shape=[1, 4, 4, 1], grad=f(1, 2, 4, 1), {POOL})
tf.raw_ops.AvgPool3DGrad(orig_input_shape=[1, 3, 4, 4, 1], grad=f(1, 1, 2, 3, 1), {POOL3})
tf.raw_ops.FusedBatchNorm(x=f(2, 2, 2, 2), {NORM}, mean=[], variance=[])
tf.raw_ops.FusedBatchNormV2(x=f(2, 2, 2, 2), {NORM}, mean=[], variance=[], epsilon=0.1)
tf.raw_ops.FusedBatchNormV3(x=f(2, 2, 2, 2), {NORM}, mean=[], variance=[])
tf.raw_ops.FusedBatchNormV3(x=f(2, 2, 2, 2), {NORM}, mean=f(2), variance=tf.constant([1., 2.]), is_training=False)[:3]
tf.raw_ops.FusedBatchNormV3(x=f(2, 2, 2, 2), {NORM}, mean=tf.constant([1., 2.]), variance=tf.constant([1., 2.]), exponential_avg_factor=0.3)
tf.raw_ops.FusedBatchNormV3(x=f(2, 2, 2, 2), scale=f(3), offset=f(3), mean=[], variance=[])
tf.raw_ops.FusedBatchNormV3(x=f(2, 2, 2), {NORM}, mean=[], variance=[])
tf.raw_ops.FusedBatchNormGrad(y_backprop=tf.reshape(tf.range(16.) % 5., [2, 2, 2, 2]), x=tf.reshape(tf.range(16.) % 7., [2, 2, 2, 2]), scale=tf.constant([2., 3.]), reserve_space_1=tf.constant([.1, .2]), reserve_space_2=tf.constant([1., 2.]))[:3]
tf.raw_ops.FusedBatchNormGradV2(y_backprop=tf.reshape(tf.range(16.) % 5., [2, 2, 2, 2]), x=tf.reshape(tf.range(16.) % 7., [2, 2, 2, 2]), scale=tf.constant([2., 3.]), reserve_space_1=tf.constant([.1, .2]), reserve_space_2=tf.constant([1., 2.]), is_training=False)[:3]
tf.raw_ops.FusedBatchNormGradV3(y_backprop=tf.ones([2, 2, 2, 2]), x=tf.reshape(tf.range(16.), [2, 2, 2, 2]), scale=tf.ones([2]), reserve_space_1=tf.constant([.1, .2]), reserve_space_2=tf.constant([1., 2.]), reserve_space_3=[])
tf.raw_ops.LRN(input=f(1, 2, 2, 4), depth_radius=1)
tf.raw_ops.LRNGrad(input_grads=tf.ones([1, 1, 2, 3]), input_image=tf.reshape(tf.range(6.), [1, 1, 2, 3]), output_image=tf.raw_ops.LRN(input=tf.reshape(tf.range(6.), [1, 1, 2, 3]), depth_radius=1), depth_radius=1)
tf.raw_ops.BiasAdd(value=f(2, 3), bias=f(3))
tf.raw_ops.BiasAdd(value=f(2, 3, 2), bias=f(3), data_format='NCHW')
tf.raw_ops.BiasAdd(value=f(2, 3), bias=f(2))
tf.raw_ops.BiasAddV1(value=f(2, 3), bias=f(3))
tf.raw_ops.BiasAddGrad(out_backprop=f(2, 3))
tf.raw_ops.BiasAddGrad(out_backprop=f(2, 3, 2), data_format='NCHW')
tf.raw_ops.BiasAddGrad(out_backprop=f(2))
tf.raw_ops.BatchNormWithGlobalNormalization(t=f(1, 1, 1, 2), m=f(2), v=f(2), beta=f(2), gamma=f(2), variance_epsilon=.1, scale_after_normalization=True)
tf.raw_ops.Softmax(logits=f(2, 3))
tf.raw_ops.Softmax(logits=1.0)
tf.raw_ops.LogSoftmax(logits=f(2, 3))
tf.raw_ops.L2Loss(t=f(3))
tf.raw_ops.SoftmaxCrossEntropyWithLogits(features=f(2, 3), labels=tf.constant([[0., 1., 0.], [.5, .5, 0.]]))
tf.raw_ops.SoftmaxCrossEntropyWithLogits(features=f(2, 3), labels=tf.constant([[0., 1., 0.]]))
tf.raw_ops.SoftmaxCrossEntropyWithLogits(features=f(3), labels=f(3))
tf.raw_ops.SparseSoftmaxCrossEntropyWithLogits(features=f(2, 3), labels=[1, 2])
tf.raw_ops.SparseSoftmaxCrossEntropyWithLogits(features=f(2, 3), labels=[1, 3])
tf.raw_ops.SparseSoftmaxCrossEntropyWithLogits(features=f(2, 3), labels=[1])
""",
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
