"""Run a TensorFlow program on PyTorch, unchanged.

python -m tfcompat script.py args...         as `python script.py args...`
python -m tfcompat -m module args...         as `python -m module args...`
python -m tfcompat -c code args...           as `python -c code args...`
python -m tfcompat - args...                 the program on the standard input
python -m tfcompat notebook.ipynb args...    runs the code cells in the notebook's folder, prints what they print and
                                             what their last expressions give; stops at a cell that fails, exit code 1
python -m tfcompat --check PROGRAM...        runs nothing: lists every TensorFlow name that the .py or .ipynb files use
                                             and tfcompat lacks, with line numbers; exit code 1 where there are any
python -m tfcompat --version | --help
"""

from __future__ import annotations

import sys

from tfcompat._install import install
from tfcompat._programs import run
from tfcompat._version import __version__


def main() -> None:
    """The `tfcompat` command: sys.argv[1:] are its options, then the program and the program's own arguments."""
    options = sys.argv[1:]
    try:
        sys.exit(_start(options[0] if options else "", options[1:]))
    except run.CannotStart as failure:
        sys.stderr.write(f"{sys.executable}: {failure}\n")
        sys.exit(failure.code)


def _start(first: str, rest: list[str]) -> int | None:
    if first in ("-h", "--help"):
        print(__doc__)
    elif first in ("-V", "--version"):
        import tfcompat

        print(f"tfcompat {__version__} (TensorFlow API {tfcompat.__version__})")
    elif first in ("-m", "-c", "--check") and not rest:
        raise run.CannotStart(f"argument expected for the {first} option", 2)
    elif first == "--check":
        from tfcompat._programs import check

        return check.check_programs(rest)
    else:
        install()
        _run(first, rest)
    return None


def _run(first: str, rest: list[str]) -> None:
    if first == "-m":
        run.run_module(rest[0], rest[1:])
    elif first == "-c":
        run.run_code(rest[0], rest[1:])
    elif first == "-" or (not first and not sys.stdin.isatty()):
        run.run_stdin(rest)
    elif not first or first.startswith("-"):
        raise run.CannotStart(
            f"{first!r} is no option; --help tells how to run a program" if first else "no program", 2
        )
    elif first.endswith(".ipynb"):
        from tfcompat._programs import notebook

        notebook.run_notebook(first, rest)
    else:
        run.run_script(first, rest)


if __name__ == "__main__":
    main()
