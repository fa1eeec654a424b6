"""tf.raw_ops on elements, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

UNARY = (
    "Abs Acos Acosh Asin Asinh Atan Atanh BesselI0 BesselI0e BesselI1 BesselI1e BesselJ0 BesselJ1 BesselK0 BesselK0e "
    "BesselK1 BesselK1e BesselY0 BesselY1 Ceil Cos Cosh Dawsn Digamma Erf Erfc Erfinv Exp Expint Expm1 Floor "
    "FresnelCos FresnelSin Inv IsFinite IsInf IsNan Lgamma Log Log1p Ndtri Neg Reciprocal Rint Round Rsqrt Sigmoid "
    "Sign Sin Sinh Spence Sqrt Square Tan Tanh OnesLike ZerosLike"
).split()
FEATURES = "Elu Relu Relu6 Selu Softplus Softsign LeakyRelu".split()
BINARY = (
    "Add AddV2 Atan2 Div DivNoNan Equal FloorDiv FloorMod Greater GreaterEqual Igamma Igammac Less LessEqual Maximum "
    "Minimum Mod Mul MulNoNan NotEqual Pow RealDiv SquaredDifference Sub TruncateDiv TruncateMod Xdivy Xlog1py Xlogy"
).split()
NAMES = {"Atan2": ("y", "x"), "Igamma": ("a", "x"), "Igammac": ("a", "x")}
OF_RESULT = "SigmoidGrad TanhGrad SqrtGrad RsqrtGrad ReciprocalGrad InvGrad".split()
OF_FEATURES = "ReluGrad Relu6Grad SoftplusGrad SoftsignGrad LeakyReluGrad".split()


def binary(name: str, x: str, y: str) -> str:
    first, second = NAMES.get(name, ("x", "y"))
    return f"tf.raw_ops.{name}({first}={x}, {second}={y})"


facts = Facts(
    __file__,
    "\n".join(
        [f"tf.raw_ops.{name}(x=f(5, low=0.1, high=0.9))" for name in UNARY if name != "Acosh"]
        + ["tf.raw_ops.Acosh(x=f(4, low=1.5, high=4))"]
        + [f"tf.raw_ops.{name}(x=['a'])" for name in ("Abs", "Exp", "Sqrt", "Neg")]
        + [f"tf.raw_ops.{name}(x=x([1, 2], 'int32'))" for name in ("Abs", "Exp", "Neg", "Sign", "Floor", "Square")]
        + [f"tf.raw_ops.{name}(features=f(6))" for name in FEATURES]
        + [f"tf.raw_ops.{name}(features=x([0, -1, 7], 'float64'))" for name in FEATURES]
        + [f"tf.raw_ops.{name}(features=True)" for name in FEATURES]
        + [binary(name, "f(3, 2, low=0.5)", "f(2, low=0.5)") for name in BINARY]
        + [
            binary(name, "x([7, -7, 3], 'int32')", "x([2, 2, -2], 'int32')")
            for name in BINARY
            if name not in NAMES and name not in ("Pow", "Xdivy", "Xlog1py", "Xlogy", "MulNoNan", "DivNoNan", "RealDiv")
        ]
        + [binary(name, "tf.constant([1.0])", "tf.constant([1])") for name in ("Add", "Mul", "Less", "Pow", "Xlogy")]
        + [binary(name, "f(3)", "f(2)") for name in ("Add", "Sub", "Equal", "Maximum")]
        + [binary("AddV2", "True", "False"), binary("Add", "['a']", "['b']"), binary("Add", "1", "2.5")]
        + [binary("Add", "2.5", "1"), binary("Add", "1", "x([1.5])"), binary("Sub", "None", "1")]
        + [f"tf.raw_ops.{name}(y=tf.constant([0.5, 0.9]), dy=f(2))" for name in OF_RESULT]
        + [f"tf.raw_ops.{name}(y=tf.constant([0.5+1j, 0.9]), dy=c(2))" for name in OF_RESULT]
        + [f"tf.raw_ops.{name}(gradients=f(4), features=tf.constant([-1., 0., 6., 2.]))" for name in OF_FEATURES]
        + [f"tf.raw_ops.{name}(gradients=f(3), outputs=tf.constant([-.5, 0., 2.]))" for name in ("EluGrad", "SeluGrad")]
        + ["tf.raw_ops.ReluGrad(gradients=f(3), features=f(2))"]
        + [
            f"tf.raw_ops.{n}(x=i(2, dtype='{t}', high=9), y=i(2, dtype='{t}', high=3))"
            for n in ("BitwiseAnd", "BitwiseOr", "BitwiseXor", "LeftShift", "RightShift")
            for t in ("int8", "uint32", "int64")
        ]
        + [f"tf.raw_ops.PopulationCount(x=x([0, 1, 7, 100], '{t}'))" for t in ("uint8", "int16", "int64")]
        + """
tf.raw_ops.PopulationCount(x=x([-1, -128], 'int8'))
tf.raw_ops.Invert(x=x([1, -2], 'int32'))
tf.raw_ops.LogicalAnd(x=[True, False], y=True)
tf.raw_ops.LogicalOr(x=[True, False], y=[False])
tf.raw_ops.LogicalNot(x=[True, False])
tf.raw_ops.LogicalAnd(x=[1], y=[0])
tf.raw_ops.AddN(inputs=[f(2), f(2), f(2)])
tf.raw_ops.AddN(inputs=[])
tf.raw_ops.AddN(inputs=f(2))
tf.raw_ops.ApproximateEqual(x=x([1., 2.]), y=x([1.0000001, 2.1]), tolerance=0.01)
tf.raw_ops.Betainc(a=x([1.]), b=x([2.]), x=x([.3]))
tf.raw_ops.Polygamma(a=x([1.]), x=x([2.5]))
tf.raw_ops.Zeta(x=x([2.]), q=x([1.5]))
tf.raw_ops.NextAfter(x1=x([1.], 'float64'), x2=x([2.], 'float64'))
tf.raw_ops.IgammaGradA(a=x([1.5, 3.]), x=x([2., 1.]))
tf.raw_ops.LeakyRelu(features=f(4), alpha=0.3)
tf.raw_ops.LeakyRelu(features=f(4), alpha='a')
tf.raw_ops.Cast(x=x([1.7, -2.5]), DstT=tf.int32)
tf.raw_ops.Cast(x=x([1, 0], 'int32'), DstT=tf.bool)
tf.raw_ops.Cast(x=[1], DstT='float64')
tf.raw_ops.Cast(x=[1], DstT='nothing')
tf.raw_ops.Complex(real=f(2), imag=f(2))
tf.raw_ops.Complex(real=f(2, dtype='float64'), imag=f(2, dtype='float64'), Tout=tf.complex128)
tf.raw_ops.Complex(real=f(2), imag=f(2), Tout=tf.float32)
tf.raw_ops.Real(input=c(3))
tf.raw_ops.Imag(input=c(3))
tf.raw_ops.Angle(input=c(3))
tf.raw_ops.ComplexAbs(x=c(3))
tf.raw_ops.ComplexAbs(x=c(3, dtype='complex128'), Tout=tf.float64)
tf.raw_ops.Conj(input=c(3))
tf.raw_ops.ConjugateTranspose(x=c(2, 3), perm=[1, 0])
tf.raw_ops.Select(condition=[True, False], x=f(2, 3), y=f(2, 3))
tf.raw_ops.Select(condition=True, x=f(2, 3), y=f(2, 3))
tf.raw_ops.Select(condition=[True, False], x=['a', 'b'], y=['c', 'd'])
tf.raw_ops.Select(condition=[True, False, True], x=f(2, 3), y=f(2, 3))
tf.raw_ops.Select(condition=[True], x=f(2), y=f(3))
tf.raw_ops.SelectV2(condition=[[True], [False]], t=f(2, 3), e=f(3))
tf.raw_ops.BroadcastArgs(s0=[2, 1], s1=[3])
tf.raw_ops.BroadcastArgs(s0=[2], s1=[3])
tf.raw_ops.BroadcastGradientArgs(s0=[2, 3], s1=[3])
tf.raw_ops.BroadcastGradientArgs(s0=[2, 1], s1=[2, 4])
tf.raw_ops.BroadcastGradientArgs(s0=[1, 1], s1=[1])
tf.raw_ops.BroadcastGradientArgs(s0=[2, 1], s1=[2, 1])
tf.raw_ops.Bucketize(input=x([-1., 0., 5., 10.5]), boundaries=[0., 5., 10.])
tf.raw_ops.Bucketize(input=i(4), boundaries=[3., 1.])
tf.raw_ops.Equal(x=f(3), y=f(2), incompatible_shape_error=False)
tf.raw_ops.NotEqual(x=['a', 'b'], y=['a'])
tf.raw_ops.ToBool(input=3.0)
tf.raw_ops.ToBool(input='')
tf.raw_ops.ToBool(input=[])
tf.raw_ops.ClipByValue(t=f(4), clip_value_min=-1., clip_value_max=1.)
tf.raw_ops.Cross(a=f(2, 3), b=f(2, 3))
tf.raw_ops.CheckNumerics(tensor=x([1.]), message='m')
tf.raw_ops.CheckNumerics(tensor=x([nan]), message='m')
tf.raw_ops.CheckNumericsV2(tensor=x([inf]), message='m')
""".splitlines()
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
