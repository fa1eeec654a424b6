r = tf.raw_ops


def u(x, T=tf.quint8, lo=-2.0, hi=3.0):
    return r.QuantizeV2(input=x, min_range=lo, max_range=hi, T=T, mode="MIN_FIRST")


def show(found):
    for t in tf.nest.flatten(found):
        a = t.numpy()
        print(t.dtype.name, a.shape, (a.view(a.dtype[0]) if a.dtype.names else a).ravel().tolist())


x = tf.reshape(tf.sin(tf.range(24.0)) * 2, [1, 4, 3, 2])
w = tf.reshape(tf.cos(tf.range(24.0)) * 2, [2, 2, 2, 3])
X = u(x)
W = u(w, hi=4.0)
M = u(tf.reshape(tf.sin(tf.range(6.0)), [2, 3]))
N = u(tf.reshape(tf.cos(tf.range(6.0)), [3, 2]), lo=-1.0, hi=1.0)
show(N)
show(M)


def mm(**k):
    return r.QuantizedMatMul(
        a=M.output, b=N.output, min_a=M.output_min, max_a=M.output_max, min_b=N.output_min, max_b=N.output_max, **k
    )


show(mm())
show(
    r.QuantizedMatMul(
        a=M.output,
        b=M.output,
        min_a=M.output_min,
        max_a=M.output_max,
        min_b=M.output_min,
        max_b=M.output_max,
        transpose_b=True,
    )
)
show(r.QuantizedMul(x=M.output, y=M.output, min_x=-2.0, max_x=3.0, min_y=-2.0, max_y=3.0))
show(r.QuantizedMul(x=M.output, y=M.output[0], min_x=-2.0, max_x=3.0, min_y=-2.0, max_y=3.0))
show(
    r.QuantizedBiasAdd(
        input=M.output,
        bias=u([1.0, 2, 0.5]).output,
        min_input=-2.0,
        max_input=3.0,
        min_bias=-2.0,
        max_bias=3.0,
        out_type=tf.qint32,
    )
)
for p in ("SAME", "VALID"):
    for s in (1, 2):
        show(
            r.QuantizedConv2D(
                input=X.output,
                filter=W.output,
                min_input=X.output_min,
                max_input=X.output_max,
                min_filter=W.output_min,
                max_filter=W.output_max,
                strides=[1, s, s, 1],
                padding=p,
            )
        )
        for k in ("Max", "Avg"):
            show(
                getattr(r, f"Quantized{k}Pool")(
                    input=X.output, min_input=-2.0, max_input=3.0, ksize=[1, 2, 2, 1], strides=[1, s, s, 1], padding=p
                )
            )
q = mm()
show(r.RequantizationRange(input=q[0], input_min=q[1], input_max=q[2]))
for T in (tf.quint8,):
    show(r.QuantizeDownAndShrinkRange(input=q[0], input_min=q[1], input_max=q[2], out_type=T))
    show(
        r.Requantize(
            input=q[0], input_min=q[1], input_max=q[2], requested_output_min=-1.0, requested_output_max=2.0, out_type=T
        )
    )
show(
    r.Requantize(
        input=q[0],
        input_min=q[1],
        input_max=q[2],
        requested_output_min=1.0,
        requested_output_max=2.0,
        out_type=tf.quint8,
    )
)
R = u(tf.range(-10.0, 12.0), lo=-10.0, hi=12.0)
show(r.QuantizedRelu(features=R.output, min_features=R.output_min, max_features=R.output_max))
show(r.QuantizedRelu6(features=R.output, min_features=R.output_min, max_features=R.output_max))
show(r.QuantizedReshape(tensor=M.output, shape=[3, 2], input_min=-1.0, input_max=1.0))

for T, a, b in ((tf.qint8, -128, 127), (tf.qint32, -(2**31), 2**31 - 1)):
    U = r.UniformQuantize(
        input=[[-1.0, 0.25, 0.5], [0.75, 1.5, 90.0]],
        scales=0.5,
        zero_points=3,
        Tout=T,
        quantization_min_val=a,
        quantization_max_val=b,
    )
    show(U)
    show(
        r.UniformDequantize(
            input=U, scales=0.5, zero_points=3, Tout=tf.float32, quantization_min_val=a, quantization_max_val=b
        )
    )
    show(
        r.UniformQuantize(
            input=[[-1.0, 0.25, 0.5], [0.75, 1.5, 90.0]],
            scales=[0.5, 0.2, 1.0],
            zero_points=[3, 0, 1],
            Tout=T,
            quantization_min_val=a,
            quantization_max_val=b,
            quantization_axis=1,
        )
    )
show(
    r.UniformQuantize(
        input=[[-1.0, 0.25, 0.5], [0.75, 1.5, 90.0]],
        scales=[0.5, 0.2],
        zero_points=[3, 0],
        Tout=T,
        quantization_min_val=a,
        quantization_max_val=b,
        quantization_axis=1,
    )
)
show(
    r.UniformDequantize(
        input=U, scales=-0.5, zero_points=3, Tout=tf.float32, quantization_min_val=a, quantization_max_val=b
    )
)
lo = r.UniformQuantize(input=0.0, scales=0.5, zero_points=3, Tout=T, quantization_min_val=a, quantization_max_val=b)
hi = r.UniformQuantize(input=1.0, scales=0.5, zero_points=3, Tout=T, quantization_min_val=a, quantization_max_val=b)
show(
    r.UniformQuantizedClipByValue(
        operand=U, min=lo, max=hi, scales=0.5, zero_points=3, quantization_min_val=a, quantization_max_val=b
    )
)
