"""tf.experimental.numpy's reductions, as TensorFlow computes them."""

import pytest

from tests.experimental.numpy.facts import Facts

NAMES = "sum prod mean var std amax amin max min ptp all any count_nonzero nansum nanprod nanmean average".split()
RUNNING = "cumsum cumprod".split()
TYPED = "sum prod mean var nansum nanprod nanmean".split()

facts = Facts(
    __file__,
    "\n".join(
        [f"tnp.{name}(f(2, 3))" for name in NAMES + RUNNING]
        + [f"tnp.{name}(f(2, 3), axis={axis})" for name in NAMES + RUNNING for axis in (0, -1)]
        + [f"tnp.{name}(f(2, 3, 2), (0, 2))" for name in NAMES]
        + [f"tnp.{name}(f(2, 3), axis=5)" for name in NAMES + RUNNING]
        + [f"tnp.{name}(f(2, 3), axis=1, keepdims=True)" for name in NAMES if name not in ("count_nonzero", "average")]
        + [f"tnp.{name}(x([[1, 2], [3, 0]], '{d}'))" for name in NAMES + RUNNING for d in ("int32", "uint8", "int64")]
        + [f"tnp.{name}([[True, False], [True, True]], axis=0)" for name in NAMES + RUNNING]
        + [f"tnp.{name}(tf.constant([1.0, nan, 3.0, inf]))" for name in NAMES + RUNNING]
        + [f"tnp.{name}(x([], 'float32'))" for name in NAMES + RUNNING]
        + [f"tnp.{name}(3.5)" for name in NAMES + RUNNING]
        + [f"tnp.{name}(f(3, dtype='float16'))" for name in NAMES + RUNNING]
        + [f"tnp.{name}(c(2, 2), 0)" for name in NAMES if name not in ("ptp", "amax", "amin", "max", "min")]
        + [f"tnp.{name}(x([[1, 2], [3, 4]], 'int32'), dtype='{d}')" for name in TYPED for d in ("float32", "int8")]
        + [f"tnp.{name}(x([1, 0], 'int32'), dtype=bool)" for name in ("sum", "prod")]
        + [f"tnp.{name}(f(2, 3), dtype=np.float64, axis=0)" for name in TYPED]
        + [f"tnp.{name}(f(2), out=f(2))" for name in ("mean", "var", "amax", "amin")]
        + [f"tnp.{name}(x([1, 2], 'int32'), 0, np.float32)" for name in RUNNING]
        + [
            "tnp.var(f(2, 3), axis=0, ddof=1, dtype='float64')",
            "tnp.var(f(2, 3), axis=-1, ddof=1, dtype='float32', keepdims=True)",
            "tnp.var(f(2, 3), axis=1, ddof=1, dtype='float32')",
            "tnp.var(c(3), ddof=1, dtype='complex64')",
            "tnp.average(f(2, 3), weights=f(2, 3, low=0.5))",
            "tnp.average(f(2, 3), axis=1, weights=f(3, low=0.5))",
            "tnp.average(f(2, 3), axis=0, weights=f(2, 3, low=0.5), returned=True)",
            "tnp.average(x([[1, 2], [3, 4]], 'int32'), axis=0, weights=[1, 3], returned=True)",
            "tnp.average(x([[1, 2], [3, 4]], 'int32'), returned=True)",
            "tnp.average(f(2, 3), axis=1, returned=True)",
            "tnp.average(f(2, 3), weights=f(3))",
            "tnp.average(f(2, 3), axis=1, weights=f(2))",
            "tnp.average(f(2, 3), axis=(0, 1))",
            "tnp.sum([1, 2, 3], axis=tf.constant(0, tf.int16))",
            "tnp.sum(x([1, 2], 'int8'), axis=tf.constant([0]))",
            "tnp.max(x([1.0, 3.0, 3.0]))",
            "tnp.amin(x([[1.0, 1.0], [1.0, 2.0]]), axis=1)",
        ]
    ),
)


@pytest.mark.parametrize("function", facts.functions)
def test_as_recorded(function: str) -> None:
    facts.check(function)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
