"""Functions of tf that had other names, or their arguments in another order, in TensorFlow 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat import raw_ops
from tfcompat._arrays import printing
from tfcompat.compat.v1._reductions import one_of

newaxis = None


def Print(
    input_: Any,
    data: Sequence[Any],
    message: str | None = None,
    first_n: int | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> Any:
    """`input_` itself; prints `data` to the standard error output whenever it runs (tf.compat.v1.Print).

    message: comes before. first_n: how often it prints, always where None or negative. summarize: how many elements of
    each tensor, 3 where None.
    """
    count, most = [0], 3 if summarize is None else summarize

    def show(*values: Any) -> None:
        count[0] += 1
        if first_n is not None and 0 <= first_n < count[0]:
            return
        parts = "".join(f"[{_summary(v, most)}]" for v in values)
        tf.print(f"{message or ''}{parts}")

    with tf.control_dependencies([tf.py_function(show, list(data), [])]):
        return tf.identity(input_, name=name)


def _summary(value: Any, most: int) -> str:
    array = value.numpy()
    flat = array.reshape(-1) if hasattr(array, "reshape") else [array]
    shown = [x.decode() if isinstance(x, bytes) else printing.array_text(np.asarray(x), -1) for x in flat]
    if not getattr(array, "ndim", 0):
        return shown[0]
    return " ".join(shown[:most] if most >= 0 else shown) + ("..." if 0 <= most < len(shown) else "")


def arg_max(input: Any, dimension: Any, output_type: Any = tf.int64, name: str | None = None) -> Any:
    """tf.argmax with its axis first (tf.compat.v1.arg_max)."""
    return tf.argmax(input, dimension, output_type, name)


def arg_min(input: Any, dimension: Any, output_type: Any = tf.int64, name: str | None = None) -> Any:
    """tf.argmin with its axis first (tf.compat.v1.arg_min)."""
    return tf.argmin(input, dimension, output_type, name)


def batch_gather(params: Any, indices: Any, name: str | None = None) -> Any:
    """Rows of each batch, whose number is that of the indices (tf.compat.v1.batch_gather)."""
    indices = tf.convert_to_tensor(indices)
    if indices.shape.rank is None:
        raise ValueError("batch_gather does not allow indices with unknown shape.")
    return tf.gather(params, indices, batch_dims=indices.shape.rank - 1, name=name)


def batch_to_space(input: Any, crops: Any, block_size: int, name: str | None = None, block_shape: Any = None) -> Any:
    """tf.batch_to_space with one `block_size` for height and width (tf.compat.v1.batch_to_space)."""
    shape = [block_size, block_size] if block_shape is None else block_shape
    return tf.batch_to_space(input, shape, crops, name)


def batch_to_space_nd(input: Any, block_shape: Any, crops: Any, name: str | None = None) -> Any:
    """tf.batch_to_space (tf.compat.v1.batch_to_space_nd)."""
    return tf.batch_to_space(input, block_shape, crops, name)


def space_to_batch(
    input: Any, paddings: Any, block_size: int | None = None, name: str | None = None, block_shape: Any = None
) -> Any:
    """tf.space_to_batch, also with one `block_size` for height and width (tf.compat.v1.space_to_batch)."""
    shape = one_of("space_to_batch", "block_shape", block_shape, "block_size", block_size)
    return tf.space_to_batch(input, [shape, shape] if isinstance(shape, int) else shape, paddings, name)


def depth_to_space(input: Any, block_size: int, name: str | None = None, data_format: str = "NHWC") -> Any:
    """tf.nn.depth_to_space with the name before the format (tf.compat.v1.depth_to_space)."""
    return tf.nn.depth_to_space(input, block_size, data_format, name)


def space_to_depth(input: Any, block_size: int, name: str | None = None, data_format: str = "NHWC") -> Any:
    """tf.nn.space_to_depth with the name before the format (tf.compat.v1.space_to_depth)."""
    return tf.nn.space_to_depth(input, block_size, data_format, name)


def bincount(arr: Any, weights: Any = None, minlength: Any = None, maxlength: Any = None, dtype: Any = tf.int32) -> Any:
    """tf.math.bincount (tf.compat.v1.bincount)."""
    return tf.math.bincount(arr, weights, minlength, maxlength, dtype)


def clip_by_average_norm(t: Any, clip_norm: Any, name: str | None = None) -> Any:
    """`t` scaled so that its norm by its number of elements is `clip_norm` at most (clip_by_average_norm)."""
    with tf.name_scope(name or "clip_by_average_norm"):
        t = tf.convert_to_tensor(t)
        count = tf.cast(tf.size(t), t.dtype)
        inverse = tf.math.rsqrt(tf.reduce_sum(t * t, list(range(t.shape.rank or 0))))
        return t * clip_norm * tf.minimum(inverse * count, tf.constant(1.0, t.dtype) / clip_norm)


def decode_csv(
    records: Any,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    name: str | None = None,
    na_value: str = "",
    select_cols: Any = None,
) -> Any:
    """tf.io.decode_csv with the name before `na_value` (tf.compat.v1.decode_csv)."""
    return tf.io.decode_csv(records, record_defaults, field_delim, use_quote_delim, na_value, select_cols, name)


def decode_raw(
    input_bytes: Any = None,
    out_type: Any = None,
    little_endian: bool = True,
    name: str | None = None,
    bytes: Any = None,
) -> Any:
    """tf.io.decode_raw, also with its input as `bytes` (tf.compat.v1.decode_raw); ValueError without `out_type`."""
    values = one_of("decode_raw", "input_bytes", input_bytes, "bytes", bytes)
    if out_type is None:
        raise ValueError("decode_raw() missing 1 positional argument: 'out_type'")
    return tf.io.decode_raw(values, out_type, little_endian, name=name)


def extract_image_patches(
    images: Any,
    ksizes: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
    sizes: Any = None,
) -> Any:
    """tf.image.extract_patches, also with `sizes` as ksizes (tf.compat.v1.extract_image_patches)."""
    sizes = one_of("extract_image_patches", "sizes", sizes, "ksizes", ksizes)
    return tf.image.extract_patches(images, sizes, strides, rates, padding, name)


def floor_div(x: Any, y: Any, name: str | None = None) -> Any:
    """tf.math.floordiv (tf.compat.v1.floor_div)."""
    return tf.math.floordiv(x, y, name)


def gather_nd(
    params: Any, indices: Any, name: str | None = None, batch_dims: int = 0, bad_indices_policy: str = ""
) -> Any:
    """tf.gather_nd with the name before `batch_dims` (tf.compat.v1.gather_nd)."""
    return tf.gather_nd(params, indices, batch_dims, name, bad_indices_policy)


def hessians(
    ys: Any,
    xs: Any,
    name: str = "hessians",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
) -> Any:
    """tf.hessians (tf.compat.v1.hessians); colocate_gradients_with_ops is a hint to TensorFlow's graphs."""
    return tf.hessians(ys, xs, gate_gradients, aggregation_method, name)


def multinomial(
    logits: Any, num_samples: Any, seed: int | None = None, name: str | None = None, output_dtype: Any = None
) -> Any:
    """tf.random.categorical (tf.compat.v1.multinomial)."""
    return tf.random.categorical(logits, num_samples, output_dtype or tf.int64, seed, name)


def stateless_multinomial(
    logits: Any, num_samples: Any, seed: Any, output_dtype: Any = tf.int64, name: str | None = None
) -> Any:
    """tf.random.stateless_categorical (tf.compat.v1.random.stateless_multinomial)."""
    return tf.random.stateless_categorical(logits, num_samples, seed, output_dtype, name)


def random_poisson(lam: Any, shape: Any, dtype: Any = tf.float32, seed: int | None = None, name: Any = None) -> Any:
    """tf.random.poisson with `lam` first (tf.compat.v1.random_poisson)."""
    return tf.random.poisson(shape, lam, dtype, seed, name)


def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
    seq_dim: int | None = None,
    batch_dim: int | None = None,
) -> Any:
    """tf.reverse_sequence, also with seq_dim and batch_dim for the axes (tf.compat.v1.reverse_sequence)."""
    seq = one_of("reverse_sequence", "seq_axis", seq_axis, "seq_dim", seq_dim)
    batch = one_of("reverse_sequence", "batch_axis", batch_axis, "batch_dim", batch_dim)
    return tf.reverse_sequence(input, seq_lengths, seq, batch or 0, name)


def setdiff1d(x: Any, y: Any, index_dtype: Any = tf.int32, name: str | None = None) -> Any:
    """What is in `x` and not in `y`, and where (tf.compat.v1.setdiff1d)."""
    return raw_ops.ListDiff(x=x, y=y, out_idx=index_dtype, name=name)


def sparse_matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The product of dense matrices of which many elements may be 0, float32 (tf.compat.v1.sparse_matmul)."""
    return tf.cast(
        tf.matmul(a, b, transpose_a, transpose_b, a_is_sparse=a_is_sparse, b_is_sparse=b_is_sparse, name=name),
        tf.float32,
    )


def tuple(tensors: Any, name: str | None = None, control_inputs: Any = None) -> Any:
    """The tensors, each of which waits for all (tf.compat.v1.tuple)."""
    return tf.tuple(tensors, control_inputs, name)


@contextmanager
def op_scope(values: Any, name: str | None, default_name: str | None = None) -> Iterator[str]:
    """tf.compat.v1.name_scope with the values first (tf.compat.v1.op_scope)."""
    with tf.compat.v1.name_scope(name, default_name, values) as scope:
        yield scope


@contextmanager
def container(container_name: str) -> Iterator[str]:
    """A name for TensorFlow's shared resources, which has no effect here (tf.compat.v1.container)."""
    yield container_name


def convert_to_tensor_or_indexed_slices(value: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A tensor, or IndexedSlices as they are (tf.compat.v1.convert_to_tensor_or_indexed_slices)."""
    if isinstance(value, tf.IndexedSlices):
        if dtype is not None and not tf.as_dtype(dtype).is_compatible_with(value.dtype):
            raise ValueError(f"Incompatible tensor conversion requested to `dtype` {dtype} for `value` ({value})")
        return value
    return tf.convert_to_tensor(value, dtype, name=name)


def make_template(
    name_: str,
    func_: Callable[..., Any],
    create_scope_now_: bool = False,
    unique_name_: str | None = None,
    custom_getter_: Any = None,
    **kwargs: Any,
) -> Callable[..., Any]:
    """A function that makes its variables at its first call, and finds them again later (tf.compat.v1.make_template).

    Its variables are in a scope `name_`, made unique, or `unique_name_`. kwargs: arguments of `func_` that stay.
    """
    v1 = tf.compat.v1
    opened: list[Any] = []

    def scope() -> Any:
        return v1.variable_scope(unique_name_, default_name=name_, custom_getter=custom_getter_)

    if create_scope_now_:
        with scope() as made:
            opened.append(made)
    called = [False]

    def template(*args: Any, **more: Any) -> Any:
        if not opened:
            with scope() as made:
                opened.append(made)
        reuse, called[0] = called[0] or None, True
        with v1.variable_scope(opened[0], reuse=reuse):
            return func_(*args, **{**kwargs, **more})

    return template


def add_check_numerics_ops() -> Any:
    """An operation that fails where a floating tensor of the graph is not finite (add_check_numerics_ops)."""
    graph = tf.compat.v1.get_default_graph()
    if tf.executing_eagerly():
        raise RuntimeError(
            "add_check_numerics_ops() is not compatible with eager execution. To check for Inf's and NaN's under eager "
            "execution call tf.debugging.enable_check_numerics() once before executing the checked operations."
        )
    checks = []
    for op in list(graph.get_operations()):
        for t in op.outputs:
            if isinstance(t, tf.Tensor) and t.dtype.is_floating:
                with tf.control_dependencies(checks[-1:]):
                    checks.append(tf.debugging.check_numerics(t, t.name))
    return tf.group(*checks)


def string_split(
    source: Any,
    sep: str | None = None,
    skip_empty: bool = True,
    delimiter: str | None = None,
    result_type: str = "SparseTensor",
    name: str | None = None,
) -> Any:
    """The parts of strings, as a SparseTensor or a RaggedTensor (tf.compat.v1.string_split).

    sep or delimiter: characters at each of which a string is cut; a space where None.
    """
    sep = " " if sep is None and delimiter is None else one_of("string_split", "sep", sep, "delimiter", delimiter)
    parts = raw_ops.StringSplit(input=source, delimiter=sep, skip_empty=skip_empty, name=name)
    sparse = tf.SparseTensor(*parts)
    if result_type == "SparseTensor":
        return sparse
    if result_type == "RaggedTensor":
        return tf.RaggedTensor.from_sparse(sparse)
    raise ValueError("result_type must be 'RaggedTensor' or 'SparseTensor'.")


def split(
    input: Any = None,
    sep: str | None = None,
    maxsplit: int = -1,
    result_type: str = "SparseTensor",
    source: Any = None,
    name: str | None = None,
) -> Any:
    """tf.strings.split, as a SparseTensor or a RaggedTensor (tf.compat.v1.strings.split)."""
    values = tf.convert_to_tensor(one_of("split", "input", input, "source", source))
    parts = tf.strings.split(tf.reshape(values, [1]) if values.shape.rank == 0 else values, sep, maxsplit, name)
    if result_type == "SparseTensor":
        return parts.to_sparse()
    if result_type == "RaggedTensor":
        return parts
    raise ValueError("result_type must be 'RaggedTensor' or 'SparseTensor'.")


def string_to_hash_bucket(
    string_tensor: Any = None, num_buckets: Any = None, name: str | None = None, input: Any = None
) -> Any:
    """tf.strings.to_hash_bucket, also with its input as `string_tensor` (tf.compat.v1.string_to_hash_bucket)."""
    values = one_of("string_to_hash_bucket", "input", input, "string_tensor", string_tensor)
    return tf.strings.to_hash_bucket(values, num_buckets, name)


def string_to_number(
    string_tensor: Any = None, out_type: Any = tf.float32, name: str | None = None, input: Any = None
) -> Any:
    """tf.strings.to_number, also with its input as `string_tensor` (tf.compat.v1.string_to_number)."""
    return tf.strings.to_number(
        one_of("string_to_number", "input", input, "string_tensor", string_tensor), out_type, name
    )


def substr(input: Any, pos: Any, len: Any, name: str | None = None, unit: str = "BYTE") -> Any:
    """tf.strings.substr with the name before the unit (tf.compat.v1.substr)."""
    return tf.strings.substr(input, pos, len, unit, name)


def length(input: Any, name: str | None = None, unit: str = "BYTE") -> Any:
    """tf.strings.length with the name before the unit (tf.compat.v1.strings.length)."""
    return tf.strings.length(input, unit, name)


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keep_dims: bool | None = None,
    separator: str = "",
    name: str | None = None,
    reduction_indices: Any = None,
    keepdims: bool | None = None,
) -> Any:
    """tf.strings.reduce_join with TensorFlow 1's names for its arguments, too (tf.compat.v1.reduce_join)."""
    axis = one_of("reduce_join", "axis", axis, "reduction_indices", reduction_indices)
    kept = one_of("reduce_join", "keepdims", keepdims, "keep_dims", keep_dims)
    return tf.strings.reduce_join(inputs, axis, bool(kept), separator, name)


def quantize_v2(
    input: Any,
    min_range: Any,
    max_range: Any,
    T: Any,
    mode: str = "MIN_COMBINED",
    name: str | None = None,
    round_mode: str = "HALF_AWAY_FROM_ZERO",
    narrow_range: bool = False,
    axis: int | None = None,
    ensure_minimum_range: float = 0.01,
) -> Any:
    """tf.quantization.quantize (tf.compat.v1.quantize_v2)."""
    return tf.quantization.quantize(
        input, min_range, max_range, T, mode, round_mode, name, narrow_range, axis, ensure_minimum_range
    )


def my_fact(name: str | None = None) -> Any:
    """What 0! is, a string (tf.compat.v1.user_ops.my_fact)."""
    return raw_ops.Fact(name=name)
