"""tf.cast, tf.saturate_cast, tf.complex and the parts of complex numbers, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

NUMBERS = "x([1.7, -1.7, 0.0, 300.0, -3.0, 70000.0])"
BEYOND = "tf.repeat([300.0, -5.0, -4e4, 7e4, 1e10, nan], 11)"
SMALL = "tf.dtypes.experimental"
DTYPES = "int8 int16 int32 int64 uint8 bool float16 bfloat16 float32 float64 complex64 complex128".split()

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.cast({NUMBERS}, tf.{dtype})" for dtype in DTYPES]
        + [
            f"tf.cast(tf.cast([0.0, 1.1, -2.7, 448.0, 464.0, 465.0, 1e5, inf, nan], {SMALL}.{dtype}), tf.float32)"
            for dtype in ("float8_e4m3fn", "float8_e5m2", "float4_e2m1fn", "int4", "uint2")
        ]
        + [
            f"tf.cast(tf.cast([0, 1, -1, 7, 8, 9, -9, 300], {SMALL}.{dtype}), tf.int32)"
            for dtype in ("int4", "uint4", "int2")
        ]
        + [
            f"[tf.cast(tf.cast({BEYOND}, '{s}'), d) for d in ('int8', 'uint8', 'int16', 'uint16')]"
            for s in ("float32", "float64", "float16", "bfloat16", "complex128")
        ]
        + [f"tf.cast(tf.cast([0, 1], {SMALL}.int4), tf.{dtype})" for dtype in ("int8", "bool", "float64")]
        + [f"tf.cast(x([-1, 0, 300], 'int32'), '{dtype}')" for dtype in DTYPES]
        + [f"tf.cast([True, False], '{dtype}')" for dtype in DTYPES]
        + [f"tf.saturate_cast({NUMBERS}, tf.{dtype})" for dtype in DTYPES]
        + [f"tf.saturate_cast(x([-1, 0, 300], 'int32'), tf.{dtype})" for dtype in DTYPES]
        + [
            f"tf.saturate_cast(x([1e300, -1e300, 1.5], 'float64'), tf.{dtype})"
            for dtype in DTYPES
            if "int" not in dtype
        ]
    )
    + """
    tf.cast(x([nan, inf, -inf, 3e9, -3e9]), tf.int32)
    tf.cast(x([nan, inf, -inf, 3e20]), tf.int64)
    tf.cast(x([nan, inf, 300.0, -3.0]), tf.uint8)
    tf.cast(tf.cast(tf.fill([40], 300.0), tf.complex64), tf.int8)
    tf.function(lambda v: tf.cast(v, tf.uint8), input_signature=[tf.TensorSpec([None])])(tf.fill([35], 300.0))
    tf.cast(f(3, dtype='float64'), tf.float32)
    tf.cast(f(3), tf.float64)
    tf.cast(c(3), tf.complex128)
    tf.cast(c(3), tf.float32)
    tf.cast(f(3), tf.complex64)
    tf.cast(f(3), tf.float32)
    tf.cast(1.9, tf.int32)
    tf.cast(f(2), int)
    tf.cast(f(2), None)
    tf.cast(None, tf.float32)
    tf.cast(['a'], tf.float32)
    tf.cast(f(2), tf.string)
    tf.cast(['a'], tf.string)
    tf.saturate_cast(x([3e9, -3e9]), tf.int32)
    tf.saturate_cast(x([1e19, -1e19], 'float64'), tf.uint8)
    tf.saturate_cast(c(2), tf.float32)
    tf.saturate_cast(c(2), tf.complex128)
    tf.saturate_cast([True], tf.int32)
    tf.saturate_cast(x([200, 3], 'uint8'), tf.int8)
    tf.complex(f(3), f(3))
    tf.complex(f(2, 1), f(3))
    tf.complex(f(3, dtype='float64'), f(3, dtype='float64'))
    tf.complex(1.0, 2.0)
    tf.complex(1, 2)
    tf.complex(f(2), f(2, dtype='float64'))
    tf.complex(f(2), f(3))
    tf.math.real(c(3))
    tf.math.real(f(3))
    tf.math.real([1])
    tf.math.imag(c(3))
    tf.math.imag(f(3))
    tf.math.conj(c(3))
    tf.math.conj(f(3))
    tf.math.conj([True])
    tf.math.angle(c(3))
    tf.math.angle(f(3))
    tf.math.angle([1])
    tf.math.abs(c(3))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
