ops = keras.ops
T = keras.KerasTensor


def spec(result):
    for t in keras.tree.flatten(result):
        print(tuple(t.shape), keras.backend.standardize_dtype(t.dtype))


def tell(function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
    except Exception as error:
        print(type(error).__name__)
        return
    spec(result)


x = T((None, 3))
y = T((2, None, 4), "int32")
image = T((None, 8, 10, 3))
tell(ops.add, x, T((2, None)))
tell(ops.add, x, 1)
tell(ops.add, y, 1.5)
tell(ops.multiply, y, T((4,), "float16"))
tell(ops.add, T((2, 3)), T((2, 4)))
tell(ops.matmul, x, T((3, None)))
tell(ops.matmul, T((None, 5, 3)), T((3, 7)))
tell(ops.einsum, "bi,ij->bj", x, T((3, 6)))
for name in ("sum", "mean", "max", "var", "any", "prod", "std"):
    tell(getattr(ops, name), y, axis=1)
    tell(getattr(ops, name), y, axis=(0, 2), keepdims=True)
for name in ("exp", "floor", "sign", "isnan", "square", "sqrt", "absolute", "negative", "tan", "round"):
    tell(getattr(ops, name), y)
for name in ("argmax", "argsort", "sort", "cumsum", "median", "nansum", "count_nonzero"):
    tell(getattr(ops, name), x, axis=-1)
tell(ops.reshape, x, (-1, 2))
tell(ops.reshape, x, (-1, 3, 1))
tell(ops.transpose, y)
tell(ops.expand_dims, x, 1)
tell(ops.squeeze, T((None, 1, 2)), 1)
tell(ops.squeeze, T((None, 3, 2)), 1)
tell(ops.concatenate, [x, x], axis=1)
tell(ops.concatenate, [x, T((5, 3))], axis=0)
tell(ops.stack, [x, x], axis=1)
tell(ops.split, x, 3, axis=1)
tell(ops.split, T((None, 6)), [1, 4], axis=1)
tell(ops.tile, x, (2, 2))
tell(ops.repeat, x, 2, axis=1)
tell(ops.pad, x, ((0, 0), (1, 2)))
tell(ops.roll, x, 1)
tell(ops.flip, x)
tell(ops.get_item, T((None, 5, 6)), (slice(None), 0, slice(1, 4)))
tell(ops.get_item, x, (slice(5), 1))
tell(ops.diag, x)
tell(ops.diagonal, T((None, 4, 5)), axis1=1, axis2=2)
tell(ops.take, x, [0, 2], axis=1)
tell(ops.take_along_axis, x, T((None, 2), "int32"), axis=1)
tell(ops.where, T((None, 3), "bool"), x, 0.0)
tell(ops.nonzero, x)
tell(ops.unique, x)
tell(ops.bincount, T((None, 4), "int32"), minlength=3)
tell(ops.top_k, x, 2)
tell(ops.one_hot, T((None, 2), "int32"), 5)
tell(ops.quantile, x, [0.1, 0.5], axis=1)
tell(ops.linspace, x, 1.0, 4)
tell(ops.meshgrid, T((4,)), T((None,)))
tell(ops.zeros_like, x, dtype="int8")
tell(ops.cast, x, "int32")
tell(ops.qr, T((None, 4, 3)))
tell(ops.svd, T((None, 4, 3)))
tell(ops.norm, T((None, 4, 3)), axis=-1)
tell(ops.solve, T((None, 3, 3)), T((None, 3)))
tell(ops.det, T((None, 3, 4)))
tell(ops.segment_sum, x, T((None,), "int32"), num_segments=4)
tell(ops.fft, (x, x))
tell(ops.rfft, x)
tell(ops.stft, T((None, 32)), 8, 4, 8)
tell(ops.slice, T((4, 5)), (1, 0), (2, -1))
tell(ops.slice_update, T((4, 5)), (1, 0), T((2, 2)))
tell(ops.scatter_update, T((4, 5)), [[1]], T((1, 5)))
tell(ops.unstack, T((None, 3)), axis=1)
tell(ops.unstack, x)
tell(ops.map, lambda a: a * 2, x)
tell(ops.scan, lambda c, a: (c + a, c * a), T((3,)), x)
tell(ops.cond, T((), "bool"), lambda: x, lambda: x)
tell(ops.while_loop, lambda v: True, lambda v: v + 1, (x,))
tell(ops.dot_product_attention, T((None, 5, 4, 8)), T((None, 6, 4, 8)), T((None, 6, 4, 8)))
tell(ops.moments, x, axes=[0])
tell(ops.unfold, T((None, 2, 6, 6)), 2, stride=2)
tell(ops.depth_to_space, T((None, 2, 3, 8)), 2)
tell(ops.image.resize, image, (4, 5))
tell(ops.image.extract_patches, image, (2, 2))
tell(ops.image.rgb_to_grayscale, image)
tell(ops.image.pad_images, image, 1, 1, 1, 1)
tell(ops.image.affine_transform, image, T((None, 8)))
tell(ops.image.gaussian_blur, image)
tell(ops.rearrange, T((2, 6, 4)), "b (h w) c -> b h (w c)", h=2)

inputs = keras.Input((4,))
hidden = ops.matmul(inputs, np.eye(4, dtype="float32") * 2) + 1
best = ops.top_k(hidden, 2)[0]
model = keras.Model(inputs, [ops.sum(hidden, axis=-1), best, ops.split(hidden, 2, axis=1)[1]])
print([np.asarray(t).tolist() for t in model(np.arange(8.0).reshape(2, 4).astype("float32"))])
model.save("ops.keras")
again = keras.models.load_model("ops.keras")
print([np.asarray(t).tolist() for t in again(np.arange(8.0).reshape(2, 4).astype("float32"))])


@tf.function
def captured(a, b):
    scanned = ops.scan(lambda c, v: (c + v, c * v), ops.zeros(3), a)
    looped = ops.while_loop(lambda i, v: ops.sum(v) < 100.0, lambda i, v: (i + 1, v * 2), (0, ops.abs(a)))
    chosen = ops.cond(ops.sum(a) > 0, lambda: a * 2, lambda: a - 1)
    return {
        "scan": scanned,
        "loop": looped,
        "cond": chosen,
        "math": ops.logaddexp(a, b) + ops.quantile(a, 0.3, axis=0) + ops.cumsum(b, axis=0),
        "linalg": ops.norm(ops.qr(ops.matmul(ops.transpose(a), a))[1]),
        "fft": ops.rfft(a)[0],
        "segments": ops.segment_sum(a, np.array([0, 1, 0]), num_segments=2),
        "image": ops.image.resize(ops.reshape(a, (3, 3, 1)), (2, 2)),
        "slices": ops.slice_update(a, (1, 0), b[:1]),
        "order": ops.take_along_axis(a, ops.argsort(a, axis=1), axis=1),
        "shape": ops.reshape(ops.pad(a, ((1, 0), (0, 1))), (-1, 2)),
        "nn": ops.moments(a, axes=[0]),
    }


a = np.linspace(-1, 2, 9, dtype="float32").reshape(3, 3)
for key, value in captured(a, a[::-1].copy()).items():
    print(key, [np.round(np.asarray(t), 3).tolist() for t in keras.tree.flatten(value)])
