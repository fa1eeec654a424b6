"""tf.raw_ops that are the public ops of other namespaces, under their names of parameters, as TensorFlow computes them."""

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
