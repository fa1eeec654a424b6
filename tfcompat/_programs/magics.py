"""Jupyter's `%magics` and `!commands`: rewriting them as Python, and what each does without Jupyter."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import statistics
import subprocess
import sys
import time
import timeit
import tokenize
from collections.abc import Callable
from typing import Any

_MAGIC = re.compile(r"(?P<indent>\s*)(?P<assign>[\w.,\s\[\]'\"]+?=\s*)?(?P<kind>%|!!?)(?P<text>[^\s=].*)$")
_HELP = re.compile(r"\s*(\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*$")
_INSTALL = re.compile(
    r"\s*(sudo\s+)?(\S*python[\d.]*\s+-m\s+)?(uv\s+)?(pip[\d.]*|conda|mamba|apt|apt-get)\s+(-\S+\s+)*(un)?install\b"
)
_IGNORED = frozenset(
    "autoreload autosave colors config gui load_ext matplotlib pdb precision reload_ext tensorflow_version unload_ext "
    "watermark xmode".split()
)
_SKIPPED = frozenset("conda mamba pip tensorboard uv".split())
_SHOWN = frozenset("HTML SVG html javascript js latex markdown svg".split())
_SHELLS = frozenset("bash sh script system sx".split())
_COMMANDS = frozenset("cat cp ls mkdir mv rm rmdir".split())
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


class UsageError(Exception):
    """A magic that is not known here, or one used wrongly."""


def to_python(cell: str) -> str:
    """The cell with its magics, shell lines and `name?` lines as calls of get_ipython(), as IPython has them."""
    first, _, body = cell.lstrip().partition("\n")
    if first.startswith("%%"):
        name, _, line = first[2:].strip().partition(" ")
        return f"get_ipython().run_cell_magic({name!r}, {line.strip()!r}, {body!r})\n"
    if not any(line.lstrip()[:1] in "%!?" or "?" in line or re.search(r"=\s*[%!]", line) for line in cell.split("\n")):
        return cell
    done: list[str] = []
    lines = iter(cell.split("\n"))
    for line in lines:
        match = _MAGIC.match(line)
        if (match or _HELP.match(line)) and not _is_open(done):
            while line.endswith("\\"):
                line = line[:-1] + next(lines, "")
            match = _MAGIC.match(line)
            line = _call(match) if match else f"get_ipython().pinfo({line.strip().strip('?')!r})"
        done.append(line)
    return "\n".join(done)


def _call(match: re.Match[str]) -> str:
    indent, assign, kind, text = match["indent"], match["assign"] or "", match["kind"], match["text"]
    if kind == "%":
        name, _, line = text.partition(" ")
        return f"{indent}{assign}get_ipython().run_line_magic({name!r}, {line.strip()!r})"
    method = "getoutput" if assign or kind == "!!" else "system"
    return f"{indent}{assign}get_ipython().{method}({text!r})"


def _is_open(lines: list[str]) -> bool:
    """Whether a string or bracket that began in `lines` goes on after them."""
    if not lines:
        return False
    try:
        list(tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline))
    except tokenize.TokenError as failure:
        return "EOF in multi-line" in str(failure) or "unterminated triple-quoted" in str(failure)
    except SyntaxError:
        return False
    return lines[-1].endswith("\\")


class Shell:
    """What get_ipython() gives to a notebook's cells: magics and shell commands, run without Jupyter."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.run_cell: Callable[[str], None] = lambda source: exec(source, names)

    def run_line_magic(self, name: str, line: str) -> Any:
        """A `%name line`: done, left out where it only concerns Jupyter's looks, else UsageError."""
        if name in _SKIPPED:
            return _note(f"skipped: %{name} {line}")
        if name in _IGNORED:
            return None
        if name in _COMMANDS:
            return self.system(f"{name} {line}")
        method = getattr(self, f"_line_{name}", None)
        if method is None:
            raise UsageError(_unknown(f"%{name}", "_line_", _IGNORED | _SKIPPED | _COMMANDS))
        return method(line)

    def magic(self, line: str) -> Any:
        """A line magic with what follows its name, as notebooks that were made scripts have it."""
        name, _, rest = line.lstrip("%").partition(" ")
        return self.run_line_magic(name, rest.strip())

    def run_cell_magic(self, name: str, line: str, body: str) -> Any:
        """A `%%name line` and the rest of its cell."""
        if name in _SHOWN:
            return _note(f"skipped: a %%{name} cell, which only Jupyter can show")
        if name in _SHELLS:
            return self.system(body if name != "script" else f"{line} <<'END_OF_CELL'\n{body}\nEND_OF_CELL")
        method = getattr(self, f"_cell_{name}", None)
        if method is None:
            raise UsageError(_unknown(f"%%{name}", "_cell_", _SHOWN | _SHELLS))
        return method(line, body)

    def system(self, command: str) -> None:
        """`!command`: runs it in the shell and prints what it prints; what installs packages is left out."""
        if _INSTALL.match(command):
            return _note(f"skipped: !{command}")
        sys.stdout.write("\n".join([*self._run(command), ""]))

    def getoutput(self, command: str) -> list[str]:
        """`lines = !command`: the lines that it prints."""
        if _INSTALL.match(command):
            _note(f"skipped: !{command}")
            return []
        return self._run(command)

    def pinfo(self, name: str) -> None:
        """`name?`: prints the docstring."""
        print(getattr(eval(name, self.names), "__doc__", None))

    def _run(self, command: str) -> list[str]:
        done = subprocess.run(
            self._expand(command), shell=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        self.names["_exit_code"] = done.returncode
        return done.stdout.splitlines()

    def _expand(self, text: str) -> str:
        """`{expression}` and `$name` replaced by the program's values; what is no name of the program stays."""

        def value(match: re.Match[str]) -> str:
            expression = match[1] or match[2]
            try:
                return str(eval(expression, self.names))
            except (NameError, SyntaxError):
                return match[0]

        return re.sub(r"\{([^{}]+)\}|(?<!\$)\$([A-Za-z_]\w*)", value, text)

    def _line_time(self, line: str) -> None:
        self._cell_time("", line)

    def _line_timeit(self, line: str) -> Any:
        return _timed(self.names, line)

    def _line_env(self, line: str) -> Any:
        name, equals, value = line.partition("=")
        if not equals:
            name, _, value = line.partition(" ")
        if not value:
            return os.environ.get(name) if name else dict(os.environ)
        os.environ[name.strip()] = self._expand(value.strip())
        print(f"env: {name.strip()}={os.environ[name.strip()]}")

    _line_set_env = _line_env

    def _line_cd(self, line: str) -> None:
        os.chdir(os.path.expanduser(self._expand(line.strip("'\"")) or "~"))
        print(os.getcwd())

    def _line_pwd(self, line: str) -> str:
        return os.getcwd()

    def _line_run(self, line: str) -> None:
        path, *arguments = shlex.split(self._expand(line))
        before, sys.argv = sys.argv, [path, *arguments]
        try:
            with open(path, encoding="utf-8") as file:
                exec(compile(file.read(), path, "exec", dont_inherit=True), self.names)
        finally:
            sys.argv = before

    def _cell_time(self, line: str, body: str) -> None:
        cpu, wall = time.process_time(), time.perf_counter()
        try:
            self.run_cell(body)
        finally:
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            print(f"CPU times: total: {_duration(cpu)}\nWall time: {_duration(wall)}")

    def _cell_timeit(self, line: str, body: str) -> Any:
        return _timed(self.names, line, body)

    def _cell_capture(self, line: str, body: str) -> None:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            self.run_cell(body)
        name = next((word for word in line.split() if not word.startswith("-")), None)
        if name:
            self.names[name] = Captured(out.getvalue(), err.getvalue())

    def _cell_writefile(self, line: str, body: str) -> None:
        words = shlex.split(self._expand(line))
        append = words[:1] in (["-a"], ["--append"])
        if len(words) != 1 + append:
            raise UsageError(f"%%writefile takes [-a] FILE, got {line!r}")
        print(f"{'Appending to' if append else 'Writing'} {words[-1]}")
        with open(words[-1], "a" if append else "w", encoding="utf-8") as file:
            file.write(body)

    _cell_file = _cell_writefile


def _timed(names: dict[str, Any], line: str, body: str | None = None) -> Any:
    """%timeit with -n loops, -r runs, -p digits, -q: print nothing, -o: return it. The line of a cell is its setup."""
    match = re.match(r"((?:-[nrp]\s*\d+|-[qotc])\s*)*", line)
    given = match[0] if match else ""
    options = {flag: int(number) for flag, number in re.findall(r"-([nrp])\s*(\d+)", given)}
    code = line[len(given) :]
    if code.startswith("-"):
        raise UsageError(f"%timeit takes the options -n -r -p -q -o -t -c, got {code.split()[0]!r}")
    timer = timeit.Timer(code if body is None else body, "pass" if body is None else code or "pass", globals=names)
    loops = options.get("n") or timer.autorange()[0]
    runs = [seconds / loops for seconds in timer.repeat(options.get("r", 7), loops)]
    result = Timed(runs, loops, options.get("p", 3))
    if "-q" not in given:
        print(result)
    return result if "-o" in given else None


class Timed:
    """What %timeit found, in seconds a loop: `all_runs`, `average`, `stdev`, `best`, `worst`."""

    def __init__(self, runs: list[float], loops: int, digits: int) -> None:
        self.timings, self.all_runs = runs, [loops * run for run in runs]
        self.loops, self.repeat, self._digits = loops, len(runs), digits
        self.average, self.stdev = statistics.fmean(runs), statistics.pstdev(runs)
        self.best, self.worst = min(runs), max(runs)

    def __str__(self) -> str:
        average, stdev = (_duration(seconds, self._digits) for seconds in (self.average, self.stdev))
        each = [f"{n:,} {word}{'' if n == 1 else 's'}" for n, word in ((self.repeat, "run"), (self.loops, "loop"))]
        return f"{average} ± {stdev} per loop (mean ± std. dev. of {each[0]}, {each[1]} each)"


def _duration(seconds: float, digits: int = 3) -> str:
    if seconds >= 60:
        minutes, rest = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{f'{hours}h ' if hours else ''}{minutes}min {rest}s"
    size, unit = next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])
    return f"{seconds / size:.{digits}g} {unit}"


class Captured:
    """What `%%capture name` kept: the texts `stdout` and `stderr`; calling it, or `show()`, prints them."""

    def __init__(self, stdout: str, stderr: str) -> None:
        self.stdout = stdout
        self.stderr = stderr

    def show(self) -> None:
        sys.stdout.write(self.stdout)
        sys.stderr.write(self.stderr)

    __call__ = show

    def __str__(self) -> str:
        return self.stdout


def _note(message: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(f"tfcompat: {message}\n")


def _unknown(magic: str, prefix: str, others: frozenset[str]) -> str:
    known = sorted({name.removeprefix(prefix) for name in vars(Shell) if name.startswith(prefix)} | others)
    return f"{magic} is not a magic that tfcompat knows; it knows {', '.join(known)}"
