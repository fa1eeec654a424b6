"""What TensorFlow's functions make of Python numbers and weak tensors, in the modes "all" and "safe"."""

import pytest

from tests.experimental.numpy.facts import Facts

MATH = (
    "abs acos acosh asin asinh atan atanh bessel_i0 bessel_i0e bessel_i1 bessel_i1e ceil conj cos cosh digamma "
    "erf erfc exp expm1 floor imag lgamma log log1p log_sigmoid negative real reciprocal "
    "reciprocal_no_nan reduce_euclidean_norm reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_std "
    "reduce_sum reduce_variance round rsqrt sigmoid sign sin sinh softplus sqrt square tan tanh"
).split()
TOP = "identity ones_like squeeze stop_gradient transpose zeros_like rank size shape guarantee_const".split()
NN = "gelu leaky_relu relu relu6 silu swish elu selu softsign softmax".split()
LINALG = "adjoint diag diag_part matrix_transpose tensor_diag_part trace".split()
BINARY = ("add divide floordiv floormod maximum minimum mod multiply pow subtract truediv equal less greater").split()
OWN = (
    "abs absolute amax amin angle arange arccosh arcsin arctan argmax around array asanyarray asarray atleast_1d "
    "atleast_2d atleast_3d average bitwise_not cbrt ceil conj conjugate copy cos cosh cumprod cumsum deg2rad diag "
    "diagflat diagonal diff empty_like exp exp2 expm1 fabs fix flatten flip floor imag isnan log log10 log1p log2 "
    "max mean min nanmean nansum negative ones_like positive prod ptp rad2deg ravel real reciprocal rot90 round sign "
    "sin sinc sinh sort argsort sqrt square squeeze std sum tan tanh trace transpose triu tril var zeros_like "
    "logical_not count_nonzero any all vstack hstack concatenate nonzero where"
).split()
OWN_BINARY = (
    "add subtract multiply divide maximum minimum matmul dot outer hypot full_like append isclose "
    "equal less heaviside power kron inner tensordot linspace broadcast_arrays atleast_1d"
).split()
ONE = [
    "[[0.5, 0.25], [0.25, 0.5]]",
    "[[1, 2], [3, 4]]",
    "tf.constant([[0.5, 1.0], [1.0, 0.5]])",
    "x([[1.0, 0.5], [0.5, 1.0]], 'float16')",
]
TWO = [
    "tf.constant([[0.5, 0.25], [0.25, 0.5]]), tf.constant([[1, 2], [3, 4]])",
    "x([[0.5, 0.25], [0.25, 0.5]], 'float16'), x([[1, 2], [3, 4]], 'int32')",
    "x([[1, 2], [3, 4]], 'int8'), tf.constant([[1, 2], [3, 4]])",
    "tf.constant([[2]]), [[0.5, 0.25], [0.25, 0.5]]",
]

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.math.{name}({a})" for name in MATH for a in ONE]
        + [f"tf.{name}({a})" for name in TOP for a in ONE]
        + [f"tf.nn.{name}({a})" for name in NN for a in ONE]
        + [f"tf.linalg.{name}({a})" for name in LINALG for a in ONE]
        + [f"tf.math.special.{name}({a})" for name in ("dawsn", "expint", "bessel_j0", "spence") for a in ONE[:3]]
        + [
            f"tf.math.{name}({a})"
            for name in ("angle", "erfinv", "ndtri", "rint", "log_softmax")
            for a in (ONE[0], ONE[2])
        ]
        + [f"tf.math.{name}({pair})" for name in BINARY for pair in TWO]
        + [f"tf.math.divide_no_nan({pair})" for pair in (TWO[0], *TWO[2:])]
        + [f"tf.matmul({pair})" for pair in TWO[:2]]
        + [f"tnp.{name}({a})" for name in OWN for a in ONE]
        + [f"tnp.{name}({pair})" for name in OWN_BINARY for pair in TWO]
        + [f"tnp.{name}({pair})" for name in ("logaddexp", "logaddexp2") for pair in (TWO[0], TWO[2])]
        + [f"(lambda a, b: a {op} b)({pair})" for op in ("+", "-", "*", "/", "//", "**", "==") for pair in TWO]
        + [
            "tf.expand_dims([1, 2], 0)",
            "tf.reshape([1, 2], [2, 1])",
            "tf.clip_by_value([0.5, 1.5], 0.0, 1.0)",
            "tf.linalg.matvec(tf.constant([[1.0, 2.0]]), [3.0, 4.0])",
            "tf.ones_like([1, 2], tf.float16)",
            "tf.abs(-5)",
            "tf.abs(True)",
            "tf.abs(2**40)",
            "tf.add(1, 2.5)",
            "tf.add(1, 2**33)",
            "tf.add(np.int8(1), 2)",
            "tf.constant(1)",
            "tf.constant([1.5, 2])",
            "tf.constant(True)",
            "tf.constant(1j)",
            "tf.constant(np.float16(1))",
            "tf.constant([1, 2], shape=[2, 2])",
            "tf.constant([1, 2], shape=[2, 1])",
            "tf.constant(1, tf.int8)",
            "tf.constant(tf.constant(1), tf.float16)",
            "tf.constant(x(1, 'int16'), tf.int32)",
            "tf.constant(x(1, 'int32'), tf.int16)",
            "tf.constant(x(1.5), tf.float64)",
            "tf.constant(x(1, 'int32'))",
            "tf.convert_to_tensor(1)",
            "tf.convert_to_tensor(tf.constant(1))",
            "tf.Variable(1.5)",
            "tf.Variable(tf.constant(1))",
            "tf.Variable(tf.constant(1)) + 1.5",
            "tf.Variable(x([1.0])).assign(2)",
            "tf.Variable(x([1.0])).assign([2])",
            "tf.Variable(x([1.0], 'float16')).assign_add([2])",
            "tf.Variable(x([1.0], 'float16')).assign_sub(x([2.0]))",
            "tf.Variable(x([1], 'int32')).assign([1.5])",
            "tf.constant([1, 2])[0]",
            "list(tf.constant([1, 2]))",
            "tf.constant([[1, 2]]).T",
            "tf.constant([[1, 2]]).reshape(2)",
            "tf.constant([1, 2]).astype('int8')",
            "tf.constant([1, 2]).mean()",
            "tf.constant([1, 2]).max()",
            "-tf.constant([1, 2])",
            "+tf.constant([1, 2])",
            "abs(tf.constant([-1.5]))",
            "~tf.constant([1, 2])",
            "round(tf.constant([1.5]))",
            "2 - tf.constant([1, 2])",
            "tf.constant([1, 2]) < 2",
            "tf.constant([1, 2]) == [1, 3]",
            "tf.constant([1, 2]) @ tf.constant([[1], [2]])",
            "tf.constant([[1, 2]]) @ tf.constant([[1.5], [2.0]])",
            "tf.function(lambda a: a + 1)(tf.constant([1, 2]))",
            "tf.function(lambda a: a + 1.5)(x([1, 2], 'float16'))",
            "tf.function(lambda: tf.constant(1.5) * 2)()",
            "tf.cast(tf.constant(1), tf.int8)",
            "tf.stack([tf.constant(1), 2])",
            "tf.concat([tf.constant([1]), [2]], 0)",
            "tf.where([True, False], tf.constant([1.5, 2.5]), 0.0)",
            "tf.is_tensor(tf.constant(1))",
            "isinstance(tf.constant(1), tf.Tensor)",
            "str(tf.constant([1, 2]))",
            "repr(tf.constant([1, 2]))",
            "f'{tf.constant(1.5):.2f}'",
            "int(tf.constant(3))",
            "float(tf.constant(1.5))",
            "complex(tf.constant(1j))",
            "bool(tf.constant(1))",
            "len(tf.constant([1, 2]))",
            "[10, 20, 30][tf.constant(1)]",
            "np.asarray(tf.constant([1, 2])) + 1",
            "tf.constant([1, 2]).numpy()",
            "hash(tf.constant(1))",
            "tnp.matmul([1, 2], [3, 4])",
            "tnp.matmul([[1, 2]], x([[3.5], [4.0]], 'float16'))",
            "tnp.clip([1, 5], 2, 3)",
            "tnp.where([True], 1, 2.5)",
            "tnp.take([1, 2], [0])",
            "tnp.repeat([1, 2], 2)",
            "tnp.moveaxis([[1, 2]], 0, 1)",
            "tnp.swapaxes([[1, 2]], 0, 1)",
            "tnp.expand_dims([1], 0)",
            "tnp.reshape([1, 2], [2, 1])",
            "tnp.vander([1, 2])",
            "tnp.array(1, dtype=tnp.int8)",
            "tnp.array([1, 2], dtype=int)",
            "tnp.zeros(2)",
            "tnp.zeros(2, int)",
            "tnp.full(2, 1)",
            "tnp.arange(3)",
            "tnp.eye(2)",
            "tnp.argsort([2, 1])",
            "tnp.argmax([2, 1])",
            "tnp.sum(x([1, 2], 'int8'))",
            "tnp.sum(x([1, 2], 'uint8'))",
            "tnp.sum([True, False])",
            "tnp.mean([1, 2])",
            "tnp.exp(x([1, 2], 'int32'))",
            "tnp.log2(x([1.0, 2.0]))",
        ]
    ),
    dtype_conversion_mode="all",
)


@pytest.mark.parametrize("function", facts.functions)
def test_as_recorded(function: str) -> None:
    facts.check(function)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
