"""tf.raw_ops on variables and the optimizers' steps, as TensorFlow's do."""

import pytest

from tests.facts import Facts

# Runs an op on new variables; gives what they hold afterwards.
RUN = (
    "(lambda variables, run: (run(*[v.handle for v in variables]), [v.read_value() for v in variables])[1])"
    "([tf.Variable({0}) for _ in range({1})], lambda {2}: tf.raw_ops.{3}({4}))"
)
MATRIX = "[[1., -2.], [3., .5]]"
GRAD = "tf.constant([[.5, -1.], [2., 0.]])"
ROWS = "tf.constant([[.5, -1.], [2., .25], [1., 1.]])"


def run(op: str, slots: str, rest: str, value: str = MATRIX) -> str:
    names = slots.split()
    return RUN.format(value, len(names), ", ".join(names), op, ", ".join([*(f"{n}={n}" for n in names), rest]))


SLOTS = [
    ("Momentum", "var accum", "lr=.1, momentum=.9", "use_nesterov"),
    ("KerasMomentum", "var accum", "lr=.1, momentum=.9", "use_nesterov"),
    ("AdagradV2", "var accum", "lr=.1, epsilon=.01", "update_slots"),
    ("RMSProp", "var ms mom", "lr=.1, rho=.9, momentum=.5, epsilon=2.", "use_locking"),
    ("CenteredRMSProp", "var mg ms mom", "lr=.1, rho=.9, momentum=.5, epsilon=20.", "use_locking"),
    ("Adadelta", "var accum accum_update", "lr=.1, rho=.9, epsilon=5.", "use_locking"),
]
DENSE = [
    ("Adam", "var m v", "beta1_power=.9, beta2_power=.99, lr=.1, beta1=.9, beta2=.99, epsilon=.1", "use_nesterov"),
    (
        "AdamWithAmsgrad",
        "var m v vhat",
        "beta1_power=.9, beta2_power=.99, lr=.1, beta1=.9, beta2=.99, epsilon=.1",
        "use_locking",
    ),
    ("AdaMax", "var m v", "beta1_power=.9, lr=.1, beta1=.9, beta2=.99, epsilon=.1", "use_locking"),
    ("AddSign", "var m", "lr=.1, alpha=1., sign_decay=.5, beta=.9", "use_locking"),
    ("PowerSign", "var m", "lr=.1, logbase=1., sign_decay=.5, beta=.9", "use_locking"),
]
POSITIVE = [
    ("Adagrad", "var accum", "lr=.1"),
    ("ProximalAdagrad", "var accum", "lr=.1, l1=.2, l2=.3"),
    ("Ftrl", "var accum linear", "lr=.1, l1=.2, l2=.3, lr_power=-.5"),
    ("FtrlV2", "var accum linear", "lr=.1, l1=.2, l2=.3, l2_shrinkage=.4, lr_power=-.6"),
    ("FtrlV2", "var accum linear", "lr=.1, l1=.2, l2=.3, l2_shrinkage=.4, lr_power=-.5, multiply_linear_by_lr=True"),
    (
        "AdagradDA",
        "var gradient_accumulator gradient_squared_accumulator",
        "lr=.1, l1=.2, l2=.3, global_step=tf.constant(3, tf.int64)",
    ),
]
ABOVE = "[[1., 2.], [3., .5]]"
V = "tf.Variable([1., 2., 3.])"
READ = "(lambda v: (tf.raw_ops.{}, v.read_value())[1])(" + V + ")"

facts = Facts(
    __file__,
    "\n".join(
        [run(f"ResourceApply{n}", s, f"{r}, grad={GRAD}, {f}=True", ABOVE) for n, s, r, f in SLOTS + DENSE]
        + [run(f"ResourceApply{n}", s, f"{r}, grad={GRAD}") for n, s, r, f in DENSE if "rms" not in n and "v" not in s]
        + [
            run(f"ResourceSparseApply{n}", s, f"{r}, grad={ROWS}, indices=[1, 0, 1], {f}=True", ABOVE)
            for n, s, r, f in SLOTS
        ]
        + [run(f"ResourceApply{n}", s, f"{r}, grad={GRAD}", ABOVE) for n, s, r in POSITIVE]
        + [run(f"ResourceSparseApply{n}", s, f"{r}, grad={ROWS}, indices=[1, 0, 1]", ABOVE) for n, s, r in POSITIVE]
        + [
            run("ResourceApplyGradientDescent", "var", f"alpha=.1, delta={GRAD}"),
            run("ResourceApplyGradientDescent", "var", f"alpha=[.1], delta={GRAD}"),
            run("ResourceApplyGradientDescent", "var", "alpha=.1, delta=[1.]"),
            run("ResourceApplyProximalGradientDescent", "var", f"alpha=.1, l1=.2, l2=.3, delta={GRAD}"),
            run(
                "ResourceSparseApplyProximalGradientDescent",
                "var",
                f"alpha=.1, l1=.2, l2=.3, grad={ROWS}, indices=[1, 0, 1]",
            ),
            run("ResourceSparseApplyMomentum", "var accum", f"lr=.1, momentum=.9, grad={ROWS}, indices=[1, 0, 2]"),
            run("ResourceSparseApplyMomentum", "var accum", f"lr=.1, momentum=.9, grad={ROWS}, indices=[1, 0]"),
            "tf.raw_ops.ResourceApplyGradientDescent(var=tf.Variable(1.), alpha=.1, delta=1.)",
            "tf.raw_ops.ApplyGradientDescent(var=tf.Variable(1.), alpha=.1, delta=1.)",
            "tf.raw_ops.VariableV2(shape=[], dtype=tf.float32)",
            "tf.raw_ops.Assign(ref=1., value=2.)",
        ]
        + [
            READ.format(f"ResourceScatter{how}(resource=v.handle, indices=[2, 0], updates=[5., 7.])")
            for how in ("Add", "Sub", "Mul", "Div", "Min", "Max", "Update")
        ]
        + [
            READ.format(f"ResourceScatterNd{how}(ref=v.handle, indices=[[2], [0]], updates=[5., 7.])")
            for how in ("Add", "Sub", "Min", "Max", "Update")
        ]
        + [
            READ.format(code)
            for code in (
                "ResourceScatterAdd(resource=v.handle, indices=[3], updates=[5.])",
                "ResourceScatterAdd(resource=v.handle, indices=[0], updates=[5])",
                "ResourceScatterAdd(resource=v.handle, indices=[0, 0], updates=tf.constant([5., 1.]))",
                "ResourceScatterNdAdd(ref=v.handle, indices=[[7], [0]], updates=[5., 7.], bad_indices_policy='IGNORE')",
                "AssignVariableOp(resource=v.handle, value=tf.constant([4., 5., 6.]))",
                "AssignVariableOp(resource=v.handle, value=tf.constant([4, 5, 6]))",
                "AssignVariableOp(resource=v.handle, value=tf.constant([4.]), validate_shape=True)",
                "AssignAddVariableOp(resource=v.handle, value=tf.constant([4., 5., 6.]))",
                "AssignSubVariableOp(resource=v.handle, value=tf.constant([4., 5., 6.]))",
                "AssignSubVariableOp(resource=v.handle, value=tf.constant([4.]))",
                "ResourceStridedSliceAssign(ref=v.handle, begin=[0], end=[2], strides=[1], value=tf.constant([9., 8.]))",
            )
        ]
        + [
            f"tf.raw_ops.ReadVariableOp(resource={V}.handle, dtype=tf.float32)",
            f"tf.raw_ops.ReadVariableOp(resource={V}.handle, dtype=tf.int32)",
            f"tf.raw_ops.VariableShape(input={V}.handle)",
            f"tf.raw_ops.VariableShape(input={V}.handle, out_type=tf.int64)",
            f"tf.raw_ops.VarIsInitializedOp(resource={V}.handle)",
            f"tf.raw_ops.ResourceGather(resource={V}.handle, indices=[2, 0], dtype=tf.float32)",
            f"tf.raw_ops.ResourceGather(resource={V}.handle, indices=[5], dtype=tf.float32)",
            f"tf.raw_ops.ResourceGatherNd(resource={V}.handle, indices=[[2], [0]], dtype=tf.float32)",
            "tf.raw_ops.ResourceCountUpTo(resource=tf.Variable(1).handle, limit=3, T=tf.int32)",
            "tf.raw_ops.ResourceCountUpTo(resource=tf.Variable(3).handle, limit=3, T=tf.int32)",
            "tf.raw_ops.StatelessRandomGetKeyCounter(seed=[7, -3])",
            "tf.raw_ops.StatelessRandomGetKeyCounterAlg(seed=tf.constant([2**40, 3], tf.int64))",
            "tf.raw_ops.StatelessRandomGetAlg()",
            "tf.raw_ops.RngReadAndSkip(resource=tf.Variable([1, 2, 3], dtype=tf.int64).handle, alg=1, delta=tf.constant(5, tf.uint64))",
            "(lambda v: (tf.raw_ops.RngSkip(resource=v.handle, algorithm=tf.constant(1, tf.int64), delta=tf.constant(5, tf.int64)), v.read_value())[1])(tf.Variable([1, 2, 3], dtype=tf.int64))",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
