"""torch's fake tensors and its recording of ops, made without torch's compiler, which takes a second to load.

The two modes read three settings of the compiler as they are made. Where it is not loaded, modules that hold nothing
but those stand in for it meanwhile, with torch's defaults.
"""

from __future__ import annotations

import functools
import inspect
import sys
import threading
from types import ModuleType
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.proxy_tensor import ProxyTorchDispatchMode

_SETTINGS: dict[str, dict[str, Any]] = {
    "torch._dynamo": {"fake_tensor_cache_enabled": True, "fake_tensor_cache_crosscheck_enabled": False},
    "torch._inductor": {"emulate_precision_casts": False},
}
_lock = threading.Lock()
_has_accelerator = functools.cache(torch.accelerator.is_available)


class Undecorated:
    """Keeps torch's compiler from being asked at each op to stay away from a mode."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False


class Fakes(Undecorated, FakeTensorMode):
    """torch's fake tensors."""

    __torch_dispatch__ = inspect.unwrap(FakeTensorMode.__torch_dispatch__)

    @property
    def avoid_device_init(self) -> bool:
        """Whether torch must not wake a GPU up for these; where there is none, it needs no guard against that.

        The guard of torch 2.11 built for CUDA ends with the first thread that used it, and crashes the others.
        """
        return _has_accelerator() and super().avoid_device_init


class Proxies(Undecorated, ProxyTorchDispatchMode):
    """torch's recording of ops as fx nodes."""

    __torch_dispatch__ = inspect.unwrap(ProxyTorchDispatchMode.__torch_dispatch__)


def made(kind: type, *args: Any, **kwargs: Any) -> Any:
    """An instance of a mode."""
    if all(package in sys.modules for package in _SETTINGS):
        return kind(*args, **kwargs)
    with _lock:
        found = _stand_ins()
        sys.modules.update(found)
        try:
            return kind(*args, **kwargs)
        except AttributeError as e:  # of a setting that only another version of torch has
            if not any(name in str(e) for name in found):
                raise
        finally:
            for name in found:
                del sys.modules[name]
    return kind(*args, **kwargs)


def _stand_ins() -> dict[str, ModuleType]:
    found: dict[str, ModuleType] = {}
    for package, settings in _SETTINGS.items():
        if package not in sys.modules:
            whole, config = ModuleType(package), ModuleType(f"{package}.config")
            vars(config).update(settings)
            whole.config = config  # type: ignore[attr-defined]
            found[package] = whole
            found[config.__name__] = config
    return found
