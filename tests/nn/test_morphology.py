"""Dilation and erosion of images, as TensorFlow computes and differentiates them."""

import pytest

from tests.facts import Facts

ONES = "[1, 1, 1, 1]"
PLAIN = {"SAME": f"{ONES}, 'SAME', 'NHWC', {ONES}", "VALID": f"{ONES}, 'VALID', 'NHWC', {ONES}"}

facts = Facts(
    __file__,
    """
    tf.nn.dilation2d(f(2, 5, 6, 3), f(2, 3, 3), *VALID)
    tf.nn.dilation2d(f(2, 5, 6, 3), f(2, 3, 3), *SAME)
    tf.nn.dilation2d(f(2, 5, 6, 3), f(2, 2, 3), [1, 2, 1, 1], 'SAME', 'NHWC', [1, 1, 2, 1])
    tf.nn.dilation2d(f(2, 7, 6, 3), f(3, 2, 3), [1, 2, 3, 1], 'VALID', 'NHWC', [1, 2, 1, 1])
    tf.nn.dilation2d(x([[[[1.0], [1.0]], [[1.0], [1.0]]]]), f(2, 2, 1, low=0, high=0), *SAME)
    tf.nn.dilation2d(i(1, 4, 4, 2, low=-9), i(3, 3, 2, low=-5), *SAME)
    tf.nn.dilation2d(i(1, 4, 4, 2, dtype='uint8'), i(3, 3, 2, dtype='uint8'), *SAME)
    tf.nn.dilation2d(i(1, 4, 4, 2, dtype='uint16'), i(3, 3, 2, dtype='uint16'), *SAME)
    tf.nn.dilation2d(f(1, 4, 4, 2, dtype='float64'), f(3, 3, 2, dtype='float64'), *SAME)
    tf.nn.dilation2d(f(1, 4, 4, 2, dtype='float16'), f(3, 3, 2, dtype='float16'), *SAME)
    tf.nn.dilation2d(f(1, 3, 3, 1), f(4, 2, 1), *VALID)
    tf.nn.dilation2d(f(1, 3, 3, 1), f(2, 2, 2), *SAME)
    tf.nn.dilation2d(f(1, 3, 3, 1), f(2, 2), *SAME)
    tf.nn.dilation2d(f(3, 3, 1), f(2, 2, 1), *SAME)
    tf.nn.dilation2d(f(1, 3, 3, 1), f(2, 2, 1), [1, 1], 'SAME', 'NHWC', [1, 1, 1, 1])
    tf.nn.dilation2d(f(1, 3, 3, 1), f(2, 2, 1), [2, 1, 1, 1], 'SAME', 'NHWC', [1, 1, 1, 1])
    tf.nn.dilation2d(f(1, 3, 3, 1), f(2, 2, 1), [1, 0, 1, 1], 'SAME', 'NHWC', [1, 1, 1, 1])
    tf.nn.dilation2d(f(1, 3, 3, 1), f(2, 2, 1), [1, 1, 1, 1], 'FULL', 'NHWC', [1, 1, 1, 1])
    tf.nn.dilation2d(f(1, 3, 3, 1), f(2, 2, 1), [1, 1, 1, 1], 'SAME', 'NCHW', [1, 1, 1, 1])
    tf.nn.dilation2d(c(1, 3, 3, 1), c(2, 2, 1), *SAME)
    tf.nn.erosion2d(f(2, 5, 6, 3), f(2, 3, 3), *VALID)
    tf.nn.erosion2d(f(2, 5, 6, 3), f(3, 2, 3), [1, 2, 1, 1], 'SAME', 'NHWC', [1, 1, 2, 1])
    tf.nn.erosion2d(i(1, 4, 4, 2), i(2, 2, 2), *SAME)
    tf.nn.erosion2d(i(1, 4, 4, 2, dtype='uint8'), i(2, 2, 2, dtype='uint8'), *SAME)
    tf.nn.erosion2d(f(1, 3, 3, 1), f(2, 2, 1), [1, 1, 1, 1], 'SAME', 'NCHW', [1, 1, 1, 1])
    """.replace("*SAME", PLAIN["SAME"]).replace("*VALID", PLAIN["VALID"]),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
