"""`python -m tfcompat --check`: which TensorFlow names a program uses that tfcompat lacks, without running it."""

from __future__ import annotations

import ast
import importlib
import inspect
import types
from collections.abc import Iterator
from typing import Any, NamedTuple

from tfcompat import _internals, _names
from tfcompat._install import install
from tfcompat._programs import notebook, run
from tfcompat._programs.magics import to_python


class Missing(NamedTuple):
    """A name that a program uses and tfcompat lacks: in which file or cell, its full name and what to say of it."""

    where: str
    line: int
    name: str
    why: str


def check_programs(paths: list[str]) -> int:
    """Prints what the .py and .ipynb files use and tfcompat lacks; 1 where there is any, else 0."""
    install()
    missing: list[Missing] = []
    used: set[str] = set()
    for path in paths:
        names = _Names()
        for where, source in _sources(path):
            try:
                tree = ast.parse(source, where)
            except (SyntaxError, ValueError) as failure:
                raise run.CannotStart(f"{where}: not Python: {failure}", 1) from None
            missing += names.read(tree, where)
        used |= names.used
    for each in missing:
        print(f"{each.where}:{each.line}: {each.why}")
    names_missing = len({each.name for each in missing})
    print(f"{len(used)} TensorFlow names used, {names_missing} of them missing (methods of objects are not looked at)")
    return 1 if missing else 0


def _sources(path: str) -> Iterator[tuple[str, bytes | str]]:
    """The text of a script, or of each code cell of a notebook, and what to call it."""
    if path.endswith(".ipynb"):
        for number, (source, _) in enumerate(notebook.read_cells(path), start=1):
            yield f"{path}, code cell {number}", to_python(source)
    else:
        yield path, run.read_source(path)


class _Names(ast.NodeVisitor):
    """Follows what a program calls TensorFlow's parts, and looks up each name that it takes from them."""

    def __init__(self) -> None:
        self.where = ""
        self.missing: list[Missing] = []
        self.used: set[str] = set()
        self.aliases: dict[str, str] = {}  # what a name of the program stands for: {"tf": "tensorflow"}

    def read(self, tree: ast.Module, where: str) -> list[Missing]:
        """What a script, or one more cell of a notebook, uses that is missing, by line."""
        self.where, self.missing = where, []
        self.visit(tree)
        return sorted(set(self.missing))

    def visit_Import(self, node: ast.Import) -> None:
        for item in node.names:
            if not _is_tensorflow(item.name):
                self.aliases.pop(item.asname or item.name.partition(".")[0], None)
                continue
            self._import(item.name, node.lineno)
            if item.asname:
                self.aliases[item.asname] = item.name
            else:
                self.aliases[item.name.partition(".")[0]] = item.name.partition(".")[0]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level or not node.module or not _is_tensorflow(node.module):
            for item in node.names:
                self.aliases.pop(item.asname or item.name, None)
            return
        if not self._import(node.module, node.lineno):
            return
        for item in node.names:
            if item.name == "*":
                self.aliases.update((name, f"{node.module}.{name}") for name in dir(_module(node.module)))
            else:
                self._look_up(f"{node.module}.{item.name}", node.lineno)
                self.aliases[item.asname or item.name] = f"{node.module}.{item.name}"

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        name = self._full_name(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._rename(target.id, name)
            else:
                self.visit(target)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        outside, self.aliases = self.aliases, dict(self.aliases)
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                self._rename(argument.arg, None)
        self.generic_visit(node)
        self.aliases = outside

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name = self._full_name(node)
        if name is not None and isinstance(node.ctx, ast.Load):
            self._look_up(name, node.lineno)
        else:
            self.visit(node.value)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self.aliases and "." in self.aliases[node.id]:
            self.used.add(_public(self.aliases[node.id]))

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) == 2:
            owner, name = self._full_name(node.args[0]), node.args[1]
            if owner is not None and isinstance(name, ast.Constant) and isinstance(name.value, str):
                self._look_up(f"{owner}.{name.value}", node.lineno)
        self.generic_visit(node)

    def _rename(self, name: str, meaning: str | None) -> None:
        if meaning is None:
            self.aliases.pop(name, None)
        else:
            self.aliases[name] = meaning

    def _full_name(self, node: ast.expr) -> str | None:
        """The dotted name in TensorFlow that an expression stands for, if it is a chain from one of the aliases."""
        if isinstance(node, ast.Name):
            return self.aliases.get(node.id)
        if isinstance(node, ast.Attribute) and (owner := self._full_name(node.value)) is not None:
            return f"{owner}.{node.attr}"
        return None

    def _import(self, module: str, line: int) -> bool:
        try:
            _module(module)
        except ImportError as failure:
            self._report(module, line, str(failure))
            return False
        return True

    def _look_up(self, full_name: str, line: int) -> None:
        """Reports the first part of `full_name` that is not there; what a function or object gives is not known."""
        parts = full_name.split(".")
        value: Any = _module(parts[0])
        for end, part in enumerate(parts[1:], start=2):
            name = ".".join(parts[:end])
            if not isinstance(value, (types.ModuleType, type)):
                return
            owner = value
            try:
                value = inspect.getattr_static(owner, part) if isinstance(owner, type) else getattr(owner, part)
            except (AttributeError, ImportError) as failure:
                if isinstance(owner, types.ModuleType) and (found := _submodule(name)):
                    value = found
                    continue
                return self._report(name, line, str(failure) if not isinstance(owner, type) else _lacks(name, owner))
            self.used.add(_public(name))

    def _report(self, name: str, line: int, why: str) -> None:
        self.used.add(_public(name))
        self.missing.append(Missing(self.where, line, _public(name), why))


def _is_tensorflow(module: str) -> bool:
    return module.partition(".")[0] in ("tensorflow", "keras")


def _public(name: str) -> str:
    return _names.canonical(_internals.rewrite(name).replace("tensorflow", "tf", 1))


def _module(name: str) -> types.ModuleType:
    return importlib.import_module(name)


def _submodule(name: str) -> types.ModuleType | None:
    try:
        return _module(name)
    except ImportError:
        return None


def _lacks(name: str, owner: type) -> str:
    return f"{_public(name)}: tfcompat's {owner.__name__} has no {name.rpartition('.')[2]!r}"
