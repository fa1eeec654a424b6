"""Every public op compared with a real TensorFlow, over generated inputs.

What is compared: values, dtypes, shapes, the result's class, gradients and their gradients, and the class of the
exception where TensorFlow raises. `tables/` says what each op takes, `generator.py` draws the cases (dtypes, broadcast
shapes, empty and scalar tensors, negative axes, NaN and infinities, wrong shapes and dtypes), and `known.txt` lists the
disagreements that stay, each with its reason. An op that no table knows fails the first test; a disagreement that is
not listed, and that a second run confirms, the last one.
"""

import pytest

from tests.live.comparison import drawn, known, missing, run, settled
from tests.live.generator import cases, read_tables


def test_every_public_function_has_a_line() -> None:
    assert not missing(), "add a line for each to tests/live/tables"


def test_cases_are_deterministic_python() -> None:
    for line in read_tables()[0][::7]:
        first, second = (list(cases(line)) for _ in range(2))
        assert first == second
        for case in first:
            compile(case.source, str(line), "eval")


def test_known_disagreements_are_cases() -> None:
    listed, sources = known(), {case.source for case in drawn()}
    assert all(listed.values()), "a group has no reason"
    assert [source for source in listed if source not in sources] == []


@pytest.mark.oracle
def test_as_tensorflow(capsys: pytest.CaptureFixture[str]) -> None:
    report, listed = run(drawn()), known()
    with capsys.disabled():
        print(f"\nlive comparison: {report.summary()}, of which {len(listed)} are listed with their reasons")
        gone = [source for source in listed if source not in report.disagreements]
        if gone:
            print("agree here, to be taken out of known.txt (comparison.py --record does):", *gone, sep="\n  ")
    new = settled(report, listed)
    assert not new, "\n".join(f"{source}\n    {'; '.join(found)[:600]}" for source, found in new.items())
