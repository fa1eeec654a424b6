r = tf.raw_ops


def show(found):
    for t in tf.nest.flatten(found):
        a = t.numpy()
        a = a.view(a.dtype[0]) if a.dtype.names else a
        print(t.dtype.name, a.shape, a.ravel().tolist())


def q(x, dtype):
    return tf.bitcast(tf.constant(x, getattr(tf, dtype[1:])), getattr(tf, dtype))


def tell(f, *args, **kwargs):
    try:
        show(f(*args, **kwargs))
    except (ValueError, TypeError, tf.errors.OpError) as error:
        print(type(error).__name__)


rng = np.random.RandomState(0)
lhs, rhs = (q(rng.randint(-128, 128, shape), "qint8") for shape in ((2, 4, 5, 6), (6, 2, 2, 3)))
scales = {"lhs_scales": 0.5, "lhs_zero_points": 3, "rhs_scales": 0.25, "rhs_zero_points": -4}
scales |= {"output_scales": 7.0, "output_zero_points": 5, "Tout": tf.qint32}
for name, low, high in (("lhs", -128, 127), ("rhs", -128, 127), ("output", -(2**31), 2**31 - 1)):
    scales |= {f"{name}_quantization_min_val": low, f"{name}_quantization_max_val": high}
each = {"rhs_scales": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], "rhs_zero_points": [1, 2, 3, 4, 5, 6], "rhs_quantization_axis": 0}
out = {"output_scales": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "output_zero_points": [0, 1, 2, 3, 4, 5]}
out |= {"output_quantization_axis": 1}


def conv(**how):
    given = {"lhs": lhs, "rhs": rhs, "padding": "SAME", "feature_group_count": 2}
    tell(r.UniformQuantizedConvolution, **scales | given | how)


conv()
conv(padding="VALID", window_strides=[2, 1])
conv(padding="EXPLICIT", explicit_padding=[1, 0, 2, 1], rhs_dilation=[2, 1], lhs_dilation=[1, 3])
conv(**each)
conv(**each, **out, output_quantization_min_val=-100, output_quantization_max_val=100)
conv(batch_group_count=2)
conv(batch_group_count=2, feature_group_count=1, rhs=q(rng.randint(-128, 128, (6, 4, 2, 3)), "qint8"))
conv(feature_group_count=3)
conv(padding="X")
conv(window_strides=[0, 1])
conv(window_strides=[1])
conv(rhs_quantization_axis=1)
conv(lhs_scales=-1.0)
conv(dimension_numbers="zz")
conv(lhs_quantization_axis=0)
conv(**out)
conv(explicit_padding=[1, 1, 1, 1])
conv(rhs=q([[1]], "qint8"))
# A UniformQuantizedConvolutionDimensionNumbersAttr: channels last in input and result, output features in the kernel.
last = b"\x08\x00\x10\x03\x1a\x02\x01\x02\x20\x02\x28\x03\x32\x02\x00\x01\x38\x00\x40\x03\x4a\x02\x01\x02"
images, kernel = (q(rng.randint(-128, 128, shape), "qint8") for shape in ((1, 4, 5, 2), (2, 3, 2, 4)))
channels_last = {"lhs": images, "rhs": kernel, "feature_group_count": 1, "dimension_numbers": last}
conv(**channels_last)
four = {name: value[:4] if isinstance(value, list) else 3 for name, value in (each | out).items()}
conv(**channels_last, **four)
floats = tf.constant(rng.randn(2, 4, 5, 6), tf.float32)


def hybrid(**how):
    given = {name: scales[name] for name in scales if name.startswith("rhs")}
    given |= {"lhs": floats, "rhs": rhs, "Tout": tf.float32, "padding": "SAME", "feature_group_count": 2}
    tell(r.UniformQuantizedConvolutionHybrid, **given | how)


hybrid()
hybrid(batch_group_count=2)
hybrid(**each, padding="VALID")
hybrid(rhs_scales=0.0)
