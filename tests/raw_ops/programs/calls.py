r = tf.raw_ops


def show(found):
    for x in tf.nest.flatten(found):
        if x is not None:
            print(np.asarray(x).tolist(), x.dtype.name)


f32 = tf.TensorSpec([], tf.float32)
i32 = tf.TensorSpec([], tf.int32)
v = tf.Variable(10.0)
add = tf.function(lambda x, y: x + y).get_concrete_function(f32, f32)
mul = tf.function(lambda x, y: x * y).get_concrete_function(f32, f32)
two = tf.function(lambda x: (x + 1, x * 2)).get_concrete_function(f32)
cap = tf.function(lambda x: x + v).get_concrete_function(f32)
lt = tf.function(lambda i, x: i < 5).get_concrete_function(i32, f32)
step = tf.function(lambda i, x: (i + 1, x * 2)).get_concrete_function(i32, f32)
body = tf.function(lambda i, x: x + tf.cast(i, tf.float32)).get_concrete_function(i32, f32)
F = tf.float32
for n in ("If", "StatelessIf"):
    for c in (True, False, 1, "", [1.0]):
        show(getattr(r, n)(cond=c, input=[2.0, 3.0], Tout=[F], then_branch=add, else_branch=mul))
for n in ("Case", "StatelessCase"):
    for c in (0, 1, 5, -1):
        show(getattr(r, n)(branch_index=c, input=[2.0, 3.0], Tout=[F], branches=[add, mul]))
for n in ("While", "StatelessWhile"):
    show(getattr(r, n)(input=[tf.constant(0), tf.constant(1.0)], cond=lt, body=step))
show(r.For(start=0, limit=10, delta=3, input=[1.0], body=body))
for n in ("PartitionedCall", "StatefulPartitionedCall"):
    show(getattr(r, n)(args=[2.0], Tout=[F, F], f=two))
    show(getattr(r, n)(args=[2.0, *list(cap.captured_inputs)], Tout=[F], f=cap))
show(r.PartitionedCall(args=[2.0, 3.0], Tout=[F], f=two))
show(r.PartitionedCall(args=[2], Tout=[F, F], f=two))
show(r.PartitionedCall(args=[2.0], Tout=[tf.int32, F], f=two))
show(r.FakeParam(dtype=F, shape=[2]).shape.as_list() and None)
sq = tf.function(lambda x: x * x).get_concrete_function(tf.TensorSpec([2], F))
show(r.MapDefun(arguments=[[[1.0, 2], [3, 4]]], captured_inputs=[], output_types=[F], output_shapes=[[2]], f=sq))


@tf.function
def g(c, x):
    (a,) = r.If(cond=c, input=[x, 3.0], Tout=[F], then_branch=add, else_branch=mul)
    _i, b = r.While(input=[tf.constant(0), x], cond=lt, body=step)
    return a, b, r.PartitionedCall(args=[x], Tout=[F, F], f=two)


show(g(tf.constant(True), tf.constant(2.0)))
show(g(tf.constant(False), tf.constant(2.0)))
o = r.OptionalFromValue(components=[1, "a"])
show([r.OptionalHasValue(optional=o), r.OptionalHasValue(optional=r.OptionalNone())])
show(r.OptionalGetValue(optional=o, output_types=[tf.int32, tf.string], output_shapes=[[], []]))
show(r.OptionalGetValue(optional=r.OptionalNone(), output_types=[tf.int32, tf.string], output_shapes=[[], []]))
show(r.OptionalGetValue(optional=o, output_types=[tf.int32], output_shapes=[[]]))
show(r.OptionalGetValue(optional=o, output_types=[tf.int32, F], output_shapes=[[], []]))
show(r.Fact())
h = r.VarHandleOp(dtype=F, shape=[2], shared_name="v1")
show(r.VarIsInitializedOp(resource=h))
show(r.ReadVariableOp(resource=h, dtype=F))
show(r.AssignVariableOp(resource=h, value=[1.0, 2]))
show(r.ReadVariableOp(resource=h, dtype=F))
show(r.AssignAddVariableOp(resource=h, value=[1.0, 2]))
show(r.ReadVariableOp(resource=h, dtype=F))
show(r.AssignVariableOp(resource=h, value=[1.0, 2, 3]))
show(r.AssignVariableOp(resource=h, value=[1, 2]))
show(r.DestroyResourceOp(resource=h))
show(r.ReadVariableOp(resource=h, dtype=F))
show([r.Copy(input=[1.0]), r.CopyHost(input=[1.0]), r.DebugIdentityV2(input=[1.0])])
for m in (2, 3, 4, 5, 8):
    show(r.DebugNumericSummaryV2(input=[[1.0, np.nan, -np.inf, 0, -2]], tensor_debug_mode=m, tensor_id=3))
show(r.DebugNumericSummaryV2(input=[1.0], tensor_debug_mode=7, tensor_id=3))
show([r.LoopCond(input=True)])
show([r.Enter(data=1.0, frame_name="a")])
show([r.Switch(data=1.0, pred=True)])
show([r.Merge(inputs=[1.0, 2.0])])
show([r.NextIteration(data=1.0)])
show([r.Exit(data=1.0)])
