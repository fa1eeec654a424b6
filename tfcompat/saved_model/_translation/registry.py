"""Which function translates which kernel: a table that the files of the families fill."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

# Takes the body that nodes are written to, the fake tensor (or tuple of them) like the result, and the kernel's
# arguments with a `Ref` for each tensor and for each size that is not known; gives a `Ref`, or a tuple of them.
Translator = Callable[..., Any]

TRANSLATORS: dict[str, Translator] = {}
_FAMILIES = (
    "arranging attention comparing convolutions creation drawing elementwise indexing joining linear matrices "
    "normalization ordering pooling recurrent reductions scattering sizes"
).split()


class NotTranslatable(NotImplementedError):
    """Part of a graph that has no counterpart in TensorFlow."""


def translates(*names: str) -> Callable[[Translator], Translator]:
    """Has a function translate the kernels of these names, such as "aten.add.Tensor"."""

    def decorate(function: Translator) -> Translator:
        for name in names:
            TRANSLATORS[name] = function
        return function

    return decorate


@functools.cache
def translators() -> dict[str, Translator]:
    """The table, with the translators of all families in it."""
    for family in _FAMILIES:
        importlib.import_module(f"tfcompat.saved_model._translation.{family}")
    return TRANSLATORS
