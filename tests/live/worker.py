"""Evaluates expressions under the library named by its argument, one JSON line in, one JSON line out."""

import importlib
import json
import os
import pathlib
import sys
import warnings

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main(module: str) -> None:
    """Serves standard input; what the expressions print themselves goes nowhere."""
    sys.path[0] = str(ROOT)
    from tests.facts import evaluate

    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    tf = importlib.import_module(module)
    for line in sys.stdin:
        try:
            result = evaluate(tf, json.loads(line), live=True)
        except Exception as e:  # what neither a value nor an op's error is
            result = {"error": f"{type(e).__name__} in the test's own code: {e}"}
        answers.write(json.dumps(result) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
