"""What every test shares: fixed seeds, and skipping what this machine cannot run."""

import os
import random
import signal
import sys

import hypothesis
import numpy as np
import pytest
import torch

# A slow machine is no failure: neither of an example nor of making one.
hypothesis.settings.register_profile(
    "any_speed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any_speed")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a shell's background job: the tests' programs would, too
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("cuda") and not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    if item.get_closest_marker("oracle") and not os.environ.get("TFCOMPAT_ORACLE_PYTHON"):
        pytest.skip("TFCOMPAT_ORACLE_PYTHON names no Python with TensorFlow")


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Ends a worker whose CUDA device a kernel has aborted, so that another takes over: this one can't use it again."""
    if os.environ.get("PYTEST_XDIST_WORKER") and torch.cuda.is_initialized():
        try:
            torch.cuda.synchronize()
        except RuntimeError as error:
            print(f"{item.nodeid} aborted the device: {error}", file=sys.__stderr__, flush=True)
            os._exit(70)


@pytest.fixture(autouse=True)
def _seeded() -> None:
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
