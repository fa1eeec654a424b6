"""tf.compat.v1.train.Saver in eager programs: what is expected was printed by TensorFlow 2.21 for the same calls."""

import os
import pathlib

import pytest

import tfcompat as tf
from tests.oracle import run_tensorflow

v1 = tf.compat.v1.train


@pytest.fixture
def variables() -> list:
    with tf.name_scope("scoped"):
        inner = tf.Variable(3, name="b")
    return [tf.Variable([1.0, 2.0], name="a"), inner]


def test_checkpoints_are_numbered_and_the_oldest_go(tmp_path: pathlib.Path, variables: list) -> None:
    saver, prefix = v1.Saver(variables, max_to_keep=2), str(tmp_path / "m")
    paths = [saver.save(None, prefix, global_step=step) for step in (1, tf.Variable(2), 3)]
    assert paths == [f"{prefix}-{n}" for n in (1, 2, 3)]
    assert saver.last_checkpoints == paths[1:]
    assert sorted(os.listdir(tmp_path)) == [
        "checkpoint", "m-2.data-00000-of-00001", "m-2.index", "m-3.data-00000-of-00001", "m-3.index",
    ]  # fmt: skip
    assert tf.train.latest_checkpoint(str(tmp_path)) == paths[-1]
    assert tf.train.list_variables(paths[-1]) == [("a", [2]), ("scoped/b", [])]
    assert v1.checkpoint_exists(paths[1])
    assert not v1.checkpoint_exists(paths[0])
    assert v1.Saver(variables, pad_step_number=True).save(None, prefix, 7, write_state=False).endswith("m-00000007")


def test_values_come_back_by_name(tmp_path: pathlib.Path, variables: list) -> None:
    a, b = variables
    path = v1.Saver({"x": a, "y": b}).save(None, tmp_path / "n")
    other, count = tf.Variable([0.0, 0.0]), tf.Variable(0)
    v1.Saver({"x": other, "y": count}).restore(None, path)
    assert (other.numpy().tolist(), int(count)) == ([1.0, 2.0], 3)
    column = tf.Variable([[0.0], [0.0]])
    v1.Saver({"x": column}, reshape=True).restore(None, path)
    assert column.numpy().tolist() == [[1.0], [2.0]]
    with pytest.raises(ValueError, match="incompatible tensor"):
        v1.Saver({"x": column}).restore(None, path)
    with pytest.raises(tf.errors.NotFoundError, match="Key z not found"):
        v1.Saver({"z": a}).restore(None, path)


def test_checkpoints_of_objects_and_by_name_are_read_either_way(tmp_path: pathlib.Path, variables: list) -> None:
    a, _ = variables
    path = tf.train.Checkpoint(list=[a]).save(str(tmp_path / "objects"))
    a.assign([0.0, 0.0])
    v1.Saver([a]).restore(None, path)
    assert a.numpy().tolist() == [1.0, 2.0]
    path = v1.Saver(variables).save(None, str(tmp_path / "names"))
    a.assign([0.0, 0.0])
    tf.train.Checkpoint(list=variables).restore(path)
    assert a.numpy().tolist() == [1.0, 2.0]


def test_variables_take_their_first_values_from_a_checkpoint(tmp_path: pathlib.Path, variables: list) -> None:
    path = v1.Saver(variables).save(None, str(tmp_path / "m"))
    new = tf.Variable([0.0, 0.0], name="other")
    v1.init_from_checkpoint(str(tmp_path), {"a": new})
    assert new.numpy().tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="Tensor c is not found"):
        v1.init_from_checkpoint(path, [("c", new)])
    with pytest.raises(ValueError, match="Shape of variable other:0"):
        v1.init_from_checkpoint(path, {"scoped/b": new})
    with pytest.raises(NotImplementedError, match="names of scopes in graphs alone"):
        v1.init_from_checkpoint(path, {"scoped/": "new/"})


def test_what_is_no_checkpoint_or_no_variable_is_refused(tmp_path: pathlib.Path, variables: list) -> None:
    saver = v1.Saver(variables)
    with pytest.raises(ValueError, match="save_path when it is None"):
        saver.restore(None, None)
    with pytest.raises(ValueError, match="not a valid checkpoint"):
        saver.restore(None, str(tmp_path / "none"))
    with pytest.raises(RuntimeError, match="`var_list` must specify"):
        v1.Saver()
    with pytest.raises(ValueError, match="same name: a"):
        v1.Saver([variables[0], variables[0]]).save(None, str(tmp_path / "m"))
    with pytest.raises(ValueError, match="No variables to save"):
        v1.Saver([]).save(None, str(tmp_path / "m"))
    with pytest.raises(TypeError, match="holds variables, got 3"):
        v1.Saver({"x": 3}).save(None, str(tmp_path / "m"))
    with pytest.raises(ValueError, match="saver_def must be"):
        v1.Saver(variables, saver_def=object())
    with pytest.raises(NotImplementedError, match="builder"):
        v1.Saver(variables, builder=object())


@pytest.mark.oracle
def test_tensorflow_reads_it_and_is_read(tmp_path: pathlib.Path, variables: list) -> None:
    """TensorFlow's Saver restores a checkpoint written here, doubles it and writes one that is restored here."""
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    v1.Saver(variables).save(None, first)
    run_tensorflow(
        "import tensorflow as tf\n"
        "a, b = tf.Variable([0.0, 0.0], name='a'), tf.Variable(0, name='scoped/b')\n"
        "saver = tf.compat.v1.train.Saver([a, b])\n"
        f"saver.restore(None, {first!r})\n"
        "a.assign(2 * a), b.assign(2 * b)\n"
        f"saver.save(None, {second!r})\n"
    )
    v1.Saver(variables).restore(None, second)
    assert [v.numpy().tolist() for v in variables] == [[2.0, 4.0], 6]


def test_the_graph_is_written_beside_the_values_unless_told_otherwise(tmp_path: pathlib.Path) -> None:
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        variable = v1.get_variable("v", initializer=3.0)
        saver = v1.train.Saver([variable])
        session.run(variable.initializer)
        saver.save(session, tmp_path / "a", write_meta_graph=False)
        assert not (tmp_path / "a.meta").exists()
        saver.save(session, tmp_path / "b")
    assert (tmp_path / "b.meta").exists()


def test_a_variable_in_parts_is_one_in_checkpoints(tmp_path: pathlib.Path) -> None:
    v1, path = tf.compat.v1, str(tmp_path / "m")
    with tf.Graph().as_default(), v1.Session() as session:
        partitioner = v1.fixed_size_partitioner(2)
        whole = v1.get_variable("e", [5, 2], initializer=v1.ones_initializer(), partitioner=partitioner)
        other = v1.get_variable("o", initializer=2.0)
        tf.identity(tf.convert_to_tensor(whole) * other, name="y")
        session.run(v1.global_variables_initializer())
        first, second = whole
        session.run([first.assign(first * 3.0), second.assign(second * 4.0)])
        v1.train.Saver().save(session, path)
        expected = [[6.0, 6.0]] * 3 + [[8.0, 8.0]] * 2
        session.run(v1.global_variables_initializer())
        v1.train.Saver().restore(session, path)
        assert session.run("y:0").tolist() == expected
        session.run(first.initializer)
        v1.train.Saver({"e": whole}).restore(session, path)
        assert session.run("y:0").tolist() == expected
    assert tf.train.list_variables(path) == [("e", [5, 2]), ("o", [])]
    assert tf.train.load_variable(path, "e").tolist() == [[3.0, 3.0]] * 3 + [[4.0, 4.0]] * 2
    with tf.Graph().as_default(), v1.Session() as session:
        v1.train.import_meta_graph(f"{path}.meta").restore(session, path)
        assert session.run("y:0").tolist() == expected
