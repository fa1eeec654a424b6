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
img = q(rng.randint(0, 256, (2, 3, 4, 3)), "quint8")
norm = r.QuantizedInstanceNorm
tell(norm, x=img, x_min=-1.0, x_max=3.0)
tell(norm, x=img, x_min=-1.0, x_max=3.0, output_range_given=True, given_y_min=-1.0, given_y_max=1.5)
tell(norm, x=img, x_min=-1.0, x_max=3.0, min_separation=9.0)
tell(norm, x=img, x_min=3.0, x_max=1.0)
tell(norm, x=img, x_min=[3.0], x_max=1.0)
tell(norm, x=img, x_min=-1.0, x_max=3.0, output_range_given=True, given_y_min=2.0, given_y_max=1.5)
tell(norm, x=q(rng.randint(0, 99, (2, 3, 4, 3)), "qint8"), x_min=3.0, x_max=5.0)
m, v, beta, gamma = (q(rng.randint(0, 256, (3,)), "quint8") for _ in range(4))
batch = {"t": img, "t_min": -1.0, "t_max": 3.0, "m": m, "m_min": -0.5, "m_max": 1.0, "v": v, "v_min": 0.0, "v_max": 2.0}
batch |= {"beta": beta, "beta_min": -1.0, "beta_max": 1.0, "gamma": gamma, "gamma_min": -2.0, "gamma_max": 1.0}
batch |= {"out_type": tf.qint32, "variance_epsilon": 0.01}
for scaled in (True, False):
    tell(r.QuantizedBatchNormWithGlobalNormalization, scale_after_normalization=scaled, **batch)
tell(r.QuantizedBatchNormWithGlobalNormalization, scale_after_normalization=True, **batch | {"m": img})
size = r.QuantizedResizeBilinear
wide = q(rng.randint(-(10**9), 10**9, (1, 3, 4, 2)), "qint32")
for how in (
    {},
    {"half_pixel_centers": True},
    {"align_corners": True},
    {"half_pixel_centers": True, "align_corners": True},
):
    tell(size, images=img, size=[5, 3], min=0.0, max=2.0, **how)
    tell(size, images=wide, size=[5, 3], min=0.0, max=2.0, **how)
tell(size, images=img, size=[3, 4], min=0.0, max=2.0)
tell(size, images=tf.constant(rng.rand(1, 3, 4, 2), tf.float32), size=[5, 2], min=0.0, max=2.0)
tell(size, images=img, size=[3, 4], min=[0.0], max=2.0)
tell(size, images=img, size=[3], min=0.0, max=2.0)
tell(size, images=img, size=[0, 3], min=0.0, max=2.0)
