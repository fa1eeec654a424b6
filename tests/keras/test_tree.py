"""What keras.tree refuses, in the words of Keras 3.15, and settings that its layers take."""

import re
from typing import Any

import pytest

from tfcompat import keras

tree = keras.tree


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda: tree.pack_sequence_as([1, 2], [1, 2, 3]), "Too many leaves for PyTreeSpec; expected: 2."),
        (lambda: tree.pack_sequence_as([1, 2], [1]), "Too few leaves for PyTreeSpec; expected: 2, got: 1."),
        (
            lambda: tree.assert_same_paths([1], {"a": 1}),
            "`a` and `b` don't have the same paths.\nPaths in `a` missing in `b`:\n{(0,)}\nPaths in `b` missing in "
            "`a`:\n{('a',)}",
        ),
        (
            lambda: keras.random.randint((2,), 0, 5, dtype="float32"),
            "`keras.random.randint` requires an integer `dtype`. Received: dtype=float32 ",
        ),
        (lambda: keras.distribution.ModelParallel(), "You must specify a layout_map argument."),
    ],
)
def test_refusals(function: Any, text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        function()


def test_types_are_always_checked() -> None:
    with pytest.warns(DeprecationWarning, match="please remove"):
        tree.assert_same_structure([1], [2], check_types=True)
    with pytest.warns(DeprecationWarning, match="looser check"), pytest.raises(ValueError, match="same nested"):
        tree.assert_same_structure([1], (1,), check_types=False)


def test_flash_attention_is_allowed_not_forced() -> None:
    keras.config.disable_flash_attention()
    assert keras.config.is_flash_attention_enabled() is False
    keras.config.enable_flash_attention()
    assert keras.config.is_flash_attention_enabled() is None
    keras.layers.MultiHeadAttention(2, 2, dropout=0.5)  # which forced kernels would refuse
