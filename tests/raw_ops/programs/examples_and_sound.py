r = tf.raw_ops
I = tf.int64
F = tf.float32


def k(x):
    return tf.constant(x, I)


def show(found):
    for x in tf.nest.flatten(found):
        print(x.dtype.name, x.shape, np.asarray(x).tolist())


x = tf.constant([1.0, -2.0, 0.0, np.nan, np.inf, -np.inf, 3.5])
show(r.DebugIdentity(tensor_name="x:0", device_name="d", input=x))
show(r.DebugIdentityV3(tensor_name="x:0", device_name="d", input=["a"]))
show(r.DebugNanCount(tensor_name="x:0", device_name="d", input=x))
show(r.DebugNumericSummary(tensor_name="x:0", device_name="d", input=x))
show(
    r.DebugNumericSummary(
        tensor_name="x:0", device_name="d", input=tf.reshape(x[:6], [2, 3]), lower_bound=-2.0, upper_bound=1.0
    )
)
show(r.DebugNumericSummary(tensor_name="x:0", device_name="d", input=[1, 2, 3], mute_if_healthy=True))
show(r.DebugNumericSummary(tensor_name="x:0", device_name="d", input=[np.nan, np.inf]))
splits = [k([0, 2, 3]), k([0, 1, 3, 6])]
values = tf.range(6.0)
whole = r.RaggedTensorToVariant(rt_nested_splits=splits, rt_dense_values=values, batched_input=False)
rows = r.RaggedTensorToVariant(rt_nested_splits=splits, rt_dense_values=values, batched_input=True)
print(whole.shape, rows.shape, rows.dtype)
back = r.RaggedTensorFromVariant
show(back(encoded_ragged=whole, input_ragged_rank=2, output_ragged_rank=2, Tvalues=F))
show(back(encoded_ragged=rows, input_ragged_rank=1, output_ragged_rank=2, Tvalues=F))
show(back(encoded_ragged=rows, input_ragged_rank=-1, output_ragged_rank=2, Tvalues=F))
back(encoded_ragged=rows, input_ragged_rank=1, output_ragged_rank=3, Tvalues=F)
back(encoded_ragged=rows, input_ragged_rank=1, output_ragged_rank=2, Tvalues=I)
flat = r.RaggedTensorToVariant(rt_nested_splits=[], rt_dense_values=tf.ones([2, 3]), batched_input=True)
show(back(encoded_ragged=flat, input_ragged_rank=0, output_ragged_rank=1, Tvalues=F))
one = r.RaggedTensorToVariant(
    rt_nested_splits=splits[1:], rt_dense_values=["a", "b", "c", "d", "e", "f"], batched_input=True
)
show(back(encoded_ragged=one, input_ragged_rank=0, output_ragged_rank=1, Tvalues=tf.string))
sound = tf.sin(tf.reshape(tf.range(60.0), [30, 2]))
show(r.AudioSpectrogram(input=sound, window_size=8, stride=5))
show(r.AudioSpectrogram(input=sound, window_size=10, stride=7, magnitude_squared=True))
r.AudioSpectrogram(input=sound, window_size=1, stride=7)
spectrum = tf.abs(tf.cos(tf.reshape(tf.range(2 * 3 * 129.0), [2, 3, 129]))) * 40
show(r.Mfcc(spectrogram=spectrum, sample_rate=16000))
show(
    r.Mfcc(
        spectrogram=spectrum,
        sample_rate=8000,
        upper_frequency_limit=3000.0,
        lower_frequency_limit=100.0,
        filterbank_channel_count=20,
        dct_coefficient_count=6,
    )
)
q = tf.quantization.quantize(tf.constant([[-3.0, -1.0, 0.5], [1.0, 2.0, 6.0]]), -8.0, 8.0, tf.qint8, "SCALED")[0]
qt = tf.quantization.quantize(tf.constant([[-3.0, 1.0], [-1.0, 2.0], [0.5, 6.0]]), -8.0, 8.0, tf.qint8, "SCALED")[0]
near = {"input_quantization_min_val": -128, "input_quantization_max_val": 127}
out = {"output_quantization_min_val": -128, "output_quantization_max_val": 127}
sides = {f"{s}_quantization_{e}_val": n for s in ("lhs", "rhs") for e, n in (("min", -128), ("max", 127))}
wide = {f"{s}_quantization_{e}_val": n for s in ("lhs", "rhs") for e, n in (("min", -(2**31)), ("max", 2**31 - 1))}
big = {"output_quantization_min_val": -(2**31), "output_quantization_max_val": 2**31 - 1}


def ints(x):
    return tf.cast(x, tf.int32)


show(
    ints(
        r.UniformRequantize(
            input=q,
            input_scales=0.25,
            input_zero_points=3,
            output_scales=0.4,
            output_zero_points=-7,
            Tout=tf.qint8,
            **near,
            **out,
        )
    )
)
show(
    ints(
        r.UniformRequantize(
            input=q,
            input_scales=[0.25, 0.5, 1.5],
            input_zero_points=[3, 1, 0],
            output_scales=0.4,
            output_zero_points=-7,
            Tout=tf.qint8,
            input_quantization_axis=1,
            **near,
            **out,
        )
    )
)
dot = {"lhs_scales": 0.5, "lhs_zero_points": 2, "output_scales": 0.25, "output_zero_points": -20}
show(
    ints(
        r.UniformQuantizedDot(lhs=q, rhs=qt, rhs_scales=0.1, rhs_zero_points=-1, Tout=tf.qint32, **dot, **sides, **big)
    )
)
show(
    ints(
        r.UniformQuantizedDot(
            lhs=q,
            rhs=qt,
            rhs_scales=[0.1, 0.02],
            rhs_zero_points=[-1, 4],
            rhs_quantization_axis=1,
            Tout=tf.qint32,
            **dot,
            **sides,
            **big,
        )
    )
)
p = r.UniformQuantize(
    input=tf.constant([[-3.0, -1.0, 0.5], [1.0, 2.0, 6.0]]),
    scales=0.01,
    zero_points=5,
    Tout=tf.qint32,
    quantization_min_val=-(2**31),
    quantization_max_val=2**31 - 1,
)
add = {"lhs_scales": 0.01, "lhs_zero_points": 5, "rhs_scales": 0.03, "rhs_zero_points": -4}
show(ints(r.UniformQuantizedAdd(lhs=p, rhs=p[:1], output_scales=0.02, output_zero_points=1, **add, **wide, **big)))
alone = {"group_size": 1, "group_key": 1, "instance_key": 1}
show(r.CollectiveReduceV2(input=[1.0, 2.0], ordering_token=[], merge_op="Add", final_op="Id", **alone))
show(r.CollectiveGatherV2(input=[1.0, 2.0], ordering_token=[], group_size=1, group_key=2, instance_key=2))
show(r.CollectiveAssignGroupV2(group_assignment=[[0, 1], [2, 3]], device_index=2, base_key=5))
features = {
    "a": tf.train.Feature(int64_list=tf.train.Int64List(value=[1, 2])),
    "b": tf.train.Feature(float_list=tf.train.FloatList(value=[0.5])),
    "c": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"x", b"yy"])),
}
text = tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()
less = tf.train.Example(features=tf.train.Features(feature={"b": features["b"]})).SerializeToString()
parse = {"dense_keys": ["b"], "dense_defaults": [tf.constant([], F)], "dense_shapes": [[1]]}
show(r.ParseExample(serialized=[text, less], names=[], sparse_keys=["c", "a"], sparse_types=[tf.string, I], **parse))
show(
    r.ParseExampleV2(
        serialized=[text, less],
        names=[],
        sparse_keys=["c"],
        num_sparse=1,
        sparse_types=[tf.string],
        ragged_keys=["a"],
        ragged_value_types=[I],
        ragged_split_types=[tf.int32],
        **parse,
    )
)
show(r.ParseSingleExample(serialized=text, num_sparse=1, sparse_keys=["c"], sparse_types=[tf.string], **parse))
r.ParseExample(
    serialized=[less],
    names=[],
    sparse_keys=[],
    sparse_types=[],
    dense_keys=["a"],
    dense_defaults=[k([])],
    dense_shapes=[[2]],
)
show(
    r.ParseExample(
        serialized=[text, less],
        names=[],
        sparse_keys=[],
        sparse_types=[],
        dense_keys=["a"],
        dense_defaults=[k([7])],
        dense_shapes=[[None]],
    )
)
made = r.DecodeJSONExample(json_examples=['{"features": {"feature": {"a": {"int64List": {"value": ["1"]}}}}}'])
print(tf.train.Example.FromString(made.numpy()[0]).features.feature["a"].int64_list.value)
steps = tf.train.FeatureLists(feature_list={"s": tf.train.FeatureList(feature=[features["a"], features["a"]])})
sequence = tf.train.SequenceExample(
    context=tf.train.Features(feature={"b": features["b"], "c": features["c"]}), feature_lists=steps
).SerializeToString()
show(
    r.ParseSequenceExample(
        serialized=[sequence],
        debug_name=[],
        context_dense_defaults=[tf.constant([], F)],
        feature_list_dense_missing_assumed_empty=["none"],
        context_sparse_keys=["c"],
        context_dense_keys=["b"],
        feature_list_sparse_keys=[],
        feature_list_dense_keys=["s", "none"],
        Ncontext_sparse=1,
        Ncontext_dense=1,
        Nfeature_list_dense=2,
        context_sparse_types=[tf.string],
        feature_list_dense_types=[I, F],
        context_dense_shapes=[[1]],
        feature_list_dense_shapes=[[2], []],
    )
)
show(
    r.ParseSingleSequenceExample(
        serialized=sequence,
        feature_list_dense_missing_assumed_empty=[],
        context_sparse_keys=["c"],
        context_dense_keys=["b"],
        feature_list_sparse_keys=[],
        feature_list_dense_keys=["s"],
        context_dense_defaults=[tf.constant([], F)],
        debug_name="",
        context_sparse_types=[tf.string],
        feature_list_dense_types=[I],
        context_dense_shapes=[[1]],
        feature_list_dense_shapes=[[2]],
    )
)
show(r.HistogramSummary(tag="h", values=[1.0, -2.0, 0.0, 1.05, 1e9]))
show(r.HistogramSummary(tag="h", values=tf.constant([3, 4], I)))
show(r.HistogramSummary(tag="h", values=tf.zeros([0])))
r.HistogramSummary(tag="h", values=[np.nan])
show(r.AudioSummaryV2(tag="s", tensor=tf.sin(tf.reshape(tf.range(24.0), [2, 6, 2])), sample_rate=8000.0))
show(r.AudioSummaryV2(tag="s", tensor=tf.zeros([2, 3]), sample_rate=8000.0, max_outputs=1))
r.AudioSummaryV2(tag="s", tensor=tf.zeros([2]), sample_rate=8000.0)
show(r.TensorSummary(tensor=[1.0, 2.0], description="d", labels=["l"], display_name="n"))
