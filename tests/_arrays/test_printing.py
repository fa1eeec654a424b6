"""tf.print and tf.strings.format, to the letter."""

import sys

import numpy as np
import pytest

import tfcompat as tf

PRINTED = [
    ((1, 1.0, "a", None, True), "1 1.0 a None True"),
    ((tf.constant(1.0), tf.constant(1 / 3), tf.constant(1 / 3, tf.float64)), "1 0.333333343 0.33333333333333331"),
    ((tf.constant([0.1, 1.5, 1e10, 123456789.0, 1e7]),), "[0.1 1.5 1e+10 123456792 1e+07]"),
    ((tf.constant([np.nan, np.inf, -np.inf, -0.0]),), "[nan inf -inf -0]"),
    ((tf.constant(0.1, tf.float16), tf.constant(1 / 3, tf.bfloat16)), "0.0999755859 0.333984375"),
    ((tf.constant([True, False]), tf.constant(-5, tf.int8)), "[1 0] -5"),
    ((tf.constant("é"), tf.constant(["a", 'b"'])), 'é ["a" "b\\""]'),
    ((tf.constant(["a\nb"]), ["a\nb"]), "[\"a\\nb\"] ['a\\nb']"),
    ((tf.range(10),), "[0 1 2 ... 7 8 9]"),
    ((tf.range(6),), "[0 1 2 3 4 5]"),
    ((tf.reshape(tf.range(8), [2, 2, 2]),), "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]"),
    (([tf.constant("a"), 1], {"k": tf.constant([1, 2])}), "[\"a\", 1] {'k': [1 2]}"),
    (((tf.constant(1.0), "z"),), "(1, 'z')"),
    ((tf.Variable([1, 2]), np.array([1.5, 2.0])), "[1 2] array([1.5, 2. ])"),
    ((tf.zeros([0, 2]), []), "[] []"),
    (("%d {} {{}}", tf.float32, tf.TensorShape([1, None])), "%d {} {{}} tf.float32 TensorShape([1, None])"),
]


@pytest.mark.parametrize(("inputs", "text"), PRINTED, ids=range(len(PRINTED)))
def test_what_is_printed(inputs: tuple, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    tf.print(*inputs)
    assert capsys.readouterr().err == text + "\n"


def test_where_and_how_it_is_printed(capsys: pytest.CaptureFixture[str], tmp_path) -> None:
    tf.print(1, 2, sep=",", end="!", output_stream=sys.stdout)
    tf.print(tf.range(6), summarize=1, output_stream=sys.stdout)
    tf.print(tf.range(8), summarize=-1, output_stream=sys.stdout)
    assert capsys.readouterr().out == "1,2![0 ... 5]\n[0 1 2 3 4 5 6 7]\n"
    path = tmp_path / "log"
    tf.print("first", output_stream=f"file://{path}")
    tf.print(tf.constant([2]), output_stream=f"file://{path}")
    assert path.read_text() == "first\n[2]\n"


def test_a_long_matrix_is_abbreviated_in_both_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    tf.print(tf.reshape(tf.range(64), [8, 8]), summarize=2)
    assert capsys.readouterr().err.splitlines() == [
        "[[0 1 ... 6 7]",
        " [8 9 ... 14 15]",
        " ...",
        " [48 49 ... 54 55]",
        " [56 57 ... 62 63]]",
    ]


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="Unrecognized keyword arguments for tf.print"):
        tf.print(1, colour="red")
    with pytest.raises(ValueError, match="Unknown output stream"):
        tf.print(1, output_stream="nowhere")


FORMATTED = [
    (("{}", tf.constant([1, 2])), {}, b"[1 2]"),
    (("a {} b {}", (tf.constant(1), tf.constant(2.5))), {}, b"a 1 b 2.5"),
    (("{}", tf.range(10)), {"summarize": 2}, b"[0 1 ... 8 9]"),
    (("%d%d", (tf.constant(1), tf.constant(2))), {"placeholder": "%d"}, b"12"),
    (("{}", tf.constant(b'\xff"')), {}, b'"\xff\\""'),
    (("{}", tf.constant(["a"])), {}, b'["a"]'),
]


@pytest.mark.parametrize(("args", "kwargs", "text"), FORMATTED, ids=range(len(FORMATTED)))
def test_format(args: tuple, kwargs: dict, text: bytes) -> None:
    assert tf.strings.format(*args, **kwargs).numpy() == text


def test_format_needs_a_placeholder_for_each_input() -> None:
    with pytest.raises(ValueError, match="expects 1 tensors, but the inputs only has 2"):
        tf.strings.format("{}", (tf.constant(1), tf.constant(2)))


RAGGED = {
    "tf.ragged.constant([[1.0, 2.5], [3.14159265]])": "[[1.000000, 2.500000], [3.141593]]",
    "tf.ragged.constant([[True], [False, True]])": "[[true], [false, true]]",
    "tf.ragged.constant([['a\"b', \"c'd\"], ['e']])": "[['a\"b', 'c\\'d'], ['e']]",
    "tf.ragged.constant([[[1, 2], [3]], [[]], []])": "[[[1, 2], [3]], [[]], []]",
    "tf.ragged.constant([[[1, 2], [3, 4]], [[5, 6]]], ragged_rank=1)": "[[[1, 2], [3, 4]], [[5, 6]]]",
    "tf.ragged.constant([[1, 2, 3, 4, 5, 6, 7]] * 7)": (
        "[[1, 2, 3, ..., 5, 6, 7], [1, 2, 3, ..., 5, 6, 7], [1, 2, 3, ..., 5, 6, 7], ..., "
        "[1, 2, 3, ..., 5, 6, 7], [1, 2, 3, ..., 5, 6, 7], [1, 2, 3, ..., 5, 6, 7]]"
    ),
    "tf.RaggedTensor.from_row_splits([], [0])": "[]",
    "{'b': [tf.ragged.constant([[1]]), 3]}": "{'b': [[[1]], 3]}",
}


@pytest.mark.parametrize("source", RAGGED)
def test_ragged_tensors_print_as_rows(source, capsys):
    tf.print(eval(source, {"tf": tf}))
    assert capsys.readouterr().err == RAGGED[source] + "\n"


def test_format_takes_ragged_tensors():
    text = tf.strings.format("a {} b {}", (tf.ragged.constant([[1]]), tf.constant([1, 2])))
    assert text.numpy() == b"a [[1]] b [1 2]"
