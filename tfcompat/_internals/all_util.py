"""tensorflow.python.util.all_util: the names of a module that its docstring lists, each on a line as `@@name`."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any


def make_all(module_name: str, doc_string_modules: Sequence[ModuleType] | None = None) -> list[str]:
    """The names that the docstrings of modules list, of the named one where None, and which that module has."""
    module = sys.modules[module_name]
    listed = {
        name
        for documented in ([module] if doc_string_modules is None else doc_string_modules)
        for name in re.findall(r"(?m)^\s*@@(\w+)$", documented.__doc__ or "")
    }
    return [name for name in sorted(vars(module)) if name in listed]


def remove_undocumented(
    module_name: str, allowed_exception_list: Sequence[str] | None = None, doc_string_modules: Any = None
) -> None:
    """Takes public names out of a module that neither `make_all` nor `allowed_exception_list` has."""
    module = sys.modules[module_name]
    kept = {*make_all(module_name, doc_string_modules), *(allowed_exception_list or ()), "__all__"}
    for name in [n for n in vars(module) if not n.startswith("_") and n not in kept]:
        delattr(module, name)
