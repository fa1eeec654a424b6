"""Running a notebook: its code cells in order, in one `__main__`, printing what Jupyter would show as text."""

from __future__ import annotations
import __future__

import ast
import builtins
import json
import linecache
import os
import sys
import traceback
import types
from typing import Any

from tfcompat._programs import run
from tfcompat._programs.magics import Shell, to_python

_FUTURES = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})


def run_notebook(path: str, args: list[str]) -> None:
    """Runs the notebook in its own folder; a failing cell ends it with its traceback, its number and exit code 1."""
    cells = read_cells(path)
    folder = os.path.dirname(os.path.abspath(path))
    run.set_first_path(folder)
    sys.argv = [os.path.abspath(path), *args]
    os.chdir(folder)
    os.environ.setdefault("MPLBACKEND", "Agg")  # as inline: plt.show() waits for nobody
    main = run.new_main()
    shell = Shell(main.__dict__)
    main.__dict__.update(display=_display, get_ipython=lambda: shell)
    runner = _Cells(os.path.basename(path), main)
    shell.run_cell = runner.run
    for number, (source, may_fail) in enumerate(cells, start=1):
        if not runner.attempt(source, number) and not may_fail:
            sys.stdout.flush()
            sys.stderr.write(f"{path}: code cell {number} of {len(cells)} failed\n")
            sys.exit(1)


def read_cells(path: str) -> list[tuple[str, bool]]:
    """The code cells of an .ipynb file, each with whether its tags allow it to fail ("raises-exception").

    Raises CannotStart where the file cannot be read, is no notebook or is in another language than Python.
    """
    try:
        content = json.loads(run.read_source(path))
        language = content.get("metadata", {}).get("kernelspec", {}).get("language", "python")
        cells = content["cells"] if "cells" in content else [c for w in content["worksheets"] for c in w["cells"]]
        found = [
            ("".join(cell["source"] if "source" in cell else cell["input"]), _may_fail(cell))
            for cell in cells
            if cell["cell_type"] == "code"
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as failure:
        raise run.CannotStart(f"{path!r} is not a Jupyter notebook: {type(failure).__name__}: {failure}", 1) from None
    if language != "python":
        raise run.CannotStart(f"{path!r} is a notebook in {language}, not Python", 1)
    return found


def _may_fail(cell: dict[str, Any]) -> bool:
    return "raises-exception" in cell.get("metadata", {}).get("tags", [])


class _Cells:
    """Runs cells one after the other in `main`, as a kernel does."""

    def __init__(self, name: str, main: types.ModuleType) -> None:
        self.name = name
        self.main = main
        self.futures = 0  # `from __future__ import` in one cell holds for the later ones
        self.filename = name

    def attempt(self, source: str, number: int) -> bool:
        """Runs the cell and tells whether it went well; where it did not, its traceback goes to stderr."""
        self.filename = f"{self.name}, code cell {number}"
        try:
            self.run(source)
        except SystemExit:
            raise
        except BaseException as failure:
            sys.stdout.flush()
            trace = run.program_traceback(failure, self.main)
            traceback.print_exception(type(failure), failure.with_traceback(trace), trace)
            return False
        sys.stdout.flush()
        return True

    def run(self, source: str) -> None:
        """Runs a cell's text, magics included, and shows what its last expression gives."""
        source = to_python(source)
        lines = source.splitlines(keepends=True)
        linecache.cache[self.filename] = (len(source), None, lines, self.filename)  # for tracebacks and AutoGraph
        tree = self._compile(source, "exec", ast.PyCF_ONLY_AST)
        shown = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(self._compile(tree, "exec"), self.main.__dict__)
        if shown is not None:
            value = eval(self._compile(ast.Expression(shown.value), "eval"), self.main.__dict__)
            if value is not None and not source.rstrip().endswith(";"):
                print(repr(value))
                self.main.__dict__["_"] = value

    def _compile(self, source: Any, mode: str, flags: int = 0) -> Any:
        code = compile(source, self.filename, mode, flags | self.futures, dont_inherit=True)
        if isinstance(code, types.CodeType):
            self.futures |= code.co_flags & _FUTURES
        return code


def _display(*values: Any, **options: Any) -> None:
    """Jupyter's display() where only text can be shown: the repr of each value."""
    unknown = sorted(set(options) - {"display_id", "clear", "include", "exclude", "metadata", "transient", "raw"})
    if unknown:
        raise TypeError(f"display() got unexpected keyword arguments {unknown}")
    for value in values:
        builtins.print(repr(value))
