"""python -m tfcompat: programs behave as under plain python, notebooks run, --check reads without running."""

import json
import pathlib
import re
import subprocess
import textwrap

import pytest

from tests.programs import run_python
from tfcompat._programs.magics import Shell, UsageError, to_python
from tfcompat._programs.notebook import read_cells
from tfcompat._programs.run import CannotStart

ABOUT_ITSELF = """\
import inspect, pickle, sys
import __main__

class Point:
    x = 3

def outer():
    try:
        inner()
    except KeyError as failure:
        raise ValueError("outer") from failure

def inner():
    {}["missing"]

print(sys.argv, __name__, __file__, sys.path[0], __package__, __spec__)
print(__main__.Point is Point, pickle.loads(pickle.dumps(Point())).x)
print(inspect.getsource(inner))
try:
    input("more? ")
except EOFError as failure:
    print(repr(failure))
outer()
"""


def both(*args: str, cwd: pathlib.Path, stdin: str = "") -> tuple[str, str, int]:
    """What `python args...` and `python -m tfcompat args...` both print on stdout and stderr, and their exit code."""
    plain, ours = run_python(*args, cwd=cwd, stdin=stdin), run_python("-m", "tfcompat", *args, cwd=cwd, stdin=stdin)
    assert (ours.stdout, ours.stderr, ours.returncode) == (plain.stdout, plain.stderr, plain.returncode)
    return plain.stdout, plain.stderr, plain.returncode


def tfcompat(*args: str, cwd: pathlib.Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return run_python("-m", "tfcompat", *args, cwd=cwd, stdin=stdin)


def write_notebook(path: pathlib.Path, *cells: str, tags: tuple[str, ...] = ()) -> None:
    code = [
        {"cell_type": "code", "source": textwrap.dedent(cell).splitlines(keepends=True), "metadata": {"tags": tags}}
        for cell in cells
    ]
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "# %text"}, *code], "nbformat": 4}))


def test_a_script_sees_and_shows_what_it_would_under_python(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "with space"
    folder.mkdir()
    (folder / "script.py").write_text(ABOUT_ITSELF)
    out, err, code = both("with space/script.py", "-x", "--check", cwd=tmp_path)
    assert "['with space/script.py', '-x', '--check'] __main__" in out
    assert "EOFError" in out
    assert err.count("Traceback (most recent call last)") == 2
    assert code == 1


def test_a_module_runs_as_under_python(tmp_path: pathlib.Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text("import sys; from . import part; print(sys.argv, sys.path[0], __spec__.name)")
    (package / "part.py").write_text("print(__name__, __package__)")
    assert both("-m", "package", "a", cwd=tmp_path)[2] == 0
    assert "No module named package.nothing" in both("-m", "package.nothing", cwd=tmp_path)[1]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("import sys; print('x'); sys.exit('over')", 1),
        ("x = (1,\n", 1),
        ("import os, signal; os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(9)", -2),
        ("import sys; sys.excepthook = lambda k, v, t: print('hook', v, t.tb_lineno)\n1/0", 1),
    ],
)
def test_exit_codes_are_pythons(source: str, code: int, tmp_path: pathlib.Path) -> None:
    (tmp_path / "script.py").write_text(source)
    assert both("script.py", cwd=tmp_path)[2] == code


def test_code_standard_input_and_files_that_are_not_there(tmp_path: pathlib.Path) -> None:
    both("-c", "import sys; print(sys.argv, __name__, repr(sys.path[0]), '__file__' in globals())", "a", cwd=tmp_path)
    both("-", "b", cwd=tmp_path, stdin="import sys; print(sys.argv, __name__)")
    assert both("nothing.py", cwd=tmp_path)[2] == 2


def test_tensorflow_programs_find_tfcompat(tmp_path: pathlib.Path) -> None:
    (tmp_path / "script.py").write_text("import tensorflow as tf\nimport helper\nprint(tf.__name__, helper.tf is tf)\n")
    (tmp_path / "helper.py").write_text("import tensorflow.compat.v2 as tf\n")
    assert tfcompat("script.py", cwd=tmp_path).stdout == "tfcompat True\n"


def test_version_help_and_wrong_use(tmp_path: pathlib.Path) -> None:
    assert "TensorFlow API 2.21.0" in tfcompat("--version", cwd=tmp_path).stdout
    done = tfcompat("--chekc", "script.py", cwd=tmp_path)
    assert (done.returncode, "--help" in done.stderr) == (2, True)


def test_a_notebook_prints_what_jupyter_shows(tmp_path: pathlib.Path) -> None:
    write_notebook(
        tmp_path / "good.ipynb",
        "%matplotlib inline\n!pip install tensorflow\nimport tensorflow as tf\ntf.__name__",
        "x = 3\nx",
        "_ + 1;",
        "None",
        """\
        text = '''
        %not_a_magic
        '''
        print(len(text), (8
          % 5))
        if x:
            !echo {x + 1} $x
        lines = !echo one; echo two
        lines""",
        "%%time\ny = x * 2\ny",
        "%%capture kept\nprint('hidden')",
        "kept.stdout",
        "%%writefile written.txt\nabc",
        "open('written.txt').read()",
        "def f():\n    return 'source'\nimport inspect; inspect.getsource(f)",
        "display(x, 'shown')",
    )
    done = tfcompat("good.ipynb", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    out = done.stdout.splitlines()
    assert out[:6] == ["'tfcompat'", "3", "14 3", "4 3", "['one', 'two']", "6"]
    assert [line.partition(":")[0] for line in out[6:8]] == ["CPU times", "Wall time"]
    assert out[8:] == [
        "'hidden\\n'",
        "Writing written.txt",
        "'abc'",
        repr("def f():\n    return 'source'\n"),
        "3",
        "'shown'",
    ]
    assert done.stderr == "tfcompat: skipped: !pip install tensorflow\n"


def test_a_failing_cell_ends_the_notebook_with_its_number(tmp_path: pathlib.Path) -> None:
    write_notebook(tmp_path / "bad.ipynb", "print('one')", "def f():\n    1/0\n\nf()", "print('three')")
    done = tfcompat("bad.ipynb", cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("one\n", 1)
    lines = done.stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].strip() == 'File "bad.ipynb, code cell 2", line 4, in <module>'
    assert "    1/0" in lines
    assert lines[-2] == "ZeroDivisionError: division by zero"
    assert lines[-1] == "bad.ipynb: code cell 2 of 3 failed"


def test_an_unknown_magic_is_a_clear_error(tmp_path: pathlib.Path) -> None:
    write_notebook(tmp_path / "magic.ipynb", "%no_such_magic now")
    done = tfcompat("magic.ipynb", cwd=tmp_path)
    assert "%no_such_magic is not a magic that tfcompat knows; it knows autoreload" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{]", "is not a Jupyter notebook"),
        ("[1]", "is not a Jupyter notebook"),
        ('{"cells": [{"cell_type": "code"}]}', "is not a Jupyter notebook"),
        ('{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "is a notebook in R, not Python"),
    ],
)
def test_a_file_that_is_no_python_notebook(text: str, why: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "text.ipynb").write_text(text)
    with pytest.raises(CannotStart, match=why):
        read_cells(str(tmp_path / "text.ipynb"))


def test_the_cells_of_an_old_notebook(tmp_path: pathlib.Path) -> None:
    cells = [{"cell_type": "code", "input": ["x = 1\n", "x"]}, {"cell_type": "markdown", "source": "text"}]
    (tmp_path / "old.ipynb").write_text(json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}))
    assert read_cells(str(tmp_path / "old.ipynb")) == [("x = 1\nx", False)]


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("x = 8 % 5", "x = 8 % 5"),
        ("  %cd {here}\n", "  get_ipython().run_line_magic('cd', '{here}')\n"),
        ("a, b = !ls", "a, b = get_ipython().getoutput('ls')"),
        ("t = %timeit f(x)", "t = get_ipython().run_line_magic('timeit', 'f(x)')"),
        ("!ls \\\n  -l", "get_ipython().system('ls   -l')"),
        ("f?", "get_ipython().pinfo('f')"),
        ("x = (1,\n!2)", "x = (1,\n!2)"),
        ("s = '''\n!ls\n%cd\n'''", "s = '''\n!ls\n%cd\n'''"),
        ("%%bash -e\nls\npwd", "get_ipython().run_cell_magic('bash', '-e', 'ls\\npwd')\n"),
    ],
)
def test_magics_become_calls(cell: str, python: str) -> None:
    assert to_python(cell) == python


@pytest.mark.parametrize(
    "command", ["pip install x", "python -m pip install -U x", "sudo apt-get -qq install y", "conda install -y z"]
)
def test_installing_is_left_out(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    Shell({}).system(command)
    assert capsys.readouterr() == ("", f"tfcompat: skipped: !{command}\n")


def test_timeit_takes_its_options_and_a_cells_line_as_setup(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict = {"calls": []}
    shell = Shell(names)
    assert shell.run_cell_magic("timeit", "-n3 -r 2 calls.append('setup')", "calls.append(1)") is None
    assert names["calls"] == ["setup", 1, 1, 1] * 2
    told = r"[\d.]+ [mµn]?s ± [\d.]+ [mµn]?s per loop \(mean ± std. dev. of 2 runs, 3 loops each\)\n"
    assert re.fullmatch(told, capsys.readouterr().out)
    result = shell.run_line_magic("timeit", "-q -o -n 1 -r1 calls.clear()")
    assert capsys.readouterr().out == ""
    assert (result.loops, result.repeat, names["calls"]) == (1, 1, [])
    assert 0 <= result.best == result.average == result.worst
    with pytest.raises(UsageError, match="-x"):
        shell.magic("timeit -x 1")


def test_a_cell_tagged_to_fail_does_not_end_the_notebook(tmp_path: pathlib.Path) -> None:
    write_notebook(tmp_path / "tagged.ipynb", "1/0", "print('after')", tags=("raises-exception",))
    done = tfcompat("tagged.ipynb", cwd=tmp_path)
    assert (done.returncode, done.stdout, "ZeroDivisionError" in done.stderr) == (0, "after\n", True)


def test_check_lists_the_missing_names_with_their_lines(tmp_path: pathlib.Path) -> None:
    (tmp_path / "script.py").write_text(
        textwrap.dedent(
            """\
            raise RuntimeError("never run")
            import tensorflow as tf
            from tensorflow import keras as K
            from tensorflow.keras import layers, no_such_part
            import tensorflow.lite as lite
            from os import path as layers_of_another_kind

            def local(tf, n=1):
                return tf.not_tensorflow

            linear = tf.linalg
            def step(x):
                import tensorflow.compat.v1 as v1
                y = linear.no_such_op(tf.zeros([2]))
                return tf.data.Dataset.no_such_method, tf.Variable(1).anything, K.no_such_keras

            layers.no_such_layer, layers_of_another_kind.join
            getattr(tf, "no_such_attribute")
            tf.own = 3
            tf = None
            tf.anything
            """
        )
    )
    write_notebook(tmp_path / "book.ipynb", "!echo never\nimport tensorflow as tf", "\ntf.no_such_thing", "tf.constant")
    done = tfcompat("--check", "script.py", "book.ipynb", cwd=tmp_path)
    found = [line.split(": ")[0] for line in done.stdout.splitlines()]
    numbers = [int(place.rpartition(":")[2]) for place in found if place.startswith("script.py:")]
    assert numbers == [4, 5, 14, 15, 15, 17, 18]
    assert found[len(numbers)] == "book.ipynb, code cell 2:2"
    assert "TensorFlow 2.21 has tf.lite, tfcompat does not" in done.stdout
    assert done.returncode == 1
    write_notebook(tmp_path / "fine.ipynb", "import tensorflow as tf\ntf.Variable(tf.zeros([1])).anything")
    assert tfcompat("--check", "fine.ipynb", cwd=tmp_path).returncode == 0
