"""tf.Graph and tf.Operation: what a captured function is made of."""

import collections
import functools

import pytest

import tfcompat as tf


@pytest.fixture
def graph():
    return tf.function(lambda x, y: x + y * y).get_concrete_function(tf.TensorSpec([]), tf.TensorSpec([])).graph


def test_operations_are_listed_and_found(graph) -> None:
    assert isinstance(graph, tf.Graph)
    assert [(op.name, op.type) for op in graph.get_operations()] == [
        ("x", "Placeholder"),
        ("y", "Placeholder"),
        ("mul", "Mul"),
        ("add", "AddV2"),
        ("Identity", "Identity"),
    ]
    assert graph.operations == graph.get_operations()
    assert graph.num_operations() == graph.version == 5
    add = graph.get_operation_by_name("add")
    assert isinstance(add, tf.Operation)
    assert add.graph is graph
    assert [t.name for t in add.inputs] == ["x:0", "mul:0"]
    assert [t.name for t in add.outputs] == [t.name for t in add.values()] == ["add:0"]
    assert add.control_inputs == []
    assert add.colocation_groups() == [b"loc:@add"]
    assert graph.get_tensor_by_name("mul:0") is graph.as_graph_element("mul:0")
    assert graph.as_graph_element("add") is graph.as_graph_element(add) is add


def test_what_is_not_there_is_an_error(graph) -> None:
    for call, error in (
        (lambda: graph.get_operation_by_name("zz"), KeyError),
        (lambda: graph.get_operation_by_name(3), TypeError),
        (lambda: graph.get_tensor_by_name("add:1"), KeyError),
        (lambda: graph.get_tensor_by_name("add"), ValueError),
        (lambda: graph.as_graph_element(3), TypeError),
        (lambda: graph.get_operation_by_name("add").get_attr("U"), ValueError),
        (lambda: graph.get_operation_by_name("add").run(), ValueError),
        (lambda: graph.get_operation_by_name("add").traceback, NotImplementedError),
    ):
        with pytest.raises(error):
            call()


def test_collections_keep_what_is_put_into_them(graph) -> None:
    graph.add_to_collection("mine", 1)
    graph.add_to_collections(["mine", "yours"], 2)
    assert graph.get_collection("mine") == [1, 2]
    assert graph.get_all_collection_keys() == ["mine", "yours"]
    graph.get_collection_ref("mine").append(3)
    assert graph.get_collection("mine") == [1, 2, 3]
    graph.clear_collection("mine")
    assert graph.get_collection("mine") == []


def test_what_only_tensorflow_1_does_with_graphs_is_refused_by_name(graph) -> None:
    assert isinstance(tf.Graph(), tf.Graph)
    with pytest.raises(NotImplementedError, match=r"tf\.Graph\.create_op"):
        graph.create_op()
    assert not graph.finalized
    assert graph.building_function
    assert graph.seed is None


def test_eager_tensors_have_no_part_in_a_graph() -> None:
    x = tf.constant(1.0)
    for name in ("name", "op", "graph", "value_index"):
        with pytest.raises(AttributeError, match=rf"^Tensor\.{name} is undefined when eager execution is enabled\.$"):
            getattr(x, name)
        assert not hasattr(x, name)
    with pytest.raises(NotImplementedError, match="eval is not supported"):
        x.eval()


def listed(f, *args) -> list[tuple[str, str, list[str], list[str]]]:
    operations = f.get_concrete_function(*args).graph.get_operations()
    return [(o.name, o.type, [i.name for i in o.inputs], [c.name for c in o.control_inputs]) for o in operations]


def test_operations_are_listed_as_tensorflow_lists_them() -> None:
    """TensorFlow 2.21 gave these lists for the same functions."""
    w, b = tf.Variable(tf.ones([2, 2]), name="w"), tf.Variable([0.0, 0.0], name="b")
    spec = tf.TensorSpec([3, 2])

    @tf.function
    def layer(x):
        return tf.nn.relu(tf.matmul(x, w) + b)

    assert listed(layer, spec) == [
        ("x", "Placeholder", [], []),
        ("MatMul/ReadVariableOp/resource", "Placeholder", [], []),
        ("MatMul/ReadVariableOp", "ReadVariableOp", ["MatMul/ReadVariableOp/resource:0"], []),
        ("MatMul", "MatMul", ["x:0", "MatMul/ReadVariableOp:0"], []),
        ("add/ReadVariableOp/resource", "Placeholder", [], []),
        ("add/ReadVariableOp", "ReadVariableOp", ["add/ReadVariableOp/resource:0"], []),
        ("add", "AddV2", ["MatMul:0", "add/ReadVariableOp:0"], []),
        ("Relu", "Relu", ["add:0"], []),
        ("Identity", "Identity", ["Relu:0"], ["NoOp"]),
        ("NoOp", "NoOp", [], ["add/ReadVariableOp", "MatMul/ReadVariableOp"]),
    ]

    @tf.function
    def plain(x):
        y = tf.concat([x, tf.constant([[1.0, 2.0]], name="row")], 0)
        z = tf.reduce_mean(tf.reshape(y, [-1]), axis=0) + tf.reduce_sum(x)
        return tf.expand_dims(z, 0), tf.argmax(x, 1), x / 2

    assert listed(plain, spec) == [
        ("x", "Placeholder", [], []),
        ("row", "Const", [], []),
        ("concat/axis", "Const", [], []),
        ("concat", "ConcatV2", ["x:0", "row:0", "concat/axis:0"], []),
        ("Reshape/shape", "Const", [], []),
        ("Reshape", "Reshape", ["concat:0", "Reshape/shape:0"], []),
        ("Mean/reduction_indices", "Const", [], []),
        ("Mean", "Mean", ["Reshape:0", "Mean/reduction_indices:0"], []),
        ("Const", "Const", [], []),
        ("Sum", "Sum", ["x:0", "Const:0"], []),
        ("add", "AddV2", ["Mean:0", "Sum:0"], []),
        ("ExpandDims/dim", "Const", [], []),
        ("ExpandDims", "ExpandDims", ["add:0", "ExpandDims/dim:0"], []),
        ("ArgMax/dimension", "Const", [], []),
        ("ArgMax", "ArgMax", ["x:0", "ArgMax/dimension:0"], []),
        ("truediv/y", "Const", [], []),
        ("truediv", "RealDiv", ["x:0", "truediv/y:0"], []),
        ("Identity", "Identity", ["ExpandDims:0"], []),
        ("Identity_1", "Identity", ["ArgMax:0"], []),
        ("Identity_2", "Identity", ["truediv:0"], []),
    ]

    @tf.function
    def branch(x):
        return layer(x) * 2.0 if tf.reduce_sum(x) > 0.0 else x

    assert [name for name, *_ in listed(branch, spec)][:5] == ["x", "Const", "Sum", "Greater/y", "Greater"]
    assert [name for name, *_ in listed(branch, spec)][-2:] == ["cond/Identity", "Identity"]


def test_a_graph_as_a_message() -> None:
    @tf.function
    def double(a):
        return a + a * 2

    proto = double.get_concrete_function(tf.TensorSpec([None, 3], tf.int32)).graph.as_graph_def(add_shapes=True)
    assert [(list(n.input), n.name, n.op) for n in proto.node] == [
        ([], "a", "Placeholder"),
        ([], "mul/y", "Const"),
        (["a", "mul/y"], "mul", "Mul"),
        (["a", "mul"], "add", "AddV2"),
        (["add"], "Identity", "Identity"),
    ]
    assert [d.size for d in proto.node[0].attr["shape"].shape.dim] == [-1, 3]
    assert tf.as_dtype(proto.node[0].attr["dtype"].type) is tf.int32
    assert tf.make_ndarray(proto.node[1].attr["value"].tensor) == 2
    assert [d.size for d in proto.node[3].attr["_output_shapes"].list.shape[0].dim] == [-1, 3]
    operation = double.get_concrete_function(tf.TensorSpec([None, 3], tf.int32)).graph.get_operation_by_name("add")
    assert operation.get_attr("T") is tf.int32
    assert str(operation).startswith('name: "add"\nop: "AddV2"\ninput: "a"\n')


def test_what_a_graph_takes_has_from_outside_and_gives() -> None:
    rows = tf.function(lambda r: r * 2).get_concrete_function(tf.RaggedTensorSpec([2, None], tf.int32))
    assert rows.structured_input_signature == ((tf.RaggedTensorSpec([2, None], tf.int32),), {})
    v, c = tf.Variable(2.0), tf.constant([1.0, 2.0])
    concrete = tf.function(lambda x, k=2: {"a": x * v + c, "b": (x, k)}).get_concrete_function(tf.TensorSpec([2]))
    graph = concrete.graph
    # Recorded from TensorFlow 2.21.
    names = "x mul/ReadVariableOp/resource mul/ReadVariableOp mul add/y add Identity Identity_1 Const Identity_2 NoOp"
    assert [op.name for op in graph.get_operations()] == names.split()
    assert [str(t.name) for t in concrete.inputs] == ["x:0", "mul/ReadVariableOp/resource:0", "add/y:0"]
    assert repr(concrete.inputs[1]) == "<tf.Tensor 'mul/ReadVariableOp/resource:0' shape=() dtype=resource>"
    assert [t.name for t in graph.outputs] == ["Identity:0", "Identity_1:0", "Identity_2:0"]
    assert graph.structured_outputs["b"][1].name == "Identity_2:0"
    assert graph.structured_input_signature == ((tf.TensorSpec([2], name="x"), 2), {})
    assert graph.variables == graph.trainable_variables == (v,)
    assert [t.dtype for t in concrete.captured_inputs] == [tf.resource, tf.float32]
    assert concrete.captured_inputs[1] is c
    assert graph.get_operation_by_name("mul").op_def.name == "Mul"
    assert [op.name for op in graph.get_tensor_by_name("mul:0").consumers()] == ["add"]
    assert graph.is_feedable(graph.get_tensor_by_name("mul:0"))
    proto = concrete.function_def
    assert [a.name for a in proto.signature.input_arg] == ["x", "mul_readvariableop_resource", "add_y"]
    assert [n.op for n in proto.node_def] == "ReadVariableOp Mul AddV2 Identity Identity Const Identity NoOp".split()
    assert dict(proto.ret) == {f"identity{n}": f"Identity{n}:output:0" for n in ("", "_1", "_2")}


def test_names_of_functions_and_of_variadic_arguments() -> None:
    # Recorded from TensorFlow 2.21.
    assert tf.function(functools.partial(lambda x, y: x + y, 1)).name == "function"
    f = tf.function(lambda *a: sum(a))
    assert f.get_concrete_function(1, tf.TensorSpec([])).structured_input_signature == (
        (1, tf.TensorSpec([], name="a_1")),
        {},
    )


def test_dicts_of_any_kind_share_a_graph() -> None:
    f = tf.function(lambda d: d["a"] + d["b"])
    for kind in (dict, collections.OrderedDict):
        assert int(f(kind(a=tf.constant(1), b=tf.constant(2)))) == 3
    assert f.experimental_get_tracing_count() == 1


def test_how_a_function_and_its_graph_are_shown() -> None:
    """As TensorFlow 2.21 does: capital digits, and a graph's name in its text alone."""
    concrete = tf.function(lambda x: x + 1).get_concrete_function(tf.constant(1))
    assert repr(concrete).endswith(f" at 0x{id(concrete):X}>")
    graph = concrete.graph
    assert repr(graph) == f"<tensorflow.python.framework.func_graph.FuncGraph object at {id(graph):#x}>"
    assert str(graph) == f"FuncGraph(name=<lambda>, id={id(graph)})"
    graph = tf.Graph()
    assert repr(graph) == str(graph) == f"<tensorflow.python.framework.ops.Graph object at {id(graph):#x}>"
