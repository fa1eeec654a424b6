"""tf.raw_ops that are the public ops of other namespaces, under their names of parameters, as TensorFlow computes them."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

I64 = "tf.constant({}, tf.int64)"
INDICES, SHAPE = I64.format("[[0, 1], [1, 0], [1, 2]]"), I64.format("[2, 3]")
OTHER = I64.format("[[0, 1], [1, 1]]")
A = f"a_indices={INDICES}, a_values=f(3), a_shape={SHAPE}"
B = f"b_indices={OTHER}, b_values=f(2), b_shape={SHAPE}"
INPUT = f"input_indices={INDICES}, input_values=f(3), input_shape={SHAPE}"
SP = f"sp_indices={INDICES}, sp_values=f(3), sp_shape={SHAPE}"
QUANT = "inputs=x([-7., -1.5, 0., 2.3, 9.])"
RANGE = "input=[[-1., 2., .5]], min_range=-1., max_range=2."
BOUNDS = "input=x([-1.5, -1., .3, 1., 2.]), input_min=-1., input_max=1."
QUANTIZED = f"tf.raw_ops.QuantizeV2({RANGE}, T=tf.quint8).output"
CLASSES = I64.format("[[1, 2], [0, 2]]")
SCORES = "3 * tf.abs(f(4, 2, 3))"
GRID = "tf.reshape(tf.range(12.) * 5. % 7., [1, 3, 4, 1])"
CUTS = f"row_pooling_sequence={I64.format([0, 2, 3])}, col_pooling_sequence={I64.format([0, 1, 4])}"
SETS = "[[1, 2, 2], [3, 4, 5]]", "[[2, 7, 9], [5, 3, 3]]"

facts = Facts(
    __file__,
    "\n".join(
        [
            f"tf.raw_ops.SparseAdd({A}, {B}, thresh=0.)",
            f"tf.raw_ops.SparseAdd({A}, {B}, thresh=9.)",
            f"tf.raw_ops.SparseConcat(indices=[{INDICES}, {INDICES}], values=[f(3), f(3)], shapes=[{SHAPE}, {SHAPE}], "
            "concat_dim=1)",
            f"tf.raw_ops.SparseSplit(split_dim={I64.format(1)}, indices={INDICES}, values=f(3), shape={SHAPE}, "
            "num_split=2)",
            f"tf.raw_ops.SparseSlice(indices={INDICES}, values=f(3), shape={SHAPE}, start={I64.format([1, 0])}, "
            f"size={I64.format([1, 2])})",
            f"tf.raw_ops.SparseReorder(input_indices={I64.format('[[1, 2], [0, 1]]')}, input_values=f(2), "
            f"input_shape={SHAPE})",
            f"tf.raw_ops.SparseReshape(input_indices={INDICES}, input_shape={SHAPE}, new_shape={I64.format([3, -1])})",
            f"tf.raw_ops.SparseReshape(input_indices={INDICES}, input_shape={SHAPE}, new_shape={I64.format([5])})",
            f"tf.raw_ops.SparseFillEmptyRows(indices={I64.format('[[0, 1], [2, 0]]')}, values=f(2), "
            f"dense_shape={I64.format([4, 3])}, default_value=9.)",
            f"tf.raw_ops.SparseToDense(sparse_indices={INDICES}, output_shape={SHAPE}, sparse_values=f(3), "
            "default_value=2.)",
            f"tf.raw_ops.SparseToDense(sparse_indices={I64.format('[[1, 2], [0, 1]]')}, output_shape={SHAPE}, "
            "sparse_values=f(2), default_value=2.)",
            f"tf.raw_ops.SparseSoftmax({SP})",
            f"tf.raw_ops.SparseTensorDenseAdd({A}, b=f(2, 3))",
            f"tf.raw_ops.SparseTensorDenseMatMul({A}, b=f(3, 2))",
            f"tf.raw_ops.SparseTensorDenseMatMul({A}, b=f(2, 2), adjoint_a=True)",
            f"tf.raw_ops.SparseTensorDenseMatMul({A}, b=f(2, 2))",
            f"tf.raw_ops.SparseSparseMaximum({A}, {B})",
            f"tf.raw_ops.SparseSparseMinimum({A}, {B})",
        ]
        + [f"tf.raw_ops.SparseDenseCwise{how}({SP}, dense=f(2, 3, low=1))" for how in ("Mul", "Div", "Add")]
        + [f"tf.raw_ops.SparseReduce{how}({INPUT}, reduction_axes=[1])" for how in ("Sum", "Max")]
        + [f"tf.raw_ops.SparseReduce{how}({INPUT}, reduction_axes=[0], keep_dims=True)" for how in ("Sum", "Max")]
        + [f"tf.raw_ops.SparseReduce{how}Sparse({INPUT}, reduction_axes=[1])" for how in ("Sum", "Max")]
        + [
            f"tf.raw_ops.SparseBincount(indices={INDICES}, values=[1, 2, 1], dense_shape={SHAPE}, size=4, "
            "weights=tf.constant([], tf.float32))",
            f"tf.raw_ops.RaggedBincount(splits={I64.format([0, 2, 3])}, values=[1, 2, 1], size=4, "
            "weights=tf.constant([], tf.float32))",
            "tf.raw_ops.DenseCountSparseOutput(values=[[1, 2, 1]], weights=tf.constant([], tf.float32), "
            "binary_output=False)",
            f"tf.raw_ops.SparseCountSparseOutput(indices={INDICES}, values=[1, 2, 1], dense_shape={SHAPE}, "
            "weights=tf.constant([], tf.float32), binary_output=True)",
            f"tf.raw_ops.RaggedCountSparseOutput(splits={I64.format([0, 2, 3])}, values=[1, 2, 1], "
            "weights=tf.constant([], tf.float32), binary_output=False)",
            f"tf.raw_ops.SetSize(set_indices={INDICES}, set_values=[1, 2, 2], set_shape={SHAPE})",
            f"tf.raw_ops.EditDistance(hypothesis_indices={I64.format('[[0, 0], [1, 0]]')}, "
            f"hypothesis_values=['a', 'b'], "
            f"hypothesis_shape={I64.format([2, 1])}, truth_indices={I64.format('[[0, 0], [0, 1], [1, 0]]')}, "
            f"truth_values=['a', 'c', 'b'], truth_shape={I64.format([2, 2])})",
            f"tf.raw_ops.SerializeSparse(sparse_indices={INDICES}, sparse_values=f(3), sparse_shape={SHAPE})[2:]",
            "tf.raw_ops.DeserializeManySparse(serialized_sparse=tf.raw_ops.SerializeManySparse("
            f"sparse_indices={INDICES}, sparse_values=f(3), sparse_shape={SHAPE}), dtype=tf.float32)",
            f"tf.raw_ops.FakeQuantWithMinMaxArgs({QUANT})",
            f"tf.raw_ops.FakeQuantWithMinMaxArgs({QUANT}, min=-2., max=3., num_bits=4, narrow_range=True)",
            f"tf.raw_ops.FakeQuantWithMinMaxVars({QUANT}, min=-2., max=3.)",
            "tf.raw_ops.FakeQuantWithMinMaxVarsPerChannel(inputs=x([[-7., 1.], [2.3, 9.]]), min=[-2., 0.], "
            "max=[3., 4.])",
            "tf.raw_ops.FakeQuantWithMinMaxArgsGradient(gradients=[1., 2.], inputs=[-7., 2.])",
            "tf.raw_ops.FakeQuantWithMinMaxVarsGradient(gradients=[1., 2.], inputs=[-7., 2.], min=-2., max=3.)",
        ]
        + [
            f"tf.raw_ops.QuantizeV2({RANGE}, mode='{mode}', T=tf.qint8)[1:]"
            for mode in ("MIN_COMBINED", "MIN_FIRST", "SCALED")
        ]
        + [
            f"tf.raw_ops.Dequantize(input=tf.raw_ops.QuantizeV2({RANGE}, mode='{mode}', T=tf.quint8).output, "
            f"min_range=-1., max_range=2., mode='{mode}')"
            for mode in ("MIN_COMBINED", "MIN_FIRST", "SCALED")
        ]
        + [
            f"tf.raw_ops.QuantizeAndDequantizeV{version}({BOUNDS}, num_bits=4, range_given={given})"
            for version in (2, 3, 4)
            for given in (True, False)
        ]
        + [
            f"tf.raw_ops.QuantizedConcat(concat_dim=0, values=[{QUANTIZED}, {QUANTIZED}], input_mins=[-1., -2.], "
            "input_maxes=[2., 2.])[1:]",
            f"tf.raw_ops.QuantizedConcat(concat_dim=0, values=[{QUANTIZED}], input_mins=[-1.], input_maxes=[2.])",
            f"tf.raw_ops.AllCandidateSampler(true_classes={CLASSES}, num_true=2, num_sampled=3, unique=True)",
            f"tf.raw_ops.ComputeAccidentalHits(true_classes={CLASSES}, sampled_candidates={I64.format([2, 1, 9])}, "
            "num_true=2)",
            f"tf.raw_ops.UniformCandidateSampler(true_classes={CLASSES}, num_true=2, num_sampled=3, unique=True, "
            "range_max=2)",
        ]
        + [
            f"tf.raw_ops.{kind}CandidateSampler(true_classes={CLASSES}, num_true=2, num_sampled=3, unique=False, "
            "range_max=5, seed=1, seed2=2).true_expected_count"
            for kind in ("Uniform", "LogUniform")
        ]
        + [
            f"tf.raw_ops.FixedUnigramCandidateSampler(true_classes={CLASSES}, num_true=2, num_sampled=3, unique=False, "
            "range_max=3, unigrams=[1., 2., 3.]).true_expected_count",
        ]
        + [
            f"tf.raw_ops.CTCBeamSearchDecoder(inputs={SCORES}, sequence_length=[4, 3], beam_width=4, top_paths=2, "
            f"merge_repeated={merge})"
            for merge in (True, False)
        ]
        + [
            f"tf.raw_ops.IsotonicRegression(input=tf.constant([[1, 3, 2, 2], [4, 1, 0, 9]], tf.{kind}), "
            f"output_dtype=tf.{made})"
            for kind, made in (
                ("float32", "float32"),
                ("float32", "float64"),
                ("int8", "float32"),
                ("int32", "float64"),
            )
        ]
        + [
            f"tf.raw_ops.FractionalMaxPoolGrad(orig_input={GRID}, orig_output=tf.reshape([6., {second}, 5., 6.], "
            f"[1, 2, 2, 1]), out_backprop=f(1, 2, 2, 1), {CUTS}, overlapping={overlapping})"
            for overlapping, second in ((True, 6.0), (False, 5.0))
        ]
        + [
            "tf.raw_ops.FractionalAvgPoolGrad(orig_input_tensor_shape=tf.constant([1, 3, 4, 1], tf.int64), "
            f"out_backprop=f(1, 2, 2, 1), {CUTS}, overlapping={overlapping})"
            for overlapping in (True, False)
        ]
        + [
            f"tf.raw_ops.DenseToDenseSetOperation(set1={SETS[0]}, set2={SETS[1]}, set_operation='{how}')"
            for how in ("a-b", "b-a", "intersection", "union")
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@pytest.mark.parametrize("name", ["LearnedUnigramCandidateSampler", "ThreadUnsafeUnigramCandidateSampler"])
def test_learned_samplers_count_what_was_true(name):
    sample = getattr(tf.raw_ops, name)
    call = {"true_classes": [[2]], "num_true": 1, "num_sampled": 4, "unique": False, "range_max": 4, "seed2": 11}
    first, second = (sample(**call).true_expected_count.numpy() for _ in range(2))
    np.testing.assert_allclose(first, [[1.0]])
    np.testing.assert_allclose(second, [[4 * 2 / 5]])


def test_two_seeds_draw_the_same_candidates_again():
    call = {"true_classes": [[1]], "num_true": 1, "num_sampled": 20, "unique": True, "range_max": 1000}
    draws = []
    for seed2 in (5, 5, 6):
        tf.random.set_seed(1)
        draws.append(tf.raw_ops.UniformCandidateSampler(**call, seed=3, seed2=seed2).sampled_candidates.numpy())
    assert (draws[0] == draws[1]).all()
    assert (draws[0] != draws[2]).any()


def test_gradients_of_convolutions_by_tensors_are_those_by_shapes():
    """TensorFlow has no kernel for the former on a CPU."""
    x, w, dy = (np.sin(np.arange(np.prod(s))).reshape(s) for s in ((1, 4, 4, 2), (2, 3, 2, 3), (1, 2, 4, 3)))
    how = {"out_backprop": dy, "strides": [1, 2, 1, 1], "padding": "SAME"}
    raw = tf.raw_ops
    np.testing.assert_array_equal(
        raw.Conv2DBackpropInputV2(input=x, filter=w, **how),
        raw.Conv2DBackpropInput(input_sizes=x.shape, filter=w, **how),
    )
    np.testing.assert_array_equal(
        raw.Conv2DBackpropFilterV2(input=x, filter=w, **how),
        raw.Conv2DBackpropFilter(input=x, filter_sizes=w.shape, **how),
    )
