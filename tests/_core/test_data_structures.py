"""The lists and dicts of a tf.Module's attributes; the facts are TensorFlow 2.21's."""

import collections
import copy
import json
import operator
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tfcompat import nest
from tfcompat._core.data_structures import ListWrapper, NoDependency, tracked
from tfcompat._core.module import Module


@pytest.fixture
def module() -> Module:
    return Module("m")


def test_what_they_print(module: Module) -> None:
    module.p, module.q = [1, [2]], {"a": [1]}
    module.od = collections.OrderedDict(b=1)
    assert repr(module.p) == str(module.p) == "ListWrapper([1, ListWrapper([2])])"
    assert repr(module.q) == "DictWrapper({'a': ListWrapper([1])})"
    assert str(module.q) == "{'a': ListWrapper([1])}"
    assert repr(module.od) == f"DictWrapper({collections.OrderedDict(b=1)!r})"
    assert str(type(module.p)) == "<class 'tensorflow.python.trackable.data_structures.ListWrapper'>"
    assert str(type(module.q)) == "<class 'tensorflow.python.trackable.data_structures._DictWrapper'>"


def test_they_share_the_storage_of_what_was_assigned(module: Module) -> None:
    values, mapping = [1], {"a": 1}
    module.p, module.q = values, mapping
    assert module.p is not values
    values.append(2)
    mapping["b"] = 2
    assert module.p == [1, 2]
    assert module.q == {"a": 1, "b": 2}
    module.p.append(3)
    module.q["c"] = 3
    assert values == [1, 2, 3]
    assert mapping == {"a": 1, "b": 2, "c": 3}


def test_wrappers_are_wrapped_once(module: Module) -> None:
    module.p = [1]
    other = Module()
    other.p = module.p
    assert other.p is module.p


def test_other_containers_stay_what_they_are(module: Module) -> None:
    class MyList(list):
        pass

    for value in (MyList([1]), collections.defaultdict(list), {1}, (1, (2, 3)), collections.deque([1])):
        module.x = value
        assert module.x is value
    module.x = NoDependency([1])
    assert type(module.x) is list


def test_tuples_keep_their_class_and_wrap_what_they_hold(module: Module) -> None:
    pair = collections.namedtuple("pair", "a b")
    module.t = pair(1, [2])
    assert type(module.t) is pair
    assert repr(module.t) == "pair(a=1, b=ListWrapper([2]))"


def test_lists_wrap_what_is_put_in(module: Module) -> None:
    module.p = []
    module.p.append([1])
    module.p.extend([[2]])
    module.p += [[3]]
    module.p[0] = [4]
    module.p[1:2] = [[5], [6]]
    assert repr(module.p) == "ListWrapper([ListWrapper([4]), ListWrapper([5]), ListWrapper([6]), ListWrapper([3])])"
    module.p.insert(0, [0])
    assert type(module.p[0]) is list


def test_dicts_wrap_what_is_put_in(module: Module) -> None:
    module.q = {}
    module.q["k"] = [1]
    module.q.update(z=[3])
    module.q |= {"y": [2]}
    assert repr(module.q) == "DictWrapper({'k': ListWrapper([1]), 'z': ListWrapper([3]), 'y': ListWrapper([2])})"
    assert module.q.setdefault("k", 0) == [1]
    assert module.q.pop("k") == [1]
    assert list(reversed(module.q)) == ["y", "z"]


_numbers = st.integers(-1000, 1000)
_commands = st.lists(
    st.one_of(
        st.tuples(st.just("append"), _numbers),
        st.tuples(st.just("extend"), st.lists(_numbers, max_size=3)),
        st.tuples(st.just("insert"), st.integers(-3, 3), _numbers),
        st.tuples(st.just("pop")),
        st.tuples(st.just("reverse")),
        st.tuples(st.just("sort")),
        st.tuples(st.just("clear")),
        st.tuples(st.just("__imul__"), st.integers(0, 2)),
        st.tuples(st.just("__delitem__"), st.just(slice(0, 1))),
        st.tuples(st.just("__setitem__"), st.just(slice(0, 1)), st.lists(_numbers, max_size=2)),
    ),
    max_size=12,
)


@given(st.lists(_numbers, max_size=5), _commands)
def test_a_wrapped_list_does_what_a_list_does(values: list, commands: list) -> None:
    plain, wrapped = list(values), ListWrapper(list(values))
    for name, *args in commands:
        if name == "pop" and not plain:
            continue
        expected, got = getattr(plain, name)(*args), getattr(wrapped, name)(*args)
        assert got is wrapped if expected is plain else got == expected
    assert wrapped == plain
    assert list(wrapped) == plain
    assert len(wrapped) == len(plain)
    assert wrapped[1:] == plain[1:]
    assert torch.tensor(wrapped).tolist() == plain  # C code reads the list without its methods
    assert json.dumps(wrapped) == json.dumps(plain)


def test_lists_as_operands(module: Module) -> None:
    module.p = [1, 2]
    add, multiply = operator.add, operator.mul
    for result, value in (
        (add(module.p, [3]), [1, 2, 3]),
        (add([0], module.p), [0, 1, 2]),
        (multiply(module.p, 2), [1, 2, 1, 2]),
        (multiply(2, module.p), [1, 2, 1, 2]),
    ):
        assert type(result) is list
        assert result == value
    assert operator.eq([1, 2], module.p)
    assert module.p < [2]
    assert module.p != [1]
    assert 2 in module.p
    assert [*module.p, *reversed(module.p)] == [1, 2, 2, 1]
    assert np.array(module.p).tolist() == [1, 2]
    assert type(module.p.copy()) is ListWrapper


def test_dicts_as_operands(module: Module) -> None:
    module.q = {"a": 1}
    assert isinstance(module.q, dict)
    assert isinstance(module.q, collections.abc.MutableMapping)
    assert {**module.q} == dict(module.q) == module.q | {} == {"a": 1}
    assert module.q != {}
    assert ({"b": 2} | module.q) == {"b": 2, "a": 1}
    assert "a" in module.q
    assert module.q.get("b") is None


def test_they_are_unhashable(module: Module) -> None:
    module.p, module.q = [1], {"a": 1}
    with pytest.raises(TypeError, match="unhashable type: 'ListWrapper'"):
        hash(module.p)
    with pytest.raises(TypeError, match="unhashable type: 'DictWrapper'"):
        hash(module.q)


@pytest.mark.parametrize("value", [[1, [2]], {"a": [1]}, collections.OrderedDict(b=1, a=[2])])
def test_copies_have_their_own_storage(value: list | dict) -> None:
    wrapped = tracked(value)
    for duplicate in (copy.copy(wrapped), copy.deepcopy(wrapped), pickle.loads(pickle.dumps(wrapped)), wrapped.copy()):
        assert type(duplicate) is type(wrapped)
        assert duplicate == value
        duplicate.clear()
        assert duplicate != value


def test_nest_takes_them_for_the_containers_they_wrap(module: Module) -> None:
    module.p, module.q = [1, 2], {"b": 1, "a": [2]}
    assert nest.flatten(module.q) == [2, 1]
    assert repr(nest.map_structure(lambda x: x + 1, module.p)) == "ListWrapper([2, 3])"
    assert repr(nest.map_structure(lambda x: x, module.q)) == "DictWrapper({'b': 1, 'a': ListWrapper([2])})"
    assert nest.map_structure(lambda x, y: x + y, module.p, [1, 1]) == [2, 3]
    nest.assert_same_structure(module.q, {"b": 1, "a": [2]})
