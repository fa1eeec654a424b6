"""How raw ops are found and called: names, signatures, arguments, captures."""

import inspect

import pytest

import tfcompat as tf
from tests.programs import run_source
from tfcompat._names import MissingNameError
from tfcompat.raw_ops import _signatures


def test_every_signature_parses() -> None:
    names = _signatures.names()
    assert len(names) == 1462
    for name in names:
        found = _signatures.signature(name)
        assert _signatures.of_snake(found.snake) == name
        assert list(found.python().parameters)[-1] == "name"


def test_every_op_that_is_listed_can_be_made() -> None:
    listed = dir(tf.raw_ops)
    assert len(listed) > 700
    for name in listed:
        assert callable(getattr(tf.raw_ops, name)), name


def test_signature_and_docstring_are_the_kernels() -> None:
    op = tf.raw_ops.TopKV2
    assert str(inspect.signature(op)) == "(input, k, sorted=True, index_type=tf.int32, name=None)"
    assert op.__name__ == "top_kv2"
    assert "TopKV2" in (op.__doc__ or "")


def test_arguments_need_their_names() -> None:
    with pytest.raises(TypeError, match=r"add_v2 only takes keyword args \(possible keys: \['x', 'y', 'name'\]\)"):
        tf.raw_ops.AddV2(1, 2)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'y'"):
        tf.raw_ops.AddV2(x=1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        tf.raw_ops.AddV2(x=1, y=2, z=3)


def test_an_op_that_is_missing_says_so() -> None:
    with pytest.raises(MissingNameError, match="TensorFlow 2.21 has tf.raw_ops.TPUReplicatedInput"):
        _ = tf.raw_ops.TPUReplicatedInput
    with pytest.raises(MissingNameError, match=r"CudnnRNNV3, tfcompat does not: use tf.keras.layers.LSTM or GRU"):
        _ = tf.raw_ops.CudnnRNNV3
    with pytest.raises(AttributeError, match="no attribute 'NoSuchOp'"):
        _ = tf.raw_ops.NoSuchOp


def test_several_results_are_a_named_tuple() -> None:
    found = tf.raw_ops.Unique(x=[3, 1, 3])
    assert type(found).__name__ == "Unique"
    assert found._fields == ("y", "idx")


def test_errors_name_the_argument_and_what_it_takes() -> None:
    x = tf.ones([1, 4, 4, 1])
    with pytest.raises(TypeError, match="Expected list for 'ksize' argument to 'max_pool' Op, not 2"):
        tf.raw_ops.MaxPool(input=x, ksize=2, strides=[1, 1, 1, 1], padding="SAME")
    with pytest.raises(tf.errors.InvalidArgumentError, match="Value for attr 'padding' of \"FOO\" is not in the list"):
        tf.raw_ops.MaxPool(input=x, ksize=[1, 2, 2, 1], strides=[1, 1, 1, 1], padding="FOO")
    with pytest.raises(tf.errors.InvalidArgumentError, match="Value for attr 'Tidx' of uint8 is not in the list"):
        tf.raw_ops.Sum(input=[[1]], axis=tf.constant(0, tf.uint8))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Value for attr 'N' of 1 must be at least minimum 2"):
        tf.raw_ops.ConcatV2(values=[[1]], axis=0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="input #1.* expected to be a int32 tensor but is a float"):
        tf.raw_ops.AddV2(x=tf.constant(1), y=tf.constant(2.0))
    with pytest.raises(tf.errors.InvalidArgumentError, match="#0.* expected to be a resource tensor but is a float"):
        tf.raw_ops.ReadVariableOp(resource=tf.Variable(1.0), dtype=tf.float32)


def test_references_and_removed_ops_are_refused() -> None:
    with pytest.raises(RuntimeError, match="assign op does not support eager execution. Arg 'output_ref' is a ref"):
        tf.raw_ops.Assign(ref=1.0, value=2.0)
    with pytest.raises(tf.errors.UnimplementedError, match="It has been removed in version 14"):
        tf.raw_ops.BatchMatrixDiag(diagonal=[1.0])


def test_a_constant_comes_from_a_proto() -> None:
    proto = tf.make_tensor_proto([1, 2])
    assert tf.raw_ops.Const(value=proto, dtype=tf.int32).numpy().tolist() == [1, 2]
    with pytest.raises(TypeError, match="Expected TensorProto for argument 'value'"):
        tf.raw_ops.Const(value=[1, 2], dtype=tf.int32)


def test_ragged_arguments_go_to_the_public_op() -> None:
    found = tf.raw_ops.Relu(features=tf.ragged.constant([[-1.0, 2.0], [3.0]]))
    assert found.to_list() == [[0.0, 2.0], [3.0]]


def test_in_a_captured_function() -> None:
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def step(x):
        y = tf.raw_ops.StridedSlice(input=x, begin=[1], end=[3], strides=[1])
        z = tf.raw_ops.ConcatV2(values=[y, tf.raw_ops.Relu(features=x)], axis=0)
        tf.raw_ops.ResourceApplyGradientDescent(var=v.handle, alpha=0.5, delta=y)
        handle = tf.raw_ops.TensorListReserve(element_shape=[2], num_elements=1, element_dtype=tf.float32)
        handle = tf.raw_ops.TensorListSetItem(input_handle=handle, index=0, item=y)
        rows = tf.raw_ops.TensorListStack(input_handle=handle, element_shape=[2], element_dtype=tf.float32)
        return z, tf.raw_ops.Sum(input=x, axis=0), rows, tf.raw_ops.ReadVariableOp(resource=v.handle, dtype=tf.float32)

    for _ in range(2):
        z, total, rows, read = step(tf.constant([-1.0, 2.0, 4.0]))
    assert z.numpy().tolist() == [2.0, 4.0, 0.0, 2.0, 4.0]
    assert total.numpy() == 5.0
    assert rows.numpy().tolist() == [[2.0, 4.0]]
    assert read.numpy().tolist() == v.numpy().tolist() == [-1.0, -2.0]


def test_gradient_kernels_are_captured() -> None:
    @tf.function
    def gradient(x, dy):
        window = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "VALID"}
        y = tf.raw_ops.MaxPool(input=x, **window)
        return tf.raw_ops.MaxPoolGrad(orig_input=x, orig_output=y, grad=dy, **window)

    x = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
    found = gradient(x, tf.ones([1, 2, 2, 1]))
    assert found.numpy().reshape(4, 4).tolist() == [[0, 0, 0, 0], [0, 1, 0, 1], [0, 0, 0, 0], [0, 1, 0, 1]]


def test_name_is_the_operations() -> None:
    @tf.function
    def f(x):
        return tf.raw_ops.Relu(features=x, name="mine")

    graph = f.get_concrete_function(tf.constant([1.0])).graph
    assert "mine" in [op.name for op in graph.get_operations()]


def test_variables_are_watched_through_their_handles() -> None:
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.raw_ops.ReadVariableOp(resource=v.handle, dtype=tf.float32) ** 2
    assert tape.gradient(y, v).numpy().tolist() == [2.0, 4.0]
    handle = tf.Variable(3.0).handle
    assert tf.raw_ops.ReadVariableOp(resource=handle, dtype=tf.float32).numpy() == 3.0


def test_a_gradient_that_is_prevented() -> None:
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.raw_ops.PreventGradient(input=x, message="because")
    with pytest.raises(LookupError, match="because"):
        tape.gradient(y, x)


def test_in_a_program() -> None:
    """No raw op is loaded before one is used, and TensorFlow's gen_*_ops modules take positional arguments."""
    run_source(
        """
        import sys
        import tfcompat as tf
        assert not [name for name in sys.modules if name.startswith("tfcompat.raw_ops")]
        tf.raw_ops.AddV2
        assert "AddV2" in vars(tf.raw_ops) and "Relu" not in vars(tf.raw_ops)
        tf.install()
        from tensorflow.python.ops import gen_array_ops, gen_math_ops, gen_nn_ops
        from tensorflow.python.ops.gen_math_ops import mat_mul
        assert gen_math_ops.add_v2(1, 2, name="sum").numpy() == 3
        assert mat_mul([[1.0]], [[2.0]]).numpy() == 2
        assert gen_array_ops.GatherV2(params=[1, 2], indices=[1], axis=0).numpy() == [2]
        assert not hasattr(gen_nn_ops, "no_such_op")
        """
    )


def test_images_of_a_summary_are_scaled_to_bytes() -> None:
    def pixels(images, **options):
        text = tf.raw_ops.ImageSummary(tag="i", tensor=images, **options).numpy()
        return tf.io.decode_png(text[text.index(b"\x89PNG") :]).numpy().reshape(-1).tolist()

    assert pixels(tf.constant([[[[-1.0], [0.0], [1.0]]]])) == [1, 128, 255]
    assert pixels(tf.constant([[[[0.0], [1.0], [4.0]]]])) == [0, 63, 255]
    assert pixels(tf.constant([[[[2.0], [float("nan")]]]])) == [255, 255]
    assert pixels(tf.constant([[[[7], [200]]]], tf.uint8)) == [7, 200]
    with pytest.raises(tf.errors.InvalidArgumentError, match="last dim 1, 3, or 4"):
        pixels(tf.zeros([1, 2, 2, 2]))


def test_elements_go_to_one_shard_of_an_iterator_after_the_other() -> None:
    told = {"output_types": [tf.int64], "output_shapes": [[]]}
    numbers = tf.raw_ops.RangeDataset(
        start=tf.constant(0, tf.int64), stop=tf.constant(6, tf.int64), step=tf.constant(1, tf.int64), **told
    )
    both = tf.raw_ops.AnonymousMultiDeviceIteratorV3(devices=["/cpu:0", "/cpu:0"], **told)
    start = tf.raw_ops.MultiDeviceIteratorInit(dataset=numbers, multi_device_iterator=both, max_buffer_size=2)

    def get(shard, incarnation):
        next_of = tf.raw_ops.MultiDeviceIteratorGetNextFromShard
        (x,) = next_of(multi_device_iterator=both, shard_num=shard, incarnation_id=incarnation, **told)
        return int(x)

    assert [get(shard, start) for shard in (0, 1, 0, 1, 1, 0)] == [0, 1, 2, 3, 5, 4]
    with pytest.raises(tf.errors.OutOfRangeError):
        get(0, start)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Invalid incarnation id"):
        get(0, tf.constant(17, tf.int64))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("CTCLossV2", "use tf.nn.ctc_loss"),
        ("ConvertToCooTensor", "it drives TPUs"),
        ("DatasetToGraphV2", "Dataset.save"),
        ("GlobalIterId", "no kernel for it either"),
        ("NcclReduce", "torch.distributed"),
        ("QuantizedConv2DAndRelu", "it is oneDNN's"),
        ("WeightedFlatMapDataset", "tf.data.Dataset.sample_from_datasets"),
    ],
)
def test_ops_that_are_missing_say_why(name: str, reason: str) -> None:
    with pytest.raises(AttributeError, match=f"TensorFlow 2.21 has tf.raw_ops.{name}, tfcompat does not: .*{reason}"):
        getattr(tf.raw_ops, name)
