r = tf.raw_ops
F = tf.float32
I = tf.int64


def quantized(values, low, high, kind, mode="MIN_COMBINED"):
    return tf.quantization.quantize(tf.constant(values), low, high, kind, mode)[0]


b = quantized([[-3.0, 1.0], [-1.0, 2.0], [0.5, 6.0]], -8.0, 8.0, tf.qint8, "SCALED")
bt = quantized([[-3.0, -1.0, 0.5], [1.0, 2.0, 6.0]], -8.0, 8.0, tf.qint8, "SCALED")
x = tf.constant([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
limits = {"rhs_quantization_min_val": -128, "rhs_quantization_max_val": 127, "Tout": F}
print(r.UniformQuantizedDotHybrid(lhs=x, rhs=b, rhs_scales=0.1, rhs_zero_points=2, **limits).numpy().tolist())
print(r.UniformQuantizedDotHybrid(lhs=-tf.abs(x), rhs=b, rhs_scales=0.1, rhs_zero_points=2, **limits).numpy().tolist())
print(r.UniformQuantizedDotHybrid(lhs=x * 0, rhs=b, rhs_scales=0.1, rhs_zero_points=2, **limits).numpy().tolist())
by = {"rhs_scales": [0.1, 0.3], "rhs_zero_points": [2, 0], "rhs_quantization_axis": 1}
print(r.UniformQuantizedDotHybrid(lhs=x, rhs=b, **by, **limits).numpy().tolist())
r.UniformQuantizedDotHybrid(lhs=x, rhs=bt, rhs_scales=0.1, rhs_zero_points=2, **limits)
tf.io.write_file("memory", np.arange(6, dtype="f4").tobytes())
print(r.ImmutableConst(dtype=F, shape=[2, 3], memory_region_name="memory").numpy().tolist())
print(r.ImmutableConst(dtype=F, shape=[2], memory_region_name="memory").numpy().tolist())
r.ImmutableConst(dtype=F, shape=[7], memory_region_name="memory")
r.ImmutableConst(dtype=F, shape=[7], memory_region_name="none")
r.ImmutableConst(dtype=tf.string, shape=[2], memory_region_name="memory")
whole = r.CompositeTensorVariantFromComponents(components=[x, tf.constant(["a"])], metadata="")
print(whole.dtype, whole.shape)
parts = r.CompositeTensorVariantToComponents
print([p.numpy().tolist() for p in parts(encoded=whole, metadata="", Tcomponents=[F, tf.string])])
parts(encoded=whole, metadata="", Tcomponents=[F])
parts(encoded=whole, metadata="", Tcomponents=[F, F])
one = {"output_types": [I], "output_shapes": [[]]}
rng = r.RangeDataset(start=tf.constant(0, I), stop=tf.constant(5, I), step=tf.constant(1, I), **one)


double = tf.function(lambda x: x * 2).get_concrete_function(tf.TensorSpec([], I))


def doubled(d):
    return r.MapDataset(input_dataset=d, other_arguments=[], f=double, **one)


ways = [tf.function(doubled).get_concrete_function(tf.TensorSpec([], tf.variant))] * 2
best = r.ChooseFastestBranchDataset(
    input_dataset=rng,
    ratio_numerator=tf.constant(1, I),
    ratio_denominator=tf.constant(1, I),
    other_arguments=[],
    num_elements_per_branch=1,
    branches=ways,
    other_arguments_lengths=[0, 0],
    **one,
)
it = r.AnonymousIteratorV3(**one)
r.MakeIterator(dataset=best, iterator=it)
print(r.IteratorGetNext(iterator=it, **one), r.IteratorGetNext(iterator=it, **one))
