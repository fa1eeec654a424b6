"""tf.math.special, as TensorFlow computes and differentiates it."""

import pytest

from tests.facts import Facts

BESSEL = [f"bessel_{kind}" for kind in ("i0", "i0e", "i1", "i1e", "j0", "j1", "k0", "k0e", "k1", "k1e", "y0", "y1")]
OTHER = ["dawsn", "expint", "fresnel_cos", "fresnel_sin", "spence"]

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.math.special.{name}(f(8, low=0.1, high=12.0))" for name in [*BESSEL, *OTHER]]
        + [f"tf.math.special.{name}(f(4, low=0.01, high=3.0, dtype='float64'))" for name in [*BESSEL, *OTHER]]
        + [f"tf.math.special.{name}(f(4, low=0.1, high=3.0, dtype='float16'))" for name in BESSEL]
        + [f"tf.math.special.{name}([0.0, -1.0])" for name in [*BESSEL, *OTHER] if name != "bessel_y1"]
        + [f"tf.math.special.{name}(x([1.0, 1.5, 20.0]))" for name in OTHER]
        + [
            f"tf.math.special.{name}(x([-2.5, -0.01, 1e-5, 0.0, 3.0]))"
            for name in ("dawsn", "fresnel_cos", "fresnel_sin")
        ]
        + [f"tf.math.special.{name}([1, 2])" for name in [*BESSEL, *OTHER]]
        + [f"tf.math.special.{name}(x([-1.5, -0.5]))" for name in ("bessel_k0", "bessel_k0e", "bessel_k1", "bessel_y0")]
        + ["tf.math.special.bessel_i1(x([0.0, 1.0]))"]
        + [f"tf.math.{name}(f(3))" for name in ("bessel_i0", "bessel_i0e", "bessel_i1", "bessel_i1e")]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
