"""Expressions, one a line, whose reprs under the real TensorFlow lie recorded in a .json beside the test module.

The names below stand for ragged and sparse tensors. A repr is what the expression's value prints, or the class of the
exception.

    TFCOMPAT_ORACLE_PYTHON=... python tests/reprs.py tests/_ragged/test_slicing.py ...    (records anew)
"""

import inspect
import json
import pathlib
import runpy
import sys

NAMES = {
    "R": "tf.RaggedTensor",
    "v": "[3, 1, 4, 1, 5, 9, 2, 6]",
    "rt": "tf.ragged.constant([[1, 2], [3]])",
    "rf": "tf.ragged.constant([[1.0, 2.0], [], [3.0]])",
    "r3": "tf.ragged.constant([[[1, 2], [3]], [[4]]])",
    "r3f": "tf.ragged.constant([[[1.0, 2], [3]], [[4], []], []])",
    "r3i": "tf.ragged.constant([[[1, 2], [3, 4]], [[5, 6]]], ragged_rank=1)",
    "u": "tf.RaggedTensor.from_tensor([[1, 2], [3, 4]])",
    "st": "tf.SparseTensor([[0, 0], [1, 2]], [1.0, 2.0], [3, 4])",
    "words": "tf.ragged.constant([['a', 'b', 'c'], ['d', 'e'], ['f'], ['g']])",
}


def evaluate(tf, np, sources, names):
    """The repr of each expression under `tf`."""
    space = {"tf": tf, "np": np}
    for name, source in names.items():
        space[name] = eval(source, space)
    found = {}
    for source in sources:
        try:
            found[source] = repr(eval(source, space))
        except Exception as e:
            kinds = [c.__name__ for c in type(e).__mro__]
            public = ("InvalidArgumentError", "IndexError", "TypeError", "ValueError", "NotImplementedError")
            found[source] = "! " + next((name for name in public if name in kinds), kinds[0])
    return found


def cases(text):
    """The expressions of a text, one a line."""
    return [line.strip() for line in text.strip().splitlines()]


def recorded(test_file):
    """What was recorded for the test module `test_file`."""
    return json.loads(pathlib.Path(test_file).with_suffix(".json").read_text(encoding="utf-8"))


def here(sources):
    """The reprs under tfcompat."""
    import numpy as np

    import tfcompat

    return evaluate(tfcompat, np, sources, NAMES)


def live(sources):
    """The reprs under the real TensorFlow."""
    from tests.oracle import ask_tensorflow

    program = inspect.getsource(evaluate) + f"\nanswer(evaluate(tf, np, {sources!r}, {NAMES!r}))"
    return ask_tensorflow(program, timeout=600)


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
    for file in sys.argv[1:]:
        found = live(runpy.run_path(file)["CASES"])
        pathlib.Path(file).with_suffix(".json").write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8")
