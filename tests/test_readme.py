"""What the README shows is what happens."""

import re

from tests.programs import ROOT, run_python

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_program_prints_what_the_readme_says() -> None:
    program = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    printed = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert program is not None
    assert printed is not None
    done = run_python("-m", "tfcompat", "-c", program[1])
    assert (done.stdout, done.returncode) == (printed[1], 0), done.stderr


def test_the_missing_names_read_as_the_readme_says() -> None:
    lines = re.findall(r"^(?:MissingName|Attribute)Error: .*$", README, re.MULTILINE)
    for line, name in zip(lines, ("lite", "reduce_summ"), strict=True):
        done = run_python("-m", "tfcompat", "-c", f"import tensorflow as tf\ntf.{name}")
        assert done.stderr.splitlines()[-1].endswith(line)
