"""tf.sysconfig: what torch was built for, under TensorFlow's names."""

import pytest
import torch

import tfcompat as tf


def test_build_info_is_torchs() -> None:
    about = tf.sysconfig.get_build_info()
    assert about["is_cuda_build"] == (torch.version.cuda is not None) == ("cuda_version" in about)
    assert about["is_tensorrt_build"] is False
    assert tf.compat.v1.sysconfig.get_build_info() == about
    assert tf.sysconfig.CXX11_ABI_FLAG in (0, 1)


@pytest.mark.parametrize("name", ["get_include", "get_lib", "get_compile_flags", "get_link_flags"])
def test_custom_ops_are_refused(name: str) -> None:
    with pytest.raises(NotImplementedError, match=rf"tf.sysconfig.{name}: custom ops in C\+\+ can't be built"):
        getattr(tf.sysconfig, name)()
