"""tf.Graph and tf.Operation: what a captured function is made of."""

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
        (lambda: graph.get_operation_by_name("add").get_attr("T"), ValueError),
        (lambda: graph.get_operation_by_name("add").run(), ValueError),
        (lambda: graph.get_operation_by_name("add").node_def, NotImplementedError),
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


def test_graphs_of_tensorflow_1_are_refused_by_name(graph) -> None:
    with pytest.raises(NotImplementedError, match=r"tf\.Graph\(\)"):
        tf.Graph()
    with pytest.raises(NotImplementedError, match=r"tf\.Graph\.as_graph_def"):
        graph.as_graph_def()
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
