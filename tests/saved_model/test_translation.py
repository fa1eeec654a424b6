"""Captured functions as TensorFlow's: tfcompat's own executor of graphs gives what the function gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import tfcompat as tf
from tfcompat._core.ops import Value, op
from tfcompat._formats.protos import message
from tfcompat.saved_model._graph_functions import GraphFunctions
from tfcompat.saved_model._ranks import Ranked
from tfcompat.saved_model._translation.models import Graphs
from tfcompat.saved_model._translation.registry import NotTranslatable

_RNG = np.random.default_rng(7)


def _floats(*shape: int) -> np.ndarray:
    return _RNG.standard_normal(shape).astype(np.float32)


A, B, C, ROW = _floats(2, 3, 4), _floats(2, 3, 4), _floats(4, 5), _floats(4)
POSITIVE, UNIT = np.abs(A) + 0.1, np.tanh(A)
WHOLE, BELOW = np.array([[3, -2, 7], [-5, 4, 1]], np.int32), np.array([[2, 3, -4], [3, 2, 2]], np.int32)
TRUTH, PLACES = A > 0, np.array([[1, 0], [0, 2]], np.int64)
IMAGES, IMAGES_1D, IMAGES_3D = _floats(2, 8, 7, 4), _floats(2, 9, 4), _floats(1, 5, 5, 5, 2)
nn = tf.nn


def body_of(function: Callable[..., Any], *specs: Any) -> Any:
    """The function for these specs as TensorFlow's, ready to run on tfcompat's ops."""
    graphs = Graphs([])
    concrete = tf.function(function).get_concrete_function(*specs)
    graphs.add("f", concrete, [Ranked((), concrete._graph_or_error)], [], [])
    proto = message("GraphDef")()
    proto.library.function.extend(graphs.library.functions)
    functions = GraphFunctions(proto, lambda number: None, "test")
    assert functions.missing("f") == []
    return functions.body("f")


def check(function: Callable[..., Any], *arrays: Any, sizes: bool = True) -> None:
    """Compares, with sizes that are known and, where `sizes`, a first dimension that is not."""
    tensors = [tf.constant(a) for a in arrays]
    wanted = tf.nest.flatten(function(*tensors))
    for free in (False, True)[: 1 + sizes]:
        specs = [tf.TensorSpec([None, *t.shape[1:]] if free and t.shape.rank else t.shape, t.dtype) for t in tensors]
        found = body_of(function, *specs)(tensors)
        assert len(found) == len(wanted)
        for x, y in zip(found, wanted):
            assert x.dtype == y.dtype
            if y.dtype == tf.string:
                assert np.asarray(x.numpy()).tolist() == np.asarray(y.numpy()).tolist()
            else:
                np.testing.assert_allclose(x.numpy(), y.numpy(), rtol=2e-5, atol=2e-6)


_FUNCTIONS = {
    "functions of one number": lambda x: [
        *(f(x) for f in (tf.exp, tf.sin, tf.cos, tf.tanh, tf.sigmoid, tf.abs, tf.sign, tf.floor, tf.math.ceil,
        tf.round)),
        *(f(x) for f in (tf.square, tf.negative, tf.math.erf, tf.math.expm1, tf.math.softplus, tf.atan, tf.sinh)),
    ],
    "activations": lambda x: [
        *(f(x) for f in (nn.relu, nn.relu6, nn.elu, nn.selu, nn.gelu, nn.silu, nn.softsign, nn.leaky_relu)),
        nn.gelu(x, approximate=True), nn.softmax(x), nn.softmax(x, axis=1), nn.log_softmax(x), nn.crelu(x),
        tf.clip_by_value(x, -0.5, 0.5), tf.math.log_sigmoid(x),
    ],
    "reductions": lambda x: [
        tf.reduce_sum(x), tf.reduce_sum(x, 1), tf.reduce_mean(x, [0, 2], keepdims=True), tf.reduce_max(x, -1),
        tf.reduce_min(x), tf.reduce_prod(x, 2), tf.reduce_logsumexp(x, 1), tf.math.reduce_std(x, 1),
        tf.math.reduce_variance(x), tf.reduce_any(x > 0, 0), tf.reduce_all(x > -1), tf.norm(x, axis=2), tf.norm(x),
        tf.argmax(x, 1), tf.argmin(x, 2, output_type=tf.int32), tf.cumsum(x, 1), tf.math.cumprod(x, 2, reverse=True),
        tf.cumsum(x, 2, exclusive=True), tf.math.count_nonzero(x > 0, 1), nn.moments(x, [0]),
    ],
    "arrangements": lambda x: [
        tf.reshape(x, [-1, 6]), tf.reshape(x, [tf.shape(x)[0], 12]), tf.transpose(x), tf.transpose(x, [1, 0, 2]),
        tf.expand_dims(x, 1), tf.squeeze(x[:1], 0), tf.reverse(x, [1]), tf.roll(x, 1, 2), tf.tile(x, [1, 2, 1]),
        tf.pad(x, [[0, 0], [1, 2], [0, 1]]), tf.pad(x, [[0, 0], [0, 0], [1, 1]], constant_values=2.0),
        tf.repeat(x, 2, 1), tf.broadcast_to(x, [2, tf.shape(x)[0], 3, 4]),
        tf.pad(x, [[0, 0], [1, 1], [2, 2]], "REFLECT"), tf.linalg.band_part(x, 1, 0), tf.linalg.diag_part(x),
    ],
    "slices": lambda x: [
        x[0], x[:, 1], x[..., -1], x[:, 1:], x[:, ::2], x[:, -2:, 1:3], x[:, tf.newaxis, :, 0], tf.slice(x, [0, 1,
        0], [-1, 2, 3]),
        x[:, ::-1], tf.gather(x, [2, 0], axis=1), tf.gather(x, [1], axis=0), tf.strided_slice(x, [0, 0, 3], [2, 3,
        0], [1, 1, -1]),
    ],
    "parts": lambda x: [
        *tf.split(x, 2, 2), *tf.split(x, [1, 2], 1), *tf.unstack(x, axis=1), tf.stack([x, x + 1.0], 1),
        tf.concat([x, x], 0),
        tf.concat([x, x[:, :1]], 1), tf.stack(tf.unstack(x, axis=2)),
    ],
    "order": lambda x: [
        *nn.top_k(x, 2), tf.sort(x), tf.sort(x, 1, "DESCENDING"), tf.argsort(x), tf.math.in_top_k([0, 1], x[:2, 0],
        2),
        tf.where(x > 0.3), tf.boolean_mask(x, [True, False, True], axis=1),
    ],
    "new tensors": lambda x: [
        tf.zeros_like(x), tf.ones_like(x), tf.fill(tf.shape(x)[:2], 2.5), tf.range(tf.shape(x)[0]), tf.shape(x),
        tf.size(x),
        tf.range(0.0, 1.0, 0.25), tf.eye(tf.shape(x)[0]), tf.one_hot(tf.range(3), 4) + x[0], tf.linspace(0.0, 1.0,
        5), tf.rank(x),
        tf.cast(tf.shape(x)[0], tf.float32) * x, tf.sequence_mask(tf.range(tf.shape(x)[0]), 4),
        tf.zeros([tf.shape(x)[0], 2]),
    ],
    "casts": lambda x: [
        tf.cast(x, tf.int32), tf.cast(x * 100.0, tf.uint8), tf.cast(x, tf.float64), tf.cast(x > 0, tf.float32),
        tf.saturate_cast(x * 1000.0, tf.int8), tf.bitcast(x, tf.int32), tf.cast(x, tf.bool), tf.cast(x, tf.float16),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_functions_of_a_tensor(name: str) -> None:
    check(_FUNCTIONS[name], A)


_PAIRS = {
    "arithmetic": (lambda a, b: [a + b, a - b, a * b, a / b, a**2, a * 2.0, 1.0 - a, 2.0 / b, -a, tf.atan2(a, b)],
    A, B),
    "positive": (lambda a, b: [
        *(f(a) for f in (tf.math.log, tf.sqrt, tf.math.rsqrt, tf.math.log1p, tf.math.lgamma, tf.math.digamma)),
        a**b, a**0.5,
        tf.math.reciprocal(a), tf.math.xlogy(b, a), tf.math.pow(2.0, b), tf.math.squared_difference(a, b),
        tf.math.divide_no_nan(b, a),
    ], POSITIVE, B),
    "unit": (lambda a, b: [tf.asin(a), tf.acos(a), tf.atanh(a), tf.math.erfinv(a), tf.maximum(a, b), tf.minimum(a,
    b)], UNIT, B),
    "comparisons": (lambda a, b: [a < b, a <= b, a > b, a >= b, a == b, a != b, tf.where(a > b, a, b),
    tf.where(a > 0, a, 0.0)], A, B),
    "integers": (lambda a, b: [
        a + b, a * b, a - b, a // b, a % b, tf.truncatediv(a, b), tf.truncatemod(a, b), a / b, abs(a),
        tf.maximum(a, b), -a,
        tf.bitwise.bitwise_and(a, b), tf.bitwise.bitwise_or(a, b), tf.bitwise.bitwise_xor(a, b),
        tf.bitwise.invert(a), a < b,
        tf.reduce_sum(a, 1), tf.reduce_max(a), tf.reduce_mean(a), tf.cumsum(a), tf.sort(a), a**2, tf.sign(a),
        tf.cast(a, tf.int64),
    ], WHOLE, BELOW),
    "floors": (lambda a, b: [a // b, a % b, tf.math.floormod(a, b), tf.math.floordiv(a, b)], A, B),
    "truths": (lambda a, b: [a & b, a | b, a ^ b, ~a, tf.cast(a, tf.int32), tf.where(a, 1, 0), tf.reduce_all(a,
    1)], TRUTH, B > 0),
    "rows": (lambda a, row: [a + row, a * row, a / row, row - a, tf.where(row > 0, a, row), nn.bias_add(a, row)],
    A, ROW),
    "products": (lambda a, c: [
        tf.matmul(a[0], c), tf.matmul(a, tf.tile(c[None], [tf.shape(a)[0], 1, 1])), a @ c, tf.tensordot(a, c, 1),
        tf.linalg.matvec(a, c[:, 0]),
        tf.matmul(a, a, transpose_b=True), tf.einsum("bij,jk->bik", a, c), tf.einsum("bij,bkj->bik", a, a),
        tf.linalg.matmul(c, c, transpose_a=True),
    ], A, C),
    "places": (lambda a, i: [
        tf.gather(a, i, axis=1), tf.gather(a, i, axis=1, batch_dims=1), tf.gather_nd(a, i),
        nn.embedding_lookup(a[0], i), tf.one_hot(i, 3),
        tf.gather(a, i[:, 0], axis=1, batch_dims=1),
    ], A, PLACES),
    "scattering": (lambda a, i: [
        tf.tensor_scatter_nd_update(a[0], i[:, :1], a[1, :2]), tf.tensor_scatter_nd_add(a[0], i[:, :1], a[1, :2]),
        tf.scatter_nd(i[:, :1], a[0, :2], [5, 4]), tf.math.unsorted_segment_sum(a[0, :2], i[:, 0], 3),
        tf.math.unsorted_segment_max(a[0, :2], i[:, 0], 3),
        tf.math.segment_sum(a[0], tf.constant([0, 0, 1])),
    ], A, PLACES),
}  # fmt: skip


@pytest.mark.parametrize("name", _PAIRS)
def test_functions_of_two_tensors(name: str) -> None:
    check(*_PAIRS[name])


_MATRICES = POSITIVE @ np.swapaxes(POSITIVE, 1, 2) + 3 * np.eye(3, dtype=np.float32)


def test_decompositions_and_transforms() -> None:
    check(
        lambda x, y: [
            *(tf.linalg.inv(x), tf.linalg.cholesky(x), tf.linalg.solve(x, y), tf.linalg.det(x), tf.linalg.eigvalsh(x)),
            *(tf.linalg.triangular_solve(tf.linalg.cholesky(x), y), tf.linalg.logdet(x)),
            *(tf.linalg.svd(x, compute_uv=False), *map(tf.abs, tf.linalg.qr(x)), *map(tf.abs, tf.linalg.svd(x))),
        ],
        _MATRICES,
        A,
    )
    check(
        lambda x: [
            *(tf.signal.fft(tf.cast(x, tf.complex64)), tf.signal.ifft(tf.cast(x, tf.complex64)), tf.signal.rfft(x)),
            *(tf.signal.irfft(tf.signal.rfft(x)), tf.signal.fft2d(tf.cast(x, tf.complex64)), tf.signal.frame(x, 2, 1)),
        ],
        A,
    )


def test_unique_elements_and_what_a_seed_decides() -> None:
    check(lambda x: [*tf.unique(tf.reshape(x, [-1])), *tf.unique_with_counts(tf.reshape(x, [-1]))], WHOLE)
    check(
        lambda x: [
            tf.random.stateless_uniform(tf.shape(x), [1, 2]),
            tf.random.stateless_normal([3], tf.cast(x[0, :2], tf.int32)),
            tf.random.stateless_truncated_normal([5], [3, 4]),
            tf.random.stateless_uniform([4], [5, 6], 0, 100, tf.int32),
            tf.random.stateless_uniform([4], [5, 6], 0, 10**12, tf.int64),
        ],
        WHOLE,
    )  # fmt: skip
    check(lambda x: [tf.shape(tf.random.shuffle(x)), tf.shape(tf.random.uniform([3], maxval=7, dtype=tf.int32))], WHOLE)


_WORDS = np.array([b"The cat", b"", b" sat on it "], object)


def test_strings() -> None:
    check(
        lambda x: [
            *(tf.strings.lower(x), tf.strings.upper(x), tf.strings.strip(x), tf.strings.length(x), x + "!", x == "", x),
            *(tf.strings.substr(x, 0, 3), tf.strings.regex_replace(x, "[a-c]", "-"), tf.strings.join([x, x], "/")),
            *(tf.strings.to_hash_bucket_fast(x, 9), tf.strings.regex_full_match(x, ".*cat"), tf.reverse(x, [0])),
            *(tf.strings.as_string(tf.strings.length(x)), tf.strings.to_number(tf.strings.as_string(tf.range(3)))),
            *(tf.strings.split(x).to_tensor("none"), tf.where(x == "", "empty", x), tf.gather(x, [2, 0]), x[1:]),
        ],
        _WORDS,
    )
    check(
        lambda x: [
            *(tf.strings.reduce_join(x, separator="-"), tf.strings.reduce_join([x, x], 0, keepdims=True)),
            *(tf.strings.unsorted_segment_join(x, [1, 0, 1], 2, "+"), tf.strings.format("{} of them", tf.size(x))),
            *(tf.strings.unicode_transcode(x, "UTF-8", "UTF-16-BE"), tf.strings.bytes_split(x).to_tensor("")),
            *(tf.strings.unicode_decode(x, "UTF-8").to_tensor(), tf.strings.unicode_split(x, "UTF-8").to_tensor("")),
        ],
        _WORDS,
        sizes=False,
    )


def test_branches_and_loops_take_the_handles_of_tables() -> None:
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["The", "it"], tf.constant([4, 7])), -1)
    other = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a"], tf.constant([9])), 0)

    def found(x: Any) -> Any:
        n = tf.cond(tf.size(x) > 1, lambda: table.lookup(x), lambda: other.lookup(x))
        return tf.while_loop(lambda n: n[0] < 20, lambda n: n + table.lookup(x) + other.lookup(x) + 5, [n])[0]

    graphs = Graphs([])
    concrete = tf.function(found).get_concrete_function(tf.TensorSpec([None], tf.string))
    graphs.add("f", concrete, [Ranked((), concrete._graph_or_error)], [], [])
    assert sorted(graphs.uses["f"]) == [0, 1]
    functions = {f.signature.name: f for f in graphs.library.functions}
    own = functions["f"].node_def
    branch = next(node for node in own if node.op == "If")
    loop = next(node for node in own if node.op == "While")
    handles = [i for i in branch.input if i.startswith("table")]
    assert sorted(handles) == ["table0", "table1"]
    for name in (branch.attr["then_branch"].func.name, branch.attr["else_branch"].func.name):
        assert [a.type for a in functions[name].signature.input_arg][-2:] == [tf.resource.as_datatype_enum] * 2
    body, test = functions[loop.attr["body"].func.name], functions[loop.attr["cond"].func.name]
    assert len(body.signature.output_arg) == len(body.signature.input_arg) == len(loop.attr["T"].list.type)
    assert [a.type for a in test.signature.input_arg] == [a.type for a in body.signature.input_arg]


_KERNEL, _KERNEL_1D, _KERNEL_3D, _DEEP = (
    _floats(3, 3, 4, 6),
    _floats(3, 4, 5),
    _floats(2, 2, 2, 2, 3),
    _floats(3, 3, 4, 2),
)
_SPATIAL = {
    "convolutions": (lambda x, w: [
        nn.conv2d(x, w, 1, "SAME"), nn.conv2d(x, w, 1, "VALID"), nn.conv2d(x, w, 2, "SAME"), nn.conv2d(x, w, [1,
        2], "VALID"),
        nn.conv2d(x, w, 1, "SAME", dilations=2), nn.conv2d(x, w, 1, [[0, 0], [1, 2], [0, 1], [0, 0]]),
    ], IMAGES, _KERNEL),
    "depthwise": (lambda x, w: [
        nn.depthwise_conv2d(x, w, [1, 1, 1, 1], "SAME"), nn.depthwise_conv2d(x, w, [1, 2, 2, 1], "VALID"),
        nn.depthwise_conv2d(x, w[..., :1], [1, 1, 1, 1], "SAME", dilations=[2, 2]),
    ], IMAGES, _DEEP),
    "transposed": (lambda x, w: [
        nn.conv2d_transpose(x, tf.transpose(w, [0, 1, 3, 2]), [2, 16, 14, 6], 2, "SAME"),
        nn.conv2d_transpose(x, tf.transpose(w, [0, 1, 3, 2]), [2, 17, 15, 6], 2, "VALID"),
    ], IMAGES, _KERNEL),
    "one dimension": (lambda x, w: [
        nn.conv1d(x, w, 1, "SAME"), nn.conv1d(x, w, 2, "VALID"), nn.max_pool1d(x, 2, 2, "VALID"), nn.avg_pool1d(x,
        3, 1, "SAME"),
    ], IMAGES_1D, _KERNEL_1D),
    "three dimensions": (lambda x, w: [
        nn.conv3d(x, w, [1, 1, 1, 1, 1], "SAME"), nn.conv3d(x, w, [1, 2, 2, 2, 1], "VALID"), nn.max_pool3d(x, 2, 2,
        "VALID"),
        nn.avg_pool3d(x, 2, 1, "VALID"),
    ], IMAGES_3D, _KERNEL_3D),
    "pools": (lambda x, w: [
        nn.max_pool2d(x, 2, 2, "VALID"), nn.max_pool2d(x, 3, 2, "SAME"), nn.avg_pool2d(x, 2, 2, "SAME"),
        nn.avg_pool2d(x, 3, 1, "VALID"),
        tf.image.resize(x, [4, 5]), tf.image.resize(x, [16, 14], "nearest"), tf.image.flip_left_right(x),
        tf.image.central_crop(x, 0.5),
    ], IMAGES, _KERNEL),
    "normalization": (lambda x, w: [
        nn.batch_normalization(x, w[0, 0, :, 0], 1.0 + w[0, 1, :, 0] ** 2, w[0, 2, :, 0], w[1, 0, :, 0], 1e-3),
        nn.l2_normalize(x, -1),
        nn.local_response_normalization(x, 1), *nn.moments(x, [1, 2]),
    ], IMAGES, _KERNEL),
}  # fmt: skip


@pytest.mark.parametrize("name", _SPATIAL)
def test_convolutions_and_pooling(name: str) -> None:
    function, x, w = _SPATIAL[name]
    check(lambda x: function(x, tf.constant(w)), x, sizes=name != "transposed")


def _loop(x: Any) -> Any:
    total, i = tf.zeros_like(x), tf.constant(0)
    while tf.reduce_sum(total) < 20.0:
        total += tf.abs(x)
        if i > 2:
            total = total * 2.0
        i += 1
    return total, i


def _branches(x: Any, n: Any) -> Any:
    y = x + 1.0 if tf.reduce_sum(x) > 0 else x * 2.0
    z = tf.switch_case(n, [lambda: x, lambda: x * 3.0, lambda: -y])
    return y, z, tf.case([(n > 1, lambda: x), (n > 0, lambda: y)], default=lambda: x * 5.0)


def _array(x: Any) -> Any:
    array = tf.TensorArray(tf.float32, size=tf.shape(x)[0])
    for i in tf.range(tf.shape(x)[0]):
        array = array.write(i, x[i] * tf.cast(i, tf.float32))
    return array.stack(), tf.map_fn(lambda row: tf.reduce_sum(row), x), tf.scan(lambda a, b: a + b, x)


def test_loops_and_branches() -> None:
    check(_loop, A)
    check(_array, A)
    for n in (0, 1, 2, 7):
        check(_branches, A, np.int32(n))


def test_what_is_changed_in_place() -> None:
    """Kernels that write to their argument: what is used after them is the new value."""

    def function(x: Any) -> Any:
        rows = tf.tensor_scatter_nd_update(x[0], [[1]], x[1, :1])
        return rows, tf.tensor_scatter_nd_sub(rows, [[0]], x[1, :1]), rows * 2.0

    check(function, A)


@op("Changed")
def _changed_copy(x: Value, name: str | None = None) -> torch.Tensor:
    copy = x.clone()
    copy.add_(1.0).mul_(2.0)
    return copy + 10.0 * x


@op("Changed")
def _changed_view(x: Value, name: str | None = None) -> torch.Tensor:
    copy = x.clone()
    view = copy[0]
    copy.add_(1.0)
    return view


def test_copies_are_changed_alone() -> None:
    """Where a copy is changed in place, what it was copied from keeps its values."""
    check(_changed_copy, A)
    with pytest.raises(NotTranslatable, match="a view of a tensor that is changed in place"):
        body_of(_changed_view, tf.TensorSpec([2, 3], tf.float32))


def test_what_has_no_counterpart_is_named() -> None:
    spec = tf.TensorSpec([None, 4], tf.float32)
    with pytest.raises(NotTranslatable, match="a Python function"):
        body_of(lambda x: tf.py_function(lambda y: y, [x], spec), spec)
    with pytest.raises(NotTranslatable, match="no counterpart of aten"):
        body_of(lambda x: tf.linalg.eigvals(x), tf.TensorSpec([4, 4], tf.float32))


def test_images_of_a_height_that_is_not_known_are_resized() -> None:
    body = body_of(lambda x: tf.image.resize(x, [5, 7]), tf.TensorSpec([1, None, 4, 3], tf.float32))
    for height in (2, 9):
        x = tf.constant(_floats(1, height, 4, 3))
        (found,) = body([x])
        np.testing.assert_allclose(found, tf.image.resize(x, [5, 7]), rtol=1e-5)


def test_what_the_capture_took_for_granted_of_sizes_is_checked() -> None:
    """Such a convolution is captured for odd or for even sizes."""
    kernel = tf.constant(_KERNEL)
    body = body_of(lambda x: nn.conv2d(x, kernel, 2, "SAME"), tf.TensorSpec([None, None, None, 4], tf.float32))
    refused = 0
    for n in (8, 9, 10, 11):
        x = tf.constant(_floats(2, n, n, 4))
        try:
            (found,) = body([x])
        except tf.errors.InvalidArgumentError:
            refused += 1
        else:
            np.testing.assert_allclose(found.numpy(), nn.conv2d(x, kernel, 2, "SAME").numpy(), rtol=1e-5, atol=1e-5)
    assert refused == 2
