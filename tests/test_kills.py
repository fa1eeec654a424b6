"""Processes killed while they save, in every format: what was there, or what was being written, is there whole."""

import os

import pytest

from tests import kills
from tests.programs import run_python


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes to kill are forked")
def test_nothing_is_lost() -> None:
    done = run_python("-m", "tests.kills", os.environ.get("KILLS", "1"), cwd=kills.ROOT)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert done.stdout.count(" 0 lost") == len(kills.CASES)
