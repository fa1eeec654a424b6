"""tf.experimental.numpy's arrays in other shapes, as TensorFlow makes them."""

import pytest

from tests.experimental.numpy.facts import Facts

facts = Facts(
    __file__,
    "\n".join(
        [f"tnp.{name}(f(2, 3))" for name in "ravel flatten transpose squeeze flip flipud fliplr rot90".split()]
        + [
            f"tnp.{name}([[1, 2], [3, 4]])"
            for name in "ravel flatten transpose squeeze flip flipud fliplr rot90".split()
        ]
        + [f"tnp.{name}(f(3))" for name in "ravel flatten transpose squeeze flip flipud fliplr rot90".split()]
        + [f"tnp.{name}(2)" for name in "ravel flatten transpose squeeze flip atleast_1d atleast_2d atleast_3d".split()]
        + [
            f"tnp.atleast_{n}d({a})"
            for n in (1, 2, 3)
            for a in ("f(3)", "f(2, 3)", "f(1, 2, 3, 4)", "1, [2]", "", "[]")
        ]
        + [
            f"tnp.reshape(f(2, 3), {a})"
            for a in ("(3, 2)", "6", "-1", "[2, -1]", "(3, 2), 'F'", "[-1], order='F'", "(4, 2)")
        ]
        + [
            "tnp.reshape(f(2, 3), (3, 2), order='A')",
            "tnp.reshape(f(2, 3), tf.constant([3, 2]))",
            "tnp.reshape([1, 2], (2, 1))",
        ]
        + [f"tnp.flatten(f(2, 3), {order})" for order in ("'C'", "'A'", "'K'", "'F'", "'X'")]
        + [f"tnp.expand_dims(f(2, 3), {axis})" for axis in (0, 1, -1, 5, "(0, 1)")]
        + [f"tnp.squeeze(f(1, 2, 1), {axis})" for axis in ("0", "axis=-1", "(0, 2)", "1")]
        + [
            f"tnp.transpose(f(2, 3, 1), {axes})"
            for axes in ("(2, 0, 1)", "[0, 1, 2]", "(0, 1)", "(-1, 0, 1)", "(0, 0, 1)")
        ]
        + [f"tnp.swapaxes(f(2, 3, 4), {axes})" for axes in ("0, 1", "-1, 0", "1, 1", "0, 5")]
        + [
            f"tnp.moveaxis(f(2, 3, 4), {a})"
            for a in ("0, 2", "-1, 0", "(0, 1), (1, 2)", "[0, 1], [-1, -2]", "0, (1, 2)", "(), ()")
        ]
        + [f"tnp.flip(f(2, 3), {axis})" for axis in (0, 1, -1, 3)]
        + [f"tnp.rot90(f(2, 3), {a})" for a in ("0", "1", "2", "3", "-1", "k=5")]
        + ["tnp.rot90(f(2, 3, 2), 1, axes=(1, 2))", "tnp.rot90(f(2, 3, 2), 3, axes=(0, -1))", "tnp.flipud([1, 2])"]
        + [f"tnp.roll(f(2, 3), {a})" for a in ("1", "-1, 0", "2, axis=1", "(1, 2), (0, 1)", "[1], [-1]")]
        + [f"tnp.repeat(f(2, 3), {a})" for a in ("2", "2, axis=0", "[1, 2], 0", "[1, 2, 0], axis=1", "[1, 2, 3], 0")]
        + ["tnp.repeat(3, 4)", "tnp.repeat([1, 2], [0, 3])", "tnp.repeat([[1, 2]], 2, axis=-1)", "tnp.repeat(f(2), -1)"]
        + [f"tnp.tile(f(2, 3), {reps})" for reps in ("2", "(2, 1)", "[1, 2, 2]", "()", "0", "tf.constant([2])")]
        + ["tnp.tile(3, 2)", "tnp.tile([1, 2], (2, 2))"]
        + [
            f"tnp.pad(f(2, 3), {a})"
            for a in ("[[1, 0], [0, 2]], 'constant'", "[[1, 1], [1, 1]], 'reflect'", "[[1, 1], [2, 2]], 'symmetric'")
        ]
        + [
            "tnp.pad([1, 2], [[1, 1]], 'constant', constant_values=7)",
            "tnp.pad([1], [[1, 1]], 'edge')",
            "tnp.pad([1, 2], 1, 'constant')",
        ]
        + [
            f"tnp.broadcast_arrays({a})"
            for a in ("f(3), f(2, 1)", "1, [1, 2]", "[1]", "f(2), f(3)", "f(2), subok=True", "f(2), other=1")
        ]
        + [f"tnp.{name}({a})" for name in ("ndim", "size", "isscalar") for a in ("f(2, 3)", "1", "[1, 2]", "2.5", "[]")]
        + [
            "tnp.size(f(2), axis=0)",
            "list(tnp.shape(f(2, 3)))",
            "list(tnp.shape([[1], [2]]))",
            "tnp.size(np.float32(2))",
        ]
    ),
)


@pytest.mark.parametrize("function", facts.functions)
def test_as_recorded(function: str) -> None:
    facts.check(function)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
