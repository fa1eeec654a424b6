"""Name scopes; the names are those TensorFlow 2.21 gives."""

import copy
import pickle
import threading
from types import SimpleNamespace

import pytest

from tfcompat._core.names import UniqueNames, current_scope, name_scope, name_scope_v1, op_name_scope, scoped
from tfcompat._core.state import state


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> UniqueNames:
    """As if tf.function were capturing into a graph that has used no name."""
    names = UniqueNames()
    monkeypatch.setattr(state, "graph", names)
    return names


def test_nested_scopes_join_with_slashes() -> None:
    assert scoped("biases") == "biases"
    with name_scope("housing_model") as outer:
        assert (outer, scoped("biases"), current_scope()) == ("housing_model/", "housing_model/biases", "housing_model")
        with name_scope("a/b") as inner:
            assert (inner, scoped("x")) == ("housing_model/a/b/", "housing_model/a/b/x")
        assert scoped("x") == "housing_model/x"
    assert current_scope() == ""


@pytest.mark.parametrize(("name", "scope", "variable"), [("abs/", "abs/", "abs/x"), ("", "", "x"), ("/", "/", "/x")])
def test_a_trailing_slash_is_absolute_and_the_empty_name_closes_all(name: str, scope: str, variable: str) -> None:
    with name_scope("outer"):
        with name_scope(name) as entered:
            assert (entered, scoped("x")) == (scope, variable)
        assert scoped("x/") == "x"
        assert scoped("") == ""
        assert current_scope() == "outer"


def test_eager_scopes_are_not_made_unique_and_take_any_text() -> None:
    with name_scope("again"):
        pass
    with name_scope("again") as scope:
        assert scope == "again/"
    with name_scope("bad name!*") as scope:
        assert scoped("x") == "bad name!*/x"


def test_a_scope_may_be_entered_again_and_within_itself() -> None:
    scope = name_scope("re")
    with scope as outer, scope as inner:
        assert (outer, inner, scope.name) == ("re/", "re/re/", "re")
    with scope as entered:
        assert entered == "re/"
    for copied in (copy.deepcopy(scope), pickle.loads(pickle.dumps(scope))):
        with copied as entered:
            assert entered == "re/"


@pytest.mark.parametrize("name", [None, 5, b"x"])
def test_a_name_that_is_no_string(name: object) -> None:
    with pytest.raises(ValueError, match="name for name_scope must be a string"):
        name_scope(name)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="must be a string"):
        scoped(name)  # type: ignore[arg-type]


def test_an_exception_closes_the_scope() -> None:
    with pytest.raises(ZeroDivisionError), name_scope("x"):
        _ = 1 / 0
    assert current_scope() == ""


def test_scopes_are_a_threads_own() -> None:
    seen = []
    with name_scope("x"):
        thread = threading.Thread(target=lambda: seen.append(current_scope()))
        thread.start()
        thread.join()
    assert seen == [""]


def test_scopes_in_a_graph_are_unique(graph: UniqueNames) -> None:
    scopes = []
    for name in ("inner", "inner", "inner/", "inner_1", "Inner", ""):
        with name_scope(name) as scope:
            scopes.append(scope)
    assert scopes == ["inner/", "inner_1/", "inner/", "inner_1_1/", "Inner_2/", ""]
    with name_scope("o"), name_scope("p") as scope:
        assert scope == "o/p/"
    with name_scope("o"), name_scope("p") as scope:
        assert scope == "o_1/p/"


def test_a_graph_checks_the_characters_of_names(graph: UniqueNames) -> None:
    for name in ("bad name!", "_x"):
        with pytest.raises(ValueError, match="is not a valid root scope name"):
            name_scope(name).__enter__()
    with name_scope("o"):
        with name_scope("_x") as scope:
            assert scope == "o/_x/"
        with pytest.raises(ValueError, match="is not a valid scope name"):
            name_scope("bad name!").__enter__()


def test_unique_names_as_tensorflows_graphs_give_them() -> None:
    graph = UniqueNames()
    asked = ["a", "a", "A", "a_1", "a", "a_1", "a_1_1", "a_1", "a_2", "b_1", "b", "b", "b"]
    given = ["a", "a_1", "A_2", "a_1_1", "a_3", "a_1_2", "a_1_1_1", "a_1_3", "a_2_1", "b_1", "b", "b_2", "b_3"]
    assert [graph.unique_name(name) for name in asked] == given
    assert [graph.unique_name("a", mark_as_used=False) for _ in range(2)] == ["a_4", "a_4"]


def test_v1_takes_a_default_name() -> None:
    with name_scope_v1("a") as scope:
        assert scope == "a/"
        with name_scope_v1(None, "default", [1]) as scope:
            assert scope == "a/default/"
        for nothing in (name_scope_v1(None), name_scope_v1("")):
            with nothing as scope:
                assert (scope, current_scope()) == ("", "")
    assert name_scope_v1(None, "d").name == "d"


def test_v1_in_a_graph_wants_a_name_for_values(graph: UniqueNames) -> None:
    with pytest.raises(ValueError, match="At least one of name"):
        name_scope_v1(None, None, [1]).__enter__()
    with pytest.raises(TypeError, match="default_name"):
        name_scope_v1("a", 5)  # type: ignore[arg-type]
    scopes = []
    for _ in range(2):
        with name_scope_v1(None, "d", [1]) as scope:
            scopes.append(scope)
    assert scopes == ["d/", "d_1/"]


def test_ops_open_no_scope_in_eager_execution_unless_they_ask() -> None:
    with op_name_scope("x") as scope:
        assert (scope, current_scope()) == (None, "")
    with op_name_scope("x", skip_on_eager=False) as scope:
        assert (scope, current_scope()) == ("x/", "x")


def test_a_graph_without_unique_name_keeps_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "graph", SimpleNamespace())
    for _ in range(2):
        with name_scope("x") as scope:
            assert scope == "x/"
