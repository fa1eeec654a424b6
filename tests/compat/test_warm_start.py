"""tf.compat.v1.train.init_from_checkpoint and warm_start in graphs: what TensorFlow 2.15.1 gives for these programs."""

import pathlib
from typing import Any

import pytest

import tfcompat as tf

v1 = tf.compat.v1


@pytest.fixture
def checkpoint(tmp_path: pathlib.Path) -> str:
    with tf.Graph().as_default(), v1.Session() as session:
        with v1.variable_scope("old"):
            v1.get_variable("a", initializer=tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
            v1.get_variable("b", initializer=tf.constant(7.0))
        session.run(v1.global_variables_initializer())
        return v1.train.Saver().save(session, str(tmp_path / "c"), write_meta_graph=False)


def new_variables(*rows: int) -> list[Any]:
    with v1.variable_scope("new"):
        return [*(v1.get_variable("a", [n, 2]) for n in rows), v1.get_variable("b", [])]


@pytest.mark.parametrize("assignment", [{"old/": "new/"}, {"old/b": "new/b", "old/a": "new/a"}])
def test_variables_begin_with_a_checkpoints_values(checkpoint: str, assignment: dict[str, str]) -> None:
    with tf.Graph().as_default(), v1.Session() as session:
        a, b = new_variables(3)
        v1.train.init_from_checkpoint(checkpoint, assignment)
        session.run(v1.global_variables_initializer())
        assert session.run(a).tolist() == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
        assert session.run(b) == 7.0


def test_rows_follow_the_words_of_vocabularies(checkpoint: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "before").write_text("x\ny\nz\n")
    (tmp_path / "now").write_text("z\nw\nx\n")
    words = v1.train.VocabInfo(str(tmp_path / "now"), 3, 1, str(tmp_path / "before"))
    with tf.Graph().as_default(), v1.Session() as session:
        a, b = new_variables(4)
        v1.train.warm_start(checkpoint, ".*", {"new/a": words}, {"new/a": "old/a", "new/b": "old/b"})
        session.run(v1.global_variables_initializer())
        assert session.run(a).tolist() == [[5.0, 6.0], [0.0, 0.0], [1.0, 2.0], [0.0, 0.0]]
        assert session.run(b) == 7.0
        with pytest.raises(ValueError, match="were not used: {'other'}"):
            v1.train.warm_start(checkpoint, ["new/b"], None, {"new/b": "old/b", "other": "old/b"})


def test_errors(checkpoint: str) -> None:
    with tf.Graph().as_default():
        new_variables(2)
        with pytest.raises(ValueError, match="Tensor old/zz is not found"):
            v1.train.init_from_checkpoint(checkpoint, {"old/zz": "new/b"})
        with pytest.raises(ValueError, match="should map to scope only old"):
            v1.train.init_from_checkpoint(checkpoint, {"old": "new/"})
        with pytest.raises(ValueError, match=r"Shape of variable new/a:0 \(\(2, 2\)\) doesn't match"):
            v1.train.init_from_checkpoint(checkpoint, {"old/a": "new/a"})
