"""AutoGraph: control flow on tensors is captured, and does what it does in TensorFlow.

programs/control_flow.json holds what TensorFlow 2.21 gave for the program beside it, which says how it was made.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import pathlib
import types

import pytest

import tfcompat as tf
from tests.oracle import run_tensorflow

PROGRAM = pathlib.Path(__file__).with_name("programs") / "control_flow.py"


def load() -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("control_flow", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_control_flow_as_tensorflow_recorded() -> None:
    facts = json.loads(PROGRAM.with_suffix(".json").read_text(encoding="utf-8"))
    ours = load().run(tf)
    assert len(facts) == 50
    assert {k: v for k, v in ours.items() if facts.get(k) != v} == {}


@pytest.mark.oracle
def test_control_flow_as_tensorflow_gives(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "facts.json"
    run_tensorflow(
        f"import runpy, sys; sys.argv = ['', {str(out)!r}]; runpy.run_path({str(PROGRAM)!r}, run_name='__main__')"
    )
    assert json.loads(out.read_text()) == json.loads(PROGRAM.with_suffix(".json").read_text(encoding="utf-8"))


def test_all_of_it_is_captured_without_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING", "tensorflow")
    load().run(tf)
    assert not [r for r in caplog.records if "eagerly" in r.getMessage()]


def test_a_loop_is_traced_once_and_runs_as_often_as_values_say() -> None:
    seen = []

    @tf.function
    def f(n):
        total = 0
        for i in tf.range(n):
            seen.append(i)
            total += i
        return total

    assert [int(f(tf.constant(n))) for n in (3, 5, 0)] == [3, 10, 0]
    assert len(seen) == 1


class Base:
    def __init__(self) -> None:
        self.__secret = tf.Variable(1.0)

    def scaled(self, x):
        return x * 2.0

    @property
    def secret(self):
        return self.__secret


class Derived(Base):
    @tf.function
    def scaled(self, x):
        if x > 0.0:
            return super().scaled(x) * self._Base__secret
        return super().scaled(-x)

    def __call__(self, x):
        if x > 1.0:
            x = x - 1.0
        return x


def test_methods_super_and_callable_objects() -> None:
    thing = Derived()
    assert float(thing.scaled(tf.constant(3.0))) == 6.0
    assert float(thing.scaled(tf.constant(-3.0))) == 6.0
    assert float(tf.function(lambda x: thing(x))(tf.constant(3.0))) == 2.0
    assert float(tf.function(functools.partial(Derived.__call__, thing))(tf.constant(3.0))) == 2.0


def test_names_that_python_mangles() -> None:
    class Private:
        def __init__(self):
            self.__x = tf.constant(2.0)

        @tf.function
        def get(self, y):
            if y > 0.0:
                y = y * self.__x
            return y

    assert float(Private().get(tf.constant(4.0))) == 8.0


def test_closures_defaults_and_keywords_stay() -> None:
    factor = tf.Variable(3.0)

    def make(power):
        @tf.function
        def f(x, *rest, offset=1.0, **more):
            if x > 0.0:
                x = x**power * factor
            for r in rest:
                x = x + r
            return x + offset + more.get("extra", 0.0)

        return f

    assert float(make(2)(tf.constant(2.0))) == 13.0
    assert float(make(3)(tf.constant(2.0), 1.0, offset=0.0, extra=5.0)) == 30.0


def test_do_not_convert_leaves_python_alone() -> None:
    @tf.autograph.experimental.do_not_convert
    def plain(x):
        return bool(x > 0) if tf.executing_eagerly() else isinstance(x, tf.Tensor)

    @tf.function
    def f(x):
        return tf.constant(1) if plain(x) else tf.constant(0)

    assert int(f(tf.constant(-1))) == 1
    assert tf.autograph.experimental.do_not_convert()(plain) is plain


def test_without_autograph_a_branch_on_a_tensor_is_an_error() -> None:
    f = tf.function(lambda x: x if x > 0 else -x, autograph=False)
    with pytest.raises(tf.errors.OperatorNotAllowedInGraphError):
        f(tf.constant(1))


def absolute(x):
    if x < 0:
        x = -x
    return x


def test_to_code_and_to_graph() -> None:
    code = tf.autograph.to_code(absolute)
    assert "ag__.if_stmt(x < 0, if_body, else_body, get_state, set_state, ('x',), 1)" in code
    converted = tf.autograph.to_graph(absolute)
    assert int(converted(tf.constant(-3))) == 3
    assert converted(-3) == 3
    assert int(tf.function(converted, autograph=False)(tf.constant(-3))) == 3
    with pytest.raises(ValueError, match="source"):
        tf.autograph.to_graph(eval("lambda x: x"))


def test_what_has_no_source_runs_as_it_is_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING", "tensorflow")
    f = tf.function(eval("lambda x: x + 1"))
    assert int(f(tf.constant(1))) == 2
    assert "AutoGraph could not transform" in caplog.text


def test_assertions_are_made_when_the_graph_runs() -> None:
    @tf.function
    def f(x):
        assert x > 0, "positive"
        return x

    assert int(f(tf.constant(1))) == 1
    with pytest.raises(tf.errors.InvalidArgumentError, match="positive"):
        f(tf.constant(-1))


def test_names_that_have_no_value_are_python_errors() -> None:
    @tf.function
    def f(flag):
        if flag:
            x = tf.constant(1)
        return x

    assert int(f(True)) == 1
    with pytest.raises(UnboundLocalError):
        f(False)


def test_loops_with_else_stay_pythons() -> None:
    @tf.function
    def f(x, most):
        for i in range(most):
            if i == 2:
                break
        else:
            x = x * 100
        return x

    assert [int(f(tf.constant(1), most)) for most in (2, 5)] == [100, 1]


def test_generators_and_comprehensions_work_as_in_python() -> None:
    def pairs(x):
        for i in range(2):
            yield x + i

    @tf.function
    def f(x):
        values = [v if i else -v for i, v in enumerate(pairs(x))]
        return values[0] + values[1] * 10

    assert int(f(tf.constant(1))) == 19


def test_python_functions_on_tensors() -> None:
    @tf.function
    def f(x, y):
        return max(x, y), min(x, y), sum([x, y]), abs(x), int(y * 2), float(x), len(tf.stack([x, y])), sorted([2, 1])

    results = tf.nest.flatten(f(tf.constant(-3), tf.constant(2)))
    found = [v.numpy().tolist() if hasattr(v, "numpy") else v for v in results]
    assert found == [2, -3, -1, 3, 4, -3.0, 2, 1, 2]


def test_to_graph_of_one_function_alone() -> None:
    def chosen(x):
        return absolute(x) if x != 0 else x

    shallow = tf.autograph.to_graph(chosen, recursive=False)
    assert int(tf.function(tf.autograph.to_graph(chosen), autograph=False)(tf.constant(-2))) == 2
    with pytest.raises(tf.errors.OperatorNotAllowedInGraphError):
        tf.function(shallow, autograph=False)(tf.constant(-2))
    assert tf.autograph.to_code(chosen, recursive=False) == tf.autograph.to_code(chosen)
