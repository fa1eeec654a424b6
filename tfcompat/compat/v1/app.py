"""tf.compat.v1.app: runs a program's `main` with its flags."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

from tfcompat.compat.v1._fallback import module_getattr as _module_getattr


def run(main: Callable[[list[str]], Any] | None = None, argv: list[str] | None = None) -> None:
    """Parses the flags, calls ``main(argv)`` with what is left, and ends the process (tf.compat.v1.app.run).

    main: the program's own where None. The flags are absl's: ImportError where that is not installed.
    """
    main = main or sys.modules["__main__"].main  # type: ignore[attr-defined]
    absl = importlib.import_module("absl.app")
    absl.run(main, argv or sys.argv, flags_parser=_parsed)


def _parsed(args: list[str]) -> list[str]:
    """What is left of the arguments; flags that nobody has defined stay among them."""
    flags = importlib.import_module("absl.flags")
    return flags.FLAGS(list(args), known_only=True)


__getattr__ = _module_getattr("tf.compat.v1.app", globals(), {"flags": "tfcompat.compat.v1.flags"})
