"""tf.Module; names, order and errors are TensorFlow 2.21's."""

import collections
import copy
from typing import Any

import pytest

import tfcompat as tf
from tests.oracle import run_tensorflow
from tfcompat._core.module import Module, camel_to_snake
from tfcompat._core.names import current_scope, name_scope
from tfcompat._core.trackable import no_automatic_dependency_tracking
from tfcompat._core.variable import Variable


def names(variables: Any) -> list[str]:
    return [v.name for v in variables]


class Layers(Module):
    """Variables in every kind of container."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name)
        self.z = Variable(1.0, name="z")
        self.a = Variable(2.0, name="a", trainable=False)
        self.l = [Variable(3.0, name="l0"), Variable(4.0, name="l1")]
        self.d = {"b": Variable(5.0, name="db"), "a": Variable(6.0, name="da")}
        self.tup = (Variable(7.0, name="t0"), [Variable(8.0, name="t1")])
        self.od = collections.OrderedDict([("y", Variable(1.0, name="oy")), ("x", Variable(1.0, name="ox"))])
        self.sub = None


@pytest.mark.parametrize(
    ("class_name", "name"),
    [
        ("MyModule", "my_module"),
        ("HTTPServer", "http_server"),
        ("ABC", "abc"),
        ("MyV2Net", "my_v2_net"),
        ("_Private", "__private"),
        ("LSTMCell", "lstm_cell"),
        ("Conv2D", "conv2_d"),
        ("A1B2", "a1_b2"),
        ("my_mod", "my_mod"),
        ("Ünï", "ünï"),
    ],
)
def test_a_module_is_called_after_its_class(class_name: str, name: str) -> None:
    assert type(class_name, (Module,), {})().name == camel_to_snake(class_name) == name


@pytest.mark.parametrize("name", ["bad name", "", "1a", "a-b", "zed/"])
def test_a_name_must_be_an_identifier(name: str) -> None:
    with pytest.raises(ValueError, match="is not a valid module name. Module names must be valid Python identifiers"):
        Module(name)
    assert Module("_x").name == "_x"
    with pytest.raises(TypeError):
        Module(5)  # type: ignore[arg-type]


def test_variables_come_by_attribute_name_and_sorted_keys() -> None:
    layers = Layers()
    trainable = [f"{name}:0" for name in ("da", "db", "l0", "l1", "ox", "oy", "t0", "t1", "z")]
    assert names(layers.variables) == ["a:0", *trainable]
    assert names(layers.trainable_variables) == trainable
    assert names(layers.non_trainable_variables) == ["a:0"]
    assert isinstance(layers.variables, tuple)


def test_submodules_come_after_a_modules_own_leaves() -> None:
    top, first, second, third = Layers("top"), Layers("first"), Layers("second"), Layers("third")
    top.sub, top.lst, first.sub = third, [first, second], Module("inner")
    assert [m.name for m in top.submodules] == ["first", "second", "third", "inner"]
    assert len(top.variables) == 40
    assert names(top.variables[10:20]) == names(first.variables)


def test_the_documented_example_of_submodules() -> None:
    a, b, c = Module(), Module(), Module()
    a.b, b.c = b, c
    assert list(a.submodules) == [b, c]
    assert list(b.submodules) == [c]
    assert list(c.submodules) == []


def test_each_variable_comes_once_also_where_modules_hold_each_other() -> None:
    layers = Layers()
    layers.shared, layers.self_ = layers.z, layers
    other = Module("other")
    other.back, layers.other = layers, other
    assert sum(v is layers.z for v in layers.variables) == 1
    assert len(layers.variables) == 10
    assert list(layers.submodules) == [other]


def test_an_append_is_seen() -> None:
    layers = Layers()
    layers.l.append(Variable(1.0, name="l2"))
    assert "l2:0" in names(layers.variables)


def test_flatten_with_paths() -> None:
    layers = Layers()
    paths = [path for path, _ in layers._flatten(predicate=lambda x: isinstance(x, Variable), with_path=True)]
    assert paths == [
        ("a",), ("d", "a"), ("d", "b"), ("l", 0), ("l", 1), ("od", "x"), ("od", "y"), ("tup", 0), ("tup", 1, 0), ("z",),
    ]  # fmt: skip
    layers.sub = Layers()
    paths = [path for path, _ in layers._flatten(predicate=lambda x: isinstance(x, Variable), with_path=True)]
    assert paths[10:12] == [("sub", "a"), ("sub", "d", "a")]
    assert len(paths) == 20


def test_flatten_chooses_and_orders() -> None:
    module = Module()
    module.b, module.a, module.n = 1, 2, collections.namedtuple("N", "x y")(3, [4])
    pick = {"predicate": lambda x: isinstance(x, int)}
    assert list(module._flatten(**pick)) == [2, 1, 3, 4]
    assert list(module._flatten(attribute_traversal_key=lambda name: -ord(name[0]), **pick)) == [3, 4, 1, 2]
    assert [p for p, _ in module._flatten(with_path=True, **pick)] == [("a",), ("b",), ("n", "x"), ("n", "y", 0)]
    module.sub = Module()
    module.sub.c = 5
    assert list(module._flatten(recursive=False, **pick)) == [2, 1, 3, 4]
    assert 5 in list(module._flatten(**pick))
    assert "module" in list(module._flatten())


def test_keys_that_can_not_be_sorted() -> None:
    module = Module()
    module.bad = {1: Variable(1.0), "a": Variable(2.0)}
    with pytest.raises(ValueError, match="Error processing property 'bad' of DictWrapper"):
        _ = module.variables


class Named(Module):
    def __init__(self, name: str | None = None) -> None:
        super().__init__(name)
        with self.name_scope:
            self.v = Variable(1.0, name="v")

    def __call__(self) -> str:
        return Variable(1.0, name="c").name

    @Module.with_name_scope
    def scoped(self) -> tuple[str, str]:
        """What it says."""
        return Variable(1.0, name="c").name, current_scope()


def test_name_scopes() -> None:
    with name_scope("outer"):
        named = Named()
        assert (named.name, named.name_scope.name, named.v.name) == ("named", "outer/named/", "outer/named/v:0")
        assert named() == "outer/c:0"
    with name_scope("elsewhere"):
        assert named.scoped() == ("outer/named/c:0", "outer/named")
    assert named() == "c:0"
    assert (Named.scoped.__name__, Named.scoped.__doc__) == ("scoped", "What it says.")


def test_a_module_that_never_called_its_base_class_has_no_name() -> None:
    class Bare(Module):
        def __init__(self) -> None:
            self.v = Variable(1.0)

    bare = Bare()
    assert len(bare.variables) == 1
    with pytest.raises(AttributeError):
        _ = bare.name


def test_properties_and_deleted_attributes() -> None:
    class WithProperty(Module):
        @property
        def p(self) -> Any:
            return self._p

        @p.setter
        def p(self, value: Any) -> None:
            self._p = value

    module = WithProperty()
    module.p = [Variable(1.0)]
    assert len(module.variables) == 1
    del module._p
    assert module.variables == ()


def test_deep_copies_have_variables_of_their_own() -> None:
    module = Layers()
    duplicate = copy.deepcopy(module)
    assert len(duplicate.variables) == 10
    assert not any(a is b for a in module.variables for b in duplicate.variables)
    duplicate.z.assign(9.0)
    assert float(module.z) == 1.0


def test_methods_may_assign_plain_containers() -> None:
    class Plain(Module):
        @no_automatic_dependency_tracking
        def set(self, value: Any) -> None:
            self.value = value

    module, values = Plain(), [1]
    module.set(values)
    assert module.value is values
    module.value = values
    assert module.value is not values


PROGRAM = """
class Dense(tf.Module):
    def __init__(self, size, name=None):
        super().__init__(name)
        with self.name_scope:
            self.w = tf.Variable(tf.ones([size]), name="w")
        self.b = tf.Variable(0.0, trainable=False)

    @tf.Module.with_name_scope
    def __call__(self, x):
        return tf.Variable(x, name="made").name

class MLP(tf.Module):
    def __init__(self):
        super().__init__("net")
        with self.name_scope:
            self.layers = [Dense(1), Dense(2, name="last")]
        self.table = {"b": tf.Variable(1.0, name="tb"), "a": [tf.Variable(2.0, name="ta")]}

with tf.name_scope("outer"):
    net = MLP()
net.layers.append(Dense(3))
print([(v.name, v.shape, v.trainable) for v in net.variables])
print([m.name for m in net.submodules], [layer(1.0) for layer in net.layers])
print([path for path, _ in net._flatten(predicate=lambda x: isinstance(x, tf.Variable), with_path=True)])
print(net.table, net.layers == list(net.layers), tf.nest.map_structure(lambda v: v.name, net.table))
get = tf.compat.v1.get_variable
with tf.compat.v1.variable_scope("v1", initializer=tf.compat.v1.ones_initializer()) as scope:
    print(get("x", [2]), scope.name, scope.original_name_scope)
    with tf.compat.v1.variable_scope(scope), tf.name_scope("n"):
        print(get("x", [1], tf.int32), tf.Variable(1.0).name, tf.get_current_name_scope())
for name in ("CPU", "/GPU:0", "/job:localhost", None):
    with tf.device(name):
        print(tf.constant(1.0).device, tf.Variable(1.0).device)
"""


@pytest.mark.oracle
def test_a_program_prints_what_tensorflow_prints(capsys: pytest.CaptureFixture) -> None:
    if tf.config.list_physical_devices("GPU"):
        pytest.skip("TensorFlow is asked without a GPU")
    exec(PROGRAM, {"tf": tf})
    assert capsys.readouterr().out == run_tensorflow(PROGRAM)
