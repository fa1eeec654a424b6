"""Programs whose output under the real TensorFlow lies recorded beside them, statement by statement.

`programs/NAME.py` is run twice: by TensorFlow, which wrote `programs/NAME.json`, and by tfcompat. A statement's output
is what it printed, or the class of its exception. The same text counts, numbers within a tolerance, times left out.

    TFCOMPAT_ORACLE_PYTHON=... python tests/keras/transcripts.py sequential               (records anew)
    TFCOMPAT_ORACLE_PYTHON=... python tests/keras/transcripts.py tests/data/programs/files.py

Programs below a folder named `keras2` are run with Keras 2 (the package tf_keras), as TF_USE_LEGACY_KERAS=1 has it.
"""

import ast
import contextlib
import gc
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import warnings
from typing import Any

PROGRAMS = pathlib.Path(__file__).with_name("programs")
NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")
TIME = re.compile(r"\d+(?:\.\d+)?(?:us|ms|s)(?:/(?:step|epoch))?\b|\x08+|\x1b\[[0-9;]*m")
TOLERANCE = 2e-4


def run_program(path: pathlib.Path, modules: dict[str, Any]) -> list[dict[str, str]]:
    """What each statement of a program printed, or which exception it raised, in a directory of its own."""
    source = path.read_text(encoding="utf-8")
    scope: dict[str, Any] = {"__name__": "program", **modules}
    results = []
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as directory, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.chdir(directory)
        gc.freeze()  # clear_session() collects garbage: of the program, not of all tests before it
        try:
            for node in ast.parse(source).body:
                text = ast.get_source_segment(source, node) or ""
                out = io.StringIO()
                with contextlib.redirect_stdout(out):
                    try:
                        exec(compile(ast.Module([node], []), str(path), "exec"), scope)
                    except Exception as error:
                        out.write(f"{type(error).__name__}\n")
                        scope["_error"] = error
                results.append({"source": text, "out": out.getvalue()})
        finally:
            gc.unfreeze()
            os.chdir(here)
    return results


def differs(got: str, want: str) -> bool:
    """Whether two outputs differ by more than times, white space and small numerical errors."""
    if got == want:
        return False
    texts, numbers = [], []
    for text in (got, want):
        plain = re.sub(r"\s+", "", TIME.sub("", re.sub(r"0x[0-9a-f]+", "0x", text)))
        texts.append(NUMBER.sub("#", plain))
        numbers.append([float(n) for n in NUMBER.findall(plain)])
    if texts[0] != texts[1] or len(numbers[0]) != len(numbers[1]):
        return True
    return any(abs(a - b) > TOLERANCE * max(1.0, abs(b)) for a, b in zip(*numbers))


def differences(got: list[dict[str, str]], want: list[dict[str, str]]) -> list[str]:
    """What differs between two runs of a program, in words."""
    if [row["source"] for row in got] != [row["source"] for row in want]:
        return ["the record is of another program: record it anew"]
    return [
        f"{a['source']}\n--- tfcompat\n{a['out']}\n--- TensorFlow\n{b['out']}"
        for a, b in zip(got, want)
        if differs(a["out"], b["out"])
    ]


def path_of(name: str) -> pathlib.Path:
    """The program that a name, or a path, stands for."""
    return pathlib.Path(name).resolve() if name.endswith(".py") else PROGRAMS / f"{name}.py"


def run_under_tensorflow(*names: str) -> list[list[dict[str, str]]]:
    """The programs' results under the TensorFlow of TFCOMPAT_ORACLE_PYTHON, all with the same Keras."""
    legacy = {"keras2" in path_of(name).parts for name in names}
    assert len(legacy) == 1, "programs of Keras 2 and of Keras 3 are run apart"
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(
            [
                os.environ["TFCOMPAT_ORACLE_PYTHON"],
                str(pathlib.Path(__file__).resolve()),
                "--run",
                directory,
                *map(path_of, names),
            ],
            env={
                **os.environ,
                "TF_CPP_MIN_LOG_LEVEL": "3",
                "TF_ENABLE_ONEDNN_OPTS": "0",
                "CUDA_VISIBLE_DEVICES": "",
                "PYTHONPATH": "",
                "TF_USE_LEGACY_KERAS": str(int(legacy.pop())),
            },
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return [json.loads(pathlib.Path(directory, f"{i}.json").read_text("utf-8")) for i in range(len(names))]


def _answer(directory: str, programs: list[str]) -> int:
    """Runs the programs, each in a fork of this process: TensorFlow is imported once, its state starts anew."""
    import numpy
    import tensorflow

    if os.environ["TF_USE_LEGACY_KERAS"] == "1":
        import tf_keras

        sys.modules["keras"] = tf_keras  # for programs that import it
    modules = {"tf": tensorflow, "np": numpy, "keras": tensorflow.keras}
    for i, program in enumerate(programs):
        child = os.fork()
        if child == 0:
            rows = run_program(path_of(program), modules)
            pathlib.Path(directory, f"{i}.json").write_text(json.dumps(rows), encoding="utf-8")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(f"{program} ended with status {status}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "--run":
        sys.exit(_answer(sys.argv[2], sys.argv[3:]))
    for program, result in zip(sys.argv[1:], run_under_tensorflow(*sys.argv[1:])):
        path_of(program).with_suffix(".json").write_text(json.dumps(result, indent=0) + "\n", encoding="utf-8")
