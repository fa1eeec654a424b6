"""The 60 common ops that `scripts/benchmark.py --ops` times: what a TensorFlow and what a torch program writes.

Both see the same values under the same names: `x`, `y` (n floats between 0.5 and 1.5), `m` (the n floats as a matrix),
`mt` (its transpose's shape), `k` (n indices below n), `rows` (a class for each row of m), `b` (n truth values), `image`
(about n floats, NHWC for TensorFlow and NCHW for torch) and its `kernel`, `size` and `shape` (of n elements); `nn` is
tf.nn or torch.nn.functional.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SIZES = (10, 10_000, 1_000_000)
_SHAPES = {
    10: ((2, 5), (1, 5, 1, 2)),
    10_000: ((100, 100), (1, 25, 25, 16)),
    1_000_000: ((1000, 1000), (4, 125, 125, 16)),
}

# name: what TensorFlow programs write | what torch programs write
OPS = {
    name.strip(): (tf.strip(), torch.strip())
    for name, tf, torch in (
        line.split("|")
        for line in """
        add                | x + y                                  | x + y
        subtract           | tf.subtract(x, y)                      | torch.subtract(x, y)
        multiply           | x * y                                  | x * y
        divide             | x / y                                  | x / y
        floormod           | tf.math.floormod(x, y)                 | torch.remainder(x, y)
        pow                | tf.pow(x, y)                           | torch.pow(x, y)
        maximum            | tf.maximum(x, y)                       | torch.maximum(x, y)
        square             | tf.square(x)                           | torch.square(x)
        sqrt               | tf.sqrt(x)                             | torch.sqrt(x)
        exp                | tf.exp(x)                              | torch.exp(x)
        log                | tf.math.log(x)                         | torch.log(x)
        tanh               | tf.tanh(x)                             | torch.tanh(x)
        sigmoid            | tf.sigmoid(x)                          | torch.sigmoid(x)
        abs                | tf.abs(x)                              | torch.abs(x)
        floor              | tf.floor(x)                            | torch.floor(x)
        clip_by_value      | tf.clip_by_value(x, 0.7, 1.2)          | torch.clamp(x, 0.7, 1.2)
        cast               | tf.cast(x, tf.int32)                   | x.to(torch.int32)
        equal              | tf.equal(x, y)                         | torch.eq(x, y)
        greater            | x > y                                  | x > y
        logical_and        | tf.logical_and(b, b)                   | torch.logical_and(b, b)
        where              | tf.where(b, x, y)                      | torch.where(b, x, y)
        reduce_sum         | tf.reduce_sum(x)                       | torch.sum(x)
        reduce_sum_axis    | tf.reduce_sum(m, axis=1)               | torch.sum(m, 1)
        reduce_mean        | tf.reduce_mean(x)                      | torch.mean(x)
        reduce_max         | tf.reduce_max(m, axis=-1)              | torch.amax(m, -1)
        reduce_any         | tf.reduce_any(b)                       | torch.any(b)
        reduce_variance    | tf.math.reduce_variance(m, 0)          | torch.var(m, 0, correction=0)
        reduce_logsumexp   | tf.reduce_logsumexp(m, 1)              | torch.logsumexp(m, 1)
        argmax             | tf.argmax(m, 1)                        | torch.argmax(m, 1)
        cumsum             | tf.cumsum(x)                           | torch.cumsum(x, 0)
        norm               | tf.norm(x)                             | torch.linalg.vector_norm(x)
        reshape            | tf.reshape(x, m_shape)                 | torch.reshape(x, m_shape)
        transpose          | tf.transpose(m) + mt                   | m.T + mt
        concat             | tf.concat([x, y], 0)                   | torch.cat([x, y], 0)
        stack              | tf.stack([x, y], 1)                    | torch.stack([x, y], 1)
        split              | tf.split(x, 2)                         | torch.split(x, size // 2)
        tile               | tf.tile(m, [1, 2])                     | torch.tile(m, [1, 2])
        expand_dims        | tf.expand_dims(x, 0)                   | torch.unsqueeze(x, 0)
        squeeze            | tf.squeeze(m)                          | torch.squeeze(m)
        pad                | tf.pad(m, [[1, 1], [1, 1]])            | nn.pad(m, (1, 1, 1, 1))
        slice              | m[:, 1:]                               | m[:, 1:]
        reverse            | tf.reverse(m, [1])                     | torch.flip(m, [1])
        gather             | tf.gather(x, k)                        | torch.index_select(x, 0, k)
        gather_nd          | tf.gather_nd(x, k2)                    | x[k]
        boolean_mask       | tf.boolean_mask(x, b)                  | x[b]
        scatter_add        | tf.tensor_scatter_nd_add(x, k2, y)     | x.index_add(0, k, y)
        segment_sum        | tf.math.unsorted_segment_sum(x, k, size) | torch.zeros(size).index_add_(0, k, x)
        one_hot            | tf.one_hot(rows, 10)                   | nn.one_hot(rows, 10).float()
        top_k              | tf.math.top_k(m, 2)                    | torch.topk(m, 2)
        sort               | tf.sort(x)                             | torch.sort(x)
        unique             | tf.unique(k)                           | torch.unique(k, sorted=False, return_inverse=True)
        matmul             | m @ mt                                 | m @ mt
        einsum             | tf.einsum("ij,kj->ik", m, m)           | torch.einsum("ij,kj->ik", m, m)
        relu               | nn.relu(x)                          | torch.relu(x)
        softmax            | nn.softmax(m)                       | torch.softmax(m, -1)
        cross_entropy      | nn.sparse_softmax_cross_entropy_with_logits(rows, m) | nn.cross_entropy(m, rows, reduction=none)
        conv2d             | nn.conv2d(image, kernel, 1, "SAME") | nn.conv2d(image, kernel, padding=1)
        max_pool2d         | nn.max_pool2d(image, 2, 2, "SAME")  | nn.max_pool2d(image, 2, 2, ceil_mode=True)
        zeros              | tf.zeros(shape)                        | torch.zeros(shape)
        random_normal      | tf.random.normal(shape)                | torch.randn(shape)
        """.strip().splitlines()  # noqa: E501
    )
}  # fmt: skip

# Why an op may stay slower than TensorFlow, or over three times the torch kernel, at 10^4 elements.
REASONS = {
    "tanh": "torch's kernel, exact to the last digit; TensorFlow's is a quotient of polynomials, some digits off",
    "unique": "torch has no hash table on the CPU: its kernel sorts, and so does ours, to keep the order of appearance",
    "segment_sum": "torch's index_add, which is serial on the CPU, after a look at the smallest and largest id",
    "top_k": "torch leaves the order of equal elements open: one more of each row is looked at",
    "reshape": "a view, as squeeze",
    "squeeze": "a view: torch takes a microsecond, and so does each layer of Python around it",
    "expand_dims": "a view, as squeeze",
    "zeros": "torch.empty's cost and little else: a microsecond, as each layer of Python around it",
}


def values(n: int) -> dict[str, Any]:
    """The numpy values of size n that all systems get."""
    import numpy as np

    rng = np.random.default_rng(0)
    matrix, image = _SHAPES[n]
    floats = rng.uniform(0.5, 1.5, n).astype("float32")
    return {
        "x": floats,
        "y": rng.uniform(0.5, 1.5, n).astype("float32"),
        "m": floats.reshape(matrix),
        "mt": floats.reshape(matrix[::-1]),
        "k": rng.integers(0, n, n),
        "rows": rng.integers(0, 2, matrix[0]),
        "b": rng.uniform(size=n) < 0.5,
        "image": rng.normal(size=image).astype("float32"),
        "kernel": rng.normal(size=(3, 3, image[3], image[3])).astype("float32"),
    }


def tensorflow_ops(tf: Any, n: int) -> dict[str, Callable[[], Any]]:
    """The ops as a TensorFlow program calls them, on tensors of n elements."""
    names = {name: tf.constant(value) for name, value in values(n).items()}
    names |= {
        "tf": tf,
        "nn": tf.nn,
        "size": n,
        "shape": [n],
        "m_shape": _SHAPES[n][0],
        "k2": tf.constant(values(n)["k"][:, None]),
    }
    return {name: eval(f"lambda: {ours}", names) for name, (ours, _) in OPS.items()}


def torch_ops(n: int) -> dict[str, Callable[[], Any]]:
    """The same ops as a torch program calls them."""
    import torch

    names: dict[str, Any] = {name: torch.from_numpy(value) for name, value in values(n).items()}
    names["image"] = names["image"].permute(0, 3, 1, 2).contiguous()
    names["kernel"] = names["kernel"].permute(3, 2, 0, 1).contiguous()
    names |= {
        "torch": torch,
        "nn": torch.nn.functional,
        "none": "none",
        "size": n,
        "shape": [n],
        "m_shape": _SHAPES[n][0],
    }
    return {name: eval(f"lambda: {theirs}", names) for name, (_, theirs) in OPS.items()}
