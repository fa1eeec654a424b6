"""Running a script, a module or a line of code as plain python runs it, in a real `__main__` module."""

from __future__ import annotations

import builtins
import importlib.machinery
import importlib.util
import io
import os
import sys
import types
from collections.abc import Callable
from typing import Any


class CannotStart(Exception):
    """The program cannot be started: what to say, and the exit code that python gives for it."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def run_script(path: str, args: list[str]) -> None:
    """Runs the file, or the directory or zip file with a `__main__.py`, at `path`, as `python path args...` does."""
    where = os.path.abspath(path)
    sys.argv = [path, *args]
    if os.path.isdir(where) or where.endswith(".zip"):
        set_first_path(where)
        spec = importlib.machinery.PathFinder.find_spec("__main__", [where])
        if spec is None:
            raise CannotStart(f"can't find '__main__' module in {where!r}", 1)
        return execute(_code_of(spec), new_main(__file__=spec.origin, __spec__=spec, __package__=""))
    set_first_path(os.path.dirname(os.path.realpath(where)))
    source = read_source(path)
    loader = importlib.machinery.SourceFileLoader("__main__", where)
    execute(lambda: _compile(source, where), new_main(__file__=where, __loader__=loader, __cached__=None))


def run_module(name: str, args: list[str]) -> None:
    """Runs the module or package `name` as `python -m name args...` does."""
    set_first_path(os.getcwd())
    sys.argv = ["-m", *args]
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            name += ".__main__"
            spec = importlib.util.find_spec(name)
    except (ImportError, ValueError) as failure:
        raise CannotStart(f"Error while finding module specification for {name!r} ({failure})", 1) from None
    if spec is None:
        raise CannotStart(f"No module named {name}", 1)
    sys.argv[0] = spec.origin or name
    names = {"__file__": spec.origin, "__cached__": spec.cached, "__loader__": spec.loader, "__spec__": spec}
    execute(_code_of(spec), new_main(**names, __package__=spec.parent))


def run_code(source: str, args: list[str]) -> None:
    """Runs `source` as `python -c source args...` does."""
    set_first_path("")
    sys.argv = ["-c", *args]
    execute(lambda: _compile(source, "<string>"), new_main())


def run_stdin(args: list[str]) -> None:
    """Runs the program on the standard input, as `python - args...` does."""
    set_first_path("")
    sys.argv = ["-", *args]
    source = sys.stdin.buffer.read()
    execute(lambda: _compile(source, "<stdin>"), new_main())


def read_source(path: str) -> bytes:
    """The bytes of a program's file; CannotStart with python's words and exit code where it cannot be read."""
    where = os.path.abspath(path)
    try:
        with io.open_code(where) as file:
            return file.read()
    except OSError as failure:
        raise CannotStart(f"can't open file {where!r}: [Errno {failure.errno}] {failure.strerror}", 2) from None


def set_first_path(directory: str) -> None:
    """Puts the program's directory where `python -m tfcompat` or the console script had put its own."""
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = directory


def new_main(**names: Any) -> types.ModuleType:
    """A fresh `__main__`, in sys.modules so that pickling, inspect and `import __main__` see the program's own."""
    main = types.ModuleType("__main__")
    main.__dict__.update(__builtins__=builtins, __annotations__={}, **names)
    sys.modules["__main__"] = main
    return main


def execute(make_code: Callable[[], types.CodeType | None], main: types.ModuleType) -> None:
    """Runs a program in its `__main__`; what it raises goes on, to be shown without the frames that are ours."""
    try:
        exec(make_code() or "", main.__dict__)
    except SystemExit:
        raise
    except BaseException as failure:
        trace, show = program_traceback(failure, main), sys.excepthook

        def show_program_only(kind: type[BaseException], value: BaseException, _: types.TracebackType | None) -> None:
            show(kind, value.with_traceback(trace), trace)

        sys.excepthook = show_program_only
        raise


def program_traceback(failure: BaseException, main: types.ModuleType) -> types.TracebackType | None:
    """The exception's traceback from the program's first frame on; none for a program that does not compile."""
    trace = failure.__traceback__
    while trace is not None and trace.tb_frame.f_globals is not main.__dict__:
        trace = trace.tb_next
    return trace if trace is not None or isinstance(failure, SyntaxError) else failure.__traceback__


def _compile(source: bytes | str, filename: str) -> types.CodeType:
    return compile(source, filename, "exec", dont_inherit=True)


def _code_of(spec: importlib.machinery.ModuleSpec) -> Callable[[], types.CodeType | None]:
    get_code = getattr(spec.loader, "get_code", None)
    if get_code is None:
        raise CannotStart(f"No code object available for {spec.name}", 1)
    return lambda: get_code(spec.name)
