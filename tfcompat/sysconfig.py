"""tf.sysconfig: how what computes was built, which is torch here."""

from __future__ import annotations

import collections
from typing import Any, NoReturn

import torch

from tfcompat import _names

CXX11_ABI_FLAG = int(torch.compiled_with_cxx11_abi())
CXX_VERSION = 201703
MONOLITHIC_BUILD = 0


def get_build_info() -> collections.OrderedDict[str, Any]:
    """What torch was built for, by TensorFlow's names (tf.sysconfig.get_build_info).

    is_cuda_build and is_rocm_build; the versions of CUDA and cuDNN and the architectures, where it is for CUDA.
    """
    about: dict[str, Any] = {
        "is_cuda_build": torch.version.cuda is not None,
        "is_rocm_build": torch.version.hip is not None,
        "is_tensorrt_build": False,
    }
    if torch.version.cuda is not None:
        about |= {
            "cuda_compute_capabilities": torch.cuda.get_arch_list(),
            "cuda_version": torch.version.cuda,
            "cudnn_version": str((torch.backends.cudnn.version() or 0) // 10000),
        }
    return collections.OrderedDict(sorted(about.items()))


def get_include() -> NoReturn:
    """Where TensorFlow's C++ headers lie. There are none: NotImplementedError."""
    _refuse("get_include")


def get_lib() -> NoReturn:
    """Where TensorFlow's library lies. There is none: NotImplementedError."""
    _refuse("get_lib")


def get_compile_flags() -> NoReturn:
    """How to compile custom ops. There is nothing to compile against: NotImplementedError."""
    _refuse("get_compile_flags")


def get_link_flags() -> NoReturn:
    """How to link custom ops. There is nothing to link against: NotImplementedError."""
    _refuse("get_link_flags")


def _refuse(name: str) -> NoReturn:
    raise NotImplementedError(
        f"tf.sysconfig.{name}: custom ops in C++ can't be built for tfcompat, which has no headers and no library of "
        "TensorFlow's; write them with torch.utils.cpp_extension and tfcompat.to_torch(x), tfcompat.from_torch(t)."
    )


__getattr__ = _names.module_getattr("tf.sysconfig", globals())
