"""Functions with derivatives of our own."""

import pytest
import torch
from torch.autograd import forward_ad, gradcheck, gradgradcheck

from tfcompat._core.derivatives import differentiable

cube = differentiable(lambda x: x**3, lambda x: 3 * square(x))
square = differentiable(lambda x: x * x, lambda x: 2 * x)
product = differentiable(torch.mul, lambda x, y: y, lambda x, y: x)


def test_derivatives_to_second_order() -> None:
    x = torch.linspace(-1, 2, 5, dtype=torch.float64, requires_grad=True)
    assert gradcheck(cube, x)
    assert gradgradcheck(cube, x)


def test_broadcast_arguments() -> None:
    x = torch.randn(2, 1, 3, dtype=torch.float64, requires_grad=True)
    y = torch.randn(4, 1, dtype=torch.float64, requires_grad=True)
    assert gradcheck(product, (x, y))
    assert gradgradcheck(product, (x, y))


@pytest.mark.filterwarnings("ignore:`torch.jit.script`:DeprecationWarning")  # torch's own, of its decompositions
def test_forward_mode() -> None:
    x, y = torch.randn(2, 3, dtype=torch.float64)
    with forward_ad.dual_level():
        duals = (forward_ad.make_dual(t.requires_grad_(), torch.ones_like(t)) for t in (x, y))
        value, tangent = forward_ad.unpack_dual(product(*duals))
    assert torch.equal(value, x * y)
    assert torch.allclose(tangent, x + y)


def test_constant_argument() -> None:
    half = differentiable(torch.mul, None, lambda x, y: x)
    x, y = (torch.randn(3, requires_grad=True) for _ in range(2))
    a, b = torch.autograd.grad(half(x, y).sum(), (x, y), allow_unused=True)
    assert a is None
    assert torch.equal(b, x)
